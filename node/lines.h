/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h - the connections over which we ask a peer when one of them carries
 * only so many Prepares at a time (link_is_line), as with ILP over HTTP; and
 * reply to it, when it does not wait for the answer (replies.h).
 *
 * They are made when there is something to ask, and close by themselves when
 * there is not. A Prepare goes by the line that was used last, of those that
 * have room; when none has, it waits for one, and another line is dialed: at
 * first one, then as many at a time as there are.
 */
#ifndef NODE_LINES_H
#define NODE_LINES_H

#include "node/held.h"
#include "node/session.h"

#define LINES_MAX 64
/* More than this does not wait for them. */
#define LINES_WAITING_MAX LINK_HIGH

struct caller;

struct lines {
	struct account *account;
	struct session *first; /* who has room stands before who has none */
	struct session *last;
	uint32_t count;
	uint32_t dialing;
	bool wants; /* another one to be dialed, and is in this list of those: */
	struct lines *next_wanting;
	int64_t retry_us; /* not before, since the last one failed */
	struct held waiting;
	struct caller *replies, *replies_last; /* that wait for one, too */
};

/* NULL when there is no memory. */
struct lines *lines_create(struct account *account);

/* Its sessions know nothing of it any more. */
void lines_destroy(struct lines *lines);

/* A session that is up joins, or leaves. */
void lines_join(struct lines *lines, struct session *session);
void lines_leave(struct session *session);

/* A line that has room; NULL when there is none. */
struct session *lines_ready(const struct lines *lines);

/* The room of one of them may have changed. */
void lines_look_at(struct session *session);

/* Is there a line, or may one be dialed? */
bool lines_have_hope(const struct lines *lines, int64_t now_us);

/* Should another one be dialed now? */
bool lines_want(const struct lines *lines, int64_t now_us);

/* Whoever carries it need not wait for the answer to that request; the session
 * that did, or NULL. */
struct session *lines_forget(struct lines *lines, uint32_t request);

#endif
