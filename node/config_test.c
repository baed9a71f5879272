/* SPDX-License-Identifier: Apache-2.0 */
/* Every option goes where it belongs, what is not said has its default, and
 * whatever is wrong is told with its place, its reason, and no secret. */
#include "node/config.h"

#include <inttypes.h>

#include "node/config_option.h"
#include "test/check.h"

/* What is not JSON is YAML, in which JSON means the same. */
static const char *in_front = "";

/* JSON is easier to read here with ' for ". */
static struct ilp_bytes json(const char *text)
{
	static char buffers[4][8192];
	static unsigned next;
	char *start = buffers[next++ % 4];
	char *out = start + strlen(in_front);
	size_t len = strlen(text);

	assert_true(strlen(in_front) + len < sizeof(buffers[0]));
	memcpy(start, in_front, strlen(in_front));
	for (size_t i = 0; i <= len; i++)
		out[i] = text[i] == '\'' ? '"' : text[i];
	return ilp_text(start);
}

static struct config *parse_bytes(struct ilp_bytes text,
				  struct config_error *error)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct ilp_bytes copy = exact_copy(text);
	struct config *config;

	assert_non_null(crypto);
	memset(error, 0xee, sizeof(*error));
	config = config_parse(copy, (struct config_settings){ 0 }, crypto,
			      error);
	exact_free(copy);
	ilp_crypto_destroy(crypto);
	return config;
}

static struct config *parse(const char *text)
{
	struct config_error error;
	struct config *config = parse_bytes(json(text), &error);

	if (!config)
		fail_msg("%s", error.text);
	return config;
}

/* Takes out the ^ that marks a place, and tells where it was. */
static void take_mark(char *text, char *place, size_t size)
{
	char *mark = strchr(text, '^');
	size_t line = 1;
	size_t column = 1;

	assert_non_null(mark);
	for (const char *at = text; at < mark; at++) {
		column = *at == '\n' ? 1 : column + 1;
		line += *at == '\n';
	}
	memmove(mark, mark + 1, strlen(mark));
	snprintf(place, size, "line %zu, column %zu: ", line, column);
}

/* The text is refused with these words and no others, at the place with a ^.
 */
static void check_error(const char *text, const char *words)
{
	char copy[1024];
	char expected[CONFIG_ERROR_MAX];
	struct config_error error;
	size_t len;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	take_mark(copy, expected, sizeof(expected));
	len = strlen(expected);
	snprintf(expected + len, sizeof(expected) - len, "%s", words);
	if (parse_bytes(json(copy), &error))
		fail_msg("is taken: %s", text);
	if (strcmp(error.text, expected) != 0)
		fail_msg("%s\nsays       %s\ninstead of %s", text, error.text,
			 expected);
}

#define NODE(rest) "{'address':'g.us'" rest "}"
#define ID "'id':'bob','relation':'peer','assetCode':'USD','assetScale':9"
#define BOB(rest) "{" ID rest "}"
#define ACCOUNT(rest) NODE(",'accounts':[" BOB(rest) "]")
#define MARKED(rest) NODE(",'accounts':[^" BOB(rest) "]")

/* Of an ACCOUNT with this in it. */
static struct config *parse_account(const char *member)
{
	char text[1024];

	snprintf(text, sizeof(text), ACCOUNT(",%s"), member);
	return parse(text);
}

static bool account_is_taken(const char *member)
{
	struct config_error error;
	char text[1024];
	struct config *config;

	snprintf(text, sizeof(text), ACCOUNT(",%s"), member);
	config = parse_bytes(json(text), &error);
	config_destroy(config);
	return config;
}

/* ---- what is read ---- */

static const char whole[] =
	"{\n"
	"  'address': 'test.us.node',\n"
	"  'listen': [{\n"
	"    'host': '::1', 'port': 0,\n"
	"    'certificate': '/etc/c.pem', 'key': '/etc/k.pem',\n"
	"    'clientCertificates': '/etc/ca.pem',\n"
	"    'requireClientCertificate': true\n"
	"  }, {}],\n"
	"  'accounts': [{\n"
	"    'id': 'alice', 'owner': 'shop 7', 'relation': 'child',\n"
	"    'ilpAddressSegment': 'shop7',\n"
	"    'assetCode': 'XRP', 'assetScale': 255, 'shard': 0,\n"
	"    'balance': {'maximum': '1000', 'minimum': -20},\n"
	"    'maxPacketAmount': '18446744073709551615',\n"
	"    'rateLimit': {'refillPeriod': 500, 'refillCount': 10,\n"
	"                  'capacity': 3},\n"
	"    'throughput': {'refillPeriod': 2000, 'incomingAmount': '7',\n"
	"                   'outgoingAmount': 8},\n"
	"    'maxPacketsInFlight': 5, 'maxAmountInFlight': '6',\n"
	"    'incomingToken': 'hunter2', 'incomingUser': 'al',\n"
	"    'server': 'btp+wss://al:hunter3@peer.example:7768/x',\n"
	"    'tlsCa': '/etc/peer.pem', 'routes': ['g.alice', 'g.b', '']\n"
	"  }, {\n"
	"    'id': 'bob', 'relation': 'parent', 'assetCode': 'EUR',\n"
	"    'assetScale': 0, 'minimum': '-Infinity', 'maximum': 'Infinity',\n"
	"    'server': 'https://:hunter3@peer.example/ilp',\n"
	"    'httpVersion': '2',\n"
	"    'httpCallbackUrl': 'https://us.example/from-bob',\n"
	"    'tlsCa': '/etc/peer.pem',\n"
	"    'tlsCertificate': '/etc/us.pem', 'tlsKey': '/etc/us.key',\n"
	"    'incomingJwt': {'publicKey': '/etc/bob.pem', 'issuer': 'b',\n"
	"                    'subject': 'c', 'audience': 'd'},\n"
	"    'outgoingJwt': {'secret': 'hunter4', 'subject': 'us'}\n"
	"  }],\n"
	"  'routes': [{'prefix': 'g', 'account': 'bob'}],\n"
	"  'rates': {'XRP': '0.5', 'EUR': 1.25},\n"
	"  'spread': '0.002',\n"
	"  'spreads': [{'from': 'XRP', 'to': 'EUR', 'spread': 0.000001}],\n"
	"  'minMessageWindow': 900, 'maxHoldTime': 20000,\n"
	"  'reflectPayments': false, 'maxPacketsInFlight': 1000,\n"
	"  'ledger': 'sqlite', 'dataFile': '/var/lib/ilpd/ledger.db',\n"
	"  'durability': 'audit'\n"
	"}\n";

static void check_jwts(const struct config_account *bob)
{
	CHECK_INT(bob->incoming_jwt.secret.len, 0);
	assert_string_equal(bob->incoming_jwt.key, "/etc/bob.pem");
	CHECK_TEXT(bob->incoming_jwt.issuer, "b");
	CHECK_TEXT(bob->incoming_jwt.subject, "c");
	CHECK_TEXT(bob->incoming_jwt.audience, "d");
	CHECK_TEXT(bob->outgoing_jwt.secret, "hunter4");
	CHECK(!bob->outgoing_jwt.key);
	CHECK_TEXT(bob->outgoing_jwt.subject, "us");
	CHECK_INT(bob->outgoing_jwt.lifetime_ms, 30000);
}

static void reads_what_a_node_is(void)
{
	struct config *c = parse(whole);

	CHECK_TEXT(c->connector.address, "test.us.node");
	CHECK_INT(c->connector.window_ms, 900);
	CHECK_INT(c->connector.hold_max_ms, 20000);
	CHECK_INT(c->connector.reflect, false);
	CHECK_INT(c->connector.in_flight_max, 1000);
	CHECK_INT(c->ledger, CONFIG_LEDGER_SQLITE);
	assert_string_equal(c->data_file, "/var/lib/ilpd/ledger.db");
	CHECK_INT(c->connector.durability, CONNECTOR_AUDIT);
	CHECK_INT(c->listener_count, 2);
	CHECK_INT(c->account_count, 2);
	CHECK_INT(c->route_count, 1);
	CHECK_TEXT(c->routes[0].prefix, "g");
	CHECK_TEXT(c->routes[0].account, "bob");
	CHECK_INT(c->spread_ppm, 2000);
	CHECK_INT(c->spread_count, 1);
	assert_string_equal(c->spreads[0].from, "XRP");
	assert_string_equal(c->spreads[0].to, "EUR");
	CHECK_INT(c->spreads[0].ppm, 1);
	CHECK(!c->rates.one_to_one);
	CHECK_INT(c->rates.count, 2);
	assert_string_equal(c->rates.prices[0].code, "XRP");
	CHECK(c->rates.prices[0].price.numerator == 1);
	CHECK(c->rates.prices[0].price.denominator == 2);
	assert_string_equal(c->rates.prices[1].code, "EUR");
	CHECK(c->rates.prices[1].price.numerator == 5);
	CHECK(c->rates.prices[1].price.denominator == 4);
	config_destroy(c);
}

static void reads_what_a_listener_is(void)
{
	struct config *c = parse(whole);
	const struct config_listener *l = c->listeners;

	assert_string_equal(l->host, "::1");
	CHECK_INT(l->port, 0);
	assert_string_equal(l->certificate, "/etc/c.pem");
	assert_string_equal(l->key, "/etc/k.pem");
	assert_string_equal(l->client_certificates, "/etc/ca.pem");
	CHECK(l->client_certificate_required);
	config_destroy(c);
}

static const char sources[] =
	"{\n"
	"  'address': 'test.us.node',\n"
	"  'rateMeasure': 'USD', 'rateJump': 5000, 'rateRepeats': 4,\n"
	"  'rateSources': [\n"
	"    {'kind': 'coingecko', 'name': 'market',\n"
	"     'url': 'https://:hunter2@m.example/p?ids=ripple',\n"
	"     'refresh': 5000, 'timeout': 700, 'maxAge': 60000,\n"
	"     'maxBytes': 9000, 'headerName': 'x-key',\n"
	"     'headerValue': 'hunter3', 'tlsCa': '/etc/market.pem',\n"
	"     'names': {'ripple': 'XRP'}},\n"
	"    {'kind': 'ecb', 'file': '/tmp/ecb.xml', 'maxAge': 500000000},\n"
	"    {'kind': 'table', 'prices': {'USD': 1, 'EUR': '1.25'}},\n"
	"    {'kind': 'one-to-one', 'assets': ['TST', 'XTS']}\n"
	"  ]\n"
	"}\n";

static void reads_where_prices_come_from(void)
{
	struct config *c = parse(sources);
	const struct config_source *s = c->sources;

	assert_string_equal(c->measure, "USD");
	CHECK_INT(c->jump_ppm, 5000);
	CHECK_INT(c->jump_repeats, 4);
	CHECK_INT(c->source_count, 4);
	CHECK_INT(c->rates.count, 0);
	CHECK_INT(s->kind, CONFIG_SOURCE_COINGECKO);
	assert_string_equal(s->name, "market");
	assert_string_equal(s->url, "https://:hunter2@m.example/p?ids=ripple");
	CHECK_INT(s->refresh_ms, 5000);
	CHECK_INT(s->timeout_ms, 700);
	CHECK_INT(s->age_max_ms, 60000);
	CHECK_INT(s->bytes_max, 9000);
	assert_string_equal(s->header_name, "x-key");
	assert_string_equal(s->header_value, "hunter3");
	assert_string_equal(s->tls_ca, "/etc/market.pem");
	CHECK_INT(s->names.count, 1);
	assert_string_equal(s->names.at[0].name, "ripple");
	assert_string_equal(s->names.at[0].code, "XRP");
	CHECK_INT(s[1].kind, CONFIG_SOURCE_ECB);
	assert_string_equal(s[1].name, "ecb");
	assert_string_equal(s[1].file, "/tmp/ecb.xml");
	CHECK_INT(s[1].refresh_ms, 60000);
	CHECK_INT(s[2].kind, CONFIG_SOURCE_TABLE);
	CHECK_INT(s[2].prices.count, 2);
	assert_string_equal(s[2].prices.prices[1].code, "EUR");
	CHECK(s[2].prices.prices[1].price.numerator == 5);
	CHECK_INT(s[3].kind, CONFIG_SOURCE_ONE_TO_ONE);
	assert_string_equal(s[3].name, "one-to-one");
	CHECK_INT(s[3].assets.count, 2);
	assert_string_equal(s[3].assets.at[1], "XTS");
	config_destroy(c);
}

static void check_limit(const struct limit_settings *limit, uint64_t refill,
			int64_t period_us, uint64_t capacity)
{
	CHECK_INT(limit->refill, refill);
	CHECK_INT(limit->period_us, period_us);
	CHECK_INT(limit->capacity, capacity);
}

static void reads_what_an_account_is(void)
{
	struct config *c = parse(whole);
	const struct config_account *a = &c->accounts[0];
	const struct account_settings *s = &a->settings;

	CHECK_TEXT(s->id, "alice");
	CHECK_TEXT(s->owner, "shop 7");
	CHECK_INT(s->relation, ACCOUNT_CHILD);
	CHECK_TEXT(s->segment, "shop7");
	assert_string_equal(s->asset.code, "XRP");
	CHECK_INT(s->asset.scale, 255);
	CHECK_INT(s->shard, 0);
	CHECK(s->balance.maximum == 1000 && s->balance.minimum == -20);
	CHECK(ilp_amount_compare(s->packet_max, ILP_AMOUNT_MAX) == 0);
	check_limit(&s->packets, 10, 500000, 3);
	check_limit(&s->incoming, 7, 2000000, 7);
	check_limit(&s->outgoing, 8, 2000000, 8);
	CHECK_INT(s->in_flight_max, 5);
	CHECK(ilp_amount_compare(s->in_flight_money, ilp_amount(6)) == 0);
	CHECK_TEXT(s->user, "al");
	CHECK_TEXT(s->url, "btp+wss://al:hunter3@peer.example:7768/x");
	assert_string_equal(a->tls_ca, "/etc/peer.pem");
	CHECK_INT(a->routes.count, 3);
	CHECK_TEXT(a->routes.at[0], "g.alice");
	CHECK_TEXT(a->routes.at[1], "g.b");
	CHECK_TEXT(a->routes.at[2], "");
	s = &c->accounts[1].settings;
	CHECK_INT(s->relation, ACCOUNT_PARENT);
	CHECK(s->balance.maximum == UNITS_MAX);
	CHECK(s->balance.minimum == UNITS_MIN);
	CHECK_TEXT(s->url, "https://:hunter3@peer.example/ilp");
	CHECK_INT(s->http, ACCOUNT_HTTP_2);
	CHECK_TEXT(s->callback, "https://us.example/from-bob");
	check_jwts(&c->accounts[1]);
	assert_string_equal(c->accounts[1].tls_certificate, "/etc/us.pem");
	assert_string_equal(c->accounts[1].tls_key, "/etc/us.key");
	CHECK_INT(c->accounts[0].settings.http, ACCOUNT_HTTP_AGREED);
	config_destroy(c);
}

static void a_token_becomes_its_hash(void)
{
	struct config *c = parse(whole);
	struct ilp_crypto *crypto = ilp_crypto_create();
	uint8_t hash[ILP_HASH_LEN];

	ilp_sha256(crypto, hash, ilp_text("hunter2"));
	CHECK(c->accounts[0].settings.has_token);
	CHECK_BYTES(ILP_BYTES(c->accounts[0].settings.token_hash),
		    ILP_BYTES(hash));
	CHECK(!c->accounts[1].settings.has_token);
	ilp_crypto_destroy(crypto);
	config_destroy(c);
}

static void what_is_not_said_has_its_default(void)
{
	struct config *c = parse(NODE(""));

	CHECK_INT(c->connector.window_ms, CONNECTOR_WINDOW_MS);
	CHECK_INT(c->connector.hold_max_ms, CONNECTOR_HOLD_MAX_MS);
	CHECK(c->connector.reflect);
	CHECK_INT(c->connector.in_flight_max, INFLIGHT_MAX);
	CHECK_INT(c->ledger, CONFIG_LEDGER_SQLITE);
	assert_null(c->data_file);
	CHECK_INT(c->connector.durability, CONNECTOR_STRICT);
	CHECK_INT(c->listener_count + c->account_count + c->route_count, 0);
	CHECK_INT(c->spread_ppm + c->spread_count + c->rates.count, 0);
	CHECK(!c->rates.one_to_one);
	config_destroy(c);

	c = parse(NODE(",'listen':[{}],'rates':'one-to-one'"));
	assert_string_equal(c->listeners[0].host, "127.0.0.1");
	CHECK_INT(c->listeners[0].port, 7768);
	assert_null(c->listeners[0].certificate);
	assert_null(c->listeners[0].key);
	assert_null(c->listeners[0].client_certificates);
	CHECK(!c->listeners[0].client_certificate_required);
	CHECK(c->rates.one_to_one);
	config_destroy(c);
}

static void an_account_is_trusted_with_nothing_by_default(void)
{
	struct config *c = parse(ACCOUNT(""));
	const struct account_settings *s = &c->accounts[0].settings;
	struct account_settings d = account_defaults();

	CHECK(s->balance.maximum == d.balance.maximum);
	CHECK(s->balance.minimum == d.balance.minimum);
	CHECK(ilp_amount_compare(s->packet_max, d.packet_max) == 0);
	CHECK(ilp_amount_compare(s->in_flight_money, d.in_flight_money) == 0);
	CHECK_INT(s->in_flight_max, d.in_flight_max);
	check_limit(&s->packets, 0, 0, 0);
	check_limit(&s->incoming, 0, 0, 0);
	check_limit(&s->outgoing, 0, 0, 0);
	CHECK_INT(s->owner.len + s->user.len + s->url.len, 0);
	CHECK(!s->has_token && !c->accounts[0].tls_ca);
	CHECK_INT(c->accounts[0].routes.count, 0);
	config_destroy(c);
}

/* ---- YAML ---- */

static void json_means_the_same_in_yaml(void)
{
	in_front = "# no JSON\n";
	reads_what_a_node_is();
	reads_what_a_listener_is();
	reads_what_an_account_is();
	reads_where_prices_come_from();
	a_token_becomes_its_hash();
	what_is_not_said_has_its_default();
	an_account_is_trusted_with_nothing_by_default();
	in_front = "";
}

/* Whatever YAML makes of it elsewhere. */
static void without_quotes_it_is_what_the_option_wants(void)
{
	struct config *c = parse("address: g.no\n"
				 "accounts:\n"
				 "- id: 123\n"
				 "  owner: 2001-12-14\n"
				 "  relation: peer\n"
				 "  assetCode: NO\n"
				 "  assetScale: 9\n"
				 "  maximum: 170141183460469231731687303715884105727\n"
				 "  maxPacketAmount: 18446744073709551615\n"
				 "  server: http://:t@h\n"
				 "  httpVersion: 1.1\n"
				 "- id: 1e3\n"
				 "  owner: true\n"
				 "  relation: peer\n"
				 "  assetCode: 0x1F\n"
				 "  assetScale: 0\n"
				 "  incomingUser: 007\n"
				 "  incomingToken: 12345.60\n"
				 "rates: {NO: 1.5e-3, Yes: 0.10}\n"
				 "dataFile: ./a b#c:d\n");
	const struct account_settings *a = &c->accounts[0].settings;
	const struct account_settings *b = &c->accounts[1].settings;
	struct ilp_crypto *crypto = ilp_crypto_create();
	uint8_t hash[ILP_HASH_LEN];

	CHECK_TEXT(a->id, "123");
	CHECK_TEXT(a->owner, "2001-12-14");
	assert_string_equal(a->asset.code, "NO");
	CHECK(a->balance.maximum == UNITS_MAX);
	CHECK(ilp_amount_compare(a->packet_max, ILP_AMOUNT_MAX) == 0);
	CHECK_INT(a->http, ACCOUNT_HTTP_1);
	CHECK_TEXT(b->id, "1e3");
	CHECK_TEXT(b->owner, "true");
	assert_string_equal(b->asset.code, "0x1F");
	CHECK_TEXT(b->user, "007");
	ilp_sha256(crypto, hash, ilp_text("12345.60"));
	CHECK_BYTES(ILP_BYTES(b->token_hash), ILP_BYTES(hash));
	assert_string_equal(c->rates.prices[1].code, "Yes");
	CHECK(c->rates.prices[0].price.numerator == 3);
	CHECK(c->rates.prices[0].price.denominator == 2000);
	assert_string_equal(c->data_file, "./a b#c:d");
	ilp_crypto_destroy(crypto);
	config_destroy(c);
}

/* ---- numbers ---- */

static void check_maximum(const char *value, signed_units expected)
{
	char member[256];
	struct config *c;

	snprintf(member, sizeof(member), "'maximum':%s,'minimum':'unlimited'",
		 value);
	c = parse_account(member);
	CHECK(c->accounts[0].settings.balance.maximum == expected);
	config_destroy(c);
}

#define MOST "170141183460469231731687303715884105727"

static void balances_are_exact_to_their_last_bit(void)
{
	check_maximum("'" MOST "'", UNITS_MAX);
	check_maximum(MOST, UNITS_MAX);
	check_maximum("'-" MOST "'", -UNITS_MAX);
	check_maximum("0", 0);
	check_maximum("'-0'", 0);
	check_maximum("'9007199254740993'", INT64_C(9007199254740993));
	check_maximum("9007199254740993", INT64_C(9007199254740993));
	check_maximum("'\\u0031'", 1);
	check_maximum("'unlimited'", UNITS_MAX);
	check_maximum("'Infinity'", UNITS_MAX);
}

static void refuses_what_is_no_balance(void)
{
	static const char *const bad[] = {
		"'170141183460469231731687303715884105728'",
		"'-170141183460469231731687303715884105728'",
		"1701411834604692317316873037158841057270",
		"'1000000000000000000000000000000000000000000000000000000000'",
		"''",
		"'-'",
		"'+1'",
		"'01'",
		"'-01'",
		"' 1'",
		"'1 '",
		"1.0",
		"1e3",
		"'1e3'",
		"'0x10'",
		"'-Infinity'",
		"'infinity'",
		"true",
		"null",
		"[]",
		"{}",
	};
	char member[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(member, sizeof(member), "'maximum':%s", bad[i]);
		if (account_is_taken(member))
			fail_msg("%s", member);
	}
	CHECK(account_is_taken("'minimum':'-Infinity'"));
	CHECK(!account_is_taken("'minimum':'Infinity'"));
}

static void amounts_are_exact_and_have_64_bits(void)
{
	struct config *c = parse_account("'maxPacketAmount':"
					 "18446744073709551614,"
					 "'maxAmountInFlight':'1'");
	const struct account_settings *s = &c->accounts[0].settings;

	CHECK(ilp_amount_compare(s->packet_max, ilp_amount(UINT64_MAX - 1)) ==
	      0);
	CHECK(ilp_amount_compare(s->in_flight_money, ilp_amount(1)) == 0);
	config_destroy(c);
	CHECK(account_is_taken("'maxPacketAmount':'unlimited'"));
	CHECK(!account_is_taken("'maxPacketAmount':18446744073709551616"));
	CHECK(!account_is_taken("'maxPacketAmount':'18446744073709551616'"));
	CHECK(!account_is_taken("'maxPacketAmount':'0'"));
	CHECK(!account_is_taken("'maxPacketAmount':-1"));
	CHECK(!account_is_taken("'maxPacketAmount':1.0"));
	CHECK(!account_is_taken("'throughput':{'incomingAmount':0}"));
	CHECK(!account_is_taken("'throughput':{'incomingAmount':'unlimited'}"));
	CHECK(account_is_taken("'throughput':{'incomingAmount':"
			       "'18446744073709551615'}"));
}

/* The spread in millionths, or -1 when it is refused. */
static int64_t spread(const char *value)
{
	struct config_error error;
	char text[256];
	struct config *c;
	int64_t ppm;

	snprintf(text, sizeof(text), NODE(",'spread':%s"), value);
	c = parse_bytes(json(text), &error);
	ppm = c ? (int64_t)c->spread_ppm : -1;
	config_destroy(c);
	return ppm;
}

static void a_spread_is_exact_to_millionths(void)
{
	CHECK_INT(spread("0"), 0);
	CHECK_INT(spread("'0.002'"), 2000);
	CHECK_INT(spread("0.002"), 2000);
	CHECK_INT(spread("2e-3"), 2000);
	CHECK_INT(spread("0.0020000000000000000000000000"), 2000);
	CHECK_INT(spread("'0.000001'"), 1);
	CHECK_INT(spread("'0.333333'"), 333333);
	CHECK_INT(spread("'0.999999'"), 999999);
	CHECK_INT(spread("1"), 1000000);
	CHECK_INT(spread("'0.0000001'"), -1);
	CHECK_INT(spread("'0.3333333'"), -1);
	CHECK_INT(spread("'1.000001'"), -1);
	CHECK_INT(spread("-0.002"), -1);
	CHECK_INT(spread("''"), -1);
	CHECK_INT(spread("'2 %'"), -1);
	CHECK_INT(spread("null"), -1);
}

static void prices_are_exact(void)
{
	struct config *c =
		parse(NODE(",'rates':{'A':'0.1234567890123456789','B':1e-7}"));
	const struct config_price *p = c->rates.prices;

	CHECK(p[0].price.numerator == UINT64_C(1234567890123456789));
	CHECK(p[0].price.denominator == UINT64_C(10000000000000000000));
	CHECK(p[1].price.numerator == 1 && p[1].price.denominator == 10000000);
	config_destroy(c);
}

/* 1000 packets at once and then as many a minute, if nothing else is said. */
static void a_rate_limit_holds_a_minute_and_as_much_as_it_refills(void)
{
	struct config *c = parse_account("'rateLimit':{'refillCount':1000}");

	check_limit(&c->accounts[0].settings.packets, 1000, 60000000, 1000);
	config_destroy(c);
	c = parse_account("'throughput':{'incomingAmount':'5'}");
	check_limit(&c->accounts[0].settings.incoming, 5, 1000000, 5);
	check_limit(&c->accounts[0].settings.outgoing, 0, 0, 0);
	config_destroy(c);
	c = parse_account("'rateLimit':'unlimited','throughput':'unlimited'");
	check_limit(&c->accounts[0].settings.packets, 0, 0, 0);
	check_limit(&c->accounts[0].settings.incoming, 0, 0, 0);
	config_destroy(c);
}

/* ---- errors ---- */

struct complaint {
	const char *text;
	const char *error;
};

static void check_errors(const struct complaint *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_error(rows[i].text, rows[i].error);
}

#define CHECK_ERRORS(rows) check_errors(rows, sizeof(rows) / sizeof(*(rows)))

static void an_error_says_where_it_is(void)
{
	static const struct complaint rows[] = {
		{ "^", "there is nothing in it" },
		{ "{^", "expected a key in double quotes" },
		{ "{'address' ^'g.us'}", "expected ':' after a key" },
		{ "^[]", "expected the options of a node, found a list" },
		{ " ^7", "expected the options of a node, found 7" },
		{ "^{'accounts':[" BOB("") "]}",
		  "the option \"address\" is missing" },
		{ "{'address': 'g.us', 'accounts': [\n"
		  "  {" ID "},\n"
		  "  {'id':'c','relation':'peer','assetCode':'A',\n"
		  "   'assetScale': ^'six'}]}",
		  "accounts[1].assetScale: expected a whole "
		  "number from 0 to 255, found \"six\"" },
		{ NODE(",\n'accounts':[\n ^{'id':'b'}]"),
		  "accounts[0]: the option \"relation\" is "
		  "missing" },
		{ ACCOUNT(",'balance':{'maximum':^[]}"),
		  "accounts[0].balance.maximum: expected a "
		  "whole number between -2^127 and 2^127, or \"unlimited\", "
		  "found a list" },
		{ ACCOUNT(",'routes':['g.a','g.b',^'g..c']"),
		  "accounts[0].routes[2]: expected a "
		  "prefix "
		  "of ILP addresses, or an empty text, found \"g..c\"" },
		{ NODE(",'rates':{'EUR':'1','USD':^0}"),
		  "rates.USD: expected a decimal number "
		  "above 0, of at most 128 bits, found 0" },
	};

	CHECK_ERRORS(rows);
}

static void an_error_says_what_was_expected(void)
{
	static const struct complaint rows[] = {
		{ "{'address':^'g'}", "address: expected an "
				      "ILP address like g.example.node, found \"g\"" },
		{ "{'address':^7}", "address: expected an "
				    "ILP address like g.example.node, found 7" },
		{ NODE(",'listen':^{}"),
		  "listen: expected "
		  "a list of listeners, found an object" },
		{ NODE(",'listen':[^[]]"),
		  "listen[0]: expected the options of a listener, found a "
		  "list" },
		{ NODE(",'listen':[{'port':^65536}]"),
		  "listen[0].port: expected a whole number "
		  "from 0 to 65535, found 65536" },
		{ NODE(",'listen':[{'host':^''}]"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"\"" },
		{ NODE(",'listen':[{'host':^'localhost'}]"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"localhost\"" },
		{ NODE(",'listen':[{'host':'fe80::1%eth0'},{'host':^'::1::'}]"),
		  "listen[1].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"::1::\"" },
		{ NODE(",'listen':[{'host':^'a\\u0000b'}]"),
		  "listen[0].host: there is a control "
		  "character in it" },
		{ NODE(",'reflectPayments':^'yes'"),
		  "reflectPayments: expected true or false, "
		  "found \"yes\"" },
		{ NODE(",'minMessageWindow':^0"),
		  "minMessageWindow: expected a whole "
		  "number "
		  "from 1 to 3600000 ms, found 0" },
		{ NODE(",'maxPacketsInFlight':^262145"),
		  "maxPacketsInFlight: expected a whole "
		  "number from 1 to 262144 packets, found 262145" },
		{ NODE(",'ledger':^'postgres'"),
		  "ledger: expected \"sqlite\" or \"memory\", found "
		  "\"postgres\"" },
		{ NODE(",'durability':^'lax'"),
		  "durability: expected \"strict\", \"relaxed\" or "
		  "\"audit\", found \"lax\"" },
		{ NODE(",'ledger':'memory','dataFile':^'a.db'"),
		  "dataFile: the ledger in memory has no file" },
		{ NODE(",'durability':^'audit','ledger':'memory'"),
		  "durability: the ledger in memory keeps no rows of "
		  "packets" },
		{ NODE(",'spread':^'0.0000001'"),
		  "spread: expected a number from 0 to 1 "
		  "with at most 6 digits behind the point, found "
		  "\"0.0000001\"" },
		{ NODE(",'rates':^'ecb'"),
		  "rates: expected \"one-to-one\" or an "
		  "object, found \"ecb\"" },
		{ NODE(",'rates':{^'':0}"),
		  "rates.: expected a text of 1 to 23 "
		  "bytes, found \"\"" },
		{ NODE(",'rates':{^'ABCDEFGHIJKLMNOPQRSTUVWX':1}"),
		  "rates.ABCDEFGHIJKLMNOPQRSTUVWX: expected "
		  "a text of 1 to 23 bytes, found "
		  "\"ABCDEFGHIJKLMNOPQRSTUVWX\"" },
		{ NODE(",'accounts':[{'id':^'a b'}]"),
		  "accounts[0].id: expected 1 to 128 "
		  "letters, digits or any of - _ . ~, found \"a b\"" },
		{ NODE(",'accounts':[{'relation':^'friend'}]"),
		  "accounts[0].relation: expected \"peer\", "
		  "\"parent\" or \"child\", found \"friend\"" },
		{ ACCOUNT(",'shard':^1"), "accounts[0].shard: "
					  "expected 0, found 1" },
		{ ACCOUNT(",'rateLimit':^7"),
		  "accounts[0].rateLimit: expected an "
		  "object, or \"unlimited\", found 7" },
		{ ACCOUNT(",'balance':^'unlimited'"),
		  "accounts[0].balance: expected an "
		  "object, "
		  "found \"unlimited\"" },
		{ ACCOUNT(",'routes':^'g.a'"),
		  "accounts[0].routes: expected a list of "
		  "prefixes of ILP addresses, found \"g.a\"" },
		{ ACCOUNT(",'maxPacketAmount':^'0'"),
		  "accounts[0].maxPacketAmount: expected "
		  "an "
		  "amount from 1 to 18446744073709551615 units, or "
		  "\"unlimited\", found \"0\"" },
		{ ACCOUNT(",'routes':[^'g.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15."
			  "16.17.18.19.20.21.22.23.24.25.26.27.28.29.30.31."
			  "32']"),
		  "accounts[0].routes[0]: has more than 32 "
		  "segments" },
	};

	CHECK_ERRORS(rows);
}

static void an_unknown_option_may_have_been_meant_otherwise(void)
{
	static const struct complaint rows[] = {
		{ NODE(",'accounts':[{^'asetCode':'USD'}]"),
		  "accounts[0]: unknown option "
		  "\"asetCode\"; did you mean \"assetCode\"?" },
		{ "{^'Address':'g.us'}",
		  "unknown option \"Address\"; did you mean "
		  "\"address\"?" },
		{ ACCOUNT(",'rateLimit':{^'refilCount':1}"),
		  "accounts[0].rateLimit: unknown option "
		  "\"refilCount\"; did you mean \"refillCount\"?" },
		{ ACCOUNT(",^'balance.maximum':1"),
		  "accounts[0]: unknown option \"balance.maximum\"; \"maximum\" "
		  "belongs into \"balance\"" },
		{ ACCOUNT(",^'refillCount':1"),
		  "accounts[0]: unknown option \"refillCount\"; "
		  "\"refillCount\" belongs into \"rateLimit\"" },
		{ NODE(",^'incomingToken':'hunter2'"),
		  "unknown option \"incomingToken\"; it is one of an account" },
		{ ACCOUNT(",^'dataFile':'hunter2'"),
		  "accounts[0]: unknown option \"dataFile\"; it is one of a "
		  "node" },
		{ ACCOUNT(",^'plugin':'ilp-plugin-btp'"),
		  "accounts[0]: unknown option \"plugin\"" },
		/* as ilp-connector calls them */
		{ "{^'ilpAddress':'g.us'}",
		  "unknown option \"ilpAddress\"; did you "
		  "mean \"address\"?" },
		{ NODE(",'routes':[{^'targetPrefix':'g'}]"),
		  "routes[0]: unknown option "
		  "\"targetPrefix\"; did you mean \"prefix\"?" },
		{ NODE(",^'backend':'one-to-one'"),
		  "unknown option \"backend\"; did you mean "
		  "\"rates\"?" },
	};

	CHECK_ERRORS(rows);
}

static void an_option_is_given_once(void)
{
	static const struct complaint rows[] = {
		{ "{'address':'g.us',^'address':'g.us'}",
		  "address: was given before" },
		{ "{'address':'g.us',^'\\u0061ddress':'g.us'}",
		  "\\u0061ddress: was given before" },
		{ ACCOUNT(",'maximum':1,'balance':{^'maximum':1}"),
		  "accounts[0].balance.maximum: was given "
		  "before" },
		{ ACCOUNT(",'balance':{'minimum':-1},^'minimum':-1"),
		  "accounts[0].minimum: was given before" },
		{ ACCOUNT(",'rateLimit':'unlimited',^'rateLimit':{}"),
		  "accounts[0].rateLimit: was given "
		  "before" },
		{ NODE(",'rates':{'USD':1,'EUR':1,'USD':^1}"),
		  "rates.USD: was given before" },
	};

	CHECK_ERRORS(rows);
}

/* The members of an object that must be there, each left out once. */
static void check_missing(const char *before, const char *const *members,
			  const char *after)
{
	struct config_error error;
	char text[1024];
	char expected[128];

	for (size_t i = 0; members[i]; i++) {
		size_t len =
			strlen(members[i]) - strlen(strchr(members[i], ':'));

		snprintf(text, sizeof(text), "%s", before);
		for (size_t j = 0; members[j]; j++)
			if (j != i)
				snprintf(text + strlen(text),
					 sizeof(text) - strlen(text), "%s%s",
					 text[strlen(text) - 1] == '{' ? "" :
									 ",",
					 members[j]);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
			 after);
		snprintf(expected, sizeof(expected),
			 "the option \"%.*s\" is missing", (int)len - 2,
			 members[i] + 1);
		assert_null(parse_bytes(json(text), &error));
		if (!strstr(error.text, expected))
			fail_msg("%s says %s", text, error.text);
	}
}

static void names_what_is_missing(void)
{
	static const char *const account[] = { "'id':'a'", "'relation':'peer'",
					       "'assetCode':'A'",
					       "'assetScale':0", NULL };
	static const char *const route[] = { "'prefix':''", "'account':'a'",
					     NULL };
	static const char *const pair[] = { "'from':'A'", "'to':'B'",
					    "'spread':0", NULL };

	check_missing("{'address':'g.us','accounts':[{", account, "}]}");
	check_missing("{'address':'g.us','routes':[{", route, "}]}");
	check_missing("{'address':'g.us','spreads':[{", pair, "}]}");
	check_error(MARKED(",'rateLimit':{'capacity':1}"),
		    "accounts[0]: the option "
		    "\"rateLimit.refillCount\" is missing");
}

static void what_does_not_fit_together_is_refused(void)
{
	static const struct complaint rows[] = {
		{ NODE(",'minMessageWindow':^2000,'maxHoldTime':1999"),
		  "minMessageWindow: must not be longer "
		  "than "
		  "\"maxHoldTime\", or no packet would have time enough" },
		{ "^" NODE(",'maxHoldTime':999"),
		  "minMessageWindow: must not be longer than "
		  "\"maxHoldTime\", or no packet would have time enough" },
		{ NODE(",'listen':[{},^{'certificate':'c'}]"),
		  "listen[1]: a \"certificate\" needs its "
		  "\"key\"" },
		{ NODE(",'listen':[^{'key':'k'}]"),
		  "listen[0]: a \"key\" needs its "
		  "\"certificate\"" },
		{ NODE(",'listen':[^{'clientCertificates':'k'}]"),
		  "listen[0]: \"clientCertificates\" need a "
		  "\"certificate\" of our own" },
		{ NODE(",'listen':[^{'requireClientCertificate':true}]"),
		  "listen[0]: \"requireClientCertificate\" "
		  "needs \"clientCertificates\" to check them by" },
		{ MARKED(",'minimum':1"),
		  "accounts[0]: the balance cannot be at "
		  "least \"minimum\" and at most \"maximum\"" },
		{ MARKED(",'incomingUser':'u'"),
		  "accounts[0]: \"incomingUser\" needs an "
		  "\"incomingToken\"" },
		{ MARKED(",'server':'btp+ws://:t@h','tlsCa':'c'"),
		  "accounts[0]: \"tlsCa\" needs a "
		  "\"server\" "
		  "with btp+wss or https" },
		{ MARKED(",'server':'http://:t@h','tlsCertificate':'c',"
			 "'tlsKey':'k'"),
		  "accounts[0]: \"tlsCertificate\" needs a \"server\" with "
		  "btp+wss or https" },
		{ MARKED(",'server':'https://:t@h','tlsCertificate':'c'"),
		  "accounts[0]: \"tlsCertificate\" and \"tlsKey\" need each "
		  "other" },
		{ MARKED(",'server':'https://:t@h','tlsKey':'c'"),
		  "accounts[0]: \"tlsCertificate\" and \"tlsKey\" need each "
		  "other" },
		{ MARKED(",'server':'btp+ws://:t@h','httpVersion':'2'"),
		  "accounts[0]: \"httpVersion\" needs a "
		  "\"server\" with http or https" },
		{ MARKED(",'incomingJwt':{'subject':'x'}"),
		  "accounts[0]: \"incomingJwt\" needs a \"secret\" or a "
		  "\"publicKey\"" },
		{ MARKED(",'incomingJwt':{'secret':'x','publicKey':'/k'}"),
		  "accounts[0]: \"incomingJwt\" cannot have both \"secret\" "
		  "and \"publicKey\"" },
		{ MARKED(",'incomingJwt':{'publicKey':'/k'}"),
		  "accounts[0]: \"incomingJwt\" with a \"publicKey\" needs a "
		  "\"subject\"" },
		{ MARKED(",'outgoingJwt':{'secret':'x'}"),
		  "accounts[0]: \"outgoingJwt\" needs a \"server\" with http "
		  "or https" },
		{ MARKED(",'server':'http://h',"
			 "'outgoingJwt':{'secret':'x','privateKey':'/k'}"),
		  "accounts[0]: \"outgoingJwt\" cannot have both \"secret\" "
		  "and \"privateKey\"" },
		{ MARKED(",'httpVersion':'1.1'"),
		  "accounts[0]: \"httpVersion\" needs a "
		  "\"server\" with http or https" },
		{ MARKED(",'httpCallbackUrl':'https://us/'"),
		  "accounts[0]: \"httpCallbackUrl\" needs a "
		  "\"server\" with http or https" },
		{ MARKED(",'server':'https://:t@h',"
			 "'httpCallbackUrl':'https://us/'"),
		  "accounts[0]: \"httpCallbackUrl\" needs an "
		  "\"incomingToken\" or \"incomingJwt\", with which answers "
		  "come in" },
		{ ACCOUNT(",'httpCallbackUrl':^'https://:t@us/'"),
		  "accounts[0].httpCallbackUrl: expected a URL like "
		  "https://host:port/path, found \"...\" (14 bytes)" },
		{ ACCOUNT(",'httpCallbackUrl':^'btp+ws://us/'"),
		  "accounts[0].httpCallbackUrl: expected a URL like "
		  "https://host:port/path, found \"btp+ws://us/\"" },
		{ ACCOUNT(",'httpCallbackUrl':^'https://us?x'"),
		  "accounts[0].httpCallbackUrl: expected a URL like "
		  "https://host:port/path, found \"https://us?x\"" },
		{ NODE(",'routes':[{'prefix':'g.a','account':^'bob'}]"),
		  "routes[0].account: there is no account "
		  "with this id" },
		{ ACCOUNT("}],'routes':[{'prefix':'g.a','account':^'bop'"),
		  "routes[0].account: there is no account "
		  "with this id; did you mean \"bob\"?" },
	};

	CHECK_ERRORS(rows);
	CHECK(account_is_taken("'minimum':0,'maximum':0"));
}

#define SOURCES(rest) NODE(",'rateMeasure':'USD','rateSources':[" rest "]")
#define AGED "'maxAge':60000"

static void what_is_wrong_with_a_source_is_told(void)
{
	static const struct complaint rows[] = {
		{ NODE(",'rateSources':^[{'kind':'table'}]"),
		  "rateSources: needs a \"rateMeasure\"" },
		{ NODE(",'rateMeasure':^'USD'"),
		  "rateMeasure: needs \"rateSources\"" },
		{ NODE(",'rates':{},'rateMeasure':'USD',"
		       "'rateSources':^[{'kind':'table'}]"),
		  "rateSources: there are \"rates\" already" },
		{ SOURCES("{'kind':^'bank'}"),
		  "rateSources[0].kind: expected \"ecb\", \"rafiki\", "
		  "\"coingecko\", \"coincap\", \"file\", \"table\" or "
		  "\"one-to-one\", found \"bank\"" },
		{ SOURCES("{'kind':'ecb','url':^'ftp://:hunter2@h/'}"),
		  "rateSources[0].url: expected a URL like "
		  "https://host:port/path, found a text" },
		{ SOURCES("{'kind':'ecb','url':^'btp+wss://:t@h/'}"),
		  "rateSources[0].url: expected a URL like "
		  "https://host:port/path, found a text" },
		{ SOURCES("^{'kind':'ecb','url':'http://h'}"),
		  "rateSources[0]: needs a \"maxAge\"" },
		{ SOURCES("^{'kind':'ecb','url':'http://h','maxAge':59999}"),
		  "rateSources[0]: \"maxAge\" must not be shorter than "
		  "\"refresh\"" },
		{ SOURCES("^{'kind':'ecb'," AGED "}"),
		  "rateSources[0]: needs either a \"url\" or a \"file\"" },
		{ SOURCES("^{'kind':'ecb','url':'http://h','file':'f'," AGED
			  "}"),
		  "rateSources[0]: needs either a \"url\" or a \"file\"" },
		{ SOURCES("^{'kind':'file','url':'http://h'," AGED "}"),
		  "rateSources[0]: a file needs its \"file\"" },
		{ SOURCES("^{'kind':'coincap','file':'f'," AGED "}"),
		  "rateSources[0]: needs \"names\"" },
		{ SOURCES("{'kind':'coincap','names':{'xrp':^7}}"),
		  "rateSources[0].names.xrp: expected a text of 1 to 23 "
		  "bytes, found 7" },
		{ SOURCES("{'kind':'coincap','file':'f'," AGED
			  ",'names':^{'a':'A','b':'A'}}"),
		  "rateSources[0].names: there is a code twice in it" },
		{ SOURCES("^{'kind':'ecb','url':'http://h'," AGED
			  ",'headerName':'a'}"),
		  "rateSources[0]: \"headerName\" and \"headerValue\" need "
		  "each other" },
		{ SOURCES("^{'kind':'ecb','url':'http://h'," AGED
			  ",'headerName':'a:b','headerValue':'hunter'}"),
		  "rateSources[0]: \"headerName\" is no name of a header" },
		{ SOURCES("^{'kind':'ecb','file':'f'," AGED
			  ",'headerName':'a','headerValue':'hunter'}"),
		  "rateSources[0]: a header needs a \"url\"" },
		{ SOURCES("^{'kind':'ecb','file':'f'," AGED
			  ",'prices':{'A':1}}"),
		  "rateSources[0]: only a table has \"prices\"" },
		{ SOURCES("{'kind':'table','prices':^'one-to-one'}"),
		  "rateSources[0].prices: expected an object of prices, found "
		  "\"one-to-one\"" },
		{ SOURCES("^{'kind':'table','prices':{'EUR':1}}"),
		  "rateSources[0]: the \"prices\" lack that of the measure" },
		{ SOURCES("^{'kind':'table','file':'f'}"),
		  "rateSources[0]: a table is in \"prices\", and not "
		  "elsewhere" },
		{ SOURCES("{'kind':'table','prices':^{'USD':1,'USD':1}}"),
		  "rateSources[0].prices: there is a code twice in it" },
		{ SOURCES("^{'kind':'ecb','url':'http://h'," AGED
			  ",'tlsCa':'c'}"),
		  "rateSources[0]: \"tlsCa\" needs a \"url\" with https" },
		{ SOURCES("^{'kind':'ecb','file':'f'," AGED ",'tlsCa':'c'}"),
		  "rateSources[0]: \"tlsCa\" needs a \"url\" with https" },
		{ SOURCES("^{'kind':'table','prices':{'USD':1},'tlsCa':'c'}"),
		  "rateSources[0]: \"tlsCa\" needs a \"url\" with https" },
		{ SOURCES("^{'kind':'one-to-one'}"),
		  "rateSources[0]: needs \"assets\"" },
		{ SOURCES("^{'kind':'one-to-one','assets':['A'],'file':'f'}"),
		  "rateSources[0]: one-to-one has \"assets\", and nothing "
		  "else" },
		{ SOURCES("^{'kind':'one-to-one','assets':['A'],'maxAge':100}"),
		  "rateSources[0]: one-to-one has \"assets\", and nothing "
		  "else" },
		{ SOURCES("^{'kind':'one-to-one','assets':['A','USD']}"),
		  "rateSources[0]: the measure is worth money, so it cannot go "
		  "one-to-one; what is worth as much belongs in a table" },
		{ SOURCES("{'kind':'one-to-one','assets':^'A'}"),
		  "rateSources[0].assets: expected an array of asset codes, "
		  "found \"A\"" },
		{ SOURCES("{'kind':'one-to-one','assets':['A',^'']}"),
		  "rateSources[0].assets[1]: expected a text of 1 to 23 bytes, "
		  "found \"\"" },
		{ SOURCES("{'kind':'one-to-one','assets':['A','B',^'A']}"),
		  "rateSources[0].assets[2]: is one-to-one already" },
		{ SOURCES("{'kind':'one-to-one','assets':['A']},"
			  "{'kind':'one-to-one','assets':[^'A']}"),
		  "rateSources[1].assets[0]: is one-to-one already" },
		{ SOURCES("{'kind':'table','prices':^{'USD':1,'A':1}},"
			  "{'kind':'one-to-one','assets':['A']}"),
		  "rateSources[0].prices: has what goes one-to-one "
		  "elsewhere" },
		{ SOURCES("{'kind':'one-to-one','assets':['A']},"
			  "{'kind':'coincap','file':'f'," AGED
			  ",'names':^{'a':'A'}}"),
		  "rateSources[1].names: has what goes one-to-one elsewhere" },
		{ SOURCES("^{'kind':'table','prices':{'USD':1},'assets':['A']}"),
		  "rateSources[0]: only one-to-one has \"assets\"" },
		{ SOURCES("^{'kind':'ecb','file':'f'," AGED ",'assets':['A']}"),
		  "rateSources[0]: only one-to-one has \"assets\"" },
		{ SOURCES("{'kind':'ecb','headerValue':^''}"),
		  "rateSources[0].headerValue: expected a text of 1 to 1024 "
		  "bytes, found a text" },
	};

	CHECK_ERRORS(rows);
}

/* An account in this asset, which needs an id and may have more. */
#define CHILD(id)                                                              \
	"'id':'" id "','relation':'child','assetCode':'A','assetScale':0"
#define PEER(rest) "{'relation':'peer','assetCode':'A','assetScale':0," rest "}"
#define PEERS(a, b, c)                                                         \
	NODE(",'accounts':[\n" PEER(a) ",\n" PEER(b) ",\n" PEER(c) "]")

static void what_there_may_be_once_is_there_once(void)
{
	static const struct complaint rows[] = {
		{ PEERS("'id':'a'", "'id':'b'", "'id':^'a'"),
		  "accounts[2].id: another account has this id" },
		{ PEERS("'id':'a'", "'id':'b','incomingToken':'t'",
			"'id':'c','incomingToken':^'t'"),
		  "accounts[2].incomingToken: another account has this token" },
		{ PEERS("'id':'a'", "'id':'b','routes':['g.a','g.b']",
			"'id':'c','routes':['g',^'g.a']"),
		  "accounts[2].routes[1]: there is another route for this "
		  "prefix" },
		{ NODE(",'accounts':[" BOB(
			  ",'routes':[^'','g.a']") "],\n"
						   "'routes':[{'prefix':'','"
						   "account':'bob'}]"),
		  "accounts[0].routes[0]: there is another route for this "
		  "prefix" },
		/* The first of several. */
		{ ACCOUNT(",'routes':['g.m',^'g.m','g.a','g.z','g.z','g.a']"),
		  "accounts[0].routes[1]: there is another route for this "
		  "prefix" },
		{ ACCOUNT(",'routes':[^'g.us']"),
		  "accounts[0].routes[0]: is the node's own address" },
		{ NODE(",'accounts':[{" CHILD("a") ",'ilpAddressSegment':'b'},"
		       "{" CHILD("c") ",'ilpAddressSegment':^'b'}]"),
		  "accounts[1].ilpAddressSegment: another child has this "
		  "address" },
		{ NODE(",'accounts':[{" CHILD("a") ",'ilpAddressSegment':'b'},"
		       "{'id':^'b','relation':'child','assetCode':'A',"
		       "'assetScale':0}]"),
		  "accounts[1].id: another child has this address" },
		{ NODE(",'accounts':[{" CHILD("a")
		       ",'ilpAddressSegment':^'b.'}]"),
		  "accounts[0].ilpAddressSegment: behind the node's address it "
		  "makes no address of a child" },
		{ NODE(",'spreads':[{'from':'A','to':'B','spread':0},"
		       "{'from':'B','to':'A','spread':0},"
		       "^{'from':'A','to':'B','spread':1}]"),
		  "spreads[2]: there is another spread for this pair" },
	};

	CHECK_ERRORS(rows);
	/* Codes that are the same only when put together. */
	config_destroy(parse(NODE(",'spreads':["
				  "{'from':'A','to':'BC','spread':0},"
				  "{'from':'AB','to':'C','spread':0},"
				  "{'from':'AB','to':'D','spread':0}]")));
}

/* Thousands of accounts are compared as well as two. */
static void many_accounts_are_compared_quickly(void)
{
	const size_t count = 5000;
	size_t capacity = 128 + count * 128;
	char *text = malloc(capacity);
	struct config_error error;
	struct config *c;
	size_t len = 0;

	assert_non_null(text);
	len += (size_t)sprintf(text, "{\"address\":\"g.us\",\"accounts\":[");
	for (size_t i = 0; i < count; i++)
		len += (size_t)sprintf(
			text + len,
			"%s{\"id\":\"a%zu\",\"relation\":\"child\","
			"\"assetCode\":\"A\",\"assetScale\":9,"
			"\"incomingToken\":\"%zu\",\"routes\":[\"g.us.%zu\"]}",
			i ? "," : "", i, i, i);
	sprintf(text + len, "]}");
	c = parse_bytes(ilp_text(text), &error);
	assert_non_null(c);
	CHECK_INT(c->account_count, count);
	CHECK_TEXT(c->accounts[count - 1].settings.id, "a4999");
	CHECK_TEXT(c->accounts[count - 1].routes.at[0], "g.us.4999");
	config_destroy(c);
	free(text);
}

static void refuses_every_truncation(void)
{
	struct ilp_bytes text = json(whole);
	struct config_error error;

	/* Without the space at the end it is still whole. */
	for (size_t len = 0; len < text.len - 1; len++)
		assert_null(parse_bytes((struct ilp_bytes){ text.at, len },
					&error));
}

/* ---- secrets ---- */

static bool shows_a_secret(const struct config_error *error)
{
	return strstr(error->text, "hunter");
}

/* Any byte of the text spoiled in a few ways, and any cut. */
static void check_spoiled(struct ilp_bytes text)
{
	static const char spoilers[] = "\"{}[]:,\\ 0a\n";
	uint8_t copy[sizeof(whole)];
	struct config_error error;
	size_t refused = 0;

	for (size_t i = 0; i < text.len; i++) {
		for (size_t j = 0; j < sizeof(spoilers) - 1; j++) {
			struct config *c;

			memcpy(copy, text.at, text.len);
			copy[i] = (uint8_t)spoilers[j];
			c = parse_bytes((struct ilp_bytes){ copy, text.len },
					&error);
			refused += !c;
			if (!c && shows_a_secret(&error))
				fail_msg("%s", error.text);
			config_destroy(c);
		}
	}
	CHECK(refused > 1000);
}

static void no_spoiled_text_shows_a_secret(void)
{
	check_spoiled(json(whole));
	check_spoiled(json(sources));
}

/* In the right place but of the wrong kind, or in a wrong place. */
static void no_secret_is_shown_for_what_is_wrong_with_it(void)
{
	static const struct complaint rows[] = {
		{ ACCOUNT(",'incomingToken':^''"),
		  "accounts[0].incomingToken: expected a "
		  "text of 1 to 1024 bytes, found a text" },
		{ ACCOUNT(",'incomingToken':^12345"),
		  "accounts[0].incomingToken: expected a "
		  "text of 1 to 1024 bytes, found a number" },
		{ ACCOUNT(",'server':^'wss://:hunter3@h'"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found a text" },
		{ ACCOUNT(",'server':^'btp+ws://:hunter%003@h'"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found a text" },
		{ ACCOUNT(",'incomingToken':^'hunter\\u0000'"),
		  "accounts[0].incomingToken: there is a "
		  "control character in it" },
		{ NODE(",'accounts':^'btp+ws://:hunter3@h'"),
		  "accounts: expected a list of accounts, "
		  "found \"...\" (19 bytes)" },
		{ NODE(",'listen':^'hunter0123456789hunter0123456789'"),
		  "listen: expected a list of listeners, "
		  "found \"...\" (32 bytes)" },
		{ NODE(",'listen':^12345678901234567890123456789012"),
		  "listen: expected a list of listeners, "
		  "found ... (32 bytes)" },
		{ NODE(",^'btp+ws://:hunter3@h':1"),
		  "unknown option \"...\" (19 bytes)" },
		{ NODE(",'rates':{'btp+ws://:hunter3@h':^0}"),
		  "rates....: expected a decimal number "
		  "above "
		  "0, of at most 128 bits, found 0" },
	};

	CHECK_ERRORS(rows);
}

/* ---- the rows ---- */

static void every_row_is_whole(void)
{
	for (size_t i = 0; i < CONFIG_OBJECTS; i++) {
		const struct config_object *object = config_objects[i];

		CHECK(object->option_count > 0 && object->option_count <= 64);
		for (size_t j = 0; j < object->option_count; j++) {
			const struct config_option *o = &object->options[j];
			struct config_expected e = config_option_expected(o);

			/* The first of its name, and not cut off. */
			CHECK_INT(
				config_option_index(object, ilp_text(o->name)),
				j);
			CHECK(strlen(e.text) + 1 < sizeof(e.text));
			CHECK(o->text && o->text[strlen(o->text) - 1] == '.');
			CHECK(o->at + o->size <= object->size);
			CHECK(!o->required || !o->initial);
			/* For the sample. */
			CHECK(!o->initial != !o->example ||
			      o->kind == CONFIG_GROUP ||
			      o->kind == CONFIG_LIST || o->kind == CONFIG_SAME);
			CHECK(o->min <= o->max);
		}
	}
}

#ifndef ILP_DOC
#error "the folder of the documentation"
#endif

static const char *read_page(void)
{
	static char page[65536];
	FILE *file = fopen(ILP_DOC "/configuration.md", "r");

	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	return page;
}

static void the_example_on_the_page_is_a_configuration(void)
{
	const char *start = strstr(read_page(), "```yaml\n");
	const char *end = start ? strstr(start, "\n```\n") : NULL;
	struct config_error error;
	struct config *config;

	assert_non_null(end);
	start += strlen("```yaml\n");
	config = parse_bytes((struct ilp_bytes){ (const uint8_t *)start,
						 (size_t)(end - start) },
			     &error);
	if (!config)
		fail_msg("%s", error.text);
	CHECK_INT(config->account_count, 2);
	config_destroy(config);
}

TESTS(TEST(reads_what_a_node_is), TEST(reads_what_a_listener_is),
      TEST(reads_what_an_account_is), TEST(reads_where_prices_come_from),
      TEST(a_token_becomes_its_hash),
      TEST(what_is_not_said_has_its_default),
      TEST(an_account_is_trusted_with_nothing_by_default),
      TEST(json_means_the_same_in_yaml),
      TEST(without_quotes_it_is_what_the_option_wants),
      TEST(balances_are_exact_to_their_last_bit),
      TEST(refuses_what_is_no_balance),
      TEST(amounts_are_exact_and_have_64_bits),
      TEST(a_spread_is_exact_to_millionths), TEST(prices_are_exact),
      TEST(a_rate_limit_holds_a_minute_and_as_much_as_it_refills),
      TEST(an_error_says_where_it_is), TEST(an_error_says_what_was_expected),
      TEST(an_unknown_option_may_have_been_meant_otherwise),
      TEST(an_option_is_given_once), TEST(names_what_is_missing),
      TEST(what_does_not_fit_together_is_refused),
      TEST(what_is_wrong_with_a_source_is_told),
      TEST(what_there_may_be_once_is_there_once),
      TEST(many_accounts_are_compared_quickly), TEST(refuses_every_truncation),
      TEST(no_spoiled_text_shows_a_secret),
      TEST(no_secret_is_shown_for_what_is_wrong_with_it),
      TEST(every_row_is_whole), TEST(the_example_on_the_page_is_a_configuration))
