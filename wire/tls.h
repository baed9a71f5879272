/* SPDX-License-Identifier: Apache-2.0 */
/* tls.h - a stream that nobody on the way can read or change: TLS by OpenSSL,
 * without a socket.
 *
 * A machine between the driver of a socket and a link. What it is configured
 * with, and whom it trusts, is in tls_context.h.
 *
 *                    ┌─────┐
 *     tls_receive ──►│     │──► tls_read       (what the peer says)
 *     tls_output  ◄──│ tls │◄── tls_write      (what we say)
 *                    └─────┘
 *
 * It begins by itself: a client has output as soon as it is made. Whether the
 * TCP connection ended before the peer said that it would (tls_state is not
 * yet TLS_CLOSED), so that something may be missing, is seen by the driver.
 *
 * Keys must be nobody else's choice; so this one machine lets OpenSSL draw its
 * random numbers instead of taking them from its caller.
 */
#ifndef WIRE_TLS_H
#define WIRE_TLS_H

#include "base/queue.h"
#include "wire/tls_context.h"

/* How much output may wait: our words up to the high mark, so that 128 KiB of
 * them can be taken at once, and what TLS says itself up to the most. A peer
 * that lets it come to that is given up. */
#define TLS_HIGH ((size_t)160 * 1024)
#define TLS_MOST (2 * TLS_HIGH)

/* What blocks of the pool must be able to hold. */
#define TLS_BLOCK ((size_t)2048)

/* A longer name of a peer counts as none. */
#define TLS_NAME_MAX 255

enum tls_state {
	TLS_HANDSHAKING,
	TLS_OPEN,
	TLS_CLOSED, /* nothing more comes, as the peer has said; we may write */
	TLS_FAILED, /* nothing goes any more; see tls_reason */
};

struct tls;

/* A client names the server that it wants, a host name or the text of an IP
 * address, and believes nobody else; and it may offer some protocols, which
 * must outlive it. The server passes NULL for both, takes HTTP/2 or else
 * HTTP/1.1 if that is offered, and does not mind when nothing is. Certificates
 * must be valid now. NULL when there is no memory. The pool outlives it; the
 * context need not. */
struct tls *tls_create(const struct tls_context *context,
		       const char *server_name, const char *protocols,
		       struct ilp_time now, struct pool *pool);
void tls_destroy(struct tls *tls);

/* What was agreed on, once it is open: h2 or http/1.1; empty: nothing. */
struct ilp_bytes tls_protocol(const struct tls *tls);

/* Bytes from the peer, cut anywhere. They are lent until tls_read has given 0,
 * and until then there may be no second call. */
void tls_receive(struct tls *tls, struct ilp_bytes in);

/* Puts what came into the room, and tells how much it was; 0 when there is
 * nothing for now. Look at the state after that: what came before an end or a
 * failure is still given. */
size_t tls_read(struct tls *tls, uint8_t *room, size_t len);

/* Takes what is to be said, and tells how much of it: not all when as much
 * waits as may, or the pool has no more; and nothing during the handshake,
 * after tls_close or a failure. The more at once, the better. */
size_t tls_write(struct tls *tls, struct ilp_bytes plain);

/* Says that we say no more. What the peer says is still read. A handshake is
 * just given up. */
void tls_close(struct tls *tls);

/* What is to be written to the peer, good until the next call; and how much
 * there is of it in all. After a failure too: it tells the peer why. */
struct ilp_bytes tls_output(const struct tls *tls);
void tls_written(struct tls *tls, size_t len);
size_t tls_waiting(const struct tls *tls);

enum tls_state tls_state(const struct tls *tls);

/* Of a failure, for people; empty when there was none. */
const char *tls_reason(const struct tls *tls);

/* What X.509 calls the result of looking at a certificate, for people: for who
 * has TLS done elsewhere, and only its number. */
const char *tls_verdict(long result);

/* Whom the peer's certificate, which was found good, says it is: its common
 * name, or else its first alternative name. Empty when it has shown none, or
 * the name is not clean text. */
const char *tls_peer_name(const struct tls *tls);

#endif
