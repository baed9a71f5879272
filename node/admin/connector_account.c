/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/connector_account.h"

#include <stdio.h>

#include "ilp/crypto.h"

#define TOKEN_SIZE 1024
#define URL_SIZE 1024
#define ID_SIZE 128

/* What it comes with, and may not have here. */
static const struct {
	const char *name;
	const char *why;
} refused[] = {
	{ "settleThreshold", "nothing is settled here; leave it out" },
	{ "settleTo", "nothing is settled here; leave it out" },
};

struct conversion {
	struct ilp_json_writer w;
	struct connector_account_error *error;
	bool failed;
};

static void fail(struct conversion *c, const char *what, const char *why)
{
	if (!c->failed)
		snprintf(c->error->text, sizeof(c->error->text), "%s: %s", what,
			 why);
	c->failed = true;
}

static bool is(const struct ilp_json_node *key, const char *const *names)
{
	while (*names && !ilp_json_is(key, *names))
		names++;
	return *names;
}

/* All members have one of these names; `others` mean nothing here. */
static void check_members(struct conversion *c, const char *where,
			  const struct ilp_json_node *object,
			  const char *const *names)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	if (object && object->type != ILP_JSON_OBJECT)
		fail(c, where, "expected an object");
	while (ilp_json_next(&walk))
		if (!is(walk.key, names))
			fail(c, where, "there is a member in it that cannot be "
				       "had here");
}

static void copy(struct conversion *c, const struct ilp_json_node *from,
		 const char *name)
{
	const struct ilp_json_node *value = ilp_json_get(from, name);

	if (!value)
		return;
	ilp_json_put_key(&c->w, name);
	ilp_json_put_node(&c->w, value);
}

/* ---- how it is connected ---- */

static void put_token(struct conversion *c, const struct ilp_json_node *token)
{
	if (!token)
		return;
	ilp_json_put_key(&c->w, "incomingToken");
	ilp_json_put_node(&c->w, token);
}

static void convert_btp(struct conversion *c,
			const struct ilp_json_node *options)
{
	static const char *const names[] = { "server", "listener",
					     "responseTimeout", NULL };
	static const char *const listener_names[] = { "port", "secret",
						      "wsOpts", NULL };
	const struct ilp_json_node *listener =
		ilp_json_get(options, "listener");

	check_members(c, "options.options", options, names);
	check_members(c, "options.options.listener", listener, listener_names);
	if (!listener && !ilp_json_get(options, "server"))
		fail(c, "options.options",
		     "it has neither a server nor a listener");
	copy(c, options, "server");
	put_token(c, ilp_json_get(listener, "secret"));
}

static bool is_plain(uint8_t b)
{
	return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ||
	       (b >= 'A' && b <= 'Z') || (b && strchr("-._~", b));
}

/* Only what needs no escape in a URL stays itself. */
static void escape(struct ilp_bytes in, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < in.len && len + 4 < size; i++)
		len += (size_t)snprintf(out + len, size - len,
					is_plain(in.at[i]) ? "%c" : "%%%02X",
					in.at[i]);
}

/* The token goes in front of the host. */
static void put_http_server(struct conversion *c, struct ilp_bytes url,
			    struct ilp_bytes token)
{
	char escaped[3 * TOKEN_SIZE + 4];
	char server[URL_SIZE + sizeof(escaped)];
	size_t scheme = 0;

	while (scheme + 3 <= url.len && memcmp(url.at + scheme, "://", 3) != 0)
		scheme++;
	if (scheme + 3 > url.len) {
		fail(c, "options.options.outgoing.url", "expected a URL");
		return;
	}
	escape(token, escaped, sizeof(escaped));
	snprintf(server, sizeof(server), "%.*s://:%s@%.*s", (int)scheme,
		 (const char *)url.at, escaped, (int)(url.len - scheme - 3),
		 (const char *)url.at + scheme + 3);
	ilp_json_put_key(&c->w, "server");
	ilp_json_put_string(&c->w, ilp_text(server));
	ilp_secret_clear(server, sizeof(server));
	ilp_secret_clear(escaped, sizeof(escaped));
}

static void convert_outgoing(struct conversion *c,
			     const struct ilp_json_node *outgoing)
{
	static const char *const names[] = { "url", "staticToken", "http2",
					     NULL };
	uint8_t url_room[URL_SIZE], token_room[TOKEN_SIZE];
	struct ilp_bytes url, token;
	bool http2 = false;

	check_members(c, "options.options.outgoing", outgoing, names);
	if (!ilp_json_string(&url, ilp_json_get(outgoing, "url"), url_room,
			     sizeof(url_room)) ||
	    !ilp_json_string(&token, ilp_json_get(outgoing, "staticToken"),
			     token_room, sizeof(token_room)))
		fail(c, "options.options.outgoing",
		     "expected a url and a staticToken; tokens that are signed "
		     "are for the configuration's file");
	else
		put_http_server(c, url, token);
	ilp_secret_clear(token_room, sizeof(token_room));
	ilp_json_bool(&http2, ilp_json_get(outgoing, "http2"));
	if (!http2)
		return;
	ilp_json_put_key(&c->w, "httpVersion");
	ilp_json_put_string(&c->w, ilp_text("2"));
}

static void convert_http(struct conversion *c,
			 const struct ilp_json_node *options)
{
	static const char *const names[] = { "incoming", "outgoing", NULL };
	static const char *const incoming_names[] = { "port", "staticToken",
						      NULL };
	const struct ilp_json_node *incoming =
		ilp_json_get(options, "incoming");

	check_members(c, "options.options", options, names);
	check_members(c, "options.options.incoming", incoming, incoming_names);
	put_token(c, ilp_json_get(incoming, "staticToken"));
	convert_outgoing(c, ilp_json_get(options, "outgoing"));
}

static void convert_plugin(struct conversion *c,
			   const struct ilp_json_node *account)
{
	const struct ilp_json_node *plugin = ilp_json_get(account, "plugin");
	const struct ilp_json_node *options = ilp_json_get(account, "options");

	if (ilp_json_is(plugin, "ilp-plugin-btp"))
		convert_btp(c, options);
	else if (ilp_json_is(plugin, "ilp-plugin-http"))
		convert_http(c, options);
	else
		fail(c, "options.plugin",
		     "only ilp-plugin-btp and ilp-plugin-http can be had here");
}

/* ---- what it may do ---- */

static void convert_balance(struct conversion *c,
			    const struct ilp_json_node *balance)
{
	static const char *const names[] = { "maximum", "minimum",
					     "settleThreshold", "settleTo",
					     NULL };

	check_members(c, "options.balance", balance, names);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (ilp_json_get(balance, refused[i].name))
			fail(c, refused[i].name, refused[i].why);
	if (!ilp_json_get(balance, "maximum")) {
		fail(c, "options.balance",
		     "without a maximum the account could spend without "
		     "limit; say so by {\"maximum\": \"Infinity\"}");
		return;
	}
	ilp_json_put_key(&c->w, "balance");
	ilp_json_begin_object(&c->w);
	copy(c, balance, "maximum");
	copy(c, balance, "minimum");
	ilp_json_end_object(&c->w);
}

/* Without one there is the same as there. */
static void convert_rate_limit(struct conversion *c,
			       const struct ilp_json_node *limit)
{
	static const char *const names[] = { "refillPeriod", "refillCount",
					     "capacity", NULL };

	check_members(c, "options.rateLimit", limit, names);
	ilp_json_put_key(&c->w, "rateLimit");
	ilp_json_begin_object(&c->w);
	copy(c, limit, "refillPeriod");
	if (!ilp_json_get(limit, "refillCount")) {
		ilp_json_put_key(&c->w, "refillCount");
		ilp_json_put_u64(&c->w, 10000);
	}
	copy(c, limit, "refillCount");
	copy(c, limit, "capacity");
	ilp_json_end_object(&c->w);
}

static void convert(struct conversion *c, const struct ilp_json_node *body)
{
	static const char *const names[] = {
		"relation", "plugin", "assetCode", "assetScale", "balance",
		"maxPacketAmount", "throughput", "rateLimit", "deduplicate",
		"sendRoutes", "receiveRoutes", "ilpAddressSegment", "options",
		NULL
	};
	static const char *const outer[] = { "id", "options", NULL };
	const struct ilp_json_node *account = ilp_json_get(body, "options");

	check_members(c, "the body", body, outer);
	if (!account)
		fail(c, "options", "expected the account's settings");
	check_members(c, "options", account, names);
	ilp_json_begin_object(&c->w);
	copy(c, body, "id");
	copy(c, account, "relation");
	copy(c, account, "assetCode");
	copy(c, account, "assetScale");
	copy(c, account, "maxPacketAmount");
	copy(c, account, "throughput");
	convert_balance(c, ilp_json_get(account, "balance"));
	convert_rate_limit(c, ilp_json_get(account, "rateLimit"));
	convert_plugin(c, account);
	copy(c, account, "ilpAddressSegment");
	copy(c, account, "sendRoutes");
	copy(c, account, "receiveRoutes");
	ilp_json_end_object(&c->w);
}

struct ilp_bytes connector_account(uint8_t *room, size_t size,
				   const struct ilp_json_node *body,
				   struct connector_account_error *error)
{
	struct conversion c = { .w = ilp_json_writer(room, size, 0),
				.error = error };

	convert(&c, body);
	if (!c.failed && !ilp_json_written(&c.w).len)
		fail(&c, "the body", "it is too long");
	return c.failed ? (struct ilp_bytes){ NULL, 0 } :
			  ilp_json_written(&c.w);
}
