/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/document.h"

#include <ctype.h>
#include <stdio.h>

#include "node/admin/call.h"

/* ---- writing ---- */

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void put_u64(struct ilp_json_writer *w, const char *key, uint64_t value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_u64(w, value);
}

static void begin_object(struct ilp_json_writer *w, const char *key)
{
	ilp_json_put_key(w, key);
	ilp_json_begin_object(w);
}

static void begin_array(struct ilp_json_writer *w, const char *key)
{
	ilp_json_put_key(w, key);
	ilp_json_begin_array(w);
}

/* ---- going through the endpoints ---- */

/* Goes through all of them; false behind the last. Start with zeros. */
struct turn {
	size_t list;
	size_t at; /* behind the one that was given */
	const struct endpoint *endpoint;
};

static bool next_endpoint(struct turn *t)
{
	while (t->list < endpoint_list_count &&
	       t->at == endpoint_lists[t->list]->count) {
		t->list++;
		t->at = 0;
	}
	if (t->list == endpoint_list_count)
		return false;
	t->endpoint = &endpoint_lists[t->list]->at[t->at++];
	return true;
}

/* ---- operations ---- */

/* Fields of the head. */
static const struct endpoint_query key = {
	.text = "New for each request, and the same when it is repeated: then "
		"nothing is done again, and the answer is the same.",
};

static const struct endpoint_query last_event = {
	.text = "The number of the last event that was heard: what has come "
		"behind it is told first.",
};

static void put_parameter(struct ilp_json_writer *w, struct ilp_bytes name,
			  const char *in, const struct endpoint_query *query)
{
	ilp_json_begin_object(w);
	ilp_json_put_key(w, "name");
	ilp_json_put_string(w, name);
	put_pair(w, "in", in);
	ilp_json_put_key(w, "required");
	ilp_json_put_bool(w, strcmp(in, "path") == 0 || query == &key);
	if (query)
		put_pair(w, "description", query->text);
	begin_object(w, "schema");
	put_pair(w, "type", query && query->most ? "integer" : "string");
	if (query && query->most) {
		put_u64(w, "minimum", 1);
		put_u64(w, "maximum", query->most);
	}
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void put_parameters(struct ilp_json_writer *w, const struct endpoint *e)
{
	const struct endpoint_query *q = e->queries;
	const char *at = e->path;

	begin_array(w, "parameters");
	while ((at = strchr(at, '{'))) {
		size_t len = strcspn(++at, "}");

		put_parameter(w, (struct ilp_bytes){ (const uint8_t *)at, len },
			      "path", NULL);
	}
	for (; q && q->name; q++)
		put_parameter(w, ilp_text(q->name), "query", q);
	if (e->once)
		put_parameter(w, ilp_text("Idempotency-Key"), "header", &key);
	if (e->events)
		put_parameter(w, ilp_text("Last-Event-ID"), "header",
			      &last_event);
	ilp_json_end_array(w);
}

static void put_content(struct ilp_json_writer *w, const char *type,
			const char *schema)
{
	char text[96];

	begin_object(w, "content");
	begin_object(w, type);
	begin_object(w, "schema");
	if (schema) {
		snprintf(text, sizeof(text), "#/components/schemas/%s", schema);
		put_pair(w, "$ref", text);
	}
	ilp_json_end_object(w);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

/* A stream of messages, in each of which there is one of these. */
static void put_events(struct ilp_json_writer *w, const struct endpoint *e)
{
	begin_object(w, "content");
	begin_object(w, e->content_type);
	begin_object(w, "schema");
	begin_array(w, "oneOf");
	for (const struct shape *const *at = e->events; *at; at++) {
		char text[96];

		snprintf(text, sizeof(text), "#/components/schemas/%s",
			 (*at)->name);
		ilp_json_begin_object(w);
		put_pair(w, "$ref", text);
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void put_answer(struct ilp_json_writer *w, const struct endpoint *e,
		       int status)
{
	char text[12];

	snprintf(text, sizeof(text), "%d", status);
	begin_object(w, text);
	put_pair(w, "description", e->text);
	if (e->answer)
		put_content(w, "application/json", e->answer->name);
	else if (e->events)
		put_events(w, e);
	else if (status != 204)
		put_content(w,
			    e->content_type ? e->content_type :
					      "application/json",
			    NULL);
	ilp_json_end_object(w);
}

static void put_body(struct ilp_json_writer *w, const struct endpoint *e)
{
	if (!e->body)
		return;
	begin_object(w, "requestBody");
	ilp_json_put_key(w, "required");
	ilp_json_put_bool(w, !e->body->optional);
	put_content(w,
		    e->body->patch ? "application/merge-patch+json" :
				     "application/json",
		    e->body->name);
	ilp_json_end_object(w);
}

static void put_responses(struct ilp_json_writer *w, const struct endpoint *e)
{
	begin_object(w, "responses");
	put_answer(w, e, e->status);
	if (e->status_else)
		put_answer(w, e, e->status_else);
	begin_object(w, "default");
	put_pair(w, "description", "What is wrong.");
	put_content(w, "application/problem+json", "Problem");
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void put_operation(struct ilp_json_writer *w, const char *tag,
			  const struct endpoint *e)
{
	static const char *const scopes[] = {
		[API_READ] = "read",
		[API_OPERATE] = "operate",
		[API_ADMIN] = "admin",
	};
	char method[8] = "";

	for (size_t i = 0; e->method[i]; i++)
		method[i] = (char)tolower((unsigned char)e->method[i]);
	begin_object(w, method);
	put_pair(w, "operationId", e->name);
	put_pair(w, "summary", e->text);
	begin_array(w, "tags");
	ilp_json_put_string(w, ilp_text(tag));
	ilp_json_end_array(w);
	begin_array(w, "security");
	if (e->scope != API_ANYBODY) {
		ilp_json_begin_object(w);
		begin_array(w, "token");
		ilp_json_put_string(w, ilp_text(scopes[e->scope]));
		ilp_json_end_array(w);
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
	put_parameters(w, e);
	put_body(w, e);
	put_responses(w, e);
	ilp_json_end_object(w);
}

/* Was this path there before that turn? */
static bool is_known(const struct turn *until)
{
	struct turn t = { .list = 0 };

	while (next_endpoint(&t) && t.endpoint != until->endpoint)
		if (strcmp(t.endpoint->path, until->endpoint->path) == 0)
			return true;
	return false;
}

/* With all that can be done there. */
static void put_path(struct ilp_json_writer *w, const char *path)
{
	struct turn t = { .list = 0 };

	begin_object(w, path);
	while (next_endpoint(&t))
		if (strcmp(t.endpoint->path, path) == 0)
			put_operation(w, endpoint_lists[t.list]->tag,
				      t.endpoint);
	ilp_json_end_object(w);
}

/* ---- schemas ---- */

#define SHAPES_MAX 64

struct shapes {
	const struct shape *at[SHAPES_MAX];
	size_t count;
};

static void collect(struct shapes *shapes, const struct shape *shape)
{
	for (size_t i = 0; i < shapes->count; i++)
		if (shapes->at[i] == shape)
			return;
	if (shapes->count == SHAPES_MAX)
		return; /* then the document has a reference to nothing */
	shapes->at[shapes->count++] = shape;
	for (size_t i = 0; i < shape->count; i++)
		if (shape->fields[i].inside)
			collect(shapes, shape->fields[i].inside);
}

struct problem {
	const char *type;
	const char *title;
	uint64_t status;
	const char *detail;
};

static const struct shape_field problem_fields[] = {
	{ "type", SHAPE_STRING, .at = offsetof(struct problem, type),
	  .text = "A word for programs, as the end of a path." },
	{ "title", SHAPE_STRING, .at = offsetof(struct problem, title),
	  .text = "What it is." },
	{ "status", SHAPE_COUNT, .at = offsetof(struct problem, status),
	  .text = "The status of HTTP." },
	{ "detail", SHAPE_STRING, .at = offsetof(struct problem, detail),
	  .text = "What is wrong in this case." },
};

static const struct shape problem_shape =
	SHAPE("Problem", struct problem, problem_fields);

/* Each is of one endpoint alone. */
static void put_forms(struct ilp_json_writer *w)
{
	struct turn t = { .list = 0 };

	while (next_endpoint(&t)) {
		const struct form *form = t.endpoint->body;

		if (!form)
			continue;
		ilp_json_put_key(w, form->name);
		form_put_schema(w, form);
	}
}

static void put_schemas(struct ilp_json_writer *w)
{
	struct shapes shapes = { .count = 0 };
	struct turn t = { .list = 0 };

	collect(&shapes, &problem_shape);
	while (next_endpoint(&t)) {
		const struct shape *const *event = t.endpoint->events;

		if (t.endpoint->answer)
			collect(&shapes, t.endpoint->answer);
		while (event && *event)
			collect(&shapes, *event++);
	}
	begin_object(w, "schemas");
	for (size_t i = 0; i < shapes.count; i++) {
		ilp_json_put_key(w, shapes.at[i]->name);
		shape_put_schema(w, shapes.at[i]);
	}
	put_forms(w);
	ilp_json_end_object(w);
}

static void put_components(struct ilp_json_writer *w)
{
	begin_object(w, "components");
	begin_object(w, "securitySchemes");
	begin_object(w, "token");
	put_pair(w, "type", "http");
	put_pair(w, "scheme", "bearer");
	put_pair(w, "description",
		 "A token of the admin API, with a scope: read, operate or "
		 "admin. The Unix socket needs none.");
	ilp_json_end_object(w);
	ilp_json_end_object(w);
	put_schemas(w);
	ilp_json_end_object(w);
}

void document_write(struct ilp_json_writer *w, const void *version)
{
	struct turn t = { .list = 0 };

	ilp_json_begin_object(w);
	put_pair(w, "openapi", "3.1.0");
	begin_object(w, "info");
	put_pair(w, "title", "ilpd admin API");
	put_pair(w, "version", version);
	put_pair(w, "description",
		 "What operators and their programs ask of a node. Amounts are "
		 "strings, in units of the account's asset.");
	ilp_json_end_object(w);
	begin_object(w, "paths");
	while (next_endpoint(&t))
		if (!is_known(&t))
			put_path(w, t.endpoint->path);
	ilp_json_end_object(w);
	put_components(w);
	ilp_json_end_object(w);
}
