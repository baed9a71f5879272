/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and responses get through HTTP/2 whole, in whatever pieces they
 * come; limits hold to the byte; and a peer that breaks rules, or costs more
 * than it brings, is told so and given up. The peer is our own other role, or
 * frames by hand. */
#include "wire/http2.h"

#include <nghttp2/nghttp2.h>

#include "test/check.h"
#include "test/random.h"

#define BLOCK_LEN (80 * 1024)
#define BLOCKS 64
#define BODY_MAX 40000
#define HEAD_MAX 1000
#define STREAMS_MAX 50

static struct pool *pool;
static uint32_t next_stream; /* that is asked on */

static struct http *create(enum http_role role)
{
	struct http_options options = { .role = role,
					.pool = pool,
					.body_max = BODY_MAX,
					.head_max = HEAD_MAX,
					.streams_max = STREAMS_MAX };
	struct http *http = http2_create(&options);

	assert_non_null(http);
	next_stream = 1;
	return http;
}

static void destroy(struct http *http)
{
	http_destroy(http);
	CHECK_INT(pool_taken(pool), 0);
}

/* ---- events as text ---- */

struct log {
	char text[8192];
	size_t len;
};

static void add_text(struct log *log, const char *text)
{
	size_t len = strlen(text);

	assert_true(log->len + len < sizeof(log->text));
	memcpy(log->text + log->len, text, len + 1);
	log->len += len;
}

static void add_bytes(struct log *log, struct ilp_bytes bytes)
{
	char piece[2000];

	if (bytes.len > 100)
		snprintf(piece, sizeof(piece), " %zu bytes", bytes.len);
	else
		snprintf(piece, sizeof(piece), " %.*s", (int)bytes.len,
			 bytes.len ? (const char *)bytes.at : "");
	if (bytes.len)
		add_text(log, piece);
}

static void add_event(struct log *log, const struct http_event *event)
{
	static const char *const names[] = { "request", "response", "gone",
					     "down" };
	char piece[300];

	snprintf(piece, sizeof(piece), "%s%s", log->len ? ", " : "",
		 names[event->type]);
	add_text(log, piece);
	if (event->type != HTTP_DOWN) {
		snprintf(piece, sizeof(piece), " %u", event->stream);
		add_text(log, piece);
	}
	add_bytes(log, event->method);
	add_bytes(log, event->path);
	for (size_t i = 0; i < HTTP_FIELDS; i++)
		add_bytes(log, event->fields[i]);
	if (event->status) {
		snprintf(piece, sizeof(piece), " %d", event->status);
		add_text(log, piece);
	}
	add_bytes(log, event->body);
	if (event->reason) {
		snprintf(piece, sizeof(piece), "%s: %s",
			 event->untouched ? " untouched" : "", event->reason);
		add_text(log, piece);
	}
}

static void drain_events(struct http *http, struct log *log)
{
	struct http_event event;

	while (http_next(http, &event))
		if (log)
			add_event(log, &event);
}

/* Hands over the bytes in memory that ends where they do, and is gone as soon
 * as it may be. */
static void receive(struct http *http, struct ilp_bytes in, struct log *log)
{
	struct ilp_bytes copy = exact_copy(in);

	http_receive(http, (uint8_t *)(uintptr_t)copy.at, copy.len);
	drain_events(http, log);
	exact_free(copy);
}

static void check_events(struct http *http, struct ilp_bytes in,
			 const char *expected)
{
	struct log log = { .len = 0 };

	receive(http, in, &log);
	CHECK_TEXT(ilp_text(log.text), expected);
}

/* ---- frames by hand ---- */

enum {
	DATA,
	HEADERS,
	PRIORITY,
	RST_STREAM,
	SETTINGS,
	PUSH_PROMISE,
	PING,
	GOAWAY,
	WINDOW_UPDATE,
	CONTINUATION,
};

#define END_STREAM 1
#define ACK 1
#define END_HEADERS 4

static struct {
	uint8_t at[2 * 1024 * 1024];
	size_t len;
} talk;

static void put(struct ilp_bytes bytes)
{
	assert_true(talk.len + bytes.len <= sizeof(talk.at));
	if (bytes.len)
		memcpy(talk.at + talk.len, bytes.at, bytes.len);
	talk.len += bytes.len;
}

static void put_frame(uint8_t type, uint8_t flags, uint32_t stream,
		      struct ilp_bytes payload)
{
	uint8_t head[9] = { 0, 0, 0, type, flags };

	head[0] = (uint8_t)(payload.len >> 16);
	ilp_store_u16(head + 1, (uint16_t)payload.len);
	ilp_store_u32(head + 5, stream);
	put(ILP_BYTES(head));
	put(payload);
}

/* A frame whose payload is a number, such as a code or an increment. */
static void put_number(uint8_t type, uint32_t stream, uint32_t number)
{
	uint8_t payload[4];

	ilp_store_u32(payload, number);
	put_frame(type, 0, stream, ILP_BYTES(payload));
}

static void put_goaway(uint32_t last, uint32_t code)
{
	uint8_t payload[8];

	ilp_store_u32(payload, last);
	ilp_store_u32(payload + 4, code);
	put_frame(GOAWAY, 0, 0, ILP_BYTES(payload));
}

struct block {
	uint8_t at[16384];
	size_t len;
};

/* RFC 7541, 5.2, without Huffman. */
static void add_string(struct block *b, const char *text, size_t len)
{
	assert_true(b->len + len + 4 < sizeof(b->at));
	if (len < 127) {
		b->at[b->len++] = (uint8_t)len;
	} else {
		b->at[b->len++] = 127;
		b->at[b->len++] = (uint8_t)((len - 127) | 0x80);
		b->at[b->len++] = (uint8_t)((len - 127) >> 7 & 0x7f);
	}
	memcpy(b->at + b->len, text, len);
	b->len += len;
}

/* "NAME VALUE" lines, as literals that are not indexed. */
static struct ilp_bytes encode(const char *lines)
{
	static struct block b;

	b.len = 0;
	while (*lines) {
		size_t name = strcspn(lines, " ");
		size_t value = strcspn(lines + name + 1, "\n");

		b.at[b.len++] = 0;
		add_string(&b, lines, name);
		add_string(&b, lines + name + 1, value);
		lines += name + 1 + value;
		lines += *lines == '\n';
	}
	return (struct ilp_bytes){ b.at, b.len };
}

static void put_head(uint32_t stream, uint8_t flags, const char *lines)
{
	put_frame(HEADERS, END_HEADERS | flags, stream, encode(lines));
}

#define POST ":method POST\n:scheme https\n:authority a.example\n:path /ilp\n"

/* The first words of a client or of a server. */
static void start_as(enum http_role role)
{
	talk.len = 0;
	if (role == HTTP_CLIENT)
		put(ilp_text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
	put_frame(SETTINGS, 0, 0, (struct ilp_bytes){ NULL, 0 });
}

static void confirm_settings(void)
{
	put_frame(SETTINGS, ACK, 0, (struct ilp_bytes){ NULL, 0 });
}

/* What was put since the last call. */
static struct ilp_bytes said(void)
{
	struct ilp_bytes out = { talk.at, talk.len };

	talk.len = 0;
	return out;
}

/* A server that has heard the first words. */
static struct http *met_server(void)
{
	struct http *server = create(HTTP_SERVER);

	start_as(HTTP_CLIENT);
	confirm_settings();
	check_events(server, said(), "");
	return server;
}

/* ---- what is written, as text ---- */

static struct ilp_bytes written(struct http *http)
{
	static uint8_t buffer[1024 * 1024];
	size_t len = 0;

	for (;;) {
		struct ilp_bytes out = http_output(http);

		if (out.len == 0)
			return (struct ilp_bytes){ buffer, len };
		assert_true(len + out.len <= sizeof(buffer));
		memcpy(buffer + len, out.at, out.len);
		len += out.len;
		http_written(http, out.len);
	}
}

/* The status in a block of fields. HPACK remembers; a test that reads several
 * heads gives none of them a chance to matter. */
static void add_status(struct log *log, struct ilp_bytes block)
{
	nghttp2_hd_inflater *inflater;
	nghttp2_nv nv;
	int flags = 0;

	CHECK_INT(nghttp2_hd_inflate_new(&inflater), 0);
	while (!(flags & NGHTTP2_HD_INFLATE_EMIT)) {
		ssize_t len = nghttp2_hd_inflate_hd2(inflater, &nv, &flags,
						     block.at, block.len, 1);

		assert_true(len > 0);
		block = ilp_bytes_skip(block, (size_t)len);
	}
	add_text(log, " ");
	add_bytes(log, (struct ilp_bytes){ nv.value, nv.valuelen });
	nghttp2_hd_inflate_del(inflater);
}

static void add_frame(struct log *log, const uint8_t *head,
		      struct ilp_bytes payload, bool status)
{
	static const char *const names[] = {
		"DATA", "HEADERS", "PRIORITY", "RST",           "SETTINGS",
		"PUSH", "PING",    "GOAWAY",   "WINDOW_UPDATE", "CONTINUATION",
	};
	char piece[100];
	uint32_t stream = ilp_load_u32(head + 5);

	snprintf(piece, sizeof(piece), "%s%s", log->len ? ", " : "",
		 names[head[3]]);
	add_text(log, piece);
	if (stream) {
		snprintf(piece, sizeof(piece), " %u", stream);
		add_text(log, piece);
	}
	if (head[3] == HEADERS && status)
		add_status(log, payload);
	if (head[3] == DATA)
		snprintf(piece, sizeof(piece), " of %zu", payload.len);
	else if (head[3] == RST_STREAM)
		snprintf(piece, sizeof(piece), " %u", ilp_load_u32(payload.at));
	else if (head[3] == GOAWAY)
		snprintf(piece, sizeof(piece), " %u",
			 ilp_load_u32(payload.at + 4));
	else
		return;
	add_text(log, piece);
}

/* All frames that are written but those that every connection has. */
static const char *frames_of(struct http *http, bool server)
{
	static struct log log;
	struct ilp_bytes out = written(http);

	log = (struct log){ .len = 0 };
	if (!server && out.len >= 24 && out.at[0] == 'P')
		out = ilp_bytes_skip(out, 24);
	while (out.len >= 9) {
		size_t len = ilp_load_u32(out.at) >> 8;

		assert_true(out.len >= 9 + len);
		if (out.at[3] != SETTINGS && out.at[3] != WINDOW_UPDATE)
			add_frame(&log, out.at,
				  (struct ilp_bytes){ out.at + 9, len },
				  server);
		out = ilp_bytes_skip(out, 9 + len);
	}
	CHECK_INT(out.len, 0);
	return log.text;
}

#define CHECK_FRAMES(server, expected)                                         \
	CHECK_TEXT(ilp_text(frames_of(server, true)), expected)
#define CHECK_FRAMES_OF_CLIENT(client, expected)                               \
	CHECK_TEXT(ilp_text(frames_of(client, false)), expected)

/* ---- our two roles ---- */

/* What the one has written, to the other, in pieces of up to `most`. */
static void carry(struct http *from, struct http *to, struct log *log,
		  size_t most)
{
	struct ilp_bytes out = http_output(from);

	if (out.len > most)
		out.len = most;
	receive(to, out, log);
	http_written(from, out.len);
}

static void exchange(struct http *a, struct http *b, struct log *of_a,
		     struct log *of_b)
{
	while (http_output(a).len || http_output(b).len) {
		carry(a, b, of_b, SIZE_MAX);
		carry(b, a, of_a, SIZE_MAX);
	}
}

/* The number of its stream, which is its tag as well; 0: it was not asked. */
static uint32_t ask(struct http *client, const char *path,
		    struct ilp_bytes body)
{
	struct http_request request = {
		.method = ilp_text("POST"),
		.path = ilp_text(path),
		.authority = ilp_text("a.example"),
		.tls = true,
		.fields[HTTP_AUTHORIZATION] = ilp_text("Bearer t"),
		.fields[HTTP_KEEP_ALIVE] = ilp_text("timeout=5"),
		.body = body,
		.tag = next_stream,
	};

	if (!http_ask(client, &request, NULL))
		return 0;
	next_stream += 2;
	return (uint32_t)request.tag;
}

static bool respond(struct http *server, uint32_t stream, int status,
		    struct ilp_bytes body)
{
	struct http_response response = {
		.status = status,
		.fields[HTTP_CONTENT_TYPE] = ilp_text("x/y"),
		.body = body,
	};

	return http_respond(server, stream, &response);
}

/* ---- messages ---- */

static void a_request_is_answered(void)
{
	struct http *client = create(HTTP_CLIENT);
	struct http *server = create(HTTP_SERVER);
	struct log asked = { .len = 0 };
	struct log answered = { .len = 0 };

	CHECK_INT(ask(client, "/ilp?a=b", ilp_text("ping")), 1);
	CHECK_INT(http_open(client), 1);
	exchange(client, server, &answered, &asked);
	CHECK_TEXT(ilp_text(asked.text),
		   "request 1 POST /ilp?a=b Bearer t ping");
	CHECK_INT(http_open(server), 1);
	CHECK(respond(server, 1, 200, ilp_text("pong")));
	CHECK(!respond(server, 1, 200, ilp_text("pong")));
	CHECK_INT(http_open(server), 0);
	exchange(client, server, &answered, &asked);
	CHECK_TEXT(ilp_text(answered.text), "response 1 x/y 200 pong");
	CHECK_INT(http_open(client), 0);
	CHECK_INT(http_waiting(server) + http_waiting(client), 0);
	destroy(client);
	destroy(server);
}

#define MANY 40

/* What a body says is a function of who sends it, so it can be checked. */
static struct ilp_bytes body_of(uint32_t stream, uint8_t *room)
{
	size_t len = stream * 977 % 3000;

	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(stream * 31 + i);
	return (struct ilp_bytes){ room, len };
}

struct crowd {
	uint32_t owed[MANY];
	size_t owed_count;
	size_t answered;
};

static void check_crowd(struct crowd *c, struct http *http)
{
	static uint8_t room[3000];
	struct http_event event;

	while (http_next(http, &event)) {
		CHECK_BYTES(event.body, body_of(event.stream, room));
		if (event.type == HTTP_REQUEST)
			c->owed[c->owed_count++] = event.stream;
		else
			c->answered++;
		CHECK(event.type == HTTP_REQUEST ||
		      event.type == HTTP_RESPONSE);
	}
}

static void move_crowd(struct crowd *c, struct http *from, struct http *to,
		       size_t most)
{
	struct ilp_bytes out = http_output(from);
	struct ilp_bytes copy;

	if (out.len > most)
		out.len = most;
	copy = exact_copy(out);
	http_receive(to, (uint8_t *)(uintptr_t)copy.at, copy.len);
	check_crowd(c, to);
	exact_free(copy);
	http_written(from, out.len);
	check_crowd(c, from);
}

static void answer_one(struct crowd *c, struct http *server,
		       struct random_source *r)
{
	static uint8_t room[3000];
	size_t i;

	if (!c->owed_count)
		return;
	i = (size_t)random_below(r, c->owed_count);
	CHECK(respond(server, c->owed[i], 200, body_of(c->owed[i], room)));
	c->owed[i] = c->owed[--c->owed_count];
}

static void answers_many_in_any_order_and_any_cuts(void)
{
	static uint8_t room[3000];
	struct random_source r = random_start();

	for (int round = 0; round < 20; round++) {
		struct http *client = create(HTTP_CLIENT);
		struct http *server = create(HTTP_SERVER);
		struct crowd c = { .answered = 0 };
		size_t most = (size_t)1 << random_below(&r, 17);
		size_t asked = 0;

		while (c.answered < MANY) {
			if (asked < MANY && random_below(&r, 2))
				CHECK(ask(client, "/",
					  body_of((uint32_t)(2 * asked++ + 1),
						  room)));
			move_crowd(&c, client, server,
				   1 + random_below(&r, most));
			move_crowd(&c, server, client,
				   1 + random_below(&r, most));
			if (random_below(&r, 2))
				answer_one(&c, server, &r);
		}
		CHECK_INT(http_open(client) + http_open(server), 0);
		destroy(client);
		destroy(server);
	}
}

static void put_a_conversation(void)
{
	start_as(HTTP_CLIENT);
	put_head(1, 0, POST "content-length 5\nauthorization Bearer x");
	put_frame(DATA, 0, 1, ilp_text("he"));
	put_head(3, END_STREAM, POST);
	put_frame(DATA, 0, 1, ilp_text(""));
	put_frame(DATA, END_STREAM, 1, ilp_text("llo"));
	put_head(5, 0, POST);
	put_frame(DATA, END_STREAM, 5, ilp_text("whole"));
	put_head(7, 0, POST);
	put_frame(DATA, 0, 7, ilp_text("before trailers"));
	put_head(7, END_STREAM, "authorization later");
	put_goaway(0, 0);
}

static void cuts_make_no_difference(void)
{
	for (size_t most = 1; most < 700; most += most / 8 + 1) {
		struct http *server = create(HTTP_SERVER);
		struct log log = { .len = 0 };
		struct ilp_bytes in;

		put_a_conversation();
		for (in = said(); in.len > most; in = ilp_bytes_skip(in, most))
			receive(server, (struct ilp_bytes){ in.at, most },
				&log);
		receive(server, in, &log);
		CHECK_TEXT(ilp_text(log.text),
			   "request 3 POST /ilp, "
			   "request 1 POST /ilp Bearer x hello, "
			   "request 5 POST /ilp whole, "
			   "request 7 POST /ilp before trailers");
		destroy(server);
	}
}

static void a_body_in_one_frame_is_read_where_it_lies(void)
{
	struct http *server = met_server();
	struct http_event event;
	struct ilp_bytes in;

	put_head(1, 0, POST);
	put_frame(DATA, END_STREAM, 1, ilp_text("abc"));
	in = said();
	http_receive(server, (uint8_t *)(uintptr_t)in.at, in.len);
	CHECK(http_next(server, &event));
	CHECK(event.body.at == in.at + in.len - 3);
	CHECK(!http_next(server, &event));
	destroy(server);
}

static void a_body_may_be_edited_until_it_is_written(void)
{
	struct http *client = create(HTTP_CLIENT);
	struct http *server = create(HTTP_SERVER);
	struct log log = { .len = 0 };
	struct http_request request = { .method = ilp_text("POST"),
					.path = ilp_text("/"),
					.authority = ilp_text("a"),
					.body = ilp_text("body") };
	uint8_t *copy = NULL;

	CHECK(http_ask(client, &request, &copy));
	memcpy(copy, "BODY", 4);
	exchange(client, server, NULL, &log);
	CHECK_TEXT(ilp_text(log.text), "request 1 POST / BODY");
	destroy(client);
	destroy(server);
}

static void many_responses_are_one_piece_of_output(void)
{
	struct http *server = met_server();
	struct ilp_bytes out;

	written(server);
	for (uint32_t i = 0; i < 20; i++)
		put_head(2 * i + 1, END_STREAM, POST);
	receive(server, said(), NULL);
	for (uint32_t i = 0; i < 20; i++)
		CHECK(respond(server, 2 * i + 1, 200, ilp_text("abc")));
	out = http_output(server);
	CHECK_INT(http_waiting(server), out.len);
	http_written(server, out.len);
	CHECK_INT(http_output(server).len, 0);
	destroy(server);
}

static void no_body_answers_head(void)
{
	struct http *client = create(HTTP_CLIENT);
	struct http *server = create(HTTP_SERVER);
	struct log log = { .len = 0 };
	struct http_request request = { .method = ilp_text("HEAD"),
					.path = ilp_text("/"),
					.authority = ilp_text("a") };

	CHECK(http_ask(client, &request, NULL));
	exchange(client, server, &log, NULL);
	CHECK(respond(server, 1, 200, ilp_text("body")));
	exchange(client, server, &log, NULL);
	CHECK_TEXT(ilp_text(log.text), "response 1 x/y 200");
	destroy(client);
	destroy(server);
}

/* ---- limits ---- */

static void check_body(size_t len, const char *of_client, const char *of_server)
{
	static uint8_t body[BODY_MAX + 1];
	struct http *client = create(HTTP_CLIENT);
	struct http *server = create(HTTP_SERVER);
	struct log asked = { .len = 0 };
	struct log answered = { .len = 0 };

	CHECK_INT(ask(client, "/", (struct ilp_bytes){ body, len }), 1);
	exchange(client, server, &answered, &asked);
	respond(server, 1, 200, (struct ilp_bytes){ NULL, 0 });
	exchange(client, server, &answered, &asked);
	CHECK_TEXT(ilp_text(asked.text), of_server);
	CHECK_TEXT(ilp_text(answered.text), of_client);
	CHECK_INT(http_open(client) + http_open(server), 0);
	CHECK_INT(http_waiting(client), 0);
	destroy(client);
	destroy(server);
}

static void a_body_has_up_to_its_limit(void)
{
	check_body(BODY_MAX, "response 1 x/y 200",
		   "request 1 POST / Bearer t 40000 bytes");
	check_body(BODY_MAX + 1, "response 1 413", "");
}

/* A body of which no length is declared, and one of which too much is. */
static void a_body_is_refused_when_it_is_known_to_be_too_long(void)
{
	static uint8_t body[16000];
	struct http *server = met_server();

	put_head(1, 0, POST);
	put_frame(DATA, 0, 1, ILP_BYTES(body));
	put_frame(DATA, 0, 1, ILP_BYTES(body));
	put_frame(DATA, 0, 1, (struct ilp_bytes){ body, 8000 });
	check_events(server, said(), "");
	CHECK_FRAMES(server, "");
	put_frame(DATA, 0, 1, (struct ilp_bytes){ body, 1 });
	check_events(server, said(), "");
	CHECK_FRAMES(server, "HEADERS 1  413, RST 1 0");
	put_head(3, 0, POST "content-length 40001");
	put_head(5, 0, POST "content-length 99999999999999999");
	put_head(7, 0, POST "content-length 40000");
	check_events(server, said(), "");
	CHECK_INT(http_open(server), 1);
	destroy(server);
}

static void check_head(size_t filler, const char *events, const char *frames)
{
	static char lines[2 * HEAD_MAX];
	struct http *server = met_server();
	int len = snprintf(lines, sizeof(lines), POST "x ");

	memset(lines + len, 'v', filler);
	lines[(size_t)len + filler] = '\0';
	put_head(1, END_STREAM, lines);
	check_events(server, said(), events);
	CHECK_FRAMES(server, frames);
	destroy(server);
}

static void fields_have_up_to_their_limit(void)
{
	/* With 32 for each of the five fields (RFC 9113, 6.5.2). */
	size_t rest = HEAD_MAX - 5 * 32 -
		      strlen(":methodPOST:schemehttps"
			     ":authoritya.example"
			     ":path/ilpx");

	check_head(rest, "request 1 POST /ilp", "");
	check_head(rest + 1, "", "HEADERS 1  431");
}

static void refuses_what_is_not_acceptable(void)
{
	static const struct {
		const char *lines;
		const char *events;
		const char *frames;
	} cases[] = {
		{ ":method CONNECT\n:authority a", "", "HEADERS 1  405" },
		{ ":method OPTIONS\n:scheme https\n:authority a\n:path *", "",
		  "HEADERS 1  400" },
		{ ":method GET\n:scheme x\n:authority a\n:path b", "",
		  "HEADERS 1  400" },
		{ POST "accept a\naccept b", "", "HEADERS 1  400" },
		{ POST "content-type a\ncontent-type a", "", "HEADERS 1  400" },
		{ ":method GET\n:scheme https\n:path /\nhost a",
		  "request 1 GET /", "" },
		{ ":method MAKE-TEA\n:scheme https\n:authority a\n:path /",
		  "request 1 MAKE-TEA /", "" },
		{ ":method GET\n:scheme https\n:path /", "", "RST 1 1" },
		{ POST ":path /", "", "RST 1 1" },
		{ POST "connection close", "", "RST 1 1" },
		{ POST "Upper case", "", "RST 1 1" },
		{ POST "content-length 4", "", "RST 1 1" },
		{ ":method CONNECT\n:protocol websocket\n:scheme https\n"
		  ":authority a\n:path /",
		  "", "RST 1 1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http *server = met_server();

		put_head(1, END_STREAM, cases[i].lines);
		check_events(server, said(), cases[i].events);
		CHECK_FRAMES(server, cases[i].frames);
		destroy(server);
	}
}

/* A window for a body, and one for 1 MiB of them; the fields; no priorities
 * (RFC 9218, 2.1); the streams, or no pushes. */
static void tells_what_may_be_sent(void)
{
	struct http *server = create(HTTP_SERVER);
	struct http *client = create(HTTP_CLIENT);

	CHECK_BYTES(written(server),
		    hex("000018040000000000"
			"00040000ffff0006000003e80009000000010003"
			"00000032000004080000000000000f0001"));
	CHECK_BYTES(ilp_bytes_skip(written(client), 24),
		    hex("000018040000000000"
			"00040000ffff0006000003e80009000000010002"
			"00000000000004080000000000000f0001"));
	destroy(server);
	destroy(client);
}

/* ---- flow control ---- */

static void a_response_waits_for_the_window(void)
{
	static uint8_t body[30000];
	struct http *server = create(HTTP_SERVER);

	start_as(HTTP_CLIENT);
	put_frame(SETTINGS, 0, 0, hex("000400000064")); /* 100 bytes */
	put_head(1, END_STREAM, POST);
	check_events(server, said(), "request 1 POST /ilp");
	CHECK(respond(server, 1, 200, ILP_BYTES(body)));
	CHECK_INT(http_open(server), 0);
	CHECK_FRAMES(server, "HEADERS 1  200, DATA 1 of 100");
	CHECK_INT(http_waiting(server), 29900);
	put_number(WINDOW_UPDATE, 1, 9900);
	check_events(server, said(), "");
	CHECK_FRAMES(server, "DATA 1 of 9900");
	put_number(WINDOW_UPDATE, 1, 20001);
	check_events(server, said(), "");
	CHECK_FRAMES(server, "DATA 1 of 16384, DATA 1 of 3616");
	CHECK_INT(http_waiting(server), 0);
	destroy(server);
}

static void what_waits_for_a_stream_that_is_reset_is_dropped(void)
{
	static uint8_t body[30000];
	struct http *server = create(HTTP_SERVER);

	start_as(HTTP_CLIENT);
	put_frame(SETTINGS, 0, 0, hex("000400000000"));
	put_head(1, END_STREAM, POST);
	check_events(server, said(), "request 1 POST /ilp");
	CHECK(respond(server, 1, 200, ILP_BYTES(body)));
	CHECK_FRAMES(server, "HEADERS 1  200");
	CHECK_INT(http_waiting(server), sizeof(body));
	put_number(RST_STREAM, 1, NGHTTP2_CANCEL);
	check_events(server, said(), "");
	CHECK_INT(http_waiting(server), 0);
	destroy(server);
}

static void without_a_block_output_waits(void)
{
	struct http *server = met_server();
	void *blocks[BLOCKS];

	written(server);
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = pool_take(pool);
	put_head(1, END_STREAM, POST);
	check_events(server, said(), "request 1 POST /ilp");
	CHECK(respond(server, 1, 200, ilp_text("abc")));
	CHECK_INT(http_output(server).len, 0);
	CHECK(http_waiting(server) > 3);
	for (size_t i = 0; i < BLOCKS; i++)
		pool_give(pool, blocks[i]);
	CHECK_FRAMES(server, "HEADERS 1  200, DATA 1 of 3");
	destroy(server);
}

/* ---- peers that break rules, or cost too much ---- */

static void streams_beyond_the_limit_are_refused(void)
{
	struct http *server = create(HTTP_SERVER);
	struct log log = { .len = 0 };

	start_as(HTTP_CLIENT);
	for (uint32_t i = 0; i <= STREAMS_MAX; i++)
		put_head(2 * i + 1, 0, POST);
	receive(server, said(), &log);
	CHECK_INT(http_open(server), STREAMS_MAX);
	CHECK_FRAMES(server, "RST 101 7");
	put_frame(DATA, END_STREAM, 99, ilp_text("x"));
	check_events(server, said(), "request 99 POST /ilp x");
	destroy(server);
}

/* Nothing comes of `in` but the end, with that code. */
static void check_end(struct http *server, const char *reason, uint32_t code)
{
	struct log log = { .len = 0 };
	char expected[30];
	const char *frames;

	receive(server, said(), &log);
	CHECK_TEXT(ilp_text(log.text), reason);
	CHECK_INT(http_open(server), 0);
	frames = frames_of(server, true);
	snprintf(expected, sizeof(expected), "GOAWAY %u", code);
	CHECK_TEXT(ilp_text(frames + strlen(frames) - strlen(expected)),
		   expected);
	CHECK_INT(http_waiting(server), 0);
	put_frame(PING, 0, 0, hex("0000000000000000"));
	check_events(server, said(), "");
	CHECK_FRAMES(server, "");
	destroy(server);
}

static void rapid_resets_end_it(void)
{
	struct http *server = met_server();

	for (uint32_t i = 0; i < 600; i++) {
		put_head(2 * i + 1, END_STREAM, POST);
		put_number(RST_STREAM, 2 * i + 1, NGHTTP2_CANCEL);
	}
	check_end(server, "down: the peer resets streams without end", 11);
}

/* We are made to reset streams, by frames that are not allowed there. */
static void resets_that_are_provoked_end_it(void)
{
	struct http *server = met_server();
	struct log log = { .len = 0 };

	for (uint32_t i = 0; i < 600; i++) {
		put_head(2 * i + 1, 0, POST);
		put_number(WINDOW_UPDATE, 2 * i + 1, INT32_MAX);
		receive(server, said(), &log);
		written(server);
	}
	CHECK_TEXT(ilp_text(log.text),
		   "down: the peer resets streams without end");
	destroy(server);
}

static void who_is_answered_may_reset_some(void)
{
	struct http *server = met_server();
	struct log log = { .len = 0 };

	for (uint32_t i = 0; i < 1500; i++) {
		put_head(4 * i + 1, END_STREAM, POST);
		put_head(4 * i + 3, END_STREAM, POST);
		receive(server, said(), NULL);
		CHECK(respond(server, 4 * i + 1, 200, ilp_text("x")));
		put_number(RST_STREAM, 4 * i + 3, NGHTTP2_CANCEL);
		receive(server, said(), NULL);
		CHECK(!respond(server, 4 * i + 3, 200, ilp_text("x")));
		written(server);
	}
	drain_events(server, &log);
	CHECK_TEXT(ilp_text(log.text), "");
	destroy(server);
}

static void a_request_that_was_reset_is_not_given(void)
{
	struct http *server = met_server();

	put_head(1, END_STREAM, POST);
	put_number(RST_STREAM, 1, NGHTTP2_CANCEL);
	put_head(3, END_STREAM, POST);
	check_events(server, said(), "request 3 POST /ilp");
	put_number(RST_STREAM, 3, NGHTTP2_CANCEL);
	check_events(server, said(),
		     "gone 3: the peer does not want the response");
	CHECK(!respond(server, 1, 200, ilp_text("x")));
	CHECK(!respond(server, 3, 200, ilp_text("x")));
	CHECK_INT(http_open(server), 0);
	destroy(server);
}

/* A head in one frame and `count` more. */
static void put_head_in_pieces(uint32_t stream, size_t count)
{
	struct ilp_bytes block = encode(POST);
	size_t len = block.len / (count + 1);

	put_frame(HEADERS, END_STREAM, stream,
		  (struct ilp_bytes){ block.at, len });
	for (size_t i = 1; i < count; i++)
		put_frame(CONTINUATION, 0, stream,
			  (struct ilp_bytes){ block.at + i * len, len });
	put_frame(CONTINUATION, END_HEADERS, stream,
		  ilp_bytes_skip(block, count * len));
}

/* However few bytes of a frame come at once, it is one frame. */
static void a_head_may_come_in_pieces(void)
{
	struct http *server = met_server();
	struct log log = { .len = 0 };
	struct ilp_bytes in;

	put_head_in_pieces(1, 8);
	check_events(server, said(), "request 1 POST /ilp");
	put_head_in_pieces(3, 8);
	in = said();
	for (size_t i = 0; i < in.len; i++)
		receive(server, (struct ilp_bytes){ in.at + i, 1 }, &log);
	CHECK_TEXT(ilp_text(log.text), "request 3 POST /ilp");
	destroy(server);
}

static void a_head_in_many_pieces_ends_it(void)
{
	struct http *server = met_server();

	put_head_in_pieces(1, 9);
	check_events(server, said(),
		     "down: the peer cuts a head into too many frames");
	CHECK_FRAMES(server, "GOAWAY 11");
	destroy(server);
}

static void heads_without_end_end_it(void)
{
	struct http *server = met_server();
	struct log log = { .len = 0 };

	put_frame(HEADERS, 0, 1, encode(POST));
	for (int i = 0; i < 1000; i++)
		put_frame(CONTINUATION, 0, 1, encode("x y"));
	receive(server, said(), &log);
	CHECK(strncmp(log.text, "down: ", 6) == 0);
	CHECK_FRAMES(server, "GOAWAY 11");
	destroy(server);
}

/* One byte of HPACK stands for a long field: 300 times. */
static void a_bomb_of_fields_is_refused(void)
{
	struct http *server = met_server();
	static uint8_t block[2000];
	static char lines[1000];
	size_t len;

	snprintf(lines, sizeof(lines), "%sx %0500d", POST, 0);
	len = encode(lines).len;
	memcpy(block, encode(lines).at, len);
	block[len - 506] = 0x40; /* remember the last field */
	memset(block + len, 0x80 | 62, 300);
	put_frame(HEADERS, END_HEADERS | END_STREAM, 1,
		  (struct ilp_bytes){ block, len + 300 });
	check_events(server, said(), "");
	CHECK_FRAMES(server, "HEADERS 1  431");
	put_head(3, END_STREAM, POST);
	check_events(server, said(), "request 3 POST /ilp");
	destroy(server);
}

static void settings_without_end_end_it(void)
{
	struct http *server = met_server();

	for (int i = 0; i < 1000; i++)
		put_frame(SETTINGS, 0, 0, hex(""));
	check_end(server,
		  "down: Flooding was detected in this HTTP/2 session, and it "
		  "must be closed",
		  11);
}

static void pings_without_end_end_it(void)
{
	struct http *server = met_server();

	for (int i = 0; i < 1000; i++)
		put_frame(PING, 0, 0, hex("0000000000000000"));
	check_end(server,
		  "down: Flooding was detected in this HTTP/2 session, and it "
		  "must be closed",
		  11);
}

static void some_pings_are_answered(void)
{
	struct http *server = met_server();

	put_frame(PING, 0, 0, hex("0000000000000000"));
	put_frame(PING, 0, 0, hex("0000000000000001"));
	check_events(server, said(), "");
	CHECK_FRAMES(server, "PING, PING");
	destroy(server);
}

static void empty_frames_without_end_end_it(void)
{
	struct http *server = met_server();

	put_head(1, 0, POST);
	for (int i = 0; i < 200; i++)
		put_frame(DATA, 0, 1, hex(""));
	check_end(server, "down: the peer sends frames that bring nothing", 11);
}

static void padding_without_end_ends_it(void)
{
	struct http *server = met_server();

	put_head(1, 0, POST);
	for (int i = 0; i < 200; i++)
		put_frame(DATA, 8, 1, hex("03000000"));
	check_end(server, "down: the peer sends frames that bring nothing", 11);
}

static void priorities_without_end_end_it(void)
{
	struct http *server = met_server();

	for (int i = 0; i < 11000; i++)
		put_frame(PRIORITY, 0, 1, hex("0000000010"));
	check_end(server, "down: the peer sends frames that bring nothing", 11);
}

/* All of them are refused, and it never reads that. */
static void who_does_not_read_is_given_up(void)
{
	struct http *server = create(HTTP_SERVER);
	void *blocks[BLOCKS];

	start_as(HTTP_CLIENT);
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = pool_take(pool);
	for (uint32_t i = 0; i < 2000; i++)
		put_head(2 * i + 1, 0, POST);
	check_events(server, said(),
		     "down: the peer does not read what we say");
	for (size_t i = 0; i < BLOCKS; i++)
		pool_give(pool, blocks[i]);
	destroy(server);
}

static void a_wrong_preface_ends_it(void)
{
	struct http *server = create(HTTP_SERVER);

	talk.len = 0;
	put(ilp_text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	check_end(server, "down: Received bad client magic byte string", 1);
}

static void rules_of_the_connection_are_kept(void)
{
	static const struct {
		const char *frames;
		uint32_t code;
	} cases[] = {
		{ "0000040800000000007fffffff", 3 },   /* window overflow */
		{ "00000408000000000000000000", 1 },   /* window of nothing */
		{ "ffffff000000000001", 6 },           /* frame too long */
		{ "0000010000000000ff61", 1 },         /* idle stream */
		{ "0000010100000000ff80", 9 },         /* HPACK index 0 */
		{ "00000406000000000000000000", 6 },   /* short PING */
		{ "00000109000000000100", 1 },         /* lone CONTINUATION */
		{ "0000050504000000010000000282", 1 }, /* a client's promise */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http *server = met_server();
		struct log log = { .len = 0 };
		char expected[20];

		put(hex(cases[i].frames));
		receive(server, said(), &log);
		CHECK(strncmp(log.text, "down: HTTP/2: ", 14) == 0);
		snprintf(expected, sizeof(expected), "GOAWAY %u",
			 cases[i].code);
		CHECK_FRAMES(server, expected);
		destroy(server);
	}
}

static void rules_of_a_stream_are_kept(void)
{
	struct http *server = met_server();

	put_head(1, END_STREAM, POST);
	put_head(3, END_STREAM, POST);
	check_events(server, said(),
		     "request 1 POST /ilp, request 3 POST /ilp");
	put_number(WINDOW_UPDATE, 1, INT32_MAX);
	check_events(server, said(),
		     "gone 1: the peer does not want the response");
	CHECK_FRAMES(server, "RST 1 3");
	CHECK(!respond(server, 1, 200, ilp_text("x")));
	/* Data after the end. */
	put_frame(DATA, 0, 3, ilp_text("x"));
	check_end(server,
		  "down: HTTP/2: STREAM_CLOSED, DATA: stream in "
		  "half-closed(remote)",
		  5);
}

static void data_for_a_stream_that_is_over_is_ignored(void)
{
	struct http *server = met_server();

	put_head(1, 0, ":method CONNECT\n:authority a");
	check_events(server, said(), "");
	CHECK_FRAMES(server, "HEADERS 1  405, RST 1 0");
	put_frame(DATA, 0, 1, ilp_text("x"));
	put_head(3, END_STREAM, POST);
	check_events(server, said(), "request 3 POST /ilp");
	destroy(server);
}

/* ---- the client ---- */

/* A client that has asked so many, and a server that has said its first
 * words. */
static struct http *met_client(uint32_t asked)
{
	struct http *client = create(HTTP_CLIENT);

	for (uint32_t i = 0; i < asked; i++)
		CHECK_INT(ask(client, "/", ilp_text("x")), 2 * i + 1);
	written(client);
	start_as(HTTP_SERVER);
	return client;
}

static void a_response_comes_after_others_that_are_none(void)
{
	struct http *client = met_client(1);

	put_head(1, 0, ":status 103\ncontent-type early");
	put_head(1, 0, ":status 100");
	put_head(1, 0, ":status 201\ncontent-type x/y");
	put_frame(DATA, 0, 1, ilp_text("ab"));
	put_frame(DATA, END_STREAM, 1, ilp_text("cd"));
	check_events(client, said(), "response 1 x/y 201 abcd");
	destroy(client);
}

static void a_client_that_leaves_gets_its_answers(void)
{
	struct http *server = met_server();

	put_head(1, END_STREAM, POST);
	put_goaway(0, 0);
	put_head(3, END_STREAM, POST);
	check_events(server, said(), "request 1 POST /ilp");
	CHECK(respond(server, 1, 200, ilp_text("abc")));
	CHECK_FRAMES(server, "RST 3 7, HEADERS 1  200, DATA 1 of 3");
	check_events(server, said(), "down: the peer leaves: NO_ERROR");
	destroy(server);
}

/* The client takes it for untouched, since our farewell does not name it. */
static void a_request_after_a_farewell_is_not_given(void)
{
	struct http *server = met_server();
	struct http_response response = { .status = 200, .last = true };

	put_head(1, END_STREAM, POST);
	check_events(server, said(), "request 1 POST /ilp");
	CHECK(http_respond(server, 1, &response));
	put_head(3, END_STREAM, POST);
	check_events(server, said(), "down: no more requests are wanted");
	destroy(server);
}

static void the_server_says_how_many(void)
{
	struct http *client = create(HTTP_CLIENT);

	CHECK_INT(http_room(client), 100);
	start_as(HTTP_SERVER);
	put_frame(SETTINGS, 0, 0, hex("000300000002"));
	check_events(client, said(), "");
	CHECK_INT(http_room(client), 2);
	CHECK_INT(ask(client, "/", ilp_text("")), 1);
	CHECK_INT(ask(client, "/", ilp_text("")), 3);
	CHECK_INT(http_room(client), 0);
	CHECK_INT(ask(client, "/", ilp_text("")), 0);
	written(client);
	put_head(3, END_STREAM, ":status 200");
	check_events(client, said(), "response 3 200");
	CHECK_INT(http_room(client), 1);
	destroy(client);
}

static void a_refused_stream_is_untouched(void)
{
	struct http *client = met_client(2);

	put_number(RST_STREAM, 3, NGHTTP2_REFUSED_STREAM);
	put_number(RST_STREAM, 1, NGHTTP2_INTERNAL_ERROR);
	check_events(client, said(),
		     "gone 3 untouched: the peer has refused the request, "
		     "gone 1: INTERNAL_ERROR");
	CHECK_INT(http_open(client), 0);
	destroy(client);
}

static void after_a_goaway_those_below_finish(void)
{
	struct http *client = met_client(3);

	put_goaway(3, 0);
	check_events(client, said(),
		     "gone 5 untouched: the peer has refused the request");
	CHECK_INT(http_room(client), 0);
	CHECK_INT(ask(client, "/", ilp_text("")), 0);
	put_head(1, END_STREAM, ":status 200");
	check_events(client, said(), "response 1 200");
	put_head(3, END_STREAM, ":status 200");
	check_events(client, said(),
		     "response 3 200, down: the peer leaves: NO_ERROR");
	destroy(client);
}

/* It was asked when the GOAWAY was on its way, and is not even sent. */
static void what_a_goaway_overtakes_is_untouched(void)
{
	struct http *client = met_client(0);
	struct log log = { .len = 0 };

	CHECK_INT(ask(client, "/", ilp_text("x")), 1);
	put_goaway(0, 0);
	receive(client, said(), &log);
	CHECK_TEXT(ilp_text(log.text),
		   "gone 1 untouched: the peer has refused the request, "
		   "down: the peer leaves: NO_ERROR");
	destroy(client);
}

static void a_response_that_is_not_acceptable_is_given_up(void)
{
	static const struct {
		const char *lines;
		const char *reason;
	} cases[] = {
		{ ":status 200\ncontent-length 40001",
		  "gone 1: the body of the response is too long" },
		{ ":status 200\naccept a\naccept b",
		  "gone 1: a field of the response came twice" },
		{ ":status 200\nBad name", "gone 1: PROTOCOL_ERROR" },
		{ "content-type x/y", "gone 1: PROTOCOL_ERROR" },
		{ ":status 099",
		  "gone 1: the response has a status that means nothing" },
		{ ":status 600",
		  "gone 1: the response has a status that means nothing" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http *client = met_client(1);

		put_head(1, 0, cases[i].lines);
		put_frame(DATA, END_STREAM, 1, ilp_text("x"));
		check_events(client, said(), cases[i].reason);
		CHECK_FRAMES_OF_CLIENT(client, cases[i].reason[8] == 'P' ?
						       "RST 1 1" :
						       "RST 1 8");
		destroy(client);
	}
}

static void a_response_must_begin_before_it_ends(void)
{
	struct http *client = met_client(1);

	put_head(1, END_STREAM, ":status 100");
	check_events(client, said(), "gone 1: PROTOCOL_ERROR");
	destroy(client);
}

static void responses_have_limits_too(void)
{
	static uint8_t body[BODY_MAX + 1];
	static char lines[2 * HEAD_MAX];
	struct http *client = met_client(3);
	struct log log = { .len = 0 };

	put_head(1, 0, ":status 200");
	put_head(3, 0, ":status 200");
	for (size_t i = 0; i < BODY_MAX; i += 10000)
		put_frame(DATA, i == 30000 ? END_STREAM : 0, 1,
			  (struct ilp_bytes){ body, 10000 });
	for (size_t i = 0; i < BODY_MAX; i += 10000)
		put_frame(DATA, 0, 3, (struct ilp_bytes){ body, 10000 });
	put_frame(DATA, END_STREAM, 3, (struct ilp_bytes){ body, 1 });
	snprintf(lines, sizeof(lines), ":status 200\nx %0999d", 0);
	put_head(5, END_STREAM, lines);
	receive(client, said(), &log);
	CHECK_TEXT(ilp_text(log.text),
		   "response 1 200 40000 bytes, "
		   "gone 3: the body of the response is too long, "
		   "gone 5: the fields of the response are too long");
	destroy(client);
}

static void what_is_forgotten_makes_no_event(void)
{
	struct http *client = met_client(2);

	http_forget(client, 1);
	CHECK_INT(http_open(client), 1);
	CHECK_FRAMES_OF_CLIENT(client, "RST 1 8");
	put_head(1, END_STREAM, ":status 200");
	put_head(3, END_STREAM, ":status 200");
	check_events(client, said(), "response 3 200");
	/* One that was not even sent. */
	CHECK_INT(ask(client, "/", ilp_text("abc")), 5);
	http_forget(client, 5);
	CHECK_FRAMES_OF_CLIENT(client, "");
	CHECK_INT(http_open(client), 0);
	CHECK_INT(http_waiting(client), 0);
	CHECK_INT(http_room(client), 1000);
	destroy(client);
}

static void a_response_may_come_before_the_end_of_its_request(void)
{
	static uint8_t body[BODY_MAX];
	struct http *client = create(HTTP_CLIENT);

	start_as(HTTP_SERVER);
	put_frame(SETTINGS, 0, 0, hex("000400000000"));
	check_events(client, said(), "");
	CHECK_INT(ask(client, "/", ILP_BYTES(body)), 1);
	CHECK_FRAMES_OF_CLIENT(client, "HEADERS 1");
	CHECK_INT(http_waiting(client), BODY_MAX);
	put_head(1, END_STREAM, ":status 401");
	check_events(client, said(), "response 1 401");
	CHECK_INT(http_waiting(client) > 100, false);
	CHECK_FRAMES_OF_CLIENT(client, "RST 1 8");
	CHECK_INT(http_waiting(client), 0);
	destroy(client);
}

/* ---- the end ---- */

static void a_client_that_closes_hears_of_each_stream(void)
{
	struct http *client = met_client(2);
	struct log log = { .len = 0 };

	http_close(client, "enough");
	drain_events(client, &log);
	CHECK_TEXT(ilp_text(log.text),
		   "gone 1: enough, gone 3: enough, down: enough");
	CHECK_FRAMES_OF_CLIENT(client, "GOAWAY 0");
	CHECK_INT(http_room(client), 0);
	CHECK_INT(ask(client, "/", ilp_text("")), 0);
	CHECK_INT(http_open(client), 0);
	CHECK_INT(http_waiting(client), 0);
	destroy(client);
}

static void a_server_that_closes_writes_what_it_has(void)
{
	struct http *server = met_server();
	struct log log = { .len = 0 };

	put_head(1, END_STREAM, POST);
	put_head(3, END_STREAM, POST);
	receive(server, said(), NULL);
	CHECK(respond(server, 1, 200, ilp_text("abc")));
	http_close(server, "enough");
	CHECK(!respond(server, 3, 200, ilp_text("abc")));
	drain_events(server, &log);
	CHECK_TEXT(ilp_text(log.text), "down: enough");
	CHECK_FRAMES(server, "HEADERS 1  200, DATA 1 of 3, GOAWAY 0");
	destroy(server);
}

static void a_server_leaves_when_all_is_answered(void)
{
	struct http *client = create(HTTP_CLIENT);
	struct http *server = create(HTTP_SERVER);
	struct http_response response = { .status = 200, .last = true };
	struct log of_client = { .len = 0 };
	struct log of_server = { .len = 0 };

	CHECK_INT(ask(client, "/", ilp_text("")), 1);
	CHECK_INT(ask(client, "/", ilp_text("")), 3);
	exchange(client, server, &of_client, &of_server);
	CHECK(http_respond(server, 1, &response));
	exchange(client, server, &of_client, &of_server);
	CHECK_INT(http_room(client), 0);
	CHECK(http_respond(server, 3, &response));
	exchange(client, server, &of_client, &of_server);
	drain_events(server, &of_server);
	CHECK_TEXT(ilp_text(of_client.text), "response 1 200, response 3 200, "
					     "down: the peer leaves: NO_ERROR");
	CHECK_TEXT(ilp_text(of_server.text),
		   "request 1 POST / Bearer t, request 3 POST / Bearer t, "
		   "down: no more requests are wanted");
	destroy(client);
	destroy(server);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(a_request_is_answered),
		TEST(answers_many_in_any_order_and_any_cuts),
		TEST(cuts_make_no_difference),
		TEST(a_body_in_one_frame_is_read_where_it_lies),
		TEST(a_body_may_be_edited_until_it_is_written),
		TEST(many_responses_are_one_piece_of_output),
		TEST(no_body_answers_head),
		TEST(a_body_has_up_to_its_limit),
		TEST(a_body_is_refused_when_it_is_known_to_be_too_long),
		TEST(fields_have_up_to_their_limit),
		TEST(refuses_what_is_not_acceptable),
		TEST(tells_what_may_be_sent),
		TEST(a_response_waits_for_the_window),
		TEST(what_waits_for_a_stream_that_is_reset_is_dropped),
		TEST(without_a_block_output_waits),
		TEST(streams_beyond_the_limit_are_refused),
		TEST(rapid_resets_end_it),
		TEST(resets_that_are_provoked_end_it),
		TEST(who_is_answered_may_reset_some),
		TEST(a_request_that_was_reset_is_not_given),
		TEST(a_head_may_come_in_pieces),
		TEST(a_head_in_many_pieces_ends_it),
		TEST(heads_without_end_end_it),
		TEST(a_bomb_of_fields_is_refused),
		TEST(settings_without_end_end_it),
		TEST(pings_without_end_end_it),
		TEST(some_pings_are_answered),
		TEST(empty_frames_without_end_end_it),
		TEST(padding_without_end_ends_it),
		TEST(priorities_without_end_end_it),
		TEST(who_does_not_read_is_given_up),
		TEST(a_wrong_preface_ends_it),
		TEST(rules_of_the_connection_are_kept),
		TEST(rules_of_a_stream_are_kept),
		TEST(data_for_a_stream_that_is_over_is_ignored),
		TEST(a_response_comes_after_others_that_are_none),
		TEST(a_client_that_leaves_gets_its_answers),
		TEST(a_request_after_a_farewell_is_not_given),
		TEST(the_server_says_how_many),
		TEST(a_refused_stream_is_untouched),
		TEST(after_a_goaway_those_below_finish),
		TEST(what_a_goaway_overtakes_is_untouched),
		TEST(a_response_that_is_not_acceptable_is_given_up),
		TEST(a_response_must_begin_before_it_ends),
		TEST(responses_have_limits_too),
		TEST(what_is_forgotten_makes_no_event),
		TEST(a_response_may_come_before_the_end_of_its_request),
		TEST(a_client_that_closes_hears_of_each_stream),
		TEST(a_server_that_closes_writes_what_it_has),
		TEST(a_server_leaves_when_all_is_answered),
	};
	int failed;

	pool = pool_create(BLOCK_LEN, BLOCKS);
	if (!pool)
		return 1;
	failed = check_all(tests, sizeof(tests) / sizeof(tests[0]));
	if (!failed)
		pool_destroy(pool); /* it wants all blocks back */
	return failed;
}
