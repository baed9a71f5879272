/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/feed.h"

#include <stdlib.h>

#include "node/admin/event.h"
#include "node/admin/tokens.h"

/* What one errand brings at most, and copies in one round of the shard. */
#define EVENTS_A_READ 256
#define EVENTS_A_STEP 16
/* Beside FEED_ROOM, for the last words. */
#define LAST_ROOM ((size_t)4096)

struct listener {
	const void *who;
	const void *door;
	struct feed_wish wish;
	uint64_t next; /* the event that comes next */
	bool missed;   /* some before it, and so many; 0: nobody knows */
	uint64_t missed_count;
	bool over;
	int64_t told_us; /* when something was last said */
	struct buffer text;
	struct listener *after;
};

/* While it is on its way it is the shard's. */
struct reading {
	struct errand errand;
	uint32_t kinds;
	uint64_t sample;
	uint64_t from;
	bool more; /* than was brought */
	size_t count;
	struct event events[EVENTS_A_READ];
};

struct feed {
	struct listener *listeners;
	bool on_its_way;
	struct ilp_time now;
	int64_t next_us; /* when the errand is to go */
	struct reading reading;
};

struct feed *feed_create(void)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (feed)
		feed->next_us = ILP_NEVER_US;
	return feed;
}

static void drop(struct listener **at)
{
	struct listener *l = *at;

	*at = l->after;
	buffer_drop(&l->text);
	free(l);
}

void feed_destroy(struct feed *feed)
{
	if (!feed)
		return;
	while (feed->listeners)
		drop(&feed->listeners);
	free(feed);
}

/* ---- coming and going ---- */

bool feed_has_room(const struct feed *feed, const void *door)
{
	size_t count = 0;

	for (const struct listener *l = feed->listeners; l; l = l->after)
		count += l->door == door;
	return count < FEED_LISTENERS_MAX;
}

bool feed_join(struct feed *feed, const void *who, const void *door,
	       const struct feed_wish *wish, struct ilp_time now)
{
	struct listener *l = feed_has_room(feed, door) ? calloc(1, sizeof(*l)) :
							 NULL;

	if (!l)
		return false;
	*l = (struct listener){
		.who = who,
		.door = door,
		.wish = *wish,
		.next = wish->from,
		.missed = wish->has_missed,
		.told_us = now.monotonic_us,
		.after = feed->listeners,
	};
	feed->listeners = l;
	feed->now = now;
	if (feed->next_us == ILP_NEVER_US)
		feed->next_us = now.monotonic_us;
	return true;
}

void feed_leave(struct feed *feed, const void *who)
{
	struct listener **at = &feed->listeners;

	while (*at)
		if ((*at)->who == who)
			drop(at);
		else
			at = &(*at)->after;
	if (!feed->listeners)
		feed->next_us = ILP_NEVER_US;
}

bool feed_is_empty(const struct feed *feed)
{
	return !feed->listeners;
}

static struct listener *find(const struct feed *feed, const void *who)
{
	struct listener *l = feed->listeners;

	while (l && l->who != who)
		l = l->after;
	return l;
}

/* ---- what they are told ---- */

static void miss(struct listener *l, uint64_t count)
{
	/* Where nobody knows how many it were, nobody knows more with these. */
	if (!l->missed || l->missed_count)
		l->missed_count += count;
	l->missed = true;
}

/* False when there is still something missing that he has not heard of: not
 * before half of his room is free again, or he would hear of each by itself. */
static bool tell_missed(struct listener *l, struct ilp_time now)
{
	const struct event event = {
		.kind = EVENT_MISSED,
		.at_ms = now.wall_ms,
		.missed = { .of = EVENT_KINDS, .count = l->missed_count },
	};

	if (!l->missed)
		return true;
	if (l->text.len > FEED_ROOM / 2 ||
	    !event_put(&l->text, &event, FEED_ROOM))
		return false;
	l->missed = false;
	l->missed_count = 0;
	return true;
}

static bool is_about(const struct event *event, const char *account)
{
	return strcmp(event->account, account) == 0 ||
	       (event->kind == EVENT_PACKET &&
		strcmp(event->packet.to, account) == 0) ||
	       (event->kind == EVENT_ACCOUNT && !event->account[0]);
}

static bool wants(const struct feed_wish *wish, const struct event *event)
{
	if (event->kind == EVENT_MISSED)
		return wish->kinds & EVENT_BIT(event->missed.of);
	if (!(wish->kinds & EVENT_BIT(event->kind)))
		return false;
	if (event->kind == EVENT_PACKET &&
	    event->packet.number % wish->sample != 0)
		return false;
	return !wish->account[0] || is_about(event, wish->account);
}

static void tell(struct listener *l, const struct event *event,
		 struct ilp_time now)
{
	if (tell_missed(l, now) && event_put(&l->text, event, FEED_ROOM))
		l->told_us = now.monotonic_us;
	else
		miss(l, event->kind == EVENT_MISSED ? event->missed.count : 1);
}

/* Numbers follow one another, so what is not there is seen. */
static void take(struct listener *l, const struct event *event,
		 struct ilp_time now)
{
	if (event->id < l->next)
		return;
	if (event->id > l->next)
		miss(l, event->id - l->next);
	l->next = event->id + 1;
	if (wants(&l->wish, event))
		tell(l, event, now);
}

static void say_goodbye(struct listener *l, const char *reason)
{
	const struct event_end end = { reason };

	if (l->over)
		return;
	event_put_end(&l->text, &end, FEED_ROOM + LAST_ROOM);
	l->over = true;
}

/* ---- the errand ---- */

static enum errand_step work(struct errand *errand, struct node *node)
{
	struct reading *r = (struct reading *)errand;
	struct shard *shard = node_shard(node);
	const struct events *events = shard_events(shard);
	size_t room = EVENTS_A_READ - r->count;
	size_t got;

	if (r->count == 0 && !shard_listen(shard, r->kinds, r->sample))
		return ERRAND_DONE; /* another time there may be memory */
	got = events_read(events,
			  r->count ? r->events[r->count - 1].id + 1 : r->from,
			  r->events + r->count,
			  room < EVENTS_A_STEP ? room : EVENTS_A_STEP);
	r->count += got;
	r->more = r->count == EVENTS_A_READ;
	return got < EVENTS_A_STEP || r->more ? ERRAND_DONE : ERRAND_GOES_ON;
}

/* All that anybody wants, from where the last of them is. */
static void gather_wishes(struct feed *feed)
{
	struct reading *r = &feed->reading;

	r->errand = (struct errand){ .work = work };
	r->kinds = 0;
	r->sample = 0;
	r->from = UINT64_MAX;
	r->count = 0;
	r->more = false;
	for (const struct listener *l = feed->listeners; l; l = l->after) {
		r->kinds |= l->wish.kinds;
		if (l->wish.kinds & EVENT_BIT(EVENT_PACKET))
			r->sample = events_common(l->wish.sample,
						  r->sample);
		if (l->next < r->from)
			r->from = l->next;
	}
	if (r->sample == 0)
		r->sample = 1;
}

struct errand *feed_errand(struct feed *feed)
{
	if (feed->on_its_way || !feed->listeners ||
	    feed->now.monotonic_us < feed->next_us)
		return NULL;
	gather_wishes(feed);
	feed->on_its_way = true;
	return &feed->reading.errand;
}

/* Who wants to begin before it did has come meanwhile, and waits for the next.
 */
bool feed_returned(struct feed *feed, const struct errand *errand,
		   struct ilp_time now)
{
	const struct reading *r = &feed->reading;

	if (errand != &r->errand)
		return false;
	feed->on_its_way = false;
	feed->now = now;
	for (struct listener *l = feed->listeners; l; l = l->after) {
		if (l->over || l->next < r->from)
			continue;
		for (size_t i = 0; i < r->count; i++)
			take(l, &r->events[i], now);
	}
	if (feed->listeners)
		feed->next_us = now.monotonic_us +
				(r->more ? 0 : FEED_EVERY_US);
	return true;
}

/* ---- time ---- */

static bool may_hear(const struct listener *l, const struct catalog *catalog)
{
	return !l->wish.by_token ||
	       tokens_scope_of(catalog, l->wish.token) >= API_READ;
}

static void look_after(struct listener *l, struct ilp_time now,
		       const struct catalog *catalog)
{
	if (l->over)
		return;
	if (!may_hear(l, catalog)) {
		say_goodbye(l, "the token is not good any more");
		return;
	}
	tell_missed(l, now);
	if (now.monotonic_us - l->told_us < FEED_QUIET_US)
		return;
	l->told_us = now.monotonic_us;
	if (l->text.len == 0)
		buffer_add(&l->text, ilp_text(":\n\n"), FEED_ROOM);
}

void feed_tick(struct feed *feed, struct ilp_time now,
	       const struct catalog *catalog)
{
	feed->now = now;
	for (struct listener *l = feed->listeners; l; l = l->after)
		look_after(l, now, catalog);
}

int64_t feed_deadline_us(const struct feed *feed)
{
	return feed->on_its_way ? ILP_NEVER_US : feed->next_us;
}

void feed_end(struct feed *feed, const char *reason)
{
	for (struct listener *l = feed->listeners; l; l = l->after)
		say_goodbye(l, reason);
}

/* ---- what they take ---- */

struct ilp_bytes feed_text(const struct feed *feed, const void *who)
{
	const struct listener *l = find(feed, who);

	return l ? buffer_bytes(&l->text) : (struct ilp_bytes){ NULL, 0 };
}

void feed_taken(struct feed *feed, const void *who)
{
	find(feed, who)->text.len = 0;
}

bool feed_is_over(const struct feed *feed, const void *who)
{
	const struct listener *l = find(feed, who);

	return !l || l->over;
}
