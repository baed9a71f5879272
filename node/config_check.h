/* SPDX-License-Identifier: Apache-2.0 */
/* config_check.h - does what was read fit together? Used by
 * config.c and config_account.c only. */
#ifndef NODE_CONFIG_CHECK_H
#define NODE_CONFIG_CHECK_H

#include "node/config_reader.h"

/* Checks what takes more than one value to see; `root` is what the
 * configuration was read from. Afterwards config_apply has nothing to complain
 * about but a lack of memory. */
void config_check(struct config_reader *r, const struct ilp_json_node *root);

/* The same for a configuration that is one account. */
void config_check_account(struct config_reader *r,
			  const struct ilp_json_node *node);

#endif
