/* SPDX-License-Identifier: Apache-2.0 */
/* http1_chunks.h - a body that comes in chunks, each with its size in front
 * (RFC 9112, 7.1).
 *
 * Extensions and the trailer are left out, and kept short. The ends of lines
 * are as strict as those of heads.
 */
#ifndef WIRE_HTTP1_CHUNKS_H
#define WIRE_HTTP1_CHUNKS_H

#include "wire/http1_head.h"

/* Longer extensions are refused: nobody uses any. */
#define HTTP1_EXTENSION_MAX 64

enum http1_chunks_part {
	HTTP1_SIZE,
	HTTP1_EXTENSION,
	HTTP1_SIZE_END,
	HTTP1_DATA,
	HTTP1_DATA_CR,
	HTTP1_DATA_LF,
	HTTP1_TRAILER,
	HTTP1_CHUNKS_END,
};

struct http1_chunks {
	enum http1_chunks_part part;
	uint64_t left;  /* of the chunk */
	size_t room;    /* what the body may have beside that */
	size_t count;   /* of the digits of the size, or of an extension */
	size_t trailer; /* how long it may be */
	struct http1_scan scan;
};

void http1_chunks_init(struct http1_chunks *chunks, size_t body_max,
		       size_t trailer_max);

/* Goes on with the next bytes and takes them off: until some of the body are
 * found, which become `*data`, or there are no more, or `part` is the end.
 * NULL unless something is wrong with them. */
const struct http1_fault *http1_chunks_read(struct http1_chunks *chunks,
					    struct ilp_bytes *in,
					    struct ilp_bytes *data);

#endif
