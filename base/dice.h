/* SPDX-License-Identifier: Apache-2.0 */
/* dice.h - numbers that should differ, and that nobody need be kept from
 * foreseeing: waits, the choices of a simulation.
 *
 * The same seed gives the same numbers. Secrets are drawn by the system.
 */
#ifndef BASE_DICE_H
#define BASE_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state; /* begins as the seed */
};

/* splitmix64 */
static inline uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* One of the numbers below `bound`, which is not 0. */
static inline uint64_t dice_below(struct dice *dice, uint64_t bound)
{
	return dice_roll(dice) % bound;
}

#endif
