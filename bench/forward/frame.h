/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h - as much of WebSocket (RFC 6455) as the two ends of a benchmark
 * need: whole binary messages in one frame each, and a handshake in which
 * every client draws the same key. */
#ifndef BENCH_FORWARD_FRAME_H
#define BENCH_FORWARD_FRAME_H

#include "base/bytes.h"

#define FRAME_HEAD_MAX 14
#define FRAME_MASK_LEN 4

enum frame_opcode {
	FRAME_BINARY = 2,
	FRAME_CLOSE = 8,
	FRAME_PING = 9,
	FRAME_PONG = 10,
};

struct frame {
	unsigned opcode;
	const uint8_t *mask; /* NULL: sent by the server, in the clear */
	struct ilp_bytes payload;
};

/* Reads the frame at the start of `in`: how long it is, or 0 when it is not
 * whole. A part of a longer message ends the program. */
size_t frame_read(struct frame *out, struct ilp_bytes in);

/* How long the head of a frame is, with its mask if it has one. */
static inline size_t frame_head_len(size_t len, bool masked)
{
	size_t bytes = len < 126 ? 2 : len <= UINT16_MAX ? 4 : 10;

	return masked ? bytes + FRAME_MASK_LEN : bytes;
}

/* Writes a head and gives its end. A client's frames have a mask. */
uint8_t *frame_head(uint8_t *out, enum frame_opcode opcode, size_t len,
		    const uint8_t *mask);

/* Copies a payload and masks it, or takes the mask off. */
static inline void frame_mask(uint8_t *out, struct ilp_bytes in,
			      const uint8_t mask[FRAME_MASK_LEN])
{
	uint64_t twice;
	size_t i = 0;

	memcpy(&twice, mask, FRAME_MASK_LEN);
	memcpy((uint8_t *)&twice + FRAME_MASK_LEN, mask, FRAME_MASK_LEN);
	for (; i + sizeof(twice) <= in.len; i += sizeof(twice)) {
		uint64_t word;

		memcpy(&word, in.at + i, sizeof(word));
		word ^= twice;
		memcpy(out + i, &word, sizeof(word));
	}
	for (; i < in.len; i++)
		out[i] = in.at[i] ^ mask[i % FRAME_MASK_LEN];
}

/* What opens a connection, and what grants it. */
extern const char frame_ask[];
extern const char frame_grant[];

/* The length of the HTTP head at the start of `in`, or 0 when it is not
 * whole. */
size_t frame_http_len(struct ilp_bytes in);

/* Does this head grant what frame_ask asked for? */
bool frame_granted(struct ilp_bytes head);

#endif
