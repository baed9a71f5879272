/* SPDX-License-Identifier: Apache-2.0 */
/* One node among neighbours that a test plays: accounts that come, change and
 * go, what is sent when, and that all work is done in steps. What many nodes
 * make of it together is in network_test.c. */
#include "route/routing.h"

#include "ilp/peer.h"
#include "test/check.h"

enum { ALICE, BOB };

#define MS INT64_C(1000)
#define SECOND (1000 * MS)

struct scene {
	struct ilp_crypto *crypto;
	struct routes *routes;
	struct routing *routing;
	struct routing_packet packet; /* the last one */
	int64_t now_us;
};

static struct scene *new_scene(void)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct routing_settings settings = { .table_id = { 9 },
					     .secret = ilp_text("shh"),
					     .address = ilp_text("g.me"),
					     .global = ilp_text("g"),
					     .hold_down_ms = 45000,
					     .interval_us = 30 * SECOND };

	CHECK(s);
	settings.crypto = s->crypto = ilp_crypto_create();
	settings.routes = s->routes = routes_create(1);
	CHECK(s->crypto && s->routes);
	s->routing = routing_create(&settings, 0);
	CHECK(s->routing);
	return s;
}

static void finish(struct scene *s)
{
	routing_destroy(s->routing);
	routes_destroy(s->routes);
	ilp_crypto_destroy(s->crypto);
	free(s);
}

static struct routing_account account(uint32_t slot,
				      enum route_relation relation)
{
	return (struct routing_account){
		.slot = slot,
		.relation = relation,
		.send = true,
		.receive = true,
		.transit = true,
	};
}

static void add_account(struct scene *s, uint32_t slot,
			enum route_relation relation)
{
	struct routing_account settings = account(slot, relation);
	struct routes_source source = {
		.slot = slot,
		.relation = relation,
		.id = ilp_text(slot == ALICE ? "alice" : "bob"),
		.limit = 5000,
	};

	CHECK_INT(routes_source_set(s->routes, &source), ROUTES_OK);
	CHECK(routing_account_set(s->routing, s->now_us, &settings));
}

static void note_changes(struct scene *s)
{
	uint32_t destination;

	while (routes_next_change(s->routes, &destination))
		CHECK(routing_note_change(s->routing, s->now_us, destination));
}

/* All work, all changes: as whoever drives it would. */
static void work(struct scene *s)
{
	while (routes_work(s->routes, 16))
		;
	routing_work(s->routing, s->now_us, 10000);
	note_changes(s);
}

/* Something is sent now, to whom and where. */
static void check_sends(struct scene *s, uint32_t slot, const char *destination)
{
	work(s);
	CHECK(routing_next_packet(s->routing, s->now_us, &s->packet));
	CHECK_INT(s->packet.slot, slot);
	CHECK_TEXT(ilp_text(s->packet.destination), destination);
}

static void check_sends_nothing(struct scene *s)
{
	struct routing_packet packet;

	work(s);
	CHECK(!routing_next_packet(s->routing, s->now_us, &packet));
}

/* The answer to what was sent last. */
static void answer(struct scene *s, bool fulfilled)
{
	routing_answer(s->routing, s->now_us, s->packet.slot, s->packet.number,
		       fulfilled);
}

static struct ilp_ccp_update sent_update(const struct scene *s)
{
	struct ilp_ccp_update update;

	CHECK_INT(ilp_ccp_update_decode(&update, s->packet.data), ILP_OK);
	return update;
}

/* ---- what neighbours say ---- */

static enum neighbour_answer asks(struct scene *s, uint32_t slot)
{
	uint8_t out[100];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_ccp_control control = { .mode = ILP_CCP_SYNC };

	CHECK_INT(ilp_ccp_control_encode(&w, &control), ILP_OK);
	return routing_control(s->routing, s->now_us, slot, ilp_written(&w));
}

/* Routes to so many prefixes, such as g.alice.7. */
static enum neighbour_answer says(struct scene *s, uint32_t slot,
				  uint32_t count)
{
	static uint8_t list[400000];
	static uint8_t out[400100];
	uint8_t node[20];
	char name[12];
	struct ilp_writer items = ilp_writer(list, sizeof(list));
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_writer path = ilp_writer(node, sizeof(node));
	struct ilp_ccp_update update = { .table_id = { 1 },
					 .current_epoch = count,
					 .to_epoch = count,
					 .hold_down_ms = 45000 };

	snprintf(name, sizeof(name), "g.%s", slot == ALICE ? "alice" : "bob");
	ilp_write_var(&path, ilp_text(name));
	for (uint32_t i = 0; i < count; i++) {
		char prefix[40];
		struct ilp_ccp_route route = { .path = { 1,
							 ilp_written(&path) } };

		snprintf(prefix, sizeof(prefix), "%s.%u", name, i);
		route.prefix = ilp_text(prefix);
		CHECK_INT(ilp_ccp_route_encode(&items, &route), ILP_OK);
	}
	update.speaker = ilp_text(name);
	update.routes = (struct ilp_list){ count, ilp_written(&items) };
	CHECK_INT(ilp_ccp_update_encode(&w, &update), ILP_OK);
	return routing_update(s->routing, s->now_us, slot, ilp_written(&w));
}

static struct routing_status status(const struct scene *s, uint32_t slot)
{
	struct routing_status status;

	CHECK(routing_status(s->routing, slot, &status));
	return status;
}

static bool knows(const struct scene *s, const char *prefix)
{
	uint32_t destination;

	return routes_find(s->routes, ilp_text(prefix), &destination) &&
	       routes_best(s->routes, destination);
}

/* ---- claims ---- */

static void asks_who_is_connected(void)
{
	struct scene *s = new_scene();

	add_account(s, ALICE, ROUTE_PEER);
	check_sends_nothing(s);
	routing_up(s->routing, 0, ALICE);
	CHECK_INT(routing_deadline_us(s->routing), INT64_MIN);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	check_sends_nothing(s);
	answer(s, true);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_SYNCING);
	CHECK(routing_deadline_us(s->routing) > 0);
	finish(s);
}

static void strangers_are_refused(void)
{
	struct scene *s = new_scene();
	struct routing_status unknown;

	CHECK_INT(asks(s, BOB), NEIGHBOUR_CONTROL_FROM_STRANGER);
	CHECK_INT(says(s, BOB, 1), NEIGHBOUR_UPDATE_FROM_STRANGER);
	CHECK(!routing_status(s->routing, BOB, &unknown));
	routing_up(s->routing, 0, BOB);
	routing_down(s->routing, 0, BOB);
	routing_account_remove(s->routing, BOB);
	routing_answer(s->routing, 0, BOB, 1, true);
	check_sends_nothing(s);
	finish(s);
}

static void each_answer_has_its_question(void)
{
	struct scene *s = new_scene();
	uint64_t control;

	add_account(s, ALICE, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	control = s->packet.number;
	CHECK_INT(asks(s, ALICE), NEIGHBOUR_TAKEN);
	check_sends(s, ALICE, ILP_PEER_ROUTE_UPDATE);
	answer(s, true);
	CHECK_INT(status(s, ALICE).tells.state, NEIGHBOUR_ESTABLISHED);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_CONNECTING);
	routing_answer(s->routing, 0, ALICE, control + 100, true);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_CONNECTING);
	routing_answer(s->routing, 0, ALICE, control, true);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_SYNCING);
	finish(s);
}

/* The answer belongs to the connection before. */
static void an_answer_of_before_is_none(void)
{
	struct scene *s = new_scene();
	struct routing_packet before;

	add_account(s, ALICE, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	before = s->packet;
	routing_down(s->routing, 0, ALICE);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	routing_answer(s->routing, 0, ALICE, before.number, true);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_CONNECTING);
	finish(s);
}

static void news_of_one_is_told_to_others(void)
{
	struct scene *s = new_scene();

	add_account(s, ALICE, ROUTE_PEER);
	add_account(s, BOB, ROUTE_PEER);
	routing_up(s->routing, 0, BOB);
	check_sends(s, BOB, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(asks(s, BOB), NEIGHBOUR_TAKEN);
	check_sends(s, BOB, ILP_PEER_ROUTE_UPDATE);
	answer(s, true);
	s->now_us = SECOND;
	routing_up(s->routing, SECOND, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(says(s, ALICE, 3), NEIGHBOUR_TAKEN);
	check_sends(s, BOB, ILP_PEER_ROUTE_UPDATE);
	CHECK_INT(sent_update(s).routes.count, 3);
	answer(s, true);
	check_sends_nothing(s);
	s->now_us = 2 * SECOND;
	routing_down(s->routing, s->now_us, ALICE);
	check_sends(s, BOB, ILP_PEER_ROUTE_UPDATE);
	CHECK_INT(sent_update(s).withdrawn.count, 3);
	finish(s);
}

/* And not before: or it would not be taken back. */
static void what_has_gone_is_forgotten_when_all_have_heard(void)
{
	struct scene *s = new_scene();
	uint32_t destination;

	add_account(s, ALICE, ROUTE_PEER);
	add_account(s, BOB, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(says(s, ALICE, 3), NEIGHBOUR_TAKEN);
	routing_up(s->routing, 0, BOB);
	check_sends(s, BOB, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(asks(s, BOB), NEIGHBOUR_TAKEN);
	check_sends(s, BOB, ILP_PEER_ROUTE_UPDATE);
	answer(s, true);
	s->now_us = 2 * SECOND;
	routing_down(s->routing, s->now_us, ALICE);
	check_sends(s, BOB, ILP_PEER_ROUTE_UPDATE);
	CHECK_INT(sent_update(s).withdrawn.count, 3);
	s->now_us = 4 * SECOND;
	work(s);
	CHECK(routes_find(s->routes, ilp_text("g.alice.0"), &destination));
	answer(s, true);
	s->now_us = 6 * SECOND;
	work(s);
	CHECK(!routes_find(s->routes, ilp_text("g.alice.0"), &destination));
	finish(s);
}

/* As ilp-connector has it: the prefix under the secret. */
static void our_own_routes_are_authenticated(void)
{
	struct scene *s = new_scene();
	uint8_t auth[ILP_CCP_AUTH_LEN];
	uint8_t expected[ILP_HASH_LEN];

	routing_authenticate(s->routing, ilp_text("g.me"), auth);
	ilp_hmac_sha256(s->crypto, expected, ilp_text("shh"), ilp_text("g.me"));
	CHECK_BYTES(ILP_BYTES(auth), ILP_BYTES(expected));
	finish(s);
}

static void a_long_update_is_worked_off_in_steps(void)
{
	enum { MANY = 3000, STEP = 50 };
	struct scene *s = new_scene();
	size_t before = 0;

	add_account(s, ALICE, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	CHECK_INT(says(s, ALICE, MANY), NEIGHBOUR_TAKEN);
	CHECK_INT(says(s, ALICE, MANY), NEIGHBOUR_BUSY);
	for (int i = 0; i <= MANY / STEP; i++) {
		size_t count = routes_count(s->routes);

		CHECK_INT(count - before, i > 0 ? STEP : 0);
		before = count;
		CHECK_INT(routing_deadline_us(s->routing), INT64_MIN);
		routing_work(s->routing, 0, STEP);
		note_changes(s);
	}
	CHECK_INT(routes_count(s->routes), MANY);
	CHECK_INT(status(s, ALICE).hears.state, NEIGHBOUR_ESTABLISHED);
	finish(s);
}

static void an_account_that_went_is_a_stranger(void)
{
	struct scene *s = new_scene();

	add_account(s, ALICE, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	CHECK_INT(says(s, ALICE, 100), NEIGHBOUR_TAKEN);
	routing_account_remove(s->routing, ALICE);
	check_sends_nothing(s);
	CHECK_INT(routes_count(s->routes), 0);
	CHECK_INT(says(s, ALICE, 1), NEIGHBOUR_UPDATE_FROM_STRANGER);
	add_account(s, ALICE, ROUTE_PEER);
	check_sends_nothing(s);
	CHECK_INT(status(s, ALICE).hears.reason, NEIGHBOUR_NOT_LINKED);
	finish(s);
}

/* A connection stays; what was said by the rules of before does not. */
static void other_settings_begin_both_conversations_anew(void)
{
	const struct filter_rule no_seven = { .prefix = ilp_text("g.alice.7") };
	struct scene *s = new_scene();
	struct routing_account settings = account(ALICE, ROUTE_PEER);
	uint8_t id[ILP_CCP_TABLE_ID_LEN];

	add_account(s, ALICE, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(says(s, ALICE, 10), NEIGHBOUR_TAKEN);
	CHECK_INT(asks(s, ALICE), NEIGHBOUR_TAKEN);
	check_sends(s, ALICE, ILP_PEER_ROUTE_UPDATE);
	memcpy(id, sent_update(s).table_id, sizeof(id));
	CHECK(knows(s, "g.alice.7"));
	settings.import = &no_seven;
	settings.import_count = 1;
	CHECK(routing_account_set(s->routing, 0, &settings));
	work(s);
	CHECK(!knows(s, "g.alice.7") && !knows(s, "g.alice.8"));
	s->now_us = SECOND;
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(says(s, ALICE, 10), NEIGHBOUR_TAKEN);
	check_sends(s, ALICE, ILP_PEER_ROUTE_UPDATE); /* without being asked */
	CHECK(memcmp(sent_update(s).table_id, id, sizeof(id)) != 0);
	CHECK(!knows(s, "g.alice.7") && knows(s, "g.alice.8"));
	CHECK_INT(status(s, ALICE).refused[LISTENER_FILTER], 1);
	finish(s);
}

static void another_address_of_ours_is_told_anew(void)
{
	struct scene *s = new_scene();

	add_account(s, ALICE, ROUTE_PEER);
	add_account(s, BOB, ROUTE_PEER);
	routing_up(s->routing, 0, ALICE);
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	CHECK_INT(asks(s, ALICE), NEIGHBOUR_TAKEN);
	check_sends(s, ALICE, ILP_PEER_ROUTE_UPDATE);
	CHECK_TEXT(sent_update(s).speaker, "g.me");
	s->now_us = SECOND;
	CHECK(routing_set_address(s->routing, SECOND, ilp_text("g.other")));
	check_sends(s, ALICE, ILP_PEER_ROUTE_CONTROL);
	check_sends(s, ALICE, ILP_PEER_ROUTE_UPDATE);
	CHECK_TEXT(sent_update(s).speaker, "g.other");
	check_sends_nothing(s);
	finish(s);
}

static void states_and_reasons_have_words(void)
{
	for (unsigned i = 0; i < NEIGHBOUR_STATES; i++)
		CHECK(strlen(neighbour_state_word(i)) > 0);
	for (unsigned i = 0; i < NEIGHBOUR_REASONS; i++)
		CHECK(strlen(neighbour_reason_text(i)) > 0);
	for (unsigned i = NEIGHBOUR_TAKEN + 1; i < NEIGHBOUR_ANSWERS; i++)
		CHECK(strlen(neighbour_reject(i)->message) > 0);
	for (unsigned i = 0; i < LISTENER_REFUSALS; i++)
		CHECK(strlen(listener_refusal_text(i)) > 0);
	CHECK_INT(neighbour_reject(NEIGHBOUR_BUSY)->code,
		  ILP_T03_CONNECTOR_BUSY);
	CHECK_INT(neighbour_reject(NEIGHBOUR_GAP_BEFORE)->code,
		  ILP_F00_BAD_REQUEST);
}

TESTS(TEST(asks_who_is_connected), TEST(strangers_are_refused),
      TEST(each_answer_has_its_question), TEST(an_answer_of_before_is_none),
      TEST(news_of_one_is_told_to_others),
      TEST(what_has_gone_is_forgotten_when_all_have_heard),
      TEST(our_own_routes_are_authenticated),
      TEST(a_long_update_is_worked_off_in_steps),
      TEST(an_account_that_went_is_a_stranger),
      TEST(other_settings_begin_both_conversations_anew),
      TEST(another_address_of_ours_is_told_anew),
      TEST(states_and_reasons_have_words))
