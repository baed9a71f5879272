/* SPDX-License-Identifier: Apache-2.0 */
/* news.h - what has changed, numbered, for those who are told.
 *
 * Each change of a destination gets the next number, its epoch; a destination
 * that changes again loses the one that it had. So whoever knows all below
 * some epoch hears what is new from there on, each destination once, and hears
 * how it is now and not how it has been: how often it changed meanwhile
 * costs him nothing.
 *
 *	epoch         0   1   2   3   4   5
 *	destination  g.a  -   -  g.c g.b g.d     g.b changed at 1, 2 and 4
 *
 * A destination without a route stays as news until all have heard of it, so
 * that it is taken back from those who were told of it; but of such there is a
 * bound. Who has not heard of one that is forgotten must be told all anew under
 * another table id, and so must all when the numbers begin again.
 */
#ifndef ROUTE_NEWS_H
#define ROUTE_NEWS_H

#include "route/routes.h"

struct news;

/* Besides as many as there are others, so many destinations without a route
 * are kept at most. */
#define NEWS_GONE_MAX 262144

/* No news about these routes, whose marks and changes are for the news alone
 * from now on. The numbers begin again after so many. NULL when there is no
 * memory. */
struct news *news_create(struct routes *routes, uint32_t epochs_max);

/* The routes must still be there. */
void news_destroy(struct news *n);

/* Makes room for the next change; it is not to be noted before. False when
 * there is no memory. */
bool news_make_room(struct news *n);

/* The destination has changed. It is kept as long as it is news. */
void news_note(struct news *n, uint32_t destination);

/* All have heard what is below this epoch: no more than so many destinations
 * without a route are forgotten, the oldest first. */
void news_forget(struct news *n, uint32_t below, size_t count);

/* The epoch that the next change will have: all below it can be told. */
uint32_t news_epoch(const struct news *n);

/* Who has not been told all that is below this epoch has missed something. */
uint32_t news_forgotten(const struct news *n);

/* How often the numbers have begun again: what was meant by an epoch before
 * is meant no more. */
uint32_t news_turn(const struct news *n);

/* The first change from this epoch on: gives its epoch and destination. False
 * when there is none. */
bool news_next(const struct news *n, uint32_t *epoch, uint32_t *destination);

/* How many destinations are news, and how many of them have no route. */
size_t news_count(const struct news *n);
size_t news_gone(const struct news *n);

#endif
