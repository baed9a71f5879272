/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/ccp.h"

#include "ilp/address.h"

/* Names of features are not addresses, but no longer than one either. */
#define FEATURE_MAX 1023

static void read_into(struct ilp_reader *r, uint8_t *out, size_t len)
{
	struct ilp_bytes in = ilp_read_fixed(r, len);

	if (!r->error)
		memcpy(out, in.at, len);
}

static struct ilp_ccp_prop read_prop(struct ilp_reader *r)
{
	struct ilp_ccp_prop prop = { .meta = ilp_read_u8(r) };

	prop.id = ilp_read_u16(r);
	prop.value = ilp_read_var(r);
	return prop;
}

static struct ilp_list read_props(struct ilp_reader *r)
{
	struct ilp_list props = { .count = ilp_read_varuint(r) };
	const uint8_t *first = r->at;

	for (uint64_t i = 0; i < props.count && !r->error; i++)
		read_prop(r);
	if (r->error)
		return (struct ilp_list){ 0 };
	props.items = (struct ilp_bytes){ first, (size_t)(r->at - first) };
	return props;
}

static void read_route(struct ilp_reader *r, struct ilp_ccp_route *out)
{
	out->prefix = ilp_read_var_max(r, ILP_ADDRESS_MAX);
	out->path = ilp_read_list(r, ILP_ADDRESS_MAX);
	read_into(r, out->auth, sizeof(out->auth));
	out->props = read_props(r);
}

static struct ilp_list read_routes(struct ilp_reader *r)
{
	struct ilp_list routes = { .count = ilp_read_varuint(r) };
	const uint8_t *first = r->at;
	struct ilp_ccp_route route;

	for (uint64_t i = 0; i < routes.count && !r->error; i++)
		read_route(r, &route);
	if (r->error)
		return (struct ilp_list){ 0 };
	routes.items = (struct ilp_bytes){ first, (size_t)(r->at - first) };
	return routes;
}

/* Takes what the reader has passed off the front of the list. */
static bool advance(struct ilp_list *list, const struct ilp_reader *r)
{
	list->items = (struct ilp_bytes){ r->at, ilp_reader_left(r) };
	list->count--;
	return !r->error;
}

bool ilp_ccp_next_route(struct ilp_list *routes, struct ilp_ccp_route *out)
{
	struct ilp_reader r = ilp_reader(routes->items);

	if (routes->count == 0)
		return false;
	read_route(&r, out);
	return advance(routes, &r);
}

bool ilp_ccp_next_prop(struct ilp_list *props, struct ilp_ccp_prop *out)
{
	struct ilp_reader r = ilp_reader(props->items);

	if (props->count == 0)
		return false;
	*out = read_prop(&r);
	return advance(props, &r);
}

enum ilp_error ilp_ccp_control_decode(struct ilp_ccp_control *out,
				      struct ilp_bytes data)
{
	struct ilp_reader r = ilp_reader(data);
	struct ilp_ccp_control control;
	uint8_t mode = ilp_read_u8(&r);

	if (mode > ILP_CCP_SYNC)
		ilp_reader_fail(&r, ILP_ERR_TYPE);
	control.mode = mode;
	read_into(&r, control.table_id, sizeof(control.table_id));
	control.epoch = ilp_read_u32(&r);
	control.features = ilp_read_list(&r, FEATURE_MAX);
	if (!r.error)
		*out = control;
	return r.error;
}

enum ilp_error ilp_ccp_update_decode(struct ilp_ccp_update *out,
				     struct ilp_bytes data)
{
	struct ilp_reader r = ilp_reader(data);
	struct ilp_ccp_update update;

	read_into(&r, update.table_id, sizeof(update.table_id));
	update.current_epoch = ilp_read_u32(&r);
	update.from_epoch = ilp_read_u32(&r);
	update.to_epoch = ilp_read_u32(&r);
	update.hold_down_ms = ilp_read_u32(&r);
	update.speaker = ilp_read_address(&r);
	update.routes = read_routes(&r);
	update.withdrawn = ilp_read_list(&r, ILP_ADDRESS_MAX);
	if (!r.error)
		*out = update;
	return r.error;
}

enum ilp_error ilp_ccp_control_encode(struct ilp_writer *w,
				      const struct ilp_ccp_control *control)
{
	if (control->mode != ILP_CCP_IDLE && control->mode != ILP_CCP_SYNC)
		ilp_writer_fail(w, ILP_ERR_TYPE);
	ilp_write_u8(w, (uint8_t)control->mode);
	ilp_write_fixed(w, ILP_BYTES(control->table_id));
	ilp_write_u32(w, control->epoch);
	ilp_write_list(w, control->features);
	return w->error;
}

enum ilp_error ilp_ccp_update_encode(struct ilp_writer *w,
				     const struct ilp_ccp_update *update)
{
	if (!ilp_address_valid(update->speaker))
		ilp_writer_fail(w, ILP_ERR_ADDRESS);
	ilp_write_fixed(w, ILP_BYTES(update->table_id));
	ilp_write_u32(w, update->current_epoch);
	ilp_write_u32(w, update->from_epoch);
	ilp_write_u32(w, update->to_epoch);
	ilp_write_u32(w, update->hold_down_ms);
	ilp_write_var(w, update->speaker);
	ilp_write_list(w, update->routes);
	ilp_write_list(w, update->withdrawn);
	return w->error;
}

enum ilp_error ilp_ccp_route_encode(struct ilp_writer *w,
				    const struct ilp_ccp_route *route)
{
	if (route->prefix.len > ILP_ADDRESS_MAX)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	ilp_write_var(w, route->prefix);
	ilp_write_list(w, route->path);
	ilp_write_fixed(w, ILP_BYTES(route->auth));
	ilp_write_list(w, route->props);
	return w->error;
}

enum ilp_error ilp_ccp_prop_encode(struct ilp_writer *w,
				   const struct ilp_ccp_prop *prop)
{
	ilp_write_u8(w, prop->meta);
	ilp_write_u16(w, prop->id);
	ilp_write_var(w, prop->value);
	return w->error;
}
