/* SPDX-License-Identifier: Apache-2.0 */
/* First the input is what a peer sends behind its first words, to a server or
 * to a client that has asked. However it is cut, the same comes of it; nothing
 * comes after the end, and of each stream what may; and every block is given
 * back, whether the requests are answered or not.
 *
 * Then it is a program for a client and a server that are joined: each request
 * is answered, gone or forgotten, and the answer is the one that was given. */
#include "wire/http2.h"

#include "test/fuzz.h"

#define INPUT_MAX 4096
#define BLOCK_LEN 4096
#define BLOCKS 8
#define BODY_MAX 300
#define HEAD_MAX 400
#define STREAMS_MAX 1000 /* more than an input opens */
#define ASKED 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_bytes(uint64_t *sum, struct ilp_bytes in)
{
	*sum = (*sum ^ in.len) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < in.len; i++)
		*sum = (*sum ^ in.at[i]) * UINT64_C(0x100000001b3);
}

static uint64_t sum_of(const struct http_event *event)
{
	uint64_t sum = event->stream * 31 + event->type;

	add_bytes(&sum, event->method);
	add_bytes(&sum, event->path);
	for (size_t i = 0; i < HTTP_FIELDS; i++)
		add_bytes(&sum, event->fields[i]);
	add_bytes(&sum, event->body);
	if (event->reason)
		add_bytes(&sum, ilp_text(event->reason));
	return sum * 4 + event->untouched + (unsigned)event->status * 1000u;
}

/* ---- one side, and a stranger ---- */

struct side {
	enum http_role role;
	struct pool *pool;
	struct http *http;
	bool answers; /* at once */
	bool down;
	size_t count; /* of messages, or what a client got instead */
	struct {
		uint32_t stream;
		uint64_t sum;
		bool gone;
	} came[INPUT_MAX];
};

static struct http_request request_of(uint32_t i)
{
	static const uint8_t zeros[BODY_MAX];

	return (struct http_request){
		.method = ilp_text(i % 4 ? "POST" : "HEAD"),
		.path = ilp_text("/ilp"),
		.authority = ilp_text("a.example"),
		.fields[HTTP_AUTHORIZATION] = ilp_text("Bearer x"),
		.body = { zeros, i % 4 ? i * 100 % BODY_MAX : 0 },
		.tag = i,
	};
}

static void start(struct side *side, enum http_role role)
{
	struct http_options options = { .role = role,
					.body_max = BODY_MAX,
					.head_max = HEAD_MAX,
					.streams_max = STREAMS_MAX };

	side->role = role;
	side->answers = false;
	side->down = false;
	side->count = 0;
	side->pool = pool_create(BLOCK_LEN, BLOCKS);
	require(side->pool != NULL);
	options.pool = side->pool;
	side->http = http2_create(&options);
	require(side->http != NULL);
}

static void finish(struct side *side)
{
	http_destroy(side->http);
	require(pool_taken(side->pool) == 0);
	pool_destroy(side->pool);
}

static size_t find(const struct side *side, uint32_t stream)
{
	size_t i = 0;

	while (i < side->count && side->came[i].stream != stream)
		i++;
	return i;
}

static void check_message(const struct side *side,
			  const struct http_event *event)
{
	require(event->body.len <= BODY_MAX);
	require(event->reason == NULL);
	if (side->role == HTTP_SERVER) {
		require(event->type == HTTP_REQUEST);
		require(event->method.len && event->path.len);
		require(event->path.at[0] == '/');
	} else {
		require(event->type == HTTP_RESPONSE);
		require(event->status >= 200 && event->status <= 599);
	}
}

static void note(struct side *side, const struct http_event *event)
{
	size_t i = find(side, event->stream);

	if (event->type == HTTP_GONE && side->role == HTTP_SERVER) {
		require(i < side->count && !side->came[i].gone);
		side->came[i].gone = true;
		return;
	}
	require(i == side->count && i < INPUT_MAX);
	side->came[i].gone = false;
	side->came[i].stream = event->stream;
	side->came[side->count++].sum = sum_of(event);
}

static void answer(const struct side *side, uint32_t stream)
{
	struct http_response response = {
		.status = 200,
		.body = request_of(stream | 1).body,
		.last = stream % 16 == 7,
	};

	if (side->answers)
		http_respond(side->http, stream, &response);
}

static void take_events(struct side *side)
{
	struct http_event event;

	while (http_next(side->http, &event)) {
		require(!side->down);
		if (event.type == HTTP_DOWN) {
			require(event.reason && http_open(side->http) == 0);
			side->down = true;
			continue;
		}
		if (event.type != HTTP_GONE)
			check_message(side, &event);
		note(side, &event);
		if (event.type == HTTP_REQUEST)
			answer(side, event.stream);
	}
}

#define WHOLE SIZE_MAX

/* Hands over the input in pieces of 1 to `most` bytes, or WHOLE. The copies
 * are as long as the piece, so that reading past it shows, and gone when they
 * may be. */
static void receive(struct side *side, struct ilp_bytes in, size_t most)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = most == WHOLE ? in.len : 1 + i % most;
		uint8_t *piece;

		if (len > in.len)
			len = in.len;
		piece = malloc(len);
		require(piece != NULL);
		memcpy(piece, in.at, len);
		http_receive(side->http, piece, len);
		take_events(side);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
}

static void write_all(struct side *side)
{
	for (;;) {
		struct ilp_bytes out = http_output(side->http);

		if (out.len == 0)
			break;
		require(http_waiting(side->http) >= out.len);
		http_written(side->http, out.len);
	}
	take_events(side);
}

/* The first words of both sides. */
static void meet(struct side *side, enum http_role role)
{
	static const uint8_t settings[] = { 0, 0, 0, 4, 0, 0, 0, 0, 0,
					    0, 0, 0, 4, 1, 0, 0, 0, 0 };

	start(side, role);
	for (uint32_t i = 0; role == HTTP_CLIENT && i < ASKED; i++) {
		struct http_request request = request_of(i);

		require(http_ask(side->http, &request, NULL));
	}
	write_all(side);
	if (role == HTTP_SERVER)
		receive(side, ilp_text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
			WHOLE);
	receive(side, ILP_BYTES(settings), WHOLE);
	write_all(side);
	require(!side->down);
}

/* What it all comes to. A server need not give what is taken back, or what it
 * cannot answer as the connection is lost. Why it ends may depend on whether
 * an idle connection, which the peer is leaving, is still listened to. */
static uint64_t summary(const struct side *side)
{
	uint64_t sum = side->down;

	if (side->role == HTTP_SERVER && side->down)
		return sum;
	for (size_t i = 0; i < side->count; i++)
		if (!side->came[i].gone)
			sum = sum * UINT64_C(0x100000001b3) + side->came[i].sum;
	return sum;
}

/* Nothing is written before all is read: what we say ourselves in between, and
 * when, would make a difference to what the peer may say next. The pool has
 * no blocks, and the answer to a ping waits for one. */
static uint64_t of_a_stranger(enum http_role role, struct ilp_bytes in,
			      size_t most)
{
	static const uint8_t ping[17] = { 0, 0, 8, 6 };
	static struct side us;
	void *blocks[BLOCKS];
	uint64_t sum;

	meet(&us, role);
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = pool_take(us.pool);
	receive(&us, ILP_BYTES(ping), WHOLE);
	receive(&us, in, most);
	for (size_t i = 0; i < BLOCKS; i++)
		pool_give(us.pool, blocks[i]);
	write_all(&us);
	sum = summary(&us);
	finish(&us);
	return sum;
}

static void does_not_see_the_cuts(enum http_role role, struct ilp_bytes in,
				  size_t most)
{
	require(of_a_stranger(role, in, WHOLE) ==
		of_a_stranger(role, in, most));
}

/* Requests are answered as they come, and the peer reads it. */
static void ends_well(enum http_role role, struct ilp_bytes in, size_t most)
{
	static struct side us;

	meet(&us, role);
	us.answers = true;
	while (in.len) {
		size_t len = most < in.len ? most : in.len;

		receive(&us, (struct ilp_bytes){ in.at, len }, WHOLE);
		write_all(&us);
		in = ilp_bytes_skip(in, len);
	}
	http_close(us.http, "enough");
	write_all(&us);
	require(us.down && http_waiting(us.http) == 0);
	require(http_room(us.http) == 0 && http_open(us.http) == 0);
	require(role == HTTP_SERVER || us.count == ASKED);
	finish(&us);
}

/* ---- two sides ---- */

struct pair {
	struct side client;
	struct side server;
	uint32_t asked; /* the number of the last */
	size_t answered;
};

static void carry(struct side *from, struct side *to, size_t len)
{
	struct ilp_bytes out = http_output(from->http);

	if (len < out.len)
		out.len = len;
	receive(to, out, WHOLE);
	http_written(from->http, out.len);
	take_events(from);
}

static void ask(struct pair *p, uint8_t number)
{
	struct http_request request = request_of(number);
	uint32_t room = http_room(p->client.http);
	uint32_t stream = p->asked ? p->asked + 2 : 1;

	request.tag = stream;
	require(http_ask(p->client.http, &request, NULL) == (room != 0));
	if (room)
		p->asked = stream;
}

static void forget(struct pair *p, uint8_t number)
{
	uint32_t stream = (number | 1u) % (p->asked + 1);

	if (!(stream & 1) || find(&p->client, stream) < p->client.count)
		return;
	require(http_forget(p->client.http, stream));
	/* As if it were answered: no event may come any more. */
	p->client.came[p->client.count++].stream = stream;
}

static void answer_next(struct pair *p, bool last)
{
	struct http_response response = { .status = 200, .last = last };

	if (p->answered == p->server.count)
		return;
	response.body = request_of(p->server.came[p->answered].stream).body;
	http_respond(p->server.http, p->server.came[p->answered++].stream,
		     &response);
}

static void run(struct pair *p, struct ilp_reader *r)
{
	while (ilp_reader_left(r)) {
		uint8_t op = take_u8(r);

		if (op < 0x40)
			ask(p, op);
		else if (op < 0x80)
			carry(&p->client, &p->server, take_u8(r) * 4u);
		else if (op < 0xc0)
			carry(&p->server, &p->client, take_u8(r) * 4u);
		else if (op < 0xe0)
			answer_next(p, false);
		else if (op < 0xfc)
			forget(p, take_u8(r));
		else if (op == 0xfc)
			answer_next(p, true);
		else if (op == 0xfd)
			http_close(p->client.http, "enough");
		else if (op == 0xfe)
			http_close(p->server.http, "enough");
	}
}

static void settle(struct pair *p)
{
	while (http_output(p->client.http).len ||
	       http_output(p->server.http).len ||
	       p->answered < p->server.count) {
		carry(&p->client, &p->server, WHOLE);
		carry(&p->server, &p->client, WHOLE);
		answer_next(p, false);
	}
}

static void each_request_has_its_end(struct ilp_bytes in)
{
	static struct pair p;
	struct ilp_reader r = ilp_reader(in);

	p.asked = 0;
	p.answered = 0;
	start(&p.client, HTTP_CLIENT);
	start(&p.server, HTTP_SERVER);
	run(&p, &r);
	settle(&p);
	require(p.client.down || http_open(p.client.http) == 0 ||
		p.server.down);
	http_close(p.client.http, "enough");
	take_events(&p.client);
	require(p.client.count == (p.asked + 1) / 2);
	finish(&p.client);
	finish(&p.server);
}

/* The first byte says which role reads the input, and how it is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	uint8_t first = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	enum http_role role = first & 1 ? HTTP_CLIENT : HTTP_SERVER;

	does_not_see_the_cuts(role, in, 1 + first / 2);
	ends_well(role, in, 1 + first / 2);
	each_request_has_its_end(in);
	return 0;
}
