/* SPDX-License-Identifier: Apache-2.0 */
/* A token is good only when the agreed key signed exactly these characters by
 * the agreed algorithm, now is its time, and it says all that is expected;
 * every trick known against JWT libraries is tried. */
#include "ilp/jwt.h"

#include <ctype.h>

#include "base/base64.h"
#include "base/json.h"
#include "ilp/cipher.h"
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

/* RFC 7515, appendix A: the secret of A.1, the public key of A.2, and their
 * tokens, which say the same. */
#define RFC_SECRET                                                             \
	"0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f84b2d2502ebf"     \
	"d3fb5a92d20647ef968ab4c377623d223d2e2172052e4f08c0cd9af567d080a3"
#define RFC_CLAIMS                                                             \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly"           \
	"9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_EXPIRY INT64_C(1300819380000)
static const char rfc_hs256[] =
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
	"." RFC_CLAIMS ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char rfc_rs256[] =
	"eyJhbGciOiJSUzI1NiJ9." RFC_CLAIMS "."
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu"
	"3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
	"F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO7"
	"5vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
	"LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1p"
	"hCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
	"wlVmtVrBp0igcN_IoypGlUPQGe77Rw";
static const char rfc_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\n"
	"NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\n"
	"P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n"
	"9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\n"
	"EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\n"
	"FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\n"
	"oQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

#define HS "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define RS "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define SECRET "a secret of thirty-two characters"
#define ALICE "{\"sub\":\"alice\",\"exp\":" LATER "}"

static struct ilp_crypto *crypto;
static struct ilp_rsa *signer; /* the private key, for tokens made by hand */
static struct ilp_jwt_key *shared, *private, *public, *published, *rfc;

/* What is said about a key that cannot be made. */
static const char *why;

static struct ilp_jwt_key *rs256_key(const char *pem)
{
	struct ilp_jwt_key *key;
	struct ilp_bytes copy = exact_copy(ilp_text(pem));

	key = ilp_jwt_key_rs256(crypto, copy, &why);
	exact_free(copy); /* it is not needed any more */
	assert_non_null(key);
	return key;
}

static struct ilp_jwt_key *hs256_key(struct ilp_bytes secret)
{
	struct ilp_bytes copy = exact_copy(secret);
	struct ilp_jwt_key *key = ilp_jwt_key_hs256(crypto, copy, &why);

	exact_free(copy);
	assert_non_null(key);
	return key;
}

/* Loaded once, since that takes long under valgrind. */
static void starts(void)
{
	crypto = ilp_crypto_create();
	assert_non_null(crypto);
	CHECK_INT(ilp_rsa_load(&signer, crypto, ilp_text(private_key)), ILP_OK);
	shared = hs256_key(ilp_text(SECRET));
	private = rs256_key(private_key);
	public = rs256_key(public_key);
	published = rs256_key(published_key);
	rfc = rs256_key(rfc_key);
}

static void ends(void)
{
	ilp_jwt_key_destroy(shared);
	ilp_jwt_key_destroy(private);
	ilp_jwt_key_destroy(public);
	ilp_jwt_key_destroy(published);
	ilp_jwt_key_destroy(rfc);
	ilp_jwt_key_destroy(NULL);
	ilp_rsa_destroy(signer);
	ilp_crypto_destroy(crypto);
}

static const struct ilp_jwt_rules any;

static const struct ilp_jwt_rules *sub(const char *subject)
{
	static struct ilp_jwt_rules rules;

	rules = (struct ilp_jwt_rules){ .subject = ilp_text(subject) };
	return &rules;
}

/* Whom the last good token speaks for. */
static struct ilp_jwt_holder holder;

static enum ilp_jwt_problem check(struct ilp_jwt_key *key,
				  const struct ilp_jwt_rules *rules,
				  struct ilp_bytes token, int64_t now_ms)
{
	static uint8_t room[ILP_JWT_MAX];
	struct ilp_bytes copy = exact_copy(token);
	struct ilp_jwt_holder out = { { room, 1 }, -1 };
	enum ilp_jwt_problem problem =
		ilp_jwt_verify(&out, room, key, rules, copy, now_ms);

	exact_free(copy); /* what is given lies in the room */
	if (problem)
		CHECK(out.subject.len == 1 && out.expires_at_ms == -1);
	else
		holder = out;
	return problem;
}

static char token_text[10000];

static void append_base64(struct ilp_bytes bytes)
{
	size_t at = strlen(token_text);
	struct ilp_bytes text;

	CHECK(ilp_base64_encode(&text, bytes, ILP_BASE64_URL,
				(uint8_t *)token_text + at,
				sizeof(token_text) - at - 1));
	token_text[at + text.len] = '\0';
}

/* Header and claims as they come, for tokens that no honest signer makes. */
static struct ilp_bytes unsigned_part(const char *header, const char *claims)
{
	token_text[0] = '\0';
	append_base64(ilp_text(header));
	strcat(token_text, ".");
	append_base64(ilp_text(claims));
	return ilp_text(token_text);
}

/* The text of the token so far, signed by HS256. */
static struct ilp_bytes with_mac(const char *secret)
{
	uint8_t mac[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, mac, ilp_text(secret), ilp_text(token_text));
	strcat(token_text, ".");
	append_base64(ILP_BYTES(mac));
	return ilp_text(token_text);
}

static struct ilp_bytes hs256(const char *header, const char *claims,
			      const char *secret)
{
	unsigned_part(header, claims);
	return with_mac(secret);
}

static struct ilp_bytes rs256(const char *header, const char *claims)
{
	uint8_t signature[ILP_RSA_SIGNATURE_MAX];
	struct ilp_writer w = ilp_writer(signature, sizeof(signature));

	CHECK_INT(ilp_rsa_sign(signer, &w, unsigned_part(header, claims)),
		  ILP_OK);
	strcat(token_text, ".");
	append_base64(ilp_written(&w));
	return ilp_text(token_text);
}

/* What becomes of a token with this header and these claims, well signed. */
static enum ilp_jwt_problem judge(const char *header, const char *claims)
{
	return check(shared, &any, hs256(header, claims, SECRET), NOW);
}

struct judged {
	const char *text;
	enum ilp_jwt_problem problem;
};

static void judge_all(const struct judged *cases, size_t count,
		      const char *format, const struct ilp_jwt_rules *rules)
{
	static char claims[4000];

	for (size_t i = 0; i < count; i++) {
		enum ilp_jwt_problem problem;
		const char *hole = strchr(format, '%');

		snprintf(claims, sizeof(claims), "%.*s%s%s",
			 (int)(hole - format), format, cases[i].text, hole + 1);
		problem = check(shared, rules, hs256(HS, claims, SECRET), NOW);
		if (problem != cases[i].problem)
			fail_msg("%s: %s", claims,
				 ilp_jwt_problem_text(problem));
	}
}

/* Claims made of a format, in which % stands for what differs. */
#define JUDGE(format, rules, ...)                                              \
	do {                                                                   \
		static const struct judged cases[] = { __VA_ARGS__ };          \
                                                                               \
		judge_all(cases, sizeof(cases) / sizeof(*cases), format,       \
			  rules);                                              \
	} while (0)

static void each_problem_has_its_own_lower_case_phrase(void)
{
	for (unsigned p = 0; p < ILP_JWT_PROBLEMS; p++) {
		const char *text =
			ilp_jwt_problem_text((enum ilp_jwt_problem)p);

		CHECK(text && islower((unsigned char)text[0]));
		CHECK(text[strlen(text) - 1] != '.');
		for (unsigned o = 0; o < p; o++)
			CHECK(strcmp(text, ilp_jwt_problem_text(
						   (enum ilp_jwt_problem)o)));
	}
	CHECK(ilp_jwt_problem_text(ILP_JWT_PROBLEMS) != NULL);
	CHECK(ilp_jwt_problem_text((enum ilp_jwt_problem) - 1) != NULL);
}

static void the_published_rs256_token_is_good_in_its_time(void)
{
	struct ilp_jwt_rules rules = {
		.issuer = ilp_text("https://exmaple.com"),
		.subject = ilp_text("https://example.com/alice"),
		.audience = ilp_text("https://example.com/bob"),
		.need_issuer = true,
		.need_subject = true,
		.need_audience = true,
	};
	struct ilp_jwt_rules other = rules;
	struct ilp_bytes token = ilp_text(RS256_TOKEN);

	CHECK_INT(check(published, &rules, token, RS256_EXPIRY - 1),
		  ILP_JWT_OK);
	CHECK_TEXT(holder.subject, "https://example.com/alice");
	CHECK_INT(holder.expires_at_ms, RS256_EXPIRY);
	CHECK_INT(check(published, &rules, token, 0), ILP_JWT_OK);
	CHECK_INT(check(published, &any, token, 0), ILP_JWT_OK);
	CHECK_INT(check(published, &rules, token, RS256_EXPIRY),
		  ILP_JWT_EXPIRED);
	CHECK_INT(check(published, &rules, token, INT64_MAX), ILP_JWT_EXPIRED);
	other.issuer = ilp_text("https://example.com");
	CHECK_INT(check(published, &other, token, 0), ILP_JWT_ISSUER);
	other = rules;
	other.subject = ilp_text("https://example.com/bob");
	CHECK_INT(check(published, &other, token, 0), ILP_JWT_SUBJECT);
	other = rules;
	other.audience = ilp_text("https://example.com/alice");
	CHECK_INT(check(published, &other, token, 0), ILP_JWT_AUDIENCE);
}

/* It was not made with the secret printed beside it. */
static void the_published_hs256_token_is_not_signed(void)
{
	static const char printed[] = "HEiMCp0FoAC903QHueY89gAWJHo";
	uint8_t raw[32];
	struct ilp_bytes secret;
	struct ilp_jwt_key *key = hs256_key(ilp_text(printed));

	CHECK_INT(check(key, &any, ilp_text(HS256_TOKEN), 0),
		  ILP_JWT_SIGNATURE);
	ilp_jwt_key_destroy(key);
	CHECK(ilp_base64_decode(&secret, ilp_text(printed), ILP_BASE64_ANY, raw,
				sizeof(raw)));
	key = hs256_key(secret);
	CHECK_INT(check(key, &any, ilp_text(HS256_TOKEN), 0),
		  ILP_JWT_SIGNATURE);
	ilp_jwt_key_destroy(key);
}

static void every_changed_bit_is_noticed(struct ilp_jwt_key *key,
					 const char *token)
{
	static char changed[1000];
	size_t len = strlen(token);

	for (size_t bit = 0; bit < 8 * len; bit++) {
		memcpy(changed, token, len);
		changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
		if (!check(key, &any,
			   (struct ilp_bytes){ (uint8_t *)changed, len }, 0))
			fail_msg("bit %zu", bit);
	}
}

static void the_examples_of_the_jws_rfc_are_good_to_the_bit(void)
{
	struct ilp_jwt_rules joe = { .issuer = ilp_text("joe") };
	struct ilp_jwt_key *key = hs256_key(hex(RFC_SECRET));
	const struct {
		struct ilp_jwt_key *key;
		const char *token;
	} cases[] = { { key, rfc_hs256 }, { rfc, rfc_rs256 } };

	for (int i = 0; i < 2; i++) {
		struct ilp_bytes token = ilp_text(cases[i].token);

		CHECK_INT(check(cases[i].key, &joe, token, RFC_EXPIRY - 1),
			  ILP_JWT_OK);
		CHECK_INT(holder.subject.len, 0);
		CHECK_INT(holder.expires_at_ms, RFC_EXPIRY);
		CHECK_INT(check(cases[i].key, &joe, token, RFC_EXPIRY),
			  ILP_JWT_EXPIRED);
		every_changed_bit_is_noticed(cases[i].key, cases[i].token);
		CHECK_INT(check(cases[i].key, &joe, token, 0), ILP_JWT_OK);
	}
	ilp_jwt_key_destroy(key);
}

static void a_token_of_any_signer_is_good(void)
{
	static const char *const headers[] = {
		"{\"alg\":\"HS256\"}",
		" { \"alg\" : \"HS256\" }\n",
		"{\"typ\":\"jwt\",\"kid\":\"1\",\"alg\":\"HS256\"}",
		"{\"alg\":\"\\u0048S256\",\"typ\":\"JwT\",\"cty\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"x5t\":\"\",\"x\":1,\"x\":2}",
	};
	static const char *const claims[] = {
		ALICE,
		"\n{ \"sub\" : \"alice\" ,\t\"exp\" : " LATER " }\n",
		"{\"jti\":[1,{}],\"iat\":1,\"sub\":\"\\u0061lice\","
		"\"exp\":" LATER "}",
		"{\"x\":1,\"x\":2,\"s\\u0075b\":\"alice\",\"exp\":" LATER "}",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		CHECK_INT(judge(headers[i], ALICE), ILP_JWT_OK);
	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++) {
		CHECK_INT(judge(HS, claims[i]), ILP_JWT_OK);
		CHECK_TEXT(holder.subject, "alice");
		CHECK_INT(holder.expires_at_ms, NOW + 60000);
	}
}

/* As ilp-plugin-http signs: there is no claim but dates. */
static void a_subject_is_needed_only_where_it_is_agreed(void)
{
	static const char claims[] = "{\"iat\":1500000000,\"exp\":" LATER "}";
	struct ilp_jwt_rules rules = { .need_subject = true };

	CHECK_INT(judge(HS, claims), ILP_JWT_OK);
	CHECK_INT(holder.subject.len, 0);
	CHECK_INT(check(shared, &rules, hs256(HS, claims, SECRET), NOW),
		  ILP_JWT_SUBJECT);
	CHECK_INT(check(shared, &rules, hs256(HS, ALICE, SECRET), NOW),
		  ILP_JWT_OK);
}

static void only_the_agreed_algorithm_is_taken(void)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"\"}",
		"{\"alg\":\"hs256\"}",
		"{\"alg\":\"HS256 \"}",
		"{\"alg\":\"HS384\"}",
		"{\"alg\":\"HS512\"}",
		"{\"alg\":\"RS256\"}",
		"{\"alg\":\"ES256\"}",
		"{\"alg\":\"HS256\\u0000\"}",
		"{\"alg\":\"HS25\"}",
		"{}",
		"{\"alg\":null}",
		"{\"alg\":256}",
		"{\"alg\":[\"HS256\"]}",
		"{\"ALG\":\"HS256\"}",
		"{\"x\":{\"alg\":\"HS256\"}}",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (judge(headers[i], ALICE) != ILP_JWT_ALGORITHM)
			fail_msg("taken: %s", headers[i]);
	CHECK_INT(judge("{\"alg\":\"HS256\",\"alg\":\"none\"}", ALICE),
		  ILP_JWT_TWICE);
	CHECK_INT(judge("{\"alg\":\"none\",\"a\\u006cg\":\"HS256\"}", ALICE),
		  ILP_JWT_TWICE);
}

static void an_unsigned_token_is_refused(void)
{
	static const char none[] = "{\"alg\":\"none\"}";
	struct ilp_jwt_key *const keys[] = { shared, public };

	for (int i = 0; i < 2; i++) {
		const char *header = i ? RS : HS;

		CHECK_INT(check(keys[i], &any, unsigned_part(none, ALICE), NOW),
			  ILP_JWT_PARTS);
		strcat(token_text, ".");
		CHECK_INT(check(keys[i], &any, ilp_text(token_text), NOW),
			  ILP_JWT_ALGORITHM);
		unsigned_part(header, ALICE);
		strcat(token_text, ".");
		CHECK_INT(check(keys[i], &any, ilp_text(token_text), NOW),
			  ILP_JWT_SIGNATURE);
		strcat(token_text, "AA");
		CHECK_INT(check(keys[i], &any, ilp_text(token_text), NOW),
			  ILP_JWT_SIGNATURE);
	}
}

/* The public key is public: whoever makes us take it for a shared secret can
 * sign anything. */
static void a_public_key_is_no_shared_secret(void)
{
	CHECK_INT(check(public, &any, hs256(HS, ALICE, public_key), NOW),
		  ILP_JWT_ALGORITHM);
	CHECK_INT(check(public, &any, hs256(RS, ALICE, public_key), NOW),
		  ILP_JWT_SIGNATURE);
	CHECK(ilp_jwt_key_hs256(crypto, ilp_text(public_key), &why) == NULL);
	CHECK(strcmp(why, "a key in PEM is no shared secret") == 0);
	CHECK(ilp_jwt_key_hs256(crypto, ilp_text(private_key), &why) == NULL);

	CHECK_INT(check(shared, &any, rs256(RS, ALICE), NOW),
		  ILP_JWT_ALGORITHM);
	CHECK_INT(check(shared, &any, rs256(HS, ALICE), NOW),
		  ILP_JWT_SIGNATURE);
	CHECK_INT(check(public, &any, rs256(RS, ALICE), NOW), ILP_JWT_OK);
}

/* Whoever was not given a secret is nobody's peer. */
static void the_empty_secret_makes_no_key(void)
{
	CHECK(ilp_jwt_key_hs256(crypto, ilp_text(""), &why) == NULL);
	CHECK(strcmp(why, "the empty secret is known to everybody") == 0);
	CHECK(ilp_jwt_key_hs256(crypto, (struct ilp_bytes){ NULL, 0 }, &why) ==
	      NULL);
}

/* It would be for the signer to say by which key it is trusted. */
static void a_key_in_the_header_is_refused(void)
{
	static const char *const headers[] = {
		"{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"\"}}",
		"{\"alg\":\"HS256\",\"jku\":\"https://a.example/keys\"}",
		"{\"alg\":\"HS256\",\"x5u\":\"https://a.example/pem\"}",
		"{\"alg\":\"HS256\",\"x5c\":[]}",
		"{\"\\u006awk\":null,\"alg\":\"HS256\"}",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		CHECK_INT(judge(headers[i], ALICE), ILP_JWT_FOREIGN_KEY);
}

/* RFC 8725, 3.11: a token for one purpose is none for another. */
static void a_token_of_another_type_is_refused(void)
{
	static const char *const types[] = {
		"\"at+jwt\"",     "\"JOSE\"", "\"\"",      "\"JWT \"",
		"\"JWT\\u0000\"", "null",     "[\"JWT\"]", "\"secevent+jwt\"",
	};
	char header[100];

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		snprintf(header, sizeof(header),
			 "{\"alg\":\"HS256\",\"typ\":%s}", types[i]);
		if (judge(header, ALICE) != ILP_JWT_TYPE)
			fail_msg("taken: %s", header);
	}
}

/* RFC 7515, 4.1.11: whoever does not know what is critical must refuse. */
static void critical_headers_are_refused(void)
{
	static const char *const headers[] = {
		"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
		"{\"alg\":\"HS256\",\"crit\":[]}",
		"{\"crit\":[\"b64\"],\"b64\":false,\"alg\":\"HS256\"}",
		"{\"alg\":\"HS256\",\"\\u0063rit\":[\"x\"]}",
		"{\"alg\":\"HS256\",\"crit\":null}",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		CHECK_INT(judge(headers[i], ALICE), ILP_JWT_CRITICAL);
}

static void another_key_did_not_sign(void)
{
	CHECK_INT(check(shared, &any, hs256(HS, ALICE, SECRET "x"), NOW),
		  ILP_JWT_SIGNATURE);
	CHECK_INT(check(shared, &any, hs256(HS, ALICE, ""), NOW),
		  ILP_JWT_SIGNATURE);
	CHECK_INT(check(public, &any, ilp_text(RS256_TOKEN), 0),
		  ILP_JWT_SIGNATURE);
}

/* Every other character in the place of every one: any change is noticed, and
 * no second spelling of a good token is good. */
static void every_changed_character_is_noticed(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
				       "lmnopqrstuvwxyz0123456789-_+/=. \n";
	char good[400], changed[400];
	size_t len;

	strcpy(good, (const char *)hs256(HS, ALICE, SECRET).at);
	len = strlen(good);
	CHECK_INT(check(shared, &any, ilp_text(good), NOW), ILP_JWT_OK);
	for (size_t i = 0; i < len; i++)
		for (const char *c = alphabet; *c; c++) {
			strcpy(changed, good);
			changed[i] = *c;
			if (*c != good[i] &&
			    !check(shared, &any, ilp_text(changed), NOW))
				fail_msg("'%c' at %zu", *c, i);
		}
}

static struct ilp_jwt_key *cut_key;

static unsigned check_cut(struct ilp_bytes token)
{
	return check(cut_key, &any, token, NOW);
}

static void every_cut_token_is_refused(void)
{
	cut_key = shared;
	check_cuts(check_cut, hs256(HS, ALICE, SECRET), 0);
	cut_key = public;
	check_cuts(check_cut, rs256(RS, ALICE), 0);
}

static void other_spellings_of_a_good_token_are_refused(void)
{
	char good[400], other[500];
	static const char *const around[][2] = {
		{ " ", "" },    { "", " " }, { "", "\n" },  { "\t", "" },
		{ "", "=" },    { "", "." }, { ".", "" },   { "", ".x" },
		{ "", ".x.y" }, { "", "A" }, { "", "%00" }, { "x.y.", "" },
	};

	strcpy(good, (const char *)hs256(HS, ALICE, SECRET).at);
	for (size_t i = 0; i < sizeof(around) / sizeof(*around); i++) {
		sprintf(other, "%s%s%s", around[i][0], good, around[i][1]);
		if (!check(shared, &any, ilp_text(other), NOW))
			fail_msg("taken: %s", other);
	}
}

/* RFC 7515, section 2: base64url without padding, also where the signer signed
 * something else. */
static void other_base64_is_refused_though_signed(void)
{
	static const struct {
		const char *header, *claims;
		enum ilp_jwt_problem problem;
	} cases[] = {
		/* {"alg":"HS256"} and {"exp":9000000000}, with spaces */
		{ "eyJhbGciOiJIUzI1NiJ9IA", "eyJleHAiOjkwMDAwMDAwMDB9",
		  ILP_JWT_OK },
		{ "eyJhbGciOiJIUzI1NiJ9IA==", "eyJleHAiOjkwMDAwMDAwMDB9",
		  ILP_JWT_BASE64 },
		{ "eyJhbGciOiJIUzI1NiJ9IA",
		  "eyJleHAiOjkwMDAwMDAwMDB9IA==", ILP_JWT_BASE64 },
		{ "eyJhbGciOiJIUzI1NiJ9IB", "eyJleHAiOjkwMDAwMDAwMDB9",
		  ILP_JWT_BASE64 }, /* unused bits that are not zero */
		{ "eyJhbGciOiJIUzI1NiJ9IA", "eyJleHAiOjkwMDAwMDAwMDB9IH",
		  ILP_JWT_BASE64 },
		{ "eyJhbGciOiJIUzI1NiJ9I", "eyJleHAiOjkwMDAwMDAwMDB9",
		  ILP_JWT_BASE64 },
		{ "eyJhbGciOiJIUzI1NiJ9IA", "eyJleHAiOjkwMDAw\nMDAwMDB9",
		  ILP_JWT_BASE64 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		sprintf(token_text, "%s.%s", cases[i].header, cases[i].claims);
		CHECK_INT(check(shared, &any, with_mac(SECRET), NOW),
			  cases[i].problem);
	}
}

/* Five parts are an encrypted token, which is another thing. */
static void only_three_parts_are_a_token(void)
{
	static const char *const bad[] = {
		"",
		".",
		"...",
		"....",
		"a",
		"a.b",
		"a.b.c.d.e",
		RS256_HEADER,
		RS256_HEADER "." RS256_PAYLOAD,
		RS256_TOKEN "." RS256_SIGNATURE,
		RS256_TOKEN ".",
		RS256_HEADER "..." RS256_PAYLOAD "." RS256_SIGNATURE,
		RS256_HEADER "." RS256_PAYLOAD "." RS256_HEADER
			     "." RS256_PAYLOAD "." RS256_SIGNATURE,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (check(published, &any, ilp_text(bad[i]), 0) !=
		    ILP_JWT_PARTS)
			fail_msg("taken: %s", bad[i]);
	CHECK_INT(check(published, &any, ilp_text(".."), 0), ILP_JWT_HEADER);
	CHECK_INT(check(published, &any,
			ilp_text("." RS256_PAYLOAD "." RS256_SIGNATURE), 0),
		  ILP_JWT_HEADER);
	CHECK_INT(check(published, &any,
			ilp_text(RS256_HEADER ".." RS256_SIGNATURE), 0),
		  ILP_JWT_SIGNATURE);
}

static void what_is_no_json_object_is_refused(void)
{
	static const char *const bad[] = {
		"",  "null", "1",         "\"x\"", "[]",
		"{", "{}}",  "{\"alg\"}", "\xff",  "[{\"alg\":\"HS256\"}]"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK_INT(judge(bad[i], ALICE), ILP_JWT_HEADER);
		CHECK_INT(judge(HS, bad[i]), ILP_JWT_CLAIMS);
	}
}

static void an_expiry_must_be_there_and_to_come(void)
{
	JUDGE("{\"exp\":%}", &any, { "1500000001", ILP_JWT_OK },
	      { "1500000000", ILP_JWT_EXPIRED },
	      { "1499999999", ILP_JWT_EXPIRED }, { "0", ILP_JWT_EXPIRED },
	      { "-1", ILP_JWT_DATE }, { "\"" LATER "\"", ILP_JWT_DATE },
	      { "null", ILP_JWT_DATE }, { "true", ILP_JWT_DATE },
	      { "[" LATER "]", ILP_JWT_DATE }, { "{}", ILP_JWT_DATE },
	      /* RFC 7519 allows a fraction; it makes no token live longer. */
	      { "1500000001.5", ILP_JWT_OK },
	      { "1500000000.999", ILP_JWT_EXPIRED },
	      { "1499999999.999", ILP_JWT_EXPIRED },
	      { "1500000060.5e-9", ILP_JWT_DATE },
	      { "1500000060E-9", ILP_JWT_DATE }, { "1.6e9", ILP_JWT_DATE },
	      { "01500000060", ILP_JWT_CLAIMS }, { "NaN", ILP_JWT_CLAIMS });
	JUDGE("{%}", &any, { "", ILP_JWT_NO_EXPIRY },
	      { "\"Exp\":" LATER, ILP_JWT_NO_EXPIRY },
	      { "\"x\":{\"exp\":" LATER "}", ILP_JWT_NO_EXPIRY });
}

/* Neither an instant wrapped around to the past or the future, nor a day so
 * far off that its signer cannot have meant it. */
static void a_huge_date_is_none(void)
{
	JUDGE("{\"exp\":%}", &any, { "253402300799", ILP_JWT_OK },
	      { "253402300799.9", ILP_JWT_OK },
	      { "253402300800", ILP_JWT_DATE },
	      { "1500000060000", ILP_JWT_DATE }, /* in milliseconds */
	      { "9223372036854775", ILP_JWT_DATE },
	      { "9223372036854775808", ILP_JWT_DATE },
	      { "18446744073709551616", ILP_JWT_DATE },
	      { "18446744075209551", ILP_JWT_DATE },
	      { "-18446744072209551", ILP_JWT_DATE },
	      { "99999999999999999999999999", ILP_JWT_DATE });
	CHECK_INT(check(shared, &any, hs256(HS, ALICE, SECRET), INT64_MAX),
		  ILP_JWT_EXPIRED);
}

static void a_token_is_not_good_before_its_time(void)
{
	JUDGE("{\"exp\":" LATER ",\"nbf\":%}", &any, { "0", ILP_JWT_OK },
	      { "1500000000", ILP_JWT_OK }, { "1500000001", ILP_JWT_EARLY },
	      { "1500000000.000", ILP_JWT_OK },
	      { "1500000000.001", ILP_JWT_EARLY },
	      { "1499999999.999", ILP_JWT_OK },
	      { "1600000000.5", ILP_JWT_EARLY },
	      { "253402300800", ILP_JWT_DATE },
	      { "\"1600000000\"", ILP_JWT_DATE }, { "null", ILP_JWT_DATE },
	      { "[]", ILP_JWT_DATE }, { "true", ILP_JWT_DATE });
	JUDGE("{\"exp\":" LATER ",\"iat\":%}", &any, { "0", ILP_JWT_OK },
	      { "1500000000", ILP_JWT_OK }, { "1500000001", ILP_JWT_FUTURE },
	      { "null", ILP_JWT_DATE });
}

static void clocks_may_differ_by_the_leeway(void)
{
	const struct ilp_jwt_rules rules = { .leeway_ms = 5000 };

	JUDGE("{\"exp\":%}", &rules, { "1499999996", ILP_JWT_OK },
	      { "1499999995", ILP_JWT_EXPIRED });
	JUDGE("{\"exp\":" LATER ",\"nbf\":%}", &rules,
	      { "1500000005", ILP_JWT_OK }, { "1500000006", ILP_JWT_EARLY });
	JUDGE("{\"exp\":" LATER ",\"iat\":%}", &rules,
	      { "1500000005", ILP_JWT_OK }, { "1500000006", ILP_JWT_FUTURE });
}

static void no_token_lives_longer_than_allowed(void)
{
	const struct ilp_jwt_rules strict = { .lifetime_max_ms = 60000 };
	const struct ilp_jwt_rules lenient = { .lifetime_max_ms = 60000,
					       .leeway_ms = 5000 };

	JUDGE("{%}", &strict, { "\"exp\":1500000060", ILP_JWT_OK },
	      { "\"exp\":1500000061", ILP_JWT_LIFETIME },
	      { "\"exp\":1500000060,\"iat\":1500000000", ILP_JWT_OK },
	      { "\"exp\":1500000060,\"iat\":1499999999", ILP_JWT_LIFETIME },
	      { "\"exp\":1500000001,\"iat\":1499999941", ILP_JWT_OK },
	      { "\"exp\":1500000001,\"iat\":0", ILP_JWT_LIFETIME },
	      { "\"exp\":253402300799", ILP_JWT_LIFETIME });
	JUDGE("{%}", &lenient, { "\"exp\":1500000065", ILP_JWT_OK },
	      { "\"exp\":1500000066", ILP_JWT_LIFETIME },
	      { "\"exp\":1500000065,\"iat\":1500000005", ILP_JWT_OK },
	      { "\"exp\":1500000061,\"iat\":1500000000", ILP_JWT_LIFETIME });
}

static void of_several_audiences_one_must_be_the_expected(void)
{
	const struct ilp_jwt_rules bob = { .audience = ilp_text("bob") };
	const struct ilp_jwt_rules some = { .need_audience = true };

	JUDGE("{\"exp\":" LATER ",\"aud\":%}", &bob, { "\"bob\"", ILP_JWT_OK },
	      { "[\"bob\"]", ILP_JWT_OK },
	      { "[\"alice\",\"bob\"]", ILP_JWT_OK },
	      { "[\"b\\u006fb\",\"\"]", ILP_JWT_OK },
	      { "[\"bob\",\"alice\",1]", ILP_JWT_AUDIENCE },
	      { "[]", ILP_JWT_AUDIENCE }, { "\"\"", ILP_JWT_AUDIENCE },
	      { "\"alice\"", ILP_JWT_AUDIENCE },
	      { "\"bobby\"", ILP_JWT_AUDIENCE }, { "\"bo\"", ILP_JWT_AUDIENCE },
	      { "\"Bob\"", ILP_JWT_AUDIENCE }, { "\"bob \"", ILP_JWT_AUDIENCE },
	      { "\"bob\\u0000\"", ILP_JWT_AUDIENCE },
	      { "[\"alice\",\"carol\"]", ILP_JWT_AUDIENCE },
	      { "[[\"bob\"]]", ILP_JWT_AUDIENCE },
	      { "{\"bob\":\"bob\"}", ILP_JWT_AUDIENCE },
	      { "null", ILP_JWT_AUDIENCE });
	JUDGE("{\"exp\":" LATER "%}", &bob, { "", ILP_JWT_AUDIENCE });
	JUDGE("{\"exp\":" LATER ",\"aud\":%}", &some, { "\"x\"", ILP_JWT_OK },
	      { "[\"\",\"x\"]", ILP_JWT_OK }, { "\"\"", ILP_JWT_AUDIENCE },
	      { "[]", ILP_JWT_AUDIENCE }, { "[\"\"]", ILP_JWT_AUDIENCE });
	JUDGE("{\"exp\":" LATER ",\"aud\":%}", &any, { "\"x\"", ILP_JWT_OK },
	      { "[]", ILP_JWT_OK }, { "[\"x\",1]", ILP_JWT_AUDIENCE },
	      { "1", ILP_JWT_AUDIENCE });
}

static void every_expected_claim_must_be_said(void)
{
	const struct ilp_jwt_rules issuer = { .issuer = ilp_text("alice") };
	const struct ilp_jwt_rules need = { .need_issuer = true,
					    .need_subject = true };

	JUDGE("{\"exp\":" LATER "%}", sub("alice"), { "", ILP_JWT_SUBJECT },
	      { ",\"sub\":\"alice\"", ILP_JWT_OK },
	      { ",\"sub\":\"bob\"", ILP_JWT_SUBJECT },
	      { ",\"sub\":\"\"", ILP_JWT_SUBJECT },
	      { ",\"sub\":\"alice2\"", ILP_JWT_SUBJECT },
	      { ",\"sub\":\"alic\"", ILP_JWT_SUBJECT },
	      { ",\"sub\":[\"alice\"]", ILP_JWT_SUBJECT },
	      { ",\"sub\":null", ILP_JWT_SUBJECT },
	      { ",\"iss\":\"alice\"", ILP_JWT_SUBJECT },
	      /* a claim that goes on behind a zero is another */
	      { ",\"sub\":\"alice\\u0000x\"", ILP_JWT_SUBJECT });
	JUDGE("{\"exp\":" LATER "%}", &issuer, { "", ILP_JWT_ISSUER },
	      { ",\"iss\":\"alice\"", ILP_JWT_OK },
	      { ",\"iss\":[\"alice\"]", ILP_JWT_ISSUER },
	      { ",\"iss\":\"bob\"", ILP_JWT_ISSUER });
	JUDGE("{\"exp\":" LATER "%}", &need,
	      { ",\"iss\":\"a\",\"sub\":\"b\"", ILP_JWT_OK },
	      { ",\"iss\":\"a\"", ILP_JWT_SUBJECT },
	      { ",\"sub\":\"b\"", ILP_JWT_ISSUER },
	      { ",\"iss\":\"\",\"sub\":\"b\"", ILP_JWT_ISSUER },
	      { ",\"iss\":\"a\",\"sub\":\"\"", ILP_JWT_SUBJECT });
	JUDGE("{\"exp\":" LATER "%}", &any, { ",\"sub\":1", ILP_JWT_SUBJECT },
	      { ",\"iss\":{}", ILP_JWT_ISSUER },
	      { ",\"iss\":\"\"", ILP_JWT_OK });
}

static void a_subject_comes_with_its_escapes_undone(void)
{
	CHECK_INT(judge(HS,
			"{\"sub\":\"a\\\"\\u00fc\\\\\\u0000x\",\"exp\":" LATER
			"}"),
		  ILP_JWT_OK);
	CHECK_BYTES(
		holder.subject,
		((struct ilp_bytes){ (const uint8_t *)"a\"\xc3\xbc\\\0x", 7 }));
}

/* Of two, we would believe one and somebody else the other. */
static void a_claim_that_is_said_twice_is_refused(void)
{
	JUDGE("{%,\"exp\":" LATER "}", &any,
	      { "\"sub\":\"alice\",\"sub\":\"mallory\"", ILP_JWT_TWICE },
	      { "\"sub\":\"alice\",\"sub\":\"alice\"", ILP_JWT_TWICE },
	      { "\"sub\":\"alice\",\"s\\u0075b\":\"x\"", ILP_JWT_TWICE },
	      { "\"exp\":1", ILP_JWT_TWICE }, { "\"exp\":null", ILP_JWT_TWICE },
	      { "\"aud\":\"a\",\"aud\":\"b\"", ILP_JWT_TWICE },
	      { "\"iss\":\"a\",\"iss\":\"b\"", ILP_JWT_TWICE },
	      { "\"nbf\":0,\"nbf\":0", ILP_JWT_TWICE },
	      { "\"iat\":0,\"iat\":0", ILP_JWT_TWICE },
	      { "\"x\":{\"exp\":1}", ILP_JWT_OK });
}

static enum ilp_jwt_problem subject_of(struct ilp_bytes *out,
				       struct ilp_bytes token)
{
	static uint8_t room[ILP_JWT_MAX];
	struct ilp_bytes copy = exact_copy(token);
	enum ilp_jwt_problem problem = ilp_jwt_subject(out, room, copy);

	exact_free(copy);
	return problem;
}

static void the_subject_is_found_before_any_check(void)
{
	static const struct judged cases[] = {
		{ "{}", ILP_JWT_SUBJECT },
		{ "{\"sub\":1}", ILP_JWT_SUBJECT },
		{ "{\"sub\":\"a\",\"sub\":\"b\"}", ILP_JWT_TWICE },
		{ "[]", ILP_JWT_CLAIMS },
		{ "", ILP_JWT_CLAIMS },
	};
	struct ilp_bytes subject;

	CHECK_INT(subject_of(&subject, ilp_text(RS256_TOKEN)), ILP_JWT_OK);
	CHECK_TEXT(subject, "https://example.com/alice");
	CHECK_INT(subject_of(&subject, ilp_text(HS256_TOKEN)), ILP_JWT_OK);
	CHECK_TEXT(subject, "alice");
	CHECK_INT(subject_of(&subject,
			     hs256("{\"alg\":\"x\"}",
				   "{\"sub\":\"a\\\"\\u00fc\\\\\"}", "")),
		  ILP_JWT_OK);
	CHECK_TEXT(subject, "a\"\xc3\xbc\\");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_INT(
			subject_of(&subject, hs256(HS, cases[i].text, SECRET)),
			cases[i].problem);
	CHECK_INT(subject_of(&subject, ilp_text("no token")), ILP_JWT_PARTS);
	for (size_t len = 0; len < strlen(RS256_HEADER "." RS256_PAYLOAD);
	     len++)
		CHECK(subject_of(&subject, (struct ilp_bytes){
						   (const uint8_t *)RS256_TOKEN,
						   len }) != ILP_JWT_OK);
}

/* A token of exactly this length, with good claims. */
static void make_token_of_length(size_t len)
{
	static char header[200], claims[ILP_JWT_MAX];

	for (int spaces = 0; spaces < 4; spaces++)
		for (size_t more = 0; more < 8; more++) {
			size_t head, body;

			snprintf(header, sizeof(header), "%*s" HS, spaces, "");
			head = ilp_base64_encoded_len(strlen(header),
						      ILP_BASE64_URL);
			body = (len - 45 - head) / 4 * 3 - 4 + more;
			if (head + 2 + 43 +
				    ilp_base64_encoded_len(body,
							   ILP_BASE64_URL) !=
			    len)
				continue;
			memset(claims, ' ', body);
			claims[body] = '\0';
			memcpy(claims, ALICE, strlen(ALICE));
			CHECK_INT(hs256(header, claims, SECRET).len, len);
			return;
		}
	fail_msg("no token of %zu", len);
}

static void a_token_of_the_greatest_length_is_read(void)
{
	struct ilp_bytes subject;
	static char claims[ILP_JWT_MAX];

	for (size_t len = ILP_JWT_MAX - 2; len <= ILP_JWT_MAX + 3; len++) {
		enum ilp_jwt_problem expected =
			len > ILP_JWT_MAX ? ILP_JWT_TOO_LONG : ILP_JWT_OK;

		make_token_of_length(len);
		CHECK_INT(check(shared, &any, ilp_text(token_text), NOW),
			  expected);
		CHECK_INT(subject_of(&subject, ilp_text(token_text)), expected);
	}
	/* nearly all of it one subject */
	strcpy(claims, "{\"exp\":" LATER ",\"sub\":\"");
	memset(claims + strlen(claims), 's', 6000);
	strcat(claims, "\"}");
	CHECK_INT(judge(HS, claims), ILP_JWT_OK);
	CHECK_INT(holder.subject.len, 6000);
}

static enum ilp_jwt_problem with_nodes(size_t count)
{
	static char claims[1000];

	/* 5 nodes, 2 for the array, and its items */
	strcpy(claims, "{\"sub\":\"alice\",\"exp\":" LATER ",\"x\":[");
	for (size_t i = 7; i < count; i++)
		strcat(claims, i == 7 ? "1" : ",1");
	strcat(claims, "]}");
	return judge(HS, claims);
}

/* Nor do thousands of brackets cost more than others. */
static void as_many_claims_as_fit_are_read(void)
{
	static char claims[6000];

	CHECK_INT(with_nodes(7), ILP_JWT_OK);
	CHECK_INT(with_nodes(128), ILP_JWT_OK);
	CHECK_INT(with_nodes(129), ILP_JWT_CLAIMS);
	CHECK_INT(with_nodes(300), ILP_JWT_CLAIMS);
	strcpy(claims, "{\"sub\":\"alice\",\"exp\":" LATER ",\"x\":");
	memset(claims + strlen(claims), '[', 5500);
	CHECK_INT(judge(HS, claims), ILP_JWT_CLAIMS);
}

/* The same signature, but as other bytes: too short, too long, out of range. */
static void only_the_signature_itself_verifies(void)
{
	uint8_t good[300], other[300];
	struct ilp_bytes signature;

	CHECK(ilp_base64_decode(&signature, ilp_text(RS256_SIGNATURE),
				ILP_BASE64_URL, good, sizeof(good)));
	CHECK_INT(signature.len, 256);
	for (size_t len = 0; len < 290; len++) {
		for (int in_front = 0; in_front < 2; in_front++) {
			size_t kept = len < 256 ? len : 256;

			memset(other, 0, sizeof(other));
			memcpy(other + (in_front ? len - kept : 0), good, kept);
			strcpy(token_text, RS256_HEADER "." RS256_PAYLOAD ".");
			append_base64((struct ilp_bytes){ other, len });
			CHECK_INT(
				check(published, &any, ilp_text(token_text), 0),
				len == 256 ? ILP_JWT_OK : ILP_JWT_SIGNATURE);
		}
	}
}

static const char *why_not(const char *pem)
{
	struct ilp_bytes copy = exact_copy(ilp_text(pem));
	struct ilp_jwt_key *key;

	why = "";
	key = ilp_jwt_key_rs256(crypto, copy, &why);
	exact_free(copy);
	CHECK((key == NULL) == (*why != '\0'));
	ilp_jwt_key_destroy(key);
	return why;
}

/* RFC 7518, 3.3: a key of at least 2048 bits. */
static void small_keys_and_other_kinds_are_refused(void)
{
	static const char small[] = "an RSA key of fewer than 2048 bits";
	static const char curve[] = "a key of another kind than RSA";
	static const char none[] =
		"no key in PEM, or one that needs a passphrase";

	CHECK(strcmp(why_not(public_key), "") == 0);
	CHECK(strcmp(why_not(small_key), small) == 0);
	CHECK(strcmp(why_not(small_private_key), small) == 0);
	CHECK(strcmp(why_not(curve_key), curve) == 0);
	CHECK(strcmp(why_not(curve_private_key), curve) == 0);
	CHECK(strcmp(why_not(""), none) == 0);
	CHECK(strcmp(why_not("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC0"),
		     none) == 0);
	CHECK(strcmp(why_not(SECRET), none) == 0);
}

static void signs_what_it_is_told(void)
{
	struct ilp_jwt_claims claims = {
		.issuer = ilp_text("https://a.example"),
		.subject = ilp_text("al\"ice\n"),
		.audience = ilp_text("b\\ob"),
		.issued_at_ms = NOW + 1,
		.expires_at_ms = NOW + 60999,
	};
	uint8_t buffer[1000];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	CHECK_INT(ilp_jwt_sign(&w, shared, &claims), ILP_OK);
	CHECK_BYTES(ilp_written(&w),
		    hs256(HS,
			  "{\"iss\":\"https://a.example\","
			  "\"sub\":\"al\\\"ice\\n\",\"aud\":\"b\\\\ob\","
			  "\"iat\":1500000000,\"exp\":1500000060}",
			  SECRET));
	claims = (struct ilp_jwt_claims){ .expires_at_ms = 1999 };
	w = ilp_writer(buffer, sizeof(buffer));
	CHECK_INT(ilp_jwt_sign(&w, private, &claims), ILP_OK);
	CHECK_BYTES(ilp_written(&w), rs256(RS, "{\"exp\":1}"));
}

static void what_is_signed_verifies(void)
{
	struct ilp_jwt_claims claims = {
		.issuer = ilp_text("https://alice.example"),
		.subject = ilp_text("al\"i\xc3\xbc"),
		.audience = ilp_text("https://bob.example"),
		.issued_at_ms = NOW,
		.expires_at_ms = NOW + 60000,
	};
	struct ilp_jwt_rules rules = {
		.issuer = claims.issuer,
		.subject = claims.subject,
		.audience = claims.audience,
		.lifetime_max_ms = 60000,
	};
	struct ilp_jwt_key *const pairs[][2] = { { shared, shared },
						 { private, public },
						 { private, private } };

	for (int i = 0; i < 3; i++) {
		uint8_t buffer[1000] = "before ";
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		ilp_write_room(&w, 7);
		CHECK_INT(ilp_jwt_sign(&w, pairs[i][0], &claims), ILP_OK);
		struct ilp_bytes token = ilp_bytes_skip(ilp_written(&w), 7);
		CHECK_INT(check(pairs[i][1], &rules, token, NOW + 59999),
			  ILP_JWT_OK);
		CHECK_BYTES(holder.subject, claims.subject);
		CHECK_INT(holder.expires_at_ms, NOW + 60000);
		CHECK_INT(check(pairs[i][1], &rules, token, NOW + 60000),
			  ILP_JWT_EXPIRED);
	}
}

static void a_public_key_signs_nothing(void)
{
	const struct ilp_jwt_claims claims = { .expires_at_ms = NOW };
	uint8_t buffer[1000];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	CHECK(ilp_jwt_key_signs(shared) && ilp_jwt_key_signs(private));
	CHECK(!ilp_jwt_key_signs(public));
	CHECK_INT(ilp_jwt_sign(&w, public, &claims), ILP_ERR_ALGORITHM);
	CHECK_INT(w.error, ILP_ERR_ALGORITHM);
	CHECK_INT(ilp_written(&w).len, 0);
}

static void a_date_that_we_would_refuse_is_not_signed(void)
{
	static const struct {
		int64_t issued_at_ms, expires_at_ms;
		enum ilp_error error;
	} cases[] = {
		{ 0, 0, ILP_OK },
		{ 0, INT64_C(253402300799999), ILP_OK },
		{ 0, INT64_C(253402300800000), ILP_ERR_TIMESTAMP },
		{ 0, INT64_MAX, ILP_ERR_TIMESTAMP },
		{ 0, -1, ILP_ERR_TIMESTAMP },
		{ -1, NOW, ILP_ERR_TIMESTAMP },
		{ INT64_MIN, NOW, ILP_ERR_TIMESTAMP },
		{ INT64_MAX, NOW, ILP_ERR_TIMESTAMP },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct ilp_jwt_claims claims = {
			.issued_at_ms = cases[i].issued_at_ms,
			.expires_at_ms = cases[i].expires_at_ms,
		};
		uint8_t buffer[300];
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		CHECK_INT(ilp_jwt_sign(&w, shared, &claims), cases[i].error);
	}
}

static struct ilp_jwt_key *signing_key;

static unsigned sign_into(uint8_t *buffer, size_t capacity)
{
	const struct ilp_jwt_claims claims = { .subject = ilp_text("alice"),
					       .audience = ilp_text("bob"),
					       .expires_at_ms = NOW };
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_jwt_sign(&w, signing_key, &claims);

	CHECK_INT(w.error, error);
	return error;
}

static void a_signed_token_needs_its_room(void)
{
	for (int i = 0; i < 2; i++) {
		uint8_t token[1000] = { 0 };

		signing_key = i ? private : shared;
		CHECK_INT(sign_into(token, sizeof(token)), ILP_OK);
		check_rooms(sign_into, ilp_text((const char *)token),
			    ILP_ERR_ROOM);
	}
}

/* What we would refuse to read, we do not write. */
static void a_token_that_is_too_long_is_not_signed(void)
{
	static char subject[2 * ILP_JWT_MAX];
	static uint8_t buffer[3 * ILP_JWT_MAX];
	size_t refused = 0;

	memset(subject, 's', sizeof(subject));
	for (size_t len = 6040; len < sizeof(subject);
	     len += len < 6080 ? 1 : 1000) {
		struct ilp_jwt_claims claims = {
			.subject = { (uint8_t *)subject, len },
			.expires_at_ms = NOW + 60000,
		};
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		if (ilp_jwt_sign(&w, shared, &claims)) {
			CHECK_INT(w.error, ILP_ERR_TOO_LONG);
			refused++;
			continue;
		}
		CHECK_INT(refused, 0);
		CHECK(ilp_written(&w).len <= ILP_JWT_MAX);
		CHECK_INT(check(shared, &any, ilp_written(&w), NOW),
			  ILP_JWT_OK);
		CHECK_INT(holder.subject.len, len);
	}
	CHECK(refused > 0);
}

TESTS(TEST(starts), TEST(each_problem_has_its_own_lower_case_phrase),
      TEST(the_published_rs256_token_is_good_in_its_time),
      TEST(the_published_hs256_token_is_not_signed),
      TEST(the_examples_of_the_jws_rfc_are_good_to_the_bit),
      TEST(a_token_of_any_signer_is_good),
      TEST(a_subject_is_needed_only_where_it_is_agreed),
      TEST(only_the_agreed_algorithm_is_taken),
      TEST(an_unsigned_token_is_refused),
      TEST(a_public_key_is_no_shared_secret),
      TEST(the_empty_secret_makes_no_key), TEST(a_key_in_the_header_is_refused),
      TEST(a_token_of_another_type_is_refused),
      TEST(critical_headers_are_refused), TEST(another_key_did_not_sign),
      TEST(every_changed_character_is_noticed),
      TEST(every_cut_token_is_refused),
      TEST(other_spellings_of_a_good_token_are_refused),
      TEST(other_base64_is_refused_though_signed),
      TEST(only_three_parts_are_a_token),
      TEST(what_is_no_json_object_is_refused),
      TEST(an_expiry_must_be_there_and_to_come), TEST(a_huge_date_is_none),
      TEST(a_token_is_not_good_before_its_time),
      TEST(clocks_may_differ_by_the_leeway),
      TEST(no_token_lives_longer_than_allowed),
      TEST(of_several_audiences_one_must_be_the_expected),
      TEST(every_expected_claim_must_be_said),
      TEST(a_subject_comes_with_its_escapes_undone),
      TEST(a_claim_that_is_said_twice_is_refused),
      TEST(the_subject_is_found_before_any_check),
      TEST(a_token_of_the_greatest_length_is_read),
      TEST(as_many_claims_as_fit_are_read),
      TEST(only_the_signature_itself_verifies),
      TEST(small_keys_and_other_kinds_are_refused), TEST(signs_what_it_is_told),
      TEST(what_is_signed_verifies), TEST(a_public_key_signs_nothing),
      TEST(a_date_that_we_would_refuse_is_not_signed),
      TEST(a_signed_token_needs_its_room),
      TEST(a_token_that_is_too_long_is_not_signed), TEST(ends))
