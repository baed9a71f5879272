/* SPDX-License-Identifier: Apache-2.0 */
/* Notes come out as they went in, in their order, until they are cleared. */
#include "node/notes.h"

#include "test/check.h"

static void come_out_as_they_went_in(void)
{
	struct notes n = { .count = 0 };
	const struct ledger_record *records;
	char key[24], value[24];

	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 1000; i++) {
			snprintf(key, sizeof(key), "key %d", i);
			snprintf(value, sizeof(value), "value %d %d", i, turn);
			CHECK(notes_add(&n, ilp_text(key), ilp_text(value)));
		}
		records = notes_records(&n);
		CHECK_INT(n.count, 1000);
		for (int i = 0; i < 1000; i++) {
			snprintf(key, sizeof(key), "key %d", i);
			snprintf(value, sizeof(value), "value %d %d", i, turn);
			CHECK_TEXT(records[i].key, key);
			CHECK_TEXT(records[i].value, value);
		}
		notes_clear(&n);
		CHECK_INT(n.count, 0);
	}
	notes_finish(&n);
}

static void a_value_is_a_number_or_nothing(void)
{
	struct notes n = { .count = 0 };
	const struct ledger_record *records;

	CHECK(notes_add_number(&n, ilp_text("a"), 0x0102030405060708));
	CHECK(notes_add_nothing(&n, ilp_text("b")));
	records = notes_records(&n);
	CHECK_INT(ilp_load_u64(records[0].value.at), 0x0102030405060708);
	CHECK_INT(records[0].value.len, 8);
	CHECK_TEXT(records[1].key, "b");
	CHECK_INT(records[1].value.len, 0);
	notes_finish(&n);
}

static void what_is_undone_was_never_there(void)
{
	struct notes n = { .count = 0 };
	const struct ledger_record *records;

	CHECK(notes_add(&n, ilp_text("a"), ilp_text("first")));
	CHECK(notes_add(&n, ilp_text("b"), ilp_text("second")));
	CHECK(notes_add(&n, ilp_text("c"), ilp_text("third")));
	notes_undo(&n, 1);
	notes_undo(&n, 1);
	CHECK(notes_add(&n, ilp_text("d"), ilp_text("fourth")));
	records = notes_records(&n);
	CHECK_INT(n.count, 2);
	CHECK_TEXT(records[0].value, "first");
	CHECK_TEXT(records[1].key, "d");
	CHECK_TEXT(records[1].value, "fourth");
	CHECK_INT(n.text_len, strlen("afirstdfourth"));
	notes_finish(&n);
}

TESTS(TEST(come_out_as_they_went_in), TEST(a_value_is_a_number_or_nothing),
      TEST(what_is_undone_was_never_there))
