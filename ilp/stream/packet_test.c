/* SPDX-License-Identifier: Apache-2.0 */
/* A STREAM packet reads and writes byte for byte as RFC 29 lays it out; what
 * follows its frames is padding, and its count of frames is not believed. */
#include "ilp/stream/packet.h"

#include "test/check.h"
#include "test/random.h"

/* version 1, in a Prepare, number 7, at least 495; two frames */
#define PACKET                                                                 \
	"01"                                                                   \
	"0c"                                                                   \
	"0107"                                                                 \
	"0201ef"                                                               \
	"0102"                                                                 \
	"1105"                                                                 \
	"0101"                                                                 \
	"0203e8"                                                               \
	"03030207d0"

static struct ilp_stream_packet packet;

static unsigned reads(struct ilp_bytes in)
{
	enum ilp_error error = ilp_stream_packet_decode(&packet, in);
	struct ilp_list frames = packet.frames;
	struct ilp_frame frame;
	uint64_t count = 0;

	if (error)
		return error;
	while (ilp_stream_next_frame(&frames, &frame))
		count++;
	CHECK(count == packet.frames.count);
	return ILP_OK;
}

static const struct ilp_frame two_frames[] = {
	{ .type = ILP_FRAME_STREAM_MONEY, .stream_id = 1, .shares = 1000 },
	{ .type = ILP_FRAME_CONNECTION_MAX_DATA, .max_offset = 2000 },
};
static size_t frame_count = 2;

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error =
		ilp_stream_packet_encode(&w, &packet, two_frames, frame_count);

	CHECK_INT(error, w.error);
	return error;
}

static void reads_and_writes_a_packet(void)
{
	struct ilp_bytes in = hex(PACKET);
	struct ilp_frame frame;
	struct ilp_list frames;

	CHECK_INT(ilp_stream_packet_decode(&packet, in), ILP_OK);
	CHECK_INT(packet.ilp_type, ILP_PREPARE);
	CHECK_INT(packet.sequence, 7);
	CHECK(packet.amount.units == 495);
	CHECK_INT(packet.frames.count, 2);
	frames = packet.frames;
	CHECK(ilp_stream_next_frame(&frames, &frame));
	CHECK_INT(frame.type, ILP_FRAME_STREAM_MONEY);
	CHECK(frame.stream_id == 1 && frame.shares == 1000);
	CHECK(ilp_stream_next_frame(&frames, &frame));
	CHECK_INT(frame.type, ILP_FRAME_CONNECTION_MAX_DATA);
	CHECK(frame.max_offset == 2000);
	CHECK(!ilp_stream_next_frame(&frames, &frame));
	CHECK(!ilp_stream_next_frame(&frames, &frame));
	packet.frames = (struct ilp_list){ 0 }; /* not looked at */
	check_rooms(writes, hex(PACKET), ILP_ERR_ROOM);
}

static void may_have_no_frames(void)
{
	struct ilp_frame frame;

	CHECK_INT(reads(hex("010e"
			    "0100"
			    "0100"
			    "0100")),
		  ILP_OK);
	CHECK_INT(packet.ilp_type, ILP_REJECT);
	CHECK(packet.sequence == 0 && ilp_amount_is_zero(packet.amount));
	CHECK(!ilp_stream_next_frame(&packet.frames, &frame));
	frame_count = 0;
	check_rooms(writes,
		    hex("010e"
			"0100"
			"0100"
			"0100"),
		    ILP_ERR_ROOM);
	frame_count = 2;
}

static void refuses_every_cut(void)
{
	check_cuts(reads, hex(PACKET), ILP_ERR_SHORT);
	CHECK(reads((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
}

static void what_follows_the_frames_is_ignored(void)
{
	CHECK_INT(check_read(reads, hex(PACKET "000000")), ILP_OK);
	CHECK_INT(check_read(reads, hex(PACKET "80ffee")), ILP_OK);
	CHECK_INT(reads(hex(PACKET "80ffee")), ILP_OK);
	CHECK_INT(packet.frames.count, 2);
}

static void only_version_1_is_known(void)
{
	for (unsigned version = 0; version < 256; version++) {
		uint8_t b[] = { (uint8_t)version, 12, 1, 0, 1, 0, 1, 0 };

		CHECK_INT(reads(ILP_BYTES(b)),
			  version == 1 ? ILP_OK : ILP_ERR_VERSION);
	}
}

static void belongs_into_one_of_three_packets(void)
{
	for (unsigned type = 0; type < 256; type++) {
		uint8_t b[] = { 1, (uint8_t)type, 1, 0, 1, 0, 1, 0 };

		CHECK_INT(reads(ILP_BYTES(b)),
			  type >= 12 && type <= 14 ? ILP_OK : ILP_ERR_TYPE);
		if (type >= 12 && type <= 14)
			CHECK(packet.ilp_type == type);
	}
}

static void integers_have_up_to_64_bits(void)
{
	CHECK_INT(reads(hex("010c"
			    "08ffffffffffffffff"
			    "088000000000000000"
			    "0100")),
		  ILP_OK);
	CHECK(packet.sequence == UINT64_MAX);
	CHECK(packet.amount.units == UINT64_C(1) << 63);
	CHECK_INT(reads(hex("010c"
			    "09010000000000000000"
			    "0100"
			    "0100")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("010c"
			    "0100"
			    "09010000000000000000"
			    "0100")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("010c"
			    "0100"
			    "0100"
			    "09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("010c"
			    "00"
			    "0100"
			    "0100")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("010c"
			    "020007"
			    "03000000"
			    "020000")),
		  ILP_OK);
	CHECK(packet.sequence == 7 && ilp_amount_is_zero(packet.amount));
}

static void a_count_that_lies_is_refused(void)
{
	static const char *const counts[] = {
		"0101",
		"04ffffffff",
		"050100000000",
		"087fffffffffffffff",
		"08ffffffffffffffff",
		"08ffffffffffffffff"
		"03020101",
		"0102"
		"03020101",
	};
	char text[100];

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		snprintf(text, sizeof(text), "010c01000100%s", counts[i]);
		CHECK_INT(check_read(reads, hex(text)), ILP_ERR_SHORT);
	}
}

static void unknown_frames_are_passed_over(void)
{
	struct ilp_frame frame;

	CHECK_INT(reads(hex("010c"
			    "0100"
			    "0100"
			    "0103"
			    "9903ffffff"
			    "03020105"
			    "0000")),
		  ILP_OK);
	CHECK(ilp_stream_next_frame(&packet.frames, &frame));
	CHECK_INT(frame.type, 0x99);
	CHECK(ilp_stream_next_frame(&packet.frames, &frame));
	CHECK(frame.type == 3 && frame.max_offset == 5);
	CHECK(ilp_stream_next_frame(&packet.frames, &frame));
	CHECK_INT(frame.type, 0);
	CHECK(!ilp_stream_next_frame(&packet.frames, &frame));
}

static void a_broken_frame_breaks_the_packet(void)
{
	CHECK(reads(hex("010c"
			"0100"
			"0100"
			"0101"
			"030100")) != ILP_OK);
	CHECK(reads(hex("010c"
			"0100"
			"0100"
			"0102"
			"03020101"
			"110101")) != ILP_OK);
	/* but not where there is only padding */
	CHECK_INT(reads(hex("010c"
			    "0100"
			    "0100"
			    "0101"
			    "03020101"
			    "110101")),
		  ILP_OK);
}

static void does_not_write_a_frame_it_does_not_know(void)
{
	uint8_t b[64];
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_frame odd = { .type = 0x99 };

	packet = (struct ilp_stream_packet){ .ilp_type = ILP_PREPARE };
	CHECK_INT(ilp_stream_packet_encode(&w, &packet, &odd, 1), ILP_ERR_TYPE);
}

static size_t pad_to;

static unsigned writes_padded(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	ilp_write_fixed(&w, hex("010203"));
	return ilp_stream_packet_pad(&w, pad_to);
}

static void pads_with_zeros_up_to_a_length(void)
{
	uint8_t b[600] = { 1, 2, 3 };

	for (pad_to = 0; pad_to < 300; pad_to++)
		check_rooms(writes_padded,
			    (struct ilp_bytes){ b, pad_to < 3 ? 3 : pad_to },
			    ILP_ERR_ROOM);
	CHECK_INT(ILP_STREAM_PLAIN_MAX, 32739);
}

static void random_packets_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 3000; i++) {
		static uint8_t b[20000], data[20][200];
		struct ilp_frame frames[20], got;
		size_t count = (size_t)random_below(&random, 21);
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_stream_packet in = {
			.ilp_type = (enum ilp_packet_type)(
				12 + random_below(&random, 3)),
			.sequence = random_wide(&random),
		};
		struct ilp_bytes copy;

		in.amount.units = random_wide(&random);
		memset(frames, 0, sizeof(frames));
		for (size_t j = 0; j < count; j++) {
			frames[j].type = ILP_FRAME_STREAM_DATA;
			frames[j].stream_id = random_wide(&random);
			frames[j].offset = random_wide(&random);
			frames[j].data = random_bytes(
				&random, data[j],
				(size_t)random_below(&random, 200));
		}
		CHECK_INT(ilp_stream_packet_encode(&w, &in, frames, count),
			  ILP_OK);
		CHECK_INT(ilp_stream_packet_pad(
				  &w, (size_t)random_below(&random, 6000)),
			  ILP_OK);
		copy = exact_copy(ilp_written(&w));
		CHECK_INT(reads(copy), ILP_OK);
		CHECK(packet.ilp_type == in.ilp_type);
		CHECK(packet.sequence == in.sequence);
		CHECK(packet.amount.units == in.amount.units);
		CHECK(packet.frames.count == count);
		for (size_t j = 0; j < count; j++) {
			CHECK(ilp_stream_next_frame(&packet.frames, &got));
			CHECK(got.stream_id == frames[j].stream_id);
			CHECK(got.offset == frames[j].offset);
			CHECK_BYTES(got.data, frames[j].data);
		}
		CHECK(!ilp_stream_next_frame(&packet.frames, &got));
		exact_free(copy);
	}
}

static void damaged_packets_do_no_harm(void)
{
	struct random_source random = random_start();
	struct ilp_bytes whole = exact_copy(hex(PACKET "0000"));

	for (int i = 0; i < 20000; i++) {
		uint8_t b[40];

		memcpy(b, whole.at, whole.len);
		for (uint64_t n = random_below(&random, 3) + 1; n; n--)
			b[random_below(&random, whole.len)] ^=
				(uint8_t)(1 << random_below(&random, 8));
		check_read(reads, (struct ilp_bytes){ b, whole.len });
	}
	exact_free(whole);
}

TESTS(TEST(reads_and_writes_a_packet), TEST(may_have_no_frames),
      TEST(refuses_every_cut), TEST(what_follows_the_frames_is_ignored),
      TEST(only_version_1_is_known), TEST(belongs_into_one_of_three_packets),
      TEST(integers_have_up_to_64_bits), TEST(a_count_that_lies_is_refused),
      TEST(unknown_frames_are_passed_over),
      TEST(a_broken_frame_breaks_the_packet),
      TEST(does_not_write_a_frame_it_does_not_know),
      TEST(pads_with_zeros_up_to_a_length), TEST(random_packets_read_back),
      TEST(damaged_packets_do_no_harm))
