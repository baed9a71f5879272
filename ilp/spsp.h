/* SPDX-License-Identifier: Apache-2.0 */
/* spsp.h - what an SPSP client and server say to each other (RFC 9).
 *
 * A client GETs the URL of a payee and is told an ILP address and a shared
 * secret, with which STREAM begins. Here are the bodies and the headers that
 * have a form of their own; HTTP is someone else's work.
 */
#ifndef ILP_SPSP_H
#define ILP_SPSP_H

#include "ilp/address.h"
#include "ilp/oer.h"
#include "ilp/stream/receipt.h"

ILP_BEGIN_DECLS

#define ILP_SPSP_SECRET_LEN 32

#define ILP_SPSP_ACCEPT "application/spsp4+json, application/spsp+json"
#define ILP_SPSP_CONTENT_TYPE "application/spsp4+json"

struct ilp_spsp {
	struct ilp_bytes destination; /* an ILP address */
	uint8_t shared_secret[ILP_SPSP_SECRET_LEN];
	bool receipts_enabled;
};

/* From a body; the address is put into `buffer`. Fields that we do not know
 * are ignored. MISSING, ADDRESS or FORMAT when it will not do, TOO_MANY when
 * it has more than about a thousand values. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_spsp_decode(struct ilp_spsp *out, uint8_t buffer[ILP_ADDRESS_MAX],
		struct ilp_bytes body);
ILP_API enum ilp_error ilp_spsp_encode(struct ilp_writer *w,
				       const struct ilp_spsp *spsp);

/* The body of an answer other than 200, such as InvalidReceiverError. */
ILP_API enum ilp_error ilp_spsp_error_encode(struct ilp_writer *w,
					     const char *id,
					     const char *message);

/* Is this Content-Type one that a client may read as SPSP? */
ILP_API bool ilp_spsp_content_type_valid(struct ilp_bytes value);

/* How long an answer may be kept, by its Cache-Control; 0 when it may not, or
 * does not say. */
ILP_API uint32_t ilp_spsp_max_age_s(struct ilp_bytes cache_control);

/* From the values of Receipt-Nonce and Receipt-Secret, in which a verifier
 * asks for receipts: MISSING when it did not, FORMAT when it did wrongly, or
 * by halves. */
ILP_API enum ilp_error
ilp_spsp_receipt_headers(uint8_t nonce[ILP_RECEIPT_NONCE_LEN],
			 uint8_t secret[ILP_RECEIPT_SECRET_LEN],
			 struct ilp_bytes nonce_value,
			 struct ilp_bytes secret_value);

/* Appends the value of one of them, for a verifier to send. */
ILP_API enum ilp_error ilp_spsp_receipt_header_encode(struct ilp_writer *w,
						      struct ilp_bytes value);

ILP_END_DECLS

#endif
