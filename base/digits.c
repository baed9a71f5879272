/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digits.h"

struct ilp_bytes ilp_decimal(uint8_t buffer[ILP_DECIMAL_MAX], uint64_t value)
{
	size_t first = ILP_DECIMAL_MAX;

	do
		buffer[--first] = (uint8_t)('0' + value % 10);
	while (value /= 10);
	return (struct ilp_bytes){ buffer + first, ILP_DECIMAL_MAX - first };
}

bool ilp_decimal_read(uint64_t *value, struct ilp_bytes digits)
{
	uint64_t sum = 0;

	if (digits.len == 0 || (digits.len > 1 && digits.at[0] == '0'))
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		uint64_t digit = (uint64_t)digits.at[i] - '0';

		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = 10 * sum + digit;
	}
	*value = sum;
	return true;
}

void ilp_hex(uint8_t out[2], uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";

	out[0] = (uint8_t)digits[byte >> 4];
	out[1] = (uint8_t)digits[byte & 15];
}

int ilp_hex_value(uint8_t digit)
{
	uint8_t lower = digit | 0x20;

	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
