/* SPDX-License-Identifier: Apache-2.0 */
/* A list has its items in order and finds each, whatever came and went. */
#include "ledger/skiplist.h"

#include "test/check.h"
#include "test/random.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every height has its items in order, and only such as the height below it
 * has as well. */
static void check_links(const struct skiplist *list)
{
	for (size_t h = 0; h < SKIPLIST_HEIGHT_MAX; h++) {
		const struct skiplist_item *below = list->first[h ? h - 1 : 0];

		for (const struct skiplist_item *item = list->first[h]; item;
		     item = item->next[h]) {
			while (below && below != item)
				below = below->next[h ? h - 1 : 0];
			CHECK(below == item);
			CHECK(skiplist_find(list, item->key) == item);
			CHECK(skiplist_after(list, item->key) == item->next[0]);
		}
	}
}

static void a_list_of_zeros_is_empty(void)
{
	const struct skiplist list = { 0 };

	CHECK(skiplist_find(&list, ilp_text("")) == NULL);
	CHECK(skiplist_find(&list, ilp_text("a")) == NULL);
	CHECK(skiplist_after(&list, ilp_text("")) == NULL);
	CHECK(skiplist_after(&list, ilp_text("a")) == NULL);
}

static void keys_are_ordered_by_their_bytes(void)
{
	static const char *const sorted[] = { "",   "00",   "0000", "0001",
					      "01", "7f",   "7fff", "80",
					      "81", "8100", "ff",   "ffff" };
	struct skiplist_item items[COUNT(sorted)] = { 0 };
	struct ilp_bytes keys[COUNT(sorted)];
	struct skiplist list = { 0 };
	const struct skiplist_item *item;

	for (size_t i = 0; i < COUNT(sorted); i++) {
		size_t j = i * 5 % COUNT(sorted);

		keys[j] = exact_copy(hex(sorted[j]));
		items[j].key = keys[j];
		skiplist_add(&list, &items[j]);
		check_links(&list);
	}
	item = list.first[0];
	for (size_t i = 0; i < COUNT(sorted); i++) {
		CHECK(item == &items[i]);
		item = item->next[0];
	}
	CHECK(item == NULL);
	for (size_t i = 0; i < COUNT(sorted); i++)
		exact_free(keys[i]);
}

static void finds_what_lies_behind_a_key_that_it_has_not(void)
{
	struct skiplist_item b = { .key = ilp_text("b") };
	struct skiplist_item bb = { .key = ilp_text("bb") };
	struct skiplist list = { 0 };

	skiplist_add(&list, &bb);
	skiplist_add(&list, &b);
	CHECK(skiplist_after(&list, ilp_text("")) == &b);
	CHECK(skiplist_after(&list, ilp_text("az")) == &b);
	CHECK(skiplist_after(&list, ilp_text("b")) == &bb);
	CHECK(skiplist_after(&list, ilp_text("ba")) == &bb);
	CHECK(skiplist_after(&list, ilp_text("bb")) == NULL);
	CHECK(skiplist_after(&list, ilp_text("c")) == NULL);
	CHECK(skiplist_find(&list, ilp_text("ba")) == NULL);
	CHECK(skiplist_find(&list, ilp_text("bbb")) == NULL);
}

/* Items and their keys, the numbers from 0 on. */
#define MANY 4096

struct many {
	struct skiplist_item items[MANY];
	uint8_t keys[MANY][2];
};

static struct many *make_many(void)
{
	struct many *many = calloc(1, sizeof(*many));

	CHECK(many != NULL);
	for (uint16_t i = 0; i < MANY; i++) {
		ilp_store_u16(many->keys[i], i);
		many->items[i].key = ILP_BYTES(many->keys[i]);
	}
	return many;
}

static size_t count_at(const struct skiplist *list, size_t height)
{
	size_t count = 0;

	for (const struct skiplist_item *item = list->first[height]; item;
	     item = item->next[height])
		count++;
	return count;
}

static void a_quarter_is_linked_one_higher(void)
{
	struct many *many = make_many();
	struct skiplist list = { 0 };

	for (size_t i = 0; i < MANY; i++)
		skiplist_add(&list, &many->items[i * 1021 % MANY]);
	check_links(&list);
	CHECK_INT(count_at(&list, 0), MANY);
	for (size_t h = 1; h < 4; h++) {
		size_t expected = (size_t)MANY >> 2 * h;

		CHECK(count_at(&list, h) > expected / 2);
		CHECK(count_at(&list, h) < expected * 2);
	}
	CHECK(count_at(&list, 8) < 4);
	free(many);
}

/* The list has exactly the items that are said to be in it. */
static void check_items(const struct skiplist *list, const struct many *many,
			const struct skiplist *const where[MANY])
{
	const struct skiplist_item *item = list->first[0];

	check_links(list);
	for (size_t i = 0; i < MANY; i++) {
		CHECK((skiplist_find(list, many->items[i].key) != NULL) ==
		      (where[i] == list));
		if (where[i] != list)
			continue;
		CHECK(item == &many->items[i]);
		item = item->next[0];
	}
	CHECK(item == NULL);
}

/* Two lists, so that items move from one to the other as well. */
static void has_what_came_and_did_not_go(void)
{
	struct random_source random = random_start();
	struct many *many = make_many();
	struct skiplist lists[2] = { { .dice = 0 }, { .dice = 1 } };
	const struct skiplist *where[MANY] = { NULL };

	for (int step = 1; step <= 50000; step++) {
		size_t i = random_below(&random, 300);
		struct skiplist *to = &lists[random_below(&random, 2)];

		if (where[i])
			skiplist_remove(&lists[where[i] - lists],
					&many->items[i]);
		where[i] = random_below(&random, 3) ? to : NULL;
		if (where[i])
			skiplist_add(to, &many->items[i]);
		if (step % 500)
			continue;
		check_items(&lists[0], many, where);
		check_items(&lists[1], many, where);
	}
	free(many);
}

TESTS(TEST(a_list_of_zeros_is_empty), TEST(keys_are_ordered_by_their_bytes),
      TEST(finds_what_lies_behind_a_key_that_it_has_not),
      TEST(a_quarter_is_linked_one_higher), TEST(has_what_came_and_did_not_go))
