/* SPDX-License-Identifier: Apache-2.0 */
/* The table that packets are sent by has the best of all routes, whoever made
 * them; and what is many is done bit by bit. */
#include "node/ways.h"

#include "test/check.h"

static struct ilp_crypto *crypto;
static struct connector c;
static const struct ways_address no_address = { .len = 0 };

static void start(void)
{
	const struct connector_options options = {
		.address = ilp_text("g.us"),
		.window_ms = 1,
		.hold_max_ms = 1,
		.in_flight_max = 16,
	};

	crypto = ilp_crypto_create();
	CHECK(crypto);
	CHECK(connector_init(&c, &options, crypto,
			     (struct ilp_time){ .monotonic_us = 1 }));
}

static void stop(void)
{
	connector_finish(&c);
	ilp_crypto_destroy(crypto);
}

static struct account_settings settings_of(const char *id,
					   enum account_relation relation)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(id);
	settings.relation = relation;
	return settings;
}

static struct account *join(const char *id, enum account_relation relation)
{
	const struct account_settings settings = settings_of(id, relation);
	struct account *account;

	CHECK_INT(accounts_add(c.accounts, &settings, 0, &account), ACCOUNT_OK);
	CHECK_INT(ways_check(&c, account, &settings), ACCOUNT_OK);
	CHECK_INT(ways_open(&c, account, &no_address), ACCOUNT_OK);
	return account;
}

static void change(struct account *account,
		   const struct account_settings *settings)
{
	struct ways_address before;

	ways_address(&c, &account->settings, &before);
	CHECK_INT(ways_check(&c, account, settings), ACCOUNT_OK);
	CHECK_INT(accounts_change(c.accounts, account, settings), ACCOUNT_OK);
	CHECK_INT(ways_open(&c, account, &before), ACCOUNT_OK);
}

static void learn(const char *prefix, const struct account *from)
{
	const struct route route = { .hop = from->slot,
				     .origin = ROUTE_LEARNED };

	CHECK_INT(routes_add(c.known, ilp_text(prefix), &route), ROUTES_OK);
}

static void finish(void)
{
	while (ways_have_work(&c))
		ways_go_on(&c);
}

#define NOWHERE (-1)
#define HERE (-2)

/* Where a packet goes. */
static int64_t leads(const char *address)
{
	struct recent_address found;

	CHECK(recent_find(c.recent, ilp_text(address), 7, &found));
	if (!found.has_route)
		return NOWHERE;
	return found.route == CONNECTOR_HERE ? HERE : (int64_t)found.route;
}

static void our_own_address_ends_here(void)
{
	start();
	CHECK_INT(leads("g.us"), HERE);
	CHECK_INT(leads("g.us.x"), HERE);
	CHECK_INT(leads("g.eu"), NOWHERE);
	stop();
}

static void a_child_is_below_our_address_by_its_segment(void)
{
	struct account_settings settings = settings_of("kid", ACCOUNT_CHILD);
	struct account *kid;

	start();
	kid = join("kid", ACCOUNT_CHILD);
	join("peer", ACCOUNT_PEER);
	CHECK_INT(leads("g.us.kid.x"), kid->slot);
	CHECK_INT(leads("g.us.peer"), HERE);
	settings.segment = ilp_text("seven");
	change(kid, &settings);
	CHECK_INT(leads("g.us.seven.x"), kid->slot);
	CHECK_INT(leads("g.us.kid.x"), HERE);
	settings.relation = ACCOUNT_PEER;
	change(kid, &settings);
	CHECK_INT(leads("g.us.seven.x"), HERE);
	settings.relation = ACCOUNT_CHILD;
	change(kid, &settings);
	CHECK_INT(leads("g.us.seven.x"), kid->slot);
	stop();
}

static void no_two_children_have_one_address(void)
{
	struct account_settings settings = settings_of("other", ACCOUNT_CHILD);
	struct account *kid, *other;

	start();
	kid = join("kid", ACCOUNT_CHILD);
	settings.segment = ilp_text("kid");
	CHECK_INT(ways_check(&c, NULL, &settings), ACCOUNT_ADDRESS);
	CHECK_INT(ways_check(&c, kid, &settings), ACCOUNT_OK);
	settings.segment = ilp_text("kid..x");
	CHECK_INT(ways_check(&c, NULL, &settings), ACCOUNT_ADDRESS);
	/* Who is on his way out has none any more. */
	settings.segment = ilp_text("kid");
	kid->state = ACCOUNT_CLOSING;
	CHECK_INT(ways_check(&c, NULL, &settings), ACCOUNT_OK);
	ways_close(&c, kid);
	finish();
	CHECK(ways_are_closed(&c, kid));
	CHECK_INT(accounts_add(c.accounts, &settings, 0, &other), ACCOUNT_OK);
	CHECK_INT(ways_open(&c, other, &no_address), ACCOUNT_OK);
	CHECK_INT(leads("g.us.kid"), other->slot);
	stop();
}

static void an_operators_word_holds_at_once_and_before_all(void)
{
	struct account *kid, *alice, *bob;
	const struct account *to;

	start();
	kid = join("kid", ACCOUNT_CHILD);
	alice = join("alice", ACCOUNT_PARENT);
	bob = join("bob", ACCOUNT_PEER);
	CHECK(ways_set(&c, ilp_text("g.us.kid"), alice));
	CHECK_INT(leads("g.us.kid.x"), alice->slot);
	CHECK(ways_set(&c, ilp_text("g.us.kid"), bob));
	CHECK_INT(leads("g.us.kid.x"), bob->slot);
	CHECK(ways_get(&c, ilp_text("g.us.kid"), &to) && to == bob);
	CHECK(ways_remove(&c, ilp_text("g.us.kid")));
	CHECK_INT(leads("g.us.kid.x"), kid->slot);
	CHECK(!ways_remove(&c, ilp_text("g.us.kid")));
	CHECK(!ways_get(&c, ilp_text("g.us.kid"), &to));
	CHECK(!ways_set(&c, ilp_text("g.us"), bob));
	CHECK(!ways_remove(&c, ilp_text("g.us")));
	CHECK(ways_get(&c, ilp_text("g.us"), &to) && !to);
	stop();
}

static void the_next_best_takes_over_when_an_account_goes(void)
{
	struct account *alice, *bob, *carol;
	const struct account *to;

	start();
	alice = join("alice", ACCOUNT_PEER);
	bob = join("bob", ACCOUNT_PEER);
	carol = join("carol", ACCOUNT_PARENT);
	CHECK(ways_set(&c, ilp_text("g.x"), alice));
	learn("g.x", bob);
	learn("g.x", carol);
	finish();
	CHECK_INT(leads("g.x.y"), alice->slot);
	alice->state = ACCOUNT_CLOSING;
	ways_close(&c, alice);
	CHECK(!ways_get(&c, ilp_text("g.x"), &to));
	finish();
	CHECK_INT(leads("g.x.y"), bob->slot);
	routes_forget(c.known, bob->slot);
	finish();
	CHECK_INT(leads("g.x.y"), carol->slot);
	stop();
}

/* Of somebody who is about to go, and ranks before. */
static void what_is_set_does_not_wait_for_what_goes(void)
{
	struct account *alice, *bob;

	start();
	alice = join("alice", ACCOUNT_CHILD);
	bob = join("bob", ACCOUNT_PARENT);
	CHECK(ways_set(&c, ilp_text("g.x"), alice));
	alice->state = ACCOUNT_CLOSING;
	ways_close(&c, alice);
	CHECK(ways_set(&c, ilp_text("g.x"), bob));
	CHECK_INT(leads("g.x.y"), bob->slot);
	finish();
	CHECK_INT(leads("g.x.y"), bob->slot);
	stop();
}

/* How many prefixes the table has lost or got with a step. */
static size_t step(void)
{
	size_t before = route_table_count(c.routes);
	size_t now;

	ways_go_on(&c);
	now = route_table_count(c.routes);
	return now > before ? now - before : before - now;
}

static void many_come_and_go_in_bounded_steps(void)
{
	struct account *alice;
	size_t largest = 0;
	unsigned steps = 0;

	start();
	alice = join("alice", ACCOUNT_PEER);
	for (int i = 0; i < 10000; i++) {
		char prefix[32];

		snprintf(prefix, sizeof(prefix), "g.a.r%d", i);
		learn(prefix, alice);
	}
	for (; ways_have_work(&c); steps++) {
		size_t moved = step();

		largest = moved > largest ? moved : largest;
	}
	CHECK(largest > 0 && largest <= 100 && steps >= 100);
	CHECK_INT(route_table_count(c.routes), 10001);
	CHECK_INT(leads("g.a.r77.x"), alice->slot);
	ways_close(&c, alice);
	while (ways_have_work(&c))
		CHECK(step() <= 100);
	CHECK_INT(route_table_count(c.routes), 1);
	CHECK(ways_are_closed(&c, alice));
	stop();
}

TESTS(TEST(our_own_address_ends_here),
      TEST(a_child_is_below_our_address_by_its_segment),
      TEST(no_two_children_have_one_address),
      TEST(an_operators_word_holds_at_once_and_before_all),
      TEST(the_next_best_takes_over_when_an_account_goes),
      TEST(what_is_set_does_not_wait_for_what_goes),
      TEST(many_come_and_go_in_bounded_steps))
