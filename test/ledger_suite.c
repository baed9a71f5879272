/* SPDX-License-Identifier: Apache-2.0 */
/* The suite as a whole, what its claims have in common, and those about
 * batches: their numbers, when they are durable, and that they happen as a
 * whole. What a batch is made of has files of its own beside this one, and so
 * has what a restart leaves. */
#include "test/ledger_suite.h"

#include <stdlib.h>

#include "test/ledger_claims.h"
#include "test/ledger_model.h"

const struct ledger_suite *kind;

const struct ilp_time now;

const struct ledger_opening bank_openings[BANK_ACCOUNTS] = {
	{ ALICE, { "USD", 2 } }, { BOB, { "USD", 2 } },
	{ CAROL, { "EUR", 2 } }, { DAVE, { "EUR", 2 } },
	{ ERIN, { "USD", 9 } },  { FRANK, { "USD", 9 } },
};

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

struct ledger *bank(void)
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

uint64_t submit(struct ledger *ledger, const struct ledger_batch *batch)
{
	uint64_t sequence = 0;

	CHECK_INT(ledger_submit(ledger, batch, &sequence), LEDGER_OK);
	CHECK(sequence > 0);
	return sequence;
}

void put(struct ledger *ledger, const char *key, const char *value)
{
	const struct ledger_record record[] = { { ilp_text(key),
						  ilp_text(value) } };

	submit(ledger, BATCH(RECORDS(record)));
}

uint64_t settle(struct ledger *ledger)
{
	struct ledger_event event = { .sequence = 0 };

	ledger_tick(ledger, now);
	if (ledger_next(ledger, &event)) {
		CHECK_INT(event.type, LEDGER_DURABLE);
		CHECK(!ledger_next(ledger, &event));
	}
	return event.sequence;
}

bool find(const struct ledger *ledger, uint64_t id, struct ledger_account *out)
{
	return ledger_account(ledger, id - 1, out) && out->account == id;
}

struct ledger_totals totals(const struct ledger *ledger, uint64_t id)
{
	struct ledger_account account = { 0 };

	CHECK(find(ledger, id, &account));
	return account.totals;
}

ilp_u128 ceiling(const struct ledger *ledger, uint64_t id)
{
	struct ledger_account account = { 0 };

	CHECK(find(ledger, id, &account));
	return account.ceiling;
}

void check_record(const struct ledger *ledger, const char *key,
		  const char *value)
{
	struct ilp_bytes found = { NULL, 0 };
	bool there = ledger_record(ledger, ilp_text(key), &found);

	CHECK(there == (value != NULL));
	if (value)
		CHECK_TEXT(found, value);
}

void check_next_record(const struct ledger *ledger,
		       struct ledger_record *record, struct ilp_bytes key,
		       struct ilp_bytes value)
{
	CHECK(ledger_next_record(ledger, record->key, record));
	CHECK_BYTES(record->key, key);
	CHECK_BYTES(record->value, value);
}

bool same_totals(const struct ledger_totals *a, const struct ledger_totals *b)
{
	return a->debits_posted == b->debits_posted &&
	       a->credits_posted == b->credits_posted &&
	       a->debits_pending == b->debits_pending &&
	       a->credits_pending == b->credits_pending;
}

bool same_account(const struct ledger_account *a,
		  const struct ledger_account *b)
{
	return a->account == b->account && a->asset.scale == b->asset.scale &&
	       strcmp(a->asset.code, b->asset.code) == 0 &&
	       same_totals(&a->totals, &b->totals) && a->ceiling == b->ceiling;
}

void check_progress(const struct ledger *ledger, uint64_t submitted,
		    uint64_t durable)
{
	struct ledger_progress progress = ledger_progress(ledger);

	CHECK_INT(progress.submitted, submitted);
	CHECK_INT(progress.durable, durable);
}

size_t list_accounts(const struct ledger *ledger, struct ledger_account *out,
		     size_t max)
{
	size_t count = 0;
	uint64_t last = 0;

	while (count < max && ledger_account(ledger, last, &out[count]))
		last = out[count++].account;
	return count;
}

void check_refused(struct ledger *ledger, const struct ledger_batch *batch,
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

#define MODEL_SEEDS 20

static void agrees_with_a_naive_ledger(void)
{
	int closed = 0;

	for (uint64_t seed = 1; seed <= MODEL_SEEDS; seed++) {
		const struct model_walk walk = model_walk(kind, seed);

		/* Otherwise it would not show much. */
		CHECK(walk.accepted > MODEL_STEPS / 4);
		CHECK(walk.accepted < MODEL_STEPS * 3 / 4);
		closed += walk.closed;
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
	TEST(all_of_a_batch_happens_or_none),
	TEST(a_batch_is_copied),
	TEST(too_many_waiting_batches_are_refused_until_a_tick),
	TEST(a_batch_may_be_about_100000_accounts),
	TEST(agrees_with_a_naive_ledger),
};

int ledger_suite_run(const struct ledger_suite *suite)
{
	int failed;

	kind = suite;
	failed = check_all(claims, COUNT(claims));
	failed += claims_about_entries();
	failed += claims_about_accounts();
	failed += claims_about_records();
	if (suite->restart)
		failed += claims_about_restarts();
	if (suite->spoil)
		failed += claims_about_failures();
	return failed;
}
