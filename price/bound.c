/* SPDX-License-Identifier: Apache-2.0 */
#include "price/bound.h"

#define MILLION 1000000

/* Two fractions multiplied crosswise, and by a million and more, take 289
 * bits: limbs of 32, the least first. */
#define LIMBS 10

struct wide {
	uint32_t limb[LIMBS];
};

static struct wide wide(ilp_u128 value)
{
	struct wide out = { { 0 } };

	for (int i = 0; i < 4; i++)
		out.limb[i] = (uint32_t)(value >> 32 * i);
	return out;
}

/* Of what is known to fit. */
static struct wide times(struct wide a, ilp_u128 factor)
{
	struct wide b = wide(factor);
	struct wide out = { { 0 } };

	for (int i = 0; i < 4; i++) {
		uint64_t carry = 0;

		for (int j = 0; i + j < LIMBS; j++) {
			carry += (uint64_t)b.limb[i] * a.limb[j];
			carry += out.limb[i + j];
			out.limb[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	return out;
}

static bool at_most(struct wide a, struct wide b)
{
	for (int i = LIMBS; i-- > 0;)
		if (a.limb[i] != b.limb[i])
			return a.limb[i] < b.limb[i];
	return true;
}

bool bound_holds(struct ilp_rate a, struct ilp_rate b, uint32_t ppm)
{
	struct wide left = times(wide(a.numerator), b.denominator);
	struct wide right = times(wide(b.numerator), a.denominator);
	uint64_t most = (uint64_t)MILLION + ppm;

	return at_most(times(left, MILLION), times(right, most)) &&
	       at_most(times(right, MILLION), times(left, most));
}

uint32_t bound_between(struct ilp_rate a, struct ilp_rate b)
{
	uint32_t low = 0;
	uint32_t high = UINT32_MAX;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (bound_holds(a, b, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
