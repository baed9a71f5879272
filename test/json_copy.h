/* SPDX-License-Identifier: Apache-2.0 */
/* json_copy.h - writes again what was read, through the accessors that
 * everybody uses: so that a text can be compared with what we understood. */
#ifndef TEST_JSON_COPY_H
#define TEST_JSON_COPY_H

#include <assert.h>

#include "base/json_writer.h"

#define JSON_COPY_STRING_MAX (1 << 20)

static inline struct ilp_bytes
json_copy_string(const struct ilp_json_node *node)
{
	static uint8_t buffer[JSON_COPY_STRING_MAX];
	struct ilp_bytes text;

	assert(node->text.len <= sizeof(buffer));
	bool fits = ilp_json_string(&text, node, buffer, node->text.len);
	assert(fits);
	return text;
}

static inline void json_copy(struct ilp_json_writer *w,
			     const struct ilp_json_node *node);

static inline void json_copy_inside(struct ilp_json_writer *w,
				    const struct ilp_json_node *node)
{
	struct ilp_json_walk walk = ilp_json_walk(node);
	size_t count = 0;

	while (ilp_json_next(&walk)) {
		if (walk.key)
			ilp_json_put_key_bytes(w, json_copy_string(walk.key));
		json_copy(w, walk.value);
		count++;
	}
	assert(count == node->count);
}

static inline void json_copy(struct ilp_json_writer *w,
			     const struct ilp_json_node *node)
{
	bool truth = false;

	switch (node->type) {
	case ILP_JSON_NULL:
		ilp_json_put_null(w);
		break;
	case ILP_JSON_BOOL:
		ilp_json_bool(&truth, node);
		ilp_json_put_bool(w, truth);
		break;
	case ILP_JSON_NUMBER:
		ilp_json_put_number(w, node->text);
		break;
	case ILP_JSON_STRING:
		ilp_json_put_string(w, json_copy_string(node));
		break;
	case ILP_JSON_ARRAY:
		ilp_json_begin_array(w);
		json_copy_inside(w, node);
		ilp_json_end_array(w);
		break;
	case ILP_JSON_OBJECT:
		ilp_json_begin_object(w);
		json_copy_inside(w, node);
		ilp_json_end_object(w);
		break;
	}
}

#endif
