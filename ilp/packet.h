/* SPDX-License-Identifier: Apache-2.0 */
/* packet.h - the three packets of ILPv4 (RFC 27).
 *
 * A Prepare travels towards the receiver and holds money at each hop; a
 * Fulfill comes back with the proof that it arrived, or a Reject with the
 * reason why not. Decoding copies nothing but fixed fields. A connector does
 * not encode the Prepares it forwards: it copies the packet and edits amount
 * and expiry where they lie, which leaves everything else untouched.
 */
#ifndef ILP_PACKET_H
#define ILP_PACKET_H

#include "ilp/address.h"
#include "ilp/amount.h"
#include "ilp/code.h"
#include "ilp/oer.h"

ILP_BEGIN_DECLS

enum ilp_packet_type {
	ILP_PREPARE = 12,
	ILP_FULFILL = 13,
	ILP_REJECT = 14,
};

#define ILP_DATA_MAX 32767
#define ILP_MESSAGE_MAX 8191

/* The largest packet that can be: a Reject full to the brim. Each of its
 * parts but the code has a length of three bytes in front. */
#define ILP_PACKET_MAX                                                         \
	(1 + 3 + ILP_CODE_LEN + 3 + ILP_ADDRESS_MAX + 3 + ILP_MESSAGE_MAX +    \
	 3 + ILP_DATA_MAX)

struct ilp_prepare {
	struct ilp_amount amount;
	int64_t expires_at_ms; /* since 1970, on the wall clock */
	uint8_t condition[32];
	struct ilp_bytes destination; /* borrowed, as is data */
	struct ilp_bytes data;
};

struct ilp_fulfill {
	uint8_t fulfillment[32];
	struct ilp_bytes data; /* borrowed */
};

struct ilp_reject {
	char code[ILP_CODE_LEN + 1];   /* ASCII and a final zero */
	struct ilp_bytes triggered_by; /* an address, or empty */
	struct ilp_bytes message;      /* meant to be UTF-8; may be any bytes */
	struct ilp_bytes data;
};

/* How many bytes the packet at the start of `in` takes: SHORT when there are
 * not so many, TOO_LONG when that is more than ILP_PACKET_MAX. What follows
 * is not part of it, and is not to be passed on. */
ILP_MUST_USE ILP_API enum ilp_error ilp_packet_len(size_t *len,
						   struct ilp_bytes in);

/* The type in the first byte, or TYPE if it is none of the three. */
ILP_API enum ilp_error ilp_packet_type(enum ilp_packet_type *out,
				       struct ilp_bytes packet);

/* Each reads one packet from the start of `packet`. Bytes behind the known
 * fields are ignored, as the RFC wants it. On an error `*out` is left as it
 * was. */
ILP_MUST_USE ILP_API enum ilp_error ilp_prepare_decode(struct ilp_prepare *out,
						       struct ilp_bytes packet);
ILP_MUST_USE ILP_API enum ilp_error ilp_fulfill_decode(struct ilp_fulfill *out,
						       struct ilp_bytes packet);
ILP_MUST_USE ILP_API enum ilp_error ilp_reject_decode(struct ilp_reject *out,
						      struct ilp_bytes packet);

/* Reads a Prepare whose destination may be any bytes: for who asks
 * ilp_address_valid himself, or has done so before. */
ILP_MUST_USE ILP_API enum ilp_error ilp_prepare_read(struct ilp_prepare *out,
						     struct ilp_bytes packet);

/* Each appends one packet. A field that no packet may have is refused with
 * the error that a reader of it would give. */
ILP_API enum ilp_error ilp_prepare_encode(struct ilp_writer *w,
					  const struct ilp_prepare *prepare);
ILP_API enum ilp_error ilp_fulfill_encode(struct ilp_writer *w,
					  const struct ilp_fulfill *fulfill);
ILP_API enum ilp_error ilp_reject_encode(struct ilp_writer *w,
					 const struct ilp_reject *reject);

/* Changes amount and expiry of an encoded Prepare that has been decoded
 * before, and nothing else. */
ILP_API enum ilp_error ilp_prepare_edit(uint8_t *packet, size_t len,
					struct ilp_amount amount,
					int64_t expires_at_ms);

/* A Reject of our own: code and message, no data. */
ILP_API struct ilp_reject ilp_reject_make(enum ilp_code code,
					  struct ilp_bytes triggered_by,
					  const char *message);

/* What the data of a Reject with F08 says: both amounts are in the units of
 * the node that rejected, as it received them. */
struct ilp_amount_too_large {
	struct ilp_amount received;
	struct ilp_amount maximum; /* itself still allowed */
};

ILP_MUST_USE ILP_API enum ilp_error
ilp_amount_too_large_decode(struct ilp_amount_too_large *out,
			    struct ilp_bytes data);
ILP_API enum ilp_error
ilp_amount_too_large_encode(struct ilp_writer *w,
			    const struct ilp_amount_too_large *too_large);

ILP_END_DECLS

#endif
