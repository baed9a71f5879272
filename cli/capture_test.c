/* SPDX-License-Identifier: Apache-2.0 */
/* Packets are found in whatever they were kept in, one or many, and are told
 * from the words around them. */
#include "cli/capture.h"

#include "test/check.h"

#define HASH "0011223344556677889900112233445566778899001122334455667788990a0b"
#define A "0d21" HASH "00"
#define B "0d22" HASH "0162"
#define A_HALF "0d2100112233445566778899"
#define A_REST "00112233445566778899001122334455667788990a0b00"
#define A_BASE64 "DSEAESIzRFVmd4iZABEiM0RVZneImQARIjNEVWZ3iJkKCwA="

static const struct kinds any = { .only = KIND_NONE };

struct expected {
	size_t line;
	const char *hex; /* NULL: it is text */
	const char *text;
};

static void finds_in(struct ilp_bytes input, const struct expected *expected)
{
	struct capture c = capture(&any, input);
	struct capture_piece piece;

	for (; expected->hex || expected->text; expected++) {
		CHECK(capture_next(&c, &piece));
		CHECK_INT(piece.line, expected->line);
		CHECK_INT(piece.text, expected->hex == NULL);
		CHECK_BYTES(piece.bytes, expected->hex ?
						 hex(expected->hex) :
						 ilp_text(expected->text));
	}
	CHECK(!capture_next(&c, &piece));
	capture_drop(&c);
}

#define FINDS(text, ...)                                                       \
	finds_in(ilp_text(text),                                               \
		 (const struct expected[]){ __VA_ARGS__, { 0, NULL, NULL } })

static void a_line_is_a_packet(void)
{
	FINDS(A, { 1, A, NULL });
	FINDS("\n" A "\n\n" B "\n", { 2, A, NULL }, { 4, B, NULL });
	FINDS(A_BASE64 "\n" A, { 1, A, NULL }, { 2, A, NULL });
}

static void a_packet_goes_over_lines(void)
{
	FINDS(A_HALF "\n" A_REST "\n" B, { 1, A, NULL }, { 3, B, NULL });
	FINDS("0d 21\n\t00 11\n", { 1, "0d210011", NULL });
}

/* A broken one takes nothing from those behind it. */
static void what_is_cut_ends_with_its_line(void)
{
	FINDS(A_HALF "\n" A "\n", { 1, A_HALF, NULL }, { 2, A, NULL });
	FINDS("ffff\n" A "\n", { 1, "ffff", NULL }, { 2, A, NULL });
}

static void dumps_are_found_between_lines(void)
{
	FINDS("12:00 IP 10.0.0.1.7768 > 10.0.0.2.999: length 35\n"
	      "\t0x0000:  0d21 0011 2233 4455 6677 8899 0011 2233\n"
	      "\t0x0010:  4455 6677 8899 0011 2233 4455 6677 8899\n"
	      "\t0x0020:  0a0b 00\n"
	      "12:01 IP 10.0.0.2.999 > 10.0.0.1.7768: length 2\n"
	      "\t0x0000:  ffff\n",
	      { 2, A, NULL }, { 6, "ffff", NULL });
}

static void words_of_a_log_are_tried(void)
{
	FINDS("2026-01-02 info: sent 3 packets to bob\n"
	      "2026-01-02 got packet=" A " and \"" A_BASE64 "\" later\n"
	      "reply <Buffer 0d 21 00 11 22 33 44 55 66 77 88 99 00 11 22 33 "
	      "44 "
	      "55 66 77 88 99 00 11 22 33 44 55 66 77 88 99 0a 0b 00> sent\n"
	      "the hash " HASH " is none\n",
	      { 2, A, NULL }, { 2, A, NULL }, { 3, A, NULL });
}

static void a_word_alone_is_text(void)
{
	FINDS("test.bob\n$example.com\n{ \"a\": 1 }\n", { 1, NULL, "test.bob" },
	      { 2, NULL, "$example.com" }, { 3, NULL, "{ \"a\": 1 }" });
}

static void raw_packets_follow_one_another(void)
{
	finds_in(hex(A B A), (const struct expected[]){ { 0, A, NULL },
							{ 0, B, NULL },
							{ 0, A, NULL },
							{ 0, NULL, NULL } });
	finds_in(hex(A "0d2100"),
		 (const struct expected[]){ { 0, A, NULL },
					    { 0, "0d2100", NULL },
					    { 0, NULL, NULL } });
}

static void nothing_is_in_nothing(void)
{
	FINDS("", { 0, NULL, NULL });
	FINDS("\n \n\t\n", { 0, NULL, NULL });
}

TESTS(TEST(a_line_is_a_packet), TEST(a_packet_goes_over_lines),
      TEST(what_is_cut_ends_with_its_line), TEST(dumps_are_found_between_lines),
      TEST(words_of_a_log_are_tried), TEST(a_word_alone_is_text),
      TEST(raw_packets_follow_one_another), TEST(nothing_is_in_nothing))
