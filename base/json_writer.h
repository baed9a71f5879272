/* SPDX-License-Identifier: Apache-2.0 */
/* json_writer.h - writing JSON (RFC 8259) into a buffer of the caller's.
 *
 * Commas and colons are the writer's work, the order of the calls is the
 * caller's. The writer remembers its first failure, does nothing from then
 * on, and is asked once at the end; what it then gives out is valid JSON.
 */
#ifndef ILP_BASE_JSON_WRITER_H
#define ILP_BASE_JSON_WRITER_H

#include "base/json.h"

struct ilp_json_writer {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
	enum ilp_json_problem problem; /* the first: ROOM, DEPTH or MISUSE */
	unsigned indent;               /* this and the rest are private */
	unsigned depth;
	uint64_t objects; /* bit n: what is open at depth n + 1 is an object */
	bool empty;       /* nothing written in what is open */
	bool keyed;       /* a key was written, its value not yet */
};

/* Each level goes `indent` spaces further to the right; 0 puts all on one line
 * without a space. */
struct ilp_json_writer ilp_json_writer(uint8_t *buffer, size_t capacity,
				       unsigned indent);

/* The document. Empty unless it is whole, that is one value with all that was
 * opened closed, and nothing failed. */
struct ilp_bytes ilp_json_written(const struct ilp_json_writer *w);

void ilp_json_begin_object(struct ilp_json_writer *w);
void ilp_json_end_object(struct ilp_json_writer *w);
void ilp_json_begin_array(struct ilp_json_writer *w);
void ilp_json_end_array(struct ilp_json_writer *w);

/* Text is escaped no more than it must be. A byte that is not part of UTF-8
 * becomes U+FFFD. */
void ilp_json_put_key(struct ilp_json_writer *w, const char *key);
void ilp_json_put_key_bytes(struct ilp_json_writer *w, struct ilp_bytes key);
void ilp_json_put_string(struct ilp_json_writer *w, struct ilp_bytes text);

/* Bytes, as a string of lower-case hexadecimal digits. */
void ilp_json_put_hex(struct ilp_json_writer *w, struct ilp_bytes bytes);

/* A number as text; MISUSE when it is none. */
void ilp_json_put_number(struct ilp_json_writer *w, struct ilp_bytes text);
void ilp_json_put_u64(struct ilp_json_writer *w, uint64_t value);
void ilp_json_put_i64(struct ilp_json_writer *w, int64_t value);
void ilp_json_put_u64_string(struct ilp_json_writer *w, uint64_t value);
void ilp_json_put_bool(struct ilp_json_writer *w, bool value);
void ilp_json_put_null(struct ilp_json_writer *w);

/* A value, or a key, as it was written where it was read. */
void ilp_json_put_node(struct ilp_json_writer *w,
		       const struct ilp_json_node *node);
void ilp_json_put_key_node(struct ilp_json_writer *w,
			   const struct ilp_json_node *key);

#endif
