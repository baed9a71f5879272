/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - a scenario, as it follows from its seed: who is connected with
 * whom, what they pay, and what goes wrong.
 *
 * Nodes stand in a line, in a star, or as a tree grows; peers hang on them.
 */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include <stdio.h>

#include "base/dice.h"
#include "node/account.h"
#include "test/sim/tap.h"

#define PLAN_NODES_MAX 5
#define PLAN_PEERS_MAX 6
#define PLAN_EDGES_MAX (PLAN_NODES_MAX - 1 + PLAN_PEERS_MAX)
#define PLAN_ASSETS 4

enum plan_shape { PLAN_LINE, PLAN_STAR, PLAN_TREE, PLAN_SHAPES };

enum plan_fault {
	FAULT_CUT,       /* connections break */
	FAULT_HALF_OPEN, /* and one side hears of it late */
	FAULT_SILENCE,   /* nothing arrives for a while */
	FAULT_PARTED,    /* and none can be made either */
	FAULT_CRASH,     /* of nodes, with all that they have in memory */
	FAULT_POWER,     /* of nodes, with what was not synced */
	FAULT_STEP,      /* of wall clocks */
	FAULT_DISK,      /* stands still */
	FAULT_SLEEP,     /* a whole node does */
	FAULT_DEAF,      /* peers that do not read */
	FAULT_LIES,      /* peers that answer what is not so */
	FAULT_FLOOD,     /* peers that ask and do not read */
	FAULT_OPERATOR,  /* changes accounts under load */
	FAULT_REPEATS,   /* senders ask again for the same: that is no fault */
	PLAN_FAULTS
};

/* What is wrong on purpose, in every node: to see that it is found. */
enum plan_plant {
	PLANT_NOTHING,
	PLANT_POWER,     /* nothing, but the power fails often */
	PLANT_LIES,      /* disks that say that they synced, and did not */
	PLANT_NAMES,     /* names of new files that are never synced */
	PLANT_EARLY,     /* Fulfills leave before they are durable */
	PLAN_PLANTS
};

/* How much of what has arrived a reader gets at once. */
enum plan_reads {
	PLAN_ALL,
	PLAN_PIECES,
	PLAN_BYTES,
};

struct plan_end {
	bool node;
	unsigned index;
};

struct plan_edge {
	struct plan_end ends[2]; /* side 0 connects to side 1 */
	unsigned asset;
	enum tap_framing framing;
	enum plan_reads reads;
	int64_t delay_us;
	int64_t jitter_us;
	size_t pipe_size;
	/* What each end that is a node lets the other do: only limits. */
	struct account_settings limits[2];
};

struct plan_node {
	int64_t window_ms;
	int64_t hold_max_ms;
	int64_t skew_ms;      /* of its wall clock */
	int64_t monotonic_us; /* where its other clock begins */
	size_t in_flight_max;
	uint32_t spread_ppm;
	int64_t disk_us;   /* until what is written is durable */
	size_t fold_bytes; /* of its ledger */
	unsigned ways[PLAN_PEERS_MAX]; /* the edge towards each peer */
};

enum plan_manners {
	PLAN_HONEST,
	PLAN_LIAR,
	PLAN_FLOODER,
};

struct plan_peer {
	unsigned edge;
	enum plan_manners manners;
	int64_t gap_us;   /* between two payments, on average */
	unsigned burst;   /* payments at once, at most */
	unsigned wide;    /* bits of most amounts */
	int64_t think_us; /* until it answers, at most */
	unsigned data_max;
};

struct plan {
	uint64_t seed;
	enum plan_shape shape;
	unsigned node_count;
	unsigned peer_count;
	unsigned edge_count;
	struct plan_node nodes[PLAN_NODES_MAX];
	struct plan_peer peers[PLAN_PEERS_MAX];
	struct plan_edge edges[PLAN_EDGES_MAX];
	uint64_t prices[PLAN_ASSETS]; /* of a whole coin */
	bool faults[PLAN_FAULTS];
	bool lasts; /* ledgers outlive nodes */
	enum plan_plant plant;
	int64_t fault_gap_us; /* between two faults, on average */
	int64_t load_us;      /* how long there is load, and faults */
};

extern const struct ledger_asset plan_assets[PLAN_ASSETS];

void plan_draw(struct plan *plan, uint64_t seed);

/* With something wrong in it, and the faults that bring it out. */
void plan_plant(struct plan *plan, enum plan_plant plant);

/* Does nothing go wrong in it? Then no money may be lost on the way. */
bool plan_is_calm(const struct plan *plan);

/* Is what it carries ILP over HTTP? */
bool plan_edge_has_lines(const struct plan_edge *edge);

/* Are nodes always there for each other? */
bool plan_is_connected(const struct plan *plan);

/* What a node of the plan gives out for an amount; false when that is no
 * amount. */
bool plan_exchange(const struct plan *plan, unsigned node, unsigned edge_in,
		   unsigned edge_out, uint64_t in, uint64_t *out);

/* Which side of the edge the node is on. */
unsigned plan_side(const struct plan *plan, unsigned edge, unsigned node);

/* What an operator may think of. */
void plan_draw_limits(struct account_settings *limits, struct dice *dice);

/* Describes it in a few lines. */
void plan_tell(const struct plan *plan, FILE *to);

#endif
