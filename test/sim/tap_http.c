/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/tap_http.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/packet.h"

size_t tap_head_len(struct ilp_bytes in)
{
	for (size_t i = 4; i <= in.len; i++)
		if (memcmp(in.at + i - 4, "\r\n\r\n", 4) == 0)
			return i;
	return 0;
}

/* ---- HTTP/1.1 ---- */

static bool begins_with(struct ilp_bytes in, const char *text)
{
	size_t len = strlen(text);

	return in.len >= len && memcmp(in.at, text, len) == 0;
}

static size_t read_number(struct ilp_bytes in)
{
	size_t number = 0;

	for (; in.len && in.at[0] >= '0' && in.at[0] <= '9' &&
	       number <= ILP_PACKET_MAX;
	     in = ilp_bytes_skip(in, 1))
		number = 10 * number + in.at[0] - '0';
	return number;
}

/* Nodes always say how long the body is, and in this case of letters. */
static size_t body_len(struct ilp_bytes head)
{
	static const char field[] = "\r\ncontent-length: ";

	for (; head.len; head = ilp_bytes_skip(head, 1))
		if (begins_with(head, field))
			return read_number(
				ilp_bytes_skip(head, sizeof(field) - 1));
	return SIZE_MAX;
}

/* What the first line says that it is; false when that is nothing of ours. */
static bool read_first_line(struct ilp_bytes head, enum tap_kind *out)
{
	static const char response[] = "HTTP/1.1 ";
	bool answers = begins_with(head, response);

	*out = TAP_PREPARE;
	if (answers)
		*out = read_number(ilp_bytes_skip(
			       head, sizeof(response) - 1)) == 200 ?
			       TAP_ANSWER :
			       TAP_REFUSED;
	return answers || begins_with(head, "POST ");
}

bool tap_next_http1(struct tap *t, struct tap_frame *out)
{
	struct ilp_bytes in = tap_left(t);
	struct ilp_bytes head = { in.at, tap_head_len(in) };
	size_t len;

	if (t->dead || !head.len)
		return false;
	len = body_len(head);
	t->dead = !read_first_line(head, &out->kind) || len > ILP_PACKET_MAX;
	if (t->dead || in.len - head.len < len)
		return false;
	tap_pass(t, head.len + len);
	out->request = t->next_request++;
	out->packet = (struct ilp_bytes){ in.at + head.len, len };
	out->end = t->passed;
	return true;
}

/* ---- HTTP/2 (RFC 9113) ---- */

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define FRAME_HEAD 9
/* Nobody asks for larger frames than every peer must take. */
#define FRAME_MAX 16384

enum frame_type {
	FRAME_DATA = 0,
	FRAME_HEADERS = 1,
	FRAME_RESET = 3,
	FRAME_GOAWAY = 7,
};

#define FLAG_END_STREAM 0x01
#define FLAG_PADDED 0x08
#define REFUSED_STREAM 7

/* What one side has begun to say in a stream. */
struct tap_stream {
	struct tap_stream *next;
	uint32_t id;
	size_t len;
	uint8_t body[ILP_PACKET_MAX];
};

struct frame {
	uint8_t type;
	uint8_t flags;
	uint32_t stream;
	struct ilp_bytes payload;
};

static struct tap_stream **find_stream(struct tap *t, uint32_t id)
{
	struct tap_stream **at = &t->streams;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static void begin_stream(struct tap *t, uint32_t id)
{
	struct tap_stream **at = find_stream(t, id);

	if (*at || id > t->last_stream)
		return; /* trailers, or in vain */
	*at = malloc(sizeof(**at));
	assert(*at);
	(*at)->next = NULL;
	(*at)->id = id;
	(*at)->len = 0;
}

/* Was there one? */
static bool drop_stream(struct tap *t, uint32_t id)
{
	struct tap_stream **at = find_stream(t, id);
	struct tap_stream *stream = *at;

	if (!stream)
		return false;
	*at = stream->next;
	free(stream);
	return true;
}

void tap_end_streams(struct tap *t)
{
	while (t->streams)
		drop_stream(t, t->streams->id);
	free(t->said);
}

/* Streams begin in the order of their numbers. */
static void drop_streams_behind(struct tap *t, uint32_t last)
{
	struct tap_stream **at = &t->streams;

	while (*at && (*at)->id <= last)
		at = &(*at)->next;
	while (*at)
		drop_stream(t, (*at)->id);
}

void tap_hear_http2(struct tap *t, enum tap_kind kind, uint64_t request)
{
	uint32_t stream = (uint32_t)(request - t->next_request);

	if (kind == TAP_REFUSED)
		drop_stream(t, stream);
	if (kind != TAP_LEAVES)
		return;
	t->last_stream = stream;
	drop_streams_behind(t, stream);
}

static bool read_frame(struct ilp_bytes in, struct frame *out)
{
	size_t len;

	if (in.len < FRAME_HEAD)
		return false;
	len = ilp_load_u32(in.at) >> 8;
	out->type = in.at[3];
	out->flags = in.at[4];
	out->stream = ilp_load_u32(in.at + 5) & INT32_MAX;
	out->payload = (struct ilp_bytes){ in.at + FRAME_HEAD, len };
	return in.len - FRAME_HEAD >= len;
}

static void add_data(struct tap *t, const struct frame *frame)
{
	struct tap_stream *stream = *find_stream(t, frame->stream);

	t->dead = frame->flags & FLAG_PADDED ||
		  (stream && frame->payload.len > ILP_PACKET_MAX - stream->len);
	if (t->dead || !stream)
		return;
	memcpy(stream->body + stream->len, frame->payload.at,
	       frame->payload.len);
	stream->len += frame->payload.len;
}

/* A message is whole, and the stream's memory becomes that of what was said
 * last. A node answers with a body where it answers with a packet. */
static bool end_stream(struct tap *t, uint32_t id, struct tap_frame *out)
{
	struct tap_stream **at = find_stream(t, id);

	if (!*at)
		return false;
	free(t->said);
	t->said = *at;
	*at = t->said->next;
	out->kind = TAP_PREPARE;
	if (!t->asks)
		out->kind = t->said->len ? TAP_ANSWER : TAP_REFUSED;
	out->packet = (struct ilp_bytes){ t->said->body, t->said->len };
	return true;
}

/* Who asks takes back what it has asked, unless that was never whole; who is
 * asked says that it has not looked, or breaks off an answer. */
static bool reset_stream(struct tap *t, const struct frame *frame,
			 struct tap_frame *out)
{
	bool unfinished = drop_stream(t, frame->stream);
	bool refused = frame->payload.len == 4 &&
		       ilp_load_u32(frame->payload.at) == REFUSED_STREAM;

	out->kind = t->asks ? TAP_FORGETS : TAP_REFUSED;
	return t->asks ? !unfinished : refused;
}

/* Who asks may leave as well, and that means nothing: it knows what it has
 * asked. */
static bool leave(const struct tap *t, const struct frame *frame,
		  struct tap_frame *out)
{
	if (frame->payload.len < 4)
		return false;
	out->kind = TAP_LEAVES;
	out->request = t->next_request +
		       (ilp_load_u32(frame->payload.at) & INT32_MAX);
	return !t->asks;
}

/* What the frame means, beyond what it is a part of. */
static bool read_meaning(struct tap *t, const struct frame *frame,
			 struct tap_frame *out)
{
	out->packet = (struct ilp_bytes){ NULL, 0 };
	out->request = t->next_request + frame->stream;
	switch (frame->type) {
	case FRAME_HEADERS:
		begin_stream(t, frame->stream);
		break;
	case FRAME_DATA:
		add_data(t, frame);
		break;
	case FRAME_RESET:
		return reset_stream(t, frame, out);
	case FRAME_GOAWAY:
		return leave(t, frame, out);
	default:
		return false;
	}
	return !t->dead && frame->flags & FLAG_END_STREAM &&
	       end_stream(t, frame->stream, out);
}

/* A client begins with words that are no frame. */
static bool pass_preface(struct tap *t)
{
	if (t->begun || !t->asks)
		return true;
	if (tap_left(t).len < sizeof(PREFACE) - 1)
		return false;
	t->begun = true;
	t->dead = !begins_with(tap_left(t), PREFACE);
	tap_pass(t, sizeof(PREFACE) - 1);
	return !t->dead;
}

bool tap_next_http2(struct tap *t, struct tap_frame *out)
{
	struct frame frame;

	if (t->dead || !pass_preface(t))
		return false;
	while (!t->dead && read_frame(tap_left(t), &frame)) {
		t->dead = frame.payload.len > FRAME_MAX;
		tap_pass(t, FRAME_HEAD + frame.payload.len);
		out->end = t->passed;
		if (!t->dead && read_meaning(t, &frame, out))
			return true;
	}
	return false;
}
