/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/stream/token.h"

#include <stdlib.h>

#include "ilp/cipher.h"
#include "ilp/text.h"

#define TEXT_TOKEN_LEN 18 /* random bytes, of which the text is made */
#define SERVER_NONCE_LEN 18
#define PLAIN_MAX (ILP_TOKEN_BYTES_MAX - ILP_SEAL_OVERHEAD)

/* What a receiver token says it carries. */
enum {
	HAS_TAG = 1,
	HAS_RECEIPT = 2,
	HAS_ASSET = 4,
};

struct ilp_token_server {
	struct ilp_crypto *crypto;
	enum ilp_token_family family;
	struct ilp_cipher *cipher;
	struct ilp_mac *secrets; /* makes shared secrets of tokens */
};

static void load(struct ilp_token_server *s,
		 const uint8_t server_secret[ILP_TOKEN_SECRET_LEN])
{
	struct ilp_bytes secret = { server_secret, ILP_TOKEN_SECRET_LEN };
	uint8_t key[ILP_HASH_LEN];

	ilp_hmac_sha256(s->crypto, key, secret,
			ilp_text("ilp_stream_shared_secret"));
	ilp_mac_key(s->secrets, ILP_BYTES(key));
	ilp_hmac_sha256(s->crypto, key, secret,
			ilp_text("ilp_stream_connection_token"));
	ilp_cipher_key(s->cipher,
		       s->family == ILP_TOKEN_SERVER ? server_secret : key);
	ilp_secret_clear(key, sizeof(key));
}

struct ilp_token_server *
ilp_token_server_create(struct ilp_crypto *crypto, enum ilp_token_family family,
			const uint8_t server_secret[ILP_TOKEN_SECRET_LEN])
{
	struct ilp_token_server *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->crypto = crypto;
	s->family = family;
	s->cipher = ilp_cipher_create(crypto);
	s->secrets = ilp_mac_create(crypto);
	if (!s->cipher || !s->secrets) {
		ilp_token_server_destroy(s);
		return NULL;
	}
	load(s, server_secret);
	return s;
}

void ilp_token_server_destroy(struct ilp_token_server *s)
{
	if (!s)
		return;
	ilp_mac_destroy(s->secrets);
	ilp_cipher_destroy(s->cipher);
	free(s);
}

/* nonce | tag | receipt nonce | receipt secret; all but the first as octet
 * strings, empty for what there is not. */
static void write_server_plain(struct ilp_writer *w,
			       const struct ilp_token *details,
			       const uint8_t nonce[SERVER_NONCE_LEN])
{
	struct ilp_bytes none = { NULL, 0 };
	bool receipt = details->has_receipt;

	if (details->has_asset)
		ilp_writer_fail(w, ILP_ERR_FORMAT);
	ilp_write_fixed(w, (struct ilp_bytes){ nonce, SERVER_NONCE_LEN });
	ilp_write_var(w, details->tag);
	ilp_write_var(w, receipt ? ILP_BYTES(details->receipt_nonce) : none);
	ilp_write_var(w, receipt ? ILP_BYTES(details->receipt_secret) : none);
}

/* The receipt setup of a server token; false when it is neither there nor
 * absent. */
static bool read_server_receipt(struct ilp_reader *r, struct ilp_token *out)
{
	struct ilp_bytes nonce = ilp_read_var(r);
	struct ilp_bytes secret = ilp_read_var(r);

	if (nonce.len == 0 && secret.len == 0)
		return true;
	if (nonce.len != ILP_RECEIPT_NONCE_LEN ||
	    secret.len != ILP_RECEIPT_SECRET_LEN)
		return false;
	out->has_receipt = true;
	memcpy(out->receipt_nonce, nonce.at, nonce.len);
	memcpy(out->receipt_secret, secret.at, secret.len);
	return true;
}

static void read_server_plain(struct ilp_reader *r, struct ilp_token *out)
{
	ilp_read_fixed(r, SERVER_NONCE_LEN);
	out->tag = ilp_read_var(r);
	if (!read_server_receipt(r, out))
		ilp_reader_fail(r, ILP_ERR_FORMAT);
}

/* flags | tag | receipt nonce and secret | asset code and scale; what the
 * flags do not name is left out. */
static void write_receiver_plain(struct ilp_writer *w,
				 const struct ilp_token *details)
{
	ilp_write_u8(w, (uint8_t)((details->tag.len ? HAS_TAG : 0) |
				  (details->has_receipt ? HAS_RECEIPT : 0) |
				  (details->has_asset ? HAS_ASSET : 0)));
	if (details->tag.len)
		ilp_write_var(w, details->tag);
	if (details->has_receipt) {
		ilp_write_fixed(w, ILP_BYTES(details->receipt_nonce));
		ilp_write_fixed(w, ILP_BYTES(details->receipt_secret));
	}
	if (details->has_asset) {
		ilp_write_var(w, details->asset_code);
		ilp_write_u8(w, details->asset_scale);
	}
}

static void read_receiver_plain(struct ilp_reader *r, struct ilp_token *out)
{
	uint8_t flags = ilp_read_u8(r);

	if (flags & HAS_TAG)
		out->tag = ilp_read_var(r);
	if (flags & HAS_RECEIPT) {
		struct ilp_bytes nonce =
			ilp_read_fixed(r, ILP_RECEIPT_NONCE_LEN);
		struct ilp_bytes secret =
			ilp_read_fixed(r, ILP_RECEIPT_SECRET_LEN);

		out->has_receipt = !r->error;
		if (r->error)
			return;
		memcpy(out->receipt_nonce, nonce.at, nonce.len);
		memcpy(out->receipt_secret, secret.at, secret.len);
	}
	if (flags & HAS_ASSET) {
		out->has_asset = true;
		out->asset_code = ilp_read_var(r);
		out->asset_scale = ilp_read_u8(r);
	}
}

/* The bytes of a new token: random ones, or the sealed details. */
static void write_token_bytes(struct ilp_token_server *s, struct ilp_writer *w,
			      const struct ilp_token *details,
			      const uint8_t random[ILP_TOKEN_RANDOM_LEN])
{
	uint8_t buffer[PLAIN_MAX];
	struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));

	switch (s->family) {
	case ILP_TOKEN_TEXT:
		if (details->tag.len || details->has_receipt ||
		    details->has_asset)
			ilp_writer_fail(w, ILP_ERR_FORMAT);
		ilp_write_fixed(w,
				(struct ilp_bytes){ random, TEXT_TOKEN_LEN });
		return;
	case ILP_TOKEN_SERVER:
		write_server_plain(&plain, details, random + ILP_SEAL_IV_LEN);
		break;
	case ILP_TOKEN_RECEIVER:
		write_receiver_plain(&plain, details);
		break;
	}
	if (plain.error)
		ilp_writer_fail(w, plain.error == ILP_ERR_ROOM ?
					   ILP_ERR_TOO_LONG :
					   plain.error);
	ilp_cipher_seal(s->cipher, w, random, ilp_written(&plain));
	ilp_secret_clear(buffer, sizeof(buffer));
}

enum ilp_error ilp_token_issue(struct ilp_token_server *s, struct ilp_writer *w,
			       const struct ilp_token *details,
			       const uint8_t random[ILP_TOKEN_RANDOM_LEN])
{
	uint8_t buffer[ILP_TOKEN_BYTES_MAX];
	struct ilp_writer bytes = ilp_writer(buffer, sizeof(buffer));

	write_token_bytes(s, &bytes, details, random);
	if (bytes.error) {
		ilp_writer_fail(w, bytes.error);
		return w->error;
	}
	ilp_write_base64(w, ilp_written(&bytes), ILP_BASE64_URL);
	return w->error;
}

/* The bytes of a token that came as text. */
static enum ilp_error token_bytes(struct ilp_bytes *out, uint8_t *buffer,
				  struct ilp_bytes token)
{
	return ilp_base64_decode(out, token, ILP_BASE64_ANY, buffer,
				 ILP_TOKEN_BYTES_MAX) ?
		       ILP_OK :
		       ILP_ERR_DECRYPT;
}

enum ilp_error ilp_token_secret(struct ilp_token_server *s,
				uint8_t out[ILP_HASH_LEN],
				struct ilp_bytes token)
{
	uint8_t buffer[ILP_TOKEN_BYTES_MAX];
	struct ilp_bytes bytes = token;

	/* The text family takes the text itself, and needs not know more. */
	if (s->family != ILP_TOKEN_TEXT) {
		enum ilp_error error = token_bytes(&bytes, buffer, token);

		if (error)
			return error;
	}
	ilp_mac(s->secrets, out, bytes);
	return ILP_OK;
}

enum ilp_error ilp_token_open(struct ilp_token_server *s, struct ilp_token *out,
			      uint8_t *buffer, struct ilp_bytes token)
{
	uint8_t sealed[ILP_TOKEN_BYTES_MAX];
	struct ilp_bytes bytes;
	struct ilp_writer plain = ilp_writer(buffer, ILP_TOKEN_BYTES_MAX);
	struct ilp_token details = { 0 };

	if (s->family == ILP_TOKEN_TEXT) {
		*out = details;
		return ILP_OK;
	}
	enum ilp_error error = token_bytes(&bytes, sealed, token);
	if (!error && ilp_cipher_open(s->cipher, &plain, bytes))
		error = ILP_ERR_DECRYPT;
	if (error)
		return error;

	struct ilp_reader r = ilp_reader(ilp_written(&plain));
	if (s->family == ILP_TOKEN_SERVER)
		read_server_plain(&r, &details);
	else
		read_receiver_plain(&r, &details);
	if (!r.error)
		*out = details;
	ilp_secret_clear(&details, sizeof(details));
	return r.error;
}
