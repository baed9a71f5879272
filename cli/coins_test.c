/* SPDX-License-Identifier: Apache-2.0 */
/* Coins have all the digits of their units, and a point at the right place. */
#include "cli/coins.h"

#include "test/check.h"

static void shows(const char *units, unsigned scale, const char *expected)
{
	struct coins coins = coins_of(ilp_text(units), scale);

	CHECK_TEXT(ilp_text(coins.text), expected);
}

static void the_point_stands_where_the_scale_says(void)
{
	shows("1050000", 6, "1.050000");
	shows("123", 1, "12.3");
	shows("123", 2, "1.23");
	shows("123", 3, "0.123");
	shows("123", 4, "0.0123");
	shows("0", 2, "0.00");
}

static void without_a_scale_there_is_no_point(void)
{
	shows("123", 0, "123");
	shows("-123", 0, "-123");
}

static void a_sign_stays_in_front(void)
{
	shows("-1050000", 6, "-1.050000");
	shows("-5", 6, "-0.000005");
}

static void numbers_of_128_bits_lose_nothing(void)
{
	shows("170141183460469231731687303715884105727", 9,
	      "170141183460469231731687303715.884105727");
	shows("-170141183460469231731687303715884105728", 39,
	      "-0.170141183460469231731687303715884105728");
	shows("340282366920938463463374607431768211455", 38,
	      "3.40282366920938463463374607431768211455");
}

static void the_largest_scale_has_room(void)
{
	struct coins coins = coins_of(
		ilp_text("-170141183460469231731687303715884105728"), 255);

	CHECK_INT(strlen(coins.text), 3 + 255);
	CHECK_TEXT(ilp_text(coins.text + 3 + 255 - 4), "5728");
}

static void what_is_no_number_stays(void)
{
	shows("unlimited", 6, "unlimited");
	shows("-", 6, "-");
	shows("", 6, "");
	shows("1.5", 6, "1.5");
}

static void nothing_is_told_from_something(void)
{
	CHECK(coins_are_none(ilp_text("0")));
	CHECK(!coins_are_none(ilp_text("10")));
	CHECK(!coins_are_none(ilp_text("-1")));
	CHECK(!coins_are_none(ilp_text("unlimited")));
	CHECK(!coins_are_none(ilp_text("")));
}

TESTS(TEST(the_point_stands_where_the_scale_says),
      TEST(without_a_scale_there_is_no_point),
      TEST(a_sign_stays_in_front), TEST(numbers_of_128_bits_lose_nothing),
      TEST(the_largest_scale_has_room), TEST(what_is_no_number_stays),
      TEST(nothing_is_told_from_something))
