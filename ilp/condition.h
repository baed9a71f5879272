/* SPDX-License-Identifier: Apache-2.0 */
/* condition.h - the hash lock between Prepare and Fulfill (RFC 27). */
#ifndef ILP_CONDITION_H
#define ILP_CONDITION_H

#include "ilp/crypto.h"

ILP_BEGIN_DECLS

/* condition = SHA-256(fulfillment) */
ILP_API void ilp_condition(struct ilp_crypto *crypto, uint8_t out[ILP_HASH_LEN],
			   const uint8_t fulfillment[ILP_HASH_LEN]);

/* ILP_OK, or CONDITION when the fulfillment does not open the condition. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_condition_check(struct ilp_crypto *crypto,
		    const uint8_t condition[ILP_HASH_LEN],
		    const uint8_t fulfillment[ILP_HASH_LEN]);

ILP_END_DECLS

#endif
