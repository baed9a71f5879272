/* SPDX-License-Identifier: Apache-2.0 */
#include "node/callers.h"

#include <assert.h>

#include "node/account.h"
#include "node/lines.h"

bool callers_init(struct callers *c, const uint8_t seed[32], int64_t now_us)
{
	*c = (struct callers){ .count = 0 };
	c->seed = hash_seed((struct ilp_bytes){ seed, 32 });
	c->pool = pool_create(sizeof(struct caller), CALLERS_MAX);
	wheel_init(&c->wheel, now_us);
	return c->pool && index_init(&c->by_number, 16, true) &&
	       index_init(&c->by_id, 16, true);
}

void callers_finish(struct callers *c)
{
	while (c->first) {
		struct caller *caller = c->first;

		c->first = caller->next;
		pool_give(c->pool, caller);
	}
	pool_destroy(c->pool);
	index_finish(&c->by_number);
	index_finish(&c->by_id);
}

/* They are counted, and the index takes its bits from the upper half. */
static uint64_t number_hash(uint32_t number)
{
	return (uint64_t)number << 32;
}

static uint64_t id_hash(const struct callers *c, const struct account *account,
			struct ilp_bytes id)
{
	return hash_more(&c->seed, c->seed.start ^ account->number, id);
}

static void enter(struct callers *c, struct caller *caller)
{
	const struct ilp_bytes id = { caller->id, REQUEST_ID_LEN };

	if (++c->number == 0)
		c->number = 1;
	caller->number = c->number;
	caller->next = c->first;
	if (caller->next)
		caller->next->prev = caller;
	c->first = caller;
	index_add(&c->by_number, &caller->by_number,
		  number_hash(caller->number));
	index_add(&c->by_id, &caller->by_id,
		  id_hash(c, caller->account, id));
	wheel_start(&c->wheel, &caller->timer, caller->deadline_us);
	caller->account->callers++;
	c->count++;
}

/* Only the head of a place is cleared; there are many bytes behind it. */
struct caller *callers_add(struct callers *c, struct account *account,
			   struct ilp_bytes id, struct ilp_bytes path,
			   int64_t deadline_us)
{
	struct caller *caller = account->callers < CALLERS_SHARE ?
					pool_take(c->pool) :
					NULL;

	assert(id.len == REQUEST_ID_LEN && path.len <= CALLER_PATH_MAX);
	if (!caller)
		return NULL;
	memset(caller, 0, offsetof(struct caller, path));
	caller->account = account;
	caller->deadline_us = deadline_us;
	memcpy(caller->id, id.at, REQUEST_ID_LEN);
	memcpy(caller->path, path.at, path.len);
	caller->path_len = (uint16_t)path.len;
	enter(c, caller);
	return caller;
}

void callers_queue(struct callers *c, struct caller *caller)
{
	struct lines *lines = caller->account->lines;

	assert(lines && caller->state != CALLER_QUEUED);
	caller->state = CALLER_QUEUED;
	caller->next_reply = NULL;
	if (lines->replies)
		lines->replies_last->next_reply = caller;
	else
		lines->replies = caller;
	lines->replies_last = caller;
	callers_wake_at(c, caller, caller->deadline_us);
}

void callers_unqueue(struct lines *lines, enum caller_state state)
{
	struct caller *caller = lines->replies;

	lines->replies = caller->next_reply;
	caller->state = state;
}

/* Of many that are queued few come to their deadline there. */
static void drop_from_queue(struct caller *caller)
{
	struct lines *lines = caller->account->lines;
	struct caller *before = NULL;

	for (struct caller *at = lines->replies; at != caller;
	     at = at->next_reply)
		before = at;
	if (!before)
		lines->replies = caller->next_reply;
	else
		before->next_reply = caller->next_reply;
	if (lines->replies_last == caller)
		lines->replies_last = before;
}

void callers_remove(struct callers *c, struct caller *caller)
{
	if (caller->state == CALLER_QUEUED)
		drop_from_queue(caller);
	wheel_stop(&c->wheel, &caller->timer);
	index_remove(&c->by_number, &caller->by_number);
	index_remove(&c->by_id, &caller->by_id);
	if (caller->prev)
		caller->prev->next = caller->next;
	else
		c->first = caller->next;
	if (caller->next)
		caller->next->prev = caller->prev;
	caller->account->callers--;
	c->count--;
	pool_give(c->pool, caller);
}

struct caller *callers_find(const struct callers *c, uint32_t number)
{
	struct index_entry *at =
		index_find(&c->by_number, number_hash(number));

	return at ? INDEX_THING(at, struct caller, by_number) : NULL;
}

struct caller *callers_find_id(const struct callers *c,
			       const struct account *account,
			       struct ilp_bytes id)
{
	struct index_entry *at =
		index_find(&c->by_id, id_hash(c, account, id));

	for (; at; at = index_next(at)) {
		struct caller *caller = INDEX_THING(at, struct caller, by_id);

		if (caller->account == account &&
		    memcmp(caller->id, id.at, REQUEST_ID_LEN) == 0)
			return caller;
	}
	return NULL;
}

void caller_answer(struct caller *caller, struct ilp_bytes packet)
{
	assert(caller->state == CALLER_ASKS && packet.len <= ILP_PACKET_MAX);
	memcpy(caller->packet, packet.at, packet.len);
	caller->packet_len = packet.len;
}

void callers_wake_at(struct callers *c, struct caller *caller, int64_t at_us)
{
	wheel_stop(&c->wheel, &caller->timer);
	wheel_start(&c->wheel, &caller->timer,
		    at_us < caller->deadline_us ? at_us : caller->deadline_us);
}

struct caller *callers_due(struct callers *c, int64_t now_us)
{
	struct wheel_timer *timer = wheel_fire(&c->wheel, now_us);

	return timer ? INDEX_THING(timer, struct caller, timer) : NULL;
}
