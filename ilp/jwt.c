/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/jwt.h"

#include <stdlib.h>

#include "base/json.h"
#include "ilp/cipher.h"
#include "ilp/text.h"

#define NODES_MAX 128

/* The last second of the year 9999. Who says more has most often written
 * milliseconds, and such a token would never expire. */
#define DATE_MAX UINT64_C(253402300799)

/* One of the two is there; which, is the algorithm. */
struct ilp_jwt_key {
	struct ilp_mac *mac; /* keyed, for HS256 */
	struct ilp_rsa *rsa; /* for RS256 */
};

const char *ilp_jwt_problem_text(enum ilp_jwt_problem problem)
{
	static const char *const texts[ILP_JWT_PROBLEMS] = {
		[ILP_JWT_OK] = "no problem",
		[ILP_JWT_TOO_LONG] = "longer than a token may be",
		[ILP_JWT_PARTS] = "not three parts with dots between them",
		[ILP_JWT_BASE64] = "not base64url without padding",
		[ILP_JWT_HEADER] = "header is not a JSON object",
		[ILP_JWT_TWICE] = "says the same thing twice",
		[ILP_JWT_CRITICAL] = "needs extensions that nobody knows",
		[ILP_JWT_FOREIGN_KEY] = "brings its own key",
		[ILP_JWT_ALGORITHM] = "signed by another algorithm than agreed",
		[ILP_JWT_TYPE] = "a token of another type than JWT",
		[ILP_JWT_SIGNATURE] = "signature does not verify",
		[ILP_JWT_CLAIMS] = "claims are not a JSON object",
		[ILP_JWT_DATE] = "a date is not in seconds since 1970",
		[ILP_JWT_NO_EXPIRY] = "does not say when it expires",
		[ILP_JWT_EXPIRED] = "expired",
		[ILP_JWT_EARLY] = "its time has not come",
		[ILP_JWT_FUTURE] = "issued in the future",
		[ILP_JWT_LIFETIME] = "good for longer than allowed",
		[ILP_JWT_ISSUER] = "issuer is missing or not the one agreed",
		[ILP_JWT_SUBJECT] = "subject is missing or not the one agreed",
		[ILP_JWT_AUDIENCE] = "audience is missing or somebody else",
	};

	if ((unsigned)problem >= ILP_JWT_PROBLEMS)
		return "unknown problem";
	return texts[problem];
}

static struct ilp_jwt_key *new_key(const char **why)
{
	struct ilp_jwt_key *key = calloc(1, sizeof(*key));

	if (!key)
		*why = "no memory";
	return key;
}

static bool starts_with(struct ilp_bytes text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && memcmp(text.at, start, len) == 0;
}

struct ilp_jwt_key *ilp_jwt_key_hs256(struct ilp_crypto *crypto,
				      struct ilp_bytes secret, const char **why)
{
	struct ilp_jwt_key *key;

	if (secret.len == 0 || starts_with(secret, "-----BEGIN ")) {
		*why = secret.len ? "a key in PEM is no shared secret" :
				    "the empty secret is known to everybody";
		return NULL;
	}
	key = new_key(why);
	if (!key)
		return NULL;
	key->mac = ilp_mac_create(crypto);
	if (!key->mac) {
		*why = "no memory";
		free(key);
		return NULL;
	}
	ilp_mac_key(key->mac, secret);
	return key;
}

static const char *why_no_rsa(enum ilp_error error)
{
	if (error == ILP_ERR_ALGORITHM)
		return "a key of another kind than RSA";
	if (error == ILP_ERR_WEAK)
		return "an RSA key of fewer than 2048 bits";
	if (error == ILP_ERR_TOO_LONG)
		return "an RSA key of more than 8192 bits";
	return "no key in PEM, or one that needs a passphrase";
}

struct ilp_jwt_key *ilp_jwt_key_rs256(struct ilp_crypto *crypto,
				      struct ilp_bytes pem, const char **why)
{
	struct ilp_jwt_key *key = new_key(why);
	enum ilp_error error;

	if (!key)
		return NULL;
	error = ilp_rsa_load(&key->rsa, crypto, pem);
	if (error) {
		*why = why_no_rsa(error);
		free(key);
		return NULL;
	}
	return key;
}

/* OpenSSL overwrites what it frees of a key. */
void ilp_jwt_key_destroy(struct ilp_jwt_key *key)
{
	if (!key)
		return;
	ilp_mac_destroy(key->mac);
	ilp_rsa_destroy(key->rsa);
	free(key);
}

bool ilp_jwt_key_signs(const struct ilp_jwt_key *key)
{
	return key->mac || ilp_rsa_signs(key->rsa);
}

/* header.claims.signature, and the first two with the dot between them, which
 * is what is signed. */
struct parts {
	struct ilp_bytes header, claims, signature, signing;
};

static const uint8_t *find_dot(struct ilp_bytes text)
{
	return text.len ? memchr(text.at, '.', text.len) : NULL;
}

/* Takes what is before the first dot off the text, and the dot; false when
 * there is none. */
static bool cut(struct ilp_bytes *out, struct ilp_bytes *text)
{
	const uint8_t *dot = find_dot(*text);

	if (!dot)
		return false;
	*out = (struct ilp_bytes){ text->at, (size_t)(dot - text->at) };
	*text = ilp_bytes_skip(*text, out->len + 1);
	return true;
}

static enum ilp_jwt_problem split(struct parts *out, struct ilp_bytes token)
{
	struct ilp_bytes rest = token;

	if (token.len > ILP_JWT_MAX)
		return ILP_JWT_TOO_LONG;
	if (!cut(&out->header, &rest) || !cut(&out->claims, &rest) ||
	    find_dot(rest))
		return ILP_JWT_PARTS;
	out->signature = rest;
	out->signing = (struct ilp_bytes){ token.at, token.len - rest.len - 1 };
	return ILP_JWT_OK;
}

/* A JSON object that was written as base64url, decoded into a buffer of
 * ILP_JWT_MAX bytes; `problem` when it is none. */
static enum ilp_jwt_problem read_object(struct ilp_json_node nodes[NODES_MAX],
					uint8_t *buffer, struct ilp_bytes text,
					enum ilp_jwt_problem problem)
{
	struct ilp_bytes json;

	if (!ilp_base64_decode(&json, text, ILP_BASE64_URL, buffer,
			       ILP_JWT_MAX))
		return ILP_JWT_BASE64;
	if (ilp_json_read(nodes, NODES_MAX, json).problem ||
	    nodes[0].type != ILP_JSON_OBJECT)
		return problem;
	return ILP_JWT_OK;
}

/* The members that we know by name, NULL for those that are not there. Of one
 * that is there twice we would read one, and somebody else perhaps the other;
 * so that is refused. */
static bool pick(const struct ilp_json_node **found, const char *const *names,
		 size_t count, const struct ilp_json_node *object)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	for (size_t i = 0; i < count; i++)
		found[i] = NULL;
	while (ilp_json_next(&walk))
		for (size_t i = 0; i < count; i++) {
			if (!ilp_json_is(walk.key, names[i]))
				continue;
			if (found[i])
				return false;
			found[i] = walk.value;
		}
	return true;
}

enum field { ALG, TYP, CRIT, JWK, JKU, X5C, X5U, FIELDS };

static const char *const field_names[FIELDS] = {
	[ALG] = "alg", [TYP] = "typ", [CRIT] = "crit", [JWK] = "jwk",
	[JKU] = "jku", [X5C] = "x5c", [X5U] = "x5u",
};

static bool is_jwt_type(const struct ilp_json_node *node)
{
	uint8_t buffer[8];
	struct ilp_bytes type;

	return ilp_json_string(&type, node, buffer, sizeof(buffer)) &&
	       ilp_text_equal_nocase(type, ilp_text("JWT"));
}

static enum ilp_jwt_problem check_header(const struct ilp_jwt_key *key,
					 struct ilp_bytes text)
{
	struct ilp_json_node nodes[NODES_MAX];
	const struct ilp_json_node *field[FIELDS];
	uint8_t buffer[ILP_JWT_MAX];
	enum ilp_jwt_problem problem =
		read_object(nodes, buffer, text, ILP_JWT_HEADER);

	if (problem)
		return problem;
	if (!pick(field, field_names, FIELDS, nodes))
		return ILP_JWT_TWICE;
	if (field[CRIT])
		return ILP_JWT_CRITICAL;
	if (field[JWK] || field[JKU] || field[X5C] || field[X5U])
		return ILP_JWT_FOREIGN_KEY;
	if (!ilp_json_is(field[ALG], key->mac ? "HS256" : "RS256"))
		return ILP_JWT_ALGORITHM;
	if (field[TYP] && !is_jwt_type(field[TYP]))
		return ILP_JWT_TYPE;
	return ILP_JWT_OK;
}

static enum ilp_jwt_problem check_signature(struct ilp_jwt_key *key,
					    const struct parts *parts)
{
	uint8_t buffer[ILP_JWT_MAX];
	uint8_t mac[ILP_HASH_LEN];
	struct ilp_bytes signature;
	bool good;

	if (!ilp_base64_decode(&signature, parts->signature, ILP_BASE64_URL,
			       buffer, sizeof(buffer)))
		return ILP_JWT_BASE64;
	if (key->mac) {
		ilp_mac(key->mac, mac, parts->signing);
		good = ilp_secret_equal(ILP_BYTES(mac), signature);
	} else {
		good = ilp_rsa_verify(key->rsa, parts->signing, signature);
	}
	return good ? ILP_JWT_OK : ILP_JWT_SIGNATURE;
}

enum claim { ISS, SUB, AUD, EXP, NBF, IAT, CLAIMS };

static const char *const claim_names[CLAIMS] = {
	[ISS] = "iss", [SUB] = "sub", [AUD] = "aud",
	[EXP] = "exp", [NBF] = "nbf", [IAT] = "iat",
};

/* Seconds since 1970, with a fraction or without: that is left out, but of a
 * beginning it makes a second more, so that no token is good for longer. */
static bool read_date_ms(int64_t *out, const struct ilp_json_node *node,
			 bool beginning)
{
	struct ilp_json_node whole;
	struct ilp_bytes fraction;
	uint64_t seconds;
	bool more = false;

	if (!node || node->type != ILP_JSON_NUMBER)
		return false;
	whole = *node;
	fraction = node->text;
	whole.text = ilp_text_until(&fraction, '.');
	for (size_t i = 0; i < fraction.len; i++) {
		if (fraction.at[i] < '0' || fraction.at[i] > '9')
			return false;
		more |= fraction.at[i] > '0';
	}
	if (!ilp_json_u64(&seconds, &whole) || seconds > DATE_MAX)
		return false;
	*out = (int64_t)(seconds + (beginning && more)) * 1000;
	return true;
}

/* Neither moments nor leeways are negative, so their differences do not
 * overflow, as sums could. */
static enum ilp_jwt_problem check_times(int64_t *expires_at_ms,
					const struct ilp_json_node **claim,
					const struct ilp_jwt_rules *rules,
					int64_t now_ms)
{
	int64_t leeway_ms = rules->leeway_ms;
	int64_t end_ms, start_ms = 0, issued_ms = now_ms;

	if (!claim[EXP])
		return ILP_JWT_NO_EXPIRY;
	if (!read_date_ms(&end_ms, claim[EXP], false) ||
	    (claim[NBF] && !read_date_ms(&start_ms, claim[NBF], true)) ||
	    (claim[IAT] && !read_date_ms(&issued_ms, claim[IAT], false)))
		return ILP_JWT_DATE;
	if (end_ms <= now_ms - leeway_ms)
		return ILP_JWT_EXPIRED;
	if (start_ms - leeway_ms > now_ms)
		return ILP_JWT_EARLY;
	if (issued_ms - leeway_ms > now_ms)
		return ILP_JWT_FUTURE;
	*expires_at_ms = end_ms;
	/* Without a date of issue our clock counts, and not its signer's. */
	if (!claim[IAT])
		end_ms -= leeway_ms;
	if (rules->lifetime_max_ms &&
	    end_ms - issued_ms > rules->lifetime_max_ms)
		return ILP_JWT_LIFETIME;
	return ILP_JWT_OK;
}

static bool string_is(const struct ilp_json_node *node,
		      struct ilp_bytes expected)
{
	uint8_t buffer[ILP_JWT_MAX];
	struct ilp_bytes text;

	return ilp_json_string(&text, node, buffer, sizeof(buffer)) &&
	       ilp_bytes_equal(text, expected);
}

static bool says(const struct ilp_json_node *claim, struct ilp_bytes expected,
		 bool needed)
{
	if (!claim)
		return expected.len == 0 && !needed;
	if (claim->type != ILP_JSON_STRING)
		return false;
	if (expected.len)
		return string_is(claim, expected);
	return claim->text.len || !needed;
}

static bool is_for(const struct ilp_json_node *audience,
		   struct ilp_bytes expected, bool needed)
{
	struct ilp_json_walk walk = ilp_json_walk(audience);
	bool found = expected.len == 0 && !needed;

	if (!audience || audience->type != ILP_JSON_ARRAY)
		return says(audience, expected, needed);
	while (ilp_json_next(&walk)) {
		if (walk.value->type != ILP_JSON_STRING)
			return false;
		found = found || says(walk.value, expected, needed);
	}
	return found;
}

static enum ilp_jwt_problem check_names(const struct ilp_json_node **claim,
					const struct ilp_jwt_rules *rules)
{
	if (!says(claim[ISS], rules->issuer, rules->need_issuer))
		return ILP_JWT_ISSUER;
	if (!says(claim[SUB], rules->subject, rules->need_subject))
		return ILP_JWT_SUBJECT;
	if (!is_for(claim[AUD], rules->audience, rules->need_audience))
		return ILP_JWT_AUDIENCE;
	return ILP_JWT_OK;
}

static enum ilp_jwt_problem read_claims(struct ilp_json_node nodes[NODES_MAX],
					const struct ilp_json_node **claim,
					uint8_t *buffer, struct ilp_bytes text)
{
	enum ilp_jwt_problem problem =
		read_object(nodes, buffer, text, ILP_JWT_CLAIMS);

	if (!problem && !pick(claim, claim_names, CLAIMS, nodes))
		problem = ILP_JWT_TWICE;
	return problem;
}

static enum ilp_jwt_problem check_claims(struct ilp_jwt_holder *out,
					 uint8_t *room,
					 const struct ilp_jwt_rules *rules,
					 struct ilp_bytes text, int64_t now_ms)
{
	struct ilp_json_node nodes[NODES_MAX];
	const struct ilp_json_node *claim[CLAIMS];
	uint8_t buffer[ILP_JWT_MAX];
	struct ilp_jwt_holder holder = { .subject = { NULL, 0 } };
	enum ilp_jwt_problem problem = read_claims(nodes, claim, buffer, text);

	if (!problem)
		problem = check_times(&holder.expires_at_ms, claim, rules,
				      now_ms);
	if (!problem)
		problem = check_names(claim, rules);
	if (problem)
		return problem;
	if (claim[SUB])
		ilp_json_string(&holder.subject, claim[SUB], room, ILP_JWT_MAX);
	*out = holder;
	return ILP_JWT_OK;
}

enum ilp_jwt_problem ilp_jwt_verify(struct ilp_jwt_holder *out,
				    uint8_t room[ILP_JWT_MAX],
				    struct ilp_jwt_key *key,
				    const struct ilp_jwt_rules *rules,
				    struct ilp_bytes token, int64_t now_ms)
{
	struct parts parts;
	enum ilp_jwt_problem problem = split(&parts, token);

	if (!problem)
		problem = check_header(key, parts.header);
	/* Nothing that was not signed is believed, or even read. */
	if (!problem)
		problem = check_signature(key, &parts);
	if (!problem)
		problem = check_claims(out, room, rules, parts.claims, now_ms);
	return problem;
}

enum ilp_jwt_problem ilp_jwt_subject(struct ilp_bytes *out,
				     uint8_t room[ILP_JWT_MAX],
				     struct ilp_bytes token)
{
	struct ilp_json_node nodes[NODES_MAX];
	const struct ilp_json_node *claim[CLAIMS];
	uint8_t buffer[ILP_JWT_MAX];
	struct parts parts;
	enum ilp_jwt_problem problem = split(&parts, token);

	if (!problem)
		problem = read_claims(nodes, claim, buffer, parts.claims);
	if (!problem && !ilp_json_string(out, claim[SUB], room, ILP_JWT_MAX))
		problem = ILP_JWT_SUBJECT;
	return problem;
}

/* The header says nothing that changes. */
static void write_header(struct ilp_writer *w, const struct ilp_jwt_key *key)
{
	const char *header = key->mac ? "{\"alg\":\"HS256\",\"typ\":\"JWT\"}" :
					"{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

	ilp_write_base64(w, ilp_text(header), ILP_BASE64_URL);
}

static void put_text(struct ilp_json_writer *json, enum claim claim,
		     struct ilp_bytes value)
{
	if (value.len == 0)
		return;
	ilp_json_put_key(json, claim_names[claim]);
	ilp_json_put_string(json, value);
}

static void put_date(struct ilp_json_writer *json, enum claim claim,
		     int64_t moment_ms)
{
	ilp_json_put_key(json, claim_names[claim]);
	ilp_json_put_i64(json, moment_ms / 1000);
}

static void write_claims(struct ilp_writer *w,
			 const struct ilp_jwt_claims *claims)
{
	uint8_t buffer[ILP_JWT_MAX];
	struct ilp_json_writer json =
		ilp_json_writer(buffer, sizeof(buffer), 0);

	ilp_json_begin_object(&json);
	put_text(&json, ISS, claims->issuer);
	put_text(&json, SUB, claims->subject);
	put_text(&json, AUD, claims->audience);
	if (claims->issued_at_ms)
		put_date(&json, IAT, claims->issued_at_ms);
	put_date(&json, EXP, claims->expires_at_ms);
	ilp_json_end_object(&json);
	if (ilp_json_written(&json).len == 0)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	ilp_write_base64(w, ilp_json_written(&json), ILP_BASE64_URL);
}

static void write_signature(struct ilp_writer *w, struct ilp_jwt_key *key,
			    struct ilp_bytes signing)
{
	uint8_t buffer[ILP_RSA_SIGNATURE_MAX];
	struct ilp_writer signature = ilp_writer(buffer, sizeof(buffer));

	if (key->mac) {
		ilp_mac(key->mac, buffer, signing);
		ilp_write_room(&signature, ILP_HASH_LEN);
	} else if (ilp_rsa_sign(key->rsa, &signature, signing)) {
		ilp_writer_fail(w, signature.error);
	}
	ilp_write_base64(w, ilp_written(&signature), ILP_BASE64_URL);
}

/* One before 1970 is, without its sign, far beyond the year 9999. */
static bool can_be_written(int64_t moment_ms)
{
	return (uint64_t)moment_ms / 1000 <= DATE_MAX;
}

enum ilp_error ilp_jwt_sign(struct ilp_writer *w, struct ilp_jwt_key *key,
			    const struct ilp_jwt_claims *claims)
{
	size_t before = ilp_written(w).len;

	if (!can_be_written(claims->issued_at_ms) ||
	    !can_be_written(claims->expires_at_ms))
		ilp_writer_fail(w, ILP_ERR_TIMESTAMP);
	write_header(w, key);
	ilp_write_u8(w, '.');
	write_claims(w, claims);
	if (w->error)
		return w->error;

	struct ilp_bytes signing = ilp_bytes_skip(ilp_written(w), before);
	ilp_write_u8(w, '.');
	write_signature(w, key, signing);
	if (!w->error && ilp_written(w).len - before > ILP_JWT_MAX)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	return w->error;
}
