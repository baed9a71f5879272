/* SPDX-License-Identifier: Apache-2.0 */
/* A balance stays between its limits whatever becomes of what is held, up to
 * the ends of what can be counted. */
#include "node/book.h"

#include "test/check.h"
#include "test/random.h"

static const struct book_limits unlimited = { UNITS_MIN, UNITS_MAX };

/* One with this balance. */
static struct book book_with(signed_units balance)
{
	const struct ledger_totals totals = {
		.debits_posted = balance > 0 ? (ilp_u128)balance : 0,
		.credits_posted = balance < 0 ? -(ilp_u128)balance : 0,
	};
	struct book book;

	CHECK(book_open(&book, &totals));
	CHECK(book.balance == balance);
	return book;
}

static void begins_with_the_balance_of_the_ledger(void)
{
	const ilp_u128 all = ~(ilp_u128)0, half = (ilp_u128)1 << 127;
	const struct {
		ilp_u128 debits, credits;
		bool fits;
		signed_units balance;
	} rows[] = {
		{ 0, 0, true, 0 },
		{ 7, 3, true, 4 },
		{ 3, 7, true, -4 },
		{ all, all, true, 0 },
		{ all, all - 5, true, 5 },
		{ half - 1, 0, true, UNITS_MAX },
		{ half, 0, false, 0 },
		{ all, 0, false, 0 },
		{ 0, half, true, UNITS_MIN },
		{ 0, half + 1, false, 0 },
		{ 0, all, false, 0 },
		{ all, half, true, UNITS_MAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct ledger_totals totals = {
			.debits_posted = rows[i].debits,
			.credits_posted = rows[i].credits,
			.debits_pending = 99,
			.credits_pending = 99,
		};
		struct book book;

		CHECK_INT(book_open(&book, &totals), rows[i].fits);
		if (!rows[i].fits)
			continue;
		CHECK(book.balance == rows[i].balance);
		CHECK(book_is_still(&book));
	}
}

static void a_debit_goes_up_to_the_maximum(void)
{
	const struct book_limits limits = { UNITS_MIN, 100 };
	struct book book = book_with(40);

	CHECK(!book_hold_debit(&book, &limits, ilp_amount(61)));
	CHECK(book.held_debits == 0);
	CHECK(book_hold_debit(&book, &limits, ilp_amount(50)));
	CHECK(!book_hold_debit(&book, &limits, ilp_amount(11)));
	CHECK(book_hold_debit(&book, &limits, ilp_amount(10)));
	CHECK(!book_hold_debit(&book, &limits, ilp_amount(1)));
	CHECK(book.held_debits == 60 && book.balance == 40);
}

static void a_credit_goes_down_to_the_minimum(void)
{
	const struct book_limits limits = { -100, UNITS_MAX };
	struct book book = book_with(-40);

	CHECK(!book_hold_credit(&book, &limits, ilp_amount(61)));
	CHECK(book.held_credits == 0);
	CHECK(book_hold_credit(&book, &limits, ilp_amount(50)));
	CHECK(!book_hold_credit(&book, &limits, ilp_amount(11)));
	CHECK(book_hold_credit(&book, &limits, ilp_amount(10)));
	CHECK(!book_hold_credit(&book, &limits, ilp_amount(1)));
	CHECK(book.held_credits == 60 && book.balance == -40);
}

static void what_is_held_never_helps_whoever_asks(void)
{
	const struct book_limits limits = { -100, 100 };
	struct book book = book_with(0);

	CHECK(book_hold_debit(&book, &limits, ilp_amount(100)));
	CHECK(!book_hold_credit(&book, &limits, ilp_amount(101)));
	CHECK(book_hold_credit(&book, &limits, ilp_amount(100)));
	CHECK(!book_hold_debit(&book, &limits, ilp_amount(1)));
	CHECK(!book_hold_credit(&book, &limits, ilp_amount(1)));
}

/* Who must pay before has a negative maximum, and whom we must pay before a
 * positive minimum. */
static void limits_may_lie_on_either_side_of_zero(void)
{
	const struct book_limits prepaid = { UNITS_MIN, -100 };
	const struct book_limits owing = { 100, UNITS_MAX };
	struct book book = book_with(0);

	CHECK(!book_hold_debit(&book, &prepaid, ilp_amount(1)));
	CHECK(!book_hold_credit(&book, &owing, ilp_amount(1)));
	book = book_with(-150);
	CHECK(!book_hold_debit(&book, &prepaid, ilp_amount(51)));
	CHECK(book_hold_debit(&book, &prepaid, ilp_amount(50)));
	book = book_with(150);
	CHECK(!book_hold_credit(&book, &owing, ilp_amount(51)));
	CHECK(book_hold_credit(&book, &owing, ilp_amount(50)));
}

static void counting_ends_where_the_numbers_do(void)
{
	const uint64_t most = UINT64_MAX;
	struct book book = book_with(UNITS_MAX - (signed_units)most);

	CHECK(book_hold_debit(&book, &unlimited, ilp_amount(most - 1)));
	CHECK(!book_hold_debit(&book, &unlimited, ilp_amount(2)));
	CHECK(book_hold_debit(&book, &unlimited, ilp_amount(1)));
	CHECK(!book_hold_debit(&book, &unlimited, ilp_amount(most)));
	book_post_debit(&book, ilp_amount(most));
	CHECK(book.balance == UNITS_MAX);
	CHECK(!book_hold_debit(&book, &unlimited, ilp_amount(1)));
	CHECK(book_hold_credit(&book, &unlimited, ilp_amount(most)));

	book = book_with(UNITS_MIN + (signed_units)most);
	CHECK(book_hold_credit(&book, &unlimited, ilp_amount(most - 1)));
	CHECK(!book_hold_credit(&book, &unlimited, ilp_amount(2)));
	CHECK(book_hold_credit(&book, &unlimited, ilp_amount(1)));
	CHECK(!book_hold_credit(&book, &unlimited, ilp_amount(most)));
	book_post_credit(&book, ilp_amount(most));
	CHECK(book.balance == UNITS_MIN);
	CHECK(!book_hold_credit(&book, &unlimited, ilp_amount(1)));
	CHECK(book_hold_debit(&book, &unlimited, ilp_amount(most)));
}

static void zero_is_always_held(void)
{
	const struct book_limits none = { 60, -60 };
	struct book book = book_with(50);

	CHECK(book_hold_debit(&book, &none, ILP_AMOUNT_ZERO));
	CHECK(book_hold_credit(&book, &none, ILP_AMOUNT_ZERO));
	book_post_debit(&book, ILP_AMOUNT_ZERO);
	book_void_credit(&book, ILP_AMOUNT_ZERO);
	CHECK(book_is_still(&book));
}

static void is_still_when_nothing_is_held_or_to_be_told(void)
{
	struct book book = book_with(50);

	CHECK(book_is_still(&book));
	CHECK(book_hold_debit(&book, &unlimited, ilp_amount(1)));
	CHECK(!book_is_still(&book));
	book_void_debit(&book, ilp_amount(1));
	CHECK(book_is_still(&book));
	CHECK(book_hold_credit(&book, &unlimited, ilp_amount(1)));
	CHECK(!book_is_still(&book));
	book_void_credit(&book, ilp_amount(1));
	book_debit(&book, ilp_amount(1));
	CHECK(!book_is_still(&book) && book.new_debits == 1);
	book.new_debits = 0;
	book_credit(&book, ilp_amount(1));
	CHECK(!book_is_still(&book) && book.new_credits == 1);
}

static void within_counts_both_without_wrapping(void)
{
	const ilp_u128 all = ~(ilp_u128)0;

	CHECK(book_within(0, ILP_AMOUNT_ZERO, ILP_AMOUNT_ZERO));
	CHECK(book_within(3, ilp_amount(7), ilp_amount(10)));
	CHECK(!book_within(4, ilp_amount(7), ilp_amount(10)));
	CHECK(!book_within(11, ILP_AMOUNT_ZERO, ilp_amount(10)));
	CHECK(book_within(0, ILP_AMOUNT_MAX, ILP_AMOUNT_MAX));
	CHECK(book_within(1, ILP_AMOUNT_MAX, ILP_AMOUNT_MAX)); /* no limit */
	CHECK(book_within(all, ilp_amount(1), ILP_AMOUNT_MAX));
	CHECK(!book_within((ilp_u128)1 << 64, ilp_amount(1), ilp_amount(5)));
}

#define HOLDS 30

/* What is held on one side. */
struct holds {
	uint64_t amounts[HOLDS];
	size_t count;
};

struct model {
	signed_units balance;
	signed_units held[2]; /* debits, credits */
	ilp_u128 posted[2];
	struct holds holds[2];
};

/* The balance if all that is held on this side is posted, and `more`. */
static signed_units at_worst(const struct model *m, int side, uint64_t more)
{
	signed_units moved = m->held[side] + more;

	return side == 0 ? m->balance + moved : m->balance - moved;
}

static void hold(struct model *m, struct book *book,
		 const struct book_limits *limits, int side, uint64_t units)
{
	signed_units worst = at_worst(m, side, units);
	bool may = units == 0 || (side == 0 ? worst <= limits->maximum :
					      worst >= limits->minimum);
	bool held = (side == 0 ? book_hold_debit : book_hold_credit)(
		book, limits, ilp_amount(units));

	CHECK_INT(held, may);
	if (!held)
		return;
	m->held[side] += units;
	m->holds[side].amounts[m->holds[side].count++] = units;
}

static void let_go(struct model *m, struct book *book, struct random_source *r,
		   int side)
{
	struct holds *holds = &m->holds[side];
	size_t i = random_below(r, holds->count);
	uint64_t units = holds->amounts[i];
	bool post = random_below(r, 2);

	holds->amounts[i] = holds->amounts[--holds->count];
	m->held[side] -= units;
	if (post && side == 0)
		book_post_debit(book, ilp_amount(units));
	else if (post)
		book_post_credit(book, ilp_amount(units));
	else if (side == 0)
		book_void_debit(book, ilp_amount(units));
	else
		book_void_credit(book, ilp_amount(units));
	if (post) {
		m->posted[side] += units;
		m->balance +=
			side == 0 ? (signed_units)units : -(signed_units)units;
	}
}

static void check_same(const struct model *m, const struct book *book,
		       const struct book_limits *limits)
{
	CHECK(book->balance == m->balance);
	CHECK(book->held_debits == (ilp_u128)m->held[0]);
	CHECK(book->held_credits == (ilp_u128)m->held[1]);
	CHECK(book->new_debits == m->posted[0]);
	CHECK(book->new_credits == m->posted[1]);
	CHECK(at_worst(m, 0, 0) <= limits->maximum);
	CHECK(at_worst(m, 1, 0) >= limits->minimum);
}

/* Some limits on both sides of zero, or none. */
static struct book_limits some_limits(struct random_source *r)
{
	struct book_limits limits = unlimited;

	if (random_below(r, 4))
		limits.minimum = -(signed_units)random_wide(r);
	if (random_below(r, 4))
		limits.maximum = (signed_units)random_wide(r);
	return limits;
}

static void keeps_its_limits_whatever_becomes_of_what_is_held(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 500; turn++) {
		const struct book_limits limits = some_limits(&random);
		struct book book = book_with(0);
		struct model m = { 0 };

		for (int step = 0; step < 200; step++) {
			int side = (int)random_below(&random, 2);

			if (m.holds[side].count == HOLDS ||
			    (m.holds[side].count && random_below(&random, 2)))
				let_go(&m, &book, &random, side);
			else
				hold(&m, &book, &limits, side,
				     random_wide(&random));
			check_same(&m, &book, &limits);
		}
	}
}

TESTS(TEST(begins_with_the_balance_of_the_ledger),
      TEST(a_debit_goes_up_to_the_maximum),
      TEST(a_credit_goes_down_to_the_minimum),
      TEST(what_is_held_never_helps_whoever_asks),
      TEST(limits_may_lie_on_either_side_of_zero),
      TEST(counting_ends_where_the_numbers_do), TEST(zero_is_always_held),
      TEST(is_still_when_nothing_is_held_or_to_be_told),
      TEST(within_counts_both_without_wrapping),
      TEST(keeps_its_limits_whatever_becomes_of_what_is_held))
