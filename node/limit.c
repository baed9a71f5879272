/* SPDX-License-Identifier: Apache-2.0 */
#include "node/limit.h"

/* Other settings may make the bucket smaller than what was taken out of it:
 * then it is empty, and fills from there. */
static void refill(struct limit *limit, const struct limit_settings *settings,
		   int64_t now_us)
{
	ilp_u128 brim =
		(ilp_u128)settings->capacity * (uint64_t)settings->period_us;
	ilp_u128 more;

	if (limit->taken > brim)
		limit->taken = brim;
	if (now_us <= limit->since_us)
		return;
	more = (ilp_u128)(now_us - limit->since_us) * settings->refill;
	limit->taken = limit->taken > more ? limit->taken - more : 0;
	limit->since_us = now_us;
}

bool limit_take(struct limit *limit, const struct limit_settings *settings,
		uint64_t tokens, int64_t now_us)
{
	ilp_u128 period = (ilp_u128)settings->period_us;

	if (settings->period_us == 0)
		return true;
	refill(limit, settings, now_us);
	if (tokens > settings->capacity ||
	    limit->taken > (settings->capacity - tokens) * period)
		return false;
	limit->taken += tokens * period;
	return true;
}

/* What could be taken still can, and no more. */
void limit_change(struct limit *limit, const struct limit_settings *from,
		  const struct limit_settings *to)
{
	ilp_u128 left = to->capacity;

	if (from->period_us) {
		ilp_u128 period = (ilp_u128)from->period_us;
		ilp_u128 brim = from->capacity * period;

		left = limit->taken < brim ? (brim - limit->taken) / period : 0;
	}
	if (left > to->capacity)
		left = to->capacity;
	limit->taken = (to->capacity - left) * (uint64_t)to->period_us;
}

bool limit_take_amount(struct limit *limit,
		       const struct limit_settings *settings,
		       struct ilp_amount amount, int64_t now_us)
{
	return limit_take(limit, settings, amount.units, now_us);
}
