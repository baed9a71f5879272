/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include "base/digits.h"
#include "base/utf8.h"

struct ilp_json_writer ilp_json_writer(uint8_t *buffer, size_t capacity,
				       unsigned indent)
{
	return (struct ilp_json_writer){
		.start = buffer,
		.at = buffer,
		.end = capacity ? buffer + capacity : buffer,
		.indent = indent,
		.empty = true,
	};
}

struct ilp_bytes ilp_json_written(const struct ilp_json_writer *w)
{
	if (w->problem || w->depth)
		return (struct ilp_bytes){ NULL, 0 };
	return (struct ilp_bytes){ w->start, (size_t)(w->at - w->start) };
}

static void fail(struct ilp_json_writer *w, enum ilp_json_problem problem)
{
	if (!w->problem)
		w->problem = problem;
}

static void put(struct ilp_json_writer *w, const void *bytes, size_t len)
{
	if ((size_t)(w->end - w->at) < len)
		fail(w, ILP_JSON_ROOM);
	if (w->problem || len == 0)
		return;
	memcpy(w->at, bytes, len);
	w->at += len;
}

static void new_line(struct ilp_json_writer *w)
{
	if (w->indent == 0)
		return;
	put(w, "\n", 1);
	for (size_t i = (size_t)w->depth * w->indent; i && !w->problem; i--)
		put(w, " ", 1);
}

static bool in_object(const struct ilp_json_writer *w)
{
	return w->depth && (w->objects >> (w->depth - 1) & 1);
}

/* What stands between this item, key or whole value and the one before. */
static void separate(struct ilp_json_writer *w)
{
	if (w->depth == 0 && !w->empty)
		fail(w, ILP_JSON_MISUSE);
	if (!w->empty)
		put(w, ",", 1);
	if (w->depth)
		new_line(w);
	w->empty = false;
}

static void before_value(struct ilp_json_writer *w)
{
	if (!in_object(w))
		separate(w);
	else if (!w->keyed)
		fail(w, ILP_JSON_MISUSE);
	w->keyed = false;
}

static void begin(struct ilp_json_writer *w, bool object)
{
	before_value(w);
	if (w->depth == ILP_JSON_DEPTH_MAX)
		fail(w, ILP_JSON_DEPTH);
	put(w, object ? "{" : "[", 1);
	if (w->problem)
		return;
	w->objects &= ~((uint64_t)1 << w->depth);
	w->objects |= (uint64_t)object << w->depth;
	w->depth++;
	w->empty = true;
}

static void end(struct ilp_json_writer *w, bool object)
{
	if (w->depth == 0 || in_object(w) != object || w->keyed)
		fail(w, ILP_JSON_MISUSE);
	if (w->problem)
		return;
	w->depth--;
	if (!w->empty)
		new_line(w);
	put(w, object ? "}" : "]", 1);
	w->empty = false;
}

void ilp_json_begin_object(struct ilp_json_writer *w)
{
	begin(w, true);
}

void ilp_json_end_object(struct ilp_json_writer *w)
{
	end(w, true);
}

void ilp_json_begin_array(struct ilp_json_writer *w)
{
	begin(w, false);
}

void ilp_json_end_array(struct ilp_json_writer *w)
{
	end(w, false);
}

static void put_hex(struct ilp_json_writer *w, uint8_t byte)
{
	uint8_t two[2];

	ilp_hex(two, byte);
	put(w, two, sizeof(two));
}

/* RFC 8259, section 7: quote, backslash and control characters must be
 * escaped, and nothing else is. */
static void put_escaped(struct ilp_json_writer *w, uint8_t c)
{
	static const char letter[0x80] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};

	if (letter[c]) {
		put(w, "\\", 1);
		put(w, &letter[c], 1);
		return;
	}
	put(w, "\\u00", 4);
	put_hex(w, c);
}

static void put_quoted(struct ilp_json_writer *w, struct ilp_bytes text)
{
	put(w, "\"", 1);
	while (text.len && !w->problem) {
		size_t len = ilp_utf8_len(text);
		uint8_t first = text.at[0];

		if (first < 0x20 || first == '"' || first == '\\')
			put_escaped(w, first);
		else if (len)
			put(w, text.at, len);
		else
			put(w, "\xef\xbf\xbd", 3); /* U+FFFD */
		text = ilp_bytes_skip(text, len ? len : 1);
	}
	put(w, "\"", 1);
}

void ilp_json_put_key_bytes(struct ilp_json_writer *w, struct ilp_bytes key)
{
	if (!in_object(w) || w->keyed)
		fail(w, ILP_JSON_MISUSE);
	separate(w);
	put_quoted(w, key);
	put(w, ": ", w->indent ? 2 : 1);
	w->keyed = true;
}

void ilp_json_put_key_node(struct ilp_json_writer *w,
			   const struct ilp_json_node *key)
{
	if (!in_object(w) || w->keyed)
		fail(w, ILP_JSON_MISUSE);
	separate(w);
	put(w, "\"", 1);
	put(w, key->text.at, key->text.len);
	put(w, w->indent ? "\": " : "\":", w->indent ? 3 : 2);
	w->keyed = true;
}

void ilp_json_put_key(struct ilp_json_writer *w, const char *key)
{
	ilp_json_put_key_bytes(w, ilp_text(key));
}

void ilp_json_put_string(struct ilp_json_writer *w, struct ilp_bytes text)
{
	before_value(w);
	put_quoted(w, text);
}

void ilp_json_put_hex(struct ilp_json_writer *w, struct ilp_bytes bytes)
{
	before_value(w);
	put(w, "\"", 1);
	for (size_t i = 0; i < bytes.len && !w->problem; i++)
		put_hex(w, bytes.at[i]);
	put(w, "\"", 1);
}

void ilp_json_put_number(struct ilp_json_writer *w, struct ilp_bytes text)
{
	struct ilp_json_node node;

	/* The same length, since there may be no space around it. */
	if (ilp_json_read(&node, 1, text).problem ||
	    node.type != ILP_JSON_NUMBER || node.text.len != text.len)
		fail(w, ILP_JSON_MISUSE);
	before_value(w);
	put(w, text.at, text.len);
}

void ilp_json_put_u64(struct ilp_json_writer *w, uint64_t value)
{
	uint8_t buffer[ILP_DECIMAL_MAX];

	ilp_json_put_number(w, ilp_decimal(buffer, value));
}

void ilp_json_put_i64(struct ilp_json_writer *w, int64_t value)
{
	uint8_t buffer[ILP_DECIMAL_MAX];
	struct ilp_bytes digits;

	if (value >= 0) {
		ilp_json_put_u64(w, (uint64_t)value);
		return;
	}
	digits = ilp_decimal(buffer, 0 - (uint64_t)value);
	before_value(w);
	put(w, "-", 1);
	put(w, digits.at, digits.len);
}

void ilp_json_put_u64_string(struct ilp_json_writer *w, uint64_t value)
{
	uint8_t buffer[ILP_DECIMAL_MAX];

	ilp_json_put_string(w, ilp_decimal(buffer, value));
}

void ilp_json_put_bool(struct ilp_json_writer *w, bool value)
{
	before_value(w);
	put(w, value ? "true" : "false", value ? 4 : 5);
}

void ilp_json_put_null(struct ilp_json_writer *w)
{
	before_value(w);
	put(w, "null", 4);
}

void ilp_json_put_node(struct ilp_json_writer *w,
		       const struct ilp_json_node *node)
{
	const char *quote = node->type == ILP_JSON_STRING ? "\"" : "";

	before_value(w);
	put(w, quote, strlen(quote));
	put(w, node->text.at, node->text.len);
	put(w, quote, strlen(quote));
}
