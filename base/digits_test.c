/* SPDX-License-Identifier: Apache-2.0 */
/* Digits are those that printf writes and strtoul reads. */
#include "base/digits.h"

#include <inttypes.h>
#include <stdlib.h>

#include "test/check.h"

static void decimals_are_as_printf_writes_them(void)
{
	for (unsigned shift = 0; shift < 64; shift++)
		for (uint64_t near = 0; near < 3; near++) {
			uint64_t value = (UINT64_C(1) << shift) - 1 + near;
			uint8_t buffer[ILP_DECIMAL_MAX];
			char expected[32];

			snprintf(expected, sizeof(expected), "%" PRIu64, value);
			CHECK_TEXT(ilp_decimal(buffer, value), expected);
		}
}

static void decimals_read_back_and_nothing_else_does(void)
{
	static const char *const bad[] = { "",   "00",  "01", "-1", "+1", " 1",
					   "1 ", "1.0", "1a", "a",
					   "18446744073709551616",
					   "99999999999999999999",
					   "100000000000000000000" };
	uint8_t buffer[ILP_DECIMAL_MAX];
	uint64_t value = 7;

	for (unsigned shift = 0; shift < 64; shift++) {
		uint64_t in = (UINT64_C(1) << shift) - 1;

		assert_true(ilp_decimal_read(&value, ilp_decimal(buffer, in)));
		assert_true(value == in);
	}
	assert_true(ilp_decimal_read(&value, ilp_text("18446744073709551615")));
	assert_true(value == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(ilp_decimal_read(&value, ilp_text(bad[i])));
	assert_true(value == UINT64_MAX);
}

static void every_byte_has_two_digits_that_read_back(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t two[2];
		char expected[3];

		ilp_hex(two, (uint8_t)byte);
		snprintf(expected, sizeof(expected), "%02x", byte);
		CHECK_TEXT(ILP_BYTES(two), expected);
		CHECK_INT(ilp_hex_value(two[0]) * 16 + ilp_hex_value(two[1]),
			  byte);
	}
}

static void only_hexadecimal_digits_have_a_value(void)
{
	for (unsigned c = 0; c < 256; c++) {
		char text[2] = { (char)c, '\0' };
		char *end;
		long value = strtol(text, &end, 16);

		CHECK_INT(ilp_hex_value((uint8_t)c), end > text ? value : -1);
	}
}

TESTS(TEST(decimals_are_as_printf_writes_them),
      TEST(decimals_read_back_and_nothing_else_does),
      TEST(every_byte_has_two_digits_that_read_back),
      TEST(only_hexadecimal_digits_have_a_value))
