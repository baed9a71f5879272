/* SPDX-License-Identifier: Apache-2.0 */
/* Words become the JSON that they mean, and what is no setting is named. */
#include "cli/patch.h"

#include "test/check.h"

#define WORDS_MAX 8

static struct ilp_json_writer writer(void)
{
	static uint8_t room[4096];

	return ilp_json_writer(room, sizeof(room), 0);
}

/* The words have a NULL behind them. */
static void becomes(const char *const *words, const char *expected)
{
	struct ilp_json_writer w = writer();
	char *copy[WORDS_MAX];
	size_t count = 0;

	for (; words[count]; count++)
		copy[count] = (char *)(uintptr_t)words[count];
	ilp_json_begin_object(&w);
	CHECK(!patch_put(&w, copy, count));
	ilp_json_end_object(&w);
	CHECK_TEXT(ilp_json_written(&w), expected);
}

#define BECOMES(expected, ...)                                                 \
	becomes((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void a_value_is_json_or_a_text(void)
{
	BECOMES("{\"a\":5}", "a=5");
	BECOMES("{\"a\":\"5 coins\"}", "a=5 coins");
	BECOMES("{\"a\":null,\"b\":true}", "a=null", "b=true");
	BECOMES("{\"a\":\"5\"}", "a=\"5\"");
	BECOMES("{\"a\":[1,{\"b\":2}]}", "a=[1,{\"b\":2}]");
	BECOMES("{\"a\":\"\"}", "a=");
	BECOMES("{\"server\":\"btp+ws://:t@h/?a=b.c\"}",
		"server=btp+ws://:t@h/?a=b.c");
}

static void amounts_keep_all_their_digits(void)
{
	BECOMES("{\"a\":18446744073709551615}", "a=18446744073709551615");
}

static void points_lead_inside(void)
{
	BECOMES("{\"a\":{\"b\":{\"c\":1}}}", "a.b.c=1");
}

static void what_is_inside_the_same_stands_together(void)
{
	BECOMES("{\"a\":{\"b\":1,\"c\":2},\"d\":3}", "a.b=1", "d=3", "a.c=2");
	BECOMES("{\"a\":{\"b\":{\"x\":1,\"y\":2}},\"ab\":{\"b\":3}}",
		"a.b.x=1", "ab.b=3", "a.b.y=2");
}

static void what_is_no_setting_is_named(void)
{
	static char *bad[] = { "maximum", "=5", ".a=5", "a.=5", "a..b=5", "" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ilp_json_writer w = writer();
		char *words[] = { "good=1", bad[i] };

		CHECK(patch_put(&w, words, 2) == bad[i]);
	}
}

static void a_name_may_be_too_deep_for_json(void)
{
	char word[2 * 100 + 2] = "";
	char *words[] = { word };
	struct ilp_json_writer w = writer();

	for (size_t i = 0; i < 100; i++)
		memcpy(word + 2 * i, i < 99 ? "a." : "a=", 3);
	ilp_json_begin_object(&w);
	CHECK(!patch_put(&w, words, 1));
	ilp_json_end_object(&w);
	CHECK_INT(ilp_json_written(&w).len, 0);
}

TESTS(TEST(a_value_is_json_or_a_text), TEST(amounts_keep_all_their_digits),
      TEST(points_lead_inside), TEST(what_is_inside_the_same_stands_together),
      TEST(what_is_no_setting_is_named), TEST(a_name_may_be_too_deep_for_json))
