/* SPDX-License-Identifier: Apache-2.0 */
/* Any tree of values gives JSON that can be read, and text without control
 * characters but line breaks: a line each for all but the outermost group. A
 * buffer just large enough gives the same, one byte less gives nothing, and
 * nothing is written behind it. Two bytes of input are a call and the length
 * of its text. */
#include "base/outline.h"

#include <stdlib.h>

#include "base/utf8.h"

#define INPUT_MAX 2048
#define OUTPUT_MAX (1 << 20)
#define DEPTH_MAX (ILP_JSON_DEPTH_MAX - 1)
#define FILL 0xa5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t buffer[OUTPUT_MAX], small[OUTPUT_MAX];

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What is open: a bit each, set for a list. */
struct drawing {
	struct ilp_outline o;
	struct ilp_bytes in;
	uint64_t lists;
	unsigned depth;
	size_t lines;
};

enum call { GROUP, LIST, END, TEXT, HEX, U64, U32, CALLS };

static void open_one(struct drawing *d, const char *name, bool list)
{
	d->depth++;
	d->lists = d->lists << 1 | list;
	if (list)
		ilp_outline_list(&d->o, name);
	else
		ilp_outline_group(&d->o, name);
}

static void close_one(struct drawing *d)
{
	if (d->lists & 1)
		ilp_outline_end_list(&d->o);
	else
		ilp_outline_end(&d->o);
	d->lists >>= 1;
	d->depth--;
}

static uint64_t number(struct ilp_bytes text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++)
		value = value << 8 | text.at[i];
	return value;
}

/* In a list there are groups and texts, without names. */
static bool may_come(const struct drawing *d, enum call call)
{
	if (call == END)
		return d->depth > 1;
	if (call == GROUP || call == LIST)
		return d->depth < DEPTH_MAX && !(call == LIST && d->lists & 1);
	return call == TEXT || call == U64 || !(d->lists & 1);
}

static void draw_one(struct drawing *d, enum call call, struct ilp_bytes text)
{
	const char *name = d->lists & 1 ? NULL : "name";

	if (!may_come(d, call))
		return;
	d->lines += call != END;
	switch (call) {
	case GROUP:
	case LIST:
		open_one(d, name, call == LIST);
		break;
	case END:
		close_one(d);
		break;
	case TEXT:
		ilp_outline_text(&d->o, name, text);
		break;
	case HEX:
		ilp_outline_hex(&d->o, name, text);
		break;
	case U64:
		ilp_outline_u64(&d->o, name, number(text));
		break;
	case U32:
		ilp_outline_u32(&d->o, name, (uint32_t)number(text));
		break;
	case CALLS:
		break;
	}
}

static struct drawing draw(enum ilp_outline_form form, uint8_t *out,
			   size_t capacity, struct ilp_bytes in)
{
	struct drawing d = { .o = ilp_outline(form, out, capacity) };

	open_one(&d, NULL, false);
	while (in.len >= 2) {
		enum call call = in.at[0] % CALLS;
		struct ilp_bytes text = { in.at + 2, in.at[1] };

		if (text.len > in.len - 2)
			text.len = in.len - 2;
		if (call < TEXT)
			text.len = 0;
		draw_one(&d, call, text);
		in = ilp_bytes_skip(in, 2 + text.len);
	}
	while (d.depth)
		close_one(&d);
	return d;
}

static void check_text(struct ilp_bytes text, size_t lines)
{
	while (text.len) {
		size_t len = ilp_utf8_len(text);
		uint8_t first = text.at[0];

		require(len > 0);
		require(first == '\n' || (first >= 0x20 && first != 0x7f));
		require(first != 0xc2 || text.at[1] >= 0xa0);
		lines -= first == '\n';
		text = ilp_bytes_skip(text, len);
	}
	require(lines == 0);
}

static void check_json(struct ilp_bytes text)
{
	static struct ilp_json_node nodes[4 * INPUT_MAX];

	require(!ilp_json_read(nodes, 4 * INPUT_MAX, text).problem);
	require(memchr(text.at, '\n', text.len) == NULL);
}

static void check_room(enum ilp_outline_form form, struct ilp_bytes whole,
		       struct ilp_bytes in)
{
	struct drawing d = draw(form, small, whole.len, in);

	require(ilp_bytes_equal(ilp_outlined(&d.o), whole));
	if (whole.len == 0)
		return;
	small[whole.len - 1] = FILL;
	d = draw(form, small, whole.len - 1, in);
	require(ilp_outlined(&d.o).len == 0 && small[whole.len - 1] == FILL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct drawing d;

	if (size > INPUT_MAX)
		return 0;
	d = draw(ILP_OUTLINE_TEXT, buffer, OUTPUT_MAX, in);
	check_text(ilp_outlined(&d.o), d.lines);
	check_room(ILP_OUTLINE_TEXT, ilp_outlined(&d.o), in);
	d = draw(ILP_OUTLINE_JSON, buffer, OUTPUT_MAX, in);
	check_json(ilp_outlined(&d.o));
	check_room(ILP_OUTLINE_JSON, ilp_outlined(&d.o), in);
	return 0;
}
