/* SPDX-License-Identifier: Apache-2.0 */
/* connection.h - a socket with a session of the shard on it, and TLS between
 * the two if it has been agreed on.
 *
 * It reads what there is, but not from a peer that does not read what we
 * answered it; and it writes at the end of the round.
 */
#ifndef IO_CONNECTION_H
#define IO_CONNECTION_H

#include "io/loop.h"

struct tls;

/* When a peer does not take the rest of what we said, we wait no longer. */
#define CONNECTION_LINGER_US 5000000

struct connection {
	struct loop *loop;
	uv_poll_t poll;
	int fd;
	int events;   /* that the poll waits for */
	bool blocked; /* the kernel takes no more for now */
	bool closing;
	int64_t linger_until_us; /* once the session has ended */
	struct session *session;
	struct tls *tls; /* or NULL */
	struct connection *next;
	struct connection **back;
	char peer[64]; /* its address, for people */
};

/* Takes over a socket that is connected. The link goes on it with what is
 * left to do: NULL when there was no memory, and then the socket is closed and
 * the TLS machine destroyed. The caller then has the session attached. */
struct connection *connection_create(struct loop *loop, int fd,
				     struct tls *tls);

/* From now on it has a session, and is listened to. */
void connection_start(struct connection *connection, struct session *session);

/* Ends it, its session included. It frees itself later. */
void connection_end(struct connection *connection, const char *reason);

/* Closes the link, says what can be said without waiting, and ends it. */
void connection_say_goodbye(struct connection *connection);

/* Writes what there is to write, and looks whether it is over. */
void connection_flush(struct connection *connection);

/* Ends those that have lingered for too long; when to look again. */
int64_t connection_reap(struct loop *loop);

#endif
