/* SPDX-License-Identifier: Apache-2.0 */
/* A long walk through all that may happen to peers over HTTP, and to the lines
 * between them and us: two ask, two are asked, both versions are spoken; lines
 * are cut, lost and cannot be dialed, answers are right, wrong, late or never
 * come, accounts are changed, stopped and removed. After each step what we know
 * from outside must agree with the books: who got a Fulfill pays, and nobody
 * pays for what was not fulfilled in time. */
#include "ilp/condition.h"
#include "ledger/memory.h"
#include "link/http.h"
#include "node/node.h"
#include "test/random.h"

#define WALKS 40
#define STEPS 1000
#define WIRES 24
#define DIALS 8
#define PEERS 4
#define QUESTIONS_MAX STEPS
#define ASKED_MAX (2 * STEPS)

static const char *const names[PEERS] = { "alice", "carol", "bob", "dave" };

/* Those of the second half are asked. */
static bool is_asker(unsigned peer)
{
	return peer < PEERS / 2;
}

/* A connection: our session, and the far end of it. */
struct wire {
	struct link *far; /* NULL: there is none */
	struct session *session;
	unsigned peer;
	uint32_t number;
	bool far_down;
};

struct question {
	unsigned asker;
	uint64_t amount;
	uint32_t wire;  /* the number of the asker's */
	bool over;      /* it was answered, or its wire is gone */
	bool fulfilled; /* it got that */
	bool may_be;    /* the peer has said so in time, */
	bool must_be;   /* and we have certainly heard it */
	unsigned asked; /* who was */
	bool again;     /* and once more by the same asker */
};

/* What came out of us on a wire of who is asked. */
struct asked {
	uint32_t wire;
	uint32_t request;
	uint32_t question;
	int64_t expires_ms;
	bool answered;
	bool right;
	bool heard;
};

struct pending {
	struct shard_dial dial;
	unsigned peer;
};

struct walk {
	struct random_source *dice;
	struct node *node;
	struct shard *shard;
	struct pool *pool;
	struct ilp_crypto *crypto;
	struct ilp_time now;
	uint32_t wire_number;
	struct wire wires[WIRES];
	struct pending dials[DIALS];
	size_t dial_count;
	struct question questions[QUESTIONS_MAX];
	uint32_t question_count;
	struct asked asked[ASKED_MAX];
	size_t asked_count;
	unsigned moves; /* of the URLs */
	bool calm;      /* nothing goes wrong any more */
};

/* What the walks have come by, to see that they go anywhere. */
static struct {
	unsigned asked;
	unsigned fulfilled;
	unsigned certain;
	unsigned refused;
	unsigned lost;
	unsigned again;
	unsigned removed;
} seen;

static uint64_t roll(struct walk *w, uint64_t limit)
{
	return random_below(w->dice, limit);
}

/* ---- accounts ---- */

static struct account *account(const struct walk *w, unsigned peer)
{
	return shard_account_find(w->shard, ilp_text(names[peer]));
}

static struct account_settings settings_of(struct walk *w, unsigned peer)
{
	static char url[80];
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(names[peer]);
	settings.asset = (struct ledger_asset){ "XRP", 9 };
	settings.balance.maximum = UNITS_MAX;
	if (is_asker(peer)) {
		settings.has_token = true;
		ilp_sha256(w->crypto, settings.token_hash, settings.id);
		return settings;
	}
	snprintf(url, sizeof(url), "http://:%s@h%u.example/ilp", names[peer],
		 w->moves);
	settings.url = ilp_text(url);
	return settings;
}

static void add_account(struct walk *w, unsigned peer)
{
	struct account_settings settings = settings_of(w, peer);
	char prefix[32];

	CHECK_INT(shard_account_add(w->shard, &settings), ACCOUNT_OK);
	if (is_asker(peer))
		return;
	snprintf(prefix, sizeof(prefix), "test.%s", names[peer]);
	CHECK(shard_route_set(w->shard, ilp_text(prefix), account(w, peer)));
}

static void put_right(struct walk *w, struct account *at, unsigned peer)
{
	struct account_settings settings = settings_of(w, peer);

	shard_account_stop(w->shard, at, false);
	shard_account_change(w->shard, at, &settings);
}

static void add_missing(struct walk *w)
{
	shard_begin(w->shard, w->now);
	for (unsigned i = 0; i < PEERS; i++)
		if (!account(w, i))
			add_account(w, i);
}

/* Some have to go, are stopped, or are reached elsewhere; and back. */
static void operate(struct walk *w)
{
	unsigned peer = (unsigned)roll(w, PEERS);
	struct account *at = account(w, peer);
	struct account_settings settings;

	shard_begin(w->shard, w->now);
	if (!at)
		return;
	switch (roll(w, 8)) {
	case 0:
		shard_account_stop(w->shard, at, true);
		break;
	case 1:
		shard_account_remove(w->shard, at);
		seen.removed++;
		break;
	case 2:
	case 3:
		w->moves++;
		settings = settings_of(w, peer);
		if (roll(w, 2) && !is_asker(peer))
			settings.url = ilp_text("btp+ws://h.example");
		shard_account_change(w->shard, at, &settings);
		break;
	default:
		put_right(w, at, peer);
	}
}

/* ---- the ends of a question ---- */

static void preimage(uint8_t out[32], uint32_t question)
{
	memset(out, 7, 32);
	ilp_store_u32(out, question);
}

static struct question *question_of(struct walk *w, uint32_t number)
{
	CHECK(number && number <= w->question_count);
	return &w->questions[number - 1];
}

/* As long as who was asked may still fulfill, nobody is told that it did not
 * work; but that the same is under way already. */
static void check_told_no(struct walk *w, uint32_t number)
{
	for (size_t i = 0; i < w->asked_count; i++) {
		const struct asked *asked = &w->asked[i];

		CHECK(asked->question != number || asked->answered ||
		      question_of(w, number)->again ||
		      w->now.wall_ms >= asked->expires_ms);
	}
}

/* The answer is to what was asked on this wire, and the first. */
static void take_answer(struct walk *w, const struct wire *wire,
			const struct link_event *e)
{
	struct question *q = question_of(w, e->request);
	struct ilp_fulfill fulfill;
	uint8_t right[32];

	CHECK(!q->over && q->wire == wire->number);
	q->over = true;
	seen.refused += e->type == LINK_REFUSED;
	if (e->type == LINK_REFUSED || e->packet.at[0] != ILP_FULFILL) {
		check_told_no(w, e->request);
		return;
	}
	CHECK_INT(ilp_fulfill_decode(&fulfill, e->packet), ILP_OK);
	preimage(right, e->request);
	CHECK(memcmp(right, fulfill.fulfillment, 32) == 0);
	CHECK(q->may_be);
	q->fulfilled = true;
	seen.fulfilled++;
}

static void take_question(struct walk *w, const struct wire *wire,
			  const struct link_event *e)
{
	struct asked *asked = &w->asked[w->asked_count++];
	struct ilp_prepare prepare;
	struct question *q;

	assert_true(w->asked_count <= ASKED_MAX);
	CHECK_INT(ilp_prepare_decode(&prepare, e->packet), ILP_OK);
	*asked = (struct asked){
		.wire = wire->number,
		.request = e->request,
		.question = ilp_load_u32(prepare.data.at),
		.expires_ms = prepare.expires_at_ms,
	};
	q = question_of(w, asked->question);
	CHECK(q->asked == wire->peer);
	CHECK(ilp_amount_compare(prepare.amount, ilp_amount(q->amount)) == 0);
}

static void take_far(struct walk *w, struct wire *wire)
{
	struct link_event e;

	while (link_next(wire->far, &e)) {
		switch (e.type) {
		case LINK_LOGIN:
			CHECK_TEXT(e.token, names[wire->peer]);
			if (w->calm || roll(w, 16))
				link_admit(wire->far);
			else
				link_deny(wire->far, "not today");
			break;
		case LINK_PREPARE:
			take_question(w, wire, &e);
			break;
		case LINK_ANSWER:
		case LINK_REFUSED:
			take_answer(w, wire, &e);
			break;
		case LINK_DOWN:
			wire->far_down = true;
			break;
		case LINK_TAKEN:
		case LINK_REPLY:
		case LINK_REPLIED:
		case LINK_BECAME:
		case LINK_UP:
			break;
		}
	}
}

/* ---- wires ---- */

static struct wire *free_wire(struct walk *w)
{
	for (size_t i = 0; i < WIRES; i++)
		if (!w->wires[i].far)
			return &w->wires[i];
	return NULL;
}

static struct wire *find_wire(struct walk *w, uint32_t number)
{
	for (size_t i = 0; i < WIRES; i++)
		if (w->wires[i].far && w->wires[i].number == number)
			return &w->wires[i];
	return NULL;
}

/* Both ends; ours is what comes back. */
static struct link *begin_wire(struct walk *w, struct wire *wire, unsigned peer)
{
	const struct link_http_options options = {
		.pool = w->pool,
		.version = roll(w, 2) ? LINK_HTTP_1 : LINK_HTTP_2,
		.authority = ilp_text("node.example"),
		.path = ilp_text("/"),
		.token = ilp_text(names[peer]),
	};
	struct link *asks = link_http_connect(&options, w->now);
	struct link *is_asked = link_http_accept(&options, w->now);

	*wire = (struct wire){ .peer = peer, .number = ++w->wire_number };
	wire->far = is_asker(peer) ? asks : is_asked;
	return is_asker(peer) ? is_asked : asks;
}

/* Nobody hears any more what comes on it. */
static void end_wire(struct walk *w, struct wire *wire)
{
	for (uint32_t i = 0; i < w->question_count; i++) {
		struct question *q = &w->questions[i];

		seen.lost += !q->over && q->wire == wire->number;
		q->over |= q->wire == wire->number;
	}
	link_destroy(wire->far);
	wire->far = NULL;
}

/* The socket breaks. */
static void lose(struct walk *w, struct wire *wire)
{
	shard_begin(w->shard, w->now);
	if (wire->session)
		shard_detach(w->shard, wire->session, "connection reset");
	end_wire(w, wire);
}

static struct wire *come(struct walk *w, unsigned peer)
{
	struct wire *wire = free_wire(w);
	struct link *ours;

	if (!wire)
		return NULL;
	ours = begin_wire(w, wire, peer);
	shard_begin(w->shard, w->now);
	wire->session = shard_attach(w->shard, ours, NULL, wire);
	take_far(w, wire);
	return wire;
}

static void finish_dial(struct walk *w, size_t i)
{
	struct pending pending = w->dials[i];
	struct wire *wire = free_wire(w);

	w->dials[i] = w->dials[--w->dial_count];
	shard_begin(w->shard, w->now);
	if (!wire || (!w->calm && roll(w, 5) == 0)) {
		CHECK(!shard_dialed(w->shard, &pending.dial, NULL, NULL));
		return;
	}
	wire->session =
		shard_dialed(w->shard, &pending.dial,
			     begin_wire(w, wire, pending.peer), wire);
	if (!wire->session) /* it was not wanted any more */
		end_wire(w, wire);
}

static void start_dials(struct walk *w)
{
	struct shard_dial dial;

	while (w->dial_count < DIALS && shard_next_dial(w->shard, &dial)) {
		struct pending *pending = &w->dials[w->dial_count];

		/* Nobody there speaks BTP. */
		if (dial.url.at[0] == 'b') {
			shard_dialed(w->shard, &dial, NULL, NULL);
			continue;
		}
		pending->dial = dial;
		pending->peer = PEERS / 2;
		while (!ilp_bytes_equal(ilp_text(names[pending->peer]),
					dial.account))
			pending->peer++;
		w->dial_count++;
	}
}

/* ---- bytes ---- */

static size_t some(struct walk *w, size_t len)
{
	return w->calm || roll(w, 3) ? len : (size_t)roll(w, len + 1);
}

/* All that a peer has said on that wire is here: so are its answers, and what
 * is right has been charged. */
static void note_heard(struct walk *w, const struct wire *wire)
{
	if (link_waiting(wire->far) || wire->session->ended)
		return;
	for (size_t i = 0; i < w->asked_count; i++) {
		struct asked *asked = &w->asked[i];

		if (asked->wire != wire->number || asked->heard ||
		    !asked->answered)
			continue;
		asked->heard = true;
		if (!asked->right || w->now.wall_ms >= asked->expires_ms)
			continue;
		seen.certain++;
		question_of(w, asked->question)->must_be = true;
	}
}

static bool deliver_from_far(struct walk *w, struct wire *wire)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	struct ilp_bytes out;
	size_t len;

	link_tick(wire->far, w->now);
	take_far(w, wire);
	out = link_output(wire->far);
	len = some(w, out.len);
	if (len && wire->session) {
		memcpy(in, out.at, len);
		link_written(wire->far, len);
		shard_receive(w->shard, wire->session, in, len);
		if (!is_asker(wire->peer))
			note_heard(w, wire);
		return true;
	}
	if (wire->far_down && link_waiting(wire->far) == 0)
		lose(w, wire);
	return false;
}

static bool deliver_to_far(struct walk *w, struct session *session)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	struct wire *wire = session->driver;
	struct ilp_bytes out = link_output(session->link);
	size_t len = some(w, out.len);

	if (len) {
		memcpy(in, out.at, len);
		link_written(session->link, len);
		link_receive(wire->far, w->now, in, len);
		take_far(w, wire);
		shard_look_at(w->shard, session);
		return true;
	}
	if (session->ended && out.len == 0)
		lose(w, wire);
	return false;
}

static bool play_round(struct walk *w)
{
	struct session *session;
	bool any = false;

	shard_begin(w->shard, w->now);
	for (size_t i = 0; i < WIRES; i++) {
		struct wire *wire = &w->wires[i];

		if (wire->far)
			any |= deliver_from_far(w, wire);
		if (wire->far && wire->session)
			shard_look_at(w->shard, wire->session);
	}
	shard_tick(w->shard);
	any |= node_commit(w->node, w->now);
	while ((session = shard_next_output(w->shard)))
		any |= deliver_to_far(w, session);
	start_dials(w);
	return any;
}

/* ---- steps ---- */

/* A Prepare goes out on the wire, if it has room. */
static void send_question(struct walk *w, struct wire *wire, uint32_t number)
{
	struct question *q = question_of(w, number);
	uint8_t secret[32], data[4], room[256];
	struct ilp_writer writer = ilp_writer(room, sizeof(room));
	struct ilp_prepare prepare = {
		.amount = ilp_amount(q->amount),
		.expires_at_ms = w->now.wall_ms + 2500 + (int64_t)roll(w, 9000),
		.destination = ilp_text(q->asked == 2 ? "test.bob.x" :
							"test.dave"),
		.data = ILP_BYTES(data),
	};

	ilp_store_u32(data, number);
	preimage(secret, number);
	ilp_condition(w->crypto, prepare.condition, secret);
	CHECK_INT(ilp_prepare_encode(&writer, &prepare), ILP_OK);
	CHECK_INT(link_prepare(wire->far, number, ilp_written(&writer), NULL),
		  LINK_OK);
	q->wire = wire->number;
	q->over = false;
}

static struct wire *wire_to_ask_on(struct walk *w, unsigned peer)
{
	for (size_t i = 0, at = (size_t)roll(w, WIRES); i < WIRES; i++) {
		struct wire *wire = &w->wires[(at + i) % WIRES];

		if (wire->far && wire->session && wire->peer == peer &&
		    !wire->far_down && link_room(wire->far))
			return wire;
	}
	return come(w, peer);
}

static void ask(struct walk *w)
{
	unsigned asker = (unsigned)roll(w, PEERS / 2);
	struct wire *wire = wire_to_ask_on(w, asker);

	if (!wire)
		return;
	w->questions[w->question_count++] = (struct question){
		.asker = asker,
		.asked = PEERS / 2 + (unsigned)roll(w, PEERS / 2),
		.amount = 1 + roll(w, 1000),
	};
	send_question(w, wire, w->question_count);
	seen.asked++;
}

/* What was open on a wire, from that question on; 0: nothing. */
static uint32_t next_open(const struct walk *w, uint32_t wire, uint32_t from)
{
	while (from < w->question_count && (w->questions[from].over ||
					    w->questions[from].wire != wire))
		from++;
	return from < w->question_count ? from + 1 : 0;
}

static void ask_again(struct walk *w, uint32_t number)
{
	struct question *q = question_of(w, number);
	struct wire *wire = wire_to_ask_on(w, q->asker);

	if (!wire)
		return;
	q->again = true;
	send_question(w, wire, number);
	seen.again++;
}

/* Who has lost a wire may ask at once for what was open, and pays once. */
static void lose_any(struct walk *w)
{
	struct wire *wire = &w->wires[roll(w, WIRES)];
	uint32_t open[8];
	size_t count = 0;
	uint32_t at = 0;

	if (!wire->far)
		return;
	while (count < 8 && (at = next_open(w, wire->number, at)))
		open[count++] = at;
	lose(w, wire);
	while (count && roll(w, 4))
		ask_again(w, open[--count]);
}

static struct ilp_bytes an_answer(struct walk *w, uint8_t room[128],
				  uint32_t question, bool *right)
{
	struct ilp_writer writer = ilp_writer(room, 128);
	struct ilp_fulfill fulfill = { .data = ilp_text("thanks") };
	struct ilp_reject reject = { .code = "F99",
				     .triggered_by = ilp_text("test.bob") };

	*right = w->calm || roll(w, 3);
	preimage(fulfill.fulfillment, *right ? question : question + 1);
	switch (*right ? 0 : roll(w, 4)) {
	case 0:
		CHECK_INT(ilp_fulfill_encode(&writer, &fulfill), ILP_OK);
		return ilp_written(&writer);
	case 1:
		return ilp_text("this is no packet");
	case 2:
		return ilp_text("");
	default:
		CHECK_INT(ilp_reject_encode(&writer, &reject), ILP_OK);
		return ilp_written(&writer);
	}
}

/* Rightly or wrongly; what is not chosen for long is late, or never. */
static void answer(struct walk *w)
{
	struct asked *asked;
	struct wire *wire;
	uint8_t room[128];
	struct ilp_bytes packet;

	if (!w->asked_count)
		return;
	asked = &w->asked[w->asked_count - 1 -
			  roll(w, w->asked_count < 8 ? w->asked_count : 8)];
	wire = find_wire(w, asked->wire);
	if (!wire || asked->answered)
		return;
	asked->answered = true;
	packet = an_answer(w, room, asked->question, &asked->right);
	if (asked->right && w->now.wall_ms < asked->expires_ms)
		question_of(w, asked->question)->may_be = true;
	link_answer(wire->far, asked->request, packet);
}

static void pass_time(struct walk *w)
{
	int64_t ms = roll(w, 12) ? (int64_t)roll(w, 60) :
				   (int64_t)roll(w, 4000);

	w->now.monotonic_us += ms * 1000;
	w->now.wall_ms += ms;
}

static void step(struct walk *w)
{
	uint64_t what = roll(w, 100);

	if (what < 25)
		ask(w);
	else if (what < 65)
		answer(w);
	else if (what < 69)
		lose_any(w);
	else if (what < 71)
		operate(w);
	else if (what < 73)
		add_missing(w);
	else if (what < 82)
		pass_time(w);
	else if (w->dial_count)
		finish_dial(w, (size_t)roll(w, w->dial_count));
	if (roll(w, 4))
		play_round(w);
}

/* ---- what must hold ---- */

/* Between what has certainly been fulfilled, and what may have been. */
static void check_balance(const struct walk *w, unsigned peer)
{
	const struct account *at = account(w, peer);
	signed_units least = 0, most = 0, balance;

	if (!at)
		return;
	for (uint32_t i = 0; i < w->question_count; i++) {
		const struct question *q = &w->questions[i];

		if (q->asker != peer && q->asked != peer)
			continue;
		if (q->must_be || q->fulfilled)
			least += (signed_units)q->amount;
		if (q->may_be)
			most += (signed_units)q->amount;
	}
	balance = is_asker(peer) ? at->book.balance : -at->book.balance;
	CHECK(least <= balance && balance <= most);
}

static void check_sum(const struct walk *w)
{
	signed_units sum = 0;

	for (unsigned i = 0; i < PEERS; i++) {
		if (!account(w, i))
			return;
		sum += account(w, i)->book.balance;
	}
	CHECK(sum == 0);
}

static void check_books(const struct walk *w)
{
	for (unsigned i = 0; i < PEERS; i++)
		check_balance(w, i);
	check_sum(w);
}

static void wait_ms(struct walk *w, int64_t ms)
{
	w->now.monotonic_us += ms * 1000;
	w->now.wall_ms += ms;
	while (play_round(w))
		;
	while (w->dial_count)
		finish_dial(w, 0);
}

/* They close by themselves, and nothing waits for more. */
static void check_no_lines(const struct lines *lines)
{
	if (!lines)
		return;
	CHECK_INT(lines->count, 0);
	CHECK_INT(lines->dialing, 0);
	CHECK(!lines->wants && held_waiting(&lines->waiting) == 0);
}

/* All is answered, or over; who was removed is gone, and comes back. */
static void come_to_rest(struct walk *w)
{
	w->calm = true;
	for (int i = 0; i < 140; i++)
		wait_ms(w, 300);
	add_missing(w);
	for (unsigned i = 0; i < PEERS; i++)
		CHECK(account(w, i)->state != ACCOUNT_CLOSING);
	wait_ms(w, 300);
	CHECK_INT(shard_in_flight(w->shard), 0);
	for (unsigned i = 0; i < PEERS; i++)
		CHECK(book_is_still(&account(w, i)->book));
	for (unsigned i = 0; i < PEERS; i++)
		check_no_lines(account(w, i)->lines);
	for (uint32_t i = 0; i < w->question_count; i++)
		CHECK(w->questions[i].over);
	check_books(w);
}

/* ---- a walk ---- */

static void begin(struct walk *w, struct random_source *dice)
{
	const struct connector_options options = {
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.in_flight_max = 1000,
		.seed = { 1, 2, 3 },
	};

	*w = (struct walk){
		.dice = dice,
		.now = { 1000000, 1700000000000 },
		.pool = pool_create(LINK_HTTP_BLOCK, 1024),
		.crypto = ilp_crypto_create(),
	};
	w->shard = shard_create(&options, w->now);
	w->node = node_create(w->shard, ledger_memory_create());
	exchange_set_one_to_one(shard_exchange(w->shard));
	for (unsigned i = 0; i < PEERS; i++)
		add_account(w, i);
}

static void end(struct walk *w)
{
	for (size_t i = 0; i < WIRES; i++)
		if (w->wires[i].far)
			link_destroy(w->wires[i].far);
	node_destroy(w->node);
	CHECK_INT(pool_taken(w->pool), 0);
	pool_destroy(w->pool);
	ilp_crypto_destroy(w->crypto);
}

static void nobody_pays_twice_or_for_nothing(void)
{
	static struct walk w;
	struct random_source dice = random_start();

	for (int i = 0; i < WALKS; i++) {
		begin(&w, &dice);
		for (int k = 0; k < STEPS; k++) {
			step(&w);
			check_books(&w);
		}
		come_to_rest(&w);
		end(&w);
	}
	print_message("%u asked, %u fulfilled (%u for certain), %u refused, "
		      "%u lost, %u again, %u removed\n",
		      seen.asked, seen.fulfilled, seen.certain, seen.refused,
		      seen.lost, seen.again, seen.removed);
	CHECK(seen.fulfilled > 100 && seen.lost > 10 && seen.again > 10);
}

TESTS(TEST(nobody_pays_twice_or_for_nothing))
