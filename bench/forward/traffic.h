/* SPDX-License-Identifier: Apache-2.0 */
/* traffic.h - what all senders and receivers share: the plan of the load, the
 * clock of the round, and what came of it. What a node may not do ends the
 * program; what it may, such as rejecting, is counted. */
#ifndef BENCH_FORWARD_TRAFFIC_H
#define BENCH_FORWARD_TRAFFIC_H

#include "bench/forward/histogram.h"
#include "bench/forward/packet.h"

#define TRAFFIC_CODES_MAX 16
#define TRAFFIC_EXAMPLE_MAX 128

struct traffic {
	struct packet_secrets secrets;
	unsigned links; /* senders, and as many receivers */
	bool relayed;   /* by something that leaves Prepares as they are */
	uint64_t up;    /* connections that are logged in */
	bool sending;   /* each answer is followed by the next Prepare */
	bool measuring;

	/* When the bytes that are worked on were read. What is sent in answer
	 * counts as sent then, so our own work is part of a latency. */
	uint64_t now_ns;
	uint8_t expiry[ILP_TIMESTAMP_LEN];

	uint64_t sent, answered, fulfilled, rejected; /* Prepares */
	struct histogram latency_ns; /* of what was fulfilled while measuring */
	struct traffic_code {
		char code[ILP_CODE_LEN + 1];
		uint64_t count;
	} codes[TRAFFIC_CODES_MAX];
	char example[TRAFFIC_EXAMPLE_MAX]; /* what the first one said */
};

/* Reads the clocks; packets sent from now on expire in half a minute. */
void traffic_tick(struct traffic *traffic);

/* Counts a refusal; `code` is of three characters. */
void traffic_count(struct traffic *traffic, const char *code,
		   struct ilp_bytes message);

/* Ends the program: this peer has seen what no node may do. */
_Noreturn void traffic_fail(const char *peer, const char *what);

#endif
