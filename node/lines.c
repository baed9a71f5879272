/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lines.h"

#include <stdlib.h>

struct lines *lines_create(struct account *account)
{
	struct lines *lines = calloc(1, sizeof(*lines));

	if (!lines || !held_init(&lines->waiting)) {
		free(lines);
		return NULL;
	}
	lines->account = account;
	return lines;
}

void lines_destroy(struct lines *lines)
{
	if (!lines)
		return;
	assert(!lines->wants && !lines->replies);
	while (lines->first)
		lines_leave(lines->first);
	held_finish(&lines->waiting);
	free(lines);
}

static void unlink_session(struct lines *lines, struct session *session)
{
	if (session->line_prev)
		session->line_prev->line_next = session->line_next;
	else
		lines->first = session->line_next;
	if (session->line_next)
		session->line_next->line_prev = session->line_prev;
	else
		lines->last = session->line_prev;
}

static void link_first(struct lines *lines, struct session *session)
{
	session->line_prev = NULL;
	session->line_next = lines->first;
	if (lines->first)
		lines->first->line_prev = session;
	else
		lines->last = session;
	lines->first = session;
}

static void link_last(struct lines *lines, struct session *session)
{
	session->line_next = NULL;
	session->line_prev = lines->last;
	if (lines->last)
		lines->last->line_next = session;
	else
		lines->first = session;
	lines->last = session;
}

void lines_join(struct lines *lines, struct session *session)
{
	session->lines = lines;
	session->has_room = link_room(session->link) > 0;
	lines->count++;
	if (session->has_room)
		link_first(lines, session);
	else
		link_last(lines, session);
}

void lines_leave(struct session *session)
{
	struct lines *lines = session->lines;

	unlink_session(lines, session);
	lines->count--;
	session->lines = NULL;
}

struct session *lines_ready(const struct lines *lines)
{
	return lines->first && lines->first->has_room ? lines->first : NULL;
}

void lines_look_at(struct session *session)
{
	bool has_room = link_room(session->link) > 0;

	if (session->has_room == has_room)
		return;
	session->has_room = has_room;
	unlink_session(session->lines, session);
	if (has_room)
		link_first(session->lines, session);
	else
		link_last(session->lines, session);
}

bool lines_have_hope(const struct lines *lines, int64_t now_us)
{
	return lines->count || lines->dialing || now_us >= lines->retry_us;
}

bool lines_want(const struct lines *lines, int64_t now_us)
{
	uint32_t at_once = lines->count ? lines->count : 1;

	return (held_waiting(&lines->waiting) || lines->replies) &&
	       !lines_ready(lines) &&
	       lines->dialing < at_once &&
	       lines->count + lines->dialing < LINES_MAX &&
	       now_us >= lines->retry_us;
}

struct session *lines_forget(struct lines *lines, uint32_t request)
{
	struct session *at = lines->first;

	while (at && !link_forget(at->link, request))
		at = at->line_next;
	return at;
}
