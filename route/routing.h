/* SPDX-License-Identifier: Apache-2.0 */
/* routing.h - a node's talk with its neighbours about routes (CCP).
 *
 *     accounts, up, down  ──►┌─────────┐◄──► routes.h
 *                 CCP in  ──►│ routing │
 *     answers to CCP out  ──►│         │───► routing_next_packet: CCP out
 *    routing_note_change  ──►└─────────┘
 *
 * What each neighbour says goes into the routes, by a listener.h; what changes
 * there is news (news.h), which each is told by a speaker.h. Here they are put
 * together, and time is dealt out. Whatever takes long is done in steps of the
 * caller's size, and no neighbour can make us do more at once than that: so
 * packets need not wait.
 *
 * It knows nothing of sessions, ids of requests, or Prepares: what is a request
 * there is data here. Whoever drives it
 * - hands it each change that routes.h gives out;
 * - calls routing_work, and routing_next_packet until it gives no more, at the
 *   deadline, and when something has come in or changed;
 * - answers each routing_packet once, or never.
 */
#ifndef ROUTE_ROUTING_H
#define ROUTE_ROUTING_H

#include "ilp/crypto.h"
#include "route/listener.h"
#include "route/speaker.h"

struct routing_settings {
	struct routes *routes; /* outlive it; their marks are its own */
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN]; /* random */
	struct ilp_bytes secret;   /* authenticates our own routes */
	struct ilp_bytes address;
	struct ilp_bytes global;   /* the global prefix, as in "g" */
	uint32_t hold_down_ms;     /* so long what we say is good, */
	int64_t interval_us;       /* and so often we say that it is */
	struct ilp_crypto *crypto; /* outlives it */
};

struct routing;

/* Texts are copied. NULL when there is no memory. */
struct routing *routing_create(const struct routing_settings *settings,
			       int64_t now_us);
void routing_destroy(struct routing *r);

/* What authenticates a route of our own, to this prefix: for struct route. */
void routing_authenticate(const struct routing *r, struct ilp_bytes prefix,
			  uint8_t auth[ILP_CCP_AUTH_LEN]);

/* ---- accounts ---- */

struct routing_account {
	uint32_t slot; /* it is known to the routes */
	enum route_relation relation;
	bool send;    /* tell it routes when it asks */
	bool receive; /* ask it for routes */
	bool transit; /* a peer hears of what peers and parents say */
	struct ilp_bytes address; /* of a child, below ours; or empty */
	const struct filter_rule *import; /* rules for what it tells us, */
	size_t import_count;
	const struct filter_rule *export; /* and for what we tell it */
	size_t export_count;
};

/* A new account, not connected; or other settings of one: then both
 * conversations begin anew, unless the settings are the same. Everything is copied. False when there is no
 * memory, and nothing is changed. */
bool routing_account_set(struct routing *r, int64_t now_us,
			 const struct routing_account *account);

/* It is unknown from now on. What it said is for the owner of the routes to
 * take away, with all else of it. */
void routing_account_remove(struct routing *r, uint32_t slot);

/* It is connected; or not any more: then what it said is good no more. */
void routing_up(struct routing *r, int64_t now_us, uint32_t slot);
void routing_down(struct routing *r, int64_t now_us, uint32_t slot);

/* Our own address is another: all neighbours are asked, and told, anew. False
 * when there is no memory, and nothing is changed. */
bool routing_set_address(struct routing *r, int64_t now_us,
			 struct ilp_bytes address);

struct routing_status {
	struct neighbour_status hears;
	struct neighbour_status tells;
	uint64_t refused[LISTENER_REFUSALS];
};

/* False when there is no such account. */
bool routing_status(const struct routing *r, uint32_t slot,
		    struct routing_status *out);

/* ---- what neighbours say ---- */

/* The data of a Prepare to peer.route.control, or to peer.route.update, from an
 * account. */
enum neighbour_answer routing_control(struct routing *r, int64_t now_us,
				      uint32_t slot, struct ilp_bytes data);
enum neighbour_answer routing_update(struct routing *r, int64_t now_us,
				     uint32_t slot, struct ilp_bytes data);

/* The answer to one of ours. That nothing was connected is an answer too. */
void routing_answer(struct routing *r, int64_t now_us, uint32_t slot,
		    uint64_t number, bool fulfilled);

/* ---- what comes of it ---- */

/* Goes on with what neighbours have said, for so many routes. */
void routing_work(struct routing *r, int64_t now_us, size_t count);

/* A destination has changed, as routes_next_change says. False when there is no
 * memory: it must be told again. */
bool routing_note_change(struct routing *r, int64_t now_us,
			 uint32_t destination);

/* A request for a neighbour. */
struct routing_packet {
	uint32_t slot;
	uint64_t number; /* for its answer */
	const char *destination; /* one of ilp/peer.h */
	struct ilp_bytes data;   /* until the next call */
};

bool routing_next_packet(struct routing *r, int64_t now_us,
			 struct routing_packet *out);

/* When to do all this again; INT64_MIN: there is something left to do. */
int64_t routing_deadline_us(const struct routing *r);

#endif
