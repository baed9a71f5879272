/* SPDX-License-Identifier: Apache-2.0 */
/* A pool lends blocks that are each whole and apart, up to its bound, and
 * knows how many are out. */
#include "base/pool.h"

#include "test/check.h"

#define BLOCK_LEN 48
#define MANY 200

static void take_all(struct pool *pool, uint8_t *blocks[MANY])
{
	for (size_t i = 0; i < MANY; i++) {
		CHECK_INT(pool_taken(pool), i);
		blocks[i] = pool_take(pool);
		CHECK(blocks[i] != NULL);
		memset(blocks[i], (int)i, BLOCK_LEN);
	}
}

static void give_all(struct pool *pool, uint8_t *blocks[MANY])
{
	for (size_t i = MANY; i > 0; i--) {
		CHECK_INT(pool_taken(pool), i);
		pool_give(pool, blocks[i - 1]);
	}
	CHECK_INT(pool_taken(pool), 0);
}

static void has_no_more_than_its_bound(void)
{
	struct pool *pool = pool_create(BLOCK_LEN, MANY);
	uint8_t *blocks[MANY];

	take_all(pool, blocks);
	CHECK(pool_take(pool) == NULL);
	CHECK_INT(pool_taken(pool), MANY);
	pool_give(pool, blocks[7]);
	blocks[7] = pool_take(pool);
	CHECK(blocks[7] != NULL);
	CHECK(pool_take(pool) == NULL);
	give_all(pool, blocks);
	pool_destroy(pool);
}

/* Twice, so that blocks that were given back are among them. */
static void blocks_are_whole_and_apart(void)
{
	struct pool *pool = pool_create(BLOCK_LEN, MANY);
	uint8_t *blocks[MANY];

	CHECK_INT(pool_block_len(pool), BLOCK_LEN);
	for (int turn = 0; turn < 2; turn++) {
		take_all(pool, blocks);
		for (size_t i = 0; i < MANY; i++)
			for (size_t j = 0; j < BLOCK_LEN; j++)
				CHECK_INT(blocks[i][j], i);
		give_all(pool, blocks);
	}
	pool_destroy(pool);
}

static void what_was_given_last_comes_first(void)
{
	struct pool *pool = pool_create(BLOCK_LEN, 3);
	void *a = pool_take(pool);
	void *b = pool_take(pool);
	void *c = pool_take(pool);

	pool_give(pool, b);
	pool_give(pool, a);
	CHECK(pool_take(pool) == a);
	CHECK(pool_take(pool) == b);
	pool_give(pool, c);
	CHECK(pool_take(pool) == c);
	pool_give(pool, a);
	pool_give(pool, b);
	pool_give(pool, c);
	pool_destroy(pool);
}

static void a_bound_of_none_gives_none(void)
{
	struct pool *pool = pool_create(BLOCK_LEN, 0);

	CHECK(pool_take(pool) == NULL);
	CHECK_INT(pool_taken(pool), 0);
	pool_destroy(pool);
}

static void no_pool_can_be_destroyed(void)
{
	pool_destroy(NULL);
}

TESTS(TEST(has_no_more_than_its_bound), TEST(blocks_are_whole_and_apart),
      TEST(what_was_given_last_comes_first), TEST(a_bound_of_none_gives_none),
      TEST(no_pool_can_be_destroyed))
