/* SPDX-License-Identifier: Apache-2.0 */
/* Columns are as wide as they need be and fit a terminal; no number is ever
 * cut, and into a pipe goes everything. */
#include "cli/table.h"

#include "cli/width.h"
#include "test/check.h"

static const struct table_column columns[] = {
	{ "NAME", TABLE_TEXT },
	{ "AMOUNT", TABLE_NUMBER },
	{ "WHY", TABLE_PROSE },
};

#define COUNT 3
#define LONG "a name that is by far longer than anything should be"
#define PROSE                                                                  \
	"What is told in words may go over several lines, since it is read."

static struct table filled(void)
{
	static const char *const cells[] = {
		"alice", "-120", "She owes.", "b\xc3\xa9", "7", "",
	};
	struct table t = table(columns, COUNT);

	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		table_put(&t, PAINT_PLAIN, ilp_text(cells[i]));
	return t;
}

static void put_long(struct table *t)
{
	table_put(t, PAINT_PLAIN, ilp_text(LONG));
	table_put(t, PAINT_PLAIN, ilp_text("12345678901234567890"));
	table_put(t, PAINT_PLAIN, ilp_text(PROSE));
}

static void looks(struct table *t, bool painted, size_t width,
		  const char *expected)
{
	struct buffer out = { NULL, 0, 0 };

	CHECK(table_write(t, (struct paint){ painted }, width, &out));
	CHECK_TEXT(buffer_bytes(&out), expected);
	buffer_drop(&out);
	table_drop(t);
}

static void columns_are_as_wide_as_their_cells(void)
{
	struct table t = filled();

	looks(&t, false, 0,
	      "NAME   AMOUNT  WHY\n"
	      "alice    -120  She owes.\n"
	      "b\xc3\xa9          7\n");
}

static void a_table_may_have_no_head(void)
{
	static const struct table_column bare[] = { { NULL, TABLE_TEXT },
						    { NULL, TABLE_TEXT } };
	struct table t = table(bare, 2);

	table_put(&t, PAINT_PLAIN, ilp_text(""));
	table_put(&t, PAINT_PLAIN, ilp_text("x"));
	looks(&t, false, 0, "  x\n");
}

static void into_a_pipe_goes_everything(void)
{
	struct table t = filled();
	char expected[1000];

	put_long(&t);
	snprintf(expected, sizeof(expected),
		 "%-52s  %20s  WHY\n%-52s  %20s  She owes.\n"
		 "b\xc3\xa9%50s  %20s\n%s  12345678901234567890  %s\n",
		 "NAME", "AMOUNT", "alice", "-120", "", "7", LONG, PROSE);
	looks(&t, false, 0, expected);
}

static void on_a_terminal_prose_is_wrapped_and_text_is_cut(void)
{
	struct table t = filled();
	char expected[1000];

	put_long(&t);
	snprintf(expected, sizeof(expected),
		 "%-22s  %20s  WHY\n%-22s  %20s  She owes.\n"
		 "b\xc3\xa9%20s  %20s\n"
		 "a name that is by far\xe2\x80\xa6  12345678901234567890  "
		 "What is told in words\n"
		 "%46smay go over several\n"
		 "%46slines, since it is read.\n",
		 "NAME", "AMOUNT", "alice", "-120", "", "7", "", "");
	looks(&t, false, 70, expected);
}

/* Whatever the width, as long as there is room for the numbers at all. */
static void no_line_is_longer_than_the_terminal(void)
{
	for (size_t width = 60; width < 200; width++) {
		struct buffer out = { NULL, 0, 0 };
		struct table t = filled();
		struct ilp_bytes left;

		put_long(&t);
		CHECK(table_write(&t, (struct paint){ false }, width, &out));
		left = buffer_bytes(&out);
		while (left.len) {
			const uint8_t *end = memchr(left.at, '\n', left.len);
			struct ilp_bytes line = { left.at, 0 };

			CHECK(end != NULL);
			line.len = (size_t)(end - left.at);
			CHECK(width_of(line) <= width);
			left = ilp_bytes_skip(left, line.len + 1);
		}
		CHECK(strstr((char *)out.at, "12345678901234567890"));
		buffer_drop(&out);
		table_drop(&t);
	}
}

static void numbers_are_never_cut(void)
{
	static const struct table_column number[] = { { "N", TABLE_NUMBER } };
	struct table t = table(number, 1);

	table_put(&t, PAINT_PLAIN, ilp_text("12345678901234567890"));
	looks(&t, false, 10, "                   N\n12345678901234567890\n");
}

static void colours_take_no_room(void)
{
	struct table t = table(columns, COUNT);

	table_put(&t, PAINT_GOOD, ilp_text("alice"));
	table_put(&t, PAINT_PLAIN, ilp_text("1"));
	table_put(&t, PAINT_BAD, ilp_text("why"));
	looks(&t, true, 0,
	      "\033[1mNAME\033[0m   \033[1mAMOUNT\033[0m  \033[1mWHY\033[0m\n"
	      "\033[32malice\033[0m       1  \033[31mwhy\033[0m\n");
}

static void a_strangers_text_is_one_line(void)
{
	struct table t = table(columns, COUNT);

	table_put(&t, PAINT_PLAIN, ilp_text("a\nb\033"));
	table_put(&t, PAINT_PLAIN, ilp_text("1"));
	table_put(&t, PAINT_PLAIN, ilp_text("c"));
	looks(&t, false, 0, "NAME  AMOUNT  WHY\na b\xef\xbf\xbd       1  c\n");
}

TESTS(TEST(columns_are_as_wide_as_their_cells), TEST(a_table_may_have_no_head),
      TEST(into_a_pipe_goes_everything),
      TEST(on_a_terminal_prose_is_wrapped_and_text_is_cut),
      TEST(no_line_is_longer_than_the_terminal), TEST(numbers_are_never_cut),
      TEST(colours_take_no_room), TEST(a_strangers_text_is_one_line))
