/* SPDX-License-Identifier: Apache-2.0 */
/* A seed stands for one row of numbers, which is splitmix64's, and choices
 * stay within their bound and leave none out. */
#include "base/dice.h"

#include "test/check.h"

static void rolls_what_splitmix64_does(void)
{
	static const struct {
		uint64_t seed;
		uint64_t rolls[3];
	} rows[] = {
		{ 0,
		  { 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4,
		    0x06c45d188009454f } },
		{ 1234567,
		  { 6457827717110365317u, 3203168211198807973u,
		    9817491932198370423u } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct dice dice = { rows[i].seed };

		for (size_t j = 0; j < 3; j++)
			CHECK_INT(dice_roll(&dice), rows[i].rolls[j]);
	}
}

static void the_same_seed_gives_the_same_numbers(void)
{
	struct dice a = { 77 }, b = { 77 };

	for (int i = 0; i < 1000; i++) {
		CHECK_INT(dice_roll(&a), dice_roll(&b));
		CHECK_INT(dice_below(&a, 1000003), dice_below(&b, 1000003));
	}
}

static void neighbouring_seeds_have_nothing_in_common(void)
{
	struct dice a = { 77 }, b = { 78 };

	for (int i = 0; i < 1000; i++)
		CHECK(dice_roll(&a) != dice_roll(&b));
}

static void a_choice_stays_below_its_bound_and_leaves_none_out(void)
{
	struct dice dice = { 1 };

	for (uint64_t bound = 1; bound <= 64; bound++) {
		uint64_t seen = 0;

		for (int i = 0; i < 2000; i++) {
			uint64_t choice = dice_below(&dice, bound);

			CHECK(choice < bound);
			seen |= UINT64_C(1) << choice;
		}
		CHECK_INT(seen, UINT64_MAX >> (64 - bound));
	}
}

TESTS(TEST(rolls_what_splitmix64_does),
      TEST(the_same_seed_gives_the_same_numbers),
      TEST(neighbouring_seeds_have_nothing_in_common),
      TEST(a_choice_stays_below_its_bound_and_leaves_none_out))
