/* SPDX-License-Identifier: Apache-2.0 */
/* tap.h - reads along on a pipe: the packets in the bytes that are written.
 *
 * It knows the framings for itself, those of link/memory.c, of BTP over
 * WebSocket and of ILP over HTTP/1.1 as nodes write it, and shares no code with
 * the links that it watches. At bytes that make no sense it stops, as the links
 * do.
 */
#ifndef SIM_TAP_H
#define SIM_TAP_H

#include "base/bytes.h"

enum tap_framing {
	TAP_MEMORY,
	TAP_BTP,
	TAP_HTTP,
};

enum tap_kind {
	TAP_PREPARE, /* or what stands where one should */
	TAP_ANSWER,
	TAP_REFUSED, /* an answer without a packet */
};

struct tap_frame {
	enum tap_kind kind;
	uint64_t request;
	struct ilp_bytes packet; /* good until the next call */
	uint64_t end;            /* of the frame, counted since the beginning */
};

struct tap {
	enum tap_framing framing;
	bool begun; /* the greeting or the handshake is over */
	bool dead;
	uint64_t next_request; /* where they are counted */
	uint8_t *bytes;
	size_t from;
	size_t to;
	size_t room;
	uint64_t passed; /* those before `from` */
};

/* Where frames have no request ids, they are counted from `first` on: answers
 * come in the order of what was asked. */
void tap_init(struct tap *tap, enum tap_framing framing, uint64_t first);
void tap_finish(struct tap *tap);

void tap_feed(struct tap *tap, struct ilp_bytes in);

/* The next packet that is whole. */
bool tap_next(struct tap *tap, struct tap_frame *out);

#endif
