/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/memory.h"

#include <stdlib.h>

#include "base/index.h"
#include "ledger/balance.h"
#include "ledger/skiplist.h"

/* The key is the id, big-endian, and so orders like it. A batch may name
 * thousands of accounts, so they are also in an index. */
struct account {
	struct skiplist_item item;
	struct index_entry by_id;
	uint8_t id[8];
	bool closed;
	uint16_t asset; /* its number */
	struct ledger_totals totals;
	ilp_u128 ceiling;
	ilp_u128 new_ceiling; /* another one while a batch is carried out */
};

struct record {
	struct skiplist_item item;
	struct record
		*behind; /* while it waits: to be put in the list, or freed */
	size_t value_len;
	uint8_t bytes[]; /* the key, then the value */
};

struct memory {
	struct ledger ledger;
	struct skiplist accounts; /* that are open */
	struct skiplist closed;   /* accounts: their ids stay used */
	struct index ids;         /* of both */
	struct skiplist records;
	struct ledger_assets assets;
	uint64_t submitted; /* batches so far */
	uint64_t durable;
	uint64_t told;
};

static struct memory *memory(struct ledger *ledger)
{
	return (struct memory *)ledger;
}

static const struct memory *memory_const(const struct ledger *ledger)
{
	return (const struct memory *)ledger;
}

static void free_items(struct skiplist *list)
{
	struct skiplist_item *next;

	for (struct skiplist_item *item = list->first[0]; item; item = next) {
		next = item->next[0];
		free(item);
	}
}

/* The node chooses the ids, so they need not be hashed against anybody. */
static uint64_t id_hash(uint64_t id)
{
	return id * UINT64_C(0x9e3779b97f4a7c15);
}

/* Open or closed. */
static struct account *find_any(const struct memory *m, uint64_t id)
{
	struct index_entry *at = index_find(&m->ids, id_hash(id));

	for (; at; at = index_next(at)) {
		struct account *account =
			INDEX_THING(at, struct account, by_id);

		if (ilp_load_u64(account->id) == id)
			return account;
	}
	return NULL;
}

static struct account *find_account(const struct memory *m, uint64_t id)
{
	struct account *account = find_any(m, id);

	return account && !account->closed ? account : NULL;
}

static bool asset_of(const void *context, uint64_t id, uint16_t *number)
{
	const struct account *account = find_account(context, id);

	if (account)
		*number = account->asset;
	return account;
}

static enum ledger_status open_account(struct memory *m,
				       const struct ledger_opening *opening)
{
	struct account *account;
	enum ledger_status status;
	uint16_t asset;

	if (opening->account == 0)
		return LEDGER_RANGE;
	if (find_any(m, opening->account))
		return LEDGER_EXISTS;
	status = ledger_assets_number(&m->assets, &opening->asset, &asset);
	if (status)
		return status;
	account = calloc(1, sizeof(*account));
	if (!account)
		return LEDGER_NO_MEMORY;
	ilp_store_u64(account->id, opening->account);
	account->item.key = ILP_BYTES(account->id);
	account->asset = asset;
	skiplist_add(&m->accounts, &account->item);
	index_add(&m->ids, &account->by_id, id_hash(opening->account));
	return LEDGER_OK;
}

/* Undoes the first `count` openings. */
static void unopen(struct memory *m, const struct ledger_batch *batch,
		   size_t count, uint16_t asset_count)
{
	for (size_t i = 0; i < count; i++) {
		struct account *account =
			find_account(m, batch->openings[i].account);

		skiplist_remove(&m->accounts, &account->item);
		index_remove(&m->ids, &account->by_id);
		free(account);
	}
	m->assets.count = asset_count;
}

static enum ledger_status open_all(struct memory *m,
				   const struct ledger_batch *batch)
{
	uint16_t asset_count = m->assets.count;

	for (size_t i = 0; i < batch->opening_count; i++) {
		enum ledger_status status =
			open_account(m, &batch->openings[i]);

		if (status) {
			unopen(m, batch, i, asset_count);
			return status;
		}
	}
	return LEDGER_OK;
}

/* Undoes the first `count` entries, the last of them first. */
static void unapply(struct memory *m, const struct ledger_batch *batch,
		    size_t count)
{
	const struct ledger_entry *e = batch->entries;

	while (count-- > 0)
		ledger_revert(&find_account(m, e[count].account)->totals,
			      &e[count]);
}

static enum ledger_status apply_all(struct memory *m,
				    const struct ledger_batch *batch)
{
	const struct ledger_entry *e = batch->entries;

	for (size_t i = 0; i < batch->entry_count; i++) {
		enum ledger_status status = ledger_apply(
			&find_account(m, e[i].account)->totals, &e[i]);

		if (status) {
			unapply(m, batch, i);
			return status;
		}
	}
	return LEDGER_OK;
}

static void propose_ceilings(struct memory *m, const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->ceiling_count; i++)
		find_account(m, batch->ceilings[i].account)->new_ceiling =
			batch->ceilings[i].units;
}

/* The proposed ceilings count from now on, or not at all. */
static void decide_ceilings(struct memory *m, const struct ledger_batch *batch,
			    bool good)
{
	for (size_t i = 0; i < batch->ceiling_count; i++) {
		struct account *account =
			find_account(m, batch->ceilings[i].account);

		if (!account)
			continue; /* it has just been closed */
		if (good)
			account->ceiling = account->new_ceiling;
		else
			account->new_ceiling = account->ceiling;
	}
}

static void set_closed(struct memory *m, struct account *account, bool closed)
{
	skiplist_remove(closed ? &m->accounts : &m->closed, &account->item);
	skiplist_add(closed ? &m->closed : &m->accounts, &account->item);
	account->closed = closed;
}

static enum ledger_status close_account(struct memory *m, uint64_t id)
{
	struct account *account = find_account(m, id);

	if (!account)
		return LEDGER_UNKNOWN;
	if (!ledger_is_empty(&account->totals, account->new_ceiling))
		return LEDGER_NOT_EMPTY;
	set_closed(m, account, true);
	return LEDGER_OK;
}

static enum ledger_status close_all(struct memory *m,
				    const struct ledger_batch *batch)
{
	const uint64_t *ids = batch->closings;

	for (size_t i = 0; i < batch->closing_count; i++) {
		enum ledger_status status = close_account(m, ids[i]);

		if (status) {
			while (i-- > 0)
				set_closed(m, find_any(m, ids[i]), false);
			return status;
		}
	}
	return LEDGER_OK;
}

/* Everything about accounts that are open by now. */
static enum ledger_status change_accounts(struct memory *m,
					  const struct ledger_batch *batch)
{
	enum ledger_status status = apply_all(m, batch);

	if (status)
		return status;
	propose_ceilings(m, batch);
	status = close_all(m, batch);
	if (status)
		unapply(m, batch, batch->entry_count);
	decide_ceilings(m, batch, status == LEDGER_OK);
	return status;
}

static struct record *find_record(const struct memory *m, struct ilp_bytes key)
{
	return (struct record *)skiplist_find(&m->records, key);
}

static struct record *make_record(const struct ledger_record *from)
{
	size_t len = from->key.len + from->value.len;
	struct record *record = calloc(1, sizeof(*record) + len);

	if (!record)
		return NULL;
	memcpy(record->bytes, from->key.at, from->key.len);
	memcpy(record->bytes + from->key.len, from->value.at, from->value.len);
	record->item.key = (struct ilp_bytes){ record->bytes, from->key.len };
	record->value_len = from->value.len;
	return record;
}

static void free_records(struct record *record)
{
	while (record) {
		struct record *behind = record->behind;

		free(record);
		record = behind;
	}
}

/* Makes all records that have a value, in their order, and puts none in the
 * list yet. */
static enum ledger_status make_records(const struct ledger_batch *batch,
				       struct record **made)
{
	struct record **end = made;

	*made = NULL;
	for (size_t i = 0; i < batch->record_count; i++) {
		const struct ledger_record *from = &batch->records[i];

		if (from->value.len == 0)
			continue;
		*end = make_record(from);
		if (!*end) {
			free_records(*made);
			return LEDGER_NO_MEMORY;
		}
		end = &(*end)->behind;
	}
	return LEDGER_OK;
}

/* What goes away is freed last, since the batch may have borrowed its keys
 * from there. */
static void put_records(struct memory *m, const struct ledger_batch *batch,
			struct record *made)
{
	struct record *gone = NULL;

	for (size_t i = 0; i < batch->record_count; i++) {
		const struct ledger_record *from = &batch->records[i];
		struct record *old = find_record(m, from->key);
		struct record *record = made;

		if (old) {
			skiplist_remove(&m->records, &old->item);
			old->behind = gone;
			gone = old;
		}
		if (from->value.len == 0)
			continue;
		made = record->behind;
		skiplist_add(&m->records, &record->item);
	}
	free_records(gone);
}

static bool record_fits(const struct ledger_record *record)
{
	return record->key.len > 0 && record->key.len <= LEDGER_KEY_MAX &&
	       record->value.len <= LEDGER_VALUE_MAX;
}

/* Everything that can be seen without changing anything, once the accounts
 * are open. */
static enum ledger_status check(const struct memory *m,
				const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->record_count; i++)
		if (!record_fits(&batch->records[i]))
			return LEDGER_RANGE;
	for (size_t i = 0; i < batch->ceiling_count; i++)
		if (!find_account(m, batch->ceilings[i].account))
			return LEDGER_UNKNOWN;
	return ledger_check_balance(batch, asset_of, m);
}

/* All but the openings. */
static enum ledger_status carry_out(struct memory *m,
				    const struct ledger_batch *batch)
{
	struct record *made;
	enum ledger_status status = check(m, batch);

	if (!status)
		status = make_records(batch, &made);
	if (status)
		return status;
	status = change_accounts(m, batch);
	if (status)
		free_records(made);
	else
		put_records(m, batch, made);
	return status;
}

static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	struct memory *m = memory(ledger);
	uint16_t asset_count = m->assets.count;
	enum ledger_status status;

	if (m->submitted - m->durable == LEDGER_MEMORY_WAITING_MAX)
		return LEDGER_BUSY;
	status = open_all(m, batch);
	if (status)
		return status;
	status = carry_out(m, batch);
	if (status) {
		unopen(m, batch, batch->opening_count, asset_count);
		return status;
	}
	*sequence = ++m->submitted;
	return LEDGER_OK;
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	(void)now;
	memory(ledger)->durable = memory(ledger)->submitted;
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	struct memory *m = memory(ledger);

	if (m->told == m->durable)
		return false;
	m->told = m->durable;
	*out = (struct ledger_event){ .type = LEDGER_DURABLE,
				      .sequence = m->durable };
	return true;
}

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	const struct memory *m = memory_const(ledger);
	const struct account *found;
	uint8_t key[8];

	ilp_store_u64(key, after);
	found = (struct account *)skiplist_after(&m->accounts, ILP_BYTES(key));
	if (!found)
		return false;
	*out = (struct ledger_account){
		.account = ilp_load_u64(found->id),
		.asset = m->assets.at[found->asset],
		.totals = found->totals,
		.ceiling = found->ceiling,
	};
	return true;
}

static struct ilp_bytes value_of(const struct record *record)
{
	return (struct ilp_bytes){ record->bytes + record->item.key.len,
				   record->value_len };
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	const struct record *found = find_record(memory_const(ledger), key);

	if (found)
		*value = value_of(found);
	return found;
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	const struct record *found = (struct record *)skiplist_after(
		&memory_const(ledger)->records, after);

	if (found)
		*out = (struct ledger_record){ found->item.key,
					       value_of(found) };
	return found;
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	const struct memory *m = memory_const(ledger);

	return (struct ledger_progress){ m->submitted, m->durable };
}

static void destroy(struct ledger *ledger)
{
	free_items(&memory(ledger)->accounts);
	free_items(&memory(ledger)->closed);
	free_items(&memory(ledger)->records);
	index_finish(&memory(ledger)->ids);
	free(ledger);
}

static const struct ledger_ops ops = {
	.name = "memory",
	.durable = false,
	.submit = submit,
	.tick = tick,
	.next = next,
	.account = account,
	.record = record,
	.next_record = next_record,
	.progress = progress,
	.destroy = destroy,
};

struct ledger *ledger_memory_create(void)
{
	struct memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	if (!index_init(&m->ids, 16, true)) {
		free(m);
		return NULL;
	}
	m->ledger.ops = &ops;
	return &m->ledger;
}
