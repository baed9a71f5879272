/* SPDX-License-Identifier: Apache-2.0 */
#include "link/door.h"

#include <stdlib.h>

struct door {
	struct link link;
	struct link_btp_options options;
	int64_t deadline_us;
	bool said_p; /* and nothing else so far */
	bool over;
	struct link *inner; /* once it is known */
	const char *reason; /* of the end; NULL: not yet */
};

static struct door *door(struct link *link)
{
	return (struct door *)link;
}

static const struct door *door_const(const struct link *link)
{
	return (const struct door *)link;
}

static void close(struct link *link, const char *reason)
{
	if (!door(link)->reason)
		door(link)->reason = reason;
}

/* A WebSocket begins with GET, HTTP/2 with PRI, and a Prepare with POST. */
static struct link *make_inner(const struct door *d, uint8_t first,
			       uint8_t second, struct ilp_time now)
{
	const struct link_http_options http = {
		.pool = d->options.pool,
		.version = first == 'P' && second == 'R' ? LINK_HTTP_2 :
							   LINK_HTTP_1,
	};

	return first == 'G' ? link_btp_accept(&d->options, now) :
			      link_http_accept(&http, now);
}

/* Nothing can come of a single P. */
static void hand_over_p(struct door *d, struct ilp_time now)
{
	struct link_event event;
	uint8_t p[] = "P";

	link_receive(d->inner, now, p, 1);
	if (link_next(d->inner, &event))
		close(&d->link, "peer is not understood");
}

static void receive(struct link *link, struct ilp_time now, uint8_t *in,
		    size_t len)
{
	struct door *d = door(link);
	uint8_t first = d->said_p ? 'P' : in[0];
	uint8_t second = d->said_p ? in[0] : len > 1 ? in[1] : 0;

	if (d->reason || d->inner)
		return;
	if (first == 'P' && !d->said_p && len == 1) {
		d->said_p = true;
		return;
	}
	d->inner = make_inner(d, first, second, now);
	if (!d->inner) {
		close(link, "no memory");
		return;
	}
	if (d->said_p)
		hand_over_p(d, now);
	link_receive(d->inner, now, in, len);
}

static void tick(struct link *link, struct ilp_time now)
{
	if (now.monotonic_us >= door(link)->deadline_us)
		close(link, "peer says nothing");
}

static bool next(struct link *link, struct link_event *out)
{
	struct door *d = door(link);

	if (d->over || (!d->reason && !d->inner))
		return false;
	d->over = true;
	*out = (struct link_event){
		.type = d->reason ? LINK_DOWN : LINK_BECAME,
		.reason = d->reason,
		.link = d->inner,
	};
	if (!d->reason)
		d->inner = NULL;
	return true;
}

static int64_t deadline_us(const struct link *link)
{
	return door_const(link)->over ? ILP_NEVER_US :
					door_const(link)->deadline_us;
}

static enum link_status prepare(struct link *link, uint32_t request,
				struct ilp_bytes packet, uint8_t **copy)
{
	(void)link;
	(void)request;
	(void)packet;
	(void)copy;
	return LINK_CLOSED;
}

static enum link_status answer(struct link *link, uint32_t request,
			       struct ilp_bytes packet)
{
	(void)link;
	(void)request;
	(void)packet;
	return LINK_CLOSED;
}

static struct ilp_bytes output(struct link *link)
{
	(void)link;
	return (struct ilp_bytes){ NULL, 0 };
}

static size_t waiting(const struct link *link)
{
	(void)link;
	return 0;
}

static void written(struct link *link, size_t len)
{
	(void)link;
	(void)len;
}

static void destroy(struct link *link)
{
	link_destroy(door(link)->inner);
	ilp_secret_clear(door(link)->options.seed,
			 sizeof(door(link)->options.seed));
	free(link);
}

static const struct link_ops ops = {
	.name = "door",
	.receive = receive,
	.tick = tick,
	.next = next,
	.deadline_us = deadline_us,
	.prepare = prepare,
	.answer = answer,
	.output = output,
	.waiting = waiting,
	.written = written,
	.close = close,
	.destroy = destroy,
};

struct link *link_door_create(const struct link_btp_options *options,
			      struct ilp_time now)
{
	struct door *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->link.ops = &ops;
	d->options = *options;
	d->deadline_us = now.monotonic_us + LINK_DOOR_US;
	return &d->link;
}
