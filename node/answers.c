/* SPDX-License-Identifier: Apache-2.0 */
#include "node/answers.h"

#include <stdlib.h>

#include "node/replies.h"

/* What we remember of transfers that we fulfilled (fulfilled.h). */
#define FULFILLED_TRANSFERS 4096
#define FULFILLED_BYTES ((size_t)1024 * 1024)

/* More than this is not kept for a link that is crowded. */
#define READY_MAX ((size_t)16 * 1024 * 1024)

/* How long before its time is over a Fulfill leaves in any case, unless that
 * is most of the time that it has; and how often to look for such ones. */
#define HURRY_BEFORE_US 250000
#define HURRY_EVERY_US 50000

bool answers_init(struct connector *c)
{
	wheel_init(&c->parking.wheel, c->now.monotonic_us);
	c->fulfilled = fulfilled_create(FULFILLED_TRANSFERS, FULFILLED_BYTES);
	return c->fulfilled && held_init(&c->held) &&
	       index_init(&c->lines, 16, true);
}

static void free_parked(struct connector *c)
{
	struct account *account = NULL;

	while ((account = accounts_next(c->accounts, account)))
		while (account->parked)
			free(parking_take(&c->parking, account));
}

static void free_ready(struct connector *c)
{
	for (; c->crowded; c->crowded = c->crowded->next_crowded) {
		held_finish(c->crowded->ready);
		free(c->crowded->ready);
	}
}

void answers_finish(struct connector *c)
{
	free_ready(c);
	if (c->accounts)
		free_parked(c);
	fulfilled_destroy(c->fulfilled);
	held_finish(&c->held);
	index_finish(&c->lines);
}

/* ---- lines ---- */

/* They are counted, so that their lowest bits, which the index takes from the
 * upper half, are as different as can be. */
static uint64_t line_hash(uint32_t number)
{
	return (uint64_t)number << 32;
}

void answers_line_begins(struct connector *c, struct session *session)
{
	if (++c->line_number == WAY_BACK_OWN)
		c->line_number = 1;
	session->number = c->line_number;
	index_add(&c->lines, &session->by_number, line_hash(session->number));
}

void answers_line_ends(struct connector *c, struct session *session)
{
	index_remove(&c->lines, &session->by_number);
}

struct session *answers_find_line(const struct connector *c, uint32_t number)
{
	struct index_entry *at = index_find(&c->lines, line_hash(number));

	return at ? INDEX_THING(at, struct session, by_number) : NULL;
}

/* ---- to a link ---- */

/* Has the link more to say than it should? Then answers wait until its driver
 * has written some of it. A line, which has few to give, is never so. */
static bool is_crowded(const struct account *account, struct way_back back)
{
	return !back.line && account->session &&
	       link_waiting(account->session->link) > LINK_HIGH;
}

static bool must_queue(const struct account *account, struct way_back back)
{
	return !back.line && (account->ready || is_crowded(account, back));
}

/* By which an answer goes; NULL: there is none now, or for good. */
static struct session *way_of(const struct connector *c,
			      const struct account *account,
			      struct way_back back)
{
	return back.line ? answers_find_line(c, back.line) : account->session;
}

/* Does whoever asked still want an answer? Who is replied to may be forgotten
 * by now, but he never hung up. */
static bool is_there(const struct connector *c, const struct account *account,
		     struct way_back back)
{
	return back.line == WAY_BACK_REPLY || way_of(c, account, back);
}

/* Hands an answer to the account's link; false when it has none that is up. */
static bool deliver(struct connector *c, const struct account *account,
		    struct way_back back, struct ilp_bytes packet)
{
	struct session *session;

	if (back.line == WAY_BACK_REPLY)
		return replies_give(c, back.request, packet);
	if (back.line == WAY_BACK_OWN) {
		own_take_answer(c, back.request, packet);
		return true;
	}
	session = way_of(c, account, back);
	if (!session)
		return false;
	connector_mark_dirty(c, session);
	return link_answer(session->link, back.request, packet) == LINK_OK;
}

/* ---- when it has to wait ---- */

/* For an account whose link is crowded. Who lets too much gather does not
 * read. */
static void queue_up(struct connector *c, struct account *account,
		     const struct held_answer *answer, struct ilp_bytes packet)
{
	struct held_answer *place;

	if (!account->ready) {
		account->ready = calloc(1, sizeof(*account->ready));
		if (!account->ready || !held_init(account->ready)) {
			free(account->ready);
			account->ready = NULL;
			c->counters.lost++;
			return;
		}
		account->next_crowded = c->crowded;
		c->crowded = account;
	}
	place = held_add(account->ready, packet);
	if (place) {
		*place = *answer;
		place->len = (uint32_t)packet.len;
		account->held++;
	} else {
		c->counters.lost++;
	}
	if (held_waiting(account->ready) > READY_MAX && account->session) {
		link_close(account->session->link,
			   "peer does not read our answers");
		connector_mark_dirty(c, account->session);
	}
}

/* For an account that is not connected. On a line that is gone nobody waits. */
static void park(struct connector *c, struct account *account,
		 const struct held_answer *answer, struct ilp_bytes packet)
{
	const struct parked parked = {
		.request = answer->back.request,
		.charged = answer->charged,
		.amount = answer->amount,
		.deadline_us = answer->deadline_us,
	};

	if (answer->back.line ||
	    !parking_add(&c->parking, account, &parked, packet))
		c->counters.lost++;
}

/* Our ledger was too slow for a Fulfill: whoever asked need not pay for it. */
static void write_off(struct connector *c, struct account *account,
		      const struct held_answer *answer)
{
	const struct books_row row = {
		.kind = BOOKS_LATE,
		.at = c->now,
		.from = account,
		.in = answer->amount,
	};

	books_move_late(c->books, account, answer->amount);
	if (c->durability == CONNECTOR_AUDIT)
		books_write_down(c->books, &row);
	c->counters.late++;
	connector_alert(c, account, "fulfilled too late, not charged.",
			(struct ilp_bytes){ NULL, 0 });
}

/* The end of the wait. */
static void give(struct connector *c, struct account *account,
		 const struct held_answer *answer, struct ilp_bytes packet)
{
	account->held--;
	if (!deliver(c, account, answer->back, packet))
		park(c, account, answer, packet);
}

static void give_at_once(struct connector *c, struct account *account,
			 const struct held_answer *answer,
			 struct ilp_bytes packet)
{
	if (must_queue(account, answer->back))
		queue_up(c, account, answer, packet);
	else if (!deliver(c, account, answer->back, packet))
		park(c, account, answer, packet);
}

void answers_give(struct connector *c, struct account *account,
		  struct way_back back, struct ilp_bytes packet)
{
	const struct held_answer answer = {
		.account = account->slot,
		.back = back,
		.deadline_us = c->now.monotonic_us +
			       (c->hold_max_ms + c->window_ms) * 1000,
	};

	give_at_once(c, account, &answer, packet);
}

/* So that whoever asks again gets the same, and is not charged again. What
 * cost nothing is not worth a place. */
static void remember(struct connector *c, const struct inflight_entry *entry,
		     struct ilp_bytes packet)
{
	struct fulfilled_transfer transfer;

	if (!entry->repeatable || ilp_amount_is_zero(entry->in_amount))
		return;
	transfer.hash = entry->by_transfer.hash;
	memcpy(transfer.condition, entry->condition, 32);
	transfer.account = entry->from;
	transfer.amount = entry->in_amount;
	transfer.deadline_us = entry->in_deadline_us;
	transfer.batch = c->durability == CONNECTOR_RELAXED ?
				 0 :
				 books_gathering(c->books);
	fulfilled_add(c->fulfilled, &transfer, packet);
}

/* The wait is over, whatever comes now. */
static void count_fulfilled(struct connector *c, uint32_t came)
{
	histogram_count(&c->counters.fulfilled,
			inflight_since_us(came, c->now));
}

/* What a crash loses of it is what the ledger was still about to write. */
static void give_relaxed(struct connector *c, struct account *account,
			 const struct inflight_entry *entry,
			 struct ilp_bytes packet)
{
	const struct held_answer answer = {
		.account = account->slot,
		.back = entry->back,
		.charged = true,
		.amount = entry->in_amount,
		.deadline_us = entry->in_deadline_us,
	};

	count_fulfilled(c, entry->came);
	give_at_once(c, account, &answer, packet);
}

static void hold(struct connector *c, struct account *account,
		 const struct inflight_entry *entry, struct ilp_bytes packet)
{
	struct held_answer *answer = held_add(&c->held, packet);

	if (!answer) {
		c->counters.lost++;
		return;
	}
	answer->batch = books_gathering(c->books);
	answer->account = account->slot;
	answer->back = entry->back;
	answer->came = entry->came;
	answer->charged = true;
	answer->amount = entry->in_amount;
	answer->deadline_us = entry->in_deadline_us;
	account->held++;
}

void answers_fulfill(struct connector *c, struct account *account,
		     const struct inflight_entry *entry,
		     struct ilp_bytes packet)
{
	remember(c, entry, packet);
	if (c->durability == CONNECTOR_RELAXED)
		give_relaxed(c, account, entry, packet);
	else
		hold(c, account, entry, packet);
}

/* The ledger has the charge of this answer. */
static void release_held(struct connector *c, struct account *account,
			 const struct held_answer *answer,
			 struct ilp_bytes packet)
{
	bool late = answer->deadline_us <= c->now.monotonic_us;

	if (!answer->gone)
		count_fulfilled(c, answer->came);
	if (!answer->gone && !late && !must_queue(account, answer->back)) {
		give(c, account, answer, packet);
		return;
	}
	account->held--;
	if (answer->gone)
		return;
	if (late && is_there(c, account, answer->back))
		write_off(c, account, answer);
	else if (answer->back.line)
		c->counters.lost++;
	else
		queue_up(c, account, answer, packet);
}

void answers_durable(struct connector *c, uint64_t batch)
{
	struct held_answer answer;
	struct ilp_bytes packet;

	c->durable = batch;
	while (held_first(&c->held, batch, &answer, &packet)) {
		release_held(c, accounts_at(c->accounts, answer.account),
			     &answer, packet);
		held_drop(&c->held);
	}
}

/* What has gathered for one account; are there no more? */
static bool release_to(struct connector *c, struct account *account, bool *any)
{
	struct held_answer answer;
	struct ilp_bytes packet;

	while (!is_crowded(account, (struct way_back){ .line = 0 }) &&
	       held_first(account->ready, UINT64_MAX, &answer, &packet)) {
		give(c, account, &answer, packet);
		held_drop(account->ready);
		*any = true;
	}
	return held_waiting(account->ready) == 0;
}

bool answers_release(struct connector *c)
{
	struct account **at = &c->crowded;
	bool any = false;

	while (*at) {
		struct account *account = *at;

		if (!release_to(c, account, &any)) {
			at = &account->next_crowded;
			continue;
		}
		*at = account->next_crowded;
		held_finish(account->ready);
		free(account->ready);
		account->ready = NULL;
	}
	return any;
}

void answers_resume(struct connector *c, struct account *account)
{
	struct parked *parked;

	while ((parked = parking_take(&c->parking, account))) {
		const struct held_answer answer = {
			.account = account->slot,
			.back = { .request = parked->request },
			.charged = parked->charged,
			.amount = parked->amount,
			.deadline_us = parked->deadline_us,
		};

		queue_up(c, account, &answer,
			 (struct ilp_bytes){ parked->packet, parked->len });
		free(parked);
	}
}

/* ---- time ---- */

/* A ledger so slow that the time of a Fulfill runs out: to withhold it would
 * make the loss certain, so it leaves before it is durable, and the operator
 * is told. What the ledger has not even been handed must wait. */
static void hurry(struct connector *c)
{
	int64_t before_us = c->window_ms * 1000 / 4;
	struct held_walk walk = { .left = 0 };
	struct held_answer answer;
	struct ilp_bytes packet;

	if (held_waiting(&c->held) == 0 || c->now.monotonic_us < c->hurry_us)
		return;
	c->hurry_us = c->now.monotonic_us + HURRY_EVERY_US;
	if (before_us > HURRY_BEFORE_US)
		before_us = HURRY_BEFORE_US;
	while (held_next(&c->held, &walk, &answer, &packet)) {
		const struct account *account =
			accounts_at(c->accounts, answer.account);
		int64_t left_us = answer.deadline_us - c->now.monotonic_us;

		if (answer.gone || left_us > before_us || left_us <= 0 ||
		    answer.batch == books_gathering(c->books) ||
		    is_crowded(account, answer.back) ||
		    !deliver(c, account, answer.back, packet))
			continue;
		held_leave(&walk);
		count_fulfilled(c, answer.came);
		connector_alert(c, account,
				"fulfilled before the ledger was ready.",
				(struct ilp_bytes){ NULL, 0 });
	}
}

/* Nobody has come for them. What was charged stays charged. */
static void drop_parked(struct connector *c)
{
	struct parked *parked;

	while ((parked = parking_expired(&c->parking, c->now.monotonic_us))) {
		c->counters.lost++;
		free(parked);
	}
}

void answers_tick(struct connector *c)
{
	drop_parked(c);
	hurry(c);
}

int64_t answers_deadline_us(const struct connector *c)
{
	int64_t parked_us = wheel_deadline_us(&c->parking.wheel);

	return held_waiting(&c->held) && c->hurry_us < parked_us ? c->hurry_us :
								   parked_us;
}
