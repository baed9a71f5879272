/* SPDX-License-Identifier: Apache-2.0 */
/* records.h - records in memory, in the order of their keys.
 *
 * They are all there is, or they lie over those of a store that does not have
 * them yet: then a removal is kept too, as a record without a value, since it
 * hides the one below.
 */
#ifndef LEDGER_RECORDS_H
#define LEDGER_RECORDS_H

#include "ledger/ledger.h"
#include "ledger/skiplist.h"

struct record {
	struct skiplist_item item;
	struct record *behind; /* while it waits to be put, or to be freed */
	size_t value_len;
	uint8_t bytes[]; /* the key, then the value */
};

/* Full of zeros, it is empty and keeps no removals. */
struct records {
	struct skiplist list;
	bool keeps_removals;
	size_t bytes; /* of all that is in it */
};

void records_clear(struct records *records);

/* Makes a batch's records beforehand, so that putting them cannot fail:
 * RANGE when one is too long or has no key, or NO_MEMORY, and none is made. */
enum ledger_status records_make(const struct records *records,
				const struct ledger_batch *batch,
				struct record **made);

/* Either puts the records of the batch, of which those were made, or frees
 * what was made. The batch may still point to records that go away. */
void records_put(struct records *records, const struct ledger_batch *batch,
		 struct record *made);
void records_drop(struct record *made);

/* The record of that key, and the first one behind it; or NULL. */
const struct record *records_find(const struct records *records,
				  struct ilp_bytes key);
const struct record *records_after(const struct records *records,
				   struct ilp_bytes after);
const struct record *records_first(const struct records *records);

/* Key and value. */
struct ledger_record records_read(const struct record *record);

#endif
