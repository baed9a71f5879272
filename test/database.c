/* SPDX-License-Identifier: Apache-2.0 */
#include "test/database.h"

#include <dirent.h>
#include <unistd.h>

#include "test/check.h"
#include "test/fault_vfs.h"

static char folder[64];
static bool crashed;

void database_make_folder(void)
{
	/* In memory, if it can be: what a real disk adds is only time. */
	snprintf(folder, sizeof(folder), "/dev/shm/ledger-XXXXXX");
	if (!mkdtemp(folder)) {
		snprintf(folder, sizeof(folder), "/tmp/ledger-XXXXXX");
		CHECK(mkdtemp(folder) != NULL);
	}
	fault_vfs_reset();
}

struct database_path database_beside(const char *suffix)
{
	struct database_path path;

	snprintf(path.text, sizeof(path.text), "%s/ledger.db%s", folder,
		 suffix);
	return path;
}

const char *database_name(void)
{
	static struct database_path path;

	path = database_beside("");
	return path.text;
}

void database_remove(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (dir)
		closedir(dir);
	crashed = false;
}

void database_remove_folder(void)
{
	database_remove();
	rmdir(folder);
}

static struct ledger_sqlite_options
complete(const struct ledger_sqlite_options *options)
{
	struct ledger_sqlite_options all = { .path = NULL };

	if (options)
		all = *options;
	all.path = database_name();
	all.vfs = FAULT_VFS;
	return all;
}

/* Nothing, when there is no such file. */
static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb");
	FILE *out;
	char buffer[65536];
	size_t len;

	unlink(to);
	if (!in)
		return;
	out = fopen(to, "wb");
	CHECK(out != NULL);
	while ((len = fread(buffer, 1, sizeof(buffer), in)))
		CHECK(fwrite(buffer, 1, len, out) == len);
	fclose(in);
	CHECK_INT(fclose(out), 0);
}

/* What lies there at the start of a process is synced. */
static void begin_synced(const char *suffix)
{
	struct database_path from = database_beside(suffix);
	struct database_path to = database_beside(suffix);

	strcat(to.text, FAULT_SYNCED);
	copy_file(from.text, to.text);
}

struct ledger *database_open(const struct ledger_sqlite_options *options)
{
	const struct ledger_sqlite_options all = complete(options);
	struct ledger_sqlite_error error;
	struct ledger *ledger;

	if (fault_plan.keep_synced) {
		begin_synced("");
		begin_synced("-wal");
	}
	ledger = ledger_sqlite_open(&all, &error);
	if (!ledger)
		fail_msg("%s", error.text);
	CHECK_INT(error.status, LEDGER_SQLITE_OK);
	return ledger;
}

struct ledger_sqlite_error database_refusal(void)
{
	const struct ledger_sqlite_options all = complete(NULL);
	struct ledger_sqlite_error error;

	CHECK(ledger_sqlite_open(&all, &error) == NULL);
	CHECK(error.status != LEDGER_SQLITE_OK && error.text[0]);
	return error;
}

static void keep_file(const char *suffix, bool synced)
{
	struct database_path from = database_beside(suffix);
	struct database_path to = database_beside(suffix);

	if (synced)
		strcat(from.text, FAULT_SYNCED);
	strcat(to.text, ".crashed");
	copy_file(from.text, to.text);
}

void database_crash(enum database_crash crash)
{
	keep_file("",
		  crash == DATABASE_SYNCED || crash == DATABASE_FILE_SYNCED);
	keep_file("-wal",
		  crash == DATABASE_SYNCED || crash == DATABASE_LOG_SYNCED);
	crashed = true;
}

void database_restore(void)
{
	if (!crashed)
		return;
	copy_file(database_beside(".crashed").text, database_name());
	copy_file(database_beside("-wal.crashed").text,
		  database_beside("-wal").text);
	crashed = false;
}

static void take_report(void *context, const char *text)
{
	struct database_reports *reports = context;
	uint64_t i = reports->summary.differences - 1;

	if (i < sizeof(reports->text) / sizeof(reports->text[0]))
		snprintf(reports->text[i], sizeof(reports->text[i]), "%s",
			 text);
}

struct database_reports database_check(const char *suffix)
{
	struct database_reports reports = { .text = { "" } };
	struct database_path path = database_beside(suffix);
	struct ledger_sqlite_error error;

	if (!ledger_sqlite_check(path.text, FAULT_VFS, take_report, &reports,
				 &reports.summary, &error))
		fail_msg("%s", error.text);
	CHECK_INT(error.status, LEDGER_SQLITE_OK);
	return reports;
}

struct ledger_sqlite_summary database_check_good(const char *suffix)
{
	const struct database_reports reports = database_check(suffix);

	if (reports.summary.differences)
		fail_msg("%s", reports.text[0]);
	return reports.summary;
}

void database_run(const char *sql)
{
	sqlite3 *db;
	char *error = NULL;

	CHECK_INT(sqlite3_open(database_name(), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &error))
		fail_msg("%s: %s", sql, error);
	sqlite3_close(db);
}

int64_t database_number(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	int64_t out;

	CHECK_INT(sqlite3_open(database_name(), &db), SQLITE_OK);
	CHECK_INT(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_step(statement), SQLITE_ROW);
	out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return out;
}
