/* SPDX-License-Identifier: Apache-2.0 */
/* A candidate is a route that is in two lists: that of its destination, by
 * rank, and that of its source, the oldest first.
 *
 *	destination "g.a"     alice, static ─► bob, learned
 *	destination "g.b"                      bob, learned ─► carol, learned
 *	                                           │
 *	source "bob", learned:    g.b ─► g.a ◄─────┘
 *
 * What comes, or comes again, goes to the end of its source's list with the
 * turn that the source has now. So those whose turn is over are all in front,
 * and can be taken from there bit by bit while others come behind.
 *
 * Nothing here grows all at once: places of destinations come a chunk at a
 * time, and the table that finds them by their prefix moves in steps.
 */
#include "route/routes.h"

#include <assert.h>
#include <stdlib.h>

#include "base/index.h"
#include "route/path.h"
#include "route/table.h"

#define CHUNK 1024
#define SOURCES_MIN 16

struct candidate {
	struct route route; /* its path is that of `path` */
	enum route_relation relation; /* by which it is ranked */
	uint32_t heard;               /* turns of the source */
	uint32_t ranked;
	struct path *path;
	struct destination *to;
	struct source *from;
	struct candidate *next;  /* of the destination */
	struct candidate *later; /* of the source */
	struct candidate *earlier;
};

struct destination {
	struct candidate *first; /* the best; NULL: it is only kept */
	struct destination *next_changed;
	uint64_t mark;
	size_t kept;
	uint32_t number;
	bool changed; /* and not given out yet */
	uint16_t prefix_len;
	uint8_t prefix[];
};

struct list {
	struct candidate *oldest;
	struct candidate *newest;
	size_t count;
};

struct source {
	uint32_t slot;
	enum route_relation relation;
	size_t limit;
	size_t good; /* of what was learned in this turn: how many, */
	size_t good_bytes; /* and of their paths */
	struct list lists[ROUTE_ORIGINS];
	uint32_t heard;  /* what was learned in another turn is good no more, */
	uint32_t ranked; /* what was ranked in another is ranked anew */
	bool going;
	bool at_work; /* in the list of those with work to be done */
	struct source *next_at_work;
	size_t id_len;
	uint8_t id[];
};

/* Where a destination lies, by its number. */
struct place {
	struct destination *here; /* NULL: it is free */
	uint32_t next_free;
};

struct routes {
	struct route_table *numbers; /* of destinations, by their prefix */
	struct paths *paths;
	struct source *here;
	struct source **sources; /* by slot */
	size_t source_size;
	struct place **chunks;
	size_t chunk_count;
	uint32_t first_free;
	size_t count; /* of destinations that have a route */
	struct destination *first_changed;
	struct destination *last_changed;
	struct destination *given; /* the one that was given out last */
	struct source *first_at_work;
	struct source *last_at_work;
};

#define NO_PLACE UINT32_MAX

/* ---- destinations ---- */

static struct place *place_at(const struct routes *r, uint32_t number)
{
	return &r->chunks[number / CHUNK][number % CHUNK];
}

static struct destination *at(const struct routes *r, uint32_t number)
{
	struct destination *d = place_at(r, number)->here;

	assert(d);
	return d;
}

static struct ilp_bytes prefix_of(const struct destination *d)
{
	return (struct ilp_bytes){ d->prefix, d->prefix_len };
}

static struct destination *find(const struct routes *r, struct ilp_bytes prefix)
{
	uint32_t number;

	return route_table_get(r->numbers, prefix, &number) ? at(r, number) :
							      NULL;
}

/* One chunk more; the first of its places is the first to be taken. */
static bool add_places(struct routes *r)
{
	struct place **chunks =
		realloc(r->chunks, (r->chunk_count + 1) * sizeof(*chunks));
	struct place *chunk;
	uint32_t first = (uint32_t)(r->chunk_count * CHUNK);

	if (!chunks)
		return false;
	r->chunks = chunks;
	chunk = calloc(CHUNK, sizeof(*chunk));
	if (!chunk)
		return false;
	for (uint32_t i = 0; i < CHUNK; i++)
		chunk[i].next_free = i + 1 < CHUNK ? first + i + 1 : NO_PLACE;
	r->chunks[r->chunk_count++] = chunk;
	r->first_free = first;
	return true;
}

static struct destination *make_destination(struct routes *r,
					    struct ilp_bytes prefix)
{
	struct destination *d;
	uint32_t number;

	if (r->first_free == NO_PLACE && !add_places(r))
		return NULL;
	number = r->first_free;
	d = malloc(sizeof(*d) + prefix.len);
	if (!d || !route_table_set(r->numbers, prefix, number)) {
		free(d);
		return NULL;
	}
	*d = (struct destination){ .number = number,
				   .prefix_len = (uint16_t)prefix.len };
	if (prefix.len)
		memcpy(d->prefix, prefix.at, prefix.len);
	r->first_free = place_at(r, number)->next_free;
	place_at(r, number)->here = d;
	return d;
}

/* It goes when nobody has to do with it any more. */
static void settle(struct routes *r, struct destination *d)
{
	struct place *place = place_at(r, d->number);

	if (d->first || d->kept || d->changed)
		return;
	route_table_remove(r->numbers, prefix_of(d));
	place->here = NULL;
	place->next_free = r->first_free;
	r->first_free = d->number;
	free(d);
}

static void note_change(struct routes *r, struct destination *d)
{
	if (d->changed)
		return;
	d->changed = true;
	d->next_changed = NULL;
	if (r->first_changed)
		r->last_changed->next_changed = d;
	else
		r->first_changed = d;
	r->last_changed = d;
}

bool routes_next_change(struct routes *r, uint32_t *destination)
{
	struct destination *d = r->first_changed;

	if (r->given)
		routes_let_go(r, r->given->number);
	r->given = d;
	if (!d)
		return false;
	r->first_changed = d->next_changed;
	d->changed = false;
	d->kept++;
	*destination = d->number;
	return true;
}

bool routes_has_change(const struct routes *r)
{
	return r->first_changed;
}

void routes_tell_again(struct routes *r, uint32_t destination)
{
	note_change(r, at(r, destination));
}

bool routes_find(const struct routes *r, struct ilp_bytes prefix,
		 uint32_t *destination)
{
	return route_table_get(r->numbers, prefix, destination);
}

struct ilp_bytes routes_prefix(const struct routes *r, uint32_t destination)
{
	return prefix_of(at(r, destination));
}

const struct route *routes_best(const struct routes *r, uint32_t destination)
{
	const struct candidate *best = at(r, destination)->first;

	return best ? &best->route : NULL;
}

const struct route *routes_after(const struct route *route)
{
	const struct candidate *next =
		INDEX_THING(route, const struct candidate, route)->next;

	return next ? &next->route : NULL;
}

void routes_keep(struct routes *r, uint32_t destination)
{
	at(r, destination)->kept++;
}

void routes_let_go(struct routes *r, uint32_t destination)
{
	struct destination *d = at(r, destination);

	assert(d->kept > 0);
	d->kept--;
	settle(r, d);
}

uint64_t routes_mark(const struct routes *r, uint32_t destination)
{
	return at(r, destination)->mark;
}

void routes_set_mark(struct routes *r, uint32_t destination, uint64_t mark)
{
	at(r, destination)->mark = mark;
}

bool routes_next(const struct routes *r, size_t *cursor, uint32_t *destination)
{
	while (*cursor < r->chunk_count * CHUNK) {
		uint32_t number = (uint32_t)(*cursor)++;

		if (!place_at(r, number)->here)
			continue;
		*destination = number;
		return true;
	}
	return false;
}

size_t routes_count(const struct routes *r)
{
	return r->count;
}

/* ---- rank ---- */

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_ids(const struct source *a, const struct source *b)
{
	size_t len = a->id_len < b->id_len ? a->id_len : b->id_len;
	int order = len ? memcmp(a->id, b->id, len) : 0;

	return order ? order : compare(a->id_len, b->id_len);
}

/* Less than zero: a is the better one. */
static int compare_rank(const struct candidate *a, const struct candidate *b)
{
	int order = compare(a->route.origin, b->route.origin);

	if (!order)
		order = compare(a->relation, b->relation);
	if (!order)
		order = compare(a->route.path.count, b->route.path.count);
	return order ? order : compare_ids(a->from, b->from);
}

/* Puts it where its rank is. */
static void rank(struct candidate *c)
{
	struct candidate **place = &c->to->first;

	while (*place && compare_rank(*place, c) <= 0)
		place = &(*place)->next;
	c->next = *place;
	*place = c;
}

static void unrank(struct candidate *c)
{
	struct candidate **place = &c->to->first;

	while (*place != c)
		place = &(*place)->next;
	*place = c->next;
}

/* ---- lists of sources ---- */

static struct list *list_of(const struct candidate *c)
{
	return &c->from->lists[c->route.origin];
}

static void append(struct candidate *c)
{
	struct list *list = list_of(c);

	c->earlier = list->newest;
	c->later = NULL;
	if (list->newest)
		list->newest->later = c;
	else
		list->oldest = c;
	list->newest = c;
	list->count++;
}

static void take_out(struct candidate *c)
{
	struct list *list = list_of(c);

	if (c->earlier)
		c->earlier->later = c->later;
	else
		list->oldest = c->later;
	if (c->later)
		c->later->earlier = c->earlier;
	else
		list->newest = c->earlier;
	list->count--;
}

/* ---- sources ---- */

static struct source *source_at(const struct routes *r, uint32_t slot)
{
	if (slot == ROUTES_HERE)
		return r->here;
	return slot < r->source_size ? r->sources[slot] : NULL;
}

/* Room for a slot. */
static bool grow_sources(struct routes *r, uint32_t slot)
{
	size_t size = r->source_size ? r->source_size : SOURCES_MIN;
	struct source **sources;

	if (slot < r->source_size)
		return true;
	while (size <= slot)
		size *= 2;
	sources = realloc(r->sources, size * sizeof(*sources));
	if (!sources)
		return false;
	memset(sources + r->source_size, 0,
	       (size - r->source_size) * sizeof(*sources));
	r->sources = sources;
	r->source_size = size;
	return true;
}

static struct source *make_source(const struct routes_source *settings)
{
	struct source *s = malloc(sizeof(*s) + settings->id.len);

	if (!s)
		return NULL;
	*s = (struct source){ .slot = settings->slot,
			      .relation = settings->relation,
			      .limit = settings->limit,
			      .id_len = settings->id.len };
	if (s->id_len)
		memcpy(s->id, settings->id.at, s->id_len);
	return s;
}

static void set_to_work(struct routes *r, struct source *s)
{
	if (s->at_work)
		return;
	s->at_work = true;
	s->next_at_work = NULL;
	if (r->first_at_work)
		r->last_at_work->next_at_work = s;
	else
		r->first_at_work = s;
	r->last_at_work = s;
}

static enum routes_error change_source(struct routes *r, struct source *s,
				       const struct routes_source *settings)
{
	if (s->going)
		return ROUTES_SOURCE;
	s->limit = settings->limit;
	if (s->relation == settings->relation)
		return ROUTES_OK;
	s->relation = settings->relation;
	s->ranked++;
	set_to_work(r, s);
	return ROUTES_OK;
}

enum routes_error routes_source_set(struct routes *r,
				    const struct routes_source *settings)
{
	struct source *s = source_at(r, settings->slot);

	assert(settings->slot != ROUTES_HERE);
	if (s)
		return change_source(r, s, settings);
	if (!grow_sources(r, settings->slot))
		return ROUTES_NO_MEMORY;
	s = make_source(settings);
	if (!s)
		return ROUTES_NO_MEMORY;
	r->sources[settings->slot] = s;
	return ROUTES_OK;
}

void routes_source_remove(struct routes *r, uint32_t slot)
{
	struct source *s = source_at(r, slot);

	assert(slot != ROUTES_HERE);
	if (!s)
		return;
	s->going = true;
	set_to_work(r, s);
}

bool routes_source_known(const struct routes *r, uint32_t slot)
{
	return source_at(r, slot);
}

enum route_relation routes_relation(const struct routes *r, uint32_t slot)
{
	const struct source *s = source_at(r, slot);

	assert(s);
	return s->relation;
}

size_t routes_of_source(const struct routes *r, uint32_t slot,
			enum route_origin origin)
{
	const struct source *s = source_at(r, slot);

	return s ? s->lists[origin].count : 0;
}

/* ---- adding ---- */

static struct candidate *find_candidate(const struct destination *d,
					uint32_t hop, enum route_origin origin)
{
	struct candidate *c = d->first;

	while (c && (c->route.hop != hop || c->route.origin != origin))
		c = c->next;
	return c;
}

/* Was it learned, and in this turn? */
static bool is_good(const struct candidate *c)
{
	return c->route.origin == ROUTE_LEARNED && c->heard == c->from->heard;
}

static void count_good(const struct candidate *c, bool added)
{
	size_t len = c->route.path.items.len;

	if (!is_good(c))
		return;
	c->from->good += added ? 1 : SIZE_MAX;
	c->from->good_bytes += added ? len : 0 - len;
}

/* May the source have this one beside, or in the place of the one before? What
 * it has of earlier turns does not count, but that it does not gather. */
static bool within_limit(const struct source *s, const struct candidate *before,
			 const struct route *route)
{
	size_t len = route->path.items.len;
	size_t routes = s->good + 1;
	size_t bytes = s->good_bytes + len;

	if (route->origin != ROUTE_LEARNED)
		return true;
	if (before && is_good(before)) {
		routes--;
		bytes -= before->route.path.items.len;
		if (len <= before->route.path.items.len)
			return true;
	}
	return routes <= s->limit && bytes / ROUTES_PATH_MEAN <= s->limit &&
	       (before || s->lists[ROUTE_LEARNED].count / 2 < s->limit);
}

static enum routes_error check(const struct source *s, struct ilp_bytes prefix,
			       const struct route *route)
{
	if (!s || s->going)
		return ROUTES_SOURCE;
	if (!route_prefix_fits(prefix) ||
	    (prefix.len && !ilp_prefix_valid(prefix)))
		return ROUTES_PREFIX;
	return route->path.count <= ROUTES_PATH_NODES_MAX &&
			       route->path.items.len <= ROUTES_PATH_MAX ?
		       ROUTES_OK :
		       ROUTES_PATH;
}

/* The route lies here from now on, by this path. */
static void fill(struct routes *r, struct candidate *c,
		 const struct route *route, struct path *path)
{
	struct path *before = c->path;

	c->route = *route;
	c->route.path = path_nodes(path);
	c->path = path;
	if (before)
		path_let_go(r->paths, before);
}

static bool same(const struct candidate *c, const struct route *route,
		 const struct path *path)
{
	return c->path == path && c->relation == c->from->relation &&
	       memcmp(c->route.auth, route->auth, sizeof(route->auth)) == 0;
}

/* Ranks it as its source is now, and tells if that makes a difference. */
static void rank_anew(struct routes *r, struct candidate *c)
{
	bool was_best = c->to->first == c;

	unrank(c);
	c->relation = c->from->relation;
	c->ranked = c->from->ranked;
	rank(c);
	if (was_best || c->to->first == c)
		note_change(r, c->to);
}

static void replace(struct routes *r, struct candidate *c,
		    const struct route *route, struct path *path)
{
	bool no_news = same(c, route, path);

	take_out(c);
	count_good(c, false);
	fill(r, c, route, path);
	c->heard = c->from->heard;
	count_good(c, true);
	append(c);
	if (no_news)
		c->ranked = c->from->ranked;
	else
		rank_anew(r, c);
}

static void insert(struct routes *r, struct candidate *c)
{
	r->count += c->to->first == NULL;
	c->relation = c->from->relation;
	c->heard = c->from->heard;
	c->ranked = c->from->ranked;
	rank(c);
	count_good(c, true);
	append(c);
	if (c->to->first == c)
		note_change(r, c->to);
}

/* A candidate of this destination, which is made if it is new. */
static enum routes_error add_new(struct routes *r, struct source *s,
				 struct ilp_bytes prefix,
				 const struct route *route, struct path *path)
{
	struct candidate *c = calloc(1, sizeof(*c));
	struct destination *d = find(r, prefix);

	if (c && !d)
		d = make_destination(r, prefix);
	if (!c || !d) {
		free(c);
		path_let_go(r->paths, path);
		return ROUTES_NO_MEMORY;
	}
	c->to = d;
	c->from = s;
	fill(r, c, route, path);
	insert(r, c);
	return ROUTES_OK;
}

enum routes_error routes_add(struct routes *r, struct ilp_bytes prefix,
			     const struct route *route)
{
	struct source *s = source_at(r, route->hop);
	enum routes_error error = check(s, prefix, route);
	struct destination *d;
	struct candidate *before;
	struct path *path;

	assert(route->origin == ROUTE_LEARNED || route->path.count == 0);
	if (error)
		return error;
	d = find(r, prefix);
	before = d ? find_candidate(d, route->hop, route->origin) : NULL;
	if (!within_limit(s, before, route))
		return ROUTES_LIMIT;
	path = path_hold(r->paths, route->path);
	if (!path)
		return ROUTES_NO_MEMORY;
	if (!before)
		return add_new(r, s, prefix, route, path);
	replace(r, before, route, path);
	return ROUTES_OK;
}

/* ---- taking away ---- */

static void drop(struct routes *r, struct candidate *c)
{
	struct destination *d = c->to;
	bool was_best = d->first == c;

	unrank(c);
	take_out(c);
	count_good(c, false);
	path_let_go(r->paths, c->path);
	free(c);
	r->count -= d->first == NULL;
	if (was_best)
		note_change(r, d);
}

bool routes_remove(struct routes *r, struct ilp_bytes prefix, uint32_t hop,
		   enum route_origin origin)
{
	struct destination *d = find(r, prefix);
	struct candidate *c = d ? find_candidate(d, hop, origin) : NULL;

	if (c)
		drop(r, c);
	return c;
}

void routes_forget(struct routes *r, uint32_t slot)
{
	struct source *s = source_at(r, slot);

	if (!s || s->lists[ROUTE_LEARNED].count == 0)
		return;
	s->heard++;
	s->good = 0;
	s->good_bytes = 0;
	set_to_work(r, s);
}

/* ---- what takes long ---- */

/* Does what there is to be done for the oldest of a list; false when there is
 * nothing. */
static bool work_on_list(struct routes *r, struct source *s,
			 enum route_origin origin)
{
	struct candidate *c = s->lists[origin].oldest;

	if (!c)
		return false;
	if (s->going ||
	    (origin == ROUTE_LEARNED && c->heard != s->heard)) {
		drop(r, c);
		return true;
	}
	if (c->ranked == s->ranked)
		return false;
	take_out(c);
	append(c);
	rank_anew(r, c);
	return true;
}

static bool work_on_source(struct routes *r, struct source *s)
{
	return work_on_list(r, s, ROUTE_STATIC) ||
	       work_on_list(r, s, ROUTE_LOCAL) ||
	       work_on_list(r, s, ROUTE_LEARNED);
}

static void finish_work(struct routes *r, struct source *s)
{
	r->first_at_work = s->next_at_work;
	s->at_work = false;
	if (!s->going)
		return;
	r->sources[s->slot] = NULL;
	free(s);
}

bool routes_work(struct routes *r, size_t count)
{
	while (r->first_at_work && count > 0) {
		if (work_on_source(r, r->first_at_work))
			count--;
		else
			finish_work(r, r->first_at_work);
	}
	return r->first_at_work;
}

bool routes_has_work(const struct routes *r)
{
	return r->first_at_work;
}

/* ---- all of it ---- */

struct routes *routes_create(uint64_t seed)
{
	static const struct routes_source here = { .slot = ROUTES_HERE };
	struct routes *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->first_free = NO_PLACE;
	r->numbers = route_table_create(seed);
	r->paths = paths_create(seed);
	r->here = make_source(&here);
	if (r->numbers && r->paths && r->here)
		return r;
	routes_destroy(r);
	return NULL;
}

static void destroy_destination(struct routes *r, struct destination *d)
{
	struct candidate *c = d ? d->first : NULL;

	while (c) {
		struct candidate *next = c->next;

		path_let_go(r->paths, c->path);
		free(c);
		c = next;
	}
	free(d);
}

void routes_destroy(struct routes *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->chunk_count; i++) {
		for (size_t j = 0; j < CHUNK; j++)
			destroy_destination(r, r->chunks[i][j].here);
		free(r->chunks[i]);
	}
	for (size_t i = 0; i < r->source_size; i++)
		free(r->sources[i]);
	free(r->chunks);
	free(r->sources);
	free(r->here);
	paths_destroy(r->paths);
	route_table_destroy(r->numbers);
	free(r);
}
