/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http1_chunks.h"

/* As many hexadecimal digits as fit, with leading zeros. */
#define DIGITS_MAX 16

static const struct http1_fault malformed = { 400, "chunk is malformed" };

void http1_chunks_init(struct http1_chunks *chunks, size_t body_max,
		       size_t trailer_max)
{
	*chunks = (struct http1_chunks){ .room = body_max,
					 .trailer = trailer_max };
}

/* The value of a hexadecimal digit; 16 when it is none. */
static unsigned digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16;
}

static const struct http1_fault *read_size(struct http1_chunks *chunks,
					   uint8_t c)
{
	if (c == ';' || c == '\r') {
		if (chunks->count == 0)
			return &malformed;
		chunks->part = c == ';' ? HTTP1_EXTENSION : HTTP1_SIZE_END;
		chunks->count = 0;
		return NULL;
	}
	if (digit(c) == 16 || chunks->count == DIGITS_MAX)
		return &malformed;
	chunks->left = chunks->left << 4 | digit(c);
	chunks->count++;
	return NULL;
}

static const struct http1_fault *read_extension(struct http1_chunks *chunks,
						uint8_t c)
{
	static const struct http1_fault too_long = {
		400, "extension of a chunk is too long"
	};

	if (c == '\r') {
		chunks->part = HTTP1_SIZE_END;
		return NULL;
	}
	if (c < ' ' || c > '~')
		return &malformed;
	return chunks->count++ == HTTP1_EXTENSION_MAX ? &too_long : NULL;
}

/* The size is known: the chunk has to fit, and one of zero is the last. */
static const struct http1_fault *end_size(struct http1_chunks *chunks,
					  uint8_t c)
{
	static const struct http1_fault too_long = { 413, "body is too long" };

	if (c != '\n')
		return &malformed;
	if (chunks->left > chunks->room)
		return &too_long;
	chunks->room -= (size_t)chunks->left;
	chunks->count = 0;
	chunks->part = chunks->left ? HTTP1_DATA : HTTP1_TRAILER;
	chunks->scan = (struct http1_scan){ .in_field = true };
	return NULL;
}

static const struct http1_fault *expect(struct http1_chunks *chunks, uint8_t c,
					uint8_t expected,
					enum http1_chunks_part then)
{
	chunks->part = then;
	return c == expected ? NULL : &malformed;
}

/* One byte around the data. */
static const struct http1_fault *read_byte(struct http1_chunks *chunks,
					   uint8_t c)
{
	switch (chunks->part) {
	case HTTP1_SIZE:
		return read_size(chunks, c);
	case HTTP1_EXTENSION:
		return read_extension(chunks, c);
	case HTTP1_SIZE_END:
		return end_size(chunks, c);
	case HTTP1_DATA_CR:
		return expect(chunks, c, '\r', HTTP1_DATA_LF);
	case HTTP1_DATA_LF:
		return expect(chunks, c, '\n', HTTP1_SIZE);
	case HTTP1_DATA:
	case HTTP1_TRAILER:
	case HTTP1_CHUNKS_END:
		break; /* are no single bytes */
	}
	return NULL;
}

static void take_data(struct http1_chunks *chunks, struct ilp_bytes *in,
		      struct ilp_bytes *data)
{
	size_t len = chunks->left < in->len ? (size_t)chunks->left : in->len;

	*data = (struct ilp_bytes){ in->at, len };
	*in = ilp_bytes_skip(*in, len);
	chunks->left -= len;
	if (chunks->left == 0)
		chunks->part = HTTP1_DATA_CR;
}

static const struct http1_fault *read_trailer(struct http1_chunks *chunks,
					      struct ilp_bytes *in)
{
	size_t taken = 0;
	const struct http1_fault *fault =
		http1_scan(&chunks->scan, *in, chunks->trailer, &taken);

	*in = ilp_bytes_skip(*in, taken);
	if (chunks->scan.whole)
		chunks->part = HTTP1_CHUNKS_END;
	return fault;
}

const struct http1_fault *http1_chunks_read(struct http1_chunks *chunks,
					    struct ilp_bytes *in,
					    struct ilp_bytes *data)
{
	const struct http1_fault *fault = NULL;

	*data = (struct ilp_bytes){ NULL, 0 };
	while (!fault && in->len && chunks->part != HTTP1_CHUNKS_END) {
		if (chunks->part == HTTP1_DATA) {
			take_data(chunks, in, data);
			return NULL;
		}
		if (chunks->part == HTTP1_TRAILER) {
			fault = read_trailer(chunks, in);
			continue;
		}
		fault = read_byte(chunks, in->at[0]);
		*in = ilp_bytes_skip(*in, 1);
	}
	return fault;
}
