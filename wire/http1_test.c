/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 reads what RFC 9112 lets a peer send, however it is cut, and no
 * byte more; it answers in the order of the requests, and takes no more memory
 * than it must. */
#include "wire/http1.h"

#include "base/queue.h"
#include "test/check.h"

#define BLOCK_LEN 4096
#define BLOCKS 8
#define BODY_MAX 100
#define HEAD_MAX 200
#define STREAMS_MAX 3

static struct pool *pool;

static struct http *create(enum http_role role)
{
	struct http_options options = {
		.role = role,
		.body_max = BODY_MAX,
		.head_max = HEAD_MAX,
		.streams_max = STREAMS_MAX,
	};
	struct http *http;

	if (!pool)
		pool = pool_create(BLOCK_LEN, BLOCKS);
	options.pool = pool;
	http = http1_create(&options);
	assert_non_null(http);
	return http;
}

static void destroy(struct http *http)
{
	http_destroy(http);
	CHECK_INT(pool_taken(pool), 0);
}

/* ---- events as text ---- */

struct log {
	char text[4096];
	size_t len;
};

static void add(struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log->len += (size_t)vsnprintf(log->text + log->len,
				      sizeof(log->text) - log->len, format,
				      args);
	va_end(args);
	assert_true(log->len < sizeof(log->text));
}

static void add_bytes(struct log *log, const char *before,
		      struct ilp_bytes bytes)
{
	if (bytes.len)
		add(log, "%s%.*s", before, (int)bytes.len,
		    (const char *)bytes.at);
}

static void add_event(struct log *log, const struct http_event *event)
{
	static const char *const names[] = {
		[HTTP_REQUEST] = "request",
		[HTTP_RESPONSE] = "response",
		[HTTP_GONE] = "gone",
		[HTTP_DOWN] = "down",
	};

	add(log, "%s%s", log->len ? ", " : "", names[event->type]);
	if (event->stream)
		add(log, " %u", event->stream);
	if (event->status)
		add(log, " %d", event->status);
	add_bytes(log, " ", event->method);
	add_bytes(log, " ", event->path);
	for (enum http_field i = 0; i < HTTP_FIELDS; i++)
		if (event->fields[i].len) {
			add(log, " %s", http_field_name(i));
			add_bytes(log, "=", event->fields[i]);
		}
	add_bytes(log, " : ", event->body);
	if (event->untouched)
		add(log, " untouched");
	if (event->reason)
		add(log, " (%s)", event->reason);
}

static void take_events(struct http *http, struct log *log)
{
	struct http_event event;

	while (http_next(http, &event))
		add_event(log, &event);
}

/* Hands over the bytes in memory that ends where they do, and is gone as soon
 * as it may be. */
static void receive(struct http *http, struct ilp_bytes in, struct log *log)
{
	struct ilp_bytes copy = exact_copy(in);

	http_receive(http, (uint8_t *)(uintptr_t)copy.at, copy.len);
	take_events(http, log);
	exact_free(copy);
}

static void check_events(struct http *http, const char *in,
			 const char *expected)
{
	struct log log = { .len = 0 };

	receive(http, ilp_text(in), &log);
	CHECK_TEXT(ilp_text(log.text), expected);
}

/* All that waits to be written, and is written now. */
static struct ilp_bytes written(struct http *http)
{
	static uint8_t buffer[BLOCK_LEN * BLOCKS];
	struct ilp_bytes out = http_output(http);
	size_t len = 0;

	for (; out.len; out = http_output(http)) {
		assert_true(len + out.len <= sizeof(buffer));
		memcpy(buffer + len, out.at, out.len);
		len += out.len;
		http_written(http, out.len);
	}
	return (struct ilp_bytes){ buffer, len };
}

#define CHECK_WRITTEN(http, text) CHECK_TEXT(written(http), text)

static bool answer(struct http *http, uint32_t stream, const char *body)
{
	struct http_response response = { .status = 200,
					  .body = ilp_text(body) };

	return http_respond(http, stream, &response);
}

#define OK(length, body)                                                       \
	"HTTP/1.1 200 OK\r\ncontent-length: " length "\r\n\r\n" body
#define REFUSAL(status)                                                        \
	"HTTP/1.1 " status                                                     \
	" Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/* ---- a server reads ---- */

static const struct {
	const char *in;
	const char *events;
} good[] = {
	{ GET, "request 1 GET /" },
	{ "GET /a/b?c=d HTTP/1.1\r\nhOST:a:80\r\n\r\n",
	  "request 1 GET /a/b?c=d" },
	{ "GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
	  "request 1 GET /b?c" },
	{ "GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", "request 1 GET /" },
	{ "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "request 1 OPTIONS *" },
	{ "BREW-IT /pot HTTP/1.1\r\nHost: a\r\n\r\n",
	  "request 1 BREW-IT /pot" },
	{ "\r\n\r\n\r\n\r\n" GET "\r\n" GET,
	  "request 1 GET /, request 2 GET /" },
	{ "POST /ilp HTTP/1.1\r\nHost: a\r\nAuthorization:  Bearer x y\t \r\n"
	  "CONTENT-TYPE:application/x\r\nAccept:\r\nX-Other: \"\xc3\xa9\r\n"
	  "request-id: 7\r\nContent-Length: 003\r\n\r\nabc",
	  "request 1 POST /ilp authorization=Bearer x y "
	  "content-type=application/x request-id=7 : abc" },
	{ "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" GET,
	  "request 1 PUT /, request 2 GET /" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
	  "3\r\nabc\r\n00a;x=\"y\"\r\n0123\r\n6789\r\n0\r\n\r\n" GET,
	  "request 1 POST / : abc0123\r\n6789, request 2 GET /" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "1\r\nx\r\n0\r\nContent-Length: 5\r\nA: b\r\n\r\n" GET,
	  "request 1 POST / : x, request 2 GET /" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "0\r\n\r\n",
	  "request 1 POST /" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, "
	  "HTTP2-Settings\r\n\r\n" GET,
	  "request 1 GET /, request 2 GET /" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: x,CLOSE\r\n\r\n" GET,
	  "request 1 GET /" },
	{ "GET / HTTP/1.0\r\n\r\n" GET, "request 1 GET /" },
	{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET,
	  "request 1 GET /" },
	{ "POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 1\r\n\r\nx",
	  "request 1 POST / : x" },
};

#define GOOD (sizeof(good) / sizeof(good[0]))

static void reads_what_is_good(void)
{
	for (size_t i = 0; i < GOOD; i++) {
		struct http *http = create(HTTP_SERVER);

		check_events(http, good[i].in, good[i].events);
		destroy(http);
	}
}

/* In two pieces, and byte by byte. */
static void check_cuts_of(enum http_role role, struct ilp_bytes in,
			  void (*begin)(struct http *http),
			  const char *expected)
{
	for (size_t cut = 0; cut <= in.len + 1; cut++) {
		struct http *http = create(role);
		struct log log = { .len = 0 };
		struct ilp_bytes left = in;

		if (begin)
			begin(http);
		if (cut <= in.len) {
			receive(http, (struct ilp_bytes){ in.at, cut }, &log);
			receive(http, ilp_bytes_skip(in, cut), &log);
		} else {
			for (; left.len; left = ilp_bytes_skip(left, 1))
				receive(http,
					(struct ilp_bytes){ left.at, 1 }, &log);
		}
		CHECK_TEXT(ilp_text(log.text), expected);
		destroy(http);
	}
}

static void cuts_make_no_difference(void)
{
	for (size_t i = 0; i < GOOD; i++)
		check_cuts_of(HTTP_SERVER, ilp_text(good[i].in), NULL,
			      good[i].events);
}

static void a_truncated_request_is_no_event(void)
{
	struct ilp_bytes whole[] = { ilp_text(good[7].in),
				     ilp_text(good[11].in) };

	for (size_t i = 0; i < 2; i++)
		for (size_t len = 0; len < whole[i].len; len++) {
			struct http *http = create(HTTP_SERVER);
			struct log log = { .len = 0 };

			receive(http, (struct ilp_bytes){ whole[i].at, len },
				&log);
			CHECK_TEXT(ilp_text(log.text), "");
			CHECK_INT(http_open(http), len > 0);
			CHECK_WRITTEN(http, "");
			http_close(http, "over");
			check_events(http, "", "down (over)");
			destroy(http);
		}
}

static void a_whole_message_is_read_where_it_lies(void)
{
	struct http *http = create(HTTP_SERVER);
	struct ilp_bytes in = exact_copy(ilp_text(good[7].in));
	struct http_event event;

	http_receive(http, (uint8_t *)(uintptr_t)in.at, in.len);
	CHECK(http_next(http, &event));
	CHECK(event.method.at == in.at);
	CHECK(event.path.at == in.at + 5);
	CHECK(event.body.at == in.at + in.len - 3);
	CHECK(event.fields[HTTP_REQUEST_ID].at > in.at &&
	      event.fields[HTTP_REQUEST_ID].at < in.at + in.len);
	CHECK_INT(pool_taken(pool), 0);
	CHECK(!http_next(http, &event));
	exact_free(in);
	destroy(http);
}

/* ---- what a server refuses ---- */

#define HOST "Host: a\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

/* Rows with 200 are good, and stand beside what is like them and is not. */
static const struct {
	int status;
	const char *in;
} rules[] = {
	/* where the body ends */
	{ 400, POST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n" },
	{ 400, POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 400, POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" },
	{ 400, POST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx" },
	{ 400, POST "Content-Length: 1, 1\r\n\r\nx" },
	{ 400, POST "Content-Length: +1\r\n\r\nx" },
	{ 400, POST "Content-Length: -1\r\n\r\nx" },
	{ 400, POST "Content-Length: 0x1\r\n\r\nx" },
	{ 400, POST "Content-Length: 1 1\r\n\r\nx" },
	{ 400, POST "Content-Length:\r\n\r\n" },
	{ 400, POST "Content-Length: 18446744073709551616\r\n\r\n" },
	{ 413, POST "Content-Length: 9223372036854775807\r\n\r\n" },
	{ 400, POST "Content-Length : 1\r\n\r\nx" },
	{ 200, POST "Content-Length: 1\r\n\r\nx" },
	{ 400, POST "Transfer-Encoding: identity\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: gzip, chunked\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked, chunked\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: xchunked\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: \"chunked\"\r\n\r\n" },
	{ 400, POST "Transfer-Encoding:\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n"
		    "Transfer-Encoding: identity\r\n\r\n" },
	{ 400, POST "Transfer-Encoding : chunked\r\n\r\n" },
	{ 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" },
	/* lines */
	{ 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X: a\rY: b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X:\rContent-Length: 1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\nHost: a\n\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\n\n" },
	{ 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n" },
	{ 400, "\n" GET },
	{ 400, "\r" GET },
	{ 400, "\r\n\r\n\r\n\r\n\r\n" GET },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X(: x\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X\xc3: x\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X: \x01\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST "X: \x7f\r\n\r\n" },
	/* the first line */
	{ 400, " GET / HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET  / HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET /  HTTP/1.1\r\n" HOST "\r\n" },
	{ 505, "GET / HTTP/1.1 \r\n" HOST "\r\n" },
	{ 400, "GET\t/ HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "G@T / HTTP/1.1\r\n" HOST "\r\n" },
	{ 505, "GET /\r\n" HOST "\r\n" },
	{ 400, "GET / x HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET /#x HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET a HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET * HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET http:///x HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET http://u@a/ HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n" },
	{ 400, "GET / http/1.1\r\n" HOST "\r\n" },
	{ 400, "GET / RTSP/1.1\r\n" HOST "\r\n" },
	{ 400, "OPTIONS / RTSP/1.0\r\n" HOST "\r\n" },
	{ 505, "GET / HTTP/2.0\r\n" HOST "\r\n" },
	{ 505, "GET / HTTP/1.2\r\n" HOST "\r\n" },
	{ 505, "GET / HTTP/0.9\r\n" HOST "\r\n" },
	{ 505, "PRI * HTTP/2.0\r\n\r\n" },
	/* fields */
	{ 400, "GET / HTTP/1.1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n" },
	{ 400, "GET / HTTP/1.0\r\n" HOST HOST "\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
	{ 400, POST "Authorization: a\r\nauthorization: a\r\n\r\n" },
	{ 400, POST "Content-Type: a\r\nContent-Type:\r\n\r\n" },
	{ 400, POST "Request-Id:\r\nRequest-Id:\r\n\r\n" },
	{ 200, POST "X: a\r\nX: a\r\n\r\n" },
	{ 417, POST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n" },
	{ 417, POST "Expect: 100-continue\r\nExpect: x\r\n\r\n" },
	{ 417, POST "Expect:\r\n\r\n" },
	/* chunks */
	{ 400, CHUNKED "\r\n" },
	{ 400, CHUNKED "x\r\n" },
	{ 400, CHUNKED "-1\r\n" },
	{ 400, CHUNKED "0x1\r\na\r\n0\r\n\r\n" },
	{ 400, CHUNKED " 1\r\na\r\n0\r\n\r\n" },
	{ 400, CHUNKED "1 \r\na\r\n0\r\n\r\n" },
	{ 400, CHUNKED "1\na\r\n0\r\n\r\n" },
	{ 400, CHUNKED "1\r\nab\r\n0\r\n\r\n" },
	{ 400, CHUNKED "1\r\na\n0\r\n\r\n" },
	{ 400, CHUNKED "1\r\na\r0\r\n\r\n" },
	{ 400, CHUNKED "1\r\na\r\r0\r\n\r\n" },
	{ 400, CHUNKED "1\r\na\n\n0\r\n\r\n" },
	{ 400, CHUNKED "1\rxa\r\n0\r\n\r\n" },
	{ 400, CHUNKED "1;a\nb\r\na\r\n0\r\n\r\n" },
	{ 400, CHUNKED "00000000000000001\r\na\r\n0\r\n\r\n" },
	{ 200, CHUNKED "0000000000000001\r\na\r\n0\r\n\r\n" },
	{ 413, CHUNKED "ffffffffffffffff\r\n" },
	{ 400, CHUNKED "0\r\nGET / HTTP/1.1\r\n\r\n" },
	{ 400, CHUNKED "0\r\nX: a\n\r\n" },
	{ 400, CHUNKED "0\r\n X: a\r\n\r\n" },
	{ 400, CHUNKED "0\r\nX:\ra\r\n\r\n" },
	{ 400, CHUNKED "0\r\nX: \x01\r\n\r\n" },
	{ 400, CHUNKED "0\r\nX\r\n\r\n" },
};

static void check_rule(struct ilp_bytes in, int status)
{
	char expected[200];
	struct http *http = create(HTTP_SERVER);
	struct log log = { .len = 0 };

	receive(http, in, &log);
	snprintf(expected, sizeof(expected), REFUSAL("%d"), status);
	if (status == 200 ? memcmp(log.text, "request 1 ", 10) :
			    memcmp(log.text, "down (", 6))
		fail_msg("%.*s gives %s", (int)in.len, (const char *)in.at,
			 log.text);
	if (!ilp_bytes_equal(written(http),
			     ilp_text(status == 200 ? "" : expected)))
		fail_msg("%.*s has another answer", (int)in.len,
			 (const char *)in.at);
	/* And in whatever pieces. */
	check_cuts_of(HTTP_SERVER, in, NULL, log.text);
	destroy(http);
}

static void refuses_what_breaks_a_rule(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		check_rule(ilp_text(rules[i].in), rules[i].status);
	check_rule((struct ilp_bytes){ (const uint8_t *)"GET / HTTP/1.1\r\n"
							"Host: a\r\nX: \0\r\n"
							"\r\n",
				       33 },
		   400);
}

static struct ilp_bytes with_zeros(const char *before, int count,
				   const char *after)
{
	static char text[1000];

	snprintf(text, sizeof(text), "%s%0*d%s", before, count, 0, after);
	return ilp_text(text);
}

static void limits_hold_to_the_byte(void)
{
	static const struct {
		const char *before;
		int max;
		const char *after;
		int status; /* of one more */
	} limits[] = {
		{ "GET / HTTP/1.1\r\nHost: a\r\nX: ", HEAD_MAX - 32,
		  "\r\n\r\n", 431 },
		{ CHUNKED "0\r\nX: ", HEAD_MAX - 7, "\r\n\r\n", 431 },
		{ CHUNKED "1;", 64, "\r\nx\r\n0\r\n\r\n", 400 },
	};

	for (size_t i = 0; i < 3; i++) {
		check_rule(with_zeros(limits[i].before, limits[i].max,
				      limits[i].after),
			   200);
		check_rule(with_zeros(limits[i].before, limits[i].max + 1,
				      limits[i].after),
			   limits[i].status);
	}
}

static void bodies_hold_to_the_byte(void)
{
	check_rule(with_zeros(POST "Content-Length: 100\r\n\r\n", 100, ""),
		   200);
	check_rule(with_zeros(POST "Content-Length: 101\r\n\r\n", 101, ""),
		   413);
	check_rule(with_zeros(CHUNKED "64\r\n", 100, "\r\n0\r\n\r\n"), 200);
	check_rule(with_zeros(CHUNKED "65\r\n", 101, "\r\n0\r\n\r\n"), 413);
	check_rule(with_zeros(CHUNKED "1\r\nx\r\n63\r\n", 99,
			      "\r\n0\r\n\r\n"),
		   200);
	check_rule(with_zeros(CHUNKED "1\r\nx\r\n64\r\n", 100,
			      "\r\n0\r\n\r\n"),
		   413);
}

static void a_body_too_long_is_refused_from_the_head(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, POST "Content-Length: 101\r\n\r\n",
		     "down (body is too long)");
	CHECK_WRITTEN(http, REFUSAL("413"));
	destroy(http);
}

static void a_head_without_end_is_refused(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, "GET / HTTP/1.1\r\nX: ", "");
	for (size_t i = 19; i < HEAD_MAX; i++)
		check_events(http, "x", "");
	CHECK_WRITTEN(http, "");
	check_events(http, "x", "down (head is too long)");
	CHECK_WRITTEN(http, REFUSAL("431"));
	destroy(http);
}

/* ---- a server answers ---- */

static void responses_have_the_fields_that_are_given(void)
{
	struct http *http = create(HTTP_SERVER);
	struct http_response response = {
		.status = 405,
		.fields[HTTP_CONTENT_TYPE] = ilp_text("a/b"),
		.fields[HTTP_REQUEST_ID] = ilp_text("7"),
		.allow = ilp_text("GET, PUT"),
		.authenticate = ilp_text("Bearer"),
		.body = ilp_text("no"),
	};

	check_events(http, GET, "request 1 GET /");
	CHECK(http_respond(http, 1, &response));
	CHECK_WRITTEN(http, "HTTP/1.1 405 Error\r\ncontent-type: a/b\r\n"
			    "request-id: 7\r\nallow: GET, PUT\r\n"
			    "www-authenticate: Bearer\r\n"
			    "content-length: 2\r\n\r\nno");
	response = (struct http_response){ .status = 204 };
	check_events(http, GET, "request 2 GET /");
	CHECK(http_respond(http, 2, &response));
	CHECK_WRITTEN(http, "HTTP/1.1 204 OK\r\n\r\n");
	check_events(http, GET, "request 3 GET /");
	CHECK(answer(http, 3, ""));
	CHECK_WRITTEN(http, OK("0", ""));
	destroy(http);
}

static void a_head_request_gets_no_body(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, "HEAD / HTTP/1.1\r\n" HOST "\r\n" GET,
		     "request 1 HEAD /, request 2 GET /");
	CHECK(answer(http, 2, "two"));
	CHECK(answer(http, 1, "one"));
	CHECK_WRITTEN(http, OK("3", "") OK("3", "two"));
	destroy(http);
}

static void answers_go_out_in_the_order_of_the_requests(void)
{
	static const uint32_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 },
					      { 1, 0, 2 }, { 1, 2, 0 },
					      { 2, 0, 1 }, { 2, 1, 0 } };
	static const char *const bodies[] = { "a", "bb", "ccc" };
	struct http *http = create(HTTP_SERVER);
	uint32_t first = 1;

	for (size_t i = 0; i < 18; i++, first += 4) {
		struct log log = { .len = 0 };
		size_t len = strlen(OK("1", "a") OK("2", "bb") OK("3", "ccc"));

		receive(http, ilp_text(GET GET GET), &log);
		CHECK_INT(http_open(http), 3);
		for (size_t j = 0; j < 3; j++) {
			uint32_t k = orders[i % 6][j];

			CHECK(answer(http, first + k, bodies[k]));
			CHECK(!answer(http, first + k, bodies[k]));
		}
		CHECK_INT(http_open(http), 0);
		CHECK_INT(http_waiting(http), len);
		CHECK_WRITTEN(http,
			      OK("1", "a") OK("2", "bb") OK("3", "ccc"));
		CHECK_INT(http_waiting(http), 0);
		/* One more, so that the ring turns. */
		receive(http, ilp_text(GET), &log);
		CHECK(answer(http, first + 3, ""));
		CHECK_WRITTEN(http, OK("0", ""));
	}
	destroy(http);
}

static void an_early_answer_waits_and_is_counted(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET GET, "request 1 GET /, request 2 GET /");
	CHECK(answer(http, 2, "two"));
	CHECK_INT(http_output(http).len, 0);
	CHECK_INT(http_waiting(http), strlen(OK("3", "two")));
	CHECK(!answer(http, 3, ""));
	CHECK(!answer(http, 0, ""));
	destroy(http); /* with what waits */
}

static void who_asks_too_much_at_once_is_given_up(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET GET GET,
		     "request 1 GET /, request 2 GET /, request 3 GET /");
	CHECK(answer(http, 1, ""));
	check_events(http, GET, "request 4 GET /");
	check_events(http, GET, "down (peer sends more requests than it may)");
	CHECK(!answer(http, 2, ""));
	CHECK_WRITTEN(http, OK("0", ""));
	CHECK_INT(http_open(http), 0);
	destroy(http);
}

static void close_is_honoured(void)
{
	static const char *const ways[] = {
		"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET,
		"GET / HTTP/1.0\r\n\r\n" GET,
		"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET,
	};

	for (size_t i = 0; i < 3; i++) {
		struct http *http = create(HTTP_SERVER);

		check_events(http, GET, "request 1 GET /");
		check_events(http, ways[i], "request 2 GET /");
		check_events(http, GET, "");
		CHECK(answer(http, 2, "x"));
		check_events(http, "", "");
		CHECK(answer(http, 1, ""));
		check_events(http, "", "down (that was the last response)");
		CHECK_WRITTEN(http, OK("0", "") "HTTP/1.1 200 OK\r\n"
						"connection: close\r\n"
						"content-length: 1\r\n\r\nx");
		destroy(http);
	}
}

static void the_last_response_ends_it(void)
{
	struct http *http = create(HTTP_SERVER);
	struct http_response last = { .status = 503, .last = true };

	check_events(http, GET GET GET,
		     "request 1 GET /, request 2 GET /, request 3 GET /");
	CHECK(answer(http, 3, "three"));
	CHECK(http_respond(http, 2, &last));
	check_events(http, GET, ""); /* is not answered any more */
	CHECK(answer(http, 1, ""));
	check_events(http, "", "down (that was the last response)");
	CHECK_WRITTEN(http, OK("0", "") REFUSAL("503"));
	CHECK_INT(http_waiting(http), 0);
	destroy(http);
}

static void a_body_may_go_on_until_the_end(void)
{
	const struct http_response open = { .status = 200, .open = true };
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET GET GET,
		     "request 1 GET /, request 2 GET /, request 3 GET /");
	CHECK(!http1_add(http, ilp_text("early")));
	CHECK(http_respond(http, 2, &open));
	CHECK(!http1_add(http, ilp_text("before its turn")));
	check_events(http, GET, ""); /* is not answered any more */
	CHECK(answer(http, 1, ""));
	CHECK_WRITTEN(http, OK("0", "") "HTTP/1.1 200 OK\r\n"
					"connection: close\r\n\r\n");
	CHECK(http1_add(http, ilp_text("a")));
	CHECK(http1_add(http, ilp_text("b")));
	check_events(http, "x", "");
	CHECK(!answer(http, 3, ""));
	CHECK_WRITTEN(http, "ab");
	http_close(http, "enough");
	CHECK(!http1_add(http, ilp_text("late")));
	check_events(http, "", "down (enough)");
	CHECK_WRITTEN(http, "");
	destroy(http);
}

static void an_open_body_ends_where_the_pool_does(void)
{
	const struct http_response open = { .status = 200, .open = true };
	static const uint8_t piece[BLOCK_LEN / 2];
	struct http *http = create(HTTP_SERVER);
	int pieces = 0;

	check_events(http, GET, "request 1 GET /");
	CHECK(http_respond(http, 1, &open));
	while (http1_add(http, ILP_BYTES(piece)))
		CHECK(++pieces < 2 * BLOCKS);
	CHECK(pieces > 0);
	check_events(http, "", "down (no block of memory is left)");
	destroy(http);
}

static void what_breaks_a_rule_behind_an_open_body_is_not_told(void)
{
	const struct http_response open = { .status = 200, .open = true };
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET "nonsense\r\n\r\n", "request 1 GET /");
	CHECK(http_respond(http, 1, &open));
	CHECK(http1_add(http, ilp_text("a")));
	CHECK_WRITTEN(http, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\na");
	destroy(http);
}

static void to_head_an_open_body_is_none(void)
{
	const struct http_response open = { .status = 200, .open = true };
	struct http *http = create(HTTP_SERVER);

	check_events(http, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
		     "request 1 HEAD /");
	CHECK(http_respond(http, 1, &open));
	CHECK(!http1_add(http, ilp_text("a")));
	check_events(http, "", "down (that was the last response)");
	CHECK_WRITTEN(http, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
	destroy(http);
}

static void a_refusal_waits_for_the_answers_before_it(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET GET "GET / HTTP/3.0\r\n\r\n" GET,
		     "request 1 GET /, request 2 GET /");
	CHECK(answer(http, 2, "b"));
	check_events(http, GET, "");
	CHECK_WRITTEN(http, "");
	CHECK(answer(http, 1, "a"));
	check_events(http, "", "down (version is not HTTP/1)");
	CHECK_WRITTEN(http, OK("1", "a") OK("1", "b") REFUSAL("505"));
	destroy(http);
}

#define EXPECT "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n"
#define CONTINUE "HTTP/1.1 100 OK\r\n\r\n"

static void who_expects_to_continue_is_told_when_the_head_is_good(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, POST EXPECT, "");
	CHECK_WRITTEN(http, CONTINUE);
	check_events(http, "x", "request 1 POST / : x");
	CHECK_WRITTEN(http, "");
	/* It has its turn like a response. */
	check_events(http, POST EXPECT, "");
	CHECK_WRITTEN(http, "");
	CHECK(answer(http, 1, ""));
	CHECK_WRITTEN(http, OK("0", "") CONTINUE);
	check_events(http, "y", "request 2 POST / : y");
	/* Nobody needs to be told whose body is there already. */
	CHECK(answer(http, 2, ""));
	CHECK_WRITTEN(http, OK("0", ""));
	check_events(http, POST EXPECT "z", "request 3 POST / : z");
	CHECK_WRITTEN(http, "");
	CHECK(answer(http, 3, ""));
	CHECK_WRITTEN(http, OK("0", ""));
	check_events(http, "POST / HTTP/1.1\r\n" EXPECT,
		     "down (request has not one field Host)");
	CHECK_WRITTEN(http, REFUSAL("400"));
	destroy(http);
}

static void who_does_not_wait_is_not_told_to_continue(void)
{
	struct http *http = create(HTTP_SERVER);
	struct http_event event;
	uint8_t body[] = { 'x' };

	check_events(http, GET POST EXPECT, "request 1 GET /");
	http_receive(http, body, sizeof(body));
	CHECK(http_next(http, &event));
	CHECK(answer(http, 1, "") && answer(http, 2, ""));
	CHECK_WRITTEN(http, OK("0", "") OK("0", ""));
	CHECK(!http_next(http, &event));
	destroy(http);
}

static void after_down_nothing_happens(void)
{
	struct http *http = create(HTTP_SERVER);

	check_events(http, GET GET, "request 1 GET /, request 2 GET /");
	CHECK(answer(http, 1, "x"));
	http_close(http, "enough");
	http_close(http, "really");
	CHECK(!answer(http, 2, "x"));
	check_events(http, GET, "down (enough)");
	check_events(http, GET, "");
	CHECK(!answer(http, 2, "x"));
	CHECK_INT(http_room(http), 0);
	CHECK_WRITTEN(http, OK("1", "x"));
	destroy(http);
}

static void without_a_block_the_connection_goes_down(void)
{
	struct http *http = create(HTTP_SERVER);
	void *blocks[BLOCKS];

	check_events(http, GET, "request 1 GET /");
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = pool_take(pool);
	CHECK(!answer(http, 1, ""));
	for (size_t i = 0; i < BLOCKS; i++)
		pool_give(pool, blocks[i]);
	check_events(http, "", "down (no block of memory is left)");
	destroy(http);
}

/* ---- a client ---- */

static const struct http_request question = {
	.method = { (const uint8_t *)"POST", 4 },
	.path = { (const uint8_t *)"/ilp?x", 6 },
	.authority = { (const uint8_t *)"b:8080", 6 },
	.fields[HTTP_AUTHORIZATION] = { (const uint8_t *)"Bearer t", 8 },
	.body = { (const uint8_t *)"hello", 5 },
	.tag = 77,
};

#define QUESTION                                                               \
	"POST /ilp?x HTTP/1.1\r\nhost: b:8080\r\nauthorization: Bearer t\r\n"  \
	"content-length: 5\r\n\r\nhello"

static void begin_asking(struct http *http)
{
	CHECK_INT(http_room(http), 1);
	CHECK(http_ask(http, &question, NULL));
	CHECK_INT(http_room(http), 0);
	CHECK_WRITTEN(http, QUESTION);
}

static void a_request_is_written_and_may_be_edited(void)
{
	struct http *http = create(HTTP_CLIENT);
	uint8_t *copy = NULL;

	CHECK(http_ask(http, &question, &copy));
	CHECK(!http_ask(http, &question, NULL));
	CHECK_INT(http_open(http), 1);
	copy[0] = 'j';
	CHECK_WRITTEN(http,
		      "POST /ilp?x HTTP/1.1\r\nhost: b:8080\r\n"
		      "authorization: Bearer t\r\n"
		      "content-length: 5\r\n\r\njello");
	destroy(http);
}

static void only_get_and_head_may_say_no_length(void)
{
	static const char *const methods[] = { "GET", "HEAD", "POST" };

	for (size_t i = 0; i < 3; i++) {
		struct http *http = create(HTTP_CLIENT);
		struct http_request request = { .method = ilp_text(methods[i]),
						.path = ilp_text("/"),
						.authority = ilp_text("b") };
		char expected[100];

		snprintf(expected, sizeof(expected),
			 "%s / HTTP/1.1\r\nhost: b\r\n%s\r\n", methods[i],
			 i == 2 ? "content-length: 0\r\n" : "");
		CHECK(http_ask(http, &request, NULL));
		CHECK_WRITTEN(http, expected);
		destroy(http);
	}
}

#define R "HTTP/1.1 200 OK\r\n"
#define LAST "Connection: close\r\n"
#define BAD(reason) "gone 1 (" reason "), down (" reason ")"
#define UNASKED "down (peer sends what nobody asked for)"

static const struct {
	const char *in;
	const char *events;
} responses[] = {
	{ R "Content-Length: 2\r\nContent-Type: a/b\r\n\r\nhi",
	  "response 1 200 content-type=a/b : hi" },
	{ R "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
	  "response 1 200 : hi" },
	{ "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", "response 1 404" },
	{ "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", "response 1 404" },
	{ "HTTP/1.1 204 No\r\n\r\n", "response 1 204" },
	{ "HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", "response 1 304" },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: a\r\n\r\n" R
	  "Content-Length: 2\r\n\r\nhi",
	  "response 1 200 : hi" },
	{ R LAST "Content-Length: 2\r\n\r\nhi",
	  "response 1 200 : hi, down (peer closes behind its response)" },
	{ R LAST "Content-Length: 2\r\n\r\nhi there",
	  "response 1 200 : hi, down (peer closes behind its response)" },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
	  "response 1 200 : hi, down (peer closes behind its response)" },
	{ R "Content-Length: 2\r\n\r\nhix", "response 1 200 : hi, " UNASKED },
	{ R "Content-Length: 0\r\n\r\n" R, "response 1 200, " UNASKED },
	{ R "Content-Length: 0\r\n\r\n\r\n", "response 1 200, " UNASKED },
	{ "HTTP/1.1 204 No\r\nContent-Length: 1\r\n\r\nx",
	  "response 1 204, " UNASKED },
	{ R "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
	  BAD("head is malformed") },
	{ R "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
	  BAD("head is malformed") },
	{ R "Transfer-Encoding: gzip\r\n\r\n",
	  BAD("Transfer-Encoding is not chunked") },
	{ R "Content-Length: 101\r\n\r\n", BAD("body is too long") },
	{ R "Transfer-Encoding: chunked\r\n\r\n65\r\n",
	  BAD("body is too long") },
	{ R "X: a\n\r\n", BAD("line of a head does not end in CR LF") },
	{ R "X : a\r\n\r\n", BAD("name of a field is none") },
	{ R "Content-Type: a\r\nContent-Type: a\r\n\r\n",
	  BAD("field came twice that may come once") },
	{ "\r\n" R "Content-Length: 0\r\n\r\n", BAD("head is malformed") },
	{ "HTTP/2.0 200 OK\r\n\r\n", BAD("version is not HTTP/1") },
	{ "HTTP/1.1 600 OK\r\n\r\n", BAD("status of the response is none") },
	{ "HTTP/1.1 099 OK\r\n\r\n", BAD("status of the response is none") },
	{ "HTTP/1.1 20 OK\r\n\r\n", BAD("status of the response is none") },
	{ "HTTP/1.1 200OK\r\n\r\n", BAD("head is malformed") },
	{ "HTTP/1.1 200\tOK\r\n\r\n", BAD("head is malformed") },
	{ "HTTP/1.1\t200 OK\r\n\r\n", BAD("version is not HTTP/1") },
	{ "HTTP/1.1 2000\r\n\r\n", BAD("head is malformed") },
	{ "HTTP/1.1  200 OK\r\n\r\n", BAD("status of the response is none") },
	{ "HTTP/1.1 101 Switch\r\n\r\n",
	  BAD("peer changes to another protocol") },
};

#define RESPONSES (sizeof(responses) / sizeof(responses[0]))

static void a_client_keeps_the_same_rules_in_any_cuts(void)
{
	for (size_t i = 0; i < RESPONSES; i++)
		check_cuts_of(HTTP_CLIENT, ilp_text(responses[i].in),
			      begin_asking, responses[i].events);
}

static void a_client_asks_again_and_again(void)
{
	struct http *http = create(HTTP_CLIENT);

	for (unsigned i = 1; i < 5; i++) {
		char expected[50];

		snprintf(expected, sizeof(expected), "response %u 200 : hi", i);
		begin_asking(http);
		check_events(http, R "Content-Length: 2\r\n\r\nhi", expected);
		CHECK_INT(http_open(http), 0);
	}
	check_events(http, R, UNASKED);
	CHECK_INT(http_room(http), 0);
	CHECK(!http_ask(http, &question, NULL));
	destroy(http);
}

/* It would else be the response to what is asked next. */
static void what_follows_a_response_answers_nothing(void)
{
	struct http *http = create(HTTP_CLIENT);
	struct ilp_bytes in =
		exact_copy(ilp_text(R "Content-Length: 0\r\n\r\n" R));
	struct http_event event;

	begin_asking(http);
	http_receive(http, (uint8_t *)(uintptr_t)in.at, in.len);
	CHECK(http_next(http, &event) && event.type == HTTP_RESPONSE);
	CHECK(!http_ask(http, &question, NULL));
	CHECK(http_next(http, &event) && event.type == HTTP_DOWN);
	CHECK(!http_next(http, &event));
	exact_free(in);
	destroy(http);
}

static void announcements_have_an_end(void)
{
	struct http *http = create(HTTP_CLIENT);

	begin_asking(http);
	check_events(http,
		     "HTTP/1.1 102 \r\n\r\nHTTP/1.1 204 \r\n\r\n",
		     "response 1 204");
	begin_asking(http);
	for (int i = 0; i < 8; i++)
		check_events(http, "HTTP/1.1 102 \r\n\r\n", "");
	check_events(http, "HTTP/1.1 102 \r\n\r\n",
		     "gone 2 (peer announces its response without end), "
		     "down (peer announces its response without end)");
	destroy(http);
}

static void a_response_to_head_has_no_body(void)
{
	struct http *http = create(HTTP_CLIENT);
	struct http_request request = question;

	request.method = ilp_text("HEAD");
	request.body.len = 0;
	CHECK(http_ask(http, &request, NULL));
	check_events(http, R "Content-Length: 1000\r\n\r\n", "response 1 200");
	CHECK(http_ask(http, &request, NULL));
	check_events(http, R "Transfer-Encoding: chunked\r\n\r\n",
		     "response 2 200");
	CHECK(http_ask(http, &request, NULL));
	check_events(http, R "\r\n", "response 3 200");
	written(http);
	begin_asking(http);
	destroy(http);
}

static void a_body_may_end_with_the_connection(void)
{
	struct ilp_bytes in = ilp_text(R "Content-Type: a\r\n\r\nhi there");

	for (size_t cut = 0; cut < in.len; cut++) {
		struct http *http = create(HTTP_CLIENT);
		struct log log = { .len = 0 };

		begin_asking(http);
		receive(http, (struct ilp_bytes){ in.at, cut }, &log);
		receive(http, ilp_bytes_skip(in, cut), &log);
		CHECK_TEXT(ilp_text(log.text), "");
		http_close(http, "peer closed");
		check_events(http, "",
			     "response 1 200 content-type=a : hi there, "
			     "down (peer closed)");
		destroy(http);
	}
}

static void a_body_that_ends_with_the_connection_has_a_limit(void)
{
	struct http *http = create(HTTP_CLIENT);

	begin_asking(http);
	check_events(http, R "\r\n", "");
	for (int i = 0; i < BODY_MAX; i++)
		check_events(http, "x", "");
	check_events(http, "x", BAD("body is too long"));
	destroy(http);
}

static void no_truncated_response_is_one(void)
{
	struct ilp_bytes in = ilp_text(responses[6].in);

	for (size_t len = 0; len < in.len; len++) {
		struct http *http = create(HTTP_CLIENT);
		struct log log = { .len = 0 };

		begin_asking(http);
		receive(http, (struct ilp_bytes){ in.at, len }, &log);
		http_close(http, "over");
		take_events(http, &log);
		CHECK_TEXT(ilp_text(log.text), BAD("over"));
		destroy(http);
	}
}

/* Nobody has looked at it before the close. */
static void a_whole_response_outlasts_a_close(void)
{
	static const struct {
		const char *in;
		const char *events;
	} rows[] = {
		{ R "Content-Length: 2\r\n\r\nhi",
		  "response 1 200 : hi, down (over)" },
		{ R "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
		  "response 1 200 : hi, down (over)" },
		{ R "\r\nhi", "response 1 200 : hi, down (over)" },
		{ R "Content-Length: 3\r\n\r\nhi", BAD("over") },
		{ "HTTP/1.1 200", BAD("over") },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http *http = create(HTTP_CLIENT);
		struct ilp_bytes in = ilp_text(rows[i].in);
		uint8_t *copy = malloc(in.len);
		struct log log = { .len = 0 };

		begin_asking(http);
		memcpy(copy, in.at, in.len);
		http_receive(http, copy, in.len);
		http_close(http, "over");
		take_events(http, &log);
		CHECK_TEXT(ilp_text(log.text), rows[i].events);
		free(copy);
		destroy(http);
	}
}

static void a_request_is_untouched_while_none_of_it_was_written(void)
{
	struct http *http = create(HTTP_CLIENT);

	CHECK(http_ask(http, &question, NULL));
	http_close(http, "over");
	check_events(http, "", "gone 1 untouched (over), down (over)");
	CHECK_WRITTEN(http, ""); /* and none of it will be */
	destroy(http);

	http = create(HTTP_CLIENT);
	CHECK(http_ask(http, &question, NULL));
	http_written(http, 1);
	http_close(http, "over");
	check_events(http, "", BAD("over"));
	CHECK_TEXT(written(http), &QUESTION[1]);
	destroy(http);

	/* Nor when it was answered for whatever reason. */
	http = create(HTTP_CLIENT);
	CHECK(http_ask(http, &question, NULL));
	check_events(http, "HTTP/1.1 4", "");
	http_close(http, "over");
	check_events(http, "", BAD("over"));
	destroy(http);
}

static void what_is_forgotten_ends_the_connection(void)
{
	struct http *http = create(HTTP_CLIENT);

	begin_asking(http);
	CHECK(!http_forget(http, 2));
	check_events(http, "", "");
	CHECK(http_forget(http, 77));
	CHECK_INT(http_open(http), 0);
	CHECK_INT(http_room(http), 0);
	check_events(http, R "Content-Length: 0\r\n\r\n",
		     "down (response is not wanted any more)");
	destroy(http);
}

static void what_is_longer_than_a_block_is_not_sent(void)
{
	static uint8_t body[BLOCK_LEN];
	struct http *client = create(HTTP_CLIENT);
	struct http *server;
	struct http_request request = question;
	struct http_response response = { .status = 200 };

	request.body = response.body = ILP_BYTES(body);
	CHECK(!http_ask(client, &request, NULL));
	CHECK_INT(http_room(client), 1);
	destroy(client);
	/* In its turn, and before. */
	for (uint32_t i = 1; i <= 2; i++) {
		server = create(HTTP_SERVER);
		check_events(server, GET GET,
			     "request 1 GET /, request 2 GET /");
		CHECK(!http_respond(server, i, &response));
		check_events(server, "", "down (no block of memory is left)");
		destroy(server);
	}
}

TESTS(TEST(reads_what_is_good), TEST(cuts_make_no_difference),
      TEST(a_truncated_request_is_no_event),
      TEST(a_whole_message_is_read_where_it_lies),
      TEST(refuses_what_breaks_a_rule), TEST(limits_hold_to_the_byte),
      TEST(bodies_hold_to_the_byte),
      TEST(a_body_too_long_is_refused_from_the_head),
      TEST(a_head_without_end_is_refused),
      TEST(responses_have_the_fields_that_are_given),
      TEST(a_head_request_gets_no_body),
      TEST(answers_go_out_in_the_order_of_the_requests),
      TEST(an_early_answer_waits_and_is_counted),
      TEST(who_asks_too_much_at_once_is_given_up), TEST(close_is_honoured),
      TEST(the_last_response_ends_it),
      TEST(a_body_may_go_on_until_the_end),
      TEST(an_open_body_ends_where_the_pool_does),
      TEST(what_breaks_a_rule_behind_an_open_body_is_not_told),
      TEST(to_head_an_open_body_is_none),
      TEST(a_refusal_waits_for_the_answers_before_it),
      TEST(who_expects_to_continue_is_told_when_the_head_is_good),
      TEST(who_does_not_wait_is_not_told_to_continue),
      TEST(after_down_nothing_happens),
      TEST(without_a_block_the_connection_goes_down),
      TEST(a_request_is_written_and_may_be_edited),
      TEST(only_get_and_head_may_say_no_length),
      TEST(a_client_keeps_the_same_rules_in_any_cuts),
      TEST(a_client_asks_again_and_again),
      TEST(what_follows_a_response_answers_nothing),
      TEST(announcements_have_an_end), TEST(a_response_to_head_has_no_body),
      TEST(a_body_may_end_with_the_connection),
      TEST(a_body_that_ends_with_the_connection_has_a_limit),
      TEST(no_truncated_response_is_one),
      TEST(a_whole_response_outlasts_a_close),
      TEST(a_request_is_untouched_while_none_of_it_was_written),
      TEST(what_is_forgotten_ends_the_connection),
      TEST(what_is_longer_than_a_block_is_not_sent))
