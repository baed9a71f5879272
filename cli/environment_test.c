/* SPDX-License-Identifier: Apache-2.0 */
/* Each line is a variable, whoever it was written for; of one that is none it
 * is said which. */
#include "cli/environment.h"

#include "test/check.h"

static void reads(const char *text, const char *json)
{
	struct buffer out = { NULL, 0, 0 };
	size_t line;

	CHECK(environment_read(&out, ilp_text(text), &line));
	CHECK_TEXT(buffer_bytes(&out), json);
	buffer_drop(&out);
}

static void refuses(const char *text, size_t expected)
{
	struct buffer out = { NULL, 0, 0 };
	size_t line;

	CHECK(!environment_read(&out, ilp_text(text), &line));
	CHECK_INT(line, expected);
	CHECK_INT(out.len, 0);
}

static void a_line_is_a_variable(void)
{
	reads("A=1\nB_2=x y=z\nC=\n",
	      "{\"A\":\"1\",\"B_2\":\"x y=z\",\"C\":\"\"}");
	reads("A={\"b\":[1]}\r\n", "{\"A\":\"{\\\"b\\\":[1]}\"}");
	reads("", "{}");
	reads("A=\x01\xff\"", "{\"A\":\"\\u0001\xef\xbf\xbd\\\"\"}");
}

static void lines_of_shells_are_understood(void)
{
	reads("# why\n\n  export A='x \"y\" \\z'\nB=\"x \\\"y\\\" \\n\"\nC='\n",
	      "{\"A\":\"x \\\"y\\\" \\\\z\",\"B\":\"x \\\"y\\\" \\\\n\","
	      "\"C\":\"'\"}");
}

static void what_is_no_variable_has_a_line(void)
{
	refuses("A=1\nnonsense\n", 2);
	refuses("A B=1\n", 1);
	refuses("\n\n=1", 3);
}

static void too_much_is_refused(void)
{
	static uint8_t text[ENVIRONMENT_MAX + 1];
	struct buffer out = { NULL, 0, 0 };
	size_t line = 1;

	memset(text, '\n', sizeof(text));
	CHECK(!environment_read(&out, ILP_BYTES(text), &line));
	CHECK_INT(line, 0);
}

TESTS(TEST(a_line_is_a_variable), TEST(lines_of_shells_are_understood),
      TEST(what_is_no_variable_has_a_line), TEST(too_much_is_refused))
