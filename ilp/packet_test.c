/* SPDX-License-Identifier: Apache-2.0 */
/* The three packets of ILPv4 read and write byte for byte as RFC 27 lays them
 * out; what is too long, cut or misspelled is refused, and what is merely
 * unknown passes. */
#include "ilp/packet.h"

#include "ilp/timestamp.h"
#include "test/check.h"
#include "test/random.h"

#define CONDITION                                                              \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* type and length | amount | expiry | condition | destination | data */
#define PREPARE_BODY                                                           \
	"000000000000006b"                                                     \
	"3230313731323234313631343332323739" CONDITION                         \
	"0d6578616d706c652e616c696365"                                         \
	"03010203"
#define PREPARE "0c4b" PREPARE_BODY
#define FULFILL_BODY CONDITION "02beef"
#define FULFILL "0d23" FULFILL_BODY
/* F02 from g.b: "no", with data 7f */
#define REJECT_BODY                                                            \
	"463032"                                                               \
	"03672e62"                                                             \
	"026e6f"                                                               \
	"017f"
#define REJECT "0e0c" REJECT_BODY

static void fill(void *out, size_t size)
{
	memset(out, 0xa5, size);
}

static bool untouched(const void *out, size_t size)
{
	const uint8_t *at = out;

	for (size_t i = 0; i < size; i++)
		if (at[i] != 0xa5)
			return false;
	return true;
}

static unsigned reads_prepare(struct ilp_bytes in)
{
	struct ilp_prepare out;
	enum ilp_error error;

	fill(&out, sizeof(out));
	error = ilp_prepare_decode(&out, in);
	CHECK(error == ILP_OK || untouched(&out, sizeof(out)));
	return error;
}

static unsigned reads_fulfill(struct ilp_bytes in)
{
	struct ilp_fulfill out;
	enum ilp_error error;

	fill(&out, sizeof(out));
	error = ilp_fulfill_decode(&out, in);
	CHECK(error == ILP_OK || untouched(&out, sizeof(out)));
	return error;
}

static unsigned reads_reject(struct ilp_bytes in)
{
	struct ilp_reject out;
	enum ilp_error error;

	fill(&out, sizeof(out));
	error = ilp_reject_decode(&out, in);
	CHECK(error == ILP_OK || untouched(&out, sizeof(out)));
	return error;
}

/* A packet around these contents. */
static struct ilp_bytes envelope(uint8_t type, struct ilp_bytes contents)
{
	static uint8_t b[2][90000];
	static unsigned next;
	struct ilp_writer w = ilp_writer(b[next++ % 2], sizeof(b[0]));

	ilp_write_u8(&w, type);
	ilp_write_var(&w, contents);
	CHECK_INT(w.error, ILP_OK);
	return ilp_written(&w);
}

static struct ilp_prepare example_prepare(void)
{
	struct ilp_prepare p = { .amount = { 107 },
				 .expires_at_ms = INT64_C(1514132072279),
				 .destination = ilp_text("example.alice"),
				 .data = hex("010203") };

	memcpy(p.condition, hex(CONDITION).at, 32);
	return p;
}

static void reads_a_prepare(void)
{
	struct ilp_bytes in = hex(PREPARE);
	struct ilp_prepare p;

	CHECK_INT(ilp_prepare_decode(&p, in), ILP_OK);
	CHECK(p.amount.units == 107);
	CHECK_INT(p.expires_at_ms, INT64_C(1514132072279));
	CHECK_BYTES(ILP_BYTES(p.condition), hex(CONDITION));
	CHECK_TEXT(p.destination, "example.alice");
	CHECK_BYTES(p.data, hex("010203"));
	CHECK(p.data.at == in.at + in.len - 3); /* borrowed */
	CHECK(p.destination.at == in.at + 2 + 8 + 17 + 32 + 1);
}

static void reads_a_fulfill(void)
{
	struct ilp_bytes in = hex(FULFILL);
	struct ilp_fulfill f;

	CHECK_INT(ilp_fulfill_decode(&f, in), ILP_OK);
	CHECK_BYTES(ILP_BYTES(f.fulfillment), hex(CONDITION));
	CHECK_BYTES(f.data, hex("beef"));
	CHECK(f.data.at == in.at + in.len - 2);
}

static void reads_a_reject(void)
{
	struct ilp_bytes in = hex(REJECT);
	struct ilp_reject r;

	CHECK_INT(ilp_reject_decode(&r, in), ILP_OK);
	assert_string_equal(r.code, "F02");
	CHECK_TEXT(r.triggered_by, "g.b");
	CHECK_TEXT(r.message, "no");
	CHECK_BYTES(r.data, hex("7f"));
	CHECK(r.data.at == in.at + in.len - 1);
}

static struct ilp_prepare prepare;
static struct ilp_fulfill fulfill;
static struct ilp_reject reject;

static unsigned writes_prepare(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_prepare_encode(&w, &prepare);

	CHECK_INT(error, w.error);
	return error;
}

static unsigned writes_fulfill(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_fulfill_encode(&w, &fulfill);

	CHECK_INT(error, w.error);
	return error;
}

static unsigned writes_reject(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_reject_encode(&w, &reject);

	CHECK_INT(error, w.error);
	return error;
}

static void writes_the_same_bytes_and_needs_the_room(void)
{
	prepare = example_prepare();
	check_rooms(writes_prepare, hex(PREPARE), ILP_ERR_ROOM);
	memcpy(fulfill.fulfillment, hex(CONDITION).at, 32);
	fulfill.data = hex("beef");
	check_rooms(writes_fulfill, hex(FULFILL), ILP_ERR_ROOM);
	reject = (struct ilp_reject){ "F02", ilp_text("g.b"), ilp_text("no"),
				      hex("7f") };
	check_rooms(writes_reject, hex(REJECT), ILP_ERR_ROOM);
}

static void appends_behind_what_is_written(void)
{
	uint8_t b[200];
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_prepare p = example_prepare();

	ilp_write_u8(&w, 0xff);
	CHECK_INT(ilp_prepare_encode(&w, &p), ILP_OK);
	CHECK_BYTES(ilp_written(&w), hex("ff" PREPARE));
}

static void a_writer_that_failed_stays_failed(void)
{
	uint8_t b[200];
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_prepare p = example_prepare();

	ilp_writer_fail(&w, ILP_ERR_TEXT);
	CHECK_INT(ilp_prepare_encode(&w, &p), ILP_ERR_TEXT);
	CHECK_INT(ilp_written(&w).len, 0);
}

static void refuses_every_cut(void)
{
	check_cuts(reads_prepare, hex(PREPARE), ILP_ERR_SHORT);
	check_cuts(reads_fulfill, hex(FULFILL), ILP_ERR_SHORT);
	check_cuts(reads_reject, hex(REJECT), ILP_ERR_SHORT);
	CHECK(reads_prepare((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
	CHECK(reads_fulfill((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
	CHECK(reads_reject((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
}

static void refuses_contents_that_are_cut_although_the_envelope_agrees(void)
{
	static const struct {
		uint8_t type;
		const char *body;
		check_reader *read;
	} rows[] = { { 12, PREPARE_BODY, reads_prepare },
		     { 13, FULFILL_BODY, reads_fulfill },
		     { 14, REJECT_BODY, reads_reject } };

	for (size_t i = 0; i < 3; i++) {
		struct ilp_bytes body = hex(rows[i].body);

		for (size_t len = 0; len < body.len; len++) {
			struct ilp_bytes cut = { body.at, len };

			CHECK_INT(check_read(rows[i].read,
					     envelope(rows[i].type, cut)),
				  ILP_ERR_SHORT);
		}
		CHECK_INT(
			check_read(rows[i].read, envelope(rows[i].type, body)),
			ILP_OK);
	}
}

static void fields_do_not_reach_out_of_the_envelope(void)
{
	/* the same bytes, but the envelope ends one byte before the data */
	CHECK_INT(check_read(reads_prepare, hex("0c4a" PREPARE_BODY)),
		  ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_fulfill, hex("0d22" FULFILL_BODY)),
		  ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_reject, hex("0e0b" REJECT_BODY)),
		  ILP_ERR_SHORT);
}

static void ignores_bytes_behind_the_known_fields(void)
{
	struct ilp_prepare p;

	CHECK_INT(check_read(reads_prepare, hex(PREPARE "ffff")), ILP_OK);
	CHECK_INT(check_read(reads_fulfill, hex(FULFILL "00")), ILP_OK);
	CHECK_INT(check_read(reads_reject, hex(REJECT "80")), ILP_OK);
	CHECK_INT(check_read(reads_fulfill, hex("0d24" FULFILL_BODY "80")),
		  ILP_OK);
	CHECK_INT(check_read(reads_reject, hex("0e0e" REJECT_BODY "8080")),
		  ILP_OK);
	CHECK_INT(ilp_prepare_decode(&p, hex("0c4d" PREPARE_BODY "8000")),
		  ILP_OK);
	CHECK_BYTES(p.data, hex("010203"));
}

static void refuses_lengths_that_are_not_the_shortest(void)
{
	CHECK_INT(check_read(reads_prepare, hex("0c814b" PREPARE_BODY)),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_fulfill, hex("0d820023" FULFILL_BODY)),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_fulfill, hex("0d80" FULFILL_BODY)),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_fulfill, hex("0d24" CONDITION "8102beef")),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_reject, hex("0e0d463032"
					       "8103672e62"
					       "026e6f"
					       "017f")),
		  ILP_ERR_LENGTH);
}

static void lengths_that_lie_are_refused(void)
{
	CHECK(check_read(reads_fulfill, hex("0d88ffffffffffffffff")) != ILP_OK);
	CHECK(check_read(reads_prepare, hex("0c8400000000")) != ILP_OK);
	CHECK(check_read(reads_fulfill,
			 hex("0d29" CONDITION "88ffffffffffffffff")) != ILP_OK);
	CHECK(check_read(reads_reject, hex("0e0c463032"
					   "88ffffffffffffffff")) != ILP_OK);
}

static void knows_the_type(void)
{
	for (unsigned type = 0; type < 256; type++) {
		uint8_t b[1] = { (uint8_t)type };
		enum ilp_packet_type out = ILP_PREPARE;
		enum ilp_error error = ilp_packet_type(&out, ILP_BYTES(b));

		if (type >= 12 && type <= 14)
			CHECK(error == ILP_OK && out == type);
		else
			CHECK_INT(error, ILP_ERR_TYPE);
	}
	CHECK_INT(ILP_PREPARE, 12);
	CHECK_INT(ILP_FULFILL, 13);
	CHECK_INT(ILP_REJECT, 14);
}

static void nothing_has_no_type(void)
{
	enum ilp_packet_type out;

	CHECK(ilp_packet_type(&out, (struct ilp_bytes){ NULL, 0 }) != ILP_OK);
}

static void each_decoder_takes_its_type_only(void)
{
	for (unsigned type = 0; type < 256; type++) {
		uint8_t b[128];
		static const struct {
			uint8_t type;
			const char *packet;
			check_reader *read;
		} rows[] = { { 12, PREPARE, reads_prepare },
			     { 13, FULFILL, reads_fulfill },
			     { 14, REJECT, reads_reject } };

		for (size_t i = 0; i < 3; i++) {
			struct ilp_bytes in = hex(rows[i].packet);

			memcpy(b, in.at, in.len);
			b[0] = (uint8_t)type;
			CHECK_INT(rows[i].read((struct ilp_bytes){ b, in.len }),
				  type == rows[i].type ? ILP_OK : ILP_ERR_TYPE);
		}
	}
}

static void a_prepare_needs_a_moment_and_an_address(void)
{
	uint8_t b[77];
	struct ilp_bytes in = hex(PREPARE);

	CHECK_INT(in.len, sizeof(b));
	memcpy(b, in.at, in.len);
	memcpy(b + 10, "20161231235960852", 17);
	CHECK_INT(check_read(reads_prepare, ILP_BYTES(b)), ILP_ERR_TIMESTAMP);
	memcpy(b, in.at, in.len);
	b[60] = '/';
	CHECK_INT(check_read(reads_prepare, ILP_BYTES(b)), ILP_ERR_ADDRESS);
	memcpy(b, in.at, in.len);
	b[59] = 0; /* the destination is empty */
	CHECK_INT(check_read(reads_prepare, ILP_BYTES(b)), ILP_ERR_ADDRESS);
}

/* For who checks the destination himself; the rest is as strict. */
static void a_prepare_can_be_read_whatever_its_destination(void)
{
	struct ilp_bytes in = hex(PREPARE);
	struct ilp_prepare strict, any;
	uint8_t b[77];

	CHECK_INT(in.len, sizeof(b));
	CHECK_INT(ilp_prepare_decode(&strict, in), ILP_OK);
	CHECK_INT(ilp_prepare_read(&any, in), ILP_OK);
	CHECK_BYTES(any.destination, strict.destination);
	CHECK_BYTES(any.data, strict.data);
	CHECK_INT(any.expires_at_ms, strict.expires_at_ms);
	memcpy(b, in.at, in.len);
	b[60] = '/';
	CHECK_INT(ilp_prepare_decode(&strict, ILP_BYTES(b)), ILP_ERR_ADDRESS);
	CHECK_INT(ilp_prepare_read(&any, ILP_BYTES(b)), ILP_OK);
	CHECK_INT(any.destination.at[0], '/');
	for (size_t len = 0; len < sizeof(b); len++)
		CHECK(ilp_prepare_read(&any, (struct ilp_bytes){ b, len }));
}

static void an_amount_may_be_anything(void)
{
	static const uint64_t units[] = { 0, 1, UINT32_MAX, INT64_MAX,
					  UINT64_MAX };

	for (size_t i = 0; i < 5; i++) {
		uint8_t b[100];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_prepare p = example_prepare(), got;

		p.amount.units = units[i];
		CHECK_INT(ilp_prepare_encode(&w, &p), ILP_OK);
		CHECK(ilp_load_u64(b + 2) == units[i]);
		CHECK_INT(ilp_prepare_decode(&got, ilp_written(&w)), ILP_OK);
		CHECK(got.amount.units == units[i]);
	}
}

static void a_reject_keeps_what_it_does_not_know(void)
{
	struct ilp_reject r;

	/* a code of nobody's, by nobody, with a message that is no UTF-8 */
	CHECK_INT(ilp_reject_decode(&r, hex("0e0a58343200"
					    "04fffec080"
					    "00")),
		  ILP_OK);
	assert_string_equal(r.code, "X42");
	CHECK_INT(r.triggered_by.len, 0);
	CHECK_BYTES(r.message, hex("fffec080"));
	CHECK_INT(r.data.len, 0);
	reject = r;
	check_rooms(writes_reject,
		    hex("0e0a58343200"
			"04fffec080"
			"00"),
		    ILP_ERR_ROOM);
}

static void a_reject_is_triggered_by_an_address_or_nobody(void)
{
	CHECK_INT(check_read(reads_reject, hex("0e0746303200"
					       "00"
					       "017f")),
		  ILP_OK);
	CHECK_INT(check_read(reads_reject, hex("0e0746303201"
					       "67"
					       "00"
					       "00")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads_reject, hex("0e0946303203"
					       "672f62"
					       "00"
					       "00")),
		  ILP_ERR_ADDRESS);
	reject = (struct ilp_reject){ "F02", ilp_text("g"), { 0 }, { 0 } };
	{
		uint8_t b[64];

		CHECK_INT(writes_reject(b, sizeof(b)), ILP_ERR_ADDRESS);
	}
}

static void a_code_is_ascii(void)
{
	CHECK_INT(check_read(reads_reject, hex("0e06"
					       "800000"
					       "000000")),
		  ILP_ERR_TEXT);
	CHECK_INT(check_read(reads_reject, hex("0e06"
					       "7f7f7f"
					       "000000")),
		  ILP_OK);
	for (size_t at = 2; at < 5; at++)
		for (unsigned c = 0x80; c < 256; c++) {
			uint8_t b[14];

			memcpy(b, hex(REJECT).at, sizeof(b));
			b[at] = (uint8_t)c;
			CHECK_INT(reads_reject(ILP_BYTES(b)), ILP_ERR_TEXT);
		}
}

static uint8_t big_data[ILP_DATA_MAX + 2];

static void data_has_up_to_32767_bytes(void)
{
	static uint8_t b[70000];

	for (size_t len = ILP_DATA_MAX - 1; len <= ILP_DATA_MAX + 1; len++) {
		struct ilp_bytes data = { big_data, len };
		unsigned expected =
			len > ILP_DATA_MAX ? ILP_ERR_TOO_LONG : ILP_OK;
		struct ilp_writer w;

		prepare = example_prepare();
		prepare.data = data;
		CHECK_INT(writes_prepare(b, sizeof(b)), expected);
		fulfill.data = data;
		CHECK_INT(writes_fulfill(b, sizeof(b)), expected);
		reject = (struct ilp_reject){ "T00", { 0 }, { 0 }, data };
		CHECK_INT(writes_reject(b, sizeof(b)), expected);

		/* and by hand, to read it */
		w = ilp_writer(b, sizeof(b));
		ilp_write_fixed(&w, hex(CONDITION));
		ilp_write_var(&w, data);
		CHECK_INT(check_read(reads_fulfill,
				     envelope(13, ilp_written(&w))),
			  expected);
		w = ilp_writer(b, sizeof(b));
		ilp_write_fixed(&w, hex("543030"
					"00"
					"00"));
		ilp_write_var(&w, data);
		CHECK_INT(
			check_read(reads_reject, envelope(14, ilp_written(&w))),
			expected);
		w = ilp_writer(b, sizeof(b));
		ilp_write_fixed(&w, (struct ilp_bytes){ hex(PREPARE).at + 2,
							8 + 17 + 32 + 14 });
		ilp_write_var(&w, data);
		CHECK_INT(check_read(reads_prepare,
				     envelope(12, ilp_written(&w))),
			  expected);
	}
}

static void a_message_has_up_to_8191_bytes(void)
{
	static uint8_t b[20000];

	for (size_t len = 8190; len <= 8192; len++) {
		struct ilp_bytes message = { big_data, len };
		unsigned expected = len > 8191 ? ILP_ERR_TOO_LONG : ILP_OK;
		struct ilp_writer w = ilp_writer(b, sizeof(b));

		reject = (struct ilp_reject){ "T00", { 0 }, message, { 0 } };
		CHECK_INT(writes_reject(b, sizeof(b)), expected);
		ilp_write_fixed(&w, hex("543030"
					"00"));
		ilp_write_var(&w, message);
		ilp_write_u8(&w, 0);
		CHECK_INT(
			check_read(reads_reject, envelope(14, ilp_written(&w))),
			expected);
	}
}

static void addresses_have_up_to_1023_characters(void)
{
	static uint8_t b[3000];
	uint8_t text[1024];

	memset(text, 'a', sizeof(text));
	memcpy(text, "test.", 5);
	for (size_t len = 1022; len <= 1024; len++) {
		struct ilp_bytes address = { text, len };
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_prepare p;

		prepare = example_prepare();
		prepare.destination = address;
		reject = (struct ilp_reject){ "T00", address, { 0 }, { 0 } };
		if (len > 1023) {
			CHECK(writes_prepare(b, sizeof(b)) != ILP_OK);
			CHECK(writes_reject(b, sizeof(b)) != ILP_OK);
		} else {
			CHECK_INT(writes_prepare(b, sizeof(b)), ILP_OK);
			CHECK_INT(writes_reject(b, sizeof(b)), ILP_OK);
		}
		ilp_write_fixed(&w, hex("543030"));
		ilp_write_var(&w, address);
		ilp_write_fixed(&w, hex("0000"));
		CHECK((check_read(reads_reject,
				  envelope(14, ilp_written(&w))) == ILP_OK) ==
		      (len <= 1023));
		w = ilp_writer(b, sizeof(b));
		ilp_write_fixed(&w, (struct ilp_bytes){ hex(PREPARE).at + 2,
							8 + 17 + 32 });
		ilp_write_var(&w, address);
		ilp_write_u8(&w, 0);
		CHECK((ilp_prepare_decode(&p, envelope(12, ilp_written(&w))) ==
		       ILP_OK) == (len <= 1023));
	}
}

static void no_packet_is_longer_than_the_longest(void)
{
	static uint8_t b[70000], message[8191];
	uint8_t text[1023];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	memset(text, 'a', sizeof(text));
	memcpy(text, "test.", 5);
	prepare = example_prepare();
	prepare.destination = ILP_BYTES(text);
	prepare.data = (struct ilp_bytes){ big_data, ILP_DATA_MAX };
	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	CHECK(ilp_written(&w).len <= ILP_PACKET_MAX);
	fulfill.data = prepare.data;
	w = ilp_writer(b, sizeof(b));
	CHECK_INT(ilp_fulfill_encode(&w, &fulfill), ILP_OK);
	CHECK(ilp_written(&w).len <= ILP_PACKET_MAX);
	reject = (struct ilp_reject){ "T00", ILP_BYTES(text),
				      ILP_BYTES(message), prepare.data };
	w = ilp_writer(b, sizeof(b));
	CHECK_INT(ilp_reject_encode(&w, &reject), ILP_OK);
	CHECK(ilp_written(&w).len <= ILP_PACKET_MAX);
}

static void does_not_write_what_it_would_not_read(void)
{
	static const int64_t outside[] = { ILP_TIMESTAMP_MIN_MS - 1,
					   ILP_TIMESTAMP_MAX_MS + 1 };
	static const char *const bad[] = { "", "g", "nobody.a", "g.a b" };
	uint8_t b[200];

	for (size_t i = 0; i < 2; i++) {
		prepare = example_prepare();
		prepare.expires_at_ms = outside[i];
		CHECK_INT(writes_prepare(b, sizeof(b)), ILP_ERR_TIMESTAMP);
	}
	for (size_t i = 0; i < 4; i++) {
		prepare = example_prepare();
		prepare.destination = ilp_text(bad[i]);
		CHECK_INT(writes_prepare(b, sizeof(b)), ILP_ERR_ADDRESS);
	}
	reject = (struct ilp_reject){ "\xff\xff\xff", { 0 }, { 0 }, { 0 } };
	CHECK_INT(writes_reject(b, sizeof(b)), ILP_ERR_TEXT);
}

static void an_edit_changes_amount_and_expiry_and_nothing_else(void)
{
	static const size_t lens[] = { 0,   1,   50,  55,  56,  57,  58,   180,
				       183, 184, 185, 186, 187, 300, 32767 };
	static uint8_t b[40000], before[40000];

	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_prepare p = example_prepare(), got;
		size_t len, at;

		p.data = (struct ilp_bytes){ big_data, lens[i] };
		CHECK_INT(ilp_prepare_encode(&w, &p), ILP_OK);
		ilp_write_fixed(&w, hex("abcdef")); /* trailing bytes stay */
		len = ilp_written(&w).len;
		memcpy(before, b, len);
		CHECK_INT(ilp_prepare_edit(b, len, ilp_amount(UINT64_MAX - 1),
					   INT64_C(951827696007)),
			  ILP_OK);
		CHECK_INT(ilp_prepare_decode(&got, ilp_written(&w)), ILP_OK);
		CHECK(got.amount.units == UINT64_MAX - 1);
		CHECK_INT(got.expires_at_ms, INT64_C(951827696007));
		at = len - 3 - lens[i] - ilp_length_size(lens[i]) - 14 - 57;
		CHECK(memcmp(b, before, at) == 0);
		CHECK(memcmp(b + at,
			     "\xff\xff\xff\xff\xff\xff\xff\xfe"
			     "20000229123456007",
			     25) == 0);
		CHECK(memcmp(b + at + 25, before + at + 25, len - at - 25) ==
		      0);
	}
}

static void an_edit_to_an_impossible_moment_changes_nothing(void)
{
	static const int64_t outside[] = { ILP_TIMESTAMP_MIN_MS - 1,
					   ILP_TIMESTAMP_MAX_MS + 1, INT64_MIN,
					   INT64_MAX };

	for (size_t i = 0; i < 4; i++) {
		uint8_t b[77];

		memcpy(b, hex(PREPARE).at, sizeof(b));
		CHECK_INT(ilp_prepare_edit(b, sizeof(b), ilp_amount(1),
					   outside[i]),
			  ILP_ERR_TIMESTAMP);
		CHECK_BYTES(ILP_BYTES(b), hex(PREPARE));
	}
}

/* It is not promised to be refused, only not to do harm. */
static unsigned edits(struct ilp_bytes packet)
{
	return ilp_prepare_edit((uint8_t *)(uintptr_t)packet.at, packet.len,
				ilp_amount(5), 0);
}

static void an_edit_stays_inside_the_packet(void)
{
	struct ilp_bytes whole = hex(PREPARE);

	for (size_t len = 0; len < 27; len++)
		CHECK(check_read(edits, (struct ilp_bytes){ whole.at, len }) !=
		      ILP_OK);
	for (size_t len = 0; len < 57; len++)
		CHECK(check_read(edits, envelope(12, (struct ilp_bytes){
							     whole.at + 2,
							     len })) != ILP_OK);
	CHECK_INT(check_read(edits, whole), ILP_OK);
	CHECK(check_read(edits, hex(FULFILL)) != ILP_OK);
}

static unsigned reads_too_large(struct ilp_bytes in)
{
	struct ilp_amount_too_large out;

	return ilp_amount_too_large_decode(&out, in);
}

static unsigned writes_too_large(uint8_t *buffer, size_t capacity)
{
	static const struct ilp_amount_too_large both = { { 0xff },
							  { 0xffff } };
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_amount_too_large_encode(&w, &both);
}

static void an_amount_too_large_says_how_much_is_allowed(void)
{
	struct ilp_bytes in = hex("00000000000000ff000000000000ffff");
	struct ilp_amount_too_large out;

	CHECK_INT(ilp_amount_too_large_decode(&out, in), ILP_OK);
	CHECK(out.received.units == 255 && out.maximum.units == 65535);
	CHECK_INT(ilp_amount_too_large_decode(
			  &out, hex("ffffffffffffffff0000000000000001")),
		  ILP_OK);
	CHECK(out.received.units == UINT64_MAX && out.maximum.units == 1);
	check_cuts(reads_too_large, in, ILP_ERR_SHORT);
	check_rooms(writes_too_large, in, ILP_ERR_ROOM);
}

static size_t random_len(struct random_source *random, size_t max)
{
	static const size_t edges[] = { 0, 1, 126, 127, 128, 255, 256, 257 };
	size_t edge = edges[random_below(random, 8)];

	if (random_below(random, 3) == 0 && edge <= max)
		return edge;
	return (size_t)random_below(random,
				    random_below(random, 50) ? 64 : max + 1);
}

static struct ilp_bytes random_address(struct random_source *random,
				       uint8_t out[1023])
{
	size_t len;

	do {
		len = 2 + random_len(random, 1021);
		random_text(random, out, len,
			    "abcdefghijklmnopqrstuvwxyzABC0129_~-.");
		memcpy(out, "g.", 2);
	} while (!ilp_address_valid((struct ilp_bytes){ out, len }));
	return (struct ilp_bytes){ out, len };
}

static void random_packets_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 3000; i++) {
		static uint8_t b[50000], again[50000], data[32767];
		static uint8_t message[8191];
		uint8_t address[1023];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer w2 = ilp_writer(again, sizeof(again));
		struct ilp_bytes d =
			random_bytes(&random, data, random_len(&random, 32767));
		struct ilp_bytes copy;

		if (i % 3 == 0) {
			struct ilp_prepare p = example_prepare(), got;

			p.amount.units = random_wide(&random);
			p.expires_at_ms = (int64_t)random_below(
				&random, (uint64_t)ILP_TIMESTAMP_MAX_MS);
			random_bytes(&random, p.condition, 32);
			p.destination = random_address(&random, address);
			p.data = d;
			CHECK_INT(ilp_prepare_encode(&w, &p), ILP_OK);
			copy = exact_copy(ilp_written(&w));
			CHECK_INT(ilp_prepare_decode(&got, copy), ILP_OK);
			CHECK(got.amount.units == p.amount.units);
			CHECK_INT(got.expires_at_ms, p.expires_at_ms);
			CHECK(memcmp(got.condition, p.condition, 32) == 0);
			CHECK_BYTES(got.destination, p.destination);
			CHECK_BYTES(got.data, d);
			CHECK_INT(ilp_prepare_encode(&w2, &got), ILP_OK);
		} else if (i % 3 == 1) {
			struct ilp_fulfill f = { .data = d }, got;

			random_bytes(&random, f.fulfillment, 32);
			CHECK_INT(ilp_fulfill_encode(&w, &f), ILP_OK);
			copy = exact_copy(ilp_written(&w));
			CHECK_INT(ilp_fulfill_decode(&got, copy), ILP_OK);
			CHECK(memcmp(got.fulfillment, f.fulfillment, 32) == 0);
			CHECK_BYTES(got.data, d);
			CHECK_INT(ilp_fulfill_encode(&w2, &got), ILP_OK);
		} else {
			struct ilp_reject r = { .data = d }, got;

			random_text(&random, (uint8_t *)r.code, 3,
				    "FTRX0123456789");
			if (random_below(&random, 4))
				r.triggered_by =
					random_address(&random, address);
			r.message = random_bytes(&random, message,
						 random_len(&random, 8191));
			CHECK_INT(ilp_reject_encode(&w, &r), ILP_OK);
			copy = exact_copy(ilp_written(&w));
			CHECK_INT(ilp_reject_decode(&got, copy), ILP_OK);
			CHECK(memcmp(got.code, r.code, 4) == 0);
			CHECK_BYTES(got.triggered_by, r.triggered_by);
			CHECK_BYTES(got.message, r.message);
			CHECK_BYTES(got.data, d);
			CHECK_INT(ilp_reject_encode(&w2, &got), ILP_OK);
		}
		CHECK_BYTES(ilp_written(&w2), ilp_written(&w));
		exact_free(copy);
	}
}

/* Flips bits of good packets: what still reads writes back the same. */
static void damaged_packets_are_refused_or_read_back(void)
{
	struct random_source random = random_start();
	static const char *const good[] = { PREPARE, FULFILL, REJECT };
	int read = 0;

	for (int i = 0; i < 30000; i++) {
		uint8_t b[100], again[200];
		struct ilp_bytes in = hex(good[i % 3]), copy;
		struct ilp_writer w = ilp_writer(again, sizeof(again));
		enum ilp_error error;

		memcpy(b, in.at, in.len);
		b[random_below(&random, in.len)] ^=
			(uint8_t)(1 << random_below(&random, 8));
		if (i % 2)
			b[random_below(&random, in.len)] =
				(uint8_t)random_u64(&random);
		copy = exact_copy((struct ilp_bytes){ b, in.len });
		if (i % 3 == 0) {
			error = reads_prepare(copy);
			if (error == ILP_OK) {
				CHECK(!ilp_prepare_decode(&prepare, copy));
				error = ilp_prepare_encode(&w, &prepare);
			}
		} else if (i % 3 == 1) {
			error = reads_fulfill(copy);
			if (error == ILP_OK) {
				CHECK(!ilp_fulfill_decode(&fulfill, copy));
				error = ilp_fulfill_encode(&w, &fulfill);
			}
		} else {
			error = reads_reject(copy);
			if (error == ILP_OK) {
				CHECK(!ilp_reject_decode(&reject, copy));
				error = ilp_reject_encode(&w, &reject);
			}
		}
		if (ilp_written(&w).len) {
			size_t len = ilp_written(&w).len;

			read++;
			CHECK_INT(error, ILP_OK);
			CHECK(len <= in.len);
			/* but for the length, and ignored bytes at the end */
			CHECK(memcmp(again + 2, b + 2, len - 2) == 0);
			CHECK(again[0] == b[0]);
		}
		exact_free(copy);
	}
	CHECK(read > 1000);
}

TESTS(TEST(reads_a_prepare), TEST(reads_a_fulfill), TEST(reads_a_reject),
      TEST(writes_the_same_bytes_and_needs_the_room),
      TEST(appends_behind_what_is_written),
      TEST(a_writer_that_failed_stays_failed), TEST(refuses_every_cut),
      TEST(refuses_contents_that_are_cut_although_the_envelope_agrees),
      TEST(fields_do_not_reach_out_of_the_envelope),
      TEST(ignores_bytes_behind_the_known_fields),
      TEST(refuses_lengths_that_are_not_the_shortest),
      TEST(lengths_that_lie_are_refused), TEST(knows_the_type),
      TEST(nothing_has_no_type), TEST(each_decoder_takes_its_type_only),
      TEST(a_prepare_needs_a_moment_and_an_address),
      TEST(a_prepare_can_be_read_whatever_its_destination),
      TEST(an_amount_may_be_anything),
      TEST(a_reject_keeps_what_it_does_not_know),
      TEST(a_reject_is_triggered_by_an_address_or_nobody),
      TEST(a_code_is_ascii), TEST(data_has_up_to_32767_bytes),
      TEST(a_message_has_up_to_8191_bytes),
      TEST(addresses_have_up_to_1023_characters),
      TEST(no_packet_is_longer_than_the_longest),
      TEST(does_not_write_what_it_would_not_read),
      TEST(an_edit_changes_amount_and_expiry_and_nothing_else),
      TEST(an_edit_to_an_impossible_moment_changes_nothing),
      TEST(an_edit_stays_inside_the_packet),
      TEST(an_amount_too_large_says_how_much_is_allowed),
      TEST(random_packets_read_back),
      TEST(damaged_packets_are_refused_or_read_back))
