/* SPDX-License-Identifier: Apache-2.0 */
/* What is sealed is read with its key and under its name, and in no other
 * way. */
#include "node/admin/seal.h"

#include "test/check.h"

#define TEXT "what nobody else may read"
#define LEN (sizeof(TEXT) - 1)

static const uint8_t key[SEAL_KEY_LEN] = { 1, 2, 3 };
static const uint8_t seed[32] = { 4, 5, 6 };

static struct seal *make(const uint8_t *with)
{
	struct seal *seal = seal_create(with, seed);

	assert_non_null(seal);
	return seal;
}

static void what_is_sealed_opens_in_another_run(void)
{
	uint8_t sealed[LEN + SEAL_OVERHEAD], out[LEN];
	struct seal *seal = make(key);

	CHECK(seal_close(seal, ilp_text("a"), ilp_text(TEXT), sealed));
	seal_destroy(seal);
	seal = make(key);
	CHECK(seal_open(seal, ilp_text("a"), ILP_BYTES(sealed), out));
	CHECK_TEXT(ILP_BYTES(out), TEXT);
	seal_destroy(seal);
}

static void it_is_sealed_in_another_way_each_time(void)
{
	uint8_t one[LEN + SEAL_OVERHEAD], two[LEN + SEAL_OVERHEAD];
	struct seal *seal = make(key);

	CHECK(seal_close(seal, ilp_text("a"), ilp_text(TEXT), one));
	CHECK(seal_close(seal, ilp_text("a"), ilp_text(TEXT), two));
	CHECK(memcmp(one, two, ILP_SEAL_IV_LEN) != 0);
	for (size_t i = 0; i + 8 <= sizeof(one); i++)
		CHECK(memcmp(one + i, two + i, 8) != 0);
	seal_destroy(seal);
}

static void neither_another_key_nor_another_name_opens_it(void)
{
	static const uint8_t other[SEAL_KEY_LEN] = { 1, 2, 4 };
	uint8_t sealed[LEN + SEAL_OVERHEAD], out[LEN];
	struct seal *seal = make(key);

	CHECK(seal_close(seal, ilp_text("a"), ilp_text(TEXT), sealed));
	CHECK(!seal_open(seal, ilp_text("b"), ILP_BYTES(sealed), out));
	CHECK(!seal_open(seal, ilp_text(""), ILP_BYTES(sealed), out));
	seal_destroy(seal);
	seal = make(other);
	CHECK(!seal_open(seal, ilp_text("a"), ILP_BYTES(sealed), out));
	seal_destroy(seal);
}

static void nothing_opens_that_was_touched_or_cut(void)
{
	uint8_t sealed[LEN + SEAL_OVERHEAD], out[LEN];
	struct seal *seal = make(key);

	CHECK(seal_close(seal, ilp_text("a"), ilp_text(TEXT), sealed));
	for (size_t i = 0; i < sizeof(sealed); i++) {
		struct ilp_bytes cut = { sealed, i };

		CHECK(!seal_open(seal, ilp_text("a"), cut, out));
		sealed[i] ^= 1;
		CHECK(!seal_open(seal, ilp_text("a"), ILP_BYTES(sealed), out));
		sealed[i] ^= 1;
	}
	CHECK(seal_open(seal, ilp_text("a"), ILP_BYTES(sealed), out));
	seal_destroy(seal);
}

static void nothing_can_be_sealed_as_well(void)
{
	uint8_t sealed[SEAL_OVERHEAD], out[1];
	struct seal *seal = make(key);

	CHECK(seal_close(seal, ilp_text("a"), ilp_text(""), sealed));
	CHECK(seal_open(seal, ilp_text("a"), ILP_BYTES(sealed), out));
	seal_destroy(seal);
}

TESTS(TEST(what_is_sealed_opens_in_another_run),
      TEST(it_is_sealed_in_another_way_each_time),
      TEST(neither_another_key_nor_another_name_opens_it),
      TEST(nothing_opens_that_was_touched_or_cut),
      TEST(nothing_can_be_sealed_as_well))
