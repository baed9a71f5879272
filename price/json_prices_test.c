/* SPDX-License-Identifier: Apache-2.0 */
#include "price/json_prices.h"

#include "test/check.h"
#include "test/random.h"

static struct prices prices;
static struct price_words problem;

static bool read(const struct json_form *form, const char *text)
{
	struct ilp_bytes copy = exact_copy(ilp_text(text));
	bool good = json_prices_read(&prices, form, copy, &problem);

	exact_free(copy);
	return good;
}

static void check_price(const char *code, uint64_t numerator,
			uint64_t denominator, int64_t as_of_ms)
{
	const struct price *price = prices_find(&prices, code);

	assert_non_null(price);
	CHECK(price->worth.numerator == numerator);
	CHECK(price->worth.denominator == denominator);
	CHECK_INT(price->as_of_ms, as_of_ms);
}

static const struct json_name gecko_names[] = {
	{ "ripple", "XRP" },
	{ "bitcoin", "BTC" },
};

static struct json_form coingecko(void)
{
	struct json_form form = json_form_coingecko;

	form.names = gecko_names;
	form.name_count = 2;
	return form;
}

static const struct json_name cap_names[] = { { "xrp", "XRP" } };

static struct json_form coincap(void)
{
	struct json_form form = json_form_coincap;

	form.names = cap_names;
	form.name_count = 1;
	return form;
}

/* In Rafiki a rate is how many of the asset one of the base buys. */
static void rafikis_rates_are_counted_by_the_base(void)
{
	CHECK(read(&json_form_rafiki,
		   "{\"base\":\"USD\",\"rates\":{\"EUR\":0.9,\"XRP\":\"2.5\","
		   "\"MXN\":1.66e1,\"USD\":1.0}}"));
	CHECK_INT(prices.count, 4);
	check_price("USD", 1, 1, PRICE_UNTOLD);
	check_price("EUR", 10, 9, PRICE_UNTOLD);
	check_price("XRP", 2, 5, PRICE_UNTOLD);
	check_price("MXN", 5, 83, PRICE_UNTOLD);
}

static void coingeckos_prices_are_costs_with_times_of_their_own(void)
{
	const struct json_form form = coingecko();

	CHECK(read(&form,
		   "{\"bitcoin\":{\"usd\":67187.3358936566,"
		   "\"last_updated_at\":1711356300},\"dogecoin\":{},"
		   "\"ripple\":{\"last_updated_at\":1711983682,"
		   "\"usd\":2.4,\"usd_24h_change\":-3.6}}"));
	CHECK_INT(prices.count, 3);
	check_price("USD", 1, 1, PRICE_UNTOLD);
	check_price("XRP", 12, 5, INT64_C(1711983682000));
	check_price("BTC", 335936679468283, 5000000000,
		    INT64_C(1711356300000));
}

static void coincaps_assets_are_a_list_of_one_time(void)
{
	const struct json_form form = coincap();

	CHECK(read(&form, "{\"data\":[{\"id\":\"bitcoin\",\"symbol\":\"BTC\","
			  "\"priceUsd\":null},{\"id\":\"xrp\",\"rank\":\"4\","
			  "\"symbol\":\"XRP\",\"priceUsd\":\"2.41\"}],"
			  "\"timestamp\":1711983682123}"));
	CHECK_INT(prices.count, 2);
	check_price("XRP", 241, 100, INT64_C(1711983682123));
}

static void a_form_of_ones_own_goes_by_its_paths(void)
{
	static const struct json_name names[] = { { "a.b", "AB" },
						  { "\xc3\xa9", "E" } };
	const struct json_form form = {
		.list = "answer.markets",
		.name = "asset.called",
		.price = "last.value",
		.meaning = JSON_PER_BASE,
		.base = "answer.unit",
		.entry_time = "last.at",
		.time_unit_ms = 1000,
		.names = names,
		.name_count = 2,
	};

	CHECK(read(&form,
		   "{\"answer\":{\"unit\":\"CHF\",\"markets\":["
		   "{\"asset\":{\"called\":\"\\u0061.b\"},"
		   "\"last\":{\"value\":4,\"at\":\"17\"}},"
		   "{\"asset\":{\"called\":\"\\u00e9\"},"
		   "\"last\":{\"value\":\"0.5\",\"at\":0}}]}}"));
	check_price("CHF", 1, 1, PRICE_UNTOLD);
	check_price("AB", 1, 4, 17000);
	check_price("E", 2, 1, 0);
}

struct refused {
	const char *text, *problem;
};

static void check_refused(const struct json_form *form,
			  const struct refused *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CHECK(!read(form, table[i].text));
		assert_string_equal(problem.text, table[i].problem);
	}
}

#define CHECK_REFUSED(form, table)                                             \
	check_refused(form, table, sizeof(table) / sizeof(table[0]))
#define RATES(rates) "{\"base\":\"USD\",\"rates\":{" rates "}}"

static void what_is_wrong_with_a_price_is_told_by_its_path(void)
{
	static const struct refused table[] = {
		{ RATES("\"EUR\":0"), "rates.EUR: is zero" },
		{ RATES("\"EUR\":\"0.0\""), "rates.EUR: is zero" },
		{ RATES("\"EUR\":-1"), "rates.EUR: is negative" },
		{ RATES("\"EUR\":\"-1\""), "rates.EUR: is negative" },
		{ RATES("\"EUR\":1e999999999"),
		  "rates.EUR: takes more than 128 bits" },
		{ RATES("\"EUR\":1e-40"),
		  "rates.EUR: takes more than 128 bits" },
		{ RATES("\"EUR\":\"1 \""),
		  "rates.EUR: is not a decimal number" },
		{ RATES("\"EUR\":\"\""),
		  "rates.EUR: is not a decimal number" },
		{ RATES("\"EUR\":null"),
		  "rates.EUR: expected a number, or one in a string" },
		{ RATES("\"EUR\":{}"),
		  "rates.EUR: expected a number, or one in a string" },
		{ RATES("\"EUR\":1,\"EUR\":1"),
		  "rates.EUR: EUR has two prices" },
		{ RATES("\"EUR\":1,\"\\u0045UR\":1"),
		  "rates.EUR: EUR has two prices" },
		{ RATES("\"USD\":1.01"), "rates.USD: is the base, and not 1" },
		{ RATES("\"E R\":1"), "rates.E R: 'E R' is no code of an "
				      "asset" },
		{ RATES("\"\":1"), "rates.: '' is no code of an asset" },
		{ RATES("\"E\\u0000\":1"), "rates.a key: has a zero byte in "
					   "it" },
		{ RATES(""), "rates: has no price in it" },
		{ RATES("\"USD\":1"), "rates: has no price in it" },
	};

	CHECK_REFUSED(&json_form_rafiki, table);
}

static void what_is_wrong_with_the_document_is_told(void)
{
	static const struct refused table[] = {
		{ "", "line 1, column 1: expected a value" },
		{ "{\n \"base\":\"USD\",}",
		  "line 2, column 15: expected a key in double quotes" },
		{ "[]", "rates: is not there" },
		{ "{}", "rates: is not there" },
		{ "{\"base\":\"USD\",\"rates\":[]}",
		  "rates: expected an object" },
		{ "{\"base\":\"USD\",\"rates\":null}",
		  "rates: expected an object" },
		{ "{\"rates\":{\"EUR\":1}}", "base: is not there" },
		{ "{\"base\":1,\"rates\":{\"EUR\":1}}",
		  "base: expected a string of up to 128 bytes" },
		{ "{\"base\":\"U D\",\"rates\":{\"EUR\":1}}",
		  "base: 'U D' is no code of an asset" },
		{ "{\"base\":\"USD\",\"base\":\"USD\",\"rates\":{\"EUR\":1}}",
		  "base: is there twice" },
		{ "{\"base\":\"USD\",\"rates\":{},\"rates\":{\"EUR\":1}}",
		  "rates: is there twice" },
	};

	CHECK_REFUSED(&json_form_rafiki, table);
}

#define XRP(members)                                                           \
	"{\"bitcoin\":{\"usd\":1,\"last_updated_at\":1}," members "}"

static void what_was_asked_for_must_be_there_once(void)
{
	static const struct refused table[] = {
		{ "[]", "the document: expected an object" },
		{ "{\"bitcoin\":{\"usd\":1,\"last_updated_at\":1}}",
		  "ripple: is not there" },
		{ XRP("\"ripple\":{}"), "ripple.usd: is not there" },
		{ XRP("\"ripple\":1"), "ripple.usd: is not there" },
		{ XRP("\"ripple\":{\"usd\":1}"),
		  "ripple.last_updated_at: is not there" },
		{ XRP("\"ripple\":{\"usd\":1,\"usd\":2,"
		      "\"last_updated_at\":1}"),
		  "ripple.usd: is there twice" },
		{ XRP("\"ripple\":{\"usd\":1,\"last_updated_at\":1.5}"),
		  "ripple.last_updated_at: expected a whole number" },
		{ XRP("\"ripple\":{\"usd\":1,\"last_updated_at\":-1}"),
		  "ripple.last_updated_at: expected a whole number" },
		{ XRP("\"ripple\":{\"usd\":1,\"last_updated_at\":"
		      "253402300800}"),
		  "ripple.last_updated_at: lies past the year 9999" },
		{ XRP("\"ripple\":{\"usd\":1,\"last_updated_at\":1},"
		      "\"ripple\":{\"usd\":1,\"last_updated_at\":1}"),
		  "ripple.usd: XRP has two prices" },
	};
	const struct json_form form = coingecko();

	CHECK_REFUSED(&form, table);
}

static void each_item_of_a_list_must_say_what_it_is(void)
{
	static const struct refused table[] = {
		{ "{\"data\":{},\"timestamp\":1}", "data: expected an array" },
		{ "{\"data\":[]}", "timestamp: is not there" },
		{ "{\"data\":[],\"timestamp\":1}", "data.xrp: is not there" },
		{ "{\"data\":[{\"id\":\"a\"},{}],\"timestamp\":1}",
		  "data.1.id: is not there" },
		{ "{\"data\":[{\"id\":7}],\"timestamp\":1}",
		  "data.0.id: expected a string of up to 128 bytes" },
		{ "{\"data\":[{\"id\":\"xrp\"}],\"timestamp\":1}",
		  "data.xrp.priceUsd: is not there" },
	};
	const struct json_form form = coincap();

	CHECK_REFUSED(&form, table);
}

static void no_part_of_it_is_taken_for_the_whole(void)
{
	static const char text[] = RATES("\"EUR\":0.9,\"XRP\":\"2.5\"");
	char part[sizeof(text)];

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		memcpy(part, text, len);
		part[len] = '\0';
		problem.text[0] = '\0';
		CHECK(!read(&json_form_rafiki, part));
		CHECK(problem.text[0]);
	}
	CHECK(read(&json_form_rafiki, text));
}

static void there_is_a_bound_on_prices_and_on_values(void)
{
	static char text[1 << 18];
	size_t len;

	for (int count = PRICES_MAX - 1; count <= PRICES_MAX; count++) {
		len = (size_t)sprintf(text, "{\"base\":\"USD\",\"rates\":{");
		for (int i = 0; i < count; i++)
			len += (size_t)sprintf(text + len, "%s\"C%d\":1",
					       i ? "," : "", i);
		strcpy(text + len, "}}");
		/* the base is one of them */
		CHECK(read(&json_form_rafiki, text) == (count < PRICES_MAX));
	}
	assert_string_equal(problem.text,
			    "rates.C511: more than 512 prices");
	memset(text, ',', sizeof(text));
	for (size_t i = 0; i < 140000; i += 2)
		text[i] = '1';
	text[0] = '[';
	strcpy(text + 139999, "]");
	text[1] = '1';
	CHECK(!read(&json_form_rafiki, text));
	assert_non_null(strstr(problem.text,
			       "larger than there is room for"));
}

/* Digits and a power of ten, written in one of many ways. */
static void write_number(struct random_source *r, char *out, uint64_t digits,
			 int places)
{
	char plain[64];
	int len = snprintf(plain, sizeof(plain), "%0*" PRIu64, places + 1,
			   digits);
	int zeros = (int)random_below(r, 3);
	int shift = (int)random_below(r, 5);

	if (random_below(r, 2))
		sprintf(out, "%" PRIu64 "%.*se-%d", digits, shift, "0000",
			places + shift);
	else
		sprintf(out, "%.*s%s%s%.*s", len - places, plain,
			places + zeros ? "." : "", plain + len - places, zeros,
			"00");
}

/* numerator ÷ denominator = digits ÷ 10^places, multiplied out. */
static bool equals(struct ilp_rate worth, uint64_t digits, int places)
{
	ilp_u128 power = 1;

	for (int i = 0; i < places; i++)
		power *= 10;
	return worth.numerator * power == worth.denominator * digits;
}

static void every_decimal_becomes_exactly_its_fraction(void)
{
	struct random_source random = random_start();
	struct json_form form = { .list = "",
				  .price = "",
				  .base_code = "USD" };
	char number[128], text[256];

	for (int i = 0; i < 20000; i++) {
		int places = (int)random_below(&random, 19);
		uint64_t digits = 1 + random_wide(&random) %
					      UINT64_C(1000000000000000000);
		const char *quote = random_below(&random, 2) ? "\"" : "";
		struct ilp_rate worth;

		write_number(&random, number, digits, places);
		sprintf(text, "{\"XRP\":%s%s%s}", quote, number, quote);
		form.meaning = (enum json_meaning)random_below(&random, 2);
		CHECK(read(&form, text));
		worth = prices_find(&prices, "XRP")->worth;
		if (form.meaning == JSON_PER_BASE)
			worth = price_inverse(worth);
		CHECK(equals(worth, digits, places));
	}
}

TESTS(TEST(rafikis_rates_are_counted_by_the_base),
      TEST(coingeckos_prices_are_costs_with_times_of_their_own),
      TEST(coincaps_assets_are_a_list_of_one_time),
      TEST(a_form_of_ones_own_goes_by_its_paths),
      TEST(what_is_wrong_with_a_price_is_told_by_its_path),
      TEST(what_is_wrong_with_the_document_is_told),
      TEST(what_was_asked_for_must_be_there_once),
      TEST(each_item_of_a_list_must_say_what_it_is),
      TEST(no_part_of_it_is_taken_for_the_whole),
      TEST(there_is_a_bound_on_prices_and_on_values),
      TEST(every_decimal_becomes_exactly_its_fraction))
