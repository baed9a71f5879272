/* SPDX-License-Identifier: Apache-2.0 */
/* copy.h - a copy of a database that is in use, made in slices.
 *
 * SQLite keeps it up with what is written meanwhile. It lies beside its place
 * under another name, and only moves there when it is whole and synced, so
 * that what has the name of a copy is one.
 */
#ifndef LEDGER_COPY_H
#define LEDGER_COPY_H

#include <sqlite3.h>

#include "ledger/sqlite.h"

#define COPY_PATH_MAX 1024

struct copy {
	sqlite3 *to;
	sqlite3_backup *backup; /* NULL when none is on its way */
	const char *vfs;
	char path[COPY_PATH_MAX];
	char part[COPY_PATH_MAX]; /* where it lies until it is whole */
	uint64_t done;            /* pages */
	uint64_t all;
	int unsynced;
};

/* False when it cannot be. `vfs` must live as long as the copy. */
bool copy_start(struct copy *copy, sqlite3 *from, const char *path,
		const char *vfs, struct ledger_sqlite_error *error);

enum copy_progress {
	COPY_GOES_ON,
	COPY_DONE,
	COPY_FAILED,
};

/* So many pages more, on the disk. */
enum copy_progress copy_step(struct copy *copy, int pages,
			     struct ledger_sqlite_error *error);

/* Gives it up. */
void copy_abandon(struct copy *copy);

/* All of it at once. */
bool copy_whole(sqlite3 *from, const char *path, const char *vfs,
		struct ledger_sqlite_error *error);

#endif
