/* SPDX-License-Identifier: Apache-2.0 */
/* replies.h - answers over HTTP that do not go back on the line of their
 * question but are posted (RFC 35), and what comes so: a part of connector.h.
 *
 *     Prepare with a URL ─► a caller (callers.h) ─► connector_prepare
 *     its answer ─► queued ─► a line of the account ─► heard, or again
 *
 * They go by the lines by which the account is asked, before its Prepares; and
 * nowhere else, or whoever has a token could have us post to anybody. What is
 * not heard is posted again until the packet's time is over.
 */
#ifndef NODE_REPLIES_H
#define NODE_REPLIES_H

#include "node/connector.h"

/* How long to wait for who should hear a reply: a part of the time that is
 * left, so that there is time for others; and then before the next attempt,
 * at first and at last. */
#define REPLIES_PART 3
#define REPLIES_WAIT_MIN_US 250000
#define REPLIES_WAIT_MAX_US 5000000
#define REPLIES_REST_MIN_US 50000
#define REPLIES_REST_MAX_US 2000000

/* A Prepare that is to be answered so; its session's link has given it. */
void replies_prepare(struct connector *c, struct session *session,
		     const struct link_event *event);

/* The answer to that caller; false when it is not wanted any more. */
bool replies_give(struct connector *c, uint32_t caller,
		  struct ilp_bytes packet);

/* There is news of an account's lines, or of what they are to carry. */
void replies_go_on(struct connector *c, struct lines *lines);

/* What became of one. */
void replies_end(struct connector *c, const struct session *session,
		 const struct link_event *event);

/* A reply to a Prepare of ours has come. */
void replies_take(struct connector *c, struct session *session,
		  const struct link_event *event);

/* What the time demands; and when it does so next. */
void replies_tick(struct connector *c);
int64_t replies_deadline_us(const struct connector *c);

#endif
