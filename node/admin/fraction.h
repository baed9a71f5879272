/* SPDX-License-Identifier: Apache-2.0 */
/* fraction.h - an exact rate as text: for programs its two numbers, for people
 * its first digits. */
#ifndef NODE_ADMIN_FRACTION_H
#define NODE_ADMIN_FRACTION_H

#include "ilp/rate.h"

#define FRACTION_DIGITS 40 /* of 2^128-1, and a final zero */
#define FRACTION_DECIMAL 80

struct fraction {
	char numerator[FRACTION_DIGITS];
	char denominator[FRACTION_DIGITS];
	char decimal[FRACTION_DECIMAL];
};

struct fraction fraction_of(const struct ilp_rate *rate);

#endif
