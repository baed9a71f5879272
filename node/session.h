/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - one connection of a peer: its link, and whose it is.
 *
 * The driver owns the bytes: it reads them in and writes them out when the
 * shard says that there are some. The connector sends through the session of
 * an account.
 */
#ifndef NODE_SESSION_H
#define NODE_SESSION_H

#include "base/wheel.h"
#include "link/link.h"

struct account;

struct session {
	struct link *link;
	struct account *account; /* NULL until it is known whose it is */
	void *driver;            /* what the driver knows it by */
	bool dialed;             /* we connected */
	bool ended;     /* LINK_DOWN has come: write what is left, and close */
	bool dirty;     /* in the list of those that may have output */
	const char *end_reason; /* good until the driver lets go of it */
	struct session *next_dirty;
	struct wheel_timer timer; /* for its link's deadline */
	int64_t timer_us;
	struct session *next; /* in the list of all */
	struct session **back;
};

#endif
