/* SPDX-License-Identifier: Apache-2.0 */
/* path.h - the paths of routes, each of them kept once.
 *
 * What a neighbour announces of one far region comes by one path, be it a
 * hundred thousand prefixes; so those share its bytes.
 */
#ifndef ROUTE_PATH_H
#define ROUTE_PATH_H

#include "ilp/oer.h"

struct paths;

/* NULL when there is no memory. The seed is secret and random. */
struct paths *paths_create(uint64_t seed);

/* All must have been let go. */
void paths_destroy(struct paths *paths);

struct path;

/* One more who has it; NULL when there is no memory. */
struct path *path_hold(struct paths *paths, struct ilp_list nodes);
void path_let_go(struct paths *paths, struct path *path);

/* Its nodes, which it has as long as somebody holds it. */
struct ilp_list path_nodes(const struct path *path);

/* How many different ones there are. */
size_t paths_count(const struct paths *paths);

#endif
