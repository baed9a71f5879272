/* SPDX-License-Identifier: Apache-2.0 */
/* An actor that is woken earlier leaves its later item in the heap, which is
 * then passed over. */
#include "test/sim/agenda.h"

void agenda_finish(struct agenda *a)
{
	heap_finish(&a->heap);
}

void agenda_wake(struct agenda *a, struct actor *actor, int64_t at_us)
{
	if (at_us < a->now_us)
		at_us = a->now_us;
	if (at_us >= actor->next_us)
		return;
	actor->next_us = at_us;
	heap_add(&a->heap, at_us, actor);
}

bool agenda_step(struct agenda *a, int64_t until_us)
{
	int64_t at_us;

	while ((at_us = heap_first_us(&a->heap)) <= until_us &&
	       at_us != ILP_NEVER_US) {
		struct actor *actor = heap_take(&a->heap);

		if (actor->next_us != at_us)
			continue;
		a->now_us = at_us;
		a->rounds++;
		actor->next_us = ILP_NEVER_US;
		actor->round(actor);
		return true;
	}
	a->now_us = until_us;
	return false;
}
