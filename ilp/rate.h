/* SPDX-License-Identifier: Apache-2.0 */
/* rate.h - exact exchange rates, and what an amount is worth at one.
 *
 * A rate is a fraction of two 128-bit integers in lowest terms: how many
 * units of the outgoing asset one unit of the incoming asset buys. It is put
 * together from decimal prices, asset scales and spreads without any
 * rounding; what does not fit is refused. Only ilp_exchange rounds, once and
 * downwards.
 */
#ifndef ILP_RATE_H
#define ILP_RATE_H

#include "base/bytes.h"
#include "ilp/amount.h"
#include "ilp/error.h"

ILP_BEGIN_DECLS

#ifndef __SIZEOF_INT128__
#error "libilp needs integers of 128 bits, which only 64-bit targets have"
#endif

/* For totals and rates. */
__extension__ typedef unsigned __int128 ilp_u128;

struct ilp_rate {
	ilp_u128 numerator;
	ilp_u128 denominator; /* never 0 */
};

#define ILP_RATE_ONE ((struct ilp_rate){ 1, 1 })

/* The fraction in lowest terms. FORMAT when the denominator is 0. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_rate_make(struct ilp_rate *out, ilp_u128 numerator, ilp_u128 denominator);

/* A decimal number as in JSON but never negative ("1", "0.25", "1.5e-7"), of
 * any length: exact, or PRECISION when its digits, but for zeros at either
 * end, take more than 128 bits. */
ILP_MUST_USE ILP_API enum ilp_error ilp_rate_parse(struct ilp_rate *out,
						   struct ilp_bytes decimal);

/* a × b and a ÷ b: exact, or PRECISION. Dividing by zero is FORMAT. */
ILP_API enum ilp_error ilp_rate_multiply(struct ilp_rate *out,
					 struct ilp_rate a, struct ilp_rate b);
ILP_API enum ilp_error ilp_rate_divide(struct ilp_rate *out, struct ilp_rate a,
				       struct ilp_rate b);

/* Turns a rate between whole coins into one between smallest units:
 * × 10^(to - from). Scales are as in ILDCP, 0 to 255. */
ILP_API enum ilp_error ilp_rate_scale(struct ilp_rate *out,
				      struct ilp_rate rate, uint8_t from,
				      uint8_t to);

/* Keeps back `ppm` millionths; FORMAT when that is more than all. */
ILP_API enum ilp_error ilp_rate_spread(struct ilp_rate *out,
				       struct ilp_rate rate, uint32_t ppm);

/* floor(in × rate). OVERFLOW when that is more than an amount can be; a
 * result of zero is no error here. */
ILP_MUST_USE ILP_API enum ilp_error ilp_exchange(struct ilp_amount *out,
						 const struct ilp_rate *rate,
						 struct ilp_amount in);

/* The least amount that ilp_exchange turns into at least `out`. OVERFLOW when
 * there is none. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_exchange_inverse(struct ilp_amount *in, const struct ilp_rate *rate,
		     struct ilp_amount out);

ILP_END_DECLS

#endif
