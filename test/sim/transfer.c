/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/transfer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/dice.h"

#define EXPECTED 1024

void transfers_init(struct transfers *all)
{
	bool inited;

	*all = (struct transfers){ .end = &all->first };
	inited = index_init(&all->by_request, EXPECTED, true) &&
		 index_init(&all->by_number, EXPECTED, true) &&
		 index_init(&all->by_secret, EXPECTED, true);
	assert(inited);
}

void transfers_finish(struct transfers *all)
{
	while (all->first) {
		struct transfer *t = all->first;

		all->first = t->next;
		free(t);
	}
	index_finish(&all->by_request);
	index_finish(&all->by_number);
	index_finish(&all->by_secret);
}

static uint64_t spread(uint64_t key)
{
	struct dice dice = { key };

	return dice_roll(&dice);
}

/* A request id is less than 2^56. */
static uint64_t request_key(unsigned edge, unsigned side, uint64_t request)
{
	return spread(request << 8 | edge << 1 | side);
}

struct transfer *transfers_add(struct transfers *all,
			       const struct transfer *like)
{
	struct transfer *t = malloc(sizeof(*t));

	assert(t);
	*t = *like;
	t->next = NULL;
	t->order = all->count++;
	*all->end = t;
	all->end = &t->next;
	index_add(&all->by_request, &t->by_request,
		  request_key(t->edge, t->side, t->request));
	if (t->readable) {
		index_add(&all->by_number, &t->by_number,
			  spread(t->payment.number));
		index_add(&all->by_secret, &t->by_secret,
			  spread(t->payment.secret));
	}
	return t;
}

/* Keys are spread one to one, so equal hashes are equal keys. */
struct transfer *transfers_find(const struct transfers *all, unsigned edge,
				unsigned side, uint64_t request)
{
	struct index_entry *at =
		index_find(&all->by_request, request_key(edge, side, request));
	struct transfer *latest = NULL;

	for (; at; at = index_next(at)) {
		struct transfer *t =
			INDEX_THING(at, struct transfer, by_request);

		if (!latest || t->order > latest->order)
			latest = t;
	}
	return latest;
}

struct transfer *transfers_of_payment(const struct transfers *all,
				      uint64_t number,
				      const struct transfer *after)
{
	struct index_entry *at =
		after ? index_next(&after->by_number) :
			index_find(&all->by_number, spread(number));

	return at ? INDEX_THING(at, struct transfer, by_number) : NULL;
}

struct transfer *transfers_of_secret(const struct transfers *all,
				     uint64_t secret,
				     const struct transfer *after)
{
	struct index_entry *at =
		after ? index_next(&after->by_secret) :
			index_find(&all->by_secret, spread(secret));

	return at ? INDEX_THING(at, struct transfer, by_secret) : NULL;
}
