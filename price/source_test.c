/* SPDX-License-Identifier: Apache-2.0 */
#include "price/source.h"

#include "test/check.h"
#include "test/random.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)

/* 2024-04-05T15:00:00Z, some days after the machine was started. */
#define WALL_MS INT64_C(1712329200000)
#define START_US INT64_C(300000000000)

static struct ilp_time after(int64_t us)
{
	return (struct ilp_time){ START_US + us, WALL_MS + us / 1000 };
}

static const struct source_options rafiki = {
	.name = "rafiki",
	.kind = SOURCE_JSON,
	.place = SOURCE_HTTP,
	.location = "http://localhost/rates?base=USD",
	.header = "x-api-key: secret",
	.form = &json_form_rafiki,
	.refresh_us = MINUTE_US,
	.timeout_us = 5 * SECOND_US,
	.age_max_us = 3 * MINUTE_US,
	.bytes_max = 4096,
};

static struct source *start(const struct source_options *options)
{
	struct source *s = source_create(options, 7);

	assert_non_null(s);
	return s;
}

/* The id of the fetch that is wanted now; 0: none is. */
static uint64_t wanted(struct source *s, struct ilp_time now)
{
	struct source_fetch fetch;

	return source_next_fetch(s, now, &fetch) ? fetch.id : 0;
}

static bool answer(struct source *s, struct ilp_time now, uint64_t id,
		   const char *body)
{
	const struct source_answer answer = { 200, ilp_text(body),
					      PRICE_UNTOLD };

	return source_fetched(s, now, id, &answer);
}

#define EUR(rate) "{\"base\":\"USD\",\"rates\":{\"EUR\":" rate "}}"

static bool is_price(const struct source *s, const char *code,
		     uint64_t numerator, uint64_t denominator,
		     int64_t born_after_us)
{
	struct source_price price;

	return source_price(s, code, &price) &&
	       price.worth.numerator == numerator &&
	       price.worth.denominator == denominator &&
	       price.born_us == START_US + born_after_us &&
	       price.expires_us ==
		       price.born_us + source_options(s)->age_max_us;
}

static void a_fetch_is_wanted_at_once_and_once(void)
{
	struct source *s = start(&rafiki);
	struct source_fetch fetch;
	struct source_price price;

	CHECK(source_deadline_us(s) <= START_US);
	CHECK(source_next_fetch(s, after(0), &fetch));
	CHECK_INT(fetch.place, SOURCE_HTTP);
	assert_string_equal(fetch.location, rafiki.location);
	assert_string_equal(fetch.header, rafiki.header);
	CHECK_INT(fetch.bytes_max, 4096);
	CHECK_INT(fetch.give_up_us, START_US + 5 * SECOND_US);
	CHECK_INT(source_deadline_us(s), START_US + 5 * SECOND_US);
	CHECK(!source_next_fetch(s, after(0), &fetch));
	CHECK(!source_price(s, "EUR", &price));
	assert_string_equal(source_problem(s), "");
	source_destroy(s);
}

static void an_answer_counts_from_when_it_came(void)
{
	struct source *s = start(&rafiki);
	uint64_t id = wanted(s, after(0));

	CHECK(answer(s, after(SECOND_US), id, EUR("0.8")));
	CHECK(is_price(s, "EUR", 5, 4, SECOND_US));
	CHECK(is_price(s, "USD", 1, 1, SECOND_US));
	CHECK(!is_price(s, "XRP", 1, 1, SECOND_US));
	CHECK_INT(source_deadline_us(s), START_US + SECOND_US + MINUTE_US);
	CHECK(!wanted(s, after(SECOND_US + MINUTE_US - 1)));
	id = wanted(s, after(SECOND_US + MINUTE_US));
	CHECK(id);
	CHECK(answer(s, after(2 * SECOND_US + MINUTE_US), id, EUR("0.5")));
	CHECK(is_price(s, "EUR", 2, 1, 2 * SECOND_US + MINUTE_US));
	source_destroy(s);
}

static void what_is_wrong_anywhere_changes_nothing(void)
{
	static const struct {
		struct source_answer answer;
		const char *body, *problem;
	} table[] = {
		{ { .status = 503 }, EUR("1"), "HTTP status 503" },
		{ { .status = 404 }, EUR("1"), "HTTP status 404" },
		{ { .status = 204 }, "", "HTTP status 204" },
		{ { .status = 200 }, "", "line 1, column 1: expected a value" },
		{ { .status = 200 },
		  "{\"base\":\"USD\",\"rates\":{\"EUR\":1,\"XRP\":0}}",
		  "rates.XRP: is zero" },
	};
	struct source *s = start(&rafiki);
	int64_t now_us = 0;

	CHECK(answer(s, after(0), wanted(s, after(0)), EUR("0.8")));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct source_answer a = table[i].answer;
		uint64_t id;

		a.body = ilp_text(table[i].body);
		a.modified_ms = PRICE_UNTOLD;
		now_us = source_deadline_us(s) - START_US;
		id = wanted(s, after(now_us));
		CHECK(!source_fetched(s, after(now_us), id, &a));
		assert_string_equal(source_problem(s), table[i].problem);
		CHECK(is_price(s, "EUR", 5, 4, 0));
		CHECK(!is_price(s, "XRP", 1, 1, 0));
	}
	now_us = source_deadline_us(s) - START_US;
	CHECK(answer(s, after(now_us), wanted(s, after(now_us)), EUR("0.5")));
	assert_string_equal(source_problem(s), "");
	CHECK(is_price(s, "EUR", 2, 1, now_us));
	source_destroy(s);
}

static void an_answer_that_is_too_large_is_not_read(void)
{
	static char body[4098];
	struct source *s = start(&rafiki);

	memset(body, ' ', sizeof(body) - 1);
	memcpy(body, EUR("1"), strlen(EUR("1")));
	CHECK(!answer(s, after(0), wanted(s, after(0)), body));
	assert_string_equal(source_problem(s), "more than 4096 bytes");
	body[4096] = '\0';
	CHECK(answer(s, after(MINUTE_US), wanted(s, after(MINUTE_US)), body));
	source_destroy(s);
}

static void no_answer_in_time_is_a_failure(void)
{
	struct source *s = start(&rafiki);
	uint64_t late = wanted(s, after(0));
	struct source_price price;
	uint64_t id;

	/* still asleep when the time is over */
	CHECK(!answer(s, after(5 * SECOND_US), late, EUR("1")));
	CHECK(!wanted(s, after(5 * SECOND_US)));
	assert_string_equal(source_problem(s), "no answer within 5000 ms");
	CHECK(!source_price(s, "EUR", &price));
	id = wanted(s, after(6 * SECOND_US));
	CHECK(id && id != late);
	CHECK(!answer(s, after(6 * SECOND_US), late, EUR("1")));
	source_failed(s, after(6 * SECOND_US), late, "late");
	assert_string_equal(source_problem(s), "no answer within 5000 ms");
	CHECK(answer(s, after(6 * SECOND_US), id, EUR("0.8")));
	CHECK(!answer(s, after(6 * SECOND_US), id, EUR("1")));
	CHECK(!answer(s, after(6 * SECOND_US), id + 1, EUR("1")));
	CHECK(is_price(s, "EUR", 5, 4, 6 * SECOND_US));
	source_destroy(s);
}

/* Fails so many times; how long the last wait is. */
static int64_t wait_after(const struct source_options *options, int failures,
			  uint64_t seed)
{
	struct source *s = source_create(options, seed);
	int64_t now_us = 0, wait_us = 0;

	for (int i = 0; i < failures; i++) {
		uint64_t id = wanted(s, after(now_us));

		CHECK(id);
		source_failed(s, after(now_us), id, "connection refused");
		wait_us = source_deadline_us(s) - START_US - now_us;
		now_us += wait_us;
	}
	assert_string_equal(source_problem(s), "connection refused");
	source_destroy(s);
	return wait_us;
}

static void failures_are_waited_out_for_longer_and_longer(void)
{
	struct source_options daily = rafiki;
	bool differ = false;

	daily.refresh_us = 60 * MINUTE_US;
	for (uint64_t seed = 0; seed < 50; seed++) {
		for (int failures = 1; failures <= 6; failures++) {
			int64_t most = SECOND_US << (failures - 1);
			int64_t wait = wait_after(&rafiki, failures, seed);

			CHECK(wait >= most / 2 && wait <= most);
			differ |= wait != wait_after(&rafiki, failures,
						     seed + 1);
		}
		CHECK(wait_after(&rafiki, 40, seed) >= MINUTE_US / 2);
		CHECK(wait_after(&rafiki, 40, seed) <= MINUTE_US);
		CHECK(wait_after(&daily, 40, seed) >= 30 * MINUTE_US);
		CHECK(wait_after(&daily, 40, seed) <= 60 * MINUTE_US);
	}
	CHECK(differ);
}

static void a_good_answer_ends_the_failures(void)
{
	struct source *s = start(&rafiki);
	int64_t now_us = 0;

	for (int i = 0; i < 5; i++) {
		source_failed(s, after(now_us), wanted(s, after(now_us)), "x");
		now_us = source_deadline_us(s) - START_US;
	}
	CHECK(answer(s, after(now_us), wanted(s, after(now_us)), EUR("1")));
	now_us = source_deadline_us(s) - START_US;
	source_failed(s, after(now_us), wanted(s, after(now_us)), "x");
	CHECK(source_deadline_us(s) - START_US - now_us <= SECOND_US);
	source_destroy(s);
}

static const struct json_name names[] = { { "ripple", "XRP" } };

static struct source_options coingecko(struct json_form *form)
{
	struct source_options options = rafiki;

	*form = json_form_coingecko;
	form->names = names;
	form->name_count = 1;
	options.form = form;
	return options;
}

static void a_price_is_as_old_as_its_source_says(void)
{
	struct json_form form;
	const struct source_options options = coingecko(&form);
	struct source *s = start(&options);

	/* 100 s before it was fetched */
	CHECK(answer(s, after(0), wanted(s, after(0)),
		     "{\"ripple\":{\"usd\":2.4,"
		     "\"last_updated_at\":1712329100}}"));
	CHECK(is_price(s, "XRP", 12, 5, -100 * SECOND_US));
	CHECK(is_price(s, "USD", 1, 1, 0));
	/* our clock is a little behind */
	CHECK(answer(s, after(MINUTE_US), wanted(s, after(MINUTE_US)),
		     "{\"ripple\":{\"usd\":2.4,"
		     "\"last_updated_at\":1712329860}}"));
	CHECK(is_price(s, "XRP", 12, 5, MINUTE_US));
	source_destroy(s);
}

static void a_price_from_the_future_is_refused(void)
{
	struct json_form form;
	const struct source_options options = coingecko(&form);
	struct source *s = start(&options);

	CHECK(!answer(s, after(0), wanted(s, after(0)),
		      "{\"ripple\":{\"usd\":2.4,"
		      "\"last_updated_at\":1712329801}}"));
	assert_string_equal(source_problem(s),
			    "the price of XRP is of 2024-04-05T15:10:01.000Z, "
			    "which is in the future; is the clock right?");
	source_destroy(s);
}

static void a_file_is_as_old_as_its_last_change(void)
{
	struct source_options options = rafiki;
	struct source_answer a = { 200, ilp_text(EUR("0.8")),
				   WALL_MS - 30000 };
	struct source_fetch fetch;
	struct source *s;

	options.place = SOURCE_FILE;
	options.location = "/etc/rates.json";
	options.header = NULL;
	s = start(&options);
	CHECK(source_next_fetch(s, after(0), &fetch));
	CHECK_INT(fetch.place, SOURCE_FILE);
	CHECK(source_fetched(s, after(0), fetch.id, &a));
	CHECK(is_price(s, "EUR", 5, 4, -30 * SECOND_US));
	a.modified_ms = WALL_MS + 60000 + SOURCE_AHEAD_MAX_MS + 1;
	CHECK(!source_fetched(s, after(MINUTE_US),
			      wanted(s, after(MINUTE_US)), &a));
	assert_string_equal(source_problem(s),
			    "the file was changed in the future; is the clock "
			    "right?");
	source_destroy(s);
}

static void the_central_bank_is_read_as_xml(void)
{
	struct source_options options = rafiki;
	struct source *s;

	options.kind = SOURCE_ECB;
	s = start(&options);
	CHECK(!answer(s, after(0), wanted(s, after(0)), EUR("0.8")));
	CHECK(answer(s, after(MINUTE_US), wanted(s, after(MINUTE_US)),
		     "<g:Envelope xmlns:g='http://www.gesmes.org/xml/"
		     "2002-08-01' xmlns='http://www.ecb.int/vocabulary/"
		     "2002-08-01/eurofxref'><Cube><Cube time='2024-04-05'>"
		     "<Cube currency='USD' rate='1.25'/></Cube></Cube>"
		     "</g:Envelope>"));
	/* the day had begun 15 hours and a minute before */
	CHECK(is_price(s, "USD", 4, 5, -15 * 60 * MINUTE_US));
	source_destroy(s);
}

static void without_a_bound_prices_never_age(void)
{
	struct source_options options = rafiki;
	struct source_price price;
	struct source *s;

	options.age_max_us = ILP_NEVER_US;
	s = start(&options);
	CHECK(answer(s, after(0), wanted(s, after(0)), EUR("1")));
	CHECK(source_price(s, "EUR", &price));
	CHECK(price.expires_us == ILP_NEVER_US);
	source_destroy(s);
}

static void what_stands_still_is_never_fetched(void)
{
	static struct prices table, like;
	const struct source_options one = { .name = "one",
					    .kind = SOURCE_ONE_TO_ONE,
					    .fixed = &like };
	const struct source_options fixed = { .name = "fixed",
					      .kind = SOURCE_FIXED,
					      .fixed = &table };
	struct source *a = start(&one), *b = start(&fixed);
	struct price_words problem;
	struct source_price price;

	CHECK(prices_add(&table, ilp_text("EUR"), (struct ilp_rate){ 5, 4 },
			 PRICE_UNTOLD, &problem));
	CHECK(prices_add(&like, ilp_text("TST"), ILP_RATE_ONE, PRICE_UNTOLD,
			 &problem));
	CHECK(!wanted(a, after(0)) && !wanted(b, after(0)));
	CHECK(source_deadline_us(a) == ILP_NEVER_US);
	CHECK(source_deadline_us(b) == ILP_NEVER_US);
	CHECK(!source_price(a, "EUR", &price));
	CHECK(source_price(a, "TST", &price));
	CHECK(price.worth.numerator == 1 && price.worth.denominator == 1);
	CHECK(price.expires_us == ILP_NEVER_US);
	CHECK(source_price(b, "EUR", &price));
	CHECK(price.worth.numerator == 5 && price.worth.denominator == 4);
	CHECK(price.expires_us == ILP_NEVER_US);
	CHECK(!source_price(b, "USD", &price));
	source_destroy(a);
	source_destroy(b);
}

TESTS(TEST(a_fetch_is_wanted_at_once_and_once),
      TEST(an_answer_counts_from_when_it_came),
      TEST(what_is_wrong_anywhere_changes_nothing),
      TEST(an_answer_that_is_too_large_is_not_read),
      TEST(no_answer_in_time_is_a_failure),
      TEST(failures_are_waited_out_for_longer_and_longer),
      TEST(a_good_answer_ends_the_failures),
      TEST(a_price_is_as_old_as_its_source_says),
      TEST(a_price_from_the_future_is_refused),
      TEST(a_file_is_as_old_as_its_last_change),
      TEST(the_central_bank_is_read_as_xml),
      TEST(without_a_bound_prices_never_age),
      TEST(what_stands_still_is_never_fetched))
