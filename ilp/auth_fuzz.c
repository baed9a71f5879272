/* SPDX-License-Identifier: Apache-2.0 */
/* A token that we sign is good until it expires, under its own key and for
 * its own claims; with a character changed it never is. Tokens from outside
 * are not good under our key; those that have our signature under any header
 * and payload are judged without reading past them. */
#include "ilp/auth.h"

#include "base/utf8.h"
#include "ilp/text.h"
#include "test/fuzz.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_crypto *crypto;
static const uint8_t secret[] = "a secret that both peers know";

static struct ilp_jwt_key our_key(void)
{
	return (struct ilp_jwt_key){ .algorithm = ILP_JWT_HS256,
				     .secret = ILP_BYTES(secret) };
}

static enum ilp_error check(const struct ilp_jwt_claims *expected,
			    struct ilp_bytes token, int64_t now_ms)
{
	struct ilp_jwt_key key = our_key();

	return ilp_jwt_check(crypto, &key, expected, token, now_ms);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static void try_bearer(struct ilp_bytes in)
{
	static uint8_t buffer[INPUT_MAX + 16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes token = ilp_bearer_token(in);

	require(lies_in(token, in));
	if (token.len == 0)
		return;
	require(!is_blank(token.at[0]) && !is_blank(token.at[token.len - 1]));
	ilp_write_fixed(&w, ilp_text(" bEARER \t"));
	ilp_write_fixed(&w, token);
	require(ilp_bytes_equal(ilp_bearer_token(ilp_written(&w)), token));
}

static void try_subject(struct ilp_bytes token)
{
	static uint8_t buffer[ILP_JWT_MAX];
	struct ilp_bytes subject;

	if (ilp_jwt_subject(&subject, buffer, token))
		return;
	require(lies_in(subject, ILP_BYTES(buffer)));
	require(ilp_utf8_valid(subject));
	require(token.len <= ILP_JWT_MAX);
}

/* Nobody can guess our signature, so nothing that comes is good. */
static void try_foreign(struct ilp_bytes token, int64_t now_ms)
{
	struct ilp_jwt_claims nothing = { .expires_at_ms = 0 };

	require(check(&nothing, token, now_ms) != ILP_OK);
	try_subject(token);
}

static void sign_text(struct ilp_writer *w)
{
	uint8_t mac[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, mac, ILP_BYTES(secret), ilp_written(w));
	ilp_write_u8(w, '.');
	ilp_write_base64(w, ILP_BYTES(mac), ILP_BASE64_URL);
}

/* The input as a payload, or as a header, with a signature of ours. */
static void try_signed(struct ilp_bytes in, bool as_header, int64_t now_ms)
{
	static const char header[] = "{\"alg\":\"HS256\"}";
	static const char payload[] = "{\"sub\":\"bob\",\"exp\":9000000000}";
	static uint8_t buffer[2 * INPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_jwt_claims expected = { .subject = ilp_text("bob") };
	enum ilp_error error;

	ilp_write_base64(&w, as_header ? in : ilp_text(header), ILP_BASE64_URL);
	ilp_write_u8(&w, '.');
	ilp_write_base64(&w, as_header ? ilp_text(payload) : in,
			 ILP_BASE64_URL);
	sign_text(&w);
	error = check(&expected, ilp_written(&w), now_ms);
	require(error != ILP_ERR_SIGNATURE);
	require(as_header ? true : error != ILP_ERR_ALGORITHM);
	try_subject(ilp_written(&w));
}

static bool can_be_claimed(struct ilp_bytes text)
{
	return text.len > 0 && ilp_utf8_valid(text);
}

static void changed_is_refused(const struct ilp_jwt_claims *claims,
			       struct ilp_bytes token, size_t place, uint8_t to)
{
	static uint8_t copy[ILP_JWT_MAX];

	memcpy(copy, token.at, token.len);
	place %= token.len;
	if (copy[place] == to)
		return;
	copy[place] = to;
	token.at = copy;
	require(check(claims, token, claims->expires_at_ms - 1000) != ILP_OK);
	token.len = place;
	require(check(claims, token, claims->expires_at_ms - 1000) != ILP_OK);
}

/* A good token is not good for another claim or under another key. */
static void other_is_refused(const struct ilp_jwt_claims *claims,
			     struct ilp_bytes token)
{
	struct ilp_jwt_claims other = *claims;
	struct ilp_jwt_key key = our_key();

	if (claims->subject.len) {
		other.subject.len--;
		require(other.subject.len == 0 ||
			check(&other, token, 0) == ILP_ERR_FORMAT);
	}
	key.secret.len /= 2;
	require(ilp_jwt_check(crypto, &key, claims, token, 0) ==
		ILP_ERR_SIGNATURE);
	key.algorithm = ILP_JWT_RS256;
	require(ilp_jwt_check(crypto, &key, claims, token, 0) ==
		ILP_ERR_ALGORITHM);
}

static void ours_is_good(struct ilp_reader *r, size_t place, uint8_t to)
{
	static uint8_t buffer[2 * ILP_JWT_MAX], text[ILP_JWT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_jwt_key key = our_key();
	struct ilp_jwt_claims claims = {
		.expires_at_ms = (int64_t)(take_u64(r) >> 16) + 1000,
	};
	struct ilp_bytes subject;

	claims.issuer = take(r, take_u8(r) % 32);
	claims.audience = take(r, take_u8(r) % 32);
	claims.subject = take_rest(r);
	if (!can_be_claimed(claims.subject) || !ilp_utf8_valid(claims.issuer) ||
	    !ilp_utf8_valid(claims.audience))
		return;
	enum ilp_error error = ilp_jwt_sign(&w, crypto, &key, &claims);
	if (error) {
		require(error == ILP_ERR_TOO_LONG);
		require(claims.subject.len > 400);
		return;
	}
	struct ilp_bytes token = ilp_written(&w);
	require(token.len <= ILP_JWT_MAX);
	int64_t end_ms = claims.expires_at_ms / 1000 * 1000;
	require(check(&claims, token, end_ms - 1) == ILP_OK);
	require(check(&claims, token, end_ms) == ILP_ERR_EXPIRED);
	require(ilp_jwt_subject(&subject, text, token) == ILP_OK);
	require(ilp_bytes_equal(subject, claims.subject));
	changed_is_refused(&claims, token, place, to);
	other_is_refused(&claims, token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (!crypto)
		crypto = ilp_crypto_create();
	require(crypto != NULL);
	if (size > INPUT_MAX)
		return 0;
	size_t place = ilp_read_u16(&r);
	uint8_t to = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	int64_t now_ms = INT64_C(1700000000000) + (int64_t)place;
	try_bearer(in);
	try_foreign(in, now_ms);
	try_signed(in, false, now_ms);
	try_signed(in, true, now_ms);
	r = ilp_reader(in);
	ours_is_good(&r, place, to);
	return 0;
}
