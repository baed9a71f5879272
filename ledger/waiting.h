/* SPDX-License-Identifier: Apache-2.0 */
/* waiting.h - what has been submitted and is to be written as it came: records
 * and the journal. What else waits is netted in the chart, and does not grow
 * with the number of batches.
 */
#ifndef LEDGER_WAITING_H
#define LEDGER_WAITING_H

#include "ledger/records.h"
#include "ledger/store.h"

struct waiting {
	struct records records; /* with removals */
	bool keeps_journal;
	struct ledger_journal *journal;
	size_t journal_count;
	size_t journal_room;
};

void waiting_init(struct waiting *waiting, bool keeps_journal);
void waiting_finish(struct waiting *waiting);

/* What it takes, and what it will with that batch. */
size_t waiting_bytes(const struct waiting *waiting,
		     const struct ledger_batch *batch);

/* Makes whatever can fail; then the batch is put, or what was made dropped
 * (records_drop). */
enum ledger_status waiting_make(struct waiting *waiting,
				const struct ledger_batch *batch,
				struct record **made);
void waiting_put(struct waiting *waiting, const struct ledger_batch *batch,
		 struct record *made);

/* Writes all of it in the transaction that ends with batch `last`. */
int waiting_write(const struct waiting *waiting, struct store *store,
		  uint64_t last);

/* It has been written. */
void waiting_clear(struct waiting *waiting);

#endif
