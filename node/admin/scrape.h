/* SPDX-License-Identifier: Apache-2.0 */
/* scrape.h - the figures of a node at one moment, copied out of its shard for
 * metric.h: of the node, of each asset, and of some accounts.
 *
 * All accounts are counted, but there may be a great many of them, and what is
 * written of each takes thousands of bytes: so only those in the first slots
 * are copied, whose places stay the same.
 */
#ifndef NODE_ADMIN_SCRAPE_H
#define NODE_ADMIN_SCRAPE_H

#include "node/admin/view.h"
#include "node/errand.h"

#define SCRAPE_ACCOUNTS_MAX 400
#define SCRAPE_ASSETS_MAX 100

struct scrape_account {
	char id[ACCOUNT_ID_MAX + 1];
	struct view_asset asset;
	struct account_counters counted;
	uint64_t connected;
	uint64_t stopped;
	uint64_t in_flight_in;
	uint64_t in_flight_out;
	signed_units value_in; /* of what was fulfilled */
	signed_units value_out;
	struct view_balance balance;
};

struct scrape_asset {
	struct view_asset asset;
	signed_units exchange;
	signed_units late;
	/* Of all accounts. */
	signed_units owed_to_us;
	signed_units owed_by_us;
	signed_units in_doubt;
	signed_units unresolved;
	signed_units ceiling;
};

/* Pairs of assets, by what is known of their rate. */
struct scrape_rates {
	uint64_t current;
	uint64_t old;
	uint64_t none;
};

struct scrape_totals {
	uint64_t accounts;
	uint64_t connected;
	uint64_t stopped;
	uint64_t in_doubt;
	uint64_t unresolved;
};

struct scrape {
	/* For who knows it to fill in; the time before the first step. */
	const char *version;
	const char *ledger;
	const char *durability;
	int64_t started_ms;
	uint64_t operators_refused;
	uint64_t log_dropped;
	struct ilp_time now;

	struct connector_counters counted;
	uint64_t in_flight;
	uint64_t held; /* bytes, as shard.h has them */
	uint64_t unsent;
	uint64_t submitted; /* batches */
	uint64_t durable;
	uint64_t trouble; /* 0 or 1, as all that follow */
	uint64_t failed;
	uint64_t draining;
	uint64_t ready;
	uint64_t alerts;
	uint64_t routes;
	struct scrape_totals totals;
	uint64_t accounts_left_out;
	struct scrape_rates rates;
	uint64_t assets_left_out;
	size_t asset_count;
	struct scrape_asset assets[SCRAPE_ASSETS_MAX];
	size_t account_count;
	struct scrape_account accounts[SCRAPE_ACCOUNTS_MAX];

	/* How far it is. */
	bool begun;
	uint64_t slot; /* of the next account */
	size_t pair;   /* the next one of assets */
};

/* A step, in a round of the shard's; start with zeros. Is it done? */
bool scrape_step(struct scrape *scrape, struct node *node);

/* Only this account, at once, and nothing else. False when there is none. */
bool scrape_one(struct scrape *scrape, struct node *node, struct ilp_bytes id);

#endif
