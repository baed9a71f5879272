/* SPDX-License-Identifier: Apache-2.0 */
/* track.h - the bytes of one file on a platter: as they read now, and as they
 * may read once the power has failed.
 *
 * Before a write, the sectors that it touches are laid aside as they were. A
 * sync forgets these; when the power fails, each of them is gone back to, and
 * it is decided whether what came after it had reached the disk. So writes
 * since the last sync are kept, dropped or torn, in any order, and the cost is
 * that of what was written, whatever the size of the file.
 *
 * The size is found as it was at some moment since the last sync, or on its way
 * to the next one where it grew. What is cut off is gone all at once or not at
 * all: file systems keep that promise, and SQLite relies on it.
 */
#ifndef SIM_TRACK_H
#define SIM_TRACK_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/dice.h"

/* How a power failure goes. */
struct outage {
	struct dice *dice;
	unsigned kept_of_8; /* of the unsynced writes, about so many reach it */
	bool powersafe;     /* bytes beside a torn write are as they were */
};

/* A sector before a write, or before it was cut off. */
struct past {
	size_t sector;
	size_t from; /* within the sector: what the write changed */
	size_t to;
	size_t cut; /* which of the sizes was cut to; 0: it is a write */
};

struct track {
	size_t sector_size;
	uint8_t *bytes; /* zeros from `size` on */
	size_t size;
	size_t room;
	/* Its sizes since the last sync, the first of which is durable. */
	size_t *sizes;
	size_t size_count;
	size_t size_room;
	/* What has been laid aside since then, the oldest first. */
	struct past *pasts;
	uint8_t *past_bytes; /* a sector for each */
	size_t past_count;
	size_t past_room;
	/* Of so many, the first ones, the system believes that they need no
	 * sync any more: one has failed. */
	size_t forsaken;
};

void track_init(struct track *track, size_t sector_size);
void track_finish(struct track *track);

/* How many of the bytes there are; the others are zeros. */
size_t track_read(const struct track *track, size_t at, uint8_t *out,
		  size_t len);

void track_write(struct track *track, size_t at, struct ilp_bytes in);
void track_resize(struct track *track, size_t size);

bool track_is_synced(const struct track *track);

/* What has been written stays, whatever comes: but for what was forsaken. */
void track_sync(struct track *track);

/* What should have been synced is forsaken: no later sync writes it, unless it
 * is written anew. So it is on Linux. */
void track_fail_sync(struct track *track);

void track_fail_power(struct track *track, const struct outage *outage);

#endif
