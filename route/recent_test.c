/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of an address is what would be found out anew, whatever
 * happened to the table in between. */
#include "route/recent.h"

#include "test/check.h"
#include "test/random.h"

static struct route_table *table;
static struct recent *recent;

static void start(void)
{
	table = route_table_create(1);
	recent = table ? recent_create(table, 2) : NULL;
	CHECK(recent != NULL);
}

static void stop(void)
{
	recent_destroy(recent);
	route_table_destroy(table);
}

static void set(const char *prefix, uint32_t value)
{
	CHECK(route_table_set(table, ilp_text(prefix), value));
	recent_forget(recent, ilp_text(prefix));
}

static void unset(const char *prefix)
{
	CHECK(route_table_remove(table, ilp_text(prefix)));
	recent_forget(recent, ilp_text(prefix));
}

/* The route of an address, whose hash is what the test says. */
static int64_t find(const char *address, uint64_t hash)
{
	struct recent_address found;

	if (!recent_find(recent, ilp_text(address), hash, &found))
		return -2;
	return found.has_route ? (int64_t)found.route : -1;
}

static void an_address_leads_where_its_longest_prefix_does(void)
{
	start();
	set("g.a", 7);
	set("g.a.b", 8);
	for (int turn = 0; turn < 3; turn++) {
		CHECK_INT(find("g.a.b.c", 1), 8);
		CHECK_INT(find("g.a.c", 2), 7);
		CHECK_INT(find("g.b", 3), -1);
	}
	stop();
}

static void what_is_no_address_is_never_one(void)
{
	start();
	set("", 7);
	for (int turn = 0; turn < 3; turn++) {
		CHECK_INT(find("g.a..b", 1), -2);
		CHECK_INT(find("", 0), -2);
		CHECK_INT(find("h.a", 0), -2);
		CHECK_INT(find("g.a", 1), 7);
	}
	stop();
}

static void the_scheme_is_remembered_as_well(void)
{
	struct recent_address found;

	start();
	for (int turn = 0; turn < 3; turn++) {
		CHECK(recent_find(recent, ilp_text("test.a"), 1, &found));
		CHECK_INT(found.scheme, ILP_SCHEME_TEST);
		CHECK(recent_find(recent, ilp_text("peer.a"), 1, &found));
		CHECK_INT(found.scheme, ILP_SCHEME_PEER);
	}
	stop();
}

static void a_change_of_the_table_is_seen_at_once(void)
{
	start();
	set("g.a", 7);
	CHECK_INT(find("g.a.b", 1), 7);
	set("g.a.b", 8);
	CHECK_INT(find("g.a.b", 1), 8);
	set("g.a.b", 9);
	CHECK_INT(find("g.a.b", 1), 9);
	unset("g.a.b");
	CHECK_INT(find("g.a.b", 1), 7);
	unset("g.a");
	CHECK_INT(find("g.a.b", 1), -1);
	set("", 6);
	CHECK_INT(find("g.a.b", 1), 6);
	stop();
}

/* What is remembered is seen where nobody has said that the table changed. */
static void what_lies_elsewhere_is_not_forgotten(void)
{
	start();
	set("g.a.b.c", 7);
	CHECK_INT(find("g.a.b.c.d", 1), 7);
	CHECK(route_table_set(table, ilp_text("g.a.b.c"), 8));
	recent_forget(recent, ilp_text("g.a.x"));
	recent_forget(recent, ilp_text("g.a.x.c"));
	recent_forget(recent, ilp_text("g.x"));
	CHECK_INT(find("g.a.b.c.d", 1), 7);
	recent_forget(recent, ilp_text("g.a.b.c.d"));
	CHECK_INT(find("g.a.b.c.d", 1), 8);
	stop();
}

/* Of so many segments of few different ones, or less. */
static struct ilp_bytes some_text(struct random_source *random, uint8_t *room,
				  unsigned segments)
{
	size_t len = 0;

	room[len++] = 'g';
	for (uint64_t n = random_below(random, segments); n > 0; n--) {
		room[len++] = '.';
		room[len++] = (uint8_t)('a' + random_below(random, 3));
	}
	return (struct ilp_bytes){ room, len };
}

static void change_something(struct random_source *random, uint32_t value)
{
	uint8_t room[16];
	struct ilp_bytes prefix = some_text(random, room, 6);

	if (random_below(random, 20) == 0)
		prefix.len = 0;
	if (random_below(random, 2))
		CHECK(route_table_set(table, prefix, value));
	else
		route_table_remove(table, prefix);
	recent_forget(recent, prefix);
}

static void check_found(struct ilp_bytes address, uint64_t hash)
{
	struct recent_address found;
	uint32_t route = 0;

	CHECK(recent_find(recent, address, hash, &found));
	CHECK_INT(found.has_route, route_table_find(table, address, &route));
	CHECK_INT(found.route, route);
}

/* Addresses of all depths; now and then two have one hash. */
static void is_what_the_table_says(void)
{
	struct random_source random = random_start();

	start();
	for (uint32_t turn = 0; turn < 200000; turn++) {
		uint8_t room[32];
		struct ilp_bytes address = some_text(&random, room, 7);

		if (address.len == 1)
			continue;
		check_found(address, address.len * 1000 +
					     address.at[address.len - 1] +
					     7 * address.at[2]);
		if (random_below(&random, 5) == 0)
			change_something(&random, turn);
	}
	stop();
}

/* And of all lengths, many with one hash. */
static void is_so_for_long_addresses(void)
{
	struct random_source random = random_start();
	char text[300] = "g.";

	start();
	memset(text + 2, 'x', sizeof(text) - 2);
	for (uint32_t turn = 0; turn < 100000; turn++) {
		size_t len = 3 + random_below(&random, sizeof(text) - 3);
		struct ilp_bytes address = { (uint8_t *)text, len };

		text[2] = (char)('a' + random_below(&random, 4));
		text[len - 1] = (char)('a' + random_below(&random, 4));
		if (random_below(&random, 50) == 0) {
			struct ilp_bytes prefix = { address.at, 3 };

			CHECK(route_table_set(table, prefix, turn));
			recent_forget(recent, prefix);
		}
		check_found(address, random_below(&random, 3));
		text[len - 1] = 'x';
	}
	stop();
}

TESTS(TEST(an_address_leads_where_its_longest_prefix_does),
      TEST(what_is_no_address_is_never_one),
      TEST(the_scheme_is_remembered_as_well),
      TEST(a_change_of_the_table_is_seen_at_once),
      TEST(what_lies_elsewhere_is_not_forgotten), TEST(is_what_the_table_says),
      TEST(is_so_for_long_addresses))
