/* SPDX-License-Identifier: Apache-2.0 */
/* rates.h - what assets are worth by several sources, and so their rates.
 *
 * Everything is counted in one measure, an asset that all sources know: of
 * each asset, the first source counts that has a price of it and of the
 * measure, both young enough. So one asset may go by the market and another by
 * a central bank, all rates fit together, and nobody gains by going round in a
 * circle. What a source has one to one is worth the rest of that source, and
 * nothing else whatever others say: else a coin for tests would have a price
 * in money as soon as one is missing. Whether a new price is believed is
 * quote.c's work, the spread is taken off by whoever exchanges, and fetching
 * is the driver's:
 *
 *	for each source:
 *		while (source_next_fetch(source, now, &fetch))
 *			... have it fetched; then source_fetched or _failed ...
 *	rates_update(rates, now_us);
 *	while (rates_next_alert(rates, &alert))
 *		...
 *	... ask rates_find again for what was remembered ...
 *	... sleep until the first of rates_deadline_us and all
 *	    source_deadline_us, or an answer ...
 */
#ifndef PRICE_RATES_H
#define PRICE_RATES_H

#include "price/quote.h"
#include "price/source.h"

#define RATES_SOURCES_MAX 16
#define RATES_ASSETS_MAX 1024

struct rates;

/* NULL when there is no memory, or the measure is no code. */
struct rates *rates_create(const char *measure, struct quote_rule rule);
void rates_destroy(struct rates *rates);

/* Behind those that were added before; it must outlive the rates. False when
 * there are RATES_SOURCES_MAX. */
bool rates_add_source(struct rates *rates, const struct source *source);

/* An asset that prices are wanted of, from the next update on. True also when
 * it is there already; false when there is no memory, or too many, or it is
 * no code. */
bool rates_add_asset(struct rates *rates, const char *code);

/* After sources have new prices, assets were added, or the deadline has
 * come. */
void rates_update(struct rates *rates, int64_t now_us);

/* When what rates_find says may change next, if no source has new prices. */
int64_t rates_deadline_us(const struct rates *rates, int64_t now_us);

enum rates_found {
	RATES_FOUND,
	RATES_NONE, /* there is no price */
	RATES_OLD,  /* there is one that is too old */
};

/* How many whole coins of one asset a whole coin of another buys, without any
 * spread. Else `why` says what is missing, fit for a stranger's eyes too. What
 * is the same on both sides needs no price. */
enum rates_found rates_find(const struct rates *rates, const char *from,
			    const char *to, int64_t now_us,
			    struct ilp_rate *out, struct price_words *why);

/* The same number, which is not 0, for all that is exchanged one to one with
 * each other; 0 for what is counted in the measure, and the measure itself. */
unsigned rates_group(const struct rates *rates, const char *code);

/* When the price of an asset will be, or has become, too old; ILP_NEVER_US:
 * never, or there is none. */
int64_t rates_expires_us(const struct rates *rates, const char *code);

/* The price of an asset for the operator: how much, by which source, how old,
 * and what is held back. */
void rates_describe(const struct rates *rates, const char *code, int64_t now_us,
		    struct price_words *out);

/* The operator believes the price that is held back. False when none is. */
bool rates_confirm(struct rates *rates, const char *code);

/* What the operator should know of an asset: only the last thing about each
 * is kept until it is asked for. */
struct rates_alert {
	enum quote_news news; /* never QUOTE_NOTHING */
	char code[PRICE_CODE_SIZE];
	struct ilp_rate before; /* the price that we went by */
	struct ilp_rate after;  /* what was held back, or is taken now */
	struct price_words text;
};

bool rates_next_alert(struct rates *rates, struct rates_alert *out);

#endif
