/* SPDX-License-Identifier: Apache-2.0 */
/* Two words of the input at a time are mixed in by a multiplication whose
 * upper and lower half are folded together. */
#include "base/hash.h"

#include <assert.h>

__extension__ typedef unsigned __int128 uint128;

static uint64_t fold(uint64_t a, uint64_t b)
{
	uint128 product = (uint128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load_word(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

struct hash_seed hash_seed(struct ilp_bytes random)
{
	/* Digits of pi, so that weak bytes still give a step that mixes. */
	struct hash_seed seed = { 0x243f6a8885a308d3, 0x13198a2e03707344 };

	assert(random.len >= sizeof(uint64_t));
	for (size_t i = 0; i + 8 <= random.len; i += 8) {
		seed.start = fold(seed.start ^ load_word(random.at + i),
				  0xa4093822299f31d1);
		seed.step = fold(seed.step ^ seed.start, 0x082efa98ec4e6c89);
	}
	seed.step |= 1;
	return seed;
}

uint64_t hash_more(const struct hash_seed *seed, uint64_t hash,
		   struct ilp_bytes in)
{
	uint64_t last[2] = { 0, 0 };
	size_t i = 0;

	for (; i + 16 <= in.len; i += 16)
		hash = fold(hash ^ load_word(in.at + i),
			    seed->step ^ load_word(in.at + i + 8));
	if (in.len % 16)
		memcpy(last, in.at + i, in.len % 16);
	/* The length tells zeros at the end from nothing there. */
	return fold(hash ^ last[0],
		    seed->step ^ last[1] ^ (uint64_t)in.len << 48);
}

uint64_t hash_bytes(const struct hash_seed *seed, struct ilp_bytes in)
{
	return hash_more(seed, seed->start, in);
}
