/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/scrape.h"

#include <assert.h>

#include "node/lines.h"

/* So that no packet waits for more than these. */
#define ACCOUNTS_A_STEP 64
#define PAIRS_A_STEP 64

/* ---- the node ---- */

static void take_node(struct scrape *s, struct shard *shard)
{
	const struct alert *alert = NULL;

	s->counted = *shard_counters(shard);
	s->in_flight = shard_in_flight(shard);
	s->held = shard_held(shard);
	s->unsent = shard_unsent(shard);
	s->routes = shard_route_count(shard);
	s->draining = shard_is_draining(shard);
	while ((alert = alerts_next(shard_alerts(shard),
				    alert ? alert->id : 0)))
		s->alerts++;
}

static void take_ledger(struct scrape *s, struct node *node)
{
	const struct ledger *ledger = node_ledger(node);
	const struct ledger_progress progress = ledger_progress(ledger);

	s->submitted = progress.submitted;
	s->durable = progress.durable;
	s->trouble = ledger_trouble(ledger) != NULL;
	s->failed = node_failure(node) != NULL;
	s->ready = !s->trouble && !s->failed && !s->draining;
}

/* ---- assets ---- */

static struct view_asset asset_of(const struct ledger_asset *asset)
{
	struct view_asset view = { .scale = asset->scale };

	memcpy(view.code, asset->code, sizeof(view.code));
	return view;
}

static void take_assets(struct scrape *s, const struct books *books)
{
	struct books_own own;

	for (uint16_t i = 0; books_own(books, i, &own); i++) {
		if (i >= SCRAPE_ASSETS_MAX) {
			s->assets_left_out++;
			continue;
		}
		s->assets[s->asset_count++] = (struct scrape_asset){
			.asset = asset_of(&own.asset),
			.exchange = own.exchange.balance,
			.late = own.late.balance,
		};
	}
}

/* A sum that is too large stays as large as can be. */
static void sum_up(signed_units *sum, signed_units more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UNITS_MAX;
}

static void add_to_asset(struct scrape_asset *sums,
			 const struct view_balance *balance)
{
	if (balance->current > 0)
		sum_up(&sums->owed_to_us, balance->current);
	else if (__builtin_sub_overflow(sums->owed_by_us, balance->current,
					&sums->owed_by_us))
		sums->owed_by_us = UNITS_MAX;
	sum_up(&sums->in_doubt, balance->in_doubt);
	sum_up(&sums->unresolved, balance->unresolved);
	sum_up(&sums->ceiling, balance->ceiling);
}

/* ---- accounts ---- */

static bool is_connected(const struct account *a)
{
	return a->session || (a->lines && a->lines->count);
}

static void take_account(struct scrape *s, const struct account *a)
{
	struct scrape_account *out = &s->accounts[s->account_count++];

	assert(a->settings.id.len < sizeof(out->id));
	*out = (struct scrape_account){
		.asset = asset_of(&a->settings.asset),
		.counted = a->counters,
		.connected = is_connected(a),
		.stopped = a->state != ACCOUNT_OPEN,
		.in_flight_in = a->in_flight_in,
		.in_flight_out = a->in_flight_out,
		.value_in = (signed_units)a->counters.in_value,
		.value_out = (signed_units)a->counters.out_value,
	};
	view_take_balance(&out->balance, a);
	memcpy(out->id, a->settings.id.at, a->settings.id.len);
}

static void count_account(struct scrape *s, const struct account *a)
{
	struct view_balance balance;

	view_take_balance(&balance, a);
	s->totals.accounts++;
	s->totals.connected += is_connected(a);
	s->totals.stopped += a->state != ACCOUNT_OPEN;
	s->totals.in_doubt += balance.in_doubt != 0;
	s->totals.unresolved += balance.unresolved != 0;
	if (a->asset < s->asset_count)
		add_to_asset(&s->assets[a->asset], &balance);
}

/* Are all of them counted? */
static bool take_accounts(struct scrape *s, struct shard *shard)
{
	for (int i = 0; i < ACCOUNTS_A_STEP; i++) {
		const struct account *a = shard_account_from(shard, s->slot);

		if (!a)
			return true;
		s->slot = (uint64_t)a->slot + 1;
		count_account(s, a);
		if (s->account_count < SCRAPE_ACCOUNTS_MAX)
			take_account(s, a);
	}
	return false;
}

/* ---- rates ---- */

static void count_rate(struct scrape *s, struct shard *shard, uint16_t from,
		       uint16_t to)
{
	struct exchange *exchange = shard_exchange(shard);
	int64_t expires_us;
	struct ilp_rate rate;

	if (!exchange_look(exchange, from, to, &rate, &expires_us))
		s->rates.none++;
	else if (expires_us <= s->now.monotonic_us)
		s->rates.old++;
	else
		s->rates.current++;
}

/* Are all pairs looked at? */
static bool take_rates(struct scrape *s, struct shard *shard)
{
	for (int i = 0; i < PAIRS_A_STEP; i++, s->pair++) {
		uint16_t from, to;

		if (s->pair == s->asset_count * s->asset_count)
			return true;
		from = (uint16_t)(s->pair / s->asset_count);
		to = (uint16_t)(s->pair % s->asset_count);
		if (from != to)
			count_rate(s, shard, from, to);
	}
	return false;
}

/* What can be counted in a moment is taken last, so that it fits together. */
bool scrape_step(struct scrape *s, struct node *node)
{
	struct shard *shard = node_shard(node);

	if (!s->begun) {
		s->begun = true;
		take_assets(s, shard_books(shard));
	}
	if (!take_accounts(s, shard) || !take_rates(s, shard))
		return false;
	s->accounts_left_out = s->totals.accounts - s->account_count;
	take_node(s, shard);
	take_ledger(s, node);
	return true;
}

bool scrape_one(struct scrape *s, struct node *node, struct ilp_bytes id)
{
	const struct account *a = shard_account_find(node_shard(node), id);

	if (a)
		take_account(s, a);
	return a;
}
