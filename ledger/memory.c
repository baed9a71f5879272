/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/memory.h"

#include <stdlib.h>

#include "ledger/balance.h"

/* Accounts and records are kept in the order of their keys, in skip lists: a
 * quarter of the items that are linked at one height are linked at the next
 * one too, so that a search has few of them to pass.
 *
 *     height 2  first ─────────────────────────────► d ──────────►
 *     height 1  first ──────────► b ───────────────► d ──────────►
 *     height 0  first ───► a ───► b ───► c ────────► d ───► e ───►
 */
#define HEIGHT_MAX 12
#define FIRST_DICE 0x9e3779b97f4a7c15 /* anything but zero */

struct item {
	struct ilp_bytes key; /* points into the item itself */
	struct item *next[HEIGHT_MAX];
};

struct list {
	struct item *first[HEIGHT_MAX];
	uint64_t dice;
};

/* The key is the id, big-endian, and so orders like it. */
struct account {
	struct item item;
	uint8_t id[8];
	uint16_t asset; /* its number */
	struct ledger_totals totals;
	ilp_u128 ceiling;
};

struct record {
	struct item item;
	struct record *behind; /* as long as it waits to be put in the list */
	size_t value_len;
	uint8_t bytes[]; /* the key, then the value */
};

struct memory {
	struct ledger ledger;
	struct list accounts;
	struct list records;
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

static bool is_below(const struct item *item, struct ilp_bytes key)
{
	size_t len = item->key.len < key.len ? item->key.len : key.len;
	int order = len ? memcmp(item->key.at, key.at, len) : 0;

	return order ? order < 0 : item->key.len < key.len;
}

/* The first item whose key is not below `key`. */
static struct item *list_from(const struct list *list, struct ilp_bytes key)
{
	struct item *const *links = list->first;

	for (size_t h = HEIGHT_MAX; h-- > 0;)
		while (links[h] && is_below(links[h], key))
			links = links[h]->next;
	return links[0];
}

static struct item *list_find(const struct list *list, struct ilp_bytes key)
{
	struct item *item = list_from(list, key);

	return item && ilp_bytes_equal(item->key, key) ? item : NULL;
}

/* One with probability 3/4, two with 3/16, and so on. */
static size_t throw_height(struct list *list)
{
	size_t height = 1;

	/* xorshift64: any will do, since nobody plays against it. */
	list->dice ^= list->dice << 13;
	list->dice ^= list->dice >> 7;
	list->dice ^= list->dice << 17;
	for (uint64_t d = list->dice >> 32; d % 4 == 0; d /= 4)
		if (++height == HEIGHT_MAX)
			break;
	return height;
}

/* The list must not have the key. */
static void list_add(struct list *list, struct item *item)
{
	struct item **links = list->first;
	size_t height = throw_height(list);

	for (size_t h = HEIGHT_MAX; h-- > 0;) {
		while (links[h] && is_below(links[h], item->key))
			links = links[h]->next;
		if (h >= height)
			continue;
		item->next[h] = links[h];
		links[h] = item;
	}
}

static void list_remove(struct list *list, struct item *item)
{
	struct item **links = list->first;

	for (size_t h = HEIGHT_MAX; h-- > 0;) {
		while (links[h] && is_below(links[h], item->key))
			links = links[h]->next;
		if (links[h] == item)
			links[h] = item->next[h];
	}
	free(item);
}

static void list_clear(struct list *list)
{
	struct item *next;

	for (struct item *item = list->first[0]; item; item = next) {
		next = item->next[0];
		free(item);
	}
}

static struct account *find_account(const struct memory *m, uint64_t id)
{
	uint8_t key[8];

	ilp_store_u64(key, id);
	return (struct account *)list_find(&m->accounts, ILP_BYTES(key));
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
	if (find_account(m, opening->account))
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
	list_add(&m->accounts, &account->item);
	return LEDGER_OK;
}

/* Undoes the first `count` openings. */
static void unopen(struct memory *m, const struct ledger_batch *batch,
		   size_t count, uint16_t asset_count)
{
	for (size_t i = 0; i < count; i++)
		list_remove(&m->accounts,
			    &find_account(m, batch->openings[i].account)->item);
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

static enum ledger_status apply_all(struct memory *m,
				    const struct ledger_batch *batch)
{
	const struct ledger_entry *e = batch->entries;
	enum ledger_status status = LEDGER_OK;
	size_t done = 0;

	for (; done < batch->entry_count; done++) {
		status = ledger_apply(&find_account(m, e[done].account)->totals,
				      &e[done]);
		if (status)
			break;
	}
	if (status)
		while (done-- > 0)
			ledger_revert(&find_account(m, e[done].account)->totals,
				      &e[done]);
	return status;
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

static void put_records(struct memory *m, const struct ledger_batch *batch,
			struct record *made)
{
	for (size_t i = 0; i < batch->record_count; i++) {
		const struct ledger_record *from = &batch->records[i];
		struct item *old = list_find(&m->records, from->key);
		struct record *record = made;

		if (old)
			list_remove(&m->records, old);
		if (from->value.len == 0)
			continue;
		made = record->behind;
		list_add(&m->records, &record->item);
	}
}

static void put_ceilings(struct memory *m, const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->ceiling_count; i++)
		find_account(m, batch->ceilings[i].account)->ceiling =
			batch->ceilings[i].units;
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
	status = apply_all(m, batch);
	if (status) {
		free_records(made);
		return status;
	}
	put_records(m, batch, made);
	put_ceilings(m, batch);
	return LEDGER_OK;
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

	if (after == UINT64_MAX)
		return false;
	ilp_store_u64(key, after + 1);
	found = (struct account *)list_from(&m->accounts, ILP_BYTES(key));
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

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	const struct record *found =
		(struct record *)list_find(&memory_const(ledger)->records, key);

	if (found)
		*value = (struct ilp_bytes){ found->bytes + key.len,
					     found->value_len };
	return found;
}

static void destroy(struct ledger *ledger)
{
	list_clear(&memory(ledger)->accounts);
	list_clear(&memory(ledger)->records);
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
	.destroy = destroy,
};

struct ledger *ledger_memory_create(void)
{
	struct memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->ledger.ops = &ops;
	m->accounts.dice = FIRST_DICE;
	m->records.dice = FIRST_DICE;
	return &m->ledger;
}
