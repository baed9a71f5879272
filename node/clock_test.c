/* SPDX-License-Identifier: Apache-2.0 */
/* A wall clock that steps is not believed until it has kept pace for a while;
 * one that drifts is; and a moment is as far away on both clocks. */
#include "node/clock.h"

#include "test/check.h"
#include "test/random.h"

__extension__ typedef __int128 wide;

#define WALL_MS INT64_C(1700000000000)

/* So long after the start, with the wall clock so far off. */
static struct ilp_time time_at(int64_t after_us, int64_t off_us)
{
	return (struct ilp_time){ 5000000 + after_us,
				  WALL_MS + (after_us + off_us) / 1000 };
}

static struct clock start(void)
{
	struct clock clock;

	clock_init(&clock, time_at(0, 0));
	CHECK(clock.steady);
	return clock;
}

static void look(struct clock *clock, int64_t after_us, int64_t off_us)
{
	clock_look(clock, time_at(after_us, off_us));
}

static void a_clock_that_keeps_pace_is_steady(void)
{
	struct clock clock = start();

	for (int64_t t = 0; t < 100 * CLOCK_STEADY_US; t += 77777) {
		look(&clock, t, 0);
		CHECK(clock.steady);
	}
	/* Also after a long sleep. */
	look(&clock, 1000 * INT64_C(3600000000), 0);
	CHECK(clock.steady);
}

static void only_a_larger_step_counts_in_either_direction(void)
{
	for (int sign = -1; sign <= 1; sign += 2) {
		struct clock clock = start();

		look(&clock, 1000, sign * CLOCK_STEP_US);
		CHECK(clock.steady);
		look(&clock, 2000, sign * (CLOCK_STEP_US + 1000));
		CHECK(!clock.steady);
	}
}

static void after_a_step_it_is_believed_once_it_has_kept_pace(void)
{
	const int64_t step_us = 3600 * INT64_C(1000000);
	struct clock clock = start();

	look(&clock, 1000, step_us);
	look(&clock, 500000, step_us);
	CHECK(!clock.steady);
	look(&clock, 1000 + CLOCK_STEADY_US - 1, step_us);
	CHECK(!clock.steady);
	look(&clock, 1000 + CLOCK_STEADY_US, step_us);
	CHECK(clock.steady);
}

static void another_step_begins_the_wait_anew(void)
{
	const int64_t step_us = 300000;
	struct clock clock = start();

	look(&clock, 0, step_us);
	look(&clock, 900000, 2 * step_us);
	look(&clock, CLOCK_STEADY_US, 2 * step_us);
	CHECK(!clock.steady);
	look(&clock, 900000 + CLOCK_STEADY_US - 1, 2 * step_us);
	CHECK(!clock.steady);
	look(&clock, 900000 + CLOCK_STEADY_US, 2 * step_us);
	CHECK(clock.steady);
}

static void stepping_back_is_a_step_as_well(void)
{
	struct clock clock = start();

	look(&clock, 0, 1000000);
	look(&clock, 10, 0);
	CHECK(!clock.steady);
	look(&clock, 10 + CLOCK_STEADY_US, 0);
	CHECK(clock.steady);
}

static void a_step_in_small_pieces_is_one(void)
{
	struct clock clock = start();

	for (int64_t i = 1; i <= 25; i++) {
		look(&clock, i * 1000, i * 10000);
		CHECK(clock.steady);
	}
	look(&clock, 26000, 260000);
	CHECK(!clock.steady);
}

/* Half a thousandth, the fastest that clocks are slewed at, for an hour. */
static void a_slow_drift_is_followed(void)
{
	struct clock clock = start();

	for (int64_t t = 0; t < INT64_C(3600000000); t += 50000) {
		look(&clock, t, t / 2000);
		CHECK(clock.steady);
	}
}

static void a_moment_is_as_far_away_on_both_clocks(void)
{
	const struct ilp_time now = { 7000123, WALL_MS };

	CHECK_INT(clock_deadline_us(now, WALL_MS), 7000123);
	CHECK_INT(clock_deadline_us(now, WALL_MS + 30000), 37000123);
	CHECK_INT(clock_deadline_us(now, WALL_MS - 8), 6992123);
}

static void what_cannot_be_counted_never_comes_or_is_past(void)
{
	const struct ilp_time now = { 7000123, WALL_MS };
	const struct ilp_time early = { 7000123, -WALL_MS };

	CHECK_INT(clock_deadline_us(now, INT64_MAX), ILP_NEVER_US);
	CHECK_INT(clock_deadline_us(early, INT64_MAX), ILP_NEVER_US);
	CHECK_INT(clock_deadline_us(now, INT64_MAX / 1000 + WALL_MS),
		  ILP_NEVER_US);
	CHECK_INT(clock_deadline_us(now, INT64_MIN), INT64_MIN);
	CHECK_INT(clock_deadline_us(early, INT64_MIN), INT64_MIN);
	CHECK(clock_deadline_us(now, -WALL_MS) < now.monotonic_us);
}

static void every_deadline_is_exact_or_out_of_range(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 100000; i++) {
		const struct ilp_time now = {
			(int64_t)(random_wide(&random) >> 1),
			(int64_t)(random_wide(&random) >> 10),
		};
		int64_t wall_ms = (int64_t)random_wide(&random);
		wide left_us = ((wide)wall_ms - now.wall_ms) * 1000;
		wide exact = left_us + now.monotonic_us;

		if (exact > INT64_MAX)
			exact = ILP_NEVER_US;
		if (left_us < INT64_MIN)
			exact = INT64_MIN;
		CHECK_INT(clock_deadline_us(now, wall_ms), exact);
	}
}

TESTS(TEST(a_clock_that_keeps_pace_is_steady),
      TEST(only_a_larger_step_counts_in_either_direction),
      TEST(after_a_step_it_is_believed_once_it_has_kept_pace),
      TEST(another_step_begins_the_wait_anew),
      TEST(stepping_back_is_a_step_as_well),
      TEST(a_step_in_small_pieces_is_one), TEST(a_slow_drift_is_followed),
      TEST(a_moment_is_as_far_away_on_both_clocks),
      TEST(what_cannot_be_counted_never_comes_or_is_past),
      TEST(every_deadline_is_exact_or_out_of_range))
