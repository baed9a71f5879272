/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/cable.h"

#include <assert.h>
#include <stdlib.h>

#include "test/sim/world.h"

struct cable *cable_lay(struct world *w, unsigned edge, unsigned from,
			struct actor *actors[2])
{
	const struct plan_edge *plan = &w->plan.edges[edge];
	struct cable *c = calloc(1, sizeof(*c));
	struct tap_options tap = { .framing = plan->framing };

	assert(c);
	c->world = w;
	c->edge = edge;
	c->from = from;
	c->number = ++w->cables;
	tap.first = (uint64_t)c->number << 32;
	for (unsigned side = 0; side < 2; side++) {
		c->actors[side] = actors[side];
		c->sides[side].hears_us = ILP_NEVER_US;
		c->sides[side].blocked_us = -1;
		c->sides[side].full_us = ILP_NEVER_US;
		pipe_init(&c->sides[side].pipe, plan->pipe_size);
		tap.asks = side == from;
		tap_init(&c->sides[side].tap, &tap);
	}
	return c;
}

void cable_destroy(struct cable *c)
{
	for (unsigned side = 0; side < 2; side++) {
		pipe_finish(&c->sides[side].pipe);
		tap_finish(&c->sides[side].tap);
		free(c->sides[side].passing);
	}
	free(c);
}

static int64_t now_us(const struct cable *c)
{
	return c->world->agenda.now_us;
}

static void wake(struct cable *c, unsigned side, int64_t at_us)
{
	if (!c->sides[side].closed)
		agenda_wake(&c->world->agenda, c->actors[side], at_us);
}

/* ---- what the observer is told ---- */

static void remember(struct cable *c, unsigned side,
		     const struct passing *passing)
{
	if (c->sides[side].passing_to == c->sides[side].passing_room) {
		size_t count =
			c->sides[side].passing_to - c->sides[side].passing_from;
		struct passing *at = c->sides[side].passing;

		if (c->sides[side].passing_from)
			memmove(at, at + c->sides[side].passing_from,
				count * sizeof(*at));
		else
			at = realloc(at, (2 * count + 16) * sizeof(*at));
		assert(at);
		if (c->sides[side].passing_from == 0)
			c->sides[side].passing_room = 2 * count + 16;
		c->sides[side].passing = at;
		c->sides[side].passing_from = 0;
		c->sides[side].passing_to = count;
	}
	c->sides[side].passing[c->sides[side].passing_to++] = *passing;
}

static void overhear(struct cable *c, unsigned side, struct ilp_bytes in)
{
	struct tap_frame frame;

	tap_feed(&c->sides[side].tap, in);
	while (tap_next(&c->sides[side].tap, &frame)) {
		struct passing passing =
			observer_sent(c->world->observer, c, side, &frame);

		remember(c, side, &passing);
	}
}

static void tell_arrivals(struct cable *c, unsigned side, struct ilp_time now)
{
	unsigned writer = !side;

	while (c->sides[writer].passing_from < c->sides[writer].passing_to) {
		const struct passing *passing =
			&c->sides[writer]
				 .passing[c->sides[writer].passing_from];

		if (passing->end > c->sides[writer].pipe.taken)
			return;
		c->sides[writer].passing_from++;
		tap_hear(&c->sides[side].tap, passing->kind, passing->request);
		observer_arrived(c->world->observer, c, side, passing, now);
	}
}

/* ---- bytes ---- */

/* What is written to a side that is gone is lost, and nobody is told yet. */
size_t cable_write(struct cable *c, unsigned side, struct ilp_bytes in)
{
	const struct plan_edge *plan = &c->world->plan.edges[c->edge];
	int64_t arrives_us;
	size_t taken;

	assert(!c->sides[side].closed);
	if (c->cut || c->sides[!side].closed)
		return in.len;
	arrives_us = now_us(c) + plan->delay_us +
		     (int64_t)dice_below(&c->world->dice,
					 (uint64_t)plan->jitter_us + 1);
	taken = pipe_write(&c->sides[side].pipe, in, arrives_us);
	if (c->sides[side].blocked)
		c->sides[side].blocked_us = now_us(c);
	c->sides[side].blocked = taken < in.len;
	if (taken < in.len && c->sides[side].full_us == ILP_NEVER_US)
		c->sides[side].full_us = now_us(c);
	overhear(c, side, (struct ilp_bytes){ in.at, taken });
	if (taken)
		wake(c, !side, pipe_next_us(&c->sides[side].pipe));
	return taken;
}

size_t cable_readable(struct cable *c, unsigned side)
{
	return pipe_readable(&c->sides[!side].pipe, now_us(c));
}

size_t cable_read(struct cable *c, unsigned side, uint8_t *out, size_t max,
		  struct ilp_time now)
{
	size_t len = pipe_read(&c->sides[!side].pipe, out, max, now_us(c));

	tell_arrivals(c, side, now);
	if (len && c->sides[!side].blocked) {
		c->sides[!side].blocked = false;
		c->sides[!side].blocked_us = now_us(c);
		wake(c, !side, now_us(c));
	}
	return len;
}

/* ---- ends ---- */

bool cable_is_over(struct cable *c, unsigned side)
{
	struct pipe *in = &c->sides[!side].pipe;

	if (c->cut && now_us(c) >= c->sides[side].hears_us)
		return true;
	return c->sides[!side].closed && cable_readable(c, side) == 0 &&
	       pipe_next_us(in) == ILP_NEVER_US;
}

int64_t cable_next_us(struct cable *c, unsigned side)
{
	int64_t next_us = pipe_next_us(&c->sides[!side].pipe);

	if (cable_readable(c, side) || cable_is_over(c, side))
		return now_us(c);
	return next_us < c->sides[side].hears_us ? next_us :
						   c->sides[side].hears_us;
}

/* Until then all that was written to it was under way at once. */
static void broken(struct cable *c)
{
	int64_t whole_us = now_us(c);

	for (unsigned side = 0; side < 2; side++)
		if (c->sides[side].full_us < whole_us)
			whole_us = c->sides[side].full_us;
	observer_broken(c->world->observer, c->number, whole_us);
}

void cable_close(struct cable *c, unsigned side)
{
	assert(!c->sides[side].closed);
	story_note(&c->world->story, now_us(c), STORY_CLOSES, c->edge, side,
		   c->number, 0);
	broken(c);
	c->sides[side].closed = true;
	pipe_lose(&c->sides[!side].pipe);
	wake(c, !side, now_us(c) + c->world->plan.edges[c->edge].delay_us);
}

void cable_cut(struct cable *c, int64_t hears_us[2])
{
	if (c->cut)
		return;
	story_note(&c->world->story, now_us(c), STORY_CUT, c->edge, c->number,
		   (uint64_t)(hears_us[0] - now_us(c)),
		   (uint64_t)(hears_us[1] - now_us(c)));
	broken(c);
	c->cut = true;
	for (unsigned side = 0; side < 2; side++) {
		cable_readable(c, !side); /* what has arrived stays */
		pipe_lose(&c->sides[side].pipe);
		c->sides[side].hears_us = hears_us[side];
		wake(c, side, hears_us[side]);
	}
}

void cable_silence(struct cable *c, int64_t until_us)
{
	for (unsigned side = 0; side < 2; side++) {
		cable_readable(c, !side);
		pipe_delay(&c->sides[side].pipe, until_us);
	}
}
