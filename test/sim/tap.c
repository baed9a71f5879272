/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/tap.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/btp.h"
#include "ilp/packet.h"
#include "test/sim/tap_http.h"

/* link/memory.c */
#define MEMORY_HEAD 9

/* RFC 6455, 5.2 */
#define FRAME_FINAL 0x80
#define FRAME_BINARY 0x02
#define FRAME_MASKED 0x80

void tap_init(struct tap *t, const struct tap_options *options)
{
	*t = (struct tap){ .framing = options->framing,
			   .asks = options->asks,
			   .next_request = options->first,
			   .last_stream = UINT32_MAX };
}

void tap_finish(struct tap *t)
{
	tap_end_streams(t);
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

struct ilp_bytes tap_left(const struct tap *t)
{
	return (struct ilp_bytes){ t->bytes + t->from, t->to - t->from };
}

void tap_pass(struct tap *t, size_t len)
{
	t->from += len;
	t->passed += len;
}

/* ---- the frames of link/memory.c ---- */

static bool next_memory(struct tap *t, struct tap_frame *out)
{
	for (;;) {
		struct ilp_bytes in = tap_left(t);
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
		tap_pass(t, MEMORY_HEAD + len);
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

/* Of the handshake. */
static bool pass_http(struct tap *t)
{
	size_t len = tap_head_len(tap_left(t));

	tap_pass(t, len);
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
	while (!t->dead && read_head(tap_left(t), &frame)) {
		uint8_t *payload = t->bytes + t->from + frame.head_len;

		if (frame.first & 0x70 || frame.len > 2 * ILP_PACKET_MAX) {
			t->dead = true;
			return false;
		}
		if (tap_left(t).len < frame.head_len + frame.len)
			return false;
		for (size_t i = 0; frame.mask && i < frame.len; i++)
			payload[i] ^= frame.mask[i % 4];
		tap_pass(t, frame.head_len + frame.len);
		if (frame.first != (FRAME_FINAL | FRAME_BINARY))
			continue;
		out->end = t->passed;
		if (read_btp(t, (struct ilp_bytes){ payload, frame.len }, out))
			return true;
	}
	return false;
}

void tap_hear(struct tap *t, enum tap_kind kind, uint64_t request)
{
	if (t->framing == TAP_HTTP_2)
		tap_hear_http2(t, kind, request);
}

bool tap_next(struct tap *t, struct tap_frame *out)
{
	switch (t->framing) {
	case TAP_MEMORY:
		return next_memory(t, out);
	case TAP_BTP:
		return next_btp(t, out);
	case TAP_HTTP_1:
		return tap_next_http1(t, out);
	case TAP_HTTP_2:
		return tap_next_http2(t, out);
	}
	return false;
}
