/* SPDX-License-Identifier: Apache-2.0 */
/* There are colours where somebody sees them, unless he said otherwise. */
#include "cli/paint.h"

#include "test/check.h"

static void who_looks_at_a_terminal_has_them(void)
{
	CHECK(paint(NULL, true, NULL, "xterm").on);
	CHECK(paint("auto", true, NULL, NULL).on);
	CHECK(!paint(NULL, false, NULL, "xterm").on);
	CHECK(!paint("auto", false, NULL, "xterm").on);
	CHECK(!paint(NULL, true, NULL, "dumb").on);
}

static void the_environment_can_refuse_them(void)
{
	CHECK(!paint(NULL, true, "1", "xterm").on);
	CHECK(paint(NULL, true, "", "xterm").on);
}

static void an_option_decides(void)
{
	CHECK(paint("always", false, "1", "dumb").on);
	CHECK(!paint("never", true, NULL, "xterm").on);
}

static void what_begins_ends(void)
{
	struct paint on = { true };
	struct paint off = { false };

	for (int i = PAINT_STRONG; i <= PAINT_BAD; i++) {
		enum paint_style style = (enum paint_style)i;

		CHECK(paint_begin(on, style)[0] == '\033');
		CHECK_TEXT(ilp_text(paint_end(on, style)), "\033[0m");
		CHECK_TEXT(ilp_text(paint_begin(off, style)), "");
		CHECK_TEXT(ilp_text(paint_end(off, style)), "");
	}
	CHECK_TEXT(ilp_text(paint_begin(on, PAINT_PLAIN)), "");
	CHECK_TEXT(ilp_text(paint_end(on, PAINT_PLAIN)), "");
}

TESTS(TEST(who_looks_at_a_terminal_has_them),
      TEST(the_environment_can_refuse_them), TEST(an_option_decides),
      TEST(what_begins_ends))
