/* SPDX-License-Identifier: Apache-2.0 */
#include "io/dialer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ilp/url.h"
#include "io/connection.h"
#include "io/keys.h"
#include "io/logger.h"
#include "io/now.h"
#include "io/trust.h"
#include "link/btp.h"
#include "link/http.h"
#include "wire/tls.h"

#define HOST_MAX 256
#define PORT_TEXT_MAX 6 /* 65535 and a final zero */

struct dialer {
	struct loop *loop;
	struct shard_dial dial; /* its URL is this one: */
	uint8_t url_text[ACCOUNT_URL_MAX];
	struct ilp_peer_url url;
	uint8_t callback[ACCOUNT_URL_MAX];
	uint8_t account[ACCOUNT_ID_MAX];
	size_t account_len;
	char host[HOST_MAX];
	char port[PORT_TEXT_MAX];
	uv_getaddrinfo_t lookup;
	struct addrinfo *addresses;
	struct addrinfo *next_address;
	int fd;      /* of the address that is tried; -1: none */
	int problem; /* with the last one, as errno has it */
	uv_poll_t poll;
	uv_timer_t timer;
	int handles; /* to be closed before it can be freed */
	bool looking_up;
	bool over;
	struct dialer *next;
	struct dialer **back;
};

static void release(struct dialer *d)
{
	if (d->handles > 0 || d->looking_up)
		return;
	if (d->fd >= 0)
		close(d->fd);
	uv_freeaddrinfo(d->addresses);
	ilp_secret_clear(d->url_text, sizeof(d->url_text));
	free(d);
}

static void handle_closed(uv_handle_t *handle)
{
	struct dialer *d = handle->data;

	d->handles--;
	release(d);
}

/* Is done, and frees itself when all its handles are closed. */
static void finish(struct dialer *d)
{
	d->over = true;
	*d->back = d->next;
	if (d->next)
		d->next->back = d->back;
	if (d->looking_up)
		uv_cancel((uv_req_t *)&d->lookup);
	uv_close((uv_handle_t *)&d->timer, handle_closed);
}

/* The first times, and then less and less often, as a peer may be away for long:
 * after 2, 4, 8 tries. */
static enum log_level level_of(unsigned failures)
{
	return (failures & (failures - 1)) == 0 ? LOG_WARN : LOG_DEBUG;
}

static void tell_failure(const struct dialer *d, const char *reason)
{
	const struct ilp_bytes account = { d->account, d->account_len };
	unsigned failures = d->dial.failures + 1;
	struct log_record r;

	if (!logger_begin(d->loop->logger, &r, level_of(failures),
			  "dial-failed"))
		return;
	log_text(&r, "cannot connect to %.*s (%s): %s", (int)account.len,
		 (const char *)account.at, d->host, reason);
	log_add(&r, "account", account);
	log_add(&r, "host", ilp_text(d->host));
	log_add_number(&r, "tries", failures);
	log_add(&r, "reason", ilp_text(reason));
	logger_put(d->loop->logger, &r);
}

static void give_up(struct dialer *d, const char *reason)
{
	tell_failure(d, reason);
	loop_round_begin(d->loop);
	shard_dialed(d->loop->shard, &d->dial, NULL, NULL);
	finish(d);
}

/* ---- a link on the connection ---- */

/* The value of the Host field: without the port where it is the usual one. */
static struct ilp_bytes host_field(const struct dialer *d, uint8_t *room,
				   size_t size)
{
	struct ilp_writer w = ilp_writer(room, size);
	bool v6 = memchr(d->url.host.at, ':', d->url.host.len) != NULL;

	if (v6)
		ilp_write_u8(&w, '[');
	ilp_write_fixed(&w, d->url.host);
	if (v6)
		ilp_write_u8(&w, ']');
	if (d->url.port != (d->url.tls ? 443 : 80)) {
		ilp_write_u8(&w, ':');
		ilp_write_fixed(&w, ilp_text(d->port));
	}
	return ilp_written(&w);
}

/* A part of the URL with its escapes undone. */
static struct ilp_bytes plain_part(uint8_t *room, struct ilp_bytes part)
{
	struct ilp_writer w = ilp_writer(room, ACCOUNT_URL_MAX);

	if (ilp_percent_decode(&w, part))
		return (struct ilp_bytes){ room, 0 };
	return ilp_written(&w);
}

static struct ilp_bytes path(const struct dialer *d)
{
	return d->url.path.len ? d->url.path : ilp_text("/");
}

static struct link *make_btp(struct dialer *d, struct ilp_bytes host,
			     struct ilp_bytes token)
{
	uint8_t user[ACCOUNT_URL_MAX];
	struct link_btp_options options = {
		.pool = d->loop->link_blocks,
		.crypto = d->loop->crypto,
		.host = host,
		.path = path(d),
		.user = plain_part(user, d->url.user),
		.token = token,
	};

	now_draw(options.seed, sizeof(options.seed));
	return link_btp_connect(&options, d->loop->now);
}

static struct link *make_http(struct dialer *d, struct ilp_bytes host,
			      struct ilp_bytes token)
{
	struct link_http_options options = {
		.pool = d->loop->link_blocks,
		.version = d->url.tls ? LINK_HTTP_AGREED : LINK_HTTP_1,
		.tls = d->url.tls,
		.authority = host,
		.path = path(d),
		.token = token,
		.callback = d->dial.callback,
		.ids = d->dial.request_ids,
	};

	if (d->dial.http == ACCOUNT_HTTP_2)
		options.version = LINK_HTTP_2;
	else if (d->dial.http == ACCOUNT_HTTP_1)
		options.version = LINK_HTTP_1;
	if (d->loop->keys &&
	    !keys_sign(d->loop->keys,
		       (struct ilp_bytes){ d->account, d->account_len },
		       &options))
		return NULL;
	return link_http_connect(&options, d->loop->now);
}

static struct link *make_link(struct dialer *d)
{
	uint8_t room[HOST_MAX + 8];
	uint8_t secret[ACCOUNT_URL_MAX];
	struct ilp_bytes host = host_field(d, room, sizeof(room));
	struct ilp_bytes token = plain_part(secret, d->url.token);
	struct link *link = d->url.http ? make_http(d, host, token) :
					  make_btp(d, host, token);

	ilp_secret_clear(secret, sizeof(secret));
	return link;
}

/* What TLS shall offer to speak; a BTP link needs no word for it. */
static const char *protocols(const struct dialer *d)
{
	if (!d->url.http)
		return NULL;
	switch (d->dial.http) {
	case ACCOUNT_HTTP_AGREED:
		return TLS_HTTP;
	case ACCOUNT_HTTP_1:
		return TLS_HTTP_1;
	case ACCOUNT_HTTP_2:
		return TLS_HTTP_2;
	}
	return NULL;
}

/* Whom to trust is looked up now, since it may have been read anew. */
static struct tls *make_tls(struct dialer *d)
{
	struct loop *loop = d->loop;
	const struct tls_context *context = NULL;

	if (loop->trust)
		context = trust_find(
			loop->trust,
			(struct ilp_bytes){ d->account, d->account_len });
	return context ? tls_create(context, d->host, protocols(d), loop->now,
				    loop->tls_blocks) :
			 NULL;
}

static void connected(struct dialer *d)
{
	struct loop *loop = d->loop;
	struct tls *tls = NULL;
	struct connection *connection = NULL;
	struct session *session;
	struct link *link;
	int fd = d->fd;

	loop_round_begin(loop);
	link = make_link(d);
	d->fd = -1;
	if (d->url.tls)
		tls = make_tls(d);
	if (d->url.tls && !tls)
		close(fd);
	else
		connection = connection_create(loop, fd, tls);
	if (!connection) {
		link_destroy(link);
		link = NULL;
	}
	session = shard_dialed(loop->shard, &d->dial, link, connection);
	if (connection && session)
		connection_start(connection, session);
	else if (connection)
		connection_end(connection, NULL);
	finish(d);
}

/* ---- one address after the other ---- */

static void try_next(struct dialer *d);

/* What is behind us of an address: its socket is given up, or is not. */
static void poll_closed(uv_handle_t *handle)
{
	struct dialer *d = handle->data;
	int error = 0;
	socklen_t len = sizeof(error);

	d->handles--;
	if (d->over) {
		release(d);
		return;
	}
	uv_timer_stop(&d->timer);
	if (d->fd >= 0 &&
	    (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error)) {
		d->problem = error;
		close(d->fd);
		d->fd = -1;
	}
	if (d->fd >= 0)
		connected(d);
	else
		try_next(d);
}

static void ready(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	uv_poll_stop(poll);
	uv_close((uv_handle_t *)poll, poll_closed);
}

static void timed_out(uv_timer_t *timer)
{
	struct dialer *d = timer->data;

	ready(&d->poll, 0, 0);
	close(d->fd);
	d->fd = -1;
	d->problem = ETIMEDOUT;
}

static bool start_connect(struct dialer *d, const struct addrinfo *to)
{
	int on = 1;

	d->fd = socket(to->ai_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd < 0)
		return false;
	setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if ((connect(d->fd, to->ai_addr, to->ai_addrlen) == 0 ||
	     errno == EINPROGRESS) &&
	    uv_poll_init(&d->loop->uv, &d->poll, d->fd) == 0)
		return true;
	d->problem = errno;
	close(d->fd);
	d->fd = -1;
	return false;
}

static void try_next(struct dialer *d)
{
	while (d->next_address) {
		const struct addrinfo *to = d->next_address;

		d->next_address = to->ai_next;
		if (!start_connect(d, to))
			continue;
		d->handles++;
		d->poll.data = d;
		uv_poll_start(&d->poll, UV_WRITABLE, ready);
		uv_timer_start(&d->timer, timed_out, DIALER_TIMEOUT_MS, 0);
		return;
	}
	give_up(d, d->problem ? strerror(d->problem) : "it has no address");
}

static void looked_up(uv_getaddrinfo_t *lookup, int status,
		      struct addrinfo *addresses)
{
	struct dialer *d = lookup->data;

	d->looking_up = false;
	d->addresses = addresses;
	d->next_address = addresses;
	if (d->over)
		release(d);
	else if (status == 0)
		try_next(d);
	else
		give_up(d, uv_strerror(status));
}

/* ---- beginning and end ---- */

static bool read_url(struct dialer *d, struct ilp_bytes url)
{
	if (url.len > sizeof(d->url_text))
		return false;
	memcpy(d->url_text, url.at, url.len);
	if (ilp_peer_url_parse(&d->url,
			      (struct ilp_bytes){ d->url_text, url.len }) ||
	    d->url.host.len >= sizeof(d->host))
		return false;
	memcpy(d->host, d->url.host.at, d->url.host.len);
	snprintf(d->port, sizeof(d->port), "%u", d->url.port);
	return true;
}

void dialer_start(struct loop *loop, const struct shard_dial *dial)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct dialer *d = calloc(1, sizeof(*d));

	if (!d || !read_url(d, dial->url)) {
		free(d);
		shard_dialed(loop->shard, dial, NULL, NULL);
		return;
	}
	d->loop = loop;
	d->dial = *dial;
	d->account_len = dial->account.len;
	memcpy(d->account, dial->account.at, d->account_len);
	d->dial.callback.at = d->callback;
	if (dial->callback.len)
		memcpy(d->callback, dial->callback.at, dial->callback.len);
	d->fd = -1;
	d->next = loop->dialers;
	d->back = &loop->dialers;
	if (d->next)
		d->next->back = &d->next;
	loop->dialers = d;
	uv_timer_init(&loop->uv, &d->timer);
	d->timer.data = d;
	d->handles = 1;
	d->lookup.data = d;
	d->looking_up = uv_getaddrinfo(&loop->uv, &d->lookup, looked_up,
				       d->host, d->port, &hints) == 0;
	if (!d->looking_up)
		give_up(d, "its name cannot be looked up");
}

void dialer_stop_all(struct loop *loop)
{
	while (loop->dialers) {
		struct dialer *d = loop->dialers;

		if (d->fd >= 0 && !uv_is_closing((uv_handle_t *)&d->poll))
			ready(&d->poll, 0, 0);
		finish(d);
	}
}
