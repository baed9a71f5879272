/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/shape.h"

#include <assert.h>
#include <stdio.h>

#include "ilp/timestamp.h"

#define UNLIMITED "unlimited"

/* ---- values ---- */

static void put_units(struct ilp_json_writer *w, signed_units units,
		      bool optional)
{
	uint8_t text[BOOK_UNITS_TEXT_MAX];

	if (optional && units == SHAPE_NOTHING)
		ilp_json_put_null(w);
	else if (units == UNITS_MAX || units == UNITS_MIN)
		ilp_json_put_string(w, ilp_text(UNLIMITED));
	else
		ilp_json_put_string(w, book_units_text(text, units));
}

static void put_text(struct ilp_json_writer *w, struct ilp_bytes text,
		     bool optional)
{
	if (optional && text.len == 0)
		ilp_json_put_null(w);
	else
		ilp_json_put_string(w, text);
}

static void put_moment(struct ilp_json_writer *w, int64_t ms, bool optional)
{
	char text[ILP_ISO_TIME_SIZE];

	if (optional && ms == 0) {
		ilp_json_put_null(w);
		return;
	}
	ilp_timestamp_iso(text, ms);
	ilp_json_put_string(w, ilp_text(text));
}

static void put_list(struct ilp_json_writer *w, const struct shape_field *f,
		     const uint8_t *things, size_t count)
{
	ilp_json_begin_array(w);
	for (size_t i = 0; i < count; i++)
		shape_put(w, f->inside, things + i * f->inside->size);
	ilp_json_end_array(w);
}

static void put_words(struct ilp_json_writer *w, const char *const *words,
		      size_t count)
{
	ilp_json_begin_array(w);
	for (size_t i = 0; i < count; i++)
		ilp_json_put_string(w, ilp_text(words[i]));
	ilp_json_end_array(w);
}

static void put_string(struct ilp_json_writer *w, const char *text)
{
	if (text)
		ilp_json_put_string(w, ilp_text(text));
	else
		ilp_json_put_null(w);
}

static void put_count(struct ilp_json_writer *w, uint64_t count, bool optional)
{
	if (optional && count == 0)
		ilp_json_put_null(w);
	else
		ilp_json_put_u64(w, count);
}

static void put_field(struct ilp_json_writer *w, const struct shape_field *f,
		      const uint8_t *thing)
{
	const void *at = thing + f->at;
	const void *count = thing + f->count_at;

	switch (f->kind) {
	case SHAPE_BYTES:
		put_text(w, *(const struct ilp_bytes *)at, f->optional);
		break;
	case SHAPE_STRING:
		put_string(w, *(const char *const *)at);
		break;
	case SHAPE_CHARS:
		put_text(w, ilp_text((const char *)at), f->optional);
		break;
	case SHAPE_WORD:
		ilp_json_put_string(w, ilp_text(f->words[*(const unsigned *)at]));
		break;
	case SHAPE_FLAG:
		ilp_json_put_bool(w, *(const bool *)at);
		break;
	case SHAPE_COUNT:
		put_count(w, *(const uint64_t *)at, f->optional);
		break;
	case SHAPE_SMALL:
		put_count(w, *(const uint32_t *)at, f->optional);
		break;
	case SHAPE_UNITS:
		put_units(w, *(const signed_units *)at, f->optional);
		break;
	case SHAPE_MOMENT:
		put_moment(w, *(const int64_t *)at, f->optional);
		break;
	case SHAPE_OBJECT:
		shape_put(w, f->inside, at);
		break;
	case SHAPE_LIST:
		put_list(w, f, *(const uint8_t *const *)at,
			 *(const size_t *)count);
		break;
	case SHAPE_WORDS:
		put_words(w, *(const char *const *const *)at,
			  *(const size_t *)count);
		break;
	}
}

void shape_put(struct ilp_json_writer *w, const struct shape *shape,
	       const void *thing)
{
	ilp_json_begin_object(w);
	for (size_t i = 0; i < shape->count; i++) {
		ilp_json_put_key(w, shape->fields[i].name);
		put_field(w, &shape->fields[i], thing);
	}
	ilp_json_end_object(w);
}

/* ---- schemas ---- */

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *text)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(text));
}

/* OpenAPI 3.1 takes a list of types. */
static void put_type(struct ilp_json_writer *w, const char *type, bool optional)
{
	const char *const both[] = { type, "null" };

	ilp_json_put_key(w, "type");
	if (optional)
		put_words(w, both, 2);
	else
		ilp_json_put_string(w, ilp_text(type));
}

static void put_reference(struct ilp_json_writer *w, const struct shape *inside)
{
	char text[96];

	snprintf(text, sizeof(text), "#/components/schemas/%s", inside->name);
	put_pair(w, "$ref", text);
}

static void put_items(struct ilp_json_writer *w, const struct shape *inside)
{
	put_type(w, "array", false);
	ilp_json_put_key(w, "items");
	ilp_json_begin_object(w);
	if (inside)
		put_reference(w, inside);
	else
		put_type(w, "string", false);
	ilp_json_end_object(w);
}

static void put_enum(struct ilp_json_writer *w, const char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	put_type(w, "string", false);
	ilp_json_put_key(w, "enum");
	put_words(w, words, count);
}

static bool can_be_null(enum shape_kind kind)
{
	return kind == SHAPE_BYTES || kind == SHAPE_STRING ||
	       kind == SHAPE_CHARS || kind == SHAPE_COUNT ||
	       kind == SHAPE_UNITS || kind == SHAPE_MOMENT;
}

static void put_kind(struct ilp_json_writer *w, const struct shape_field *f)
{
	assert(!f->optional || can_be_null(f->kind));
	switch (f->kind) {
	case SHAPE_BYTES:
	case SHAPE_STRING:
	case SHAPE_CHARS:
		put_type(w, "string", f->optional);
		break;
	case SHAPE_WORD:
		put_enum(w, f->words);
		break;
	case SHAPE_FLAG:
		put_type(w, "boolean", false);
		break;
	case SHAPE_COUNT:
	case SHAPE_SMALL:
		put_type(w, "integer", f->optional);
		ilp_json_put_key(w, "minimum");
		ilp_json_put_u64(w, 0);
		break;
	case SHAPE_UNITS:
		put_type(w, "string", f->optional);
		put_pair(w, "pattern", "^(-?(0|[1-9][0-9]*)|" UNLIMITED ")$");
		break;
	case SHAPE_MOMENT:
		put_type(w, "string", f->optional);
		put_pair(w, "format", "date-time");
		break;
	case SHAPE_OBJECT:
		put_reference(w, f->inside);
		break;
	case SHAPE_LIST:
	case SHAPE_WORDS:
		put_items(w, f->inside);
		break;
	}
}

static void put_property(struct ilp_json_writer *w, const struct shape_field *f)
{
	ilp_json_put_key(w, f->name);
	ilp_json_begin_object(w);
	put_kind(w, f);
	put_pair(w, "description", f->text);
	ilp_json_end_object(w);
}

void shape_put_schema(struct ilp_json_writer *w, const struct shape *shape)
{
	ilp_json_begin_object(w);
	put_type(w, "object", false);
	ilp_json_put_key(w, "additionalProperties");
	ilp_json_put_bool(w, false);
	ilp_json_put_key(w, "required");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < shape->count; i++)
		ilp_json_put_string(w, ilp_text(shape->fields[i].name));
	ilp_json_end_array(w);
	ilp_json_put_key(w, "properties");
	ilp_json_begin_object(w);
	for (size_t i = 0; i < shape->count; i++)
		put_property(w, &shape->fields[i]);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}
