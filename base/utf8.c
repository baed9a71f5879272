/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* How many bytes follow a lead byte, and what the first of them may be: the
 * limits keep out overlong forms, surrogates and what Unicode does not have. */
struct lead {
	uint8_t followers, min, max;
};

static struct lead lead(uint8_t byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return (struct lead){ 1, 0x80, 0xbf };
	if (byte == 0xe0)
		return (struct lead){ 2, 0xa0, 0xbf };
	if (byte == 0xed)
		return (struct lead){ 2, 0x80, 0x9f };
	if (byte >= 0xe1 && byte <= 0xef)
		return (struct lead){ 2, 0x80, 0xbf };
	if (byte == 0xf0)
		return (struct lead){ 3, 0x90, 0xbf };
	if (byte >= 0xf1 && byte <= 0xf3)
		return (struct lead){ 3, 0x80, 0xbf };
	if (byte == 0xf4)
		return (struct lead){ 3, 0x80, 0x8f };
	return (struct lead){ 0 };
}

size_t ilp_utf8_len(struct ilp_bytes text)
{
	if (text.len == 0)
		return 0;
	if (text.at[0] < 0x80)
		return 1;

	struct lead l = lead(text.at[0]);
	if (l.followers == 0 || text.len <= l.followers || text.at[1] < l.min ||
	    text.at[1] > l.max)
		return 0;
	for (size_t i = 2; i <= l.followers; i++)
		if ((text.at[i] & 0xc0) != 0x80)
			return 0;
	return 1u + l.followers;
}

bool ilp_utf8_valid(struct ilp_bytes text)
{
	while (text.len) {
		size_t len = ilp_utf8_len(text);

		if (len == 0)
			return false;
		text = ilp_bytes_skip(text, len);
	}
	return true;
}

bool ilp_ascii_valid(struct ilp_bytes text)
{
	uint8_t any = 0;

	for (size_t i = 0; i < text.len; i++)
		any |= text.at[i];
	return any < 0x80;
}

size_t ilp_utf8_put(uint8_t out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}
