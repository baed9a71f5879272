/* SPDX-License-Identifier: Apache-2.0 */
/* What every ledger must do with records: any bytes under any key, in the
 * order of the keys, the last one written for each. */
#include "test/ledger_claims.h"

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

static const struct check_test claims[] = {
	TEST(records_are_found_replaced_and_removed),
	TEST(the_last_record_of_a_key_counts),
	TEST(keys_and_values_are_any_bytes),
	TEST(records_come_in_the_order_of_their_keys),
	TEST(a_prefix_is_where_its_records_begin),
	TEST(records_may_be_removed_on_the_way),
	TEST(records_have_limits),
};

int claims_about_records(void)
{
	return check_all(claims, COUNT(claims));
}
