/* SPDX-License-Identifier: Apache-2.0 */
/* dial.h - when to connect to a peer again.
 *
 * At once at first, then after a time that doubles with each failure up to a
 * minute, with a random part, so that peers of a node that comes back do not
 * all come at once. A connection that was up for a while wipes the slate.
 */
#ifndef NODE_DIAL_H
#define NODE_DIAL_H

#include <stdbool.h>

#include "base/time.h"

#define DIAL_FIRST_US 100000
#define DIAL_LONGEST_US 60000000
/* Up for so long, a connection counts as good. */
#define DIAL_GOOD_US 10000000

/* All zeros: never tried. */
struct dial {
	unsigned failures;
	bool up;
	int64_t up_since_us;
};

void dial_up(struct dial *dial, int64_t now_us);

/* It failed, or has ended: how long to wait, made of a random number. */
int64_t dial_down(struct dial *dial, int64_t now_us, uint64_t random);

#endif
