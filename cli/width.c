/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/width.h"

#include "base/utf8.h"

#define TEXT_MAX ((size_t)64 * 1024 * 1024)

struct range {
	uint32_t first, last;
};

/* Characters that are drawn over the one before, or not at all. */
static const struct range marks[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x064b, 0x065f }, { 0x093c, 0x093c }, { 0x0e34, 0x0e3a },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
	{ 0x2060, 0x2064 }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0100, 0xe01ef },
};

/* Characters of East Asia and pictures, which take two columns. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2e80, 0x303e },
	{ 0x3041, 0x4dbf },   { 0x4e00, 0xa4cf },   { 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* What a terminal obeys, or what moves the text around it. */
static const struct range harmful[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2066, 0x2069 },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool lies_in(const struct range *ranges, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Takes a character off; U+FFFD for a byte that begins none. */
static uint32_t next(struct ilp_bytes *text, struct ilp_bytes *bytes)
{
	static const uint8_t leads[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t len = ilp_utf8_len(*text);
	uint32_t c = 0xfffd;

	*bytes = (struct ilp_bytes){ text->at, len ? len : 1 };
	if (len)
		c = text->at[0] & leads[len];
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (text->at[i] & 0x3f);
	*text = ilp_bytes_skip(*text, bytes->len);
	return c;
}

static size_t width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (lies_in(marks, COUNT(marks), c))
		return 0;
	return lies_in(wide, COUNT(wide), c) ? 2 : 1;
}

bool width_add_harmless(struct buffer *out, struct ilp_bytes text)
{
	while (text.len) {
		struct ilp_bytes bytes;
		uint32_t c = next(&text, &bytes);

		if (c == '\n' || c == '\t' || c == '\r')
			bytes = ilp_text(" ");
		else if (c == 0xfffd || lies_in(harmful, COUNT(harmful), c))
			bytes = ilp_text("\xef\xbf\xbd");
		if (bytes.len > TEXT_MAX - out->len ||
		    !buffer_add(out, bytes, TEXT_MAX))
			return false;
	}
	return true;
}

size_t width_of(struct ilp_bytes text)
{
	struct ilp_bytes bytes;
	size_t columns = 0;

	while (text.len)
		columns += width(next(&text, &bytes));
	return columns;
}

struct ilp_bytes width_cut(struct ilp_bytes text, size_t columns)
{
	struct ilp_bytes left = text;
	struct ilp_bytes bytes;
	size_t len = 0;

	while (left.len) {
		size_t takes = width(next(&left, &bytes));

		if (takes > columns)
			break;
		columns -= takes;
		len += bytes.len;
	}
	return (struct ilp_bytes){ text.at, len };
}

/* Where the last space is that a line can end with; its length when there is
 * none, or all of the text is in it. */
static size_t line_end(struct ilp_bytes text, size_t len)
{
	size_t end = len;

	if (len == text.len || text.at[len] == ' ')
		return len;
	while (end && text.at[end - 1] != ' ')
		end--;
	while (end && text.at[end - 1] == ' ')
		end--;
	return end ? end : len;
}

bool width_next_line(struct ilp_bytes *text, size_t columns,
		     struct ilp_bytes *line)
{
	struct ilp_bytes bytes;
	struct ilp_bytes rest = *text;
	size_t len;

	if (text->len == 0)
		return false;
	len = width_cut(*text, columns).len;
	if (len == 0) { /* a wide one; so that there is an end */
		next(&rest, &bytes);
		len = bytes.len;
	}
	len = line_end(*text, len);
	*line = (struct ilp_bytes){ text->at, len };
	*text = ilp_bytes_skip(*text, len);
	while (text->len && text->at[0] == ' ')
		*text = ilp_bytes_skip(*text, 1);
	return true;
}
