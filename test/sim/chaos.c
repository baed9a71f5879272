/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/chaos.h"

#include "test/sim/host.h"
#include "test/sim/operator.h"
#include "test/sim/peer.h"
#include "test/sim/platter.h"

/* Dice are rolled in statements of their own: in which order a compiler has
 * two arguments computed is its own affair. */
static uint64_t below(struct chaos *c, uint64_t bound)
{
	return dice_below(&c->world->dice, bound);
}

/* Short as a rule, and sometimes so long that packets expire meanwhile. */
static int64_t soon_us(struct chaos *c)
{
	uint64_t bits = 10 + below(c, below(c, 8) ? 11 : 14);

	return c->world->agenda.now_us + (int64_t)below(c, UINT64_C(1) << bits);
}

static unsigned some_edge(struct chaos *c)
{
	return (unsigned)below(c, c->world->plan.edge_count);
}

static struct host *some_host(struct chaos *c)
{
	return c->world->hosts[below(c, c->world->plan.node_count)];
}

/* ---- the network ---- */

static void cut_all(struct chaos *c, unsigned edge, int64_t hears_us[2])
{
	struct cable *at = c->world->edges[edge].cables;

	for (; at; at = at->next)
		cable_cut(at, hears_us);
}

static void cut(struct chaos *c)
{
	int64_t hears_us[2];

	hears_us[0] = soon_us(c);
	hears_us[1] = soon_us(c);
	cut_all(c, some_edge(c), hears_us);
}

static void half_open(struct chaos *c)
{
	unsigned late = (unsigned)below(c, 2);
	int64_t hears_us[2];

	hears_us[!late] = soon_us(c);
	hears_us[late] = soon_us(c);
	hears_us[late] += (int64_t)below(c, 20000000);
	cut_all(c, some_edge(c), hears_us);
}

static void silence(struct chaos *c)
{
	unsigned edge = some_edge(c);
	int64_t until_us = soon_us(c);

	world_note(c->world, STORY_SILENCE, edge,
		   (uint64_t)(until_us - c->world->agenda.now_us), 0, 0);
	for (struct cable *at = c->world->edges[edge].cables; at; at = at->next)
		cable_silence(at, until_us);
}

static void part(struct chaos *c)
{
	unsigned edge = some_edge(c);
	int64_t until_us = soon_us(c) + 1000000;

	world_note(c->world, STORY_PARTED, edge,
		   (uint64_t)(until_us - c->world->agenda.now_us), 0, 0);
	c->world->edges[edge].parted_until_us = until_us;
	for (struct cable *at = c->world->edges[edge].cables; at; at = at->next)
		cable_silence(at, until_us);
}

/* ---- nodes and peers ---- */

static void step(struct chaos *c)
{
	struct host *host = some_host(c);

	host_step_clock(host, (int64_t)below(c, 8001) - 4000);
}

static void befall(struct chaos *c, void (*what)(struct host *, int64_t))
{
	struct host *host = some_host(c);

	what(host, soon_us(c));
}

/* A machine whose disk stands still may come to sleep over what it holds. */
static void fall_asleep(struct chaos *c)
{
	struct host *host = some_host(c);
	int64_t from_us = c->world->agenda.now_us;
	int64_t until_us = soon_us(c);

	if (c->world->plan.faults[FAULT_DISK] && below(c, 4) == 0) {
		from_us += 300000;
		until_us = from_us + (int64_t)below(c, 10000000);
		host_disk_stands_still(host, until_us + 100000);
	}
	host_sleep(host, from_us, until_us);
}

static void deafen(struct chaos *c)
{
	struct peer *peer =
		c->world->peers[below(c, c->world->plan.peer_count)];

	peer_go_deaf(peer, soon_us(c));
}

static void flood(struct chaos *c)
{
	const struct plan *plan = &c->world->plan;

	for (unsigned i = 0; i < plan->peer_count; i++)
		if (plan->peers[i].manners == PLAN_FLOODER)
			peer_go_deaf(c->world->peers[i], soon_us(c) + 2000000);
}

/* ---- operators ---- */

/* One of the two ends that is a node: there is always one. */
static struct host *host_at(struct chaos *c, unsigned edge)
{
	const struct plan_end *ends = c->world->plan.edges[edge].ends;
	unsigned side = (unsigned)below(c, 2);

	if (!ends[side].node)
		side = !side;
	return c->world->hosts[ends[side].index];
}

static void operate(struct chaos *c)
{
	unsigned edge = some_edge(c);
	struct host *host = host_at(c, edge);
	struct account_settings limits;

	switch (below(c, 6)) {
	case 0:
	case 1:
		operator_stop(host, edge, below(c, 2) == 0);
		break;
	case 2:
	case 3:
		plan_draw_limits(&limits, &c->world->dice);
		operator_change(host, edge, &limits);
		break;
	case 4:
		operator_remove(host, edge);
		break;
	case 5:
		operator_move(host, edge);
		break;
	}
}

static void go_wrong(struct chaos *c, enum plan_fault fault)
{
	switch (fault) {
	case FAULT_CUT:
		cut(c);
		break;
	case FAULT_HALF_OPEN:
		half_open(c);
		break;
	case FAULT_SILENCE:
		silence(c);
		break;
	case FAULT_PARTED:
		part(c);
		break;
	case FAULT_CRASH:
		befall(c, host_crash);
		break;
	case FAULT_POWER:
		befall(c, host_fail_power);
		break;
	case FAULT_STEP:
		step(c);
		break;
	case FAULT_DISK:
		befall(c, host_disk_stands_still);
		break;
	case FAULT_SLEEP:
		fall_asleep(c);
		break;
	case FAULT_DEAF:
		deafen(c);
		break;
	case FAULT_FLOOD:
		flood(c);
		break;
	case FAULT_OPERATOR:
		operate(c);
		break;
	case FAULT_LIES:
	case FAULT_REPEATS:
	case PLAN_FAULTS:
		break; /* peers need no occasion for those */
	}
}

static void round_of(struct actor *actor)
{
	struct chaos *c = (struct chaos *)actor;
	enum plan_fault fault = (enum plan_fault)below(c, PLAN_FAULTS);
	uint64_t gap_us = (uint64_t)c->world->plan.fault_gap_us;

	if (c->over)
		return;
	while (!c->world->plan.faults[fault])
		fault = (enum plan_fault)((fault + 1) % PLAN_FAULTS);
	go_wrong(c, fault);
	agenda_wake(&c->world->agenda, actor,
		    c->world->agenda.now_us + 1 +
			    (int64_t)below(c, 2 * gap_us));
}

void chaos_init(struct chaos *c, struct world *w)
{
	*c = (struct chaos){ .actor = ACTOR(round_of), .world = w };
	if (!plan_is_calm(&w->plan))
		agenda_wake(&w->agenda, &c->actor, w->plan.fault_gap_us);
}

/* Partitions, disks and deaf peers come back by themselves. */
void chaos_end(struct chaos *c)
{
	const struct plan *plan = &c->world->plan;

	c->over = true;
	for (unsigned n = 0; n < plan->node_count; n++) {
		struct host *host = c->world->hosts[n];

		if (host->platter)
			platter_fail_power_at(host->platter, 0);
		if (host->wall_ms != plan->nodes[n].skew_ms)
			host_step_clock(host,
					plan->nodes[n].skew_ms - host->wall_ms);
	}
}
