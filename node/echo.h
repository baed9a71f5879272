/* SPDX-License-Identifier: Apache-2.0 */
/* echo.h - signs of life: what may be asked of the node's own address.
 *
 * Whoever sends a ping gets what everybody knows fulfills it. An echo goes on
 * instead, to the address that it names, as any packet does; what fulfills it
 * there only its sender can know.
 */
#ifndef NODE_ECHO_H
#define NODE_ECHO_H

#include "node/refusal.h"

enum echo {
	ECHO_PING, /* to be fulfilled here */
	ECHO_TURN, /* to be sent on */
	ECHO_NONE, /* neither, and why */
};

/* What this Prepare to our own address is. One that goes on is written into the
 * room of ILP_PACKET_MAX bytes, as `*packet`. */
enum echo echo_read(const struct ilp_prepare *prepare, uint8_t *room,
		    struct ilp_bytes *packet, enum refusal *refusal,
		    struct refusal_details *details);

/* The Fulfill of one that ends here, which is written into the room of
 * ECHO_FULFILL_MAX bytes. */
#define ECHO_FULFILL_MAX 64
struct ilp_bytes echo_fulfill(uint8_t *room, const uint8_t fulfillment[32]);

#endif
