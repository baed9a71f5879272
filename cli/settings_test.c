/* SPDX-License-Identifier: Apache-2.0 */
/* What both have keeps its meaning, whatever has no place in ilpd is named, and
 * no secret is in a note. test/e2e/import.js has ilpd itself read the result.
 */
#include "cli/settings.h"

#include "test/check.h"

#define XRP "'assetCode':'XRP','assetScale':9"
#define BALANCE "'balance':{'maximum':'10'}"
#define BTP "'plugin':'ilp-plugin-btp'"

static struct ilp_json_node nodes[2000], result[2000];
static struct settings s;

/* Quotes are written as ' here, and in JSON within JSON as `. */
static struct ilp_bytes json(const char *text)
{
	static char out[8000];
	size_t len = 0;

	for (; *text; text++) {
		if (*text == '`')
			out[len++] = '\\';
		out[len++] = *text == '\'' || *text == '`' ? '"' : *text;
	}
	out[len] = '\0';
	return ilp_text(out);
}

static void drop(void)
{
	buffer_drop(&s.out);
	buffer_drop(&s.notes);
	s = (struct settings){ NULL, { NULL, 0, 0 }, { NULL, 0, 0 }, "" };
}

static void read(const char *text)
{
	CHECK_INT(ilp_json_read(nodes, 2000, json(text)).problem, ILP_JSON_OK);
}

/* Converts, and has the result read. */
static void convert(const char *variables)
{
	read(variables);
	CHECK(settings_convert(&s, nodes));
	CHECK_INT(ilp_json_read(result, 2000, buffer_bytes(&s.out)).problem,
		  ILP_JSON_OK);
}

static void convert_account(const char *account)
{
	char text[3000];

	snprintf(text, sizeof(text),
		 "{'CONNECTOR_ILP_ADDRESS':'test.me',"
		 "'CONNECTOR_ACCOUNTS':{'a':%s}}",
		 account);
	convert(text);
}

/* By names with dots between them; the first of a list is 0. */
static const struct ilp_json_node *at(const char *path)
{
	const struct ilp_json_node *node = result;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *name = strtok(copy, "."); name; name = strtok(NULL, ".")) {
		struct ilp_json_walk walk = ilp_json_walk(node);

		if (!node || node->type == ILP_JSON_OBJECT) {
			node = ilp_json_get(node, name);
			continue;
		}
		for (int i = atoi(name); i >= 0; i--)
			CHECK(ilp_json_next(&walk));
		node = walk.value;
	}
	return node;
}

static void is(const char *path, const char *expected)
{
	const struct ilp_json_node *node = at(path);

	if (!node)
		fail_msg("there is no %s", path);
	CHECK_TEXT(node->text, expected);
}

static void notes(const char *expected)
{
	CHECK(buffer_add(&s.notes, ILP_BYTES(((const uint8_t[]){ 0 })),
			 1 << 20));
	if (!strstr((const char *)s.notes.at, expected))
		fail_msg("no note \"%s\" in:\n%s", expected, s.notes.at);
	s.notes.len--;
}

static void options_of_the_node_keep_their_meaning(void)
{
	convert("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_SPREAD':'0.01',"
		"'CONNECTOR_BACKEND':'one-to-one','CONNECTOR_ACCOUNTS':'{}',"
		"'CONNECTOR_MIN_MESSAGE_WINDOW':2000,"
		"'CONNECTOR_MAX_HOLD_TIME':'40000',"
		"'CONNECTOR_REFLECT_PAYMENTS':'0'}");
	is("address", "test.me");
	is("spread", "0.01");
	is("rates", "one-to-one");
	is("minMessageWindow", "2000");
	is("maxHoldTime", "40000");
	is("reflectPayments", "false");
	CHECK_INT(s.notes.len, 0);
	drop();
}

static void defaults_of_ilp_connector_are_written_out(void)
{
	convert_account("{'relation':'parent'," XRP "," BTP "," BALANCE
			",'options':{'server':'btp+ws://:x@h'}}");
	is("spread", "0.002");
	is("rateSources.0.kind", "ecb");
	is("accounts.0.rateLimit.refillCount", "10000");
	is("accounts.0.routes.0", ""); /* the default one */
	CHECK_INT(s.notes.len, 0);
	drop();
	convert_account("{'relation':'peer'," XRP "," BTP "}");
	is("accounts.0.maximum", "unlimited");
	notes("account a: it has no balance");
	notes("neither a server nor a listener");
	is("accounts.0.sendRoutes", "true");
	is("accounts.0.receiveRoutes", "true");
	drop();
	convert_account("{'relation':'peer'," XRP "," BTP ",'sendRoutes':true,"
			"'receiveRoutes':false}");
	is("accounts.0.sendRoutes", "true");
	CHECK(at("accounts.0.receiveRoutes") == NULL);
	notes("a peer's routes are to be written here");
	drop();
}

static void accounts_may_be_json_in_a_text(void)
{
	convert("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_ACCOUNTS':"
		"'{`a`:{`relation`:`child`,`assetCode`:`USD`,"
		"`assetScale`:2,`plugin`:`ilp-plugin-btp`}}'}");
	is("accounts.0.id", "a");
	is("accounts.0.assetCode", "USD");
	is("accounts.0.assetScale", "2");
	CHECK(at("accounts.0.sendRoutes") == NULL);
	drop();
}

static void limits_are_copied(void)
{
	convert_account("{'relation':'child'," XRP "," BTP ",'balance':{"
			"'maximum':'5','minimum':'-7','settleTo':'0'},"
			"'maxPacketAmount':'9','rateLimit':{'refillPeriod':100,"
			"'refillCount':3,'capacity':4},'throughput':{"
			"'refillPeriod':200,'incomingAmount':'11'},"
			"'ilpAddressSegment':'child','deduplicate':{},"
			"'sendRoutes':true,'nonsense':1}");
	is("accounts.0.maximum", "5");
	is("accounts.0.minimum", "-7");
	is("accounts.0.maxPacketAmount", "9");
	is("accounts.0.rateLimit.refillPeriod", "100");
	is("accounts.0.rateLimit.refillCount", "3");
	is("accounts.0.rateLimit.capacity", "4");
	is("accounts.0.throughput.incomingAmount", "11");
	CHECK(at("accounts.0.throughput.outgoingAmount") == NULL);
	is("accounts.0.ilpAddressSegment", "child");
	is("accounts.0.sendRoutes", "true");
	notes("account a: settleThreshold and settleTo");
	notes("account a: nonsense: not known");
	drop();
}

static void btp_is_connected_both_ways(void)
{
	convert_account("{'relation':'child'," XRP "," BTP "," BALANCE
			",'options':{'server':'btp+wss://u:t@h/',"
			"'listener':{'port':7769,'secret':'in'}}}");
	is("accounts.0.server", "btp+wss://u:t@h/");
	is("accounts.0.incomingToken", "in");
	is("listen.0.port", "7769");
	is("listen.0.host", "0.0.0.0");
	drop();
	convert_account("{'relation':'child'," XRP "," BTP "," BALANCE
			",'options':{'server':'http//nonsense'}}");
	CHECK(at("accounts.0.server") == NULL);
	notes("account a: its URL is none");
	drop();
}

static void http_is_connected_both_ways(void)
{
	convert_account("{'relation':'child'," XRP
			",'plugin':'/x/ilp-plugin-http'," BALANCE
			",'options':{'incoming':{'port':80,'staticToken':'in'},"
			"'outgoing':{'url':'https://h/i','staticToken':'a/b',"
			"'http2':true}}}");
	is("accounts.0.server", "https://:a%2Fb@h/i");
	is("accounts.0.httpVersion", "2");
	is("accounts.0.incomingToken", "in");
	is("listen.0.port", "80");
	CHECK_INT(s.notes.len, 0);
	drop();
	convert_account("{'relation':'child'," XRP
			",'plugin':'ilp-plugin-http'," BALANCE
			",'options':{'multi':true,'incoming':{'secret':'i'},"
			"'outgoing':{'url':'https://h/i','jwtSecret':'o',"
			"'jwtExpiry':20000}}}");
	is("accounts.0.server", "https://h/i");
	is("accounts.0.outgoingJwt.secret", "o");
	is("accounts.0.outgoingJwt.lifetime", "20000");
	is("accounts.0.incomingJwt.secret", "i");
	notes("account a: multi");
	notes("account a: secret and secretToken");
	drop();
}

static void other_plugins_are_named(void)
{
	convert_account("{'relation':'parent'," XRP "," BALANCE
			",'plugin':'ilp-plugin-xrp-asym-client',"
			"'options':{'server':'btp+wss://:t@h'}}");
	is("accounts.0.server", "btp+wss://:t@h");
	notes("account a: ilp-plugin-xrp-asym-client: packets are carried");
	drop();
}

/* Nor are routes that would lead there. */
static void accounts_of_many_clients_are_not_made(void)
{
	convert("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_ACCOUNTS':{'a':"
		"{'plugin':'ilp-plugin-mini-accounts'}},'CONNECTOR_ROUTES':["
		"{'targetPrefix':'test.x','peerId':'a'}]}");
	CHECK_INT(at("accounts")->count, 0);
	CHECK_INT(at("routes")->count, 0);
	notes("account a: ilp-plugin-mini-accounts");
	notes("route to test.x: no account a");
	drop();
}

static void a_token_is_one_accounts(void)
{
	convert("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_ACCOUNTS':{"
		"'a':{" BTP
		",'options':{'listener':{'port':1,'secret':'tok'}}},"
		"'b':{" BTP
		",'options':{'listener':{'port':1,'secret':'tok'}}}}}");
	is("accounts.0.incomingToken", "tok");
	CHECK(at("accounts.1.incomingToken") == NULL);
	CHECK_INT(at("listen")->count, 1);
	notes("account b: its token is another account's");
	CHECK(!strstr((const char *)s.notes.at, "tok\""));
	drop();
}

static void what_ilpd_does_not_have_is_named(void)
{
	convert("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_ACCOUNTS':{},"
		"'CONNECTOR_ENV':'test','CONNECTOR_STORE':'memory',"
		"'CONNECTOR_BACKEND':'mine','CONNECTOR_SPREAD':'1e-3',"
		"'CONNECTOR_MAX_HOLD_TIME':'soon','CONNECTOR_NONSENSE':1,"
		"'PATH':'/bin'}");
	notes("node: STORE: ");
	notes("node: BACKEND mine: ");
	notes("node: SPREAD has more");
	notes("node: maxHoldTime is not a whole number");
	notes("node: NONSENSE: not known");
	CHECK(!strstr((const char *)s.notes.at, "ENV"));
	CHECK(!strstr((const char *)s.notes.at, "PATH"));
	is("spread", "0.002");
	drop();
}

static void the_address_must_be_known(void)
{
	read("{'CONNECTOR_ACCOUNTS':{}}");
	CHECK(!settings_convert(&s, nodes));
	CHECK(strstr(s.error, "--address"));
	s.address = "test.me";
	CHECK(settings_convert(&s, nodes));
	drop();
	s.address = "not an address";
	CHECK(!settings_convert(&s, nodes));
	drop();
	read("{'CONNECTOR_ILP_ADDRESS':'test.me','CONNECTOR_ACCOUNTS':'{'}");
	CHECK(!settings_convert(&s, nodes));
	CHECK(strstr(s.error, "CONNECTOR_ACCOUNTS"));
	drop();
}

static void uplinks_of_moneyd_become_accounts(void)
{
	read("{'version':1,'uplinks':{'btp':{'relation':'parent'," XRP "," BTP
	     "," BALANCE ",'options':{'server':'btp+wss://:t@h'}}}}");
	s.address = "private.moneyd";
	CHECK(settings_convert_moneyd(&s, nodes));
	CHECK_INT(ilp_json_read(result, 2000, buffer_bytes(&s.out)).problem,
		  ILP_JSON_OK);
	is("accounts.0.id", "btp");
	is("spread", "0");
	is("rates", "one-to-one");
	notes("account local: moneyd takes any client");
	drop();
}

TESTS(TEST(options_of_the_node_keep_their_meaning),
      TEST(defaults_of_ilp_connector_are_written_out),
      TEST(accounts_may_be_json_in_a_text), TEST(limits_are_copied),
      TEST(btp_is_connected_both_ways), TEST(http_is_connected_both_ways),
      TEST(other_plugins_are_named),
      TEST(accounts_of_many_clients_are_not_made),
      TEST(a_token_is_one_accounts), TEST(what_ilpd_does_not_have_is_named),
      TEST(the_address_must_be_known), TEST(uplinks_of_moneyd_become_accounts))
