/* SPDX-License-Identifier: Apache-2.0 */
/* A path is kept once, as long as somebody holds it. */
#include "route/path.h"

#include "test/check.h"

static struct ilp_list list_of(uint8_t *room, size_t size, const char *a,
			       const char *b)
{
	struct ilp_writer w = ilp_writer(room, size);

	ilp_write_var(&w, ilp_text(a));
	ilp_write_var(&w, ilp_text(b));
	CHECK_INT(w.error, ILP_OK);
	return (struct ilp_list){ 2, { room, (size_t)(w.at - room) } };
}

static void equal_paths_are_one(void)
{
	struct paths *paths = paths_create(1);
	uint8_t room[3][32];
	struct path *one =
		path_hold(paths, list_of(room[0], 32, "g.a", "g.b"));
	struct path *same =
		path_hold(paths, list_of(room[1], 32, "g.a", "g.b"));
	struct path *other =
		path_hold(paths, list_of(room[2], 32, "g.a", "g.c"));

	CHECK(one && one == same && other && one != other);
	CHECK_INT(paths_count(paths), 2);
	path_let_go(paths, one);
	path_let_go(paths, other);
	CHECK_INT(paths_count(paths), 1);
	path_let_go(paths, same);
	CHECK_INT(paths_count(paths), 0);
	paths_destroy(paths);
}

static void the_nodes_are_copied(void)
{
	struct paths *paths = paths_create(2);
	uint8_t room[32];
	struct path *path = path_hold(paths, list_of(room, 32, "g.a", "g.bc"));
	struct ilp_list nodes = path_nodes(path);
	struct ilp_bytes node;

	memset(room, 0, sizeof(room));
	CHECK(ilp_list_next(&nodes, &node));
	CHECK_TEXT(node, "g.a");
	CHECK(ilp_list_next(&nodes, &node));
	CHECK_TEXT(node, "g.bc");
	CHECK(!ilp_list_next(&nodes, &node));
	path_let_go(paths, path);
	paths_destroy(paths);
}

static void no_path_is_one_as_well(void)
{
	struct paths *paths = paths_create(3);
	struct path *path = path_hold(paths, (struct ilp_list){ 0 });

	CHECK_INT(path_nodes(path).count, 0);
	path_let_go(paths, path);
	paths_destroy(paths);
	paths_destroy(NULL);
}

TESTS(TEST(equal_paths_are_one), TEST(the_nodes_are_copied),
      TEST(no_path_is_one_as_well))
