/* SPDX-License-Identifier: Apache-2.0 */
/* What every ledger that outlives its process must do: what was durable is
 * there after a restart, and after a failure too, behind which nothing more
 * happens. */
#include "test/ledger_claims.h"

static void what_is_durable_survives_a_restart(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = {
		DEBIT(ALICE, U128_MAX), CREDIT(BOB, U128_MAX),
		HOLD_DEBIT(CAROL, 3),   HOLD_CREDIT(DAVE, 3),
		FREE_DEBIT(CAROL, 1),   FREE_CREDIT(DAVE, 1),
	};
	const struct ledger_ceiling ceilings[] = { { FRANK, 12 } };
	struct ledger_account before[8], after[8];
	struct ledger_record record = { 0 };
	uint64_t last;

	put(ledger, "other", "one");
	put(ledger, "gone", "value");
	put(ledger, "key", "value");
	put(ledger, "gone", "");
	last = submit(ledger, BATCH(ENTRIES(entries), CEILINGS(ceilings)));
	CHECK_INT(settle(ledger), last);
	CHECK_INT(list_accounts(ledger, before, 8), COUNT(bank_openings));
	ledger = kind->restart(ledger);
	check_progress(ledger, last, last);
	CHECK_INT(list_accounts(ledger, after, 8), COUNT(bank_openings));
	for (size_t i = 0; i < COUNT(bank_openings); i++)
		CHECK(same_account(&before[i], &after[i]));
	check_next_record(ledger, &record, ilp_text("key"), ilp_text("value"));
	check_next_record(ledger, &record, ilp_text("other"), ilp_text("one"));
	CHECK(!ledger_next_record(ledger, record.key, &record));
	check_record(ledger, "key", "value");
	check_record(ledger, "gone", NULL);
	CHECK_INT(settle(ledger), 0);
	CHECK_INT(submit(ledger, BATCH(0)), last + 1);
	CHECK_INT(settle(ledger), last + 1);
	ledger_destroy(ledger);
}

static void the_rules_hold_after_a_restart(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry mixed[] = { DEBIT(ALICE, 5),
					      CREDIT(ERIN, 5) };
	const struct ledger_entry take[] = { FREE_DEBIT(ALICE, 5),
					     FREE_CREDIT(BOB, 5) };
	const struct ledger_opening frank[] = { { FRANK, { "USD", 9 } } };
	const uint64_t closings[] = { FRANK };
	struct ledger_account account;

	submit(ledger, BATCH(CLOSINGS(closings)));
	settle(ledger);
	ledger = kind->restart(ledger);
	CHECK(!find(ledger, FRANK, &account));
	check_refused(ledger, BATCH(OPENINGS(frank)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(CLOSINGS(closings)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(OPENINGS(bank_openings)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(ENTRIES(mixed)), LEDGER_UNBALANCED);
	check_refused(ledger, BATCH(ENTRIES(take)), LEDGER_RANGE);
	ledger_destroy(ledger);
}

static void what_was_waiting_survives_in_order_and_whole_or_not(void)
{
	struct ledger *ledger = bank();
	uint64_t durable = settle(ledger);
	uint64_t sequence;
	ilp_u128 moved;

	for (int i = 0; i < 10; i++)
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	ledger = kind->restart(ledger);
	moved = totals(ledger, BOB).credits_posted;
	CHECK(moved <= 10);
	CHECK(totals(ledger, ALICE).debits_posted == moved);
	CHECK_INT(submit(ledger, BATCH(0)), durable + (uint64_t)moved + 1);
	ledger_destroy(ledger);
}

/* A bank that made the move of so many units durable, and failed at the next
 * two batches, one of which moves one more. */
static struct ledger *failed_bank(ilp_u128 units, uint64_t *durable)
{
	struct ledger *ledger = bank();
	struct ledger_event event;

	CHECK_INT(ledger_suite_move(ledger, units, durable), LEDGER_OK);
	ledger_tick(ledger, now);
	kind->spoil(ledger);
	submit(ledger, BATCH(0));
	CHECK_INT(ledger_suite_move(ledger, 1, &(uint64_t){ 0 }), LEDGER_OK);
	ledger_tick(ledger, now);
	CHECK(ledger_next(ledger, &event));
	CHECK_INT(event.type, LEDGER_DURABLE);
	CHECK_INT(event.sequence, *durable);
	CHECK(ledger_next(ledger, &event));
	CHECK_INT(event.type, LEDGER_FAILED);
	CHECK_INT(event.sequence, *durable);
	CHECK(event.reason && event.reason[0]);
	return ledger;
}

static void a_failure_is_the_last_event(void)
{
	uint64_t durable;
	struct ledger *ledger = failed_bank(5, &durable);
	struct ledger_event event;

	for (int i = 0; i < 3; i++) {
		CHECK(!ledger_next(ledger, &event));
		ledger_tick(ledger, now);
	}
	check_progress(ledger, durable + 2, durable);
	ledger_destroy(ledger);
}

static void after_a_failure_no_batch_is_taken(void)
{
	uint64_t durable;
	struct ledger *ledger = failed_bank(5, &durable);
	uint64_t sequence = 4711;

	for (int i = 0; i < 3; i++) {
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_DEAD);
		CHECK_INT(ledger_submit(ledger, BATCH(0), &sequence),
			  LEDGER_DEAD);
		ledger_tick(ledger, now);
	}
	CHECK_INT(sequence, 4711);
	CHECK(totals(ledger, BOB).credits_posted == 6);
	check_progress(ledger, durable + 2, durable);
	ledger_destroy(ledger);
}

static void what_was_durable_survives_a_failure(void)
{
	uint64_t durable;
	struct ledger *ledger = kind->restart(failed_bank(5, &durable));
	uint64_t last = ledger_progress(ledger).submitted;

	CHECK(last >= durable && last <= durable + 2);
	check_progress(ledger, last, last);
	CHECK(totals(ledger, BOB).credits_posted ==
	      (last == durable + 2 ? 6 : 5));
	CHECK_INT(submit(ledger, BATCH(0)), last + 1);
	CHECK_INT(settle(ledger), last + 1);
	ledger_destroy(ledger);
}

static const struct check_test restart_claims[] = {
	TEST(what_is_durable_survives_a_restart),
	TEST(the_rules_hold_after_a_restart),
	TEST(what_was_waiting_survives_in_order_and_whole_or_not),
};

static const struct check_test failure_claims[] = {
	TEST(a_failure_is_the_last_event),
	TEST(after_a_failure_no_batch_is_taken),
	TEST(what_was_durable_survives_a_failure),
};

int claims_about_restarts(void)
{
	return check_all(restart_claims, COUNT(restart_claims));
}

int claims_about_failures(void)
{
	return check_all(failure_claims, COUNT(failure_claims));
}
