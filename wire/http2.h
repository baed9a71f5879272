/* SPDX-License-Identifier: Apache-2.0 */
/* http2.h - HTTP/2 (RFC 9113) behind the interface of http.h, from the first
 * byte on: whether to speak it at all was agreed in TLS, or known before.
 *
 * nghttp2 knows the frames, HPACK and the rules of messages; here streams
 * become whole messages, and a peer that costs more than it brings is given
 * up. What breaks a rule of messages has its stream reset and becomes no
 * event. A request that is reset before it was given is never given.
 *
 * A peer that has confirmed our settings and still opens more streams than
 * they allow breaks a rule of the connection, which goes down; until then the
 * streams are refused.
 *
 * Making room in the output can end streams. So there may be events after
 * http_output and http_written as well.
 */
#ifndef WIRE_HTTP2_H
#define WIRE_HTTP2_H

#include "wire/http.h"

/* NULL when there is no memory. */
struct http *http2_create(const struct http_options *options);

#endif
