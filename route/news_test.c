/* SPDX-License-Identifier: Apache-2.0 */
/* Each destination is news once, by its last change; one that has no route any
 * more stays so, but not for ever. */
#include "route/news.h"

#include "test/check.h"

#define ALICE 0

static struct routes *some_routes(void)
{
	struct routes *r = routes_create(1);
	struct routes_source alice = { .slot = ALICE,
				       .relation = ROUTE_PEER,
				       .id = ilp_text("alice"),
				       .limit = 100000 };

	CHECK(r);
	CHECK_INT(routes_source_set(r, &alice), ROUTES_OK);
	return r;
}

static struct news *news_about(struct routes *r, uint32_t epochs_max)
{
	struct news *n = news_create(r, epochs_max);

	CHECK(n);
	return n;
}

static void note_all(struct news *n, struct routes *r)
{
	uint32_t destination;

	while (routes_next_change(r, &destination)) {
		CHECK(news_make_room(n));
		news_note(n, destination);
	}
}

static void set(struct news *n, struct routes *r, const char *prefix,
		uint8_t auth)
{
	struct route route = { .hop = ALICE,
			       .origin = ROUTE_LEARNED,
			       .auth = { auth } };

	CHECK_INT(routes_add(r, ilp_text(prefix), &route), ROUTES_OK);
	note_all(n, r);
}

static void take_away(struct news *n, struct routes *r, const char *prefix)
{
	CHECK(routes_remove(r, ilp_text(prefix), ALICE, ROUTE_LEARNED));
	note_all(n, r);
}

/* The news from an epoch on are these, such as "0:g.a 2:-g.b ", with a minus
 * where there is no route. */
static void check_news(const struct news *n, const struct routes *r,
		       uint32_t from, const char *expected)
{
	char text[200] = "";
	uint32_t destination;

	for (uint32_t at = from; news_next(n, &at, &destination); at++) {
		struct ilp_bytes prefix = routes_prefix(r, destination);
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%u:%s%.*s ", at,
			 routes_best(r, destination) ? "" : "-",
			 (int)prefix.len, (const char *)prefix.at);
	}
	CHECK_TEXT(ilp_text(text), expected);
}

static void finish(struct news *n, struct routes *r)
{
	news_destroy(n);
	routes_destroy(r);
}

static void each_change_has_the_next_epoch(void)
{
	struct routes *r = some_routes();
	struct news *n = news_about(r, UINT32_MAX);

	check_news(n, r, 0, "");
	CHECK_INT(news_epoch(n), 0);
	set(n, r, "g.a", 1);
	set(n, r, "g.b", 1);
	check_news(n, r, 0, "0:g.a 1:g.b ");
	check_news(n, r, 1, "1:g.b ");
	check_news(n, r, 2, "");
	CHECK_INT(news_epoch(n), 2);
	finish(n, r);
}

static void what_changes_again_is_told_once(void)
{
	struct routes *r = some_routes();
	struct news *n = news_about(r, UINT32_MAX);

	set(n, r, "g.a", 1);
	set(n, r, "g.b", 1);
	set(n, r, "g.a", 2);
	set(n, r, "g.a", 3);
	check_news(n, r, 0, "1:g.b 3:g.a ");
	CHECK_INT(news_count(n), 2);
	CHECK_INT(news_forgotten(n), 0);
	finish(n, r);
}

static void what_has_gone_stays_news(void)
{
	struct routes *r = some_routes();
	struct news *n = news_about(r, UINT32_MAX);

	set(n, r, "g.a", 1);
	set(n, r, "g.b", 1);
	take_away(n, r, "g.a");
	set(n, r, "g.c", 1);
	check_news(n, r, 0, "1:g.b 2:-g.a 3:g.c ");
	CHECK_INT(news_gone(n), 1);
	set(n, r, "g.a", 1);
	check_news(n, r, 0, "1:g.b 3:g.c 4:g.a ");
	CHECK_INT(news_gone(n), 0);
	finish(n, r);
}

static void of_what_has_gone_only_so_much_stays(void)
{
	enum { MORE = 100 };
	struct routes *r = some_routes();
	struct news *n = news_about(r, UINT32_MAX);
	char prefix[16];

	set(n, r, "g.a", 1);
	for (int i = 0; i < NEWS_GONE_MAX + MORE; i++) {
		snprintf(prefix, sizeof(prefix), "g.x%d", i);
		set(n, r, prefix, 1);
		take_away(n, r, prefix);
		CHECK(news_gone(n) <= NEWS_GONE_MAX + 1);
	}
	CHECK_INT(news_gone(n), NEWS_GONE_MAX + 1);
	CHECK_INT(news_forgotten(n), 1 + 2 * (MORE - 1));
	CHECK(!routes_find(r, ilp_text("g.x0"), &(uint32_t){ 0 }));
	finish(n, r);
}

static void what_all_have_heard_of_is_forgotten(void)
{
	struct routes *r = some_routes();
	struct news *n = news_about(r, UINT32_MAX);

	set(n, r, "g.a", 1);
	set(n, r, "g.b", 1);
	set(n, r, "g.c", 1);
	take_away(n, r, "g.b");
	take_away(n, r, "g.a");
	news_forget(n, 3, 10);
	check_news(n, r, 0, "2:g.c 3:-g.b 4:-g.a ");
	news_forget(n, 5, 1);
	check_news(n, r, 0, "2:g.c 4:-g.a ");
	CHECK_INT(news_forgotten(n), 4);
	news_forget(n, 5, 10);
	check_news(n, r, 0, "2:g.c ");
	CHECK_INT(news_gone(n), 0);
	CHECK(!routes_find(r, ilp_text("g.a"), &(uint32_t){ 0 }));
	finish(n, r);
}

static void the_numbers_begin_again(void)
{
	struct routes *r = some_routes();
	struct news *n = news_about(r, 6);

	set(n, r, "g.a", 1);
	set(n, r, "g.b", 1);
	set(n, r, "g.c", 1);
	set(n, r, "g.a", 2);
	take_away(n, r, "g.b");
	set(n, r, "g.a", 3);
	check_news(n, r, 0, "2:g.c 4:-g.b 5:g.a ");
	CHECK_INT(news_turn(n), 0);
	set(n, r, "g.c", 2);
	CHECK_INT(news_turn(n), 1);
	check_news(n, r, 0, "1:g.a 2:g.c ");
	CHECK_INT(news_epoch(n), 3);
	CHECK_INT(news_gone(n), 0);
	set(n, r, "g.a", 4);
	check_news(n, r, 0, "2:g.c 3:g.a ");
	finish(n, r);
}

TESTS(TEST(each_change_has_the_next_epoch),
      TEST(what_changes_again_is_told_once), TEST(what_has_gone_stays_news),
      TEST(of_what_has_gone_only_so_much_stays),
      TEST(what_all_have_heard_of_is_forgotten), TEST(the_numbers_begin_again))
