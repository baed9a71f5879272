/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/observer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "node/lines.h"
#include "test/sim/cable.h"
#include "test/sim/conduct.h"
#include "test/sim/disk.h"
#include "test/sim/host.h"
#include "test/sim/operator.h"
#include "test/sim/violation.h"
#include "test/sim/world.h"

/* Of so many transfers, fulfilled anywhere, a node knows each again. */
#define REMEMBERED 4000

void observer_init(struct observer *o, struct world *w)
{
	*o = (struct observer){ .world = w };
	transfers_init(&o->transfers);
	for (unsigned e = 0; e < w->plan.edge_count; e++) {
		for (unsigned side = 0; side < 2; side++) {
			const struct book_limits *limits =
				&w->plan.edges[e].limits[side].balance;

			o->views[e][side].up_us = ILP_NEVER_US;
			o->views[e][side].needy_us = -1;
			o->views[e][side].top = limits->maximum;
			o->views[e][side].bottom = limits->minimum;
		}
	}
}

void observer_finish(struct observer *o)
{
	transfers_finish(&o->transfers);
	for (unsigned n = 0; n < PLAN_NODES_MAX; n++)
		heap_finish(&o->deadlines[n]);
	free(o->whole_us);
}

const struct plan_end *observer_end(const struct observer *o, unsigned edge,
				    unsigned side)
{
	return &o->world->plan.edges[edge].ends[side];
}

int64_t observer_whole_us(const struct observer *o, uint32_t cable)
{
	return cable < o->whole_room ? o->whole_us[cable] : ILP_NEVER_US;
}

bool observer_is_broken(const struct observer *o, uint32_t cable)
{
	return observer_whole_us(o, cable) != ILP_NEVER_US;
}

/* The first time counts. */
void observer_broken(struct observer *o, uint32_t cable, int64_t whole_us)
{
	if (cable >= o->whole_room) {
		size_t room = 2 * (size_t)cable + 64;

		o->whole_us = realloc(o->whole_us, room * sizeof(*o->whole_us));
		assert(o->whole_us);
		while (o->whole_room < room)
			o->whole_us[o->whole_room++] = ILP_NEVER_US;
	}
	if (whole_us < o->whole_us[cable])
		o->whole_us[cable] = whole_us;
}

static int64_t deadline_us(struct ilp_time now, int64_t expires_ms)
{
	return now.monotonic_us + (expires_ms - now.wall_ms) * 1000;
}

/* ---- money ---- */

struct transfer *observer_earlier(const struct observer *o,
				  const struct transfer *t)
{
	struct transfer *at = NULL;

	while ((at = transfers_of_secret(&o->transfers, t->payment.secret, at)))
		if (at != t && at->edge == t->edge && at->side == t->side &&
		    at->fulfilled && at->asked_life == t->asked_life &&
		    at->amount >= t->amount)
			return at;
	return NULL;
}

/* Nodes remember the transfers that they fulfilled last, if they cost
 * something, and so are not paid for them twice. */
static bool must_know(const struct observer *o, const struct transfer *t)
{
	const struct transfer *earlier = observer_earlier(o, t);

	return t->amount && earlier &&
	       o->fulfills - earlier->fulfilled_order < REMEMBERED;
}

/* The asked side has the right to charge the asker. */
static void fulfill(struct observer *o, struct transfer *t)
{
	struct view *view = &o->views[t->edge][!t->side];
	struct account_pair *pair = &o->pairs[t->edge];

	t->fulfilled = true;
	t->fulfilled_us = o->world->agenda.now_us;
	t->fulfilled_order = o->fulfills++;
	t->fulfilled_ups = view->ups;
	t->fulfilled_apart = view->up_us == ILP_NEVER_US;
	t->fulfilled_epoch = pair->epoch;
	view->fulfilled += t->amount;
	pair->unpaid += t->amount;
}

/* The asker has accepted the Fulfill: it owes the amount. */
static void pay(struct observer *o, struct transfer *t)
{
	struct account_pair *pair = &o->pairs[t->edge];

	t->paid = true;
	o->views[t->edge][t->side].paid += t->amount;
	if (t->fulfilled && t->fulfilled_epoch == pair->epoch)
		pair->unpaid -= t->amount;
	else
		pair->gifts += t->amount;
	if (!t->parent) {
		o->paid++;
		return;
	}
	if (must_know(o, t->parent))
		violation(o->world, "payment %" PRIu64 " is charged twice",
			  t->payment.number);
	fulfill(o, t->parent);
}

/* ---- a Prepare that a node has sent on ---- */

static void go_live(struct observer *o, struct transfer *t, unsigned node)
{
	const struct transfer *parent = t->parent;

	t->live = true;
	o->views[parent->edge][!parent->side].held_in += parent->amount;
	o->views[t->edge][t->side].held_out += t->amount;
	o->views[t->edge][t->side].live_out++;
	heap_add(&o->deadlines[node], t->deadline_us, t);
}

/* Of all lines one at least may have room. */
static void end_live(struct observer *o, struct transfer *t)
{
	const struct transfer *parent = t->parent;
	struct view *view = &o->views[t->edge][t->side];

	t->live = false;
	if (!parent)
		return;
	if (view->live_out >= LINES_MAX)
		view->busy_us = o->world->agenda.now_us;
	o->views[parent->edge][!parent->side].held_in -= parent->amount;
	view->held_out -= t->amount;
	view->live_out--;
}

void observer_expire(struct observer *o, unsigned node, int64_t monotonic_us)
{
	struct heap *heap = &o->deadlines[node];

	while (heap_first_us(heap) <= monotonic_us && heap->count) {
		struct transfer *t = heap_take(heap);

		if (!t->live)
			continue;
		world_note(o->world, STORY_EXPIRES, t->edge, t->side,
			   t->request, t->payment.number);
		end_live(o, t);
	}
}

/* The one Prepare that this node can have made it from. */
static struct transfer *find_parent(struct observer *o, unsigned node,
				    const struct transfer *t)
{
	struct transfer *at = NULL;

	while ((at = transfers_of_payment(&o->transfers, t->payment.number,
					  at))) {
		const struct plan_end *asked =
			observer_end(o, at->edge, !at->side);

		if (asked->node && asked->index == node && at->cable)
			return at;
	}
	return NULL;
}

/* It may have waited in vain for room on the wire: then it is not alive. */
static void forwarded(struct observer *o, unsigned node, struct transfer *t,
		      unsigned way)
{
	struct ilp_time now =
		world_time(o->world, observer_end(o, t->edge, t->side));
	bool alive;

	t->parent = find_parent(o, node, t);
	if (t->parent)
		t->deadline_us = deadline_us(t->parent->arrived, t->expires_ms);
	alive = now.monotonic_us < t->deadline_us;
	conduct_forward(o, node, t, way, alive);
	t->parent->child = t;
	if (alive)
		go_live(o, t, node);
}

/* ---- Prepares ---- */

static uint64_t content_hash(const struct observer *o,
			     const struct ilp_prepare *p)
{
	const struct hash_seed *seed = &o->world->story.seed;
	uint64_t hash = hash_bytes(seed, ILP_BYTES(p->condition));

	return hash_more(seed, hash_more(seed, hash, p->destination), p->data);
}

/* The number in test.p4. */
static unsigned way_to(const struct observer *o, unsigned node,
		       struct ilp_bytes destination)
{
	unsigned peer = destination.len > 6 ? destination.at[6] - '0' : 0;

	return peer < o->world->plan.peer_count ?
		       o->world->plan.nodes[node].ways[peer] :
		       UINT32_MAX;
}

static struct transfer *sent_prepare(struct observer *o, unsigned edge,
				     unsigned side,
				     const struct tap_frame *frame)
{
	const struct plan_end *asker = observer_end(o, edge, side);
	const struct plan_end *asked = observer_end(o, edge, !side);
	struct transfer t = { .edge = edge,
			      .side = side,
			      .request = frame->request,
			      .asker_life = o->views[edge][side].life,
			      .forgotten_us = ILP_NEVER_US };
	const struct transfer *old =
		transfers_find(&o->transfers, edge, side, frame->request);
	struct transfer *added;
	struct ilp_prepare p;

	t.readable = ilp_prepare_decode(&p, frame->packet) == ILP_OK &&
		     payment_read(&t.payment, &p);
	if (t.readable) {
		t.amount = p.amount.units;
		t.expires_ms = p.expires_at_ms;
		t.content = content_hash(o, &p);
		t.way = asked->node ? way_to(o, asked->index, p.destination) :
				      UINT32_MAX;
		t.deadline_us =
			deadline_us(world_time(o->world, asker), t.expires_ms);
	}
	world_note(o->world, STORY_PREPARE, edge, side, t.request,
		   t.payment.number);
	if (old && old->live && asker->node)
		violation(o->world, "node %u asks twice under one id",
			  asker->index);
	added = transfers_add(&o->transfers, &t);
	if (asker->node && t.readable)
		forwarded(o, asker->index, added,
			  way_to(o, asker->index, p.destination));
	else if (asker->node)
		violation(o->world, "node %u sends on what cannot be read",
			  asker->index);
	else
		o->prepares++;
	return added;
}

/* Who gives a node longer than it may need does not make it wait longer. */
static int64_t patience_us(const struct observer *o, unsigned node,
			   const struct transfer *t)
{
	const struct plan_node *plan = &o->world->plan.nodes[node];
	int64_t most_us = t->arrived.monotonic_us +
			  (plan->hold_max_ms + plan->window_ms) * 1000;

	return most_us < t->in_deadline_us ? most_us : t->in_deadline_us;
}

static void prepare_arrived(struct observer *o, struct transfer *t,
			    uint32_t cable, struct ilp_time now)
{
	const struct plan_end *asked = observer_end(o, t->edge, !t->side);
	const struct view *view = &o->views[t->edge][!t->side];

	t->cable = cable;
	t->asked_life = view->life;
	t->arrived = now;
	t->in_deadline_us = deadline_us(now, t->expires_ms);
	if (asked->node)
		t->patience_us = patience_us(o, asked->index, t);
	t->barred = view->stopped;
	if (asked->node && host_is_unsteady(o->world->hosts[asked->index]))
		t->barred = true;
}

/* ---- answers ---- */

static bool is_right(const struct transfer *t, const struct ilp_fulfill *f)
{
	uint8_t preimage[32];

	if (!t || !t->readable)
		return false;
	payment_preimage(preimage, t->payment.secret);
	return memcmp(preimage, f->fulfillment, sizeof(preimage)) == 0;
}

/* Notes what a node or peer answers; is it a Fulfill? */
static bool read_answer(struct observer *o, const struct cable *cable,
			unsigned side, const struct tap_frame *frame,
			struct passing *passing)
{
	enum story_kind kind = STORY_JUNK;
	struct ilp_fulfill fulfill_packet;
	struct ilp_reject reject;
	uint64_t detail = 0;

	if (!ilp_fulfill_decode(&fulfill_packet, frame->packet)) {
		kind = STORY_FULFILL;
		passing->fulfills =
			is_right(passing->transfer, &fulfill_packet);
		detail = passing->fulfills;
	} else if (!ilp_reject_decode(&reject, frame->packet)) {
		kind = STORY_REJECT;
		for (size_t i = 0; i < ILP_CODE_LEN; i++)
			detail = detail << 8 | (uint8_t)reject.code[i];
	}
	world_note(o->world, kind, cable->edge, side, frame->request, detail);
	return kind == STORY_FULFILL;
}

/* What has no packet in it may be about what was no Prepare; and a server of
 * HTTP/2 that takes no more requests says so when it sees the head of one. */
static bool is_no_answer(const struct cable *cable,
			 const struct tap_frame *frame,
			 const struct transfer *t)
{
	const struct plan_edge *edge = &cable->world->plan.edges[cable->edge];

	return frame->kind == TAP_REFUSED &&
	       (!t || (edge->framing == TAP_HTTP_2 && !t->cable));
}

static void sent_answer(struct observer *o, struct cable *cable, unsigned side,
			const struct tap_frame *frame, struct passing *passing)
{
	const struct plan_end *asked = observer_end(o, cable->edge, side);
	struct transfer *t = transfers_find(&o->transfers, cable->edge, !side,
					    frame->request);
	bool is_fulfill;

	passing->transfer = t;
	is_fulfill = read_answer(o, cable, side, frame, passing);
	if (asked->node && !is_no_answer(cable, frame, t))
		conduct_answer(o, cable, side, passing, is_fulfill);
	if (!t)
		return;
	if (!asked->node && !t->answered && passing->fulfills && t->cable)
		fulfill(o, t);
	t->answered = true;
	t->answer_cable = cable->number;
}

bool observer_is_paid(const struct observer *o, const struct transfer *t)
{
	const struct transfer *at = NULL;

	while ((at = transfers_of_secret(&o->transfers, t->payment.secret, at)))
		if (at->edge == t->edge && at->side == t->side && at->paid)
			return true;
	return false;
}

static void answer_arrived(struct observer *o, const struct passing *passing,
			   struct ilp_time now)
{
	struct transfer *t = passing->transfer;
	bool in_time;

	if (!t || t->asker_life != o->views[t->edge][t->side].life)
		return;
	in_time = now.monotonic_us < t->deadline_us;
	if (observer_end(o, t->edge, t->side)->node) {
		if (t->live)
			end_live(o, t);
		else
			in_time = false;
	} else if (observer_is_paid(o, t)) {
		return;
	}
	if (!passing->fulfills || t->paid)
		return;
	if (in_time)
		pay(o, t);
	else
		t->late = true;
}

/* All that this side has asked behind that request is refused: it knows that
 * nobody has looked at it. */
static void leave_arrived(struct observer *o, const struct cable *cable,
			  unsigned side, uint64_t last)
{
	const struct plan_end *asker = observer_end(o, cable->edge, side);
	const struct heap *asked = &o->deadlines[asker->index];

	for (size_t i = 0; i < asked->count; i++) {
		struct transfer *t = asked->items[i].thing;

		if (t->live && t->edge == cable->edge && t->side == side &&
		    t->request > last && t->request >> 32 == cable->number)
			end_live(o, t);
	}
}

/* ---- what the cables tell ---- */

struct passing observer_sent(struct observer *o, struct cable *cable,
			     unsigned side, const struct tap_frame *frame)
{
	struct passing passing = { .end = frame->end,
				   .kind = frame->kind,
				   .request = frame->request };

	story_mix(&o->world->story, frame->packet);
	if (frame->kind == TAP_PREPARE)
		passing.transfer = sent_prepare(o, cable->edge, side, frame);
	else if (frame->kind == TAP_FORGETS)
		passing.transfer = transfers_find(&o->transfers, cable->edge,
						  side, frame->request);
	else if (frame->kind != TAP_LEAVES)
		sent_answer(o, cable, side, frame, &passing);
	return passing;
}

void observer_arrived(struct observer *o, struct cable *cable, unsigned side,
		      const struct passing *passing, struct ilp_time now)
{
	o->packets++;
	world_note(o->world, STORY_HEARS, cable->edge, side, passing->request,
		   passing->kind);
	switch (passing->kind) {
	case TAP_PREPARE:
		prepare_arrived(o, passing->transfer, cable->number, now);
		break;
	case TAP_ANSWER:
	case TAP_REFUSED:
		answer_arrived(o, passing, now);
		break;
	case TAP_FORGETS:
		if (passing->transfer)
			passing->transfer->forgotten_us =
				o->world->agenda.now_us;
		break;
	case TAP_LEAVES:
		leave_arrived(o, cable, side, passing->request);
		break;
	}
}

/* ---- new beginnings ---- */

/* The books of one side are empty; those of the other are not. The audit of
 * the next round takes the sum as it is then. */
void observer_reopened(struct observer *o, unsigned edge, unsigned side)
{
	struct view *view = &o->views[edge][side];
	const struct account_settings *limits =
		&o->world->plan.edges[edge].limits[side];

	*view = (struct view){ .life = view->life + 1,
			       .up_us = ILP_NEVER_US,
			       .needy_us = -1,
			       .top = limits->balance.maximum,
			       .bottom = limits->balance.minimum };
	o->pairs[edge].begins = true;
}

static ilp_u128 in_doubt(const struct account *account)
{
	return account->exposure ? account->exposure->in_doubt : 0;
}

void observer_crashes(struct observer *o, const struct host *h)
{
	if (!h->platter)
		return;
	for (unsigned e = 0; e < o->world->plan.edge_count; e++) {
		const struct account *account =
			operator_has(h, e) ? host_account(h, e) : NULL;
		unsigned side = plan_side(&o->world->plan, e, h->index);

		if (account)
			o->last[e][side] = (struct last_view){
				true, o->views[e][side], in_doubt(account)
			};
	}
}

/* What has left is in the books, nothing else is, and of what may be owed no
 * more is missing than they say. */
static void judge_restart(const struct observer *o, const struct host *h,
			  unsigned edge, const struct account *account,
			  const struct last_view *last)
{
	const struct view *v = &last->view;
	const struct ledger_totals totals =
		disk_durable(h->disk, account->number).totals;
	ilp_u128 debits = totals.debits_posted - v->opening_debits;
	ilp_u128 credits = totals.credits_posted - v->opening_credits;

	if (debits + v->hurried < v->released ||
	    debits - credits + v->paid + v->hurried < v->released)
		violation(o->world,
			  "node %u has lost a Fulfill that it had released on "
			  "edge %u",
			  h->index, edge);
	if (debits > v->fulfilled)
		violation(o->world,
			  "node %u charges for more than was ever fulfilled "
			  "on edge %u",
			  h->index, edge);
	if (credits + in_doubt(account) <
	    v->paid + v->held_out + last->in_doubt)
		violation(o->world,
			  "node %u may owe more on edge %u than is in doubt",
			  h->index, edge);
}

void observer_opened(struct observer *o, const struct host *h, unsigned edge,
		     const struct account *account)
{
	unsigned side = plan_side(&o->world->plan, edge, h->index);
	struct last_view *last = &o->last[edge][side];
	struct view *view = &o->views[edge][side];
	const struct disk_account now = disk_durable(h->disk, account->number);
	signed_units balance = account->book.balance;

	if (last->known)
		judge_restart(o, h, edge, account, last);
	last->known = false;
	view->opening = balance;
	view->opening_debits = now.totals.debits_posted;
	view->opening_credits = now.totals.credits_posted;
	/* What passes a limit may stay, and shrink. */
	if (balance > view->top)
		view->top = balance;
	if (balance < view->bottom)
		view->bottom = balance;
}

void observer_crashed(struct observer *o, unsigned node)
{
	const struct plan *plan = &o->world->plan;

	while (o->deadlines[node].count) {
		struct transfer *t = heap_take(&o->deadlines[node]);

		if (t->live)
			end_live(o, t);
	}
	for (unsigned e = 0; e < plan->edge_count; e++)
		for (unsigned side = 0; side < 2; side++)
			if (plan->edges[e].ends[side].node &&
			    plan->edges[e].ends[side].index == node)
				observer_reopened(o, e, side);
}
