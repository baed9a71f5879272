/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/fold.h"

#include "ledger/row.h"

/* What a delta's row takes beside its entries: also a ledger without any
 * entries gets through. */
#define ROW_BYTES 32

/* With very many accounts the walk takes longer, so that there is never more
 * than one row to write for so many bytes of deltas. */
#define BYTES_PER_ACCOUNT 64

/* Each tick brings one delta, so with more than that they become fewer. */
#define DROPS 4

int fold_account(struct store *store, const struct chart_account *account,
		 uint64_t last)
{
	const struct row_account row = {
		.account = chart_id(account),
		.asset = account->asset,
		.closed = account->closed,
		.totals = account->totals,
		.ceiling = account->ceiling,
		.through = last,
	};

	return row_put_account(store, &row);
}

static bool is_behind(const struct chart_account *account)
{
	return account->changed || account->last_delta > account->row_through;
}

/* How many accounts are to be visited now. */
static uint64_t take_credit(struct fold *fold, uint64_t accounts,
			    size_t delta_bytes, size_t fold_bytes)
{
	uint64_t bytes = accounts * BYTES_PER_ACCOUNT;
	uint64_t visits;

	if (bytes < fold_bytes)
		bytes = fold_bytes;
	fold->credit += accounts * (delta_bytes + ROW_BYTES);
	visits = fold->credit / bytes;
	fold->credit %= bytes;
	return visits;
}

static int end_walk(struct fold *fold, struct store *store)
{
	fold->dropping = true;
	return row_put_meta(store, "folded", fold->start);
}

static int walk(struct fold *fold, struct store *store,
		const struct chart *chart, uint64_t last, uint64_t visits,
		struct chart_account **folded)
{
	struct chart_account *account = chart_after(chart, fold->visited);
	int rc = SQLITE_OK;

	for (; visits > 0 && rc == SQLITE_OK; visits--) {
		if (!account)
			return end_walk(fold, store);
		if (is_behind(account)) {
			rc = fold_account(store, account, last);
			account->next = *folded;
			*folded = account;
		}
		fold->visited = chart_id(account);
		account = chart_next(&chart->open, account);
	}
	return rc;
}

static int drop(struct fold *fold, struct store *store, uint64_t last)
{
	int rc = row_drop_deltas(store, fold->start, DROPS);

	if (rc == SQLITE_OK && sqlite3_changes(store->db) < DROPS)
		*fold = (struct fold){ .start = last };
	return rc;
}

/* The end of the list is visited too. */
int fold_slice(struct fold *fold, struct store *store,
	       const struct chart *chart, uint64_t last, size_t delta_bytes,
	       size_t fold_bytes, struct chart_account **folded)
{
	*folded = NULL;
	if (fold->dropping)
		return drop(fold, store, last);
	return walk(fold, store, chart, last,
		    take_credit(fold, chart->open_count + 1, delta_bytes,
				fold_bytes),
		    folded);
}

static int write_all_rows(struct store *store, const struct chart *chart,
			  uint64_t last)
{
	struct chart_account *account = chart_after(chart, 0);
	int rc = SQLITE_OK;

	for (; account && rc == SQLITE_OK;
	     account = chart_next(&chart->open, account))
		if (is_behind(account))
			rc = fold_account(store, account, last);
	return rc;
}

static void note_all_rows(const struct chart *chart, uint64_t last)
{
	struct chart_account *account = chart_after(chart, 0);

	for (; account; account = chart_next(&chart->open, account))
		if (is_behind(account))
			account->row_through = last;
}

/* The last delta stays, since it tells which batch was the last. */
int fold_all(struct store *store, const struct chart *chart, uint64_t last)
{
	int rc = store_begin(store);

	if (rc == SQLITE_OK)
		rc = write_all_rows(store, chart, last);
	if (rc == SQLITE_OK)
		rc = row_put_meta(store, "folded", last - 1);
	if (rc == SQLITE_OK)
		rc = row_drop_deltas(store, last - 1, UINT32_MAX);
	if (rc == SQLITE_OK)
		rc = store_commit(store);
	if (rc == SQLITE_OK)
		note_all_rows(chart, last);
	return rc;
}
