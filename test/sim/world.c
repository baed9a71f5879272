/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "test/sim/audit.h"
#include "test/sim/chaos.h"
#include "test/sim/host.h"
#include "test/sim/operator.h"
#include "test/sim/peer.h"
#include "test/sim/quiet.h"
#include "test/sim/violation.h"

/* Time for everybody to be connected. */
#define CONNECT_US 1000000
/* After faults: until the last packet has expired, the last half-open
 * connection is noticed, and the longest wait before connecting again is
 * over. */
#define HEAL_US 240000000
/* Until a node that sees late that its clock was set believes it. */
#define SETTLE_US 2000000
/* The last wave, until it must have arrived. */
#define WAVE_US 29000000
#define REST_US 60000000
/* So many rounds at one moment are no coincidence. */
#define STANDSTILL 1000000

/* ---- what its parts ask for ---- */

void world_note(struct world *w, enum story_kind kind, uint64_t a, uint64_t b,
		uint64_t c, uint64_t d)
{
	story_note(&w->story, w->agenda.now_us, kind, a, b, c, d);
}

struct ilp_time world_time(const struct world *w, const struct plan_end *end)
{
	if (end->node)
		return host_time(w->hosts[end->index]);
	return (struct ilp_time){
		.monotonic_us = w->agenda.now_us,
		.wall_ms = WORLD_EPOCH_MS + w->agenda.now_us / 1000,
	};
}

static bool is_there(const struct world *w, const struct plan_end *end)
{
	return !end->node || host_listens(w->hosts[end->index]);
}

static struct actor *actor_of(struct world *w, const struct plan_end *end)
{
	return end->node ? &w->hosts[end->index]->actor :
			   &w->peers[end->index]->actor;
}

struct cable *world_connect(struct world *w, unsigned edge, unsigned from)
{
	const struct plan_end *ends = w->plan.edges[edge].ends;
	const struct plan_end *to = &ends[!from];
	struct actor *actors[2] = { actor_of(w, &ends[0]),
				    actor_of(w, &ends[1]) };
	struct cable *cable;

	if (w->agenda.now_us < w->edges[edge].parted_until_us ||
	    !is_there(w, to)) {
		world_note(w, STORY_NO_CONNECTION, edge, from, 0, 0);
		return NULL;
	}
	cable = cable_lay(w, edge, from, actors);
	cable->next = w->edges[edge].cables;
	w->edges[edge].cables = cable;
	world_note(w, STORY_CONNECTS, edge, from, cable->number, 0);
	if (to->node)
		host_accept(w->hosts[to->index], cable);
	else
		peer_accept(w->peers[to->index], cable);
	return cable;
}

void world_sweep(struct world *w)
{
	for (unsigned e = 0; e < w->plan.edge_count; e++) {
		struct cable **at = &w->edges[e].cables;

		while (*at) {
			struct cable *cable = *at;

			if (!cable->sides[0].closed ||
			    !cable->sides[1].closed) {
				at = &cable->next;
				continue;
			}
			*at = cable->next;
			cable_destroy(cable);
		}
	}
}

/* ---- phases ---- */

static void run_for(struct world *w, int64_t us)
{
	int64_t until_us = w->agenda.now_us + us;
	int64_t last_us = -1;
	unsigned still = 0;

	while (agenda_step(&w->agenda, until_us)) {
		still = w->agenda.now_us == last_us ? still + 1 : 0;
		last_us = w->agenda.now_us;
		if (still > STANDSTILL)
			violation(w, "time stands still");
		world_sweep(w);
	}
}

static void load(struct world *w, struct chaos *chaos)
{
	world_note(w, STORY_PHASE, 1, 0, 0, 0);
	w->loaded = true;
	for (unsigned i = 0; i < w->plan.peer_count; i++)
		agenda_wake(&w->agenda, &w->peers[i]->actor, 0);
	chaos_init(chaos, w);
	run_for(w, w->plan.load_us);
	chaos_end(chaos);
	w->loaded = false;
}

/* Accounts that nobody restricts. */
static void open_all(struct world *w)
{
	struct account_settings limits = account_defaults();

	limits.balance.maximum = UNITS_MAX;
	for (unsigned e = 0; e < w->plan.edge_count; e++) {
		for (unsigned side = 0; side < 2; side++) {
			const struct plan_end *end =
				&w->plan.edges[e].ends[side];

			if (!end->node)
				continue;
			operator_change(w->hosts[end->index], e, &limits);
			operator_stop(w->hosts[end->index], e, false);
		}
	}
}

static void judge_quiet(struct world *w)
{
	for (unsigned n = 0; n < w->plan.node_count; n++) {
		if (!w->hosts[n]->node)
			violation(w, "node %u is down", n);
		host_judge_idle(w->hosts[n]);
	}
	quiet_judge(w->observer);
	for (unsigned n = 0; n < w->plan.node_count; n++)
		audit_quiet(w->observer, w->hosts[n]);
}

static void heal(struct world *w)
{
	world_note(w, STORY_PHASE, 2, 0, 0, 0);
	run_for(w, HEAL_US);
	judge_quiet(w);
}

#define WAVE_MAX (PLAN_PEERS_MAX * PLAN_PEERS_MAX)

/* Each honest peer pays each other one. */
static unsigned send_wave(struct world *w, uint64_t numbers[WAVE_MAX])
{
	const struct plan *plan = &w->plan;
	unsigned count = 0;

	for (unsigned from = 0; from < plan->peer_count; from++) {
		for (unsigned to = 0; to < plan->peer_count; to++) {
			if (from == to || plan->peers[from].manners ||
			    plan->peers[to].manners)
				continue;
			numbers[count] = peer_pay(w->peers[from], to);
			if (!numbers[count++])
				violation(w, "peer %u cannot pay peer %u", from,
					  to);
		}
	}
	return count;
}

static bool has_arrived(const struct world *w, uint64_t number)
{
	const struct transfer *t = NULL;

	while ((t = transfers_of_payment(&w->observer->transfers, number, t)))
		if (!t->parent)
			return t->paid;
	return false;
}

/* When all is well again, everything arrives. */
static void last_wave(struct world *w)
{
	uint64_t numbers[WAVE_MAX];
	unsigned count;

	world_note(w, STORY_PHASE, 3, 0, 0, 0);
	w->obliging = true;
	open_all(w);
	run_for(w, SETTLE_US);
	count = send_wave(w, numbers);
	run_for(w, WAVE_US);
	for (unsigned i = 0; i < count; i++)
		if (!has_arrived(w, numbers[i]))
			violation(w, "payment %" PRIu64 " does not arrive",
				  numbers[i]);
	run_for(w, REST_US);
	judge_quiet(w);
}

/* ---- beginning and end ---- */

static void build(struct world *w, uint64_t seed, enum plan_plant plant,
		  bool aloud)
{
	plan_draw(&w->plan, seed);
	plan_plant(&w->plan, plant);
	w->dice.state = ~seed;
	story_begin(&w->story);
	w->story.aloud = aloud;
	w->crypto = ilp_crypto_create();
	w->observer = calloc(1, sizeof(*w->observer));
	assert(w->crypto && w->observer);
	observer_init(w->observer, w);
	for (unsigned n = 0; n < w->plan.node_count; n++)
		w->hosts[n] = host_create(w, n);
	for (unsigned i = 0; i < w->plan.peer_count; i++)
		w->peers[i] = peer_create(w, i);
}

static void take_down(struct world *w)
{
	for (unsigned n = 0; n < w->plan.node_count; n++)
		host_destroy(w->hosts[n]);
	for (unsigned i = 0; i < w->plan.peer_count; i++)
		peer_destroy(w->peers[i]);
	world_sweep(w);
	for (unsigned e = 0; e < w->plan.edge_count; e++)
		assert(!w->edges[e].cables);
	observer_finish(w->observer);
	free(w->observer);
	ilp_crypto_destroy(w->crypto);
	agenda_finish(&w->agenda);
}

struct outcome world_run(uint64_t seed, enum plan_plant plant, bool aloud)
{
	struct world *w = calloc(1, sizeof(*w));
	struct chaos chaos;
	struct outcome outcome;

	assert(w);
	violation_watch(w);
	build(w, seed, plant, aloud);
	run_for(w, CONNECT_US);
	load(w, &chaos);
	heal(w);
	last_wave(w);
	outcome = (struct outcome){
		.trace = w->story.hash,
		.events = w->story.count,
		.packets = w->observer->packets,
		.prepares = w->observer->prepares,
		.paid = w->observer->paid,
		.lost = w->observer->lost,
		.restarts = w->observer->restarts,
		.connections = w->cables,
		.simulated_us = (uint64_t)w->agenda.now_us,
	};
	take_down(w);
	memcpy(outcome.refusals, w->refusals, sizeof(outcome.refusals));
	violation_watch(NULL);
	free(w);
	return outcome;
}
