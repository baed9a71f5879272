/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in memory keeps the contract of ledger.h, also when memory
 * itself runs out: at whichever allocation, nothing has happened. */
#include "ledger/memory.h"

#include "test/check.h"
#include "test/ledger_suite.h"

/* The linker gives us the allocations of the ledger (--wrap=calloc). */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

#define ALWAYS SIZE_MAX

static size_t allocations_left = ALWAYS;

void *__wrap_calloc(size_t count, size_t size)
{
	if (allocations_left == 0)
		return NULL;
	if (allocations_left != ALWAYS)
		allocations_left--;
	return __real_calloc(count, size);
}

static const struct ledger_suite memory = { .create = ledger_memory_create };

/* Opens three accounts, for which there is room, and writes two records: two
 * allocations. */
static enum ledger_status submit_much(struct ledger *ledger, size_t allocations)
{
	const struct ledger_opening openings[] = { { 50, { "NEW", 1 } },
						   { 51, { "NEW", 1 } },
						   { 52, { "NEW", 1 } } };
	const struct ledger_entry entries[] = {
		{ 50, LEDGER_DEBITS_POSTED, false, 5 },
		{ 51, LEDGER_CREDITS_POSTED, false, 5 },
	};
	const struct ledger_record records[] = {
		{ ilp_text("removed"), ilp_text("") },
		{ ilp_text("replaced"), ilp_text("new") },
		{ ilp_text("added"), ilp_text("new") },
	};
	const struct ledger_ceiling ceilings[] = { { 1, 7 } };
	const uint64_t closings[] = { 52 };
	const struct ledger_batch batch = {
		.openings = openings,
		.opening_count = 3,
		.entries = entries,
		.entry_count = 2,
		.records = records,
		.record_count = 3,
		.ceilings = ceilings,
		.ceiling_count = 1,
		.closings = closings,
		.closing_count = 1,
	};
	uint64_t sequence;
	enum ledger_status status;

	allocations_left = allocations;
	status = ledger_submit(ledger, &batch, &sequence);
	allocations_left = ALWAYS;
	return status;
}

static void put_old_records(struct ledger *ledger)
{
	const struct ledger_record records[] = {
		{ ilp_text("removed"), ilp_text("old") },
		{ ilp_text("replaced"), ilp_text("old") },
	};
	const struct ledger_batch batch = { .records = records,
					    .record_count = 2 };
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
}

static void check_untouched(const struct ledger *ledger)
{
	struct ilp_bytes value = { NULL, 0 };
	struct ledger_account account = { 0 };

	CHECK(!ledger_account(ledger, 49, &account));
	CHECK(ledger_account(ledger, 0, &account));
	CHECK(account.ceiling == 0);
	CHECK(ledger_record(ledger, ilp_text("removed"), &value));
	CHECK_TEXT(value, "old");
	CHECK(ledger_record(ledger, ilp_text("replaced"), &value));
	CHECK_TEXT(value, "old");
	CHECK(!ledger_record(ledger, ilp_text("added"), &value));
}

static void without_memory_nothing_happens(void)
{
	struct ledger *ledger = ledger_suite_bank(&memory);
	uint64_t sequence;

	put_old_records(ledger);
	for (size_t allocations = 0; allocations < 2; allocations++) {
		CHECK_INT(submit_much(ledger, allocations), LEDGER_NO_MEMORY);
		check_untouched(ledger);
	}
	CHECK_INT(submit_much(ledger, 2), LEDGER_OK);
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	CHECK_INT(sequence, 4);
	ledger_destroy(ledger);
}

static void money_moves_without_allocating(void)
{
	struct ledger *ledger = ledger_suite_bank(&memory);
	uint64_t sequence;

	allocations_left = 0;
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	allocations_left = ALWAYS;
	ledger_destroy(ledger);
}

static void a_ledger_without_memory_is_none(void)
{
	allocations_left = 0;
	CHECK(ledger_memory_create() == NULL);
	allocations_left = ALWAYS;
}

static void as_many_batches_wait_as_it_says(void)
{
	struct ledger *ledger = ledger_suite_bank(&memory);
	uint64_t sequence;

	for (int i = 1; i < LEDGER_MEMORY_WAITING_MAX; i++)
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_BUSY);
	ledger_destroy(ledger);
}

int main(void)
{
	static const struct check_test own[] = {
		TEST(without_memory_nothing_happens),
		TEST(money_moves_without_allocating),
		TEST(a_ledger_without_memory_is_none),
		TEST(as_many_batches_wait_as_it_says),
	};

	return ledger_suite_run(&memory) +
	       check_all(own, sizeof(own) / sizeof(own[0]));
}
