/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/digits.h"
#include "base/utf8.h"

/* RFC 8259, section 7: the letters behind a backslash, and what they mean. */
static const char escape_letter[] = "\"\\/bfnrt";
static const char escape_meaning[] = "\"\\/\b\f\n\r\t";
#define ESCAPES (sizeof(escape_letter) - 1)

const char *ilp_json_problem_text(enum ilp_json_problem problem)
{
	static const char *const text[] = {
		[ILP_JSON_OK] = "no error",
		[ILP_JSON_ROOM] = "larger than there is room for",
		[ILP_JSON_DEPTH] = "too many arrays and objects in one another",
		[ILP_JSON_MISUSE] = "values, keys or ends in the wrong order",
		[ILP_JSON_BOM] = "starts with a byte order mark",
		[ILP_JSON_VALUE] = "expected a value",
		[ILP_JSON_KEY] = "expected a key in double quotes",
		[ILP_JSON_COLON] = "expected ':' after a key",
		[ILP_JSON_ITEM_END] = "expected ',' or ']' after an item",
		[ILP_JSON_MEMBER_END] = "expected ',' or '}' after a member",
		[ILP_JSON_TEXT_END] = "expected nothing after the value",
		[ILP_JSON_STRING_END] = "a string without an end",
		[ILP_JSON_CONTROL] = "an unescaped control character",
		[ILP_JSON_UTF8] = "not UTF-8",
		[ILP_JSON_ESCAPE] = "no such escape",
		[ILP_JSON_HEX] = "expected four hexadecimal digits after \\u",
		[ILP_JSON_SURROGATE] = "half of a surrogate pair",
		[ILP_JSON_DIGIT] = "expected a digit",
		[ILP_JSON_LEADING_ZERO] = "a digit after a leading zero",
	};

	return text[problem];
}

struct ilp_json_place ilp_json_place(struct ilp_bytes text, size_t offset)
{
	struct ilp_json_place place = { 1, 1 };

	for (size_t i = 0; i < offset && i < text.len; i++) {
		if (text.at[i] == '\n')
			place = (struct ilp_json_place){ place.line + 1, 1 };
		else if ((text.at[i] & 0xc0) != 0x80)
			place.column++;
	}
	return place;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* What is taken here goes off the front of `in`. */
static bool take_any(struct ilp_bytes *in, const char *of)
{
	if (in->len == 0 || !memchr(of, in->at[0], strlen(of)))
		return false;
	*in = ilp_bytes_skip(*in, 1);
	return true;
}

static bool take_digits(struct ilp_bytes *in)
{
	size_t count = 0;

	while (count < in->len && is_digit(in->at[count]))
		count++;
	*in = ilp_bytes_skip(*in, count);
	return count > 0;
}

/* Takes a number, or what comes before the thing that is wrong with it. */
static enum ilp_json_problem take_number(struct ilp_bytes *in)
{
	take_any(in, "-");
	if (take_any(in, "0")) {
		if (in->len && is_digit(in->at[0]))
			return ILP_JSON_LEADING_ZERO;
	} else if (!take_digits(in)) {
		return ILP_JSON_DIGIT;
	}
	if (take_any(in, ".") && !take_digits(in))
		return ILP_JSON_DIGIT;
	if (take_any(in, "eE")) {
		take_any(in, "+-");
		if (!take_digits(in))
			return ILP_JSON_DIGIT;
	}
	return ILP_JSON_OK;
}

/* One character of a string: how many bytes it is written with, and what it
 * is in UTF-8. */
struct character {
	enum ilp_json_problem problem;
	size_t written;
	size_t len;
	uint8_t utf8[4];
};

static struct character no_character(enum ilp_json_problem problem)
{
	return (struct character){ .problem = problem, .written = 1 };
}

static int hex_digit(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The value of the \uXXXX that `in` starts with, or -1 when it does not. */
static int32_t hex_escape(struct ilp_bytes in)
{
	int32_t value = 0;

	if (in.len < 6 || in.at[0] != '\\' || in.at[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int digit = hex_digit(in.at[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* RFC 8259, section 7: what lies past U+FFFF is written as two escapes, the
 * halves of a surrogate pair with ten bits each. */
static struct character unicode_escape(struct ilp_bytes in)
{
	struct character c = { .written = 6 };
	int32_t value = hex_escape(in);

	if (value < 0)
		return no_character(ILP_JSON_HEX);
	if (value >= 0xd800 && value <= 0xdfff) {
		int32_t low = hex_escape(ilp_bytes_skip(in, 6));

		if (value >= 0xdc00 || low < 0xdc00 || low > 0xdfff)
			return no_character(ILP_JSON_SURROGATE);
		value = 0x10000 + ((value - 0xd800) << 10 | (low - 0xdc00));
		c.written = 12;
	}
	c.len = ilp_utf8_put(c.utf8, (uint32_t)value);
	return c;
}

static struct character escape(struct ilp_bytes in)
{
	struct character c = { .written = 2, .len = 1 };

	if (in.len < 2)
		return no_character(ILP_JSON_STRING_END);
	if (in.at[1] == 'u')
		return unicode_escape(in);

	const char *letter = memchr(escape_letter, in.at[1], ESCAPES);
	if (!letter)
		return no_character(ILP_JSON_ESCAPE);
	c.utf8[0] = (uint8_t)escape_meaning[letter - escape_letter];
	return c;
}

/* The character that `in`, which is not empty, starts with. */
static struct character character(struct ilp_bytes in)
{
	struct character c = { .len = ilp_utf8_len(in) };

	if (in.at[0] == '\\')
		return escape(in);
	if (in.at[0] < 0x20)
		return no_character(ILP_JSON_CONTROL);
	if (c.len == 0)
		return no_character(ILP_JSON_UTF8);
	memcpy(c.utf8, in.at, c.len);
	c.written = c.len;
	return c;
}

struct parser {
	struct ilp_bytes rest;
	size_t text_len;
	struct ilp_json_node *nodes;
	size_t used, capacity;
	unsigned depth;
	struct ilp_json_error error;
};

/* Every function of the parser is false after this, so it happens once. */
static bool refuse_at(struct parser *p, struct ilp_bytes rest,
		      enum ilp_json_problem problem)
{
	p->error = (struct ilp_json_error){ problem, p->text_len - rest.len };
	return false;
}

static bool refuse(struct parser *p, enum ilp_json_problem problem)
{
	return refuse_at(p, p->rest, problem);
}

static void skip_space(struct parser *p)
{
	while (take_any(&p->rest, " \t\r\n"))
		;
}

static bool take(struct parser *p, const char *sign)
{
	skip_space(p);
	return take_any(&p->rest, sign);
}

static bool at_end(struct parser *p)
{
	skip_space(p);
	return p->rest.len == 0;
}

static struct ilp_json_node *open_node(struct parser *p,
				       enum ilp_json_type type)
{
	if (p->used == p->capacity) {
		refuse(p, ILP_JSON_ROOM);
		return NULL;
	}
	struct ilp_json_node *node = &p->nodes[p->used++];
	*node = (struct ilp_json_node){ .type = type, .text = p->rest };
	return node;
}

static bool close_node(struct parser *p, struct ilp_json_node *node)
{
	node->span = (size_t)(&p->nodes[p->used] - node);
	node->text.len -= p->rest.len;
	return true;
}

static bool read_word(struct parser *p, enum ilp_json_type type,
		      const char *word)
{
	size_t len = strlen(word);

	if (p->rest.len < len || memcmp(p->rest.at, word, len) != 0)
		return refuse(p, ILP_JSON_VALUE);

	struct ilp_json_node *node = open_node(p, type);
	if (!node)
		return false;
	p->rest = ilp_bytes_skip(p->rest, len);
	return close_node(p, node);
}

static bool read_number(struct parser *p)
{
	struct ilp_json_node *node = open_node(p, ILP_JSON_NUMBER);

	if (!node)
		return false;
	enum ilp_json_problem problem = take_number(&p->rest);
	if (problem)
		return refuse(p, problem);
	return close_node(p, node);
}

static bool read_string(struct parser *p)
{
	struct ilp_bytes opening = p->rest;
	struct ilp_json_node *node = open_node(p, ILP_JSON_STRING);

	if (!node)
		return false;
	take_any(&p->rest, "\"");
	node->text = p->rest;
	while (p->rest.len && p->rest.at[0] != '"') {
		struct character c = character(p->rest);

		if (c.problem == ILP_JSON_STRING_END)
			break;
		if (c.problem)
			return refuse(p, c.problem);
		p->rest = ilp_bytes_skip(p->rest, c.written);
	}
	close_node(p, node);
	if (!take_any(&p->rest, "\""))
		return refuse_at(p, opening, ILP_JSON_STRING_END);
	return true;
}

static bool read_value(struct parser *p);

static bool read_items(struct parser *p, struct ilp_json_node *array)
{
	if (take(p, "]"))
		return true;
	do {
		if (!read_value(p))
			return false;
		array->count++;
	} while (take(p, ","));
	return take(p, "]") || refuse(p, ILP_JSON_ITEM_END);
}

static bool read_members(struct parser *p, struct ilp_json_node *object)
{
	if (take(p, "}"))
		return true;
	do {
		if (at_end(p) || p->rest.at[0] != '"')
			return refuse(p, ILP_JSON_KEY);
		if (!read_string(p))
			return false;
		if (!take(p, ":"))
			return refuse(p, ILP_JSON_COLON);
		if (!read_value(p))
			return false;
		object->count++;
	} while (take(p, ","));
	return take(p, "}") || refuse(p, ILP_JSON_MEMBER_END);
}

static bool read_container(struct parser *p, enum ilp_json_type type)
{
	if (p->depth == ILP_JSON_DEPTH_MAX)
		return refuse(p, ILP_JSON_DEPTH);

	struct ilp_json_node *node = open_node(p, type);
	if (!node)
		return false;
	p->depth++;
	take_any(&p->rest, "[{");
	if (type == ILP_JSON_ARRAY ? !read_items(p, node) :
				     !read_members(p, node))
		return false;
	p->depth--;
	return close_node(p, node);
}

static bool read_value(struct parser *p)
{
	if (at_end(p))
		return refuse(p, ILP_JSON_VALUE);
	switch (p->rest.at[0]) {
	case '{':
		return read_container(p, ILP_JSON_OBJECT);
	case '[':
		return read_container(p, ILP_JSON_ARRAY);
	case '"':
		return read_string(p);
	case 't':
		return read_word(p, ILP_JSON_BOOL, "true");
	case 'f':
		return read_word(p, ILP_JSON_BOOL, "false");
	case 'n':
		return read_word(p, ILP_JSON_NULL, "null");
	}
	if (p->rest.at[0] == '-' || is_digit(p->rest.at[0]))
		return read_number(p);
	return refuse(p, ILP_JSON_VALUE);
}

struct ilp_json_error ilp_json_read(struct ilp_json_node *nodes,
				    size_t capacity, struct ilp_bytes text)
{
	struct parser p = {
		.rest = text,
		.text_len = text.len,
		.nodes = nodes,
		.capacity = capacity,
	};

	/* An error of its own, because editors do not show the mark. */
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		refuse(&p, ILP_JSON_BOM);
	else if (read_value(&p) && !at_end(&p))
		refuse(&p, ILP_JSON_TEXT_END);
	return p.error;
}

static bool is_type(const struct ilp_json_node *node, enum ilp_json_type type)
{
	return node && node->type == type;
}

struct ilp_json_walk ilp_json_walk(const struct ilp_json_node *parent)
{
	struct ilp_json_walk walk = { .parent = parent };

	if (is_type(parent, ILP_JSON_ARRAY) || is_type(parent, ILP_JSON_OBJECT))
		walk.next = parent + 1;
	return walk;
}

bool ilp_json_next(struct ilp_json_walk *walk)
{
	if (!walk->next || walk->next == walk->parent + walk->parent->span)
		return false;
	if (walk->parent->type == ILP_JSON_OBJECT)
		walk->key = walk->next++;
	walk->value = walk->next;
	walk->next += walk->value->span;
	return true;
}

const struct ilp_json_node *ilp_json_get(const struct ilp_json_node *object,
					 const char *key)
{
	const struct ilp_json_node *found = NULL;
	struct ilp_json_walk walk = ilp_json_walk(object);

	while (ilp_json_next(&walk))
		if (ilp_json_is(walk.key, key))
			found = walk.value;
	return found;
}

bool ilp_json_string(struct ilp_bytes *out, const struct ilp_json_node *node,
		     uint8_t *buffer, size_t capacity)
{
	size_t len = 0;

	if (!is_type(node, ILP_JSON_STRING))
		return false;
	struct ilp_bytes in = node->text;
	while (in.len) {
		struct character c = character(in);

		if (capacity - len < c.len)
			return false;
		memcpy(buffer + len, c.utf8, c.len);
		len += c.len;
		in = ilp_bytes_skip(in, c.written);
	}
	*out = (struct ilp_bytes){ buffer, len };
	return true;
}

bool ilp_json_is(const struct ilp_json_node *node, const char *text)
{
	struct ilp_bytes left = ilp_text(text);

	if (!is_type(node, ILP_JSON_STRING))
		return false;
	struct ilp_bytes in = node->text;
	while (in.len) {
		struct character c = character(in);

		if (left.len < c.len || memcmp(left.at, c.utf8, c.len) != 0)
			return false;
		left = ilp_bytes_skip(left, c.len);
		in = ilp_bytes_skip(in, c.written);
	}
	return left.len == 0;
}

bool ilp_json_u64(uint64_t *out, const struct ilp_json_node *node)
{
	return is_type(node, ILP_JSON_NUMBER) && ilp_decimal_read(out, node->text);
}

bool ilp_json_i64(int64_t *out, const struct ilp_json_node *node)
{
	uint64_t magnitude;

	if (!is_type(node, ILP_JSON_NUMBER))
		return false;
	struct ilp_bytes digits = node->text;
	bool minus = take_any(&digits, "-");
	if (!ilp_decimal_read(&magnitude, digits) ||
	    magnitude > (uint64_t)INT64_MAX + minus)
		return false;
	*out = (int64_t)(minus ? 0 - magnitude : magnitude);
	return true;
}

bool ilp_json_u64_string(uint64_t *out, const struct ilp_json_node *node)
{
	uint8_t buffer[ILP_DECIMAL_MAX];
	struct ilp_bytes digits;

	return ilp_json_string(&digits, node, buffer, sizeof(buffer)) &&
	       ilp_decimal_read(out, digits);
}

bool ilp_json_bool(bool *out, const struct ilp_json_node *node)
{
	if (!is_type(node, ILP_JSON_BOOL))
		return false;
	*out = node->text.at[0] == 't';
	return true;
}

bool ilp_json_null(const struct ilp_json_node *node)
{
	return is_type(node, ILP_JSON_NULL);
}
