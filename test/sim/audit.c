/* SPDX-License-Identifier: Apache-2.0 */
/* For each account:
 *
 *     what has left of Fulfills ≤ what is durable, and what is charged
 *     what is charged           ≤ what was fulfilled in time
 *     balance                   = charged − paid, within its limits
 */
#include "test/sim/audit.h"

#include "node/lines.h"
#include "test/sim/disk.h"
#include "test/sim/host.h"
#include "test/sim/violation.h"

/* A link that is asked is ticked about every second. */
#define TICKED_US 1100000

/* Where the numbers are larger than a message shows, they end in the same
 * digits. */
#define SHOWN(units) ((long long)(units))

static void look_at_session(const struct observer *o, const struct account *a,
			    struct view *view)
{
	bool up = a->session != NULL;

	if (up && view->up_us == ILP_NEVER_US) {
		view->up_us = o->world->agenda.now_us;
		view->ups++;
	}
	if (!up)
		view->up_us = ILP_NEVER_US;
}

/* But for what an earlier run has left in doubt. */
static ilp_u128 held_out(const struct account *a)
{
	return a->book.held_credits -
	       (a->exposure ? a->exposure->in_doubt : 0);
}

static void judge_charges(const struct observer *o, const struct host *h,
			  const struct account *a, unsigned edge,
			  struct view *view)
{
	signed_units charged = a->book.balance - view->opening +
			       (signed_units)view->paid;

	if (charged > (signed_units)view->fulfilled)
		violation(o->world,
			  "node %u charges %lld on edge %u, where %lld was "
			  "fulfilled in time",
			  h->index, SHOWN(charged), edge,
			  SHOWN(view->fulfilled));
	if (charged < (signed_units)view->released)
		violation(o->world,
			  "node %u charges %lld on edge %u, and released "
			  "Fulfills for %lld, or paid what it does not owe",
			  h->index, SHOWN(charged), edge,
			  SHOWN(view->released));
	/* What was charged and then came too late is taken back, whatever was
	 * promised on the strength of it meanwhile. */
	if (charged < view->charged)
		view->bottom -= view->charged - charged;
	view->charged = charged;
}

static void judge_durability(const struct observer *o, const struct host *h,
			     const struct account *a, unsigned edge,
			     struct view *view)
{
	ilp_u128 durable =
		disk_durable(h->disk, a->number).totals.debits_posted -
		view->opening_debits;

	if (durable >= view->released)
		view->hurried = 0;
	if (durable + view->hurried < view->released)
		violation(o->world,
			  "node %u released Fulfills on edge %u before their "
			  "money was durable",
			  h->index, edge);
}

/* What is on its way, or was earned and is not durable, is under a ceiling
 * that is. */
static void judge_exposure(const struct observer *o, const struct host *h,
			   const struct account *a, unsigned edge,
			   const struct view *view)
{
	const struct disk_account durable = disk_durable(h->disk, a->number);
	ilp_u128 credits =
		durable.totals.credits_posted - view->opening_credits;
	ilp_u128 need = view->held_out;

	if (view->paid > credits)
		need += view->paid - credits;
	if (a->exposure)
		need += a->exposure->in_doubt;
	if (h->platter && durable.ceiling < need)
		violation(o->world,
			  "node %u has more on its way on edge %u than its "
			  "ledger knows",
			  h->index, edge);
}

/* What passes a limit was there when the limit was lowered, and shrinks. */
static void judge_balance(const struct observer *o, const struct host *h,
			  const struct account *a, unsigned edge,
			  struct view *view)
{
	const struct account_settings *limits = &h->limits[edge];
	signed_units top = a->book.balance + (signed_units)a->book.held_debits;
	signed_units bottom = a->book.balance - (signed_units)held_out(a);

	if (limits->balance.maximum > view->top)
		view->top = limits->balance.maximum;
	if (limits->balance.minimum < view->bottom)
		view->bottom = limits->balance.minimum;
	if (top > view->top || bottom < view->bottom)
		violation(o->world, "node %u passes a limit of edge %u",
			  h->index, edge);
	if (top < view->top && limits->balance.maximum < view->top)
		view->top = top > limits->balance.maximum ?
				    top :
				    limits->balance.maximum;
	if (bottom > view->bottom && limits->balance.minimum > view->bottom)
		view->bottom = bottom < limits->balance.minimum ?
				       bottom :
				       limits->balance.minimum;
}

/* The largest amount is no limit. */
static bool is_within(ilp_u128 held, struct ilp_amount most)
{
	return held <= most.units || most.units == UINT64_MAX;
}

/* The observer sees a packet later than the node, and its end at once. */
static void judge_in_flight(const struct observer *o, const struct host *h,
			    const struct account *a, unsigned edge,
			    const struct view *view)
{
	const struct account_settings *limits = &h->limits[edge];

	if (a->book.held_debits < view->held_in ||
	    held_out(a) < view->held_out ||
	    a->in_flight_out < view->live_out)
		violation(o->world,
			  "node %u holds less on edge %u than is in flight",
			  h->index, edge);
	if (o->world->plan.faults[FAULT_OPERATOR])
		return; /* limits change, and what is in flight stays */
	if (a->in_flight_in > limits->in_flight_max ||
	    a->in_flight_out > limits->in_flight_max ||
	    !is_within(a->book.held_debits, limits->in_flight_money) ||
	    !is_within(held_out(a), limits->in_flight_money))
		violation(o->world, "node %u has too much in flight on edge %u",
			  h->index, edge);
}

/* What waits for a line goes as soon as one has room; and if another one may be
 * dialed, that is seen to when its peers are ticked, at the latest. */
static void judge_lines(const struct observer *o, const struct host *h,
			const struct account *a, unsigned edge,
			struct view *view)
{
	const struct lines *lines = a->lines;
	int64_t now_us = o->world->agenda.now_us;

	if (lines && held_waiting(&lines->waiting) && lines_ready(lines))
		violation(o->world, "node %u forgets who waits on edge %u",
			  h->index, edge);
	if (!lines || lines->wants ||
	    !lines_want(lines, host_time(h).monotonic_us)) {
		view->needy_us = -1;
		return;
	}
	if (view->needy_us < 0)
		view->needy_us = now_us;
	if (now_us - view->needy_us > TICKED_US)
		violation(o->world, "node %u dials no line for edge %u",
			  h->index, edge);
}

/* Nothing in flight: so nothing is on hold, but for answers that wait for
 * their peer. */
static void judge_holds(const struct observer *o, const struct host *h,
			const struct account *a, unsigned edge)
{
	if (a->in_flight_in || a->in_flight_out)
		violation(o->world, "node %u counts wrongly on edge %u",
			  h->index, edge);
	if (held_out(a) || (a->book.held_debits && !a->parked))
		violation(o->world, "node %u holds for nothing on edge %u",
			  h->index, edge);
}

/* The ledger has the balance that the node has in memory. */
static void judge_ledger(const struct observer *o, const struct host *h,
			 const struct account *a, unsigned edge)
{
	struct ledger_account stored;

	if (a->touched)
		return; /* it could not take the batch */
	if (!ledger_account(h->disk, a->number - 1, &stored) ||
	    stored.account != a->number ||
	    (signed_units)(stored.totals.debits_posted -
			   stored.totals.credits_posted) != a->book.balance)
		violation(o->world,
			  "node %u and its ledger differ about edge %u",
			  h->index, edge);
}

static unsigned asset_of(const struct ledger_asset *asset)
{
	unsigned a = 0;

	while (strcmp(plan_assets[a].code, asset->code) != 0)
		a++;
	return a;
}

static void judge_sums(const struct observer *o, const struct host *h)
{
	struct ledger_account account = { .account = 0 };
	signed_units sums[PLAN_ASSETS] = { 0 };

	while (ledger_account(h->disk, account.account, &account))
		sums[asset_of(&account.asset)] +=
			(signed_units)(account.totals.debits_posted -
				       account.totals.credits_posted);
	for (unsigned a = 0; a < PLAN_ASSETS; a++)
		if (sums[a])
			violation(o->world, "node %u: %s sums to %lld",
				  h->index, plan_assets[a].code,
				  SHOWN(sums[a]));
}

/* What was fulfilled before may still be charged, or be taken back as late. */
static void begin_pair(struct observer *o, unsigned edge, signed_units sum)
{
	const struct view *views = o->views[edge];
	ilp_u128 open = views[0].fulfilled - views[0].released +
			views[1].fulfilled - views[1].released;

	o->pairs[edge] =
		(struct account_pair){ .epoch = o->pairs[edge].epoch + 1,
				       .base = sum,
				       .unpaid = open,
				       .gifts = open };
}

/* Both ends of an edge are nodes: what the one is owed, the other owes, but
 * for what is charged and not paid yet. */
static void judge_pair(struct observer *o, unsigned edge)
{
	const struct plan_end *ends = o->world->plan.edges[edge].ends;
	struct account_pair *pair = &o->pairs[edge];
	signed_units sum = 0;

	for (unsigned side = 0; side < 2; side++) {
		const struct host *h =
			ends[side].node ? o->world->hosts[ends[side].index] :
					  NULL;
		const struct account *a =
			h && h->node ? host_account(h, edge) : NULL;

		if (!a)
			return;
		sum += a->book.balance;
	}
	if (pair->begins)
		begin_pair(o, edge, sum);
	sum -= pair->base;
	if (sum > (signed_units)pair->unpaid ||
	    sum < -(signed_units)pair->gifts)
		violation(o->world,
			  "the books about edge %u differ by %lld, with %lld "
			  "on its way",
			  edge, SHOWN(sum), SHOWN(pair->unpaid));
}

static void judge_bounds(const struct observer *o, const struct host *h)
{
	if (shard_in_flight(node_shard(h->node)) >
	    o->world->plan.nodes[h->index].in_flight_max)
		violation(o->world, "node %u has too much in flight", h->index);
	for (const struct port *port = h->ports; port; port = port->next)
		if (port->session &&
		    link_waiting(port->session->link) > LINK_MOST)
			violation(o->world, "node %u queues without bound",
				  h->index);
}

void audit(struct observer *o, const struct host *h)
{
	const struct plan *plan = &o->world->plan;
	bool nothing = shard_in_flight(node_shard(h->node)) == 0;

	for (unsigned e = 0; e < plan->edge_count; e++) {
		unsigned side = plan_side(plan, e, h->index);
		const struct plan_end *end = &plan->edges[e].ends[side];
		struct view *view = &o->views[e][side];
		const struct account *a;

		if (!end->node || end->index != h->index)
			continue;
		a = host_account(h, e);
		if (!a)
			continue;
		look_at_session(o, a, view);
		judge_charges(o, h, a, e, view);
		judge_durability(o, h, a, e, view);
		judge_exposure(o, h, a, e, view);
		judge_balance(o, h, a, e, view);
		judge_in_flight(o, h, a, e, view);
		judge_lines(o, h, a, e, view);
		judge_ledger(o, h, a, e);
		if (nothing)
			judge_holds(o, h, a, e);
		judge_pair(o, e);
	}
	judge_sums(o, h);
	judge_bounds(o, h);
}

void audit_quiet(struct observer *o, const struct host *h)
{
	const struct plan *plan = &o->world->plan;

	for (unsigned e = 0; e < plan->edge_count; e++) {
		const struct view *view =
			&o->views[e][plan_side(plan, e, h->index)];
		const struct account *a = host_account(h, e);

		if (a &&
		    a->book.balance - view->opening +
				    (signed_units)view->paid >
			    (signed_units)(view->released + view->doubtful))
			violation(o->world,
				  "node %u has charged on edge %u for Fulfills "
				  "that it never released",
				  h->index, e);
	}
}
