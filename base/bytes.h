/* SPDX-License-Identifier: Apache-2.0 */
/* bytes.h - a borrowed slice of memory, and big-endian integers in it.
 *
 * Almost every function of libilp takes and gives slices. A slice owns
 * nothing: it points into the packet, the buffer or the literal it was made
 * from, and is good for as long as that is.
 */
#ifndef ILP_BASE_BYTES_H
#define ILP_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ilp_bytes {
	const uint8_t *at; /* may be NULL when len is 0 */
	size_t len;
};

/* A slice of a whole array. Not for pointers, and not for string literals
 * (it would count their final zero). */
#define ILP_BYTES(array) ((struct ilp_bytes){ (array), sizeof(array) })

/* A slice of a C string, without its final zero. */
static inline struct ilp_bytes ilp_text(const char *text)
{
	return (struct ilp_bytes){ (const uint8_t *)text, strlen(text) };
}

static inline bool ilp_bytes_equal(struct ilp_bytes a, struct ilp_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* The part of `in` behind its first `count` bytes, of which it must have as
 * many. */
static inline struct ilp_bytes ilp_bytes_skip(struct ilp_bytes in, size_t count)
{
	return (struct ilp_bytes){ count ? in.at + count : in.at,
				   in.len - count };
}

static inline uint16_t ilp_load_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t ilp_load_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t ilp_load_u64(const uint8_t *at)
{
	return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 |
	       (uint64_t)at[2] << 40 | (uint64_t)at[3] << 32 |
	       (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
	       (uint64_t)at[6] << 8 | at[7];
}

static inline void ilp_store_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void ilp_store_u32(uint8_t *at, uint32_t value)
{
	ilp_store_u16(at, (uint16_t)(value >> 16));
	ilp_store_u16(at + 2, (uint16_t)value);
}

static inline void ilp_store_u64(uint8_t *at, uint64_t value)
{
	ilp_store_u32(at, (uint32_t)(value >> 32));
	ilp_store_u32(at + 4, (uint32_t)value);
}

#endif
