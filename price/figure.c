/* SPDX-License-Identifier: Apache-2.0 */
#include "price/figure.h"

#include <inttypes.h>
#include <stdio.h>

#define DIGITS 9
/* Powers of ten that are written with an exponent: below and above these. */
#define PLAIN_FROM (-6)
#define PLAIN_TO 14

#define TENTH ((~(ilp_u128)0) / 10)

/* Of a rate below 1. Where that takes more than 128 bits, both parts are large
 * and lose four bits, so that it is a little less than before. */
static void times_ten(struct ilp_rate *rate)
{
	if (rate->numerator > TENTH) {
		rate->numerator >>= 4;
		rate->denominator = (rate->denominator >> 4) + 1;
	}
	rate->numerator *= 10;
}

/* Brings the rate between 1 and 10, and gives the power of ten it had. */
static int normalise(struct ilp_rate *rate)
{
	int exponent = 0;

	for (; rate->numerator / 10 >= rate->denominator; exponent++)
		rate->denominator *= 10;
	for (; rate->numerator < rate->denominator; exponent--)
		times_ten(rate);
	return exponent;
}

/* The digits, without zeros at the end; how many there are. */
static int read_digits(char digits[DIGITS], struct ilp_rate rate)
{
	int count = 0;

	for (int i = 0; i < DIGITS; i++) {
		ilp_u128 digit = rate.numerator / rate.denominator;

		digits[i] = (char)('0' + (int)digit);
		if (digit)
			count = i + 1;
		rate.numerator %= rate.denominator;
		times_ten(&rate);
	}
	return count;
}

static struct figure write_plain(const char *digits, int count, int exponent)
{
	static const char zeros[] = "000000000000000";
	struct figure f;
	int whole = exponent + 1; /* digits in front of the point */

	if (whole <= 0)
		snprintf(f.text, sizeof(f.text), "0.%.*s%.*s", -whole, zeros,
			 count, digits);
	else if (whole >= count)
		snprintf(f.text, sizeof(f.text), "%.*s%.*s", count, digits,
			 whole - count, zeros);
	else
		snprintf(f.text, sizeof(f.text), "%.*s.%.*s", whole, digits,
			 count - whole, digits + whole);
	return f;
}

struct figure figure_rate(struct ilp_rate rate)
{
	struct figure f = { "0" };
	char digits[DIGITS];
	int exponent, count;

	if (rate.numerator == 0)
		return f;
	exponent = normalise(&rate);
	count = read_digits(digits, rate);
	if (exponent >= PLAIN_FROM && exponent <= PLAIN_TO)
		return write_plain(digits, count, exponent);
	snprintf(f.text, sizeof(f.text), "%c%s%.*se%d", digits[0],
		 count > 1 ? "." : "", count - 1, digits + 1, exponent);
	return f;
}

struct figure figure_age(int64_t age_us)
{
	static const struct {
		const char *name;
		int64_t us;
	} units[] = {
		{ "d", INT64_C(86400000000) },
		{ "h", INT64_C(3600000000) },
		{ "min", 60000000 },
		{ "s", 1000000 },
	};
	struct figure f;
	size_t i = 0;

	/* Two of a unit at least, so that little is lost by the cut. */
	while (i < 3 && age_us < 2 * units[i].us)
		i++;
	snprintf(f.text, sizeof(f.text), "%" PRId64 " %s", age_us / units[i].us,
		 units[i].name);
	return f;
}
