/* SPDX-License-Identifier: Apache-2.0 */
/* Rates are exact: everything is checked against integers of 512 bits made of
 * bytes, with nothing but addition, multiplication and comparison. */
#include "ilp/rate.h"

#include "test/check.h"
#include "test/random.h"

#define MAX_128 (~(ilp_u128)0)
#define TWO_TO(bits) ((ilp_u128)1 << (bits))

#define LIMBS 16

/* An integer in limbs of 32 bits, the lowest first. */
struct big {
	uint32_t limb[LIMBS];
};

static struct big big(ilp_u128 value)
{
	struct big b = { { 0 } };

	for (int i = 0; i < 4; i++)
		b.limb[i] = (uint32_t)(value >> (32 * i));
	return b;
}

static struct big times(struct big a, struct big b)
{
	struct big out = { { 0 } };

	for (int i = 0; i < LIMBS; i++) {
		uint64_t carry = 0;

		for (int j = 0; i + j < LIMBS; j++) {
			carry += (uint64_t)a.limb[i] * b.limb[j] +
				 out.limb[i + j];
			out.limb[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		/* the numbers of these tests never reach the end */
		for (int j = LIMBS - i; a.limb[i] && j < LIMBS; j++)
			CHECK(b.limb[j] == 0);
		CHECK(carry == 0);
	}
	return out;
}

static int compare(struct big a, struct big b)
{
	for (int i = LIMBS; i-- > 0;)
		if (a.limb[i] != b.limb[i])
			return a.limb[i] < b.limb[i] ? -1 : 1;
	return 0;
}

static struct big minus(struct big a, struct big b)
{
	int64_t borrow = 0;

	for (int i = 0; i < LIMBS; i++) {
		borrow += (int64_t)a.limb[i] - b.limb[i];
		a.limb[i] = (uint32_t)borrow;
		borrow >>= 32;
	}
	CHECK(borrow == 0);
	return a;
}

static struct big plus(struct big a, struct big b)
{
	uint64_t carry = 0;

	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)a.limb[i] + b.limb[i];
		a.limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	CHECK(carry == 0);
	return a;
}

static bool odd(struct big a)
{
	return a.limb[0] & 1;
}

static struct big half(struct big a)
{
	for (int i = 0; i < LIMBS; i++)
		a.limb[i] = a.limb[i] >> 1 |
			    (i + 1 < LIMBS ? a.limb[i + 1] << 31 : 0);
	return a;
}

/* Of two numbers that are not 0: halving and subtracting. */
static struct big greatest_common_divisor(struct big a, struct big b)
{
	struct big twos = big(1);

	while (!odd(a) && !odd(b)) {
		a = half(a);
		b = half(b);
		twos = times(twos, big(2));
	}
	while (compare(a, big(0)) != 0) {
		while (!odd(a))
			a = half(a);
		while (!odd(b))
			b = half(b);
		if (compare(a, b) < 0) {
			struct big swap = a;

			a = b;
			b = swap;
		}
		a = minus(a, b);
	}
	return times(b, twos);
}

static struct big two_to_128(void)
{
	struct big b = { { 0 } };

	b.limb[4] = 1;
	return b;
}

static struct big ten_to(unsigned exponent)
{
	struct big b = big(1);

	while (exponent--)
		b = times(b, big(10));
	return b;
}

/* Does the fraction fit two integers of 128 bits, once it is reduced? */
static bool fits(struct big numerator, struct big denominator)
{
	struct big divisor, limit;

	if (compare(numerator, big(0)) == 0)
		return true;
	divisor = greatest_common_divisor(numerator, denominator);
	limit = times(divisor, two_to_128());
	return compare(numerator, limit) < 0 && compare(denominator, limit) < 0;
}

static ilp_u128 plain_gcd(ilp_u128 a, ilp_u128 b)
{
	while (b) {
		ilp_u128 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Either the rate is this fraction in lowest terms, or it does not fit. */
static void check_rate(enum ilp_error error, struct ilp_rate rate,
		       struct big numerator, struct big denominator)
{
	if (!fits(numerator, denominator)) {
		CHECK_INT(error, ILP_ERR_PRECISION);
		return;
	}
	CHECK_INT(error, ILP_OK);
	CHECK(rate.denominator != 0);
	CHECK(plain_gcd(rate.numerator, rate.denominator) == 1);
	CHECK(compare(times(big(rate.numerator), denominator),
		      times(big(rate.denominator), numerator)) == 0);
}

/* floor(in × rate), or more than fits 64 bits. */
static void check_exchange(struct ilp_rate rate, uint64_t in)
{
	struct ilp_amount out = { 0x5ca1ab1e };
	enum ilp_error error = ilp_exchange(&out, &rate, ilp_amount(in));
	struct big n = big(rate.numerator), d = big(rate.denominator);
	struct big product = times(big(in), n);
	struct big limit = times(big((ilp_u128)1 << 64), d);

	if (compare(product, limit) >= 0) {
		CHECK_INT(error, ILP_ERR_OVERFLOW);
		return;
	}
	CHECK_INT(error, ILP_OK);
	CHECK(compare(times(big(out.units), d), product) <= 0);
	CHECK(compare(times(big((ilp_u128)out.units + 1), d), product) > 0);
}

/* The least amount that brings at least `out`, if there is any. */
static void check_inverse(struct ilp_rate rate, uint64_t out)
{
	struct ilp_amount in = { 0x5ca1ab1e }, got;
	enum ilp_error error =
		ilp_exchange_inverse(&in, &rate, ilp_amount(out));
	struct big n = big(rate.numerator);
	struct big wanted = times(big(out), big(rate.denominator));

	if (compare(times(big(UINT64_MAX), n), wanted) < 0) {
		CHECK_INT(error, ILP_ERR_OVERFLOW);
		return;
	}
	if (error == ILP_ERR_OVERFLOW) {
		/* or the least that is enough brings more than an amount */
		uint64_t least = 0;
		struct big limit =
			times(big(TWO_TO(64)), big(rate.denominator));

		for (uint64_t bit = UINT64_C(1) << 63; bit; bit >>= 1)
			if (compare(times(big(least | (bit - 1)), n), wanted) <
			    0)
				least |= bit;
		CHECK(compare(times(big(least), n), limit) >= 0);
		return;
	}
	CHECK_INT(error, ILP_OK);
	CHECK(compare(times(big(in.units), n), wanted) >= 0);
	if (in.units)
		CHECK(compare(times(big(in.units - 1), n), wanted) < 0);
	error = ilp_exchange(&got, &rate, in);
	CHECK_INT(error, ILP_OK);
	CHECK(got.units >= out);
}

static const uint64_t amounts[] = {
	0,
	1,
	2,
	3,
	9,
	10,
	999999,
	1000000,
	UINT32_MAX,
	UINT64_C(1) << 32,
	INT64_MAX,
	UINT64_C(1) << 63,
	(UINT64_C(1) << 63) + 1,
	UINT64_MAX - 1,
	UINT64_MAX,
};

#define AMOUNTS (sizeof(amounts) / sizeof(*amounts))

static ilp_u128 random_128(struct random_source *random)
{
	ilp_u128 high = random_below(random, 2) ? random_wide(random) : 0;

	return high << 64 | random_wide(random);
}

static struct ilp_rate rate_of(ilp_u128 numerator, ilp_u128 denominator)
{
	struct ilp_rate rate = { 77, 88 };

	CHECK_INT(ilp_rate_make(&rate, numerator, denominator), ILP_OK);
	check_rate(ILP_OK, rate, big(numerator), big(denominator));
	return rate;
}

static struct ilp_rate parsed(const char *text)
{
	struct ilp_rate rate = { 77, 88 };
	enum ilp_error error = ilp_rate_parse(&rate, ilp_text(text));

	if (error)
		fail_msg("'%.40s': error %u", text, error);
	return rate;
}

static bool is(struct ilp_rate rate, ilp_u128 numerator, ilp_u128 denominator)
{
	return rate.numerator == numerator && rate.denominator == denominator;
}

static unsigned parses(struct ilp_bytes text)
{
	struct ilp_rate rate;

	return ilp_rate_parse(&rate, text);
}

static void a_rate_is_in_lowest_terms(void)
{
	struct random_source random = random_start();

	CHECK(is(rate_of(6, 4), 3, 2));
	CHECK(is(rate_of(0, 4), 0, 1));
	CHECK(is(rate_of(0, MAX_128), 0, 1));
	CHECK(is(rate_of(7, 7), 1, 1));
	CHECK(is(rate_of(MAX_128, MAX_128), 1, 1));
	CHECK(is(rate_of(MAX_128, 1), MAX_128, 1));
	CHECK(is(rate_of(1, MAX_128), 1, MAX_128));
	CHECK(is(rate_of(TWO_TO(127), TWO_TO(126)), 2, 1));
	CHECK(is(ILP_RATE_ONE, 1, 1));
	for (int i = 0; i < 3000; i++) {
		ilp_u128 n = random_128(&random), d = random_128(&random);

		if (d)
			rate_of(n, d);
	}
}

static void there_is_no_rate_over_zero(void)
{
	struct ilp_rate rate;

	CHECK_INT(ilp_rate_make(&rate, 1, 0), ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_make(&rate, 0, 0), ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_make(&rate, MAX_128, 0), ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_divide(&rate, ILP_RATE_ONE, rate_of(0, 1)),
		  ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_divide(&rate, rate_of(0, 1), rate_of(0, 1)),
		  ILP_ERR_FORMAT);
}

static void reads_decimal_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t numerator, denominator;
	} rows[] = {
		{ "0", 0, 1 },
		{ "1", 1, 1 },
		{ "10", 10, 1 },
		{ "100", 100, 1 },
		{ "0.25", 1, 4 },
		{ "0.5", 1, 2 },
		{ "1.5e-7", 3, 20000000 },
		{ "1.5E-7", 3, 20000000 },
		{ "1e5", 100000, 1 },
		{ "1E5", 100000, 1 },
		{ "1e+5", 100000, 1 },
		{ "1e-5", 1, 100000 },
		{ "1e0", 1, 1 },
		{ "1e-0", 1, 1 },
		{ "1e+0", 1, 1 },
		{ "1e00000000000000000000000001", 10, 1 },
		{ "1e-00000000000000000000000001", 1, 10 },
		{ "0e0", 0, 1 },
		{ "0e400", 0, 1 },
		{ "0e-400", 0, 1 },
		{ "0.000e-400", 0, 1 },
		{ "0e99999999999999999999999", 0, 1 },
		{ "0e-99999999999999999999999", 0, 1 },
		{ "0.0", 0, 1 },
		{ "1.0", 1, 1 },
		{ "1.10", 11, 10 },
		{ "10e-1", 1, 1 },
		{ "0.001e3", 1, 1 },
		{ "123.456", 15432, 125 },
		{ "9007199254740993", UINT64_C(9007199254740993), 1 },
		{ "18446744073709551615", UINT64_MAX, 1 },
		{ "0.1", 1, 10 },
		{ "0.3", 3, 10 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!is(parsed(rows[i].text), rows[i].numerator,
			rows[i].denominator))
			fail_msg("'%s'", rows[i].text);
}

static void reads_up_to_the_last_of_128_bits(void)
{
	ilp_u128 ten_38 = 1;
	struct ilp_rate rate;

	for (int i = 0; i < 38; i++)
		ten_38 *= 10;
	CHECK(is(parsed("340282366920938463463374607431768211455"), MAX_128,
		 1));
	CHECK_INT(ilp_rate_parse(
			  &rate,
			  ilp_text("340282366920938463463374607431768211456")),
		  ILP_ERR_PRECISION);
	CHECK(is(parsed("1e38"), ten_38, 1));
	CHECK(is(parsed("1e-38"), 1, ten_38));
	CHECK(is(parsed("3e38"), 3 * ten_38, 1));
	CHECK_INT(parses(ilp_text("4e38")), ILP_ERR_PRECISION);
	CHECK_INT(parses(ilp_text("1e39")), ILP_ERR_PRECISION);
	CHECK_INT(parses(ilp_text("1e-39")), ILP_ERR_PRECISION);
	/* the denominator of 2e-39 is 5e38, that of 4e-39 is 2.5e38 */
	CHECK_INT(parses(ilp_text("2e-39")), ILP_ERR_PRECISION);
	CHECK(is(parsed("4e-39"), 1, ten_38 / 2 * 5));
	CHECK(is(parsed("1000000000000000000000000000000000000000e-39"), 1, 1));
	CHECK(is(parsed("0.00000000000000000000000000000000000001"), 1,
		 ten_38));
	CHECK(is(parsed("340282366920938463463374607431768211455.000"), MAX_128,
		 1));
	CHECK(is(parsed("3402823669209384634633746074317682114550e-1"), MAX_128,
		 1));
}

static void refuses_what_128_bits_cannot_hold(void)
{
	static const char *const wide[] = {
		"1e400",
		"1e-400",
		"1e18446744073709551616",
		"1e-18446744073709551616",
		"1e9223372036854775807",
		"1e-9223372036854775808",
		"1e2147483648",
		"1e-2147483648",
		"1e99999999999999999999999999999999999",
		"1e-99999999999999999999999999999999999",
		"1.0000000000000000000000000000000000000001",
		"3402823669209384634633746074317682114551",
		"0.1e-9223372036854775808",
		"0.1e-9223372036854775807",
		"1.0e9223372036854775807",
	};

	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (parses(ilp_text(wide[i])) != ILP_ERR_PRECISION)
			fail_msg("'%s'", wide[i]);
}

static void refuses_what_is_no_number_of_json(void)
{
	static const char *const wrong[] = {
		"",        "00",    "01",       "1.",    ".5",   "-1",
		"+1",      "1e",    " 1",       "1 ",    "-0",   "1e+",
		"1e-",     "1E",    "1.e1",     ".e1",   "e1",   ".",
		"1..2",    "1.2.3", "1e1e1",    "1e1.5", "0x1",  "1_0",
		"1,5",     "NaN",   "Infinity", "inf",   "1e 1", "1e++1",
		"1e+-1",   "00.5",  "01.5",     "1\n",   "\t1",  "1a",
		"a",       "1.a",   "1.5a",     "1e5a",  "0e",   "0.",
		"0.e1",    "-",     "--1",      "1-1",   "1+1",  "1e400x",
		"1e-400x", "1/2",   "\xd9\xa1", "1:",    "1.:",  "1./",
	};
	static const uint8_t with_zero[] = { '1', 0 }, zero[] = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (check_read(parses, ilp_text(wrong[i])) != ILP_ERR_FORMAT)
			fail_msg("'%s'", wrong[i]);
	CHECK_INT(parses(ILP_BYTES(with_zero)), ILP_ERR_FORMAT);
	CHECK_INT(parses(ILP_BYTES(zero)), ILP_ERR_FORMAT);
	CHECK_INT(parses((struct ilp_bytes){ NULL, 0 }), ILP_ERR_FORMAT);
}

/* A head, a row of zeros, a tail. */
static struct ilp_bytes with_zeros(const char *head, size_t zeros,
				   const char *tail)
{
	static uint8_t text[10100];
	size_t len = strlen(head);

	memcpy(text, head, len);
	memset(text + len, '0', zeros);
	len += zeros;
	memcpy(text + len, tail, strlen(tail));
	return (struct ilp_bytes){ text, len + strlen(tail) };
}

static void a_number_may_be_of_any_length(void)
{
	struct ilp_rate rate;

	CHECK_INT(check_read(parses, with_zeros("0.", 5000, "1")),
		  ILP_ERR_PRECISION);
	CHECK_INT(check_read(parses, with_zeros("1.", 5000, "1")),
		  ILP_ERR_PRECISION);
	CHECK_INT(check_read(parses, with_zeros("1", 5000, "")),
		  ILP_ERR_PRECISION);
	CHECK_INT(check_read(parses, with_zeros("1.", 5000, "x")),
		  ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("1.", 5000, "")), ILP_OK);
	CHECK(is(rate, 1, 1));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("0.", 5000, "")), ILP_OK);
	CHECK(is(rate, 0, 1));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("2.5", 5000, "e1")), ILP_OK);
	CHECK(is(rate, 25, 1));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("0.", 5000, "7e5001")),
		  ILP_OK);
	CHECK(is(rate, 7, 1));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("1", 5000, "e-5000")),
		  ILP_OK);
	CHECK(is(rate, 1, 1));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("3", 5000, "e-5001")),
		  ILP_OK);
	CHECK(is(rate, 3, 10));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("3", 5000, ".000e-5001")),
		  ILP_OK);
	CHECK(is(rate, 3, 10));
	CHECK_INT(ilp_rate_parse(&rate, with_zeros("1e", 5000, "2")), ILP_OK);
	CHECK(is(rate, 100, 1));
}

static void random_numbers_are_exact_or_refused(void)
{
	struct random_source random = random_start();
	int exact = 0, refused = 0;

	for (int i = 0; i < 4000; i++) {
		char text[160];
		unsigned whole = (unsigned)random_below(&random, 25);
		unsigned part = (unsigned)random_below(&random, 25);
		int exponent = (int)random_below(&random, 61) - 30;
		unsigned zeros = (unsigned)random_below(&random, 25);
		struct big n = big(0), d;
		size_t len = 0;
		int scale;
		struct ilp_rate rate = { 77, 88 };
		enum ilp_error error;

		text[len++] = (char)('1' + random_below(&random, 9));
		for (unsigned j = 0; j < whole; j++)
			text[len++] = (char)('0' + random_below(&random, 10));
		if (part)
			text[len++] = '.';
		for (unsigned j = 0; j < part; j++)
			text[len++] =
				(char)(j + zeros < part ?
					       '0' + random_below(&random, 10) :
					       '0');
		for (size_t j = 0; j < len; j++) {
			if (text[j] == '.')
				continue;
			n = plus(times(n, big(10)),
				 big((ilp_u128)(text[j] - '0')));
		}
		scale = exponent - (int)part;
		d = ten_to(scale < 0 ? (unsigned)-scale : 0);
		n = times(n, ten_to(scale > 0 ? (unsigned)scale : 0));
		snprintf(text + len, sizeof(text) - len,
			 exponent % 2 ? "e%d" : "E%+d", exponent);
		error = ilp_rate_parse(&rate, ilp_text(text));
		refused += error != ILP_OK;
		/* digits that need more than 128 bits before they cancel
		 * against the power of ten may be refused as well */
		if (whole + 1 + part > 38 && error == ILP_ERR_PRECISION)
			continue;
		if (error != (fits(n, d) ? ILP_OK : ILP_ERR_PRECISION))
			fail_msg("'%s': error %u", text, error);
		check_rate(error, rate, n, d);
		exact += error == ILP_OK;
	}
	CHECK(exact > 500 && refused > 500);
}

static void products_and_quotients_are_exact_or_refused(void)
{
	struct random_source random = random_start();
	int exact = 0, refused = 0;

	for (int i = 0; i < 4000; i++) {
		ilp_u128 v[4];
		struct ilp_rate a, b, out = { 77, 88 };
		enum ilp_error error;

		for (int j = 0; j < 4; j++)
			v[j] = random_128(&random);
		if (i % 2) /* with much to cancel */
			for (int j = 0; j < 4; j++)
				v[j] = v[j] >> 64 ? v[j] << (i % 31) :
						    v[j] * UINT64_C(6469693230);
		if (v[1] == 0 || v[3] == 0)
			continue;
		a = rate_of(v[0], v[1]);
		b = rate_of(v[2], v[3]);
		error = ilp_rate_multiply(&out, a, b);
		check_rate(error, out,
			   times(big(a.numerator), big(b.numerator)),
			   times(big(a.denominator), big(b.denominator)));
		exact += error == ILP_OK;
		refused += error != ILP_OK;
		error = ilp_rate_divide(&out, a, b);
		if (b.numerator == 0)
			CHECK_INT(error, ILP_ERR_FORMAT);
		else
			check_rate(error, out,
				   times(big(a.numerator), big(b.denominator)),
				   times(big(a.denominator), big(b.numerator)));
	}
	CHECK(exact > 300 && refused > 300);
}

static void cancels_before_it_multiplies(void)
{
	struct ilp_rate out;

	CHECK_INT(ilp_rate_multiply(&out, rate_of(MAX_128, 7),
				    rate_of(7, MAX_128)),
		  ILP_OK);
	CHECK(is(out, 1, 1));
	CHECK_INT(ilp_rate_divide(&out, rate_of(MAX_128, 7),
				  rate_of(MAX_128, 14)),
		  ILP_OK);
	CHECK(is(out, 2, 1));
	CHECK_INT(ilp_rate_multiply(&out, rate_of(MAX_128, 1), rate_of(2, 1)),
		  ILP_ERR_PRECISION);
	CHECK_INT(ilp_rate_multiply(&out, rate_of(1, MAX_128), rate_of(1, 2)),
		  ILP_ERR_PRECISION);
	CHECK_INT(ilp_rate_multiply(&out, rate_of(TWO_TO(64), 1),
				    rate_of(TWO_TO(64), 1)),
		  ILP_ERR_PRECISION);
	CHECK_INT(ilp_rate_multiply(&out, rate_of(TWO_TO(64), 1),
				    rate_of(TWO_TO(63), 1)),
		  ILP_OK);
	CHECK(is(out, TWO_TO(127), 1));
	CHECK_INT(ilp_rate_multiply(&out, rate_of(0, 1), rate_of(1, MAX_128)),
		  ILP_OK);
	CHECK(is(out, 0, 1));
	CHECK_INT(ilp_rate_divide(&out, rate_of(0, 1), rate_of(MAX_128, 1)),
		  ILP_OK);
	CHECK(is(out, 0, 1));
}

static void scales_by_every_difference(void)
{
	ilp_u128 ten = 1;
	struct ilp_rate out;

	for (unsigned difference = 0; difference < 256; difference++) {
		for (unsigned from = 0; from + difference < 256; from++) {
			uint8_t low = (uint8_t)from;
			uint8_t high = (uint8_t)(from + difference);
			enum ilp_error up =
				ilp_rate_scale(&out, ILP_RATE_ONE, low, high);

			CHECK_INT(up,
				  difference > 38 ? ILP_ERR_PRECISION : ILP_OK);
			if (up == ILP_OK)
				CHECK(is(out, ten, 1));
			up = ilp_rate_scale(&out, ILP_RATE_ONE, high, low);
			CHECK_INT(up,
				  difference > 38 ? ILP_ERR_PRECISION : ILP_OK);
			if (up == ILP_OK)
				CHECK(is(out, 1, ten));
		}
		if (difference < 38)
			ten *= 10;
	}
}

static void scaling_is_exact_whenever_the_result_fits(void)
{
	struct random_source random = random_start();
	struct ilp_rate out, small = parsed("1e-38");
	int exact = 0;

	for (unsigned difference = 0; difference < 256; difference++) {
		enum ilp_error error =
			ilp_rate_scale(&out, small, 0, (uint8_t)difference);

		if (difference > 76) {
			CHECK_INT(error, ILP_ERR_PRECISION);
			continue;
		}
		CHECK_INT(error, ILP_OK);
		check_rate(error, out, ten_to(difference), ten_to(38));
		error = ilp_rate_scale(&out, parsed("1e38"),
				       (uint8_t)difference, 0);
		check_rate(error, out, ten_to(38), ten_to(difference));
	}
	for (int i = 0; i < 2000; i++) {
		ilp_u128 n = random_128(&random), d = random_128(&random);
		unsigned from = (unsigned)random_below(&random, 60);
		unsigned to = (unsigned)random_below(&random, 60);
		struct ilp_rate rate;
		enum ilp_error error;

		if (d == 0)
			continue;
		rate = rate_of(n, d);
		error = ilp_rate_scale(&out, rate, (uint8_t)from, (uint8_t)to);
		check_rate(error, out,
			   times(big(rate.numerator),
				 ten_to(to > from ? to - from : 0)),
			   times(big(rate.denominator),
				 ten_to(from > to ? from - to : 0)));
		exact += error == ILP_OK;
	}
	CHECK(exact > 200);
	CHECK_INT(ilp_rate_scale(&out, rate_of(0, 1), 0, 255), ILP_OK);
	CHECK(is(out, 0, 1));
	CHECK_INT(ilp_rate_scale(&out, rate_of(0, 1), 255, 0), ILP_OK);
	CHECK(is(out, 0, 1));
}

static void a_spread_keeps_back_millionths(void)
{
	struct random_source random = random_start();
	struct ilp_rate out;

	CHECK_INT(ilp_rate_spread(&out, rate_of(3, 2), 0), ILP_OK);
	CHECK(is(out, 3, 2));
	CHECK_INT(ilp_rate_spread(&out, ILP_RATE_ONE, 2000), ILP_OK);
	CHECK(is(out, 499, 500));
	CHECK_INT(ilp_rate_spread(&out, ILP_RATE_ONE, 1), ILP_OK);
	CHECK(is(out, 999999, 1000000));
	CHECK_INT(ilp_rate_spread(&out, ILP_RATE_ONE, 999999), ILP_OK);
	CHECK(is(out, 1, 1000000));
	CHECK_INT(ilp_rate_spread(&out, rate_of(3, 2), 1000000), ILP_OK);
	CHECK(is(out, 0, 1));
	CHECK_INT(ilp_rate_spread(&out, ILP_RATE_ONE, 1000001), ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_spread(&out, ILP_RATE_ONE, UINT32_MAX),
		  ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_spread(&out, rate_of(0, 1), 1000001),
		  ILP_ERR_FORMAT);
	CHECK_INT(ilp_rate_spread(&out, rate_of(MAX_128, 2), 0), ILP_OK);
	for (int i = 0; i < 2000; i++) {
		ilp_u128 n = random_128(&random), d = random_128(&random);
		uint32_t ppm = (uint32_t)random_below(&random, 1000001);
		struct ilp_rate rate;

		if (d == 0)
			continue;
		rate = rate_of(n, d);
		check_rate(ilp_rate_spread(&out, rate, ppm), out,
			   times(big(rate.numerator), big(1000000 - ppm)),
			   times(big(rate.denominator), big(1000000)));
	}
}

static void exchanges_as_people_do(void)
{
	struct ilp_amount out;
	struct ilp_rate rate = parsed("1.1");

	CHECK_INT(ilp_exchange(&out, &rate, ilp_amount(10)), ILP_OK);
	CHECK(out.units == 11);
	CHECK_INT(ilp_exchange(&out, &rate, ilp_amount(9)), ILP_OK);
	CHECK(out.units == 9); /* 9.9 */
	CHECK_INT(ilp_exchange_inverse(&out, &rate, ilp_amount(11)), ILP_OK);
	CHECK(out.units == 10);
	CHECK_INT(ilp_exchange_inverse(&out, &rate, ilp_amount(10)), ILP_OK);
	CHECK(out.units == 10); /* 9 gives but 9 */
	CHECK_INT(ilp_exchange_inverse(&out, &rate, ilp_amount(9)), ILP_OK);
	CHECK(out.units == 9);
	rate = parsed("0.1");
	CHECK_INT(ilp_exchange(&out, &rate, ilp_amount(9)), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
	CHECK_INT(ilp_exchange_inverse(&out, &rate, ilp_amount(1)), ILP_OK);
	CHECK(out.units == 10);
}

static void exchange_knows_overflow_from_nothing(void)
{
	struct ilp_amount out = { 5 };
	struct ilp_rate zero = rate_of(0, 1), two = rate_of(2, 1);
	struct ilp_rate huge = rate_of(MAX_128, 1), tiny = rate_of(1, MAX_128);

	CHECK_INT(ilp_exchange(&out, &zero, ILP_AMOUNT_MAX), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
	CHECK_INT(ilp_exchange(&out, &tiny, ILP_AMOUNT_MAX), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
	CHECK_INT(ilp_exchange(&out, &huge, ILP_AMOUNT_ZERO), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
	CHECK_INT(ilp_exchange(&out, &huge, ilp_amount(1)), ILP_ERR_OVERFLOW);
	CHECK_INT(ilp_exchange(&out, &two, ilp_amount(UINT64_C(1) << 63)),
		  ILP_ERR_OVERFLOW);
	CHECK_INT(ilp_exchange(&out, &two, ilp_amount(INT64_MAX)), ILP_OK);
	CHECK(out.units == UINT64_MAX - 1);
	CHECK_INT(ilp_exchange_inverse(&out, &zero, ilp_amount(1)),
		  ILP_ERR_OVERFLOW);
	CHECK_INT(ilp_exchange_inverse(&out, &zero, ILP_AMOUNT_ZERO), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
	CHECK_INT(ilp_exchange_inverse(&out, &tiny, ilp_amount(1)),
		  ILP_ERR_OVERFLOW);
	CHECK_INT(ilp_exchange_inverse(&out, &huge, ILP_AMOUNT_ZERO), ILP_OK);
	CHECK(ilp_amount_is_zero(out));
}

static void at_every_edge(void (*check)(struct ilp_rate rate, uint64_t amount))
{
	static const ilp_u128 edges[] = {
		0,
		1,
		2,
		3,
		10,
		999999,
		1000000,
		TWO_TO(32),
		TWO_TO(63),
		TWO_TO(64) - 1,
		TWO_TO(64),
		TWO_TO(64) + 1,
		TWO_TO(65) - 1,
		TWO_TO(96),
		TWO_TO(127) - 1,
		TWO_TO(127),
		TWO_TO(127) + 1,
		MAX_128 - 1,
		MAX_128,
	};
	size_t count = sizeof(edges) / sizeof(*edges);

	for (size_t n = 0; n < count; n++)
		for (size_t d = 1; d < count; d++) {
			struct ilp_rate rate = rate_of(edges[n], edges[d]);

			for (size_t i = 0; i < AMOUNTS; i++)
				check(rate, amounts[i]);
		}
}

static void at_random_rates(void (*check)(struct ilp_rate rate,
					  uint64_t amount))
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		ilp_u128 n = random_128(&random), d = random_128(&random);
		uint64_t amount = random_wide(&random);
		struct ilp_rate rate;

		if (i % 2) /* near one another, so that the result fits */
			d = n + (random_128(&random) >> 64);
		if (d == 0 || ilp_rate_make(&rate, n, d) != ILP_OK)
			continue;
		check(rate, amount);
		check(rate, UINT64_MAX - (amount & 0xff));
	}
}

static void exchanges_exactly(void)
{
	at_every_edge(check_exchange);
	at_random_rates(check_exchange);
}

static void the_inverse_is_the_least_amount_that_is_enough(void)
{
	at_every_edge(check_inverse);
	at_random_rates(check_inverse);
}

/* The result is just below, at and above what an amount can be. */
static void exchanges_exactly_where_it_begins_to_overflow(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		ilp_u128 n = random_128(&random);
		uint64_t in = random_wide(&random) | 1;
		/* in × n ÷ 2^64, without its fraction */
		ilp_u128 d = (n >> 64) * in + ((n & UINT64_MAX) * in >> 64);

		for (unsigned k = 0; k <= 4; k++) {
			ilp_u128 near = d - 2 + (unsigned)k;
			struct ilp_rate rate;

			if (near == 0 ||
			    ilp_rate_make(&rate, n, near) != ILP_OK)
				continue;
			check_exchange(rate, in);
			check_exchange(rate, in - 1);
		}
	}
}

/* Where the remainder is just below, at and above the divisor. */
static void rounds_down_and_never_further(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 5000; i++) {
		uint64_t in = random_u64(&random) >> 8 | 1;
		uint64_t out = random_u64(&random) >> 8 | 1;

		for (int k = -1; k <= 1; k++) {
			/* in × (out × 2^40 + k) / (in × 2^40) */
			ilp_u128 n = ((ilp_u128)out << 40) + (ilp_u128)k;
			ilp_u128 d = (ilp_u128)in << 40;
			struct ilp_rate rate;
			struct ilp_amount got;

			CHECK_INT(ilp_rate_make(&rate, n, d), ILP_OK);
			CHECK_INT(ilp_exchange(&got, &rate, ilp_amount(in)),
				  ILP_OK);
			CHECK(got.units == (k < 0 ? out - 1 : out));
			check_exchange(rate, in);
			check_inverse(rate, out);
		}
	}
}

TESTS(TEST(a_rate_is_in_lowest_terms), TEST(there_is_no_rate_over_zero),
      TEST(reads_decimal_numbers), TEST(reads_up_to_the_last_of_128_bits),
      TEST(refuses_what_128_bits_cannot_hold),
      TEST(refuses_what_is_no_number_of_json),
      TEST(a_number_may_be_of_any_length),
      TEST(random_numbers_are_exact_or_refused),
      TEST(products_and_quotients_are_exact_or_refused),
      TEST(cancels_before_it_multiplies), TEST(scales_by_every_difference),
      TEST(scaling_is_exact_whenever_the_result_fits),
      TEST(a_spread_keeps_back_millionths), TEST(exchanges_as_people_do),
      TEST(exchange_knows_overflow_from_nothing), TEST(exchanges_exactly),
      TEST(exchanges_exactly_where_it_begins_to_overflow),
      TEST(the_inverse_is_the_least_amount_that_is_enough),
      TEST(rounds_down_and_never_further))
