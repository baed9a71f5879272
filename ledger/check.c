/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_sqlite_check: what load.h finds, and what it has no use for. */
#include <stdio.h>

#include "ledger/load.h"
#include "ledger/row.h"
#include "ledger/trouble.h"

struct check {
	ledger_sqlite_report *report;
	void *context;
	struct ledger_sqlite_summary *summary;
};

static bool tell(void *context, const char *text)
{
	struct check *check = context;

	check->summary->differences++;
	check->report(check->context, text);
	return true;
}

/* What SQLite itself says of the file's pages. */
static int check_pages(struct store *store, struct check *check)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(store->db, "PRAGMA integrity_check", -1,
				    &statement, NULL);

	if (store_is_for_reading(store))
		tell(check, "the file says of itself that it may only be read");
	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text =
			(const char *)sqlite3_column_text(statement, 0);

		if (text && strcmp(text, "ok"))
			tell(check, text);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int check_accounts(struct store *store, struct check *check)
{
	struct ledger_sqlite_summary *summary = check->summary;
	struct chart chart;
	struct load load;
	int rc;

	if (!chart_init(&chart, true))
		return SQLITE_NOMEM;
	rc = load_all(store, &chart, tell, check, &load);
	chart_finish(&chart);
	summary->accounts = load.accounts;
	summary->closed = load.closed;
	summary->batches = load.sequence;
	summary->deltas = load.deltas;
	return rc;
}

/* Pages that cannot be read are one more thing to tell. */
static int pass(struct check *check, int rc, const char *what)
{
	char text[128];

	if ((rc & 0xff) != SQLITE_CORRUPT)
		return rc;
	snprintf(text, sizeof(text), "%s: cannot be read to the end", what);
	tell(check, text);
	return SQLITE_OK;
}

static void tell_record(struct check *check, struct ilp_bytes key)
{
	char text[64 + 2 * LEDGER_KEY_MAX];
	size_t len = key.len < LEDGER_KEY_MAX ? key.len : LEDGER_KEY_MAX;
	char *at = text;

	at += sprintf(at, "record 0x");
	for (size_t i = 0; i < len; i++)
		at += sprintf(at, "%02x", key.at[i]);
	sprintf(at, ": its row is damaged");
	tell(check, text);
}

/* A key may be too long to be one, so the statement goes on by itself. */
static int check_records(struct store *store, struct check *check)
{
	struct ledger_record record;
	bool good;
	int rc;

	while ((rc = row_read_record(store, &record, &good)) == SQLITE_ROW) {
		check->summary->records++;
		if (!good)
			tell_record(check, record.key);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

bool ledger_sqlite_check(const char *path, const char *vfs,
			 ledger_sqlite_report *report, void *context,
			 struct ledger_sqlite_summary *summary,
			 struct ledger_sqlite_error *error)
{
	struct check check = { report, context, summary };
	struct store store;
	int rc;

	*summary = (struct ledger_sqlite_summary){ .accounts = 0 };
	trouble_tell(error, LEDGER_SQLITE_OK, "%s", "");
	if (!store_open(&store, path, vfs, true, error))
		return false;
	rc = pass(&check, check_pages(&store, &check), "pages");
	if (rc == SQLITE_OK)
		rc = pass(&check, check_accounts(&store, &check), "accounts");
	if (rc == SQLITE_OK)
		rc = pass(&check, check_records(&store, &check), "records");
	if (rc != SQLITE_OK)
		trouble_tell(error, trouble_status(rc, 0), "%s: %s", path,
			     trouble_text(rc, 0));
	store_close(&store, false);
	return rc == SQLITE_OK;
}
