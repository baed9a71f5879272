/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/chart.h"

#include <stdlib.h>

bool chart_init(struct chart *chart)
{
	*chart = (struct chart){ .changed = NULL };
	return index_init(&chart->ids, 16, true);
}

static void free_items(struct skiplist *list)
{
	struct skiplist_item *next;

	for (struct skiplist_item *item = list->first[0]; item; item = next) {
		next = item->next[0];
		free(item);
	}
}

void chart_finish(struct chart *chart)
{
	free_items(&chart->open);
	free_items(&chart->closed);
	index_finish(&chart->ids);
}

/* The node chooses the ids, so they need not be hashed against anybody. */
static uint64_t id_hash(uint64_t id)
{
	return id * UINT64_C(0x9e3779b97f4a7c15);
}

struct chart_account *chart_find(const struct chart *chart, uint64_t id)
{
	struct index_entry *at = index_find(&chart->ids, id_hash(id));

	for (; at; at = index_next(at)) {
		struct chart_account *account =
			INDEX_THING(at, struct chart_account, by_id);

		if (chart_id(account) == id)
			return account;
	}
	return NULL;
}

static struct chart_account *find_open(const struct chart *chart, uint64_t id)
{
	struct chart_account *account = chart_find(chart, id);

	return account && !account->closed ? account : NULL;
}

struct chart_account *chart_after(const struct chart *chart, uint64_t after)
{
	uint8_t key[8];

	ilp_store_u64(key, after);
	return (struct chart_account *)skiplist_after(&chart->open,
						      ILP_BYTES(key));
}

struct ledger_account chart_describe(const struct chart *chart,
				     const struct chart_account *account)
{
	return (struct ledger_account){
		.account = chart_id(account),
		.asset = chart->assets.at[account->asset],
		.totals = account->totals,
		.ceiling = account->ceiling,
	};
}

static void set_changed(struct chart *chart, struct chart_account *account)
{
	if (account->changed)
		return;
	account->changed = true;
	account->next_changed = chart->changed;
	chart->changed = account;
	chart->changed_count++;
}

/* Those that changed after `last` have not. */
static void unchange(struct chart *chart, const struct chart_account *last)
{
	while (chart->changed != last) {
		chart->changed->changed = false;
		chart->changed = chart->changed->next_changed;
		chart->changed_count--;
	}
}

void chart_settle(struct chart *chart)
{
	for (struct chart_account *a = chart->changed; a; a = a->next_changed) {
		a->moved = false;
		a->stored_totals = a->totals;
		a->stored_ceiling = a->ceiling;
	}
	unchange(chart, NULL);
}

struct chart_account *chart_put(struct chart *chart, uint64_t id,
				uint16_t asset, bool closed)
{
	struct chart_account *account = calloc(1, sizeof(*account));

	if (!account)
		return NULL;
	ilp_store_u64(account->id, id);
	account->item.key = ILP_BYTES(account->id);
	account->asset = asset;
	account->closed = closed;
	skiplist_add(closed ? &chart->closed : &chart->open, &account->item);
	index_add(&chart->ids, &account->by_id, id_hash(id));
	chart->open_count += !closed;
	return account;
}

static enum ledger_status open_account(struct chart *chart,
				       const struct ledger_opening *opening)
{
	struct chart_account *account;
	enum ledger_status status;
	uint16_t asset;

	if (opening->account == 0)
		return LEDGER_RANGE;
	if (chart_find(chart, opening->account))
		return LEDGER_EXISTS;
	status = ledger_assets_number(&chart->assets, &opening->asset, &asset);
	if (status)
		return status;
	account = chart_put(chart, opening->account, asset, false);
	if (!account)
		return LEDGER_NO_MEMORY;
	account->moved = true;
	set_changed(chart, account);
	return LEDGER_OK;
}

/* Undoes the first `count` openings; what changed is known to be undone. */
static void unopen(struct chart *chart, const struct ledger_batch *batch,
		   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct chart_account *account =
			find_open(chart, batch->openings[i].account);

		skiplist_remove(&chart->open, &account->item);
		index_remove(&chart->ids, &account->by_id);
		chart->open_count--;
		free(account);
	}
}

/* `opened` is how many openings have happened, also when one fails. */
static enum ledger_status open_all(struct chart *chart,
				   const struct ledger_batch *batch,
				   size_t *opened)
{
	for (*opened = 0; *opened < batch->opening_count; ++*opened) {
		enum ledger_status status =
			open_account(chart, &batch->openings[*opened]);

		if (status)
			return status;
	}
	return LEDGER_OK;
}

/* Undoes the first `count` entries, the last of them first. */
static void unapply(struct chart *chart, const struct ledger_batch *batch,
		    size_t count)
{
	const struct ledger_entry *e = batch->entries;

	while (count-- > 0)
		ledger_revert(&find_open(chart, e[count].account)->totals,
			      &e[count]);
}

static enum ledger_status apply_all(struct chart *chart,
				    const struct ledger_batch *batch)
{
	const struct ledger_entry *e = batch->entries;

	for (size_t i = 0; i < batch->entry_count; i++) {
		struct chart_account *account = find_open(chart, e[i].account);
		enum ledger_status status =
			ledger_apply(&account->totals, &e[i]);

		if (status) {
			unapply(chart, batch, i);
			return status;
		}
		set_changed(chart, account);
	}
	return LEDGER_OK;
}

static void propose_ceilings(struct chart *chart,
			     const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->ceiling_count; i++)
		find_open(chart, batch->ceilings[i].account)->new_ceiling =
			batch->ceilings[i].units;
}

/* The proposed ceilings count from now on, or not at all. */
static void decide_ceilings(struct chart *chart,
			    const struct ledger_batch *batch, bool good)
{
	for (size_t i = 0; i < batch->ceiling_count; i++) {
		struct chart_account *account =
			chart_find(chart, batch->ceilings[i].account);

		if (!good) {
			account->new_ceiling = account->ceiling;
			continue;
		}
		account->ceiling = account->new_ceiling;
		set_changed(chart, account);
	}
}

static void set_closed(struct chart *chart, struct chart_account *account,
		       bool closed)
{
	skiplist_remove(closed ? &chart->open : &chart->closed, &account->item);
	skiplist_add(closed ? &chart->closed : &chart->open, &account->item);
	account->closed = closed;
	if (closed)
		chart->open_count--;
	else
		chart->open_count++;
}

static enum ledger_status close_account(struct chart *chart, uint64_t id)
{
	struct chart_account *account = find_open(chart, id);

	if (!account)
		return LEDGER_UNKNOWN;
	if (!ledger_is_empty(&account->totals, account->new_ceiling))
		return LEDGER_NOT_EMPTY;
	set_closed(chart, account, true);
	return LEDGER_OK;
}

static enum ledger_status close_all(struct chart *chart,
				    const struct ledger_batch *batch)
{
	const uint64_t *ids = batch->closings;

	for (size_t i = 0; i < batch->closing_count; i++) {
		enum ledger_status status = close_account(chart, ids[i]);

		if (status) {
			while (i-- > 0)
				set_closed(chart, chart_find(chart, ids[i]),
					   false);
			return status;
		}
	}
	return LEDGER_OK;
}

static void set_moved(struct chart *chart, const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->closing_count; i++) {
		struct chart_account *account =
			chart_find(chart, batch->closings[i]);

		account->moved = true;
		set_changed(chart, account);
	}
}

static bool asset_of(const void *context, uint64_t id, uint16_t *number)
{
	const struct chart_account *account = find_open(context, id);

	if (account)
		*number = account->asset;
	return account;
}

/* Everything that can be seen without changing anything, once the accounts
 * are open. */
static enum ledger_status check(const struct chart *chart,
				const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->ceiling_count; i++)
		if (!find_open(chart, batch->ceilings[i].account))
			return LEDGER_UNKNOWN;
	return ledger_check_balance(batch, asset_of, chart);
}

/* Everything about accounts that are open by now. */
static enum ledger_status change_open(struct chart *chart,
				      const struct ledger_batch *batch)
{
	enum ledger_status status = check(chart, batch);

	if (!status)
		status = apply_all(chart, batch);
	if (status)
		return status;
	propose_ceilings(chart, batch);
	status = close_all(chart, batch);
	if (status)
		unapply(chart, batch, batch->entry_count);
	decide_ceilings(chart, batch, status == LEDGER_OK);
	return status;
}

enum ledger_status chart_change(struct chart *chart,
				const struct ledger_batch *batch)
{
	struct chart_account *last_changed = chart->changed;
	uint16_t asset_count = chart->assets.count;
	size_t opened;
	enum ledger_status status = open_all(chart, batch, &opened);

	if (!status)
		status = change_open(chart, batch);
	if (!status) {
		set_moved(chart, batch);
		return LEDGER_OK;
	}
	unchange(chart, last_changed);
	unopen(chart, batch, opened);
	chart->assets.count = asset_count;
	return status;
}
