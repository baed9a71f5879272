/* SPDX-License-Identifier: Apache-2.0 */
/* Peers over HTTP: Alice asks on lines that come to us, and Bob is asked on
 * lines that are dialed when there is something to ask. Whatever happens to a
 * line, nobody pays twice, or for nothing. */
#include "ilp/condition.h"
#include "ledger/memory.h"
#include "link/http.h"
#include "link/memory.h"
#include "node/node.h"
#include "test/check.h"

#define LINES 80
#define HEARD_MAX 256

/* A connection: our session, and the far end of it. */
struct wire {
	struct session *session; /* NULL: it is over */
	struct link *far;
	bool asks; /* the far end does */
};

struct stage {
	struct node *node;
	struct shard *shard;
	struct pool *pool;
	struct ilp_crypto *crypto;
	struct ilp_time now;
	enum link_http_version version;
	struct wire wires[LINES];
	size_t wire_count;
	/* What Bob was asked, and on which wire; and what Alice got. */
	struct {
		struct wire *wire;
		uint32_t request;
		uint8_t condition[32];
	} asked[HEARD_MAX];
	size_t asked_count;
	struct {
		uint32_t request;
		bool fulfilled;
		char code[4];
	} got[HEARD_MAX];
	size_t got_count;
	size_t refused; /* without a packet */
};

/* ---- the stage ---- */

static struct account_settings settings_of(const char *name)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(name);
	settings.asset = (struct ledger_asset){ "XRP", 9 };
	settings.balance.maximum = UNITS_MAX;
	return settings;
}

static struct account *account(const struct stage *s, const char *name)
{
	return shard_account_find(s->shard, ilp_text(name));
}

static void add_asker(struct stage *s, const char *name)
{
	struct account_settings settings = settings_of(name);

	settings.has_token = true;
	ilp_sha256(s->crypto, settings.token_hash, settings.id);
	CHECK_INT(shard_account_add(s->shard, &settings), ACCOUNT_OK);
}

static struct account_settings bobs_settings(void)
{
	struct account_settings settings = settings_of("bob");

	settings.url = ilp_text("http://:bob@bob.example/ilp");
	return settings;
}

static void begin(struct stage *s, enum link_http_version version)
{
	const struct connector_options options = {
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.in_flight_max = 1000,
		.seed = { 1, 2, 3 },
	};
	const struct account_settings bob = bobs_settings();

	*s = (struct stage){
		.now = { 1000000, 1700000000000 },
		.version = version,
		.pool = pool_create(LINK_HTTP_BLOCK, 1024),
		.crypto = ilp_crypto_create(),
	};
	s->shard = shard_create(&options, s->now);
	s->node = node_create(s->shard, ledger_memory_create());
	exchange_set_one_to_one(shard_exchange(s->shard));
	add_asker(s, "alice");
	add_asker(s, "carol");
	CHECK_INT(shard_account_add(s->shard, &bob), ACCOUNT_OK);
	CHECK(shard_route_set(s->shard, ilp_text("test.bob"),
			      account(s, "bob")));
}

static void take_down(struct stage *s)
{
	for (size_t i = 0; i < s->wire_count; i++)
		link_destroy(s->wires[i].far);
	node_destroy(s->node);
	pool_destroy(s->pool);
	ilp_crypto_destroy(s->crypto);
}

/* Money is neither made nor lost, and nothing is on hold at the end. */
static void end(struct stage *s)
{
	signed_units sum = 0;

	for (struct account *at = NULL;
	     (at = shard_account_next(s->shard, at));) {
		sum += at->book.balance;
		if (shard_in_flight(s->shard) == 0)
			CHECK(book_is_still(&at->book));
	}
	CHECK(sum == 0);
	take_down(s);
}

static struct wire *new_wire(struct stage *s, bool asks, const char *token)
{
	const struct link_http_options options = {
		.pool = s->pool,
		.version = s->version,
		.authority = ilp_text("node.example"),
		.path = ilp_text("/"),
		.token = ilp_text(token),
	};
	struct wire *wire = &s->wires[s->wire_count++];

	assert_true(s->wire_count <= LINES);
	wire->asks = asks;
	wire->far = asks ? link_http_connect(&options, s->now) :
			   link_http_accept(&options, s->now);
	return wire;
}

static struct link *our_end(struct stage *s, bool asks)
{
	const struct link_http_options options = {
		.pool = s->pool,
		.version = s->version,
		.authority = ilp_text("bob.example"),
		.path = ilp_text("/ilp"),
		.token = ilp_text("bob"),
	};

	return asks ? link_http_connect(&options, s->now) :
		      link_http_accept(&options, s->now);
}

/* Somebody comes to us. */
static struct wire *come(struct stage *s, const char *token)
{
	struct wire *wire = new_wire(s, true, token);

	shard_begin(s->shard, s->now);
	wire->session = shard_attach(s->shard, our_end(s, false), NULL, wire);
	return wire;
}

/* What we want to dial, now; false when nothing. */
static bool wants_dial(struct stage *s, struct shard_dial *dial)
{
	shard_begin(s->shard, s->now);
	return shard_next_dial(s->shard, dial);
}

static struct wire *connect_dial(struct stage *s, const struct shard_dial *dial)
{
	struct wire *wire = new_wire(s, false, "");

	wire->session = shard_dialed(s->shard, dial, our_end(s, true), wire);
	return wire;
}

/* ---- the far ends ---- */

static void take_answer(struct stage *s, const struct link_event *e)
{
	struct ilp_reject reject;

	assert_true(s->got_count < HEARD_MAX);
	s->got[s->got_count].request = e->request;
	s->got[s->got_count].fulfilled = e->packet.at[0] == ILP_FULFILL;
	if (ilp_reject_decode(&reject, e->packet) == ILP_OK)
		memcpy(s->got[s->got_count].code, reject.code, 3);
	s->got_count++;
}

static void take_question(struct stage *s, struct wire *wire,
			  const struct link_event *e)
{
	struct ilp_prepare prepare;

	assert_true(s->asked_count < HEARD_MAX);
	CHECK_INT(ilp_prepare_decode(&prepare, e->packet), ILP_OK);
	s->asked[s->asked_count].wire = wire;
	s->asked[s->asked_count].request = e->request;
	memcpy(s->asked[s->asked_count++].condition, prepare.condition, 32);
}

static void take_far(struct stage *s, struct wire *wire)
{
	struct link_event e;

	while (link_next(wire->far, &e)) {
		switch (e.type) {
		case LINK_LOGIN:
			CHECK_TEXT(e.token, "bob");
			link_admit(wire->far);
			break;
		case LINK_PREPARE:
			take_question(s, wire, &e);
			break;
		case LINK_ANSWER:
			take_answer(s, &e);
			break;
		case LINK_REFUSED:
			s->refused++;
			break;
		case LINK_TAKEN:
		case LINK_REPLY:
		case LINK_REPLIED:
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

static void wait_ms(struct stage *s, int64_t ms)
{
	s->now.monotonic_us += ms * 1000;
	s->now.wall_ms += ms;
	play(s);
}

/* The socket breaks. */
static void lose(struct stage *s, struct wire *wire)
{
	shard_begin(s->shard, s->now);
	shard_detach(s->shard, wire->session, "connection reset");
	wire->session = NULL;
}

/* ---- questions and answers ---- */

static void preimage(uint8_t out[32], uint32_t number)
{
	memset(out, 0, 32);
	ilp_store_u32(out, number);
}

/* A Prepare for Bob; each number is a transfer of its own. */
static void ask(struct stage *s, struct wire *wire, uint32_t number)
{
	uint8_t secret[32], room[256];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_prepare prepare = {
		.amount = ilp_amount(100),
		.expires_at_ms = s->now.wall_ms + 10000,
		.destination = ilp_text("test.bob.x"),
	};

	preimage(secret, number);
	ilp_condition(s->crypto, prepare.condition, secret);
	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	take_far(s, wire);
	CHECK_INT(link_prepare(wire->far, number, ilp_written(&w), NULL),
		  LINK_OK);
	play(s);
}

/* Bob answers the question of that place: it asked with this number. */
static void fulfill(struct stage *s, size_t place, uint32_t number)
{
	uint8_t room[128];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_fulfill f = { .data = { NULL, 0 } };

	preimage(f.fulfillment, number);
	CHECK_INT(ilp_fulfill_encode(&w, &f), ILP_OK);
	link_answer(s->asked[place].wire->far, s->asked[place].request,
		    ilp_written(&w));
	play(s);
}

static signed_units balance(const struct stage *s, const char *name)
{
	return account(s, name)->book.balance;
}

/* Dials what we want until we want no more. */
static size_t connect_all(struct stage *s)
{
	struct shard_dial dial;
	size_t count = 0;

	while (wants_dial(s, &dial)) {
		connect_dial(s, &dial);
		play(s);
		count++;
	}
	return count;
}

static void check_rejected(const struct stage *s, size_t place,
			   const char *code)
{
	CHECK(s->got_count > place && !s->got[place].fulfilled);
	assert_string_equal(s->got[place].code, code);
}

static const enum link_http_version versions[] = { LINK_HTTP_1, LINK_HTTP_2 };

/* ---- claims ---- */

static void a_line_is_dialed_when_there_is_something_to_ask(void)
{
	for (int i = 0; i < 2; i++) {
		struct shard_dial dial;
		struct stage s;
		struct wire *alice;

		begin(&s, versions[i]);
		CHECK(!wants_dial(&s, &dial));
		alice = come(&s, "alice");
		ask(&s, alice, 1);
		CHECK_INT(s.got_count, 0);
		CHECK(wants_dial(&s, &dial));
		CHECK_TEXT(dial.account, "bob");
		CHECK(!wants_dial(&s, &(struct shard_dial){ 0 }));
		connect_dial(&s, &dial);
		play(&s);
		CHECK_INT(s.asked_count, 1);
		fulfill(&s, 0, 1);
		CHECK_INT(s.got_count, 1);
		CHECK(s.got[0].fulfilled);
		CHECK_INT(s.got[0].request, 1);
		CHECK(balance(&s, "alice") == 100 && balance(&s, "bob") == -100);
		/* The next one finds it there. */
		ask(&s, alice, 2);
		CHECK_INT(s.asked_count, 2);
		CHECK(!wants_dial(&s, &dial));
		fulfill(&s, 1, 2);
		CHECK(balance(&s, "bob") == -200);
		end(&s);
	}
}

static void when_no_line_can_be_dialed_who_waits_is_told_at_once(void)
{
	struct shard_dial dial;
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_2);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	ask(&s, alice, 2);
	CHECK(wants_dial(&s, &dial));
	CHECK(!shard_dialed(s.shard, &dial, NULL, NULL));
	play(&s);
	CHECK_INT(s.got_count, 2);
	check_rejected(&s, 0, "T01");
	check_rejected(&s, 1, "T01");
	/* For a while nobody waits for what will not come. */
	ask(&s, alice, 3);
	check_rejected(&s, 2, "T01");
	CHECK(!wants_dial(&s, &dial));
	wait_ms(&s, 200);
	ask(&s, alice, 4);
	CHECK_INT(s.got_count, 3);
	CHECK(wants_dial(&s, &dial));
	connect_dial(&s, &dial);
	play(&s);
	CHECK_INT(s.asked_count, 1);
	fulfill(&s, 0, 4);
	CHECK(s.got[3].fulfilled);
	end(&s);
}

static void lines_of_one_request_become_as_many_as_are_asked(void)
{
	struct stage s;
	struct wire *alice[20];

	begin(&s, LINK_HTTP_1);
	for (uint32_t i = 0; i < 20; i++) {
		alice[i] = come(&s, "alice");
		ask(&s, alice[i], i + 1);
	}
	CHECK_INT(connect_all(&s), 20);
	CHECK_INT(s.asked_count, 20);
	/* All at once, in whatever order they came there. */
	for (size_t k = 0; k < 20; k++) {
		uint8_t secret[32], condition[32];

		for (uint32_t n = 1; n <= 20; n++) {
			preimage(secret, n);
			ilp_condition(s.crypto, condition, secret);
			if (memcmp(condition, s.asked[k].condition, 32) == 0)
				fulfill(&s, k, n);
		}
	}
	CHECK_INT(s.got_count, 20);
	CHECK(balance(&s, "bob") == -2000);
	/* And are used again. */
	for (uint32_t i = 0; i < 20; i++)
		ask(&s, alice[i], i + 101);
	CHECK_INT(s.asked_count, 40);
	CHECK_INT(connect_all(&s), 0);
	wait_ms(&s, 30000);
	end(&s);
}

static void what_waits_goes_by_the_next_line_with_room(void)
{
	struct shard_dial dial;
	struct stage s;
	struct wire *a, *b;

	begin(&s, LINK_HTTP_1);
	a = come(&s, "alice");
	b = come(&s, "alice");
	ask(&s, a, 1);
	CHECK(wants_dial(&s, &dial));
	connect_dial(&s, &dial);
	play(&s);
	ask(&s, b, 2);
	CHECK_INT(s.asked_count, 1);
	CHECK(wants_dial(&s, &dial));
	/* The second line fails, but the first one comes free. */
	CHECK(!shard_dialed(s.shard, &dial, NULL, NULL));
	play(&s);
	CHECK_INT(s.got_count, 0);
	fulfill(&s, 0, 1);
	CHECK_INT(s.asked_count, 2);
	fulfill(&s, 1, 2);
	CHECK_INT(s.got_count, 2);
	end(&s);
}

static void an_answer_comes_back_on_the_line_of_its_question(void)
{
	struct stage s;
	struct wire *a, *b;

	begin(&s, LINK_HTTP_2);
	a = come(&s, "alice");
	b = come(&s, "alice");
	ask(&s, a, 1);
	connect_all(&s);
	ask(&s, b, 2);
	fulfill(&s, 1, 2);
	CHECK_INT(s.got_count, 1);
	CHECK_INT(s.got[0].request, 2);
	fulfill(&s, 0, 1);
	CHECK_INT(s.got[1].request, 1);
	CHECK_INT(s.refused, 0);
	end(&s);
}

static void who_hung_up_may_ask_again_and_pays_once(void)
{
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_1);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	connect_all(&s);
	lose(&s, alice);
	fulfill(&s, 0, 1);
	CHECK_INT(s.got_count, 0);
	CHECK(balance(&s, "alice") == 100);
	ask(&s, come(&s, "alice"), 1);
	CHECK_INT(s.asked_count, 1);
	CHECK_INT(s.got_count, 1);
	CHECK(s.got[0].fulfilled);
	CHECK(balance(&s, "alice") == 100 && balance(&s, "bob") == -100);
	end(&s);
}

static void a_line_of_an_answer_that_never_comes_is_given_up(void)
{
	for (int two = 0; two < 2; two++) {
		struct stage s;
		struct wire *alice;

		begin(&s, versions[two]);
		alice = come(&s, "alice");
		ask(&s, alice, 1);
		connect_all(&s);
		wait_ms(&s, 9100);
		CHECK_INT(s.got_count, 1);
		check_rejected(&s, 0, "R00");
		CHECK_INT(account(&s, "bob")->lines->count, 0);
		/* What comes too late is for nothing. */
		fulfill(&s, 0, 1);
		CHECK(balance(&s, "alice") == 0 && balance(&s, "bob") == 0);
		end(&s);
	}
}

static void a_question_on_a_broken_line_stays_on_hold(void)
{
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_1);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	connect_all(&s);
	lose(&s, s.asked[0].wire);
	play(&s);
	CHECK_INT(s.got_count, 0);
	CHECK(account(&s, "bob")->book.held_credits == 100);
	wait_ms(&s, 9100);
	check_rejected(&s, 0, "R00");
	CHECK(account(&s, "bob")->book.held_credits == 0);
	end(&s);
}

static void each_request_is_of_who_has_its_token(void)
{
	struct stage s;
	struct wire *alice, *carol;

	begin(&s, LINK_HTTP_2);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	connect_all(&s);
	fulfill(&s, 0, 1);
	/* A stranger on a line of his own. */
	ask(&s, come(&s, "mallory"), 2);
	CHECK_INT(s.refused, 1);
	CHECK_INT(s.asked_count, 1);
	carol = come(&s, "carol");
	ask(&s, carol, 3);
	fulfill(&s, 1, 3);
	CHECK(balance(&s, "alice") == 100 && balance(&s, "carol") == 100);
	end(&s);
}

static void a_change_of_the_account_lets_its_lines_go(void)
{
	struct account_settings settings = bobs_settings();
	struct shard_dial dial, old;
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_1);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	CHECK(wants_dial(&s, &old));
	settings.url = ilp_text("http://:bob@elsewhere.example/");
	CHECK_INT(shard_account_change(s.shard, account(&s, "bob"), &settings),
		  ACCOUNT_OK);
	play(&s);
	check_rejected(&s, 0, "T01");
	/* It leads to where it was to lead before. */
	CHECK(!shard_dialed(s.shard, &old, our_end(&s, true), NULL));
	ask(&s, alice, 2);
	CHECK(wants_dial(&s, &dial));
	CHECK_BYTES(dial.url, settings.url);
	connect_dial(&s, &dial);
	play(&s);
	CHECK_INT(s.asked_count, 1);
	/* Now over BTP, with a question on a line. */
	settings.url = ilp_text("btp+ws://elsewhere.example");
	CHECK_INT(shard_account_change(s.shard, account(&s, "bob"), &settings),
		  ACCOUNT_OK);
	play(&s);
	CHECK(!account(&s, "bob")->lines);
	CHECK(!s.asked[0].wire->session);
	wait_ms(&s, 9100);
	check_rejected(&s, 1, "R00");
	end(&s);
}

static void an_account_goes_when_its_lines_have(void)
{
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_2);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	connect_all(&s);
	shard_account_remove(s.shard, account(&s, "bob"));
	shard_account_remove(s.shard, account(&s, "alice"));
	wait_ms(&s, 200);
	CHECK(account(&s, "bob") && account(&s, "alice"));
	ask(&s, alice, 2); /* refused */
	fulfill(&s, 0, 1);
	CHECK(s.got[s.got_count - 1].fulfilled);
	wait_ms(&s, 200);
	wait_ms(&s, 200);
	CHECK(!account(&s, "bob") && !account(&s, "alice"));
	CHECK(!alice->session && !s.asked[0].wire->session);
	take_down(&s);
}

static void a_line_that_is_wanted_wakes_the_driver(void)
{
	struct stage s;

	begin(&s, LINK_HTTP_1);
	ask(&s, come(&s, "alice"), 1);
	CHECK(shard_deadline_us(s.shard) <= s.now.monotonic_us);
	CHECK_INT(connect_all(&s), 1);
	CHECK(shard_deadline_us(s.shard) > s.now.monotonic_us);
	fulfill(&s, 0, 1);
	end(&s);
}

/* Bob may also come to us, over BTP or what else is no line. */
static void a_connection_beside_lines_does_not_disturb_them(void)
{
	uint8_t hello[9] = { 'H' };
	struct session *session;
	struct shard_dial dial;
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_1);
	shard_begin(s.shard, s.now);
	session = shard_attach(s.shard, link_memory_create(s.pool),
			       account(&s, "bob"), NULL);
	shard_receive(s.shard, session, hello, sizeof(hello));
	CHECK(account(&s, "bob")->session == session);
	shard_detach(s.shard, session, "gone");
	wait_ms(&s, 120000);
	CHECK(!wants_dial(&s, &dial));
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	CHECK_INT(connect_all(&s), 1);
	fulfill(&s, 0, 1);
	CHECK(s.got[0].fulfilled);
	CHECK_INT(account(&s, "bob")->lines->dialing, 0);
	end(&s);
}

/* What we ask by has changed, not what we are asked by. */
static void a_change_of_the_way_out_leaves_lines_in(void)
{
	struct account_settings settings = settings_of("alice");
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_2);
	alice = come(&s, "alice");
	ask(&s, alice, 1);
	connect_all(&s);
	settings.has_token = true;
	ilp_sha256(s.crypto, settings.token_hash, settings.id);
	settings.url = ilp_text("http://:x@alice.example/");
	CHECK_INT(shard_account_change(s.shard, account(&s, "alice"),
				       &settings),
		  ACCOUNT_OK);
	fulfill(&s, 0, 1);
	CHECK_INT(s.got_count, 1);
	CHECK(s.got[0].fulfilled);
	end(&s);
}

/* It lets itself be connected to, and never answers. */
static void who_ends_lines_without_an_answer_is_dialed_ever_more_seldom(void)
{
	struct shard_dial dial;
	struct stage s;
	struct wire *alice;

	begin(&s, LINK_HTTP_1);
	for (uint32_t i = 1; i <= 5; i++) {
		alice = come(&s, "alice");
		ask(&s, alice, i);
		CHECK_INT(connect_all(&s), 1);
		lose(&s, s.asked[i - 1].wire);
		play(&s);
		ask(&s, come(&s, "alice"), 100 + i);
		check_rejected(&s, s.got_count - 1, "T01");
		CHECK(!wants_dial(&s, &dial));
		wait_ms(&s, 100 << i);
	}
	wait_ms(&s, 30000);
	end(&s);
}

/* Another line was free when this one was there. */
static void a_line_on_which_nothing_was_asked_has_not_failed(void)
{
	struct shard_dial first, second;
	struct stage s;
	struct wire *a, *b;

	begin(&s, LINK_HTTP_1);
	a = come(&s, "alice");
	b = come(&s, "alice");
	ask(&s, a, 1);
	CHECK(wants_dial(&s, &first));
	connect_dial(&s, &first);
	play(&s);
	ask(&s, b, 2);
	CHECK(wants_dial(&s, &second));
	fulfill(&s, 0, 1);
	fulfill(&s, 1, 2);
	connect_dial(&s, &second);
	play(&s);
	CHECK_INT(account(&s, "bob")->lines->count, 2);
	wait_ms(&s, LINK_HTTP_CLIENT_IDLE_US / 1000);
	CHECK_INT(account(&s, "bob")->lines->count, 0);
	ask(&s, a, 3);
	CHECK_INT(s.got_count, 2);
	CHECK_INT(connect_all(&s), 1);
	fulfill(&s, 2, 3);
	CHECK(s.got[2].fulfilled);
	end(&s);
}

static void there_is_an_end_to_lines_and_to_waiting(void)
{
	struct stage s;

	begin(&s, LINK_HTTP_2);
	for (uint32_t i = 0; i < 200; i++)
		ask(&s, i % 80 ? &s.wires[i / 80] : come(&s, "alice"), i + 1);
	s.version = LINK_HTTP_1;
	/* Bob's lines take one each. */
	CHECK_INT(connect_all(&s), LINES_MAX);
	CHECK_INT(s.asked_count, LINES_MAX);
	CHECK_INT(account(&s, "bob")->lines->count, LINES_MAX);
	wait_ms(&s, 9100);
	CHECK_INT(s.got_count, 200);
	end(&s);
}

TESTS(TEST(a_line_is_dialed_when_there_is_something_to_ask),
      TEST(when_no_line_can_be_dialed_who_waits_is_told_at_once),
      TEST(lines_of_one_request_become_as_many_as_are_asked),
      TEST(what_waits_goes_by_the_next_line_with_room),
      TEST(an_answer_comes_back_on_the_line_of_its_question),
      TEST(who_hung_up_may_ask_again_and_pays_once),
      TEST(a_line_of_an_answer_that_never_comes_is_given_up),
      TEST(a_question_on_a_broken_line_stays_on_hold),
      TEST(each_request_is_of_who_has_its_token),
      TEST(a_change_of_the_account_lets_its_lines_go),
      TEST(an_account_goes_when_its_lines_have),
      TEST(a_line_that_is_wanted_wakes_the_driver),
      TEST(a_connection_beside_lines_does_not_disturb_them),
      TEST(a_change_of_the_way_out_leaves_lines_in),
      TEST(who_ends_lines_without_an_answer_is_dialed_ever_more_seldom),
      TEST(a_line_on_which_nothing_was_asked_has_not_failed),
      TEST(there_is_an_end_to_lines_and_to_waiting))
