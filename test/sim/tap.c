/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/tap.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/btp.h"
#include "ilp/packet.h"

/* link/memory.c */
#define MEMORY_HEAD 9

/* RFC 6455, 5.2 */
#define FRAME_FINAL 0x80
#define FRAME_BINARY 0x02
#define FRAME_MASKED 0x80

void tap_init(struct tap *t, enum tap_framing framing, uint64_t first)
{
	*t = (struct tap){ .framing = framing, .next_request = first };
}

void tap_finish(struct tap *t)
{
	free(t->bytes);
}

void tap_feed(struct tap *t, struct ilp_bytes in)
{
	if (t->dead)
		return;
	if (t->from == t->to)
		t->from = t->to = 0;
	if (t->to + in.len > t->room && t->from) {
		memmove(t->bytes, t->bytes + t->from, t->to - t->from);
		t->to -= t->from;
		t->from = 0;
	}
	if (t->to + in.len > t->room) {
		t->room = 2 * (t->to + in.len);
		t->bytes = realloc(t->bytes, t->room);
		assert(t->bytes);
	}
	memcpy(t->bytes + t->to, in.at, in.len);
	t->to += in.len;
}

static struct ilp_bytes left(const struct tap *t)
{
	return (struct ilp_bytes){ t->bytes + t->from, t->to - t->from };
}

static void pass(struct tap *t, size_t len)
{
	t->from += len;
	t->passed += len;
}

/* ---- the frames of link/memory.c ---- */

static bool next_memory(struct tap *t, struct tap_frame *out)
{
	for (;;) {
		struct ilp_bytes in = left(t);
		size_t len;

		if (t->dead || in.len < MEMORY_HEAD)
			return false;
		len = ilp_load_u32(in.at + 5);
		if (len > ILP_PACKET_MAX ||
		    (in.len >= MEMORY_HEAD + len &&
		     (t->begun ? in.at[0] != 'P' && in.at[0] != 'A' :
				 in.at[0] != 'H' || len))) {
			t->dead = true;
			return false;
		}
		if (in.len < MEMORY_HEAD + len)
			return false;
		pass(t, MEMORY_HEAD + len);
		if (!t->begun) {
			t->begun = true;
			continue;
		}
		*out = (struct tap_frame){
			.kind = in.at[0] == 'P' ? TAP_PREPARE : TAP_ANSWER,
			.request = ilp_load_u32(in.at + 1),
			.packet = { in.at + MEMORY_HEAD, len },
			.end = t->passed,
		};
		return true;
	}
}

/* ---- BTP ---- */

/* The head of HTTP ends in an empty line. How long it is; 0 when it is not
 * whole. */
static size_t http_head_len(struct ilp_bytes in)
{
	for (size_t i = 4; i <= in.len; i++)
		if (memcmp(in.at + i - 4, "\r\n\r\n", 4) == 0)
			return i;
	return 0;
}

static bool pass_http(struct tap *t)
{
	size_t len = http_head_len(left(t));

	pass(t, len);
	t->begun = len;
	return t->begun;
}

struct ws_frame {
	uint8_t first;
	const uint8_t *mask; /* or NULL */
	size_t head_len;
	size_t len;
};

/* False when the head of the frame is not whole. */
static bool read_head(struct ilp_bytes in, struct ws_frame *out)
{
	size_t extra, at = 2;

	if (in.len < 2)
		return false;
	out->first = in.at[0];
	out->len = in.at[1] & 0x7f;
	extra = out->len == 127 ? 8 : out->len == 126 ? 2 : 0;
	out->head_len = at + extra + (in.at[1] & FRAME_MASKED ? 4 : 0);
	if (in.len < out->head_len)
		return false;
	if (extra)
		out->len = 0;
	for (; at < 2 + extra; at++)
		out->len = out->len << 8 | in.at[at];
	out->mask = in.at[1] & FRAME_MASKED ? in.at + at : NULL;
	return true;
}

/* What a BTP packet is about; false when it is nothing of ours. Whoever says
 * that a packet is longer than any may be is not listened to any more. */
static bool read_btp(struct tap *t, struct ilp_bytes in, struct tap_frame *out)
{
	const struct ilp_btp_entry *entry;
	struct ilp_btp packet;
	size_t len;

	if (ilp_btp_decode(&packet, in) != ILP_OK)
		return false;
	out->request = packet.request_id;
	entry = ilp_btp_find(&packet.entries, ILP_BTP_ILP);
	out->packet = entry ? entry->data : (struct ilp_bytes){ NULL, 0 };
	t->dead =
		entry && ilp_packet_len(&len, entry->data) == ILP_ERR_TOO_LONG;
	if (t->dead)
		return false;
	switch (packet.type) {
	case ILP_BTP_MESSAGE:
		out->kind = TAP_PREPARE;
		return entry != NULL;
	case ILP_BTP_RESPONSE:
		out->kind = entry ? TAP_ANSWER : TAP_REFUSED;
		return true;
	case ILP_BTP_ERROR:
		out->kind = TAP_REFUSED;
		return true;
	case ILP_BTP_TRANSFER:
		return false;
	}
	return false;
}

static bool next_btp(struct tap *t, struct tap_frame *out)
{
	struct ws_frame frame;

	if (!t->begun && !pass_http(t))
		return false;
	while (!t->dead && read_head(left(t), &frame)) {
		uint8_t *payload = t->bytes + t->from + frame.head_len;

		if (frame.first & 0x70 || frame.len > 2 * ILP_PACKET_MAX) {
			t->dead = true;
			return false;
		}
		if (left(t).len < frame.head_len + frame.len)
			return false;
		for (size_t i = 0; frame.mask && i < frame.len; i++)
			payload[i] ^= frame.mask[i % 4];
		pass(t, frame.head_len + frame.len);
		if (frame.first != (FRAME_FINAL | FRAME_BINARY))
			continue;
		out->end = t->passed;
		if (read_btp(t, (struct ilp_bytes){ payload, frame.len }, out))
			return true;
	}
	return false;
}

/* ---- ILP over HTTP/1.1 ---- */

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

static bool next_http(struct tap *t, struct tap_frame *out)
{
	struct ilp_bytes in = left(t);
	struct ilp_bytes head = { in.at, http_head_len(in) };
	size_t len;

	if (t->dead || !head.len)
		return false;
	len = body_len(head);
	t->dead = !read_first_line(head, &out->kind) || len > ILP_PACKET_MAX;
	if (t->dead || in.len - head.len < len)
		return false;
	pass(t, head.len + len);
	out->request = t->next_request++;
	out->packet = (struct ilp_bytes){ in.at + head.len, len };
	out->end = t->passed;
	return true;
}

bool tap_next(struct tap *t, struct tap_frame *out)
{
	switch (t->framing) {
	case TAP_MEMORY:
		return next_memory(t, out);
	case TAP_BTP:
		return next_btp(t, out);
	case TAP_HTTP:
		return next_http(t, out);
	}
	return false;
}
