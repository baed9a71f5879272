/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/trouble.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* The system knows more causes than SQLite has codes: a quota, a limit on
 * the size of files. Of a commit that fails SQLite does not note the cause, but
 * it is still where the system has put it. */
static enum ledger_sqlite_status passing_errno(sqlite3 *db)
{
	switch (errno ? errno : sqlite3_system_errno(db)) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return LEDGER_SQLITE_FULL;
	case EROFS:
		return LEDGER_SQLITE_READ_ONLY;
	}
	return LEDGER_SQLITE_FAILED;
}

/* Of what passes; all else is FAILED. */
static enum ledger_sqlite_status passing(sqlite3 *db, int code)
{
	switch (code) {
	case SQLITE_FULL:
		return LEDGER_SQLITE_FULL;
	case SQLITE_READONLY:
		return LEDGER_SQLITE_READ_ONLY;
	case SQLITE_NOMEM:
	case SQLITE_IOERR_NOMEM:
		return LEDGER_SQLITE_NO_MEMORY;
	case SQLITE_IOERR_WRITE:
	case SQLITE_IOERR_TRUNCATE:
	case SQLITE_CANTOPEN:
		return passing_errno(db);
	}
	return LEDGER_SQLITE_FAILED;
}

const char *trouble_passing(sqlite3 *db, int code)
{
	enum ledger_sqlite_status status = passing(db, code);

	if (status == LEDGER_SQLITE_FULL)
		return "the disk is full";
	if (status == LEDGER_SQLITE_READ_ONLY)
		return "the file system is read-only";
	if (status == LEDGER_SQLITE_NO_MEMORY)
		return "there is no memory";
	return NULL;
}

const char *trouble_text(sqlite3 *db, int code)
{
	const char *text = trouble_passing(db, code);

	if (text)
		return text;
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
		return "the disk could not sync what was written";
	if (code == SQLITE_READONLY_DBMOVED)
		return "the file was moved away";
	return sqlite3_errstr(code);
}

enum ledger_sqlite_status trouble_status(sqlite3 *db, int code)
{
	enum ledger_sqlite_status status = passing(db, code);

	if (status != LEDGER_SQLITE_FAILED)
		return status;
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return LEDGER_SQLITE_IN_USE;
	case SQLITE_NOTADB:
		return LEDGER_SQLITE_FOREIGN;
	case SQLITE_CORRUPT:
		return LEDGER_SQLITE_CORRUPT;
	case SQLITE_READONLY:
		return LEDGER_SQLITE_READ_ONLY;
	case SQLITE_CANTOPEN:
		return LEDGER_SQLITE_CANNOT_OPEN;
	}
	return LEDGER_SQLITE_FAILED;
}

void trouble_tell(struct ledger_sqlite_error *error,
		  enum ledger_sqlite_status status, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	error->status = status;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
}
