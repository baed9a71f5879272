/* SPDX-License-Identifier: Apache-2.0 */
/* A condition is the SHA-256 of its fulfillment, and nothing else opens it. */
#include "ilp/condition.h"

#include "test/check.h"
#include "test/random.h"

static void a_condition_is_the_hash_of_its_fulfillment(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	uint8_t out[32], zeros[32] = { 0 };

	CHECK(crypto != NULL);
	ilp_condition(crypto, out, zeros);
	CHECK_BYTES(ILP_BYTES(out), hex("66687aadf862bd776c8fc18b8e9f8e20"
					"089714856ee233b3902a591d0d5f2925"));
	ilp_condition(crypto, out,
		      (const uint8_t *)"pingpingpingpingpingpingpingping");
	CHECK_BYTES(ILP_BYTES(out), hex("8c00bc0c614f64f7e1e00b59a57baf5c"
					"57b6a119a90d54af489836a13f9bc77e"));
	ilp_crypto_destroy(crypto);
}

static void only_the_fulfillment_opens_it(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct random_source random = random_start();
	uint8_t condition[32], fulfillment[32];

	CHECK(crypto != NULL);
	for (int i = 0; i < 20; i++) {
		random_bytes(&random, fulfillment, 32);
		ilp_condition(crypto, condition, fulfillment);
		CHECK_INT(ilp_condition_check(crypto, condition, fulfillment),
			  ILP_OK);
		for (size_t bit = 0; bit < 256; bit++) {
			uint8_t flip = (uint8_t)(1 << bit % 8);

			fulfillment[bit / 8] ^= flip;
			CHECK_INT(ilp_condition_check(crypto, condition,
						      fulfillment),
				  ILP_ERR_CONDITION);
			fulfillment[bit / 8] ^= flip;
			condition[bit / 8] ^= flip;
			CHECK_INT(ilp_condition_check(crypto, condition,
						      fulfillment),
				  ILP_ERR_CONDITION);
			condition[bit / 8] ^= flip;
		}
	}
	ilp_crypto_destroy(crypto);
}

TESTS(TEST(a_condition_is_the_hash_of_its_fulfillment),
      TEST(only_the_fulfillment_opens_it))
