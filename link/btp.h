/* SPDX-License-Identifier: Apache-2.0 */
/* btp.h - a link over BTP 2.0 (RFC 23), which runs over WebSocket.
 *
 * The one who connects is the client of the WebSocket, and says who it is;
 * after that both sides are equal. Packets travel as BTP Messages of the
 * sub-protocol "ilp", their answers as Responses.
 */
#ifndef LINK_BTP_H
#define LINK_BTP_H

#include "base/pool.h"
#include "ilp/crypto.h"
#include "link/link.h"

/* A peer that takes longer over the handshake or the login is given up. */
#define LINK_BTP_LOGIN_US 10000000
/* An idle link sends a ping so often, and one that hears nothing at all
 * for twice as long is given up. */
#define LINK_BTP_PING_US 20000000

struct link_btp_options {
	struct pool *pool; /* of blocks of LINK_BTP_BLOCK; outlives the link */
	struct ilp_crypto *crypto; /* likewise */
	uint8_t seed[32];          /* secret and random, for this link alone */
	/* Of a client only, and copied. */
	struct ilp_bytes host; /* the value of the HTTP field: name[:port] */
	struct ilp_bytes path;
	struct ilp_bytes user; /* may be empty */
	struct ilp_bytes token;
};

/* What blocks of the pool must be able to hold: the largest message, or a
 * good many small ones. */
#define LINK_BTP_BLOCK (128 * 1024)

/* NULL when there is no memory, or what is to be said about us is too long
 * for a login. */
struct link *link_btp_connect(const struct link_btp_options *options,
			      struct ilp_time now);

/* The side that listens: LINK_LOGIN comes before LINK_UP. */
struct link *link_btp_accept(const struct link_btp_options *options,
			     struct ilp_time now);

#endif
