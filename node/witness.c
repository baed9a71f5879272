/* SPDX-License-Identifier: Apache-2.0 */
#include "node/witness.h"

#include <stdio.h>

#include "ilp/code.h"

/* Told between two ticks; the others are told after them. */
#define BALANCES_A_TICK 256

bool witness_listen(struct connector *c, uint32_t kinds, uint64_t sample)
{
	if (!events_listen(&c->events, c->now, kinds, sample))
		return false;
	books_watch(c->books, events_want(&c->events, EVENT_BALANCE));
	return true;
}

static void name(struct event *event, const struct account *account)
{
	event_put_text(event->account, sizeof(event->account),
		       account->settings.id);
}

/* ---- packets ---- */

static void put_destination(struct event_packet *packet,
			    const struct ilp_prepare *prepare)
{
	event_put_text(packet->destination, sizeof(packet->destination),
		       prepare->destination);
}

static void put_code(struct event_packet *packet, struct ilp_bytes code)
{
	packet->outcome = EVENT_REJECTED;
	event_put_text(packet->code, sizeof(packet->code), code);
}

void witness_refused(struct connector *c, const struct account *from,
		     const struct ilp_prepare *prepare, enum refusal refusal)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_PACKET) ||
	    !events_sample(&c->events))
		return;
	event = events_add(&c->events, c->now, EVENT_PACKET);
	if (!event)
		return;
	name(event, from);
	event->packet.outcome = EVENT_FULFILLED;
	if (refusal)
		put_code(&event->packet, ilp_text(ilp_code_row(refusal_code(refusal))->code));
	if (refusal == REFUSAL_UNREADABLE)
		return; /* nothing else is known of it */
	put_destination(&event->packet, prepare);
	event->packet.in = book_units(prepare->amount);
}

void witness_sent(struct connector *c, const struct ilp_prepare *prepare,
		  const struct inflight_entry *entry)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_PACKET) ||
	    !events_sample(&c->events))
		return;
	event = events_open_packet(&c->events, c->now, entry->out_request);
	if (entry->from != OWN_SLOT)
		name(event, accounts_at(c->accounts, entry->from));
	event_put_text(event->packet.to, sizeof(event->packet.to),
		       accounts_at(c->accounts, entry->to)->settings.id);
	put_destination(&event->packet, prepare);
	event->packet.in = book_units(entry->in_amount);
	event->packet.out = book_units(entry->out_amount);
}

/* Where the code of a Reject is; it may be one that breaks rules. */
static struct ilp_bytes code_of(struct ilp_bytes reject)
{
	struct ilp_reader r = ilp_reader(ilp_bytes_skip(reject, 1));
	struct ilp_reader body = ilp_reader(ilp_read_var(&r));

	return ilp_read_fixed(&body, ILP_CODE_LEN);
}

void witness_answered(struct connector *c, const struct inflight_entry *entry,
		      struct ilp_bytes answer)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_PACKET))
		return;
	event = events_close_packet(&c->events, c->now, entry->out_request);
	if (!event)
		return;
	event->packet.outcome = EVENT_FULFILLED;
	if (answer.at[0] == ILP_REJECT)
		put_code(&event->packet, code_of(answer));
}

/* ---- the rest ---- */

void witness_link(struct connector *c, const struct account *account,
		  enum event_link_state state, const char *reason)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_LINK))
		return;
	event = events_add(&c->events, c->now, EVENT_LINK);
	if (!event)
		return;
	name(event, account);
	event->link.state = state;
	event_put_text(event->link.reason, sizeof(event->link.reason),
		       ilp_text(reason ? reason : ""));
}

void witness_route(struct connector *c, struct ilp_bytes prefix,
		   const struct account *to, enum event_route_change change)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_ROUTE))
		return;
	event = events_add(&c->events, c->now, EVENT_ROUTE);
	if (!event)
		return;
	if (to)
		name(event, to);
	event->route.change = change;
	event_put_text(event->route.prefix, sizeof(event->route.prefix),
		       prefix);
}

void witness_alert(struct connector *c, const struct alert *alert,
		   enum event_alert_change change)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_ALERT))
		return;
	event = events_add(&c->events, c->now, EVENT_ALERT);
	if (!event)
		return;
	event_put_text(event->account, sizeof(event->account),
		       ilp_text(alert->account_id));
	event->alert.change = change;
	event->alert.number = alert->id;
	event_put_text(event->alert.message, sizeof(event->alert.message),
		       ilp_text(alert->message));
	event_put_text(event->alert.triggered_by,
		       sizeof(event->alert.triggered_by),
		       ilp_text(alert->triggered_by));
}

void witness_account(struct connector *c, const struct account *account,
		     enum event_account_change change)
{
	struct event *event;

	if (!events_want(&c->events, EVENT_ACCOUNT))
		return;
	event = events_add(&c->events, c->now, EVENT_ACCOUNT);
	if (!event)
		return;
	if (account)
		name(event, account);
	event->change.change = change;
}

/* ---- balances ---- */

static void tell_balance(struct connector *c, const struct account *account)
{
	const struct ledger_asset *asset = &account->settings.asset;
	struct event *event;

	if (!events_want(&c->events, EVENT_BALANCE))
		return;
	event = events_add(&c->events, c->now, EVENT_BALANCE);
	if (!event)
		return;
	name(event, account);
	memcpy(event->balance.code, asset->code, sizeof(asset->code));
	event->balance.scale = asset->scale;
	event->balance.current = account->book.balance;
}

void witness_tick(struct connector *c)
{
	struct account *account;
	int left = BALANCES_A_TICK;

	if (c->now.monotonic_us < events_deadline_us(&c->events))
		return;
	events_tick(&c->events, c->now);
	while (left-- && (account = books_next_changed(c->books)))
		tell_balance(c, account);
	books_watch(c->books, events_want(&c->events, EVENT_BALANCE));
}

int64_t witness_deadline_us(const struct connector *c)
{
	return events_deadline_us(&c->events);
}
