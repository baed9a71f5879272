/* SPDX-License-Identifier: Apache-2.0 */
/* handle.h - an open file of a platter, as SQLite holds it: reads, writes,
 * syncs and locks.
 */
#ifndef SIM_HANDLE_H
#define SIM_HANDLE_H

#include "test/sim/platter.h"

struct handle {
	sqlite3_file base; /* first: SQLite knows no more of it */
	struct platter *platter;
	struct file *file;    /* NULL: dead */
	int lock;             /* SQLITE_LOCK_... */
	bool syncs_directory; /* after its next sync */
	bool read_only;
	struct handle *next;
};

/* Begins one in SQLite's memory; it takes the hold of the file. */
void handle_open(struct handle *handle, struct platter *platter,
		 struct file *file, int flags);

/* Those that are open die, and let go of their files. */
void handle_kill_all(struct platter *platter);

#endif
