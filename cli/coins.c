/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/coins.h"

#include <stdio.h>

/* Of 2^128, and more. */
#define DIGITS_MAX 40
#define SCALE_MAX 255

static bool are_digits(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0 && text.len <= DIGITS_MAX;
}

static bool is_negative(struct ilp_bytes units)
{
	return units.len && units.at[0] == '-';
}

struct coins coins_of(struct ilp_bytes units, unsigned scale)
{
	struct coins out;
	bool negative = is_negative(units);
	struct ilp_bytes digits = ilp_bytes_skip(units, negative);
	size_t whole = digits.len > scale ? digits.len - scale : 0;
	int zeros = digits.len < scale ? (int)(scale - digits.len) : 0;

	if (scale == 0 || scale > SCALE_MAX || !are_digits(digits)) {
		snprintf(out.text, sizeof(out.text), "%.*s",
			 (int)(units.len < COINS_SIZE ? units.len : COINS_SIZE),
			 (const char *)units.at);
		return out;
	}
	snprintf(out.text, sizeof(out.text), "%s%.*s.%.*d%.*s",
		 negative ? "-" : "", whole ? (int)whole : 1,
		 whole ? (const char *)digits.at : "0", zeros, 0,
		 (int)(digits.len - whole), (const char *)digits.at + whole);
	return out;
}

bool coins_are_none(struct ilp_bytes units)
{
	struct ilp_bytes digits = ilp_bytes_skip(units, is_negative(units));

	for (size_t i = 0; i < digits.len; i++)
		if (digits.at[i] != '0')
			return false;
	return digits.len > 0;
}
