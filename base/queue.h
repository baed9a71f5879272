/* SPDX-License-Identifier: Apache-2.0 */
/* queue.h - bytes that wait to be written: a chain of blocks from a pool, and
 * none when it is empty.
 *
 * What is added lies in one piece and stays where it is until it is taken
 * off the front, so that it can still be edited. Whoever adds knows how much
 * may wait (`len`); the queue itself only ends where the pool does.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include "base/bytes.h"
#include "base/pool.h"

struct queue_block;

struct queue {
	struct pool *pool;
	struct queue_block *first;
	struct queue_block *last;
	size_t len; /* of all that waits; others may read it */
};

void queue_init(struct queue *q, struct pool *pool);
void queue_finish(struct queue *q);

/* The longest piece that can be added to a queue on such a pool. */
size_t queue_piece_max(const struct pool *pool);

/* Room for `len` bytes at the end, which count from now on: the caller fills
 * them. NULL, and nothing is changed, when the pool has no more. */
uint8_t *queue_add(struct queue *q, size_t len);

/* Takes back the last `len` bytes of what was added last. */
void queue_undo(struct queue *q, size_t len);

/* The bytes in front that lie in one piece; empty when there are none. */
struct ilp_bytes queue_front(const struct queue *q);

/* Goes through all that waits, front first, a block of whole pieces at a
 * time: start with an empty walk. Nothing may be added or taken on the way. */
struct queue_walk {
	struct queue_block *block;
};

bool queue_walk(const struct queue *q, struct queue_walk *walk, uint8_t **at,
		size_t *len);

/* Takes `len` of them off. */
void queue_take(struct queue *q, size_t len);

#endif
