/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - the packets of the load that a node is killed under: all there is to
 * know of one follows from its number, which it carries in its data. So a
 * sender and a receiver keep nothing but sums, and no two packets have the same
 * condition, whatever became of the node between them. */
#ifndef TEST_CRASH_PLAN_H
#define TEST_CRASH_PLAN_H

#include "ilp/condition.h"

/* So many send, as s0, s1, ... and as many receive, as r0, r1, ...; the first
 * half of either has USD, and the second EUR. */
#define PLAN_PEERS 4

/* How long after its expiry comes an answer that is too late. */
#define PLAN_TOO_LATE_MS 500

enum plan_conduct {
	PLAN_FULFILL,
	PLAN_REJECT,
	PLAN_LATE,     /* a Fulfill after some time, */
	PLAN_TOO_LATE, /* or after the expiry, which is worth nothing */
	PLAN_NEVER,    /* no answer */
};

struct plan {
	unsigned sender, receiver;
	uint64_t in;  /* what the sender pays, */
	uint64_t out; /* and what the receiver gets, after the exchange */
	enum plan_conduct conduct;
	int64_t delay_ms; /* of what is late */
	uint8_t fulfillment[ILP_HASH_LEN];
	uint8_t condition[ILP_HASH_LEN];
};

struct plan plan_of(struct ilp_crypto *crypto, uint64_t number);

#endif
