/* SPDX-License-Identifier: Apache-2.0 */
/* fulfilled.h - the transfers that we fulfilled last, and how.
 *
 * A peer that has not heard our Fulfill may ask again for the same transfer.
 * It gets the same answer, and is not charged again, as long as we remember:
 * until the transfer's expiry, and no more than so many transfers with so
 * much data; the oldest are forgotten first.
 */
#ifndef NODE_FULFILLED_H
#define NODE_FULFILLED_H

#include "ilp/packet.h"

struct fulfilled;

/* NULL when there is no memory. Both sizes are powers of two. */
struct fulfilled *fulfilled_create(size_t transfers, size_t data_bytes);
void fulfilled_destroy(struct fulfilled *memory);

struct fulfilled_transfer {
	uint64_t hash; /* of destination and condition */
	uint8_t condition[32];
	uint32_t account; /* the slot of who asked */
	struct ilp_amount amount; /* and was charged */
	int64_t deadline_us;
	uint64_t batch; /* of the books, that the charge is in */
};

/* Says that a transfer of this hash will soon be looked for or added. */
void fulfilled_expect(const struct fulfilled *memory, uint64_t hash);

/* Remembers the packet that fulfilled a transfer. One too large for the
 * memory is not remembered. */
void fulfilled_add(struct fulfilled *memory,
		   const struct fulfilled_transfer *transfer,
		   struct ilp_bytes packet);

/* The Fulfill of this transfer, if the same account asks for no more than it
 * was charged, before the deadline; empty when there is none. Borrowed until
 * the next one is added. `batch` is the one that was added with it: before
 * that is durable nobody may have the Fulfill. */
struct ilp_bytes fulfilled_find(const struct fulfilled *memory,
				const struct fulfilled_transfer *transfer,
				int64_t now_us, uint64_t *batch);

/* Forgets what an account asked for, before its slot gets another one. */
void fulfilled_forget(struct fulfilled *memory, uint32_t account);

#endif
