/* SPDX-License-Identifier: Apache-2.0 */
#include "node/dial.h"

void dial_up(struct dial *dial, int64_t now_us)
{
	dial->up = true;
	dial->up_since_us = now_us;
}

/* Half of the wait is certain, the other half is drawn. */
int64_t dial_down(struct dial *dial, int64_t now_us, uint64_t random)
{
	int64_t wait = DIAL_FIRST_US;

	if (dial->up && now_us - dial->up_since_us >= DIAL_GOOD_US)
		dial->failures = 0;
	dial->up = false;
	for (unsigned i = 0; i < dial->failures && wait < DIAL_LONGEST_US; i++)
		wait *= 2;
	dial->failures++;
	if (wait > DIAL_LONGEST_US)
		wait = DIAL_LONGEST_US;
	return wait / 2 + (int64_t)(random % (uint64_t)(wait / 2 + 1));
}
