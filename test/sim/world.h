/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - everything that there is in one simulation.
 *
 * It is built from a plan, runs through its phases (connecting, load with
 * faults, healing, a last wave of payments that must all arrive), and is taken
 * down; at each step the observer may end it. There are no globals but for
 * the one that a failing assertion needs (violation.h), and all dice follow
 * from the seed.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/dice.h"
#include "node/refusal.h"
#include "test/sim/agenda.h"
#include "test/sim/cable.h"
#include "test/sim/observer.h"
#include "test/sim/plan.h"
#include "test/sim/story.h"

/* When the simulation begins on the wall clock. */
#define WORLD_EPOCH_MS INT64_C(1700000000000)

struct host;
struct peer;

struct edge {
	struct cable *cables;
	int64_t parted_until_us;
};

struct world {
	struct plan plan;
	struct agenda agenda;
	struct story story;
	struct dice dice;
	struct ilp_crypto *crypto;
	struct observer *observer;
	struct host *hosts[PLAN_NODES_MAX];
	struct peer *peers[PLAN_PEERS_MAX];
	struct edge edges[PLAN_EDGES_MAX];
	uint32_t cables;                  /* laid so far */
	uint64_t payments;                /* begun so far */
	uint64_t refusals[REFUSAL_COUNT]; /* by nodes */
	bool loaded;                      /* peers send payments */
	bool obliging;                    /* honest receivers never refuse */
};

/* What a simulation came to. */
struct outcome {
	uint64_t trace;
	uint64_t events;
	uint64_t packets;
	uint64_t prepares;
	uint64_t paid;
	uint64_t lost;
	uint64_t restarts;
	uint64_t connections;
	uint64_t simulated_us;
	uint64_t refusals[REFUSAL_COUNT];
};

/* Runs the scenario of a seed; a violation ends the process. */
struct outcome world_run(uint64_t seed, enum plan_plant plant, bool aloud);

/* The time at one end of an edge. */
struct ilp_time world_time(const struct world *world,
			   const struct plan_end *end);

/* Connects the two ends of an edge, from that side; NULL when there is no way,
 * or nobody. The side that is connected to is told. */
struct cable *world_connect(struct world *world, unsigned edge, unsigned from);

/* Notes something, now. */
void world_note(struct world *world, enum story_kind kind, uint64_t a,
		uint64_t b, uint64_t c, uint64_t d);

/* Takes apart the connections that both sides have closed. */
void world_sweep(struct world *world);

#endif
