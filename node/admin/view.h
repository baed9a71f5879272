/* SPDX-License-Identifier: Apache-2.0 */
/* view.h - an account as it is at one moment, copied out of its shard: what an
 * errand takes along, and what answers are written from.
 */
#ifndef NODE_ADMIN_VIEW_H
#define NODE_ADMIN_VIEW_H

#include "node/account.h"
#include "node/admin/shape.h"

/* Without user, token and query, but always with a port:
 * "btp+wss://host:7768/path". */
#define VIEW_URL_MAX (ACCOUNT_URL_MAX + 6)

struct view_asset {
	char code[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t scale;
};

struct view_balance {
	signed_units current;
	signed_units held_debits;
	signed_units held_credits;
	signed_units minimum;
	signed_units maximum;
	signed_units in_doubt;
	signed_units unresolved;
	signed_units ceiling;
};

/* In `count` 0: no limit. */
struct view_limit {
	uint64_t count;
	uint64_t period_ms;
	uint64_t capacity;
};

/* Likewise of money; UNITS_MAX: no limit. */
struct view_flow {
	signed_units amount;
	uint64_t period_ms;
};

struct view_limits {
	signed_units packet_max;
	uint32_t in_flight_max;
	signed_units in_flight_money;
	struct view_limit packets;
	struct view_flow incoming;
	struct view_flow outgoing;
};

enum view_link {
	VIEW_LINK_BTP,
	VIEW_LINK_HTTP,
};

struct view_connection {
	enum view_link kind;
	bool up;
	uint32_t lines;
	char url[VIEW_URL_MAX + 1]; /* empty: the peer connects to us */
};

struct view_packets {
	uint32_t in_flight_in;
	uint32_t in_flight_out;
	struct account_counters counted;
};

struct view {
	uint32_t slot;
	const char *origin; /* is for who knows it to fill in */
	char id[ACCOUNT_ID_MAX + 1];
	char owner[ACCOUNT_OWNER_MAX + 1];
	enum account_relation relation;
	enum account_state state;
	struct view_asset asset;
	uint32_t shard;
	uint64_t number;
	struct view_connection link;
	struct view_balance balance;
	struct view_limits limits;
	struct view_packets packets;
};

void view_take(struct view *view, const struct account *account);
void view_take_balance(struct view_balance *out, const struct account *account);

extern const struct shape view_shape;

#endif
