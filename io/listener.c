/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4 */
#include "io/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/connection.h"
#include "io/file.h"
#include "io/now.h"
#include "io/socket.h"
#include "link/door.h"
#include "wire/tls.h"

/* So many at a time, or those who come would keep the others waiting. */
#define ACCEPTS_PER_ROUND 64
#define PAUSE_MS 100

/* ---- letting in ---- */

static struct link *make_link(struct loop *loop)
{
	struct link_btp_options options = {
		.pool = loop->link_blocks,
		.crypto = loop->crypto,
	};

	now_draw(options.seed, sizeof(options.seed));
	return link_door_create(&options, loop->now);
}

static void note_address(struct session *session,
			 const struct sockaddr_storage *from)
{
	const void *at = &((const struct sockaddr_in *)from)->sin_addr;

	if (from->ss_family == AF_INET6)
		at = &((const struct sockaddr_in6 *)from)->sin6_addr;
	inet_ntop(from->ss_family, at, session->from, sizeof(session->from));
}

static void let_in(struct listener *l, int fd,
		   const struct sockaddr_storage *from)
{
	struct loop *loop = l->loop;
	struct tls *tls = NULL;
	struct connection *connection;
	struct link *link;
	struct session *session;

	if (l->tls)
		tls = tls_create(l->tls, NULL, NULL, loop->now,
				 loop->tls_blocks);
	if (l->tls && !tls) {
		close(fd);
		return;
	}
	connection = connection_create(loop, fd, tls);
	if (!connection)
		return;
	link = make_link(loop);
	session =
		link ? shard_attach(loop->shard, link, NULL, connection) : NULL;
	if (!session) {
		connection_end(connection, NULL);
		return;
	}
	note_address(session, from);
	connection_start(connection, session);
}

/* Strangers may not lock out peers: when few places are left, the one that has
 * been there for the longest without a login has to go; and if there is none,
 * the oldest line, of which a peer can open as many as it likes. */
static void make_room(struct loop *loop)
{
	struct connection *oldest = NULL, *line = NULL;

	if (loop->connection_count < loop->connections_max / 4 * 3)
		return;
	for (struct connection *c = loop->connections; c; c = c->next) {
		if (c->session && !c->session->account)
			oldest = c;
		else if (c->session && link_is_line(c->session->link) &&
			 !c->session->asks)
			line = c;
	}
	if (!oldest)
		oldest = line;
	if (oldest)
		connection_end(oldest, "others want to log in");
}

static void unpause(uv_timer_t *timer);
static void ready(uv_poll_t *poll, int status, int events);

/* One more, if there is one. */
static bool accept_one(struct listener *l)
{
	struct loop *loop = l->loop;
	struct sockaddr_storage from = { .ss_family = AF_INET };
	socklen_t len = sizeof(from);
	int on = 1;
	int fd = accept4(l->fd, (struct sockaddr *)&from, &len,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		       errno == ENOMEM)) {
		uv_poll_stop(&l->poll);
		uv_timer_start(&l->pause, unpause, PAUSE_MS, 0);
	}
	if (fd < 0)
		return false;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	make_room(loop);
	if (loop->connection_count < loop->connections_max)
		let_in(l, fd, &from);
	else
		close(fd);
	return true;
}

static void ready(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;

	(void)events;
	loop_round_begin(l->loop);
	for (int i = 0; status == 0 && i < ACCEPTS_PER_ROUND; i++)
		if (!accept_one(l))
			return;
}

static void unpause(uv_timer_t *timer)
{
	struct listener *l = timer->data;

	uv_poll_start(&l->poll, UV_READABLE, ready);
}

/* ---- certificates ---- */

struct pem {
	uint8_t *at;
	size_t len;
};

static bool read_pem(struct pem *pem, const char *path, char *error,
		     size_t error_size)
{
	if (!path)
		return true;
	pem->at = file_read(path, &pem->len, error, error_size);
	return pem->at != NULL;
}

static struct ilp_bytes pem_bytes(const struct pem *pem)
{
	return (struct ilp_bytes){ pem->at, pem->len };
}

static struct tls_context *load_tls(const struct listener_settings *settings,
				    char *error, size_t error_size)
{
	struct pem chain = { NULL, 0 }, key = { NULL, 0 },
		   anchors = { NULL, 0 };
	struct tls_context *tls = NULL;

	if (read_pem(&chain, settings->certificate, error, error_size) &&
	    read_pem(&key, settings->key, error, error_size) &&
	    read_pem(&anchors, settings->client_certificates, error,
		     error_size)) {
		const struct tls_settings in = {
			.role = TLS_SERVER,
			.chain = pem_bytes(&chain),
			.key = pem_bytes(&key),
			.anchors = pem_bytes(&anchors),
			.peer_required = settings->client_certificate_required,
		};

		tls = tls_context_create(&in, now_read(), error, error_size);
	}
	file_free(chain.at, chain.len);
	file_free(key.at, key.len);
	file_free(anchors.at, anchors.len);
	return tls;
}

bool listener_check(const struct listener_settings *settings, char *error,
		    size_t error_size)
{
	struct tls_context *tls = NULL;

	if (!settings->certificate)
		return true;
	tls = load_tls(settings, error, error_size);
	tls_context_destroy(tls);
	return tls;
}

static struct listener *find(struct loop *loop, size_t place)
{
	struct listener *l = loop->listeners;

	while (l && l->place != place)
		l = l->next;
	return l;
}

static bool same_place(const struct listener_settings *a,
		       const struct listener_settings *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

bool listener_prepare(struct loop *loop, size_t place,
		      const struct listener_settings *settings, char *error,
		      size_t error_size)
{
	struct listener *l = find(loop, place);

	/* Another one in its place in the list is another one: what listens
	 * stays what it is, until the node is started again. */
	if (!l || !same_place(&l->settings, settings) ||
	    !l->settings.certificate != !settings->certificate)
		return true;
	l->next_settings = *settings;
	l->next_settings.host = l->settings.host;
	l->next_settings.port = l->settings.port;
	if (!settings->certificate)
		return true;
	l->next_tls = load_tls(settings, error, error_size);
	return l->next_tls;
}

void listener_take_all(struct loop *loop)
{
	for (struct listener *l = loop->listeners; l; l = l->next) {
		if (!l->next_settings.host)
			continue;
		tls_context_destroy(l->tls);
		l->tls = l->next_tls;
		l->settings = l->next_settings;
		l->next_tls = NULL;
		l->next_settings = (struct listener_settings){ .host = NULL };
	}
}

void listener_drop_all(struct loop *loop)
{
	for (struct listener *l = loop->listeners; l; l = l->next) {
		tls_context_destroy(l->next_tls);
		l->next_tls = NULL;
		l->next_settings = (struct listener_settings){ .host = NULL };
	}
}

/* ---- opening and closing ---- */

static void handle_closed(uv_handle_t *handle)
{
	struct listener *l = handle->data;

	if (--l->handles > 0)
		return;
	tls_context_destroy(l->tls);
	close(l->fd);
	free(l);
}

static void start(struct loop *loop, struct listener *l)
{
	uv_poll_init(&loop->uv, &l->poll, l->fd);
	uv_timer_init(&loop->uv, &l->pause);
	l->handles = 2;
	l->poll.data = l;
	l->pause.data = l;
	uv_poll_start(&l->poll, UV_READABLE, ready);
	l->place = loop->listeners ? loop->listeners->place + 1 : 0;
	l->next = loop->listeners;
	loop->listeners = l;
}

bool listener_open(struct loop *loop, const struct listener_settings *settings,
		   char *error, size_t error_size)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		return false;
	l->loop = loop;
	l->settings = *settings;
	l->fd = -1;
	if (settings->certificate) {
		l->tls = load_tls(settings, error, error_size);
		if (!l->tls)
			goto failed;
	}
	l->fd = socket_listen_tcp(settings->host, settings->port, &l->port);
	if (l->fd < 0) {
		snprintf(error, error_size, "cannot listen on %s port %u: %s",
			 settings->host, settings->port, strerror(errno));
		goto failed;
	}
	start(loop, l);
	return true;
failed:
	tls_context_destroy(l->tls);
	free(l);
	return false;
}

void listener_close_all(struct loop *loop)
{
	while (loop->listeners) {
		struct listener *l = loop->listeners;

		loop->listeners = l->next;
		uv_close((uv_handle_t *)&l->poll, handle_closed);
		uv_close((uv_handle_t *)&l->pause, handle_closed);
	}
}
