/* SPDX-License-Identifier: Apache-2.0 */
/* codec_peer - what libilp reads and writes, one line at a time, for codec.js
 * and vectors.js to compare with what others do.
 *
 *	decode varuint 020102		ok 258 0
 *	encode varuint 258		ok 020102
 *	decode varuint 00		error INTEGER variable integer is …
 *
 * A line on stdin is a command and its arguments with one space between each;
 * the last argument goes to the end of the line. Bytes are hexadecimal, and
 * what has many fields is JSON. Replies come in the order of the requests, so
 * that many may be under way. A request that makes no sense is a mistake of
 * the script and ends the program.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/outline.h"
#include "ilp/auth.h"
#include "ilp/btp.h"
#include "ilp/ccp.h"
#include "ilp/cipher.h"
#include "ilp/condition.h"
#include "ilp/describe.h"
#include "ilp/ildcp.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "ilp/stream/packet.h"
#include "ilp/stream/receipt.h"
#include "ilp/stream/token.h"
#include "ilp/timestamp.h"
#include "ilp/url.h"

#define MEBIBYTE (1024 * 1024)
#define LINE_SIZE (4 * MEBIBYTE)
#define ARENA_SIZE (8 * MEBIBYTE)
#define ANSWER_SIZE (4 * MEBIBYTE)
#define ROUTES_SIZE MEBIBYTE
#define NODES_MAX 131072
#define FRAMES_MAX 4096
#define ARGS_MAX 5

static char line[LINE_SIZE];
static uint8_t arena[ARENA_SIZE]; /* what one request needs; then emptied */
static size_t arena_used;
static uint8_t answer[ANSWER_SIZE];
static struct ilp_json_node nodes[NODES_MAX];
static struct ilp_frame frames[FRAMES_MAX];

static struct ilp_crypto *crypto;
static struct ilp_stream_keys *keys;

static const char *const error_names[ILP_ERR_COUNT] = {
	[ILP_OK] = "OK",
	[ILP_ERR_SHORT] = "SHORT",
	[ILP_ERR_LENGTH] = "LENGTH",
	[ILP_ERR_INTEGER] = "INTEGER",
	[ILP_ERR_TRAILING] = "TRAILING",
	[ILP_ERR_TYPE] = "TYPE",
	[ILP_ERR_VERSION] = "VERSION",
	[ILP_ERR_TIMESTAMP] = "TIMESTAMP",
	[ILP_ERR_ADDRESS] = "ADDRESS",
	[ILP_ERR_TEXT] = "TEXT",
	[ILP_ERR_TOO_LONG] = "TOO_LONG",
	[ILP_ERR_TOO_MANY] = "TOO_MANY",
	[ILP_ERR_DUPLICATE] = "DUPLICATE",
	[ILP_ERR_FORMAT] = "FORMAT",
	[ILP_ERR_MISSING] = "MISSING",
	[ILP_ERR_ROOM] = "ROOM",
	[ILP_ERR_OVERFLOW] = "OVERFLOW",
	[ILP_ERR_PRECISION] = "PRECISION",
	[ILP_ERR_DECRYPT] = "DECRYPT",
	[ILP_ERR_CONDITION] = "CONDITION",
	[ILP_ERR_SIGNATURE] = "SIGNATURE",
	[ILP_ERR_EXPIRED] = "EXPIRED",
	[ILP_ERR_ALGORITHM] = "ALGORITHM",
};

/* Arguments */

static _Noreturn void give_up(const char *why, struct ilp_bytes what)
{
	int shown = what.len < 200 ? (int)what.len : 200;

	fprintf(stderr, "codec_peer: %s: %.*s\n", why, shown,
		what.len ? (const char *)what.at : "");
	exit(1);
}

static uint8_t *take(size_t len)
{
	uint8_t *room = arena + arena_used;

	if (len > sizeof(arena) - arena_used)
		give_up("the request needs too much memory", ilp_text(""));
	arena_used += len;
	return room;
}

static uint8_t digit(char c, struct ilp_bytes text)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	if (!found)
		give_up("not hexadecimal", text);
	return (uint8_t)(found - digits);
}

static struct ilp_bytes from_hex(struct ilp_bytes text)
{
	uint8_t *out = take(text.len / 2);

	if (text.len % 2)
		give_up("half a byte", text);
	for (size_t i = 0; i < text.len / 2; i++)
		out[i] = (uint8_t)(digit((char)text.at[2 * i], text) << 4 |
				   digit((char)text.at[2 * i + 1], text));
	return (struct ilp_bytes){ out, text.len / 2 };
}

/* So many bytes and no other number of them. */
static const uint8_t *fixed(struct ilp_bytes text, size_t len)
{
	struct ilp_bytes out = from_hex(text);

	if (out.len != len)
		give_up("another length was expected", text);
	return out.at;
}

static const struct ilp_json_node *from_json(struct ilp_bytes text)
{
	struct ilp_json_error error = ilp_json_read(nodes, NODES_MAX, text);

	if (error.problem)
		give_up(ilp_json_problem_text(error.problem), text);
	return nodes;
}

static uint64_t u64_arg(struct ilp_bytes text)
{
	uint64_t value;

	if (!ilp_json_u64(&value, from_json(text)))
		give_up("not an unsigned integer", text);
	return value;
}

static int64_t i64_arg(struct ilp_bytes text)
{
	int64_t value;

	if (!ilp_json_i64(&value, from_json(text)))
		give_up("not an integer", text);
	return value;
}

/* Members of JSON objects, which must be there. */

static struct ilp_bytes string(const struct ilp_json_node *node)
{
	size_t room = node ? node->text.len : 0;
	struct ilp_bytes out;

	if (!ilp_json_string(&out, node, take(room), room))
		give_up("no string", node ? node->text : ilp_text("missing"));
	return out;
}

static struct ilp_bytes text_of(const struct ilp_json_node *object,
				const char *key)
{
	return string(ilp_json_get(object, key));
}

static struct ilp_bytes hex_of(const struct ilp_json_node *object,
			       const char *key)
{
	return from_hex(text_of(object, key));
}

static void fixed_of(const struct ilp_json_node *object, const char *key,
		     uint8_t *out, size_t len)
{
	memcpy(out, fixed(text_of(object, key), len), len);
}

/* A 64-bit integer, which is a string. */
static uint64_t u64_of(const struct ilp_json_node *object, const char *key)
{
	uint64_t value;

	if (!ilp_json_u64_string(&value, ilp_json_get(object, key)))
		give_up("no integer in a string", ilp_text(key));
	return value;
}

/* An integer of up to 32 bits, which is a number. */
static uint32_t u32_of(const struct ilp_json_node *object, const char *key,
		       uint32_t max)
{
	uint64_t value;

	if (!ilp_json_u64(&value, ilp_json_get(object, key)) || value > max)
		give_up("no small integer", ilp_text(key));
	return (uint32_t)value;
}

static int64_t moment_of(const struct ilp_json_node *object, const char *key)
{
	int64_t value;

	if (!ilp_json_i64(&value, ilp_json_get(object, key)))
		give_up("no moment in milliseconds", ilp_text(key));
	return value;
}

static bool is(struct ilp_bytes text, const char *word)
{
	return ilp_bytes_equal(text, ilp_text(word));
}

/* Answers */

static void put(struct ilp_writer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct ilp_writer *out, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	ilp_write_fixed(out, ilp_text(text));
}

static void put_hex(struct ilp_writer *out, struct ilp_bytes bytes)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *room = ilp_write_room(out, 2 * bytes.len);

	for (size_t i = 0; room && i < bytes.len; i++) {
		room[2 * i] = (uint8_t)digits[bytes.at[i] >> 4];
		room[2 * i + 1] = (uint8_t)digits[bytes.at[i] & 15];
	}
}

/* Primitives of OER: the value, and how many bytes came behind it. */

static enum ilp_error put_u64(struct ilp_writer *out,
			      const struct ilp_reader *r, uint64_t value)
{
	put(out, "%" PRIu64 " %zu", value, ilp_reader_left(r));
	return r->error;
}

static enum ilp_error put_i64(struct ilp_writer *out,
			      const struct ilp_reader *r, int64_t value)
{
	put(out, "%" PRId64 " %zu", value, ilp_reader_left(r));
	return r->error;
}

/* WIDTH in bytes, then the bytes */
static enum ilp_error decode_uint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[1]));

	switch (u64_arg(arg[0])) {
	case 1:
		return put_u64(out, &r, ilp_read_u8(&r));
	case 2:
		return put_u64(out, &r, ilp_read_u16(&r));
	case 4:
		return put_u64(out, &r, ilp_read_u32(&r));
	case 8:
		return put_u64(out, &r, ilp_read_u64(&r));
	}
	give_up("no such width", arg[0]);
}

static enum ilp_error decode_int(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[1]));

	switch (u64_arg(arg[0])) {
	case 1:
		return put_i64(out, &r, ilp_read_i8(&r));
	case 2:
		return put_i64(out, &r, ilp_read_i16(&r));
	case 4:
		return put_i64(out, &r, ilp_read_i32(&r));
	case 8:
		return put_i64(out, &r, ilp_read_i64(&r));
	}
	give_up("no such width", arg[0]);
}

static enum ilp_error decode_length(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_length(&r));
}

static enum ilp_error decode_varuint(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_varuint(&r));
}

static enum ilp_error decode_saturated(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_varuint_saturated(&r));
}

static enum ilp_error decode_varint(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_varint(&r));
}

static enum ilp_error decode_octets(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	put_hex(out, ilp_read_var(&r));
	put(out, " %zu", ilp_reader_left(&r));
	return r.error;
}

static enum ilp_error decode_timestamp(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_timestamp(&r));
}

static enum ilp_error decode_generalized_time(struct ilp_bytes *arg,
					      struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_generalized_time(&r));
}

static enum ilp_error encode_length(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	ilp_write_length(out, u64_arg(arg[0]));
	return out->error;
}

static enum ilp_error encode_varuint(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	ilp_write_varuint(out, u64_arg(arg[0]));
	return out->error;
}

static enum ilp_error encode_varint(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	ilp_write_varint(out, i64_arg(arg[0]));
	return out->error;
}

static enum ilp_error encode_octets(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	ilp_write_var(out, from_hex(arg[0]));
	return out->error;
}

static enum ilp_error encode_timestamp(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	ilp_write_timestamp(out, i64_arg(arg[0]));
	return out->error;
}

static enum ilp_error encode_generalized_time(struct ilp_bytes *arg,
					      struct ilp_writer *out)
{
	ilp_write_generalized_time(out, i64_arg(arg[0]));
	return out->error;
}

/* ILPv4. What was decoded is shown as ilp_describe_packet has it. */

static enum ilp_error describe(struct ilp_writer *out, struct ilp_bytes packet)
{
	return ilp_describe_packet(out, ILP_DESCRIBE_JSON, NULL, packet);
}

static enum ilp_error decode_packet(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	return describe(out, from_hex(arg[0]));
}

static enum ilp_error decode_prepare(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_prepare prepare;
	enum ilp_error error = ilp_prepare_decode(&prepare, packet);

	return error ? error : describe(out, packet);
}

static enum ilp_error decode_fulfill(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_fulfill fulfill;
	enum ilp_error error = ilp_fulfill_decode(&fulfill, packet);

	return error ? error : describe(out, packet);
}

static enum ilp_error decode_reject(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	struct ilp_bytes packet = from_hex(arg[0]);
	struct ilp_reject reject;
	enum ilp_error error = ilp_reject_decode(&reject, packet);

	return error ? error : describe(out, packet);
}

static enum ilp_error encode_prepare(struct ilp_bytes *arg,
				     struct ilp_writer *out)
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

static enum ilp_error encode_fulfill(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_fulfill fulfill = { .data = hex_of(json, "data") };

	fixed_of(json, "fulfillment", fulfill.fulfillment,
		 sizeof(fulfill.fulfillment));
	return ilp_fulfill_encode(out, &fulfill);
}

static enum ilp_error encode_reject(struct ilp_bytes *arg,
				    struct ilp_writer *out)
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
static enum ilp_error edit_prepare(struct ilp_bytes *arg,
				   struct ilp_writer *out)
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

static enum ilp_error decode_too_large(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	struct ilp_amount_too_large amounts;
	enum ilp_error error =
		ilp_amount_too_large_decode(&amounts, from_hex(arg[0]));

	if (!error)
		put(out, "%" PRIu64 " %" PRIu64, amounts.received.units,
		    amounts.maximum.units);
	return error;
}

static enum ilp_error encode_too_large(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	struct ilp_amount_too_large amounts = {
		.received = ilp_amount(u64_arg(arg[0])),
		.maximum = ilp_amount(u64_arg(arg[1])),
	};

	return ilp_amount_too_large_encode(out, &amounts);
}

/* BTP */

static enum ilp_error decode_btp(struct ilp_bytes *arg, struct ilp_writer *out)
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

static enum ilp_error encode_btp(struct ilp_bytes *arg, struct ilp_writer *out)
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

/* What lies in the data of ILP packets */

static enum ilp_error decode_ildcp(struct ilp_bytes *arg,
				   struct ilp_writer *out)
{
	return ilp_describe_ildcp(out, ILP_DESCRIBE_JSON, from_hex(arg[0]));
}

static enum ilp_error encode_ildcp(struct ilp_bytes *arg,
				   struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_ildcp ildcp = {
		.address = text_of(json, "address"),
		.asset_scale = (uint8_t)u32_of(json, "assetScale", UINT8_MAX),
		.asset_code = text_of(json, "assetCode"),
	};

	return ilp_ildcp_encode(out, &ildcp);
}

/* These are described as part of the Prepare that they come in. */
static enum ilp_error describe_inside(struct ilp_writer *out,
				      const char *destination,
				      struct ilp_bytes data)
{
	struct ilp_writer w = ilp_writer(take(ILP_PACKET_MAX), ILP_PACKET_MAX);
	enum ilp_error error =
		ilp_peer_request_encode(&w, destination, 0, data);

	return error ? error : describe(out, ilp_written(&w));
}

static enum ilp_error decode_echo(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes data = from_hex(arg[0]);
	struct ilp_echo echo;
	enum ilp_error error = ilp_echo_decode(&echo, data);

	return error ? error : describe_inside(out, "g.node", data);
}

static enum ilp_error encode_echo(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_echo echo = { .type = ILP_ECHO_RESPONSE };

	if (is(text_of(json, "type"), "request")) {
		echo.type = ILP_ECHO_REQUEST;
		echo.return_address = text_of(json, "returnAddress");
	}
	return ilp_echo_encode(out, &echo);
}

static enum ilp_error decode_control(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_bytes data = from_hex(arg[0]);
	struct ilp_ccp_control control;
	enum ilp_error error = ilp_ccp_control_decode(&control, data);

	return error ? error :
		       describe_inside(out, ILP_PEER_ROUTE_CONTROL, data);
}

static enum ilp_error decode_update(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	struct ilp_bytes data = from_hex(arg[0]);
	struct ilp_ccp_update update;
	enum ilp_error error = ilp_ccp_update_decode(&update, data);

	return error ? error :
		       describe_inside(out, ILP_PEER_ROUTE_UPDATE, data);
}

static struct ilp_list texts_of(const struct ilp_json_node *object,
				const char *key)
{
	const struct ilp_json_node *array = ilp_json_get(object, key);
	struct ilp_json_walk walk = ilp_json_walk(array);
	size_t room = array ? array->span * 4 + array->text.len : 0;
	struct ilp_writer w = ilp_writer(take(room), room);
	struct ilp_list list = { 0 };

	while (ilp_json_next(&walk)) {
		ilp_write_var(&w, string(walk.value));
		list.count++;
	}
	list.items = ilp_written(&w);
	return list;
}

static struct ilp_list props_of(const struct ilp_json_node *object,
				const char *key)
{
	const struct ilp_json_node *array = ilp_json_get(object, key);
	struct ilp_json_walk walk = ilp_json_walk(array);
	size_t room = array ? array->span * 8 + array->text.len : 0;
	struct ilp_writer w = ilp_writer(take(room), room);
	struct ilp_list list = { 0 };

	while (ilp_json_next(&walk)) {
		struct ilp_ccp_prop prop = {
			.meta = (uint8_t)u32_of(walk.value, "meta", UINT8_MAX),
			.id = (uint16_t)u32_of(walk.value, "id", UINT16_MAX),
			.value = hex_of(walk.value, "value"),
		};

		ilp_ccp_prop_encode(&w, &prop);
		list.count++;
	}
	list.items = ilp_written(&w);
	return list;
}

static struct ilp_list routes_of(const struct ilp_json_node *object,
				 const char *key)
{
	struct ilp_json_walk walk = ilp_json_walk(ilp_json_get(object, key));
	struct ilp_writer w = ilp_writer(take(ROUTES_SIZE), ROUTES_SIZE);
	struct ilp_list list = { 0 };

	while (ilp_json_next(&walk)) {
		struct ilp_ccp_route route = {
			.prefix = text_of(walk.value, "prefix"),
			.path = texts_of(walk.value, "path"),
			.props = props_of(walk.value, "props"),
		};

		fixed_of(walk.value, "auth", route.auth, sizeof(route.auth));
		ilp_ccp_route_encode(&w, &route);
		list.count++;
	}
	list.items = ilp_written(&w);
	return list;
}

static enum ilp_error encode_control(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_ccp_control control = {
		.mode = is(text_of(json, "mode"), "sync") ? ILP_CCP_SYNC :
							    ILP_CCP_IDLE,
		.epoch = u32_of(json, "epoch", UINT32_MAX),
		.features = texts_of(json, "features"),
	};

	fixed_of(json, "tableId", control.table_id, sizeof(control.table_id));
	return ilp_ccp_control_encode(out, &control);
}

static enum ilp_error encode_update(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_ccp_update update = {
		.current_epoch = u32_of(json, "currentEpoch", UINT32_MAX),
		.from_epoch = u32_of(json, "fromEpoch", UINT32_MAX),
		.to_epoch = u32_of(json, "toEpoch", UINT32_MAX),
		.hold_down_ms = u32_of(json, "holdDownMs", UINT32_MAX),
		.speaker = text_of(json, "speaker"),
		.routes = routes_of(json, "routes"),
		.withdrawn = texts_of(json, "withdrawn"),
	};

	fixed_of(json, "tableId", update.table_id, sizeof(update.table_id));
	return ilp_ccp_update_encode(out, &update);
}

/* DESTINATION, NOW_MS, PACKET: is it a request to that neighbour protocol? */
static enum ilp_error check_request(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	char destination[ILP_ADDRESS_MAX + 1];
	struct ilp_prepare prepare;
	enum ilp_error error = ilp_prepare_decode(&prepare, from_hex(arg[2]));

	if (error)
		return error;
	snprintf(destination, sizeof(destination), "%.*s", (int)arg[0].len,
		 (const char *)arg[0].at);
	error = ilp_peer_request_check(&prepare, destination, i64_arg(arg[1]));
	put_hex(out, prepare.data);
	return error;
}

static enum ilp_error check_response(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_bytes data = { NULL, 0 };
	enum ilp_error error =
		ilp_peer_response_decode(&data, from_hex(arg[0]));

	put_hex(out, data);
	return error;
}

/* DESTINATION, EXPIRES_AT, DATA */
static enum ilp_error encode_request(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	char destination[ILP_ADDRESS_MAX + 1];

	snprintf(destination, sizeof(destination), "%.*s", (int)arg[0].len,
		 (const char *)arg[0].at);
	return ilp_peer_request_encode(out, destination, i64_arg(arg[1]),
				       from_hex(arg[2]));
}

static enum ilp_error encode_response(struct ilp_bytes *arg,
				      struct ilp_writer *out)
{
	return ilp_peer_response_encode(out, from_hex(arg[0]));
}

/* STREAM */

static enum ilp_error decode_stream(struct ilp_bytes *arg,
				    struct ilp_writer *out)
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

static enum ilp_error encode_stream(struct ilp_bytes *arg,
				    struct ilp_writer *out)
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
static enum ilp_error stream_seal(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_stream_keys_load(keys, from_hex(arg[0]));
	return ilp_stream_seal(keys, out, fixed(arg[1], ILP_SEAL_IV_LEN),
			       from_hex(arg[2]));
}

/* SECRET, DATA */
static enum ilp_error stream_open(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_stream_keys_load(keys, from_hex(arg[0]));
	return ilp_stream_open(keys, out, from_hex(arg[1]));
}

/* SECRET, DATA */
static enum ilp_error stream_fulfillment(struct ilp_bytes *arg,
					 struct ilp_writer *out)
{
	uint8_t fulfillment[ILP_HASH_LEN];

	ilp_stream_keys_load(keys, from_hex(arg[0]));
	ilp_stream_fulfillment(keys, fulfillment, from_hex(arg[1]));
	ilp_write_fixed(out, ILP_BYTES(fulfillment));
	return out->error;
}

static enum ilp_error condition(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_condition(crypto, hash, fixed(arg[0], ILP_HASH_LEN));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* CONDITION, FULFILLMENT */
static enum ilp_error condition_check(struct ilp_bytes *arg,
				      struct ilp_writer *out)
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

static enum ilp_error decode_receipt(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_receipt receipt;
	enum ilp_error error = ilp_receipt_decode(&receipt, from_hex(arg[0]));

	return error ? error : show_receipt(out, &receipt);
}

/* SECRET, RECEIPT */
static enum ilp_error verify_receipt(struct ilp_bytes *arg,
				     struct ilp_writer *out)
{
	struct ilp_receipt receipt;
	enum ilp_error error =
		ilp_receipt_verify(&receipt, crypto, from_hex(arg[1]),
				   fixed(arg[0], ILP_RECEIPT_SECRET_LEN));

	return error ? error : show_receipt(out, &receipt);
}

/* SECRET, JSON */
static enum ilp_error encode_receipt(struct ilp_bytes *arg,
				     struct ilp_writer *out)
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
static enum ilp_error token_issue(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_token_server *server = token_server(arg);
	struct ilp_token token = token_of(from_json(arg[3]));
	enum ilp_error error = ilp_token_issue(
		server, out, &token, fixed(arg[2], ILP_TOKEN_RANDOM_LEN));

	ilp_token_server_destroy(server);
	return error;
}

/* TOKEN */
static enum ilp_error token_open(struct ilp_bytes *arg, struct ilp_writer *out)
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
static enum ilp_error token_secret(struct ilp_bytes *arg,
				   struct ilp_writer *out)
{
	struct ilp_token_server *server = token_server(arg);
	uint8_t secret[ILP_HASH_LEN];
	enum ilp_error error = ilp_token_secret(server, secret, arg[2]);

	if (!error)
		ilp_write_fixed(out, ILP_BYTES(secret));
	ilp_token_server_destroy(server);
	return error;
}

/* Addresses, URLs, algorithms */

static enum ilp_error check_address(struct ilp_bytes *arg,
				    struct ilp_writer *out)
{
	(void)out;
	return ilp_address_valid(from_hex(arg[0])) ? ILP_OK : ILP_ERR_ADDRESS;
}

/* ADDRESS, PREFIX */
static enum ilp_error has_prefix(struct ilp_bytes *arg, struct ilp_writer *out)
{
	bool has = ilp_address_has_prefix(from_hex(arg[0]), from_hex(arg[1]));

	put(out, "%s", has ? "true" : "false");
	return out->error;
}

static enum ilp_error pointer_url(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_pointer_to_url(out, from_hex(arg[0]));
}

static enum ilp_error sha256(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_sha256(crypto, hash, from_hex(arg[0]));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* KEY, BYTES */
static enum ilp_error hmac(struct ilp_bytes *arg, struct ilp_writer *out)
{
	uint8_t hash[ILP_HASH_LEN];

	ilp_hmac_sha256(crypto, hash, from_hex(arg[0]), from_hex(arg[1]));
	ilp_write_fixed(out, ILP_BYTES(hash));
	return out->error;
}

/* KEY, ENVELOPE */
static enum ilp_error cipher_open(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_cipher *cipher = ilp_cipher_create(crypto);

	if (!cipher)
		give_up("no memory", arg[0]);
	ilp_cipher_key(cipher, fixed(arg[0], 32));
	enum ilp_error error = ilp_cipher_open(cipher, out, from_hex(arg[1]));
	ilp_cipher_destroy(cipher);
	return error;
}

static enum ilp_error known_values(struct ilp_bytes *arg,
				   struct ilp_writer *out)
{
	(void)arg;
	put_hex(out, ILP_BYTES(ilp_ping_fulfillment));
	put(out, " ");
	put_hex(out, ILP_BYTES(ilp_ping_condition));
	put(out, " ");
	put_hex(out, ILP_BYTES(ilp_peer_condition));
	return out->error;
}

static struct ilp_jwt_claims claims_of(const struct ilp_json_node *json)
{
	return (struct ilp_jwt_claims){
		.issuer = text_of(json, "iss"),
		.subject = text_of(json, "sub"),
		.audience = text_of(json, "aud"),
	};
}

/* hs256 or rs256, KEY, NOW_MS, TOKEN, CLAIMS of which the empty ones do not
 * matter */
static enum ilp_error jwt_check(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes material = from_hex(arg[1]);
	int64_t now_ms = i64_arg(arg[2]);
	struct ilp_jwt_claims claims = claims_of(from_json(arg[4]));
	struct ilp_jwt_key key = { .algorithm = ILP_JWT_HS256,
				   .secret = material };

	(void)out;
	if (is(arg[0], "rs256")) {
		key = (struct ilp_jwt_key){ .algorithm = ILP_JWT_RS256 };
		if (ilp_rsa_load(&key.rsa, crypto, material))
			give_up("no RSA key", arg[1]);
	}
	enum ilp_error error =
		ilp_jwt_check(crypto, &key, &claims, arg[3], now_ms);
	ilp_rsa_destroy(key.rsa);
	return error;
}

static enum ilp_error jwt_subject(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes subject = { NULL, 0 };
	enum ilp_error error =
		ilp_jwt_subject(&subject, take(ILP_JWT_MAX), arg[0]);

	ilp_write_fixed(out, subject);
	return error;
}

enum form {
	TEXT,
	HEX, /* what the function writes goes out as hexadecimal */
};

static const struct command {
	const char *name;
	size_t args;
	enum form form;
	enum ilp_error (*run)(struct ilp_bytes *arg, struct ilp_writer *out);
} commands[] = {
	{ "decode uint", 2, TEXT, decode_uint },
	{ "decode int", 2, TEXT, decode_int },
	{ "decode length", 1, TEXT, decode_length },
	{ "encode length", 1, HEX, encode_length },
	{ "decode varuint", 1, TEXT, decode_varuint },
	{ "encode varuint", 1, HEX, encode_varuint },
	{ "decode saturated", 1, TEXT, decode_saturated },
	{ "decode varint", 1, TEXT, decode_varint },
	{ "encode varint", 1, HEX, encode_varint },
	{ "decode octets", 1, TEXT, decode_octets },
	{ "encode octets", 1, HEX, encode_octets },
	{ "decode timestamp", 1, TEXT, decode_timestamp },
	{ "encode timestamp", 1, HEX, encode_timestamp },
	{ "decode generalized-time", 1, TEXT, decode_generalized_time },
	{ "encode generalized-time", 1, HEX, encode_generalized_time },

	{ "decode packet", 1, TEXT, decode_packet },
	{ "decode prepare", 1, TEXT, decode_prepare },
	{ "encode prepare", 1, HEX, encode_prepare },
	{ "edit prepare", 3, HEX, edit_prepare },
	{ "decode fulfill", 1, TEXT, decode_fulfill },
	{ "encode fulfill", 1, HEX, encode_fulfill },
	{ "decode reject", 1, TEXT, decode_reject },
	{ "encode reject", 1, HEX, encode_reject },
	{ "decode too-large", 1, TEXT, decode_too_large },
	{ "encode too-large", 2, HEX, encode_too_large },
	{ "decode btp", 1, TEXT, decode_btp },
	{ "encode btp", 1, HEX, encode_btp },
	{ "decode ildcp", 1, TEXT, decode_ildcp },
	{ "encode ildcp", 1, HEX, encode_ildcp },
	{ "decode echo", 1, TEXT, decode_echo },
	{ "encode echo", 1, HEX, encode_echo },
	{ "decode ccp-control", 1, TEXT, decode_control },
	{ "encode ccp-control", 1, HEX, encode_control },
	{ "decode ccp-update", 1, TEXT, decode_update },
	{ "encode ccp-update", 1, HEX, encode_update },
	{ "check request", 3, TEXT, check_request },
	{ "encode request", 3, HEX, encode_request },
	{ "check response", 1, TEXT, check_response },
	{ "encode response", 1, HEX, encode_response },

	{ "decode stream", 1, TEXT, decode_stream },
	{ "encode stream", 1, HEX, encode_stream },
	{ "stream seal", 3, HEX, stream_seal },
	{ "stream open", 2, HEX, stream_open },
	{ "stream fulfillment", 2, HEX, stream_fulfillment },
	{ "condition of", 1, HEX, condition },
	{ "condition check", 2, TEXT, condition_check },
	{ "decode receipt", 1, TEXT, decode_receipt },
	{ "encode receipt", 2, HEX, encode_receipt },
	{ "verify receipt", 2, TEXT, verify_receipt },
	{ "token issue", 4, TEXT, token_issue },
	{ "token open", 3, TEXT, token_open },
	{ "token secret", 3, HEX, token_secret },

	{ "check address", 1, TEXT, check_address },
	{ "has prefix", 2, TEXT, has_prefix },
	{ "pointer url", 1, TEXT, pointer_url },
	{ "sha256 of", 1, HEX, sha256 },
	{ "hmac of", 2, HEX, hmac },
	{ "cipher open", 2, HEX, cipher_open },
	{ "known values", 0, TEXT, known_values },
	{ "jwt check", 5, TEXT, jwt_check },
	{ "jwt subject", 1, TEXT, jwt_subject },
};

static const struct command *find_command(struct ilp_bytes request)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t len = strlen(commands[i].name);

		if (request.len >= len &&
		    memcmp(request.at, commands[i].name, len) == 0 &&
		    (request.len == len || request.at[len] == ' '))
			return &commands[i];
	}
	give_up("no such command", request);
}

/* Cuts what follows the command's name at its spaces. */
static void split(struct ilp_bytes arg[ARGS_MAX], size_t count,
		  struct ilp_bytes rest)
{
	for (size_t i = 0; i < count; i++) {
		if (rest.len == 0)
			give_up("too few arguments", ilp_text(line));
		rest = ilp_bytes_skip(rest, 1);
		arg[i] = rest;
		if (i + 1 == count)
			return;
		const uint8_t *space =
			rest.len ? memchr(rest.at, ' ', rest.len) : NULL;
		if (space)
			arg[i].len = (size_t)(space - rest.at);
		rest = ilp_bytes_skip(rest, arg[i].len);
	}
}

static void reply(const struct command *command, enum ilp_error error,
		  struct ilp_bytes result)
{
	if (error) {
		printf("error %s %s\n", error_names[error],
		       ilp_error_text(error));
		return;
	}
	fputs("ok ", stdout);
	if (command->form == HEX) {
		size_t room = 2 * result.len;
		struct ilp_writer hex = ilp_writer(take(room), room);

		put_hex(&hex, result);
		result = ilp_written(&hex);
	}
	fwrite(result.at, 1, result.len, stdout);
	putchar('\n');
}

static void serve(struct ilp_bytes request)
{
	const struct command *command = find_command(request);
	struct ilp_bytes arg[ARGS_MAX];
	struct ilp_writer out = ilp_writer(answer, sizeof(answer));

	arena_used = 0;
	split(arg, command->args,
	      ilp_bytes_skip(request, strlen(command->name)));
	enum ilp_error error = command->run(arg, &out);
	reply(command, error, ilp_written(&out));
	fflush(stdout);
}

int main(void)
{
	crypto = ilp_crypto_create();
	keys = crypto ? ilp_stream_keys_create(crypto, ilp_text("any")) : NULL;
	if (!keys)
		give_up("cannot set up the cryptography", ilp_text(""));

	while (fgets(line, sizeof(line), stdin)) {
		size_t len = strlen(line);

		if (len == 0 || line[len - 1] != '\n')
			give_up("the line is too long", ilp_text(line));
		line[len - 1] = '\0';
		serve((struct ilp_bytes){ (const uint8_t *)line, len - 1 });
	}
	ilp_stream_keys_destroy(keys);
	ilp_crypto_destroy(crypto);
	return ferror(stdin) || ferror(stdout) ? 1 : 0;
}
