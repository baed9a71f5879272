/* SPDX-License-Identifier: Apache-2.0 */
/* Each neighbour has one timer, for the next thing that it has to do, and a
 * place in each of three lines:
 *
 *	WORK   it has an update to be worked on
 *	SEND   it may have something to send
 *	QUIET  it has been told all news; so one change wakes it, and the next
 *	       change does not wake it again
 */
#include "route/routing.h"

#include <assert.h>
#include <stdlib.h>

#include "base/index.h"
#include "base/wheel.h"
#include "ilp/peer.h"

#define NEIGHBOURS_MIN 16

/* So many neighbours are asked for a packet that have none: then the caller
 * gets a rest. */
#define ASK_MAX 8

/* How often to see what of the news may be forgotten. */
#define FLOOR_EVERY_US 1000000

enum lines {
	WORK,
	SEND,
	QUIET,
	LINES,
};

struct place {
	struct neighbour *before;
	struct neighbour *behind;
	bool taken;
};

struct line {
	struct neighbour *first;
	struct neighbour *last;
};

/* What a neighbour has of its own in memory. */
struct copies {
	struct filter *import;
	struct filter *export;
	uint8_t *address;
};

struct neighbour {
	struct neighbour_terms terms;
	struct copies copies;
	struct listener listener;
	struct speaker speaker;
	uint64_t control_number; /* of the last ones, for their answers */
	uint64_t update_number;
	bool up;
	bool filtered; /* there are rules of the operator's */
	struct wheel_timer timer;
	struct place places[LINES];
};

struct routing {
	struct routes *routes;
	struct news *news;
	struct ilp_crypto *crypto;
	struct neighbour_self self;
	struct speaker_world world;
	struct neighbour **neighbours; /* by slot */
	size_t neighbour_size;
	struct line lines[LINES];
	uint64_t last_number;
	uint32_t floor; /* all have heard of the news below it, */
	uint32_t floor_turn; /* in this turn of it */
	int64_t floor_us;
	struct wheel wheel;
	uint8_t *secret;
	size_t secret_len;
	uint8_t *global;
	uint8_t *address;
	struct speaker_desk desk;
	uint8_t packet[SPEAKER_UPDATE_MAX];
};

/* ---- lines ---- */

static void enter(struct routing *r, struct neighbour *n, enum lines which)
{
	struct line *line = &r->lines[which];
	struct place *place = &n->places[which];

	if (place->taken)
		return;
	*place = (struct place){ .before = line->last, .taken = true };
	if (line->last)
		line->last->places[which].behind = n;
	else
		line->first = n;
	line->last = n;
}

static void leave(struct routing *r, struct neighbour *n, enum lines which)
{
	struct line *line = &r->lines[which];
	struct place *place = &n->places[which];

	if (!place->taken)
		return;
	if (place->before)
		place->before->places[which].behind = place->behind;
	else
		line->first = place->behind;
	if (place->behind)
		place->behind->places[which].before = place->before;
	else
		line->last = place->before;
	place->taken = false;
}

static struct neighbour *take_first(struct routing *r, enum lines which)
{
	struct neighbour *n = r->lines[which].first;

	if (n)
		leave(r, n, which);
	return n;
}

/* ---- when a neighbour has its turn ---- */

static int64_t deadline_of(const struct neighbour *n)
{
	int64_t hears = listener_deadline_us(&n->listener);
	int64_t tells = speaker_deadline_us(&n->speaker);

	return hears < tells ? hears : tells;
}

/* Something has happened to it: when is its next turn? */
static void arrange(struct routing *r, struct neighbour *n, int64_t now_us)
{
	int64_t deadline_us = deadline_of(n);

	wheel_stop(&r->wheel, &n->timer);
	if (deadline_us <= now_us)
		enter(r, n, SEND);
	else
		wheel_start(&r->wheel, &n->timer, deadline_us);
	if (listener_has_work(&n->listener))
		enter(r, n, WORK);
	if (speaker_is_done(&n->speaker))
		enter(r, n, QUIET);
	else
		leave(r, n, QUIET);
}

/* Those whose time has come. */
static void fire(struct routing *r, int64_t now_us)
{
	struct wheel_timer *timer;

	while ((timer = wheel_fire(&r->wheel, now_us)))
		enter(r, INDEX_THING(timer, struct neighbour, timer), SEND);
}

/* There is news. */
static void wake(struct routing *r, int64_t now_us)
{
	struct neighbour *n;

	while ((n = take_first(r, QUIET)))
		arrange(r, n, now_us);
}

/* ---- all of it ---- */

static uint8_t *copy(struct ilp_bytes text)
{
	uint8_t *to = malloc(text.len ? text.len : 1);

	if (to && text.len)
		memcpy(to, text.at, text.len);
	return to;
}

static bool fill(struct routing *r, const struct routing_settings *settings)
{
	r->routes = settings->routes;
	r->news = news_create(r->routes, UINT32_MAX);
	r->secret = copy(settings->secret);
	r->global = copy(settings->global);
	r->address = copy(settings->address);
	if (!r->news || !r->secret || !r->global || !r->address)
		return false;
	r->secret_len = settings->secret.len;
	r->self = (struct neighbour_self){
		.address = { r->address, settings->address.len },
		.global = { r->global, settings->global.len },
		.hold_down_ms = settings->hold_down_ms,
		.interval_us = settings->interval_us,
	};
	r->desk.crypto = r->crypto = settings->crypto;
	r->world = (struct speaker_world){ .routes = r->routes,
					   .news = r->news,
					   .desk = &r->desk };
	memcpy(r->world.table_id, settings->table_id, ILP_CCP_TABLE_ID_LEN);
	return true;
}

struct routing *routing_create(const struct routing_settings *settings,
			       int64_t now_us)
{
	struct routing *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	wheel_init(&r->wheel, now_us);
	if (fill(r, settings))
		return r;
	routing_destroy(r);
	return NULL;
}

static void drop_copies(struct copies *copies)
{
	filter_destroy(copies->import);
	filter_destroy(copies->export);
	free(copies->address);
}

static void destroy_neighbour(struct routing *r, struct neighbour *n)
{
	if (!n)
		return;
	for (enum lines which = 0; which < LINES; which++)
		leave(r, n, which);
	wheel_stop(&r->wheel, &n->timer);
	listener_finish(&n->listener);
	speaker_finish(&n->speaker);
	drop_copies(&n->copies);
	free(n);
}

void routing_destroy(struct routing *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->neighbour_size; i++)
		destroy_neighbour(r, r->neighbours[i]);
	free(r->neighbours);
	news_destroy(r->news);
	if (r->secret)
		ilp_secret_clear(r->secret, r->secret_len);
	free(r->secret);
	free(r->global);
	free(r->address);
	free(r);
}

void routing_authenticate(const struct routing *r, struct ilp_bytes prefix,
			  uint8_t auth[ILP_CCP_AUTH_LEN])
{
	_Static_assert(ILP_CCP_AUTH_LEN == ILP_HASH_LEN, "it is a hash");
	ilp_hmac_sha256(r->crypto, auth,
			(struct ilp_bytes){ r->secret, r->secret_len }, prefix);
}

/* ---- accounts ---- */

static struct neighbour *find(const struct routing *r, uint32_t slot)
{
	return slot < r->neighbour_size ? r->neighbours[slot] : NULL;
}

static bool grow(struct routing *r, uint32_t slot)
{
	size_t size = r->neighbour_size ? r->neighbour_size : NEIGHBOURS_MIN;
	struct neighbour **neighbours;

	if (slot < r->neighbour_size)
		return true;
	while (size <= slot)
		size *= 2;
	neighbours = realloc(r->neighbours, size * sizeof(*neighbours));
	if (!neighbours)
		return false;
	memset(neighbours + r->neighbour_size, 0,
	       (size - r->neighbour_size) * sizeof(*neighbours));
	r->neighbours = neighbours;
	r->neighbour_size = size;
	return true;
}

static bool make_copies(struct copies *out,
			const struct routing_account *account)
{
	out->import = filter_create(account->import, account->import_count);
	out->export = filter_create(account->export, account->export_count);
	out->address = copy(account->address);
	if (out->import && out->export && out->address)
		return true;
	drop_copies(out);
	return false;
}

static void set_terms(struct neighbour *n,
		      const struct routing_account *account,
		      const struct copies *copies)
{
	drop_copies(&n->copies);
	n->copies = *copies;
	n->filtered = account->import_count || account->export_count;
	n->terms = (struct neighbour_terms){
		.slot = account->slot,
		.relation = account->relation,
		.send = account->send,
		.receive = account->receive,
		.transit = account->transit,
		.address = { copies->address, account->address.len },
		.import = copies->import,
		.export = copies->export,
	};
}

/* One that is not connected, and on no terms yet. */
static struct neighbour *make(struct routing *r, int64_t now_us, uint32_t slot)
{
	struct neighbour *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	listener_init(&n->listener, r->routes, &r->self, &n->terms, now_us);
	speaker_init(&n->speaker, &r->world, &r->self, &n->terms, now_us);
	r->neighbours[slot] = n;
	return n;
}

/* Both conversations begin anew, if there is anybody. */
static void change(struct routing *r, struct neighbour *n, int64_t now_us)
{
	if (!n->up)
		return;
	listener_up(&n->listener, now_us);
	speaker_change(&n->speaker, now_us);
	arrange(r, n, now_us);
}

/* Are these the terms that there are? Filters are not looked into. */
static bool agrees(const struct neighbour *n,
		   const struct routing_account *account)
{
	const struct neighbour_terms *t = &n->terms;

	return t->relation == account->relation && t->send == account->send &&
	       t->receive == account->receive &&
	       t->transit == account->transit && !account->import_count &&
	       !account->export_count && !n->filtered &&
	       ilp_bytes_equal(t->address, account->address);
}

bool routing_account_set(struct routing *r, int64_t now_us,
			 const struct routing_account *account)
{
	struct copies copies;
	struct neighbour *n = find(r, account->slot);

	if (n && agrees(n, account))
		return true;
	if (!grow(r, account->slot) || !make_copies(&copies, account))
		return false;
	if (!n)
		n = make(r, now_us, account->slot);
	if (!n) {
		drop_copies(&copies);
		return false;
	}
	set_terms(n, account, &copies);
	change(r, n, now_us);
	return true;
}

void routing_account_remove(struct routing *r, uint32_t slot)
{
	struct neighbour *n = find(r, slot);

	if (!n)
		return;
	r->neighbours[slot] = NULL;
	destroy_neighbour(r, n);
}

void routing_up(struct routing *r, int64_t now_us, uint32_t slot)
{
	struct neighbour *n = find(r, slot);

	if (!n)
		return;
	n->up = true;
	listener_up(&n->listener, now_us);
	speaker_up(&n->speaker, now_us);
	arrange(r, n, now_us);
}

void routing_down(struct routing *r, int64_t now_us, uint32_t slot)
{
	struct neighbour *n = find(r, slot);

	if (!n)
		return;
	n->up = false;
	listener_down(&n->listener, now_us);
	speaker_down(&n->speaker, now_us);
	arrange(r, n, now_us);
}

bool routing_set_address(struct routing *r, int64_t now_us,
			 struct ilp_bytes address)
{
	uint8_t *text = copy(address);

	if (!text)
		return false;
	free(r->address);
	r->address = text;
	r->self.address = (struct ilp_bytes){ text, address.len };
	for (size_t i = 0; i < r->neighbour_size; i++)
		if (r->neighbours[i])
			change(r, r->neighbours[i], now_us);
	return true;
}

bool routing_status(const struct routing *r, uint32_t slot,
		    struct routing_status *out)
{
	const struct neighbour *n = find(r, slot);

	if (!n)
		return false;
	out->hears = n->listener.status;
	out->tells = n->speaker.status;
	memcpy(out->refused, n->listener.refused, sizeof(out->refused));
	return true;
}

/* ---- what neighbours say ---- */

enum neighbour_answer routing_control(struct routing *r, int64_t now_us,
				      uint32_t slot, struct ilp_bytes data)
{
	struct neighbour *n = find(r, slot);
	enum neighbour_answer answer;

	if (!n)
		return NEIGHBOUR_CONTROL_FROM_STRANGER;
	answer = speaker_control(&n->speaker, now_us, data);
	arrange(r, n, now_us);
	return answer;
}

enum neighbour_answer routing_update(struct routing *r, int64_t now_us,
				     uint32_t slot, struct ilp_bytes data)
{
	struct neighbour *n = find(r, slot);
	enum neighbour_answer answer;

	if (!n)
		return NEIGHBOUR_UPDATE_FROM_STRANGER;
	answer = listener_update(&n->listener, now_us, data);
	arrange(r, n, now_us);
	return answer;
}

void routing_answer(struct routing *r, int64_t now_us, uint32_t slot,
		    uint64_t number, bool fulfilled)
{
	struct neighbour *n = find(r, slot);

	if (!n)
		return;
	if (number == n->control_number)
		listener_answer(&n->listener, now_us, fulfilled);
	else if (number == n->update_number)
		speaker_answer(&n->speaker, now_us, fulfilled);
	arrange(r, n, now_us);
}

/* ---- what comes of it ---- */

/* Once in a while, since all are asked: from where on is the news needed? */
static void look_for_floor(struct routing *r, int64_t now_us)
{
	if (news_gone(r->news) == 0 || now_us < r->floor_us)
		return;
	r->floor_us = now_us + FLOOR_EVERY_US;
	r->floor_turn = news_turn(r->news);
	r->floor = UINT32_MAX;
	for (size_t i = 0; i < r->neighbour_size; i++) {
		const struct neighbour *n = r->neighbours[i];

		if (n && speaker_needs(&n->speaker) < r->floor)
			r->floor = speaker_needs(&n->speaker);
	}
	if (r->floor > news_epoch(r->news))
		r->floor = news_epoch(r->news);
}

void routing_work(struct routing *r, int64_t now_us, size_t count)
{
	struct neighbour *n;

	look_for_floor(r, now_us);
	if (r->floor_turn == news_turn(r->news))
		news_forget(r->news, r->floor, count);

	while (count > 0 && (n = take_first(r, WORK))) {
		listener_work(&n->listener, now_us, &count);
		arrange(r, n, now_us);
	}
}

bool routing_note_change(struct routing *r, int64_t now_us,
			 uint32_t destination)
{
	if (!news_make_room(r->news))
		return false;
	news_note(r->news, destination);
	wake(r, now_us);
	return true;
}

/* Does it have something to send? */
static bool ask(struct routing *r, struct neighbour *n, int64_t now_us,
		struct routing_packet *out)
{
	struct ilp_writer w = ilp_writer(r->packet, sizeof(r->packet));
	bool control;

	listener_tick(&n->listener, now_us);
	speaker_tick(&n->speaker, now_us);
	control = listener_ask(&n->listener, now_us, &w);
	if (!control && !speaker_update(&n->speaker, now_us, &w))
		return false;
	out->slot = n->terms.slot;
	out->number = ++r->last_number;
	out->destination = control ? ILP_PEER_ROUTE_CONTROL :
				     ILP_PEER_ROUTE_UPDATE;
	out->data = ilp_written(&w);
	assert(!w.error);
	*(control ? &n->control_number : &n->update_number) = out->number;
	return true;
}

bool routing_next_packet(struct routing *r, int64_t now_us,
			 struct routing_packet *out)
{
	struct neighbour *n;

	fire(r, now_us);
	for (int i = 0; i < ASK_MAX && (n = take_first(r, SEND)); i++) {
		bool found = ask(r, n, now_us, out);

		arrange(r, n, now_us);
		if (found)
			return true;
	}
	return false;
}

int64_t routing_deadline_us(const struct routing *r)
{
	if (r->lines[WORK].first || r->lines[SEND].first)
		return INT64_MIN;
	return wheel_deadline_us(&r->wheel);
}
