/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of the text formats do what their header says, at the ends of
 * their inputs too: nothing is read beyond a slice or written beyond the
 * room. */
#include "ilp/text.h"

#include "test/check.h"

static enum ilp_base64 form;
static struct ilp_bytes source;

static unsigned write_base64(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	ilp_write_base64(&w, source, form);
	if (w.error)
		CHECK_INT(ilp_written(&w).len, 0);
	return w.error;
}

static void base64_goes_where_there_is_room(void)
{
	static const struct {
		const char *bytes, *plain, *url;
	} cases[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "\xfb\xff\xbf\xfe", "+/+//g==", "-_-__g" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		source = exact_copy(ilp_text(cases[i].bytes));
		form = ILP_BASE64;
		check_rooms(write_base64, ilp_text(cases[i].plain),
			    ILP_ERR_ROOM);
		form = ILP_BASE64_URL;
		check_rooms(write_base64, ilp_text(cases[i].url), ILP_ERR_ROOM);
		exact_free(source);
	}
}

static void base64_is_appended_and_waits_for_no_failed_writer(void)
{
	uint8_t buffer[16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_u8(&w, '<');
	ilp_write_base64(&w, ilp_text("foo"), ILP_BASE64);
	ilp_write_base64(&w, ilp_text("b"), ILP_BASE64_URL);
	CHECK_TEXT(ilp_written(&w), "<Zm9vYg");
	ilp_writer_fail(&w, ILP_ERR_FORMAT);
	ilp_write_base64(&w, ilp_text("b"), ILP_BASE64_URL);
	CHECK_INT(w.error, ILP_ERR_FORMAT);
	CHECK_INT(w.at - w.start, 7);
}

static void a_word_is_found_in_a_list_in_any_case(void)
{
	static const char *const with[] = { "close", "Close", "a,CLOSE",
					    " close ,a", "a,\tclose\t", "close," };
	static const char *const without[] = { "", ",", "closed", "a close",
					       "clos", "a,clos,e", "cl ose" };

	for (size_t i = 0; i < sizeof(with) / sizeof(*with); i++)
		CHECK(ilp_text_lists(ilp_text(with[i]), "close"));
	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++)
		CHECK(!ilp_text_lists(ilp_text(without[i]), "close"));
	CHECK(ilp_text_is(ilp_text("cLoSe"), "close"));
	CHECK(!ilp_text_is(ilp_text("close "), "close"));
}

static unsigned write_json(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	struct ilp_json_writer json;

	ilp_write_u8(&w, '=');
	json = ilp_json_open(&w);
	ilp_json_begin_object(&json);
	ilp_json_put_key(&json, "a");
	ilp_json_put_string(&json, ilp_text("b"));
	ilp_json_end_object(&json);
	ilp_json_close(&w, &json);
	if (!w.error)
		CHECK_INT(ilp_written(&w).len, 10);
	return w.error;
}

static void json_goes_behind_what_is_there(void)
{
	check_rooms(write_json, ilp_text("={\"a\":\"b\"}"), ILP_ERR_ROOM);
}

static void a_json_that_does_not_fit_leaves_nothing(void)
{
	uint8_t buffer[4];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_json_writer json;

	ilp_write_u8(&w, '=');
	json = ilp_json_open(&w);
	ilp_json_put_string(&json, ilp_text("longer"));
	ilp_json_close(&w, &json);
	CHECK_INT(w.error, ILP_ERR_ROOM);
	CHECK_INT(w.at - w.start, 1);
}

static void a_json_behind_a_failure_is_not_written(void)
{
	uint8_t buffer[20];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_json_writer json;

	memset(buffer, 0xee, sizeof(buffer));
	ilp_write_u8(&w, '=');
	ilp_writer_fail(&w, ILP_ERR_FORMAT);
	json = ilp_json_open(&w);
	ilp_json_put_string(&json, ilp_text("a"));
	ilp_json_close(&w, &json);
	CHECK_INT(w.error, ILP_ERR_FORMAT);
	CHECK_INT(w.at - w.start, 1);
	CHECK_INT(buffer[1], 0xee);
}

static bool equal(const char *a, const char *b)
{
	struct ilp_bytes one = exact_copy(ilp_text(a));
	struct ilp_bytes two = exact_copy(ilp_text(b));
	bool forth = ilp_text_equal_nocase(one, two);

	CHECK(ilp_text_equal_nocase(two, one) == forth);
	exact_free(one);
	exact_free(two);
	return forth;
}

static void only_the_case_of_ascii_letters_may_differ(void)
{
	CHECK(equal("", ""));
	CHECK(equal("Bearer", "bEARER"));
	CHECK(equal("azAZ09", "AZaz09"));
	CHECK(!equal("a", ""));
	CHECK(!equal("bearer", "bearers"));
	CHECK(!equal("abc", "abd"));
	/* 0x20 apart, and no letters */
	CHECK(!equal("@", "`"));
	CHECK(!equal("[", "{"));
	CHECK(!equal("0", "\x10"));
	CHECK(!equal("-", "\r"));
	CHECK(!equal("\xc3\xbc", "\xc3\x9c"));
	CHECK(!equal("\xc4", "\xe4"));
	for (int a = 1; a < 256; a++)
		for (int b = 1; b < 256; b++) {
			uint8_t one = (uint8_t)a, two = (uint8_t)b;
			int upper_a = a >= 'a' && a <= 'z' ? a - 32 : a;
			int upper_b = b >= 'a' && b <= 'z' ? b - 32 : b;

			CHECK(ilp_text_equal_nocase(
				      (struct ilp_bytes){ &one, 1 },
				      (struct ilp_bytes){ &two, 1 }) ==
			      (upper_a == upper_b));
		}
}

static void trim(const char *from, const char *to)
{
	struct ilp_bytes copy = exact_copy(ilp_text(from));

	CHECK_TEXT(ilp_text_trim(copy), to);
	exact_free(copy);
}

static void spaces_and_tabs_are_trimmed_and_nothing_else(void)
{
	trim("", "");
	trim(" ", "");
	trim("\t \t", "");
	trim("a", "a");
	trim(" \ta b\t ", "a b");
	trim("\na\r", "\na\r");
	trim(" \v ", "\v");
	CHECK_INT(ilp_text_trim((struct ilp_bytes){ NULL, 0 }).len, 0);
}

static void what_stands_before_a_mark_is_taken_off(void)
{
	struct ilp_bytes copy = exact_copy(ilp_text("a,,bc,"));
	struct ilp_bytes rest = copy;

	CHECK_TEXT(ilp_text_until(&rest, ','), "a");
	CHECK_TEXT(rest, ",bc,");
	CHECK_TEXT(ilp_text_until(&rest, ','), "");
	CHECK_TEXT(rest, "bc,");
	CHECK_TEXT(ilp_text_until(&rest, ';'), "bc,");
	CHECK_INT(rest.len, 0);
	CHECK_TEXT(ilp_text_until(&rest, ','), "");
	CHECK_INT(rest.len, 0);

	rest = copy;
	rest.len = 5;
	CHECK_TEXT(ilp_text_until(&rest, 'c'), "a,,b");
	CHECK_INT(rest.len, 0);
	exact_free(copy);

	rest = (struct ilp_bytes){ NULL, 0 };
	CHECK_INT(ilp_text_until(&rest, ',').len, 0);
	CHECK_INT(rest.len, 0);
}

TESTS(TEST(a_word_is_found_in_a_list_in_any_case),
      TEST(base64_goes_where_there_is_room),
      TEST(base64_is_appended_and_waits_for_no_failed_writer),
      TEST(json_goes_behind_what_is_there),
      TEST(a_json_that_does_not_fit_leaves_nothing),
      TEST(a_json_behind_a_failure_is_not_written),
      TEST(only_the_case_of_ascii_letters_may_differ),
      TEST(spaces_and_tabs_are_trimmed_and_nothing_else),
      TEST(what_stands_before_a_mark_is_taken_off))
