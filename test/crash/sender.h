/* SPDX-License-Identifier: Apache-2.0 */
/* sender.h - a peer that keeps many Prepares in flight, and adds up what it was
 * told is fulfilled: that much it owes, and no crash may make the node forget
 * it. */
#ifndef TEST_CRASH_SENDER_H
#define TEST_CRASH_SENDER_H

#include "test/crash/peer.h"

/* A request id has its place in the table, and above it a part of the number:
 * so no answer is taken for that to another Prepare. */
#define SENDER_PLACE_BITS 8
#define SENDER_IN_FLIGHT (1u << SENDER_PLACE_BITS)

struct sender {
	struct peer peer; /* the first member */
	unsigned index;
	uint64_t sent;
	uint64_t fulfilled; /* packets */
	uint64_t rejected;
	uint64_t cut;   /* were in flight when the node was gone */
	uint64_t heard; /* units that were fulfilled */
	unsigned in_flight;
	struct sender_flight {
		bool open;
		uint32_t request;
		uint64_t number;
	} flights[SENDER_IN_FLIGHT];
};

void sender_init(struct sender *sender, struct crowd *crowd, unsigned index);

/* Sends as many as there is room for, if it is time to send; now and then. */
void sender_fill(struct sender *sender);

#endif
