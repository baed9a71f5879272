/* SPDX-License-Identifier: Apache-2.0 */
/* transfer.h - what the observer remembers of one Prepare on one edge. */
#ifndef SIM_TRANSFER_H
#define SIM_TRANSFER_H

#include "base/index.h"
#include "ilp/rate.h"
#include "test/sim/heap.h"
#include "test/sim/payment.h"

struct transfer {
	struct transfer *next; /* in the order of sending */
	uint64_t order;
	struct index_entry by_request;
	struct index_entry by_number;
	struct index_entry by_secret;
	unsigned edge;
	unsigned side; /* that asks */
	uint64_t request;
	bool readable; /* it is a Prepare at all */
	struct payment payment;
	uint64_t amount;
	int64_t expires_ms;
	uint64_t content;        /* a hash of what must stay as it is */
	struct transfer *parent; /* on the edge before, if a node asks */
	struct transfer *child;  /* on the next edge, if a node forwarded it */

	/* The side that asks. */
	uint32_t asker_life;
	int64_t deadline_us; /* on its monotonic clock */
	bool live;           /* it may still be fulfilled there */
	bool paid;           /* it was */
	bool late;           /* its Fulfill came too late */

	/* The side that is asked. */
	uint32_t asked_life;
	uint32_t cable; /* on which it arrived; 0: it did not */
	struct ilp_time arrived;
	int64_t in_deadline_us;   /* when it expires for it */
	int64_t patience_us;      /* and until when it needs to care */
	unsigned way;             /* the edge that a node sends it on by */
	bool barred;              /* the account was stopped when it arrived */
	bool fulfilled;           /* the money may be charged to the asker */
	int64_t fulfilled_us;     /* when, on nobody's clock */
	uint64_t fulfilled_order; /* of all fulfills */
	uint32_t fulfilled_ups;   /* connections of the asker until then */
	bool fulfilled_apart;     /* when it had none */
	uint32_t fulfilled_epoch;
	int64_t forgotten_us; /* when it heard that no answer is wanted */
	bool answered;
	uint32_t answer_cable;
	bool released; /* its Fulfill, as the answer to this or to a repetition
			*/
};

struct transfers {
	struct transfer *first;
	struct transfer **end;
	uint64_t count;
	struct index by_request;
	struct index by_number;
	struct index by_secret;
};

void transfers_init(struct transfers *all);
void transfers_finish(struct transfers *all);

/* A new one, with what it is found by: edge, side, request and payment. */
struct transfer *transfers_add(struct transfers *all,
			       const struct transfer *like);

/* The latest one with this request id from this side; NULL: none. */
struct transfer *transfers_find(const struct transfers *all, unsigned edge,
				unsigned side, uint64_t request);

/* All transfers of a payment, or of a secret: the first, and the next after
 * another one. NULL behind the last. */
struct transfer *transfers_of_payment(const struct transfers *all,
				      uint64_t number,
				      const struct transfer *after);
struct transfer *transfers_of_secret(const struct transfers *all,
				     uint64_t secret,
				     const struct transfer *after);

#endif
