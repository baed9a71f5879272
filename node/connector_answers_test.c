/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back: the right Fulfill in time is passed on once it is durable,
 * and charged; a Reject goes on as it came; everything else becomes a Reject
 * of ours; and who is not there gets it when he comes back, or never. */
#include "node/connector.h"

#include "ilp/peer.h"
#include "ilp/ping.h"
#include "test/scene.h"
#include "test/slow_ledger.h"

#define WINDOW CONNECTOR_WINDOW_MS
#define NOT_READABLE "next hop gave an invalid answer."
#define WRONG "fulfillment did not match expected value."
#define OWES_TOO_MUCH "exceeded maximum balance."

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

/* ---- Rejects ---- */

/* A Reject with any contents, encoded by hand. */
static struct ilp_bytes reject_of(const char *code, const char *triggered_by,
				  struct ilp_bytes message,
				  struct ilp_bytes data)
{
	static uint8_t room[ILP_PACKET_MAX], body[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_writer b = ilp_writer(body, sizeof(body));

	ilp_write_fixed(&b, ilp_text(code));
	ilp_write_var(&b, ilp_text(triggered_by));
	ilp_write_var(&b, message);
	ilp_write_var(&b, data);
	ilp_write_u8(&w, ILP_REJECT);
	ilp_write_var(&w, ilp_written(&b));
	CHECK_INT(w.error, ILP_OK);
	return ilp_written(&w);
}

static void check_passes(struct trio *t, struct ilp_bytes packet)
{
	struct question *q = ask_bob(t);

	peer_answer(q, packet);
	scene_play(&t->s);
	CHECK_INT(q->answers, 1);
	CHECK_BYTES(q->answer, packet);
	check_nothing_owed(t);
}

static void passes_rejects_of_every_kind_unchanged(void)
{
	static const char *const codes[] = { "F99", "T99", "R99", "F09",
					     "X77", "   ", "abc" };
	static uint8_t data[ILP_DATA_MAX], message[ILP_MESSAGE_MAX];
	const struct ilp_bytes nothing = { NULL, 0 };
	struct random_source r = random_start();
	struct trio t;

	begin(&t);
	for (unsigned i = 0; i < ILP_CODE_COUNT; i++)
		check_passes(&t, reject_of(ilp_code_row(i)->code, "test.bob.x",
					   ilp_text("why"), hex("00ff")));
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		check_passes(&t,
			     reject_of(codes[i], "test.bob", nothing, nothing));
	check_passes(&t, reject_of("F00", "", nothing, nothing));
	check_passes(&t, reject_of("F00", "unknown", ilp_text("hm"), nothing));
	check_passes(&t, reject_of("F00", "test.b", hex("ff00c3"), nothing));
	check_passes(&t, reject_of("F99", "g.b",
				   random_bytes(&r, message, sizeof(message)),
				   random_bytes(&r, data, sizeof(data))));
	/* Something that a later version of the protocol has behind. */
	check_passes(&t, hex("0e0c46303003672e6200006e6577"));
	end(&t);
}

static void tells_who_owes_too_much_at_the_next_hop(void)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	struct trio t;

	begin(&t);
	check_passes(&t,
		     reject_of("T04", "test.bob",
			       ilp_text("exceeded maximum balance"), nothing));
	check_passes(&t, reject_of("T05", "test.bob", ilp_text(OWES_TOO_MUCH),
				   nothing));
	CHECK_INT(scene_alerts(&t.s, t.bob, OWES_TOO_MUCH), 0);
	for (int i = 0; i < 3; i++)
		check_passes(&t, reject_of("T04", "test.bob",
					   ilp_text(OWES_TOO_MUCH), nothing));
	CHECK_INT(scene_alerts(&t.s, t.bob, OWES_TOO_MUCH), 3);
	CHECK_INT(scene_alerts(&t.s, t.alice, OWES_TOO_MUCH), 0);
	check_passes(&t, reject_of("T04", "unknown", ilp_text(OWES_TOO_MUCH),
				   nothing));
	CHECK_INT(scene_alerts(&t.s, t.bob, OWES_TOO_MUCH), 4);
	end(&t);
}

/* ---- what is no answer ---- */

static void check_unreadable(struct trio *t, struct ilp_bytes packet)
{
	struct question *q = ask_bob(t);

	peer_answer(q, packet);
	scene_play(&t->s);
	CHECK_REFUSED(q, "T00", NOT_READABLE);
	check_nothing_owed(t);
	/* A second thought does not count. */
	fulfill(q);
	check_nothing_owed(t);
}

static void rejects_for_a_next_hop_that_answers_garbage(void)
{
	static const char *const packets[] = {
		"",
		"00",
		"0d",
		"0d00",
		"0d80",                   /* of indefinite length */
		"0f03000000",             /* of an unknown type */
		"0e0946393903672e6200",   /* a Reject, cut */
		"0e0946393903672e620003", /* its data missing */
		"0e0bff393903672e620000", /* its code not ASCII, and too long */
		"0e0946ff3903672e620000", /* its code not ASCII */
		/* the triggeredBy is no address, and the rest is missing */
		"0e0a46303007756e6b6e",
		"0e0b46303007756e6b6e6f776e",
	};
	struct trio t;

	begin(&t);
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++)
		check_unreadable(&t, hex(packets[i]));
	end(&t);
}

static void rejects_for_a_next_hop_that_asks_back(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_answer(q, q->out_packet);
	scene_play(&t.s);
	CHECK_REFUSED(q, "T00", NOT_READABLE);
	end(&t);
}

static void rejects_for_every_truncation_of_a_fulfill(void)
{
	struct trio t;

	begin(&t);
	for (size_t len = 0;; len++) {
		struct question *q = ask_bob(&t);
		struct ilp_bytes packet = peer_fulfill_packet(q, hex("010203"));

		if (len == packet.len)
			break;
		peer_answer(q, (struct ilp_bytes){ packet.at, len });
		scene_play(&t.s);
		CHECK_REFUSED(q, "T00", NOT_READABLE);
	}
	end(&t);
}

static void accepts_no_wrong_preimage(void)
{
	struct trio t;

	begin(&t);
	for (size_t bit = 0; bit < 256; bit += 15) {
		struct question *q = ask_bob(&t);
		struct ilp_bytes right =
			peer_fulfill_packet(q, ilp_text("hello"));
		uint8_t wrong[64];

		memcpy(wrong, right.at, right.len);
		wrong[2 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		peer_answer(q, (struct ilp_bytes){ wrong, right.len });
		scene_play(&t.s);
		CHECK_REFUSED(q, "F05", WRONG);
		check_nothing_owed(&t);
		/* It had its chance. */
		fulfill(q);
		check_nothing_owed(&t);
	}
	CHECK_INT(scene_alerts(&t.s, t.bob, WRONG), 18);
	end(&t);
}

/* ---- time ---- */

static void rejects_when_the_outgoing_time_is_over(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	scene_wait(&t.s, 10000 - WINDOW - 1);
	CHECK_PASSED(q, t.bob);
	scene_wait(&t.s, 1);
	CHECK_REFUSED(q, "R00", "packet expired.");
	CHECK_BYTES(q->reject.triggered_by, ilp_text("test.node"));
	check_nothing_owed(&t);
	end(&t);
}

/* A driver that sleeps until the node wants to be called is never late. */
static void says_when_it_wants_to_be_called(void)
{
	struct trio t;
	struct question *q;
	int rounds = 0;

	begin(&t);
	q = ask_bob(&t);
	while (q->answers == 0) {
		int64_t next_us = shard_deadline_us(scene_shard(&t.s));

		CHECK(next_us <= q->out_deadline_us);
		if (next_us > t.s.now.monotonic_us)
			scene_freeze(&t.s, (next_us - t.s.now.monotonic_us +
					    999) / 1000);
		scene_play(&t.s);
		CHECK(++rounds < 100);
	}
	CHECK(t.s.now.monotonic_us == q->out_deadline_us);
	end(&t);
}

static void judges_a_fulfill_when_it_arrives(void)
{
	struct trio t;
	struct question *just, *late;

	begin(&t);
	just = ask_bob(&t);
	scene_freeze(&t.s, 1);
	late = ask_bob(&t);
	scene_wait(&t.s, 10000 - WINDOW - 2);
	CHECK_PASSED(just, t.bob);
	fulfill(just);
	CHECK_FULFILLED(just);
	/* The node's thread is held up: no round in which the time could be
	 * seen to be over, and still it is. */
	scene_freeze(&t.s, 2);
	fulfill(late);
	CHECK_REFUSED(late, "R00", "packet expired.");
	CHECK_INT(t.s.strays, 1);
	CHECK(peer_account(t.alice)->book.balance == 100);
	end(&t);
}

static void drops_what_comes_too_late(void)
{
	struct trio t;
	struct question *q;
	uint64_t before;

	begin(&t);
	q = ask_bob(&t);
	scene_wait(&t.s, 9000);
	CHECK_REFUSED(q, "R00", "packet expired.");
	before = shard_counters(scene_shard(&t.s))->unexpected;
	fulfill(q);
	peer_reject(q, "F00");
	scene_play(&t.s);
	check_nothing_owed(&t);
	CHECK_INT(shard_counters(scene_shard(&t.s))->unexpected, before + 2);
	CHECK_INT(peer_account(t.bob)->counters.unexpected, 2);
	end(&t);
}

/* ---- once ---- */

static void takes_the_first_of_two_answers(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_fulfill(q);
	peer_fulfill(q);
	peer_reject(q, "F00");
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.bob)->book.balance == -100);
	q = ask_bob(&t);
	peer_reject(q, "F00");
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK(q->answers == 1 && !q->fulfilled);
	CHECK(peer_account(t.bob)->book.balance == -100);
	CHECK_INT(t.s.strays, 3);
	end(&t);
}

/* An answer to an earlier question does not count for the one that has its
 * place now. */
static void does_not_take_an_old_answer_for_a_new_one(void)
{
	struct connector_options options = scene_options();
	struct trio t;

	options.in_flight_max = 1;
	scene_begin_with(&t.s, &options);
	t.alice = peer_join(&t.s, "alice");
	t.bob = peer_join(&t.s, "bob");
	scene_play(&t.s);
	for (int i = 0; i < 100; i++) {
		struct question *old = ask_bob(&t);
		struct question *new;

		if (i % 2)
			scene_wait(&t.s, 9000);
		else
			peer_reject(old, "F00");
		scene_play(&t.s);
		new = ask_bob(&t);
		peer_reject(old, "F01");
		fulfill(old);
		CHECK_PASSED(new, t.bob);
		fulfill(new);
		CHECK_FULFILLED(new);
	}
	scene_end(&t.s);
}

static void takes_an_answer_from_who_was_asked_only(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_answer_as(t.carol, q->out_request,
		       peer_fulfill_packet(q, ilp_text("me")));
	peer_answer_as(t.alice, q->out_request,
		       peer_fulfill_packet(q, ilp_text("me")));
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	CHECK_INT(peer_account(t.carol)->counters.unexpected, 1);
	fulfill(q);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.carol)->book.balance == 0);
	end(&t);
}

static void ignores_answers_to_what_was_never_asked(void)
{
	struct random_source r = random_start();
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	for (int i = 0; i < 1000; i++)
		peer_answer_as(t.bob, (uint32_t)random_u64(&r),
			       peer_fulfill_packet(q, ilp_text("x")));
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	CHECK_INT(peer_account(t.bob)->counters.unexpected, 1000);
	end(&t);
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
static void takes_no_ping_for_a_duplicate(void)
{
	struct trio t;
	struct question *q[3];
	struct ilp_prepare ping;

	begin(&t);
	ping = peer_prepare(&t.s, "test.bob", 1);
	memcpy(ping.condition, ilp_ping_condition, 32);
	for (int i = 0; i < 3; i++)
		q[i] = peer_ask_with(t.alice, &ping);
	scene_play(&t.s);
	for (int i = 0; i < 3; i++) {
		CHECK_PASSED(q[i], t.bob);
		fulfill(q[i]);
		CHECK_FULFILLED(q[i]);
	}
	q[0] = peer_ask_with(t.alice, &ping);
	scene_play(&t.s);
	CHECK_PASSED(q[0], t.bob);
	CHECK(peer_account(t.alice)->book.balance == 3);
	end(&t);
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
	CHECK(peer_account(t.alice)->book.held_debits == 100);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 100);
	CHECK(scene_late(&t.s, "XRP") == 0);
	end(&t);
}

static void charges_to_late_when_nobody_comes_back(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask_bob(&t);
	peer_disconnect(t.alice);
	fulfill(q);
	scene_wait(&t.s, 10000);
	CHECK(peer_account(t.alice)->book.balance == 0);
	CHECK(peer_account(t.bob)->book.balance == -100);
	CHECK(scene_late(&t.s, "XRP") == 100);
	CHECK_INT(shard_counters(scene_shard(&t.s))->late, 1);
	peer_connect(t.alice);
	scene_play(&t.s);
	CHECK_INT(q->answers, 0);
	end(&t);
}

/* The first round after the expiry is the one in which it comes back. */
static void gives_nothing_to_who_comes_back_at_the_expiry(void)
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
	CHECK_INT(q->answers, 0);
	CHECK(scene_late(&t.s, "XRP") == 100);
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

static void takes_back_what_was_posted_and_never_delivered(void)
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
	CHECK(peer_account(t.alice)->book.balance == 0);
	CHECK(scene_late(&t.s, "XRP") == 100);
	end(&t);
}

/* What was given up for late is not given away afterwards. */
static void gives_no_preimage_for_what_was_charged_to_late(void)
{
	static uint8_t data[ILP_DATA_MAX];
	struct question *q[140], *again;
	struct trio t;
	signed_units late;

	begin(&t);
	t.s.may_lose = true; /* there is room for 4 MB */
	for (int i = 0; i < 140; i++)
		q[i] = peer_ask(t.alice, "test.bob", 100);
	scene_play(&t.s);
	peer_disconnect(t.alice);
	for (int i = 0; i < 140; i++)
		peer_answer(q[i], peer_fulfill_packet(q[i], ILP_BYTES(data)));
	scene_play(&t.s);
	late = scene_late(&t.s, "XRP");
	CHECK(late > 0 && late < 20 * 100);
	while (!t.alice->up) {
		peer_connect(t.alice);
		scene_play(&t.s);
	}
	CHECK_FULFILLED(q[0]);
	CHECK_INT(q[139]->answers, 0);
	CHECK(peer_account(t.alice)->book.balance == 14000 - late);
	again = repeat(t.alice, q[139]);
	CHECK(!again->fulfilled ||
	      peer_account(t.alice)->book.balance == 14000 - late + 100);
	end(&t);
}

TESTS(TEST(passes_rejects_of_every_kind_unchanged),
      TEST(tells_who_owes_too_much_at_the_next_hop),
      TEST(rejects_for_a_next_hop_that_answers_garbage),
      TEST(rejects_for_a_next_hop_that_asks_back),
      TEST(rejects_for_every_truncation_of_a_fulfill),
      TEST(accepts_no_wrong_preimage),
      TEST(rejects_when_the_outgoing_time_is_over),
      TEST(says_when_it_wants_to_be_called),
      TEST(judges_a_fulfill_when_it_arrives), TEST(drops_what_comes_too_late),
      TEST(takes_the_first_of_two_answers),
      TEST(does_not_take_an_old_answer_for_a_new_one),
      TEST(takes_an_answer_from_who_was_asked_only),
      TEST(ignores_answers_to_what_was_never_asked),
      TEST(refuses_what_is_in_flight_already),
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
      TEST(charges_to_late_when_nobody_comes_back),
      TEST(gives_nothing_to_who_comes_back_at_the_expiry),
      TEST(keeps_rejects_for_who_comes_back_too),
      TEST(keeps_a_fulfill_that_lost_its_connection_at_the_ledger),
      TEST(takes_back_what_was_posted_and_never_delivered),
      TEST(gives_no_preimage_for_what_was_charged_to_late))
