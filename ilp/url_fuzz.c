/* SPDX-License-Identifier: Apache-2.0 */
/* A payment pointer becomes the URL that cutting at the first slash gives,
 * without anything in it that would end a host early. The parts of a peer's
 * URL are borrowed; put together they are read as the same parts, and their
 * escapes can be undone. Any bytes survive when all of them are escaped. */
#include "ilp/url.h"

#include <stdio.h>

#include "test/fuzz.h"

#define INPUT_MAX 2048
#define OUTPUT_MAX (4 * INPUT_MAX)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void has_none_of(struct ilp_bytes text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
		require(text.at[i] > 0x20 && text.at[i] < 0x7f &&
			!strchr(set, text.at[i]));
}

static void try_pointer(struct ilp_bytes in)
{
	static uint8_t buffer[OUTPUT_MAX];
	static uint8_t plain[OUTPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_writer p = ilp_writer(plain, sizeof(plain));
	const uint8_t *slash;

	if (ilp_pointer_to_url(&w, in)) {
		require(ilp_written(&w).len == 0);
		return;
	}
	require(in.len > 1 && in.at[0] == '$');
	in = ilp_bytes_skip(in, 1);
	slash = memchr(in.at, '/', in.len);
	ilp_write_fixed(&p, ilp_text("https://"));
	ilp_write_fixed(&p, in);
	if (!slash)
		ilp_write_u8(&p, '/');
	if (!slash || slash + 1 == in.at + in.len)
		ilp_write_fixed(&p, ilp_text(".well-known/pay"));
	require(ilp_bytes_equal(ilp_written(&w), ilp_written(&p)));
	has_none_of(in, "?#\"<>\\^`{|}[]");
	if (slash)
		in.len = (size_t)(slash - in.at);
	has_none_of(in, "@:/");
}

static bool same(const struct ilp_peer_url *a, const struct ilp_peer_url *b)
{
	return a->http == b->http && a->tls == b->tls && a->port == b->port &&
	       ilp_bytes_equal(a->user, b->user) &&
	       ilp_bytes_equal(a->token, b->token) &&
	       ilp_bytes_equal(a->host, b->host) &&
	       ilp_bytes_equal(a->path, b->path);
}

/* Nothing stands behind the host but a port, a path or a query. */
static void host_ends(struct ilp_bytes host, struct ilp_bytes in)
{
	const uint8_t *at = host.at + host.len;
	const uint8_t *end = in.at + in.len;

	if (at < end && *at == ']')
		at++;
	require(at == end || *at == ':' || *at == '/' || *at == '?');
}

/* Writes the URL that has these parts. */
static void put_together(struct ilp_writer *w, const struct ilp_peer_url *url)
{
	bool ipv6 = memchr(url->host.at, ':', url->host.len) != NULL;
	char port[8];

	snprintf(port, sizeof(port), ":%u", (unsigned)url->port);
	ilp_write_fixed(w, ilp_text(url->http ? "http" : "btp+ws"));
	ilp_write_fixed(w, ilp_text(url->tls ? "s://" : "://"));
	ilp_write_fixed(w, url->user);
	ilp_write_u8(w, ':');
	ilp_write_fixed(w, url->token);
	ilp_write_u8(w, '@');
	ilp_write_fixed(w, ilp_text(ipv6 ? "[" : ""));
	ilp_write_fixed(w, url->host);
	ilp_write_fixed(w, ilp_text(ipv6 ? "]" : ""));
	ilp_write_fixed(w, ilp_text(port));
	ilp_write_fixed(w, url->path);
}

static void can_be_unescaped(struct ilp_bytes part)
{
	static uint8_t buffer[OUTPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	/* all but an escaped zero */
	if (ilp_percent_decode(&w, part))
		require(w.error == ILP_ERR_FORMAT);
	require(ilp_written(&w).len <= part.len);
}

static void try_peer(struct ilp_bytes in)
{
	static uint8_t buffer[OUTPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_peer_url url, again;

	if (ilp_peer_url_parse(&url, in))
		return;
	require(lies_in(url.user, in) && lies_in(url.token, in) &&
		lies_in(url.host, in) && lies_in(url.path, in));
	require(url.host.len && url.port);
	require(url.path.len == 0 || url.path.at[0] == '/' ||
		url.path.at[0] == '?');
	has_none_of(url.host, "@/?#[]");
	host_ends(url.host, in);
	can_be_unescaped(url.user);
	can_be_unescaped(url.token);
	put_together(&w, &url);
	require(!w.error);
	require(ilp_peer_url_parse(&again, ilp_written(&w)) == ILP_OK);
	require(same(&url, &again));
}

static void escapes_survive(struct ilp_bytes in)
{
	static uint8_t escaped[OUTPUT_MAX], buffer[OUTPUT_MAX];
	struct ilp_writer e = ilp_writer(escaped, sizeof(escaped));
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	for (size_t i = 0; i < in.len; i++) {
		char text[4];

		snprintf(text, sizeof(text), i % 2 ? "%%%02x" : "%%%02X",
			 in.at[i]);
		ilp_write_fixed(&e, ilp_text(text));
	}
	if (in.len && memchr(in.at, 0, in.len)) {
		require(ilp_percent_decode(&w, ilp_written(&e)) ==
			ILP_ERR_FORMAT);
	} else {
		require(ilp_percent_decode(&w, ilp_written(&e)) == ILP_OK);
		require(ilp_bytes_equal(ilp_written(&w), in));
	}
	w = ilp_writer(buffer, sizeof(buffer));
	if (ilp_percent_decode(&w, in))
		require(ilp_written(&w).len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	try_pointer(in);
	try_peer(in);
	escapes_survive(in);
	return 0;
}
