/* SPDX-License-Identifier: Apache-2.0 */
/* A bucket gives what has come into it, to the microsecond, and never more:
 * in no stretch of time more than its capacity and what came meanwhile. */
#include "node/limit.h"

#include "test/check.h"
#include "test/random.h"

#define SECOND_US INT64_C(1000000)

static void a_new_bucket_is_full(void)
{
	const struct limit_settings settings = { 1, SECOND_US, 10 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &settings, 10, 5 * SECOND_US));
	CHECK(!limit_take(&limit, &settings, 1, 5 * SECOND_US));
}

static void without_a_period_there_is_no_limit(void)
{
	struct limit limit = { 0 };

	for (int i = 0; i < 10; i++)
		CHECK(limit_take(&limit, &LIMIT_NONE, UINT64_MAX, 0));
}

static void more_than_the_capacity_is_never_there(void)
{
	const struct limit_settings settings = { 100, SECOND_US, 10 };
	struct limit limit = { 0 };

	CHECK(!limit_take(&limit, &settings, 11, 0));
	CHECK(!limit_take(&limit, &settings, UINT64_MAX, INT64_MAX));
	CHECK(limit_take(&limit, &settings, 10, INT64_MAX));
}

static void what_is_refused_takes_nothing(void)
{
	const struct limit_settings settings = { 1, SECOND_US, 10 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &settings, 4, 0));
	CHECK(!limit_take(&limit, &settings, 7, 0));
	CHECK(limit_take(&limit, &settings, 6, 0));
}

static void nothing_can_be_taken_from_an_empty_bucket(void)
{
	const struct limit_settings settings = { 0, SECOND_US, 1 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &settings, 1, 0));
	CHECK(limit_take(&limit, &settings, 0, 0));
	CHECK(!limit_take(&limit, &settings, 1, INT64_MAX));
	CHECK(limit_take(&limit, &settings, 0, INT64_MAX));
}

/* Three tokens a second: the n-th is back after n/3 seconds, rounded up to
 * what the clock can say, however many came before. */
static void each_token_comes_back_to_the_microsecond(void)
{
	const struct limit_settings settings = { 3, SECOND_US, 2 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &settings, 2, 12345));
	for (int64_t n = 1; n < 1000; n++) {
		int64_t there_us = 12345 + (n * SECOND_US + 2) / 3;

		CHECK(!limit_take(&limit, &settings, 1, there_us - 1));
		CHECK(limit_take(&limit, &settings, 1, there_us));
	}
}

/* Looked at each microsecond, a slow bucket fills as fast as one that is left
 * alone. */
static void no_part_of_a_token_is_lost_by_looking(void)
{
	const struct limit_settings settings = { 7, 10000, 100 };
	struct limit limit = { 0 };
	uint64_t given = 0;

	CHECK(limit_take(&limit, &settings, 100, 0));
	for (int64_t now_us = 1; now_us <= 100000; now_us++)
		given += limit_take(&limit, &settings, 1, now_us);
	CHECK_INT(given, 70);
}

static void backwards_time_stands_still(void)
{
	const struct limit_settings settings = { 1, SECOND_US, 2 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &settings, 2, 10 * SECOND_US));
	CHECK(!limit_take(&limit, &settings, 1, 0));
	CHECK(!limit_take(&limit, &settings, 1, 10 * SECOND_US));
	CHECK(!limit_take(&limit, &settings, 1, 11 * SECOND_US - 1));
	CHECK(limit_take(&limit, &settings, 1, 11 * SECOND_US));
}

/* Whoever took much while he might is not kept out for longer than it takes
 * to fill the bucket that he has now. */
static void under_other_settings_a_bucket_is_empty_at_worst(void)
{
	const struct limit_settings large = { 1000, 60 * SECOND_US, 1000000 };
	const struct limit_settings small = { 10, SECOND_US, 10 };
	struct limit limit = { 0 };

	CHECK(limit_take(&limit, &large, 1000000, 0));
	CHECK(!limit_take(&limit, &small, 1, 0));
	CHECK(!limit_take(&limit, &small, 10, SECOND_US - 1));
	CHECK(limit_take(&limit, &small, 10, SECOND_US));
}

static void money_is_taken_a_token_a_unit(void)
{
	const struct limit_settings settings = { 1, SECOND_US, 1000 };
	struct limit limit = { 0 };

	CHECK(!limit_take_amount(&limit, &settings, ilp_amount(1001), 0));
	CHECK(limit_take_amount(&limit, &settings, ilp_amount(999), 0));
	CHECK(!limit_take_amount(&limit, &settings, ilp_amount(2), 0));
	CHECK(limit_take(&limit, &settings, 1, 0));
}

/* What is in the bucket, in tokens × period. */
static void check_against_model(const struct limit_settings *settings,
				struct random_source *r, int64_t step_us)
{
	const ilp_u128 period = (ilp_u128)settings->period_us;
	const ilp_u128 brim = settings->capacity * period;
	struct limit limit = { 0 };
	ilp_u128 content = brim;
	int64_t now_us = (int64_t)random_below(r, 1000);

	for (int i = 0; i < 200; i++) {
		int64_t wait_us =
			(int64_t)random_below(r, (uint64_t)step_us + 1);
		ilp_u128 more = (ilp_u128)wait_us * settings->refill;
		uint64_t tokens = random_below(r, 4) ?
					  random_wide(r) :
					  (uint64_t)(content / period);

		tokens += random_below(r, 8) == 0;
		if (random_below(r, 2) && settings->capacity)
			tokens %= settings->capacity;
		now_us += wait_us;
		content = brim - content > more ? content + more : brim;
		CHECK_INT(limit_take(&limit, settings, tokens, now_us),
			  tokens * period <= content);
		if (tokens * period <= content)
			content -= tokens * period;
	}
}

static void gives_what_has_come_and_no_more(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 2000; i++) {
		const struct limit_settings settings = {
			.refill = random_wide(&random),
			.period_us = 1 + (int64_t)(random_wide(&random) >> 2),
			.capacity = random_wide(&random),
		};

		check_against_model(&settings, &random,
				    (int64_t)(random_wide(&random) >> 10));
	}
}

#define TAKES 150

struct take {
	ilp_u128 tokens; /* of this one and all before it */
	int64_t at_us;
};

/* In each window between two of these. */
static void check_windows(const struct limit_settings *settings,
			  const struct take *takes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ilp_u128 before = i ? takes[i - 1].tokens : 0;

		for (size_t j = i; j < count; j++) {
			int64_t long_us = takes[j].at_us - takes[i].at_us;
			ilp_u128 taken = takes[j].tokens - before;

			CHECK(taken * (uint64_t)settings->period_us <=
			      (ilp_u128)settings->capacity *
					      (uint64_t)settings->period_us +
				      (ilp_u128)settings->refill *
					      (uint64_t)long_us);
		}
	}
}

static void no_window_has_more_than_the_capacity_and_its_share(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 100; turn++) {
		const struct limit_settings settings = {
			.refill = 1 + random_below(&random, 5000),
			.period_us = 1 + (int64_t)random_below(&random, 99999),
			.capacity = 1 + random_below(&random, 5000),
		};
		struct limit limit = { 0 };
		struct take takes[TAKES];
		size_t count = 0;
		int64_t now_us = 0;
		ilp_u128 sum = 0;

		while (count < TAKES) {
			uint64_t tokens =
				1 + random_below(&random, settings.capacity);

			now_us += (int64_t)random_below(&random, 9000);
			if (!limit_take(&limit, &settings, tokens, now_us))
				continue;
			sum += tokens;
			takes[count++] = (struct take){ sum, now_us };
		}
		check_windows(&settings, takes, count);
	}
}

TESTS(TEST(a_new_bucket_is_full), TEST(without_a_period_there_is_no_limit),
      TEST(more_than_the_capacity_is_never_there),
      TEST(what_is_refused_takes_nothing),
      TEST(nothing_can_be_taken_from_an_empty_bucket),
      TEST(each_token_comes_back_to_the_microsecond),
      TEST(no_part_of_a_token_is_lost_by_looking),
      TEST(backwards_time_stands_still),
      TEST(under_other_settings_a_bucket_is_empty_at_worst),
      TEST(money_is_taken_a_token_a_unit),
      TEST(gives_what_has_come_and_no_more),
      TEST(no_window_has_more_than_the_capacity_and_its_share))
