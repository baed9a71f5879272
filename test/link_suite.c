/* SPDX-License-Identifier: Apache-2.0 */
#include "test/link_suite.h"

#include <stdlib.h>

#include "ilp/packet.h"
#include "test/check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define QUESTIONS_MAX 20000
/* Far more than two links should have use for. */
#define BLOCKS_MAX 256

/* How the bytes get from one side to the other. */
enum cut {
	WHOLE,  /* all that there is */
	PIECES, /* of any size */
	BYTES,  /* one by one */
};

/* One end of the link. Its questions are numbered from 0 on, and ask under
 * the request id FIRST_ID + number, across the largest id to the smallest. */
#define FIRST_ID 0xffffffc0

struct side {
	struct link *link;
	struct side *peer;
	uint8_t name;
	bool eager;    /* answers at once */
	bool forwards; /* asks by editing the copy of another question */
	bool closes_when_asked;
	bool closes_when_answered;
	bool admitted; /* its peer, by us */
	bool up;
	int downs;
	const char *reason;
	uint32_t asked;    /* our questions so far */
	uint32_t heard;    /* the peer's that have come */
	uint32_t answered; /* and of these, those that we answered */
	uint32_t settled;  /* our questions that have an answer */
	struct {
		bool heard, settled; /* our question of this number */
		uint32_t request;    /* the peer's one, as it came to us */
		uint32_t number;     /* in the order of coming */
	} questions[QUESTIONS_MAX];
};

struct pair {
	struct side sides[2];
	struct pool *pool; /* of both */
	uint64_t random;
};

/* Claims are functions without parameters; this is theirs. */
static const struct link_suite *kind;

static const struct ilp_time now;

/* splitmix64 */
static uint64_t draw(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t *random, uint64_t bound)
{
	return draw(random) % bound;
}

/* The data of a packet, which says whose it is; now and then it is large. */
static struct ilp_bytes make_data(uint8_t name, uint32_t number, uint64_t *dice)
{
	static uint8_t data[ILP_DATA_MAX];
	size_t len = below(dice, 16) ? 5 + below(dice, 300) :
				       5 + below(dice, ILP_DATA_MAX - 4);

	data[0] = name;
	ilp_store_u32(data + 1, number);
	for (size_t i = 5; i < len; i++)
		data[i] = (uint8_t)(i * i + number);
	return (struct ilp_bytes){ data, len };
}

/* The Prepare with which a side asks its question of that number: the same
 * one each time. Good until the next call. */
static struct ilp_bytes make_question(uint8_t name, uint32_t number)
{
	static uint8_t packet[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	uint64_t dice = (uint64_t)name << 32 | number;
	const struct ilp_prepare prepare = {
		.amount = { draw(&dice) },
		.expires_at_ms = 1700000000000,
		.destination = ilp_text("test.suite"),
		.data = make_data(name, number, &dice),
	};

	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	return ilp_written(&w);
}

/* The answer to it. */
static struct ilp_bytes make_answer(uint8_t name, uint32_t number)
{
	static uint8_t packet[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	uint64_t dice = ~((uint64_t)name << 32 | number);
	const struct ilp_bytes data = make_data(name, number, &dice);
	const struct ilp_fulfill fulfill = { .data = data };
	const struct ilp_reject reject = { .code = "F99", .data = data };

	if (number % 2)
		CHECK_INT(ilp_fulfill_encode(&w, &fulfill), ILP_OK);
	else
		CHECK_INT(ilp_reject_encode(&w, &reject), ILP_OK);
	return ilp_written(&w);
}

/* Sends a Prepare as a connector does: with another amount and expiry at
 * first, which are put right in the copy. */
static enum link_status forward(struct side *side, uint32_t request,
				struct ilp_bytes packet)
{
	static uint8_t other[ILP_PACKET_MAX];
	const struct ilp_bytes in = { other, packet.len };
	struct ilp_prepare prepare;
	enum link_status status;
	uint8_t *copy = NULL;

	CHECK_INT(ilp_prepare_decode(&prepare, packet), ILP_OK);
	memcpy(other, packet.at, packet.len);
	CHECK_INT(ilp_prepare_edit(other, in.len, (struct ilp_amount){ 7 },
				   1600000000000),
		  ILP_OK);
	status = link_prepare(side->link, request, in, &copy);
	CHECK((copy != NULL) == (status == LINK_OK));
	if (copy) {
		CHECK_BYTES(((struct ilp_bytes){ copy, in.len }), in);
		CHECK_INT(ilp_prepare_edit(copy, in.len, prepare.amount,
					   prepare.expires_at_ms),
			  ILP_OK);
	}
	return status;
}

static enum link_status ask(struct side *side)
{
	uint32_t request = FIRST_ID + side->asked;
	struct ilp_bytes packet = make_question(side->name, side->asked);
	enum link_status status =
		side->forwards ?
			forward(side, request, packet) :
			link_prepare(side->link, request, packet, NULL);

	if (status == LINK_OK)
		CHECK(++side->asked < QUESTIONS_MAX);
	return status;
}

/* Answers the first question of the peer's that has none yet. */
static enum link_status answer(struct side *side)
{
	uint32_t i = side->answered++;

	return link_answer(
		side->link, side->questions[i].request,
		make_answer(side->peer->name, side->questions[i].number));
}

/* A Prepare has come: once, and as it was sent. */
static void hear_question(struct side *side, const struct link_event *event)
{
	struct ilp_prepare prepare;
	uint32_t number;

	CHECK(side->up);
	CHECK_INT(ilp_prepare_decode(&prepare, event->packet), ILP_OK);
	CHECK(prepare.data.len >= 5 && prepare.data.at[0] == side->peer->name);
	number = ilp_load_u32(prepare.data.at + 1);
	CHECK(number < side->peer->asked);
	CHECK(!side->peer->questions[number].heard);
	side->peer->questions[number].heard = true;
	side->questions[side->heard].request = event->request;
	side->questions[side->heard++].number = number;
	if (side->closes_when_asked)
		link_close(side->link, "asked");
	while (side->eager && side->answered < side->heard)
		CHECK_INT(answer(side), LINK_OK);
	/* Borrowed until the next link_next, whatever was called since. */
	CHECK_BYTES(event->packet, make_question(side->peer->name, number));
}

static void hear_answer(struct side *side, const struct link_event *event)
{
	uint32_t number = event->request - FIRST_ID;

	CHECK(number < side->asked);
	CHECK(side->questions[number].heard);
	CHECK(!side->questions[number].settled);
	CHECK_BYTES(event->packet, make_answer(side->name, number));
	side->questions[number].settled = true;
	side->settled++;
	if (side->closes_when_answered)
		link_close(side->link, "answered");
}

static void hear(struct side *side, const struct link_event *event)
{
	CHECK(side->downs == 0); /* it would have been the last event */
	CHECK(side->up || !side->admitted || event->type == LINK_UP);
	CHECK(event->packet.len <= ILP_PACKET_MAX);
	switch (event->type) {
	case LINK_LOGIN:
		CHECK(!side->up);
		side->admitted = true;
		link_admit(side->link);
		break;
	case LINK_UP:
		CHECK(!side->up);
		side->up = true;
		break;
	case LINK_PREPARE:
		hear_question(side, event);
		break;
	case LINK_ANSWER:
		hear_answer(side, event);
		break;
	case LINK_REFUSED:
		fail_msg("refused: %s", event->reason);
		break;
	case LINK_TAKEN:
	case LINK_REPLY:
	case LINK_REPLIED:
	case LINK_BECAME:
		fail_msg("event of another kind");
		break;
	case LINK_DOWN:
		side->downs++;
		side->reason = event->reason;
		break;
	}
}

static void take_events(struct side *side)
{
	struct link_event event;

	while (link_next(side->link, &event))
		hear(side, &event);
}

/* Hands over bytes that may be written to: the caller takes the events, and
 * frees them, so that a sanitizer sees when somebody goes on using them. */
static void lend(struct side *side, struct ilp_bytes copy)
{
	link_receive(side->link, now, (uint8_t *)(uintptr_t)copy.at, copy.len);
}

static void feed(struct side *side, struct ilp_bytes in)
{
	struct ilp_bytes copy = exact_copy(in);

	lend(side, copy);
	take_events(side);
	exact_free(copy);
}

static void feed_bytes(struct side *side, struct ilp_bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		feed(side, (struct ilp_bytes){ in.at + i, 1 });
}

static void release(struct ilp_bytes taken)
{
	free((uint8_t *)(uintptr_t)taken.at);
}

/* A copy of all that this side has to write, or of a piece of it, which
 * counts as written; to be released. */
static struct ilp_bytes take_output(struct pair *pair, struct side *side,
				    enum cut cut)
{
	size_t left = link_waiting(side->link);
	uint8_t *copy = malloc(left ? left : 1);
	struct ilp_bytes taken = { copy, 0 };

	CHECK(copy != NULL);
	while (left) {
		struct ilp_bytes out = link_output(side->link);
		uint64_t most = below(&pair->random, 2) ? out.len : 20;

		CHECK(out.len > 0 && out.len <= left);
		if (cut == PIECES)
			out.len = 1 + below(&pair->random, most) % out.len;
		memcpy(copy + taken.len, out.at, out.len);
		link_written(side->link, out.len);
		CHECK_INT(link_waiting(side->link), left - out.len);
		taken.len += out.len;
		left = cut == PIECES ? 0 : left - out.len;
	}
	CHECK(cut == PIECES || link_output(side->link).len == 0);
	return taken;
}

/* Moves output of this side to its peer, once; false when there was none. */
static bool carry(struct pair *pair, struct side *from, enum cut cut)
{
	struct ilp_bytes taken = take_output(pair, from, cut);

	if (cut == BYTES)
		feed_bytes(from->peer, taken);
	else if (taken.len)
		feed(from->peer, taken);
	release(taken);
	return taken.len > 0;
}

/* Until neither side has anything to say. */
static void carry_all(struct pair *pair, enum cut cut)
{
	bool more = true;

	while (more) {
		more = carry(pair, &pair->sides[0], cut);
		more = carry(pair, &pair->sides[1], cut) || more;
	}
}

/* Two links that nobody has ticked yet. */
static struct pair *join(void)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	struct link *links[2];

	CHECK(pair != NULL);
	pair->pool = pool_create(kind->block_len, BLOCKS_MAX);
	CHECK(pair->pool != NULL);
	kind->create(links, pair->pool);
	for (int i = 0; i < 2; i++) {
		CHECK(links[i] != NULL);
		pair->sides[i].link = links[i];
		pair->sides[i].name = (uint8_t)('A' + i);
		pair->sides[i].peer = &pair->sides[1 - i];
	}
	return pair;
}

static void part(struct pair *pair)
{
	link_destroy(pair->sides[0].link);
	link_destroy(pair->sides[1].link);
	CHECK_INT(pool_taken(pair->pool), 0);
	pool_destroy(pair->pool);
	free(pair);
}

static void greet(struct pair *pair, enum cut cut)
{
	for (int i = 0; i < 2; i++) {
		link_tick(pair->sides[i].link, now);
		take_events(&pair->sides[i]);
	}
	carry_all(pair, cut);
	CHECK(pair->sides[0].up && pair->sides[1].up);
	CHECK(pair->sides[0].downs + pair->sides[1].downs == 0);
}

static struct pair *join_and_greet(void)
{
	struct pair *pair = join();

	greet(pair, WHOLE);
	return pair;
}

/* All that was asked has been answered. */
static void check_settled(const struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		const struct side *side = &pair->sides[i];

		CHECK_INT(side->heard, side->peer->asked);
		CHECK_INT(side->settled, side->asked);
		CHECK_INT(side->downs, 0);
	}
}

static void comes_up_however_the_greeting_is_cut(void)
{
	for (enum cut cut = WHOLE; cut <= BYTES; cut++) {
		struct pair *pair = join();

		greet(pair, cut);
		part(pair);
	}
}

static void comes_up_when_the_peer_was_first(void)
{
	struct pair *pair = join();

	link_tick(pair->sides[0].link, now);
	carry(pair, &pair->sides[0], WHOLE);
	greet(pair, WHOLE);
	part(pair);
}

static void sends_nothing_before_it_is_up(void)
{
	struct pair *pair = join();

	for (int i = 0; i < 2; i++) {
		CHECK(!pair->sides[i].up);
		CHECK_INT(ask(&pair->sides[i]), LINK_CLOSED);
		CHECK_INT(link_answer(pair->sides[i].link, 1,
				      make_answer('A', 1)),
			  LINK_CLOSED);
	}
	greet(pair, WHOLE);
	part(pair);
}

static void an_idle_link_says_nothing(void)
{
	struct pair *pair = join_and_greet();

	for (int i = 0; i < 2; i++) {
		CHECK(link_deadline_us(pair->sides[i].link) > 0);
		link_tick(pair->sides[i].link, now);
		CHECK_INT(link_output(pair->sides[i].link).len, 0);
		take_events(&pair->sides[i]);
	}
	part(pair);
}

/* Both sides ask and answer whenever they like. */
static void converse(uint64_t seed, enum cut cut, int steps)
{
	struct pair *pair = join();

	pair->random = seed;
	greet(pair, cut);
	for (int i = 0; i < steps; i++) {
		struct side *side = &pair->sides[below(&pair->random, 2)];

		side->eager = below(&pair->random, 2);
		side->forwards = below(&pair->random, 2);
		if (below(&pair->random, 2) && ask(side) != LINK_OK)
			carry(pair, side, cut);
		if (below(&pair->random, 2) && side->answered < side->heard)
			CHECK_INT(answer(side), LINK_OK);
		if (below(&pair->random, 4) == 0)
			carry(pair, side, cut);
	}
	carry_all(pair, cut);
	for (int i = 0; i < 2; i++)
		while (pair->sides[i].answered < pair->sides[i].heard)
			CHECK_INT(answer(&pair->sides[i]), LINK_OK);
	carry_all(pair, cut);
	CHECK(pair->sides[0].asked > 0 && pair->sides[1].asked > 0);
	check_settled(pair);
	part(pair);
}

static void packets_arrive_when_frames_come_together(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++)
		converse(seed, WHOLE, 500);
}

static void packets_arrive_in_pieces_of_any_size(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++)
		converse(seed, PIECES, 500);
}

static void packets_arrive_byte_by_byte(void)
{
	converse(1, BYTES, 200);
}

/* What this side has to write, given to its peer in one piece; the caller
 * takes the events, and releases it. */
static struct ilp_bytes lend_output(struct pair *pair, struct side *from)
{
	struct ilp_bytes in = take_output(pair, from, WHOLE);

	lend(from->peer, in);
	return in;
}

/* Moves one packet to the peer of this side. */
static void check_passes(struct pair *pair, struct side *from,
			 enum link_event_type type, struct ilp_bytes packet)
{
	struct ilp_bytes in = lend_output(pair, from);
	struct link_event event;

	CHECK(link_next(from->peer->link, &event));
	CHECK_INT(event.type, type);
	CHECK_INT(event.request, 7);
	CHECK_BYTES(event.packet, packet);
	CHECK(!link_next(from->peer->link, &event));
	release(in);
}

static void the_largest_packets_pass(void)
{
	static uint8_t prepare_at[ILP_PACKET_MAX], reject_at[ILP_PACKET_MAX];
	static const uint8_t zeros[ILP_DATA_MAX];
	struct ilp_writer prepare = ilp_writer(prepare_at, ILP_PACKET_MAX);
	struct ilp_writer reject = ilp_writer(reject_at, ILP_PACKET_MAX);
	struct pair *pair = join_and_greet();
	char address[ILP_ADDRESS_MAX + 1] = "test.";

	memset(address + 5, 'a', ILP_ADDRESS_MAX - 5);
	CHECK_INT(ilp_prepare_encode(&prepare,
				     &(struct ilp_prepare){
					     .expires_at_ms = 1700000000000,
					     .destination = ilp_text(address),
					     .data = ILP_BYTES(zeros) }),
		  ILP_OK);
	CHECK_INT(
		ilp_reject_encode(&reject,
				  &(struct ilp_reject){
					  .code = "F99",
					  .triggered_by = ilp_text(address),
					  .message = { zeros, ILP_MESSAGE_MAX },
					  .data = ILP_BYTES(zeros) }),
		ILP_OK);
	CHECK_INT(ilp_written(&reject).len, ILP_PACKET_MAX);
	CHECK_INT(link_prepare(pair->sides[0].link, 7, ilp_written(&prepare),
			       NULL),
		  LINK_OK);
	check_passes(pair, &pair->sides[0], LINK_PREPARE,
		     ilp_written(&prepare));
	CHECK_INT(link_answer(pair->sides[1].link, 7, ilp_written(&reject)),
		  LINK_OK);
	check_passes(pair, &pair->sides[1], LINK_ANSWER, ilp_written(&reject));
	part(pair);
}

static void a_prepare_can_be_edited_where_it_was_copied_to(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];

	a->forwards = true;
	while (ask(a) == LINK_OK)
		;
	a->peer->eager = true;
	carry_all(pair, PIECES);
	check_settled(pair);
	part(pair);
}

static void answers_go_when_prepares_may_not(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];
	struct side *b = a->peer;

	for (int i = 0; i < 20; i++)
		CHECK_INT(ask(b), LINK_OK);
	carry(pair, b, WHOLE);
	while (ask(a) == LINK_OK)
		;
	CHECK_INT(ask(a), LINK_BUSY);
	CHECK(link_waiting(a->link) <= LINK_HIGH);
	CHECK(link_waiting(a->link) > LINK_HIGH - ILP_PACKET_MAX);
	while (a->answered < a->heard)
		CHECK_INT(answer(a), LINK_OK);
	CHECK_INT(ask(a), LINK_BUSY);
	b->eager = true;
	carry_all(pair, WHOLE);
	CHECK_INT(ask(a), LINK_OK);
	carry_all(pair, WHOLE);
	check_settled(pair);
	part(pair);
}

static void a_peer_that_reads_nothing_is_given_up(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];
	enum link_status status = LINK_OK;
	size_t left;

	while (status == LINK_OK) {
		CHECK_INT(ask(a->peer), LINK_OK);
		carry(pair, a->peer, WHOLE);
		CHECK(link_waiting(a->link) <= LINK_MOST);
		status = answer(a);
	}
	CHECK_INT(status, LINK_CLOSED);
	CHECK(link_waiting(a->link) > LINK_MOST - ILP_PACKET_MAX);
	take_events(a);
	CHECK_INT(a->downs, 1);
	CHECK(a->reason != NULL);
	left = link_waiting(a->link);
	CHECK_INT(ask(a), LINK_CLOSED);
	CHECK_INT(link_waiting(a->link), left);
	/* What it had been told before still counts. */
	carry(pair, a, WHOLE);
	CHECK_INT(a->peer->settled, a->answered - 1);
	part(pair);
}

/* The link is closed: for good, and it says so once. */
static void check_down(struct pair *pair, struct side *side, const char *reason)
{
	CHECK_INT(side->downs, 1);
	CHECK_TEXT(ilp_text(side->reason), reason);
	CHECK_INT(ask(side), LINK_CLOSED);
	CHECK_INT(link_answer(side->link, 1, make_answer('A', 1)), LINK_CLOSED);
	link_close(side->link, "again");
	link_tick(side->link, now);
	take_events(side);
	for (int i = 0; i < 3; i++) {
		feed(side, ilp_text("anything"));
		if (side->peer->up && !side->peer->downs)
			ask(side->peer);
		carry(pair, side->peer, WHOLE);
	}
	CHECK_INT(side->downs, 1);
}

static void a_close_is_told_once_and_last(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];

	link_close(a->link, "enough");
	link_close(a->link, "more than enough");
	CHECK_INT(ask(a), LINK_CLOSED);
	take_events(a);
	check_down(pair, a, "enough");
	part(pair);
}

static void a_link_may_close_before_it_is_up(void)
{
	struct pair *pair = join();
	struct side *a = &pair->sides[0];

	link_close(a->link, "never began");
	take_events(a);
	CHECK(!a->up);
	check_down(pair, a, "never began");
	CHECK(!a->up);
	part(pair);
}

static void what_was_sent_before_a_close_still_goes_out(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];

	CHECK_INT(ask(a), LINK_OK);
	link_close(a->link, "enough");
	take_events(a);
	carry(pair, a, PIECES);
	while (carry(pair, a, PIECES))
		;
	CHECK_INT(a->peer->heard, 1);
	part(pair);
}

/* Both sides have asked that much, and B has answers to all of it under way:
 * each behind a question of its own. Nothing has reached A yet. */
static struct pair *join_and_ask(int questions)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];

	for (int i = 0; i < questions; i++)
		CHECK_INT(ask(a), LINK_OK);
	carry(pair, a, WHOLE);
	for (int i = 0; i < questions; i++) {
		CHECK_INT(ask(a->peer), LINK_OK);
		CHECK_INT(answer(a->peer), LINK_OK);
	}
	return pair;
}

static void answers_behind_a_close_still_come(void)
{
	struct pair *pair = join_and_ask(10);
	struct side *a = &pair->sides[0];

	a->closes_when_asked = true;
	carry(pair, a->peer, WHOLE);
	CHECK_INT(a->heard, 1);
	CHECK_INT(a->settled, 10);
	check_down(pair, a, "asked");
	CHECK_INT(a->heard, 1);
	CHECK_INT(a->settled, 10);
	part(pair);
}

static void a_close_at_an_answer_loses_no_other(void)
{
	struct pair *pair = join_and_ask(10);
	struct side *a = &pair->sides[0];

	a->closes_when_answered = true;
	carry(pair, a->peer, WHOLE);
	CHECK_INT(a->heard, 1);
	CHECK_INT(a->settled, 10);
	check_down(pair, a, "answered");
	part(pair);
}

static void answers_that_nobody_has_looked_at_still_come(void)
{
	struct pair *pair = join_and_ask(10);
	struct side *a = &pair->sides[0];
	struct ilp_bytes in = lend_output(pair, a->peer);

	link_close(a->link, "enough");
	take_events(a);
	release(in);
	CHECK_INT(a->heard, 0);
	CHECK_INT(a->settled, 10);
	check_down(pair, a, "enough");
	part(pair);
}

/* Of twenty packets half has come; then the link closes, before the events
 * are taken or when there are none left. */
static void what_is_not_whole_at_a_close_is_lost(void)
{
	for (int late = 0; late < 2; late++) {
		struct pair *pair = join_and_ask(10);
		struct side *a = &pair->sides[0];
		struct ilp_bytes all = take_output(pair, a->peer, WHOLE);
		struct ilp_bytes half =
			exact_copy((struct ilp_bytes){ all.at, all.len / 2 });
		uint32_t settled;

		lend(a, half);
		if (late)
			take_events(a);
		link_close(a->link, "enough");
		take_events(a);
		exact_free(half);
		settled = a->settled;
		CHECK(settled > 0 && settled < 10);
		CHECK_INT(a->downs, 1);
		feed(a, ilp_bytes_skip(all, all.len / 2));
		CHECK_INT(a->settled, settled);
		check_down(pair, a, "enough");
		CHECK_INT(a->settled, settled);
		release(all);
		part(pair);
	}
}

static void input_between_a_close_and_its_events_is_dropped(void)
{
	struct pair *pair = join_and_ask(10);
	struct side *a = &pair->sides[0];

	link_close(a->link, "enough");
	carry(pair, a->peer, WHOLE);
	CHECK_INT(a->heard, 0);
	CHECK_INT(a->settled, 0);
	check_down(pair, a, "enough");
	part(pair);
}

/* Each time A finds a question and behind it an answer, and gives its own
 * answer in between; the last one is too much. */
static void answers_of_a_peer_that_is_given_up_still_come(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];
	struct side *b = a->peer;
	enum link_status status = LINK_OK;

	for (int i = 0; i < 10; i++) {
		while (ask(a) == LINK_OK)
			;
		carry(pair, a, WHOLE);
	}
	while (status == LINK_OK) {
		struct link_event event;
		struct ilp_bytes in;

		CHECK(b->answered < b->heard);
		CHECK_INT(ask(b), LINK_OK);
		CHECK_INT(answer(b), LINK_OK);
		in = lend_output(pair, b);
		CHECK(link_next(a->link, &event));
		hear(a, &event);
		status = answer(a);
		take_events(a);
		release(in);
	}
	CHECK_INT(status, LINK_CLOSED);
	CHECK_INT(a->heard, a->answered);
	CHECK_INT(a->settled, b->answered);
	check_down(pair, a, a->reason);
	part(pair);
}

static void an_idle_link_holds_no_block(void)
{
	struct pair *pair = join_and_ask(10);

	CHECK(pool_taken(pair->pool) > 0);
	pair->sides[1].eager = true;
	while (pair->sides[0].answered < pair->sides[0].heard)
		CHECK_INT(answer(&pair->sides[0]), LINK_OK);
	pair->sides[0].eager = true;
	carry_all(pair, PIECES);
	check_settled(pair);
	CHECK_INT(pool_taken(pair->pool), 0);
	part(pair);
}

/* Not even the half packet that has come, be the last event or the last byte
 * of output taken first. */
static void a_closed_link_holds_no_block(void)
{
	for (int late = 0; late < 2; late++) {
		struct pair *pair = join_and_ask(10);
		struct side *a = &pair->sides[0];
		struct ilp_bytes all = take_output(pair, a->peer, WHOLE);

		feed(a, (struct ilp_bytes){ all.at, all.len - 1 });
		CHECK(pool_taken(pair->pool) > 0);
		link_close(a->link, "enough");
		if (!late)
			take_events(a);
		release(take_output(pair, a, WHOLE));
		take_events(a);
		CHECK_INT(pool_taken(pair->pool), 0);
		release(all);
		part(pair);
	}
}

static void *blocks[BLOCKS_MAX];

static void take_all_blocks(struct pool *pool)
{
	CHECK_INT(pool_taken(pool), 0);
	for (int i = 0; i < BLOCKS_MAX; i++) {
		blocks[i] = pool_take(pool);
		CHECK(blocks[i] != NULL);
	}
}

static void give_all_blocks(struct pool *pool)
{
	for (int i = 0; i < BLOCKS_MAX; i++)
		pool_give(pool, blocks[i]);
}

static void without_blocks_prepares_wait_and_answers_do_not(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];

	CHECK_INT(ask(a->peer), LINK_OK);
	carry_all(pair, WHOLE);
	take_all_blocks(pair->pool);
	CHECK_INT(ask(a), LINK_BUSY);
	CHECK_INT(link_waiting(a->link), 0);
	CHECK_INT(answer(a), LINK_CLOSED);
	give_all_blocks(pair->pool);
	take_events(a);
	CHECK_INT(a->downs, 1);
	check_down(pair, a, a->reason);
	part(pair);
}

/* What comes in one piece needs none. */
static void without_blocks_what_comes_in_pieces_ends_the_link(void)
{
	struct pair *pair = join_and_greet();
	struct side *a = &pair->sides[0];
	struct ilp_bytes all;

	CHECK_INT(ask(a->peer), LINK_OK);
	all = take_output(pair, a->peer, WHOLE);
	take_all_blocks(pair->pool);
	feed(a, all);
	CHECK_INT(a->heard, 1);
	CHECK_INT(a->downs, 0);
	feed(a, (struct ilp_bytes){ all.at, all.len - 1 });
	CHECK_INT(a->downs, 1);
	give_all_blocks(pair->pool);
	check_down(pair, a, a->reason);
	release(all);
	part(pair);
}

int link_suite_run(const struct link_suite *suite)
{
	static const struct check_test claims[] = {
		TEST(comes_up_however_the_greeting_is_cut),
		TEST(comes_up_when_the_peer_was_first),
		TEST(sends_nothing_before_it_is_up),
		TEST(an_idle_link_says_nothing),
		TEST(packets_arrive_when_frames_come_together),
		TEST(packets_arrive_in_pieces_of_any_size),
		TEST(packets_arrive_byte_by_byte),
		TEST(the_largest_packets_pass),
		TEST(a_prepare_can_be_edited_where_it_was_copied_to),
		TEST(answers_go_when_prepares_may_not),
		TEST(a_peer_that_reads_nothing_is_given_up),
		TEST(a_close_is_told_once_and_last),
		TEST(a_link_may_close_before_it_is_up),
		TEST(what_was_sent_before_a_close_still_goes_out),
		TEST(answers_behind_a_close_still_come),
		TEST(a_close_at_an_answer_loses_no_other),
		TEST(answers_that_nobody_has_looked_at_still_come),
		TEST(what_is_not_whole_at_a_close_is_lost),
		TEST(input_between_a_close_and_its_events_is_dropped),
		TEST(answers_of_a_peer_that_is_given_up_still_come),
		TEST(an_idle_link_holds_no_block),
		TEST(a_closed_link_holds_no_block),
		TEST(without_blocks_prepares_wait_and_answers_do_not),
		TEST(without_blocks_what_comes_in_pieces_ends_the_link),
	};

	kind = suite;
	return check_all(claims, COUNT(claims));
}
