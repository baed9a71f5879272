/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/describe.h"

#include "base/digits.h"
#include "base/outline.h"
#include "ilp/btp.h"
#include "ilp/ccp.h"
#include "ilp/ildcp.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "ilp/stream/packet.h"
#include "ilp/timestamp.h"

#define UUID_TEXT_LEN 36

static void show_time(struct ilp_outline *o, const char *name,
		      int64_t moment_ms)
{
	char text[ILP_ISO_TIME_SIZE];

	ilp_timestamp_iso(text, moment_ms);
	ilp_outline_text(o, name, ilp_text(text));
}

static void show_string(struct ilp_outline *o, const char *name,
			const char *value)
{
	ilp_outline_text(o, name, ilp_text(value));
}

static const char *type_name(enum ilp_packet_type type)
{
	switch (type) {
	case ILP_PREPARE:
		return "prepare";
	case ILP_FULFILL:
		return "fulfill";
	case ILP_REJECT:
		return "reject";
	}
	return "unknown";
}

/* STREAM */

static void show_field(struct ilp_outline *o, const struct ilp_frame *frame,
		       const struct ilp_frame_field *field)
{
	const void *member = (const uint8_t *)frame + field->offset;

	switch (field->kind) {
	case ILP_FIELD_NONE:
		break;
	case ILP_FIELD_U8:
		ilp_outline_u32(o, field->name, *(const uint8_t *)member);
		break;
	case ILP_FIELD_VARUINT:
	case ILP_FIELD_SATURATED:
		ilp_outline_u64(o, field->name, *(const uint64_t *)member);
		break;
	case ILP_FIELD_TEXT:
		ilp_outline_text(o, field->name,
				 *(const struct ilp_bytes *)member);
		break;
	case ILP_FIELD_OCTETS:
		ilp_outline_hex(o, field->name,
				*(const struct ilp_bytes *)member);
		break;
	}
}

static void show_frame(struct ilp_outline *o, const struct ilp_frame *frame)
{
	const struct ilp_frame_row *row = ilp_frame_row(frame->type);
	const char *code = ilp_stream_code_name(frame->code);

	ilp_outline_group(o, NULL);
	if (row) {
		show_string(o, "type", row->name);
		for (const struct ilp_frame_field *f = row->fields; f->kind;
		     f++)
			show_field(o, frame, f);
		if (code)
			show_string(o, "codeName", code);
	} else {
		ilp_outline_u32(o, "unknownType", frame->type);
		ilp_outline_hex(o, "contents", frame->contents);
	}
	ilp_outline_end(o);
}

static void show_stream(struct ilp_outline *o, const char *name,
			const struct ilp_stream_packet *packet)
{
	struct ilp_list frames = packet->frames;
	struct ilp_frame frame;

	ilp_outline_group(o, name);
	show_string(o, "type", type_name(packet->ilp_type));
	ilp_outline_u64(o, "sequence", packet->sequence);
	ilp_outline_u64(o, "amount", packet->amount.units);
	ilp_outline_list(o, "frames");
	while (ilp_stream_next_frame(&frames, &frame))
		show_frame(o, &frame);
	ilp_outline_end_list(o);
	ilp_outline_end(o);
}

/* What is sealed in the data, if the keys open it. */
static void show_sealed(struct ilp_outline *o, struct ilp_stream_keys *keys,
			struct ilp_bytes data)
{
	uint8_t buffer[ILP_DATA_MAX];
	struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));
	struct ilp_stream_packet packet;

	if (keys && !ilp_stream_open(keys, &plain, data) &&
	    !ilp_stream_packet_decode(&packet, ilp_written(&plain)))
		show_stream(o, "stream", &packet);
}

/* CCP */

static void show_uuid(struct ilp_outline *o, const char *name,
		      const uint8_t id[ILP_CCP_TABLE_ID_LEN])
{
	uint8_t text[UUID_TEXT_LEN];
	size_t at = 0;

	for (size_t i = 0; i < ILP_CCP_TABLE_ID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		ilp_hex(text + at, id[i]);
		at += 2;
	}
	ilp_outline_text(o, name, ILP_BYTES(text));
}

static void show_texts(struct ilp_outline *o, const char *name,
		       struct ilp_list list)
{
	struct ilp_bytes item;

	ilp_outline_list(o, name);
	while (ilp_list_next(&list, &item))
		ilp_outline_text(o, NULL, item);
	ilp_outline_end_list(o);
}

static void show_props(struct ilp_outline *o, struct ilp_list props)
{
	struct ilp_ccp_prop prop;

	ilp_outline_list(o, "props");
	while (ilp_ccp_next_prop(&props, &prop)) {
		ilp_outline_group(o, NULL);
		ilp_outline_u32(o, "meta", prop.meta);
		ilp_outline_u32(o, "id", prop.id);
		if (prop.meta & ILP_CCP_UTF8)
			ilp_outline_text(o, "text", prop.value);
		else
			ilp_outline_hex(o, "value", prop.value);
		ilp_outline_end(o);
	}
	ilp_outline_end_list(o);
}

static void show_routes(struct ilp_outline *o, struct ilp_list routes)
{
	struct ilp_ccp_route route;

	ilp_outline_list(o, "routes");
	while (ilp_ccp_next_route(&routes, &route)) {
		ilp_outline_group(o, NULL);
		ilp_outline_text(o, "prefix", route.prefix);
		show_texts(o, "path", route.path);
		ilp_outline_hex(o, "auth", ILP_BYTES(route.auth));
		show_props(o, route.props);
		ilp_outline_end(o);
	}
	ilp_outline_end_list(o);
}

static void show_control(struct ilp_outline *o, struct ilp_bytes data)
{
	struct ilp_ccp_control control;

	if (ilp_ccp_control_decode(&control, data))
		return;
	ilp_outline_group(o, "routeControl");
	show_string(o, "mode", control.mode == ILP_CCP_SYNC ? "sync" : "idle");
	show_uuid(o, "tableId", control.table_id);
	ilp_outline_u32(o, "epoch", control.epoch);
	show_texts(o, "features", control.features);
	ilp_outline_end(o);
}

static void show_update(struct ilp_outline *o, struct ilp_bytes data)
{
	struct ilp_ccp_update update;

	if (ilp_ccp_update_decode(&update, data))
		return;
	ilp_outline_group(o, "routeUpdate");
	show_uuid(o, "tableId", update.table_id);
	ilp_outline_u32(o, "currentEpoch", update.current_epoch);
	ilp_outline_u32(o, "fromEpoch", update.from_epoch);
	ilp_outline_u32(o, "toEpoch", update.to_epoch);
	ilp_outline_u32(o, "holdDownMs", update.hold_down_ms);
	ilp_outline_text(o, "speaker", update.speaker);
	show_routes(o, update.routes);
	show_texts(o, "withdrawn", update.withdrawn);
	ilp_outline_end(o);
}

/* ILP */

static void show_echo(struct ilp_outline *o, struct ilp_bytes data)
{
	struct ilp_echo echo;

	if (ilp_echo_decode(&echo, data))
		return;
	ilp_outline_group(o, "echo");
	if (echo.type == ILP_ECHO_REQUEST)
		ilp_outline_text(o, "returnAddress", echo.return_address);
	else
		show_string(o, "type", "response");
	ilp_outline_end(o);
}

static bool goes_to(const struct ilp_prepare *prepare, const char *address)
{
	return ilp_bytes_equal(prepare->destination, ilp_text(address));
}

static enum ilp_error show_prepare(struct ilp_outline *o,
				   struct ilp_stream_keys *keys,
				   struct ilp_bytes packet)
{
	struct ilp_prepare prepare;
	enum ilp_error error = ilp_prepare_decode(&prepare, packet);

	if (error)
		return error;
	show_string(o, "type", "prepare");
	ilp_outline_u64(o, "amount", prepare.amount.units);
	show_time(o, "expiresAt", prepare.expires_at_ms);
	ilp_outline_hex(o, "condition", ILP_BYTES(prepare.condition));
	ilp_outline_text(o, "destination", prepare.destination);
	ilp_outline_hex(o, "data", prepare.data);
	if (goes_to(&prepare, ILP_PEER_ROUTE_CONTROL))
		show_control(o, prepare.data);
	else if (goes_to(&prepare, ILP_PEER_ROUTE_UPDATE))
		show_update(o, prepare.data);
	else
		show_echo(o, prepare.data);
	show_sealed(o, keys, prepare.data);
	return ILP_OK;
}

static enum ilp_error show_fulfill(struct ilp_outline *o,
				   struct ilp_stream_keys *keys,
				   struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;
	enum ilp_error error = ilp_fulfill_decode(&fulfill, packet);

	if (error)
		return error;
	show_string(o, "type", "fulfill");
	ilp_outline_hex(o, "fulfillment", ILP_BYTES(fulfill.fulfillment));
	ilp_outline_hex(o, "data", fulfill.data);
	show_sealed(o, keys, fulfill.data);
	return ILP_OK;
}

static void show_too_large(struct ilp_outline *o, struct ilp_bytes data)
{
	struct ilp_amount_too_large amounts;

	if (ilp_amount_too_large_decode(&amounts, data))
		return;
	ilp_outline_group(o, "amountTooLarge");
	ilp_outline_u64(o, "received", amounts.received.units);
	ilp_outline_u64(o, "maximum", amounts.maximum.units);
	ilp_outline_end(o);
}

static enum ilp_error show_reject(struct ilp_outline *o,
				  struct ilp_stream_keys *keys,
				  struct ilp_bytes packet)
{
	struct ilp_reject reject;
	enum ilp_error error = ilp_reject_decode(&reject, packet);

	if (error)
		return error;

	const struct ilp_code_row *row = ilp_code_find(reject.code);
	struct ilp_bytes code = { (const uint8_t *)reject.code, ILP_CODE_LEN };
	show_string(o, "type", "reject");
	ilp_outline_text(o, "code", code);
	if (row)
		show_string(o, "name", row->name);
	ilp_outline_text(o, "triggeredBy", reject.triggered_by);
	ilp_outline_text(o, "message", reject.message);
	ilp_outline_hex(o, "data", reject.data);
	if (row == ilp_code_row(ILP_F08_AMOUNT_TOO_LARGE))
		show_too_large(o, reject.data);
	show_sealed(o, keys, reject.data);
	return ILP_OK;
}

/* The values of any ILP packet, into the group that is open. */
static enum ilp_error show_packet(struct ilp_outline *o,
				  struct ilp_stream_keys *keys,
				  struct ilp_bytes packet)
{
	enum ilp_packet_type type;
	enum ilp_error error = ilp_packet_type(&type, packet);

	if (error)
		return error;
	switch (type) {
	case ILP_PREPARE:
		return show_prepare(o, keys, packet);
	case ILP_FULFILL:
		return show_fulfill(o, keys, packet);
	case ILP_REJECT:
		return show_reject(o, keys, packet);
	}
	return ILP_ERR_TYPE;
}

/* BTP */

static void show_entry(struct ilp_outline *o, struct ilp_stream_keys *keys,
		       const struct ilp_btp_entry *entry)
{
	ilp_outline_group(o, NULL);
	ilp_outline_text(o, "name", entry->name);
	ilp_outline_u32(o, "contentType", entry->content);
	if (entry->content == ILP_BTP_TEXT || entry->content == ILP_BTP_JSON)
		ilp_outline_text(o, "text", entry->data);
	else
		ilp_outline_hex(o, "data", entry->data);
	if (ilp_bytes_equal(entry->name, ilp_text(ILP_BTP_ILP)) &&
	    entry->data.len) {
		struct ilp_outline before = *o;

		ilp_outline_group(o, "packet");
		if (show_packet(o, keys, entry->data))
			*o = before; /* as if it had never begun */
		else
			ilp_outline_end(o);
	}
	ilp_outline_end(o);
}

static const char *btp_type_name(enum ilp_btp_type type)
{
	switch (type) {
	case ILP_BTP_RESPONSE:
		return "response";
	case ILP_BTP_ERROR:
		return "error";
	case ILP_BTP_MESSAGE:
		return "message";
	case ILP_BTP_TRANSFER:
		return "transfer";
	}
	return "unknown";
}

static void show_btp_error(struct ilp_outline *o,
			   const struct ilp_btp_error *error)
{
	struct ilp_bytes code = { (const uint8_t *)error->code, 3 };

	ilp_outline_text(o, "code", code);
	ilp_outline_text(o, "name", error->name);
	show_time(o, "triggeredAt", error->triggered_at_ms);
	ilp_outline_text(o, "text", error->data);
}

static void show_btp(struct ilp_outline *o, struct ilp_stream_keys *keys,
		     const struct ilp_btp *packet)
{
	show_string(o, "type", btp_type_name(packet->type));
	ilp_outline_u32(o, "requestId", packet->request_id);
	if (packet->type == ILP_BTP_TRANSFER)
		ilp_outline_u64(o, "amount", packet->amount.units);
	if (packet->type == ILP_BTP_ERROR)
		show_btp_error(o, &packet->error);
	ilp_outline_list(o, "entries");
	for (size_t i = 0; i < packet->entries.count; i++)
		show_entry(o, keys, &packet->entries.at[i]);
	ilp_outline_end_list(o);
}

static struct ilp_outline open_outline(const struct ilp_writer *w,
				       enum ilp_describe_form form)
{
	size_t room = w->error ? 0 : (size_t)(w->end - w->at);

	return ilp_outline(form == ILP_DESCRIBE_JSON ? ILP_OUTLINE_JSON :
						       ILP_OUTLINE_TEXT,
			   w->at, room);
}

static enum ilp_error close_outline(struct ilp_writer *w,
				    const struct ilp_outline *o)
{
	struct ilp_bytes text = ilp_outlined(o);

	if (text.len == 0)
		ilp_writer_fail(w, ILP_ERR_ROOM);
	else
		w->at += text.len;
	return w->error;
}

enum ilp_error ilp_describe_packet(struct ilp_writer *w,
				   enum ilp_describe_form form,
				   struct ilp_stream_keys *stream,
				   struct ilp_bytes packet)
{
	struct ilp_outline o = open_outline(w, form);
	enum ilp_error error;

	ilp_outline_group(&o, NULL);
	error = show_packet(&o, stream, packet);
	ilp_outline_end(&o);
	return error ? error : close_outline(w, &o);
}

enum ilp_error ilp_describe_btp(struct ilp_writer *w,
				enum ilp_describe_form form,
				struct ilp_stream_keys *stream,
				struct ilp_bytes packet)
{
	struct ilp_outline o = open_outline(w, form);
	struct ilp_btp btp;
	enum ilp_error error = ilp_btp_decode(&btp, packet);

	if (error)
		return error;
	ilp_outline_group(&o, NULL);
	show_btp(&o, stream, &btp);
	ilp_outline_end(&o);
	return close_outline(w, &o);
}

enum ilp_error ilp_describe_stream(struct ilp_writer *w,
				   enum ilp_describe_form form,
				   struct ilp_bytes plain)
{
	struct ilp_outline o = open_outline(w, form);
	struct ilp_stream_packet packet;
	enum ilp_error error = ilp_stream_packet_decode(&packet, plain);

	if (error)
		return error;
	show_stream(&o, NULL, &packet);
	return close_outline(w, &o);
}

enum ilp_error ilp_describe_ildcp(struct ilp_writer *w,
				  enum ilp_describe_form form,
				  struct ilp_bytes data)
{
	struct ilp_outline o = open_outline(w, form);
	struct ilp_ildcp ildcp;
	enum ilp_error error = ilp_ildcp_decode(&ildcp, data);

	if (error)
		return error;
	ilp_outline_group(&o, NULL);
	ilp_outline_text(&o, "address", ildcp.address);
	ilp_outline_u32(&o, "assetScale", ildcp.asset_scale);
	ilp_outline_text(&o, "assetCode", ildcp.asset_code);
	ilp_outline_end(&o);
	return close_outline(w, &o);
}
