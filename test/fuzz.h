/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what the fuzz targets share: a claim that must hold, and questions
 * that several of them ask. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdlib.h>

#include "ilp/oer.h"

/* Stops at what the fuzzer is looking for. */
static inline void require(bool holds)
{
	if (!holds)
		abort();
}

/* Is `part` borrowed from `whole`? What is empty may lie anywhere. */
static inline bool lies_in(struct ilp_bytes part, struct ilp_bytes whole)
{
	return part.len == 0 ||
	       (part.at >= whole.at && part.len <= whole.len &&
		(size_t)(part.at - whole.at) <= whole.len - part.len);
}

/* Fills `*out` before a call that may fail; afterwards is_filled tells whether
 * it was left as it was. */
#define FUZZ_FILL 0xa5

static inline bool is_filled(const void *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((const uint8_t *)at)[i] != FUZZ_FILL)
			return false;
	return true;
}

/* Up to `len` bytes off the input, fewer when it ends before. */
static inline struct ilp_bytes take(struct ilp_reader *r, size_t len)
{
	size_t left = ilp_reader_left(r);

	return ilp_read_fixed(r, len < left ? len : left);
}

/* An array full of input, zeros behind its end. */
static inline void take_into(struct ilp_reader *r, void *out, size_t len)
{
	struct ilp_bytes in = take(r, len);

	memset(out, 0, len);
	if (in.len)
		memcpy(out, in.at, in.len);
}

static inline uint8_t take_u8(struct ilp_reader *r)
{
	uint8_t out;

	take_into(r, &out, 1);
	return out;
}

static inline uint64_t take_u64(struct ilp_reader *r)
{
	uint8_t out[8];

	take_into(r, out, sizeof(out));
	return ilp_load_u64(out);
}

static inline struct ilp_bytes take_rest(struct ilp_reader *r)
{
	return take(r, ilp_reader_left(r));
}

#endif
