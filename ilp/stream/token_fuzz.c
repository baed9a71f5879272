/* SPDX-License-Identifier: Apache-2.0 */
/* Of all three families: what a server issues is a segment of an address, and
 * its details come out of it again; a changed token does not open, or stands
 * for the same bytes and so for the same secret. Tokens from outside do not
 * open; whatever was sealed under our key is read without leaving the buffer.
 * A text token carries nothing, and whoever sends one has a secret. */
#include "ilp/stream/token.h"

#include "ilp/cipher.h"

#include "ilp/address.h"
#include "ilp/text.h"
#include "test/fuzz.h"

#define INPUT_MAX 2048
#define FAMILIES (ILP_TOKEN_RECEIVER + 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t server_secret[ILP_TOKEN_SECRET_LEN] = { 's', 'e', 'c' };
static struct ilp_token_server *servers[FAMILIES];
static struct ilp_cipher *ciphers[FAMILIES]; /* as the servers have them */
static uint8_t opened[ILP_TOKEN_BYTES_MAX];

static void create(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	uint8_t derived[ILP_HASH_LEN];

	require(crypto != NULL);
	ilp_hmac_sha256(crypto, derived, ILP_BYTES(server_secret),
			ilp_text("ilp_stream_connection_token"));
	for (int i = 0; i < FAMILIES; i++) {
		enum ilp_token_family family = (enum ilp_token_family)i;

		servers[i] =
			ilp_token_server_create(crypto, family, server_secret);
		ciphers[i] = ilp_cipher_create(crypto);
		require(servers[i] && ciphers[i]);
		ilp_cipher_key(ciphers[i], family == ILP_TOKEN_SERVER ?
						   server_secret :
						   derived);
	}
}

static struct ilp_token take_details(struct ilp_reader *r)
{
	uint8_t flags = take_u8(r);
	struct ilp_token t = { .has_receipt = flags & 1,
			       .has_asset = flags & 2 };

	if (t.has_receipt) {
		take_into(r, t.receipt_nonce, sizeof(t.receipt_nonce));
		take_into(r, t.receipt_secret, sizeof(t.receipt_secret));
	}
	if (t.has_asset) {
		t.asset_scale = take_u8(r);
		t.asset_code = take(r, flags >> 4);
	}
	if (flags & 4)
		t.tag = take_rest(r);
	return t;
}

static bool same(const struct ilp_token *a, const struct ilp_token *b)
{
	return ilp_bytes_equal(a->tag, b->tag) &&
	       a->has_receipt == b->has_receipt &&
	       memcmp(a->receipt_nonce, b->receipt_nonce,
		      sizeof(a->receipt_nonce)) == 0 &&
	       memcmp(a->receipt_secret, b->receipt_secret,
		      sizeof(a->receipt_secret)) == 0 &&
	       a->has_asset == b->has_asset &&
	       ilp_bytes_equal(a->asset_code, b->asset_code) &&
	       a->asset_scale == b->asset_scale;
}

static bool can_carry(enum ilp_token_family family, const struct ilp_token *t)
{
	switch (family) {
	case ILP_TOKEN_TEXT:
		return !t->tag.len && !t->has_receipt && !t->has_asset;
	case ILP_TOKEN_SERVER:
		return !t->has_asset;
	case ILP_TOKEN_RECEIVER:
		break;
	}
	return true;
}

static void is_a_segment(struct ilp_bytes token)
{
	uint8_t buffer[ILP_ADDRESS_MAX + 16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_fixed(&w, ilp_text("g."));
	ilp_write_fixed(&w, token);
	require(!w.error && token.len <= ILP_ADDRESS_MAX);
	require(token.len > ILP_ADDRESS_MAX - 2 ||
		ilp_address_valid(ilp_written(&w)));
}

/* Another spelling of the same bytes is the same token to those families
 * that have bytes. */
static void changed_is_another(enum ilp_token_family family,
			       const uint8_t secret[ILP_HASH_LEN],
			       struct ilp_bytes token)
{
	struct ilp_token found;
	uint8_t other[ILP_HASH_LEN];
	bool good = !ilp_token_open(servers[family], &found, opened, token);

	if (ilp_token_secret(servers[family], other, token)) {
		require(!good && family != ILP_TOKEN_TEXT);
		return;
	}
	bool equal = memcmp(secret, other, sizeof(other)) == 0;
	require(family == ILP_TOKEN_TEXT ? !equal : good == equal);
}

static void opens(enum ilp_token_family family, struct ilp_bytes token,
		  const struct ilp_token *details)
{
	struct ilp_token found;
	enum ilp_token_family other = family == ILP_TOKEN_SERVER ?
					      ILP_TOKEN_RECEIVER :
					      ILP_TOKEN_SERVER;

	require(ilp_token_open(servers[family], &found, opened, token) ==
		ILP_OK);
	require(same(&found, details));
	require(lies_in(found.tag, ILP_BYTES(opened)) &&
		lies_in(found.asset_code, ILP_BYTES(opened)));
	require(ilp_token_open(servers[other], &found, opened, token) ==
		ILP_ERR_DECRYPT);
}

static void try_issue(enum ilp_token_family family, struct ilp_reader *r)
{
	uint8_t random[ILP_TOKEN_RANDOM_LEN], secret[ILP_HASH_LEN];
	uint8_t text[ILP_ADDRESS_MAX];
	struct ilp_writer w = ilp_writer(text, sizeof(text));
	uint16_t place = ilp_read_u16(r);
	uint8_t to = take_u8(r);

	take_into(r, random, sizeof(random));
	struct ilp_token details = take_details(r);
	enum ilp_error error =
		ilp_token_issue(servers[family], &w, &details, random);
	if (error) {
		require(error == ILP_ERR_FORMAT || details.tag.len > 512);
		require(error == ILP_ERR_TOO_LONG || error == ILP_ERR_FORMAT);
		require((error == ILP_ERR_FORMAT) ==
			!can_carry(family, &details));
		require(ilp_written(&w).len == 0);
		return;
	}
	struct ilp_bytes token = ilp_written(&w);
	require(can_carry(family, &details));
	is_a_segment(token);
	opens(family, token, &details);
	require(ilp_token_secret(servers[family], secret, token) == ILP_OK);
	if (text[place % token.len] == to)
		return;
	text[place % token.len] = to;
	changed_is_another(family, secret, token);
}

static void try_foreign(enum ilp_token_family family, struct ilp_bytes token)
{
	uint8_t secret[ILP_HASH_LEN];
	struct ilp_token found;
	enum ilp_error error =
		ilp_token_open(servers[family], &found, opened, token);
	enum ilp_error no_secret =
		ilp_token_secret(servers[family], secret, token);

	require(error == (family == ILP_TOKEN_TEXT ? ILP_OK : ILP_ERR_DECRYPT));
	require(no_secret == ILP_OK || no_secret == ILP_ERR_DECRYPT);
}

/* Anything at all, sealed as if we had issued it. */
static void try_sealed(enum ilp_token_family family, struct ilp_bytes plain)
{
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 7 };
	uint8_t bytes[ILP_TOKEN_BYTES_MAX], text[ILP_ADDRESS_MAX];
	struct ilp_writer b = ilp_writer(bytes, sizeof(bytes));
	struct ilp_writer w = ilp_writer(text, sizeof(text));
	struct ilp_token found;

	if (family == ILP_TOKEN_TEXT ||
	    ilp_cipher_seal(ciphers[family], &b, iv, plain))
		return;
	ilp_write_base64(&w, ilp_written(&b), ILP_BASE64_URL);
	enum ilp_error error = ilp_token_open(servers[family], &found, opened,
					      ilp_written(&w));
	require(error != ILP_ERR_DECRYPT);
	if (!error)
		require(lies_in(found.tag, ILP_BYTES(opened)) &&
			lies_in(found.asset_code, ILP_BYTES(opened)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (!servers[0])
		create();
	if (size > INPUT_MAX)
		return 0;
	enum ilp_token_family family = take_u8(&r) % FAMILIES;
	struct ilp_reader in = r;
	try_foreign(family, take_rest(&in));
	in = r;
	try_sealed(family, take_rest(&in));
	try_issue(family, &r);
	return 0;
}
