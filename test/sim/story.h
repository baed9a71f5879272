/* SPDX-License-Identifier: Apache-2.0 */
/* story.h - all that happens in a simulation: a hash over the whole of it, so
 * that two runs can be compared, and its last lines, so that a failure can be
 * understood.
 */
#ifndef SIM_STORY_H
#define SIM_STORY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/hash.h"

enum story_kind {
	STORY_PREPARE, /* is sent */
	STORY_FULFILL,
	STORY_REJECT,
	STORY_JUNK,
	STORY_HEARS, /* what was sent arrives */
	STORY_CONNECTS,
	STORY_NO_CONNECTION,
	STORY_CLOSES,
	STORY_CUT,
	STORY_SILENCE,
	STORY_PARTED,
	STORY_CRASH,
	STORY_START,
	STORY_STEP,
	STORY_DISK,
	STORY_SLEEP,
	STORY_DEAF,
	STORY_STOPPED,
	STORY_CHANGED,
	STORY_REMOVED,
	STORY_ADDED,
	STORY_EXPIRES,
	STORY_PHASE,
	STORY_KINDS
};

/* What the numbers mean is in story.c, by the kind. */
struct story_line {
	int64_t at_us;
	enum story_kind kind;
	uint64_t numbers[4];
};

/* So many of them. */
#define STORY_LAST 60

struct story {
	struct hash_seed seed;
	uint64_t hash;
	uint64_t count;
	bool aloud; /* each line is printed as it comes */
	struct story_line last[STORY_LAST];
};

void story_begin(struct story *story);

void story_note(struct story *story, int64_t at_us, enum story_kind kind,
		uint64_t a, uint64_t b, uint64_t c, uint64_t d);

/* Adds to the hash what is not worth a line. */
void story_mix(struct story *story, struct ilp_bytes bytes);

/* Prints the last lines. */
void story_tell(const struct story *story, FILE *to);

#endif
