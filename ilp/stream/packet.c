/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/stream/packet.h"

#define STREAM_VERSION 1

enum ilp_error ilp_stream_packet_decode(struct ilp_stream_packet *out,
					struct ilp_bytes plain)
{
	struct ilp_reader r = ilp_reader(plain);
	struct ilp_stream_packet packet = { 0 };
	struct ilp_frame frame;

	if (ilp_read_u8(&r) != STREAM_VERSION)
		ilp_reader_fail(&r, ILP_ERR_VERSION);
	uint8_t type = ilp_read_u8(&r);
	if (!r.error &&
	    ilp_packet_type(&packet.ilp_type, (struct ilp_bytes){ &type, 1 }))
		ilp_reader_fail(&r, ILP_ERR_TYPE);
	packet.sequence = ilp_read_varuint(&r);
	packet.amount = ilp_amount(ilp_read_varuint(&r));
	packet.frames.count = ilp_read_varuint(&r);

	const uint8_t *first = r.at;
	for (uint64_t i = 0; i < packet.frames.count && !r.error; i++)
		ilp_frame_read(&r, &frame);
	if (r.error)
		return r.error;
	packet.frames.items =
		(struct ilp_bytes){ first, (size_t)(r.at - first) };
	*out = packet;
	return ILP_OK;
}

bool ilp_stream_next_frame(struct ilp_list *frames, struct ilp_frame *out)
{
	struct ilp_reader r = ilp_reader(frames->items);

	if (frames->count == 0)
		return false;
	ilp_frame_read(&r, out);
	frames->items = (struct ilp_bytes){ r.at, ilp_reader_left(&r) };
	frames->count--;
	return !r.error;
}

enum ilp_error ilp_stream_packet_encode(struct ilp_writer *w,
					const struct ilp_stream_packet *packet,
					const struct ilp_frame *frames,
					size_t count)
{
	ilp_write_u8(w, STREAM_VERSION);
	ilp_write_u8(w, (uint8_t)packet->ilp_type);
	ilp_write_varuint(w, packet->sequence);
	ilp_write_varuint(w, packet->amount.units);
	ilp_write_varuint(w, count);
	for (size_t i = 0; i < count; i++)
		ilp_frame_write(w, &frames[i]);
	return w->error;
}

enum ilp_error ilp_stream_packet_pad(struct ilp_writer *w, size_t len)
{
	size_t written = ilp_written(w).len;
	size_t missing = len > written ? len - written : 0;
	uint8_t *room = ilp_write_room(w, missing);

	if (room && missing)
		memset(room, 0, missing);
	return w->error;
}
