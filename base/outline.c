/* SPDX-License-Identifier: Apache-2.0 */
#include "base/outline.h"

#include "base/digits.h"
#include "base/utf8.h"

struct ilp_outline ilp_outline(enum ilp_outline_form form, uint8_t *buffer,
			       size_t capacity)
{
	return (struct ilp_outline){
		.form = form,
		.json = ilp_json_writer(buffer, capacity, 0),
		.start = buffer,
		.at = buffer,
		.end = capacity ? buffer + capacity : buffer,
	};
}

struct ilp_bytes ilp_outlined(const struct ilp_outline *o)
{
	if (o->form == ILP_OUTLINE_JSON)
		return ilp_json_written(&o->json);
	if (o->full)
		return (struct ilp_bytes){ NULL, 0 };
	return (struct ilp_bytes){ o->start, (size_t)(o->at - o->start) };
}

static void put(struct ilp_outline *o, const void *bytes, size_t len)
{
	if ((size_t)(o->end - o->at) < len)
		o->full = true;
	if (o->full || len == 0)
		return;
	memcpy(o->at, bytes, len);
	o->at += len;
}

static void put_hex(struct ilp_outline *o, struct ilp_bytes in)
{
	for (size_t i = 0; i < in.len && !o->full; i++) {
		uint8_t two[2];

		ilp_hex(two, in.at[i]);
		put(o, two, sizeof(two));
	}
}

/* Is this character of two bytes or more one that controls how others are
 * shown? U+0080 to U+009F, U+2028 to U+202E, U+2066 to U+2069. */
static bool moves_text(const uint8_t *at)
{
	if (at[0] == 0xc2)
		return at[1] < 0xa0;
	if (at[0] != 0xe2)
		return false;
	return (at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae) ||
	       (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

/* Text from a stranger may hold what would move a terminal's cursor. */
static void put_harmless(struct ilp_outline *o, struct ilp_bytes text)
{
	while (text.len && !o->full) {
		size_t len = ilp_utf8_len(text);
		uint8_t first = text.at[0];
		bool control = first < 0x20 || first == 0x7f ||
			       (len > 1 && moves_text(text.at));

		if (len && !control && first != '\\') {
			put(o, text.at, len);
		} else {
			len = len ? len : 1;
			for (size_t i = 0; i < len; i++) {
				put(o, "\\x", 2);
				put_hex(o,
					(struct ilp_bytes){ text.at + i, 1 });
			}
		}
		text = ilp_bytes_skip(text, len);
	}
}

/* The name of a value, or the dash of an item, on a new line. */
static void put_name(struct ilp_outline *o, const char *name)
{
	for (unsigned i = 1; i < o->depth; i++)
		put(o, "  ", 2);
	if (name) {
		put(o, name, strlen(name));
		put(o, ":", 1);
	} else {
		put(o, "-", 1);
	}
}

static void put_key(struct ilp_outline *o, const char *name)
{
	if (name)
		ilp_json_put_key(&o->json, name);
}

static void open_text(struct ilp_outline *o, const char *name)
{
	/* The outermost group has no line of its own. */
	if (o->depth || name) {
		put_name(o, name);
		put(o, "\n", 1);
	}
	o->depth++;
}

void ilp_outline_group(struct ilp_outline *o, const char *name)
{
	if (o->form == ILP_OUTLINE_TEXT) {
		open_text(o, name);
		return;
	}
	put_key(o, name);
	ilp_json_begin_object(&o->json);
}

void ilp_outline_end(struct ilp_outline *o)
{
	if (o->form == ILP_OUTLINE_TEXT)
		o->depth--;
	else
		ilp_json_end_object(&o->json);
}

void ilp_outline_list(struct ilp_outline *o, const char *name)
{
	if (o->form == ILP_OUTLINE_TEXT) {
		open_text(o, name);
		return;
	}
	put_key(o, name);
	ilp_json_begin_array(&o->json);
}

void ilp_outline_end_list(struct ilp_outline *o)
{
	if (o->form == ILP_OUTLINE_TEXT)
		o->depth--;
	else
		ilp_json_end_array(&o->json);
}

void ilp_outline_text(struct ilp_outline *o, const char *name,
		      struct ilp_bytes value)
{
	if (o->form == ILP_OUTLINE_JSON) {
		put_key(o, name);
		ilp_json_put_string(&o->json, value);
		return;
	}
	put_name(o, name);
	put(o, " ", 1);
	put_harmless(o, value);
	put(o, "\n", 1);
}

void ilp_outline_hex(struct ilp_outline *o, const char *name,
		     struct ilp_bytes value)
{
	uint8_t buffer[ILP_DECIMAL_MAX];
	struct ilp_bytes len = ilp_decimal(buffer, value.len);

	if (o->form == ILP_OUTLINE_JSON) {
		put_key(o, name);
		ilp_json_put_hex(&o->json, value);
		return;
	}
	put_name(o, name);
	if (value.len)
		put(o, " ", 1);
	put_hex(o, value);
	put(o, " (", 2);
	put(o, len.at, len.len);
	if (value.len == 1)
		put(o, " byte)\n", 7);
	else
		put(o, " bytes)\n", 8);
}

void ilp_outline_u64(struct ilp_outline *o, const char *name, uint64_t value)
{
	uint8_t buffer[ILP_DECIMAL_MAX];

	ilp_outline_text(o, name, ilp_decimal(buffer, value));
}

void ilp_outline_u32(struct ilp_outline *o, const char *name, uint32_t value)
{
	if (o->form == ILP_OUTLINE_TEXT) {
		ilp_outline_u64(o, name, value);
		return;
	}
	put_key(o, name);
	ilp_json_put_u64(&o->json, value);
}
