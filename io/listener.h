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
	struct listener_settings settings; /* the texts are the caller's */
	struct tls_context *tls;
	struct listener *next;
};

/* Can its certificates be used? If not, `error` says why. */
bool listener_check(const struct listener_settings *settings, char *error,
		    size_t error_size);

/* Begins to listen. On failure false, and `error` says why. The settings'
 * texts are needed as long as the loop is. */
bool listener_open(struct loop *loop, const struct listener_settings *settings,
		   char *error, size_t error_size);

/* Reads the certificates of all listeners again, for new connections. If some
 * cannot be used `error` says why, and they stay as they were. */
bool listener_reload(struct loop *loop, char *error, size_t error_size);

/* Lets nobody in any more. */
void listener_close_all(struct loop *loop);

#endif
