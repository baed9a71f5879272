/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of events in an order that a seed makes up: questions, answers
 * right, wrong, twice or to what others were asked, broken and replaced
 * connections, time, changed, stopped and removed accounts, a ledger that
 * stalls, a clock that steps. After each round the scene (test/scene.h) holds
 * the node to its books. SEED= in the environment repeats a walk. */
#include "node/connector.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

#define PEERS 5
#define STEPS 4000
#define WALKS 25

struct walk {
	struct scene s;
	struct random_source dice;
	struct peer *peers[PEERS];
	int passed; /* questions that came through, to see that some do */
	int parked; /* and those whose Fulfill had to wait */
};

static const char *const names[PEERS] = { "a", "b", "c", "d", "e" };

static uint64_t below(struct walk *w, uint64_t limit)
{
	return random_below(&w->dice, limit);
}

static bool chance(struct walk *w, unsigned one_in)
{
	return below(w, one_in) == 0;
}

static struct peer *any_peer(struct walk *w)
{
	return w->peers[below(w, PEERS)];
}

/* Two assets, and limits that are met now and then. */
static struct account_settings settings_of(struct walk *w, size_t i)
{
	struct account_settings settings = peer_settings(names[i]);

	if (i >= 3)
		settings.asset = (struct ledger_asset){ "USD", 10 };
	settings.balance.maximum = (signed_units)below(w, 50000);
	settings.balance.minimum = -(signed_units)below(w, 500000);
	settings.in_flight_max = 2 + (uint32_t)below(w, 40);
	settings.in_flight_money = ilp_amount(500 + below(w, 50000));
	if (chance(w, 2))
		settings.packet_max = ilp_amount(500 + below(w, 20000));
	if (chance(w, 2))
		settings.packets = (struct limit_settings){ 50, 1000000, 80 };
	if (chance(w, 2))
		settings.outgoing =
			(struct limit_settings){ 50000, 1000000, 90000 };
	return settings;
}

static void join(struct walk *w, size_t i)
{
	const struct account_settings settings = settings_of(w, i);

	w->peers[i] = peer_join_with(&w->s, &settings);
}

/* ---- what peers do ---- */

static bool can_write(const struct peer *peer)
{
	return peer->connection->session && !peer->connection->closed;
}

static void ask_anew(struct walk *w, struct peer *from)
{
	static const char *const places[] = { "test.a.x", "test.b", "test.c.y",
					      "test.d",   "test.e", "test.f" };
	struct ilp_prepare prepare =
		peer_prepare(&w->s, places[below(w, 6)],
			     below(w, chance(w, 9) ? 60000 : 500));

	prepare.expires_at_ms =
		w->s.now.wall_ms + 1500 + (int64_t)below(w, 6000);
	if (chance(w, 30))
		prepare.expires_at_ms += 60000;
	peer_ask_with(from, &prepare);
}

/* One of the last questions. */
static struct question *any_question(struct walk *w)
{
	size_t count = w->s.question_count;
	size_t back = 1 + below(w, 60);

	return back > count ? NULL : w->s.questions[count - back];
}

static void ask_again(struct walk *w, struct peer *from)
{
	const struct question *q = any_question(w);
	struct ilp_prepare prepare;

	if (!q)
		return;
	prepare = q->prepare;
	prepare.data.len = 0;
	if (chance(w, 2))
		prepare.amount = ilp_amount(below(w, 2000));
	if (chance(w, 4))
		prepare.expires_at_ms = w->s.now.wall_ms + 9000;
	peer_ask_with(from, &prepare);
}

static void ask(struct walk *w)
{
	struct peer *from = any_peer(w);
	struct question *q = any_question(w);

	if (!can_write(from))
		return;
	if (!chance(w, 5))
		ask_anew(w, from);
	else if (q && can_write(q->from))
		ask_again(w, chance(w, 3) ? from : q->from);
}

/* One that is open, if it can be. */
static struct question *question_to_answer(struct walk *w)
{
	if (w->s.open_count == 0 || chance(w, 10))
		return any_question(w);
	return w->s.questions[w->s.open[below(w, w->s.open_count)]];
}

static bool owes_an_answer(const struct question *q)
{
	return q && q->to && can_write(q->to);
}

/* Some answers are so large that a link cannot take many of them at once. */
static void answer(struct walk *w)
{
	static const uint8_t much[30000];
	const struct question *q = question_to_answer(w);
	const struct question *other = any_question(w);

	if (!owes_an_answer(q) || !other)
		return;
	if (chance(w, 2))
		peer_fulfill(q);
	else if (chance(w, 2))
		peer_answer(q, peer_fulfill_packet(q, ILP_BYTES(much)));
	else if (chance(w, 2))
		peer_reject(q, "F99");
	else if (chance(w, 2))
		peer_answer(q, peer_fulfill_packet(other, ilp_text("")));
	else
		peer_answer(q, hex("0d0100"));
	if (chance(w, 8))
		peer_fulfill(q);
}

static void answer_for_another(struct walk *w)
{
	const struct question *q = any_question(w);
	struct peer *peer = any_peer(w);

	if (q && q->to && can_write(peer))
		peer_answer_as(peer, q->out_request,
			       peer_fulfill_packet(q, ilp_text("")));
}

/* ---- what happens to them ---- */

static void connect_or_not(struct walk *w)
{
	struct peer *peer = any_peer(w);

	if (!peer_account(peer) || peer_account(peer)->state == ACCOUNT_CLOSING)
		return;
	if (!peer->connection->session || chance(w, 3))
		peer_connect(peer);
	else
		peer_disconnect(peer);
}

/* Those that are gone come again, with other limits. */
static void change_an_account(struct walk *w)
{
	size_t i = below(w, PEERS);
	struct account *account = peer_account(w->peers[i]);
	struct account_settings settings;

	if (!account) {
		join(w, i);
		return;
	}
	switch (below(w, 8)) {
	case 0:
		if (account->state != ACCOUNT_CLOSING)
			peer_remove(w->peers[i]);
		break;
	case 1:
		shard_account_stop(scene_shard(&w->s), account, true);
		break;
	case 2:
		if (account->state == ACCOUNT_CLOSING)
			break;
		settings = settings_of(w, i);
		peer_change(w->peers[i], &settings);
		break;
	default:
		shard_account_stop(scene_shard(&w->s), account, false);
	}
}

/* Much shorter than the window, or Fulfills would have to leave early. */
static void stall_the_ledger(struct walk *w)
{
	slow_ledger_stall(w->s.ledger, true);
	if (chance(w, 2))
		slow_ledger_fill(w->s.ledger, true);
}

static void pass_time(struct walk *w)
{
	int64_t ms = (int64_t)below(w, chance(w, 10) ? 3000 : 200);

	slow_ledger_stall(w->s.ledger, false);
	slow_ledger_fill(w->s.ledger, false);
	scene_play(&w->s);
	if (chance(w, 3))
		scene_freeze(&w->s, ms);
	else
		scene_wait(&w->s, ms);
}

static void step_the_clock(struct walk *w)
{
	scene_step_wall(&w->s, (int64_t)below(w, 20000) - 10000);
}

static void do_something(struct walk *w)
{
	static void (*const things[])(struct walk *) = {
		[0] = step_the_clock,
		[2] = stall_the_ledger,
		[20] = change_an_account,
		[40] = connect_or_not,
		[140] = answer_for_another,
		[160] = pass_time,
		[260] = answer,
		[560] = ask,
	};
	uint64_t dice = below(w, 1200);

	/* Each is as likely as it is far to the next. */
	if (dice >= sizeof(things) / sizeof(*things))
		dice = sizeof(things) / sizeof(*things) - 1;
	while (!things[dice])
		dice--;
	things[dice](w);
}

/* ---- the walk ---- */

static void begin(struct walk *w, struct random_source dice)
{
	struct connector_options options = scene_options();

	*w = (struct walk){ .dice = dice };
	options.in_flight_max = 60;
	options.reflect = chance(w, 2);
	options.seed[0] = (uint8_t)below(w, 256);
	if (chance(w, 2))
		scene_begin_lasting(&w->s, &options, NULL);
	else
		scene_begin_with(&w->s, &options);
	exchange_set_one_to_one(shard_exchange(scene_shard(&w->s)));
	CHECK(exchange_set_spread(shard_exchange(scene_shard(&w->s)), 500000));
	w->s.cuts = chance(w, 2) ? &w->dice : NULL;
	for (size_t i = 0; i < PEERS; i++)
		join(w, i);
	scene_play(&w->s);
}

static void count(struct walk *w)
{
	for (size_t i = 0; i < w->s.question_count; i++) {
		w->passed += w->s.questions[i]->fulfilled;
		w->parked += w->s.questions[i]->parked;
	}
}

/* Ended by a node that shuts down: nothing new, and all that is in flight
 * comes to its end. */
static void end(struct walk *w)
{
	pass_time(w);
	shard_drain(scene_shard(&w->s));
	for (int i = 0; i < 50; i++) {
		do_something(w);
		scene_play(&w->s);
	}
	count(w);
	scene_end(&w->s);
}

static void holds_in_every_order_of_events(void)
{
	struct random_source dice = random_start();
	int passed = 0, parked = 0;

	for (int i = 0; i < WALKS; i++) {
		struct walk w;

		begin(&w, (struct random_source){ random_u64(&dice) });
		for (int step = 0; step < STEPS; step++) {
			do_something(&w);
			if (chance(&w, 2))
				scene_play(&w.s);
		}
		end(&w);
		passed += w.passed;
		parked += w.parked;
	}
	/* It was a walk through something. */
	CHECK(passed > WALKS * STEPS / 50);
	CHECK(parked > 0);
}

TESTS(TEST(holds_in_every_order_of_events))
