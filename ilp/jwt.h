/* SPDX-License-Identifier: Apache-2.0 */
/* jwt.h - JSON Web Tokens (RFC 7519), by which peers over HTTP say who they
 * are: signed with a secret that both know (HS256), or with a private key
 * (RS256).
 *
 * Which of the two was agreed before, and is part of the key: the algorithm
 * that a token names is compared and never obeyed, and nothing a token says is
 * read before its signature is good. What a token must say differs from peer
 * to peer, so that is a setting: the profile of HS256 wants a subject, but the
 * plugin that is deployed sends none. How a token comes in a header of HTTP is
 * auth.c's work.
 */
#ifndef ILP_JWT_H
#define ILP_JWT_H

#include "ilp/crypto.h"
#include "ilp/oer.h"

ILP_BEGIN_DECLS

/* A token that is longer is refused unread. */
#define ILP_JWT_MAX 8192

/* Why a token is not good. */
enum ilp_jwt_problem {
	ILP_JWT_OK = 0,
	ILP_JWT_TOO_LONG,
	ILP_JWT_PARTS,       /* not header.claims.signature */
	ILP_JWT_BASE64,      /* no strict base64url, or padded */
	ILP_JWT_HEADER,      /* no JSON object */
	ILP_JWT_TWICE,       /* a name in header or claims that we read */
	ILP_JWT_CRITICAL,    /* "crit": extensions, of which we know none */
	ILP_JWT_FOREIGN_KEY, /* the header says by which key to check it */
	ILP_JWT_ALGORITHM,   /* another one than agreed, or none */
	ILP_JWT_TYPE,        /* a token for another purpose, as at+jwt */
	ILP_JWT_SIGNATURE,
	ILP_JWT_CLAIMS, /* no JSON object */
	ILP_JWT_DATE,   /* no seconds since 1970, up to the year 9999 */
	ILP_JWT_NO_EXPIRY,
	ILP_JWT_EXPIRED,
	ILP_JWT_EARLY,    /* not to be used yet */
	ILP_JWT_FUTURE,   /* issued later than now */
	ILP_JWT_LIFETIME, /* good for longer than allowed */
	ILP_JWT_ISSUER,   /* missing, no text, or another; so are these: */
	ILP_JWT_SUBJECT,
	ILP_JWT_AUDIENCE,
	ILP_JWT_PROBLEMS
};

/* One lower-case phrase, which says nothing of the token; never NULL. */
ILP_API const char *ilp_jwt_problem_text(enum ilp_jwt_problem problem);

/* A key serves one thread at a time. The crypto that it was made with outlives
 * it; secret and PEM are needed no longer. */
struct ilp_jwt_key;

/* NULL, and in `*why` a phrase, when the secret is empty or looks like PEM:
 * whoever signs with a public key as the secret could be anyone. */
ILP_API struct ilp_jwt_key *ilp_jwt_key_hs256(struct ilp_crypto *crypto,
					      struct ilp_bytes secret,
					      const char **why);

/* A public key verifies, a private one signs as well; NULL and a phrase unless
 * it is one of RSA, of 2048 to 8192 bits and without a passphrase. */
ILP_API struct ilp_jwt_key *ilp_jwt_key_rs256(struct ilp_crypto *crypto,
					      struct ilp_bytes pem,
					      const char **why);

/* Forgets the secret; takes NULL. */
ILP_API void ilp_jwt_key_destroy(struct ilp_jwt_key *key);

ILP_API bool ilp_jwt_key_signs(const struct ilp_jwt_key *key);

/* What a token must say. A text that is not empty must be said exactly; of
 * several audiences one must be it. What is needed must be there and not be
 * empty, whatever it says. An expiry always must. */
struct ilp_jwt_rules {
	struct ilp_bytes issuer, subject, audience;
	bool need_issuer, need_subject, need_audience;
	int64_t leeway_ms;       /* how wrong a clock may be; not negative */
	int64_t lifetime_max_ms; /* since it was issued, which is now if it does
				    not say; 0: any */
};

/* Whom a good token speaks for, and until when. */
struct ilp_jwt_holder {
	struct ilp_bytes subject; /* borrowed from the room; empty if it does
				     not say. It may contain zeros. */
	int64_t expires_at_ms;
};

/* Is it signed with this key, in its time (`now_ms` is not negative), and as
 * the rules want it? Only then `*out` is filled. */
ILP_MUST_USE ILP_API enum ilp_jwt_problem
ilp_jwt_verify(struct ilp_jwt_holder *out, uint8_t room[ILP_JWT_MAX],
	       struct ilp_jwt_key *key, const struct ilp_jwt_rules *rules,
	       struct ilp_bytes token, int64_t now_ms);

/* Whom a token claims to speak for, before anything is checked: to find the
 * key by. SUBJECT when it does not say. */
ILP_MUST_USE ILP_API enum ilp_jwt_problem
ilp_jwt_subject(struct ilp_bytes *out, uint8_t room[ILP_JWT_MAX],
		struct ilp_bytes token);

/* What a token of ours says: UTF-8, and moments that are written in whole
 * seconds, rounded down. */
struct ilp_jwt_claims {
	struct ilp_bytes issuer, subject, audience; /* empty: not said */
	int64_t issued_at_ms;                       /* 0: not said */
	int64_t expires_at_ms;
};

/* Appends a token. ALGORITHM when the key is public, TIMESTAMP when a moment
 * is before 1970 or after the year 9999, TOO_LONG when it would pass
 * ILP_JWT_MAX. */
ILP_API enum ilp_error ilp_jwt_sign(struct ilp_writer *w,
				    struct ilp_jwt_key *key,
				    const struct ilp_jwt_claims *claims);

ILP_END_DECLS

#endif
