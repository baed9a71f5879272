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

#define ILP_HASH_LEN 32
#define ILP_SEAL_IV_LEN 12
#define ILP_SEAL_TAG_LEN 16
#define ILP_SEAL_OVERHEAD (ILP_SEAL_IV_LEN + ILP_SEAL_TAG_LEN)

struct ilp_crypto;

/* NULL when there is no memory or OpenSSL lacks an algorithm. */
ILP_API struct ilp_crypto *ilp_crypto_create(void);
ILP_API void ilp_crypto_destroy(struct ilp_crypto *crypto);

ILP_API void ilp_sha256(struct ilp_crypto *crypto, uint8_t out[ILP_HASH_LEN],
			struct ilp_bytes in);

ILP_API void ilp_hmac_sha256(struct ilp_crypto *crypto,
			     uint8_t out[ILP_HASH_LEN], struct ilp_bytes key,
			     struct ilp_bytes in);

/* Are the two equal? Takes as long whatever they contain. */
ILP_API bool ilp_secret_equal(struct ilp_bytes a, struct ilp_bytes b);

/* Overwrites a secret in a way that the compiler does not leave out. */
ILP_API void ilp_secret_clear(void *secret, size_t len);

/* HMAC-SHA256 under a key that is used often. */
struct ilp_mac;

struct ilp_mac *ilp_mac_create(struct ilp_crypto *crypto);
void ilp_mac_destroy(struct ilp_mac *mac);
void ilp_mac_key(struct ilp_mac *mac, struct ilp_bytes key);
void ilp_mac(struct ilp_mac *mac, uint8_t out[ILP_HASH_LEN],
	     struct ilp_bytes in);

/* AES-256-GCM under a key that is used often, in the envelope that STREAM
 * and its tokens share: IV, then tag, then ciphertext. */
struct ilp_cipher;

struct ilp_cipher *ilp_cipher_create(struct ilp_crypto *crypto);
void ilp_cipher_destroy(struct ilp_cipher *cipher);
void ilp_cipher_key(struct ilp_cipher *cipher, const uint8_t key[32]);

/* Appends the sealed envelope. No IV may be used twice under one key. */
enum ilp_error ilp_cipher_seal(struct ilp_cipher *cipher, struct ilp_writer *w,
			       const uint8_t iv[ILP_SEAL_IV_LEN],
			       struct ilp_bytes plain);

/* Appends what was sealed; nothing when it does not authenticate. */
enum ilp_error ilp_cipher_open(struct ilp_cipher *cipher, struct ilp_writer *w,
			       struct ilp_bytes envelope);

/* An RSA key for JWTs, private or public, from PEM. FORMAT when it is not
 * one. */
struct ilp_rsa;

#define ILP_RSA_SIGNATURE_MAX 1024 /* of a key of 8192 bits */

ILP_API enum ilp_error ilp_rsa_load(struct ilp_rsa **out,
				    struct ilp_crypto *crypto,
				    struct ilp_bytes pem);
ILP_API void ilp_rsa_destroy(struct ilp_rsa *rsa);

/* RSASSA-PKCS1-v1_5 with SHA-256. Signing needs a private key. */
enum ilp_error ilp_rsa_sign(struct ilp_rsa *rsa, struct ilp_writer *w,
			    struct ilp_bytes in);
bool ilp_rsa_verify(struct ilp_rsa *rsa, struct ilp_bytes in,
		    struct ilp_bytes signature);

#endif
