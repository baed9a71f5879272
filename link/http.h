/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - lines of ILP over HTTP (RFC 35), as deployed nodes speak it: a
 * Prepare is the body of a POST, and its answer that of the response.
 *
 * Or as the RFC has it: who asks says where it wants the answer (Callback-Url)
 * and by which name (Request-Id); it is told 202 at once, and later gets the
 * answer in a POST of its own. A server goes by what the request has, a client
 * by its options. Who says 200 to such a request has answered it.
 *
 * A line carries Prepares one way: from the client to the server. Each request
 * brings the token of who asks; on a line that is used again the owner is only
 * asked about it when it is another one, or some time has passed.
 *
 * What a status means that is not 200: of those from 500 on, and of 408 and
 * 429, that asking again may help; of others, that it does not.
 */
#ifndef LINK_HTTP_H
#define LINK_HTTP_H

#include "base/pool.h"
#include "ilp/jwt.h"
#include "link/link.h"
#include "link/request_id.h"

/* A request that is begun has to be whole within this time, TLS has to agree
 * with the server, and a server to say anything at all while it is asked; ...
 */
#define LINK_HTTP_WHOLE_US 10000000
/* ... and a line on which nothing is asked is closed after this: by a client
 * before servers do, some of which only wait for five seconds. */
#define LINK_HTTP_SERVER_IDLE_US 75000000
#define LINK_HTTP_CLIENT_IDLE_US 4000000
/* For so long who was admitted once stays so. */
#define LINK_HTTP_KNOWN_US 1000000

/* How many Prepares at a time a client is let ask on one line: so few that
 * their answers, which are never refused, come to less than LINK_MOST. With
 * HTTP/1.1 they come one behind the other, which hardly anybody does. */
#define LINK_HTTP_STREAMS 96
#define LINK_HTTP_PIPELINED 8

enum link_http_version {
	LINK_HTTP_1,
	LINK_HTTP_2,
	LINK_HTTP_AGREED, /* link_agreed says: "h2", or anything else: 1.1 */
};

struct link_http_options {
	struct pool *pool; /* of blocks of LINK_HTTP_BLOCK; outlives the link */
	enum link_http_version version; /* a server knows */
	/* Of a client only, and copied. */
	bool tls;
	struct ilp_bytes authority; /* name[:port] */
	struct ilp_bytes path;
	struct ilp_bytes token; /* may be empty */
	struct ilp_bytes callback; /* URL for replies; empty: there are none */
	struct request_ids *ids;   /* for them; outlive the link */
	/* Or each time another token, which is signed with this key, taken
	 * over, and good for so long. The texts of the claims outlive it. */
	struct ilp_jwt_key *signer;
	struct ilp_jwt_claims claims;
	int64_t lifetime_ms;
};

/* What blocks of the pool must be able to hold: the largest message. */
#define LINK_HTTP_BLOCK (128 * 1024)

/* NULL when there is no memory. */
struct link *link_http_connect(const struct link_http_options *options,
			       struct ilp_time now);
struct link *link_http_accept(const struct link_http_options *options,
			      struct ilp_time now);

#endif
