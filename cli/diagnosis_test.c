/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is wrong is found, and nothing else is. */
#include "cli/diagnosis.h"

#include "test/check.h"

#define NODES_MAX 256
#define TOLD_MAX 2048

struct story {
	const char *status, *accounts, *routes, *rates, *alerts;
};

#define WELL "{\"ready\":true,\"reason\":null,\"ledger\":{\"trouble\":null}}"
#define ACCOUNT(id, asset, link, more)                                         \
	"{\"id\":\"" id "\",\"state\":\"open\",\"assetCode\":\"" asset         \
	"\",\"assetScale\":2,\"link\":" link                                   \
	",\"balance\":{\"inDoubt\":\"0\",\"unresolved\":\"0\"}" more "}"
#define DIALED                                                                 \
	"{\"kind\":\"btp\",\"connected\":true,\"url\":\"btp+ws://h\"}"
#define WAITED_FOR "{\"kind\":\"btp\",\"connected\":false,\"url\":null}"
#define RATE(from, to, current)                                                \
	"{\"from\":\"" from "\",\"fromScale\":2,\"to\":\"" to                  \
	"\",\"toScale\":2,\"current\":" current "}"
#define ROUTE "[{\"prefix\":\"g.a\",\"account\":\"a\"}]"

static const struct story good = {
	.status = WELL,
	.accounts = "[" ACCOUNT("a", "USD", DIALED, "") ","
		    ACCOUNT("b", "USD", WAITED_FOR, "") "]",
	.routes = ROUTE,
	.rates = "[]",
	.alerts = "[]",
};

static void tell(void *context, const char *problem, const char *remedy)
{
	char *told = context;
	size_t len = strlen(told);

	CHECK(remedy[0]);
	snprintf(told + len, TOLD_MAX - len, "%s\n", problem);
}

static const struct ilp_json_node *parse(struct ilp_json_node *nodes,
					 const char *text)
{
	CHECK(!ilp_json_read(nodes, NODES_MAX, ilp_text(text)).problem);
	return nodes;
}

static void finds(struct story s, const char *expected)
{
	struct ilp_json_node nodes[5][NODES_MAX];
	char told[TOLD_MAX] = "";
	const struct diagnosis_facts facts = {
		.status = parse(nodes[0], s.status),
		.accounts = parse(nodes[1], s.accounts),
		.routes = parse(nodes[2], s.routes),
		.rates = parse(nodes[3], s.rates),
		.alerts = parse(nodes[4], s.alerts),
	};
	size_t count = diagnosis_find(&facts, tell, told);

	CHECK_TEXT(ilp_text(told), expected);
	for (const char *at = expected; (at = strchr(at, '\n')); at++)
		count--;
	CHECK_INT(count, 0);
}

static void all_may_be_well(void)
{
	finds(good, "");
}

static void a_node_that_lets_nothing_in_says_why(void)
{
	struct story s = good;

	s.status = "{\"ready\":false,\"reason\":\"the ledger waits\","
		   "\"ledger\":{\"trouble\":\"disk full\"}}";
	finds(s, "No packets are let in: the ledger waits\n"
		 "The ledger waits: disk full\n");
}

static void a_configuration_that_waits_is_told(void)
{
	struct story s = good;

	s.status = "{\"ready\":true,\"ledger\":{},\"configuration\":{"
		   "\"problem\":\"line 1\",\"needRestart\":[\"address\"]}}";
	finds(s, "The configuration could not be read again: line 1\n"
		 "Options of the configuration wait for a restart: "
		 "[\"address\"]\n");
}

static void without_accounts_there_are_no_peers(void)
{
	struct story s = good;

	s.accounts = s.routes = "[]";
	finds(s, "There are no accounts, so there are no peers\n");
}

static void a_route_that_ends_here_leads_to_nobody(void)
{
	struct story s = good;

	s.routes = "[{\"prefix\":\"g.us\",\"account\":null}]";
	finds(s, "There are no routes, so packets go to nobody\n");
}

static void whom_we_dial_should_be_connected(void)
{
	struct story s = good;

	s.accounts = "[" ACCOUNT("a", "USD",
				 "{\"kind\":\"btp\",\"connected\":false,"
				 "\"url\":\"btp+ws://h\"}",
				 "") ","
		     ACCOUNT("b", "USD",
			     "{\"kind\":\"http\",\"connected\":false,"
			     "\"url\":\"http://h\"}",
			     "") "]";
	finds(s, "\"a\" is not connected to btp+ws://h\n");
}

static void one_that_is_stopped_need_not_be_connected(void)
{
	struct story s = good;

	s.accounts = "[" ACCOUNT("a", "USD",
				 "{\"kind\":\"btp\",\"connected\":false,"
				 "\"url\":\"btp+ws://h\"}",
				 ",\"state\":\"stopped\"") "]";
	finds(s, "\"a\" is stopped\n");
}

static void doubt_is_told_in_coins(void)
{
	struct story s = good;

	s.accounts = "[" ACCOUNT("a", "USD", DIALED,
				 ",\"balance\":{\"inDoubt\":\"150\","
				 "\"unresolved\":\"7\"}") "]";
	finds(s, "Of \"a\" 1.50 USD are in doubt since a crash\n"
		 "Of \"a\" 0.07 USD are unresolved since a crash\n");
}

static void assets_of_accounts_want_rates_both_ways(void)
{
	struct story s = good;

	s.accounts = "[" ACCOUNT("a", "USD", DIALED, "") ","
		     ACCOUNT("b", "EUR", DIALED, "") ","
		     ACCOUNT("c", "EUR", DIALED, "") "]";
	s.rates = "[" RATE("USD", "EUR", "true") "," RATE("EUR", "USD",
							  "true") "]";
	finds(s, "");
	s.rates = "[" RATE("EUR", "USD", "false") "]";
	finds(s, "The rate of USD/2 to EUR/2 is not known\n"
		 "The rate of EUR/2 to USD/2 is too old\n");
}

static void alerts_are_told(void)
{
	struct story s = good;

	s.alerts = "[{\"id\":7,\"account\":\"a\",\"message\":\"it is so\"},"
		   "{\"id\":8,\"account\":null,\"message\":\"so it is\"}]";
	finds(s, "a: it is so\nso it is\n");
}

TESTS(TEST(all_may_be_well), TEST(a_node_that_lets_nothing_in_says_why),
      TEST(a_configuration_that_waits_is_told),
      TEST(without_accounts_there_are_no_peers),
      TEST(a_route_that_ends_here_leads_to_nobody),
      TEST(whom_we_dial_should_be_connected),
      TEST(one_that_is_stopped_need_not_be_connected),
      TEST(doubt_is_told_in_coins),
      TEST(assets_of_accounts_want_rates_both_ways), TEST(alerts_are_told))
