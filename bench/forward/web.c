/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/web.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BLOCKS 65536
#define BACKLOG 128

/* One connection. */
struct web {
	struct channel channel;
	struct peer *peer;
	struct link *link;
};

/* What all of them share. */
static struct pool *pool;

static struct ilp_time now(const struct peer *peer)
{
	return (struct ilp_time){
		.monotonic_us = (int64_t)(peer->traffic->now_ns / 1000),
		.wall_ms = 0,
	};
}

/* Has the loop send what the link has to say. */
static void say(struct web *web)
{
	struct ilp_bytes out;

	while ((out = link_output(web->link)).len) {
		memcpy(buffer_room(&web->channel.out, out.len), out.at,
		       out.len);
		link_written(web->link, out.len);
	}
}

/* The ILP packet in the BTP packet that it would have come in. */
static void hand_on(struct web *web, const struct link_event *event)
{
	static uint8_t room[PACKET_MAX];
	struct peer *peer = web->peer;
	size_t len = peer->web_head.len + event->packet.len;

	if (len > sizeof(room))
		traffic_fail(peer->name, "was sent too long a packet");
	memcpy(room, peer->web_head.at, peer->web_head.len);
	ilp_store_u32(room + 1, event->request);
	memcpy(room + peer->web_head.len, event->packet.at, event->packet.len);
	peer->web = web;
	peer->message(peer, (struct ilp_bytes){ room, len });
}

static void take(struct web *web, const struct link_event *event)
{
	struct peer *peer = web->peer;

	switch (event->type) {
	case LINK_LOGIN:
		link_admit(web->link);
		break;
	case LINK_UP:
		peer->web = web;
		peer->state = PEER_UP;
		peer->traffic->up++;
		break;
	case LINK_PREPARE:
	case LINK_ANSWER:
		hand_on(web, event);
		break;
	case LINK_REFUSED:
		traffic_fail(peer->name, event->reason);
		break;
	case LINK_BECAME:
		break;
	case LINK_DOWN:
		if (peer->web == web && peer->sends)
			traffic_fail(peer->name, event->reason);
		break;
	}
}

static void take_all(struct web *web)
{
	struct link_event event;

	while (link_next(web->link, &event))
		take(web, &event);
	say(web);
}

static size_t received(void *owner, uint8_t *at, size_t len)
{
	struct web *web = owner;

	traffic_tick(web->peer->traffic);
	link_receive(web->link, now(web->peer), at, len);
	take_all(web);
	return len;
}

/* A line that nobody needs any more. */
static void closed(void *owner)
{
	struct web *web = owner;

	link_close(web->link, "the node has closed the connection");
	take_all(web);
	link_destroy(web->link);
	web->link = NULL;
}

static struct web *create(struct peer *peer, struct link *link)
{
	struct web *web = calloc(1, sizeof(*web));

	if (!web || !link)
		abort();
	web->peer = peer;
	web->link = link;
	web->channel.owner = web;
	web->channel.received = received;
	web->channel.closed = closed;
	return web;
}

static struct link_http_options options(enum link_http_version version)
{
	if (!pool)
		pool = pool_create(LINK_HTTP_BLOCK, BLOCKS);
	return (struct link_http_options){ .pool = pool, .version = version };
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
		 enum link_http_version version, struct ilp_bytes head)
{
	struct sockaddr_in address = local(port);
	struct link_http_options o = options(version);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char token[16];
	struct web *web;

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail(peer);
	snprintf(token, sizeof(token), "token-%s", peer->name);
	o.authority = ilp_text("127.0.0.1");
	o.path = ilp_text("/ilp");
	o.token = ilp_text(token);
	peer->web_head = head;
	peer->sends = true;
	web = create(peer, link_http_connect(&o, now(peer)));
	loop_add(loop, &web->channel, fd, NULL);
	take_all(web);
}

static void accepted(void *owner, struct loop *loop, int fd)
{
	struct peer *peer = owner;
	struct link_http_options o = options(peer->web_version);
	struct web *web = create(peer, link_http_accept(&o, now(peer)));

	loop_add(loop, &web->channel, fd, NULL);
}

void web_listen(struct peer *peer, struct loop *loop, uint16_t port,
		enum link_http_version version, struct ilp_bytes head)
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
	enum link_status status =
		peer->sends ? link_prepare(web->link, request, packet, NULL) :
			      link_answer(web->link, request, packet);

	if (status != LINK_OK)
		traffic_fail(peer->name, "cannot send");
	say(web);
}
