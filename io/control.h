/* SPDX-License-Identifier: Apache-2.0 */
/* control.h - the thread of the admin API: its sockets, and its errands to the
 * shard's thread.
 *
 *     sockets ──► visitors ──► api ──► mailbox ──► errands   (shard)
 *                               ▲                     │
 *                               └────── mailbox ◄─────┘
 *
 * However slow a client is, or how much it asks, the shard does one short step
 * a round for all of them together.
 */
#ifndef IO_CONTROL_H
#define IO_CONTROL_H

#include "io/mailbox.h"
#include "node/admin/api.h"

struct control;
struct logger;

struct control_options {
	struct api *api;       /* taken over in any case */
	const char *socket;    /* path of the Unix socket; NULL: none */
	const char *host;      /* IP address, likewise, */
	uint16_t port;         /* and port; 0: any that is free */
	bool connector;        /* there is another one, as of ilp-connector, */
	uint16_t connector_port; /* on this machine only; likewise */
	struct mailbox *shard; /* where errands go to, */
	/* and those that are not for the shard: on this thread. They come back
	 * by control_returned, in any case. */
	void (*outside)(void *context, struct errand *errand);
	void *context;
	struct logger *logger; /* who writes the log; or NULL */
};

/* Listens. NULL, and `error` says why. */
struct control *control_create(const struct control_options *options,
			       char *error, size_t error_size);

/* False when the system has no more threads. */
bool control_start(struct control *control);

/* Has the configuration be read again, on any thread. */
void control_reload(struct control *control);

/* Of TCP; and of the other one. */
uint16_t control_port(const struct control *control);
uint16_t control_connector_port(const struct control *control);

/* An errand is done: on any thread. */
void control_returned(struct control *control, struct errand *errand);

/* Ends the thread, and with it all connections; the shard's thread runs no
 * errand any more. NULL is fine. */
void control_destroy(struct control *control);

#endif
