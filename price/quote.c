/* SPDX-License-Identifier: Apache-2.0 */
#include "price/quote.h"

#include "price/bound.h"

static bool is_old(const struct offer *offer, int64_t now_us)
{
	return now_us >= offer->expires_us;
}

static bool same(const struct offer *a, const struct offer *b)
{
	return a->source == b->source && a->fetch == b->fetch;
}

static void take(struct quote *q, const struct offer *offer)
{
	*q = (struct quote){ .known = true, .price = *offer };
}

/* Counts an offer that is far from the price. Is it news? */
static bool hold(struct quote *q, const struct offer *offer, uint32_t jump_ppm)
{
	bool again;

	if (q->times && same(&q->held, offer))
		return false;
	again = q->times && bound_holds(q->held.worth, offer->worth, jump_ppm);
	q->times = again ? q->times + 1 : 1;
	q->held = *offer;
	return !again;
}

static enum quote_news grow_old(struct quote *q, int64_t now_us)
{
	if (!q->known || q->aged || !is_old(&q->price, now_us))
		return QUOTE_NOTHING;
	q->aged = true;
	return QUOTE_AGED;
}

enum quote_news quote_offer(struct quote *q, const struct offer *offer,
			    const struct quote_rule *rule, int64_t now_us)
{
	bool news;

	if (!offer) {
		q->times = 0; /* what is offered after that is no succession */
		return grow_old(q, now_us);
	}
	if (!q->known ||
	    bound_holds(q->price.worth, offer->worth, rule->jump_ppm)) {
		take(q, offer);
		return QUOTE_NOTHING;
	}
	news = hold(q, offer, rule->jump_ppm);
	if (is_old(&q->price, now_us) && q->times >= rule->repeats) {
		take(q, offer);
		return QUOTE_TAKEN;
	}
	return news ? QUOTE_JUMPED : grow_old(q, now_us);
}

bool quote_confirm(struct quote *q)
{
	if (!q->times)
		return false;
	take(q, &q->held);
	return true;
}

static int64_t sooner(int64_t best_us, int64_t moment_us, int64_t now_us)
{
	return moment_us > now_us && moment_us < best_us ? moment_us : best_us;
}

int64_t quote_deadline_us(const struct quote *q, int64_t now_us)
{
	int64_t best_us = ILP_NEVER_US;

	if (q->known)
		best_us = sooner(best_us, q->price.expires_us, now_us);
	if (q->times)
		best_us = sooner(best_us, q->held.expires_us, now_us);
	return best_us;
}
