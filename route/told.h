/* SPDX-License-Identifier: Apache-2.0 */
/* told.h - a set of destinations: those that a neighbour may have been told of.
 *
 * Only what is in it need ever be taken back. A bit for each number, so it is
 * as large as the greatest of them; numbers of destinations are dense.
 */
#ifndef ROUTE_TOLD_H
#define ROUTE_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros: the empty set. */
struct told {
	uint64_t *words;
	size_t count;
};

/* Empties it. */
void told_clear(struct told *t);

/* False, and nothing is changed, when there is no memory. */
bool told_add(struct told *t, uint32_t destination);
void told_remove(struct told *t, uint32_t destination);
bool told_has(const struct told *t, uint32_t destination);

#endif
