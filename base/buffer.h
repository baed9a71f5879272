/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - bytes in one piece that grow, such as a message of which only a
 * part has come.
 *
 * How much may come is the caller's to say, each time, and no more than that
 * is ever allocated. Growing may move the bytes.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/bytes.h"

/* Nothing to begin with: { NULL, 0, 0 }. Others may read it. */
struct buffer {
	uint8_t *at;
	size_t len;
	size_t capacity;
};

/* Makes room for `len` bytes in all, which are at most `max`. False, and
 * nothing is changed, when there is no memory. */
bool buffer_reserve(struct buffer *b, size_t len, size_t max);

/* Adds bytes at the end; in all they are at most `max`. False, and nothing is
 * changed, when there is no memory. */
bool buffer_add(struct buffer *b, struct ilp_bytes in, size_t max);

struct ilp_bytes buffer_bytes(const struct buffer *b);

/* Frees its memory; it is as in the beginning. */
void buffer_drop(struct buffer *b);

#endif
