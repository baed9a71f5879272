/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <assert.h>
#include <stdlib.h>

/* More idle blocks than these go back to the allocator. */
#define IDLE_MAX 256

struct idle {
	struct idle *next;
};

struct pool {
	size_t block_len;
	size_t blocks_max;
	size_t taken;
	size_t idle_count;
	struct idle *idle;
};

struct pool *pool_create(size_t block_len, size_t blocks_max)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	assert(block_len >= sizeof(struct idle));
	if (!pool)
		return NULL;
	pool->block_len = block_len;
	pool->blocks_max = blocks_max;
	return pool;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	assert(pool->taken == 0);
	while (pool->idle) {
		struct idle *block = pool->idle;

		pool->idle = block->next;
		free(block);
	}
	free(pool);
}

void *pool_take(struct pool *pool)
{
	struct idle *block = pool->idle;

	if (pool->taken == pool->blocks_max)
		return NULL;
	if (block) {
		pool->idle = block->next;
		pool->idle_count--;
	} else {
		block = malloc(pool->block_len);
	}
	if (block)
		pool->taken++;
	return block;
}

void pool_give(struct pool *pool, void *block)
{
	struct idle *idle = block;

	assert(pool->taken > 0);
	pool->taken--;
	if (pool->idle_count == IDLE_MAX) {
		free(block);
		return;
	}
	idle->next = pool->idle;
	pool->idle = idle;
	pool->idle_count++;
}

size_t pool_block_len(const struct pool *pool)
{
	return pool->block_len;
}

size_t pool_taken(const struct pool *pool)
{
	return pool->taken;
}
