/* SPDX-License-Identifier: Apache-2.0 */
/* btp_hello.h - how a link over BTP begins: the opening handshake of
 * WebSocket (wire/upgrade.h), and the login that a client sends then.
 *
 * It needs some kilobytes, and the link lets go of it once both are sent.
 */
#ifndef LINK_BTP_HELLO_H
#define LINK_BTP_HELLO_H

#include "link/btp.h"

/* The request id of a client's login. Nothing else is in flight then. */
#define BTP_HELLO_REQUEST 1

enum btp_hello_state {
	BTP_HELLO_WAITING, /* for the peer's head */
	BTP_HELLO_OPEN,    /* what follows are frames */
	BTP_HELLO_REFUSED, /* there will be no WebSocket */
};

struct btp_hello;

/* NULL when there is no memory, or what the options say of a client has no
 * room or is not fit for a head of HTTP. */
struct btp_hello *btp_hello_connect(const struct link_btp_options *options);
struct btp_hello *btp_hello_accept(void);
void btp_hello_destroy(struct btp_hello *h);

/* Reads the peer's head, cut anywhere; how many of the bytes belong to it. */
size_t btp_hello_receive(struct btp_hello *h, struct ilp_bytes in);

enum btp_hello_state btp_hello_state(const struct btp_hello *h);

/* Why it was refused, for people. */
const char *btp_hello_reason(const struct btp_hello *h);

/* What is to be written before all frames. */
struct ilp_bytes btp_hello_output(const struct btp_hello *h);
void btp_hello_written(struct btp_hello *h, size_t len);

/* What a client logs in with, a BTP packet. */
struct ilp_bytes btp_hello_login(const struct btp_hello *h);

#endif
