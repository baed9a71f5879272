/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/fraction.h"

#include <string.h>

/* Digits that people look at: those behind the point up to so many of them,
 * zeros in front not counted, and no more than fit. */
#define DIGITS 12
#define PLACES 38

static const ilp_u128 most = ~(ilp_u128)0;

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

/* Long division, with a divisor so small that the tenfold rest still fits. */
static void put_decimal(char *at, ilp_u128 numerator, ilp_u128 denominator)
{
	ilp_u128 rest;
	char *end;
	int digits;

	while (denominator > most / 10) {
		numerator >>= 1;
		denominator >>= 1;
	}
	rest = numerator % denominator;
	digits = numerator >= denominator;
	end = put_whole(at, numerator / denominator);
	at = end;
	*at++ = '.';
	for (int place = 0; place < PLACES && rest && digits < DIGITS; place++) {
		rest *= 10;
		*at = (char)('0' + (unsigned)(rest / denominator));
		rest %= denominator;
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
