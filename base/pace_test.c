/* SPDX-License-Identifier: Apache-2.0 */
/* So many are told in a while and no more, and none is forgotten. */
#include "base/pace.h"

#include "test/check.h"

#define MOST 3
#define WHILE_US 1000

static void so_many_are_told_in_a_while(void)
{
	struct pace p = { .told = 0 };
	uint32_t left_out;

	for (int64_t begin = 5; begin < 5 + 4 * WHILE_US; begin += WHILE_US) {
		int told = 0;

		for (int64_t us = 0; us < WHILE_US; us += 100)
			told += pace_allows(&p, begin + us, MOST, WHILE_US,
					    &left_out);
		CHECK_INT(told, MOST);
	}
}

static void what_was_left_out_is_told_once(void)
{
	struct pace p = { .told = 0 };
	uint32_t left_out = 99;

	for (int i = 0; i < MOST; i++) {
		CHECK(pace_allows(&p, 0, MOST, WHILE_US, &left_out));
		CHECK_INT(left_out, 0);
	}
	for (int i = 0; i < 7; i++)
		CHECK(!pace_allows(&p, WHILE_US - 1, MOST, WHILE_US, &left_out));
	CHECK(pace_allows(&p, WHILE_US, MOST, WHILE_US, &left_out));
	CHECK_INT(left_out, 7);
	CHECK(pace_allows(&p, WHILE_US, MOST, WHILE_US, &left_out));
	CHECK_INT(left_out, 0);
}

static void a_count_stays_at_its_end(void)
{
	struct pace p = { .told = MOST, .left_out = UINT32_MAX };
	uint32_t left_out;

	CHECK(!pace_allows(&p, 1, MOST, WHILE_US, &left_out));
	CHECK(pace_allows(&p, WHILE_US, MOST, WHILE_US, &left_out));
	CHECK_INT(left_out, UINT32_MAX);
}

TESTS(TEST(so_many_are_told_in_a_while), TEST(what_was_left_out_is_told_once),
      TEST(a_count_stays_at_its_end))
