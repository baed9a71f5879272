/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_schema.h"

#include <string.h>

#define WHOLE "^(0|[1-9][0-9]*)$"
#define WHOLE_OR_LESS "^-?(0|[1-9][0-9]*)$"
#define UNLIMITED "unlimited"

/* What a kind is in JSON; what is not here may be anything. A number that
 * programs might round may be a string as well. */
static const struct kind {
	const char *type;
	const char *other;   /* that it may be instead */
	const char *pattern; /* of the string */
	bool bytes; /* `min` and `max` are of its length */
} kinds[] = {
	[CONFIG_FLAG] = { .type = "boolean" },
	[CONFIG_NUMBER] = { .type = "integer" },
	[CONFIG_WORD] = { .type = "string" },
	[CONFIG_STRING] = { .type = "string", .bytes = true },
	[CONFIG_HOST] = { .type = "string", .bytes = true },
	[CONFIG_TEXT] = { .type = "string", .bytes = true },
	[CONFIG_ID] = { .type = "string", .pattern = "^[A-Za-z0-9_.~-]+$",
			.bytes = true },
	[CONFIG_ADDRESS] = { .type = "string" },
	[CONFIG_PREFIX] = { .type = "string" },
	[CONFIG_URL] = { .type = "string", .bytes = true },
	[CONFIG_CALLBACK] = { .type = "string", .bytes = true },
	[CONFIG_SOURCE] = { .type = "string", .bytes = true },
	[CONFIG_CODE] = { .type = "string", .bytes = true },
	[CONFIG_TOKEN] = { .type = "string", .bytes = true },
	[CONFIG_AMOUNT] = { "string", "integer", WHOLE, false },
	[CONFIG_UNITS] = { "string", "integer", WHOLE, false },
	[CONFIG_MAXIMUM] = { "string", "integer", WHOLE_OR_LESS, false },
	[CONFIG_MINIMUM] = { "string", "integer", WHOLE_OR_LESS, false },
	[CONFIG_FRACTION] = { "string", "number", NULL, false },
	[CONFIG_PREFIXES] = { .type = "array" },
	[CONFIG_CODES] = { .type = "array" },
	[CONFIG_GROUP] = { .type = "object" },
	[CONFIG_NAMES] = { .type = "object" },
	[CONFIG_PRICES] = { .type = "object" },
};

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *text)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(text));
}

static void put_u64(struct ilp_json_writer *w, const char *key, uint64_t value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_u64(w, value);
}

static void put_types(struct ilp_json_writer *w, const struct kind *kind,
		      enum config_schema_use use)
{
	ilp_json_put_key(w, "type");
	ilp_json_begin_array(w);
	ilp_json_put_string(w, ilp_text(kind->type));
	if (kind->other)
		ilp_json_put_string(w, ilp_text(kind->other));
	if (use == CONFIG_SCHEMA_PATCH)
		ilp_json_put_string(w, ilp_text("null"));
	ilp_json_end_array(w);
}

static void put_words(struct ilp_json_writer *w, const char *const *words,
		      enum config_schema_use use)
{
	ilp_json_put_key(w, "enum");
	ilp_json_begin_array(w);
	for (; *words; words++)
		ilp_json_put_string(w, ilp_text(*words));
	if (use == CONFIG_SCHEMA_PATCH)
		ilp_json_put_null(w);
	ilp_json_end_array(w);
}

/* Bytes are never fewer than characters, of which the schema speaks. */
static void put_bounds(struct ilp_json_writer *w, const struct kind *kind,
		       const struct config_option *o)
{
	if (o->kind == CONFIG_NUMBER) {
		put_u64(w, "minimum", o->min);
		put_u64(w, "maximum", o->max);
	}
	if (kind->bytes) {
		put_u64(w, "minLength", o->min > 0);
		put_u64(w, "maxLength", o->max);
	}
	if (kind->pattern)
		put_pair(w, "pattern", kind->pattern);
}

static void put_members(struct ilp_json_writer *w,
			const struct config_object *object, const char *group,
			enum config_schema_use use);

/* Without the braces around it. */
static void put_plain(struct ilp_json_writer *w,
		      const struct config_object *object,
		      const struct config_option *o,
		      enum config_schema_use use)
{
	const struct kind *kind = &kinds[o->kind];

	if (!kind->type)
		return;
	put_types(w, kind, use);
	put_bounds(w, kind, o);
	if (o->words)
		put_words(w, o->words, use);
	if (o->kind == CONFIG_GROUP)
		put_members(w, object, o->name, use);
	if (o->kind == CONFIG_PREFIXES || o->kind == CONFIG_CODES) {
		ilp_json_put_key(w, "items");
		ilp_json_begin_object(w);
		put_pair(w, "type", "string");
		ilp_json_end_object(w);
	}
}

/* Or the word instead of it. */
static void put_or_unlimited(struct ilp_json_writer *w,
			     const struct config_object *object,
			     const struct config_option *o,
			     enum config_schema_use use)
{
	ilp_json_put_key(w, "anyOf");
	ilp_json_begin_array(w);
	ilp_json_begin_object(w);
	put_plain(w, object, o, use);
	ilp_json_end_object(w);
	ilp_json_begin_object(w);
	put_pair(w, "const", UNLIMITED);
	ilp_json_end_object(w);
	ilp_json_end_array(w);
}

/* The one that it is another name for, or itself. */
static const struct config_option *meant(const struct config_object *object,
					 const struct config_option *o)
{
	return o->kind == CONFIG_SAME ?
		       &object->options[config_option_index(
			       object, ilp_text(o->same_as))] :
		       o;
}

static void put_default(struct ilp_json_writer *w,
			const struct config_option *o)
{
	struct ilp_json_node node;

	if (!o->initial ||
	    ilp_json_read(&node, 1, ilp_text(o->initial)).problem)
		return;
	ilp_json_put_key(w, "default");
	ilp_json_put_node(w, &node);
}

static void put_example(struct ilp_json_writer *w,
			const struct config_option *o)
{
	if (!o->example || !kinds[o->kind].bytes)
		return;
	ilp_json_put_key(w, "examples");
	ilp_json_begin_array(w);
	ilp_json_put_string(w, ilp_text(o->example));
	ilp_json_end_array(w);
}

static void put_option(struct ilp_json_writer *w,
		       const struct config_object *object,
		       const struct config_option *o,
		       enum config_schema_use use)
{
	const struct config_option *is = meant(object, o);

	ilp_json_begin_object(w);
	put_pair(w, "description", o->text);
	put_default(w, is);
	put_example(w, is);
	if (is->secret) {
		ilp_json_put_key(w, "writeOnly");
		ilp_json_put_bool(w, true);
	}
	if (is->unlimited)
		put_or_unlimited(w, object, is, use);
	else
		put_plain(w, object, is, use);
	ilp_json_end_object(w);
}

static void put_required(struct ilp_json_writer *w,
			 const struct config_object *object, const char *group)
{
	ilp_json_put_key(w, "required");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *name = config_option_name_in(o, group);

		if (name && o->required)
			ilp_json_put_string(w, ilp_text(name));
	}
	ilp_json_end_array(w);
}

/* Of the group, or those outside of all of them. */
static void put_members(struct ilp_json_writer *w,
			const struct config_object *object, const char *group,
			enum config_schema_use use)
{
	ilp_json_put_key(w, "additionalProperties");
	ilp_json_put_bool(w, false);
	if (use == CONFIG_SCHEMA_WHOLE)
		put_required(w, object, group);
	ilp_json_put_key(w, "properties");
	ilp_json_begin_object(w);
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *name = config_option_name_in(o, group);

		if (!name)
			continue;
		ilp_json_put_key(w, name);
		put_option(w, object, o, use);
	}
	ilp_json_end_object(w);
}

void config_schema_put(struct ilp_json_writer *w,
		       const struct config_object *object,
		       enum config_schema_use use)
{
	ilp_json_begin_object(w);
	put_pair(w, "type", "object");
	put_members(w, object, "", use);
	ilp_json_end_object(w);
}
