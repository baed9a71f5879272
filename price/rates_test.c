/* SPDX-License-Identifier: Apache-2.0 */
#include "price/rates.h"

#include "test/check.h"
#include "test/random.h"

#define SECOND_US INT64_C(1000000)
#define START_MS INT64_C(1712329200000)
#define SOURCES 2

/* Sources, the rates over them, and what time it is. */
struct stage {
	struct source_options options[SOURCES];
	struct source *sources[SOURCES];
	struct rates *rates;
	int64_t now_us;
};

/* 10 %, three times. */
static const struct quote_rule rule = { 100000, 3 };

static struct ilp_time now(const struct stage *s)
{
	return (struct ilp_time){ s->now_us, START_MS + s->now_us / 1000 };
}

/* `market` is young for a minute, and `bank` for an hour; XRP and EUR are
 * wanted, in USD. */
static void start(struct stage *s)
{
	static const struct source_options both = {
		.kind = SOURCE_JSON,
		.place = SOURCE_HTTP,
		.location = "http://localhost/",
		.form = &json_form_rafiki,
		.refresh_us = SECOND_US,
		.timeout_us = SECOND_US,
		.bytes_max = 4096,
	};

	s->now_us = 0;
	s->rates = rates_create("USD", rule);
	assert_non_null(s->rates);
	for (int i = 0; i < SOURCES; i++) {
		s->options[i] = both;
		s->options[i].name = i ? "bank" : "market";
		s->options[i].age_max_us = (i ? 3600 : 60) * SECOND_US;
		s->sources[i] = source_create(&s->options[i], 1);
		CHECK(rates_add_source(s->rates, s->sources[i]));
	}
	CHECK(rates_add_asset(s->rates, "XRP"));
	CHECK(rates_add_asset(s->rates, "EUR"));
	CHECK(rates_add_asset(s->rates, "EUR"));
	CHECK(rates_add_asset(s->rates, "USD"));
}

static void finish(struct stage *s)
{
	rates_destroy(s->rates);
	for (int i = 0; i < SOURCES; i++)
		source_destroy(s->sources[i]);
}

static void pass(struct stage *s, int64_t seconds)
{
	s->now_us += seconds * SECOND_US;
	rates_update(s->rates, s->now_us);
}

/* A source answers now. */
static void answer(struct stage *s, int source, const char *body)
{
	const struct source_answer a = { 200, ilp_text(body), PRICE_UNTOLD };
	struct source_fetch fetch;

	CHECK(source_next_fetch(s->sources[source], now(s), &fetch));
	CHECK(source_fetched(s->sources[source], now(s), fetch.id, &a));
	rates_update(s->rates, s->now_us);
}

static bool is_rate(const struct stage *s, const char *from, const char *to,
		    uint64_t numerator, uint64_t denominator)
{
	struct price_words why;
	struct ilp_rate rate;

	return rates_find(s->rates, from, to, s->now_us, &rate, &why) ==
		       RATES_FOUND &&
	       rate.numerator == numerator && rate.denominator == denominator;
}

static void check_refusal(const struct stage *s, const char *from,
			  const char *to, enum rates_found expected,
			  const char *text)
{
	struct price_words why;
	struct ilp_rate rate;

	CHECK_INT(rates_find(s->rates, from, to, s->now_us, &rate, &why),
		  expected);
	assert_string_equal(why.text, text);
}

static void check_alert(struct stage *s, enum quote_news news, const char *text)
{
	struct rates_alert alert;

	CHECK(rates_next_alert(s->rates, &alert));
	CHECK_INT(alert.news, news);
	assert_string_equal(alert.text.text, text);
	CHECK(!rates_next_alert(s->rates, &alert));
}

#define USD(rates) "{\"base\":\"USD\",\"rates\":{" rates "}}"
#define EUROS(rates) "{\"base\":\"EUR\",\"rates\":{" rates "}}"

static void without_a_price_there_is_no_rate(void)
{
	struct stage s;

	start(&s);
	rates_update(s.rates, 0);
	CHECK(is_rate(&s, "XRP", "XRP", 1, 1));
	CHECK(is_rate(&s, "USD", "USD", 1, 1));
	check_refusal(&s, "XRP", "EUR", RATES_NONE, "there is no price of XRP");
	check_refusal(&s, "USD", "EUR", RATES_NONE, "there is no price of EUR");
	check_refusal(&s, "ABC", "EUR", RATES_NONE, "there is no price of ABC");
	finish(&s);
}

static void rates_are_made_of_the_prices_of_the_measure(void)
{
	struct stage s;

	start(&s);
	answer(&s, 0, EUROS("\"USD\":1.25,\"XRP\":0.5"));
	CHECK(is_rate(&s, "EUR", "USD", 5, 4));
	CHECK(is_rate(&s, "USD", "EUR", 4, 5));
	CHECK(is_rate(&s, "XRP", "EUR", 2, 1));
	CHECK(is_rate(&s, "XRP", "USD", 5, 2));
	CHECK(is_rate(&s, "EUR", "XRP", 1, 2));
	finish(&s);
}

static void the_first_source_counts_that_has_a_young_price(void)
{
	struct stage s;

	start(&s);
	answer(&s, 1, USD("\"EUR\":0.8,\"XRP\":0.5"));
	CHECK(is_rate(&s, "EUR", "USD", 5, 4));
	answer(&s, 0, USD("\"EUR\":0.82"));
	CHECK(is_rate(&s, "EUR", "USD", 50, 41));
	CHECK(is_rate(&s, "XRP", "USD", 2, 1)); /* the bank's */
	CHECK(is_rate(&s, "XRP", "EUR", 41, 25));
	pass(&s, 59);
	CHECK(is_rate(&s, "EUR", "USD", 50, 41));
	CHECK_INT(rates_deadline_us(s.rates, s.now_us), 60 * SECOND_US);
	pass(&s, 1);
	CHECK(is_rate(&s, "EUR", "USD", 5, 4));
	CHECK_INT(rates_deadline_us(s.rates, s.now_us), 3600 * SECOND_US);
	finish(&s);
}

static void a_source_without_the_measure_does_not_count(void)
{
	struct stage s;

	start(&s);
	answer(&s, 0, EUROS("\"XRP\":0.5"));
	check_refusal(&s, "XRP", "USD", RATES_NONE, "there is no price of XRP");
	answer(&s, 1, USD("\"XRP\":0.4"));
	CHECK(is_rate(&s, "XRP", "USD", 5, 2));
	finish(&s);
}

static void no_old_price_is_ever_a_rate(void)
{
	struct stage s;

	start(&s);
	answer(&s, 0, USD("\"EUR\":0.8,\"XRP\":0.5"));
	s.now_us = 60 * SECOND_US - 1;
	CHECK(is_rate(&s, "XRP", "EUR", 8, 5));
	s.now_us++; /* nobody has said a word about it to the rates */
	check_refusal(&s, "XRP", "EUR", RATES_OLD,
		      "the price of XRP is 60 s old, and may be 60 s");
	CHECK(is_rate(&s, "XRP", "XRP", 1, 1));
	pass(&s, 0);
	check_refusal(&s, "USD", "EUR", RATES_OLD,
		      "the price of EUR is 60 s old, and may be 60 s");
	pass(&s, 7140);
	check_refusal(&s, "XRP", "EUR", RATES_OLD,
		      "the price of XRP is 2 h old, and may be 60 s");
	answer(&s, 0, USD("\"EUR\":0.8,\"XRP\":0.5"));
	CHECK(is_rate(&s, "XRP", "EUR", 8, 5));
	finish(&s);
}

static void it_is_told_when_a_price_ends(void)
{
	struct stage s;

	start(&s);
	CHECK_INT(rates_expires_us(s.rates, "EUR"), ILP_NEVER_US);
	answer(&s, 0, USD("\"EUR\":0.8"));
	CHECK_INT(rates_expires_us(s.rates, "EUR"), 60 * SECOND_US);
	CHECK_INT(rates_expires_us(s.rates, "XRP"), ILP_NEVER_US);
	CHECK_INT(rates_expires_us(s.rates, "USD"), ILP_NEVER_US);
	pass(&s, 61);
	CHECK_INT(rates_expires_us(s.rates, "EUR"), 60 * SECOND_US);
	finish(&s);
}

static void what_was_too_old_when_it_came_is_told_so(void)
{
	static const struct json_name names[] = { { "ripple", "XRP" } };
	struct json_form form = json_form_coingecko;
	struct stage s;

	form.names = names;
	form.name_count = 1;
	start(&s);
	s.options[0].form = &form;
	answer(&s, 0,
	       "{\"ripple\":{\"usd\":2,\"last_updated_at\":1712329100}}");
	check_refusal(&s, "XRP", "USD", RATES_OLD,
		      "the price of XRP is 100 s old, and may be 60 s");
	finish(&s);
}

static void a_price_is_as_old_as_the_older_of_its_parts(void)
{
	const struct json_form form = { .list = "",
					.price = "v",
					.base_code = "EUR",
					.entry_time = "t",
					.time_unit_ms = 1000 };
	struct stage s;

	start(&s);
	s.options[0].form = &form;
	answer(&s, 0, "{\"XRP\":{\"v\":1,\"t\":1712329190},"
		      "\"USD\":{\"v\":2,\"t\":1712329170}}");
	CHECK(is_rate(&s, "XRP", "USD", 1, 2));
	CHECK_INT(rates_deadline_us(s.rates, 0), 30 * SECOND_US);
	pass(&s, 30);
	check_refusal(&s, "XRP", "USD", RATES_OLD,
		      "the price of XRP is 60 s old, and may be 60 s");
	finish(&s);
}

static void a_jump_is_held_back_and_the_operator_told(void)
{
	struct price_words text;
	struct stage s;

	start(&s);
	answer(&s, 0, USD("\"EUR\":0.8,\"XRP\":0.5"));
	pass(&s, 10);
	answer(&s, 0, USD("\"EUR\":0.81,\"XRP\":0.05"));
	CHECK(is_rate(&s, "EUR", "USD", 100, 81));
	CHECK(is_rate(&s, "XRP", "USD", 2, 1));
	check_alert(&s, QUOTE_JUMPED,
		    "XRP: market says 20 USD, which is 900 % away from 2; it is "
		    "held back");
	rates_describe(s.rates, "XRP", s.now_us, &text);
	assert_string_equal(text.text, "XRP: 2 USD by market, 10 s old; held "
				       "back: 20 by market, 1 of 3 times");
	pass(&s, 50);
	check_refusal(&s, "XRP", "USD", RATES_OLD,
		      "the price of XRP is 60 s old, and may be 60 s");
	answer(&s, 0, USD("\"EUR\":0.81,\"XRP\":0.05"));
	rates_describe(s.rates, "XRP", s.now_us, &text);
	assert_string_equal(text.text,
			    "XRP: 2 USD by market, 60 s old (too old); held "
			    "back: 20 by market, 2 of 3 times");
	check_alert(&s, QUOTE_AGED,
		    "XRP: the price by market is 60 s old, and no source has "
		    "another that counts");
	pass(&s, 1);
	answer(&s, 0, USD("\"EUR\":0.81,\"XRP\":0.05"));
	CHECK(is_rate(&s, "XRP", "USD", 20, 1));
	check_alert(&s, QUOTE_TAKEN,
		    "XRP: 20 USD by market is the price now, since it came again "
		    "and again; before, it was 2");
	finish(&s);
}

static void another_source_is_no_way_around_the_bound(void)
{
	struct stage s;

	start(&s);
	answer(&s, 1, USD("\"XRP\":2")); /* the wrong way round */
	pass(&s, 1);
	check_refusal(&s, "EUR", "USD", RATES_NONE, "there is no price of EUR");
	answer(&s, 0, USD("\"XRP\":0.5"));
	CHECK(is_rate(&s, "XRP", "USD", 1, 2));
	CHECK(rates_confirm(s.rates, "XRP"));
	CHECK(!rates_confirm(s.rates, "XRP"));
	CHECK(!rates_confirm(s.rates, "ABC"));
	CHECK(is_rate(&s, "XRP", "USD", 2, 1));
	pass(&s, 60);
	check_refusal(&s, "XRP", "USD", RATES_OLD,
		      "the price of XRP is 60 s old, and may be 60 s");
	finish(&s);
}

static void put_one(struct prices *table, const char *code)
{
	struct price_words problem;

	CHECK(prices_add(table, ilp_text(code), ILP_RATE_ONE, PRICE_UNTOLD,
			 &problem));
}

static void one_to_one_is_a_source_as_well(void)
{
	struct prices table = { .count = 0 };
	const struct source_options options = { .name = "tests",
						.kind = SOURCE_ONE_TO_ONE,
						.fixed = &table };
	struct source *source = source_create(&options, 1);
	struct rates *rates = rates_create("USD", rule);
	struct stage s = { .rates = rates, .now_us = INT64_MAX - 1 };
	struct price_words text;

	put_one(&table, "TST");
	put_one(&table, "XTS");
	CHECK(rates_add_source(rates, source));
	CHECK(rates_add_asset(rates, "TST") && rates_add_asset(rates, "XTS"));
	rates_update(rates, s.now_us);
	CHECK(is_rate(&s, "TST", "XTS", 1, 1));
	CHECK_INT(rates_deadline_us(rates, s.now_us), ILP_NEVER_US);
	CHECK_INT(rates_expires_us(rates, "TST"), ILP_NEVER_US);
	rates_describe(rates, "TST", s.now_us, &text);
	assert_string_equal(text.text, "TST: one to one, by tests");
	rates_describe(rates, "ABC", s.now_us, &text);
	assert_string_equal(text.text, "ABC: no price");
	rates_destroy(rates);
	source_destroy(source);
}

/* Wherever such a source stands, and whatever the others have. */
static void what_is_one_to_one_is_never_worth_money(void)
{
	struct prices tables[2] = { { .count = 0 } };
	struct source_options options[2];
	struct source *sources[2];
	struct rates_alert alert;
	struct stage s;

	start(&s);
	for (int i = 0; i < 2; i++) {
		options[i] = (struct source_options){
			.name = "tests",
			.kind = SOURCE_ONE_TO_ONE,
			.fixed = &tables[i],
		};
		sources[i] = source_create(&options[i], 1);
		CHECK(rates_add_source(s.rates, sources[i]));
	}
	put_one(&tables[0], "TST");
	put_one(&tables[0], "XTS");
	put_one(&tables[0], "USD"); /* the measure is not */
	put_one(&tables[1], "YTS");
	CHECK(rates_add_asset(s.rates, "TST"));
	check_refusal(&s, "TST", "XRP", RATES_NONE,
		      "TST is exchanged one to one, but not for XRP");
	answer(&s, 0, USD("\"EUR\":0.8,\"TST\":0.5,\"XTS\":7"));
	CHECK(is_rate(&s, "EUR", "USD", 5, 4));
	CHECK(is_rate(&s, "TST", "XTS", 1, 1));
	CHECK(!rates_next_alert(s.rates, &alert));
	CHECK_INT(rates_expires_us(s.rates, "TST"), ILP_NEVER_US);
	check_refusal(&s, "TST", "USD", RATES_NONE,
		      "TST is exchanged one to one, but not for USD");
	check_refusal(&s, "EUR", "TST", RATES_NONE,
		      "TST is exchanged one to one, but not for EUR");
	check_refusal(&s, "TST", "YTS", RATES_NONE,
		      "TST is exchanged one to one, but not for YTS");
	pass(&s, 60);
	CHECK(is_rate(&s, "TST", "XTS", 1, 1));
	check_refusal(&s, "TST", "EUR", RATES_NONE,
		      "TST is exchanged one to one, but not for EUR");
	CHECK_INT(rates_group(s.rates, "USD"), 0);
	CHECK_INT(rates_group(s.rates, "EUR"), 0);
	CHECK(rates_group(s.rates, "TST") == rates_group(s.rates, "XTS"));
	CHECK(rates_group(s.rates, "TST") != rates_group(s.rates, "YTS"));
	finish(&s);
	source_destroy(sources[0]);
	source_destroy(sources[1]);
}

static void what_no_fraction_is_is_no_rate(void)
{
	struct stage s;

	start(&s);
	answer(&s, 0,
	       USD("\"EUR\":0.1000000000000000000000000000000000001,"
		   "\"XRP\":1000000000000000000000000000000000003"));
	CHECK(is_rate(&s, "XRP", "XRP", 1, 1));
	check_refusal(&s, "XRP", "EUR", RATES_NONE,
		      "the rate from XRP to EUR takes more than 128 bits");
	finish(&s);
}

static void the_bounds_of_the_table_are_kept(void)
{
	struct rates *rates = rates_create("USD", rule);
	static const struct prices none;
	const struct source_options options = { .kind = SOURCE_FIXED,
						.fixed = &none };
	struct source *source = source_create(&options, 1);
	char code[PRICE_CODE_SIZE];

	CHECK(!rates_create("", rule));
	CHECK(!rates_create("123456789012345678901234", rule));
	for (int i = 0; i < RATES_SOURCES_MAX; i++)
		CHECK(rates_add_source(rates, source));
	CHECK(!rates_add_source(rates, source));
	for (int i = 0; i < RATES_ASSETS_MAX; i++) {
		snprintf(code, sizeof(code), "C%d", i);
		CHECK(rates_add_asset(rates, code));
	}
	CHECK(!rates_add_asset(rates, "ABC"));
	CHECK(rates_add_asset(rates, "C0"));
	CHECK(!rates_add_asset(rates, ""));
	CHECK(!rates_add_asset(rates, "123456789012345678901234"));
	rates_destroy(rates);
	source_destroy(source);
}

/* What a packet carries is the floor of the amount times what the texts say,
 * less the spread: here by integers only, from the digits of the texts. */
static void all_is_exact_from_the_text_to_the_packet(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 300; i++) {
		uint64_t euros = 1 + random_below(&random, 99999999);
		uint64_t ripples = 1 + random_below(&random, 99999999);
		uint64_t amount = random_below(&random, 1000000000);
		uint32_t ppm = (uint32_t)random_below(&random, 10000);
		struct price_words why;
		struct ilp_amount out;
		struct ilp_rate rate;
		struct stage s;
		char body[256];

		start(&s);
		snprintf(body, sizeof(body),
			 USD("\"EUR\":%" PRIu64 "e-6,\"XRP\":\"%" PRIu64
			     ".%03" PRIu64 "\""),
			 euros, ripples / 1000, ripples % 1000);
		answer(&s, 0, body);
		CHECK_INT(rates_find(s.rates, "XRP", "EUR", 0, &rate, &why),
			  RATES_FOUND);
		CHECK(!ilp_rate_scale(&rate, rate, 6, 9));
		CHECK(!ilp_rate_spread(&rate, rate, ppm));
		CHECK(!ilp_exchange(&out, &rate, ilp_amount(amount)));
		/* euros e-6 ÷ ripples e-3, and a scale more by 3 */
		CHECK_INT(out.units, (ilp_u128)amount * euros *
					     (1000000 - ppm) /
					     ((ilp_u128)ripples * 1000000));
		finish(&s);
	}
}

/* Reads the alerts, and counts them by their kinds. */
static void count_alerts(struct stage *s, unsigned counts[QUOTE_AGED + 1])
{
	struct rates_alert alert;

	while (rates_next_alert(s->rates, &alert))
		counts[alert.news]++;
}

/* A price of about 1, or now and then of as much as 9. */
static void write_mad(struct random_source *r, char *body, size_t size)
{
	uint64_t price = 1000 + random_below(r, 60);

	if (random_below(r, 40) == 0)
		price += 1000 * random_below(r, 9);
	snprintf(body, size, USD("\"XRP\":%" PRIu64 "e-3"), price);
}

static bool is_within_10_percent(struct ilp_rate a, struct ilp_rate b)
{
	ilp_u128 x = a.numerator * b.denominator;
	ilp_u128 y = b.numerator * a.denominator;

	return x * 10 <= y * 11 && y * 10 <= x * 11;
}

/* The prices of sources that go mad, fall silent and come back: a rate moves
 * by more than the bound only to what has come often enough. */
static void whatever_sources_say_no_rate_jumps(void)
{
	struct random_source random = random_start();
	struct ilp_rate last = { 0, 1 };
	unsigned found = 0, counts[QUOTE_AGED + 1] = { 0 };
	struct stage s;

	start(&s);
	for (int step = 0; step < 20000; step++) {
		int source = (int)random_below(&random, SOURCES);
		unsigned taken = counts[QUOTE_TAKEN];
		struct price_words why;
		struct ilp_rate rate;
		char body[128];

		pass(&s, (int64_t)random_below(&random, 90));
		count_alerts(&s, counts);
		write_mad(&random, body, sizeof(body));
		if (s.now_us >= source_deadline_us(s.sources[source]))
			answer(&s, source, body);
		count_alerts(&s, counts);
		if (rates_find(s.rates, "XRP", "USD", s.now_us, &rate, &why) !=
		    RATES_FOUND)
			continue;
		found++;
		CHECK(last.numerator == 0 || counts[QUOTE_TAKEN] > taken ||
		      is_within_10_percent(last, rate));
		last = rate;
	}
	CHECK(found > 10000 && counts[QUOTE_JUMPED] > 100);
	finish(&s);
}

TESTS(TEST(without_a_price_there_is_no_rate),
      TEST(rates_are_made_of_the_prices_of_the_measure),
      TEST(the_first_source_counts_that_has_a_young_price),
      TEST(a_source_without_the_measure_does_not_count),
      TEST(no_old_price_is_ever_a_rate),
      TEST(it_is_told_when_a_price_ends),
      TEST(what_was_too_old_when_it_came_is_told_so),
      TEST(a_price_is_as_old_as_the_older_of_its_parts),
      TEST(a_jump_is_held_back_and_the_operator_told),
      TEST(another_source_is_no_way_around_the_bound),
      TEST(one_to_one_is_a_source_as_well),
      TEST(what_is_one_to_one_is_never_worth_money),
      TEST(what_no_fraction_is_is_no_rate),
      TEST(the_bounds_of_the_table_are_kept),
      TEST(all_is_exact_from_the_text_to_the_packet),
      TEST(whatever_sources_say_no_rate_jumps))
