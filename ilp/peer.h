/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - what the protocols between neighbours have in common.
 *
 * ILDCP, CCP and settlement messages travel as Prepares of amount 0 to an
 * address under "peer.", under a condition that everybody can fulfill: its
 * fulfillment is 32 zeros. The answer's data is the protocol's answer.
 */
#ifndef ILP_PEER_H
#define ILP_PEER_H

#include "ilp/packet.h"

ILP_BEGIN_DECLS

#define ILP_PEER_CONFIG "peer.config"
#define ILP_PEER_ROUTE_CONTROL "peer.route.control"
#define ILP_PEER_ROUTE_UPDATE "peer.route.update"
#define ILP_PEER_SETTLE "peer.settle"

/* SHA-256 of 32 zeros. */
ILP_API extern const uint8_t ilp_peer_condition[32];

/* Appends a request to one of the addresses above. */
ILP_API enum ilp_error ilp_peer_request_encode(struct ilp_writer *w,
					       const char *destination,
					       int64_t expires_at_ms,
					       struct ilp_bytes data);

/* Is this Prepare a request to that address? ADDRESS when it goes elsewhere,
 * CONDITION when we could not answer it, EXPIRED at or after its expiry. For
 * peer.settle also the hash of nothing is taken as condition, which RFC 38
 * prescribes by mistake (nothing can fulfill it). */
ILP_MUST_USE ILP_API enum ilp_error
ilp_peer_request_check(const struct ilp_prepare *prepare,
		       const char *destination, int64_t now_ms);

/* Appends the Fulfill that answers a request. */
ILP_API enum ilp_error ilp_peer_response_encode(struct ilp_writer *w,
						struct ilp_bytes data);

/* The data of a Fulfill that answers a request; CONDITION when it is not
 * fulfilled by zeros. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_peer_response_decode(struct ilp_bytes *data, struct ilp_bytes packet);

ILP_END_DECLS

#endif
