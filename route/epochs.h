/* SPDX-License-Identifier: Apache-2.0 */
/* epochs.h - numbers that only grow, each with a destination; any of them may
 * be taken out, and all from some number on are found.
 *
 * It lies in chunks, so that nothing grows all at once: what is added comes to
 * the end of the last one, and what is taken out moves no more than its own
 * chunk. Two neighbouring chunks of which little is left become one.
 */
#ifndef ROUTE_EPOCHS_H
#define ROUTE_EPOCHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct epoch {
	uint32_t number;
	uint32_t destination;
};

struct epochs_chunk;

/* All zeros: there are none. */
struct epochs {
	struct epochs_chunk **chunks;
	struct epochs_chunk *spare;
	size_t chunk_count;
	size_t chunk_room;
	size_t count; /* of epochs; others may read it */
};

void epochs_finish(struct epochs *e);

/* Makes room for one more, so that the next epochs_add cannot fail. False
 * when there is no memory. */
bool epochs_make_room(struct epochs *e);

/* The number is greater than all that are there. */
void epochs_add(struct epochs *e, struct epoch epoch);

/* The number must be there. */
void epochs_remove(struct epochs *e, uint32_t number);

/* Gives them the numbers from 0 on, in the order that they have. */
void epochs_renumber(struct epochs *e);

/* The first whose number is not below this one; NULL when there is none.
 * Borrowed until something is added or taken out. */
const struct epoch *epochs_from(const struct epochs *e, uint32_t number);

#endif
