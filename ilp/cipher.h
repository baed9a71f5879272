/* SPDX-License-Identifier: Apache-2.0 */
/* cipher.h - the half of crypto.c that only libilp uses: what needs care in
 * its use, such as IVs. Not installed. */
#ifndef ILP_CIPHER_H
#define ILP_CIPHER_H

#include "ilp/crypto.h"

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

#define ILP_RSA_SIGNATURE_MAX 1024 /* of a key of 8192 bits */

/* RSASSA-PKCS1-v1_5 with SHA-256. Signing needs a private key: is it one? */
bool ilp_rsa_signs(const struct ilp_rsa *rsa);
enum ilp_error ilp_rsa_sign(struct ilp_rsa *rsa, struct ilp_writer *w,
			    struct ilp_bytes in);
bool ilp_rsa_verify(struct ilp_rsa *rsa, struct ilp_bytes in,
		    struct ilp_bytes signature);

#endif
