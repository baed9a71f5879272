/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt says what was signed under its secret, and with a bit changed, or
 * another secret, it says nothing. Without the secret it can be read, and only
 * if it has the one length and version; nobody can guess its signature. */
#include "ilp/stream/receipt.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_crypto *crypto;

static bool same(const struct ilp_receipt *a, const struct ilp_receipt *b)
{
	return memcmp(a->nonce, b->nonce, sizeof(a->nonce)) == 0 &&
	       a->stream_id == b->stream_id &&
	       a->total_received.units == b->total_received.units;
}

static void try_foreign(struct ilp_bytes in,
			const uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	struct ilp_receipt found;
	enum ilp_error error = ilp_receipt_decode(&found, in);

	require((error == ILP_OK) ==
		(in.len == ILP_RECEIPT_LEN && in.at[0] == 1));
	require(ilp_receipt_verify(&found, crypto, in, secret) ==
		(error ? error : ILP_ERR_SIGNATURE));
}

static void is_refused(struct ilp_bytes receipt,
		       const uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	struct ilp_receipt found;
	enum ilp_error error =
		ilp_receipt_verify(&found, crypto, receipt, secret);

	require(error == ILP_ERR_SIGNATURE || error == ILP_ERR_VERSION);
}

static void survives(struct ilp_reader *r,
		     uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	uint8_t bytes[ILP_RECEIPT_LEN];
	struct ilp_writer w = ilp_writer(bytes, sizeof(bytes));
	size_t bit = take_u8(r);
	struct ilp_receipt receipt, found;

	take_into(r, receipt.nonce, sizeof(receipt.nonce));
	receipt.stream_id = take_u8(r);
	receipt.total_received = ilp_amount(take_u64(r));
	require(ilp_receipt_encode(&w, crypto, &receipt, secret) == ILP_OK);
	struct ilp_bytes out = ilp_written(&w);
	require(out.len == ILP_RECEIPT_LEN);
	require(ilp_receipt_decode(&found, out) == ILP_OK);
	require(same(&found, &receipt));
	require(ilp_receipt_verify(&found, crypto, out, secret) == ILP_OK);
	require(same(&found, &receipt));

	bytes[bit % sizeof(bytes)] ^= (uint8_t)(1 << bit % 8);
	is_refused(out, secret);
	bytes[bit % sizeof(bytes)] ^= (uint8_t)(1 << bit % 8);
	secret[bit % ILP_RECEIPT_SECRET_LEN] ^= (uint8_t)(1 << bit % 8);
	is_refused(out, secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct ilp_reader r = ilp_reader(in);
	uint8_t secret[ILP_RECEIPT_SECRET_LEN];

	if (!crypto)
		crypto = ilp_crypto_create();
	require(crypto != NULL);
	take_into(&r, secret, sizeof(secret));
	try_foreign(in, secret);
	survives(&r, secret);
	return 0;
}
