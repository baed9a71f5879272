/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a program for a client and a server that are joined, the server
 * as it is or behind the door: one asks, replies and forgets, the other admits,
 * denies, answers and acknowledges, bytes are carried in any pieces, strange ones come in between,
 * time passes, memory is short, and either of them is closed.
 *
 * Whatever happens, what is given is what link.h promises: no Prepare or reply
 * before its login, no answer twice or to what was never asked, nothing after the
 * end. While nobody interferes, each answer is the one that was given to that
 * question, and a close takes away none that has come whole. Who is silent
 * then is given up, and every block of memory comes back. */
#include "link/door.h"

#include "base/utf8.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define BLOCKS 64
#define ASKED_MAX 400
#define OWED_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct end {
	struct link *link;
	bool up;
	bool closed; /* by us */
	bool down;
};

/* What the client has asked, by its number. */
enum fate { OPEN, HEARD, FORGOTTEN };

struct play {
	struct pool *pool;
	struct ilp_time now;
	struct end client;
	struct end server;
	bool pure;       /* nobody has interfered */
	uint8_t welcome; /* what becomes of a login */
	bool admitted;   /* the login before this event was */
	int64_t known_us;
	struct {
		enum fate fate;
		bool answered; /* by the server, as a question of that number */
	} asked[ASKED_MAX];
	uint32_t asked_count;
	bool later; /* the client wants its answers posted */
	struct request_ids ids;
	enum fate replied[ASKED_MAX]; /* what it has posted itself */
	uint32_t replied_count;
	/* What the server is to answer. */
	struct {
		uint32_t request;
		uint32_t number;
		bool answered;
		bool later; /* or to acknowledge; */
		bool reply; /* this only that */
	} owed[OWED_MAX];
	size_t owed_count;
	void *blocks[BLOCKS];
	size_t block_count;
};

static struct ilp_crypto *crypto;

/* ---- packets with a number ---- */

static uint8_t packet_room[ILP_PACKET_MAX];

/* What is behind the number may be long. */
static struct ilp_bytes a_text(uint32_t number, uint8_t how)
{
	static uint8_t text[ILP_DATA_MAX];

	ilp_store_u32(text, number);
	return (struct ilp_bytes){ text, how % 8 ? 4u + how : sizeof(text) };
}

static struct ilp_bytes a_prepare(uint32_t number, uint8_t how)
{
	struct ilp_writer w = ilp_writer(packet_room, sizeof(packet_room));
	const struct ilp_prepare prepare = {
		.expires_at_ms = 1700000000000,
		.destination = ilp_text("test.a"),
		.data = a_text(number, how),
	};

	require(ilp_prepare_encode(&w, &prepare) == ILP_OK);
	return ilp_written(&w);
}

static struct ilp_bytes a_fulfill(uint32_t number, uint8_t how)
{
	struct ilp_writer w = ilp_writer(packet_room, sizeof(packet_room));
	const struct ilp_fulfill fulfill = { .data = a_text(number, how) };

	require(ilp_fulfill_encode(&w, &fulfill) == ILP_OK);
	return ilp_written(&w);
}

/* 0 where there is none. */
static uint32_t number_of_prepare(struct ilp_bytes packet)
{
	struct ilp_prepare prepare;

	if (ilp_prepare_decode(&prepare, packet) || prepare.data.len < 4)
		return 0;
	return ilp_load_u32(prepare.data.at);
}

static uint32_t number_of_fulfill(struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;

	if (ilp_fulfill_decode(&fulfill, packet) || fulfill.data.len < 4)
		return 0;
	return ilp_load_u32(fulfill.data.at);
}

/* ---- events ---- */

static void check_reason(const char *reason)
{
	struct ilp_bytes text = ilp_text(reason);

	require(text.len && ilp_utf8_valid(text));
	for (size_t i = 0; i < text.len; i++)
		require(text.at[i] >= ' ' && text.at[i] != 0x7f);
}

static bool is_btp(const struct link *link)
{
	return strcmp(link->ops->name, "btp") == 0;
}

static void close_end(struct end *end)
{
	link_close(end->link, "enough");
	end->closed = true;
}

static void welcome(struct play *p)
{
	struct end *end = &p->server;

	require(!is_btp(end->link) || !end->up);
	p->admitted = p->welcome % 4 < 2;
	if (p->admitted) {
		link_admit(end->link);
		p->known_us = p->now.monotonic_us;
	} else if (p->welcome % 4 == 2) {
		link_deny(end->link, "nobody");
	} else {
		close_end(end);
	}
}

static void take_request(struct play *p, const struct link_event *event,
			 uint32_t number)
{
	size_t i = 0;

	require(!p->server.closed);
	require(p->admitted || p->server.up ||
		p->now.monotonic_us < p->known_us + LINK_HTTP_KNOWN_US);
	require(!event->id.len || request_id_valid(event->id));
	while (i < p->owed_count && p->owed[i].request != event->request)
		i++;
	/* Over BTP the peer chooses the ids. */
	require(i == p->owed_count || is_btp(p->server.link));
	if (p->owed_count == OWED_MAX)
		return;
	p->owed[p->owed_count].request = event->request;
	p->owed[p->owed_count].answered = false;
	p->owed[p->owed_count].later = event->callback.len > 0;
	p->owed[p->owed_count].reply = event->type == LINK_REPLY;
	p->owed[p->owed_count++].number = number;
}

static void take_question(struct play *p, const struct link_event *event)
{
	static const uint8_t condition[32];
	const uint32_t number = number_of_prepare(event->packet);

	require(event->packet.len && event->packet.at[0] == ILP_PREPARE);
	require(!event->callback.len == !event->id.len);
	take_request(p, event, number);
	if (!p->pure)
		return;
	require(number && number <= p->asked_count);
	require((event->id.len > 0) == p->later);
	require(!p->later || (request_id_number(event->id) == number &&
			      request_id_is_for(&p->ids, event->id, condition)));
}

static void take_reply(struct play *p, const struct link_event *event)
{
	const uint32_t number = number_of_fulfill(event->packet);

	require(!is_btp(p->server.link));
	require(event->packet.len && event->packet.at[0] != ILP_PREPARE);
	require(event->id.len && !event->callback.len);
	take_request(p, event, number);
	require(!p->pure || (number && number <= p->replied_count));
}

static void of_server(struct play *p, const struct link_event *event)
{
	bool admitted = p->admitted;

	switch (event->type) {
	case LINK_LOGIN:
		require(!p->server.closed);
		welcome(p);
		return;
	case LINK_PREPARE:
		take_question(p, event);
		break;
	case LINK_REPLY:
		take_reply(p, event);
		break;
	case LINK_TAKEN:
	case LINK_REPLIED:
		require(false);
		break;
	case LINK_UP:
		require(is_btp(p->server.link) && admitted);
		p->server.up = true;
		break;
	case LINK_ANSWER:
	case LINK_REFUSED:
		require(is_btp(p->server.link) && p->server.up);
		break;
	case LINK_BECAME: /* by the door, and only once */
		require(event->link && event->link != p->server.link);
		require(strcmp(p->server.link->ops->name, "door") == 0);
		link_destroy(p->server.link);
		p->server.link = event->link;
		break;
	case LINK_DOWN:
		p->server.down = true;
		break;
	}
	/* What was admitted is the next event, and no other. */
	require(!admitted || p->server.closed || event->type == LINK_PREPARE ||
		event->type == LINK_REPLY || is_btp(p->server.link));
	p->admitted = false;
}

static void of_client(struct play *p, const struct link_event *event)
{
	bool up = p->client.up;
	uint32_t number = event->request;

	switch (event->type) {
	case LINK_UP:
		require(!up);
		p->client.up = true;
		break;
	case LINK_REPLIED:
		require(up && number && number <= p->replied_count);
		require(p->replied[number - 1] == OPEN);
		p->replied[number - 1] = HEARD;
		if (event->reason)
			check_reason(event->reason);
		break;
	case LINK_TAKEN:
	case LINK_ANSWER:
	case LINK_REFUSED:
		require(event->type != LINK_TAKEN || p->later);
		require(up && number && number <= p->asked_count);
		require(p->asked[number - 1].fate == OPEN);
		p->asked[number - 1].fate = HEARD;
		if (p->pure && event->type == LINK_ANSWER &&
		    number_of_fulfill(event->packet))
			require(number_of_fulfill(event->packet) == number);
		break;
	case LINK_DOWN:
		p->client.down = true;
		break;
	case LINK_LOGIN:
	case LINK_PREPARE:
	case LINK_REPLY:
	case LINK_BECAME:
		require(false);
	}
}

static void take_events(struct play *p, struct end *end)
{
	struct link_event event;

	while (link_next(end->link, &event)) {
		require(!end->down);
		require(event.packet.len <= ILP_PACKET_MAX);
		if (event.type == LINK_DOWN || event.type == LINK_REFUSED)
			check_reason(event.reason);
		if (end == &p->client)
			of_client(p, &event);
		else
			of_server(p, &event);
	}
	require(!end->closed || end->down);
}

/* ---- what the program may do ---- */

/* The piece lies in memory of its own, which is gone when it may be. */
static void receive(struct play *p, struct end *end, struct ilp_bytes in)
{
	uint8_t *piece;

	if (in.len == 0)
		return;
	piece = malloc(in.len);
	require(piece != NULL);
	memcpy(piece, in.at, in.len);
	link_receive(end->link, p->now, piece, in.len);
	take_events(p, end);
	free(piece);
}

static bool carry(struct play *p, struct end *from, struct end *to, size_t len)
{
	struct ilp_bytes out = link_output(from->link);
	uint8_t *copy;

	require((out.len == 0) || link_waiting(from->link) >= out.len);
	if (len < out.len)
		out.len = len;
	if (out.len == 0)
		return false;
	copy = malloc(out.len);
	require(copy != NULL);
	memcpy(copy, out.at, out.len);
	link_written(from->link, out.len);
	take_events(p, from);
	receive(p, to, (struct ilp_bytes){ copy, out.len });
	free(copy);
	return true;
}

static void interfere(struct play *p, struct end *end, struct ilp_bytes in)
{
	p->pure = false;
	receive(p, end, in);
}

static void ask(struct play *p, uint8_t how)
{
	struct link *link = p->client.link;
	struct ilp_bytes packet = a_prepare(p->asked_count + 1, how);
	uint32_t room = link_room(link);
	enum link_status status;
	uint8_t *copy = NULL;

	if (p->asked_count == ASKED_MAX)
		return;
	status = link_prepare(link, p->asked_count + 1, packet, &copy);
	require((status == LINK_OK) == (copy != NULL));
	require(room || status != LINK_OK);
	require((status == LINK_CLOSED) == (!p->client.up || p->client.down));
	if (status != LINK_OK)
		return;
	require(link_room(link) <= room);
	require(memcmp(copy, packet.at, packet.len) == 0);
	p->asked[p->asked_count].fate = OPEN;
	p->asked[p->asked_count++].answered = false;
}

static void reply(struct play *p, uint8_t how)
{
	static const char id[] = "00112233-4455-4677-8899-AABBCCDDEEFF";
	struct link *link = p->client.link;
	const struct link_reply reply = {
		.path = ilp_text("/replies"),
		.id = ilp_text(id),
		.packet = a_fulfill(p->replied_count + 1, how),
	};
	uint32_t room = link_room(link);
	enum link_status status;

	if (p->replied_count == ASKED_MAX)
		return;
	status = link_reply(link, p->replied_count + 1, &reply);
	require(room || status != LINK_OK);
	require((status == LINK_CLOSED) == (!p->client.up || p->client.down));
	if (status != LINK_OK)
		return;
	require(link_room(link) <= room);
	p->replied[p->replied_count++] = OPEN;
}

static void forget_reply(struct play *p, uint32_t number)
{
	bool carried = link_forget_reply(p->client.link, number);

	if (number == 0 || number > p->replied_count) {
		require(!carried);
		return;
	}
	require(!carried || p->replied[number - 1] == OPEN);
	if (p->replied[number - 1] == OPEN)
		p->replied[number - 1] = FORGOTTEN;
	take_events(p, &p->client);
}

static void forget(struct play *p, uint32_t number)
{
	bool carried = link_forget(p->client.link, number);

	if (number == 0 || number > p->asked_count) {
		require(!carried);
		return;
	}
	require(!carried || p->asked[number - 1].fate == OPEN);
	if (p->asked[number - 1].fate == OPEN)
		p->asked[number - 1].fate = FORGOTTEN;
	take_events(p, &p->client);
}

static enum link_status answer_one(struct play *p, size_t place, uint8_t how)
{
	const uint32_t number = p->owed[place].number;
	struct ilp_bytes packet = a_fulfill(number, how);
	uint32_t request = p->owed[place].request;

	if (p->owed[place].reply || (p->owed[place].later && how % 16 > 4))
		return link_acknowledge(p->server.link, request,
					(enum link_verdict)(how / 16 % 4),
					how % 2 ? "that is why" : NULL);
	if (how % 16 == 15) /* no packet at all */
		packet.len = how / 16;
	return link_answer(p->server.link, request, packet);
}

static void answer(struct play *p, size_t place, uint8_t how)
{
	const uint32_t number = p->owed[place].number;
	enum link_status status;

	if (p->owed[place].answered)
		return;
	p->owed[place].answered = true;
	status = answer_one(p, place, how);
	require(status == (p->server.down ? LINK_CLOSED : LINK_OK));
	if (p->pure && !p->server.down && !p->owed[place].reply)
		p->asked[number - 1].answered = true;
	take_events(p, &p->server);
}

static void pass_time(struct play *p, int64_t us)
{
	p->now.monotonic_us += us;
	p->now.wall_ms += us / 1000;
	link_tick(p->client.link, p->now);
	take_events(p, &p->client);
	link_tick(p->server.link, p->now);
	take_events(p, &p->server);
}

/* Others have taken the memory, or give it back. */
static void squeeze(struct play *p, size_t left)
{
	while (p->block_count)
		pool_give(p->pool, p->blocks[--p->block_count]);
	while (pool_taken(p->pool) + left < BLOCKS)
		p->blocks[p->block_count++] = pool_take(p->pool);
	p->pure = p->pure && left >= BLOCKS;
}

static void agree(struct play *p, uint8_t how)
{
	link_agreed(p->client.link, ilp_text(how % 2 ? "h2" : "http/1.1"));
	take_events(p, &p->client);
}

static void close_and_look(struct play *p, struct end *end)
{
	p->pure = false;
	close_end(end);
	take_events(p, end);
}

static void step(struct play *p, uint8_t op, struct ilp_reader *r)
{
	uint8_t how = take_u8(r);
	size_t square = 1 + (size_t)how * how;

	switch (op % 16) {
	case 0:
	case 1:
		carry(p, &p->client, &p->server, square);
		break;
	case 2:
	case 3:
		carry(p, &p->server, &p->client, square);
		break;
	case 4:
		interfere(p, &p->server, take(r, 1 + (size_t)how * (op / 16)));
		break;
	case 5:
		interfere(p, &p->client, take(r, 1 + (size_t)how * (op / 16)));
		break;
	case 6:
		ask(p, how);
		break;
	case 7:
		if (op < 0x80)
			ask(p, how);
		else
			reply(p, how);
		break;
	case 8:
	case 9:
		if (p->owed_count)
			answer(p, how % p->owed_count,
			       (op & 0xf0) | (how & 0x0f));
		break;
	case 10:
		if (op < 0x80)
			forget(p, how);
		else
			forget_reply(p, how);
		break;
	case 11:
		pass_time(p, how * INT64_C(10000) << op / 32);
		break;
	case 12:
		p->welcome = how;
		break;
	case 13:
		agree(p, how);
		break;
	case 14:
		squeeze(p, how % 4 ? BLOCKS : how / 4 % 8);
		break;
	case 15:
		if (op > 0xd0)
			close_and_look(p, how % 2 ? &p->client : &p->server);
		break;
	}
}

/* ---- the whole ---- */

static void settle(struct play *p)
{
	bool more;

	do {
		more = carry(p, &p->client, &p->server, SIZE_MAX);
		more |= carry(p, &p->server, &p->client, SIZE_MAX);
	} while (more);
}

/* The last of the answers come all at once, and there is no time to look at
 * them before the close. */
static void a_close_takes_no_answers(struct play *p)
{
	static uint8_t all[4 * LINK_MOST];
	size_t len = 0;
	struct ilp_bytes out;

	while ((out = link_output(p->server.link)).len) {
		require(out.len <= sizeof(all) - len);
		memcpy(all + len, out.at, out.len);
		len += out.len;
		link_written(p->server.link, out.len);
	}
	if (len == 0 || link_waiting(p->server.link))
		return;
	link_receive(p->client.link, p->now, all, len);
	close_end(&p->client);
	take_events(p, &p->client);
	for (uint32_t i = 0; p->pure && i < p->asked_count; i++)
		require(p->asked[i].fate != OPEN || !p->asked[i].answered);
}

static void finish_talk(struct play *p, bool closes)
{
	squeeze(p, BLOCKS);
	agree(p, 0);
	settle(p);
	for (size_t i = 0; i < p->owed_count; i++)
		answer(p, i, 4);
	if (closes)
		a_close_takes_no_answers(p);
	settle(p);
	for (uint32_t i = 1; i <= p->asked_count; i++)
		forget(p, i);
	for (uint32_t i = 1; i <= p->replied_count; i++)
		forget_reply(p, i);
	settle(p);
}

/* Nothing is owed or waited for, so it has an end. */
static void stay_silent(struct play *p, struct end *end)
{
	for (int i = 0; i < 20 && !end->down; i++) {
		int64_t at_us = link_deadline_us(end->link);

		require(at_us != ILP_NEVER_US);
		if (at_us > p->now.monotonic_us)
			p->now.monotonic_us = at_us;
		link_tick(end->link, p->now);
		take_events(p, end);
	}
	require(end->down);
	require(link_deadline_us(end->link) == ILP_NEVER_US);
	require(link_prepare(end->link, 1, ilp_text("x"), NULL) == LINK_CLOSED);
	require(link_answer(end->link, 1, ilp_text("x")) == LINK_CLOSED);
}

/* Bits of `how`: which version, whether there is a door, whether it is the
 * connection that agrees on the version, and whether the client waits for
 * answers. */
static void begin(struct play *p, uint8_t how)
{
	struct link_http_options http = {
		.version = how & 1 ? LINK_HTTP_2 : LINK_HTTP_1,
		.authority = ilp_text("node.example"),
		.path = ilp_text("/ilp"),
		.token = ilp_text(how & 8 ? "" : "secret"),
	};
	struct link_btp_options btp = { .crypto = crypto, .seed = { 1 } };

	memset(p, 0, offsetof(struct play, asked));
	p->asked_count = 0;
	p->replied_count = 0;
	p->later = how & 32;
	request_ids_init(&p->ids, crypto, btp.seed);
	p->owed_count = 0;
	p->block_count = 0;
	p->now = (struct ilp_time){ 1000000, 1700000000000 };
	p->known_us = INT64_MIN / 2;
	p->pure = true;
	p->pool = http.pool = btp.pool = pool_create(LINK_BTP_BLOCK, BLOCKS);
	require(p->pool != NULL);
	p->server.link = how & 2 ? link_door_create(&btp, p->now) :
				   link_http_accept(&http, p->now);
	http.ids = &p->ids;
	if (p->later)
		http.callback = ilp_text("http://us.example/replies");
	if (how & 4)
		http.version = LINK_HTTP_AGREED;
	p->client.link = link_http_connect(&http, p->now);
	require(p->client.link && p->server.link);
	take_events(p, &p->client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct play p;
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	if (!crypto)
		crypto = ilp_crypto_create();
	uint8_t how = take_u8(&r);
	begin(&p, how);
	while (ilp_reader_left(&r)) {
		uint8_t op = take_u8(&r);

		step(&p, op, &r);
	}
	finish_talk(&p, how & 16);
	stay_silent(&p, &p.client);
	stay_silent(&p, &p.server);
	link_destroy(p.client.link);
	link_destroy(p.server.link);
	require(pool_taken(p.pool) == 0);
	pool_destroy(p.pool);
	return 0;
}
