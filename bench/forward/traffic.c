/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LIFETIME_MS 30000

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void traffic_tick(struct traffic *traffic)
{
	struct ilp_writer w =
		ilp_writer(traffic->expiry, sizeof(traffic->expiry));
	uint64_t wall_ms = clock_ns(CLOCK_REALTIME) / 1000000;

	ilp_write_timestamp(&w, (int64_t)wall_ms + LIFETIME_MS);
	traffic->now_ns = clock_ns(CLOCK_MONOTONIC);
}

void traffic_count(struct traffic *traffic, const char *code,
		   struct ilp_bytes message)
{
	struct traffic_code *row = traffic->codes;
	int len = message.len < TRAFFIC_EXAMPLE_MAX ? (int)message.len :
						      TRAFFIC_EXAMPLE_MAX;

	if (traffic->rejected++ == 0)
		snprintf(traffic->example, sizeof(traffic->example), "%.*s",
			 len, (const char *)message.at);
	while (row->count && memcmp(row->code, code, ILP_CODE_LEN) != 0)
		if (++row == traffic->codes + TRAFFIC_CODES_MAX)
			return;
	memcpy(row->code, code, ILP_CODE_LEN);
	row->count++;
}

void traffic_fail(const char *peer, const char *what)
{
	fprintf(stderr, "%s: %s\n", peer, what);
	exit(1);
}
