/* SPDX-License-Identifier: Apache-2.0 */
/* When a message has been decoded, all its routes, properties and lists can
 * be taken off to the last byte, and all of them are borrowed. Put together
 * again item by item, they make a message that is put together as itself; an
 * input that is no longer than this is the same. */
#include "ilp/ccp.h"

#include "ilp/address.h"
#include "test/fuzz.h"

#define INPUT_MAX 32768

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Room for the lists inside a message, while it is put together. */
struct scratch {
	uint8_t texts[INPUT_MAX];
	uint8_t props[INPUT_MAX];
	uint8_t routes[INPUT_MAX];
	uint8_t withdrawn[INPUT_MAX];
};

static struct scratch scratch;

static struct ilp_list again_texts(uint8_t *buffer, struct ilp_list list,
				   struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(buffer, INPUT_MAX);
	struct ilp_list out = { .count = 0 };
	struct ilp_bytes item;

	for (; ilp_list_next(&list, &item); out.count++) {
		require(lies_in(item, in) && item.len <= ILP_ADDRESS_MAX);
		ilp_write_var(&w, item);
	}
	require(!w.error && list.count == 0 && list.items.len == 0);
	out.items = ilp_written(&w);
	return out;
}

static struct ilp_list again_props(struct ilp_list list, struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(scratch.props, INPUT_MAX);
	struct ilp_list out = { .count = 0 };
	struct ilp_ccp_prop prop;

	for (; ilp_ccp_next_prop(&list, &prop); out.count++) {
		require(lies_in(prop.value, in));
		require(ilp_ccp_prop_encode(&w, &prop) == ILP_OK);
	}
	require(list.count == 0 && list.items.len == 0);
	out.items = ilp_written(&w);
	return out;
}

static struct ilp_list again_routes(struct ilp_list list, struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(scratch.routes, INPUT_MAX);
	struct ilp_list out = { .count = 0 };
	struct ilp_ccp_route route;

	for (; ilp_ccp_next_route(&list, &route); out.count++) {
		require(lies_in(route.prefix, in));
		route.path = again_texts(scratch.texts, route.path, in);
		route.props = again_props(route.props, in);
		require(ilp_ccp_route_encode(&w, &route) == ILP_OK);
	}
	require(list.count == 0 && list.items.len == 0);
	out.items = ilp_written(&w);
	return out;
}

static bool again_update(struct ilp_writer *w, struct ilp_bytes in)
{
	struct ilp_ccp_update update;

	if (ilp_ccp_update_decode(&update, in))
		return false;
	require(lies_in(update.speaker, in));
	require(ilp_address_valid(update.speaker));
	update.routes = again_routes(update.routes, in);
	update.withdrawn = again_texts(scratch.withdrawn, update.withdrawn, in);
	require(ilp_ccp_update_encode(w, &update) == ILP_OK);
	return true;
}

static bool again_control(struct ilp_writer *w, struct ilp_bytes in)
{
	struct ilp_ccp_control control;

	if (ilp_ccp_control_decode(&control, in))
		return false;
	control.features = again_texts(scratch.texts, control.features, in);
	require(ilp_ccp_control_encode(w, &control) == ILP_OK);
	return true;
}

static void survives(bool (*again)(struct ilp_writer *w, struct ilp_bytes in),
		     struct ilp_bytes in)
{
	static uint8_t first[INPUT_MAX], second[INPUT_MAX];
	struct ilp_writer w1 = ilp_writer(first, in.len);
	struct ilp_writer w2 = ilp_writer(second, in.len);

	if (!again(&w1, in))
		return;
	struct ilp_bytes out = ilp_written(&w1);
	require(again(&w2, out));
	require(ilp_bytes_equal(ilp_written(&w2), out));
	require(out.len < in.len || ilp_bytes_equal(out, in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	survives(again_update, in);
	survives(again_control, in);
	return 0;
}
