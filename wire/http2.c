/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http2.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include <nghttp2/nghttp2.h>

#include "base/buffer.h"
#include "base/queue.h"

/* As much output is made at once: many frames for one call of write, and not
 * so many that those who share the pool would starve. */
#define OUTPUT_HIGH (64 * 1024)

/* What a frame that nghttp2 has not made yet is taken for. */
#define FRAME_GUESS 40

/* The bound of what a client has in flight, whatever the server allows. */
#define ROOM_MAX 1000

#define WINDOW_MIN 65535 /* of a stream, before any settings */
#define WINDOW_MAX INT32_MAX
#define CONNECTION_WINDOW (1024 * 1024)

/* Frames that a peer may send until one of its messages is whole; some count
 * for many, as nobody needs them. */
#define PATIENCE 10000
#define NEEDLESS 100

/* Frames that one head may take beyond its first (CVE-2024-28182). */
#define CONTINUATIONS_MAX 8

/* Requests that a peer may take back, or make us reset, beyond those that are
 * answered (CVE-2023-44487, CVE-2025-8671). */
#define RESETS_MAX 500

/* Answers to PING and SETTINGS, and frames of any kind, that may wait until
 * the peer reads them. */
#define ACKS_MAX 100
#define FRAMES_MAX 1000

/* How many structs of streams are kept for the next ones, and with buffers of
 * which size, so that a busy connection does not ask the allocator. */
#define SPARE_MAX 32
#define BUFFER_KEPT_MAX 1024

/* What a field counts beyond its name and value (RFC 9113, 6.5.2). */
#define FIELD_OVERHEAD 32

enum stream_state {
	COMING, /* its message is not whole */
	WHOLE,  /* its message is an event that waits */
	OWED,   /* a server's: the request was given */
	GONE,   /* an event that waits */
	OVER,   /* no more events, though it may still be sent */
};

struct stream {
	struct stream *previous; /* in the list of all */
	struct stream *next;
	struct stream *next_event;
	uint32_t id;
	uint64_t tag; /* of a request of ours */
	enum stream_state state;
	bool attached; /* nghttp2 has not closed it */
	bool queued;   /* in the list of events */
	bool ended;    /* the peer has nothing more to say */
	bool has_head; /* what fields follow are trailers */
	bool bodiless; /* it is about HEAD */
	bool untouched;
	const char *reason; /* why it is gone */
	int status;         /* of a response */
	int problem;        /* the status that says what is wrong; or 0 */
	size_t head_len;
	uint64_t body_len; /* as declared */
	nghttp2_rcbuf *method;
	nghttp2_rcbuf *path;
	nghttp2_rcbuf *fields[HTTP_FIELDS];
	struct ilp_bytes body; /* in `in`, or in what was received just now */
	struct buffer in;
	struct buffer out;
	size_t sent; /* of `out` */
};

struct http2 {
	struct http http;
	enum http_role role;
	size_t body_max;
	size_t head_max;
	uint32_t streams_max;
	nghttp2_session *session;
	struct queue output;
	struct ilp_bytes piece; /* of nghttp2, on its way to the output */
	struct stream *first;
	struct stream *last;
	size_t count; /* of them */
	size_t open;
	size_t coming; /* those whose messages are not whole */
	size_t unsent; /* bytes of bodies that nghttp2 has not asked for */
	struct stream *events;
	struct stream *events_last;
	struct stream *spare;
	size_t spare_count;
	struct stream *lent;     /* the last event has its memory */
	struct stream *borrower; /* the last that has a body in the input */
	unsigned patience;
	unsigned continuations; /* of the head that is being read */
	unsigned resets;
	bool leaving; /* no new streams: one side has said so */
	bool ending;  /* no streams at all: HTTP_DOWN waits, or was given */
	bool down;    /* it was */
	bool broken;  /* nghttp2 makes no more output */
	const char *fault; /* found within nghttp2, which must return first */
	uint32_t fault_code;
	const char *reason;
	char text[200];
};

static struct http2 *of(struct http *http)
{
	return (struct http2 *)http;
}

static const struct http2 *const_of(const struct http *http)
{
	return (const struct http2 *)http;
}

/* ---- streams ---- */

static struct ilp_bytes rcbuf_bytes(nghttp2_rcbuf *rcbuf)
{
	nghttp2_vec vec;

	if (!rcbuf)
		return (struct ilp_bytes){ NULL, 0 };
	vec = nghttp2_rcbuf_get_buf(rcbuf);
	return (struct ilp_bytes){ vec.base, vec.len };
}

static void rcbuf_drop(nghttp2_rcbuf **rcbuf)
{
	if (*rcbuf)
		nghttp2_rcbuf_decref(*rcbuf);
	*rcbuf = NULL;
}

static void drop_head(struct stream *s)
{
	rcbuf_drop(&s->method);
	rcbuf_drop(&s->path);
	for (size_t i = 0; i < HTTP_FIELDS; i++)
		rcbuf_drop(&s->fields[i]);
	s->status = 0;
	s->body_len = 0;
}

/* Keeps its memory when that is little. */
static void empty(struct buffer *b)
{
	if (b->capacity > BUFFER_KEPT_MAX)
		buffer_drop(b);
	b->len = 0;
}

static void drop_message(struct stream *s)
{
	drop_head(s);
	s->body = (struct ilp_bytes){ NULL, 0 };
	empty(&s->in);
}

static struct stream *take_spare(struct http2 *h)
{
	struct stream *s = h->spare;

	if (!s)
		return calloc(1, sizeof(*s));
	h->spare = s->next;
	h->spare_count--;
	*s = (struct stream){ .in = s->in, .out = s->out };
	return s;
}

static void give_spare(struct http2 *h, struct stream *s)
{
	empty(&s->out);
	if (h->spare_count == SPARE_MAX) {
		buffer_drop(&s->in);
		buffer_drop(&s->out);
		free(s);
		return;
	}
	s->next = h->spare;
	h->spare = s;
	h->spare_count++;
}

static struct stream *add_stream(struct http2 *h)
{
	struct stream *s = take_spare(h);

	if (!s)
		return NULL;
	s->attached = true;
	s->previous = h->last;
	if (h->last)
		h->last->next = s;
	else
		h->first = s;
	h->last = s;
	h->count++;
	h->open++;
	h->coming++;
	return s;
}

static void drop_stream(struct http2 *h, struct stream *s)
{
	*(s->previous ? &s->previous->next : &h->first) = s->next;
	*(s->next ? &s->next->previous : &h->last) = s->previous;
	h->count--;
	if (h->borrower == s)
		h->borrower = NULL;
	drop_message(s);
	give_spare(h, s);
}

/* Gives the memory of a stream back if nobody has a use for it. */
static void settle(struct http2 *h, struct stream *s)
{
	if (s->state == OVER && !s->attached && !s->queued && h->lent != s)
		drop_stream(h, s);
}

static bool is_open(enum stream_state state)
{
	return state == COMING || state == WHOLE || state == OWED;
}

static void set_state(struct http2 *h, struct stream *s,
		      enum stream_state state)
{
	if (is_open(s->state) && !is_open(state))
		h->open--;
	h->coming -= s->state == COMING && state != COMING;
	s->state = state;
}

static void queue_event(struct http2 *h, struct stream *s,
			enum stream_state state)
{
	set_state(h, s, state);
	s->queued = true;
	s->next_event = NULL;
	if (h->events)
		h->events_last->next_event = s;
	else
		h->events = s;
	h->events_last = s;
}

/* Its body need not be sent any more. */
static void drop_unsent(struct http2 *h, struct stream *s)
{
	h->unsent -= s->out.len - s->sent;
	s->sent = s->out.len;
}

static void set_gone(struct http2 *h, struct stream *s, const char *reason)
{
	drop_unsent(h, s);
	s->reason = reason;
	queue_event(h, s, GONE);
}

static struct stream *find_stream(const struct http2 *h, int32_t id)
{
	return nghttp2_session_get_stream_user_data(h->session, id);
}

/* ---- the end ---- */

/* Nothing more is received or sent. A server forgets what it was asked, since
 * nobody would hear its answers; a client gives what it was answered, and
 * tells which streams never will be. */
static void end(struct http2 *h, const char *reason)
{
	struct stream *next;

	if (h->ending)
		return;
	h->ending = true;
	h->reason = reason;
	for (struct stream *s = h->first; s; s = next) {
		next = s->next;
		drop_unsent(h, s);
		if (h->role == HTTP_CLIENT && s->state == COMING)
			set_gone(h, s, reason);
		else if (h->role == HTTP_SERVER)
			set_state(h, s, OVER);
		settle(h, s);
	}
}

/* The peer is told. */
static void fail(struct http2 *h, uint32_t code, const char *reason)
{
	nghttp2_session_terminate_session(h->session, code);
	end(h, reason);
}

/* As fail, from a callback of nghttp2, which is not left in the middle. */
static int fail_soon(struct http2 *h, uint32_t code, const char *reason)
{
	if (!h->fault) {
		h->fault = reason;
		h->fault_code = code;
	}
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int fail_for_memory(struct http2 *h)
{
	return fail_soon(h, NGHTTP2_INTERNAL_ERROR, "no memory for HTTP/2");
}

static int spend_patience(struct http2 *h, unsigned cost)
{
	if (h->patience < cost)
		return fail_soon(h, NGHTTP2_ENHANCE_YOUR_CALM,
				 "the peer sends frames that bring nothing");
	h->patience -= cost;
	return 0;
}

/* ---- output ---- */

/* True when nothing is left of what nghttp2 gave last. */
static bool move_piece(struct http2 *h)
{
	size_t most = queue_piece_max(h->output.pool);

	while (h->piece.len) {
		size_t len = h->piece.len < most ? h->piece.len : most;
		uint8_t *room = queue_add(&h->output, len);

		if (!room)
			return false;
		memcpy(room, h->piece.at, len);
		h->piece = ilp_bytes_skip(h->piece, len);
	}
	return true;
}

/* The next bytes of nghttp2; false when it has none. */
static bool make_piece(struct http2 *h)
{
	const uint8_t *at;
	ssize_t len;

	if (h->broken)
		return false;
	len = nghttp2_session_mem_send(h->session, &at);
	if (len < 0) {
		h->broken = true;
		end(h, nghttp2_strerror((int)len));
	}
	if (h->fault)
		fail(h, h->fault_code, h->fault);
	if (len > 0)
		h->piece = (struct ilp_bytes){ at, (size_t)len };
	return len > 0;
}

/* Makes output until there is enough. What a pool has no block for stays with
 * nghttp2. */
static void fill(struct http2 *h)
{
	while (move_piece(h) && h->output.len < OUTPUT_HIGH && make_piece(h))
		;
}

static struct ilp_bytes http2_output(struct http *http)
{
	struct http2 *h = of(http);

	fill(h);
	return queue_front(&h->output);
}

static void http2_written(struct http *http, size_t len)
{
	queue_take(&of(http)->output, len);
}

static size_t http2_waiting(const struct http *http)
{
	const struct http2 *h = const_of(http);
	size_t frames = nghttp2_session_get_outbound_queue_size(h->session);

	if (h->broken || (h->ending && !nghttp2_session_want_write(h->session)))
		frames = 0;
	return h->output.len + h->piece.len + h->unsent + frames * FRAME_GUESS;
}

/* ---- what is sent ---- */

struct fields {
	nghttp2_nv at[HTTP_FIELDS + 5];
	size_t count;
};

/* nghttp2 copies the value; the names are ours. */
static void add_field(struct fields *f, const char *name,
		      struct ilp_bytes value)
{
	assert(f->count < sizeof(f->at) / sizeof(f->at[0]));
	f->at[f->count++] = (nghttp2_nv){
		.name = (uint8_t *)(uintptr_t)name,
		.namelen = strlen(name),
		.value = (uint8_t *)(uintptr_t)value.at,
		.valuelen = value.len,
		.flags = NGHTTP2_NV_FLAG_NO_COPY_NAME,
	};
}

/* Keep-Alive is about connections, which HTTP/2 has no fields for (RFC 9113,
 * 8.2.2). */
static void add_fields(struct fields *f, const struct ilp_bytes *values)
{
	for (enum http_field i = 0; i < HTTP_FIELDS; i++)
		if (values[i].len && i != HTTP_KEEP_ALIVE)
			add_field(f, http_field_name(i), values[i]);
}

struct decimal {
	char text[24];
};

static struct ilp_bytes write_decimal(struct decimal *out, size_t number)
{
	snprintf(out->text, sizeof(out->text), "%zu", number);
	return ilp_text(out->text);
}

/* nghttp2 wants so much of the body. */
static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *room,
			 size_t len, uint32_t *flags,
			 nghttp2_data_source *source, void *context)
{
	struct http2 *h = context;
	struct stream *s = source->ptr;
	size_t left = s->out.len - s->sent;

	(void)session;
	(void)id;
	if (len >= left) {
		len = left;
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	}
	if (len)
		memcpy(room, s->out.at + s->sent, len);
	s->sent += len;
	h->unsent -= len;
	return (ssize_t)len;
}

static nghttp2_data_provider body_of(struct stream *s)
{
	return (nghttp2_data_provider){ .source.ptr = s,
					.read_callback = read_body };
}

static bool is_text(struct ilp_bytes bytes, const char *text)
{
	return ilp_bytes_equal(bytes, ilp_text(text));
}

static void describe_request(struct fields *f, struct decimal *len,
			     const struct http_request *request)
{
	add_field(f, ":method", request->method);
	add_field(f, ":scheme", ilp_text(request->tls ? "https" : "http"));
	add_field(f, ":authority", request->authority);
	add_field(f, ":path", request->path);
	add_fields(f, request->fields);
	if (request->body.len || (!is_text(request->method, "GET") &&
				  !is_text(request->method, "HEAD")))
		add_field(f, "content-length",
			  write_decimal(len, request->body.len));
}

static void submit_request(struct http2 *h, struct stream *s,
			   const struct http_request *request)
{
	struct fields f = { .count = 0 };
	struct decimal len;
	nghttp2_data_provider body = body_of(s);
	int32_t id;

	describe_request(&f, &len, request);
	id = nghttp2_submit_request(h->session, NULL, f.at, f.count,
				    s->out.len ? &body : NULL, s);
	if (id > 0)
		s->id = (uint32_t)id;
}

static uint32_t http2_room(const struct http *http)
{
	const struct http2 *h = const_of(http);
	uint32_t id = nghttp2_session_get_next_stream_id(h->session);
	uint32_t max = nghttp2_session_get_remote_settings(
		h->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);

	if (h->role == HTTP_SERVER || h->leaving || h->ending || id > INT32_MAX)
		return 0;
	if (max > ROOM_MAX)
		max = ROOM_MAX;
	if (max <= h->count)
		return 0;
	max -= (uint32_t)h->count;
	return max < (INT32_MAX - id) / 2 + 1 ? max : (INT32_MAX - id) / 2 + 1;
}

static bool http2_ask(struct http *http, const struct http_request *request,
		      uint8_t **copy)
{
	struct http2 *h = of(http);
	struct stream *s;

	if (!http2_room(http))
		return false;
	s = add_stream(h);
	if (!s)
		return false;
	s->tag = request->tag;
	s->bodiless = is_text(request->method, "HEAD");
	if (buffer_add(&s->out, request->body, SIZE_MAX))
		submit_request(h, s, request);
	if (!s->id) {
		set_state(h, s, OVER);
		drop_stream(h, s);
		return false;
	}
	h->unsent += s->out.len;
	if (copy)
		*copy = s->out.at;
	return true;
}

static void describe_response(struct fields *f, struct decimal lengths[2],
			      const struct http_response *response)
{
	add_field(f, ":status",
		  write_decimal(&lengths[0], (size_t)response->status));
	add_fields(f, response->fields);
	/* A 405 has it even when it names nothing (RFC 9110, 15.5.6). */
	if (response->allow.len || response->status == 405)
		add_field(f, "allow", response->allow);
	if (response->authenticate.len)
		add_field(f, "www-authenticate", response->authenticate);
	/* RFC 9110, 8.6 and 15.4.5. */
	if (response->status != 204 && response->status != 304)
		add_field(f, "content-length",
			  write_decimal(&lengths[1], response->body.len));
}

/* False when there is no memory. */
static bool submit_response(struct http2 *h, struct stream *s,
			    const struct http_response *response)
{
	struct fields f = { .count = 0 };
	struct decimal lengths[2];
	nghttp2_data_provider body = body_of(s);

	if (!s->bodiless && !buffer_add(&s->out, response->body, SIZE_MAX))
		return false;
	describe_response(&f, lengths, response);
	if (nghttp2_submit_response(h->session, (int32_t)s->id, f.at, f.count,
				    s->out.len ? &body : NULL))
		return false;
	h->unsent += s->out.len;
	set_state(h, s, OVER);
	return true;
}

/* What has been asked is answered, and no more is wanted. */
static void take_leave(struct http2 *h)
{
	int32_t last = nghttp2_session_get_last_proc_stream_id(h->session);

	if (h->leaving)
		return;
	h->leaving = true;
	snprintf(h->text, sizeof(h->text), "no more requests are wanted");
	nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, last,
			      NGHTTP2_NO_ERROR, NULL, 0);
}

static bool http2_respond(struct http *http, uint32_t stream,
			  const struct http_response *response)
{
	struct http2 *h = of(http);
	struct stream *s = find_stream(h, (int32_t)stream);

	assert(!response->open);
	if (h->ending || h->role == HTTP_CLIENT || !s || s->state != OWED)
		return false;
	if (!submit_response(h, s, response)) {
		fail(h, NGHTTP2_INTERNAL_ERROR, "no memory for a response");
		return false;
	}
	if (h->resets < RESETS_MAX)
		h->resets++;
	if (response->last)
		take_leave(h);
	return true;
}

static void cancel(struct http2 *h, const struct stream *s)
{
	if (s->attached)
		nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE,
					  (int32_t)s->id, NGHTTP2_CANCEL);
}

static bool http2_forget(struct http *http, uint64_t tag)
{
	struct http2 *h = of(http);
	struct stream *s = h->first;

	while (s && (s->tag != tag || s->state == OVER))
		s = s->next;
	if (h->role == HTTP_SERVER || !s)
		return false;
	drop_unsent(h, s);
	set_state(h, s, OVER);
	cancel(h, s);
	settle(h, s);
	return true;
}

/* ---- what is received ---- */

/* The words for a client to what a server says with a status. */
static const char *problem_text(int problem)
{
	switch (problem) {
	case 400:
		return "a field of the response came twice";
	case 413:
		return "the body of the response is too long";
	case 431:
		return "the fields of the response are too long";
	}
	return "the response has a status that means nothing";
}

static int turn_away(struct http2 *h, struct stream *s)
{
	struct http_response response = { .status = s->problem };

	if (h->role == HTTP_CLIENT) {
		set_gone(h, s, problem_text(s->problem));
		cancel(h, s);
		return 0;
	}
	drop_message(s);
	return submit_response(h, s, &response) ? 0 : fail_for_memory(h);
}

static void note_problem(struct stream *s, int status)
{
	if (!s->problem)
		s->problem = status;
}

/* As nghttp2 has checked, these are digits; what is beyond all bounds stays
 * there. */
static uint64_t read_decimal(struct ilp_bytes text)
{
	uint64_t out = 0;

	for (size_t i = 0; i < text.len && out < UINT32_MAX; i++)
		out = out * 10 + (uint64_t)(text.at[i] - '0');
	return out;
}

static void keep(struct stream *s, nghttp2_rcbuf **to, nghttp2_rcbuf *value)
{
	if (*to) {
		note_problem(s, 400);
		return;
	}
	nghttp2_rcbuf_incref(value);
	*to = value;
}

static void read_field(struct stream *s, struct ilp_bytes name,
		       nghttp2_rcbuf *value)
{
	enum http_field field;

	if (is_text(name, ":method")) {
		keep(s, &s->method, value);
	} else if (is_text(name, ":path")) {
		keep(s, &s->path, value);
	} else if (is_text(name, ":status")) {
		s->status = (int)read_decimal(rcbuf_bytes(value));
	} else if (is_text(name, "content-length")) {
		s->body_len = read_decimal(rcbuf_bytes(value));
	} else {
		field = http_field_find(name);
		if (field < HTTP_FIELDS)
			keep(s, &s->fields[field], value);
	}
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
		     nghttp2_rcbuf *name, nghttp2_rcbuf *value, uint8_t flags,
		     void *context)
{
	struct http2 *h = context;
	struct stream *s = find_stream(h, frame->hd.stream_id);
	struct ilp_bytes text = rcbuf_bytes(name);

	(void)session;
	(void)flags;
	if (!s || s->state != COMING)
		return 0;
	s->head_len += text.len + rcbuf_bytes(value).len + FIELD_OVERHEAD;
	if (s->head_len > h->head_max)
		note_problem(s, 431);
	else if (!s->has_head)
		read_field(s, text, value);
	return 0;
}

static void check_request(struct stream *s)
{
	struct ilp_bytes method = rcbuf_bytes(s->method);
	struct ilp_bytes path = rcbuf_bytes(s->path);

	s->bodiless = is_text(method, "HEAD");
	if (is_text(method, "CONNECT"))
		note_problem(s, 405);
	else if (path.len == 0 || path.at[0] != '/')
		note_problem(s, 400);
}

/* Is it the head itself, not one of those that come before it, nor trailers?
 */
static bool is_head(const struct http2 *h, const struct stream *s)
{
	return !s->has_head && (h->role == HTTP_SERVER || s->status / 100 != 1);
}

static int read_head(struct http2 *h, struct stream *s)
{
	bool has_body = h->role == HTTP_SERVER || !s->bodiless;

	if (is_head(h, s)) {
		s->has_head = true;
		if (h->role == HTTP_SERVER)
			check_request(s);
		else if (s->status < 200 || s->status > 599)
			note_problem(s, 502);
		if (has_body && s->body_len > h->body_max)
			note_problem(s, 413);
	}
	if (s->problem)
		return turn_away(h, s);
	if (!s->has_head)
		drop_head(s);
	return 0;
}

static void finish_message(struct http2 *h, struct stream *s)
{
	h->patience = PATIENCE;
	queue_event(h, s, WHOLE);
}

static int read_message_frame(struct http2 *h, const nghttp2_frame *frame)
{
	struct stream *s = find_stream(h, frame->hd.stream_id);
	int result = 0;

	if (!s)
		return 0;
	s->ended = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
	if (frame->hd.type == NGHTTP2_DATA && !s->ended &&
	    frame->hd.length == frame->data.padlen)
		result = spend_patience(h, NEEDLESS);
	if (frame->hd.type == NGHTTP2_HEADERS && s->state == COMING)
		result = read_head(h, s);
	if (s->ended && s->state == COMING)
		finish_message(h, s);
	return result;
}

static void read_goaway(struct http2 *h, uint32_t code)
{
	h->leaving = true;
	snprintf(h->text, sizeof(h->text), "the peer leaves: %s",
		 nghttp2_http2_strerror(code));
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
		    void *context)
{
	struct http2 *h = context;

	(void)session;
	switch (frame->hd.type) {
	case NGHTTP2_HEADERS:
	case NGHTTP2_DATA:
		return read_message_frame(h, frame);
	case NGHTTP2_GOAWAY:
		read_goaway(h, frame->goaway.error_code);
		break;
	}
	return 0;
}

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd,
			  void *context)
{
	struct http2 *h = context;

	(void)session;
	if (hd->type != NGHTTP2_CONTINUATION) {
		h->continuations = 0;
		return spend_patience(h, 1);
	}
	if (h->continuations++ == CONTINUATIONS_MAX)
		return fail_soon(h, NGHTTP2_ENHANCE_YOUR_CALM,
				 "the peer cuts a head into too many frames");
	return spend_patience(h, NEEDLESS);
}

/* One that comes after a farewell is refused. If it was ours, the client
 * takes it that we never look at such a request, and asks somebody else; after
 * its own, nghttp2 would listen or not, as it happens. */
static int on_begin_headers(nghttp2_session *session,
			    const nghttp2_frame *frame, void *context)
{
	struct http2 *h = context;
	struct stream *s;

	if (h->role == HTTP_CLIENT ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	if (h->leaving) {
		nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE,
					  frame->hd.stream_id,
					  NGHTTP2_REFUSED_STREAM);
		return 0;
	}
	s = add_stream(h);
	if (!s)
		return fail_for_memory(h);
	s->id = (uint32_t)frame->hd.stream_id;
	nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, s);
	return 0;
}

/* What lies in the input stays there for as long as it may, which is forever
 * when it is the whole body. */
static bool add_body(struct http2 *h, struct stream *s, struct ilp_bytes in,
		     bool last)
{
	if (last && s->body.len == 0) {
		s->body = in;
		h->borrower = s;
		return true;
	}
	if (s->body.len && s->in.len == 0 &&
	    !buffer_add(&s->in, s->body, h->body_max))
		return false;
	if (!buffer_add(&s->in, in, h->body_max))
		return false;
	s->body = buffer_bytes(&s->in);
	return true;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
		   const uint8_t *at, size_t len, void *context)
{
	struct http2 *h = context;
	struct stream *s = find_stream(h, id);
	bool last = flags & NGHTTP2_FLAG_END_STREAM;

	(void)session;
	if (!s || s->state != COMING)
		return 0;
	if (len > h->body_max - s->body.len) {
		note_problem(s, 413);
		return turn_away(h, s);
	}
	if (!add_body(h, s, (struct ilp_bytes){ at, len }, last))
		return fail_for_memory(h);
	return 0;
}

/* The input is given back, and of the last body there only a part came. */
static void keep_borrowed(struct http2 *h)
{
	struct stream *s = h->borrower;

	h->borrower = NULL;
	if (!s || s->state != COMING || s->in.len || s->body.len == 0)
		return;
	if (buffer_add(&s->in, s->body, h->body_max))
		s->body = buffer_bytes(&s->in);
	else
		fail_for_memory(h);
}

/* A request that came to nothing has cost us something. */
static void count_reset(struct http2 *h)
{
	if (h->resets)
		h->resets--;
	else
		fail_soon(h, NGHTTP2_ENHANCE_YOUR_CALM,
			  "the peer resets streams without end");
}

static void close_request(struct http2 *h, struct stream *s)
{
	if (!is_open(s->state))
		return;
	count_reset(h);
	if (s->state == OWED)
		set_gone(h, s, "the peer does not want the response");
	else
		set_state(h, s, OVER);
}

static const char *reset_text(uint32_t code)
{
	return code == NGHTTP2_REFUSED_STREAM ?
		       "the peer has refused the request" :
		       nghttp2_http2_strerror(code);
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code,
			   void *context)
{
	struct http2 *h = context;
	struct stream *s = find_stream(h, id);

	(void)session;
	if (!s)
		return 0;
	s->attached = false;
	drop_unsent(h, s);
	if (h->role == HTTP_SERVER) {
		close_request(h, s);
	} else if (s->state == COMING) {
		s->untouched = code == NGHTTP2_REFUSED_STREAM;
		set_gone(h, s, reset_text(code));
	}
	settle(h, s);
	return 0;
}

/* nghttp2 gives the connection up, and says why. */
static void end_by_goaway(struct http2 *h, const nghttp2_goaway *goaway)
{
	int len = (int)goaway->opaque_data_len;

	if (h->ending || goaway->error_code == NGHTTP2_NO_ERROR)
		return;
	snprintf(h->text, sizeof(h->text), "HTTP/2: %s%s%.*s",
		 nghttp2_http2_strerror(goaway->error_code), len ? ", " : "",
		 len, len ? (const char *)goaway->opaque_data : "");
	end(h, h->text);
}

/* A request that was turned away before it had all come: the peer may stop,
 * now that it knows (RFC 9113, 8.1). */
static void cut_request(struct http2 *h, const nghttp2_frame *frame)
{
	const struct stream *s = find_stream(h, frame->hd.stream_id);

	if (h->role == HTTP_SERVER && s && !s->ended &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE,
					  frame->hd.stream_id,
					  NGHTTP2_NO_ERROR);
}

static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame,
			 void *context)
{
	(void)session;
	switch (frame->hd.type) {
	case NGHTTP2_HEADERS:
		cut_request(context, frame);
		break;
	case NGHTTP2_GOAWAY:
		end_by_goaway(context, &frame->goaway);
		break;
	}
	return 0;
}

/* What it means that nghttp2 did not take the input. */
static void fail_by_error(struct http2 *h, int error)
{
	uint32_t code = NGHTTP2_ENHANCE_YOUR_CALM; /* floods of any kind */

	if (error == NGHTTP2_ERR_BAD_CLIENT_MAGIC)
		code = NGHTTP2_PROTOCOL_ERROR;
	if (error == NGHTTP2_ERR_NOMEM)
		code = NGHTTP2_INTERNAL_ERROR;
	fail(h, code, nghttp2_strerror(error));
}

static void http2_receive(struct http *http, uint8_t *in, size_t len)
{
	struct http2 *h = of(http);
	ssize_t taken;

	if (h->ending || len == 0)
		return;
	taken = nghttp2_session_mem_recv(h->session, in, len);
	keep_borrowed(h);
	if (nghttp2_session_get_outbound_queue_size(h->session) >
	    FRAMES_MAX + 2 * h->count)
		fail_soon(h, NGHTTP2_ENHANCE_YOUR_CALM,
			  "the peer does not read what we say");
	if (h->fault)
		fail(h, h->fault_code, h->fault);
	else if (taken < 0)
		fail_by_error(h, (int)taken);
	fill(h);
}

/* ---- events ---- */

static void take_back(struct http2 *h)
{
	struct stream *s = h->lent;

	if (!s)
		return;
	h->lent = NULL;
	drop_message(s);
	settle(h, s);
}

static struct stream *next_event(struct http2 *h)
{
	while (h->events) {
		struct stream *s = h->events;

		h->events = s->next_event;
		s->queued = false;
		if (s->state != OVER)
			return s;
		settle(h, s);
	}
	return NULL;
}

static void describe_message(const struct stream *s, struct http_event *out)
{
	*out = (struct http_event){
		.stream = s->id,
		.tag = s->tag,
		.method = rcbuf_bytes(s->method),
		.path = rcbuf_bytes(s->path),
		.status = s->status,
		.body = s->body,
	};
	for (size_t i = 0; i < HTTP_FIELDS; i++)
		out->fields[i] = rcbuf_bytes(s->fields[i]);
}

static void give_message(struct http2 *h, struct stream *s,
			 struct http_event *out)
{
	describe_message(s, out);
	if (h->role == HTTP_SERVER) {
		out->type = HTTP_REQUEST;
		set_state(h, s, OWED);
		return;
	}
	out->type = HTTP_RESPONSE;
	set_state(h, s, OVER);
	drop_unsent(h, s);
	cancel(h, s); /* nobody needs the rest of the request */
}

static void give_gone(struct http2 *h, struct stream *s, struct http_event *out)
{
	*out = (struct http_event){ .type = HTTP_GONE,
				    .stream = s->id,
				    .tag = s->tag,
				    .untouched = s->untouched,
				    .reason = s->reason };
	set_state(h, s, OVER);
}

/* Whoever leaves stays until all streams are over. */
static void end_when_idle(struct http2 *h)
{
	bool used_up =
		h->role == HTTP_CLIENT &&
		nghttp2_session_get_next_stream_id(h->session) > INT32_MAX;

	if (h->first || h->ending)
		return;
	if (h->leaving)
		fail(h, NGHTTP2_NO_ERROR, h->text);
	else if (used_up)
		fail(h, NGHTTP2_NO_ERROR, "all numbers of streams are used");
}

static bool give_down(struct http2 *h, struct http_event *out)
{
	end_when_idle(h);
	if (!h->ending || h->down)
		return false;
	h->down = true;
	*out = (struct http_event){ .type = HTTP_DOWN, .reason = h->reason };
	return true;
}

static bool http2_next(struct http *http, struct http_event *out)
{
	struct http2 *h = of(http);
	struct stream *s;

	take_back(h);
	s = next_event(h);
	if (!s)
		return give_down(h, out);
	h->lent = s;
	if (s->state == WHOLE)
		give_message(h, s, out);
	else
		give_gone(h, s, out);
	return true;
}

static size_t http2_open(const struct http *http)
{
	return const_of(http)->open;
}

/* They are in the order of their beginning. */
static uint32_t http2_partial(const struct http *http)
{
	const struct http2 *h = const_of(http);
	const struct stream *s = h->coming ? h->first : NULL;

	while (s && s->state != COMING)
		s = s->next;
	return s ? s->id : 0;
}

/* What could be sent is, since nghttp2 sends nothing after its farewell. */
static void http2_close(struct http *http, const char *reason)
{
	struct http2 *h = of(http);

	while (move_piece(h) && make_piece(h))
		;
	fail(h, NGHTTP2_NO_ERROR, reason);
	fill(h);
}

/* ---- the whole ---- */

static void free_list(struct stream *s)
{
	while (s) {
		struct stream *next = s->next;

		drop_head(s);
		buffer_drop(&s->in);
		buffer_drop(&s->out);
		free(s);
		s = next;
	}
}

static void http2_destroy(struct http *http)
{
	struct http2 *h = of(http);

	free_list(h->first);
	free_list(h->spare);
	nghttp2_session_del(h->session);
	queue_finish(&h->output);
	free(h);
}

static const struct http_ops ops = {
	.name = "HTTP/2",
	.receive = http2_receive,
	.next = http2_next,
	.room = http2_room,
	.ask = http2_ask,
	.respond = http2_respond,
	.forget = http2_forget,
	.close = http2_close,
	.open = http2_open,
	.partial = http2_partial,
	.output = http2_output,
	.written = http2_written,
	.waiting = http2_waiting,
	.destroy = http2_destroy,
};

static void set_callbacks(nghttp2_session_callbacks *all)
{
	nghttp2_session_callbacks_set_on_begin_frame_callback(all,
							      on_begin_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		all, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback2(all, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(all,
							     on_frame_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(all,
							       on_stream_close);
}

static bool open_session(struct http2 *h)
{
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;

	if (nghttp2_session_callbacks_new(&callbacks) == 0 &&
	    nghttp2_option_new(&option) == 0) {
		set_callbacks(callbacks);
		nghttp2_option_set_no_closed_streams(option, 1);
		nghttp2_option_set_max_outbound_ack(option, ACKS_MAX);
		/* Its own limit goes by a clock; we count. */
		nghttp2_option_set_stream_reset_rate_limit(option, UINT64_MAX,
							   0);
		/* Its own count grows with the pieces of input that a frame
		 * comes in; we count frames. */
		nghttp2_option_set_max_continuations(option, SIZE_MAX);
		if (h->role == HTTP_SERVER)
			nghttp2_session_server_new2(&h->session, callbacks, h,
						    option);
		else
			nghttp2_session_client_new2(&h->session, callbacks, h,
						    option);
	}
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	return h->session;
}

static uint32_t clamp(size_t value, uint32_t min, uint32_t max)
{
	if (value < min)
		return min;
	return value < max ? (uint32_t)value : max;
}

/* The first words to the peer: what it may send us. */
static bool send_settings(struct http2 *h)
{
	uint32_t window = clamp(h->body_max, WINDOW_MIN, WINDOW_MAX);
	uint32_t head_max = clamp(h->head_max, 0, UINT32_MAX);
	bool serves = h->role == HTTP_SERVER;
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, head_max },
		{ NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1 },
		{ serves ? NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS :
			   NGHTTP2_SETTINGS_ENABLE_PUSH,
		  serves ? h->streams_max : 0 },
	};
	int32_t whole = window < CONNECTION_WINDOW ? CONNECTION_WINDOW :
						     (int32_t)window;
	int error =
		nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings,
					sizeof(settings) / sizeof(settings[0]));

	return error == 0 &&
	       nghttp2_session_set_local_window_size(
		       h->session, NGHTTP2_FLAG_NONE, 0, whole) == 0;
}

struct http *http2_create(const struct http_options *options)
{
	struct http2 *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->http.ops = &ops;
	h->role = options->role;
	h->body_max = options->body_max;
	h->head_max = options->head_max;
	h->streams_max = options->streams_max;
	h->patience = PATIENCE;
	h->resets = RESETS_MAX;
	queue_init(&h->output, options->pool);
	if (!open_session(h) || !send_settings(h)) {
		http2_destroy(&h->http);
		return NULL;
	}
	return &h->http;
}
