/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a command has in its row is on its page, and no hidden command is.
 */
#include "cli/manual.h"

#include "cli/test_commands.h"
#include "test/check.h"

static const char *page(struct buffer *out)
{
	CHECK(manual_write(out, test_commands, "1.2.3", "2026-01-31"));
	CHECK(buffer_add(out, ILP_BYTES(((const uint8_t[]){ 0 })), SIZE_MAX));
	return (const char *)out->at;
}

static void all_of_a_row_is_on_the_page(void)
{
	static const char *const parts[] = {
		".TH \"ILP\" 1 2026-01-31 \"ilpd 1.2.3\" \"Interledger\"\n",
		".SH \"NAME\"\nilp \\- ",
		".SS \"show\"\n\\fBilp\\fR \\fBshow\\fR [\\fIOPTION...\\fR] "
		"\\fI[THING...]\\fR\n.PP\nShows them.\n.PP\nAll of them.\n",
		".TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR "
		"\\fIFILE\\fR\nWhere it goes. By default nowhere.\n",
		".TP\n\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\n"
		"Says \\(dqnothing\\(dq.\n",
		".nf\n  ilp show\n.fi\n",
		".SS \"peers add\"\n",
		"\\fB\\-\\-token\\-file\\fR \\fIFILE\\fR\n",
		".SH \"EXIT STATUS\"\n",
	};
	struct buffer out = { NULL, 0, 0 };
	const char *text = page(&out);

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!strstr(text, parts[i]))
			fail_msg("not in the page: %s\n%s", parts[i], text);
	buffer_drop(&out);
}

static void what_is_hidden_is_not(void)
{
	struct buffer out = { NULL, 0, 0 };

	CHECK(!strstr(page(&out), "secret"));
	buffer_drop(&out);
}

TESTS(TEST(all_of_a_row_is_on_the_page), TEST(what_is_hidden_is_not))
