/* SPDX-License-Identifier: Apache-2.0 */
/* A link over BTP begins with a WebSocket and a login, and with nothing else.
 */
#include "link/btp_hello.h"

#include "test/btp_peer.h"

/* ---- the handshake ---- */

static void a_client_asks_for_its_path_at_its_host(void)
{
	struct subject *t = subject(false);
	struct upgrade_request request;

	CHECK_INT(upgrade_request_read(&request, collected_head(t)), 0);
	CHECK_TEXT(request.path, "/btp?x=y");
	CHECK_TEXT(request.host, "example.com:7768");
	CHECK_INT(request.origin.len, 0);
	check_quiet(t);
	finish(t);
}

/* The request with its key, or the login with its mask, of three links of
 * which two have the same seed. */
static void check_three(bool login)
{
	static const uint8_t seeds[] = { 1, 1, 2 };
	struct ilp_bytes said[3];
	struct subject *t[3];

	for (size_t i = 0; i < 3; i++) {
		const struct link_btp_options o = options(seeds[i]);

		t[i] = subject(false);
		link_destroy(t[i]->link);
		t[i]->link = link_btp_connect(&o, t[i]->now);
		if (login)
			grant(t[i]);
		collect(t[i]);
		said[i].at = t[i]->output + t[i]->start;
		said[i].len = t[i]->end - t[i]->start;
		CHECK(said[i].len > 0);
	}
	CHECK_BYTES(said[1], said[0]);
	CHECK(!ilp_bytes_equal(said[2], said[0]));
	for (size_t i = 0; i < 3; i++) {
		link_destroy(t[i]->link);
		t[i]->link = NULL;
	}
	for (size_t i = 0; i < 3; i++)
		finish(t[i]);
}

static void the_seed_makes_key_and_masks(void)
{
	check_three(false);
	check_three(true);
}

static void a_client_needs_options_that_fit_a_login(void)
{
	static uint8_t large[UPGRADE_HEAD_MAX];
	const struct ilp_time now = { 0, 0 };
	struct link_btp_options o;

	memset(large, 'a', sizeof(large));
	o = options(1);
	o.token = ILP_BYTES(large);
	CHECK(link_btp_connect(&o, now) == NULL);
	o = options(1);
	o.user = ILP_BYTES(large);
	CHECK(link_btp_connect(&o, now) == NULL);
	o = options(1);
	o.host = ILP_BYTES(large);
	CHECK(link_btp_connect(&o, now) == NULL);
	o = options(1);
	o.path = ilp_text("/a b");
	CHECK(link_btp_connect(&o, now) == NULL);
	o.path = ilp_text("/\r\nOrigin: x");
	CHECK(link_btp_connect(&o, now) == NULL);
}

static const struct {
	const char *head;
	const char *status;
	const char *reason;
} strangers[] = {
	{ REQUEST "Origin: https://example.com\r\n\r\n", "HTTP/1.1 403 ",
	  "peer is a browser" },
	{ REQUEST "Origin: null\r\n\r\n", "HTTP/1.1 403 ",
	  "peer is a browser" },
	{ "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "HTTP/1.1 426 ",
	  "peer asks for no WebSocket" },
	{ "hello\r\n\r\n", "HTTP/1.1 400 ", "peer asks for no WebSocket" },
};

static void a_server_refuses_whoever_is_no_peer(void)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		struct subject *t = subject(true);
		const char *status = strangers[i].status;
		struct ilp_bytes head;

		receive(t, ilp_text(strangers[i].head));
		head = collected_head(t);
		head.len = strlen(status);
		CHECK_TEXT(head, status);
		check_down(t, strangers[i].reason);
		finish(t);
	}
}

static void no_head_is_longer_than_it_may_be(void)
{
	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t = subject(is_server);

		if (!is_server)
			collected_head(t);
		for (size_t i = 0; i < UPGRADE_HEAD_MAX / 8 - 1; i++) {
			receive(t, ilp_text("x: 1234\n"));
			check_quiet(t);
		}
		receive(t, ilp_text("x: 1234\n"
				    "and more"));
		if (is_server)
			CHECK_INT(collected_head(t).at[9], '4');
		check_down(t, is_server ? "head of the request is too long" :
					  "head of the answer is too long");
		finish(t);
	}
}

static void a_client_is_told_when_there_is_no_websocket(void)
{
	struct subject *t = subject(false);

	collected_head(t);
	receive(t, ilp_text("HTTP/1.1 401 Unauthorized\r\n"
			    "Content-Length: 0\r\n\r\n"));
	check_down(t, "server refuses the request for a WebSocket");
	finish(t);
}

static void a_client_takes_no_grant_for_another_key(void)
{
	struct subject *t = subject(false);

	collected_head(t);
	receive(t, ilp_text(GRANT));
	CHECK(check_event(t, LINK_DOWN).reason != NULL);
	check_quiet(t);
	finish(t);
}

/* ---- the login ---- */

static void a_client_logs_in_as_javascript_does(void)
{
	struct subject *t = client_shaken(); /* LOGIN is checked there */

	hear(t, ADMITTED);
	check_event(t, LINK_UP);
	check_quiet(t);
	finish(t);
}

static void a_client_says_that_it_has_no_name(void)
{
	struct link_btp_options o = options(1);
	struct subject *t = subject(false);

	link_destroy(t->link);
	o.user.len = 0;
	o.token.len = 0;
	t->link = link_btp_connect(&o, t->now);
	grant(t);
	check_said(t, "060000000126"
		      "0103"
		      "04617574680000"
		      "0d617574685f757365726e616d650100"
		      "0a617574685f746f6b656e0100");
	finish(t);
}

static void a_client_is_told_why_it_may_not_log_in(void)
{
	struct subject *t = client_shaken();

	hear(t, REFUSED);
	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_NORMAL,
		    "login refused: F00 NotAcceptedError: invalid auth_token");
	finish(t);
}

/* What is no answer to the login does not end the waiting for it. */
static void a_client_waits_for_the_answer_to_its_login(void)
{
	struct subject *t = client_shaken();

	hear(t, "0100000002020100"); /* to another request */
	check_quiet(t);
	hear(t, "01000000010201");
	check_quiet(t);
	hear(t, FULFILL);
	check_quiet(t);
	hear(t, PREPARE);
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	check_error(t, 11, "F00", "NotAcceptedError", "not logged in yet");
	CHECK_INT(link_prepare(t->link, 1, hex("0c00"), NULL), LINK_CLOSED);
	hear(t, ADMITTED);
	check_event(t, LINK_UP);
	finish(t);
}

static const struct {
	const char *packet;
	const char *user;
	const char *token;
	const char *answer;
} logins[] = {
	{ LOGIN, "alice", "secret", ADMITTED },
	/* Its token only. */
	{ "06deadbeef17"
	  "0102"
	  "04617574680000"
	  "0a617574685f746f6b656e010161",
	  "", "a", "01deadbeef020100" },
	/* Neither, but it says so. */
	{ "060000000126"
	  "0103"
	  "04617574680000"
	  "0d617574685f757365726e616d650100"
	  "0a617574685f746f6b656e0100",
	  "", "", ADMITTED },
	/* In another order, between entries that we do not know. */
	{ "06000000012f"
	  "0104"
	  "04617574680000"
	  "0a617574685f746f6b656e010162"
	  "03666f6f020178"
	  "0d617574685f757365726e616d65010163",
	  "c", "b", ADMITTED },
};

static void a_server_asks_its_owner_about_every_login(void)
{
	for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
		struct subject *t = server_asked(logins[i].packet);
		struct link_event event = check_event(t, LINK_LOGIN);

		CHECK_TEXT(event.user, logins[i].user);
		CHECK_TEXT(event.token, logins[i].token);
		collect(t);
		CHECK_INT(t->end, t->start);
		link_admit(t->link);
		CHECK_BYTES(collected_frame(t, BINARY), hex(logins[i].answer));
		CHECK_INT(link_prepare(t->link, 1, hex("0c00"), NULL),
			  LINK_CLOSED);
		check_event(t, LINK_UP);
		check_quiet(t);
		finish(t);
	}
}

static void a_login_that_is_not_admitted_is_refused(void)
{
	struct subject *t = server_asked(LOGIN);

	check_event(t, LINK_LOGIN);
	link_close(t->link, "alice owes us too much");
	check_error(t, 1, "F00", "NotAcceptedError", "login not accepted");
	check_close(t, WEBSOCKET_POLICY, "login not accepted");
	check_down(t, "alice owes us too much");
	finish(t);
}

static const struct {
	const char *packet;
	const char *problem;
} no_logins[] = {
	{ PREPARE, "first packet is not a login" },
	{ FULFILL, "first packet is not a login" },
	{ "060000000b020100", "first packet is not a login" },
	{ "070000000b0a00000000000000640100", "first packet is not a login" },
	/* The token first. */
	{ "060000000b16"
	  "0102"
	  "0a617574685f746f6b656e0100"
	  "04617574680000",
	  "first packet is not a login" },
	{ "060000000b17"
	  "0102"
	  "0461757468000161"
	  "0a617574685f746f6b656e0100",
	  "auth is not empty" },
	{ "060000000b16"
	  "0102"
	  "04617574680100"
	  "0a617574685f746f6b656e0100",
	  "auth is not empty" },
	{ "060000000b09"
	  "0101"
	  "04617574680000",
	  "login has no auth_token" },
	/* The token twice. */
	{ "060000000b23"
	  "0103"
	  "04617574680000"
	  "0a617574685f746f6b656e0100"
	  "0a617574685f746f6b656e0100",
	  "first packet cannot be read" },
	{ "060000000b16"
	  "0102"
	  "04617574680000"
	  "0a617574685f746f6b656e01",
	  "first packet cannot be read" },
	{ "030000000b020100", "first packet cannot be read" },
};

static void whatever_else_comes_first_is_refused(void)
{
	for (size_t i = 0; i < sizeof(no_logins) / sizeof(*no_logins); i++) {
		struct subject *t = server_asked(no_logins[i].packet);
		const char *problem = no_logins[i].problem;

		CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason), problem);
		check_error(t, 11, "F00", "NotAcceptedError", problem);
		check_close(t, WEBSOCKET_POLICY, problem);
		check_quiet(t);
		finish(t);
	}
}

static void there_is_no_error_without_a_request_id(void)
{
	struct subject *t = server_asked("06000000");

	check_event(t, LINK_DOWN);
	check_close(t, WEBSOCKET_POLICY, "first packet cannot be read");
	check_quiet(t);
	finish(t);
}

static void pings_are_answered_before_the_login(void)
{
	struct subject *t = server_shaken();

	receive_frame(t, PING, ilp_text("are you there?"));
	CHECK(!link_next(t->link, &(struct link_event){ 0 }));
	CHECK_TEXT(collected_frame(t, PONG), "are you there?");
	hear(t, LOGIN);
	check_event(t, LINK_LOGIN);
	finish(t);
}

/* A peer that is sure of itself need not wait for answers. */
static void all_may_come_at_once(void)
{
	struct subject *t = subject(true);
	uint8_t in[1000];
	size_t len = strlen(REQUEST "\r\n");

	memcpy(in, REQUEST "\r\n", len);
	len += put_frame(in + len, true, BINARY, hex(LOGIN));
	len += put_frame(in + len, true, BINARY, hex(PREPARE));
	len += put_frame(in + len, true, BINARY, hex(PREPARE));
	receive(t, (struct ilp_bytes){ in, len });
	CHECK_TEXT(check_event(t, LINK_LOGIN).token, "secret");
	link_admit(t->link);
	check_event(t, LINK_UP);
	check_prepare(t, 11, "0c03aabbcc");
	check_prepare(t, 11, "0c03aabbcc");
	CHECK_TEXT(collected_head(t), GRANT);
	check_said(t, ADMITTED);
	check_quiet(t);
	finish(t);
}

static void who_is_slow_to_shake_hands_is_given_up(void)
{
	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t = subject(is_server);
		int64_t deadline = t->now.monotonic_us + LINK_BTP_LOGIN_US;

		if (!is_server)
			collected_head(t);
		t->now.monotonic_us += 9000000;
		receive(t, ilp_text("HTTP"));
		CHECK_INT(link_deadline_us(t->link), deadline);
		t->now.monotonic_us = deadline - 1;
		link_tick(t->link, t->now);
		check_quiet(t);
		t->now.monotonic_us = deadline;
		link_tick(t->link, t->now);
		check_down(t, "login took too long");
		finish(t);
	}
}

static void who_is_slow_to_log_in_is_given_up(void)
{
	for (int is_server = 0; is_server < 2; is_server++) {
		struct subject *t =
			is_server ? server_shaken() : client_shaken();

		t->now.monotonic_us += LINK_BTP_LOGIN_US - 1;
		receive_frame(t, PONG, ilp_text(""));
		link_tick(t->link, t->now);
		check_quiet(t);
		t->now.monotonic_us++;
		link_tick(t->link, t->now);
		check_event(t, LINK_DOWN);
		check_close(t, WEBSOCKET_POLICY, "login took too long");
		check_quiet(t);
		finish(t);
	}
}

/* The owner took its time. */
static void a_login_may_be_admitted_too_late(void)
{
	struct subject *t = server_asked(LOGIN);

	check_event(t, LINK_LOGIN);
	t->now.monotonic_us += LINK_BTP_LOGIN_US;
	link_tick(t->link, t->now);
	link_admit(t->link);
	CHECK_TEXT(ilp_text(check_event(t, LINK_DOWN).reason),
		   "login took too long");
	check_close(t, WEBSOCKET_POLICY, "login took too long");
	check_quiet(t);
	finish(t);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(a_client_asks_for_its_path_at_its_host),
		TEST(the_seed_makes_key_and_masks),
		TEST(a_client_needs_options_that_fit_a_login),
		TEST(a_server_refuses_whoever_is_no_peer),
		TEST(no_head_is_longer_than_it_may_be),
		TEST(a_client_is_told_when_there_is_no_websocket),
		TEST(a_client_takes_no_grant_for_another_key),
		TEST(a_client_logs_in_as_javascript_does),
		TEST(a_client_says_that_it_has_no_name),
		TEST(a_client_is_told_why_it_may_not_log_in),
		TEST(a_client_waits_for_the_answer_to_its_login),
		TEST(a_server_asks_its_owner_about_every_login),
		TEST(a_login_that_is_not_admitted_is_refused),
		TEST(whatever_else_comes_first_is_refused),
		TEST(there_is_no_error_without_a_request_id),
		TEST(pings_are_answered_before_the_login),
		TEST(all_may_come_at_once),
		TEST(who_is_slow_to_shake_hands_is_given_up),
		TEST(who_is_slow_to_log_in_is_given_up),
		TEST(a_login_may_be_admitted_too_late),
	};

	return check_all_on_btp(tests, sizeof(tests) / sizeof(tests[0]));
}
