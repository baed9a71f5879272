/* SPDX-License-Identifier: Apache-2.0 */
#include "base/index.h"

#include <assert.h>
#include <stdlib.h>

bool index_init(struct index *index, size_t expected, bool grows)
{
	assert(expected && (expected & (expected - 1)) == 0);
	*index = (struct index){ .mask = expected - 1, .grows = grows };
	index->heads = calloc(expected, sizeof(*index->heads));
	return index->heads != NULL;
}

void index_finish(struct index *index)
{
	free(index->heads);
	index->heads = NULL;
}

static struct index_entry **head(const struct index *index, uint64_t hash)
{
	/* The upper half, since the lower bits of a product are its weakest. */
	return &index->heads[hash >> 32 & index->mask];
}

static void hang(struct index *index, struct index_entry *entry)
{
	struct index_entry **at = head(index, entry->hash);

	entry->next = *at;
	*at = entry;
}

static void grow(struct index *index)
{
	struct index bigger;

	if (!index_init(&bigger, 2 * (index->mask + 1), true))
		return;
	for (size_t i = 0; i <= index->mask; i++) {
		while (index->heads[i]) {
			struct index_entry *entry = index->heads[i];

			index->heads[i] = entry->next;
			hang(&bigger, entry);
		}
	}
	bigger.count = index->count;
	index_finish(index);
	*index = bigger;
}

void index_add(struct index *index, struct index_entry *entry, uint64_t hash)
{
	if (index->grows && index->count > index->mask)
		grow(index);
	entry->hash = hash;
	hang(index, entry);
	index->count++;
}

void index_remove(struct index *index, struct index_entry *entry)
{
	struct index_entry **at = head(index, entry->hash);

	while (*at != entry) {
		assert(*at);
		at = &(*at)->next;
	}
	*at = entry->next;
	index->count--;
}

static struct index_entry *with_hash(struct index_entry *entry, uint64_t hash)
{
	while (entry && entry->hash != hash)
		entry = entry->next;
	return entry;
}

struct index_entry *index_find(const struct index *index, uint64_t hash)
{
	return with_hash(*head(index, hash), hash);
}

struct index_entry *index_next(const struct index_entry *entry)
{
	return with_hash(entry->next, entry->hash);
}
