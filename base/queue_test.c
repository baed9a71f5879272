/* SPDX-License-Identifier: Apache-2.0 */
/* What is added comes out at the front, in order and once, and an empty queue
 * has nothing of the pool. */
#include "base/queue.h"

#include "test/check.h"
#include "test/random.h"

#define BLOCKS 4

static struct pool *pool;
static size_t piece_max;

/* A queue on a new pool. */
static struct queue start(void)
{
	struct queue q;

	pool = pool_create(64, BLOCKS);
	CHECK(pool != NULL);
	piece_max = queue_piece_max(pool);
	CHECK(piece_max > 8 && piece_max <= 64);
	queue_init(&q, pool);
	return q;
}

/* The queue is empty, so the pool has everything. */
static void end(struct queue *q)
{
	CHECK_INT(q->len, 0);
	CHECK_INT(queue_front(q).len, 0);
	CHECK_INT(pool_taken(pool), 0);
	queue_finish(q);
	pool_destroy(pool);
}

/* Adds `len` times `byte`. */
static uint8_t *add(struct queue *q, size_t len, int byte)
{
	uint8_t *at = queue_add(q, len);

	CHECK(at != NULL);
	return memset(at, byte, len);
}

/* The next bytes are `len` times `byte`; takes them off. */
static void take(struct queue *q, size_t len, int byte)
{
	for (size_t i = 0; i < len; i++) {
		struct ilp_bytes front = queue_front(q);

		CHECK(front.len > 0);
		CHECK_INT(front.at[0], byte);
		queue_take(q, 1);
	}
}

static void an_empty_queue_has_no_blocks(void)
{
	struct queue q = start();

	CHECK_INT(queue_front(&q).len, 0);
	queue_take(&q, 0);
	for (int i = 0; i < 2 * BLOCKS; i++) {
		add(&q, piece_max / 2, i);
		CHECK_INT(pool_taken(pool), 1);
		queue_take(&q, piece_max / 2);
		CHECK_INT(pool_taken(pool), 0);
	}
	end(&q);
}

static void small_pieces_share_a_block(void)
{
	struct queue q = start();

	for (size_t i = 0; i < piece_max; i++)
		add(&q, 1, 'a' + (int)(i % 26));
	CHECK_INT(pool_taken(pool), 1);
	CHECK_INT(queue_front(&q).len, piece_max);
	for (size_t i = 0; i < piece_max; i++)
		take(&q, 1, 'a' + (int)(i % 26));
	end(&q);
}

static void a_piece_stays_where_it_is_and_can_be_edited(void)
{
	struct queue q = start();
	uint8_t *first = add(&q, 3, 'x');
	uint8_t *second = add(&q, piece_max, 'y');

	queue_take(&q, 1);
	add(&q, piece_max, 'z');
	first[1] = 'b';
	second[0] = 'c';
	CHECK(queue_front(&q).at == first + 1);
	CHECK_TEXT(queue_front(&q), "bx");
	queue_take(&q, 2);
	CHECK(queue_front(&q).at == second);
	CHECK_INT(queue_front(&q).len, piece_max);
	take(&q, 1, 'c');
	take(&q, piece_max - 1, 'y');
	take(&q, piece_max, 'z');
	end(&q);
}

static void an_exhausted_pool_changes_nothing(void)
{
	struct queue q = start();
	struct queue other;

	queue_init(&other, pool);
	for (int i = 0; i < BLOCKS; i++)
		add(&q, piece_max - 2, i);
	struct queue before = q;
	CHECK(queue_add(&q, 3) == NULL);
	CHECK(queue_add(&other, 1) == NULL);
	CHECK(memcmp(&q, &before, sizeof(q)) == 0);
	CHECK_INT(other.len, 0);
	add(&q, 2, BLOCKS - 1);
	take(&q, piece_max - 2, 0);
	add(&other, 1, 'o');
	for (int i = 1; i < BLOCKS - 1; i++)
		take(&q, piece_max - 2, i);
	take(&q, piece_max, BLOCKS - 1);
	take(&other, 1, 'o');
	queue_finish(&other);
	end(&q);
}

static void what_is_undone_never_was(void)
{
	struct queue q = start();
	uint8_t *undone;

	add(&q, piece_max - 4, 'a');
	undone = add(&q, 4, 'b');
	queue_undo(&q, 3);
	CHECK_INT(q.len, piece_max - 3);
	CHECK(add(&q, 3, 'c') == undone + 1);
	add(&q, 7, 'd');
	queue_undo(&q, 7);
	take(&q, piece_max - 4, 'a');
	take(&q, 1, 'b');
	take(&q, 3, 'c');
	end(&q);
}

/* What was before it in the block is gone, and the block with it. */
static void undoing_all_that_waits_leaves_an_empty_queue(void)
{
	struct queue q = start();

	add(&q, 4, 'a');
	add(&q, 4, 'b');
	take(&q, 4, 'a');
	queue_undo(&q, 4);
	CHECK_INT(pool_taken(pool), 0);
	add(&q, piece_max, 'c');
	take(&q, piece_max, 'c');
	end(&q);
}

static void a_finished_queue_gives_everything_back(void)
{
	struct queue q = start();

	for (int i = 0; i < BLOCKS; i++)
		add(&q, piece_max, i);
	CHECK_INT(pool_taken(pool), BLOCKS);
	queue_finish(&q);
	end(&q);
}

/* The bytes that should wait in a queue. */
struct model {
	uint8_t bytes[BLOCKS * 64];
	size_t len;
	size_t last; /* how many of them were added last */
};

static void model_take(struct model *m, size_t len)
{
	m->len -= len;
	memmove(m->bytes, m->bytes + len, m->len);
	if (m->last > m->len)
		m->last = m->len;
}

static void add_some(struct queue *q, struct model *m, struct random_source *r)
{
	size_t len = random_below(r, piece_max + 1);
	uint8_t *at = queue_add(q, len);

	if (!at)
		return;
	random_bytes(r, at, len);
	memcpy(m->bytes + m->len, at, len);
	m->len += len;
	m->last = len;
}

static void step(struct queue *q, struct model *m, struct random_source *r)
{
	struct ilp_bytes front = queue_front(q);
	size_t len;

	switch (random_below(r, 5)) {
	case 0:
		len = random_below(r, m->last + 1);
		queue_undo(q, len);
		m->len -= len;
		m->last -= len;
		break;
	case 1:
	case 2:
		len = random_below(r, front.len + 1);
		queue_take(q, len);
		model_take(m, len);
		break;
	default:
		add_some(q, m, r);
	}
}

static void has_what_came_and_did_not_go(void)
{
	struct random_source random = random_start();
	struct queue q = start();
	struct model m = { .len = 0 };

	for (int i = 0; i < 100000; i++) {
		struct ilp_bytes front;

		step(&q, &m, &random);
		front = queue_front(&q);
		CHECK_INT(q.len, m.len);
		CHECK((front.len > 0) == (m.len > 0));
		CHECK(front.len <= m.len);
		CHECK_BYTES(front, ((struct ilp_bytes){ m.bytes, front.len }));
	}
	queue_finish(&q);
	end(&q);
}

static void all_that_waits_can_be_looked_at(void)
{
	struct queue q = start();
	struct queue_walk walk = { NULL };
	size_t len, sum = 0, blocks = 0;
	uint8_t *at;

	CHECK(!queue_walk(&q, &walk, &at, &len));
	for (int i = 0; i < 3; i++)
		add(&q, piece_max - 8, 'a' + i);
	queue_take(&q, 5);
	for (; queue_walk(&q, &walk, &at, &len); sum += len)
		CHECK_INT(*at, 'a' + (int)blocks++);
	CHECK_INT(blocks, 3);
	CHECK_INT(sum, q.len);
	while (q.len)
		queue_take(&q, queue_front(&q).len);
	end(&q);
}

TESTS(TEST(all_that_waits_can_be_looked_at), TEST(an_empty_queue_has_no_blocks),
      TEST(small_pieces_share_a_block),
      TEST(a_piece_stays_where_it_is_and_can_be_edited),
      TEST(an_exhausted_pool_changes_nothing), TEST(what_is_undone_never_was),
      TEST(undoing_all_that_waits_leaves_an_empty_queue),
      TEST(a_finished_queue_gives_everything_back),
      TEST(has_what_came_and_did_not_go))
