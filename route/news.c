/* SPDX-License-Identifier: Apache-2.0 */
/* The mark of a destination is its epoch and one, or zero when it is none; the
 * bit GONE tells which of two lists it is in. Those without a route have one of
 * their own, so that the oldest of them is at hand. */
#include "route/news.h"

#include <stdlib.h>

#include "route/epochs.h"

#define GONE (UINT64_C(1) << 63)

struct news {
	struct routes *routes;
	struct epochs told; /* those with a route */
	struct epochs gone;
	uint32_t epoch;
	uint32_t epochs_max;
	uint32_t forgotten;
	uint32_t turn;
};

struct news *news_create(struct routes *routes, uint32_t epochs_max)
{
	struct news *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->routes = routes;
	n->epochs_max = epochs_max;
	return n;
}

static void let_all_go(struct news *n, struct epochs *epochs)
{
	const struct epoch *e;

	for (uint32_t at = 0; (e = epochs_from(epochs, at));) {
		at = e->number + 1;
		routes_set_mark(n->routes, e->destination, 0);
		routes_let_go(n->routes, e->destination);
	}
	epochs_finish(epochs);
}

void news_destroy(struct news *n)
{
	if (!n)
		return;
	let_all_go(n, &n->told);
	let_all_go(n, &n->gone);
	free(n);
}

bool news_make_room(struct news *n)
{
	return epochs_make_room(&n->told) && epochs_make_room(&n->gone);
}

static void forget_oldest(struct news *n)
{
	struct epoch oldest = *epochs_from(&n->gone, 0);

	epochs_remove(&n->gone, oldest.number);
	routes_set_mark(n->routes, oldest.destination, 0);
	routes_let_go(n->routes, oldest.destination);
	n->forgotten = oldest.number + 1;
}

/* The destination loses its epoch, if it has one; false if it has none. */
static bool take_out(struct news *n, uint32_t destination)
{
	uint64_t mark = routes_mark(n->routes, destination);

	if (mark == 0)
		return false;
	epochs_remove(mark & GONE ? &n->gone : &n->told,
		      (uint32_t)((mark & ~GONE) - 1));
	return true;
}

static void put_in(struct news *n, uint32_t destination)
{
	bool gone = !routes_best(n->routes, destination);
	struct epoch epoch = { n->epoch++, destination };

	epochs_add(gone ? &n->gone : &n->told, epoch);
	routes_set_mark(n->routes, destination,
			(uint64_t)epoch.number + 1 + (gone ? GONE : 0));
}

/* All get the lowest numbers, in the order that they have. This is the one
 * thing here that takes the longer the more routes there are: but there must
 * be four billion changes before. */
static void begin_again(struct news *n)
{
	const struct epoch *e;

	while (n->gone.count)
		forget_oldest(n);
	epochs_renumber(&n->told);
	for (uint32_t at = 0; (e = epochs_from(&n->told, at)); at++)
		routes_set_mark(n->routes, e->destination, (uint64_t)at + 1);
	n->epoch = (uint32_t)n->told.count;
	n->forgotten = 0;
	n->turn++;
}

/* How many more without a route there are than may be. */
static size_t surplus(const struct news *n)
{
	size_t most = NEWS_GONE_MAX + n->told.count;

	return n->gone.count > most ? n->gone.count - most : 0;
}

void news_note(struct news *n, uint32_t destination)
{
	if (n->epoch >= n->epochs_max)
		begin_again(n);
	if (!take_out(n, destination))
		routes_keep(n->routes, destination);
	put_in(n, destination);
	/* There is one more of them, and one less of those that allow for it. */
	news_forget(n, UINT32_MAX, surplus(n) < 2 ? surplus(n) : 2);
}

void news_forget(struct news *n, uint32_t below, size_t count)
{
	const struct epoch *oldest;

	while (count-- > 0 && (oldest = epochs_from(&n->gone, 0)) &&
	       oldest->number < below)
		forget_oldest(n);
}

uint32_t news_epoch(const struct news *n)
{
	return n->epoch;
}

uint32_t news_forgotten(const struct news *n)
{
	return n->forgotten;
}

uint32_t news_turn(const struct news *n)
{
	return n->turn;
}

bool news_next(const struct news *n, uint32_t *epoch, uint32_t *destination)
{
	const struct epoch *told = epochs_from(&n->told, *epoch);
	const struct epoch *gone = epochs_from(&n->gone, *epoch);
	const struct epoch *first = told;

	if (!told || (gone && gone->number < told->number))
		first = gone;
	if (!first)
		return false;
	*epoch = first->number;
	*destination = first->destination;
	return true;
}

size_t news_count(const struct news *n)
{
	return n->told.count + n->gone.count;
}

size_t news_gone(const struct news *n)
{
	return n->gone.count;
}
