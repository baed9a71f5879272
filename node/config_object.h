/* SPDX-License-Identifier: Apache-2.0 */
/* config_object.h - an object of options, from JSON into its struct: unknown
 * ones, those given twice and those that are missing. Used by config_*.c
 * only. */
#ifndef NODE_CONFIG_OBJECT_H
#define NODE_CONFIG_OBJECT_H

#include "node/config_option.h"
#include "node/config_reader.h"

/* Reads an object into its struct, which is all zeros; what is not given gets
 * its default. */
void config_read_object(struct config_reader *r,
			const struct config_object *object,
			const struct ilp_json_node *node, void *into);

#endif
