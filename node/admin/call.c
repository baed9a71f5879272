/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/call.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ilp/text.h"
#include "ilp/url.h"
#include "node/admin/audit.h"
#include "node/config.h"

#define ANSWER_FIRST ((size_t)2048)
#define DETAIL_MAX 512

const struct call_problem call_not_found = { 404, "not-found",
					     "There is no such thing" };
const struct call_problem call_bad_request = { 400, "bad-request",
					       "The request makes no sense" };
const struct call_problem call_no_memory = { 503, "no-memory",
					     "There is no memory for this" };

struct call_memory {
	struct call_memory *next;
	size_t size;
	max_align_t at[];
};

void *call_take(struct api_call *call, size_t size)
{
	struct call_memory *memory = calloc(1, sizeof(*memory) + size);

	if (!memory)
		return NULL;
	memory->next = call->memory;
	memory->size = size;
	call->memory = memory;
	return memory->at;
}

void call_give_back(struct api_call *call, struct call_memory *before)
{
	while (call->memory != before) {
		struct call_memory *memory = call->memory;

		call->memory = memory->next;
		ilp_secret_clear(memory->at, memory->size);
		free(memory);
	}
}

/* There may be a token in it, which is not told again. */
static void drop_answer(struct api_call *call)
{
	if (call->answer.len)
		ilp_secret_clear(call->answer.at, call->answer.len);
	buffer_drop(&call->answer);
}

void call_finish(struct api_call *call)
{
	call_drop_change(call);
	audit_drop(call->entry);
	call_give_back(call, NULL);
	drop_answer(call);
}

void call_drop_change(struct api_call *call)
{
	change_drop(&call->change);
	for (size_t i = 0; i < CALL_CONFIGS_MAX; i++) {
		config_destroy(call->configs[i]);
		call->configs[i] = NULL;
	}
}

bool call_goes_on(const struct api_call *call)
{
	return !call->status && !call->waits;
}

/* ---- the query ---- */

bool call_decode(struct api_call *call, struct ilp_bytes *value)
{
	uint8_t *room = call_take(call, value->len + 1);
	struct ilp_writer w = ilp_writer(room, room ? value->len : 0);

	if (!room || ilp_percent_decode(&w, *value))
		return false;
	*value = ilp_written(&w);
	return true;
}

bool call_query(struct api_call *call, const char *name,
		struct ilp_bytes *value)
{
	struct ilp_bytes rest = call->query;

	*value = (struct ilp_bytes){ NULL, 0 };
	while (rest.len) {
		struct ilp_bytes pair = ilp_text_until(&rest, '&');
		struct ilp_bytes key = ilp_text_until(&pair, '=');

		if (!ilp_bytes_equal(key, ilp_text(name)))
			continue;
		*value = pair;
		return call_decode(call, value);
	}
	return true;
}

static bool knows(const struct endpoint *e, struct ilp_bytes name)
{
	const struct endpoint_query *q = e->queries;

	while (q && q->name && !ilp_bytes_equal(ilp_text(q->name), name))
		q++;
	return q && q->name;
}

bool call_check_query(struct api_call *call)
{
	struct ilp_bytes rest = call->query;

	while (rest.len) {
		struct ilp_bytes pair = ilp_text_until(&rest, '&');
		struct ilp_bytes name = ilp_text_until(&pair, '=');

		if (!name.len || knows(call->endpoint, name))
			continue;
		call_refuse(call, &call_bad_request,
			    "The query has no use for \"%.*s\".",
			    (int)(name.len < 64 ? name.len : 64),
			    (const char *)name.at);
		return false;
	}
	return true;
}

/* ---- the body ---- */

static const struct call_problem no_json = { 415, "not-json",
					     "The body has to be JSON" };

static bool says_json(struct ilp_bytes content_type)
{
	struct ilp_bytes type =
		ilp_text_trim(ilp_text_until(&content_type, ';'));

	return type.len == 0 || ilp_text_is(type, "application/json") ||
	       ilp_text_is(type, "application/merge-patch+json");
}

/* Every node takes at least one byte. */
const struct ilp_json_node *call_json(struct api_call *call)
{
	size_t capacity = call->body.len + 1;
	struct ilp_json_node *nodes = NULL;
	struct ilp_json_error json;

	if (!says_json(call->body_type)) {
		call_refuse(call, &no_json,
			    "Its Content-Type has to say application/json.");
		return NULL;
	}
	nodes = call_take(call, capacity * sizeof(*nodes));
	if (!nodes) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return NULL;
	}
	json = ilp_json_read(nodes, capacity, call->body);
	if (!json.problem)
		return nodes;
	call_refuse(call, &call_bad_request, "The body, at byte %zu: %s.",
		    json.offset, ilp_json_problem_text(json.problem));
	return NULL;
}

/* ---- answers ---- */

static void answer_no_memory(struct api_call *call)
{
	call->status = call_no_memory.status;
	drop_answer(call);
}

void call_answer_json(struct api_call *call, int status, call_writer *write,
		      const void *thing)
{
	call->status = status;
	for (size_t room = ANSWER_FIRST; room <= API_ANSWER_MAX; room *= 2) {
		struct ilp_json_writer w;

		if (!buffer_reserve(&call->answer, room, room))
			break;
		w = ilp_json_writer(call->answer.at, room, 0);
		write(&w, thing);
		call->answer.len = ilp_json_written(&w).len;
		if (w.problem == ILP_JSON_ROOM)
			continue;
		assert(call->answer.len);
		return;
	}
	answer_no_memory(call);
}

struct shaped {
	const struct shape *shape;
	const void *thing;
};

static void write_shaped(struct ilp_json_writer *w, const void *thing)
{
	const struct shaped *shaped = thing;

	shape_put(w, shaped->shape, shaped->thing);
}

void call_answer(struct api_call *call, int status, const struct shape *shape,
		 const void *thing)
{
	const struct shaped shaped = { shape, thing };

	call_answer_json(call, status, write_shaped, &shaped);
}

void call_answer_done(struct api_call *call)
{
	call->status = 204;
}

void call_answer_stream(struct api_call *call)
{
	call->status = 200;
	call->streams = true;
}

struct complaint {
	const struct call_problem *problem;
	const char *detail;
};

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void write_complaint(struct ilp_json_writer *w, const void *thing)
{
	const struct complaint *complaint = thing;
	char type[64];

	snprintf(type, sizeof(type), "/problems/%s", complaint->problem->type);
	ilp_json_begin_object(w);
	put_pair(w, "type", type);
	put_pair(w, "title", complaint->problem->title);
	ilp_json_put_key(w, "status");
	ilp_json_put_u64(w, (uint64_t)complaint->problem->status);
	put_pair(w, "detail", complaint->detail);
	ilp_json_end_object(w);
}

/* "Error: ", as JavaScript has it. */
static void refuse_in_text(struct api_call *call,
			   const struct call_problem *problem, const char *text)
{
	size_t room = strlen(text) + sizeof("Error: ");

	call->status = problem->status;
	call->content_type = "text/plain";
	if (!buffer_reserve(&call->answer, room, room)) {
		answer_no_memory(call);
		return;
	}
	call->answer.len = (size_t)snprintf((char *)call->answer.at, room,
					    "%s%s",
					    call->endpoint ? "Error: " : "",
					    call->endpoint ? text : "Not Found");
}

void call_refuse(struct api_call *call, const struct call_problem *problem,
		 const char *detail, ...)
{
	char text[DETAIL_MAX];
	struct complaint complaint = { problem, text };
	va_list args;

	va_start(args, detail);
	vsnprintf(text, sizeof(text), detail, args);
	va_end(args);
	if (call->connector) {
		refuse_in_text(call, problem, text);
		return;
	}
	call->content_type = "application/problem+json";
	call_answer_json(call, problem->status, write_complaint, &complaint);
}
