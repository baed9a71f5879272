/* SPDX-License-Identifier: Apache-2.0 */
#include "price/prices.h"

#include "test/check.h"
#include "test/random.h"

static const char *wrong_with(const char *decimal)
{
	struct ilp_rate rate = { 7, 9 };
	const char *wrong = price_parse(&rate, ilp_text(decimal));

	CHECK(!wrong || (rate.numerator == 7 && rate.denominator == 9));
	return wrong ? wrong : "nothing";
}

static void a_price_is_a_decimal_number_above_zero(void)
{
	static const struct {
		const char *decimal, *wrong;
	} table[] = {
		{ "1", "nothing" },
		{ "0.000000000000000001", "nothing" },
		{ "1e-18", "nothing" },
		{ "1e38", "nothing" },
		{ "123456789012345678901234567890123456789", "nothing" },
		{ "1000000000000000000000000000000.0000", "nothing" },
		{ "1234567890123456789012345678901234567891",
		  "takes more than 128 bits" },
		{ "0.1234567890123456789012345678901234567891",
		  "takes more than 128 bits" },
		{ "1e39", "takes more than 128 bits" },
		{ "1e-39", "takes more than 128 bits" },
		{ "1e999999999999", "takes more than 128 bits" },
		{ "1e-999999999999", "takes more than 128 bits" },
		{ "0", "is zero" },
		{ "0.00", "is zero" },
		{ "0e-999999999", "is zero" },
		{ "-1", "is negative" },
		{ "-0", "is negative" },
		{ "", "is not a decimal number" },
		{ " 1", "is not a decimal number" },
		{ "+1", "is not a decimal number" },
		{ "01", "is not a decimal number" },
		{ ".5", "is not a decimal number" },
		{ "1.", "is not a decimal number" },
		{ "1,5", "is not a decimal number" },
		{ "0x10", "is not a decimal number" },
		{ "NaN", "is not a decimal number" },
		{ "Infinity", "is not a decimal number" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(wrong_with(table[i].decimal),
				    table[i].wrong);
}

static bool add(struct prices *prices, const char *code, uint64_t worth)
{
	struct price_words problem;

	return prices_add(prices, ilp_text(code),
			  (struct ilp_rate){ worth, 1 }, PRICE_UNTOLD,
			  &problem);
}

static void what_was_added_is_found_in_any_order(void)
{
	static struct prices prices;
	struct random_source random = random_start();
	uint64_t worths[PRICES_MAX] = { 0 };
	char code[PRICE_CODE_SIZE];

	prices.count = 0;
	while (prices.count < PRICES_MAX) {
		uint64_t i = random_below(&random, PRICES_MAX);
		bool is_new = worths[i] == 0;

		snprintf(code, sizeof(code), "C%" PRIu64, i);
		CHECK((prices_find(&prices, code) == NULL) == is_new);
		CHECK(add(&prices, code, i + 1) == is_new);
		worths[i] = i + 1;
	}
	for (uint64_t i = 0; i < PRICES_MAX; i++) {
		snprintf(code, sizeof(code), "C%" PRIu64, i);
		CHECK(prices_find(&prices, code)->worth.numerator == i + 1);
	}
	CHECK(!prices_find(&prices, "C"));
	CHECK(!prices_find(&prices, "D"));
	CHECK(!add(&prices, "one-more", 1));
	CHECK_INT(prices.count, PRICES_MAX);
}

static void a_code_has_up_to_23_visible_characters(void)
{
	static struct prices prices;

	prices.count = 0;
	CHECK(add(&prices, "12345678901234567890123", 1));
	CHECK(add(&prices, "$x~", 1));
	CHECK(!add(&prices, "123456789012345678901234", 1));
	CHECK(!add(&prices, "", 1));
	CHECK(!add(&prices, "A B", 1));
	CHECK(!add(&prices, "A\x7f", 1));
	CHECK(!add(&prices, "\xe2\x82\xac", 1));
	CHECK(!add(&prices, "A\n", 1));
	CHECK_INT(prices.count, 2);
}

static void two_prices_of_one_asset_are_told(void)
{
	static struct prices prices;
	struct price_words problem;

	prices.count = 0;
	CHECK(add(&prices, "XRP", 2));
	CHECK(!prices_add(&prices, ilp_text("XRP"), ILP_RATE_ONE, 0, &problem));
	assert_string_equal(problem.text, "XRP has two prices");
	CHECK(prices_find(&prices, "XRP")->worth.numerator == 2);
}

TESTS(TEST(a_price_is_a_decimal_number_above_zero),
      TEST(what_was_added_is_found_in_any_order),
      TEST(a_code_has_up_to_23_visible_characters),
      TEST(two_prices_of_one_asset_are_told))
