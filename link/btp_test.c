/* SPDX-License-Identifier: Apache-2.0 */
/* The BTP link does what every link does; beyond that, its bytes are those of
 * RFC 23 and of ilp-plugin-btp, which most peers run. */
#include "link/btp.h"

#include <malloc.h>

#include "test/btp_peer.h"
#include "test/link_suite.h"

/* ---- once it is up ---- */

static void speaks_as_ilp_plugin_btp_does(void)
{
	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t = up(is_server);
		uint8_t *copy = NULL;

		hear(t, "06deadbeef0d010103696c7000050c03aabbcc");
		check_prepare(t, 0xdeadbeef, "0c03aabbcc");
		check_quiet(t);
		link_answer(t->link, 0xdeadbeef, hex("0d02bbcc"));
		check_said(t, "01deadbeef0c010103696c7000040d02bbcc");

		link_prepare(t->link, 0x01020304, hex("0c0411223344"), &copy);
		CHECK_BYTES(((struct ilp_bytes){ copy, 6 }),
			    hex("0c0411223344"));
		memset(copy + 2, 0x55, 4);
		check_said(t, "06010203040e010103696c7000060c0455555555");
		hear(t, "01010203040b010103696c7000030e0177");
		check_answer(t, 0x01020304, "0e0177");
		check_quiet(t);
		finish(t);
	}
}

static void the_first_entry_says_what_a_message_wants(void)
{
	struct subject *t = up(true);

	/* A second entry that nobody knows. */
	hear(t, "060000000b15010203696c7000050c03aabbcc04696e666f020178");
	check_prepare(t, 11, "0c03aabbcc");
	/* The other way round. */
	hear(t, "060000000b15010204696e666f02017803696c7000050c03aabbcc");
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F00", "NotAcceptedError", "unknown sub-protocol");
	hear(t, "060000000b020100");
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F00", "NotAcceptedError", "unknown sub-protocol");
	/* A login once more. */
	hear(t, LOGIN);
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 1, "F00", "NotAcceptedError", "unknown sub-protocol");
	check_quiet(t);
	finish(t);
}

static void a_message_about_ilp_holds_a_prepare(void)
{
	static const char *const others[] = {
		"060000000b08010103696c700000",         /* nothing */
		"060000000b09010103696c7000010c",       /* one byte */
		"060000000b0b010103696c7000030c03aa",   /* a part of one */
		"060000000b0c010103696c7000040d02bbcc", /* a Fulfill */
		"060000000b0c010103696c700004ff02bbcc", /* who knows */
		"060000000b0c010103696c7000040c810000", /* a bad length */
		"060000000b0d010103696c7000050c80aabbcc",
	};
	struct subject *t = up(true);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		hear(t, others[i]);
		CHECK(!link_next(t->link, &(struct link_event){ 0 }));
		check_error(t, 11, "F01", "InvalidFieldsError",
			    "ilp holds no Prepare");
		check_quiet(t);
	}
	hear(t, "060000000b0d010103696c7001050c03aabbcc"); /* as text */
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F01", "InvalidFieldsError",
		    "ilp is not an octet stream");
	finish(t);
}

static void bytes_behind_a_packet_are_not_passed_on(void)
{
	struct subject *t = up(true);

	hear(t, "060000000b0f010103696c7000070c03aabbccffff");
	check_prepare(t, 11, "0c03aabbcc");
	hear(t, "010000000b0f010103696c7000070d02bbccffffff");
	check_answer(t, 11, "0d02bbcc");
	hear(t, "010000000b17010203696c7000070d02bbccffffff04696e666f020178");
	check_answer(t, 11, "0d02bbcc");
	check_quiet(t);
	finish(t);
}

/* Which questions there are the connector knows. */
static void answers_come_whoever_asked(void)
{
	struct subject *t = up(false);

	hear(t, "01ffffffff0c010103696c7000040d02bbcc");
	check_answer(t, 0xffffffff, "0d02bbcc");
	hear(t, "01ffffffff0c010103696c7000040d02bbcc");
	check_answer(t, 0xffffffff, "0d02bbcc");
	/* Any packet; and wherever it stands, since it may be money. */
	hear(t, PREPARE);
	check_prepare(t, 11, "0c03aabbcc");
	hear(t, "01000000010d010103696c7000050c03aabbcc");
	check_answer(t, 1, "0c03aabbcc");
	hear(t, "010000000214010204696e666f02017803696c7000040d02bbcc");
	check_answer(t, 2, "0d02bbcc");
	check_quiet(t);
	finish(t);
}

static void an_answer_without_a_packet_is_a_refusal(void)
{
	struct subject *t = up(true);

	hear(t, "010000000b020100");
	check_refused(t, 11, "answered without a packet", false);
	hear(t, "010000000b0a010104696e666f020178");
	check_refused(t, 11, "answered without a packet", false);
	hear(t, "010000000b08010103696c700000");
	check_refused(t, 11, "answered with what is no packet", false);
	hear(t, "010000000b0b010103696c7000030d03aa");
	check_refused(t, 11, "answered with what is no packet", false);
	check_quiet(t);
	finish(t);
}

static void hear_error(struct subject *t, const char *code, const char *name,
		       struct ilp_bytes data)
{
	static uint8_t out[10000];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_btp packet = {
		.type = ILP_BTP_ERROR,
		.request_id = 12,
		.error = { .name = ilp_text(name), .data = data },
	};

	memcpy(packet.error.code, code, 4);
	CHECK_INT(ilp_btp_encode(&w, &packet), ILP_OK);
	receive_frame(t, BINARY, ilp_written(&w));
}

static void an_error_is_a_refusal_that_says_why(void)
{
	struct subject *t = up(false);

	hear(t, REFUSED);
	check_refused(t, 1, "F00 NotAcceptedError: invalid auth_token", false);
	hear_error(t, "T00", "UnreachableError", ilp_text(""));
	check_refused(t, 12, "T00 UnreachableError", true);
	hear_error(t, "F08", "InsufficientBalanceError",
		   ilp_text("{\"message\":\"grüße\"}"));
	check_refused(t, 12,
		      "F08 InsufficientBalanceError: {\"message\":\"grüße\"}",
		      false);
	check_quiet(t);
	finish(t);
}

static void reasons_cannot_harm_who_reads_them(void)
{
	static const char *const harmful[] = {
		"a\nb", "\x1b[2J", "\x7f", "\xff", "\xc2\x9bJ", "\xc3",
	};
	struct subject *t = up(false);

	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++) {
		hear_error(t, "F00", "Error", ilp_text(harmful[i]));
		check_refused(t, 12, "F00 Error", false);
	}
	hear_error(t, "T\n1", "Er\tror", ilp_text("why"));
	check_refused(t, 12, ": why", true);
	finish(t);
}

/* After "F00 E: " there is room for 120 bytes. */
static void long_reasons_end_after_a_whole_character(void)
{
	uint8_t data[1000];
	struct subject *t = up(false);

	for (size_t odd = 0; odd < 2; odd++) {
		const char *reason;
		struct link_event event;

		memset(data, 'a', odd);
		for (size_t i = odd; i + 1 < sizeof(data); i += 2)
			memcpy(data + i, "ü", 2);
		hear_error(t, "F00", "E",
			   (struct ilp_bytes){ data, 998 + odd });
		event = check_event(t, LINK_REFUSED);
		reason = event.reason;
		CHECK_INT(strlen(reason), 127 - odd);
		CHECK(memcmp(reason + 7, data, strlen(reason) - 7) == 0);
	}
	memset(data, 'n', 500);
	data[500] = '\0';
	hear_error(t, "F00", (const char *)data, ilp_text("data"));
	CHECK_INT(strlen(check_event(t, LINK_REFUSED).reason), 127);
	finish(t);
}

static void transfers_are_not_accepted(void)
{
	struct subject *t = up(true);

	hear(t, "070000000b0a00000000000000640100");
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F00", "NotAcceptedError",
		    "transfers are not accepted");
	/* Not with a claim either. */
	hear(t, "070000000b12000000000000006401"
		"0105636c61696d0000");
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F00", "NotAcceptedError",
		    "transfers are not accepted");
	check_quiet(t);
	finish(t);
}

static void what_cannot_be_read_is_passed_over(void)
{
	static const char *const unreadable[] = {
		"",
		"06",
		"060000000b",
		"030000000b020100",
		"060000000b0d010103696c7000050c03aabb",
		"060000000b0d010103696c7000050c03aabbccdd",
		"060000000b0d010203696c7000050c03aabbcc",
		"060000000b0d010103696cf000050c03aabbcc",
		"060000000b15010203696c7000050c03aabbcc03696c70020178",
		"020000000b020100",
	};
	struct subject *t = up(true);

	for (size_t i = 0; i < sizeof(unreadable) / sizeof(*unreadable); i++) {
		hear(t, unreadable[i]);
		check_quiet(t);
	}
	hear(t, PREPARE);
	check_prepare(t, 11, "0c03aabbcc");
	finish(t);
}

static void text_ends_the_link(void)
{
	struct subject *t = up(true);

	receive_frame(t, TEXT, ilp_text("hello"));
	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_UNACCEPTABLE, "peer sends text");
	check_quiet(t);
	finish(t);
}

/* The longest packet passes; the suite shows that it arrives. A longer one is
 * none, whether it is there or only announced. */
static void a_packet_that_is_too_long_ends_the_link(void)
{
	static const char *const announced[] = {
		"060000000b0d010103696c7000050c83ffffff",
		"010000000b0d010103696c7000050d83ffffff",
	};

	for (size_t i = 0; i < sizeof(announced) / sizeof(*announced); i++) {
		struct subject *t = up(true);

		hear(t, announced[i]);
		check_event(t, LINK_DOWN);
		check_close(t, WEBSOCKET_TOO_BIG,
			    "packet is longer than any may be");
		check_quiet(t);
		finish(t);
	}
}

static void so_does_a_message_that_is_too_long(void)
{
	static uint8_t message[UINT16_MAX + 1];
	struct subject *t = up(true);

	receive_frame(t, BINARY,
		      (struct ilp_bytes){ message, sizeof(message) - 1 });
	check_quiet(t);
	receive_frame(t, BINARY, ILP_BYTES(message));
	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_TOO_BIG, "message is too big");
	check_quiet(t);
	finish(t);
}

/* ---- the end ---- */

static void a_close_says_goodbye(void)
{
	struct subject *t = up(true);

	link_prepare(t->link, 5, hex("0c00"), NULL);
	link_close(t->link, "we move to another house");
	check_said(t, "06000000050a010103696c7000020c00");
	check_close(t, WEBSOCKET_NORMAL, "we move to another house");
	check_down(t, "we move to another house");
	finish(t);
}

/* Neither events nor answers come of anything but answers. */
static void nothing_but_answers_counts_after_a_close(void)
{
	static const char *const packets[] = {
		PREPARE,
		"060000000b020100",
		"070000000b0a00000000000000640100",
		"01",
		FULFILL,
		REFUSED,
	};
	struct subject *t = up(true);
	uint8_t in[1000];
	size_t len = 0;

	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++)
		len += put_frame(in + len, true, BINARY, hex(packets[i]));
	len += put_frame(in + len, true, CLOSE, hex("03e8"));
	receive(t, (struct ilp_bytes){ in, len });
	link_close(t->link, "enough");
	check_answer(t, 11, "0d02bbcc");
	check_refused(t, 1, "F00 NotAcceptedError: invalid auth_token", false);
	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_NORMAL, "enough");
	check_quiet(t);
	finish(t);
}

/* And not all answers do. */
static void nothing_behind_what_is_wrong_counts_after_a_close(void)
{
	struct subject *t = up(true);
	uint8_t in[1000];
	size_t len = put_frame(in, true, BINARY, hex(FULFILL));

	len += put_frame(in + len, true, BINARY,
			 hex("060000000b0d010103696c7000050c83ffffff"));
	len += put_frame(in + len, true, BINARY, hex(FULFILL));
	receive(t, (struct ilp_bytes){ in, len });
	link_close(t->link, "enough");
	check_answer(t, 11, "0d02bbcc");
	CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason), "enough");
	check_close(t, WEBSOCKET_NORMAL, "enough");
	check_quiet(t);
	finish(t);
}

static void a_peer_may_say_goodbye(void)
{
	static const struct {
		const char *payload;
		const char *reason;
	} goodbyes[] = {
		{ "03e9676f696e6720686f6d65", "peer closed: 1001 going home" },
		{ "03e8", "peer closed: 1000" },
		{ "", "peer closed: 1005" },
		{ "03e81b5b324a", "peer closed: 1000" },
	};

	for (size_t i = 0; i < sizeof(goodbyes) / sizeof(*goodbyes); i++) {
		struct subject *t = up(false);
		struct ilp_bytes payload = hex(goodbyes[i].payload);

		receive_frame(t, CLOSE, payload);
		CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason),
			   goodbyes[i].reason);
		if (payload.len > 2)
			payload.len = 2;
		CHECK_BYTES(collected_frame(t, CLOSE), payload);
		check_quiet(t);
		finish(t);
	}
}

static void a_broken_frame_ends_the_link(void)
{
	struct subject *t = up(true);
	uint8_t in[100];
	size_t len = put_frame(in, true, BINARY, hex(FULFILL));

	len += put_frame(in + len, true, (enum frame)0x83, hex(PREPARE));
	len += put_frame(in + len, true, BINARY, hex(FULFILL));
	receive(t, (struct ilp_bytes){ in, len });
	check_answer(t, 11, "0d02bbcc");
	CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason),
		   "opcode is reserved");
	check_close(t, WEBSOCKET_PROTOCOL, "opcode is reserved");
	check_quiet(t);
	finish(t);
}

/* ---- the time ---- */

static void a_peer_that_is_silent_is_pinged_and_then_given_up(void)
{
	struct subject *t = up(true);
	int64_t heard = t->now.monotonic_us;

	CHECK_INT(link_deadline_us(t->link), heard + LINK_BTP_PING_US);
	t->now.monotonic_us = heard + LINK_BTP_PING_US - 1;
	link_tick(t->link, t->now);
	check_quiet(t);
	t->now.monotonic_us++;
	link_tick(t->link, t->now);
	CHECK_INT(collected_frame(t, PING).len, 0);
	check_quiet(t);
	CHECK_INT(link_deadline_us(t->link), heard + 2 * LINK_BTP_PING_US);
	t->now.monotonic_us = heard + 2 * LINK_BTP_PING_US - 1;
	link_tick(t->link, t->now);
	check_quiet(t);
	t->now.monotonic_us++;
	link_tick(t->link, t->now);
	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_GOING_AWAY, "peer has gone silent");
	check_quiet(t);
	finish(t);
}

/* Even half a frame. */
static void any_byte_is_a_sign_of_life(void)
{
	struct subject *t = up(false);

	receive(t, hex("82"));
	check_quiet(t);
	for (int i = 0; i < 10; i++) {
		t->now.monotonic_us += LINK_BTP_PING_US;
		link_tick(t->link, t->now);
		collected_frame(t, PING);
		t->now.monotonic_us += LINK_BTP_PING_US - 1;
		link_tick(t->link, t->now);
		receive(t, i ? hex("00") : hex("7e1000"));
		check_quiet(t);
		CHECK_INT(link_deadline_us(t->link),
			  t->now.monotonic_us + LINK_BTP_PING_US);
	}
	finish(t);
}

/* Whoever slept long does not blame the peer. */
static void nobody_is_given_up_who_was_not_pinged(void)
{
	struct subject *t = up(true);

	t->now.monotonic_us += 100 * LINK_BTP_PING_US;
	link_tick(t->link, t->now);
	collected_frame(t, PING);
	link_tick(t->link, t->now);
	check_quiet(t);
	finish(t);
}

/* ---- how much may wait ---- */

static void prepares_stop_short_of_the_high_mark(void)
{
	static uint8_t packet[1000];
	struct subject *t = up(false);
	size_t before = 0;

	while (link_prepare(t->link, 1, ILP_BYTES(packet), NULL) == LINK_OK)
		before = link_waiting(t->link);
	CHECK_INT(link_waiting(t->link), before);
	CHECK(before <= LINK_HIGH);
	CHECK(before + sizeof(packet) + 40 > LINK_HIGH);
	collected_frame(t, BINARY);
	CHECK_INT(link_prepare(t->link, 1, ILP_BYTES(packet), NULL), LINK_OK);
	finish(t);
}

/* The longest that is still taken has room for the head of its frame. */
static void no_prepare_passes_the_high_mark(void)
{
	static uint8_t packet[3000];
	struct ilp_bytes in = ILP_BYTES(packet);

	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t = up(is_server);

		while (link_waiting(t->link) < LINK_HIGH - 2000)
			link_prepare(t->link, 1, hex("0c00"), NULL);
		for (in.len = sizeof(packet);
		     link_prepare(t->link, 1, in, NULL) != LINK_OK; in.len--)
			;
		CHECK(link_waiting(t->link) <= LINK_HIGH);
		CHECK(link_waiting(t->link) > LINK_HIGH - 20);
		finish(t);
	}
}

static void a_peer_that_reads_no_answers_is_told_so(void)
{
	static uint8_t packet[1000];
	struct subject *t = up(true);
	size_t count = 0;

	while (link_answer(t->link, 1, ILP_BYTES(packet)) == LINK_OK)
		count++;
	CHECK(count * sizeof(packet) <= LINK_MOST);
	CHECK((count + 2) * (sizeof(packet) + 30) > LINK_MOST);
	while (count--)
		collected_frame(t, BINARY);
	check_close(t, WEBSOCKET_POLICY, "peer does not read our answers");
	check_down(t, "peer does not read our answers");
	finish(t);
}

/* Errors are answers, too. */
static void nor_are_errors_sent_without_end(void)
{
	struct subject *t = up(true);
	struct link_event event;

	do {
		hear(t, "060000000b020100");
		CHECK(link_waiting(t->link) <= LINK_MOST);
	} while (!link_next(t->link, &event));
	CHECK_INT(event.type, LINK_DOWN);
	CHECK_TEXT(ilp_text(event.reason), "peer does not read our answers");
	finish(t);
}

static void an_answer_that_has_no_block_ends_the_link(void)
{
	struct subject *t = up(true);
	struct pool *of_tests = pool;
	const struct link_btp_options none = {
		.pool = pool_create(LINK_BTP_BLOCK, 0),
		.crypto = crypto,
	};

	finish(t);
	/* A server has nothing to send until somebody logs in. */
	pool = none.pool;
	t = subject(true);
	receive(t, ilp_text(REQUEST "\r\n"));
	CHECK_TEXT(collected_head(t), GRANT);
	hear(t, LOGIN);
	check_event(t, LINK_LOGIN);
	link_admit(t->link);
	check_down(t, "no room for what is to be sent");
	finish(t);
	/* Nor a client until its request is granted. */
	t = subject(false);
	grant(t);
	check_down(t, "no room for what is to be sent");
	finish(t);
	pool_destroy(pool);
	pool = of_tests;
}

/* A node has many of them. Sanitizers have allocators of their own, which
 * tell nothing here. */
static void an_idle_link_is_small(void)
{
	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t = up(is_server);
		size_t before = mallinfo2().uordblks;

		link_destroy(t->link);
		CHECK(before - mallinfo2().uordblks < 1024);
		t->link = NULL;
		finish(t);
	}
}

static void create_client_first(struct link *pair[2], struct pool *of_both)
{
	struct link_btp_options o = options(3);

	o.pool = of_both;
	pair[0] = link_btp_connect(&o, (struct ilp_time){ 0, 0 });
	pair[1] = link_btp_accept(&o, (struct ilp_time){ 0, 0 });
}

static void create_server_first(struct link *pair[2], struct pool *of_both)
{
	struct link *swapped[2];

	create_client_first(swapped, of_both);
	pair[0] = swapped[1];
	pair[1] = swapped[0];
}

int main(void)
{
	static const struct link_suite suites[] = {
		{ create_client_first, LINK_BTP_BLOCK },
		{ create_server_first, LINK_BTP_BLOCK },
	};
	static const struct check_test own[] = {
		TEST(speaks_as_ilp_plugin_btp_does),
		TEST(the_first_entry_says_what_a_message_wants),
		TEST(a_message_about_ilp_holds_a_prepare),
		TEST(bytes_behind_a_packet_are_not_passed_on),
		TEST(answers_come_whoever_asked),
		TEST(an_answer_without_a_packet_is_a_refusal),
		TEST(an_error_is_a_refusal_that_says_why),
		TEST(reasons_cannot_harm_who_reads_them),
		TEST(long_reasons_end_after_a_whole_character),
		TEST(transfers_are_not_accepted),
		TEST(what_cannot_be_read_is_passed_over),
		TEST(text_ends_the_link),
		TEST(a_packet_that_is_too_long_ends_the_link),
		TEST(so_does_a_message_that_is_too_long),
		TEST(a_close_says_goodbye),
		TEST(nothing_but_answers_counts_after_a_close),
		TEST(nothing_behind_what_is_wrong_counts_after_a_close),
		TEST(a_peer_may_say_goodbye),
		TEST(a_broken_frame_ends_the_link),
		TEST(a_peer_that_is_silent_is_pinged_and_then_given_up),
		TEST(any_byte_is_a_sign_of_life),
		TEST(nobody_is_given_up_who_was_not_pinged),
		TEST(prepares_stop_short_of_the_high_mark),
		TEST(no_prepare_passes_the_high_mark),
		TEST(a_peer_that_reads_no_answers_is_told_so),
		TEST(an_idle_link_is_small),
		TEST(nor_are_errors_sent_without_end),
		TEST(an_answer_that_has_no_block_ends_the_link),
	};
	int failed = check_all_on_btp(own, sizeof(own) / sizeof(own[0]));

	crypto = ilp_crypto_create();
	for (size_t i = 0; i < 2; i++)
		failed += link_suite_run(&suites[i]);
	ilp_crypto_destroy(crypto);
	return failed;
}
