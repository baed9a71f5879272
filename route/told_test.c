/* SPDX-License-Identifier: Apache-2.0 */
#include "route/told.h"

#include "test/check.h"

static void has_what_was_added_and_nothing_else(void)
{
	struct told t = { 0 };

	CHECK(!told_has(&t, 0));
	for (uint32_t i = 0; i < 5000; i += 7)
		CHECK(told_add(&t, i));
	for (uint32_t i = 0; i < 6000; i++)
		CHECK_INT(told_has(&t, i), i < 5000 && i % 7 == 0);
	CHECK(!told_has(&t, UINT32_MAX));
	told_clear(&t);
}

static void has_no_more_what_was_removed(void)
{
	struct told t = { 0 };

	told_remove(&t, 70);
	CHECK(told_add(&t, 70));
	CHECK(told_add(&t, 71));
	told_remove(&t, 70);
	told_remove(&t, UINT32_MAX);
	CHECK(!told_has(&t, 70));
	CHECK(told_has(&t, 71));
	told_clear(&t);
	CHECK(!told_has(&t, 71));
}

TESTS(TEST(has_what_was_added_and_nothing_else),
      TEST(has_no_more_what_was_removed))
