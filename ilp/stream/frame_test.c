/* SPDX-License-Identifier: Apache-2.0 */
/* Every STREAM frame reads and writes byte for byte as RFC 29 lays it out;
 * unknown ones are passed over, broken ones are not. */
#include "ilp/stream/frame.h"

#include "test/check.h"
#include "test/random.h"

static struct ilp_frame frame;

static unsigned reads(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	memset(&frame, 0xff, sizeof(frame));
	ilp_frame_read(&r, &frame);
	return r.error;
}

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_frame_write(&w, &frame);

	CHECK_INT(error, w.error);
	return error;
}

/* One of each, with all fields different. */
static const struct {
	const char *name;
	const char *bytes;
} good[] = {
	{ "ConnectionClose", "01"
			     "05"
			     "08"
			     "03627965" },
	{ "ConnectionNewAddress", "02"
				  "04"
				  "03672e61" },
	{ "ConnectionMaxData", "03"
			       "03"
			       "021234" },
	{ "ConnectionDataBlocked", "04"
				   "02"
				   "0177" },
	{ "ConnectionMaxStreamId", "05"
				   "02"
				   "0114" },
	{ "ConnectionStreamIdBlocked", "06"
				       "02"
				       "0115" },
	{ "ConnectionAssetDetails", "07"
				    "05"
				    "03585250"
				    "09" },
	{ "StreamClose", "10"
			 "07"
			 "0103"
			 "01"
			 "03627965" },
	{ "StreamMoney", "11"
			 "05"
			 "0101"
			 "0203e8" },
	{ "StreamMaxMoney", "12"
			    "0d"
			    "0101"
			    "08ffffffffffffffff"
			    "0105" },
	{ "StreamMoneyBlocked", "13"
				"07"
				"0105"
				"0164"
				"020101" },
	{ "StreamData", "14"
			"08"
			"0102"
			"0107"
			"03616263" },
	{ "StreamMaxData", "15"
			   "05"
			   "0103"
			   "024000" },
	{ "StreamDataBlocked", "16"
			       "05"
			       "0103"
			       "024001" },
	{ "StreamReceipt", "17"
			   "05"
			   "0101"
			   "02beef" },
};

#define GOOD (sizeof(good) / sizeof(*good))

static struct ilp_bytes good_frame(size_t i)
{
	return hex(good[i].bytes);
}

static void reads_the_fields_of_every_frame(void)
{
	static const uint8_t types[GOOD] = { 1,    2,    3,    4,    5,
					     6,    7,    0x10, 0x11, 0x12,
					     0x13, 0x14, 0x15, 0x16, 0x17 };
	struct ilp_frame expected[GOOD];

	memset(expected, 0, sizeof(expected));
	expected[0].code = 8;
	expected[0].message = ilp_text("bye");
	expected[1].address = ilp_text("g.a");
	expected[2].max_offset = 0x1234;
	expected[3].max_offset = 0x77;
	expected[4].max_stream_id = 20;
	expected[5].max_stream_id = 21;
	expected[6].asset_code = ilp_text("XRP");
	expected[6].asset_scale = 9;
	expected[7].stream_id = 3;
	expected[7].code = 1;
	expected[7].message = ilp_text("bye");
	expected[8].stream_id = 1;
	expected[8].shares = 1000;
	expected[9].stream_id = 1;
	expected[9].receive_max = UINT64_MAX;
	expected[9].total_received = 5;
	expected[10].stream_id = 5;
	expected[10].send_max = 100;
	expected[10].total_sent = 257;
	expected[11].stream_id = 2;
	expected[11].offset = 7;
	expected[11].data = ilp_text("abc");
	expected[12].stream_id = 3;
	expected[12].max_offset = 0x4000;
	expected[13].stream_id = 3;
	expected[13].max_offset = 0x4001;
	expected[14].stream_id = 1;
	expected[14].receipt = ilp_text("\xbe\xef");
	for (size_t i = 0; i < GOOD; i++) {
		const struct ilp_frame *e = &expected[i];
		struct ilp_bytes in = good_frame(i);

		CHECK_INT(reads(in), ILP_OK);
		CHECK_INT(frame.type, types[i]);
		CHECK_BYTES(frame.contents,
			    ((struct ilp_bytes){ in.at + 2, in.len - 2 }));
		CHECK(frame.contents.at == in.at + 2);
		CHECK(frame.stream_id == e->stream_id);
		CHECK(frame.code == e->code);
		CHECK_BYTES(frame.message, e->message);
		CHECK_BYTES(frame.address, e->address);
		CHECK(frame.max_offset == e->max_offset);
		CHECK(frame.max_stream_id == e->max_stream_id);
		CHECK_BYTES(frame.asset_code, e->asset_code);
		CHECK(frame.asset_scale == e->asset_scale);
		CHECK(frame.shares == e->shares);
		CHECK(frame.receive_max == e->receive_max);
		CHECK(frame.total_received == e->total_received);
		CHECK(frame.send_max == e->send_max);
		CHECK(frame.total_sent == e->total_sent);
		CHECK(frame.offset == e->offset);
		CHECK_BYTES(frame.data, e->data);
		CHECK_BYTES(frame.receipt, e->receipt);
	}
}

static void writes_the_same_bytes_and_needs_the_room(void)
{
	for (size_t i = 0; i < GOOD; i++) {
		struct ilp_bytes in = good_frame(i);

		CHECK_INT(reads(in), ILP_OK);
		/* only the fields count */
		frame.contents = (struct ilp_bytes){ NULL, 0 };
		check_rooms(writes, in, ILP_ERR_ROOM);
	}
}

static void refuses_every_cut(void)
{
	for (size_t i = 0; i < GOOD; i++) {
		struct ilp_bytes in = good_frame(i);

		check_cuts(reads, in, ILP_ERR_SHORT);
		/* and those whose length agrees */
		for (size_t len = 0; len < in.len - 2; len++) {
			uint8_t b[32];

			memcpy(b, in.at, len + 2);
			b[1] = (uint8_t)len;
			CHECK_INT(check_read(reads,
					     (struct ilp_bytes){ b, len + 2 }),
				  ILP_ERR_SHORT);
		}
	}
}

static void a_broken_frame_of_a_known_type_is_refused(void)
{
	/* empty integers, integers too wide, lengths that lie */
	CHECK_INT(reads(hex("030100")), ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("030a09010000000000000000")), ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("110c09010000000000000000"
			    "0101")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("110c0101"
			    "09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("140d0101"
			    "09010000000000000000"
			    "00")),
		  ILP_ERR_INTEGER);
	CHECK(reads(hex("140d0101"
			"0100"
			"88ffffffffffffffff")) != ILP_OK);
	CHECK_INT(reads(hex("0105"
			    "08"
			    "84627965")),
		  ILP_ERR_SHORT);
	CHECK_INT(reads(hex("0281"
			    "0403672e61")),
		  ILP_ERR_LENGTH);
}

static void two_amounts_saturate_and_no_others(void)
{
	CHECK_INT(reads(hex("120e"
			    "0101"
			    "09010000000000000000"
			    "0105")),
		  ILP_OK);
	CHECK(frame.receive_max == UINT64_MAX);
	CHECK(frame.stream_id == 1 && frame.total_received == 5);
	CHECK_INT(reads(hex("130e"
			    "0101"
			    "09ffffffffffffffffff"
			    "0105")),
		  ILP_OK);
	CHECK(frame.send_max == UINT64_MAX);
	CHECK(frame.total_sent == 5);
	CHECK_INT(reads(hex("120e"
			    "0101"
			    "0105"
			    "09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("130e"
			    "0101"
			    "0105"
			    "09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(reads(hex("120e"
			    "09010000000000000000"
			    "0105"
			    "0101")),
		  ILP_ERR_INTEGER);
}

static void integers_may_begin_with_zeros(void)
{
	CHECK_INT(reads(hex("1107"
			    "020001"
			    "03000003")),
		  ILP_OK);
	CHECK(frame.stream_id == 1 && frame.shares == 3);
	check_rooms(writes,
		    hex("1104"
			"0101"
			"0103"),
		    ILP_ERR_ROOM);
}

static bool known(unsigned type)
{
	return (type >= 1 && type <= 7) || (type >= 0x10 && type <= 0x17);
}

static void unknown_frames_are_passed_over(void)
{
	for (unsigned type = 0; type < 256; type++) {
		uint8_t b[] = { (uint8_t)type, 3, 0xff, 0x80, 0x00, 0x99 };
		uint8_t out[16];
		struct ilp_reader r = ilp_reader(ILP_BYTES(b));
		struct ilp_writer w = ilp_writer(out, sizeof(out));

		if (known(type)) {
			CHECK(ilp_frame_row((uint8_t)type) != NULL);
			continue;
		}
		CHECK(ilp_frame_row((uint8_t)type) == NULL);
		memset(&frame, 0xff, sizeof(frame));
		ilp_frame_read(&r, &frame);
		CHECK_INT(r.error, ILP_OK);
		CHECK_INT(ilp_reader_left(&r), 1);
		CHECK_INT(frame.type, type);
		CHECK_BYTES(frame.contents, hex("ff8000"));
		CHECK(frame.stream_id == 0 && frame.data.len == 0);
		CHECK_INT(ilp_frame_write(&w, &frame), ILP_ERR_TYPE);
		CHECK_INT(ilp_written(&w).len, 0);
		check_cuts(reads, (struct ilp_bytes){ b, 5 }, ILP_ERR_SHORT);
	}
}

static void frames_follow_one_another(void)
{
	struct ilp_reader r = ilp_reader(hex("03020101"
					     "fe00"
					     "0402017f"));

	ilp_frame_read(&r, &frame);
	CHECK_INT(frame.type, 3);
	CHECK_INT(frame.max_offset, 1);
	ilp_frame_read(&r, &frame);
	CHECK_INT(frame.type, 0xfe);
	CHECK_INT(frame.max_offset, 0);
	ilp_frame_read(&r, &frame);
	CHECK_INT(frame.type, 4);
	CHECK_INT(frame.max_offset, 127);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
}

static void bytes_behind_the_known_fields_are_ignored(void)
{
	CHECK_INT(reads(hex("0305"
			    "0101"
			    "ff8000")),
		  ILP_OK);
	CHECK_INT(frame.max_offset, 1);
}

static void codes_that_nobody_knows_survive(void)
{
	for (unsigned code = 0; code < 256; code++) {
		uint8_t b[] = { 1, 2, (uint8_t)code, 0 };
		uint8_t s[] = { 0x10, 4, 1, 3, (uint8_t)code, 0 };

		CHECK_INT(reads(ILP_BYTES(b)), ILP_OK);
		CHECK_INT(frame.code, code);
		check_rooms(writes, ILP_BYTES(b), ILP_ERR_ROOM);
		CHECK_INT(reads(ILP_BYTES(s)), ILP_OK);
		CHECK_INT(frame.code, code);
		check_rooms(writes, ILP_BYTES(s), ILP_ERR_ROOM);
	}
}

static void codes_have_the_names_of_the_rfc(void)
{
	static const char *const names[] = { NULL,
					     "NoError",
					     "InternalError",
					     "EndpointBusy",
					     "FlowControlError",
					     "StreamIdError",
					     "StreamStateError",
					     "FrameFormatError",
					     "ProtocolViolation",
					     "ApplicationError" };

	for (unsigned code = 0; code < 256; code++) {
		const char *name = ilp_stream_code_name((uint8_t)code);

		if (code >= 1 && code <= 9)
			assert_string_equal(name, names[code]);
		else
			CHECK(name == NULL);
	}
}

static void rows_name_the_frames_and_end(void)
{
	for (size_t i = 0; i < GOOD; i++) {
		const struct ilp_frame_row *row =
			ilp_frame_row(good_frame(i).at[0]);
		size_t count = 0;

		CHECK(row != NULL);
		assert_string_equal(row->name, good[i].name);
		while (row->fields[count].kind != ILP_FIELD_NONE) {
			CHECK(count < ILP_FRAME_FIELDS_MAX);
			CHECK(row->fields[count].name != NULL);
			CHECK(row->fields[count].offset < sizeof(frame));
			count++;
		}
		CHECK(count >= 1);
	}
}

static void random_frames_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 15000; i++) {
		static uint8_t b[2000], again[2000], data[700];
		uint8_t type = good_frame(random_below(&random, GOOD)).at[0];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer w2 = ilp_writer(again, sizeof(again));
		struct ilp_frame f = { .type = type }, got;
		struct ilp_bytes text = random_text(
			&random, data, (size_t)random_below(&random, 300),
			"abcdefgh. ");
		struct ilp_bytes bytes =
			random_bytes(&random, data + 300,
				     (size_t)random_below(&random, 400));
		struct ilp_bytes copy;
		struct ilp_reader r;

		f.stream_id = random_wide(&random);
		f.code = (uint8_t)random_u64(&random);
		f.asset_scale = (uint8_t)random_u64(&random);
		f.max_offset = f.max_stream_id = random_wide(&random);
		f.shares = f.receive_max = f.send_max = random_wide(&random);
		f.total_received = f.total_sent = random_wide(&random);
		f.offset = random_wide(&random);
		f.message = f.address = f.asset_code = text;
		f.data = f.receipt = bytes;
		CHECK_INT(ilp_frame_write(&w, &f), ILP_OK);
		copy = exact_copy(ilp_written(&w));
		r = ilp_reader(copy);
		memset(&got, 0xff, sizeof(got));
		ilp_frame_read(&r, &got);
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
		CHECK(got.type == type);
		CHECK(got.stream_id == (type >= 0x10 ? f.stream_id : 0));
		if (type == ILP_FRAME_STREAM_DATA) {
			CHECK(got.offset == f.offset);
			CHECK_BYTES(got.data, bytes);
		}
		if (type == ILP_FRAME_STREAM_MAX_MONEY)
			CHECK(got.receive_max == f.receive_max &&
			      got.total_received == f.total_received);
		CHECK_INT(ilp_frame_write(&w2, &got), ILP_OK);
		CHECK_BYTES(ilp_written(&w2), copy);
		exact_free(copy);
	}
}

static void random_bytes_do_no_harm(void)
{
	struct random_source random = random_start();
	int read = 0;

	for (int i = 0; i < 30000; i++) {
		uint8_t b[40];
		struct ilp_bytes in = random_bytes(
			&random, b, (size_t)random_below(&random, 40));

		if (in.len > 4) {
			b[0] = good_frame(random_below(&random, GOOD)).at[0];
			b[1] = (uint8_t)random_below(&random, in.len);
			b[2] = (uint8_t)random_below(&random, 5);
		}
		read += check_read(reads, in) == ILP_OK;
	}
	CHECK(read > 500);
}

TESTS(TEST(reads_the_fields_of_every_frame),
      TEST(writes_the_same_bytes_and_needs_the_room), TEST(refuses_every_cut),
      TEST(a_broken_frame_of_a_known_type_is_refused),
      TEST(two_amounts_saturate_and_no_others),
      TEST(integers_may_begin_with_zeros), TEST(unknown_frames_are_passed_over),
      TEST(frames_follow_one_another),
      TEST(bytes_behind_the_known_fields_are_ignored),
      TEST(codes_that_nobody_knows_survive),
      TEST(codes_have_the_names_of_the_rfc), TEST(rows_name_the_frames_and_end),
      TEST(random_frames_read_back), TEST(random_bytes_do_no_harm))
