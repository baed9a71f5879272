/* SPDX-License-Identifier: Apache-2.0 */
#include "price/prices.h"

const char *price_parse(struct ilp_rate *out, struct ilp_bytes decimal)
{
	struct ilp_rate found;
	enum ilp_error error;

	if (decimal.len && decimal.at[0] == '-')
		return "is negative";
	error = ilp_rate_parse(&found, decimal);
	if (error == ILP_ERR_PRECISION)
		return "takes more than 128 bits";
	if (error)
		return "is not a decimal number";
	if (found.numerator == 0)
		return "is zero";
	*out = found;
	return NULL;
}

static bool code_is_good(struct ilp_bytes code)
{
	if (code.len == 0 || code.len >= PRICE_CODE_SIZE)
		return false;
	for (size_t i = 0; i < code.len; i++)
		if (code.at[i] <= ' ' || code.at[i] > '~')
			return false;
	return true;
}

/* Where a code is, or would be. */
static size_t place_of(const struct prices *prices, const char *code)
{
	size_t low = 0;
	size_t high = prices->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(prices->at[middle].code, code) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct prices *prices, size_t place, const char *code)
{
	return place < prices->count &&
	       strcmp(prices->at[place].code, code) == 0;
}

bool prices_add(struct prices *prices, struct ilp_bytes code,
		struct ilp_rate worth, int64_t as_of_ms,
		struct price_words *problem)
{
	struct price price = { .as_of_ms = as_of_ms, .worth = worth };
	size_t place;

	if (!code_is_good(code))
		return price_refuse(problem, "'%.*s' is no code of an asset",
				    (int)(code.len < 64 ? code.len : 64),
				    code.len ? (const char *)code.at : "");
	memcpy(price.code, code.at, code.len);
	place = place_of(prices, price.code);
	if (is_at(prices, place, price.code))
		return price_refuse(problem, "%s has two prices", price.code);
	if (prices->count == PRICES_MAX)
		return price_refuse(problem, "more than %d prices", PRICES_MAX);
	memmove(&prices->at[place + 1], &prices->at[place],
		(prices->count - place) * sizeof(prices->at[0]));
	prices->at[place] = price;
	prices->count++;
	return true;
}

const struct price *prices_find(const struct prices *prices, const char *code)
{
	size_t place = place_of(prices, code);

	return is_at(prices, place, code) ? &prices->at[place] : NULL;
}
