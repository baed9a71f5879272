/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/upgrade.h"

#include <assert.h>

#include <llhttp/llhttp.h>
#include <openssl/evp.h>

#include "base/base64.h"
#include "ilp/text.h"

/* What a server hashes behind the key (RFC 6455, 1.3). */
#define KEY_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define SHA1_LEN 20
#define RANDOM_LEN 16

/* The fields that matter; whatever else a head has is ignored. */
enum field {
	HOST,
	ORIGIN,
	UPGRADE,
	CONNECTION,
	KEY,
	VERSION,
	ACCEPT,
	EXTENSIONS,
	PROTOCOL,
	FIELD_COUNT,
};

static const struct {
	const char *name;
	bool is_list; /* may be in several fields */
} fields[FIELD_COUNT] = {
	[HOST] = { "host", false },
	[ORIGIN] = { "origin", false },
	[UPGRADE] = { "upgrade", true },
	[CONNECTION] = { "connection", true },
	[KEY] = { "sec-websocket-key", false },
	[VERSION] = { "sec-websocket-version", false },
	[ACCEPT] = { "sec-websocket-accept", false },
	[EXTENSIONS] = { "sec-websocket-extensions", true },
	[PROTOCOL] = { "sec-websocket-protocol", true },
};

/* What llhttp finds, all of it borrowed from the head. */
struct head {
	struct ilp_bytes target;
	bool is_http_1_1;
	struct ilp_bytes values[FIELD_COUNT]; /* the last one of each */
	unsigned counts[FIELD_COUNT];
	bool upgrades;  /* a field Upgrade names websocket */
	bool connected; /* a field Connection names upgrade */
	bool has_body;
	/* A field has no name, or is folded, or there are two and may not be.
	 */
	bool odd;
	/* The field that is being read. */
	struct ilp_bytes name;
	struct ilp_bytes value;
};

/* ---- text ---- */

/* A path with its query, as a request may have it: it has no blanks, and no
 * fragment (RFC 6455, 3). */
static bool path_valid(struct ilp_bytes path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] <= ' ' || path.at[i] > '~' || path.at[i] == '#')
			return false;
	return path.len && path.at[0] == '/';
}

/* Nothing that would end the field, or is no part of a name and port. */
static bool host_valid(struct ilp_bytes host)
{
	for (size_t i = 0; i < host.len; i++)
		if (host.at[i] <= ' ' || host.at[i] > '~' || host.at[i] == '/')
			return false;
	return host.len;
}

/* ---- reading a head ---- */

size_t upgrade_head_len(struct ilp_bytes in)
{
	for (size_t len = 4; len <= in.len; len++)
		if (memcmp(in.at + len - 4, "\r\n\r\n", 4) == 0)
			return len;
	return 0;
}

/* A span may come in several parts; those of a folded value have a gap
 * between them. */
static void extend(struct head *h, struct ilp_bytes *span, const char *at,
		   size_t len)
{
	const uint8_t *part = (const uint8_t *)at;

	if (!span->at)
		span->at = part;
	else if (span->at + span->len != part)
		h->odd = true;
	span->len += len;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
	struct head *h = parser->data;

	extend(h, &h->target, at, len);
	return 0;
}

/* llhttp would also take the names of protocols that are similar. */
static int on_version(llhttp_t *parser, const char *at, size_t len)
{
	struct head *h = parser->data;

	h->is_http_1_1 = len == 3 && memcmp(at - 5, "HTTP/1.1", 8) == 0;
	return 0;
}

static int on_field(llhttp_t *parser, const char *at, size_t len)
{
	struct head *h = parser->data;

	extend(h, &h->name, at, len);
	return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t len)
{
	struct head *h = parser->data;

	extend(h, &h->value, at, len);
	return 0;
}

static void keep(struct head *h, enum field field, struct ilp_bytes value)
{
	if (h->counts[field]++ && !fields[field].is_list)
		h->odd = true;
	h->values[field] = value;
	h->upgrades |= field == UPGRADE && ilp_text_lists(value, "websocket");
	h->connected |= field == CONNECTION && ilp_text_lists(value, "upgrade");
}

static int on_value_complete(llhttp_t *parser)
{
	struct head *h = parser->data;

	if (h->name.len == 0)
		h->odd = true;
	for (enum field i = 0; i < FIELD_COUNT; i++)
		if (ilp_text_is(h->name, fields[i].name))
			keep(h, i, ilp_text_trim(h->value));
	h->name = (struct ilp_bytes){ NULL, 0 };
	h->value = (struct ilp_bytes){ NULL, 0 };
	return 0;
}

/* Stops behind the head: what follows is no HTTP. */
static int on_headers_complete(llhttp_t *parser)
{
	struct head *h = parser->data;

	h->has_body = parser->content_length ||
		      parser->flags & (F_CHUNKED | F_TRANSFER_ENCODING);
	return 2;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_version = on_version,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
};

/* HPE_OK when all of `in` is one head. */
static llhttp_errno_t read_head(llhttp_t *parser, llhttp_type_t type,
				struct head *out, struct ilp_bytes in)
{
	const char *at = (const char *)in.at;
	llhttp_errno_t error;

	llhttp_init(parser, type, &settings);
	parser->data = out;
	error = llhttp_execute(parser, at, in.len);
	if (error != HPE_PAUSED_UPGRADE)
		return error == HPE_OK ? HPE_INVALID_EOF_STATE : error;
	return llhttp_get_error_pos(parser) == at + in.len ? HPE_OK :
							     HPE_STRICT;
}

/* ---- keys ---- */

static void make_key(uint8_t out[UPGRADE_KEY_LEN],
		     const uint8_t random[RANDOM_LEN])
{
	struct ilp_bytes key;
	bool fits = ilp_base64_encode(&key,
				      (struct ilp_bytes){ random, RANDOM_LEN },
				      ILP_BASE64, out, UPGRADE_KEY_LEN);

	assert(fits && key.len == UPGRADE_KEY_LEN);
}

static bool key_valid(struct ilp_bytes key)
{
	uint8_t random[RANDOM_LEN + 2];
	struct ilp_bytes decoded;

	return key.len == UPGRADE_KEY_LEN &&
	       ilp_base64_decode(&decoded, key, ILP_BASE64, random,
				 sizeof(random)) &&
	       decoded.len == RANDOM_LEN;
}

/* What proves that the server has read the key; false when OpenSSL cannot
 * hash. */
static bool make_accept(uint8_t out[UPGRADE_ACCEPT_LEN],
			const uint8_t key[UPGRADE_KEY_LEN])
{
	uint8_t text[UPGRADE_KEY_LEN + sizeof(KEY_SUFFIX)];
	uint8_t hash[SHA1_LEN];
	struct ilp_bytes accept;

	memcpy(text, key, UPGRADE_KEY_LEN);
	memcpy(text + UPGRADE_KEY_LEN, KEY_SUFFIX, sizeof(KEY_SUFFIX));
	return EVP_Q_digest(NULL, "SHA1", NULL, text, sizeof(text) - 1, hash,
			    NULL) == 1 &&
	       ilp_base64_encode(&accept, ILP_BYTES(hash), ILP_BASE64, out,
				 UPGRADE_ACCEPT_LEN);
}

/* ---- the server's side ---- */

int upgrade_request_read(struct upgrade_request *out, struct ilp_bytes head)
{
	struct head h = { .odd = false };
	llhttp_t parser;
	llhttp_errno_t error;

	if (head.len > UPGRADE_HEAD_MAX)
		return 431;
	error = read_head(&parser, HTTP_REQUEST, &h, head);
	if (error)
		return error == HPE_INVALID_VERSION ? 505 : 400;
	if (!h.is_http_1_1)
		return 505;
	if (parser.method != HTTP_GET)
		return 405;
	if (h.odd || h.has_body || !path_valid(h.target) ||
	    !host_valid(h.values[HOST]))
		return 400;
	if (!h.upgrades || !h.connected || !ilp_text_is(h.values[VERSION], "13"))
		return 426;
	if (!key_valid(h.values[KEY]))
		return 400;
	out->path = h.target;
	out->host = h.values[HOST];
	out->origin = h.values[ORIGIN];
	memcpy(out->key, h.values[KEY].at, UPGRADE_KEY_LEN);
	out->key[UPGRADE_KEY_LEN] = '\0';
	return 0;
}

static void write_text(struct ilp_writer *w, const char *text)
{
	ilp_write_fixed(w, ilp_text(text));
}

enum ilp_error upgrade_grant(struct ilp_writer *w,
			     const struct upgrade_request *request)
{
	uint8_t accept[UPGRADE_ACCEPT_LEN];

	if (!make_accept(accept, (const uint8_t *)request->key))
		ilp_writer_fail(w, ILP_ERR_ALGORITHM);
	write_text(w, "HTTP/1.1 101 Switching Protocols\r\n"
		      "Upgrade: websocket\r\n"
		      "Connection: Upgrade\r\n"
		      "Sec-WebSocket-Accept: ");
	ilp_write_fixed(w, ILP_BYTES(accept));
	write_text(w, "\r\n\r\n");
	return w->error;
}

/* What a refusal says beside its status: its name, and the fields that it
 * must have (RFC 9110, 15.5, and RFC 6455, 4.4). */
static const struct refusal {
	int status;
	const char *line;
	const char *fields;
} refusals[] = {
	{ 400, "400 Bad Request", "Connection: close\r\n" },
	{ 403, "403 Forbidden", "Connection: close\r\n" },
	{ 405, "405 Method Not Allowed",
	  "Allow: GET\r\nConnection: close\r\n" },
	{ 426, "426 Upgrade Required",
	  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	  "Connection: Upgrade, close\r\n" },
	{ 431, "431 Request Header Fields Too Large", "Connection: close\r\n" },
	{ 505, "505 HTTP Version Not Supported", "Connection: close\r\n" },
};

static const struct refusal *find_refusal(int status)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status)
			return &refusals[i];
	return NULL;
}

enum ilp_error upgrade_refuse(struct ilp_writer *w, int status)
{
	const struct refusal *refusal = find_refusal(status);

	assert(refusal);
	write_text(w, "HTTP/1.1 ");
	write_text(w, refusal->line);
	write_text(w, "\r\n");
	write_text(w, refusal->fields);
	write_text(w, "Content-Length: 0\r\n\r\n");
	return w->error;
}

/* ---- the client's side ---- */

enum ilp_error upgrade_ask(struct ilp_writer *w, struct ilp_bytes host,
			   struct ilp_bytes path, const uint8_t random[16])
{
	uint8_t key[UPGRADE_KEY_LEN];

	if (!host_valid(host) || !path_valid(path))
		ilp_writer_fail(w, ILP_ERR_TEXT);
	make_key(key, random);
	write_text(w, "GET ");
	ilp_write_fixed(w, path);
	write_text(w, " HTTP/1.1\r\nHost: ");
	ilp_write_fixed(w, host);
	write_text(w, "\r\nUpgrade: websocket\r\n"
		      "Connection: Upgrade\r\n"
		      "Sec-WebSocket-Key: ");
	ilp_write_fixed(w, ILP_BYTES(key));
	write_text(w, "\r\nSec-WebSocket-Version: 13\r\n\r\n");
	return w->error;
}

/* Why there is no WebSocket, from the status. */
static const char *without_upgrade(int status)
{
	switch (status / 100) {
	case 3:
		return "server sends us elsewhere";
	case 4:
		return "server refuses the request for a WebSocket";
	case 5:
		return "server fails to open a WebSocket";
	}
	return "server does not open a WebSocket";
}

const char *upgrade_answer_read(struct ilp_bytes head, const uint8_t random[16])
{
	struct head h = { .odd = false };
	llhttp_t parser;
	uint8_t key[UPGRADE_KEY_LEN];
	uint8_t accept[UPGRADE_ACCEPT_LEN];

	if (head.len > UPGRADE_HEAD_MAX)
		return "answer is too long";
	if (read_head(&parser, HTTP_RESPONSE, &h, head) || !h.is_http_1_1)
		return "answer is not HTTP/1.1";
	if (parser.status_code != 101)
		return without_upgrade(parser.status_code);
	if (h.odd || h.has_body)
		return "answer has fields that it may not have";
	if (h.counts[UPGRADE] != 1 ||
	    !ilp_text_is(h.values[UPGRADE], "websocket") || !h.connected)
		return "answer is not an upgrade to WebSocket";
	if (h.counts[EXTENSIONS] || h.counts[PROTOCOL])
		return "answer grants what was not asked for";
	make_key(key, random);
	if (!make_accept(accept, key))
		return "OpenSSL has no SHA-1";
	if (!ilp_bytes_equal(h.values[ACCEPT], ILP_BYTES(accept)))
		return "answer is to another request";
	return NULL;
}
