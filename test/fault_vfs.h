/* SPDX-License-Identifier: Apache-2.0 */
/* fault_vfs.h - the system's files under SQLite, with faults as a test wants
 * them: calls that fail from the Nth on, or take their time.
 *
 * Open a ledger with the VFS `FAULT_VFS`. The plan is for all of its files.
 */
#ifndef TEST_FAULT_VFS_H
#define TEST_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define FAULT_VFS "fault"
#define FAULT_SYNCED ".synced"

enum fault_call {
	FAULT_OPEN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_SYNC,
	FAULT_TRUNCATE,
	FAULT_CALLS
};

/* Full of zeros, nothing fails. */
struct fault_plan {
	struct fault {
		int after; /* so many calls go well before */
		int times; /* and then so many fail; -1: all of them */
		int code;  /* with this code of SQLite's */
		int error; /* and this errno */
	} at[FAULT_CALLS];
	unsigned sync_us; /* each sync takes so much longer */
	bool keep_synced; /* what each file had at its last sync lies beside it,
			   * with the suffix FAULT_SYNCED */
	int64_t room;     /* bytes that may be written; 0: any */
};

extern struct fault_plan fault_plan;

/* How often each was called, and what was written, since the last reset. */
struct fault_counts {
	uint64_t calls[FAULT_CALLS];
	uint64_t bytes; /* written */
};

extern struct fault_counts fault_counts;

/* Makes the VFS known, and takes back all faults. */
void fault_vfs_reset(void);

#endif
