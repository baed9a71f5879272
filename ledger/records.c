/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/records.h"

#include <stdlib.h>

void records_drop(struct record *made)
{
	while (made) {
		struct record *behind = made->behind;

		free(made);
		made = behind;
	}
}

void records_clear(struct records *records)
{
	struct skiplist_item *next;

	for (struct skiplist_item *item = records->list.first[0]; item;
	     item = next) {
		next = item->next[0];
		free(item);
	}
	memset(records->list.first, 0, sizeof(records->list.first));
	records->bytes = 0;
}

const struct record *records_find(const struct records *records,
				  struct ilp_bytes key)
{
	return (struct record *)skiplist_find(&records->list, key);
}

const struct record *records_after(const struct records *records,
				   struct ilp_bytes after)
{
	return (struct record *)skiplist_after(&records->list, after);
}

const struct record *records_first(const struct records *records)
{
	return (struct record *)records->list.first[0];
}

struct ledger_record records_read(const struct record *record)
{
	size_t key_len = record->item.key.len;

	return (struct ledger_record){
		.key = record->item.key,
		.value = { record->bytes + key_len, record->value_len },
	};
}

static bool fits(const struct ledger_record *record)
{
	return record->key.len > 0 && record->key.len <= LEDGER_KEY_MAX &&
	       record->value.len <= LEDGER_VALUE_MAX;
}

static struct record *make_record(const struct ledger_record *from)
{
	size_t len = from->key.len + from->value.len;
	struct record *record = calloc(1, sizeof(*record) + len);

	if (!record)
		return NULL;
	memcpy(record->bytes, from->key.at, from->key.len);
	if (from->value.len)
		memcpy(record->bytes + from->key.len, from->value.at,
		       from->value.len);
	record->item.key = (struct ilp_bytes){ record->bytes, from->key.len };
	record->value_len = from->value.len;
	return record;
}

/* Is there to be a record of it? */
static bool stays(const struct records *records,
		  const struct ledger_record *record)
{
	return record->value.len > 0 || records->keeps_removals;
}

enum ledger_status records_make(const struct records *records,
				const struct ledger_batch *batch,
				struct record **made)
{
	struct record **end = made;

	*made = NULL;
	for (size_t i = 0; i < batch->record_count; i++)
		if (!fits(&batch->records[i]))
			return LEDGER_RANGE;
	for (size_t i = 0; i < batch->record_count; i++) {
		if (!stays(records, &batch->records[i]))
			continue;
		*end = make_record(&batch->records[i]);
		if (!*end) {
			records_drop(*made);
			return LEDGER_NO_MEMORY;
		}
		end = &(*end)->behind;
	}
	return LEDGER_OK;
}

static size_t bytes_of(const struct record *record)
{
	return sizeof(*record) + record->item.key.len + record->value_len;
}

static struct record *take_out(struct records *records, struct ilp_bytes key)
{
	struct record *record =
		(struct record *)skiplist_find(&records->list, key);

	if (record) {
		skiplist_remove(&records->list, &record->item);
		records->bytes -= bytes_of(record);
	}
	return record;
}

/* What goes away is freed last, since the batch may have borrowed its keys
 * from there. */
void records_put(struct records *records, const struct ledger_batch *batch,
		 struct record *made)
{
	struct record *gone = NULL;

	for (size_t i = 0; i < batch->record_count; i++) {
		struct record *old = take_out(records, batch->records[i].key);
		struct record *record = made;

		if (old) {
			old->behind = gone;
			gone = old;
		}
		if (!stays(records, &batch->records[i]))
			continue;
		made = record->behind;
		skiplist_add(&records->list, &record->item);
		records->bytes += bytes_of(record);
	}
	records_drop(gone);
}
