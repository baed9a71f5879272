/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts never wrap: a sum or difference that is none is said to be none. */
#include "ilp/amount.h"

#include "test/check.h"
#include "test/random.h"

static const uint64_t edges[] = {
	0,
	1,
	2,
	INT64_MAX - 1,
	INT64_MAX,
	(uint64_t)INT64_MAX + 1,
	UINT64_MAX - 1,
	UINT64_MAX,
};

/* Adds half by half, in words that cannot overflow. */
static bool plain_add(uint64_t *out, uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) + (b & UINT32_MAX);
	uint64_t high = (a >> 32) + (b >> 32) + (low >> 32);

	*out = high << 32 | (low & UINT32_MAX);
	return high >> 32 == 0;
}

static void check_pair(uint64_t a, uint64_t b)
{
	struct ilp_amount sum = { 0 };
	struct ilp_amount difference = { 0 };
	uint64_t expected;
	bool fits = plain_add(&expected, a, b);
	int order = a < b ? -1 : a > b ? 1 : 0;
	int compared = ilp_amount_compare(ilp_amount(a), ilp_amount(b));

	CHECK(ilp_amount_add(&sum, ilp_amount(a), ilp_amount(b)) == fits);
	if (fits) {
		CHECK(sum.units == expected);
		CHECK(ilp_amount_sub(&difference, sum, ilp_amount(b)));
		CHECK(difference.units == a);
	}
	CHECK(ilp_amount_sub(&difference, ilp_amount(a), ilp_amount(b)) ==
	      (a >= b));
	if (a >= b) {
		CHECK(ilp_amount_add(&sum, difference, ilp_amount(b)));
		CHECK(sum.units == a);
	}
	CHECK((compared > 0) - (compared < 0) == order);
}

static void sums_and_differences_are_right_at_every_edge(void)
{
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < 8; j++)
			check_pair(edges[i], edges[j]);
}

static void sums_and_differences_are_right_for_random_values(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 20000; i++) {
		uint64_t a = random_wide(&random);

		check_pair(a, random_wide(&random));
		check_pair(a, UINT64_MAX - a);
		check_pair(a, UINT64_MAX - a + 1);
		check_pair(a, a);
		check_pair(a, a + 1);
	}
}

static void the_result_may_be_one_of_the_operands(void)
{
	struct ilp_amount a = ilp_amount(7), b = ilp_amount(5);

	CHECK(ilp_amount_add(&a, a, b));
	CHECK(a.units == 12);
	CHECK(ilp_amount_sub(&b, a, b));
	CHECK(b.units == 7);
}

static void knows_nothing_and_everything(void)
{
	CHECK(ILP_AMOUNT_ZERO.units == 0);
	CHECK(ILP_AMOUNT_MAX.units == UINT64_MAX);
	CHECK(ilp_amount_is_zero(ILP_AMOUNT_ZERO));
	CHECK(!ilp_amount_is_zero(ilp_amount(1)));
	CHECK(!ilp_amount_is_zero(ilp_amount(UINT64_C(1) << 32)));
	CHECK(!ilp_amount_is_zero(ILP_AMOUNT_MAX));
}

TESTS(TEST(sums_and_differences_are_right_at_every_edge),
      TEST(sums_and_differences_are_right_for_random_values),
      TEST(the_result_may_be_one_of_the_operands),
      TEST(knows_nothing_and_everything))
