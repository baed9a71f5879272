/* SPDX-License-Identifier: Apache-2.0 */
/* host.h - a node as it runs in production, driven as io/loop.h drives it, on
 * a simulated clock and network.
 *
 * In each round it takes what has come, lets time act, commits and writes; the
 * observer then looks at its books. A crash takes the node with all that it
 * has in memory. Where ledgers last, it goes on with what its disk has kept;
 * elsewhere the books of a new life begin empty.
 */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "node/node.h"
#include "test/sim/agenda.h"
#include "test/sim/world.h"

/* So many connections wait to be taken in; further ones are refused. */
#define HOST_BACKLOG 128

/* A connection with a session of the node on it. */
struct port {
	struct cable *cable;
	unsigned side;
	struct session *session;
	bool blocked;
	int64_t linger_until_us; /* once the session has ended */
	struct port *next;
};

struct host {
	struct actor actor;
	struct world *world;
	unsigned index;
	struct node *node;   /* NULL: it is down */
	struct ledger *disk; /* of the node */
	struct platter *platter; /* that it lies on; NULL: it does not last */
	struct pool *pool;   /* of its links */
	uint32_t life;
	int64_t wall_ms;    /* its wall clock is ahead by so much */
	int64_t settled_ms; /* and was so, when it had not stepped for long */
	int64_t stepped_us; /* when it last did */
	bool jumped;        /* far from all that it was before */
	struct port *ports;
	struct cable *accepted[HOST_BACKLOG]; /* to be attached */
	unsigned accepted_count;
	struct heap dials; /* under way */
	int64_t start_us;  /* when it starts again; ILP_NEVER_US: it runs */
	bool power_fails;
	int64_t restart_us; /* when it will, once its power has failed */
	int64_t disk_us;   /* when its disk moves next, likewise */
	/* It has no round between these. */
	int64_t sleeps_us;
	int64_t wakes_us;
	struct account_settings limits[PLAN_EDGES_MAX]; /* as they are now */
	unsigned moves[PLAN_EDGES_MAX]; /* by which URL it dials */
};

struct host *host_create(struct world *world, unsigned index);
void host_destroy(struct host *host);

struct ilp_time host_time(const struct host *host);

/* Its wall clock has just stepped, by so much that no new packet may be let
 * in. */
bool host_is_unsteady(const struct host *host);

/* Can one connect to it? */
bool host_listens(const struct host *host);

/* Somebody connects to it; the host takes the other side of the cable. */
void host_accept(struct host *host, struct cable *cable);

/* ---- what befalls it ---- */

void host_crash(struct host *host, int64_t start_us);

/* The power fails, now or when the disk has been used some more. */
void host_fail_power(struct host *host, int64_t start_us);
void host_step_clock(struct host *host, int64_t ms);
void host_disk_stands_still(struct host *host, int64_t until_us);
void host_sleep(struct host *host, int64_t from_us, int64_t until_us);

/* ---- for its operator ---- */

bool host_is_asleep(const struct host *host);

/* Between these two something is done to the node, at once. */
void host_begin_round(struct host *host);
void host_finish_round(struct host *host);

struct account *host_account(const struct host *host, unsigned edge);

/* Nothing in flight, held, parked or timed may be left. */
void host_judge_idle(const struct host *host);

#endif
