/* SPDX-License-Identifier: Apache-2.0 */
/* task.h - what a call wants of the process around the node, which has files
 * and threads: to check the ledger or copy it, or to believe a price.
 *
 * It goes another way than errands to the shard, and takes as long as it takes;
 * whoever has it in hand works on a copy of his own, since the call may be gone
 * before it is done.
 */
#ifndef NODE_ADMIN_TASK_H
#define NODE_ADMIN_TASK_H

#include <stdbool.h>
#include <stdint.h>

enum task_kind {
	TASK_CHECK,   /* the ledger */
	TASK_BACKUP,  /* of it, under a name */
	TASK_CONFIRM, /* the price of an asset that is held back */
};

enum task_result {
	TASK_NOT_HERE, /* there is no file of a ledger, or no source of prices */
	TASK_DONE,
	TASK_BUSY,    /* with another one */
	TASK_EXISTS,  /* something has that name already */
	TASK_DAMAGED, /* the ledger has differences, and no copy was made */
	TASK_NOTHING, /* there is nothing to be confirmed */
	TASK_FAILED,
};

#define TASK_NAME_SIZE 129
#define TASK_PATH_SIZE 4352
#define TASK_REASON_SIZE 768
#define TASK_LINES_MAX 100
#define TASK_LINE_SIZE 256

/* What a ledger had in it. */
struct task_summary {
	uint64_t sequence; /* of its last batch */
	uint64_t accounts;
	uint64_t closed;
	uint64_t records;
	uint64_t deltas;
	uint64_t differences;
	char lines[TASK_LINES_MAX][TASK_LINE_SIZE]; /* the first of them */
};

struct task {
	enum task_kind kind;
	char name[TASK_NAME_SIZE]; /* of the copy; or the code of the asset */
	bool with_key;             /* the copy is to have one beside it */
	/* What came of it. */
	enum task_result result;
	char reason[TASK_REASON_SIZE]; /* for people */
	char file[TASK_PATH_SIZE];
	uint64_t size;
	char sha256[65];
	struct task_summary summary;
};

#endif
