/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/auth.h"

#include "base/json.h"
#include "ilp/cipher.h"
#include "ilp/text.h"

#define NODES_MAX 64

struct ilp_bytes ilp_bearer_token(struct ilp_bytes authorization)
{
	struct ilp_bytes rest = ilp_text_trim(authorization);
	struct ilp_bytes scheme = ilp_text_until(&rest, ' ');

	if (ilp_text_equal_nocase(scheme, ilp_text("Bearer")))
		return ilp_text_trim(rest);
	return rest.len ? (struct ilp_bytes){ NULL, 0 } : scheme;
}

/* header.payload.signature, and the first two with the dot between them,
 * which is what is signed. */
struct parts {
	struct ilp_bytes header, payload, signature, signing;
};

static bool split(struct parts *out, struct ilp_bytes token)
{
	struct ilp_bytes rest = token;

	out->header = ilp_text_until(&rest, '.');
	out->payload = ilp_text_until(&rest, '.');
	out->signature = rest;
	out->signing = (struct ilp_bytes){ token.at, out->header.len + 1 +
							     out->payload.len };
	return token.len <= ILP_JWT_MAX && rest.len &&
	       memchr(rest.at, '.', rest.len) == NULL;
}

/* A JSON object that was written as base64url, decoded into `buffer` of
 * ILP_JWT_MAX bytes. */
static bool read_object(struct ilp_json_node nodes[NODES_MAX], uint8_t *buffer,
			struct ilp_bytes text)
{
	struct ilp_bytes json;

	return ilp_base64_decode(&json, text, ILP_BASE64_URL, buffer,
				 ILP_JWT_MAX) &&
	       ilp_json_read(nodes, NODES_MAX, json).problem == ILP_JSON_OK &&
	       nodes[0].type == ILP_JSON_OBJECT;
}

static const char *algorithm_name(enum ilp_jwt_algorithm algorithm)
{
	return algorithm == ILP_JWT_HS256 ? "HS256" : "RS256";
}

static void write_header(struct ilp_writer *w, enum ilp_jwt_algorithm algorithm)
{
	uint8_t buffer[64];
	struct ilp_json_writer json =
		ilp_json_writer(buffer, sizeof(buffer), 0);

	ilp_json_begin_object(&json);
	ilp_json_put_key(&json, "alg");
	ilp_json_put_string(&json, ilp_text(algorithm_name(algorithm)));
	ilp_json_put_key(&json, "typ");
	ilp_json_put_string(&json, ilp_text("JWT"));
	ilp_json_end_object(&json);
	ilp_write_base64(w, ilp_json_written(&json), ILP_BASE64_URL);
}

static void put_claim(struct ilp_json_writer *json, const char *name,
		      struct ilp_bytes value)
{
	if (value.len == 0)
		return;
	ilp_json_put_key(json, name);
	ilp_json_put_string(json, value);
}

static void write_payload(struct ilp_writer *w,
			  const struct ilp_jwt_claims *claims)
{
	uint8_t buffer[ILP_JWT_MAX];
	struct ilp_json_writer json =
		ilp_json_writer(buffer, sizeof(buffer), 0);

	ilp_json_begin_object(&json);
	put_claim(&json, "iss", claims->issuer);
	put_claim(&json, "sub", claims->subject);
	put_claim(&json, "aud", claims->audience);
	ilp_json_put_key(&json, "exp");
	ilp_json_put_i64(&json, claims->expires_at_ms / 1000);
	ilp_json_end_object(&json);
	if (ilp_json_written(&json).len == 0)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	ilp_write_base64(w, ilp_json_written(&json), ILP_BASE64_URL);
}

enum ilp_error ilp_jwt_sign(struct ilp_writer *w, struct ilp_crypto *crypto,
			    const struct ilp_jwt_key *key,
			    const struct ilp_jwt_claims *claims)
{
	uint8_t buffer[ILP_RSA_SIGNATURE_MAX];
	struct ilp_writer signature = ilp_writer(buffer, sizeof(buffer));
	size_t before = ilp_written(w).len;

	write_header(w, key->algorithm);
	ilp_write_u8(w, '.');
	write_payload(w, claims);
	if (w->error)
		return w->error;

	struct ilp_bytes signing = ilp_bytes_skip(ilp_written(w), before);
	if (key->algorithm == ILP_JWT_HS256) {
		ilp_hmac_sha256(crypto, buffer, key->secret, signing);
		ilp_write_room(&signature, ILP_HASH_LEN);
	} else if (ilp_rsa_sign(key->rsa, &signature, signing)) {
		ilp_writer_fail(w, signature.error ? signature.error :
						     ILP_ERR_ALGORITHM);
	}
	ilp_write_u8(w, '.');
	ilp_write_base64(w, ilp_written(&signature), ILP_BASE64_URL);
	if (ilp_written(w).len - before > ILP_JWT_MAX)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	return w->error;
}

static enum ilp_error check_header(enum ilp_jwt_algorithm algorithm,
				   struct ilp_bytes text)
{
	struct ilp_json_node nodes[NODES_MAX];
	uint8_t buffer[ILP_JWT_MAX];

	if (!read_object(nodes, buffer, text))
		return ILP_ERR_FORMAT;
	/* "crit" names extensions that must be understood; we know none. */
	if (ilp_json_get(nodes, "crit"))
		return ILP_ERR_FORMAT;
	if (!ilp_json_is(ilp_json_get(nodes, "alg"), algorithm_name(algorithm)))
		return ILP_ERR_ALGORITHM;
	return ILP_OK;
}

static enum ilp_error check_signature(struct ilp_crypto *crypto,
				      const struct ilp_jwt_key *key,
				      const struct parts *parts)
{
	uint8_t buffer[ILP_JWT_MAX];
	uint8_t mac[ILP_HASH_LEN];
	struct ilp_bytes signature;
	bool good;

	if (!ilp_base64_decode(&signature, parts->signature, ILP_BASE64_URL,
			       buffer, sizeof(buffer)))
		return ILP_ERR_FORMAT;
	if (key->algorithm == ILP_JWT_HS256) {
		ilp_hmac_sha256(crypto, mac, key->secret, parts->signing);
		/* Everybody knows the empty secret. */
		good = key->secret.len &&
		       ilp_secret_equal(ILP_BYTES(mac), signature);
	} else {
		good = ilp_rsa_verify(key->rsa, parts->signing, signature);
	}
	return good ? ILP_OK : ILP_ERR_SIGNATURE;
}

/* Seconds since 1970 as a JSON number, with a fraction or without. */
static bool read_date_ms(int64_t *out, const struct ilp_json_node *node)
{
	struct ilp_json_node whole;
	struct ilp_bytes fraction;
	int64_t seconds;

	if (!node || node->type != ILP_JSON_NUMBER)
		return false;
	whole = *node;
	fraction = node->text;
	whole.text = ilp_text_until(&fraction, '.');
	for (size_t i = 0; i < fraction.len; i++)
		if (fraction.at[i] < '0' || fraction.at[i] > '9')
			return false;
	return ilp_json_i64(&seconds, &whole) &&
	       !__builtin_mul_overflow(seconds, 1000, out);
}

static enum ilp_error check_time(const struct ilp_json_node *claims,
				 int64_t now_ms)
{
	const struct ilp_json_node *not_before = ilp_json_get(claims, "nbf");
	int64_t expires_at_ms;
	int64_t starts_at_ms;

	if (!read_date_ms(&expires_at_ms, ilp_json_get(claims, "exp")))
		return ILP_ERR_FORMAT;
	if (not_before && !read_date_ms(&starts_at_ms, not_before))
		return ILP_ERR_FORMAT;
	if (now_ms >= expires_at_ms || (not_before && now_ms < starts_at_ms))
		return ILP_ERR_EXPIRED;
	return ILP_OK;
}

static bool string_is(const struct ilp_json_node *node,
		      struct ilp_bytes expected)
{
	uint8_t buffer[ILP_JWT_MAX];
	struct ilp_bytes text;

	return ilp_json_string(&text, node, buffer, sizeof(buffer)) &&
	       ilp_bytes_equal(text, expected);
}

/* Is the claim the expected string, or an array that has it? */
static bool claim_is(const struct ilp_json_node *claims, const char *name,
		     struct ilp_bytes expected)
{
	const struct ilp_json_node *claim = ilp_json_get(claims, name);
	struct ilp_json_walk walk = ilp_json_walk(claim);

	if (expected.len == 0 || string_is(claim, expected))
		return true;
	if (!claim || claim->type != ILP_JSON_ARRAY || strcmp(name, "aud") != 0)
		return false;
	while (ilp_json_next(&walk))
		if (string_is(walk.value, expected))
			return true;
	return false;
}

/* The profile of RS256 wants all of them. That of HS256 wants a subject, but
 * the plugin that is deployed sends none. */
static bool has_claims(enum ilp_jwt_algorithm algorithm,
		       const struct ilp_json_node *claims)
{
	return algorithm == ILP_JWT_HS256 ||
	       (ilp_json_get(claims, "iss") && ilp_json_get(claims, "sub") &&
		ilp_json_get(claims, "aud"));
}

static enum ilp_error check_claims(enum ilp_jwt_algorithm algorithm,
				   const struct ilp_jwt_claims *expected,
				   struct ilp_bytes payload, int64_t now_ms)
{
	struct ilp_json_node nodes[NODES_MAX];
	uint8_t buffer[ILP_JWT_MAX];

	if (!read_object(nodes, buffer, payload) ||
	    !has_claims(algorithm, nodes) ||
	    !claim_is(nodes, "iss", expected->issuer) ||
	    !claim_is(nodes, "sub", expected->subject) ||
	    !claim_is(nodes, "aud", expected->audience))
		return ILP_ERR_FORMAT;
	return check_time(nodes, now_ms);
}

enum ilp_error ilp_jwt_check(struct ilp_crypto *crypto,
			     const struct ilp_jwt_key *key,
			     const struct ilp_jwt_claims *expected,
			     struct ilp_bytes token, int64_t now_ms)
{
	struct parts parts;
	enum ilp_error error = ILP_ERR_FORMAT;

	if (split(&parts, token))
		error = check_header(key->algorithm, parts.header);
	/* Nothing that was not signed is believed, or even read. */
	if (!error)
		error = check_signature(crypto, key, &parts);
	if (!error)
		error = check_claims(key->algorithm, expected, parts.payload,
				     now_ms);
	return error;
}

enum ilp_error ilp_jwt_subject(struct ilp_bytes *out, uint8_t *buffer,
			       struct ilp_bytes token)
{
	struct ilp_json_node nodes[NODES_MAX];
	uint8_t payload[ILP_JWT_MAX];
	struct parts parts;

	if (!split(&parts, token) ||
	    !read_object(nodes, payload, parts.payload))
		return ILP_ERR_FORMAT;
	if (!ilp_json_string(out, ilp_json_get(nodes, "sub"), buffer,
			     ILP_JWT_MAX))
		return ILP_ERR_MISSING;
	return ILP_OK;
}
