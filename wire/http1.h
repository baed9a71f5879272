/* SPDX-License-Identifier: Apache-2.0 */
/* http1.h - HTTP/1.1 (RFC 9110 and 9112) behind the verbs of http.h.
 *
 * A server answers requests that come one behind the other in their order,
 * whatever the order in which its owner does. Who breaks a rule is told the
 * status, behind the answers to what came before, and then it is down: so an
 * answer may be what makes HTTP_DOWN come, and http_next is asked after each.
 * A client has one request at a time.
 *
 * A message that lies in one piece of input is read where it lies; only one
 * that is cut, or comes in chunks, takes memory until its event is over.
 *
 * What is peculiar to this version:
 * - A server that is down, or has given its last response, owes nothing to
 *   the streams that are left, and says no GONE for them.
 * - A response may have a body that ends with the connection. http_close makes
 *   it whole then, for whatever reason it is called; whoever does not want it
 *   calls http_forget before.
 * - A message has to fit into a block of the pool to be sent.
 * - A request that is untouched when the connection ends is taken back out of
 *   the output.
 */
#ifndef WIRE_HTTP1_H
#define WIRE_HTTP1_H

#include "wire/http.h"

/* NULL when there is no memory. */
struct http *http1_create(const struct http_options *options);

/* More of a body that is open; it fits into a block of the pool. False when it
 * is not its turn yet, there is none, or no block was left and the connection
 * goes down for that. */
bool http1_add(struct http *http, struct ilp_bytes body);

#endif
