/* SPDX-License-Identifier: Apache-2.0 */
/* json_prices.h - prices in somebody's JSON, found by a description of it.
 *
 * Services that tell prices differ in where they put them, and that is all
 * that a form says: a list, which is an object or an array, with an entry for
 * each asset, and in it a price. Three forms are ready-made. A path is keys
 * with points between them, "market.usd"; an empty path leads nowhere else.
 */
#ifndef PRICE_JSON_PRICES_H
#define PRICE_JSON_PRICES_H

#include "price/prices.h"

/* What an asset is called there, and here. */
struct json_name {
	const char *name;
	const char *code;
};

enum json_meaning {
	JSON_COST,     /* what a coin costs in the base: 2.41 for XRP in USD */
	JSON_PER_BASE, /* how many of it one of the base buys: 0.415 */
};

struct json_form {
	const char *list; /* path from the top */
	/* The path in an item of an array to what it is called; NULL: the list
	 * is an object, and keys are what things are called. */
	const char *name;
	const char *price; /* path in an entry: a number, or one in a string */
	enum json_meaning meaning;
	const char *base; /* path from the top to a code; NULL: the next one */
	const char *base_code;
	/* Paths in an entry and from the top to when a price is of, since 1970
	 * in units of so many milliseconds. NULL: it does not say. */
	const char *entry_time;
	const char *list_time;
	int64_t time_unit_ms; /* 1 or 1000 */
	/* What of the list counts, all of which must be there; none: all of
	 * it, by its own names. */
	const struct json_name *names;
	size_t name_count;
};

/* Of Rafiki's rates service: {"base":"USD","rates":{"EUR":0.9}}, where one USD
 * is 0.9 EUR. Complete as it is. */
extern const struct json_form json_form_rafiki;

/* Of CoinGecko's simple/price with last_updated_at, in USD. It wants names:
 * "ripple" is XRP. */
extern const struct json_form json_form_coingecko;

/* Of CoinCap's assets, in USD, by their ids. It wants names: "xrp" is XRP, and
 * symbols need not be unique. */
extern const struct json_form json_form_coincap;

/* Worths in the base, which is one of the prices. On a refusal, told by path
 * or by line and column, the prices mean nothing. */
bool json_prices_read(struct prices *out, const struct json_form *form,
		      struct ilp_bytes text, struct price_words *problem);

#endif
