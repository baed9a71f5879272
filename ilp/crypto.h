/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h - the few algorithms that Interledger uses, on OpenSSL 3.
 *
 * crypto.c is the only file that knows the cryptography library. OpenSSL 3
 * looks an algorithm up by name each time it is asked for one, which costs
 * four times the work itself; so a context looks everything up once and is
 * kept. A context serves one thread at a time.
 */
#ifndef ILP_CRYPTO_H
#define ILP_CRYPTO_H

#include "base/bytes.h"
#include "ilp/api.h"
#include "ilp/error.h"
#include "ilp/oer.h"

ILP_BEGIN_DECLS

#define ILP_HASH_LEN 32
#define ILP_SEAL_IV_LEN 12
#define ILP_SEAL_TAG_LEN 16
#define ILP_SEAL_OVERHEAD (ILP_SEAL_IV_LEN + ILP_SEAL_TAG_LEN)

struct ilp_crypto;

/* NULL when there is no memory, or the OpenSSL that is installed lacks an
 * algorithm or computes it wrongly (3.0.0 to 3.0.2 forget to start anew). */
ILP_API struct ilp_crypto *ilp_crypto_create(void);
ILP_API void ilp_crypto_destroy(struct ilp_crypto *crypto);

ILP_API void ilp_sha256(struct ilp_crypto *crypto, uint8_t out[ILP_HASH_LEN],
			struct ilp_bytes in);

/* The same of what comes in pieces. NULL when there is no memory; it ends with
 * what it gives. */
ILP_API struct ilp_sha256 *ilp_sha256_create(void);
ILP_API void ilp_sha256_add(struct ilp_sha256 *sum, struct ilp_bytes in);
ILP_API void ilp_sha256_end(struct ilp_sha256 *sum, uint8_t out[ILP_HASH_LEN]);

ILP_API void ilp_hmac_sha256(struct ilp_crypto *crypto,
			     uint8_t out[ILP_HASH_LEN], struct ilp_bytes key,
			     struct ilp_bytes in);

/* Are the two equal? Takes as long whatever they contain. Nothing equals an
 * empty secret, not even another one: it is one that nobody has set. */
ILP_API bool ilp_secret_equal(struct ilp_bytes a, struct ilp_bytes b);

/* Overwrites a secret in a way that the compiler does not leave out. */
ILP_API void ilp_secret_clear(void *secret, size_t len);

/* An RSA key for JWTs, private or public, from PEM. FORMAT when there is none
 * or one behind a passphrase, ALGORITHM when it is of another kind, WEAK and
 * TOO_LONG when it does not have 2048 to 8192 bits. Like any context it serves
 * one thread at a time, and the crypto that it was loaded with outlives it. */
struct ilp_rsa;

ILP_MUST_USE ILP_API enum ilp_error ilp_rsa_load(struct ilp_rsa **out,
						 struct ilp_crypto *crypto,
						 struct ilp_bytes pem);
ILP_API void ilp_rsa_destroy(struct ilp_rsa *rsa);

ILP_END_DECLS

#endif
