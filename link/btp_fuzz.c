/* SPDX-License-Identifier: Apache-2.0 */
/* The input is what a peer sends: to a client or to a server, from the first
 * byte on, or after the handshake, or after the login; as it is, or as BTP
 * packets that are put into frames. However it is cut, the same events and
 * the same output come of it; what is given is what link.h promises; and a
 * close at any event takes away all later ones but answers. Who is silent
 * after that is given up. */
#include "link/btp.h"

#include "base/utf8.h"
#include "test/fuzz.h"
#include "wire/upgrade.h"

#define INPUT_MAX 4096
/* Frames of the least input. */
#define FRAMED_MAX (8 * INPUT_MAX + 1024)
#define WHOLE SIZE_MAX

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ilp_time now = { 1000, 1514132072279 };

static struct pool *pool;
static struct ilp_crypto *crypto;

/* How far the link has come before the input begins. */
enum begin { HANDSHAKE, LOGIN, PACKETS };

struct stranger {
	bool is_server; /* the link is */
	enum begin begin;
	struct ilp_bytes in;
};

/* What has come of a link, and sums over all of it. */
struct history {
	size_t count;
	bool up;
	bool down;
	bool asked;
	uint64_t events;
	uint64_t output;
};

static void add(uint64_t *sum, struct ilp_bytes bytes)
{
	*sum = (*sum ^ bytes.len) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < bytes.len; i++)
		*sum = (*sum ^ bytes.at[i]) * UINT64_C(0x100000001b3);
}

static void check_reason(const char *reason)
{
	struct ilp_bytes text = ilp_text(reason);

	require(ilp_utf8_valid(text));
	for (size_t i = 0; i < text.len; i++)
		require(text.at[i] >= ' ' && text.at[i] != 0x7f);
}

static void check_packet(struct ilp_bytes packet)
{
	size_t len;

	require(packet.len <= ILP_PACKET_MAX);
	require(ilp_packet_len(&len, packet) == ILP_OK && len == packet.len);
}

static void check_event(struct history *h, const struct link_event *event)
{
	const uint8_t head[] = { (uint8_t)event->type, event->temporary };
	uint8_t request[4];

	require(!h->down);
	h->count++;
	switch (event->type) {
	case LINK_LOGIN:
		require(!h->asked && !h->up);
		h->asked = true;
		break;
	case LINK_UP:
		require(!h->up);
		h->up = true;
		break;
	case LINK_PREPARE:
		require(h->up && event->packet.at[0] == ILP_PREPARE);
		check_packet(event->packet);
		break;
	case LINK_ANSWER:
		require(h->up);
		check_packet(event->packet);
		break;
	case LINK_REFUSED:
		require(h->up);
		check_reason(event->reason);
		break;
	case LINK_TAKEN:
	case LINK_REPLY:
	case LINK_REPLIED:
	case LINK_BECAME:
		require(false);
		break;
	case LINK_DOWN:
		check_reason(event->reason);
		h->down = true;
		break;
	}
	ilp_store_u32(request, event->request);
	add(&h->events, ILP_BYTES(head));
	add(&h->events, ILP_BYTES(request));
	add(&h->events, event->packet);
	add(&h->events, event->user);
	add(&h->events, event->token);
	add(&h->events, ilp_text(event->reason ? event->reason : ""));
}

static bool next(struct link *link, struct history *h, struct link_event *event)
{
	if (!link_next(link, event))
		return false;
	check_event(h, event);
	if (event->type != LINK_LOGIN)
		return true;
	if (event->token.len % 2)
		link_close(link, "enough");
	else
		link_admit(link);
	return true;
}

static void take_events(struct link *link, struct history *h)
{
	struct link_event event;

	while (next(link, h, &event))
		;
}

static void take_output(struct link *link, struct history *h)
{
	while (link_waiting(link)) {
		struct ilp_bytes out = link_output(link);
		const size_t left = link_waiting(link);

		require(out.len > 0);
		for (size_t i = 0; i < out.len; i++)
			add(&h->output, (struct ilp_bytes){ out.at + i, 1 });
		link_written(link, out.len);
		/* A pong may have waited for that. */
		require(link_waiting(link) >= left - out.len);
	}
	require(link_output(link).len == 0);
}

/* Copies are as long as the piece, so that reading past it shows, and gone
 * when they may be. */
static void receive(struct link *link, struct history *h, struct ilp_bytes in)
{
	uint8_t *piece = malloc(in.len);

	require(piece != NULL);
	memcpy(piece, in.at, in.len);
	link_receive(link, now, piece, in.len);
	take_events(link, h);
	free(piece);
}

/* In pieces of 1 to `most` bytes, or WHOLE. */
static void receive_cut(struct link *link, struct history *h,
			struct ilp_bytes in, size_t most)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = most == WHOLE ? in.len : 1 + i % most;

		if (len > in.len)
			len = in.len;
		receive(link, h, (struct ilp_bytes){ in.at, len });
		in = ilp_bytes_skip(in, len);
	}
}

static void shake_hands(struct link *link, struct history *h, bool is_server)
{
	static const uint8_t random[16];
	uint8_t head[1000];
	struct ilp_writer w = ilp_writer(head, sizeof(head));
	struct upgrade_request request;

	if (is_server) {
		upgrade_ask(&w, ilp_text("a"), ilp_text("/"), random);
	} else {
		require(upgrade_request_read(&request, link_output(link)) == 0);
		upgrade_grant(&w, &request);
	}
	require(!w.error);
	receive(link, h, ilp_written(&w));
	take_output(link, h);
}

static void log_in(struct link *link, struct history *h, bool is_server)
{
	/* auth, and an empty auth_token; masked by zeros. */
	static const uint8_t login[] = {
		0x82, 0x9c, 0,   0,   0,   0,   6,   0,   0, 0,  1,   22,
		1,    2,    4,   'a', 'u', 't', 'h', 0,   0, 10, 'a', 'u',
		't',  'h',  '_', 't', 'o', 'k', 'e', 'n', 1, 0,
	};
	static const uint8_t admitted[] = { 0x82, 8, 1, 0, 0, 0, 1, 2, 1, 0 };

	receive(link, h, is_server ? ILP_BYTES(login) : ILP_BYTES(admitted));
	take_output(link, h);
	require(h->up);
}

static struct link *begin(const struct stranger *s, struct history *h)
{
	const struct link_btp_options options = {
		.pool = pool,
		.crypto = crypto,
		.host = ilp_text("example.com"),
		.path = ilp_text("/"),
		.user = ilp_text("alice"),
		.token = ilp_text("secret"),
	};
	struct link *link = s->is_server ? link_btp_accept(&options, now) :
					   link_btp_connect(&options, now);

	require(link != NULL);
	if (s->begin >= LOGIN)
		shake_hands(link, h, s->is_server);
	if (s->begin >= PACKETS)
		log_in(link, h, s->is_server);
	return link;
}

/* Whether it waits for the login or for anything, that has an end. */
static void stay_silent(struct link *link, struct history *h)
{
	struct ilp_time later = now;

	for (int i = 0; i < 2; i++) {
		require((link_deadline_us(link) == ILP_NEVER_US) == h->down);
		later.monotonic_us += LINK_BTP_PING_US;
		link_tick(link, later);
		take_events(link, h);
	}
	require(h->down);
	require(link_prepare(link, 1, ilp_text("x"), NULL) == LINK_CLOSED);
	require(link_answer(link, 1, ilp_text("x")) == LINK_CLOSED);
}

static struct history of_a_stranger(const struct stranger *s, size_t most)
{
	struct history h = { .count = 0 };
	struct link *link = begin(s, &h);

	receive_cut(link, &h, s->in, most);
	require(link_waiting(link) <= LINK_MOST);
	take_output(link, &h);
	stay_silent(link, &h);
	take_output(link, &h);
	require(pool_taken(pool) == 0);
	link_destroy(link);
	return h;
}

static void does_not_see_the_cuts(const struct stranger *s, size_t most)
{
	struct history whole = of_a_stranger(s, WHOLE);
	struct history pieces = of_a_stranger(s, most);

	require(whole.count == pieces.count);
	require(whole.events == pieces.events);
	require(whole.output == pieces.output);
}

static bool is_answer(const struct link_event *event)
{
	return event->type == LINK_ANSWER || event->type == LINK_REFUSED;
}

/* Of a link that gets all of it at once, the answers behind that many events
 * since it was up. There it may be closed. */
static struct history answers_behind(const struct stranger *s, size_t number,
				     bool closed)
{
	struct history h = { .count = 0 };
	struct history behind = { .up = true };
	struct link *link = begin(s, &h);
	uint8_t *copy = malloc(s->in.len + 1);
	struct link_event event;

	require(copy != NULL);
	if (s->in.len)
		memcpy(copy, s->in.at, s->in.len);
	link_receive(link, now, copy, s->in.len);
	for (size_t i = 0; next(link, &h, &event); i += h.up) {
		if (i >= number && is_answer(&event))
			check_event(&behind, &event);
		require(!closed || i < number || is_answer(&event) ||
			event.type == LINK_DOWN);
		if (closed && h.up && i + 1 == number)
			link_close(link, "enough");
	}
	link_destroy(link);
	free(copy);
	return behind;
}

static void a_close_takes_no_answers(const struct stranger *s, size_t number)
{
	struct history open = answers_behind(s, number, false);
	struct history closed = answers_behind(s, number, true);

	require(open.count == closed.count && open.events == closed.events);
}

/* Each packet has its length in front, in one byte. */
static struct ilp_bytes put_into_frames(uint8_t *at, struct ilp_reader *r,
					bool masked)
{
	uint8_t *start = at;

	while (ilp_reader_left(r)) {
		struct ilp_bytes packet = take(r, take_u8(r) % 126);

		*at++ = 0x82;
		*at++ = (uint8_t)((masked ? 0x80 : 0) | packet.len);
		if (masked)
			memset(at, 0, 4);
		at += masked ? 4 : 0;
		if (packet.len)
			memcpy(at, packet.at, packet.len);
		at += packet.len;
	}
	return (struct ilp_bytes){ start, (size_t)(at - start) };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t framed[FRAMED_MAX];
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	struct stranger s;

	if (size > INPUT_MAX)
		return 0;
	if (!crypto)
		crypto = ilp_crypto_create();
	pool = pool_create(LINK_BTP_BLOCK, 256);
	require(pool && crypto);
	uint8_t how = take_u8(&r);
	s.is_server = how & 1;
	s.begin = (how >> 1 & 3) % 3;
	s.in = how & 8 ? put_into_frames(framed, &r, s.is_server) :
			 take_rest(&r);
	does_not_see_the_cuts(&s, 1 + how / 16u * 3);
	a_close_takes_no_answers(&s, 1 + how / 64u);
	require(pool_taken(pool) == 0);
	pool_destroy(pool);
	return 0;
}
