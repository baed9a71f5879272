/* SPDX-License-Identifier: Apache-2.0 */
/* amount.h - money: a number of an asset's smallest units.
 *
 * A type of its own, so that a price, a length or a time cannot be added to
 * it, and arithmetic that cannot wrap. Nothing outside this file and the
 * codecs looks at `units`; `script/check-source` sees to it.
 */
#ifndef ILP_AMOUNT_H
#define ILP_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "ilp/api.h"

ILP_BEGIN_DECLS

struct ilp_amount {
	uint64_t units;
};

#define ILP_AMOUNT_ZERO ((struct ilp_amount){ 0 })
#define ILP_AMOUNT_MAX ((struct ilp_amount){ UINT64_MAX })

static inline struct ilp_amount ilp_amount(uint64_t units)
{
	return (struct ilp_amount){ units };
}

/* a + b; false, and `*out` as it was, when that is more than an amount can
 * be. */
ILP_MUST_USE static inline bool
ilp_amount_add(struct ilp_amount *out, struct ilp_amount a, struct ilp_amount b)
{
	uint64_t sum;

	if (__builtin_add_overflow(a.units, b.units, &sum))
		return false;
	out->units = sum;
	return true;
}

/* a - b; false, and `*out` as it was, when that is less than nothing. */
ILP_MUST_USE static inline bool
ilp_amount_sub(struct ilp_amount *out, struct ilp_amount a, struct ilp_amount b)
{
	uint64_t difference;

	if (__builtin_sub_overflow(a.units, b.units, &difference))
		return false;
	out->units = difference;
	return true;
}

/* Less than, equal to or more than zero, as a is to b. */
static inline int ilp_amount_compare(struct ilp_amount a, struct ilp_amount b)
{
	return (a.units > b.units) - (a.units < b.units);
}

static inline bool ilp_amount_is_zero(struct ilp_amount a)
{
	return a.units == 0;
}

ILP_END_DECLS

#endif
