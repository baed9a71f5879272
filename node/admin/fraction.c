/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/fraction.h"

#include <string.h>

/* Digits that people look at: those behind the point up to so many of them,
 * zeros in front not counted, and no more than fit. */
#define DIGITS 12
#define PLACES 38

static char *put_whole(char *at, ilp_u128 value)
{
	char digits[FRACTION_DIGITS];
	size_t first = sizeof(digits);

	do
		digits[--first] = (char)('0' + (unsigned)(value % 10));
	while (value /= 10);
	memcpy(at, digits + first, sizeof(digits) - first);
	return at + sizeof(digits) - first;
}

/* The next digit of rest / by. Ten times the rest may not fit, so it is added
 * ten times. */
static char next_digit(ilp_u128 *rest, ilp_u128 by)
{
	ilp_u128 left = 0;
	char digit = '0';

	for (int i = 0; i < 10; i++) {
		bool over = left >= by - *rest;

		left = over ? left - (by - *rest) : left + *rest;
		digit = (char)(digit + over);
	}
	*rest = left;
	return digit;
}

static void put_decimal(char *at, ilp_u128 numerator, ilp_u128 denominator)
{
	ilp_u128 rest = numerator % denominator;
	int digits = numerator >= denominator;
	char *end = put_whole(at, numerator / denominator);

	at = end;
	*at++ = '.';
	for (int place = 0; place < PLACES && rest && digits < DIGITS; place++) {
		*at = next_digit(&rest, denominator);
		digits += digits || *at != '0';
		if (*at++ != '0')
			end = at;
	}
	*end = '\0';
}

struct fraction fraction_of(const struct ilp_rate *rate)
{
	struct fraction out;

	*put_whole(out.numerator, rate->numerator) = '\0';
	*put_whole(out.denominator, rate->denominator) = '\0';
	put_decimal(out.decimal, rate->numerator, rate->denominator);
	return out;
}
