/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_option.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "node/config.h"

/* Where a field of a struct lies, and how large it is. */
#define INTO(type, field)                                                      \
	.at = offsetof(type, field), .size = sizeof(((type *)NULL)->field)
#define LIST_INTO(type, field, count)                                          \
	INTO(type, field), .count_at = offsetof(type, count)
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define PATH_MAX_LEN 4095
#define HOST_MAX 253
#define CODE_MAX (sizeof(((struct ledger_asset *)NULL)->code) - 1)
#define TOKEN_MAX 1024
#define HOUR_MS 3600000
#define DAY_MS (24 * HOUR_MS)
#define SOURCE_URL_MAX 2048
#define SOURCE_BYTES_MAX (64 * 1024 * 1024)
#define AGE_MAX_MS (UINT64_C(366) * DAY_MS)

static const char *const http_versions[] = {
	[ACCOUNT_HTTP_AGREED] = "agreed",
	[ACCOUNT_HTTP_1] = "1.1",
	[ACCOUNT_HTTP_2] = "2",
	NULL,
};

static const char *const relations[] = {
	[ACCOUNT_PEER] = "peer",
	[ACCOUNT_PARENT] = "parent",
	[ACCOUNT_CHILD] = "child",
	NULL,
};

static const char *const ledgers[] = {
	[CONFIG_LEDGER_SQLITE] = "sqlite",
	[CONFIG_LEDGER_MEMORY] = "memory",
	NULL,
};

static const char *const source_kinds[] = {
	[CONFIG_SOURCE_ECB] = "ecb",
	[CONFIG_SOURCE_RAFIKI] = "rafiki",
	[CONFIG_SOURCE_COINGECKO] = "coingecko",
	[CONFIG_SOURCE_COINCAP] = "coincap",
	[CONFIG_SOURCE_FILE] = "file",
	[CONFIG_SOURCE_TABLE] = "table",
	[CONFIG_SOURCE_ONE_TO_ONE] = "one-to-one",
	NULL,
};

static const char *const log_formats[] = {
	[CONFIG_LOG_TEXT] = "text",
	[CONFIG_LOG_JSON] = "json",
	NULL,
};

static const char *const durabilities[] = {
	[CONNECTOR_STRICT] = "strict",
	[CONNECTOR_RELAXED] = "relaxed",
	[CONNECTOR_AUDIT] = "audit",
	NULL,
};

/* clang-format off */
static const struct config_option listener_options[] = {
	{ .name = "host", .change = CONFIG_RESTART,
	  .kind = CONFIG_HOST, .min = 1, .max = HOST_MAX,
	  INTO(struct config_listener, host), .initial = "\"127.0.0.1\"",
	  .text = "IP address of the interface to listen on." },
	{ .name = "port", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .max = UINT16_MAX,
	  INTO(struct config_listener, port), .initial = "7768",
	  .text = "Port to listen on; 0 takes any that is free." },
	{ .name = "certificate", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config_listener, certificate),
	  .example = "/etc/ilpd/certificate.pem",
	  .text = "Path of the certificate to show, with those that lead to "
		  "its authority behind it (PEM). Turns TLS on." },
	{ .name = "key", .kind = CONFIG_STRING, .min = 1, .max = PATH_MAX_LEN,
	  INTO(struct config_listener, key),
	  .example = "/etc/ilpd/key.pem",
	  .text = "Path of the certificate's private key (PEM)." },
	{ .name = "clientCertificates", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN,
	  INTO(struct config_listener, client_certificates),
	  .example = "/etc/ilpd/authorities.pem",
	  .text = "Path of the authorities whose certificates peers may show "
		  "(PEM)." },
	{ .name = "requireClientCertificate", .kind = CONFIG_FLAG,
	  INTO(struct config_listener, client_certificate_required),
	  .initial = "false",
	  .text = "Peers must show a certificate." },
};

static const struct config_object listener = {
	"listener", sizeof(struct config_listener), listener_options,
	COUNT(listener_options),
};

static const struct config_option account_options[] = {
	{ .name = "id", .kind = CONFIG_ID, .required = true, .min = 1,
	  .max = ACCOUNT_ID_MAX, INTO(struct config_account, settings.id),
	  .example = "alice",
	  .text = "What the account is called; no two have the same id." },
	{ .name = "owner", .kind = CONFIG_TEXT, .min = 1,
	  .max = ACCOUNT_OWNER_MAX, INTO(struct config_account, settings.owner),
	  .example = "Alice",
	  .text = "Who the account belongs to, if not to the operator." },
	{ .name = "relation", .kind = CONFIG_WORD, .required = true,
	  INTO(struct config_account, settings.relation), .words = relations,
	  .connector = "relation",
	  .example = "child",
	  .text = "What the peer is to us: a parent is nearer to the rest of "
		  "the network, a child further from it." },
	{ .name = "assetCode", .kind = CONFIG_CODE, .required = true, .min = 1,
	  .max = CODE_MAX, INTO(struct config_account, settings.asset.code),
	  .connector = "assetCode",
	  .example = "XRP",
	  .text = "Asset of the account, such as USD." },
	{ .name = "assetScale", .kind = CONFIG_NUMBER, .required = true,
	  .max = UINT8_MAX, INTO(struct config_account, settings.asset.scale),
	  .connector = "assetScale",
	  .example = "9",
	  .text = "Digits behind the point: at 9, a billion units are one "
		  "whole coin." },
	{ .name = "shard", .kind = CONFIG_NUMBER,
	  INTO(struct config_account, settings.shard), .initial = "0",
	  .text = "Which of the node's threads has the account; so far there "
		  "is one." },
	{ .name = "balance", .kind = CONFIG_GROUP, .connector = "balance",
	  .text = "Within what the balance must stay, which is positive when "
		  "the peer owes us." },
	{ .name = "balance.maximum", .kind = CONFIG_MAXIMUM, .unlimited = true,
	  INTO(struct config_account, settings.balance.maximum),
	  .unit = "units", .initial = "\"0\"", .connector = "balance.maximum",
	  .text = "Most that the peer may owe us." },
	{ .name = "balance.minimum", .kind = CONFIG_MINIMUM, .unlimited = true,
	  INTO(struct config_account, settings.balance.minimum),
	  .unit = "units", .initial = "\"unlimited\"",
	  .connector = "balance.minimum",
	  .text = "Most that we may owe the peer, as a negative number." },
	{ .name = "maximum", .kind = CONFIG_SAME, .same_as = "balance.maximum",
	  .text = "Another name for `balance.maximum`." },
	{ .name = "minimum", .kind = CONFIG_SAME, .same_as = "balance.minimum",
	  .text = "Another name for `balance.minimum`." },
	{ .name = "maxPacketAmount", .kind = CONFIG_AMOUNT, .unlimited = true,
	  .min = 1, .max = UINT64_MAX, .unit = "units",
	  INTO(struct config_account, settings.packet_max),
	  .initial = "\"unlimited\"", .connector = "maxPacketAmount",
	  .text = "Largest packet that the peer may send." },
	{ .name = "rateLimit", .kind = CONFIG_GROUP, .unlimited = true,
	  .connector = "rateLimit",
	  .text = "How many packets the peer may send. Without it, any number "
		  "(ilp-connector allows 10000 a minute)." },
	{ .name = "rateLimit.refillPeriod", .kind = CONFIG_NUMBER, .min = 1,
	  .max = DAY_MS, .unit = "ms",
	  INTO(struct config_account, rate_limit.period_ms),
	  .initial = "60000", .connector = "rateLimit.refillPeriod",
	  .text = "In how long `refillCount` packets more are allowed." },
	{ .name = "rateLimit.refillCount", .kind = CONFIG_NUMBER,
	  .required = true, .min = 1, .max = UINT32_MAX, .unit = "packets",
	  INTO(struct config_account, rate_limit.count),
	  .connector = "rateLimit.refillCount",
	  .example = "10000",
	  .text = "How many packets are allowed in a period." },
	{ .name = "rateLimit.capacity", .kind = CONFIG_NUMBER, .min = 1,
	  .max = UINT32_MAX, .unit = "packets",
	  INTO(struct config_account, rate_limit.capacity),
	  .connector = "rateLimit.capacity",
	  .example = "10000",
	  .text = "How many may come at once after a long silence; as many as "
		  "`refillCount` if not given." },
	{ .name = "throughput", .kind = CONFIG_GROUP, .unlimited = true,
	  .connector = "throughput",
	  .text = "How much money may come and go. Without it, any amount." },
	{ .name = "throughput.refillPeriod", .kind = CONFIG_NUMBER, .min = 1,
	  .max = DAY_MS, .unit = "ms",
	  INTO(struct config_account, throughput.period_ms),
	  .initial = "1000", .connector = "throughput.refillPeriod",
	  .text = "In how long the two amounts are allowed." },
	{ .name = "throughput.incomingAmount", .kind = CONFIG_UNITS, .min = 1,
	  .max = UINT64_MAX, .unit = "units",
	  INTO(struct config_account, throughput.incoming),
	  .connector = "throughput.incomingAmount",
	  .example = "1000000000",
	  .text = "Most that the peer may send in a period." },
	{ .name = "throughput.outgoingAmount", .kind = CONFIG_UNITS, .min = 1,
	  .max = UINT64_MAX, .unit = "units",
	  INTO(struct config_account, throughput.outgoing),
	  .connector = "throughput.outgoingAmount",
	  .example = "1000000000",
	  .text = "Most that we send the peer in a period." },
	{ .name = "maxPacketsInFlight", .kind = CONFIG_NUMBER, .min = 1,
	  .max = INFLIGHT_MAX, .unit = "packets",
	  INTO(struct config_account, settings.in_flight_max),
	  .initial = "20000",
	  .text = "How many packets may wait for their answer, of those from "
		  "the peer and of those to it." },
	{ .name = "maxAmountInFlight", .kind = CONFIG_AMOUNT,
	  .unlimited = true, .min = 1, .max = UINT64_MAX, .unit = "units",
	  INTO(struct config_account, settings.in_flight_money),
	  .initial = "\"unlimited\"",
	  .text = "How much money may wait with them, likewise." },
	{ .name = "incomingToken", .kind = CONFIG_TOKEN, .secret = true,
	  .min = 1, .max = TOKEN_MAX, INTO(struct config_account, settings),
	  .example = "change this",
	  .text = "What the peer logs in with. No two accounts have the same "
		  "one. Only its SHA-256 is kept." },
	{ .name = "incomingUser", .kind = CONFIG_TEXT, .min = 1,
	  .max = ACCOUNT_ID_MAX, INTO(struct config_account, settings.user),
	  .example = "alice",
	  .text = "User name that the peer must give, if it gives one." },
	{ .name = "incomingJwt", .kind = CONFIG_GROUP,
	  .text = "Tokens that the peer signs each time (JWT), instead of an "
		  "`incomingToken` or beside it." },
	{ .name = "incomingJwt.secret", .kind = CONFIG_TEXT, .secret = true,
	  .min = 1, .max = TOKEN_MAX,
	  INTO(struct config_account, incoming_jwt.secret),
	  .example = "change this",
	  .text = "What they are signed with, by HS256: known to both." },
	{ .name = "incomingJwt.publicKey", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN,
	  INTO(struct config_account, incoming_jwt.key),
	  .example = "/etc/ilpd/alice.pem",
	  .text = "Or, by RS256, the path of the peer's public key (PEM)." },
	{ .name = "incomingJwt.issuer", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, incoming_jwt.issuer),
	  .example = "alice",
	  .text = "Who must be named as their issuer; anyone, if not given." },
	{ .name = "incomingJwt.subject", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, incoming_jwt.subject),
	  .example = "alice",
	  .text = "Whom they must be about. At most 16 accounts may do without, "
		  "since each of their keys has to be tried." },
	{ .name = "incomingJwt.audience", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, incoming_jwt.audience),
	  .example = "ilpd",
	  .text = "Whom they must be meant for." },
	{ .name = "server", .kind = CONFIG_URL, .secret = true, .min = 1,
	  .max = ACCOUNT_URL_MAX, INTO(struct config_account, settings.url),
	  .connector = "options.server",
	  .example = "btp+wss://:token@alice.example:7768",
	  .text = "Where to connect to the peer: over BTP, "
		  "btp+wss://user:token@host:port/path or btp+ws, or over "
		  "HTTP, https://:token@host:port/path or http. Without it, "
		  "the peer connects to us." },
	{ .name = "httpVersion", .kind = CONFIG_WORD, .words = http_versions,
	  INTO(struct config_account, settings.http), .initial = "\"agreed\"",
	  .text = "Which HTTP is spoken to the server: what TLS agrees on, and "
		  "1.1 without it; or one of the two in any case." },
	{ .name = "httpCallbackUrl", .kind = CONFIG_CALLBACK, .min = 1,
	  .max = ACCOUNT_URL_MAX,
	  INTO(struct config_account, settings.callback),
	  .example = "https://us.example:7768/answers",
	  .text = "Where the peer is to post its answers to, at one of our "
		  "listeners (RFC 35). Without it, it answers on the "
		  "connection of the question, as deployed nodes do." },
	{ .name = "outgoingJwt", .kind = CONFIG_GROUP,
	  .text = "Tokens that we sign for the server (JWT), instead of one in "
		  "its URL; over HTTP only." },
	{ .name = "outgoingJwt.secret", .kind = CONFIG_TEXT, .secret = true,
	  .min = 1, .max = TOKEN_MAX,
	  INTO(struct config_account, outgoing_jwt.secret),
	  .example = "change this",
	  .text = "What they are signed with, by HS256." },
	{ .name = "outgoingJwt.privateKey", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN,
	  INTO(struct config_account, outgoing_jwt.key),
	  .example = "/etc/ilpd/ours.key",
	  .text = "Or, by RS256, the path of our private key (PEM)." },
	{ .name = "outgoingJwt.issuer", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, outgoing_jwt.issuer),
	  .example = "ilpd",
	  .text = "Who they say has issued them." },
	{ .name = "outgoingJwt.subject", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, outgoing_jwt.subject),
	  .example = "ilpd",
	  .text = "Whom they say they are about." },
	{ .name = "outgoingJwt.audience", .kind = CONFIG_TEXT, .min = 1,
	  .max = TOKEN_MAX,
	  INTO(struct config_account, outgoing_jwt.audience),
	  .example = "alice",
	  .text = "Whom they say they are meant for." },
	{ .name = "outgoingJwt.lifetime", .kind = CONFIG_NUMBER, .min = 10000,
	  .max = HOUR_MS, .unit = "ms",
	  INTO(struct config_account, outgoing_jwt.lifetime_ms),
	  .initial = "30000",
	  .text = "How long each of them is good." },
	{ .name = "tlsCa", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config_account, tls_ca),
	  .example = "/etc/ilpd/authorities.pem",
	  .text = "Path of the authorities that may vouch for the server "
		  "(PEM), instead of those that the system trusts." },
	{ .name = "tlsCertificate", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config_account, tls_certificate),
	  .example = "/etc/ilpd/ours.pem",
	  .text = "Path of the certificate that the server is shown when it "
		  "asks who we are (PEM, followed by those that lead to one "
		  "that it trusts)." },
	{ .name = "tlsKey", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config_account, tls_key),
	  .example = "/etc/ilpd/ours.key",
	  .text = "Path of its private key (PEM)." },
	{ .name = "ilpAddressSegment", .kind = CONFIG_ID, .min = 1,
	  .max = ACCOUNT_ID_MAX, INTO(struct config_account, settings.segment),
	  .connector = "ilpAddressSegment",
	  .example = "alice",
	  .text = "What stands behind our address in that of a child; its id "
		  "if not given." },
	{ .name = "sendRoutes", .kind = CONFIG_FLAG,
	  INTO(struct config_account, settings.sends_routes),
	  .initial = "false", .connector = "sendRoutes",
	  .text = "Tells the peer our routes when it asks for them (CCP). In "
		  "ilp-connector that is so for all but children." },
	{ .name = "receiveRoutes", .kind = CONFIG_FLAG,
	  INTO(struct config_account, settings.receives_routes),
	  .initial = "false", .connector = "receiveRoutes",
	  .text = "Asks the peer for its routes, and takes them. In "
		  "ilp-connector that is so for all but children." },
	{ .name = "transit", .kind = CONFIG_FLAG,
	  INTO(struct config_account, settings.transit), .initial = "false",
	  .text = "Tells the peer also of routes that other peers and our "
		  "parent have told us, so that its packets may go through us "
		  "to them. A child hears of all routes in any case, and a "
		  "parent never of these." },
	{ .name = "maxRoutes", .kind = CONFIG_NUMBER, .max = 1000000,
	  .unit = "routes",
	  INTO(struct config_account, settings.routes_max),
	  .initial = "100000",
	  .text = "How many routes are taken from the peer at most." },
	{ .name = "routes", .kind = CONFIG_PREFIXES,
	  INTO(struct config_account, routes),
	  .example = "[private.ilpd.alice]",
	  .text = "Prefixes of the addresses that lead to this account." },
};

static const struct config_object account = {
	"account", sizeof(struct config_account), account_options,
	COUNT(account_options),
};

static const struct config_option route_options[] = {
	{ .name = "prefix", .kind = CONFIG_PREFIX, .required = true,
	  INTO(struct config_route, prefix), .connector = "targetPrefix",
	  .example = "g",
	  .text = "Of the addresses; the empty one is the default route." },
	{ .name = "account", .kind = CONFIG_ID, .required = true, .min = 1,
	  .max = ACCOUNT_ID_MAX, INTO(struct config_route, account),
	  .connector = "peerId",
	  .example = "alice",
	  .text = "Id of the account that they lead to." },
};

static const struct config_object route = {
	"route", sizeof(struct config_route), route_options,
	COUNT(route_options),
};

static const struct config_option spread_options[] = {
	{ .name = "from", .kind = CONFIG_CODE, .required = true, .min = 1,
	  .max = CODE_MAX, INTO(struct config_spread, from),
	  .example = "XRP",
	  .text = "Asset code of the account that a packet comes from." },
	{ .name = "to", .kind = CONFIG_CODE, .required = true, .min = 1,
	  .max = CODE_MAX, INTO(struct config_spread, to),
	  .example = "EUR",
	  .text = "Asset code of the account that it goes to." },
	{ .name = "spread", .kind = CONFIG_FRACTION, .required = true,
	  INTO(struct config_spread, ppm),
	  .example = "0.001",
	  .text = "What is kept back, instead of the node's `spread`." },
};

static const struct config_object spread = {
	"spread", sizeof(struct config_spread), spread_options,
	COUNT(spread_options),
};

static const struct config_option source_options[] = {
	{ .name = "kind", .kind = CONFIG_WORD, .required = true,
	  INTO(struct config_source, kind), .words = source_kinds,
	  .example = "table",
	  .text = "What has the prices: `ecb` the European Central Bank's XML; "
		  "`rafiki`, `coingecko` and `coincap` JSON as it comes from "
		  "there; `file` a file of yours, as for `rafiki`; `table` "
		  "the `prices` here; `one-to-one` nothing, for its `assets` "
		  "are worth one another." },
	{ .name = "name", .kind = CONFIG_STRING, .min = 1, .max = 32,
	  INTO(struct config_source, name),
	  .example = "market",
	  .text = "What it is called in alerts; its kind, if not given." },
	{ .name = "url", .kind = CONFIG_SOURCE, .secret = true, .min = 1,
	  .max = SOURCE_URL_MAX, INTO(struct config_source, url),
	  .example = "https://prices.example/rates",
	  .text = "Where it is fetched from." },
	{ .name = "file", .kind = CONFIG_STRING, .min = 1, .max = PATH_MAX_LEN,
	  INTO(struct config_source, file),
	  .example = "/var/lib/prices/rates.json",
	  .text = "Path of the file that it is read from, instead." },
	{ .name = "refresh", .kind = CONFIG_NUMBER, .min = 100, .max = DAY_MS,
	  .unit = "ms", INTO(struct config_source, refresh_ms),
	  .initial = "60000",
	  .text = "From one good answer to the next." },
	{ .name = "timeout", .kind = CONFIG_NUMBER, .min = 100, .max = HOUR_MS,
	  .unit = "ms", INTO(struct config_source, timeout_ms),
	  .initial = "10000",
	  .text = "How long it may take to answer." },
	{ .name = "maxAge", .kind = CONFIG_NUMBER, .min = 100,
	  .max = AGE_MAX_MS, .unit = "ms",
	  INTO(struct config_source, age_max_ms),
	  .example = "600000",
	  .text = "How old its prices may become. All that is fetched needs it." },
	{ .name = "maxBytes", .kind = CONFIG_NUMBER, .min = 1,
	  .max = SOURCE_BYTES_MAX, .unit = "bytes",
	  INTO(struct config_source, bytes_max), .initial = "1048576",
	  .text = "How long an answer, or the file, may be." },
	{ .name = "headerName", .kind = CONFIG_STRING, .min = 1, .max = 128,
	  INTO(struct config_source, header_name),
	  .example = "x-api-key",
	  .text = "Name of a header to send, as services want it with a key." },
	{ .name = "headerValue", .kind = CONFIG_STRING, .secret = true,
	  .min = 1, .max = TOKEN_MAX, INTO(struct config_source, header_value),
	  .example = "change this",
	  .text = "Its value." },
	{ .name = "tlsCa", .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config_source, tls_ca),
	  .example = "/etc/ilpd/authorities.pem",
	  .text = "Path of the authorities that may vouch for a `url` with "
		  "https (PEM), instead of those that the system trusts." },
	{ .name = "names", .kind = CONFIG_NAMES,
	  INTO(struct config_source, names),
	  .example = "{ripple: XRP}",
	  .text = "What counts of its prices: an object from what assets are "
		  "called there to their codes: `{\"ripple\": \"XRP\"}`. "
		  "`coingecko` and `coincap` need it." },
	{ .name = "prices", .kind = CONFIG_PRICES,
	  INTO(struct config_source, prices),
	  .example = "{USD: 1, EUR: 1.08}",
	  .text = "What a `table` has: an object from asset codes to prices, "
		  "as for `rates`; that of the measure must be there." },
	{ .name = "assets", .kind = CONFIG_CODES,
	  INTO(struct config_source, assets),
	  .example = "[TST, XTS]",
	  .text = "What goes `one-to-one`: an array of asset codes. They are "
		  "exchanged for each other, and for nothing else; so no other "
		  "source may have them." },
};

static const struct config_object source = {
	"source", sizeof(struct config_source), source_options,
	COUNT(source_options),
};

static const struct config_option node_options[] = {
	{ .name = "address", .change = CONFIG_RESTART,
	  .kind = CONFIG_ADDRESS,
	  INTO(struct config, connector.address),
	  .initial = "\"private.ilpd\"", .connector = "ilpAddress",
	  .text = "Our own ILP address. Where there are `accounts` it must be "
		  "given." },
	{ .name = "listen", .change = CONFIG_LIVE,
	  .kind = CONFIG_LIST, .inside = &listener,
	  LIST_INTO(struct config, listeners, listener_count),
	  .text = "Where peers may connect to us: a *listener* each." },
	{ .name = "accounts", .change = CONFIG_LIVE,
	  .kind = CONFIG_LIST, .inside = &account,
	  LIST_INTO(struct config, accounts, account_count),
	  .connector = "accounts",
	  .text = "Our peers: an *account* each." },
	{ .name = "routes", .change = CONFIG_LIVE,
	  .kind = CONFIG_LIST, .inside = &route,
	  LIST_INTO(struct config, routes, route_count),
	  .connector = "routes",
	  .text = "Where addresses lead: a *route* each, besides the `routes` "
		  "of the accounts." },
	{ .name = "rates", .change = CONFIG_LIVE,
	  .kind = CONFIG_RATES,
	  INTO(struct config, rates), .initial = "{}", .connector = "backend",
	  .text = "What a whole coin is worth, in any common measure: an "
		  "object from asset codes to prices. They are exact decimal "
		  "numbers, best as strings: `{\"USD\": \"1\", \"EUR\": "
		  "\"1.08\"}`. Or every coin is worth the same as any other: "
		  "`\"one-to-one\"`. Without a price, an asset is exchanged "
		  "for none but itself." },
	{ .name = "rateSources", .change = CONFIG_LIVE,
	  .kind = CONFIG_LIST, .inside = &source,
	  LIST_INTO(struct config, sources, source_count),
	  .text = "Where prices come from, instead of `rates`: a *source* "
		  "each, in the order of preference." },
	{ .name = "rateMeasure", .change = CONFIG_LIVE,
	  .kind = CONFIG_CODE, .min = 1,
	  .max = CODE_MAX, INTO(struct config, measure),
	  .example = "USD",
	  .text = "Code of the asset that all their prices are counted in, "
		  "which every source must know." },
	{ .name = "rateJump", .change = CONFIG_LIVE,
	  .kind = CONFIG_NUMBER, .max = UINT32_MAX,
	  .unit = "millionths", INTO(struct config, jump_ppm),
	  .initial = "100000",
	  .text = "By how much a new price may differ from the one before to "
		  "be believed at once." },
	{ .name = "rateRepeats", .change = CONFIG_LIVE,
	  .kind = CONFIG_NUMBER, .min = 1, .max = 1000,
	  .unit = "fetches", INTO(struct config, jump_repeats),
	  .initial = "3",
	  .text = "After how many that agree a price that differs by more is "
		  "believed, once the one before is too old." },
	{ .name = "spread", .change = CONFIG_LIVE,
	  .kind = CONFIG_FRACTION,
	  INTO(struct config, spread_ppm), .initial = "\"0\"",
	  .connector = "spread",
	  .text = "What is kept back when one asset is exchanged for another: "
		  "0.002 is 0.2 %, the default of ilp-connector." },
	{ .name = "spreads", .change = CONFIG_LIVE,
	  .kind = CONFIG_LIST, .inside = &spread,
	  LIST_INTO(struct config, spreads, spread_count),
	  .text = "A *spread* for each pair of assets that has its own." },
	{ .name = "minMessageWindow", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .min = 1,
	  .max = HOUR_MS, .unit = "ms",
	  INTO(struct config, connector.window_ms), .initial = "1000",
	  .connector = "minMessageWindow",
	  .text = "How much earlier a packet expires at the next hop than "
		  "here, so that there is time for its answer." },
	{ .name = "maxHoldTime", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .min = 1,
	  .max = HOUR_MS, .unit = "ms",
	  INTO(struct config, connector.hold_max_ms), .initial = "30000",
	  .connector = "maxHoldTime",
	  .text = "Longest that a packet may wait for its answer." },
	{ .name = "routeBroadcastInterval", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .min = 1000, .max = HOUR_MS, .unit = "ms",
	  INTO(struct config, connector.route_interval_ms),
	  .initial = "30000", .connector = "routeBroadcastInterval",
	  .text = "How often neighbours are told that our routes are still "
		  "good, when nothing is new." },
	{ .name = "routeExpiry", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .min = 2000, .max = DAY_MS, .unit = "ms",
	  INTO(struct config, connector.route_expiry_ms),
	  .initial = "45000", .connector = "routeExpiry",
	  .text = "How long what neighbours are told is good without hearing "
		  "from us; longer than `routeBroadcastInterval`." },
	{ .name = "reflectPayments", .change = CONFIG_LIVE,
	  .kind = CONFIG_FLAG,
	  INTO(struct config, connector.reflect), .initial = "true",
	  .connector = "reflectPayments",
	  .text = "A packet may go back to the account it came from." },
	{ .name = "maxPacketsInFlight", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .min = 1,
	  .max = INFLIGHT_MAX, .unit = "packets",
	  INTO(struct config, connector.in_flight_max), .initial = "262144",
	  .text = "How many packets may wait for their answer in all." },
	{ .name = "ledger", .change = CONFIG_RESTART,
	  .kind = CONFIG_WORD,
	  INTO(struct config, ledger), .words = ledgers,
	  .initial = "\"sqlite\"", .connector = "store",
	  .text = "What remembers the balances: `sqlite` does so in one file. "
		  "With `memory` they die with the process, so that is for "
		  "tests and benchmarks." },
	{ .name = "dataFile", .change = CONFIG_RESTART,
	  .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config, data_file),
	  .connector = "storePath",
	  .example = "/var/lib/ilpd/ledger.db",
	  .text = "Path of the file of the `sqlite` ledger. Without it, "
		  "`ledger.db` in the folder that a service has for its "
		  "state, or in `$XDG_DATA_HOME/ilpd`, in `/var/lib/ilpd` for "
		  "root, or in `~/.local/share/ilpd`." },
	{ .name = "durability", .change = CONFIG_RESTART,
	  .kind = CONFIG_WORD,
	  INTO(struct config, connector.durability), .words = durabilities,
	  .initial = "\"strict\"",
	  .text = "What a Fulfill waits for. `strict`: until the ledger has "
		  "its money for good. `relaxed`: for nothing, so that a "
		  "crash may lose the last moments. `audit`: as `strict`, and "
		  "the ledger keeps a row of each packet." },
	{ .name = "logLevel", .change = CONFIG_RESTART, .kind = CONFIG_WORD,
	  INTO(struct config, log_level), .words = log_level_names,
	  .initial = "\"info\"",
	  .text = "How much the log has: `error` what does not work; `warn` "
		  "and what somebody should look at; `info` and what one wants "
		  "to find later; `debug` and each connection, and some of the "
		  "packets that are refused. `ilp log` changes it until the "
		  "next start." },
	{ .name = "logFormat", .change = CONFIG_RESTART, .kind = CONFIG_WORD,
	  INTO(struct config, log_format), .words = log_formats,
	  .initial = "\"text\"",
	  .text = "How the log is written: a line of `text` for people, or "
		  "one of `json` for programs." },
	{ .name = "logFile", .change = CONFIG_RESTART, .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config, log_file),
	  .example = "/var/log/ilpd/ilpd.log",
	  .text = "Path of the file that the log is added to, instead of "
		  "stderr. SIGHUP opens it anew, when it was moved away." },
	{ .name = "admin", .change = CONFIG_RESTART,
	  .kind = CONFIG_GROUP,
	  .text = "How the node is managed." },
	{ .name = "admin.socket", .change = CONFIG_RESTART,
	  .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config, admin_socket),
	  .example = "/run/ilpd/admin.sock",
	  .text = "Path of the Unix socket of the admin API, which only the "
		  "user that ilpd runs as can use; `none`: there is none. "
		  "Without it, the path of the data file with `.sock` behind "
		  "it, and none with the ledger in memory." },
	{ .name = "admin.backupDirectory", .change = CONFIG_RESTART,
	  .kind = CONFIG_STRING, .min = 1,
	  .max = PATH_MAX_LEN, INTO(struct config, backup_folder),
	  .example = "/var/backups/ilpd",
	  .text = "Folder in which the admin API makes copies of the data file, "
		  "and nothing else. Without it, that of the data file." },
	{ .name = "admin.tcpHost", .change = CONFIG_RESTART,
	  .kind = CONFIG_HOST, .min = 1,
	  .max = HOST_MAX, INTO(struct config, admin_host),
	  .example = "127.0.0.1",
	  .connector = "adminApiHost",
	  .text = "IP address on which the admin API can be had by TCP too, "
		  "with tokens that are made by it. Only this machine's own: "
		  "who comes from elsewhere goes through a proxy with TLS." },
	{ .name = "admin.tcpPort", .change = CONFIG_RESTART,
	  .kind = CONFIG_NUMBER, .max = UINT16_MAX,
	  INTO(struct config, admin_port), .initial = "7770",
	  .connector = "adminApiPort",
	  .text = "And its port; 0 takes any that is free." },
	{ .name = "admin.connectorPort", .change = CONFIG_RESTART,
	  .kind = CONFIG_DOOR, .max = UINT16_MAX,
	  INTO(struct config, connector_port), .initial = "false",
	  .text = "Port on 127.0.0.1 on which the node can be managed as "
		  "ilp-connector is, by moneyd-gui and scripts that were "
		  "written for that: by whoever is on this machine, without a "
		  "token. `true` is 7769, where moneyd-gui looks." },
};
/* clang-format on */

static const struct config_object node = {
	"node",
	sizeof(struct config),
	node_options,
	COUNT(node_options),
};

const struct config_object *const config_account_object = &account;

const struct config_object *const config_objects[CONFIG_OBJECTS] = {
	&node, &listener, &account, &route, &spread, &source,
};

/* ---- what a value is to be ---- */

/* "\"peer\", \"parent\" or \"child\"" */
static void list_words(struct config_expected *out, const char *const *words)
{
	size_t len = 0;

	for (size_t i = 0; words[i]; i++) {
		const char *glue = i == 0 ? "" : words[i + 1] ? ", " : " or ";

		len += (size_t)snprintf(out->text + len,
					sizeof(out->text) - len, "%s\"%s\"",
					glue, words[i]);
		assert(len < sizeof(out->text));
	}
}

static void describe_range(struct config_expected *out, const char *thing,
			   const struct config_option *o)
{
	const char *space = o->unit ? " " : "";
	const char *unit = o->unit ? o->unit : "";

	if (o->min == o->max)
		snprintf(out->text, sizeof(out->text), "%" PRIu64 "%s%s",
			 o->min, space, unit);
	else
		snprintf(out->text, sizeof(out->text),
			 "%s from %" PRIu64 " to %" PRIu64 "%s%s", thing,
			 o->min, o->max, space, unit);
}

static void describe(struct config_expected *out, const struct config_option *o)
{
	const char *fixed = NULL;

	switch (o->kind) {
	case CONFIG_SAME:
		fixed = "as its other name";
		break;
	case CONFIG_GROUP:
		fixed = "an object";
		break;
	case CONFIG_LIST:
		snprintf(out->text, sizeof(out->text), "a list of %ss",
			 o->inside->name);
		return;
	case CONFIG_PREFIXES:
		fixed = "a list of prefixes of ILP addresses";
		break;
	case CONFIG_FLAG:
		fixed = "true or false";
		break;
	case CONFIG_NUMBER:
		describe_range(out, "a whole number", o);
		return;
	case CONFIG_DOOR:
		fixed = "true, false or a whole number from 0 to 65535";
		break;
	case CONFIG_AMOUNT:
	case CONFIG_UNITS:
		describe_range(out, "an amount", o);
		return;
	case CONFIG_WORD:
		list_words(out, o->words);
		return;
	case CONFIG_STRING:
	case CONFIG_TEXT:
	case CONFIG_CODE:
	case CONFIG_TOKEN:
		snprintf(out->text, sizeof(out->text),
			 "a text of %" PRIu64 " to %" PRIu64 " bytes", o->min,
			 o->max);
		return;
	case CONFIG_HOST:
		fixed = "an IP address like 127.0.0.1 or ::1";
		break;
	case CONFIG_ID:
		snprintf(out->text, sizeof(out->text),
			 "%" PRIu64 " to %" PRIu64
			 " letters, digits or any of - _ . ~",
			 o->min, o->max);
		return;
	case CONFIG_ADDRESS:
		fixed = "an ILP address like g.example.node";
		break;
	case CONFIG_PREFIX:
		fixed = "a prefix of ILP addresses, or an empty text";
		break;
	case CONFIG_URL:
		fixed = "a URL like btp+wss://user:token@host:port/path or "
			"https://:token@host:port/path";
		break;
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
		fixed = "a whole number between -2^127 and 2^127";
		break;
	case CONFIG_FRACTION:
		fixed = "a number from 0 to 1 with at most 6 digits behind "
			"the point";
		break;
	case CONFIG_RATES:
		fixed = "\"one-to-one\" or an object";
		break;
	case CONFIG_PRICES:
		fixed = "an object of prices";
		break;
	case CONFIG_NAMES:
		fixed = "an object of asset codes";
		break;
	case CONFIG_CODES:
		fixed = "an array of asset codes";
		break;
	case CONFIG_CALLBACK:
	case CONFIG_SOURCE:
		fixed = "a URL like https://host:port/path";
		break;
	}
	snprintf(out->text, sizeof(out->text), "%s", fixed);
}

struct config_expected config_option_expected(const struct config_option *o)
{
	struct config_expected out = { { 0 } };
	size_t len;

	describe(&out, o);
	len = strlen(out.text);
	if (o->unlimited)
		snprintf(out.text + len, sizeof(out.text) - len,
			 ", or \"unlimited\"");
	return out;
}

struct config_items config_items(const struct config_option *list,
				 const void *object)
{
	const uint8_t *from = object;
	struct config_items out;

	assert(list->kind == CONFIG_LIST);
	memcpy(&out.at, from + list->at, sizeof(out.at));
	memcpy(&out.count, from + list->count_at, sizeof(out.count));
	return out;
}

/* ---- names ---- */

const char *config_option_name_in(const struct config_option *o,
				  const char *group)
{
	size_t len = strlen(group);
	const char *name = o->name;

	if (len && (strncmp(name, group, len) != 0 || name[len] != '.'))
		return NULL;
	if (len)
		name += len + 1;
	return strchr(name, '.') ? NULL : name;
}

size_t config_option_index(const struct config_object *object,
			   struct ilp_bytes name)
{
	size_t i = 0;

	while (i < object->option_count &&
	       !ilp_bytes_equal(ilp_text(object->options[i].name), name))
		i++;
	assert(i < object->option_count);
	return i;
}
