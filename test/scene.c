/* SPDX-License-Identifier: Apache-2.0 */
#include "test/scene.h"

#include "link/memory.h"
#include "test/question.h"
#include "test/slow_ledger.h"

#define BLOCKS_MAX 4096
/* After so long nothing can be in flight any more. */
#define LONG_MS 120000

struct connector_options scene_options(void)
{
	return (struct connector_options){
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.reflect = true,
		.in_flight_max = 4096,
		.seed = { 7 },
	};
}

static void begin_on(struct scene *s, const struct connector_options *options,
		     struct ledger *ledger)
{
	*s = (struct scene){
		.now = { .monotonic_us = 77000000,
			 .wall_ms = INT64_C(1750000000123) },
		.options = *options,
	};
	s->crypto = ilp_crypto_create();
	s->pool = pool_create(LINK_MEMORY_BLOCK, BLOCKS_MAX);
	s->ledger = ledger;
	CHECK(s->crypto && s->pool && s->ledger);
	s->earlier = ledger_progress(ledger).submitted;
	s->node = node_create(shard_create(options, s->now), s->ledger);
	assert_non_null(s->node);
}

void scene_begin_with(struct scene *s, const struct connector_options *options)
{
	begin_on(s, options, slow_ledger_create());
}

void scene_begin_lasting(struct scene *s,
			 const struct connector_options *options,
			 struct ledger *ledger)
{
	char error[200];

	if (!ledger) {
		ledger = slow_ledger_create();
		slow_ledger_last(ledger);
	}
	begin_on(s, options, ledger);
	shard_begin(scene_shard(s), s->now);
	CHECK(node_restore(s->node, error, sizeof(error)));
}

bool scene_waits(const struct scene *s)
{
	struct ledger_progress progress = ledger_progress(s->ledger);

	return s->ledger->ops->durable &&
	       (progress.durable < progress.submitted ||
		shard_batch(node_shard(s->node)));
}

struct ledger *scene_crash(struct scene *s)
{
	struct ledger *ledger = s->ledger;

	slow_ledger_keep(ledger);
	scene_take_down(s);
	return ledger;
}

void scene_begin(struct scene *s)
{
	const struct connector_options options = scene_options();

	scene_begin_with(s, &options);
}

struct shard *scene_shard(struct scene *s)
{
	return node_shard(s->node);
}

/* ---- rounds ---- */

static void deliver(struct scene *s)
{
	for (struct connection *c = s->connections; c; c = c->next)
		if (c->session && c->out.len)
			connection_deliver(c);
}

/* What the node has ended is closed when it is written; a peer that does not
 * read is not waited for. */
static void hear(struct connection *c)
{
	connection_hear(c);
	if (!c->session->ended)
		return;
	snprintf(c->reason, sizeof(c->reason), "%s", c->session->end_reason);
	connection_end(c, "closed");
}

static void write_out(struct scene *s)
{
	struct session *session;

	while ((session = shard_next_output(scene_shard(s))))
		hear(session->driver);
	for (struct connection *c = s->connections; c; c = c->next)
		if (c->session && link_waiting(c->session->link))
			connection_hear(c);
}

void scene_play(struct scene *s)
{
	shard_begin(scene_shard(s), s->now);
	deliver(s);
	shard_tick(scene_shard(s));
	questions_expire(s);
	node_commit(s->node, s->now);
	write_out(s);
	questions_settle(s);
	scene_check(s);
}

void scene_freeze(struct scene *s, int64_t ms)
{
	s->now.monotonic_us += ms * 1000;
	s->now.wall_ms += ms;
}

void scene_step_wall(struct scene *s, int64_t ms)
{
	s->now.wall_ms += ms;
}

/* A driver would sleep until the deadline, or a little longer. */
void scene_wait(struct scene *s, int64_t ms)
{
	int64_t end_us = s->now.monotonic_us + ms * 1000;

	while (s->now.monotonic_us < end_us) {
		int64_t next_us = shard_deadline_us(scene_shard(s));

		if (next_us <= s->now.monotonic_us)
			next_us = s->now.monotonic_us + 1000;
		if (next_us > end_us)
			next_us = end_us;
		scene_freeze(s, (next_us - s->now.monotonic_us + 999) / 1000);
		scene_play(s);
	}
}

/* ---- the node's books against ours ---- */

static void check_limits(const struct peer *peer, const struct book *book)
{
	const struct book_limits *limits = &peer->settings.balance;

	if (peer->limits_changed)
		return;
	CHECK(book->balance + (signed_units)book->held_debits <=
	      limits->maximum);
	CHECK(book->balance - (signed_units)book->held_credits >=
	      limits->minimum);
}

static ilp_u128 in_doubt(const struct account *account)
{
	return account->exposure ? account->exposure->in_doubt : 0;
}

static void check_money(const struct peer *peer, const struct account *account,
			const struct question_sums *sums)
{
	const struct book *book = &account->book;

	CHECK(book->held_credits == sums->held_out + in_doubt(account));
	CHECK(book->held_debits == sums->held_in);
	CHECK(book->balance == peer->charged);
	CHECK_INT(account->in_flight_in, sums->in);
	CHECK_INT(account->in_flight_out, sums->out);
}

static signed_units balance_of(const struct ledger_totals *totals)
{
	return (signed_units)(totals->debits_posted - totals->credits_posted);
}

/* What is closed in the ledger was empty. */
static void check_ledger(const struct scene *s, uint64_t number,
			 signed_units balance)
{
	struct ledger_account account;

	if (number && ledger_account(s->ledger, number - 1, &account) &&
	    account.account == number)
		CHECK(balance_of(&account.totals) == balance);
	else
		CHECK(balance == 0);
}

/* Does the ledger know all that the shard does? */
static bool ledger_follows(struct scene *s)
{
	return !shard_batch(scene_shard(s));
}

static bool is_of(const struct peer *peer, const struct ledger_asset *asset)
{
	return peer->settings.asset.scale == asset->scale &&
	       strcmp(peer->settings.asset.code, asset->code) == 0;
}

static bool sees_everything(const struct scene *s)
{
	for (const struct connection *c = s->connections; c; c = c->next)
		if (c->session && c->deaf)
			return false;
	return !s->may_lose && !scene_waits(s);
}

/* What an account that is gone left behind is in the ledger alone. */
static void check_asset(struct scene *s, const struct books_own *own,
			signed_units late)
{
	signed_units sum = own->exchange.balance + own->late.balance +
			   own->adjusted.balance;

	for (const struct peer *p = s->peers; p; p = p->next) {
		const struct account *account = peer_account(p);

		if (is_of(p, &own->asset))
			sum += account ? account->book.balance : p->charged;
	}
	CHECK(sum == 0);
	if (sees_everything(s))
		CHECK(own->late.balance == late);
	if (!ledger_follows(s))
		return;
	check_ledger(s, own->exchange_number, own->exchange.balance);
	check_ledger(s, own->late_number, own->late.balance);
	check_ledger(s, own->adjusted_number, own->adjusted.balance);
}

/* What was sent is under a ceiling that is durable. */
static void check_exposure(const struct scene *s, const struct exposure *e,
			   const struct question_sums *sums)
{
	struct exposure now = *e;

	exposure_settle(&now, ledger_progress(s->ledger).durable - s->earlier);
	CHECK(exposure_need(&now, sums->held_out + now.in_doubt) <=
	      now.durable);
}

static void check_peer(struct scene *s, const struct peer *peer)
{
	const struct account *account = peer_account(peer);
	const struct question_sums sums = questions_sum(s, peer);

	if (!account) {
		CHECK(sums.in == 0 && sums.out == 0);
		if (ledger_follows(s))
			check_ledger(s, peer->number, peer->charged);
		return;
	}
	check_limits(peer, &account->book);
	if (account->exposure)
		check_exposure(s, account->exposure, &sums);
	if (sees_everything(s))
		check_money(peer, account, &sums);
	if (ledger_follows(s))
		check_ledger(s, peer->number, account->book.balance);
}

void scene_check(struct scene *s)
{
	const struct books *books = shard_books(scene_shard(s));
	struct books_own own;
	size_t in_flight = 0;

	for (const struct peer *p = s->peers; p; p = p->next) {
		check_peer(s, p);
		in_flight += questions_sum(s, p).in;
	}
	for (size_t i = 0; i < s->own_count; i++)
		in_flight += s->own[i].to && !s->own[i].over;
	for (uint16_t i = 0; books_own(books, i, &own); i++)
		check_asset(s, &own, s->late[i]);
	if (sees_everything(s))
		CHECK_INT(shard_in_flight(scene_shard(s)), in_flight);
}

struct scene_own *scene_expect(struct scene *s, const uint8_t condition[32])
{
	struct scene_own *own = &s->own[s->own_count++];

	assert_true(s->own_count <= SCENE_OWN_MAX);
	*own = (struct scene_own){ .to = NULL };
	memcpy(own->condition, condition, sizeof(own->condition));
	return own;
}

/* ---- the end ---- */

static void check_over(struct scene *s)
{
	for (const struct peer *p = s->peers; p; p = p->next) {
		const struct account *account = peer_account(p);

		CHECK(!account || book_is_still(&account->book));
		CHECK(!account || (account->in_flight_in == 0 &&
				   account->in_flight_out == 0 &&
				   account->held == 0 && !account->parked));
	}
	CHECK_INT(shard_in_flight(scene_shard(s)), 0);
	CHECK(shard_is_idle(scene_shard(s)));
	CHECK(s->may_lose || s->open_count == 0);
}

void scene_take_down(struct scene *s)
{
	node_destroy(s->node);
	while (s->connections) {
		struct connection *c = s->connections;

		s->connections = c->next;
		connection_free(c);
	}
	while (s->peers) {
		struct peer *peer = s->peers;

		s->peers = peer->next;
		free(peer);
	}
	for (size_t i = 0; i < s->question_count; i++)
		question_free(s->questions[i]);
	for (size_t i = 0; i < s->own_count; i++)
		free((uint8_t *)(uintptr_t)s->own[i].packet.at);
	free(s->questions);
	free(s->open);
	pool_destroy(s->pool); /* asserts that nothing is left */
	ilp_crypto_destroy(s->crypto);
}

void scene_end(struct scene *s)
{
	for (struct connection *c = s->connections; c; c = c->next)
		c->deaf = false;
	slow_ledger_stall(s->ledger, false);
	slow_ledger_trouble(s->ledger, false);
	slow_ledger_fill(s->ledger, false);
	scene_play(s);
	scene_wait(s, LONG_MS);
	check_over(s);
	scene_take_down(s);
}

uint64_t scene_alerts(struct scene *s, const struct peer *peer,
		      const char *text)
{
	const struct alert *alert = NULL;
	uint64_t count = 0;

	while ((alert = alerts_next(shard_alerts(scene_shard(s)),
				    alert ? alert->id : 0)))
		if (alert->account == peer->number &&
		    strcmp(alert->message, text) == 0)
			count += alert->count;
	return count;
}

signed_units scene_late(struct scene *s, const char *code)
{
	struct books_own own;
	signed_units sum = 0;

	for (uint16_t i = 0; books_own(shard_books(scene_shard(s)), i, &own);
	     i++)
		if (strcmp(own.asset.code, code) == 0)
			sum += own.late.balance;
	return sum;
}
