/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.h - what a unit of one asset is worth in units of another.
 *
 * Prices are set from outside, for whole coins in some common measure; here
 * they become one exact rate for each pair of assets, with the pair's spread
 * taken off. Assets are named by the numbers that books.h gives them. A price
 * may have an end: from then on it is too old, and nothing goes by it.
 */
#ifndef NODE_EXCHANGE_H
#define NODE_EXCHANGE_H

#include "base/time.h"
#include "ilp/rate.h"
#include "ledger/ledger.h"

struct exchange;

/* NULL when there is no memory. Nothing has a price yet, but for what is the
 * same asset on both sides: that is worth the same, at any scale. */
struct exchange *exchange_create(void);
void exchange_destroy(struct exchange *exchange);

/* Makes an asset known, under the next number. False when there is no
 * memory. */
bool exchange_add(struct exchange *exchange, const struct ledger_asset *asset);

/* How many there are, which never gets less; and the code of one,
 * good until the next is added. */
size_t exchange_count(const struct exchange *exchange);
const char *exchange_code(const struct exchange *exchange, size_t number);

/* Every coin is worth as much as any other. */
void exchange_set_one_to_one(struct exchange *exchange);

/* What a whole coin of that code is worth in the common measure; replaces
 * what was set before. False when it is zero, or there is no memory. */
bool exchange_set_price(struct exchange *exchange, const char *code,
			struct ilp_rate price);

/* The same, but from `expires_us` on, by the monotonic clock, the price is too
 * old. */
bool exchange_set_price_until(struct exchange *exchange, const char *code,
			      struct ilp_rate price, int64_t expires_us);

/* A coin of that code is worth one of any other in the same group, whose number
 * is not 0, and has no price: so it is exchanged for nothing else. A price that
 * is set takes it out. False when there is no memory. */
bool exchange_set_group(struct exchange *exchange, const char *code,
			unsigned group);

/* The spread in millionths that is kept back wherever no pair has its own;
 * and that of a pair, by its codes. False when it is more than all, or there
 * is no memory. What is the same asset on both sides is exchanged without
 * one, unless the pair has its own. */
bool exchange_set_spread(struct exchange *exchange, uint32_t ppm);
bool exchange_set_pair_spread(struct exchange *exchange, const char *from,
			      const char *to, uint32_t ppm);

/* As if no price, or no spread, had ever been set. */
void exchange_clear_prices(struct exchange *exchange);
void exchange_clear_spreads(struct exchange *exchange);

/* No price that is set now is good for longer than until then; one to one, which
 * has no end, is over at once. */
void exchange_end_prices(struct exchange *exchange, int64_t at_us);

/* The rate from one asset to another; NULL when there is none now. Good until
 * anything is set or added. */
const struct ilp_rate *exchange_rate(struct exchange *exchange, uint16_t from,
				     uint16_t to, int64_t now_us);

/* Is there none only because a price is too old? */
bool exchange_is_old(struct exchange *exchange, uint16_t from, uint16_t to,
		     int64_t now_us);

/* For those who look: the rate even if it is too old, and from when on it is.
 * False when there has never been one. */
bool exchange_look(struct exchange *exchange, uint16_t from, uint16_t to,
		   struct ilp_rate *rate, int64_t *expires_us);

#endif
