/* SPDX-License-Identifier: Apache-2.0 */
/* tap_http.h - the packets in ILP over HTTP, as nodes write it, in each of its
 * versions.
 *
 * Of HTTP/2 no field is read: who asks, and whether there is a body, says
 * enough, so that nothing has to be known of how heads are compressed.
 */
#ifndef SIM_TAP_HTTP_H
#define SIM_TAP_HTTP_H

#include "test/sim/tap.h"

/* A head of HTTP/1.1 ends in an empty line. How long it is; 0 when it is not
 * whole. */
size_t tap_head_len(struct ilp_bytes in);

bool tap_next_http1(struct tap *tap, struct tap_frame *out);
bool tap_next_http2(struct tap *tap, struct tap_frame *out);
void tap_hear_http2(struct tap *tap, enum tap_kind kind, uint64_t request);

/* Frees what is left of streams. */
void tap_end_streams(struct tap *tap);

#endif
