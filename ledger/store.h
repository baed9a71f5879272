/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - the file of a ledger, opened: the connection, its transactions,
 * and the statements that row.c reads and writes rows with.
 *
 * Functions that give an int give SQLite's extended codes; trouble.h says what
 * they mean.
 */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include <sqlite3.h>

#include "ledger/crc64.h"
#include "ledger/sqlite.h"

enum store_statement {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_ROLLBACK,
	STORE_PUT_META,
	STORE_PUT_ASSET,
	STORE_PUT_ACCOUNT,
	STORE_PUT_DELTA,
	STORE_DROP_DELTAS,
	STORE_PUT_RECORD,
	STORE_DROP_RECORD,
	STORE_FIND_RECORD,
	STORE_NEXT_RECORD,
	STORE_PUT_JOURNAL,
	STORE_PUT_JOURNALS,
	STORE_READ_ASSETS,
	STORE_READ_ACCOUNTS,
	STORE_READ_DELTAS,
	STORE_READ_RECORDS,
	STORE_STATEMENTS
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[STORE_STATEMENTS];
	struct crc64 crc;
	uint32_t log_pages; /* that the log had at the last commit */
	int error;          /* errno of the call that failed last */
};

#define STORE_PAGE_BYTES 8192

/* Rows of the journal that one statement writes: with 64 a row takes two
 * thirds of the time, and with more hardly less. */
#define STORE_JOURNAL_ROWS 64
#define STORE_JOURNAL_COLUMNS 7 /* without the row's number */

/* Opens the file, which is made or brought up to date if need be, or if it is
 * only looked at stays as it is. False, and nothing is open, when that cannot
 * be. */
bool store_open(struct store *store, const char *path, const char *vfs,
		bool look_only, struct ledger_sqlite_error *error);

/* Closes it, and puts everything into the one file; or leaves all as it lies,
 * after a failure or when it was only looked at. */
void store_close(struct store *store, bool tidy);

/* Of such a file nothing can be written: the system does not let us, or its own
 * header says that only later SQLites may, which is known once it was read. */
bool store_is_for_reading(const struct store *store);

int store_begin(struct store *store);
int store_commit(struct store *store);

/* What was begun has not happened. */
int store_rollback(struct store *store);

/* Writes the log back into the file, as far as it goes. */
int store_write_back(struct store *store);

/* Likewise all of it, whatever it takes, and the log begins anew. */
int store_write_back_all(struct store *store);

/* Steps a statement that gives no row, and makes it ready for the next. */
int store_run(struct store *store, enum store_statement which);

#endif
