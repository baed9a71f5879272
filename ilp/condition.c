/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/condition.h"

void ilp_condition(struct ilp_crypto *crypto, uint8_t out[ILP_HASH_LEN],
		   const uint8_t fulfillment[ILP_HASH_LEN])
{
	ilp_sha256(crypto, out,
		   (struct ilp_bytes){ fulfillment, ILP_HASH_LEN });
}

enum ilp_error ilp_condition_check(struct ilp_crypto *crypto,
				   const uint8_t condition[ILP_HASH_LEN],
				   const uint8_t fulfillment[ILP_HASH_LEN])
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_condition(crypto, hash, fulfillment);
	return memcmp(hash, condition, ILP_HASH_LEN) == 0 ? ILP_OK :
							    ILP_ERR_CONDITION;
}
