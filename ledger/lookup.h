/* SPDX-License-Identifier: Apache-2.0 */
/* lookup.h - a record as all batches leave it: one of those that wait, or of
 * those in the file that they lie over.
 *
 * What comes out of the file is lent from here until the next look.
 */
#ifndef LEDGER_LOOKUP_H
#define LEDGER_LOOKUP_H

#include "ledger/records.h"
#include "ledger/store.h"

struct lookup {
	struct store *store;
	const struct records *waiting; /* with removals */
	uint8_t key[LEDGER_KEY_MAX];
	uint8_t value[LEDGER_VALUE_MAX];
};

/* The record of that key, or the first behind it: SQLITE_ROW, or SQLITE_DONE
 * when there is none. Anything else is a failure. */
int lookup_find(struct lookup *lookup, struct ilp_bytes key,
		struct ledger_record *out);
int lookup_next(struct lookup *lookup, struct ilp_bytes after,
		struct ledger_record *out);

#endif
