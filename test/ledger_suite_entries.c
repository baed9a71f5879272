/* SPDX-License-Identifier: Apache-2.0 */
/* What every ledger must do with entries: they balance, asset by asset, posted
 * and pending each for itself, and no total falls below zero or wraps. */
#include "test/ledger_claims.h"

static void entries_change_their_own_total_only(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = {
		DEBIT(ALICE, 7),       CREDIT(BOB, 7),
		HOLD_DEBIT(ALICE, 11), HOLD_CREDIT(BOB, 11),
		CREDIT(ALICE, 3),      DEBIT(BOB, 3),
		HOLD_DEBIT(BOB, 1),    HOLD_CREDIT(ALICE, 1),
	};
	const struct ledger_totals alice = { 7, 3, 11, 1 };
	const struct ledger_totals bob = { 3, 7, 1, 11 };
	const struct ledger_totals none = { 0 };
	struct ledger_totals found;

	submit(ledger, BATCH(ENTRIES(entries)));
	found = totals(ledger, ALICE);
	CHECK(same_totals(&found, &alice));
	found = totals(ledger, BOB);
	CHECK(same_totals(&found, &bob));
	found = totals(ledger, CAROL);
	CHECK(same_totals(&found, &none));
	ledger_destroy(ledger);
}

static void one_account_may_be_both_sides(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = { DEBIT(ALICE, 5),
						CREDIT(ALICE, 5) };

	submit(ledger, BATCH(ENTRIES(entries)));
	CHECK(totals(ledger, ALICE).debits_posted == 5);
	CHECK(totals(ledger, ALICE).credits_posted == 5);
	ledger_destroy(ledger);
}

static void many_entries_may_balance_one(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = { DEBIT(ALICE, 1), DEBIT(BOB, 2),
						DEBIT(ALICE, 3),
						CREDIT(BOB, 6) };

	submit(ledger, BATCH(ENTRIES(entries)));
	CHECK(totals(ledger, ALICE).debits_posted == 4);
	CHECK(totals(ledger, BOB).debits_posted == 2);
	CHECK(totals(ledger, BOB).credits_posted == 6);
	ledger_destroy(ledger);
}

static void two_assets_balance_in_one_batch(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = {
		DEBIT(ALICE, 100), CREDIT(DAVE, 93), CREDIT(BOB, 100),
		DEBIT(CAROL, 93),  DEBIT(ERIN, 8),   CREDIT(FRANK, 8),
	};

	submit(ledger, BATCH(ENTRIES(entries)));
	CHECK(totals(ledger, BOB).credits_posted == 100);
	CHECK(totals(ledger, DAVE).credits_posted == 93);
	CHECK(totals(ledger, FRANK).credits_posted == 8);
	ledger_destroy(ledger);
}

static void what_does_not_balance_is_refused(void)
{
	static const struct ledger_entry batches[][4] = {
		{ DEBIT(ALICE, 1) },
		{ CREDIT(ALICE, 1) },
		{ HOLD_DEBIT(ALICE, 1) },
		{ DEBIT(ALICE, 2), CREDIT(BOB, 1) },
		{ DEBIT(ALICE, 1), DEBIT(BOB, 1) },
		/* equal sums, but in two assets */
		{ DEBIT(ALICE, 5), CREDIT(CAROL, 5) },
		{ DEBIT(ALICE, 5), CREDIT(ERIN, 5) },
		{ HOLD_DEBIT(BOB, 5), HOLD_CREDIT(DAVE, 5) },
		{ DEBIT(ALICE, 5), CREDIT(BOB, 4), DEBIT(CAROL, 4),
		  CREDIT(DAVE, 5) },
		/* posted against pending */
		{ DEBIT(ALICE, 5), HOLD_CREDIT(BOB, 5) },
		{ HOLD_DEBIT(ALICE, 5), CREDIT(BOB, 5) },
		{ DEBIT(ALICE, 5), CREDIT(BOB, 4), HOLD_DEBIT(ALICE, 4),
		  HOLD_CREDIT(BOB, 5) },
		/* what is taken counts for the other side */
		{ HOLD_DEBIT(ALICE, 5), HOLD_CREDIT(BOB, 5),
		  FREE_DEBIT(ALICE, 5) },
		/* differences that a sum of 128 bits does not see */
		{ DEBIT(ALICE, U128_MAX), DEBIT(BOB, 1) },
		{ DEBIT(ALICE, (ilp_u128)1 << 127),
		  DEBIT(BOB, (ilp_u128)1 << 127) },
		{ CREDIT(ALICE, (ilp_u128)1 << 127),
		  CREDIT(BOB, (ilp_u128)1 << 127) },
	};
	struct ledger *ledger = bank();

	for (size_t i = 0; i < COUNT(batches); i++)
		check_refused(ledger,
			      BATCH(.entries = batches[i],
				    .entry_count = batches[i][3].account ? 4 :
						   batches[i][2].account ? 3 :
						   batches[i][1].account ? 2 :
									   1),
			      LEDGER_UNBALANCED);
	ledger_destroy(ledger);
}

static void pending_totals_fall_again(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry hold[] = { HOLD_DEBIT(ALICE, 10),
					     HOLD_CREDIT(BOB, 10) };
	const struct ledger_entry post[] = { FREE_DEBIT(ALICE, 10),
					     FREE_CREDIT(BOB, 10),
					     DEBIT(ALICE, 6), CREDIT(BOB, 6) };
	const struct ledger_totals alice = { .debits_posted = 6 };
	const struct ledger_totals bob = { .credits_posted = 6 };
	struct ledger_totals found;

	submit(ledger, BATCH(ENTRIES(hold)));
	submit(ledger, BATCH(ENTRIES(post)));
	found = totals(ledger, ALICE);
	CHECK(same_totals(&found, &alice));
	found = totals(ledger, BOB);
	CHECK(same_totals(&found, &bob));
	ledger_destroy(ledger);
}

static void a_taken_debit_balances_an_added_one(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry hold[] = { HOLD_DEBIT(ALICE, 10),
					     HOLD_CREDIT(BOB, 10) };
	const struct ledger_entry hand_over[] = { FREE_DEBIT(ALICE, 4),
						  HOLD_DEBIT(BOB, 4) };

	submit(ledger, BATCH(ENTRIES(hold)));
	submit(ledger, BATCH(ENTRIES(hand_over)));
	CHECK(totals(ledger, ALICE).debits_pending == 6);
	CHECK(totals(ledger, BOB).debits_pending == 4);
	ledger_destroy(ledger);
}

static void no_more_is_taken_than_there_is(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry hold[] = { HOLD_DEBIT(ALICE, 10),
					     HOLD_CREDIT(BOB, 10) };
	const struct ledger_entry take[] = { HOLD_DEBIT(BOB, 1),
					     HOLD_CREDIT(ALICE, 1),
					     FREE_CREDIT(BOB, 11),
					     FREE_DEBIT(ALICE, 11) };

	submit(ledger, BATCH(ENTRIES(hold)));
	check_refused(ledger, BATCH(ENTRIES(take)), LEDGER_RANGE);
	ledger_destroy(ledger);
}

static void entries_count_one_after_the_other(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry early[] = { FREE_DEBIT(ALICE, 5),
					      FREE_CREDIT(BOB, 5),
					      HOLD_DEBIT(ALICE, 5),
					      HOLD_CREDIT(BOB, 5) };
	const struct ledger_entry late[] = { HOLD_DEBIT(ALICE, 5),
					     HOLD_CREDIT(BOB, 5),
					     FREE_DEBIT(ALICE, 5),
					     FREE_CREDIT(BOB, 5) };

	check_refused(ledger, BATCH(ENTRIES(early)), LEDGER_RANGE);
	submit(ledger, BATCH(ENTRIES(late)));
	CHECK(totals(ledger, ALICE).debits_pending == 0);
	ledger_destroy(ledger);
}

static void posted_totals_never_fall(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry post[] = { DEBIT(ALICE, 5), CREDIT(BOB, 5) };
	const struct ledger_entry unpost[] = {
		{ ALICE, LEDGER_DEBITS_POSTED, true, 5 },
		{ BOB, LEDGER_CREDITS_POSTED, true, 5 },
	};

	submit(ledger, BATCH(ENTRIES(post)));
	check_refused(ledger, BATCH(ENTRIES(unpost)), LEDGER_RANGE);
	ledger_destroy(ledger);
}

static void totals_go_up_to_2_to_the_128_less_1(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry all[] = {
		DEBIT(ALICE, U128_MAX),
		CREDIT(BOB, U128_MAX),
		HOLD_CREDIT(ALICE, U128_MAX),
		HOLD_DEBIT(BOB, U128_MAX),
	};
	const struct ledger_entry post[] = { DEBIT(BOB, 1), CREDIT(ALICE, 1),
					     DEBIT(ALICE, 1),
					     CREDIT(ALICE, 1) };
	const struct ledger_entry hold[] = { HOLD_CREDIT(BOB, 1),
					     HOLD_DEBIT(ALICE, 1),
					     HOLD_DEBIT(BOB, 1),
					     HOLD_CREDIT(BOB, 1) };
	const struct ledger_entry free_all[] = { FREE_CREDIT(ALICE, U128_MAX),
						 FREE_DEBIT(BOB, U128_MAX) };

	submit(ledger, BATCH(ENTRIES(all)));
	CHECK(totals(ledger, ALICE).debits_posted == U128_MAX);
	check_refused(ledger, BATCH(ENTRIES(post)), LEDGER_RANGE);
	check_refused(ledger, BATCH(ENTRIES(hold)), LEDGER_RANGE);
	submit(ledger, BATCH(ENTRIES(free_all)));
	CHECK(totals(ledger, ALICE).credits_pending == 0);
	CHECK(totals(ledger, BOB).debits_pending == 0);
	CHECK(totals(ledger, BOB).credits_posted == U128_MAX);
	ledger_destroy(ledger);
}

static void sums_of_a_batch_may_pass_2_to_the_128(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry entries[] = {
		DEBIT(ALICE, U128_MAX),
		DEBIT(BOB, U128_MAX),
		CREDIT(ALICE, U128_MAX),
		CREDIT(BOB, U128_MAX),
	};

	submit(ledger, BATCH(ENTRIES(entries)));
	CHECK(totals(ledger, BOB).debits_posted == U128_MAX);
	CHECK(totals(ledger, BOB).credits_posted == U128_MAX);
	ledger_destroy(ledger);
}

static const struct check_test claims[] = {
	TEST(entries_change_their_own_total_only),
	TEST(one_account_may_be_both_sides),
	TEST(many_entries_may_balance_one),
	TEST(two_assets_balance_in_one_batch),
	TEST(what_does_not_balance_is_refused),
	TEST(pending_totals_fall_again),
	TEST(a_taken_debit_balances_an_added_one),
	TEST(no_more_is_taken_than_there_is),
	TEST(entries_count_one_after_the_other),
	TEST(posted_totals_never_fall),
	TEST(totals_go_up_to_2_to_the_128_less_1),
	TEST(sums_of_a_batch_may_pass_2_to_the_128),
};

int claims_about_entries(void)
{
	return check_all(claims, COUNT(claims));
}
