/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite.h - the ledger that lasts: one SQLite file, which any tool can read.
 *
 * A tick writes everything that waits in one transaction, which is durable
 * when it returns: accounts' changes as one appended row (delta.h), records
 * and journal as rows of their own. Beside the traffic, and in slices as small
 * as the traffic is, those rows are folded into one row for each account
 * (fold.h) and go away, so that the file stays small. Accounts are all in
 * memory (chart.h), records only while they wait.
 *
 * The file belongs to one process at a time. Its tables are in schema.c; what
 * a file of an earlier version lacks is added when it is opened, after a copy
 * of it has been made.
 */
#ifndef LEDGER_SQLITE_H
#define LEDGER_SQLITE_H

#include "ledger/ledger.h"

enum ledger_sqlite_status {
	LEDGER_SQLITE_OK,
	LEDGER_SQLITE_NO_MEMORY,
	LEDGER_SQLITE_CANNOT_OPEN, /* no such folder, no permission */
	LEDGER_SQLITE_IN_USE,      /* by another process */
	LEDGER_SQLITE_FOREIGN,     /* something else than a ledger */
	LEDGER_SQLITE_FUTURE,      /* a ledger of a later version */
	LEDGER_SQLITE_PAST,        /* of an earlier one, to be only looked at */
	LEDGER_SQLITE_CORRUPT,     /* not what was once written */
	LEDGER_SQLITE_READ_ONLY,
	LEDGER_SQLITE_FULL,   /* the disk */
	LEDGER_SQLITE_FAILED, /* the disk, or what lies between */
};

struct ledger_sqlite_error {
	enum ledger_sqlite_status status;
	char text[512]; /* for people; it names the file */
};

/* 0 is for what is usual. */
struct ledger_sqlite_options {
	const char *path; /* made if there is none, for its owner only */
	const char *vfs;  /* SQLite's layer of files; NULL for the system's */
	bool journal;     /* keep it; otherwise batches' journals are dropped */
	uint32_t waiting_batches_max;
	size_t waiting_bytes_max; /* of records and journal */
	size_t fold_bytes; /* of deltas in which all accounts are folded once */
	size_t wal_bytes;  /* of the log from which it is written back */
};

#define LEDGER_SQLITE_WAITING_BATCHES_MAX 4096
#define LEDGER_SQLITE_WAITING_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define LEDGER_SQLITE_FOLD_BYTES ((size_t)8 * 1024 * 1024)
#define LEDGER_SQLITE_WAL_BYTES ((size_t)2 * 1024 * 1024)

/* NULL when it cannot be; then `error` tells why. Both options and error are
 * the caller's. `durability: strict` and `relaxed` are the same here: a tick
 * is always durable, and whoever is relaxed does not wait for it. */
struct ledger *ledger_sqlite_open(const struct ledger_sqlite_options *options,
				  struct ledger_sqlite_error *error);

/* A copy of the ledger as it is when the copy is done, made in slices by the
 * ticks while batches flow. It is written beside `path` and moved there when
 * it is whole; what was there is replaced. One at a time. */
enum ledger_sqlite_copying {
	LEDGER_SQLITE_NO_COPY,
	LEDGER_SQLITE_COPYING,
	LEDGER_SQLITE_COPIED,
	LEDGER_SQLITE_COPY_FAILED,
};

struct ledger_sqlite_copy {
	enum ledger_sqlite_copying state;
	uint64_t done; /* pages */
	uint64_t all;
	struct ledger_sqlite_error error; /* of a copy that failed */
};

/* False when it cannot begin; then the state tells why, unless a copy is on
 * its way already. */
bool ledger_sqlite_backup(struct ledger *ledger, const char *path);

/* Of the last one. */
struct ledger_sqlite_copy ledger_sqlite_copy(const struct ledger *ledger);

/* Reads the whole of a ledger that nobody uses, changes nothing, and reports
 * everything that is not as it should be, a line of text for each. */
typedef void ledger_sqlite_report(void *context, const char *text);

struct ledger_sqlite_summary {
	uint64_t accounts; /* open ones */
	uint64_t closed;
	uint64_t batches; /* the number of the last */
	uint64_t deltas;
	uint64_t records;
	uint64_t differences; /* that were reported */
};

/* Was it possible to look at all of it? Otherwise `error` tells why not. */
bool ledger_sqlite_check(const char *path, const char *vfs,
			 ledger_sqlite_report *report, void *context,
			 struct ledger_sqlite_summary *summary,
			 struct ledger_sqlite_error *error);

#endif
