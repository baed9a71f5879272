/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/conduct.h"

#include <inttypes.h>

#include "node/lines.h"
#include "test/sim/cable.h"
#include "test/sim/host.h"
#include "test/sim/violation.h"

/* So shortly before the expiry a Fulfill may leave before it is durable, since
 * the loss would be certain otherwise. */
#define HURRY_US 500000

/* A line that can be had is there after this time. */
#define WAIT_US 1000000

/* Timers fire at the first of these that is not early. */
#define TICK_US 1000

static int64_t expected_expiry_ms(const struct plan_node *plan,
				  const struct transfer *parent)
{
	int64_t own_ms = parent->expires_ms - plan->window_ms;
	int64_t most_ms = parent->arrived.wall_ms + plan->hold_max_ms;

	return own_ms < most_ms ? own_ms : most_ms;
}

void conduct_forward(struct observer *o, unsigned node,
		     const struct transfer *t, unsigned way, bool alive)
{
	const struct world *w = o->world;
	const struct plan_node *plan = &w->plan.nodes[node];
	const struct transfer *parent = t->parent;
	uint64_t amount;

	if (!parent)
		violation(w,
			  "node %u sends payment %" PRIu64
			  " on edge %u, which nobody asked it for",
			  node, t->payment.number, t->edge);
	if (parent->child)
		violation(w, "node %u sends payment %" PRIu64 " twice", node,
			  t->payment.number);
	if (parent->barred)
		violation(w, "node %u takes a packet while it should take none",
			  node);
	if (t->content != parent->content)
		violation(w, "node %u changes what it must not", node);
	if (t->edge != way || t->edge == parent->edge)
		violation(w, "node %u sends a packet the wrong way", node);
	if (!plan_exchange(&w->plan, node, parent->edge, t->edge,
			   parent->amount, &amount) ||
	    amount != t->amount)
		violation(w, "node %u makes %" PRIu64 " of %" PRIu64, node,
			  t->amount, parent->amount);
	if (t->expires_ms != expected_expiry_ms(plan, parent) ||
	    t->expires_ms - parent->arrived.wall_ms < plan->window_ms)
		violation(w, "node %u makes the expiry %" PRId64 " of %" PRId64,
			  node, t->expires_ms, parent->expires_ms);
	if (alive && parent->answered)
		violation(w, "node %u sends on what it has answered", node);
	if (alive &&
	    parent->asked_life != o->views[parent->edge][!parent->side].life)
		violation(w, "node %u sends on what was asked in another life",
			  node);
}

/* What waited for room on the wire may leave later than the node wanted. */
static bool was_blocked(const struct cable *cable, unsigned side,
			const struct transfer *t, int64_t since_us)
{
	return t->cable != cable->number ||
	       cable->sides[side].blocked_us >= since_us;
}

/* Its own Fulfill, or once more that of the same transfer. */
static void judge_fulfill(struct observer *o, unsigned node, struct transfer *t,
			  const struct passing *passing)
{
	struct view *view = &o->views[t->edge][!t->side];
	int64_t node_us = host_time(o->world->hosts[node]).monotonic_us;

	if (!passing->fulfills)
		violation(o->world, "node %u passes on a wrong preimage", node);
	if (!t->fulfilled)
		t = observer_earlier(o, t);
	if (!t)
		violation(o->world,
			  "node %u fulfills request %" PRIu64
			  " before it was fulfilled itself",
			  node, passing->request);
	if (t->released)
		return;
	t->released = true;
	view->released += t->amount;
	if (t->patience_us - node_us <= HURRY_US)
		view->hurried += t->amount;
}

/* The node has the time that its clock says, and not more. */
static void judge_promptness(const struct observer *o,
			     const struct cable *cable, unsigned side,
			     const struct transfer *t, bool is_fulfill)
{
	const struct plan_end *node = observer_end(o, t->edge, side);
	int64_t now_us = world_time(o->world, node).monotonic_us;
	int64_t expired_us = !t->child ? 0 :
					 t->child->deadline_us - now_us +
						 o->world->agenda.now_us;

	if (is_fulfill && t->fulfilled && now_us >= t->in_deadline_us &&
	    !was_blocked(cable, side, t, t->fulfilled_us))
		violation(o->world,
			  "node %u releases the Fulfill of payment %" PRIu64
			  " after the expiry",
			  node->index, t->payment.number);
	if (!is_fulfill && t->child &&
	    now_us > t->child->deadline_us + TICK_US &&
	    expired_us > o->world->hosts[node->index]->wakes_us &&
	    !was_blocked(cable, side, t, expired_us))
		violation(o->world,
			  "node %u rejects payment %" PRIu64
			  " long after it has expired",
			  node->index, t->payment.number);
}

/* Was there a line on which something waited for room on the wire? It may be
 * what is missed. */
static bool was_crowded(const struct world *w, unsigned edge, unsigned side,
			int64_t since_us)
{
	const struct cable *at = w->edges[edge].cables;

	while (at && (at->from != side || at->sides[side].blocked_us < since_us))
		at = at->next;
	return at;
}

/* Over HTTP a Prepare waits while all lines are taken, or none can be had; not
 * for longer. */
static void judge_waiting(const struct observer *o, const struct cable *cable,
			  unsigned node, const struct transfer *t)
{
	const struct plan *plan = &o->world->plan;
	int64_t now_us = o->world->agenda.now_us;
	int64_t arrived_us =
		t->arrived.monotonic_us - plan->nodes[node].monotonic_us;
	const struct view *view;
	unsigned side;

	if (t->child || !t->readable || t->way == UINT32_MAX ||
	    !plan_edge_has_lines(&plan->edges[t->way]) ||
	    now_us - arrived_us <= WAIT_US || !plan_is_connected(plan) ||
	    was_blocked(cable, !t->side, t, arrived_us))
		return;
	side = plan_side(plan, t->way, node);
	view = &o->views[t->way][side];
	if (view->live_out < LINES_MAX && view->busy_us + WAIT_US < now_us &&
	    !was_crowded(o->world, t->way, side, arrived_us))
		violation(o->world,
			  "node %u has lines to send payment %" PRIu64
			  " by, and does not",
			  node, t->payment.number);
}

static void judge_answer(struct observer *o, unsigned node, struct transfer *t,
			 const struct passing *passing, bool is_fulfill)
{
	const struct world *w = o->world;

	if (!t || !t->cable ||
	    t->asked_life != o->views[t->edge][!t->side].life)
		violation(w,
			  "node %u answers request %" PRIu64
			  ", which it was not asked",
			  node, passing->request);
	if (t->answered)
		violation(w, "node %u answers request %" PRIu64 " twice", node,
			  t->request);
	if (is_fulfill) {
		judge_fulfill(o, node, t, passing);
		return;
	}
	if (t->fulfilled)
		violation(w,
			  "node %u rejects payment %" PRIu64
			  ", which was fulfilled",
			  node, t->payment.number);
	if (t->child && t->child->live)
		violation(w,
			  "node %u rejects payment %" PRIu64
			  ", which may still be fulfilled",
			  node, t->payment.number);
}

void conduct_answer(struct observer *o, const struct cable *cable,
		    unsigned side, const struct passing *passing,
		    bool is_fulfill)
{
	const struct plan_end *node = observer_end(o, cable->edge, side);

	judge_answer(o, node->index, passing->transfer, passing, is_fulfill);
	judge_promptness(o, cable, side, passing->transfer, is_fulfill);
	if (!is_fulfill)
		judge_waiting(o, cable, node->index, passing->transfer);
}
