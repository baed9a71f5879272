/* SPDX-License-Identifier: Apache-2.0 */
/* platter.h - a disk in memory for SQLite, which loses what was not synced
 * when its power fails.
 *
 * It is a VFS of SQLite's, one for each simulated node, and behaves as Linux
 * and SQLite's own VFS do together. What is durable: of a file the bytes that
 * it had at its last sync (track.h); a name once the directory was synced
 * (folder.h), which the first sync of a journal or WAL that was just opened
 * does, and a deletion where SQLite asks for it. All that happens follows from
 * the calls, the options and the dice.
 *
 * There is no shared memory: a database in WAL mode must be opened with
 * `PRAGMA locking_mode=EXCLUSIVE` before anything else. Time is not its
 * affair; whoever charges for writes and syncs counts them here.
 */
#ifndef SIM_PLATTER_H
#define SIM_PLATTER_H

#include <sqlite3.h>

#include "test/sim/folder.h"

struct platter_options {
	const char *name; /* of its VFS, not that of another one */
	uint64_t seed;    /* of the random bytes that SQLite asks it for */
	/* What it tells SQLite, and keeps. */
	size_t sector_size; /* 512 or 4096 */
	bool powersafe; /* a torn write harms no bytes beside it, even in the
			 * same sector */
};

/* What is wrong with it. All zeros: nothing. It may be changed at any time. */
struct platter_faults {
	size_t capacity; /* of all files together, in bytes; 0: no bound */
	bool read_only;
	/* Asked before each sync of a file; true: it fails. What should have
	 * been synced may then be lost, though later syncs succeed. */
	bool (*before_sync)(void *context);
	void *context;
	/* A sync does nothing, and says that it did. */
	bool lies;
	/* As if nobody had thought of the directory. */
	bool no_directory_sync;
};

/* Since it was created. */
struct platter_counts {
	uint64_t operations; /* all that touch the disk */
	uint64_t reads;
	uint64_t writes;
	uint64_t written; /* bytes */
	uint64_t syncs;   /* of files */
	uint64_t directory_syncs;
};

struct handle;

struct platter {
	struct platter_faults faults;
	struct platter_counts counts;
	int64_t wall_ms; /* what SQL takes for the time, since 1970 */
	/* The rest is for platter.c and handle.c. */
	struct platter_options options;
	sqlite3_vfs vfs;
	struct folder folder;
	struct dice dice;
	struct handle *handles;
	unsigned dead; /* handles that are not closed yet */
	bool off;
	uint64_t countdown; /* operations until the power fails; 0: it does
			     * not */
};

/* Registers it with SQLite. NULL: no memory. */
struct platter *platter_create(const struct platter_options *options);

/* NULL is fine. All connections must be closed. */
void platter_destroy(struct platter *platter);

/* SQLite has one source of random numbers in a process, from which also the
 * salts of a WAL come. It is seeded from this platter: at the beginning of a
 * simulation, so that the same seed gives the same bytes. */
void platter_seed_sqlite(struct platter *platter);

/* ---- the power ---- */

/* It fails in the middle of so many operations from now, of which 1 is the
 * next. From then on every call is an SQLITE_IOERR, until platter_fail_power
 * or platter_abandon says what it was that has happened. 0: it does not. */
void platter_fail_power_at(struct platter *platter, uint64_t operation);
bool platter_is_off(const struct platter *platter);

/* The power fails and comes back: the dice decide what of the unsynced is
 * found. For the handles that are open everything is an SQLITE_IOERR; once
 * they are all closed, files can be opened anew. */
void platter_fail_power(struct platter *platter, struct dice *dice);

/* The same for a process that is killed: all that was written is found. What
 * was not synced may still be lost later. */
void platter_abandon(struct platter *platter);

/* ---- what befalls a file at rest ---- */

/* One bit is not what it was. False: there is no such file, or it is empty. */
bool platter_flip_bit(struct platter *platter, const char *name,
		      struct dice *dice);

/* One sector is garbage. */
bool platter_spoil_sector(struct platter *platter, const char *name,
			  struct dice *dice);

/* Of all names and bytes as they read now: two runs can be compared. */
uint64_t platter_digest(const struct platter *platter);

/* ---- for handle.c ---- */

/* An operation begins; false: there is no power. */
bool platter_begin(struct platter *platter);

/* It ends with this result, unless the power has failed in its middle. */
int platter_end(struct platter *platter, int result);

/* One operation of its own. */
int platter_sync_directory(struct platter *platter);

#endif
