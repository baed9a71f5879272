/* SPDX-License-Identifier: Apache-2.0 */
/* What took a time is counted in the bucket of that time, and in no other. */
#include "base/histogram.h"

#include <string.h>

#include "test/check.h"

/* The one bucket that a time is counted in. */
static size_t bucket_of(int64_t took_us)
{
	struct histogram h = { .sum_us = 0 };
	size_t found = SIZE_MAX;

	histogram_count(&h, took_us);
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		if (!h.counts[i])
			continue;
		CHECK_INT(h.counts[i], 1);
		CHECK(found == SIZE_MAX);
		found = i;
	}
	CHECK_INT(h.sum_us, took_us > 0 ? took_us : 0);
	return found;
}

static void a_bound_is_part_of_its_bucket(void)
{
	for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
		int64_t bound_us = (int64_t)histogram_bound_us(i);

		CHECK_INT(bucket_of(bound_us), i);
		CHECK_INT(bucket_of(bound_us + 1), i + 1);
	}
}

static void what_took_no_time_is_in_the_first(void)
{
	CHECK_INT(bucket_of(0), 0);
	CHECK_INT(bucket_of(-1), 0);
	CHECK_INT(bucket_of(INT64_MIN), 0);
}

static void what_took_longest_is_in_the_last(void)
{
	CHECK_INT(bucket_of((int64_t)1 << 30), HISTOGRAM_BOUNDS);
	CHECK_INT(bucket_of(INT64_MAX), HISTOGRAM_BOUNDS);
}

static void what_is_counted_adds_up(void)
{
	struct histogram h = { .sum_us = 0 };
	uint64_t count = 0;

	for (int64_t us = 1; us <= 1000; us++)
		histogram_count(&h, us);
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		count += h.counts[i];
	CHECK_INT(count, 1000);
	CHECK_INT(h.sum_us, 500500);
	CHECK_INT(h.counts[9], 256); /* 257 to 512 */
}

TESTS(TEST(a_bound_is_part_of_its_bucket),
      TEST(what_took_no_time_is_in_the_first),
      TEST(what_took_longest_is_in_the_last),
      TEST(what_is_counted_adds_up))
