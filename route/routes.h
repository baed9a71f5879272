/* SPDX-License-Identifier: Apache-2.0 */
/* routes.h - all ways that are known to all prefixes, and which is the best.
 *
 * An operator says where a prefix leads, an account is itself under one, and
 * neighbours announce many; so there may be several routes to one prefix. All
 * are kept, in order of rank, so that the next best is there at once when the
 * best goes. Which packets go where is in table.h, which is filled from what
 * has changed here; to tell neighbours of changes is the work of others.
 *
 *     routes_add, routes_remove ──►┌────────┐──► routes_next_change
 *     routes_forget,               │ routes │
 *     routes_source_remove      ──►└────────┘──► routes_best, routes_after
 *     routes_work                 (goes on with those, a bounded step a call)
 *
 * The rank: what an operator said, then what is here, then what was learned;
 * among those of one kind that of a child, a peer, a parent; then the shorter
 * path; then the id of the account, byte by byte.
 */
#ifndef ROUTE_ROUTES_H
#define ROUTE_ROUTES_H

#include "ilp/address.h"
#include "ilp/ccp.h"

struct routes;

/* Who a route leads to: a number of the caller's, such as an account's slot,
 * from 0 on without large gaps; or to ourselves. */
#define ROUTES_HERE UINT32_MAX

enum route_origin {
	ROUTE_STATIC,  /* the operator said so */
	ROUTE_LOCAL,   /* it is the node itself, or a child's own address */
	ROUTE_LEARNED, /* its neighbour has announced it */
	ROUTE_ORIGINS,
};

enum route_relation {
	ROUTE_CHILD,
	ROUTE_PEER,
	ROUTE_PARENT,
};

/* No packet has time for more hops than that, and more bytes than that no
 * honest path has. */
#define ROUTES_PATH_NODES_MAX 64
#define ROUTES_PATH_MAX 4096

/* The paths of a source are so long, on average: of all of them, no more than
 * that many bytes for each route that it may have are kept. */
#define ROUTES_PATH_MEAN 256

struct route {
	uint32_t hop;
	enum route_origin origin;
	/* Nodes that a packet passes, nearest first: of a learned route only.
	 * Routes with the same path share its bytes. */
	struct ilp_list path;
	uint8_t auth[ILP_CCP_AUTH_LEN];
};

enum routes_error {
	ROUTES_OK,
	ROUTES_PREFIX,    /* not a prefix, or too long for a table */
	ROUTES_PATH,      /* too long */
	ROUTES_LIMIT,     /* the source has as many as it may */
	ROUTES_SOURCE,    /* there is no such source, or it is going */
	ROUTES_NO_MEMORY,
};

/* There are no routes, and one source, ROUTES_HERE. The seed is secret and
 * random. NULL when there is no memory. */
struct routes *routes_create(uint64_t seed);
void routes_destroy(struct routes *r);

/* ---- sources: who routes lead to ---- */

struct routes_source {
	uint32_t slot;
	enum route_relation relation;
	struct ilp_bytes id; /* copied; it stays the same */
	size_t limit;        /* of learned routes */
};

/* A new source, or other settings of one that is known: what it has is ranked
 * anew by routes_work, and what is above a lower limit stays. Of the errors
 * there may be ROUTES_NO_MEMORY, or ROUTES_SOURCE if it is going. */
enum routes_error routes_source_set(struct routes *r,
				    const struct routes_source *source);

/* No route is added to it any more, and all that it has are taken away by
 * routes_work. When the last one is, it is unknown. */
void routes_source_remove(struct routes *r, uint32_t slot);
bool routes_source_known(const struct routes *r, uint32_t slot);

enum route_relation routes_relation(const struct routes *r, uint32_t slot);

/* How many of its routes there are, of one origin. */
size_t routes_of_source(const struct routes *r, uint32_t slot,
			enum route_origin origin);

/* ---- routes ---- */

/* A source has one route of each origin to a prefix; so this adds one, or puts
 * it into the place of the one before. The prefix may be empty. Path and
 * prefix are copied. On an error all is as it was. Takes the longer the more
 * routes there are to this prefix. */
enum routes_error routes_add(struct routes *r, struct ilp_bytes prefix,
			     const struct route *route);

/* False when there is none. */
bool routes_remove(struct routes *r, struct ilp_bytes prefix, uint32_t hop,
		   enum route_origin origin);

/* What the source has announced until now is good no more, and is taken away
 * by routes_work: but for what is added again before its turn comes. It does
 * not count for the source's limit; but of both together there are never more
 * than twice as many. */
void routes_forget(struct routes *r, uint32_t slot);

/* Goes on with what takes long, for no more than so many routes. True while
 * something is left to be done. */
bool routes_work(struct routes *r, size_t count);
bool routes_has_work(const struct routes *r);

/* ---- destinations: prefixes to which there are routes ---- */

/* A destination that has changed: another route is its best now, or the same
 * one has another path or auth, or its source another relation; or it has
 * none. Each comes once, until it changes again; what has changed back by then
 * comes as well. False when there is no more. It is there until the next
 * call. */
bool routes_next_change(struct routes *r, uint32_t *destination);

bool routes_has_change(const struct routes *r);

/* It could not be used now: it comes again, behind the others. */
void routes_tell_again(struct routes *r, uint32_t destination);

/* The number of a destination: the same as long as it has a route, or is kept;
 * then another may get it. False when the prefix has none. */
bool routes_find(const struct routes *r, struct ilp_bytes prefix,
		 uint32_t *destination);

/* Borrowed as long as the destination is there. */
struct ilp_bytes routes_prefix(const struct routes *r, uint32_t destination);

/* Its best route, NULL when there is none; and the next best behind another.
 * Borrowed until a route is added or taken away. */
const struct route *routes_best(const struct routes *r, uint32_t destination);
const struct route *routes_after(const struct route *route);

/* As often as it is kept, so often it must be let go: until then the
 * destination is there, be it without a route. */
void routes_keep(struct routes *r, uint32_t destination);
void routes_let_go(struct routes *r, uint32_t destination);

/* A number of the caller's at each destination, zero at first. */
uint64_t routes_mark(const struct routes *r, uint32_t destination);
void routes_set_mark(struct routes *r, uint32_t destination, uint64_t mark);

/* The next destination that is there, from a cursor of zero on, in the order
 * of their numbers; with a route or without one. */
bool routes_next(const struct routes *r, size_t *cursor, uint32_t *destination);

/* How many have a route. */
size_t routes_count(const struct routes *r);

#endif
