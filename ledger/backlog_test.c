/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into a backlog comes out of it, in its order, and with nothing of
 * it left where it came from. */
#include "ledger/backlog.h"

#include "test/check.h"

#define U128_MAX (~(ilp_u128)0)

static const struct ledger_opening openings[] = { { 1, { "USD", 2 } },
						  { 2, { "EUR", 9 } },
						  { 3, { "XRP", 0 } } };
static const struct ledger_entry entries[] = {
	{ 1, LEDGER_DEBITS_POSTED, false, U128_MAX },
	{ 2, LEDGER_CREDITS_PENDING, true, 7 },
};
static const struct ledger_ceiling ceilings[] = { { 3, U128_MAX - 1 } };
static const uint64_t closings[] = { 5, 6, 7 };
static const struct ledger_journal journal[] = { { .at_us = -1, .kind = 3 } };

/* A batch with all that there is, whose memory is gone when it returns. */
static void add_whole(struct backlog *b)
{
	char key[] = "key";
	char value[] = "a value";
	const struct ledger_record records[] = {
		{ ilp_text(key), ilp_text(value) },
		{ ilp_text("gone"), { NULL, 0 } },
	};
	const struct ledger_batch batch = {
		.openings = openings, .opening_count = 3,
		.entries = entries,   .entry_count = 2,
		.records = records,   .record_count = 2,
		.ceilings = ceilings, .ceiling_count = 1,
		.closings = closings, .closing_count = 3,
		.journal = journal,   .journal_count = 1,
	};
	size_t len = b->len;

	CHECK(backlog_add(b, &batch));
	CHECK_INT(b->len - len, backlog_size(&batch));
	memset(key, 'x', sizeof(key));
	memset(value, 'x', sizeof(value));
}

static void check_whole(struct backlog *b)
{
	struct ledger_batch batch;

	CHECK(backlog_first(b, &batch));
	CHECK_INT(batch.opening_count, 3);
	CHECK_INT(batch.openings[2].account, 3);
	CHECK_TEXT(ilp_text(batch.openings[1].asset.code), "EUR");
	CHECK_INT(batch.entry_count, 2);
	CHECK(batch.entries[0].units == U128_MAX);
	CHECK(batch.entries[1].take && batch.entries[1].units == 7);
	CHECK_INT(batch.entries[1].total, LEDGER_CREDITS_PENDING);
	CHECK_INT(batch.record_count, 2);
	CHECK_TEXT(batch.records[0].key, "key");
	CHECK_TEXT(batch.records[0].value, "a value");
	CHECK_TEXT(batch.records[1].key, "gone");
	CHECK_INT(batch.records[1].value.len, 0);
	CHECK_INT(batch.ceiling_count, 1);
	CHECK(batch.ceilings[0].units == U128_MAX - 1);
	CHECK_INT(batch.closing_count, 3);
	CHECK_INT(batch.closings[2], 7);
	CHECK_INT(batch.journal_count, 1);
	CHECK_INT(batch.journal[0].at_us, -1);
	CHECK_INT(batch.journal[0].kind, 3);
}

static void gives_back_what_was_added(void)
{
	struct backlog b = { .bytes = NULL };
	struct ledger_batch batch;

	CHECK(!backlog_first(&b, &batch));
	add_whole(&b);
	check_whole(&b);
	check_whole(&b);
	backlog_drop(&b);
	CHECK(!backlog_first(&b, &batch));
	backlog_finish(&b);
}

static void keeps_the_order_while_it_grows(void)
{
	struct backlog b = { .bytes = NULL };
	struct ledger_batch batch;

	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < 10000; i++) {
			const uint64_t closing[] = { i };
			const struct ledger_batch one = { .closings = closing,
							  .closing_count = 1 };

			CHECK(backlog_add(&b, &one));
			add_whole(&b);
		}
		for (uint64_t i = 0; i < 10000; i++) {
			CHECK(backlog_first(&b, &batch));
			CHECK_INT(batch.closing_count, 1);
			CHECK_INT(batch.closings[0], i);
			backlog_drop(&b);
			check_whole(&b);
			backlog_drop(&b);
		}
		CHECK(!backlog_first(&b, &batch));
		backlog_clear(&b);
		CHECK_INT(b.len, 0);
	}
	backlog_finish(&b);
}

static void an_empty_batch_is_one_too(void)
{
	const struct ledger_batch empty = { .entry_count = 0 };
	struct backlog b = { .bytes = NULL };
	struct ledger_batch batch;

	CHECK(backlog_size(&empty) > 0);
	CHECK(backlog_add(&b, &empty));
	CHECK(backlog_add(&b, &empty));
	backlog_drop(&b);
	CHECK(backlog_first(&b, &batch));
	CHECK_INT(batch.entry_count + batch.record_count, 0);
	backlog_clear(&b);
	CHECK(!backlog_first(&b, &batch));
	backlog_finish(&b);
}

TESTS(TEST(gives_back_what_was_added), TEST(keeps_the_order_while_it_grows),
      TEST(an_empty_batch_is_one_too))
