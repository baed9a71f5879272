/* SPDX-License-Identifier: Apache-2.0 */
/* Dumps as each tool prints them are read to the byte, whatever their text
 * looks like; and what is not a dump is left alone. */
#include "cli/hexdump.h"

#include "test/check.h"

/* "0123456789abcdefABCDEF " and so on: text that looks like digits. */
#define BYTES "30313233343536373839616263646566414243444546202061"

static const char *const dumps[] = {
	/* xxd */
	"00000000: 3031 3233 3435 3637 3839 6162 6364 6566  "
	"0123456789abcdef\n"
	"00000010: 4142 4344 4546 2020 61                   ABCDEF  a\n",
	/* xxd -g 1 */
	"00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  "
	"0123456789abcdef\n"
	"00000010: 41 42 43 44 45 46 20 20 61                       "
	"ABCDEF  a\n",
	/* hexdump -C */
	"00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
	"|0123456789abcdef|\n"
	"00000010  41 42 43 44 45 46 20 20  61                       "
	"|ABCDEF  a|\n"
	"00000019\n",
	/* tcpdump -x, tcpdump -X */
	"\t0x0000:  3031 3233 3435 3637 3839 6162 6364 6566\n"
	"\t0x0010:  4142 4344 4546 2020 61\n",
	"\t0x0000:  3031 3233 3435 3637 3839 6162 6364 6566  "
	"0123456789abcdef\n"
	"\t0x0010:  4142 4344 4546 2020 61                   ABCDEF..a\n",
	/* Wireshark, new and old */
	"0000   30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66   "
	"0123456789abcdef\n"
	"0010   41 42 43 44 45 46 20 20 61                        "
	"ABCDEF  a\n",
	"0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66   "
	"01234567 89abcdef\n"
	"0010  41 42 43 44 45 46 20 20  61                        "
	"ABCDEF   a\n",
	/* od -A x -t x1, od -A x -t x1z */
	"000000 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\n"
	"000010 41 42 43 44 45 46 20 20 61\n"
	"000019\n",
	"000000 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  "
	">0123456789abcdef<\n"
	"000010 41 42 43 44 45 46 20 20 61                       "
	">ABCDEF  a<\n"
	"000019\n",
};

/* How many of the lines it takes. */
static size_t take(struct hexdump *h, const char *text)
{
	size_t count = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (!hexdump_take(h, (struct ilp_bytes){ (const uint8_t *)text,
							 len }))
			break;
		count++;
		text += len + (text[len] == '\n');
	}
	return count;
}

static void dumps_of_every_tool_are_read(void)
{
	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		struct hexdump h = { .open = false };

		take(&h, dumps[i]);
		CHECK_BYTES(buffer_bytes(&h.bytes), hex(BYTES));
		hexdump_drop(&h);
	}
}

static void lines_may_end_as_on_windows(void)
{
	struct hexdump h = { .open = false };

	CHECK_INT(take(&h, "0000  30 31\r\n0002  32\r\n"), 2);
	CHECK_BYTES(buffer_bytes(&h.bytes), hex("303132"));
	hexdump_drop(&h);
}

static void a_short_line_has_its_text(void)
{
	struct hexdump h = { .open = false };

	CHECK_INT(take(&h, "00000000: 6162                                     "
			   "ab\n"),
		  1);
	CHECK_BYTES(buffer_bytes(&h.bytes), hex("6162"));
	hexdump_reset(&h);
	CHECK_INT(take(&h,
		       "00000000  61 62 63 64 61 62 63 64                   "
		       "        |abcdabcd|\n"),
		  1);
	CHECK_INT(h.bytes.len, 8);
	hexdump_drop(&h);
}

static void an_asterisk_repeats_a_line(void)
{
	struct hexdump h = { .open = false };

	CHECK_INT(take(&h, "000000 00 01\n*\n000006 02 03\n000008\n"), 4);
	CHECK_BYTES(buffer_bytes(&h.bytes), hex("0001000100010203"));
	hexdump_reset(&h);
	CHECK_INT(take(&h, "000000 00 01\n*\n000005 02\n"), 2);
	hexdump_reset(&h);
	CHECK_INT(take(&h, "000000 00 01\n*\nffffffffff000000 02\n"), 2);
	hexdump_reset(&h);
	CHECK_INT(take(&h, "*\n"), 0);
	hexdump_drop(&h);
}

static void another_dump_begins_with_0_again(void)
{
	struct hexdump h = { .open = false };

	CHECK_INT(take(&h, "0000  30 31\n0000  32\n"), 1);
	CHECK_INT(h.bytes.len, 2);
	CHECK_INT(take(&h, "0003  32\n"), 0); /* a gap */
	CHECK_INT(take(&h, "0002  32\n"), 1);
	hexdump_drop(&h);
}

static void other_lines_are_none(void)
{
	static const char *const lines[] = {
		"",
		"0d21001122334455",
		"0d21 0011 2233",
		"0010  30 31",
		"0000",
		"0000: zz",
		"0000  3",
		"000  30 31",
		"00000000000000000  30",
		"0000 at nine a log had words",
		"IP 127.0.0.1.1 > 127.0.0.1.2: Flags [P.]",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct hexdump h = { .open = false };

		CHECK(!hexdump_take(&h, ilp_text(lines[i])));
		CHECK_INT(h.bytes.len, 0);
		CHECK(!h.open);
		hexdump_drop(&h);
	}
}

TESTS(TEST(dumps_of_every_tool_are_read), TEST(lines_may_end_as_on_windows),
      TEST(a_short_line_has_its_text), TEST(an_asterisk_repeats_a_line),
      TEST(another_dump_begins_with_0_again), TEST(other_lines_are_none))
