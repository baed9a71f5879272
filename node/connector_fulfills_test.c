/* SPDX-License-Identifier: Apache-2.0 */
/* A Fulfill is worth money, so it leaves when the ledger has it and not
 * before; is kept for who is not there, as long as it counts; is given again
 * to who asks again; and is charged once. */
#include "node/connector.h"

#include "ilp/peer.h"
#include "ilp/ping.h"
#include "test/scene.h"
#include "test/slow_ledger.h"

#define WINDOW CONNECTOR_WINDOW_MS
/* More of the largest answers than are kept for one account. */
#define LOST ((int)(PARKED_SHARE / ILP_DATA_MAX) + 10)
#define NOT_READABLE "next hop gave an invalid answer."

struct trio {
	struct scene s;
	struct peer *alice;
	struct peer *bob;
	struct peer *carol;
};

static void begin(struct trio *t)
{
	scene_begin(&t->s);
	t->alice = peer_join(&t->s, "alice");
	t->bob = peer_join(&t->s, "bob");
	t->carol = peer_join(&t->s, "carol");
	scene_play(&t->s);
}

static void end(struct trio *t)
{
	scene_end(&t->s);
}

/* A question of alice's that has reached bob. */
static struct question *ask_bob(struct trio *t)
{
	struct question *q = peer_ask(t->alice, "test.bob", 100);

	scene_play(&t->s);
	CHECK_PASSED(q, t->bob);
	return q;
}

/* The same transfer once more, by anyone. */
static struct question *repeat(struct peer *from, const struct question *q)
{
	struct ilp_prepare prepare = q->prepare;
	struct question *again;

	prepare.data.len = 0;
	again = peer_ask_with(from, &prepare);
	scene_play(from->scene);
	return again;
}

static void fulfill(struct question *q)
{
	peer_fulfill(q);
	scene_play(q->from->scene);
}

/* It was charged to nobody. */
static void check_nothing_owed(struct trio *t)
{
	CHECK(peer_account(t->alice)->book.balance == 0);
	CHECK(peer_account(t->bob)->book.balance == 0);
}

/* ---- duplicates ---- */

#define CHECK_DUPLICATE(q)                                                     \
	CHECK_REFUSED(q, "T00", "duplicate of a packet in flight.")

static void refuses_what_is_in_flight_already(void)
{
	struct trio t;
	struct question *q, *another;
	struct ilp_prepare other;

	begin(&t);
	q = ask_bob(&t);
	CHECK_DUPLICATE(repeat(t.alice, q));
	CHECK_DUPLICATE(repeat(t.carol, q));
	CHECK_PASSED(q, t.bob);
	/* Another destination is another transfer. */
	other = q->prepare;
	other.destination = ilp_text("test.bob.b");
	other.data.len = 0;
	another = peer_ask_with(t.alice, &other);
	scene_play(&t.s);
	CHECK_PASSED(another, t.bob);
	fulfill(q);
	CHECK_FULFILLED(q);
	end(&t);
}

static void gives_the_same_fulfill_again_and_charges_once(void)
{
	struct trio t;
	struct question *q, *again;

	begin(&t);
	q = ask_bob(&t);
	fulfill(q);
	for (int i = 0; i < 3; i++) {
		again = repeat(t.alice, q);
		CHECK_FULFILLED(again);
		CHECK_BYTES(again->answer, q->answer);
		CHECK_INT(again->state, QUESTION_ASKED); /* not passed on */
	}
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(peer_account(t.bob)->book.balance == -100);
	end(&t);
}

/* Who was not charged for a transfer gets no preimage for nothing. */
static void gives_a_fulfill_again_to_who_was_charged_only(void)
{
	struct trio t;
	struct question *q, *again;
	struct ilp_prepare more;

	begin(&t);
	q = ask_bob(&t);
	fulfill(q);
	again = repeat(t.carol, q);
	CHECK_PASSED(again, t.bob);
	fulfill(again);
	CHECK_FULFILLED(again);
	CHECK(peer_account(t.carol)->book.balance == 100);
	/* Nor for more than it was charged. */
	more = q->prepare;
	more.data.len = 0;
	more.amount = ilp_amount(101);
	again = peer_ask_with(t.alice, &more);
	scene_play(&t.s);
	CHECK_PASSED(again, t.bob);
	fulfill(again);
	CHECK(peer_account(t.alice)->book.balance == 201);
	end(&t);
}

static void asks_again_after_a_reject(void)
{
	struct trio t;
	struct question *q, *again;

	begin(&t);
	q = ask_bob(&t);
	peer_reject(q, "T00");
	scene_play(&t.s);
	again = repeat(t.alice, q);
	CHECK_PASSED(again, t.bob);
	fulfill(again);
	CHECK_FULFILLED(again);
	end(&t);
}

static void forgets_a_fulfill_at_the_incoming_expiry(void)
{
	struct trio t;
	struct question *q;
	struct ilp_prepare longer;
	struct question *again;

	begin(&t);
	q = ask_bob(&t);
	fulfill(q);
	longer = q->prepare;
	longer.data.len = 0;
	longer.expires_at_ms += 20000;
	scene_wait(&t.s, 9999);
	again = peer_ask_with(t.alice, &longer);
	scene_play(&t.s);
	CHECK_FULFILLED(again);
	scene_wait(&t.s, 1);
	again = peer_ask_with(t.alice, &longer);
	scene_play(&t.s);
	CHECK_PASSED(again, t.bob);
	end(&t);
}

/* Under these everybody can fulfill, so each packet is one of its own. */
static void check_no_duplicates(const uint8_t condition[32])
{
	struct trio t;
	struct question *q[3];
	struct ilp_prepare open;

	begin(&t);
	open = peer_prepare(&t.s, "test.bob", 1);
	memcpy(open.condition, condition, 32);
	for (int i = 0; i < 3; i++)
		q[i] = peer_ask_with(t.alice, &open);
	scene_play(&t.s);
	for (int i = 0; i < 3; i++) {
		CHECK_PASSED(q[i], t.bob);
		fulfill(q[i]);
		CHECK_FULFILLED(q[i]);
	}
	q[0] = peer_ask_with(t.alice, &open);
	scene_play(&t.s);
	CHECK_PASSED(q[0], t.bob);
	CHECK(peer_account(t.alice)->book.balance == 3);
	end(&t);
}

static void takes_no_ping_for_a_duplicate(void)
{
	check_no_duplicates(ilp_ping_condition);
	check_no_duplicates(ilp_peer_condition);
}

/* ---- behind the ledger ---- */

static void passes_on_a_fulfill_behind_the_ledger_only(void)
{
	struct trio t;
	struct question *q, *rejected;

	begin(&t);
	q = ask_bob(&t);
	rejected = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	peer_reject(rejected, "F00");
	fulfill(q);
	CHECK_INT(rejected->answers, 1);
	for (int i = 0; i < 5; i++) {
		scene_wait(&t.s, 100);
		CHECK_INT(q->answers, 0);
	}
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	end(&t);
}

/* One of each round, so that several batches wait. */
static void passes_fulfills_on_in_their_order(void)
{
	struct trio t;
	struct question *q[10];

	begin(&t);
	for (int i = 0; i < 10; i++)
		q[i] = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	for (int i = 0; i < 10; i++) {
		fulfill(q[9 - i]);
		CHECK_INT(q[9 - i]->answers, 0);
	}
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	for (int i = 0; i < 10; i++)
		CHECK_FULFILLED(q[i]);
	end(&t);
}

static void gives_no_fulfill_again_before_it_is_durable(void)
{
	struct trio t;
	struct question *q, *again;

	begin(&t);
	q = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	again = repeat(t.alice, q);
	CHECK(again->answers == 0 || !again->fulfilled);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK_FULFILLED(repeat(t.alice, q));
	end(&t);
}

/* Nothing could make the loss surer than to withhold it. */
static void passes_on_a_fulfill_shortly_before_its_incoming_expiry(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	t.s.leaves_early = true;
	scene_wait(&t.s, 9999);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(alerts_next(shard_alerts(scene_shard(&t.s)), 0));
	end(&t);
}

/* Nobody waits for it any more; it must not be charged. */
static void charges_to_late_what_is_released_too_late(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	/* The thread is held up so long that there was no round before. */
	scene_freeze(&t.s, 10000);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_INT(q->answers, 0);
	CHECK(peer_account(t.alice)->book.balance == 0);
	CHECK(scene_late(&t.s, "XRP") == 100);
	end(&t);
}

static void lets_no_more_in_when_too_many_fulfills_wait(void)
{
	static uint8_t data[ILP_DATA_MAX];
	struct question *q[520], *other;
	struct trio t;

	begin(&t);
	t.s.may_lose = true; /* so that it is told here if it does */
	for (int i = 0; i < 520; i++)
		q[i] = peer_ask(t.alice, "test.bob", 1);
	scene_play(&t.s);
	slow_ledger_stall(t.s.ledger, true);
	for (int i = 0; i < 520; i++)
		peer_answer(q[i], peer_fulfill_packet(q[i], ILP_BYTES(data)));
	scene_play(&t.s);
	other = peer_ask(t.carol, "test.bob", 1);
	scene_play(&t.s);
	CHECK_REFUSED(other, "T03", "connector is busy.");
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	/* A peer that reads gets them all. */
	for (int i = 0; i < 520; i++)
		CHECK_FULFILLED(q[i]);
	CHECK_PASSED(ask_bob(&t), t.bob);
	end(&t);
}

static void answers_all_that_expire_at_once(void)
{
	struct connector_options options = scene_options();
	struct question *q[4000];
	struct trio t;
	char address[300];

	snprintf(address, sizeof(address), "test.%0280d", 7);
	options.address = ilp_text(address);
	scene_begin_with(&t.s, &options);
	t.alice = peer_join(&t.s, "alice");
	t.bob = peer_join(&t.s, "bob");
	scene_play(&t.s);
	for (int i = 0; i < 4000; i++) {
		q[i] = peer_ask(t.alice, "test.bob", 1);
		if (i % 500 == 0)
			scene_play(&t.s);
	}
	scene_play(&t.s);
	scene_wait(&t.s, 9000);
	for (int i = 0; i < 4000; i++)
		CHECK_REFUSED(q[i], "R00", "packet expired.");
	CHECK(t.alice->up);
	end(&t);
}

/* ---- who asked is not there ---- */

static void keeps_a_fulfill_for_who_comes_back_in_time(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_disconnect(t.alice);
	fulfill(q);
	scene_wait(&t.s, 5000);
	CHECK_INT(q->answers, 0);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

/* Or it could have two of its own pay each other, and not be there when it
 * comes to pay. */
static void charges_who_does_not_come_back(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_disconnect(t.alice);
	fulfill(q);
	scene_wait(&t.s, 10000);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(peer_account(t.bob)->book.balance == -100);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_INT(q->answers, 0);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

/* The first round after the expiry is the one in which it comes back; so it is
 * no way out either. */
static void charges_who_comes_back_at_the_expiry(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_disconnect(t.alice);
	fulfill(q);
	scene_freeze(&t.s, 10000);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

static void keeps_rejects_for_who_comes_back_too(void)
{
	struct trio t;
	struct question *rejected, *expired, *wrong;

	begin(&t);
	rejected = ask_bob(&t);
	expired = ask_bob(&t);
	wrong = ask_bob(&t);
	peer_disconnect(t.alice);
	peer_reject(rejected, "F77");
	peer_answer(wrong, hex("00"));
	scene_play(&t.s);
	check_nothing_owed(&t);
	scene_wait(&t.s, 9500);
	CHECK(rejected->answers + expired->answers + wrong->answers == 0);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_INT(rejected->answers, 1);
	CHECK_REFUSED(expired, "R00", "packet expired.");
	CHECK_REFUSED(wrong, "T00", NOT_READABLE);
	end(&t);
}

/* It was posted when who asked was still there. */
static void keeps_a_fulfill_that_lost_its_connection_at_the_ledger(void)
{
	struct trio t;
	struct question *q, *lost;

	begin(&t);
	q = ask_bob(&t);
	lost = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	fulfill(lost);
	peer_disconnect(t.alice);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_INT(q->answers + lost->answers, 0);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK_FULFILLED(lost);
	CHECK(peer_account(t.alice)->book.balance == 200);
	end(&t);
}

static void charges_who_is_gone_when_the_ledger_is_ready(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	peer_disconnect(t.alice);
	slow_ledger_stall(t.s.ledger, false);
	scene_wait(&t.s, 10000);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

/* Far more in all than what may wait at a time. */
static void has_room_again_for_the_next_ones(void)
{
	static const uint8_t data[30000];
	struct question *q[8];
	struct trio t;

	begin(&t);
	for (int round = 0; round < 30; round++) {
		for (int i = 0; i < 8; i++)
			q[i] = ask_bob(&t);
		peer_disconnect(t.alice);
		for (int i = 0; i < 8; i++)
			peer_answer(q[i],
				    peer_fulfill_packet(q[i], ILP_BYTES(data)));
		scene_play(&t.s);
		/* Some are taken, and some run out. */
		if (round % 2)
			scene_wait(&t.s, 10000);
		peer_connect(t.alice);
		scene_play(&t.s);
		for (int i = 0; i < 8; i++)
			CHECK_INT(q[i]->answers, round % 2 ? 0 : 1);
	}
	end(&t);
}

/* Whoever asks for large answers and hangs up gets only so many of them; but
 * it is charged for all, and may ask again. */
static void gives_again_what_there_was_no_room_for(void)
{
	static uint8_t data[ILP_DATA_MAX];
	struct question *q[LOST], *again;
	struct trio t;

	begin(&t);
	t.s.may_lose = true;
	for (int i = 0; i < LOST; i++)
		q[i] = peer_ask(t.alice, "test.bob", 100);
	scene_play(&t.s);
	peer_disconnect(t.alice);
	for (int i = 0; i < LOST; i++)
		peer_answer(q[i], peer_fulfill_packet(q[i], ILP_BYTES(data)));
	scene_play(&t.s);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_FULFILLED(q[0]);
	CHECK_INT(q[LOST - 1]->answers, 0);
	again = repeat(t.alice, q[LOST - 1]);
	CHECK_FULFILLED(again);
	CHECK(peer_account(t.alice)->book.balance == 100 * LOST);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

TESTS(TEST(refuses_what_is_in_flight_already),
      TEST(gives_the_same_fulfill_again_and_charges_once),
      TEST(gives_a_fulfill_again_to_who_was_charged_only),
      TEST(asks_again_after_a_reject),
      TEST(forgets_a_fulfill_at_the_incoming_expiry),
      TEST(takes_no_ping_for_a_duplicate),
      TEST(passes_on_a_fulfill_behind_the_ledger_only),
      TEST(passes_fulfills_on_in_their_order),
      TEST(gives_no_fulfill_again_before_it_is_durable),
      TEST(passes_on_a_fulfill_shortly_before_its_incoming_expiry),
      TEST(charges_to_late_what_is_released_too_late),
      TEST(lets_no_more_in_when_too_many_fulfills_wait),
      TEST(answers_all_that_expire_at_once),
      TEST(keeps_a_fulfill_for_who_comes_back_in_time),
      TEST(charges_who_does_not_come_back),
      TEST(charges_who_comes_back_at_the_expiry),
      TEST(keeps_rejects_for_who_comes_back_too),
      TEST(keeps_a_fulfill_that_lost_its_connection_at_the_ledger),
      TEST(charges_who_is_gone_when_the_ledger_is_ready),
      TEST(has_room_again_for_the_next_ones),
      TEST(gives_again_what_there_was_no_room_for))
