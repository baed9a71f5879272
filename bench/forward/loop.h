/* SPDX-License-Identifier: Apache-2.0 */
/* loop.h - the sockets of the load generator and of the relay.
 *
 * It does as little as a loop can: a round waits, reads each socket that is
 * ready once, lets the owners work on what came, and writes once to each
 * socket that has something to send.
 */
#ifndef BENCH_FORWARD_LOOP_H
#define BENCH_FORWARD_LOOP_H

#include "bench/forward/buffer.h"
#include "bench/forward/tls.h"

#define LOOP_CHANNELS_MAX 1024
/* What one read takes, and the most that an owner may leave unread. */
#define LOOP_READ_MAX ((size_t)256 * 1024)
#define LOOP_REST_MAX ((size_t)64 * 1024)

/* Works on what came and gives how much of it was used; the rest comes again,
 * with more behind it. The bytes may be overwritten. */
typedef size_t loop_received(void *owner, uint8_t *in, size_t len);
/* The peer has closed; nothing more comes or goes. */
typedef void loop_closed(void *owner);

/* Somebody has come. */
struct loop;
typedef void loop_accepted(void *owner, struct loop *loop, int fd);

/* One connection; or, with `accepted`, a socket that waits for some. Whoever has something to send adds it to `out`. */
struct channel {
	int fd; /* -1 once it is closed */
	void *owner;
	loop_received *received;
	loop_closed *closed;
	loop_accepted *accepted;
	struct buffer out;
	struct tls *tls;    /* NULL: what is sent goes out as it is */
	struct buffer wire; /* else it is sealed into this first */
	bool full;          /* the kernel takes no more for now */
	size_t rest_len;
	uint8_t *rest; /* LOOP_REST_MAX bytes */
};

struct loop {
	int epoll;
	size_t count;
	struct channel *channels[LOOP_CHANNELS_MAX];
	uint64_t reads, writes, waits; /* system calls */
	uint8_t *wire;                 /* what was read, if it is sealed */
	uint8_t *plain;                /* what the owner sees */
};

void loop_init(struct loop *loop);

/* Takes a connected socket; owner and functions are set by the caller. A TLS
 * context may be NULL. */
void loop_add(struct loop *loop, struct channel *channel, int fd,
	      struct tls_context *tls);

/* One round; waits no longer than `wait_ms` for its beginning. */
void loop_round(struct loop *loop, int wait_ms);

#endif
