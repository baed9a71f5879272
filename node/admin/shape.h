/* SPDX-License-Identifier: Apache-2.0 */
/* shape.h - what a thing looks like in JSON: a row for each of its fields.
 *
 * From these rows answers are written, and the schemas of the API's document
 * are made; so the two cannot differ. Amounts of money are strings, since many
 * readers of JSON round large numbers.
 */
#ifndef NODE_ADMIN_SHAPE_H
#define NODE_ADMIN_SHAPE_H

#include "base/json_writer.h"
#include "node/book.h"

enum shape_kind {
	SHAPE_BYTES,  /* struct ilp_bytes, text */
	SHAPE_STRING, /* const char * */
	SHAPE_CHARS,  /* an array of char, up to a zero */
	SHAPE_WORD,   /* an enum, by its place in `words` */
	SHAPE_FLAG,   /* bool */
	SHAPE_COUNT,  /* uint64_t */
	SHAPE_SMALL,  /* uint32_t */
	SHAPE_UNITS,  /* signed_units; without a limit "unlimited" */
	SHAPE_MOMENT, /* int64_t, milliseconds since 1970, as in RFC 3339 */
	SHAPE_OBJECT, /* a struct of the shape `inside` */
	SHAPE_LIST,   /* a pointer to structs of the shape `inside` */
	SHAPE_WORDS,  /* a pointer to const char * */
};

/* Units that are not there, where they need not be. */
#define SHAPE_NOTHING (UNITS_MIN + 1)

struct shape;

struct shape_field {
	const char *name;
	enum shape_kind kind;
	/* A text, a moment or units: null when it is empty, NULL, 0 or
	 * SHAPE_NOTHING. */
	bool optional;
	size_t at;       /* where it lies in the struct */
	size_t count_at; /* of a list: where its length, a size_t, lies */
	const struct shape *inside;
	const char *const *words; /* up to a NULL */
	const char *text;         /* for people */
};

struct shape {
	const char *name; /* as the schema is called: "Account" */
	size_t size;      /* of the struct */
	const struct shape_field *fields;
	size_t count;
};

#define SHAPE(name_, type, fields_)                                            \
	{                                                                      \
		.name = (name_), .size = sizeof(type), .fields = (fields_),    \
		.count = sizeof(fields_) / sizeof(*(fields_))                  \
	}

/* Writes the thing as an object. */
void shape_put(struct ilp_json_writer *w, const struct shape *shape,
	       const void *thing);

/* Writes what such an object looks like, in JSON Schema; shapes inside are
 * referred to by their names. */
void shape_put_schema(struct ilp_json_writer *w, const struct shape *shape);

#endif
