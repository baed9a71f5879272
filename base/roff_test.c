/* SPDX-License-Identifier: Apache-2.0 */
/* A page has its parts in the order of the calls, and whatever a text holds is
 * text to roff. */
#include "base/roff.h"

#include "test/check.h"

#define HEAD ".TH \"ILP\" 1 2026-01-31 \"ilpd 0.1\" \"The manual\"\n"

static struct roff page(void)
{
	return roff("ILP", 1, "2026-01-31", "ilpd 0.1", "The manual");
}

/* The page is its head and this. */
static void is(struct roff *r, const char *body)
{
	char expected[2000];

	snprintf(expected, sizeof(expected), "%s%s", HEAD, body);
	CHECK(!r->failed);
	CHECK_TEXT(buffer_bytes(&r->out), expected);
	buffer_drop(&r->out);
}

static void a_page_is_headings_and_paragraphs(void)
{
	struct roff r = page();

	roff_section(&r, "NAME");
	roff_text(&r, "ilp - talks");
	roff_section(&r, "ALL \"OF\" IT");
	roff_text(&r, "One.");
	roff_paragraph(&r);
	roff_text(&r, "Two");
	roff_subsection(&r, "Part");
	roff_text(&r, "Three\n");
	roff_section(&r, "END");
	is(&r, ".SH \"NAME\"\nilp \\- talks\n"
	       ".SH \"ALL \\(dqOF\\(dq IT\"\nOne.\n.PP\nTwo\n"
	       ".SS \"Part\"\nThree\n.SH \"END\"\n");
}

static void a_tag_is_one_line_and_its_text_follows(void)
{
	struct roff r = page();

	roff_tag(&r);
	roff_bold(&r, "--json");
	roff_text(&r, "=");
	roff_italic(&r, "A FILE. OF MANY WORDS THAT WOULD NOT FIT IN ONE LINE "
			"OF A TEXT");
	roff_tagged(&r);
	roff_text(&r, "For programs. ");
	roff_bold(&r, "Really");
	roff_text(&r, ".");
	is(&r, ".TP\n\\fB\\-\\-json\\fR=\\fIA FILE. OF MANY WORDS THAT WOULD "
	       "NOT FIT IN ONE LINE OF A TEXT\\fR\nFor programs. "
	       "\\fBReally\\fR.");
}

/* Macros begin with these two, at the beginning of a line. */
static void text_is_never_a_macro_or_an_escape(void)
{
	struct roff r = page();

	roff_section(&r, "A");
	roff_text(&r, ".SH B\n.SH C 'x' \\fB \"q\" ~^` \x01\xff");
	roff_example(&r, ".TP\n'br\n");
	is(&r, ".SH \"A\"\n\\&.SH B .SH C \\(aqx\\(aq \\efB \\(dqq\\(dq "
	       "\\(ti\\(ha\\(ga ??\n"
	       ".PP\n.RS \"4\"\n.nf\n\\&.TP\n\\(aqbr\n.fi\n.RE\n");
}

/* roff would widen the space behind it. */
static void no_line_ends_with_a_dot(void)
{
	struct roff r = page();

	roff_text(&r, "More than sixty columns are a line, but not if there "
		      "were at its end i.e. or the like");
	is(&r, "More than sixty columns are a line, but not if there were at "
	       "its\nend i.e. or the like");
	r = page();
	roff_text(&r, "More than sixty columns are a line, but not if there "
		      "was, e.g., an etc. or the like");
	is(&r, "More than sixty columns are a line, but not if there was, "
	       "e.g.,\nan etc. or the like");
	r = page();
	roff_text(&r, "More than sixty columns are a line, but not if it has "
		      "some etc. or the like");
	is(&r, "More than sixty columns are a line, but not if it has some "
	       "etc. or\nthe like");
}

static void a_line_does_not_begin_with_a_macro(void)
{
	struct roff r = page();

	roff_text(&r, "More than sixty columns are a line, and behind them "
		      "here is text .TH");
	is(&r, "More than sixty columns are a line, and behind them here is "
	       "text\n\\&.TH");
}

static void characters_are_named_by_number(void)
{
	struct roff r = page();

	roff_text(&r, "\xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x98\x80");
	is(&r, "\\[u00E9] \\[u2026] \\[u1F600]");
}

static void lines_are_broken_before_they_are_long(void)
{
	struct roff r = page();
	size_t column = 0;

	for (unsigned i = 0; i < 200; i++)
		roff_text(&r, "sixteen-letters, ");
	for (size_t i = 0; i < r.out.len; i++) {
		column = r.out.at[i] == '\n' ? 0 : column + 1;
		CHECK(column < 80);
		CHECK(column > 0 || r.out.at[i - 1] != ' ');
	}
	CHECK(r.out.at[r.out.len - 1] != ' ');
	buffer_drop(&r.out);
}

static void an_example_keeps_its_lines(void)
{
	struct roff r = page();

	roff_section(&r, "EXAMPLE");
	roff_example(&r, "a  b\n\n  c. d");
	roff_text(&r, "After. ");
	roff_text(&r, "It");
	is(&r, ".SH \"EXAMPLE\"\n.RS \"4\"\n.nf\na  b\n\\&\n  c. d\n.fi\n.RE\n"
	       "After. It");
}

TESTS(TEST(a_page_is_headings_and_paragraphs),
      TEST(a_tag_is_one_line_and_its_text_follows),
      TEST(text_is_never_a_macro_or_an_escape), TEST(no_line_ends_with_a_dot),
      TEST(a_line_does_not_begin_with_a_macro),
      TEST(characters_are_named_by_number),
      TEST(lines_are_broken_before_they_are_long),
      TEST(an_example_keeps_its_lines))
