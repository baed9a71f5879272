/* SPDX-License-Identifier: Apache-2.0 */
/* ildcp.h - a child asks its parent for an address and an asset (RFC 31).
 *
 * The request is an empty one to ILP_PEER_CONFIG (peer.h); here is what the
 * answer says.
 */
#ifndef ILP_ILDCP_H
#define ILP_ILDCP_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

struct ilp_ildcp {
	struct ilp_bytes address;    /* the child's own */
	uint8_t asset_scale;         /* units are 10^-scale */
	struct ilp_bytes asset_code; /* UTF-8 */
};

/* From and to the data of a Fulfill. */
ILP_MUST_USE ILP_API enum ilp_error ilp_ildcp_decode(struct ilp_ildcp *out,
						     struct ilp_bytes data);
ILP_API enum ilp_error ilp_ildcp_encode(struct ilp_writer *w,
					const struct ilp_ildcp *ildcp);

ILP_END_DECLS

#endif
