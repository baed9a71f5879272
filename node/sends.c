/* SPDX-License-Identifier: Apache-2.0 */
#include "node/sends.h"

#include "node/replies.h"

bool sends_init(struct connector *c)
{
	return held_init(&c->unsent);
}

void sends_finish(struct connector *c)
{
	held_finish(&c->unsent);
}

/* ---- at once ---- */

/* Whether by the account's connection, or by a line; LINK_BUSY when that has
 * no room, and for lines when none has. */
static enum link_status send(struct connector *c, const struct account *to,
			     uint32_t out_request, struct ilp_bytes packet,
			     uint8_t **copy)
{
	struct session *session = to->session;
	enum link_status status;

	if (!session && !to->lines)
		return LINK_CLOSED;
	if (!session)
		session = lines_ready(to->lines);
	if (!session)
		return LINK_BUSY;
	connector_mark_dirty(c, session);
	status = link_prepare(session->link, out_request, packet, copy);
	session->used |= status == LINK_OK;
	if (session->lines)
		lines_look_at(session);
	return status;
}

/* Until the ledger, or a line, is ready for it; the place of the copy, or NULL
 * when there is no memory. It counts as in flight. */
static uint8_t *keep(struct held *held, const struct account *to,
		     uint32_t out_request, struct ilp_bytes packet,
		     uint64_t batch)
{
	struct held_answer *unsent = held_add(held, packet);

	if (!unsent)
		return NULL;
	unsent->batch = batch;
	unsent->account = to->slot;
	unsent->back.request = out_request;
	return (uint8_t *)(unsent + 1);
}

uint8_t *sends_later(struct connector *c, const struct account *to,
		     uint32_t out_request, struct ilp_bytes packet,
		     uint64_t batch)
{
	return keep(&c->unsent, to, out_request, packet, batch);
}

void sends_look_for_more(struct connector *c, struct lines *lines)
{
	if (lines->wants || !lines_want(lines, c->now.monotonic_us))
		return;
	lines->wants = true;
	lines->next_wanting = c->wanting;
	c->wanting = lines;
}

/* For the next line that has room. */
static uint8_t *queue_up(struct connector *c, const struct account *to,
			 uint32_t out_request, struct ilp_bytes packet)
{
	struct lines *lines = to->lines;
	uint8_t *copy;

	if (held_waiting(&lines->waiting) + packet.len > LINES_WAITING_MAX)
		return NULL;
	copy = keep(&lines->waiting, to, out_request, packet, 0);
	sends_look_for_more(c, lines);
	return copy;
}

enum link_status sends_now(struct connector *c, const struct account *to,
			   uint32_t out_request, struct ilp_bytes packet,
			   uint8_t **copy)
{
	enum link_status status = send(c, to, out_request, packet, copy);

	if (status != LINK_BUSY || to->session || !to->lines)
		return status;
	/* Hope may have gone while it was kept for the ledger. */
	if (!lines_have_hope(to->lines, c->now.monotonic_us))
		return LINK_CLOSED;
	*copy = queue_up(c, to, out_request, packet);
	return *copy ? LINK_OK : LINK_BUSY;
}

/* ---- what was kept ---- */

/* Why it cannot be sent now. */
static void undo_unsent(struct connector *c, struct inflight_entry *entry,
			enum refusal refusal)
{
	const struct account *to = accounts_at(c->accounts, entry->to);
	struct refusal_details details = { .count = 0 };

	if (refusal == REFUSAL_NO_CONNECTION)
		refusal_add_text(&details, "account", to->settings.id);
	connector_undo(c, entry, refusal, &details);
}

/* NULL when its time is over. */
static struct inflight_entry *find_unsent(struct connector *c,
					  const struct held_answer *unsent)
{
	struct inflight_entry *entry =
		inflight_find(c->inflight, unsent->back.request);

	return entry && entry->to == unsent->account &&
			       entry->out_deadline_us > c->now.monotonic_us ?
		       entry :
		       NULL;
}

static void send_unsent(struct connector *c, const struct held_answer *unsent,
			struct ilp_bytes packet)
{
	struct inflight_entry *entry = find_unsent(c, unsent);
	uint8_t *copy;

	if (!entry)
		return;
	switch (sends_now(c, accounts_at(c->accounts, entry->to),
			  entry->out_request, packet, &copy)) {
	case LINK_OK:
		return;
	case LINK_BUSY:
		undo_unsent(c, entry, REFUSAL_LINK_BUSY);
		return;
	case LINK_CLOSED:
		undo_unsent(c, entry, REFUSAL_NO_CONNECTION);
	}
}

void sends_durable(struct connector *c, uint64_t batch)
{
	struct held_answer unsent;
	struct ilp_bytes packet;

	while (held_first(&c->unsent, batch, &unsent, &packet)) {
		send_unsent(c, &unsent, packet);
		held_drop(&c->unsent);
	}
}

/* Is one gone for which there is no hope? Or has it found a line? */
static bool go_on(struct connector *c, struct lines *lines,
		  const struct held_answer *waiting, struct ilp_bytes packet)
{
	struct inflight_entry *entry = find_unsent(c, waiting);

	if (!entry)
		return true;
	if (lines_have_hope(lines, c->now.monotonic_us))
		return send(c, lines->account, entry->out_request, packet,
			    NULL) == LINK_OK;
	undo_unsent(c, entry, REFUSAL_NO_CONNECTION);
	return true;
}

void sends_go_on(struct connector *c, struct lines *lines)
{
	struct held_answer waiting;
	struct ilp_bytes packet;

	replies_go_on(c, lines); /* they are money already */
	while (held_first(&lines->waiting, UINT64_MAX, &waiting, &packet) &&
	       go_on(c, lines, &waiting, packet))
		held_drop(&lines->waiting);
	sends_look_for_more(c, lines);
}

void sends_forget(struct connector *c, const struct account *to,
		  uint32_t out_request)
{
	struct session *session =
		to->lines ? lines_forget(to->lines, out_request) : NULL;

	if (session)
		connector_mark_dirty(c, session);
	else if (to->lines)
		sends_go_on(c, to->lines);
}
