/* SPDX-License-Identifier: Apache-2.0 */
/* What every ledger must do with accounts: how they open, what their assets
 * and ceilings are, and when they close, which is for ever. */
#include <stdlib.h>

#include "test/ledger_claims.h"

static void unknown_accounts_are_refused(void)
{
	struct ledger *ledger = bank();
	static const uint64_t ids[] = { 0, NOBODY, UINT64_MAX };

	for (size_t i = 0; i < COUNT(ids); i++) {
		const struct ledger_entry first[] = { DEBIT(ids[i], 5),
						      CREDIT(ALICE, 5) };
		const struct ledger_entry last[] = { DEBIT(ALICE, 5),
						     CREDIT(ids[i], 5) };
		const struct ledger_entry zero[] = { DEBIT(ids[i], 0) };
		const struct ledger_ceiling ceilings[] = { { ALICE, 1 },
							   { ids[i], 1 } };

		check_refused(ledger, BATCH(ENTRIES(first)), LEDGER_UNKNOWN);
		check_refused(ledger, BATCH(ENTRIES(last)), LEDGER_UNKNOWN);
		check_refused(ledger, BATCH(ENTRIES(zero)), LEDGER_UNKNOWN);
		check_refused(ledger, BATCH(CEILINGS(ceilings)),
			      LEDGER_UNKNOWN);
	}
	ledger_destroy(ledger);
}

static void accounts_open_once(void)
{
	struct ledger *ledger = bank();
	const struct ledger_opening again[] = { { NOBODY, { "USD", 2 } },
						{ ALICE, { "USD", 2 } } };
	const struct ledger_opening other[] = { { BOB, { "XRP", 9 } } };
	const struct ledger_opening twice[] = { { NOBODY, { "USD", 2 } },
						{ NOBODY, { "USD", 2 } } };

	check_refused(ledger, BATCH(OPENINGS(again)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(OPENINGS(other)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(OPENINGS(twice)), LEDGER_EXISTS);
	submit(ledger, BATCH(.openings = twice, .opening_count = 1));
	check_refused(ledger, BATCH(OPENINGS(twice)), LEDGER_EXISTS);
	ledger_destroy(ledger);
}

static void an_account_can_be_used_in_the_batch_that_opens_it(void)
{
	struct ledger *ledger = bank();
	const struct ledger_opening openings[] = { { NOBODY, { "EUR", 2 } } };
	const struct ledger_entry entries[] = { DEBIT(NOBODY, 5),
						CREDIT(CAROL, 5) };
	const struct ledger_ceiling ceilings[] = { { NOBODY, 17 } };

	submit(ledger,
	       BATCH(OPENINGS(openings), ENTRIES(entries), CEILINGS(ceilings)));
	CHECK(totals(ledger, NOBODY).debits_posted == 5);
	CHECK(ceiling(ledger, NOBODY) == 17);
	ledger_destroy(ledger);
}

static void the_id_0_is_none_and_the_highest_is_one(void)
{
	struct ledger *ledger = bank();
	const struct ledger_opening zero[] = { { NOBODY, { "USD", 2 } },
					       { 0, { "USD", 2 } } };
	const struct ledger_opening highest[] = { { UINT64_MAX,
						    { "USD", 2 } } };
	const struct ledger_entry entries[] = { DEBIT(UINT64_MAX, 5),
						CREDIT(ALICE, 5) };
	struct ledger_account account;

	check_refused(ledger, BATCH(OPENINGS(zero)), LEDGER_RANGE);
	CHECK(!ledger_account(ledger, FRANK, &account));
	submit(ledger, BATCH(OPENINGS(highest), ENTRIES(entries)));
	CHECK(totals(ledger, UINT64_MAX).debits_posted == 5);
	CHECK(ledger_account(ledger, FRANK, &account));
	CHECK(account.account == UINT64_MAX);
	CHECK(!ledger_account(ledger, UINT64_MAX, &account));
	ledger_destroy(ledger);
}

static void an_asset_is_its_code_and_scale(void)
{
	struct ledger *ledger = bank();
	struct ledger_opening openings[] = {
		{ 10, { "USD\0behind", 2 } },
		{ 11, { "usd", 2 } },
		{ 12, { "USDT", 2 } },
		{ 13, { "12345678901234567890123", 255 } },
	};
	const struct ledger_entry same[] = { DEBIT(10, 5), CREDIT(ALICE, 5) };
	struct ledger_account account;

	submit(ledger, BATCH(OPENINGS(openings)));
	submit(ledger, BATCH(ENTRIES(same)));
	for (uint64_t id = 11; id <= 13; id++) {
		const struct ledger_entry other[] = { DEBIT(id, 5),
						      CREDIT(ALICE, 5) };

		check_refused(ledger, BATCH(ENTRIES(other)), LEDGER_UNBALANCED);
	}
	CHECK(find(ledger, 13, &account));
	CHECK_TEXT(ilp_text(account.asset.code), "12345678901234567890123");
	CHECK_INT(account.asset.scale, 255);
	ledger_destroy(ledger);
}

static void an_asset_code_must_end(void)
{
	struct ledger *ledger = bank();
	struct ledger_opening openings[] = { { NOBODY, { "USD", 2 } },
					     { NOBODY + 1, { "", 2 } } };

	memset(openings[1].asset.code, 'A', sizeof(openings[1].asset.code));
	check_refused(ledger, BATCH(OPENINGS(openings)), LEDGER_RANGE);
	ledger_destroy(ledger);
}

/* `count` openings from the id `first` on, each in an asset of its own. */
static struct ledger_opening *open_assets(uint64_t first, size_t count,
					  char initial)
{
	struct ledger_opening *openings = calloc(count, sizeof(*openings));

	CHECK(openings != NULL);
	for (size_t i = 0; i < count; i++) {
		openings[i].account = first + i;
		snprintf(openings[i].asset.code, sizeof(openings[i].asset.code),
			 "%c%zu", initial, i);
	}
	return openings;
}

static void assets_are_bounded(void)
{
	struct ledger *ledger = kind->create();
	struct ledger_opening *all = open_assets(1, LEDGER_ASSETS_MAX, 'A');
	const struct ledger_opening more[] = { { 5000, { "A0", 0 } },
					       { 5001, { "more", 0 } } };
	const uint64_t closings[] = { 2 };
	struct ledger_account account;

	submit(ledger,
	       BATCH(.openings = all, .opening_count = LEDGER_ASSETS_MAX));
	check_refused(ledger, BATCH(OPENINGS(more)), LEDGER_ASSETS);
	CHECK(!find(ledger, 5000, &account));
	submit(ledger, BATCH(CLOSINGS(closings)));
	check_refused(ledger, BATCH(OPENINGS(more)), LEDGER_ASSETS);
	submit(ledger, BATCH(.openings = more, .opening_count = 1));
	ledger_destroy(ledger);
	free(all);
}

static void a_refused_batch_uses_up_no_assets(void)
{
	struct ledger *ledger = kind->create();
	struct ledger_opening *lost = open_assets(1, LEDGER_ASSETS_MAX, 'A');
	struct ledger_opening *kept = open_assets(1, LEDGER_ASSETS_MAX, 'B');
	const struct ledger_entry one_sided[] = { DEBIT(1, 1) };

	check_refused(ledger,
		      BATCH(.openings = lost,
			    .opening_count = LEDGER_ASSETS_MAX,
			    ENTRIES(one_sided)),
		      LEDGER_UNBALANCED);
	lost[LEDGER_ASSETS_MAX - 1].account = 1;
	check_refused(
		ledger,
		BATCH(.openings = lost, .opening_count = LEDGER_ASSETS_MAX),
		LEDGER_EXISTS);
	submit(ledger,
	       BATCH(.openings = kept, .opening_count = LEDGER_ASSETS_MAX));
	ledger_destroy(ledger);
	free(lost);
	free(kept);
}

static void accounts_come_in_ascending_order(void)
{
	static const uint64_t ids[] = { 1000,
					1,
					UINT64_MAX,
					256,
					255,
					2,
					65536,
					(uint64_t)1 << 63,
					UINT64_MAX - 1,
					((uint64_t)1 << 63) - 1,
					257 };
	static const uint64_t sorted[] = {
		1,
		2,
		255,
		256,
		257,
		1000,
		65536,
		((uint64_t)1 << 63) - 1,
		(uint64_t)1 << 63,
		UINT64_MAX - 1,
		UINT64_MAX,
	};
	struct ledger *ledger = kind->create();
	struct ledger_account found[COUNT(ids) + 1];

	for (size_t i = 0; i < COUNT(ids); i++) {
		const struct ledger_opening opening[] = { { ids[i],
							    { "USD", 2 } } };

		submit(ledger, BATCH(OPENINGS(opening)));
	}
	CHECK_INT(list_accounts(ledger, found, COUNT(found)), COUNT(sorted));
	for (size_t i = 0; i < COUNT(sorted); i++)
		CHECK(found[i].account == sorted[i]);
	CHECK(ledger_account(ledger, 3, &found[0]));
	CHECK_INT(found[0].account, 255);
	ledger_destroy(ledger);
}

static void ceilings_are_replaced(void)
{
	struct ledger *ledger = bank();
	const struct ledger_ceiling first[] = { { ALICE, 10 },
						{ BOB, U128_MAX } };
	const struct ledger_ceiling second[] = { { ALICE, 99 }, { ALICE, 3 } };
	const struct ledger_totals none = { 0 };
	struct ledger_totals found;

	CHECK(ceiling(ledger, ALICE) == 0);
	submit(ledger, BATCH(CEILINGS(first)));
	CHECK(ceiling(ledger, ALICE) == 10);
	submit(ledger, BATCH(CEILINGS(second)));
	CHECK(ceiling(ledger, ALICE) == 3);
	CHECK(ceiling(ledger, BOB) == U128_MAX);
	CHECK(ceiling(ledger, CAROL) == 0);
	found = totals(ledger, BOB);
	CHECK(same_totals(&found, &none));
	ledger_destroy(ledger);
}

static void a_closed_account_is_seen_no_more(void)
{
	struct ledger *ledger = bank();
	const uint64_t closings[] = { FRANK, ALICE, CAROL };
	struct ledger_account found[8];

	submit(ledger, BATCH(CLOSINGS(closings)));
	CHECK_INT(list_accounts(ledger, found, COUNT(found)), 3);
	CHECK(found[0].account == BOB);
	CHECK(found[1].account == DAVE);
	CHECK(found[2].account == ERIN);
	ledger_destroy(ledger);
}

static void a_closed_account_is_used_no_more(void)
{
	struct ledger *ledger = bank();
	const uint64_t closings[] = { ALICE };
	const uint64_t both[] = { BOB, ALICE };
	const struct ledger_entry entries[] = { DEBIT(BOB, 5),
						CREDIT(ALICE, 5) };
	const struct ledger_entry zero[] = { DEBIT(ALICE, 0) };
	const struct ledger_ceiling ceilings[] = { { ALICE, 1 } };
	const struct ledger_opening same[] = { { ALICE, { "USD", 2 } } };
	const struct ledger_opening other[] = { { NOBODY, { "XRP", 9 } },
						{ ALICE, { "XRP", 9 } } };

	submit(ledger, BATCH(CLOSINGS(closings)));
	check_refused(ledger, BATCH(ENTRIES(entries)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(ENTRIES(zero)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(CEILINGS(ceilings)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(CLOSINGS(closings)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(CLOSINGS(both)), LEDGER_UNKNOWN);
	check_refused(ledger, BATCH(OPENINGS(same)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(OPENINGS(other)), LEDGER_EXISTS);
	check_refused(ledger, BATCH(OPENINGS(same), CLOSINGS(closings)),
		      LEDGER_EXISTS);
	ledger_destroy(ledger);
}

static void what_is_not_there_does_not_close(void)
{
	static const uint64_t ids[] = { 0, NOBODY, UINT64_MAX, ALICE };
	struct ledger *ledger = bank();

	for (size_t i = 0; i < COUNT(ids); i++) {
		const uint64_t closings[] = { ALICE, ids[i], BOB };

		check_refused(ledger, BATCH(CLOSINGS(closings)),
			      LEDGER_UNKNOWN);
	}
	ledger_destroy(ledger);
}

/* Alice has something of one sort, and nothing else. */
static void what_is_not_empty_does_not_close(void)
{
	static const struct ledger_entry something[][2] = {
		{ DEBIT(ALICE, 1), CREDIT(BOB, 1) },
		{ CREDIT(ALICE, 1), DEBIT(BOB, 1) },
		{ HOLD_DEBIT(ALICE, 1), HOLD_CREDIT(BOB, 1) },
		{ HOLD_CREDIT(ALICE, 1), HOLD_DEBIT(BOB, 1) },
		{ HOLD_DEBIT(ALICE, 1), HOLD_CREDIT(ALICE, 1) },
		{ DEBIT(ALICE, U128_MAX), CREDIT(BOB, U128_MAX) },
	};
	const uint64_t closings[] = { CAROL, ALICE };

	for (size_t i = 0; i < COUNT(something); i++) {
		struct ledger *ledger = bank();

		check_refused(ledger,
			      BATCH(ENTRIES(something[i]), CLOSINGS(closings)),
			      LEDGER_NOT_EMPTY);
		submit(ledger, BATCH(ENTRIES(something[i])));
		check_refused(ledger, BATCH(CLOSINGS(closings)),
			      LEDGER_NOT_EMPTY);
		ledger_destroy(ledger);
	}
}

static void a_ceiling_keeps_an_account_open(void)
{
	struct ledger *ledger = bank();
	const struct ledger_ceiling one[] = { { ALICE, 0 }, { ALICE, 1 } };
	const struct ledger_ceiling none[] = { { ALICE, 1 }, { ALICE, 0 } };
	const uint64_t closings[] = { CAROL, ALICE };
	struct ledger_account account;

	check_refused(ledger, BATCH(CEILINGS(one), CLOSINGS(closings)),
		      LEDGER_NOT_EMPTY);
	submit(ledger, BATCH(.closings = closings, .closing_count = 1));
	submit(ledger, BATCH(CEILINGS(one)));
	check_refused(ledger,
		      BATCH(.closings = closings + 1, .closing_count = 1),
		      LEDGER_NOT_EMPTY);
	submit(ledger, BATCH(CEILINGS(none), .closings = closings + 1,
			     .closing_count = 1));
	CHECK(!find(ledger, ALICE, &account));
	ledger_destroy(ledger);
}

static void a_refused_ceiling_is_forgotten(void)
{
	struct ledger *ledger = bank();
	const struct ledger_ceiling bob[] = { { BOB, 1 } };
	const struct ledger_ceiling swapped[] = { { ALICE, 1 }, { BOB, 0 } };
	const uint64_t closings[] = { ALICE, BOB };

	submit(ledger, BATCH(CEILINGS(bob)));
	check_refused(ledger, BATCH(CEILINGS(swapped), CLOSINGS(closings)),
		      LEDGER_NOT_EMPTY);
	check_refused(ledger, BATCH(CLOSINGS(closings)), LEDGER_NOT_EMPTY);
	submit(ledger, BATCH(.closings = closings, .closing_count = 1));
	ledger_destroy(ledger);
}

static void money_that_came_and_went_lets_an_account_close(void)
{
	struct ledger *ledger = bank();
	const struct ledger_entry come[] = { DEBIT(ALICE, 7), CREDIT(BOB, 7),
					     HOLD_CREDIT(ALICE, 3),
					     HOLD_DEBIT(BOB, 3) };
	const struct ledger_entry go[] = { FREE_CREDIT(ALICE, 3),
					   FREE_DEBIT(BOB, 3), CREDIT(ALICE, 7),
					   DEBIT(BOB, 7) };
	const uint64_t closings[] = { BOB, ALICE };
	struct ledger_account account;

	submit(ledger, BATCH(ENTRIES(come)));
	submit(ledger, BATCH(ENTRIES(go), CLOSINGS(closings)));
	CHECK(!find(ledger, ALICE, &account));
	CHECK(!find(ledger, BOB, &account));
	ledger_destroy(ledger);
}

static void an_account_may_open_and_close_in_one_batch(void)
{
	struct ledger *ledger = bank();
	const struct ledger_opening openings[] = { { NOBODY, { "USD", 2 } } };
	const struct ledger_entry entries[] = { DEBIT(NOBODY, 5),
						CREDIT(NOBODY, 5) };
	const uint64_t closings[] = { NOBODY };
	struct ledger_account account;

	submit(ledger,
	       BATCH(OPENINGS(openings), ENTRIES(entries), CLOSINGS(closings)));
	CHECK(!find(ledger, NOBODY, &account));
	check_refused(ledger, BATCH(OPENINGS(openings)), LEDGER_EXISTS);
	ledger_destroy(ledger);
}

static const struct check_test claims[] = {
	TEST(unknown_accounts_are_refused),
	TEST(accounts_open_once),
	TEST(an_account_can_be_used_in_the_batch_that_opens_it),
	TEST(the_id_0_is_none_and_the_highest_is_one),
	TEST(an_asset_is_its_code_and_scale),
	TEST(an_asset_code_must_end),
	TEST(assets_are_bounded),
	TEST(a_refused_batch_uses_up_no_assets),
	TEST(accounts_come_in_ascending_order),
	TEST(ceilings_are_replaced),
	TEST(a_closed_account_is_seen_no_more),
	TEST(a_closed_account_is_used_no_more),
	TEST(what_is_not_there_does_not_close),
	TEST(what_is_not_empty_does_not_close),
	TEST(a_ceiling_keeps_an_account_open),
	TEST(a_refused_ceiling_is_forgotten),
	TEST(money_that_came_and_went_lets_an_account_close),
	TEST(an_account_may_open_and_close_in_one_batch),
};

int claims_about_accounts(void)
{
	return check_all(claims, COUNT(claims));
}
