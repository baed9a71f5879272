/* SPDX-License-Identifier: Apache-2.0 */
/* trouble.h - what SQLite's error codes mean to a ledger.
 *
 * There are those after which one tries again: a disk that is full will have
 * room some day. After all others nothing that the disk says can be trusted.
 * Above all this is so when it could not sync: the system has forgotten by
 * then what it was to write, and the next sync would succeed without it.
 */
#ifndef LEDGER_TROUBLE_H
#define LEDGER_TROUBLE_H

#include <sqlite3.h>

#include "ledger/sqlite.h"

/* One more of SQLite's codes: a row whose check value is wrong. */
#define TROUBLE_DAMAGED (SQLITE_CORRUPT | 255 << 8)

/* An extended code of SQLite's, and what errno was when it came, if errno was
 * 0 before: the system knows more causes than SQLite has codes, and SQLite
 * does not always remember which it was. */

/* What is wrong, if trying again makes sense: a text for people. NULL when it
 * does not. */
const char *trouble_passing(int code, int error);

/* What failed, for people. */
const char *trouble_text(int code, int error);

/* For opening. */
enum ledger_sqlite_status trouble_status(int code, int error);

/* Fills in an error, formatted as by printf; `error` may be NULL. */
__attribute__((format(printf, 3, 4))) void
trouble_tell(struct ledger_sqlite_error *error,
	     enum ledger_sqlite_status status, const char *format, ...);

#endif
