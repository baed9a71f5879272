/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent on stays under a ceiling that is durable, whatever is asked for
 * when; and the ceiling follows what is needed, up and down. */
#include "node/exposure.h"

#include "test/check.h"
#include "test/random.h"

#define MOST (~(ilp_u128)0)

static void at_first_everything_has_to_be_asked_for(void)
{
	struct exposure e = { .durable = 0 };

	CHECK(exposure_wish(&e, 10, MOST) == 40);
	exposure_ask(&e, 40, 7);
	CHECK(e.durable == 0 && e.easy == 0);
	exposure_settle(&e, 6);
	CHECK(e.durable == 0);
	exposure_settle(&e, 7);
	CHECK(e.durable == 40 && e.easy == 20 && e.batch == 0);
}

static void more_is_asked_for_ahead_of_need(void)
{
	struct exposure e = { .durable = 0 };

	exposure_ask(&e, 40, 1);
	exposure_settle(&e, 1);
	CHECK(exposure_wish(&e, 20, MOST) == 0);
	CHECK(exposure_wish(&e, 21, MOST) == 84);
	/* Once is enough. */
	exposure_ask(&e, 84, 2);
	CHECK(exposure_wish(&e, 22, MOST) == 0);
	CHECK(exposure_wish(&e, 43, MOST) == 172);
}

static void no_more_than_there_can_be_is_asked_for_unless_needed(void)
{
	struct exposure e = { .durable = 0 };

	CHECK(exposure_wish(&e, 10, 25) == 25);
	exposure_ask(&e, 25, 1);
	CHECK(exposure_wish(&e, 20, 25) == 0);
	CHECK(exposure_wish(&e, 30, 25) == 30);
}

static void sums_have_no_end(void)
{
	struct exposure e = { .durable = 0 };

	CHECK(exposure_wish(&e, MOST / 2, MOST) == MOST);
	exposure_ask(&e, MOST, 1);
	exposure_settle(&e, 1);
	CHECK(exposure_wish(&e, MOST, MOST) == 0);
	CHECK(exposure_rest(&e, MOST / 4) == MOST);
}

static void a_ceiling_far_above_need_goes_down_at_once(void)
{
	struct exposure e = { .durable = 0 };

	exposure_ask(&e, 1600, 1);
	exposure_settle(&e, 1);
	CHECK(exposure_rest(&e, 100) == 1600);
	CHECK(exposure_rest(&e, 99) == 396);
	CHECK(exposure_rest(&e, 0) == 0);
	exposure_ask(&e, 396, 2);
	CHECK(e.durable == 396);
	/* Not while the ledger is being asked. */
	CHECK(exposure_rest(&e, 0) == 396);
	exposure_settle(&e, 2);
	CHECK(exposure_rest(&e, 0) == 0);
}

static void what_was_earned_counts_until_it_is_durable(void)
{
	struct exposure e = { .durable = 0 };

	exposure_post(&e, 1, 5);
	exposure_post(&e, 2, 5);
	exposure_post(&e, 4, 6);
	exposure_post(&e, 8, 7);
	CHECK(exposure_need(&e, 100) == 115);
	exposure_settle(&e, 4);
	CHECK(exposure_need(&e, 0) == 15);
	exposure_settle(&e, 5);
	CHECK(exposure_need(&e, 0) == 12);
	exposure_post(&e, 16, 8);
	exposure_settle(&e, 7);
	CHECK(exposure_need(&e, 0) == 16);
	exposure_settle(&e, 8);
	CHECK(exposure_need(&e, 0) == 0);
	exposure_post(&e, 1, 9);
	exposure_post(&e, 1, 10);
	exposure_settle(&e, 10);
	CHECK(exposure_need(&e, 0) == 0);
}

static void what_an_earlier_run_had_is_in_doubt_and_then_unresolved(void)
{
	struct exposure e = { .durable = 0 };

	exposure_begin(&e, 100, 5);
	CHECK(e.in_doubt == 100 && e.durable == 100 && e.unresolved == 5);
	exposure_lapse(&e);
	CHECK(e.in_doubt == 0 && e.unresolved == 105);
	exposure_lapse(&e);
	CHECK(e.unresolved == 105);
}

/* Nodes that crash again and again would ask for the square of the square. */
static void what_is_in_doubt_needs_nothing_to_spare(void)
{
	struct exposure e = { .durable = 0 };

	exposure_begin(&e, 1000, 0);
	CHECK(e.easy == 1000);
	CHECK(exposure_rest(&e, 1000) == 1000);
	CHECK(exposure_wish(&e, 1010, MOST) == 1040);
	CHECK(exposure_wish(&e, 1010, 1025) == 1025);
	exposure_ask(&e, 1040, 1);
	exposure_settle(&e, 1);
	CHECK(e.easy == 1020);
	CHECK(exposure_wish(&e, 1020, MOST) == 0);
	CHECK(exposure_wish(&e, 1021, MOST) == 1084);
	CHECK(exposure_rest(&e, 1003) == 1040);
	CHECK(exposure_rest(&e, 1002) == 1008);
	exposure_lapse(&e);
	CHECK(e.easy == 520);
}

static void what_is_in_doubt_has_no_end_either(void)
{
	struct exposure e = { .durable = 0 };

	exposure_begin(&e, MOST - 1, 0);
	CHECK(exposure_wish(&e, MOST, MOST) == MOST);
	CHECK(exposure_rest(&e, MOST - 1) == MOST - 1);
}

/* The ledger becomes durable when it likes; what may be sent is never more
 * than it has by then, in whatever order ceilings rise and fall. */
static void never_promises_more_than_the_ledger_has(void)
{
	enum { BATCHES = 4000 };
	static ilp_u128 asked[BATCHES + 1];
	struct random_source random = random_start();
	struct exposure e = { .durable = 0 };
	uint64_t durable = 0;

	asked[0] = 0;
	for (uint64_t batch = 1; batch <= BATCHES; batch++) {
		ilp_u128 held = random_below(&random, 1000);
		ilp_u128 wish = exposure_wish(&e, held, MOST);

		asked[batch] = asked[batch - 1];
		if (wish) {
			exposure_ask(&e, wish, batch);
		} else if (exposure_rest(&e, held) < e.durable) {
			exposure_ask(&e, exposure_rest(&e, held), batch);
			CHECK(e.durable >= held);
		}
		asked[batch] = e.ceiling;
		durable += random_below(&random, batch - durable + 1);
		exposure_settle(&e, durable);
		CHECK(e.durable <= asked[durable]);
		CHECK(e.easy <= e.durable);
	}
}

TESTS(TEST(at_first_everything_has_to_be_asked_for),
      TEST(more_is_asked_for_ahead_of_need),
      TEST(no_more_than_there_can_be_is_asked_for_unless_needed),
      TEST(sums_have_no_end), TEST(a_ceiling_far_above_need_goes_down_at_once),
      TEST(what_was_earned_counts_until_it_is_durable),
      TEST(what_an_earlier_run_had_is_in_doubt_and_then_unresolved),
      TEST(what_is_in_doubt_needs_nothing_to_spare),
      TEST(what_is_in_doubt_has_no_end_either),
      TEST(never_promises_more_than_the_ledger_has))
