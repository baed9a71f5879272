/* SPDX-License-Identifier: Apache-2.0 */
/* What is added is found from any number on, in order, whatever is taken out
 * meanwhile: held against a plain array. */
#include "route/epochs.h"

#include "base/dice.h"
#include "test/check.h"

#define NUMBERS 4096

static void add(struct epochs *e, uint32_t number, uint32_t destination)
{
	CHECK(epochs_make_room(e));
	epochs_add(e, (struct epoch){ number, destination });
}

static void finds_the_first_from_a_number_on(void)
{
	struct epochs e = { 0 };

	CHECK(!epochs_from(&e, 0));
	add(&e, 3, 30);
	add(&e, 7, 70);
	CHECK_INT(epochs_from(&e, 0)->destination, 30);
	CHECK_INT(epochs_from(&e, 3)->destination, 30);
	CHECK_INT(epochs_from(&e, 4)->destination, 70);
	CHECK(!epochs_from(&e, 8));
	epochs_remove(&e, 7);
	CHECK(!epochs_from(&e, 4));
	CHECK_INT(e.count, 1);
	epochs_finish(&e);
}

/* The first at or behind `number` that is there, NUMBERS when none is. */
static uint32_t model_from(const bool *there, uint32_t number)
{
	while (number < NUMBERS && !there[number])
		number++;
	return number;
}

static void compare(const struct epochs *e, const bool *there)
{
	size_t count = 0;

	for (uint32_t i = 0; i < NUMBERS; i++) {
		uint32_t expected = model_from(there, i);
		const struct epoch *found = epochs_from(e, i);

		count += there[i];
		CHECK_INT(found ? found->number : NUMBERS, expected);
		CHECK(!found || found->destination == expected * 3);
	}
	CHECK_INT(e->count, count);
}

/* Takes out about so many of a hundred, of those that are there. */
static void thin_out(struct epochs *e, bool *there, struct dice *dice,
		     uint64_t percent)
{
	for (uint32_t i = 0; i < NUMBERS; i++) {
		if (!there[i] || dice_below(dice, 100) >= percent)
			continue;
		epochs_remove(e, i);
		there[i] = false;
	}
}

static void agrees_with_a_plain_array(void)
{
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct dice dice = { seed };
		struct epochs e = { 0 };
		bool there[NUMBERS] = { false };

		for (uint32_t i = 0; i < NUMBERS; i++) {
			if (dice_below(&dice, 3) == 0)
				continue;
			add(&e, i, i * 3);
			there[i] = true;
		}
		for (int i = 0; i < 5; i++) {
			compare(&e, there);
			thin_out(&e, there, &dice, 60);
		}
		compare(&e, there);
		thin_out(&e, there, &dice, 100);
		CHECK_INT(e.count, 0);
		epochs_finish(&e);
	}
}

/* One stays for ever while others come and go: were their places not taken
 * away, there would be a thousand chunks. */
static void what_is_taken_out_leaves_no_memory_behind(void)
{
	struct epochs e = { 0 };

	for (uint32_t i = 0; i < 256000; i++) {
		add(&e, i, i);
		if (i > 0 && i % 1000 != 0)
			epochs_remove(&e, i);
	}
	CHECK_INT(e.count, 256);
	CHECK(e.chunk_count <= 4);
	epochs_finish(&e);
}

/* From the first to the last, so that each chunk is full when the one before it
 * has little left. */
static void few_that_are_left_lie_together(void)
{
	struct epochs e = { 0 };

	for (uint32_t i = 0; i < 25600; i++)
		add(&e, i, i);
	for (uint32_t i = 0; i < 25600; i++)
		if (i % 256 != 100)
			epochs_remove(&e, i);
	CHECK_INT(e.count, 100);
	CHECK(e.chunk_count <= 2);
	epochs_finish(&e);
}

static void are_numbered_anew_in_the_same_order(void)
{
	struct epochs e = { 0 };

	for (uint32_t i = 0; i < 1000; i++)
		add(&e, i * 4000000, i);
	epochs_renumber(&e);
	for (uint32_t i = 0; i < 1000; i++)
		CHECK_INT(epochs_from(&e, i)->destination, i);
	CHECK(!epochs_from(&e, 1000));
	epochs_finish(&e);
}

TESTS(TEST(finds_the_first_from_a_number_on), TEST(agrees_with_a_plain_array),
      TEST(what_is_taken_out_leaves_no_memory_behind),
      TEST(few_that_are_left_lie_together),
      TEST(are_numbered_anew_in_the_same_order))
