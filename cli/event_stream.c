/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/event_stream.h"

#include "ilp/text.h"

#define MARK "\xef\xbb\xbf" /* of UTF-8, which may stand at the beginning */

/* What was read goes, so that what is left is part of one message, or of few. */
static void forget_read(struct event_stream *s)
{
	if (s->read == 0)
		return;
	s->lines.len -= s->read;
	memmove(s->lines.at, s->lines.at + s->read, s->lines.len);
	s->read = 0;
}

/* A line ends in CR, LF, or both. */
static void end_lines(struct event_stream *s, size_t from)
{
	uint8_t *at = s->lines.at;
	size_t to = from;

	for (size_t i = from; i < s->lines.len; i++) {
		bool second = at[i] == '\n' && s->after_cr;

		s->after_cr = at[i] == '\r';
		if (!second)
			at[to++] = s->after_cr ? '\n' : at[i];
	}
	s->lines.len = to;
}

bool event_stream_add(struct event_stream *s, struct ilp_bytes bytes)
{
	size_t from;

	forget_read(s);
	from = s->lines.len;
	if (bytes.len > EVENT_STREAM_MAX - from ||
	    !buffer_add(&s->lines, bytes, EVENT_STREAM_MAX))
		return false;
	end_lines(s, from);
	return true;
}

/* Up to the empty line that ends it; false when that has not come. */
static bool take_message(struct event_stream *s, struct ilp_bytes *out)
{
	struct ilp_bytes left = { s->lines.at + s->read,
				  s->lines.len - s->read };
	bool empty = true; /* the line so far */

	for (size_t i = 0; i < left.len; i++) {
		if (left.at[i] == '\n' && empty) {
			*out = (struct ilp_bytes){ left.at, i };
			s->read += i + 1;
			return true;
		}
		empty = left.at[i] == '\n';
	}
	return false;
}

static bool set(struct buffer *b, struct ilp_bytes text)
{
	b->len = 0;
	return buffer_add(b, text, EVENT_STREAM_MAX);
}

static bool add_line(struct buffer *data, struct ilp_bytes line)
{
	return buffer_add(data, line, EVENT_STREAM_MAX) &&
	       buffer_add(data, ilp_text("\n"), EVENT_STREAM_MAX);
}

/* What is no field that we know is skipped, a comment among them. */
static bool take_field(struct event_stream *s, struct ilp_bytes line,
		       struct ilp_bytes *name)
{
	struct ilp_bytes value = line;
	struct ilp_bytes key = ilp_text_until(&value, ':');

	if (value.len && value.at[0] == ' ')
		value = ilp_bytes_skip(value, 1);
	if (ilp_bytes_equal(key, ilp_text("data")))
		return add_line(&s->data, value);
	if (ilp_bytes_equal(key, ilp_text("event")))
		*name = value;
	else if (ilp_bytes_equal(key, ilp_text("id")) &&
		 !(value.len && memchr(value.at, '\0', value.len)))
		return set(&s->id, value);
	return true;
}

static bool take_fields(struct event_stream *s, struct ilp_bytes text,
			struct ilp_bytes *name)
{
	bool good = true;

	s->data.len = 0;
	if (!s->begun && text.len >= 3 && memcmp(text.at, MARK, 3) == 0)
		text = ilp_bytes_skip(text, 3);
	s->begun = true;
	while (text.len && good)
		good = take_field(s, ilp_text_until(&text, '\n'), name);
	return good;
}

/* One without data is none. */
bool event_stream_next(struct event_stream *s, struct event_message *out)
{
	struct ilp_bytes text;

	while (s->lines.len && take_message(s, &text)) {
		struct ilp_bytes name = { NULL, 0 };

		if (!take_fields(s, text, &name) || s->data.len == 0)
			continue;
		*out = (struct event_message){
			.id = buffer_bytes(&s->id),
			.name = name,
			.data = { s->data.at, s->data.len - 1 },
		};
		return true;
	}
	return false;
}

void event_stream_drop(struct event_stream *s)
{
	buffer_drop(&s->lines);
	buffer_drop(&s->data);
	buffer_drop(&s->id);
	*s = (struct event_stream){ .read = 0 };
}
