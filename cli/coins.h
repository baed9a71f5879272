/* SPDX-License-Identifier: Apache-2.0 */
/* coins.h - an amount of an asset's smallest units, in whole coins: exactly,
 * however large it is, since only a point is put into its digits.
 */
#ifndef CLI_COINS_H
#define CLI_COINS_H

#include "base/bytes.h"

/* The longest that units are written, by any scale, with sign, point and a
 * zero at the end. */
#define COINS_SIZE 320

struct coins {
	char text[COINS_SIZE];
};

/* "-1.050000" of "-1050000" at scale 6. What is no number, such as "unlimited",
 * stays what it is; what is too long is cut off as no number would be. */
struct coins coins_of(struct ilp_bytes units, unsigned scale);

/* Is it a number, and is that zero? */
bool coins_are_none(struct ilp_bytes units);

#endif
