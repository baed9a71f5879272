/* SPDX-License-Identifier: Apache-2.0 */
/* A websocket reads what RFC 6455 lets a peer send, in whatever pieces it
 * comes, and tells the peer which rule it broke; it writes the frames of its
 * role, and needs no more memory than it must. */
#include "wire/websocket.h"

#include "test/check.h"
#include "test/random.h"

#define BLOCK_LEN (80 * 1024)
#define MESSAGE_MAX (70 * 1000)
#define BLOCKS 16

static struct pool *pool;
static struct ilp_crypto *crypto;

/* A websocket on the pool of all; the seed is that of its role. */
static struct websocket *create(enum websocket_role role)
{
	struct websocket *ws = malloc(sizeof(*ws));
	struct websocket_options options = {
		.role = role,
		.pool = pool,
		.message_max = MESSAGE_MAX,
		.crypto = role == WEBSOCKET_CLIENT ? crypto : NULL,
		.seed = { (uint8_t)role },
	};

	assert_non_null(ws);
	websocket_init(ws, &options);
	return ws;
}

/* What it holds is given back, and nobody else holds any. */
static void destroy(struct websocket *ws)
{
	websocket_finish(ws);
	CHECK_INT(pool_taken(pool), 0);
	free(ws);
}

/* ---- frames by hand ---- */

static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };

/* Appends a frame to what such a websocket receives. */
static void put_frame(struct ilp_writer *w, enum websocket_role receiver,
		      uint8_t first, struct ilp_bytes payload)
{
	uint8_t bit = receiver == WEBSOCKET_SERVER ? 0x80 : 0;
	uint8_t *at;

	ilp_write_u8(w, first);
	if (payload.len < 126) {
		ilp_write_u8(w, (uint8_t)(bit | payload.len));
	} else if (payload.len < 65536) {
		ilp_write_u8(w, bit | 126);
		ilp_write_u16(w, (uint16_t)payload.len);
	} else {
		ilp_write_u8(w, bit | 127);
		ilp_write_u64(w, payload.len);
	}
	if (bit)
		ilp_write_fixed(w, ILP_BYTES(mask));
	at = ilp_write_room(w, payload.len);
	assert_non_null(at);
	for (size_t i = 0; i < payload.len; i++)
		at[i] = payload.at[i] ^ (bit ? mask[i % 4] : 0);
}

/* One frame; good until the next call but three. */
static struct ilp_bytes frame(enum websocket_role receiver, uint8_t first,
			      struct ilp_bytes payload)
{
	static uint8_t buffers[4][BLOCK_LEN];
	static unsigned next;
	struct ilp_writer w = ilp_writer(buffers[next++ % 4], BLOCK_LEN);

	put_frame(&w, receiver, first, payload);
	CHECK_INT(w.error, ILP_OK);
	return ilp_written(&w);
}

/* Frames as text, "FIRST PAYLOAD" in hexadecimal with commas between them:
 * "01 48656c,80 6c6f". */
static struct ilp_bytes frames(enum websocket_role receiver, const char *text)
{
	static uint8_t buffer[4096];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	while (*text) {
		char payload[1000];
		size_t len = strcspn(text, ",");

		assert_true(len >= 3 && len - 3 < sizeof(payload));
		snprintf(payload, sizeof(payload), "%.*s", (int)len - 3,
			 text + 3);
		put_frame(&w, receiver,
			  (uint8_t)strtoul((char[]){ text[0], text[1], 0 },
					   NULL, 16),
			  hex(payload));
		text += text[len] ? len + 1 : len;
	}
	CHECK_INT(w.error, ILP_OK);
	return ilp_written(&w);
}

/* ---- events as text ---- */

struct log {
	char text[2048];
	size_t len;
};

static void add_text(struct log *log, const char *text)
{
	size_t len = strlen(text);

	assert_true(log->len + len < sizeof(log->text));
	memcpy(log->text + log->len, text, len + 1);
	log->len += len;
}

static void add_event(struct log *log, const struct websocket_event *event)
{
	static const char *const names[] = {
		[WEBSOCKET_BINARY] = "binary", [WEBSOCKET_TEXT] = "text",
		[WEBSOCKET_PING] = "ping",     [WEBSOCKET_PONG] = "pong",
		[WEBSOCKET_CLOSED] = "closed", [WEBSOCKET_BROKEN] = "broken",
	};
	char piece[200];

	add_text(log, log->len ? ", " : "");
	add_text(log, names[event->type]);
	if (event->code) {
		snprintf(piece, sizeof(piece), " %u", event->code);
		add_text(log, piece);
	}
	if (event->reason) {
		snprintf(piece, sizeof(piece), " %s", event->reason);
		add_text(log, piece);
	}
	for (size_t i = 0; i < event->data.len; i++) {
		snprintf(piece, sizeof(piece), "%s%02x", i ? "" : " ",
			 event->data.at[i]);
		add_text(log, piece);
	}
}

/* Hands over the bytes in memory that ends where they do, and is gone as soon
 * as it may be. */
static void receive(struct websocket *ws, struct ilp_bytes in, struct log *log)
{
	struct ilp_bytes copy = exact_copy(in);
	struct websocket_event event;

	websocket_receive(ws, (uint8_t *)(uintptr_t)copy.at, copy.len);
	while (websocket_next(ws, &event))
		add_event(log, &event);
	exact_free(copy);
}

static void check_events(struct websocket *ws, struct ilp_bytes in,
			 const char *expected)
{
	struct log log = { .len = 0 };

	receive(ws, in, &log);
	CHECK_TEXT(ilp_text(log.text), expected);
}

/* All that waits to be written, and is written now. */
static struct ilp_bytes written(struct websocket *ws)
{
	static uint8_t buffer[2 * BLOCK_LEN];
	size_t len = 0;

	while (websocket_waiting(ws)) {
		struct ilp_bytes out = websocket_output(ws);

		assert_true(out.len && len + out.len <= sizeof(buffer));
		memcpy(buffer + len, out.at, out.len);
		len += out.len;
		websocket_written(ws, out.len);
	}
	CHECK_INT(websocket_output(ws).len, 0);
	return (struct ilp_bytes){ buffer, len };
}

/* What a frame of ours says, if it is one that is masked: first byte and
 * payload. */
static struct ilp_bytes unmasked(struct ilp_bytes masked)
{
	static uint8_t out[1 + WEBSOCKET_CONTROL_MAX];

	assert_true(masked.len >= 6 && masked.len <= 6 + WEBSOCKET_CONTROL_MAX);
	CHECK_INT(masked.at[1], 0x80 | (masked.len - 6));
	out[0] = masked.at[0];
	for (size_t i = 6; i < masked.len; i++)
		out[i - 5] = masked.at[i] ^ masked.at[2 + (i - 6) % 4];
	return (struct ilp_bytes){ out, masked.len - 5 };
}

/* ---- reading ---- */

/* RFC 6455, 5.7. */
static void reads_the_examples_of_the_rfc(void)
{
	struct websocket *client = create(WEBSOCKET_CLIENT);
	struct websocket *server = create(WEBSOCKET_SERVER);

	check_events(client, hex("810548656c6c6f"), "text 48656c6c6f");
	check_events(server, hex("818537fa213d7f9f4d5158"), "text 48656c6c6f");
	check_events(client, hex("010348656c80026c6f"), "text 48656c6c6f");
	check_events(client, hex("890548656c6c6f"), "ping 48656c6c6f");
	check_events(server, hex("8a8537fa213d7f9f4d5158"), "pong 48656c6c6f");
	destroy(client);
	destroy(server);
}

static void check_length(enum websocket_role role, size_t len)
{
	static uint8_t payload[MESSAGE_MAX];
	struct websocket *ws = create(role);
	struct websocket_event event;
	struct ilp_bytes in;

	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(i * 7 + i / 256);
	in = frame(role, 0x82, (struct ilp_bytes){ payload, len });
	websocket_receive(ws, (uint8_t *)(uintptr_t)in.at, in.len);
	CHECK(websocket_next(ws, &event));
	CHECK_INT(event.type, WEBSOCKET_BINARY);
	CHECK_BYTES(event.data, ((struct ilp_bytes){ payload, len }));
	CHECK(event.data.at == in.at + in.len - len); /* not copied */
	CHECK_INT(pool_taken(pool), 0);
	CHECK(!websocket_next(ws, &event));
	destroy(ws);
}

static void a_whole_frame_is_read_where_it_lies(void)
{
	for (size_t len = 0; len <= 300; len++) {
		check_length(WEBSOCKET_SERVER, len);
		check_length(WEBSOCKET_CLIENT, len);
	}
	for (size_t len = 65530; len <= 65540; len++) {
		check_length(WEBSOCKET_SERVER, len);
		check_length(WEBSOCKET_CLIENT, len);
	}
	check_length(WEBSOCKET_SERVER, MESSAGE_MAX);
	check_length(WEBSOCKET_CLIENT, MESSAGE_MAX);
}

/* Whole and fragmented messages, control frames between and inside them, and
 * empty ones of each kind. */
#define STREAM                                                                 \
	"82 ,82 0102030405060708090a0b,89 70696e67,01 e2,89 ,00 82,"           \
	"8a 0102030405060708,80 ac,02 ,00 ,80 ,02 ,80 6465,81 68c3a9,"         \
	"02 aa,00 bb,00 ,00 ccdd,80 ,8a ,88 03e8627965"
#define STREAM_EVENTS                                                          \
	"binary, binary 0102030405060708090a0b, ping 70696e67, ping, "         \
	"pong 0102030405060708, text e282ac, binary, binary 6465, "            \
	"text 68c3a9, binary aabbccdd, pong, closed 1000 627965"

static const enum websocket_role roles[] = { WEBSOCKET_SERVER,
					     WEBSOCKET_CLIENT };

/* Two pieces, and then pieces of one length. */
static void check_cuts_of(enum websocket_role role, struct ilp_bytes in,
			  const char *expected)
{
	for (size_t cut = 0; cut <= in.len; cut++) {
		struct websocket *ws = create(role);
		struct log log = { .len = 0 };

		receive(ws, (struct ilp_bytes){ in.at, cut }, &log);
		receive(ws, ilp_bytes_skip(in, cut), &log);
		CHECK_TEXT(ilp_text(log.text), expected);
		destroy(ws);
	}
	for (size_t most = 1; most <= 20; most++) {
		struct websocket *ws = create(role);
		struct log log = { .len = 0 };

		for (struct ilp_bytes left = in; left.len;) {
			size_t len = most < left.len ? most : left.len;

			receive(ws, (struct ilp_bytes){ left.at, len }, &log);
			left = ilp_bytes_skip(left, len);
		}
		CHECK_TEXT(ilp_text(log.text), expected);
		destroy(ws);
	}
}

static void cuts_make_no_difference(void)
{
	for (int i = 0; i < 2; i++)
		check_cuts_of(roles[i], frames(roles[i], STREAM),
			      STREAM_EVENTS);
}

/* A long payload in pieces that are no multiple of a mask. */
static void a_message_in_odd_pieces_is_unmasked(void)
{
	static uint8_t payload[1000];
	struct ilp_bytes in;

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 31);
	in = frame(WEBSOCKET_SERVER, 0x82, ILP_BYTES(payload));
	for (size_t most = 1; most < 40; most++) {
		struct websocket *ws = create(WEBSOCKET_SERVER);
		struct websocket_event event = { .type = WEBSOCKET_PONG };

		for (size_t at = 0; at < in.len; at += most) {
			uint8_t piece[40];
			size_t left = in.len - at;
			size_t len = most < left ? most : left;

			memcpy(piece, in.at + at, len);
			websocket_receive(ws, piece, len);
			CHECK(websocket_next(ws, &event) == (len == left));
		}
		CHECK_BYTES(event.data, ILP_BYTES(payload));
		destroy(ws);
	}
}

static void only_a_message_in_pieces_holds_a_block(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);
	struct websocket_event event;
	uint8_t in[7 + 6];

	/* A cut head, and a cut control frame, hold none. */
	check_events(ws, hex("828537fa"), "");
	CHECK_INT(pool_taken(pool), 0);
	check_events(ws, hex("213d"), "");
	CHECK_INT(pool_taken(pool), 0);
	check_events(ws, hex("7f9f"), "");
	CHECK_INT(pool_taken(pool), 1);
	memcpy(in, hex("4d51588a8100000000").at, 9);
	websocket_receive(ws, in, 9);
	CHECK(websocket_next(ws, &event));
	CHECK_TEXT(event.data, "Hello");
	CHECK_INT(pool_taken(pool), 1); /* it is lent */
	CHECK(!websocket_next(ws, &event));
	CHECK_INT(pool_taken(pool), 0);
	check_events(ws, hex("11"), "pong 11");
	CHECK_INT(pool_taken(pool), 0);
	destroy(ws);
}

static void a_block_is_given_back_at_the_end(void)
{
	static const char *const ends[] = { "88 03e8", "83 " };

	for (size_t i = 0; i < 2; i++) {
		struct websocket *ws = create(WEBSOCKET_SERVER);
		struct log log = { .len = 0 };

		check_events(ws, frames(WEBSOCKET_SERVER, "02 aa"), "");
		CHECK_INT(pool_taken(pool), 1);
		receive(ws, frames(WEBSOCKET_SERVER, ends[i]), &log);
		written(ws);
		CHECK_INT(pool_taken(pool), 0);
		destroy(ws);
	}
}

/* ---- rules ---- */

static const struct {
	const char *frames; /* for any role */
	const char *events;
} wrong[] = {
	{ "c2 01", "broken 1002 reserved bit is set" },
	{ "a2 01", "broken 1002 reserved bit is set" },
	{ "92 01", "broken 1002 reserved bit is set" },
	{ "02 aa,90 bb", "broken 1002 reserved bit is set" },
	{ "83 ", "broken 1002 opcode is reserved" },
	{ "87 ", "broken 1002 opcode is reserved" },
	{ "8b ", "broken 1002 opcode is reserved" },
	{ "8f ", "broken 1002 opcode is reserved" },
	{ "80 aa", "broken 1002 continues a message that never began" },
	{ "00 aa", "broken 1002 continues a message that never began" },
	{ "82 aa,80 bb",
	  "binary aa, broken 1002 continues a message that never began" },
	{ "02 aa,80 bb,80 cc",
	  "binary aabb, broken 1002 continues a message that never began" },
	{ "02 aa,82 bb", "broken 1002 message begins inside another one" },
	{ "02 ,01 bb", "broken 1002 message begins inside another one" },
	{ "01 61,89 ,81 62",
	  "ping, broken 1002 message begins inside another one" },
	{ "09 ", "broken 1002 control frame is in fragments" },
	{ "0a ", "broken 1002 control frame is in fragments" },
	{ "08 ", "broken 1002 control frame is in fragments" },
	{ "88 03", "broken 1002 close has half a code" },
	{ "88 03e7", "broken 1002 close has a code that none may" },
	{ "88 03ed", "broken 1002 close has a code that none may" },
	{ "88 03e8c0", "broken 1007 reason of a close is not UTF-8" },
	{ "81 c3", "broken 1007 text is not UTF-8" },
	{ "81 eda080", "broken 1007 text is not UTF-8" },
	{ "01 c3,80 28", "broken 1007 text is not UTF-8" },
	{ "01 61,00 c3,80 ", "broken 1007 text is not UTF-8" },
};

/* Whatever follows does not count. */
static void refuses_what_breaks_a_rule(void)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		for (int j = 0; j < 2; j++) {
			char text[200];

			snprintf(text, sizeof(text), "%s,82 11,88 03e8",
				 wrong[i].frames);
			check_cuts_of(roles[j], frames(roles[j], text),
				      wrong[i].events);
		}
}

static const struct {
	enum websocket_role role;
	const char *in;
	const char *events;
} wrong_heads[] = {
	{ WEBSOCKET_SERVER, "8200",
	  "broken 1002 frame of a client is not masked" },
	{ WEBSOCKET_CLIENT, "8280", "broken 1002 frame of a server is masked" },
	{ WEBSOCKET_SERVER, "89fe", "broken 1002 control frame is too long" },
	{ WEBSOCKET_CLIENT, "8a7f", "broken 1002 control frame is too long" },
	{ WEBSOCKET_CLIENT, "887e", "broken 1002 control frame is too long" },
	{ WEBSOCKET_SERVER, "8881", "broken 1002 close has half a code" },
	{ WEBSOCKET_CLIENT, "827e0000",
	  "broken 1002 length is longer than it need be" },
	{ WEBSOCKET_CLIENT, "827e007d",
	  "broken 1002 length is longer than it need be" },
	{ WEBSOCKET_SERVER, "82ff000000000000ffff",
	  "broken 1002 length is longer than it need be" },
	{ WEBSOCKET_CLIENT, "827f000000000000007d",
	  "broken 1002 length is longer than it need be" },
	{ WEBSOCKET_CLIENT, "827f8000000000000000",
	  "broken 1002 length has more than 63 bits" },
	{ WEBSOCKET_SERVER, "82ffffffffffffffffff",
	  "broken 1002 length has more than 63 bits" },
	{ WEBSOCKET_CLIENT, "827f7fffffffffffffff",
	  "broken 1009 message is too big" },
	{ WEBSOCKET_SERVER, "82ff0000000000011171", /* 70001 */
	  "broken 1009 message is too big" },
	{ WEBSOCKET_CLIENT, "0203aabbcc007f000000000001116e",
	  "broken 1009 message is too big" },
	{ WEBSOCKET_CLIENT, "474554202f", "broken 1002 reserved bit is set" },
};

/* Nobody waits for a payload that will be refused. */
static void refuses_a_head_as_soon_as_it_can(void)
{
	for (size_t i = 0; i < sizeof(wrong_heads) / sizeof(wrong_heads[0]);
	     i++)
		check_cuts_of(wrong_heads[i].role, hex(wrong_heads[i].in),
			      wrong_heads[i].events);
}

/* 69997 bytes and three are as many as may be. */
static void fragments_may_have_the_size_of_a_message(void)
{
	static const uint8_t zeros[MESSAGE_MAX - 3];
	struct websocket *ws = create(WEBSOCKET_CLIENT);
	struct websocket_event event;
	struct ilp_bytes in;

	check_events(ws, hex("0203aabbcc"), "");
	in = frame(WEBSOCKET_CLIENT, 0x80, ILP_BYTES(zeros));
	websocket_receive(ws, (uint8_t *)(uintptr_t)in.at, in.len);
	CHECK(websocket_next(ws, &event));
	CHECK_INT(event.data.len, MESSAGE_MAX);
	CHECK_INT(event.data.at[2], 0xcc);
	CHECK(!websocket_next(ws, &event));
	destroy(ws);
}

static void control_frames_have_up_to_125_bytes(void)
{
	static const uint8_t zeros[125];

	for (int i = 0; i < 2; i++) {
		struct websocket *ws = create(roles[i]);
		struct ilp_bytes in = frame(roles[i], 0x89, ILP_BYTES(zeros));
		struct websocket_event event;
		uint8_t *at = (uint8_t *)(uintptr_t)in.at;

		websocket_receive(ws, at, 100);
		CHECK(!websocket_next(ws, &event));
		websocket_receive(ws, at + 100, in.len - 100);
		CHECK(websocket_next(ws, &event));
		CHECK_INT(event.type, WEBSOCKET_PING);
		CHECK_BYTES(event.data, ILP_BYTES(zeros));
		CHECK(!websocket_next(ws, &event));
		destroy(ws);
	}
}

/* ---- closing ---- */

static bool code_allowed(unsigned code)
{
	static const unsigned allowed[][2] = { { 1000, 1003 },
					       { 1007, 1014 },
					       { 3000, 4999 } };

	for (size_t i = 0; i < 3; i++)
		if (code >= allowed[i][0] && code <= allowed[i][1])
			return true;
	return false;
}

static void a_close_has_a_code_that_may_be_sent_and_gets_it_back(void)
{
	for (unsigned code = 0; code <= 65535; code++) {
		struct websocket *ws = create(WEBSOCKET_SERVER);
		uint8_t data[2] = { (uint8_t)(code >> 8), (uint8_t)code };
		struct ilp_bytes in =
			frame(WEBSOCKET_SERVER, 0x88, ILP_BYTES(data));
		struct websocket_event event;
		struct ilp_bytes out;
		bool good = code_allowed(code);

		websocket_receive(ws, (uint8_t *)(uintptr_t)in.at, in.len);
		CHECK(websocket_next(ws, &event));
		CHECK_INT(event.type,
			  good ? WEBSOCKET_CLOSED : WEBSOCKET_BROKEN);
		CHECK_INT(event.code, good ? code : WEBSOCKET_PROTOCOL);
		CHECK(!websocket_next(ws, &event));
		out = websocket_output(ws);
		CHECK_INT(out.at[0], 0x88);
		CHECK_INT(ilp_load_u16(out.at + 2), good ? code : 1002);
		CHECK(!good || out.len == 4);
		destroy(ws);
	}
}

static void a_close_without_a_code_gets_none_back(void)
{
	struct websocket *ws = create(WEBSOCKET_CLIENT);

	check_events(ws, hex("8800"), "closed 1005");
	CHECK_BYTES(unmasked(written(ws)), hex("88"));
	destroy(ws);
}

static void who_breaks_a_rule_is_told(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);

	check_events(ws, hex("8300"), "broken 1002 opcode is reserved");
	CHECK_BYTES(written(ws), hex("881403ea" /* and the reason */
				     "6f70636f646520697320726573657276"
				     "6564"));
	destroy(ws);
}

static void after_the_last_event_there_is_nothing(void)
{
	static const char *const ends[] = { "88 03e8", "83 " };

	for (size_t i = 0; i < 2; i++) {
		struct websocket *ws = create(WEBSOCKET_CLIENT);
		struct log log = { .len = 0 };

		receive(ws, frames(WEBSOCKET_CLIENT, ends[i]), &log);
		CHECK(log.len);
		written(ws);
		check_events(ws, frames(WEBSOCKET_CLIENT, "82 aa,89 ,88 03e8"),
			     "");
		check_events(ws, frames(WEBSOCKET_CLIENT, "83 "), "");
		CHECK(!websocket_add(ws, 1));
		websocket_ping(ws, hex(""));
		websocket_close(ws, WEBSOCKET_NORMAL, "");
		CHECK_INT(websocket_waiting(ws), 0);
		destroy(ws);
	}
}

static void after_our_close_the_peer_is_heard_until_it_closes(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);

	websocket_close(ws, WEBSOCKET_GOING_AWAY, "bye");
	CHECK_BYTES(written(ws), hex("880503e9627965"));
	check_events(ws, frames(WEBSOCKET_SERVER, "82 aa,01 62,89 cc,80 63"),
		     "binary aa, ping cc, text 6263");
	CHECK(!websocket_add(ws, 1));
	websocket_ping(ws, hex("aa"));
	websocket_close(ws, WEBSOCKET_NORMAL, "again");
	check_events(ws, frames(WEBSOCKET_SERVER, "88 03e9,82 aa"),
		     "closed 1001");
	CHECK_INT(websocket_waiting(ws), 0);
	destroy(ws);
}

static void rules_hold_after_our_close_too(void)
{
	struct websocket *ws = create(WEBSOCKET_CLIENT);

	websocket_close(ws, WEBSOCKET_NO_CODE, "not sent without a code");
	CHECK_BYTES(unmasked(written(ws)), hex("88"));
	check_events(ws, frames(WEBSOCKET_CLIENT, "80 aa"),
		     "broken 1002 continues a message that never began");
	CHECK_INT(websocket_waiting(ws), 0);
	destroy(ws);
}

static void a_reason_is_cut_between_characters(void)
{
	static const struct {
		size_t before; /* letters, and then three bytes at a time */
		size_t kept;
	} reasons[] = { { 0, 123 }, { 1, 121 },   { 2, 122 },
			{ 3, 123 }, { 122, 122 }, { 200, 123 } };

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct websocket *ws = create(WEBSOCKET_SERVER);
		char text[400] = "";
		struct ilp_bytes out;

		memset(text, 'x', reasons[i].before);
		for (int j = 0; j < 50; j++)
			strcat(text, "\xe2\x82\xac");
		websocket_close(ws, WEBSOCKET_POLICY, text);
		out = written(ws);
		CHECK_INT(out.at[1], 2 + reasons[i].kept);
		CHECK_BYTES(ilp_bytes_skip(out, 4),
			    ((struct ilp_bytes){ (const uint8_t *)text,
						 reasons[i].kept }));
		destroy(ws);
	}
}

/* ---- writing ---- */

static void check_head(size_t len, const char *server, const char *client)
{
	for (int i = 0; i < 2; i++) {
		struct websocket *ws = create(roles[i]);
		struct ilp_bytes head = hex(i ? client : server);
		size_t whole = head.len + (i ? 4 : 0) + len;
		uint8_t *at = websocket_add(ws, len);
		struct ilp_bytes out;

		assert_non_null(at);
		memset(at, 0, len);
		CHECK_INT(websocket_waiting(ws), whole);
		out = websocket_output(ws);
		CHECK_INT(out.len, whole);
		CHECK(out.at + out.len == at + len);
		CHECK_BYTES(((struct ilp_bytes){ out.at, head.len }), head);
		destroy(ws);
	}
}

static void heads_are_as_short_as_can_be(void)
{
	check_head(0, "8200", "8280");
	check_head(1, "8201", "8281");
	check_head(125, "827d", "82fd");
	check_head(126, "827e007e", "82fe007e");
	check_head(65535, "827effff", "82feffff");
	check_head(65536, "827f0000000000010000", "82ff0000000000010000");
}

static void a_server_sends_what_it_was_given(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);

	memcpy(websocket_add(ws, 5), "Hello", 5);
	websocket_ping(ws, ilp_text("Hello"));
	check_events(ws, frames(WEBSOCKET_SERVER, "89 48656c6c6f"),
		     "ping 48656c6c6f");
	websocket_close(ws, WEBSOCKET_NORMAL, "");
	CHECK_BYTES(written(ws), hex("820548656c6c6f"
				     "890548656c6c6f"
				     "8a0548656c6c6f"
				     "880203e8"));
	destroy(ws);
}

/* It is masked only then. */
static void a_message_may_be_edited_until_the_next_call(void)
{
	for (int i = 0; i < 2; i++) {
		struct websocket *ws = create(WEBSOCKET_CLIENT);
		uint8_t *at = websocket_add(ws, 5);
		struct ilp_bytes out;

		memcpy(at, "hello", 5);
		at[0] = 'H';
		if (i)
			websocket_ping(ws, hex(""));
		out = websocket_output(ws);
		out.len = 6 + 5;
		CHECK_BYTES(unmasked(out), hex("8248656c6c6f"));
		CHECK(memcmp(at, "Hello", 5) != 0);
		destroy(ws);
	}
}

static void each_frame_of_a_client_has_a_mask_of_its_own(void)
{
	enum { COUNT = 100 };
	struct websocket *ws = create(WEBSOCKET_CLIENT);
	uint32_t masks[COUNT];

	for (int i = 0; i < COUNT; i++) {
		struct ilp_bytes out;

		if (i % 3 == 0)
			websocket_ping(ws, hex("aabb"));
		else
			memset(websocket_add(ws, 2), 'x', 2);
		out = written(ws);
		CHECK_INT(out.len, 8);
		masks[i] = ilp_load_u32(out.at + 2);
		for (int j = 0; j < i; j++)
			CHECK(masks[i] != masks[j]);
	}
	destroy(ws);
}

/* The same seed draws the same masks, and another one others. */
static void masks_come_of_the_seed(void)
{
	struct websocket_options options = { .role = WEBSOCKET_CLIENT,
					     .pool = pool,
					     .message_max = MESSAGE_MAX,
					     .crypto = crypto };
	uint32_t first[3];

	for (uint8_t i = 0; i < 3; i++) {
		struct websocket ws;

		options.seed[31] = i / 2;
		websocket_init(&ws, &options);
		websocket_ping(&ws, hex(""));
		first[i] = ilp_load_u32(websocket_output(&ws).at + 2);
		websocket_finish(&ws);
	}
	CHECK(first[0] == first[1]);
	CHECK(first[0] != first[2]);
}

/* ---- bounds ---- */

static void of_many_pings_the_last_is_answered(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);
	struct log log = { .len = 0 };

	memset(websocket_add(ws, 3), 0, 3);
	check_events(ws, frames(WEBSOCKET_SERVER, "89 01,89 02"),
		     "ping 01, ping 02");
	for (int i = 0; i < 50; i++)
		receive(ws, frames(WEBSOCKET_SERVER, "89 0304"), &log);
	CHECK_INT(websocket_waiting(ws), 5 + 3);
	websocket_written(ws, 5 + 2); /* not all of the first pong */
	CHECK_INT(websocket_waiting(ws), 1);
	check_events(ws, frames(WEBSOCKET_SERVER, "89 050607"), "ping 050607");
	CHECK_INT(websocket_waiting(ws), 1);
	websocket_written(ws, 1);
	CHECK_BYTES(written(ws), hex("8a03050607"));
	check_events(ws, frames(WEBSOCKET_SERVER, "89 08"), "ping 08");
	CHECK_BYTES(written(ws), hex("8a0108"));
	destroy(ws);
}

static void no_pong_follows_a_close(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);

	check_events(ws, frames(WEBSOCKET_SERVER, "89 01,89 02"),
		     "ping 01, ping 02");
	websocket_close(ws, WEBSOCKET_NORMAL, "");
	check_events(ws, frames(WEBSOCKET_SERVER, "89 03"), "ping 03");
	CHECK_BYTES(written(ws), hex("8a0101880203e8"));
	CHECK_INT(websocket_waiting(ws), 0);
	destroy(ws);
}

/* All blocks but these are somebody else's. */
static void *others[BLOCKS];

static void take_blocks(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		others[i] = pool_take(pool);
		assert_non_null(others[i]);
	}
}

static void give_blocks(size_t count)
{
	for (size_t i = 0; i < count; i++)
		pool_give(pool, others[i]);
}

static void without_a_block_what_is_cut_is_refused(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);
	struct ilp_bytes in = frames(WEBSOCKET_SERVER, "82 aabbcc,82 ddee");
	struct log log = { .len = 0 };

	take_blocks(BLOCKS);
	receive(ws, (struct ilp_bytes){ in.at, in.len - 1 }, &log);
	CHECK_TEXT(ilp_text(log.text), "binary aabbcc, broken 1013 "
				       "no room for what comes in pieces");
	receive(ws, ilp_bytes_skip(in, in.len - 1), &log);
	CHECK_INT(websocket_waiting(ws), 0); /* nor room to say so */
	give_blocks(BLOCKS);
	destroy(ws);
}

static void without_a_block_nothing_is_sent(void)
{
	struct websocket *ws = create(WEBSOCKET_SERVER);

	take_blocks(BLOCKS);
	CHECK(!websocket_add(ws, 1));
	websocket_ping(ws, hex("aa"));
	check_events(ws, frames(WEBSOCKET_SERVER, "89 01"), "ping 01");
	CHECK_INT(websocket_waiting(ws), 0);
	give_blocks(BLOCKS);
	/* The next ones are answered again. */
	check_events(ws, frames(WEBSOCKET_SERVER, "89 02"), "ping 02");
	CHECK(websocket_add(ws, 0));
	CHECK_BYTES(written(ws), hex("8a01028200"));
	take_blocks(BLOCKS);
	websocket_close(ws, WEBSOCKET_NORMAL, "");
	give_blocks(BLOCKS);
	CHECK(!websocket_add(ws, 1));
	CHECK_INT(websocket_waiting(ws), 0);
	destroy(ws);
}

/* ---- both sides ---- */

/* Some of what the one has written, to the other. */
static void carry(struct websocket *from, struct websocket *to,
		  struct random_source *r, struct random_source *expected,
		  size_t *received)
{
	struct ilp_bytes out = websocket_output(from);
	struct websocket_event event;
	uint8_t *copy;

	if (random_below(r, 3))
		out.len = random_below(r, out.len + 1);
	copy = (uint8_t *)(uintptr_t)exact_copy(out).at;
	websocket_receive(to, copy, out.len);
	while (websocket_next(to, &event)) {
		static uint8_t message[MESSAGE_MAX];
		size_t len = random_wide(expected) % 66000;

		CHECK_INT(event.type, WEBSOCKET_BINARY);
		random_bytes(expected, message, len);
		CHECK_BYTES(event.data, ((struct ilp_bytes){ message, len }));
		*received += 1;
	}
	exact_free((struct ilp_bytes){ copy, out.len });
	websocket_written(from, out.len);
}

static void what_one_side_sends_the_other_reads(void)
{
	struct random_source r = random_start();

	for (int i = 0; i < 2; i++) {
		struct websocket *from = create(roles[i]);
		struct websocket *to = create(roles[!i]);
		struct random_source sent = { r.state + 1 };
		struct random_source expected = sent;
		size_t count = 0;
		size_t received = 0;

		while (count < 300 || websocket_waiting(from)) {
			if (count < 300 && websocket_waiting(from) < 200000) {
				size_t len = random_wide(&sent) % 66000;
				uint8_t *at = websocket_add(from, len);

				assert_non_null(at);
				random_bytes(&sent, at, len);
				count++;
			}
			carry(from, to, &r, &expected, &received);
		}
		CHECK_INT(received, count);
		websocket_finish(to);
		free(to);
		destroy(from);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(reads_the_examples_of_the_rfc),
		TEST(a_whole_frame_is_read_where_it_lies),
		TEST(cuts_make_no_difference),
		TEST(a_message_in_odd_pieces_is_unmasked),
		TEST(only_a_message_in_pieces_holds_a_block),
		TEST(a_block_is_given_back_at_the_end),
		TEST(refuses_what_breaks_a_rule),
		TEST(refuses_a_head_as_soon_as_it_can),
		TEST(fragments_may_have_the_size_of_a_message),
		TEST(control_frames_have_up_to_125_bytes),
		TEST(a_close_has_a_code_that_may_be_sent_and_gets_it_back),
		TEST(a_close_without_a_code_gets_none_back),
		TEST(who_breaks_a_rule_is_told),
		TEST(after_the_last_event_there_is_nothing),
		TEST(after_our_close_the_peer_is_heard_until_it_closes),
		TEST(rules_hold_after_our_close_too),
		TEST(a_reason_is_cut_between_characters),
		TEST(heads_are_as_short_as_can_be),
		TEST(a_server_sends_what_it_was_given),
		TEST(a_message_may_be_edited_until_the_next_call),
		TEST(each_frame_of_a_client_has_a_mask_of_its_own),
		TEST(masks_come_of_the_seed),
		TEST(of_many_pings_the_last_is_answered),
		TEST(no_pong_follows_a_close),
		TEST(without_a_block_what_is_cut_is_refused),
		TEST(without_a_block_nothing_is_sent),
		TEST(what_one_side_sends_the_other_reads),
	};
	int failed;

	pool = pool_create(BLOCK_LEN, BLOCKS);
	crypto = ilp_crypto_create();
	if (!pool || !crypto)
		return 1;
	failed = check_all(tests, sizeof(tests) / sizeof(tests[0]));
	ilp_crypto_destroy(crypto);
	if (!failed)
		pool_destroy(pool); /* it wants all blocks back */
	return failed;
}
