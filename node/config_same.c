/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_same.h"

#include "node/config.h"

static bool same_string(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* One that is empty may be one that was not given. */
static bool same_bytes(const struct ilp_bytes *a, const struct ilp_bytes *b)
{
	return !a->at == !b->at && ilp_bytes_equal(*a, *b);
}

static bool same_prefixes(const struct config_prefixes *a,
			  const struct config_prefixes *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!ilp_bytes_equal(a->at[i], b->at[i]))
			return false;
	return a->count == b->count;
}

static bool same_token(const struct account_settings *a,
		       const struct account_settings *b)
{
	return a->has_token == b->has_token &&
	       memcmp(a->token_hash, b->token_hash, ILP_HASH_LEN) == 0;
}

static bool same_price(const struct config_price *a,
		       const struct config_price *b)
{
	return strcmp(a->code, b->code) == 0 &&
	       a->price.numerator == b->price.numerator &&
	       a->price.denominator == b->price.denominator;
}

static bool same_prices(const struct config_rates *a,
			const struct config_rates *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!same_price(&a->prices[i], &b->prices[i]))
			return false;
	return a->count == b->count && a->one_to_one == b->one_to_one;
}

static bool same_names(const struct config_names *a,
		       const struct config_names *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!same_string(a->at[i].name, b->at[i].name) ||
		    !same_string(a->at[i].code, b->at[i].code))
			return false;
	return a->count == b->count;
}

static bool same_codes(const struct config_codes *a,
		       const struct config_codes *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!same_string(a->at[i], b->at[i]))
			return false;
	return a->count == b->count;
}

static bool same_list(const struct config_option *o, const void *a,
		      const void *b)
{
	struct config_items one = config_items(o, a);
	struct config_items other = config_items(o, b);
	const size_t size = o->inside->size;

	for (size_t i = 0; i < one.count && i < other.count; i++)
		if (!config_same_object(o->inside, one.at + i * size,
					other.at + i * size))
			return false;
	return one.count == other.count;
}

bool config_same(const struct config_option *o, const void *a, const void *b)
{
	const void *one = (const uint8_t *)a + o->at;
	const void *other = (const uint8_t *)b + o->at;

	switch (o->kind) {
	case CONFIG_SAME: /* they say nothing themselves */
	case CONFIG_GROUP:
		return true;
	case CONFIG_LIST:
		return same_list(o, a, b);
	case CONFIG_PREFIXES:
		return same_prefixes(one, other);
	case CONFIG_FLAG:
	case CONFIG_DOOR:
	case CONFIG_NUMBER:
	case CONFIG_WORD:
	case CONFIG_CODE:
	case CONFIG_AMOUNT:
	case CONFIG_UNITS:
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
	case CONFIG_FRACTION:
		return memcmp(one, other, o->size) == 0;
	case CONFIG_STRING:
	case CONFIG_HOST:
	case CONFIG_SOURCE:
		return same_string(*(const char *const *)one,
				   *(const char *const *)other);
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_ADDRESS:
	case CONFIG_PREFIX:
	case CONFIG_URL:
	case CONFIG_CALLBACK:
		return same_bytes(one, other);
	case CONFIG_TOKEN:
		return same_token(one, other);
	case CONFIG_RATES:
	case CONFIG_PRICES:
		return same_prices(one, other);
	case CONFIG_NAMES:
		return same_names(one, other);
	case CONFIG_CODES:
		return same_codes(one, other);
	}
	return false;
}

bool config_same_object(const struct config_object *object, const void *a,
			const void *b)
{
	for (size_t i = 0; i < object->option_count; i++)
		if (!config_same(&object->options[i], a, b))
			return false;
	return true;
}
