/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back: the right Fulfill in time counts, and once; a Reject goes
 * on as it came; everything else becomes a Reject of ours. */
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

/* ---- a link that says no ---- */

/* A link that takes one Prepare, and gives the events that it is told to. */
struct stub {
	struct link link;
	struct link_event event;
	bool has_event;
	uint32_t request;
	uint8_t packet[ILP_PACKET_MAX];
};

static struct stub *stub_of(struct link *link)
{
	return (struct stub *)link;
}

static void stub_receive(struct link *link, struct ilp_time now, uint8_t *in,
			 size_t len)
{
	(void)link;
	(void)now;
	(void)in;
	(void)len;
}

static bool stub_next(struct link *link, struct link_event *out)
{
	*out = stub_of(link)->event;
	if (!stub_of(link)->has_event)
		return false;
	stub_of(link)->has_event = false;
	return true;
}

static int64_t stub_deadline_us(const struct link *link)
{
	(void)link;
	return ILP_NEVER_US;
}

static enum link_status stub_prepare(struct link *link, uint32_t request,
				     struct ilp_bytes packet, uint8_t **copy)
{
	stub_of(link)->request = request;
	memcpy(stub_of(link)->packet, packet.at, packet.len);
	*copy = stub_of(link)->packet;
	return LINK_OK;
}

static struct ilp_bytes stub_output(struct link *link)
{
	(void)link;
	return (struct ilp_bytes){ NULL, 0 };
}

static size_t stub_waiting(const struct link *link)
{
	(void)link;
	return 0;
}

static void stub_close(struct link *link, const char *reason)
{
	stub_of(link)->event =
		(struct link_event){ .type = LINK_DOWN, .reason = reason };
	stub_of(link)->has_event = true;
}

static void stub_destroy(struct link *link)
{
	(void)link;
}

static const struct link_ops stub_ops = {
	.name = "stub",
	.receive = stub_receive,
	.next = stub_next,
	.deadline_us = stub_deadline_us,
	.prepare = stub_prepare,
	.output = stub_output,
	.waiting = stub_waiting,
	.close = stub_close,
	.destroy = stub_destroy,
};

static void stub_say(struct trio *t, struct session *session,
		     const struct link_event *event)
{
	stub_of(session->link)->event = *event;
	stub_of(session->link)->has_event = true;
	shard_receive(scene_shard(&t->s), session, NULL, 0);
}

/* Bob's link answers with an error of its own protocol. */
static void check_not_sent(bool temporary, const char *code)
{
	struct stub stub = { .link = { &stub_ops } };
	struct connection far = { .deaf = true };
	struct link_event up = { .type = LINK_UP };
	struct link_event no = { .type = LINK_REFUSED,
				 .temporary = temporary,
				 .reason = "F00 NotAcceptedError" };
	struct trio t;
	struct question *q;

	begin(&t);
	peer_disconnect(t.bob);
	far.session = shard_attach(scene_shard(&t.s), &stub.link,
				   peer_account(t.bob), &far);
	stub_say(&t, far.session, &up);
	q = peer_ask(t.alice, "test.bob", 5);
	connection_deliver(t.alice->connection);
	no.request = stub.request;
	stub_say(&t, far.session, &no);
	q->state = QUESTION_FAILED;
	scene_play(&t.s);
	CHECK_REFUSED(q, code, "failed to send packet: F00 NotAcceptedError");
	check_nothing_owed(&t);
	stub_say(&t, far.session, &no);
	shard_detach(scene_shard(&t.s), far.session, "closed");
	CHECK_INT(peer_account(t.bob)->counters.unexpected, 1);
	end(&t);
}

static void tells_why_a_link_did_not_take_a_packet(void)
{
	check_not_sent(false, "F02");
	check_not_sent(true, "T01");
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

TESTS(TEST(passes_rejects_of_every_kind_unchanged),
      TEST(tells_who_owes_too_much_at_the_next_hop),
      TEST(rejects_for_a_next_hop_that_answers_garbage),
      TEST(rejects_for_a_next_hop_that_asks_back),
      TEST(rejects_for_every_truncation_of_a_fulfill),
      TEST(accepts_no_wrong_preimage),
      TEST(tells_why_a_link_did_not_take_a_packet),
      TEST(rejects_when_the_outgoing_time_is_over),
      TEST(says_when_it_wants_to_be_called),
      TEST(judges_a_fulfill_when_it_arrives), TEST(drops_what_comes_too_late),
      TEST(takes_the_first_of_two_answers),
      TEST(does_not_take_an_old_answer_for_a_new_one),
      TEST(takes_an_answer_from_who_was_asked_only),
      TEST(ignores_answers_to_what_was_never_asked))
