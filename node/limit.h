/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - so much in so long: a bucket that fills evenly, up to its brim.
 *
 * Exact integers: what a bucket holds is counted in tokens × microseconds of
 * its period, so that no part of a token is lost between two packets.
 */
#ifndef NODE_LIMIT_H
#define NODE_LIMIT_H

#include "base/time.h"
#include "ilp/rate.h"

struct limit_settings {
	uint64_t refill;   /* so many tokens ... */
	int64_t period_us; /* ... in so long; 0: there is no limit */
	uint64_t capacity; /* and never more than these */
};

#define LIMIT_NONE ((struct limit_settings){ .period_us = 0 })

/* An account has three of them, and there are many accounts: so it lies at any
 * multiple of 8 bytes. */
typedef ilp_u128 limit_taken __attribute__((aligned(8)));

/* All zeros: full. */
struct limit {
	limit_taken taken; /* tokens × period, out of the full bucket */
	int64_t since_us; /* when that was so */
};

/* Takes tokens out; false, and nothing is taken, when there are too few. */
bool limit_take(struct limit *limit, const struct limit_settings *settings,
		uint64_t tokens, int64_t now_us);

/* Goes on under other settings, no fuller than it was. */
void limit_change(struct limit *limit, const struct limit_settings *from,
		  const struct limit_settings *to);

/* The same for money, a token a unit. */
bool limit_take_amount(struct limit *limit,
		       const struct limit_settings *settings,
		       struct ilp_amount amount, int64_t now_us);

#endif
