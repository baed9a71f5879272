/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/big.h"

/* Many accounts at once, on huge pages if they are very many. */
struct chart_slab {
	struct chart_slab *next;
	size_t size;
};

#define SLAB_FIRST 64
#define SLAB_MAX 65536

bool chart_init(struct chart *chart, bool remembers)
{
	*chart = (struct chart){ .remembers = remembers };
	return index_init(&chart->ids, 16, true);
}

void chart_finish(struct chart *chart)
{
	while (chart->slabs) {
		struct chart_slab *slab = chart->slabs;

		chart->slabs = slab->next;
		big_free(slab, slab->size);
	}
	free(chart->changed);
	index_finish(&chart->ids);
}

static size_t slab_count(const struct chart *chart)
{
	size_t count = SLAB_FIRST;

	while (count < chart->ids.count && count < SLAB_MAX)
		count *= 2;
	return count;
}

static struct chart_account *first_account(struct chart_slab *slab)
{
	uintptr_t at = (uintptr_t)(slab + 1);

	return (struct chart_account *)((at + 63) & ~(uintptr_t)63);
}

_Static_assert(sizeof(struct ledger_totals) % 64 == 0, "lines of the cache");

static size_t account_size(const struct chart *chart)
{
	const struct chart_account *account = NULL;

	return sizeof(*account) +
	       (chart->remembers ? sizeof(account->stored[0]) : 0);
}

static struct chart_account *account_at(const struct chart *chart,
					struct chart_account *first, size_t i)
{
	void *at = (char *)first + i * account_size(chart);

	return at;
}

/* Each slab is as large as all before, so that few are ever needed. */
static bool add_slab(struct chart *chart)
{
	size_t count = slab_count(chart);
	size_t size = sizeof(struct chart_slab) + 64 +
		      count * account_size(chart);
	struct chart_slab *slab = big_alloc(size);

	if (!slab)
		return false;
	slab->size = size;
	slab->next = chart->slabs;
	chart->slabs = slab;
	chart->fresh = first_account(slab);
	chart->fresh_end = account_at(chart, chart->fresh, count);
	return true;
}

static struct chart_account *take_account(struct chart *chart)
{
	struct chart_account *account = chart->spare;

	if (account) {
		chart->spare = account->next;
		memset(account, 0, account_size(chart));
		return account;
	}
	if (chart->fresh == chart->fresh_end && !add_slab(chart))
		return NULL;
	account = chart->fresh;
	chart->fresh = account_at(chart, account, 1);
	return account;
}

static void give_account(struct chart *chart, struct chart_account *account)
{
	account->next = chart->spare;
	chart->spare = account;
}

/* The node chooses the ids, so they need not be hashed against anybody; and it
 * counts them, so that their lowest bits, which the index takes from the upper
 * half, are as different as can be. */
static uint64_t id_hash(uint64_t id)
{
	return id << 32 | id >> 32;
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

/* The head of the index, */
void chart_expect(const struct chart *chart, uint64_t id)
{
	index_prefetch(&chart->ids, id_hash(id));
}

/* and what it leads to. */
void chart_expect_soon(const struct chart *chart, uint64_t id)
{
	const char *at = index_peek(&chart->ids, id_hash(id));

	if (!at)
		return;
	__builtin_prefetch(at);
	__builtin_prefetch(at + offsetof(struct chart_account, totals));
}

static struct chart_account *find_open(const struct chart *chart, uint64_t id)
{
	struct chart_account *account = chart_find(chart, id);

	return account && !account->closed ? account : NULL;
}

static struct chart_account *of_item(struct skiplist_item *item)
{
	return item ? INDEX_THING(item, struct chart_account, item) : NULL;
}

struct chart_account *chart_after(const struct chart *chart, uint64_t after)
{
	uint8_t key[8];

	ilp_store_u64(key, after);
	return of_item(skiplist_after(&chart->open, ILP_BYTES(key)));
}

struct chart_account *chart_next(const struct skiplist *list,
				 const struct chart_account *account)
{
	return of_item(account ? account->item.next[0] : list->first[0]);
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
	if (account->changed || !chart->remembers)
		return;
	account->changed = true;
	chart->changed[chart->changed_count++] = account;
}

/* Only the first `count` have changed. */
static void unchange(struct chart *chart, size_t count)
{
	while (chart->changed_count > count)
		chart->changed[--chart->changed_count]->changed = false;
}

void chart_settle(struct chart *chart)
{
	for (size_t i = 0; i < chart->changed_count; i++) {
		struct chart_account *account = chart_changed(chart, i);

		account->changed = account->moved = account->recapped = false;
		account->stored[0] = account->totals;
	}
	chart->changed_count = 0;
}

/* Whatever may change has its place in the list from the beginning. */
static bool make_changed_room(struct chart *chart)
{
	size_t room = 2 * chart->changed_room + SLAB_FIRST;
	struct chart_account **changed;

	if (chart->ids.count < chart->changed_room || !chart->remembers)
		return true;
	changed = realloc(chart->changed, room * sizeof(*changed));
	if (!changed)
		return false;
	chart->changed = changed;
	chart->changed_room = room;
	return true;
}

struct chart_account *chart_put(struct chart *chart, uint64_t id,
				uint16_t asset, bool closed)
{
	struct chart_account *account =
		make_changed_room(chart) ? take_account(chart) : NULL;

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
		give_account(chart, account);
	}
}

/* `opened` is how many openings have happened, also when one fails. */
static enum ledger_status
open_all(struct chart *chart, const struct ledger_batch *batch, size_t *opened)
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

#define AHEAD 16

/* While one entry is looked at, the accounts of later ones come nearer. */
static void look_ahead(const struct chart *chart,
		       const struct ledger_batch *batch, size_t i)
{
	const struct ledger_entry *e = batch->entries;

	if (i + AHEAD < batch->entry_count)
		chart_expect(chart, e[i + AHEAD].account);
	if (i + AHEAD / 2 < batch->entry_count)
		chart_expect_soon(chart, e[i + AHEAD / 2].account);
}

static enum ledger_status apply_all(struct chart *chart,
				    const struct ledger_batch *batch)
{
	const struct ledger_entry *e = batch->entries;

	for (size_t i = 0; i < batch->entry_count; i++) {
		struct chart_account *account = find_open(chart, e[i].account);
		enum ledger_status status =
			ledger_apply(&account->totals, &e[i]);

		look_ahead(chart, batch, i);
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
		account->recapped = true;
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

/* The entries are asked for in their order. */
struct weighing {
	const struct chart *chart;
	const struct ledger_batch *batch;
	size_t i;
};

static bool asset_of(void *context, uint64_t id, uint16_t *number)
{
	struct weighing *w = context;
	const struct chart_account *account = find_open(w->chart, id);

	look_ahead(w->chart, w->batch, w->i++);
	if (account)
		*number = account->asset;
	return account;
}

/* Everything that can be seen without changing anything, once the accounts
 * are open. */
static enum ledger_status check(const struct chart *chart,
				const struct ledger_batch *batch)
{
	struct weighing weighing = { chart, batch, 0 };

	for (size_t i = 0; i < batch->ceiling_count; i++)
		if (!find_open(chart, batch->ceilings[i].account))
			return LEDGER_UNKNOWN;
	return ledger_check_balance(batch, asset_of, &weighing);
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
	size_t changed_count = chart->changed_count;
	uint16_t asset_count = chart->assets.count;
	size_t opened;
	enum ledger_status status = open_all(chart, batch, &opened);

	if (!status)
		status = change_open(chart, batch);
	if (!status) {
		set_moved(chart, batch);
		return LEDGER_OK;
	}
	unchange(chart, changed_count);
	unopen(chart, batch, opened);
	chart->assets.count = asset_count;
	return status;
}
