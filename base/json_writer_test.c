/* SPDX-License-Identifier: Apache-2.0 */
/* What is written is JSON, whole, and as other programs write it; calls that
 * make no document and buffers that are too small give nothing. */
#include "base/json_writer.h"

#include "test/check.h"
#include "test/json_copy.h"

static uint8_t buffer[4096];

static struct ilp_json_writer writer(unsigned indent)
{
	return ilp_json_writer(buffer, sizeof(buffer), indent);
}

/* One of everything. */
static void write_sample(struct ilp_json_writer *w)
{
	ilp_json_begin_object(w);
	ilp_json_put_key(w, "numbers");
	ilp_json_begin_array(w);
	ilp_json_put_u64(w, 0);
	ilp_json_put_u64(w, UINT64_MAX);
	ilp_json_put_i64(w, INT64_MIN);
	ilp_json_put_i64(w, 7);
	ilp_json_put_number(w, ilp_text("-1.50E+9"));
	ilp_json_end_array(w);
	ilp_json_put_key_bytes(w, ilp_text("a\nb"));
	ilp_json_begin_object(w);
	ilp_json_end_object(w);
	ilp_json_put_key(w, "none");
	ilp_json_begin_array(w);
	ilp_json_end_array(w);
	ilp_json_put_key(w, "money");
	ilp_json_put_u64_string(w, UINT64_MAX);
	ilp_json_put_key(w, "rest");
	ilp_json_begin_array(w);
	ilp_json_begin_object(w);
	ilp_json_put_key(w, "yes");
	ilp_json_put_bool(w, true);
	ilp_json_put_key(w, "no");
	ilp_json_put_bool(w, false);
	ilp_json_end_object(w);
	ilp_json_put_null(w);
	ilp_json_put_string(w, ilp_text("\"\xc3\xbc\""));
	ilp_json_end_array(w);
	ilp_json_end_object(w);
}

static const char sample[] =
	"{\"numbers\":[0,18446744073709551615,-9223372036854775808,7,-1.50E+9],"
	"\"a\\nb\":{},\"none\":[],\"money\":\"18446744073709551615\","
	"\"rest\":[{\"yes\":true,\"no\":false},null,\"\\\"\xc3\xbc\\\"\"]}";

static const char sample_indented[] = "{\n"
				      "  \"numbers\": [\n"
				      "    0,\n"
				      "    18446744073709551615,\n"
				      "    -9223372036854775808,\n"
				      "    7,\n"
				      "    -1.50E+9\n"
				      "  ],\n"
				      "  \"a\\nb\": {},\n"
				      "  \"none\": [],\n"
				      "  \"money\": \"18446744073709551615\",\n"
				      "  \"rest\": [\n"
				      "    {\n"
				      "      \"yes\": true,\n"
				      "      \"no\": false\n"
				      "    },\n"
				      "    null,\n"
				      "    \"\\\"\xc3\xbc\\\"\"\n"
				      "  ]\n"
				      "}";

static void commas_and_colons_come_by_themselves(void)
{
	struct ilp_json_writer w = writer(0);

	write_sample(&w);
	CHECK_TEXT(ilp_json_written(&w), sample);
}

static void indentation_shows_the_nesting(void)
{
	struct ilp_json_writer w = writer(2);

	write_sample(&w);
	CHECK_TEXT(ilp_json_written(&w), sample_indented);
}

static void what_is_written_reads_as_the_same(void)
{
	struct ilp_json_node nodes[32];

	CHECK(!ilp_json_read(nodes, 32, ilp_text(sample_indented)).problem);
	struct ilp_json_writer w = writer(0);
	json_copy(&w, nodes);
	CHECK_TEXT(ilp_json_written(&w), sample);
}

/* The room ends where the memory does, for the sanitizer to watch. */
static void a_buffer_too_small_gives_nothing(void)
{
	for (unsigned indent = 0; indent <= 2; indent += 2) {
		size_t len = strlen(indent ? sample_indented : sample);
		struct ilp_json_writer w;

		for (size_t room = 0; room < len; room++) {
			uint8_t *at = buffer + sizeof(buffer) - room;

			w = ilp_json_writer(at, room, indent);
			write_sample(&w);
			CHECK_INT(w.problem, ILP_JSON_ROOM);
			CHECK(ilp_json_written(&w).len == 0);
		}
		w = ilp_json_writer(buffer + sizeof(buffer) - len, len, indent);
		write_sample(&w);
		CHECK_INT(ilp_json_written(&w).len, len);
	}
}

static void no_buffer_is_a_small_buffer(void)
{
	struct ilp_json_writer w = ilp_json_writer(NULL, 0, 0);

	ilp_json_put_null(&w);
	CHECK_INT(w.problem, ILP_JSON_ROOM);
}

/* A word of calls, a letter each: { } [ ] are themselves, k writes a key and v
 * a value. */
static void call(struct ilp_json_writer *w, char letter)
{
	switch (letter) {
	case '{':
		ilp_json_begin_object(w);
		break;
	case '}':
		ilp_json_end_object(w);
		break;
	case '[':
		ilp_json_begin_array(w);
		break;
	case ']':
		ilp_json_end_array(w);
		break;
	case 'k':
		ilp_json_put_key(w, "k");
		break;
	case 'v':
		ilp_json_put_bool(w, true);
		break;
	}
}

/* Do the calls make a document? Told by putting a v for whatever is whole,
 * and taking whole items and members away, until nothing changes. */
static bool is_document(const char *word)
{
	char rest[8];
	bool changed = true;

	strcpy(rest, word);
	while (changed) {
		static const char *const rules[] = { "{}", "[]", "{kv", "[v" };
		static const char *const becomes[] = { "v", "v", "{", "[" };

		changed = false;
		for (size_t i = 0; i < 4; i++) {
			char *found = strstr(rest, rules[i]);

			if (!found)
				continue;
			size_t len = strlen(rules[i]);
			found[0] = becomes[i][0];
			memmove(found + 1, found + len,
				strlen(found + len) + 1);
			changed = true;
		}
	}
	return strcmp(rest, "v") == 0;
}

/* Up to seven calls: enough for any two things to stand in one another. */
static void every_order_of_calls_gives_json_or_nothing(void)
{
	static const char letters[] = "{}[]kv";
	size_t documents = 0;

	for (unsigned i = 0; i < 6 * 6 * 6 * 6 * 6 * 6 * 6; i++) {
		struct ilp_json_writer w = writer(i % 2);
		struct ilp_json_node nodes[8];
		char word[8] = { 0 };
		unsigned rest = i;

		for (size_t j = 0; j < 7; j++, rest /= 6) {
			word[j] = letters[rest % 6];
			call(&w, word[j]);
			struct ilp_bytes out = ilp_json_written(&w);
			if (is_document(word) != (out.len > 0))
				fail_msg("%s", word);
			if (!out.len)
				continue;
			documents++;
			CHECK(!ilp_json_read(nodes, 8, out).problem);
		}
	}
	CHECK(documents > 0);
}

static void misuse_is_remembered(void)
{
	struct ilp_json_writer w = writer(0);

	CHECK(ilp_json_written(&w).len == 0);
	ilp_json_begin_array(&w);
	ilp_json_put_key(&w, "in an array");
	CHECK_INT(w.problem, ILP_JSON_MISUSE);
	ilp_json_end_array(&w);
	for (int i = 0; i < 100; i++)
		ilp_json_begin_object(&w);
	CHECK_INT(w.problem, ILP_JSON_MISUSE);
	CHECK(ilp_json_written(&w).len == 0);
}

static void nesting_has_a_limit(void)
{
	struct ilp_json_writer w = writer(0);

	for (int i = 0; i < ILP_JSON_DEPTH_MAX; i++)
		ilp_json_begin_array(&w);
	CHECK_INT(w.problem, ILP_JSON_OK);
	struct ilp_json_writer deeper = w;
	ilp_json_begin_array(&deeper);
	CHECK_INT(deeper.problem, ILP_JSON_DEPTH);
	for (int i = 0; i < ILP_JSON_DEPTH_MAX; i++)
		ilp_json_end_array(&w);
	CHECK_INT(ilp_json_written(&w).len, 2 * ILP_JSON_DEPTH_MAX);
}

/* Each level remembers its own kind, down to the last. */
static void arrays_and_objects_may_alternate(void)
{
	struct ilp_json_writer w = writer(0);

	for (int i = 0; i < ILP_JSON_DEPTH_MAX / 2; i++) {
		ilp_json_begin_array(&w);
		ilp_json_begin_object(&w);
		ilp_json_put_key(&w, "");
	}
	ilp_json_put_null(&w);
	for (int i = 0; i < ILP_JSON_DEPTH_MAX / 2; i++) {
		ilp_json_end_object(&w);
		ilp_json_end_array(&w);
	}
	CHECK_INT(ilp_json_written(&w).len, 4 + 7 * ILP_JSON_DEPTH_MAX / 2);
}

static void numbers_must_be_numbers(void)
{
	static const char *const good[] = { "0", "-0", "12", "1e9", "0.5E-3" };
	static const char *const bad[] = {
		"",   "-",  "01", "1.",   "1 ",    " 1",  "1,2", "NaN",
		"1e", "+1", ".5", "true", "\"1\"", "[1]", "0x1"
	};
	struct ilp_json_writer w;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		w = writer(0);
		ilp_json_put_number(&w, ilp_text(good[i]));
		CHECK_TEXT(ilp_json_written(&w), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		w = writer(0);
		ilp_json_put_number(&w, ilp_text(bad[i]));
		CHECK_INT(w.problem, ILP_JSON_MISUSE);
	}
}

static void integers_are_written_in_full(void)
{
	static const struct {
		int64_t value;
		const char *text;
	} integers[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 10, "10" },
		{ -1000000, "-1000000" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};

	for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); i++) {
		struct ilp_json_writer w = writer(0);

		ilp_json_put_i64(&w, integers[i].value);
		CHECK_TEXT(ilp_json_written(&w), integers[i].text);
	}
}

static void text_is_escaped_only_where_it_must_be(void)
{
	static const struct {
		const char *bytes, *text;
	} strings[] = {
		{ "", "\"\"" },
		{ "225c2f", "\"\\\"\\\\/\"" },
		{ "080c0a0d09", "\"\\b\\f\\n\\r\\t\"" },
		{ "0001070b0e1f",
		  "\"\\u0000\\u0001\\u0007\\u000b\\u000e\\u001f\"" },
		{ "207f", "\" \x7f\"" },
		{ "c280e280a8f09f92b8",
		  "\"\xc2\x80\xe2\x80\xa8\xf0\x9f\x92\xb8\"" },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		struct ilp_json_writer w = writer(0);

		ilp_json_put_string(&w, hex(strings[i].bytes));
		CHECK_TEXT(ilp_json_written(&w), strings[i].text);
	}
}

static void what_is_not_utf8_is_replaced(void)
{
	static const struct {
		const char *bytes, *expected;
	} strings[] = {
		{ "61ff62", "2261efbfbd6222" },
		{ "eda080", "22efbfbdefbfbdefbfbd22" },
		{ "f09f92", "22efbfbdefbfbdefbfbd22" },
		{ "c3c3bc", "22efbfbdc3bc22" },
		{ "c322", "22efbfbd5c2222" },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		struct ilp_json_writer w = writer(0);

		ilp_json_put_string(&w, hex(strings[i].bytes));
		CHECK_BYTES(ilp_json_written(&w), hex(strings[i].expected));
	}
}

static void bytes_are_written_in_hexadecimal(void)
{
	struct ilp_json_writer w = writer(0);

	ilp_json_begin_array(&w);
	ilp_json_put_hex(&w, hex("0123456789abcdef"));
	ilp_json_put_hex(&w, (struct ilp_bytes){ NULL, 0 });
	ilp_json_end_array(&w);
	CHECK_TEXT(ilp_json_written(&w), "[\"0123456789abcdef\",\"\"]");
}

TESTS(TEST(commas_and_colons_come_by_themselves),
      TEST(indentation_shows_the_nesting),
      TEST(what_is_written_reads_as_the_same),
      TEST(a_buffer_too_small_gives_nothing), TEST(no_buffer_is_a_small_buffer),
      TEST(every_order_of_calls_gives_json_or_nothing),
      TEST(misuse_is_remembered), TEST(nesting_has_a_limit),
      TEST(arrays_and_objects_may_alternate), TEST(numbers_must_be_numbers),
      TEST(integers_are_written_in_full),
      TEST(text_is_escaped_only_where_it_must_be),
      TEST(what_is_not_utf8_is_replaced),
      TEST(bytes_are_written_in_hexadecimal))
