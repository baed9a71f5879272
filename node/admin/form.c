/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/form.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/nearest.h"
#include "node/admin/call.h"
#include "node/config_schema.h"

/* Of a name of somebody's, in an answer. */
#define NAME_SHOWN 64

/* Where it stands, and what is read from where. */
struct reading {
	struct api_call *call;
	const struct form *form;
	const struct call_problem *problem;
};

static int shown(struct ilp_bytes name)
{
	return (int)(name.len < NAME_SHOWN ? name.len : NAME_SHOWN);
}

/* ---- what is to be there ---- */

static bool is_sign(uint8_t c, const char *signs)
{
	uint8_t small = c | 0x20;

	return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr(signs, c));
}

static bool is_of(struct ilp_bytes text, const char *signs)
{
	for (size_t i = 0; signs && i < text.len; i++)
		if (!is_sign(text.at[i], signs))
			return false;
	return true;
}

struct expected {
	char text[160];
};

static struct expected expected_text(const struct form_field *f)
{
	struct expected out;

	snprintf(out.text, sizeof(out.text), "%s of 1 to %zu %s%s",
		 f->signs ? "a name" : "a text", f->max,
		 f->signs ? "letters, digits or any of " : "bytes",
		 f->signs ? f->signs : "");
	return out;
}

static struct expected expected_word(const struct form_field *f)
{
	struct expected out = { { 0 } };
	size_t len = 0;

	for (const char *const *word = f->words; *word; word++)
		len += (size_t)snprintf(out.text + len, sizeof(out.text) - len,
					"%s\"%s\"",
					word == f->words ? "" :
					word[1]          ? ", " :
							   " or ",
					*word);
	return out;
}

static struct expected expected_number(const struct form_field *f)
{
	struct expected out;

	snprintf(out.text, sizeof(out.text),
		 "a whole number from %" PRIu64 " to %" PRIu64, f->least,
		 f->most);
	return out;
}

static struct expected expected(const struct form_field *f)
{
	switch (f->kind) {
	case FORM_TEXT:
		return expected_text(f);
	case FORM_WORD:
		return expected_word(f);
	case FORM_NUMBER:
		return expected_number(f);
	case FORM_UNITS:
		return (struct expected){ "whole units as a string, such as "
					  "\"-1000\"" };
	case FORM_FLAG:
		break;
	}
	return (struct expected){ "true or false" };
}

static bool wrong(const struct reading *r, const struct form_field *f,
		  const struct ilp_json_node *node)
{
	struct expected what = expected(f);

	call_refuse(r->call, r->problem, "\"%s\" %s %s.", f->name,
		    node ? "is to be" : "is missing:", what.text);
	return false;
}

/* ---- reading ---- */

static bool read_text(const struct reading *r, const struct form_field *f,
		      const struct ilp_json_node *node, struct ilp_bytes *out)
{
	uint8_t *room;

	if (node->type != ILP_JSON_STRING)
		return wrong(r, f, node);
	room = call_take(r->call, node->text.len + 1);
	if (!room) {
		call_refuse(r->call, &call_no_memory, "Ask again later.");
		return false;
	}
	return (ilp_json_string(out, node, room, node->text.len) && out->len &&
		out->len <= f->max && is_of(*out, f->signs)) ||
	       wrong(r, f, node);
}

static bool read_word(const struct reading *r, const struct form_field *f,
		      const struct ilp_json_node *node, unsigned *out)
{
	for (unsigned i = 0; f->words[i]; i++) {
		*out = f->first + i;
		if (ilp_json_is(node, f->words[i]))
			return true;
	}
	return wrong(r, f, node);
}

static bool read_number(const struct reading *r, const struct form_field *f,
			const struct ilp_json_node *node, uint64_t *out)
{
	return ((ilp_json_u64(out, node) || ilp_json_u64_string(out, node)) &&
		*out >= f->least && *out <= f->most) ||
	       wrong(r, f, node);
}

static bool read_units(const struct reading *r, const struct form_field *f,
		       const struct ilp_json_node *node, signed_units *out)
{
	struct ilp_json_node digits = *node;
	bool minus = node->type == ILP_JSON_STRING && node->text.len &&
		     node->text.at[0] == '-';
	uint64_t units;

	digits.text = ilp_bytes_skip(digits.text, minus);
	if (!ilp_json_u64_string(&units, &digits) || (minus && !units))
		return wrong(r, f, node);
	*out = minus ? -(signed_units)units : units;
	return true;
}

static bool read_field(const struct reading *r, const struct form_field *f,
		       const struct ilp_json_node *node, uint8_t *out)
{
	void *into = out + f->at;

	if (!node)
		return f->optional || wrong(r, f, node);
	switch (f->kind) {
	case FORM_TEXT:
		return read_text(r, f, node, into);
	case FORM_WORD:
		return read_word(r, f, node, into);
	case FORM_NUMBER:
		return read_number(r, f, node, into);
	case FORM_UNITS:
		return read_units(r, f, node, into);
	case FORM_FLAG:
		break;
	}
	return ilp_json_bool(into, node) || wrong(r, f, node);
}

/* ---- what is not to be there ---- */

static const struct form_field *field_of(const struct form *form,
					 const struct ilp_json_node *key)
{
	for (size_t i = 0; i < form->count; i++)
		if (ilp_json_is(key, form->fields[i].name))
			return &form->fields[i];
	return NULL;
}

static void refuse_unknown(const struct reading *r, struct ilp_bytes key)
{
	struct nearest n = nearest(key);

	for (size_t i = 0; i < r->form->count; i++)
		nearest_try(&n, ilp_text(r->form->fields[i].name));
	call_refuse(r->call, r->problem, "There is no use for \"%.*s\"%s%.*s%s.",
		    shown(key), (const char *)key.at,
		    n.best.len ? "; \"" : "", (int)n.best.len,
		    (const char *)n.best.at, n.best.len ? "\" is near" : "");
}

static bool check_members(const struct reading *r,
			  const struct ilp_json_node *body)
{
	struct ilp_json_walk walk = ilp_json_walk(body);

	while (ilp_json_next(&walk)) {
		const struct form_field *f = field_of(r->form, walk.key);

		if (!f)
			refuse_unknown(r, walk.key->text);
		else if (ilp_json_get(body, f->name) != walk.value)
			call_refuse(r->call, r->problem,
				    "\"%s\" is there twice.", f->name);
		if (r->call->status)
			return false;
	}
	return true;
}

bool form_read(struct api_call *call, const struct form *form,
	       const struct call_problem *problem, void *out)
{
	const struct reading r = { call, form, problem };
	const struct ilp_json_node *body;

	if (form->optional && !call->body.len)
		return true;
	body = call_json(call);
	if (!body)
		return false;
	if (body->type != ILP_JSON_OBJECT) {
		call_refuse(call, problem, "Expected an object with \"%s\".",
			    form->fields->name);
		return false;
	}
	if (!check_members(&r, body))
		return false;
	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *f = &form->fields[i];

		if (!read_field(&r, f, ilp_json_get(body, f->name), out))
			return false;
	}
	return true;
}

/* ---- what is told ---- */

static bool is_told_option(const struct config_object *object,
			   const char *name)
{
	for (size_t i = 0; i < object->option_count; i++)
		if (strcmp(object->options[i].name, name) == 0)
			return !object->options[i].secret;
	return false;
}

bool form_tells(const struct form *form, const char *name)
{
	if (form->options)
		return is_told_option(*form->options, name);
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return true;
	return false;
}

/* ---- the schema ---- */

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *text)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(text));
}

static void put_length(struct ilp_json_writer *w, const struct form_field *f)
{
	ilp_json_put_key(w, "minLength");
	ilp_json_put_u64(w, 1);
	ilp_json_put_key(w, "maxLength");
	ilp_json_put_u64(w, f->max);
}

/* A minus among the signs is the last of them. */
static void put_pattern(struct ilp_json_writer *w, const struct form_field *f)
{
	char pattern[64];

	if (!f->signs)
		return;
	snprintf(pattern, sizeof(pattern), "^[A-Za-z0-9%s]+$", f->signs);
	put_pair(w, "pattern", pattern);
}

static void put_words(struct ilp_json_writer *w, const char *const *words)
{
	ilp_json_put_key(w, "enum");
	ilp_json_begin_array(w);
	for (; *words; words++)
		ilp_json_put_string(w, ilp_text(*words));
	ilp_json_end_array(w);
}

/* Many programs would round the number. */
static void put_number(struct ilp_json_writer *w, const struct form_field *f)
{
	ilp_json_put_key(w, "type");
	ilp_json_begin_array(w);
	ilp_json_put_string(w, ilp_text("integer"));
	ilp_json_put_string(w, ilp_text("string"));
	ilp_json_end_array(w);
	put_pair(w, "pattern", "^(0|[1-9][0-9]*)$");
	ilp_json_put_key(w, "minimum");
	ilp_json_put_u64(w, f->least);
	ilp_json_put_key(w, "maximum");
	ilp_json_put_u64(w, f->most);
}

static void put_field(struct ilp_json_writer *w, const struct form_field *f)
{
	ilp_json_put_key(w, f->name);
	ilp_json_begin_object(w);
	put_pair(w, "description", f->text);
	switch (f->kind) {
	case FORM_TEXT:
		put_pair(w, "type", "string");
		put_length(w, f);
		put_pattern(w, f);
		break;
	case FORM_WORD:
		put_pair(w, "type", "string");
		put_words(w, f->words);
		break;
	case FORM_NUMBER:
		put_number(w, f);
		break;
	case FORM_UNITS:
		put_pair(w, "type", "string");
		put_pair(w, "pattern", "^(0|-?[1-9][0-9]*)$");
		break;
	case FORM_FLAG:
		put_pair(w, "type", "boolean");
		break;
	}
	ilp_json_end_object(w);
}

static void put_required(struct ilp_json_writer *w, const struct form *form)
{
	ilp_json_put_key(w, "required");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < form->count; i++)
		if (!form->fields[i].optional)
			ilp_json_put_string(w, ilp_text(form->fields[i].name));
	ilp_json_end_array(w);
}

static void put_fields(struct ilp_json_writer *w, const struct form *form)
{
	ilp_json_begin_object(w);
	put_pair(w, "type", "object");
	ilp_json_put_key(w, "additionalProperties");
	ilp_json_put_bool(w, false);
	put_required(w, form);
	ilp_json_put_key(w, "properties");
	ilp_json_begin_object(w);
	for (size_t i = 0; i < form->count; i++)
		put_field(w, &form->fields[i]);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

void form_put_schema(struct ilp_json_writer *w, const struct form *form)
{
	if (form->options)
		config_schema_put(w, *form->options,
				  form->patch ? CONFIG_SCHEMA_PATCH :
						CONFIG_SCHEMA_WHOLE);
	else
		put_fields(w, form);
}
