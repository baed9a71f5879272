/* SPDX-License-Identifier: Apache-2.0 */
/* heap.h - things in the order of their time, and of equal times in the order
 * in which they were added: so that a simulation has one order of events, the
 * same on every machine.
 */
#ifndef SIM_HEAP_H
#define SIM_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

struct heap_item {
	int64_t at_us;
	uint64_t number;
	void *thing;
};

/* All zeros: empty. */
struct heap {
	struct heap_item *items;
	size_t count;
	size_t room;
	uint64_t next_number;
};

void heap_finish(struct heap *heap);

void heap_add(struct heap *heap, int64_t at_us, void *thing);

/* The time of the first; ILP_NEVER_US when there is none. */
int64_t heap_first_us(const struct heap *heap);

/* Takes the first off; there must be one. */
void *heap_take(struct heap *heap);

#endif
