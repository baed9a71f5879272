/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

void heap_finish(struct heap *h)
{
	free(h->items);
	*h = (struct heap){ 0 };
}

static bool before(const struct heap_item *a, const struct heap_item *b)
{
	if (a->at_us != b->at_us)
		return a->at_us < b->at_us;
	return a->number < b->number;
}

void heap_add(struct heap *h, int64_t at_us, void *thing)
{
	const struct heap_item item = { at_us, h->next_number++, thing };
	size_t i = h->count++;

	if (h->count > h->room) {
		h->room = h->room ? 2 * h->room : 64;
		h->items = realloc(h->items, h->room * sizeof(*h->items));
		assert(h->items);
	}
	while (i && before(&item, &h->items[(i - 1) / 2])) {
		h->items[i] = h->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->items[i] = item;
}

int64_t heap_first_us(const struct heap *h)
{
	return h->count ? h->items[0].at_us : ILP_NEVER_US;
}

/* The last item sinks from the top to its place. */
void *heap_take(struct heap *h)
{
	void *first = h->items[0].thing;
	struct heap_item last;
	size_t i = 0, child;

	assert(h->count);
	last = h->items[--h->count];
	while ((child = 2 * i + 1) < h->count) {
		if (child + 1 < h->count &&
		    before(&h->items[child + 1], &h->items[child]))
			child++;
		if (!before(&h->items[child], &last))
			break;
		h->items[i] = h->items[child];
		i = child;
	}
	h->items[i] = last;
	return first;
}
