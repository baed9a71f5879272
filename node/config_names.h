/* SPDX-License-Identifier: Apache-2.0 */
/* config_names.h - the names in an object of options.
 *
 * Some options have two. What is to be merged with something else is written
 * with one of them first, the one within its group, so that it is found there.
 */
#ifndef NODE_CONFIG_NAMES_H
#define NODE_CONFIG_NAMES_H

#include "base/json_writer.h"
#include "node/config_option.h"

/* The option of that name in a group, or outside all of them when `group` is
 * empty; NULL when there is none. */
const struct config_option *
config_names_find(const struct config_object *object, const char *group,
		  const struct ilp_json_node *key);

/* In a merge patch (RFC 7396): the first name of something that is taken away
 * which no option has; NULL: all are known. What is given its reader knows. */
const struct ilp_json_node *
config_names_gone(const struct config_object *object,
		  const struct ilp_json_node *patch);

/* Writes the same with each option under one name. Whatever is no object of
 * options is written as it is, and so is an option that is there under both
 * names. */
void config_names_put(struct ilp_json_writer *w,
		      const struct config_object *object,
		      const struct ilp_json_node *json);

#endif
