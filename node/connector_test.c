/* SPDX-License-Identifier: Apache-2.0 */
/* A Prepare finds its way to the next hop and its answer the way back; all
 * that can be wrong with where it goes is refused with its own code and text.
 */
#include "node/connector.h"

#include "ilp/peer.h"
#include "ilp/timestamp.h"
#include "test/scene.h"

#define WINDOW CONNECTOR_WINDOW_MS
#define HOLD_MAX CONNECTOR_HOLD_MAX_MS

/* A node with two peers. */
struct pair {
	struct scene s;
	struct peer *alice;
	struct peer *bob;
};

static void begin_with(struct pair *t, const struct connector_options *options)
{
	scene_begin_with(&t->s, options);
	t->alice = peer_join(&t->s, "alice");
	t->bob = peer_join(&t->s, "bob");
	scene_play(&t->s);
}

static void begin(struct pair *t)
{
	const struct connector_options options = scene_options();

	begin_with(t, &options);
}

static void end(struct pair *t)
{
	scene_end(&t->s);
}

static void forwards_a_prepare_and_returns_its_fulfill(void)
{
	struct pair t;
	struct question *q;

	begin(&t);
	q = peer_ask(t.alice, "test.bob.invoice.7", 1000);
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	CHECK(peer_account(t.alice)->book.held_debits == 1000);
	CHECK(peer_account(t.bob)->book.held_credits == 1000);
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK_BYTES(q->answer, peer_fulfill_packet(q, ilp_text("thanks")));
	CHECK(peer_account(t.alice)->book.balance == 1000);
	CHECK(peer_account(t.bob)->book.balance == -1000);
	end(&t);
}

static void returns_a_reject_and_nobody_owes_anything(void)
{
	struct pair t;
	struct question *q;

	begin(&t);
	q = peer_ask(t.alice, "test.bob", 1000);
	scene_play(&t.s);
	peer_reject(q, "F06");
	scene_play(&t.s);
	CHECK(q->answers == 1 && !q->fulfilled);
	CHECK_BYTES(q->answer, q->reply);
	CHECK(peer_account(t.alice)->book.balance == 0);
	CHECK(peer_account(t.bob)->book.balance == 0);
	end(&t);
}

/* The bytes of a Prepare that were sent, with amount and expiry as they
 * arrived. */
static struct ilp_bytes edited(const struct question *q)
{
	static uint8_t room[ILP_PACKET_MAX];

	memcpy(room, q->packet.at, q->packet.len);
	CHECK_INT(ilp_prepare_edit(room, q->packet.len, q->out.amount,
				   q->out.expires_at_ms),
		  ILP_OK);
	return (struct ilp_bytes){ room, q->packet.len };
}

static void changes_amount_and_expiry_only(void)
{
	static uint8_t data[ILP_DATA_MAX];
	static const size_t lens[] = { 1,   60,  127,  128,
				       255, 256, 5000, ILP_DATA_MAX };
	struct random_source r = random_start();
	struct pair t;

	begin(&t);
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		struct ilp_prepare prepare =
			peer_prepare(&t.s, "test.bob.a~b-c_d", 5);
		struct question *q;

		prepare.data = random_bytes(&r, data, lens[i]);
		q = peer_ask_with(t.alice, &prepare);
		scene_play(&t.s);
		CHECK_PASSED(q, t.bob);
		CHECK_BYTES(q->out_packet, edited(q));
		CHECK_INT(q->out.expires_at_ms,
			  q->prepare.expires_at_ms - WINDOW);
		CHECK_BYTES(ILP_BYTES(q->out.condition),
			    ILP_BYTES(prepare.condition));
		CHECK_BYTES(q->out.destination, prepare.destination);
		CHECK_BYTES(q->out.data, prepare.data);
	}
	end(&t);
}

/* Bytes behind the known fields, but within the packet, are of a later
 * version of the protocol. */
static void passes_on_fields_that_it_does_not_know(void)
{
	uint8_t room[512], body[512];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_writer longer = ilp_writer(body, sizeof(body));
	struct pair t;
	struct ilp_prepare prepare;
	struct question *q;

	begin(&t);
	prepare = peer_prepare(&t.s, "test.bob", 5);
	prepare.data = ilp_text("x");
	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	CHECK(room[1] < 100); /* its length takes one byte */
	ilp_write_u8(&longer, room[0]);
	ilp_write_u8(&longer, (uint8_t)(room[1] + 3));
	ilp_write_fixed(&longer, ilp_bytes_skip(ilp_written(&w), 2));
	ilp_write_fixed(&longer, ilp_text("new"));
	q = peer_ask_bytes(t.alice, ilp_written(&longer));
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	CHECK_BYTES(q->out_packet, edited(q));
	end(&t);
}

/* The packet, and something behind it. */
static struct ilp_bytes followed(struct ilp_bytes packet)
{
	static uint8_t room[600];

	CHECK(packet.len + 4 <= sizeof(room));
	memcpy(room, packet.at, packet.len);
	memcpy(room + packet.len, "more", 4);
	return (struct ilp_bytes){ room, packet.len + 4 };
}

static void passes_on_nothing_that_lies_behind_a_packet(void)
{
	uint8_t room[512];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct pair t;
	struct ilp_prepare prepare;
	struct question *q, *other;

	begin(&t);
	prepare = peer_prepare(&t.s, "test.bob", 5);
	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	q = peer_ask_bytes(t.alice, followed(ilp_written(&w)));
	other = peer_ask(t.alice, "test.bob", 6);
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	CHECK_INT(q->out_packet.len, q->packet.len - 4);
	peer_answer(q, followed(peer_fulfill_packet(q, ilp_text("x"))));
	peer_answer(other, followed(hex("0e0946393903672e6200"
					"00")));
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK_BYTES(q->answer, peer_fulfill_packet(q, ilp_text("x")));
	CHECK_BYTES(other->answer, hex("0e0946393903672e620000"));
	end(&t);
}

/* ---- time ---- */

/* A Prepare to bob that expires in so many milliseconds. */
static struct question *ask_for(struct pair *t, int64_t ms)
{
	struct ilp_prepare prepare = peer_prepare(&t->s, "test.bob", 1);

	prepare.expires_at_ms = t->s.now.wall_ms + ms;
	return peer_ask_with(t->alice, &prepare);
}

static void keeps_a_window_and_waits_no_longer_than_the_maximum(void)
{
	struct pair t;
	struct question *brief, *just, *over, *far;

	begin(&t);
	brief = ask_for(&t, 2 * WINDOW);
	just = ask_for(&t, HOLD_MAX + WINDOW);
	over = ask_for(&t, HOLD_MAX + WINDOW + 1);
	far = peer_ask_with(
		t.alice,
		&(struct ilp_prepare){ .expires_at_ms = ILP_TIMESTAMP_MAX_MS,
				       .destination = ilp_text("test.bob") });
	scene_play(&t.s);
	CHECK_PASSED(brief, t.bob);
	CHECK_INT(brief->out.expires_at_ms, t.s.now.wall_ms + WINDOW);
	CHECK_PASSED(just, t.bob);
	CHECK_INT(just->out.expires_at_ms, t.s.now.wall_ms + HOLD_MAX);
	CHECK_PASSED(over, t.bob);
	CHECK_INT(over->out.expires_at_ms, t.s.now.wall_ms + HOLD_MAX);
	CHECK_PASSED(far, t.bob);
	CHECK_INT(far->out.expires_at_ms, t.s.now.wall_ms + HOLD_MAX);
	end(&t);
}

static void refuses_what_has_expired(void)
{
	struct pair t;
	struct question *past, *now;

	begin(&t);
	past = ask_for(&t, -1);
	now = ask_for(&t, 0);
	scene_play(&t.s);
	CHECK_REFUSED(past, "R02",
		      "source transfer has already expired. "
		      "sourceExpiry=2025-06-15T15:06:40.122Z "
		      "currentTime=2025-06-15T15:06:40.123Z");
	CHECK_REFUSED(now, "R02",
		      "source transfer has already expired. "
		      "sourceExpiry=2025-06-15T15:06:40.123Z "
		      "currentTime=2025-06-15T15:06:40.123Z");
	end(&t);
}

static void refuses_what_expires_too_soon_to_be_passed_on(void)
{
	struct pair t;
	struct question *q;

	begin(&t);
	q = ask_for(&t, 2 * WINDOW - 1);
	scene_play(&t.s);
	CHECK_REFUSED(q, "R02",
		      "source transfer expires too soon to complete payment. "
		      "actualSourceExpiry=2025-06-15T15:06:42.122Z "
		      "requiredSourceExpiry=2025-06-15T15:06:42.123Z "
		      "currentTime=2025-06-15T15:06:40.123Z");
	end(&t);
}

static void takes_nothing_while_the_wall_clock_steps(void)
{
	static const int64_t steps_ms[] = { 251, -251, 3600000, -86400000 };
	struct pair t;

	begin(&t);
	for (size_t i = 0; i < sizeof(steps_ms) / sizeof(*steps_ms); i++) {
		struct question *before = ask_for(&t, 20000);
		struct question *first, *q;

		scene_play(&t.s);
		scene_step_wall(&t.s, steps_ms[i]);
		first = ask_for(&t, 10000);
		scene_play(&t.s);
		CHECK_REFUSED(first, "T00", "connector's clock has stepped.");
		scene_wait(&t.s, 500);
		q = ask_for(&t, 10000);
		scene_play(&t.s);
		CHECK_REFUSED(q, "T00", "connector's clock has stepped.");
		scene_wait(&t.s, 1000);
		q = ask_for(&t, 10000);
		scene_play(&t.s);
		CHECK_PASSED(q, t.bob);
		/* What is in flight has its own deadline. */
		CHECK_PASSED(before, t.bob);
		scene_wait(&t.s, 20000 - WINDOW - 1500 - 1);
		CHECK_PASSED(before, t.bob);
		scene_wait(&t.s, 1);
		CHECK_REFUSED(before, "R00", "packet expired.");
	}
	end(&t);
}

static void takes_a_wall_clock_that_is_only_corrected(void)
{
	struct pair t;
	struct question *q;

	begin(&t);
	for (int i = 0; i < 20; i++) {
		scene_wait(&t.s, 1000);
		scene_step_wall(&t.s, i % 2 ? 100 : 50);
		q = ask_for(&t, 10000);
		scene_play(&t.s);
		CHECK_PASSED(q, t.bob);
	}
	end(&t);
}

/* ---- where it goes ---- */

static void refuses_what_has_no_route(void)
{
	static const char *const nowhere[] = {
		"test.carol",
		"test.bobby",
		"test.bo",
		"private.bob",
		/* our own address, and what is below it */
		"test.node.anybody",
	};
	struct pair t;

	begin(&t);
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		struct question *q = peer_ask(t.alice, nowhere[i], 1);
		char text[100];

		scene_play(&t.s);
		snprintf(text, sizeof(text),
			 "no route found. source=alice destination=%s",
			 nowhere[i]);
		CHECK_REFUSED(q, "F02", text);
	}
	end(&t);
}

static void takes_the_longest_route_of_whole_segments(void)
{
	struct pair t;
	struct peer *carol;
	struct question *a, *b, *c;

	begin(&t);
	carol = peer_join(&t.s, "carol");
	scene_play(&t.s);
	CHECK(shard_route_set(scene_shard(&t.s), ilp_text(""),
			      peer_account(carol)));
	CHECK(shard_route_set(scene_shard(&t.s), ilp_text("test.bob.x"),
			      peer_account(carol)));
	a = peer_ask(t.alice, "test.bob.y", 1);
	b = peer_ask(t.alice, "test.bob.x.y", 1);
	c = peer_ask(t.alice, "test.bobby", 1);
	scene_play(&t.s);
	CHECK_PASSED(a, t.bob);
	CHECK_PASSED(b, carol);
	CHECK_PASSED(c, carol);
	CHECK(shard_route_remove(scene_shard(&t.s), ilp_text("test.bob.x")));
	b = peer_ask(t.alice, "test.bob.x.y", 1);
	scene_play(&t.s);
	CHECK_PASSED(b, t.bob);
	end(&t);
}

static void sends_back_only_if_it_may(void)
{
	struct connector_options options = scene_options();
	struct pair t;
	struct question *q;

	begin(&t);
	q = peer_ask(t.alice, "test.alice.shop", 1);
	scene_play(&t.s);
	CHECK_PASSED(q, t.alice);
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 0);
	end(&t);
	options.reflect = false;
	begin_with(&t, &options);
	q = peer_ask(t.alice, "test.alice.shop", 1);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F02",
		      "refusing to route payments back to sender. "
		      "sourceAccount=alice destinationAccount=alice");
	end(&t);
}

static void refuses_when_the_next_hop_is_not_connected(void)
{
	struct pair t;
	struct question *q;

	begin(&t);
	peer_disconnect(t.bob);
	q = peer_ask(t.alice, "test.bob", 1);
	scene_play(&t.s);
	CHECK_REFUSED(q, "T01", "no connection to account. account=bob");
	peer_connect(t.bob);
	scene_play(&t.s);
	q = peer_ask(t.alice, "test.bob", 1);
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	end(&t);
}

/* Default routes lead to bob. */
static void check_network(const char *own, const char *destination,
			  bool foreign)
{
	struct connector_options options = scene_options();
	struct pair t;
	struct question *q;

	options.address = ilp_text(own);
	begin_with(&t, &options);
	CHECK(shard_route_set(scene_shard(&t.s), ilp_text(""),
			      peer_account(t.bob)));
	q = peer_ask(t.alice, destination, 1);
	scene_play(&t.s);
	if (foreign)
		CHECK_REFUSED(q, "F02", "destination is in another network.");
	else
		CHECK_PASSED(q, t.bob);
	end(&t);
}

static void keeps_live_and_test_networks_apart(void)
{
	check_network("g.node", "g.somebody", false);
	check_network("g.node", "test.somebody", true);
	check_network("g.node", "test1.somebody", true);
	check_network("g.node", "test2.somebody", true);
	check_network("g.node", "test3.somebody", true);
	check_network("g.node", "private.somebody", false);
	check_network("test.node", "g.somebody", true);
	check_network("test.node", "test.somebody", false);
	check_network("test2.node", "g.somebody", true);
	check_network("private.node", "g.somebody", false);
	check_network("private.node", "test.somebody", false);
}

static void never_forwards_what_is_for_a_peer(void)
{
	struct pair t;
	struct ilp_prepare prepare;
	struct question *q;

	begin(&t);
	CHECK(shard_route_set(scene_shard(&t.s), ilp_text(""),
			      peer_account(t.bob)));
	prepare = peer_prepare(&t.s, "peer.somebody", 1);
	q = peer_ask_with(t.alice, &prepare);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F01", "condition must be peer protocol condition.");
	memcpy(prepare.condition, ilp_peer_condition, 32);
	q = peer_ask_with(t.alice, &prepare);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F03", "peer protocols carry no money.");
	prepare.amount = ILP_AMOUNT_ZERO;
	q = peer_ask_with(t.alice, &prepare);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F01", "unknown peer protocol.");
	end(&t);
}

static void refuses_what_is_no_prepare(void)
{
	static const char *const packets[] = {
		"",     /* nothing */
		"00",   /* nor anything */
		"0c00", /* an empty Prepare */
		"0c80", /* of indefinite length */
		"0d21"  /* a Fulfill */
		"0000000000000000000000000000000000000000000000000000000000"
		"00000000",
		"0e09463939000000", /* a Reject, cut */
	};
	struct pair t;

	begin(&t);
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++) {
		struct question *q = peer_ask_bytes(t.alice, hex(packets[i]));

		scene_play(&t.s);
		CHECK_REFUSED(q, "F01", "invalid packet.");
	}
	end(&t);
}

static void refuses_every_truncation_of_a_prepare(void)
{
	struct pair t;
	struct question *whole;

	begin(&t);
	whole = peer_ask(t.alice, "test.bob", 1);
	scene_play(&t.s);
	CHECK_PASSED(whole, t.bob);
	for (size_t len = 0; len < whole->packet.len; len++) {
		const struct ilp_bytes cut = { whole->packet.at, len };
		struct question *q = peer_ask_bytes(t.alice, cut);

		scene_play(&t.s);
		CHECK_REFUSED(q, "F01", "invalid packet.");
	}
	end(&t);
}

/* The ids under which we ask begin at random, or answers to an earlier run of
 * the node would count. */
static void asks_under_ids_that_differ_with_the_seed(void)
{
	uint32_t ids[4];

	for (uint8_t i = 0; i < 4; i++) {
		struct connector_options options = scene_options();
		struct pair t;
		struct question *q;

		options.seed[5] = i;
		begin_with(&t, &options);
		q = peer_ask(t.alice, "test.bob", 1);
		scene_play(&t.s);
		CHECK_PASSED(q, t.bob);
		ids[i] = q->out_request;
		for (uint8_t j = 0; j < i; j++)
			CHECK(ids[i] != ids[j]);
		end(&t);
	}
}

static void takes_packets_however_they_are_cut(void)
{
	struct random_source r = random_start();
	struct question *q[200];
	struct pair t;

	begin(&t);
	t.s.cuts = &r;
	for (size_t i = 0; i < 200; i++)
		q[i] = peer_ask(t.alice, "test.bob", i);
	scene_play(&t.s);
	for (size_t i = 0; i < 200; i++) {
		CHECK_PASSED(q[i], t.bob);
		peer_fulfill(q[i]);
	}
	scene_play(&t.s);
	for (size_t i = 0; i < 200; i++)
		CHECK_FULFILLED(q[i]);
	end(&t);
}

TESTS(TEST(forwards_a_prepare_and_returns_its_fulfill),
      TEST(returns_a_reject_and_nobody_owes_anything),
      TEST(changes_amount_and_expiry_only),
      TEST(passes_on_fields_that_it_does_not_know),
      TEST(passes_on_nothing_that_lies_behind_a_packet),
      TEST(keeps_a_window_and_waits_no_longer_than_the_maximum),
      TEST(refuses_what_has_expired),
      TEST(refuses_what_expires_too_soon_to_be_passed_on),
      TEST(takes_nothing_while_the_wall_clock_steps),
      TEST(takes_a_wall_clock_that_is_only_corrected),
      TEST(refuses_what_has_no_route),
      TEST(takes_the_longest_route_of_whole_segments),
      TEST(sends_back_only_if_it_may),
      TEST(refuses_when_the_next_hop_is_not_connected),
      TEST(keeps_live_and_test_networks_apart),
      TEST(never_forwards_what_is_for_a_peer), TEST(refuses_what_is_no_prepare),
      TEST(refuses_every_truncation_of_a_prepare),
      TEST(asks_under_ids_that_differ_with_the_seed),
      TEST(takes_packets_however_they_are_cut))
