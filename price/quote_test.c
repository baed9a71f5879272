/* SPDX-License-Identifier: Apache-2.0 */
#include "price/quote.h"

#include "price/bound.h"
#include "test/check.h"
#include "test/random.h"

#define AGE_MAX 100

/* 10 %, three times. */
static const struct quote_rule rule = { 100000, 3 };

static struct offer offer(uint64_t worth, uint64_t fetch, int64_t born_us)
{
	return (struct offer){ .worth = { worth, 1000 },
			       .born_us = born_us,
			       .expires_us = born_us + AGE_MAX,
			       .fetch = fetch };
}

static enum quote_news give(struct quote *q, struct offer o, int64_t now_us)
{
	return quote_offer(q, &o, &rule, now_us);
}

static void the_first_price_is_taken_and_what_is_near_follows(void)
{
	struct quote q = { 0 };

	CHECK_INT(quote_offer(&q, NULL, &rule, 0), QUOTE_NOTHING);
	CHECK(!q.known);
	CHECK_INT(give(&q, offer(1000, 1, 0), 0), QUOTE_NOTHING);
	CHECK(q.known && q.price.worth.numerator == 1000);
	CHECK_INT(give(&q, offer(1100, 2, 10), 10), QUOTE_NOTHING);
	CHECK(q.price.worth.numerator == 1100 && q.price.born_us == 10);
	CHECK_INT(give(&q, offer(1000, 3, 20), 20), QUOTE_NOTHING);
	CHECK(q.price.worth.numerator == 1000 && !q.times);
}

static void a_jump_is_held_back_and_told_once(void)
{
	struct quote q = { 0 };

	give(&q, offer(1000, 1, 0), 0);
	CHECK_INT(give(&q, offer(1101, 2, 10), 10), QUOTE_JUMPED);
	CHECK_INT(give(&q, offer(1101, 2, 10), 11), QUOTE_NOTHING);
	CHECK_INT(q.times, 1);
	CHECK_INT(give(&q, offer(1102, 3, 20), 20), QUOTE_NOTHING);
	CHECK_INT(q.times, 2);
	CHECK_INT(give(&q, offer(5000, 4, 30), 30), QUOTE_JUMPED);
	CHECK_INT(q.times, 1);
	CHECK(q.price.worth.numerator == 1000 && q.price.born_us == 0);
}

/* However often it comes. */
static void the_old_price_stays_until_it_is_too_old(void)
{
	struct quote q = { 0 };

	give(&q, offer(1000, 1, 0), 0);
	for (int64_t t = 1; t < AGE_MAX; t++) {
		give(&q, offer(2000, (uint64_t)t + 1, t), t);
		CHECK(q.price.worth.numerator == 1000);
	}
	CHECK_INT(give(&q, offer(2000, 101, AGE_MAX), AGE_MAX), QUOTE_TAKEN);
	CHECK(q.price.worth.numerator == 2000 && !q.times);
}

static void after_that_a_jump_must_come_three_times(void)
{
	struct quote q = { 0 };

	give(&q, offer(1000, 1, 0), 0);
	CHECK_INT(quote_offer(&q, NULL, &rule, 100), QUOTE_AGED);
	CHECK_INT(quote_offer(&q, NULL, &rule, 101), QUOTE_NOTHING);
	CHECK_INT(give(&q, offer(2000, 2, 200), 200), QUOTE_JUMPED);
	CHECK_INT(give(&q, offer(2000, 2, 200), 201), QUOTE_NOTHING);
	CHECK_INT(give(&q, offer(2100, 3, 210), 210), QUOTE_NOTHING);
	CHECK_INT(give(&q, offer(2100, 3, 210), 211), QUOTE_NOTHING);
	CHECK(q.price.worth.numerator == 1000);
	CHECK_INT(give(&q, offer(2200, 4, 220), 220), QUOTE_TAKEN);
	CHECK(q.price.worth.numerator == 2200);
}

static void time_alone_takes_what_has_come_often_enough(void)
{
	struct quote q = { 0 };

	give(&q, offer(1000, 1, 0), 0);
	give(&q, offer(2000, 2, 80), 80);
	give(&q, offer(2000, 3, 81), 81);
	give(&q, offer(2000, 4, 82), 82);
	CHECK_INT(quote_deadline_us(&q, 82), 100);
	CHECK_INT(give(&q, offer(2000, 4, 82), 99), QUOTE_NOTHING);
	CHECK_INT(give(&q, offer(2000, 4, 82), 100), QUOTE_TAKEN);
	CHECK_INT(quote_deadline_us(&q, 100), 182);
	CHECK_INT(quote_deadline_us(&q, 182), ILP_NEVER_US);
}

static void what_is_held_back_grows_old_as_well(void)
{
	struct quote q = { 0 };

	CHECK_INT(quote_deadline_us(&q, 0), ILP_NEVER_US);
	give(&q, offer(1000, 1, 0), 0);
	give(&q, offer(2000, 2, -50), 10);
	CHECK_INT(quote_deadline_us(&q, 10), 50);
	CHECK_INT(quote_deadline_us(&q, 50), 100);
}

static void what_comes_between_ends_the_succession(void)
{
	struct quote q = { 0 };

	give(&q, offer(1000, 1, 0), 0);
	give(&q, offer(2000, 2, 10), 10);
	give(&q, offer(2000, 3, 20), 20);
	give(&q, offer(1000, 4, 30), 30); /* as it was */
	CHECK_INT(q.times, 0);
	CHECK_INT(give(&q, offer(2000, 5, 40), 40), QUOTE_JUMPED);
	quote_offer(&q, NULL, &rule, 50);
	CHECK_INT(q.times, 0);
	CHECK_INT(give(&q, offer(2000, 6, 140), 140), QUOTE_JUMPED);
	CHECK_INT(q.times, 1);
}

static void the_operator_may_believe_it_at_once(void)
{
	struct quote q = { 0 };

	CHECK(!quote_confirm(&q));
	give(&q, offer(1000, 1, 0), 0);
	CHECK(!quote_confirm(&q));
	give(&q, offer(2000, 2, 10), 10);
	CHECK(quote_confirm(&q));
	CHECK(q.price.worth.numerator == 2000 && !q.times);
	CHECK_INT(give(&q, offer(2000, 2, 10), 11), QUOTE_NOTHING);
	CHECK_INT(give(&q, offer(1000, 3, 20), 20), QUOTE_JUMPED);
}

/* An offer near the price, or anywhere. */
static struct offer any_offer(struct random_source *r, const struct quote *q,
			      uint64_t fetch, int64_t now_us)
{
	uint64_t worth = 1 + random_wide(r) % 1000000;

	if (q->known && random_below(r, 2))
		worth = (uint64_t)q->price.worth.numerator *
				(900 + random_below(r, 200)) / 1000 +
			1;
	if (q->times && random_below(r, 2))
		worth = (uint64_t)q->held.worth.numerator;
	return offer(worth, fetch, now_us);
}

/* Whatever is offered: the price moves by more than the bound only when it
 * was too old, and then to what was offered three times in succession. */
static void no_sequence_of_prices_lets_a_jump_through(void)
{
	struct random_source random = random_start();
	struct quote q = { 0 };
	struct offer last[3] = { { .fetch = 0 } };
	unsigned taken = 0, held = 0;
	int64_t now_us = 0;

	for (uint64_t step = 1; step < 200000; step++) {
		struct quote before = q;
		struct offer o = any_offer(&random, &q, step, now_us);
		enum quote_news news = give(&q, o, now_us);

		last[0] = last[1];
		last[1] = last[2];
		last[2] = o;
		CHECK(before.known ||
		      q.price.worth.numerator == o.worth.numerator);
		held += news == QUOTE_JUMPED;
		if (before.known && !bound_holds(before.price.worth,
						 q.price.worth, 100000)) {
			CHECK_INT(news, QUOTE_TAKEN);
			CHECK(now_us >= before.price.expires_us);
			for (int i = 0; i < 2; i++)
				CHECK(bound_holds(last[i].worth,
						  last[i + 1].worth, 100000));
			taken++;
		}
		now_us += (int64_t)random_below(&random, 60);
	}
	CHECK(taken > 100 && held > 1000);
}

TESTS(TEST(the_first_price_is_taken_and_what_is_near_follows),
      TEST(a_jump_is_held_back_and_told_once),
      TEST(the_old_price_stays_until_it_is_too_old),
      TEST(after_that_a_jump_must_come_three_times),
      TEST(time_alone_takes_what_has_come_often_enough),
      TEST(what_is_held_back_grows_old_as_well),
      TEST(what_comes_between_ends_the_succession),
      TEST(the_operator_may_believe_it_at_once),
      TEST(no_sequence_of_prices_lets_a_jump_through))
