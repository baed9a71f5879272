/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - which route does an address take? The prefix table.
 *
 * Every Prepare asks it once, and a peer may announce hundreds of thousands
 * of prefixes; so it is made for the question "longest prefix, by whole
 * segments". It knows nothing of routes: the value of a prefix is a number of
 * the caller's, such as the index of a route record. Choosing among the
 * routes of several peers, and telling peers about them, is the caller's
 * work.
 */
#ifndef ROUTE_TABLE_H
#define ROUTE_TABLE_H

#include "ilp/address.h"

/* A prefix may have no more segments, since every address that long is
 * tried at each of them. */
#define ROUTE_SEGMENTS_MAX 32

/* Is the prefix within ROUTE_SEGMENTS_MAX and ILP_ADDRESS_MAX? */
bool route_prefix_fits(struct ilp_bytes prefix);

struct route_table;

/* An empty table; NULL when there is no memory. The seed is secret and
 * random: whoever knows it can announce prefixes that all fall together. */
struct route_table *route_table_create(uint64_t seed);
void route_table_destroy(struct route_table *t);

/* Gives the prefix a value, be it new or known. The prefix must fit and is
 * copied; the empty one is the default route. False when there is no memory;
 * then the table is as it was.
 *
 * Once in a while, when the number of prefixes has doubled or is a fraction of
 * what it was, all of them are moved: no more than ROUTE_MOVE_MAX with each
 * that is added. A find takes up to twice as long until that is done. */
#define ROUTE_MOVE_MAX 14

bool route_table_set(struct route_table *t, struct ilp_bytes prefix,
		     uint32_t value);

/* Was the prefix there? It is not now. Never moves another, so it may be
 * called while iterating. */
bool route_table_remove(struct route_table *t, struct ilp_bytes prefix);

/* Moves that many at most, if some are still to be moved, as when no more are
 * added. True while there are more. */
bool route_table_move(struct route_table *t);
size_t route_table_unmoved(const struct route_table *t);

/* The value of exactly this prefix. */
bool route_table_get(const struct route_table *t, struct ilp_bytes prefix,
		     uint32_t *value);

/* The value of the longest prefix of the address. On false, when there is
 * not even a default route, `*value` is left as it was. */
bool route_table_find(const struct route_table *t, struct ilp_bytes address,
		      uint32_t *value);

/* The same for several addresses at once, at most ROUTE_FIND_MAX. A find in a
 * large table mostly waits for memory; these wait together. */
#define ROUTE_FIND_MAX 16

struct route_found {
	uint32_t value; /* if found */
	bool found;
};

void route_table_find_all(const struct route_table *t,
			  const struct ilp_bytes *addresses, size_t count,
			  struct route_found *out);

/* Iterates, in no useful order: start with a cursor of zero and go on until
 * false. Prefixes may be removed on the way, but none set or moved. */
bool route_table_next(const struct route_table *t, size_t *cursor,
		      struct ilp_bytes *prefix, uint32_t *value);

size_t route_table_count(const struct route_table *t);

/* The bytes of memory that the table holds. */
size_t route_table_memory(const struct route_table *t);

#endif
