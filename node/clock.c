/* SPDX-License-Identifier: Apache-2.0 */
#include "node/clock.h"

static int64_t offset_us(struct ilp_time now)
{
	return now.wall_ms * 1000 - now.monotonic_us;
}

void clock_init(struct clock *clock, struct ilp_time now)
{
	*clock = (struct clock){ .offset_us = offset_us(now),
				 .since_us = now.monotonic_us,
				 .steady = true };
}

/* Clocks drift and are slewed, so now and then the offset is taken anew; too
 * seldom to let a step pass in small pieces. */
void clock_look(struct clock *clock, struct ilp_time now)
{
	int64_t drift = offset_us(now) - clock->offset_us;
	bool stepped = drift > CLOCK_STEP_US || drift < -CLOCK_STEP_US;

	if (!stepped && now.monotonic_us - clock->since_us < CLOCK_STEADY_US)
		return;
	clock->steady = !stepped;
	clock->offset_us = offset_us(now);
	clock->since_us = now.monotonic_us;
}

int64_t clock_deadline_us(struct ilp_time now, int64_t wall_ms)
{
	int64_t left_ms;
	int64_t deadline;

	/* What no calendar reaches never comes, or is past. */
	if (__builtin_sub_overflow(wall_ms, now.wall_ms, &left_ms) ||
	    __builtin_mul_overflow(left_ms, 1000, &deadline) ||
	    __builtin_add_overflow(deadline, now.monotonic_us, &deadline))
		return wall_ms > now.wall_ms ? ILP_NEVER_US : INT64_MIN;
	return deadline;
}
