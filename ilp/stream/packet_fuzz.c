/* SPDX-License-Identifier: Apache-2.0 */
/* When a packet has been decoded, all its frames can be taken off to the last
 * byte; each has only the fields of its type, borrowed from the input. The
 * frames that we know make a packet that reads the same and is then written
 * as itself, and goes on doing so with padding behind it. */
#include "ilp/stream/packet.h"

#include "test/fuzz.h"

#define INPUT_MAX 4096
#define PADDED (INPUT_MAX + 64)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The frame as it would be with only the fields that its type has. */
static struct ilp_frame only_its_fields(const struct ilp_frame *frame)
{
	static const size_t size[] = {
		[ILP_FIELD_U8] = sizeof(uint8_t),
		[ILP_FIELD_VARUINT] = sizeof(uint64_t),
		[ILP_FIELD_SATURATED] = sizeof(uint64_t),
		[ILP_FIELD_TEXT] = sizeof(struct ilp_bytes),
		[ILP_FIELD_OCTETS] = sizeof(struct ilp_bytes),
	};
	const struct ilp_frame_row *row = ilp_frame_row(frame->type);
	struct ilp_frame out = { .type = frame->type,
				 .contents = frame->contents };

	for (const struct ilp_frame_field *f = row ? row->fields : NULL;
	     f && f->kind; f++)
		memcpy((uint8_t *)&out + f->offset,
		       (const uint8_t *)frame + f->offset, size[f->kind]);
	return out;
}

/* Equal in all but where their bytes lie, and how they were spelled. */
static bool same_frame(const struct ilp_frame *a, const struct ilp_frame *b)
{
	return a->type == b->type && a->stream_id == b->stream_id &&
	       a->code == b->code && ilp_bytes_equal(a->message, b->message) &&
	       ilp_bytes_equal(a->address, b->address) &&
	       a->max_offset == b->max_offset &&
	       a->max_stream_id == b->max_stream_id &&
	       ilp_bytes_equal(a->asset_code, b->asset_code) &&
	       a->asset_scale == b->asset_scale && a->shares == b->shares &&
	       a->receive_max == b->receive_max &&
	       a->total_received == b->total_received &&
	       a->send_max == b->send_max && a->total_sent == b->total_sent &&
	       a->offset == b->offset && ilp_bytes_equal(a->data, b->data) &&
	       ilp_bytes_equal(a->receipt, b->receipt);
}

static void check_frame(const struct ilp_frame *frame, struct ilp_bytes in)
{
	struct ilp_frame plain = only_its_fields(frame);

	require(same_frame(frame, &plain));
	require(lies_in(frame->contents, in));
	require(lies_in(frame->message, frame->contents) &&
		lies_in(frame->address, frame->contents) &&
		lies_in(frame->asset_code, frame->contents) &&
		lies_in(frame->data, frame->contents) &&
		lies_in(frame->receipt, frame->contents));
}

/* A frame takes at least two bytes. */
struct frames {
	struct ilp_frame at[PADDED / 2];
	size_t count;
};

/* Takes off all frames and keeps those that we know. */
static void keep_known(struct frames *out, struct ilp_list list,
		       struct ilp_bytes in)
{
	struct ilp_frame frame;

	out->count = 0;
	while (ilp_stream_next_frame(&list, &frame)) {
		check_frame(&frame, in);
		if (ilp_frame_row(frame.type))
			out->at[out->count++] = frame;
	}
	require(list.count == 0 && list.items.len == 0);
}

static void refuses_unknown(uint8_t type)
{
	uint8_t buffer[16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_frame frame = { .type = type };

	require((ilp_frame_write(&w, &frame) == ILP_ERR_TYPE) ==
		!ilp_frame_row(type));
}

static struct frames known, again;
static uint8_t first[PADDED], second[PADDED];

/* The packet lies in `first`, with so many bytes. */
static void reads_the_same(const struct ilp_stream_packet *packet, size_t len)
{
	struct ilp_bytes plain = { first, len };
	struct ilp_stream_packet found;

	require(ilp_stream_packet_decode(&found, plain) == ILP_OK);
	require(found.ilp_type == packet->ilp_type &&
		found.sequence == packet->sequence &&
		found.amount.units == packet->amount.units);
	keep_known(&again, found.frames, plain);
	require(again.count == known.count);
	for (size_t i = 0; i < known.count; i++)
		require(same_frame(&known.at[i], &again.at[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct ilp_writer w = ilp_writer(first, sizeof(first));
	struct ilp_writer w2 = ilp_writer(second, sizeof(second));
	struct ilp_stream_packet packet;

	refuses_unknown(size ? data[0] : 0);
	if (size > INPUT_MAX || ilp_stream_packet_decode(&packet, in))
		return 0;
	keep_known(&known, packet.frames, in);
	require(ilp_stream_packet_encode(&w, &packet, known.at, known.count) ==
		ILP_OK);
	struct ilp_bytes out = ilp_written(&w);
	require(out.len <= size);
	reads_the_same(&packet, out.len);
	require(ilp_stream_packet_encode(&w2, &packet, again.at, again.count) ==
		ILP_OK);
	require(ilp_bytes_equal(ilp_written(&w2), out));

	require(ilp_stream_packet_pad(&w, out.len + data[size - 1] % 64) ==
		ILP_OK);
	require(ilp_written(&w).len == out.len + data[size - 1] % 64);
	reads_the_same(&packet, ilp_written(&w).len);
	return 0;
}
