/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever comes to the exchange, at any time, gets what the sources say of
 * it, and the thread comes to an end. */
#include "io/rate_feed.h"

#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "price/rates.h"
#include "test/check.h"

/* The measure comes first, as in most nodes. */
enum { USD, EUR, NEXT };

struct stage {
	char path[sizeof("/tmp/rate_feed_test_XXXXXX")];
	struct ilp_crypto *crypto;
	struct config *config;
	struct exchange *exchange;
	struct rate_feed *feed;
	sem_t news;
};

static void wake(void *context)
{
	sem_post(&((struct stage *)context)->news);
}

static void add(struct stage *s, const char *code)
{
	struct ledger_asset asset = { .scale = 0 };

	snprintf(asset.code, sizeof(asset.code), "%s", code);
	CHECK(exchange_add(s->exchange, &asset));
}

static void write_file(struct stage *s, const char *text)
{
	int file;

	strcpy(s->path, "/tmp/rate_feed_test_XXXXXX");
	file = mkstemp(s->path);
	CHECK(file >= 0);
	CHECK(write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);
}

static void configure(struct stage *s)
{
	struct config_error error;
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"address\":\"test.us\",\"rateMeasure\":\"USD\","
		 "\"rateSources\":[{\"kind\":\"file\",\"file\":\"%s\","
		 "\"refresh\":86400000,\"maxAge\":86400000},"
		 "{\"kind\":\"one-to-one\",\"assets\":[\"TST\",\"XTS\"]}]}",
		 s->path);
	s->crypto = ilp_crypto_create();
	s->config = config_parse(ilp_text(text), (struct config_settings){ 0 },
				 s->crypto, &error);
	if (!s->config)
		fail_msg("%s", error.text);
}

/* The file is read once only. Nobody has a thread yet. */
static void open_stage(struct stage *s)
{
	struct price_words problem;

	write_file(s, "{\"base\":\"USD\",\"rates\":{\"EUR\":0.8,\"XRP\":0.5,"
		      "\"TST\":7}}");
	configure(s);
	CHECK(sem_init(&s->news, 0, 0) == 0);
	s->exchange = exchange_create();
	CHECK(s->exchange != NULL);
	add(s, "USD");
	add(s, "EUR");
	s->feed = rate_feed_create(s->config, wake, s, &problem);
	if (!s->feed)
		fail_msg("%s", problem.text);
}

static void close_stage(struct stage *s)
{
	rate_feed_destroy(s->feed);
	exchange_destroy(s->exchange);
	config_destroy(s->config);
	ilp_crypto_destroy(s->crypto);
	sem_destroy(&s->news);
	unlink(s->path);
}

/* Rounds of the owner until there is a rate. */
static struct ilp_rate wait_for_rate(struct stage *s, uint16_t from,
				     uint16_t to)
{
	const struct ilp_rate *rate;

	for (;;) {
		rate_feed_apply(s->feed, s->exchange);
		rate = exchange_rate(s->exchange, from, to, 0);
		if (rate)
			return *rate;
		while (sem_wait(&s->news) != 0)
			;
	}
}

static void check_rate(struct stage *s, uint16_t from, uint16_t to,
		       uint64_t numerator, uint64_t denominator)
{
	struct ilp_rate rate = wait_for_rate(s, from, to);

	CHECK(rate.numerator == numerator);
	CHECK(rate.denominator == denominator);
}

static void an_asset_that_comes_later_has_its_price(void)
{
	struct price_words text;
	struct stage s;

	open_stage(&s);
	CHECK(rate_feed_start(s.feed));
	check_rate(&s, EUR, USD, 5, 4);
	add(&s, "XRP");
	CHECK(!exchange_rate(s.exchange, NEXT, USD, 0));
	check_rate(&s, NEXT, USD, 2, 1);
	check_rate(&s, NEXT, EUR, 8, 5);
	CHECK(!rate_feed_next_alert(s.feed, &text));
	close_stage(&s);
}

static void what_goes_one_to_one_may_come_later_too(void)
{
	struct stage s;

	open_stage(&s);
	CHECK(rate_feed_start(s.feed));
	check_rate(&s, EUR, USD, 5, 4);
	add(&s, "TST");
	add(&s, "XTS");
	check_rate(&s, NEXT, NEXT + 1, 1, 1);
	CHECK(!exchange_rate(s.exchange, NEXT, USD, 0));
	CHECK(!exchange_rate(s.exchange, EUR, NEXT + 1, 0));
	close_stage(&s);
}

/* The bound is one of prices, and the others go on. */
static void assets_that_are_too_many_are_told(void)
{
	struct price_words text;
	struct stage s;
	char code[16];

	open_stage(&s);
	for (int i = 1; i < RATES_ASSETS_MAX; i++) {
		snprintf(code, sizeof(code), "C%d", i);
		add(&s, code);
	}
	rate_feed_apply(s.feed, s.exchange);
	CHECK(!rate_feed_next_alert(s.feed, &text));
	add(&s, "XRP");
	CHECK(rate_feed_start(s.feed));
	check_rate(&s, EUR, USD, 5, 4);
	CHECK(rate_feed_next_alert(s.feed, &text));
	assert_string_equal(text.text, "XRP: it has no price, since there are "
				       "1024 others");
	CHECK(!rate_feed_next_alert(s.feed, &text));
	CHECK(!exchange_rate(s.exchange, RATES_ASSETS_MAX + 1, USD, 0));
	close_stage(&s);
}

TESTS(TEST(an_asset_that_comes_later_has_its_price),
      TEST(what_goes_one_to_one_may_come_later_too),
      TEST(assets_that_are_too_many_are_told))
