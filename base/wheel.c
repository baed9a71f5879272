/* SPDX-License-Identifier: Apache-2.0 */
/* A wheel of 256 slots a millisecond wide, one of 256 slots that are each as
 * wide as that whole wheel, and so on. Timers lie in the slot of the finest
 * wheel that reaches them; when the time enters a slot of a coarser wheel,
 * its timers move to finer ones.
 *
 *	level 0  | | | |x| |      ticks of this block of 256
 *	level 1  |   |  x|   |    blocks of this block of 65,536, ...
 *
 * All ticks before `tick` have fired: a timer that starts with one of them is
 * due at once. The present slot of each coarser wheel is empty.
 *
 * The coarsest wheel has no coarser one to count its turns: its slots behind
 * the present one belong to its next turn. What lies farther than a whole turn
 * waits in the last of them, and is sorted again when the time gets there.
 */
#include "base/wheel.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define TICK_US 1000
#define SLOT_BITS 8
#define SLOT_MASK (WHEEL_SLOTS - 1)
#define COARSEST (WHEEL_LEVELS - 1)
#define NONE (-1)

void wheel_init(struct wheel *wheel, int64_t now_us)
{
	memset(wheel, 0, sizeof(*wheel));
	wheel->tick = now_us / TICK_US + 1;
}

static void hang(struct wheel_timer **list, struct wheel_timer *timer)
{
	timer->next = *list;
	timer->link = list;
	if (timer->next)
		timer->next->link = &timer->next;
	*list = timer;
}

static void unhang(struct wheel_timer *timer)
{
	*timer->link = timer->next;
	if (timer->next)
		timer->next->link = timer->link;
	timer->link = NULL;
}

static int64_t first_tick_from(int64_t us)
{
	return us > INT64_MAX - TICK_US ? INT64_MAX / TICK_US :
					  (us + TICK_US - 1) / TICK_US;
}

/* To those that are due, or into the finest wheel whose present turn reaches
 * the timer's tick. */
static void sort(struct wheel *wheel, struct wheel_timer *timer)
{
	uint64_t differs = (uint64_t)timer->tick ^ (uint64_t)wheel->tick;
	unsigned level = 0;
	int64_t here, slot;

	if (timer->tick < wheel->tick) {
		hang(&wheel->due, timer);
		return;
	}
	while (level < COARSEST && differs >> (SLOT_BITS * (level + 1)))
		level++;
	here = wheel->tick >> (SLOT_BITS * level);
	slot = timer->tick >> (SLOT_BITS * level);
	if (slot - here >= WHEEL_SLOTS)
		slot = here + WHEEL_SLOTS - 1;
	slot &= SLOT_MASK;
	wheel->used[level][slot / 64] |= UINT64_C(1) << (slot % 64);
	hang(&wheel->slots[level][slot], timer);
}

void wheel_start(struct wheel *wheel, struct wheel_timer *timer,
		 int64_t deadline_us)
{
	assert(!timer->link);
	if (deadline_us == ILP_NEVER_US)
		return;
	timer->tick = first_tick_from(deadline_us);
	sort(wheel, timer);
}

void wheel_stop(struct wheel *wheel, struct wheel_timer *timer)
{
	/* The slot stays marked as used: it is looked at once for nothing. */
	(void)wheel;
	if (timer->link)
		unhang(timer);
}

/* The first slot from `from` on that is marked, or NONE. */
static int next_used(const uint64_t used[WHEEL_SLOTS / 64], unsigned from)
{
	for (unsigned word = from / 64; word < WHEEL_SLOTS / 64; word++) {
		uint64_t bits = used[word];

		if (word == from / 64)
			bits &= ~UINT64_C(0) << (from % 64);
		if (bits)
			return (int)(word * 64) + __builtin_ctzll(bits);
	}
	return NONE;
}

/* Takes all timers out of a slot, and hangs them into `list`. */
static void empty_slot(struct wheel *wheel, unsigned level, unsigned slot,
		       struct wheel_timer **list)
{
	struct wheel_timer **from = &wheel->slots[level][slot];

	wheel->used[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
	while (*from) {
		struct wheel_timer *timer = *from;

		unhang(timer);
		hang(list, timer);
	}
}

/* Where the time has just entered a slot of a coarser wheel, its timers move
 * to finer ones. */
static void resort(struct wheel *wheel)
{
	for (unsigned level = 1; level < WHEEL_LEVELS; level++) {
		unsigned slot = (unsigned)(wheel->tick >> (SLOT_BITS * level)) &
				SLOT_MASK;
		struct wheel_timer *list = NULL;

		if ((wheel->tick & ((INT64_C(1) << (SLOT_BITS * level)) - 1)))
			break;
		empty_slot(wheel, level, slot, &list);
		while (list) {
			struct wheel_timer *timer = list;

			unhang(timer);
			sort(wheel, timer);
		}
	}
}

/* The next tick at which something is to be done: a slot of the finest wheel
 * is due, or one of a coarser wheel begins. NONE when there is nothing. */
static int64_t next_tick(const struct wheel *wheel)
{
	for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
		unsigned shift = SLOT_BITS * level;
		int64_t turn_len = INT64_C(1) << (shift + SLOT_BITS);
		int64_t turn = wheel->tick & -turn_len;
		unsigned here = (unsigned)(wheel->tick >> shift) & SLOT_MASK;
		int slot = next_used(wheel->used[level], here);

		if (level == COARSEST && slot == NONE) {
			turn += turn_len;
			slot = next_used(wheel->used[level], 0);
		}
		if (slot != NONE)
			return turn + ((int64_t)slot << shift);
	}
	return NONE;
}

struct wheel_timer *wheel_fire(struct wheel *wheel, int64_t now_us)
{
	int64_t now = now_us / TICK_US;
	struct wheel_timer *timer;

	while (!wheel->due && wheel->tick <= now) {
		int64_t next = next_tick(wheel);
		bool is_due = next != NONE && next <= now;

		wheel->tick = is_due ? next : now + 1;
		resort(wheel);
		if (is_due)
			empty_slot(wheel, 0, (unsigned)next & SLOT_MASK,
				   &wheel->due);
	}
	timer = wheel->due;
	if (timer)
		unhang(timer);
	return timer;
}

int64_t wheel_deadline_us(const struct wheel *wheel)
{
	int64_t next;

	if (wheel->due)
		return INT64_MIN;
	next = next_tick(wheel);
	return next == NONE ? ILP_NEVER_US : next * TICK_US;
}
