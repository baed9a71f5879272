/* SPDX-License-Identifier: Apache-2.0 */
/* upgrade.h - the opening handshake of WebSocket (RFC 6455, 4): an HTTP/1.1
 * request that asks for another protocol, and the answer that grants it.
 *
 * HTTP is parsed by llhttp; here are the rules about which request and which
 * answer open a WebSocket. A head is read once it is whole: find its end with
 * upgrade_head_len, then hand it over.
 */
#ifndef WIRE_UPGRADE_H
#define WIRE_UPGRADE_H

#include "ilp/oer.h"

/* A longer head is refused. */
#define UPGRADE_HEAD_MAX 8192
/* The base64 text of 16 random bytes, and of a SHA-1. */
#define UPGRADE_KEY_LEN 24
#define UPGRADE_ACCEPT_LEN 28

/* The length of the head at the start of `in`, with the empty line that ends
 * it; 0 when it is not whole yet. */
size_t upgrade_head_len(struct ilp_bytes in);

/* What a client asks for; the slices are borrowed from its head. */
struct upgrade_request {
	struct ilp_bytes path; /* with its query */
	struct ilp_bytes host;
	struct ilp_bytes origin; /* empty: does not come from a browser */
	char key[UPGRADE_KEY_LEN + 1];
};

/* Reads a client's head. 0 when it opens a WebSocket of version 13; else the
 * HTTP status to refuse it with: 400, 405, 426, 431 or 505. */
int upgrade_request_read(struct upgrade_request *out, struct ilp_bytes head);

/* Appends the answer that grants it. */
enum ilp_error upgrade_grant(struct ilp_writer *w,
			     const struct upgrade_request *request);

/* Appends an answer that refuses it with such a status, or with 403 when its
 * owner does not want it, and says that the connection closes. */
enum ilp_error upgrade_refuse(struct ilp_writer *w, int status);

/* Appends a client's head. `host` is the value of the Host field, with the
 * port if it is not the usual one; `random` are 16 bytes drawn for it. */
enum ilp_error upgrade_ask(struct ilp_writer *w, struct ilp_bytes host,
			   struct ilp_bytes path, const uint8_t random[16]);

/* Reads the server's head, which answers the request made with the same
 * random bytes. NULL when it is granted, else why not, for people. */
const char *upgrade_answer_read(struct ilp_bytes head,
				const uint8_t random[16]);

#endif
