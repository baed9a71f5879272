/* SPDX-License-Identifier: Apache-2.0 */
/* The node asks by itself, and is asked for signs of life: each question has
 * one answer, and the money is where it belongs. The stage looks after that.
 */
#include "node/own.h"

#include "ilp/peer.h"
#include "ilp/ping.h"
#include "node/echo.h"
#include "test/question.h"
#include "test/scene.h"
#include "test/slow_ledger.h"

#define TAG 77

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

/* ---- asking ---- */

/* The node asks an address, or, without one, a neighbour. */
static struct scene_own *ask(struct pair *t, const char *destination,
			     struct peer *neighbour, uint64_t amount)
{
	struct ilp_prepare prepare =
		peer_prepare(&t->s, destination, amount);

	CHECK(shard_ask(scene_shard(&t->s), &prepare,
			neighbour ? peer_account(neighbour) : NULL, OWN_ERRAND,
			TAG));
	return scene_expect(&t->s, prepare.condition);
}

static void fulfill_own(struct pair *t, const struct scene_own *own)
{
	struct ilp_fulfill f = { .data = ilp_text("here") };
	uint8_t room[128];
	struct ilp_writer w = ilp_writer(room, sizeof(room));

	peer_fulfillment(&t->s, own->condition, f.fulfillment);
	CHECK_INT(ilp_fulfill_encode(&w, &f), ILP_OK);
	peer_answer_as(own->to, own->request, ilp_written(&w));
}

/* There is an answer, and it is a Reject with this code; or a Fulfill. */
static void check_answer(struct pair *t, const char *code)
{
	struct own_answer answer;
	struct ilp_reject reject;

	CHECK(shard_next_answer(scene_shard(&t->s), OWN_ERRAND, &answer));
	CHECK_INT(answer.tag, TAG);
	CHECK_INT(answer.packet.at[0], code ? ILP_REJECT : ILP_FULFILL);
	if (!code)
		return;
	CHECK_INT(ilp_reject_decode(&reject, answer.packet), ILP_OK);
	assert_string_equal(reject.code, code);
}

static void check_no_answer(struct pair *t)
{
	struct own_answer answer;

	CHECK(!shard_next_answer(scene_shard(&t->s), OWN_ERRAND, &answer));
}

static void asks_by_a_route_and_pays(void)
{
	struct scene_own *own;
	struct pair t;

	begin(&t);
	own = ask(&t, "test.bob.somebody", NULL, 500);
	check_no_answer(&t);
	scene_play(&t.s);
	assert_ptr_equal(own->to, t.bob);
	CHECK_TEXT(own->prepare.destination, "test.bob.somebody");
	CHECK(own->prepare.amount.units == 500);
	CHECK_INT(own->prepare.expires_at_ms, t.s.now.wall_ms + 10000);
	CHECK(peer_account(t.bob)->book.held_credits == 500);
	fulfill_own(&t, own);
	scene_play(&t.s);
	CHECK(peer_account(t.bob)->book.balance == -500);
	check_answer(&t, NULL);
	check_no_answer(&t);
	end(&t);
}

static void a_reject_costs_nothing(void)
{
	struct scene_own *own;
	struct pair t;

	begin(&t);
	own = ask(&t, "test.bob", NULL, 500);
	scene_play(&t.s);
	peer_answer_as(t.bob, own->request,
		       ilp_text("\x0e\x11"
				"F99\x08test.bob\x02no\x01x"));
	scene_play(&t.s);
	CHECK(peer_account(t.bob)->book.balance == 0);
	check_answer(&t, "F99");
	end(&t);
}

static void asks_a_neighbour_without_a_route(void)
{
	struct scene_own *own;
	struct pair t;

	begin(&t);
	own = ask(&t, "peer.config", t.alice, 0);
	scene_play(&t.s);
	assert_ptr_equal(own->to, t.alice);
	CHECK_TEXT(own->prepare.destination, "peer.config");
	fulfill_own(&t, own);
	scene_play(&t.s);
	check_answer(&t, NULL);
	end(&t);
}

static void what_cannot_be_sent_is_answered_at_once(void)
{
	struct account_settings poor = peer_settings("poor");
	struct pair t;

	poor.balance.minimum = -100;
	begin(&t);
	ask(&t, "test.nowhere", NULL, 1);
	check_answer(&t, "F02");
	ask(&t, "g.bob", NULL, 1);
	check_answer(&t, "F02");
	peer_join_with(&t.s, &poor);
	scene_play(&t.s);
	ask(&t, "test.poor", NULL, 101);
	check_answer(&t, "T04");
	peer_disconnect(t.bob);
	scene_play(&t.s);
	ask(&t, "test.bob", NULL, 1);
	check_answer(&t, "T01");
	ask(&t, "peer.config", t.bob, 0);
	check_answer(&t, "T01");
	check_no_answer(&t);
	end(&t);
}

static void whoever_is_silent_has_timed_out(void)
{
	struct scene_own *own;
	struct pair t;

	begin(&t);
	own = ask(&t, "test.bob", NULL, 500);
	scene_play(&t.s);
	scene_wait(&t.s, 9999);
	check_no_answer(&t);
	scene_wait(&t.s, 1);
	check_answer(&t, "R00");
	/* What comes later counts for nothing. */
	fulfill_own(&t, own);
	scene_play(&t.s);
	CHECK(peer_account(t.bob)->book.balance == 0);
	check_no_answer(&t);
	end(&t);
}

static void a_wrong_fulfillment_is_none(void)
{
	struct scene_own *own;
	struct pair t;

	begin(&t);
	own = ask(&t, "test.bob", NULL, 500);
	scene_play(&t.s);
	own->condition[0] ^= 1; /* what fulfills that does not fulfill this */
	peer_answer_as(t.bob, own->request, echo_fulfill((uint8_t[64]){ 0 },
						  ilp_ping_fulfillment));
	scene_play(&t.s);
	check_answer(&t, "F05");
	CHECK(peer_account(t.bob)->book.balance == 0);
	end(&t);
}

static void a_node_that_ends_asks_nobody(void)
{
	struct pair t;

	begin(&t);
	shard_drain(scene_shard(&t.s));
	ask(&t, "test.bob", NULL, 1);
	check_answer(&t, "T03");
	end(&t);
}

static void questions_in_flight_are_bounded(void)
{
	struct ilp_prepare prepare;
	struct pair t;

	begin(&t);
	prepare = peer_prepare(&t.s, "test.nowhere", 1);
	for (size_t i = 0; i < OWN_MAX; i++)
		CHECK(shard_ask(scene_shard(&t.s), &prepare, NULL,
				OWN_ERRAND, TAG));
	CHECK(!shard_ask(scene_shard(&t.s), &prepare, NULL,
				OWN_ERRAND, TAG));
	for (size_t i = 0; i < OWN_MAX; i++)
		check_answer(&t, "F02");
	check_no_answer(&t);
	CHECK(shard_ask(scene_shard(&t.s), &prepare, NULL,
				OWN_ERRAND, TAG));
	scene_take_down(&t.s); /* with an answer that nobody has taken */
}

/* ---- signs of life ---- */

static struct ilp_prepare ping(struct pair *t, uint64_t amount)
{
	struct ilp_prepare prepare =
		peer_prepare(&t->s, "test.node", amount);

	memcpy(prepare.condition, ilp_ping_condition, 32);
	return prepare;
}

static struct question *send_ping(struct pair *t, uint64_t amount)
{
	struct ilp_prepare prepare = ping(t, amount);
	struct question *q = peer_ask_with(t->alice, &prepare);
	uint8_t room[ECHO_FULFILL_MAX];

	question_end_here(q, echo_fulfill(room, ilp_ping_fulfillment));
	return q;
}

static void a_ping_is_fulfilled_and_costs_what_it_carries(void)
{
	struct question *q;
	struct pair t;

	begin(&t);
	q = send_ping(&t, 300);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 300);
	/* Each is one of its own, though all are alike. */
	q = send_ping(&t, 300);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 600);
	q = send_ping(&t, 0);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	end(&t);
}

static void a_ping_waits_for_the_ledger(void)
{
	struct question *q;
	struct pair t;

	begin(&t);
	slow_ledger_stall(t.s.ledger, true);
	q = send_ping(&t, 300);
	scene_play(&t.s);
	CHECK_INT(q->answers, 0);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	end(&t);
}

static void a_ping_beyond_the_credit_is_refused(void)
{
	struct account_settings settings = peer_settings("carol");
	struct ilp_prepare prepare;
	struct question *q;
	struct pair t;

	begin(&t);
	settings.balance.maximum = 299;
	t.alice = peer_join_with(&t.s, &settings);
	scene_play(&t.s);
	prepare = ping(&t, 300);
	q = peer_ask_with(t.alice, &prepare);
	scene_play(&t.s);
	CHECK_REFUSED(q, "T04", "exceeded maximum balance.");
	end(&t);
}

/* To an address that is below ours, or nearly ours, it goes as any other. */
static void only_our_own_address_is_pinged(void)
{
	struct ilp_prepare prepare;
	struct question *q;
	struct pair t;

	begin(&t);
	prepare = ping(&t, 0);
	prepare.destination = ilp_text("test.node.below");
	q = peer_ask_with(t.alice, &prepare);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F02",
		      "no route found. source=alice "
		      "destination=test.node.below");
	end(&t);
}

static struct ilp_bytes echo_data(const char *return_address)
{
	static uint8_t room[1100];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	const struct ilp_echo echo = {
		.type = return_address ? ILP_ECHO_REQUEST : ILP_ECHO_RESPONSE,
		.return_address = ilp_text(return_address ? return_address :
							    ""),
	};

	CHECK_INT(ilp_echo_encode(&w, &echo), ILP_OK);
	return ilp_written(&w);
}

/* An echo, which is to come out as the packet to that address. */
static struct question *send_echo(struct pair *t, const char *return_address,
				  uint64_t amount)
{
	struct ilp_prepare prepare =
		peer_prepare(&t->s, "test.node", amount);
	struct ilp_prepare turned = prepare;
	uint8_t room[2048];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct question *q;

	prepare.data = echo_data(return_address);
	q = peer_ask_with(t->alice, &prepare);
	turned.destination = ilp_text(return_address);
	turned.data = echo_data(NULL);
	CHECK_INT(ilp_prepare_encode(&w, &turned), ILP_OK);
	question_turn(q, ilp_written(&w));
	return q;
}

static void an_echo_goes_to_the_address_that_it_names(void)
{
	struct question *q;
	struct pair t;

	begin(&t);
	q = send_echo(&t, "test.bob.waiting", 400);
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 400);
	CHECK(peer_account(t.bob)->book.balance == -400);
	end(&t);
}

/* That is what it is for, also where no other packet goes back. */
static void an_echo_goes_back_to_who_sent_it(void)
{
	struct connector_options options = scene_options();
	struct question *q;
	struct pair t;

	options.reflect = false;
	begin_with(&t, &options);
	q = send_echo(&t, "test.alice.waiting", 400);
	scene_play(&t.s);
	CHECK_PASSED(q, t.alice);
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 0);
	end(&t);
}

/* The node sends an echo to bob, who sends it back to where it says. */
static struct question *return_echo(struct pair *t, struct own_echo *echo,
				    uint64_t amount)
{
	struct ilp_prepare prepare = peer_prepare(&t->s, "test.bob", 400);
	struct question *q;
	uint8_t room[ECHO_FULFILL_MAX];

	memcpy(echo->condition, prepare.condition, 32);
	peer_fulfillment(&t->s, echo->condition, echo->fulfillment);
	scene_expect(&t->s, prepare.condition);
	shard_expect_echo(scene_shard(&t->s), echo);
	prepare.data = echo_data("test.node.waiting");
	CHECK(shard_ask(scene_shard(&t->s), &prepare, NULL, OWN_ERRAND, TAG));
	scene_play(&t->s);
	CHECK(!echo->returned);
	prepare.destination = ilp_text("test.node.waiting");
	prepare.data = echo_data(NULL);
	prepare.amount = ilp_amount(amount);
	q = peer_ask_with(t->bob, &prepare);
	if (echo->fulfills)
		question_end_here(q, echo_fulfill(room, echo->fulfillment));
	scene_play(&t->s);
	CHECK(echo->returned && echo->amount.units == amount);
	return q;
}

static void its_own_echo_is_known_when_it_returns(void)
{
	struct own_echo echo = { .fulfills = true };
	struct question *q;
	struct pair t;

	begin(&t);
	q = return_echo(&t, &echo, 390);
	CHECK_FULFILLED(q);
	fulfill_own(&t, &t.s.own[0]);
	scene_play(&t.s);
	check_answer(&t, NULL);
	CHECK(peer_account(t.bob)->book.balance == 390 - 400);
	shard_forget_echo(scene_shard(&t.s), &echo);
	end(&t);
}

static void an_echo_may_return_without_being_paid(void)
{
	struct own_echo echo = { .fulfills = false };
	struct ilp_prepare again;
	struct question *q;
	struct pair t;

	begin(&t);
	q = return_echo(&t, &echo, 390);
	CHECK_REFUSED(q, "F99", "echo has returned.");
	/* Of a second one nothing is known. */
	again = peer_prepare(&t.s, "test.node.waiting", 1);
	memcpy(again.condition, echo.condition, 32);
	q = peer_ask_with(t.bob, &again);
	scene_play(&t.s);
	CHECK_REFUSED(q, "F02",
		      "no route found. source=bob "
		      "destination=test.node.waiting");
	CHECK(echo.amount.units == 390);
	shard_forget_echo(scene_shard(&t.s), &echo);
	scene_wait(&t.s, 10000);
	check_answer(&t, "R00");
	end(&t);
}

static struct question *send_data(struct pair *t, struct ilp_bytes data)
{
	struct ilp_prepare prepare = peer_prepare(&t->s, "test.node", 1);
	struct question *q;

	prepare.data = data;
	q = peer_ask_with(t->alice, &prepare);
	scene_play(&t->s);
	return q;
}

static void what_is_no_echo_is_refused(void)
{
	struct pair t;

	begin(&t);
	CHECK_REFUSED(send_data(&t, ilp_text("ECHOECHOECHOECHO")), "F01",
		      "packet data too short for echo request. length=16");
	CHECK_REFUSED(send_data(&t, ilp_text("ECHOECHOECHOECH0\x01")), "F01",
		      "packet data does not start with ECHO prefix.");
	CHECK_REFUSED(send_data(&t, echo_data(NULL)), "F01",
		      "unexpected ping response.");
	CHECK_REFUSED(send_data(&t, ilp_text("ECHOECHOECHOECHO\x02")), "F01",
		      "invalid packet.");
	CHECK_REFUSED(send_data(&t, echo_data("peer.config")), "F01",
		      "invalid packet.");
	/* It would go round in a circle. */
	CHECK_REFUSED(send_data(&t, echo_data("test.node")), "F02",
		      "no route found. source=alice destination=test.node");
	CHECK_REFUSED(send_data(&t, echo_data("test.nowhere")), "F02",
		      "no route found. source=alice "
		      "destination=test.nowhere");
	end(&t);
}

TESTS(TEST(asks_by_a_route_and_pays), TEST(a_reject_costs_nothing),
      TEST(asks_a_neighbour_without_a_route),
      TEST(what_cannot_be_sent_is_answered_at_once),
      TEST(whoever_is_silent_has_timed_out), TEST(a_wrong_fulfillment_is_none),
      TEST(a_node_that_ends_asks_nobody),
      TEST(questions_in_flight_are_bounded),
      TEST(a_ping_is_fulfilled_and_costs_what_it_carries),
      TEST(a_ping_waits_for_the_ledger),
      TEST(a_ping_beyond_the_credit_is_refused),
      TEST(only_our_own_address_is_pinged),
      TEST(an_echo_goes_to_the_address_that_it_names),
      TEST(an_echo_goes_back_to_who_sent_it),
      TEST(its_own_echo_is_known_when_it_returns),
      TEST(an_echo_may_return_without_being_paid),
      TEST(what_is_no_echo_is_refused))
