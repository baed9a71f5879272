/* SPDX-License-Identifier: Apache-2.0 */
/* held.h - Fulfills that wait until the ledger has what they stand for.
 *
 * They leave in the order in which they came, when the batch that their money
 * is in has become durable. Nothing is ever refused here, for a Fulfill must
 * not be lost; whoever lets new Prepares in looks at how much waits.
 */
#ifndef NODE_HELD_H
#define NODE_HELD_H

#include "base/queue.h"
#include "ilp/packet.h"

#define HELD_BLOCK ((size_t)128 * 1024)

struct held_answer {
	uint64_t batch;   /* the number that books.h gave it */
	uint32_t account; /* the slot of who asked */
	uint32_t request;
	struct ilp_amount amount; /* that it was charged */
	int64_t deadline_us;      /* when it no longer counts */
	uint32_t len;             /* of the packet */
};

struct held {
	struct pool *pool;
	struct queue queue;
};

/* False when there is no memory. */
bool held_init(struct held *held);
void held_finish(struct held *held);

/* The packet is copied. False when there is no memory at all. */
bool held_add(struct held *held, const struct held_answer *answer,
	      struct ilp_bytes packet);

/* The first answer, if its batch is not behind `durable`; held_drop takes it
 * off, and until then the packet is borrowed. */
bool held_first(const struct held *held, uint64_t durable,
		struct held_answer *answer, struct ilp_bytes *packet);
void held_drop(struct held *held);

/* The bytes that wait. */
static inline size_t held_waiting(const struct held *held)
{
	return held->queue.len;
}

#endif
