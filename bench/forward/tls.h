/* SPDX-License-Identifier: Apache-2.0 */
/* tls.h - TLS between a loop and its sockets, which it does not see: so all
 * that a round has to say to a peer is sealed at once and leaves in one
 * write. OpenSSL with its defaults, and certificates that nobody checks. */
#ifndef BENCH_FORWARD_TLS_H
#define BENCH_FORWARD_TLS_H

#include "base/bytes.h"
#include "bench/forward/buffer.h"

struct tls_context;
struct tls;

/* What all connections of a program share; both end it when they cannot. */
struct tls_context *tls_client(void);
struct tls_context *tls_server(const char *certificate, const char *key);

/* One connection. What is for the socket is added to `wire`; a client begins
 * with it right away. */
struct tls *tls_create(struct tls_context *context, struct buffer *wire);
void tls_destroy(struct tls *tls);

/* Opens what came from the socket into `out`, of BUFFER_MAX bytes, and gives
 * how much it was. */
size_t tls_open(struct tls *tls, struct ilp_bytes wire, uint8_t *out);

/* Seals all of `plain`, or nothing as long as the handshake lasts. */
void tls_seal(struct tls *tls, struct buffer *plain);

#endif
