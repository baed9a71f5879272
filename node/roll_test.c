/* SPDX-License-Identifier: Apache-2.0 */
/* An account goes on where an earlier run left it: under its name, with its
 * number, its balance and what is in doubt; and whatever else the ledger says
 * is refused in words. */
#include "node/roll.h"

#include "ledger/memory.h"
#include "test/check.h"

static const struct ledger_asset usd = { "USD", 2 };

static struct ledger *ledger;
static struct roll *roll;
static char error[200];

static void start(void)
{
	ledger = ledger_memory_create();
	roll = roll_create();
	CHECK(ledger && roll);
}

static void stop(void)
{
	roll_destroy(roll);
	ledger_destroy(ledger);
}

static void submit(const struct ledger_batch *batch)
{
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, batch, &sequence), LEDGER_OK);
}

static void write_record(const char *key, struct ilp_bytes value)
{
	const struct ledger_record record = { ilp_text(key), value };

	submit(&(struct ledger_batch){ .records = &record, .record_count = 1 });
}

static void write_number(const char *key, uint64_t number)
{
	uint8_t value[8];

	ilp_store_u64(value, number);
	write_record(key, ILP_BYTES(value));
}

static void open(const char *name, uint64_t number)
{
	const struct ledger_opening opening = { number, usd };

	submit(&(struct ledger_batch){ .openings = &opening,
				       .opening_count = 1 });
	if (name)
		write_number(name, number);
}

static void move(uint64_t from, uint64_t to, ilp_u128 units)
{
	const struct ledger_entry entries[] = {
		{ .account = from, .total = LEDGER_DEBITS_POSTED,
		  .units = units },
		{ .account = to, .total = LEDGER_CREDITS_POSTED,
		  .units = units },
	};

	submit(&(struct ledger_batch){ .entries = entries, .entry_count = 2 });
}

static void set_ceiling(uint64_t account, ilp_u128 units)
{
	const struct ledger_ceiling ceiling = { account, units };

	submit(&(struct ledger_batch){ .ceilings = &ceiling,
				       .ceiling_count = 1 });
}

static bool read_all(void)
{
	error[0] = '\0';
	return roll_read(roll, ledger, error, sizeof(error));
}

static void an_empty_ledger_leaves_nothing(void)
{
	struct ilp_bytes name;
	struct roll_entry e;
	size_t cursor = 0;

	start();
	CHECK(read_all());
	CHECK_INT(roll_next_number(roll), 1);
	CHECK(!roll_find(roll, ilp_text("account/alice"), &e));
	CHECK(!roll_next(roll, &cursor, &name, &e));
	stop();
}

static void what_is_left_is_found_by_its_name(void)
{
	static const uint8_t doubt[16] = { [0] = 1, [15] = 7 };
	struct roll_entry e;

	start();
	open("account/alice", 3);
	open("exchange/2/USD", 1);
	open("late/2/USD", 2);
	write_number("next", 4);
	write_record("doubt/alice", ILP_BYTES(doubt));
	write_record("anything else", ilp_text("is not looked at"));
	move(3, 1, 77);
	set_ceiling(3, 1000);
	CHECK(read_all());
	CHECK(roll_find(roll, ilp_text("account/alice"), &e));
	CHECK_INT(e.number, 3);
	CHECK(e.balance == 77 && e.ceiling == 1000);
	CHECK(e.unresolved == ((ilp_u128)1 << 120 | 7));
	CHECK_TEXT(ilp_text(e.asset.code), "USD");
	CHECK(roll_find(roll, ilp_text("exchange/2/USD"), &e));
	CHECK(e.number == 1 && e.balance == -77 && e.unresolved == 0);
	CHECK_INT(roll_next_number(roll), 4);
	stop();
}

static void what_makes_no_sense_is_refused_in_words(void)
{
	static const struct {
		const char *key;
		uint64_t number;
		const char *text;
	} rows[] = {
		{ "account/bob", 7, "the ledger has no account of its own for "
				    "\"account/bob\"" },
		{ "account/bob", 0, "the ledger has no account of its own for "
				    "\"account/bob\"" },
		{ "account/bob", 1, "the ledger has no account of its own for "
				    "\"account/bob\"" },
		{ "doubt/bob", 1, "the ledger cannot tell whose is "
				  "\"doubt/bob\"" },
		{ "next", 0, "the ledger does not know its next account" },
		{ "next", 1, "the ledger would give again the number of "
			     "\"account/alice\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start();
		open("account/alice", 1);
		write_number("next", 2);
		write_number(rows[i].key, rows[i].number);
		CHECK(!read_all());
		CHECK_TEXT(ilp_text(error), rows[i].text);
		stop();
	}
}

static void an_account_without_a_name_is_refused(void)
{
	start();
	open("account/alice", 1);
	open(NULL, 2);
	write_number("next", 3);
	CHECK(!read_all());
	CHECK_TEXT(ilp_text(error),
		   "the ledger has 2 accounts, and names for 1");
	stop();
}

static void numbers_of_another_length_are_refused(void)
{
	start();
	open("account/alice", 1);
	write_number("next", 2);
	write_record("account/alice", ilp_text("1"));
	CHECK(!read_all());
	stop();
	start();
	open("account/alice", 1);
	write_record("next", ilp_text("2"));
	CHECK(!read_all());
	stop();
}

static void lines_come_and_go(void)
{
	struct roll_entry e = { .number = 0 };
	struct ilp_bytes name;
	size_t cursor = 0, seen = 0;
	char text[20];

	start();
	for (uint64_t i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "account/%u", (unsigned)i);
		e.number = i;
		CHECK(roll_set(roll, ilp_text(text), &e));
	}
	for (unsigned i = 0; i < 1000; i += 2) {
		snprintf(text, sizeof(text), "account/%u", i);
		roll_remove(roll, ilp_text(text));
		roll_remove(roll, ilp_text(text)); /* nothing more */
	}
	e.number = 4711;
	CHECK(roll_set(roll, ilp_text("account/1"), &e));
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "account/%u", i);
		CHECK_INT(roll_find(roll, ilp_text(text), &e), i % 2);
		if (i % 2)
			CHECK_INT(e.number, i == 1 ? 4711 : i);
	}
	while (roll_next(roll, &cursor, &name, &e))
		seen++;
	CHECK_INT(seen, 500);
	stop();
}

TESTS(TEST(an_empty_ledger_leaves_nothing),
      TEST(what_is_left_is_found_by_its_name),
      TEST(what_makes_no_sense_is_refused_in_words),
      TEST(an_account_without_a_name_is_refused),
      TEST(numbers_of_another_length_are_refused), TEST(lines_come_and_go))
