/* SPDX-License-Identifier: Apache-2.0 */
/* Each Fulfill is checked by one SHA-256 of 32 bytes. Asked for through EVP,
 * OpenSSL 3 allocates and wipes a state for each of them, which costs more
 * than the hash; so that one algorithm is used by its older names. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ilp/cipher.h"

#include <limits.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

/* A JWT signed with less is refused (RFC 7518, section 3.3). */
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX (8 * ILP_RSA_SIGNATURE_MAX)

struct ilp_crypto {
	EVP_MD *sha256;
	EVP_CIPHER *aes_gcm;
	EVP_MAC *hmac;
	struct ilp_mac *mac; /* for keys used once */
};

struct ilp_mac {
	EVP_MAC_CTX *ctx;
	bool fresh; /* keyed, and nothing taken in yet */
};

struct ilp_cipher {
	EVP_CIPHER_CTX *seal;
	EVP_CIPHER_CTX *open;
};

/* What a key does it does in contexts that are kept, as that of a MAC. */
struct ilp_rsa {
	struct ilp_crypto *crypto;
	EVP_PKEY *key;
	EVP_PKEY_CTX *verify;
	EVP_PKEY_CTX *sign; /* NULL when the key is public */
};

/* Is a key kept as it was from one message to the next? */
static bool keeps_keys(struct ilp_mac *mac)
{
	uint8_t first[ILP_HASH_LEN];
	uint8_t second[ILP_HASH_LEN];

	ilp_mac_key(mac, ilp_text("key"));
	ilp_mac(mac, first, ilp_text("message"));
	ilp_mac(mac, second, ilp_text("message"));
	return memcmp(first, second, sizeof(first)) == 0;
}

struct ilp_crypto *ilp_crypto_create(void)
{
	struct ilp_crypto *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	c->aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	c->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (c->sha256 && c->aes_gcm && c->hmac)
		c->mac = ilp_mac_create(c);
	if (!c->mac || !keeps_keys(c->mac)) {
		ilp_crypto_destroy(c);
		return NULL;
	}
	return c;
}

void ilp_crypto_destroy(struct ilp_crypto *c)
{
	if (!c)
		return;
	ilp_mac_destroy(c->mac);
	EVP_MAC_free(c->hmac);
	EVP_CIPHER_free(c->aes_gcm);
	EVP_MD_free(c->sha256);
	free(c);
}

/* With everything fetched and allocated these calls have no way to fail but
 * a bug; to go on without a hash would be worse than to stop. */
static void must(int done)
{
	if (done <= 0)
		abort();
}

/* A message that fills one block with what ends it: a one bit, zeros, and its
 * length in bits. To gather and wipe a block takes OpenSSL nearly as long as
 * to hash it. */
#define SHA256_ONE_BLOCK_MAX (SHA256_CBLOCK - 9)

static void hash_block(SHA256_CTX *state, uint8_t out[ILP_HASH_LEN],
		       struct ilp_bytes in)
{
	uint8_t block[SHA256_CBLOCK] = { 0 };

	if (in.len)
		memcpy(block, in.at, in.len);
	block[in.len] = 0x80;
	ilp_store_u16(block + SHA256_CBLOCK - 2, (uint16_t)(8 * in.len));
	SHA256_Transform(state, block);
	for (size_t i = 0; i < ILP_HASH_LEN / 4; i++)
		ilp_store_u32(out + 4 * i, state->h[i]);
}

void ilp_sha256(struct ilp_crypto *c, uint8_t out[ILP_HASH_LEN],
		struct ilp_bytes in)
{
	SHA256_CTX state;

	(void)c;
	must(SHA256_Init(&state));
	if (in.len <= SHA256_ONE_BLOCK_MAX) {
		hash_block(&state, out, in);
		return;
	}
	must(SHA256_Update(&state, in.at, in.len));
	must(SHA256_Final(out, &state));
}

struct ilp_sha256 {
	SHA256_CTX state;
};

struct ilp_sha256 *ilp_sha256_create(void)
{
	struct ilp_sha256 *sum = malloc(sizeof(*sum));

	if (sum)
		must(SHA256_Init(&sum->state));
	return sum;
}

void ilp_sha256_add(struct ilp_sha256 *sum, struct ilp_bytes in)
{
	must(SHA256_Update(&sum->state, in.at, in.len));
}

void ilp_sha256_end(struct ilp_sha256 *sum, uint8_t out[ILP_HASH_LEN])
{
	must(SHA256_Final(out, &sum->state));
	free(sum);
}

void ilp_hmac_sha256(struct ilp_crypto *c, uint8_t out[ILP_HASH_LEN],
		     struct ilp_bytes key, struct ilp_bytes in)
{
	ilp_mac_key(c->mac, key);
	ilp_mac(c->mac, out, in);
}

bool ilp_secret_equal(struct ilp_bytes a, struct ilp_bytes b)
{
	return a.len && a.len == b.len && CRYPTO_memcmp(a.at, b.at, a.len) == 0;
}

void ilp_secret_clear(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}

struct ilp_mac *ilp_mac_create(struct ilp_crypto *crypto)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_END,
	};
	struct ilp_mac *mac = calloc(1, sizeof(*mac));

	if (!mac)
		return NULL;
	mac->ctx = EVP_MAC_CTX_new(crypto->hmac);
	if (!mac->ctx || !EVP_MAC_CTX_set_params(mac->ctx, params)) {
		ilp_mac_destroy(mac);
		return NULL;
	}
	return mac;
}

void ilp_mac_destroy(struct ilp_mac *mac)
{
	if (!mac)
		return;
	EVP_MAC_CTX_free(mac->ctx);
	free(mac);
}

void ilp_mac_key(struct ilp_mac *mac, struct ilp_bytes key)
{
	static const uint8_t empty[1]; /* NULL would mean: keep the old key */

	must(EVP_MAC_init(mac->ctx, key.len ? key.at : empty, key.len, NULL));
	mac->fresh = true;
}

void ilp_mac(struct ilp_mac *mac, uint8_t out[ILP_HASH_LEN],
	     struct ilp_bytes in)
{
	if (!mac->fresh)
		must(EVP_MAC_init(mac->ctx, NULL, 0, NULL));
	mac->fresh = false;
	must(EVP_MAC_update(mac->ctx, in.at, in.len));
	must(EVP_MAC_final(mac->ctx, out, NULL, ILP_HASH_LEN));
}

struct ilp_cipher *ilp_cipher_create(struct ilp_crypto *crypto)
{
	struct ilp_cipher *cipher = calloc(1, sizeof(*cipher));

	if (!cipher)
		return NULL;
	cipher->seal = EVP_CIPHER_CTX_new();
	cipher->open = EVP_CIPHER_CTX_new();
	if (!cipher->seal || !cipher->open ||
	    !EVP_EncryptInit_ex2(cipher->seal, crypto->aes_gcm, NULL, NULL,
				 NULL) ||
	    !EVP_DecryptInit_ex2(cipher->open, crypto->aes_gcm, NULL, NULL,
				 NULL)) {
		ilp_cipher_destroy(cipher);
		return NULL;
	}
	return cipher;
}

void ilp_cipher_destroy(struct ilp_cipher *cipher)
{
	if (!cipher)
		return;
	EVP_CIPHER_CTX_free(cipher->seal);
	EVP_CIPHER_CTX_free(cipher->open);
	free(cipher);
}

void ilp_cipher_key(struct ilp_cipher *cipher, const uint8_t key[32])
{
	must(EVP_EncryptInit_ex2(cipher->seal, NULL, key, NULL, NULL));
	must(EVP_DecryptInit_ex2(cipher->open, NULL, key, NULL, NULL));
}

enum ilp_error ilp_cipher_seal(struct ilp_cipher *cipher, struct ilp_writer *w,
			       const uint8_t iv[ILP_SEAL_IV_LEN],
			       struct ilp_bytes plain)
{
	static const uint8_t nothing[1];
	uint8_t *room = NULL;
	uint8_t tail[1]; /* GCM leaves nothing to its last step */
	int len;

	if (plain.len > INT_MAX)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	else
		room = ilp_write_room(w, ILP_SEAL_OVERHEAD + plain.len);
	if (!room)
		return w->error;

	uint8_t *tag = room + ILP_SEAL_IV_LEN;
	uint8_t *sealed = tag + ILP_SEAL_TAG_LEN;
	memcpy(room, iv, ILP_SEAL_IV_LEN);
	must(EVP_EncryptInit_ex2(cipher->seal, NULL, NULL, iv, NULL));
	must(EVP_EncryptUpdate(cipher->seal, plain.len ? sealed : tail, &len,
			       plain.len ? plain.at : nothing, (int)plain.len));
	must(EVP_EncryptFinal_ex(cipher->seal, tail, &len));
	must(EVP_CIPHER_CTX_ctrl(cipher->seal, EVP_CTRL_AEAD_GET_TAG,
				 ILP_SEAL_TAG_LEN, tag));
	return ILP_OK;
}

enum ilp_error ilp_cipher_open(struct ilp_cipher *cipher, struct ilp_writer *w,
			       struct ilp_bytes envelope)
{
	static const uint8_t nothing[1];
	struct ilp_reader r = ilp_reader(envelope);
	struct ilp_bytes iv = ilp_read_fixed(&r, ILP_SEAL_IV_LEN);
	struct ilp_bytes tag = ilp_read_fixed(&r, ILP_SEAL_TAG_LEN);
	struct ilp_bytes sealed = ilp_read_fixed(&r, ilp_reader_left(&r));
	uint8_t tag_copy[ILP_SEAL_TAG_LEN];
	uint8_t tail[1];
	int len;

	if (r.error || sealed.len > INT_MAX) /* nobody has sealed this */
		ilp_writer_fail(w, ILP_ERR_DECRYPT);
	uint8_t *room = w->error ? NULL : ilp_write_room(w, sealed.len);
	if (!room)
		return w->error;

	memcpy(tag_copy, tag.at, ILP_SEAL_TAG_LEN);
	must(EVP_DecryptInit_ex2(cipher->open, NULL, NULL, iv.at, NULL));
	must(EVP_DecryptUpdate(cipher->open, sealed.len ? room : tail, &len,
			       sealed.len ? sealed.at : nothing,
			       (int)sealed.len));
	must(EVP_CIPHER_CTX_ctrl(cipher->open, EVP_CTRL_AEAD_SET_TAG,
				 ILP_SEAL_TAG_LEN, tag_copy));
	ERR_set_mark();
	bool good = EVP_DecryptFinal_ex(cipher->open, tail, &len) > 0;
	ERR_pop_to_mark(); /* others on this thread read that list as well */
	if (good)
		return ILP_OK;

	/* Unauthenticated text must not be seen by anyone. */
	if (sealed.len)
		ilp_secret_clear(room, sealed.len);
	w->at = room;
	ilp_writer_fail(w, ILP_ERR_DECRYPT);
	return w->error;
}

static EVP_PKEY *read_pem(struct ilp_bytes pem, bool private)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = NULL;

	if (bio && private)
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, "");
	else if (bio)
		key = PEM_read_bio_PUBKEY(bio, NULL, NULL, "");
	BIO_free(bio);
	return key;
}

static enum ilp_error judge_key(const EVP_PKEY *key)
{
	if (!key)
		return ILP_ERR_FORMAT;
	if (!EVP_PKEY_is_a(key, "RSA"))
		return ILP_ERR_ALGORITHM;
	if (EVP_PKEY_get_bits(key) < RSA_BITS_MIN)
		return ILP_ERR_WEAK;
	return EVP_PKEY_get_bits(key) > RSA_BITS_MAX ? ILP_ERR_TOO_LONG :
						       ILP_OK;
}

typedef int rsa_init(EVP_PKEY_CTX *ctx);

/* RSASSA-PKCS1-v1_5 of a hash by SHA-256. */
static EVP_PKEY_CTX *rsa_context(const struct ilp_rsa *rsa, rsa_init *init)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, rsa->key, NULL);

	if (ctx && init(ctx) > 0 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, rsa->crypto->sha256) > 0)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

/* Does what it signs verify? Numbers that look like a key are not always
 * one. */
static bool works(struct ilp_rsa *rsa)
{
	uint8_t buffer[ILP_RSA_SIGNATURE_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	return !ilp_rsa_sign(rsa, &w, ilp_text("trial")) &&
	       ilp_rsa_verify(rsa, ilp_text("trial"), ilp_written(&w));
}

static enum ilp_error load_key(struct ilp_rsa *rsa, struct ilp_bytes pem)
{
	bool private;
	enum ilp_error error;

	rsa->key = read_pem(pem, true);
	private = rsa->key != NULL;
	if (!private)
		rsa->key = read_pem(pem, false);
	error = judge_key(rsa->key);
	if (error)
		return error;
	rsa->verify = rsa_context(rsa, EVP_PKEY_verify_init);
	if (private)
		rsa->sign = rsa_context(rsa, EVP_PKEY_sign_init);
	return rsa->verify && (!private || (rsa->sign && works(rsa))) ?
		       ILP_OK :
		       ILP_ERR_FORMAT;
}

enum ilp_error ilp_rsa_load(struct ilp_rsa **out, struct ilp_crypto *crypto,
			    struct ilp_bytes pem)
{
	struct ilp_rsa *rsa = calloc(1, sizeof(*rsa));
	enum ilp_error error;

	if (!rsa || pem.len > INT_MAX) {
		free(rsa);
		return ILP_ERR_FORMAT;
	}
	rsa->crypto = crypto;
	ERR_set_mark();
	error = load_key(rsa, pem);
	ERR_pop_to_mark();
	if (error)
		ilp_rsa_destroy(rsa);
	else
		*out = rsa;
	return error;
}

void ilp_rsa_destroy(struct ilp_rsa *rsa)
{
	if (!rsa)
		return;
	EVP_PKEY_CTX_free(rsa->sign);
	EVP_PKEY_CTX_free(rsa->verify);
	EVP_PKEY_free(rsa->key);
	free(rsa);
}

bool ilp_rsa_signs(const struct ilp_rsa *rsa)
{
	return rsa->sign != NULL;
}

enum ilp_error ilp_rsa_sign(struct ilp_rsa *rsa, struct ilp_writer *w,
			    struct ilp_bytes in)
{
	size_t len = (size_t)EVP_PKEY_get_size(rsa->key);
	uint8_t hash[ILP_HASH_LEN];

	if (!rsa->sign)
		ilp_writer_fail(w, ILP_ERR_ALGORITHM);
	uint8_t *room = w->error ? NULL : ilp_write_room(w, len);
	if (!room)
		return w->error;
	ilp_sha256(rsa->crypto, hash, in);
	ERR_set_mark();
	if (EVP_PKEY_sign(rsa->sign, room, &len, hash, sizeof(hash)) <= 0)
		ilp_writer_fail(w, ILP_ERR_SIGNATURE);
	ERR_pop_to_mark();
	return w->error;
}

bool ilp_rsa_verify(struct ilp_rsa *rsa, struct ilp_bytes in,
		    struct ilp_bytes signature)
{
	uint8_t hash[ILP_HASH_LEN];
	bool good;

	ilp_sha256(rsa->crypto, hash, in);
	ERR_set_mark();
	good = EVP_PKEY_verify(rsa->verify, signature.at, signature.len, hash,
			       sizeof(hash)) > 0;
	ERR_pop_to_mark();
	return good;
}
