/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/packet.h"

#include "base/utf8.h"
#include "ilp/timestamp.h"

#define AMOUNT_LEN 8
#define CONDITION_LEN 32
#define PREPARE_FIXED_LEN (AMOUNT_LEN + ILP_TIMESTAMP_LEN + CONDITION_LEN)
#define CONTENTS_MAX (ILP_PACKET_MAX - 4) /* without type and length */

enum ilp_error ilp_packet_len(size_t *len, struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	ilp_read_u8(&r);
	ilp_read_var_max(&r, CONTENTS_MAX);
	if (!r.error)
		*len = in.len - ilp_reader_left(&r);
	return r.error;
}

enum ilp_error ilp_packet_type(enum ilp_packet_type *out,
			       struct ilp_bytes packet)
{
	if (packet.len == 0)
		return ILP_ERR_SHORT;
	switch (packet.at[0]) {
	case ILP_PREPARE:
	case ILP_FULFILL:
	case ILP_REJECT:
		*out = packet.at[0];
		return ILP_OK;
	}
	return ILP_ERR_TYPE;
}

/* The contents of a packet of the given type. */
static struct ilp_reader open_packet(struct ilp_bytes packet,
				     enum ilp_packet_type type)
{
	struct ilp_reader r = ilp_reader(packet);

	if (ilp_read_u8(&r) != type)
		ilp_reader_fail(&r, ILP_ERR_TYPE);
	if (packet.len == 0)
		r.error = ILP_ERR_SHORT;

	struct ilp_bytes contents = ilp_read_var_max(&r, CONTENTS_MAX);
	struct ilp_reader body = ilp_reader(contents);
	body.error = r.error;
	return body;
}

static inline enum ilp_error read_prepare(struct ilp_prepare *out,
					  struct ilp_bytes packet,
					  bool to_anywhere)
{
	struct ilp_reader r = open_packet(packet, ILP_PREPARE);
	struct ilp_amount amount = ilp_amount(ilp_read_u64(&r));
	int64_t expires_at_ms = ilp_read_timestamp(&r);
	struct ilp_bytes condition = ilp_read_fixed(&r, CONDITION_LEN);
	struct ilp_bytes destination =
		to_anywhere ? ilp_read_var_max(&r, ILP_ADDRESS_MAX) :
			      ilp_read_address(&r);
	struct ilp_bytes data = ilp_read_var_max(&r, ILP_DATA_MAX);

	if (r.error)
		return r.error;
	out->amount = amount;
	out->expires_at_ms = expires_at_ms;
	memcpy(out->condition, condition.at, CONDITION_LEN);
	out->destination = destination;
	out->data = data;
	return ILP_OK;
}

enum ilp_error ilp_prepare_decode(struct ilp_prepare *out,
				  struct ilp_bytes packet)
{
	return read_prepare(out, packet, false);
}

enum ilp_error ilp_prepare_read(struct ilp_prepare *out,
				struct ilp_bytes packet)
{
	return read_prepare(out, packet, true);
}

enum ilp_error ilp_fulfill_decode(struct ilp_fulfill *out,
				  struct ilp_bytes packet)
{
	struct ilp_reader r = open_packet(packet, ILP_FULFILL);
	struct ilp_bytes fulfillment = ilp_read_fixed(&r, CONDITION_LEN);
	struct ilp_bytes data = ilp_read_var_max(&r, ILP_DATA_MAX);

	if (r.error)
		return r.error;
	memcpy(out->fulfillment, fulfillment.at, CONDITION_LEN);
	out->data = data;
	return ILP_OK;
}

/* Nodes without an address of their own leave this one empty. */
static struct ilp_bytes read_triggered_by(struct ilp_reader *r)
{
	struct ilp_bytes address = ilp_read_var_max(r, ILP_ADDRESS_MAX);

	if (!r->error && address.len && !ilp_address_valid(address))
		ilp_reader_fail(r, ILP_ERR_ADDRESS);
	return address;
}

enum ilp_error ilp_reject_decode(struct ilp_reject *out,
				 struct ilp_bytes packet)
{
	struct ilp_reader r = open_packet(packet, ILP_REJECT);
	struct ilp_bytes code = ilp_read_fixed(&r, ILP_CODE_LEN);
	struct ilp_bytes triggered_by = read_triggered_by(&r);
	struct ilp_bytes message = ilp_read_var_max(&r, ILP_MESSAGE_MAX);
	struct ilp_bytes data = ilp_read_var_max(&r, ILP_DATA_MAX);

	if (r.error)
		return r.error;
	if (!ilp_ascii_valid(code))
		return ILP_ERR_TEXT;
	memcpy(out->code, code.at, ILP_CODE_LEN);
	out->code[ILP_CODE_LEN] = '\0';
	out->triggered_by = triggered_by;
	out->message = message;
	out->data = data;
	return ILP_OK;
}

static size_t var_size(struct ilp_bytes in)
{
	return ilp_length_size(in.len) + in.len;
}

static void refuse_long(struct ilp_writer *w, struct ilp_bytes in, size_t max)
{
	if (in.len > max)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
}

enum ilp_error ilp_prepare_encode(struct ilp_writer *w,
				  const struct ilp_prepare *prepare)
{
	if (!ilp_address_valid(prepare->destination))
		ilp_writer_fail(w, ILP_ERR_ADDRESS);
	refuse_long(w, prepare->data, ILP_DATA_MAX);
	ilp_write_u8(w, ILP_PREPARE);
	ilp_write_length(w, PREPARE_FIXED_LEN + var_size(prepare->destination) +
				    var_size(prepare->data));
	ilp_write_u64(w, prepare->amount.units);
	ilp_write_timestamp(w, prepare->expires_at_ms);
	ilp_write_fixed(w, ILP_BYTES(prepare->condition));
	ilp_write_var(w, prepare->destination);
	ilp_write_var(w, prepare->data);
	return w->error;
}

enum ilp_error ilp_fulfill_encode(struct ilp_writer *w,
				  const struct ilp_fulfill *fulfill)
{
	refuse_long(w, fulfill->data, ILP_DATA_MAX);
	ilp_write_u8(w, ILP_FULFILL);
	ilp_write_length(w, CONDITION_LEN + var_size(fulfill->data));
	ilp_write_fixed(w, ILP_BYTES(fulfill->fulfillment));
	ilp_write_var(w, fulfill->data);
	return w->error;
}

enum ilp_error ilp_reject_encode(struct ilp_writer *w,
				 const struct ilp_reject *reject)
{
	struct ilp_bytes code = { (const uint8_t *)reject->code, ILP_CODE_LEN };

	if (!ilp_ascii_valid(code))
		ilp_writer_fail(w, ILP_ERR_TEXT);
	if (reject->triggered_by.len &&
	    !ilp_address_valid(reject->triggered_by))
		ilp_writer_fail(w, ILP_ERR_ADDRESS);
	refuse_long(w, reject->message, ILP_MESSAGE_MAX);
	refuse_long(w, reject->data, ILP_DATA_MAX);
	ilp_write_u8(w, ILP_REJECT);
	ilp_write_length(w, ILP_CODE_LEN + var_size(reject->triggered_by) +
				    var_size(reject->message) +
				    var_size(reject->data));
	ilp_write_fixed(w, code);
	ilp_write_var(w, reject->triggered_by);
	ilp_write_var(w, reject->message);
	ilp_write_var(w, reject->data);
	return w->error;
}

struct ilp_reject ilp_reject_make(enum ilp_code code,
				  struct ilp_bytes triggered_by,
				  const char *message)
{
	struct ilp_reject reject = {
		.triggered_by = triggered_by,
		.message = ilp_text(message),
	};

	memcpy(reject.code, ilp_code_row(code)->code, sizeof(reject.code));
	return reject;
}

enum ilp_error ilp_prepare_edit(uint8_t *packet, size_t len,
				struct ilp_amount amount, int64_t expires_at_ms)
{
	struct ilp_bytes whole = { packet, len };
	struct ilp_reader r = open_packet(whole, ILP_PREPARE);

	if (!r.error && ilp_reader_left(&r) < PREPARE_FIXED_LEN)
		return ILP_ERR_SHORT;
	if (r.error)
		return r.error;

	uint8_t *fields = packet + (r.at - packet);
	struct ilp_writer expiry =
		ilp_writer(fields + AMOUNT_LEN, ILP_TIMESTAMP_LEN);
	ilp_write_timestamp(&expiry, expires_at_ms);
	if (!expiry.error) /* else the amount is as it was, too */
		ilp_store_u64(fields, amount.units);
	return expiry.error;
}

enum ilp_error ilp_amount_too_large_decode(struct ilp_amount_too_large *out,
					   struct ilp_bytes data)
{
	struct ilp_reader r = ilp_reader(data);
	struct ilp_amount received = ilp_amount(ilp_read_u64(&r));
	struct ilp_amount maximum = ilp_amount(ilp_read_u64(&r));

	if (r.error)
		return r.error;
	*out = (struct ilp_amount_too_large){ received, maximum };
	return ILP_OK;
}

enum ilp_error
ilp_amount_too_large_encode(struct ilp_writer *w,
			    const struct ilp_amount_too_large *too_large)
{
	ilp_write_u64(w, too_large->received.units);
	ilp_write_u64(w, too_large->maximum.units);
	return w->error;
}
