/* SPDX-License-Identifier: Apache-2.0 */
/* recent.h - where addresses led that packets went to lately.
 *
 * Packets come in flows: most go where another one went a moment ago. What is
 * known of such an address (that it is one, and its route) is remembered, and
 * costs one comparison instead of a check of every byte and a search for the
 * longest prefix. Nothing can be told from the answers but the time that they
 * take.
 *
 * Routes come and go all the time, each flow goes on, and most have nothing to
 * do with each other: so what is forgotten by a change is what lies in the same
 * region as the prefix, by its first three segments.
 */
#ifndef ROUTE_RECENT_H
#define ROUTE_RECENT_H

#include "route/table.h"

struct recent;

/* NULL when there is no memory. The table outlives it. The seed is secret and
 * random. */
struct recent *recent_create(const struct route_table *table, uint64_t seed);
void recent_destroy(struct recent *recent);

struct recent_address {
	enum ilp_scheme scheme;
	bool has_route;
	uint32_t route; /* the value of the longest prefix */
};

/* The prefix leads elsewhere from now on, or nowhere: whoever changes the table
 * says so, before anything is looked up again. */
void recent_forget(struct recent *recent, struct ilp_bytes prefix);

/* What there is to know of the address; false when it is not a valid one. The
 * hash is one of its bytes, under a secret seed. */
bool recent_find(struct recent *recent, struct ilp_bytes address, uint64_t hash,
		 struct recent_address *out);

#endif
