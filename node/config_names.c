/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_names.h"

#include <string.h>

const struct config_option *
config_names_find(const struct config_object *object, const char *group,
		  const struct ilp_json_node *key)
{
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *name = config_option_name_in(o, group);

		if (name && ilp_json_is(key, name))
			return o;
	}
	return NULL;
}

static const struct ilp_json_node *gone_in(const struct config_object *object,
					   const char *group,
					   const struct ilp_json_node *json)
{
	struct ilp_json_walk walk = ilp_json_walk(json);

	if (!json || json->type != ILP_JSON_OBJECT)
		return NULL;
	while (ilp_json_next(&walk)) {
		const struct config_option *o =
			config_names_find(object, group, walk.key);
		const struct ilp_json_node *inside;

		if (!o && ilp_json_null(walk.value))
			return walk.key;
		inside = o && o->kind == CONFIG_GROUP ?
				 gone_in(object, o->name, walk.value) :
				 NULL;
		if (inside)
			return inside;
	}
	return NULL;
}

const struct ilp_json_node *
config_names_gone(const struct config_object *object,
		  const struct ilp_json_node *patch)
{
	return gone_in(object, "", patch);
}

/* ---- one name for each ---- */

/* What this member of the JSON is called in that group: one under another name
 * of an option that is there, and not in the group as well. NULL: it is none of
 * these. */
static const char *name_in_group(const struct config_object *object,
				 const struct config_option *group,
				 const struct ilp_json_node *json,
				 const struct ilp_json_node *key)
{
	const struct config_option *o = config_names_find(object, "", key);
	size_t len = strlen(group->name);

	if (!o || o->kind != CONFIG_SAME ||
	    strncmp(o->same_as, group->name, len) != 0 ||
	    o->same_as[len] != '.' ||
	    ilp_json_get(ilp_json_get(json, group->name),
			 o->same_as + len + 1))
		return NULL;
	return o->same_as + len + 1;
}

static bool has_members_elsewhere(const struct config_object *object,
				  const struct config_option *group,
				  const struct ilp_json_node *json)
{
	struct ilp_json_walk walk = ilp_json_walk(json);

	while (ilp_json_next(&walk))
		if (name_in_group(object, group, json, walk.key))
			return true;
	return false;
}

static void put_members(struct ilp_json_writer *w,
			const struct ilp_json_node *json)
{
	struct ilp_json_walk walk = ilp_json_walk(json);

	while (ilp_json_next(&walk)) {
		ilp_json_put_key_node(w, walk.key);
		ilp_json_put_node(w, walk.value);
	}
}

/* The group with all that belongs to it. */
static void put_group(struct ilp_json_writer *w,
		      const struct config_object *object,
		      const struct config_option *group,
		      const struct ilp_json_node *json)
{
	struct ilp_json_walk walk = ilp_json_walk(json);

	ilp_json_put_key(w, group->name);
	ilp_json_begin_object(w);
	put_members(w, ilp_json_get(json, group->name));
	while (ilp_json_next(&walk)) {
		const char *name =
			name_in_group(object, group, json, walk.key);

		if (!name)
			continue;
		ilp_json_put_key(w, name);
		ilp_json_put_node(w, walk.value);
	}
	ilp_json_end_object(w);
}

/* The group that is to be written as a whole, of which that member is a part;
 * NULL when it stays where it is. A group that is none, as one that is taken
 * away, has nothing put into it. */
static const struct config_option *gathered(const struct config_object *object,
					    const struct ilp_json_node *json,
					    const struct ilp_json_node *key)
{
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *group = &object->options[i];
		const struct ilp_json_node *there =
			ilp_json_get(json, group->name);

		if (group->kind == CONFIG_GROUP &&
		    (!there || there->type == ILP_JSON_OBJECT) &&
		    (ilp_json_is(key, group->name) ||
		     name_in_group(object, group, json, key)) &&
		    has_members_elsewhere(object, group, json))
			return group;
	}
	return NULL;
}

void config_names_put(struct ilp_json_writer *w,
		      const struct config_object *object,
		      const struct ilp_json_node *json)
{
	struct ilp_json_walk walk = ilp_json_walk(json);
	uint64_t done = 0; /* groups, by their index */

	if (json->type != ILP_JSON_OBJECT) {
		ilp_json_put_node(w, json);
		return;
	}
	ilp_json_begin_object(w);
	while (ilp_json_next(&walk)) {
		const struct config_option *group =
			gathered(object, json, walk.key);
		uint64_t bit = group ? UINT64_C(1)
					       << (group - object->options) :
				       0;

		if (group && !(done & bit)) {
			put_group(w, object, group, json);
		} else if (!group) {
			ilp_json_put_key_node(w, walk.key);
			ilp_json_put_node(w, walk.value);
		}
		done |= bit;
	}
	ilp_json_end_object(w);
}
