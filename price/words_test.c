/* SPDX-License-Identifier: Apache-2.0 */
#include "price/words.h"

#include "test/check.h"

static void a_refusal_is_told_and_never_counts_as_good(void)
{
	struct price_words words;

	CHECK(!price_refuse(&words, "%s has %d", "XRP", 2));
	CHECK_TEXT(ilp_text(words.text), "XRP has 2");
}

static void what_would_move_a_terminal_is_a_question_mark(void)
{
	struct price_words words;

	price_say(&words, "a\x1b[2J\n\x7f\xc2\x9bz");
	CHECK_TEXT(ilp_text(words.text), "a?[2J????z");
}

static void what_is_too_long_is_cut(void)
{
	char text[2 * PRICE_WORDS_SIZE];
	struct price_words words;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	price_say(&words, "%s", text);
	CHECK_INT(strlen(words.text), PRICE_WORDS_SIZE - 1);
}

TESTS(TEST(a_refusal_is_told_and_never_counts_as_good),
      TEST(what_would_move_a_terminal_is_a_question_mark),
      TEST(what_is_too_long_is_cut))
