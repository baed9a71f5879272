/* SPDX-License-Identifier: Apache-2.0 */
/* web.h - peers that speak ILP over HTTP: a sender asks the node on a
 * connection of its own, and a receiver has a port that the node comes to,
 * with as many connections as it likes.
 *
 * The HTTP is made by hand, as little of it as the load takes, so that the
 * generator costs less than the node; and so that it does not share a mistake
 * with the node.
 */
#ifndef BENCH_FORWARD_WEB_H
#define BENCH_FORWARD_WEB_H

#include "bench/forward/packet.h"
#include "bench/forward/peer.h"

/* As peer_connect, over that version of HTTP. What `peer->message` is given,
 * and what is sent, are BTP packets all the same: `head` is all that the one
 * which comes has in front of its ILP packet, but for the request id. */
void web_connect(struct peer *peer, struct loop *loop, uint16_t port,
		 unsigned version, struct ilp_bytes head);

/* The node is waited for on that port. */
void web_listen(struct peer *peer, struct loop *loop, uint16_t port,
		unsigned version, struct ilp_bytes head);

/* Sends a BTP packet that has so many bytes in front of its ILP packet. */
void web_send(struct peer *peer, struct ilp_bytes btp, size_t head_len);

#endif
