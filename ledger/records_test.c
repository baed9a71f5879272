/* SPDX-License-Identifier: Apache-2.0 */
/* Records over those of a store: a removal stays, and what waits is counted. */
#include "ledger/records.h"

#include "test/check.h"

static void put(struct records *records, const char *key, const char *value)
{
	const struct ledger_record one = { ilp_text(key), ilp_text(value) };
	const struct ledger_batch batch = { .records = &one,
					    .record_count = 1 };
	struct record *made;

	CHECK_INT(records_make(records, &batch, &made), LEDGER_OK);
	records_put(records, &batch, made);
}

static void a_removal_stays_where_it_hides_something(void)
{
	struct records over = { .keeps_removals = true };
	struct records plain = { .keeps_removals = false };

	put(&over, "key", "value");
	put(&over, "key", "");
	CHECK(records_find(&over, ilp_text("key")) != NULL);
	CHECK_INT(records_read(records_first(&over)).value.len, 0);
	put(&plain, "key", "value");
	put(&plain, "key", "");
	CHECK(records_find(&plain, ilp_text("key")) == NULL);
	CHECK(records_first(&plain) == NULL);
	records_clear(&over);
	records_clear(&plain);
}

static void what_is_in_it_is_counted(void)
{
	struct records records = { .keeps_removals = true };
	size_t one;

	put(&records, "a", "1234");
	one = records.bytes;
	CHECK(one > 5);
	put(&records, "a", "12345678");
	CHECK_INT(records.bytes, one + 4);
	put(&records, "b", "1234");
	CHECK_INT(records.bytes, 2 * one + 4);
	put(&records, "a", "");
	put(&records, "b", "");
	CHECK_INT(records.bytes, 2 * (one - 4));
	records_clear(&records);
	CHECK_INT(records.bytes, 0);
	CHECK(records_first(&records) == NULL);
	put(&records, "a", "1234");
	CHECK_INT(records.bytes, one);
	records_clear(&records);
}

static void none_is_made_when_one_is_wrong(void)
{
	const struct ledger_record two[] = {
		{ ilp_text("good"), ilp_text("one") },
		{ ilp_text(""), ilp_text("bad") },
	};
	const struct ledger_batch batch = { .records = two, .record_count = 2 };
	struct records records = { .keeps_removals = true };
	struct record *made;

	CHECK_INT(records_make(&records, &batch, &made), LEDGER_RANGE);
	CHECK(made == NULL);
}

TESTS(TEST(a_removal_stays_where_it_hides_something),
      TEST(what_is_in_it_is_counted), TEST(none_is_made_when_one_is_wrong))
