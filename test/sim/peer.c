/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/peer.h"

#include <assert.h>
#include <stdlib.h>

#include "link/btp.h"
#include "link/memory.h"
#include "test/sim/receiver.h"
#include "test/sim/sender.h"

#define READ_MAX ((size_t)64 * 1024)
#define LINK_BLOCKS 256
#define AGAIN_US 300000
/* A flooder sends so many in a row. */
#define FLOOD 40

static struct peer *peer(struct actor *actor)
{
	return (struct peer *)actor;
}

static const struct plan_peer *plan_of(const struct peer *p)
{
	return &p->world->plan.peers[p->index];
}

static int64_t now_us(const struct peer *p)
{
	return p->world->agenda.now_us;
}

static struct ilp_time time_of(const struct peer *p)
{
	const struct plan_end self = { false, p->index };

	return world_time(p->world, &self);
}

/* ---- the connection ---- */

static struct link *make_link(struct peer *p)
{
	char token[] = "token 0";
	struct link_btp_options options = {
		.pool = p->pool,
		.crypto = p->world->crypto,
		.host = ilp_text("localhost"),
		.path = ilp_text("/"),
	};

	if (p->world->plan.edges[p->edge].framing == TAP_MEMORY)
		return link_memory_create(p->pool);
	token[sizeof(token) - 2] = (char)('0' + p->edge);
	options.token = ilp_text(token);
	for (size_t i = 0; i < 32; i++)
		options.seed[i] = (uint8_t)dice_roll(&p->world->dice);
	if (p->side == 0)
		return link_btp_connect(&options, time_of(p));
	return link_btp_accept(&options, time_of(p));
}

static void disconnect(struct peer *p)
{
	if (!p->cable)
		return;
	cable_close(p->cable, p->side);
	link_destroy(p->link);
	p->cable = NULL;
	p->link = NULL;
	p->up = false;
	p->connect_us = now_us(p) + AGAIN_US;
}

static void plug_in(struct peer *p, struct cable *cable)
{
	disconnect(p);
	p->cable = cable;
	p->link = make_link(p);
	assert(p->link);
}

void peer_accept(struct peer *p, struct cable *cable)
{
	if (p->accepted)
		cable_close(p->accepted, p->side);
	p->accepted = cable;
	agenda_wake(&p->world->agenda, &p->actor, now_us(p));
}

static void connect(struct peer *p)
{
	struct cable *cable;

	if (p->accepted)
		plug_in(p, p->accepted);
	p->accepted = NULL;
	if (p->cable || p->side != 0 || now_us(p) < p->connect_us)
		return;
	cable = world_connect(p->world, p->edge, p->side);
	if (cable)
		plug_in(p, cable);
	else
		p->connect_us = now_us(p) + AGAIN_US;
}

/* ---- rounds ---- */

/* Is the link still up? */
static bool pump(struct peer *p)
{
	struct link_event event;

	while (link_next(p->link, &event)) {
		switch (event.type) {
		case LINK_LOGIN:
			link_admit(p->link);
			break;
		case LINK_UP:
			p->up = true;
			break;
		case LINK_PREPARE:
			receiver_consider(p, event.request, event.packet);
			break;
		case LINK_ANSWER:
		case LINK_REFUSED:
			break; /* the observer has heard it */
		case LINK_TAKEN:
		case LINK_REPLY:
		case LINK_REPLIED:
		case LINK_BECAME:
		case LINK_DOWN:
			return false;
		}
	}
	return true;
}

/* Unlike a node it reads even from who does not read its answers. */
static bool reads(const struct peer *p)
{
	return now_us(p) >= p->deaf_until_us;
}

static void read_some(struct peer *p)
{
	static uint8_t buffer[READ_MAX];
	size_t len;

	if (!p->cable)
		return;
	len = reads(p) ? cable_read(p->cable, p->side, buffer, sizeof(buffer),
				    time_of(p)) :
			 0;
	if (len)
		link_receive(p->link, time_of(p), buffer, len);
	link_tick(p->link, time_of(p));
	if (!pump(p) || cable_is_over(p->cable, p->side))
		disconnect(p);
}

static void pay_some(struct peer *p)
{
	bool floods = plan_of(p)->manners == PLAN_FLOODER;
	uint64_t count =
		floods ? FLOOD :
			 1 + dice_below(&p->world->dice, plan_of(p)->burst);

	if (!p->world->loaded || now_us(p) < p->send_us)
		return;
	while (p->up && count-- && sender_send_any(p))
		;
	p->send_us = now_us(p) +
		     (int64_t)dice_below(&p->world->dice,
					 2 * (uint64_t)plan_of(p)->gap_us + 1);
}

static void flush(struct peer *p)
{
	struct ilp_bytes out;

	while (p->cable && (out = link_output(p->link)).len) {
		size_t taken = cable_write(p->cable, p->side, out);

		link_written(p->link, taken);
		if (taken < out.len)
			return;
	}
}

static void wake_at(struct peer *p, int64_t at_us)
{
	if (at_us != ILP_NEVER_US)
		agenda_wake(&p->world->agenda, &p->actor, at_us);
}

static void plan_next(struct peer *p)
{
	if (p->world->loaded)
		wake_at(p, p->send_us);
	if (!p->cable) {
		if (p->side == 0)
			wake_at(p, p->connect_us);
		return;
	}
	wake_at(p, link_deadline_us(p->link));
	if (p->up)
		wake_at(p, heap_first_us(&p->replies));
	if (reads(p))
		wake_at(p, cable_next_us(p->cable, p->side));
	else
		wake_at(p, p->deaf_until_us);
}

static void round_of(struct actor *actor)
{
	struct peer *p = peer(actor);

	connect(p);
	read_some(p);
	receiver_answer(p);
	pay_some(p);
	flush(p);
	/* What it wrote may have ended the link. */
	if (p->cable && !pump(p))
		disconnect(p);
	plan_next(p);
}

struct peer *peer_create(struct world *w, unsigned index)
{
	struct peer *p = calloc(1, sizeof(*p));
	const struct plan_edge *edge;

	assert(p);
	p->actor = ACTOR(round_of);
	p->world = w;
	p->index = index;
	p->edge = w->plan.peers[index].edge;
	edge = &w->plan.edges[p->edge];
	p->side = edge->ends[0].node; /* the other one is the node */
	p->next_request = (uint32_t)dice_roll(&w->dice);
	p->pool = pool_create(LINK_BTP_BLOCK, LINK_BLOCKS);
	assert(p->pool);
	agenda_wake(&w->agenda, &p->actor, 0);
	return p;
}

void peer_destroy(struct peer *p)
{
	disconnect(p);
	if (p->accepted)
		cable_close(p->accepted, p->side);
	receiver_forget(p);
	pool_destroy(p->pool);
	free(p);
}

void peer_go_deaf(struct peer *p, int64_t until_us)
{
	world_note(p->world, STORY_DEAF, p->index,
		   (uint64_t)(until_us - now_us(p)), 0, 0);
	p->deaf_until_us = until_us;
}

/* A million coins: something is left of them after each exchange. */
uint64_t peer_pay(struct peer *p, unsigned to)
{
	unsigned asset = p->world->plan.edges[p->edge].asset;
	struct past_payment payment = {
		.secret = dice_roll(&p->world->dice),
		.to = to,
		.amount = 1000000,
		.expires_ms = time_of(p).wall_ms + 30000,
	};
	uint64_t number;

	for (unsigned i = 0; i < plan_assets[asset].scale; i++)
		payment.amount *= 10;
	if (!p->up)
		return 0;
	number = sender_send(p, &payment);
	flush(p);
	plan_next(p);
	return number;
}
