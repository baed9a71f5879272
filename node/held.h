/* SPDX-License-Identifier: Apache-2.0 */
/* held.h - answers that wait: Fulfills until the ledger has what they stand
 * for, and whatever comes in a burst until the driver has written some of it.
 *
 * They leave in the order in which they came, when the batch that their money
 * is in has become durable. Nothing is ever refused here, for an answer must
 * not be lost; whoever lets new Prepares in looks at how much waits.
 */
#ifndef NODE_HELD_H
#define NODE_HELD_H

#include "base/queue.h"
#include "ilp/packet.h"
#include "node/session.h"

#define HELD_BLOCK ((size_t)128 * 1024)

struct held_answer {
	uint64_t batch;   /* the number that books.h gave it; 0: none */
	uint32_t account; /* the slot of who asked */
	struct way_back back;
	uint32_t came;            /* its Prepare, if it is a Fulfill: a stamp */
	struct ilp_amount amount; /* which was posted, if it is `charged` */
	int64_t deadline_us;      /* when it no longer counts */
	uint32_t len;             /* of the packet */
	bool charged;             /* it is a Fulfill, and its leg posted */
	bool gone;                /* it has left before its turn */
};

struct held {
	struct pool *pool;
	struct queue queue;
};

/* False when there is no memory. */
bool held_init(struct held *held);
void held_finish(struct held *held);

/* Copies the packet behind the others, and gives the answer's place, for the
 * caller to fill in all but the length before anything else is done. NULL when
 * there is no memory at all. */
struct held_answer *held_add(struct held *held, struct ilp_bytes packet);

/* The first answer, if its batch is not behind `durable`; held_drop takes it
 * off, and until then the packet is borrowed. */
bool held_first(const struct held *held, uint64_t durable,
		struct held_answer *answer, struct ilp_bytes *packet);
void held_drop(struct held *held);

/* The next answer in the order of coming, start with an empty walk; held_leave
 * notes that this one has left now, though it keeps its place. Nothing may be
 * added or dropped on the way. */
struct held_walk {
	struct queue_walk block;
	uint8_t *at;
	uint8_t *next;
	size_t left; /* of the block, behind that */
};

bool held_next(const struct held *held, struct held_walk *walk,
	       struct held_answer *answer, struct ilp_bytes *packet);
void held_leave(struct held_walk *walk);

/* The bytes that wait. */
static inline size_t held_waiting(const struct held *held)
{
	return held->queue.len;
}

#endif
