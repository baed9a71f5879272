/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http1_head.h"

/* llhttp has names of its own that are the same. */
#define HTTP_REQUEST LLHTTP_REQUEST
#define HTTP_RESPONSE LLHTTP_RESPONSE
#include <llhttp/llhttp.h>
#undef HTTP_REQUEST
#undef HTTP_RESPONSE

#include "ilp/text.h"

/* A version as it is on the wire, such as HTTP/1.1. */
#define VERSION "HTTP/1."
#define VERSION_LEN 8

/* ---- the scan ---- */

static bool is_letter_or_digit(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* RFC 9110, 5.6.2: what names and methods are made of. */
static bool is_token_char(uint8_t c)
{
	return is_letter_or_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_control(uint8_t c)
{
	return (c < ' ' && c != '\t') || c == 0x7f;
}

/* A byte that is none of the end of its line. */
static const struct http1_fault *scan_text(struct http1_scan *scan, uint8_t c)
{
	static const struct http1_fault control = {
		400, "head has a control character"
	};
	static const struct http1_fault folded = {
		400, "line of a head begins with a blank"
	};
	static const struct http1_fault name = { 400,
						 "name of a field is none" };

	if (is_control(c))
		return &control;
	if (scan->line_len == 0 && (c == ' ' || c == '\t'))
		return &folded;
	if (scan->in_field && !scan->colon) {
		scan->colon = c == ':' && scan->line_len;
		if (!scan->colon && !is_token_char(c))
			return &name;
	}
	scan->line_len++;
	return NULL;
}

/* The LF at the end of a line; the empty line is the last one. */
static const struct http1_fault *scan_end(struct http1_scan *scan)
{
	static const struct http1_fault no_colon = {
		400, "line of a head is no field"
	};

	if (scan->line_len && scan->in_field && !scan->colon)
		return &no_colon;
	scan->whole = scan->line_len == 0;
	scan->in_field = true;
	scan->cr = false;
	scan->colon = false;
	scan->line_len = 0;
	return NULL;
}

static const struct http1_fault *scan_byte(struct http1_scan *scan, uint8_t c)
{
	static const struct http1_fault half_end = {
		400, "line of a head does not end in CR LF"
	};

	if (scan->cr != (c == '\n'))
		return &half_end;
	if (scan->cr)
		return scan_end(scan);
	if (c != '\r')
		return scan_text(scan, c);
	scan->cr = true;
	return NULL;
}

const struct http1_fault *http1_scan(struct http1_scan *scan,
				     struct ilp_bytes in, size_t max,
				     size_t *taken)
{
	static const struct http1_fault too_long = { 431, "head is too long" };
	const struct http1_fault *fault = NULL;
	size_t len = 0;

	while (len < in.len && !scan->whole && !fault) {
		fault = scan->len == max ? &too_long :
					   scan_byte(scan, in.at[len]);
		scan->len++;
		len++;
	}
	*taken = len;
	return fault;
}

/* The bytes in front of the first `end`, or all of them. */
static struct ilp_bytes until(struct ilp_bytes text, uint8_t end)
{
	const uint8_t *at = text.len ? memchr(text.at, end, text.len) : NULL;

	return at ? (struct ilp_bytes){ text.at, (size_t)(at - text.at) } :
		    text;
}

/* Characters of a URL, but no fragment, since that is never sent. */
static bool is_url_text(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~' || text.at[i] == '#')
			return false;
	return text.len;
}

/* A name and perhaps a port; no user, which is never sent either. */
static bool is_authority(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("/?@\\", text.at[i]))
			return false;
	return is_url_text(text);
}

/* Only digits (RFC 9110, 8.6), and no more than fit. */
static bool read_length(uint64_t *out, struct ilp_bytes text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c < '0' || c > '9' || value > (UINT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (c - '0');
	}
	*out = value;
	return text.len;
}

/* ---- fields ---- */

/* A head that is being read. */
struct reading {
	struct http1_head *head;
	const struct http1_fault *fault; /* the first that was found */
	struct ilp_bytes target;
	struct ilp_bytes name; /* of the field that is being read */
	struct ilp_bytes value;
	size_t count; /* of all fields */
	unsigned hosts;
	unsigned codings; /* fields Transfer-Encoding */
	bool known[HTTP_FIELDS];
	bool expects_else; /* what nobody here knows */
};

static void find_fault(struct reading *r, const struct http1_fault *fault)
{
	if (!r->fault)
		r->fault = fault;
}

static void keep_known(struct reading *r, enum http_field field)
{
	static const struct http1_fault twice = {
		400, "field came twice that may come once"
	};

	if (r->known[field])
		find_fault(r, &twice);
	r->known[field] = true;
	r->head->fields[field] = r->value;
}

static void keep_length(struct reading *r)
{
	static const struct http1_fault bad = { 400,
						"Content-Length is no number" };
	static const struct http1_fault twice = {
		400, "Content-Length came twice"
	};

	if (r->head->has_length)
		find_fault(r, &twice);
	r->head->has_length = true;
	if (!read_length(&r->head->length, r->value))
		find_fault(r, &bad);
}

static void keep_host(struct reading *r)
{
	static const struct http1_fault bad = { 400, "Host is no name" };

	r->hosts++;
	if (!is_authority(r->value))
		find_fault(r, &bad);
}

static void keep_coding(struct reading *r)
{
	static const struct http1_fault unknown = {
		400, "Transfer-Encoding is not chunked"
	};

	r->codings++;
	r->head->chunked = true;
	if (!ilp_text_is(r->value, "chunked"))
		find_fault(r, &unknown);
}

static void keep_field(struct reading *r)
{
	enum http_field field = http_field_find(r->name);

	if (field != HTTP_FIELDS) {
		keep_known(r, field);
	} else if (ilp_text_is(r->name, "content-length")) {
		keep_length(r);
	} else if (ilp_text_is(r->name, "transfer-encoding")) {
		keep_coding(r);
	} else if (ilp_text_is(r->name, "host")) {
		keep_host(r);
	} else if (ilp_text_is(r->name, "connection")) {
		r->head->last |= ilp_text_lists(r->value, "close");
	} else if (ilp_text_is(r->name, "expect")) {
		if (ilp_text_is(r->value, "100-continue"))
			r->head->expects = true;
		else
			r->expects_else = true;
	}
}

/* ---- what llhttp calls ---- */

/* A span may come in several parts, which follow one another as the whole head
 * lies in one piece. */
static void extend(struct ilp_bytes *span, const char *at, size_t len)
{
	if (!span->at)
		span->at = (const uint8_t *)at;
	span->len += len;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
	struct reading *r = parser->data;

	extend(&r->target, at, len);
	return 0;
}

static int on_name(llhttp_t *parser, const char *at, size_t len)
{
	struct reading *r = parser->data;

	extend(&r->name, at, len);
	return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t len)
{
	struct reading *r = parser->data;

	extend(&r->value, at, len);
	return 0;
}

static int on_value_complete(llhttp_t *parser)
{
	struct reading *r = parser->data;

	r->value = ilp_text_trim(r->value);
	r->count++;
	keep_field(r);
	r->name = (struct ilp_bytes){ NULL, 0 };
	r->value = (struct ilp_bytes){ NULL, 0 };
	return 0;
}

/* Stops behind the head: the body is not llhttp's. */
static int on_headers_complete(llhttp_t *parser)
{
	(void)parser;
	return 2;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
};

/* How many fields the scan saw: all lines but the first and the empty one. */
static size_t count_fields(struct ilp_bytes head)
{
	size_t lines = 0;

	for (size_t i = 0; i < head.len; i++)
		lines += head.at[i] == '\n';
	return lines - 2;
}

static const struct http1_fault malformed = { 400, "head is malformed" };

/* Gives llhttp the rest of the head, which has to end where it ends. */
static const struct http1_fault *parse(llhttp_t *parser, struct ilp_bytes rest)
{
	static const struct http1_fault version = {
		505, "version is not HTTP/1"
	};
	const char *at = (const char *)rest.at;
	llhttp_errno_t error = llhttp_execute(parser, at, rest.len);

	if (error == HPE_INVALID_VERSION)
		return &version;
	if (error != HPE_PAUSED_UPGRADE ||
	    llhttp_get_error_pos(parser) != at + rest.len)
		return &malformed;
	return parser->http_major == 1 ? NULL : &version;
}

/* ---- rules for both ---- */

/* RFC 9112, 6.1 and 6.3: there is one way to know where the body ends. */
static const struct http1_fault *check_framing(const struct reading *r,
					       bool is_http_1_1)
{
	static const struct http1_fault both = {
		400, "Content-Length beside Transfer-Encoding"
	};
	static const struct http1_fault twice = {
		400, "Transfer-Encoding came twice"
	};
	static const struct http1_fault early = {
		400, "Transfer-Encoding in HTTP/1.0"
	};

	if (r->codings && r->head->has_length)
		return &both;
	if (r->codings > 1)
		return &twice;
	return r->codings && !is_http_1_1 ? &early : NULL;
}

static const struct http1_fault *
check_fields(struct reading *r, const llhttp_t *parser, struct ilp_bytes head)
{
	bool is_http_1_1 = parser->http_minor == 1;

	if (r->fault)
		return r->fault;
	if (r->count != count_fields(head))
		return &malformed;
	if (!is_http_1_1)
		r->head->last = true; /* keep-alive of 1.0 is not spoken */
	return check_framing(r, is_http_1_1);
}

/* ---- requests ---- */

/* The scheme of an absolute target, with what follows it up to the name. */
static size_t scheme_len(struct ilp_bytes target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(schemes[i]);

		if (target.len >= len &&
		    ilp_text_is((struct ilp_bytes){ target.at, len }, schemes[i]))
			return len;
	}
	return 0;
}

/* RFC 9112, 3.2: a path; or a URL, as if we were a proxy; or an asterisk, which
 * is about the server itself. */
static bool read_target(struct http1_head *out, struct ilp_bytes target)
{
	size_t scheme = scheme_len(target);

	out->path = target;
	if (ilp_text_is(target, "*"))
		return ilp_text_is(out->method, "OPTIONS");
	if (scheme) {
		struct ilp_bytes rest = ilp_bytes_skip(target, scheme);
		struct ilp_bytes name = until(rest, '/');

		if (!is_authority(name))
			return false;
		out->path = ilp_bytes_skip(rest, name.len);
		if (out->path.len == 0)
			out->path = ilp_text("/");
	}
	return is_url_text(out->path) && out->path.at[0] == '/';
}

/* One blank before the target and one behind it, where llhttp takes more, and
 * no version of a protocol that is similar. */
static bool is_request_line(const struct reading *r, struct ilp_bytes head)
{
	size_t version_at = r->head->method.len + 1 + r->target.len + 1;

	return until(head, '\r').len == version_at + VERSION_LEN &&
	       memcmp(head.at + version_at, VERSION, strlen(VERSION)) == 0;
}

static const struct http1_fault *check_request(struct reading *r,
					       const llhttp_t *parser,
					       struct ilp_bytes head)
{
	static const struct http1_fault target = {
		400, "target of the request is no path"
	};
	static const struct http1_fault connect = {
		400, "CONNECT is for proxies"
	};
	static const struct http1_fault host = {
		400, "request has not one field Host"
	};
	static const struct http1_fault expects = {
		417, "expectation is not known"
	};

	if (ilp_text_is(r->head->method, "CONNECT"))
		return &connect;
	if (!is_request_line(r, head))
		return &malformed;
	if (!read_target(r->head, r->target))
		return &target;
	if (r->hosts > 1 || (r->hosts == 0 && parser->http_minor == 1))
		return &host;
	/* RFC 9110, 10.1.1: HTTP/1.0 knows no expectations. */
	if (parser->http_minor == 0)
		r->head->expects = false;
	else if (r->expects_else)
		return &expects;
	return NULL;
}

static bool is_token(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_token_char(text.at[i]))
			return false;
	return text.len;
}

/* llhttp knows a list of methods, so that it gets one of them in place of
 * that which came. */
static const struct http1_fault *read_request(struct reading *r,
					      struct ilp_bytes head)
{
	struct ilp_bytes method = until(until(head, '\r'), ' ');
	const struct http1_fault *fault;
	llhttp_t parser;

	if (!is_token(method))
		return &malformed;
	r->head->method = method;
	llhttp_init(&parser, LLHTTP_REQUEST, &settings);
	parser.data = r;
	llhttp_execute(&parser, "GET", 3);
	fault = parse(&parser, ilp_bytes_skip(head, method.len));
	if (!fault)
		fault = check_fields(r, &parser, head);
	return fault ? fault : check_request(r, &parser, head);
}

/* ---- responses ---- */

static const struct http1_fault *read_response(struct reading *r,
					       struct ilp_bytes head)
{
	static const struct http1_fault status = {
		400, "status of the response is none"
	};
	const struct http1_fault *fault;
	llhttp_t parser;

	llhttp_init(&parser, LLHTTP_RESPONSE, &settings);
	parser.data = r;
	fault = parse(&parser, head);
	if (!fault)
		fault = check_fields(r, &parser, head);
	if (fault)
		return fault;
	r->head->status = parser.status_code;
	return parser.status_code < 100 || parser.status_code > 599 ? &status :
								      NULL;
}

const struct http1_fault *http1_head_read(struct http1_head *out,
					  enum http_role role,
					  struct ilp_bytes head)
{
	struct reading r = { .head = out };

	*out = (struct http1_head){ .status = 0 };
	return role == HTTP_SERVER ? read_request(&r, head) :
				     read_response(&r, head);
}
