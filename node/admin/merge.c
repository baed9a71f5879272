/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/merge.h"

/* Names are compared as they are written: those of options have nothing to be
 * escaped, and all others are refused by whoever reads what becomes of it. */
static const struct ilp_json_node *find(const struct ilp_json_node *object,
					const struct ilp_json_node *name)
{
	const struct ilp_json_node *found = NULL;
	struct ilp_json_walk walk = ilp_json_walk(object);

	while (ilp_json_next(&walk))
		if (ilp_bytes_equal(walk.key->text, name->text))
			found = walk.value;
	return found;
}

static void put_changed(struct ilp_json_writer *w,
			const struct ilp_json_node *target,
			const struct ilp_json_node *patch)
{
	struct ilp_json_walk walk = ilp_json_walk(target);

	while (ilp_json_next(&walk)) {
		const struct ilp_json_node *change = find(patch, walk.key);

		if (ilp_json_null(change))
			continue;
		ilp_json_put_key_node(w, walk.key);
		if (change)
			merge_patch(w, walk.value, change);
		else
			ilp_json_put_node(w, walk.value);
	}
}

static void put_new(struct ilp_json_writer *w,
		    const struct ilp_json_node *target,
		    const struct ilp_json_node *patch)
{
	struct ilp_json_walk walk = ilp_json_walk(patch);

	while (ilp_json_next(&walk)) {
		if (ilp_json_null(walk.value) || find(target, walk.key))
			continue;
		ilp_json_put_key_node(w, walk.key);
		merge_patch(w, NULL, walk.value);
	}
}

void merge_patch(struct ilp_json_writer *w, const struct ilp_json_node *target,
		 const struct ilp_json_node *patch)
{
	if (patch->type != ILP_JSON_OBJECT) {
		ilp_json_put_node(w, patch);
		return;
	}
	if (target && target->type != ILP_JSON_OBJECT)
		target = NULL;
	ilp_json_begin_object(w);
	put_changed(w, target, patch);
	put_new(w, target, patch);
	ilp_json_end_object(w);
}
