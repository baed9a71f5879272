/* SPDX-License-Identifier: Apache-2.0 */
/* OER: what is written reads back; lengths have one spelling; what lies, is
 * cut short or does not fit is refused once and for all (RFC 30). */
#include "ilp/oer.h"

#include "test/check.h"
#include "test/random.h"

/* Wraps one function of the reader, so that the checks can call it. */
#define READS(name, call)                                                      \
	static unsigned name(struct ilp_bytes in)                              \
	{                                                                      \
		struct ilp_reader r = ilp_reader(in);                          \
                                                                               \
		(void)call;                                                    \
		return r.error;                                                \
	}

READS(reads_u8, ilp_read_u8(&r))
READS(reads_u16, ilp_read_u16(&r))
READS(reads_u32, ilp_read_u32(&r))
READS(reads_u64, ilp_read_u64(&r))
READS(reads_i8, ilp_read_i8(&r))
READS(reads_i16, ilp_read_i16(&r))
READS(reads_i32, ilp_read_i32(&r))
READS(reads_i64, ilp_read_i64(&r))
READS(reads_length, ilp_read_length(&r))
READS(reads_var, ilp_read_var(&r))
READS(reads_var_max_5, ilp_read_var_max(&r, 5))
READS(reads_varuint, ilp_read_varuint(&r))
READS(reads_saturated, ilp_read_varuint_saturated(&r))
READS(reads_varint, ilp_read_varint(&r))
READS(reads_list, ilp_read_list(&r, SIZE_MAX))
READS(reads_list_of_3, ilp_read_list(&r, 3))

/* Where one value ends and another begins to need more bytes. */
static const uint64_t edges[] = {
	0,
	1,
	0x7e,
	0x7f,
	0x80,
	0x81,
	0xff,
	0x100,
	0x7fff,
	0x8000,
	0xffff,
	0x10000,
	0xffffff,
	0x1000000,
	0xffffffff,
	UINT64_C(0x100000000),
	UINT64_C(0xffffffffff),
	UINT64_C(0x10000000000),
	UINT64_C(0xffffffffffff),
	UINT64_C(0x1000000000000),
	UINT64_C(0xffffffffffffff),
	UINT64_C(0x100000000000000),
	UINT64_C(0x7fffffffffffffff),
	UINT64_C(0x8000000000000000),
	UINT64_MAX,
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void reads_fixed_integers(void)
{
	struct ilp_bytes in = hex("ab"
				  "1234"
				  "abababab"
				  "ac01055a1debac1e"
				  "80"
				  "cfc7"
				  "f204ba10"
				  "909701edf43ae528");
	struct ilp_reader r = ilp_reader(in);

	CHECK_INT(ilp_read_u8(&r), 0xab);
	CHECK_INT(ilp_read_u16(&r), 4660);
	CHECK_INT(ilp_read_u32(&r), 2880154539);
	CHECK(ilp_read_u64(&r) == UINT64_C(12394193534107495454));
	CHECK_INT(ilp_read_i8(&r), -128);
	CHECK_INT(ilp_read_i16(&r), -12345);
	CHECK_INT(ilp_read_i32(&r), -234571248);
	CHECK(ilp_read_i64(&r) == INT64_C(-8027945689248242392));
	CHECK_INT(ilp_reader_left(&r), 0);
	CHECK_INT(r.error, ILP_OK);
}

static void reads_the_extremes_of_signed_integers(void)
{
	struct ilp_reader r = ilp_reader(hex("7fff7fff8000ffff"
					     "7fffffff80000000ffffffff"
					     "7fffffffffffffff"
					     "8000000000000000"
					     "ffffffffffffffff"));

	CHECK_INT(ilp_read_i8(&r), 127);
	CHECK_INT(ilp_read_i8(&r), -1);
	CHECK_INT(ilp_read_i16(&r), 32767);
	CHECK_INT(ilp_read_i16(&r), -32768);
	CHECK_INT(ilp_read_i16(&r), -1);
	CHECK_INT(ilp_read_i32(&r), INT32_MAX);
	CHECK_INT(ilp_read_i32(&r), INT32_MIN);
	CHECK_INT(ilp_read_i32(&r), -1);
	CHECK(ilp_read_i64(&r) == INT64_MAX);
	CHECK(ilp_read_i64(&r) == INT64_MIN);
	CHECK(ilp_read_i64(&r) == -1);
	CHECK_INT(r.error, ILP_OK);
}

static void refuses_every_cut_of_a_fixed_integer(void)
{
	struct ilp_bytes ones = hex("ffffffffffffffff");

	check_cuts(reads_u8, (struct ilp_bytes){ ones.at, 1 }, ILP_ERR_SHORT);
	check_cuts(reads_u16, (struct ilp_bytes){ ones.at, 2 }, ILP_ERR_SHORT);
	check_cuts(reads_u32, (struct ilp_bytes){ ones.at, 4 }, ILP_ERR_SHORT);
	check_cuts(reads_u64, ones, ILP_ERR_SHORT);
	check_cuts(reads_i8, (struct ilp_bytes){ ones.at, 1 }, ILP_ERR_SHORT);
	check_cuts(reads_i16, (struct ilp_bytes){ ones.at, 2 }, ILP_ERR_SHORT);
	check_cuts(reads_i32, (struct ilp_bytes){ ones.at, 4 }, ILP_ERR_SHORT);
	check_cuts(reads_i64, ones, ILP_ERR_SHORT);
}

static void writes_fixed_integers(void)
{
	uint8_t b[15];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_write_u8(&w, 0xab);
	ilp_write_u16(&w, 0x1234);
	ilp_write_u32(&w, 0xdeadbeef);
	ilp_write_u64(&w, UINT64_C(0xac01055a1debac1e));
	CHECK_INT(w.error, ILP_OK);
	CHECK_BYTES(ilp_written(&w), hex("ab1234deadbeefac01055a1debac1e"));
}

static void a_failed_reader_gives_zeros_and_keeps_its_first_error(void)
{
	struct ilp_reader r = ilp_reader(hex("ffffffff"));
	struct ilp_bytes item;
	struct ilp_list list;

	CHECK_INT(ilp_read_u64(&r), 0);
	CHECK_INT(r.error, ILP_ERR_SHORT);
	CHECK_INT(ilp_reader_left(&r), 0);
	ilp_reader_fail(&r, ILP_ERR_TYPE);
	CHECK_INT(r.error, ILP_ERR_SHORT);
	CHECK_INT(ilp_read_u8(&r), 0);
	CHECK_INT(ilp_read_u16(&r), 0);
	CHECK_INT(ilp_read_u32(&r), 0);
	CHECK_INT(ilp_read_i64(&r), 0);
	CHECK_INT(ilp_read_length(&r), 0);
	CHECK_INT(ilp_read_varuint(&r), 0);
	CHECK_INT(ilp_read_varuint_saturated(&r), 0);
	CHECK_INT(ilp_read_varint(&r), 0);
	CHECK_INT(ilp_read_var(&r).len, 0);
	CHECK_INT(ilp_read_var_max(&r, 9).len, 0);
	CHECK_INT(ilp_read_fixed(&r, 3).len, 0);
	list = ilp_read_list(&r, 9);
	CHECK(list.count == 0 && list.items.len == 0);
	CHECK(!ilp_list_next(&list, &item));
	CHECK_INT(r.error, ILP_ERR_SHORT);
}

static void a_caller_may_fail_a_reader(void)
{
	struct ilp_reader r = ilp_reader(hex("ffffffff"));

	ilp_reader_fail(&r, ILP_ERR_VERSION);
	CHECK_INT(r.error, ILP_ERR_VERSION);
	CHECK_INT(ilp_reader_left(&r), 0);
	CHECK_INT(ilp_read_u8(&r), 0);
	CHECK_INT(r.error, ILP_ERR_VERSION);
}

static void reads_nothing_from_nothing(void)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ NULL, 0 });

	CHECK_INT(ilp_reader_left(&r), 0);
	CHECK_INT(ilp_read_fixed(&r, 0).len, 0);
	CHECK_INT(r.error, ILP_OK);
	CHECK_INT(ilp_read_u8(&r), 0);
	CHECK_INT(r.error, ILP_ERR_SHORT);
}

static void a_length_that_wraps_around_is_short(void)
{
	struct ilp_reader r = ilp_reader(hex("0102"));

	CHECK_INT(ilp_read_fixed(&r, SIZE_MAX).len, 0);
	CHECK_INT(r.error, ILP_ERR_SHORT);
}

static void fixed_octets_are_borrowed(void)
{
	struct ilp_bytes in = hex("01020304");
	struct ilp_reader r = ilp_reader(in);

	CHECK(ilp_read_fixed(&r, 3).at == in.at);
	CHECK_BYTES(ilp_read_fixed(&r, 1), hex("04"));
	CHECK_INT(r.error, ILP_OK);
}

/* The definition of a length determinant, spelled out. */
static size_t plain_length(uint8_t out[9], uint64_t len)
{
	size_t n = 0;

	if (len <= 127) {
		out[0] = (uint8_t)len;
		return 1;
	}
	for (int shift = 56; shift >= 0; shift -= 8)
		if (len >> shift)
			out[++n] = (uint8_t)(len >> shift);
	out[0] = (uint8_t)(0x80 | n);
	return n + 1;
}

static void check_length(uint64_t len)
{
	uint8_t expected[9], b[9];
	struct ilp_bytes bytes = { expected, plain_length(expected, len) };
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_reader r = ilp_reader(bytes);

	ilp_write_length(&w, len);
	CHECK_INT(w.error, ILP_OK);
	CHECK_BYTES(ilp_written(&w), bytes);
	CHECK_INT(ilp_length_size(len), bytes.len);
	CHECK(ilp_read_length(&r) == len);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	check_cuts(reads_length, bytes, ILP_ERR_SHORT);
}

static void lengths_have_the_shortest_form(void)
{
	struct random_source random = random_start();

	for (size_t i = 0; i < COUNT(edges); i++)
		check_length(edges[i]);
	for (uint64_t len = 0; len < 70000; len += len < 600 ? 1 : 97)
		check_length(len);
	for (int i = 0; i < 5000; i++)
		check_length(random_wide(&random));
	CHECK_INT(ilp_length_size(127), 1);
	CHECK_INT(ilp_length_size(128), 2);
	CHECK_INT(ilp_length_size(255), 2);
	CHECK_INT(ilp_length_size(256), 3);
}

static void refuses_any_other_spelling_of_a_length(void)
{
	static const char *const wrong[] = {
		"80",
		"8000",
		"8100",
		"8101",
		"817f",
		"820000",
		"82007f",
		"820080",
		"8200ff",
		"83000100",
		"83001234",
		"8400ffffff",
		"850000000001",
		"880000000000000001",
		"8800ffffffffffffff",
	};

	for (size_t i = 0; i < COUNT(wrong); i++) {
		CHECK_INT(check_read(reads_length, hex(wrong[i])),
			  ILP_ERR_LENGTH);
		CHECK_INT(check_read(reads_var, hex(wrong[i])), ILP_ERR_LENGTH);
	}
	for (unsigned n = 9; n <= 127; n++)
		for (int fill = 0; fill < 2; fill++) {
			uint8_t b[128];

			memset(b, fill, sizeof(b));
			b[0] = (uint8_t)(0x80 | n);
			CHECK_INT(check_read(reads_length, ILP_BYTES(b)),
				  ILP_ERR_LENGTH);
		}
}

static void an_octet_string_is_as_long_as_it_says(void)
{
	static const size_t lens[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };
	static uint8_t data[65536], expected[65536 + 4];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < COUNT(lens); i++) {
		size_t head = plain_length(expected, lens[i]);
		struct ilp_bytes whole = { expected, head + lens[i] };
		struct ilp_bytes inside = { data, lens[i] };
		static uint8_t b[65536 + 4];
		struct ilp_writer w = ilp_writer(b, whole.len);
		struct ilp_reader r;
		struct ilp_bytes got;

		if (inside.len)
			memcpy(expected + head, data, inside.len);
		ilp_write_var(&w, inside);
		CHECK_INT(w.error, ILP_OK);
		CHECK_BYTES(ilp_written(&w), whole);
		r = ilp_reader(whole);
		got = ilp_read_var(&r);
		CHECK_BYTES(got, inside);
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
		CHECK(inside.len == 0 || got.at == expected + head);
		if (whole.len < 300)
			check_cuts(reads_var, whole, ILP_ERR_SHORT);
		whole.len--;
		CHECK_INT(check_read(reads_var, whole), ILP_ERR_SHORT);
	}
}

static void an_octet_string_that_lies_is_short(void)
{
	CHECK_INT(check_read(reads_var, hex("0400ffff")), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("84ffffff")), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("84ffffffff01")), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("850100000000")), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("88ffffffffffffffff00")),
		  ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("887fffffffffffffff00")),
		  ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_var, hex("88fffffffffffffff700")),
		  ILP_ERR_SHORT);
}

static void an_octet_string_may_have_a_limit(void)
{
	CHECK_INT(check_read(reads_var_max_5, hex("00")), ILP_OK);
	CHECK_INT(check_read(reads_var_max_5, hex("050102030405")), ILP_OK);
	CHECK_INT(check_read(reads_var_max_5, hex("06010203040506")),
		  ILP_ERR_TOO_LONG);
	CHECK_INT(check_read(reads_var_max_5, hex("0501020304")),
		  ILP_ERR_SHORT);
	CHECK(check_read(reads_var_max_5, hex("88ffffffffffffffff")) != ILP_OK);
	CHECK_INT(check_read(reads_var_max_5, hex("8105ffffffffff")),
		  ILP_ERR_LENGTH);
}

static void too_long_leaves_no_bytes(void)
{
	struct ilp_reader r = ilp_reader(hex("03010203ff"));

	CHECK_INT(ilp_read_var_max(&r, 2).len, 0);
	CHECK_INT(r.error, ILP_ERR_TOO_LONG);
	CHECK_INT(ilp_reader_left(&r), 0);
}

static void check_varuint(uint64_t value)
{
	uint8_t expected[9] = { 0 }, b[9];
	size_t n = 0;
	struct ilp_writer w = ilp_writer(b, sizeof(b));
	struct ilp_reader r;

	for (int shift = 56; shift >= 0; shift -= 8)
		if (value >> shift || shift == 0)
			expected[++n] = (uint8_t)(value >> shift);
	expected[0] = (uint8_t)n;
	ilp_write_varuint(&w, value);
	CHECK_BYTES(ilp_written(&w), ((struct ilp_bytes){ expected, n + 1 }));
	r = ilp_reader(ilp_written(&w));
	CHECK(ilp_read_varuint(&r) == value);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	r = ilp_reader(ilp_written(&w));
	CHECK(ilp_read_varuint_saturated(&r) == value);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	check_cuts(reads_varuint, ilp_written(&w), ILP_ERR_SHORT);
	check_cuts(reads_saturated, ilp_written(&w), ILP_ERR_SHORT);
}

static void variable_integers_read_back(void)
{
	struct random_source random = random_start();

	for (size_t i = 0; i < COUNT(edges); i++)
		check_varuint(edges[i]);
	for (int i = 0; i < 5000; i++)
		check_varuint(random_wide(&random));
}

static void variable_integers_may_begin_with_zeros(void)
{
	static const struct {
		const char *bytes;
		uint64_t value;
	} rows[] = {
		{ "0100", 0 },
		{ "020000", 0 },
		{ "020001", 1 },
		{ "0300ffff", 65535 },
		{ "080000000000000000", 0 },
		{ "0800000000000000ff", 255 },
		{ "0800ffffffffffffff", UINT64_C(0xffffffffffffff) },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ilp_reader r = ilp_reader(hex(rows[i].bytes));

		CHECK(ilp_read_varuint(&r) == rows[i].value);
		CHECK_INT(r.error, ILP_OK);
		r = ilp_reader(hex(rows[i].bytes));
		CHECK(ilp_read_varuint_saturated(&r) == rows[i].value);
		CHECK_INT(r.error, ILP_OK);
	}
}

static void variable_integers_are_not_empty_nor_wider_than_64_bits(void)
{
	uint8_t wide[130];

	CHECK_INT(check_read(reads_varuint, hex("00")), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_saturated, hex("00")), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varint, hex("00")), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varuint, hex("09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varuint, hex("0a00010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varint, hex("09000000000000000001")),
		  ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varuint, hex("810101")), ILP_ERR_LENGTH);
	memset(wide, 1, sizeof(wide));
	wide[0] = 0x81;
	wide[1] = 128;
	CHECK_INT(check_read(reads_varuint, ILP_BYTES(wide)), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varint, ILP_BYTES(wide)), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_varuint, hex("80")), ILP_ERR_LENGTH);
}

static void what_is_wider_saturates_where_it_may(void)
{
	uint8_t wide[130];
	struct ilp_reader r =
		ilp_reader(hex("0901000000000000000005ffffffffff"));

	CHECK(ilp_read_varuint_saturated(&r) == UINT64_MAX);
	CHECK(ilp_read_varuint_saturated(&r) == UINT64_C(0xffffffffff));
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	memset(wide, 1, sizeof(wide));
	wide[0] = 0x81;
	wide[1] = 128;
	r = ilp_reader(ILP_BYTES(wide));
	CHECK(ilp_read_varuint_saturated(&r) == UINT64_MAX);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	check_cuts(reads_saturated, ILP_BYTES(wide), ILP_ERR_SHORT);
	check_cuts(reads_saturated, hex("09010000000000000000"), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_saturated, hex("88ffffffffffffffffff")),
		  ILP_ERR_SHORT);
}

static void signed_variable_integers_have_their_shortest_form(void)
{
	static const struct {
		const char *bytes;
		int64_t value;
	} rows[] = {
		{ "0100", 0 },
		{ "0101", 1 },
		{ "01ff", -1 },
		{ "017f", 127 },
		{ "0180", -128 },
		{ "020080", 128 },
		{ "02ff7f", -129 },
		{ "0200ff", 255 },
		{ "027fff", 32767 },
		{ "028000", -32768 },
		{ "03008000", 32768 },
		{ "03ff7fff", -32769 },
		{ "03be0807", -4323321 },
		{ "047fffffff", INT32_MAX },
		{ "0480000000", INT32_MIN },
		{ "050080000000", INT64_C(2147483648) },
		{ "087fffffffffffffff", INT64_MAX },
		{ "088000000000000000", INT64_MIN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t b[9];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_reader r = ilp_reader(hex(rows[i].bytes));

		CHECK(ilp_read_varint(&r) == rows[i].value);
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
		ilp_write_varint(&w, rows[i].value);
		CHECK_BYTES(ilp_written(&w), hex(rows[i].bytes));
		check_cuts(reads_varint, hex(rows[i].bytes), ILP_ERR_SHORT);
	}
}

static void signed_variable_integers_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 10000; i++) {
		uint64_t wide = random_wide(&random);
		int64_t value = (int64_t)(i % 2 ? wide : ~wide);
		uint8_t b[9];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_reader r;

		ilp_write_varint(&w, value);
		r = ilp_reader(ilp_written(&w));
		CHECK(ilp_read_varint(&r) == value);
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
		/* no shorter one: the first nine bits are not all alike */
		if (b[0] > 1) {
			unsigned first = (unsigned)(b[1] << 1 | b[2] >> 7);

			CHECK(first != 0 && first != 0x1ff);
		}
	}
}

static void a_list_is_its_count_and_its_items(void)
{
	struct ilp_bytes in = hex("0103"
				  "01aa"
				  "00"
				  "03bbccdd"
				  "ff");
	struct ilp_reader r = ilp_reader(in);
	struct ilp_list list = ilp_read_list(&r, 3);
	struct ilp_list again = list;
	struct ilp_bytes item;
	uint8_t b[9];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	CHECK_INT(r.error, ILP_OK);
	CHECK_INT(ilp_reader_left(&r), 1);
	CHECK_INT(list.count, 3);
	CHECK_BYTES(list.items, hex("01aa0003bbccdd"));
	CHECK(ilp_list_next(&list, &item));
	CHECK_BYTES(item, hex("aa"));
	CHECK(item.at == in.at + 3);
	CHECK(ilp_list_next(&list, &item));
	CHECK_INT(item.len, 0);
	CHECK(ilp_list_next(&list, &item));
	CHECK_BYTES(item, hex("bbccdd"));
	CHECK(!ilp_list_next(&list, &item));
	CHECK(!ilp_list_next(&list, &item));
	ilp_write_list(&w, again);
	CHECK_INT(w.error, ILP_OK);
	CHECK_BYTES(ilp_written(&w), hex("010301aa0003bbccdd"));
	check_cuts(reads_list, hex("010301aa0003bbccdd"), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_list_of_3, hex("010104aabbccdd")),
		  ILP_ERR_TOO_LONG);
	CHECK_INT(check_read(reads_list_of_3, hex("010103aabbcc")), ILP_OK);
	CHECK_INT(check_read(reads_list_of_3, hex("010103aabbcc04")), ILP_OK);
}

static void an_empty_list_has_no_items(void)
{
	struct ilp_reader r = ilp_reader(hex("010001ff"));
	struct ilp_list list = ilp_read_list(&r, 100);
	struct ilp_bytes item;
	uint8_t b[2];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	CHECK_INT(r.error, ILP_OK);
	CHECK(list.count == 0 && list.items.len == 0);
	CHECK(!ilp_list_next(&list, &item));
	CHECK_INT(ilp_reader_left(&r), 2);
	ilp_write_list(&w, (struct ilp_list){ 0 });
	CHECK_BYTES(ilp_written(&w), hex("0100"));
}

static void a_list_whose_count_lies_is_short(void)
{
	static const char *const liars[] = {
		"0101",
		"01020141",
		"04ffffffff",
		"04ffffffff00000000",
		"050100000000",
		"05010000000000000000",
		"08ffffffffffffffff",
		"08ffffffffffffffff00010000",
		"087fffffffffffffff00",
	};

	for (size_t i = 0; i < COUNT(liars); i++)
		CHECK_INT(check_read(reads_list, hex(liars[i])), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads_list, hex("00")), ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_list, hex("09010000000000000000")),
		  ILP_ERR_INTEGER);
	CHECK_INT(check_read(reads_list, hex("010180")), ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_list, hex("01018101ff")), ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_list, hex("02000100")), ILP_OK);
}

static void a_failed_writer_writes_no_more_and_keeps_its_first_error(void)
{
	uint8_t b[4] = { 9, 9, 9, 9 };
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_write_u8(&w, 1);
	ilp_write_u32(&w, 2);
	CHECK_INT(w.error, ILP_ERR_ROOM);
	ilp_write_u8(&w, 3); /* would fit */
	ilp_write_length(&w, 3);
	ilp_write_varuint(&w, 3);
	ilp_write_varint(&w, 3);
	ilp_write_var(&w, hex("aa"));
	ilp_write_fixed(&w, hex("aa"));
	ilp_write_list(&w, (struct ilp_list){ 0 });
	ilp_write_close(&w, ilp_write_open(&w));
	CHECK(ilp_write_room(&w, 0) == NULL);
	ilp_writer_fail(&w, ILP_ERR_TYPE);
	CHECK_INT(w.error, ILP_ERR_ROOM);
	CHECK_INT(ilp_written(&w).len, 0); /* half a packet is none */
	CHECK(b[0] == 1 && b[1] == 9 && b[2] == 9 && b[3] == 9);

	w = ilp_writer(b, sizeof(b));
	ilp_writer_fail(&w, ILP_ERR_TEXT);
	ilp_write_u64(&w, 1);
	CHECK_INT(w.error, ILP_ERR_TEXT);
	CHECK_INT(ilp_written(&w).len, 0);
}

/* One of everything, for the room it takes. */
static unsigned writes_everything(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	size_t outer, inner;

	ilp_write_u8(&w, 1);
	ilp_write_u16(&w, 2);
	ilp_write_u32(&w, 3);
	ilp_write_u64(&w, 4);
	ilp_write_length(&w, 300);
	ilp_write_varuint(&w, 65536);
	ilp_write_varint(&w, -129);
	ilp_write_fixed(&w, hex("aabb"));
	ilp_write_fixed(&w, (struct ilp_bytes){ NULL, 0 });
	ilp_write_var(&w, hex("ccdd"));
	ilp_write_var(&w, (struct ilp_bytes){ NULL, 0 });
	ilp_write_list(&w, (struct ilp_list){ 2, hex("00"
						     "01ee") });
	outer = ilp_write_open(&w);
	ilp_write_u8(&w, 5);
	inner = ilp_write_open(&w);
	ilp_write_close(&w, inner);
	inner = ilp_write_open(&w);
	for (int i = 0; i < 130; i++)
		ilp_write_u8(&w, 0x11);
	ilp_write_close(&w, inner);
	ilp_write_close(&w, outer);
	return w.error;
}

static void the_buffer_may_be_too_small_at_any_byte(void)
{
	uint8_t b[256];
	struct ilp_bytes head = hex("01"
				    "0002"
				    "00000003"
				    "0000000000000004"
				    "82012c"
				    "03010000"
				    "02ff7f"
				    "aabb"
				    "02ccdd"
				    "00"
				    "01020001ee"
				    "8186"
				    "05"
				    "00"
				    "8182");

	memcpy(b, head.at, head.len);
	memset(b + head.len, 0x11, 130);
	check_rooms(writes_everything, (struct ilp_bytes){ b, head.len + 130 },
		    ILP_ERR_ROOM);
}

static size_t opened_len;

static unsigned writes_opened(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	size_t opened;

	ilp_write_u8(&w, 0x77);
	opened = ilp_write_open(&w);
	for (size_t i = 0; i < opened_len; i++)
		ilp_write_u8(&w, (uint8_t)i);
	ilp_write_close(&w, opened);
	return w.error;
}

static void what_is_opened_gets_its_length_when_closed(void)
{
	static const size_t lens[] = { 0,     1,     126,   127,  128, 129,
				       254,   255,   256,   257,  300, 65534,
				       65535, 65536, 65537, 70000 };
	static uint8_t expected[70010], b[70010];

	for (size_t i = 0; i < COUNT(lens); i++) {
		size_t head = 1 + plain_length(expected + 1, lens[i]);
		struct ilp_bytes whole = { expected, head + lens[i] };

		opened_len = lens[i];
		expected[0] = 0x77;
		for (size_t j = 0; j < lens[i]; j++)
			expected[head + j] = (uint8_t)j;
		if (lens[i] <= 300) {
			check_rooms(writes_opened, whole, ILP_ERR_ROOM);
			continue;
		}
		CHECK_INT(writes_opened(b, whole.len), ILP_OK);
		CHECK(memcmp(b, expected, whole.len) == 0);
		for (size_t less = 1; less < 6; less++) {
			memset(b, 0xee, sizeof(b));
			CHECK_INT(writes_opened(b, whole.len - less),
				  ILP_ERR_ROOM);
			for (size_t j = whole.len - less; j < whole.len; j++)
				CHECK_INT(b[j], 0xee);
		}
	}
}

/* Reads back a script of random values written one after another. */
static void random_sequences_read_back(void)
{
	struct random_source random = random_start();

	for (int round = 0; round < 2000; round++) {
		static uint8_t b[8192], data[300];
		struct random_source replay;
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_reader r;
		int count = (int)random_below(&random, 20);

		replay = random;
		for (int i = 0; i < count; i++) {
			uint64_t kind = random_below(&random, 8);
			uint64_t v = random_wide(&random);
			size_t len = (size_t)random_below(&random, 300);
			struct ilp_bytes d = random_bytes(&random, data, len);

			if (kind == 0)
				ilp_write_u8(&w, (uint8_t)v);
			else if (kind == 1)
				ilp_write_u16(&w, (uint16_t)v);
			else if (kind == 2)
				ilp_write_u32(&w, (uint32_t)v);
			else if (kind == 3)
				ilp_write_u64(&w, v);
			else if (kind == 4)
				ilp_write_varuint(&w, v);
			else if (kind == 5)
				ilp_write_varint(&w, (int64_t)v);
			else if (kind == 6)
				ilp_write_var(&w, d);
			else
				ilp_write_fixed(&w, d);
		}
		CHECK_INT(w.error, ILP_OK);
		r = ilp_reader(ilp_written(&w));
		for (int i = 0; i < count; i++) {
			uint64_t kind = random_below(&replay, 8);
			uint64_t v = random_wide(&replay);
			size_t len = (size_t)random_below(&replay, 300);
			struct ilp_bytes d = random_bytes(&replay, data, len);

			if (kind == 0)
				CHECK(ilp_read_u8(&r) == (uint8_t)v);
			else if (kind == 1)
				CHECK(ilp_read_u16(&r) == (uint16_t)v);
			else if (kind == 2)
				CHECK(ilp_read_u32(&r) == (uint32_t)v);
			else if (kind == 3)
				CHECK(ilp_read_u64(&r) == v);
			else if (kind == 4)
				CHECK(ilp_read_varuint(&r) == v);
			else if (kind == 5)
				CHECK(ilp_read_varint(&r) == (int64_t)v);
			else if (kind == 6)
				CHECK_BYTES(ilp_read_var(&r), d);
			else
				CHECK_BYTES(ilp_read_fixed(&r, len), d);
		}
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	}
}

/* Whatever the bytes are: no crash, and what reads as one value in its
 * shortest form writes as the same bytes. */
static void random_bytes_read_as_nothing_or_write_back(void)
{
	struct random_source random = random_start();
	int read = 0;

	for (int i = 0; i < 20000; i++) {
		uint8_t data[40], b[40];
		struct ilp_bytes in = random_bytes(
			&random, data, (size_t)random_below(&random, 40));
		struct ilp_bytes copy;
		struct ilp_reader r;
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_bytes var;
		size_t used;

		if (in.len && i % 2)
			data[0] = (uint8_t)random_below(&random, 12);
		copy = exact_copy(in);
		r = ilp_reader(copy);
		var = ilp_read_var(&r);
		used = in.len - ilp_reader_left(&r);
		if (r.error == ILP_OK) {
			read++;
			ilp_write_var(&w, var);
			CHECK_BYTES(ilp_written(&w),
				    ((struct ilp_bytes){ copy.at, used }));
		}
		reads_list(copy);
		reads_varuint(copy);
		reads_saturated(copy);
		reads_varint(copy);
		exact_free(copy);
	}
	CHECK(read > 1000);
}

TESTS(TEST(reads_fixed_integers), TEST(reads_the_extremes_of_signed_integers),
      TEST(refuses_every_cut_of_a_fixed_integer), TEST(writes_fixed_integers),
      TEST(a_failed_reader_gives_zeros_and_keeps_its_first_error),
      TEST(a_caller_may_fail_a_reader), TEST(reads_nothing_from_nothing),
      TEST(a_length_that_wraps_around_is_short),
      TEST(fixed_octets_are_borrowed), TEST(lengths_have_the_shortest_form),
      TEST(refuses_any_other_spelling_of_a_length),
      TEST(an_octet_string_is_as_long_as_it_says),
      TEST(an_octet_string_that_lies_is_short),
      TEST(an_octet_string_may_have_a_limit), TEST(too_long_leaves_no_bytes),
      TEST(variable_integers_read_back),
      TEST(variable_integers_may_begin_with_zeros),
      TEST(variable_integers_are_not_empty_nor_wider_than_64_bits),
      TEST(what_is_wider_saturates_where_it_may),
      TEST(signed_variable_integers_have_their_shortest_form),
      TEST(signed_variable_integers_read_back),
      TEST(a_list_is_its_count_and_its_items), TEST(an_empty_list_has_no_items),
      TEST(a_list_whose_count_lies_is_short),
      TEST(a_failed_writer_writes_no_more_and_keeps_its_first_error),
      TEST(the_buffer_may_be_too_small_at_any_byte),
      TEST(what_is_opened_gets_its_length_when_closed),
      TEST(random_sequences_read_back),
      TEST(random_bytes_read_as_nothing_or_write_back))
