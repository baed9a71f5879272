/* SPDX-License-Identifier: Apache-2.0 */
/* First the input is what a peer sends. However it is cut, the same events
 * come of it: UP at most once and before any packet, DOWN at most once and
 * last; and before UP and after DOWN nothing can be sent. A close at any event
 * takes away all later ones but answers.
 *
 * Then it is a program for two links that are joined. What the one sent
 * comes out of the other, in order, whole and once, unless that one has ended;
 * and an answer is never told to wait. */
#include "link/memory.h"

#include "ilp/packet.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ilp_time now = { 1000, 2000 };

/* Of all links; when they are gone all blocks must be back. */
static struct pool *pool;

/* What has come of a link, and a sum over all of it. */
struct history {
	size_t count;
	size_t ups;
	size_t downs;
	uint64_t sum;
};

static void add(uint64_t *sum, uint64_t value)
{
	*sum = (*sum ^ value) * UINT64_C(0x100000001b3);
}

static void add_event(uint64_t *sum, enum link_event_type type,
		      uint32_t request, struct ilp_bytes packet)
{
	add(sum, type);
	add(sum, request);
	add(sum, packet.len);
	for (size_t i = 0; i < packet.len; i++)
		add(sum, packet.at[i]);
}

static void check_event(struct history *h, const struct link_event *event)
{
	require(h->downs == 0);
	h->count++;
	h->ups += event->type == LINK_UP;
	h->downs += event->type == LINK_DOWN;
	require(h->ups <= 1);
	require(h->ups == 1 || event->type == LINK_DOWN);
	require((event->reason != NULL) == (event->type == LINK_DOWN));
	require(event->packet.len <= ILP_PACKET_MAX);
	add_event(&h->sum, event->type, event->request, event->packet);
}

static void take_events(struct link *link, struct history *h)
{
	struct link_event event;

	while (link_next(link, &event))
		check_event(h, &event);
}

static void sends_only_when_up(struct link *link, const struct history *h)
{
	bool up = h->ups && !h->downs;
	enum link_status status =
		link_prepare(link, 1, ilp_text("packet"), NULL);

	require(status == (up ? LINK_OK : LINK_CLOSED));
	link_written(link, link_output(link).len);
	require(link_waiting(link) == 0);
	status = link_answer(link, 1, ilp_text("packet"));
	require(status == (up ? LINK_OK : LINK_CLOSED));
	link_written(link, link_output(link).len);
}

#define WHOLE SIZE_MAX

/* Hands over the input in pieces of 1 to `most` bytes, or WHOLE. The copies
 * are as long as the piece, so that reading past it shows, and gone when they
 * may be. */
static void receive(struct link *link, struct history *h, struct ilp_bytes in,
		    size_t most)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = most == WHOLE ? in.len : 1 + i % most;
		uint8_t *piece;

		if (len > in.len)
			len = in.len;
		piece = malloc(len);
		require(piece != NULL);
		memcpy(piece, in.at, len);
		link_receive(link, now, piece, len);
		take_events(link, h);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
}

static struct history of_a_stranger(struct ilp_bytes in, size_t most)
{
	struct link *link = link_memory_create(pool);
	struct history h = { 0 };

	require(link != NULL);
	sends_only_when_up(link, &h);
	receive(link, &h, in, most);
	link_tick(link, now);
	sends_only_when_up(link, &h);
	struct history seen = h;
	link_close(link, "enough");
	take_events(link, &h);
	require(h.downs == 1 && h.count == seen.count + !seen.downs);
	receive(link, &h, in, most);
	link_close(link, "enough");
	take_events(link, &h);
	sends_only_when_up(link, &h);
	link_destroy(link);
	return h;
}

static void does_not_see_the_cuts(struct ilp_bytes in, size_t most)
{
	struct history whole = of_a_stranger(in, WHOLE);
	struct history pieces = of_a_stranger(in, most);

	require(whole.count == pieces.count && whole.sum == pieces.sum);
}

/* Of a link that gets all of it at once, the events up to one of that number,
 * and the answers behind it. At that event it may be closed. */
static struct history answers_behind(struct ilp_bytes in, size_t number,
				     bool closed)
{
	struct link *link = link_memory_create(pool);
	struct history h = { 0 };
	struct history behind = { 0 };
	struct link_event event;
	static uint8_t copy[INPUT_MAX];

	require(link != NULL);
	if (in.len)
		memcpy(copy, in.at, in.len);
	link_receive(link, now, copy, in.len);
	for (size_t i = 0; link_next(link, &event); i++) {
		check_event(&h, &event);
		if (i < number || event.type == LINK_ANSWER)
			check_event(&behind, &event);
		require(!closed || i < number || event.type == LINK_ANSWER ||
			event.type == LINK_DOWN);
		if (closed && i + 1 == number)
			link_close(link, "enough");
	}
	require(!closed || h.count < number || h.downs == 1);
	link_destroy(link);
	return behind;
}

static void a_close_takes_no_answers(struct ilp_bytes in, size_t number)
{
	struct history open = answers_behind(in, number, false);
	struct history closed = answers_behind(in, number, true);

	require(open.count == closed.count && open.sum == closed.sum);
}

/* Two links that are each other's peers: what each has sent that the other
 * has yet to get, as the sum that its events must have in the end. */
struct side {
	struct link *link;
	struct history came;
	struct history sent; /* by the other */
	bool ended;          /* by us; a link does not end by itself */
};

/* If it begins with a packet, no more than that comes out. */
static void expect(struct side *to, enum link_event_type type, uint32_t request,
		   struct ilp_bytes packet)
{
	enum ilp_packet_type of;
	size_t len;

	if (!ilp_packet_type(&of, packet) && !ilp_packet_len(&len, packet))
		packet.len = len;
	to->sent.count++;
	add_event(&to->sent.sum, type, request, packet);
}

/* What the side has yet to get does not matter any more. */
static void end(struct side *side)
{
	link_close(side->link, "enough");
	take_events(side->link, &side->came);
	side->ended = true;
}

/* A Prepare goes out blank, and gets its bytes where it was copied to. */
static enum link_status prepare_blank(struct link *link, uint32_t request,
				      struct ilp_bytes packet)
{
	static const uint8_t zeros[ILP_PACKET_MAX];
	const struct ilp_bytes blank = { zeros, packet.len };
	uint8_t *copy = NULL;
	enum link_status status = link_prepare(link, request, blank, &copy);

	require((copy != NULL) == (status == LINK_OK));
	if (copy && packet.len)
		memcpy(copy, packet.at, packet.len);
	return status;
}

static void send(struct side *from, struct side *to, bool prepare,
		 uint32_t request, struct ilp_bytes packet)
{
	bool up = from->came.ups && !from->came.downs;
	enum link_status status =
		prepare ? prepare_blank(from->link, request, packet) :
			  link_answer(from->link, request, packet);

	require(up || status == LINK_CLOSED);
	switch (status) {
	case LINK_OK:
		expect(to, prepare ? LINK_PREPARE : LINK_ANSWER, request,
		       packet);
		break;
	case LINK_BUSY:
		require(prepare && link_output(from->link).len);
		break;
	case LINK_CLOSED:
		require(!up || !prepare);
		if (up)
			end(from);
		break;
	}
}

/* Some of what the one has to write, to the other. */
static void carry(struct side *from, struct side *to, size_t len, size_t most)
{
	struct ilp_bytes out = link_output(from->link);

	if (len < out.len)
		out.len = len;
	receive(to->link, &to->came, out, most);
	link_written(from->link, out.len);
}

/* Large packets fill the output; a few are enough for that. */
#define LARGE_MAX 24

static struct ilp_bytes next_packet(struct ilp_reader *r, bool large)
{
	static const uint8_t zeros[ILP_DATA_MAX];

	return large ? ILP_BYTES(zeros) : take(r, take_u8(r));
}

/* A byte says which side does what; sends have a length and a packet. */
static void run(struct side sides[2], struct ilp_reader *r)
{
	unsigned large_left = LARGE_MAX;

	while (ilp_reader_left(r)) {
		uint8_t op = take_u8(r);
		struct side *from = &sides[op & 1];
		struct side *to = &sides[!(op & 1)];
		bool large = op & 8 && large_left;

		if (op >= 0xf8) {
			end(from);
		} else if (op & 2) {
			carry(from, to, take_u8(r), 1 + op / 8);
		} else {
			send(from, to, op & 4, op, next_packet(r, large));
			large_left -= large;
		}
	}
}

static void joined_links_agree(struct ilp_bytes in)
{
	struct side sides[2] = { { .link = link_memory_create(pool) },
				 { .link = link_memory_create(pool) } };
	struct ilp_reader r = ilp_reader(in);

	for (int i = 0; i < 2; i++) {
		require(sides[i].link != NULL);
		expect(&sides[i], LINK_UP, 0, (struct ilp_bytes){ NULL, 0 });
	}
	run(sides, &r);
	for (int i = 0; i < 2; i++)
		while (link_waiting(sides[i].link))
			carry(&sides[i], &sides[!i], SIZE_MAX, WHOLE);
	for (int i = 0; i < 2; i++) {
		struct side *side = &sides[i];

		require(side->came.downs == side->ended);
		require(side->ended || (side->came.count == side->sent.count &&
					side->came.sum == side->sent.sum));
		require(side->came.count <=
			side->sent.count + side->came.downs);
		link_destroy(side->link);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	pool = pool_create(LINK_MEMORY_BLOCK, 256);
	require(pool != NULL);
	uint8_t first = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	does_not_see_the_cuts(in, 1 + first % 64);
	a_close_takes_no_answers(in, 1 + first / 64);
	joined_links_agree(in);
	require(pool_taken(pool) == 0);
	pool_destroy(pool);
	return 0;
}
