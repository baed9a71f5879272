/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "ledger/copy.h"
#include "ledger/file.h"
#include "ledger/schema.h"
#include "ledger/trouble.h"

static const char *const statements[STORE_STATEMENTS] = {
	[STORE_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_COMMIT] = "COMMIT",
	[STORE_ROLLBACK] = "ROLLBACK",
	[STORE_PUT_META] = "UPDATE meta SET value = ?2 WHERE key = ?1",
	[STORE_PUT_ASSET] = "INSERT INTO asset VALUES (?1, ?2, ?3, ?4)",
	[STORE_PUT_ACCOUNT] = "REPLACE INTO account VALUES "
			      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[STORE_PUT_DELTA] = "INSERT INTO delta VALUES (?1, ?2, ?3, ?4)",
	[STORE_DROP_DELTAS] = "DELETE FROM delta WHERE last IN (SELECT last "
			      "FROM delta WHERE last <= ?1 ORDER BY last "
			      "LIMIT ?2)",
	[STORE_PUT_RECORD] = "REPLACE INTO record VALUES (?1, ?2, ?3)",
	[STORE_DROP_RECORD] = "DELETE FROM record WHERE key = ?1",
	[STORE_FIND_RECORD] = "SELECT key, value, checksum FROM record "
			      "WHERE key = ?1",
	[STORE_NEXT_RECORD] = "SELECT key, value, checksum FROM record "
			      "WHERE key > ?1 ORDER BY key LIMIT 1",
	/* STORE_PUT_JOURNAL and STORE_PUT_JOURNALS are put together */
	[STORE_READ_ASSETS] = "SELECT number, code, scale, checksum "
			      "FROM asset ORDER BY number",
	[STORE_READ_ACCOUNTS] = "SELECT id, asset, closed, debits_posted, "
				"credits_posted, debits_pending, "
				"credits_pending, ceiling, through, checksum "
				"FROM account ORDER BY id",
	[STORE_READ_DELTAS] = "SELECT last, first, entries, checksum "
			      "FROM delta ORDER BY last",
	[STORE_READ_RECORDS] = "SELECT key, value, checksum FROM record",
};

/* Exclusive: nobody else may even look, there is no file of shared memory, and
 * no lock is taken again and again. Deltas come and go all the time, so they
 * are not overwritten with zeros when they go. Each page is a call or two into
 * the system on its way to the log, and again on its way back: large ones are
 * better for a busy ledger, and small ones for a quiet one. */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA page_size = 8192;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA secure_delete = OFF;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA cache_size = -65536;"
			       "PRAGMA journal_size_limit = 16777216;"
			       "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;";

static bool tell(const char *path, int rc, struct ledger_sqlite_error *error)
{
	enum ledger_sqlite_status status = trouble_status(rc, errno);

	if (status == LEDGER_SQLITE_IN_USE)
		trouble_tell(error, status, "%s is in use by another process",
			     path);
	else if (status == LEDGER_SQLITE_FOREIGN)
		trouble_tell(error, status, "%s is not a database", path);
	else
		trouble_tell(error, status, "%s: %s", path,
			     trouble_text(rc, errno));
	return rc == SQLITE_OK;
}

static int run_sql(struct store *store, const char *sql)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

/* It takes the place of SQLite's own hook, which writes the log back by itself
 * and tells nobody when that fails. */
static int remember_log(void *context, sqlite3 *db, const char *name, int pages)
{
	(void)db;
	(void)name;
	((struct store *)context)->log_pages = (uint32_t)pages;
	return SQLITE_OK;
}

bool store_is_for_reading(const struct store *store)
{
	return sqlite3_db_readonly(store->db, "main") == 1;
}

static int connect_to(struct store *store, const char *path, const char *vfs,
		      bool look_only)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(path, &store->db,
				 look_only ? flags : flags | SQLITE_OPEN_CREATE,
				 vfs);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_wal_hook(store->db, remember_log, store);
	/* Of such a file the settings would say no more than that something
	 * with the disk is wrong: the lock that they ask for is for writing. */
	if (store_is_for_reading(store))
		return SQLITE_READONLY;
	rc = run_sql(store, settings);
	if (rc == SQLITE_OK && look_only)
		rc = run_sql(store, "PRAGMA query_only = ON");
	return rc;
}

/* Whose file is it, and of which version? A file without tables that is
 * nobody's is a new one, of version 0. */
struct nature {
	int64_t application, version, tables;
};

static int judge(struct store *store, struct nature *out)
{
	int rc = schema_number(store->db, "PRAGMA application_id",
			       &out->application);

	if (rc == SQLITE_OK)
		rc = schema_number(store->db, "PRAGMA user_version",
				   &out->version);
	if (rc == SQLITE_OK)
		rc = schema_number(store->db,
				   "SELECT count(*) FROM sqlite_schema",
				   &out->tables);
	return rc;
}

static bool is_new(const struct nature *nature)
{
	return nature->application == 0 && nature->version == 0 &&
	       nature->tables == 0;
}

static bool is_welcome(const struct nature *nature, const char *path,
		       bool look_only, struct ledger_sqlite_error *error)
{
	if (nature->application != SCHEMA_APPLICATION_ID &&
	    (look_only || !is_new(nature)))
		trouble_tell(error, LEDGER_SQLITE_FOREIGN,
			     "%s is a database, but not a ledger", path);
	else if (nature->version > schema_version)
		trouble_tell(error, LEDGER_SQLITE_FUTURE,
			     "%s is of version %lld, and this program knows "
			     "versions up to %d",
			     path, (long long)nature->version, schema_version);
	else if (nature->version < 0)
		trouble_tell(error, LEDGER_SQLITE_CORRUPT,
			     "%s is of version %lld", path,
			     (long long)nature->version);
	else if (look_only && nature->version < schema_version)
		trouble_tell(error, LEDGER_SQLITE_PAST,
			     "%s is of version %lld, and only opening it "
			     "makes version %d of it",
			     path, (long long)nature->version, schema_version);
	else
		return true;
	return false;
}

/* What was there before a migration stays beside it. */
static bool save_old(struct store *store, const char *path, const char *vfs,
		     struct ledger_sqlite_error *error)
{
	char old_path[COPY_PATH_MAX];

	if (snprintf(old_path, sizeof(old_path), "%s.before-v%d", path,
		     schema_version) >= (int)sizeof(old_path)) {
		trouble_tell(error, LEDGER_SQLITE_CANNOT_OPEN,
			     "%s: the name is too long", path);
		return false;
	}
	return copy_whole(store->db, old_path, vfs, error);
}

static int use_log(struct store *store)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = WAL", -1,
				    &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		rc = sqlite3_stricmp(
			     (const char *)sqlite3_column_text(statement, 0),
			     "wal") ?
			     SQLITE_PROTOCOL :
			     SQLITE_OK;
	sqlite3_finalize(statement);
	return rc;
}

/* Makes it what this version works with. */
static bool prepare_file(struct store *store, const char *path, const char *vfs,
			 const struct nature *nature,
			 struct ledger_sqlite_error *error)
{
	int rc = use_log(store);

	if (rc != SQLITE_OK)
		return tell(path, rc, error);
	if (nature->version == schema_version)
		return true;
	if (!is_new(nature) && !save_old(store, path, vfs, error))
		return false;
	rc = schema_migrate(store->db, schema_steps, (int)nature->version,
			    schema_version);
	if (rc == SQLITE_OK)
		rc = file_sync_folder(sqlite3_vfs_find(vfs), path);
	return rc == SQLITE_OK || tell(path, rc, error);
}

static int prepare(struct store *store, int which, const char *sql)
{
	return sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				  &store->statements[which], NULL);
}

static int prepare_journal(struct store *store, int which, int rows)
{
	static const char insert[] = "INSERT INTO journal VALUES ";
	static const char row[] = "(NULL,?,?,?,?,?,?,?),";
	char sql[sizeof(insert) + sizeof(row) * STORE_JOURNAL_ROWS];
	char *at = sql;

	memcpy(at, insert, sizeof(insert) - 1);
	at += sizeof(insert) - 1;
	for (int i = 0; i < rows; i++) {
		memcpy(at, row, sizeof(row) - 1);
		at += sizeof(row) - 1;
	}
	at[-1] = '\0'; /* the last comma */
	return prepare(store, which, sql);
}

static int prepare_all(struct store *store)
{
	int rc = prepare_journal(store, STORE_PUT_JOURNAL, 1);

	if (rc == SQLITE_OK)
		rc = prepare_journal(store, STORE_PUT_JOURNALS,
				     STORE_JOURNAL_ROWS);
	for (int i = 0; rc == SQLITE_OK && i < STORE_STATEMENTS; i++)
		if (statements[i])
			rc = prepare(store, i, statements[i]);
	return rc;
}

/* A first small write shows at once whether we may write at all. */
static int count_start(struct store *store)
{
	return run_sql(store, "UPDATE meta SET value = value + 1 "
			      "WHERE key = 'starts'");
}

static bool set_up(struct store *store, const char *path, const char *vfs,
		   bool look_only, struct ledger_sqlite_error *error)
{
	struct nature nature;
	int rc = connect_to(store, path, vfs, look_only);

	if (rc == SQLITE_OK)
		rc = judge(store, &nature);
	if (rc != SQLITE_OK)
		return tell(path, rc, error);
	if (!is_welcome(&nature, path, look_only, error))
		return false;
	if (!look_only && store_is_for_reading(store)) {
		trouble_tell(error, LEDGER_SQLITE_CORRUPT,
			     "%s says of itself that it may only be read",
			     path);
		return false;
	}
	if (!look_only && !prepare_file(store, path, vfs, &nature, error))
		return false;
	if (!schema_is_ours(store->db, schema_steps, schema_version)) {
		trouble_tell(error, LEDGER_SQLITE_CORRUPT,
			     "%s has other tables than a ledger of version %d",
			     path, schema_version);
		return false;
	}
	rc = prepare_all(store);
	if (rc == SQLITE_OK && !look_only)
		rc = count_start(store);
	return rc == SQLITE_OK || tell(path, rc, error);
}

bool store_open(struct store *store, const char *path, const char *vfs,
		bool look_only, struct ledger_sqlite_error *error)
{
	int failed = look_only || vfs ? 0 : file_create(path);

	errno = 0;
	*store = (struct store){ .db = NULL };
	crc64_init(&store->crc);
	if (failed) {
		trouble_tell(error, LEDGER_SQLITE_CANNOT_OPEN, "%s: %s", path,
			     strerror(failed));
		return false;
	}
	if (set_up(store, path, vfs, look_only, error))
		return true;
	store_close(store, false);
	return false;
}

/* To look at a file makes a log, too. */
static bool has_empty_log(struct store *store)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 size;

	return sqlite3_file_control(store->db, "main",
				    SQLITE_FCNTL_JOURNAL_POINTER,
				    &file) == SQLITE_OK &&
	       file && file->pMethods &&
	       file->pMethods->xFileSize(file, &size) == SQLITE_OK && size == 0;
}

void store_close(struct store *store, bool tidy)
{
	for (int i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(store->statements[i]);
	if (!tidy && store->db && !has_empty_log(store))
		sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
				  1, NULL);
	sqlite3_close(store->db);
	store->db = NULL;
}

int store_run(struct store *store, enum store_statement which)
{
	int rc;

	errno = 0;
	rc = sqlite3_step(store->statements[which]);
	store->error = errno;
	assert(rc != SQLITE_ROW);
	sqlite3_reset(store->statements[which]);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int store_begin(struct store *store)
{
	return store_run(store, STORE_BEGIN);
}

int store_commit(struct store *store)
{
	return store_run(store, STORE_COMMIT);
}

/* SQLite may have done so by itself. */
int store_rollback(struct store *store)
{
	if (sqlite3_get_autocommit(store->db))
		return SQLITE_OK;
	return store_run(store, STORE_ROLLBACK);
}

static int write_back(struct store *store, int how)
{
	int log, written;
	int rc;

	errno = 0;
	rc = sqlite3_wal_checkpoint_v2(store->db, "main", how, &log, &written);
	store->error = errno;
	if (rc == SQLITE_OK && log == written)
		store->log_pages = 0;
	return rc;
}

int store_write_back(struct store *store)
{
	return write_back(store, SQLITE_CHECKPOINT_PASSIVE);
}

int store_write_back_all(struct store *store)
{
	return write_back(store, SQLITE_CHECKPOINT_RESTART);
}
