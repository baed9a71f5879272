/* SPDX-License-Identifier: Apache-2.0 */
/* What was said to ilp-connector is said in our words, or refused; never is a
 * part of it left out that counts. */
#include "node/admin/connector_account.h"

#include "test/check.h"

#define NODES_MAX 256

static struct ilp_bytes convert(const char *body,
				struct connector_account_error *error)
{
	static uint8_t room[16384];
	struct ilp_json_node nodes[NODES_MAX];

	CHECK_INT(ilp_json_read(nodes, NODES_MAX, ilp_text(body)).problem, 0);
	return connector_account(room, sizeof(room), nodes,
				 error);
}

static void becomes(const char *body, const char *expected)
{
	struct connector_account_error error = { "" };
	struct ilp_bytes text = convert(body, &error);

	if (!text.len)
		fail_msg("%s", error.text);
	CHECK_TEXT(text, expected);
}

static void refuses(const char *body, const char *expected)
{
	struct connector_account_error error = { "" };

	CHECK_INT(convert(body, &error).len, 0);
	assert_string_equal(error.text, expected);
}

#define BTP(more, options)                                                     \
	"{\"id\":\"a\",\"options\":{\"relation\":\"peer\",\"plugin\":"         \
	"\"ilp-plugin-btp\",\"assetCode\":\"USD\",\"assetScale\":6" more       \
	",\"options\":" options "}}"
#define HTTP(options)                                                          \
	"{\"id\":\"a\",\"options\":{\"relation\":\"peer\",\"plugin\":"         \
	"\"ilp-plugin-http\",\"assetCode\":\"USD\",\"assetScale\":6" BALANCE   \
	",\"options\":" options "}}"
#define BALANCE ",\"balance\":{\"maximum\":\"7\"}"
#define SERVER "{\"server\":\"btp+ws://:t@x\"}"
#define START "{\"id\":\"a\",\"relation\":\"peer\",\"assetCode\":\"USD\",\"assetScale\":6"
#define LIMIT ",\"rateLimit\":{\"refillCount\":10000}"

static void peers_over_btp_are_made(void)
{
	becomes(BTP(BALANCE, SERVER),
		START BALANCE LIMIT ",\"server\":\"btp+ws://:t@x\"}");
	becomes(BTP(BALANCE, "{\"listener\":{\"port\":1,\"secret\":\"s\"}}"),
		START BALANCE LIMIT ",\"incomingToken\":\"s\"}");
	becomes(BTP(",\"balance\":{\"minimum\":\"-Infinity\",\"maximum\":"
		    "\"Infinity\"},\"maxPacketAmount\":\"9\",\"throughput\":"
		    "{\"refillPeriod\":1000,\"incomingAmount\":\"8\"},"
		    "\"rateLimit\":{\"capacity\":3,\"refillCount\":2,"
		    "\"refillPeriod\":1},\"sendRoutes\":false,"
		    "\"deduplicate\":{}",
		    SERVER),
		START ",\"maxPacketAmount\":\"9\",\"throughput\":"
		      "{\"refillPeriod\":1000,\"incomingAmount\":\"8\"},"
		      "\"balance\":{\"maximum\":\"Infinity\",\"minimum\":"
		      "\"-Infinity\"},\"rateLimit\":{\"refillPeriod\":1,"
		      "\"refillCount\":2,\"capacity\":3},\"server\":"
		      "\"btp+ws://:t@x\",\"sendRoutes\":false}");
}

static void peers_over_http_are_made(void)
{
	becomes(HTTP("{\"incoming\":{\"port\":1,\"staticToken\":\"i\"},"
		     "\"outgoing\":{\"url\":\"https://x:1/y\",\"staticToken\":"
		     "\"a@b/c\\u00e4\",\"http2\":true}}"),
		START BALANCE LIMIT ",\"incomingToken\":\"i\",\"server\":"
		"\"https://:a%40b%2Fc%C3%A4@x:1/y\",\"httpVersion\":\"2\"}");
}

static void a_child_has_an_address_below_ours(void)
{
	becomes("{\"id\":\"kid\",\"options\":{\"relation\":\"child\","
		"\"plugin\":\"ilp-plugin-btp\"" BALANCE ",\"options\":" SERVER
		"}}",
		"{\"id\":\"kid\",\"relation\":\"child\"" BALANCE LIMIT
		",\"server\":\"btp+ws://:t@x\"}");
	becomes("{\"id\":\"kid\",\"options\":{\"relation\":\"child\","
		"\"ilpAddressSegment\":\"seg\",\"plugin\":\"ilp-plugin-btp\""
		BALANCE ",\"options\":" SERVER "}}",
		"{\"id\":\"kid\",\"relation\":\"child\"" BALANCE LIMIT
		",\"server\":\"btp+ws://:t@x\",\"ilpAddressSegment\":\"seg\"}");
}

static void what_would_be_left_out_is_refused(void)
{
	static const char other[] =
		": there is a member in it that cannot be had here";
	static const char signed_text[] =
		"options.options.outgoing: expected a url and a staticToken; "
		"tokens that are signed are for the configuration's file";
	char text[256];

	refuses("[]", "the body: expected an object");
	refuses("{}", "options: expected the account's settings");
	snprintf(text, sizeof(text), "the body%s", other);
	refuses("{\"id\":\"a\",\"more\":1}", text);
	snprintf(text, sizeof(text), "options%s", other);
	refuses(BTP(",\"more\":1" BALANCE, SERVER), text);
	snprintf(text, sizeof(text), "options.options%s", other);
	refuses(BTP(BALANCE, "{\"server\":\"x\",\"btpToken\":\"s\"}"), text);
	refuses(HTTP("{\"multi\":true}"), text);
	snprintf(text, sizeof(text), "options.options.incoming%s", other);
	refuses(HTTP("{\"incoming\":{\"jwtSecret\":\"s\"}}"), text);
	refuses(HTTP("{\"outgoing\":{\"url\":\"http://x\"}}"), signed_text);
	refuses(HTTP("{\"outgoing\":{\"url\":\"x\",\"staticToken\":\"t\"}}"),
		"options.options.outgoing.url: expected a URL");
	refuses(BTP("", SERVER),
		"options.balance: without a maximum the account could spend "
		"without limit; say so by {\"maximum\": \"Infinity\"}");
	refuses(BTP(",\"balance\":{\"maximum\":\"1\",\"settleTo\":\"0\"}",
		    SERVER),
		"settleTo: nothing is settled here; leave it out");
	refuses(BTP(BALANCE, "{}"),
		"options.options: it has neither a server nor a listener");
	refuses("{\"id\":\"a\",\"options\":{\"plugin\":\"x\"" BALANCE "}}",
		"options.plugin: only ilp-plugin-btp and ilp-plugin-http can "
		"be had here");
}

TESTS(TEST(peers_over_btp_are_made), TEST(peers_over_http_are_made),
      TEST(a_child_has_an_address_below_ours),
      TEST(what_would_be_left_out_is_refused))
