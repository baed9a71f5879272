/* SPDX-License-Identifier: Apache-2.0 */
/* Bad peers, one after the other. Each does its worst, and each time those who
 * have nothing to do with it pay each other as ever, in the same rounds. */
#include "node/connector.h"

#include "link/memory.h"
#include "test/scene.h"

/* No node should keep so many answers of 30,000 bytes for one peer. */
#define UNREAD 1000
#define WRONG "fulfillment did not match expected value."

/* Mallory is bad; alice has to do with it; carol and dave have not. */
struct village {
	struct scene s;
	struct account_settings of_mallory;
	struct peer *mallory;
	struct peer *alice;
	struct peer *carol;
	struct peer *dave;
	uint64_t paid; /* between carol and dave, either way */
};

static void begin_with(struct village *v)
{
	scene_begin(&v->s);
	v->mallory = peer_join_with(&v->s, &v->of_mallory);
	v->alice = peer_join(&v->s, "alice");
	v->carol = peer_join(&v->s, "carol");
	v->dave = peer_join(&v->s, "dave");
	v->paid = 0;
	scene_play(&v->s);
}

static void begin(struct village *v)
{
	v->of_mallory = peer_settings("mallory");
	begin_with(v);
}

/* Two rounds, in which the others pay each other. */
static void go_on(struct village *v)
{
	struct question *there = peer_ask(v->carol, "test.dave", 10);
	struct question *back = peer_ask(v->dave, "test.carol", 3);

	scene_play(&v->s);
	CHECK_PASSED(there, v->dave);
	CHECK_PASSED(back, v->carol);
	peer_fulfill(there);
	peer_fulfill(back);
	scene_play(&v->s);
	CHECK_FULFILLED(there);
	CHECK_FULFILLED(back);
	v->paid++;
	CHECK(peer_account(v->carol)->book.balance == 7 * v->paid);
	CHECK(peer_account(v->dave)->book.balance == -7 * (int64_t)v->paid);
}

static void end(struct village *v)
{
	go_on(v);
	scene_end(&v->s);
}

/* A question of alice's to mallory. */
static struct question *ask(struct village *v)
{
	struct question *q = peer_ask(v->alice, "test.mallory", 100);

	go_on(v);
	CHECK_PASSED(q, v->mallory);
	return q;
}

static void check_owes_nothing(const struct peer *peer)
{
	CHECK(peer_account(peer)->book.balance == 0);
}

static void survives_wrong_preimages(void)
{
	struct village v;

	begin(&v);
	for (int i = 0; i < 50; i++) {
		struct question *q = ask(&v);
		struct question *other = ask(&v);

		/* That of another question. */
		peer_answer(q, peer_fulfill_packet(other, ilp_text("")));
		peer_reject(other, "F00");
		go_on(&v);
		CHECK_REFUSED(q, "F05", WRONG);
	}
	CHECK_INT(scene_alerts(&v.s, v.mallory, WRONG), 50);
	check_owes_nothing(v.alice);
	check_owes_nothing(v.mallory);
	end(&v);
}

static void survives_late_fulfills(void)
{
	struct village v;
	struct question *q[20];

	begin(&v);
	for (int i = 0; i < 20; i++)
		q[i] = ask(&v);
	scene_wait(&v.s, 9000);
	for (int i = 0; i < 20; i++) {
		peer_fulfill(q[i]);
		go_on(&v);
		CHECK_REFUSED(q[i], "R00", "packet expired.");
	}
	check_owes_nothing(v.alice);
	check_owes_nothing(v.mallory);
	end(&v);
}

static void survives_second_answers(void)
{
	struct village v;
	struct question *q;

	begin(&v);
	q = ask(&v);
	peer_fulfill(q);
	go_on(&v);
	for (int i = 0; i < 20; i++) {
		peer_fulfill(q);
		peer_reject(q, "F00");
		go_on(&v);
	}
	CHECK_FULFILLED(q);
	CHECK(peer_account(v.mallory)->book.balance == -100);
	end(&v);
}

static void survives_answers_to_the_questions_of_others(void)
{
	struct village v;
	struct question *q;

	begin(&v);
	q = peer_ask(v.carol, "test.dave", 1000);
	scene_play(&v.s);
	CHECK_PASSED(q, v.dave);
	/* It has even seen the preimage. */
	peer_answer_as(v.mallory, q->out_request,
		       peer_fulfill_packet(q, ilp_text("")));
	peer_answer_as(v.mallory, q->out_request, hex("00"));
	scene_play(&v.s);
	CHECK_PASSED(q, v.dave);
	check_owes_nothing(v.mallory);
	peer_reject(q, "F00");
	end(&v);
}

static void survives_a_flood(void)
{
	struct village v;
	struct question *q[5000];

	v.of_mallory = peer_settings("mallory");
	v.of_mallory.packets = (struct limit_settings){ 10, 1000000, 10 };
	v.of_mallory.in_flight_max = 5;
	begin_with(&v);
	for (int i = 0; i < 5000; i++)
		q[i] = peer_ask(v.mallory, "test.alice", 1);
	go_on(&v);
	for (int i = 0; i < 5; i++)
		CHECK_PASSED(q[i], v.alice);
	for (int i = 5; i < 10; i++)
		CHECK_REFUSED(q[i], "T05", "too many packets in flight.");
	for (int i = 10; i < 5000; i++)
		CHECK_REFUSED(q[i], "T05", "too many requests, throttling.");
	end(&v);
}

static void survives_silence(void)
{
	struct village v;
	struct question *q[25];

	v.of_mallory = peer_settings("mallory");
	v.of_mallory.in_flight_max = 20;
	begin_with(&v);
	for (int i = 0; i < 25; i++)
		q[i] = peer_ask(v.alice, "test.mallory", 1);
	for (int second = 0; second < 9; second++) {
		go_on(&v);
		scene_wait(&v.s, 1000);
	}
	for (int i = 0; i < 20; i++)
		CHECK_REFUSED(q[i], "R00", "packet expired.");
	for (int i = 20; i < 25; i++)
		CHECK_REFUSED(q[i], "T05", "too many packets in flight.");
	check_owes_nothing(v.alice);
	end(&v);
}

/* A frame as it would be on the wire. */
static struct ilp_bytes frame(char kind, uint32_t request,
			      struct ilp_bytes packet)
{
	static uint8_t room[1000];

	CHECK(packet.len + 9 <= sizeof(room));
	room[0] = (uint8_t)kind;
	ilp_store_u32(room + 1, request);
	ilp_store_u32(room + 5, (uint32_t)packet.len);
	memcpy(room + 9, packet.at, packet.len);
	return (struct ilp_bytes){ room, packet.len + 9 };
}

static void survives_half_a_frame(void)
{
	struct village v;
	struct question *q;

	begin(&v);
	q = ask(&v);
	for (size_t len = 1;; len++) {
		struct ilp_bytes whole =
			frame('A', q->out_request,
			      peer_fulfill_packet(q, ilp_text("x")));

		if (len == whole.len)
			break;
		peer_write(v.mallory, (struct ilp_bytes){ whole.at, len });
		go_on(&v);
		CHECK_PASSED(q, v.mallory);
		peer_disconnect(v.mallory);
		peer_connect(v.mallory);
	}
	go_on(&v);
	check_owes_nothing(v.mallory);
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	end(&v);
}

static void survives_bytes_without_sense(void)
{
	static const char *const nonsense[] = {
		"58000000000000000000", /* no such kind of frame */
		"50000000000fffffff00", /* longer than any packet */
		"48000000000000000000", /* hello again */
	};
	struct village v;
	struct question *q;

	begin(&v);
	q = ask(&v);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
		struct connection *c = v.mallory->connection;

		peer_write(v.mallory, hex(nonsense[i]));
		go_on(&v);
		CHECK(!c->session && c->reason[0]);
		CHECK_PASSED(q, v.mallory);
		peer_connect(v.mallory);
		go_on(&v);
	}
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	end(&v);
}

/* It asks, it is asked, and it takes nothing off its wire. */
static void survives_a_peer_that_never_reads(void)
{
	static const uint8_t data[30000];
	struct village v;
	struct connection *c;

	begin(&v);
	c = v.mallory->connection;
	peer_deafen(v.mallory, true);
	for (int i = 0; i < 100; i++) {
		struct ilp_prepare to_it =
			peer_prepare(&v.s, "test.mallory", 1);

		to_it.data = ILP_BYTES(data);
		peer_ask_with(v.alice, &to_it);
		if (c->session)
			for (int j = 0; j < 300; j++)
				peer_ask(v.mallory, "test.nowhere", 1);
		go_on(&v);
		CHECK(pool_taken(v.s.pool) < 50);
	}
	/* A good driver no longer reads from it. */
	CHECK(c->session && c->out.len > 0);
	CHECK(link_waiting(c->session->link) > LINK_HIGH);
	CHECK(link_waiting(c->session->link) < LINK_MOST);
	peer_disconnect(v.mallory);
	end(&v);
}

/* Sooner or later; what is not kept for it any more it is charged for. */
static void gives_up_a_peer_that_reads_no_answers(void)
{
	static const uint8_t data[30000];
	struct question *q[UNREAD];
	struct village v;
	struct connection *c;
	int asked = 0;

	begin(&v);
	v.s.may_lose = true;
	for (int i = 0; i < UNREAD; i++)
		q[i] = peer_ask(v.mallory, "test.alice", 1);
	go_on(&v);
	c = v.mallory->connection;
	peer_deafen(v.mallory, true);
	while (c->session) {
		CHECK(asked < UNREAD);
		peer_answer(q[asked],
			    peer_fulfill_packet(q[asked], ILP_BYTES(data)));
		asked++;
		go_on(&v);
	}
	CHECK(strcmp(c->reason, "peer does not read our answers") == 0);
	CHECK(peer_account(v.mallory)->book.balance == asked);
	/* It is welcome when it reads. */
	peer_connect(v.mallory);
	peer_fulfill(q[asked]);
	go_on(&v);
	CHECK_FULFILLED(q[asked]);
	end(&v);
}

static size_t count_sessions(const struct village *v)
{
	size_t count = 0;

	for (struct connection *c = v->s.connections; c; c = c->next)
		count += c->session != NULL;
	return count;
}

static void survives_reconnecting_in_a_loop(void)
{
	struct village v;
	struct question *q;

	begin(&v);
	q = ask(&v);
	for (int i = 0; i < 300; i++) {
		if (i % 3 == 0)
			peer_disconnect(v.mallory);
		peer_connect(v.mallory);
		if (i % 2)
			peer_connect(v.mallory);
		go_on(&v);
		CHECK_INT(count_sessions(&v), 4);
	}
	CHECK_PASSED(q, v.mallory);
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	end(&v);
}

static void takes_an_answer_on_a_new_connection(void)
{
	struct village v;
	struct question *q;

	begin(&v);
	q = ask(&v);
	peer_disconnect(v.mallory);
	go_on(&v);
	CHECK_PASSED(q, v.mallory);
	peer_connect(v.mallory);
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	CHECK(peer_account(v.mallory)->book.balance == -100);
	end(&v);
}

static void takes_no_answer_on_an_old_connection(void)
{
	struct village v;
	struct question *q;
	struct connection *old;

	begin(&v);
	q = ask(&v);
	old = v.mallory->connection;
	peer_connect(v.mallory);
	go_on(&v);
	CHECK(!old->session);
	CHECK(strcmp(old->reason, "replaced by a newer connection") == 0);
	CHECK_PASSED(q, v.mallory);
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	end(&v);
}

/* Each connection is an account's, and two accounts are two peers. */
static void keeps_two_links_of_one_peer_apart(void)
{
	struct village v;
	struct peer *second;
	struct question *q;

	begin(&v);
	second = peer_join(&v.s, "mallory2");
	go_on(&v);
	q = ask(&v);
	peer_answer_as(second, q->out_request,
		       peer_fulfill_packet(q, ilp_text("")));
	go_on(&v);
	CHECK_PASSED(q, v.mallory);
	check_owes_nothing(second);
	end(&v);
}

/* The newest of two connections of an account gets what is for it, and what
 * was asked over the older one is answered over the newer. */
static void answers_over_the_newest_connection(void)
{
	struct village v;
	struct question *q, *to_it;
	struct connection *old;

	begin(&v);
	q = peer_ask(v.mallory, "test.alice", 5);
	go_on(&v);
	old = v.mallory->connection;
	peer_connect(v.mallory);
	to_it = ask(&v);
	peer_fulfill(q);
	go_on(&v);
	CHECK_FULFILLED(q);
	CHECK(!old->session && q->connection == old && q->heard);
	CHECK_PASSED(to_it, v.mallory);
	end(&v);
}

TESTS(TEST(survives_wrong_preimages), TEST(survives_late_fulfills),
      TEST(survives_second_answers),
      TEST(survives_answers_to_the_questions_of_others), TEST(survives_a_flood),
      TEST(survives_silence), TEST(survives_half_a_frame),
      TEST(survives_bytes_without_sense),
      TEST(survives_a_peer_that_never_reads),
      TEST(gives_up_a_peer_that_reads_no_answers),
      TEST(survives_reconnecting_in_a_loop),
      TEST(takes_an_answer_on_a_new_connection),
      TEST(takes_no_answer_on_an_old_connection),
      TEST(keeps_two_links_of_one_peer_apart),
      TEST(answers_over_the_newest_connection))
