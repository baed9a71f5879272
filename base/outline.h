/* SPDX-License-Identifier: Apache-2.0 */
/* outline.h - a tree of named values, written for people as indented text or
 * for programs as JSON, by the same calls.
 *
 *	prepare:                        { "prepare": {
 *	  amount: 107                       "amount": "107",
 *	  data: 5db3 (2 bytes)              "data": "5db3" } }
 */
#ifndef ILP_BASE_OUTLINE_H
#define ILP_BASE_OUTLINE_H

#include "base/json_writer.h"

enum ilp_outline_form {
	ILP_OUTLINE_TEXT,
	ILP_OUTLINE_JSON,
};

struct ilp_outline {
	enum ilp_outline_form form; /* this and the rest are private */
	struct ilp_json_writer json;
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
	unsigned depth;
	bool full;
};

struct ilp_outline ilp_outline(enum ilp_outline_form form, uint8_t *buffer,
			       size_t capacity);

/* All of it; empty when it did not fit. */
struct ilp_bytes ilp_outlined(const struct ilp_outline *o);

/* Groups of values and lists of groups, closed by ilp_outline_end and
 * ilp_outline_end_list. An item of a list, and the outermost group, has NULL
 * for its name. */
void ilp_outline_group(struct ilp_outline *o, const char *name);
void ilp_outline_end(struct ilp_outline *o);
void ilp_outline_list(struct ilp_outline *o, const char *name);
void ilp_outline_end_list(struct ilp_outline *o);

/* Values. In JSON, 64-bit integers and bytes are strings. */
void ilp_outline_text(struct ilp_outline *o, const char *name,
		      struct ilp_bytes value);
void ilp_outline_hex(struct ilp_outline *o, const char *name,
		     struct ilp_bytes value);
void ilp_outline_u64(struct ilp_outline *o, const char *name, uint64_t value);
void ilp_outline_u32(struct ilp_outline *o, const char *name, uint32_t value);

#endif
