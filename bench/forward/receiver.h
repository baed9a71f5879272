/* SPDX-License-Identifier: Apache-2.0 */
/* receiver.h - a peer that checks each Prepare and fulfills it. */
#ifndef BENCH_FORWARD_RECEIVER_H
#define BENCH_FORWARD_RECEIVER_H

#include "bench/forward/peer.h"

struct receiver {
	struct peer peer; /* the first member */
	unsigned index;
	struct packet_prepare prepare;
	struct packet_fulfill fulfill;
};

void receiver_init(struct receiver *receiver, struct traffic *traffic,
		   unsigned index);

#endif
