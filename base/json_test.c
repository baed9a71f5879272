/* SPDX-License-Identifier: Apache-2.0 */
/* What RFC 8259 allows is read as it is, and everything else is refused with
 * its cause and its place. test/interop/json.js compares with another reader;
 * here are the promises of the header. */
#include "base/json.h"

#include "test/check.h"

#define NODES 200

static struct ilp_json_node nodes[NODES];

static enum ilp_json_problem read_bytes(struct ilp_bytes text)
{
	return ilp_json_read(nodes, NODES, text).problem;
}

/* The value of a good text, good until the next one is read. */
static const struct ilp_json_node *value(const char *text)
{
	CHECK_INT(read_bytes(ilp_text(text)), ILP_JSON_OK);
	return nodes;
}

static void a_value_is_followed_by_what_it_contains(void)
{
	static const struct {
		enum ilp_json_type type;
		size_t count, span;
		const char *text;
	} expected[] = {
		{ ILP_JSON_ARRAY, 4, 8,
		  "[1, {\"a\\n\": [-2.50e+1]}, \"b\" , []]" },
		{ ILP_JSON_NUMBER, 0, 1, "1" },
		{ ILP_JSON_OBJECT, 1, 4, "{\"a\\n\": [-2.50e+1]}" },
		{ ILP_JSON_STRING, 0, 1, "a\\n" },
		{ ILP_JSON_ARRAY, 1, 2, "[-2.50e+1]" },
		{ ILP_JSON_NUMBER, 0, 1, "-2.50e+1" },
		{ ILP_JSON_STRING, 0, 1, "b" },
		{ ILP_JSON_ARRAY, 0, 1, "[]" },
	};
	const size_t count = sizeof(expected) / sizeof(*expected);

	value(" [1, {\"a\\n\": [-2.50e+1]}, \"b\" , []]\n");
	for (size_t i = 0; i < count; i++) {
		CHECK_INT(nodes[i].type, expected[i].type);
		CHECK_INT(nodes[i].count, expected[i].count);
		CHECK_INT(nodes[i].span, expected[i].span);
		CHECK_TEXT(nodes[i].text, expected[i].text);
	}
}

static void any_kind_of_value_is_a_document(void)
{
	bool truth = false;

	CHECK(ilp_json_null(value("null")));
	CHECK(ilp_json_bool(&truth, value(" true ")) && truth);
	CHECK(ilp_json_bool(&truth, value("\t\r\nfalse")) && !truth);
	CHECK(value("0")->type == ILP_JSON_NUMBER);
	CHECK(value("\"\"")->type == ILP_JSON_STRING);
	CHECK(value("{ }")->type == ILP_JSON_OBJECT);
}

static const struct {
	const char *text;
	enum ilp_json_problem problem;
	size_t offset;
} errors[] = {
	{ "", ILP_JSON_VALUE, 0 },
	{ " \n", ILP_JSON_VALUE, 2 },
	{ "\f1", ILP_JSON_VALUE, 0 },
	{ "nul", ILP_JSON_VALUE, 0 },
	{ "[NaN]", ILP_JSON_VALUE, 1 },
	{ "[True]", ILP_JSON_VALUE, 1 },
	{ "+1", ILP_JSON_VALUE, 0 },
	{ ".5", ILP_JSON_VALUE, 0 },
	{ "'a'", ILP_JSON_VALUE, 0 },
	{ "[1,]", ILP_JSON_VALUE, 3 },
	{ "[,1]", ILP_JSON_VALUE, 1 },
	{ "[", ILP_JSON_VALUE, 1 },
	{ "{\"a\":}", ILP_JSON_VALUE, 5 },
	{ "[/* */]", ILP_JSON_VALUE, 1 },
	{ "\xef\xbb\xbf[]", ILP_JSON_BOM, 0 },
	{ "\xef\xbb\xbf", ILP_JSON_BOM, 0 },
	{ "\xef\xbb", ILP_JSON_VALUE, 0 },
	{ "{", ILP_JSON_KEY, 1 },
	{ "{a:1}", ILP_JSON_KEY, 1 },
	{ "{1:1}", ILP_JSON_KEY, 1 },
	{ "{\"a\":1, }", ILP_JSON_KEY, 8 },
	{ "{\"a\" 1}", ILP_JSON_COLON, 5 },
	{ "{\"a\"", ILP_JSON_COLON, 4 },
	{ "{\"a\"}", ILP_JSON_COLON, 4 },
	{ "[1 2]", ILP_JSON_ITEM_END, 3 },
	{ "[1", ILP_JSON_ITEM_END, 2 },
	{ "[1}", ILP_JSON_ITEM_END, 2 },
	{ "{\"a\":1", ILP_JSON_MEMBER_END, 6 },
	{ "{\"a\":1 \"b\":2}", ILP_JSON_MEMBER_END, 7 },
	{ "{\"a\":1]", ILP_JSON_MEMBER_END, 6 },
	{ "1 2", ILP_JSON_TEXT_END, 2 },
	{ "[]]", ILP_JSON_TEXT_END, 2 },
	{ "nullx", ILP_JSON_TEXT_END, 4 },
	{ "1// one", ILP_JSON_TEXT_END, 1 },
	{ "[\"abc", ILP_JSON_STRING_END, 1 },
	{ "[\"abc\\", ILP_JSON_STRING_END, 1 },
	{ "{\"abc", ILP_JSON_STRING_END, 1 },
	{ "\"a\nb\"", ILP_JSON_CONTROL, 2 },
	{ "\"a\tb\"", ILP_JSON_CONTROL, 2 },
	{ "\"\x1f\"", ILP_JSON_CONTROL, 1 },
	{ "\"a\xff\"", ILP_JSON_UTF8, 2 },
	{ "\"\xc0\x80\"", ILP_JSON_UTF8, 1 },
	{ "\"\xed\xa0\x80\"", ILP_JSON_UTF8, 1 },
	{ "\"\xf0\x9f\x92\"", ILP_JSON_UTF8, 1 },
	{ "\"\\x41\"", ILP_JSON_ESCAPE, 1 },
	{ "\"\\a\"", ILP_JSON_ESCAPE, 1 },
	{ "\"\\U0041\"", ILP_JSON_ESCAPE, 1 },
	{ "\"a\\u12g4\"", ILP_JSON_HEX, 2 },
	{ "\"\\u12\"", ILP_JSON_HEX, 1 },
	{ "\"\\u12", ILP_JSON_HEX, 1 },
	{ "\"\\u+123\"", ILP_JSON_HEX, 1 },
	{ "\"\\ud83d\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\ud83dx\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\ud83d\\n\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\ud83d\\u0041\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\ud83d\\ue000\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\ud83d\\ud83d\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\udcb8\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\udcb8\\udcb8\"", ILP_JSON_SURROGATE, 1 },
	{ "\"\\udcb8\\ud83d\"", ILP_JSON_SURROGATE, 1 },
	{ "-", ILP_JSON_DIGIT, 1 },
	{ "-x", ILP_JSON_DIGIT, 1 },
	{ "--1", ILP_JSON_DIGIT, 1 },
	{ "1.", ILP_JSON_DIGIT, 2 },
	{ "[1.]", ILP_JSON_DIGIT, 3 },
	{ "1.e1", ILP_JSON_DIGIT, 2 },
	{ "1e", ILP_JSON_DIGIT, 2 },
	{ "1E+", ILP_JSON_DIGIT, 3 },
	{ "01", ILP_JSON_LEADING_ZERO, 1 },
	{ "-00", ILP_JSON_LEADING_ZERO, 2 },
	{ "0x1", ILP_JSON_TEXT_END, 1 },
};

static void each_error_has_its_cause_and_place(void)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct ilp_json_error error =
			ilp_json_read(nodes, NODES, ilp_text(errors[i].text));

		if (error.problem != errors[i].problem ||
		    error.offset != errors[i].offset)
			fail_msg("%s: %s at %zu", errors[i].text,
				 ilp_json_problem_text(error.problem),
				 error.offset);
	}
}

static void a_zero_byte_is_not_the_end(void)
{
	CHECK(read_bytes((struct ilp_bytes){ (const uint8_t *)"1\0", 2 }) ==
	      ILP_JSON_TEXT_END);
	CHECK(read_bytes((struct ilp_bytes){ (const uint8_t *)"\"\0\"", 3 }) ==
	      ILP_JSON_CONTROL);
	CHECK(read_bytes((struct ilp_bytes){ (const uint8_t *)"\"\\\0\"",
					     4 }) == ILP_JSON_ESCAPE);
	CHECK(read_bytes((struct ilp_bytes){ NULL, 0 }) == ILP_JSON_VALUE);
}

static void every_problem_has_a_text(void)
{
	for (int i = ILP_JSON_OK; i <= ILP_JSON_LEADING_ZERO; i++)
		CHECK(strlen(ilp_json_problem_text((enum ilp_json_problem)i)));
	assert_string_equal(ilp_json_problem_text(ILP_JSON_COLON),
			    "expected ':' after a key");
	assert_string_equal(ilp_json_problem_text(ILP_JSON_LEADING_ZERO),
			    "a digit after a leading zero");
}

static void a_place_counts_lines_and_characters(void)
{
	struct ilp_bytes text = ilp_text("{\n\t\"gr\xc3\xbc\xc3\x9f\" 1\n}");
	struct ilp_json_error error = ilp_json_read(nodes, NODES, text);
	struct ilp_json_place place = ilp_json_place(text, error.offset);

	CHECK_INT(error.problem, ILP_JSON_COLON);
	CHECK_INT(place.line, 2);
	CHECK_INT(place.column, 9);
	place = ilp_json_place(text, 0);
	CHECK(place.line == 1 && place.column == 1);
	place = ilp_json_place(text, text.len);
	CHECK(place.line == 3 && place.column == 2);
	place = ilp_json_place(text, 1000);
	CHECK(place.line == 3 && place.column == 2);
}

/* No beginning of an array, object or string is a document. Each copy ends
 * where its memory does, for the sanitizer to watch. */
static void every_truncation_is_refused(void)
{
	static const char *const texts[] = {
		"{\"a\":[1,-2.5e+3,true,null],\"\\u00e9\":\"\\ud83d\\udcb8\"}",
		"{\"escapes\":{\"\\\\\":\"\\\"\"},\"b\":false}",
		"[[[]],{},\"\xf0\x9f\x92\xb8\"]",
		"\"\\u0000\\n\"",
	};
	uint8_t buffer[128];

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct ilp_bytes whole = ilp_text(texts[i]);

		CHECK(read_bytes(whole) == ILP_JSON_OK);
		for (size_t len = 0; len < whole.len; len++) {
			uint8_t *cut = buffer + sizeof(buffer) - len;
			struct ilp_json_error error;

			memcpy(cut, whole.at, len);
			error = ilp_json_read(nodes, NODES,
					      (struct ilp_bytes){ cut, len });
			CHECK(error.problem != ILP_JSON_OK);
			CHECK(error.offset <= len);
		}
	}
}

static void nodes_are_used_up_to_the_last(void)
{
	struct ilp_bytes text = ilp_text("{\"a\":[1,\"b\",{}], \"c\":null}");
	static const size_t at[] = { 0, 1, 5, 6, 8, 12, 17, 21 };

	CHECK_INT(ilp_json_read(nodes, 8, text).problem, ILP_JSON_OK);
	for (size_t capacity = 0; capacity < 8; capacity++) {
		struct ilp_json_error error;

		memset(nodes, 0xa5, sizeof(nodes));
		error = ilp_json_read(nodes, capacity, text);
		CHECK_INT(error.problem, ILP_JSON_ROOM);
		CHECK_INT(error.offset, at[capacity]);
		CHECK(((uint8_t *)&nodes[capacity])[0] == 0xa5);
	}
}

static void nesting_has_a_limit(void)
{
	char text[4 * ILP_JSON_DEPTH_MAX];
	struct ilp_json_error error;

	memset(text, '[', sizeof(text));
	memset(text + ILP_JSON_DEPTH_MAX, ']', ILP_JSON_DEPTH_MAX);
	text[2 * ILP_JSON_DEPTH_MAX] = '\0';
	CHECK(value(text)->span == ILP_JSON_DEPTH_MAX);

	memset(text, '[', sizeof(text));
	text[ILP_JSON_DEPTH_MAX] = '{';
	text[sizeof(text) - 1] = '\0';
	error = ilp_json_read(nodes, NODES, ilp_text(text));
	CHECK_INT(error.problem, ILP_JSON_DEPTH);
	CHECK_INT(error.offset, ILP_JSON_DEPTH_MAX);
}

/* What is closed does not count. */
static void nesting_is_not_a_number_of_containers(void)
{
	char text[2 + 3 * 100] = "[{}";

	for (size_t i = 1; i < 100; i++)
		memcpy(text + 3 * i, ",{}", 3);
	text[3 * 100] = ']';
	CHECK_INT(value(text)->count, 100);
}

static void a_walk_visits_items_and_members_in_order(void)
{
	static const char *const keys[] = { "z", "a", "z" };
	struct ilp_json_walk walk = ilp_json_walk(
		value("{\"z\":[[1],[]],\"a\":{\"x\":0},\"z\":\"\"}"));
	size_t count = 0;

	while (ilp_json_next(&walk))
		CHECK(ilp_json_is(walk.key, keys[count++]));
	CHECK_INT(count, 3);
	CHECK(!ilp_json_next(&walk));

	walk = ilp_json_walk(ilp_json_get(value("{\"a\":[[1],2]}"), "a"));
	CHECK(ilp_json_next(&walk) && !walk.key);
	CHECK_TEXT(walk.value->text, "[1]");
	CHECK(ilp_json_next(&walk));
	CHECK_TEXT(walk.value->text, "2");
	CHECK(!ilp_json_next(&walk));
}

static void what_contains_nothing_has_no_walk(void)
{
	static const char *const texts[] = { "[]",      "{}",   "1",
					     "\"[1]\"", "true", "null" };
	struct ilp_json_walk walk = ilp_json_walk(NULL);

	CHECK(!ilp_json_next(&walk));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		walk = ilp_json_walk(value(texts[i]));
		CHECK(!ilp_json_next(&walk));
	}
}

static void a_key_is_compared_with_its_escapes_undone(void)
{
	const struct ilp_json_node *object =
		value("{\"\\u0061\\/\\u00FC\":1, \"b\\u0000\":2, \"\":3,"
		      "\"in\":{\"deep\":4}}");

	CHECK_TEXT(ilp_json_get(object, "a/\xc3\xbc")->text, "1");
	CHECK_TEXT(ilp_json_get(object, "")->text, "3");
	CHECK(!ilp_json_get(object, "\\u0061\\/\\u00FC"));
	CHECK(!ilp_json_get(object, "b"));
	CHECK(!ilp_json_get(object, "deep"));
	CHECK(!ilp_json_get(object, "i"));
	CHECK(!ilp_json_get(object, "inn"));
}

static void of_equal_keys_the_last_counts(void)
{
	const struct ilp_json_node *object =
		value("{\"a\":1,\"b\":2,\"\\u0061\":{\"a\":4},\"c\":5}");

	CHECK_INT(object->count, 4);
	CHECK_TEXT(ilp_json_get(object, "a")->text, "{\"a\":4}");
}

static void look_ups_lead_on_from_what_is_missing(void)
{
	const struct ilp_json_node *missing =
		ilp_json_get(ilp_json_get(value("{\"a\":[1]}"), "a"), "b");
	uint8_t buffer[4];
	struct ilp_bytes text = ilp_text("as it was");
	uint64_t u64 = 7;
	int64_t i64 = 7;
	bool truth = true;

	CHECK(!missing);
	CHECK(!ilp_json_get(missing, "c"));
	CHECK(!ilp_json_string(&text, missing, buffer, sizeof(buffer)));
	CHECK(!ilp_json_is(missing, ""));
	CHECK(!ilp_json_u64(&u64, missing));
	CHECK(!ilp_json_i64(&i64, missing));
	CHECK(!ilp_json_u64_string(&u64, missing));
	CHECK(!ilp_json_bool(&truth, missing));
	CHECK(!ilp_json_null(missing));
	CHECK_TEXT(text, "as it was");
	CHECK(u64 == 7 && i64 == 7 && truth);
}

static void other_types_are_not_converted(void)
{
	static const char *const texts[] = { "null", "true", "\"x\"", "1.5",
					     "[1]",  "{}",   "\"\"",  "1e0" };
	uint8_t buffer[4];
	struct ilp_bytes out;
	uint64_t u64 = 7;
	int64_t i64 = 7;
	bool truth;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const struct ilp_json_node *node = value(texts[i]);

		CHECK(!ilp_json_u64(&u64, node) && u64 == 7);
		CHECK(!ilp_json_i64(&i64, node) && i64 == 7);
		CHECK(!ilp_json_u64_string(&u64, node) && u64 == 7);
		CHECK(ilp_json_null(node) == (i == 0));
		CHECK(ilp_json_bool(&truth, node) == (i == 1));
		CHECK(ilp_json_string(&out, node, buffer, 4) ==
		      (texts[i][0] == '"'));
		CHECK(ilp_json_is(node, "") == (i == 6));
	}
}

static void strings_lose_their_escapes(void)
{
	static const struct {
		const char *text, *bytes;
	} strings[] = {
		{ "\"\"", "" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "225c2f080c0a0d09" },
		{ "\"a\\u0000b\"", "610062" },
		{ "\"\\u007f\\u0080\\u07ff\\u0800\\uFFFF\"",
		  "7fc280dfbfe0a080efbfbf" },
		{ "\"\\ud800\\udc00\\uDBFF\\uDFFF\"", "f0908080f48fbfbf" },
		{ "\"\\ud7ff\\ue000\"", "ed9fbfee8080" },
		{ "\"\x7f\xc3\xbc\xf0\x9f\x92\xb8\"", "7fc3bcf09f92b8" },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		const struct ilp_json_node *node = value(strings[i].text);
		struct ilp_bytes expected = hex(strings[i].bytes), out;
		uint8_t buffer[32];

		CHECK(ilp_json_string(&out, node, buffer, expected.len));
		CHECK_BYTES(out, expected);
		for (size_t room = 0; room < expected.len; room++)
			CHECK(!ilp_json_string(&out, node, buffer, room));
		CHECK(expected.len <= node->text.len);
	}
}

static void a_string_is_only_itself(void)
{
	const struct ilp_json_node *node = value("\"gr\\u00fc\xc3\x9f\"");

	CHECK(ilp_json_is(node, "gr\xc3\xbc\xc3\x9f"));
	CHECK(!ilp_json_is(node, "gr\xc3\xbc\xc3"));
	CHECK(!ilp_json_is(node, "gr\xc3\xbc\xc3\x9f!"));
	CHECK(!ilp_json_is(node, "gr"));
	CHECK(!ilp_json_is(node, ""));
	CHECK(!ilp_json_is(node, "Gr\xc3\xbc\xc3\x9f"));
	CHECK(!ilp_json_is(value("12"), "12"));
	CHECK(!ilp_json_is(value("\"a\\u0000\""), "a"));
	CHECK(!ilp_json_is(value("\"a\\u0000b\""), "a"));
}

static void u64_takes_digits_that_fit(void)
{
	static const char *const refused[] = {
		"18446744073709551616",
		"18446744073709551620",
		"28446744073709551615",
		"100000000000000000000",
		"-0",
		"-1",
		"1.0",
		"1e3",
		"0e0",
		"1E0",
		"0.0",
	};
	uint64_t out = 7;

	CHECK(ilp_json_u64(&out, value("0")) && out == 0);
	CHECK(ilp_json_u64(&out, value("9007199254740993")));
	CHECK(out == UINT64_C(9007199254740993));
	CHECK(ilp_json_u64(&out, value("18446744073709551615")));
	CHECK(out == UINT64_MAX);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		CHECK(!ilp_json_u64(&out, value(refused[i])));
	CHECK(!ilp_json_u64(&out, value("\"1\"")));
	CHECK(out == UINT64_MAX);
}

static void i64_takes_digits_that_fit(void)
{
	static const char *const refused[] = {
		"9223372036854775808",
		"-9223372036854775809",
		"18446744073709551615",
		"-18446744073709551616",
		"-1.0",
		"-1e3",
		"-0.0",
	};
	int64_t out = 7;

	CHECK(ilp_json_i64(&out, value("-0")) && out == 0);
	CHECK(ilp_json_i64(&out, value("-1")) && out == -1);
	CHECK(ilp_json_i64(&out, value("42")) && out == 42);
	CHECK(ilp_json_i64(&out, value("9223372036854775807")));
	CHECK(out == INT64_MAX);
	CHECK(ilp_json_i64(&out, value("-9223372036854775808")));
	CHECK(out == INT64_MIN);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		CHECK(!ilp_json_i64(&out, value(refused[i])));
	CHECK(out == INT64_MIN);
}

static void money_is_a_string_of_digits(void)
{
	static const char *const refused[] = {
		"\"\"",
		"\"00\"",
		"\"01\"",
		"\"+1\"",
		"\"-1\"",
		"\" 1\"",
		"\"1 \"",
		"\"1.0\"",
		"\"1e3\"",
		"\"0x1\"",
		"\"1\\u0000\"",
		"\"\xd9\xa1\"",
		"\"18446744073709551616\"",
		"1",
		"[\"1\"]",
		"\"000000000000000000001\"",
		"\"100000000000000000000\"",
	};
	uint64_t out = 7;

	CHECK(ilp_json_u64_string(&out, value("\"0\"")) && out == 0);
	CHECK(ilp_json_u64_string(&out, value("\"\\u0031\\u0032\"")));
	CHECK(out == 12);
	CHECK(ilp_json_u64_string(&out, value("\"18446744073709551615\"")));
	CHECK(out == UINT64_MAX);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		CHECK(!ilp_json_u64_string(&out, value(refused[i])));
	CHECK(out == UINT64_MAX);
}

TESTS(TEST(a_value_is_followed_by_what_it_contains),
      TEST(any_kind_of_value_is_a_document),
      TEST(each_error_has_its_cause_and_place),
      TEST(a_zero_byte_is_not_the_end), TEST(every_problem_has_a_text),
      TEST(a_place_counts_lines_and_characters),
      TEST(every_truncation_is_refused), TEST(nodes_are_used_up_to_the_last),
      TEST(nesting_has_a_limit), TEST(nesting_is_not_a_number_of_containers),
      TEST(a_walk_visits_items_and_members_in_order),
      TEST(what_contains_nothing_has_no_walk),
      TEST(a_key_is_compared_with_its_escapes_undone),
      TEST(of_equal_keys_the_last_counts),
      TEST(look_ups_lead_on_from_what_is_missing),
      TEST(other_types_are_not_converted), TEST(strings_lose_their_escapes),
      TEST(a_string_is_only_itself), TEST(u64_takes_digits_that_fit),
      TEST(i64_takes_digits_that_fit), TEST(money_is_a_string_of_digits))
