/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/url.h"

#include "base/digits.h"
#include "ilp/text.h"

#define WELL_KNOWN "/.well-known/pay"

static bool is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_alphanumeric(uint8_t c)
{
	uint8_t letter = c | 0x20;

	return (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'z');
}

/* Only the characters that RFC 3986 allows in every part of a URL, those of
 * `more`, and percent escapes. */
static bool url_text_valid(struct ilp_bytes text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '%') {
			if (text.len - i < 3 ||
			    ilp_hex_value(text.at[i + 1]) < 0 ||
			    ilp_hex_value(text.at[i + 2]) < 0)
				return false;
			i += 2;
		} else if (!is_alphanumeric(c) &&
			   !is_one_of(c, "-._~!$&'()*+,;=") &&
			   !is_one_of(c, more)) {
			return false;
		}
	}
	return true;
}

enum ilp_error ilp_pointer_to_url(struct ilp_writer *w,
				  struct ilp_bytes pointer)
{
	struct ilp_bytes host;
	struct ilp_bytes path;

	path = ilp_bytes_skip(pointer, pointer.len ? 1 : 0);
	host = ilp_text_until(&path, '/');
	if (pointer.len == 0 || pointer.at[0] != '$' || host.len == 0 ||
	    !url_text_valid(host, "") || !url_text_valid(path, ":@/"))
		ilp_writer_fail(w, ILP_ERR_FORMAT);

	ilp_write_fixed(w, ilp_text("https://"));
	ilp_write_fixed(w, host);
	if (path.len == 0) {
		ilp_write_fixed(w, ilp_text(WELL_KNOWN));
	} else {
		ilp_write_u8(w, '/');
		ilp_write_fixed(w, path);
	}
	return w->error;
}

/* Takes `prefix` off the text, if it starts with it in any case. */
static bool skip_prefix(struct ilp_bytes *text, const char *prefix)
{
	struct ilp_bytes head = { text->at, strlen(prefix) };

	if (text->len < head.len ||
	    !ilp_text_equal_nocase(head, ilp_text(prefix)))
		return false;
	*text = ilp_bytes_skip(*text, head.len);
	return true;
}

/* user[:token]@ in front of a host. */
static bool parse_user(struct ilp_peer_url *url, struct ilp_bytes *authority)
{
	struct ilp_bytes rest = *authority;
	struct ilp_bytes login = ilp_text_until(&rest, '@');

	if (login.len == authority->len)
		return true; /* there is none */
	*authority = rest;
	url->token = login;
	url->user = ilp_text_until(&url->token, ':');
	return url_text_valid(url->user, "") && url_text_valid(url->token, ":");
}

static bool parse_port(uint16_t *port, struct ilp_bytes text)
{
	uint32_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || i == 5)
			return false;
		value = value * 10 + (uint32_t)(text.at[i] - '0');
	}
	*port = (uint16_t)value;
	return value > 0 && value <= UINT16_MAX;
}

/* Only what an IPv6 address is made of; whether it is one, the resolver says.
 */
static bool ipv6_valid(struct ilp_bytes host)
{
	bool colon = false;

	for (size_t i = 0; i < host.len; i++) {
		colon |= host.at[i] == ':';
		if (ilp_hex_value(host.at[i]) < 0 &&
		    !is_one_of(host.at[i], ":."))
			return false;
	}
	return colon;
}

/* host[:port], where the host may be an IPv6 address in brackets. */
static bool parse_host(struct ilp_peer_url *url, struct ilp_bytes authority)
{
	struct ilp_bytes port = authority;
	bool ipv6 = authority.len && authority.at[0] == '[';

	if (ipv6) {
		port = ilp_bytes_skip(port, 1);
		url->host = ilp_text_until(&port, ']');
		bool closed = url->host.len + 2 <= authority.len;
		if (!closed || (port.len && port.at[0] != ':'))
			return false;
		port = ilp_bytes_skip(port, port.len ? 1 : 0);
	} else {
		url->host = ilp_text_until(&port, ':');
	}
	url->port = url->tls ? 443 : 80;
	if (port.len && !parse_port(&url->port, port))
		return false;
	return ipv6 ? ipv6_valid(url->host) :
		      url->host.len && url_text_valid(url->host, "");
}

static bool parse_scheme(struct ilp_peer_url *url, struct ilp_bytes *rest)
{
	static const struct {
		const char *prefix;
		bool http, tls;
	} schemes[] = {
		{ "btp+ws://", false, false },
		{ "btp+wss://", false, true },
		{ "http://", true, false },
		{ "https://", true, true },
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!skip_prefix(rest, schemes[i].prefix))
			continue;
		url->http = schemes[i].http;
		url->tls = schemes[i].tls;
		return true;
	}
	return false;
}

/* A token that goes into a field of HTTP must stay in it. */
static bool is_field(struct ilp_bytes token)
{
	for (size_t i = 0; i < token.len; i++) {
		uint8_t c = token.at[i];

		if (c == '%') {
			c = (uint8_t)(ilp_hex_value(token.at[i + 1]) << 4 |
				      ilp_hex_value(token.at[i + 2]));
			i += 2;
		}
		if (c <= ' ' || c >= 0x7f)
			return false;
	}
	return true;
}

enum ilp_error ilp_peer_url_parse(struct ilp_peer_url *out,
				  struct ilp_bytes url)
{
	struct ilp_peer_url parsed = { 0 };
	struct ilp_bytes rest = url;

	if (!parse_scheme(&parsed, &rest))
		return ILP_ERR_FORMAT;

	struct ilp_bytes authority = { rest.at, 0 };
	while (authority.len < rest.len &&
	       !is_one_of(rest.at[authority.len], "/?"))
		authority.len++;
	if (authority.len < rest.len)
		parsed.path = ilp_bytes_skip(rest, authority.len);
	if (!parse_user(&parsed, &authority) ||
	    (parsed.http && (parsed.user.len || !is_field(parsed.token))) ||
	    !parse_host(&parsed, authority) ||
	    !url_text_valid(parsed.path, ":@/?"))
		return ILP_ERR_FORMAT;
	*out = parsed;
	return ILP_OK;
}

enum ilp_error ilp_percent_decode(struct ilp_writer *w, struct ilp_bytes part)
{
	if (!url_text_valid(part, ":@/?"))
		ilp_writer_fail(w, ILP_ERR_FORMAT);
	for (size_t i = 0; i < part.len && !w->error; i++) {
		uint8_t c = part.at[i];

		if (c == '%') {
			c = (uint8_t)(ilp_hex_value(part.at[i + 1]) << 4 |
				      ilp_hex_value(part.at[i + 2]));
			i += 2;
		}
		if (c == 0)
			ilp_writer_fail(w, ILP_ERR_FORMAT);
		ilp_write_u8(w, c);
	}
	return w->error;
}
