/* SPDX-License-Identifier: Apache-2.0 */
/* First the input is what a peer sends. However it is cut, the same events
 * come of it, and none after the last one; what is answered are frames that a
 * peer of the other role takes; and every block is given back.
 *
 * Then it is a program for two websockets that are joined: what the one sent
 * comes out of the other, in order, whole and once. */
#include "wire/websocket.h"

#include "base/utf8.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define BLOCK_LEN 2048
#define BLOCKS 64
#define MESSAGE_MAX 1500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has come of a websocket, and a sum over all of it. */
struct history {
	size_t messages;
	size_t pings;
	size_t pongs;
	bool over;
	bool broken;
	uint64_t sum; /* of all events */
	uint64_t messages_sum;
};

static void add_bytes(uint64_t *sum, struct ilp_bytes in)
{
	*sum = (*sum ^ in.len) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < in.len; i++)
		*sum = (*sum ^ in.at[i]) * UINT64_C(0x100000001b3);
}

static void check_event(struct history *h, const struct websocket_event *event)
{
	require(!h->over);
	require((event->reason != NULL) == (event->type == WEBSOCKET_BROKEN));
	h->sum = (h->sum ^ event->type) * 31 + event->code;
	add_bytes(&h->sum, event->data);
	switch (event->type) {
	case WEBSOCKET_TEXT:
		require(ilp_utf8_valid(event->data));
		h->sum++;
		/* fallthrough */
	case WEBSOCKET_BINARY:
		require(event->data.len <= MESSAGE_MAX);
		h->messages++;
		add_bytes(&h->messages_sum, event->data);
		break;
	case WEBSOCKET_PING:
		require(event->data.len <= WEBSOCKET_CONTROL_MAX);
		h->pings++;
		break;
	case WEBSOCKET_PONG:
		require(event->data.len <= WEBSOCKET_CONTROL_MAX);
		h->pongs++;
		break;
	case WEBSOCKET_BROKEN:
		h->broken = true;
		/* fallthrough */
	case WEBSOCKET_CLOSED:
		h->over = true;
		break;
	}
}

/* One end of a stream, with a pool of its own. */
struct side {
	struct pool *pool;
	struct websocket ws;
	struct history came;
	size_t pings;          /* that it sent */
	size_t messages;       /* that it sent */
	uint64_t messages_sum; /* likewise */
};

static struct ilp_crypto *crypto;

static void start(struct side *side, enum websocket_role role)
{
	struct websocket_options options = { .role = role,
					     .message_max = MESSAGE_MAX };

	if (!crypto)
		crypto = ilp_crypto_create();
	*side = (struct side){ .pool = pool_create(BLOCK_LEN, BLOCKS) };
	require(crypto && side->pool);
	options.pool = side->pool;
	options.crypto = crypto;
	websocket_init(&side->ws, &options);
}

static void end(struct side *side)
{
	websocket_finish(&side->ws);
	require(pool_taken(side->pool) == 0);
	pool_destroy(side->pool);
}

#define WHOLE SIZE_MAX

/* Hands over the input in pieces of 1 to `most` bytes, or WHOLE. The copies
 * are as long as the piece, so that reading past it shows, and gone when they
 * may be. */
static void receive(struct side *side, struct ilp_bytes in, size_t most)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = most == WHOLE ? in.len : 1 + i % most;
		struct websocket_event event;
		uint8_t *piece;

		if (len > in.len)
			len = in.len;
		piece = malloc(len);
		require(piece != NULL);
		memcpy(piece, in.at, len);
		websocket_receive(&side->ws, piece, len);
		while (websocket_next(&side->ws, &event))
			check_event(&side->came, &event);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
}

/* Some of what the one has to write, to the other. */
static void carry(struct side *from, struct side *to, size_t len, size_t most)
{
	struct ilp_bytes out = websocket_output(&from->ws);

	require((out.len == 0) == (websocket_waiting(&from->ws) == 0));
	if (len < out.len)
		out.len = len;
	receive(to, out, most);
	websocket_written(&from->ws, out.len);
}

static void carry_all(struct side *from, struct side *to)
{
	while (websocket_waiting(&from->ws))
		carry(from, to, WHOLE, WHOLE);
}

static struct history of_a_stranger(enum websocket_role role,
				    struct ilp_bytes in, size_t most)
{
	struct side us;
	struct side reader; /* of our answers */
	struct history came;

	start(&us, role);
	start(&reader,
	      role == WEBSOCKET_SERVER ? WEBSOCKET_CLIENT : WEBSOCKET_SERVER);
	receive(&us, in, most);
	/* However many pings there were, these are their answers. */
	require(websocket_waiting(&us.ws) <=
		2 * (WEBSOCKET_HEAD_MAX + WEBSOCKET_CONTROL_MAX));
	carry_all(&us, &reader);
	require(!reader.came.broken && reader.came.messages == 0);
	require(reader.came.over == us.came.over);
	require(reader.came.pongs <= 2 && reader.came.pongs <= us.came.pings);
	came = us.came;
	end(&us);
	end(&reader);
	return came;
}

static void does_not_see_the_cuts(enum websocket_role role, struct ilp_bytes in,
				  size_t most)
{
	struct history whole = of_a_stranger(role, in, WHOLE);
	struct history pieces = of_a_stranger(role, in, most);

	require(whole.sum == pieces.sum && whole.over == pieces.over);
}

/* A message is filled where it lies, and a ping now and then. */
static void send_message(struct side *from, struct ilp_bytes message)
{
	uint8_t *at;

	if (websocket_waiting(&from->ws) > BLOCK_LEN * BLOCKS / 4)
		return;
	at = websocket_add(&from->ws, message.len);
	if (!at)
		return;
	if (message.len)
		memcpy(at, message.at, message.len);
	from->messages++;
	add_bytes(&from->messages_sum, message);
}

/* A byte says which side does what; sends have a length and a payload. */
static void run(struct side sides[2], struct ilp_reader *r)
{
	static const uint8_t zeros[MESSAGE_MAX];

	while (ilp_reader_left(r)) {
		uint8_t op = take_u8(r);
		struct side *from = &sides[op & 1];
		struct side *to = &sides[!(op & 1)];

		if (op >= 0xfc) {
			websocket_close(&from->ws, WEBSOCKET_NORMAL, "enough");
		} else if (op & 2) {
			carry(from, to, take_u8(r), 1 + op / 4);
		} else if (op & 4) {
			websocket_ping(&from->ws, take(r, op / 8));
			from->pings++;
		} else if (op & 8) {
			send_message(from, ILP_BYTES(zeros));
		} else {
			send_message(from, take(r, take_u8(r)));
		}
	}
}

static void joined_websockets_agree(struct ilp_bytes in)
{
	struct side sides[2];
	struct ilp_reader r = ilp_reader(in);

	start(&sides[0], WEBSOCKET_SERVER);
	start(&sides[1], WEBSOCKET_CLIENT);
	run(sides, &r);
	while (websocket_waiting(&sides[0].ws) ||
	       websocket_waiting(&sides[1].ws)) {
		carry_all(&sides[0], &sides[1]);
		carry_all(&sides[1], &sides[0]);
	}
	for (int i = 0; i < 2; i++) {
		const struct side *from = &sides[i];
		const struct history *came = &sides[!i].came;

		require(!came->broken);
		require(came->over == from->came.over);
		require(came->messages == from->messages);
		require(came->messages_sum == from->messages_sum);
		require(came->pings <= from->pings);
		require(from->came.pongs <= from->pings);
	}
	end(&sides[0]);
	end(&sides[1]);
}

/* The first byte says which role reads the input, and how it is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	uint8_t first = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	does_not_see_the_cuts(first & 1 ? WEBSOCKET_CLIENT : WEBSOCKET_SERVER,
			      in, 1 + first / 2);
	joined_websockets_agree(in);
	return 0;
}
