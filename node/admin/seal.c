/* SPDX-License-Identifier: Apache-2.0 */
/* What is encrypted is the hash of the name and then the text. */
#include "node/admin/seal.h"

#include <stdlib.h>

#include "ilp/cipher.h"

struct seal {
	struct ilp_crypto *crypto;
	struct ilp_cipher *cipher;
	uint8_t seed[32];
	uint64_t count;
};

struct seal *seal_create(const uint8_t key[SEAL_KEY_LEN],
			 const uint8_t seed[32])
{
	struct seal *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->crypto = ilp_crypto_create();
	s->cipher = s->crypto ? ilp_cipher_create(s->crypto) : NULL;
	if (!s->cipher) {
		seal_destroy(s);
		return NULL;
	}
	ilp_cipher_key(s->cipher, key);
	memcpy(s->seed, seed, sizeof(s->seed));
	return s;
}

void seal_destroy(struct seal *s)
{
	if (!s)
		return;
	ilp_cipher_destroy(s->cipher);
	ilp_crypto_destroy(s->crypto);
	ilp_secret_clear(s->seed, sizeof(s->seed));
	free(s);
}

/* Never the same twice, in this run by the count, and in no other by the
 * seed. */
static void draw_iv(struct seal *s, uint8_t iv[ILP_SEAL_IV_LEN])
{
	uint8_t count[sizeof(s->count)];
	uint8_t hash[ILP_HASH_LEN];

	ilp_store_u64(count, ++s->count);
	ilp_hmac_sha256(s->crypto, hash, ILP_BYTES(s->seed), ILP_BYTES(count));
	memcpy(iv, hash, ILP_SEAL_IV_LEN);
}

bool seal_close(struct seal *s, struct ilp_bytes name, struct ilp_bytes plain,
		uint8_t *out)
{
	size_t len = ILP_HASH_LEN + plain.len;
	uint8_t *bound = malloc(len);
	uint8_t iv[ILP_SEAL_IV_LEN];
	struct ilp_writer w;
	bool good;

	if (!bound)
		return false;
	ilp_sha256(s->crypto, bound, name);
	if (plain.len)
		memcpy(bound + ILP_HASH_LEN, plain.at, plain.len);
	draw_iv(s, iv);
	w = ilp_writer(out, plain.len + SEAL_OVERHEAD);
	good = !ilp_cipher_seal(s->cipher, &w, iv,
				(struct ilp_bytes){ bound, len });
	ilp_secret_clear(bound, len);
	free(bound);
	return good;
}

/* Is that what was bound to the name? Then it is written out. */
static bool unbind(struct seal *s, struct ilp_bytes name,
		   struct ilp_bytes bound, uint8_t *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_sha256(s->crypto, hash, name);
	if (memcmp(hash, bound.at, sizeof(hash)) != 0)
		return false;
	memcpy(out, bound.at + ILP_HASH_LEN, bound.len - ILP_HASH_LEN);
	return true;
}

bool seal_open(struct seal *s, struct ilp_bytes name, struct ilp_bytes sealed,
	       uint8_t *out)
{
	struct ilp_writer w;
	uint8_t *bound;
	bool good;

	if (sealed.len < SEAL_OVERHEAD)
		return false;
	bound = malloc(sealed.len);
	if (!bound)
		return false;
	w = ilp_writer(bound, sealed.len);
	good = !ilp_cipher_open(s->cipher, &w, sealed) &&
	       unbind(s, name, ilp_written(&w), out);
	ilp_secret_clear(bound, sealed.len);
	free(bound);
	return good;
}
