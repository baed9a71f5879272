/* SPDX-License-Identifier: Apache-2.0 */
#include "base/queue.h"

#include <assert.h>

struct queue_block {
	struct queue_block *next;
	size_t start;
	size_t end;
	uint8_t bytes[];
};

void queue_init(struct queue *q, struct pool *pool)
{
	assert(pool_block_len(pool) > sizeof(struct queue_block));
	*q = (struct queue){ .pool = pool };
}

static void drop_first(struct queue *q)
{
	struct queue_block *block = q->first;

	q->first = block->next;
	if (!q->first)
		q->last = NULL;
	pool_give(q->pool, block);
}

void queue_finish(struct queue *q)
{
	while (q->first)
		drop_first(q);
	q->len = 0;
}

size_t queue_piece_max(const struct pool *pool)
{
	return pool_block_len(pool) - sizeof(struct queue_block);
}

static struct queue_block *append_block(struct queue *q)
{
	struct queue_block *block = pool_take(q->pool);

	if (!block)
		return NULL;
	block->next = NULL;
	block->start = 0;
	block->end = 0;
	if (q->last)
		q->last->next = block;
	else
		q->first = block;
	q->last = block;
	return block;
}

uint8_t *queue_add(struct queue *q, size_t len)
{
	size_t room = queue_piece_max(q->pool);
	struct queue_block *block = q->last;
	uint8_t *at;

	assert(len <= room);
	if (!block || room - block->end < len)
		block = append_block(q);
	if (!block)
		return NULL;
	at = block->bytes + block->end;
	block->end += len;
	q->len += len;
	return at;
}

/* A block that undoing has emptied may stay behind others, since it has room
 * for any piece; in front it would hide what is added after it. */
static void drop_empty(struct queue *q)
{
	while (q->first && q->first->start == q->first->end)
		drop_first(q);
}

void queue_undo(struct queue *q, size_t len)
{
	struct queue_block *block = q->last;

	if (len == 0)
		return;
	assert(block && len <= block->end - block->start);
	block->end -= len;
	q->len -= len;
	drop_empty(q);
}

struct ilp_bytes queue_front(const struct queue *q)
{
	const struct queue_block *block = q->first;

	if (!block)
		return (struct ilp_bytes){ NULL, 0 };
	return (struct ilp_bytes){ block->bytes + block->start,
				   block->end - block->start };
}

void queue_take(struct queue *q, size_t len)
{
	struct queue_block *block = q->first;

	if (len == 0)
		return;
	assert(block && len <= block->end - block->start);
	block->start += len;
	q->len -= len;
	drop_empty(q);
}

bool queue_walk(const struct queue *q, struct queue_walk *walk, uint8_t **at,
		size_t *len)
{
	walk->block = walk->block ? walk->block->next : q->first;
	if (!walk->block)
		return false;
	*at = walk->block->bytes + walk->block->start;
	*len = walk->block->end - walk->block->start;
	return true;
}
