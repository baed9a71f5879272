/* SPDX-License-Identifier: Apache-2.0 */
/* Peers over HTTP that do not wait for answers (RFC 35): Alice asks, and has
 * the answer posted to her server; Bob is asked, and posts his to us. Whatever
 * is lost, late or forged, each is answered once, and nobody pays for nothing.
 */
#include "ilp/condition.h"
#include "link/http.h"
#include "node/node.h"
#include "node/replies.h"
#include "test/check.h"
#include "test/slow_ledger.h"

#define WIRES 64
#define HEARD_MAX 2048
#define CALLBACK "http://alice.example/replies"

/* A connection: our session, and the far end of it. */
struct wire {
	struct session *session; /* NULL: it is over */
	struct link *far;
	const char *of;
};

/* What a server does with what is posted to it. */
enum mood {
	HEARS,
	FAILS,   /* 503, and 202 to nobody */
	REFUSES, /* 400 */
	SLEEPS,  /* says nothing at all */
	ANSWERS, /* in the test, by itself */
};

struct stage {
	struct node *node;
	struct ledger *ledger;
	struct shard *shard;
	struct pool *pool;
	struct ilp_crypto *crypto;
	struct request_ids ids; /* of the peers */
	struct ilp_time now;
	enum link_http_version version;
	enum mood alice, bob;
	const char *callback; /* that Bob is to be told */
	struct wire wires[WIRES];
	size_t wire_count;
	/* What Bob's server was asked. */
	struct {
		struct wire *wire;
		uint32_t request;
		uint8_t id[REQUEST_ID_LEN];
	} asked[HEARD_MAX];
	size_t asked_count;
	/* What Alice's server was told, and when. */
	struct {
		struct wire *wire;
		uint32_t request;
		uint32_t number; /* that she asked with */
		bool fulfilled;
		char code[4];
		int64_t at_us;
	} told[HEARD_MAX];
	size_t told_count;
	/* What clients heard. */
	size_t taken, answered, refused, heard, bad;
	char reason[80];
	char posted; /* what came last to Alice's server: Prepare or reply */
};

/* ---- the stage ---- */

static struct account_settings settings_of(struct stage *s, const char *name)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(name);
	settings.asset = (struct ledger_asset){ "XRP", 9 };
	settings.balance.maximum = UNITS_MAX;
	settings.has_token = true;
	ilp_sha256(s->crypto, settings.token_hash, settings.id);
	return settings;
}

static struct account *account(const struct stage *s, const char *name)
{
	return shard_account_find(s->shard, ilp_text(name));
}

static void add(struct stage *s, const char *name, const char *url,
		const char *callback)
{
	struct account_settings settings = settings_of(s, name);
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "test.%s", name);
	settings.url = ilp_text(url);
	settings.callback = ilp_text(callback);
	CHECK_INT(shard_account_add(s->shard, &settings), ACCOUNT_OK);
	CHECK(shard_route_set(s->shard, ilp_text(prefix), account(s, name)));
}

static void begin(struct stage *s, enum link_http_version version)
{
	const struct connector_options options = {
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.in_flight_max = 4000,
		.seed = { 1, 2, 3 },
	};
	const uint8_t seed[32] = { 9 };

	*s = (struct stage){
		.now = { 1000000, 1700000000000 },
		.version = version,
		.pool = pool_create(LINK_HTTP_BLOCK, 1024),
		.crypto = ilp_crypto_create(),
		.ledger = slow_ledger_create(),
	};
	request_ids_init(&s->ids, s->crypto, seed);
	s->shard = shard_create(&options, s->now);
	s->node = node_create(s->shard, s->ledger);
	exchange_set_one_to_one(shard_exchange(s->shard));
	add(s, "alice", "http://:alice@ALICE.example/ilp", "");
	s->callback = "http://node.example/from-bob";
	add(s, "bob", "http://:bob@bob.example/ilp", s->callback);
	add(s, "carol", "", "");
}

static void take_down(struct stage *s)
{
	for (size_t i = 0; i < s->wire_count; i++)
		link_destroy(s->wires[i].far);
	node_destroy(s->node);
	CHECK_INT(pool_taken(s->pool), 0);
	pool_destroy(s->pool);
	ilp_crypto_destroy(s->crypto);
}

/* Money is neither made nor lost, nothing is on hold, and nobody waits. */
static void end(struct stage *s)
{
	signed_units sum = 0;

	for (struct account *at = NULL;
	     (at = shard_account_next(s->shard, at));) {
		sum += at->book.balance;
		CHECK(book_is_still(&at->book));
		CHECK_INT(at->callers, 0);
		CHECK(!at->lines || !at->lines->replies);
	}
	CHECK(sum == 0);
	CHECK_INT(shard_in_flight(s->shard), 0);
	take_down(s);
}

static struct wire *new_wire(struct stage *s, const char *of, bool asks,
			     const char *callback)
{
	const struct link_http_options options = {
		.pool = s->pool,
		.version = s->version,
		.authority = ilp_text("node.example"),
		.path = ilp_text("/"),
		.token = ilp_text(of),
		.callback = ilp_text(callback),
		.ids = &s->ids,
	};
	struct wire *wire = &s->wires[s->wire_count++];

	assert_true(s->wire_count <= WIRES);
	wire->of = of;
	wire->far = asks ? link_http_connect(&options, s->now) :
			   link_http_accept(&options, s->now);
	return wire;
}

/* Somebody comes to us, who has answers posted there; or waits for them. */
static struct wire *come(struct stage *s, const char *token,
			 const char *callback)
{
	const struct link_http_options options = { .pool = s->pool,
						   .version = s->version };
	struct wire *wire = new_wire(s, token, true, callback);

	shard_begin(s->shard, s->now);
	wire->session = shard_attach(
		s->shard, link_http_accept(&options, s->now), NULL, wire);
	return wire;
}

static bool wants_dial(struct stage *s, struct shard_dial *dial)
{
	shard_begin(s->shard, s->now);
	return shard_next_dial(s->shard, dial);
}

/* As the driver does. */
static struct wire *connect_dial(struct stage *s, const struct shard_dial *dial)
{
	bool to_bob = ilp_bytes_equal(dial->account, ilp_text("bob"));
	struct wire *wire = new_wire(s, to_bob ? "bob" : "alice", false, "");
	const struct link_http_options options = {
		.pool = s->pool,
		.version = s->version,
		.authority = ilp_text("far.example"),
		.path = ilp_text("/ilp"),
		.token = ilp_text(wire->of),
		.callback = dial->callback,
		.ids = dial->request_ids,
	};

	wire->session = shard_dialed(
		s->shard, dial, link_http_connect(&options, s->now), wire);
	return wire;
}

/* ---- the far ends ---- */

static bool is(const struct wire *wire, const char *name)
{
	return strcmp(wire->of, name) == 0;
}

/* Bob's server, or Alice's, is asked. */
static void take_question(struct stage *s, struct wire *wire,
			  const struct link_event *e)
{
	assert_true(s->asked_count < HEARD_MAX);
	s->posted = 'P';
	s->asked[s->asked_count].wire = wire;
	s->asked[s->asked_count].request = e->request;
	if (is(wire, "bob")) {
		CHECK_TEXT(e->callback, s->callback);
		if (e->id.len)
			memcpy(s->asked[s->asked_count].id, e->id.at,
			       REQUEST_ID_LEN);
		if (s->bob == HEARS && e->id.len)
			link_acknowledge(wire->far, e->request, LINK_WILL_REPLY,
					 NULL);
	}
	s->asked_count++;
}

static void take_reply(struct stage *s, struct wire *wire,
		       const struct link_event *e)
{
	size_t i = s->told_count++;
	struct ilp_reject reject;

	assert_true(s->told_count <= HEARD_MAX);
	CHECK(is(wire, "alice"));
	s->posted = 'R';
	s->told[i].wire = wire;
	s->told[i].request = e->request;
	s->told[i].number = request_id_number(e->id);
	s->told[i].at_us = s->now.monotonic_us;
	s->told[i].fulfilled = e->packet.at[0] == ILP_FULFILL;
	if (ilp_reject_decode(&reject, e->packet) == ILP_OK)
		memcpy(s->told[i].code, reject.code, 3);
	if (s->alice == HEARS)
		link_acknowledge(wire->far, e->request, LINK_HEARD, NULL);
	else if (s->alice == FAILS)
		link_acknowledge(wire->far, e->request, LINK_FULL, NULL);
	else if (s->alice == REFUSES)
		link_acknowledge(wire->far, e->request, LINK_BAD, "no");
}

static void take_refusal(struct stage *s, const struct link_event *e)
{
	s->refused++;
	snprintf(s->reason, sizeof(s->reason), "%s", e->reason);
}

static void take_far(struct stage *s, struct wire *wire)
{
	struct link_event e;

	while (link_next(wire->far, &e)) {
		switch (e.type) {
		case LINK_LOGIN:
			CHECK_TEXT(e.token, wire->of);
			link_admit(wire->far);
			break;
		case LINK_PREPARE:
			take_question(s, wire, &e);
			break;
		case LINK_REPLY:
			take_reply(s, wire, &e);
			break;
		case LINK_ANSWER:
			s->answered++;
			break;
		case LINK_REFUSED:
			take_refusal(s, &e);
			break;
		case LINK_TAKEN:
			s->taken++;
			break;
		case LINK_REPLIED:
			*(e.reason ? &s->bad : &s->heard) += 1;
			break;
		case LINK_BECAME:
		case LINK_UP:
		case LINK_DOWN:
			break;
		}
	}
}

static bool deliver_from_far(struct stage *s, struct wire *wire)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	struct ilp_bytes out;

	take_far(s, wire);
	out = link_output(wire->far);
	if (!wire->session || out.len == 0)
		return false;
	memcpy(in, out.at, out.len);
	link_written(wire->far, out.len);
	shard_receive(s->shard, wire->session, in, out.len);
	return true;
}

static bool deliver_to_far(struct stage *s, struct session *session)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	struct wire *wire = session->driver;
	struct ilp_bytes out = link_output(session->link);

	if (out.len) {
		memcpy(in, out.at, out.len);
		link_written(session->link, out.len);
		link_receive(wire->far, s->now, in, out.len);
		take_far(s, wire);
		shard_look_at(s->shard, session);
		return true;
	}
	if (session->ended) {
		shard_detach(s->shard, session, "closed");
		wire->session = NULL;
	}
	return false;
}

static bool play_round(struct stage *s)
{
	struct session *session;
	bool any = false;

	shard_begin(s->shard, s->now);
	for (size_t i = 0; i < s->wire_count; i++)
		any |= deliver_from_far(s, &s->wires[i]);
	shard_tick(s->shard);
	any |= node_commit(s->node, s->now);
	while ((session = shard_next_output(s->shard)))
		any |= deliver_to_far(s, session);
	return any;
}

static void play(struct stage *s)
{
	while (play_round(s))
		;
}

/* And all that is to be dialed is reached. */
static void play_on(struct stage *s)
{
	struct shard_dial dial;

	play(s);
	while (wants_dial(s, &dial)) {
		connect_dial(s, &dial);
		play(s);
	}
}

static void wait_ms(struct stage *s, int64_t ms)
{
	s->now.monotonic_us += ms * 1000;
	s->now.wall_ms += ms;
	play_on(s);
}

/* With rounds on the way. */
static void wait_long(struct stage *s, int64_t ms)
{
	for (; ms > 0; ms -= 50)
		wait_ms(s, 50);
}

/* The socket breaks. */
static void lose(struct stage *s, struct wire *wire)
{
	shard_begin(s->shard, s->now);
	shard_detach(s->shard, wire->session, "connection reset");
	wire->session = NULL;
	play(s);
}

/* ---- questions and answers ---- */

static void preimage(uint8_t out[32], uint32_t number)
{
	memset(out, 0, 32);
	ilp_store_u32(out, number);
}

static struct ilp_bytes a_prepare(struct stage *s, uint8_t room[256],
				  const char *to, uint32_t number, int64_t ms)
{
	struct ilp_writer w = ilp_writer(room, 256);
	struct ilp_prepare prepare = {
		.amount = ilp_amount(100),
		.expires_at_ms = s->now.wall_ms + ms,
		.destination = ilp_text(to),
	};
	uint8_t secret[32];

	preimage(secret, number);
	ilp_condition(s->crypto, prepare.condition, secret);
	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	return ilp_written(&w);
}

static void ask_for(struct stage *s, struct wire *wire, const char *to,
		    uint32_t number, int64_t ms)
{
	uint8_t room[256];

	take_far(s, wire);
	CHECK_INT(link_prepare(wire->far, number,
			       a_prepare(s, room, to, number, ms), NULL),
		  LINK_OK);
	play(s);
}

/* A Prepare for Bob of 10 s; each number is a transfer of its own. */
static void ask(struct stage *s, struct wire *wire, uint32_t number)
{
	ask_for(s, wire, "test.bob.x", number, 10000);
}

static struct ilp_bytes a_fulfill(uint8_t room[64], uint32_t number)
{
	struct ilp_writer w = ilp_writer(room, 64);
	struct ilp_fulfill f = { .data = { NULL, 0 } };

	preimage(f.fulfillment, number);
	CHECK_INT(ilp_fulfill_encode(&w, &f), ILP_OK);
	return ilp_written(&w);
}

/* Whoever it is posts an answer to us, under any name. */
static void post(struct stage *s, struct wire *wire, struct ilp_bytes id,
		 struct ilp_bytes packet)
{
	const struct link_reply reply = { ilp_text("/from-bob"), id, packet };

	take_far(s, wire);
	CHECK_INT(link_reply(wire->far, 1, &reply), LINK_OK);
	play_on(s);
}

static struct ilp_bytes id_of(const struct stage *s, size_t place)
{
	return (struct ilp_bytes){ s->asked[place].id, REQUEST_ID_LEN };
}

/* Bob posts his answer to the question of that place. */
static void fulfill(struct stage *s, size_t place, uint32_t number)
{
	uint8_t room[64];

	post(s, come(s, "bob", ""), id_of(s, place), a_fulfill(room, number));
}

static signed_units balance(const struct stage *s, const char *name)
{
	return account(s, name)->book.balance;
}

static void check_paid(const struct stage *s, signed_units by_alice)
{
	CHECK(balance(s, "alice") == by_alice);
	CHECK(balance(s, "bob") == -by_alice);
}

static void check_told(const struct stage *s, size_t place, uint32_t number,
		       const char *code)
{
	CHECK(place < s->told_count);
	CHECK_INT(s->told[place].number, number);
	CHECK(s->told[place].fulfilled == (code == NULL));
	if (code)
		assert_string_equal(s->told[place].code, code);
}

/* Alice asks, Bob has taken it, and nothing more. */
static struct wire *begin_asked(struct stage *s, enum link_http_version version)
{
	struct wire *alice;

	begin(s, version);
	alice = come(s, "alice", CALLBACK);
	ask(s, alice, 1);
	play_on(s);
	CHECK_INT(s->asked_count, 1);
	return alice;
}

static const enum link_http_version versions[] = { LINK_HTTP_1, LINK_HTTP_2 };

/* ---- who is asked ---- */

static void an_answer_is_posted_to_who_asked(void)
{
	for (int two = 0; two < 2; two++) {
		struct stage s;

		begin_asked(&s, versions[two]);
		CHECK_INT(s.taken, 1);
		/* Bob's line is free while he thinks. */
		CHECK(account(&s, "bob")->lines->first->has_room);
		CHECK_INT(s.told_count, 0);
		fulfill(&s, 0, 1);
		CHECK_INT(s.heard, 1);
		CHECK_INT(s.told_count, 1);
		check_told(&s, 0, 1, NULL);
		check_paid(&s, 100);
		CHECK_INT(s.answered + s.refused + s.bad, 0);
		end(&s);
	}
}

static void who_takes_it_may_answer_at_once_all_the_same(void)
{
	uint8_t room[64];
	struct stage s;

	begin(&s, LINK_HTTP_2);
	s.bob = ANSWERS;
	ask(&s, come(&s, "alice", CALLBACK), 1);
	play_on(&s);
	link_answer(s.asked[0].wire->far, s.asked[0].request,
		    a_fulfill(room, 1));
	play_on(&s);
	check_told(&s, 0, 1, NULL);
	check_paid(&s, 100);
	end(&s);
}

/* Lines that go down idle have done what they were for. */
static void who_takes_and_hears_is_dialed_again_at_once(void)
{
	struct wire *alice;
	struct stage s;

	alice = begin_asked(&s, LINK_HTTP_1);
	fulfill(&s, 0, 1);
	wait_ms(&s, LINK_HTTP_CLIENT_IDLE_US / 1000);
	CHECK_INT(account(&s, "alice")->lines->count, 0);
	CHECK_INT(account(&s, "bob")->lines->count, 0);
	ask(&s, alice, 2);
	play_on(&s);
	CHECK_INT(s.asked_count, 2);
	fulfill(&s, 1, 2);
	CHECK_INT(s.told_count, 2);
	check_told(&s, 1, 2, NULL);
	end(&s);
}

static void who_waits_is_answered_on_the_line(void)
{
	struct stage s;

	begin(&s, LINK_HTTP_1);
	ask(&s, come(&s, "alice", ""), 1);
	play_on(&s);
	CHECK_INT(s.taken, 0);
	fulfill(&s, 0, 1);
	CHECK_INT(s.answered, 1);
	CHECK_INT(s.told_count, 0);
	check_paid(&s, 100);
	end(&s);
}

static void only_the_first_reply_counts(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	fulfill(&s, 0, 1);
	fulfill(&s, 0, 1);
	CHECK_INT(s.heard, 1);
	CHECK_INT(s.bad, 1);
	CHECK_INT(s.told_count, 1);
	check_paid(&s, 100);
	CHECK_INT(account(&s, "bob")->counters.unexpected, 1);
	end(&s);
}

/* The place in the table is used again at once, and leads to another one. */
static void a_reply_is_for_no_later_question(void)
{
	struct wire *alice;
	struct stage s;

	alice = begin_asked(&s, LINK_HTTP_2);
	fulfill(&s, 0, 1);
	for (uint32_t number = 2; number < 20; number++) {
		ask(&s, alice, number);
		fulfill(&s, 0, 1);
		CHECK_INT(s.bad, number - 1);
		CHECK_INT(s.told_count, number - 1);
		fulfill(&s, number - 1, number);
		CHECK_INT(s.heard, number);
	}
	check_paid(&s, 1900);
	end(&s);
}

static void the_reply_of_another_account_does_nothing(void)
{
	uint8_t room[64];
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	post(&s, come(&s, "carol", ""), id_of(&s, 0), a_fulfill(room, 1));
	CHECK_INT(s.bad, 1);
	CHECK_INT(shard_in_flight(s.shard), 1);
	CHECK_INT(s.told_count, 0);
	/* Nor does that of nobody. */
	post(&s, come(&s, "mallory", ""), id_of(&s, 0), a_fulfill(room, 1));
	CHECK_INT(s.bad, 2);
	CHECK_INT(shard_in_flight(s.shard), 1);
	fulfill(&s, 0, 1);
	CHECK_INT(s.heard, 1);
	check_paid(&s, 100);
	end(&s);
}

/* Of an earlier run, say: the number alone does not do. */
static void a_reply_is_only_taken_under_its_own_name(void)
{
	uint8_t id[REQUEST_ID_LEN], room[64], condition[32], secret[32];
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	preimage(secret, 1);
	ilp_condition(s.crypto, condition, secret);
	request_id_make(&s.ids, id, request_id_number(id_of(&s, 0)),
			condition);
	post(&s, come(&s, "bob", ""), ILP_BYTES(id), a_fulfill(room, 1));
	CHECK_INT(s.bad, 1);
	CHECK_INT(shard_in_flight(s.shard), 1);
	fulfill(&s, 0, 1);
	check_paid(&s, 100);
	end(&s);
}

static void what_cannot_be_read_is_no_reply(void)
{
	static const uint8_t fulfill_cut[] = { ILP_FULFILL, 33, 1, 2, 3 };
	static const uint8_t reject_cut[] = { ILP_REJECT, 3, 'F', '0', '0' };
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	post(&s, come(&s, "bob", ""), id_of(&s, 0), ILP_BYTES(fulfill_cut));
	post(&s, come(&s, "bob", ""), id_of(&s, 0), ILP_BYTES(reject_cut));
	CHECK_INT(s.bad, 2);
	CHECK_INT(shard_in_flight(s.shard), 1);
	fulfill(&s, 0, 1);
	check_told(&s, 0, 1, NULL);
	end(&s);
}

static void a_wrong_fulfill_is_an_answer_and_pays_nobody(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	fulfill(&s, 0, 2);
	CHECK_INT(s.heard, 1);
	check_told(&s, 0, 1, "F05");
	check_paid(&s, 0);
	end(&s);
}

static void who_takes_it_and_does_not_reply_is_not_waited_for(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	wait_ms(&s, 8900);
	CHECK_INT(s.told_count, 0);
	wait_ms(&s, 200);
	check_told(&s, 0, 1, "R00");
	fulfill(&s, 0, 1);
	CHECK_INT(s.bad, 1);
	check_paid(&s, 0);
	end(&s);
}

/* ---- who asks ---- */

static void replies_go_to_the_server_of_the_account_and_nowhere_else(void)
{
	static const struct {
		const char *of, *callback;
		bool good;
	} rows[] = {
		{ "alice", "http://alice.example/replies", true },
		{ "alice", "http://alice.example:80", true },
		{ "alice", "HTTP://Alice.Example/x?y", true },
		{ "alice", "https://alice.example/", false },
		{ "alice", "http://alice.example:8080/", false },
		{ "alice", "http://bob.example/", false },
		{ "alice", "http://alice.example.evil.example/", false },
		{ "alice", "http://alice.example@evil.example/", false },
		{ "alice", "http://:token@alice.example/", false },
		{ "alice", "http://127.0.0.1/", false },
		{ "alice", "btp+ws://alice.example/", false },
		{ "alice", "http://alice.example/a#b", false },
		{ "alice", "http://alice.example?x", false },
		{ "alice", "/replies", false },
		{ "carol", "http://alice.example/", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct stage s;

		begin(&s, LINK_HTTP_2);
		ask(&s, come(&s, rows[i].of, rows[i].callback), 1);
		play_on(&s);
		if (s.taken != rows[i].good || s.refused == rows[i].good ||
		    s.asked_count != rows[i].good)
			fail_msg("row %zu", i);
		if (s.asked_count)
			fulfill(&s, 0, 1);
		else
			CHECK(strstr(s.reason, "400"));
		CHECK_INT(s.told_count, rows[i].good);
		end(&s);
	}
}

/* It is told 202, and then no. */
static void a_refusal_of_ours_is_posted_too(void)
{
	struct wire *alice;
	struct stage s;

	begin(&s, LINK_HTTP_2);
	alice = come(&s, "alice", CALLBACK);
	ask_for(&s, alice, "test.nowhere", 1, 10000);
	play_on(&s);
	check_told(&s, 0, 1, "F02");
	/* Whose clock is another one is told so. */
	ask_for(&s, alice, "test.bob", 2, -5000);
	play_on(&s);
	check_told(&s, 1, 2, "R02");
	CHECK_INT(s.taken, 2);
	end(&s);
}

static void what_is_not_heard_is_posted_again(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	s.alice = FAILS;
	fulfill(&s, 0, 1);
	CHECK_INT(s.told_count, 1);
	wait_ms(&s, REPLIES_REST_MIN_US / 1000 - 10);
	CHECK_INT(s.told_count, 1);
	wait_ms(&s, 20);
	CHECK_INT(s.told_count, 2);
	wait_ms(&s, 20); /* it takes longer each time */
	wait_ms(&s, 40);
	CHECK_INT(s.told_count, 2);
	wait_ms(&s, 50);
	CHECK_INT(s.told_count, 3);
	s.alice = HEARS;
	wait_ms(&s, 300);
	CHECK_INT(s.told_count, 4);
	for (size_t i = 0; i < 4; i++)
		check_told(&s, i, 1, NULL);
	wait_ms(&s, 5000);
	CHECK_INT(s.told_count, 4);
	check_paid(&s, 100);
	end(&s);
}

static void who_says_nothing_is_told_again(void)
{
	for (int two = 0; two < 2; two++) {
		struct stage s;

		begin_asked(&s, versions[two]);
		s.alice = SLEEPS;
		fulfill(&s, 0, 1);
		CHECK_INT(s.told_count, 1);
		wait_ms(&s, 3300);
		CHECK_INT(s.told_count, 1);
		wait_long(&s, 500);
		CHECK_INT(s.told_count, 2);
		/* What it would say to the first one it says to nobody. */
		link_acknowledge(s.told[0].wire->far, s.told[0].request,
				 LINK_HEARD, NULL);
		play(&s);
		CHECK(two || !s.told[0].wire->session);
		s.alice = HEARS;
		wait_long(&s, 3000);
		CHECK_INT(s.told_count, 3);
		wait_long(&s, 5000);
		CHECK_INT(s.told_count, 3);
		end(&s);
	}
}

static void a_lost_line_loses_no_reply(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = SLEEPS;
	fulfill(&s, 0, 1);
	s.alice = HEARS;
	lose(&s, s.told[0].wire);
	wait_ms(&s, 150);
	CHECK_INT(s.told_count, 2);
	check_told(&s, 1, 1, NULL);
	end(&s);
}

static void a_server_that_was_away_gets_its_reply(void)
{
	struct shard_dial dial;
	struct wire *bob;
	uint8_t room[64];
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	bob = come(&s, "bob", "");
	take_far(&s, bob);
	CHECK_INT(link_reply(bob->far, 1,
			     &(struct link_reply){ ilp_text("/"), id_of(&s, 0),
						   a_fulfill(room, 1) }),
		  LINK_OK);
	play(&s);
	/* Dialed in vain, again and again. */
	for (int i = 0; i < 5; i++) {
		CHECK(wants_dial(&s, &dial));
		CHECK_TEXT(dial.account, "alice");
		CHECK(!shard_dialed(s.shard, &dial, NULL, NULL));
		play(&s);
		CHECK(!wants_dial(&s, &dial));
		s.now.monotonic_us += 100000 << i;
		s.now.wall_ms += 100 << i;
		play(&s);
	}
	CHECK_INT(s.told_count, 0);
	wait_ms(&s, 2000);
	CHECK_INT(s.told_count, 1);
	check_told(&s, 0, 1, NULL);
	end(&s);
}

/* It has just asked us, so it is not as if it were away since long. */
static void who_waits_for_a_reply_is_not_dialed_seldom(void)
{
	struct shard_dial dial;
	struct wire *bob;
	uint8_t room[64];
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	account(&s, "alice")->dial.failures = 20;
	bob = come(&s, "bob", "");
	take_far(&s, bob);
	link_reply(bob->far, 1,
		   &(struct link_reply){ ilp_text("/"), id_of(&s, 0),
					 a_fulfill(room, 1) });
	play(&s);
	CHECK(wants_dial(&s, &dial));
	CHECK(!shard_dialed(s.shard, &dial, NULL, NULL));
	play(&s);
	wait_ms(&s, REPLIES_REST_MAX_US / 1000 + 10);
	CHECK_INT(s.told_count, 1);
	end(&s);
}

static void who_refuses_a_reply_is_told_no_more(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = REFUSES;
	fulfill(&s, 0, 1);
	wait_ms(&s, 5000);
	CHECK_INT(s.told_count, 1);
	end(&s);
}

/* What was fulfilled stays so; who asks again gets it, and pays once. */
static void nobody_is_told_when_the_time_is_over(void)
{
	struct stage s;
	size_t told;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = FAILS;
	fulfill(&s, 0, 1);
	wait_long(&s, 9900);
	told = s.told_count;
	CHECK(told > 5);
	for (size_t i = 0; i < told; i++)
		CHECK(s.told[i].at_us < 1000000 + 10000000);
	CHECK_INT(account(&s, "alice")->callers, 1);
	wait_ms(&s, 200);
	CHECK_INT(account(&s, "alice")->callers, 0);
	CHECK_INT(shard_counters(s.shard)->lost, 1);
	wait_ms(&s, 5000);
	CHECK_INT(s.told_count, told);
	check_paid(&s, 100);
	end(&s);
}

static void who_has_not_heard_may_ask_again_and_pays_once(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = REFUSES;
	fulfill(&s, 0, 1);
	s.alice = HEARS;
	ask(&s, come(&s, "alice", CALLBACK), 1);
	play_on(&s);
	CHECK_INT(s.asked_count, 1);
	CHECK_INT(s.told_count, 2);
	check_told(&s, 1, 1, NULL);
	check_paid(&s, 100);
	end(&s);
}

/* She has not heard that we have it: the same request once more. */
static void a_question_that_comes_twice_is_one(void)
{
	const struct request_ids as_it_was = { .dice = { .state = 77 } };
	struct wire *alice;
	uint8_t room[256], packet[256];
	struct ilp_bytes prepare;
	struct stage s;

	begin(&s, LINK_HTTP_2);
	prepare = a_prepare(&s, room, "test.bob.x", 1, 10000);
	memcpy(packet, prepare.at, prepare.len);
	prepare.at = packet;
	for (int i = 0; i < 3; i++) {
		alice = come(&s, "alice", CALLBACK);
		s.ids.dice = as_it_was.dice;
		take_far(&s, alice);
		CHECK_INT(link_prepare(alice->far, 1, prepare, NULL), LINK_OK);
		play_on(&s);
		CHECK_INT(s.taken, i + 1);
	}
	CHECK_INT(s.asked_count, 1);
	fulfill(&s, 0, 1);
	CHECK_INT(s.told_count, 1);
	check_paid(&s, 100);
	end(&s);
}

static void there_is_an_end_to_callers(void)
{
	struct wire *alice;
	struct stage s;

	begin(&s, LINK_HTTP_2);
	s.alice = FAILS;
	alice = come(&s, "alice", CALLBACK);
	for (uint32_t i = 1; i <= CALLERS_SHARE; i++) {
		ask(&s, alice, i);
		play_on(&s);
	}
	CHECK_INT(s.taken, CALLERS_SHARE);
	ask(&s, alice, CALLERS_SHARE + 1);
	CHECK_INT(s.taken, CALLERS_SHARE);
	CHECK_INT(s.refused, 1);
	CHECK(strstr(s.reason, "503"));
	CHECK_INT(s.asked_count, CALLERS_SHARE);
	/* Who waits on the line has room still. */
	ask(&s, come(&s, "alice", ""), CALLERS_SHARE + 2);
	CHECK_INT(s.asked_count, CALLERS_SHARE + 1);
	s.alice = HEARS;
	fulfill(&s, 0, 1);
	ask(&s, alice, CALLERS_SHARE + 3);
	CHECK_INT(s.taken, CALLERS_SHARE + 1);
	wait_ms(&s, 9500);
	CHECK_INT(s.told_count, CALLERS_SHARE + 1);
	check_paid(&s, 100);
	end(&s);
}

static void replies_go_before_questions(void)
{
	struct shard_dial dial;
	struct wire *bob;
	uint8_t room[64];
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	bob = come(&s, "bob", "");
	/* A question for Alice comes first, and there is no line to her. */
	ask_for(&s, come(&s, "carol", ""), "test.alice.x", 5, 10000);
	take_far(&s, bob);
	link_reply(bob->far, 1,
		   &(struct link_reply){ ilp_text("/"), id_of(&s, 0),
					 a_fulfill(room, 1) });
	play(&s);
	CHECK(wants_dial(&s, &dial));
	s.alice = SLEEPS; /* so that there is no room for both */
	connect_dial(&s, &dial);
	play(&s);
	CHECK_INT(s.told_count, 1);
	CHECK_INT(s.posted, 'R');
	CHECK_INT(s.asked_count, 1);
	play_on(&s);
	CHECK_INT(s.asked_count, 2);
	s.alice = HEARS;
	wait_ms(&s, 12000);
	end(&s);
}

/* ---- money ---- */

static void a_fulfill_is_posted_when_it_is_durable(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	slow_ledger_stall(s.ledger, true);
	fulfill(&s, 0, 1);
	CHECK_INT(s.heard, 1);
	CHECK_INT(s.told_count, 0);
	wait_ms(&s, 1000);
	CHECK_INT(s.told_count, 0);
	slow_ledger_stall(s.ledger, false);
	play_on(&s);
	check_told(&s, 0, 1, NULL);
	check_paid(&s, 100);
	end(&s);
}

/* It was our ledger that took so long, and the thread with it. */
static void a_fulfill_that_is_durable_too_late_is_not_charged(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	slow_ledger_stall(s.ledger, true);
	fulfill(&s, 0, 1);
	s.now.monotonic_us += 11000000;
	s.now.wall_ms += 11000;
	play(&s);
	slow_ledger_stall(s.ledger, false);
	play_on(&s);
	CHECK_INT(s.told_count, 0);
	CHECK_INT(shard_counters(s.shard)->late, 1);
	CHECK(balance(&s, "alice") == 0 && balance(&s, "bob") == -100);
	take_down(&s);
}

/* ---- what changes ---- */

static void at_the_end_replies_are_waited_for(void)
{
	struct shard_dial dial;
	struct wire *bob;
	uint8_t room[64];
	struct stage s;

	begin_asked(&s, LINK_HTTP_1);
	shard_drain(s.shard);
	bob = come(&s, "bob", "");
	take_far(&s, bob);
	link_reply(bob->far, 1,
		   &(struct link_reply){ ilp_text("/"), id_of(&s, 0),
					 a_fulfill(room, 1) });
	play(&s);
	CHECK(!shard_is_idle(s.shard));
	CHECK(wants_dial(&s, &dial));
	CHECK(dial.for_replies);
	connect_dial(&s, &dial);
	play(&s);
	check_told(&s, 0, 1, NULL);
	shard_is_idle(s.shard);
	play(&s);
	CHECK(shard_is_idle(s.shard));
	end(&s);
}

static void a_server_that_has_moved_gets_its_reply(void)
{
	struct account_settings settings;
	struct shard_dial dial;
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = SLEEPS;
	fulfill(&s, 0, 1);
	CHECK_INT(s.told_count, 1);
	s.alice = HEARS;
	settings = settings_of(&s, "alice");
	settings.url = ilp_text("http://:alice@elsewhere.example/ilp");
	shard_begin(s.shard, s.now);
	CHECK_INT(shard_account_change(s.shard, account(&s, "alice"),
				       &settings),
		  ACCOUNT_OK);
	play(&s);
	s.now.monotonic_us += 200000;
	s.now.wall_ms += 200;
	play(&s);
	CHECK(wants_dial(&s, &dial));
	CHECK_BYTES(dial.url, settings.url);
	connect_dial(&s, &dial);
	play(&s);
	CHECK_INT(s.told_count, 2);
	end(&s);
}

/* And one that is gone for good, nobody. */
static void without_a_server_a_reply_ends_with_its_time(void)
{
	struct account_settings settings;
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	settings = settings_of(&s, "alice");
	shard_begin(s.shard, s.now);
	CHECK_INT(shard_account_change(s.shard, account(&s, "alice"),
				       &settings),
		  ACCOUNT_OK);
	fulfill(&s, 0, 1);
	CHECK_INT(s.told_count, 0);
	CHECK_INT(account(&s, "alice")->callers, 1);
	wait_ms(&s, 10100);
	CHECK_INT(account(&s, "alice")->callers, 0);
	CHECK_INT(shard_counters(s.shard)->lost, 1);
	end(&s);
}

static void who_gets_a_server_gets_its_reply_too(void)
{
	struct account_settings settings;
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	settings = settings_of(&s, "alice");
	shard_begin(s.shard, s.now);
	CHECK_INT(shard_account_change(s.shard, account(&s, "alice"),
				       &settings),
		  ACCOUNT_OK);
	fulfill(&s, 0, 1);
	settings.url = ilp_text("http://:alice@alice.example/ilp");
	shard_begin(s.shard, s.now);
	CHECK_INT(shard_account_change(s.shard, account(&s, "alice"),
				       &settings),
		  ACCOUNT_OK);
	wait_ms(&s, REPLIES_REST_MAX_US / 1000 + 10);
	check_told(&s, 0, 1, NULL);
	end(&s);
}

/* As on lines that are there already it was told another one. */
static void who_is_asked_is_told_of_another_url_for_replies(void)
{
	struct account_settings settings;
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	settings = settings_of(&s, "bob");
	settings.url = ilp_text("http://:bob@bob.example/ilp");
	shard_begin(s.shard, s.now);
	CHECK_INT(shard_account_change(s.shard, account(&s, "bob"), &settings),
		  ACCOUNT_OK);
	play(&s);
	s.callback = "";
	ask(&s, come(&s, "alice", CALLBACK), 2);
	play_on(&s);
	CHECK_INT(s.asked_count, 2);
	/* Who has taken it before that may still reply. */
	fulfill(&s, 0, 1);
	check_told(&s, 0, 1, NULL);
	wait_ms(&s, 9500);
	check_told(&s, 1, 2, "R00");
	end(&s);
}

static void an_account_stays_until_its_replies_are_heard(void)
{
	struct stage s;

	begin_asked(&s, LINK_HTTP_2);
	s.alice = FAILS;
	fulfill(&s, 0, 1);
	shard_account_remove(s.shard, account(&s, "alice"));
	wait_long(&s, 2000);
	CHECK(account(&s, "alice"));
	s.alice = HEARS;
	wait_long(&s, 6000);
	CHECK(!account(&s, "alice"));
	check_told(&s, s.told_count - 1, 1, NULL);
	take_down(&s);
}

TESTS(TEST(an_answer_is_posted_to_who_asked),
      TEST(who_takes_it_may_answer_at_once_all_the_same),
      TEST(who_takes_and_hears_is_dialed_again_at_once),
      TEST(who_waits_is_answered_on_the_line),
      TEST(only_the_first_reply_counts), TEST(a_reply_is_for_no_later_question),
      TEST(the_reply_of_another_account_does_nothing),
      TEST(a_reply_is_only_taken_under_its_own_name),
      TEST(what_cannot_be_read_is_no_reply),
      TEST(a_wrong_fulfill_is_an_answer_and_pays_nobody),
      TEST(who_takes_it_and_does_not_reply_is_not_waited_for),
      TEST(replies_go_to_the_server_of_the_account_and_nowhere_else),
      TEST(a_refusal_of_ours_is_posted_too),
      TEST(what_is_not_heard_is_posted_again),
      TEST(who_says_nothing_is_told_again), TEST(a_lost_line_loses_no_reply),
      TEST(a_server_that_was_away_gets_its_reply),
      TEST(who_waits_for_a_reply_is_not_dialed_seldom),
      TEST(who_refuses_a_reply_is_told_no_more),
      TEST(nobody_is_told_when_the_time_is_over),
      TEST(who_has_not_heard_may_ask_again_and_pays_once),
      TEST(a_question_that_comes_twice_is_one),
      TEST(there_is_an_end_to_callers), TEST(replies_go_before_questions),
      TEST(a_fulfill_is_posted_when_it_is_durable),
      TEST(a_fulfill_that_is_durable_too_late_is_not_charged),
      TEST(at_the_end_replies_are_waited_for),
      TEST(a_server_that_has_moved_gets_its_reply),
      TEST(without_a_server_a_reply_ends_with_its_time),
      TEST(who_gets_a_server_gets_its_reply_too),
      TEST(who_is_asked_is_told_of_another_url_for_replies),
      TEST(an_account_stays_until_its_replies_are_heard))
