/* SPDX-License-Identifier: Apache-2.0 */
#include "node/exposure.h"

#include <assert.h>

/* How many times as much as is needed is asked for; and how many times less
 * must be needed for the ceiling to go down. The second is the larger, so that
 * one change does not call for the other. */
#define SPARE 4
#define SURPLUS 16

#define MOST (~(ilp_u128)0)

/* What is in doubt neither grows nor needs anything to spare; a node that did
 * not see to that would multiply it with each crash. */
static ilp_u128 half(const struct exposure *e, ilp_u128 ceiling)
{
	assert(ceiling >= e->in_doubt);
	return e->in_doubt + (ceiling - e->in_doubt) / 2;
}

static ilp_u128 times(const struct exposure *e, ilp_u128 need, unsigned factor)
{
	ilp_u128 own = need - e->in_doubt;

	assert(need >= e->in_doubt);
	return own > (MOST - e->in_doubt) / factor ? MOST :
						     e->in_doubt + own * factor;
}

static void set_durable(struct exposure *e, ilp_u128 ceiling)
{
	e->durable = ceiling;
	e->easy = half(e, ceiling);
}

void exposure_begin(struct exposure *e, ilp_u128 ceiling, ilp_u128 unresolved)
{
	e->ceiling = ceiling;
	e->in_doubt = ceiling;
	e->unresolved = unresolved;
	set_durable(e, ceiling);
}

void exposure_lapse(struct exposure *e)
{
	e->unresolved += e->in_doubt;
	e->in_doubt = 0;
	set_durable(e, e->durable);
}

static void settle_posts(struct exposure *e, uint64_t durable)
{
	const struct exposure_posts none = { .sum = 0 };

	if (e->earlier.batch > durable)
		return;
	e->earlier = e->later.batch > durable ? e->later : none;
	e->later = none;
}

void exposure_post(struct exposure *e, ilp_u128 earned, uint64_t batch)
{
	struct exposure_posts *posts = &e->later;

	if (e->earlier.sum == 0 || e->earlier.batch == batch)
		posts = &e->earlier;
	posts->sum += earned;
	posts->batch = batch;
}

void exposure_settle(struct exposure *e, uint64_t durable)
{
	settle_posts(e, durable);
	if (e->batch == 0 || e->batch > durable)
		return;
	e->batch = 0;
	set_durable(e, e->ceiling);
}

ilp_u128 exposure_wish(const struct exposure *e, ilp_u128 need, ilp_u128 most)
{
	ilp_u128 wish = times(e, need, SPARE);

	if (wish > most)
		wish = most > need ? most : need;
	/* Half of what was asked for is enough to go on with. */
	return need <= half(e, e->ceiling) || wish <= e->ceiling ? 0 : wish;
}

ilp_u128 exposure_rest(const struct exposure *e, ilp_u128 need)
{
	if (e->batch || times(e, need, SURPLUS) >= e->durable)
		return e->durable;
	return times(e, need, SPARE);
}

void exposure_ask(struct exposure *e, ilp_u128 ceiling, uint64_t batch)
{
	e->ceiling = ceiling;
	e->batch = batch;
	if (ceiling < e->durable)
		set_durable(e, ceiling);
}
