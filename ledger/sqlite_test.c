/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in a file keeps the contract of ledger.h, through restarts after
 * which there is only what a crash leaves, and with a disk that fails. */
#include "ledger/sqlite.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/check.h"
#include "test/database.h"
#include "test/fault_vfs.h"
#include "test/ledger_suite.h"

static const struct ilp_time now;

/* ---- the suite ---- */

static struct ledger *create(void)
{
	database_remove();
	fault_vfs_reset();
	fault_plan.keep_synced = true;
	return database_open(NULL);
}

/* Mostly it is a crash, of one kind or another. */
static struct ledger *restart(struct ledger *ledger)
{
	static unsigned turn;
	unsigned crash = fault_plan.keep_synced ?
				 turn++ % (DATABASE_CRASHES + 1) :
				 DATABASE_ALL;

	fault_vfs_reset();
	if (crash < DATABASE_CRASHES)
		database_crash(crash);
	ledger_destroy(ledger);
	database_restore();
	database_check_good("");
	fault_plan.keep_synced = true;
	return database_open(NULL);
}

static void spoil(struct ledger *ledger)
{
	(void)ledger;
	fault_plan.at[FAULT_SYNC].times = -1;
	fault_plan.at[FAULT_SYNC].code = SQLITE_IOERR_FSYNC;
}

static const struct ledger_suite suite = { .create = create,
					   .restart = restart,
					   .spoil = spoil };

/* ---- records, in the file and over it ---- */

static void put(struct ledger *ledger, const char *key, const char *value)
{
	const struct ledger_record one = { ilp_text(key), ilp_text(value) };
	const struct ledger_batch batch = { .records = &one,
					    .record_count = 1 };
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
}

/* All records in their order, as text. */
static const char *list(const struct ledger *ledger)
{
	static char text[256];
	struct ledger_record r = { .key = { NULL, 0 } };
	size_t len = 0;

	text[0] = '\0';
	while (ledger_next_record(ledger, r.key, &r))
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "%.*s=%.*s ",
			(int)r.key.len, (const char *)r.key.at,
			(int)r.value.len, (const char *)r.value.at);
	return text;
}

static void what_waits_lies_over_what_is_stored(void)
{
	struct ledger *ledger = create();

	put(ledger, "a", "1");
	put(ledger, "b", "2");
	put(ledger, "c", "3");
	put(ledger, "d", "4");
	ledger_tick(ledger, now);
	CHECK(!strcmp(list(ledger), "a=1 b=2 c=3 d=4 "));
	put(ledger, "a", "");
	put(ledger, "b", "");
	put(ledger, "bb", "5");
	put(ledger, "c", "6");
	put(ledger, "e", "7");
	CHECK(!strcmp(list(ledger), "bb=5 c=6 d=4 e=7 "));
	put(ledger, "b", "8");
	put(ledger, "bb", "");
	CHECK(!strcmp(list(ledger), "b=8 c=6 d=4 e=7 "));
	ledger_tick(ledger, now);
	CHECK(!strcmp(list(ledger), "b=8 c=6 d=4 e=7 "));
	ledger = restart(ledger);
	CHECK(!strcmp(list(ledger), "b=8 c=6 d=4 e=7 "));
	ledger_destroy(ledger);
}

/* Whoever is told that there is no record must not act on it. */
static void check_unreadable(struct ledger *ledger, const char *reason)
{
	struct ilp_bytes value = { NULL, 0 };
	struct ledger_event event;
	uint64_t sequence;

	CHECK(!ledger_record(ledger, ilp_text("key"), &value));
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_DEAD);
	CHECK(ledger_next(ledger, &event));
	CHECK_INT(event.type, LEDGER_FAILED);
	CHECK_TEXT(ilp_text(event.reason), reason);
	CHECK(!ledger_next(ledger, &event));
	ledger_destroy(ledger);
}

static void a_record_that_cannot_be_read_is_a_failure(void)
{
	struct ledger *ledger = ledger_suite_bank(&suite);

	put(ledger, "key", "value");
	ledger_tick(ledger, now);
	ledger_destroy(ledger);
	ledger = database_open(NULL);
	fault_plan.at[FAULT_READ] = (struct fault){ .times = -1,
						    .code = SQLITE_IOERR_READ,
						    .error = EIO };
	check_unreadable(ledger, "disk I/O error");
	fault_vfs_reset();
	database_run("UPDATE record SET value = x'00'");
	check_unreadable(database_open(NULL), "a row is not what was written");
}

/* ---- what is kept of packets ---- */

static void move_with_journal(struct ledger *ledger, size_t count)
{
	struct ledger_journal rows[200];
	const struct ledger_batch batch = { .journal = rows,
					    .journal_count = count };
	uint64_t sequence;

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct ledger_journal){
			1700000000000000 + (int64_t)i, 1, 2, UINT64_MAX, i, 3
		};
	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
}

static void the_journal_is_kept_if_it_is_asked_for(void)
{
	const struct ledger_sqlite_options audit = { .journal = true };
	struct ledger *ledger;

	ledger_destroy(create());
	ledger = database_open(&audit);
	CHECK(ledger->ops->journal);
	move_with_journal(ledger, 200);
	move_with_journal(ledger, 0);
	move_with_journal(ledger, 3);
	ledger_tick(ledger, now);
	move_with_journal(ledger, 64);
	ledger_tick(ledger, now);
	ledger_destroy(ledger);
	CHECK_INT(database_number("SELECT count(*) FROM journal"), 267);
	CHECK_INT(database_number("SELECT count(*) FROM journal "
				  "WHERE batch = 3 AND kind = 3 AND "
				  "from_account = 1 AND to_account = 2 AND "
				  "in_units = -1 AND out_units = row - 1 AND "
				  "at_us = 1700000000000000 + row - 1"),
		  200);
	CHECK_INT(database_number("SELECT max(batch) FROM journal"), 4);
}

static void otherwise_it_is_dropped(void)
{
	struct ledger *ledger = create();

	move_with_journal(ledger, 200);
	ledger_tick(ledger, now);
	ledger_destroy(ledger);
	CHECK_INT(database_number("SELECT count(*) FROM journal"), 0);
}

/* ---- bounds ---- */

static enum ledger_status put_much(struct ledger *ledger, size_t len)
{
	static const uint8_t much[LEDGER_VALUE_MAX];
	static uint8_t key;
	const struct ledger_record one = { { &key, 1 }, { much, len } };
	const struct ledger_batch batch = { .records = &one,
					    .record_count = 1 };
	uint64_t sequence;

	key++;
	return ledger_submit(ledger, &batch, &sequence);
}

static void no_more_bytes_wait_than_may(void)
{
	const struct ledger_sqlite_options small = { .waiting_bytes_max = 5000,
						     .journal = true };
	struct ledger *ledger;

	ledger_destroy(create());
	ledger = database_open(&small);
	CHECK_INT(put_much(ledger, 60000), LEDGER_OK);
	CHECK_INT(put_much(ledger, 1), LEDGER_BUSY);
	ledger_tick(ledger, now);
	CHECK_INT(put_much(ledger, 2000), LEDGER_OK);
	CHECK_INT(put_much(ledger, 2000), LEDGER_OK);
	CHECK_INT(put_much(ledger, 2000), LEDGER_BUSY);
	ledger_tick(ledger, now);
	move_with_journal(ledger, 70);
	move_with_journal(ledger, 20);
	CHECK_INT(put_much(ledger, 2000), LEDGER_BUSY);
	ledger_destroy(ledger);
}

/* ---- a disk in trouble ---- */

/* Batches wait and money is not lost; how many wait is bounded. */
static void check_waits(struct ledger *ledger, const char *trouble)
{
	struct ledger_event event;
	uint64_t durable = ledger_progress(ledger).durable;
	uint64_t sequence;
	int taken = 0;

	for (int i = 0; i < 3; i++) {
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
		ledger_tick(ledger, now);
		CHECK_TEXT(ilp_text(ledger_trouble(ledger)), trouble);
		CHECK(!ledger_next(ledger, &event));
	}
	while (ledger_suite_move(ledger, 1, &sequence) == LEDGER_OK)
		taken++;
	CHECK_INT(taken, LEDGER_SQLITE_WAITING_BATCHES_MAX - 3);
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_BUSY);
	CHECK_INT(ledger_progress(ledger).durable, durable);
}

static void check_recovers(struct ledger *ledger)
{
	struct ledger_event event;
	struct ledger_account account;
	uint64_t last = ledger_progress(ledger).submitted;

	ledger_tick(ledger, now);
	CHECK(ledger_trouble(ledger) == NULL);
	CHECK(ledger_next(ledger, &event));
	CHECK_INT(event.type, LEDGER_DURABLE);
	CHECK_INT(event.sequence, last);
	ledger = restart(ledger);
	CHECK(ledger_account(ledger, 0, &account));
	CHECK(account.totals.debits_posted ==
	      LEDGER_SQLITE_WAITING_BATCHES_MAX);
	ledger_destroy(ledger);
}

static struct ledger *ready_bank(void)
{
	struct ledger *ledger = ledger_suite_bank(&suite);
	struct ledger_event event;

	CHECK(ledger_trouble(ledger) == NULL);
	ledger_tick(ledger, now);
	CHECK(ledger_next(ledger, &event));
	return ledger;
}

/* It may have as much more as one tick writes. */
static void the_log_is_written_back(void)
{
	const struct ledger_sqlite_options options = { .wal_bytes = 80000 };
	struct ledger *ledger = ready_bank();
	struct stat log;
	uint64_t sequence, syncs;

	ledger_destroy(ledger);
	ledger = database_open(&options);
	for (int i = 0; i < 200; i++) {
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
		ledger_tick(ledger, now);
		CHECK_INT(stat(database_beside("-wal").text, &log), 0);
		CHECK(log.st_size < 100000);
	}
	syncs = fault_counts.calls[FAULT_SYNC];
	CHECK(syncs > 200 + 2 * 200 / 12);
	CHECK(syncs < 200 + 2 * 200 / 3);
	ledger_destroy(ledger);
}

/* Lives that are too short to fold anything, or to write it back, leave no more
 * behind than one of them. */
static void many_short_lives_leave_no_more_than_one(void)
{
	struct ledger *ledger = ready_bank();
	struct stat log = { .st_size = 0 };
	uint64_t sequence;

	for (int life = 0; life < 5; life++) {
		for (int i = 0; i < 1000; i++) {
			CHECK_INT(ledger_suite_move(ledger, 1, &sequence),
				  LEDGER_OK);
			ledger_tick(ledger, now);
		}
		database_crash(DATABASE_ALL);
		ledger_destroy(ledger);
		database_restore();
		ledger = database_open(NULL);
		CHECK_INT(stat(database_beside("-wal").text, &log), 0);
		CHECK(log.st_size < 12000000);
	}
	ledger_destroy(ledger);
	CHECK(database_number("SELECT count(*) FROM delta") < 4096 + 1000);
	database_check_good("");
}

static void a_full_disk_is_waited_for(void)
{
	struct ledger *ledger = ready_bank();

	fault_plan.room = 1;
	check_waits(ledger, "the disk is full");
	fault_plan.room = 0;
	check_recovers(ledger);
}

static void a_limit_on_files_is_waited_for(void)
{
	struct ledger *ledger = ready_bank();
	const struct rlimit none = { 8192, RLIM_INFINITY };
	const struct rlimit any = { RLIM_INFINITY, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &none), 0);
	check_waits(ledger, "the disk is full");
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &any), 0);
	check_recovers(ledger);
}

static void a_disk_that_became_read_only_is_waited_for(void)
{
	struct ledger *ledger = ready_bank();

	fault_plan.at[FAULT_WRITE] = (struct fault){ .times = -1,
						     .code = SQLITE_IOERR_WRITE,
						     .error = EROFS };
	check_waits(ledger, "the file system is read-only");
	fault_vfs_reset();
	check_recovers(ledger);
}

/* Sooner or later each write of a tick and of a write-back is the one. */
static void each_write_may_find_the_disk_full(void)
{
	const struct ledger_sqlite_options options = { .wal_bytes = 20000,
						       .fold_bytes = 500 };
	struct ledger *ledger = ready_bank();
	struct ledger_account account;
	uint64_t sequence;

	ledger_destroy(ledger);
	ledger = database_open(&options);
	for (int i = 0; i < 200; i++) {
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
		fault_plan.at[FAULT_WRITE] = (struct fault){
			.after = i % 20, .times = 1, .code = SQLITE_FULL
		};
		ledger_tick(ledger, now);
		fault_vfs_reset();
		if (i % 3 == 0)
			ledger_tick(ledger, now);
	}
	ledger_tick(ledger, now);
	CHECK_INT(ledger_progress(ledger).durable, 201);
	ledger = restart(ledger);
	CHECK(ledger_account(ledger, 0, &account));
	CHECK(account.totals.debits_posted == 200);
	ledger_destroy(ledger);
}

/* ---- a disk that failed ---- */

/* What was said to be durable is there after a crash, and perhaps more. */
static void check_failed(struct ledger *ledger, const char *reason,
			 uint64_t heard)
{
	struct ledger_event event;
	uint64_t sequence;

	CHECK(ledger_next(ledger, &event));
	CHECK_INT(event.type, LEDGER_FAILED);
	CHECK_INT(event.sequence, heard);
	CHECK_TEXT(ilp_text(event.reason), reason);
	CHECK(ledger_trouble(ledger) == NULL);
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_DEAD);
	fault_vfs_reset();
	ledger_tick(ledger, now);
	CHECK_INT(fault_counts.bytes, 0);
	database_crash(DATABASE_ALL);
	ledger_destroy(ledger);
	CHECK_INT(fault_counts.bytes, 0);
	database_restore();
	CHECK(database_check_good("").batches >= heard);
}

/* The Nth sync fails: that of a commit, or of a write-back. */
static void no_sync_may_fail(void)
{
	const struct ledger_sqlite_options options = { .wal_bytes = 20000 };

	for (int n = 0; n < 20; n++) {
		struct ledger *ledger = ready_bank();
		struct ledger_event event;
		uint64_t heard = ledger_progress(ledger).durable;
		uint64_t sequence;

		ledger_destroy(ledger);
		ledger = database_open(&options);
		fault_plan.at[FAULT_SYNC] = (struct fault){
			.after = n, .times = 1, .code = SQLITE_IOERR_FSYNC
		};
		while (ledger_suite_move(ledger, 1, &sequence) == LEDGER_OK) {
			ledger_tick(ledger, now);
			if (ledger_progress(ledger).durable != sequence)
				break;
			CHECK(ledger_next(ledger, &event));
			CHECK_INT(event.type, LEDGER_DURABLE);
			heard = event.sequence;
			CHECK(heard < 100);
		}
		check_failed(ledger, "the disk could not sync what was written",
			     heard);
	}
}

static void what_is_not_known_to_pass_is_a_failure(void)
{
	static const struct {
		int code, error;
		const char *reason;
	} faults[] = {
		{ SQLITE_IOERR_WRITE, EIO, "disk I/O error" },
		{ SQLITE_CORRUPT, 0, "database disk image is malformed" },
		{ SQLITE_IOERR, ENOSPC, "disk I/O error" },
		{ SQLITE_READONLY_DBMOVED, 0, "the file was moved away" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct ledger *ledger = ready_bank();
		uint64_t heard = ledger_progress(ledger).durable;
		uint64_t sequence;

		fault_plan.at[FAULT_WRITE] = (struct fault){
			.times = 1,
			.code = faults[i].code,
			.error = faults[i].error,
		};
		CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
		ledger_tick(ledger, now);
		check_failed(ledger, faults[i].reason, heard);
	}
}

/* ---- opening ---- */

static void only_its_owner_may_read_it(void)
{
	const struct ledger_sqlite_options system = { .path = database_name() };
	struct ledger_sqlite_error error;
	struct ledger *ledger;
	struct stat file;
	uint64_t sequence;

	database_remove();
	umask(0);
	ledger = ledger_sqlite_open(&system, &error);
	CHECK(ledger != NULL);
	CHECK_INT(ledger_submit(ledger, &(struct ledger_batch){ 0 }, &sequence),
		  LEDGER_OK);
	ledger_tick(ledger, now);
	CHECK_INT(stat(database_name(), &file), 0);
	CHECK_INT(file.st_mode & 0777, 0600);
	CHECK_INT(stat(database_beside("-wal").text, &file), 0);
	CHECK_INT(file.st_mode & 0777, 0600);
	ledger_destroy(ledger);
	CHECK_INT(stat(database_beside("-wal").text, &file), -1);
	umask(022);
}

/* What another process is told; it dies before anybody could ask it what it
 * has still allocated of ours. */
static enum ledger_sqlite_status open_elsewhere(void)
{
	const struct ledger_sqlite_options options = {
		.path = database_name()
	};
	struct ledger_sqlite_error error = { .text = "" };
	int ends[2];
	pid_t child;

	CHECK_INT(pipe(ends), 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		ledger_sqlite_open(&options, &error);
		if (write(ends[1], &error, sizeof(error)) > 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	CHECK_INT(read(ends[0], &error, sizeof(error)), sizeof(error));
	CHECK_INT(waitpid(child, NULL, 0), child);
	close(ends[0]);
	close(ends[1]);
	return error.status;
}

static void a_file_belongs_to_one_process(void)
{
	struct ledger *ledger = ready_bank();
	struct ledger_sqlite_error error;
	uint64_t sequence;

	CHECK_INT(open_elsewhere(), LEDGER_SQLITE_IN_USE);
	error = database_refusal();
	CHECK_INT(error.status, LEDGER_SQLITE_IN_USE);
	CHECK(strstr(error.text, "is in use by another process"));
	CHECK_INT(open_elsewhere(), LEDGER_SQLITE_IN_USE);
	CHECK_INT(ledger_suite_move(ledger, 1, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
	CHECK_INT(ledger_progress(ledger).durable, sequence);
	ledger_destroy(ledger);
	CHECK_INT(open_elsewhere(), LEDGER_SQLITE_OK);
}

static void write_file(const char *text)
{
	FILE *file;

	database_remove();
	file = fopen(database_name(), "wb");
	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void what_is_no_ledger_is_left_alone(void)
{
	struct ledger_sqlite_error error;
	char text[32] = "";
	FILE *file;

	write_file("this is a letter, and no database at all\n");
	error = database_refusal();
	CHECK_INT(error.status, LEDGER_SQLITE_FOREIGN);
	CHECK(strstr(error.text, "is not a database"));
	file = fopen(database_name(), "rb");
	CHECK(file && fread(text, 1, 16, file) == 16);
	fclose(file);
	CHECK_TEXT(ilp_text(text), "this is a letter");
	database_remove();
	database_run("CREATE TABLE letters (text)");
	error = database_refusal();
	CHECK_INT(error.status, LEDGER_SQLITE_FOREIGN);
	CHECK(strstr(error.text, "but not a ledger"));
	CHECK_INT(database_number("SELECT count(*) FROM letters"), 0);
	CHECK_INT(database_number("SELECT count(*) FROM sqlite_schema"), 1);
}

static void a_later_version_is_left_alone(void)
{
	struct ledger_sqlite_error error;

	ledger_destroy(create());
	database_run("PRAGMA user_version = 7");
	error = database_refusal();
	CHECK_INT(error.status, LEDGER_SQLITE_FUTURE);
	CHECK(strstr(error.text, "version 7"));
	CHECK(strstr(error.text, "up to 1"));
	CHECK_INT(database_number("PRAGMA user_version"), 7);
}

/* Version 0 is a file that is ours and has nothing in it yet. */
static void an_earlier_version_is_kept_and_brought_up_to_date(void)
{
	struct ledger *ledger;
	uint64_t sequence;

	database_remove();
	database_run("PRAGMA application_id = 0x696c7064;"
		     "CREATE TABLE old (x); INSERT INTO old VALUES (5);");
	ledger = database_open(NULL);
	CHECK_INT(ledger_submit(ledger, &(struct ledger_batch){ 0 }, &sequence),
		  LEDGER_OK);
	ledger_tick(ledger, now);
	ledger_destroy(ledger);
	CHECK_INT(database_number("PRAGMA user_version"), 1);
	CHECK_INT(database_number("SELECT x FROM old"), 5);
	CHECK_INT(rename(database_beside(".before-v1").text, database_name()),
		  0);
	CHECK_INT(database_number("PRAGMA user_version"), 0);
	CHECK_INT(database_number("SELECT x FROM old"), 5);
	CHECK_INT(database_number("SELECT count(*) FROM sqlite_schema"), 1);
}

static void other_tables_are_not_opened(void)
{
	ledger_destroy(create());
	database_run("ALTER TABLE account ADD COLUMN more TEXT");
	CHECK_INT(database_refusal().status, LEDGER_SQLITE_CORRUPT);
}

static void where_there_is_no_folder_is_no_file(void)
{
	struct database_path path = database_beside(".none/ledger.db");
	const struct ledger_sqlite_options options = { .path = path.text };
	struct ledger_sqlite_error error;

	CHECK(ledger_sqlite_open(&options, &error) == NULL);
	CHECK_INT(error.status, LEDGER_SQLITE_CANNOT_OPEN);
	CHECK(strstr(error.text, path.text));
}

/* Whatever fails while a new file is made, the next time it is opened. */
static void making_a_file_may_fail_anywhere(void)
{
	static const struct {
		enum fault_call call;
		int code;
	} faults[] = {
		{ FAULT_WRITE, SQLITE_FULL },
		{ FAULT_SYNC, SQLITE_IOERR_FSYNC },
		{ FAULT_OPEN, SQLITE_CANTOPEN },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		for (int n = 0; n < 40; n++) {
			struct ledger_sqlite_options options = {
				.path = database_name(), .vfs = FAULT_VFS
			};
			struct ledger_sqlite_error error;
			struct ledger *ledger;

			database_remove();
			fault_vfs_reset();
			fault_plan.at[faults[i].call] = (struct fault){
				.after = n, .times = -1, .code = faults[i].code
			};
			ledger = ledger_sqlite_open(&options, &error);
			CHECK((ledger != NULL) ==
			      (error.status == LEDGER_SQLITE_OK));
			if (ledger)
				n = 40;
			fault_vfs_reset();
			ledger_destroy(ledger);
			ledger_destroy(database_open(NULL));
		}
}

int main(void)
{
	static const struct check_test own[] = {
		TEST(what_waits_lies_over_what_is_stored),
		TEST(a_record_that_cannot_be_read_is_a_failure),
		TEST(the_journal_is_kept_if_it_is_asked_for),
		TEST(otherwise_it_is_dropped),
		TEST(no_more_bytes_wait_than_may),
		TEST(the_log_is_written_back),
		TEST(many_short_lives_leave_no_more_than_one),
		TEST(a_full_disk_is_waited_for),
		TEST(a_limit_on_files_is_waited_for),
		TEST(a_disk_that_became_read_only_is_waited_for),
		TEST(each_write_may_find_the_disk_full),
		TEST(no_sync_may_fail),
		TEST(what_is_not_known_to_pass_is_a_failure),
		TEST(only_its_owner_may_read_it),
		TEST(a_file_belongs_to_one_process),
		TEST(what_is_no_ledger_is_left_alone),
		TEST(a_later_version_is_left_alone),
		TEST(an_earlier_version_is_kept_and_brought_up_to_date),
		TEST(other_tables_are_not_opened),
		TEST(where_there_is_no_folder_is_no_file),
		TEST(making_a_file_may_fail_anywhere),
	};
	int failed;

	database_make_folder();
	failed = ledger_suite_run(&suite);
	failed += check_all(own, sizeof(own) / sizeof(own[0]));
	database_remove_folder();
	return failed;
}
