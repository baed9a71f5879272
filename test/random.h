/* SPDX-License-Identifier: Apache-2.0 */
/* random.h - values for tests that try thousands of them.
 *
 * The same seed gives the same values. It is shown, and the environment
 * variable SEED sets another one.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <inttypes.h>

#include "test/check.h"

struct random_source {
	uint64_t state;
};

static inline struct random_source random_start(void)
{
	const char *text = getenv("SEED");
	struct random_source r = { text ? strtoull(text, NULL, 0) : 20171224 };

	print_message("seed %" PRIu64 "\n", r.state);
	return r;
}

/* splitmix64 */
static inline uint64_t random_u64(struct random_source *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* From 0 to limit - 1. */
static inline uint64_t random_below(struct random_source *r, uint64_t limit)
{
	return random_u64(r) % limit;
}

/* Any number of bits, as likely few as many, and often next to a power of
 * two: where a codec has its corners. */
static inline uint64_t random_wide(struct random_source *r)
{
	unsigned bits = (unsigned)random_below(r, 65);
	uint64_t top = bits ? UINT64_MAX >> (64 - bits) : 0;

	switch (random_below(r, 4)) {
	case 0:
		return top;
	case 1:
		return top + 1;
	default:
		return random_u64(r) & top;
	}
}

/* Fills `out` with `len` bytes. */
static inline struct ilp_bytes random_bytes(struct random_source *r,
					    uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)random_u64(r);
	return (struct ilp_bytes){ out, len };
}

/* Fills `out` with `len` characters of `alphabet`. */
static inline struct ilp_bytes random_text(struct random_source *r,
					   uint8_t *out, size_t len,
					   const char *alphabet)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)alphabet[random_below(r, strlen(alphabet))];
	return (struct ilp_bytes){ out, len };
}

#endif
