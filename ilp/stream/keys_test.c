/* SPDX-License-Identifier: Apache-2.0 */
/* Two endpoints that share a secret read each other's packets and make each
 * other's fulfillments, as the other implementations do; nobody else does. */
#include "ilp/stream/keys.h"

#include "ilp/cipher.h"

#include "test/check.h"
#include "test/random.h"

static struct ilp_crypto *crypto;
static struct ilp_stream_keys *keys;

static void starts(void)
{
	crypto = ilp_crypto_create();
	CHECK(crypto != NULL);
	keys = ilp_stream_keys_create(crypto, ilp_text("any"));
	CHECK(keys != NULL);
}

static void ends(void)
{
	ilp_stream_keys_destroy(keys);
	ilp_stream_keys_destroy(NULL);
	ilp_crypto_destroy(crypto);
}

static uint8_t iv[ILP_SEAL_IV_LEN];
static struct ilp_bytes text;

static unsigned seals(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_stream_seal(keys, &w, iv, text);
}

static unsigned opens_into(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_stream_open(keys, &w, text);
}

static unsigned opens(struct ilp_bytes envelope)
{
	uint8_t b[100];
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	enum ilp_error error = ilp_stream_open(keys, &w, envelope);

	CHECK(error == ILP_OK || ilp_written(&w).len == 0);
	return error;
}

static void seals_as_interledger_rs_does(void)
{
	struct ilp_bytes envelope =
		exact_copy(hex("77f8d5ea3fc8e08cd4de699f"
			       "f6cb429b97ac44184ce85a0aed92bd49"
			       "f8c4b16c73df"));
	struct ilp_bytes plain = exact_copy(hex("63000cff4d1f"));

	ilp_stream_keys_load(keys, hex("7edb755d76f8f9d314d3416eed50fdb3"
				       "5192e543e7315c7ffee6906667a69624"));
	memcpy(iv, envelope.at, 12);
	text = plain;
	check_rooms(seals, envelope, ILP_ERR_ROOM);
	text = envelope;
	check_rooms(opens_into, plain, ILP_ERR_ROOM);
	/* too short to be an envelope, or changed: not sealed by these */
	check_cuts(opens, envelope, 0);
	for (size_t bit = 0; bit < 8 * envelope.len; bit++) {
		uint8_t b[34];

		memcpy(b, envelope.at, sizeof(b));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_INT(opens(ILP_BYTES(b)), ILP_ERR_DECRYPT);
	}
	exact_free(envelope);
	exact_free(plain);
}

static void opens_what_dassie_seals(void)
{
	uint8_t b[32];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_stream_keys_load(keys, ilp_text("foo"));
	CHECK_INT(ilp_stream_open(keys, &w,
				  hex("1f0796160c164e1fdcc306ca1ea44b35"
				      "e0edb9a911e04f25b45483c90eefdf52"
				      "269a74")),
		  ILP_OK);
	CHECK_TEXT(ilp_written(&w), "foo bar");
}

static void fulfills_as_others_do(void)
{
	uint8_t out[32];

	ilp_stream_keys_load(keys, ilp_text("foo"));
	ilp_stream_fulfillment(keys, out, ilp_text("bar"));
	CHECK_BYTES(ILP_BYTES(out), hex("c1803ed8ee0868f07da893d9184fd997"
					"3570d5ea7185b64483d3f886483bb92c"));
	ilp_stream_keys_load(keys, hex("7edb755d76f8f9d314d3416eed50fdb3"
				       "5192e543e7315c7ffee6906667a69624"));
	ilp_stream_fulfillment(keys, out,
			       hex("77f8d5ea3fc8e08cd4de699f"
				   "f6cb429b97ac44184ce85a0aed92bd49"
				   "f8c4b16c73df"));
	CHECK_BYTES(ILP_BYTES(out), hex("18063849e5ec58e3527098319849b6b7"
					"c607e97c77410d44366c78c13be26b27"));
}

static void derives_from_secrets_of_any_length(void)
{
	struct random_source random = random_start();

	for (size_t len = 0; len < 200; len++) {
		uint8_t secret[200], data[100], key[32], expected[32], got[32];
		struct ilp_bytes s = random_bytes(&random, secret, len);
		struct ilp_bytes d = random_bytes(
			&random, data, (size_t)random_below(&random, 100));
		struct ilp_cipher *cipher = ilp_cipher_create(crypto);
		uint8_t mine[200], theirs[200];
		struct ilp_writer w = ilp_writer(mine, sizeof(mine));
		struct ilp_writer w2 = ilp_writer(theirs, sizeof(theirs));

		ilp_stream_keys_load(keys, s);
		ilp_hmac_sha256(crypto, key, s,
				ilp_text("ilp_stream_fulfillment"));
		ilp_hmac_sha256(crypto, expected, ILP_BYTES(key), d);
		ilp_stream_fulfillment(keys, got, d);
		CHECK_BYTES(ILP_BYTES(got), ILP_BYTES(expected));
		ilp_hmac_sha256(crypto, key, s,
				ilp_text("ilp_stream_encryption"));
		ilp_cipher_key(cipher, key);
		random_bytes(&random, iv, 12);
		CHECK_INT(ilp_cipher_seal(cipher, &w, iv, d), ILP_OK);
		CHECK_INT(ilp_stream_seal(keys, &w2, iv, d), ILP_OK);
		CHECK_BYTES(ilp_written(&w2), ilp_written(&w));
		ilp_cipher_destroy(cipher);
	}
}

static void two_pairs_do_not_disturb_each_other(void)
{
	struct ilp_stream_keys *other =
		ilp_stream_keys_create(crypto, ilp_text("any"));
	uint8_t a[64], b[64], one[32], two[32], again[32], back[64];
	struct ilp_writer w = ilp_writer(a, sizeof(a));
	struct ilp_writer w2 = ilp_writer(b, sizeof(b));
	struct ilp_writer out = ilp_writer(back, sizeof(back));

	CHECK(other != NULL);
	ilp_stream_keys_load(keys, ilp_text("one"));
	ilp_stream_keys_load(other, ilp_text("two"));
	memset(iv, 3, sizeof(iv));
	CHECK_INT(ilp_stream_seal(keys, &w, iv, ilp_text("hello")), ILP_OK);
	CHECK_INT(ilp_stream_seal(other, &w2, iv, ilp_text("hello")), ILP_OK);
	CHECK(!ilp_bytes_equal(ilp_written(&w), ilp_written(&w2)));
	CHECK_INT(ilp_stream_open(other, &out, ilp_written(&w)),
		  ILP_ERR_DECRYPT);
	out = ilp_writer(back, sizeof(back));
	CHECK_INT(ilp_stream_open(keys, &out, ilp_written(&w)), ILP_OK);
	CHECK_TEXT(ilp_written(&out), "hello");
	ilp_stream_fulfillment(keys, one, ilp_text("x"));
	ilp_stream_fulfillment(other, two, ilp_text("x"));
	ilp_stream_fulfillment(keys, again, ilp_text("x"));
	CHECK(memcmp(one, two, 32) != 0);
	CHECK(memcmp(one, again, 32) == 0);
	ilp_stream_keys_destroy(other);
}

static void seals_and_opens_up_to_the_longest_packet(void)
{
	static const size_t lens[] = { 0, 1, 15, 16, 17, 32738, 32739 };
	static uint8_t plain[32739], b[32767], back[32739];
	struct random_source random = random_start();

	ilp_stream_keys_load(keys, ilp_text("a secret"));
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		struct ilp_bytes in = random_bytes(&random, plain, lens[i]);
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer out = ilp_writer(back, sizeof(back));
		struct ilp_bytes copy;

		random_bytes(&random, iv, 12);
		CHECK_INT(ilp_stream_seal(keys, &w, iv, in), ILP_OK);
		CHECK_INT(ilp_written(&w).len, 28 + lens[i]);
		copy = exact_copy(ilp_written(&w));
		CHECK_INT(ilp_stream_open(keys, &out, copy), ILP_OK);
		CHECK_BYTES(ilp_written(&out), in);
		exact_free(copy);
	}
}

TESTS(TEST(starts), TEST(seals_as_interledger_rs_does),
      TEST(opens_what_dassie_seals), TEST(fulfills_as_others_do),
      TEST(derives_from_secrets_of_any_length),
      TEST(two_pairs_do_not_disturb_each_other),
      TEST(seals_and_opens_up_to_the_longest_packet), TEST(ends))
