/* SPDX-License-Identifier: Apache-2.0 */
#include "node/events.h"

#include <assert.h>
#include <stdlib.h>

/* A packet that is in flight lies where the lowest bits of its request id say,
 * and gives way to a later one. */
struct event_open {
	uint32_t request;
	bool used;
	struct event event;
};

/* A run has fewer events than microseconds, so these grow from run to run; and
 * they fit into the numbers that a browser can count with. */
void events_init(struct events *e, struct ilp_time now)
{
	uint64_t start = now.wall_ms > 0 ? (uint64_t)now.wall_ms * 1000 : 1;

	*e = (struct events){
		.first = start,
		.next = start,
		.sample = 1,
		.tick_us = ILP_NEVER_US,
	};
}

void events_finish(struct events *e)
{
	free(e->ring);
	free(e->open);
	*e = (struct events){ .wanted = 0 };
}

static bool make_room(struct events *e)
{
	if (!e->ring)
		e->ring = calloc(EVENTS_MAX, sizeof(*e->ring));
	if (!e->open)
		e->open = calloc(EVENTS_OPEN_MAX, sizeof(*e->open));
	return e->ring && e->open;
}

/* What was in flight before is not told of: nobody knows all of it. */
static void begin(struct events *e, enum event_kind kind)
{
	e->since[kind] = e->next;
	e->wanted |= EVENT_BIT(kind);
	if (kind != EVENT_PACKET)
		return;
	for (size_t i = 0; i < EVENTS_OPEN_MAX; i++)
		e->open[i].used = false;
}

uint64_t events_common(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* A wish for many counts until its time is over, even if another one has come
 * meanwhile. */
static void take_sample(struct events *e, struct ilp_time now, uint64_t sample)
{
	if (!events_want(e, EVENT_PACKET)) {
		e->sample = 0;
		e->fresh_sample = 0;
		e->fresh_us = now.monotonic_us + EVENTS_LEASE_US;
	} else if (now.monotonic_us >= e->fresh_us) {
		e->sample = e->fresh_sample;
		e->fresh_sample = 0;
		e->fresh_us = now.monotonic_us + EVENTS_LEASE_US;
	}
	e->sample = events_common(sample, e->sample);
	e->fresh_sample = events_common(sample, e->fresh_sample);
}

bool events_listen(struct events *e, struct ilp_time now, uint32_t kinds,
		   uint64_t sample)
{
	assert(sample > 0);
	if (!make_room(e))
		return false;
	if (kinds & EVENT_BIT(EVENT_PACKET))
		take_sample(e, now, sample);
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		if (!(kinds & EVENT_BIT(kind)))
			continue;
		if (!events_want(e, kind))
			begin(e, kind);
		e->until_us[kind] = now.monotonic_us + EVENTS_LEASE_US;
	}
	if (e->wanted && e->tick_us == ILP_NEVER_US)
		e->tick_us = now.monotonic_us + EVENTS_TICK_US;
	return true;
}

/* ---- what happens ---- */

/* Texts are longer than all else, so they are not cleared but ended. */
static void clear(struct event *event, enum event_kind kind)
{
	event->kind = kind;
	event->account[0] = '\0';
	switch (kind) {
	case EVENT_PACKET:
		event->packet.to[0] = '\0';
		event->packet.destination[0] = '\0';
		event->packet.code[0] = '\0';
		event->packet.in = 0;
		event->packet.out = 0;
		event->packet.took_us = 0;
		break;
	case EVENT_BALANCE:
		event->balance = (struct event_balance){ .current = 0 };
		break;
	case EVENT_LINK:
		event->link.reason[0] = '\0';
		break;
	case EVENT_ROUTE:
		event->route.prefix[0] = '\0';
		break;
	case EVENT_ALERT:
		event->alert.number = 0;
		event->alert.message[0] = '\0';
		event->alert.triggered_by[0] = '\0';
		break;
	case EVENT_ACCOUNT:
		break;
	case EVENT_MISSED:
		event->missed.count = 0;
		break;
	}
}

static struct event *at(const struct events *e, uint64_t id)
{
	return &e->ring[id % EVENTS_MAX];
}

static struct event *next_record(struct events *e, struct ilp_time now)
{
	struct event *event = at(e, e->next);

	event->id = e->next++;
	event->at_ms = now.wall_ms;
	if (e->next - e->first > EVENTS_MAX)
		e->first = e->next - EVENTS_MAX;
	return event;
}

static bool has_budget(struct events *e, enum event_kind kind)
{
	if (e->taken[kind] < EVENTS_A_TICK) {
		e->taken[kind]++;
		return true;
	}
	e->left[kind]++;
	return false;
}

struct event *events_add(struct events *e, struct ilp_time now,
			 enum event_kind kind)
{
	struct event *event;

	assert(events_want(e, kind));
	if (!has_budget(e, kind))
		return NULL;
	event = next_record(e, now);
	clear(event, kind);
	if (kind == EVENT_PACKET)
		event->packet.number = e->packets;
	return event;
}

bool events_sample(struct events *e)
{
	return ++e->packets % e->sample == 0;
}

struct event *events_open_packet(struct events *e, struct ilp_time now,
				 uint32_t request)
{
	struct event_open *open = &e->open[request % EVENTS_OPEN_MAX];

	e->left[EVENT_PACKET] += open->used;
	open->used = true;
	open->request = request;
	clear(&open->event, EVENT_PACKET);
	open->event.packet.number = e->packets;
	open->event.packet.came_us = now.monotonic_us;
	return &open->event;
}

struct event *events_close_packet(struct events *e, struct ilp_time now,
				  uint32_t request)
{
	struct event_open *open = &e->open[request % EVENTS_OPEN_MAX];
	struct event *event;
	uint64_t id;

	if (!open->used || open->request != request)
		return NULL;
	open->used = false;
	if (!has_budget(e, EVENT_PACKET))
		return NULL;
	event = next_record(e, now);
	id = event->id;
	*event = open->event;
	event->id = id;
	event->at_ms = now.wall_ms;
	event->packet.took_us =
		(uint64_t)(now.monotonic_us - event->packet.came_us);
	return event;
}

/* ---- time ---- */

static void tell_what_was_left(struct events *e, struct ilp_time now,
			       enum event_kind kind)
{
	struct event *event;

	e->taken[kind] = 0;
	if (e->left[kind] == 0)
		return;
	event = next_record(e, now);
	clear(event, EVENT_MISSED);
	event->missed.of = kind;
	event->missed.count = e->left[kind];
	e->left[kind] = 0;
}

void events_tick(struct events *e, struct ilp_time now)
{
	if (now.monotonic_us < e->tick_us)
		return;
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		tell_what_was_left(e, now, kind);
		if (now.monotonic_us >= e->until_us[kind])
			e->wanted &= ~EVENT_BIT(kind);
	}
	e->tick_us = e->wanted ? now.monotonic_us + EVENTS_TICK_US :
				 ILP_NEVER_US;
}

int64_t events_deadline_us(const struct events *e)
{
	return e->tick_us;
}

/* ---- for readers ---- */

/* Who has heard nothing since a kind began to be recorded may have missed what
 * was before. */
bool events_have(const struct events *e, uint32_t kinds, uint64_t from)
{
	if (from < e->first || from > e->next)
		return false;
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++)
		if (kinds & EVENT_BIT(kind) &&
		    (!events_want(e, kind) || e->since[kind] >= from))
			return false;
	return true;
}

size_t events_read(const struct events *e, uint64_t from, struct event *out,
		   size_t max)
{
	size_t count = 0;

	if (from < e->first)
		from = e->first;
	for (; count < max && from < e->next; from++)
		out[count++] = *at(e, from);
	return count;
}

void event_put_text(char *out, size_t size, struct ilp_bytes text)
{
	size_t len = text.len < size ? text.len : size - 1;

	if (len)
		memcpy(out, text.at, len);
	out[len] = '\0';
}
