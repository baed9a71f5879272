/* SPDX-License-Identifier: Apache-2.0 */
/* Against long division of whole numbers in decimal, digit by digit, which is
 * slow and cannot run over. */
#include "node/admin/fraction.h"

#include "test/check.h"
#include "test/random.h"

#define PLACES 38
#define DIGITS 12

/* Digits of a number, the last one first, with one more for ten times a
 * number of 128 bits. */
struct digits {
	uint8_t at[41];
};

static struct digits digits_of(ilp_u128 value)
{
	struct digits d = { { 0 } };

	for (size_t i = 0; value; i++, value /= 10)
		d.at[i] = (uint8_t)(value % 10);
	return d;
}

/* a -= b, where a is not less; false, and nothing is changed, where it is. */
static bool subtract(struct digits *a, const struct digits *b)
{
	struct digits out;
	int borrow = 0;

	for (size_t i = 0; i < sizeof(a->at); i++) {
		int rest = a->at[i] - b->at[i] - borrow;

		borrow = rest < 0;
		out.at[i] = (uint8_t)(rest + 10 * borrow);
	}
	if (!borrow)
		*a = out;
	return !borrow;
}

/* One digit of the quotient; what is left is the rest. */
static char divide(struct digits *rest, const struct digits *by, uint8_t digit)
{
	char out = '0';

	memmove(rest->at + 1, rest->at, sizeof(rest->at) - 1);
	rest->at[0] = digit;
	while (subtract(rest, by))
		out++;
	return out;
}

/* What people should see: see the header. */
static void expected(char *out, ilp_u128 numerator, ilp_u128 denominator)
{
	const struct digits n = digits_of(numerator);
	const struct digits by = digits_of(denominator);
	struct digits rest = { { 0 } };
	char *at = out;
	int shown = 0;

	for (size_t i = sizeof(n.at); i-- > 0;) {
		char digit = divide(&rest, &by, n.at[i]);

		if (digit != '0' || at != out || i == 0)
			*at++ = digit;
	}
	shown = strcmp(out, "0") != 0 && out[0] != '0';
	*at++ = '.';
	for (int place = 0; place < PLACES && shown < DIGITS; place++) {
		*at = divide(&rest, &by, 0);
		shown += shown || *at != '0';
		at++;
	}
	while (at[-1] == '0')
		at--;
	at -= at[-1] == '.';
	*at = '\0';
}

static void check(ilp_u128 numerator, ilp_u128 denominator)
{
	const struct ilp_rate rate = { numerator, denominator };
	const struct fraction f = fraction_of(&rate);
	char text[FRACTION_DECIMAL + 8] = "";

	expected(text, numerator, denominator);
	CHECK_TEXT(ilp_text(f.decimal), text);
}

static void check_text(ilp_u128 numerator, ilp_u128 denominator,
		       const char *text)
{
	const struct ilp_rate rate = { numerator, denominator };
	const struct fraction f = fraction_of(&rate);

	CHECK_TEXT(ilp_text(f.decimal), text);
	check(numerator, denominator);
}

static const ilp_u128 most = ~(ilp_u128)0;

static ilp_u128 power(int exponent)
{
	ilp_u128 out = 1;

	while (exponent--)
		out *= 10;
	return out;
}

static void shows_the_first_digits(void)
{
	check_text(1, 1, "1");
	check_text(0, 1, "0");
	check_text(1, 2, "0.5");
	check_text(1, 3, "0.333333333333");
	check_text(2, 3, "0.666666666666");
	check_text(4, 3, "1.33333333333");
	check_text(123456789, 1000, "123456.789");
	check_text(1, 1000000, "0.000001");
	check_text(1000000, 1, "1000000");
	check_text(10, 3000000, "0.00000333333333333");
	check_text(1000000000001, 1000000000000, "1");
	check_text(100000000001, 100000000000, "1.00000000001");
}

static void writes_numbers_of_128_bits(void)
{
	const struct ilp_rate rate = { most, most - 1 };
	const struct fraction f = fraction_of(&rate);

	CHECK_TEXT(ilp_text(f.numerator),
		   "340282366920938463463374607431768211455");
	CHECK_TEXT(ilp_text(f.denominator),
		   "340282366920938463463374607431768211454");
	check_text(most, 1, "340282366920938463463374607431768211455");
	check_text(most, most, "1");
	check_text(1, most, "0");
}

/* Where a tenfold rest does not fit into 128 bits. */
static void divides_by_what_is_large(void)
{
	check_text(most / 2, most - 1, "0.5");
	check_text(1, power(38), "0.00000000000000000000000000000000000001");
	check_text(15, power(38), "0.00000000000000000000000000000000000015");
	check_text(3 * power(37), power(38), "0.3");
	for (ilp_u128 i = 0; i < 40; i++) {
		check(most - i, most - 7);
		check(i, most - i);
		check(most / 10 - 20 + i, most / 10 + 1);
		check(1 + i, most / 10 + i);
		check(power(38) + i, power(38) - 1);
	}
}

/* Of all sizes alike. */
static ilp_u128 some(struct random_source *random)
{
	ilp_u128 out = (ilp_u128)random_u64(random) << 64 |
		       random_u64(random);

	return out >> random_below(random, 128);
}

static void agrees_with_long_division(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		ilp_u128 numerator = some(&random);
		ilp_u128 denominator = some(&random);

		check(numerator, denominator ? denominator : 1);
	}
}

TESTS(TEST(shows_the_first_digits), TEST(writes_numbers_of_128_bits),
      TEST(divides_by_what_is_large), TEST(agrees_with_long_division))
