/* SPDX-License-Identifier: Apache-2.0 */
/* The best route is the first by rank, whatever comes and goes, and each change
 * of it is told once: shown by examples, and against a plain list that is
 * sorted whenever it is looked at. */
#include "route/routes.h"

#include "route/table.h"
#include "test/check.h"
#include "test/random.h"

enum { ALICE, BOB, CAROL, DAVE, SOURCES };

static const char *const ids[SOURCES] = { "alice", "bob", "carol", "dave" };

static struct routes *r;

static void set_source(uint32_t slot, enum route_relation relation,
		       size_t limit)
{
	const struct routes_source source = { .slot = slot,
					      .relation = relation,
					      .id = ilp_text(ids[slot]),
					      .limit = limit };

	CHECK_INT(routes_source_set(r, &source), ROUTES_OK);
}

static void start(void)
{
	r = routes_create(1);
	CHECK(r);
	for (uint32_t i = 0; i < SOURCES; i++)
		set_source(i, ROUTE_PEER, 1000);
}

static void stop(void)
{
	routes_destroy(r);
}

/* Of so many nodes; the last is another one with each `end`. */
static struct ilp_list path_of(unsigned nodes, unsigned end)
{
	static uint8_t room[ROUTES_PATH_MAX + 1024];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	uint8_t name[] = "g.n0";

	for (unsigned i = 0; i < nodes; i++) {
		name[3] = (uint8_t)('0' + (i + 1 == nodes ? end : 9));
		ilp_write_var(&w, (struct ilp_bytes){ name, 4 });
	}
	return (struct ilp_list){ nodes, { room, (size_t)(w.at - room) } };
}

static enum routes_error add(const char *prefix, uint32_t hop,
			     enum route_origin origin, unsigned nodes)
{
	struct route route = { .hop = hop, .origin = origin };

	if (origin == ROUTE_LEARNED)
		route.path = path_of(nodes, 0);
	return routes_add(r, ilp_text(prefix), &route);
}

static void learn(const char *prefix, uint32_t hop, unsigned nodes)
{
	CHECK_INT(add(prefix, hop, ROUTE_LEARNED, nodes), ROUTES_OK);
}

#define NOBODY (-1)
#define HERE (-2)

/* Who the n-th best leads to. */
static int who(const char *prefix, unsigned n)
{
	const struct route *route;
	uint32_t number;

	if (!routes_find(r, ilp_text(prefix), &number))
		return NOBODY;
	route = routes_best(r, number);
	while (n-- > 0 && route)
		route = routes_after(route);
	if (!route)
		return NOBODY;
	return route->hop == ROUTES_HERE ? HERE : (int)route->hop;
}

/* ---- rank ---- */

static void an_operators_word_is_before_all_others(void)
{
	start();
	learn("g.a", ALICE, 1);
	CHECK_INT(add("g.a", BOB, ROUTE_LOCAL, 0), ROUTES_OK);
	CHECK_INT(add("g.a", ROUTES_HERE, ROUTE_LOCAL, 0), ROUTES_OK);
	CHECK_INT(add("g.a", DAVE, ROUTE_STATIC, 0), ROUTES_OK);
	CHECK_INT(who("g.a", 0), DAVE);
	CHECK_INT(who("g.a", 1), HERE);
	CHECK_INT(who("g.a", 2), BOB);
	CHECK_INT(who("g.a", 3), ALICE);
	CHECK_INT(who("g.a", 4), NOBODY);
	stop();
}

static void then_it_is_the_relation_the_path_and_the_id(void)
{
	start();
	set_source(ALICE, ROUTE_PARENT, 1000);
	set_source(DAVE, ROUTE_CHILD, 1000);
	learn("g.a", ALICE, 1);
	learn("g.a", CAROL, 2);
	learn("g.a", BOB, 2);
	learn("g.a", DAVE, 5);
	CHECK_INT(who("g.a", 0), DAVE);
	CHECK_INT(who("g.a", 1), BOB);
	CHECK_INT(who("g.a", 2), CAROL);
	CHECK_INT(who("g.a", 3), ALICE);
	learn("g.a", CAROL, 1);
	CHECK_INT(who("g.a", 1), CAROL);
	CHECK_INT(who("g.a", 2), BOB);
	stop();
}

static void an_id_that_begins_another_comes_first(void)
{
	const struct routes_source longer = { .slot = SOURCES,
					      .relation = ROUTE_PEER,
					      .id = ilp_text("bobby"),
					      .limit = 1 };

	start();
	CHECK_INT(routes_source_set(r, &longer), ROUTES_OK);
	learn("g.a", SOURCES, 1);
	learn("g.a", BOB, 1);
	CHECK_INT(who("g.a", 0), BOB);
	CHECK_INT(who("g.a", 1), SOURCES);
	stop();
}

static void the_next_best_takes_over(void)
{
	start();
	learn("g.a", ALICE, 1);
	learn("g.a", BOB, 2);
	learn("g.a", CAROL, 3);
	CHECK(routes_remove(r, ilp_text("g.a"), ALICE, ROUTE_LEARNED));
	CHECK(!routes_remove(r, ilp_text("g.a"), ALICE, ROUTE_LEARNED));
	CHECK(!routes_remove(r, ilp_text("g.a"), BOB, ROUTE_STATIC));
	CHECK_INT(who("g.a", 0), BOB);
	CHECK(routes_remove(r, ilp_text("g.a"), BOB, ROUTE_LEARNED));
	CHECK_INT(who("g.a", 0), CAROL);
	CHECK_INT(who("g.a", 1), NOBODY);
	CHECK_INT(routes_count(r), 1);
	CHECK(routes_remove(r, ilp_text("g.a"), CAROL, ROUTE_LEARNED));
	CHECK_INT(who("g.a", 0), NOBODY);
	CHECK_INT(routes_count(r), 0);
	stop();
}

static void the_empty_prefix_is_one_like_others(void)
{
	start();
	CHECK_INT(add("", BOB, ROUTE_STATIC, 0), ROUTES_OK);
	CHECK_INT(who("", 0), BOB);
	CHECK(routes_remove(r, ilp_text(""), BOB, ROUTE_STATIC));
	CHECK_INT(who("", 0), NOBODY);
	stop();
}

static void a_route_keeps_its_path_and_auth(void)
{
	struct route route = { .hop = BOB, .origin = ROUTE_LEARNED };
	const struct route *best;
	struct ilp_bytes node;
	struct ilp_list path;
	uint32_t number;

	start();
	route.path = path_of(2, 5);
	memset(route.auth, 7, sizeof(route.auth));
	CHECK_INT(routes_add(r, ilp_text("g.a"), &route), ROUTES_OK);
	path_of(4, 1); /* over the bytes of that one */
	CHECK(routes_find(r, ilp_text("g.a"), &number));
	best = routes_best(r, number);
	CHECK_INT(best->auth[31], 7);
	path = best->path;
	CHECK(ilp_list_next(&path, &node));
	CHECK_TEXT(node, "g.n9");
	CHECK(ilp_list_next(&path, &node));
	CHECK_TEXT(node, "g.n5");
	CHECK(!ilp_list_next(&path, &node));
	CHECK_TEXT(routes_prefix(r, number), "g.a");
	stop();
}

/* ---- changes ---- */

/* How many there are, the last of them in `prefix`. */
static unsigned take_changes(char prefix[ILP_ADDRESS_MAX + 1])
{
	unsigned count = 0;
	uint32_t number;

	for (; routes_next_change(r, &number); count++) {
		struct ilp_bytes text = routes_prefix(r, number);

		memcpy(prefix, text.at, text.len);
		prefix[text.len] = '\0';
	}
	return count;
}

static void check_changes(unsigned expected)
{
	char prefix[ILP_ADDRESS_MAX + 1] = "g.a";

	CHECK_INT(take_changes(prefix), expected);
	assert_string_equal(prefix, "g.a");
}

static void only_what_changes_the_best_is_told_and_once(void)
{
	start();
	learn("g.a", BOB, 2);
	check_changes(1);
	check_changes(0);
	learn("g.a", BOB, 2); /* again */
	learn("g.a", CAROL, 2);
	learn("g.a", CAROL, 3);
	check_changes(0);
	CHECK(routes_remove(r, ilp_text("g.a"), CAROL, ROUTE_LEARNED));
	check_changes(0);
	learn("g.a", CAROL, 1);
	learn("g.a", ALICE, 1);
	check_changes(1);
	learn("g.a", ALICE, 3);
	check_changes(1);
	CHECK(routes_remove(r, ilp_text("g.a"), CAROL, ROUTE_LEARNED));
	check_changes(1);
	stop();
}

static void another_path_or_auth_is_a_change(void)
{
	struct route route = { .hop = BOB, .origin = ROUTE_LEARNED };

	start();
	learn("g.a", BOB, 2);
	check_changes(1);
	route.path = path_of(2, 3);
	CHECK_INT(routes_add(r, ilp_text("g.a"), &route), ROUTES_OK);
	check_changes(1);
	route.auth[31] = 1;
	CHECK_INT(routes_add(r, ilp_text("g.a"), &route), ROUTES_OK);
	check_changes(1);
	stop();
}

static void what_is_gone_is_told_before_its_number_is_free(void)
{
	uint32_t number;
	uint32_t told;

	start();
	learn("g.a", BOB, 1);
	check_changes(1);
	CHECK(routes_find(r, ilp_text("g.a"), &number));
	CHECK(routes_remove(r, ilp_text("g.a"), BOB, ROUTE_LEARNED));
	learn("g.b", BOB, 1);
	CHECK(routes_next_change(r, &told));
	CHECK_INT(told, number);
	CHECK(routes_best(r, told) == NULL);
	CHECK_TEXT(routes_prefix(r, told), "g.a");
	CHECK(routes_next_change(r, &told));
	CHECK_TEXT(routes_prefix(r, told), "g.b");
	CHECK(!routes_next_change(r, &told));
	CHECK(!routes_find(r, ilp_text("g.a"), &told));
	learn("g.c", BOB, 1);
	CHECK(routes_find(r, ilp_text("g.c"), &told));
	CHECK_INT(told, number);
	stop();
}

static void what_could_not_be_used_is_told_again(void)
{
	uint32_t first, other;

	start();
	CHECK(!routes_has_change(r));
	learn("g.a", BOB, 1);
	learn("g.b", BOB, 1);
	CHECK(routes_has_change(r));
	CHECK(routes_next_change(r, &first));
	CHECK(routes_remove(r, ilp_text("g.a"), BOB, ROUTE_LEARNED));
	routes_tell_again(r, first);
	CHECK(routes_next_change(r, &other));
	CHECK_TEXT(routes_prefix(r, other), "g.b");
	CHECK(routes_next_change(r, &other));
	CHECK_INT(other, first);
	CHECK(!routes_has_change(r));
	check_changes(0);
	stop();
}

static void a_destination_that_is_kept_stays_with_its_mark(void)
{
	uint32_t number;
	uint32_t again;

	start();
	learn("g.a", BOB, 1);
	CHECK(routes_find(r, ilp_text("g.a"), &number));
	CHECK_INT(routes_mark(r, number), 0);
	routes_set_mark(r, number, UINT64_MAX);
	routes_keep(r, number);
	routes_keep(r, number);
	CHECK(routes_remove(r, ilp_text("g.a"), BOB, ROUTE_LEARNED));
	check_changes(1);
	routes_let_go(r, number);
	CHECK(routes_find(r, ilp_text("g.a"), &again));
	CHECK_INT(again, number);
	CHECK(routes_best(r, number) == NULL);
	CHECK_INT(routes_count(r), 0);
	learn("g.a", ALICE, 1);
	CHECK(routes_find(r, ilp_text("g.a"), &again));
	CHECK_INT(again, number);
	CHECK(routes_mark(r, number) == UINT64_MAX);
	routes_let_go(r, number);
	CHECK(routes_remove(r, ilp_text("g.a"), ALICE, ROUTE_LEARNED));
	check_changes(1);
	CHECK(!routes_find(r, ilp_text("g.a"), &again));
	learn("g.a", ALICE, 1);
	CHECK(routes_find(r, ilp_text("g.a"), &again));
	CHECK_INT(routes_mark(r, again), 0);
	stop();
}

/* ---- what takes long ---- */

static void learn_many(uint32_t hop, unsigned count)
{
	char prefix[16];

	for (unsigned i = 0; i < count; i++) {
		snprintf(prefix, sizeof(prefix), "g.x%u", i);
		learn(prefix, hop, 1);
	}
}

/* No step takes away more than it may. */
static unsigned work_in_steps(uint32_t slot, unsigned step)
{
	unsigned steps = 0;
	bool more = true;

	while (more) {
		size_t before = routes_of_source(r, slot, ROUTE_LEARNED);

		more = routes_work(r, step);
		CHECK(before - routes_of_source(r, slot, ROUTE_LEARNED) <=
		      step);
		CHECK_INT(routes_has_work(r), more);
		steps++;
	}
	return steps;
}

static void a_source_goes_in_bounded_steps(void)
{
	start();
	learn_many(BOB, 100);
	learn("g.x7", CAROL, 5);
	CHECK_INT(add("", BOB, ROUTE_STATIC, 0), ROUTES_OK);
	routes_source_remove(r, BOB);
	CHECK(routes_source_known(r, BOB));
	CHECK_INT(add("g.new", BOB, ROUTE_LEARNED, 1), ROUTES_SOURCE);
	CHECK(work_in_steps(BOB, 7) > 100 / 7);
	CHECK(!routes_source_known(r, BOB));
	CHECK_INT(routes_count(r), 1);
	CHECK_INT(who("g.x7", 0), CAROL);
	CHECK_INT(who("", 0), NOBODY);
	set_source(BOB, ROUTE_CHILD, 10);
	learn("g.x7", BOB, 5);
	CHECK_INT(who("g.x7", 0), BOB);
	stop();
}

static void what_is_forgotten_goes_but_not_what_comes_again(void)
{
	start();
	learn_many(BOB, 100);
	CHECK_INT(add("g.s", BOB, ROUTE_STATIC, 0), ROUTES_OK);
	CHECK_INT(add("g.l", BOB, ROUTE_LOCAL, 0), ROUTES_OK);
	routes_forget(r, BOB);
	CHECK_INT(who("g.x50", 0), BOB); /* until its turn comes */
	learn("g.x50", BOB, 1);
	CHECK(routes_work(r, 10));
	learn("g.x99", BOB, 3);
	learn("g.new", BOB, 1);
	work_in_steps(BOB, 10);
	CHECK_INT(routes_of_source(r, BOB, ROUTE_LEARNED), 3);
	CHECK_INT(who("g.x50", 0), BOB);
	CHECK_INT(who("g.x99", 0), BOB);
	CHECK_INT(who("g.new", 0), BOB);
	CHECK_INT(who("g.x51", 0), NOBODY);
	CHECK_INT(who("g.s", 0), BOB);
	CHECK_INT(who("g.l", 0), BOB);
	stop();
}

static void with_another_relation_all_are_ranked_anew(void)
{
	start();
	learn_many(BOB, 50);
	learn_many(ALICE, 50);
	CHECK_INT(who("g.x20", 0), ALICE);
	set_source(BOB, ROUTE_CHILD, 1000);
	learn("g.x20", BOB, 1); /* so it overtakes some */
	set_source(BOB, ROUTE_PEER, 1000);
	set_source(BOB, ROUTE_CHILD, 1000);
	work_in_steps(BOB, 7);
	for (unsigned i = 0; i < 50; i++) {
		char prefix[16];

		snprintf(prefix, sizeof(prefix), "g.x%u", i);
		CHECK_INT(who(prefix, 0), BOB);
		CHECK_INT(who(prefix, 1), ALICE);
	}
	CHECK_INT(routes_relation(r, BOB), ROUTE_CHILD);
	stop();
}

/* ---- bounds ---- */

static void refuses_what_is_no_route(void)
{
	char longest[2 * ROUTE_SEGMENTS_MAX + 2];

	start();
	for (size_t i = 0; i < sizeof(longest) - 1; i++)
		longest[i] = i % 2 ? '.' : 'g';
	longest[sizeof(longest) - 1] = '\0';
	CHECK_INT(add(longest, BOB, ROUTE_STATIC, 0), ROUTES_PREFIX);
	CHECK_INT(add("g..a", BOB, ROUTE_STATIC, 0), ROUTES_PREFIX);
	CHECK_INT(add("g.", BOB, ROUTE_STATIC, 0), ROUTES_PREFIX);
	CHECK_INT(add("g.a", SOURCES, ROUTE_STATIC, 0), ROUTES_SOURCE);
	CHECK_INT(add("g.a", 1u << 31, ROUTE_STATIC, 0), ROUTES_SOURCE);
	CHECK_INT(add("g.a", BOB, ROUTE_LEARNED, ROUTES_PATH_NODES_MAX),
		  ROUTES_OK);
	CHECK_INT(add("g.a", BOB, ROUTE_LEARNED, ROUTES_PATH_NODES_MAX + 1),
		  ROUTES_PATH);
	CHECK(!routes_remove(r, ilp_text("g.b"), BOB, ROUTE_STATIC));
	CHECK_INT(routes_count(r), 1);
	stop();
}

static void a_source_has_no_more_than_its_limit(void)
{
	start();
	set_source(BOB, ROUTE_PEER, 10);
	learn_many(BOB, 10);
	CHECK_INT(add("g.new", BOB, ROUTE_LEARNED, 1), ROUTES_LIMIT);
	CHECK_INT(who("g.new", 0), NOBODY);
	CHECK_INT(add("g.x3", BOB, ROUTE_LEARNED, 4), ROUTES_OK);
	CHECK_INT(add("g.new", BOB, ROUTE_STATIC, 0), ROUTES_OK);
	learn("g.new", CAROL, 1);
	CHECK(routes_remove(r, ilp_text("g.x3"), BOB, ROUTE_LEARNED));
	learn("g.new", BOB, 1);
	stop();
}

/* Nor by forgetting and announcing all the time. */
static void what_is_left_over_does_not_gather(void)
{
	char prefix[16];
	unsigned added = 0;

	start();
	set_source(BOB, ROUTE_PEER, 10);
	for (unsigned i = 0; i < 100; i++) {
		routes_forget(r, BOB);
		snprintf(prefix, sizeof(prefix), "g.y%u", i);
		added += add(prefix, BOB, ROUTE_LEARNED, 1) == ROUTES_OK;
	}
	CHECK_INT(added, 20);
	CHECK_INT(add("g.y0", BOB, ROUTE_LEARNED, 1), ROUTES_OK);
	routes_forget(r, BOB);
	work_in_steps(BOB, 3);
	CHECK_INT(routes_of_source(r, BOB, ROUTE_LEARNED), 0);
	learn_many(BOB, 10);
	CHECK_INT(add("g.new", BOB, ROUTE_LEARNED, 1), ROUTES_LIMIT);
	stop();
}

static void paths_are_not_too_long_on_the_whole(void)
{
	unsigned added = 0;
	char prefix[16];

	start();
	set_source(BOB, ROUTE_PEER, 20);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(prefix, sizeof(prefix), "g.y%u", i);
		added += add(prefix, BOB, ROUTE_LEARNED,
			     ROUTES_PATH_NODES_MAX) == ROUTES_OK;
	}
	/* A node takes five bytes. */
	CHECK_INT(added, (20 * ROUTES_PATH_MEAN + ROUTES_PATH_MEAN - 1) /
				 (5 * ROUTES_PATH_NODES_MAX));
	CHECK_INT(add("g.z", BOB, ROUTE_LEARNED, 1), ROUTES_OK);
	CHECK_INT(add("g.y0", BOB, ROUTE_LEARNED, 1), ROUTES_OK);
	CHECK_INT(add("g.y0", BOB, ROUTE_LEARNED, ROUTES_PATH_NODES_MAX),
		  ROUTES_OK);
	stop();
}

/* ---- many ---- */

static void a_million_come_and_go(void)
{
	char prefix[32];
	uint32_t number;
	unsigned told = 0;

	start();
	set_source(BOB, ROUTE_PEER, 1000000);
	for (unsigned i = 0; i < 1000000; i++) {
		snprintf(prefix, sizeof(prefix), "g.us.bank%u.%u", i / 100,
			 i % 100);
		if (add(prefix, BOB, ROUTE_LEARNED, 3))
			fail_msg("refused at %u", i);
	}
	CHECK_INT(routes_count(r), 1000000);
	while (routes_next_change(r, &number))
		told++;
	CHECK_INT(told, 1000000);
	routes_source_remove(r, BOB);
	while (routes_work(r, 1000))
		while (routes_next_change(r, &number))
			told++;
	CHECK_INT(told, 2000000);
	CHECK_INT(routes_count(r), 0);
	CHECK(!routes_find(r, ilp_text("g.us.bank7.7"), &number));
	stop();
}

/* ---- against a list ---- */

#define PREFIXES 10
#define MODEL_MAX (PREFIXES * (SOURCES + 1) * ROUTE_ORIGINS)

static const char *const prefixes[PREFIXES] = {
	"", "g", "g.a", "g.a.b", "g.b", "g.c", "g.c.d.e", "g.d", "g.e", "g.f"
};

struct entry {
	unsigned prefix;
	uint32_t hop;
	enum route_origin origin;
	unsigned nodes;
	unsigned end; /* of the path */
	uint8_t auth;
	bool stale; /* it may be there still, or not */
};

static struct {
	struct entry entries[MODEL_MAX];
	size_t count;
	enum route_relation relations[SOURCES];
	bool going[SOURCES];
	/* What has been told of each prefix: who is the best, of what relation.
	 */
	struct entry told[PREFIXES];
	enum route_relation told_relation[PREFIXES];
	bool has_told[PREFIXES];
} model;

static enum route_relation model_relation(uint32_t hop)
{
	return hop == ROUTES_HERE ? ROUTE_CHILD : model.relations[hop];
}

static int order(const struct entry *a, const struct entry *b)
{
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	if (model_relation(a->hop) != model_relation(b->hop))
		return model_relation(a->hop) < model_relation(b->hop) ? -1 : 1;
	if (a->nodes != b->nodes)
		return a->nodes < b->nodes ? -1 : 1;
	/* Slots are in the order of ids, but the empty one of ours is first. */
	return (int)(a->hop + 1) - (int)(b->hop + 1);
}

static int compare_entries(const void *a, const void *b)
{
	return order(a, b);
}

/* All to one prefix, in their order. */
static size_t model_sorted(unsigned prefix, struct entry out[MODEL_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < model.count; i++)
		if (model.entries[i].prefix == prefix)
			out[count++] = model.entries[i];
	qsort(out, count, sizeof(*out), compare_entries);
	return count;
}

static struct entry *model_find(unsigned prefix, uint32_t hop,
				enum route_origin origin)
{
	for (size_t i = 0; i < model.count; i++) {
		struct entry *e = &model.entries[i];

		if (e->prefix == prefix && e->hop == hop && e->origin == origin)
			return e;
	}
	return NULL;
}

static void check_route(const struct route *route, const struct entry *e)
{
	const struct ilp_list path = path_of(e->nodes, e->end);

	CHECK_INT(route->hop, e->hop);
	CHECK_INT(route->origin, e->origin);
	CHECK_INT(route->auth[0], e->auth);
	CHECK_INT(route->path.count, path.count);
	CHECK_BYTES(route->path.items, path.items);
}

static void check_prefix(unsigned prefix)
{
	struct entry sorted[MODEL_MAX];
	size_t count = model_sorted(prefix, sorted);
	const struct route *route = NULL;
	uint32_t number;

	if (routes_find(r, ilp_text(prefixes[prefix]), &number))
		route = routes_best(r, number);
	for (size_t i = 0; i < count; i++) {
		CHECK(route);
		check_route(route, &sorted[i]);
		route = routes_after(route);
	}
	CHECK(!route);
}

static void check_counts(void)
{
	size_t counts[SOURCES + 1][ROUTE_ORIGINS] = { 0 };
	bool has[PREFIXES] = { false };
	size_t count = 0;

	for (size_t i = 0; i < model.count; i++) {
		const struct entry *e = &model.entries[i];

		has[e->prefix] = true;
		counts[e->hop == ROUTES_HERE ? SOURCES : e->hop][e->origin]++;
	}
	for (unsigned i = 0; i < PREFIXES; i++)
		count += has[i];
	CHECK_INT(routes_count(r), count);
	for (uint32_t i = 0; i <= SOURCES; i++)
		for (enum route_origin j = 0; j < ROUTE_ORIGINS; j++)
			CHECK_INT(routes_of_source(
					  r, i == SOURCES ? ROUTES_HERE : i, j),
				  counts[i][j]);
}

static bool same_best(const struct entry *a, const struct entry *b)
{
	return a->hop == b->hop && a->origin == b->origin &&
	       a->nodes == b->nodes && a->end == b->end && a->auth == b->auth;
}

/* Exactly what is told now is another than what was told last. */
static void check_told(void)
{
	bool told[PREFIXES] = { false };
	uint32_t number;

	while (routes_next_change(r, &number)) {
		struct ilp_bytes text = routes_prefix(r, number);
		unsigned i = 0;

		while (!ilp_bytes_equal(text, ilp_text(prefixes[i])))
			i++;
		CHECK(!told[i]);
		told[i] = true;
	}
	for (unsigned i = 0; i < PREFIXES; i++) {
		struct entry sorted[MODEL_MAX];
		bool has = model_sorted(i, sorted) > 0;
		bool news = has != model.has_told[i];

		if (has && model.has_told[i])
			news = !same_best(&sorted[0], &model.told[i]) ||
			       model_relation(sorted[0].hop) !=
				       model.told_relation[i];
		CHECK_INT(told[i], news);
		model.has_told[i] = has;
		if (!has)
			continue;
		model.told[i] = sorted[0];
		model.told_relation[i] = model_relation(sorted[0].hop);
	}
}

/* All that was to be done is done by now. */
static void model_settle(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < model.count; i++)
		if (!model.entries[i].stale)
			model.entries[kept++] = model.entries[i];
	model.count = kept;
}

static void add_some(struct random_source *random, unsigned prefix,
		     uint32_t hop, enum route_origin origin)
{
	struct entry new = { .prefix = prefix, .hop = hop, .origin = origin };
	struct entry *e = model_find(prefix, hop, origin);
	struct route route = { .hop = hop, .origin = origin };

	if (origin == ROUTE_LEARNED) {
		new.nodes = 1 + (unsigned)random_below(random, 3);
		new.end = (unsigned)random_below(random, 2);
	}
	new.auth = (uint8_t)random_below(random, 2);
	route.path = path_of(new.nodes, new.end);
	route.auth[0] = new.auth;
	if (hop != ROUTES_HERE && model.going[hop]) {
		CHECK_INT(routes_add(r, ilp_text(prefixes[prefix]), &route),
			  ROUTES_SOURCE);
		return;
	}
	CHECK_INT(routes_add(r, ilp_text(prefixes[prefix]), &route), ROUTES_OK);
	*(e ? e : &model.entries[model.count++]) = new;
}

/* If it is stale, nobody knows if it is still there. */
static void remove_some(unsigned prefix, uint32_t hop, enum route_origin origin)
{
	struct entry *e = model_find(prefix, hop, origin);
	bool there =
		routes_remove(r, ilp_text(prefixes[prefix]), hop, origin);

	if (!e || !e->stale)
		CHECK_INT(there, e != NULL);
	if (e)
		*e = model.entries[--model.count];
}

static void mark_stale(uint32_t hop, bool all)
{
	for (size_t i = 0; i < model.count; i++)
		if (model.entries[i].hop == hop &&
		    (all || model.entries[i].origin == ROUTE_LEARNED))
			model.entries[i].stale = true;
}

static void change_source(struct random_source *random, uint32_t slot)
{
	switch (random_below(random, 3)) {
	case 0:
		routes_forget(r, slot);
		mark_stale(slot, false);
		break;
	case 1:
		routes_source_remove(r, slot);
		mark_stale(slot, true);
		model.going[slot] = true;
		break;
	case 2:
		if (model.going[slot])
			break;
		model.relations[slot] =
			(enum route_relation)random_below(random, 3);
		set_source(slot, model.relations[slot], 1000);
		break;
	}
}

static void do_something(struct random_source *random)
{
	unsigned prefix = (unsigned)random_below(random, PREFIXES);
	uint32_t slot = (uint32_t)random_below(random, SOURCES);
	enum route_origin origin = (enum route_origin)random_below(
		random, ROUTE_ORIGINS);
	unsigned what = (unsigned)random_below(random, 100);

	if (what < 60)
		add_some(random, prefix,
			 what < 5 && origin == ROUTE_LOCAL ? ROUTES_HERE : slot,
			 origin);
	else if (what < 95)
		remove_some(prefix, what < 65 ? ROUTES_HERE : slot, origin);
	else
		change_source(random, slot);
}

/* Those that have gone come again. */
static void come_again(void)
{
	for (uint32_t i = 0; i < SOURCES; i++) {
		CHECK_INT(routes_source_known(r, i), !model.going[i]);
		if (model.going[i])
			set_source(i, model.relations[i], 1000);
		model.going[i] = false;
	}
}

static void check_all_now(void)
{
	check_counts();
	for (unsigned i = 0; i < PREFIXES; i++)
		check_prefix(i);
}

static void start_model(void)
{
	start();
	memset(&model, 0, sizeof(model));
	for (uint32_t i = 0; i < SOURCES; i++)
		model.relations[i] = ROUTE_PEER;
}

static void agrees_with_a_list(void)
{
	struct random_source random = random_start();

	start_model();
	for (int i = 0; i < 50000; i++) {
		do_something(&random);
		while (routes_work(r, 3))
			;
		model_settle();
		come_again();
		check_told();
		check_all_now();
	}
	stop();
}

/* What goes on between the steps of what takes long, and what is told only now
 * and then, makes no difference in the end. */
static void agrees_with_a_list_after_work_in_between(void)
{
	struct random_source random = random_start();

	start_model();
	for (int i = 0; i < 5000; i++) {
		for (uint64_t n = random_below(&random, 20); n > 0; n--) {
			do_something(&random);
			if (random_below(&random, 3) == 0)
				routes_work(r, random_below(&random, 3));
		}
		while (routes_work(r, 1))
			;
		model_settle();
		come_again();
		check_all_now();
	}
	stop();
}

TESTS(TEST(an_operators_word_is_before_all_others),
      TEST(then_it_is_the_relation_the_path_and_the_id),
      TEST(an_id_that_begins_another_comes_first),
      TEST(the_next_best_takes_over), TEST(the_empty_prefix_is_one_like_others),
      TEST(a_route_keeps_its_path_and_auth),
      TEST(only_what_changes_the_best_is_told_and_once),
      TEST(another_path_or_auth_is_a_change),
      TEST(what_is_gone_is_told_before_its_number_is_free),
      TEST(what_could_not_be_used_is_told_again),
      TEST(a_destination_that_is_kept_stays_with_its_mark),
      TEST(a_source_goes_in_bounded_steps),
      TEST(what_is_forgotten_goes_but_not_what_comes_again),
      TEST(with_another_relation_all_are_ranked_anew),
      TEST(refuses_what_is_no_route), TEST(a_source_has_no_more_than_its_limit),
      TEST(what_is_left_over_does_not_gather),
      TEST(paths_are_not_too_long_on_the_whole), TEST(a_million_come_and_go),
      TEST(agrees_with_a_list), TEST(agrees_with_a_list_after_work_in_between))
