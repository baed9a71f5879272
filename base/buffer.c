/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <assert.h>
#include <stdlib.h>

/* The memory of most buffers, which hence never grow. */
#define CAPACITY_MIN 512

/* At least doubles, so that a byte is copied few times. */
static size_t grown(size_t capacity, size_t len, size_t max)
{
	if (capacity == 0)
		capacity = CAPACITY_MIN;
	while (capacity < len && capacity <= max / 2)
		capacity *= 2;
	return capacity < len || capacity > max ? max : capacity;
}

bool buffer_reserve(struct buffer *b, size_t len, size_t max)
{
	size_t capacity;
	uint8_t *at;

	assert(len <= max);
	if (len <= b->capacity)
		return true;
	capacity = grown(b->capacity, len, max);
	at = realloc(b->at, capacity);
	if (!at)
		return false;
	b->at = at;
	b->capacity = capacity;
	return true;
}

bool buffer_add(struct buffer *b, struct ilp_bytes in, size_t max)
{
	assert(in.len <= max && b->len <= max - in.len);
	if (!buffer_reserve(b, b->len + in.len, max))
		return false;
	if (in.len)
		memcpy(b->at + b->len, in.at, in.len);
	b->len += in.len;
	return true;
}

struct ilp_bytes buffer_bytes(const struct buffer *b)
{
	return (struct ilp_bytes){ b->at, b->len };
}

void buffer_drop(struct buffer *b)
{
	free(b->at);
	*b = (struct buffer){ NULL, 0, 0 };
}
