/* SPDX-License-Identifier: Apache-2.0 */
/* tap.h - reads along on a pipe: the packets in the bytes that are written.
 *
 * It knows the framings for itself, those of link/memory.c, of BTP over
 * WebSocket and of ILP over HTTP (tap_http.h), and shares no code with the
 * links that it watches. At bytes that make no sense it stops, as the links do.
 */
#ifndef SIM_TAP_H
#define SIM_TAP_H

#include "base/bytes.h"

enum tap_framing {
	TAP_MEMORY,
	TAP_BTP,
	TAP_HTTP_1,
	TAP_HTTP_2,
};

enum tap_kind {
	TAP_PREPARE, /* or what stands where one should */
	TAP_ANSWER,
	TAP_REFUSED, /* an answer without a packet */
	TAP_FORGETS, /* who asked wants no answer any more */
	TAP_LEAVES,  /* nothing behind that request was looked at, or will be */
};

struct tap_frame {
	enum tap_kind kind;
	uint64_t request;
	struct ilp_bytes packet; /* good until the next call */
	uint64_t end;            /* of the frame, counted since the beginning */
};

struct tap_options {
	enum tap_framing framing;
	bool asks; /* as the client */
	/* From where on requests are counted, where only a connection tells
	 * them apart; answers come in the order of what was asked. */
	uint64_t first;
};

struct tap_stream;

struct tap {
	enum tap_framing framing;
	bool asks;
	bool begun; /* the greeting or the handshake is over */
	bool dead;
	uint64_t next_request;
	uint8_t *bytes;
	size_t from;
	size_t to;
	size_t room;
	uint64_t passed; /* those before `from` */
	struct tap_stream *streams; /* that are not whole */
	uint32_t last_stream;       /* further ones mean nothing */
	struct tap_stream *said;    /* lent with the last frame */
};

void tap_init(struct tap *tap, const struct tap_options *options);
void tap_finish(struct tap *tap);

void tap_feed(struct tap *tap, struct ilp_bytes in);

/* The next packet that is whole. */
bool tap_next(struct tap *tap, struct tap_frame *out);

/* This side has heard that from the other: what is left to be written of a
 * request that was turned away means nothing any more. */
void tap_hear(struct tap *tap, enum tap_kind kind, uint64_t request);

/* ---- for what knows a framing ---- */

/* What has not been read, and that so much of it has. */
struct ilp_bytes tap_left(const struct tap *tap);
void tap_pass(struct tap *tap, size_t len);

#endif
