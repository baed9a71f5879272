/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/stream/frame.h"

#define FIELD(member, name, kind)                                              \
	{                                                                      \
		name, ILP_FIELD_##kind, offsetof(struct ilp_frame, member)     \
	}
#define STREAM_ID FIELD(stream_id, "streamId", VARUINT)

#define ROWS (ILP_FRAME_STREAM_RECEIPT + 1)

/* clang-format off */
static const struct ilp_frame_row rows[ROWS] = {
	[ILP_FRAME_CONNECTION_CLOSE] = { "ConnectionClose", {
		FIELD(code, "code", U8),
		FIELD(message, "message", TEXT) } },
	[ILP_FRAME_CONNECTION_NEW_ADDRESS] = { "ConnectionNewAddress", {
		FIELD(address, "address", TEXT) } },
	[ILP_FRAME_CONNECTION_MAX_DATA] = { "ConnectionMaxData", {
		FIELD(max_offset, "maxOffset", VARUINT) } },
	[ILP_FRAME_CONNECTION_DATA_BLOCKED] = { "ConnectionDataBlocked", {
		FIELD(max_offset, "maxOffset", VARUINT) } },
	[ILP_FRAME_CONNECTION_MAX_STREAM_ID] = { "ConnectionMaxStreamId", {
		FIELD(max_stream_id, "maxStreamId", VARUINT) } },
	[ILP_FRAME_CONNECTION_STREAM_ID_BLOCKED] = {
		"ConnectionStreamIdBlocked", {
		FIELD(max_stream_id, "maxStreamId", VARUINT) } },
	[ILP_FRAME_CONNECTION_ASSET_DETAILS] = { "ConnectionAssetDetails", {
		FIELD(asset_code, "assetCode", TEXT),
		FIELD(asset_scale, "assetScale", U8) } },
	[ILP_FRAME_STREAM_CLOSE] = { "StreamClose", {
		STREAM_ID,
		FIELD(code, "code", U8),
		FIELD(message, "message", TEXT) } },
	[ILP_FRAME_STREAM_MONEY] = { "StreamMoney", {
		STREAM_ID,
		FIELD(shares, "shares", VARUINT) } },
	[ILP_FRAME_STREAM_MAX_MONEY] = { "StreamMaxMoney", {
		STREAM_ID,
		FIELD(receive_max, "receiveMax", SATURATED),
		FIELD(total_received, "totalReceived", VARUINT) } },
	[ILP_FRAME_STREAM_MONEY_BLOCKED] = { "StreamMoneyBlocked", {
		STREAM_ID,
		FIELD(send_max, "sendMax", SATURATED),
		FIELD(total_sent, "totalSent", VARUINT) } },
	[ILP_FRAME_STREAM_DATA] = { "StreamData", {
		STREAM_ID,
		FIELD(offset, "offset", VARUINT),
		FIELD(data, "data", OCTETS) } },
	[ILP_FRAME_STREAM_MAX_DATA] = { "StreamMaxData", {
		STREAM_ID,
		FIELD(max_offset, "maxOffset", VARUINT) } },
	[ILP_FRAME_STREAM_DATA_BLOCKED] = { "StreamDataBlocked", {
		STREAM_ID,
		FIELD(max_offset, "maxOffset", VARUINT) } },
	[ILP_FRAME_STREAM_RECEIPT] = { "StreamReceipt", {
		STREAM_ID,
		FIELD(receipt, "receipt", OCTETS) } },
};

static const char *const code_names[] = {
	[ILP_STREAM_NO_ERROR] = "NoError",
	[ILP_STREAM_INTERNAL_ERROR] = "InternalError",
	[ILP_STREAM_ENDPOINT_BUSY] = "EndpointBusy",
	[ILP_STREAM_FLOW_CONTROL_ERROR] = "FlowControlError",
	[ILP_STREAM_STREAM_ID_ERROR] = "StreamIdError",
	[ILP_STREAM_STREAM_STATE_ERROR] = "StreamStateError",
	[ILP_STREAM_FRAME_FORMAT_ERROR] = "FrameFormatError",
	[ILP_STREAM_PROTOCOL_VIOLATION] = "ProtocolViolation",
	[ILP_STREAM_APPLICATION_ERROR] = "ApplicationError",
};
/* clang-format on */

const struct ilp_frame_row *ilp_frame_row(uint8_t type)
{
	return type < ROWS && rows[type].name ? &rows[type] : NULL;
}

const char *ilp_stream_code_name(uint8_t code)
{
	size_t count = sizeof(code_names) / sizeof(code_names[0]);

	return code < count ? code_names[code] : NULL;
}

static void read_field(struct ilp_reader *r, void *member,
		       enum ilp_field_kind kind)
{
	switch (kind) {
	case ILP_FIELD_NONE:
		break;
	case ILP_FIELD_U8:
		*(uint8_t *)member = ilp_read_u8(r);
		break;
	case ILP_FIELD_VARUINT:
		*(uint64_t *)member = ilp_read_varuint(r);
		break;
	case ILP_FIELD_SATURATED:
		*(uint64_t *)member = ilp_read_varuint_saturated(r);
		break;
	case ILP_FIELD_TEXT:
	case ILP_FIELD_OCTETS:
		*(struct ilp_bytes *)member = ilp_read_var(r);
		break;
	}
}

void ilp_frame_read(struct ilp_reader *r, struct ilp_frame *out)
{
	*out = (struct ilp_frame){ .type = ilp_read_u8(r) };
	out->contents = ilp_read_var(r);

	const struct ilp_frame_row *row = ilp_frame_row(out->type);
	struct ilp_reader body = ilp_reader(out->contents);
	if (!row || r->error)
		return;
	for (const struct ilp_frame_field *f = row->fields; f->kind; f++)
		read_field(&body, (uint8_t *)out + f->offset, f->kind);
	if (body.error)
		ilp_reader_fail(r, body.error);
}

static void write_field(struct ilp_writer *w, const void *member,
			enum ilp_field_kind kind)
{
	switch (kind) {
	case ILP_FIELD_NONE:
		break;
	case ILP_FIELD_U8:
		ilp_write_u8(w, *(const uint8_t *)member);
		break;
	case ILP_FIELD_VARUINT:
	case ILP_FIELD_SATURATED:
		ilp_write_varuint(w, *(const uint64_t *)member);
		break;
	case ILP_FIELD_TEXT:
	case ILP_FIELD_OCTETS:
		ilp_write_var(w, *(const struct ilp_bytes *)member);
		break;
	}
}

enum ilp_error ilp_frame_write(struct ilp_writer *w,
			       const struct ilp_frame *frame)
{
	const struct ilp_frame_row *row = ilp_frame_row(frame->type);

	if (!row) {
		ilp_writer_fail(w, ILP_ERR_TYPE);
		return w->error;
	}
	ilp_write_u8(w, frame->type);
	size_t contents = ilp_write_open(w);
	for (const struct ilp_frame_field *f = row->fields; f->kind; f++)
		write_field(w, (const uint8_t *)frame + f->offset, f->kind);
	ilp_write_close(w, contents);
	return w->error;
}
