/* SPDX-License-Identifier: Apache-2.0 */
/* A body that is taken says a valid address, which lies in our buffer; what
 * was read is written as a body that reads the same. Errors that we write are
 * JSON, whatever their text. The headers: a parameter more does not change a
 * content type, a no-store forbids any age, and receipt setups survive in
 * base64. */
#include "ilp/spsp.h"

#include "base/base64.h"
#include "base/json.h"
#include "ilp/text.h"
#include "test/fuzz.h"

#define INPUT_MAX 16384
#define OUTPUT_MAX (8 * INPUT_MAX)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_body(struct ilp_bytes in)
{
	uint8_t first[ILP_ADDRESS_MAX], second[ILP_ADDRESS_MAX];
	uint8_t body[2 * ILP_ADDRESS_MAX];
	struct ilp_writer w = ilp_writer(body, sizeof(body));
	struct ilp_spsp found, again;

	if (ilp_spsp_decode(&found, first, in))
		return;
	require(lies_in(found.destination, ILP_BYTES(first)));
	require(ilp_address_valid(found.destination));
	require(ilp_spsp_encode(&w, &found) == ILP_OK);
	require(ilp_spsp_decode(&again, second, ilp_written(&w)) == ILP_OK);
	require(ilp_bytes_equal(found.destination, again.destination));
	require(memcmp(found.shared_secret, again.shared_secret,
		       sizeof(found.shared_secret)) == 0);
	require(found.receipts_enabled == again.receipts_enabled);
}

static void error_is_json(const char *text)
{
	static uint8_t buffer[OUTPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_json_node nodes[5];

	require(ilp_spsp_error_encode(&w, "InternalError", text) == ILP_OK);
	require(!ilp_json_read(nodes, 5, ilp_written(&w)).problem);
	require(ilp_json_is(ilp_json_get(nodes, "id"), "InternalError"));
	require(ilp_json_get(nodes, "message") != NULL);
}

static struct ilp_bytes joined(struct ilp_bytes a, const char *b)
{
	static uint8_t buffer[OUTPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_fixed(&w, a);
	ilp_write_fixed(&w, ilp_text(b));
	return ilp_written(&w);
}

static void try_headers(struct ilp_bytes in)
{
	require(ilp_spsp_content_type_valid(in) ==
		ilp_spsp_content_type_valid(joined(in, " ; charset=utf-8")));
	require(ilp_spsp_max_age_s(joined(in, ", No-Store")) == 0);
	require(ilp_spsp_max_age_s(joined(in, ", public")) ==
		ilp_spsp_max_age_s(in));
	uint32_t last = ilp_spsp_max_age_s(joined(in, ",max-age=4711"));
	require(last == 4711 || last == 0);
}

static void is_base64_of(struct ilp_bytes bytes, struct ilp_bytes text)
{
	uint8_t buffer[64];
	struct ilp_bytes found;

	require(ilp_base64_decode(&found, ilp_text_trim(text), ILP_BASE64_ANY,
				  buffer, sizeof(buffer)));
	require(ilp_bytes_equal(found, bytes));
}

/* Two texts that are whatever the input says, parted by a line break. */
static void try_receipts(struct ilp_bytes in)
{
	uint8_t nonce[ILP_RECEIPT_NONCE_LEN];
	uint8_t secret[ILP_RECEIPT_SECRET_LEN];
	const uint8_t *end = in.len ? memchr(in.at, '\n', in.len) : NULL;
	struct ilp_bytes first = in;

	if (!end)
		return;
	first.len = (size_t)(end - in.at);
	in = ilp_bytes_skip(in, first.len + 1);
	enum ilp_error error =
		ilp_spsp_receipt_headers(nonce, secret, first, in);
	require((error == ILP_ERR_MISSING) == (first.len == 0 && in.len == 0));
	if (error)
		return;
	is_base64_of(ILP_BYTES(nonce), first);
	is_base64_of(ILP_BYTES(secret), in);
}

static void receipts_survive(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);
	enum ilp_base64 form = take_u8(&r) % ILP_BASE64_ANY;
	uint8_t nonce[ILP_RECEIPT_NONCE_LEN], nonce_found[sizeof(nonce)];
	uint8_t secret[ILP_RECEIPT_SECRET_LEN], secret_found[sizeof(secret)];
	uint8_t first[64], second[64];
	struct ilp_bytes nonce_text, secret_text;

	take_into(&r, nonce, sizeof(nonce));
	take_into(&r, secret, sizeof(secret));
	require(ilp_base64_encode(&nonce_text, ILP_BYTES(nonce), form, first,
				  sizeof(first)));
	require(ilp_base64_encode(&secret_text, ILP_BYTES(secret), form, second,
				  sizeof(second)));
	require(ilp_spsp_receipt_headers(nonce_found, secret_found, nonce_text,
					 secret_text) == ILP_OK);
	require(memcmp(nonce, nonce_found, sizeof(nonce)) == 0);
	require(memcmp(secret, secret_found, sizeof(secret)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[INPUT_MAX + 1];
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	try_body(in);
	error_is_json(text);
	try_headers(in);
	try_receipts(in);
	receipts_survive(in);
	return 0;
}
