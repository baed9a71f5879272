/* SPDX-License-Identifier: Apache-2.0 */
#include "node/book.h"

#include <assert.h>

/* Amounts have 64 bits, so what is held or new has a great many bits to
 * spare; a wrap would take more packets than there can be. */
void book_sum(ilp_u128 *sum, struct ilp_amount amount)
{
	bool wraps = __builtin_add_overflow(*sum, amount.units, sum);

	assert(!wraps);
}

static void take(ilp_u128 *total, struct ilp_amount amount)
{
	assert(*total >= amount.units);
	*total -= amount.units;
}

bool book_open(struct book *book, const struct ledger_totals *totals)
{
	*book = (struct book){ 0 };
	/* Posted totals may be large; it is what is between them that counts.
	 */
	return !__builtin_sub_overflow(totals->debits_posted,
				       totals->credits_posted, &book->balance);
}

bool book_hold_debit(struct book *book, const struct book_limits *limits,
		     struct ilp_amount amount)
{
	signed_units most;

	if (ilp_amount_is_zero(amount))
		return true;
	if (__builtin_add_overflow(book->balance, book->held_debits, &most) ||
	    __builtin_add_overflow(most, amount.units, &most) ||
	    most > limits->maximum)
		return false;
	book_sum(&book->held_debits, amount);
	return true;
}

bool book_hold_credit(struct book *book, const struct book_limits *limits,
		      struct ilp_amount amount)
{
	signed_units least;

	if (ilp_amount_is_zero(amount))
		return true;
	if (__builtin_sub_overflow(book->balance, book->held_credits, &least) ||
	    __builtin_sub_overflow(least, amount.units, &least) ||
	    least < limits->minimum)
		return false;
	book_sum(&book->held_credits, amount);
	return true;
}

void book_void_debit(struct book *book, struct ilp_amount amount)
{
	take(&book->held_debits, amount);
}

void book_void_credit(struct book *book, struct ilp_amount amount)
{
	take(&book->held_credits, amount);
}

void book_post_debit(struct book *book, struct ilp_amount amount)
{
	take(&book->held_debits, amount);
	book_debit(book, amount);
}

void book_post_credit(struct book *book, struct ilp_amount amount)
{
	take(&book->held_credits, amount);
	book_credit(book, amount);
}

void book_debit(struct book *book, struct ilp_amount amount)
{
	bool wraps = __builtin_add_overflow(book->balance, amount.units,
					    &book->balance);

	assert(!wraps);
	book_sum(&book->new_debits, amount);
}

void book_credit(struct book *book, struct ilp_amount amount)
{
	bool wraps = __builtin_sub_overflow(book->balance, amount.units,
					    &book->balance);

	assert(!wraps);
	book_sum(&book->new_credits, amount);
}

bool book_within(ilp_u128 held, struct ilp_amount more, struct ilp_amount most)
{
	/* The largest amount stands for no limit. */
	if (ilp_amount_compare(most, ILP_AMOUNT_MAX) == 0)
		return true;
	return held <= most.units && more.units <= most.units - held;
}

signed_units book_bound(struct ilp_amount most)
{
	return ilp_amount_compare(most, ILP_AMOUNT_MAX) == 0 ? UNITS_MAX :
							       most.units;
}

signed_units book_units(struct ilp_amount amount)
{
	return (signed_units)amount.units;
}

bool book_is_still(const struct book *book)
{
	return book->held_debits == 0 && book->held_credits == 0 &&
	       book->new_debits == 0 && book->new_credits == 0;
}

struct ilp_bytes book_units_text(uint8_t buffer[BOOK_UNITS_TEXT_MAX],
				 signed_units units)
{
	ilp_u128 rest = units < 0 ? -(ilp_u128)units : (ilp_u128)units;
	size_t at = BOOK_UNITS_TEXT_MAX;

	do {
		buffer[--at] = (uint8_t)('0' + (unsigned)(rest % 10));
		rest /= 10;
	} while (rest);
	if (units < 0)
		buffer[--at] = '-';
	return (struct ilp_bytes){ buffer + at, BOOK_UNITS_TEXT_MAX - at };
}
