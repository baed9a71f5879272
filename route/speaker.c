/* SPDX-License-Identifier: Apache-2.0 */
#include "route/speaker.h"

#include <assert.h>
#include <stdlib.h>

#include "route/export.h"

#define MS_US INT64_C(1000)

/* Between two updates with news; between two of which the first was full. */
#define INTERVAL_MIN_US (150 * MS_US)
#define INTERVAL_FULL_US (20 * MS_US)

#define ANSWER_WAIT_US (30000 * MS_US)
#define DELAY_MIN_US (1000 * MS_US)
#define DELAY_MAX_US (30000 * MS_US)

/* What an update has besides the items of its lists: fields of fixed size, the
 * speaker, and both counts. */
#define HEAD_MAX (ILP_CCP_TABLE_ID_LEN + 4 * 4 + 3 + ILP_ADDRESS_MAX + 2 * 9)
#define LISTS_MAX (SPEAKER_UPDATE_MAX - HEAD_MAX)

static void set_state(struct speaker *s, enum neighbour_state state,
		      enum neighbour_reason reason, int64_t now_us)
{
	neighbour_status_set(&s->status, state, reason, now_us);
}

static void drop_withdrawn(struct speaker *s)
{
	free(s->withdrawn);
	s->withdrawn = NULL;
	s->withdrawn_count = 0;
}

/* They know nothing of the table that is told from now on; but what they may
 * know of one before is taken back all the same, since not everybody forgets it
 * when he hears of another one. */
static void begin_table(struct speaker *s)
{
	uint8_t *number = s->status.table_id + ILP_CCP_TABLE_ID_LEN - 4;

	s->tables += s->used;
	s->used = false;
	memcpy(s->status.table_id, s->world->table_id,
	       sizeof(s->status.table_id));
	ilp_store_u32(number, ilp_load_u32(number) ^ s->tables);
	drop_withdrawn(s);
	s->status.epoch = 0;
	s->walked = 0;
	s->sent_to = 0;
	s->turn = news_turn(s->world->news);
	s->begun = news_epoch(s->world->news);
	s->owed = true;
}

/* No more, until they ask. */
static void rest(struct speaker *s)
{
	s->wanted = false;
	s->sent = false;
	s->delay_us = DELAY_MIN_US;
	drop_withdrawn(s);
}

void speaker_init(struct speaker *s, const struct speaker_world *world,
		  const struct neighbour_self *self,
		  const struct neighbour_terms *terms, int64_t now_us)
{
	*s = (struct speaker){ .world = world, .self = self, .terms = terms };
	s->status.since_us = now_us;
	s->next_us = now_us;
	s->beat_us = now_us;
	rest(s);
	begin_table(s);
	s->status.reason = NEIGHBOUR_NOT_LINKED;
}

void speaker_finish(struct speaker *s)
{
	rest(s);
	told_clear(&s->told);
}

static void wait_to_be_asked(struct speaker *s, int64_t now_us)
{
	set_state(s, NEIGHBOUR_IDLE,
		  s->terms->send ? NEIGHBOUR_NOT_ASKED : NEIGHBOUR_NOT_WANTED,
		  now_us);
}

void speaker_up(struct speaker *s, int64_t now_us)
{
	rest(s);
	begin_table(s);
	s->linked = true;
	wait_to_be_asked(s, now_us);
}

void speaker_down(struct speaker *s, int64_t now_us)
{
	rest(s);
	told_clear(&s->told);
	s->linked = false;
	set_state(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_LINKED, now_us);
}

void speaker_change(struct speaker *s, int64_t now_us)
{
	bool wanted = s->wanted && s->terms->send;

	if (!s->linked)
		return;
	rest(s);
	begin_table(s);
	s->wanted = wanted;
	if (wanted)
		set_state(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, now_us);
	else
		wait_to_be_asked(s, now_us);
}

/* ---- being asked ---- */

/* What was withdrawn by the last update they do not have any more. */
static void arrive(struct speaker *s)
{
	for (size_t i = 0; i < s->withdrawn_count; i++)
		told_remove(&s->told, s->withdrawn[i]);
	drop_withdrawn(s);
	s->status.epoch = s->sent_to;
}

/* They say what they know: is it what we believe, or what we hope? */
static void believe(struct speaker *s, const struct ilp_ccp_control *control)
{
	bool same = memcmp(control->table_id, s->status.table_id,
			   sizeof(control->table_id)) == 0;

	if (!same)
		told_clear(&s->told);
	if (same && s->used && control->epoch == s->sent_to)
		arrive(s);
	if (same && control->epoch == s->status.epoch)
		s->walked = s->status.epoch;
	else
		begin_table(s);
	drop_withdrawn(s);
}

enum neighbour_answer speaker_control(struct speaker *s, int64_t now_us,
				      struct ilp_bytes data)
{
	struct ilp_ccp_control control;

	if (!s->linked)
		return NEIGHBOUR_CONTROL_FROM_STRANGER;
	if (!s->terms->send)
		return NEIGHBOUR_WE_DO_NOT_SEND;
	if (ilp_ccp_control_decode(&control, data))
		return NEIGHBOUR_BAD_CONTROL;
	if (control.mode == ILP_CCP_IDLE) {
		rest(s);
		set_state(s, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_ASKED, now_us);
		return NEIGHBOUR_TAKEN;
	}
	believe(s, &control);
	rest(s);
	s->wanted = true;
	s->owed = true;
	set_state(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, now_us);
	return NEIGHBOUR_TAKEN;
}

/* ---- the lists of an update ---- */

struct draft {
	struct speaker_desk *desk;
	size_t routes_len;
	uint64_t routes_count;
	size_t withdrawn_len;
	size_t withdrawn_count; /* as many are in desk->gone */
	uint32_t to;
};

static struct ilp_writer room_behind(const struct draft *d, uint8_t *list,
				     size_t len)
{
	return ilp_writer(list + len,
			  LISTS_MAX - d->routes_len - d->withdrawn_len);
}

/* We are the first on the way. */
static struct ilp_list path_through_us(const struct speaker *s,
				       struct speaker_desk *desk,
				       const struct route *route)
{
	struct ilp_writer w = ilp_writer(desk->path, sizeof(desk->path));

	ilp_write_var(&w, s->self->address);
	ilp_write_fixed(&w, route->path.items);
	assert(!w.error);
	return (struct ilp_list){ route->path.count + 1, ilp_written(&w) };
}

/* The hash of what authenticates it to us does so to them. */
static bool tell(struct speaker *s, struct draft *d, uint32_t destination)
{
	const struct route *best = routes_best(s->world->routes, destination);
	struct ilp_ccp_route route = {
		.prefix = routes_prefix(s->world->routes, destination),
		.path = path_through_us(s, d->desk, best),
	};
	struct ilp_writer w = room_behind(d, d->desk->routes, d->routes_len);

	ilp_sha256(d->desk->crypto, route.auth, ILP_BYTES(best->auth));
	if (ilp_ccp_route_encode(&w, &route) ||
	    !told_add(&s->told, destination))
		return false;
	d->routes_len += ilp_written(&w).len;
	d->routes_count++;
	return true;
}

static bool take_back(const struct speaker *s, struct draft *d,
		      uint32_t destination)
{
	struct ilp_writer w =
		room_behind(d, d->desk->withdrawn, d->withdrawn_len);

	ilp_write_var(&w, routes_prefix(s->world->routes, destination));
	if (w.error)
		return false;
	d->withdrawn_len += ilp_written(&w).len;
	d->desk->gone[d->withdrawn_count++] = destination;
	return true;
}

/* False when there is no room for it. */
static bool add_news(struct speaker *s, struct draft *d, uint32_t destination)
{
	if (export_allows(s->world->routes, s->self, s->terms, destination))
		return tell(s, d, destination);
	return !told_has(&s->told, destination) ||
	       take_back(s, d, destination);
}

/* Writes down the news from `to` on, which goes behind what there was room or
 * time for. */
static void add_all_news(struct speaker *s, struct draft *d)
{
	uint32_t destination;

	for (int i = 0; i < SPEAKER_WALK_MAX; i++) {
		uint32_t epoch = d->to;

		if (!news_next(s->world->news, &epoch, &destination)) {
			d->to = news_epoch(s->world->news);
			return;
		}
		if (!add_news(s, d, destination))
			return;
		d->to = epoch + 1;
	}
}

/* ---- updates ---- */

static bool is_behind(const struct speaker *s)
{
	return s->turn != news_turn(s->world->news) ||
	       s->walked < news_epoch(s->world->news);
}

bool speaker_is_done(const struct speaker *s)
{
	return !is_behind(s);
}

uint32_t speaker_needs(const struct speaker *s)
{
	if (!s->wanted)
		return UINT32_MAX;
	return s->turn == news_turn(s->world->news) ? s->status.epoch : 0;
}

int64_t speaker_deadline_us(const struct speaker *s)
{
	if (!s->wanted)
		return ILP_NEVER_US;
	if (s->sent)
		return s->wait_us;
	if (s->owed || is_behind(s) || s->beat_us < s->next_us)
		return s->next_us;
	return s->beat_us;
}

/* Remembers what it takes back; false when there is no memory for that. */
static bool note_withdrawn(struct speaker *s, const struct draft *d)
{
	size_t len = d->withdrawn_count * sizeof(*s->withdrawn);

	drop_withdrawn(s);
	if (len == 0)
		return true;
	s->withdrawn = malloc(len);
	if (!s->withdrawn)
		return false;
	memcpy(s->withdrawn, d->desk->gone, len);
	s->withdrawn_count = d->withdrawn_count;
	return true;
}

static void write_update(const struct speaker *s, const struct draft *d,
			 struct ilp_writer *w)
{
	struct ilp_ccp_update update = {
		.current_epoch = news_epoch(s->world->news),
		.from_epoch = s->status.epoch,
		.to_epoch = d->to,
		.hold_down_ms = s->self->hold_down_ms,
		.speaker = s->self->address,
		.routes = { d->routes_count,
			    { d->desk->routes, d->routes_len } },
		.withdrawn = { d->withdrawn_count,
			       { d->desk->withdrawn, d->withdrawn_len } },
	};

	memcpy(update.table_id, s->status.table_id, sizeof(update.table_id));
	ilp_ccp_update_encode(w, &update);
}

/* It is on its way. */
static void note_sent(struct speaker *s, const struct draft *d, int64_t now_us)
{
	s->sent = true;
	s->used = true;
	s->owed = false;
	s->sent_to = d->to;
	s->wait_us = now_us + ANSWER_WAIT_US;
	s->beat_us = now_us + s->self->interval_us;
}

/* Is something forgotten of which they were to hear? What had gone before this
 * table began they have not been told of in it. */
static bool has_missed_something(const struct speaker *s)
{
	uint32_t forgotten = news_forgotten(s->world->news);

	return s->turn != news_turn(s->world->news) ||
	       (s->walked < forgotten && s->begun < forgotten);
}

bool speaker_update(struct speaker *s, int64_t now_us, struct ilp_writer *w)
{
	struct draft d = { .desk = s->world->desk };

	if (s->sent || now_us < speaker_deadline_us(s))
		return false;
	if (has_missed_something(s)) {
		begin_table(s);
		set_state(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, now_us);
	}
	d.to = s->walked;
	add_all_news(s, &d);
	s->next_us = now_us + (d.to < news_epoch(s->world->news) ?
				       INTERVAL_FULL_US :
				       INTERVAL_MIN_US);
	if (!note_withdrawn(s, &d))
		return false;
	s->walked = d.to;
	if (!d.routes_count && !d.withdrawn_count && !s->owed &&
	    now_us < s->beat_us)
		return false;
	write_update(s, &d, w);
	note_sent(s, &d, now_us);
	return true;
}

static void fail(struct speaker *s, int64_t now_us,
		 enum neighbour_reason reason)
{
	drop_withdrawn(s);
	s->sent = false;
	s->owed = true;
	s->walked = s->status.epoch;
	s->next_us = now_us + s->delay_us;
	s->delay_us = s->delay_us < DELAY_MAX_US / 2 ? s->delay_us * 2 :
						       DELAY_MAX_US;
	set_state(s, NEIGHBOUR_STALE, reason, now_us);
}

void speaker_answer(struct speaker *s, int64_t now_us, bool fulfilled)
{
	if (!s->sent)
		return;
	if (!fulfilled) {
		fail(s, now_us, NEIGHBOUR_REFUSED);
		return;
	}
	s->sent = false;
	s->delay_us = DELAY_MIN_US;
	arrive(s);
	if (!is_behind(s))
		set_state(s, NEIGHBOUR_ESTABLISHED, NEIGHBOUR_FINE, now_us);
	else if (s->status.state != NEIGHBOUR_ESTABLISHED)
		set_state(s, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, now_us);
}

void speaker_tick(struct speaker *s, int64_t now_us)
{
	if (s->sent && now_us >= s->wait_us)
		fail(s, now_us, NEIGHBOUR_NOT_ANSWERED);
}
