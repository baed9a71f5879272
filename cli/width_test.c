/* SPDX-License-Identifier: Apache-2.0 */
/* Columns are counted as a terminal shows them, texts are cut between
 * characters, and a stranger's text moves nothing. */
#include "cli/width.h"

#include "test/check.h"

#define E_ACUTE "\xc3\xa9"
#define E_AND_MARK "e\xcc\x81"
#define HAN "\xe6\xb1\x89"
#define PICTURE "\xf0\x9f\x98\x80"
#define NOTHING "\xef\xbf\xbd"

static void characters_take_none_one_or_two(void)
{
	CHECK_INT(width_of(ilp_text("")), 0);
	CHECK_INT(width_of(ilp_text("abc")), 3);
	CHECK_INT(width_of(ilp_text(E_ACUTE)), 1);
	CHECK_INT(width_of(ilp_text(E_AND_MARK)), 1);
	CHECK_INT(width_of(ilp_text(HAN PICTURE)), 4);
	CHECK_INT(width_of(ilp_text("\xff")), 1);
}

static void a_cut_is_between_characters(void)
{
	struct ilp_bytes text = ilp_text("a" E_AND_MARK HAN "b");

	CHECK_TEXT(width_cut(text, 0), "");
	CHECK_TEXT(width_cut(text, 1), "a");
	CHECK_TEXT(width_cut(text, 2), "a" E_AND_MARK);
	CHECK_TEXT(width_cut(text, 3), "a" E_AND_MARK);
	CHECK_TEXT(width_cut(text, 4), "a" E_AND_MARK HAN);
	CHECK_TEXT(width_cut(text, 9), "a" E_AND_MARK HAN "b");
}

static void lines_end_at_spaces(void)
{
	struct ilp_bytes text = ilp_text("one two  three");
	struct ilp_bytes line;

	CHECK(width_next_line(&text, 7, &line));
	CHECK_TEXT(line, "one two");
	CHECK(width_next_line(&text, 7, &line));
	CHECK_TEXT(line, "three");
	CHECK(!width_next_line(&text, 7, &line));
	text = ilp_text("one two");
	CHECK(width_next_line(&text, 6, &line));
	CHECK_TEXT(line, "one");
}

static void words_that_are_too_long_are_cut(void)
{
	struct ilp_bytes text = ilp_text("abcdef " HAN HAN);
	struct ilp_bytes line;

	CHECK(width_next_line(&text, 4, &line));
	CHECK_TEXT(line, "abcd");
	CHECK(width_next_line(&text, 4, &line));
	CHECK_TEXT(line, "ef");
	CHECK(width_next_line(&text, 1, &line));
	CHECK_TEXT(line, HAN);
	CHECK(width_next_line(&text, 1, &line));
	CHECK(!width_next_line(&text, 1, &line));
}

static void harmless(const char *text, const char *expected)
{
	struct buffer out = { NULL, 0, 0 };

	CHECK(width_add_harmless(&out, ilp_text(text)));
	CHECK_TEXT(buffer_bytes(&out), expected);
	buffer_drop(&out);
}

static void what_moves_the_cursor_is_replaced(void)
{
	harmless("plain " HAN, "plain " HAN);
	harmless("\033[2J", NOTHING "[2J");
	harmless("a\nb\tc\rd", "a b c d");
	harmless("\x7f\xc2\x9b", NOTHING NOTHING);
	harmless("\xe2\x80\xae"
		 "abc\xe2\x81\xa6",
		 NOTHING "abc" NOTHING);
	harmless("\xff\xc3", NOTHING NOTHING);
}

TESTS(TEST(characters_take_none_one_or_two), TEST(a_cut_is_between_characters),
      TEST(lines_end_at_spaces), TEST(words_that_are_too_long_are_cut),
      TEST(what_moves_the_cursor_is_replaced))
