/* SPDX-License-Identifier: Apache-2.0 */
/* Waits double up to a minute, half of each is drawn, and a connection that
 * was good begins them anew. */
#include "node/dial.h"

#include "test/check.h"
#include "test/random.h"

/* The longest wait after so many failures before this one. */
static int64_t longest_us(int failures)
{
	int64_t wait_us = DIAL_FIRST_US;

	while (failures-- > 0 && wait_us < DIAL_LONGEST_US)
		wait_us *= 2;
	return wait_us < DIAL_LONGEST_US ? wait_us : DIAL_LONGEST_US;
}

static void waits_double_up_to_a_minute_and_half_of_each_is_certain(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 1000; turn++) {
		struct dial dial = { 0 };

		for (int failures = 0; failures < 40; failures++) {
			int64_t wait_us =
				dial_down(&dial, failures, random_u64(&random));

			CHECK(wait_us >= longest_us(failures) / 2);
			CHECK(wait_us <= longest_us(failures));
		}
	}
}

static void the_other_half_is_drawn_to_both_ends(void)
{
	const int64_t half_us = DIAL_FIRST_US / 2;
	struct dial dial = { 0 };

	CHECK_INT(dial_down(&dial, 0, 0), half_us);
	dial = (struct dial){ 0 };
	CHECK_INT(dial_down(&dial, 0, (uint64_t)half_us), 2 * half_us);
	dial = (struct dial){ 0 };
	CHECK_INT(dial_down(&dial, 0, (uint64_t)half_us + 1), half_us);
	dial = (struct dial){ 0 };
	CHECK_INT(dial_down(&dial, 0, 1234), half_us + 1234);
}

static void never_waits_for_longer_than_a_minute(void)
{
	struct dial dial = { 0 };

	for (int i = 0; i < 100000; i++)
		CHECK(dial_down(&dial, i, UINT64_MAX) <= DIAL_LONGEST_US);
	CHECK(dial_down(&dial, 0, 0) == DIAL_LONGEST_US / 2);
}

/* Fails ten times, is up for so long, and is down again: the first wait? */
static bool forgets_after(int64_t up_us)
{
	struct dial dial = { 0 };

	for (int i = 0; i < 10; i++)
		dial_down(&dial, i, 0);
	dial_up(&dial, 77);
	return dial_down(&dial, 77 + up_us, 0) == DIAL_FIRST_US / 2;
}

static void a_connection_wipes_the_slate_when_it_was_up_for_a_while(void)
{
	CHECK(!forgets_after(0));
	CHECK(!forgets_after(DIAL_GOOD_US - 1));
	CHECK(forgets_after(DIAL_GOOD_US));
	CHECK(forgets_after(1000 * (int64_t)DIAL_GOOD_US));
}

static void a_connection_counts_once(void)
{
	struct dial dial = { 0 };

	dial_up(&dial, 0);
	CHECK_INT(dial_down(&dial, DIAL_GOOD_US, 0), DIAL_FIRST_US / 2);
	for (int failures = 1; failures < 8; failures++)
		CHECK_INT(dial_down(&dial, 100 * (int64_t)DIAL_GOOD_US, 0),
			  longest_us(failures) / 2);
}

static void short_connections_count_as_failures(void)
{
	struct dial dial = { 0 };

	for (int failures = 0; failures < 8; failures++) {
		dial_up(&dial, failures);
		CHECK_INT(dial_down(&dial, failures + DIAL_GOOD_US - 1, 0),
			  longest_us(failures) / 2);
	}
}

TESTS(TEST(waits_double_up_to_a_minute_and_half_of_each_is_certain),
      TEST(the_other_half_is_drawn_to_both_ends),
      TEST(never_waits_for_longer_than_a_minute),
      TEST(a_connection_wipes_the_slate_when_it_was_up_for_a_while),
      TEST(a_connection_counts_once), TEST(short_connections_count_as_failures))
