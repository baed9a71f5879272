/* SPDX-License-Identifier: Apache-2.0 */
/* BTP packets read and write as RFC 23 lays them out; nothing may be left
 * over, no name comes twice, and no count is believed. */
#include "ilp/btp.h"

#include "test/check.h"
#include "test/random.h"

/* ilp, octets, empty | foo, octets, "bar" | beep, text, "boop" | json, {} */
#define ENTRIES                                                                \
	"0104"                                                                 \
	"03696c70"                                                             \
	"00"                                                                   \
	"00"                                                                   \
	"03666f6f"                                                             \
	"00"                                                                   \
	"03626172"                                                             \
	"0462656570"                                                           \
	"01"                                                                   \
	"04626f6f70"                                                           \
	"046a736f6e"                                                           \
	"02"                                                                   \
	"027b7d"
#define RESPONSE                                                               \
	"0100000001"                                                           \
	"25" ENTRIES
#define MESSAGE                                                                \
	"0600000001"                                                           \
	"25" ENTRIES
#define TRANSFER                                                               \
	"0700000001"                                                           \
	"2d"                                                                   \
	"0000000000000064" ENTRIES
/* F00 NotAcceptedError at 2018-08-31T02:53:24.899Z, "oops", no entries */
#define ERROR                                                                  \
	"02000001f5"                                                           \
	"2f"                                                                   \
	"463030"                                                               \
	"104e6f744163636570746564457272"                                       \
	"6f72"                                                                 \
	"1332303138303833313032353332342e3839395a"                             \
	"046f6f7073"                                                           \
	"0100"

static struct ilp_btp packet;

static unsigned reads(struct ilp_bytes in)
{
	return ilp_btp_decode(&packet, in);
}

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_btp_encode(&w, &packet);

	CHECK_INT(error, w.error);
	return error;
}

/* A packet of this type and these contents, whose length is right. */
static struct ilp_bytes envelope(uint8_t type, struct ilp_bytes contents)
{
	static uint8_t b[2][70000];
	static unsigned next;
	struct ilp_writer w = ilp_writer(b[next++ % 2], sizeof(b[0]));

	ilp_write_u8(&w, type);
	ilp_write_u32(&w, 7);
	ilp_write_var(&w, contents);
	CHECK_INT(w.error, ILP_OK);
	return ilp_written(&w);
}

static void check_example_entries(void)
{
	const struct ilp_btp_entry *e = packet.entries.at;

	CHECK_INT(packet.entries.count, 4);
	CHECK_TEXT(e[0].name, "ilp");
	CHECK_INT(e[0].content, ILP_BTP_OCTETS);
	CHECK_INT(e[0].data.len, 0);
	CHECK_TEXT(e[1].name, "foo");
	CHECK_INT(e[1].content, ILP_BTP_OCTETS);
	CHECK_TEXT(e[1].data, "bar");
	CHECK_TEXT(e[2].name, "beep");
	CHECK_INT(e[2].content, ILP_BTP_TEXT);
	CHECK_TEXT(e[2].data, "boop");
	CHECK_TEXT(e[3].name, "json");
	CHECK_INT(e[3].content, ILP_BTP_JSON);
	CHECK_TEXT(e[3].data, "{}");
}

static void reads_and_writes_a_response(void)
{
	CHECK_INT(reads(hex(RESPONSE)), ILP_OK);
	CHECK_INT(packet.type, ILP_BTP_RESPONSE);
	CHECK_INT(packet.request_id, 1);
	check_example_entries();
	check_rooms(writes, hex(RESPONSE), ILP_ERR_ROOM);
}

static void reads_and_writes_a_message(void)
{
	struct ilp_bytes in = hex(MESSAGE);

	CHECK_INT(reads(in), ILP_OK);
	CHECK_INT(packet.type, ILP_BTP_MESSAGE);
	check_example_entries();
	CHECK(packet.entries.at[3].data.at == in.at + in.len - 2);
	check_rooms(writes, hex(MESSAGE), ILP_ERR_ROOM);
}

static void reads_and_writes_a_transfer(void)
{
	CHECK_INT(reads(hex(TRANSFER)), ILP_OK);
	CHECK_INT(packet.type, ILP_BTP_TRANSFER);
	CHECK(packet.amount.units == 100);
	check_example_entries();
	check_rooms(writes, hex(TRANSFER), ILP_ERR_ROOM);
	packet.amount = ILP_AMOUNT_MAX;
	check_rooms(writes,
		    hex("0700000001"
			"2d"
			"ffffffffffffffff" ENTRIES),
		    ILP_ERR_ROOM);
}

static void reads_and_writes_an_error(void)
{
	struct ilp_bytes in = hex(ERROR);

	CHECK_INT(reads(in), ILP_OK);
	CHECK_INT(packet.type, ILP_BTP_ERROR);
	CHECK_INT(packet.request_id, 501);
	assert_string_equal(packet.error.code, "F00");
	CHECK_TEXT(packet.error.name, "NotAcceptedError");
	CHECK_INT(packet.error.triggered_at_ms, INT64_C(1535684004899));
	CHECK_TEXT(packet.error.data, "oops");
	CHECK_INT(packet.entries.count, 0);
	check_rooms(writes, in, ILP_ERR_ROOM);
}

static void takes_the_time_as_javascript_writes_it(void)
{
	struct ilp_bytes in = hex("0200000001"
				  "20"
				  "4c3133"
				  "0165"
				  "1332303137303832383138333230302e3030305a"
				  "03626f6f"
				  "0100"
				  "ff");

	in.len--;
	CHECK_INT(check_read(reads, (struct ilp_bytes){ in.at, in.len }),
		  ILP_ERR_SHORT); /* 0x20 is one too many */
	CHECK_INT(reads(hex("0200000001"
			    "1f"
			    "4c3133"
			    "0165"
			    "1332303137303832383138333230302e3030305a"
			    "03626f6f"
			    "0100")),
		  ILP_OK);
	assert_string_equal(packet.error.code, "L13");
	CHECK_INT(packet.error.triggered_at_ms, INT64_C(1503945120000));
	/* and writes it as the RFC wants it */
	check_rooms(writes,
		    hex("0200000001"
			"1b"
			"4c3133"
			"0165"
			"0f32303137303832383138333230305a"
			"03626f6f"
			"0100"),
		    ILP_ERR_ROOM);
	CHECK_INT(reads(hex("0200000001"
			    "1e"
			    "4c3133"
			    "0165"
			    "1232303137303832383138333230302e32305a"
			    "03626f6f"
			    "0100")),
		  ILP_ERR_TIMESTAMP);
}

static void refuses_every_cut(void)
{
	check_cuts(reads, hex(RESPONSE), ILP_ERR_SHORT);
	check_cuts(reads, hex(MESSAGE), ILP_ERR_SHORT);
	check_cuts(reads, hex(TRANSFER), ILP_ERR_SHORT);
	check_cuts(reads, hex(ERROR), ILP_ERR_SHORT);
	CHECK(reads((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
}

static void refuses_contents_that_are_cut_although_the_envelope_agrees(void)
{
	static const char *const good[] = { RESPONSE, ERROR, MESSAGE,
					    TRANSFER };

	for (size_t i = 0; i < 4; i++) {
		struct ilp_bytes in = hex(good[i]);

		for (size_t len = 0; len < in.len - 6; len++)
			CHECK_INT(check_read(reads, envelope(in.at[0],
							     (struct ilp_bytes){
								     in.at + 6,
								     len })),
				  ILP_ERR_SHORT);
	}
}

static void nothing_may_be_left_over(void)
{
	CHECK_INT(check_read(reads, hex(RESPONSE "00")), ILP_ERR_TRAILING);
	CHECK_INT(check_read(reads, hex(ERROR "ff")), ILP_ERR_TRAILING);
	CHECK_INT(check_read(reads, hex("0600000001"
					"26" ENTRIES "00")),
		  ILP_ERR_TRAILING);
	CHECK_INT(check_read(reads, hex("0100000001"
					"26" ENTRIES "01")),
		  ILP_ERR_TRAILING);
	CHECK_INT(check_read(reads, hex("0700000001"
					"2e"
					"0000000000000064" ENTRIES "00")),
		  ILP_ERR_TRAILING);
	CHECK_INT(check_read(reads, hex("0600000001"
					"03"
					"0100"
					"00")),
		  ILP_ERR_TRAILING);
}

static void knows_four_types(void)
{
	for (unsigned type = 0; type < 256; type++) {
		struct ilp_bytes in = envelope((uint8_t)type, hex("0100"));
		unsigned error = reads(in);

		if (type == 1 || type == 6)
			CHECK_INT(error, ILP_OK);
		else if (type == 2 || type == 7)
			CHECK_INT(error, ILP_ERR_SHORT);
		else
			CHECK_INT(error, ILP_ERR_TYPE);
	}
}

static void may_have_no_entries(void)
{
	CHECK_INT(reads(hex("06ffffffff"
			    "02"
			    "0100")),
		  ILP_OK);
	CHECK(packet.request_id == UINT32_MAX);
	CHECK_INT(packet.entries.count, 0);
	CHECK(ilp_btp_find(&packet.entries, "ilp") == NULL);
	check_rooms(writes,
		    hex("06ffffffff"
			"02"
			"0100"),
		    ILP_ERR_ROOM);
}

static void keeps_a_kind_of_content_that_it_does_not_know(void)
{
	for (unsigned content = 0; content < 256; content++) {
		uint8_t b[] = { 6, 0, 0, 0, 1, 6, 1, 1, 1, 'x', 0, 0 };

		b[10] = (uint8_t)content;
		CHECK_INT(reads(ILP_BYTES(b)), ILP_OK);
		CHECK_INT(packet.entries.at[0].content, content);
		check_rooms(writes, ILP_BYTES(b), ILP_ERR_ROOM);
	}
}

static void names_are_ascii(void)
{
	for (unsigned c = 0x80; c < 256; c++) {
		uint8_t name[] = {
			6, 0, 0, 0, 1, 6, 1, 1, 1, (uint8_t)c, 0, 0
		};
		uint8_t error[54];

		CHECK_INT(reads(ILP_BYTES(name)), ILP_ERR_TEXT);
		memcpy(error, hex(ERROR).at, 53);
		error[12] = (uint8_t)c;
		CHECK_INT(reads((struct ilp_bytes){ error, 53 }), ILP_ERR_TEXT);
		memcpy(error, hex(ERROR).at, 53);
		error[7] = (uint8_t)c; /* in the code */
		CHECK_INT(reads((struct ilp_bytes){ error, 53 }), ILP_ERR_TEXT);
	}
}

static void no_name_comes_twice(void)
{
	uint8_t b[100];

	CHECK_INT(reads(hex("0600000001"
			    "0e"
			    "0102"
			    "03666f6f"
			    "00"
			    "00"
			    "03666f6f"
			    "01"
			    "00")),
		  ILP_ERR_DUPLICATE);
	/* not even far apart */
	CHECK_INT(reads(hex("0600000001"
			    "0e"
			    "0103"
			    "0161"
			    "00"
			    "00"
			    "0162"
			    "00"
			    "00"
			    "0161"
			    "00"
			    "00")),
		  ILP_ERR_DUPLICATE);
	/* but one may be the beginning of the other */
	CHECK_INT(reads(hex("0600000001"
			    "0f"
			    "0102"
			    "03666f6f"
			    "00"
			    "00"
			    "04666f6f6f"
			    "00"
			    "00")),
		  ILP_OK);
	CHECK(ilp_btp_find(&packet.entries, "foo") == &packet.entries.at[0]);
	CHECK(ilp_btp_find(&packet.entries, "fooo") == &packet.entries.at[1]);
	packet.entries.at[1].name = ilp_text("foo");
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_DUPLICATE);
}

/* So many entries, each with a name of its own. */
static struct ilp_bytes many(size_t count)
{
	static uint8_t b[1000];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_write_varuint(&w, count);
	for (size_t i = 0; i < count; i++) {
		ilp_write_u8(&w, 1);
		ilp_write_u8(&w, (uint8_t)(' ' + i));
		ilp_write_u8(&w, 0);
		ilp_write_u8(&w, 0);
	}
	CHECK_INT(w.error, ILP_OK);
	return envelope(6, ilp_written(&w));
}

static void has_up_to_32_entries(void)
{
	uint8_t b[300];

	for (size_t count = 0; count <= 32; count++) {
		CHECK_INT(check_read(reads, many(count)), ILP_OK);
		CHECK_INT(packet.entries.count, count);
	}
	CHECK_INT(reads(many(32)), ILP_OK);
	CHECK_INT(writes(b, sizeof(b)), ILP_OK);
	CHECK_INT(check_read(reads, many(33)), ILP_ERR_TOO_MANY);
	CHECK_INT(check_read(reads, many(90)), ILP_ERR_TOO_MANY);
	packet.entries.count = 33;
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_TOO_MANY);
	packet.entries.count = SIZE_MAX;
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_TOO_MANY);
	CHECK_INT(ILP_BTP_ENTRIES_MAX, 32);
}

static void a_count_that_lies_is_refused(void)
{
	static const char *const liars[] = {
		"0101",
		"0120",
		"04ffffffff",
		"050100000000",
		"08ffffffffffffffff",
		"08ffffffffffffffff03666f6f0000",
		"09010000000000000000",
		"09ffffffffffffffffff",
		"00",
		"80",
	};

	for (size_t i = 0; i < sizeof(liars) / sizeof(*liars); i++)
		CHECK(check_read(reads, envelope(6, hex(liars[i]))) != ILP_OK);
	/* one entry more than there are, and one less */
	CHECK_INT(check_read(reads, hex("0600000001"
					"06"
					"0102"
					"01610000")),
		  ILP_ERR_SHORT);
	CHECK_INT(check_read(reads, hex("0600000001"
					"06"
					"0100"
					"01610000")),
		  ILP_ERR_TRAILING);
}

static void a_count_may_begin_with_zeros(void)
{
	CHECK_INT(reads(hex("0600000000"
			    "07"
			    "020001"
			    "01610000")),
		  ILP_OK);
	check_rooms(writes,
		    hex("0600000000"
			"06"
			"0101"
			"01610000"),
		    ILP_ERR_ROOM);
}

static void lengths_are_the_shortest(void)
{
	CHECK_INT(check_read(reads, hex("0600000001"
					"8102"
					"0100")),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads, hex("0600000001"
					"07"
					"0101"
					"810161"
					"00"
					"00")),
		  ILP_ERR_LENGTH);
	CHECK(check_read(reads, hex("0100000000"
				    "84005bff32")) != ILP_OK);
	CHECK(check_read(reads, hex("0600000001"
				    "88ffffffffffffffff")) != ILP_OK);
}

static void the_data_of_an_error_has_up_to_8192_bytes(void)
{
	static uint8_t data[8193], b[9000];

	CHECK_INT(reads(hex(ERROR)), ILP_OK);
	for (size_t len = 8191; len <= 8193; len++) {
		unsigned expected = len > 8192 ? ILP_ERR_TOO_LONG : ILP_OK;
		struct ilp_bytes in = hex(ERROR);
		struct ilp_writer w = ilp_writer(b, sizeof(b));

		CHECK_INT(reads(in), ILP_OK);
		packet.error.data = (struct ilp_bytes){ data, len };
		CHECK_INT(writes(b, sizeof(b)), expected);
		ilp_write_fixed(&w, (struct ilp_bytes){ in.at + 6, 40 });
		ilp_write_var(&w, packet.error.data);
		ilp_write_fixed(&w, hex("0100"));
		CHECK_INT(check_read(reads, envelope(2, ilp_written(&w))),
			  expected);
	}
	CHECK_INT(ILP_BTP_ERROR_DATA_MAX, 8192);
}

static void an_entry_may_be_large(void)
{
	static uint8_t data[40000], b[50000];
	static const size_t lens[] = { 127, 128, 255, 256, 32767, 40000 };

	for (size_t i = 0; i < 6; i++) {
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_btp p = { .type = ILP_BTP_MESSAGE, .request_id = 5 };

		p.entries.count = 1;
		p.entries.at[0] = (struct ilp_btp_entry){ ilp_text("ilp"),
							  0,
							  { data, lens[i] } };
		CHECK_INT(ilp_btp_encode(&w, &p), ILP_OK);
		CHECK_INT(check_read(reads, ilp_written(&w)), ILP_OK);
		CHECK_INT(packet.entries.at[0].data.len, lens[i]);
	}
}

static void finds_an_entry_by_its_whole_name(void)
{
	CHECK_INT(reads(hex(MESSAGE)), ILP_OK);
	CHECK(ilp_btp_find(&packet.entries, "ilp") == &packet.entries.at[0]);
	CHECK(ilp_btp_find(&packet.entries, "json") == &packet.entries.at[3]);
	CHECK(ilp_btp_find(&packet.entries, "il") == NULL);
	CHECK(ilp_btp_find(&packet.entries, "ilps") == NULL);
	CHECK(ilp_btp_find(&packet.entries, "ILP") == NULL);
	CHECK(ilp_btp_find(&packet.entries, "") == NULL);
	packet.entries.count = 3;
	CHECK(ilp_btp_find(&packet.entries, "json") == NULL);
}

static void knows_the_error_codes_of_the_rfc(void)
{
	static const char *const rows[][2] = {
		{ "T00", "UnreachableError" },
		{ "F00", "NotAcceptedError" },
		{ "F01", "InvalidFieldsError" },
		{ "F03", "TransferNotFoundError" },
		{ "F04", "InvalidFulfillmentError" },
		{ "F05", "DuplicateIdError" },
		{ "F06", "AlreadyRolledBackError" },
		{ "F07", "AlreadyFulfilledError" },
		{ "F08", "InsufficientBalanceError" },
	};
	static const char *const others[] = { "F02", "F09", "T01",
					      "f00", "R00", "\0\0" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char letters[4];
		const struct ilp_btp_code *row;

		memcpy(letters, rows[i][0], 3);
		letters[3] = '7'; /* not text: it ends after three */
		row = ilp_btp_code_find(letters);
		CHECK(row != NULL);
		assert_string_equal(row->code, rows[i][0]);
		assert_string_equal(row->name, rows[i][1]);
		CHECK(row->meaning && strlen(row->meaning) > 5);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK(ilp_btp_code_find(others[i]) == NULL);
}

static void random_packets_read_back(void)
{
	static const enum ilp_btp_type types[] = { ILP_BTP_RESPONSE,
						   ILP_BTP_ERROR,
						   ILP_BTP_MESSAGE,
						   ILP_BTP_TRANSFER };
	struct random_source random = random_start();

	for (int i = 0; i < 3000; i++) {
		static uint8_t b[20000], again[20000], data[32][300];
		static uint8_t names[32][20];
		struct ilp_btp p = { .type = types[i % 4],
				     .request_id =
					     (uint32_t)random_u64(&random) };
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer w2 = ilp_writer(again, sizeof(again));
		struct ilp_bytes copy;

		p.amount.units = random_wide(&random);
		memcpy(p.error.code, "F42", 4);
		p.error.name = ilp_text("SomeError");
		p.error.triggered_at_ms =
			(int64_t)random_below(&random, 253402300799999);
		p.error.data = random_bytes(&random, data[0],
					    (size_t)random_below(&random, 300));
		p.entries.count = (size_t)random_below(&random, 33);
		for (size_t j = 0; j < p.entries.count; j++) {
			struct ilp_btp_entry *e = &p.entries.at[j];

			e->name = random_text(&random, names[j], 4,
					      "abcdefgh_-\x01~");
			names[j][0] = (uint8_t)('A' + j); /* all different */
			e->content = (uint8_t)random_u64(&random);
			e->data = random_bytes(
				&random, data[j],
				(size_t)random_below(&random, 300));
		}
		CHECK_INT(ilp_btp_encode(&w, &p), ILP_OK);
		copy = exact_copy(ilp_written(&w));
		CHECK_INT(ilp_btp_decode(&packet, copy), ILP_OK);
		CHECK(packet.type == p.type);
		CHECK(packet.request_id == p.request_id);
		if (p.type == ILP_BTP_TRANSFER)
			CHECK(packet.amount.units == p.amount.units);
		if (p.type == ILP_BTP_ERROR)
			CHECK_INT(packet.error.triggered_at_ms,
				  p.error.triggered_at_ms);
		CHECK_INT(packet.entries.count, p.entries.count);
		for (size_t j = 0; j < p.entries.count; j++) {
			CHECK_BYTES(packet.entries.at[j].name,
				    p.entries.at[j].name);
			CHECK_BYTES(packet.entries.at[j].data,
				    p.entries.at[j].data);
			CHECK_INT(packet.entries.at[j].content,
				  p.entries.at[j].content);
		}
		CHECK_INT(ilp_btp_encode(&w2, &packet), ILP_OK);
		CHECK_BYTES(ilp_written(&w2), ilp_written(&w));
		exact_free(copy);
	}
}

static void damaged_packets_do_no_harm(void)
{
	static const char *const good[] = { RESPONSE, ERROR, MESSAGE,
					    TRANSFER };
	struct random_source random = random_start();
	int read = 0;

	for (int i = 0; i < 20000; i++) {
		uint8_t b[100], again[200];
		struct ilp_bytes in = hex(good[i % 4]);

		memcpy(b, in.at, in.len);
		for (uint64_t n = random_below(&random, 3) + 1; n; n--)
			b[random_below(&random, in.len)] ^=
				(uint8_t)(1 << random_below(&random, 8));
		if (check_read(reads, (struct ilp_bytes){ b, in.len }))
			continue;
		read++;
		CHECK_INT(reads((struct ilp_bytes){ b, in.len }), ILP_OK);
		CHECK_INT(writes(again, sizeof(again)), ILP_OK);
	}
	CHECK(read > 500);
}

TESTS(TEST(reads_and_writes_a_response), TEST(reads_and_writes_a_message),
      TEST(reads_and_writes_a_transfer), TEST(reads_and_writes_an_error),
      TEST(takes_the_time_as_javascript_writes_it), TEST(refuses_every_cut),
      TEST(refuses_contents_that_are_cut_although_the_envelope_agrees),
      TEST(nothing_may_be_left_over), TEST(knows_four_types),
      TEST(may_have_no_entries),
      TEST(keeps_a_kind_of_content_that_it_does_not_know),
      TEST(names_are_ascii), TEST(no_name_comes_twice),
      TEST(has_up_to_32_entries), TEST(a_count_that_lies_is_refused),
      TEST(a_count_may_begin_with_zeros), TEST(lengths_are_the_shortest),
      TEST(the_data_of_an_error_has_up_to_8192_bytes),
      TEST(an_entry_may_be_large), TEST(finds_an_entry_by_its_whole_name),
      TEST(knows_the_error_codes_of_the_rfc), TEST(random_packets_read_back),
      TEST(damaged_packets_do_no_harm))
