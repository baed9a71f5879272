/* SPDX-License-Identifier: Apache-2.0 */
/* btp_peer.h - the other side of a link over BTP, byte by byte: for tests of
 * what the link says and hears.
 */
#ifndef TEST_BTP_PEER_H
#define TEST_BTP_PEER_H

#include "ilp/btp.h"
#include "link/btp.h"
#include "test/check.h"
#include "wire/upgrade.h"
#include "wire/websocket.h"

/* As RFC 6455, 1.3 has it. */
#define REQUEST                                                                \
	"GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"        \
	"Connection: Upgrade\r\n"                                              \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"                      \
	"Sec-WebSocket-Version: 13\r\n"
#define GRANT                                                                  \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"           \
	"Connection: Upgrade\r\n"                                              \
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

/* What ilp-plugin-btp sends and is sent at the beginning: user alice, token
 * secret. */
#define LOGIN                                                                  \
	"060000000131"                                                         \
	"0103"                                                                 \
	"04617574680000"                                                       \
	"0d617574685f757365726e616d650105616c696365"                           \
	"0a617574685f746f6b656e0106736563726574"
#define ADMITTED "0100000001020100"
#define REFUSED /* F00 NotAcceptedError: invalid auth_token */                 \
	"02000000013d"                                                         \
	"463030104e6f7441636365707465644572726f72"                             \
	"1332303137313232343136313433322e3237395a"                             \
	"12696e76616c696420617574685f746f6b656e"                               \
	"0100"

#define PREPARE "060000000b0d010103696c7000050c03aabbcc"
#define FULFILL "010000000b0c010103696c7000040d02bbcc"

enum frame {
	TEXT = 0x81,
	BINARY = 0x82,
	CLOSE = 0x88,
	PING = 0x89,
	PONG = 0x8a,
};

static struct pool *pool;
static struct ilp_crypto *crypto;

/* A link, and all that it has written and nobody has looked at. */
struct subject {
	struct link *link;
	bool is_server;
	struct ilp_time now;
	struct ilp_bytes lent;
	size_t start;
	size_t end;
	uint8_t output[2 * LINK_MOST];
};

static inline struct link_btp_options options(uint8_t seed)
{
	return (struct link_btp_options){
		.pool = pool,
		.crypto = crypto,
		.seed = { seed },
		.host = ilp_text("example.com:7768"),
		.path = ilp_text("/btp?x=y"),
		.user = ilp_text("alice"),
		.token = ilp_text("secret"),
	};
}

static inline struct subject *subject(bool is_server)
{
	const struct link_btp_options o = options(1);
	struct subject *t = calloc(1, sizeof(*t));

	CHECK(t != NULL);
	/* 2017-12-24T16:14:32.279Z */
	t->now = (struct ilp_time){ 5000000, 1514132072279 };
	t->is_server = is_server;
	t->link = is_server ? link_btp_accept(&o, t->now) :
			      link_btp_connect(&o, t->now);
	CHECK(t->link != NULL);
	t->lent = exact_copy(ilp_text(""));
	return t;
}

static inline void finish(struct subject *t)
{
	link_destroy(t->link);
	exact_free(t->lent);
	free(t);
	CHECK_INT(pool_taken(pool), 0);
}

/* ---- what the peer does ---- */

static inline void receive(struct subject *t, struct ilp_bytes in)
{
	exact_free(t->lent);
	t->lent = exact_copy(in);
	link_receive(t->link, t->now, (uint8_t *)(uintptr_t)t->lent.at, in.len);
}

/* A client's mask is four zeros here, so that the bytes are as written. */
static inline size_t put_frame(uint8_t *at, bool masked, enum frame frame,
			       struct ilp_bytes payload)
{
	uint8_t mask = masked ? 0x80 : 0;
	size_t len = 2;

	at[0] = (uint8_t)frame;
	if (payload.len < 126) {
		at[1] = mask | (uint8_t)payload.len;
	} else if (payload.len <= UINT16_MAX) {
		at[1] = mask | 126;
		ilp_store_u16(at + 2, (uint16_t)payload.len);
		len = 4;
	} else {
		at[1] = mask | 127;
		ilp_store_u64(at + 2, payload.len);
		len = 10;
	}
	if (masked) {
		memset(at + len, 0, 4);
		len += 4;
	}
	if (payload.len)
		memcpy(at + len, payload.at, payload.len);
	return len + payload.len;
}

static inline void receive_frame(struct subject *t, enum frame frame,
				 struct ilp_bytes payload)
{
	uint8_t *at = malloc(payload.len + WEBSOCKET_HEAD_MAX);
	size_t len;

	CHECK(at != NULL);
	len = put_frame(at, t->is_server, frame, payload);
	receive(t, (struct ilp_bytes){ at, len });
	free(at);
}

/* A BTP packet. */
static inline void hear(struct subject *t, const char *packet)
{
	receive_frame(t, BINARY, hex(packet));
}

/* ---- what the link does ---- */

static inline void collect(struct subject *t)
{
	while (link_waiting(t->link)) {
		struct ilp_bytes out = link_output(t->link);

		CHECK(out.len > 0 && out.len <= sizeof(t->output) - t->end);
		memcpy(t->output + t->end, out.at, out.len);
		t->end += out.len;
		link_written(t->link, out.len);
	}
}

static inline struct ilp_bytes collected(struct subject *t, size_t len)
{
	collect(t);
	CHECK(t->end - t->start >= len);
	t->start += len;
	return (struct ilp_bytes){ t->output + t->start - len, len };
}

static inline struct ilp_bytes collected_head(struct subject *t)
{
	struct ilp_bytes all;

	collect(t);
	all = (struct ilp_bytes){ t->output + t->start, t->end - t->start };
	CHECK(upgrade_head_len(all) > 0);
	return collected(t, upgrade_head_len(all));
}

/* The payload of the next frame, which is of that kind. */
static inline struct ilp_bytes collected_frame(struct subject *t,
					       enum frame frame)
{
	struct ilp_bytes head = collected(t, 2);
	size_t len = head.at[1] & 0x7f;
	uint8_t *payload;
	uint8_t mask[4] = { 0 };

	CHECK_INT(head.at[0], frame);
	CHECK_INT(head.at[1] & 0x80, t->is_server ? 0 : 0x80);
	CHECK(len < 127); /* no packet is that long */
	if (len == 126)
		len = ilp_load_u16(collected(t, 2).at);
	if (!t->is_server)
		memcpy(mask, collected(t, 4).at, 4);
	payload = (uint8_t *)(uintptr_t)collected(t, len).at;
	for (size_t i = 0; i < len; i++)
		payload[i] ^= mask[i % 4];
	return (struct ilp_bytes){ payload, len };
}

static inline void check_said(struct subject *t, const char *packet)
{
	CHECK_BYTES(collected_frame(t, BINARY), hex(packet));
}

static inline void check_error(struct subject *t, uint32_t request,
			       const char *code, const char *name,
			       const char *text)
{
	struct ilp_btp packet;

	CHECK_INT(ilp_btp_decode(&packet, collected_frame(t, BINARY)), ILP_OK);
	CHECK_INT(packet.type, ILP_BTP_ERROR);
	CHECK_INT(packet.request_id, request);
	CHECK_TEXT(ilp_text(packet.error.code), code);
	CHECK_TEXT(packet.error.name, name);
	CHECK_INT(packet.error.triggered_at_ms, t->now.wall_ms);
	CHECK_TEXT(packet.error.data, text);
	CHECK_INT(packet.entries.count, 0);
}

static inline void check_close(struct subject *t, enum websocket_code code,
			       const char *reason)
{
	struct ilp_bytes payload = collected_frame(t, CLOSE);

	CHECK(payload.len >= 2);
	CHECK_INT(ilp_load_u16(payload.at), code);
	CHECK_TEXT(ilp_bytes_skip(payload, 2), reason);
}

static inline struct link_event check_event(struct subject *t,
					    enum link_event_type type)
{
	struct link_event event;

	CHECK(link_next(t->link, &event));
	CHECK_INT(event.type, type);
	return event;
}

/* It says nothing, and nothing comes of it. */
static inline void check_quiet(struct subject *t)
{
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	collect(t);
	CHECK_INT(t->end - t->start, 0);
}

static inline void check_down(struct subject *t, const char *reason)
{
	CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason), reason);
	CHECK_INT(link_deadline_us(t->link), ILP_NEVER_US);
	CHECK_INT(link_prepare(t->link, 1, hex("0c00"), NULL), LINK_CLOSED);
	check_quiet(t);
}

static inline void check_prepare(struct subject *t, uint32_t request,
				 const char *packet)
{
	struct link_event event = check_event(t, LINK_PREPARE);

	CHECK_INT(event.request, request);
	CHECK_BYTES(event.packet, hex(packet));
}

static inline void check_answer(struct subject *t, uint32_t request,
				const char *packet)
{
	struct link_event event = check_event(t, LINK_ANSWER);

	CHECK_INT(event.request, request);
	CHECK_BYTES(event.packet, hex(packet));
}

static inline void check_refused(struct subject *t, uint32_t request,
				 const char *reason, bool temporary)
{
	struct link_event event = check_event(t, LINK_REFUSED);

	CHECK_INT(event.request, request);
	CHECK_TEXT(ilp_text(event.reason), reason);
	CHECK_INT(event.temporary, temporary);
}

/* ---- how far a link has come ---- */

static inline struct subject *server_shaken(void)
{
	struct subject *t = subject(true);

	receive(t, ilp_text(REQUEST "\r\n"));
	CHECK_TEXT(collected_head(t), GRANT);
	check_quiet(t);
	return t;
}

/* Answers the client's request, without anybody looking at events yet. */
static inline void grant(struct subject *t)
{
	struct upgrade_request request;
	uint8_t answer[200];
	struct ilp_writer w = ilp_writer(answer, sizeof(answer));

	CHECK_INT(upgrade_request_read(&request, collected_head(t)), 0);
	CHECK_INT(upgrade_grant(&w, &request), ILP_OK);
	receive(t, ilp_written(&w));
}

static inline struct subject *client_shaken(void)
{
	struct subject *t = subject(false);

	grant(t);
	check_said(t, LOGIN);
	check_quiet(t);
	return t;
}

static inline struct subject *server_asked(const char *login)
{
	struct subject *t = server_shaken();

	hear(t, login);
	return t;
}

static inline struct subject *up(bool is_server)
{
	struct subject *t = is_server ? server_asked(LOGIN) : client_shaken();

	if (is_server) {
		check_event(t, LINK_LOGIN);
		link_admit(t->link);
		check_event(t, LINK_UP);
		check_said(t, ADMITTED);
	} else {
		hear(t, ADMITTED);
		check_event(t, LINK_UP);
	}
	check_quiet(t);
	return t;
}

/* The pool and the crypto of all links but the suite's. */
static inline int check_all_on_btp(const struct check_test *tests, size_t count)
{
	int failed;

	pool = pool_create(LINK_BTP_BLOCK, 64);
	crypto = ilp_crypto_create();
	failed = check_all(tests, count);
	ilp_crypto_destroy(crypto);
	pool_destroy(pool);
	return failed;
}

#endif
