/* SPDX-License-Identifier: Apache-2.0 */
#include "price/json_prices.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "ilp/timestamp.h"

#define NODES_MAX 65536
#define KEY_MAX 128    /* longer keys are in no path and are no name */
#define NUMBER_MAX 512 /* bytes of a number in a string */

const struct json_form json_form_rafiki = {
	.list = "rates",
	.price = "",
	.meaning = JSON_PER_BASE,
	.base = "base",
};

const struct json_form json_form_coingecko = {
	.list = "",
	.price = "usd",
	.meaning = JSON_COST,
	.base_code = "USD",
	.entry_time = "last_updated_at",
	.time_unit_ms = 1000,
};

const struct json_form json_form_coincap = {
	.list = "data",
	.name = "id",
	.price = "priceUsd",
	.meaning = JSON_COST,
	.base_code = "USD",
	.list_time = "timestamp",
	.time_unit_ms = 1,
};

struct reading {
	const struct json_form *form;
	struct prices *out;
	struct price_words *problem;
	char base[KEY_MAX + 1];
	int64_t list_time_ms;
};

/* ---- paths ---- */

/* What a path was followed to, and how it reads with what is in front. */
struct trail {
	const struct ilp_json_node *node; /* NULL: there is nothing there */
	bool twice;                       /* because a key is there twice */
	char text[PRICE_WORDS_SIZE / 2];
};

static void add_to_trail(struct trail *t, const char *text, size_t len)
{
	size_t used = strlen(t->text);
	size_t left = sizeof(t->text) - 1 - used;

	if (used && left) {
		t->text[used++] = '.';
		left--;
	}
	if (len > left)
		len = left;
	memcpy(t->text + used, text, len);
	t->text[used + len] = '\0';
}

static bool is_key(const struct ilp_json_node *key, const char *text,
		   size_t len)
{
	uint8_t buffer[KEY_MAX];
	struct ilp_bytes found;

	return ilp_json_string(&found, key, buffer, sizeof(buffer)) &&
	       found.len == len && memcmp(buffer, text, len) == 0;
}

/* RFC 8259 leaves open which of two equal keys counts; with prices it is
 * neither. */
static void take_step(struct trail *t, const char *key, size_t len)
{
	struct ilp_json_walk walk = ilp_json_walk(t->node);

	add_to_trail(t, key, len);
	t->node = NULL;
	while (ilp_json_next(&walk)) {
		if (!walk.key || !is_key(walk.key, key, len))
			continue;
		t->twice = t->twice || t->node;
		t->node = walk.value;
	}
	if (t->twice)
		t->node = NULL;
}

static struct trail follow(struct trail t, const char *path)
{
	while (*path) {
		size_t len = strcspn(path, ".");

		take_step(&t, path, len);
		path += len + (path[len] == '.');
	}
	return t;
}

static bool refuse(struct reading *r, const struct trail *t, const char *what)
{
	if (t->twice)
		what = "is there twice";
	else if (!t->node)
		what = "is not there";
	return price_refuse(r->problem, "%s: %s",
			    t->text[0] ? t->text : "the document", what);
}

/* ---- values ---- */

/* A string as C likes it. */
static bool read_text(struct reading *r, const struct trail *t,
		      char out[KEY_MAX + 1])
{
	struct ilp_bytes text;

	if (!ilp_json_string(&text, t->node, (uint8_t *)out, KEY_MAX))
		return refuse(r, t, "expected a string of up to 128 bytes");
	out[text.len] = '\0';
	if (strlen(out) != text.len)
		return refuse(r, t, "has a zero byte in it");
	return true;
}

static bool read_price(struct reading *r, const struct trail *t,
		       struct ilp_rate *out)
{
	uint8_t buffer[NUMBER_MAX];
	struct ilp_bytes text;
	const char *wrong;

	if (t->node && t->node->type == ILP_JSON_NUMBER)
		text = t->node->text;
	else if (!ilp_json_string(&text, t->node, buffer, sizeof(buffer)))
		return refuse(r, t, "expected a number, or one in a string");
	wrong = price_parse(out, text);
	return !wrong || refuse(r, t, wrong);
}

static bool read_time(struct reading *r, const struct trail *t, int64_t *out_ms)
{
	int64_t unit = r->form->time_unit_ms;
	uint64_t count;

	if (!ilp_json_u64(&count, t->node) &&
	    !ilp_json_u64_string(&count, t->node))
		return refuse(r, t, "expected a whole number");
	if (count > (uint64_t)(ILP_TIMESTAMP_MAX_MS / unit))
		return refuse(r, t, "lies past the year 9999");
	*out_ms = (int64_t)count * unit;
	return true;
}

/* ---- the list ---- */

/* The code for what something is called there; NULL when it does not count. */
static const char *code_of(const struct json_form *form, const char *name)
{
	if (form->name_count == 0)
		return name;
	for (size_t i = 0; i < form->name_count; i++)
		if (strcmp(form->names[i].name, name) == 0)
			return form->names[i].code;
	return NULL;
}

static bool add_price(struct reading *r, const struct trail *t,
		      const char *code, struct ilp_rate price, int64_t as_of_ms)
{
	struct price_words problem;

	if (strcmp(code, r->base) == 0)
		return (price.numerator == price.denominator) ||
		       refuse(r, t, "is the base, and not 1");
	if (r->form->meaning == JSON_PER_BASE)
		price = price_inverse(price);
	return prices_add(r->out, ilp_text(code), price, as_of_ms, &problem) ||
	       refuse(r, t, problem.text);
}

static bool read_entry(struct reading *r, const struct trail *entry,
		       const char *code)
{
	struct trail price = follow(*entry, r->form->price);
	int64_t as_of_ms = r->list_time_ms;
	struct ilp_rate rate;

	if (!read_price(r, &price, &rate))
		return false;
	if (r->form->entry_time) {
		struct trail time = follow(*entry, r->form->entry_time);

		if (!read_time(r, &time, &as_of_ms))
			return false;
	}
	return add_price(r, &price, code, rate, as_of_ms);
}

/* What an entry of the list is called; in an array its number, until it says
 * so itself. */
static bool read_name(struct reading *r, const struct trail *list,
		      const struct ilp_json_walk *walk, size_t number,
		      char name[KEY_MAX + 1])
{
	struct trail t = *list;

	if (walk->key) {
		t.node = walk->key;
		add_to_trail(&t, "a key", strlen("a key"));
		return read_text(r, &t, name);
	}
	snprintf(name, KEY_MAX + 1, "%zu", number);
	add_to_trail(&t, name, strlen(name));
	t.node = walk->value;
	t = follow(t, r->form->name);
	return read_text(r, &t, name);
}

static bool read_entries(struct reading *r, const struct trail *list)
{
	struct ilp_json_walk walk = ilp_json_walk(list->node);

	for (size_t number = 0; ilp_json_next(&walk); number++) {
		struct trail entry = *list;
		char name[KEY_MAX + 1];
		const char *code;

		if (!read_name(r, list, &walk, number, name))
			return false;
		code = code_of(r->form, name);
		if (!code)
			continue;
		entry.node = walk.value;
		add_to_trail(&entry, name, strlen(name));
		if (!read_entry(r, &entry, code))
			return false;
	}
	return true;
}

static bool all_are_there(struct reading *r, const struct trail *list)
{
	for (size_t i = 0; i < r->form->name_count; i++) {
		struct trail t = *list;

		if (prices_find(r->out, r->form->names[i].code))
			continue;
		add_to_trail(&t, r->form->names[i].name,
			     strlen(r->form->names[i].name));
		t.node = NULL;
		return refuse(r, &t, "");
	}
	return r->out->count > 1 || refuse(r, list, "has no price in it");
}

/* ---- the document ---- */

static bool read_base(struct reading *r, const struct trail *top)
{
	struct trail t = *top;
	struct price_words problem;

	if (r->form->base) {
		t = follow(t, r->form->base);
		if (!read_text(r, &t, r->base))
			return false;
	} else {
		snprintf(r->base, sizeof(r->base), "%s", r->form->base_code);
	}
	return prices_add(r->out, ilp_text(r->base), ILP_RATE_ONE, PRICE_UNTOLD,
			  &problem) ||
	       refuse(r, &t, problem.text);
}

static bool read_document(struct reading *r, const struct ilp_json_node *root)
{
	struct trail top = { .node = root };
	struct trail list = follow(top, r->form->list);
	struct trail time =
		follow(top, r->form->list_time ? r->form->list_time : "");
	bool is_array = r->form->name != NULL;

	if (!list.node ||
	    list.node->type != (is_array ? ILP_JSON_ARRAY : ILP_JSON_OBJECT))
		return refuse(r, &list,
			      is_array ? "expected an array" :
					 "expected an object");
	if (r->form->list_time && !read_time(r, &time, &r->list_time_ms))
		return false;
	return read_base(r, &top) && read_entries(r, &list) &&
	       all_are_there(r, &list);
}

/* Every node takes a byte of text, and one beside it that belongs to no node:
 * a bracket, a quote or a comma; only the outermost may go without. */
static size_t nodes_in(struct ilp_bytes text)
{
	size_t most = text.len / 2 + 1;

	return most < NODES_MAX ? most : NODES_MAX;
}

bool json_prices_read(struct prices *out, const struct json_form *form,
		      struct ilp_bytes text, struct price_words *problem)
{
	struct reading r = { .form = form,
			     .out = out,
			     .problem = problem,
			     .list_time_ms = PRICE_UNTOLD };
	struct ilp_json_node *nodes = malloc(nodes_in(text) * sizeof(*nodes));
	struct ilp_json_error error;
	bool good = false;

	out->count = 0;
	if (!nodes)
		return price_refuse(problem, "no memory");
	error = ilp_json_read(nodes, nodes_in(text), text);
	if (error.problem) {
		struct ilp_json_place place =
			ilp_json_place(text, error.offset);

		price_say(problem, "line %zu, column %zu: %s", place.line,
			  place.column, ilp_json_problem_text(error.problem));
	} else {
		good = read_document(&r, nodes);
	}
	free(nodes);
	return good;
}
