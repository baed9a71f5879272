/* SPDX-License-Identifier: Apache-2.0 */
/* The longest prefix by whole segments wins, whatever is set and removed:
 * shown by examples, and against a plain list that is searched from end to
 * end. */
#include "route/table.h"

#include <stdlib.h>

#include "test/check.h"

#define NONE UINT32_MAX

static uint32_t found_in(const struct route_table *t, struct ilp_bytes address)
{
	struct route_found all;
	uint32_t value = NONE;
	bool found = route_table_find(t, address, &value);

	route_table_find_all(t, &address, 1, &all);
	CHECK_INT(all.found, found);
	if (found)
		CHECK_INT(all.value, value);
	return value;
}

static uint32_t find(const struct route_table *t, const char *address)
{
	return found_in(t, ilp_text(address));
}

static uint32_t get(const struct route_table *t, struct ilp_bytes prefix)
{
	uint32_t value = NONE;
	bool there = route_table_get(t, prefix, &value);

	CHECK_INT(there, value != NONE);
	return value;
}

static void set(struct route_table *t, const char *prefix, uint32_t value)
{
	CHECK(route_table_set(t, ilp_text(prefix), value));
}

/* ---- examples ---- */

static void finds_the_longest_prefix(void)
{
	struct route_table *t = route_table_create(1);

	set(t, "g", 1);
	set(t, "g.us", 2);
	set(t, "g.us.bank123.alice77", 4);
	CHECK_INT(find(t, "g.us.bank123.alice77.token"), 4);
	CHECK_INT(find(t, "g.us.bank123.alice77"), 4);
	CHECK_INT(find(t, "g.us.bank123.bob"), 2);
	CHECK_INT(find(t, "g.us"), 2);
	CHECK_INT(find(t, "g.eu.bank"), 1);
	CHECK_INT(find(t, "test.us"), NONE);
	CHECK_INT(find(t, ""), NONE);
	route_table_destroy(t);
}

static void matches_whole_segments_only(void)
{
	struct route_table *t = route_table_create(2);

	set(t, "g.foo", 1);
	CHECK_INT(find(t, "g.foo"), 1);
	CHECK_INT(find(t, "g.foo.bar"), 1);
	CHECK_INT(find(t, "g.foobar"), NONE);
	CHECK_INT(find(t, "g.fo"), NONE);
	CHECK_INT(find(t, "g.fo.o"), NONE);
	CHECK_INT(find(t, "G.foo"), NONE);
	CHECK_INT(find(t, "g"), NONE);
	route_table_destroy(t);
}

static void takes_the_empty_prefix_as_default_route(void)
{
	struct route_table *t = route_table_create(3);

	set(t, "", 7);
	set(t, "g.us", 2);
	CHECK_INT(find(t, "g.eu.bank"), 7);
	CHECK_INT(find(t, "g.us.bank"), 2);
	CHECK_INT(find(t, ""), 7);
	CHECK_INT(get(t, ilp_text("")), 7);
	CHECK(route_table_remove(t, ilp_text("")));
	CHECK_INT(find(t, "g.eu.bank"), NONE);
	route_table_destroy(t);
}

static void replaces_and_removes(void)
{
	struct route_table *t = route_table_create(4);

	set(t, "g.us", 1);
	set(t, "g.us.bank", 2);
	set(t, "g.us.bank", 3);
	CHECK_INT(route_table_count(t), 2);
	CHECK_INT(find(t, "g.us.bank.alice"), 3);
	CHECK(route_table_remove(t, ilp_text("g.us.bank")));
	CHECK(!route_table_remove(t, ilp_text("g.us.bank")));
	CHECK(!route_table_remove(t, ilp_text("g")));
	CHECK_INT(find(t, "g.us.bank.alice"), 1);
	CHECK_INT(route_table_count(t), 1);
	route_table_destroy(t);
}

static void an_empty_table_has_nothing(void)
{
	struct route_table *t = route_table_create(5);
	struct ilp_bytes prefix;
	size_t cursor = 0;
	uint32_t value;

	CHECK_INT(find(t, "g.us.bank"), NONE);
	CHECK_INT(get(t, ilp_text("g.us")), NONE);
	CHECK(!route_table_remove(t, ilp_text("g.us")));
	CHECK(!route_table_next(t, &cursor, &prefix, &value));
	route_table_destroy(t);
	route_table_destroy(NULL);
}

/* ---- bounds ---- */

/* A prefix of some segments, of one character each. */
static struct ilp_bytes of_segments(uint8_t *text, size_t segments)
{
	for (size_t i = 0; i < 2 * segments; i++)
		text[i] = i % 2 ? '.' : 'a';
	return (struct ilp_bytes){ text, 2 * segments - 1 };
}

static void bounds_length_and_segments(void)
{
	uint8_t text[ILP_ADDRESS_MAX + 1];

	memset(text, 'a', sizeof(text));
	CHECK(route_prefix_fits((struct ilp_bytes){ text, 0 }));
	CHECK(route_prefix_fits((struct ilp_bytes){ text, ILP_ADDRESS_MAX }));
	CHECK(!route_prefix_fits(ILP_BYTES(text)));
	CHECK(route_prefix_fits(of_segments(text, ROUTE_SEGMENTS_MAX)));
	CHECK(!route_prefix_fits(of_segments(text, ROUTE_SEGMENTS_MAX + 1)));
}

static void matches_at_every_length(void)
{
	struct route_table *t = route_table_create(6);
	uint8_t text[ILP_ADDRESS_MAX + 2];

	memset(text, 'a', sizeof(text));
	for (size_t len = 1; len <= ILP_ADDRESS_MAX; len++)
		CHECK(route_table_set(t, (struct ilp_bytes){ text, len },
				      (uint32_t)len));
	for (size_t len = 1; len <= ILP_ADDRESS_MAX; len++) {
		CHECK_INT(found_in(t, (struct ilp_bytes){ text, len }), len);
		text[len] = '.';
		CHECK_INT(found_in(t, (struct ilp_bytes){ text, len + 1 }),
			  len);
		text[len] = 'a';
	}
	route_table_destroy(t);
}

static void matches_at_every_depth(void)
{
	struct route_table *t = route_table_create(7);
	uint8_t text[ILP_ADDRESS_MAX + 1];

	for (size_t n = 1; n <= ROUTE_SEGMENTS_MAX; n++)
		CHECK(route_table_set(t, of_segments(text, n), (uint32_t)n));
	for (size_t n = 1; n <= 512; n++)
		CHECK_INT(found_in(t, of_segments(text, n)),
			  n < ROUTE_SEGMENTS_MAX ? n : ROUTE_SEGMENTS_MAX);
	route_table_destroy(t);
}

/* Out of a block of its own, so that a sanitizer sees a byte too far. */
static void reads_no_byte_beyond_the_address(void)
{
	struct route_table *t = route_table_create(8);

	set(t, "g.a", 1);
	set(t, "g.a.b.c.d.e.f.g.h", 2);
	for (size_t len = 1; len <= 40; len++) {
		uint8_t *text = malloc(len);

		CHECK(text);
		memset(text, 'x', len);
		memcpy(text, "g.a.", len < 4 ? len : 4);
		CHECK_INT(found_in(t, (struct ilp_bytes){ text, len }),
			  len < 3 ? NONE : 1);
		free(text);
	}
	route_table_destroy(t);
}

static void finds_many_at_once(void)
{
	struct route_table *t = route_table_create(9);
	struct ilp_bytes addresses[ROUTE_FIND_MAX];
	struct route_found found[ROUTE_FIND_MAX];

	set(t, "g.a", 1);
	set(t, "g.a.b", 2);
	for (size_t i = 0; i < ROUTE_FIND_MAX; i++)
		addresses[i] = ilp_text(i % 3 == 0 ? "g.a.c.d" :
					i % 3 == 1 ? "g.a.b.c" :
						     "g.c");
	route_table_find_all(t, addresses, ROUTE_FIND_MAX, found);
	for (size_t i = 0; i < ROUTE_FIND_MAX; i++) {
		CHECK_INT(found[i].found, i % 3 != 2);
		if (found[i].found)
			CHECK_INT(found[i].value, i % 3 + 1);
	}
	route_table_destroy(t);
}

/* ---- against a list ---- */

#define MODEL_MAX 512
#define TEXT_MAX 64

static struct model {
	struct {
		uint8_t text[TEXT_MAX];
		size_t len;
		uint32_t value;
	} entries[MODEL_MAX];
	size_t count;
} model;

static struct ilp_bytes model_text(size_t i)
{
	return (struct ilp_bytes){ model.entries[i].text,
				   model.entries[i].len };
}

static size_t model_index(struct ilp_bytes prefix)
{
	size_t i = 0;

	while (i < model.count && !ilp_bytes_equal(model_text(i), prefix))
		i++;
	return i;
}

static void model_set(struct ilp_bytes prefix, uint32_t value)
{
	size_t i = model_index(prefix);

	if (i == model.count) {
		memcpy(model.entries[i].text, prefix.at, prefix.len);
		model.entries[i].len = prefix.len;
		model.count++;
	}
	model.entries[i].value = value;
}

static bool model_remove(struct ilp_bytes prefix)
{
	size_t i = model_index(prefix);

	if (i == model.count)
		return false;
	model.entries[i] = model.entries[--model.count];
	return true;
}

static uint32_t model_find(struct ilp_bytes address)
{
	size_t longest = 0;
	uint32_t value = NONE;

	for (size_t i = 0; i < model.count; i++) {
		struct ilp_bytes prefix = model_text(i);

		if (prefix.len >= longest &&
		    (prefix.len == 0 ||
		     ilp_address_has_prefix(address, prefix))) {
			longest = prefix.len;
			value = model.entries[i].value;
		}
	}
	return value;
}

static uint32_t random_below(uint32_t limit)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 24) % limit);
}

/* Up to five segments of few different ones, so that they meet and nest. */
static struct ilp_bytes random_text(uint8_t text[TEXT_MAX])
{
	static const char *const names[] = { "a", "b", "aa", "long-segment" };
	uint32_t segments = random_below(6);
	size_t len = 0;

	for (uint32_t i = 0; i < segments; i++) {
		const char *name = names[random_below(4)];

		if (i > 0)
			text[len++] = '.';
		memcpy(text + len, name, strlen(name));
		len += strlen(name);
	}
	return (struct ilp_bytes){ text, len };
}

static void check_same_entries(const struct route_table *t)
{
	struct ilp_bytes prefix;
	size_t cursor = 0;
	size_t seen = 0;
	uint32_t value;

	for (; route_table_next(t, &cursor, &prefix, &value); seen++) {
		size_t i = model_index(prefix);

		CHECK(i < model.count);
		CHECK_INT(model.entries[i].value, value);
		CHECK_INT(get(t, prefix), value);
	}
	CHECK_INT(seen, model.count);
	CHECK_INT(route_table_count(t), model.count);
}

/* Setting and removing by turns more often, so that the table fills, grows,
 * empties and shrinks. */
static void agrees_with_a_list(void)
{
	struct route_table *t = route_table_create(10);

	for (uint32_t i = 0; i < 60000; i++) {
		uint8_t text[TEXT_MAX];
		struct ilp_bytes some = random_text(text);
		bool filling = i / 3000 % 2 == 0;

		if (random_below(10) < (filling ? 9 : 1) &&
		    model.count < MODEL_MAX) {
			CHECK(route_table_set(t, some, i));
			model_set(some, i);
		} else {
			CHECK_INT(route_table_remove(t, some),
				  model_remove(some));
		}
		some = random_text(text);
		CHECK_INT(found_in(t, some), model_find(some));
		if (i % 500 == 0)
			check_same_entries(t);
	}
	route_table_destroy(t);
}

/* ---- many ---- */

static struct ilp_bytes numbered(uint8_t text[TEXT_MAX], uint32_t i)
{
	int len = snprintf((char *)text, TEXT_MAX, "g.us.bank%u.%s%u", i / 100,
			   i % 8 ? "alice" : "a-name-longer-than-others-",
			   i % 100);

	return (struct ilp_bytes){ text, (size_t)len };
}

/* With this many there are groups that overflow, and in each search tags that
 * are equal by chance. */
static void check_numbered(const struct route_table *t, uint32_t from,
			   uint32_t to, uint32_t step)
{
	for (uint32_t i = from; i < to; i += step) {
		uint8_t text[TEXT_MAX];

		CHECK_INT(get(t, numbered(text, i)), i);
	}
}

static void grows_without_losing_any(void)
{
	struct route_table *t = route_table_create(11);

	for (uint32_t i = 0; i < 5000; i++) {
		size_t before = route_table_memory(t);
		uint8_t text[TEXT_MAX];

		CHECK(route_table_set(t, numbered(text, i), i));
		if (route_table_memory(t) > before + 1000 ||
		    (route_table_unmoved(t) && i % 50 == 0))
			check_numbered(t, 0, i + 1, 1);
	}
	check_numbered(t, 0, 5000, 1);
	CHECK_INT(route_table_count(t), 5000);
	route_table_destroy(t);
}

/* How many were moved by what was done, if a move was on before that, or there
 * is one now: one that began and was over at once would have moved them all. */
struct watch {
	size_t unmoved;
	size_t memory;
};

static struct watch watch(const struct route_table *t)
{
	return (struct watch){ route_table_unmoved(t), route_table_memory(t) };
}

static void check_moved_few(const struct route_table *t, struct watch before)
{
	size_t now = route_table_unmoved(t);

	if (before.unmoved)
		CHECK(before.unmoved - now <= ROUTE_MOVE_MAX);
	else if (route_table_count(t) > 2 * ROUTE_MOVE_MAX &&
		 route_table_memory(t) > before.memory + 1000)
		CHECK(now + 1 == route_table_count(t));
}

static void no_change_moves_more_than_a_few(void)
{
	struct route_table *t = route_table_create(15);
	uint8_t text[TEXT_MAX];
	unsigned moves = 0;

	for (uint32_t i = 0; i < 300000; i++) {
		struct watch before = watch(t);

		CHECK(route_table_set(t, numbered(text, i), i));
		check_moved_few(t, before);
		moves += !before.unmoved && route_table_unmoved(t);
	}
	CHECK(moves > 10);
	check_numbered(t, 0, 300000, 11);
	for (uint32_t i = 100; i < 300000; i++) {
		struct watch before = watch(t);

		CHECK(route_table_remove(t, numbered(text, i)));
		CHECK(before.unmoved - route_table_unmoved(t) <= 1);
	}
	for (uint32_t i = 100; i < 20000; i++) {
		struct watch before = watch(t);

		CHECK(route_table_set(t, numbered(text, i), i));
		check_moved_few(t, before);
	}
	check_numbered(t, 0, 20000, 1);
	route_table_destroy(t);
}

/* What is found while records are on the move, and what is removed then. */
static void a_move_that_is_left_alone_is_finished_by_steps(void)
{
	struct route_table *t = route_table_create(16);
	uint8_t text[TEXT_MAX];
	uint32_t count = 0;
	size_t before;

	while (count < 20000 || route_table_unmoved(t) + 1 < count) {
		CHECK(route_table_set(t, numbered(text, count), count));
		count++;
	}
	before = route_table_memory(t);
	for (uint32_t i = 0; i < count; i += 2)
		CHECK(route_table_remove(t, numbered(text, i)));
	while (route_table_move(t)) {
		uint32_t some = random_below(count);

		CHECK_INT(found_in(t, numbered(text, some)),
			  some % 2 ? some : NONE);
	}
	CHECK_INT(route_table_unmoved(t), 0);
	CHECK(!route_table_move(t));
	CHECK(route_table_memory(t) < before);
	check_numbered(t, 1, count, 2);
	CHECK_INT(route_table_count(t), count / 2);
	route_table_destroy(t);
}

static void a_million_come_and_go(void)
{
	struct route_table *t = route_table_create(12);
	size_t empty = route_table_memory(t);
	uint8_t text[TEXT_MAX];

	for (uint32_t i = 0; i < 1000000; i++)
		if (!route_table_set(t, numbered(text, i), i))
			fail_msg("no memory at %u", i);
	CHECK_INT(route_table_count(t), 1000000);
	check_numbered(t, 0, 1000000, 7);
	for (uint32_t i = 0; i < 1000000; i++)
		if (!route_table_remove(t, numbered(text, i)))
			fail_msg("%u is gone", i);
	CHECK_INT(route_table_count(t), 0);
	CHECK_INT(route_table_memory(t), empty);
	CHECK_INT(find(t, "g.us.bank1.alice1"), NONE);
	route_table_destroy(t);
}

static void shrinks_when_few_are_left(void)
{
	struct route_table *t = route_table_create(13);
	uint8_t text[TEXT_MAX];
	size_t large;

	for (uint32_t i = 0; i < 100000; i++)
		CHECK(route_table_set(t, numbered(text, i), i));
	large = route_table_memory(t);
	for (uint32_t i = 100; i < 100000; i++)
		CHECK(route_table_remove(t, numbered(text, i)));
	for (uint32_t i = 0; i < 20; i++)
		CHECK(route_table_set(t, numbered(text, 100 + i), 100 + i));
	while (route_table_move(t))
		;
	CHECK(route_table_memory(t) < large / 20);
	check_numbered(t, 0, 120, 1);
	route_table_destroy(t);
}

static void may_be_emptied_while_iterating(void)
{
	struct route_table *t = route_table_create(14);
	struct ilp_bytes prefix;
	size_t cursor = 0;
	uint8_t text[TEXT_MAX];
	uint32_t value;

	for (uint32_t i = 0; i < 1000; i++)
		CHECK(route_table_set(t, numbered(text, i), i));
	while (route_table_next(t, &cursor, &prefix, &value))
		if (value % 2)
			CHECK(route_table_remove(t, prefix));
	CHECK_INT(route_table_count(t), 500);
	check_numbered(t, 0, 1000, 2);
	cursor = 0;
	while (route_table_next(t, &cursor, &prefix, &value))
		CHECK(route_table_remove(t, prefix));
	CHECK_INT(route_table_count(t), 0);
	route_table_destroy(t);
}

TESTS(TEST(finds_the_longest_prefix), TEST(matches_whole_segments_only),
      TEST(takes_the_empty_prefix_as_default_route), TEST(replaces_and_removes),
      TEST(an_empty_table_has_nothing), TEST(bounds_length_and_segments),
      TEST(matches_at_every_length), TEST(matches_at_every_depth),
      TEST(reads_no_byte_beyond_the_address), TEST(finds_many_at_once),
      TEST(agrees_with_a_list), TEST(grows_without_losing_any),
      TEST(no_change_moves_more_than_a_few),
      TEST(a_move_that_is_left_alone_is_finished_by_steps),
      TEST(a_million_come_and_go), TEST(shrinks_when_few_are_left),
      TEST(may_be_emptied_while_iterating))
