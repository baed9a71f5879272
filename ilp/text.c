/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/text.h"

void ilp_write_base64(struct ilp_writer *w, struct ilp_bytes in,
		      enum ilp_base64 form)
{
	size_t len = ilp_base64_encoded_len(in.len, form);
	uint8_t *room = ilp_write_room(w, len);
	struct ilp_bytes text;

	if (room)
		ilp_base64_encode(&text, in, form, room, len);
}

struct ilp_json_writer ilp_json_open(const struct ilp_writer *w)
{
	size_t left = w->error ? 0 : (size_t)(w->end - w->at);

	return ilp_json_writer(w->at, left, 0);
}

void ilp_json_close(struct ilp_writer *w, const struct ilp_json_writer *json)
{
	struct ilp_bytes text = ilp_json_written(json);

	if (text.len == 0)
		ilp_writer_fail(w, ILP_ERR_ROOM);
	else
		w->at += text.len;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool ilp_text_equal_nocase(struct ilp_bytes a, struct ilp_bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct ilp_bytes ilp_text_trim(struct ilp_bytes text)
{
	while (text.len && is_blank(text.at[0]))
		text = ilp_bytes_skip(text, 1);
	while (text.len && is_blank(text.at[text.len - 1]))
		text.len--;
	return text;
}

struct ilp_bytes ilp_text_until(struct ilp_bytes *rest, char mark)
{
	struct ilp_bytes part = { rest->at, 0 };

	while (part.len < rest->len && rest->at[part.len] != mark)
		part.len++;
	*rest = ilp_bytes_skip(*rest, part.len + (part.len < rest->len));
	return part;
}

bool ilp_text_is(struct ilp_bytes text, const char *word)
{
	return ilp_text_equal_nocase(text, ilp_text(word));
}

bool ilp_text_lists(struct ilp_bytes list, const char *word)
{
	while (list.len)
		if (ilp_text_is(ilp_text_trim(ilp_text_until(&list, ',')),
				word))
			return true;
	return false;
}
