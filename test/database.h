/* SPDX-License-Identifier: Apache-2.0 */
/* database.h - the file of a ledger under test: one in a folder of its own,
 * opened through the faulty VFS, and looked at with plain SQL.
 */
#ifndef TEST_DATABASE_H
#define TEST_DATABASE_H

#include <sqlite3.h>

#include "ledger/sqlite.h"

#define DATABASE_NAME_MAX 256

/* Once, before and after everything. */
void database_make_folder(void);
void database_remove_folder(void);

/* The file's name, and that of another one beside it. */
const char *database_name(void);
struct database_path {
	char text[DATABASE_NAME_MAX];
} database_beside(const char *suffix);

/* Removes the file and all that lies beside it. */
void database_remove(void);

/* Opens the ledger, which must be possible; NULL for the usual options. Path
 * and VFS are filled in. */
struct ledger *database_open(const struct ledger_sqlite_options *options);

/* It must not be possible, and this is why. */
struct ledger_sqlite_error database_refusal(void);

/* What a crash leaves of the file and its log: what was written, or of each
 * only what had been synced (with fault_plan.keep_synced). */
enum database_crash {
	DATABASE_ALL,
	DATABASE_SYNCED,
	DATABASE_FILE_SYNCED, /* and all of the log */
	DATABASE_LOG_SYNCED,
	DATABASE_CRASHES
};

/* Keeps that as it is just now, and puts it back, if something was kept, when
 * the ledger is gone. */
void database_crash(enum database_crash crash);
void database_restore(void);

/* What a check reports, the first of it at least. */
struct database_reports {
	struct ledger_sqlite_summary summary;
	char text[8][512];
};

/* Checks the file, or that beside it, which must be possible. */
struct database_reports database_check(const char *suffix);

/* Nothing is wrong with it. */
struct ledger_sqlite_summary database_check_good(const char *suffix);

/* Runs SQL on the file while no ledger has it open. */
void database_run(const char *sql);

/* The first integer that a query gives. */
int64_t database_number(const char *sql);

#endif
