/* SPDX-License-Identifier: Apache-2.0 */
/* connector.h - the path of a packet through the node.
 *
 *     Prepare ─► decide ─► reserve ─► next link          (in flight)
 *     Fulfill ◄─ behind the ledger ◄─ post ◄─ check preimage
 *     Reject  ◄─────────────────────── void ◄─ reject, or time
 *
 * Each Prepare is answered exactly once: with the answer of the next hop, or
 * with a refusal of ours (refusal.h), unless whoever asked has gone for good.
 * What stands in between is an entry in inflight.h, and money on hold on two
 * accounts. How a Prepare gets to the next hop is in sends.h, and how answers
 * find their way back in answers.h; those that are posted, in replies.h.
 */
#ifndef NODE_CONNECTOR_H
#define NODE_CONNECTOR_H

#include "base/histogram.h"
#include "node/alert.h"
#include "node/books.h"
#include "node/callers.h"
#include "node/clock.h"
#include "node/events.h"
#include "node/fulfilled.h"
#include "node/held.h"
#include "node/inflight.h"
#include "node/lines.h"
#include "node/own.h"
#include "node/parked.h"
#include "node/report.h"
#include "node/session.h"
#include "route/recent.h"

/* What a Fulfill waits for, and what is written down. */
enum connector_durability {
	/* It leaves once the ledger has both legs of its packet for good. */
	CONNECTOR_STRICT,
	/* It leaves at once; a crash may lose what the ledger was still about
	 * to write. */
	CONNECTOR_RELAXED,
	/* As strict, and the ledger keeps a row of each packet. */
	CONNECTOR_AUDIT,
};

struct connector_options {
	struct ilp_bytes address; /* our own, with at least one segment */
	int64_t window_ms;  /* what each hop keeps of the time; at least 1 */
	int64_t hold_max_ms; /* and how long it waits at most */
	bool reflect; /* may a packet go back to where it came from? */
	/* How often neighbours are told our routes when nothing is new, and how
	 * long what they are told is good; 0: as below. */
	int64_t route_interval_ms;
	int64_t route_expiry_ms;
	size_t in_flight_max;
	enum connector_durability durability;
	struct log *log; /* who is told what happens; or NULL */
	uint8_t seed[32]; /* secret and random */
};

#define CONNECTOR_WINDOW_MS 1000
#define CONNECTOR_HOLD_MAX_MS 30000
#define CONNECTOR_ROUTE_INTERVAL_MS 30000
#define CONNECTOR_ROUTE_EXPIRY_MS 45000

/* Above so many bytes of Fulfills that wait for the ledger, or of Prepares, no
 * new Prepares are let in. */
#define CONNECTOR_HELD_HIGH ((size_t)16 * 1024 * 1024)

struct connector_counters {
	uint64_t prepares;
	uint64_t fulfills; /* passed on, or given again */
	uint64_t rejects;  /* passed on */
	uint64_t refusals[REFUSAL_COUNT];
	uint64_t unexpected; /* answers to nothing in flight */
	uint64_t late;       /* legs that were charged to `late` */
	uint64_t logins;     /* of strangers, that were refused */
	uint64_t lost;       /* answers for which there was no room */
	/* Of packets that were sent on: from the Prepare's coming in until its
	 * Fulfill may leave, or until it is rejected. */
	struct histogram fulfilled;
	struct histogram rejected;
	/* From a batch's being taken until it is durable: of one at a time. */
	struct histogram commits;
};

/* Routes lead to the slots of accounts, or to ourselves. */
#define CONNECTOR_HERE UINT32_MAX

struct routes;

/* The shard that owns it looks inside. */
struct connector {
	struct ilp_time now; /* of this round */
	struct clock clock;
	struct ilp_crypto *crypto;
	struct accounts *accounts;
	struct routes *known;       /* all routes; of which */
	struct route_table *routes; /* has the best ones (ways.h) */
	struct recent *recent;      /* what it said lately */
	bool no_room;               /* for some of them in the table */
	struct exchange *exchange;
	struct books *books;
	struct inflight *inflight;
	struct fulfilled *fulfilled;
	struct held held;        /* answers that wait for the ledger */
	struct held unsent;      /* Prepares that do (exposure.h) */
	struct account *crowded; /* those with answers that wait for output */
	struct parking parking;
	struct callers callers; /* who want theirs posted */
	struct own own;         /* what we ask ourselves */
	struct routing *routing; /* what we and neighbours say of routes */
	struct request_ids request_ids; /* for what is so posted to us */
	struct alerts *alerts;
	struct reports reports;
	struct session *dirty; /* those that may have output */
	struct index lines;    /* sessions of lines, by their number */
	uint32_t line_number;  /* the last that was given */
	struct lines *wanting; /* those of accounts that want one more */
	uint64_t durable;      /* the last batch of the books that is */
	uint64_t timed;        /* the one whose commit is timed, or 0, */
	int64_t timed_us;      /* and when it was taken */
	int64_t hurry_us;      /* when to look next for who cannot wait, */
	int64_t rest_us;       /* for ceilings that may go down, */
	int64_t lapse_us;      /* and what of an earlier run is over */
	bool draining;    /* no new Prepares */
	bool stopped;     /* likewise, until the operator says otherwise */
	bool ledger_busy; /* likewise, for now */
	bool reflect;
	enum connector_durability durability;
	int64_t window_ms;
	int64_t hold_max_ms;
	enum ilp_scheme foreign; /* of the network that we are not in */
	uint8_t address[ILP_ADDRESS_MAX];
	size_t address_len;
	uint8_t *echo; /* room for one that goes on */
	struct connector_counters counters;
	struct events events; /* for those who listen */
};

/* False when there is no memory; then it is finished already. The crypto
 * outlives it. */
bool connector_init(struct connector *c,
		    const struct connector_options *options,
		    struct ilp_crypto *crypto, struct ilp_time now);
void connector_finish(struct connector *c);

/* What the link of a session has given. */
void connector_prepare(struct connector *c, struct account *from,
		       struct way_back back, struct ilp_bytes packet);
void connector_answer(struct connector *c, struct session *session,
		      uint32_t request, struct ilp_bytes packet);

/* A Prepare of the node's own, under that number of own.h. */
void connector_ask(struct connector *c, const struct ilp_prepare *prepare,
		   struct account *neighbour, uint32_t number);

/* An answer that came by itself, under that name; false when it is none, or to
 * nothing that is in flight. */
bool connector_reply(struct connector *c, struct session *session,
		     struct ilp_bytes id, struct ilp_bytes packet);
void connector_refused(struct connector *c, struct session *session,
		       uint32_t request, bool temporary, const char *reason);

/* Undoes what is in flight and will not be, for a reason of ours that who asked
 * is told. */
void connector_undo(struct connector *c, struct inflight_entry *entry,
		    enum refusal refusal,
		    const struct refusal_details *details);

/* The ledger has taken the batch that was gathered. */
void connector_taken(struct connector *c);

/* All batches up to this one of books.h are durable: what waited for them
 * leaves. */
void connector_durable(struct connector *c, uint64_t batch);

/* What the time demands; and when it does so next. */
void connector_tick(struct connector *c);
int64_t connector_deadline_us(const struct connector *c);

/* Nothing is in flight, and no answer waits for the ledger, or to be heard. */
bool connector_is_idle(const struct connector *c);

/* Has nothing that is in flight, held or parked to do with the account? */
bool connector_is_done_with(const struct account *account);

/* Tells the operator. An address that is none is left out. */
void connector_alert(struct connector *c, const struct account *account,
		     const char *message, struct ilp_bytes triggered_by);

/* Marks a session as one that may have output. */
void connector_mark_dirty(struct connector *c, struct session *session);

#endif
