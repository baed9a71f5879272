/* SPDX-License-Identifier: Apache-2.0 */
/* What is in an index is found by its hash, and nothing else is, also when
 * several things have the same one and while it grows. */
#include "base/index.h"

#include "test/check.h"

#define THINGS 3000

struct thing {
	unsigned number;
	struct index_entry entry;
	bool in;
};

/* Three of them at a time have the same hash. */
static uint64_t hash_of(unsigned number)
{
	return (uint64_t)(number / 3) * UINT64_C(0x9e3779b97f4a7c15);
}

static bool is_found(const struct index *index, unsigned number)
{
	struct index_entry *entry = index_find(index, hash_of(number));

	for (; entry; entry = index_next(entry)) {
		CHECK(INDEX_THING(entry, struct thing, entry)->number / 3 ==
		      number / 3);
		if (INDEX_THING(entry, struct thing, entry)->number == number)
			return true;
	}
	return false;
}

static void check_against_model(bool grows, size_t expected)
{
	static struct thing things[THINGS];
	struct index index;
	size_t count = 0;

	memset(things, 0, sizeof(things));
	CHECK(index_init(&index, expected, grows));
	for (unsigned step = 0; step < 3 * THINGS; step++) {
		unsigned number = step * 7919 % THINGS;
		struct thing *thing = &things[number];

		thing->number = number;
		if (thing->in && step % 2)
			index_remove(&index, &thing->entry);
		else if (!thing->in)
			index_add(&index, &thing->entry, hash_of(number));
		count += thing->in ? -(size_t)(step % 2) : 1;
		thing->in = !thing->in || step % 2 == 0;
		CHECK_INT(index.count, count);
	}
	for (unsigned i = 0; i < THINGS; i++)
		CHECK_INT(is_found(&index, i), things[i].in);
	CHECK(!is_found(&index, THINGS + 3));
	CHECK((index.mask + 1 > expected) == grows);
	index_finish(&index);
}

static void finds_what_is_there_while_it_grows(void)
{
	check_against_model(true, 1);
}

static void tells_beforehand_where_to_look(void)
{
	struct thing things[2] = { { .number = 3 }, { .number = 6 } };
	struct index index;

	CHECK(index_init(&index, 16, false));
	CHECK(index_peek(&index, hash_of(3)) == NULL);
	index_add(&index, &things[0].entry, hash_of(3));
	CHECK(index_peek(&index, hash_of(3)) == &things[0].entry);
	CHECK(index_peek(&index, hash_of(6)) == NULL);
	index_finish(&index);
}

static void finds_what_is_there_when_it_may_not_grow(void)
{
	check_against_model(false, 16);
}

TESTS(TEST(finds_what_is_there_while_it_grows),
      TEST(finds_what_is_there_when_it_may_not_grow),
      TEST(tells_beforehand_where_to_look))
