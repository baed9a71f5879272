/* SPDX-License-Identifier: Apache-2.0 */
/* What one neighbour says is taken, or refused, as listener.h says, and is good
 * as long as it says. */
#include "route/listener.h"

#include "test/check.h"

#define ALICE 3
#define MS INT64_C(1000)
#define SECOND (1000 * MS)
#define HOLD_MS 45000

struct scene {
	struct routes *routes;
	struct neighbour_self self;
	struct neighbour_terms terms;
	struct listener listener;
};

static struct scene *new_scene(size_t limit)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct routes_source alice = { .slot = ALICE,
				       .relation = ROUTE_PEER,
				       .id = ilp_text("alice"),
				       .limit = limit };

	CHECK(s);
	s->routes = routes_create(1);
	CHECK(s->routes);
	CHECK_INT(routes_source_set(s->routes, &alice), ROUTES_OK);
	s->self = (struct neighbour_self){ .address = ilp_text("g.us.me"),
					   .global = ilp_text("g") };
	s->terms = (struct neighbour_terms){ .slot = ALICE,
					     .relation = ROUTE_PEER,
					     .receive = true };
	listener_init(&s->listener, s->routes, &s->self, &s->terms, 0);
	return s;
}

static void finish(struct scene *s)
{
	listener_finish(&s->listener);
	routes_destroy(s->routes);
	free(s);
}

/* ---- what alice says ---- */

/* An update of table `table`: routes through alice to the prefixes, withdrawals
 * of others, each list as in "g.a g.b". */
struct words {
	uint8_t table;
	uint32_t from;
	uint32_t to;
	uint32_t current;
	const char *routes;
	const char *withdrawn;
	const char *path; /* of all routes; alice alone if it is NULL */
	uint32_t hold_ms; /* HOLD_MS if it is 0 */
};

static struct ilp_bytes next_word(const char **text)
{
	size_t len = strcspn(*text, " ");
	struct ilp_bytes word = { (const uint8_t *)*text, len };

	*text += len + ((*text)[len] == ' ');
	return word;
}

static struct ilp_list list_of(struct ilp_writer *w, const char *text)
{
	struct ilp_list list = { 0 };

	for (; *text; list.count++)
		ilp_write_var(w, next_word(&text));
	list.items = ilp_written(w);
	return list;
}

static struct ilp_list routes_of(struct ilp_writer *w, const char *prefixes,
				 struct ilp_list path)
{
	struct ilp_list list = { 0 };

	for (; *prefixes; list.count++) {
		struct ilp_ccp_route route = { .prefix = next_word(&prefixes),
					       .path = path };

		CHECK_INT(ilp_ccp_route_encode(w, &route), ILP_OK);
	}
	list.items = ilp_written(w);
	return list;
}

static enum neighbour_answer say(struct scene *s, int64_t now_us,
				 struct words words)
{
	uint8_t lists[3][4000];
	uint8_t out[8000];
	struct ilp_writer path = ilp_writer(lists[0], sizeof(lists[0]));
	struct ilp_writer routes = ilp_writer(lists[1], sizeof(lists[1]));
	struct ilp_writer withdrawn = ilp_writer(lists[2], sizeof(lists[2]));
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_ccp_update update = {
		.table_id = { words.table },
		.current_epoch = words.current ? words.current : words.to,
		.from_epoch = words.from,
		.to_epoch = words.to,
		.hold_down_ms = words.hold_ms ? words.hold_ms : HOLD_MS,
		.speaker = ilp_text("g.alice"),
		.routes = routes_of(&routes, words.routes ? words.routes : "",
				    list_of(&path, words.path ? words.path :
								"g.alice")),
		.withdrawn = list_of(&withdrawn,
				     words.withdrawn ? words.withdrawn : ""),
	};

	CHECK_INT(ilp_ccp_update_encode(&w, &update), ILP_OK);
	return listener_update(&s->listener, now_us, ilp_written(&w));
}

static void work(struct scene *s, int64_t now_us)
{
	size_t count = 1000;
	uint32_t destination;

	listener_work(&s->listener, now_us, &count);
	while (routes_work(s->routes, 100))
		;
	while (routes_next_change(s->routes, &destination))
		;
}

/* It is taken, and worked off. */
static void hear(struct scene *s, int64_t now_us, struct words words)
{
	CHECK_INT(say(s, now_us, words), NEIGHBOUR_TAKEN);
	work(s, now_us);
}

static bool knows(const struct scene *s, const char *prefix)
{
	uint32_t destination;

	return routes_find(s->routes, ilp_text(prefix), &destination) &&
	       routes_best(s->routes, destination);
}

/* Alice is asked now, for the table and from the epoch. */
static void check_asks(struct scene *s, int64_t now_us, uint8_t table,
		       uint32_t epoch)
{
	uint8_t out[100];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_ccp_control control;

	listener_tick(&s->listener, now_us);
	CHECK(listener_ask(&s->listener, now_us, &w));
	CHECK_INT(ilp_ccp_control_decode(&control, ilp_written(&w)), ILP_OK);
	CHECK_INT(control.mode, ILP_CCP_SYNC);
	CHECK_INT(control.table_id[0], table);
	CHECK_INT(control.epoch, epoch);
}

static void check_asks_nothing(struct scene *s, int64_t now_us)
{
	uint8_t out[100];
	struct ilp_writer w = ilp_writer(out, sizeof(out));

	listener_tick(&s->listener, now_us);
	CHECK(!listener_ask(&s->listener, now_us, &w));
	CHECK_INT(ilp_written(&w).len, 0);
}

static void check_is(const struct scene *s, enum neighbour_state state,
		     enum neighbour_reason reason, int64_t since_us)
{
	CHECK_INT(s->listener.status.state, state);
	CHECK_INT(s->listener.status.reason, reason);
	CHECK_INT(s->listener.status.since_us, since_us);
}

/* Alice is connected at 0 and has told a and b, as her epochs 0 and 1. */
static struct scene *established(void)
{
	struct scene *s = new_scene(10);

	listener_up(&s->listener, 0);
	check_asks(s, 0, 0, 0);
	listener_answer(&s->listener, 0, true);
	hear(s, 0, (struct words){ .table = 1, .to = 2, .routes = "g.a g.b" });
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 0);
	return s;
}

/* ---- claims ---- */

static void asks_and_hears(void)
{
	struct scene *s = new_scene(10);

	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_LINKED, 0);
	check_asks_nothing(s, 0);
	listener_up(&s->listener, 1);
	check_is(s, NEIGHBOUR_CONNECTING, NEIGHBOUR_FINE, 1);
	check_asks(s, 1, 0, 0);
	check_asks_nothing(s, 1);
	listener_answer(&s->listener, 2, true);
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, 2);
	hear(s, 3, (struct words){ .table = 1, .to = 1, .current = 2,
				   .routes = "g.a" });
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, 2);
	hear(s, 4, (struct words){ .table = 1, .from = 1, .to = 2,
				   .routes = "g.b" });
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 4);
	CHECK(knows(s, "g.a") && knows(s, "g.b"));
	CHECK_INT(listener_deadline_us(&s->listener), 4 + HOLD_MS * MS);
	finish(s);
}

static void hears_nothing_that_is_not_wanted(void)
{
	struct scene *s = new_scene(10);
	struct words words = { .table = 1, .to = 1, .routes = "g.a" };

	CHECK_INT(say(s, 0, words), NEIGHBOUR_UPDATE_FROM_STRANGER);
	s->terms.receive = false;
	listener_up(&s->listener, 0);
	check_asks_nothing(s, 0);
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_WANTED, 0);
	CHECK_INT(say(s, 0, words), NEIGHBOUR_WE_DO_NOT_RECEIVE);
	CHECK_INT(listener_deadline_us(&s->listener), ILP_NEVER_US);
	finish(s);
}

static void refuses_what_is_no_update(void)
{
	struct scene *s = established();

	CHECK_INT(listener_update(&s->listener, 1, ilp_text("update")),
		  NEIGHBOUR_BAD_UPDATE);
	CHECK_INT(say(s, 1, (struct words){ .table = 1, .from = 2, .to = 1 }),
		  NEIGHBOUR_BAD_UPDATE);
	CHECK(knows(s, "g.a"));
	finish(s);
}

static void what_is_withdrawn_goes(void)
{
	struct scene *s = established();

	hear(s, 1, (struct words){ .table = 1, .from = 2, .to = 3,
				   .withdrawn = "g.a g.unknown" });
	CHECK(!knows(s, "g.a") && knows(s, "g.b"));
	finish(s);
}

/* As the oldest nodes do, an update may take back and say the same. */
static void withdrawals_come_first(void)
{
	struct scene *s = established();

	hear(s, 1, (struct words){ .table = 1, .from = 2, .to = 3,
				   .routes = "g.a", .withdrawn = "g.a" });
	CHECK(knows(s, "g.a"));
	finish(s);
}

static void a_gap_is_asked_for_again_at_once(void)
{
	struct scene *s = established();
	struct words late = { .table = 1, .from = 3, .to = 4, .routes = "g.d" };

	CHECK_INT(say(s, 5 * SECOND, late), NEIGHBOUR_GAP_BEFORE);
	check_is(s, NEIGHBOUR_SYNCING, NEIGHBOUR_GAP, 5 * SECOND);
	check_asks(s, 5 * SECOND, 1, 2);
	CHECK_INT(say(s, 5 * SECOND, late), NEIGHBOUR_GAP_BEFORE);
	check_asks_nothing(s, 5 * SECOND);
	listener_answer(&s->listener, 6 * SECOND, true);
	check_asks_nothing(s, 6 * SECOND); /* two seconds behind the first */
	check_asks(s, 7 * SECOND, 1, 2);
	listener_answer(&s->listener, 7 * SECOND, true);
	CHECK(knows(s, "g.a") && !knows(s, "g.d"));
	hear(s, 8 * SECOND, (struct words){ .table = 1, .from = 2, .to = 4,
					    .routes = "g.c g.d" });
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 8 * SECOND);
	CHECK(knows(s, "g.d"));
	check_asks_nothing(s, 40 * SECOND);
	finish(s);
}

/* It does not show that what was missed is still so. */
static void a_gap_does_not_prolong_the_hold(void)
{
	struct scene *s = established();

	say(s, 40 * SECOND,
	    (struct words){ .table = 1, .from = 3, .to = 4, .routes = "g.d" });
	listener_tick(&s->listener, HOLD_MS * MS);
	CHECK_INT(s->listener.status.state, NEIGHBOUR_STALE);
	finish(s);
}

static void what_is_known_is_a_heartbeat(void)
{
	struct scene *s = established();

	hear(s, 40 * SECOND, (struct words){ .table = 1, .from = 0, .to = 2,
					     .withdrawn = "g.a" });
	CHECK(knows(s, "g.a"));
	hear(s, 41 * SECOND, (struct words){ .table = 1, .from = 1, .to = 3,
					     .routes = "g.c" });
	CHECK(knows(s, "g.c"));
	hear(s, 80 * SECOND, (struct words){ .table = 1, .from = 3, .to = 3 });
	check_asks_nothing(s, 124 * SECOND);
	CHECK(knows(s, "g.a"));
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 0);
	finish(s);
}

static void who_is_silent_for_longer_than_said_is_forgotten(void)
{
	struct scene *s = established();

	listener_tick(&s->listener, HOLD_MS * MS - 1);
	work(s, HOLD_MS * MS - 1);
	CHECK(knows(s, "g.a"));
	listener_tick(&s->listener, HOLD_MS * MS);
	work(s, HOLD_MS * MS);
	CHECK(!knows(s, "g.a") && !knows(s, "g.b"));
	check_is(s, NEIGHBOUR_STALE, NEIGHBOUR_SILENT, HOLD_MS * MS);
	check_asks(s, HOLD_MS * MS, 0, 0);
	listener_answer(&s->listener, 46 * SECOND, true);
	check_is(s, NEIGHBOUR_STALE, NEIGHBOUR_SILENT, HOLD_MS * MS);
	hear(s, 47 * SECOND,
	     (struct words){ .table = 1, .to = 2, .routes = "g.a g.b" });
	CHECK(knows(s, "g.a"));
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, 47 * SECOND);
	finish(s);
}

/* It would be forgotten before its next word could come. */
static void nobody_is_forgotten_within_a_second(void)
{
	struct scene *s = established();

	hear(s, 1, (struct words){ .table = 1, .from = 2, .to = 2,
				   .hold_ms = 1 });
	listener_tick(&s->listener, SECOND);
	CHECK_INT(s->listener.status.state, NEIGHBOUR_ESTABLISHED);
	listener_tick(&s->listener, SECOND + 1);
	CHECK_INT(s->listener.status.state, NEIGHBOUR_STALE);
	finish(s);
}

static void who_is_not_connected_is_forgotten(void)
{
	struct scene *s = established();

	listener_down(&s->listener, 5);
	work(s, 5);
	CHECK(!knows(s, "g.a"));
	check_is(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_LINKED, 5);
	CHECK_INT(listener_deadline_us(&s->listener), ILP_NEVER_US);
	listener_up(&s->listener, 6);
	check_asks(s, 6, 0, 0);
	finish(s);
}

static void another_table_begins_anew(void)
{
	struct scene *s = established();

	hear(s, 1, (struct words){ .table = 2, .to = 1, .routes = "g.b" });
	CHECK(!knows(s, "g.a") && knows(s, "g.b"));
	CHECK_INT(s->listener.status.epoch, 1);
	CHECK_INT(s->listener.status.table_id[0], 2);
	finish(s);
}

static void what_fails_is_tried_again_after_longer_and_longer_pauses(void)
{
	const int64_t pauses[] = { 1, 2, 4, 8, 16, 30, 30 };
	struct scene *s = new_scene(10);
	int64_t now_us = 0;

	listener_up(&s->listener, 0);
	for (size_t i = 0; i < sizeof(pauses) / sizeof(*pauses); i++) {
		check_asks(s, now_us, 0, 0);
		listener_answer(&s->listener, now_us, false);
		check_is(s, NEIGHBOUR_CONNECTING, NEIGHBOUR_REFUSED, 0);
		check_asks_nothing(s, now_us + pauses[i] * SECOND - 1);
		now_us += pauses[i] * SECOND;
	}
	check_asks(s, now_us, 0, 0);
	check_asks_nothing(s, now_us + 30 * SECOND - 1);
	check_asks(s, now_us + 30 * SECOND, 0, 0);
	CHECK_INT(s->listener.status.reason, NEIGHBOUR_NOT_ANSWERED);
	finish(s);
}

static void who_promises_and_says_nothing_is_asked_again(void)
{
	struct scene *s = new_scene(10);

	listener_up(&s->listener, 0);
	check_asks(s, 0, 0, 0);
	listener_answer(&s->listener, 0, true);
	check_asks_nothing(s, 60 * SECOND - 1);
	check_asks(s, 60 * SECOND, 0, 0);
	finish(s);
}

/* ---- what is not taken ---- */

/* This one route is refused, and one to the same prefix that was known before
 * is no more. */
static void check_refuses(const char *prefix, const char *path,
			  enum listener_refusal refusal)
{
	struct scene *s = established();
	struct words words = { .table = 1, .from = 2, .to = 3,
			       .routes = prefix, .path = path };

	hear(s, 1, words);
	CHECK_INT(s->listener.refused[refusal], 1);
	CHECK(!knows(s, prefix));
	CHECK_INT(routes_of_source(s->routes, ALICE, ROUTE_LEARNED),
		  strcmp(prefix, "g.a") == 0 ? 1 : 2);
	finish(s);
}

static void refuses_prefixes_that_are_none(void)
{
	check_refuses("g..a", NULL, LISTENER_PREFIX);
	check_refuses("g.a.", NULL, LISTENER_PREFIX);
	check_refuses("g.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
		      "a.a.a.a.a",
		      NULL, LISTENER_PREFIX);
}

static void refuses_default_routes_and_other_schemes(void)
{
	check_refuses("g", NULL, LISTENER_GLOBAL);
	check_refuses("test.a", NULL, LISTENER_GLOBAL);
	check_refuses("private.a", NULL, LISTENER_GLOBAL);
}

static void refuses_our_own_address_and_what_is_below(void)
{
	check_refuses("g.us.me", NULL, LISTENER_OURS);
	check_refuses("g.us.me.bob", NULL, LISTENER_OURS);
}

static void a_child_speaks_for_its_own_address(void)
{
	struct scene *s = established();

	s->terms.address = ilp_text("g.us.me.alice");
	hear(s, 1, (struct words){ .table = 1, .from = 2, .to = 3,
				   .routes = "g.us.me.alice g.us.me.alice.x "
					     "g.us.me.bob" });
	CHECK(knows(s, "g.us.me.alice.x") && !knows(s, "g.us.me.bob"));
	finish(s);
}

static void refuses_ways_through_ourselves(void)
{
	check_refuses("g.a", "g.alice g.us.me g.carol", LISTENER_LOOP);
	check_refuses("g.a", "g.us.me", LISTENER_LOOP);
}

static void refuses_paths_that_are_none(void)
{
	check_refuses("g.a", "", LISTENER_PATH);
	check_refuses("g.a", "g.alice nowhere", LISTENER_PATH);
}

static void refuses_what_the_filter_does_not_let_pass(void)
{
	const struct filter_rule rule = { .prefix = ilp_text("g.bad") };
	struct filter *filter = filter_create(&rule, 1);
	struct scene *s = established();

	CHECK(filter);
	s->terms.import = filter;
	hear(s, 1, (struct words){ .table = 1, .from = 2, .to = 3,
				   .routes = "g.bad.x g.good" });
	CHECK(knows(s, "g.good") && !knows(s, "g.bad.x"));
	CHECK_INT(s->listener.refused[LISTENER_FILTER], 1);
	finish(s);
	filter_destroy(filter);
}

static void takes_no_more_routes_than_the_limit(void)
{
	struct scene *s = new_scene(2);

	listener_up(&s->listener, 0);
	hear(s, 0, (struct words){ .table = 1, .to = 3,
				   .routes = "g.a g.b g.c" });
	CHECK(knows(s, "g.b") && !knows(s, "g.c"));
	check_is(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_LIMIT, 0);
	CHECK_INT(s->listener.refused[LISTENER_TOO_MANY], 1);
	hear(s, 1, (struct words){ .table = 1, .from = 3, .to = 5,
				   .routes = "g.c", .withdrawn = "g.a" });
	CHECK(!knows(s, "g.a") && knows(s, "g.c"));
	finish(s);
}

static void a_long_update_is_worked_off_in_steps(void)
{
	struct scene *s = new_scene(10);
	size_t count = 2;

	listener_up(&s->listener, 0);
	CHECK_INT(say(s, 0, (struct words){ .table = 1, .to = 3,
					    .routes = "g.a g.b g.c" }),
		  NEIGHBOUR_TAKEN);
	CHECK(listener_has_work(&s->listener));
	listener_work(&s->listener, 0, &count);
	CHECK_INT(count, 0);
	CHECK(knows(s, "g.b") && !knows(s, "g.c"));
	CHECK_INT(s->listener.status.epoch, 0);
	CHECK_INT(say(s, 0, (struct words){ .table = 1, .from = 3, .to = 4 }),
		  NEIGHBOUR_BUSY);
	work(s, 0);
	CHECK(knows(s, "g.c") && !listener_has_work(&s->listener));
	CHECK_INT(s->listener.status.epoch, 3);
	finish(s);
}

static void what_is_half_done_ends_with_the_connection(void)
{
	struct scene *s = new_scene(10);
	size_t count = 1;

	listener_up(&s->listener, 0);
	CHECK_INT(say(s, 0, (struct words){ .table = 1, .to = 2,
					    .routes = "g.a g.b" }),
		  NEIGHBOUR_TAKEN);
	listener_work(&s->listener, 0, &count);
	listener_down(&s->listener, 1);
	CHECK(!listener_has_work(&s->listener));
	work(s, 1);
	CHECK_INT(routes_count(s->routes), 0);
	finish(s);
}

TESTS(TEST(asks_and_hears), TEST(hears_nothing_that_is_not_wanted),
      TEST(refuses_what_is_no_update), TEST(what_is_withdrawn_goes),
      TEST(withdrawals_come_first), TEST(a_gap_is_asked_for_again_at_once),
      TEST(a_gap_does_not_prolong_the_hold), TEST(what_is_known_is_a_heartbeat),
      TEST(who_is_silent_for_longer_than_said_is_forgotten),
      TEST(nobody_is_forgotten_within_a_second),
      TEST(who_is_not_connected_is_forgotten), TEST(another_table_begins_anew),
      TEST(what_fails_is_tried_again_after_longer_and_longer_pauses),
      TEST(who_promises_and_says_nothing_is_asked_again),
      TEST(refuses_prefixes_that_are_none),
      TEST(refuses_default_routes_and_other_schemes),
      TEST(refuses_our_own_address_and_what_is_below),
      TEST(a_child_speaks_for_its_own_address),
      TEST(refuses_ways_through_ourselves), TEST(refuses_paths_that_are_none),
      TEST(refuses_what_the_filter_does_not_let_pass),
      TEST(takes_no_more_routes_than_the_limit),
      TEST(a_long_update_is_worked_off_in_steps),
      TEST(what_is_half_done_ends_with_the_connection))
