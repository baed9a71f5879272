/* SPDX-License-Identifier: Apache-2.0 */
/* Ids, sequence numbers and the journal's amounts are unsigned integers of 64
 * bits; SQLite's are signed, so the highest of them look negative there. Totals
 * are 16 bytes, the highest first, since nothing narrower holds them and SQL
 * must not add them up: past 2^63 it does so in floating point. A checksum is
 * CRC-64/XZ over the other columns (row.c).
 *
 *   meta     starts: how often the file was opened; folded: the last batch up
 *            to which no deltas are needed
 *   asset    the assets' numbers, for good
 *   account  what an account had after the batch `through`, closed ones too
 *   delta    what the batches `first` to `last` did to accounts (delta.h)
 *   record   the node's own memory
 *   journal  one row a packet, if the node is told so; `batch` is the last of
 *            those it became durable with
 */
#include "ledger/schema.h"

#include <stdio.h>

const char *const schema_steps[] = {
	"CREATE TABLE meta ("
	" key TEXT PRIMARY KEY, value INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO meta VALUES ('starts', 0), ('folded', 0);"
	"CREATE TABLE asset ("
	" number INTEGER PRIMARY KEY, code TEXT NOT NULL,"
	" scale INTEGER NOT NULL, checksum INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE account ("
	" id INTEGER PRIMARY KEY, asset INTEGER NOT NULL,"
	" closed INTEGER NOT NULL,"
	" debits_posted BLOB NOT NULL, credits_posted BLOB NOT NULL,"
	" debits_pending BLOB NOT NULL, credits_pending BLOB NOT NULL,"
	" ceiling BLOB NOT NULL, through INTEGER NOT NULL,"
	" checksum INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE delta ("
	" last INTEGER PRIMARY KEY, first INTEGER NOT NULL,"
	" entries BLOB NOT NULL, checksum INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE record ("
	" key BLOB PRIMARY KEY, value BLOB NOT NULL,"
	" checksum INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE journal ("
	" row INTEGER PRIMARY KEY, batch INTEGER NOT NULL,"
	" at_us INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" from_account INTEGER NOT NULL, to_account INTEGER NOT NULL,"
	" in_units INTEGER NOT NULL, out_units INTEGER NOT NULL"
	") STRICT;",
};

const int schema_version = sizeof(schema_steps) / sizeof(schema_steps[0]);

static int set_version(sqlite3 *db, int version)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		 SCHEMA_APPLICATION_ID, version);
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int schema_migrate(sqlite3 *db, const char *const *steps, int from, int to)
{
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	for (int version = from; rc == SQLITE_OK && version < to; version++)
		rc = sqlite3_exec(db, steps[version], NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = set_version(db, to);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int schema_number(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	else if (rc == SQLITE_DONE)
		rc = SQLITE_CORRUPT;
	if (rc == SQLITE_ROW)
		rc = SQLITE_OK;
	sqlite3_finalize(statement);
	return rc;
}

/* Is that what the file has under that name? */
static bool has(sqlite3_stmt *find, sqlite3_stmt *ours)
{
	bool same = false;

	sqlite3_bind_value(find, 1, sqlite3_column_value(ours, 0));
	if (sqlite3_step(find) == SQLITE_ROW)
		same = sqlite3_stricmp(
			       (const char *)sqlite3_column_text(find, 0),
			       (const char *)sqlite3_column_text(ours, 1)) == 0;
	sqlite3_reset(find);
	return same;
}

static bool has_all(sqlite3 *db, sqlite3 *model)
{
	sqlite3_stmt *find = NULL;
	sqlite3_stmt *ours = NULL;
	bool all = false;
	int rc;

	if (sqlite3_prepare_v2(db,
			       "SELECT sql FROM sqlite_schema "
			       "WHERE name = ?1",
			       -1, &find, NULL) ||
	    sqlite3_prepare_v2(model,
			       "SELECT name, sql FROM sqlite_schema "
			       "WHERE sql IS NOT NULL",
			       -1, &ours, NULL))
		goto out;
	while ((rc = sqlite3_step(ours)) == SQLITE_ROW && has(find, ours))
		;
	all = rc == SQLITE_DONE;
out:
	sqlite3_finalize(find);
	sqlite3_finalize(ours);
	return all;
}

bool schema_is_ours(sqlite3 *db, const char *const *steps, int count)
{
	sqlite3 *model = NULL;
	int64_t triggers = 0;
	bool ours;

	if (schema_number(db,
			  "SELECT count(*) FROM sqlite_schema "
			  "WHERE type IN ('trigger', 'view')",
			  &triggers) ||
	    triggers)
		return false;
	ours = sqlite3_open(":memory:", &model) == SQLITE_OK &&
	       schema_migrate(model, steps, 0, count) == SQLITE_OK &&
	       has_all(db, model);
	sqlite3_close(model);
	return ours;
}
