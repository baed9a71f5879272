/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/row.h"

/* What a check value of an account is about, in this order. */
#define ACCOUNT_PACKED (8 + 2 + 1 + 5 * 16 + 8)

/* SQLite's integers are signed; ours keep their bits. */
static int bind_u64(sqlite3_stmt *s, int column, uint64_t value)
{
	return sqlite3_bind_int64(s, column, (sqlite3_int64)value);
}

static uint64_t column_u64(sqlite3_stmt *s, int column)
{
	return (uint64_t)sqlite3_column_int64(s, column);
}

/* The caller's bytes must last as long as the step. SQLite takes NULL for
 * something else than no bytes. */
static int bind_bytes(sqlite3_stmt *s, int column, struct ilp_bytes bytes)
{
	return sqlite3_bind_blob64(s, column, bytes.len ? bytes.at : (void *)"",
				   bytes.len, SQLITE_STATIC);
}

static struct ilp_bytes column_bytes(sqlite3_stmt *s, int column)
{
	const uint8_t *at = sqlite3_column_blob(s, column);
	int len = sqlite3_column_bytes(s, column);

	return (struct ilp_bytes){ at, at ? (size_t)len : 0 };
}

static void store_u128(uint8_t *at, ilp_u128 value)
{
	ilp_store_u64(at, (uint64_t)(value >> 64));
	ilp_store_u64(at + 8, (uint64_t)value);
}

static ilp_u128 load_u128(const uint8_t *at)
{
	return (ilp_u128)ilp_load_u64(at) << 64 | ilp_load_u64(at + 8);
}

int row_put_meta(struct store *store, const char *key, uint64_t value)
{
	sqlite3_stmt *s = store->statements[STORE_PUT_META];

	sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	bind_u64(s, 2, value);
	return store_run(store, STORE_PUT_META);
}

static uint64_t check_asset(const struct store *store,
			    const struct row_asset *row)
{
	uint8_t packed[9];
	uint64_t value;

	ilp_store_u64(packed, row->number);
	packed[8] = row->asset.scale;
	value = crc64_more(&store->crc, 0, ILP_BYTES(packed));
	return crc64_more(&store->crc, value, ilp_text(row->asset.code));
}

int row_put_asset(struct store *store, const struct row_asset *row)
{
	sqlite3_stmt *s = store->statements[STORE_PUT_ASSET];

	bind_u64(s, 1, row->number);
	sqlite3_bind_text(s, 2, row->asset.code, -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 3, row->asset.scale);
	bind_u64(s, 4, check_asset(store, row));
	return store_run(store, STORE_PUT_ASSET);
}

int row_read_asset(struct store *store, struct row_asset *out, bool *good)
{
	sqlite3_stmt *s = store->statements[STORE_READ_ASSETS];
	int rc = sqlite3_step(s);
	struct ilp_bytes code;

	if (rc != SQLITE_ROW) {
		sqlite3_reset(s);
		return rc;
	}
	*out = (struct row_asset){ .number = column_u64(s, 0) };
	code = column_bytes(s, 1);
	*good = code.len < sizeof(out->asset.code) &&
		column_u64(s, 2) <= UINT8_MAX;
	if (*good && code.len)
		memcpy(out->asset.code, code.at, code.len);
	out->asset.scale = (uint8_t)column_u64(s, 2);
	*good = *good && column_u64(s, 3) == check_asset(store, out);
	return rc;
}

/* The account as bytes: its totals are columns, and all of it is checked. */
static void pack_account(uint8_t out[ACCOUNT_PACKED],
			 const struct row_account *row)
{
	ilp_store_u64(out, row->account);
	ilp_store_u16(out + 8, row->asset);
	out[10] = row->closed;
	store_u128(out + 11, row->totals.debits_posted);
	store_u128(out + 27, row->totals.credits_posted);
	store_u128(out + 43, row->totals.debits_pending);
	store_u128(out + 59, row->totals.credits_pending);
	store_u128(out + 75, row->ceiling);
	ilp_store_u64(out + 91, row->through);
}

int row_put_account(struct store *store, const struct row_account *row)
{
	sqlite3_stmt *s = store->statements[STORE_PUT_ACCOUNT];
	uint8_t packed[ACCOUNT_PACKED];

	pack_account(packed, row);
	bind_u64(s, 1, row->account);
	sqlite3_bind_int(s, 2, row->asset);
	sqlite3_bind_int(s, 3, row->closed);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_blob(s, 4 + i, packed + 11 + 16 * i, 16,
				  SQLITE_STATIC);
	bind_u64(s, 9, row->through);
	bind_u64(s, 10, crc64_more(&store->crc, 0, ILP_BYTES(packed)));
	return store_run(store, STORE_PUT_ACCOUNT);
}

static bool read_total(sqlite3_stmt *s, int column, ilp_u128 *out)
{
	struct ilp_bytes bytes = column_bytes(s, column);

	*out = bytes.len == 16 ? load_u128(bytes.at) : 0;
	return bytes.len == 16;
}

static bool read_totals(sqlite3_stmt *s, struct row_account *out)
{
	return read_total(s, 3, &out->totals.debits_posted) &&
	       read_total(s, 4, &out->totals.credits_posted) &&
	       read_total(s, 5, &out->totals.debits_pending) &&
	       read_total(s, 6, &out->totals.credits_pending) &&
	       read_total(s, 7, &out->ceiling);
}

int row_read_account(struct store *store, struct row_account *out, bool *good)
{
	sqlite3_stmt *s = store->statements[STORE_READ_ACCOUNTS];
	int rc = sqlite3_step(s);
	uint8_t packed[ACCOUNT_PACKED];

	if (rc != SQLITE_ROW) {
		sqlite3_reset(s);
		return rc;
	}
	*out = (struct row_account){
		.account = column_u64(s, 0),
		.asset = (uint16_t)column_u64(s, 1),
		.closed = column_u64(s, 2) != 0,
		.through = column_u64(s, 8),
	};
	*good = read_totals(s, out) && column_u64(s, 1) <= UINT16_MAX &&
		column_u64(s, 2) <= 1;
	pack_account(packed, out);
	*good = *good && column_u64(s, 9) ==
				 crc64_more(&store->crc, 0, ILP_BYTES(packed));
	return rc;
}

static uint64_t check_delta(const struct store *store,
			    const struct row_delta *row)
{
	uint8_t packed[16];
	uint64_t value;

	ilp_store_u64(packed, row->first);
	ilp_store_u64(packed + 8, row->last);
	value = crc64_more(&store->crc, 0, ILP_BYTES(packed));
	return crc64_more(&store->crc, value, row->entries);
}

int row_put_delta(struct store *store, const struct row_delta *row)
{
	sqlite3_stmt *s = store->statements[STORE_PUT_DELTA];

	bind_u64(s, 1, row->last);
	bind_u64(s, 2, row->first);
	bind_bytes(s, 3, row->entries);
	bind_u64(s, 4, check_delta(store, row));
	return store_run(store, STORE_PUT_DELTA);
}

int row_read_delta(struct store *store, struct row_delta *out, bool *good)
{
	sqlite3_stmt *s = store->statements[STORE_READ_DELTAS];
	int rc = sqlite3_step(s);

	if (rc != SQLITE_ROW) {
		sqlite3_reset(s);
		return rc;
	}
	*out = (struct row_delta){
		.first = column_u64(s, 1),
		.last = column_u64(s, 0),
		.entries = column_bytes(s, 2),
	};
	*good = column_u64(s, 3) == check_delta(store, out);
	return rc;
}

void row_stop_reading(struct store *store)
{
	sqlite3_reset(store->statements[STORE_READ_ASSETS]);
	sqlite3_reset(store->statements[STORE_READ_ACCOUNTS]);
	sqlite3_reset(store->statements[STORE_READ_DELTAS]);
}

int row_drop_deltas(struct store *store, uint64_t through, uint32_t count)
{
	sqlite3_stmt *s = store->statements[STORE_DROP_DELTAS];

	bind_u64(s, 1, through);
	bind_u64(s, 2, count);
	return store_run(store, STORE_DROP_DELTAS);
}

/* The length of the key comes first: it says where the value begins. */
static uint64_t check_record(const struct store *store,
			     const struct ledger_record *record)
{
	const uint8_t key_len[] = { (uint8_t)record->key.len };
	uint64_t value = crc64_more(&store->crc, 0, ILP_BYTES(key_len));

	value = crc64_more(&store->crc, value, record->key);
	return crc64_more(&store->crc, value, record->value);
}

int row_put_record(struct store *store, const struct ledger_record *record)
{
	enum store_statement which =
		record->value.len ? STORE_PUT_RECORD : STORE_DROP_RECORD;
	sqlite3_stmt *s = store->statements[which];

	bind_bytes(s, 1, record->key);
	if (record->value.len) {
		bind_bytes(s, 2, record->value);
		bind_u64(s, 3, check_record(store, record));
	}
	return store_run(store, which);
}

static void take_record(struct store *store, sqlite3_stmt *s,
			struct ledger_record *out, bool *good)
{
	*out = (struct ledger_record){ column_bytes(s, 0), column_bytes(s, 1) };
	*good = out->key.len > 0 && out->key.len <= LEDGER_KEY_MAX &&
		out->value.len > 0 && out->value.len <= LEDGER_VALUE_MAX &&
		column_u64(s, 2) == check_record(store, out);
}

int row_read_record(struct store *store, struct ledger_record *out, bool *good)
{
	sqlite3_stmt *s = store->statements[STORE_READ_RECORDS];
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		take_record(store, s, out, good);
	else
		sqlite3_reset(s);
	return rc;
}

static int look_for_record(struct store *store, enum store_statement which,
			   struct ilp_bytes key, struct ledger_record *out,
			   bool *good)
{
	sqlite3_stmt *s = store->statements[which];
	int rc;

	bind_bytes(s, 1, key);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		take_record(store, s, out, good);
	return rc;
}

int row_find_record(struct store *store, struct ilp_bytes key,
		    struct ledger_record *out, bool *good)
{
	return look_for_record(store, STORE_FIND_RECORD, key, out, good);
}

int row_next_record(struct store *store, struct ilp_bytes after,
		    struct ledger_record *out, bool *good)
{
	return look_for_record(store, STORE_NEXT_RECORD, after, out, good);
}

void row_release_record(struct store *store)
{
	sqlite3_reset(store->statements[STORE_FIND_RECORD]);
	sqlite3_reset(store->statements[STORE_NEXT_RECORD]);
}

static void bind_journal(sqlite3_stmt *s, int column, uint64_t batch,
			 const struct ledger_journal *row)
{
	bind_u64(s, column, batch);
	sqlite3_bind_int64(s, column + 1, row->at_us);
	sqlite3_bind_int(s, column + 2, row->kind);
	bind_u64(s, column + 3, row->from);
	bind_u64(s, column + 4, row->to);
	bind_u64(s, column + 5, row->in_units);
	bind_u64(s, column + 6, row->out_units);
}

static int put_journals(struct store *store, uint64_t batch,
			const struct ledger_journal *rows, size_t count)
{
	enum store_statement which =
		count == 1 ? STORE_PUT_JOURNAL : STORE_PUT_JOURNALS;

	for (size_t i = 0; i < count; i++)
		bind_journal(store->statements[which],
			     1 + STORE_JOURNAL_COLUMNS * (int)i, batch,
			     &rows[i]);
	return store_run(store, which);
}

int row_put_journal(struct store *store, uint64_t batch,
		    const struct ledger_journal *rows, size_t count)
{
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && count > 0) {
		size_t part =
			count < STORE_JOURNAL_ROWS ? 1 : STORE_JOURNAL_ROWS;

		rc = put_journals(store, batch, rows, part);
		rows += part;
		count -= part;
	}
	return rc;
}
