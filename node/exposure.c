/* SPDX-License-Identifier: Apache-2.0 */
#include "node/exposure.h"

/* How many times as much as is needed is asked for; and how many times less
 * must be needed for the ceiling to go down. The second is the larger, so that
 * one change does not call for the other. */
#define SPARE 4
#define SURPLUS 16

#define MOST (~(ilp_u128)0)

static void set_durable(struct exposure *e, ilp_u128 ceiling)
{
	e->durable = ceiling;
	e->easy = ceiling / 2;
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

static ilp_u128 times(ilp_u128 need, unsigned factor)
{
	return need > MOST / factor ? MOST : need * factor;
}

ilp_u128 exposure_wish(const struct exposure *e, ilp_u128 need, ilp_u128 most)
{
	ilp_u128 wish = times(need, SPARE);

	if (wish > most)
		wish = most > need ? most : need;
	/* Half of what was asked for is enough to go on with. */
	return need <= e->ceiling / 2 || wish <= e->ceiling ? 0 : wish;
}

ilp_u128 exposure_rest(const struct exposure *e, ilp_u128 need)
{
	if (e->batch || times(need, SURPLUS) >= e->durable)
		return e->durable;
	return times(need, SPARE);
}

void exposure_ask(struct exposure *e, ilp_u128 ceiling, uint64_t batch)
{
	e->ceiling = ceiling;
	e->batch = batch;
	if (ceiling < e->durable)
		set_durable(e, ceiling);
}
