/* SPDX-License-Identifier: Apache-2.0 */
#include "node/neighbours.h"

#include <assert.h>

#include "ilp/ildcp.h"
#include "ilp/peer.h"
#include "node/ways.h"
#include "route/routing.h"

/* A neighbour is near. */
#define LIFETIME_MS 10000
/* Routes a round, as in ways.c. */
#define STEP 64
#define ILDCP_MAX (ILP_ADDRESS_MAX + ACCOUNT_ID_MAX + 64)
/* And packets, of which each may have hundreds of them. */
#define PACKETS 4
/* Of a tag: the number of the packet; above it the slot. */
#define NUMBER_BITS 40

/* ---- what we are asked ---- */

static struct ilp_bytes own_address(const struct connector *c)
{
	return (struct ilp_bytes){ c->address, c->address_len };
}

static struct ilp_bytes fulfill(uint8_t *room, struct ilp_bytes data)
{
	struct ilp_writer w = ilp_writer(room, NEIGHBOURS_ANSWER_MAX);
	enum ilp_error error = ilp_peer_response_encode(&w, data);

	assert(!error);
	return ilp_written(&w);
}

static struct ilp_bytes reject(const struct connector *c, uint8_t *room,
			       enum ilp_code code, const char *message)
{
	struct ilp_writer w = ilp_writer(room, NEIGHBOURS_ANSWER_MAX);
	struct ilp_reject r = { .triggered_by = own_address(c),
				.message = ilp_text(message) };
	enum ilp_error error;

	memcpy(r.code, ilp_code_row(code)->code, ILP_CODE_LEN);
	error = ilp_reject_encode(&w, &r);
	assert(!error);
	return ilp_written(&w);
}

static struct ilp_bytes tell_address(const struct connector *c,
				     const struct account *from, uint8_t *room)
{
	const struct account_settings *settings = &from->settings;
	struct ways_address address;
	struct ilp_ildcp ildcp = { .asset_scale = settings->asset.scale,
				   .asset_code = ilp_text(settings->asset.code) };
	uint8_t data[ILDCP_MAX];
	struct ilp_writer w = ilp_writer(data, sizeof(data));

	ways_address(c, settings, &address);
	ildcp.address = (struct ilp_bytes){ address.bytes, address.len };
	if (address.len == 0)
		return reject(c, room, ILP_F00_BAD_REQUEST,
			      "addresses are given to children only.");
	return ilp_ildcp_encode(&w, &ildcp) ?
		       reject(c, room, ILP_T00_INTERNAL_ERROR,
			      "the address cannot be told.") :
		       fulfill(room, ilp_written(&w));
}

static struct ilp_bytes answer_routes(const struct connector *c,
				      enum neighbour_answer answer,
				      uint8_t *room)
{
	const struct neighbour_reject *why;

	if (answer == NEIGHBOUR_TAKEN)
		return fulfill(room, (struct ilp_bytes){ NULL, 0 });
	why = neighbour_reject(answer);
	return reject(c, room, why->code, why->message);
}

bool neighbours_answer(struct connector *c, const struct account *from,
		       const struct ilp_prepare *prepare, uint8_t *room,
		       struct ilp_bytes *answer)
{
	struct ilp_bytes to = prepare->destination;
	int64_t now_us = c->now.monotonic_us;

	if (ilp_bytes_equal(to, ilp_text(ILP_PEER_CONFIG)))
		*answer = tell_address(c, from, room);
	else if (ilp_bytes_equal(to, ilp_text(ILP_PEER_ROUTE_CONTROL)))
		*answer = answer_routes(c,
					routing_control(c->routing, now_us,
							from->slot,
							prepare->data),
					room);
	else if (ilp_bytes_equal(to, ilp_text(ILP_PEER_ROUTE_UPDATE)))
		*answer = answer_routes(c,
					routing_update(c->routing, now_us,
						       from->slot,
						       prepare->data),
					room);
	else
		return false;
	return true;
}

/* ---- what we ask ---- */

void neighbours_up(struct connector *c, const struct account *account)
{
	routing_up(c->routing, c->now.monotonic_us, account->slot);
}

void neighbours_down(struct connector *c, const struct account *account)
{
	routing_down(c->routing, c->now.monotonic_us, account->slot);
}

static bool is_fulfilled(struct ilp_bytes packet)
{
	return packet.len && packet.at[0] == ILP_FULFILL;
}

static void hear(struct connector *c)
{
	struct own_answer answer;

	while (own_next_answer(c, OWN_ROUTES, &answer))
		routing_answer(c->routing, c->now.monotonic_us,
			       (uint32_t)(answer.tag >> NUMBER_BITS),
			       answer.tag & ((UINT64_C(1) << NUMBER_BITS) - 1),
			       is_fulfilled(answer.packet));
}

static void send_packet(struct connector *c, const struct routing_packet *p)
{
	struct account *to = accounts_at(c->accounts, p->slot);
	uint64_t tag = (uint64_t)p->slot << NUMBER_BITS | p->number;
	struct ilp_prepare prepare = {
		.expires_at_ms = c->now.wall_ms + LIFETIME_MS,
		.destination = ilp_text(p->destination),
		.data = p->data,
	};

	memcpy(prepare.condition, ilp_peer_condition,
	       sizeof(prepare.condition));
	if (!to || !own_ask(c, &prepare, to, OWN_ROUTES, tag))
		routing_answer(c->routing, c->now.monotonic_us, p->slot,
			       p->number, false);
}

void neighbours_go_on(struct connector *c)
{
	struct routing_packet packet;

	hear(c);
	routing_work(c->routing, c->now.monotonic_us, STEP);
	for (int i = 0; i < PACKETS; i++) {
		if (!routing_next_packet(c->routing, c->now.monotonic_us,
					 &packet))
			break;
		send_packet(c, &packet);
	}
	hear(c); /* of what could not be sent */
}

int64_t neighbours_deadline_us(const struct connector *c)
{
	int64_t deadline_us = routing_deadline_us(c->routing);

	return deadline_us < c->now.monotonic_us ? c->now.monotonic_us :
						   deadline_us;
}
