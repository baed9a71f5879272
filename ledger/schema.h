/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - the tables of a ledger's file, and how older ones become these.
 *
 * A file says whose it is (application_id) and which version (user_version).
 * Version 0 has no tables at all; each step makes the next version out of the
 * one before, and no step is ever changed once it was released.
 */
#ifndef LEDGER_SCHEMA_H
#define LEDGER_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

/* "ilpd" */
#define SCHEMA_APPLICATION_ID 0x696c7064

/* The steps of this version of the program, as SQL. */
extern const char *const schema_steps[];
extern const int schema_version; /* how many there are */

/* Takes a file from that version to the last one, in one transaction. Gives
 * SQLite's codes. */
int schema_migrate(sqlite3 *db, const char *const *steps, int from, int to);

/* Does a file have exactly the tables that the steps make, and nothing that
 * would act by itself? */
bool schema_is_ours(sqlite3 *db, const char *const *steps, int count);

/* One integer, of a pragma or a query. */
int schema_number(sqlite3 *db, const char *sql, int64_t *out);

#endif
