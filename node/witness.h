/* SPDX-License-Identifier: Apache-2.0 */
/* witness.h - what happens in a shard becomes events (events.h): packets, what
 * becomes of balances, connections, routes, alerts and accounts.
 *
 * Each of these looks first whether anybody wants to hear of it. Balances are
 * not told as they change but a few times a second, so that many packets are
 * one event, and so many at a time that no packet waits for it.
 */
#ifndef NODE_WITNESS_H
#define NODE_WITNESS_H

#include "node/connector.h"

/* Of these kinds, see events_listen. */
bool witness_listen(struct connector *c, uint32_t kinds, uint64_t sample);

/* A Prepare was refused by us at once, or answered as it was before, when that
 * is REFUSAL_NONE. */
void witness_refused(struct connector *c, const struct account *from,
		     const struct ilp_prepare *prepare, enum refusal refusal);

/* One was sent on. */
void witness_sent(struct connector *c, const struct ilp_prepare *prepare,
		  const struct inflight_entry *entry);

/* And what came of it: this answer. */
void witness_answered(struct connector *c, const struct inflight_entry *entry,
		      struct ilp_bytes answer);

void witness_link(struct connector *c, const struct account *account,
		  enum event_link_state state, const char *reason);
void witness_route(struct connector *c, struct ilp_bytes prefix,
		   const struct account *to, enum event_route_change change);
void witness_alert(struct connector *c, const struct alert *alert,
		   enum event_alert_change change);

/* NULL: all of them. */
void witness_account(struct connector *c, const struct account *account,
		     enum event_account_change change);

void witness_tick(struct connector *c);
int64_t witness_deadline_us(const struct connector *c);

#endif
