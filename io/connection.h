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

/* When a connection has ended the peer has this long to take what we said and
 * to close it as well; and at any time it has to take some of it so often. */
#define CONNECTION_LINGER_US 5000000
#define CONNECTION_STUCK_US 15000000

struct connection {
	struct loop *loop;
	uv_poll_t poll;
	int fd;
	int events;   /* that the poll waits for */
	bool blocked; /* the kernel takes no more for now */
	bool closing;
	bool parted; /* goodbye was said */
	bool agreed; /* TLS has, and the session knows on what */
	int error;               /* that send has met */
	uint64_t read_round;     /* the round in which it was last read from */
	int64_t stuck_since_us;  /* if it is blocked */
	int64_t linger_until_us; /* once the session has ended */
	struct session *session;
	struct tls *tls; /* or NULL */
	struct connection *next;
	struct connection **back;
};

/* Takes over a socket that is connected, and TLS for it or NULL. It has no
 * session yet: attach one, then connection_start. NULL when there was no
 * memory; then both are gone. */
struct connection *connection_create(struct loop *loop, int fd,
				     struct tls *tls);

/* From now on it has a session, and is listened to. */
void connection_start(struct connection *connection, struct session *session);

/* Ends it, its session included. It frees itself later. */
void connection_end(struct connection *connection, const char *reason);

/* Closes the link, unless there are still answers for it, and ends when all is
 * said and the peer has heard it. */
void connection_part(struct connection *connection);

/* Closes the link, says what can be said without waiting, and ends it. */
void connection_say_goodbye(struct connection *connection);

/* Writes what there is to write, and looks whether it is over. */
void connection_flush(struct connection *connection);

/* Ends those that take too long to take what we say; when to look again. */
int64_t connection_reap(struct loop *loop);

#endif
