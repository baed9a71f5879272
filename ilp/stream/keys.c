/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/stream/keys.h"

#include <stdlib.h>

#include "ilp/cipher.h"

struct ilp_stream_keys {
	struct ilp_crypto *crypto;
	struct ilp_cipher *cipher;
	struct ilp_mac *fulfillment;
};

struct ilp_stream_keys *ilp_stream_keys_create(struct ilp_crypto *crypto,
					       struct ilp_bytes shared_secret)
{
	struct ilp_stream_keys *keys = calloc(1, sizeof(*keys));

	if (!keys)
		return NULL;
	keys->crypto = crypto;
	keys->cipher = ilp_cipher_create(crypto);
	keys->fulfillment = ilp_mac_create(crypto);
	if (!keys->cipher || !keys->fulfillment) {
		ilp_stream_keys_destroy(keys);
		return NULL;
	}
	ilp_stream_keys_load(keys, shared_secret);
	return keys;
}

void ilp_stream_keys_destroy(struct ilp_stream_keys *keys)
{
	if (!keys)
		return;
	ilp_mac_destroy(keys->fulfillment);
	ilp_cipher_destroy(keys->cipher);
	free(keys);
}

void ilp_stream_keys_load(struct ilp_stream_keys *keys,
			  struct ilp_bytes shared_secret)
{
	uint8_t key[ILP_HASH_LEN];

	ilp_hmac_sha256(keys->crypto, key, shared_secret,
			ilp_text("ilp_stream_encryption"));
	ilp_cipher_key(keys->cipher, key);
	ilp_hmac_sha256(keys->crypto, key, shared_secret,
			ilp_text("ilp_stream_fulfillment"));
	ilp_mac_key(keys->fulfillment, ILP_BYTES(key));
	ilp_secret_clear(key, sizeof(key));
}

enum ilp_error ilp_stream_seal(struct ilp_stream_keys *keys,
			       struct ilp_writer *w,
			       const uint8_t iv[ILP_SEAL_IV_LEN],
			       struct ilp_bytes plain)
{
	return ilp_cipher_seal(keys->cipher, w, iv, plain);
}

enum ilp_error ilp_stream_open(struct ilp_stream_keys *keys,
			       struct ilp_writer *w, struct ilp_bytes data)
{
	return ilp_cipher_open(keys->cipher, w, data);
}

void ilp_stream_fulfillment(struct ilp_stream_keys *keys,
			    uint8_t out[ILP_HASH_LEN], struct ilp_bytes data)
{
	ilp_mac(keys->fulfillment, out, data);
}
