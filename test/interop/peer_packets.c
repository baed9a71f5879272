/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of codec_peer for packets: ILPv4, and BTP that carries it. What
 * was decoded is shown as ilp/describe.h has it. */
#include <inttypes.h>

#include "ilp/btp.h"
#include "ilp/describe.h"
#include "ilp/packet.h"
#include "test/interop/peer.h"

enum ilp_error describe(struct ilp_writer *out, struct ilp_bytes packet)
{
	return ilp_describe_packet(out, ILP_DESCRIBE_JSON, NULL, packet);
}

enum ilp_error decode_packet(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return describe(out, from_hex(arg[0]));
}

enum ilp_error decode_prepare(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_prepare prepare;
	enum ilp_error error = ilp_prepare_decode(&prepare, packet);

	return error ? error : describe(out, packet);
}

enum ilp_error decode_fulfill(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_fulfill fulfill;
	enum ilp_error error = ilp_fulfill_decode(&fulfill, packet);

	return error ? error : describe(out, packet);
}

enum ilp_error decode_reject(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_reject reject;
	enum ilp_error error = ilp_reject_decode(&reject, packet);

	return error ? error : describe(out, packet);
}

enum ilp_error encode_prepare(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_prepare prepare = {
		.amount = ilp_amount(u64_of(json, "amount")),
		.expires_at_ms = moment_of(json, "expiresAt"),
		.destination = text_of(json, "destination"),
		.data = hex_of(json, "data"),
	};

	fixed_of(json, "condition", prepare.condition,
		 sizeof(prepare.condition));
	return ilp_prepare_encode(out, &prepare);
}

enum ilp_error encode_fulfill(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_fulfill fulfill = { .data = hex_of(json, "data") };

	fixed_of(json, "fulfillment", fulfill.fulfillment,
		 sizeof(fulfill.fulfillment));
	return ilp_fulfill_encode(out, &fulfill);
}

enum ilp_error encode_reject(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_bytes code = text_of(json, "code");
	struct ilp_reject reject = {
		.triggered_by = text_of(json, "triggeredBy"),
		.message = text_of(json, "message"),
		.data = hex_of(json, "data"),
	};

	if (code.len != ILP_CODE_LEN)
		give_up("no code of three letters", code);
	memcpy(reject.code, code.at, ILP_CODE_LEN);
	return ilp_reject_encode(out, &reject);
}

/* PACKET, AMOUNT, EXPIRES_AT */
enum ilp_error edit_prepare(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	uint8_t *copy = take(packet.len);
	enum ilp_error error;

	if (packet.len)
		memcpy(copy, packet.at, packet.len);
	error = ilp_prepare_edit(copy, packet.len, ilp_amount(u64_arg(arg[1])),
				 i64_arg(arg[2]));
	ilp_write_fixed(out, (struct ilp_bytes){ copy, packet.len });
	return error;
}

enum ilp_error decode_too_large(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_amount_too_large amounts;
	enum ilp_error error =
		ilp_amount_too_large_decode(&amounts, from_hex(arg[0]));

	if (!error)
		put(out, "%" PRIu64 " %" PRIu64, amounts.received.units,
		    amounts.maximum.units);
	return error;
}

enum ilp_error encode_too_large(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_amount_too_large amounts = {
		.received = ilp_amount(u64_arg(arg[0])),
		.maximum = ilp_amount(u64_arg(arg[1])),
	};

	return ilp_amount_too_large_encode(out, &amounts);
}

/* BTP */

enum ilp_error decode_btp(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_describe_btp(out, ILP_DESCRIBE_JSON, NULL, from_hex(arg[0]));
}

static enum ilp_btp_type btp_type(struct ilp_bytes name)
{
	if (is(name, "response"))
		return ILP_BTP_RESPONSE;
	if (is(name, "error"))
		return ILP_BTP_ERROR;
	if (is(name, "message"))
		return ILP_BTP_MESSAGE;
	if (is(name, "transfer"))
		return ILP_BTP_TRANSFER;
	give_up("no type of BTP packet", name);
}

static struct ilp_btp_error btp_error(const struct ilp_json_node *json)
{
	struct ilp_bytes code = text_of(json, "code");
	struct ilp_btp_error error = {
		.name = text_of(json, "name"),
		.triggered_at_ms = moment_of(json, "triggeredAt"),
		.data = text_of(json, "text"),
	};

	if (code.len != 3)
		give_up("no code of three letters", code);
	memcpy(error.code, code.at, code.len);
	return error;
}

static void btp_entries(struct ilp_btp_entries *out,
			const struct ilp_json_node *list)
{
	struct ilp_json_walk walk = ilp_json_walk(list);

	out->count = 0;
	while (ilp_json_next(&walk)) {
		if (out->count == ILP_BTP_ENTRIES_MAX)
			give_up("too many entries", list->text);
		out->at[out->count++] = (struct ilp_btp_entry){
			.name = text_of(walk.value, "name"),
			.content = (uint8_t)u32_of(walk.value, "contentType",
						   UINT8_MAX),
			.data = hex_of(walk.value, "data"),
		};
	}
}

enum ilp_error encode_btp(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_btp packet = {
		.type = btp_type(text_of(json, "type")),
		.request_id = u32_of(json, "requestId", UINT32_MAX),
	};

	if (packet.type == ILP_BTP_TRANSFER)
		packet.amount = ilp_amount(u64_of(json, "amount"));
	if (packet.type == ILP_BTP_ERROR)
		packet.error = btp_error(json);
	btp_entries(&packet.entries, ilp_json_get(json, "entries"));
	return ilp_btp_encode(out, &packet);
}
