/* SPDX-License-Identifier: Apache-2.0 */
/* The algorithms give the values that their standards publish, and what was
 * changed by a single bit neither opens nor verifies. */
#include "ilp/cipher.h"

#include "test/check.h"
#include "test/random.h"

/* A key for these tests only, made for them. */
static const char private_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDDror5mhPg1Enw\n"
	"01QxzLSAYRrZf9kJcloE2KWUx480/VCWON4tFS7NaVfNrAfqAl4yvof1qdHAb/sr\n"
	"H/5zp1uyezb5X8KJfPA2C+TTTURxfMQoj1k6j1JZwcA/XDcgRUnYyXz0SoSOb75+\n"
	"EHN6IK0nA9/6WWbx53hOsOw/bfOm4IIefMPhcNjVqJYJoCQVpE++sE1zvUMryyDo\n"
	"3xwaysBmgn1/rznhOKVZEf+sKV8BL/uV2dUOJNWuYnAyXm9tsgVOiNwE4YEPwNs+\n"
	"dewbtjIHiLyldkEGhOpoX0yLivYr9HnRL1WxcKnY0oHXYNSJ/9yz3QWceYvVJJQr\n"
	"I1crH+1lAgMBAAECggEAMKNnGFUHqVvi+BjzJcCxwfJBA/xe9FXn0aoO+CzlJ+Dq\n"
	"AbjnYpHQFQ8g27atrekCRH8u2K1p/TjoV6cHbnRUGsg9GR2IA3gaVfi9Wxcq0sGW\n"
	"GVXOMjvTFovN7wHLEvqd+SRV6nvGOIhGc1u/9ESAfYDdUIMdzzV/ZiHcSwTXqevX\n"
	"Lobywpt8DwNJFKUKOHjNrvPOwLQ0RwY5WaVD9SqyPwOHOvKOd4kWTFMds9Q/7G5+\n"
	"pWGpuqbxqzaYG3H5u7XWVYVngi+9zZt4EDbGzAVPKLCGCHAOXQVQWvUAhS097X1N\n"
	"eKpIjECbPD3Nv6QANvf0OGTnGRh/uNCargZz7DE1wQKBgQDiE5BJ0W/ZNV6GIiCr\n"
	"4TS9BaajjJNa05Bgmm3wNeerGSmlOSCfIQ+RUGVcDIJuRG8iX9ojEdvKvlZ2AUP5\n"
	"UinQQ/qNWoPrAWzYiVgUrnZVGZmTawkUQuvNeZGFW9Cz2dW4JT8+2FcZTRiaOxDv\n"
	"NOzyz02GfTxL6oxhiCCtlb/aQQKBgQDdlRRpubj03nU9HVtNe3kXHfxcfh5icyJd\n"
	"5gr29zZ0bZg8p3owBp+hSQrGJLUTi0lT4yd1GVwq0V2+Use5jRwvyWJg2snlmhO5\n"
	"WlvTqoWsA+fJepNJr+JfUHowLaEe4gG7FV1T3dDkkxSULqxwMbEiJABud7gpp44q\n"
	"4xR8CbjiJQKBgG3IlEvUgZ0X9pPqZLUywpp78QUA0dnMXRMcSwDYHG0Q5hFO4ZGE\n"
	"y3uEcAQ4KuqDHvixVUusc3BL586cJLcg+B8js7sK1n67jXDFmVlJszr2GIbm9ly5\n"
	"dqqsO0doY7vCr68hn0nUYs9tieHzhvCyYdIzavFBRZOUDaGbKktBKg5BAoGBAIXd\n"
	"b9SjsDq3PqrqVmOMCc7Ofcy/IMondoa12L/0///8yfEy2N200rGUuB6WxJKHHojA\n"
	"ffD/ni/8Bp9Z0XGm73VrO7T52OmOWQYssbdBmLogLeMJ23uz95XPv9HlbyaCMbt9\n"
	"n8FwC6hbtx4CyIiLbNEMYPpb93Wq1XfRcmmxUfHFAoGBANNqqVMpX5vP0RXI1Tso\n"
	"C8Mi+Xvw4NZPI4lZJsg6RxVnlMLYW0iEBtn0NUeju1wMyP4pvbM2ZuMKuNg22ba5\n"
	"4/ojwXo/vuh8f64stzOAbpnuKzy9sUebGoGnj6US5whxHJmLIIQXiOG+DxeMTUga\n"
	"SGNerCYXGIURldszGg4YYu2K\n"
	"-----END PRIVATE KEY-----\n";

static const char public_pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw66K+ZoT4NRJ8NNUMcy0\n"
	"gGEa2X/ZCXJaBNillMePNP1QljjeLRUuzWlXzawH6gJeMr6H9anRwG/7Kx/+c6db\n"
	"sns2+V/CiXzwNgvk001EcXzEKI9ZOo9SWcHAP1w3IEVJ2Ml89EqEjm++fhBzeiCt\n"
	"JwPf+llm8ed4TrDsP23zpuCCHnzD4XDY1aiWCaAkFaRPvrBNc71DK8sg6N8cGsrA\n"
	"ZoJ9f6854TilWRH/rClfAS/7ldnVDiTVrmJwMl5vbbIFTojcBOGBD8DbPnXsG7Yy\n"
	"B4i8pXZBBoTqaF9Mi4r2K/R50S9VsXCp2NKB12DUif/cs90FnHmL1SSUKyNXKx/t\n"
	"ZQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

/* What openssl dgst -sha256 -sign makes of "interledger". */
#define SIGNATURE                                                              \
	"024f3aaa12cdadb0bd868f2dd9eca0457ffbbf3aa93b3da8c07afd8bf1ad3810"     \
	"816765d35ff230c83231efc7ad0783d5f1969b099d3fa3c495c20062099cfb4c"     \
	"4281ba7da6ed87b8767c0e60fd36d4400adb7ed0e3d27d1b3d0987d40c55a137"     \
	"38fd77eb650eb97ddffccac78b547c186b62b2b144228bbd586b90cc71115eb7"     \
	"b970fc0d17f9eb279807899f6c23330c484f4c51ee773f803cab438927101a3f"     \
	"6c1698d548f41d3a6a7525c3f30e32f7676f0c2bebb948404681f6cc126ad678"     \
	"abf07e774b2074c89e488937ef1855e877d52b8059c07e93c157f32da46fd100"     \
	"2721a86c733eabfc1d827013e122f504b600a78746810b755d3640a2ff7efa32"

/* A key, but not of RSA. */
static const char curve_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTjT5z/yfFwDzfDEc\n"
	"6F9iL/YN6ArM5quOcSGno1YbCI+hRANCAAR7ciuhPrlsxhxfMtE3iHr9XWJTP4hs\n"
	"SnUqorNXWifkwC6kq9vKzEXE/CyL3WaaSvwJTkyDNcpXd3GZ5CHvsioB\n"
	"-----END PRIVATE KEY-----\n";

static struct ilp_crypto *crypto;

static void starts(void)
{
	crypto = ilp_crypto_create();
	CHECK(crypto != NULL);
}

static void ends(void)
{
	ilp_crypto_destroy(crypto);
	crypto = NULL;
	/* destroying nothing does nothing */
	ilp_crypto_destroy(NULL);
	ilp_mac_destroy(NULL);
	ilp_cipher_destroy(NULL);
	ilp_rsa_destroy(NULL);
}

static void check_sha256(struct ilp_bytes in, const char *expected)
{
	uint8_t out[ILP_HASH_LEN];

	ilp_sha256(crypto, out, in);
	CHECK_BYTES(ILP_BYTES(out), hex(expected));
}

static void sha256_gives_the_published_values(void)
{
	static uint8_t many[1000000];

	check_sha256((struct ilp_bytes){ NULL, 0 },
		     "e3b0c44298fc1c149afbf4c8996fb924"
		     "27ae41e4649b934ca495991b7852b855");
	check_sha256(ilp_text("abc"), "ba7816bf8f01cfea414140de5dae2223"
				      "b00361a396177a9cb410ff61f20015ad");
	check_sha256(ilp_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmno"
			      "mnopnopq"),
		     "248d6a61d20638b8e5c026930c3e6039"
		     "a33ce45964ff2167f6ecedd419db06c1");
	memset(many, 'a', sizeof(many));
	check_sha256(ILP_BYTES(many), "cdc76e5c9914fb9281a1c7e284d73e67"
				      "f1809a48a497200e046d39ccc7112cd0");
	/* and again, after all this */
	check_sha256(ilp_text("abc"), "ba7816bf8f01cfea414140de5dae2223"
				      "b00361a396177a9cb410ff61f20015ad");
}

static void sha256_may_come_in_pieces(void)
{
	uint8_t in[300], whole[ILP_HASH_LEN], out[ILP_HASH_LEN];

	memset(in, 7, sizeof(in));
	for (size_t step = 1; step <= sizeof(in); step++) {
		struct ilp_sha256 *sum = ilp_sha256_create();

		assert_non_null(sum);
		for (size_t at = 0; at < sizeof(in); at += step)
			ilp_sha256_add(sum, (struct ilp_bytes){
				in + at, at + step < sizeof(in) ?
						 step : sizeof(in) - at });
		ilp_sha256_end(sum, out);
		ilp_sha256(crypto, whole, ILP_BYTES(in));
		CHECK_BYTES(ILP_BYTES(out), ILP_BYTES(whole));
	}
}

/* The hash of the hashes of no "a", one, two, up to 199: as computed by
 * another program. */
static void sha256_is_right_for_every_length(void)
{
	static uint8_t text[200];
	static uint8_t hashes[200][ILP_HASH_LEN];

	memset(text, 'a', sizeof(text));
	for (size_t len = 0; len < sizeof(text); len++) {
		struct ilp_bytes in =
			exact_copy((struct ilp_bytes){ text, len });

		ilp_sha256(crypto, hashes[len], in);
		exact_free(in);
	}
	check_sha256((struct ilp_bytes){ hashes[0], sizeof(hashes) },
		     "752c007f38611cfbf5fa42cb1cea3d8e"
		     "086491c844d0cc4defd632cb81423506");
}

/* `count` times the byte. */
static struct ilp_bytes run(uint8_t byte, size_t count)
{
	static uint8_t b[2][256];
	static unsigned next;
	uint8_t *out = b[next++ % 2];

	memset(out, byte, count);
	return (struct ilp_bytes){ out, count };
}

static void check_hmac(struct ilp_bytes key, struct ilp_bytes in,
		       const char *expected)
{
	struct ilp_mac *mac = ilp_mac_create(crypto);
	uint8_t out[ILP_HASH_LEN], kept[ILP_HASH_LEN];

	CHECK(mac != NULL);
	ilp_hmac_sha256(crypto, out, key, in);
	CHECK_BYTES(ILP_BYTES(out), hex(expected));
	ilp_mac_key(mac, key);
	for (int i = 0; i < 3; i++) {
		memset(kept, 0, sizeof(kept));
		ilp_mac(mac, kept, in);
		CHECK_BYTES(ILP_BYTES(kept), hex(expected));
	}
	ilp_mac_destroy(mac);
}

/* RFC 4231. */
static void hmac_gives_the_published_values(void)
{
	check_hmac(run(0x0b, 20), ilp_text("Hi There"),
		   "b0344c61d8db38535ca8afceaf0bf12b"
		   "881dc200c9833da726e9376c2e32cff7");
	check_hmac(ilp_text("Jefe"), ilp_text("what do ya want for nothing?"),
		   "5bdcc146bf60754e6a042426089575c7"
		   "5a003f089d2739839dec58b964ec3843");
	check_hmac(run(0xaa, 20), run(0xdd, 50),
		   "773ea91e36800e46854db8ebd09181a7"
		   "2959098b3ef8c122d9635514ced565fe");
	check_hmac(hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
		   run(0xcd, 50),
		   "82558a389a443c0ea4cc819899f2083a"
		   "85f0faa3e578f8077a2e3ff46729665b");
	check_hmac(run(0xaa, 131),
		   ilp_text("Test Using Larger Than Block-Size Key - "
			    "Hash Key First"),
		   "60e431591ee0b67f0d8a26aacbf5b77f"
		   "8e0bc6213728c5140546040f0ee37f54");
	check_hmac(run(0xaa, 131),
		   ilp_text("This is a test using a larger than block-size key "
			    "and a larger than block-size data. The key needs "
			    "to be hashed before being used by the HMAC "
			    "algorithm."),
		   "9b09ffa71b942fcb27635fbcd5b0e944"
		   "bfdc63644f0713938a7f51535c3a35e2");
	/* nothing under nothing */
	check_hmac((struct ilp_bytes){ NULL, 0 }, (struct ilp_bytes){ NULL, 0 },
		   "b613679a0814d9ec772f95d778c35fc5"
		   "ff1697c493715653c6c712144292c5ad");
	check_hmac(ilp_text("foo"), ilp_text("ilp_stream_encryption"),
		   "cdf386314fee63e10e50213ab4ddd684"
		   "4efb6c5fcdea94b4c123a63201003040");
}

static void a_mac_takes_one_key_after_another(void)
{
	struct ilp_mac *mac = ilp_mac_create(crypto);
	struct ilp_mac *other = ilp_mac_create(crypto);
	struct random_source random = random_start();

	for (int i = 0; i < 200; i++) {
		uint8_t key[150], data[300], a[32], b[32], c[32];
		struct ilp_bytes k = random_bytes(
			&random, key, (size_t)random_below(&random, 150));
		struct ilp_bytes d = random_bytes(
			&random, data, (size_t)random_below(&random, 300));

		ilp_mac_key(mac, k);
		ilp_hmac_sha256(crypto, a, k, d);
		ilp_mac_key(other, d); /* does not disturb the first */
		ilp_mac(mac, b, d);
		ilp_mac(other, c, k);
		ilp_mac(mac, c, d);
		CHECK_BYTES(ILP_BYTES(b), ILP_BYTES(a));
		CHECK_BYTES(ILP_BYTES(c), ILP_BYTES(a));
	}
	ilp_mac_destroy(mac);
	ilp_mac_destroy(other);
}

static void secrets_are_equal_when_every_bit_is(void)
{
	uint8_t a[40], b[40];

	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)(i * 37);
	CHECK(ilp_secret_equal(ILP_BYTES(a), ILP_BYTES(b)));
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!ilp_secret_equal(ILP_BYTES(a), ILP_BYTES(b)));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK(!ilp_secret_equal((struct ilp_bytes){ a, 39 }, ILP_BYTES(b)));
	CHECK(!ilp_secret_equal(ILP_BYTES(a), (struct ilp_bytes){ b, 39 }));
	CHECK(!ilp_secret_equal(ILP_BYTES(a), (struct ilp_bytes){ NULL, 0 }));
	CHECK(!ilp_secret_equal((struct ilp_bytes){ NULL, 0 }, ILP_BYTES(a)));
	/* nor does one that nobody has set equal another one */
	CHECK(!ilp_secret_equal((struct ilp_bytes){ NULL, 0 },
				(struct ilp_bytes){ a, 0 }));
}

static void a_cleared_secret_is_zeros(void)
{
	uint8_t b[34];

	memset(b, 0x5a, sizeof(b));
	ilp_secret_clear(b + 1, 32);
	CHECK(b[0] == 0x5a && b[33] == 0x5a);
	for (size_t i = 1; i < 33; i++)
		CHECK_INT(b[i], 0);
	ilp_secret_clear(b, 0);
	CHECK_INT(b[0], 0x5a);
}

/* The key, and one envelope under it. */
static struct {
	struct ilp_cipher *cipher;
	uint8_t iv[12];
	struct ilp_bytes plain;
	struct ilp_bytes envelope;
} sealed;

static void with_key(const char *key)
{
	sealed.cipher = ilp_cipher_create(crypto);
	CHECK(sealed.cipher != NULL);
	ilp_cipher_key(sealed.cipher, hex(key).at);
}

static unsigned seals(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error =
		ilp_cipher_seal(sealed.cipher, &w, sealed.iv, sealed.plain);

	CHECK_INT(w.error, error);
	return error;
}

static unsigned opens_into(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_cipher_open(sealed.cipher, &w, sealed.envelope);
}

/* Opens it whole; on an error nothing has been appended. */
static unsigned opens(struct ilp_bytes envelope)
{
	uint8_t b[200];
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	enum ilp_error error;

	ilp_write_u8(&w, 9);
	error = ilp_cipher_open(sealed.cipher, &w, envelope);
	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	return error;
}

static void check_seal(const char *key, const char *iv, const char *plain,
		       const char *envelope)
{
	with_key(key);
	memcpy(sealed.iv, hex(iv).at, 12);
	sealed.plain = exact_copy(hex(plain));
	sealed.envelope = exact_copy(hex(envelope));
	check_rooms(seals, sealed.envelope, ILP_ERR_ROOM);
	check_rooms(opens_into, sealed.plain, ILP_ERR_ROOM);
	check_cuts(opens, sealed.envelope, 0);
	for (size_t bit = 0; bit < 8 * sealed.envelope.len; bit++) {
		uint8_t b[200];

		memcpy(b, sealed.envelope.at, sealed.envelope.len);
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_INT(opens((struct ilp_bytes){ b, sealed.envelope.len }),
			  ILP_ERR_DECRYPT);
	}
	CHECK_INT(opens(sealed.envelope), ILP_OK);
	exact_free(sealed.plain);
	exact_free(sealed.envelope);
	ilp_cipher_destroy(sealed.cipher);
}

#define ZEROS_12 "000000000000000000000000"
#define ZEROS_32                                                               \
	"0000000000000000000000000000000000000000000000000000000000000000"

static void aes_256_gcm_gives_the_published_values(void)
{
	/* test cases 13 and 14 of its specification */
	check_seal(ZEROS_32, ZEROS_12, "",
		   ZEROS_12 "530f8afbc74536b9a963b4f1c4cb738b");
	check_seal(ZEROS_32, ZEROS_12, "00000000000000000000000000000000",
		   ZEROS_12 "d0d1c8a799996bf0265b98b5d48ab919"
			    "cea7403d4d606b6e074ec5d3baf39d18");
	/* test case 15 */
	check_seal("feffe9928665731c6d6a8f9467308308"
		   "feffe9928665731c6d6a8f9467308308",
		   "cafebabefacedbaddecaf888",
		   "d9313225f88406e5a55909c5aff5269a"
		   "86a7a9531534f7da2e4c303d8a318a72"
		   "1c3c0c95956809532fcf0e2449a6b525"
		   "b16aedf5aa0de657ba637b391aafd255",
		   "cafebabefacedbaddecaf888"
		   "b094dac5d93471bdec1a502270e3cc6c"
		   "522dc1f099567d07f47f37a32a84427d"
		   "643a8cdcbfe5c0c97598a2bd2555d1aa"
		   "8cb08e48590dbb3da7b08b1056828838"
		   "c5f61e6393ba7a0abcc9f662898015ad");
	/* an envelope of the JavaScript implementation */
	check_seal("00e4adca806fa0af7f38585d99fd93cd"
		   "046b26c0a4c47fdc8f8f586bb4453847",
		   "6355225e90c0d46c00bfe87d", "666f6f20626172",
		   "6355225e90c0d46c00bfe87d"
		   "e4212febb3b8f4c380250ae760440cac"
		   "e16c6efeabae51");
}

static void seals_and_opens_any_length(void)
{
	static uint8_t plain[32739], b[32739 + 28], back[32739];
	struct random_source random = random_start();

	with_key("feffe9928665731c6d6a8f9467308308"
		 "feffe9928665731c6d6a8f9467308308");
	for (size_t i = 0; i < 300; i++) {
		size_t len = i < 100  ? i :
			     i == 100 ? sizeof(plain) :
					(size_t)random_below(&random, 3000);
		struct ilp_bytes in = random_bytes(&random, plain, len);
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer out = ilp_writer(back, sizeof(back));
		uint8_t iv[12];

		random_bytes(&random, iv, 12);
		CHECK_INT(ilp_cipher_seal(sealed.cipher, &w, iv, in), ILP_OK);
		CHECK_INT(ilp_written(&w).len, len + ILP_SEAL_OVERHEAD);
		CHECK(memcmp(b, iv, 12) == 0);
		CHECK(len < 16 || memcmp(b + 28, plain, len) != 0);
		CHECK_INT(ilp_cipher_open(sealed.cipher, &out, ilp_written(&w)),
			  ILP_OK);
		CHECK_BYTES(ilp_written(&out), in);
	}
	ilp_cipher_destroy(sealed.cipher);
}

static void another_key_does_not_open(void)
{
	uint8_t b[64], key[32];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	with_key(ZEROS_32);
	memset(sealed.iv, 1, 12);
	CHECK_INT(ilp_cipher_seal(sealed.cipher, &w, sealed.iv, ilp_text("hi")),
		  ILP_OK);
	for (size_t bit = 0; bit < 256; bit++) {
		memset(key, 0, sizeof(key));
		key[bit / 8] = (uint8_t)(1 << bit % 8);
		ilp_cipher_key(sealed.cipher, key);
		CHECK_INT(opens(ilp_written(&w)), ILP_ERR_DECRYPT);
	}
	memset(key, 0, sizeof(key));
	ilp_cipher_key(sealed.cipher, key);
	CHECK_INT(opens(ilp_written(&w)), ILP_OK);
	ilp_cipher_destroy(sealed.cipher);
}

static void what_fails_to_open_leaves_no_plaintext_behind(void)
{
	uint8_t b[64], out[36];
	struct ilp_bytes plain = ilp_text("attack at dawn, and not before!");
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_writer o = ilp_writer(out, sizeof(out));

	with_key(ZEROS_32);
	memset(sealed.iv, 1, 12);
	CHECK_INT(ilp_cipher_seal(sealed.cipher, &w, sealed.iv, plain), ILP_OK);
	b[58] ^= 1; /* the last byte */
	memset(out, 0, sizeof(out));
	CHECK_INT(ilp_cipher_open(sealed.cipher, &o, ilp_written(&w)),
		  ILP_ERR_DECRYPT);
	CHECK_INT(ilp_written(&o).len, 0);
	CHECK(memcmp(out, plain.at, 16) != 0);
	ilp_cipher_destroy(sealed.cipher);
}

static struct ilp_rsa *rsa;

static unsigned loads(struct ilp_bytes pem)
{
	struct ilp_rsa *out = NULL;
	enum ilp_error error = ilp_rsa_load(&out, crypto, pem);

	CHECK((error == ILP_OK) == (out != NULL));
	ilp_rsa_destroy(out);
	return error;
}

static unsigned signs(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_rsa_sign(rsa, &w, ilp_text("interledger"));
}

static void signs_as_others_do(void)
{
	struct ilp_bytes pem = exact_copy(ilp_text(private_pem));

	CHECK_INT(ilp_rsa_load(&rsa, crypto, pem), ILP_OK);
	exact_free(pem); /* it is not needed any more */
	check_rooms(signs, hex(SIGNATURE), ILP_ERR_ROOM);
	CHECK(ilp_rsa_verify(rsa, ilp_text("interledger"), hex(SIGNATURE)));
	ilp_rsa_destroy(rsa);
}

static void verifies_the_right_signature_only(void)
{
	struct ilp_bytes good = hex(SIGNATURE), in = ilp_text("interledger");

	CHECK_INT(ilp_rsa_load(&rsa, crypto, ilp_text(public_pem)), ILP_OK);
	CHECK(ilp_rsa_verify(rsa, in, good));
	CHECK(!ilp_rsa_verify(rsa, ilp_text("interledgeR"), good));
	CHECK(!ilp_rsa_verify(rsa, (struct ilp_bytes){ NULL, 0 }, good));
	CHECK(!ilp_rsa_verify(rsa, in, (struct ilp_bytes){ NULL, 0 }));
	CHECK(!ilp_rsa_verify(rsa, in, (struct ilp_bytes){ good.at, 255 }));
	CHECK(!ilp_rsa_verify(rsa, in, (struct ilp_bytes){ good.at + 1, 255 }));
	for (size_t bit = 0; bit < 8 * 256; bit += 5) {
		uint8_t b[257] = { 0 };

		memcpy(b, good.at, 256);
		CHECK(!ilp_rsa_verify(rsa, in, ILP_BYTES(b))); /* too long */
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!ilp_rsa_verify(rsa, in, (struct ilp_bytes){ b, 256 }));
	}
	CHECK(ilp_rsa_verify(rsa, in, good));
	ilp_rsa_destroy(rsa);
}

static void a_public_key_does_not_sign(void)
{
	uint8_t b[300];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	CHECK_INT(ilp_rsa_load(&rsa, crypto, ilp_text(public_pem)), ILP_OK);
	CHECK(ilp_rsa_sign(rsa, &w, ilp_text("x")) != ILP_OK);
	CHECK_INT(ilp_written(&w).len, 0);
	ilp_rsa_destroy(rsa);
}

static void only_an_rsa_key_is_loaded(void)
{
	struct ilp_bytes pem = ilp_text(public_pem);

	CHECK_INT(check_read(loads, pem), ILP_OK);
	CHECK_INT(check_read(loads, ilp_text(private_pem)), ILP_OK);
	CHECK_INT(check_read(loads, ilp_text(curve_pem)), ILP_ERR_ALGORITHM);
	CHECK_INT(check_read(loads, ilp_text("no key")), ILP_ERR_FORMAT);
	CHECK_INT(loads((struct ilp_bytes){ NULL, 0 }), ILP_ERR_FORMAT);
	/* but for the line end after it */
	check_cuts(loads, (struct ilp_bytes){ pem.at, pem.len - 1 },
		   ILP_ERR_FORMAT);
}

TESTS(TEST(starts), TEST(sha256_gives_the_published_values),
      TEST(sha256_may_come_in_pieces), TEST(sha256_is_right_for_every_length),
      TEST(hmac_gives_the_published_values),
      TEST(a_mac_takes_one_key_after_another),
      TEST(secrets_are_equal_when_every_bit_is),
      TEST(a_cleared_secret_is_zeros),
      TEST(aes_256_gcm_gives_the_published_values),
      TEST(seals_and_opens_any_length), TEST(another_key_does_not_open),
      TEST(what_fails_to_open_leaves_no_plaintext_behind),
      TEST(signs_as_others_do), TEST(verifies_the_right_signature_only),
      TEST(a_public_key_does_not_sign), TEST(only_an_rsa_key_is_loaded),
      TEST(ends))
