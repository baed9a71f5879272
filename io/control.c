/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4, pthread_setname_np */
#include "io/control.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/logger.h"
#include "io/now.h"
#include "io/socket.h"
#include "node/admin/visitor.h"

#define LOOPBACK "127.0.0.1"
#define RELOAD "/v1/configuration/reload"
#define GUESTS_MAX 256
/* As many as may come in: who connects without waiting, and finds the queue
 * full, is not tried again. */
#define BLOCKS_MAX 64
#define TICK_MS 1000
/* Who takes nothing of what we say for so long has to go. */
#define STUCK_US 15000000
/* Who listens to events may look away for a while. */
#define LISTENER_STUCK_US 300000000
#define READ_SIZE ((size_t)64 * 1024)

/* A connection. */
struct guest {
	struct control *control;
	struct door *door; /* by which it came in */
	struct visitor *visitor;
	uv_poll_t poll;
	int fd;
	bool closing;
	int64_t stuck_since_us; /* ILP_NEVER_US: it takes what we say */
	struct guest *next;
	struct guest **back;
};

/* Where they come in. Each has its own share of all there is, or whoever comes
 * in by TCP would lock the operator out. */
struct door {
	struct control *control;
	uv_poll_t poll;
	int fd;
	enum api_scope scope; /* of those without a token */
	bool connector;
	struct pool *pool;
	size_t guest_count;
};

struct control {
	uv_loop_t uv;
	struct door doors[3];
	size_t door_count;
	uv_timer_t timer;
	uv_timer_t events; /* runs while somebody listens to them */
	uv_async_t end;
	uv_async_t reload;
	struct mailbox returned;
	struct mailbox *shard;
	void (*outside)(void *context, struct errand *errand);
	void *context; /* for that */
	struct api *api;
	struct logger *logger;
	struct guest *guests;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	uint16_t port; /* of TCP, */
	uint16_t connector_port;
	bool running;
	pthread_t thread;
	uint8_t read_buffer[READ_SIZE];
};

/* ---- guests ---- */

static void freed(uv_handle_t *handle)
{
	struct guest *g = handle->data;

	close(g->fd);
	free(g);
}

static void part(struct guest *g)
{
	if (g->closing)
		return;
	g->closing = true;
	visitor_destroy(g->visitor);
	g->visitor = NULL;
	*g->back = g->next;
	if (g->next)
		g->next->back = g->back;
	g->door->guest_count--;
	uv_close((uv_handle_t *)&g->poll, freed);
}

static void ready(uv_poll_t *poll, int status, int events);

/* Says what there is to say; the guest may be gone afterwards. */
static void say(struct guest *g)
{
	struct ilp_bytes out;
	int events = 0;

	while ((out = visitor_output(g->visitor)).len) {
		ssize_t sent = send(g->fd, out.at, out.len, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			part(g);
			return;
		}
		if (sent <= 0)
			break;
		g->stuck_since_us = ILP_NEVER_US;
		visitor_written(g->visitor, (size_t)sent);
	}
	if (out.len) {
		events |= UV_WRITABLE;
		if (g->stuck_since_us == ILP_NEVER_US)
			g->stuck_since_us = now_read().monotonic_us;
	} else if (visitor_is_over(g->visitor)) {
		part(g);
		return;
	}
	if (visitor_reads(g->visitor))
		events |= UV_READABLE;
	uv_poll_start(&g->poll, events, ready);
}

static void send_errands(struct control *c)
{
	struct errand *errand;

	while ((errand = api_next_errand(c->api)))
		mailbox_put(c->shard, errand);
	while ((errand = api_next_outside(c->api)))
		c->outside(c->context, errand);
}

/* If whoever waits for it is still there. */
static void give(struct control *c, const struct api_answer *answer)
{
	struct guest *g = c->guests;

	while (g && g->visitor != answer->asker)
		g = g->next;
	if (!g)
		return;
	visitor_answer(g->visitor, now_read(), answer);
	say(g);
}

static void events_due(uv_timer_t *timer);

/* When events are next to be fetched. */
static void await_events(struct control *c)
{
	int64_t deadline_us = api_deadline_us(c->api);
	int64_t wait_us;

	if (deadline_us == ILP_NEVER_US) {
		uv_timer_stop(&c->events);
		return;
	}
	wait_us = deadline_us - now_read().monotonic_us;
	uv_timer_start(&c->events, events_due,
		       wait_us > 0 ? (uint64_t)wait_us / 1000 + 1 : 1, 0);
}

/* Those who listen are told what there is for them. */
static void tell_listeners(struct control *c)
{
	struct guest *g = c->guests;

	while (g) {
		struct guest *next = g->next;

		if (visitor_streams(g->visitor))
			say(g);
		g = next;
	}
}

static void give_answers(struct control *c)
{
	struct api_answer answer;

	while (api_next_answer(c->api, &answer))
		give(c, &answer);
	send_errands(c);
	logger_look(c->logger);
	await_events(c);
}

static void events_due(uv_timer_t *timer)
{
	struct control *c = timer->data;

	api_tick(c->api, now_read());
	tell_listeners(c);
	give_answers(c);
}

static void hear(struct guest *g)
{
	struct control *c = g->control;
	ssize_t got = recv(g->fd, c->read_buffer, READ_SIZE, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {
		part(g);
		return;
	}
	if (got == 0)
		visitor_end(g->visitor);
	else
		visitor_receive(g->visitor, now_read(), c->read_buffer,
				(size_t)got);
	say(g);
	give_answers(c);
}

static void ready(uv_poll_t *poll, int status, int events)
{
	struct guest *g = poll->data;

	if (status < 0 || events & UV_READABLE)
		hear(g);
	else
		say(g);
}

static void let_in(struct door *door, int fd)
{
	struct control *c = door->control;
	const struct visitor_options options = {
		.api = c->api,
		.pool = door->pool,
		.scope = door->scope,
		.connector = door->connector,
	};
	struct guest *g = calloc(1, sizeof(*g));

	if (g)
		g->visitor = visitor_create(&options, now_read());
	if (!g || !g->visitor || uv_poll_init(&c->uv, &g->poll, fd) != 0) {
		if (g)
			visitor_destroy(g->visitor);
		free(g);
		close(fd);
		return;
	}
	g->control = c;
	g->door = door;
	g->fd = fd;
	g->poll.data = g;
	g->stuck_since_us = ILP_NEVER_US;
	g->next = c->guests;
	g->back = &c->guests;
	if (g->next)
		g->next->back = &g->next;
	c->guests = g;
	door->guest_count++;
	uv_poll_start(&g->poll, UV_READABLE, ready);
}

static void knocked(uv_poll_t *poll, int status, int events)
{
	struct door *door = poll->data;
	int fd;

	(void)events;
	if (status < 0)
		return;
	fd = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	/* Until the next tick, when there are no descriptors left. */
	if (fd < 0 && errno != EAGAIN && errno != EINTR)
		uv_poll_stop(&door->poll);
	if (fd < 0)
		return;
	if (door->guest_count < GUESTS_MAX)
		let_in(door, fd);
	else
		close(fd);
}

static void open_doors(struct control *c)
{
	for (size_t i = 0; i < c->door_count; i++)
		uv_poll_start(&c->doors[i].poll, UV_READABLE, knocked);
}

/* ---- the thread ---- */

static int64_t patience_us(const struct guest *g)
{
	return visitor_streams(g->visitor) ? LISTENER_STUCK_US : STUCK_US;
}

static void ticked(uv_timer_t *timer)
{
	struct control *c = timer->data;
	struct ilp_time now = now_read();
	struct api_answer answer;
	struct guest *g;

	open_doors(c);
	while (api_next_late(c->api, now, &answer))
		give(c, &answer);
	g = c->guests;
	while (g) {
		struct guest *next = g->next;

		visitor_tick(g->visitor, now);
		if (g->stuck_since_us != ILP_NEVER_US &&
		    now.monotonic_us - g->stuck_since_us > patience_us(g))
			part(g);
		else
			say(g);
		g = next;
	}
}

static void take_returned(uv_async_t *wake)
{
	struct control *c = wake->data;
	struct errand *errand;

	while ((errand = mailbox_take(&c->returned)))
		api_returned(c->api, errand);
	tell_listeners(c);
	give_answers(c);
}

/* Nobody waits for what becomes of it: that is told in the log. */
static void reload(uv_async_t *handle)
{
	static const struct api_question question = {
		.method = { (const uint8_t *)"POST", 4 },
		.target = { (const uint8_t *)RELOAD, sizeof(RELOAD) - 1 },
		.scope = API_ADMIN,
	};
	struct control *c = handle->data;

	api_ask(c->api, &question, now_read());
	give_answers(c);
}

static void end(uv_async_t *handle)
{
	struct control *c = handle->data;

	api_end_streams(c->api, "the node has ended");
	tell_listeners(c);
	while (c->guests)
		part(c->guests);
	for (size_t i = 0; i < c->door_count; i++)
		uv_close((uv_handle_t *)&c->doors[i].poll, NULL);
	uv_close((uv_handle_t *)&c->timer, NULL);
	uv_close((uv_handle_t *)&c->events, NULL);
	uv_close((uv_handle_t *)&c->end, NULL);
	uv_close((uv_handle_t *)&c->reload, NULL);
	mailbox_close(&c->returned);
}

static void *run(void *context)
{
	struct control *c = context;

	pthread_setname_np(pthread_self(), "ilpd-control");
	uv_run(&c->uv, UV_RUN_DEFAULT);
	return NULL;
}

/* ---- from beginning to end ---- */

/* One more door, on a socket that listens. */
static bool add_door(struct control *c, int fd, enum api_scope scope)
{
	struct door *door = &c->doors[c->door_count];

	*door = (struct door){
		.control = c,
		.fd = fd,
		.scope = scope,
		.pool = pool_create(VISITOR_BLOCK, BLOCKS_MAX),
	};
	if (!door->pool) {
		close(fd);
		return false;
	}
	c->door_count++;
	return true;
}

static bool fail_to_listen(const char *where, char *error, size_t error_size)
{
	snprintf(error, error_size, "cannot listen on %s: %s", where,
		 strerror(errno));
	return false;
}

static bool listen_on_path(struct control *c, const char *path, char *error,
			   size_t error_size)
{
	int fd;

	if (!path)
		return true;
	if (!socket_path_fits(path)) {
		snprintf(error, error_size,
			 "the path of the admin socket is too long for one: %s; "
			 "\"admin.socket\" may say another",
			 path);
		return false;
	}
	fd = socket_listen_unix(path);
	if (fd < 0)
		return fail_to_listen(path, error, error_size);
	snprintf(c->path, sizeof(c->path), "%s", path);
	return add_door(c, fd, API_ADMIN);
}

static bool listen_on_port(struct control *c,
			   const struct control_options *options, char *error,
			   size_t error_size)
{
	char where[300];
	int fd;

	if (!options->host)
		return true;
	snprintf(where, sizeof(where), "%s port %u", options->host,
		 options->port);
	fd = socket_listen_tcp(options->host, options->port, &c->port);
	if (fd < 0)
		return fail_to_listen(where, error, error_size);
	return add_door(c, fd, API_ANYBODY);
}

static bool listen_as_connector(struct control *c,
				const struct control_options *options,
				char *error, size_t error_size)
{
	char where[64];
	int fd;

	if (!options->connector)
		return true;
	snprintf(where, sizeof(where), LOOPBACK " port %u",
		 options->connector_port);
	fd = socket_listen_tcp(LOOPBACK, options->connector_port,
			       &c->connector_port);
	if (fd < 0)
		return fail_to_listen(where, error, error_size);
	if (!add_door(c, fd, API_ADMIN))
		return false;
	c->doors[c->door_count - 1].connector = true;
	return true;
}

/* Not before there is nothing left that can fail. */
static void init_handles(struct control *c)
{
	for (size_t i = 0; i < c->door_count; i++) {
		struct door *door = &c->doors[i];

		uv_poll_init(&c->uv, &door->poll, door->fd);
		door->poll.data = door;
	}
	uv_timer_init(&c->uv, &c->timer);
	uv_timer_init(&c->uv, &c->events);
	uv_async_init(&c->uv, &c->end, end);
	uv_async_init(&c->uv, &c->reload, reload);
	mailbox_init(&c->returned, &c->uv, take_returned, c);
	c->timer.data = c;
	c->events.data = c;
	c->end.data = c;
	c->reload.data = c;
	open_doors(c);
	uv_timer_start(&c->timer, ticked, TICK_MS, TICK_MS);
}

static void let_go(struct control *c)
{
	api_destroy(c->api);
	for (size_t i = 0; i < c->door_count; i++) {
		close(c->doors[i].fd);
		pool_destroy(c->doors[i].pool);
	}
	if (c->path[0])
		unlink(c->path);
	free(c);
}

struct control *control_create(const struct control_options *options,
			       char *error, size_t error_size)
{
	struct control *c = calloc(1, sizeof(*c));

	snprintf(error, error_size, "no memory");
	if (!c) {
		api_destroy(options->api);
		return NULL;
	}
	c->shard = options->shard;
	c->outside = options->outside;
	c->context = options->context;
	c->api = options->api;
	c->logger = options->logger;
	if (!listen_on_path(c, options->socket, error, error_size) ||
	    !listen_on_port(c, options, error, error_size) ||
	    !listen_as_connector(c, options, error, error_size) ||
	    uv_loop_init(&c->uv) != 0) {
		let_go(c);
		return NULL;
	}
	init_handles(c);
	return c;
}

/* Signals are for other threads. */
bool control_start(struct control *c)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	c->running = pthread_create(&c->thread, NULL, run, c) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return c->running;
}

void control_returned(struct control *c, struct errand *errand)
{
	mailbox_put(&c->returned, errand);
}

void control_reload(struct control *c)
{
	uv_async_send(&c->reload);
}

uint16_t control_port(const struct control *c)
{
	return c->port;
}

uint16_t control_connector_port(const struct control *c)
{
	return c->connector_port;
}

void control_destroy(struct control *c)
{
	if (!c)
		return;
	uv_async_send(&c->end);
	if (c->running)
		pthread_join(c->thread, NULL);
	else
		uv_run(&c->uv, UV_RUN_DEFAULT);
	uv_loop_close(&c->uv);
	let_go(c);
}
