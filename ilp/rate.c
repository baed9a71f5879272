/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/rate.h"

#include <assert.h>

#define U128_MAX (~(ilp_u128)0)

static ilp_u128 gcd(ilp_u128 a, ilp_u128 b)
{
	while (b) {
		ilp_u128 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static bool multiply(ilp_u128 *out, ilp_u128 a, ilp_u128 b)
{
	return !__builtin_mul_overflow(a, b, out);
}

enum ilp_error ilp_rate_make(struct ilp_rate *out, ilp_u128 numerator,
			     ilp_u128 denominator)
{
	if (denominator == 0)
		return ILP_ERR_FORMAT;

	ilp_u128 common = gcd(numerator, denominator);
	*out = (struct ilp_rate){ numerator / common, denominator / common };
	return ILP_OK;
}

enum ilp_error ilp_rate_multiply(struct ilp_rate *out, struct ilp_rate a,
				 struct ilp_rate b)
{
	/* Reduced crosswise first, so that it overflows only if it must. */
	ilp_u128 ab = gcd(a.numerator, b.denominator);
	ilp_u128 ba = gcd(b.numerator, a.denominator);
	struct ilp_rate product;

	if (a.denominator == 0 || b.denominator == 0)
		return ILP_ERR_FORMAT; /* a rate that nobody made */
	if (!multiply(&product.numerator, a.numerator / ab, b.numerator / ba) ||
	    !multiply(&product.denominator, a.denominator / ba,
		      b.denominator / ab))
		return ILP_ERR_PRECISION;
	*out = product;
	return ILP_OK;
}

enum ilp_error ilp_rate_divide(struct ilp_rate *out, struct ilp_rate a,
			       struct ilp_rate b)
{
	if (b.numerator == 0)
		return ILP_ERR_FORMAT;
	return ilp_rate_multiply(
		out, a, (struct ilp_rate){ b.denominator, b.numerator });
}

/* × 10^exponent, a digit at a time: each step divides where it can. */
static enum ilp_error shift_decimal(struct ilp_rate *out, struct ilp_rate rate,
				    int64_t exponent)
{
	struct ilp_rate step = { exponent > 0 ? 10 : 1, exponent > 0 ? 1 : 10 };

	if (rate.numerator == 0)
		exponent = 0;
	for (; exponent; exponent += exponent > 0 ? -1 : 1) {
		enum ilp_error error = ilp_rate_multiply(&rate, rate, step);

		if (error)
			return error;
	}
	*out = rate;
	return ILP_OK;
}

enum ilp_error ilp_rate_scale(struct ilp_rate *out, struct ilp_rate rate,
			      uint8_t from, uint8_t to)
{
	return shift_decimal(out, rate, (int64_t)to - from);
}

enum ilp_error ilp_rate_spread(struct ilp_rate *out, struct ilp_rate rate,
			       uint32_t ppm)
{
	const uint32_t million = 1000000;
	struct ilp_rate kept;

	if (ppm > million)
		return ILP_ERR_FORMAT;
	enum ilp_error error = ilp_rate_make(&kept, million - ppm, million);
	assert(!error);
	return ilp_rate_multiply(out, rate, kept);
}

/* A decimal number on its way from text: digits × 10^exponent. Zeros are
 * counted rather than multiplied in until a digit behind them needs it, so
 * their number does not matter. */
struct decimal {
	ilp_u128 digits;
	int64_t exponent;
	int64_t zeros; /* at the end of what was read */
	bool full;     /* there were more digits than fit */
};

static void add_digit(struct decimal *d, uint8_t digit)
{
	if (digit == 0) {
		d->zeros += d->digits != 0;
		return;
	}
	for (; d->digits && d->zeros >= 0 && !d->full; d->zeros--)
		d->full = !multiply(&d->digits, d->digits, 10);
	d->zeros = 0;
	if (__builtin_add_overflow(d->digits, digit, &d->digits))
		d->full = true;
}

static bool next_is_digit(struct ilp_bytes rest)
{
	return rest.len && rest.at[0] >= '0' && rest.at[0] <= '9';
}

/* One digit or more; `place` is added to the exponent for each. */
static bool parse_digits(struct decimal *d, struct ilp_bytes *rest, int place)
{
	if (!next_is_digit(*rest))
		return false;
	for (; next_is_digit(*rest); *rest = ilp_bytes_skip(*rest, 1)) {
		add_digit(d, rest->at[0] - '0');
		d->exponent += place;
	}
	return true;
}

static bool parse_exponent(struct decimal *d, struct ilp_bytes *rest)
{
	const int64_t limit = 1000000000; /* far past anything that fits */
	int64_t exponent = 0;
	bool negative = rest->len && rest->at[0] == '-';

	if (rest->len && (rest->at[0] == '-' || rest->at[0] == '+'))
		*rest = ilp_bytes_skip(*rest, 1);
	if (!next_is_digit(*rest))
		return false;
	for (; next_is_digit(*rest); *rest = ilp_bytes_skip(*rest, 1))
		if (exponent < limit)
			exponent = exponent * 10 + (rest->at[0] - '0');
	d->exponent += negative ? -exponent : exponent;
	return true;
}

/* Takes one character of two off the text, if it is the next. */
static bool skip_either(struct ilp_bytes *rest, char one, char other)
{
	if (rest->len == 0 || (rest->at[0] != one && rest->at[0] != other))
		return false;
	*rest = ilp_bytes_skip(*rest, 1);
	return true;
}

enum ilp_error ilp_rate_parse(struct ilp_rate *out, struct ilp_bytes decimal)
{
	struct decimal d = { 0 };
	struct ilp_bytes rest = decimal;
	bool good;

	if (skip_either(&rest, '0', '0') && next_is_digit(rest))
		return ILP_ERR_FORMAT;
	rest = decimal;
	good = parse_digits(&d, &rest, 0);
	if (good && skip_either(&rest, '.', '.'))
		good = parse_digits(&d, &rest, -1);
	if (good && skip_either(&rest, 'e', 'E'))
		good = parse_exponent(&d, &rest);
	if (!good || rest.len)
		return ILP_ERR_FORMAT;
	if (d.full)
		return ILP_ERR_PRECISION;
	return shift_decimal(out, (struct ilp_rate){ d.digits, 1 },
			     d.exponent + d.zeros);
}

/* amount × factor. */
struct product {
	uint64_t high;
	ilp_u128 low;
}; /* 192 bits */

static struct product amount_times(uint64_t amount, ilp_u128 factor)
{
	ilp_u128 low = (ilp_u128)(uint64_t)factor * amount;
	ilp_u128 high = (factor >> 64) * amount + (low >> 64);

	return (struct product){ (uint64_t)(high >> 64),
				 high << 64 | (uint64_t)low };
}

/* Divides 192 bits, of which `high` are the first 128, by a divisor greater
 * than `high`, so that the quotient takes 64: Knuth's algorithm D for one
 * digit. The guess from the first digit of the divisor is at most two too
 * large, and the second digit tells. */
static uint64_t divide_wide(ilp_u128 high, uint64_t low, ilp_u128 divisor)
{
	const ilp_u128 base = (ilp_u128)1 << 64;
	int shift = divisor >> 64 ? __builtin_clzll((uint64_t)(divisor >> 64)) :
				    64 + __builtin_clzll((uint64_t)divisor);

	if (shift) {
		ilp_u128 below = (ilp_u128)low << 64;

		divisor <<= shift;
		high = high << shift | below >> (128 - shift);
		low = (uint64_t)(below << shift >> 64);
	}
	uint64_t d1 = (uint64_t)(divisor >> 64);
	uint64_t d0 = (uint64_t)divisor;
	ilp_u128 guess = high / d1;
	if (guess >= base)
		guess = base - 1;
	ilp_u128 rest = high - guess * d1;
	while (rest < base && guess * d0 > (rest << 64 | low)) {
		guess--;
		rest += d1;
	}
	return (uint64_t)guess;
}

/* floor(amount × numerator ÷ denominator); false when that takes more than 64
 * bits. `*exact` tells whether nothing was cut off. */
static inline bool times_fraction(uint64_t *out, bool *exact, uint64_t amount,
				  ilp_u128 numerator, ilp_u128 denominator)
{
	if ((numerator | denominator) >> 64 == 0) {
		ilp_u128 product = (ilp_u128)amount * (uint64_t)numerator;
		uint64_t divisor = (uint64_t)denominator;

		if (product >> 64 >= divisor)
			return false;
		*out = (uint64_t)(product / divisor);
		*exact = (ilp_u128)*out * divisor == product;
		return true;
	}
	struct product p = amount_times(amount, numerator);
	ilp_u128 high = (ilp_u128)p.high << 64 | (uint64_t)(p.low >> 64);
	if (high >= denominator)
		return false;
	*out = divide_wide(high, (uint64_t)p.low, denominator);
	struct product back = amount_times(*out, denominator);
	*exact = back.high == p.high && back.low == p.low;
	return true;
}

enum ilp_error ilp_exchange(struct ilp_amount *out, const struct ilp_rate *rate,
			    struct ilp_amount in)
{
	bool exact;

	if (!times_fraction(&out->units, &exact, in.units, rate->numerator,
			    rate->denominator))
		return ILP_ERR_OVERFLOW;
	return ILP_OK;
}

enum ilp_error ilp_exchange_inverse(struct ilp_amount *in,
				    const struct ilp_rate *rate,
				    struct ilp_amount out)
{
	struct ilp_amount least = ILP_AMOUNT_ZERO;
	bool exact = true;

	if (out.units && (rate->numerator == 0 ||
			  !times_fraction(&least.units, &exact, out.units,
					  rate->denominator, rate->numerator)))
		return ILP_ERR_OVERFLOW;
	if (!exact && !ilp_amount_add(&least, least, ilp_amount(1)))
		return ILP_ERR_OVERFLOW;
	/* It may jump over all that an amount can be. */
	if (ilp_exchange(&out, rate, least))
		return ILP_ERR_OVERFLOW;
	*in = least;
	return ILP_OK;
}
