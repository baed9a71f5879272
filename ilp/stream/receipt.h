/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - a receiver's signed statement of how much a stream has brought
 * (RFC 39, deprecated there but deployed).
 *
 * A third party, the verifier, chose the nonce and shares the secret with the
 * receiver; the sender carries the receipt and cannot change it.
 */
#ifndef ILP_STREAM_RECEIPT_H
#define ILP_STREAM_RECEIPT_H

#include "ilp/amount.h"
#include "ilp/crypto.h"

ILP_BEGIN_DECLS

#define ILP_RECEIPT_LEN 58
#define ILP_RECEIPT_NONCE_LEN 16
#define ILP_RECEIPT_SECRET_LEN 32

struct ilp_receipt {
	uint8_t nonce[ILP_RECEIPT_NONCE_LEN];
	uint64_t stream_id; /* up to 255 */
	struct ilp_amount total_received;
};

ILP_API enum ilp_error
ilp_receipt_encode(struct ilp_writer *w, struct ilp_crypto *crypto,
		   const struct ilp_receipt *receipt,
		   const uint8_t secret[ILP_RECEIPT_SECRET_LEN]);

/* What it says, whoever says it: to find the secret by the nonce. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_receipt_decode(struct ilp_receipt *out, struct ilp_bytes receipt);

/* What it says, if it was made with this secret; else SIGNATURE. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_receipt_verify(struct ilp_receipt *out, struct ilp_crypto *crypto,
		   struct ilp_bytes receipt,
		   const uint8_t secret[ILP_RECEIPT_SECRET_LEN]);

ILP_END_DECLS

#endif
