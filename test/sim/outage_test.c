/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite on a platter whose power fails at any of its operations: what was
 * committed is found, whole transactions only, and where something is amiss
 * with the syncs this test finds out.
 *
 * A row of `book` holds the serial number of the transaction that wrote it,
 * and bytes that follow from it; row 0 is written by each. So the rows tell
 * after which transaction they are as they are.
 */
#include <time.h>

#include "test/random.h"
#include "test/sim/platter.h"

#define ROWS 24
#define LIVES 8
#define TRANSACTIONS_MAX 40 /* in one life */
#define BYTES_MAX 9000

/* How the database is used, and what is wrong. */
struct setting {
	const char *journal_mode;
	const char *synchronous;
	const char *locking_mode;
	struct platter_faults faults; /* from the second life on */
	unsigned kills_of_8;          /* of the crashes: the process ends */
	bool powersafe;               /* the disk always is */
};

static const struct setting sound = {
	.journal_mode = "WAL",
	.synchronous = "FULL",
	.locking_mode = "EXCLUSIVE",
	.kills_of_8 = 1,
};

/* What came of many crashes. */
struct tally {
	unsigned crashes;
	unsigned transactions; /* acknowledged */
	unsigned lost;         /* fewer than that were found */
	unsigned broken;       /* or it was not a database, or mixed them up */
};

/* Some lives of one database, each of which ends in a crash. */
struct trial {
	const struct setting *setting;
	struct platter *platter;
	struct dice dice;
	sqlite3 *db;
	uint64_t serial; /* of the last transaction that was begun */
	uint64_t history[LIVES * TRANSACTIONS_MAX + 1];
	unsigned begun; /* places in the history */
	unsigned acknowledged;
	uint64_t digest; /* of all that was found */
	struct tally *tally;
};

/* ---- transactions ---- */

static struct dice dice_of(uint64_t a, uint64_t b)
{
	struct dice dice = { a * 1000003 + b };

	dice_roll(&dice);
	return dice;
}

/* The rows of a transaction, the first of which is 0. */
static unsigned rows_of(uint64_t serial, unsigned rows[8])
{
	struct dice dice = dice_of(serial, 0);
	unsigned count = 1 + (unsigned)dice_below(&dice, 7);

	rows[0] = 0;
	for (unsigned i = 1; i < count; i++)
		rows[i] = (unsigned)dice_below(&dice, ROWS);
	return count;
}

/* Now and then a row needs pages of its own. */
static struct ilp_bytes bytes_of(uint64_t serial, unsigned row)
{
	static uint8_t bytes[BYTES_MAX];
	struct dice dice = dice_of(serial, row + 1);
	bool large = dice_below(&dice, 6) == 0;
	size_t len = dice_below(&dice, large ? BYTES_MAX : 150);

	memset(bytes, (int)dice_below(&dice, 256), len);
	return (struct ilp_bytes){ bytes, len };
}

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int write_row(sqlite3_stmt *insert, uint64_t serial, unsigned row)
{
	struct ilp_bytes bytes = bytes_of(serial, row);

	sqlite3_bind_int(insert, 1, (int)row);
	sqlite3_bind_int64(insert, 2, (sqlite3_int64)serial);
	sqlite3_bind_blob(insert, 3, bytes.at, (int)bytes.len, SQLITE_STATIC);
	sqlite3_step(insert);
	return sqlite3_reset(insert);
}

static int write_rows(sqlite3 *db, uint64_t serial)
{
	sqlite3_stmt *insert;
	unsigned rows[8];
	unsigned count = rows_of(serial, rows);
	int result = run(db, "CREATE TABLE IF NOT EXISTS book"
			     "(row INTEGER PRIMARY KEY, serial, bytes)");

	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(
			db, "INSERT OR REPLACE INTO book VALUES (?, ?, ?)", -1,
			&insert, NULL);
	if (result != SQLITE_OK)
		return result;
	for (unsigned i = 0; i < count && result == SQLITE_OK; i++)
		result = write_row(insert, serial, rows[i]);
	sqlite3_finalize(insert);
	return result;
}

static int transact(struct trial *t)
{
	int result = run(t->db, "BEGIN");

	t->history[++t->begun] = ++t->serial;
	if (result == SQLITE_OK)
		result = write_rows(t->db, t->serial);
	if (result == SQLITE_OK)
		result = run(t->db, "COMMIT");
	if (result == SQLITE_OK) {
		t->acknowledged = t->begun;
		t->tally->transactions++;
	}
	return result;
}

/* ---- what is found ---- */

/* The serial numbers that are in the rows once so many are done. */
static void expect(const struct trial *t, unsigned count, uint64_t serials[])
{
	unsigned rows[8];

	memset(serials, 0, ROWS * sizeof(*serials));
	for (unsigned n = 1; n <= count; n++)
		for (unsigned i = rows_of(t->history[n], rows); i-- > 0;)
			serials[rows[i]] = t->history[n];
}

static bool is_ok(sqlite3_stmt *check)
{
	return sqlite3_step(check) == SQLITE_ROW &&
	       strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
}

static int check_integrity(struct trial *t)
{
	sqlite3_stmt *check;
	int result = sqlite3_prepare_v2(t->db, "PRAGMA integrity_check", -1,
					&check, NULL);

	if (result != SQLITE_OK)
		return result;
	if (!is_ok(check))
		result = SQLITE_CORRUPT;
	sqlite3_finalize(check);
	return result;
}

/* One row; its bytes must be those of its transaction. */
static bool read_row(sqlite3_stmt *select, uint64_t serials[ROWS])
{
	unsigned row = (unsigned)sqlite3_column_int(select, 0);
	uint64_t serial = (uint64_t)sqlite3_column_int64(select, 1);
	struct ilp_bytes found = { sqlite3_column_blob(select, 2),
				   (size_t)sqlite3_column_bytes(select, 2) };

	if (row >= ROWS)
		return false;
	serials[row] = serial;
	return ilp_bytes_equal(found, bytes_of(serial, row));
}

/* Without a table there is nothing in it. */
static int read_rows(struct trial *t, uint64_t serials[ROWS])
{
	sqlite3_stmt *select;
	int result = sqlite3_prepare_v2(
		t->db, "SELECT row, serial, bytes FROM book", -1, &select,
		NULL);

	memset(serials, 0, ROWS * sizeof(*serials));
	if (result != SQLITE_OK)
		return result == SQLITE_ERROR ? SQLITE_OK : result;
	while (sqlite3_step(select) == SQLITE_ROW)
		if (!read_row(select, serials))
			result = SQLITE_CORRUPT;
	sqlite3_finalize(select);
	return result == SQLITE_OK ? sqlite3_errcode(t->db) & 0xff : result;
}

/* After how many of the transactions the rows are so. */
static bool place(const struct trial *t, const uint64_t serials[ROWS],
		  unsigned *out)
{
	uint64_t expected[ROWS];
	unsigned count = t->begun;

	while (count && t->history[count] != serials[0])
		count--;
	expect(t, count, expected);
	*out = count;
	return memcmp(serials, expected, sizeof(expected)) == 0;
}

/* Did this fail because of the fault that is being tried? */
static bool is_excused(const struct trial *t, int result)
{
	return platter_is_off(t->platter) ||
	       (t->setting->faults.before_sync && result == SQLITE_IOERR);
}

/* Reads all of it, once it was opened with this result, and goes on from there.
 * False: a fault came in between, or what was found is not as it should be. */
static bool take_stock(struct trial *t, int result)
{
	uint64_t serials[ROWS];
	unsigned found;

	if (result == SQLITE_OK)
		result = check_integrity(t);
	if (result == SQLITE_OK)
		result = read_rows(t, serials);
	if (is_excused(t, result & 0xff))
		return false;
	if ((result != SQLITE_OK && result != SQLITE_DONE) ||
	    !place(t, serials, &found)) {
		t->tally->broken++;
		return false;
	}
	if (found < t->acknowledged) {
		t->tally->lost++;
		return false;
	}
	t->begun = found;
	return true;
}

/* ---- lives ---- */

/* SQLite fills the last sector of a commit, so that no later write can harm it,
 * but it does not sync all of what it fills it with. If that is lost, the next
 * transaction begins in the midst of the sector that the commit ends in; and
 * where torn writes harm what is beside them, a second failure loses this
 * commit. One crash in ten thousand shows it. So on such a disk, what is found
 * in a WAL is taken from there before anything is written to it. */
static bool mend(struct trial *t)
{
	if (t->platter->options.powersafe && dice_below(&t->dice, 2))
		return true;
	return run(t->db, "PRAGMA wal_checkpoint(RESTART)") == SQLITE_OK;
}

static int open_database(struct trial *t)
{
	int pages = 1 + (int)dice_below(&t->dice, 40);
	bool small = dice_below(&t->dice, 2);
	char sql[300];
	int result;

	result = sqlite3_open_v2("book", &t->db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
				 t->platter->options.name);
	if (result != SQLITE_OK)
		return result;
	snprintf(sql, sizeof(sql),
		 "PRAGMA locking_mode=%s; PRAGMA journal_mode=%s;"
		 "PRAGMA synchronous=%s; PRAGMA wal_autocheckpoint=%d;"
		 "PRAGMA cache_size=%d",
		 t->setting->locking_mode, t->setting->journal_mode,
		 t->setting->synchronous, pages, small ? 10 : 100);
	return run(t->db, sql);
}

static bool maybe_checkpoint(struct trial *t)
{
	static const char *const kinds[] = {
		"PRAGMA wal_checkpoint(PASSIVE)",
		"PRAGMA wal_checkpoint(FULL)",
		"PRAGMA wal_checkpoint(RESTART)",
		"PRAGMA wal_checkpoint(TRUNCATE)",
	};

	return dice_below(&t->dice, 8) ||
	       run(t->db, kinds[dice_below(&t->dice, 4)]) == SQLITE_OK;
}

static void work(struct trial *t)
{
	unsigned count = (unsigned)dice_below(&t->dice, TRANSACTIONS_MAX);

	if (!mend(t))
		return;
	while (count-- > 0 && transact(t) == SQLITE_OK && maybe_checkpoint(t))
		;
}

static void close_database(struct trial *t)
{
	assert_int_equal(sqlite3_close(t->db), SQLITE_OK);
	t->db = NULL;
}

/* Now and then it is the process that ends, or nobody is there any more. */
static void crash(struct trial *t)
{
	if (dice_below(&t->dice, 8) == 0)
		close_database(t);
	if (dice_below(&t->dice, 8) < t->setting->kills_of_8)
		platter_abandon(t->platter);
	else
		platter_fail_power(t->platter, &t->dice);
	close_database(t);
	t->digest = t->digest * 31 + platter_digest(t->platter);
	t->tally->crashes++;
}

/* It may fail while the one before is still being made up for. */
static bool live(struct trial *t)
{
	bool early = dice_below(&t->dice, 2);
	uint64_t at = 1 + dice_below(&t->dice, early ? 60 : 400);
	unsigned wrong = t->tally->lost + t->tally->broken;

	platter_fail_power_at(t->platter, early ? at : 0);
	if (take_stock(t, open_database(t))) {
		platter_fail_power_at(t->platter, early ? 0 : at);
		work(t);
	}
	crash(t);
	return t->tally->lost + t->tally->broken == wrong;
}

static void check_last(struct trial *t)
{
	take_stock(t, open_database(t));
	close_database(t);
}

static uint64_t run_trial(const struct setting *setting, uint64_t seed,
			  struct tally *tally)
{
	const struct platter_options options = {
		.name = "outage",
		.seed = seed,
		.sector_size = seed & 1 ? 512 : 4096,
		.powersafe = setting->powersafe || seed & 2,
	};
	struct trial t = { .setting = setting, .tally = tally };
	unsigned lives = 0;

	t.dice.state = seed;
	t.platter = platter_create(&options);
	assert_non_null(t.platter);
	platter_seed_sqlite(t.platter);
	while (lives++ < LIVES && live(&t)) {
		t.platter->faults = setting->faults;
		t.platter->faults.context = &t.dice;
	}
	t.platter->faults = (struct platter_faults){ 0 };
	if (lives > LIVES)
		check_last(&t);
	platter_destroy(t.platter);
	return t.digest;
}

static void show(const struct tally *tally, clock_t start)
{
	long ms = (long)((clock() - start) * 1000 / CLOCKS_PER_SEC);

	print_message("%u crashes, %u transactions, %u lost, %u broken, "
		      "%ld ms\n",
		      tally->crashes, tally->transactions, tally->lost,
		      tally->broken, ms);
}

static void expect_no_loss(const struct setting *setting, unsigned trials)
{
	struct random_source r = random_start();
	struct tally tally = { 0 };
	clock_t start = clock();

	while (trials-- > 0)
		run_trial(setting, random_u64(&r), &tally);
	show(&tally, start);
	CHECK_INT(tally.lost, 0);
	CHECK_INT(tally.broken, 0);
}

/* What was acknowledged is not found, in one of a thousand trials at most. */
static void expect_loss(const struct setting *setting)
{
	struct random_source r = random_start();
	struct tally tally = { 0 };
	clock_t start = clock();

	for (unsigned i = 0; i < 1000 && tally.lost == 0; i++)
		run_trial(setting, random_u64(&r), &tally);
	show(&tally, start);
	CHECK(tally.lost > 0);
}

/* ---- claims ---- */

/* 4000 crashes. */
static void what_is_committed_is_found(void)
{
	expect_no_loss(&sound, 500);
}

static void without_syncs_a_commit_is_lost(void)
{
	struct setting setting = sound;

	setting.synchronous = "OFF";
	expect_loss(&setting);
}

static void on_a_disk_that_lies_a_commit_is_lost(void)
{
	struct setting setting = sound;

	setting.faults.lies = true;
	expect_loss(&setting);
}

static void without_directory_syncs_a_commit_is_lost(void)
{
	struct setting setting = sound;

	setting.faults.no_directory_sync = true;
	expect_loss(&setting);
}

/* As SQLite says of itself: with FULL the deletion of a journal may be undone,
 * and with it the transaction that it ended. */
static void a_journal_that_is_deleted_needs_extra_syncs(void)
{
	struct setting setting = sound;

	setting.journal_mode = "DELETE";
	setting.locking_mode = "NORMAL";
	setting.synchronous = "EXTRA";
	expect_no_loss(&setting, 100);
	setting.synchronous = "FULL";
	expect_loss(&setting);
}

static bool fail_some(void *context)
{
	return dice_below(context, 30) == 0;
}

/* The system takes what it could not write for written. While it runs, a new
 * process reads this, and writes and syncs more behind it; when the power then
 * fails, it is not there, and nothing behind it counts. */
static void after_a_failed_sync_the_machine_must_start_anew(void)
{
	struct setting setting = sound;

	setting.powersafe = true;
	setting.faults.before_sync = fail_some;
	setting.kills_of_8 = 0;
	expect_no_loss(&setting, 100);
	setting.kills_of_8 = 4;
	expect_loss(&setting);
}

static void the_same_seed_gives_the_same_bytes(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct tally once = { 0 }, again = { 0 };

		CHECK(run_trial(&sound, seed, &once) ==
		      run_trial(&sound, seed, &again));
		CHECK_INT(once.transactions, again.transactions);
	}
}

static sqlite3 *open_plain(const char *vfs)
{
	sqlite3 *db;

	CHECK_INT(sqlite3_open_v2("book", &db,
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
				  vfs),
		  SQLITE_OK);
	CHECK_INT(run(db, "PRAGMA locking_mode=EXCLUSIVE;"
			  "PRAGMA journal_mode=WAL; CREATE TABLE book(row)"),
		  SQLITE_OK);
	return db;
}

static void a_full_disk_refuses_and_then_goes_on(void)
{
	static const char insert[] =
		"INSERT INTO book VALUES (zeroblob(20000))";
	const struct platter_options options = { "full", 1, 4096, true };
	struct platter *platter = platter_create(&options);
	sqlite3 *db = open_plain("full");

	platter->faults.capacity = folder_size(&platter->folder) + 10000;
	CHECK_INT(run(db, insert), SQLITE_FULL);
	CHECK_INT(run(db, insert), SQLITE_FULL);
	platter->faults.capacity = 0;
	CHECK_INT(run(db, insert), SQLITE_OK);
	sqlite3_close(db);
	platter_destroy(platter);
}

static int open_wal(const char *locking_mode)
{
	char sql[80];
	sqlite3 *db;
	int result;

	CHECK_INT(sqlite3_open_v2("book", &db, SQLITE_OPEN_READWRITE, "shared"),
		  SQLITE_OK);
	snprintf(sql, sizeof(sql), "PRAGMA locking_mode=%s", locking_mode);
	run(db, sql);
	result = run(db, "SELECT * FROM book");
	sqlite3_close(db);
	return result;
}

static void a_wal_needs_the_exclusive_locking_mode(void)
{
	const struct platter_options options = { "shared", 1, 512, true };
	struct platter *platter = platter_create(&options);

	sqlite3_close(open_plain("shared"));
	CHECK_INT(open_wal("NORMAL"), SQLITE_CANTOPEN);
	CHECK_INT(open_wal("EXCLUSIVE"), SQLITE_OK);
	platter_destroy(platter);
}

TESTS(TEST(what_is_committed_is_found), TEST(without_syncs_a_commit_is_lost),
      TEST(on_a_disk_that_lies_a_commit_is_lost),
      TEST(without_directory_syncs_a_commit_is_lost),
      TEST(a_journal_that_is_deleted_needs_extra_syncs),
      TEST(after_a_failed_sync_the_machine_must_start_anew),
      TEST(the_same_seed_gives_the_same_bytes),
      TEST(a_full_disk_refuses_and_then_goes_on),
      TEST(a_wal_needs_the_exclusive_locking_mode))
