/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_object.h"

#include <assert.h>

#include "base/nearest.h"
#include "base/utf8.h"
#include "node/config_given.h"
#include "node/config_names.h"
#include "node/config_value.h"

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
static struct ilp_bytes find_meant(const struct config_object *object,
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

/* An option in a group that is called so, with its group or without. */
static const struct config_option *
find_grouped(const struct config_object *object,
	     const struct ilp_json_node *key)
{
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *dot = strchr(o->name, '.');

		if (dot && (ilp_json_is(key, o->name) ||
			    ilp_json_is(key, dot + 1)))
			return o;
	}
	return NULL;
}

/* Another object that has an option of this name. */
static const struct config_object *find_owner(const struct ilp_json_node *key)
{
	for (size_t i = 0; i < CONFIG_OBJECTS; i++)
		if (config_names_find(config_objects[i], "", key))
			return config_objects[i];
	return NULL;
}

static const char *article(const struct config_object *object)
{
	return object->name[0] == 'a' ? "an" : "a";
}

static void refuse_unknown(struct config_reader *r,
			   const struct config_object *object,
			   const char *group, const struct ilp_json_node *key)
{
	const struct ilp_bytes best = find_meant(object, group, key);
	const struct config_option *grouped = find_grouped(object, key);
	const struct config_object *owner = find_owner(key);
	const struct config_found found = config_found(key, false);

	if (best.len)
		config_fail(r, key, "unknown option %s; did you mean \"%.*s\"?",
			    found.text, (int)best.len, (const char *)best.at);
	else if (grouped)
		config_fail(r, key,
			    "unknown option %s; \"%s\" belongs into \"%.*s\"",
			    found.text, strchr(grouped->name, '.') + 1,
			    (int)strcspn(grouped->name, "."), grouped->name);
	else if (owner)
		config_fail(r, key, "unknown option %s; it is one of %s %s",
			    found.text, article(owner), owner->name);
	else
		config_fail(r, key, "unknown option %s", found.text);
}

/* ---- members ---- */

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

static void note_given(struct config_reader *r, const struct filling *f,
		       size_t index, size_t line, const char *setting)
{
	const struct config_given given = {
		.object = f->into,
		.option = &f->object->options[index],
		.line = line,
		.setting = setting,
	};

	if (!r->failed && !config_given_add(r->config, &given))
		config_fail_memory(r);
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
	note_given(r, f, index, config_line(r, member->key), NULL);
	if (!r->failed)
		read_option(r, f, &f->object->options[index], member->value);
}

static void read_members(struct config_reader *r, struct filling *f,
			 const char *group, const struct ilp_json_node *node)
{
	struct ilp_json_walk walk = ilp_json_walk(node);

	while (!r->failed && ilp_json_next(&walk)) {
		const struct config_option *o =
			config_names_find(f->object, group, walk.key);
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

/* ---- settings ---- */

/* As it would be without quotes in YAML. */
static bool make_value(struct config_reader *r, const char *text,
		       struct ilp_json_node *value)
{
	/* "\u0000" for each byte, or null for none. */
	size_t capacity = 6 * strlen(text) + 4;
	uint8_t *buffer = config_take(r, capacity);
	struct ilp_json_writer w = ilp_json_writer(buffer, capacity, 0);
	struct ilp_json_error error;

	if (!buffer)
		return false;
	if (!ilp_utf8_valid(ilp_text(text))) {
		config_fail(r, NULL, "is not UTF-8");
		return false;
	}
	yaml_put_plain(&w, ilp_text(text));
	error = ilp_json_read(value, 1, ilp_json_written(&w));
	assert(!error.problem);
	return true;
}

/* They count before what is in the text. */
static void read_settings(struct config_reader *r, struct filling *f)
{
	const bool unquoted = r->unquoted;

	r->unquoted = true;
	for (size_t i = 0; i < r->settings.count && !r->failed; i++) {
		const struct config_setting *s = &r->settings.at[i];
		struct config_step step = { .name = ilp_text(s->name) };
		struct ilp_json_node value;

		r->path = &step;
		f->given |= bit((size_t)(s->option - f->object->options));
		note_given(r, f, (size_t)(s->option - f->object->options), 0,
			   s->name);
		if (make_value(r, s->value, &value))
			config_read_value(r, s->option, &value,
					  f->into + s->option->at);
		r->path = NULL;
		r->error->outside = r->failed;
	}
	r->unquoted = unquoted;
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
		config_fail(r, node, "expected the options of %s %s, found %s",
			    article(object), object->name,
			    config_found(node, false).text);
		return;
	}
	read_members(r, &f, "", node);
	if (object == config_objects[0] && !r->failed)
		read_settings(r, &f);
	complete(r, &f, node);
}
