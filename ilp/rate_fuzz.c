/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals are read as a plain reading of them gives, which takes the factors
 * of ten apart instead of looking for common divisors. (Digits that need more
 * than 128 bits are refused, even where the fraction would fit.) Products and
 * quotients are compared crosswise in 512 bits; an exchange is compared with
 * a long division bit by bit, and its inverse is the least that will do. */
#include "ilp/rate.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whole numbers as in school, the least digit first. */
#define LIMBS 16

struct big {
	uint32_t limb[LIMBS];
};

static struct big big(ilp_u128 value)
{
	struct big out = { { 0 } };

	for (size_t i = 0; i < 4; i++)
		out.limb[i] = (uint32_t)(value >> 32 * i);
	return out;
}

static struct big big_times(struct big a, ilp_u128 factor)
{
	struct big b = big(factor);
	struct big out = { { 0 } };

	for (size_t i = 0; i < 4; i++) {
		uint64_t carry = 0;

		for (size_t j = 0; i + j < LIMBS; j++) {
			carry += (uint64_t)b.limb[i] * a.limb[j];
			carry += out.limb[i + j];
			out.limb[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	return out;
}

static bool big_equal(struct big a, struct big b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* floor(a ÷ divisor), bit by bit. */
static struct big big_divide(struct big a, ilp_u128 divisor)
{
	struct big out = { { 0 } };
	ilp_u128 rest = 0;

	for (size_t i = 32 * LIMBS; i-- > 0;) {
		bool carry = rest >> 127;

		rest = rest << 1 | (a.limb[i / 32] >> i % 32 & 1);
		if (carry || rest >= divisor) {
			rest -= divisor;
			out.limb[i / 32] |= UINT32_C(1) << i % 32;
		}
	}
	return out;
}

static unsigned bits(ilp_u128 value)
{
	unsigned count = 0;

	for (; value; value >>= 1)
		count++;
	return count;
}

/* Decimals: digits × 10^exponent, if these digits fit. */
struct plain {
	ilp_u128 digits;
	int64_t exponent;
	int64_t zeros; /* at the end, not yet in the digits */
	bool fits;
};

static bool digit_at(struct ilp_bytes text)
{
	return text.len && text.at[0] >= '0' && text.at[0] <= '9';
}

/* Appends a digit, and first the zeros that stood in front of it. */
static void plain_digit(struct plain *p, unsigned digit)
{
	p->zeros++;
	if (digit == 0)
		return;
	p->fits = p->fits && (p->digits == 0 || p->zeros < 40);
	for (; p->fits && p->digits && p->zeros; p->zeros--)
		p->fits = !__builtin_mul_overflow(p->digits, 10, &p->digits);
	p->fits = p->fits &&
		  !__builtin_add_overflow(p->digits, digit, &p->digits);
	p->zeros = 0;
}

static bool plain_digits(struct plain *p, struct ilp_bytes *text, int64_t place)
{
	if (!digit_at(*text))
		return false;
	for (; digit_at(*text); *text = ilp_bytes_skip(*text, 1)) {
		plain_digit(p, text->at[0] - (unsigned)'0');
		p->exponent += place;
	}
	return true;
}

static bool plain_exponent(struct plain *p, struct ilp_bytes *text)
{
	bool negative = text->len && text->at[0] == '-';
	int64_t exponent = 0;

	if (text->len && (negative || text->at[0] == '+'))
		*text = ilp_bytes_skip(*text, 1);
	if (!digit_at(*text))
		return false;
	for (; digit_at(*text); *text = ilp_bytes_skip(*text, 1))
		if (exponent < 1000000)
			exponent = exponent * 10 + text->at[0] - '0';
	p->exponent += negative ? -exponent : exponent;
	return true;
}

/* The grammar of JSON numbers without a sign. */
static bool plain_number(struct plain *p, struct ilp_bytes text)
{
	*p = (struct plain){ .fits = true };
	if (text.len > 1 && text.at[0] == '0' &&
	    digit_at(ilp_bytes_skip(text, 1)))
		return false;
	if (!plain_digits(p, &text, 0))
		return false;
	if (text.len && text.at[0] == '.') {
		text = ilp_bytes_skip(text, 1);
		if (!plain_digits(p, &text, -1))
			return false;
	}
	if (text.len && (text.at[0] == 'e' || text.at[0] == 'E')) {
		text = ilp_bytes_skip(text, 1);
		if (!plain_exponent(p, &text))
			return false;
	}
	p->exponent += p->zeros;
	return text.len == 0;
}

static bool plain_power(ilp_u128 *out, unsigned factor, int64_t count)
{
	for (; count > 0; count--)
		if (__builtin_mul_overflow(*out, factor, out))
			return false;
	return true;
}

/* The fraction in lowest terms, by the primes of ten. */
static bool plain_rate(struct ilp_rate *out, struct plain p)
{
	int64_t twos = p.exponent < 0 ? -p.exponent : 0;
	int64_t fives = twos;

	*out = (struct ilp_rate){ p.digits, 1 };
	if (p.digits == 0)
		return true;
	if (p.exponent > 0)
		return plain_power(&out->numerator, 10, p.exponent);
	for (; twos && out->numerator % 2 == 0; twos--)
		out->numerator /= 2;
	for (; fives && out->numerator % 5 == 0; fives--)
		out->numerator /= 5;
	return plain_power(&out->denominator, 2, twos) &&
	       plain_power(&out->denominator, 5, fives);
}

static bool same(struct ilp_rate a, struct ilp_rate b)
{
	return a.numerator == b.numerator && a.denominator == b.denominator;
}

static void is_parsed(struct ilp_bytes text)
{
	struct plain plain;
	struct ilp_rate expected, found;
	enum ilp_error error = ilp_rate_parse(&found, text);

	if (!plain_number(&plain, text)) {
		require(error == ILP_ERR_FORMAT || error == ILP_ERR_PRECISION);
		return;
	}
	bool exact = plain.fits && plain_rate(&expected, plain);
	require(error == (exact ? ILP_OK : ILP_ERR_PRECISION));
	require(!exact || same(found, expected));
}

/* A text that is mostly a number. */
static void is_parsed_tamed(struct ilp_bytes in)
{
	uint8_t text[128];
	size_t len = in.len < sizeof(text) ? in.len : sizeof(text);

	for (size_t i = 0; i < len; i++)
		text[i] = (uint8_t) "0123456789012500.e-"[in.at[i] % 19];
	is_parsed((struct ilp_bytes){ text, len });
}

static bool in_lowest_terms(struct ilp_rate rate)
{
	struct ilp_rate again;

	return !ilp_rate_make(&again, rate.numerator, rate.denominator) &&
	       same(rate, again);
}

/* a × b = found, crosswise; a refusal only where one of the products may
 * need more than 128 bits. */
static void is_product(enum ilp_error error, struct ilp_rate found,
		       struct ilp_rate a, struct ilp_rate b)
{
	if (error) {
		require(error == ILP_ERR_PRECISION);
		require(bits(a.numerator) + bits(b.numerator) > 128 ||
			bits(a.denominator) + bits(b.denominator) > 128);
		return;
	}
	struct big left = big_times(big(a.numerator), b.numerator);
	struct big right = big_times(big(a.denominator), b.denominator);
	require(big_equal(big_times(left, found.denominator),
			  big_times(right, found.numerator)));
	require(in_lowest_terms(found));
}

static void are_combined(struct ilp_rate a, struct ilp_rate b)
{
	struct ilp_rate product, other, back;
	enum ilp_error error = ilp_rate_multiply(&product, a, b);

	is_product(error, product, a, b);
	require(ilp_rate_multiply(&other, b, a) == error);
	require(error || same(product, other));
	if (b.numerator == 0) {
		require(ilp_rate_divide(&back, a, b) == ILP_ERR_FORMAT);
		return;
	}
	if (!error) {
		require(ilp_rate_divide(&back, product, b) == ILP_OK);
		require(same(back, a));
	}
	error = ilp_rate_divide(&back, a, b);
	is_product(error, back, a,
		   (struct ilp_rate){ b.denominator, b.numerator });
}

static void is_scaled(struct ilp_rate rate, uint8_t from, uint8_t to)
{
	struct ilp_rate there, back;

	if (ilp_rate_scale(&there, rate, from, to))
		return;
	require(in_lowest_terms(there));
	require(ilp_rate_scale(&back, there, to, from) == ILP_OK);
	require(same(rate, back));
}

static void is_spread(struct ilp_rate rate, uint32_t ppm)
{
	struct ilp_rate kept;
	enum ilp_error error = ilp_rate_spread(&kept, rate, ppm);

	require((error == ILP_ERR_FORMAT) == (ppm > 1000000));
	if (!error)
		require(big_equal(
			big_times(big_times(big(rate.numerator), 1000000 - ppm),
				  kept.denominator),
			big_times(big_times(big(rate.denominator), 1000000),
				  kept.numerator)));
}

static void is_exchanged(struct ilp_rate rate, uint64_t in)
{
	struct big exact = big_divide(big_times(big(rate.numerator), in),
				      rate.denominator);
	struct ilp_amount out;
	uint64_t low = exact.limb[0] | (uint64_t)exact.limb[1] << 32;
	enum ilp_error error = ilp_exchange(&out, &rate, ilp_amount(in));

	require(error ==
		(big_equal(exact, big(low)) ? ILP_OK : ILP_ERR_OVERFLOW));
	require(error || out.units == low);
}

static bool reaches(struct ilp_rate rate, uint64_t in, uint64_t out)
{
	struct ilp_amount found;

	return !ilp_exchange(&found, &rate, ilp_amount(in)) &&
	       found.units >= out;
}

/* The largest amount that can be exchanged; 0 always can. */
static uint64_t most(struct ilp_rate rate)
{
	uint64_t in = 0;

	for (uint64_t bit = UINT64_C(1) << 63; bit; bit >>= 1)
		if (reaches(rate, in | bit, 0))
			in |= bit;
	return in;
}

static void is_inverted(struct ilp_rate rate, uint64_t out)
{
	struct ilp_amount in;
	enum ilp_error error =
		ilp_exchange_inverse(&in, &rate, ilp_amount(out));

	if (error) {
		require(error == ILP_ERR_OVERFLOW);
		require(!reaches(rate, most(rate), out));
		return;
	}
	require(reaches(rate, in.units, out));
	require(in.units == 0 || !reaches(rate, in.units - 1, out));
}

/* Of few bits or of many. */
static ilp_u128 take_u128(struct ilp_reader *r)
{
	uint8_t shift = take_u8(r) % 128;
	ilp_u128 value = (ilp_u128)take_u64(r) << 64;

	value |= take_u64(r);
	return value >> shift;
}

static struct ilp_rate take_rate(struct ilp_reader *r)
{
	ilp_u128 numerator = take_u128(r);
	ilp_u128 denominator = take_u128(r);
	struct ilp_rate rate = ILP_RATE_ONE;

	require(ilp_rate_make(&rate, numerator, denominator) ==
		(denominator ? ILP_OK : ILP_ERR_FORMAT));
	return rate;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct ilp_reader r = ilp_reader(in);
	struct ilp_rate a = take_rate(&r);
	struct ilp_rate b = take_rate(&r);
	uint64_t amount = take_u64(&r);
	uint64_t other = take_u64(&r);

	is_parsed(in);
	is_parsed_tamed(in);
	are_combined(a, b);
	is_scaled(a, (uint8_t)amount, (uint8_t)other);
	is_spread(a, (uint32_t)amount % 1000002);
	is_exchanged(a, amount);
	is_exchanged(b, other);
	is_inverted(a, amount);
	is_inverted(b, other);
	return 0;
}
