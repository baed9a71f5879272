/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include <assert.h>

/* Four characters of six bits are three bytes; a text may end with two
 * characters for one byte, or three for two. */

#define LETTERS_AND_DIGITS                                                     \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"                 \
	"0123456789"

static const char *alphabet(enum ilp_base64 form)
{
	return form == ILP_BASE64_URL ? LETTERS_AND_DIGITS "-_" :
					LETTERS_AND_DIGITS "+/";
}

/* The characters of `len` bytes, without padding. */
static size_t characters(size_t len)
{
	return len / 3 * 4 + (len % 3 ? len % 3 + 1 : 0);
}

size_t ilp_base64_encoded_len(size_t len, enum ilp_base64 form)
{
	assert(form != ILP_BASE64_ANY);
	return form == ILP_BASE64 ? (len / 3 + (len % 3 != 0)) * 4 :
				    characters(len);
}

size_t ilp_base64_decoded_max(size_t len)
{
	return len / 4 * 3 + len % 4 * 3 / 4;
}

bool ilp_base64_encode(struct ilp_bytes *out, struct ilp_bytes in,
		       enum ilp_base64 form, uint8_t *buffer, size_t capacity)
{
	const char *sixbits = alphabet(form);
	size_t len = ilp_base64_encoded_len(in.len, form);
	size_t at = 0;
	uint32_t bits = 0;
	unsigned count = 0; /* of the bits that are not written yet */

	if (capacity < len)
		return false;
	for (size_t i = 0; i < in.len; i++) {
		bits = bits << 8 | in.at[i];
		count += 8;
		while (count >= 6) {
			count -= 6;
			buffer[at++] = (uint8_t)sixbits[bits >> count & 63];
		}
	}
	if (count)
		buffer[at++] = (uint8_t)sixbits[bits << (6 - count) & 63];
	while (at < len)
		buffer[at++] = '=';
	*out = (struct ilp_bytes){ buffer, len };
	return true;
}

/* The six bits of a character, or -1 when the form does not have it. */
static int sixbits_of(uint8_t c, enum ilp_base64 form)
{
	bool url = form != ILP_BASE64, standard = form != ILP_BASE64_URL;

	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if ((c == '+' && standard) || (c == '-' && url))
		return 62;
	if ((c == '/' && standard) || (c == '_' && url))
		return 63;
	return -1;
}

/* Takes the padding off the end; false when it is not as the form wants it. */
static bool take_padding(struct ilp_bytes *text, enum ilp_base64 form)
{
	size_t padding = 0;

	while (padding < 2 && padding < text->len &&
	       text->at[text->len - 1 - padding] == '=')
		padding++;
	if (padding ? form == ILP_BASE64_URL || text->len % 4 != 0 :
		      form == ILP_BASE64 && text->len % 4 != 0)
		return false;
	text->len -= padding;
	return text->len % 4 != 1;
}

bool ilp_base64_decode(struct ilp_bytes *out, struct ilp_bytes text,
		       enum ilp_base64 form, uint8_t *buffer, size_t capacity)
{
	size_t at = 0;
	uint32_t bits = 0;
	unsigned count = 0; /* of the bits that are not written yet */

	if (!take_padding(&text, form) ||
	    capacity < ilp_base64_decoded_max(text.len))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int sixbits = sixbits_of(text.at[i], form);

		if (sixbits < 0)
			return false;
		bits = bits << 6 | (uint32_t)sixbits;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buffer[at++] = (uint8_t)(bits >> count);
		}
	}
	if (form != ILP_BASE64_ANY && bits & ((1u << count) - 1))
		return false;
	*out = (struct ilp_bytes){ buffer, at };
	return true;
}
