/* SPDX-License-Identifier: Apache-2.0 */
/* What neighbours ask of each other is answered, and asked, without money; what
 * they say of routes is where packets go. */
#include "node/neighbours.h"

#include "ilp/ccp.h"
#include "ilp/ildcp.h"
#include "ilp/peer.h"
#include "test/question.h"
#include "test/scene.h"

struct stage {
	struct scene s;
	struct peer *alice; /* tells us routes, and hears ours */
	struct peer *carol; /* does neither, and is our child */
};

static struct peer *join(struct stage *t, const char *name,
			 enum account_relation relation, bool routes)
{
	struct account_settings settings = peer_settings(name);

	settings.relation = relation;
	settings.sends_routes = settings.receives_routes = routes;
	return peer_join_with(&t->s, &settings);
}

static void begin(struct stage *t)
{
	const struct connector_options options = scene_options();

	scene_begin_with(&t->s, &options);
	/* It is asked for its routes, again and again. */
	for (int i = 0; i < SCENE_OWN_MAX / 2; i++)
		scene_expect(&t->s, ilp_peer_condition);
	t->alice = join(t, "alice", ACCOUNT_PEER, true);
	t->carol = join(t, "carol", ACCOUNT_CHILD, false);
	scene_play(&t->s);
}

static void end(struct stage *t)
{
	peer_disconnect(t->alice);
	scene_end(&t->s);
}

/* What we asked last, of that peer; NULL: nothing that is not answered. */
static struct scene_own *asked(struct stage *t, const struct peer *peer)
{
	for (size_t i = t->s.own_count; i > 0; i--)
		if (t->s.own[i - 1].to == peer && !t->s.own[i - 1].over)
			return &t->s.own[i - 1];
	return NULL;
}

static void fulfill_own(struct stage *t, const struct scene_own *own)
{
	uint8_t room[128];
	struct ilp_writer w = ilp_writer(room, sizeof(room));

	CHECK_INT(ilp_peer_response_encode(&w, (struct ilp_bytes){ NULL, 0 }),
		  ILP_OK);
	peer_answer_as(own->to, own->request, ilp_written(&w));
	scene_play(&t->s);
}

/* A peer asks the node; what it is answered is the question's. */
static struct question *ask(struct stage *t, struct peer *from,
			    const char *destination, struct ilp_bytes data,
			    struct ilp_bytes fulfilled_with)
{
	static const uint8_t zeros[32];
	struct ilp_prepare prepare = peer_prepare(&t->s, destination, 0);
	struct ilp_fulfill f = { .data = fulfilled_with };
	uint8_t room[2048];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct question *q;

	memcpy(prepare.condition, ilp_peer_condition, 32);
	memcpy(f.fulfillment, zeros, 32);
	prepare.data = data;
	q = peer_ask_with(from, &prepare);
	if (fulfilled_with.at) {
		CHECK_INT(ilp_fulfill_encode(&w, &f), ILP_OK);
		question_end_here(q, ilp_written(&w));
	}
	scene_play(&t->s);
	return q;
}

/* ---- addresses ---- */

static void a_child_is_told_its_address_and_asset(void)
{
	uint8_t data[256];
	struct ilp_writer w = ilp_writer(data, sizeof(data));
	struct ilp_ildcp ildcp = { ilp_text("test.node.carol"), 9,
				   ilp_text("XRP") };
	struct question *q;
	struct stage t;

	begin(&t);
	CHECK_INT(ilp_ildcp_encode(&w, &ildcp), ILP_OK);
	q = ask(&t, t.carol, ILP_PEER_CONFIG, (struct ilp_bytes){ NULL, 0 },
		ilp_written(&w));
	CHECK_FULFILLED(q);
	end(&t);
}

static void whoever_is_no_child_has_no_address_of_ours(void)
{
	struct question *q;
	struct stage t;

	begin(&t);
	q = ask(&t, t.alice, ILP_PEER_CONFIG, (struct ilp_bytes){ NULL, 0 },
		(struct ilp_bytes){ NULL, 0 });
	CHECK_REFUSED(q, "F00", "addresses are given to children only.");
	end(&t);
}

/* ---- routes ---- */

#define TABLE 0x11

static struct ilp_bytes update(uint8_t *room, uint32_t from, const char *prefix,
			       bool withdrawn)
{
	static uint8_t routes[1024];
	struct ilp_writer r = ilp_writer(routes, sizeof(routes));
	struct ilp_writer w = ilp_writer(room, 2048);
	uint8_t path[64];
	struct ilp_writer p = ilp_writer(path, sizeof(path));
	struct ilp_ccp_route route = { .prefix = ilp_text(prefix) };
	struct ilp_ccp_update u = {
		.current_epoch = from + 1,
		.from_epoch = from,
		.to_epoch = from + 1,
		.hold_down_ms = 45000,
		.speaker = ilp_text("test.alice"),
	};

	memset(u.table_id, TABLE, sizeof(u.table_id));
	ilp_write_var(&p, ilp_text("test.alice"));
	route.path = (struct ilp_list){ 1, ilp_written(&p) };
	if (withdrawn)
		ilp_write_var(&r, ilp_text(prefix));
	else
		CHECK_INT(ilp_ccp_route_encode(&r, &route), ILP_OK);
	if (withdrawn)
		u.withdrawn = (struct ilp_list){ 1, ilp_written(&r) };
	else
		u.routes = (struct ilp_list){ 1, ilp_written(&r) };
	CHECK_INT(ilp_ccp_update_encode(&w, &u), ILP_OK);
	return ilp_written(&w);
}

static void check_led(struct stage *t, const char *destination,
		      struct peer *to)
{
	struct question *q = peer_ask(t->carol, destination, 10);

	scene_play(&t->s);
	if (!to) {
		CHECK(q->answers == 1 && !q->fulfilled);
		assert_string_equal(q->reject.code, "F02");
		return;
	}
	CHECK_PASSED(q, to);
	peer_fulfill(q);
	scene_play(&t->s);
}

static const struct ilp_bytes nothing = { (const uint8_t *)"", 0 };

static void what_a_neighbour_says_is_where_packets_go(void)
{
	uint8_t room[2048];
	struct scene_own *own;
	struct stage t;

	begin(&t);
	own = asked(&t, t.alice);
	CHECK(own);
	CHECK_TEXT(own->prepare.destination, ILP_PEER_ROUTE_CONTROL);
	fulfill_own(&t, own);
	check_led(&t, "test.far.away", NULL);
	CHECK_FULFILLED(ask(&t, t.alice, ILP_PEER_ROUTE_UPDATE,
			    update(room, 0, "test.far", false), nothing));
	scene_play(&t.s);
	check_led(&t, "test.far.away", t.alice);
	CHECK_FULFILLED(ask(&t, t.alice, ILP_PEER_ROUTE_UPDATE,
			    update(room, 1, "test.far", true), nothing));
	scene_play(&t.s);
	check_led(&t, "test.far.away", NULL);
	end(&t);
}

static void what_a_neighbour_said_goes_with_its_connection(void)
{
	uint8_t room[2048];
	struct stage t;

	begin(&t);
	fulfill_own(&t, asked(&t, t.alice));
	CHECK_FULFILLED(ask(&t, t.alice, ILP_PEER_ROUTE_UPDATE,
			    update(room, 0, "test.far", false), nothing));
	scene_play(&t.s);
	check_led(&t, "test.far.away", t.alice);
	peer_disconnect(t.alice);
	for (int i = 0; i < 3; i++)
		scene_play(&t.s);
	check_led(&t, "test.far.away", NULL);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK(asked(&t, t.alice)); /* for all of it again */
	end(&t);
}

static void who_asks_hears_our_routes(void)
{
	struct ilp_ccp_control control = { .mode = ILP_CCP_SYNC };
	uint8_t data[128];
	struct ilp_writer w = ilp_writer(data, sizeof(data));
	struct ilp_ccp_update u;
	struct ilp_ccp_route route;
	struct scene_own *own;
	struct stage t;
	bool found = false;

	begin(&t);
	fulfill_own(&t, asked(&t, t.alice));
	CHECK_INT(ilp_ccp_control_encode(&w, &control), ILP_OK);
	CHECK_FULFILLED(ask(&t, t.alice, ILP_PEER_ROUTE_CONTROL,
			    ilp_written(&w), nothing));
	scene_wait(&t.s, 200);
	own = asked(&t, t.alice);
	CHECK(own);
	CHECK_TEXT(own->prepare.destination, ILP_PEER_ROUTE_UPDATE);
	CHECK_INT(ilp_ccp_update_decode(&u, own->prepare.data), ILP_OK);
	CHECK_TEXT(u.speaker, "test.node");
	while (ilp_ccp_next_route(&u.routes, &route))
		found |= ilp_bytes_equal(route.prefix, ilp_text("test.node"));
	CHECK(found);
	fulfill_own(&t, own);
	end(&t);
}

static void strangers_to_routes_are_refused(void)
{
	struct ilp_ccp_control control = { .mode = ILP_CCP_SYNC };
	uint8_t data[128], room[2048];
	struct ilp_writer w = ilp_writer(data, sizeof(data));
	struct stage t;

	begin(&t);
	CHECK_INT(ilp_ccp_control_encode(&w, &control), ILP_OK);
	CHECK_REFUSED(ask(&t, t.carol, ILP_PEER_ROUTE_CONTROL, ilp_written(&w),
			  (struct ilp_bytes){ NULL, 0 }),
		      "F00",
		      "rejecting route control message, we are configured not "
		      "to send routes to you.");
	CHECK_REFUSED(ask(&t, t.carol, ILP_PEER_ROUTE_UPDATE,
			  update(room, 0, "test.far", false),
			  (struct ilp_bytes){ NULL, 0 }),
		      "F00",
		      "rejecting route update, we are configured not to receive "
		      "routes from you.");
	CHECK_REFUSED(ask(&t, t.alice, ILP_PEER_ROUTE_UPDATE, ilp_text("x"),
			  (struct ilp_bytes){ NULL, 0 }),
		      "F00", "malformed route update.");
	CHECK(!asked(&t, t.carol));
	end(&t);
}

TESTS(TEST(a_child_is_told_its_address_and_asset),
      TEST(whoever_is_no_child_has_no_address_of_ours),
      TEST(what_a_neighbour_says_is_where_packets_go),
      TEST(what_a_neighbour_said_goes_with_its_connection),
      TEST(who_asks_hears_our_routes), TEST(strangers_to_routes_are_refused))
