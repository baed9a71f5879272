/* SPDX-License-Identifier: Apache-2.0 */
/* events.h - what has happened in a shard lately, for whoever listens.
 *
 * A ring of records with numbers that follow one another, so that a reader who
 * was too slow sees what is missing. Nothing is recorded of what nobody wants
 * to hear, and to ask for that is one look at one word. A listener renews his
 * wish from time to time; for a while after the last time things are still
 * recorded, so that he may come back and go on where he was.
 *
 *     events_listen ──►┌────────┐
 *     events_add    ──►│ events │──► events_read
 *     events_tick   ──►└────────┘
 *
 * Between two ticks only so many of a kind are taken, since a peer may make up
 * packets as fast as it likes; what is too much is counted, and the count is a
 * record of its own. What is an event, witness.h knows.
 */
#ifndef NODE_EVENTS_H
#define NODE_EVENTS_H

#include "base/time.h"
#include "ilp/address.h"
#include "ilp/code.h"
#include "node/account.h"

enum event_kind {
	EVENT_PACKET,
	EVENT_BALANCE,
	EVENT_LINK,
	EVENT_ROUTE,
	EVENT_ALERT,
	EVENT_ACCOUNT,
	EVENT_KINDS, /* how many somebody can want; and beside them: */
	EVENT_MISSED = EVENT_KINDS,
};

#define EVENT_BIT(kind) (1u << (kind))
#define EVENTS_ALL (EVENT_BIT(EVENT_KINDS) - 1)

enum event_outcome {
	EVENT_FULFILLED,
	EVENT_REJECTED,
};

struct event_packet {
	char to[ACCOUNT_ID_MAX + 1]; /* empty: it was not sent on */
	char destination[ILP_ADDRESS_MAX + 1];
	signed_units in;
	signed_units out;
	enum event_outcome outcome;
	char code[ILP_CODE_LEN + 1]; /* of a Reject */
	uint64_t took_us;
	uint64_t number; /* among those of which a sample is taken */
	int64_t came_us;
};

struct event_balance {
	char code[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t scale;
	signed_units current;
};

enum event_link_state {
	EVENT_UP,
	EVENT_REPLACED, /* by a newer connection */
	EVENT_DOWN,
};

#define EVENT_TEXT_SIZE 160

struct event_link {
	enum event_link_state state;
	char reason[EVENT_TEXT_SIZE]; /* why it went down */
};

enum event_route_change {
	EVENT_ROUTE_SET,
	EVENT_ROUTE_REMOVED,
};

struct event_route {
	enum event_route_change change;
	char prefix[ILP_ADDRESS_MAX + 1];
};

enum event_alert_change {
	EVENT_RAISED,
	EVENT_DISMISSED,
};

struct event_alert {
	enum event_alert_change change;
	uint64_t number;
	char message[EVENT_TEXT_SIZE];
	char triggered_by[ILP_ADDRESS_MAX + 1];
};

enum event_account_change {
	EVENT_MADE,
	EVENT_CHANGED,
	EVENT_STOPPED,
	EVENT_STARTED,
	EVENT_LEAVING, /* it goes when nothing is in flight any more */
	EVENT_REMOVED,
};

struct event_account {
	enum event_account_change change;
};

struct event_missed {
	enum event_kind of;
	uint64_t count;
};

struct event {
	uint64_t id;
	int64_t at_ms;
	enum event_kind kind;
	char account[ACCOUNT_ID_MAX + 1]; /* of a packet: whence it came */
	union {
		struct event_packet packet;
		struct event_balance balance;
		struct event_link link;
		struct event_route route;
		struct event_alert alert;
		struct event_account change;
		struct event_missed missed;
	};
};

#define EVENTS_MAX 2048
/* Packets that are in flight and will be told of. */
#define EVENTS_OPEN_MAX 1024
#define EVENTS_TICK_US 250000
/* Of a kind between two ticks. */
#define EVENTS_A_TICK 512
/* How long a wish to listen lasts. */
#define EVENTS_LEASE_US 30000000

struct event_open;

/* All but `wanted` is private. */
struct events {
	uint32_t wanted; /* kinds, a bit for each; 0: nobody listens */
	uint64_t first;  /* the oldest number that there still is */
	uint64_t next;   /* the number that the next record gets */
	struct event *ring;
	struct event_open *open;
	int64_t until_us[EVENT_KINDS];
	uint64_t since[EVENT_KINDS]; /* recorded from this number on */
	uint64_t taken[EVENT_KINDS]; /* since the last tick */
	uint64_t left[EVENT_KINDS];  /* were too many since then */
	uint64_t sample;       /* one packet in so many */
	uint64_t fresh_sample; /* what was wished of late; 0: nothing, */
	int64_t fresh_us;      /* and from when on that counts alone */
	uint64_t packets;      /* of which a sample is taken */
	int64_t tick_us;
};

/* Numbers begin behind those of earlier runs. */
void events_init(struct events *e, struct ilp_time now);
void events_finish(struct events *e);

/* These kinds, and of packets one in so many, are wanted from now on, beside
 * what others want. False when there is no memory. */
bool events_listen(struct events *e, struct ilp_time now, uint32_t kinds,
		   uint64_t sample);

static inline bool events_want(const struct events *e, enum event_kind kind)
{
	return e->wanted & EVENT_BIT(kind);
}

/* Of a kind that is wanted: the record to be filled in, without texts and with
 * zeros in numbers. NULL when there were too many of them. */
struct event *events_add(struct events *e, struct ilp_time now,
			 enum event_kind kind);

/* Is this packet, the next one, of the sample? */
bool events_sample(struct events *e);

/* A packet goes on under this request id: the record to be filled in, but for
 * what comes of it. */
struct event *events_open_packet(struct events *e, struct ilp_time now,
				 uint32_t request);

/* What comes of that packet: the record, which counts from now on. NULL when
 * there is none. */
struct event *events_close_packet(struct events *e, struct ilp_time now,
				  uint32_t request);

void events_tick(struct events *e, struct ilp_time now);
int64_t events_deadline_us(const struct events *e);

/* ---- for readers ---- */

/* Have all events of these kinds, from that number on, been recorded, and are
 * still there? */
bool events_have(const struct events *e, uint32_t kinds, uint64_t from);

/* Copies at most so many records from that number on, or from the oldest that
 * there is; how many. */
size_t events_read(const struct events *e, uint64_t from, struct event *out,
		   size_t max);

/* One packet in so many has those in it of both samples. */
uint64_t events_common(uint64_t a, uint64_t b);

/* Copies a text, cut to fit. */
void event_put_text(char *out, size_t size, struct ilp_bytes text);

#endif
