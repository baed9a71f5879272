/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/frame.h"

#include <stdio.h>
#include <stdlib.h>

#include "ilp/oer.h"

/* The key of RFC 6455's example, and what a server makes of it. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define FINAL 0x80
#define MASKED 0x80
#define LEN_16 126
#define LEN_64 127

const char frame_ask[] = "GET / HTTP/1.1\r\n"
			 "Host: 127.0.0.1\r\n"
			 "Upgrade: websocket\r\n"
			 "Connection: Upgrade\r\n"
			 "Sec-WebSocket-Key: " KEY "\r\n"
			 "Sec-WebSocket-Version: 13\r\n"
			 "\r\n";
const char frame_grant[] = "HTTP/1.1 101 Switching Protocols\r\n"
			   "Upgrade: websocket\r\n"
			   "Connection: Upgrade\r\n"
			   "Sec-WebSocket-Accept: " ACCEPT "\r\n"
			   "\r\n";

size_t frame_read(struct frame *out, struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);
	uint8_t first = ilp_read_u8(&r);
	uint8_t second = ilp_read_u8(&r);
	uint64_t len = second % MASKED;

	if (len == LEN_16)
		len = ilp_read_u16(&r);
	else if (len == LEN_64)
		len = ilp_read_u64(&r);
	out->opcode = first % FINAL;
	out->mask =
		second & MASKED ? ilp_read_fixed(&r, FRAME_MASK_LEN).at : NULL;
	out->payload = ilp_read_fixed(&r, len);
	if (r.error)
		return 0;
	if (!(first & FINAL)) {
		fprintf(stderr, "a message came in more than one frame\n");
		exit(1);
	}
	return in.len - ilp_reader_left(&r);
}

uint8_t *frame_head(uint8_t *out, enum frame_opcode opcode, size_t len,
		    const uint8_t *mask)
{
	struct ilp_writer w = ilp_writer(out, FRAME_HEAD_MAX);
	uint8_t masked = mask ? MASKED : 0;

	ilp_write_u8(&w, (uint8_t)(FINAL | opcode));
	if (len < LEN_16) {
		ilp_write_u8(&w, (uint8_t)(masked | len));
	} else if (len <= UINT16_MAX) {
		ilp_write_u8(&w, masked | LEN_16);
		ilp_write_u16(&w, (uint16_t)len);
	} else {
		ilp_write_u8(&w, masked | LEN_64);
		ilp_write_u64(&w, len);
	}
	if (mask)
		ilp_write_fixed(&w, (struct ilp_bytes){ mask, FRAME_MASK_LEN });
	return w.at;
}

size_t frame_http_len(struct ilp_bytes in)
{
	for (size_t len = 4; len <= in.len; len++)
		if (memcmp(in.at + len - 4, "\r\n\r\n", 4) == 0)
			return len;
	return 0;
}

bool frame_granted(struct ilp_bytes head)
{
	static const char status[] = "HTTP/1.1 101 ";
	static const char accept[] = ": " ACCEPT "\r\n";
	size_t accept_len = sizeof(accept) - 1;

	if (head.len < sizeof(status) ||
	    memcmp(head.at, status, sizeof(status) - 1) != 0)
		return false;
	for (size_t i = 0; i + accept_len <= head.len; i++)
		if (memcmp(head.at + i, accept, accept_len) == 0)
			return true;
	return false;
}
