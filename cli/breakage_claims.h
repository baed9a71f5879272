/* SPDX-License-Identifier: Apache-2.0 */
/* breakage_claims.h - what a decoder of libilp says of bytes of each kind, for
 * the test and the fuzz target of breakage.h. */
#ifndef CLI_BREAKAGE_CLAIMS_H
#define CLI_BREAKAGE_CLAIMS_H

#include "cli/breakage.h"
#include "ilp/btp.h"
#include "ilp/ildcp.h"
#include "ilp/packet.h"
#include "ilp/stream/packet.h"

static inline enum ilp_error decode_packet(struct ilp_bytes bytes)
{
	struct ilp_prepare prepare;
	struct ilp_fulfill fulfill;
	struct ilp_reject reject;
	enum ilp_packet_type type;
	enum ilp_error error = ilp_packet_type(&type, bytes);

	if (error)
		return error;
	switch (type) {
	case ILP_PREPARE:
		return ilp_prepare_decode(&prepare, bytes);
	case ILP_FULFILL:
		return ilp_fulfill_decode(&fulfill, bytes);
	case ILP_REJECT:
		return ilp_reject_decode(&reject, bytes);
	}
	return ILP_ERR_TYPE;
}

static inline enum ilp_error decode_as(enum kind kind, struct ilp_bytes bytes)
{
	struct ilp_btp btp;
	struct ilp_stream_packet stream;
	struct ilp_ildcp ildcp;

	switch (kind) {
	case KIND_PACKET:
		return decode_packet(bytes);
	case KIND_BTP:
		return ilp_btp_decode(&btp, bytes);
	case KIND_STREAM:
		return ilp_stream_packet_decode(&stream, bytes);
	case KIND_ILDCP:
		return ilp_ildcp_decode(&ildcp, bytes);
	case KIND_NONE:
	case KIND_SEALED:
		break;
	}
	return ILP_OK;
}

#endif
