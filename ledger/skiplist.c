/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/skiplist.h"

bool skiplist_is_before(struct ilp_bytes a, struct ilp_bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.at, b.at, len) : 0;

	return order ? order < 0 : a.len < b.len;
}

static bool is_below(const struct skiplist_item *item, struct ilp_bytes key)
{
	return skiplist_is_before(item->key, key);
}

/* The first item whose key is not below `key`. */
static struct skiplist_item *from(const struct skiplist *list,
				  struct ilp_bytes key)
{
	struct skiplist_item *const *links = list->first;

	for (size_t h = SKIPLIST_HEIGHT_MAX; h-- > 0;)
		while (links[h] && is_below(links[h], key))
			links = links[h]->next;
	return links[0];
}

struct skiplist_item *skiplist_find(const struct skiplist *list,
				    struct ilp_bytes key)
{
	struct skiplist_item *item = from(list, key);

	return item && ilp_bytes_equal(item->key, key) ? item : NULL;
}

struct skiplist_item *skiplist_after(const struct skiplist *list,
				     struct ilp_bytes key)
{
	struct skiplist_item *item = from(list, key);

	return item && ilp_bytes_equal(item->key, key) ? item->next[0] : item;
}

/* splitmix64: any will do, since nobody plays against it. */
static uint64_t throw_dice(struct skiplist *list)
{
	uint64_t z = list->dice += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* One with probability 3/4, two with 3/16, and so on. */
static size_t throw_height(struct skiplist *list)
{
	size_t height = 1;

	for (uint64_t d = throw_dice(list); d % 4 == 0; d /= 4)
		if (++height == SKIPLIST_HEIGHT_MAX)
			break;
	return height;
}

void skiplist_add(struct skiplist *list, struct skiplist_item *item)
{
	struct skiplist_item **links = list->first;
	size_t height = throw_height(list);

	for (size_t h = SKIPLIST_HEIGHT_MAX; h-- > 0;) {
		while (links[h] && is_below(links[h], item->key))
			links = links[h]->next;
		if (h >= height)
			continue;
		item->next[h] = links[h];
		links[h] = item;
	}
}

void skiplist_remove(struct skiplist *list, struct skiplist_item *item)
{
	struct skiplist_item **links = list->first;

	for (size_t h = SKIPLIST_HEIGHT_MAX; h-- > 0;) {
		while (links[h] && is_below(links[h], item->key))
			links = links[h]->next;
		if (links[h] == item)
			links[h] = item->next[h];
	}
}
