/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of codec_peer for texts and what proves them: addresses, payment
 * pointers, JSON Web Tokens, and the algorithms themselves. */
#include "ilp/address.h"
#include "ilp/cipher.h"
#include "ilp/jwt.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "ilp/url.h"
#include "test/interop/peer.h"

enum ilp_error check_address(struct ilp_bytes *arg, struct ilp_writer *out)
{
	(void)out;
	return ilp_address_valid(from_hex(arg[0])) ? ILP_OK : ILP_ERR_ADDRESS;
}

/* ADDRESS, PREFIX */
enum ilp_error has_prefix(struct ilp_bytes *arg, struct ilp_writer *out)
{
	bool has = ilp_address_has_prefix(from_hex(arg[0]), from_hex(arg[1]));

	put(out, "%s", has ? "true" : "false");
	return out->error;
}

enum ilp_error pointer_url(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_pointer_to_url(out, from_hex(arg[0]));
}

enum ilp_error sha256(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_sha256(crypto, hash, from_hex(arg[0]));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* KEY, BYTES */
enum ilp_error hmac(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, hash, from_hex(arg[0]), from_hex(arg[1]));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* KEY, ENVELOPE */
enum ilp_error cipher_open(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_cipher *cipher = ilp_cipher_create(crypto);

	if (!cipher)
		give_up("no memory", arg[0]);
	ilp_cipher_key(cipher, fixed(arg[0], 32));
	enum ilp_error error = ilp_cipher_open(cipher, out, from_hex(arg[1]));
	ilp_cipher_destroy(cipher);
	return error;
}

enum ilp_error known_values(struct ilp_bytes *arg, struct ilp_writer *out)
{
	(void)arg;
	put_hex(out, ILP_BYTES(ilp_ping_fulfillment));
	put(out, " ");
	put_hex(out, ILP_BYTES(ilp_ping_condition));
	put(out, " ");
	put_hex(out, ILP_BYTES(ilp_peer_condition));
	return out->error;
}

/* hs256 or rs256, and what it is made of. */
static struct ilp_jwt_key *jwt_key(struct ilp_bytes *arg)
{
	struct ilp_bytes material = from_hex(arg[1]);
	const char *why = "";
	struct ilp_jwt_key *key =
		is(arg[0], "rs256") ?
			ilp_jwt_key_rs256(crypto, material, &why) :
			ilp_jwt_key_hs256(crypto, material, &why);

	if (!key)
		give_up(why, arg[1]);
	return key;
}

/* ALGORITHM, KEY, NOW_MS, TOKEN, and the claims to be told, of which the empty
 * ones do not matter. */
enum ilp_error jwt_verify(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_jwt_key *key = jwt_key(arg);
	int64_t now_ms = i64_arg(arg[2]);
	const struct ilp_json_node *json = from_json(arg[4]);
	struct ilp_jwt_rules rules = {
		.issuer = text_of(json, "iss"),
		.subject = text_of(json, "sub"),
		.audience = text_of(json, "aud"),
	};
	struct ilp_jwt_holder holder;
	enum ilp_jwt_problem problem = ilp_jwt_verify(
		&holder, take(ILP_JWT_MAX), key, &rules, arg[3], now_ms);

	ilp_jwt_key_destroy(key);
	if (problem) {
		put(out, "bad %s", ilp_jwt_problem_text(problem));
		return out->error;
	}
	put(out, "good %lld ", (long long)holder.expires_at_ms);
	put_hex(out, holder.subject);
	return out->error;
}

/* ALGORITHM, KEY, CLAIMS with dates in milliseconds */
enum ilp_error jwt_sign(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_jwt_key *key = jwt_key(arg);
	const struct ilp_json_node *json = from_json(arg[2]);
	struct ilp_jwt_claims claims = {
		.issuer = text_of(json, "iss"),
		.subject = text_of(json, "sub"),
		.audience = text_of(json, "aud"),
		.issued_at_ms = moment_of(json, "iat"),
		.expires_at_ms = moment_of(json, "exp"),
	};
	enum ilp_error error = ilp_jwt_sign(out, key, &claims);

	ilp_jwt_key_destroy(key);
	return error;
}

enum ilp_error jwt_subject(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes subject = { NULL, 0 };
	enum ilp_jwt_problem problem =
		ilp_jwt_subject(&subject, take(ILP_JWT_MAX), arg[0]);

	ilp_write_fixed(out, subject);
	return problem ? ILP_ERR_FORMAT : out->error;
}
