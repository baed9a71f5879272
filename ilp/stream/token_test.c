/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of all three families open and give the secrets that the software
 * they come from gives them: the literals below were made by that software.
 * What we issue has exactly their layout, and nobody can change a byte of
 * it. */
#include "ilp/stream/token.h"

#include "ilp/cipher.h"

#include "base/base64.h"
#include "ilp/address.h"
#include "test/random.h"

static const uint8_t zeros[32];
static const uint8_t server_secret[32] = { 0,  1,  2,  3,  4,  5,  6,  7,
					   8,  9,  10, 11, 12, 13, 14, 15,
					   16, 17, 18, 19, 20, 21, 22, 23,
					   24, 25, 26, 27, 28, 29, 30, 31 };

static struct ilp_crypto *crypto;

static struct ilp_token_server *server_of(enum ilp_token_family family,
					  const uint8_t secret[32])
{
	struct ilp_token_server *server;

	crypto = ilp_crypto_create();
	assert_non_null(crypto);
	server = ilp_token_server_create(crypto, family, secret);
	assert_non_null(server);
	return server;
}

static void end(struct ilp_token_server *server)
{
	ilp_token_server_destroy(server);
	ilp_crypto_destroy(crypto);
}

static void fill(uint8_t *at, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(first + i);
}

/* The receipt setup of the foreign tokens. */
static struct ilp_token with_receipt(const char *tag)
{
	struct ilp_token token = { .tag = ilp_text(tag), .has_receipt = true };

	fill(token.receipt_nonce, ILP_RECEIPT_NONCE_LEN, 0xa0);
	fill(token.receipt_secret, ILP_RECEIPT_SECRET_LEN, 0xc0);
	return token;
}

static struct ilp_token with_asset(struct ilp_token token, const char *code,
				   uint8_t scale)
{
	token.has_asset = true;
	token.asset_code = ilp_text(code);
	token.asset_scale = scale;
	return token;
}

static void same_details(const struct ilp_token *actual,
			 const struct ilp_token *expected)
{
	CHECK_BYTES(actual->tag, expected->tag);
	CHECK_INT(actual->has_receipt, expected->has_receipt);
	if (expected->has_receipt) {
		CHECK_BYTES(ILP_BYTES(actual->receipt_nonce),
			    ILP_BYTES(expected->receipt_nonce));
		CHECK_BYTES(ILP_BYTES(actual->receipt_secret),
			    ILP_BYTES(expected->receipt_secret));
	}
	CHECK_INT(actual->has_asset, expected->has_asset);
	if (expected->has_asset) {
		CHECK_BYTES(actual->asset_code, expected->asset_code);
		CHECK_INT(actual->asset_scale, expected->asset_scale);
	}
}

/* Opens an exact copy into an exact buffer. */
static enum ilp_error open_exactly(struct ilp_token_server *server,
				   struct ilp_bytes token)
{
	struct ilp_bytes copy = exact_copy(token);
	uint8_t *buffer = malloc(ILP_TOKEN_BYTES_MAX);
	struct ilp_token out;
	enum ilp_error error;

	assert_non_null(buffer);
	error = ilp_token_open(server, &out, buffer, copy);
	free(buffer);
	exact_free(copy);
	return error;
}

static enum ilp_error secret_exactly(struct ilp_token_server *server,
				     struct ilp_bytes token)
{
	struct ilp_bytes copy = exact_copy(token);
	uint8_t secret[ILP_HASH_LEN];
	enum ilp_error error = ilp_token_secret(server, secret, copy);

	exact_free(copy);
	return error;
}

static void foreign_token(enum ilp_token_family family, const char *token,
			  const char *secret, const struct ilp_token *details)
{
	struct ilp_token_server *server = server_of(family, server_secret);
	uint8_t buffer[ILP_TOKEN_BYTES_MAX];
	uint8_t found[ILP_HASH_LEN];
	struct ilp_token opened;

	CHECK_INT(ilp_token_secret(server, found, ilp_text(token)), ILP_OK);
	CHECK_BYTES(ILP_BYTES(found), hex(secret));
	CHECK_INT(ilp_token_open(server, &opened, buffer, ilp_text(token)),
		  ILP_OK);
	same_details(&opened, details);
	end(server);
}

/* Both published Prepares were made under a server secret of zeros. */
static void text_tokens_have_the_secrets_of_java_rust_and_old_javascript(void)
{
	static const char *const cases[][2] = {
		{ "QeJvQtFp7eRiNhnoAg9PkusR",
		  "9c761172ee4a339a72c3c5de86cb19b6"
		  "f84480282428fe03a3990952993ce06e" },
		{ "NjXD0uJPBuGz56SBmI3uX6h-",
		  "b7d09d2e16e6f83c55b60e42fcd7c2b8"
		  "ed49624a1df73c59b383dbe2e8690309" },
	};
	struct ilp_token_server *server = server_of(ILP_TOKEN_TEXT, zeros);

	for (int i = 0; i < 2; i++) {
		struct ilp_bytes copy = exact_copy(ilp_text(cases[i][0]));
		uint8_t secret[ILP_HASH_LEN];

		CHECK_INT(ilp_token_secret(server, secret, copy), ILP_OK);
		CHECK_BYTES(ILP_BYTES(secret), hex(cases[i][1]));
		exact_free(copy);
	}
	end(server);
}

static void a_text_token_is_its_characters(void)
{
	struct ilp_token_server *server = server_of(ILP_TOKEN_TEXT, zeros);
	struct ilp_bytes key = ilp_text("ilp_stream_shared_secret");
	static const char *const texts[] = { "a", "~",
					     "QeJvQtFp7eRiNhnoAg9PkusR",
					     "QeJvQtFp7eRiNhnoAg9PkusS",
					     "not-base64_~" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint8_t inner[ILP_HASH_LEN], expected[ILP_HASH_LEN];
		uint8_t secret[ILP_HASH_LEN];

		ilp_hmac_sha256(crypto, inner, ILP_BYTES(zeros), key);
		ilp_hmac_sha256(crypto, expected, ILP_BYTES(inner),
				ilp_text(texts[i]));
		CHECK_INT(ilp_token_secret(server, secret, ilp_text(texts[i])),
			  ILP_OK);
		CHECK_BYTES(ILP_BYTES(secret), ILP_BYTES(expected));
	}
	end(server);
}

static void a_text_token_carries_nothing(void)
{
	static const uint8_t random[ILP_TOKEN_RANDOM_LEN] = { 1 };
	struct ilp_token_server *server = server_of(ILP_TOKEN_TEXT, zeros);
	struct ilp_token tag = { .tag = ilp_text("t") };
	struct ilp_token receipt = with_receipt("");
	struct ilp_token asset = with_asset((struct ilp_token){ 0 }, "EUR", 2);
	struct ilp_token opened = with_receipt("was here");
	const struct ilp_token nothing = { 0 };
	const struct ilp_token *refused[] = { &tag, &receipt, &asset };
	uint8_t buffer[ILP_TOKEN_BYTES_MAX];

	for (int i = 0; i < 3; i++) {
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		CHECK_INT(ilp_token_issue(server, &w, refused[i], random),
			  ILP_ERR_FORMAT);
		CHECK_INT(ilp_written(&w).len, 0);
	}
	CHECK_INT(ilp_token_open(server, &opened, buffer,
				 ilp_text("QeJvQtFp7eRiNhnoAg9PkusR")),
		  ILP_OK);
	same_details(&opened, &nothing);
	end(server);
}

static void opens_tokens_of_the_javascript_server(void)
{
	const struct ilp_token none = { 0 };
	const struct ilp_token tag = { .tag = ilp_text("invoice 42") };
	const struct ilp_token receipt = with_receipt("");
	const struct ilp_token all = with_receipt("~tag");

	foreign_token(ILP_TOKEN_SERVER,
		      "4QpXw_P7qWJwvUl0fje99rs96F-E7DnoVrfY0kABNxORfYNKakMz"
		      "S16i1zAfHUqcKw",
		      "3c194c16454fc249ef458d33b135575a"
		      "0aee19a472e065e24941c0531847f3a0",
		      &none);
	foreign_token(ILP_TOKEN_SERVER,
		      "N6_SH5w46LSrUBaggyI4Kytguk_MXV7s7JRLFrglFx1QkvZtg9BH"
		      "OESFuyb41oknJH9ab5PBbLdFPEc",
		      "a1786018ea826ecdc23d28d127af83f7"
		      "73d6c3b88199405568fde1b8ddbbcdd7",
		      &tag);
	foreign_token(ILP_TOKEN_SERVER,
		      "Ip-BBO7PBA6NTpddFA15TVc88fL3tBBxXJXZ8bfeJDNkEXX3CmPS"
		      "h5OOe6QeTKrTOnmohyXRrFpJBvI-I9A_wvIcUW4omgfl_ByWILHf"
		      "9cXVUzwTsGq1FQ2mqt2Uq_jGeA",
		      "adc897cb28f4213a1758325a370f68c6"
		      "c8ccf717c136ff7cb686a0b02dc5a86f",
		      &receipt);
	foreign_token(ILP_TOKEN_SERVER,
		      "YP9dXbnxRkwdJWNkllHqSqb43C4grbHMNi65hUl4E1CvC1gGx7mJ"
		      "ucTmNWy9sbzSJbPBQRFDLt4XC1rgWi8aiOj_YTt-kxe3F9AtAJle"
		      "nq8SQtP2NHaVh2F63oZ76E8p7UXu190",
		      "505d2aaae66f71d4f0e5b69c3c745f4e"
		      "14b895f1b4ac0bef39250d0287c7eab8",
		      &all);
}

static void opens_tokens_of_the_javascript_receiver(void)
{
	const struct ilp_token none = { 0 };
	const struct ilp_token tag = { .tag = ilp_text("invoice 42") };
	const struct ilp_token receipt = with_receipt("");
	const struct ilp_token asset =
		with_asset((struct ilp_token){ 0 }, "EUR", 2);
	const struct ilp_token all =
		with_asset(with_receipt("~tag"), "X\xe2\x82\xacR", 255);

	foreign_token(ILP_TOKEN_RECEIVER,
		      "83gGE7zdIyeBKw_9Dyb1mSCOh_EjeZODDa6xOlI",
		      "b4bf3b906b0d5230d2e3cb8cb5266c10"
		      "f7fd78988c1893001e178bba203ff3c9",
		      &none);
	foreign_token(ILP_TOKEN_RECEIVER,
		      "2s4J2X_WsMkFgSfeoNoQnNcl8cf-Eb_Bc44UPpHNd4vo9l96rQNn"
		      "Kw",
		      "5f8026bf5932ad11b1f327c23002dc9b"
		      "f35e9575fd007032a534f3ad3efc4b0b",
		      &tag);
	foreign_token(ILP_TOKEN_RECEIVER,
		      "3E5lmssoec-az5zNXbrXf5Mk_7hyf4ypP3zHfCKC3JSJhjHcZBJh"
		      "_AmbD28mZvz5mk3IEzf3xKOGVEQdnOw31NmsT3jC7kAswHKoUsw",
		      "852417351a7a5f825e93907c180d4253"
		      "01bb68ad3eabda3855bbf3e997005048",
		      &receipt);
	foreign_token(ILP_TOKEN_RECEIVER,
		      "zRm9GOc99Wpi3DOMhePXv_Q0UsBe_a1ZLvx_dP226XkGnQ",
		      "325fd2723770eb78eab186253c5808c2"
		      "e81867211ad9910cd4ad095b683656bd",
		      &asset);
	foreign_token(ILP_TOKEN_RECEIVER,
		      "spTVu9FD-JQHdRElhz5clOtf2Ak6o37646dior6lhGFOZxEvH0d9"
		      "_HxMkW0VDZ9FdfadzZkjo267db3EoJwM4QUmgi2GRbTr0OM4prGB"
		      "rWwFka19gPnL5IQ",
		      "9316849601d99292fdcc938a1e5cd586"
		      "8c5a90b838bf06b84c7b505c6faf209f",
		      &all);
}

/* The key under which a family encrypts. */
static void family_key(enum ilp_token_family family, uint8_t key[32])
{
	if (family == ILP_TOKEN_SERVER)
		memcpy(key, server_secret, 32);
	else
		ilp_hmac_sha256(crypto, key, ILP_BYTES(server_secret),
				ilp_text("ilp_stream_connection_token"));
}

static const uint8_t *text_of(struct ilp_bytes bytes, char out[1100])
{
	struct ilp_bytes text;

	CHECK(ilp_base64_encode(&text, bytes, ILP_BASE64_URL, (uint8_t *)out,
				1099));
	out[text.len] = '\0';
	return text.at;
}

/* A token with this inside, sealed as the family does. */
static void seal(enum ilp_token_family family, struct ilp_bytes plain,
		 char out[1100])
{
	struct ilp_cipher *cipher = ilp_cipher_create(crypto);
	uint8_t key[32], bytes[800];
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 7 };
	struct ilp_writer w = ilp_writer(bytes, sizeof(bytes));

	family_key(family, key);
	ilp_cipher_key(cipher, key);
	CHECK_INT(ilp_cipher_seal(cipher, &w, iv, plain), ILP_OK);
	text_of(ilp_written(&w), out);
	ilp_cipher_destroy(cipher);
}

/* What is inside a token that we issued. */
static struct ilp_bytes unseal(enum ilp_token_family family,
			       struct ilp_bytes token, uint8_t iv[12])
{
	static uint8_t plain[800];
	struct ilp_cipher *cipher = ilp_cipher_create(crypto);
	struct ilp_writer w = ilp_writer(plain, sizeof(plain));
	uint8_t key[32], bytes[800];
	struct ilp_bytes envelope;

	CHECK(ilp_base64_decode(&envelope, token, ILP_BASE64_URL, bytes,
				sizeof(bytes)));
	memcpy(iv, envelope.at, 12);
	family_key(family, key);
	ilp_cipher_key(cipher, key);
	CHECK_INT(ilp_cipher_open(cipher, &w, envelope), ILP_OK);
	ilp_cipher_destroy(cipher);
	return ilp_written(&w);
}

#define NONCE "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define SECRET                                                                 \
	"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"                                     \
	"d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"

static struct ilp_bytes issue(struct ilp_token_server *server,
			      const struct ilp_token *details, uint8_t first)
{
	static uint8_t text[1100];
	struct ilp_writer w = ilp_writer(text, sizeof(text));
	uint8_t random[ILP_TOKEN_RANDOM_LEN];

	fill(random, sizeof(random), first);
	CHECK_INT(ilp_token_issue(server, &w, details, random), ILP_OK);
	return ilp_written(&w);
}

static bool inside(struct ilp_bytes part, struct ilp_bytes whole, size_t *at)
{
	for (*at = 0; *at + part.len <= whole.len; ++*at)
		if (memcmp(whole.at + *at, part.at, part.len) == 0)
			return true;
	return false;
}

static void issues_server_tokens_in_their_layout(void)
{
	static const struct {
		const char *tag;
		bool receipt;
		const char *rest;
	} cases[] = {
		{ "", false, "000000" },
		{ "inv 1", false, "05696e7620310000" },
		{ "", true, "0010" NONCE "20" SECRET },
		{ "~", true, "017e10" NONCE "20" SECRET },
	};
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_SERVER, server_secret);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_token details = with_receipt(cases[i].tag);
		uint8_t random[ILP_TOKEN_RANDOM_LEN], iv[12];
		size_t iv_at, nonce_at;
		struct ilp_bytes plain;

		details.has_receipt = cases[i].receipt;
		fill(random, sizeof(random), 1);
		plain = unseal(ILP_TOKEN_SERVER, issue(server, &details, 1),
			       iv);
		CHECK(plain.len > 18);
		CHECK_BYTES(ilp_bytes_skip(plain, 18), hex(cases[i].rest));
		/* the random bytes are the IV and the token's nonce, and no
		 * byte of them is both */
		CHECK(inside(ILP_BYTES(iv), ILP_BYTES(random), &iv_at));
		CHECK(inside((struct ilp_bytes){ plain.at, 18 },
			     ILP_BYTES(random), &nonce_at));
		CHECK(iv_at + 12 == nonce_at || nonce_at + 18 == iv_at);
	}
	end(server);
}

static void issues_receiver_tokens_in_their_layout(void)
{
	static const struct {
		const char *tag;
		bool receipt;
		const char *code; /* or NULL */
		const char *plain;
	} cases[] = {
		{ "", false, NULL, "00" },
		{ "inv 1", false, NULL, "0105696e762031" },
		{ "", true, NULL, "02" NONCE SECRET },
		{ "", false, "EUR", "040345555209" },
		{ "", false, "", "040009" },
		{ "~", false, "XRP", "05017e0358525009" },
		{ "~", true, "XRP", "07017e" NONCE SECRET "0358525009" },
	};
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_RECEIVER, server_secret);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_token details = with_receipt(cases[i].tag);
		uint8_t random[ILP_TOKEN_RANDOM_LEN], iv[12];
		size_t at;

		details.has_receipt = cases[i].receipt;
		if (cases[i].code)
			details = with_asset(details, cases[i].code, 9);
		fill(random, sizeof(random), 1);
		CHECK_BYTES(unseal(ILP_TOKEN_RECEIVER,
				   issue(server, &details, 1), iv),
			    hex(cases[i].plain));
		CHECK(inside(ILP_BYTES(iv), ILP_BYTES(random), &at));
	}
	end(server);
}

static void what_we_issue_we_open(void)
{
	struct random_source r = random_start();

	for (int i = 0; i < 600; i++) {
		enum ilp_token_family family = (enum ilp_token_family)(i % 3);
		struct ilp_token_server *server =
			server_of(family, server_secret);
		uint8_t tag[128], code[128], buffer[ILP_TOKEN_BYTES_MAX];
		uint8_t one[ILP_HASH_LEN], two[ILP_HASH_LEN];
		struct ilp_token details = { 0 }, opened;
		struct ilp_bytes token;
		char address[1200];

		if (family != ILP_TOKEN_TEXT) {
			details.tag = random_text(
				&r, tag, random_below(&r, 128), "abc ~/\\\"");
			details.has_receipt = random_below(&r, 2);
			random_bytes(&r, details.receipt_nonce, 16);
			random_bytes(&r, details.receipt_secret, 32);
		}
		if (family == ILP_TOKEN_RECEIVER && random_below(&r, 2)) {
			details.has_asset = true;
			details.asset_code = random_text(
				&r, code, random_below(&r, 128), "EUR\xc3\xa9");
			details.asset_scale = (uint8_t)random_u64(&r);
		}
		token = issue(server, &details, (uint8_t)random_u64(&r));
		snprintf(address, sizeof(address), "g.a.%.*s", (int)token.len,
			 (const char *)token.at);
		CHECK(ilp_address_valid(ilp_text(address)));
		CHECK_INT(ilp_token_open(server, &opened, buffer, token),
			  ILP_OK);
		same_details(&opened, &details);
		CHECK_INT(ilp_token_secret(server, one, token), ILP_OK);
		CHECK_INT(ilp_token_secret(server, two, token), ILP_OK);
		CHECK_BYTES(ILP_BYTES(one), ILP_BYTES(two));
		end(server);
	}
}

static void the_secret_is_the_mac_of_the_tokens_bytes(void)
{
	static const struct ilp_token none = { 0 };

	for (int family = ILP_TOKEN_SERVER; family <= ILP_TOKEN_RECEIVER;
	     family++) {
		struct ilp_token_server *server =
			server_of((enum ilp_token_family)family, server_secret);
		struct ilp_bytes token = issue(server, &none, 9), bytes;
		uint8_t raw[800], key[32], expected[32], secret[32];

		CHECK(ilp_base64_decode(&bytes, token, ILP_BASE64_URL, raw,
					sizeof(raw)));
		ilp_hmac_sha256(crypto, key, ILP_BYTES(server_secret),
				ilp_text("ilp_stream_shared_secret"));
		ilp_hmac_sha256(crypto, expected, ILP_BYTES(key), bytes);
		CHECK_INT(ilp_token_secret(server, secret, token), ILP_OK);
		CHECK_BYTES(ILP_BYTES(secret), ILP_BYTES(expected));
		end(server);
	}
}

static void other_random_bytes_give_another_token(void)
{
	static const struct ilp_token none = { 0 };

	for (int family = 0; family < 3; family++) {
		struct ilp_token_server *server =
			server_of((enum ilp_token_family)family, server_secret);
		struct ilp_bytes first = exact_copy(issue(server, &none, 1));

		CHECK_BYTES(issue(server, &none, 1), first);
		CHECK(!ilp_bytes_equal(issue(server, &none, 2), first));
		exact_free(first);
		end(server);
	}
}

/* A text token holds at least 18 of the random bytes, as the software that it
 * comes from does it. */
static void a_text_token_cannot_be_guessed(void)
{
	static const struct ilp_token none = { 0 };
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_TEXT, server_secret);
	uint8_t random[ILP_TOKEN_RANDOM_LEN], raw[64];
	struct ilp_bytes token = issue(server, &none, 77), bytes;
	size_t at;

	fill(random, sizeof(random), 77);
	CHECK(ilp_base64_decode(&bytes, token, ILP_BASE64_URL, raw,
				sizeof(raw)));
	CHECK(bytes.len >= 18);
	CHECK(inside(bytes, ILP_BYTES(random), &at));
	end(server);
}

static void a_changed_token_is_not_ours(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
				       "lmnopqrstuvwxyz0123456789-_";

	for (int family = ILP_TOKEN_SERVER; family <= ILP_TOKEN_RECEIVER;
	     family++) {
		struct ilp_token_server *server =
			server_of((enum ilp_token_family)family, server_secret);
		struct ilp_token details = with_receipt("tag");
		struct ilp_bytes token = issue(server, &details, 3);
		uint8_t changed[200];

		CHECK(token.len <= sizeof(changed));
		for (size_t i = 0; i + 1 < token.len; i++) {
			const char *c = strchr(alphabet, token.at[i]);

			memcpy(changed, token.at, token.len);
			CHECK(c != NULL);
			changed[i] = (uint8_t)alphabet[(c - alphabet + 1) % 64];
			CHECK_INT(open_exactly(server,
					       (struct ilp_bytes){ changed,
								   token.len }),
				  ILP_ERR_DECRYPT);
		}
		for (size_t len = 0; len < token.len; len++)
			CHECK_INT(open_exactly(
					  server,
					  (struct ilp_bytes){ token.at, len }),
				  ILP_ERR_DECRYPT);
		end(server);
	}
}

static void what_no_token_can_be_is_not_ours(void)
{
	static const char *const bad[] = { "",     "A",     "====",     "A A",
					   "\xff", "*****", "AAAA.AAAA" };
	uint8_t long_one[1100];

	memset(long_one, 'A', sizeof(long_one));
	for (int family = ILP_TOKEN_SERVER; family <= ILP_TOKEN_RECEIVER;
	     family++) {
		struct ilp_token_server *server =
			server_of((enum ilp_token_family)family, server_secret);

		for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
			CHECK_INT(open_exactly(server, ilp_text(bad[i])),
				  ILP_ERR_DECRYPT);
		for (size_t len = 1000; len <= sizeof(long_one); len++) {
			struct ilp_bytes token = { long_one, len };

			CHECK_INT(open_exactly(server, token), ILP_ERR_DECRYPT);
			secret_exactly(server, token);
		}
		end(server);
	}
}

static void another_servers_token_is_not_ours(void)
{
	static const char server_token[] =
		"4QpXw_P7qWJwvUl0fje99rs96F-E7DnoVrfY0kABNxORfYNKakMz"
		"S16i1zAfHUqcKw";
	static const char receiver_token[] =
		"83gGE7zdIyeBKw_9Dyb1mSCOh_EjeZODDa6xOlI";
	static const struct {
		enum ilp_token_family family;
		const uint8_t *secret;
		const char *token;
	} cases[] = {
		{ ILP_TOKEN_SERVER, zeros, server_token },
		{ ILP_TOKEN_SERVER, server_secret, receiver_token },
		{ ILP_TOKEN_RECEIVER, zeros, receiver_token },
		{ ILP_TOKEN_RECEIVER, server_secret, server_token },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_token_server *server =
			server_of(cases[i].family, cases[i].secret);

		CHECK_INT(open_exactly(server, ilp_text(cases[i].token)),
			  ILP_ERR_DECRYPT);
		end(server);
	}
}

/* Authentic, but not what an issuer of that family would have written: each
 * of these is refused rather than read past its end. */
static void sealed_nonsense_is_refused(void)
{
	static const struct {
		enum ilp_token_family family;
		const char *plain;
	} cases[] = {
#define N18 "000000000000000000000000000000000000"
		{ ILP_TOKEN_SERVER, "" },
		{ ILP_TOKEN_SERVER, "0000000000000000000000000000000000" },
		{ ILP_TOKEN_SERVER, N18 },
		{ ILP_TOKEN_SERVER, N18 "0541" },
		{ ILP_TOKEN_SERVER, N18 "0000" },
		{ ILP_TOKEN_SERVER, N18 "000f"
					"a0a1a2a3a4a5a6a7a8a9aaabacadae"
					"20" SECRET },
		{ ILP_TOKEN_SERVER, N18 "0010" NONCE "1f" SECRET },
		{ ILP_TOKEN_SERVER, N18 "0010" NONCE "20c0c1" },
		{ ILP_TOKEN_SERVER, N18 "0011" NONCE "00"
					"20" SECRET },
		{ ILP_TOKEN_SERVER, N18 "0010" NONCE "21" SECRET "00" },
		{ ILP_TOKEN_RECEIVER, "" },
		{ ILP_TOKEN_RECEIVER, "01" },
		{ ILP_TOKEN_RECEIVER, "010541" },
		{ ILP_TOKEN_RECEIVER, "018000" },
		{ ILP_TOKEN_RECEIVER, "02" },
		{ ILP_TOKEN_RECEIVER, "02" NONCE "c0c1" },
		{ ILP_TOKEN_RECEIVER, "04" },
		{ ILP_TOKEN_RECEIVER, "0403455552" },
		{ ILP_TOKEN_RECEIVER, "0405455552" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_token_server *server =
			server_of(cases[i].family, server_secret);
		char token[1100];

		seal(cases[i].family, hex(cases[i].plain), token);
		if (open_exactly(server, ilp_text(token)) == ILP_OK)
			fail_msg("opened %s", cases[i].plain);
		end(server);
	}
}

/* The JavaScript reads tokens in either alphabet and takes the secret of their
 * bytes; of a text token every character counts. */
static void an_encrypted_token_may_be_respelled_a_text_token_not(void)
{
	static const struct ilp_token none = { 0 };
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_TEXT, server_secret);
	uint8_t one[ILP_HASH_LEN], two[ILP_HASH_LEN];

	CHECK_INT(ilp_token_secret(server, one, ilp_text("AAAA")), ILP_OK);
	CHECK_INT(ilp_token_secret(server, two, ilp_text("AAAA==")), ILP_OK);
	CHECK(!ilp_bytes_equal(ILP_BYTES(one), ILP_BYTES(two)));
	end(server);

	for (int family = ILP_TOKEN_SERVER; family <= ILP_TOKEN_RECEIVER;
	     family++) {
		uint8_t raw[800], other[1100];
		struct ilp_bytes token, bytes, spelled;

		server =
			server_of((enum ilp_token_family)family, server_secret);
		token = issue(server, &none, 250);
		CHECK(ilp_base64_decode(&bytes, token, ILP_BASE64_URL, raw,
					sizeof(raw)));
		CHECK(ilp_base64_encode(&spelled, bytes, ILP_BASE64, other,
					sizeof(other)));
		CHECK(!ilp_bytes_equal(token, spelled));
		CHECK_INT(ilp_token_secret(server, one, token), ILP_OK);
		CHECK_INT(ilp_token_secret(server, two, spelled), ILP_OK);
		CHECK_BYTES(ILP_BYTES(one), ILP_BYTES(two));
		CHECK_INT(open_exactly(server, spelled), ILP_OK);
		end(server);
	}
}

static struct ilp_token big(const uint8_t *tag, size_t len, bool receipt,
			    bool asset)
{
	struct ilp_token details = { .tag = { tag, len } };

	details.has_receipt = receipt;
	details.has_asset = asset;
	if (asset)
		details.asset_code = ilp_text("EUR");
	return details;
}

/* 764 bytes: 28 of the envelope and 736 inside, where the tag has a length of
 * three bytes. */
static void the_largest_token_just_fits(void)
{
	static const struct {
		enum ilp_token_family family;
		bool receipt, asset;
		size_t largest;
	} cases[] = {
		{ ILP_TOKEN_SERVER, false, false, 736 - 18 - 3 - 2 },
		{ ILP_TOKEN_SERVER, true, false, 736 - 18 - 3 - 17 - 33 },
		{ ILP_TOKEN_RECEIVER, false, false, 736 - 1 - 3 },
		{ ILP_TOKEN_RECEIVER, true, false, 736 - 1 - 3 - 48 },
		{ ILP_TOKEN_RECEIVER, true, true, 736 - 1 - 3 - 48 - 5 },
	};
	static const uint8_t random[ILP_TOKEN_RANDOM_LEN] = { 5 };
	static uint8_t text[2000], tag[1000];

	memset(tag, 't', sizeof(tag));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ilp_token_server *server =
			server_of(cases[i].family, server_secret);
		struct ilp_token opened,
			details = big(tag, cases[i].largest, cases[i].receipt,
				      cases[i].asset);
		struct ilp_writer w = ilp_writer(text, sizeof(text));
		uint8_t *buffer = malloc(ILP_TOKEN_BYTES_MAX);

		assert_non_null(buffer);
		CHECK_INT(ilp_token_issue(server, &w, &details, random),
			  ILP_OK);
		CHECK_INT(ilp_written(&w).len, 1019);
		CHECK_INT(ilp_token_open(server, &opened, buffer,
					 ilp_written(&w)),
			  ILP_OK);
		same_details(&opened, &details);
		free(buffer);

		for (size_t more = 1; more < 200; more++) {
			details = big(tag, cases[i].largest + more,
				      cases[i].receipt, cases[i].asset);
			w = ilp_writer(text, sizeof(text));
			CHECK_INT(ilp_token_issue(server, &w, &details, random),
				  ILP_ERR_TOO_LONG);
			CHECK_INT(ilp_written(&w).len, 0);
		}
		end(server);
	}
}

static void a_server_token_carries_no_asset(void)
{
	static const uint8_t random[ILP_TOKEN_RANDOM_LEN] = { 5 };
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_SERVER, server_secret);
	struct ilp_token details =
		with_asset((struct ilp_token){ 0 }, "EUR", 2);
	uint8_t text[200];
	struct ilp_writer w = ilp_writer(text, sizeof(text));

	CHECK_INT(ilp_token_issue(server, &w, &details, random),
		  ILP_ERR_FORMAT);
	CHECK_INT(ilp_written(&w).len, 0);
	end(server);
}

static enum ilp_token_family issuing;

static unsigned issue_into(uint8_t *buffer, size_t capacity)
{
	static const uint8_t random[ILP_TOKEN_RANDOM_LEN] = { 1, 2, 3 };
	struct ilp_token_server *server = server_of(issuing, server_secret);
	struct ilp_token details = { 0 };
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error;

	if (issuing != ILP_TOKEN_TEXT)
		details = with_receipt("tag");
	error = ilp_token_issue(server, &w, &details, random);
	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	end(server);
	return error;
}

static void a_token_needs_its_room(void)
{
	for (int family = 0; family < 3; family++) {
		uint8_t text[1100];
		size_t len = 0;

		issuing = (enum ilp_token_family)family;
		while (len < sizeof(text) && issue_into(text, len))
			len++;
		CHECK(len >= 24 && len < sizeof(text));
		check_rooms(issue_into, (struct ilp_bytes){ text, len },
			    ILP_ERR_ROOM);
	}
}

static void appends_behind_what_is_there(void)
{
	static const uint8_t random[ILP_TOKEN_RANDOM_LEN] = { 1 };
	struct ilp_token_server *server =
		server_of(ILP_TOKEN_RECEIVER, server_secret);
	struct ilp_token none = { 0 };
	uint8_t text[200];
	struct ilp_writer w = ilp_writer(text, sizeof(text));

	ilp_write_fixed(&w, ilp_text("g.me."));
	CHECK_INT(ilp_token_issue(server, &w, &none, random), ILP_OK);
	CHECK_INT(ilp_written(&w).len, 5 + 39);
	CHECK(memcmp(text, "g.me.", 5) == 0);
	CHECK(ilp_address_valid(ilp_written(&w)));
	end(server);
}

static void destroys_nothing(void)
{
	ilp_token_server_destroy(NULL);
}

TESTS(TEST(text_tokens_have_the_secrets_of_java_rust_and_old_javascript),
      TEST(a_text_token_is_its_characters), TEST(a_text_token_carries_nothing),
      TEST(opens_tokens_of_the_javascript_server),
      TEST(opens_tokens_of_the_javascript_receiver),
      TEST(issues_server_tokens_in_their_layout),
      TEST(issues_receiver_tokens_in_their_layout), TEST(what_we_issue_we_open),
      TEST(the_secret_is_the_mac_of_the_tokens_bytes),
      TEST(other_random_bytes_give_another_token),
      TEST(a_text_token_cannot_be_guessed), TEST(a_changed_token_is_not_ours),
      TEST(what_no_token_can_be_is_not_ours),
      TEST(another_servers_token_is_not_ours), TEST(sealed_nonsense_is_refused),
      TEST(an_encrypted_token_may_be_respelled_a_text_token_not),
      TEST(the_largest_token_just_fits), TEST(a_server_token_carries_no_asset),
      TEST(a_token_needs_its_room), TEST(appends_behind_what_is_there),
      TEST(destroys_nothing))
