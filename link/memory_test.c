/* SPDX-License-Identifier: Apache-2.0 */
/* The memory link does what every link does; beyond that, its frames are as
 * memory.h draws them, and whatever else comes ends it. */
#include "link/memory.h"

#include "ilp/packet.h"
#include "test/check.h"
#include "test/link_suite.h"

#define HELLO "480000000000000000"

static const struct ilp_time now;

/* Of all links but the suite's. */
static struct pool *pool;

static void create_pair(struct link *pair[2], struct pool *of_both)
{
	pair[0] = link_memory_create(of_both);
	pair[1] = link_memory_create(of_both);
}

static struct link *create(void)
{
	struct link *link = link_memory_create(pool);

	CHECK(link != NULL);
	return link;
}

/* What is lent may be written to, so it is a copy; the next one takes its
 * place. */
static void receive(struct link *link, struct ilp_bytes in)
{
	static uint8_t copy[2 * ILP_PACKET_MAX];

	CHECK(in.len <= sizeof(copy));
	memcpy(copy, in.at, in.len);
	link_receive(link, now, copy, in.len);
}

static void check_next(struct link *link, enum link_event_type type,
		       uint32_t request, struct ilp_bytes packet)
{
	struct link_event event;

	CHECK(link_next(link, &event));
	CHECK_INT(event.type, type);
	CHECK_INT(event.request, request);
	CHECK_BYTES(event.packet, packet);
}

static void check_down(struct link *link, const char *reason)
{
	struct link_event event;

	CHECK(link_next(link, &event));
	CHECK_INT(event.type, LINK_DOWN);
	CHECK_TEXT(ilp_text(event.reason), reason);
	CHECK(!link_next(link, &event));
}

static void frames_are_as_drawn(void)
{
	struct link *link = create();
	struct link_event event;
	struct ilp_bytes out;

	receive(link, hex(HELLO));
	check_next(link, LINK_UP, 0, hex(""));
	CHECK(!link_next(link, &event));
	link_prepare(link, 0x01020304, hex("0c00"), NULL);
	link_answer(link, 0xfffffffe, hex("0e0102"));
	out = link_output(link);
	CHECK_BYTES(out, hex(HELLO "5001020304000000020c00"
				   "41fffffffe000000030e0102"));
	link_written(link, 9);
	CHECK_BYTES(link_output(link), hex("5001020304000000020c00"
					   "41fffffffe000000030e0102"));
	link_destroy(link);
}

static void frames_are_read_as_drawn(void)
{
	struct link *link = create();
	struct link_event event;

	receive(link, hex(HELLO "5001020304000000020c00"
				"41fffffffe000000030e0102"
				"500000000000000000"));
	check_next(link, LINK_UP, 0, hex(""));
	check_next(link, LINK_PREPARE, 0x01020304, hex("0c00"));
	check_next(link, LINK_ANSWER, 0xfffffffe, hex("0e0102"));
	check_next(link, LINK_PREPARE, 0, hex(""));
	CHECK(!link_next(link, &event));
	link_destroy(link);
}

/* A greeted link, the head of a frame of that length, and the frame itself
 * behind it. */
static struct link *begin_frame(size_t len)
{
	struct link *link = create();
	static uint8_t head[9] = { 'P', 0, 0, 0, 7 }; /* it is lent */
	struct link_event event;

	receive(link, hex(HELLO));
	check_next(link, LINK_UP, 0, hex(""));
	CHECK(!link_next(link, &event));
	ilp_store_u32(head + 5, (uint32_t)len);
	receive(link, ILP_BYTES(head));
	return link;
}

static void the_largest_packet_passes(void)
{
	static uint8_t packet[ILP_PACKET_MAX];
	struct link *link = begin_frame(sizeof(packet));
	struct link_event event;

	memset(packet, 'p', sizeof(packet));
	CHECK(!link_next(link, &event));
	receive(link, ILP_BYTES(packet));
	check_next(link, LINK_PREPARE, 7, ILP_BYTES(packet));
	CHECK_INT(link_prepare(link, 1, ILP_BYTES(packet), NULL), LINK_OK);
	link_destroy(link);
}

/* The head is enough: nobody waits for what would be too much. */
static void a_larger_one_ends_the_link(void)
{
	static const size_t lens[] = { ILP_PACKET_MAX + 1, 0x7fffffff,
				       0xfffffff6, 0xffffffff };

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct link *link = begin_frame(lens[i]);

		check_down(link, "frame is longer than any packet");
		link_destroy(link);
	}
}

static void a_larger_one_that_came_whole_does_too(void)
{
	static uint8_t frame[9 + ILP_PACKET_MAX + 1] = { 'P' };
	struct link *link = create();

	ilp_store_u32(frame + 5, ILP_PACKET_MAX + 1);
	receive(link, hex(HELLO));
	check_next(link, LINK_UP, 0, hex(""));
	CHECK(!link_next(link, &(struct link_event){ 0 }));
	receive(link, ILP_BYTES(frame));
	check_down(link, "frame is longer than any packet");
	link_destroy(link);
}

static void a_greeting_does_not_revive_a_closed_link(void)
{
	static const char *const inputs[] = {
		HELLO, HELLO "4100000001000000020e00",
		"4100000001000000020e00", /* as if there had been a greeting */
	};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct link *link = create();

		receive(link, hex(inputs[i]));
		link_close(link, "closed");
		check_down(link, "closed");
		CHECK_INT(link_prepare(link, 1, hex("0c00"), NULL),
			  LINK_CLOSED);
		link_destroy(link);
	}
}

static const struct {
	const char *input;
	bool up;
	const char *reason;
} wrong[] = {
	{ "500000000000000000", false, "did not begin with a greeting" },
	{ "410000000000000000", false, "did not begin with a greeting" },
	{ "000000000000000000", false, "did not begin with a greeting" },
	{ "474554202f20485454", false, "frame is longer than any packet" },
	{ "480000000000000001ff", false, "did not begin with a greeting" },
	{ HELLO HELLO, true, "frame of an unknown kind" },
	{ HELLO "510000000000000000", true, "frame of an unknown kind" },
	{ HELLO "0000000000000000020102", true, "frame of an unknown kind" },
	{ HELLO "5000000000ffffffff", true, "frame is longer than any packet" },
};

/* All events of a link, of which there may be UP and DOWN only. */
static void take_up_and_down(struct link *link, int *ups, int *downs,
			     const char **reason)
{
	struct link_event event;

	while (link_next(link, &event)) {
		CHECK(event.type == LINK_UP || event.type == LINK_DOWN);
		CHECK_INT(*downs, 0);
		*ups += event.type == LINK_UP;
		*downs += event.type == LINK_DOWN;
		*reason = event.reason;
	}
}

static void whatever_is_wrong_ends_the_link(void)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		for (size_t piece = 1; piece <= 40; piece++) {
			struct link *link = create();
			char text[200];
			struct ilp_bytes in;
			const char *reason = NULL;
			int ups = 0;
			int downs = 0;

			/* A good frame behind it does not help. */
			snprintf(text, sizeof(text), "%s%s", wrong[i].input,
				 HELLO "500000000000000000");
			for (in = hex(text); in.len;) {
				size_t len = piece < in.len ? piece : in.len;

				receive(link, (struct ilp_bytes){ in.at, len });
				take_up_and_down(link, &ups, &downs, &reason);
				in = ilp_bytes_skip(in, len);
			}
			CHECK_INT(ups, wrong[i].up);
			CHECK_INT(downs, 1);
			CHECK_TEXT(ilp_text(reason), wrong[i].reason);
			link_destroy(link);
		}
}

static struct link *create_greeted(void)
{
	struct link *link = create();

	link_written(link, 9); /* the greeting */
	receive(link, hex(HELLO));
	check_next(link, LINK_UP, 0, hex(""));
	CHECK(!link_next(link, &(struct link_event){ 0 }));
	return link;
}

static void nothing_behind_what_is_wrong_counts(void)
{
	struct link *link = create_greeted();

	receive(link, hex("410000000100000001aa" HELLO "410000000200000001bb"));
	check_next(link, LINK_ANSWER, 1, hex("aa"));
	check_down(link, "frame of an unknown kind");
	link_destroy(link);
}

static void nothing_behind_what_is_wrong_counts_after_a_close(void)
{
	struct link *link = create_greeted();

	receive(link, hex("410000000100000001aa500000000900000000" HELLO
			  "410000000200000001bb"));
	link_close(link, "enough");
	check_next(link, LINK_ANSWER, 1, hex("aa"));
	check_down(link, "enough");
	link_destroy(link);
}

/* An answer that came in two pieces was whole, too. */
static void an_answer_in_pieces_counts_after_a_close(void)
{
	struct link *link = create_greeted();

	receive(link, hex("4100000001000000"));
	CHECK(!link_next(link, &(struct link_event){ 0 }));
	receive(link, hex("01aa410000000200000001bb4100"));
	link_close(link, "enough");
	check_next(link, LINK_ANSWER, 1, hex("aa"));
	check_next(link, LINK_ANSWER, 2, hex("bb"));
	check_down(link, "enough");
	link_destroy(link);
}

/* The output is filled up again and again, and written in pieces that are no
 * frames: it must be the same stream of bytes all the time. */
static void output_keeps_its_order(void)
{
	struct link *link = create_greeted();
	uint64_t written = 0;

	for (uint32_t sent = 0; sent < 200000;) {
		struct ilp_bytes out;
		size_t len;

		while (link_waiting(link) < 500000)
			link_answer(link, sent++, hex("aabbcc"));
		out = link_output(link);
		for (size_t i = 0; i < out.len; i += 997) {
			uint8_t frame[] = { 'A', 0, 0, 0,    0,    0,
					    0,   0, 3, 0xaa, 0xbb, 0xcc };
			uint64_t at = written + i;

			ilp_store_u32(frame + 1, (uint32_t)(at / 12));
			CHECK_INT(out.at[i], frame[at % 12]);
		}
		len = out.len < 54321 ? out.len : 54321;
		link_written(link, len);
		written += len;
	}
	link_destroy(link);
}

static void the_marks_are_where_they_should_be(void)
{
	static uint8_t packet[1024 - 9];
	struct link *link = create_greeted();
	size_t count = 0;

	while (link_prepare(link, 1, ILP_BYTES(packet), NULL) == LINK_OK)
		count++;
	CHECK_INT(count, LINK_HIGH / 1024);
	while (link_answer(link, 1, ILP_BYTES(packet)) == LINK_OK)
		count++;
	CHECK_INT(count, LINK_MOST / 1024);
	check_down(link, "peer does not read our answers");
	CHECK_INT(link_waiting(link), LINK_MOST);
	link_destroy(link);
}

static void needs_a_block_for_its_greeting(void)
{
	struct pool *empty = pool_create(LINK_MEMORY_BLOCK, 0);

	CHECK(empty != NULL);
	CHECK(link_memory_create(empty) == NULL);
	pool_destroy(empty);
}

int main(void)
{
	static const struct link_suite memory = { create_pair,
						  LINK_MEMORY_BLOCK };
	static const struct check_test own[] = {
		TEST(frames_are_as_drawn),
		TEST(frames_are_read_as_drawn),
		TEST(the_largest_packet_passes),
		TEST(a_larger_one_ends_the_link),
		TEST(a_larger_one_that_came_whole_does_too),
		TEST(a_greeting_does_not_revive_a_closed_link),
		TEST(whatever_is_wrong_ends_the_link),
		TEST(nothing_behind_what_is_wrong_counts),
		TEST(nothing_behind_what_is_wrong_counts_after_a_close),
		TEST(an_answer_in_pieces_counts_after_a_close),
		TEST(output_keeps_its_order),
		TEST(the_marks_are_where_they_should_be),
		TEST(needs_a_block_for_its_greeting),
	};
	int failed = link_suite_run(&memory);

	pool = pool_create(LINK_MEMORY_BLOCK, 256);
	failed += check_all(own, sizeof(own) / sizeof(own[0]));
	failed += pool_taken(pool) != 0;
	pool_destroy(pool);
	return failed;
}
