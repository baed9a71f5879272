/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations as people get them wrong, in YAML, and what each is told: with
 * its place, at the ^, and in words that help to get it right. Those in JSON are
 * in config_test.c.
 */
#include "node/config.h"

#include "test/check.h"

struct wrong {
	const char *text;
	const char *words;
};

#define ID "id: bob\n  relation: peer\n  assetCode: USD\n  assetScale: 9\n"
#define NODE(rest) "address: g.us\n" rest
#define PEER(rest) NODE("accounts:\n- " ID rest)
#define MARKED(rest) NODE("accounts:\n- ^" ID rest)

/* Takes out the mark, and tells where it was. */
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

static void check_row(const struct wrong *row, struct ilp_crypto *crypto)
{
	char text[1024];
	char expected[CONFIG_ERROR_MAX];
	struct config_error error;
	struct ilp_bytes copy;

	CHECK(strlen(row->text) < sizeof(text));
	strcpy(text, row->text);
	take_mark(text, expected, sizeof(expected));
	snprintf(expected + strlen(expected),
		 sizeof(expected) - strlen(expected), "%s", row->words);
	copy = exact_copy(ilp_text(text));
	if (config_parse(copy, (struct config_settings){ 0 }, crypto, &error))
		fail_msg("is taken:\n%s", text);
	exact_free(copy);
	if (strcmp(error.text, expected) != 0)
		fail_msg("\n%ssays       %s\ninstead of %s", text, error.text,
			 expected);
	CHECK(!strstr(error.text, "hunter"));
}

static void check_rows(const struct wrong *rows, size_t count)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	assert_non_null(crypto);
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i], crypto);
	ilp_crypto_destroy(crypto);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))

/* clang-format off */
static void what_yaml_is_not_for_is_refused(void)
{
	static const struct wrong rows[] = {
		{ NODE("owner: ^&me bob\n"),
		  "anchors (&) are not taken; a value that begins with & needs "
		  "quotes" },
		{ NODE("durability: ^*mode\n"),
		  "aliases (*) are not taken; a value that begins with * needs "
		  "quotes" },
		{ NODE("dataFile: ^!path /srv/l.db\n"),
		  "tags (!) are not taken; a value that begins with ! needs "
		  "quotes" },
		{ "base: ^&base\n  relation: peer\n",
		  "anchors (&) are not taken; a value that begins with & needs "
		  "quotes" },
		{ NODE("accounts:\n- ^<<: {relation: peer}\n"),
		  "merge keys (<<) are not taken: write all out" },
		{ NODE("^---\naddress: g.them\n"),
		  "there is a second document (---)" },
		{ "^%YAML 1.2\n---\naddress: g.us\n",
		  "directives (%) are not taken" },
		{ "? address\n: g.us\n? ^[a]\n: b\n",
		  "a key is a text, and nothing else" },
		{ "^# address: g.us\n",
		  "there is nothing in it" },
		{ "^- address: g.us\n",
		  "expected the options of a node, found a list" },
		{ "^g.us\n",
		  "expected the options of a node, found \"g.us\"" },
	};

	CHECK_ROWS(rows);
}

static void a_slip_of_the_keyboard_is_found(void)
{
	static const struct wrong rows[] = {
		{ NODE("listen:\n^\t- port: 1\n"),
		  "a tab cannot stand here: YAML is indented by spaces" },
		{ NODE("listen:\n- host: ::1\n   port^: 1\n"),
		  "a ':' cannot stand here: this line is not as deep as the "
		  "others, the one before lacks its ': ', or a value with ': ' "
		  "in it lacks quotes" },
		{ NODE(" ledger^: memory\n"),
		  "a ':' cannot stand here: this line is not as deep as the "
		  "others, the one before lacks its ': ', or a value with ': ' "
		  "in it lacks quotes" },
		{ NODE("accounts:\n- id: bob\n ^relation: peer\n"),
		  "expected a key: is the line as deep as the others of its "
		  "object?" },
		{ "address g.us\nledger^: memory\n",
		  "a ':' cannot stand here: this line is not as deep as the "
		  "others, the one before lacks its ': ', or a value with ': ' "
		  "in it lacks quotes" },
		{ "address:g.us\nledger^: memory\n",
		  "a ':' cannot stand here: this line is not as deep as the "
		  "others, the one before lacks its ': ', or a value with ': ' "
		  "in it lacks quotes" },
		{ NODE("listen: ^- port: 1\n"),
		  "a '- ' begins an item only on a line of its own" },
		{ NODE("listen: [{port: 1}\n^ledger: memory\n"),
		  "expected ',' or ']' after an item" },
		{ NODE("rates: {USD: 1, EUR: 2\nledger^: memory\n"),
		  "expected ',' or '}' after a member" },
		{ NODE("dataFile: ^'a.db\nledger: sqlite\n"),
		  "a text in quotes without an end" },
		{ NODE("dataFile: \"C:^\\data\\l.db\"\n"),
		  "no such escape; in single quotes, or without any, a "
		  "backslash is a backslash" },
		{ NODE("dataFile: ^@home/l.db\n"),
		  "a value that begins with @ needs quotes" },
		{ PEER("  incomingToken: ^%secret\n"),
		  "a value that begins with % needs quotes" },
		{ PEER("  incomingToken: a^: b\n"),
		  "a ':' cannot stand here: this line is not as deep as the "
		  "others, the one before lacks its ': ', or a value with ': ' "
		  "in it lacks quotes" },
		{ PEER("  incomingToken: ^*hunter\n"),
		  "aliases (*) are not taken; a value that begins with * needs "
		  "quotes" },
		{ PEER("  incomingToken: ^&hunter2\n"),
		  "anchors (&) are not taken; a value that begins with & needs "
		  "quotes" },
		{ PEER("  incomingToken: ^[hunter2]\n"),
		  "accounts[0].incomingToken: expected a text of 1 to 1024 "
		  "bytes, found a list" },
		{ PEER("  incomingToken: ^{hunter2}\n"),
		  "accounts[0].incomingToken: expected a text of 1 to 1024 "
		  "bytes, found an object" },
		{ PEER("  incomingToken: ^|\n    hunter2\n"),
		  "accounts[0].incomingToken: there is a line break in it" },
		{ NODE("accounts:\n- id: bob\n  relation: peer\n  balance:\n  "
		  "  maximum: 5\n   ^minimum: -5\n"),
		  "expected a key: is the line as deep as the others of its "
		  "object?" },
		{ NODE("ledger: ^\"memory\n"),
		  "a text in quotes without an end" },
	};

	CHECK_ROWS(rows);
}

static void what_yaml_would_guess_is_taken_or_told(void)
{
	static const struct wrong rows[] = {
		{ NODE("accounts:\n- {id: ^~, relation: peer, assetCode: A, "
		  "assetScale: 0}\n"),
		  "accounts[0].id: expected 1 to 128 letters, digits or any of "
		  "- _ . ~, found nothing" },
		{ NODE("accounts:\n- {id: ^null, relation: peer, assetCode: "
		  "A, assetScale: 0}\n"),
		  "accounts[0].id: expected 1 to 128 letters, digits or any of "
		  "- _ . ~, found nothing" },
		{ NODE("reflectPayments: ^yes\n"),
		  "reflectPayments: expected true or false, found \"yes\"" },
		{ NODE("reflectPayments: ^'true'\n"),
		  "reflectPayments: expected true or false, found \"true\"" },
		{ NODE("reflectPayments: ^True\n"),
		  "reflectPayments: expected true or false, found \"True\"" },
		{ NODE("reflectPayments: ^1\n"),
		  "reflectPayments: expected true or false, found 1" },
		{ NODE("reflectPayments: ^off\n"),
		  "reflectPayments: expected true or false, found \"off\"" },
		{ NODE("maxHoldTime: ^030000\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"030000\"; write digits only, the first of them not 0" },
		{ NODE("maxHoldTime: ^30_000\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"30_000\"; write digits only" },
		{ NODE("maxHoldTime: ^3e4\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found 3e4; write digits only" },
		{ NODE("maxHoldTime: ^30s\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"30s\"; write digits only" },
		{ NODE("maxHoldTime: ^'30000'\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"30000\"; write it without quotes" },
		{ NODE("maxHoldTime: ^+30000\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"+30000\"; write digits only" },
		{ NODE("maxHoldTime: ^0x7530\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"0x7530\"; write digits only, the first of them not 0" },
		{ NODE("maxHoldTime: ^30000.0\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found 30000.0; write digits only" },
		{ NODE("maxHoldTime: ^30,000\n"),
		  "maxHoldTime: expected a whole number from 1 to 3600000 ms, "
		  "found \"30,000\"; write digits only" },
		{ NODE("accounts:\n- {id: a, relation: peer, assetCode: A, "
		  "assetScale: ^09}\n"),
		  "accounts[0].assetScale: expected a whole number from 0 to "
		  "255, found \"09\"; write digits only, the first of them not "
		  "0" },
		{ PEER("  balance: {maximum: ^1e9}\n"),
		  "accounts[0].balance.maximum: expected a whole number "
		  "between -2^127 and 2^127, or \"unlimited\", found 1e9; "
		  "write digits only" },
		{ PEER("  balance: {maximum: ^1_000}\n"),
		  "accounts[0].balance.maximum: expected a whole number "
		  "between -2^127 and 2^127, or \"unlimited\", found "
		  "\"1_000\"; write digits only" },
		{ PEER("  balance: {maximum: ^007}\n"),
		  "accounts[0].balance.maximum: expected a whole number "
		  "between -2^127 and 2^127, or \"unlimited\", found \"007\"; "
		  "write digits only, the first of them not 0" },
		{ PEER("  balance: {maximum: ^.inf}\n"),
		  "accounts[0].balance.maximum: expected a whole number "
		  "between -2^127 and 2^127, or \"unlimited\", found \".inf\"; "
		  "write digits only" },
		{ PEER("  maximum: ^1000.50\n"),
		  "accounts[0].maximum: expected a whole number between -2^127 "
		  "and 2^127, or \"unlimited\", found 1000.50; write digits "
		  "only" },
		{ PEER("  maximum: ^1000 USD\n"),
		  "accounts[0].maximum: expected a whole number between -2^127 "
		  "and 2^127, or \"unlimited\", found \"1000 USD\"; write "
		  "digits only" },
		{ PEER("  maxPacketAmount: ^0\n"),
		  "accounts[0].maxPacketAmount: expected an amount from 1 to "
		  "18446744073709551615 units, or \"unlimited\", found 0" },
		{ PEER("  maxPacketAmount: ^18446744073709551616\n"),
		  "accounts[0].maxPacketAmount: expected an amount from 1 to "
		  "18446744073709551615 units, or \"unlimited\", found "
		  "18446744073709551616" },
		{ PEER("  maxPacketAmount: ^none\n"),
		  "accounts[0].maxPacketAmount: expected an amount from 1 to "
		  "18446744073709551615 units, or \"unlimited\", found \"none\"" },
		{ PEER("  maxPacketAmount: ^-1\n"),
		  "accounts[0].maxPacketAmount: expected an amount from 1 to "
		  "18446744073709551615 units, or \"unlimited\", found -1" },
		{ NODE("spread: ^2%\n"),
		  "spread: expected a number from 0 to 1 with at most 6 digits "
		  "behind the point, found \"2%\"" },
		{ NODE("spread: ^0,002\n"),
		  "spread: expected a number from 0 to 1 with at most 6 digits "
		  "behind the point, found \"0,002\"" },
		{ NODE("spread: ^1.5\n"),
		  "spread: expected a number from 0 to 1 with at most 6 digits "
		  "behind the point, found 1.5" },
		{ NODE("rates: {USD: ^1.08e}\n"),
		  "rates.USD: expected a decimal number above 0, of at most "
		  "128 bits, found \"1.08e\"" },
		{ NODE("rates: {USD: ^-1}\n"),
		  "rates.USD: expected a decimal number above 0, of at most "
		  "128 bits, found -1" },
		{ NODE("rates: {USD: ^}\n"),
		  "rates.USD: expected a decimal number above 0, of at most "
		  "128 bits, found nothing" },
		{ NODE("rates: {USD: 1, USD: ^2}\n"),
		  "rates.USD: was given before" },
		{ NODE("listen:\n- host: ^localhost\n"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"localhost\"" },
		{ NODE("listen:\n- host: ^'*'\n"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"*\"" },
		{ NODE("listen:\n- host: ^0.0.0.0:7768\n"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"0.0.0.0:7768\"" },
		{ NODE("listen:\n- host: ^127.1\n"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found 127.1" },
		{ NODE("listen:\n- host: ^http://127.0.0.1\n"),
		  "listen[0].host: expected an IP address like 127.0.0.1 or "
		  "::1, found \"http://127.0.0.1\"" },
		{ NODE("listen:\n- port: ^77680\n"),
		  "listen[0].port: expected a whole number from 0 to 65535, "
		  "found 77680" },
		{ NODE("listen:\n- port: ^http\n"),
		  "listen[0].port: expected a whole number from 0 to 65535, "
		  "found \"http\"" },
		{ NODE("listen:\n- port: ^127.0.0.1:7768\n"),
		  "listen[0].port: expected a whole number from 0 to 65535, "
		  "found \"127.0.0.1:7768\"; write digits only" },
		{ NODE("listen:\n- port: ^-1\n"),
		  "listen[0].port: expected a whole number from 0 to 65535, "
		  "found -1" },
	};

	CHECK_ROWS(rows);
}

static void what_is_left_empty_is_told(void)
{
	static const struct wrong rows[] = {
		{ NODE("listen:^\n"),
		  "listen: expected a list of listeners, found nothing; leave "
		  "the option out, or indent what belongs to it" },
		{ NODE("accounts:^\n# - id: bob\n"),
		  "accounts: expected a list of accounts, found nothing; leave "
		  "the option out, or indent what belongs to it" },
		{ PEER("  server:^\n"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found nothing" },
		{ PEER("  balance:^\n"),
		  "accounts[0].balance: expected an object, found nothing; "
		  "leave the option out, or indent what belongs to it" },
		{ PEER("  routes:^\n"),
		  "accounts[0].routes: expected a list of prefixes of ILP "
		  "addresses, found nothing; leave the option out, or indent "
		  "what belongs to it" },
		{ NODE("dataFile:^\n"),
		  "dataFile: expected a text of 1 to 4095 bytes, found nothing" },
		{ NODE("ledger: ^''\n"),
		  "ledger: expected \"sqlite\" or \"memory\", found \"\"" },
		{ NODE("rates:^\n"),
		  "rates: expected \"one-to-one\" or an object, found nothing; "
		  "leave the option out, or indent what belongs to it" },
		{ NODE("accounts:\n-^\n"),
		  "accounts[0]: expected the options of an account, found "
		  "nothing" },
		{ "address:^\n",
		  "address: expected an ILP address like g.example.node, found "
		  "nothing" },
		{ PEER("  routes: [g.a, ]\n  owner: ^''\n"),
		  "accounts[0].owner: expected a text of 1 to 128 bytes, found "
		  "\"\"" },
		{ "{}^x",
		  "expected nothing after the value" },
	};

	CHECK_ROWS(rows);
}

static void what_is_in_the_wrong_place_is_told(void)
{
	static const struct wrong rows[] = {
		{ NODE("listen: ^127.0.0.1:7768\n"),
		  "listen: expected a list of listeners, found "
		  "\"127.0.0.1:7768\"" },
		{ NODE("listen:\n  ^port: 7768\n"),
		  "listen: expected a list of listeners, found an object; each "
		  "item begins with \"- \"" },
		{ NODE("listen: ^7768\n"),
		  "listen: expected a list of listeners, found 7768" },
		{ NODE("listen:\n- ^127.0.0.1:7768\n"),
		  "listen[0]: expected the options of a listener, found "
		  "\"127.0.0.1:7768\"" },
		{ NODE("accounts:\n  ^bob:\n    relation: peer\n"),
		  "accounts: expected a list of accounts, found an object; "
		  "each item begins with \"- \"" },
		{ NODE("accounts: ^bob\n"),
		  "accounts: expected a list of accounts, found \"bob\"" },
		{ NODE("^port: 7768\n"),
		  "unknown option \"port\"; it is one of a listener" },
		{ NODE("^host: 0.0.0.0\n"),
		  "unknown option \"host\"; it is one of a listener" },
		{ NODE("^id: bob\n"),
		  "unknown option \"id\"; it is one of an account" },
		{ NODE("^incomingToken: hunter2\n"),
		  "unknown option \"incomingToken\"; it is one of an account" },
		{ NODE("^prefix: g\n"),
		  "unknown option \"prefix\"; it is one of a route" },
		{ PEER("  routes: ^g.bob\n"),
		  "accounts[0].routes: expected a list of prefixes of ILP "
		  "addresses, found \"g.bob\"" },
		{ PEER("  routes:\n  - ^prefix: g.bob\n"),
		  "accounts[0].routes[0]: expected a prefix of ILP addresses, "
		  "or an empty text, found an object" },
		{ NODE("routes:\n  ^g.bob: bob\n"),
		  "routes: expected a list of routes, found an object; each "
		  "item begins with \"- \"" },
		{ NODE("routes:\n- ^g.bob\n"),
		  "routes[0]: expected the options of a route, found \"g.bob\"" },
		{ NODE("rates:\n^- USD: 1\n"),
		  "rates: expected \"one-to-one\" or an object, found a list" },
		{ PEER("  rateLimit: ^100\n"),
		  "accounts[0].rateLimit: expected an object, or "
		  "\"unlimited\", found 100" },
		{ PEER("  balance: ^100\n"),
		  "accounts[0].balance: expected an object, found 100" },
		{ PEER("  balance:^\n  maximum: 1\n"),
		  "accounts[0].balance: expected an object, found nothing; "
		  "leave the option out, or indent what belongs to it" },
		{ PEER("  ^address: g.bob\n"),
		  "accounts[0]: unknown option \"address\"; it is one of a node" },
		{ PEER("  ^plugin: ilp-plugin-btp\n"),
		  "accounts[0]: unknown option \"plugin\"" },
		{ NODE("durability: ^[strict]\n"),
		  "durability: expected \"strict\", \"relaxed\" or \"audit\", "
		  "found a list" },
		{ "address: ^[g.us]\n",
		  "address: expected an ILP address like g.example.node, found "
		  "a list" },
	};

	CHECK_ROWS(rows);
}

static void what_is_spelt_otherwise_is_found(void)
{
	static const struct wrong rows[] = {
		{ NODE("^adress: g.us\n"),
		  "unknown option \"adress\"; did you mean \"address\"?" },
		{ NODE("^Accounts: []\n"),
		  "unknown option \"Accounts\"; did you mean \"accounts\"?" },
		{ NODE("^listeners: []\n"),
		  "unknown option \"listeners\"; did you mean \"listen\"?" },
		{ NODE("^ledgr: memory\n"),
		  "unknown option \"ledgr\"; did you mean \"ledger\"?" },
		{ NODE("^data_file: l.db\n"),
		  "unknown option \"data_file\"; did you mean \"dataFile\"?" },
		{ NODE("^datafile: l.db\n"),
		  "unknown option \"datafile\"; did you mean \"dataFile\"?" },
		{ NODE("^max-hold-time: 1\n"),
		  "unknown option \"max-hold-time\"; did you mean "
		  "\"maxHoldTime\"?" },
		{ PEER("  ^asset_code: USD\n"),
		  "accounts[0]: unknown option \"asset_code\"; did you mean "
		  "\"assetCode\"?" },
		{ PEER("  ^token: hunter2\n"),
		  "accounts[0]: unknown option \"token\"" },
		{ PEER("  ^incomingtoken: hunter2\n"),
		  "accounts[0]: unknown option \"incomingtoken\"; did you mean "
		  "\"incomingToken\"?" },
		{ PEER("  ^tlsCA: x\n"),
		  "accounts[0]: unknown option \"tlsCA\"; did you mean "
		  "\"tlsCa\"?" },
		{ PEER("  ^relation: peer\n"),
		  "accounts[0].relation: was given before" },
		{ NODE("ledger: ^SQLite\n"),
		  "ledger: expected \"sqlite\" or \"memory\", found \"SQLite\"" },
		{ NODE("ledger: ^sqlite3\n"),
		  "ledger: expected \"sqlite\" or \"memory\", found \"sqlite3\"" },
		{ NODE("durability: ^relax\n"),
		  "durability: expected \"strict\", \"relaxed\" or \"audit\", "
		  "found \"relax\"" },
		{ NODE("ledger: ^postgres\n"),
		  "ledger: expected \"sqlite\" or \"memory\", found "
		  "\"postgres\"" },
		{ NODE("accounts:\n- {id: a, relation: ^Peer, assetCode: A, "
		  "assetScale: 0}\n"),
		  "accounts[0].relation: expected \"peer\", \"parent\" or "
		  "\"child\", found \"Peer\"" },
		{ NODE("accounts:\n- {id: a, relation: ^customer, assetCode: "
		  "A, assetScale: 0}\n"),
		  "accounts[0].relation: expected \"peer\", \"parent\" or "
		  "\"child\", found \"customer\"" },
		{ PEER("  httpVersion: ^2.0\n  server: https://:t@h\n"),
		  "accounts[0].httpVersion: expected \"agreed\", \"1.1\" or "
		  "\"2\", found 2.0" },
		{ PEER("  httpVersion: ^3\n"),
		  "accounts[0].httpVersion: expected \"agreed\", \"1.1\" or "
		  "\"2\", found 3" },
		{ PEER("  server: ^https//h\n"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found a text" },
		{ PEER("  server: ^wss://h:7768\n"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found a text" },
		{ PEER("  server: ^h:7768\n"),
		  "accounts[0].server: expected a URL like "
		  "btp+wss://user:token@host:port/path or "
		  "https://:token@host:port/path, found a text" },
		{ "address: ^us\n",
		  "address: expected an ILP address like g.example.node, found "
		  "\"us\"" },
		{ "address: ^g..us\n",
		  "address: expected an ILP address like g.example.node, found "
		  "\"g..us\"" },
		{ "address: ^G.us\n",
		  "address: expected an ILP address like g.example.node, found "
		  "\"G.us\"" },
		{ "address: ^$alice.example\n",
		  "address: expected an ILP address like g.example.node, found "
		  "\"$alice.example\"" },
		{ "address: ^g.us.\n",
		  "address: expected an ILP address like g.example.node, found "
		  "\"g.us.\"" },
		{ NODE("accounts:\n- {id: ^'bob smith', relation: peer, "
		  "assetCode: A, assetScale: 0}\n"),
		  "accounts[0].id: expected 1 to 128 letters, digits or any of "
		  "- _ . ~, found \"bob smith\"" },
		{ NODE("accounts:\n- {id: ^bob@x, relation: peer, assetCode: "
		  "A, assetScale: 0}\n"),
		  "accounts[0].id: expected 1 to 128 letters, digits or any of "
		  "- _ . ~, found \"...\" (5 bytes)" },
		{ NODE("accounts:\n- {id: bob, relation: peer, assetCode: A, "
		  "assetScale: ^256}\n"),
		  "accounts[0].assetScale: expected a whole number from 0 to "
		  "255, found 256" },
		{ NODE("accounts:\n- ^{id: bob, relation: peer, assetScale: "
		  "2}\n"),
		  "accounts[0]: the option \"assetCode\" is missing" },
		{ NODE("accounts:\n- {id: bob, relation: peer, assetCode: "
		  "^'', assetScale: 2}\n"),
		  "accounts[0].assetCode: expected a text of 1 to 23 bytes, "
		  "found \"\"" },
	};

	CHECK_ROWS(rows);
}

static void what_does_not_fit_together_is_told_in_yaml_as_well(void)
{
	static const struct wrong rows[] = {
		{ "^accounts:\n- id: bob\n  relation: peer\n  assetCode: USD\n "
		  " assetScale: 9\n",
		  "the option \"address\" is missing" },
		{ PEER("- id: ^bob\n  relation: peer\n  assetCode: USD\n  "
		  "assetScale: 9\n"),
		  "accounts[1].id: another account has this id" },
		{ PEER("  routes: [^g.us]\n"),
		  "accounts[0].routes[0]: is the node's own address" },
		{ PEER("  routes: [g.a, ^g.a]\n"),
		  "accounts[0].routes[1]: there is another route for this "
		  "prefix" },
		{ PEER("routes:\n- {prefix: g, account: ^bop}\n"),
		  "routes[0].account: there is no account with this id; did "
		  "you mean \"bob\"?" },
		{ PEER("routes:\n- ^{prefix: g}\n"),
		  "routes[0]: the option \"account\" is missing" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  balance: {maximum: 1, minimum: 2}\n"),
		  "accounts[0]: the balance cannot be at least \"minimum\" and "
		  "at most \"maximum\"" },
		{ PEER("  maximum: 1\n  balance: {^maximum: 2}\n"),
		  "accounts[0].balance.maximum: was given before" },
		{ NODE("minMessageWindow: ^5000\nmaxHoldTime: 4000\n"),
		  "minMessageWindow: must not be longer than \"maxHoldTime\", "
		  "or no packet would have time enough" },
		{ NODE("ledger: memory\ndataFile: ^l.db\n"),
		  "dataFile: the ledger in memory has no file" },
		{ NODE("listen:\n- ^certificate: c.pem\n"),
		  "listen[0]: a \"certificate\" needs its \"key\"" },
		{ NODE("listen:\n- ^requireClientCertificate: true\n"),
		  "listen[0]: \"requireClientCertificate\" needs "
		  "\"clientCertificates\" to check them by" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  tlsCa: ca.pem\n"),
		  "accounts[0]: \"tlsCa\" needs a \"server\" with btp+wss or "
		  "https" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  httpVersion: 2\n"),
		  "accounts[0]: \"httpVersion\" needs a \"server\" with http "
		  "or https" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  incomingUser: bob\n"),
		  "accounts[0]: \"incomingUser\" needs an \"incomingToken\"" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  outgoingJwt: {secret: hunter2}\n"),
		  "accounts[0]: \"outgoingJwt\" needs a \"server\" with http "
		  "or https" },
		{ NODE("accounts:\n- ^id: bob\n  relation: peer\n  assetCode: "
		  "USD\n  assetScale: 9\n  incomingJwt: {secret: hunter2, "
		  "publicKey: k.pem}\n"),
		  "accounts[0]: \"incomingJwt\" cannot have both \"secret\" "
		  "and \"publicKey\"" },
		{ NODE("rateSources: []\nrateMeasure: ^USD\n"),
		  "rateMeasure: needs \"rateSources\"" },
		{ NODE("rateMeasure: USD\nrateSources:\n- ^{kind: ecb, url: "
		  "'https://ecb.example'}\n"),
		  "rateSources[0]: needs a \"maxAge\"" },
		{ NODE("rateMeasure: USD\nrateSources:\n- {kind: coingecko, "
		  "url: 'https://m.example', maxAge: 60000, names: ^{xrp: XRP, "
		  "xrp: EUR}}\n"),
		  "rateSources[0].names: there is a name twice in it" },
		{ NODE("spreads:\n- {from: A, to: B, spread: 0}\n- ^{from: A, "
		  "to: B, spread: 0.1}\n"),
		  "spreads[1]: there is another spread for this pair" },
	};

	CHECK_ROWS(rows);
}
/* clang-format on */

TESTS(TEST(what_yaml_is_not_for_is_refused),
      TEST(a_slip_of_the_keyboard_is_found),
      TEST(what_yaml_would_guess_is_taken_or_told),
      TEST(what_is_left_empty_is_told),
      TEST(what_is_in_the_wrong_place_is_told),
      TEST(what_is_spelt_otherwise_is_found),
      TEST(what_does_not_fit_together_is_told_in_yaml_as_well))
