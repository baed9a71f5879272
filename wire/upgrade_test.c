/* SPDX-License-Identifier: Apache-2.0 */
/* The opening handshake of RFC 6455, both sides of it: what opens a WebSocket
 * does so however it is spelled, and what does not is refused with the status
 * that says why. */
#include "wire/upgrade.h"

#include "test/check.h"

/* RFC 6455, 1.3: "the sample nonce". */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static const uint8_t sample[16] = { 't', 'h', 'e', ' ', 's', 'a', 'm', 'p',
				    'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e' };

#define UPGRADES                                                               \
	"Upgrade: websocket\r\n"                                               \
	"Connection: Upgrade\r\n"
#define KEYED "Sec-WebSocket-Key: " KEY "\r\n"
#define VERSIONED "Sec-WebSocket-Version: 13\r\n"
#define HOSTED "Host: server.example.com\r\n"
#define GET "GET /chat?a=b HTTP/1.1\r\n"

static int reads(const char *head)
{
	struct ilp_bytes copy = exact_copy(ilp_text(head));
	struct upgrade_request request;
	int status = upgrade_request_read(&request, copy);

	exact_free(copy);
	return status;
}

static void check_status(const char *head, int status)
{
	if (reads(head) != status)
		fail_msg("%d and not %d for:\n%s", reads(head), status, head);
}

static void the_head_ends_with_an_empty_line(void)
{
	static const char in[] = "GET / HTTP/1.1\r\nA: b\r\n\r\n\r\n\r\n";

	for (size_t len = 0; len < sizeof(in); len++) {
		struct ilp_bytes copy = exact_copy(
			(struct ilp_bytes){ (const uint8_t *)in, len });

		CHECK_INT(upgrade_head_len(copy), len < 24 ? 0 : 24);
		exact_free(copy);
	}
	CHECK_INT(upgrade_head_len(ilp_text("\r\n\n\r\r\n\r")), 0);
	CHECK_INT(upgrade_head_len(ilp_text("\r\r\n\r\n")), 5);
}

static void reads_the_request_of_the_rfc(void)
{
	static const char head[] = "GET /chat HTTP/1.1\r\n"
				   "Host: server.example.com\r\n"
				   "Upgrade: websocket\r\n"
				   "Connection: Upgrade\r\n"
				   "Sec-WebSocket-Key: " KEY "\r\n"
				   "Origin: http://example.com\r\n"
				   "Sec-WebSocket-Protocol: chat, superchat\r\n"
				   "Sec-WebSocket-Version: 13\r\n\r\n";
	struct upgrade_request request;

	CHECK_INT(upgrade_request_read(&request, ilp_text(head)), 0);
	CHECK_TEXT(request.path, "/chat");
	CHECK(request.path.at == (const uint8_t *)head + 4); /* borrowed */
	CHECK_TEXT(request.host, "server.example.com");
	CHECK_TEXT(request.origin, "http://example.com");
	assert_string_equal(request.key, KEY);
}

/* The one that ws of npm makes for ilp-plugin-btp. */
static void reads_the_request_of_npm(void)
{
	static const char head[] =
		"GET / HTTP/1.1\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: " KEY "\r\n"
		"Connection: Upgrade\r\n"
		"Upgrade: websocket\r\n"
		"Sec-WebSocket-Extensions: permessage-deflate; "
		"client_max_window_bits\r\n"
		"Host: localhost:7768\r\n\r\n";
	struct upgrade_request request;

	CHECK_INT(upgrade_request_read(&request, ilp_text(head)), 0);
	CHECK_TEXT(request.path, "/");
	CHECK_TEXT(request.host, "localhost:7768");
	CHECK_INT(request.origin.len, 0);
}

static void spelling_does_not_matter(void)
{
	static const char *const heads[] = {
		GET HOSTED UPGRADES KEYED VERSIONED "\r\n",
		"\r\n" GET HOSTED UPGRADES KEYED VERSIONED "\r\n",
		GET "hOST:a\r\nupgrade:WEBsocket\r\nCONNECTION:uPGRADE\r\n"
		    "sec-websocket-key:" KEY "\r\n"
		    "SEC-WEBSOCKET-VERSION:13\r\n\r\n",
		GET HOSTED KEYED VERSIONED
		"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
		GET HOSTED KEYED VERSIONED
		"Connection: upgrade ,close\r\n"
		"Upgrade: h2c,\twebsocket , x\r\n\r\n",
		GET HOSTED KEYED VERSIONED
		"Connection: keep-alive\r\nConnection: Upgrade\r\n"
		"Upgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
		GET "Host: \t a:1 \t\r\n" UPGRADES "Sec-WebSocket-Key:  " KEY
		    " \r\nSec-WebSocket-Version: 13 \r\n\r\n",
		GET HOSTED UPGRADES KEYED VERSIONED
		"Content-Length: 0\r\nX-Any:\r\nX-Any: twice\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		check_status(heads[i], 0);
}

static const struct {
	const char *head;
	int status;
} refused[] = {
	/* not HTTP, or not this version of it */
	{ "\r\n\r\n", 400 },
	{ "hello\r\n\r\n", 400 },
	{ "\x16\x03\x01\x02\r\n\r\n", 400 },
	{ "GET / HTTP/1.0\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	{ "GET / HTTP/0.9\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	{ "GET / HTTP/2.0\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	{ "GET / HTTP/1.2\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	{ "GET / RTSP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	{ "PRI * HTTP/2.0\r\n\r\n", 400 },
	{ "GET /\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 505 },
	/* another method */
	{ "POST / HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 405 },
	{ "HEAD / HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 405 },
	{ "CONNECT a:1 HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n",
	  405 },
	{ "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n", 405 },
	{ "get / HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 400 },
	/* no path */
	{ "GET http://a/ HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n",
	  400 },
	{ "GET * HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 400 },
	{ "GET /a#b HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n", 400 },
	{ "GET /\xc3\xa4 HTTP/1.1\r\n" HOSTED UPGRADES KEYED VERSIONED "\r\n",
	  400 },
	/* no upgrade, or to something else */
	{ GET HOSTED "\r\n", 426 },
	{ GET HOSTED KEYED VERSIONED "Connection: Upgrade\r\n\r\n", 426 },
	{ GET HOSTED KEYED VERSIONED "Upgrade: websocket\r\n\r\n", 426 },
	{ GET HOSTED KEYED VERSIONED
	  "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
	  426 },
	{ GET HOSTED KEYED VERSIONED
	  "Upgrade: websockets\r\nConnection: Upgrade\r\n\r\n",
	  426 },
	{ GET HOSTED KEYED VERSIONED
	  "Upgrade: webrocket\r\nConnection: Upgrade\r\n\r\n",
	  426 },
	{ GET HOSTED KEYED VERSIONED
	  "Upgrade: websocket\r\nConnection: keep-alive\r\n\r\n",
	  426 },
	{ GET HOSTED UPGRADES KEYED "\r\n", 426 },
	{ GET HOSTED UPGRADES KEYED "Sec-WebSocket-Version: 8\r\n\r\n", 426 },
	{ GET HOSTED UPGRADES KEYED "Sec-WebSocket-Version: 013\r\n\r\n", 426 },
	{ GET HOSTED UPGRADES KEYED "Sec-WebSocket-Version: 13, 8\r\n\r\n",
	  426 },
	/* keys */
	{ GET HOSTED UPGRADES VERSIONED "\r\n", 400 },
	{ GET HOSTED UPGRADES VERSIONED "Sec-WebSocket-Key:\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES VERSIONED
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n\r\n",
	  400 }, /* 15 bytes */
	{ GET HOSTED UPGRADES VERSIONED
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWU=\r\n\r\n",
	  400 }, /* 17 */
	{ GET HOSTED UPGRADES VERSIONED
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWVl\r\n\r\n",
	  400 }, /* 18 */
	{ GET HOSTED UPGRADES VERSIONED
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n\r\n",
	  400 },
	{ GET HOSTED UPGRADES VERSIONED
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n\r\n",
	  400 },
	/* hosts */
	{ GET UPGRADES KEYED VERSIONED "\r\n", 400 },
	{ GET "Host:\r\n" UPGRADES KEYED VERSIONED "\r\n", 400 },
	{ GET "Host: a b\r\n" UPGRADES KEYED VERSIONED "\r\n", 400 },
	/* twice what there may be once */
	{ GET HOSTED HOSTED UPGRADES KEYED VERSIONED "\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED KEYED VERSIONED "\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED VERSIONED "\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "Origin: a\r\nOrigin: a\r\n\r\n",
	  400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED
	  "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
	  400 },
	/* a body */
	{ GET HOSTED UPGRADES KEYED VERSIONED "Content-Length: 1\r\n\r\n",
	  400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "Content-Length: -1\r\n\r\n",
	  400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED
	  "Transfer-Encoding: chunked\r\n\r\n",
	  400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED
	  "Transfer-Encoding: identity\r\n\r\n",
	  400 },
	/* what some parsers take and others read otherwise */
	{ GET HOSTED UPGRADES KEYED VERSIONED "X: a\r\n b\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "X : a\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED ": a\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "X\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "X: a\001\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "X: a\nY: b\r\n\r\n", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED "\n\r\n\r\n", 400 },
	{ GET " " HOSTED UPGRADES KEYED VERSIONED "\r\n", 400 },
	/* more than a head, or less */
	{ GET HOSTED UPGRADES KEYED VERSIONED "\r\nmore", 400 },
	{ GET HOSTED UPGRADES KEYED VERSIONED, 400 },
};

static void refuses_what_opens_no_websocket(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		check_status(refused[i].head, refused[i].status);
}

static void refuses_every_truncation(void)
{
	static const char head[] = GET HOSTED UPGRADES KEYED VERSIONED "\r\n";

	CHECK_INT(reads(head), 0);
	for (size_t len = 0; len < sizeof(head) - 1; len++) {
		char cut[sizeof(head)];

		memcpy(cut, head, len);
		cut[len] = '\0';
		CHECK_INT(reads(cut), 400);
	}
}

static void refuses_a_head_that_is_too_long(void)
{
	char head[UPGRADE_HEAD_MAX + 2];
	int used = snprintf(head, sizeof(head), "%s",
			    GET HOSTED UPGRADES KEYED VERSIONED "X: ");

	memset(head + used, 'x', sizeof(head) - (size_t)used);
	memcpy(head + UPGRADE_HEAD_MAX - 4, "\r\n\r\n", 5);
	CHECK_INT(reads(head), 0);
	memcpy(head + UPGRADE_HEAD_MAX - 4, "x\r\n\r\n", 6);
	CHECK_INT(reads(head), 431);
}

static void a_request_that_is_refused_is_left_alone(void)
{
	struct upgrade_request request;
	uint8_t before[sizeof(request)];

	memset(&request, 0xa5, sizeof(request));
	memcpy(before, &request, sizeof(request));
	CHECK_INT(upgrade_request_read(
			  &request,
			  ilp_text(GET HOSTED UPGRADES VERSIONED "\r\n")),
		  400);
	CHECK(memcmp(before, &request, sizeof(request)) == 0);
}

/* ---- answers ---- */

#define GRANT                                                                  \
	"HTTP/1.1 101 Switching Protocols\r\n"                                 \
	"Upgrade: websocket\r\n"                                               \
	"Connection: Upgrade\r\n"                                              \
	"Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n"

static unsigned grants(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	struct upgrade_request request = { .key = KEY };

	return upgrade_grant(&w, &request);
}

static void grants_as_the_rfc_does(void)
{
	check_rooms(grants, ilp_text(GRANT), ILP_ERR_ROOM);
}

static int status;

static unsigned refuses(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return upgrade_refuse(&w, status);
}

static void a_refusal_says_what_would_do(void)
{
	status = 400;
	check_rooms(refuses,
		    ilp_text("HTTP/1.1 400 Bad Request\r\n"
			     "Connection: close\r\n"
			     "Content-Length: 0\r\n\r\n"),
		    ILP_ERR_ROOM);
	status = 405;
	check_rooms(refuses,
		    ilp_text("HTTP/1.1 405 Method Not Allowed\r\n"
			     "Allow: GET\r\n"
			     "Connection: close\r\n"
			     "Content-Length: 0\r\n\r\n"),
		    ILP_ERR_ROOM);
	status = 426;
	check_rooms(refuses,
		    ilp_text("HTTP/1.1 426 Upgrade Required\r\n"
			     "Upgrade: websocket\r\n"
			     "Sec-WebSocket-Version: 13\r\n"
			     "Connection: Upgrade, close\r\n"
			     "Content-Length: 0\r\n\r\n"),
		    ILP_ERR_ROOM);
}

static void every_status_has_its_refusal(void)
{
	static const int statuses[] = { 400, 403, 405, 426, 431, 505 };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		uint8_t buffer[300];
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
		char line[40];

		CHECK_INT(upgrade_refuse(&w, statuses[i]), ILP_OK);
		snprintf(line, sizeof(line), "HTTP/1.1 %d ", statuses[i]);
		CHECK(memcmp(buffer, line, strlen(line)) == 0);
		CHECK_INT(upgrade_head_len(ilp_written(&w)),
			  ilp_written(&w).len);
		CHECK(upgrade_answer_read(ilp_written(&w), sample));
	}
}

/* ---- the client ---- */

static unsigned asks(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return upgrade_ask(&w, ilp_text("a.example:7768"), ilp_text("/b?c"),
			   sample);
}

static void asks_as_the_rfc_does(void)
{
	check_rooms(asks,
		    ilp_text("GET /b?c HTTP/1.1\r\n"
			     "Host: a.example:7768\r\n" UPGRADES KEYED VERSIONED
			     "\r\n"),
		    ILP_ERR_ROOM);
}

static void asks_for_nothing_that_would_end_a_line(void)
{
	static const struct {
		const char *host;
		const char *path;
	} odd[] = {
		{ "a", "" },           { "a", "b" },     { "a", "/b c" },
		{ "a", "/b\r\nX: y" }, { "a", "/\x7f" }, { "a", "/b#c" },
		{ "a", "/\xc3\xa4" },  { "", "/" },      { "a b", "/" },
		{ "a\r\nX: y", "/" },  { "a/b", "/" },   { "\xc3\xa4", "/" },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		uint8_t buffer[300];
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		CHECK_INT(upgrade_ask(&w, ilp_text(odd[i].host),
				      ilp_text(odd[i].path), sample),
			  ILP_ERR_TEXT);
		CHECK_INT(ilp_written(&w).len, 0);
	}
}

#define SWITCHES "HTTP/1.1 101 Switching Protocols\r\n"
#define ACCEPTED "Sec-WebSocket-Accept: " ACCEPT "\r\n"

static const char *answer(const char *head)
{
	struct ilp_bytes copy = exact_copy(ilp_text(head));
	const char *problem = upgrade_answer_read(copy, sample);

	exact_free(copy);
	return problem;
}

static void reads_a_grant(void)
{
	CHECK(!answer(GRANT));
	CHECK(!answer("HTTP/1.1 101 \r\n" UPGRADES ACCEPTED "\r\n"));
	CHECK(!answer(SWITCHES "UPGRADE:WebSocket\r\n"
			       "connection: keep-alive, UPGRADE\r\n"
			       "sec-websocket-accept:" ACCEPT " \r\n"
			       "Server: any\r\n\r\n"));
}

#define NOT_HTTP "answer is not HTTP/1.1"
#define NO_UPGRADE "answer is not an upgrade to WebSocket"
#define NOT_ASKED "answer grants what was not asked for"
#define OTHER "answer is to another request"
#define ODD "answer has fields that it may not have"

static const struct {
	const char *head;
	const char *problem;
} not_granted[] = {
	{ "\r\n\r\n", NOT_HTTP },
	{ "hello\r\n\r\n", NOT_HTTP },
	{ GET "\r\n", NOT_HTTP },
	{ "HTTP/1.0 101 A\r\n" UPGRADES ACCEPTED "\r\n", NOT_HTTP },
	{ "HTTP/2.0 101 A\r\n" UPGRADES ACCEPTED "\r\n", NOT_HTTP },
	{ SWITCHES UPGRADES ACCEPTED, NOT_HTTP },
	{ SWITCHES UPGRADES ACCEPTED "\r\nmore", NOT_HTTP },
	{ SWITCHES UPGRADES ACCEPTED "X : y\r\n\r\n", NOT_HTTP },
	{ "HTTP/1.1 200 OK\r\n" UPGRADES ACCEPTED "\r\n",
	  "server does not open a WebSocket" },
	{ "HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 3\r\n\r\n",
	  "server sends us elsewhere" },
	{ "HTTP/1.1 404 Not Found\r\n\r\n",
	  "server refuses the request for a WebSocket" },
	{ "HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "server fails to open a WebSocket" },
	{ SWITCHES ACCEPTED "\r\n", NO_UPGRADE },
	{ SWITCHES "Upgrade: websocket\r\n" ACCEPTED "\r\n", NO_UPGRADE },
	{ SWITCHES "Connection: Upgrade\r\n" ACCEPTED "\r\n", NO_UPGRADE },
	{ SWITCHES "Connection: Upgrade\r\nUpgrade: h2c\r\n" ACCEPTED "\r\n",
	  NO_UPGRADE },
	{ SWITCHES UPGRADES "Upgrade: h2c\r\n" ACCEPTED "\r\n", NO_UPGRADE },
	{ SWITCHES "Upgrade: h2c\r\n" UPGRADES ACCEPTED "\r\n", NO_UPGRADE },
	{ SWITCHES "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n" ACCEPTED
		   "\r\n",
	  NO_UPGRADE },
	{ SWITCHES UPGRADES "\r\n", OTHER },
	{ SWITCHES UPGRADES "Sec-WebSocket-Accept:\r\n\r\n", OTHER },
	{ SWITCHES UPGRADES
	  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=\r\n\r\n",
	  OTHER },
	{ SWITCHES UPGRADES
	  "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
	  OTHER },
	{ SWITCHES UPGRADES ACCEPTED ACCEPTED "\r\n", ODD },
	{ SWITCHES UPGRADES ACCEPTED "Content-Length: 1\r\n\r\n", ODD },
	{ SWITCHES UPGRADES ACCEPTED
	  "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
	  NOT_ASKED },
	{ SWITCHES UPGRADES ACCEPTED "Sec-WebSocket-Protocol: chat\r\n\r\n",
	  NOT_ASKED },
};

static void refuses_an_answer_that_does_not_grant(void)
{
	size_t count = sizeof(not_granted) / sizeof(not_granted[0]);

	for (size_t i = 0; i < count; i++) {
		const char *problem = answer(not_granted[i].head);

		if (!problem || strcmp(problem, not_granted[i].problem))
			fail_msg("%s, and not %s, for:\n%s", problem,
				 not_granted[i].problem, not_granted[i].head);
	}
}

static void refuses_an_answer_that_is_too_long(void)
{
	char head[UPGRADE_HEAD_MAX + 2];
	int used = snprintf(head, sizeof(head), "%s",
			    SWITCHES UPGRADES ACCEPTED "X: ");

	memset(head + used, 'x', sizeof(head) - (size_t)used);
	memcpy(head + UPGRADE_HEAD_MAX - 4, "\r\n\r\n", 5);
	CHECK(!answer(head));
	memcpy(head + UPGRADE_HEAD_MAX - 4, "x\r\n\r\n", 6);
	CHECK_TEXT(ilp_text(answer(head)), "answer is too long");
}

static void an_answer_belongs_to_its_request(void)
{
	uint8_t random[16];

	memcpy(random, sample, 16);
	random[15] ^= 1;
	CHECK(!upgrade_answer_read(ilp_text(GRANT), sample));
	CHECK_TEXT(ilp_text(upgrade_answer_read(ilp_text(GRANT), random)),
		   OTHER);
}

static void each_side_takes_what_the_other_writes(void)
{
	uint8_t asked[300];
	uint8_t granted[300];
	struct upgrade_request request;

	for (int i = 0; i < 256; i++) {
		struct ilp_writer ask = ilp_writer(asked, sizeof(asked));
		struct ilp_writer grant = ilp_writer(granted, sizeof(granted));
		uint8_t random[16];

		memset(random, i, sizeof(random));
		CHECK_INT(
			upgrade_ask(&ask, ilp_text("h"), ilp_text("/"), random),
			ILP_OK);
		CHECK_INT(upgrade_request_read(&request, ilp_written(&ask)), 0);
		CHECK_INT(upgrade_grant(&grant, &request), ILP_OK);
		CHECK(!upgrade_answer_read(ilp_written(&grant), random));
	}
}

TESTS(TEST(the_head_ends_with_an_empty_line),
      TEST(reads_the_request_of_the_rfc), TEST(reads_the_request_of_npm),
      TEST(spelling_does_not_matter), TEST(refuses_what_opens_no_websocket),
      TEST(refuses_every_truncation), TEST(refuses_a_head_that_is_too_long),
      TEST(a_request_that_is_refused_is_left_alone),
      TEST(grants_as_the_rfc_does), TEST(a_refusal_says_what_would_do),
      TEST(every_status_has_its_refusal), TEST(asks_as_the_rfc_does),
      TEST(asks_for_nothing_that_would_end_a_line), TEST(reads_a_grant),
      TEST(refuses_an_answer_that_does_not_grant),
      TEST(refuses_an_answer_that_is_too_long),
      TEST(an_answer_belongs_to_its_request),
      TEST(each_side_takes_what_the_other_writes))
