/* SPDX-License-Identifier: Apache-2.0 */
/* rate_feed.h - prices from outside, in a thread of their own.
 *
 * The thread owns the sources and what they come to (price/rates.h), has things
 * fetched, and lays down what every asset is worth, and until when. The shard's
 * thread takes that up at the beginning of a round, and waits for nothing but
 * the moment in which it is laid down.
 *
 *     sources ──► rates ──► prices, alerts ──► rate_feed_apply
 *        ▲                     └── woken ────► rate_feed_next_alert
 *        └── assets that are new ◄──────────── rate_feed_apply
 *            what is believed ◄─────────────── rate_feed_believe
 *
 * A thread that hangs does no harm: each price has its end with it.
 */
#ifndef IO_RATE_FEED_H
#define IO_RATE_FEED_H

#include "node/config.h"
#include "node/errand.h"
#include "node/exchange.h"
#include "price/words.h"

/* What waits to be told, of which the oldest goes when there is more. */
#define RATE_FEED_ALERTS_MAX 64

struct rate_feed;

/* Called by either thread when there is something to take up or to tell. */
typedef void rate_feed_woken(void *context);

/* The configuration is borrowed. On a failure NULL, and the problem told. */
struct rate_feed *rate_feed_create(const struct config *config,
				   rate_feed_woken *woken, void *context,
				   struct price_words *problem);

/* False when the system has no more threads. */
bool rate_feed_start(struct rate_feed *feed);

/* Ends the thread, and gives up what it waits for. */
void rate_feed_destroy(struct rate_feed *feed);

/* Asks for prices of the assets that are new in the exchange, which is the
 * same each time, and sets the prices that are new: quick when nothing is. An
 * asset beyond RATES_ASSETS_MAX gets none, and is told. */
void rate_feed_apply(struct rate_feed *feed, struct exchange *exchange);

/* The operator believes the price of an asset that is held back. False when
 * another one is being taken; by any thread. */
bool rate_feed_believe(struct rate_feed *feed, struct errand *errand,
		       const char *code);

struct rate_feed_belief {
	char code[PRICE_CODE_SIZE];
	bool confirmed; /* false: none is held back */
	struct price_words text; /* of the price as it is now */
};

/* What has come of it, once the price can be taken up: the errand that was
 * given; NULL: nothing yet. */
struct errand *rate_feed_next_believed(struct rate_feed *feed,
				       struct rate_feed_belief *out);
/* The first prices that it has replace all that the exchange has by then. */
void rate_feed_replace(struct rate_feed *feed);

/* What the operator should know. */
bool rate_feed_next_alert(struct rate_feed *feed, struct price_words *out);

#endif
