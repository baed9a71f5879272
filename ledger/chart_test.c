/* SPDX-License-Identifier: Apache-2.0 */
/* The chart knows what has changed since it was asked last, and forgets all of
 * a batch that it refuses. The rules themselves are test/ledger_suite.h's. */
#include "ledger/chart.h"

#include "test/check.h"

/* The linker gives us the allocations (--wrap=calloc). */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool no_memory;

void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

static enum ledger_status open_account(struct chart *chart, uint64_t id)
{
	const struct ledger_opening opening = { id, { "USD", 2 } };
	const struct ledger_batch batch = { .openings = &opening,
					    .opening_count = 1 };

	return chart_change(chart, &batch);
}

static enum ledger_status move(struct chart *chart, uint64_t from, uint64_t to,
			       ilp_u128 units, uint64_t closing)
{
	const struct ledger_entry entries[] = {
		{ from, LEDGER_DEBITS_POSTED, false, units },
		{ to, LEDGER_CREDITS_POSTED, false, units },
	};
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 2,
					    .closings = &closing,
					    .closing_count = closing != 0 };

	return chart_change(chart, &batch);
}

/* Accounts 1, 2 and 3, of which nothing has changed. */
static struct chart three(void)
{
	struct chart chart;

	CHECK(chart_init(&chart, true));
	for (uint64_t id = 1; id <= 3; id++)
		CHECK_INT(open_account(&chart, id), LEDGER_OK);
	CHECK_INT(chart.changed_count, 3);
	CHECK(chart.changed[0]->moved);
	chart_settle(&chart);
	CHECK_INT(chart.changed_count, 0);
	return chart;
}

static void knows_what_has_changed_since_it_was_asked(void)
{
	struct chart chart = three();
	const struct chart_account *one = chart_find(&chart, 1);

	CHECK_INT(move(&chart, 1, 3, 5, 0), LEDGER_OK);
	CHECK_INT(move(&chart, 1, 3, 5, 0), LEDGER_OK);
	CHECK_INT(chart.changed_count, 2);
	CHECK(chart_changed(&chart, 0) == one);
	CHECK(one->stored[0].debits_posted == 0);
	CHECK(one->totals.debits_posted == 10);
	CHECK(one->changed && !one->moved && !chart_find(&chart, 2)->changed);
	chart_settle(&chart);
	CHECK(one->stored[0].debits_posted == 10 && !one->changed);
	CHECK_INT(chart.changed_count, 0);
	chart_finish(&chart);
}

static void what_is_refused_has_not_changed(void)
{
	struct chart chart = three();
	const struct ledger_opening opening = { 4, { "USD", 2 } };
	const struct ledger_entry entries[] = {
		{ 4, LEDGER_DEBITS_POSTED, false, 1 },
		{ 1, LEDGER_CREDITS_POSTED, false, 1 },
		{ 1, LEDGER_DEBITS_PENDING, true, 1 },
		{ 4, LEDGER_CREDITS_PENDING, true, 1 },
	};
	const struct ledger_batch batch = { .openings = &opening,
					    .opening_count = 1,
					    .entries = entries,
					    .entry_count = 4 };

	CHECK_INT(move(&chart, 1, 2, 5, 0), LEDGER_OK);
	CHECK_INT(chart_change(&chart, &batch), LEDGER_RANGE);
	CHECK_INT(move(&chart, 1, 3, 5, 3), LEDGER_NOT_EMPTY);
	CHECK_INT(chart.changed_count, 2);
	CHECK(!chart_find(&chart, 3)->changed && !chart_find(&chart, 3)->moved);
	CHECK(chart_find(&chart, 4) == NULL);
	CHECK_INT(chart.open_count, 3);
	CHECK_INT(open_account(&chart, 4), LEDGER_OK);
	CHECK(chart_find(&chart, 4)->totals.debits_posted == 0);
	chart_finish(&chart);
}

static void what_closes_has_moved(void)
{
	struct chart chart = three();

	CHECK_INT(move(&chart, 1, 1, 5, 1), LEDGER_OK);
	CHECK_INT(chart.changed_count, 1);
	CHECK(chart_find(&chart, 1)->moved && chart_find(&chart, 1)->closed);
	CHECK_INT(chart.open_count, 2);
	CHECK(chart_after(&chart, 0) == chart_find(&chart, 2));
	chart_finish(&chart);
}

#define MANY 300

static void accounts_are_many_and_in_order(void)
{
	struct chart chart = three();
	const struct chart_account *account = NULL;

	for (uint64_t i = 0; i < MANY; i++)
		CHECK_INT(open_account(&chart, 4 + i * 77 % MANY), LEDGER_OK);
	for (uint64_t id = 1; id <= MANY + 3; id++) {
		account = chart_next(&chart.open, account);
		CHECK(account && chart_id(account) == id);
		CHECK((uintptr_t)account % 64 == 0);
		CHECK(chart_find(&chart, id) == account);
		CHECK(chart_after(&chart, id - 1) == account);
	}
	CHECK(chart_next(&chart.open, account) == NULL);
	CHECK_INT(chart.changed_count, MANY);
	chart_finish(&chart);
}

static void without_memory_no_account_opens(void)
{
	struct chart chart = three();
	uint64_t id = 4;
	enum ledger_status status;

	no_memory = true;
	while ((status = open_account(&chart, id)) == LEDGER_OK)
		id++;
	no_memory = false;
	CHECK_INT(status, LEDGER_NO_MEMORY);
	CHECK(chart_find(&chart, id) == NULL);
	CHECK_INT(chart.open_count, id - 1);
	CHECK_INT(move(&chart, 1, id - 1, 5, 0), LEDGER_OK);
	CHECK_INT(open_account(&chart, id), LEDGER_OK);
	chart_finish(&chart);
}

TESTS(TEST(knows_what_has_changed_since_it_was_asked),
      TEST(what_is_refused_has_not_changed), TEST(what_closes_has_moved),
      TEST(accounts_are_many_and_in_order),
      TEST(without_memory_no_account_opens))
