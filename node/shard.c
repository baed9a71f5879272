/* SPDX-License-Identifier: Apache-2.0 */
#include "node/shard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/dice.h"
#include "node/answers.h"
#include "node/neighbours.h"
#include "node/replies.h"
#include "node/sends.h"
#include "node/ways.h"
#include "node/witness.h"
#include "route/routing.h"

/* How often to see whether an account on its way out is done with. */
#define LET_GO_US 100000

struct shard {
	struct connector connector;
	struct ilp_crypto *crypto;
	struct keyring *keyring;
	struct dice dice;
	struct session *sessions;
	struct wheel session_wheel; /* links that want to be ticked */
	struct wheel dial_wheel;    /* accounts that want to be connected to */
	size_t closing;             /* accounts on their way out */
	int64_t let_go_us;          /* when to look after them */
};

struct shard *shard_create(const struct connector_options *options,
			   struct ilp_time now)
{
	struct shard *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->crypto = ilp_crypto_create();
	s->keyring = keyring_create();
	if (!s->crypto || !s->keyring ||
	    !connector_init(&s->connector, options, s->crypto, now)) {
		keyring_destroy(s->keyring);
		ilp_crypto_destroy(s->crypto);
		free(s);
		return NULL;
	}
	memcpy(&s->dice.state, options->seed, sizeof(s->dice.state));
	wheel_init(&s->session_wheel, now.monotonic_us);
	wheel_init(&s->dial_wheel, now.monotonic_us);
	return s;
}

bool shard_restore(struct shard *s, const struct ledger *ledger, char *error,
		   size_t error_size)
{
	struct connector *c = &s->connector;
	uint64_t longest_ms = (uint64_t)(c->hold_max_ms + c->window_ms);

	if (!books_restore(c->books, ledger, error, error_size))
		return false;
	if (!books_longest(c->books, ledger, &longest_ms)) {
		snprintf(error, error_size, "no memory");
		return false;
	}
	c->lapse_us = c->now.monotonic_us + (int64_t)longest_ms * 1000;
	return true;
}

size_t shard_retire(struct shard *s)
{
	return books_retire(s->connector.books);
}

static int64_t now_us(const struct shard *s)
{
	return s->connector.now.monotonic_us;
}

/* What is in flight now is over by then. */
static int64_t longest_us(const struct shard *s)
{
	return (s->connector.hold_max_ms + s->connector.window_ms) * 1000;
}

/* ---- connections ---- */

/* Has its link ticked at the time that it asks for. A timer that is early
 * costs little, so it is only started anew when it would be late. */
static void arm(struct shard *s, struct session *session)
{
	int64_t deadline_us = link_deadline_us(session->link);

	if (wheel_running(&session->timer) && session->timer_us <= deadline_us)
		return;
	wheel_stop(&s->session_wheel, &session->timer);
	session->timer_us = deadline_us;
	wheel_start(&s->session_wheel, &session->timer, deadline_us);
}

/* The account of whoever signed the token. */
static struct account *find_signer(const struct shard *s,
				   struct ilp_bytes token)
{
	const struct connector *c = &s->connector;
	struct account *account;
	uint32_t slot;

	if (!keyring_find(s->keyring, token, c->now.wall_ms, &slot))
		return NULL;
	account = accounts_at(c->accounts, slot);
	return account->state == ACCOUNT_CLOSING ? NULL : account;
}

static void login(struct shard *s, struct session *session,
		  const struct link_event *event)
{
	struct account *account = accounts_login(
		s->connector.accounts, s->crypto, event->user, event->token);

	if (!account)
		account = find_signer(s, event->token);
	if (account) {
		session->account = account;
		link_admit(session->link);
	} else {
		s->connector.counters.logins++;
		report_login(&s->connector.reports, s->connector.now, session);
		link_deny(session->link, "nobody has this token");
	}
	connector_mark_dirty(&s->connector, session);
}

/* A line that was dialed: each counts. */
static void line_up(struct shard *s, struct session *session)
{
	struct lines *lines = session->account->lines;

	assert(lines->dialing > 0);
	lines->dialing--;
	lines_join(lines, session);
	if (lines->count == 1)
		witness_link(&s->connector, session->account, EVENT_UP, NULL);
	connector_mark_dirty(&s->connector, session);
}

/* Another one is not dialed before some time has passed; who waits for a reply
 * is alive, and does not wait for long. */
static void back_off(struct shard *s, struct account *account)
{
	int64_t wait_us =
		dial_down(&account->dial, now_us(s), dice_roll(&s->dice));

	if (account->callers && wait_us > REPLIES_REST_MAX_US)
		wait_us = REPLIES_REST_MAX_US;
	account->lines->retry_us = now_us(s) + wait_us;
	sends_go_on(&s->connector, account->lines);
}

/* One that could not be dialed. */
static void line_failed(struct shard *s, struct account *account)
{
	assert(account->lines->dialing > 0);
	account->lines->dialing--;
	back_off(s, account);
}

/* Who takes our questions and answers none is no better than who cannot be
 * reached; whom we have not asked has done nothing wrong. */
static void line_down(struct shard *s, struct session *session,
		      const char *reason)
{
	struct lines *lines = session->lines;

	if (!session->asks)
		return;
	session->asks = false;
	if (!lines) {
		line_failed(s, session->account);
		return;
	}
	lines_leave(session);
	if (lines->count == 0)
		witness_link(&s->connector, session->account, EVENT_DOWN,
			     reason);
	if (session->proved || !session->used)
		sends_go_on(&s->connector, lines);
	else
		back_off(s, session->account);
}

/* It works, so the next one need not wait. */
static void prove(struct session *session)
{
	if (session->proved || !session->asks)
		return;
	session->proved = true;
	session->account->dial = (struct dial){ .failures = 0 };
}

/* The newest connection of an account is the one that counts. */
static void up(struct shard *s, struct session *session)
{
	struct account *account = session->account;
	struct session *old = account->session;

	session->was_up = true;
	report_up(&s->connector.reports, s->connector.now, session);
	if (session->asks) {
		line_up(s, session);
		return;
	}
	account->session = session;
	neighbours_up(&s->connector, account);
	witness_link(&s->connector, account, old ? EVENT_REPLACED : EVENT_UP,
		     NULL);
	if (account->lines) /* what waits for one may go by this */
		sends_go_on(&s->connector, account->lines);
	if (old) {
		link_close(old->link, "replaced by a newer connection");
		connector_mark_dirty(&s->connector, old);
	}
	if (session->dialed)
		dial_up(&account->dial, now_us(s));
	answers_resume(&s->connector, account);
	connector_mark_dirty(&s->connector, session);
}

/* Unless there is a connection, whoever made it, or one is on its way. */
static void dial_again(struct shard *s, struct account *account)
{
	int64_t wait_us =
		dial_down(&account->dial, now_us(s), dice_roll(&s->dice));

	if (account->settings.url.len == 0 || account->lines ||
	    account->session || account->dialing ||
	    account->state == ACCOUNT_CLOSING ||
	    wheel_running(&account->dial_timer))
		return;
	wheel_start(&s->dial_wheel, &account->dial_timer, now_us(s) + wait_us);
}

static void down(struct shard *s, struct session *session, const char *reason)
{
	struct account *account = session->account;

	session->ended = true;
	session->end_reason = reason;
	connector_mark_dirty(&s->connector, session);
	if (!account)
		return;
	if (!s->connector.draining) /* then all of them go */
		report_down(&s->connector.reports, s->connector.now, session,
			    reason);
	if (session->number) {
		line_down(s, session, reason);
		return;
	}
	if (account->session == session) {
		account->session = NULL;
		if (!account_asks_over_http(&account->settings))
			neighbours_down(&s->connector, account);
		witness_link(&s->connector, account, EVENT_DOWN, reason);
	}
	if (session->dialed)
		account->dialing = false;
	dial_again(s, account);
}

/* Lines have numbers, since answers must find them again. */
static void give_number(struct shard *s, struct session *session)
{
	if (link_is_line(session->link))
		answers_line_begins(&s->connector, session);
}

static void become(struct shard *s, struct session *session, struct link *link)
{
	link_destroy(session->link);
	session->link = link;
	give_number(s, session);
}

static void take_prepare(struct shard *s, struct session *session,
			 const struct link_event *event)
{
	const struct way_back back = { event->request, session->number };

	if (event->callback.len)
		replies_prepare(&s->connector, session, event);
	else
		connector_prepare(&s->connector, session->account, back,
				  event->packet);
}

static void take_event(struct shard *s, struct session *session,
		       const struct link_event *event)
{
	struct connector *c = &s->connector;

	switch (event->type) {
	case LINK_LOGIN:
		login(s, session, event);
		break;
	case LINK_UP:
		up(s, session);
		break;
	case LINK_PREPARE:
		take_prepare(s, session, event);
		break;
	case LINK_ANSWER:
		prove(session);
		connector_answer(c, session, event->request, event->packet);
		break;
	case LINK_REFUSED:
		connector_refused(c, session, event->request,
				  event->temporary, event->reason);
		break;
	case LINK_TAKEN:
		prove(session);
		break;
	case LINK_REPLY:
		replies_take(c, session, event);
		break;
	case LINK_REPLIED:
		if (!event->temporary)
			prove(session);
		replies_end(c, session, event);
		break;
	case LINK_BECAME:
		become(s, session, event->link);
		break;
	case LINK_DOWN:
		down(s, session, event->reason);
		break;
	}
}

static void pump(struct shard *s, struct session *session)
{
	struct link_event event;

	while (link_next(session->link, &event))
		take_event(s, session, &event);
	if (session->lines) {
		lines_look_at(session);
		sends_go_on(&s->connector, session->lines);
	}
	arm(s, session);
}

void shard_agreed(struct shard *s, struct session *session,
		  struct ilp_bytes protocol)
{
	link_agreed(session->link, protocol);
	pump(s, session);
}

struct session *shard_attach(struct shard *s, struct link *link,
			     struct account *account, void *driver)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session) {
		link_destroy(link);
		return NULL;
	}
	session->link = link;
	session->account = account;
	session->driver = driver;
	session->next = s->sessions;
	session->back = &s->sessions;
	if (session->next)
		session->next->back = &session->next;
	s->sessions = session;
	give_number(s, session);
	connector_mark_dirty(&s->connector, session);
	arm(s, session);
	return session;
}

void shard_receive(struct shard *s, struct session *session, uint8_t *in,
		   size_t len)
{
	link_receive(session->link, s->connector.now, in, len);
	pump(s, session);
	/* A link may answer for itself, such as a ping. */
	connector_mark_dirty(&s->connector, session);
}

void shard_look_at(struct shard *s, struct session *session)
{
	connector_mark_dirty(&s->connector, session);
}

bool shard_reads(const struct session *session)
{
	const struct account *account = session->account;
	size_t waits = link_waiting(session->link);

	if (account && account->session == session && account->ready)
		waits += held_waiting(account->ready);
	return waits <= 2 * LINK_HIGH;
}

static void unmark_dirty(struct shard *s, struct session *session)
{
	struct session **at = &s->connector.dirty;

	if (!session->dirty)
		return;
	while (*at != session)
		at = &(*at)->next_dirty;
	*at = session->next_dirty;
}

void shard_detach(struct shard *s, struct session *session, const char *reason)
{
	link_close(session->link, reason);
	pump(s, session);
	if (session->number)
		answers_line_ends(&s->connector, session);
	wheel_stop(&s->session_wheel, &session->timer);
	unmark_dirty(s, session);
	*session->back = session->next;
	if (session->next)
		session->next->back = session->back;
	link_destroy(session->link);
	free(session);
}

/* While they are looked at, others may be marked: those that a link closed
 * by itself leaves answers for. */
struct session *shard_next_output(struct shard *s)
{
	struct session *session = s->connector.dirty;

	/* What waited for others to be written may have room now. */
	if (!session && answers_release(&s->connector))
		session = s->connector.dirty;
	if (!session)
		return NULL;
	pump(s, session);
	unmark_dirty(s, session);
	session->dirty = false;
	return session;
}

/* ---- connecting ---- */

/* The next account for which there is still a reason. */
static struct account *next_wanting(struct shard *s)
{
	struct connector *c = &s->connector;

	while (c->wanting) {
		struct lines *lines = c->wanting;

		c->wanting = lines->next_wanting;
		lines->wants = false;
		if (!lines_want(lines, now_us(s)))
			continue;
		lines->dialing++;
		sends_go_on(c, lines); /* there may be more to want */
		return lines->account;
	}
	return NULL;
}

static struct account *next_alone(struct shard *s)
{
	struct wheel_timer *timer;

	while ((timer = wheel_fire(&s->dial_wheel, now_us(s)))) {
		struct account *account =
			INDEX_THING(timer, struct account, dial_timer);

		if (account->session)
			continue; /* it has come to us meanwhile */
		account->dialing = true;
		return account;
	}
	return NULL;
}

bool shard_next_dial(struct shard *s, struct shard_dial *out)
{
	struct account *account = next_wanting(s);

	if (!account)
		account = next_alone(s);
	if (!account)
		return false;
	out->slot = account->slot;
	out->number = account->number;
	out->turn = account->dial_turn;
	out->account = account->settings.id;
	out->url = account->settings.url;
	out->http = account->settings.http;
	out->callback = account->settings.callback;
	out->request_ids = &s->connector.request_ids;
	out->failures = account->dial.failures;
	out->for_replies = account->lines && account->lines->replies;
	return true;
}

struct session *shard_dialed(struct shard *s, const struct shard_dial *dial,
			     struct link *link, void *driver)
{
	struct account *account =
		accounts_at(s->connector.accounts, dial->slot);
	struct session *session;

	if (!account || account->number != dial->number ||
	    account->dial_turn != dial->turn) {
		link_destroy(link);
		return NULL;
	}
	if (account->state == ACCOUNT_CLOSING) {
		link_destroy(link);
		link = NULL;
	}
	session = link ? shard_attach(s, link, account, driver) : NULL;
	if (session)
		session->dialed = true;
	if (account->lines) {
		if (!session) {
			line_failed(s, account);
			return NULL;
		}
		session->asks = true;
		pump(s, session); /* it may be up already */
		return session;
	}
	account->dialing = session != NULL;
	if (!session)
		dial_again(s, account);
	return session;
}

/* ---- accounts and routes ---- */

/* Lines are dialed once there is something to ask; a connection at once. */
static bool make_lines(struct account *account)
{
	if (!account_asks_over_http(&account->settings))
		return true;
	account->lines = lines_create(account);
	return account->lines;
}

static void dial_first(struct shard *s, struct account *account)
{
	if (account->settings.url.len && !account->lines)
		wheel_start(&s->dial_wheel, &account->dial_timer, now_us(s));
}

/* What waits for one has no hope any more; the sessions, which go as well, are
 * nobody's lines from now on. */
static void drop_lines(struct shard *s, struct account *account)
{
	struct connector *c = &s->connector;
	struct lines *lines = account->lines;

	if (!lines)
		return;
	if (lines->first)
		witness_link(c, account, EVENT_DOWN, "account was changed");
	while (lines->first)
		lines_leave(lines->first);
	for (struct session *at = s->sessions; at; at = at->next) {
		if (at->account != account || !at->asks)
			continue;
		at->asks = false;
		link_close(at->link, "account was changed");
		connector_mark_dirty(c, at);
	}
	lines->dialing = 0;
	lines->retry_us = ILP_NEVER_US;
	sends_go_on(c, lines);
	for (struct lines **at = &c->wanting; *at; at = &(*at)->next_wanting) {
		if (*at != lines)
			continue;
		*at = lines->next_wanting;
		lines->wants = false;
		break;
	}
	lines_destroy(lines);
	account->lines = NULL;
}

enum account_error shard_account_add(struct shard *s,
				     const struct account_settings *settings)
{
	static const struct ways_address no_address = { .len = 0 };
	struct connector *c = &s->connector;
	struct account *account;
	enum account_error error =
		accounts_add(c->accounts, settings, 0, &account);

	if (error)
		return error;
	error = ways_check(c, account, settings);
	if (!error && !make_lines(account))
		error = ACCOUNT_NO_MEMORY;
	if (!error &&
	    !books_asset(c->books, &settings->asset, &account->asset))
		error = ACCOUNT_NO_MEMORY;
	if (!error)
		error = books_open(c->books, account);
	if (error) {
		lines_destroy(account->lines);
		accounts_remove(c->accounts, account);
		return error;
	}
	if (ways_open(c, account, &no_address)) {
		shard_account_remove(s, account);
		return ACCOUNT_NO_MEMORY;
	}
	/* One that comes later has as much time as those at the start. */
	if (account->exposure && account->exposure->in_doubt &&
	    c->lapse_us == ILP_NEVER_US)
		c->lapse_us = now_us(s) + longest_us(s);
	dial_first(s, account);
	witness_account(c, account, EVENT_MADE);
	return ACCOUNT_OK;
}

/* By other means it comes in, or is connected to: so its connection begins
 * anew. Lines that came to us say whose they are with each request. */
static void disconnect_alone(struct shard *s, const struct account *account)
{
	for (struct session *at = s->sessions; at; at = at->next) {
		if (at->account != account || at->number)
			continue;
		link_close(at->link, "account was changed");
		connector_mark_dirty(&s->connector, at);
	}
}

/* Closes its connections, and those that are not up yet. */
static void disconnect(struct shard *s, const struct account *account,
		       const char *reason)
{
	for (struct session *at = s->sessions; at; at = at->next) {
		if (at->account != account)
			continue;
		link_close(at->link, reason);
		connector_mark_dirty(&s->connector, at);
	}
}

static bool same_way_in(const struct account_settings *a,
			const struct account_settings *b)
{
	return a->has_token == b->has_token &&
	       memcmp(a->token_hash, b->token_hash, ILP_HASH_LEN) == 0 &&
	       ilp_bytes_equal(a->user, b->user) &&
	       ilp_bytes_equal(a->url, b->url) && a->http == b->http &&
	       ilp_bytes_equal(a->callback, b->callback);
}

/* The texts of the old settings are no more. */
static void change_limits(struct account *account,
			  const struct account_settings *old)
{
	const struct account_settings *now = &account->settings;
	struct account_limits *limits = account->limits;

	if (!limits)
		return;
	limit_change(&limits->packets, &old->packets, &now->packets);
	limit_change(&limits->incoming, &old->incoming, &now->incoming);
	limit_change(&limits->outgoing, &old->outgoing, &now->outgoing);
}

/* Who may come in by other means than before comes in anew. */
enum account_error shard_account_change(struct shard *s,
					struct account *account,
					const struct account_settings *settings)
{
	struct connector *c = &s->connector;
	const struct account_settings old = account->settings;
	bool stays = same_way_in(&old, settings);
	struct ways_address address;
	enum account_error error;

	if (account->state == ACCOUNT_CLOSING)
		return ACCOUNT_CLOSED;
	/* The ledger knows it by that. */
	if (!ilp_bytes_equal(settings->id, account->settings.id))
		return ACCOUNT_RENAMED;
	ways_address(c, &old, &address);
	error = ways_check(c, account, settings);
	if (!error)
		error = accounts_change(c->accounts, account, settings);
	if (error)
		return error;
	change_limits(account, &old);
	witness_account(c, account, EVENT_CHANGED);
	error = ways_open(c, account, &address);
	if (stays || error)
		return error;
	account->dial_turn++;
	account->dialing = false;
	wheel_stop(&s->dial_wheel, &account->dial_timer);
	drop_lines(s, account);
	disconnect_alone(s, account);
	if (!make_lines(account))
		return ACCOUNT_NO_MEMORY;
	dial_first(s, account);
	return ACCOUNT_OK;
}

enum keyring_error shard_account_key(struct shard *s,
				     const struct account *account,
				     struct ilp_jwt_key *key,
				     const struct ilp_jwt_rules *rules)
{
	return keyring_add(s->keyring, account->slot, key, rules);
}

void shard_account_drop_keys(struct shard *s, const struct account *account)
{
	keyring_remove(s->keyring, account->slot);
}

void shard_account_free_token(struct shard *s, struct account *account,
			      const uint8_t hash[ILP_HASH_LEN])
{
	const struct account_settings *settings = &account->settings;

	if (memcmp(settings->token_hash, hash, ILP_HASH_LEN) != 0)
		accounts_free_token(s->connector.accounts, account);
}

struct account *shard_account_by_token(const struct shard *s,
				       const uint8_t hash[ILP_HASH_LEN])
{
	return accounts_by_token(s->connector.accounts, hash);
}

void shard_account_stop(struct shard *s, struct account *account, bool stopped)
{
	enum account_state state = stopped ? ACCOUNT_STOPPED : ACCOUNT_OPEN;

	if (account->state == ACCOUNT_CLOSING || account->state == state)
		return;
	account->state = state;
	witness_account(&s->connector, account,
			stopped ? EVENT_STOPPED : EVENT_STARTED);
}

void shard_stop_all(struct shard *s, bool stopped)
{
	if (s->connector.stopped == stopped)
		return;
	s->connector.stopped = stopped;
	witness_account(&s->connector, NULL,
			stopped ? EVENT_STOPPED : EVENT_STARTED);
}

bool shard_is_stopped(const struct shard *s)
{
	return s->connector.stopped;
}

void shard_account_remove(struct shard *s, struct account *account)
{
	if (account->state == ACCOUNT_CLOSING)
		return;
	account->state = ACCOUNT_CLOSING;
	account->leave_by_us = now_us(s) + longest_us(s);
	s->closing++;
	s->let_go_us = now_us(s);
	witness_account(&s->connector, account, EVENT_LEAVING);
	ways_close(&s->connector, account);
	accounts_free_token(s->connector.accounts, account);
	wheel_stop(&s->dial_wheel, &account->dial_timer);
}

static bool has_session(const struct shard *s, const struct account *account)
{
	for (const struct session *at = s->sessions; at; at = at->next)
		if (at->account == account)
			return true;
	return false;
}

/* One that is done with, or has had its time, is disconnected; and goes when
 * nothing has to do with it any more. */
static void let_one_go(struct shard *s, struct account *account)
{
	struct connector *c = &s->connector;
	bool done = connector_is_done_with(account);

	if (has_session(s, account)) {
		if (done || now_us(s) >= account->leave_by_us)
			disconnect(s, account, "account was removed");
	} else if (done && ways_are_closed(c, account) &&
		   books_close(c->books, account)) {
		fulfilled_forget(c->fulfilled, account->slot);
		keyring_remove(s->keyring, account->slot);
		drop_lines(s, account);
		witness_account(c, account, EVENT_REMOVED);
		accounts_remove(c->accounts, account);
		s->closing--;
	}
}

static void let_go(struct shard *s)
{
	struct connector *c = &s->connector;
	struct account *account = accounts_next(c->accounts, NULL);

	s->let_go_us = now_us(s) + LET_GO_US;
	while (account) {
		struct account *next = accounts_next(c->accounts, account);

		if (account->state == ACCOUNT_CLOSING)
			let_one_go(s, account);
		account = next;
	}
}

struct account *shard_account_find(const struct shard *s, struct ilp_bytes id)
{
	return accounts_find(s->connector.accounts, id);
}

struct account *shard_account_next(const struct shard *s,
				   const struct account *after)
{
	return accounts_next(s->connector.accounts, after);
}

struct account *shard_account_from(const struct shard *s, uint64_t slot)
{
	return accounts_from(s->connector.accounts, slot);
}

size_t shard_account_count(const struct shard *s)
{
	return accounts_count(s->connector.accounts);
}

bool shard_route_set(struct shard *s, struct ilp_bytes prefix,
		     const struct account *account)
{
	return account->state != ACCOUNT_CLOSING &&
	       ways_set(&s->connector, prefix, account);
}

bool shard_route_remove(struct shard *s, struct ilp_bytes prefix)
{
	return ways_remove(&s->connector, prefix);
}

bool shard_route_get(const struct shard *s, struct ilp_bytes prefix,
		     const struct account **account)
{
	return ways_get(&s->connector, prefix, account);
}

static struct shard_route route_of(const struct shard *s,
				   struct ilp_bytes prefix,
				   const struct route *route)
{
	return (struct shard_route){
		.prefix = prefix,
		.account = accounts_at(s->connector.accounts, route->hop),
		.origin = route->origin,
		.path = route->path,
	};
}

bool shard_route_next(const struct shard *s, size_t *cursor,
		      struct shard_route *route, size_t *others)
{
	const struct routes *known = s->connector.known;
	const struct route *best = NULL;
	uint32_t destination;

	while (!best) {
		if (!routes_next(known, cursor, &destination))
			return false;
		best = routes_best(known, destination);
	}
	*route = route_of(s, routes_prefix(known, destination), best);
	*others = 0;
	while ((best = routes_after(best)))
		++*others;
	return true;
}

size_t shard_routes_to(const struct shard *s, struct ilp_bytes prefix,
		       struct shard_route *out, size_t most)
{
	const struct routes *known = s->connector.known;
	const struct route *at = NULL;
	uint32_t destination;
	size_t count = 0;

	if (routes_find(known, prefix, &destination))
		at = routes_best(known, destination);
	for (; at; at = routes_after(at), count++)
		if (count < most)
			out[count] = route_of(
				s, routes_prefix(known, destination), at);
	return count;
}

size_t shard_route_count(const struct shard *s)
{
	return routes_count(s->connector.known);
}

struct ilp_bytes shard_address(const struct shard *s)
{
	return (struct ilp_bytes){ s->connector.address,
				   s->connector.address_len };
}

struct ilp_time shard_now(const struct shard *s)
{
	return s->connector.now;
}

const struct account *
shard_account_by_address(const struct shard *s,
			 const struct account_settings *settings)
{
	return ways_owner(&s->connector, NULL, settings);
}

void shard_account_free_address(struct shard *s, struct account *account)
{
	ways_free_address(&s->connector, account);
}

void shard_routing_status(const struct shard *s, const struct account *account,
			  struct routing_status *out)
{
	if (!routing_status(s->connector.routing, account->slot, out))
		*out = (struct routing_status){ .hears = { .epoch = 0 } };
}

size_t shard_routes_learned(const struct shard *s,
			    const struct account *account)
{
	return routes_of_source(s->connector.known, account->slot,
				ROUTE_LEARNED);
}

/* ---- what the node itself asks ---- */

bool shard_ask(struct shard *s, const struct ilp_prepare *prepare,
	       struct account *neighbour, enum own_kind kind, uint64_t tag)
{
	return own_ask(&s->connector, prepare, neighbour, kind, tag);
}

bool shard_next_answer(struct shard *s, enum own_kind kind,
		       struct own_answer *out)
{
	return own_next_answer(&s->connector, kind, out);
}

void shard_expect_echo(struct shard *s, struct own_echo *echo)
{
	own_expect_echo(&s->connector.own, echo);
}

void shard_forget_echo(struct shard *s, struct own_echo *echo)
{
	own_forget_echo(&s->connector.own, echo);
}

const struct account *shard_next_hop(const struct shard *s,
				     struct ilp_bytes address)
{
	uint32_t slot;

	return route_table_find(s->connector.routes, address, &slot) ?
		       accounts_at(s->connector.accounts, slot) :
		       NULL;
}

struct exchange *shard_exchange(struct shard *s)
{
	return s->connector.exchange;
}

void shard_reflect(struct shard *s, bool reflect)
{
	s->connector.reflect = reflect;
}

/* ---- rounds ---- */

void shard_begin(struct shard *s, struct ilp_time now)
{
	s->connector.now = now;
	clock_look(&s->connector.clock, now);
}

static void tick_sessions(struct shard *s)
{
	struct wheel_timer *timer;

	while ((timer = wheel_fire(&s->session_wheel, now_us(s)))) {
		struct session *session =
			INDEX_THING(timer, struct session, timer);

		link_tick(session->link, s->connector.now);
		pump(s, session);
		connector_mark_dirty(&s->connector, session);
	}
}

void shard_tick(struct shard *s)
{
	connector_tick(&s->connector);
	tick_sessions(s);
	ways_go_on(&s->connector);
	neighbours_go_on(&s->connector);
	if (s->closing && now_us(s) >= s->let_go_us)
		let_go(s);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t shard_deadline_us(const struct shard *s)
{
	int64_t soon = s->closing ? s->let_go_us : ILP_NEVER_US;

	if (s->connector.wanting) /* to be dialed */
		return now_us(s);
	if (ways_have_work(&s->connector))
		return now_us(s);
	soon = earlier(soon, connector_deadline_us(&s->connector));
	soon = earlier(soon, neighbours_deadline_us(&s->connector));
	soon = earlier(soon, wheel_deadline_us(&s->session_wheel));
	/* Nobody is connected to any more at the end. */
	return s->connector.draining ?
		       soon :
		       earlier(soon, wheel_deadline_us(&s->dial_wheel));
}

/* ---- the ledger ---- */

const struct ledger_batch *shard_batch(struct shard *s)
{
	return books_batch(s->connector.books);
}

bool shard_has_batch(const struct shard *s)
{
	return books_have_batch(s->connector.books);
}

bool shard_note(struct shard *s, const struct ledger_record *record)
{
	return books_note(s->connector.books, record);
}

size_t shard_notes(const struct shard *s)
{
	return books_notes(s->connector.books);
}

void shard_notes_undo(struct shard *s, size_t count)
{
	books_notes_undo(s->connector.books, count);
}

static void write_down(struct shard *s, const struct books_row *row)
{
	if (s->connector.durability == CONNECTOR_AUDIT)
		books_write_down(s->connector.books, row);
}

bool shard_adjust(struct shard *s, struct account *account,
		  struct ilp_amount amount, bool less)
{
	struct books_row row = { .kind = BOOKS_ADJUSTED,
				 .at = s->connector.now,
				 .from = account };

	*(less ? &row.out : &row.in) = amount;
	if (!(less ? books_credit : books_debit)(s->connector.books, account,
						 amount))
		return false;
	write_down(s, &row);
	return true;
}

bool shard_resolve(struct shard *s, struct account *account,
		   struct ilp_amount posted)
{
	const struct books_row row = { .kind = BOOKS_RESOLVED,
				       .at = s->connector.now,
				       .from = account,
				       .out = posted };

	if (!books_resolve(s->connector.books, account, posted))
		return false;
	write_down(s, &row);
	return true;
}

void shard_taken(struct shard *s)
{
	connector_taken(&s->connector);
}

void shard_durable(struct shard *s, uint64_t batch)
{
	connector_durable(&s->connector, batch);
}

uint64_t shard_durable_batch(const struct shard *s)
{
	return s->connector.durable;
}

void shard_ledger_busy(struct shard *s, bool busy)
{
	s->connector.ledger_busy = busy;
}

/* ---- the end ---- */

void shard_drain(struct shard *s)
{
	s->connector.draining = true;
}

bool shard_is_idle(struct shard *s)
{
	struct connector *c = &s->connector;

	if (!connector_is_idle(c))
		return false;
	if (c->draining)
		books_rest_all(c->books);
	return !shard_has_batch(s);
}

static void drop_all_lines(struct shard *s)
{
	struct account *account = NULL;

	while ((account = accounts_next(s->connector.accounts, account)))
		drop_lines(s, account);
}

void shard_destroy(struct shard *s)
{
	if (!s)
		return;
	while (s->sessions)
		shard_detach(s, s->sessions, "shutting down");
	drop_all_lines(s);
	connector_finish(&s->connector);
	keyring_destroy(s->keyring);
	ilp_crypto_destroy(s->crypto);
	free(s);
}

const struct connector_counters *shard_counters(const struct shard *s)
{
	return &s->connector.counters;
}

struct alerts *shard_alerts(struct shard *s)
{
	return s->connector.alerts;
}

bool shard_alert_dismiss(struct shard *s, uint64_t id)
{
	const struct alert *alert =
		id ? alerts_next(s->connector.alerts, id - 1) : NULL;

	if (!alert || alert->id != id)
		return false;
	witness_alert(&s->connector, alert, EVENT_DISMISSED);
	return alerts_dismiss(s->connector.alerts, id);
}

bool shard_listen(struct shard *s, uint32_t kinds, uint64_t sample)
{
	return witness_listen(&s->connector, kinds, sample);
}

const struct events *shard_events(const struct shard *s)
{
	return &s->connector.events;
}

const struct books *shard_books(const struct shard *s)
{
	return s->connector.books;
}

bool shard_is_draining(const struct shard *s)
{
	return s->connector.draining;
}

size_t shard_in_flight(const struct shard *s)
{
	return inflight_count(s->connector.inflight);
}

size_t shard_held(const struct shard *s)
{
	return held_waiting(&s->connector.held);
}

size_t shard_unsent(const struct shard *s)
{
	return held_waiting(&s->connector.unsent);
}
