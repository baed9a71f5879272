/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/spsp.h"

#include "base/json.h"
#include "ilp/text.h"

/* Fields that we do not know are ignored, however many; but not without end. */
#define NODES_MAX 1024
/* A secret as text, escaped in the clumsiest way. */
#define SECRET_TEXT_MAX 64

/* Exactly `len` bytes from base64 of either alphabet. */
static bool decode_exactly(uint8_t *out, size_t len, struct ilp_bytes text)
{
	uint8_t buffer[SECRET_TEXT_MAX];
	struct ilp_bytes bytes;
	bool good = ilp_base64_decode(&bytes, text, ILP_BASE64_ANY, buffer,
				      sizeof(buffer)) &&
		    bytes.len == len;

	if (good)
		memcpy(out, bytes.at, len);
	ilp_secret_clear(buffer, sizeof(buffer));
	return good;
}

static enum ilp_error read_secret(uint8_t out[ILP_SPSP_SECRET_LEN],
				  const struct ilp_json_node *node)
{
	uint8_t buffer[SECRET_TEXT_MAX];
	struct ilp_bytes text;
	enum ilp_error error = ILP_ERR_FORMAT;

	if (!node)
		return ILP_ERR_MISSING;
	if (ilp_json_string(&text, node, buffer, sizeof(buffer)) &&
	    decode_exactly(out, ILP_SPSP_SECRET_LEN, text))
		error = ILP_OK;
	ilp_secret_clear(buffer, sizeof(buffer));
	return error;
}

enum ilp_error ilp_spsp_decode(struct ilp_spsp *out,
			       uint8_t buffer[ILP_ADDRESS_MAX],
			       struct ilp_bytes body)
{
	struct ilp_json_node nodes[NODES_MAX];
	struct ilp_spsp spsp = { 0 };

	struct ilp_json_error bad = ilp_json_read(nodes, NODES_MAX, body);
	if (bad.problem == ILP_JSON_ROOM)
		return ILP_ERR_TOO_MANY;
	if (bad.problem || nodes[0].type != ILP_JSON_OBJECT)
		return ILP_ERR_FORMAT;

	const struct ilp_json_node *destination =
		ilp_json_get(nodes, "destination_account");
	if (!destination)
		return ILP_ERR_MISSING;
	if (!ilp_json_string(&spsp.destination, destination, buffer,
			     ILP_ADDRESS_MAX) ||
	    !ilp_address_valid(spsp.destination))
		return ILP_ERR_ADDRESS;

	enum ilp_error error = read_secret(
		spsp.shared_secret, ilp_json_get(nodes, "shared_secret"));
	if (error)
		return error;
	/* Anything but true, or nothing at all, is no. */
	ilp_json_bool(&spsp.receipts_enabled,
		      ilp_json_get(nodes, "receipts_enabled"));
	*out = spsp;
	ilp_secret_clear(&spsp, sizeof(spsp));
	return ILP_OK;
}

enum ilp_error ilp_spsp_encode(struct ilp_writer *w,
			       const struct ilp_spsp *spsp)
{
	uint8_t buffer[SECRET_TEXT_MAX];
	struct ilp_bytes secret = ILP_BYTES(spsp->shared_secret);

	if (!ilp_address_valid(spsp->destination)) {
		ilp_writer_fail(w, ILP_ERR_ADDRESS);
		return w->error;
	}
	struct ilp_json_writer json = ilp_json_open(w);
	ilp_base64_encode(&secret, secret, ILP_BASE64, buffer, sizeof(buffer));
	ilp_json_begin_object(&json);
	ilp_json_put_key(&json, "destination_account");
	ilp_json_put_string(&json, spsp->destination);
	ilp_json_put_key(&json, "shared_secret");
	ilp_json_put_string(&json, secret);
	if (spsp->receipts_enabled) {
		ilp_json_put_key(&json, "receipts_enabled");
		ilp_json_put_bool(&json, true);
	}
	ilp_json_end_object(&json);
	ilp_json_close(w, &json);
	ilp_secret_clear(buffer, sizeof(buffer));
	return w->error;
}

enum ilp_error ilp_spsp_error_encode(struct ilp_writer *w, const char *id,
				     const char *message)
{
	struct ilp_json_writer json = ilp_json_open(w);

	ilp_json_begin_object(&json);
	ilp_json_put_key(&json, "id");
	ilp_json_put_string(&json, ilp_text(id));
	ilp_json_put_key(&json, "message");
	ilp_json_put_string(&json, ilp_text(message));
	ilp_json_end_object(&json);
	ilp_json_close(w, &json);
	return w->error;
}

bool ilp_spsp_content_type_valid(struct ilp_bytes value)
{
	struct ilp_bytes type = ilp_text_trim(ilp_text_until(&value, ';'));

	return ilp_text_equal_nocase(type, ilp_text(ILP_SPSP_CONTENT_TYPE)) ||
	       ilp_text_equal_nocase(type, ilp_text("application/spsp+json"));
}

/* Digits, else 0; a number past 32 bits is as good as for ever. */
static uint32_t parse_seconds(struct ilp_bytes text)
{
	uint64_t value = 0;

	if (text.len == 0)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	return (uint32_t)value;
}

uint32_t ilp_spsp_max_age_s(struct ilp_bytes cache_control)
{
	uint32_t max_age_s = 0;

	while (cache_control.len) {
		struct ilp_bytes value =
			ilp_text_trim(ilp_text_until(&cache_control, ','));
		struct ilp_bytes name = ilp_text_until(&value, '=');

		if (ilp_text_equal_nocase(name, ilp_text("no-cache")) ||
		    ilp_text_equal_nocase(name, ilp_text("no-store")))
			return 0;
		if (ilp_text_equal_nocase(name, ilp_text("max-age")))
			max_age_s = parse_seconds(value);
	}
	return max_age_s;
}

enum ilp_error ilp_spsp_receipt_headers(uint8_t nonce[ILP_RECEIPT_NONCE_LEN],
					uint8_t secret[ILP_RECEIPT_SECRET_LEN],
					struct ilp_bytes nonce_value,
					struct ilp_bytes secret_value)
{
	if (nonce_value.len == 0 && secret_value.len == 0)
		return ILP_ERR_MISSING;
	if (!decode_exactly(nonce, ILP_RECEIPT_NONCE_LEN,
			    ilp_text_trim(nonce_value)) ||
	    !decode_exactly(secret, ILP_RECEIPT_SECRET_LEN,
			    ilp_text_trim(secret_value)))
		return ILP_ERR_FORMAT;
	return ILP_OK;
}

enum ilp_error ilp_spsp_receipt_header_encode(struct ilp_writer *w,
					      struct ilp_bytes value)
{
	ilp_write_base64(w, value, ILP_BASE64);
	return w->error;
}
