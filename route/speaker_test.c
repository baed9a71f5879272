/* SPDX-License-Identifier: Apache-2.0 */
/* What a neighbour is told, and when. */
#include "route/speaker.h"

#include "test/check.h"

enum { BOB, CAROL, DAVE, ERIN };

#define MS INT64_C(1000)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)

struct scene {
	struct routes *routes;
	struct news *news;
	struct speaker_desk desk;
	struct speaker_world world;
	struct neighbour_self self;
	struct neighbour_terms terms;
	struct speaker speaker;
	uint8_t packet[SPEAKER_UPDATE_MAX];
	struct ilp_ccp_update update; /* the last one, in the packet */
};

static void add_account(struct scene *s, uint32_t slot, const char *id,
			enum route_relation relation)
{
	struct routes_source source = { .slot = slot,
					.relation = relation,
					.id = ilp_text(id),
					.limit = 10000 };

	CHECK_INT(routes_source_set(s->routes, &source), ROUTES_OK);
}

/* Bob hears, who is connected since 0. */
static struct scene *new_scene(enum route_relation relation,
			       uint32_t epochs_max)
{
	struct scene *s = calloc(1, sizeof(*s));

	CHECK(s);
	s->routes = routes_create(1);
	s->news = news_create(s->routes, epochs_max);
	s->desk.crypto = ilp_crypto_create();
	CHECK(s->routes && s->news && s->desk.crypto);
	add_account(s, BOB, "bob", relation);
	add_account(s, CAROL, "carol", ROUTE_PEER);
	add_account(s, DAVE, "dave", ROUTE_CHILD);
	add_account(s, ERIN, "erin", ROUTE_PARENT);
	s->world = (struct speaker_world){ .routes = s->routes,
					   .news = s->news,
					   .desk = &s->desk,
					   .table_id = { 7 } };
	s->self = (struct neighbour_self){ .address = ilp_text("g.me"),
					   .global = ilp_text("g"),
					   .hold_down_ms = 44000,
					   .interval_us = 30 * SECOND };
	s->terms = (struct neighbour_terms){ .slot = BOB,
					     .relation = relation,
					     .send = true,
					     .transit = true };
	speaker_init(&s->speaker, &s->world, &s->self, &s->terms, 0);
	speaker_up(&s->speaker, 0);
	return s;
}

static void finish(struct scene *s)
{
	speaker_finish(&s->speaker);
	news_destroy(s->news);
	routes_destroy(s->routes);
	ilp_crypto_destroy(s->desk.crypto);
	free(s);
}

/* ---- routes ---- */

static void note_all(struct scene *s)
{
	uint32_t destination;

	while (routes_next_change(s->routes, &destination)) {
		CHECK(news_make_room(s->news));
		news_note(s->news, destination);
	}
}

static void learn_by(struct scene *s, const char *prefix, uint32_t hop,
		     const char *node)
{
	uint8_t text[200];
	struct ilp_writer w = ilp_writer(text, sizeof(text));
	struct route route = { .hop = hop,
			       .origin = ROUTE_LEARNED,
			       .auth = { 1, 2, 3 } };

	ilp_write_var(&w, ilp_text(node));
	route.path = (struct ilp_list){ 1, ilp_written(&w) };
	CHECK_INT(routes_add(s->routes, ilp_text(prefix), &route), ROUTES_OK);
	note_all(s);
}

static void learn(struct scene *s, const char *prefix, uint32_t hop)
{
	learn_by(s, prefix, hop, "g.other");
}

static void set(struct scene *s, const char *prefix, uint32_t hop,
		enum route_origin origin)
{
	struct route route = { .hop = hop, .origin = origin };

	CHECK_INT(routes_add(s->routes, ilp_text(prefix), &route), ROUTES_OK);
	note_all(s);
}

static void lose(struct scene *s, const char *prefix, uint32_t hop)
{
	CHECK(routes_remove(s->routes, ilp_text(prefix), hop, ROUTE_LEARNED));
	note_all(s);
}

/* ---- what Bob does ---- */

static enum neighbour_answer control(struct scene *s, int64_t now_us,
				     enum ilp_ccp_mode mode, const uint8_t *id,
				     uint32_t epoch)
{
	uint8_t out[100];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_ccp_control control = { .mode = mode, .epoch = epoch };

	if (id)
		memcpy(control.table_id, id, sizeof(control.table_id));
	CHECK_INT(ilp_ccp_control_encode(&w, &control), ILP_OK);
	return speaker_control(&s->speaker, now_us, ilp_written(&w));
}

static void ask(struct scene *s, int64_t now_us)
{
	CHECK_INT(control(s, now_us, ILP_CCP_SYNC, NULL, 0), NEIGHBOUR_TAKEN);
}

/* ---- what he is told ---- */

static void append(char *text, size_t size, const char *sign,
		   struct ilp_bytes prefix)
{
	size_t len = strlen(text);

	CHECK(len + prefix.len + 4 < size);
	snprintf(text + len, size - len, "%s%s%.*s", len ? " " : "", sign,
		 (int)prefix.len, (const char *)prefix.at);
}

/* An update is sent now that says this: prefixes with routes, then those
 * withdrawn behind a minus. */
static void check_tells(struct scene *s, int64_t now_us, uint32_t from,
			uint32_t to, const char *expected)
{
	struct ilp_writer w = ilp_writer(s->packet, sizeof(s->packet));
	struct ilp_list routes, withdrawn;
	struct ilp_ccp_route route;
	struct ilp_bytes prefix;
	char text[400] = "";

	speaker_tick(&s->speaker, now_us);
	CHECK(speaker_update(&s->speaker, now_us, &w));
	CHECK_INT(ilp_ccp_update_decode(&s->update, ilp_written(&w)), ILP_OK);
	routes = s->update.routes;
	withdrawn = s->update.withdrawn;
	while (ilp_ccp_next_route(&routes, &route))
		append(text, sizeof(text), "", route.prefix);
	while (ilp_list_next(&withdrawn, &prefix))
		append(text, sizeof(text), "-", prefix);
	CHECK_TEXT(ilp_text(text), expected);
	CHECK_INT(s->update.from_epoch, from);
	CHECK_INT(s->update.to_epoch, to);
	CHECK_INT(s->update.current_epoch, news_epoch(s->news));
	CHECK_INT(s->update.hold_down_ms, 44000);
	CHECK_TEXT(s->update.speaker, "g.me");
}

static void check_tells_nothing(struct scene *s, int64_t now_us)
{
	struct ilp_writer w = ilp_writer(s->packet, sizeof(s->packet));

	speaker_tick(&s->speaker, now_us);
	CHECK(!speaker_update(&s->speaker, now_us, &w));
}

static void check_is(const struct scene *s, enum neighbour_state state,
		     enum neighbour_reason reason, int64_t since_us)
{
	CHECK_INT(s->speaker.status.state, state);
	CHECK_INT(s->speaker.status.reason, reason);
	CHECK_INT(s->speaker.status.since_us, since_us);
}

/* Bob has asked, and knows a and b, by Carol, as our epochs 0 and 1. */
static struct scene *established(void)
{
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);

	learn(s, "g.a", CAROL);
	learn(s, "g.b", CAROL);
	ask(s, 0);
	check_tells(s, 0, 0, 2, "g.a g.b");
	speaker_answer(&s->speaker, 0, true);
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 0);
	return s;
}

/* ---- when ---- */

static void tells_who_has_asked(void)
{
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);

	learn(s, "g.a", CAROL);
	check_tells_nothing(s, MINUTE);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_ASKED, 0);
	CHECK_INT(speaker_deadline_us(&s->speaker), ILP_NEVER_US);
	ask(s, MINUTE);
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, MINUTE);
	check_tells(s, MINUTE, 0, 1, "g.a");
	check_tells_nothing(s, MINUTE);
	speaker_answer(&s->speaker, MINUTE + 1, true);
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, MINUTE + 1);
	finish(s);
}

static void tells_nothing_to_whom_it_shall_not(void)
{
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);

	s->terms.send = false;
	speaker_up(&s->speaker, 5);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_WANTED, 5);
	CHECK_INT(control(s, 5, ILP_CCP_SYNC, NULL, 0),
		  NEIGHBOUR_WE_DO_NOT_SEND);
	speaker_down(&s->speaker, 6);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_LINKED, 6);
	CHECK_INT(control(s, 6, ILP_CCP_SYNC, NULL, 0),
		  NEIGHBOUR_CONTROL_FROM_STRANGER);
	finish(s);
}

static void refuses_what_is_no_control(void)
{
	struct scene *s = established();

	CHECK_INT(speaker_control(&s->speaker, 1, ilp_text("control")),
		  NEIGHBOUR_BAD_CONTROL);
	CHECK_INT(s->speaker.status.state, NEIGHBOUR_ESTABLISHED);
	finish(s);
}

static void stops_when_asked_to(void)
{
	struct scene *s = established();

	CHECK_INT(control(s, 1, ILP_CCP_IDLE, NULL, 0), NEIGHBOUR_TAKEN);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_ASKED, 1);
	learn(s, "g.c", CAROL);
	check_tells_nothing(s, MINUTE);
	finish(s);
}

static void tells_news_at_once_but_not_too_often(void)
{
	struct scene *s = established();

	learn(s, "g.c", CAROL);
	check_tells_nothing(s, 150 * MS - 1);
	learn(s, "g.d", CAROL);
	lose(s, "g.c", CAROL);
	lose(s, "g.a", CAROL);
	CHECK_INT(speaker_deadline_us(&s->speaker), 150 * MS);
	check_tells(s, 150 * MS, 2, 6, "g.d -g.a");
	speaker_answer(&s->speaker, 160 * MS, true);
	check_tells_nothing(s, 10 * SECOND);
	learn(s, "g.e", CAROL);
	check_tells(s, 10 * SECOND, 6, 7, "g.e");
	finish(s);
}

static void a_path_that_changes_is_news(void)
{
	struct scene *s = established();

	learn_by(s, "g.a", CAROL, "g.elsewhere");
	check_tells(s, SECOND, 2, 3, "g.a");
	finish(s);
}

static void says_that_it_still_holds(void)
{
	struct scene *s = established();

	check_tells_nothing(s, 30 * SECOND - 1);
	CHECK_INT(speaker_deadline_us(&s->speaker), 30 * SECOND);
	check_tells(s, 30 * SECOND, 2, 2, "");
	speaker_answer(&s->speaker, 31 * SECOND, true);
	check_tells(s, 60 * SECOND, 2, 2, "");
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 0);
	finish(s);
}

static void what_did_not_arrive_is_told_again_after_a_pause(void)
{
	struct scene *s = established();

	learn(s, "g.c", CAROL);
	check_tells(s, SECOND, 2, 3, "g.c");
	speaker_answer(&s->speaker, SECOND, false);
	check_is(s, NEIGHBOUR_STALE, NEIGHBOUR_REFUSED, SECOND);
	lose(s, "g.a", CAROL);
	check_tells_nothing(s, 2 * SECOND - 1);
	check_tells(s, 2 * SECOND, 2, 4, "g.c -g.a");
	speaker_answer(&s->speaker, 2 * SECOND, false);
	check_tells_nothing(s, 4 * SECOND - 1);
	check_tells(s, 4 * SECOND, 2, 4, "g.c -g.a");
	check_tells_nothing(s, 34 * SECOND - 1);
	check_tells_nothing(s, 34 * SECOND);
	check_is(s, NEIGHBOUR_STALE, NEIGHBOUR_NOT_ANSWERED, 34 * SECOND);
	check_tells(s, 38 * SECOND, 2, 4, "g.c -g.a");
	speaker_answer(&s->speaker, 38 * SECOND, true);
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 38 * SECOND);
	finish(s);
}

/* ---- what ---- */

static void passes_on_path_and_authentication(void)
{
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);
	struct ilp_ccp_route route;
	struct ilp_bytes node;
	uint8_t auth[ILP_CCP_AUTH_LEN] = { 1, 2, 3 };
	uint8_t hash[ILP_HASH_LEN];

	learn(s, "g.a", CAROL);
	ask(s, 0);
	check_tells(s, 0, 0, 1, "g.a");
	CHECK(ilp_ccp_next_route(&s->update.routes, &route));
	CHECK_INT(route.path.count, 2);
	CHECK(ilp_list_next(&route.path, &node));
	CHECK_TEXT(node, "g.me");
	CHECK(ilp_list_next(&route.path, &node));
	CHECK_TEXT(node, "g.other");
	ilp_sha256(s->desk.crypto, hash, ILP_BYTES(auth));
	CHECK_BYTES(ILP_BYTES(route.auth), ILP_BYTES(hash));
	CHECK_INT(route.props.count, 0);
	finish(s);
}

/* All kinds of routes, as the first epochs. */
static void learn_all(struct scene *s)
{
	set(s, "g.me", ROUTES_HERE, ROUTE_LOCAL);
	set(s, "g.me.dave", DAVE, ROUTE_LOCAL);
	set(s, "g", ERIN, ROUTE_LOCAL);
	set(s, "private.x", CAROL, ROUTE_STATIC);
	set(s, "g.s", CAROL, ROUTE_STATIC);
	learn(s, "g.bob", BOB);
	learn(s, "g.carol", CAROL);
	learn(s, "g.dave", DAVE);
	learn(s, "g.erin", ERIN);
}

static void tells_each_what_is_for_it(void)
{
	const struct {
		enum route_relation relation;
		bool transit;
		const char *told;
	} cases[] = {
		{ ROUTE_CHILD, false, "g.me g.s g.carol g.dave g.erin" },
		{ ROUTE_PEER, true, "g.me g.s g.carol g.dave g.erin" },
		{ ROUTE_PEER, false, "g.me g.dave" },
		{ ROUTE_PARENT, true, "g.me g.dave" },
		{ ROUTE_PARENT, false, "g.me g.dave" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct scene *s = new_scene(cases[i].relation, UINT32_MAX);

		s->terms.transit = cases[i].transit;
		learn_all(s);
		ask(s, 0);
		check_tells(s, 0, 0, 9, cases[i].told);
		finish(s);
	}
}

static void tells_what_the_filter_lets_pass(void)
{
	const struct filter_rule rules[] = {
		{ .prefix = ilp_text("g.b"), .allow = true }
	};
	struct filter *filter = filter_create(rules, 1);
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);

	CHECK(filter);
	s->terms.export = filter;
	learn(s, "g.a", CAROL);
	learn(s, "g.b.x", CAROL);
	ask(s, 0);
	check_tells(s, 0, 0, 2, "g.b.x");
	finish(s);
	filter_destroy(filter);
}

/* Bob was told of a way by Carol; now the best is his own. */
static void takes_back_what_leads_back(void)
{
	struct scene *s = established();

	s->terms.relation = ROUTE_PEER;
	set(s, "g.a", BOB, ROUTE_STATIC);
	check_tells(s, SECOND, 2, 3, "-g.a");
	speaker_answer(&s->speaker, SECOND, true);
	CHECK(routes_remove(s->routes, ilp_text("g.a"), BOB, ROUTE_STATIC));
	note_all(s);
	check_tells(s, 2 * SECOND, 3, 4, "g.a");
	finish(s);
}

/* Otherwise each route that he tells would come back as a message. */
static void takes_nothing_back_that_was_not_told(void)
{
	struct scene *s = established();

	learn(s, "g.c", BOB);
	lose(s, "g.c", BOB);
	learn(s, "g.c", BOB);
	check_tells_nothing(s, SECOND);
	CHECK(speaker_is_done(&s->speaker));
	CHECK_INT(speaker_deadline_us(&s->speaker), 30 * SECOND);
	lose(s, "g.a", CAROL);
	check_tells(s, 2 * SECOND, 2, 6, "-g.a");
	speaker_answer(&s->speaker, 2 * SECOND, true);
	learn(s, "g.a", BOB);
	lose(s, "g.a", BOB);
	check_tells_nothing(s, 3 * SECOND);
	finish(s);
}

static void what_is_taken_back_stays_told_until_it_arrives(void)
{
	struct scene *s = established();

	lose(s, "g.a", CAROL);
	check_tells(s, SECOND, 2, 3, "-g.a");
	speaker_answer(&s->speaker, SECOND, false);
	check_tells(s, 2 * SECOND, 2, 3, "-g.a");
	speaker_answer(&s->speaker, 2 * SECOND, true);
	learn(s, "g.a", BOB);
	check_tells_nothing(s, 3 * SECOND);
	finish(s);
}

/* ---- how much ---- */

static void learn_many(struct scene *s, int count)
{
	char prefix[16];

	for (int i = 0; i < count; i++) {
		snprintf(prefix, sizeof(prefix), "g.x%04d", i);
		learn(s, prefix, CAROL);
	}
}

static void updates_are_split_to_size(void)
{
	enum { MANY = 2000 };
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);
	int64_t now_us = 0;
	uint64_t told = 0;
	int updates = 0;

	learn_many(s, MANY);
	ask(s, 0);
	for (; told < MANY; updates++) {
		struct ilp_writer w = ilp_writer(s->packet, sizeof(s->packet));

		check_tells_nothing(s, now_us - 1);
		CHECK(speaker_update(&s->speaker, now_us, &w));
		CHECK_INT(ilp_ccp_update_decode(&s->update, ilp_written(&w)),
			  ILP_OK);
		CHECK_INT(s->update.from_epoch, told);
		told += s->update.routes.count;
		CHECK_INT(s->update.to_epoch, told);
		speaker_answer(&s->speaker, now_us, true);
		now_us += 20 * MS;
	}
	CHECK_INT(told, MANY);
	CHECK_INT(updates, 4);
	CHECK_INT(s->speaker.status.state, NEIGHBOUR_ESTABLISHED);
	finish(s);
}

static void what_is_not_for_it_is_passed_in_steps(void)
{
	struct scene *s = established();
	char prefix[16];

	for (int i = 0; i < SPEAKER_WALK_MAX + 1; i++) {
		snprintf(prefix, sizeof(prefix), "g.x%04d", i);
		learn(s, prefix, BOB);
	}
	learn(s, "g.c", CAROL);
	check_tells_nothing(s, SECOND);
	CHECK(!speaker_is_done(&s->speaker));
	CHECK_INT(speaker_deadline_us(&s->speaker), SECOND + 20 * MS);
	check_tells(s, SECOND + 20 * MS, 2, SPEAKER_WALK_MAX + 4, "g.c");
	finish(s);
}

/* ---- all anew ---- */

static void goes_on_where_the_other_is(void)
{
	struct scene *s = established();
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	memcpy(id, s->speaker.status.table_id, sizeof(id));
	CHECK_INT(control(s, SECOND, ILP_CCP_SYNC, id, 2), NEIGHBOUR_TAKEN);
	check_tells(s, SECOND, 2, 2, "");
	CHECK_BYTES(ILP_BYTES(s->update.table_id), ILP_BYTES(id));
	finish(s);
}

/* The answer was lost, but the update was not. */
static void believes_what_may_have_arrived(void)
{
	struct scene *s = established();
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	memcpy(id, s->speaker.status.table_id, sizeof(id));
	learn(s, "g.c", CAROL);
	check_tells(s, SECOND, 2, 3, "g.c");
	CHECK_INT(control(s, 2 * SECOND, ILP_CCP_SYNC, id, 3),
		  NEIGHBOUR_TAKEN);
	check_tells(s, 2 * SECOND, 3, 3, "");
	finish(s);
}

/* Whoever knows less or more than he can is told all, as another table. */
static void who_knows_something_else_is_told_all_anew(void)
{
	const uint32_t epochs[] = { 0, 1, 3, UINT32_MAX };

	for (size_t i = 0; i < sizeof(epochs) / sizeof(*epochs); i++) {
		struct scene *s = established();
		uint8_t id[ILP_CCP_TABLE_ID_LEN];

		memcpy(id, s->speaker.status.table_id, sizeof(id));
		CHECK_INT(control(s, SECOND, ILP_CCP_SYNC, id, epochs[i]),
			  NEIGHBOUR_TAKEN);
		check_tells(s, SECOND, 0, 2, "g.a g.b");
		CHECK(memcmp(s->update.table_id, id, sizeof(id)) != 0);
		finish(s);
	}
}

static void who_asks_without_a_table_is_told_all_anew(void)
{
	struct scene *s = established();
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	memcpy(id, s->speaker.status.table_id, sizeof(id));
	ask(s, SECOND);
	lose(s, "g.a", CAROL); /* of which he does not know any more */
	check_tells(s, SECOND, 0, 3, "g.b");
	CHECK(memcmp(s->update.table_id, id, sizeof(id)) != 0);
	finish(s);
}

/* Some nodes go on with what they have when they hear of another table. */
static void other_terms_take_back_what_was_told(void)
{
	const struct filter_rule no_a = { .prefix = ilp_text("g.a") };
	struct filter *filter = filter_create(&no_a, 1);
	struct scene *s = established();
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	CHECK(filter);
	memcpy(id, s->speaker.status.table_id, sizeof(id));
	s->terms.export = filter;
	speaker_change(&s->speaker, SECOND);
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, SECOND);
	check_tells(s, SECOND, 0, 2, "g.b -g.a");
	CHECK(memcmp(s->update.table_id, id, sizeof(id)) != 0);
	speaker_answer(&s->speaker, SECOND, true);
	s->terms.send = false;
	speaker_change(&s->speaker, 2 * SECOND);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_WANTED, 2 * SECOND);
	check_tells_nothing(s, MINUTE);
	finish(s);
	filter_destroy(filter);
}

static void a_new_connection_is_told_all_anew(void)
{
	struct scene *s = established();

	speaker_down(&s->speaker, SECOND);
	learn(s, "g.c", CAROL);
	check_tells_nothing(s, SECOND);
	speaker_up(&s->speaker, 2 * SECOND);
	check_tells_nothing(s, 2 * SECOND);
	ask(s, 2 * SECOND);
	check_tells(s, 2 * SECOND, 0, 3, "g.a g.b g.c");
	finish(s);
}

/* So much has gone meanwhile that the news does not know of a any more. */
static void who_missed_what_is_forgotten_is_told_all_anew(void)
{
	struct scene *s = established();
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	memcpy(id, s->speaker.status.table_id, sizeof(id));
	lose(s, "g.a", CAROL);
	news_forget(s->news, UINT32_MAX, 1);
	check_tells(s, SECOND, 0, 3, "g.b");
	CHECK(memcmp(s->update.table_id, id, sizeof(id)) != 0);
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, SECOND);
	finish(s);
}

/* Or it would never come to an end. */
static void what_was_forgotten_before_is_not_missed(void)
{
	enum { MANY = 2000 };
	struct scene *s = new_scene(ROUTE_PEER, UINT32_MAX);
	uint32_t from = 0;

	learn_many(s, MANY);
	learn(s, "g.a", CAROL);
	lose(s, "g.a", CAROL);
	news_forget(s->news, UINT32_MAX, 1);
	ask(s, 0);
	for (int64_t now_us = 0; from < MANY + 2; now_us += 20 * MS) {
		struct ilp_writer w = ilp_writer(s->packet, sizeof(s->packet));

		CHECK(speaker_update(&s->speaker, now_us, &w));
		CHECK_INT(ilp_ccp_update_decode(&s->update, ilp_written(&w)),
			  ILP_OK);
		CHECK_INT(s->update.from_epoch, from);
		from = s->update.to_epoch;
		speaker_answer(&s->speaker, now_us, true);
	}
	finish(s);
}

static void needs_what_has_not_arrived(void)
{
	struct scene *s = established();

	CHECK_INT(speaker_needs(&s->speaker), 2);
	learn(s, "g.c", CAROL);
	check_tells(s, SECOND, 2, 3, "g.c");
	CHECK_INT(speaker_needs(&s->speaker), 2);
	speaker_answer(&s->speaker, SECOND, true);
	CHECK_INT(speaker_needs(&s->speaker), 3);
	ask(s, SECOND);
	CHECK_INT(speaker_needs(&s->speaker), 0);
	speaker_down(&s->speaker, SECOND);
	CHECK_INT(speaker_needs(&s->speaker), UINT32_MAX);
	finish(s);
}

static void when_the_numbers_begin_again_all_is_told_anew(void)
{
	struct scene *s = new_scene(ROUTE_PEER, 4);
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	learn(s, "g.a", CAROL);
	learn(s, "g.b", CAROL);
	ask(s, 0);
	check_tells(s, 0, 0, 2, "g.a g.b");
	speaker_answer(&s->speaker, 0, true);
	memcpy(id, s->speaker.status.table_id, sizeof(id));
	learn(s, "g.c", CAROL);
	learn(s, "g.d", CAROL);
	check_tells(s, SECOND, 2, 4, "g.c g.d");
	lose(s, "g.b", CAROL);
	speaker_answer(&s->speaker, SECOND, true);
	check_tells(s, 2 * SECOND, 0, 5, "g.a g.c g.d -g.b");
	CHECK(memcmp(s->update.table_id, id, sizeof(id)) != 0);
	finish(s);
}

TESTS(TEST(tells_who_has_asked), TEST(tells_nothing_to_whom_it_shall_not),
      TEST(refuses_what_is_no_control), TEST(stops_when_asked_to),
      TEST(tells_news_at_once_but_not_too_often),
      TEST(a_path_that_changes_is_news), TEST(says_that_it_still_holds),
      TEST(what_did_not_arrive_is_told_again_after_a_pause),
      TEST(passes_on_path_and_authentication), TEST(tells_each_what_is_for_it),
      TEST(tells_what_the_filter_lets_pass), TEST(takes_back_what_leads_back),
      TEST(takes_nothing_back_that_was_not_told),
      TEST(what_is_taken_back_stays_told_until_it_arrives),
      TEST(updates_are_split_to_size),
      TEST(what_is_not_for_it_is_passed_in_steps),
      TEST(goes_on_where_the_other_is), TEST(believes_what_may_have_arrived),
      TEST(who_knows_something_else_is_told_all_anew),
      TEST(who_asks_without_a_table_is_told_all_anew),
      TEST(other_terms_take_back_what_was_told),
      TEST(a_new_connection_is_told_all_anew),
      TEST(who_missed_what_is_forgotten_is_told_all_anew),
      TEST(what_was_forgotten_before_is_not_missed),
      TEST(needs_what_has_not_arrived),
      TEST(when_the_numbers_begin_again_all_is_told_anew))
