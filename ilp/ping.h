/* SPDX-License-Identifier: Apache-2.0 */
/* ping.h - two ways of asking a node for a sign of life.
 *
 * The one-way ping is a Prepare under a condition whose fulfillment everyone
 * knows; whoever it is addressed to fulfills it. The two-way one ("echo")
 * has data that names a return address: the node sends a Prepare with the
 * same condition back there, and fulfills the first with what fulfilled the
 * second, so the condition stays the sender's secret.
 */
#ifndef ILP_PING_H
#define ILP_PING_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

ILP_API extern const uint8_t ilp_ping_fulfillment[32];
ILP_API extern const uint8_t ilp_ping_condition[32];

enum ilp_echo_type {
	ILP_ECHO_REQUEST = 0,
	ILP_ECHO_RESPONSE = 1,
};

struct ilp_echo {
	enum ilp_echo_type type;
	struct ilp_bytes return_address; /* of a request */
};

/* From and to the data of a Prepare. FORMAT when it is not an echo at all. */
ILP_MUST_USE ILP_API enum ilp_error ilp_echo_decode(struct ilp_echo *out,
						    struct ilp_bytes data);
ILP_API enum ilp_error ilp_echo_encode(struct ilp_writer *w,
				       const struct ilp_echo *echo);

ILP_END_DECLS

#endif
