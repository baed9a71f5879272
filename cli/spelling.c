/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spelling.h"

#include "base/base64.h"
#include "base/digits.h"

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ilp_bytes spelling_trim(struct ilp_bytes text)
{
	while (text.len && is_space(text.at[0]))
		text = ilp_bytes_skip(text, 1);
	while (text.len && is_space(text.at[text.len - 1]))
		text.len--;
	return text;
}

static bool begins(struct ilp_bytes text, const char *with)
{
	size_t len = strlen(with);

	return text.len >= len && memcmp(text.at, with, len) == 0;
}

/* What may stand around all of it. */
static struct ilp_bytes bare(struct ilp_bytes text)
{
	text = spelling_trim(text);
	if (begins(text, "<Buffer ") && text.at[text.len - 1] == '>') {
		text = ilp_bytes_skip(text, strlen("<Buffer "));
		text.len--;
	} else if (text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\'') &&
		   text.at[text.len - 1] == text.at[0]) {
		text = ilp_bytes_skip(text, 1);
		text.len--;
	}
	return text;
}

/* What may stand between two bytes; its length. */
static size_t between(struct ilp_bytes text)
{
	if (begins(text, "0x") || begins(text, "0X") || begins(text, "\\x"))
		return 2;
	return is_space(text.at[0]) || text.at[0] == ':' || text.at[0] == ',' ||
	       text.at[0] == '-';
}

/* The byte of two digits in front; false when there are none, or no room. */
static bool add_byte(struct buffer *out, struct ilp_bytes text)
{
	int high = ilp_hex_value(text.at[0]);
	int low = text.len < 2 ? -1 : ilp_hex_value(text.at[1]);
	uint8_t byte;

	if (high < 0 || low < 0 || out->len == SPELLING_MAX)
		return false;
	byte = (uint8_t)(high << 4 | low);
	return buffer_add(out, (struct ilp_bytes){ &byte, 1 }, SPELLING_MAX);
}

bool spelling_hex(struct buffer *out, struct ilp_bytes text)
{
	size_t before = out->len;

	text = bare(text);
	while (text.len) {
		size_t skip = between(text);

		if (!skip && !add_byte(out, text)) {
			out->len = before;
			return false;
		}
		text = ilp_bytes_skip(text, skip ? skip : 2);
	}
	return out->len > before;
}

/* The characters that count, gathered behind what is in `out`. */
static bool gather(struct buffer *out, struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_space(text.at[i]) &&
		    (out->len == SPELLING_MAX ||
		     !buffer_add(out, (struct ilp_bytes){ text.at + i, 1 },
				 SPELLING_MAX)))
			return false;
	return true;
}

bool spelling_base64(struct buffer *out, struct ilp_bytes text)
{
	size_t before = out->len;
	struct ilp_bytes found = { NULL, 0 };
	bool good = gather(out, bare(text));

	if (good && out->len > before) {
		/* Decoded in place: three bytes never reach past their four
		 * characters. */
		uint8_t *at = out->at + before;
		struct ilp_bytes gathered = { at, out->len - before };

		good = ilp_base64_decode(&found, gathered, ILP_BASE64_ANY, at,
					 gathered.len);
	}
	out->len = before + (good ? found.len : 0);
	return good && found.len > 0;
}
