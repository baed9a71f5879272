/* SPDX-License-Identifier: Apache-2.0 */
/* Digits are read whatever stands between them, and nothing is read into a text
 * that has anything else. */
#include "cli/spelling.h"

#include "test/check.h"

static bool reads(bool (*read)(struct buffer *, struct ilp_bytes),
		  const char *text, const char *expected)
{
	struct buffer out = { NULL, 0, 0 };
	bool good;

	CHECK(buffer_add(&out, ilp_text("<"), SPELLING_MAX));
	good = read(&out, ilp_text(text));
	if (good)
		CHECK_BYTES(ilp_bytes_skip(buffer_bytes(&out), 1),
			    hex(expected));
	else
		CHECK_TEXT(buffer_bytes(&out), "<");
	buffer_drop(&out);
	return good;
}

static void digits_may_have_anything_between_them(void)
{
	static const char *const texts[] = {
		"0c46ab",          "0C 46 AB",         " 0c46 ab\r\n",
		"0x0c46ab",        "0x0c, 0x46, 0xab", "0c:46:ab",
		"\\x0c\\x46\\xab", "\"0c46ab\"",       "<Buffer 0c 46 ab>",
		"0c-46-ab",        "'0c46ab'",         "0c46\nab\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		CHECK(reads(spelling_hex, texts[i], "0c46ab"));
}

static void other_words_are_no_digits(void)
{
	static const char *const texts[] = {
		"",    " ",        "0",
		"0c4", "0c4 6a",   "0cx",
		"g0",  "0x",       "<Buffer 0c 46 ... 3 more>",
		"\"",  "test.bob", "0c46 and more",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		CHECK(!reads(spelling_hex, texts[i], ""));
}

static void base64_is_read_in_both_alphabets(void)
{
	CHECK(reads(spelling_base64, "DEb7/w==", "0c46fbff"));
	CHECK(reads(spelling_base64, "DEb7_w", "0c46fbff"));
	CHECK(reads(spelling_base64, " DEb7\n\t/w== ", "0c46fbff"));
	CHECK(reads(spelling_base64, "\"DEb7\"", "0c46fb"));
	CHECK(!reads(spelling_base64, "DEb7.", ""));
	CHECK(!reads(spelling_base64, "DEb7=", ""));
	CHECK(!reads(spelling_base64, "", ""));
}

TESTS(TEST(digits_may_have_anything_between_them),
      TEST(other_words_are_no_digits), TEST(base64_is_read_in_both_alphabets))
