/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt says what its maker signed, and every changed bit shows
 * (RFC 39). */
#include "ilp/stream/receipt.h"

#include "test/check.h"
#include "test/random.h"

#define ZEROS_16 "00000000000000000000000000000000"
#define RECEIPT                                                                \
	"01" ZEROS_16 "01"                                                     \
	"00000000000001f4"                                                     \
	"c122fa0252debb672d591823f710e995"                                     \
	"16d67385cf397da87cc8f9e8c8bf5130"

static const uint8_t zeros[ILP_RECEIPT_SECRET_LEN];
static struct ilp_crypto *crypto;
static struct ilp_receipt receipt;

static void starts(void)
{
	crypto = ilp_crypto_create();
	CHECK(crypto != NULL);
}

static void ends(void)
{
	ilp_crypto_destroy(crypto);
}

static unsigned reads(struct ilp_bytes in)
{
	return ilp_receipt_decode(&receipt, in);
}

static unsigned verifies(struct ilp_bytes in)
{
	return ilp_receipt_verify(&receipt, crypto, in, zeros);
}

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_receipt_encode(&w, crypto, &receipt, zeros);
}

static void reads_verifies_and_writes_the_published_receipt(void)
{
	struct ilp_bytes in = hex(RECEIPT);

	CHECK_INT(in.len, ILP_RECEIPT_LEN);
	CHECK_INT(reads(in), ILP_OK);
	CHECK_BYTES(ILP_BYTES(receipt.nonce), hex(ZEROS_16));
	CHECK_INT(receipt.stream_id, 1);
	CHECK(receipt.total_received.units == 500);
	memset(&receipt, 0xff, sizeof(receipt));
	CHECK_INT(verifies(in), ILP_OK);
	CHECK_BYTES(ILP_BYTES(receipt.nonce), hex(ZEROS_16));
	CHECK_INT(receipt.stream_id, 1);
	CHECK(receipt.total_received.units == 500);
	check_rooms(writes, in, ILP_ERR_ROOM);
}

static void refuses_another_length(void)
{
	check_cuts(reads, hex(RECEIPT), 0);
	check_cuts(verifies, hex(RECEIPT), 0);
	CHECK(check_read(reads, hex(RECEIPT "00")) != ILP_OK);
	CHECK(check_read(verifies, hex(RECEIPT "00")) != ILP_OK);
}

static void refuses_another_version(void)
{
	for (unsigned version = 0; version < 256; version++) {
		uint8_t b[58];

		memcpy(b, hex(RECEIPT).at, sizeof(b));
		b[0] = (uint8_t)version;
		CHECK_INT(reads(ILP_BYTES(b)),
			  version == 1 ? ILP_OK : ILP_ERR_VERSION);
	}
}

static void every_changed_bit_shows(void)
{
	for (size_t bit = 8; bit < 58 * 8; bit++) {
		uint8_t b[58];

		memcpy(b, hex(RECEIPT).at, sizeof(b));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_INT(verifies(ILP_BYTES(b)), ILP_ERR_SIGNATURE);
		CHECK_INT(reads(ILP_BYTES(b)), ILP_OK); /* unchecked */
	}
}

static void another_secret_does_not_verify(void)
{
	for (size_t bit = 0; bit < 256; bit++) {
		uint8_t secret[32] = { 0 };

		secret[bit / 8] = (uint8_t)(1 << bit % 8);
		CHECK_INT(ilp_receipt_verify(&receipt, crypto, hex(RECEIPT),
					     secret),
			  ILP_ERR_SIGNATURE);
	}
}

static void random_receipts_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 1000; i++) {
		uint8_t secret[32], b[58], mac[32];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_receipt in;

		random_bytes(&random, secret, 32);
		random_bytes(&random, in.nonce, 16);
		in.stream_id = (uint8_t)random_u64(&random);
		in.total_received.units = random_wide(&random);
		CHECK_INT(ilp_receipt_encode(&w, crypto, &in, secret), ILP_OK);
		CHECK_INT(ilp_written(&w).len, 58);
		ilp_hmac_sha256(crypto, mac, ILP_BYTES(secret),
				(struct ilp_bytes){ b, 26 });
		CHECK(memcmp(b + 26, mac, 32) == 0);
		CHECK_INT(ilp_receipt_verify(&receipt, crypto, ILP_BYTES(b),
					     secret),
			  ILP_OK);
		CHECK(memcmp(receipt.nonce, in.nonce, 16) == 0);
		CHECK_INT(receipt.stream_id, in.stream_id);
		CHECK(receipt.total_received.units == in.total_received.units);
	}
}

TESTS(TEST(starts), TEST(reads_verifies_and_writes_the_published_receipt),
      TEST(refuses_another_length), TEST(refuses_another_version),
      TEST(every_changed_bit_shows), TEST(another_secret_does_not_verify),
      TEST(random_receipts_read_back), TEST(ends))
