/* SPDX-License-Identifier: Apache-2.0 */
/* config_value.h - a single value of a configuration, from JSON into the
 * field that its option names. Used by config_*.c only. */
#ifndef NODE_CONFIG_VALUE_H
#define NODE_CONFIG_VALUE_H

#include "node/config_option.h"
#include "node/config_reader.h"

/* Reads a value of any kind that has no options inside. `into` is the field. */
void config_read_value(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node, void *into);

/* The value is not what the option wants. */
void config_refuse(struct config_reader *r, const struct config_option *option,
		   const struct ilp_json_node *node);

#endif
