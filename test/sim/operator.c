/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/operator.h"

#include <assert.h>
#include <stdio.h>

static const struct plan *plan_of(const struct host *h)
{
	return &h->world->plan;
}

static struct shard *shard_of(const struct host *h)
{
	return node_shard(h->node);
}

/* e3, the account on edge 3. */
static struct ilp_bytes account_id(unsigned edge)
{
	static uint8_t text[2] = "e";

	text[1] = (uint8_t)('0' + edge);
	return (struct ilp_bytes){ text, sizeof(text) };
}

struct account *host_account(const struct host *h, unsigned edge)
{
	return shard_account_find(shard_of(h), account_id(edge));
}

bool operator_has(const struct host *h, unsigned edge)
{
	const struct plan_edge *plan = &plan_of(h)->edges[edge];

	for (unsigned side = 0; side < 2; side++)
		if (plan->ends[side].node && plan->ends[side].index == h->index)
			return true;
	return false;
}

unsigned operator_side(const struct host *h, unsigned edge)
{
	return plan_side(plan_of(h), edge, h->index);
}

/* What both ends of an edge know. */
struct ilp_bytes operator_token(unsigned edge)
{
	static char text[16];

	snprintf(text, sizeof(text), "token %u", edge);
	return ilp_text(text);
}

/* Of HTTP it has to be one; else it is only our own affair. */
static struct ilp_bytes url_of(const struct host *h, unsigned edge)
{
	static char text[40];

	if (!plan_edge_has_lines(&plan_of(h)->edges[edge]))
		return account_id(edge);
	snprintf(text, sizeof(text), "http://e%u/%u", edge, h->moves[edge]);
	return ilp_text(text);
}

/* Side 0 connects to side 1; over HTTP each to the other. */
static struct account_settings settings_of(const struct host *h, unsigned edge)
{
	const struct plan_edge *plan = &plan_of(h)->edges[edge];
	struct account_settings settings = h->limits[edge];
	bool mutual = plan_edge_has_lines(plan);
	unsigned side = operator_side(h, edge);

	settings.id = account_id(edge);
	settings.asset = plan_assets[plan->asset];
	if (mutual || side == 0)
		settings.url = url_of(h, edge);
	if (mutual || (side == 1 && plan->framing == TAP_BTP)) {
		settings.has_token = true;
		ilp_sha256(h->world->crypto, settings.token_hash,
			   operator_token(edge));
	}
	return settings;
}

static void set_routes(struct host *h, unsigned edge)
{
	const unsigned *ways = plan_of(h)->nodes[h->index].ways;

	for (unsigned i = 0; i < plan_of(h)->peer_count; i++) {
		char prefix[24];
		bool set;

		if (ways[i] != edge)
			continue;
		snprintf(prefix, sizeof(prefix), "test.p%u", i);
		set = shard_route_set(shard_of(h), ilp_text(prefix),
				      host_account(h, edge));
		assert(set);
	}
}

void operator_add(struct host *h, unsigned edge)
{
	const struct account_settings settings = settings_of(h, edge);
	enum account_error error = shard_account_add(shard_of(h), &settings);

	assert(!error);
	set_routes(h, edge);
}

/* What the operator took away comes back once it is gone. */
void operator_add_removed(struct host *h)
{
	if (!plan_of(h)->faults[FAULT_OPERATOR])
		return;
	for (unsigned e = 0; e < plan_of(h)->edge_count; e++) {
		if (!operator_has(h, e) || host_account(h, e))
			continue;
		world_note(h->world, STORY_ADDED, e, operator_side(h, e), 0, 0);
		h->limits[e] = plan_of(h)->edges[e].limits[operator_side(h, e)];
		observer_reopened(h->world->observer, e, operator_side(h, e));
		operator_add(h, e);
		observer_opened(h->world->observer, h, e,
				host_account(h, e));
	}
}

/* ---- under load ---- */

/* An account that is there, and stays. */
static struct account *operated(struct host *h, unsigned edge)
{
	struct account *account = h->node ? host_account(h, edge) : NULL;

	if (!account || account->state == ACCOUNT_CLOSING || host_is_asleep(h))
		return NULL;
	host_begin_round(h);
	return account;
}

void operator_stop(struct host *h, unsigned edge, bool stopped)
{
	struct account *account = operated(h, edge);
	unsigned side = operator_side(h, edge);

	if (!account)
		return;
	world_note(h->world, STORY_STOPPED, edge, side, stopped, 0);
	h->world->observer->views[edge][side].stopped = stopped;
	shard_account_stop(shard_of(h), account, stopped);
	host_finish_round(h);
}

static void change(struct host *h, unsigned edge, struct account *account)
{
	const struct account_settings settings = settings_of(h, edge);
	enum account_error error;

	world_note(h->world, STORY_CHANGED, edge, operator_side(h, edge),
		   h->moves[edge], 0);
	error = shard_account_change(shard_of(h), account, &settings);
	assert(!error);
	host_finish_round(h);
}

void operator_change(struct host *h, unsigned edge,
		     const struct account_settings *limits)
{
	struct account *account = operated(h, edge);

	if (!account)
		return;
	h->limits[edge] = *limits;
	change(h, edge, account);
}

void operator_move(struct host *h, unsigned edge)
{
	bool moves = plan_edge_has_lines(&plan_of(h)->edges[edge]);
	struct account *account = moves ? operated(h, edge) : NULL;

	if (!account)
		return;
	h->moves[edge]++;
	change(h, edge, account);
}

void operator_remove(struct host *h, unsigned edge)
{
	struct account *account = operated(h, edge);

	if (!account)
		return;
	world_note(h->world, STORY_REMOVED, edge, operator_side(h, edge), 0, 0);
	shard_account_remove(shard_of(h), account);
	host_finish_round(h);
}
