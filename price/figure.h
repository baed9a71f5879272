/* SPDX-License-Identifier: Apache-2.0 */
/* figure.h - prices and ages the way people read them.
 *
 * Nothing is computed from these texts: prices are exact fractions, and most
 * have no end as decimals.
 */
#ifndef PRICE_FIGURE_H
#define PRICE_FIGURE_H

#include "ilp/rate.h"

#define FIGURE_SIZE 32

struct figure {
	char text[FIGURE_SIZE];
};

/* Nine digits that count, and the rest cut off: 1.0841, 2.4e-10. */
struct figure figure_rate(struct ilp_rate rate);

/* In the unit that suits it: 75 s, 3 min, 26 h, 4 d. */
struct figure figure_age(int64_t age_us);

#endif
