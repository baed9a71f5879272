/* SPDX-License-Identifier: Apache-2.0 */
/* Literals become the JSON that they mean; of anything else it is said where it
 * stands, and what it is. */
#include "cli/javascript.h"

#include "test/check.h"

static void reads(const char *source, const char *json)
{
	struct buffer out = { NULL, 0, 0 };
	struct javascript_error error = { 0 };

	if (!javascript_read(&out, ilp_text(source), &error))
		fail_msg("%s: %zu: %s", source, error.offset, error.text);
	CHECK_TEXT(buffer_bytes(&out), json);
	buffer_drop(&out);
}

static void refuses(const char *source, size_t offset, const char *text)
{
	struct buffer out = { NULL, 0, 0 };
	struct javascript_error error = { 0 };

	CHECK(!javascript_read(&out, ilp_text(source), &error));
	CHECK_TEXT(ilp_text(error.text), text);
	CHECK_INT(error.offset, offset);
	buffer_drop(&out);
}

static void an_object_may_be_written_as_people_do(void)
{
	reads("module.exports = { a: 1, 'b-c': [true, null,], \"d\": {}, };",
	      "{\"a\":1,\"b-c\":[true,null],\"d\":{}}");
	reads("'use strict'\n// why\n/* and\nhow */ module.exports = { a: 1 "
	      "}\n",
	      "{\"a\":1}");
	reads("export default {1: ('x')}", "{\"1\":\"x\"}");
	reads("{\"json\": [1.5e3, -2, false]}", "{\"json\":[1.5e3,-2,false]}");
}

static void texts_have_three_quotes_and_escapes(void)
{
	reads("{a: 'it\\'s \"so\"'}", "{\"a\":\"it's \\\"so\\\"\"}");
	reads("{a: `two\nlines`}", "{\"a\":\"two\\u000alines\"}");
	reads("{a: '\\x41\\u0042\\u{43}\\n\\\\\\\n.'}",
	      "{\"a\":\"ABC\\u000a\\\\.\"}");
	reads("{a: '\\ud83d\\ude00\xc3\xa9'}",
	      "{\"a\":\"\xf0\x9f\x98\x80\xc3\xa9\"}");
	reads("{a: 'btp+ws://' + \":x\" + `@y`}", "{\"a\":\"btp+ws://:x@y\"}");
}

static void numbers_keep_their_digits(void)
{
	reads("{a: 12345678901234567890, b: 0x1F, c: 1_000, d: .5, e: - 1}",
	      "{\"a\":12345678901234567890,\"b\":31,\"c\":1000,\"d\":0.5,"
	      "\"e\":-1}");
}

static void names_are_used_where_they_are_known(void)
{
	reads("const a = 'x'; let b = { a, c: a + 'y' }\nvar d = [b]\n"
	      "module.exports = { d, a: b }",
	      "{\"d\":[{\"a\":\"x\",\"c\":\"xy\"}],"
	      "\"a\":{\"a\":\"x\",\"c\":\"xy\"}}");
	reads("const e = {}\nmodule.exports = e", "{}");
}

static void stringify_makes_a_text_of_a_value(void)
{
	reads("{a: JSON.stringify({ b: 'c\"' }, null, 2)}",
	      "{\"a\":\"{\\\"b\\\":\\\"c\\\\\\\"\\\"}\"}");
	reads("{a: JSON.stringify([JSON.stringify('x')])}",
	      "{\"a\":\"[\\\"\\\\\\\"x\\\\\\\"\\\"]\"}");
}

static void what_must_be_run_is_named(void)
{
#define RUN "only running it can tell what this is"
	refuses("module.exports = { a: process.env.HOME }", 22,
		"\"process.env.HOME\": " RUN);
	refuses("const p = require('path')", 10, "\"require\": " RUN);
	refuses("const a = {}; module.exports = a.b", 31, "\"a.b\": " RUN);
	refuses("{a: undefined}", 4, "\"undefined\": " RUN);
	refuses("{a: `x${1}`}", 6, "\"${\": a text is put together here");
	refuses("{...a}", 1, "\"...a\": expected a key");
	refuses("{[a]: 1}", 1, "\"[\": expected a key");
	refuses("{a: 1 + 2}", 6, "only texts are put together here");
	refuses("{a: 1 * 2}", 6, "\"*\": expected ',' or the end");
	refuses("function f () {}", 0,
		"\"function\": expected what is "
		"exported, \"module.exports =\"");
#undef RUN
}

static void what_is_not_whole_is_refused(void)
{
	refuses("", 0, "nothing is exported");
	refuses("{a: 'x", 4, "this text has no end");
	refuses("{a: 'x\n'}", 4, "this text has no end");
	refuses("{a: [1", 6, "it ends too early");
	refuses("{a 1}", 3, "expected ':'");
	refuses("{} {}", 3, "\"{\": something follows what is exported");
	refuses("{a: '\\ud800'}", 11, "there is no such character");
}

static void depth_is_bounded(void)
{
	static char text[4096];

	memset(text, '[', sizeof(text) - 1);
	memcpy(text, "{a:", 3);
	refuses(text, 3 + 59, "too many values inside one another");
}

/* A name that stands for two of the one before, and so on. */
static void growth_is_bounded(void)
{
	char text[4096];
	size_t len =
		(size_t)snprintf(text, sizeof(text), "const a0 = 'xxxx'\n");
	struct buffer out = { NULL, 0, 0 };
	struct javascript_error error = { 0 };

	for (int i = 1; i < 60; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"const a%d = [a%d, a%d]\n", i, i - 1,
					i - 1);
	CHECK(!javascript_read(&out, ilp_text(text), &error));
	CHECK_TEXT(ilp_text(error.text), "it is too large");
	buffer_drop(&out);
}

TESTS(TEST(an_object_may_be_written_as_people_do),
      TEST(texts_have_three_quotes_and_escapes),
      TEST(numbers_keep_their_digits),
      TEST(names_are_used_where_they_are_known),
      TEST(stringify_makes_a_text_of_a_value), TEST(what_must_be_run_is_named),
      TEST(what_is_not_whole_is_refused), TEST(depth_is_bounded),
      TEST(growth_is_bounded))
