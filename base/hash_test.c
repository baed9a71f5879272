/* SPDX-License-Identifier: Apache-2.0 */
/* The hash depends on every bit of its input, on its length and on the seed,
 * and falls evenly. */
#include "base/hash.h"

#include "test/check.h"

static const uint8_t random_bytes[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void every_bit_counts(void)
{
	const struct hash_seed seed = hash_seed(ILP_BYTES(random_bytes));
	uint8_t text[40] = { 0 };

	for (size_t len = 1; len <= sizeof(text); len++) {
		const struct ilp_bytes in = { text, len };
		uint64_t plain = hash_bytes(&seed, in);

		for (size_t bit = 0; bit < 8 * len; bit++) {
			text[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK(hash_bytes(&seed, in) != plain);
			text[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void lengths_of_zeros_differ(void)
{
	static const uint8_t zeros[64];
	const struct hash_seed seed = hash_seed(ILP_BYTES(random_bytes));

	for (size_t a = 0; a <= sizeof(zeros); a++)
		for (size_t b = 0; b < a; b++)
			CHECK(hash_bytes(&seed, (struct ilp_bytes){ zeros, a }) !=
			      hash_bytes(&seed, (struct ilp_bytes){ zeros, b }));
}

static void seeds_differ_by_any_byte(void)
{
	uint8_t other[32];

	for (size_t i = 0; i < sizeof(other); i++) {
		struct hash_seed a = hash_seed(ILP_BYTES(random_bytes));
		struct hash_seed b;

		memcpy(other, random_bytes, sizeof(other));
		other[i]++;
		b = hash_seed(ILP_BYTES(other));
		CHECK(hash_bytes(&a, ilp_text("a")) !=
		      hash_bytes(&b, ilp_text("a")));
	}
}

static void it_goes_on_where_it_ended(void)
{
	const struct hash_seed seed = hash_seed(ILP_BYTES(random_bytes));
	uint64_t a = hash_bytes(&seed, ilp_text("a"));

	CHECK(hash_more(&seed, a, ilp_text("b")) !=
	      hash_more(&seed, a, ilp_text("c")));
	CHECK(hash_more(&seed, a, ilp_text("b")) !=
	      hash_more(&seed, hash_bytes(&seed, ilp_text("b")),
			ilp_text("a")));
}

/* Of 64 bins none has twice its share, by the bits that an index uses. */
static void counters_fall_evenly(void)
{
	const struct hash_seed seed = hash_seed(ILP_BYTES(random_bytes));
	unsigned bins[64] = { 0 };

	for (uint32_t i = 0; i < 64000; i++) {
		uint8_t text[4];

		ilp_store_u32(text, i);
		bins[hash_bytes(&seed, ILP_BYTES(text)) >> 32 & 63]++;
	}
	for (size_t i = 0; i < 64; i++)
		CHECK(bins[i] > 500 && bins[i] < 2000);
}

TESTS(TEST(every_bit_counts), TEST(lengths_of_zeros_differ),
      TEST(seeds_differ_by_any_byte), TEST(it_goes_on_where_it_ended),
      TEST(counters_fall_evenly))
