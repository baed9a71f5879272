/* SPDX-License-Identifier: Apache-2.0 */
#include "price/figure.h"

#include "test/check.h"
#include "test/random.h"

#define MAX_128 (~(ilp_u128)0)

static void prices_read_as_people_write_them(void)
{
	static const struct {
		struct ilp_rate rate;
		const char *text;
	} table[] = {
		{ { 0, 1 }, "0" },
		{ { 1, 1 }, "1" },
		{ { 9, 1 }, "9" },
		{ { 10, 1 }, "10" },
		{ { 10841, 10000 }, "1.0841" },
		{ { 1, 3 }, "0.333333333" },
		{ { 200, 3 }, "66.6666666" },
		{ { 1234567890, 1 }, "1234567890" },
		{ { 12345678912, 1 }, "12345678900" },
		{ { 1205, 10 }, "120.5" },
		{ { 1, 100 }, "0.01" },
		{ { 1, 1000000 }, "0.000001" },
		{ { 123, 100000000 }, "0.00000123" },
		{ { 1, 10000000 }, "1e-7" },
		{ { 24, 100000000000 }, "2.4e-10" },
		{ { 999999999, 1000000000 }, "0.999999999" },
		{ { 9999999999, 10000000000 }, "0.999999999" },
		{ { 100000000000000, 1 }, "100000000000000" },
		{ { 1000000000000000, 1 }, "1e15" },
		{ { MAX_128, 1 }, "3.40282366e38" },
		{ { 1, MAX_128 }, "2.93873587e-39" },
		{ { MAX_128 - 1, MAX_128 }, "0.999999999" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(figure_rate(table[i].rate).text,
				    table[i].text);
}

/* What is shown is a decimal, at most the price, and less by no more than its
 * ninth digit. */
static void what_is_shown_is_the_price_cut_short(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		ilp_u128 a = random_wide(&random) >> random_below(&random, 20);
		ilp_u128 b = random_wide(&random) >> random_below(&random, 20);
		struct ilp_rate rate = { a + 1, b + 1 };
		struct ilp_rate shown, part;
		struct figure figure = figure_rate(rate);

		CHECK(!ilp_rate_parse(&shown, ilp_text(figure.text)));
		if (ilp_rate_divide(&part, shown, rate))
			continue; /* more than 128 bits to compare */
		CHECK(part.numerator <= part.denominator);
		CHECK(part.denominator - part.numerator <=
		      part.denominator / 100000000 + 1);
	}
}

static void ages_read_in_the_unit_that_suits_them(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} table[] = {
		{ 0, "0 s" },	      { 75, "75 s" },	   { 119, "119 s" },
		{ 120, "2 min" },     { 7199, "119 min" }, { 7200, "2 h" },
		{ 26 * 3600, "26 h" }, { 172799, "47 h" },  { 172800, "2 d" },
		{ 864000000, "10000 d" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(
			figure_age(table[i].seconds * 1000000 + 999999).text,
			table[i].text);
}

TESTS(TEST(prices_read_as_people_write_them),
      TEST(what_is_shown_is_the_price_cut_short),
      TEST(ages_read_in_the_unit_that_suits_them))
