/* SPDX-License-Identifier: Apache-2.0 */
/* reports.h - what happens in a shard becomes events (events.h): packets, what
 * becomes of balances, connections, routes, alerts and accounts.
 *
 * Each of these looks first whether anybody wants to hear of it. Balances are
 * not told as they change but a few times a second, so that many packets are
 * one event, and so many at a time that no packet waits for it.
 */
#ifndef NODE_REPORTS_H
#define NODE_REPORTS_H

#include "node/connector.h"

/* Of these kinds, see events_listen. */
bool reports_listen(struct connector *c, uint32_t kinds, uint64_t sample);

/* A Prepare was refused by us at once, or answered as it was before, when that
 * is REFUSAL_NONE. */
void reports_refused(struct connector *c, const struct account *from,
		     const struct ilp_prepare *prepare, enum refusal refusal);

/* One was sent on. */
void reports_sent(struct connector *c, const struct ilp_prepare *prepare,
		  const struct inflight_entry *entry);

/* And what came of it: this answer. */
void reports_answered(struct connector *c, const struct inflight_entry *entry,
		      struct ilp_bytes answer);

void reports_link(struct connector *c, const struct account *account,
		  enum event_link_state state, const char *reason);
void reports_route(struct connector *c, struct ilp_bytes prefix,
		   const struct account *to, enum event_route_change change);
void reports_alert(struct connector *c, const struct alert *alert,
		   enum event_alert_change change);

/* NULL: all of them. */
void reports_account(struct connector *c, const struct account *account,
		     enum event_account_change change);

void reports_tick(struct connector *c);
int64_t reports_deadline_us(const struct connector *c);

#endif
