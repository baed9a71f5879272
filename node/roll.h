/* SPDX-License-Identifier: Apache-2.0 */
/* roll.h - which account of the ledger is whose.
 *
 * The ledger only knows numbers, and never uses one again; people and the
 * configuration know names. Which is which stands in records of the ledger,
 * each written with the opening of its account, and is read into the roll when
 * the node starts: so an account goes on where an earlier run left it.
 *
 *     "account/alice"   its number
 *     "exchange/2/USD"  likewise; and "late/2/USD" and "adjusted/2/USD": the
 *                       node's own, of an asset
 *     "next"            the number of the next account
 *     "longest"         ms that a packet is under way at most (books.h)
 *     "doubt/alice"     units that are unresolved (exposure.h)
 */
#ifndef NODE_ROLL_H
#define NODE_ROLL_H

#include "node/book.h"

#define ROLL_NAME_MAX 160

/* What an earlier run has left, of an account that is open in the ledger. */
struct roll_entry {
	uint64_t number;
	struct ledger_asset asset;
	signed_units balance;
	ilp_u128 ceiling; /* so much was perhaps on its way to the peer, */
	ilp_u128 unresolved; /* and so much in runs before */
};

struct roll;

/* NULL when there is no memory. */
struct roll *roll_create(void);
void roll_destroy(struct roll *roll);

/* Reads all of it from a ledger. False, and a line of text for people, when
 * it does not make sense, or there is no memory. */
bool roll_read(struct roll *roll, const struct ledger *ledger, char *error,
	       size_t error_size);

/* The number that the next new account gets: 1 in an empty ledger. */
uint64_t roll_next_number(const struct roll *roll);

/* What is left for that name; false: nothing. */
bool roll_find(const struct roll *roll, struct ilp_bytes name,
	       struct roll_entry *out);

/* Something is left for it, instead of what was; false: no memory. */
bool roll_set(struct roll *roll, struct ilp_bytes name,
	      const struct roll_entry *entry);

/* Nothing is left for it any more. */
void roll_remove(struct roll *roll, struct ilp_bytes name);

/* The next name, in no order, with what is left for it; start with a cursor of
 * zero. The name is borrowed until the roll changes. */
bool roll_next(const struct roll *roll, size_t *cursor, struct ilp_bytes *name,
	       struct roll_entry *out);

#endif
