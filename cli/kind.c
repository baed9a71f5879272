/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/kind.h"

#include "ilp/btp.h"
#include "ilp/ildcp.h"
#include "ilp/packet.h"
#include "ilp/stream/packet.h"

static bool is_packet(struct ilp_bytes bytes)
{
	struct ilp_prepare prepare;
	struct ilp_fulfill fulfill;
	struct ilp_reject reject;

	return !ilp_prepare_decode(&prepare, bytes) ||
	       !ilp_fulfill_decode(&fulfill, bytes) ||
	       !ilp_reject_decode(&reject, bytes);
}

static bool is_btp(struct ilp_bytes bytes)
{
	struct ilp_btp btp;

	return !ilp_btp_decode(&btp, bytes);
}

static bool is_stream(struct ilp_bytes bytes)
{
	struct ilp_stream_packet packet;

	return !ilp_stream_packet_decode(&packet, bytes);
}

static bool is_sealed(struct ilp_bytes bytes, struct ilp_stream_keys *keys)
{
	uint8_t room[ILP_DATA_MAX];
	struct ilp_writer plain = ilp_writer(room, sizeof(room));

	return keys && !ilp_stream_open(keys, &plain, bytes) &&
	       is_stream(ilp_written(&plain));
}

/* Much could be read as an ILDCP answer; so unless it is asked for, it must
 * have an address of a known scheme, and nothing behind it. */
static bool is_ildcp(struct ilp_bytes bytes, bool asked)
{
	struct ilp_ildcp ildcp;

	if (ilp_ildcp_decode(&ildcp, bytes))
		return false;
	return asked || (ilp_address_scheme(ildcp.address) != ILP_SCHEME_NONE &&
			 ildcp.asset_code.len &&
			 ildcp.asset_code.at + ildcp.asset_code.len ==
				 bytes.at + bytes.len);
}

enum kind kind_of(const struct kinds *k, struct ilp_bytes bytes)
{
	enum kind only = k->only;

	if ((!only || only == KIND_PACKET) && is_packet(bytes))
		return KIND_PACKET;
	if ((!only || only == KIND_BTP) && is_btp(bytes))
		return KIND_BTP;
	if ((!only || only == KIND_STREAM) && is_sealed(bytes, k->keys))
		return KIND_SEALED;
	if ((!only || only == KIND_STREAM) && is_stream(bytes))
		return KIND_STREAM;
	if ((!only || only == KIND_ILDCP) &&
	    is_ildcp(bytes, only == KIND_ILDCP))
		return KIND_ILDCP;
	return KIND_NONE;
}

enum kind kind_like(const struct kinds *k, struct ilp_bytes bytes)
{
	if (k->only)
		return k->only;
	if (bytes.len == 0)
		return KIND_NONE;
	switch (bytes.at[0]) {
	case ILP_PREPARE:
	case ILP_FULFILL:
	case ILP_REJECT:
		return KIND_PACKET;
	case ILP_BTP_RESPONSE:
	case ILP_BTP_ERROR:
	case ILP_BTP_MESSAGE:
	case ILP_BTP_TRANSFER:
		return KIND_BTP;
	}
	return KIND_NONE;
}

size_t kind_told_len(struct ilp_bytes bytes)
{
	const struct kinds any = { .only = KIND_NONE };
	enum kind like = kind_like(&any, bytes);
	struct ilp_reader r = ilp_reader(bytes);
	uint64_t len;

	if (like == KIND_NONE)
		return 0;
	ilp_read_fixed(&r, like == KIND_BTP ? 5 : 1); /* and a request id */
	len = ilp_read_length(&r);
	if (r.error || len > SIZE_MAX - bytes.len)
		return 0;
	return bytes.len - ilp_reader_left(&r) + (size_t)len;
}
