/* SPDX-License-Identifier: Apache-2.0 */
/* What is put into a catalog is found under its name, and comes back from the
 * ledger that was told of it. */
#include "node/admin/catalog.h"

#include "ledger/memory.h"
#include "test/check.h"

static const uint8_t key[SEAL_KEY_LEN] = { 1 };
static const uint8_t seed[32] = { 2 };

static struct catalog *make(const uint8_t *with)
{
	struct catalog *c = catalog_create(
		with ? seal_create(with, seed) : NULL, seed);

	assert_non_null(c);
	return c;
}

static void put(struct catalog *c, const char *name, const char *text)
{
	struct catalog_item *item = catalog_make(ilp_text(name), ilp_text(text));

	assert_non_null(item);
	catalog_put(c, item);
}

/* Tells the ledger; with an empty text, that it is gone. */
static void record(struct catalog *c, struct ledger *ledger, const char *name,
		   const char *text)
{
	uint8_t room[256];
	struct ledger_record r;
	struct ledger_batch batch = { .records = &r, .record_count = 1 };
	uint64_t sequence;

	CHECK(catalog_record(c, ilp_text(name), ilp_text(text), room, &r));
	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
}

static size_t count(const struct catalog *c)
{
	const struct catalog_item *item = NULL;
	size_t sum = 0;

	while ((item = catalog_next(c, item)))
		sum++;
	return sum;
}

static void a_name_has_the_text_that_it_got_last(void)
{
	struct catalog *c = make(NULL);

	put(c, "account/a", "one");
	put(c, "account/b", "two");
	put(c, "account/a", "three");
	CHECK_TEXT(catalog_find(c, ilp_text("account/a")), "three");
	CHECK_TEXT(catalog_find(c, ilp_text("account/b")), "two");
	CHECK_INT(catalog_find(c, ilp_text("account/")).len, 0);
	CHECK_INT(count(c), 2);
	catalog_remove(c, ilp_text("account/a"));
	catalog_remove(c, ilp_text("account/x"));
	CHECK_INT(catalog_find(c, ilp_text("account/a")).len, 0);
	CHECK_INT(count(c), 1);
	catalog_destroy(c);
}

static void many_are_found(void)
{
	struct catalog *c = make(NULL);
	char name[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "account/%d", i);
		put(c, name, name + 8);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "account/%d", i);
		CHECK_TEXT(catalog_find(c, ilp_text(name)), name + 8);
	}
	CHECK_INT(count(c), 5000);
	catalog_destroy(c);
}

static void what_the_ledger_was_told_comes_back(void)
{
	struct ledger *ledger = ledger_memory_create();
	struct catalog *c = make(key);
	char error[128];

	record(c, ledger, "account/a", "one");
	record(c, ledger, "account/b", "two");
	record(c, ledger, "account/a", "three");
	record(c, ledger, "route/g", "a");
	record(c, ledger, "account/b", "");
	catalog_destroy(c);
	c = make(key);
	CHECK(catalog_restore(c, ledger, error, sizeof(error)));
	CHECK_INT(count(c), 2);
	CHECK_TEXT(catalog_find(c, ilp_text("account/a")), "three");
	CHECK_TEXT(catalog_find(c, ilp_text("route/g")), "a");
	catalog_destroy(c);
	ledger_destroy(ledger);
}

/* Nor is another's record taken for one of these. */
static void the_ledger_has_no_text_as_it_is(void)
{
	struct ledger *ledger = ledger_memory_create();
	struct ledger_record r = { .key = ilp_text("madeira"),
				   .value = ilp_text("wine") };
	struct ledger_batch batch = { .records = &r, .record_count = 1 };
	struct catalog *c = make(key);
	struct ilp_bytes value;
	uint64_t sequence;
	char error[128];

	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	record(c, ledger, "account/a", "geheim");
	CHECK(ledger_record(ledger, ilp_text("made/account/a"), &value));
	CHECK_INT(value.len, 6 + SEAL_OVERHEAD);
	for (size_t i = 0; i + 6 <= value.len; i++)
		CHECK(memcmp(value.at + i, "geheim", 6) != 0);
	CHECK(catalog_restore(c, ledger, error, sizeof(error)));
	CHECK_INT(count(c), 1);
	catalog_destroy(c);
	ledger_destroy(ledger);
}

static void another_key_is_told_by_the_record_that_it_does_not_open(void)
{
	static const uint8_t other[SEAL_KEY_LEN] = { 3 };
	struct ledger *ledger = ledger_memory_create();
	struct catalog *c = make(key);
	char error[128];

	record(c, ledger, "account/a", "one");
	catalog_destroy(c);
	c = make(other);
	CHECK(!catalog_restore(c, ledger, error, sizeof(error)));
	assert_string_equal(error, "the data file's record \"made/account/a\" "
				   "cannot be read: was it sealed with another "
				   "key?");
	catalog_destroy(c);
	ledger_destroy(ledger);
}

static void what_is_too_long_for_the_ledger_is_refused(void)
{
	static uint8_t bytes[CATALOG_TEXT_MAX + 1];
	struct ilp_bytes name = { bytes, CATALOG_NAME_MAX };
	struct ilp_bytes text = { bytes, CATALOG_TEXT_MAX };
	struct catalog_item *item = catalog_make(name, text);

	assert_non_null(item);
	catalog_drop(item);
	name.len++;
	assert_null(catalog_make(name, text));
	name.len--;
	text.len++;
	assert_null(catalog_make(name, text));
}

TESTS(TEST(a_name_has_the_text_that_it_got_last), TEST(many_are_found),
      TEST(what_the_ledger_was_told_comes_back),
      TEST(the_ledger_has_no_text_as_it_is),
      TEST(another_key_is_told_by_the_record_that_it_does_not_open),
      TEST(what_is_too_long_for_the_ledger_is_refused))
