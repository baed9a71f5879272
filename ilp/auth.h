/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - how a peer that comes over HTTP says who it is.
 *
 * Either with a plain secret, or with a JWT signed by one (HS256) or by a
 * private key (RS256); both stand in the Authorization header. Which it is
 * was agreed before: the algorithm that a token names is only compared, never
 * obeyed.
 */
#ifndef ILP_AUTH_H
#define ILP_AUTH_H

#include "ilp/crypto.h"
#include "ilp/oer.h"

ILP_BEGIN_DECLS

/* A token that is longer is refused unread. */
#define ILP_JWT_MAX 4096

/* The token in the value of an Authorization header: behind "Bearer", or all
 * of it, as some peers send it; empty for other schemes. */
ILP_API struct ilp_bytes ilp_bearer_token(struct ilp_bytes authorization);

enum ilp_jwt_algorithm {
	ILP_JWT_HS256,
	ILP_JWT_RS256,
};

struct ilp_jwt_key {
	enum ilp_jwt_algorithm algorithm;
	struct ilp_bytes secret; /* of HS256 */
	struct ilp_rsa *rsa; /* of RS256: public to check, private to sign */
};

/* What a token says. Empty slices: nothing. */
struct ilp_jwt_claims {
	struct ilp_bytes issuer;
	struct ilp_bytes subject;
	struct ilp_bytes audience;
	int64_t expires_at_ms; /* written in whole seconds, rounded down */
};

/* Appends a token; TOO_LONG when it would pass ILP_JWT_MAX. */
ILP_API enum ilp_error ilp_jwt_sign(struct ilp_writer *w,
				    struct ilp_crypto *crypto,
				    const struct ilp_jwt_key *key,
				    const struct ilp_jwt_claims *claims);

/* Is the token signed with this key, in its time, and does it say all that
 * `expected` says? Of several audiences one must be the expected. It must
 * have an expiry (the one in `expected` is not looked at), and with RS256 also
 * issuer, subject and audience, be they expected or not. ALGORITHM, SIGNATURE,
 * EXPIRED, or FORMAT when a claim is missing or another. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_jwt_check(struct ilp_crypto *crypto, const struct ilp_jwt_key *key,
	      const struct ilp_jwt_claims *expected, struct ilp_bytes token,
	      int64_t now_ms);

/* Whom a token claims to come from, before anything is checked: to find the
 * key by. The subject goes into `buffer` of ILP_JWT_MAX bytes. */
ILP_API enum ilp_error ilp_jwt_subject(struct ilp_bytes *out, uint8_t *buffer,
				       struct ilp_bytes token);

ILP_END_DECLS

#endif
