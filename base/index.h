/* SPDX-License-Identifier: Apache-2.0 */
/* index.h - finds things by the hash of something they have.
 *
 * An entry is a member of the thing, so adding one allocates nothing. Two
 * things may have the same hash: whoever finds one compares, and goes on.
 */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_entry {
	struct index_entry *next;
	uint64_t hash;
};

struct index {
	uint64_t *heads;
	size_t mask;
	size_t count;
	bool grows;
};

/* With room for about `expected` entries, a power of two; more make it slower,
 * or if it `grows` make it double, once in a while. False when there is no
 * memory. */
bool index_init(struct index *index, size_t expected, bool grows);
void index_finish(struct index *index);

/* Never fails: an index that cannot grow gets slower. */
void index_add(struct index *index, struct index_entry *entry, uint64_t hash);

/* The entry must be there. */
void index_remove(struct index *index, struct index_entry *entry);

/* The first entry with that hash, and the next one behind another; NULL when
 * there is none. */
struct index_entry *index_find(const struct index *index, uint64_t hash);
struct index_entry *index_next(const struct index_entry *entry);

/* Has the processor read what index_find will look at first, while something
 * else is done. */
static inline void index_prefetch(const struct index *index, uint64_t hash)
{
	__builtin_prefetch(&index->heads[hash >> 32 & index->mask]);
}

/* Where the first entry lies of those that index_find would look at, which is
 * nearly always what it finds; NULL when it would not look at any. The entry
 * itself is not read, only what index_prefetch has asked for. */
const void *index_peek(const struct index *index, uint64_t hash);

/* The thing whose member the entry is. */
#define INDEX_THING(entry, type, member)                                       \
	((type *)(void *)((char *)(entry) - offsetof(type, member)))

#endif
