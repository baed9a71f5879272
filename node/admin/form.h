/* SPDX-License-Identifier: Apache-2.0 */
/* form.h - what the body of a request is to be: a row for each member.
 *
 * By these rows bodies are read, and the document of the API says what they
 * are; so nobody is refused for what it asks for. Used by node/admin only.
 */
#ifndef NODE_ADMIN_FORM_H
#define NODE_ADMIN_FORM_H

#include "base/json_writer.h"

struct api_call;
struct call_problem;
struct config_object;

enum form_kind {
	FORM_TEXT, /* struct ilp_bytes, which lives as long as the call */
	FORM_WORD, /* an enum, by its place in `words` */
	FORM_NUMBER, /* uint64_t, as a number or as a string of digits */
	FORM_UNITS,  /* signed_units: digits in a string, a minus in front or
			none, of no more than an amount has */
	FORM_FLAG,   /* bool */
};

struct form_field {
	const char *name;
	enum form_kind kind;
	bool optional;
	size_t at;  /* where it goes */
	size_t max; /* bytes of a text, which has one at least */
	const char *signs; /* of which it may be made, besides letters and
			      digits, a minus last; NULL: of anything */
	const char *const *words; /* from the first that may be, up to a NULL */
	unsigned first;           /* the place of that one in the enum */
	uint64_t least;           /* of a number */
	uint64_t most;
	const char *text;         /* for people */
};

struct form {
	const char *name; /* as the schema is called */
	const struct form_field *fields;
	size_t count;
	bool optional; /* no body at all is as good as an empty object */
	/* Or else options, which config.h reads; in a patch they may go. */
	const struct config_object *const *options;
	bool patch;
};

/* May what that member of the body says be told, as it is no secret? */
bool form_tells(const struct form *form, const char *name);

#define FORM(name_, fields_)                                                   \
	{                                                                      \
		.name = (name_), .fields = (fields_),                          \
		.count = sizeof(fields_) / sizeof(*(fields_))                  \
	}

/* Reads the body of the call, which has members of these fields and no others.
 * False when it is something else; then the call says so, with that problem. */
bool form_read(struct api_call *call, const struct form *form,
	       const struct call_problem *problem, void *out);

void form_put_schema(struct ilp_json_writer *w, const struct form *form);

#endif
