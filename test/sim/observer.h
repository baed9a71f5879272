/* SPDX-License-Identifier: Apache-2.0 */
/* observer.h - sees every packet of the network, and keeps books of its own.
 *
 * It stands outside: what a node must do follows from what went in and when,
 * and from the rules of RFC 27, not from the node's code. Whatever it finds
 * wrong ends the simulation (violation.h). transfer.h is what it remembers of
 * each packet; audit.h compares its books with those of the nodes.
 *
 * One transfer is one Prepare on one edge, from the side that asks to the one
 * that answers. A node that forwards makes a child of it on the next edge.
 */
#ifndef SIM_OBSERVER_H
#define SIM_OBSERVER_H

#include "base/time.h"
#include "test/sim/plan.h"
#include "test/sim/transfer.h"

struct account;
struct cable;
struct host;
struct world;

/* A packet between its last byte's writing and its reading. */
struct passing {
	uint64_t end; /* where it ends on the wire */
	enum tap_kind kind;
	uint64_t request;
	struct transfer *transfer; /* that it is about; NULL: none */
	bool fulfills;             /* an answer with the right preimage */
};

/* One end of an edge as it should stand in the books of whoever is there:
 * amounts since the account's life began. */
struct view {
	uint32_t ups;       /* how often the other end was connected */
	int64_t up_us;      /* since when it is; ILP_NEVER_US: it is not */
	uint32_t life;      /* crashes and removals begin another one, */
	signed_units opening; /* with what the one before has left */
	ilp_u128 opening_debits;
	ilp_u128 opening_credits;
	bool stopped;       /* by the operator */
	ilp_u128 fulfilled; /* what may be charged to the other end */
	ilp_u128 released;  /* of it, what the other end has the Fulfills of */
	ilp_u128 hurried;  /* released shortly before the expiry, on disk or not
			    */
	ilp_u128 doubtful; /* fulfilled, and lost on the way: when all is quiet
			    */
	ilp_u128 paid;     /* what the other end has earned */
	signed_units charged; /* as the node had it last */
	ilp_u128 held_in;     /* on hold, at the least */
	ilp_u128 held_out;
	uint32_t live_out; /* packets sent on and not answered; */
	int64_t busy_us;   /* when they last were as many as lines can be; */
	int64_t needy_us;  /* since when another line is needed, or -1 */
	/* The largest and smallest balance that a limit, or one that stood
	 * when the limit was lowered, allows. */
	signed_units top;
	signed_units bottom;
};

/* An edge between two sides that keep books about each other. */
struct account_pair {
	bool begins;       /* one side has begun anew */
	uint32_t epoch;    /* how often that was */
	signed_units base; /* the sum of both balances then */
	ilp_u128 unpaid;   /* charged by one, and not paid by the other (yet) */
	ilp_u128 gifts;    /* paid, and not charged */
};

/* What the books of one end were when it crashed. */
struct last_view {
	bool known;
	struct view view;
	ilp_u128 in_doubt; /* of crashes before */
};

struct observer {
	struct world *world;
	struct transfers transfers;
	struct view views[PLAN_EDGES_MAX][2];
	struct last_view last[PLAN_EDGES_MAX][2];
	struct account_pair pairs[PLAN_EDGES_MAX];
	struct heap deadlines[PLAN_NODES_MAX]; /* of what each has sent on */
	int64_t *whole_us;                     /* connections, by number */
	size_t whole_room;
	uint64_t fulfills; /* by anybody */
	uint64_t packets;  /* that arrived */
	uint64_t prepares; /* of payments, at their first hop */
	uint64_t paid;     /* of these */
	uint64_t lost;     /* Fulfills that came too late, or never */
	uint64_t restarts; /* from a ledger that outlived a crash */
};

void observer_init(struct observer *observer, struct world *world);
void observer_finish(struct observer *observer);

/* A packet was written by a side whole, or has been read by one. */
struct passing observer_sent(struct observer *observer, struct cable *cable,
			     unsigned side, const struct tap_frame *frame);
void observer_arrived(struct observer *observer, struct cable *cable,
		      unsigned side, const struct passing *passing,
		      struct ilp_time now);

/* A node is about to crash: notes what its ledger must have afterwards. */
void observer_crashes(struct observer *observer, const struct host *host);

/* An account is there again, with what was left in it when it went. */
void observer_opened(struct observer *observer, const struct host *host,
		     unsigned edge, const struct account *account);

/* The node's clock: what it has sent on may be over. */
void observer_expire(struct observer *observer, unsigned node,
		     int64_t monotonic_us);

/* A connection is no more, or not whole; until then what was written to it did
 * not wait. */
void observer_broken(struct observer *observer, uint32_t cable,
		     int64_t whole_us);

/* The node knows nothing any more; or one of its accounts began anew. */
void observer_crashed(struct observer *observer, unsigned node);
void observer_reopened(struct observer *observer, unsigned edge, unsigned side);

/* ---- what those who judge ask ---- */

const struct plan_end *observer_end(const struct observer *observer,
				    unsigned edge, unsigned side);

bool observer_is_broken(const struct observer *observer, uint32_t cable);

/* Until when that connection was whole; ILP_NEVER_US: it still is. */
int64_t observer_whole_us(const struct observer *observer, uint32_t cable);

/* Another transfer with the same secret, that the same life of the asked side
 * fulfilled before, for no less; NULL: there is none. */
struct transfer *observer_earlier(const struct observer *observer,
				  const struct transfer *transfer);

/* Has the asker paid for this one, or for one with the same secret? */
bool observer_is_paid(const struct observer *observer,
		      const struct transfer *transfer);

#endif
