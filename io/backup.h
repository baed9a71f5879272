/* SPDX-License-Identifier: Apache-2.0 */
/* backup.h - a copy of the books, made by the ledger's thread beside its other
 * work while packets flow. What has its name is a whole copy: it only gets that
 * name when it is done and on the disk. */
#ifndef IO_BACKUP_H
#define IO_BACKUP_H

#include "ledger/sqlite.h"

#define BACKUP_PATH_SIZE 4200

struct backup {
	struct ledger *scribe; /* NULL: none is on its way */
	char path[BACKUP_PATH_SIZE];
	/* The thread's, until scribe_is_asked is false. */
	bool begun;
	bool good;
	struct ledger_sqlite_error error;
};

/* False when one is on its way already, or there is no thread. */
bool backup_start(struct backup *backup, struct ledger *scribe,
		  const char *path);

/* Is one over? Told once. */
bool backup_is_over(struct backup *backup);

#endif
