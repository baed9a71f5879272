/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/plan.h"

#include <assert.h>
#include <inttypes.h>

#include "base/dice.h"

const struct ledger_asset plan_assets[PLAN_ASSETS] = {
	{ "USD", 2 },
	{ "EUR", 4 },
	{ "XRP", 9 },
	{ "JPY", 0 },
};

/* One of these, drawn. */
#define PICK(dice, ...)                                                        \
	((const int64_t[]){ __VA_ARGS__ }[dice_below(                          \
		(dice), sizeof((int64_t[]){ __VA_ARGS__ }) / 8)])

static uint64_t between(struct dice *dice, uint64_t least, uint64_t most)
{
	return least + dice_below(dice, most - least + 1);
}

static bool chance(struct dice *dice, unsigned in)
{
	return dice_below(dice, in) == 0;
}

/* ---- who is connected with whom ---- */

static void join(struct plan *p, struct plan_end a, struct plan_end b,
		 bool turned)
{
	struct plan_edge *edge = &p->edges[p->edge_count++];

	edge->ends[turned] = a;
	edge->ends[!turned] = b;
}

static void draw_shape(struct plan *p, struct dice *dice)
{
	p->shape = (enum plan_shape)dice_below(dice, PLAN_SHAPES);
	p->node_count = (unsigned)between(dice, 1, PLAN_NODES_MAX);
	for (unsigned n = 1; n < p->node_count; n++) {
		unsigned to =
			p->shape == PLAN_LINE ? n - 1 :
			p->shape == PLAN_STAR ? 0 :
						(unsigned)dice_below(dice, n);

		join(p, (struct plan_end){ true, to },
		     (struct plan_end){ true, n }, chance(dice, 2));
	}
}

/* The first two hang on the ends of the line. */
static void draw_peers(struct plan *p, struct dice *dice)
{
	p->peer_count = (unsigned)between(dice, 2, PLAN_PEERS_MAX);
	for (unsigned i = 0; i < p->peer_count; i++) {
		struct plan_peer *peer = &p->peers[i];
		unsigned node =
			i == 0 ? 0 :
			i == 1 ? p->node_count - 1 :
				 (unsigned)dice_below(dice, p->node_count);

		peer->edge = p->edge_count;
		peer->gap_us = PICK(dice, 5000, 20000, 50000, 200000);
		peer->burst = (unsigned)PICK(dice, 1, 1, 5, 20);
		peer->think_us = PICK(dice, 0, 1000, 100000, 1000000);
		peer->data_max = (unsigned)PICK(dice, 16, 64, 300, 2000);
		join(p, (struct plan_end){ false, i },
		     (struct plan_end){ true, node }, chance(dice, 3));
	}
}

/* Can `to` be reached from `node` without going back by `from`? */
static bool leads(const struct plan *p, unsigned node, unsigned from,
		  const struct plan_end *to, unsigned *way)
{
	for (unsigned e = 0; e < p->edge_count; e++) {
		for (unsigned side = 0; side < 2; side++) {
			const struct plan_end *here = &p->edges[e].ends[side];
			const struct plan_end *there = &p->edges[e].ends[!side];
			unsigned onward;

			if (!here->node || here->index != node || e == from)
				continue;
			*way = e;
			if (there->node ?
				    (to->node && to->index == there->index) ||
					    leads(p, there->index, e, to,
						  &onward) :
				    !to->node && to->index == there->index)
				return true;
		}
	}
	return false;
}

static void find_ways(struct plan *p)
{
	for (unsigned n = 0; n < p->node_count; n++) {
		for (unsigned i = 0; i < p->peer_count; i++) {
			const struct plan_end to = { false, i };
			unsigned way;
			bool found = leads(p, n, UINT32_MAX, &to, &way);

			assert(found);
			p->nodes[n].ways[i] = way;
		}
	}
}

/* ---- what they are like ---- */

/* Of eight limits one is tight. */
static signed_units draw_limit(struct dice *dice)
{
	return (signed_units)1 << (chance(dice, 8) ? PICK(dice, 16, 24, 36) :
						     PICK(dice, 50, 70, 100));
}

static struct limit_settings draw_rate(struct dice *dice, uint64_t refill)
{
	if (!chance(dice, 8))
		return LIMIT_NONE;
	return (struct limit_settings){ .refill = refill,
					.period_us = 1000000,
					.capacity = 2 * refill };
}

/* Powers of two, as likely large as small. */
static uint64_t draw_units(struct dice *dice)
{
	return UINT64_C(1) << between(dice, 10, 40);
}

void plan_draw_limits(struct account_settings *limits, struct dice *dice)
{
	*limits = account_defaults();
	limits->balance.maximum = draw_limit(dice);
	limits->balance.minimum = -draw_limit(dice);
	limits->packets = draw_rate(dice, between(dice, 5, 100));
	limits->incoming = draw_rate(dice, draw_units(dice));
	limits->outgoing = draw_rate(dice, draw_units(dice));
	if (chance(dice, 8))
		limits->in_flight_max = (uint32_t)between(dice, 1, 20);
	if (chance(dice, 8))
		limits->in_flight_money = ilp_amount(draw_units(dice));
	if (chance(dice, 8))
		limits->packet_max = ilp_amount(draw_units(dice));
}

static void lift_limits(struct account_settings *limits)
{
	*limits = account_defaults();
	limits->balance.maximum = UNITS_MAX / 2;
}

/* Peers keep to one connection. */
static enum tap_framing draw_framing(const struct plan_edge *edge,
				     struct dice *dice)
{
	if (edge->ends[0].node && edge->ends[1].node && chance(dice, 3))
		return chance(dice, 2) ? TAP_HTTP_1 : TAP_HTTP_2;
	return chance(dice, 3) ? TAP_BTP : TAP_MEMORY;
}

/* A calm network is one without queues, so that nothing comes late. */
static void draw_edge(struct plan *p, struct plan_edge *edge, bool one_asset,
		      struct dice *dice)
{
	bool calm = plan_is_calm(p);

	edge->asset = one_asset ? 0 : (unsigned)dice_below(dice, PLAN_ASSETS);
	edge->framing = draw_framing(edge, dice);
	edge->reads = (enum plan_reads)PICK(dice, PLAN_ALL, PLAN_ALL,
					    PLAN_PIECES, PLAN_BYTES);
	edge->delay_us = PICK(dice, 50, 1000, 10000, 80000);
	edge->jitter_us = PICK(dice, 0, 1000, 20000, 80000);
	edge->pipe_size = calm ? (size_t)1 << 20 :
				 (size_t)PICK(dice, 3000, 20000, 200000);
	for (unsigned side = 0; side < 2; side++)
		if (chance(dice, 4))
			plan_draw_limits(&edge->limits[side], dice);
		else
			lift_limits(&edge->limits[side]);
}

/* Ten coins, or some thousands. */
static void draw_amounts(struct plan *p, struct plan_peer *peer,
			 struct dice *dice)
{
	unsigned scale = plan_assets[p->edges[peer->edge].asset].scale;

	peer->wide = scale * 10 / 3 + (unsigned)PICK(dice, 4, 8, 16);
}

static void draw_node(struct plan_node *node, struct dice *dice)
{
	node->window_ms = PICK(dice, 500, 1000, 1000, 2000);
	node->hold_max_ms = PICK(dice, 12000, 20000, 30000, 30000);
	node->skew_ms = (int64_t)dice_below(dice, 201) - 100;
	node->monotonic_us = (int64_t)dice_below(dice, 1000000000);
	node->in_flight_max = (size_t)PICK(dice, 50, 1000, 1000);
	node->spread_ppm = (uint32_t)PICK(dice, 0, 100, 20000);
	node->disk_us = PICK(dice, 100, 500, 3000, 20000);
	node->fold_bytes = (size_t)PICK(dice, 500, 5000, 100000);
}

static void draw_faults(struct plan *p, struct dice *dice)
{
	bool calm = chance(dice, 4);
	unsigned spare = p->peer_count - 1;

	unsigned kinds = calm ? 0 : (unsigned)between(dice, 1, 5);

	while (kinds--)
		p->faults[dice_below(dice, FAULT_REPEATS)] = true;
	p->faults[FAULT_REPEATS] = chance(dice, 2);
	p->faults[FAULT_DISK] |= p->faults[FAULT_SLEEP] && chance(dice, 2);
	p->lasts = p->faults[FAULT_POWER] || chance(dice, 3);
	p->fault_gap_us = PICK(dice, 100000, 500000, 2000000);
	p->load_us = (int64_t)between(dice, 2000000, 8000000);
	/* The first two peers are honest, and pay each other. */
	p->faults[FAULT_LIES] &= spare > 1;
	if (p->faults[FAULT_LIES])
		p->peers[spare--].manners = PLAN_LIAR;
	p->faults[FAULT_FLOOD] &= spare > 1;
	if (p->faults[FAULT_FLOOD])
		p->peers[spare].manners = PLAN_FLOODER;
}

void plan_draw(struct plan *p, uint64_t seed)
{
	struct dice dice = { seed };
	bool one_asset = chance(&dice, 2);

	*p = (struct plan){ .seed = seed };
	draw_shape(p, &dice);
	draw_peers(p, &dice);
	draw_faults(p, &dice);
	for (unsigned n = 0; n < p->node_count; n++)
		draw_node(&p->nodes[n], &dice);
	find_ways(p);
	for (unsigned e = 0; e < p->edge_count; e++)
		draw_edge(p, &p->edges[e], one_asset, &dice);
	for (unsigned i = 0; i < p->peer_count; i++)
		draw_amounts(p, &p->peers[i], &dice);
	for (unsigned a = 0; a < PLAN_ASSETS; a++)
		p->prices[a] = between(&dice, 1, 1000);
}

void plan_plant(struct plan *p, enum plan_plant plant)
{
	p->plant = plant;
	if (plant == PLANT_NOTHING)
		return;
	p->faults[FAULT_POWER] = true;
	p->lasts = true;
	p->fault_gap_us = 100000;
}

/* ---- what follows from it ---- */

bool plan_is_calm(const struct plan *p)
{
	for (unsigned i = 0; i < FAULT_REPEATS; i++)
		if (p->faults[i])
			return false;
	return true;
}

bool plan_edge_has_lines(const struct plan_edge *edge)
{
	return edge->framing == TAP_HTTP_1 || edge->framing == TAP_HTTP_2;
}

bool plan_is_connected(const struct plan *p)
{
	static const enum plan_fault between[] = {
		FAULT_CUT,   FAULT_HALF_OPEN, FAULT_SILENCE,
		FAULT_PARTED, FAULT_CRASH,    FAULT_POWER,
		FAULT_DISK,  FAULT_SLEEP,     FAULT_OPERATOR,
	};

	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
		if (p->faults[between[i]])
			return false;
	return true;
}

static ilp_u128 power_of_ten(unsigned exponent)
{
	ilp_u128 power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

bool plan_exchange(const struct plan *p, unsigned node, unsigned edge_in,
		   unsigned edge_out, uint64_t in, uint64_t *out)
{
	unsigned from = p->edges[edge_in].asset;
	unsigned to = p->edges[edge_out].asset;
	ilp_u128 kept = 1000000 - p->nodes[node].spread_ppm;
	ilp_u128 top, bottom;

	*out = in;
	if (from == to)
		return true;
	top = p->prices[from] * power_of_ten(plan_assets[to].scale) * kept;
	bottom =
		p->prices[to] * power_of_ten(plan_assets[from].scale) * 1000000;
	if (in * top / bottom > UINT64_MAX)
		return false;
	*out = (uint64_t)(in * top / bottom);
	return *out > 0 || in == 0;
}

unsigned plan_side(const struct plan *p, unsigned edge, unsigned node)
{
	const struct plan_end *end = &p->edges[edge].ends[0];

	return !(end->node && end->index == node);
}

void plan_tell(const struct plan *p, FILE *to)
{
	static const char *const shapes[PLAN_SHAPES] = { "line", "star",
							 "tree" };
	static const char *const faults[PLAN_FAULTS] = {
		"cut",  "half-open", "silence", "parted",   "crash",
		"power", "step",      "disk",    "sleep",    "deaf",
		"lies", "flood",     "operator", "repeats",
	};
	static const char *const framings[] = {
		[TAP_MEMORY] = "memory",
		[TAP_BTP] = "BTP",
		[TAP_HTTP_1] = "HTTP/1.1",
		[TAP_HTTP_2] = "HTTP/2",
	};

	fprintf(to, "seed %" PRIu64 ": a %s of %u nodes and %u peers,", p->seed,
		shapes[p->shape], p->node_count, p->peer_count);
	for (unsigned i = 0; i < PLAN_FAULTS; i++)
		if (p->faults[i])
			fprintf(to, " %s", faults[i]);
	fprintf(to, "%s%s\n", plan_is_calm(p) ? " calm" : "",
		p->lasts ? "; ledgers in files" : "");
	for (unsigned e = 0; e < p->edge_count; e++) {
		const struct plan_edge *edge = &p->edges[e];

		fprintf(to, "edge %u: %s %u - %s %u, %s over %s\n", e,
			edge->ends[0].node ? "node" : "peer",
			edge->ends[0].index,
			edge->ends[1].node ? "node" : "peer",
			edge->ends[1].index, plan_assets[edge->asset].code,
			framings[edge->framing]);
	}
}
