/* SPDX-License-Identifier: Apache-2.0 */
#include "node/sends.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "ilp/condition.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "node/answers.h"
#include "node/echo.h"
#include "node/neighbours.h"
#include "node/replies.h"
#include "node/ways.h"
#include "node/witness.h"

/* What the alerts of ilp-connector look for, and ours. */
#define OWES_TOO_MUCH "exceeded maximum balance."

/* How often to look for ceilings that may go down (exposure.h). */
#define REST_EVERY_US 100000

/* A Prepare on its way through the steps. */
struct passage {
	struct account *from;
	struct account *to;
	struct ilp_bytes packet;
	struct ilp_prepare prepare;
	struct ilp_amount out_amount;
	int64_t in_expires_ms; /* as far as it concerns us */
	int64_t out_expires_ms;
	struct recent_address where;
	uint64_t hash; /* of the transfer */
	struct ilp_bytes again; /* the Fulfill that it had before */
	const uint8_t *fulfillment; /* if it ends here, else NULL */
	struct own_echo *echo;      /* that it is; or NULL */
	bool echoed; /* it was for us, and goes on */
	bool near;   /* it is between neighbours */
	struct refusal_details details;
};

/* Most refusals say no more than why; one for all, since it is not small. */
static const struct refusal_details no_details;

bool connector_init(struct connector *c,
		    const struct connector_options *options,
		    struct ilp_crypto *crypto, struct ilp_time now)
{
	uint64_t route_seed;

	assert(ilp_address_valid(options->address));
	assert(options->window_ms > 0 && options->hold_max_ms > 0);
	memcpy(&route_seed, options->seed, sizeof(route_seed));
	*c = (struct connector){
		.now = now,
		.crypto = crypto,
		.reflect = options->reflect,
		.durability = options->durability,
		.reports.log = options->log,
		.window_ms = options->window_ms,
		.hold_max_ms = options->hold_max_ms,
		.lapse_us = ILP_NEVER_US,
		.address_len = options->address.len,
	};
	memcpy(c->address, options->address.at, options->address.len);
	clock_init(&c->clock, now);
	events_init(&c->events, now);
	switch (ilp_address_scheme(options->address)) {
	case ILP_SCHEME_G:
		c->foreign = ILP_SCHEME_TEST;
		break;
	case ILP_SCHEME_TEST:
		c->foreign = ILP_SCHEME_G;
		break;
	case ILP_SCHEME_NONE:
	case ILP_SCHEME_PRIVATE:
	case ILP_SCHEME_EXAMPLE:
	case ILP_SCHEME_PEER:
	case ILP_SCHEME_SELF:
	case ILP_SCHEME_LOCAL:
		c->foreign = ILP_SCHEME_NONE;
	}
	c->accounts = accounts_create(options->seed);
	c->routes = route_table_create(route_seed);
	c->recent = c->routes ? recent_create(c->routes, route_seed) :
				NULL;
	request_ids_init(&c->request_ids, crypto, options->seed);
	c->exchange = exchange_create();
	c->inflight =
		inflight_create(options->in_flight_max, options->seed, now);
	c->alerts = alerts_create();
	c->echo = malloc(ILP_PACKET_MAX);
	if (c->exchange)
		c->books = books_create(c->exchange, 1);
	if (c->accounts && c->recent && c->inflight && c->alerts && c->books &&
	    c->echo &&
	    answers_init(c) && sends_init(c) &&
	    callers_init(&c->callers, options->seed, now.monotonic_us) &&
	    own_init(&c->own) && ways_init(c, options))
		return true;
	connector_finish(c);
	return false;
}

void connector_finish(struct connector *c)
{
	answers_finish(c);
	sends_finish(c);
	callers_finish(&c->callers);
	own_finish(&c->own);
	free(c->echo);
	events_finish(&c->events);
	books_destroy(c->books);
	alerts_destroy(c->alerts);
	inflight_destroy(c->inflight);
	exchange_destroy(c->exchange);
	ways_finish(c);
	recent_destroy(c->recent);
	route_table_destroy(c->routes);
	accounts_destroy(c->accounts);
	*c = (struct connector){ .address_len = 0 };
}

static struct ilp_bytes own_address(const struct connector *c)
{
	return (struct ilp_bytes){ c->address, c->address_len };
}

void connector_mark_dirty(struct connector *c, struct session *session)
{
	if (session->dirty)
		return;
	session->dirty = true;
	session->next_dirty = c->dirty;
	c->dirty = session;
}

/* ---- the steps of a Prepare ---- */

static enum refusal check_open(struct connector *c, struct passage *p)
{
	if (c->draining)
		return REFUSAL_SHUTTING_DOWN;
	if (c->stopped)
		return REFUSAL_ALL_STOPPED;
	if (!c->clock.steady)
		return REFUSAL_CLOCK;
	if (c->ledger_busy || held_waiting(&c->held) > CONNECTOR_HELD_HIGH ||
	    held_waiting(&c->unsent) > CONNECTOR_HELD_HIGH)
		return REFUSAL_BUSY;
	return p->from->state == ACCOUNT_OPEN ? REFUSAL_NONE : REFUSAL_STOPPED;
}

static enum refusal check_time(struct connector *c, struct passage *p)
{
	int64_t expires_ms = p->prepare.expires_at_ms;
	int64_t now_ms = c->now.wall_ms;

	/* Who gives us longer than we may need does not make us wait longer. */
	p->in_expires_ms = now_ms + c->hold_max_ms + c->window_ms;
	if (p->in_expires_ms > expires_ms)
		p->in_expires_ms = expires_ms;
	p->out_expires_ms = p->in_expires_ms - c->window_ms;
	if (p->out_expires_ms - now_ms >= c->window_ms)
		return REFUSAL_NONE;
	if (expires_ms <= now_ms) {
		refusal_add_moment(&p->details, "sourceExpiry", expires_ms);
		refusal_add_moment(&p->details, "currentTime", now_ms);
		return REFUSAL_EXPIRED;
	}
	refusal_add_moment(&p->details, "actualSourceExpiry", expires_ms);
	refusal_add_moment(&p->details, "requiredSourceExpiry",
			   now_ms + 2 * c->window_ms);
	refusal_add_moment(&p->details, "currentTime", now_ms);
	return REFUSAL_EXPIRES_TOO_SOON;
}

static enum refusal check_rate(struct connector *c, struct passage *p)
{
	struct account *from = p->from;

	return !from->limits ||
			       limit_take(&from->limits->packets,
					  &from->settings.packets, 1,
					  c->now.monotonic_us) ?
		       REFUSAL_NONE :
		       REFUSAL_RATE;
}

static enum refusal too_large(struct passage *p, enum refusal refusal,
			      struct ilp_amount maximum)
{
	refusal_add_amount(&p->details, "maxAmount", maximum);
	refusal_add_amount(&p->details, "actualAmount", p->prepare.amount);
	p->details.too_large.received = p->prepare.amount;
	p->details.too_large.maximum = maximum;
	return refusal;
}

static enum refusal check_size(struct connector *c, struct passage *p)
{
	struct ilp_amount maximum = p->from->settings.packet_max;

	(void)c;
	if (ilp_amount_compare(p->prepare.amount, maximum) <= 0)
		return REFUSAL_NONE;
	return too_large(p, REFUSAL_PACKET_TOO_LARGE, maximum);
}

static enum refusal check_throughput(struct connector *c, struct passage *p)
{
	struct account *from = p->from;

	return !from->limits ||
			       limit_take_amount(&from->limits->incoming,
						 &from->settings.incoming,
						 p->prepare.amount,
						 c->now.monotonic_us) ?
		       REFUSAL_NONE :
		       REFUSAL_THROUGHPUT;
}

/* What is between neighbours goes no further. */
static enum refusal check_neighbours(struct connector *c, struct passage *p)
{
	if (p->prepare.expires_at_ms <= c->now.wall_ms)
		return REFUSAL_EXPIRED;
	if (memcmp(p->prepare.condition, ilp_peer_condition,
		   sizeof(p->prepare.condition)) != 0)
		return REFUSAL_PEER_CONDITION;
	if (!ilp_amount_is_zero(p->prepare.amount))
		return REFUSAL_PEER_AMOUNT;
	p->near = true;
	return REFUSAL_NONE;
}

/* Under the conditions that everybody can fulfill each packet is another one;
 * so none is like it. */
static bool can_repeat(const struct ilp_prepare *prepare)
{
	return memcmp(prepare->condition, ilp_ping_condition, 32) != 0 &&
	       memcmp(prepare->condition, ilp_peer_condition, 32) != 0;
}

/* Where it goes, if anywhere; false when its destination is no address. What
 * else takes a while to be fetched from memory is asked for, so that the steps
 * need not wait for it. */
static bool look_up(struct connector *c, struct passage *p)
{
	struct ilp_bytes destination = p->prepare.destination;
	uint64_t hash = inflight_destination_hash(c->inflight, destination);

	p->hash = inflight_transfer_hash(c->inflight, hash,
					 p->prepare.condition);
	inflight_expect(c->inflight, p->hash);
	fulfilled_expect(c->fulfilled, p->hash);
	return recent_find(c->recent, destination, hash, &p->where);
}

static void take_echo(struct own_echo *echo, const struct passage *p)
{
	echo->returned = true;
	echo->amount = p->prepare.amount;
}

/* One of our own, which has come back. */
static enum refusal check_echo_back(struct connector *c, struct passage *p)
{
	struct own_echo *echo =
		own_find_echo(&c->own, p->prepare.condition);

	if (!echo || echo->returned)
		return REFUSAL_NONE;
	if (!echo->fulfills) {
		take_echo(echo, p);
		return REFUSAL_ECHO_UNPAID;
	}
	p->echo = echo;
	p->fulfillment = echo->fulfillment;
	return REFUSAL_NONE;
}

/* Of our own address there is only to be asked whether we are there. An echo
 * goes on from here as another packet. */
static enum refusal check_echo(struct connector *c, struct passage *p)
{
	enum refusal refusal = REFUSAL_NONE;

	if (!p->where.has_route || p->where.route != CONNECTOR_HERE)
		return REFUSAL_NONE;
	if (!ilp_bytes_equal(p->prepare.destination, own_address(c)))
		return check_echo_back(c, p);
	switch (echo_read(&p->prepare, c->echo, &p->packet, &refusal,
			  &p->details)) {
	case ECHO_PING:
		p->fulfillment = ilp_ping_fulfillment;
		break;
	case ECHO_TURN:
		p->echoed = true;
		if (ilp_prepare_read(&p->prepare, p->packet) ||
		    !look_up(c, p))
			refusal = REFUSAL_UNREADABLE;
		break;
	case ECHO_NONE:
		break;
	}
	return refusal;
}

/* A transfer that was fulfilled before is not refused; `again` says how. */
static enum refusal check_new(struct connector *c, struct passage *p)
{
	struct fulfilled_transfer transfer;
	uint64_t batch = 0;

	if (!can_repeat(&p->prepare))
		return REFUSAL_NONE;
	if (inflight_find_transfer(c->inflight, p->hash, p->prepare.condition))
		return REFUSAL_DUPLICATE;
	transfer.hash = p->hash;
	transfer.account = p->from->slot;
	transfer.amount = p->prepare.amount;
	memcpy(transfer.condition, p->prepare.condition, 32);
	p->again = fulfilled_find(c->fulfilled, &transfer, c->now.monotonic_us,
				  &batch);
	return p->again.len && batch > c->durable ? REFUSAL_DUPLICATE :
						    REFUSAL_NONE;
}

static enum refusal no_route(struct passage *p)
{
	refusal_add_text(&p->details, "source", p->from->settings.id);
	refusal_add_text(&p->details, "destination", p->prepare.destination);
	return REFUSAL_NO_ROUTE;
}

static enum refusal check_route(struct connector *c, struct passage *p)
{
	if (c->foreign != ILP_SCHEME_NONE && p->where.scheme == c->foreign)
		return REFUSAL_NETWORK;
	if (!p->where.has_route || p->where.route == CONNECTOR_HERE)
		return no_route(p);
	p->to = accounts_at(c->accounts, p->where.route);
	if (!p->to || p->to->state == ACCOUNT_CLOSING)
		return no_route(p);
	if (p->to->state == ACCOUNT_STOPPED)
		return REFUSAL_STOPPED;
	if (p->to != p->from || c->reflect || p->echoed)
		return REFUSAL_NONE;
	refusal_add_text(&p->details, "sourceAccount", p->from->settings.id);
	refusal_add_text(&p->details, "destinationAccount", p->to->settings.id);
	return REFUSAL_REFLECTION;
}

static enum refusal no_connection(struct passage *p)
{
	refusal_add_text(&p->details, "account", p->to->settings.id);
	return REFUSAL_NO_CONNECTION;
}

static enum refusal check_connection(struct connector *c, struct passage *p)
{
	const struct account *to = p->to;

	if (to->session ||
	    (to->lines && lines_have_hope(to->lines, c->now.monotonic_us)))
		return REFUSAL_NONE;
	return no_connection(p);
}

/* The largest amount that the exchange turns into one. */
static struct ilp_amount largest_in(const struct ilp_rate *rate)
{
	struct ilp_amount in = ILP_AMOUNT_ZERO, out;

	/* The least that gives as much as can be, or one less. */
	if (ilp_exchange_inverse(&in, rate, ILP_AMOUNT_MAX) == ILP_OK)
		return in;
	for (uint64_t bit = UINT64_C(1) << 63; bit; bit >>= 1) {
		struct ilp_amount more;

		if (ilp_amount_add(&more, in, ilp_amount(bit)) &&
		    ilp_exchange(&out, rate, more) == ILP_OK)
			in = more;
	}
	return in;
}

static enum refusal no_rate(struct connector *c, struct passage *p)
{
	refusal_add_text(&p->details, "source",
			 ilp_text(p->from->settings.asset.code));
	refusal_add_text(&p->details, "destination",
			 ilp_text(p->to->settings.asset.code));
	return exchange_is_old(c->exchange, p->from->asset, p->to->asset,
			       c->now.monotonic_us) ?
		       REFUSAL_OLD_PRICE :
		       REFUSAL_NO_RATE;
}

static enum refusal check_exchange(struct connector *c, struct passage *p)
{
	const struct ilp_rate *rate =
		exchange_rate(c->exchange, p->from->asset, p->to->asset,
			      c->now.monotonic_us);

	if (!rate)
		return no_rate(c, p);
	if (ilp_exchange(&p->out_amount, rate, p->prepare.amount))
		return too_large(p, REFUSAL_EXCHANGE_TOO_LARGE,
				 largest_in(rate));
	if (ilp_amount_is_zero(p->out_amount) &&
	    !ilp_amount_is_zero(p->prepare.amount))
		return REFUSAL_NOTHING_LEFT;
	return REFUSAL_NONE;
}

/* A packet more, and its money beside what is held. */
static enum refusal fits(uint32_t packets, ilp_u128 held,
			 struct ilp_amount more,
			 const struct account_settings *settings)
{
	if (packets >= settings->in_flight_max)
		return REFUSAL_PACKETS_IN_FLIGHT;
	return book_within(held, more, settings->in_flight_money) ?
		       REFUSAL_NONE :
		       REFUSAL_MONEY_IN_FLIGHT;
}

/* But for what an earlier run may have had on its way: that counts against what
 * we may owe, and is no packet of ours. */
static ilp_u128 on_its_way(const struct account *to)
{
	return to->book.held_credits -
	       (to->exposure ? to->exposure->in_doubt : 0);
}

static enum refusal check_in_flight(struct connector *c, struct passage *p)
{
	enum refusal refusal;

	(void)c;
	refusal = fits(p->from->in_flight_in, p->from->book.held_debits,
		       p->prepare.amount, &p->from->settings);
	if (refusal)
		return refusal;
	return fits(p->to->in_flight_out, on_its_way(p->to), p->out_amount,
		    &p->to->settings);
}

static void let_go(const struct passage *p)
{
	books_void_in(p->from, p->prepare.amount);
	books_void_out(p->to, p->out_amount);
}

/* Only who has the money takes of what others may want to send. */
static enum refusal check_outgoing(struct connector *c, struct passage *p)
{
	struct account *to = p->to;

	if (!to->limits ||
	    limit_take_amount(&to->limits->outgoing, &to->settings.outgoing,
			      p->out_amount, c->now.monotonic_us))
		return REFUSAL_NONE;
	let_go(p);
	return REFUSAL_THROUGHPUT;
}

/* A ping costs what it carries, as if it had been passed on. */
static enum refusal check_ping(struct connector *c, struct passage *p)
{
	struct account *from = p->from;

	(void)c;
	return book_hold_debit(&from->book, &from->settings.balance,
			       p->prepare.amount) ?
		       REFUSAL_NONE :
		       REFUSAL_MAXIMUM;
}

static enum refusal check_money(struct connector *c, struct passage *p)
{
	(void)c;
	return books_reserve(p->from, p->prepare.amount, p->to, p->out_amount);
}

/* All that is between a Prepare and the next hop. What goes on has its money on
 * hold; what does not has changed nothing but the buckets of its sender. */
static enum refusal decide(struct connector *c, struct passage *p)
{
	enum refusal r;

	/* What neighbours say of routes counts also when no packets do. */
	if (p->where.scheme == ILP_SCHEME_PEER)
		return check_neighbours(c, p);
	if ((r = check_open(c, p)) || (r = check_time(c, p)) ||
	    (r = check_rate(c, p)) || (r = check_size(c, p)) ||
	    (r = check_echo(c, p)) || (r = check_new(c, p)) || p->again.len ||
	    (r = check_throughput(c, p)))
		return r;
	if (p->fulfillment)
		return check_ping(c, p);
	if ((r = check_route(c, p)) || (r = check_connection(c, p)) ||
	    (r = check_exchange(c, p)) || (r = check_in_flight(c, p)) ||
	    (r = check_money(c, p)))
		return r;
	return check_outgoing(c, p);
}

/* ---- sending on ---- */

static void fill_entry(struct connector *c, struct inflight_entry *entry,
		       const struct passage *p, struct way_back back)
{
	entry->in_deadline_us = clock_deadline_us(c->now, p->in_expires_ms);
	entry->out_deadline_us = clock_deadline_us(c->now, p->out_expires_ms);
	entry->in_amount = p->prepare.amount;
	entry->out_amount = p->out_amount;
	memcpy(entry->condition, p->prepare.condition, 32);
	entry->from = p->from->slot;
	entry->to = p->to->slot;
	entry->back = back;
	entry->repeatable = can_repeat(&p->prepare);
	entry->came = inflight_stamp(c->now) & INFLIGHT_STAMP_MASK;
}

static void count_in(struct passage *p)
{
	p->from->in_flight_in++;
	p->to->in_flight_out++;
}

/* What is like no other packet is not looked for; each gets a hash of its
 * own, or they would make one long chain. */
static uint64_t hash_of(const struct passage *p,
			const struct inflight_entry *entry)
{
	return entry->repeatable ? p->hash :
				   p->hash ^ (uint64_t)entry->out_request << 32;
}

/* The copy of the packet becomes the one that the next hop gets. */
static void edit(uint8_t *copy, const struct passage *p)
{
	enum ilp_error error = ilp_prepare_edit(
		copy, p->packet.len, p->out_amount, p->out_expires_ms);

	assert(!error);
}

/* Who asked: an account, or the node itself. */
static struct account *asker(struct connector *c,
			     const struct inflight_entry *entry)
{
	return entry->from == OWN_SLOT ? &c->own.asker :
					 accounts_at(c->accounts, entry->from);
}

static enum refusal send_now(struct connector *c, struct passage *p,
			     uint32_t out_request)
{
	enum link_status status;
	uint8_t *copy;

	status = sends_now(c, p->to, out_request, p->packet, &copy);
	if (status != LINK_OK)
		return status == LINK_BUSY ? REFUSAL_LINK_BUSY :
					     no_connection(p);
	edit(copy, p);
	return REFUSAL_NONE;
}

/* More may be on its way than the ledger knows: it is sent when the ledger
 * does. */
static enum refusal send_later(struct connector *c, const struct passage *p,
			       uint32_t out_request, uint64_t batch)
{
	uint8_t *copy =
		sends_later(c, p->to, out_request, p->packet, batch);

	if (!copy)
		return REFUSAL_BUSY;
	edit(copy, p);
	return REFUSAL_NONE;
}

static enum refusal send_on(struct connector *c, struct passage *p,
			    struct way_back back)
{
	struct inflight_entry *entry = inflight_take(c->inflight);
	enum refusal refusal = REFUSAL_BUSY;
	uint64_t batch;

	if (!entry)
		return REFUSAL_BUSY;
	if (books_expose(c->books, p->to, &batch))
		refusal = batch ? send_later(c, p, entry->out_request, batch) :
				  send_now(c, p, entry->out_request);
	if (refusal) {
		inflight_drop(c->inflight, entry);
		return refusal;
	}
	fill_entry(c, entry, p, back);
	inflight_start(c->inflight, entry, hash_of(p, entry));
	count_in(p);
	if (c->events.wanted)
		witness_sent(c, &p->prepare, entry);
	return REFUSAL_NONE;
}

/* The money is on hold, and stays so only if the packet has left. */
static enum refusal forward(struct connector *c, struct passage *p,
			    struct way_back back)
{
	enum refusal refusal = send_on(c, p, back);

	if (refusal)
		let_go(p);
	return refusal;
}

static void refuse(struct connector *c, struct account *from,
		   struct way_back back, enum refusal refusal,
		   const struct refusal_details *details)
{
	uint8_t room[REFUSAL_PACKET_MAX];
	struct ilp_bytes packet =
		refusal_packet(room, refusal, own_address(c), details);

	c->counters.refusals[refusal]++;
	from->counters.in_refused++;
	from->counters.in_limited += refusal == REFUSAL_RATE;
	report_refusal(&c->reports, c->now, from, refusal);
	answers_give(c, from, back, packet);
}

/* For whoever audits the node. */
static void write_down(struct connector *c, const struct account *from,
		       const struct account *to,
		       const struct inflight_entry *entry)
{
	const struct books_row row = {
		.kind = BOOKS_FULFILLED,
		.at = c->now,
		.from = from,
		.to = to,
		.in = entry->in_amount,
		.out = entry->out_amount,
	};

	if (c->durability == CONNECTOR_AUDIT)
		books_write_down(c->books, &row);
}

/* Its money is on hold, and becomes ours. */
static void answer_ping(struct connector *c, const struct passage *p,
			struct way_back back)
{
	const struct inflight_entry entry = {
		.in_amount = p->prepare.amount,
		.in_deadline_us = clock_deadline_us(c->now, p->in_expires_ms),
		.from = p->from->slot,
		.back = back,
		.came = inflight_stamp(c->now) & INFLIGHT_STAMP_MASK,
	};
	uint8_t room[ECHO_FULFILL_MAX];

	if (p->echo)
		take_echo(p->echo, p);
	c->counters.fulfills++;
	p->from->counters.in_fulfilled++;
	book_sum(&p->from->counters.in_value, p->prepare.amount);
	books_post_in(c->books, p->from, p->prepare.amount);
	write_down(c, p->from, NULL, &entry);
	answers_fulfill(c, p->from, &entry,
			echo_fulfill(room, p->fulfillment));
}

static enum refusal answer_neighbour(struct connector *c,
				     const struct passage *p,
				     struct way_back back)
{
	uint8_t room[NEIGHBOURS_ANSWER_MAX];
	struct ilp_bytes answer;

	if (!neighbours_answer(c, p->from, &p->prepare, room, &answer))
		return REFUSAL_PEER_PROTOCOL;
	answers_give(c, p->from, back, answer);
	return REFUSAL_NONE;
}

void connector_prepare(struct connector *c, struct account *from,
		       struct way_back back, struct ilp_bytes packet)
{
	struct passage p;
	enum refusal refusal = REFUSAL_UNREADABLE;

	p.from = from;
	p.packet = packet;
	p.again.len = 0;
	p.fulfillment = NULL;
	p.echo = NULL;
	p.echoed = p.near = false;
	p.details.count = 0;
	c->counters.prepares++;
	if (ilp_prepare_read(&p.prepare, packet) == ILP_OK && look_up(c, &p))
		refusal = decide(c, &p);
	if (!refusal && p.again.len) {
		/* The Fulfill that it had, which is charged already. */
		c->counters.fulfills++;
		if (c->events.wanted)
			witness_refused(c, p.from, &p.prepare, REFUSAL_NONE);
		answers_give(c, p.from, back, p.again);
		return;
	}
	if (!refusal && p.near)
		refusal = answer_neighbour(c, &p, back);
	if (!refusal && p.near)
		return;
	if (!refusal && p.fulfillment) {
		answer_ping(c, &p, back);
		return;
	}
	if (!refusal)
		refusal = forward(c, &p, back);
	if (refusal) {
		if (c->events.wanted)
			witness_refused(c, p.from, &p.prepare, refusal);
		refuse(c, p.from, back, refusal, &p.details);
	}
}

/* ---- the node's own ---- */

/* What concerns one of these. A neighbour is asked without a route and without
 * money, and also by a node that lets no packets through. */
static enum refusal decide_own(struct connector *c, struct passage *p,
			       struct account *neighbour)
{
	enum refusal r = REFUSAL_NONE;

	p->to = neighbour;
	if (c->draining)
		return REFUSAL_SHUTTING_DOWN;
	if (neighbour)
		return check_connection(c, p);
	if ((r = check_open(c, p)) || (r = check_route(c, p)) ||
	    (r = check_connection(c, p)) || (r = check_in_flight(c, p)) ||
	    (r = check_money(c, p)))
		return r;
	return check_outgoing(c, p);
}

/* Its amount is what goes out, and nothing comes in. */
static enum refusal ask(struct connector *c, struct passage *p,
			struct account *neighbour, struct way_back back)
{
	enum refusal refusal;

	p->out_amount = p->prepare.amount;
	p->prepare.amount = ILP_AMOUNT_ZERO;
	p->in_expires_ms = c->now.wall_ms + c->hold_max_ms;
	if (p->in_expires_ms > p->prepare.expires_at_ms)
		p->in_expires_ms = p->prepare.expires_at_ms;
	p->out_expires_ms = p->in_expires_ms;
	if (!look_up(c, p))
		return REFUSAL_UNREADABLE;
	refusal = decide_own(c, p, neighbour);
	return refusal ? refusal : forward(c, p, back);
}

void connector_ask(struct connector *c, const struct ilp_prepare *prepare,
		   struct account *neighbour, uint32_t number)
{
	const struct way_back back = { number, WAY_BACK_OWN };
	uint8_t room[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct passage p = { .from = &c->own.asker };
	enum refusal refusal = REFUSAL_UNREADABLE;

	if (!ilp_prepare_encode(&w, prepare)) {
		p.packet = ilp_written(&w);
		p.prepare = *prepare;
		refusal = ask(c, &p, neighbour, back);
	}
	if (refusal)
		refuse(c, p.from, back, refusal, &p.details);
}

/* ---- what comes back ---- */

/* The entry that an answer of this account is for; NULL when there is none:
 * it was never asked, by another, or its time was over. */
static struct inflight_entry *find_open(struct connector *c,
					const struct account *from,
					uint32_t request)
{
	struct inflight_entry *entry = inflight_find(c->inflight, request);

	return entry && entry->to == from->slot &&
			       c->now.monotonic_us < entry->out_deadline_us ?
		       entry :
		       NULL;
}

static void count_unexpected(struct connector *c, struct account *from)
{
	from->counters.unexpected++;
	c->counters.unexpected++;
}

static struct inflight_entry *
find_entry(struct connector *c, struct session *session, uint32_t request)
{
	struct inflight_entry *entry =
		find_open(c, session->account, request);

	if (!entry)
		count_unexpected(c, session->account);
	return entry;
}

static void end_entry(struct connector *c, struct inflight_entry *entry,
		      bool timed_out)
{
	asker(c, entry)->in_flight_in--;
	accounts_at(c->accounts, entry->to)->in_flight_out--;
	inflight_end(c->inflight, entry, timed_out);
}

/* It did not work: nobody owes anything. */
static void undo(struct connector *c, struct inflight_entry *entry,
		 struct ilp_bytes packet, bool timed_out)
{
	struct account *from = asker(c, entry);
	struct account *to = accounts_at(c->accounts, entry->to);

	from->counters.in_rejected++;
	histogram_count(&c->counters.rejected,
			inflight_since_us(entry->came, c->now));
	books_void_in(from, entry->in_amount);
	books_void_out(to, entry->out_amount);
	if (c->events.wanted)
		witness_answered(c, entry, packet);
	answers_give(c, from, entry->back, packet);
	end_entry(c, entry, timed_out);
}

void connector_undo(struct connector *c, struct inflight_entry *entry,
			 enum refusal refusal,
			 const struct refusal_details *details)
{
	uint8_t room[REFUSAL_PACKET_MAX];

	c->counters.refusals[refusal]++;
	undo(c, entry, refusal_packet(room, refusal, own_address(c), details),
	     refusal == REFUSAL_TIMED_OUT);
}

static void fulfilled(struct connector *c, struct inflight_entry *entry,
		      struct ilp_bytes packet)
{
	struct account *from = asker(c, entry);
	struct account *to = accounts_at(c->accounts, entry->to);

	c->counters.fulfills++;
	from->counters.in_fulfilled++;
	to->counters.out_fulfilled++;
	book_sum(&from->counters.in_value, entry->in_amount);
	book_sum(&to->counters.out_value, entry->out_amount);
	books_post_out(c->books, to, entry->out_amount);
	write_down(c, from, to, entry);
	if (c->events.wanted)
		witness_answered(c, entry, packet);
	if (entry->from == OWN_SLOT) {
		answers_give(c, from, entry->back, packet);
	} else {
		books_post_in(c->books, from, entry->in_amount);
		answers_fulfill(c, from, entry, packet);
	}
	end_entry(c, entry, false);
}

void connector_alert(struct connector *c, const struct account *account,
		     const char *message, struct ilp_bytes triggered_by)
{
	const struct alert *alert;

	/* A peer may say anything; people only read addresses. */
	if (!ilp_address_valid(triggered_by))
		triggered_by.len = 0;
	alert = alerts_raise(c->alerts, c->now,
			     (struct alert_account){ account->number,
						     account->settings.id },
			     message, triggered_by);
	if (alert->count > 1)
		return;
	report_alert(&c->reports, c->now, alert);
	witness_alert(c, alert, EVENT_RAISED);
}

static void take_fulfill(struct connector *c, struct account *to,
			 struct inflight_entry *entry, struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;

	inflight_expect(c->inflight, entry->by_transfer.hash);
	fulfilled_expect(c->fulfilled, entry->by_transfer.hash);
	if (ilp_fulfill_decode(&fulfill, packet)) {
		connector_undo(c, entry, REFUSAL_UNREADABLE_ANSWER, &no_details);
	} else if (ilp_condition_check(c->crypto, entry->condition,
				       fulfill.fulfillment)) {
		connector_alert(c, to, refusal_text(REFUSAL_WRONG_FULFILLMENT),
				(struct ilp_bytes){ NULL, 0 });
		connector_undo(c, entry, REFUSAL_WRONG_FULFILLMENT, &no_details);
	} else {
		fulfilled(c, entry, packet);
	}
}

/* A Reject goes on as it came, even if its triggeredBy is no address: some
 * nodes say "unknown" while they have none. So only its parts are looked for.
 */
static bool read_reject(struct ilp_reject *out, struct ilp_bytes packet)
{
	struct ilp_reader r = ilp_reader(ilp_bytes_skip(packet, 1));
	struct ilp_reader body = ilp_reader(ilp_read_var(&r));
	struct ilp_bytes code = ilp_read_fixed(&body, ILP_CODE_LEN);

	out->triggered_by = ilp_read_var_max(&body, ILP_ADDRESS_MAX);
	out->message = ilp_read_var_max(&body, ILP_MESSAGE_MAX);
	out->data = ilp_read_var_max(&body, ILP_DATA_MAX);
	if (r.error || body.error || !ilp_ascii_valid(code))
		return false;
	memcpy(out->code, code.at, ILP_CODE_LEN);
	return true;
}

static void take_reject(struct connector *c, struct account *to,
			struct inflight_entry *entry, struct ilp_bytes packet)
{
	struct ilp_reject reject;

	to->counters.out_rejected++;
	if (!read_reject(&reject, packet)) {
		connector_undo(c, entry, REFUSAL_UNREADABLE_ANSWER, &no_details);
		return;
	}
	if (memcmp(reject.code, "T04", ILP_CODE_LEN) == 0 &&
	    ilp_bytes_equal(reject.message, ilp_text(OWES_TOO_MUCH)))
		connector_alert(c, to, OWES_TOO_MUCH, reject.triggered_by);
	c->counters.rejects++;
	undo(c, entry, packet, false);
}

static void take_answer(struct connector *c, struct account *to,
			struct inflight_entry *entry, struct ilp_bytes packet)
{
	enum ilp_packet_type type;

	if (ilp_packet_type(&type, packet) || type == ILP_PREPARE)
		connector_undo(c, entry, REFUSAL_UNREADABLE_ANSWER, &no_details);
	else if (type == ILP_FULFILL)
		take_fulfill(c, to, entry, packet);
	else
		take_reject(c, to, entry, packet);
}

void connector_answer(struct connector *c, struct session *session,
		      uint32_t request, struct ilp_bytes packet)
{
	struct inflight_entry *entry = find_entry(c, session, request);

	if (entry)
		take_answer(c, session->account, entry, packet);
}

static bool is_readable(struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;
	struct ilp_reject reject;

	return packet.at[0] == ILP_FULFILL ?
		       ilp_fulfill_decode(&fulfill, packet) == ILP_OK :
		       read_reject(&reject, packet);
}

bool connector_reply(struct connector *c, struct session *session,
		     struct ilp_bytes id, struct ilp_bytes packet)
{
	struct inflight_entry *entry =
		find_open(c, session->account, request_id_number(id));

	if (!entry ||
	    !request_id_is_for(&c->request_ids, id, entry->condition) ||
	    !is_readable(packet)) {
		count_unexpected(c, session->account);
		return false;
	}
	take_answer(c, session->account, entry, packet);
	return true;
}

void connector_refused(struct connector *c, struct session *session,
		       uint32_t request, bool temporary, const char *reason)
{
	struct inflight_entry *entry = find_entry(c, session, request);
	struct refusal_details details = { .count = 0 };

	if (!entry)
		return;
	session->account->counters.out_rejected++;
	refusal_add_text(&details, NULL, ilp_text(reason));
	connector_undo(c, entry,
		     temporary ? REFUSAL_NOT_SENT_NOW : REFUSAL_NOT_SENT,
		     &details);
}

/* One at a time, since there is one note: while it is written down others
 * gather, and they are durable together. */
void connector_taken(struct connector *c)
{
	if (!c->timed) {
		c->timed = books_gathering(c->books);
		c->timed_us = c->now.monotonic_us;
	}
	books_taken(c->books);
}

void connector_durable(struct connector *c, uint64_t batch)
{
	if (c->timed && c->timed <= batch) {
		histogram_count(&c->counters.commits,
				c->now.monotonic_us - c->timed_us);
		c->timed = 0;
	}
	books_durable(c->books, batch);
	answers_durable(c, batch);
	sends_durable(c, batch);
}

/* ---- time ---- */

static void expire_inflight(struct connector *c)
{
	struct inflight_entry *entry;

	while ((entry = inflight_expired(c->inflight, c->now.monotonic_us))) {
		struct account *to = accounts_at(c->accounts, entry->to);

		to->counters.out_expired++;
		sends_forget(c, to, entry->out_request);
		connector_undo(c, entry, REFUSAL_TIMED_OUT, &no_details);
	}
}

/* What an earlier run had on its way has been answered by now, or never will
 * be. */
static void lapse(struct connector *c)
{
	if (c->now.monotonic_us < c->lapse_us)
		return;
	if (books_lapse(c->books))
		c->lapse_us = ILP_NEVER_US;
}

static void rest(struct connector *c)
{
	if (c->now.monotonic_us < c->rest_us)
		return;
	c->rest_us = c->now.monotonic_us + REST_EVERY_US;
	books_rest(c->books);
}

void connector_tick(struct connector *c)
{
	expire_inflight(c);
	answers_tick(c);
	replies_tick(c);
	lapse(c);
	rest(c);
	witness_tick(c);
}

int64_t connector_deadline_us(const struct connector *c)
{
	int64_t in_flight = inflight_deadline_us(c->inflight);
	int64_t soon = answers_deadline_us(c);

	if (own_has_answer(&c->own)) /* that came at the end of the round */
		return c->now.monotonic_us;
	if (in_flight < soon)
		soon = in_flight;
	if (replies_deadline_us(c) < soon)
		soon = replies_deadline_us(c);
	if (c->lapse_us < soon)
		soon = c->lapse_us;
	if (witness_deadline_us(c) < soon)
		soon = witness_deadline_us(c);
	return !books_rests(c->books) && c->rest_us < soon ? c->rest_us : soon;
}

bool connector_is_idle(const struct connector *c)
{
	return inflight_count(c->inflight) == 0 &&
	       held_waiting(&c->held) == 0 && c->callers.count == 0;
}

bool connector_is_done_with(const struct account *account)
{
	return account->in_flight_in == 0 && account->in_flight_out == 0 &&
	       account->held == 0 && !account->ready && !account->parked &&
	       account->callers == 0 &&
	       !account->touched && book_is_still(&account->book);
}
