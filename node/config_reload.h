/* SPDX-License-Identifier: Apache-2.0 */
/* config_reload.h - a shard that runs gets another configuration: as if it had
 * begun with it, but for what takes a new start (config_plan.h), and for
 * packets, which notice nothing.
 *
 * Keys and certificates are the driver's.
 */
#ifndef NODE_CONFIG_RELOAD_H
#define NODE_CONFIG_RELOAD_H

#include "node/config_plan.h"
#include "node/shard.h"

/* Does it go together with what has been made through the admin API since, and
 * with what an account is? If not, false and why, for people. */
bool config_reload_fits(const struct config_plan *plan,
			const struct shard *shard, struct config_error *error);

/* Does all of it, when it fits, in one round. False, and why, only when there
 * is no memory; then a part is done. Prices from sources are the driver's. */
bool config_reload(const struct config_plan *plan, struct shard *shard,
		   struct config_error *error);

#endif
