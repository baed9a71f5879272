/* SPDX-License-Identifier: Apache-2.0 */
/* The check value is the published one, in whatever pieces it is computed, and
 * sees every change of a bit. */
#include "ledger/crc64.h"

#include "test/check.h"

static struct crc64 crc;

static void gives_the_published_check_value(void)
{
	crc64_init(&crc);
	CHECK(crc64_more(&crc, 0, ilp_text("123456789")) ==
	      UINT64_C(0x995dc9bbdf1939fa));
	CHECK(crc64_more(&crc, 0, ilp_text("")) == 0);
}

static void pieces_give_the_same_as_the_whole(void)
{
	struct ilp_bytes whole = ilp_text("the quick brown fox, and so on");
	uint64_t value = crc64_more(&crc, 0, whole);

	for (size_t i = 0; i <= whole.len; i++) {
		uint64_t first =
			crc64_more(&crc, 0, (struct ilp_bytes){ whole.at, i });

		CHECK(crc64_more(&crc, first, ilp_bytes_skip(whole, i)) ==
		      value);
	}
}

static void every_bit_counts(void)
{
	uint8_t bytes[40] = { 1, 2, 3 };
	uint64_t value = crc64_more(&crc, 0, ILP_BYTES(bytes));

	for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(crc64_more(&crc, 0, ILP_BYTES(bytes)) != value);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

TESTS(TEST(gives_the_published_check_value),
      TEST(pieces_give_the_same_as_the_whole), TEST(every_bit_counts))
