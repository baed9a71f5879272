/* SPDX-License-Identifier: Apache-2.0 */
#include "io/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/tls.h"

#define REAP_EVERY_US 200000

/* What is read through TLS is given to the link in pieces of this size. */
#define PLAIN_SIZE ((size_t)64 * 1024)

static void freed(uv_handle_t *handle)
{
	struct connection *c = handle->data;

	close(c->fd);
	tls_destroy(c->tls);
	free(c);
}

struct connection *connection_create(struct loop *loop, int fd, struct tls *tls)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c || uv_poll_init(&loop->uv, &c->poll, fd) != 0) {
		close(fd);
		tls_destroy(tls);
		free(c);
		return NULL;
	}
	c->loop = loop;
	c->fd = fd;
	c->tls = tls;
	c->poll.data = c;
	c->linger_until_us = ILP_NEVER_US;
	c->next = loop->connections;
	c->back = &loop->connections;
	if (c->next)
		c->next->back = &c->next;
	loop->connections = c;
	loop->connection_count++;
	return c;
}

void connection_end(struct connection *c, const char *reason)
{
	if (c->closing)
		return;
	c->closing = true;
	if (c->session)
		shard_detach(c->loop->shard, c->session, reason);
	c->session = NULL;
	*c->back = c->next;
	if (c->next)
		c->next->back = c->back;
	c->loop->connection_count--;
	uv_close((uv_handle_t *)&c->poll, freed);
}

static void ready(uv_poll_t *poll, int status, int events);

static void listen_for(struct connection *c, int events)
{
	if (c->events == events)
		return;
	c->events = events;
	if (events)
		uv_poll_start(&c->poll, events, ready);
	else
		uv_poll_stop(&c->poll);
}

/* ---- writing ---- */

/* How many bytes the kernel took. */
static size_t send_some(struct connection *c, struct ilp_bytes out)
{
	ssize_t sent = send(c->fd, out.at, out.len, MSG_NOSIGNAL);

	c->loop->counters.writes++;
	if (sent < (ssize_t)out.len) {
		c->blocked = true;
		c->stuck_since_us = c->loop->now.monotonic_us;
	}
	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		c->error = errno;
	return sent > 0 ? (size_t)sent : 0;
}

/* Did it write anything? */
static bool flush_plain(struct connection *c)
{
	struct link *link = c->session->link;
	bool any = false;

	while (!c->blocked) {
		struct ilp_bytes out = link_output(link);

		if (out.len == 0)
			break;
		any = true;
		link_written(link, send_some(c, out));
	}
	return any;
}

/* Has TLS take what the link says; did it take anything? */
static bool seal_some(struct connection *c)
{
	struct link *link = c->session->link;
	size_t taken, sum = 0;

	do {
		struct ilp_bytes out = link_output(link);

		taken = out.len ? tls_write(c->tls, out) : 0;
		link_written(link, taken);
		sum += taken;
	} while (taken);
	return sum > 0;
}

static bool flush_tls(struct connection *c)
{
	bool any = false;
	bool more;

	do {
		more = seal_some(c);
		any |= more;
		while (!c->blocked && tls_waiting(c->tls))
			tls_written(c->tls, send_some(c, tls_output(c->tls)));
	} while (more && !c->blocked);
	return any;
}

static size_t waiting(const struct connection *c)
{
	return link_waiting(c->session->link) +
	       (c->tls ? tls_waiting(c->tls) : 0);
}

/* What has ended is closed once all is said, and the peer has closed too or
 * lets us wait: a system that closes a socket with something unread in it
 * throws away what it has not sent yet. */
static void linger(struct connection *c)
{
	if (c->tls && link_waiting(c->session->link) == 0) {
		tls_close(c->tls);
		flush_tls(c);
	}
	if (waiting(c) == 0)
		shutdown(c->fd, SHUT_WR);
	if (c->linger_until_us == ILP_NEVER_US)
		c->linger_until_us =
			c->loop->now.monotonic_us + CONNECTION_LINGER_US;
}

/* When to give up: on who takes nothing of what we have said, and on who does
 * not close a connection that has ended. */
static int64_t give_up_us(const struct connection *c)
{
	int64_t stuck_us = c->stuck_since_us + CONNECTION_STUCK_US;

	return c->blocked && stuck_us < c->linger_until_us ? stuck_us :
							     c->linger_until_us;
}

void connection_flush(struct connection *c)
{
	bool reads, wrote;

	if (c->closing)
		return;
	wrote = c->tls ? flush_tls(c) : flush_plain(c);
	/* What it had to say last may have been its end, or made room. */
	if (wrote && link_is_line(c->session->link))
		shard_look_at(c->loop->shard, c->session);
	if (c->error) {
		connection_end(c, strerror(c->error));
		return;
	}
	reads = shard_reads(c->session);
	listen_for(c,
		   (reads ? UV_READABLE : 0) | (c->blocked ? UV_WRITABLE : 0));
	if (c->session->ended)
		linger(c);
}

/* ---- reading ---- */

/* Once the handshake is done it is known what to speak. */
static void look_at_agreement(struct connection *c)
{
	if (c->agreed || tls_state(c->tls) != TLS_OPEN)
		return;
	c->agreed = true;
	shard_agreed(c->loop->shard, c->session, tls_protocol(c->tls));
}

/* Hands on what TLS makes of the bytes. */
static void receive_tls(struct connection *c, size_t len)
{
	uint8_t plain[PLAIN_SIZE];
	size_t got;

	tls_receive(c->tls, (struct ilp_bytes){ c->loop->read_buffer, len });
	look_at_agreement(c);
	while ((got = tls_read(c->tls, plain, sizeof(plain))))
		shard_receive(c->loop->shard, c->session, plain, got);
	switch (tls_state(c->tls)) {
	case TLS_HANDSHAKING:
	case TLS_OPEN:
		shard_look_at(c->loop->shard, c->session);
		break;
	case TLS_CLOSED:
		connection_end(c, "peer has closed the connection");
		break;
	case TLS_FAILED:
		flush_tls(c);
		connection_end(c, tls_reason(c->tls));
		break;
	}
}

/* Once: what is left makes the socket ready again in the next round. */
static void read_some(struct connection *c)
{
	struct loop *loop = c->loop;
	ssize_t got = recv(c->fd, loop->read_buffer, LOOP_READ_SIZE, 0);

	loop->counters.reads++;
	c->read_round = loop->round;
	if (got > 0 && c->tls)
		receive_tls(c, (size_t)got);
	else if (got > 0)
		shard_receive(loop->shard, c->session, loop->read_buffer,
			      (size_t)got);
	else if (got == 0)
		connection_end(c, "peer has closed the connection");
	else if (errno != EINTR && (errno != EAGAIN || c->error))
		connection_end(c, strerror(c->error ? c->error : errno));
}

static void ready(uv_poll_t *poll, int status, int events)
{
	struct connection *c = poll->data;

	loop_round_begin(c->loop);
	if (status < 0) {
		c->error = EIO; /* unless recv knows better */
		/* What came before the end still counts; then recv tells. */
		while (!c->closing)
			read_some(c);
		return;
	}
	if (c->read_round == c->loop->round)
		return;
	if (events & UV_WRITABLE) {
		c->blocked = false;
		connection_flush(c);
	}
	if (events & UV_READABLE && !c->closing)
		read_some(c);
}

void connection_start(struct connection *c, struct session *session)
{
	c->session = session;
	listen_for(c, UV_READABLE);
}

void connection_part(struct connection *c)
{
	const struct account *account = c->session->account;

	if (c->parted || (account && account->ready) ||
	    (link_is_line(c->session->link) &&
	     link_waiting(c->session->link)))
		return; /* there are answers to be read */
	c->parted = true;
	link_close(c->session->link, "shutting down");
	shard_look_at(c->loop->shard, c->session);
}

void connection_say_goodbye(struct connection *c)
{
	link_close(c->session->link, "shutting down");
	connection_flush(c);
	connection_end(c, "shutting down");
}

int64_t connection_reap(struct loop *loop)
{
	int64_t now_us = loop->now.monotonic_us;
	struct connection *c = loop->connections;
	int64_t soonest_us = ILP_NEVER_US;

	if (now_us < loop->reap_us)
		return loop->reap_us;
	while (c) {
		struct connection *next = c->next;

		if (give_up_us(c) <= now_us)
			connection_end(c, "peer does not read what we say");
		else if (give_up_us(c) < soonest_us)
			soonest_us = give_up_us(c);
		c = next;
	}
	/* Not each round, as there may be many. */
	loop->reap_us = now_us + REAP_EVERY_US;
	if (soonest_us == ILP_NEVER_US)
		return ILP_NEVER_US;
	return soonest_us > loop->reap_us ? soonest_us : loop->reap_us;
}
