/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/trouble.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* A quota and a limit on the size of files are like a disk that is full. */
static enum ledger_sqlite_status passing_errno(int error)
{
	switch (error) {
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
static enum ledger_sqlite_status passing(int code, int error)
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
		return passing_errno(error);
	}
	return LEDGER_SQLITE_FAILED;
}

const char *trouble_passing(int code, int error)
{
	enum ledger_sqlite_status status = passing(code, error);

	if (status == LEDGER_SQLITE_FULL)
		return "the disk is full";
	if (status == LEDGER_SQLITE_READ_ONLY)
		return "the file system is read-only";
	if (status == LEDGER_SQLITE_NO_MEMORY)
		return "there is no memory";
	return NULL;
}

const char *trouble_text(int code, int error)
{
	const char *text = trouble_passing(code, error);

	if (text)
		return text;
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
		return "the disk could not sync what was written";
	if (code == SQLITE_READONLY_DBMOVED)
		return "the file was moved away";
	if (code == TROUBLE_DAMAGED)
		return "a row is not what was written";
	return sqlite3_errstr(code);
}

enum ledger_sqlite_status trouble_status(int code, int error)
{
	enum ledger_sqlite_status status = passing(code, error);

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
