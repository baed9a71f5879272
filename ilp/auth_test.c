/* SPDX-License-Identifier: Apache-2.0 */
/* A token is good only when the agreed key signed exactly these characters by
 * the agreed algorithm, now is its time, and it says all that is expected;
 * every trick known against JWT libraries is tried. */
#include "ilp/auth.h"

#include "ilp/cipher.h"

#include "base/base64.h"
#include "base/json.h"
#include "test/check.h"

#define NOW INT64_C(1500000000000)
#define LATER "1500000060"

/* The key that was published with the token below, as PEM. */
static const char published_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtB/PdSYUfkrYMfNScmXl\n"
	"OPBeFVAEuxPzir2lRuToxPXPoiKdlnGBR6lo3gX63D0tQA5028Yig3eQ+xBliw5A\n"
	"RoWvR+5toR/+D4csB6JpbaeGdVuxySEsyEuSbz1hXLSnipoRHpDItuMobX+ODZGY\n"
	"Ns0Io8yzELsX2jxqFv/PKJrbg1WqkFJrd/1cd7/A+Xo0NjfKewa76YlD0MvmWpAC\n"
	"X+zBtPhJ2go4JxgHPUPcBAYDKuonwBDS53ugbULwN+I4lhCBg7g/73lMHtK9AKP2\n"
	"YqWX3ESSsm2DR27OWEKMVziNqqPKj8BaxdgCc2pPPjMGohWKw8xpPJ1d3t4t/ER9\n"
	"KQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

/* A test key, made for this file and used nowhere else. */
static const char private_key[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQClDoiQOp4Cy174\n"
	"J3sLlJ+tT2Jo6B/fxzepgFVgPZT7N3HhiH98YilUFRiR0o93aJa8MGkF+w390SYz\n"
	"A8ggb3P8/fgxr76+V5Cy2G6CLnZe88JhjR1Kw34u1nCDrLJe3D8Tou7GFfAs0VWK\n"
	"HySL6qIFgoZG2M+WkyoLCP8LNC6kijA7oj0oYTPkevHrBpcKU1WNDrzayNeZTVpS\n"
	"d7X0B/lMmghL85txZbeNEGd55tzcuW44cm5Iuy4qkgnlqfcMuPmdgM3IAX2nQlvE\n"
	"cUBm1eKhchXrqFo4DMgooFtM84gbhcSKsybUULSwtaC3Ekm38Pjh5Jr4AW5ZnQHv\n"
	"3wo6HsdBAgMBAAECggEAG6qqOuzMaCEBP/zUK+6DbmhAUV/ZWef5fUzA4tMnug1C\n"
	"5kA8SFPm5AxuNCE0gZozLAO8Uu+QWpN4gPQZE1DDQyyp8eAoy5x/aW8MZP9XQZa/\n"
	"5hyihJHswHqa3QNxWaO24fp9ZhAu1EBZg3+xX0+azWwhyFXWxAFSeouNPqpGSDeJ\n"
	"r5K80OK6qZQm7y6qGw+IbVnmqWTyERVf2xoDmQii3sZVpzPt1HIHlu4DrBCD48U+\n"
	"y4ktcNi2CmFTluexoP7qaZ5q9nptl02/WuK45HQ6sDVvhvELlMCVPTh494/itzXY\n"
	"96dyLTPlB/bvxDTNViMIJ+zMj+oqva7iR7oLC4TJXQKBgQDQUrcLGCcvXTdruUZa\n"
	"I+SFo4ATu4uR18MH0TIfYw0YoxdKjJEVQbL8d0EyNSu1MYNw4Pj69xMTSBd/xf/v\n"
	"XGUNu2qkhcmKnI7lMIMkMLP0fK63JUm4K71+uuKVTgxXJFE4BLt3w5CN3iezQFix\n"
	"0V02oXtPdWWsa0tqSJJfYDhOHQKBgQDK1Ot9TCJf611PS0W15RtszCJZamFpevcx\n"
	"rRGglf8dhcZt5Ulvyc4H1Pssqt+1U7aFazCyLNC7eGJ0ocxy/8maUYS7FfGL5JvO\n"
	"U2xD/7cFGvSDRxBuHrFWqIPLab/af/UVDLOTe1FpWk/97LkaXRS6UsyX77lVHdOo\n"
	"l8n6alMkdQKBgQCaVs258HkHhD5NFwTiP3lM8Scwd2Ad+wZJQlmqG05WlG3rE11h\n"
	"rD0ZAplQw0fQhBBnjqWn+Wkufdi7F0xYX9GWbOXDYkNA6GCNuHVQWKzaU411rrCB\n"
	"PBa2T2sTRrGp1gQ+RnNFdaQhFxe+m8uaYgx3LwgWhFmBdjR3V7Dp7HWKmQKBgQC9\n"
	"FYa+lMYK01h2Pj6rVfyeDSMMZi6PbZGZ3rRrFsnwFLCp7DDspJ2MEZFhz52i5Xpm\n"
	"oEmSIFMqIQzvm5IDts6TLOFmows9lY1l58ErFuzgNoOxCgOYFMbPeWL7swamQ9kO\n"
	"mXuixjhb1VRy7EaW/CUBmYSfM1x7q8WQCojBCHOfrQKBgDXkvRBgm02RwkKjBsYn\n"
	"nUfgpVsOyiYXzDEEyoVEVDd/UxCAqTqRHamTddVih9nZ1TDPDWlrgGOMz4/6pVG5\n"
	"RmUf+LHCnm7c9zDLxyGRELO8+ZGPpDT8KS37nVIZum/JLndJl9BYMW61Z0gxtW8+\n"
	"amYFQ4nBqkuPvLpxuVv6wcAz\n"
	"-----END PRIVATE KEY-----\n";
static const char public_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApQ6IkDqeAste+Cd7C5Sf\n"
	"rU9iaOgf38c3qYBVYD2U+zdx4Yh/fGIpVBUYkdKPd2iWvDBpBfsN/dEmMwPIIG9z\n"
	"/P34Ma++vleQsthugi52XvPCYY0dSsN+LtZwg6yyXtw/E6LuxhXwLNFVih8ki+qi\n"
	"BYKGRtjPlpMqCwj/CzQupIowO6I9KGEz5Hrx6waXClNVjQ682sjXmU1aUne19Af5\n"
	"TJoIS/ObcWW3jRBneebc3LluOHJuSLsuKpIJ5an3DLj5nYDNyAF9p0JbxHFAZtXi\n"
	"oXIV66haOAzIKKBbTPOIG4XEirMm1FC0sLWgtxJJt/D44eSa+AFuWZ0B798KOh7H\n"
	"QQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

/* Of 1024 bits, and of the curve P-256: test keys too. */
static const char small_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDLQBDcf32cv+lhIT+/qjf664FC\n"
	"/UOXp0Fn5ReFY398i3tjruCWwWqNIAWh8M0sSpow63yBhwEvczVfDeotX3XamReo\n"
	"I24zKYALzghNWgJRQO4p4kaejYtwqIZ2xk8YnY5YMTAS8bhS4kJ++tN2vqYS0N9f\n"
	"XS4hseQcZley/bs2TQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";
static const char small_private_key[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMtAENx/fZy/6WEh\n"
	"P7+qN/rrgUL9Q5enQWflF4Vjf3yLe2Ou4JbBao0gBaHwzSxKmjDrfIGHAS9zNV8N\n"
	"6i1fddqZF6gjbjMpgAvOCE1aAlFA7iniRp6Ni3CohnbGTxidjlgxMBLxuFLiQn76\n"
	"03a+phLQ319dLiGx5BxmV7L9uzZNAgMBAAECgYAMjqO8C8Bl+9FeZ+B5ZfnZbc1p\n"
	"px4S84lt8tB2NER/HFr+OKK1jbOYjn7ql2cFsoI+PX5OvlmLZfHJMqHiNcChKX5Y\n"
	"9+ypNKbtROauk915ObGwrysyrMfzzBKg/0HVAHSeHQy7u0412kqdJQaf4QbFC/eE\n"
	"g6rBzfM/wD2y/sKsIQJBAPq25ae+AVplFLQ12xLRK3Pmkezd0C24mOV4eXodebVq\n"
	"E6nhojGLkKLT1QKG4/OHIFTNcy7Dx+rHKKpUYu5nNmUCQQDPiQFP5XxE0qPoMXGs\n"
	"qmiOcRfPOoj0PMWth/JuF+9PuqUoelUukfkIVVifGkB+9NWbdRfLk6ucLfqII7uD\n"
	"nu3JAkBktg+uwD6e5zfX5EJqXqfL2PUJZ1j25M5Wb3ystyZq33+ioEadDGk/X0ST\n"
	"zUfITaGJLzZztKWcBACr21YaWk+ZAkEAhSPjz5nty0lHFeMChj8crKUpHSz0R5vl\n"
	"RZp9kNuSD5gx9HHmy+Wh2hLGs+tnjQsNLppEFbo60gs9OrGRzrLa4QJBAJ4P6IJ5\n"
	"6rQt1uyV+0YRMZt9UGr4wOFafgl5Q5dojyqeL1/EA12Klb8Q8TC1ZLh7CbbA/2sd\n"
	"MZHTX0d8lcLBCZg=\n"
	"-----END PRIVATE KEY-----\n";
static const char curve_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEceIoU82Nq8tjv9D0bT6AHwlnOZDT\n"
	"m3VFhy81BhLgQPhhLv5ugc136Msy5ZkqT1C5FpfFq+w2o5bElz/l4oO7Jw==\n"
	"-----END PUBLIC KEY-----\n";
static const char curve_private_key[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTjT5z/yfFwDzfDEc\n"
	"6F9iL/YN6ArM5quOcSGno1YbCI+hRANCAAR7ciuhPrlsxhxfMtE3iHr9XWJTP4hs\n"
	"SnUqorNXWifkwC6kq9vKzEXE/CyL3WaaSvwJTkyDNcpXd3GZ5CHvsioB\n"
	"-----END PRIVATE KEY-----\n";

/* From the RFCs' proposal on HTTP authentication; the first verifies. */
#define RS256_HEADER "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"
#define RS256_PAYLOAD                                                          \
	"eyJpc3MiOiJodHRwczovL2V4bWFwbGUuY29tIiwic3ViIjoiaHR0"                 \
	"cHM6Ly9leGFtcGxlLmNvbS9hbGljZSIsImF1ZCI6Imh0dHBzOi8v"                 \
	"ZXhhbXBsZS5jb20vYm9iIiwiZXhwIjoxNTE2MjM5MDIyfQ"
#define RS256_SIGNATURE                                                        \
	"Vpa0XsMzFU95hPHhKYt8cd4HwbUz3F2Wt8tLXEkRZoU_z4xwktrf"                 \
	"UxlrfOXZ5PxyVboDSZfNvUNhYawCx87M64JIyYDxGJbj1piu7m6F"                 \
	"9_P3Qoi-h0bHmkk_K5x-CnFPqxBVhnWaqQFh3hzSzf0IHNJz5YMe"                 \
	"Zi4Mxgfxys-xcVKSrgel8xxMME4ns961ec49LurPpkvXIhXqsGXy"                 \
	"BglgAe9tQBIpY-rbaq4dCLgHp6h2MFt-6h0z2HZ2B__uprRVoOOn"                 \
	"K6s1-xQjS5wbKf7tez9u6o5ati2KjC94z8pOxG-OaCC4bW6G3aKj"                 \
	"FwOtv4Xd-Qda1W37kda1cv4bb-qadg"
#define RS256_TOKEN RS256_HEADER "." RS256_PAYLOAD "." RS256_SIGNATURE
#define RS256_EXPIRY INT64_C(1516239022000)
#define HS256_TOKEN                                                            \
	"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."                                \
	"eyJzdWIiOiJhbGljZSIsImV4cCI6MTU1ODAzNTg2OH0."                         \
	"__9CiSGdn4Grhl48slun7Lp4q4xt0uq398omcipBU8M"

static struct ilp_crypto *crypto;
static struct ilp_rsa *rsa;

/* A key by which HS256 is agreed. */
static struct ilp_jwt_key shared_key(const char *secret)
{
	crypto = ilp_crypto_create();
	assert_non_null(crypto);
	return (struct ilp_jwt_key){ .algorithm = ILP_JWT_HS256,
				     .secret = ilp_text(secret) };
}

/* One by which RS256 is. */
static struct ilp_jwt_key rsa_key(const char *pem)
{
	crypto = ilp_crypto_create();
	assert_non_null(crypto);
	CHECK_INT(ilp_rsa_load(&rsa, crypto, ilp_text(pem)), ILP_OK);
	return (struct ilp_jwt_key){ .algorithm = ILP_JWT_RS256, .rsa = rsa };
}

static void done(void)
{
	ilp_rsa_destroy(rsa);
	rsa = NULL;
	ilp_crypto_destroy(crypto);
}

static const struct ilp_jwt_claims *sub(const char *subject)
{
	static struct ilp_jwt_claims claims;

	claims = (struct ilp_jwt_claims){ .subject = ilp_text(subject) };
	return &claims;
}

static enum ilp_error check(const struct ilp_jwt_key *key,
			    const struct ilp_jwt_claims *expected,
			    struct ilp_bytes token, int64_t now_ms)
{
	struct ilp_bytes copy = exact_copy(token);
	enum ilp_error error =
		ilp_jwt_check(crypto, key, expected, copy, now_ms);

	exact_free(copy);
	return error;
}

static char token_text[9000];

static void append_base64(struct ilp_bytes bytes)
{
	size_t at = strlen(token_text);
	struct ilp_bytes text;

	CHECK(ilp_base64_encode(&text, bytes, ILP_BASE64_URL,
				(uint8_t *)token_text + at,
				sizeof(token_text) - at - 1));
	token_text[at + text.len] = '\0';
}

/* Header and payload as they come, for tokens that no honest signer makes. */
static struct ilp_bytes unsigned_part(const char *header, const char *payload)
{
	token_text[0] = '\0';
	append_base64(ilp_text(header));
	strcat(token_text, ".");
	append_base64(ilp_text(payload));
	return ilp_text(token_text);
}

static struct ilp_bytes hs256(const char *header, const char *payload,
			      const char *secret)
{
	uint8_t mac[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, mac, ilp_text(secret),
			unsigned_part(header, payload));
	strcat(token_text, ".");
	append_base64(ILP_BYTES(mac));
	return ilp_text(token_text);
}

static struct ilp_bytes rs256(const char *header, const char *payload)
{
	uint8_t signature[ILP_RSA_SIGNATURE_MAX];
	struct ilp_writer w = ilp_writer(signature, sizeof(signature));

	CHECK_INT(ilp_rsa_sign(rsa, &w, unsigned_part(header, payload)),
		  ILP_OK);
	strcat(token_text, ".");
	append_base64(ilp_written(&w));
	return ilp_text(token_text);
}

#define HS "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define RS "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define KEY "a secret of thirty-two characters"
#define ALICE "{\"sub\":\"alice\",\"exp\":" LATER "}"

/* What becomes of a token with this header and payload, well signed. */
static enum ilp_error judge(const char *header, const char *payload)
{
	struct ilp_jwt_key key = shared_key(KEY);
	enum ilp_error error =
		check(&key, sub("alice"), hs256(header, payload, KEY), NOW);

	done();
	return error;
}

static void the_published_rs256_token_is_good_in_its_time(void)
{
	struct ilp_jwt_key key = rsa_key(published_key);
	struct ilp_jwt_claims claims = {
		.issuer = ilp_text("https://exmaple.com"),
		.subject = ilp_text("https://example.com/alice"),
		.audience = ilp_text("https://example.com/bob"),
	};
	struct ilp_jwt_claims other;
	struct ilp_bytes token = ilp_text(RS256_TOKEN);

	CHECK_INT(check(&key, &claims, token, RS256_EXPIRY - 1), ILP_OK);
	CHECK_INT(check(&key, &claims, token, 0), ILP_OK);
	CHECK_INT(check(&key, &claims, token, RS256_EXPIRY), ILP_ERR_EXPIRED);
	CHECK_INT(check(&key, &claims, token, INT64_MAX), ILP_ERR_EXPIRED);
	other = (struct ilp_jwt_claims){ 0 };
	CHECK_INT(check(&key, &other, token, 0), ILP_OK);
	other = claims;
	other.issuer = ilp_text("https://example.com");
	CHECK_INT(check(&key, &other, token, 0), ILP_ERR_FORMAT);
	other = claims;
	other.subject = ilp_text("https://example.com/bob");
	CHECK_INT(check(&key, &other, token, 0), ILP_ERR_FORMAT);
	other = claims;
	other.audience = ilp_text("https://example.com/alice");
	CHECK_INT(check(&key, &other, token, 0), ILP_ERR_FORMAT);
	done();
}

/* It was not made with the secret printed beside it. */
static void the_published_hs256_token_is_not_signed(void)
{
	struct ilp_jwt_key key = shared_key("HEiMCp0FoAC903QHueY89gAWJHo");
	uint8_t raw[32];
	struct ilp_bytes subject;
	uint8_t buffer[ILP_JWT_MAX];

	CHECK_INT(check(&key, sub("alice"), ilp_text(HS256_TOKEN), 0),
		  ILP_ERR_SIGNATURE);
	CHECK(ilp_base64_decode(&key.secret, key.secret, ILP_BASE64_ANY, raw,
				sizeof(raw)));
	CHECK_INT(check(&key, sub("alice"), ilp_text(HS256_TOKEN), 0),
		  ILP_ERR_SIGNATURE);
	CHECK_INT(ilp_jwt_subject(&subject, buffer, ilp_text(HS256_TOKEN)),
		  ILP_OK);
	CHECK_TEXT(subject, "alice");
	done();
}

/* RFC 7515, appendix A.1. */
static void the_example_of_the_jws_rfc_is_good(void)
{
	static const char token[] =
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
		".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly"
		"9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
		".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	struct ilp_jwt_claims joe = { .issuer = ilp_text("joe") };
	struct ilp_jwt_key key = shared_key("");

	key.secret = hex("0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f"
			 "84b2d2502ebfd3fb5a92d20647ef968ab4c377623d223d2e2172"
			 "052e4f08c0cd9af567d080a3");
	CHECK_INT(check(&key, &joe, ilp_text(token), INT64_C(1300819379999)),
		  ILP_OK);
	CHECK_INT(check(&key, &joe, ilp_text(token), INT64_C(1300819380000)),
		  ILP_ERR_EXPIRED);
	done();
}

static void a_token_of_any_signer_is_good(void)
{
	CHECK_INT(judge(HS, ALICE), ILP_OK);
	CHECK_INT(judge("{\"alg\":\"HS256\"}", ALICE), ILP_OK);
	CHECK_INT(judge("{\"typ\":\"at+jwt\",\"kid\":\"1\",\"alg\":\"HS256\"}",
			ALICE),
		  ILP_OK);
	CHECK_INT(judge(" { \"alg\" : \"HS256\" } ",
			"\n{ \"sub\" : \"alice\" ,\t\"exp\" : " LATER " }\n"),
		  ILP_OK);
	CHECK_INT(judge(HS, "{\"jti\":[1,{}],\"iat\":1,\"sub\":\"\\u0061lice\","
			    "\"exp\":" LATER "}"),
		  ILP_OK);
}

static void only_the_agreed_algorithm_is_taken(void)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\"}",   "{\"alg\":\"None\"}",
		"{\"alg\":\"\"}",       "{\"alg\":\"hs256\"}",
		"{\"alg\":\"HS256 \"}", "{\"alg\":\"HS384\"}",
		"{\"alg\":\"HS512\"}",  "{\"alg\":\"RS256\"}",
		"{\"alg\":\"ES256\"}",  "{\"alg\":\"HS256\\u0000\"}",
		"{\"alg\":\"HS25\"}",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (judge(headers[i], ALICE) != ILP_ERR_ALGORITHM)
			fail_msg("taken: %s", headers[i]);
	CHECK(judge("{}", ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":null}", ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":256}", ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":[\"HS256\"]}", ALICE) != ILP_OK);
	CHECK(judge("{\"ALG\":\"HS256\"}", ALICE) != ILP_OK);
	CHECK(judge("{\"x\":{\"alg\":\"HS256\"}}", ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":\"HS256\",\"alg\":\"none\"}", ALICE) != ILP_OK);
}

static void an_unsigned_token_is_refused(void)
{
	struct ilp_jwt_key key = shared_key(KEY);

	CHECK(check(&key, sub("alice"),
		    unsigned_part("{\"alg\":\"none\"}", ALICE), NOW) != ILP_OK);
	strcat(token_text, ".");
	CHECK(check(&key, sub("alice"), ilp_text(token_text), NOW) != ILP_OK);
	unsigned_part(HS, ALICE);
	strcat(token_text, ".");
	CHECK(check(&key, sub("alice"), ilp_text(token_text), NOW) != ILP_OK);
	strcat(token_text, "AA");
	CHECK_INT(check(&key, sub("alice"), ilp_text(token_text), NOW),
		  ILP_ERR_SIGNATURE);
	done();

	key = rsa_key(public_key);
	unsigned_part(RS, ALICE);
	strcat(token_text, ".");
	CHECK(check(&key, sub("alice"), ilp_text(token_text), NOW) != ILP_OK);
	done();
}

/* Whoever was not given a secret is nobody's peer. */
static void the_empty_secret_signs_nothing(void)
{
	struct ilp_jwt_key key = shared_key("");

	CHECK_INT(check(&key, sub("alice"), hs256(HS, ALICE, ""), NOW),
		  ILP_ERR_SIGNATURE);
	done();
}

/* The public key is public: whoever makes us take it for a shared secret can
 * sign anything. */
static void a_public_key_is_no_shared_secret(void)
{
	struct ilp_jwt_key key = rsa_key(public_key);

	CHECK_INT(check(&key, sub("alice"), hs256(HS, ALICE, public_key), NOW),
		  ILP_ERR_ALGORITHM);
	CHECK_INT(check(&key, sub("alice"), hs256(RS, ALICE, public_key), NOW),
		  ILP_ERR_SIGNATURE);
	/* also when a secret stands in the key by mistake */
	key.secret = ilp_text(public_key);
	CHECK_INT(check(&key, sub("alice"), hs256(HS, ALICE, public_key), NOW),
		  ILP_ERR_ALGORITHM);
	CHECK_INT(check(&key, sub("alice"), hs256(RS, ALICE, public_key), NOW),
		  ILP_ERR_SIGNATURE);
	done();

	key = rsa_key(private_key);
	key.algorithm = ILP_JWT_HS256;
	key.secret = ilp_text(KEY);
	CHECK_INT(check(&key, sub("alice"), rs256(RS, ALICE), NOW),
		  ILP_ERR_ALGORITHM);
	CHECK_INT(check(&key, sub("alice"), rs256(HS, ALICE), NOW),
		  ILP_ERR_SIGNATURE);
	done();
}

static void another_key_did_not_sign(void)
{
	struct ilp_jwt_key key = shared_key(KEY);

	CHECK_INT(check(&key, sub("alice"), hs256(HS, ALICE, KEY "x"), NOW),
		  ILP_ERR_SIGNATURE);
	CHECK_INT(check(&key, sub("alice"), hs256(HS, ALICE, ""), NOW),
		  ILP_ERR_SIGNATURE);
	done();
	key = rsa_key(public_key);
	CHECK_INT(check(&key, sub(""), ilp_text(RS256_TOKEN), 0),
		  ILP_ERR_SIGNATURE);
	done();
}

/* Every other character in the place of every one: any change is noticed, and
 * no second spelling of a good token is good. */
static void every_changed_character_is_noticed(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
				       "lmnopqrstuvwxyz0123456789-_+/=. \n";
	struct ilp_jwt_key key = shared_key(KEY);
	char good[400], changed[400];
	size_t len;

	strcpy(good, (const char *)hs256(HS, ALICE, KEY).at);
	len = strlen(good);
	CHECK_INT(check(&key, sub("alice"), ilp_text(good), NOW), ILP_OK);
	for (size_t i = 0; i < len; i++)
		for (const char *c = alphabet; *c; c++) {
			strcpy(changed, good);
			changed[i] = *c;
			if (*c != good[i] &&
			    check(&key, sub("alice"), ilp_text(changed), NOW) ==
				    ILP_OK)
				fail_msg("'%c' at %zu", *c, i);
		}
	done();
}

static struct ilp_jwt_key *cut_key;

static unsigned check_alice(struct ilp_bytes token)
{
	return ilp_jwt_check(crypto, cut_key, sub("alice"), token, NOW);
}

static void every_cut_token_is_refused(void)
{
	struct ilp_jwt_key key = shared_key(KEY);

	cut_key = &key;
	check_cuts(check_alice, hs256(HS, ALICE, KEY), 0);
	done();
	key = rsa_key(private_key);
	check_cuts(check_alice, rs256(RS, ALICE), 0);
	done();
}

static void other_spellings_of_a_good_token_are_refused(void)
{
	struct ilp_jwt_key key = shared_key(KEY);
	char good[400], other[500];
	static const char *const around[][2] = {
		{ " ", "" },    { "", " " }, { "", "\n" },  { "\t", "" },
		{ "", "=" },    { "", "." }, { ".", "" },   { "", ".x" },
		{ "", ".x.y" }, { "", "A" }, { "", "%00" }, { "x.y.", "" },
	};

	strcpy(good, (const char *)hs256(HS, ALICE, KEY).at);
	for (size_t i = 0; i < sizeof(around) / sizeof(*around); i++) {
		sprintf(other, "%s%s%s", around[i][0], good, around[i][1]);
		if (check(&key, sub("alice"), ilp_text(other), NOW) == ILP_OK)
			fail_msg("taken: %s", other);
	}
	done();
}

/* RFC 7515, section 2: base64url without padding, also where the signer signed
 * something else. */
static void other_base64_is_refused_though_signed(void)
{
	static const struct {
		enum ilp_base64 header, payload;
		enum ilp_error error;
	} cases[] = {
		{ ILP_BASE64_URL, ILP_BASE64_URL, ILP_OK },
		{ ILP_BASE64, ILP_BASE64_URL, ILP_ERR_FORMAT },
		{ ILP_BASE64_URL, ILP_BASE64, ILP_ERR_FORMAT },
	};
	/* of these lengths, both have padding */
	static const char header[] = "{\"alg\":\"HS256\"}  ";
	static const char payload[] = "{\"sub\":\"alice\",\"exp\":" LATER "}  ";

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_jwt_key key = shared_key(KEY);
		uint8_t mac[ILP_HASH_LEN], one[100], two[100];
		struct ilp_bytes head, body;

		CHECK(strlen(header) % 3 && strlen(payload) % 3);
		CHECK(ilp_base64_encode(&head, ilp_text(header),
					cases[i].header, one, sizeof(one)));
		CHECK(ilp_base64_encode(&body, ilp_text(payload),
					cases[i].payload, two, sizeof(two)));
		sprintf(token_text, "%.*s.%.*s", (int)head.len,
			(const char *)head.at, (int)body.len,
			(const char *)body.at);
		ilp_hmac_sha256(crypto, mac, ilp_text(KEY),
				ilp_text(token_text));
		strcat(token_text, ".");
		append_base64(ILP_BYTES(mac));
		CHECK_INT(check(&key, sub("alice"), ilp_text(token_text), NOW),
			  cases[i].error);
		done();
	}
}

/* Five parts are an encrypted token, which is another thing. */
static void only_three_parts_are_a_token(void)
{
	static const char *const bad[] = {
		"",
		".",
		"..",
		"...",
		"....",
		"a",
		"a.b",
		"a.b.c.d.e",
		RS256_HEADER,
		RS256_HEADER "." RS256_PAYLOAD,
		RS256_TOKEN "." RS256_SIGNATURE,
		RS256_TOKEN ".",
		"." RS256_PAYLOAD "." RS256_SIGNATURE,
		RS256_HEADER ".." RS256_SIGNATURE,
		RS256_HEADER "..." RS256_PAYLOAD "." RS256_SIGNATURE,
		RS256_HEADER "." RS256_PAYLOAD "." RS256_HEADER
			     "." RS256_PAYLOAD "." RS256_SIGNATURE,
	};
	struct ilp_jwt_key key = rsa_key(published_key);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (check(&key, sub(""), ilp_text(bad[i]), 0) == ILP_OK)
			fail_msg("taken: %s", bad[i]);
	done();
}

static void what_is_no_json_object_is_refused(void)
{
	static const char *const bad[] = {
		"",  "null", "1",         "\"x\"", "[]",
		"{", "{}}",  "{\"alg\"}", "\xff",  "[{\"alg\":\"HS256\"}]"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(judge(bad[i], ALICE) != ILP_OK);
		CHECK_INT(judge(HS, bad[i]), ILP_ERR_FORMAT);
	}
}

/* RFC 7515, 4.1.11: whoever does not know what is critical must refuse. */
static void critical_headers_are_refused(void)
{
	CHECK(judge("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
		    ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":\"HS256\",\"crit\":[]}", ALICE) != ILP_OK);
	CHECK(judge("{\"crit\":[\"b64\"],\"b64\":false,\"alg\":\"HS256\"}",
		    ALICE) != ILP_OK);
	CHECK(judge("{\"alg\":\"HS256\",\"\\u0063rit\":[\"x\"]}", ALICE) !=
	      ILP_OK);
	CHECK(judge("{\"alg\":\"HS256\",\"crit\":null}", ALICE) != ILP_OK);
}

static enum ilp_error with_exp(const char *exp)
{
	char payload[200];

	snprintf(payload, sizeof(payload), "{\"sub\":\"alice\",\"exp\":%s}",
		 exp);
	return judge(HS, payload);
}

static void an_expiry_must_be_there_and_to_come(void)
{
	CHECK_INT(with_exp("1500000001"), ILP_OK);
	CHECK_INT(with_exp("1500000000"), ILP_ERR_EXPIRED);
	CHECK_INT(with_exp("1499999999"), ILP_ERR_EXPIRED);
	CHECK_INT(with_exp("0"), ILP_ERR_EXPIRED);
	CHECK(with_exp("-1") != ILP_OK);
	CHECK(with_exp("-9223372036854775808") != ILP_OK);
	CHECK_INT(judge(HS, "{\"sub\":\"alice\"}"), ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"alice\",\"Exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"alice\",\"x\":{\"exp\":" LATER "}}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(with_exp("\"" LATER "\""), ILP_ERR_FORMAT);
	CHECK_INT(with_exp("null"), ILP_ERR_FORMAT);
	CHECK_INT(with_exp("true"), ILP_ERR_FORMAT);
	CHECK_INT(with_exp("[" LATER "]"), ILP_ERR_FORMAT);
	CHECK_INT(with_exp("{}"), ILP_ERR_FORMAT);
}

/* Beyond what a clock in milliseconds can count, and not an instant wrapped
 * around to the past or the future. */
static void a_huge_expiry_does_not_wrap(void)
{
	static const char *const huge[] = {
		"9223372036854775",           "9223372036854776",
		"9223372036854775807",        "9223372036854775808",
		"18446744073709551615",       "18446744075209551",
		"99999999999999999999999999",
	};
	static const char *const low[] = {
		"-9223372036854776",
		"-18446744072209551",
		"-9223372036854775808",
		"-99999999999999999999999999",
	};

	for (size_t i = 0; i < sizeof(huge) / sizeof(*huge); i++)
		CHECK(with_exp(huge[i]) != ILP_ERR_EXPIRED);
	for (size_t i = 0; i < sizeof(low) / sizeof(*low); i++)
		CHECK(with_exp(low[i]) != ILP_OK);
}

/* RFC 7519 allows a fraction; it makes no token live longer. */
static void a_fraction_of_a_second_does_not_extend_a_token(void)
{
	CHECK_INT(with_exp("1500000001.5"), ILP_OK);
	CHECK_INT(with_exp("1500000000.0"), ILP_ERR_EXPIRED);
	CHECK(with_exp("1499999999.999") != ILP_OK);
	CHECK(with_exp("1.5e3") != ILP_OK);
	/* which are 1.5 seconds */
	CHECK(with_exp("1500000060.5e-9") != ILP_OK);
	CHECK(with_exp("1500000060E-9") != ILP_OK);
	CHECK(with_exp("15e") != ILP_OK);
	CHECK(with_exp("01500000060") != ILP_OK);
	CHECK(with_exp("+1500000060") != ILP_OK);
	CHECK(with_exp("NaN") != ILP_OK);
	CHECK(with_exp("Infinity") != ILP_OK);
}

static void a_token_is_not_good_before_its_time(void)
{
	static const struct {
		const char *nbf;
		enum ilp_error error;
	} cases[] = {
		{ "1499999999", ILP_OK },
		{ "1500000000", ILP_OK },
		{ "1500000001", ILP_ERR_EXPIRED },
		{ "0", ILP_OK },
		{ "9223372036854775", ILP_ERR_EXPIRED },
	};
	char payload[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(payload, sizeof(payload),
			 "{\"sub\":\"alice\",\"nbf\":%s,\"exp\":" LATER "}",
			 cases[i].nbf);
		CHECK_INT(judge(HS, payload), cases[i].error);
	}
	static const char *const bad[] = { "9223372036854775807",
					   "18446744073709551615",
					   "18446744075209551616",
					   "\"1600000000\"",
					   "1600000000.5",
					   "null",
					   "[]",
					   "true" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(payload, sizeof(payload),
			 "{\"sub\":\"alice\",\"nbf\":%s,\"exp\":" LATER "}",
			 bad[i]);
		if (judge(HS, payload) == ILP_OK)
			fail_msg("taken: %s", payload);
	}
}

static enum ilp_error with_aud(const char *aud)
{
	struct ilp_jwt_key key = shared_key(KEY);
	struct ilp_jwt_claims bob = { .audience = ilp_text("bob") };
	char payload[300];
	enum ilp_error error;

	snprintf(payload, sizeof(payload), "{\"exp\":" LATER "%s%s}",
		 *aud ? ",\"aud\":" : "", aud);
	error = check(&key, &bob, hs256(HS, payload, KEY), NOW);
	done();
	return error;
}

static void of_several_audiences_one_must_be_the_expected(void)
{
	CHECK_INT(with_aud("\"bob\""), ILP_OK);
	CHECK_INT(with_aud("[\"bob\"]"), ILP_OK);
	CHECK_INT(with_aud("[\"alice\",\"bob\"]"), ILP_OK);
	CHECK_INT(with_aud("[\"bob\",\"alice\",1]"), ILP_OK);
	CHECK_INT(with_aud("[\"b\\u006fb\"]"), ILP_OK);
	CHECK_INT(with_aud(""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("[]"), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"alice\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"bobby\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"bo\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"Bob\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"bob \""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("\"bob\\u0000\""), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("[\"alice\",\"carol\"]"), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("[[\"bob\"]]"), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("{\"bob\":\"bob\"}"), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("{\"x\":\"bob\"}"), ILP_ERR_FORMAT);
	CHECK_INT(with_aud("null"), ILP_ERR_FORMAT);
}

static void every_expected_claim_must_be_said(void)
{
	CHECK_INT(judge(HS, "{\"exp\":" LATER "}"), ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"bob\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"alice2\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":\"alic\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":[\"alice\"],\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"sub\":null,\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	CHECK_INT(judge(HS, "{\"iss\":\"alice\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
}

/* A slice may hold any byte; a claim that goes on behind a zero is another. */
static void a_zero_does_not_end_a_claim(void)
{
	struct ilp_jwt_key key;
	struct ilp_jwt_claims zero = { .subject = { (const uint8_t *)"alice\0x",
						    7 } };

	CHECK_INT(judge(HS, "{\"sub\":\"alice\\u0000x\",\"exp\":" LATER "}"),
		  ILP_ERR_FORMAT);
	key = shared_key(KEY);
	CHECK_INT(check(&key, &zero, hs256(HS, ALICE, KEY), NOW),
		  ILP_ERR_FORMAT);
	CHECK_INT(
		check(&key, &zero,
		      hs256(HS, "{\"sub\":\"alice\\u0000x\",\"exp\":" LATER "}",
			    KEY),
		      NOW),
		ILP_OK);
	done();
}

static enum ilp_error subject_of(struct ilp_bytes *out, struct ilp_bytes token)
{
	static uint8_t *buffer;
	struct ilp_bytes copy = exact_copy(token);
	enum ilp_error error;

	free(buffer);
	buffer = malloc(ILP_JWT_MAX);
	assert_non_null(buffer);
	error = ilp_jwt_subject(out, buffer, copy);
	exact_free(copy);
	return error;
}

/* Else a token could be looked up under one name and checked as another. */
static void of_doubled_claims_both_readings_take_the_same(void)
{
	static const char *const payloads[] = {
		"{\"sub\":\"alice\",\"sub\":\"mallory\",\"exp\":" LATER "}",
		"{\"sub\":\"mallory\",\"sub\":\"alice\",\"exp\":" LATER "}",
		"{\"sub\":\"alice\",\"s\\u0075b\":\"mallory\",\"exp\":" LATER
		"}",
	};

	for (size_t i = 0; i < 3; i++) {
		struct ilp_jwt_key key = shared_key(KEY);
		struct ilp_bytes token = hs256(HS, payloads[i], KEY), subject;
		static const char *const names[] = { "alice", "mallory" };

		if (subject_of(&subject, token) == ILP_OK)
			for (int j = 0; j < 2; j++) {
				bool named = ilp_bytes_equal(
					subject, ilp_text(names[j]));

				if (!named)
					CHECK(check(&key, sub(names[j]), token,
						    NOW) != ILP_OK);
			}
		done();
	}
	CHECK(with_exp(LATER ",\"exp\":1") != ILP_OK);
	CHECK(with_exp("1,\"exp\":\"x\"") != ILP_OK);
}

static void the_subject_is_found_before_any_check(void)
{
	struct ilp_bytes subject;

	crypto = ilp_crypto_create();
	CHECK_INT(subject_of(&subject, ilp_text(RS256_TOKEN)), ILP_OK);
	CHECK_TEXT(subject, "https://example.com/alice");
	CHECK_INT(subject_of(&subject,
			     hs256("{\"alg\":\"x\"}",
				   "{\"sub\":\"a\\\"\\u00fc\\\\\"}", "")),
		  ILP_OK);
	CHECK_TEXT(subject, "a\"\xc3\xbc\\");
	CHECK(subject_of(&subject, hs256(HS, "{}", KEY)) != ILP_OK);
	CHECK(subject_of(&subject, hs256(HS, "{\"sub\":1}", KEY)) != ILP_OK);
	CHECK(subject_of(&subject, hs256(HS, "[]", KEY)) != ILP_OK);
	CHECK(subject_of(&subject, hs256(HS, "", KEY)) != ILP_OK);
	CHECK(subject_of(&subject, ilp_text("")) != ILP_OK);
	CHECK(subject_of(&subject, ilp_text("no token at all")) != ILP_OK);
	CHECK(subject_of(&subject, ilp_text("..")) != ILP_OK);
	for (size_t len = 0; len < strlen(RS256_HEADER "." RS256_PAYLOAD);
	     len++)
		CHECK(subject_of(&subject, (struct ilp_bytes){
						   (const uint8_t *)RS256_TOKEN,
						   len }) != ILP_OK);
	done();
}

/* A token of exactly this length, with good claims; false when none has it. */
static bool token_of_length(size_t len)
{
	static char header[200], payload[6000];

	for (int spaces = 0; spaces < 4; spaces++)
		for (int more = 0; more < 8; more++) {
			size_t head, body;

			snprintf(header, sizeof(header), "%*s" HS, spaces, "");
			head = ilp_base64_encoded_len(strlen(header),
						      ILP_BASE64_URL);
			body = (len - 45 - head) / 4 * 3 - 4 + (size_t)more;
			if (head + 2 + 43 +
				    ilp_base64_encoded_len(body,
							   ILP_BASE64_URL) !=
			    len)
				continue;
			memset(payload, ' ', body);
			payload[body] = '\0';
			memcpy(payload, ALICE, strlen(ALICE));
			CHECK_INT(hs256(header, payload, KEY).len, len);
			return true;
		}
	return false;
}

static void a_token_of_the_greatest_length_is_read(void)
{
	struct ilp_jwt_key key = shared_key(KEY);
	struct ilp_bytes subject;
	static char subjects[5000];

	for (size_t len = ILP_JWT_MAX - 2; len <= ILP_JWT_MAX + 3; len++) {
		bool good = len <= ILP_JWT_MAX;

		CHECK(token_of_length(len));
		CHECK((check(&key, sub("alice"), ilp_text(token_text), NOW) ==
		       ILP_OK) == good);
		CHECK((subject_of(&subject, ilp_text(token_text)) == ILP_OK) ==
		      good);
	}
	/* nearly all of it one subject */
	strcpy(subjects, "{\"exp\":" LATER ",\"sub\":\"");
	memset(subjects + strlen(subjects), 's', 2900);
	strcat(subjects, "\"}");
	CHECK_INT(subject_of(&subject, hs256(HS, subjects, KEY)), ILP_OK);
	CHECK_INT(subject.len, 2900);
	done();
}

/* A thousand brackets cost no more than others. */
static void nested_claims_are_bounded(void)
{
	static char payload[2700];

	strcpy(payload, "{\"sub\":\"alice\",\"exp\":" LATER ",\"x\":");
	memset(payload + strlen(payload), '[', 2500);
	CHECK_INT(judge(HS, payload), ILP_ERR_FORMAT);
}

static enum ilp_error with_nodes(size_t count)
{
	static char payload[1000];

	/* 5 nodes, 2 for the array, and its items */
	strcpy(payload, "{\"sub\":\"alice\",\"exp\":" LATER ",\"x\":[");
	for (size_t i = 7; i < count; i++)
		strcat(payload, i == 7 ? "1" : ",1");
	strcat(payload, "]}");
	return judge(HS, payload);
}

static void as_many_claims_as_fit_are_read(void)
{
	CHECK_INT(with_nodes(7), ILP_OK);
	CHECK_INT(with_nodes(63), ILP_OK);
	CHECK_INT(with_nodes(64), ILP_OK);
	CHECK_INT(with_nodes(65), ILP_ERR_FORMAT);
	CHECK_INT(with_nodes(200), ILP_ERR_FORMAT);
}

/* The parts of a token that we signed, as JSON. */
static void same_json(struct ilp_bytes part, const char *key, const char *value)
{
	struct ilp_json_node nodes[16];
	uint8_t bytes[1000];
	struct ilp_bytes json;

	CHECK(ilp_base64_decode(&json, part, ILP_BASE64_URL, bytes,
				sizeof(bytes)));
	CHECK_INT(ilp_json_read(nodes, 16, json).problem, ILP_JSON_OK);
	if (value)
		CHECK(ilp_json_is(ilp_json_get(nodes, key), value));
	else
		CHECK(ilp_json_get(nodes, key) == NULL);
}

static void signs_what_it_is_told(void)
{
	struct ilp_jwt_key key = shared_key(KEY);
	struct ilp_jwt_claims claims = {
		.issuer = ilp_text("https://a.example"),
		.subject = ilp_text("al\"ice\n"),
		.audience = ilp_text("b\\ob"),
		.expires_at_ms = NOW + 60999,
	};
	uint8_t buffer[1000], json[500], mac[ILP_HASH_LEN], given[100];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes rest, parts[3], payload, signature;
	struct ilp_json_node nodes[16];
	int64_t exp = 0;

	CHECK_INT(ilp_jwt_sign(&w, crypto, &key, &claims), ILP_OK);
	rest = ilp_written(&w);
	for (int i = 0; i < 3; i++) {
		const uint8_t *dot =
			rest.len ? memchr(rest.at, '.', rest.len) : NULL;
		size_t len = dot ? (size_t)(dot - rest.at) : rest.len;

		parts[i] = (struct ilp_bytes){ rest.at, len };
		rest = ilp_bytes_skip(rest, dot ? len + 1 : len);
	}
	CHECK_INT(rest.len, 0);
	same_json(parts[0], "alg", "HS256");
	same_json(parts[0], "crit", NULL);
	same_json(parts[1], "iss", "https://a.example");
	same_json(parts[1], "sub", "al\"ice\n");
	same_json(parts[1], "aud", "b\\ob");
	CHECK(ilp_base64_decode(&payload, parts[1], ILP_BASE64_URL, json,
				sizeof(json)));
	CHECK_INT(ilp_json_read(nodes, 16, payload).problem, ILP_JSON_OK);
	CHECK(ilp_json_i64(&exp, ilp_json_get(nodes, "exp")));
	CHECK_INT(exp, NOW / 1000 + 60);
	ilp_hmac_sha256(
		crypto, mac, ilp_text(KEY),
		(struct ilp_bytes){ buffer, parts[0].len + 1 + parts[1].len });
	CHECK(ilp_base64_decode(&signature, parts[2], ILP_BASE64_URL, given,
				sizeof(given)));
	CHECK_BYTES(signature, ILP_BYTES(mac));
	CHECK_INT(check(&key, &claims, ilp_written(&w), NOW + 59999), ILP_OK);
	CHECK_INT(check(&key, &claims, ilp_written(&w), NOW + 60000),
		  ILP_ERR_EXPIRED);
	done();
}

static void what_is_nothing_is_not_said(void)
{
	struct ilp_jwt_key key = shared_key(KEY);
	struct ilp_jwt_claims claims = { .expires_at_ms = 1999 };
	uint8_t buffer[1000];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes part, json;
	const uint8_t *dot;
	uint8_t bytes[200];

	CHECK_INT(ilp_jwt_sign(&w, crypto, &key, &claims), ILP_OK);
	dot = memchr(buffer, '.', ilp_written(&w).len);
	CHECK(dot != NULL);
	part.at = dot + 1;
	dot = memchr(part.at, '.', (size_t)(w.at - part.at));
	CHECK(dot != NULL);
	part.len = (size_t)(dot - part.at);
	CHECK(ilp_base64_decode(&json, part, ILP_BASE64_URL, bytes,
				sizeof(bytes)));
	CHECK_TEXT(json, "{\"exp\":1}");
	done();
}

static void an_rs256_token_says_who_sends_what_to_whom(void)
{
	struct ilp_jwt_key key = rsa_key(private_key);
	struct ilp_jwt_claims none = { .expires_at_ms = NOW + 60000 };

	for (unsigned missing = 0; missing < 8; missing++) {
		uint8_t buffer[1000];
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
		struct ilp_jwt_claims claims = none;

		if (!(missing & 1))
			claims.issuer = ilp_text("alice");
		if (!(missing & 2))
			claims.subject = ilp_text("alice");
		if (!(missing & 4))
			claims.audience = ilp_text("bob");
		CHECK_INT(ilp_jwt_sign(&w, crypto, &key, &claims), ILP_OK);
		CHECK_INT(check(&key, &none, ilp_written(&w), NOW),
			  missing ? ILP_ERR_FORMAT : ILP_OK);
	}
	done();
}

static void the_two_rsa_keys_belong_together(void)
{
	struct ilp_jwt_key private = rsa_key(private_key), public;
	struct ilp_jwt_claims claims = {
		.issuer = ilp_text("https://alice.example"),
		.subject = ilp_text("alice"),
		.audience = ilp_text("https://bob.example"),
		.expires_at_ms = NOW + 60000,
	};
	uint8_t buffer[1000];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes token;
	struct ilp_rsa *both[2] = { private.rsa, NULL };

	CHECK_INT(ilp_jwt_sign(&w, crypto, &private, &claims), ILP_OK);
	token = ilp_written(&w);
	CHECK_INT(ilp_rsa_load(&both[1], crypto, ilp_text(public_key)), ILP_OK);
	public = (struct ilp_jwt_key){ .algorithm = ILP_JWT_RS256,
				       .rsa = both[1] };
	CHECK_INT(check(&public, &claims, token, NOW), ILP_OK);
	CHECK_INT(check(&private, &claims, token, NOW), ILP_OK);
	CHECK_INT(check(&public, sub("bob"), token, NOW), ILP_ERR_FORMAT);
	/* a public key signs nothing */
	w = ilp_writer(buffer, sizeof(buffer));
	CHECK_INT(ilp_jwt_sign(&w, crypto, &public, &claims),
		  ILP_ERR_ALGORITHM);
	CHECK_INT(w.error, ILP_ERR_ALGORITHM);
	ilp_rsa_destroy(both[1]);
	done();
}

/* The same signature, but as other bytes: too short, too long, out of range. */
static void only_the_signature_itself_verifies(void)
{
	struct ilp_jwt_key key = rsa_key(published_key);
	static const char signed_part[] = RS256_HEADER "." RS256_PAYLOAD;
	uint8_t good[300], other[300];
	struct ilp_bytes signature;

	CHECK(ilp_base64_decode(&signature, ilp_text(RS256_SIGNATURE),
				ILP_BASE64_URL, good, sizeof(good)));
	CHECK_INT(signature.len, 256);
	for (size_t bit = 0; bit < 8 * 256; bit += 5) {
		memcpy(other, good, 256);
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		strcpy(token_text, signed_part);
		strcat(token_text, ".");
		append_base64((struct ilp_bytes){ other, 256 });
		CHECK_INT(check(&key, sub(""), ilp_text(token_text), 0),
			  ILP_ERR_SIGNATURE);
	}
	for (size_t len = 0; len < 290; len++) {
		memset(other, 0, sizeof(other));
		memcpy(other, good, len < 256 ? len : 256);
		strcpy(token_text, signed_part);
		strcat(token_text, ".");
		append_base64((struct ilp_bytes){ other, len });
		CHECK((check(&key, sub(""), ilp_text(token_text), 0) ==
		       ILP_OK) == (len == 256));
		/* or with zeros in front */
		memset(other, 0, sizeof(other));
		if (len > 256) {
			memcpy(other + len - 256, good, 256);
			strcpy(token_text, signed_part);
			strcat(token_text, ".");
			append_base64((struct ilp_bytes){ other, len });
			CHECK_INT(check(&key, sub(""), ilp_text(token_text), 0),
				  ILP_ERR_SIGNATURE);
		}
	}
	done();
}

static enum ilp_error load(struct ilp_bytes pem)
{
	struct ilp_bytes copy = exact_copy(pem);
	struct ilp_rsa *key = NULL;
	enum ilp_error error = ilp_rsa_load(&key, crypto, copy);

	if (!error)
		ilp_rsa_destroy(key);
	exact_free(copy);
	return error;
}

/* RFC 7518, 3.3: a key of at least 2048 bits. */
static void small_keys_and_other_kinds_are_refused(void)
{
	crypto = ilp_crypto_create();
	CHECK_INT(load(ilp_text(public_key)), ILP_OK);
	CHECK_INT(load(ilp_text(private_key)), ILP_OK);
	CHECK_INT(load(ilp_text(small_key)), ILP_ERR_WEAK);
	CHECK_INT(load(ilp_text(small_private_key)), ILP_ERR_WEAK);
	CHECK_INT(load(ilp_text(curve_key)), ILP_ERR_ALGORITHM);
	CHECK_INT(load(ilp_text(curve_private_key)), ILP_ERR_ALGORITHM);
	CHECK_INT(load(ilp_text("")), ILP_ERR_FORMAT);
	CHECK_INT(load(ilp_text("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC0")),
		  ILP_ERR_FORMAT);
	for (size_t len = 0; len < strlen(public_key) - 1; len += 7)
		CHECK_INT(load((struct ilp_bytes){ (const uint8_t *)public_key,
						   len }),
			  ILP_ERR_FORMAT);
	done();
}

/* Loaded once, since that takes long under valgrind. */
static struct ilp_jwt_key signing_key;

static unsigned sign_into(uint8_t *buffer, size_t capacity)
{
	struct ilp_jwt_claims claims = { .subject = ilp_text("alice"),
					 .audience = ilp_text("bob"),
					 .expires_at_ms = NOW };
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_jwt_sign(&w, crypto, &signing_key, &claims);

	CHECK_INT(w.error, error);
	return error;
}

static void a_signed_token_needs_its_room(void)
{
	for (int i = 0; i < 2; i++) {
		uint8_t token[1000];
		size_t len = sizeof(token);

		signing_key = i ? rsa_key(private_key) : shared_key(KEY);
		memset(token, 0, sizeof(token));
		CHECK_INT(sign_into(token, sizeof(token)), ILP_OK);
		len = strlen((const char *)token);
		check_rooms(sign_into, (struct ilp_bytes){ token, len },
			    ILP_ERR_ROOM);
		done();
	}
}

/* What we would refuse to read, we do not write. */
static void a_token_that_is_too_long_is_not_signed(void)
{
	struct ilp_jwt_key key = shared_key(KEY);
	static char subject[ILP_JWT_MAX + 1];
	static uint8_t buffer[3 * ILP_JWT_MAX];
	size_t refused = 0;

	for (size_t len = 2800; len < ILP_JWT_MAX; len++) {
		struct ilp_jwt_claims claims = { .expires_at_ms = NOW + 60000 };
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
		enum ilp_error error;

		memset(subject, 's', len);
		claims.subject = (struct ilp_bytes){ (uint8_t *)subject, len };
		error = ilp_jwt_sign(&w, crypto, &key, &claims);
		if (error) {
			CHECK_INT(error, ILP_ERR_TOO_LONG);
			refused++;
			continue;
		}
		CHECK_INT(refused, 0);
		CHECK(ilp_written(&w).len <= ILP_JWT_MAX);
		CHECK_INT(check(&key, &claims, ilp_written(&w), NOW), ILP_OK);
	}
	CHECK(refused > 900 && refused < 1296);
	done();
}

static struct ilp_bytes bearer(const char *value)
{
	return ilp_bearer_token(ilp_text(value));
}

static void a_bearer_token_is_behind_its_scheme_or_alone(void)
{
	CHECK_TEXT(bearer("Bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("BEARER abc.def"), "abc.def");
	CHECK_TEXT(bearer("Bearer   abc.def \t"), "abc.def");
	CHECK_TEXT(bearer(" Bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("abc.def"), "abc.def");
	CHECK_TEXT(bearer(" abc.def "), "abc.def");
	CHECK_TEXT(bearer("Bearerabc"), "Bearerabc");
	CHECK_TEXT(bearer("a~b+c/d=="), "a~b+c/d==");
}

static void other_schemes_bear_none(void)
{
	CHECK_INT(bearer("").len, 0);
	CHECK_INT(bearer(" ").len, 0);
	CHECK_INT(bearer("Bearer").len, 0);
	CHECK_INT(bearer("Bearer ").len, 0);
	CHECK_INT(bearer("Basic YWxpY2U6c2VjcmV0").len, 0);
	CHECK_INT(bearer("Digest username=\"a\"").len, 0);
	CHECK_INT(bearer("Bearers abc").len, 0);
	CHECK_INT(bearer("Bear abc").len, 0);
	CHECK_INT(ilp_bearer_token((struct ilp_bytes){ NULL, 0 }).len, 0);
}

static void no_cut_header_is_read_too_far(void)
{
	struct ilp_bytes whole = ilp_text("Bearer \tabc def\t ");

	for (size_t len = 0; len <= whole.len; len++) {
		struct ilp_bytes copy =
			exact_copy((struct ilp_bytes){ whole.at, len });
		struct ilp_bytes token = ilp_bearer_token(copy);

		CHECK(token.len <= len);
		if (token.len)
			CHECK(token.at >= copy.at &&
			      token.at + token.len <= copy.at + copy.len);
		exact_free(copy);
	}
}

TESTS(TEST(the_published_rs256_token_is_good_in_its_time),
      TEST(the_published_hs256_token_is_not_signed),
      TEST(the_example_of_the_jws_rfc_is_good),
      TEST(a_token_of_any_signer_is_good),
      TEST(only_the_agreed_algorithm_is_taken),
      TEST(an_unsigned_token_is_refused), TEST(the_empty_secret_signs_nothing),
      TEST(a_public_key_is_no_shared_secret), TEST(another_key_did_not_sign),
      TEST(every_changed_character_is_noticed),
      TEST(every_cut_token_is_refused),
      TEST(other_spellings_of_a_good_token_are_refused),
      TEST(other_base64_is_refused_though_signed),
      TEST(only_three_parts_are_a_token),
      TEST(what_is_no_json_object_is_refused),
      TEST(critical_headers_are_refused),
      TEST(an_expiry_must_be_there_and_to_come),
      TEST(a_huge_expiry_does_not_wrap),
      TEST(a_fraction_of_a_second_does_not_extend_a_token),
      TEST(a_token_is_not_good_before_its_time),
      TEST(of_several_audiences_one_must_be_the_expected),
      TEST(every_expected_claim_must_be_said),
      TEST(a_zero_does_not_end_a_claim),
      TEST(of_doubled_claims_both_readings_take_the_same),
      TEST(the_subject_is_found_before_any_check),
      TEST(a_token_of_the_greatest_length_is_read),
      TEST(nested_claims_are_bounded), TEST(as_many_claims_as_fit_are_read),
      TEST(signs_what_it_is_told), TEST(what_is_nothing_is_not_said),
      TEST(an_rs256_token_says_who_sends_what_to_whom),
      TEST(the_two_rsa_keys_belong_together),
      TEST(only_the_signature_itself_verifies),
      TEST(small_keys_and_other_kinds_are_refused),
      TEST(a_signed_token_needs_its_room),
      TEST(a_token_that_is_too_long_is_not_signed),
      TEST(a_bearer_token_is_behind_its_scheme_or_alone),
      TEST(other_schemes_bear_none), TEST(no_cut_header_is_read_too_far))
