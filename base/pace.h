/* SPDX-License-Identifier: Apache-2.0 */
/* pace.h - how often something may be told: some times at once, then no more
 * until a while is over. What was not told meanwhile is counted, so that the
 * next time can say so.
 */
#ifndef BASE_PACE_H
#define BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* All zeros: nothing was told yet. */
struct pace {
	int64_t since_us; /* when this while began */
	uint32_t told;    /* in it, */
	uint32_t left_out;
};

/* May it be told once more, of `most` in a while? Then `*left_out` says how many
 * were not since the last one that was. */
static inline bool pace_allows(struct pace *p, int64_t now_us, uint32_t most,
			       int64_t while_us, uint32_t *left_out)
{
	if (p->told == 0 || now_us - p->since_us >= while_us) {
		p->since_us = now_us;
		p->told = 0;
	}
	if (p->told == most) {
		if (p->left_out < UINT32_MAX)
			p->left_out++;
		return false;
	}
	p->told++;
	*left_out = p->left_out;
	p->left_out = 0;
	return true;
}

#endif
