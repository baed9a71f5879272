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

#endif
