/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of codec_peer for what nodes tell each other in the data of ILP
 * packets: their address, an echo, their routes. */
#include <stdio.h>

#include "ilp/ccp.h"
#include "ilp/describe.h"
#include "ilp/ildcp.h"
#include "ilp/packet.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "test/interop/peer.h"

#define ROUTES_SIZE (1024 * 1024)

enum ilp_error decode_ildcp(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_describe_ildcp(out, ILP_DESCRIBE_JSON, from_hex(arg[0]));
}

enum ilp_error encode_ildcp(struct ilp_bytes *arg, struct ilp_writer *out)
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

enum ilp_error decode_echo(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes data = from_hex(arg[0]);
	struct ilp_echo echo;
	enum ilp_error error = ilp_echo_decode(&echo, data);

	return error ? error : describe_inside(out, "g.node", data);
}

enum ilp_error encode_echo(struct ilp_bytes *arg, struct ilp_writer *out)
{
	const struct ilp_json_node *json = from_json(arg[0]);
	struct ilp_echo echo = { .type = ILP_ECHO_RESPONSE };

	if (is(text_of(json, "type"), "request")) {
		echo.type = ILP_ECHO_REQUEST;
		echo.return_address = text_of(json, "returnAddress");
	}
	return ilp_echo_encode(out, &echo);
}

enum ilp_error decode_control(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes data = from_hex(arg[0]);
	struct ilp_ccp_control control;
	enum ilp_error error = ilp_ccp_control_decode(&control, data);

	return error ? error :
		       describe_inside(out, ILP_PEER_ROUTE_CONTROL, data);
}

enum ilp_error decode_update(struct ilp_bytes *arg, struct ilp_writer *out)
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

enum ilp_error encode_control(struct ilp_bytes *arg, struct ilp_writer *out)
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

enum ilp_error encode_update(struct ilp_bytes *arg, struct ilp_writer *out)
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
enum ilp_error check_request(struct ilp_bytes *arg, struct ilp_writer *out)
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

enum ilp_error check_response(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_bytes data = { NULL, 0 };
	enum ilp_error error =
		ilp_peer_response_decode(&data, from_hex(arg[0]));

	put_hex(out, data);
	return error;
}

/* DESTINATION, EXPIRES_AT, DATA */
enum ilp_error encode_request(struct ilp_bytes *arg, struct ilp_writer *out)
{
	char destination[ILP_ADDRESS_MAX + 1];

	snprintf(destination, sizeof(destination), "%.*s", (int)arg[0].len,
		 (const char *)arg[0].at);
	return ilp_peer_request_encode(out, destination, i64_arg(arg[1]),
				       from_hex(arg[2]));
}

enum ilp_error encode_response(struct ilp_bytes *arg, struct ilp_writer *out)
{
	return ilp_peer_response_encode(out, from_hex(arg[0]));
}
