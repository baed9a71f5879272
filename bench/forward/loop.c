/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

void loop_init(struct loop *loop)
{
	memset(loop, 0, sizeof(*loop));
	loop->epoll = epoll_create1(0);
	loop->wire = malloc(LOOP_READ_MAX);
	loop->plain = malloc(LOOP_REST_MAX + BUFFER_MAX);
	if (loop->epoll < 0 || !loop->wire || !loop->plain)
		fail("epoll");
}

/* Asks to be told when there is something to read, or room to write. */
static void watch(struct loop *loop, struct channel *c, int operation)
{
	struct epoll_event event = {
		.events = EPOLLIN | (c->full ? EPOLLOUT : 0u),
		.data.ptr = c,
	};

	if (epoll_ctl(loop->epoll, operation, c->fd, &event) < 0)
		fail("epoll_ctl");
}

void loop_add(struct loop *loop, struct channel *channel, int fd,
	      struct tls_context *tls)
{
	int on = 1;

	if (loop->count == LOOP_CHANNELS_MAX)
		abort();
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
	    (!channel->accepted &&
	     setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0))
		fail("socket");
	channel->fd = fd;
	channel->rest = malloc(LOOP_REST_MAX);
	if (!channel->rest)
		fail("memory");
	buffer_init(&channel->out);
	if (tls) {
		buffer_init(&channel->wire);
		channel->tls = tls_create(tls, &channel->wire);
	}
	loop->channels[loop->count++] = channel;
	watch(loop, channel, EPOLL_CTL_ADD);
}

static void lose(struct channel *c)
{
	close(c->fd);
	c->fd = -1;
	tls_destroy(c->tls);
	c->closed(c->owner);
}

static void let_in(struct loop *loop, struct channel *c)
{
	int fd = accept(c->fd, NULL, NULL);

	if (fd >= 0)
		c->accepted(c->owner, loop, fd);
}

static void receive(struct loop *loop, struct channel *c)
{
	uint8_t *in = loop->plain;
	uint8_t *new = in + c->rest_len;
	ssize_t got = read(c->fd, c->tls ? loop->wire : new, LOOP_READ_MAX);
	size_t len = (size_t)got;
	size_t used;

	loop->reads++;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		lose(c);
		return;
	}
	if (c->tls)
		len = tls_open(c->tls, (struct ilp_bytes){ loop->wire, len },
			       new);
	memcpy(in, c->rest, c->rest_len);
	len += c->rest_len;
	used = c->received(c->owner, in, len);
	c->rest_len = len - used;
	if (c->rest_len > LOOP_REST_MAX)
		abort();
	memcpy(c->rest, in + used, c->rest_len);
}

static void flush(struct loop *loop, struct channel *c)
{
	struct buffer *from = c->tls ? &c->wire : &c->out;
	ssize_t sent;

	if (c->fd < 0 || c->full)
		return;
	if (c->tls)
		tls_seal(c->tls, &c->out);
	if (from->len == 0)
		return;
	sent = send(c->fd, from->at, from->len, MSG_NOSIGNAL);
	loop->writes++;
	if (sent < 0 && errno != EAGAIN)
		return; /* reading will tell that the peer is gone */
	buffer_take(from, sent > 0 ? (size_t)sent : 0);
	c->full = from->len > 0;
	if (c->full)
		watch(loop, c, EPOLL_CTL_MOD);
}

void loop_round(struct loop *loop, int wait_ms)
{
	struct epoll_event ready[LOOP_CHANNELS_MAX];
	int count = epoll_wait(loop->epoll, ready, LOOP_CHANNELS_MAX, wait_ms);

	loop->waits++;
	for (int i = 0; i < count; i++) {
		struct channel *c = ready[i].data.ptr;

		if (ready[i].events & EPOLLOUT) {
			c->full = false;
			watch(loop, c, EPOLL_CTL_MOD);
		}
		if (c->accepted)
			let_in(loop, c);
		else if (ready[i].events & ~(uint32_t)EPOLLOUT)
			receive(loop, c);
	}
	for (size_t i = 0; i < loop->count; i++)
		flush(loop, loop->channels[i]);
}
