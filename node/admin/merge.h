/* SPDX-License-Identifier: Apache-2.0 */
/* merge.h - a change of an object in JSON, as RFC 7396 writes it: members that
 * are given replace those of the same name, null takes one away, and what is
 * not mentioned stays. */
#ifndef NODE_ADMIN_MERGE_H
#define NODE_ADMIN_MERGE_H

#include "base/json_writer.h"

/* Writes what becomes of it; the target may be NULL. */
void merge_patch(struct ilp_json_writer *w, const struct ilp_json_node *target,
		 const struct ilp_json_node *patch);

#endif
