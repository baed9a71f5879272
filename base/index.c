/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of entries. A head is a word: the address of the first entry, which
 * takes 48 bits, and above it 15 bits of that entry's hash, and whether there
 * are others behind it. So that what is not there is nearly always known to be
 * so from the head alone, without a look at an entry that is in no cache.
 *
 *	| others | hash, 15 bits | address of the first entry, 48 bits |
 */
#include "base/index.h"

#include <assert.h>
#include <stdlib.h>

#define ADDRESS_BITS 48
#define ADDRESS ((UINT64_C(1) << ADDRESS_BITS) - 1)
#define OTHERS (UINT64_C(1) << 63)

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

static uint64_t *head(const struct index *index, uint64_t hash)
{
	/* The upper half, since the lower bits of a product are its weakest. */
	return &index->heads[hash >> 32 & index->mask];
}

/* The bits of a hash that are in a head: others than choose it. */
static uint64_t tag(uint64_t hash)
{
	return hash << ADDRESS_BITS & ~OTHERS;
}

static struct index_entry *first(uint64_t head)
{
	return (struct index_entry *)(uintptr_t)(head & ADDRESS);
}

/* A head whose first entry this is. */
static uint64_t make_head(const struct index_entry *entry)
{
	uint64_t address = (uintptr_t)entry;

	if (!entry)
		return 0;
	assert(address <= ADDRESS);
	return address | tag(entry->hash) | (entry->next ? OTHERS : 0);
}

static void hang(struct index *index, struct index_entry *entry)
{
	uint64_t *at = head(index, entry->hash);

	entry->next = first(*at);
	*at = make_head(entry);
}

static void grow(struct index *index)
{
	struct index bigger;

	if (!index_init(&bigger, 2 * (index->mask + 1), true))
		return;
	for (size_t i = 0; i <= index->mask; i++) {
		struct index_entry *entry = first(index->heads[i]);

		while (entry) {
			struct index_entry *next = entry->next;

			hang(&bigger, entry);
			entry = next;
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
	uint64_t *at = head(index, entry->hash);
	struct index_entry *before = first(*at);

	index->count--;
	if (before == entry) {
		*at = make_head(entry->next);
		return;
	}
	while (before->next != entry) {
		before = before->next;
		assert(before);
	}
	before->next = entry->next;
	*at = make_head(first(*at));
}

static struct index_entry *with_hash(struct index_entry *entry, uint64_t hash)
{
	while (entry && entry->hash != hash)
		entry = entry->next;
	return entry;
}

static struct index_entry *candidate(const struct index *index, uint64_t hash)
{
	uint64_t word = *head(index, hash);

	if ((word & ~ADDRESS) == tag(hash) || word & OTHERS)
		return first(word);
	return NULL;
}

const void *index_peek(const struct index *index, uint64_t hash)
{
	return candidate(index, hash);
}

struct index_entry *index_find(const struct index *index, uint64_t hash)
{
	return with_hash(candidate(index, hash), hash);
}

struct index_entry *index_next(const struct index_entry *entry)
{
	return with_hash(entry->next, entry->hash);
}
