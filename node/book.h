/* SPDX-License-Identifier: Apache-2.0 */
/* book.h - the money of one account, as the shard has it in memory.
 *
 * The shard decides here; the ledger is told afterwards (books.h). Balance =
 * debits − credits: positive when they owe us. What is held counts against
 * whoever asks, never for him: so limits hold whatever comes of the packets
 * in flight.
 */
#ifndef NODE_BOOK_H
#define NODE_BOOK_H

#include "ilp/rate.h"
#include "ledger/ledger.h"

__extension__ typedef __int128 signed_units;

/* No limit, at either end. */
#define UNITS_MAX ((signed_units)((~(ilp_u128)0) >> 1))
#define UNITS_MIN (-UNITS_MAX - 1)

struct book {
	signed_units balance; /* posted */
	ilp_u128 held_debits;
	ilp_u128 held_credits;
	/* Posted, and not yet handed to the ledger. */
	ilp_u128 new_debits;
	ilp_u128 new_credits;
};

/* Between these the balance must stay, with all that is held. */
struct book_limits {
	signed_units minimum; /* as a debt of ours it is negative */
	signed_units maximum;
};

/* Begins with what the ledger has. False when the balance is out of all
 * bounds. */
bool book_open(struct book *book, const struct ledger_totals *totals);

/* Holds an amount; false, and nothing is held, when a limit forbids it. An
 * amount of zero is always held. */
bool book_hold_debit(struct book *book, const struct book_limits *limits,
		     struct ilp_amount amount);
bool book_hold_credit(struct book *book, const struct book_limits *limits,
		      struct ilp_amount amount);

/* Lets go what is held, without or with effect. */
void book_void_debit(struct book *book, struct ilp_amount amount);
void book_void_credit(struct book *book, struct ilp_amount amount);
void book_post_debit(struct book *book, struct ilp_amount amount);
void book_post_credit(struct book *book, struct ilp_amount amount);

/* Posts what nobody held: for the node's own accounts, which have no limits. */
void book_debit(struct book *book, struct ilp_amount amount);
void book_credit(struct book *book, struct ilp_amount amount);

/* Adds to a sum of many. */
void book_sum(ilp_u128 *sum, struct ilp_amount amount);

/* Do `held` and an amount more stay within the most? ILP_AMOUNT_MAX is no
 * limit. */
bool book_within(ilp_u128 held, struct ilp_amount more, struct ilp_amount most);

/* Such a bound in units; UNITS_MAX: there is none. */
signed_units book_bound(struct ilp_amount most);

/* An amount in units. */
signed_units book_units(struct ilp_amount amount);

/* Is nothing held, and nothing still to be told to the ledger? */
bool book_is_still(const struct book *book);

/* The units in decimal, at the end of the buffer. */
#define BOOK_UNITS_TEXT_MAX 40

struct ilp_bytes book_units_text(uint8_t buffer[BOOK_UNITS_TEXT_MAX],
				 signed_units units);

#endif
