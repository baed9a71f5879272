/* SPDX-License-Identifier: Apache-2.0 */
/* skiplist.h - items in the order of their keys, each found quickly.
 *
 * A quarter of the items that are linked at one height are linked at the next
 * one too, so that a search has few of them to pass.
 *
 *     height 2  first ─────────────────────────────► d ──────────►
 *     height 1  first ──────────► b ───────────────► d ──────────►
 *     height 0  first ───► a ───► b ───► c ────────► d ───► e ───►
 *
 * Items belong to the caller, and are the first member of what is looked for.
 * A list allocates nothing, so nothing that it does can fail.
 */
#ifndef LEDGER_SKIPLIST_H
#define LEDGER_SKIPLIST_H

#include "base/bytes.h"

#define SKIPLIST_HEIGHT_MAX 9

struct skiplist_item {
	struct ilp_bytes key; /* borrowed while the item is in a list */
	struct skiplist_item *next[SKIPLIST_HEIGHT_MAX];
};

/* Full of zeros, it is empty. first[0] is the first item of all, and its
 * next[0] the one after it. */
struct skiplist {
	struct skiplist_item *first[SKIPLIST_HEIGHT_MAX];
	uint64_t dice;
};

/* Keys are ordered by their bytes, and a key lies before those that it
 * begins. */
bool skiplist_is_before(struct ilp_bytes a, struct ilp_bytes b);

/* The item with that key, or NULL. */
struct skiplist_item *skiplist_find(const struct skiplist *list,
				    struct ilp_bytes key);

/* The first item behind that key, whether there is an item with it or not. */
struct skiplist_item *skiplist_after(const struct skiplist *list,
				     struct ilp_bytes key);

/* The item must be in no list, and its key not in this one. */
void skiplist_add(struct skiplist *list, struct skiplist_item *item);

/* The item must be in this list. */
void skiplist_remove(struct skiplist *list, struct skiplist_item *item);

#endif
