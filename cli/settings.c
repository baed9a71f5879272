/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "base/json_writer.h"
#include "ilp/address.h"
#include "ilp/crypto.h"
#include "ilp/url.h"

#define PREFIX "CONNECTOR_"
#define NOTES_MAX ((size_t)1024 * 1024)
#define INDENT 2
#define TEXT_MAX 4096
#define PORTS_MAX 64
#define TOKENS_MAX 256
/* What ilp-connector does unless it is told otherwise. */
#define DEFAULT_SPREAD "0.002"
#define DEFAULT_RATE_COUNT "10000"
#define ECB "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
#define ECB_REFRESH_MS 3600000
#define ECB_AGE_MAX_MS 518400000 /* over the longest holidays */

struct piece {
	struct piece *next;
	size_t len;
	uint8_t bytes[];
};

struct conversion {
	struct settings *s;
	const struct ilp_json_node *variables;
	const struct ilp_json_node *accounts;
	struct ilp_json_writer w;
	struct piece *pieces; /* memory that goes at the end */
	struct ilp_bytes address;
	const char *default_route; /* id of an account, or "auto" */
	uint64_t ports[PORTS_MAX];
	size_t port_count;
	struct ilp_bytes tokens[TOKENS_MAX];
	size_t token_count;
	char where[200]; /* what the notes are about */
	bool failed;
};

/* ---- notes, and memory ---- */

__attribute__((format(printf, 2, 3))) static void note(struct conversion *c,
						       const char *format, ...)
{
	char text[400];
	va_list list;
	int len = snprintf(text, sizeof(text), "%s: ", c->where);

	va_start(list, format);
	vsnprintf(text + len, sizeof(text) - (size_t)len, format, list);
	va_end(list);
	if (c->s->notes.len > NOTES_MAX - sizeof(text) - 1 ||
	    !buffer_add(&c->s->notes, ilp_text(text), NOTES_MAX) ||
	    !buffer_add(&c->s->notes, ilp_text("\n"), NOTES_MAX))
		c->failed = true;
}

static bool fail(struct conversion *c, const char *why)
{
	if (!c->s->error[0])
		snprintf(c->s->error, sizeof(c->s->error), "%s%s%s", c->where,
			 c->where[0] ? ": " : "", why);
	c->failed = true;
	return false;
}

/* Texts are copied here with a zero behind them. NULL when there is no
 * memory. */
static uint8_t *take(struct conversion *c, size_t len)
{
	struct piece *piece = calloc(1, sizeof(*piece) + len + 1);

	if (!piece) {
		fail(c, "no memory");
		return NULL;
	}
	piece->next = c->pieces;
	piece->len = len;
	c->pieces = piece;
	return piece->bytes;
}

static void drop_pieces(struct conversion *c)
{
	while (c->pieces) {
		struct piece *piece = c->pieces;

		c->pieces = piece->next;
		ilp_secret_clear(piece->bytes, piece->len);
		free(piece);
	}
}

/* ---- values ---- */

/* The text of a string, or of what else is written without quotes; empty when
 * there is none. */
static struct ilp_bytes text_of(struct conversion *c,
				const struct ilp_json_node *node)
{
	struct ilp_bytes out = { (const uint8_t *)"", 0 };
	uint8_t *room;

	if (!node || node->type == ILP_JSON_NULL ||
	    node->type == ILP_JSON_ARRAY || node->type == ILP_JSON_OBJECT)
		return out;
	room = take(c, node->text.len);
	if (!room)
		return out;
	if (node->type != ILP_JSON_STRING)
		memcpy(room, node->text.at, node->text.len);
	if (node->type != ILP_JSON_STRING)
		return (struct ilp_bytes){ room, node->text.len };
	ilp_json_string(&out, node, room, node->text.len);
	return out;
}

static const char *string_of(struct conversion *c,
			     const struct ilp_json_node *node)
{
	return (const char *)text_of(c, node).at;
}

/* A value that may be JSON in a text. */
static const struct ilp_json_node *value_of(struct conversion *c,
					    const struct ilp_json_node *node)
{
	struct ilp_bytes text;
	struct ilp_json_node *nodes;

	if (!node || node->type != ILP_JSON_STRING)
		return node;
	text = text_of(c, node);
	nodes = (struct ilp_json_node *)(void *)take(c, (text.len + 1) *
								sizeof(*nodes));
	if (!nodes)
		return NULL;
	return ilp_json_read(nodes, text.len + 1, text).problem ? NULL : nodes;
}

static const struct ilp_json_node *variable(const struct conversion *c,
					    const char *name)
{
	char full[64];

	snprintf(full, sizeof(full), PREFIX "%s", name);
	return ilp_json_get(c->variables, full);
}

static bool is_flag(struct ilp_bytes text)
{
	return ilp_bytes_equal(text, ilp_text("1")) ||
	       ilp_bytes_equal(text, ilp_text("true"));
}

static bool all_digits(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

static void put_text(struct conversion *c, const char *key,
		     struct ilp_bytes text)
{
	ilp_json_put_key(&c->w, key);
	ilp_json_put_string(&c->w, text);
}

static void put_string(struct conversion *c, const char *key, const char *text)
{
	put_text(c, key, ilp_text(text));
}

static void put_number(struct conversion *c, const char *key, uint64_t value)
{
	ilp_json_put_key(&c->w, key);
	ilp_json_put_u64(&c->w, value);
}

/* Copies a number, if it is there and whole and not 0. */
static bool copy_number(struct conversion *c, const char *key,
			const struct ilp_json_node *node)
{
	struct ilp_bytes text = text_of(c, node);

	if (!text.len)
		return false;
	if (!all_digits(text) || text.len > ILP_DECIMAL_MAX ||
	    (text.at[0] == '0' && text.len > 1)) {
		note(c, "%s is not a whole number, and was left out", key);
		return false;
	}
	ilp_json_put_key(&c->w, key);
	ilp_json_put_number(&c->w, text);
	return true;
}

/* Copies a text as a text, if it is there. */
static void copy_text(struct conversion *c, const char *key,
		      const struct ilp_json_node *node)
{
	struct ilp_bytes text = text_of(c, node);

	if (text.len)
		put_text(c, key, text);
}

/* ---- what is not carried over ---- */

struct missing {
	const char *name;
	const char *why; /* NULL: it says nothing that would be missed */
};

static const struct missing missing_globals[] = {
	{ "ENV", NULL },
	{ "ROUTE_CLEANUP_INTERVAL", NULL },
	{ "INITIAL_CONNECT_TIMEOUT", NULL },
	{ "COLLECT_DEFAULT_METRICS", "is about the process of Node" },
	{ "ILP_ADDRESS_INHERIT_FROM",
	  "ilpd has the address from its configuration" },
	{ "ROUTING_SECRET", "ilpd draws another each time it is started" },
	{ "BACKEND_CONFIG", "belongs to a module of ilp-connector" },
	{ "STORE",
	  "ilpd has a ledger of its own, and begins with no balances" },
	{ "STORE_PATH",
	  "ilpd has a ledger of its own, and begins with no balances" },
	{ "STORE_CONFIG", "belongs to a module of ilp-connector" },
	{ "MIDDLEWARES", "ilpd has no modules" },
	{ "DISABLE_MIDDLEWARE",
	  "each rule of ilpd has its own option, and is off without it" },
	{ "ADMIN_API", "ilpd has an API of its own" },
	{ "ADMIN_API_PORT", "ilpd has an API of its own" },
	{ "ADMIN_API_HOST", "ilpd has an API of its own" },
};

static const struct missing missing_of_accounts[] = {
	{ "deduplicate", NULL },
};

static const char *const carried_globals[] = {
	"ILP_ADDRESS",   "ACCOUNTS", "DEFAULT_ROUTE",
	"ROUTES",        "SPREAD",   "MIN_MESSAGE_WINDOW",
	"MAX_HOLD_TIME", "BACKEND",  "REFLECT_PAYMENTS",
	"ROUTE_BROADCAST_ENABLED", "ROUTE_BROADCAST_INTERVAL", "ROUTE_EXPIRY",
};

static const char *const carried_of_accounts[] = {
	"relation",          "plugin",    "assetCode",
	"assetScale",        "balance",   "maxPacketAmount",
	"throughput",        "rateLimit", "options",
	"ilpAddressSegment", "sendRoutes", "receiveRoutes",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void note_missing(struct conversion *c, const struct missing *rows,
			 size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (rows[i].why)
			note(c, "%s: %s", name, rows[i].why);
		return;
	}
	note(c, "%s: not known to ilp-connector, nor to ilpd", name);
}

static void note_missing_globals(struct conversion *c)
{
	struct ilp_json_walk walk = ilp_json_walk(c->variables);

	while (ilp_json_next(&walk)) {
		const char *name = string_of(c, walk.key);

		if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		name += strlen(PREFIX);
		if (!is_among(carried_globals, COUNT(carried_globals), name))
			note_missing(c, missing_globals, COUNT(missing_globals),
				     name);
	}
}

static void note_missing_of_account(struct conversion *c,
				    const struct ilp_json_node *account)
{
	struct ilp_json_walk walk = ilp_json_walk(account);

	while (ilp_json_next(&walk)) {
		const char *name = string_of(c, walk.key);

		if (!is_among(carried_of_accounts, COUNT(carried_of_accounts),
			      name))
			note_missing(c, missing_of_accounts,
				     COUNT(missing_of_accounts), name);
	}
}

/* ---- how a peer is connected ---- */

/* No two accounts may have the same token. */
static void put_token(struct conversion *c, const struct ilp_json_node *node)
{
	struct ilp_bytes token = text_of(c, node);

	if (!token.len)
		return;
	for (size_t i = 0; i < c->token_count; i++)
		if (ilp_bytes_equal(c->tokens[i], token)) {
			note(c, "its token is another account's as well, so "
				"that it needs a new one: incomingToken");
			return;
		}
	if (c->token_count < TOKENS_MAX)
		c->tokens[c->token_count++] = token;
	put_text(c, "incomingToken", token);
}

static void add_port(struct conversion *c, const struct ilp_json_node *node)
{
	struct ilp_bytes text = text_of(c, node);
	uint64_t port = 0;

	for (size_t i = 0; i < text.len && port <= UINT16_MAX; i++)
		port = port * 10 + (uint64_t)(text.at[i] - '0');
	if (!all_digits(text) || port > UINT16_MAX) {
		note(c, "its port is none");
		return;
	}
	for (size_t i = 0; i < c->port_count; i++)
		if (c->ports[i] == port)
			return;
	if (c->port_count < PORTS_MAX)
		c->ports[c->port_count++] = port;
}

/* ilpd takes no URL that it could not connect to. */
static void put_server(struct conversion *c, struct ilp_bytes url)
{
	struct ilp_peer_url parsed;

	if (!url.len)
		return;
	if (ilp_peer_url_parse(&parsed, url))
		note(c, "its URL is none, or its token cannot be in one: say "
			"where it is with server");
	else
		put_text(c, "server", url);
}

static void convert_btp(struct conversion *c,
			const struct ilp_json_node *options)
{
	const struct ilp_json_node *listener =
		ilp_json_get(options, "listener");

	put_server(c, text_of(c, ilp_json_get(options, "server")));
	if (listener) {
		add_port(c, ilp_json_get(listener, "port"));
		put_token(c, ilp_json_get(listener, "secret"));
	}
	if (!listener && !ilp_json_get(options, "server"))
		note(c, "its plugin has neither a server nor a listener; say "
			"how it is connected: server, or incomingToken");
	if (ilp_json_get(options, "btpToken") ||
	    ilp_json_get(options, "btpAccount"))
		note(c, "btpAccount and btpToken belong into the URL of "
			"server, as btp+wss://account:token@host");
}

/* Only what needs no escape in a URL stays itself. */
static void escape(struct ilp_bytes in, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < in.len && len + 4 < size; i++) {
		uint8_t b = in.at[i];
		bool plain = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ||
			     (b >= 'A' && b <= 'Z') || (b && strchr("-._~", b));

		len += (size_t)snprintf(out + len, size - len,
					plain ? "%c" : "%%%02X", b);
	}
}

/* The token goes in front of the host. */
static void put_http_server(struct conversion *c, struct ilp_bytes url,
			    struct ilp_bytes token)
{
	const char *text = (const char *)url.at;
	const char *host = strstr(text, "://");
	char escaped[TEXT_MAX];
	char server[2 * TEXT_MAX];

	if (!host || url.len > TEXT_MAX || token.len > TEXT_MAX / 4) {
		put_server(c, url);
		return;
	}
	escape(token, escaped, sizeof(escaped));
	snprintf(server, sizeof(server), "%.*s://%s%s%s%s", (int)(host - text),
		 text, token.len ? ":" : "", escaped, token.len ? "@" : "",
		 host + 3);
	put_server(c, ilp_text(server));
	ilp_secret_clear(server, sizeof(server));
	ilp_secret_clear(escaped, sizeof(escaped));
}

/* By either of its names; the second is an old one. */
static const struct ilp_json_node *either(const struct ilp_json_node *object,
					  const char *name, const char *old)
{
	const struct ilp_json_node *found = ilp_json_get(object, name);

	return found ? found : ilp_json_get(object, old);
}

static void convert_outgoing(struct conversion *c,
			     const struct ilp_json_node *outgoing)
{
	const struct ilp_json_node *secret =
		either(outgoing, "jwtSecret", "secret");
	struct ilp_bytes token =
		text_of(c, either(outgoing, "staticToken", "secretToken"));
	struct ilp_bytes none = { NULL, 0 };
	bool http2 = false;

	put_http_server(c, text_of(c, ilp_json_get(outgoing, "url")),
			secret ? none : token);
	if (secret) {
		ilp_json_put_key(&c->w, "outgoingJwt");
		ilp_json_begin_object(&c->w);
		copy_text(c, "secret", secret);
		copy_number(c, "lifetime",
			    either(outgoing, "jwtExpiry", "tokenExpiry"));
		ilp_json_end_object(&c->w);
	}
	ilp_json_bool(&http2, ilp_json_get(outgoing, "http2"));
	if (http2)
		put_string(c, "httpVersion", "2");
}

static void convert_incoming(struct conversion *c,
			     const struct ilp_json_node *incoming)
{
	const struct ilp_json_node *secret =
		either(incoming, "jwtSecret", "secret");

	add_port(c, ilp_json_get(incoming, "port"));
	put_token(c, either(incoming, "staticToken", "secretToken"));
	if (!secret)
		return;
	ilp_json_put_key(&c->w, "incomingJwt");
	ilp_json_begin_object(&c->w);
	copy_text(c, "secret", secret);
	ilp_json_end_object(&c->w);
}

static bool is_old(const struct ilp_json_node *direction)
{
	return ilp_json_get(direction, "secret") ||
	       ilp_json_get(direction, "secretToken");
}

static void convert_http(struct conversion *c,
			 const struct ilp_json_node *options)
{
	const struct ilp_json_node *incoming =
		ilp_json_get(options, "incoming");
	const struct ilp_json_node *outgoing =
		ilp_json_get(options, "outgoing");

	if (ilp_json_get(options, "multi"))
		note(c, "multi: each of its peers needs an account of its own");
	if (is_old(outgoing) || is_old(incoming))
		note(c, "secret and secretToken: ilp-plugin-http sends such a "
			"token bare, and ilpd as a bearer token; the peer must "
			"agree");
	if (outgoing)
		convert_outgoing(c, outgoing);
	if (incoming)
		convert_incoming(c, incoming);
}

/* The name of a plugin without the folder it may lie in. */
static const char *plugin_of(struct conversion *c,
			     const struct ilp_json_node *account)
{
	const char *name = string_of(c, ilp_json_get(account, "plugin"));
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool is_mini_accounts(const char *plugin)
{
	return strcmp(plugin, "ilp-plugin-mini-accounts") == 0 ||
	       strcmp(plugin, "ilp-plugin-xrp-asym-server") == 0;
}

static void convert_plugin(struct conversion *c,
			   const struct ilp_json_node *account)
{
	const struct ilp_json_node *options = ilp_json_get(account, "options");
	const char *plugin = plugin_of(c, account);

	if (strcmp(plugin, "ilp-plugin-http") == 0) {
		convert_http(c, options);
		return;
	}
	if (strcmp(plugin, "ilp-plugin-btp") != 0)
		note(c,
		     "%.60s: packets are carried over, as they are BTP; it "
		     "settles, and ilpd does not do that for it",
		     plugin[0] ? plugin : "a plugin of no name");
	convert_btp(c, options);
}

/* ---- accounts ---- */

static void convert_balance(struct conversion *c,
			    const struct ilp_json_node *balance)
{
	if (!balance) {
		note(c, "it has no balance, so it may owe any amount, as with "
			"ilp-connector: set its maximum");
		put_string(c, "maximum", "unlimited");
		return;
	}
	copy_text(c, "maximum", ilp_json_get(balance, "maximum"));
	copy_text(c, "minimum", ilp_json_get(balance, "minimum"));
	if (ilp_json_get(balance, "settleThreshold") ||
	    ilp_json_get(balance, "settleTo"))
		note(c, "settleThreshold and settleTo: ilpd does not settle by "
			"itself");
}

static void convert_limits(struct conversion *c,
			   const struct ilp_json_node *account)
{
	static const char *const amounts[] = { "incomingAmount",
					       "outgoingAmount" };
	const struct ilp_json_node *throughput =
		ilp_json_get(account, "throughput");
	const struct ilp_json_node *rate = ilp_json_get(account, "rateLimit");

	copy_text(c, "maxPacketAmount",
		  ilp_json_get(account, "maxPacketAmount"));
	ilp_json_put_key(&c->w, "rateLimit");
	ilp_json_begin_object(&c->w);
	copy_number(c, "refillPeriod", ilp_json_get(rate, "refillPeriod"));
	if (!copy_number(c, "refillCount", ilp_json_get(rate, "refillCount"))) {
		ilp_json_put_key(&c->w, "refillCount");
		ilp_json_put_number(&c->w, ilp_text(DEFAULT_RATE_COUNT));
	}
	copy_number(c, "capacity", ilp_json_get(rate, "capacity"));
	ilp_json_end_object(&c->w);
	if (!throughput)
		return;
	ilp_json_put_key(&c->w, "throughput");
	ilp_json_begin_object(&c->w);
	copy_number(c, "refillPeriod",
		    ilp_json_get(throughput, "refillPeriod"));
	for (size_t i = 0; i < COUNT(amounts); i++)
		copy_text(c, amounts[i], ilp_json_get(throughput, amounts[i]));
	ilp_json_end_object(&c->w);
}

/* Without a word it is so for all but children; or for none. */
static bool talks(struct conversion *c, const struct ilp_json_node *account,
		  const char *name)
{
	const struct ilp_json_node *enabled =
		variable(c, "ROUTE_BROADCAST_ENABLED");
	bool wanted =
		!ilp_json_is(ilp_json_get(account, "relation"), "child");

	ilp_json_bool(&wanted, ilp_json_get(account, name));
	return wanted && (!enabled || is_flag(text_of(c, enabled)));
}

static void convert_talk(struct conversion *c,
			 const struct ilp_json_node *account)
{
	static const char *const names[] = { "sendRoutes", "receiveRoutes" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (!talks(c, account, names[i]))
			continue;
		ilp_json_put_key(&c->w, names[i]);
		ilp_json_put_bool(&c->w, true);
	}
}

/* The default route leads to who was named, or to the first parent. */
static void convert_routes(struct conversion *c, const char *id,
			   const struct ilp_json_node *account)
{
	const struct ilp_json_node *relation =
		ilp_json_get(account, "relation");
	bool parent = ilp_json_is(relation, "parent");

	if (ilp_json_is(relation, "child"))
		copy_text(c, "ilpAddressSegment",
			  ilp_json_get(account, "ilpAddressSegment"));
	convert_talk(c, account);
	if (strcmp(c->default_route, id) == 0 ||
	    (parent && strcmp(c->default_route, "auto") == 0)) {
		ilp_json_put_key(&c->w, "routes");
		ilp_json_begin_array(&c->w);
		ilp_json_put_string(&c->w, ilp_text(""));
		ilp_json_end_array(&c->w);
		c->default_route = ""; /* there is one */
	}
	if (ilp_json_is(relation, "peer") &&
	    !talks(c, account, "receiveRoutes"))
		note(c, "a peer's routes are to be written here: routes");
}

static void convert_account(struct conversion *c, const char *id,
			    const struct ilp_json_node *account)
{
	snprintf(c->where, sizeof(c->where), "account %.100s", id);
	if (is_mini_accounts(plugin_of(c, account))) {
		note(c,
		     "%s: each of its clients needs an account of its own, "
		     "so none is made",
		     plugin_of(c, account));
		return;
	}
	ilp_json_begin_object(&c->w);
	put_string(c, "id", id);
	copy_text(c, "relation", ilp_json_get(account, "relation"));
	copy_text(c, "assetCode", ilp_json_get(account, "assetCode"));
	copy_number(c, "assetScale", ilp_json_get(account, "assetScale"));
	convert_balance(c, ilp_json_get(account, "balance"));
	convert_limits(c, account);
	convert_plugin(c, account);
	convert_routes(c, id, account);
	ilp_json_end_object(&c->w);
	note_missing_of_account(c, account);
}

static void convert_accounts(struct conversion *c)
{
	struct ilp_json_walk walk = ilp_json_walk(c->accounts);

	ilp_json_put_key(&c->w, "accounts");
	ilp_json_begin_array(&c->w);
	while (ilp_json_next(&walk))
		convert_account(c, string_of(c, walk.key), walk.value);
	ilp_json_end_array(&c->w);
	c->where[0] = '\0';
}

/* ---- the node ---- */

/* ilp-connector listens on all interfaces. */
static void convert_listeners(struct conversion *c)
{
	ilp_json_put_key(&c->w, "listen");
	ilp_json_begin_array(&c->w);
	for (size_t i = 0; i < c->port_count; i++) {
		ilp_json_begin_object(&c->w);
		put_string(c, "host", "0.0.0.0");
		put_number(c, "port", c->ports[i]);
		ilp_json_end_object(&c->w);
	}
	ilp_json_end_array(&c->w);
}

static void convert_static_route(struct conversion *c,
				 const struct ilp_json_node *route)
{
	const char *id = string_of(c, ilp_json_get(route, "peerId"));
	const char *prefix = string_of(c, ilp_json_get(route, "targetPrefix"));
	const struct ilp_json_node *account = ilp_json_get(c->accounts, id);

	snprintf(c->where, sizeof(c->where), "route to %.100s", prefix);
	if (!account || is_mini_accounts(plugin_of(c, account))) {
		note(c, "no account %.100s is made, so it was left out", id);
		return;
	}
	ilp_json_begin_object(&c->w);
	put_string(c, "prefix", prefix);
	put_string(c, "account", id);
	ilp_json_end_object(&c->w);
}

static void convert_static_routes(struct conversion *c)
{
	const struct ilp_json_node *routes = value_of(c, variable(c, "ROUTES"));
	struct ilp_json_walk walk = ilp_json_walk(routes);

	ilp_json_put_key(&c->w, "routes");
	ilp_json_begin_array(&c->w);
	while (ilp_json_next(&walk))
		convert_static_route(c, walk.value);
	ilp_json_end_array(&c->w);
}

/* Digits, and at most six behind the point. */
static bool is_fraction(struct ilp_bytes text)
{
	const uint8_t *point = memchr(text.at, '.', text.len);
	struct ilp_bytes whole = { text.at, point ? (size_t)(point - text.at) :
						    text.len };
	struct ilp_bytes rest = ilp_bytes_skip(text, whole.len + !!point);

	return all_digits(whole) &&
	       (!point || (all_digits(rest) && rest.len <= 6));
}

static void convert_spread(struct conversion *c)
{
	struct ilp_bytes spread = text_of(c, variable(c, "SPREAD"));

	if (spread.len && !is_fraction(spread)) {
		note(c, "SPREAD has more than six digits behind the point, or "
			"is no number; " DEFAULT_SPREAD " is taken");
		spread.len = 0;
	}
	put_text(c, "spread", spread.len ? spread : ilp_text(DEFAULT_SPREAD));
}

static void put_ecb(struct conversion *c)
{
	put_string(c, "rateMeasure", "EUR");
	ilp_json_put_key(&c->w, "rateSources");
	ilp_json_begin_array(&c->w);
	ilp_json_begin_object(&c->w);
	put_string(c, "kind", "ecb");
	put_string(c, "url", ECB);
	put_number(c, "refresh", ECB_REFRESH_MS);
	put_number(c, "maxAge", ECB_AGE_MAX_MS);
	ilp_json_end_object(&c->w);
	ilp_json_end_array(&c->w);
}

static void convert_backend(struct conversion *c)
{
	const char *backend = string_of(c, variable(c, "BACKEND"));

	if (strcmp(backend, "one-to-one") == 0)
		put_string(c, "rates", "one-to-one");
	else if (!backend[0] || strcmp(backend, "ecb") == 0)
		put_ecb(c);
	else
		note(c,
		     "BACKEND %.60s: ilpd has no modules; without rates or "
		     "rateSources an asset is exchanged for none but itself",
		     backend);
}

static void convert_node(struct conversion *c)
{
	struct ilp_bytes reflect = text_of(c, variable(c, "REFLECT_PAYMENTS"));

	convert_spread(c);
	convert_backend(c);
	copy_number(c, "minMessageWindow", variable(c, "MIN_MESSAGE_WINDOW"));
	copy_number(c, "maxHoldTime", variable(c, "MAX_HOLD_TIME"));
	copy_number(c, "routeBroadcastInterval",
		    variable(c, "ROUTE_BROADCAST_INTERVAL"));
	copy_number(c, "routeExpiry", variable(c, "ROUTE_EXPIRY"));
	if (variable(c, "REFLECT_PAYMENTS")) {
		ilp_json_put_key(&c->w, "reflectPayments");
		ilp_json_put_bool(&c->w, is_flag(reflect));
	}
}

static bool find_address(struct conversion *c)
{
	c->address = text_of(c, variable(c, "ILP_ADDRESS"));
	if (c->s->address)
		c->address = ilp_text(c->s->address);
	if (!c->address.len || ilp_bytes_equal(c->address, ilp_text("unknown")))
		return fail(c, "the address of the node is not in it, since "
			       "ilp-connector asks its parent; say it with "
			       "--address");
	if (!ilp_address_valid(c->address))
		return fail(c, "the address of the node is no ILP address");
	return true;
}

static void find_default_route(struct conversion *c)
{
	const struct ilp_json_node *given = variable(c, "DEFAULT_ROUTE");

	c->default_route = given ? string_of(c, given) : "auto";
}

/* The least that an account can be is {}, and becomes some 40 times as much. */
static size_t room_for(const struct ilp_json_node *a,
		       const struct ilp_json_node *b)
{
	return 64 * 1024 + 64 * (a->text.len + (b ? b->text.len : 0));
}

static bool convert(struct conversion *c)
{
	size_t size = room_for(c->variables, c->accounts);
	uint8_t *room = take(c, size);
	struct ilp_bytes written;

	if (!room || !find_address(c))
		return false;
	if (!c->accounts || c->accounts->type != ILP_JSON_OBJECT)
		return fail(c, "there are no accounts in it: " PREFIX
			       "ACCOUNTS is to be an object");
	find_default_route(c);
	c->w = ilp_json_writer(room, size, INDENT);
	ilp_json_begin_object(&c->w);
	put_text(c, "address", c->address);
	convert_accounts(c);
	convert_listeners(c);
	convert_static_routes(c);
	snprintf(c->where, sizeof(c->where), "node");
	convert_node(c);
	note_missing_globals(c);
	ilp_json_end_object(&c->w);
	written = ilp_json_written(&c->w);
	if (c->failed || !written.len ||
	    !buffer_add(&c->s->out, written, size + 1) ||
	    !buffer_add(&c->s->out, ilp_text("\n"), size + 1))
		return fail(c, "no memory");
	return true;
}

bool settings_convert(struct settings *s, const struct ilp_json_node *variables)
{
	struct conversion c = { .s = s, .variables = variables };
	bool good;

	s->error[0] = '\0';
	c.accounts = value_of(&c, variable(&c, "ACCOUNTS"));
	good = convert(&c);
	drop_pieces(&c);
	return good;
}

bool settings_convert_moneyd(struct settings *s,
			     const struct ilp_json_node *file)
{
	static const char text[] = "{\"CONNECTOR_SPREAD\":\"0\","
				   "\"CONNECTOR_BACKEND\":\"one-to-one\"}";
	struct ilp_json_node variables[8];
	struct conversion c = { .s = s, .variables = variables };
	bool good;

	s->error[0] = '\0';
	ilp_json_read(variables, COUNT(variables), ilp_text(text));
	c.accounts = ilp_json_get(file, "uplinks");
	snprintf(c.where, sizeof(c.where), "account local");
	note(&c, "moneyd takes any client on port 7768, with any token; each "
		 "of them needs an account of its own");
	c.where[0] = '\0';
	good = convert(&c);
	drop_pieces(&c);
	return good;
}
