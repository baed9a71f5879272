/* SPDX-License-Identifier: Apache-2.0 */
/* delta.h - what some batches together did to accounts, as bytes.
 *
 * The store appends one of these for each tick, instead of writing a row for
 * every account; only later, and once for many of them, they are folded into
 * the rows. So they are short: an entry for each account, six bytes when it
 * was paid once.
 *
 *     entry    account flags units{as many as flags tell} [ceiling]
 *     account, units, ceiling    seven bits a byte, the lowest first, the
 *              highest bit set in all bytes but the last, which is not 0
 *     flags    0x01 posted debits changed   0x10 pending debits have fallen
 *              0x02 posted credits          0x20 pending credits have fallen
 *              0x04 pending debits          0x40 there is a ceiling
 *              0x08 pending credits
 */
#ifndef LEDGER_DELTA_H
#define LEDGER_DELTA_H

#include "ledger/ledger.h"

struct delta_entry {
	uint64_t account;
	ilp_u128 units[4]; /* in the order of enum ledger_total; 0: same */
	bool take[4];      /* off the total */
	bool has_ceiling;  /* it became this: */
	ilp_u128 ceiling;
};

/* What the longest entry takes. */
#define DELTA_ENTRY_MAX 106

/* The changes that make `after` out of `before`; false when there are none.
 * Posted totals have not fallen. The rest of the entry is left alone. */
bool delta_compare(struct delta_entry *out, const struct ledger_totals *before,
		   const struct ledger_totals *after);

/* Writes an entry that changes something, and gives where it ends. */
uint8_t *delta_write(uint8_t *at, const struct delta_entry *entry);

/* Takes the first entry off a delta. False when it is none, or there is only
 * one way to write it and this is another. */
bool delta_read(struct ilp_bytes *delta, struct delta_entry *out);

#endif
