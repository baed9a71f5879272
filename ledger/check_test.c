/* SPDX-License-Identifier: Apache-2.0 */
/* A check says nothing of a good file, changes nothing in it, and tells of
 * every kind of damage where it is; and what a check finds is not opened. */
#include <unistd.h>

#include "ledger/sqlite.h"

#include "test/check.h"
#include "test/database.h"
#include "test/fault_vfs.h"

static const struct ilp_time now;

#define USD                                                                    \
	{                                                                      \
		"USD", 2                                                       \
	}

static void commit(struct ledger *ledger, const struct ledger_batch *batch)
{
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, batch, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
}

static void move(struct ledger *ledger, uint64_t from, uint64_t to,
		 ilp_u128 units)
{
	const struct ledger_entry entries[] = {
		{ from, LEDGER_DEBITS_POSTED, false, units },
		{ to, LEDGER_CREDITS_POSTED, false, units },
		{ from, LEDGER_DEBITS_PENDING, false, 3 },
		{ to, LEDGER_CREDITS_PENDING, false, 3 },
	};
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 4 };

	commit(ledger, &batch);
}

/* Accounts 1 to 3, of which 3 is closed; four moves in the batches 2 to 5,
 * none of which is folded; two records. */
static void make_file(void)
{
	const struct ledger_opening openings[] = { { 1, USD },
						   { 2, USD },
						   { 3, USD } };
	const struct ledger_record records[] = {
		{ ilp_text("a"), ilp_text("first") },
		{ ilp_text("b"), ilp_text("second") },
	};
	const uint64_t closing = 3;
	const struct ledger_batch batch = {
		.openings = openings,
		.opening_count = 3,
		.records = records,
		.record_count = 2,
		.closings = &closing,
		.closing_count = 1,
	};
	struct ledger *ledger;

	database_remove();
	fault_vfs_reset();
	ledger = database_open(NULL);
	commit(ledger, &batch);
	for (int i = 0; i < 4; i++)
		move(ledger, 1, 2, 10);
	ledger_destroy(ledger);
}

/* After the damage the check tells of it, in so many lines, one of which has
 * this in it; and the ledger is not opened, unless only the check looks. */
static void check_damage(const char *sql, uint64_t lines, const char *text,
			 bool opens)
{
	struct database_reports reports;
	bool found = false;

	make_file();
	database_run(sql);
	reports = database_check("");
	for (uint64_t i = 0; i < reports.summary.differences && i < 8; i++)
		found = found || strstr(reports.text[i], text);
	if (!found || reports.summary.differences != lines)
		fail_msg("%s: %d lines, the first is: %s", sql,
			 (int)reports.summary.differences, reports.text[0]);
	if (opens)
		ledger_destroy(database_open(NULL));
	else
		CHECK_INT(database_refusal().status, LEDGER_SQLITE_CORRUPT);
}

static void a_good_file_passes(void)
{
	struct ledger_sqlite_summary summary;

	make_file();
	summary = database_check_good("");
	CHECK_INT(summary.accounts, 2);
	CHECK_INT(summary.closed, 1);
	CHECK_INT(summary.batches, 5);
	CHECK_INT(summary.deltas, 5);
	CHECK_INT(summary.records, 2);
}

static void a_check_leaves_the_file_alone(void)
{
	make_file();
	CHECK_INT(access(database_beside("-wal").text, F_OK), -1);
	fault_vfs_reset();
	database_check_good("");
	CHECK_INT(fault_counts.bytes, 0);
	CHECK_INT(access(database_beside("-wal").text, F_OK), -1);
}

static void a_check_sees_what_is_only_in_the_log(void)
{
	struct ledger *ledger;

	make_file();
	ledger = database_open(NULL);
	move(ledger, 2, 1, 7);
	database_crash(DATABASE_ALL);
	ledger_destroy(ledger);
	database_restore();
	fault_vfs_reset();
	CHECK_INT(database_check_good("").batches, 6);
	CHECK_INT(database_check_good("").batches, 6);
	CHECK_INT(fault_counts.bytes, 0);
	ledger = database_open(NULL);
	CHECK_INT(ledger_progress(ledger).durable, 6);
	ledger_destroy(ledger);
}

static void damaged_rows_are_named(void)
{
	check_damage("UPDATE account SET debits_posted = "
		     "x'00000000000000000000000000000001' WHERE id = 1",
		     2, "account 1: its row is damaged", false);
	check_damage("UPDATE account SET asset = 9 WHERE id = 2", 16,
		     "account 2: there is no asset 9", false);
	check_damage("UPDATE account SET through = 4 WHERE id = 1", 3,
		     "account 1: its row is damaged", false);
	check_damage("UPDATE account SET ceiling = x'00' WHERE id = 2", 1,
		     "account 2: its row is damaged", false);
	check_damage("UPDATE account SET closed = 0 WHERE id = 3", 1,
		     "account 3: its row is damaged", false);
	check_damage("UPDATE delta SET checksum = checksum + 1 WHERE last = 3",
		     1, "batches 3 to 3: their row is damaged", false);
	check_damage("UPDATE record SET value = x'00' WHERE key = x'62'", 1,
		     "record 0x62: its row is damaged", true);
	check_damage("UPDATE asset SET number = 4", 12,
		     "asset 4: its row is damaged", false);
	check_damage("UPDATE asset SET scale = 3", 12,
		     "asset 0: its row is damaged", false);
}

static void missing_rows_are_missed(void)
{
	check_damage("DELETE FROM delta WHERE last = 3", 1,
		     "batches 3 to 3 are missing", false);
	check_damage("DELETE FROM delta WHERE last = 1", 1,
		     "batches 1 to 1 are missing", false);
	check_damage("DELETE FROM account WHERE id = 2", 14,
		     "there is no account 2", false);
	check_damage("DELETE FROM delta", 3,
		     "account 1: its row knows of batch 1, and the last is 0",
		     false);
}

static void what_cannot_be_is_told(void)
{
	check_damage("UPDATE delta SET first = 4 WHERE last = 3", 2,
		     "batches 4 to 3: are none", false);
	check_damage("UPDATE delta SET first = 2 WHERE last = 4", 2,
		     "batches 2 to 3 are there twice", false);
	check_damage("UPDATE delta SET entries = x'01' WHERE last = 3", 2,
		     "batches 3 to 3: their delta cannot be read", false);
	check_damage("UPDATE meta SET value = 6 WHERE key = 'folded'", 1,
		     "batches up to 6 are folded, and the last is 5", false);
}

/* The entries that move 10 and hold 3, but one side only. */
static void sums_that_do_not_balance_are_told(void)
{
	check_damage("UPDATE delta SET entries = x'01050a03' WHERE last = 3", 5,
		     "batches 3 to 3: posted debits less credits of USD, "
		     "scale 2, are 10 and not 0",
		     false);
	check_damage("UPDATE delta SET entries = x'020a0a03' WHERE last = 3", 5,
		     "all accounts: pending debits less credits of USD, "
		     "scale 2, are -3 and not 0",
		     false);
	check_damage("UPDATE delta SET entries = x'03010a02020a' "
		     "WHERE last = 3",
		     2, "account 3: it is closed and not empty", false);
	check_damage("UPDATE delta SET entries = x'011405022805' "
		     "WHERE last = 2",
		     3, "batch 2: a total of account 1 leaves its range",
		     false);
}

static void overwrite(long at, int whence, const char *bytes)
{
	FILE *file = fopen(database_name(), "r+b");

	CHECK(file && fseek(file, at, whence) == 0);
	CHECK(fputs(bytes, file) >= 0);
	CHECK_INT(fclose(file), 0);
}

/* A later SQLite's: whoever could not write it might not notice until there is
 * something to write. */
static void a_file_that_may_only_be_read_is_no_good(void)
{
	struct database_reports reports;
	struct ledger_sqlite_error error;

	make_file();
	overwrite(18, SEEK_SET, "\x03");
	reports = database_check("");
	CHECK_INT(reports.summary.differences, 1);
	CHECK(strstr(reports.text[0], "that it may only be read"));
	error = database_refusal();
	CHECK_INT(error.status, LEDGER_SQLITE_CORRUPT);
	CHECK(strstr(error.text, "that it may only be read"));
}

static void damaged_pages_are_told(void)
{
	struct database_reports reports;

	make_file();
	database_run("CREATE INDEX i ON account (asset)");
	overwrite(-4, SEEK_END, "\xff\xff");
	reports = database_check("");
	CHECK(reports.summary.differences > 0);
	CHECK(reports.text[0][0]);
}

static void nothing_ignore(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static enum ledger_sqlite_status check_status(void)
{
	struct ledger_sqlite_summary summary;
	struct ledger_sqlite_error error;

	CHECK(!ledger_sqlite_check(database_name(), FAULT_VFS, nothing_ignore,
				   NULL, &summary, &error));
	return error.status;
}

static void what_cannot_be_checked_says_why(void)
{
	struct ledger *ledger;

	database_remove();
	fault_vfs_reset();
	CHECK_INT(check_status(), LEDGER_SQLITE_CANNOT_OPEN);
	CHECK_INT(access(database_name(), F_OK), -1);
	make_file();
	database_run("PRAGMA user_version = 99");
	CHECK_INT(check_status(), LEDGER_SQLITE_FUTURE);
	database_run("PRAGMA user_version = 0");
	CHECK_INT(check_status(), LEDGER_SQLITE_PAST);
	database_run("PRAGMA application_id = 0");
	CHECK_INT(check_status(), LEDGER_SQLITE_FOREIGN);
	make_file();
	ledger = database_open(NULL);
	CHECK_INT(check_status(), LEDGER_SQLITE_IN_USE);
	ledger_destroy(ledger);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(a_good_file_passes),
		TEST(a_check_leaves_the_file_alone),
		TEST(a_check_sees_what_is_only_in_the_log),
		TEST(damaged_rows_are_named),
		TEST(missing_rows_are_missed),
		TEST(what_cannot_be_is_told),
		TEST(sums_that_do_not_balance_are_told),
		TEST(a_file_that_may_only_be_read_is_no_good),
		TEST(damaged_pages_are_told),
		TEST(what_cannot_be_checked_says_why),
	};
	int failed;

	database_make_folder();
	failed = check_all(tests, sizeof(tests) / sizeof(tests[0]));
	database_remove_folder();
	return failed;
}
