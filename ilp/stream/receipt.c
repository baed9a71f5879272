/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/stream/receipt.h"

#define RECEIPT_VERSION 1
#define SIGNED_LEN (ILP_RECEIPT_LEN - ILP_HASH_LEN)

static void sign(struct ilp_crypto *crypto, uint8_t out[ILP_HASH_LEN],
		 struct ilp_bytes receipt,
		 const uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	struct ilp_bytes head = { receipt.at, SIGNED_LEN };
	struct ilp_bytes key = { secret, ILP_RECEIPT_SECRET_LEN };

	ilp_hmac_sha256(crypto, out, key, head);
}

enum ilp_error ilp_receipt_encode(struct ilp_writer *w,
				  struct ilp_crypto *crypto,
				  const struct ilp_receipt *receipt,
				  const uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	uint8_t bytes[ILP_RECEIPT_LEN];
	struct ilp_writer head = ilp_writer(bytes, SIGNED_LEN);

	if (receipt->stream_id > UINT8_MAX) {
		ilp_writer_fail(w, ILP_ERR_OVERFLOW);
		return w->error;
	}
	ilp_write_u8(&head, RECEIPT_VERSION);
	ilp_write_fixed(&head, ILP_BYTES(receipt->nonce));
	ilp_write_u8(&head, (uint8_t)receipt->stream_id);
	ilp_write_u64(&head, receipt->total_received.units);
	sign(crypto, bytes + SIGNED_LEN, ILP_BYTES(bytes), secret);
	ilp_write_fixed(w, ILP_BYTES(bytes));
	return w->error;
}

enum ilp_error ilp_receipt_decode(struct ilp_receipt *out,
				  struct ilp_bytes receipt)
{
	struct ilp_reader r = ilp_reader(receipt);

	if (receipt.len != ILP_RECEIPT_LEN)
		return receipt.len < ILP_RECEIPT_LEN ? ILP_ERR_SHORT :
						       ILP_ERR_TRAILING;
	if (ilp_read_u8(&r) != RECEIPT_VERSION)
		return ILP_ERR_VERSION;
	memcpy(out->nonce, ilp_read_fixed(&r, sizeof(out->nonce)).at,
	       sizeof(out->nonce));
	out->stream_id = ilp_read_u8(&r);
	out->total_received = ilp_amount(ilp_read_u64(&r));
	return ILP_OK;
}

enum ilp_error ilp_receipt_verify(struct ilp_receipt *out,
				  struct ilp_crypto *crypto,
				  struct ilp_bytes receipt,
				  const uint8_t secret[ILP_RECEIPT_SECRET_LEN])
{
	struct ilp_receipt read;
	uint8_t signature[ILP_HASH_LEN];
	enum ilp_error error = ilp_receipt_decode(&read, receipt);

	if (error)
		return error;
	sign(crypto, signature, receipt, secret);
	if (!ilp_secret_equal(ILP_BYTES(signature),
			      ilp_bytes_skip(receipt, SIGNED_LEN)))
		return ILP_ERR_SIGNATURE;
	*out = read;
	return ILP_OK;
}
