/* SPDX-License-Identifier: Apache-2.0 */
/* tls_stranger.h - a TLS client that is not ours and does what ours would
 * not: it is of an old version, or asks for odd things. It believes every
 * certificate. */
#ifndef TEST_TLS_STRANGER_H
#define TEST_TLS_STRANGER_H

#include "base/bytes.h"

enum tls_stranger_version {
	STRANGER_TLS_1_1 = 0x0302,
	STRANGER_TLS_1_2 = 0x0303,
	STRANGER_TLS_1_3 = 0x0304,
};

struct tls_stranger;

struct tls_stranger_wish {
	enum tls_stranger_version version;
	bool short_records;  /* wants to be sent no more than 512 bytes each */
	const char *ciphers; /* of TLS 1.2: knows no others */
};

/* Stops the program when it cannot. */
struct tls_stranger *tls_stranger_create(const struct tls_stranger_wish *wish);
void tls_stranger_destroy(struct tls_stranger *s);

/* Takes what we have sent, and goes on with its handshake. */
void tls_stranger_receive(struct tls_stranger *s, struct ilp_bytes in);

/* What it sends; good until the next call, and taken off then. */
struct ilp_bytes tls_stranger_output(struct tls_stranger *s);

bool tls_stranger_is_open(const struct tls_stranger *s);

/* How many authorities it was told that its certificate may come from. */
size_t tls_stranger_authorities(const struct tls_stranger *s);

size_t tls_stranger_read(struct tls_stranger *s, uint8_t *out, size_t len);
void tls_stranger_write(struct tls_stranger *s, struct ilp_bytes plain);

/* TLS 1.3: changes its key, and wants the other to change its own. */
void tls_stranger_change_keys(struct tls_stranger *s);

/* TLS 1.2: wants to begin anew. */
void tls_stranger_renegotiate(struct tls_stranger *s);

#endif
