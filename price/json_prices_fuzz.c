/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte chooses a form, the rest is the document. Either there are
 * prices, all above zero, of codes in order, with the base among them; or
 * there is a text that says why not. */
#include "price/json_prices.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_name names[] = { { "a", "AAA" }, { "b", "BBB" } };

static struct json_form form_of(uint8_t choice)
{
	struct json_form form = json_form_rafiki;

	if (choice % 4 == 1)
		form = json_form_coingecko;
	if (choice % 4 == 2)
		form = json_form_coincap;
	if (choice % 4 == 3)
		form = (struct json_form){
			.list = "l.m",
			.name = "n.o",
			.price = "p.q",
			.meaning = JSON_PER_BASE,
			.base = "b.c",
			.entry_time = "t",
			.time_unit_ms = 1000,
		};
	if (choice & 4) {
		form.names = names;
		form.name_count = 2;
	}
	return form;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct prices prices;
	struct ilp_bytes in = { data, size };
	struct price_words problem = { "" };
	struct json_form form = form_of(size ? data[0] : 0);

	in = ilp_bytes_skip(in, size ? 1 : 0);
	if (!json_prices_read(&prices, &form, in, &problem)) {
		require(problem.text[0]);
		return 0;
	}
	require(prices.count >= 2 && prices.count <= PRICES_MAX);
	for (size_t i = 0; i < prices.count; i++) {
		const struct price *price = &prices.at[i];

		require(price->worth.numerator && price->worth.denominator);
		require(price->code[0]);
		require(i == 0 || strcmp(price[-1].code, price->code) < 0);
	}
	for (size_t i = 0; i < form.name_count; i++)
		require(prices_find(&prices, form.names[i].code));
	require(form.base || prices_find(&prices, form.base_code));
	return 0;
}
