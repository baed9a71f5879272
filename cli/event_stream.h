/* SPDX-License-Identifier: Apache-2.0 */
/* event_stream.h - the messages in an event stream, from bytes that come cut
 * anywhere: what the HTML standard has EventSource make of text/event-stream.
 *
 *	event_stream_add(&s, bytes);
 *	while (event_stream_next(&s, &message))
 *		...
 */
#ifndef CLI_EVENT_STREAM_H
#define CLI_EVENT_STREAM_H

#include "base/buffer.h"

/* Of one message that is not whole. */
#define EVENT_STREAM_MAX ((size_t)1024 * 1024)

/* Nothing to begin with: zeros. All is private. */
struct event_stream {
	struct buffer lines; /* whose ends are line feeds, whatever they were */
	size_t read;         /* of them */
	struct buffer data;
	struct buffer id; /* the last that was said */
	bool begun;
	bool after_cr;
};

struct event_message {
	struct ilp_bytes id;   /* the last that came; empty: none */
	struct ilp_bytes name; /* empty: "message" */
	struct ilp_bytes data;
};

/* False when a message is too long, or there is no memory. */
bool event_stream_add(struct event_stream *s, struct ilp_bytes bytes);

/* The next message that is whole, good until the next call. */
bool event_stream_next(struct event_stream *s, struct event_message *out);

void event_stream_drop(struct event_stream *s);

#endif
