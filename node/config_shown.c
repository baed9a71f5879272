/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_shown.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "node/admin/fraction.h"
#include "node/config_given.h"

#define MILLION 1000000

/* ---- writing ---- */

/* What does not fit is left off. */
struct text {
	char *at;
	size_t size;
	size_t len;
};

static void put(struct text *t, struct ilp_bytes bytes)
{
	size_t room = t->size - 1 - t->len;
	size_t len = bytes.len < room ? bytes.len : room;

	if (len)
		memcpy(t->at + t->len, bytes.at, len);
	t->len += len;
	t->at[t->len] = '\0';
}

static void put_text(struct text *t, const char *text)
{
	put(t, ilp_text(text));
}

static void put_number(struct text *t, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	put_text(t, digits);
}

static void put_units(struct text *t, signed_units units)
{
	uint8_t room[BOOK_UNITS_TEXT_MAX];

	if (units == UNITS_MAX || units == UNITS_MIN)
		put_text(t, "unlimited");
	else
		put(t, book_units_text(room, units));
}

/* ---- values ---- */

static void put_prefixes(struct text *t, const struct config_prefixes *prefixes)
{
	put_text(t, "[");
	for (size_t i = 0; i < prefixes->count; i++) {
		put_text(t, i ? ", " : "");
		put(t, prefixes->at[i]);
	}
	put_text(t, "]");
}

static void put_rates(struct text *t, const struct config_rates *rates)
{
	if (rates->one_to_one) {
		put_text(t, "one-to-one");
		return;
	}
	put_text(t, "{");
	for (size_t i = 0; i < rates->count; i++) {
		put_text(t, i ? ", " : "");
		put_text(t, rates->prices[i].code);
		put_text(t, ": ");
		put_text(t, fraction_of(&rates->prices[i].price).decimal);
	}
	put_text(t, "}");
}

static void put_names(struct text *t, const struct config_names *names)
{
	put_text(t, "{");
	for (size_t i = 0; i < names->count; i++) {
		put_text(t, i ? ", " : "");
		put_text(t, names->at[i].name);
		put_text(t, ": ");
		put_text(t, names->at[i].code);
	}
	put_text(t, "}");
}

static void put_codes(struct text *t, const struct config_codes *codes)
{
	put_text(t, "[");
	for (size_t i = 0; i < codes->count; i++) {
		put_text(t, i ? ", " : "");
		put_text(t, codes->at[i]);
	}
	put_text(t, "]");
}

static uint64_t load(const void *from, size_t size)
{
	if (size == sizeof(uint8_t))
		return *(const uint8_t *)from;
	if (size == sizeof(uint16_t))
		return *(const uint16_t *)from;
	if (size == sizeof(uint32_t))
		return *(const uint32_t *)from;
	assert(size == sizeof(uint64_t));
	return *(const uint64_t *)from;
}

static void put_fraction(struct text *t, uint32_t ppm)
{
	const struct ilp_rate rate = { ppm, MILLION };

	put_text(t, fraction_of(&rate).decimal);
}

/* A text that was not given has no place. */
static bool put_given(struct text *t, const struct ilp_bytes *text)
{
	if (text->at)
		put(t, *text);
	return text->at;
}

static bool put_string(struct text *t, const char *text)
{
	if (text)
		put_text(t, text);
	return text;
}

/* Of limits that are not there the amount is 0. */
static bool put_limit(struct text *t, uint64_t units)
{
	if (units)
		put_number(t, units);
	return units;
}

/* Nothing that has others in it, and no secret. False: there is none. */
static bool put_value(struct text *t, const struct config_option *o,
		      const void *from)
{
	const struct ilp_amount *amount = from;

	switch (o->kind) {
	case CONFIG_SAME:
	case CONFIG_GROUP:
	case CONFIG_LIST:
	case CONFIG_TOKEN:
		return false;
	case CONFIG_PREFIXES:
		put_prefixes(t, from);
		return true;
	case CONFIG_FLAG:
		put_text(t, *(const bool *)from ? "true" : "false");
		return true;
	case CONFIG_NUMBER:
		put_number(t, load(from, o->size));
		return !o->min || load(from, o->size);
	case CONFIG_DOOR:
		if (load(from, o->size) == CONFIG_NO_DOOR)
			put_text(t, "false");
		else
			put_number(t, load(from, o->size));
		return true;
	case CONFIG_AMOUNT:
		put_units(t, book_bound(*amount));
		return true;
	case CONFIG_UNITS:
		return put_limit(t, load(from, o->size));
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
		put_units(t, *(const signed_units *)from);
		return true;
	case CONFIG_WORD:
		put_text(t, o->words[load(from, o->size)]);
		return true;
	case CONFIG_STRING:
	case CONFIG_HOST:
	case CONFIG_SOURCE:
		return put_string(t, *(const char *const *)from);
	case CONFIG_CODE:
		put_text(t, from);
		return t->len;
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_ADDRESS:
	case CONFIG_PREFIX:
	case CONFIG_URL:
	case CONFIG_CALLBACK:
		return put_given(t, from);
	case CONFIG_FRACTION:
		put_fraction(t, *(const uint32_t *)from);
		return true;
	case CONFIG_RATES:
	case CONFIG_PRICES:
		put_rates(t, from);
		return true;
	case CONFIG_NAMES:
		put_names(t, from);
		return true;
	case CONFIG_CODES:
		put_codes(t, from);
		return true;
	}
	return false;
}

/* ---- one after the other ---- */

struct config_shown config_shown(const struct config *config)
{
	return (struct config_shown){ .config = config };
}

static bool has_value(const struct config_option *o)
{
	return o->kind != CONFIG_SAME && o->kind != CONFIG_GROUP &&
	       o->kind != CONFIG_LIST;
}

/* Where it stands; false behind the last. */
struct place {
	const struct config_option *list; /* NULL: it is in none */
	const struct config_option *option;
	const void *object;
};

/* In a list: false behind its last item. */
static bool look_inside(struct config_shown *s, const struct config_option *list,
			struct place *out)
{
	struct config_items items = config_items(list, s->config);
	const struct config_object *inside = list->inside;

	if (s->inner == inside->option_count) {
		s->inner = 0;
		s->item++;
	}
	if (s->item == items.count)
		return false;
	*out = (struct place){ list, &inside->options[s->inner],
			       items.at + s->item * inside->size };
	return true;
}

static bool look(struct config_shown *s, struct place *out)
{
	const struct config_object *node = config_objects[0];

	for (; s->outer < node->option_count; s->outer++) {
		const struct config_option *o = &node->options[s->outer];

		if (o->kind == CONFIG_LIST && look_inside(s, o, out))
			return true;
		s->item = 0;
		if (o->kind == CONFIG_LIST)
			continue;
		*out = (struct place){ NULL, o, s->config };
		return true;
	}
	return false;
}

static void step(struct config_shown *s, const struct place *at)
{
	if (at->list)
		s->inner++;
	else
		s->outer++;
}

static bool find(struct config_shown *s, struct place *out)
{
	bool found;

	while ((found = look(s, out)) && !has_value(out->option))
		step(s, out);
	return found;
}

static void name(struct config_shown *s, const struct place *at)
{
	if (at->list)
		snprintf(s->name, sizeof(s->name), "%s[%zu].%s",
			 at->list->name, s->item, at->option->name);
	else
		snprintf(s->name, sizeof(s->name), "%s", at->option->name);
}

bool config_shown_next(struct config_shown *s, char *buffer, size_t size)
{
	struct text text = { buffer, size, 0 };
	struct place at;
	bool there;

	if (!find(s, &at))
		return false;
	name(s, &at);
	buffer[0] = '\0';
	there = !at.option->secret &&
		put_value(&text, at.option,
			  (const uint8_t *)at.object + at.option->at);
	s->option = at.option;
	s->value = there ? buffer : NULL;
	s->given = config_given_find(s->config, at.object, at.option);
	step(s, &at);
	return true;
}

void config_shown_skip(struct config_shown *s, uint64_t count)
{
	struct place at;

	while (count-- && find(s, &at))
		step(s, &at);
}
