/* SPDX-License-Identifier: Apache-2.0 */
/* prices.h - what a source says that assets are worth, all at one time.
 *
 * What a whole coin is worth is an exact fraction, in a measure that is the
 * source's own: euros for the European Central Bank, whatever was asked for
 * elsewhere. Worths are compared with those of the same table only. Ages are
 * source.c's work, and believing a price is quote.c's.
 */
#ifndef PRICE_PRICES_H
#define PRICE_PRICES_H

#include "ilp/rate.h"
#include "price/words.h"

#define PRICES_MAX 512
#define PRICE_CODE_SIZE 24 /* of an asset's code, with its final zero */

/* The source does not tell of when it is. */
#define PRICE_UNTOLD INT64_MIN

struct price {
	char code[PRICE_CODE_SIZE];
	int64_t as_of_ms; /* by the wall clock, or PRICE_UNTOLD */
	struct ilp_rate worth;
};

/* All zeros: none. */
struct prices {
	size_t count;
	struct price at[PRICES_MAX]; /* in the order of their codes */
};

/* A decimal number above zero as in JSON, exactly; NULL, or what is wrong
 * with it: "is negative". */
const char *price_parse(struct ilp_rate *out, struct ilp_bytes decimal);

/* How many of it one of the measure buys, from what it costs there, or the
 * other way round. */
static inline struct ilp_rate price_inverse(struct ilp_rate price)
{
	return (struct ilp_rate){ price.denominator, price.numerator };
}

/* False, with the problem told, when the code is not one to 23 characters of
 * visible ASCII, has a price already, or the table is full. */
bool prices_add(struct prices *prices, struct ilp_bytes code,
		struct ilp_rate worth, int64_t as_of_ms,
		struct price_words *problem);

/* NULL when there is none. */
const struct price *prices_find(const struct prices *prices, const char *code);

#endif
