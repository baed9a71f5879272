/* SPDX-License-Identifier: Apache-2.0 */
/* bound.h - is one price near another?
 *
 * The larger may be more than the smaller by so many millionths of the
 * smaller. So it does not matter which price came first, nor which of two
 * assets is counted in the other: 1.25 and 0.8 are as far from 1.
 */
#ifndef PRICE_BOUND_H
#define PRICE_BOUND_H

#include "ilp/rate.h"

/* Exact, whatever the two fractions are. */
bool bound_holds(struct ilp_rate a, struct ilp_rate b, uint32_t ppm);

/* The least bound that holds, for people; UINT32_MAX also when none does. */
uint32_t bound_between(struct ilp_rate a, struct ilp_rate b);

#endif
