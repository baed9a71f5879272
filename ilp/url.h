/* SPDX-License-Identifier: Apache-2.0 */
/* url.h - the two ways in which people write where a peer or a payee is:
 * payment pointers (RFC 26), and the URLs of BTP (RFC 10, RFC 23) and of ILP
 * over HTTP (RFC 35). */
#ifndef ILP_URL_H
#define ILP_URL_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

/* Appends the https URL that a payment pointer stands for: $example.com is
 * https://example.com/.well-known/pay. FORMAT when it is none; neither user,
 * port, query nor fragment may be in it, nor anything but ASCII. */
ILP_API enum ilp_error ilp_pointer_to_url(struct ilp_writer *w,
					  struct ilp_bytes pointer);

/* btp+ws://user:token@host:port/path, or btp+wss; and likewise http or https,
 * where there is no user, but there may be a token. The parts are borrowed and
 * are still percent-encoded; those that are missing are empty. */
struct ilp_peer_url {
	bool http; /* not BTP */
	bool tls;
	struct ilp_bytes user;
	struct ilp_bytes token;
	struct ilp_bytes host; /* of an IPv6 address without its brackets */
	uint16_t port;         /* 80 or 443 when none is named */
	struct ilp_bytes path; /* with its query */
};

ILP_MUST_USE ILP_API enum ilp_error
ilp_peer_url_parse(struct ilp_peer_url *out, struct ilp_bytes url);

/* Appends a part with its percent escapes undone; that is never longer. A
 * zero is refused, since what follows would be lost in a C string. */
ILP_MUST_USE ILP_API enum ilp_error ilp_percent_decode(struct ilp_writer *w,
						       struct ilp_bytes part);

ILP_END_DECLS

#endif
