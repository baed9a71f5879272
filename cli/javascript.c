/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/javascript.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/digits.h"
#include "base/utf8.h"

#define NAMES_MAX 64
/* Values inside one another, and so what bounds the use of the stack. */
#define DEPTH_MAX 60
/* A name may stand for a large value, and be used often. */
#define OUT_MAX (8 * JAVASCRIPT_MAX)
#define SHOWN_MAX 40

/* A name for a value, and where that lies among the values. */
struct name {
	struct ilp_bytes text;
	size_t at, len;
};

struct reading {
	struct ilp_bytes source;
	size_t at;
	struct buffer *out;
	struct buffer values;
	struct name names[NAMES_MAX];
	size_t name_count;
	unsigned depth;
	struct javascript_error *error;
};

static bool read_value(struct reading *r);

__attribute__((format(printf, 3, 4))) static bool
fail(struct reading *r, size_t offset, const char *format, ...)
{
	va_list list;

	r->error->offset = offset;
	va_start(list, format);
	vsnprintf(r->error->text, sizeof(r->error->text), format, list);
	va_end(list);
	return false;
}

/* ---- output ---- */

static bool put_to(struct reading *r, struct buffer *out,
		   struct ilp_bytes bytes)
{
	if (bytes.len > OUT_MAX - out->len || !buffer_add(out, bytes, OUT_MAX))
		return fail(r, r->at, "it is too large");
	return true;
}

static bool put(struct reading *r, const char *text)
{
	return put_to(r, r->out, ilp_text(text));
}

/* A character of a text. */
static bool put_character(struct reading *r, struct ilp_bytes c)
{
	char escaped[8];

	if (c.at[0] == '"' || c.at[0] == '\\') {
		snprintf(escaped, sizeof(escaped), "\\%c", c.at[0]);
		return put(r, escaped);
	}
	if (c.at[0] < ' ') {
		snprintf(escaped, sizeof(escaped), "\\u%04x", c.at[0]);
		return put(r, escaped);
	}
	return put_to(r, r->out, c);
}

/* ---- what the source is made of ---- */

/* 0 at the end. */
static uint8_t peek_at(const struct reading *r, size_t ahead)
{
	return r->at + ahead < r->source.len ? r->source.at[r->at + ahead] : 0;
}

static uint8_t peek(const struct reading *r)
{
	return peek_at(r, 0);
}

static void skip_comment(struct reading *r)
{
	bool block = peek_at(r, 1) == '*';

	r->at += 2;
	while (r->at < r->source.len) {
		if (!block && peek(r) == '\n')
			return;
		if (block && peek(r) == '*' && peek_at(r, 1) == '/') {
			r->at += 2;
			return;
		}
		r->at++;
	}
}

static void skip_space(struct reading *r)
{
	for (;;) {
		uint8_t c = peek(r);

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			r->at++;
		else if (c == '/' &&
			 (peek_at(r, 1) == '/' || peek_at(r, 1) == '*'))
			skip_comment(r);
		else
			return;
	}
}

static bool is_name_part(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static struct ilp_bytes peek_name(const struct reading *r)
{
	struct ilp_bytes name = { r->source.at + r->at, 0 };

	if (peek(r) >= '0' && peek(r) <= '9')
		return name;
	while (r->at + name.len < r->source.len &&
	       is_name_part(name.at[name.len]))
		name.len++;
	return name;
}

static bool is(struct ilp_bytes name, const char *text)
{
	return ilp_bytes_equal(name, ilp_text(text));
}

/* Takes a sign, if it is the next one. */
static bool take(struct reading *r, char sign)
{
	skip_space(r);
	if (peek(r) != (uint8_t)sign)
		return false;
	r->at++;
	return true;
}

/* Takes words and signs that follow one another, or nothing. */
static bool take_all(struct reading *r, const char *const *parts)
{
	size_t before = r->at;

	for (; *parts; parts++) {
		size_t len = strlen(*parts);

		skip_space(r);
		if (r->source.len - r->at < len ||
		    memcmp(r->source.at + r->at, *parts, len) != 0 ||
		    (is_name_part((uint8_t)(*parts)[0]) &&
		     is_name_part(peek_at(r, len)))) {
			r->at = before;
			return false;
		}
		r->at += len;
	}
	return true;
}

static bool expect(struct reading *r, char sign)
{
	return take(r, sign) || fail(r, r->at, "expected '%c'", sign);
}

/* What stands here, for people: up to the end of its word. */
static bool fail_here(struct reading *r, const char *why)
{
	size_t len = 0;
	uint8_t c = peek(r);

	while (is_name_part(peek_at(r, len)) || peek_at(r, len) == '.')
		len++;
	if (len > SHOWN_MAX)
		len = SHOWN_MAX;
	if (len == 0 && (c < ' ' || c > '~'))
		return fail(r, r->at, "%s", c ? why : "it ends too early");
	return fail(r, r->at, "\"%.*s\": %s", len ? (int)len : 1,
		    (const char *)r->source.at + r->at, why);
}

/* ---- texts ---- */

static bool take_hex(struct reading *r, size_t count, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		int value = ilp_hex_value(peek(r));

		if (value < 0)
			return fail(r, r->at, "expected a hexadecimal digit");
		*out = *out << 4 | (uint32_t)value;
		r->at++;
	}
	return true;
}

static bool put_code_point(struct reading *r, uint32_t c)
{
	uint8_t bytes[4];

	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return fail(r, r->at, "there is no such character");
	return put_character(
		r, (struct ilp_bytes){ bytes, ilp_utf8_put(bytes, c) });
}

/* \u0041, \u{41}, or a pair of surrogates. */
static bool read_unicode(struct reading *r)
{
	uint32_t c, low;

	if (peek(r) == '{') {
		r->at++;
		for (c = 0; peek(r) != '}'; r->at++) {
			int value = ilp_hex_value(peek(r));

			if (value < 0 || c > 0x10ffff)
				return fail(r, r->at,
					    "expected a hexadecimal digit");
			c = c << 4 | (uint32_t)value;
		}
		r->at++;
		return put_code_point(r, c);
	}
	if (!take_hex(r, 4, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00 && peek(r) == '\\' &&
	    peek_at(r, 1) == 'u') {
		r->at += 2;
		if (!take_hex(r, 4, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
	}
	return put_code_point(r, c);
}

/* Behind the backslash. */
static bool read_escape(struct reading *r)
{
	static const char names[] = "bfnrtv0";
	static const uint8_t codes[] = { 8, 12, 10, 13, 9, 11, 0 };
	uint8_t c = peek(r);
	const char *found = c ? strchr(names, c) : NULL;
	uint32_t code;

	r->at++;
	if (c == 'u')
		return read_unicode(r);
	if (c == 'x')
		return take_hex(r, 2, &code) && put_code_point(r, code);
	if (c == '\n')
		return true; /* the line goes on */
	if (found)
		return put_code_point(r, codes[found - names]);
	if (c >= 0x80 || c < ' ')
		return fail(r, r->at - 1, "there is no such escape");
	return put_character(r, (struct ilp_bytes){ &c, 1 });
}

static bool read_character(struct reading *r, uint8_t quote)
{
	struct ilp_bytes left = ilp_bytes_skip(r->source, r->at);
	size_t len = ilp_utf8_len(left);

	if (peek(r) == '\\') {
		r->at++;
		return read_escape(r);
	}
	if (quote == '`' && peek(r) == '$' && peek_at(r, 1) == '{')
		return fail(r, r->at, "\"${\": a text is put together here");
	if (len == 0)
		return fail(r, r->at, "this is not UTF-8");
	r->at += len;
	return put_character(r, (struct ilp_bytes){ left.at, len });
}

static bool read_string(struct reading *r)
{
	size_t begin = r->at;
	uint8_t quote = peek(r);

	r->at++;
	if (!put(r, "\""))
		return false;
	while (peek(r) != quote) {
		if (r->at >= r->source.len || (peek(r) == '\n' && quote != '`'))
			return fail(r, begin, "this text has no end");
		if (!read_character(r, quote))
			return false;
	}
	r->at++;
	return put(r, "\"");
}

/* ---- numbers ---- */

static bool read_hex_number(struct reading *r)
{
	uint8_t digits[ILP_DECIMAL_MAX];
	uint64_t value = 0;
	size_t begin = r->at;

	r->at += 2;
	for (; ilp_hex_value(peek(r)) >= 0; r->at++) {
		if (value >> 60)
			return fail(r, begin, "this number is too large");
		value = value << 4 | (uint64_t)ilp_hex_value(peek(r));
	}
	return put_to(r, r->out, ilp_decimal(digits, value));
}

/* As JSON has them, but for a sign between digits and a point in front. */
static bool read_number(struct reading *r)
{
	if (peek(r) == '0' && (peek_at(r, 1) | 0x20) == 'x')
		return read_hex_number(r);
	if (peek(r) == '-') {
		r->at++;
		if (!put(r, "-"))
			return false;
		skip_space(r);
	}
	if (peek(r) == '.' && !put(r, "0"))
		return false;
	while (peek(r) && strchr("0123456789.eE+-_", peek(r))) {
		struct ilp_bytes digit = { r->source.at + r->at, 1 };
		uint8_t before = r->at ? r->source.at[r->at - 1] : 0;

		if ((peek(r) == '+' || peek(r) == '-') &&
		    (before | 0x20) != 'e')
			break;
		if (peek(r) != '_' && !put_to(r, r->out, digit))
			return false;
		r->at++;
	}
	return true;
}

/* ---- names ---- */

static const struct name *find(const struct reading *r, struct ilp_bytes text)
{
	for (size_t i = r->name_count; i; i--)
		if (ilp_bytes_equal(r->names[i - 1].text, text))
			return &r->names[i - 1];
	return NULL;
}

/* What was written since `from` is taken back, and is good until the next
 * write. */
static struct ilp_bytes take_back(struct reading *r, size_t from)
{
	struct ilp_bytes value = { r->out->at + from, r->out->len - from };

	r->out->len = from;
	return value;
}

static bool use(struct reading *r, const struct name *name)
{
	return put_to(r, r->out,
		      (struct ilp_bytes){ r->values.at + name->at, name->len });
}

/* Its value becomes a text. What follows it is about white space, and does not
 * count. */
static bool read_stringify(struct reading *r)
{
	size_t from = r->out->len;
	struct ilp_bytes value;
	size_t at;

	if (!read_value(r))
		return false;
	at = r->values.len;
	value = take_back(r, from);
	if (!put_to(r, &r->values, value) || !put(r, "\""))
		return false;
	for (; at < r->values.len; at++)
		if (!put_character(r,
				   (struct ilp_bytes){ r->values.at + at, 1 }))
			return false;
	if (!put(r, "\""))
		return false;
	from = r->out->len;
	while (take(r, ',')) {
		if (!read_value(r))
			return false;
		r->out->len = from;
	}
	return expect(r, ')');
}

static bool read_word(struct reading *r)
{
	static const char *const stringify[] = { "JSON", ".", "stringify", "(",
						 NULL };
	struct ilp_bytes name = peek_name(r);
	const struct name *known = find(r, name);
	uint8_t behind = peek_at(r, name.len);

	if (take_all(r, stringify))
		return read_stringify(r);
	if (is(name, "true") || is(name, "false") || is(name, "null")) {
		r->at += name.len;
		return put_to(r, r->out, name);
	}
	if (!known || behind == '.' || behind == '(' || behind == '[')
		return fail_here(r, "only running it can tell what this is");
	r->at += name.len;
	return use(r, known);
}

/* ---- values ---- */

static bool read_key(struct reading *r)
{
	struct ilp_bytes name;

	skip_space(r);
	if (peek(r) == '"' || peek(r) == '\'')
		return read_string(r);
	if (peek(r) >= '0' && peek(r) <= '9')
		return put(r, "\"") && read_number(r) && put(r, "\"");
	name = peek_name(r);
	if (name.len == 0)
		return fail_here(r, "expected a key");
	r->at += name.len;
	return put(r, "\"") && put_to(r, r->out, name) && put(r, "\"");
}

/* { name } means { name: name }. */
static bool read_member(struct reading *r)
{
	struct ilp_bytes name;
	const struct name *known;

	skip_space(r);
	name = peek_name(r);
	known = find(r, name);
	if (!read_key(r) || !put(r, ":"))
		return false;
	skip_space(r);
	if (known && (peek(r) == ',' || peek(r) == '}'))
		return use(r, known);
	return expect(r, ':') && read_value(r);
}

static bool read_items(struct reading *r, char end,
		       bool (*read_item)(struct reading *))
{
	bool first = true;

	r->at++;
	while (!take(r, end)) {
		if (!first && !put(r, ","))
			return false;
		first = false;
		if (!read_item(r))
			return false;
		if (!take(r, ',')) {
			skip_space(r);
			if (peek(r) != (uint8_t)end)
				return fail_here(r, "expected ',' or the end");
		}
	}
	return true;
}

static bool read_object(struct reading *r)
{
	return put(r, "{") && read_items(r, '}', read_member) && put(r, "}");
}

static bool read_array(struct reading *r)
{
	return put(r, "[") && read_items(r, ']', read_value) && put(r, "]");
}

static bool read_operand(struct reading *r)
{
	uint8_t c;

	skip_space(r);
	c = peek(r);
	if (c == '{')
		return read_object(r);
	if (c == '[')
		return read_array(r);
	if (c == '(') {
		r->at++;
		return read_value(r) && expect(r, ')');
	}
	if (c == '"' || c == '\'' || c == '`')
		return read_string(r);
	if ((c >= '0' && c <= '9') || c == '-' || c == '.')
		return read_number(r);
	if (is_name_part(c))
		return read_word(r);
	return fail_here(r, "no value begins so");
}

/* Joins two texts of JSON that were written one after the other. */
static bool join(struct reading *r, size_t first, size_t second, size_t sign)
{
	uint8_t *at = r->out->at;

	if (at[first] != '"' || at[second] != '"')
		return fail(r, sign, "only texts are put together here");
	memmove(at + second - 1, at + second + 1, r->out->len - second - 1);
	r->out->len -= 2;
	return true;
}

static bool read_sum(struct reading *r)
{
	size_t first = r->out->len;

	if (!read_operand(r))
		return false;
	while (take(r, '+')) {
		size_t sign = r->at - 1;
		size_t second = r->out->len;

		if (!read_operand(r) || !join(r, first, second, sign))
			return false;
	}
	return true;
}

static bool read_value(struct reading *r)
{
	bool good;

	if (r->depth == DEPTH_MAX)
		return fail(r, r->at, "too many values inside one another");
	r->depth++;
	good = read_sum(r);
	r->depth--;
	return good;
}

/* ---- statements ---- */

static bool read_definition(struct reading *r)
{
	struct name name = { .at = 0 };
	size_t from = r->out->len;
	struct ilp_bytes value;

	skip_space(r);
	name.text = peek_name(r);
	if (name.text.len == 0)
		return fail_here(r, "expected a name");
	if (r->name_count == NAMES_MAX)
		return fail(r, r->at, "there are too many names");
	r->at += name.text.len;
	if (!expect(r, '=') || !read_value(r))
		return false;
	value = take_back(r, from);
	name.at = r->values.len;
	name.len = value.len;
	if (!put_to(r, &r->values, value))
		return false;
	r->names[r->name_count++] = name;
	return true;
}

static bool take_export(struct reading *r)
{
	static const char *const common[] = { "module", ".", "exports", "=",
					      NULL };
	static const char *const module[] = { "export", "default", NULL };

	return take_all(r, common) || take_all(r, module);
}

static bool read_statement(struct reading *r, bool *exported)
{
	static const char *const kinds[][2] = { { "const", NULL },
						{ "let", NULL },
						{ "var", NULL } };
	size_t from = r->out->len;

	skip_space(r);
	if (take(r, ';'))
		return true;
	if (take_export(r)) {
		*exported = true;
		return read_value(r);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (take_all(r, kinds[i]))
			return read_definition(r);
	if (peek(r) == '"' || peek(r) == '\'') { /* 'use strict' */
		if (!read_string(r))
			return false;
		r->out->len = from;
		return true;
	}
	return fail_here(r, "expected what is exported, \"module.exports =\"");
}

static bool read_program(struct reading *r)
{
	bool exported = false;

	skip_space(r);
	if (peek(r) == '{') {
		if (!read_value(r))
			return false;
		exported = true;
	}
	while (!exported) {
		skip_space(r);
		if (r->at == r->source.len)
			return fail(r, r->at, "nothing is exported");
		if (!read_statement(r, &exported))
			return false;
	}
	take(r, ';');
	skip_space(r);
	return r->at == r->source.len ||
	       fail_here(r, "something follows what is exported");
}

bool javascript_read(struct buffer *json, struct ilp_bytes source,
		     struct javascript_error *error)
{
	struct reading r = { .source = source, .out = json, .error = error };
	bool good;

	if (source.len > JAVASCRIPT_MAX)
		return fail(&r, 0, "it is too large");
	good = read_program(&r);
	buffer_drop(&r.values);
	return good;
}
