/* SPDX-License-Identifier: Apache-2.0 */
/* Moments: every day of ten thousand years reads and writes as an independent
 * calendar counts it, in both forms; nothing else passes (RFC 30). */
#include "ilp/timestamp.h"

#include "test/check.h"
#include "test/random.h"

#define DAY_MS INT64_C(86400000)

static unsigned reads_fixed(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	ilp_read_timestamp(&r);
	return r.error;
}

static unsigned reads_general(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	ilp_read_generalized_time(&r);
	return r.error;
}

static int64_t fixed(const char *text)
{
	struct ilp_reader r = ilp_reader(ilp_text(text));
	int64_t moment = ilp_read_timestamp(&r);

	if (r.error || ilp_reader_left(&r))
		fail_msg("%s: error %u", text, r.error);
	return moment;
}

/* The text as an octet string. */
static struct ilp_bytes octets(const char *text)
{
	static uint8_t b[128];
	size_t len = strlen(text);

	CHECK(len < sizeof(b));
	b[0] = (uint8_t)len;
	memcpy(b + 1, text, len);
	return (struct ilp_bytes){ b, len + 1 };
}

static int64_t general(const char *text)
{
	struct ilp_reader r = ilp_reader(octets(text));
	int64_t moment = ilp_read_generalized_time(&r);

	if (r.error || ilp_reader_left(&r))
		fail_msg("%s: error %u", text, r.error);
	return moment;
}

static void check_fixed_text(int64_t moment_ms, const char *text)
{
	uint8_t b[ILP_TIMESTAMP_LEN];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_write_timestamp(&w, moment_ms);
	CHECK_INT(w.error, ILP_OK);
	CHECK_TEXT(ilp_written(&w), text);
}

static void check_general_text(int64_t moment_ms, const char *text)
{
	uint8_t b[1 + ILP_GENERALIZED_TIME_MAX];
	struct ilp_writer w = ilp_writer(b, sizeof(b));

	ilp_write_generalized_time(&w, moment_ms);
	CHECK_INT(w.error, ILP_OK);
	CHECK_BYTES(ilp_written(&w), octets(text));
}

/* Counts days one by one, as people do. */
struct calendar {
	unsigned year, month, day;
};

static unsigned month_days(unsigned year, unsigned month)
{
	if (month == 2)
		return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ?
			       29 :
			       28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void calendar_next(struct calendar *c)
{
	if (c->day++ < month_days(c->year, c->month))
		return;
	c->day = 1;
	if (c->month++ < 12)
		return;
	c->month = 1;
	c->year++;
}

static void put_digits(char *out, unsigned value, int digits)
{
	while (digits--) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void knows_well_known_moments(void)
{
	static const struct {
		const char *text;
		int64_t moment_ms;
	} rows[] = {
		{ "19700101000000000", 0 },
		{ "19700101000000001", 1 },
		{ "19691231235959999", -1 },
		{ "20010909014640000", INT64_C(1000000000000) },
		{ "20380119031407000", INT64_C(2147483647000) },
		{ "20150616000100000", INT64_C(1434412860000) },
		{ "20171224161432279", INT64_C(1514132072279) },
		{ "20000229000000000", INT64_C(951782400000) },
		{ "20171225000000000", INT64_C(1514160000000) },
		{ "00000101000000000", ILP_TIMESTAMP_MIN_MS },
		{ "00000229000000000", ILP_TIMESTAMP_MIN_MS + 59 * DAY_MS },
		{ "99991231235959999", ILP_TIMESTAMP_MAX_MS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CHECK_INT(fixed(rows[i].text), rows[i].moment_ms);
		check_fixed_text(rows[i].moment_ms, rows[i].text);
	}
}

static void every_day_of_ten_thousand_years_reads_and_writes(void)
{
	struct calendar c = { 0, 1, 1 };
	unsigned sub = 0;

	for (int64_t day_ms = ILP_TIMESTAMP_MIN_MS;
	     day_ms < ILP_TIMESTAMP_MAX_MS; day_ms += DAY_MS) {
		uint8_t b[ILP_TIMESTAMP_LEN];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_reader r;
		char text[17];
		unsigned ms = sub % 1000, s = sub / 3 % 60, m = sub / 5 % 60;
		unsigned h = sub / 7 % 24;
		int64_t moment = day_ms + h * INT64_C(3600000) +
				 m * INT64_C(60000) + s * INT64_C(1000) + ms;

		sub += 7919;
		put_digits(text, c.year, 4);
		put_digits(text + 4, c.month, 2);
		put_digits(text + 6, c.day, 2);
		put_digits(text + 8, h, 2);
		put_digits(text + 10, m, 2);
		put_digits(text + 12, s, 2);
		put_digits(text + 14, ms, 3);
		ilp_write_timestamp(&w, moment);
		if (w.error || memcmp(b, text, 17) != 0)
			fail_msg("writes %.17s, not %.17s", (const char *)b,
				 text);
		r = ilp_reader((struct ilp_bytes){ (uint8_t *)text, 17 });
		if (ilp_read_timestamp(&r) != moment || r.error)
			fail_msg("cannot read %.17s", text);
		calendar_next(&c);
	}
	CHECK(c.year == 10000 && c.month == 1 && c.day == 1);
}

static void every_month_has_its_days(void)
{
	for (unsigned year = 0; year < 10000; year++)
		for (unsigned month = 0; month < 100;
		     month += month < 14 ? 1 : 17) {
			unsigned days = month >= 1 && month <= 12 ?
						month_days(year, month) :
						0;
			char text[18] = "yyyymm__000000000";

			put_digits(text, year, 4);
			put_digits(text + 4, month, 2);
			for (unsigned day = 0; day < 34; day++) {
				struct ilp_reader r =
					ilp_reader(ilp_text(text));

				if (day > 1 && day < 28)
					continue;
				put_digits(text + 6, day, 2);
				ilp_read_timestamp(&r);
				if (r.error != (day >= 1 && day <= days ?
							ILP_OK :
							ILP_ERR_TIMESTAMP))
					fail_msg("%s: error %u", text, r.error);
			}
		}
}

static void hours_minutes_and_seconds_end_where_they_end(void)
{
	static const struct {
		size_t at;
		unsigned limit;
	} fields[] = { { 8, 24 }, { 10, 60 }, { 12, 60 } };

	for (size_t i = 0; i < 3; i++)
		for (unsigned v = 0; v < 100; v++) {
			char text[18] = "20171224000000999";

			put_digits(text + fields[i].at, v, 2);
			CHECK_INT(check_read(reads_fixed, ilp_text(text)),
				  v < fields[i].limit ? ILP_OK :
							ILP_ERR_TIMESTAMP);
		}
}

static void refuses_what_the_rfc_refuses_in_the_fixed_form(void)
{
	static const char *const wrong[] = {
		"20171224235312.431+0200", "20171324161432200",
		"20171224240000000",       "20161231235960852",
		"20160630235960000",       "20170229000000000",
		"19000229000000000",       "21000229000000000",
		"2017122421531-243",       "+0171224161432279",
		" 2017122416143227",       "20171224161432,27",
		"2017-12-24T16:14:",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (check_read(reads_fixed, ilp_text(wrong[i])) !=
		    ILP_ERR_TIMESTAMP)
			fail_msg("takes %s", wrong[i]);
	check_cuts(reads_fixed, ilp_text("20171224161432279"), ILP_ERR_SHORT);
}

static void only_digits_are_digits(void)
{
	for (size_t at = 0; at < 17; at++)
		for (unsigned c = 0; c < 256; c++) {
			uint8_t text[18] = "20111111111111111";
			unsigned error;

			if (c >= '0' && c <= '9')
				continue;
			text[at] = (uint8_t)c;
			error = reads_fixed((struct ilp_bytes){ text, 17 });
			if (error != ILP_ERR_TIMESTAMP)
				fail_msg("%02x at %zu: %u", c, at, error);
		}
}

static void the_fixed_form_takes_17_bytes(void)
{
	struct ilp_reader r = ilp_reader(ilp_text("20171224161432279123"));

	CHECK_INT(ilp_read_timestamp(&r), INT64_C(1514132072279));
	CHECK_INT(ilp_reader_left(&r), 3);
	CHECK_INT(r.error, ILP_OK);
}

static void a_refused_moment_reads_as_zero(void)
{
	struct ilp_reader r = ilp_reader(ilp_text("20171224161460279"));

	CHECK_INT(ilp_read_timestamp(&r), 0);
	CHECK_INT(r.error, ILP_ERR_TIMESTAMP);
	r = ilp_reader(octets("20171224161461Z"));
	CHECK_INT(ilp_read_generalized_time(&r), 0);
	CHECK_INT(r.error, ILP_ERR_TIMESTAMP);
}

static void moments_outside_ten_thousand_years_are_not_written(void)
{
	static const int64_t outside[] = { ILP_TIMESTAMP_MIN_MS - 1,
					   ILP_TIMESTAMP_MAX_MS + 1, INT64_MIN,
					   INT64_MIN + 1, INT64_MAX };

	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		uint8_t b[32];
		struct ilp_writer w = ilp_writer(b, sizeof(b));

		ilp_write_timestamp(&w, outside[i]);
		CHECK_INT(w.error, ILP_ERR_TIMESTAMP);
		CHECK_INT(ilp_written(&w).len, 0);
		w = ilp_writer(b, sizeof(b));
		ilp_write_generalized_time(&w, outside[i]);
		CHECK_INT(w.error, ILP_ERR_TIMESTAMP);
		CHECK_INT(ilp_written(&w).len, 0);
	}
}

static int64_t room_moment;

static unsigned writes_fixed(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	ilp_write_timestamp(&w, room_moment);
	return w.error;
}

static unsigned writes_general(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	ilp_write_generalized_time(&w, room_moment);
	return w.error;
}

static void the_buffer_may_be_too_small(void)
{
	room_moment = INT64_C(1514132072279);
	check_rooms(writes_fixed, ilp_text("20171224161432279"), ILP_ERR_ROOM);
	check_rooms(writes_general, octets("20171224161432.279Z"),
		    ILP_ERR_ROOM);
	room_moment = 0;
	check_rooms(writes_general, octets("19700101000000Z"), ILP_ERR_ROOM);
	CHECK_INT(strlen("20171224161432.279Z"), ILP_GENERALIZED_TIME_MAX);
}

static void the_variable_form_is_as_short_as_can_be(void)
{
	static const struct {
		const char *text;
		int64_t moment_ms;
	} rows[] = {
		{ "20171224161432.279Z", INT64_C(1514132072279) },
		{ "20171224161432.27Z", INT64_C(1514132072270) },
		{ "20171224161432.2Z", INT64_C(1514132072200) },
		{ "20171224161432Z", INT64_C(1514132072000) },
		{ "20171224161432.002Z", INT64_C(1514132072002) },
		{ "20171224161432.02Z", INT64_C(1514132072020) },
		{ "20171225000000Z", INT64_C(1514160000000) },
		{ "19691231235959.9Z", -100 },
		{ "00000101000000Z", ILP_TIMESTAMP_MIN_MS },
		{ "99991231235959.999Z", ILP_TIMESTAMP_MAX_MS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CHECK_INT(general(rows[i].text), rows[i].moment_ms);
		check_general_text(rows[i].moment_ms, rows[i].text);
	}
}

static void every_fraction_reads_and_writes(void)
{
	for (unsigned ms = 0; ms < 1000; ms++) {
		char text[20];
		int digits = ms % 100 == 0 ? 1 : ms % 10 == 0 ? 2 : 3;

		strcpy(text, "20171224161432");
		if (ms) {
			text[14] = '.';
			put_digits(text + 15,
				   ms / (digits == 1 ? 100 :
					 digits == 2 ? 10 :
						       1),
				   digits);
			text[15 + digits] = 0;
		}
		strcat(text, "Z");
		CHECK_INT(general(text), INT64_C(1514132072000) + ms);
		check_general_text(INT64_C(1514132072000) + ms, text);
		/* and with all three digits, as JavaScript writes it */
		strcpy(text, "20171224161432.000Z");
		put_digits(text + 15, ms, 3);
		CHECK_INT(general(text), INT64_C(1514132072000) + ms);
	}
}

static void a_leap_second_is_the_second_after_it(void)
{
	CHECK_INT(general("20161231235960Z"), INT64_C(1483228800000));
	CHECK_INT(general("20161231235960.852Z"), INT64_C(1483228800852));
	CHECK_INT(general("20161231235960.000Z"), INT64_C(1483228800000));
	CHECK_INT(general("20150630235960.5Z"), INT64_C(1435708800500));
	check_general_text(INT64_C(1483228800852), "20170101000000.852Z");
}

/* So that what was read can be written. */
static void no_leap_second_leads_out_of_year_9999(void)
{
	struct ilp_reader r = ilp_reader(octets("99991231235960Z"));
	int64_t moment = ilp_read_generalized_time(&r);

	CHECK(r.error == ILP_ERR_TIMESTAMP || moment <= ILP_TIMESTAMP_MAX_MS);
}

static void refuses_what_the_rfc_refuses_in_the_variable_form(void)
{
	static const char *const wrong[] = {
		"",
		"Z",
		"20171224235312.431+0200",
		"20171224235312+0200",
		"20171224215312.4318Z",
		"20171224215312.4310Z",
		"20171224161432,279Z",
		"20171324161432.279Z",
		"20170229161432.279Z",
		"20171224230000.20Z",
		"20171224230000.00Z",
		"20171224230000.0Z",
		"20171224230000.10Z",
		"20171224230000.Z",
		"20171224230000.",
		"20171224230000.2",
		"20171224230000.279",
		"20171224230000",
		"20171224230000z",
		"20171224230000.279z",
		"20171224230000ZZ",
		"20171224230000.2ZZ",
		"20171224230000Z ",
		" 20171224230000Z",
		"20171224240000Z",
		"20171224236000Z",
		"20171224230061Z",
		"20161231235961Z",
		"2017122421531Z",
		"201712242153Z",
		"2017122421Z",
		"20171224161432279",
		"20171224161432279Z",
		"20171224161432.-79Z",
		"20171224161432. 79Z",
		"20171224161432.2 9Z",
		"20171224161432.2.9Z",
		"20171224161432.27Z0",
		"2017-12-24T16:14:32Z",
		"20171224161432.279123Z",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (check_read(reads_general, octets(wrong[i])) !=
		    ILP_ERR_TIMESTAMP)
			fail_msg("takes %s", wrong[i]);
}

static void cuts_of_the_variable_form_are_refused(void)
{
	static const char whole[] = "20171224161432.279Z";

	check_cuts(reads_general, octets(whole), ILP_ERR_SHORT);
	for (size_t len = 0; len < strlen(whole); len++) {
		char cut[sizeof(whole)] = { 0 };

		memcpy(cut, whole, len);
		CHECK_INT(check_read(reads_general, octets(cut)),
			  ILP_ERR_TIMESTAMP);
	}
	CHECK_INT(check_read(reads_general, hex("80")), ILP_ERR_LENGTH);
}

static void what_is_too_long_for_the_variable_form_is_refused(void)
{
	char text[101];

	for (size_t len = 20; len <= 100; len++) {
		memset(text, '0', sizeof(text));
		memcpy(text, "20171224161432.", 15);
		text[len - 1] = 'Z';
		text[len] = 0;
		CHECK(check_read(reads_general, octets(text)) != ILP_OK);
	}
}

static void no_wrong_byte_passes_the_variable_form(void)
{
	static const char whole[] = "20111111111111.111Z";

	for (size_t at = 0; at < 19; at++)
		for (unsigned c = 0; c < 256; c++) {
			uint8_t b[20];

			b[0] = 19;
			memcpy(b + 1, whole, 19);
			if ((uint8_t)whole[at] == c ||
			    (at < 14 && c >= '0' && c <= '9') ||
			    (at > 14 && at < 18 && c >= '0' && c <= '9'))
				continue;
			b[1 + at] = (uint8_t)c;
			if (reads_general(ILP_BYTES(b)) != ILP_ERR_TIMESTAMP)
				fail_msg("%02x at %zu", c, at);
		}
}

static void random_moments_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 100000; i++) {
		int64_t moment =
			ILP_TIMESTAMP_MIN_MS +
			(int64_t)random_below(
				&random, (uint64_t)(ILP_TIMESTAMP_MAX_MS -
						    ILP_TIMESTAMP_MIN_MS + 1));
		uint8_t b[64];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_reader r;

		if (i % 3 == 0)
			moment -= moment % 100;
		ilp_write_timestamp(&w, moment);
		ilp_write_generalized_time(&w, moment);
		CHECK_INT(w.error, ILP_OK);
		r = ilp_reader(ilp_written(&w));
		CHECK_INT(ilp_read_timestamp(&r), moment);
		CHECK_INT(ilp_read_generalized_time(&r), moment);
		CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 0);
	}
}

static void shows_moments_to_people(void)
{
	static const struct {
		const char *text;
		int64_t moment_ms;
	} rows[] = {
		{ "2017-12-24T16:14:32.279Z", INT64_C(1514132072279) },
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "0000-01-01T00:00:00.000Z", ILP_TIMESTAMP_MIN_MS },
		{ "9999-12-31T23:59:59.999Z", ILP_TIMESTAMP_MAX_MS },
		{ "2000-02-29T12:34:56.007Z", INT64_C(951827696007) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char out[ILP_ISO_TIME_SIZE];

		memset(out, 'x', sizeof(out));
		ilp_timestamp_iso(out, rows[i].moment_ms);
		CHECK(memchr(out, 0, sizeof(out)) == out + 24);
		assert_string_equal(out, rows[i].text);
	}
}

/* Nothing is promised about them but that nothing breaks. */
static void shows_something_for_impossible_moments(void)
{
	static const int64_t outside[] = { ILP_TIMESTAMP_MIN_MS - 1,
					   ILP_TIMESTAMP_MAX_MS + 1, INT64_MIN,
					   INT64_MAX };

	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		char out[ILP_ISO_TIME_SIZE + 4];

		memset(out, 'x', sizeof(out));
		ilp_timestamp_iso(out, outside[i]);
		CHECK(memchr(out, 0, ILP_ISO_TIME_SIZE) != NULL);
		CHECK(memcmp(out + ILP_ISO_TIME_SIZE, "xxxx", 4) == 0);
	}
}

TESTS(TEST(knows_well_known_moments),
      TEST(every_day_of_ten_thousand_years_reads_and_writes),
      TEST(every_month_has_its_days),
      TEST(hours_minutes_and_seconds_end_where_they_end),
      TEST(refuses_what_the_rfc_refuses_in_the_fixed_form),
      TEST(only_digits_are_digits), TEST(the_fixed_form_takes_17_bytes),
      TEST(a_refused_moment_reads_as_zero),
      TEST(moments_outside_ten_thousand_years_are_not_written),
      TEST(the_buffer_may_be_too_small),
      TEST(the_variable_form_is_as_short_as_can_be),
      TEST(every_fraction_reads_and_writes),
      TEST(a_leap_second_is_the_second_after_it),
      TEST(no_leap_second_leads_out_of_year_9999),
      TEST(refuses_what_the_rfc_refuses_in_the_variable_form),
      TEST(cuts_of_the_variable_form_are_refused),
      TEST(what_is_too_long_for_the_variable_form_is_refused),
      TEST(no_wrong_byte_passes_the_variable_form),
      TEST(random_moments_read_back), TEST(shows_moments_to_people),
      TEST(shows_something_for_impossible_moments))
