/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/quiet.h"

#include <inttypes.h>

#include "test/sim/host.h"
#include "test/sim/violation.h"

/* A node that knows what to answer has done so after this time. */
#define PROMPT_US 200000

static bool is_honest(const struct observer *o, unsigned edge)
{
	const struct plan *plan = &o->world->plan;

	for (unsigned side = 0; side < 2; side++) {
		const struct plan_end *end = &plan->edges[edge].ends[side];

		if (!end->node && plan->peers[end->index].manners)
			return false;
	}
	return true;
}

/* A Fulfill that came while its asker was not connected waits for it: and it
 * came back in time, once and for good. */
static bool has_come_back(const struct observer *o, const struct transfer *t,
			  const struct view *view)
{
	const struct plan_end *asked = observer_end(o, t->edge, !t->side);
	int64_t ahead_us =
		host_time(o->world->hosts[asked->index]).monotonic_us -
		o->world->agenda.now_us;

	return t->fulfilled && t->fulfilled_apart &&
	       view->ups == t->fulfilled_ups + 1 &&
	       view->up_us != ILP_NEVER_US &&
	       view->up_us < t->patience_us - ahead_us &&
	       !o->world->plan.faults[FAULT_DISK];
}

/* Until when a node answers, if only to say that its time is over. */
static int64_t due_us(const struct observer *o, const struct transfer *t)
{
	const struct plan_end *asked = observer_end(o, t->edge, !t->side);
	const struct plan_node *plan = &o->world->plan.nodes[asked->index];
	int64_t last_us = t->patience_us - plan->window_ms * 1000;

	if (last_us < t->arrived.monotonic_us)
		last_us = t->arrived.monotonic_us;
	return last_us + PROMPT_US - plan->monotonic_us;
}

/* The connection that it came on was lost before there had to be an answer, or
 * none was wanted any more; or the node could not help it. */
static bool is_excused(const struct observer *o, const struct transfer *t)
{
	const bool *faults = o->world->plan.faults;

	return faults[FAULT_SLEEP] || (t->fulfilled && faults[FAULT_DISK]) ||
	       t->forgotten_us <= due_us(o, t) ||
	       observer_whole_us(o, t->cable) <= due_us(o, t);
}

/* Only an answer that got lost with its connection may be missing, or one
 * that the disk let go too late; and that one is not charged. */
static void judge_unanswered(struct observer *o, const struct transfer *t)
{
	const struct plan_end *asked = observer_end(o, t->edge, !t->side);
	struct view *view = &o->views[t->edge][!t->side];

	if (!asked->node || !t->cable || t->answered ||
	    t->asked_life != view->life)
		return;
	if (has_come_back(o, t, view))
		violation(o->world,
			  "node %u never gave the Fulfill for request %" PRIu64
			  " on edge %u to who came back for it",
			  asked->index, t->request, t->edge);
	if ((observer_is_broken(o, t->cable) ||
	     t->forgotten_us != ILP_NEVER_US) &&
	    is_excused(o, t)) {
		view->doubtful += t->fulfilled ? t->amount : 0;
		return;
	}
	if (t->fulfilled && o->world->plan.faults[FAULT_DISK])
		return;
	violation(o->world,
		  "node %u never answered request %" PRIu64 " on edge %u",
		  asked->index, t->request, t->edge);
}

/* Charged, and not paid: that can only be for a reason. */
static void judge_unpaid(struct observer *o, const struct transfer *t)
{
	if (!t->fulfilled || t->paid || !is_honest(o, t->edge))
		return;
	if (!t->parent && observer_is_paid(o, t))
		return;
	if (!observer_is_broken(o, t->cable) &&
	    !observer_is_broken(o, t->answer_cable) && !t->late &&
	    t->answered && t->asker_life == o->views[t->edge][t->side].life)
		violation(o->world,
			  "payment %" PRIu64
			  " was charged on edge %u and never paid",
			  t->payment.number, t->edge);
	if (plan_is_calm(&o->world->plan))
		violation(o->world,
			  "payment %" PRIu64
			  " was lost on edge %u, and nothing went wrong",
			  t->payment.number, t->edge);
	o->lost++;
}

void quiet_judge(struct observer *o)
{
	o->lost = 0;
	for (unsigned e = 0; e < PLAN_EDGES_MAX; e++)
		for (unsigned side = 0; side < 2; side++)
			o->views[e][side].doubtful = 0;
	for (const struct transfer *t = o->transfers.first; t; t = t->next) {
		if (t->live)
			violation(o->world, "payment %" PRIu64 " is still live",
				  t->payment.number);
		judge_unanswered(o, t);
		judge_unpaid(o, t);
	}
}
