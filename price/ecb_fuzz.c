/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever bytes come, either there are prices, all above zero, of codes in
 * order, and EUR is one; or there is a text that says why not. */
#include "price/ecb.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct prices prices;
	struct price_words problem = { "" };
	struct ilp_bytes in = { data, size };

	if (!ecb_read(&prices, in, size, &problem)) {
		require(problem.text[0]);
		return 0;
	}
	require(prices.count >= 2 && prices.count <= PRICES_MAX);
	for (size_t i = 0; i < prices.count; i++) {
		const struct price *price = &prices.at[i];

		require(price->worth.numerator && price->worth.denominator);
		require(strlen(price->code) == 3);
		require(i == 0 || strcmp(price[-1].code, price->code) < 0);
	}
	require(prices_find(&prices, "EUR")->worth.numerator == 1);
	require(prices_find(&prices, "EUR")->worth.denominator == 1);
	return 0;
}
