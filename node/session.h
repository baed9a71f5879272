/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - one connection of a peer: its link, and whose it is.
 *
 * The driver owns the bytes: it reads them in and writes them out when the
 * shard says that there are some. The connector sends through the session of
 * an account.
 */
#ifndef NODE_SESSION_H
#define NODE_SESSION_H

#include "base/index.h"
#include "base/wheel.h"
#include "link/link.h"

struct account;
struct lines;

/* Where an answer goes: to that request, on the line of that number; 0: on
 * whichever connection the account has by then; WAY_BACK_REPLY: the request is
 * that of a caller (callers.h), and no line has that number. */
#define WAY_BACK_REPLY UINT32_MAX

#define SESSION_FROM_SIZE 48

struct way_back {
	uint32_t request;
	uint32_t line;
};

struct session {
	struct link *link;
	struct account *account; /* NULL until it is known whose it is */
	void *driver;            /* what the driver knows it by */
	bool dialed;             /* we connected */
	bool ended;     /* LINK_DOWN has come: write what is left, and close */
	bool dirty;     /* in the list of those that may have output */
	char from[SESSION_FROM_SIZE]; /* an IP address, as the driver has it;
					 empty: unknown, or we connected */
	bool was_up;
	const char *end_reason; /* good until the driver lets go of it */
	struct session *next_dirty;
	struct wheel_timer timer; /* for its link's deadline */
	int64_t timer_us;
	/* Of a line (link_is_line): its number, never 0; and, of those by which
	 * we ask, its place among those of its account. */
	uint32_t number;
	struct index_entry by_number;
	bool asks;   /* by it we ask */
	bool used;   /* something was asked on it, */
	bool proved; /* and it has given an answer */
	bool has_room;
	struct lines *lines;
	struct session *line_next;
	struct session *line_prev;
	struct session *next; /* in the list of all */
	struct session **back;
};

#endif
