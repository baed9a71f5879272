/* SPDX-License-Identifier: Apache-2.0 */
#include "test/question.h"

#include "ilp/condition.h"

/* Where a Prepare has what a node may change. */
#define CHANGED_LEN (8 + 17)

static struct ilp_bytes keep(struct ilp_bytes packet)
{
	uint8_t *copy = malloc(packet.len ? packet.len : 1);

	assert_non_null(copy);
	if (packet.len)
		memcpy(copy, packet.at, packet.len);
	return (struct ilp_bytes){ copy, packet.len };
}

static void drop(struct ilp_bytes kept)
{
	free((uint8_t *)(uintptr_t)kept.at);
}

void question_free(struct question *q)
{
	drop(q->packet);
	drop(q->turned);
	drop(q->out_packet);
	drop(q->reply);
	drop(q->answer);
	free(q);
}

struct question *question_write(struct peer *from, struct ilp_bytes packet)
{
	struct scene *s = from->scene;
	struct question *q = calloc(1, sizeof(*q));

	assert_non_null(q);
	if (s->question_count == s->question_room) {
		s->question_room = 2 * s->question_room + 64;
		s->questions =
			realloc(s->questions, s->question_room * sizeof(q));
		s->open = realloc(s->open, s->question_room * sizeof(size_t));
		CHECK(s->questions && s->open);
	}
	q->from = from;
	q->connection = from->connection;
	q->number = (uint32_t)s->question_count;
	q->packet = keep(packet);
	/* What cannot be read stays zero. */
	if (ilp_prepare_decode(&q->prepare, q->packet))
		q->prepare = (struct ilp_prepare){ .expires_at_ms = 0 };
	s->questions[s->question_count++] = q;
	return q;
}

static int64_t deadline_us(const struct scene *s, int64_t expires_ms)
{
	return s->now.monotonic_us + (expires_ms - s->now.wall_ms) * 1000;
}

void question_turn(struct question *q, struct ilp_bytes packet)
{
	q->turned = keep(packet);
}

void question_end_here(struct question *q, struct ilp_bytes fulfill)
{
	q->ends_here = true;
	q->reply = keep(fulfill);
}

/* It is charged at once; what costs nothing waits for nothing. */
static void end_here(struct question *q)
{
	q->state = QUESTION_FULFILLED;
	if (q->prepare.amount.units)
		q->batch = ledger_progress(q->from->scene->ledger).submitted +
			   1;
	q->from->charged += q->prepare.amount.units;
}

void question_ask(struct question *q)
{
	struct scene *s = q->from->scene;

	q->state = QUESTION_ASKED;
	q->asked = s->now;
	q->deadline_us = deadline_us(s, q->prepare.expires_at_ms);
	s->open[s->open_count++] = q->number;
	if (q->ends_here)
		end_here(q);
}

/* ---- at the next hop ---- */

/* Is the one the other, but for amount, expiry and what lay behind? */
static bool same_transfer(const struct question *q, struct ilp_bytes packet)
{
	struct ilp_bytes expected = q->turned.at ? q->turned : q->packet;
	size_t head = packet.len > 129 ? 4 : 2;
	size_t same = head + CHANGED_LEN;

	return packet.len > same && packet.len <= expected.len &&
	       memcmp(packet.at, expected.at, head) == 0 &&
	       memcmp(packet.at + same, expected.at + same,
		      packet.len - same) == 0;
}

/* The question that came out as this: the oldest without an answer, or else
 * the oldest. */
static struct question *find_passed(struct scene *s, struct ilp_bytes packet)
{
	struct question *found = NULL;

	for (size_t i = 0; i < s->question_count; i++) {
		struct question *q = s->questions[i];

		if (q->state == QUESTION_ASKED && !q->out_packet.at &&
		    (!found || (found->answers && !q->answers)) &&
		    same_transfer(q, packet))
			found = q;
	}
	if (!found)
		fail_msg("a Prepare that nobody asked");
	return found;
}

static bool same_asset(const struct peer *a, const struct peer *b)
{
	return a->settings.asset.scale == b->settings.asset.scale &&
	       strcmp(a->settings.asset.code, b->settings.asset.code) == 0;
}

/* The shorter of what is left of the time and of what we wait. A peer that
 * did not read may see it later, when that has changed. */
static void check_expiry(const struct question *q)
{
	const struct scene *s = q->from->scene;
	int64_t left = q->prepare.expires_at_ms - s->options.window_ms;
	int64_t most = q->asked.wall_ms + s->options.hold_max_ms;

	if (!q->to->was_deaf)
		CHECK_INT(q->out.expires_at_ms, left < most ? left : most);
}

/* Is it the node that asks? Then that peer has it. */
static bool pass_own(struct peer *to, uint32_t request, struct ilp_bytes packet)
{
	struct scene *s = to->scene;
	struct ilp_prepare prepare;

	CHECK_INT(ilp_prepare_decode(&prepare, packet), ILP_OK);
	for (size_t i = 0; i < s->own_count; i++) {
		struct scene_own *own = &s->own[i];

		if (own->to ||
		    memcmp(own->condition, prepare.condition, 32) != 0)
			continue;
		own->to = to;
		own->request = request;
		own->packet = keep(packet);
		CHECK_INT(ilp_prepare_decode(&own->prepare, own->packet), 0);
		own->deadline_us = deadline_us(s, prepare.expires_at_ms);
		return true;
	}
	return false;
}

void question_pass(struct peer *to, uint32_t request, struct ilp_bytes packet)
{
	struct scene *s = to->scene;
	struct question *q;

	if (pass_own(to, request, packet))
		return;
	q = find_passed(s, packet);

	q->to = to;
	q->out_request = request;
	q->out_packet = keep(packet);
	CHECK_INT(ilp_prepare_decode(&q->out, q->out_packet), ILP_OK);
	q->out_deadline_us =
		q->asked.monotonic_us +
		(q->out.expires_at_ms - q->asked.wall_ms) * 1000;
	check_expiry(q);
	if (same_asset(q->from, to))
		CHECK(q->out.amount.units == q->prepare.amount.units);
	/* One that was answered already is only seen late. */
	if (q->answers)
		CHECK(s->now.monotonic_us >= q->out_deadline_us);
	else
		q->state = QUESTION_PASSED;
}

/* ---- its answer ---- */

static struct question *find_asked(const struct scene *s,
				   const struct peer *peer, uint32_t request)
{
	for (size_t i = 0; i < s->open_count; i++) {
		struct question *q = s->questions[s->open[i]];

		if (q->state == QUESTION_PASSED && q->to == peer &&
		    q->out_request == request &&
		    s->now.monotonic_us < q->out_deadline_us)
			return q;
	}
	return NULL;
}

static bool fulfills(const struct question *q, struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;

	return !ilp_fulfill_decode(&fulfill, packet) &&
	       !ilp_condition_check(q->from->scene->crypto,
				    q->prepare.condition, fulfill.fulfillment);
}

/* Whether its triggeredBy is an address is not the node's business; that it
 * is whole besides is. */
static bool rejects(struct ilp_bytes packet)
{
	struct ilp_reject reject;
	enum ilp_error error = ilp_reject_decode(&reject, packet);
	struct ilp_reader r = ilp_reader(packet);
	struct ilp_reader body;

	if (error != ILP_ERR_ADDRESS)
		return !error;
	ilp_read_u8(&r);
	body = ilp_reader(ilp_read_var(&r));
	ilp_read_fixed(&body, ILP_CODE_LEN);
	ilp_read_var_max(&body, ILP_ADDRESS_MAX);
	ilp_read_var_max(&body, ILP_MESSAGE_MAX);
	ilp_read_var_max(&body, ILP_DATA_MAX);
	return !r.error && !body.error;
}

/* A peer's answer to what the node asked by itself. */
static bool reply_own(struct peer *by, uint32_t request,
		      struct ilp_bytes packet)
{
	struct scene *s = by->scene;

	for (size_t i = 0; i < s->own_count; i++) {
		struct scene_own *own = &s->own[i];
		struct ilp_fulfill f;

		if (own->to != by || own->request != request || own->over)
			continue;
		own->over = true;
		if (!ilp_fulfill_decode(&f, packet) &&
		    !ilp_condition_check(s->crypto, own->condition,
					 f.fulfillment))
			by->charged -= own->prepare.amount.units;
		return true;
	}
	return false;
}

void question_reply(struct peer *by, uint32_t request, struct ilp_bytes packet)
{
	struct scene *s = by->scene;
	struct question *q = find_asked(s, by, request);
	struct ilp_bytes whole = packet;

	if (!q && reply_own(by, request, packet))
		return;
	if (!q) {
		s->strays++;
		return;
	}
	q->state = QUESTION_FAILED;
	if (ilp_packet_len(&whole.len, packet))
		return;
	if (fulfills(q, whole)) {
		q->state = QUESTION_FULFILLED;
		q->batch = ledger_progress(s->ledger).submitted + 1;
		q->reply = keep(whole);
		by->charged -= q->out.amount.units;
		q->from->charged += q->prepare.amount.units;
	} else if (rejects(whole)) {
		q->reply = keep(whole);
	}
}

/* ---- back where it came from ---- */

static bool is_durable(const struct question *q)
{
	return ledger_progress(q->from->scene->ledger).durable >= q->batch;
}

/* A Fulfill that the peer had before, for a transfer that it was charged
 * for: at least as much. */
static bool had_before(const struct question *q)
{
	const struct scene *s = q->from->scene;

	for (size_t i = 0; i < s->question_count; i++) {
		const struct question *p = s->questions[i];

		if (p != q && p->state == QUESTION_FULFILLED && !p->late &&
		    p->from->number == q->from->number &&
		    p->prepare.amount.units >= q->prepare.amount.units &&
		    memcmp(p->prepare.condition, q->prepare.condition, 32) ==
			    0 &&
		    ilp_bytes_equal(p->prepare.destination,
				    q->prepare.destination) &&
		    ilp_bytes_equal(p->reply, q->answer)) {
			CHECK(is_durable(p));
			return true;
		}
	}
	return false;
}

static void hear_fulfill(struct question *q)
{
	struct scene *s = q->from->scene;

	q->fulfilled = true;
	if (q->state == QUESTION_ASKED && had_before(q))
		return;
	CHECK_INT(q->state, QUESTION_FULFILLED);
	CHECK(!q->late);
	CHECK_BYTES(q->answer, q->reply);
	if (!q->from->was_deaf) {
		CHECK(s->now.monotonic_us < q->deadline_us || q->parked);
		CHECK(s->leaves_early || is_durable(q));
	}
}

/* The next hop's goes on as it came; ours says what the matter is. */
static void hear_reject(struct question *q)
{
	const struct scene *s = q->from->scene;
	enum ilp_error error = ilp_reject_decode(&q->reject, q->answer);

	if (q->state == QUESTION_FAILED && q->reply.at) {
		CHECK_BYTES(q->answer, q->reply);
		return;
	}
	CHECK_INT(error, ILP_OK);
	CHECK_BYTES(q->reject.triggered_by, s->options.address);
	if (q->state == QUESTION_EXPIRED)
		CHECK(strcmp(q->reject.code, "R00") == 0);
	else
		CHECK(q->state == QUESTION_ASKED ||
		      q->state == QUESTION_FAILED);
}

void question_hear(struct peer *by, uint32_t request, struct ilp_bytes packet,
		   bool heard)
{
	struct scene *s = by->scene;
	enum ilp_packet_type type;
	struct question *q;

	CHECK(request < s->question_count);
	q = s->questions[request];
	CHECK(q->from->number == by->number);
	CHECK_INT(++q->answers, 1);
	CHECK(q->state != QUESTION_WRITTEN && !q->lost);
	q->heard = heard;
	q->answer = keep(packet);
	CHECK_INT(ilp_packet_type(&type, packet), ILP_OK);
	if (type == ILP_FULFILL)
		hear_fulfill(q);
	else
		hear_reject(q);
}

/* ---- all that are open ---- */

void questions_expire(struct scene *s)
{
	for (size_t i = 0; i < s->open_count; i++) {
		struct question *q = s->questions[s->open[i]];

		if (q->state == QUESTION_PASSED &&
		    s->now.monotonic_us >= q->out_deadline_us)
			q->state = QUESTION_EXPIRED;
	}
	for (size_t i = 0; i < s->own_count; i++)
		s->own[i].over |= s->own[i].to && s->now.monotonic_us >=
							  s->own[i].deadline_us;
}

static size_t asset_index(const struct scene *s, const struct peer *peer)
{
	struct books_own own;
	uint16_t i = 0;

	while (books_own(shard_books(node_shard(s->node)), i, &own) &&
	       (own.asset.scale != peer->settings.asset.scale ||
		strcmp(own.asset.code, peer->settings.asset.code) != 0))
		i++;
	return i;
}

/* It became durable behind the incoming expiry, when nobody waits for it any
 * more. That is our fault. */
static void turn_late(struct scene *s, struct question *q)
{
	q->late = true;
	q->from->charged -= q->prepare.amount.units;
	s->late[asset_index(s, q->from)] += q->prepare.amount.units;
}

static bool somebody_is_deaf(const struct scene *s)
{
	for (const struct connection *c = s->connections; c; c = c->next)
		if (c->session && c->deaf)
			return true;
	return false;
}

static bool reads(const struct peer *peer)
{
	return peer->up && !peer->up->deaf;
}

static void give_up(struct question *q)
{
	q->lost = true;
	q->over = true;
}

/* The latest that an answer may be kept for who asked. */
static int64_t longest_us(const struct scene *s, const struct question *q)
{
	return q->deadline_us +
	       (s->options.hold_max_ms + s->options.window_ms) * 1000;
}

/* Where a Prepare may have to wait for the ledger, it may also be refused when
 * who asked has gone, and be kept for him. */
static void settle_asked(struct scene *s, struct question *q)
{
	bool late = s->now.monotonic_us >= longest_us(s, q);

	if (scene_waits(s))
		return;
	if (q->connection->session)
		CHECK(q->connection->deaf || somebody_is_deaf(s));
	else if (late || !s->ledger->ops->durable)
		give_up(q);
}

/* Whoever is not there stays charged: he asked, and the next hop is paid. */
static void settle_fulfilled(struct scene *s, struct question *q)
{
	bool in_time = s->now.monotonic_us < q->deadline_us;

	if (!is_durable(q))
		return;
	if (in_time && reads(q->from))
		fail_msg("no Fulfill for %s", q->from->name);
	if (in_time) {
		q->parked = true;
		return;
	}
	if (!q->parked && q->from->up)
		turn_late(s, q);
	give_up(q);
}

/* A Reject may be kept for longer, since it costs nothing. */
static void settle_rejected(struct scene *s, struct question *q)
{
	bool in_time = s->now.monotonic_us < q->deadline_us;

	if (in_time && reads(q->from))
		fail_msg("no Reject for %s", q->from->name);
	if (!in_time && (q->from->up ||
			 s->now.monotonic_us >= longest_us(s, q)))
		give_up(q);
}

static void settle(struct scene *s, struct question *q)
{
	if (q->answers)
		q->over = true;
	else if (q->state == QUESTION_ASKED)
		settle_asked(s, q);
	else if (q->state == QUESTION_PASSED ||
		 (q->from->up && q->from->up->deaf))
		return;
	else if (q->state == QUESTION_FULFILLED)
		settle_fulfilled(s, q);
	else
		settle_rejected(s, q);
}

void questions_settle(struct scene *s)
{
	size_t left = 0;

	for (size_t i = 0; i < s->open_count; i++) {
		struct question *q = s->questions[s->open[i]];

		if (!s->may_lose)
			settle(s, q);
		else
			q->over = q->answers > 0;
		if (!q->over)
			s->open[left++] = q->number;
	}
	s->open_count = left;
}

static void add(const struct question *q, const struct peer *peer,
		struct question_sums *sums)
{
	bool waits = q->state == QUESTION_PASSED;

	if (waits && q->from == peer) {
		sums->in++;
		sums->held_in += q->prepare.amount.units;
	}
	if (waits && q->to == peer) {
		sums->out++;
		sums->held_out += q->out.amount.units;
	}
}

struct question_sums questions_sum(const struct scene *s,
				   const struct peer *peer)
{
	struct question_sums sums = { .in = 0 };

	for (size_t i = 0; i < s->open_count; i++)
		add(s->questions[s->open[i]], peer, &sums);
	for (size_t i = 0; i < s->own_count; i++) {
		const struct scene_own *own = &s->own[i];

		if (own->to != peer || own->over)
			continue;
		sums.out++;
		sums.held_out += own->prepare.amount.units;
	}
	return sums;
}
