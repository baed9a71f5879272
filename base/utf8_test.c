/* SPDX-License-Identifier: Apache-2.0 */
/* Text is UTF-8 exactly as Unicode defines it: checked against a plain
 * decoder for every sequence of up to three bytes, and at the borders of
 * four. */
#include "base/utf8.h"

#include "test/check.h"

/* The definition, read naively: what length has the character at the start,
 * and is it in its shortest form and a character at all? */
static size_t plain_len(const uint8_t *b, size_t len)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = b[0] < 0x80     ? 1 :
		   b[0] >> 5 == 6  ? 2 :
		   b[0] >> 4 == 14 ? 3 :
		   b[0] >> 3 == 30 ? 4 :
				     0;
	uint32_t c;

	if (n == 0 || n > len)
		return 0;
	if (n == 1)
		return 1;
	c = b[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (b[i] >> 6 != 2)
			return 0;
		c = c << 6 | (b[i] & 0x3f);
	}
	if (c < first[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static void agrees_with_the_definition_up_to_three_bytes(void)
{
	for (uint32_t v = 0; v < 1u << 24; v++) {
		uint8_t b[3] = { (uint8_t)(v >> 16), (uint8_t)(v >> 8),
				 (uint8_t)v };

		for (size_t len = 1; len <= 3; len++)
			if (ilp_utf8_len((struct ilp_bytes){ b, len }) !=
			    plain_len(b, len))
				fail_msg("differs at %06x/%zu", v, len);
	}
}

static void agrees_with_the_definition_on_four_bytes(void)
{
	static const uint8_t edge[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90,
					0x9f, 0xa0, 0xbf, 0xc0, 0xff };

	for (unsigned lead = 0xe8; lead < 0x100; lead++)
		for (size_t i = 0; i < 1000; i++) {
			uint8_t b[4] = { (uint8_t)lead, edge[i / 100],
					 edge[i / 10 % 10], edge[i % 10] };

			CHECK(ilp_utf8_len(ILP_BYTES(b)) == plain_len(b, 4));
			CHECK(ilp_utf8_len((struct ilp_bytes){ b, 3 }) ==
			      plain_len(b, 3));
		}
}

static void writes_what_it_reads(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		uint8_t b[4];
		size_t len = ilp_utf8_put(b, c);
		bool surrogate = c >= 0xd800 && c <= 0xdfff;

		if (ilp_utf8_len((struct ilp_bytes){ b, len }) !=
		    (surrogate ? 0 : len))
			fail_msg("U+%04X", c);
	}
}

static void judges_whole_texts(void)
{
	CHECK(ilp_utf8_valid((struct ilp_bytes){ NULL, 0 }));
	CHECK(ilp_utf8_valid(ilp_text("gr\xc3\xbc\xc3\x9f \xf0\x9f\x92\xb8")));
	CHECK(!ilp_utf8_valid(ilp_text("caf\xe9")));
	CHECK(!ilp_utf8_valid(ilp_text("ends in \xf0\x9f\x92")));
}

TESTS(TEST(agrees_with_the_definition_up_to_three_bytes),
      TEST(agrees_with_the_definition_on_four_bytes),
      TEST(writes_what_it_reads), TEST(judges_whole_texts))
