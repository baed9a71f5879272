/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/visitor.h"

#include <stdio.h>
#include <stdlib.h>

#include "ilp/text.h"
#include "wire/http1.h"

#define HEAD_MAX 8192
#define STREAMS_MAX 8 /* requests one behind the other */

struct visitor {
	struct visitor_options options;
	struct http *http;
	bool over;
	bool ended;   /* it says nothing more */
	size_t asked; /* and not answered */
	bool streams; /* the last answer goes on as events come */
	struct ilp_time now;
	int64_t busy_us;  /* when something was last said by either side */
	uint32_t partial; /* the request that is begun and not whole, */
	int64_t begun_us; /* and since when */
};

struct visitor *visitor_create(const struct visitor_options *options,
			       struct ilp_time now)
{
	const struct http_options http = {
		.role = HTTP_SERVER,
		.pool = options->pool,
		.body_max = API_BODY_MAX,
		.head_max = HEAD_MAX,
		.streams_max = STREAMS_MAX,
	};
	struct visitor *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->options = *options;
	v->now = now;
	v->busy_us = now.monotonic_us;
	v->http = http1_create(&http);
	if (v->http)
		return v;
	free(v);
	return NULL;
}

void visitor_destroy(struct visitor *v)
{
	if (!v)
		return;
	api_forget(v->options.api, v);
	http_destroy(v->http);
	free(v);
}

static void respond(struct visitor *v, uint32_t stream,
		    const struct http_response *response)
{
	v->busy_us = v->now.monotonic_us;
	http_respond(v->http, stream, response);
}

/* Empty: it has none, or what it has is no token. */
static struct ilp_bytes token_of(const struct http_event *event)
{
	struct ilp_bytes rest = event->fields[HTTP_AUTHORIZATION];
	struct ilp_bytes scheme = ilp_text_until(&rest, ' ');

	return ilp_text_is(scheme, "Bearer") ?
		       ilp_text_trim(rest) :
		       (struct ilp_bytes){ NULL, 0 };
}

/* By the token, if it has one; a token that is none is worse than nothing. */
static enum api_scope scope_of(const struct visitor *v,
			       const struct http_event *event,
			       char who[API_WHO_SIZE])
{
	struct ilp_bytes token = token_of(event);

	snprintf(who, API_WHO_SIZE, "%s",
		 v->options.scope == API_ANYBODY ? "nobody" : "socket");
	if (event->fields[HTTP_AUTHORIZATION].len == 0)
		return v->options.scope;
	return token.len ? api_login(v->options.api, token, v->now, who) :
			   API_ANYBODY;
}

static void ask(struct visitor *v, const struct http_event *event)
{
	static const struct http_response no_memory = { .status = 503 };
	char who[API_WHO_SIZE];
	static const struct http_response forbidden = { .status = 403 };
	const struct api_question question = {
		.method = event->method,
		.target = event->path,
		.content_type = event->fields[HTTP_CONTENT_TYPE],
		.body = event->body,
		.key = event->fields[HTTP_IDEMPOTENCY_KEY],
		.scope = scope_of(v, event, who),
		.who = who,
		.token = token_of(event),
		.last_event = event->fields[HTTP_LAST_EVENT_ID],
		.door = v->options.pool,
		.connector = v->options.connector,
		.asker = v,
		.stream = event->stream,
	};

	/* Browsers say so of every page that asks another place; there is no
	 * token that could tell it from a program of the operator's. */
	if (v->options.connector && event->fields[HTTP_ORIGIN].len)
		respond(v, event->stream, &forbidden);
	else if (api_ask(v->options.api, &question, v->now))
		v->asked++;
	else
		respond(v, event->stream, &no_memory);
}

/* A server hears of GONE only where there are streams beside one another. */
static void listen(struct visitor *v)
{
	struct http_event event;

	while (http_next(v->http, &event)) {
		if (event.type == HTTP_REQUEST)
			ask(v, &event);
		else if (event.type == HTTP_DOWN)
			v->over = true;
	}
}

void visitor_receive(struct visitor *v, struct ilp_time now, uint8_t *in,
		     size_t len)
{
	v->now = now;
	v->busy_us = now.monotonic_us;
	http_receive(v->http, in, len);
	listen(v);
	if (http_partial(v->http) != v->partial)
		v->begun_us = now.monotonic_us;
	v->partial = http_partial(v->http);
}

void visitor_end(struct visitor *v)
{
	v->ended = true;
}

void visitor_answer(struct visitor *v, struct ilp_time now,
		    const struct api_answer *answer)
{
	const struct http_response response = {
		.status = answer->status,
		.fields[HTTP_CONTENT_TYPE] =
			ilp_text(answer->body.len || answer->streams ?
					 answer->content_type :
					 ""),
		.allow = ilp_text(answer->allow ? answer->allow : ""),
		.authenticate = ilp_text(answer->status == 401 ? "Bearer" : ""),
		.body = answer->body,
		.open = answer->streams,
	};

	v->now = now;
	v->asked--;
	v->streams |= answer->streams;
	respond(v, answer->stream, &response);
	listen(v);
}

/* While we owe an answer it is our turn. */
int64_t visitor_deadline_us(const struct visitor *v)
{
	if (v->over || v->asked || v->streams)
		return ILP_NEVER_US;
	return v->partial ? v->begun_us + VISITOR_WHOLE_US :
			    v->busy_us + VISITOR_IDLE_US;
}

void visitor_tick(struct visitor *v, struct ilp_time now)
{
	v->now = now;
	if (now.monotonic_us < visitor_deadline_us(v))
		return;
	http_close(v->http, "nothing was asked for too long");
	listen(v);
}

/* Once all else is written. */
static void stream(struct visitor *v)
{
	struct ilp_bytes text = api_stream_text(v->options.api, v);

	if (text.len) {
		if (http1_add(v->http, text))
			api_stream_given(v->options.api, v);
	} else if (api_stream_is_over(v->options.api, v)) {
		http_close(v->http, "there are no more events");
		listen(v);
	}
}

struct ilp_bytes visitor_output(struct visitor *v)
{
	if (v->streams && !v->over && http_waiting(v->http) == 0)
		stream(v);
	return http_output(v->http);
}

void visitor_written(struct visitor *v, size_t len)
{
	http_written(v->http, len);
}

bool visitor_reads(const struct visitor *v)
{
	return !v->over && !v->ended && http_waiting(v->http) <= API_ANSWER_MAX;
}

bool visitor_streams(const struct visitor *v)
{
	return v->streams;
}

bool visitor_is_over(const struct visitor *v)
{
	return v->over || (v->ended && !v->asked);
}
