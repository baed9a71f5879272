/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - bytes on their way out, in a piece of memory that is large enough
 * for whatever the load keeps in flight; if it is not, the benchmark ends. */
#ifndef BENCH_FORWARD_BUFFER_H
#define BENCH_FORWARD_BUFFER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_MAX ((size_t)4 * 1024 * 1024)

struct buffer {
	uint8_t *at;
	size_t len;
};

static inline void buffer_init(struct buffer *b)
{
	b->len = 0;
	b->at = malloc(BUFFER_MAX); /* costs what is touched of it */
	if (!b->at)
		abort();
}

/* Room for `len` bytes at the end, which count as filled. */
static inline uint8_t *buffer_room(struct buffer *b, size_t len)
{
	uint8_t *room = b->at + b->len;

	if (len > BUFFER_MAX - b->len)
		abort();
	b->len += len;
	return room;
}

/* Drops what has gone from the front. */
static inline void buffer_take(struct buffer *b, size_t len)
{
	b->len -= len;
	if (b->len)
		memmove(b->at, b->at + len, b->len);
}

#endif
