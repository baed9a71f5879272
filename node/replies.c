/* SPDX-License-Identifier: Apache-2.0 */
#include "node/replies.h"

#include "ilp/text.h"
#include "ilp/url.h"
#include "node/answers.h"
#include "node/sends.h"

/* ---- who asks ---- */

/* Leads the URL to where we connect anyway? */
static bool same_origin(const struct ilp_peer_url *a,
			const struct ilp_peer_url *b)
{
	return a->http && b->http && a->tls == b->tls && a->port == b->port &&
	       ilp_text_equal_nocase(a->host, b->host);
}

/* Why we do not post there; NULL: we do, to that path. */
static const char *refuse_callback(const struct account *account,
				   struct ilp_bytes callback,
				   struct ilp_bytes *path)
{
	struct ilp_peer_url there, ours;

	if (!account->lines ||
	    ilp_peer_url_parse(&ours, account->settings.url))
		return "this account has no server to reply to";
	if (ilp_peer_url_parse(&there, callback) || there.token.len)
		return "Callback-Url is no URL of a server";
	if (!same_origin(&there, &ours))
		return "Callback-Url is not on the server of this account";
	*path = there.path.len ? there.path : ilp_text("/");
	if (path->at[0] != '/' || path->len > CALLER_PATH_MAX)
		return "Callback-Url has no path, or too long a one";
	return NULL;
}

/* When nobody wants the answer any more. Who asks too late is told so all the
 * same, as his clock may be another one. */
static int64_t deadline_us(const struct connector *c, struct ilp_bytes packet)
{
	int64_t now_ms = c->now.wall_ms;
	int64_t until_ms = now_ms + c->hold_max_ms + c->window_ms;
	struct ilp_prepare prepare;

	if (ilp_prepare_read(&prepare, packet) == ILP_OK &&
	    prepare.expires_at_ms < until_ms)
		until_ms = prepare.expires_at_ms;
	if (until_ms < now_ms + c->window_ms)
		until_ms = now_ms + c->window_ms;
	return clock_deadline_us(c->now, until_ms);
}

/* Who has not heard that we have it sends it again; it is the same one. */
void replies_prepare(struct connector *c, struct session *session,
		     const struct link_event *event)
{
	struct account *account = session->account;
	struct ilp_bytes path;
	const char *reason = refuse_callback(account, event->callback, &path);
	struct caller *caller;

	if (reason) {
		link_acknowledge(session->link, event->request, LINK_BAD,
				 reason);
		return;
	}
	if (callers_find_id(&c->callers, account, event->id)) {
		link_acknowledge(session->link, event->request,
				 LINK_WILL_REPLY, NULL);
		return;
	}
	caller = callers_add(&c->callers, account, event->id, path,
			     deadline_us(c, event->packet));
	if (!caller) {
		link_acknowledge(session->link, event->request, LINK_FULL,
				 "too many packets wait for their replies");
		return;
	}
	link_acknowledge(session->link, event->request, LINK_WILL_REPLY, NULL);
	connector_prepare(
		c, account,
		(struct way_back){ caller->number, WAY_BACK_REPLY },
		event->packet);
}

/* ---- to whom they are posted ---- */

static void rest(struct connector *c, struct caller *caller, int64_t until_us)
{
	caller->state = CALLER_RESTS;
	callers_wake_at(&c->callers, caller, until_us);
}

/* Ever longer, with each attempt. */
static int64_t rest_us(const struct caller *caller)
{
	int64_t us = REPLIES_REST_MIN_US;

	for (uint32_t i = 1; i < caller->times && us < REPLIES_REST_MAX_US; i++)
		us *= 2;
	return us < REPLIES_REST_MAX_US ? us : REPLIES_REST_MAX_US;
}

static int64_t patience_us(int64_t left_us)
{
	int64_t us = left_us / REPLIES_PART;

	if (us < REPLIES_WAIT_MIN_US)
		return REPLIES_WAIT_MIN_US;
	return us < REPLIES_WAIT_MAX_US ? us : REPLIES_WAIT_MAX_US;
}

/* The first that is queued; false when the line has no room after all. */
static bool post(struct connector *c, struct session *session,
		 struct lines *lines)
{
	struct caller *caller = lines->replies;
	const struct link_reply reply = {
		.path = { caller->path, caller->path_len },
		.id = { caller->id, REQUEST_ID_LEN },
		.packet = { caller->packet, caller->packet_len },
	};
	int64_t now_us = c->now.monotonic_us;
	enum link_status status =
		link_reply(session->link, caller->number, &reply);

	connector_mark_dirty(c, session);
	lines_look_at(session);
	if (status != LINK_OK)
		return false;
	session->used = true;
	callers_unqueue(lines, CALLER_SENT);
	caller->line = session->number;
	caller->times++;
	callers_wake_at(&c->callers, caller,
			now_us + patience_us(caller->deadline_us - now_us));
	return true;
}

/* No line can be had for now. */
static void let_rest(struct connector *c, struct lines *lines)
{
	int64_t until_us = c->now.monotonic_us + REPLIES_REST_MAX_US;

	if (until_us > lines->retry_us)
		until_us = lines->retry_us;
	while (lines->replies) {
		struct caller *caller = lines->replies;

		callers_unqueue(lines, CALLER_RESTS);
		rest(c, caller, until_us);
	}
}

void replies_go_on(struct connector *c, struct lines *lines)
{
	struct session *session;

	while (lines->replies && (session = lines_ready(lines)))
		if (!post(c, session, lines))
			break;
	if (!lines->replies)
		return;
	if (lines_have_hope(lines, c->now.monotonic_us))
		sends_look_for_more(c, lines);
	else
		let_rest(c, lines);
}

/* An account that has lost its server may be given one again. */
static void queue_up(struct connector *c, struct caller *caller)
{
	struct lines *lines = caller->account->lines;

	if (!lines) {
		rest(c, caller, c->now.monotonic_us + REPLIES_REST_MAX_US);
		return;
	}
	callers_queue(&c->callers, caller);
	replies_go_on(c, lines);
}

bool replies_give(struct connector *c, uint32_t number,
		  struct ilp_bytes packet)
{
	struct caller *caller = callers_find(&c->callers, number);

	if (!caller)
		return false;
	caller_answer(caller, packet);
	queue_up(c, caller);
	return true;
}

void replies_end(struct connector *c, const struct session *session,
		 const struct link_event *event)
{
	struct caller *caller = callers_find(&c->callers, event->request);

	if (!caller || caller->state != CALLER_SENT ||
	    caller->line != session->number)
		return;
	if (event->temporary)
		rest(c, caller, c->now.monotonic_us + rest_us(caller));
	else
		callers_remove(&c->callers, caller);
}

/* ---- what is posted to us ---- */

/* Who answers by a packet that is none, or by one for another Prepare, has not
 * answered. */
void replies_take(struct connector *c, struct session *session,
		  const struct link_event *event)
{
	bool heard = connector_reply(c, session, event->id, event->packet);

	link_acknowledge(session->link, event->request,
			 heard ? LINK_HEARD : LINK_BAD,
			 heard ? NULL : "this answers nothing in flight");
}

/* ---- time ---- */

static void forget_line(struct connector *c, const struct caller *caller)
{
	struct session *session = answers_find_line(c, caller->line);

	if (session && link_forget_reply(session->link, caller->number))
		connector_mark_dirty(c, session);
}

/* What was charged stays charged: who asks again gets the same. */
static void give_up(struct connector *c, struct caller *caller)
{
	if (caller->state != CALLER_ASKS)
		c->counters.lost++;
	callers_remove(&c->callers, caller);
}

void replies_tick(struct connector *c)
{
	int64_t now_us = c->now.monotonic_us;
	struct caller *caller;

	while ((caller = callers_due(&c->callers, now_us))) {
		if (caller->state == CALLER_SENT)
			forget_line(c, caller);
		if (now_us >= caller->deadline_us)
			give_up(c, caller);
		else
			queue_up(c, caller);
	}
}

int64_t replies_deadline_us(const struct connector *c)
{
	return wheel_deadline_us(&c->callers.wheel);
}
