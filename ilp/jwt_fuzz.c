/* SPDX-License-Identifier: Apache-2.0 */
/* A token that we sign is good until it expires, under its own key and for
 * its own claims; with a character changed it never is. Tokens from outside
 * are not good under keys that they were not signed with; those that have our
 * signature under any header and claims are judged without reading past
 * them. */
#include "ilp/jwt.h"

#include "base/utf8.h"
#include "ilp/text.h"
#include "test/fuzz.h"

#define INPUT_MAX 10000
#define DATE_MAX_MS INT64_C(253402300799000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "a secret that both peers know";
static const char public_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\n"
	"NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\n"
	"P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n"
	"9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\n"
	"EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\n"
	"FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\n"
	"oQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

static struct ilp_crypto *crypto;
static struct ilp_jwt_key *shared, *other, *rsa;

static void set_up(void)
{
	const char *why;

	if (crypto)
		return;
	crypto = ilp_crypto_create();
	require(crypto != NULL);
	shared = ilp_jwt_key_hs256(crypto, ilp_text(secret), &why);
	other = ilp_jwt_key_hs256(crypto, ilp_text("another"), &why);
	rsa = ilp_jwt_key_rs256(crypto, ilp_text(public_key), &why);
	require(shared && other && rsa);
}

/* A holder only of a good token, and then one in the room. */
static enum ilp_jwt_problem verify(struct ilp_jwt_key *key,
				   const struct ilp_jwt_rules *rules,
				   struct ilp_bytes token, int64_t now_ms)
{
	static uint8_t room[ILP_JWT_MAX];
	struct ilp_jwt_holder holder;
	enum ilp_jwt_problem problem;

	memset(&holder, FUZZ_FILL, sizeof(holder));
	problem = ilp_jwt_verify(&holder, room, key, rules, token, now_ms);
	require(problem < ILP_JWT_PROBLEMS);
	if (problem) {
		require(is_filled(&holder, sizeof(holder)));
		return problem;
	}
	require(token.len <= ILP_JWT_MAX);
	require(lies_in(holder.subject, ILP_BYTES(room)));
	require(ilp_utf8_valid(holder.subject));
	require(holder.subject.len || !rules->need_subject);
	require(holder.expires_at_ms > now_ms - rules->leeway_ms);
	require(holder.expires_at_ms <= DATE_MAX_MS);
	return problem;
}

static void try_subject(struct ilp_bytes token)
{
	static uint8_t room[ILP_JWT_MAX];
	struct ilp_bytes subject;

	if (ilp_jwt_subject(&subject, room, token))
		return;
	require(lies_in(subject, ILP_BYTES(room)));
	require(ilp_utf8_valid(subject));
	require(token.len <= ILP_JWT_MAX);
}

/* Nobody can guess a signature, so nothing that comes is good. */
static void try_foreign(struct ilp_bytes token, int64_t now_ms)
{
	const struct ilp_jwt_rules any = { .leeway_ms = now_ms };

	require(verify(shared, &any, token, now_ms) != ILP_JWT_OK);
	require(verify(rsa, &any, token, now_ms) != ILP_JWT_OK);
	try_subject(token);
}

static void sign_text(struct ilp_writer *w)
{
	uint8_t mac[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, mac, ilp_text(secret), ilp_written(w));
	ilp_write_u8(w, '.');
	ilp_write_base64(w, ILP_BYTES(mac), ILP_BASE64_URL);
}

/* The input as claims, or as a header, with a signature of ours. What strict
 * rules take, lenient ones do. */
static void try_signed(struct ilp_bytes in, bool as_header, int64_t now_ms)
{
	static const char header[] = "{\"alg\":\"HS256\"}";
	static const char claims[] = "{\"sub\":\"bob\",\"exp\":9000000000}";
	static uint8_t buffer[3 * INPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	const struct ilp_jwt_rules any = { .leeway_ms = 1000 };
	const struct ilp_jwt_rules strict = { .subject = ilp_text("bob"),
					      .need_audience = true,
					      .lifetime_max_ms = 60000 };
	enum ilp_jwt_problem problem;

	ilp_write_base64(&w, as_header ? in : ilp_text(header), ILP_BASE64_URL);
	ilp_write_u8(&w, '.');
	ilp_write_base64(&w, as_header ? ilp_text(claims) : in, ILP_BASE64_URL);
	sign_text(&w);
	problem = verify(shared, &any, ilp_written(&w), now_ms);
	require(problem != ILP_JWT_SIGNATURE && problem != ILP_JWT_PARTS &&
		problem != ILP_JWT_BASE64);
	if (problem)
		require(verify(shared, &strict, ilp_written(&w), now_ms) !=
			ILP_JWT_OK);
	require(verify(rsa, &any, ilp_written(&w), now_ms) != ILP_JWT_OK);
	try_subject(ilp_written(&w));
}

static void changed_is_refused(struct ilp_bytes token, size_t place, uint8_t to)
{
	static const struct ilp_jwt_rules any;
	static uint8_t copy[ILP_JWT_MAX];

	memcpy(copy, token.at, token.len);
	place %= token.len;
	if (copy[place] == to)
		return;
	copy[place] = to;
	token.at = copy;
	require(verify(shared, &any, token, 0) != ILP_JWT_OK);
	token.len = place;
	require(verify(shared, &any, token, 0) != ILP_JWT_OK);
}

/* A good token is not good for another claim, at another time or under another
 * key. */
static void other_is_refused(const struct ilp_jwt_claims *claims,
			     const struct ilp_jwt_rules *rules,
			     struct ilp_bytes token)
{
	int64_t end_ms = claims->expires_at_ms / 1000 * 1000;
	struct ilp_jwt_rules changed = *rules;

	require(verify(shared, rules, token, end_ms) == ILP_JWT_EXPIRED);
	require(verify(other, rules, token, 0) == ILP_JWT_SIGNATURE);
	require(verify(rsa, rules, token, 0) == ILP_JWT_ALGORITHM);
	if (changed.subject.len > 1) {
		changed.subject.len--;
		require(verify(shared, &changed, token, 0) == ILP_JWT_SUBJECT);
	}
}

static void ours_is_good(struct ilp_reader *r, size_t place, uint8_t to)
{
	static uint8_t buffer[3 * INPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_jwt_rules rules = { .leeway_ms = 0 };
	struct ilp_jwt_claims claims = {
		.expires_at_ms = (int64_t)(take_u64(r) >> 17) + 1000,
	};

	rules.issuer = claims.issuer = take(r, take_u8(r) % 32);
	rules.audience = claims.audience = take(r, take_u8(r) % 32);
	rules.subject = claims.subject = take_rest(r);
	if (!ilp_utf8_valid(claims.subject) || !ilp_utf8_valid(claims.issuer) ||
	    !ilp_utf8_valid(claims.audience))
		return;
	enum ilp_error error = ilp_jwt_sign(&w, shared, &claims);
	if (error) {
		require(error == ILP_ERR_TOO_LONG);
		require(claims.subject.len > 900);
		return;
	}
	struct ilp_bytes token = ilp_written(&w);
	require(token.len <= ILP_JWT_MAX);
	int64_t end_ms = claims.expires_at_ms / 1000 * 1000;
	require(verify(shared, &rules, token, end_ms - 1) == ILP_JWT_OK);
	changed_is_refused(token, place, to);
	other_is_refused(&claims, &rules, token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	set_up();
	if (size > INPUT_MAX)
		return 0;
	size_t place = ilp_read_u16(&r);
	uint8_t to = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	int64_t now_ms = INT64_C(1700000000000) + (int64_t)place;
	try_foreign(in, now_ms);
	try_signed(in, false, now_ms);
	try_signed(in, true, now_ms);
	r = ilp_reader(in);
	ours_is_good(&r, place, to);
	return 0;
}
