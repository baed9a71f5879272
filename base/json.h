/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - reading JSON (RFC 8259), exactly and without allocating.
 *
 * Money and other 64-bit integers travel in our JSON, so no number ever
 * becomes a double: a number is its text until somebody asks for an integer,
 * and then gets that integer or a refusal. The reader fills an array of the
 * caller's and takes nothing that the RFC does not allow. Writing is
 * json_writer.c's work.
 */
#ifndef ILP_BASE_JSON_H
#define ILP_BASE_JSON_H

#include "base/bytes.h"

/* Arrays and objects inside one another, for reader and writer alike. The
 * reader calls itself for each of them, so this is also what bounds its use of
 * the stack. */
#define ILP_JSON_DEPTH_MAX 64

enum ilp_json_problem {
	ILP_JSON_OK,
	ILP_JSON_ROOM, /* more nodes, or more bytes, than there is room for */
	ILP_JSON_DEPTH,
	ILP_JSON_MISUSE, /* writer: calls that do not add up to a document */
	ILP_JSON_BOM,
	ILP_JSON_VALUE,
	ILP_JSON_KEY,
	ILP_JSON_COLON,
	ILP_JSON_ITEM_END,
	ILP_JSON_MEMBER_END,
	ILP_JSON_TEXT_END,
	ILP_JSON_STRING_END,
	ILP_JSON_CONTROL,
	ILP_JSON_UTF8,
	ILP_JSON_ESCAPE,
	ILP_JSON_HEX,
	ILP_JSON_SURROGATE,
	ILP_JSON_DIGIT,
	ILP_JSON_LEADING_ZERO,
};

/* What is wrong, for people: "expected ':' after a key". */
const char *ilp_json_problem_text(enum ilp_json_problem problem);

struct ilp_json_error {
	enum ilp_json_problem problem;
	size_t offset; /* in bytes, of what should not be there; a string
			  without an end is reported where it starts */
};

/* Where an offset is, for people: both count from 1, the column in
 * characters. */
struct ilp_json_place {
	size_t line, column;
};

struct ilp_json_place ilp_json_place(struct ilp_bytes text, size_t offset);

enum ilp_json_type {
	ILP_JSON_NULL,
	ILP_JSON_BOOL,
	ILP_JSON_NUMBER,
	ILP_JSON_STRING,
	ILP_JSON_ARRAY,
	ILP_JSON_OBJECT,
};

/* A value, with what it contains right behind it. [1, {"a": 2}] becomes
 *
 *	nodes:  [      1      {      "a"    2
 *	count:  2      0      1      0      0
 *	span:   5      1      3      1      1
 *
 * so node + 1 is the first thing inside, and node + span the first thing
 * after. An object holds a key, the key's value, the next key and so on. */
struct ilp_json_node {
	enum ilp_json_type type;
	size_t count; /* items of an array, members of an object, else 0 */
	size_t span;  /* nodes, with this one */
	struct ilp_bytes text; /* borrowed from the source: the whole value, of
				  a string what is between the quotes */
};

/* Reads a whole text, which is one value. With `problem` ILP_JSON_OK, nodes[0]
 * is that value; else the nodes mean nothing. Every node takes at least one
 * byte of text. Escapes that name half of a surrogate pair are refused, since
 * there is no UTF-8 for them. An object may name a key twice. */
struct ilp_json_error ilp_json_read(struct ilp_json_node *nodes,
				    size_t capacity, struct ilp_bytes text);

/* All that follows takes NULL for a node, as a failed look-up gives it, and
 * answers as for a value of the wrong type: with false, leaving `*out` as it
 * was. */

/* The value of a member of an object, or NULL. Of two members with the same
 * key the last counts, as in JavaScript. */
const struct ilp_json_node *ilp_json_get(const struct ilp_json_node *object,
					 const char *key);

/* Goes through an array or an object:
 *
 *	struct ilp_json_walk walk = ilp_json_walk(node);
 *	while (ilp_json_next(&walk))
 *		... walk.key, walk.value ...
 *
 * Other values, and NULL, have nothing to go through. */
struct ilp_json_walk {
	const struct ilp_json_node *key; /* NULL in an array */
	const struct ilp_json_node *value;
	const struct ilp_json_node *parent; /* this and the rest are private */
	const struct ilp_json_node *next;
};

struct ilp_json_walk ilp_json_walk(const struct ilp_json_node *parent);
bool ilp_json_next(struct ilp_json_walk *walk);

/* A string with its escapes undone, written to the buffer; false also when it
 * does not fit. node->text.len bytes always suffice. It may contain zeros. */
bool ilp_json_string(struct ilp_bytes *out, const struct ilp_json_node *node,
		     uint8_t *buffer, size_t capacity);

/* Is it this string? */
bool ilp_json_is(const struct ilp_json_node *node, const char *text);

/* A number that is written as an integer and fits: digits, in front of which
 * an i64 may have a minus. So neither 1.0 nor 1e3 is one; -0 is the i64 0, but
 * no u64. */
bool ilp_json_u64(uint64_t *out, const struct ilp_json_node *node);
bool ilp_json_i64(int64_t *out, const struct ilp_json_node *node);

/* A string of digits, as amounts of money are written because many readers
 * would round a number. No sign, no leading zeros, nothing around it. */
bool ilp_json_u64_string(uint64_t *out, const struct ilp_json_node *node);

bool ilp_json_bool(bool *out, const struct ilp_json_node *node);

/* Is it there, and null? */
bool ilp_json_null(const struct ilp_json_node *node);

#endif
