/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/hexdump.h"

#include "base/digits.h"

#define OFFSET_DIGITS_MIN 4
#define OFFSET_DIGITS_MAX 16
/* In the middle of a line of 16 bytes there may be a space more. */
#define HALF_LINE 8
/* The most that one line has. */
#define LINE_MAX_LEN 256

struct line {
	uint64_t offset;
	uint8_t bytes[LINE_MAX_LEN];
	size_t len;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static size_t take_blanks(struct ilp_bytes *text)
{
	size_t count = 0;

	while (count < text->len && is_blank(text->at[count]))
		count++;
	*text = ilp_bytes_skip(*text, count);
	return count;
}

/* Up to what is no digit. */
static struct ilp_bytes take_digits(struct ilp_bytes *text)
{
	struct ilp_bytes digits = { text->at, 0 };

	while (digits.len < text->len &&
	       ilp_hex_value(text->at[digits.len]) >= 0)
		digits.len++;
	*text = ilp_bytes_skip(*text, digits.len);
	return digits;
}

static bool take_offset(struct line *out, struct ilp_bytes *text)
{
	struct ilp_bytes digits;

	take_blanks(text);
	if (text->len > 2 && text->at[0] == '0' && text->at[1] == 'x')
		*text = ilp_bytes_skip(*text, 2);
	digits = take_digits(text);
	if (digits.len < OFFSET_DIGITS_MIN || digits.len > OFFSET_DIGITS_MAX)
		return false;
	out->offset = 0;
	for (size_t i = 0; i < digits.len; i++)
		out->offset = out->offset << 4 |
			      (uint64_t)ilp_hex_value(digits.at[i]);
	return true;
}

/* Whole bytes; false when they are not, or too many. */
static bool add_digits(struct line *out, struct ilp_bytes digits)
{
	if (digits.len == 0 || digits.len % 2 ||
	    out->len + digits.len / 2 > LINE_MAX_LEN)
		return false;
	for (size_t i = 0; i < digits.len; i += 2)
		out->bytes[out->len++] =
			(uint8_t)(ilp_hex_value(digits.at[i]) << 4 |
				  ilp_hex_value(digits.at[i + 1]));
	return true;
}

/* Is what follows so many blanks text, and no digits? */
static bool is_text_behind(const struct line *l, size_t blanks, bool colon)
{
	return blanks > 2 || (blanks == 2 && (colon || l->len != HALF_LINE));
}

static bool parse(struct line *out, struct ilp_bytes text)
{
	bool colon;

	*out = (struct line){ 0 };
	if (!take_offset(out, &text))
		return false;
	colon = text.len && text.at[0] == ':';
	text = ilp_bytes_skip(text, colon);
	if (text.len && take_blanks(&text) == 0)
		return false;
	while (text.len) {
		struct ilp_bytes rest = text;
		struct ilp_bytes digits = take_digits(&rest);
		bool ends = rest.len == 0 || is_blank(rest.at[0]);
		size_t blanks;

		if (!ends || !add_digits(out, digits))
			return out->len == HALF_LINE; /* text is behind it */
		text = rest;
		blanks = take_blanks(&text);
		if (text.len && is_text_behind(out, blanks, colon))
			return true;
	}
	return true;
}

static bool add(struct hexdump *h, const uint8_t *at, size_t len)
{
	return len <= HEXDUMP_MAX - h->bytes.len &&
	       buffer_add(&h->bytes, (struct ilp_bytes){ at, len },
			  HEXDUMP_MAX);
}

/* What an asterisk stands for, up to this offset: the last line, again and
 * again. */
static bool repeat(struct hexdump *h, uint64_t offset)
{
	uint8_t last[LINE_MAX_LEN];
	size_t len = h->line_len;
	uint64_t missing = offset - h->bytes.len;

	if (offset < h->bytes.len || missing > HEXDUMP_MAX || len == 0 ||
	    missing % len)
		return false;
	memcpy(last, h->bytes.at + h->bytes.len - len, len);
	for (; missing; missing -= len)
		if (!add(h, last, len))
			return false;
	return true;
}

static bool is_asterisk(const struct hexdump *h, struct ilp_bytes line)
{
	return h->open && h->line_len && line.len == 1 && line.at[0] == '*';
}

bool hexdump_take(struct hexdump *h, struct ilp_bytes text)
{
	struct line line;
	size_t before = h->bytes.len;

	while (text.len && (text.at[text.len - 1] == '\r' ||
			    is_blank(text.at[text.len - 1])))
		text.len--;
	if (is_asterisk(h, text)) {
		h->repeats = true;
		return true;
	}
	if (!parse(&line, text) || (!h->open && (line.offset || !line.len)))
		return false;
	if ((h->repeats && !repeat(h, line.offset)) ||
	    line.offset != h->bytes.len || !add(h, line.bytes, line.len)) {
		h->bytes.len = before;
		return false;
	}
	h->open = true;
	h->repeats = false;
	h->line_len = line.len;
	return true;
}

void hexdump_reset(struct hexdump *h)
{
	*h = (struct hexdump){ .bytes = h->bytes };
	h->bytes.len = 0;
}

void hexdump_drop(struct hexdump *h)
{
	buffer_drop(&h->bytes);
	*h = (struct hexdump){ .open = false };
}
