/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/receiver.h"

#include <assert.h>
#include <stdlib.h>

#include "test/sim/payment.h"

/* Whoever fulfills later than this before the expiry may go without. */
#define MARGIN_MS 600

enum saying {
	SAY_FULFILL,
	SAY_REJECT,
	/* Liars only */
	SAY_WRONG,       /* another preimage */
	SAY_JUNK,        /* no packet at all */
	SAY_FOR_ANOTHER, /* the right answer to what another was asked */
	SAY_NOISE,       /* bytes that are no frame */
	SAY_CUT,         /* half a packet */
	SAYINGS
};

struct reply {
	uint32_t request;
	enum saying saying;
	uint64_t secret;
	int64_t expires_ms;
};

static uint64_t below(struct peer *p, uint64_t bound)
{
	return dice_below(&p->world->dice, bound);
}

static int64_t wall_ms(const struct peer *p)
{
	const struct plan_end self = { false, p->index };

	return world_time(p->world, &self).wall_ms;
}

static void plan_reply(struct peer *p, const struct reply *like, int64_t in_us)
{
	struct reply *reply = malloc(sizeof(*reply));

	assert(reply);
	*reply = *like;
	heap_add(&p->replies, p->world->agenda.now_us + in_us, reply);
}

static int64_t draw_thinking(struct peer *p)
{
	int64_t most_us = p->world->plan.peers[p->index].think_us;

	return (int64_t)below(p, (uint64_t)most_us + 1);
}

/* Most think for a while, and some until there is hardly any time left. */
static int64_t draw_honest_thinking(struct peer *p, const struct reply *reply)
{
	int64_t left_us = (reply->expires_ms - wall_ms(p)) * 1000;
	int64_t last_us = left_us - (MARGIN_MS + 200) * 1000;

	if (last_us > 0 && below(p, 20) == 0 && !p->world->obliging)
		return last_us;
	return draw_thinking(p);
}

/* Now and then an honest peer rejects, or says nothing. */
static void consider_honestly(struct peer *p, struct reply *reply)
{
	uint64_t draw = p->world->obliging ? 39 : below(p, 40);

	if (draw == 0)
		return;
	reply->saying = draw < 6 ? SAY_REJECT : SAY_FULFILL;
	plan_reply(p, reply, draw_honest_thinking(p, reply));
}

static void consider_lying(struct peer *p, struct reply *reply)
{
	int64_t left_us = (reply->expires_ms - wall_ms(p)) * 1000;
	unsigned times = 1 + (below(p, 4) == 0);

	while (times--) {
		int64_t in_us = draw_thinking(p);

		reply->saying = (enum saying)below(p, SAYINGS);
		if (below(p, 4) == 0)
			in_us = left_us - 50000 + (int64_t)below(p, 100000);
		plan_reply(p, reply, in_us < 0 ? 0 : in_us);
	}
}

void receiver_consider(struct peer *p, uint32_t request,
		       struct ilp_bytes packet)
{
	struct reply reply = { .request = request };
	struct ilp_prepare prepare;
	struct payment payment;

	if (ilp_prepare_decode(&prepare, packet) ||
	    !payment_read(&payment, &prepare))
		return; /* the observer has said what it thinks of that */
	reply.secret = payment.secret;
	reply.expires_ms = prepare.expires_at_ms;
	switch (p->world->plan.peers[p->index].manners) {
	case PLAN_HONEST:
	case PLAN_FLOODER:
		consider_honestly(p, &reply);
		break;
	case PLAN_LIAR:
		consider_lying(p, &reply);
		break;
	}
}

/* ---- saying it ---- */

static void say(struct peer *p, uint32_t request, struct ilp_bytes packet)
{
	link_answer(p->link, request, packet);
}

static void say_fulfill(struct peer *p, uint32_t request, uint64_t secret,
			bool cut)
{
	uint8_t packet[64];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	struct ilp_fulfill fulfill = { .data = ilp_text("thanks") };

	payment_preimage(fulfill.fulfillment, secret);
	ilp_fulfill_encode(&w, &fulfill);
	if (cut)
		w.at -= 10;
	say(p, request, ilp_written(&w));
}

static void say_reject(struct peer *p, uint32_t request)
{
	uint8_t packet[64];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	struct ilp_reject reject = ilp_reject_make(ILP_F99_APPLICATION_ERROR,
						   ilp_text("test.p0"), "no");

	ilp_reject_encode(&w, &reject);
	say(p, request, ilp_written(&w));
}

/* Of all that the node has asked others, one; with what would be right. */
static void say_for_another(struct peer *p)
{
	const struct plan_end *node =
		&p->world->plan.edges[p->edge].ends[!p->side];
	const struct heap *asked = &p->world->observer->deadlines[node->index];
	const struct transfer *t;

	if (asked->count == 0)
		return;
	t = asked->items[below(p, asked->count)].thing;
	if (t->edge != p->edge)
		say_fulfill(p, (uint32_t)t->request, t->payment.secret,
			    false);
}

/* No kind of link takes that for the beginning of anything. */
static void say_noise(struct peer *p)
{
	static const uint8_t noise[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					 0xff, 0xff, 0xff, 0xff, 0xff };

	if (link_waiting(p->link) == 0)
		cable_write(p->cable, p->side, ILP_BYTES(noise));
}

static void say_any(struct peer *p, const struct reply *reply)
{
	switch (reply->saying) {
	case SAY_FULFILL:
		if (p->world->plan.peers[p->index].manners == PLAN_LIAR ||
		    wall_ms(p) + MARGIN_MS < reply->expires_ms)
			say_fulfill(p, reply->request, reply->secret, false);
		break;
	case SAY_REJECT:
		say_reject(p, reply->request);
		break;
	case SAY_WRONG:
		say_fulfill(p, reply->request, reply->secret + 1, false);
		break;
	case SAY_JUNK:
		say(p, reply->request,
		    ilp_text("\x0f\x03"
			     "abc"));
		break;
	case SAY_FOR_ANOTHER:
		say_for_another(p);
		break;
	case SAY_NOISE:
		say_noise(p);
		break;
	case SAY_CUT:
		say_fulfill(p, reply->request, reply->secret, true);
		break;
	case SAYINGS:
		assert(false);
	}
}

void receiver_answer(struct peer *p)
{
	while (p->up && heap_first_us(&p->replies) <= p->world->agenda.now_us) {
		struct reply *reply = heap_take(&p->replies);

		say_any(p, reply);
		free(reply);
	}
}

void receiver_forget(struct peer *p)
{
	while (p->replies.count)
		free(heap_take(&p->replies));
	heap_finish(&p->replies);
}
