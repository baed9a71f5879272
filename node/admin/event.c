/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/event.h"

#include <stdio.h>

#include "ilp/text.h"

static const char *const outcomes[] = { "fulfilled", "rejected", NULL };
static const char *const links[] = { "up", "replaced", "down", NULL };
static const char *const routes[] = { "set", "removed", NULL };
static const char *const alerts[] = { "raised", "dismissed", NULL };
static const char *const accounts[] = { "made",	   "changed", "stopped",
					"started", "leaving", "removed",
					NULL };

/* As the query calls them; and at the end, of what was missed, what stands for
 * several. */
static const char *const kinds[] = { "packets", "balances", "links", "routes",
				     "alerts",	"accounts", "any", NULL };

#define AT(member) .at = offsetof(struct event, member)

/* clang-format off */
#define EVENT_FIELDS(account_text)                                             \
	{ "at", SHAPE_MOMENT, AT(at_ms), .text = "When it happened." },        \
	{ "account", SHAPE_CHARS, .optional = true, AT(account),               \
	  .text = account_text }

static const struct shape_field packet_fields[] = {
	EVENT_FIELDS("By which it came in."),
	{ "to", SHAPE_CHARS, .optional = true, AT(packet.to),
	  .text = "By which it went out; null: it was not sent on." },
	{ "destination", SHAPE_CHARS, .optional = true,
	  AT(packet.destination),
	  .text = "Its address; null: it could not be read." },
	{ "amountIn", SHAPE_UNITS, AT(packet.in),
	  .text = "In units of the account's asset." },
	{ "amountOut", SHAPE_UNITS, AT(packet.out),
	  .text = "In units of the asset of the account in \"to\"." },
	{ "outcome", SHAPE_WORD, .words = outcomes, AT(packet.outcome),
	  .text = "What came of it." },
	{ "code", SHAPE_CHARS, .optional = true, AT(packet.code),
	  .text = "Of the Reject, such as F02." },
	{ "tookMicroseconds", SHAPE_COUNT, AT(packet.took_us),
	  .text = "From its coming in until its answer came." },
};

static const struct shape_field balance_fields[] = {
	EVENT_FIELDS("Whose it is."),
	{ "assetCode", SHAPE_CHARS, AT(balance.code),
	  .text = "Its asset." },
	{ "assetScale", SHAPE_SMALL, AT(balance.scale),
	  .text = "Of the asset." },
	{ "balance", SHAPE_UNITS, AT(balance.current),
	  .text = "What it is now: positive when the peer owes us. Many "
		  "packets make one event." },
};

static const struct shape_field link_fields[] = {
	EVENT_FIELDS("Whose connection it is."),
	{ "state", SHAPE_WORD, .words = links, AT(link.state),
	  .text = "What it is from now on; or it was replaced by a newer "
		  "one." },
	{ "reason", SHAPE_CHARS, .optional = true, AT(link.reason),
	  .text = "Why it is down." },
};

static const struct shape_field route_fields[] = {
	EVENT_FIELDS("To which it leads, or led."),
	{ "change", SHAPE_WORD, .words = routes, AT(route.change),
	  .text = "What became of it." },
	{ "prefix", SHAPE_CHARS, AT(route.prefix),
	  .text = "Of the addresses that go this way; the empty one is the "
		  "default." },
};

static const struct shape_field alert_fields[] = {
	EVENT_FIELDS("The account that it is about."),
	{ "change", SHAPE_WORD, .words = alerts, AT(alert.change),
	  .text = "What became of it. What happens again is not told again." },
	{ "id", SHAPE_COUNT, AT(alert.number),
	  .text = "By which it is dismissed." },
	{ "message", SHAPE_CHARS, AT(alert.message),
	  .text = "What has happened." },
	{ "triggeredBy", SHAPE_CHARS, .optional = true,
	  AT(alert.triggered_by),
	  .text = "Address of the node that began it; null: this one." },
};

static const struct shape_field account_fields[] = {
	EVENT_FIELDS("Which one; null: all of them."),
	{ "change", SHAPE_WORD, .words = accounts, AT(change.change),
	  .text = "What became of it. One that is leaving goes when nothing is "
		  "in flight any more." },
};

static const struct shape_field missed_fields[] = {
	{ "at", SHAPE_MOMENT, AT(at_ms), .text = "When that was seen." },
	{ "kind", SHAPE_WORD, .words = kinds, AT(missed.of),
	  .text = "Of which kind they were." },
	{ "count", SHAPE_COUNT, AT(missed.count),
	  .text = "How many at most, of all accounts; 0: nobody knows." },
};

static const struct shape_field end_fields[] = {
	{ "reason", SHAPE_STRING, .at = offsetof(struct event_end, reason),
	  .text = "Why there is no more to come." },
};
/* clang-format on */

static const struct shape packet_shape =
	SHAPE("PacketEvent", struct event, packet_fields);
static const struct shape balance_shape =
	SHAPE("BalanceEvent", struct event, balance_fields);
static const struct shape link_shape =
	SHAPE("LinkEvent", struct event, link_fields);
static const struct shape route_shape =
	SHAPE("RouteEvent", struct event, route_fields);
static const struct shape alert_shape =
	SHAPE("AlertEvent", struct event, alert_fields);
static const struct shape account_shape =
	SHAPE("AccountEvent", struct event, account_fields);
static const struct shape missed_shape =
	SHAPE("MissedEvent", struct event, missed_fields);
static const struct shape end_shape =
	SHAPE("EndEvent", struct event_end, end_fields);

const struct shape *const event_shapes[] = {
	&packet_shape,	&balance_shape, &link_shape, &route_shape,
	&alert_shape,	&account_shape, &missed_shape, &end_shape,
	NULL,
};

static const struct {
	const char *name;
	const struct shape *shape;
} rows[] = {
	[EVENT_PACKET] = { "packet", &packet_shape },
	[EVENT_BALANCE] = { "balance", &balance_shape },
	[EVENT_LINK] = { "link", &link_shape },
	[EVENT_ROUTE] = { "route", &route_shape },
	[EVENT_ALERT] = { "alert", &alert_shape },
	[EVENT_ACCOUNT] = { "account", &account_shape },
	[EVENT_MISSED] = { "missed", &missed_shape },
};

const char *event_name(enum event_kind kind)
{
	return rows[kind].name;
}

bool event_kind_of(enum event_kind *out, struct ilp_bytes word)
{
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		if (!ilp_bytes_equal(word, ilp_text(kinds[kind])))
			continue;
		*out = kind;
		return true;
	}
	return false;
}

/* What is missing has no number, since it is not there to be gone on from. */
static int put_head(char *out, size_t size, const char *name, uint64_t id)
{
	int len = id ? snprintf(out, size, "id: %llu\n",
				(unsigned long long)id) :
		       0;

	return len + snprintf(out + len, size - (size_t)len,
			      "event: %s\ndata: ", name);
}

static bool put(struct buffer *out, const char *name, uint64_t id,
		const struct shape *shape, const void *thing, size_t max)
{
	uint8_t room[EVENT_MESSAGE_MAX];
	int head = put_head((char *)room, sizeof(room), name, id);
	struct ilp_json_writer w = ilp_json_writer(
		room + head, sizeof(room) - (size_t)head - 2, 0);
	size_t len;

	shape_put(&w, shape, thing);
	len = (size_t)head + ilp_json_written(&w).len;
	memcpy(room + len, "\n\n", 2);
	len += 2;
	return len <= max - out->len &&
	       buffer_add(out, (struct ilp_bytes){ room, len }, max);
}

bool event_put(struct buffer *out, const struct event *event, size_t max)
{
	return put(out, rows[event->kind].name, event->id,
		   rows[event->kind].shape, event, max);
}

bool event_put_end(struct buffer *out, const struct event_end *end, size_t max)
{
	return put(out, "end", 0, &end_shape, end, max);
}
