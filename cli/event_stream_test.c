/* SPDX-License-Identifier: Apache-2.0 */
/* Messages are the same however the bytes of a stream are cut, and whichever
 * way its lines end. */
#include "cli/event_stream.h"

#include <stdio.h>

#include "test/check.h"

/* "id name data", a bar behind each. */
static void take(struct event_stream *s, char *out, size_t size)
{
	struct event_message m;
	size_t len = strlen(out);

	while (event_stream_next(s, &m))
		len += (size_t)snprintf(out + len, size - len, "%.*s %.*s %.*s|",
					(int)m.id.len, (const char *)m.id.at,
					(int)m.name.len,
					(const char *)m.name.at,
					(int)m.data.len,
					(const char *)m.data.at);
}

static void check_cut(const char *in, size_t step, const char *expected)
{
	struct event_stream s = { .read = 0 };
	struct ilp_bytes left = ilp_text(in);
	char out[1024] = "";

	while (left.len) {
		size_t len = left.len < step ? left.len : step;
		struct ilp_bytes piece =
			exact_copy((struct ilp_bytes){ left.at, len });

		CHECK(event_stream_add(&s, piece));
		exact_free(piece);
		take(&s, out, sizeof(out));
		left = ilp_bytes_skip(left, len);
	}
	CHECK_TEXT(ilp_text(out), expected);
	event_stream_drop(&s);
}

static void check(const char *in, const char *expected)
{
	for (size_t step = 1; step <= strlen(in); step++)
		check_cut(in, step, expected);
}

static void messages_end_with_an_empty_line(void)
{
	check("id: 1\nevent: a\ndata: x\n\nid: 2\nevent: b\ndata: y\n\n",
	      "1 a x|2 b y|");
	check("\n\nid: 1\n\nevent: a\n\ndata: x\n\n", "1  x|");
	check("data: x\n\ndata: not whole\n", "  x|");
	check("data: x\n", "");
	check("data\n\n", "  |");
}

static void lines_end_in_any_way(void)
{
	check("id: 1\r\nevent: a\r\ndata: x\r\n\r\ndata: y\r\n\r\n",
	      "1 a x|1  y|");
	check("id: 1\revent: a\rdata: x\r\rdata: y\r\r", "1 a x|1  y|");
	check("id: 1\r\nevent: a\ndata: x\r\n\ndata: y\n\r\n", "1 a x|1  y|");
}

static void fields_are_read_as_the_standard_has_them(void)
{
	check(":\n\n: note\ndata:x\n\n", "  x|");
	check("data: a\ndata:  b\ndata\n\n", "  a\n b\n|");
	check("data: a\nother: b\nretry: 5\ndatas: c\n\n", "  a|");
	check("event: a\nevent: b\ndata: x\n\n", " b x|");
	check("data: a:b: c\n\n", "  a:b: c|");
	check("id: 1\ndata: a\n\nid\ndata: b\n\n", "1  a|  b|");
	check("\xef\xbb\xbf" "data: a\n\n" "\xef\xbb\xbf" "data: b\n\n", "  a|");
}

static void a_message_without_end_is_given_up(void)
{
	static uint8_t room[64 * 1024];
	struct event_stream s = { .read = 0 };
	size_t len = 0;

	memset(room, 'x', sizeof(room));
	while (event_stream_add(&s, ILP_BYTES(room)))
		len += sizeof(room);
	CHECK_INT(len, EVENT_STREAM_MAX);
	event_stream_drop(&s);
}

static void a_stream_without_end_is_not(void)
{
	struct event_stream s = { .read = 0 };
	struct event_message m;

	for (int i = 0; i < 100000; i++) {
		CHECK(event_stream_add(&s, ilp_text("data: 0123456789abcdef\n\n")));
		CHECK(event_stream_next(&s, &m));
		CHECK_TEXT(m.data, "0123456789abcdef");
		CHECK(!event_stream_next(&s, &m));
	}
	CHECK(s.lines.capacity < 4096);
	event_stream_drop(&s);
}

TESTS(TEST(messages_end_with_an_empty_line), TEST(lines_end_in_any_way),
      TEST(fields_are_read_as_the_standard_has_them),
      TEST(a_message_without_end_is_given_up),
      TEST(a_stream_without_end_is_not))
