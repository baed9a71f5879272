/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "bench/forward/web.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BACKLOG 128
#define HEAD_MAX 512
#define OCTETS "application/octet-stream"

/* Of HTTP/2 (RFC 9113). */
#define FRAME_LEN 9
#define WINDOW (1 << 24)
#define ASKED_MAX 4096 /* streams, of which few are open */

enum frame_type {
	TYPE_DATA = 0,
	TYPE_HEADERS = 1,
	TYPE_RST_STREAM = 3,
	TYPE_SETTINGS = 4,
	TYPE_PING = 6,
	TYPE_GOAWAY = 7,
};

#define FLAG_END_STREAM 1
#define FLAG_ACK 1
#define FLAG_END_HEADERS 4

/* One connection. */
struct web {
	struct channel channel;
	struct peer *peer;
	uint32_t stream;  /* of HTTP/2, asked last */
	uint32_t request; /* of HTTP/1.1, of the one that is asked */
	uint32_t asked[ASKED_MAX]; /* of HTTP/2, by the number of the stream */
	size_t unread; /* of the window that we have given */
};

/* ---- messages ---- */

/* The ILP packet in the BTP packet that it would have come in. */
static void hand_on(struct web *web, uint32_t request, struct ilp_bytes packet)
{
	static uint8_t room[PACKET_MAX];
	struct peer *peer = web->peer;
	size_t len = peer->web_head.len + packet.len;

	if (len > sizeof(room))
		traffic_fail(peer->name, "was sent too long a packet");
	memcpy(room, peer->web_head.at, peer->web_head.len);
	ilp_store_u32(room + 1, request);
	memcpy(room + peer->web_head.len, packet.at, packet.len);
	peer->web = web;
	peer->message(peer, (struct ilp_bytes){ room, len });
}

static void put(struct web *web, struct ilp_bytes bytes)
{
	memcpy(buffer_room(&web->channel.out, bytes.len), bytes.at, bytes.len);
}

/* ---- HTTP/1.1 ---- */

static void send_1(struct web *web, struct ilp_bytes packet)
{
	const struct peer *peer = web->peer;
	char head[HEAD_MAX];
	int len = peer->sends ?
			  snprintf(head, sizeof(head),
				   "POST /ilp HTTP/1.1\r\nhost: 127.0.0.1\r\n"
				   "authorization: Bearer token-%s\r\n"
				   "content-type: " OCTETS "\r\n"
				   "accept: " OCTETS "\r\n"
				   "content-length: %zu\r\n\r\n",
				   peer->name, packet.len) :
			  snprintf(head, sizeof(head),
				   "HTTP/1.1 200 OK\r\n"
				   "content-type: " OCTETS "\r\n"
				   "content-length: %zu\r\n\r\n",
				   packet.len);

	put(web, (struct ilp_bytes){ (uint8_t *)head, (size_t)len });
	put(web, packet);
}

/* What its head says is the length of the body. */
static size_t length_of(const struct web *web, const char *head)
{
	const char *field = strcasestr(head, "\r\ncontent-length:");

	if (!field || (web->peer->sends && !strstr(head, " 200 ")))
		traffic_fail(web->peer->name, head);
	return strtoul(field + strlen("\r\ncontent-length:"), NULL, 10);
}

/* How much of it was used; 0: it is not whole. */
static size_t receive_1(struct web *web, struct ilp_bytes in)
{
	const uint8_t *end = memmem(in.at, in.len, "\r\n\r\n", 4);
	size_t head_len = end ? (size_t)(end - in.at) + 4 : 0;
	char head[HEAD_MAX];
	size_t len;

	if (!end)
		return 0;
	if (head_len >= sizeof(head))
		traffic_fail(web->peer->name, "was sent too long a head");
	memcpy(head, in.at, head_len);
	head[head_len] = '\0';
	len = length_of(web, head);
	if (in.len - head_len < len)
		return 0;
	hand_on(web, web->request,
		(struct ilp_bytes){ in.at + head_len, len });
	return head_len + len;
}

/* ---- HTTP/2 ---- */

static void put_frame(struct web *web, enum frame_type type, uint8_t flags,
		      uint32_t stream, struct ilp_bytes payload)
{
	uint8_t *at =
		buffer_room(&web->channel.out, FRAME_LEN + payload.len);

	ilp_store_u32(at, (uint32_t)payload.len << 8 | type);
	at[4] = flags;
	ilp_store_u32(at + 5, stream);
	if (payload.len)
		memcpy(at + FRAME_LEN, payload.at, payload.len);
}

/* A field whose name is in the static table of HPACK (RFC 7541, 6.2.2), and
 * which is in no other; so that nothing has to be remembered. */
static void put_field(struct ilp_writer *w, uint8_t name, const char *value)
{
	if (name < 15) {
		ilp_write_u8(w, name);
	} else {
		ilp_write_u8(w, 15);
		ilp_write_u8(w, name - 15);
	}
	ilp_write_u8(w, (uint8_t)strlen(value));
	ilp_write_fixed(w, ilp_text(value));
}

/* The numbers of names, and of whole fields with a top bit, are those of the
 * table. */
static void put_head(struct web *web, uint32_t stream, size_t body_len)
{
	uint8_t room[HEAD_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	char token[32], len[24];

	snprintf(token, sizeof(token), "Bearer token-%s", web->peer->name);
	snprintf(len, sizeof(len), "%zu", body_len);
	if (web->peer->sends) {
		ilp_write_u8(&w, 0x83); /* :method: POST */
		ilp_write_u8(&w, 0x86); /* :scheme: http */
		put_field(&w, 1, "127.0.0.1");
		put_field(&w, 4, "/ilp");
		put_field(&w, 19, OCTETS);
		put_field(&w, 23, token);
	} else {
		ilp_write_u8(&w, 0x88); /* :status: 200 */
	}
	put_field(&w, 28, len);
	put_field(&w, 31, OCTETS);
	put_frame(web, TYPE_HEADERS, FLAG_END_HEADERS, stream,
		  ilp_written(&w));
}

static void send_2(struct web *web, uint32_t request, struct ilp_bytes packet)
{
	uint32_t stream = request;

	if (web->peer->sends) {
		stream = web->stream;
		web->stream += 2;
		web->asked[stream / 2 % ASKED_MAX] = request;
	}
	put_head(web, stream, packet.len);
	put_frame(web, TYPE_DATA, FLAG_END_STREAM, stream, packet);
}

/* Gives back what was used of the window of the connection, once in a while;
 * no stream ever needs more than it has. */
static void count_window(struct web *web, size_t len)
{
	uint8_t increment[4];

	web->unread += len;
	if (web->unread < WINDOW / 2)
		return;
	ilp_store_u32(increment, (uint32_t)web->unread);
	put_frame(web, 8 /* WINDOW_UPDATE */, 0, 0, ILP_BYTES(increment));
	web->unread = 0;
}

static void take_data(struct web *web, uint32_t stream, uint8_t flags,
		      struct ilp_bytes data)
{
	uint32_t request = web->peer->sends ?
				   web->asked[stream / 2 % ASKED_MAX] :
				   stream;

	if (!(flags & FLAG_END_STREAM))
		traffic_fail(web->peer->name, "was sent a packet in pieces");
	count_window(web, data.len);
	hand_on(web, request, data);
}

static void take_frame(struct web *web, uint8_t type, uint8_t flags,
		       uint32_t stream, struct ilp_bytes payload)
{
	if (type == TYPE_DATA)
		take_data(web, stream, flags, payload);
	else if (type == TYPE_SETTINGS && !(flags & FLAG_ACK))
		put_frame(web, TYPE_SETTINGS, FLAG_ACK, 0,
			  (struct ilp_bytes){ NULL, 0 });
	else if (type == TYPE_PING && !(flags & FLAG_ACK))
		put_frame(web, TYPE_PING, FLAG_ACK, 0, payload);
	else if (type == TYPE_RST_STREAM || type == TYPE_GOAWAY)
		traffic_fail(web->peer->name, "the node does not go on");
}

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

/* How much of it was used; 0: it is not whole. */
static size_t receive_2(struct web *web, struct ilp_bytes in)
{
	size_t preface = sizeof(PREFACE) - 1;
	size_t len;

	if (in.len < FRAME_LEN)
		return 0;
	if (in.at[0] == 'P')
		return in.len < preface ? 0 : preface;
	len = ilp_load_u32(in.at) >> 8;
	if (in.len < FRAME_LEN + len)
		return 0;
	take_frame(web, in.at[3], in.at[4], ilp_load_u32(in.at + 5),
		   (struct ilp_bytes){ in.at + FRAME_LEN, len });
	return FRAME_LEN + len;
}

/* No table of fields, and windows that are never full. */
static void begin_2(struct web *web)
{
	static const uint8_t settings[] = {
		0, 1, 0, 0, 0, 0,           /* HEADER_TABLE_SIZE */
		0, 3, 0, 0, 0x10, 0,        /* MAX_CONCURRENT_STREAMS */
		0, 4, 0, 1, 0,    0,        /* INITIAL_WINDOW_SIZE */
	};
	uint8_t increment[4];

	web->stream = 1;
	if (web->peer->sends)
		put(web, ilp_text(PREFACE));
	put_frame(web, TYPE_SETTINGS, 0, 0, ILP_BYTES(settings));
	ilp_store_u32(increment, WINDOW);
	put_frame(web, 8 /* WINDOW_UPDATE */, 0, 0, ILP_BYTES(increment));
}

/* ---- connections ---- */

static size_t received(void *owner, uint8_t *at, size_t len)
{
	struct web *web = owner;
	struct ilp_bytes in = { at, len };
	size_t used;

	traffic_tick(web->peer->traffic);
	while ((used = web->peer->web_version == 2 ? receive_2(web, in) :
						     receive_1(web, in)))
		in = ilp_bytes_skip(in, used);
	return len - in.len;
}

/* The node lets lines go that it does not need. */
static void closed(void *owner)
{
	struct web *web = owner;

	if (web->peer->sends)
		traffic_fail(web->peer->name,
			     "the node has closed the connection");
}

static struct web *create(struct peer *peer)
{
	struct web *web = calloc(1, sizeof(*web));

	if (!web)
		abort();
	web->peer = peer;
	web->channel.owner = web;
	web->channel.received = received;
	web->channel.closed = closed;
	return web;
}

static void begin(struct web *web, struct loop *loop, int fd)
{
	loop_add(loop, &web->channel, fd, NULL);
	if (web->peer->web_version == 2)
		begin_2(web);
}

static struct sockaddr_in local(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void fail(const struct peer *peer)
{
	perror(peer->name);
	exit(1);
}

void web_connect(struct peer *peer, struct loop *loop, uint16_t port,
		 unsigned version, struct ilp_bytes head)
{
	struct sockaddr_in address = local(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail(peer);
	peer->web_head = head;
	peer->web_version = version;
	peer->sends = true;
	peer->web = create(peer);
	begin(peer->web, loop, fd);
	peer->state = PEER_UP;
	peer->traffic->up++;
}

static void accepted(void *owner, struct loop *loop, int fd)
{
	begin(create(owner), loop, fd);
}

void web_listen(struct peer *peer, struct loop *loop, uint16_t port,
		unsigned version, struct ilp_bytes head)
{
	struct sockaddr_in address = local(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int on = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		fail(peer);
	peer->web_head = head;
	peer->web_version = version;
	peer->channel.owner = peer;
	peer->channel.accepted = accepted;
	loop_add(loop, &peer->channel, fd, NULL);
	peer->state = PEER_UP;
	peer->traffic->up++;
}

void web_send(struct peer *peer, struct ilp_bytes btp, size_t head_len)
{
	struct web *web = peer->web;
	uint32_t request = ilp_load_u32(btp.at + 1);
	struct ilp_bytes packet = ilp_bytes_skip(btp, head_len);

	web->request = request;
	if (peer->web_version == 2)
		send_2(web, request, packet);
	else
		send_1(web, packet);
}
