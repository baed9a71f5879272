/* SPDX-License-Identifier: Apache-2.0 */
#include "price/bound.h"

#include "test/check.h"
#include "test/random.h"

#define MAX_128 (~(ilp_u128)0)

static void a_bound_holds_up_to_its_last_millionth(void)
{
	const struct ilp_rate one = ILP_RATE_ONE;

	CHECK(bound_holds(one, one, 0));
	CHECK(bound_holds(one, (struct ilp_rate){ 1000001, 1000000 }, 1));
	CHECK(!bound_holds(one, (struct ilp_rate){ 10000011, 10000000 }, 1));
	CHECK(bound_holds(one, (struct ilp_rate){ 5, 4 }, 250000));
	CHECK(!bound_holds(one, (struct ilp_rate){ 5, 4 }, 249999));
	CHECK(bound_holds(one, (struct ilp_rate){ 4, 5 }, 250000));
	CHECK(!bound_holds(one, (struct ilp_rate){ 4, 5 }, 249999));
	CHECK(bound_holds(one, (struct ilp_rate){ 4295967295, 1000000 },
			  UINT32_MAX));
	CHECK(!bound_holds(one, (struct ilp_rate){ 4295967296, 1000000 },
			   UINT32_MAX));
}

static void fractions_of_128_bits_are_compared_exactly(void)
{
	const struct ilp_rate below = { MAX_128 - 1, MAX_128 };
	const struct ilp_rate above = { MAX_128, MAX_128 - 1 };

	CHECK(!bound_holds(below, above, 0));
	CHECK(bound_holds(below, above, 1));
	CHECK(bound_holds(above, above, 0));
	CHECK(!bound_holds((struct ilp_rate){ MAX_128, 1 },
			   (struct ilp_rate){ 1, MAX_128 }, UINT32_MAX));
}

/* Small enough to be multiplied out. */
static bool plainly_holds(struct ilp_rate a, struct ilp_rate b, uint32_t ppm)
{
	ilp_u128 x = a.numerator * b.denominator;
	ilp_u128 y = b.numerator * a.denominator;
	ilp_u128 large = x > y ? x : y, small = x > y ? y : x;

	return (large - small) * 1000000 <= small * ppm;
}

static void a_bound_is_the_same_from_either_side(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		uint64_t base = 1 + random_below(&random, 1000000);
		struct ilp_rate a = { base, 1 + random_below(&random, 1000) };
		struct ilp_rate b = { base + random_below(&random, 100),
				      a.denominator +
					      random_below(&random, 2) };
		struct ilp_rate c = { a.denominator, a.numerator };
		struct ilp_rate d = { b.denominator, b.numerator };
		uint32_t ppm = (uint32_t)random_below(&random, 3000);
		bool holds = plainly_holds(a, b, ppm);

		CHECK(bound_holds(a, b, ppm) == holds);
		CHECK(bound_holds(b, a, ppm) == holds);
		CHECK(bound_holds(c, d, ppm) == holds);
		CHECK((bound_between(a, b) <= ppm) == holds);
	}
}

static void the_least_bound_is_found(void)
{
	const struct ilp_rate one = ILP_RATE_ONE;

	CHECK_INT(bound_between(one, one), 0);
	CHECK_INT(bound_between(one, (struct ilp_rate){ 5, 4 }), 250000);
	CHECK_INT(bound_between(one, (struct ilp_rate){ 3, 1 }), 2000000);
	CHECK_INT(bound_between(one, (struct ilp_rate){ MAX_128, 1 }),
		  UINT32_MAX);
}

TESTS(TEST(a_bound_holds_up_to_its_last_millionth),
      TEST(fractions_of_128_bits_are_compared_exactly),
      TEST(a_bound_is_the_same_from_either_side),
      TEST(the_least_bound_is_found))
