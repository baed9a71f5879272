/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/config_given.h"

/* ---- memory ---- */

#define BLOCK_SIZE ((size_t)16 * 1024)

struct config_block {
	struct config_block *next;
	size_t size;
	size_t used;
	max_align_t bytes[];
};

static struct config_block *add_block(struct config *config, size_t size)
{
	struct config_block *block;

	if (size < BLOCK_SIZE)
		size = BLOCK_SIZE;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	block->next = config->blocks;
	config->blocks = block;
	return block;
}

void *config_take(struct config_reader *r, size_t size)
{
	const size_t unit = sizeof(max_align_t);
	struct config_block *block = r->config->blocks;
	void *at;

	size = (size + unit - 1) / unit * unit;
	if (!block || block->size - block->used < size)
		block = add_block(r->config, size);
	if (!block) {
		config_fail_memory(r);
		return NULL;
	}
	at = (uint8_t *)block->bytes + block->used;
	block->used += size;
	return at;
}

void config_destroy(struct config *config)
{
	if (!config)
		return;
	config_given_drop(config);
	while (config->blocks) {
		struct config_block *block = config->blocks;

		config->blocks = block->next;
		ilp_secret_clear(block->bytes, block->used);
		free(block);
	}
	free(config);
}

/* ---- errors ---- */

static void add_va(struct config_error *e, const char *format, va_list values)
{
	size_t len = strlen(e->text);

	vsnprintf(e->text + len, sizeof(e->text) - len, format, values);
}

__attribute__((format(printf, 2, 3))) static void add(struct config_error *e,
						      const char *format, ...)
{
	va_list values;

	va_start(values, format);
	add_va(e, format, values);
	va_end(values);
}

static void add_place(struct config_reader *r, struct ilp_json_place place)
{
	add(r->error, "line %zu, column %zu: ", place.line, place.column);
}

static void begin_error(struct config_reader *r)
{
	r->failed = true;
	*r->error = (struct config_error){ .outside = false };
}

/* What is longer than this, or has an @ in it as URLs with tokens have, may
 * be a secret that somebody put in the wrong place. */
#define SHOWN_MAX 24

static bool may_be_shown(struct ilp_bytes text)
{
	return text.len <= SHOWN_MAX &&
	       (text.len == 0 || !memchr(text.at, '@', text.len));
}

/* From the outermost step on. */
static void add_path(struct config_error *e, const struct config_step *step)
{
	if (step->up)
		add_path(e, step->up);
	if (!step->name.at)
		add(e, "[%zu]", step->index);
	else if (may_be_shown(step->name))
		add(e, "%s%.*s", step->up ? "." : "", (int)step->name.len,
		    (const char *)step->name.at);
	else
		add(e, "%s...", step->up ? "." : "");
}

/* Strings are without their quotes. */
static bool find_place(const struct config_reader *r,
		       const struct ilp_json_node *node,
		       struct ilp_json_place *place)
{
	size_t offset;
	uintptr_t start = (uintptr_t)r->source.at;
	uintptr_t at = node ? (uintptr_t)node->text.at : 0;

	if (!node || at < start || at - start > r->source.len)
		return false;
	offset = at - start;
	if (offset && r->source.at[offset - 1] == '"')
		offset--;
	*place = r->yaml ? yaml_place(r->yaml, offset) :
			   ilp_json_place(r->source, offset);
	return true;
}

size_t config_line(struct config_reader *r, const struct ilp_json_node *node)
{
	size_t offset = (size_t)(node->text.at - r->source.at);

	if (r->yaml) {
		/* A string that stands between quotes begins with the first. */
		bool quoted = offset && r->source.at[offset - 1] == '"';

		return yaml_place(r->yaml, offset - quoted).line;
	}
	for (; r->line_offset < offset; r->line_offset++)
		r->line += r->source.at[r->line_offset] == '\n';
	return r->line + 1;
}

void config_fail(struct config_reader *r, const struct ilp_json_node *node,
		 const char *format, ...)
{
	struct ilp_json_place place;
	va_list values;

	if (r->failed)
		return;
	begin_error(r);
	if (find_place(r, node, &place))
		add_place(r, place);
	if (r->path) {
		add_path(r->error, r->path);
		add(r->error, ": ");
	}
	va_start(values, format);
	add_va(r->error, format, values);
	va_end(values);
}

void config_fail_memory(struct config_reader *r)
{
	r->path = NULL;
	config_fail(r, NULL, "no memory");
}

void config_fail_json(struct config_reader *r,
		      const struct ilp_json_error *json)
{
	begin_error(r);
	add_place(r, ilp_json_place(r->source, json->offset));
	add(r->error, "%s", ilp_json_problem_text(json->problem));
}

void config_fail_yaml(struct config_reader *r, const struct yaml_error *yaml)
{
	begin_error(r);
	add_place(r, yaml->place);
	add(r->error, "%s", yaml->text);
}

/* A short text as it stands, of a long one no more than its length. */
static void show(struct config_found *out, const char *quote, const char *kind,
		 struct ilp_bytes text, bool secret)
{
	if (secret)
		snprintf(out->text, sizeof(out->text), "%s", kind);
	else if (may_be_shown(text))
		snprintf(out->text, sizeof(out->text), "%s%.*s%s", quote,
			 (int)text.len, (const char *)text.at, quote);
	else
		snprintf(out->text, sizeof(out->text), "%s...%s (%zu bytes)",
			 quote, quote, text.len);
}

struct config_found config_found(const struct ilp_json_node *node, bool secret)
{
	struct config_found out = { { 0 } };

	switch (node->type) {
	case ILP_JSON_STRING:
		show(&out, "\"", "a text", node->text, secret);
		break;
	case ILP_JSON_NUMBER:
		show(&out, "", "a number", node->text, secret);
		break;
	case ILP_JSON_NULL:
		snprintf(out.text, sizeof(out.text), "nothing");
		break;
	case ILP_JSON_BOOL:
		show(&out, "", "a word", node->text, false);
		break;
	case ILP_JSON_ARRAY:
		snprintf(out.text, sizeof(out.text), "a list");
		break;
	case ILP_JSON_OBJECT:
		snprintf(out.text, sizeof(out.text), "an object");
		break;
	}
	return out;
}
