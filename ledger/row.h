/* SPDX-License-Identifier: Apache-2.0 */
/* row.h - the rows of a ledger's file, one way and the other, and the check
 * values that they carry.
 *
 * Writers give SQLite's codes. Readers give SQLITE_ROW as long as there is
 * one, and `good` tells whether it is what was written; after the last row, or
 * a failure, the next call starts anew.
 */
#ifndef LEDGER_ROW_H
#define LEDGER_ROW_H

#include "ledger/store.h"

struct row_account {
	uint64_t account;
	uint16_t asset; /* its number */
	bool closed;
	struct ledger_totals totals;
	ilp_u128 ceiling;
	uint64_t through; /* the batch up to which all is in it */
};

struct row_delta {
	uint64_t first;
	uint64_t last;
	struct ilp_bytes entries; /* borrowed, when read */
};

struct row_asset {
	uint64_t number;
	struct ledger_asset asset;
};

int row_put_meta(struct store *store, const char *key, uint64_t value);
int row_put_asset(struct store *store, const struct row_asset *row);
int row_put_account(struct store *store, const struct row_account *row);
int row_put_delta(struct store *store, const struct row_delta *row);
int row_put_journal(struct store *store, uint64_t batch,
		    const struct ledger_journal *rows, size_t count);

/* A record without a value is removed. */
int row_put_record(struct store *store, const struct ledger_record *record);

/* The oldest deltas that end at that batch or before, so many at most. */
int row_drop_deltas(struct store *store, uint64_t through, uint32_t count);

int row_read_asset(struct store *store, struct row_asset *out, bool *good);
int row_read_account(struct store *store, struct row_account *out, bool *good);
int row_read_delta(struct store *store, struct row_delta *out, bool *good);
int row_read_record(struct store *store, struct ledger_record *out, bool *good);

/* Gives up reading before the last row. */
void row_stop_reading(struct store *store);

/* The record of that key, or the first behind it: borrowed until
 * row_release_record, whatever this gave. SQLITE_DONE when there is none. */
int row_find_record(struct store *store, struct ilp_bytes key,
		    struct ledger_record *out, bool *good);
int row_next_record(struct store *store, struct ilp_bytes after,
		    struct ledger_record *out, bool *good);
void row_release_record(struct store *store);

#endif
