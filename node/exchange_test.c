/* SPDX-License-Identifier: Apache-2.0 */
/* Every rate is exactly what the prices, the scales and the spread make it,
 * as they are now, however many assets there are. */
#include "node/exchange.h"

#include "test/check.h"
#include "test/random.h"

static struct ledger_asset asset(const char *code, uint8_t scale)
{
	struct ledger_asset out = { .scale = scale };

	snprintf(out.code, sizeof(out.code), "%s", code);
	return out;
}

static void add(struct exchange *x, const char *code, uint8_t scale)
{
	const struct ledger_asset it = asset(code, scale);

	CHECK(exchange_add(x, &it));
}

static bool set_price(struct exchange *x, const char *code, const char *price)
{
	struct ilp_rate rate;

	CHECK(ilp_rate_parse(&rate, ilp_text(price)) == ILP_OK);
	return exchange_set_price(x, code, rate);
}

/* Of most prices, that have no end, it does not matter. */
#define NOW_US 1000

/* USD in cents, EUR in millionths, and EUR in whole coins; one EUR is worth
 * 1.25 USD. */
enum { USD_2, EUR_6, EUR_0 };

static struct exchange *start(void)
{
	struct exchange *x = exchange_create();

	CHECK(x != NULL);
	add(x, "USD", 2);
	add(x, "EUR", 6);
	add(x, "EUR", 0);
	CHECK(set_price(x, "USD", "1"));
	CHECK(set_price(x, "EUR", "1.25"));
	return x;
}

static bool is_none(struct exchange *x, uint16_t from, uint16_t to)
{
	return !exchange_rate(x, from, to, NOW_US) &&
	       !exchange_is_old(x, from, to, NOW_US);
}

static bool is_rate(struct exchange *x, uint16_t from, uint16_t to,
		    ilp_u128 numerator, ilp_u128 denominator)
{
	const struct ilp_rate *rate = exchange_rate(x, from, to, NOW_US);
	struct ilp_rate expected;

	CHECK(ilp_rate_make(&expected, numerator, denominator) == ILP_OK);
	return rate && rate->numerator == expected.numerator &&
	       rate->denominator == expected.denominator;
}

static void a_rate_is_made_of_prices_and_scales(void)
{
	struct exchange *x = start();

	CHECK(is_rate(x, USD_2, EUR_6, 4 * 10000, 5));
	CHECK(is_rate(x, EUR_6, USD_2, 5, 4 * 10000));
	CHECK(is_rate(x, USD_2, EUR_0, 4, 500));
	CHECK(is_rate(x, EUR_0, USD_2, 125, 1));
	CHECK(is_rate(x, USD_2, USD_2, 1, 1));
	exchange_destroy(x);
}

static void without_a_price_there_is_no_rate(void)
{
	struct exchange *x = exchange_create();

	add(x, "USD", 2);
	add(x, "EUR", 2);
	CHECK(exchange_rate(x, 0, 1, NOW_US) == NULL);
	CHECK(exchange_rate(x, 1, 0, NOW_US) == NULL);
	CHECK(set_price(x, "USD", "1"));
	CHECK(exchange_rate(x, 0, 1, NOW_US) == NULL);
	CHECK(exchange_rate(x, 1, 0, NOW_US) == NULL);
	CHECK(set_price(x, "EUR", "2"));
	CHECK(is_rate(x, 0, 1, 1, 2));
	CHECK(is_rate(x, 1, 0, 2, 1));
	exchange_destroy(x);
}

/* All scales there are; further apart than 38 digits no fraction is. */
static void the_same_asset_is_worth_the_same_at_any_scale(void)
{
	struct exchange *x = exchange_create();
	ilp_u128 powers[39] = { 1 };

	for (int i = 1; i < 39; i++)
		powers[i] = 10 * powers[i - 1];
	for (int scale = 0; scale <= 255; scale++)
		add(x, "XRP", (uint8_t)scale);
	for (uint16_t from = 0; from <= 255; from++) {
		for (uint16_t to = 0; to <= 255; to++) {
			int up = to - from;

			if (up > 38 || up < -38)
				CHECK(exchange_rate(x, from, to, NOW_US) ==
				      NULL);
			else if (up >= 0)
				CHECK(is_rate(x, from, to, powers[up], 1));
			else
				CHECK(is_rate(x, from, to, 1, powers[-up]));
		}
	}
	exchange_destroy(x);
}

static void a_new_price_replaces_the_old_one(void)
{
	struct exchange *x = start();

	CHECK(is_rate(x, EUR_0, USD_2, 125, 1));
	CHECK(set_price(x, "EUR", "1.5"));
	CHECK(is_rate(x, EUR_0, USD_2, 150, 1));
	CHECK(is_rate(x, USD_2, EUR_0, 1, 150));
	exchange_destroy(x);
}

static bool set_price_until(struct exchange *x, const char *code,
			    int64_t expires_us)
{
	return exchange_set_price_until(x, code, ILP_RATE_ONE, expires_us);
}

static void a_rate_ends_with_the_first_of_its_prices(void)
{
	struct exchange *x = start();

	CHECK(set_price_until(x, "EUR", NOW_US + 5));
	CHECK(exchange_rate(x, EUR_0, USD_2, NOW_US + 4) != NULL);
	CHECK(!exchange_is_old(x, EUR_0, USD_2, NOW_US + 4));
	CHECK(exchange_rate(x, EUR_0, USD_2, NOW_US + 5) == NULL);
	CHECK(exchange_rate(x, USD_2, EUR_0, NOW_US + 5) == NULL);
	CHECK(exchange_is_old(x, EUR_0, USD_2, NOW_US + 5));
	CHECK(exchange_rate(x, EUR_0, EUR_6, INT64_MAX - 1) != NULL);
	CHECK(set_price_until(x, "USD", NOW_US + 2));
	CHECK(exchange_rate(x, EUR_0, USD_2, NOW_US + 1) != NULL);
	CHECK(exchange_rate(x, EUR_0, USD_2, NOW_US + 2) == NULL);
	CHECK(set_price(x, "USD", "1"));
	CHECK(set_price(x, "EUR", "1"));
	CHECK(exchange_rate(x, EUR_0, USD_2, INT64_MAX - 1) != NULL);
	exchange_destroy(x);
}

static void what_has_no_price_is_not_old(void)
{
	struct exchange *x = start();

	add(x, "XYZ", 3);
	CHECK(set_price_until(x, "EUR", INT64_MIN));
	CHECK(!exchange_is_old(x, EUR_0, 3, NOW_US));
	CHECK(exchange_is_old(x, EUR_0, USD_2, NOW_US));
	CHECK(!exchange_is_old(x, USD_2, USD_2, NOW_US));
	exchange_set_one_to_one(x);
	CHECK(!exchange_is_old(x, EUR_0, USD_2, NOW_US));
	CHECK(is_rate(x, EUR_0, USD_2, 100, 1));
	exchange_destroy(x);
}

static void the_spread_is_kept_back_in_both_directions(void)
{
	struct exchange *x = start();

	CHECK(is_rate(x, EUR_0, USD_2, 125, 1));
	CHECK(exchange_set_spread(x, 2000));
	CHECK(is_rate(x, EUR_0, USD_2, 125 * 998, 1000));
	CHECK(is_rate(x, USD_2, EUR_0, 998, 125 * 1000));
	CHECK(exchange_set_spread(x, 0));
	CHECK(is_rate(x, EUR_0, USD_2, 125, 1));
	CHECK(exchange_set_spread(x, 1000000));
	CHECK(is_rate(x, EUR_0, USD_2, 0, 1));
	exchange_destroy(x);
}

static void a_pair_has_its_own_spread_in_its_direction(void)
{
	struct exchange *x = start();

	CHECK(exchange_set_spread(x, 2000));
	CHECK(exchange_set_pair_spread(x, "EUR", "USD", 1));
	CHECK(is_rate(x, EUR_0, USD_2, 125 * 999999, 1000000));
	CHECK(is_rate(x, EUR_6, USD_2, (ilp_u128)125 * 999999, 1000000000000));
	CHECK(is_rate(x, USD_2, EUR_0, 998, 125 * 1000));
	CHECK(exchange_set_pair_spread(x, "EUR", "USD", 0));
	CHECK(is_rate(x, EUR_0, USD_2, 125, 1));
	exchange_destroy(x);
}

static void the_same_asset_has_no_spread_but_its_own(void)
{
	struct exchange *x = start();

	CHECK(exchange_set_spread(x, 2000));
	CHECK(is_rate(x, EUR_0, EUR_6, 1000000, 1));
	CHECK(exchange_set_pair_spread(x, "EUR", "EUR", 500000));
	CHECK(is_rate(x, EUR_0, EUR_6, 500000, 1));
	CHECK(is_rate(x, EUR_0, EUR_0, 1, 2));
	CHECK(is_rate(x, USD_2, USD_2, 1, 1));
	exchange_destroy(x);
}

static void one_to_one_needs_no_prices_and_keeps_the_spread(void)
{
	struct exchange *x = start();

	add(x, "XYZ", 3);
	CHECK(exchange_rate(x, EUR_0, 3, NOW_US) == NULL);
	exchange_set_one_to_one(x);
	CHECK(is_rate(x, EUR_0, USD_2, 100, 1));
	CHECK(is_rate(x, EUR_0, 3, 1000, 1));
	CHECK(exchange_set_spread(x, 2000));
	CHECK(is_rate(x, EUR_0, 3, 998, 1));
	exchange_destroy(x);
}

static void refuses_what_cannot_be_meant(void)
{
	struct exchange *x = start();
	const char *longest = "12345678901234567890123";
	const char *too_long = "123456789012345678901234";

	CHECK(!set_price(x, "USD", "0"));
	CHECK(!set_price(x, too_long, "1"));
	CHECK(!exchange_set_spread(x, 1000001));
	CHECK(!exchange_set_spread(x, UINT32_MAX));
	CHECK(!exchange_set_pair_spread(x, "USD", "EUR", 1000001));
	CHECK(!exchange_set_pair_spread(x, too_long, "EUR", 1));
	CHECK(!exchange_set_pair_spread(x, "EUR", too_long, 1));
	CHECK(is_rate(x, EUR_0, USD_2, 125, 1)); /* all is as it was */
	add(x, longest, 0);
	CHECK(set_price(x, longest, "5"));
	CHECK(exchange_set_pair_spread(x, longest, longest, 500000));
	CHECK(is_rate(x, 3, USD_2, 500, 1));
	CHECK(is_rate(x, 3, 3, 1, 2));
	exchange_destroy(x);
}

static void a_rate_that_no_fraction_is_is_none(void)
{
	struct exchange *x = exchange_create();
	const struct ilp_rate huge = { ~(ilp_u128)0, 1 };
	const struct ilp_rate tiny = { 1, ~(ilp_u128)0 - 1 };

	add(x, "BIG", 0);
	add(x, "TINY", 0);
	CHECK(exchange_set_price(x, "BIG", huge));
	CHECK(exchange_set_price(x, "TINY", tiny));
	CHECK(exchange_rate(x, 0, 1, NOW_US) == NULL);
	CHECK(exchange_rate(x, 1, 0, NOW_US) == NULL);
	CHECK(is_rate(x, 0, 0, 1, 1));
	exchange_destroy(x);
}

#define CODES 12
#define ASSETS 100

struct model {
	struct {
		unsigned code;
		uint8_t scale;
	} assets[ASSETS];
	size_t count;
	uint32_t numerators[CODES]; /* of prices; 0: none */
	uint32_t denominators[CODES];
	uint32_t ppm;
	uint32_t pair_ppm[CODES][CODES]; /* UINT32_MAX: none of its own */
};

static const char *code_name(unsigned code)
{
	static char names[2][24];
	static unsigned next;

	next = !next;
	snprintf(names[next], sizeof(names[next]), "C%u", code);
	return names[next];
}

static ilp_u128 power_of_ten(unsigned exponent)
{
	ilp_u128 power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* Everything is small enough to be multiplied out. */
static void check_rate(struct exchange *x, const struct model *m, uint16_t from,
		       uint16_t to)
{
	unsigned a = m->assets[from].code, b = m->assets[to].code;
	uint32_t ppm = m->pair_ppm[a][b];
	ilp_u128 numerator = power_of_ten(m->assets[to].scale);
	ilp_u128 denominator = power_of_ten(m->assets[from].scale);

	if (a != b && !(m->numerators[a] && m->numerators[b])) {
		CHECK(exchange_rate(x, from, to, NOW_US) == NULL);
		return;
	}
	if (a != b) {
		numerator *= (ilp_u128)m->numerators[a] * m->denominators[b];
		denominator *= (ilp_u128)m->denominators[a] * m->numerators[b];
	}
	if (ppm == UINT32_MAX)
		ppm = a == b ? 0 : m->ppm;
	CHECK(is_rate(x, from, to, numerator * (1000000 - ppm),
		      denominator * 1000000));
}

static void change(struct exchange *x, struct model *m, struct random_source *r)
{
	unsigned a = (unsigned)random_below(r, CODES);
	unsigned b = (unsigned)random_below(r, CODES);
	uint32_t ppm = (uint32_t)random_below(r, 1000001);
	struct ilp_rate price;

	switch (random_below(r, 8)) {
	case 0:
		m->numerators[a] = 1 + (uint32_t)random_below(r, 1000);
		m->denominators[a] = 1 + (uint32_t)random_below(r, 1000);
		CHECK(ilp_rate_make(&price, m->numerators[a],
				    m->denominators[a]) == ILP_OK);
		CHECK(exchange_set_price(x, code_name(a), price));
		break;
	case 1:
		CHECK(exchange_set_spread(x, ppm));
		m->ppm = ppm;
		break;
	case 2:
		CHECK(exchange_set_pair_spread(x, code_name(a), code_name(b),
					       ppm));
		m->pair_ppm[a][b] = ppm;
		break;
	case 3:
		if (m->count == ASSETS)
			break;
		m->assets[m->count].code = a;
		m->assets[m->count].scale = (uint8_t)random_below(r, 10);
		add(x, code_name(a), m->assets[m->count].scale);
		m->count++;
		break;
	default:
		break;
	}
}

static void every_rate_is_exact_whatever_was_set_before(void)
{
	struct random_source random = random_start();
	struct exchange *x = exchange_create();
	static struct model m;

	memset(m.pair_ppm, 0xff, sizeof(m.pair_ppm));
	m.assets[0].code = 0;
	m.count = 1;
	add(x, code_name(0), 0);
	for (int step = 0; step < 3000; step++) {
		change(x, &m, &random);
		for (int i = 0; i < 30; i++)
			check_rate(x, &m,
				   (uint16_t)random_below(&random, m.count),
				   (uint16_t)random_below(&random, m.count));
	}
	CHECK_INT(m.count, ASSETS);
	for (uint16_t from = 0; from < m.count; from++)
		for (uint16_t to = 0; to < m.count; to++)
			check_rate(x, &m, from, to);
	exchange_destroy(x);
}

static void takes_as_many_assets_as_a_ledger(void)
{
	struct exchange *x = exchange_create();

	for (unsigned i = 0; i < LEDGER_ASSETS_MAX; i++) {
		const struct ilp_rate price = { i + 1, 1 };

		add(x, code_name(i), 0);
		CHECK(exchange_set_price(x, code_name(i), price));
		CHECK(is_rate(x, (uint16_t)i, 0, i + 1, 1));
	}
	for (uint16_t i = 0; i < LEDGER_ASSETS_MAX; i++)
		CHECK(is_rate(x, i, LEDGER_ASSETS_MAX - 1, i + 1u,
			      LEDGER_ASSETS_MAX));
	exchange_destroy(x);
}

static void a_group_is_exchanged_for_itself_only(void)
{
	struct exchange *x = start();
	enum { TST_2 = 3, XTS_4, YTS_0 };

	add(x, "TST", 2);
	add(x, "XTS", 4);
	add(x, "YTS", 0);
	CHECK(exchange_set_group(x, "TST", 1));
	CHECK(is_none(x, TST_2, XTS_4));
	CHECK(exchange_set_group(x, "XTS", 1));
	CHECK(exchange_set_group(x, "YTS", 2));
	CHECK(is_rate(x, TST_2, XTS_4, 100, 1));
	CHECK(is_rate(x, TST_2, TST_2, 1, 1));
	CHECK(is_none(x, TST_2, YTS_0));
	CHECK(is_none(x, TST_2, USD_2));
	CHECK(is_none(x, EUR_6, XTS_4));
	CHECK(is_rate(x, USD_2, EUR_6, 8000, 1));
	CHECK(exchange_set_pair_spread(x, "TST", "XTS", 500000));
	CHECK(is_rate(x, TST_2, XTS_4, 50, 1));
	CHECK(set_price(x, "TST", "2"));
	CHECK(is_none(x, TST_2, XTS_4));
	CHECK(is_rate(x, TST_2, USD_2, 2, 1));
	CHECK(!exchange_set_group(x, "123456789012345678901234", 1));
	exchange_destroy(x);
}

TESTS(TEST(a_group_is_exchanged_for_itself_only),
      TEST(a_rate_is_made_of_prices_and_scales),
      TEST(without_a_price_there_is_no_rate),
      TEST(the_same_asset_is_worth_the_same_at_any_scale),
      TEST(a_new_price_replaces_the_old_one),
      TEST(a_rate_ends_with_the_first_of_its_prices),
      TEST(what_has_no_price_is_not_old),
      TEST(the_spread_is_kept_back_in_both_directions),
      TEST(a_pair_has_its_own_spread_in_its_direction),
      TEST(the_same_asset_has_no_spread_but_its_own),
      TEST(one_to_one_needs_no_prices_and_keeps_the_spread),
      TEST(refuses_what_cannot_be_meant),
      TEST(a_rate_that_no_fraction_is_is_none),
      TEST(every_rate_is_exact_whatever_was_set_before),
      TEST(takes_as_many_assets_as_a_ledger))
