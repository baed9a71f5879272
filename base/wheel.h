/* SPDX-License-Identifier: Apache-2.0 */
/* wheel.h - timers: many, most of which are stopped before they are due.
 *
 * A timer is a member of what it is for, so that starting and stopping one is
 * a few stores. Time is divided into ticks of a millisecond; a timer fires at
 * the first tick that is not before its deadline, so never early.
 */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

#define WHEEL_LEVELS 5
#define WHEEL_SLOTS 256

/* All zeros: not running. */
struct wheel_timer {
	struct wheel_timer *next;
	struct wheel_timer **link; /* what points to this; NULL: not running */
	int64_t tick;
};

struct wheel {
	int64_t tick; /* all before it have fired */
	struct wheel_timer *due; /* those that have, but for the telling */
	uint64_t used[WHEEL_LEVELS][WHEEL_SLOTS / 64]; /* slots with timers */
	struct wheel_timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

void wheel_init(struct wheel *wheel, int64_t now_us);

/* The timer must not be running. ILP_NEVER_US leaves it so. A deadline that has
 * passed is due at once: whoever handles a timer does not start it so again. */
void wheel_start(struct wheel *wheel, struct wheel_timer *timer,
		 int64_t deadline_us);

/* Whether it is running or not. */
void wheel_stop(struct wheel *wheel, struct wheel_timer *timer);

static inline bool wheel_running(const struct wheel_timer *timer)
{
	return timer->link != NULL;
}

/* A timer whose deadline has come; it is no longer running. NULL when there
 * is none. Time that goes backwards stands still. */
struct wheel_timer *wheel_fire(struct wheel *wheel, int64_t now_us);

/* When to look again: not after the tick of the earliest deadline, and at times
 * well before it, when there is nothing to do but to sort. ILP_NEVER_US only
 * when no timer runs; INT64_MIN when one is due. */
int64_t wheel_deadline_us(const struct wheel *wheel);

#endif
