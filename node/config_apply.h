/* SPDX-License-Identifier: Apache-2.0 */
/* config_apply.h - from a configuration to a shard that has its accounts,
 * routes, prices and spreads. */
#ifndef NODE_CONFIG_APPLY_H
#define NODE_CONFIG_APPLY_H

#include "node/config.h"
#include "node/shard.h"

/* The shard was made with the options in config->connector, and has none of
 * all that yet. On false, which says why, it has a part of it, and is of no
 * use. */
bool config_apply(const struct config *config, struct shard *shard,
		  struct config_error *error);

/* Its prices, and its spreads, when there are none yet. */
bool config_apply_prices(const struct config *config, struct exchange *exchange,
			 struct config_error *error);
bool config_apply_spreads(const struct config *config,
			  struct exchange *exchange,
			  struct config_error *error);

/* The same for one account and its routes, at any time. On false, which says
 * why, nothing is changed; but for a lack of memory, which may leave a part of
 * the routes. */
bool config_add_account(const struct config_account *account,
			struct shard *shard, struct config_error *error);
bool config_change_account(const struct config_account *before,
			   const struct config_account *now,
			   struct shard *shard, struct config_error *error);

/* Why an account cannot be, for people. */
const char *config_account_problem(enum account_error error);

#endif
