/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/load.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/delta.h"
#include "ledger/row.h"
#include "ledger/schema.h"

/* What of one asset is weighed, and whether it is on a list of such. */
struct scales {
	struct ledger_scales posted;
	struct ledger_scales pending;
	bool listed;
};

struct loader {
	struct store *store;
	struct chart *chart;
	load_report *report;
	void *context;
	struct load *out;
	bool stopped;
	struct scales scales[LEDGER_ASSETS_MAX];
	uint16_t listed[LEDGER_ASSETS_MAX];
	uint16_t listed_count;
};

__attribute__((format(printf, 2, 3))) static void tell(struct loader *l,
						       const char *format, ...)
{
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	l->out->reports++;
	l->stopped = l->stopped || !l->report(l->context, text);
}

static int load_assets(struct loader *l)
{
	struct ledger_assets *assets = &l->chart->assets;
	struct row_asset row;
	bool good;
	int rc = SQLITE_DONE;

	while (!l->stopped &&
	       (rc = row_read_asset(l->store, &row, &good)) == SQLITE_ROW) {
		if (!good || row.number != assets->count ||
		    row.number == LEDGER_ASSETS_MAX) {
			tell(l, "asset %" PRIu64 ": its row is damaged",
			     row.number);
			continue;
		}
		assets->at[assets->count++] = row.asset;
	}
	return rc;
}

static int put_account(struct loader *l, const struct row_account *row)
{
	struct chart_account *account =
		chart_put(l->chart, row->account, row->asset, row->closed);

	if (!account)
		return SQLITE_NOMEM;
	account->totals = account->stored[0] = row->totals;
	account->ceiling = account->new_ceiling = row->ceiling;
	account->row_through = account->last_delta = row->through;
	if (row->closed)
		l->out->closed++;
	else
		l->out->accounts++;
	return SQLITE_ROW;
}

static int load_accounts(struct loader *l)
{
	struct row_account row;
	bool good;
	int rc = SQLITE_DONE;

	while (!l->stopped &&
	       (rc = row_read_account(l->store, &row, &good)) == SQLITE_ROW) {
		if (!good)
			tell(l, "account %" PRIu64 ": its row is damaged",
			     row.account);
		if (row.account == 0 || chart_find(l->chart, row.account)) {
			tell(l,
			     "account %" PRIu64 ": there cannot be such a "
			     "row",
			     row.account);
			continue;
		}
		if (row.asset >= l->chart->assets.count) {
			tell(l, "account %" PRIu64 ": there is no asset %u",
			     row.account, row.asset);
			continue;
		}
		rc = put_account(l, &row);
		if (rc != SQLITE_ROW)
			break;
	}
	return rc;
}

static struct scales *list(struct loader *l, uint16_t asset)
{
	struct scales *s = &l->scales[asset];

	if (!s->listed) {
		*s = (struct scales){ .listed = true };
		l->listed[l->listed_count++] = asset;
	}
	return s;
}

/* A difference of 128 bits and a sign, as decimal digits. */
struct number {
	char text[48];
};

static struct number number(const struct ledger_scales *s)
{
	struct number out = { "" };
	ilp_u128 value = s->carry < 0 ? -s->low : s->low;
	char *at = out.text + sizeof(out.text) - 1;
	size_t len;

	if (s->carry > 0 || s->carry < -1)
		return (struct number){ "2^128 or more" };
	do {
		*--at = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	if (s->carry < 0)
		*--at = '-';
	len = (size_t)(out.text + sizeof(out.text) - 1 - at);
	memmove(out.text, at, len);
	out.text[len] = '\0';
	return out;
}

/* Everything that was listed must be level; `what` says of what it is. */
static void settle(struct loader *l, const char *what)
{
	for (uint16_t i = 0; i < l->listed_count; i++) {
		struct scales *s = &l->scales[l->listed[i]];
		const struct ledger_asset *asset =
			&l->chart->assets.at[l->listed[i]];

		if (!ledger_scales_level(&s->posted))
			tell(l,
			     "%s: posted debits less credits of %s, scale "
			     "%u, are %s and not 0",
			     what, asset->code, asset->scale,
			     number(&s->posted).text);
		if (!ledger_scales_level(&s->pending))
			tell(l,
			     "%s: pending debits less credits of %s, scale "
			     "%u, are %s and not 0",
			     what, asset->code, asset->scale,
			     number(&s->pending).text);
		s->listed = false;
	}
	l->listed_count = 0;
}

static void weigh_entry(struct loader *l, const struct chart_account *account,
			const struct delta_entry *entry)
{
	struct scales *s = list(l, account->asset);

	for (unsigned i = 0; i < 4; i++) {
		if (entry->units[i] == 0)
			continue;
		struct ledger_scales *side =
			i < LEDGER_DEBITS_PENDING ? &s->posted : &s->pending;

		if ((i % 2 == 0) != entry->take[i])
			ledger_scales_add(side, entry->units[i]);
		else
			ledger_scales_take(side, entry->units[i]);
	}
}

static bool add_entry(struct chart_account *account,
		      const struct delta_entry *entry)
{
	for (unsigned i = 0; i < 4; i++) {
		const struct ledger_entry e = {
			.account = entry->account,
			.total = (enum ledger_total)i,
			.take = entry->take[i],
			.units = entry->units[i],
		};

		if (e.units && ledger_apply(&account->totals, &e))
			return false;
	}
	if (entry->has_ceiling)
		account->ceiling = account->new_ceiling = entry->ceiling;
	return true;
}

/* What the row has already is not added again. */
static void load_entry(struct loader *l, uint64_t last,
		       const struct delta_entry *entry)
{
	struct chart_account *account = chart_find(l->chart, entry->account);

	if (!account) {
		tell(l, "batch %" PRIu64 ": there is no account %" PRIu64, last,
		     entry->account);
		return;
	}
	weigh_entry(l, account, entry);
	if (last <= account->row_through)
		return;
	if (!add_entry(account, entry))
		tell(l,
		     "batch %" PRIu64 ": a total of account %" PRIu64
		     " leaves its range",
		     last, entry->account);
	account->last_delta = last;
	account->stored[0] = account->totals;
}

/* Several at a time, so that their accounts come nearer meanwhile. */
#define ENTRIES 32

static size_t read_entries(struct loader *l, struct ilp_bytes *left,
			   struct delta_entry entries[ENTRIES])
{
	size_t count = 0;

	while (count < ENTRIES && left->len &&
	       delta_read(left, &entries[count]))
		chart_expect(l->chart, entries[count++].account);
	for (size_t i = 0; i < count; i++)
		chart_expect_soon(l->chart, entries[i].account);
	return count;
}

static void load_delta(struct loader *l, const struct row_delta *row)
{
	struct ilp_bytes left = row->entries;
	struct delta_entry entries[ENTRIES];
	char what[64];
	size_t count;

	while ((count = read_entries(l, &left, entries)))
		for (size_t i = 0; i < count && !l->stopped; i++)
			load_entry(l, row->last, &entries[i]);
	snprintf(what, sizeof(what), "batches %" PRIu64 " to %" PRIu64,
		 row->first, row->last);
	if (left.len && !l->stopped)
		tell(l, "%s: their delta cannot be read", what);
	settle(l, what);
}

/* The first delta may begin where the rows end, or before. */
static void check_numbers(struct loader *l, const struct row_delta *row)
{
	uint64_t wanted = l->out->sequence + 1;

	if (row->first > row->last || row->last > INT64_MAX)
		tell(l, "batches %" PRIu64 " to %" PRIu64 ": are none",
		     row->first, row->last);
	else if (l->out->deltas == 0 && row->first > l->out->folded + 1)
		tell(l, "batches %" PRIu64 " to %" PRIu64 " are missing",
		     l->out->folded + 1, row->first - 1);
	else if (l->out->deltas > 0 && row->first > wanted)
		tell(l, "batches %" PRIu64 " to %" PRIu64 " are missing",
		     wanted, row->first - 1);
	else if (l->out->deltas > 0 && row->first < wanted)
		tell(l, "batches %" PRIu64 " to %" PRIu64 " are there twice",
		     row->first, l->out->sequence);
}

static int load_deltas(struct loader *l)
{
	struct row_delta row;
	bool good;
	int rc = SQLITE_DONE;

	while (!l->stopped &&
	       (rc = row_read_delta(l->store, &row, &good)) == SQLITE_ROW) {
		if (!good)
			tell(l,
			     "batches %" PRIu64 " to %" PRIu64
			     ": their row is damaged",
			     row.first, row.last);
		check_numbers(l, &row);
		if (!l->stopped)
			load_delta(l, &row);
		l->out->sequence = row.last;
		l->out->deltas++;
	}
	return rc;
}

static void check_account(struct loader *l, const struct chart_account *account)
{
	struct scales *s = list(l, account->asset);
	const struct ledger_totals *t = &account->totals;

	ledger_scales_add(&s->posted, t->debits_posted);
	ledger_scales_take(&s->posted, t->credits_posted);
	ledger_scales_add(&s->pending, t->debits_pending);
	ledger_scales_take(&s->pending, t->credits_pending);
	if (account->row_through > l->out->sequence)
		tell(l,
		     "account %" PRIu64 ": its row knows of batch %" PRIu64
		     ", and the last is %" PRIu64,
		     chart_id(account), account->row_through, l->out->sequence);
	if (account->closed && !ledger_is_empty(t, account->ceiling))
		tell(l, "account %" PRIu64 ": it is closed and not empty",
		     chart_id(account));
}

static void check_accounts(struct loader *l, const struct skiplist *accounts)
{
	const struct chart_account *account = NULL;

	while (!l->stopped && (account = chart_next(accounts, account)))
		check_account(l, account);
}

static void check_sums(struct loader *l)
{
	check_accounts(l, &l->chart->open);
	check_accounts(l, &l->chart->closed);
	if (!l->stopped)
		settle(l, "all accounts");
	if (!l->stopped && l->out->folded > l->out->sequence)
		tell(l,
		     "batches up to %" PRIu64 " are folded, and the last is "
		     "%" PRIu64,
		     l->out->folded, l->out->sequence);
}

static int load_parts(struct loader *l)
{
	int64_t folded = 0;
	int rc = schema_number(l->store->db,
			       "SELECT value FROM meta WHERE key = 'folded'",
			       &folded);

	l->out->folded = (uint64_t)folded;
	if (rc == SQLITE_OK)
		rc = load_assets(l);
	if (rc == SQLITE_DONE)
		rc = load_accounts(l);
	if (rc == SQLITE_DONE)
		rc = load_deltas(l);
	if (rc == SQLITE_DONE && !l->stopped)
		check_sums(l);
	row_stop_reading(l->store);
	if (l->stopped)
		return SQLITE_ABORT;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int load_all(struct store *store, struct chart *chart, load_report *report,
	     void *context, struct load *out)
{
	struct loader *l = calloc(1, sizeof(*l));
	int rc;

	*out = (struct load){ .sequence = 0 };
	if (!l)
		return SQLITE_NOMEM;
	l->store = store;
	l->chart = chart;
	l->report = report;
	l->context = context;
	l->out = out;
	rc = load_parts(l);
	free(l);
	return rc;
}
