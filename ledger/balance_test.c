/* SPDX-License-Identifier: Apache-2.0 */
/* Totals stay in their range, and every batch is weighed right. What entries
 * mean to a whole ledger is test/ledger_suite.c's matter. */
#include "ledger/balance.h"

#include "test/check.h"

#define U128_MAX (~(ilp_u128)0)

static const enum ledger_total all_totals[] = {
	LEDGER_DEBITS_POSTED,
	LEDGER_CREDITS_POSTED,
	LEDGER_DEBITS_PENDING,
	LEDGER_CREDITS_PENDING,
};

static bool same(const struct ledger_totals *a, const struct ledger_totals *b)
{
	return a->debits_posted == b->debits_posted &&
	       a->credits_posted == b->credits_posted &&
	       a->debits_pending == b->debits_pending &&
	       a->credits_pending == b->credits_pending;
}

/* Applies what must be refused. */
static void check_refused(const struct ledger_totals *totals,
			  struct ledger_entry entry)
{
	struct ledger_totals after = *totals;

	CHECK_INT(ledger_apply(&after, &entry), LEDGER_RANGE);
	CHECK(same(&after, totals));
}

static void what_is_applied_can_be_reverted(void)
{
	static const ilp_u128 units[] = { 0, 1, 20, (ilp_u128)1 << 127 };
	const struct ledger_totals before = { 10, 20, 30, 40 };

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			for (int take = 0; take < 2; take++) {
				const struct ledger_entry entry = {
					1, all_totals[i], take, units[j]
				};
				struct ledger_totals t = before;

				if (ledger_apply(&t, &entry))
					continue;
				CHECK(same(&t, &before) == (units[j] == 0));
				ledger_revert(&t, &entry);
				CHECK(same(&t, &before));
			}
}

static void a_total_stays_in_its_range(void)
{
	const struct ledger_totals full = { U128_MAX, U128_MAX, U128_MAX,
					    U128_MAX };
	const struct ledger_totals empty = { 0 };

	for (size_t i = 0; i < 4; i++) {
		check_refused(&full, (struct ledger_entry){ 1, all_totals[i],
							    false, 1 });
		check_refused(&empty, (struct ledger_entry){ 1, all_totals[i],
							     true, 1 });
	}
}

static void a_posted_total_cannot_be_taken_from(void)
{
	const struct ledger_totals t = { 5, 5, 5, 5 };

	check_refused(
		&t, (struct ledger_entry){ 1, LEDGER_DEBITS_POSTED, true, 0 });
	check_refused(
		&t, (struct ledger_entry){ 1, LEDGER_CREDITS_POSTED, true, 5 });
}

static void a_total_that_there_is_not_is_refused(void)
{
	const struct ledger_totals t = { 5, 5, 5, 5 };

	check_refused(
		&t, (struct ledger_entry){ 1, (enum ledger_total)4, false, 1 });
}

static void assets_keep_their_numbers(void)
{
	static struct ledger_assets assets;
	static const struct ledger_asset different[] = { { "USD", 2 },
							 { "USD", 9 },
							 { "EUR", 2 },
							 { "USDT", 2 },
							 { "", 2 } };
	struct ledger_asset endless;
	uint16_t number = 4711;

	for (int round = 0; round < 2; round++)
		for (uint16_t i = 0; i < 5; i++) {
			CHECK_INT(ledger_assets_number(&assets, &different[i],
						       &number),
				  LEDGER_OK);
			CHECK_INT(number, i);
		}
	memset(&endless, 'A', sizeof(endless));
	CHECK_INT(ledger_assets_number(&assets, &endless, &number),
		  LEDGER_RANGE);
	CHECK_INT(assets.count, 5);
	CHECK_INT(number, 4);
}

static void assets_have_a_bound(void)
{
	static struct ledger_assets assets;
	struct ledger_asset asset = { "", 0 };
	uint16_t number = 0;

	for (int i = 0; i <= LEDGER_ASSETS_MAX; i++) {
		snprintf(asset.code, sizeof(asset.code), "A%d", i);
		CHECK_INT(ledger_assets_number(&assets, &asset, &number),
			  i < LEDGER_ASSETS_MAX ? LEDGER_OK : LEDGER_ASSETS);
	}
	CHECK_INT(number, LEDGER_ASSETS_MAX - 1);
	asset = assets.at[17];
	CHECK_INT(ledger_assets_number(&assets, &asset, &number), LEDGER_OK);
	CHECK_INT(number, 17);
}

/* Accounts below 10,000 exist, and two in a row have an asset in common. */
static bool asset_of(void *context, uint64_t account, uint16_t *number)
{
	(void)context;
	if (account >= 10000)
		return false;
	*number = (uint16_t)(account / 2 % LEDGER_ASSETS_MAX);
	return true;
}

static enum ledger_status check(const struct ledger_entry *entries,
				size_t count)
{
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = count };

	return ledger_check_balance(&batch, asset_of, NULL);
}

static void an_empty_batch_balances(void)
{
	CHECK_INT(check(NULL, 0), LEDGER_OK);
}

static void an_unknown_account_is_found_anywhere(void)
{
	struct ledger_entry entries[] = {
		{ 6, LEDGER_DEBITS_POSTED, false, 1 },
		{ 7, LEDGER_CREDITS_POSTED, false, 1 },
		{ 8, LEDGER_CREDITS_POSTED, false, 0 },
	};

	CHECK_INT(check(entries, 3), LEDGER_OK);
	for (size_t i = 0; i < 3; i++) {
		uint64_t account = entries[i].account;

		entries[i].account = 10000;
		CHECK_INT(check(entries, 3), LEDGER_UNKNOWN);
		entries[i].account = account;
	}
}

/* One pair in each asset there can be; then each in turn is off by one. */
static void every_asset_is_weighed(void)
{
	static struct ledger_entry entries[2 * LEDGER_ASSETS_MAX];
	const size_t count = 2 * LEDGER_ASSETS_MAX;

	for (size_t i = 0; i < count; i++)
		entries[i] = (struct ledger_entry){
			count - 1 - i, all_totals[i % 4 / 2 * 2 + i % 2], false,
			U128_MAX - i / 2
		};
	CHECK_INT(check(entries, count), LEDGER_OK);
	for (size_t i = 0; i < count; i++) {
		entries[i].units--;
		CHECK_INT(check(entries, count), LEDGER_UNBALANCED);
		entries[i].units++;
	}
}

/* Two debits come to 2^128, which is nothing to a sum of 128 bits. */
static void differences_of_2_to_the_128_are_seen(void)
{
	const ilp_u128 half = (ilp_u128)1 << 127;
	const struct ledger_entry entries[] = {
		{ 0, LEDGER_DEBITS_POSTED, false, half },
		{ 0, LEDGER_DEBITS_POSTED, false, half },
		{ 1, LEDGER_CREDITS_POSTED, false, half },
		{ 1, LEDGER_CREDITS_POSTED, false, half },
	};

	CHECK_INT(check(entries, 4), LEDGER_OK);
	CHECK_INT(check(entries, 2), LEDGER_UNBALANCED);
	CHECK_INT(check(entries + 2, 2), LEDGER_UNBALANCED);
}

static void only_an_empty_account_is(void)
{
	static const struct {
		struct ledger_totals totals;
		ilp_u128 ceiling;
		bool empty;
	} cases[] = {
		{ { 0, 0, 0, 0 }, 0, true },
		{ { 5, 5, 0, 0 }, 0, true },
		{ { U128_MAX, U128_MAX, 0, 0 }, 0, true },
		{ { 5, 4, 0, 0 }, 0, false },
		{ { 4, 5, 0, 0 }, 0, false },
		{ { (ilp_u128)1 << 64, 0, 0, 0 }, 0, false },
		/* what is pending does not cancel out, nor what is posted */
		{ { 0, 0, 5, 5 }, 0, false },
		{ { 0, 0, (ilp_u128)1 << 64, 0 }, 0, false },
		{ { 0, 0, 0, 1 }, 0, false },
		{ { 5, 4, 0, 1 }, 0, false },
		{ { 0, 0, 0, 0 }, 1, false },
		{ { 0, 0, 0, 0 }, (ilp_u128)1 << 64, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(ledger_is_empty(&cases[i].totals, cases[i].ceiling) ==
		      cases[i].empty);
}

TESTS(TEST(what_is_applied_can_be_reverted), TEST(a_total_stays_in_its_range),
      TEST(a_posted_total_cannot_be_taken_from),
      TEST(a_total_that_there_is_not_is_refused),
      TEST(only_an_empty_account_is), TEST(assets_keep_their_numbers),
      TEST(assets_have_a_bound), TEST(an_empty_batch_balances),
      TEST(an_unknown_account_is_found_anywhere), TEST(every_asset_is_weighed),
      TEST(differences_of_2_to_the_128_are_seen))
