/* SPDX-License-Identifier: Apache-2.0 */
/* config_plan.h - the way from one configuration to another while the node
 * runs: what is different, what of it counts at once, and what does not before
 * the node starts anew.
 *
 * Each option's row says which of the two (config_option.h); here they are
 * compared, and config_reload.h has a shard do it.
 */
#ifndef NODE_CONFIG_PLAN_H
#define NODE_CONFIG_PLAN_H

#include "node/config.h"

struct config_account_plan {
	const struct config_account *before; /* NULL: it is new */
	const struct config_account *now;    /* NULL: it goes */
};

/* Where a prefix leads to, by the ids of accounts; empty: nowhere. */
struct config_route_plan {
	struct ilp_bytes prefix;
	struct ilp_bytes before;
	struct ilp_bytes now;
};

/* Lines for people, of which no more are kept than this. */
#define CONFIG_PLAN_LINES_MAX 1000

struct config_lines {
	char **at;
	size_t count;
	size_t left_off;
};

struct config_plan {
	const struct config *before;
	const struct config *now;
	struct config_account_plan *accounts; /* that are different */
	size_t account_count;
	struct config_route_plan *routes; /* likewise */
	size_t route_count;
	bool prices;  /* there are others, of `rates` */
	bool sources; /* they come from elsewhere */
	bool spreads;
	bool reflect;
	struct config_lines changes;  /* that count at once */
	struct config_lines restarts; /* that do not */
	const struct config_account **known; /* of before, by their ids */
};

/* `started` is what the node has begun with: what does not change while it runs
 * is as it was there. All three outlive the plan. NULL when there is no
 * memory. */
struct config_plan *config_plan_create(const struct config *started,
				       const struct config *before,
				       const struct config *now);
void config_plan_destroy(struct config_plan *plan);

/* Has the configuration before an account with this id? */
bool config_plan_knows(const struct config_plan *plan, struct ilp_bytes id);

#endif
