/* SPDX-License-Identifier: Apache-2.0 */
/* yaml.h - reading YAML as the JSON that it means.
 *
 * Whoever understands a document in JSON understands the same one in YAML, and
 * the places in it are those of the YAML. There is no guessing: of what stands
 * without quotes only numbers as JSON writes them, true, false, and the four
 * ways to write nothing (null, Null, NULL and ~, besides nothing at all) are not
 * strings. So NO, 09, 1_000 and 0x10 arrive as they were written, for the reader
 * to take or to refuse.
 *
 * Anchors, aliases, tags, merge keys, directives and second documents are
 * refused, and so are line breaks that are not to be seen. Only yaml.c knows libyaml.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/json_writer.h"

/* Longer texts are refused, and deeper ones than ILP_JSON_DEPTH_MAX. */
#define YAML_SIZE_MAX ((size_t)16 * 1024 * 1024)

struct yaml_error {
	char text[256];
	struct ilp_json_place place;
};

struct yaml_mark {
	size_t offset; /* in the JSON, from which on the next one lies there */
	struct ilp_json_place place;
};

struct yaml {
	uint8_t *json; /* one value, without errors; keys may be there twice */
	size_t len;
	size_t capacity;
	struct yaml_mark *marks;
	size_t mark_count;
	size_t mark_capacity;
};

/* False and an error when it is no such document. With true, yaml_drop. */
bool yaml_read(struct yaml *out, struct ilp_bytes text,
	       struct yaml_error *error);

/* Where in the YAML the value or key is that begins at this offset of the
 * JSON. */
struct ilp_json_place yaml_place(const struct yaml *yaml, size_t offset);

/* Writes what stands without quotes in YAML, as one that is read is written. */
void yaml_put_plain(struct ilp_json_writer *w, struct ilp_bytes text);

/* Frees the memory; whoever has secrets in the JSON wipes it before. */
void yaml_drop(struct yaml *yaml);

#endif
