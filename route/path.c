/* SPDX-License-Identifier: Apache-2.0 */
#include "route/path.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/index.h"

/* It does not grow, for that would take long: with a million of paths, which
 * nobody has who means well, some dozens lie in one place. */
#define PLACES (1u << 14)

struct path {
	struct index_entry entry;
	size_t holders;
	struct ilp_list nodes; /* which lie behind */
	uint8_t bytes[];
};

struct paths {
	struct index index;
	struct hash_seed seed;
};

struct paths *paths_create(uint64_t seed)
{
	struct paths *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->seed = hash_seed(
		(struct ilp_bytes){ (const uint8_t *)&seed, sizeof(seed) });
	if (index_init(&p->index, PLACES, false))
		return p;
	free(p);
	return NULL;
}

void paths_destroy(struct paths *p)
{
	if (!p)
		return;
	assert(p->index.count == 0);
	index_finish(&p->index);
	free(p);
}

static struct path *find(const struct paths *p, uint64_t hash,
			 struct ilp_list nodes)
{
	struct index_entry *at = index_find(&p->index, hash);

	for (; at; at = index_next(at)) {
		struct path *path = INDEX_THING(at, struct path, entry);

		if (path->nodes.count == nodes.count &&
		    ilp_bytes_equal(path->nodes.items, nodes.items))
			return path;
	}
	return NULL;
}

static struct path *make(struct paths *p, uint64_t hash, struct ilp_list nodes)
{
	struct path *path = malloc(sizeof(*path) + nodes.items.len);

	if (!path)
		return NULL;
	path->holders = 0;
	path->nodes.count = nodes.count;
	path->nodes.items =
		(struct ilp_bytes){ path->bytes, nodes.items.len };
	if (nodes.items.len)
		memcpy(path->bytes, nodes.items.at, nodes.items.len);
	index_add(&p->index, &path->entry, hash);
	return path;
}

struct path *path_hold(struct paths *p, struct ilp_list nodes)
{
	uint64_t hash = hash_bytes(&p->seed, nodes.items);
	struct path *path = find(p, hash, nodes);

	if (!path)
		path = make(p, hash, nodes);
	if (path)
		path->holders++;
	return path;
}

void path_let_go(struct paths *p, struct path *path)
{
	assert(path->holders > 0);
	if (--path->holders > 0)
		return;
	index_remove(&p->index, &path->entry);
	free(path);
}

struct ilp_list path_nodes(const struct path *path)
{
	return path->nodes;
}

size_t paths_count(const struct paths *p)
{
	return p->index.count;
}
