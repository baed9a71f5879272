/* SPDX-License-Identifier: Apache-2.0 */
/* packet.h - a STREAM packet: what lies decrypted in the data of an ILP
 * packet (RFC 29, section 5.2).
 *
 * How it is encrypted is in keys.h; what the frames mean, and which sequence
 * may come next, is the connection's concern.
 */
#ifndef ILP_STREAM_PACKET_H
#define ILP_STREAM_PACKET_H

#include "ilp/packet.h"
#include "ilp/stream/frame.h"

ILP_BEGIN_DECLS

/* A plain packet is at most so long that it still fits into ILP data. */
#define ILP_STREAM_PLAIN_MAX (ILP_DATA_MAX - 28)

struct ilp_stream_packet {
	/* Which ILP packet it belongs in; one that comes in another was moved
	 * there by someone else and must be discarded. */
	enum ilp_packet_type ilp_type;
	uint64_t sequence;
	/* Of a Prepare: the least that must arrive; of an answer: what did. */
	struct ilp_amount amount;
	struct ilp_list frames;
};

/* All frames have been walked when it returns ILP_OK. What follows them is
 * padding and is ignored. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_stream_packet_decode(struct ilp_stream_packet *out, struct ilp_bytes plain);

/* Takes the first frame off the list; false when none is left. */
ILP_API bool ilp_stream_next_frame(struct ilp_list *frames,
				   struct ilp_frame *out);

/* Appends a packet with `count` frames; packet->frames is not looked at. */
ILP_API enum ilp_error
ilp_stream_packet_encode(struct ilp_writer *w,
			 const struct ilp_stream_packet *packet,
			 const struct ilp_frame *frames, size_t count);

/* Appends zeros until `len` bytes are written, so that an observer does not
 * see how long the packet was. Does nothing when it is longer already. */
ILP_API enum ilp_error ilp_stream_packet_pad(struct ilp_writer *w, size_t len);

ILP_END_DECLS

#endif
