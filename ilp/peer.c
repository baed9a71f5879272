/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/peer.h"

/* clang-format off */
const uint8_t ilp_peer_condition[32] = {
	0x66, 0x68, 0x7a, 0xad, 0xf8, 0x62, 0xbd, 0x77,
	0x6c, 0x8f, 0xc1, 0x8b, 0x8e, 0x9f, 0x8e, 0x20,
	0x08, 0x97, 0x14, 0x85, 0x6e, 0xe2, 0x33, 0xb3,
	0x90, 0x2a, 0x59, 0x1d, 0x0d, 0x5f, 0x29, 0x25,
};

/* SHA-256 of no bytes at all, as RFC 38 has it. */
static const uint8_t settle_condition[32] = {
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
	0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
	0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};
/* clang-format on */

static const uint8_t zeros[32];

enum ilp_error ilp_peer_request_encode(struct ilp_writer *w,
				       const char *destination,
				       int64_t expires_at_ms,
				       struct ilp_bytes data)
{
	struct ilp_prepare prepare = {
		.amount = ILP_AMOUNT_ZERO,
		.expires_at_ms = expires_at_ms,
		.destination = ilp_text(destination),
		.data = data,
	};

	memcpy(prepare.condition, ilp_peer_condition,
	       sizeof(prepare.condition));
	return ilp_prepare_encode(w, &prepare);
}

static bool condition_is(const struct ilp_prepare *prepare,
			 const uint8_t condition[32])
{
	return memcmp(prepare->condition, condition, 32) == 0;
}

enum ilp_error ilp_peer_request_check(const struct ilp_prepare *prepare,
				      const char *destination, int64_t now_ms)
{
	bool settle = strcmp(destination, ILP_PEER_SETTLE) == 0;

	if (!ilp_bytes_equal(prepare->destination, ilp_text(destination)))
		return ILP_ERR_ADDRESS;
	if (!condition_is(prepare, ilp_peer_condition) &&
	    !(settle && condition_is(prepare, settle_condition)))
		return ILP_ERR_CONDITION;
	if (now_ms >= prepare->expires_at_ms)
		return ILP_ERR_EXPIRED;
	return ILP_OK;
}

enum ilp_error ilp_peer_response_encode(struct ilp_writer *w,
					struct ilp_bytes data)
{
	struct ilp_fulfill fulfill = { .data = data };

	return ilp_fulfill_encode(w, &fulfill);
}

enum ilp_error ilp_peer_response_decode(struct ilp_bytes *data,
					struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;
	enum ilp_error error = ilp_fulfill_decode(&fulfill, packet);

	if (error)
		return error;
	if (memcmp(fulfill.fulfillment, zeros, sizeof(zeros)) != 0)
		return ILP_ERR_CONDITION;
	*data = fulfill.data;
	return ILP_OK;
}
