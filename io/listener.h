/* SPDX-License-Identifier: Apache-2.0 */
/* listener.h - where peers connect to us. */
#ifndef IO_LISTENER_H
#define IO_LISTENER_H

#include "io/loop.h"

struct listener_settings {
	const char *host; /* the text of an IP address */
	uint16_t port;    /* 0: one that is free */
	/* Files in PEM; NULL: no TLS. */
	const char *certificate;
	const char *key;
	const char *client_certificates; /* may be NULL */
	bool client_certificate_required;
};

struct listener {
	struct loop *loop;
	uv_poll_t poll;
	uv_timer_t pause; /* after the system had no more sockets */
	int fd;
	uint16_t port;
	int handles;                       /* that are still to be closed */
	size_t place; /* among those of the configuration */
	struct listener_settings settings; /* the texts are the caller's */
	struct tls_context *tls;
	struct listener_settings next_settings; /* that are made ready, */
	struct tls_context *next_tls;           /* and what came of them */
	struct listener *next;
};

/* Can its certificates be used? If not, `error` says why. */
bool listener_check(const struct listener_settings *settings, char *error,
		    size_t error_size);

/* Begins to listen. On failure false, and `error` says why. The settings'
 * texts are needed as long as the loop is. */
bool listener_open(struct loop *loop, const struct listener_settings *settings,
		   char *error, size_t error_size);

/* Reads certificates anew for the listener that was opened as the `place`th,
 * for new connections; or there are to be none. False, and `error` says why. The
 * address stays. Nothing changes before all are taken: then the texts are needed
 * as those before were; a listener for which nothing was made ready keeps its
 * own. */
bool listener_prepare(struct loop *loop, size_t place,
		      const struct listener_settings *settings, char *error,
		      size_t error_size);
void listener_take_all(struct loop *loop);

/* They are not taken after all. */
void listener_drop_all(struct loop *loop);

/* Lets nobody in any more. */
void listener_close_all(struct loop *loop);

#endif
