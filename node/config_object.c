/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_object.h"

#include <assert.h>

#include "node/config_value.h"
#include "node/nearest.h"

/* An object that is being read. Options are bits, by their index. */
struct filling {
	const struct config_object *object;
	uint8_t *into;
	uint64_t given;
	uint64_t opened; /* groups that were objects */
};

static uint64_t bit(size_t option)
{
	return UINT64_C(1) << option;
}

static struct config_step step_to(const struct config_reader *r,
				  struct ilp_bytes name)
{
	return (struct config_step){ .up = r->path, .name = name };
}

/* ---- unknown options ---- */

/* The option that ilp-connector calls so, or the one with the nearest name;
 * empty when there is neither. */
static struct ilp_bytes meant(const struct config_object *object,
			      const char *group,
			      const struct ilp_json_node *key)
{
	struct nearest n = nearest(key->text);

	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *name = config_option_name_in(o, group);

		if (!name)
			continue;
		if (o->connector && ilp_json_is(key, o->connector))
			return ilp_text(name);
		nearest_try(&n, ilp_text(name));
	}
	return n.best;
}

static void refuse_unknown(struct config_reader *r,
			   const struct config_object *object,
			   const char *group, const struct ilp_json_node *key)
{
	struct ilp_bytes best = meant(object, group, key);

	if (best.len)
		config_fail(r, key, "unknown option %s; did you mean \"%.*s\"?",
			    config_found(key, false).text, (int)best.len,
			    (const char *)best.at);
	else
		config_fail(r, key, "unknown option %s",
			    config_found(key, false).text);
}

/* ---- members ---- */

static const struct config_option *find(const struct config_object *object,
					const char *group,
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

static void read_members(struct config_reader *r, struct filling *f,
			 const char *group, const struct ilp_json_node *node);

static void read_group(struct config_reader *r, struct filling *f,
		       const struct config_option *group,
		       const struct ilp_json_node *node)
{
	if (group->unlimited && ilp_json_is(node, "unlimited"))
		return;
	if (node->type != ILP_JSON_OBJECT) {
		config_refuse(r, group, node);
		return;
	}
	f->opened |= bit((size_t)(group - f->object->options));
	read_members(r, f, group->name, node);
}

static void read_list(struct config_reader *r, struct filling *f,
		      const struct config_option *list,
		      const struct ilp_json_node *node)
{
	struct config_step step = { .up = r->path };
	struct ilp_json_walk walk = ilp_json_walk(node);
	size_t size = list->inside->size;
	uint8_t *items;

	if (node->type != ILP_JSON_ARRAY) {
		config_refuse(r, list, node);
		return;
	}
	items = config_take(r, node->count * size);
	memcpy(f->into + list->at, &items, sizeof(items));
	memcpy(f->into + list->count_at, &node->count, sizeof(node->count));
	r->path = &step;
	for (; !r->failed && ilp_json_next(&walk); step.index++)
		config_read_object(r, list->inside, walk.value,
				   items + step.index * size);
	r->path = step.up;
}

static void read_option(struct config_reader *r, struct filling *f,
			const struct config_option *o,
			const struct ilp_json_node *node)
{
	if (o->kind == CONFIG_GROUP)
		read_group(r, f, o, node);
	else if (o->kind == CONFIG_LIST)
		read_list(r, f, o, node);
	else
		config_read_value(r, o, node, f->into + o->at);
}

static void read_member(struct config_reader *r, struct filling *f,
			const struct config_option *o,
			const struct ilp_json_walk *member)
{
	size_t index;

	if (o->kind == CONFIG_SAME)
		index = config_option_index(f->object, ilp_text(o->same_as));
	else
		index = (size_t)(o - f->object->options);
	if (f->given & bit(index))
		config_fail(r, member->key, "was given before");
	f->given |= bit(index);
	if (!r->failed)
		read_option(r, f, &f->object->options[index], member->value);
}

static void read_members(struct config_reader *r, struct filling *f,
			 const char *group, const struct ilp_json_node *node)
{
	struct ilp_json_walk walk = ilp_json_walk(node);

	while (!r->failed && ilp_json_next(&walk)) {
		const struct config_option *o =
			find(f->object, group, walk.key);
		struct config_step step = step_to(r, walk.key->text);

		if (!o) {
			refuse_unknown(r, f->object, group, walk.key);
			return;
		}
		r->path = &step;
		read_member(r, f, o, &walk);
		r->path = step.up;
	}
}

/* ---- what was not given ---- */

/* Options in a group are only wanted when the group is there. */
static bool is_wanted(const struct filling *f, const struct config_option *o)
{
	const char *dot = strchr(o->name, '.');
	struct ilp_bytes group;

	if (!o->required || !dot)
		return o->required;
	group = ilp_text(o->name);
	group.len = (size_t)(dot - o->name);
	return f->opened & bit(config_option_index(f->object, group));
}

static void read_default(struct config_reader *r, struct filling *f,
			 const struct config_option *o)
{
	struct config_step step = step_to(r, ilp_text(o->name));
	struct ilp_json_node node;
	struct ilp_json_error error =
		ilp_json_read(&node, 1, ilp_text(o->initial));

	assert(!error.problem);
	r->path = &step;
	config_read_value(r, o, &node, f->into + o->at);
	r->path = step.up;
}

static void complete(struct config_reader *r, struct filling *f,
		     const struct ilp_json_node *node)
{
	for (size_t i = 0; i < f->object->option_count && !r->failed; i++) {
		const struct config_option *o = &f->object->options[i];

		if (f->given & bit(i))
			continue;
		if (is_wanted(f, o))
			config_fail(r, node, "the option \"%s\" is missing",
				    o->name);
		else if (o->initial)
			read_default(r, f, o);
	}
}

void config_read_object(struct config_reader *r,
			const struct config_object *object,
			const struct ilp_json_node *node, void *into)
{
	struct filling f = { .object = object, .into = into };

	assert(object->option_count <= 64);
	if (node->type != ILP_JSON_OBJECT) {
		config_fail(r, node, "expected an object, found %s",
			    config_found(node, false).text);
		return;
	}
	read_members(r, &f, "", node);
	complete(r, &f, node);
}
