/* SPDX-License-Identifier: Apache-2.0 */
/* The input is what a peer sends to a server, or to a client that has asked
 * once. However it is cut, the same events come of it and the
 * same is written, but for 100 (Continue), which is left out when it would
 * come too late. Down is the last event, all bodies are within their limit,
 * and every block is given back. */
#include "wire/http1.h"

#include <stdio.h>

#include "test/fuzz.h"

#define INPUT_MAX 4096
#define BLOCK_LEN 2048
#define BLOCKS 64
#define BODY_MAX 300
#define HEAD_MAX 400
#define STREAMS_MAX 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How the input is read. */
struct plan {
	enum http_role role;
	size_t most;   /* bytes in a piece */
	bool reversed; /* every second request is answered before the first */
};

/* What has come of it, and sums over all of that. */
struct history {
	bool over;
	uint64_t events;
	uint64_t output;
	uint32_t unanswered; /* a stream */
};

static struct pool *pool;

static void add_bytes(uint64_t *sum, struct ilp_bytes in)
{
	*sum = (*sum ^ in.len) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < in.len; i++)
		*sum = (*sum ^ in.at[i]) * UINT64_C(0x100000001b3);
}

static void add_event(struct history *h, const struct http_event *event)
{
	require(!h->over);
	require(event->body.len <= BODY_MAX);
	h->over = event->type == HTTP_DOWN;
	h->events = (h->events ^ event->type) * 31 + event->stream;
	h->events = h->events * 31 + (unsigned)event->status;
	add_bytes(&h->events, event->method);
	add_bytes(&h->events, event->path);
	for (enum http_field i = 0; i < HTTP_FIELDS; i++)
		add_bytes(&h->events, event->fields[i]);
	add_bytes(&h->events, event->body);
	if (event->reason)
		add_bytes(&h->events, ilp_text(event->reason));
}

static void write_all(struct http *http, struct history *h)
{
	static const char interim[] = "HTTP/1.1 100 OK\r\n\r\n";
	struct ilp_bytes out = http_output(http);

	for (; out.len; out = http_output(http)) {
		size_t len = strlen(interim);

		if (out.len < len || memcmp(out.at, interim, len) != 0) {
			len = 1;
			add_bytes(&h->output,
				  (struct ilp_bytes){ out.at, len });
		}
		http_written(http, len);
	}
}

static void answer(struct http *http, uint32_t stream)
{
	char body[16];
	struct http_response response = { .status = 200 };

	snprintf(body, sizeof(body), "%u", stream);
	response.body = ilp_text(body);
	require(http_respond(http, stream, &response));
}

/* The owner of a server: answers each request, or each two of them. */
static void serve(struct http *http, struct history *h,
		  const struct http_event *event, bool reversed)
{
	require(event->path.len && event->method.len);
	if (reversed && !h->unanswered) {
		h->unanswered = event->stream;
		return;
	}
	answer(http, event->stream);
	if (h->unanswered)
		answer(http, h->unanswered);
	h->unanswered = 0;
}

static void ask(struct http *http, struct history *h)
{
	static const struct http_request request = {
		.method = { (const uint8_t *)"POST", 4 },
		.path = { (const uint8_t *)"/", 1 },
		.authority = { (const uint8_t *)"a", 1 },
		.body = { (const uint8_t *)"x", 1 },
	};

	require(http_room(http) == 1);
	require(http_ask(http, &request, NULL));
	write_all(http, h);
}

static void take_events(struct http *http, struct history *h,
			const struct plan *plan)
{
	struct http_event event;

	while (http_next(http, &event)) {
		add_event(h, &event);
		if (event.type == HTTP_REQUEST)
			serve(http, h, &event, plan->reversed);
		write_all(http, h);
		require(http_open(http) <= STREAMS_MAX + 1);
	}
}

/* Pieces lie in memory of their own, which is gone when it may be. */
static void receive(struct http *http, struct history *h,
		    const struct plan *plan, struct ilp_bytes in)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = plan->most ? 1 + i % plan->most : in.len;
		uint8_t *piece;

		if (len > in.len)
			len = in.len;
		piece = malloc(len);
		require(piece != NULL);
		memcpy(piece, in.at, len);
		http_receive(http, piece, len);
		take_events(http, h, plan);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
}

static struct history run(const struct plan *plan, struct ilp_bytes in)
{
	struct http_options options = { .role = plan->role,
					.pool = pool,
					.body_max = BODY_MAX,
					.head_max = HEAD_MAX,
					.streams_max = STREAMS_MAX };
	struct history h = { .over = false };
	struct http *http = http1_create(&options);

	require(http != NULL);
	if (plan->role == HTTP_CLIENT)
		ask(http, &h);
	receive(http, &h, plan, in);
	if (h.unanswered && !h.over)
		answer(http, h.unanswered);
	http_close(http, "end");
	take_events(http, &h, plan);
	require(h.over && http_waiting(http) == 0 && http_open(http) == 0);
	http_destroy(http);
	require(pool_taken(pool) == 0);
	return h;
}

/* The first byte says who reads the input, and how it is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	uint8_t first = take_u8(&r);
	struct plan plan = { .role = first & 1 ? HTTP_CLIENT : HTTP_SERVER,
			     .reversed = first & 2 };
	struct ilp_bytes in = take_rest(&r);
	struct history whole;
	struct history pieces;

	if (size > INPUT_MAX)
		return 0;
	if (!pool)
		pool = pool_create(BLOCK_LEN, BLOCKS);
	whole = run(&plan, in);
	plan.most = 1 + first / 4;
	pieces = run(&plan, in);
	require(whole.events == pieces.events);
	require(whole.output == pieces.output);
	return 0;
}
