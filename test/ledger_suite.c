/* SPDX-License-Identifier: Apache-2.0 */
#include "test/ledger_suite.h"

#include <stdlib.h>

#include "test/check.h"

#define U128_MAX (~(ilp_u128)0)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bank that most claims are about: two accounts in each of three assets,
 * two of which have the same code. */
enum {
	ALICE = 1,
	BOB = 2,
	CAROL = 3, /* another code */
	DAVE = 4,
	ERIN = 5, /* the code of Alice and Bob, another scale */
	FRANK = 6,
	NOBODY = 99,
};

static const struct ledger_opening bank_openings[] = {
	{ ALICE, { "USD", 2 } }, { BOB, { "USD", 2 } },
	{ CAROL, { "EUR", 2 } }, { DAVE, { "EUR", 2 } },
	{ ERIN, { "USD", 9 } },  { FRANK, { "USD", 9 } },
};

/* Claims are functions without parameters; this is theirs. */
static const struct ledger_suite *kind;

static const struct ilp_time now;

#define OPENINGS(array) .openings = (array), .opening_count = COUNT(array)
#define ENTRIES(array) .entries = (array), .entry_count = COUNT(array)
#define RECORDS(array) .records = (array), .record_count = COUNT(array)
#define CLOSINGS(array) .closings = (array), .closing_count = COUNT(array)
#define CEILINGS(array) .ceilings = (array), .ceiling_count = COUNT(array)
#define BATCH(...) (&(const struct ledger_batch){ __VA_ARGS__ })

/* Entries, short enough to read a batch at a glance. */
#define DEBIT(id, units)                                                       \
	{                                                                      \
		id, LEDGER_DEBITS_POSTED, false, units                         \
	}
#define CREDIT(id, units)                                                      \
	{                                                                      \
		id, LEDGER_CREDITS_POSTED, false, units                        \
	}
#define HOLD_DEBIT(id, units)                                                  \
	{                                                                      \
		id, LEDGER_DEBITS_PENDING, false, units                        \
	}
#define HOLD_CREDIT(id, units)                                                 \
	{                                                                      \
		id, LEDGER_CREDITS_PENDING, false, units                       \
	}
#define FREE_DEBIT(id, units)                                                  \
	{                                                                      \
		id, LEDGER_DEBITS_PENDING, true, units                         \
	}
#define FREE_CREDIT(id, units)                                                 \
	{                                                                      \
		id, LEDGER_CREDITS_PENDING, true, units                        \
	}

struct ledger *ledger_suite_bank(const struct ledger_suite *suite)
{
	struct ledger *ledger = suite->create();
	uint64_t sequence;

	CHECK(ledger != NULL);
	CHECK_INT(ledger_submit(ledger, BATCH(OPENINGS(bank_openings)),
				&sequence),
		  LEDGER_OK);
	return ledger;
}

static struct ledger *bank(void)
{
	return ledger_suite_bank(kind);
}

enum ledger_status ledger_suite_move(struct ledger *ledger, ilp_u128 units,
				     uint64_t *sequence)
{
	const struct ledger_entry entries[] = { DEBIT(ALICE, units),
						CREDIT(BOB, units) };

	return ledger_submit(ledger, BATCH(ENTRIES(entries)), sequence);
}

/* Submits what must be accepted, and gives its number. */
static uint64_t submit(struct ledger *ledger, const struct ledger_batch *batch)
{
	uint64_t sequence = 0;

	CHECK_INT(ledger_submit(ledger, batch, &sequence), LEDGER_OK);
	CHECK(sequence > 0);
	return sequence;
}

/* Makes everything durable and takes the event, if one comes. */
static uint64_t settle(struct ledger *ledger)
{
	struct ledger_event event = { .sequence = 0 };

	ledger_tick(ledger, now);
	if (ledger_next(ledger, &event)) {
		CHECK_INT(event.type, LEDGER_DURABLE);
		CHECK(!ledger_next(ledger, &event));
	}
	return event.sequence;
}

static bool find(const struct ledger *ledger, uint64_t id,
		 struct ledger_account *out)
{
	return ledger_account(ledger, id - 1, out) && out->account == id;
}

static struct ledger_totals totals(const struct ledger *ledger, uint64_t id)
{
	struct ledger_account account = { 0 };

	CHECK(find(ledger, id, &account));
	return account.totals;
}

static ilp_u128 ceiling(const struct ledger *ledger, uint64_t id)
{
	struct ledger_account account = { 0 };

	CHECK(find(ledger, id, &account));
	return account.ceiling;
}

static void check_record(const struct ledger *ledger, const char *key,
			 const char *value)
{
	struct ilp_bytes found = { NULL, 0 };
	bool there = ledger_record(ledger, ilp_text(key), &found);

	CHECK(there == (value != NULL));
	if (value)
		CHECK_TEXT(found, value);
}

static bool same_totals(const struct ledger_totals *a,
			const struct ledger_totals *b)
{
	return a->debits_posted == b->debits_posted &&
	       a->credits_posted == b->credits_posted &&
	       a->debits_pending == b->debits_pending &&
	       a->credits_pending == b->credits_pending;
}

static bool same_account(const struct ledger_account *a,
			 const struct ledger_account *b)
{
	return a->account == b->account && a->asset.scale == b->asset.scale &&
	       strcmp(a->asset.code, b->asset.code) == 0 &&
	       same_totals(&a->totals, &b->totals) && a->ceiling == b->ceiling;
}

static void check_progress(const struct ledger *ledger, uint64_t submitted,
			   uint64_t durable)
{
	struct ledger_progress progress = ledger_progress(ledger);

	CHECK_INT(progress.submitted, submitted);
	CHECK_INT(progress.durable, durable);
}

/* All accounts, up to `max` of them. */
static size_t list_accounts(const struct ledger *ledger,
			    struct ledger_account *out, size_t max)
{
	size_t count = 0;
	uint64_t last = 0;

	while (count < max && ledger_account(ledger, last, &out[count]))
		last = out[count++].account;
	return count;
}

/* The batch is refused with that status, nothing at all changes, and the next
 * batch has the number that this one would have had. */
static void check_refused(struct ledger *ledger,
			  const struct ledger_batch *batch,
			  enum ledger_status status)
{
	static struct ledger_account before[32], after[32];
	uint64_t last = submit(ledger, BATCH(0));
	size_t count = list_accounts(ledger, before, COUNT(before));
	uint64_t sequence = 4711;

	settle(ledger);
	CHECK_INT(ledger_submit(ledger, batch, &sequence), status);
	CHECK_INT(sequence, 4711);
	CHECK_INT(settle(ledger), 0);
	check_progress(ledger, last, last);
	CHECK_INT(list_accounts(ledger, after, COUNT(after)), count);
	for (size_t i = 0; i < count; i++)
		CHECK(same_account(&before[i], &after[i]));
	for (size_t i = 0; i < batch->record_count; i++) {
		const struct ledger_record *r = &batch->records[i];
		struct ilp_bytes value = { NULL, 0 };

		if (ledger_record(ledger, r->key, &value))
			CHECK(!ilp_bytes_equal(value, r->value));
	}
	CHECK_INT(submit(ledger, BATCH(0)), last + 1);
}

static void a_new_ledger_is_empty(void)
{
	struct ledger *ledger = kind->create();
	struct ledger_account account;
	struct ledger_record record;
	struct ledger_event event;

	CHECK(ledger != NULL);
	CHECK(!ledger_account(ledger, 0, &account));
	CHECK(!ledger_next(ledger, &event));
	check_record(ledger, "key", NULL);
	CHECK(!ledger_next_record(ledger, ilp_text(""), &record));
	check_progress(ledger, 0, 0);
	CHECK_INT(settle(ledger), 0);
	ledger_destroy(ledger);
	ledger_destroy(NULL);
}

static void says_whether_it_lasts(void)
{
	struct ledger *ledger = kind->create();

	CHECK(ledger->ops->name[0]);
	CHECK(ledger->ops->durable == (kind->restart != NULL));
	ledger_destroy(ledger);
}

static void numbers_go_up_by_one_from_one(void)
{
	struct ledger *ledger = kind->create();

	for (uint64_t i = 1; i <= 100; i++) {
		CHECK_INT(submit(ledger, BATCH(0)), i);
		if (i % 7 == 0)
			settle(ledger);
	}
	ledger_destroy(ledger);
}

static void nothing_is_durable_before_a_tick(void)
{
	struct ledger *ledger = bank();
	struct ledger_event event;

	settle(ledger);
	submit(ledger, BATCH(0));
	CHECK(!ledger_next(ledger, &event));
	submit(ledger, BATCH(0));
	CHECK(!ledger_next(ledger, &event));
	ledger_destroy(ledger);
}

static void a_tick_makes_all_batches_durable_at_once(void)
{
	struct ledger *ledger = bank();
	uint64_t last = 0;

	for (int i = 0; i < 10; i++)
		last = submit(ledger, BATCH(0));
	CHECK_INT(settle(ledger), last);
	ledger_destroy(ledger);
}

static void a_tick_without_new_batches_says_nothing(void)
{
	struct ledger *ledger = bank();

	CHECK(settle(ledger) > 0);
	CHECK_INT(settle(ledger), 0);
	CHECK_INT(settle(ledger), 0);
	ledger_destroy(ledger);
}

static void an_event_not_fetched_still_counts(void)
{
	struct ledger *ledger = bank();
	struct ledger_event event;
	uint64_t last = 0;
	uint64_t heard = 0;

	for (int i = 0; i < 3; i++) {
		last = submit(ledger, BATCH(0));
		ledger_tick(ledger, now);
	}
	while (ledger_next(ledger, &event)) {
		CHECK_INT(event.type, LEDGER_DURABLE);
		CHECK(event.sequence > heard);
		heard = event.sequence;
	}
	CHECK_INT(heard, last);
	ledger_destroy(ledger);
}

static void tells_how_far_it_has_come(void)
{
	struct ledger *ledger = bank();
	struct ledger_event event;
	uint64_t last = submit(ledger, BATCH(0));

	check_progress(ledger, last, 0);
	ledger_tick(ledger, now);
	check_progress(ledger, last, last);
	submit(ledger, BATCH(0));
	check_progress(ledger, last + 1, last);
	while (ledger_next(ledger, &event))
		CHECK_INT(event.sequence, last);
	check_progress(ledger, last + 1, last);
	CHECK_INT(settle(ledger), last + 1);
	check_progress(ledger, last + 1, last + 1);
	ledger_destroy(ledger);
}

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

/* Submits one record. */
static void put(struct ledger *ledger, const char *key, const char *value)
{
	const struct ledger_record record[] = { { ilp_text(key),
						  ilp_text(value) } };

	submit(ledger, BATCH(RECORDS(record)));
}

static void records_are_found_replaced_and_removed(void)
{
	struct ledger *ledger = bank();

	put(ledger, "key", "value");
	put(ledger, "key2", "longer than the other");
	put(ledger, "ke", "x");
	check_record(ledger, "key", "value");
	check_record(ledger, "key2", "longer than the other");
	check_record(ledger, "ke", "x");
	check_record(ledger, "k", NULL);
	check_record(ledger, "", NULL);
	put(ledger, "key", "another value");
	check_record(ledger, "key", "another value");
	put(ledger, "key", "");
	check_record(ledger, "key", NULL);
	check_record(ledger, "key2", "longer than the other");
	check_record(ledger, "ke", "x");
	put(ledger, "key", "");
	put(ledger, "key", "back");
	check_record(ledger, "key", "back");
	ledger_destroy(ledger);
}

static void the_last_record_of_a_key_counts(void)
{
	struct ledger *ledger = bank();
	const struct ledger_record records[] = {
		{ ilp_text("a"), ilp_text("first") },
		{ ilp_text("b"), ilp_text("first") },
		{ ilp_text("a"), ilp_text("second") },
		{ ilp_text("b"), ilp_text("") },
		{ ilp_text("c"), ilp_text("") },
		{ ilp_text("c"), ilp_text("only") },
	};

	submit(ledger, BATCH(RECORDS(records)));
	check_record(ledger, "a", "second");
	check_record(ledger, "b", NULL);
	check_record(ledger, "c", "only");
	ledger_destroy(ledger);
}

static void keys_and_values_are_any_bytes(void)
{
	struct ledger *ledger = bank();
	static const uint8_t zero[] = { 0 }, zeros[] = { 0, 0 },
			     high[] = { 0xff, 0x80, 0 };
	const struct ledger_record records[] = {
		{ ILP_BYTES(zero), ILP_BYTES(zeros) },
		{ ILP_BYTES(zeros), ILP_BYTES(high) },
		{ ILP_BYTES(high), ILP_BYTES(zero) },
	};
	struct ilp_bytes value = { NULL, 0 };

	submit(ledger, BATCH(RECORDS(records)));
	for (size_t i = 0; i < COUNT(records); i++) {
		CHECK(ledger_record(ledger, records[i].key, &value));
		CHECK_BYTES(value, records[i].value);
	}
	ledger_destroy(ledger);
}

/* The next record is this one. */
static void check_next_record(const struct ledger *ledger,
			      struct ledger_record *record,
			      struct ilp_bytes key, struct ilp_bytes value)
{
	CHECK(ledger_next_record(ledger, record->key, record));
	CHECK_BYTES(record->key, key);
	CHECK_BYTES(record->value, value);
}

static void records_come_in_the_order_of_their_keys(void)
{
	static const char *const sorted[] = { "00",   "0000", "0001", "01",
					      "7fff", "80",   "8000", "81",
					      "ff",   "ff00", "ffff" };
	static uint8_t longest[LEDGER_KEY_MAX];
	const struct ledger_record last[] = { { ILP_BYTES(longest),
						ilp_text("longest") } };
	struct ledger *ledger = bank();
	struct ledger_record record = { 0 };

	memset(longest, 0xff, sizeof(longest));
	submit(ledger, BATCH(RECORDS(last)));
	for (size_t i = 0; i < COUNT(sorted); i++) {
		const char *key = sorted[i * 7 % COUNT(sorted)];
		const struct ledger_record one[] = { { hex(key),
						       ilp_text(key) } };

		submit(ledger, BATCH(RECORDS(one)));
	}
	for (size_t i = 0; i < COUNT(sorted); i++)
		check_next_record(ledger, &record, hex(sorted[i]),
				  ilp_text(sorted[i]));
	check_next_record(ledger, &record, last[0].key, last[0].value);
	CHECK(!ledger_next_record(ledger, record.key, &record));
	CHECK_BYTES(record.key, last[0].key);
	ledger_destroy(ledger);
}

static void a_prefix_is_where_its_records_begin(void)
{
	struct ledger *ledger = bank();
	struct ledger_record record = { .key = ilp_text("out/") };

	put(ledger, "out.", "before");
	put(ledger, "out/1", "first");
	put(ledger, "out/2", "gone");
	put(ledger, "out/22", "second");
	put(ledger, "out0", "behind");
	put(ledger, "out/2", "");
	check_next_record(ledger, &record, ilp_text("out/1"),
			  ilp_text("first"));
	check_next_record(ledger, &record, ilp_text("out/22"),
			  ilp_text("second"));
	check_next_record(ledger, &record, ilp_text("out0"),
			  ilp_text("behind"));
	ledger_destroy(ledger);
}

static void records_may_be_removed_on_the_way(void)
{
	struct ledger *ledger = bank();
	struct ledger_record found = { 0 };

	put(ledger, "a", "1");
	put(ledger, "b", "2");
	put(ledger, "c", "3");
	while (ledger_next_record(ledger, ilp_text(""), &found)) {
		const struct ledger_record records[] = {
			{ found.key, ilp_text("") },
			{ found.key, found.value },
			{ found.key, ilp_text("") },
			{ ilp_text("last"), found.value },
		};

		if (ilp_bytes_equal(found.key, ilp_text("last")))
			break;
		submit(ledger, BATCH(RECORDS(records)));
	}
	CHECK_TEXT(found.key, "last");
	CHECK_TEXT(found.value, "3");
	ledger_destroy(ledger);
}

static void records_have_limits(void)
{
	static uint8_t key[LEDGER_KEY_MAX + 1], value[LEDGER_VALUE_MAX + 1];
	struct ledger *ledger = bank();
	struct ilp_bytes found = { NULL, 0 };
	struct ledger_record records[] = {
		{ ilp_text("before"), ilp_text("x") },
		{ { key, LEDGER_KEY_MAX }, { value, LEDGER_VALUE_MAX } },
	};

	memset(key, 'k', sizeof(key));
	memset(value, 'v', sizeof(value));
	submit(ledger, BATCH(.records = &records[1], .record_count = 1));
	CHECK(ledger_record(ledger, records[1].key, &found));
	CHECK_BYTES(found, records[1].value);
	records[1].value.len++;
	check_refused(ledger, BATCH(RECORDS(records)), LEDGER_RANGE);
	records[1].value.len = 1;
	records[1].key.len++;
	check_refused(ledger, BATCH(RECORDS(records)), LEDGER_RANGE);
	records[1].key.len = 0;
	check_refused(ledger, BATCH(RECORDS(records)), LEDGER_RANGE);
	records[1].value.len = 0;
	check_refused(ledger, BATCH(RECORDS(records)), LEDGER_RANGE);
	check_record(ledger, "before", NULL);
	ledger_destroy(ledger);
}

/* A batch with a bit of everything is spoilt in one place at a time. */
static void all_of_a_batch_happens_or_none(void)
{
	struct ledger *ledger = bank();
	struct ledger_opening openings[] = { { 50, { "NEW", 1 } },
					     { 51, { "NEW", 1 } },
					     { 52, { "NEW", 1 } } };
	struct ledger_entry entries[] = {
		DEBIT(50, 5),        CREDIT(51, 5),       HOLD_DEBIT(ALICE, 9),
		HOLD_CREDIT(BOB, 9), FREE_CREDIT(BOB, 9), FREE_DEBIT(ALICE, 9)
	};
	struct ledger_record records[] = {
		{ ilp_text("kept"), ilp_text("") },
		{ ilp_text("new"), ilp_text("record") },
	};
	struct ledger_ceiling ceilings[] = { { 50, 7 }, { ALICE, 8 } };
	uint64_t closings[] = { CAROL, 52 };
	const struct ledger_batch batch = { OPENINGS(openings),
					    ENTRIES(entries), RECORDS(records),
					    CEILINGS(ceilings),
					    CLOSINGS(closings) };
	struct ledger_account account;

	put(ledger, "kept", "still there");
	openings[1].account = ALICE;
	check_refused(ledger, &batch, LEDGER_EXISTS);
	openings[1].account = 51;
	entries[1].units = 6;
	check_refused(ledger, &batch, LEDGER_UNBALANCED);
	entries[1].units = 5;
	entries[4].units = entries[5].units = 10;
	check_refused(ledger, &batch, LEDGER_RANGE);
	entries[4].units = entries[5].units = 9;
	records[1].key.len = 0;
	check_refused(ledger, &batch, LEDGER_RANGE);
	records[1].key.len = 3;
	ceilings[1].account = NOBODY;
	check_refused(ledger, &batch, LEDGER_UNKNOWN);
	ceilings[1].account = ALICE;
	closings[1] = ALICE;
	check_refused(ledger, &batch, LEDGER_NOT_EMPTY);
	closings[1] = CAROL;
	check_refused(ledger, &batch, LEDGER_UNKNOWN);
	closings[1] = 52;
	check_record(ledger, "kept", "still there");
	submit(ledger, &batch);
	check_record(ledger, "kept", NULL);
	check_record(ledger, "new", "record");
	CHECK(totals(ledger, 51).credits_posted == 5);
	CHECK(ceiling(ledger, ALICE) == 8);
	CHECK(!find(ledger, CAROL, &account));
	CHECK(!find(ledger, 52, &account));
	ledger_destroy(ledger);
}

static void a_batch_is_copied(void)
{
	struct ledger *ledger = bank();
	char key[] = "key";
	char value[] = "value";
	struct ledger_record records[] = { { ilp_text(key), ilp_text(value) } };
	struct ledger_opening openings[] = { { 50, { "NEW", 1 } } };
	struct ledger_account account;

	submit(ledger, BATCH(RECORDS(records), OPENINGS(openings)));
	memset(key, 'x', 3);
	memset(value, 'x', 5);
	memset(openings, 0, sizeof(openings));
	settle(ledger);
	check_record(ledger, "key", "value");
	CHECK(find(ledger, 50, &account));
	CHECK_TEXT(ilp_text(account.asset.code), "NEW");
	ledger_destroy(ledger);
}

/* Each batch moves one unit, so that refused ones would show. */
static void too_many_waiting_batches_are_refused_until_a_tick(void)
{
	struct ledger *ledger = bank();
	ilp_u128 moved = 0;
	uint64_t sequence = 0;
	uint64_t last = 0;

	for (int round = 0; round < 2; round++) {
		while (ledger_suite_move(ledger, 1, &sequence) == LEDGER_OK) {
			last = sequence;
			CHECK(++moved < 1 << 20); /* there is a bound */
		}
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_BUSY);
		CHECK_INT(sequence, last);
		CHECK(totals(ledger, BOB).credits_posted == moved);
		CHECK_INT(settle(ledger), last);
	}
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	CHECK_INT(sequence, last + 1);
	ledger_destroy(ledger);
}

#define MANY 100000

/* Visits every id from 1 to MANY once, all over the place. */
static uint64_t scattered(uint64_t i)
{
	return i * 77773 % MANY + 1;
}

/* The ids 1 and 2, 3 and 4, … have an asset in common, one of 200. */
static void fill_many(struct ledger_opening *openings,
		      struct ledger_entry *entries)
{
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t id = scattered(i);
		uint64_t pair = (id - 1) / 2;

		openings[i] = (struct ledger_opening){ id, { "USD", 0 } };
		openings[i].asset.scale = (uint8_t)(pair % 200);
		entries[i] = (struct ledger_entry){
			.account = id,
			.total = id % 2 ? LEDGER_DEBITS_POSTED :
					  LEDGER_CREDITS_POSTED,
			.units = pair + 1,
		};
	}
}

static void a_batch_may_be_about_100000_accounts(void)
{
	struct ledger *ledger = kind->create();
	struct ledger_opening *openings = calloc(MANY, sizeof(*openings));
	struct ledger_entry *entries = calloc(MANY, sizeof(*entries));
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = MANY };
	struct ledger_account account = { 0 };
	uint64_t last = 0;

	CHECK(openings && entries);
	fill_many(openings, entries);
	submit(ledger, BATCH(.openings = openings, .opening_count = MANY));
	submit(ledger, &batch);
	while (ledger_account(ledger, last, &account)) {
		CHECK(account.account == ++last);
		CHECK(account.totals.debits_posted +
			      account.totals.credits_posted ==
		      (last - 1) / 2 + 1);
	}
	CHECK_INT(last, MANY);
	entries[MANY - 1].units++;
	check_refused(ledger, &batch, LEDGER_UNBALANCED);
	ledger_destroy(ledger);
	free(openings);
	free(entries);
}

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

/* The naive ledger that the real one is compared with: a few accounts, the
 * id of which says what asset they are in, and a few records. */
#define MODEL_IDS 12
#define MODEL_ASSETS 3
#define MODEL_KEYS 5
#define MODEL_BATCH 12

static const struct ledger_asset model_assets[MODEL_ASSETS] = { { "XRP", 9 },
								{ "XRP", 6 },
								{ "EUR", 2 } };

struct model_account {
	enum { UNUSED, OPEN, CLOSED } state;
	ilp_u128 totals[4]; /* in the order of enum ledger_total */
	ilp_u128 ceiling;
};

struct model {
	struct model_account accounts[MODEL_IDS + 1];
	char records[MODEL_KEYS][8];
};

/* A batch with room for what is in it. */
struct draft {
	struct ledger_opening openings[MODEL_BATCH];
	struct ledger_entry entries[MODEL_BATCH];
	struct ledger_record records[MODEL_BATCH];
	struct ledger_ceiling ceilings[MODEL_BATCH];
	uint64_t closings[MODEL_BATCH];
	char values[MODEL_BATCH][8];
	struct ledger_batch batch;
};

/* In their order, but for the last. */
static const char *const model_keys[MODEL_KEYS] = { "a", "aa", "b", "ba",
						    "" /* never good */ };

/* splitmix64 */
static uint64_t draw(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t *random, uint64_t bound)
{
	return draw(random) % bound;
}

static ilp_u128 draw_units(uint64_t *random)
{
	switch (below(random, 64)) {
	case 0:
		return (ilp_u128)draw(random) << 64 | draw(random);
	case 1:
		return U128_MAX;
	case 2:
	case 3:
		return draw(random);
	}
	return below(random, 10);
}

static void draft_pair(struct draft *d, uint64_t *random)
{
	size_t *count = &d->batch.entry_count;
	uint64_t from = 1 + below(random, MODEL_IDS);
	uint64_t to = (from + MODEL_ASSETS * below(random, 4)) % MODEL_IDS;
	bool pending = below(random, 2);
	struct ledger_entry e = {
		.account = from,
		.total = pending ? LEDGER_DEBITS_PENDING : LEDGER_DEBITS_POSTED,
		.take = pending && below(random, 2),
		.units = draw_units(random),
	};

	d->entries[(*count)++] = e;
	e.account = to ? to : MODEL_IDS;
	e.total++; /* credits of the same sort */
	d->entries[(*count)++] = e;
}

static void draft_record(struct draft *d, uint64_t *random)
{
	size_t i = d->batch.record_count++;
	uint64_t keys = below(random, 20) ? MODEL_KEYS - 1 : MODEL_KEYS;

	if (below(random, 3))
		snprintf(d->values[i], 8, "%u", (unsigned)draw(random) % 9999);
	d->records[i] = (struct ledger_record){
		ilp_text(model_keys[below(random, keys)]),
		ilp_text(d->values[i]),
	};
}

/* Moves a part of one account's totals to another one: as it is, or against
 * the opposite total of that account. */
static void draft_move(struct draft *d, struct ledger_entry from, uint64_t to)
{
	size_t *count = &d->batch.entry_count;

	d->entries[(*count)++] = from;
	from.account = to;
	if (from.take)
		from.take = false;
	else
		from.total ^= 1;
	d->entries[(*count)++] = from;
}

/* Closes an account, and empties it first as far as it is known; now and then
 * something is left undone. */
static void draft_closing(struct draft *d, const struct model *m,
			  uint64_t *random)
{
	uint64_t id = 1 + below(random, MODEL_IDS);
	uint64_t to = (id + MODEL_ASSETS) % MODEL_IDS;
	const ilp_u128 *t = m->accounts[id].totals;
	bool owes = t[LEDGER_DEBITS_POSTED] > t[LEDGER_CREDITS_POSTED];
	const struct ledger_entry moves[] = {
		{ id, LEDGER_DEBITS_PENDING, true, t[LEDGER_DEBITS_PENDING] },
		{ id, LEDGER_CREDITS_PENDING, true, t[LEDGER_CREDITS_PENDING] },
		{ id, owes ? LEDGER_CREDITS_POSTED : LEDGER_DEBITS_POSTED,
		  false, owes ? t[0] - t[1] : t[1] - t[0] },
	};

	for (size_t i = 0; i < COUNT(moves); i++)
		if (below(random, 16))
			draft_move(d, moves[i], to ? to : MODEL_IDS);
	if (below(random, 16))
		d->ceilings[d->batch.ceiling_count++] =
			(struct ledger_ceiling){ id, 0 };
	d->closings[d->batch.closing_count++] = id;
}

/* A batch that is good about half of the time. */
static void make_draft(struct draft *d, const struct model *m, uint64_t *random)
{
	struct ledger_batch *b = &d->batch;

	*d = (struct draft){ .batch = { .openings = d->openings,
					.entries = d->entries,
					.records = d->records,
					.ceilings = d->ceilings,
					.closings = d->closings } };
	if (below(random, 32) == 0)
		draft_closing(d, m, random);
	while (below(random, 20) == 0 && b->opening_count < MODEL_BATCH) {
		uint64_t id = 1 + below(random, MODEL_IDS);

		d->openings[b->opening_count++] = (struct ledger_opening){
			id, model_assets[id % MODEL_ASSETS]
		};
	}
	while (below(random, 3) && b->entry_count < MODEL_BATCH - 1)
		draft_pair(d, random);
	if (b->entry_count && below(random, 10) == 0)
		d->entries[below(random, b->entry_count)].units =
			draw_units(random);
	while (below(random, 3) == 0 && b->record_count < MODEL_BATCH)
		draft_record(d, random);
	while (below(random, 6) == 0 && b->ceiling_count < MODEL_BATCH)
		d->ceilings[b->ceiling_count++] =
			(struct ledger_ceiling){ 1 + below(random, MODEL_IDS),
						 draw_units(random) };
}

/* Sums without any bound: of the lower and the upper halves. */
__extension__ typedef __int128 i128;

struct sum {
	i128 low, high;
};

static void add(struct sum *sum, bool minus, ilp_u128 units)
{
	i128 low = (uint64_t)units;
	i128 high = (uint64_t)(units >> 64);

	sum->low += minus ? -low : low;
	sum->high += minus ? -high : high;
}

static bool is_zero(const struct sum *sum)
{
	i128 unit = (i128)1 << 64;

	return sum->low % unit == 0 && sum->high == -(sum->low / unit);
}

static bool is_credit(enum ledger_total total)
{
	return total % 2;
}

static bool model_balances(const struct ledger_batch *b)
{
	for (size_t asset = 0; asset < MODEL_ASSETS; asset++)
		for (unsigned sort = 0; sort < 2; sort++) {
			struct sum sum = { 0, 0 };

			for (size_t i = 0; i < b->entry_count; i++) {
				const struct ledger_entry *e = &b->entries[i];

				if (e->account % MODEL_ASSETS == asset &&
				    e->total / 2 == sort)
					add(&sum,
					    is_credit(e->total) != e->take,
					    e->units);
			}
			if (!is_zero(&sum))
				return false;
		}
	return true;
}

static bool model_entry(struct model *m, const struct ledger_entry *e)
{
	ilp_u128 *total = &m->accounts[e->account].totals[e->total];

	if (m->accounts[e->account].state != OPEN)
		return false;
	if (e->take ? *total < e->units : U128_MAX - *total < e->units)
		return false;
	*total = e->take ? *total - e->units : *total + e->units;
	return true;
}

static bool model_record(struct model *m, const struct ledger_record *r)
{
	size_t i = 0;

	if (r->key.len == 0)
		return false;
	while (!ilp_bytes_equal(ilp_text(model_keys[i]), r->key))
		i++;
	memcpy(m->records[i], r->value.at, r->value.len + 1);
	return true;
}

static bool model_close(struct model *m, uint64_t id)
{
	struct model_account *a = &m->accounts[id];
	bool good = a->state == OPEN && a->totals[0] == a->totals[1] &&
		    !a->totals[2] && !a->totals[3] && !a->ceiling;

	a->state = CLOSED;
	return good;
}

/* Is the batch good? If so, it has happened; otherwise `m` is spoilt. */
static bool model_submit(struct model *m, const struct ledger_batch *b)
{
	bool good = true;

	for (size_t i = 0; i < b->opening_count; i++) {
		struct model_account *a = &m->accounts[b->openings[i].account];

		good = good && a->state == UNUSED;
		a->state = OPEN;
	}
	for (size_t i = 0; i < b->entry_count; i++)
		good = good && model_entry(m, &b->entries[i]);
	for (size_t i = 0; i < b->record_count; i++)
		good = good && model_record(m, &b->records[i]);
	for (size_t i = 0; i < b->ceiling_count; i++) {
		struct model_account *a = &m->accounts[b->ceilings[i].account];

		good = good && a->state == OPEN;
		a->ceiling = b->ceilings[i].units;
	}
	for (size_t i = 0; i < b->closing_count; i++)
		good = good && model_close(m, b->closings[i]);
	return good && model_balances(b);
}

/* Does the ledger have exactly the accounts of the model? */
static bool same_accounts(const struct ledger *ledger, const struct model *m)
{
	struct ledger_account found;
	uint64_t last = 0;

	for (uint64_t id = 1; id <= MODEL_IDS; id++) {
		const ilp_u128 *t = m->accounts[id].totals;
		const struct ledger_account wanted = {
			id,
			model_assets[id % MODEL_ASSETS],
			{ t[0], t[1], t[2], t[3] },
			m->accounts[id].ceiling
		};

		if (m->accounts[id].state != OPEN)
			continue;
		if (!ledger_account(ledger, last, &found) ||
		    !same_account(&found, &wanted))
			return false;
		last = id;
	}
	return !ledger_account(ledger, last, &found);
}

static bool same_records(const struct ledger *ledger, const struct model *m)
{
	struct ledger_record next = { 0 };

	for (size_t i = 0; i < MODEL_KEYS; i++) {
		struct ilp_bytes value = { NULL, 0 };
		bool there =
			ledger_record(ledger, ilp_text(model_keys[i]), &value);

		if (there != (m->records[i][0] != 0) ||
		    !ilp_bytes_equal(value, ilp_text(m->records[i])))
			return false;
		if (!there)
			continue;
		if (!ledger_next_record(ledger, next.key, &next) ||
		    !ilp_bytes_equal(next.key, ilp_text(model_keys[i])) ||
		    !ilp_bytes_equal(next.value, ilp_text(m->records[i])))
			return false;
	}
	return !ledger_next_record(ledger, next.key, &next);
}

/* Whatever the model says: debits and credits are the same. */
static bool sums_to_zero(const struct ledger *ledger)
{
	struct sum posted[MODEL_ASSETS] = { { 0, 0 } };
	struct sum pending[MODEL_ASSETS] = { { 0, 0 } };
	struct ledger_account a = { 0 };
	bool zero = true;

	while (ledger_account(ledger, a.account, &a)) {
		size_t asset = a.account % MODEL_ASSETS;

		add(&posted[asset], false, a.totals.debits_posted);
		add(&posted[asset], true, a.totals.credits_posted);
		add(&pending[asset], false, a.totals.debits_pending);
		add(&pending[asset], true, a.totals.credits_pending);
	}
	for (size_t i = 0; i < MODEL_ASSETS; i++)
		zero = zero && is_zero(&posted[i]) && is_zero(&pending[i]);
	return zero;
}

/* Both ledgers, and what both of them have accepted so far. */
struct race {
	struct ledger *ledger;
	struct model model;
	uint64_t last;
	uint64_t durable;
};

/* Most accounts open at the start, so that there is something to do. */
static void start_race(struct race *race)
{
	struct ledger_opening openings[MODEL_IDS * 3 / 4];
	const struct ledger_batch batch = { OPENINGS(openings) };

	for (uint64_t i = 0; i < COUNT(openings); i++)
		openings[i] = (struct ledger_opening){
			i + 1, model_assets[(i + 1) % MODEL_ASSETS]
		};
	*race = (struct race){ .ledger = kind->create() };
	race->last = submit(race->ledger, &batch);
	CHECK(model_submit(&race->model, &batch));
}

/* One batch for both. Do they agree on it? */
static bool race_on(struct race *race, uint64_t *random)
{
	struct model then = race->model;
	struct draft draft;
	uint64_t sequence = race->last;
	bool good;

	make_draft(&draft, &race->model, random);
	good = model_submit(&then, &draft.batch);
	if (good) {
		race->model = then;
		race->last++;
	}
	return (ledger_submit(race->ledger, &draft.batch, &sequence) ==
		LEDGER_OK) == good &&
	       sequence == race->last &&
	       ledger_progress(race->ledger).submitted == race->last &&
	       ledger_progress(race->ledger).durable == race->durable &&
	       same_accounts(race->ledger, &race->model) &&
	       same_records(race->ledger, &race->model) &&
	       sums_to_zero(race->ledger);
}

#define MODEL_SEEDS 20
#define MODEL_STEPS 500

static struct race run_race(uint64_t seed)
{
	uint64_t random = seed;
	struct race race;

	start_race(&race);
	for (int step = 0; step < MODEL_STEPS; step++) {
		if (!race_on(&race, &random))
			fail_msg("seed %d, step %d", (int)seed, step);
		if (below(&random, 20))
			continue;
		CHECK_INT(settle(race.ledger),
			  race.last > race.durable ? race.last : 0);
		race.durable = race.last;
		if (kind->restart && below(&random, 4) == 0)
			race.ledger = kind->restart(race.ledger);
	}
	ledger_destroy(race.ledger);
	return race;
}

static void agrees_with_a_naive_ledger(void)
{
	int closed = 0;

	for (uint64_t seed = 1; seed <= MODEL_SEEDS; seed++) {
		const struct race race = run_race(seed);

		/* Otherwise it would not show much. */
		CHECK(race.last > MODEL_STEPS / 4);
		CHECK(race.last < MODEL_STEPS * 3 / 4);
		for (size_t id = 1; id <= MODEL_IDS; id++)
			closed += race.model.accounts[id].state == CLOSED;
	}
	CHECK(closed > MODEL_SEEDS);
}

static const struct check_test claims[] = {
	TEST(a_new_ledger_is_empty),
	TEST(says_whether_it_lasts),
	TEST(numbers_go_up_by_one_from_one),
	TEST(nothing_is_durable_before_a_tick),
	TEST(a_tick_makes_all_batches_durable_at_once),
	TEST(a_tick_without_new_batches_says_nothing),
	TEST(an_event_not_fetched_still_counts),
	TEST(tells_how_far_it_has_come),
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
	TEST(records_are_found_replaced_and_removed),
	TEST(the_last_record_of_a_key_counts),
	TEST(keys_and_values_are_any_bytes),
	TEST(records_come_in_the_order_of_their_keys),
	TEST(a_prefix_is_where_its_records_begin),
	TEST(records_may_be_removed_on_the_way),
	TEST(records_have_limits),
	TEST(all_of_a_batch_happens_or_none),
	TEST(a_batch_is_copied),
	TEST(too_many_waiting_batches_are_refused_until_a_tick),
	TEST(a_batch_may_be_about_100000_accounts),
	TEST(agrees_with_a_naive_ledger),
};

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

int ledger_suite_run(const struct ledger_suite *suite)
{
	int failed;

	kind = suite;
	failed = check_all(claims, COUNT(claims));
	if (suite->restart)
		failed += check_all(restart_claims, COUNT(restart_claims));
	if (suite->spoil)
		failed += check_all(failure_claims, COUNT(failure_claims));
	return failed;
}
