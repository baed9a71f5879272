/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes come out as they went in however often it grew; it grows seldom, and
 * never beyond the bound. */
#include "base/buffer.h"

#include "test/check.h"

static const struct buffer nothing = { NULL, 0, 0 };

static void what_was_added_lies_in_one_piece(void)
{
	struct buffer b = nothing;
	struct ilp_bytes all;
	unsigned moves = 0;

	for (size_t i = 0; i < 100000; i++) {
		uint8_t byte = (uint8_t)(i * 7 + i / 251);
		size_t before = b.capacity;

		CHECK(buffer_add(&b, (struct ilp_bytes){ &byte, 1 }, SIZE_MAX));
		CHECK(b.len <= b.capacity);
		moves += b.capacity != before;
	}
	CHECK(moves < 20);
	all = buffer_bytes(&b);
	CHECK_INT(all.len, 100000);
	for (size_t i = 0; i < all.len; i++)
		CHECK_INT(all.at[i], (uint8_t)(i * 7 + i / 251));
	buffer_drop(&b);
	CHECK(b.at == NULL && b.len == 0 && b.capacity == 0);
}

static void nothing_takes_no_memory(void)
{
	struct buffer b = nothing;

	CHECK(buffer_add(&b, (struct ilp_bytes){ NULL, 0 }, 0));
	CHECK(buffer_reserve(&b, 0, 0));
	CHECK(b.at == NULL && b.capacity == 0);
	CHECK_INT(buffer_bytes(&b).len, 0);
	buffer_drop(&b);
}

/* A bound below the first size, one that doubling would pass, and the first
 * sizes themselves. */
static void no_more_is_allocated_than_may_come(void)
{
	static const size_t bounds[] = { 1, 511, 512, 513, 1000, 1025, 70000 };
	static const uint8_t byte = 1;

	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
		struct buffer b = nothing;

		for (size_t len = 1; len <= bounds[i]; len++) {
			CHECK(buffer_add(&b, (struct ilp_bytes){ &byte, 1 },
					 bounds[i]));
			CHECK(b.len == len && b.capacity >= len);
			CHECK(b.capacity <= bounds[i]);
		}
		CHECK_INT(b.capacity, bounds[i]);
		buffer_drop(&b);
	}
}

static void what_is_reserved_stays_where_it_is(void)
{
	static const uint8_t text[700];
	struct buffer b = nothing;
	const uint8_t *at;

	CHECK(buffer_reserve(&b, sizeof(text), sizeof(text)));
	CHECK_INT(b.len, 0);
	CHECK_INT(b.capacity, sizeof(text));
	at = b.at;
	CHECK(buffer_reserve(&b, 10, 10));
	CHECK_INT(b.capacity, sizeof(text));
	CHECK(buffer_add(&b, ILP_BYTES(text), sizeof(text)));
	CHECK(b.at == at);
	buffer_drop(&b);
}

TESTS(TEST(what_was_added_lies_in_one_piece), TEST(nothing_takes_no_memory),
      TEST(no_more_is_allocated_than_may_come),
      TEST(what_is_reserved_stays_where_it_is))
