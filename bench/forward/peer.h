/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - one connection to the node: it opens a WebSocket, logs in by BTP,
 * and from then on whole BTP packets go out and come in. What they are about
 * is the sender's and the receiver's concern. */
#ifndef BENCH_FORWARD_PEER_H
#define BENCH_FORWARD_PEER_H

#include "bench/forward/frame.h"
#include "bench/forward/loop.h"
#include "bench/forward/traffic.h"

#define PEER_NAME_SIZE 4 /* s00 to s63, or r00 to r63 */

struct peer;
struct web;
typedef void peer_message(struct peer *peer, struct ilp_bytes btp);

struct peer {
	struct channel channel;
	struct traffic *traffic;
	peer_message *message;
	char name[PEER_NAME_SIZE];
	enum { PEER_ASKING, PEER_LOGGING_IN, PEER_UP } state;
	uint64_t total; /* amounts of what was fulfilled */

	/* Of web.h. */
	bool sends;
	unsigned web_version;
	struct ilp_bytes web_head;
	struct web *web; /* the connection of the message at hand */
};

/* Begins to connect to a node on this machine: as user `name`, with the
 * token token-NAME. */
void peer_connect(struct peer *peer, struct loop *loop, uint16_t port,
		  struct tls_context *tls);

/* Sends a BTP packet at the end of the round, or only what is behind its head
 * when that is not what the peer speaks. The mask comes of `salt`: only
 * browsers have reason to draw it at random. */
void peer_send(struct peer *peer, struct ilp_bytes btp, size_t head_len,
	       uint64_t salt);

/* Answers a Message that is not of the load, such as one about routes, with
 * an empty Response. */
void peer_decline(struct peer *peer, struct ilp_bytes btp);

#endif
