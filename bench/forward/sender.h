/* SPDX-License-Identifier: Apache-2.0 */
/* sender.h - a peer that keeps a number of Prepares in flight: the answer to
 * one, once it is checked, is followed by the next. All of them go to the
 * receiver of the same number, as the relay joins them, so that a node and the
 * relay have the same bytes to read and write. */
#ifndef BENCH_FORWARD_SENDER_H
#define BENCH_FORWARD_SENDER_H

#include "bench/forward/peer.h"

/* A request id has the place in the table below, and above it the lowest bits
 * of the packet's number: so no answer is taken for that to another packet. */
#define SENDER_PLACE_BITS 11
#define SENDER_IN_FLIGHT_MAX (1u << SENDER_PLACE_BITS)

struct sender {
	struct peer peer; /* the first member */
	struct packet_prepare prepare;
	struct packet_fulfill fulfill;
	unsigned index;
	unsigned in_flight;
	uint64_t sent;
	struct sender_flight {
		bool open;
		uint32_t request;
		uint64_t number;
		uint64_t sent_ns;
	} flights[SENDER_IN_FLIGHT_MAX];
};

void sender_init(struct sender *sender, struct traffic *traffic, unsigned index,
		 unsigned in_flight);

/* Sends the first Prepares. */
void sender_start(struct sender *sender);

#endif
