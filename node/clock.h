/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - may the wall clock be trusted just now?
 *
 * Packets say on the wall clock when they expire, and money hangs on it. When
 * that clock steps against the monotonic one, no new packets are let in until
 * it has kept pace for a while; those in flight have their deadlines on the
 * monotonic clock and are not touched.
 */
#ifndef NODE_CLOCK_H
#define NODE_CLOCK_H

#include <stdbool.h>

#include "base/time.h"

/* A larger step, at once or in sum, counts. */
#define CLOCK_STEP_US 250000
/* After so long without another step the new time is believed. */
#define CLOCK_STEADY_US 1000000

struct clock {
	int64_t offset_us; /* wall less monotonic, as it was believed */
	int64_t since_us;  /* when it was last believed or seen to step */
	bool steady;
};

void clock_init(struct clock *clock, struct ilp_time now);

/* To be told the time each round. */
void clock_look(struct clock *clock, struct ilp_time now);

/* A moment on the wall clock as a deadline on the monotonic one. */
int64_t clock_deadline_us(struct ilp_time now, int64_t wall_ms);

#endif
