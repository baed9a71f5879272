/* SPDX-License-Identifier: Apache-2.0 */
/* receiver.h - a peer that does with each Prepare what is planned for it, and
 * adds up what it has let the fulfillment go for: that much it claims from the
 * node, and the sender may be charged that and no more. It is honest, and lets
 * none go when there is hardly time for it. */
#ifndef TEST_CRASH_RECEIVER_H
#define TEST_CRASH_RECEIVER_H

#include "test/crash/peer.h"

#define RECEIVER_LATE_MAX 4096

struct receiver {
	struct peer peer; /* the first member */
	unsigned index;
	uint64_t claims;
	uint64_t posthumous; /* of them, let go when the node was another one */
	uint64_t charges[PLAN_PEERS]; /* to each sender, in its units */
	size_t late_count;
	struct receiver_late {
		int64_t at_ms;
		int64_t expires_at_ms;
		unsigned run;
		uint32_t request;
		uint64_t number;
	} late[RECEIVER_LATE_MAX]; /* in no order */
};

void receiver_init(struct receiver *receiver, struct crowd *crowd,
		   unsigned index);

/* Gives the late answers whose time has come. A node that has come back gets
 * those that are for the one before: what it does not know it owes as well. */
void receiver_tick(struct receiver *receiver);

#endif
