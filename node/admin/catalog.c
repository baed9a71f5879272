/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/catalog.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/index.h"

struct catalog_item {
	struct index_entry by_name;
	struct catalog_item *next;
	struct catalog_item **back;
	size_t name_len;
	size_t text_len;
	uint8_t bytes[]; /* the name, then the text */
};

struct catalog {
	struct seal *seal;
	struct hash_seed seed;
	struct index by_name;
	struct catalog_item *items;
};

struct catalog *catalog_create(struct seal *seal, const uint8_t seed[32])
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (!c || !index_init(&c->by_name, 64, true)) {
		free(c);
		seal_destroy(seal);
		return NULL;
	}
	c->seal = seal;
	c->seed = hash_seed((struct ilp_bytes){ seed, 32 });
	return c;
}

void catalog_drop(struct catalog_item *item)
{
	if (item)
		ilp_secret_clear(item->bytes, item->name_len + item->text_len);
	free(item);
}

static void take_out(struct catalog *c, struct catalog_item *item)
{
	index_remove(&c->by_name, &item->by_name);
	*item->back = item->next;
	if (item->next)
		item->next->back = item->back;
	catalog_drop(item);
}

void catalog_destroy(struct catalog *c)
{
	if (!c)
		return;
	while (c->items)
		take_out(c, c->items);
	index_finish(&c->by_name);
	seal_destroy(c->seal);
	free(c);
}

struct ilp_bytes catalog_name(const struct catalog_item *item)
{
	return (struct ilp_bytes){ item->bytes, item->name_len };
}

struct ilp_bytes catalog_text(const struct catalog_item *item)
{
	return (struct ilp_bytes){ item->bytes + item->name_len,
				   item->text_len };
}

static struct catalog_item *find(const struct catalog *c, struct ilp_bytes name)
{
	struct index_entry *at =
		index_find(&c->by_name, hash_bytes(&c->seed, name));

	for (; at; at = index_next(at)) {
		struct catalog_item *item =
			INDEX_THING(at, struct catalog_item, by_name);

		if (ilp_bytes_equal(catalog_name(item), name))
			return item;
	}
	return NULL;
}

struct ilp_bytes catalog_find(const struct catalog *c, struct ilp_bytes name)
{
	const struct catalog_item *item = find(c, name);

	return item ? catalog_text(item) : (struct ilp_bytes){ NULL, 0 };
}

struct catalog_item *catalog_make(struct ilp_bytes name, struct ilp_bytes text)
{
	struct catalog_item *item;

	if (name.len > CATALOG_NAME_MAX || text.len > CATALOG_TEXT_MAX)
		return NULL;
	item = malloc(sizeof(*item) + name.len + text.len);
	if (!item)
		return NULL;
	item->name_len = name.len;
	item->text_len = text.len;
	memcpy(item->bytes, name.at, name.len);
	memcpy(item->bytes + name.len, text.at, text.len);
	return item;
}

void catalog_put(struct catalog *c, struct catalog_item *item)
{
	catalog_remove(c, catalog_name(item));
	item->next = c->items;
	item->back = &c->items;
	if (item->next)
		item->next->back = &item->next;
	c->items = item;
	index_add(&c->by_name, &item->by_name,
		  hash_bytes(&c->seed, catalog_name(item)));
}

void catalog_remove(struct catalog *c, struct ilp_bytes name)
{
	struct catalog_item *item = find(c, name);

	if (item)
		take_out(c, item);
}

/* ---- records ---- */

bool catalog_record(struct catalog *c, struct ilp_bytes name,
		    struct ilp_bytes text, uint8_t *room,
		    struct ledger_record *out)
{
	size_t prefix = sizeof(CATALOG_PREFIX) - 1;

	memcpy(room, CATALOG_PREFIX, prefix);
	memcpy(room + prefix, name.at, name.len);
	*out = (struct ledger_record){ .key = { room, prefix + name.len } };
	if (text.len == 0 || !c->seal)
		return true;
	out->value = (struct ilp_bytes){ room + out->key.len,
					 text.len + SEAL_OVERHEAD };
	return seal_close(c->seal, name, text, room + out->key.len);
}

static bool restore_one(struct catalog *c, const struct ledger_record *record)
{
	struct ilp_bytes name =
		ilp_bytes_skip(record->key, sizeof(CATALOG_PREFIX) - 1);
	struct ilp_bytes text = { NULL, 0 };
	struct catalog_item *item = NULL;
	size_t len = record->value.len;
	uint8_t *room = malloc(len ? len : 1);

	if (room && seal_open(c->seal, name, record->value, room)) {
		text = (struct ilp_bytes){ room, len - SEAL_OVERHEAD };
		item = catalog_make(name, text);
	}
	if (room)
		ilp_secret_clear(room, len);
	free(room);
	if (item)
		catalog_put(c, item);
	return item;
}

static bool begins(struct ilp_bytes key, struct ilp_bytes prefix)
{
	return key.len > prefix.len &&
	       memcmp(key.at, prefix.at, prefix.len) == 0;
}

bool catalog_is_kept(const struct ledger *ledger)
{
	const struct ilp_bytes prefix = ilp_text(CATALOG_PREFIX);
	struct ledger_record record;

	return ledger_next_record(ledger, prefix, &record) &&
	       begins(record.key, prefix);
}

bool catalog_restore(struct catalog *c, const struct ledger *ledger,
		     char *error, size_t error_size)
{
	const struct ilp_bytes prefix = ilp_text(CATALOG_PREFIX);
	struct ledger_record record = { .key = prefix };

	while (c->seal && ledger_next_record(ledger, record.key, &record) &&
	       begins(record.key, prefix)) {
		if (restore_one(c, &record))
			continue;
		snprintf(error, error_size,
			 "the data file's record \"%.*s\" cannot be read: was "
			 "it sealed with another key?",
			 (int)record.key.len, (const char *)record.key.at);
		return false;
	}
	return true;
}

const struct catalog_item *catalog_next(const struct catalog *c,
					const struct catalog_item *after)
{
	return after ? after->next : c->items;
}
