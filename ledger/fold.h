/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h - deltas become accounts' rows again, a slice with each tick.
 *
 *     walk   goes through all open accounts in the order of their ids, and
 *            writes the row of each that has changed since its row was
 *            written. When it is through, no delta from before the walk is
 *            needed any more
 *     drop   deletes those deltas, and the next walk begins
 *
 * The work of a slice is as much as the tick's own delta is long: the walk is
 * through when `fold_bytes` of deltas have been written. So the file has a
 * bound, a quiet ledger writes nothing, and a busy one writes each row once
 * for many changes.
 *
 * The state is a value, so that a slice whose transaction fails has not
 * happened.
 */
#ifndef LEDGER_FOLD_H
#define LEDGER_FOLD_H

#include "ledger/chart.h"
#include "ledger/store.h"

struct fold {
	uint64_t start;   /* the last batch before the walk */
	uint64_t visited; /* the id of the last account */
	bool dropping;
	uint64_t credit; /* work that is due, in accounts times bytes */
};

/* One slice, in the transaction whose last batch is `last` and whose delta has
 * so many bytes. `folded` are the accounts whose rows it wrote, and which have
 * them once that is committed. */
int fold_slice(struct fold *fold, struct store *store,
	       const struct chart *chart, uint64_t last, size_t delta_bytes,
	       size_t fold_bytes, struct chart_account **folded);

/* All of it at once, in a transaction of its own, up to that last batch: every
 * row is written that is behind, and every delta dropped but the last. */
int fold_all(struct store *store, const struct chart *chart, uint64_t last);

/* Writes an account's row as it is after that batch. */
int fold_account(struct store *store, const struct chart_account *account,
		 uint64_t last);

#endif
