/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of codec_peer for STREAM: its packets, how they are sealed and
 * fulfilled, receipts, and the tokens from which a server knows the secret. */
#include <inttypes.h>

#include "base/outline.h"
#include "ilp/condition.h"
#include "ilp/describe.h"
#include "ilp/stream/packet.h"
#include "ilp/stream/receipt.h"
#include "ilp/stream/token.h"
#include "test/interop/peer.h"

#define FRAMES_MAX 4096

static struct ilp_frame frames[FRAMES_MAX];

enum ilp_error decode_stream(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_describe_stream(out, ILP_DESCRIBE_JSON, from_hex(arg[0]));
}

static enum ilp_packet_type packet_type(struct ilp_bytes name)
{
	if (is(name, "prepare"))
		return ILP_PREPARE;
	if (is(name, "fulfill"))
		return ILP_FULFILL;
	if (is(name, "reject"))
		return ILP_REJECT;
	give_up("no type of ILP packet", name);
}

static uint8_t frame_type(struct ilp_bytes name)
{
	for (unsigned type = 0; type <= UINT8_MAX; type++) {
		const struct ilp_frame_row *row = ilp_frame_row((uint8_t)type);

		if (row && is(name, row->name))
			return (uint8_t)type;
	}
	give_up("no type of frame", name);
}

static void fill_field(struct ilp_frame *frame,
		       const struct ilp_frame_field *field,
		       const struct ilp_json_node *json)
{
	void *member = (uint8_t *)frame + field->offset;

	switch (field->kind) {
	case ILP_FIELD_NONE:
		break;
	case ILP_FIELD_U8:
		*(uint8_t *)member =
			(uint8_t)u32_of(json, field->name, UINT8_MAX);
		break;
	case ILP_FIELD_VARUINT:
	case ILP_FIELD_SATURATED:
		*(uint64_t *)member = u64_of(json, field->name);
		break;
	case ILP_FIELD_TEXT:
		*(struct ilp_bytes *)member = text_of(json, field->name);
		break;
	case ILP_FIELD_OCTETS:
		*(struct ilp_bytes *)member = hex_of(json, field->name);
		break;
	}
}

static struct ilp_frame frame_of(const struct ilp_json_node *json)
{
	struct ilp_frame frame = { .type = frame_type(text_of(json, "type")) };
	const struct ilp_frame_field *field = ilp_frame_row(frame.type)->fields;

	for (; field->kind; field++)
		fill_field(&frame, field, json);
	return frame;
}

enum ilp_error encode_stream(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_json_walk walk = ilp_json_walk(ilp_json_get(json, "frames"));
	struct ilp_stream_packet packet = {
		.ilp_type = packet_type(text_of(json, "type")),
		.sequence = u64_of(json, "sequence"),
		.amount = ilp_amount(u64_of(json, "amount")),
	};
	size_t count = 0;

	while (ilp_json_next(&walk)) {
		if (count == FRAMES_MAX)
			give_up("too many frames", arg[0]);
		frames[count++] = frame_of(walk.value);
	}
	ilp_stream_packet_encode(out, &packet, frames, count);
	if (ilp_json_get(json, "padTo"))
		ilp_stream_packet_pad(out, u32_of(json, "padTo", UINT32_MAX));
	return out->error;
}

/* SECRET, IV, PLAIN */
enum ilp_error stream_seal(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_stream_keys_load(keys, from_hex(arg[0]));
	return ilp_stream_seal(keys, out, fixed(arg[1], ILP_SEAL_IV_LEN),
			       from_hex(arg[2]));
}

/* SECRET, DATA */
enum ilp_error stream_open(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_stream_keys_load(keys, from_hex(arg[0]));
	return ilp_stream_open(keys, out, from_hex(arg[1]));
}

/* SECRET, DATA */
enum ilp_error stream_fulfillment(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t fulfillment[ILP_HASH_LEN];

	ilp_stream_keys_load(keys, from_hex(arg[0]));
	ilp_stream_fulfillment(keys, fulfillment, from_hex(arg[1]));
	ilp_write_fixed(out, ILP_BYTES(fulfillment));
	return out->error;
}

enum ilp_error condition(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_condition(crypto, hash, fixed(arg[0], ILP_HASH_LEN));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* CONDITION, FULFILLMENT */
enum ilp_error condition_check(struct ilp_bytes *arg, struct ilp_writer *out)
{
	(void)out;
	return ilp_condition_check(crypto, fixed(arg[0], ILP_HASH_LEN),
				   fixed(arg[1], ILP_HASH_LEN));
}

/* Receipts */

static enum ilp_error show_receipt(struct ilp_writer *out,
				   const struct ilp_receipt *receipt)
{
	put_hex(out, ILP_BYTES(receipt->nonce));
	put(out, " %" PRIu64 " %" PRIu64, receipt->stream_id,
	    receipt->total_received.units);
	return out->error;
}

enum ilp_error decode_receipt(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_receipt receipt;
	enum ilp_error error = ilp_receipt_decode(&receipt, from_hex(arg[0]));

	return error ? error : show_receipt(out, &receipt);
}

/* SECRET, RECEIPT */
enum ilp_error verify_receipt(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_receipt receipt;
	enum ilp_error error =
		ilp_receipt_verify(&receipt, crypto, from_hex(arg[1]),
				   fixed(arg[0], ILP_RECEIPT_SECRET_LEN));

	return error ? error : show_receipt(out, &receipt);
}

/* SECRET, JSON */
enum ilp_error encode_receipt(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[1]);
	struct ilp_receipt receipt = {
		.stream_id = (uint8_t)u32_of(json, "streamId", UINT8_MAX),
		.total_received = ilp_amount(u64_of(json, "totalReceived")),
	};

	fixed_of(json, "nonce", receipt.nonce, sizeof(receipt.nonce));
	return ilp_receipt_encode(out, crypto, &receipt,
				  fixed(arg[0], ILP_RECEIPT_SECRET_LEN));
}

/* Tokens: FAMILY and SERVER_SECRET come first. */

static struct ilp_token_server *token_server(struct ilp_bytes *arg)
{
	static const char *const families[] = {
		[ILP_TOKEN_TEXT] = "text",
		[ILP_TOKEN_SERVER] = "server",
		[ILP_TOKEN_RECEIVER] = "receiver",
	};
	enum ilp_token_family family = ILP_TOKEN_TEXT;
	struct ilp_token_server *server;

	while (!is(arg[0], families[family]))
		if (++family > ILP_TOKEN_RECEIVER)
			give_up("no family of tokens", arg[0]);
	server = ilp_token_server_create(crypto, family,
					 fixed(arg[1], ILP_TOKEN_SECRET_LEN));
	if (!server)
		give_up("no memory", arg[0]);
	return server;
}

static struct ilp_token token_of(const struct ilp_json_node *json)
{
	struct ilp_token token = { 0 };

	if (ilp_json_get(json, "tag"))
		token.tag = text_of(json, "tag");
	if (ilp_json_get(json, "receiptNonce")) {
		token.has_receipt = true;
		fixed_of(json, "receiptNonce", token.receipt_nonce,
			 sizeof(token.receipt_nonce));
		fixed_of(json, "receiptSecret", token.receipt_secret,
			 sizeof(token.receipt_secret));
	}
	if (ilp_json_get(json, "assetCode")) {
		token.has_asset = true;
		token.asset_code = text_of(json, "assetCode");
		token.asset_scale =
			(uint8_t)u32_of(json, "assetScale", UINT8_MAX);
	}
	return token;
}

static void show_token(struct ilp_writer *out, const struct ilp_token *token)
{
	struct ilp_outline o = ilp_outline(ILP_OUTLINE_JSON, out->at,
					   (size_t)(out->end - out->at));

	ilp_outline_group(&o, NULL);
	ilp_outline_text(&o, "tag", token->tag);
	if (token->has_receipt) {
		ilp_outline_hex(&o, "receiptNonce",
				ILP_BYTES(token->receipt_nonce));
		ilp_outline_hex(&o, "receiptSecret",
				ILP_BYTES(token->receipt_secret));
	}
	if (token->has_asset) {
		ilp_outline_text(&o, "assetCode", token->asset_code);
		ilp_outline_u32(&o, "assetScale", token->asset_scale);
	}
	ilp_outline_end(&o);
	ilp_write_room(out, ilp_outlined(&o).len);
}

/* RANDOM, JSON */
enum ilp_error token_issue(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_token_server *server = token_server(arg);
	struct ilp_token token = token_of(from_json(arg[3]));
	enum ilp_error error = ilp_token_issue(
		server, out, &token, fixed(arg[2], ILP_TOKEN_RANDOM_LEN));

	ilp_token_server_destroy(server);
	return error;
}

/* TOKEN */
enum ilp_error token_open(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_token_server *server = token_server(arg);
	struct ilp_token token;
	enum ilp_error error = ilp_token_open(
		server, &token, take(ILP_TOKEN_BYTES_MAX), arg[2]);

	if (!error)
		show_token(out, &token);
	ilp_token_server_destroy(server);
	return error;
}

/* TOKEN */
enum ilp_error token_secret(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_token_server *server = token_server(arg);
	uint8_t secret[ILP_HASH_LEN];
	enum ilp_error error = ilp_token_secret(server, secret, arg[2]);

	if (!error)
		ilp_write_fixed(out, ILP_BYTES(secret));
	ilp_token_server_destroy(server);
	return error;
}
