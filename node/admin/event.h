/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - what an event of the node (node/events.h) looks like to whoever
 * listens by the admin API: a message of an event stream, as the HTML standard
 * has them for EventSource, with JSON in it.
 */
#ifndef NODE_ADMIN_EVENT_H
#define NODE_ADMIN_EVENT_H

#include "base/buffer.h"
#include "node/admin/shape.h"
#include "node/events.h"

/* More than any message takes. */
#define EVENT_MESSAGE_MAX ((size_t)16 * 1024)

/* The end of a stream, and why. */
struct event_end {
	const char *reason;
};

/* What is in `event:` of its message. */
const char *event_name(enum event_kind kind);

/* The kind that the query calls so: "packets". False when there is none. */
bool event_kind_of(enum event_kind *out, struct ilp_bytes word);

/* Adds the message; in all there are at most `max` bytes. False, and nothing is
 * added, when there is no room, or no memory. */
bool event_put(struct buffer *out, const struct event *event, size_t max);
bool event_put_end(struct buffer *out, const struct event_end *end, size_t max);

/* The shapes of what is in `data:`, up to a NULL. */
extern const struct shape *const event_shapes[];

#endif
