/* SPDX-License-Identifier: Apache-2.0 */
/* What is written of a change is read again, in few bytes; and there is one
 * way to write it, so that anything else is refused. */
#include "ledger/delta.h"

#include "test/random.h"

static bool same(const struct delta_entry *a, const struct delta_entry *b)
{
	for (int i = 0; i < 4; i++)
		if (a->units[i] != b->units[i] || a->take[i] != b->take[i])
			return false;
	return a->account == b->account && a->has_ceiling == b->has_ceiling &&
	       (!a->has_ceiling || a->ceiling == b->ceiling);
}

static ilp_u128 random_units(struct random_source *r)
{
	return (ilp_u128)random_wide(r) << random_below(r, 65) | random_wide(r);
}

/* It changes something. */
static struct delta_entry random_entry(struct random_source *r)
{
	struct delta_entry e = { .account = random_wide(r) | 1 };

	e.has_ceiling = random_below(r, 4) == 0;
	e.ceiling = e.has_ceiling ? random_units(r) : 0;
	for (int i = 0; i < 4; i++)
		if (random_below(r, 2))
			e.units[i] = random_units(r);
	for (int i = 2; i < 4; i++)
		e.take[i] = e.units[i] && random_below(r, 2);
	if (!e.has_ceiling && !e.units[0])
		e.units[0] = 1;
	return e;
}

static void what_is_written_is_read_again(void)
{
	struct random_source r = random_start();
	static uint8_t bytes[100 * DELTA_ENTRY_MAX];
	struct delta_entry entries[100], found;

	for (int round = 0; round < 200; round++) {
		uint8_t *at = bytes;
		struct ilp_bytes left;

		for (int i = 0; i < 100; i++) {
			uint8_t *start = at;

			entries[i] = random_entry(&r);
			at = delta_write(at, &entries[i]);
			CHECK(at - start <= DELTA_ENTRY_MAX);
		}
		left = (struct ilp_bytes){ bytes, (size_t)(at - bytes) };
		for (int i = 0; i < 100; i++) {
			CHECK(delta_read(&left, &found));
			CHECK(same(&found, &entries[i]));
		}
		CHECK_INT(left.len, 0);
	}
}

static void a_payment_takes_six_bytes(void)
{
	const struct delta_entry e = {
		.account = 100000, .units = { [LEDGER_DEBITS_POSTED] = 10000 }
	};
	uint8_t bytes[DELTA_ENTRY_MAX];

	CHECK_BYTES(((struct ilp_bytes){
			    bytes, (size_t)(delta_write(bytes, &e) - bytes) }),
		    hex("a08d0601904e"));
}

static void the_longest_entry_has_room(void)
{
	const ilp_u128 most = ~(ilp_u128)0;
	const struct delta_entry e = {
		.account = UINT64_MAX,
		.units = { most, most, most, most },
		.take = { false, false, true, true },
		.has_ceiling = true,
		.ceiling = most,
	};
	uint8_t bytes[DELTA_ENTRY_MAX + 1];
	struct ilp_bytes all = { bytes, DELTA_ENTRY_MAX };
	struct delta_entry found;

	CHECK(delta_write(bytes, &e) == bytes + DELTA_ENTRY_MAX);
	CHECK(delta_read(&all, &found) && same(&found, &e));
}

static void every_truncation_is_refused(void)
{
	struct random_source r = random_start();

	for (int round = 0; round < 1000; round++) {
		const struct delta_entry e = random_entry(&r);
		uint8_t bytes[DELTA_ENTRY_MAX];
		size_t whole = (size_t)(delta_write(bytes, &e) - bytes);

		for (size_t len = 0; len < whole; len++) {
			struct ilp_bytes cut =
				exact_copy((struct ilp_bytes){ bytes, len });
			struct ilp_bytes left = cut;
			struct delta_entry found;

			CHECK(!delta_read(&left, &found));
			CHECK(left.at == cut.at && left.len == len);
			exact_free(cut);
		}
	}
}

static void there_is_one_way_to_write_it(void)
{
	static const char *const wrong[] = {
		"000105",                   /* no account */
		"0100",                     /* no change */
		"01810005",                 /* a flag that is none */
		"010100",                   /* of nothing */
		"01018500",                 /* a longer number than it takes */
		"81000105",                 /* or id */
		"011005",                   /* fallen, but unchanged */
		"01110105",                 /* so too beside another one */
		"01408500",                 /* the same in a ceiling */
		"ffffffffffffffffff020105", /* an id of 65 bits */
		"0101ffffffffffffffffffffffffffffffffffff04", /* 129 bits */
	};
	struct delta_entry found;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct ilp_bytes left = hex(wrong[i]);

		if (delta_read(&left, &found))
			fail_msg("%s was read", wrong[i]);
	}
	CHECK(delta_read(&(struct ilp_bytes){ hex("010105").at, 3 }, &found));
	CHECK(delta_read(&(struct ilp_bytes){ hex("014000").at, 3 }, &found));
}

static void the_difference_of_totals_leads_from_one_to_the_other(void)
{
	const struct ledger_totals before = { 5, 6, 7, ~(ilp_u128)0 };
	const struct ledger_totals after = { 5, ~(ilp_u128)0, 8, 0 };
	struct delta_entry e;

	CHECK(!delta_compare(&e, &before, &before));
	CHECK(delta_compare(&e, &before, &after));
	CHECK(e.units[0] == 0 && !e.take[0]);
	CHECK(e.units[1] == ~(ilp_u128)0 - 6 && !e.take[1]);
	CHECK(e.units[2] == 1 && !e.take[2]);
	CHECK(e.units[3] == ~(ilp_u128)0 && e.take[3]);
}

TESTS(TEST(what_is_written_is_read_again), TEST(a_payment_takes_six_bytes),
      TEST(the_longest_entry_has_room), TEST(every_truncation_is_refused),
      TEST(there_is_one_way_to_write_it),
      TEST(the_difference_of_totals_leads_from_one_to_the_other))
