/* SPDX-License-Identifier: Apache-2.0 */
/* Rates are computed when they are first asked for, and forgotten when
 * anything is set. */
#include "node/exchange.h"

#include <assert.h>
#include <stdlib.h>

#define PPM_MAX 1000000

struct cell {
	uint64_t version; /* of the settings that it was computed from */
	bool priced;
	struct ilp_rate rate;
	int64_t expires_us; /* with the first of its prices */
};

struct price {
	char code[sizeof(((struct ledger_asset *)NULL)->code)];
	unsigned group; /* 0: the price is in the common measure */
	struct ilp_rate price;
	int64_t expires_us;
};

struct pair {
	char from[sizeof(((struct ledger_asset *)NULL)->code)];
	char to[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t ppm;
};

struct exchange {
	struct ledger_asset *assets;
	struct cell *cells; /* of `capacity` assets squared */
	size_t count;
	size_t capacity;
	uint64_t version; /* from 1 on; a new cell has 0 */
	bool one_to_one;
	uint32_t ppm;
	struct price *prices;
	size_t price_count;
	struct pair *pairs;
	size_t pair_count;
};

struct exchange *exchange_create(void)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (x)
		x->version = 1;
	return x;
}

void exchange_destroy(struct exchange *x)
{
	if (!x)
		return;
	free(x->assets);
	free(x->cells);
	free(x->prices);
	free(x->pairs);
	free(x);
}

static void forget(struct exchange *x)
{
	x->version++;
}

static bool widen(struct exchange *x)
{
	size_t capacity = x->capacity ? 2 * x->capacity : 4;
	struct cell *cells = calloc(capacity * capacity, sizeof(*cells));
	struct ledger_asset *assets =
		realloc(x->assets, capacity * sizeof(*assets));

	if (assets)
		x->assets = assets;
	if (!cells || !assets) {
		free(cells);
		return false;
	}
	free(x->cells);
	x->cells = cells;
	x->capacity = capacity;
	return true;
}

bool exchange_add(struct exchange *x, const struct ledger_asset *asset)
{
	if (x->count == x->capacity && !widen(x))
		return false;
	x->assets[x->count++] = *asset;
	return true;
}

size_t exchange_count(const struct exchange *x)
{
	return x->count;
}

const char *exchange_code(const struct exchange *x, size_t number)
{
	assert(number < x->count);
	return x->assets[number].code;
}

void exchange_set_one_to_one(struct exchange *x)
{
	x->one_to_one = true;
	forget(x);
}

static struct price *find_price(const struct exchange *x, const char *code)
{
	for (size_t i = 0; i < x->price_count; i++)
		if (strcmp(x->prices[i].code, code) == 0)
			return &x->prices[i];
	return NULL;
}

static bool code_fits(const char *code)
{
	return strlen(code) < sizeof(((struct ledger_asset *)NULL)->code);
}

static bool set(struct exchange *x, const struct price *price)
{
	struct price *row = find_price(x, price->code);

	if (!row) {
		struct price *more = realloc(x->prices, (x->price_count + 1) *
								sizeof(*more));

		if (!more)
			return false;
		x->prices = more;
		row = &more[x->price_count++];
	}
	*row = *price;
	forget(x);
	return true;
}

bool exchange_set_price_until(struct exchange *x, const char *code,
			      struct ilp_rate price, int64_t expires_us)
{
	struct price row = { .price = price, .expires_us = expires_us };

	if (price.numerator == 0 || !code_fits(code))
		return false;
	strcpy(row.code, code);
	return set(x, &row);
}

bool exchange_set_group(struct exchange *x, const char *code, unsigned group)
{
	struct price row = { .group = group,
			     .price = ILP_RATE_ONE,
			     .expires_us = ILP_NEVER_US };

	assert(group != 0);
	if (!code_fits(code))
		return false;
	strcpy(row.code, code);
	return set(x, &row);
}

bool exchange_set_price(struct exchange *x, const char *code,
			struct ilp_rate price)
{
	return exchange_set_price_until(x, code, price, ILP_NEVER_US);
}

bool exchange_set_spread(struct exchange *x, uint32_t ppm)
{
	if (ppm > PPM_MAX)
		return false;
	x->ppm = ppm;
	forget(x);
	return true;
}

static struct pair *find_pair(const struct exchange *x, const char *from,
			      const char *to)
{
	for (size_t i = 0; i < x->pair_count; i++)
		if (strcmp(x->pairs[i].from, from) == 0 &&
		    strcmp(x->pairs[i].to, to) == 0)
			return &x->pairs[i];
	return NULL;
}

bool exchange_set_pair_spread(struct exchange *x, const char *from,
			      const char *to, uint32_t ppm)
{
	struct pair *row = find_pair(x, from, to);

	if (ppm > PPM_MAX || !code_fits(from) || !code_fits(to))
		return false;
	if (!row) {
		struct pair *more =
			realloc(x->pairs, (x->pair_count + 1) * sizeof(*more));

		if (!more)
			return false;
		x->pairs = more;
		row = &more[x->pair_count++];
		strcpy(row->from, from);
		strcpy(row->to, to);
	}
	row->ppm = ppm;
	forget(x);
	return true;
}

void exchange_clear_prices(struct exchange *x)
{
	x->one_to_one = false;
	x->price_count = 0;
	forget(x);
}

void exchange_clear_spreads(struct exchange *x)
{
	x->ppm = 0;
	x->pair_count = 0;
	forget(x);
}

void exchange_end_prices(struct exchange *x, int64_t at_us)
{
	x->one_to_one = false;
	for (size_t i = 0; i < x->price_count; i++)
		if (x->prices[i].expires_us > at_us)
			x->prices[i].expires_us = at_us;
	forget(x);
}

static uint32_t spread_of(const struct exchange *x, const char *from,
			  const char *to)
{
	const struct pair *pair = find_pair(x, from, to);

	if (pair)
		return pair->ppm;
	return strcmp(from, to) == 0 ? 0 : x->ppm;
}

/* Between whole coins, without the spread. */
static bool coin_rate(const struct exchange *x, const char *from,
		      const char *to, struct cell *out)
{
	const struct price *a = find_price(x, from);
	const struct price *b = find_price(x, to);

	out->rate = ILP_RATE_ONE;
	out->expires_us = ILP_NEVER_US;
	if (x->one_to_one || strcmp(from, to) == 0)
		return true;
	if (!a || !b || a->group != b->group ||
	    ilp_rate_divide(&out->rate, a->price, b->price))
		return false;
	out->expires_us =
		a->expires_us < b->expires_us ? a->expires_us : b->expires_us;
	return true;
}

static bool compute(const struct exchange *x, const struct ledger_asset *from,
		    const struct ledger_asset *to, struct cell *out)
{
	struct ilp_rate *rate = &out->rate;

	return coin_rate(x, from->code, to->code, out) &&
	       !ilp_rate_scale(rate, *rate, from->scale, to->scale) &&
	       !ilp_rate_spread(rate, *rate,
				spread_of(x, from->code, to->code));
}

static const struct cell *look(struct exchange *x, uint16_t from, uint16_t to)
{
	struct cell *cell;

	assert(from < x->count && to < x->count);
	cell = &x->cells[from * x->capacity + to];
	if (cell->version != x->version) {
		cell->version = x->version;
		cell->priced =
			compute(x, &x->assets[from], &x->assets[to], cell);
	}
	return cell;
}

const struct ilp_rate *exchange_rate(struct exchange *x, uint16_t from,
				     uint16_t to, int64_t now_us)
{
	const struct cell *cell = look(x, from, to);

	return cell->priced && now_us < cell->expires_us ? &cell->rate : NULL;
}

bool exchange_is_old(struct exchange *x, uint16_t from, uint16_t to,
		     int64_t now_us)
{
	const struct cell *cell = look(x, from, to);

	return cell->priced && now_us >= cell->expires_us;
}

bool exchange_look(struct exchange *x, uint16_t from, uint16_t to,
		   struct ilp_rate *rate, int64_t *expires_us)
{
	const struct cell *cell = look(x, from, to);

	*rate = cell->rate;
	*expires_us = cell->expires_us;
	return cell->priced;
}
