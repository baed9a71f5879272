/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/view.h"

#include <assert.h>
#include <stdio.h>

#include "ilp/url.h"
#include "node/lines.h"

static const char *const relations[] = {
	[ACCOUNT_PEER] = "peer",
	[ACCOUNT_PARENT] = "parent",
	[ACCOUNT_CHILD] = "child",
	NULL,
};

static const char *const states[] = {
	[ACCOUNT_OPEN] = "open",
	[ACCOUNT_STOPPED] = "stopped",
	[ACCOUNT_CLOSING] = "closing",
	NULL,
};

static const char *const links[] = {
	[VIEW_LINK_BTP] = "btp",
	[VIEW_LINK_HTTP] = "http",
	NULL,
};

/* clang-format off */
static const struct shape_field limit_fields[] = {
	{ "count", SHAPE_COUNT, .at = offsetof(struct view_limit, count),
	  .text = "How many are allowed in a period; 0 for any number." },
	{ "periodMs", SHAPE_COUNT, .at = offsetof(struct view_limit, period_ms),
	  .text = "The period in milliseconds." },
	{ "capacity", SHAPE_COUNT, .at = offsetof(struct view_limit, capacity),
	  .text = "How many may come at once." },
};

static const struct shape limit_shape =
	SHAPE("RateLimit", struct view_limit, limit_fields);

static const struct shape_field flow_fields[] = {
	{ "amount", SHAPE_UNITS, .at = offsetof(struct view_flow, amount),
	  .text = "Units that are allowed in a period." },
	{ "periodMs", SHAPE_COUNT, .at = offsetof(struct view_flow, period_ms),
	  .text = "The period in milliseconds; 0 without a limit." },
};

static const struct shape flow_shape =
	SHAPE("Throughput", struct view_flow, flow_fields);

static const struct shape_field limits_fields[] = {
	{ "maxPacketAmount", SHAPE_UNITS,
	  .at = offsetof(struct view_limits, packet_max),
	  .text = "Largest packet that the peer may send." },
	{ "maxPacketsInFlight", SHAPE_SMALL,
	  .at = offsetof(struct view_limits, in_flight_max),
	  .text = "How many packets may wait for their answer each way." },
	{ "maxAmountInFlight", SHAPE_UNITS,
	  .at = offsetof(struct view_limits, in_flight_money),
	  .text = "How much money may wait with them each way." },
	{ "rateLimit", SHAPE_OBJECT,
	  .at = offsetof(struct view_limits, packets), .inside = &limit_shape,
	  .text = "Packets that the peer may send." },
	{ "incomingThroughput", SHAPE_OBJECT,
	  .at = offsetof(struct view_limits, incoming), .inside = &flow_shape,
	  .text = "Units that the peer may send." },
	{ "outgoingThroughput", SHAPE_OBJECT,
	  .at = offsetof(struct view_limits, outgoing), .inside = &flow_shape,
	  .text = "Units that we send the peer." },
};

static const struct shape limits_shape =
	SHAPE("AccountLimits", struct view_limits, limits_fields);

static const struct shape_field balance_fields[] = {
	{ "current", SHAPE_UNITS, .at = offsetof(struct view_balance, current),
	  .text = "Debits minus credits: positive when the peer owes us." },
	{ "heldDebits", SHAPE_UNITS,
	  .at = offsetof(struct view_balance, held_debits),
	  .text = "On hold for packets from the peer." },
	{ "heldCredits", SHAPE_UNITS,
	  .at = offsetof(struct view_balance, held_credits),
	  .text = "On hold for packets to the peer, with what is in doubt." },
	{ "minimum", SHAPE_UNITS, .at = offsetof(struct view_balance, minimum),
	  .text = "Most that we may owe the peer, as a negative number." },
	{ "maximum", SHAPE_UNITS, .at = offsetof(struct view_balance, maximum),
	  .text = "Most that the peer may owe us." },
	{ "inDoubt", SHAPE_UNITS, .at = offsetof(struct view_balance, in_doubt),
	  .text = "What may have been on its way to the peer when an earlier "
		  "run of the node ended without warning." },
	{ "unresolved", SHAPE_UNITS,
	  .at = offsetof(struct view_balance, unresolved),
	  .text = "What was in doubt, and has to be settled with the peer." },
	{ "ceiling", SHAPE_UNITS, .at = offsetof(struct view_balance, ceiling),
	  .text = "Most that would be in doubt if the node ended now." },
};

static const struct shape balance_shape =
	SHAPE("AccountBalance", struct view_balance, balance_fields);

static const struct shape_field link_fields[] = {
	{ "kind", SHAPE_WORD, .at = offsetof(struct view_connection, kind),
	  .words = links, .text = "What is spoken when we connect or ask." },
	{ "connected", SHAPE_FLAG, .at = offsetof(struct view_connection, up),
	  .text = "Can packets be sent to the peer at this moment? Over HTTP, "
		  "lines are opened when there is something to ask." },
	{ "lines", SHAPE_SMALL, .at = offsetof(struct view_connection, lines),
	  .text = "Connections of HTTP to the peer." },
	{ "url", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct view_connection, url),
	  .text = "Where we connect to, without its secrets; null when the "
		  "peer connects to us." },
};

static const struct shape link_shape =
	SHAPE("AccountLink", struct view_connection, link_fields);

#define COUNTED(field) offsetof(struct view_packets, counted.field)

static const struct shape_field packet_fields[] = {
	{ "inFlightIn", SHAPE_SMALL,
	  .at = offsetof(struct view_packets, in_flight_in),
	  .text = "Packets from the peer that wait for their answer." },
	{ "inFlightOut", SHAPE_SMALL,
	  .at = offsetof(struct view_packets, in_flight_out),
	  .text = "Packets to the peer that do." },
	{ "fulfilledIn", SHAPE_COUNT, .at = COUNTED(in_fulfilled),
	  .text = "Packets from the peer that were fulfilled." },
	{ "rejectedIn", SHAPE_COUNT, .at = COUNTED(in_rejected),
	  .text = "Packets from the peer that others rejected, or time." },
	{ "refusedIn", SHAPE_COUNT, .at = COUNTED(in_refused),
	  .text = "Packets from the peer that we rejected at once." },
	{ "fulfilledOut", SHAPE_COUNT, .at = COUNTED(out_fulfilled),
	  .text = "Packets to the peer that it fulfilled." },
	{ "rejectedOut", SHAPE_COUNT, .at = COUNTED(out_rejected),
	  .text = "Packets to the peer that it rejected." },
	{ "expiredOut", SHAPE_COUNT, .at = COUNTED(out_expired),
	  .text = "Packets to the peer that it did not answer in time." },
	{ "valueIn", SHAPE_UNITS, .at = COUNTED(in_value),
	  .text = "Money in those that were fulfilled, from the peer," },
	{ "valueOut", SHAPE_UNITS, .at = COUNTED(out_value),
	  .text = "and to it." },
	{ "unexpected", SHAPE_COUNT, .at = COUNTED(unexpected),
	  .text = "Answers of the peer to nothing that was in flight." },
};

static const struct shape packets_shape =
	SHAPE("AccountPackets", struct view_packets, packet_fields);

static const struct shape_field fields[] = {
	{ "id", SHAPE_CHARS, .at = offsetof(struct view, id),
	  .text = "What the account is called." },
	{ "owner", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct view, owner),
	  .text = "Who it belongs to; null: the operator." },
	{ "origin", SHAPE_STRING, .at = offsetof(struct view, origin),
	  .text = "Where it was made, and can be changed: in the "
		  "configuration's \"file\", or through the \"api\"." },
	{ "relation", SHAPE_WORD, .at = offsetof(struct view, relation),
	  .words = relations, .text = "What the peer is to us." },
	{ "state", SHAPE_WORD, .at = offsetof(struct view, state),
	  .words = states,
	  .text = "One that is stopped lets no new packets in or out; one that "
		  "is closing goes when nothing is in flight any more." },
	{ "assetCode", SHAPE_CHARS, .at = offsetof(struct view, asset.code),
	  .text = "Asset of the account, such as USD." },
	{ "assetScale", SHAPE_SMALL, .at = offsetof(struct view, asset.scale),
	  .text = "Digits behind the point." },
	{ "shard", SHAPE_SMALL, .at = offsetof(struct view, shard),
	  .text = "Which of the node's threads has the account." },
	{ "number", SHAPE_COUNT, .at = offsetof(struct view, number),
	  .text = "Its number in the ledger, which is never used again." },
	{ "link", SHAPE_OBJECT, .at = offsetof(struct view, link),
	  .inside = &link_shape, .text = "How it is connected." },
	{ "balance", SHAPE_OBJECT, .at = offsetof(struct view, balance),
	  .inside = &balance_shape, .text = "Its money." },
	{ "limits", SHAPE_OBJECT, .at = offsetof(struct view, limits),
	  .inside = &limits_shape, .text = "What we let the peer do." },
	{ "packets", SHAPE_OBJECT, .at = offsetof(struct view, packets),
	  .inside = &packets_shape, .text = "Its packets since the start." },
};
/* clang-format on */

const struct shape view_shape = SHAPE("Account", struct view, fields);

static void copy_text(char *out, size_t size, struct ilp_bytes in)
{
	assert(in.len < size);
	if (in.len)
		memcpy(out, in.at, in.len);
	out[in.len] = '\0';
}

/* Everything in it that is secret, or might be, is left out. */
static void copy_url(struct view_connection *out, struct ilp_bytes url)
{
	struct ilp_peer_url parts;
	bool wide;
	size_t path;

	out->url[0] = '\0';
	if (ilp_peer_url_parse(&parts, url))
		return;
	for (path = 0; path < parts.path.len && parts.path.at[path] != '?';)
		path++;
	wide = memchr(parts.host.at, ':', parts.host.len);
	out->kind = parts.http ? VIEW_LINK_HTTP : VIEW_LINK_BTP;
	snprintf(out->url, sizeof(out->url), "%s%s://%s%.*s%s:%u%.*s",
		 parts.http ? "http" : "btp+ws", parts.tls ? "s" : "",
		 wide ? "[" : "", (int)parts.host.len,
		 (const char *)parts.host.at, wide ? "]" : "", parts.port,
		 (int)path, (const char *)parts.path.at);
}

static struct view_limit limit(const struct limit_settings *s)
{
	if (!s->period_us)
		return (struct view_limit){ .count = 0 };
	return (struct view_limit){ s->refill, (uint64_t)s->period_us / 1000,
				    s->capacity };
}

static struct view_flow flow(const struct limit_settings *s)
{
	if (!s->period_us)
		return (struct view_flow){ .amount = UNITS_MAX };
	return (struct view_flow){ s->refill, (uint64_t)s->period_us / 1000 };
}

static void take_link(struct view_connection *out, const struct account *a)
{
	copy_url(out, a->settings.url);
	out->lines = a->lines ? a->lines->count : 0;
	out->up = a->session || out->lines;
}

void view_take_balance(struct view_balance *out, const struct account *a)
{
	static const struct exposure none;
	const struct exposure *e = a->exposure ? a->exposure : &none;

	*out = (struct view_balance){
		.current = a->book.balance,
		.held_debits = (signed_units)a->book.held_debits,
		.held_credits = (signed_units)a->book.held_credits,
		.minimum = a->settings.balance.minimum,
		.maximum = a->settings.balance.maximum,
		.in_doubt = (signed_units)e->in_doubt,
		.unresolved = (signed_units)e->unresolved,
		.ceiling = (signed_units)e->ceiling,
	};
}

void view_take(struct view *v, const struct account *a)
{
	const struct account_settings *s = &a->settings;

	*v = (struct view){
		.slot = a->slot,
		.relation = s->relation,
		.state = a->state,
		.asset.scale = s->asset.scale,
		.shard = s->shard,
		.number = a->number,
		.limits = {
			.packet_max = book_bound(s->packet_max),
			.in_flight_max = s->in_flight_max,
			.in_flight_money = book_bound(s->in_flight_money),
			.packets = limit(&s->packets),
			.incoming = flow(&s->incoming),
			.outgoing = flow(&s->outgoing),
		},
		.packets = {
			.in_flight_in = a->in_flight_in,
			.in_flight_out = a->in_flight_out,
			.counted = a->counters,
		},
	};
	copy_text(v->id, sizeof(v->id), s->id);
	copy_text(v->owner, sizeof(v->owner), s->owner);
	memcpy(v->asset.code, s->asset.code, sizeof(v->asset.code));
	take_link(&v->link, a);
	view_take_balance(&v->balance, a);
}
