/* SPDX-License-Identifier: Apache-2.0 */
/* From one configuration to another: each option counts at once, or is named as
 * one that needs a restart; and a shard that has come to a configuration is as
 * one that has begun with it. */
#include "node/config_plan.h"

#include "node/config_apply.h"
#include "node/config_option.h"
#include "node/config_reload.h"
#include "node/config_same.h"
#include "test/check.h"

#define TEXT_MAX 4096

static struct config *parse(const char *text)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config_error error;
	struct config *config;

	assert_non_null(crypto);
	config = config_parse(ilp_text(text), (struct config_settings){ 0 },
			      crypto, &error);
	ilp_crypto_destroy(crypto);
	if (!config)
		fail_msg("%s\n%s", error.text, text);
	return config;
}

static struct shard *make_shard(const struct config *config)
{
	struct ilp_time now = { .monotonic_us = 1, .wall_ms = 1 };
	struct shard *shard = shard_create(&config->connector, now);
	struct config_error error;

	assert_non_null(shard);
	if (!config_apply(config, shard, &error))
		fail_msg("%s", error.text);
	return shard;
}

/* ---- each option ---- */

/* What the texts below are made of: a value for each option that differs from
 * its default and from what the base has, where the table has none that does,
 * or it would need others beside it. */
static const struct other {
	const char *option; /* "object.option" */
	const char *value;  /* in JSON */
	const char *beside; /* members that it needs */
} others[] = {
	{ "node.address", "\"test.other\"", "" },
	{ "node.routeBroadcastInterval", "20000", "" },
	{ "node.routeExpiry", "50000", "" },
	{ "node.logLevel", "\"debug\"", "" },
	{ "node.logFormat", "\"json\"", "" },
	{ "node.logFile", "\"/var/log/ilpd.log\"", "" },
	{ "admin.backupDirectory", "\"/var/backups\"", "" },
	{ "node.rates", "{\"USD\":\"2\"}", "" },
	{ "node.rateSources",
	  "[{\"kind\":\"table\",\"prices\":{\"USD\":1}}]",
	  ",\"rateMeasure\":\"USD\"" },
	{ "node.rateMeasure", "\"USD\"",
	  ",\"rateSources\":[{\"kind\":\"table\",\"prices\":{\"USD\":1}}]" },
	{ "node.rateJump", "7",
	  ",\"rateMeasure\":\"USD\",\"rateSources\":[{\"kind\":\"table\","
	  "\"prices\":{\"USD\":1}}]" },
	{ "node.rateRepeats", "7",
	  ",\"rateMeasure\":\"USD\",\"rateSources\":[{\"kind\":\"table\","
	  "\"prices\":{\"USD\":1}}]" },
	{ "node.spread", "\"0.25\"", "" },
	{ "node.spreads",
	  "[{\"from\":\"USD\",\"to\":\"USD\",\"spread\":\"0.5\"}]", "" },
	{ "node.routes", "[{\"prefix\":\"g.x\",\"account\":\"alice\"}]", "" },
	{ "node.listen", "[{},{}]", "" },
	{ "node.minMessageWindow", "2000", "" },
	{ "node.maxHoldTime", "20000", "" },
	{ "node.reflectPayments", "false", "" },
	{ "node.maxPacketsInFlight", "32", "" },
	{ "node.ledger", "\"memory\"", "" },
	{ "node.dataFile", "\"/x\"", "" },
	{ "node.durability", "\"relaxed\"", "" },
	{ "admin.socket", "\"/x\"", "" },
	{ "admin.tcpHost", "\"127.0.0.2\"", "" },
	{ "admin.tcpPort", "7", "" },
	{ "admin.connectorPort", "true", "" },
	{ "account.sendRoutes", "true", "" },
	{ "account.receiveRoutes", "true", "" },
	{ "account.transit", "true", "" },
	{ "account.maxRoutes", "7", "" },
	{ "account.ilpAddressSegment", "\"other\"", "" },
	{ "account.owner", "\"Bob\"", "" },
	{ "account.relation", "\"child\"", "" },
	{ "account.balance.maximum", "\"9\"", "" },
	{ "account.balance.minimum", "\"-9\"", "" },
	{ "account.maxPacketAmount", "\"9\"", "" },
	{ "account.rateLimit.refillPeriod", "9", ",\"refillCount\":1" },
	{ "account.rateLimit.refillCount", "9", "" },
	{ "account.rateLimit.capacity", "9", ",\"refillCount\":1" },
	{ "account.throughput.refillPeriod", "9", ",\"incomingAmount\":1" },
	{ "account.throughput.incomingAmount", "9", "" },
	{ "account.throughput.outgoingAmount", "9", "" },
	{ "account.maxPacketsInFlight", "9", "" },
	{ "account.maxAmountInFlight", "\"9\"", "" },
	{ "account.incomingToken", "\"9\"", "" },
	{ "account.incomingUser", "\"9\"", ",\"incomingToken\":\"9\"" },
	{ "account.incomingJwt.secret", "\"01234567890123456789012345678901\"",
	  "" },
	{ "account.incomingJwt.publicKey", "\"/x\"", ",\"subject\":\"x\"" },
	{ "account.incomingJwt.issuer", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.incomingJwt.subject", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.incomingJwt.audience", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.server", "\"btp+ws://:t@127.0.0.1:9\"", "" },
	{ "account.httpVersion", "\"2\"", ",\"server\":\"http://:t@x\"" },
	{ "account.httpCallbackUrl", "\"https://x/y\"",
	  ",\"server\":\"http://:t@x\",\"incomingToken\":\"9\"" },
	{ "account.outgoingJwt.secret", "\"x\"", "" },
	{ "account.outgoingJwt.privateKey", "\"/x\"", "" },
	{ "account.outgoingJwt.issuer", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.outgoingJwt.subject", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.outgoingJwt.audience", "\"x\"", ",\"secret\":\"x\"" },
	{ "account.outgoingJwt.lifetime", "10001", ",\"secret\":\"x\"" },
	{ "account.tlsCa", "\"/x\"", ",\"server\":\"btp+wss://:t@x\"" },
	{ "account.tlsCertificate", "\"/x\"",
	  ",\"tlsKey\":\"/y\",\"server\":\"btp+wss://:t@x\"" },
	{ "account.tlsKey", "\"/y\"",
	  ",\"tlsCertificate\":\"/x\",\"server\":\"btp+wss://:t@x\"" },
	{ "account.routes", "[\"g.y\"]", "" },
	{ "listener.host", "\"127.0.0.2\"", "" },
	{ "listener.port", "9", "" },
	{ "listener.certificate", "\"/x\"", ",\"key\":\"/y\"" },
	{ "listener.key", "\"/y\"", ",\"certificate\":\"/x\"" },
	{ "listener.clientCertificates", "\"/z\"",
	  ",\"key\":\"/y\",\"certificate\":\"/x\"" },
	{ "listener.requireClientCertificate", "true",
	  ",\"clientCertificates\":\"/z\",\"key\":\"/y\","
	  "\"certificate\":\"/x\"" },
};

static const struct other *find_other(const char *object, const char *option)
{
	char name[128];

	snprintf(name, sizeof(name), "%s.%s", object, option);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(others[i].option, name) == 0)
			return &others[i];
	fail_msg("this test has no value for %s", name);
	return NULL;
}

#define ALICE                                                                  \
	"\"id\":\"alice\",\"relation\":\"peer\",\"assetCode\":\"USD\","        \
	"\"assetScale\":2"
#define BASE                                                                   \
	"{\"address\":\"test.us\",\"listen\":[{}],\"accounts\":[{" ALICE "}]}"

/* A text as BASE, where one option is another. In a group it is with what is
 * beside it; what a group of an account itself has beside it is outside. */
static void write_text(char out[TEXT_MAX], const char *object,
		       const struct config_option *o, const struct other *to)
{
	const char *dot = strchr(o->name, '.');
	bool jwt = strstr(o->name, "outgoingJwt") != NULL;
	char member[TEXT_MAX / 2];

	if (dot)
		snprintf(member, sizeof(member), "\"%.*s\":{\"%s\":%s%s}%s",
			 (int)(dot - o->name), o->name, dot + 1, to->value,
			 to->beside, jwt ? ",\"server\":\"http://x\"" : "");
	else
		snprintf(member, sizeof(member), "\"%s\":%s%s", o->name,
			 to->value, to->beside);
	if (strcmp(object, "account") == 0)
		snprintf(out, TEXT_MAX,
			 "{\"address\":\"test.us\",\"listen\":[{}],"
			 "\"accounts\":[{\"id\":\"alice\",%s"
			 "\"assetCode\":\"USD\",\"assetScale\":2,%s}]}",
			 strcmp(o->name, "relation") ?
				 "\"relation\":\"peer\"," : "",
			 member);
	else if (strcmp(object, "listener") == 0)
		snprintf(out, TEXT_MAX,
			 "{\"address\":\"test.us\",\"listen\":[{%s}],"
			 "\"accounts\":[{" ALICE "}]}",
			 member);
	else
		snprintf(out, TEXT_MAX, "{%s%s%s%s}",
			 strcmp(o->name, "address") ?
				 "\"address\":\"test.us\"," : "",
			 strcmp(o->name, "listen") ? "\"listen\":[{}]," : "",
			 "\"accounts\":[{" ALICE "}],", member);
}

static bool lists(const struct config_lines *lines, const char *word)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strstr(lines->at[i], word))
			return true;
	return false;
}

static void check_same_rate(struct shard *a, struct shard *b)
{
	const struct ilp_rate *one = exchange_rate(shard_exchange(a), 0, 0, 0);
	const struct ilp_rate *other =
		exchange_rate(shard_exchange(b), 0, 0, 0);

	CHECK(one->numerator == other->numerator &&
	      one->denominator == other->denominator);
}

static void check_same_routes(struct shard *a, struct shard *b)
{
	struct shard_route one, other;
	size_t cursor = 0, more;

	CHECK_INT(shard_route_count(a), shard_route_count(b));
	while (shard_route_next(a, &cursor, &one, &more)) {
		CHECK(shard_routes_to(b, one.prefix, &other, 1) == more + 1);
		CHECK_INT(one.origin, other.origin);
		CHECK_INT(!one.account, !other.account);
		if (one.account)
			CHECK(ilp_bytes_equal(one.account->settings.id,
					      other.account->settings.id));
	}
}

/* By the table, where a shard has the same structs as a configuration. */
static void check_same_accounts(struct shard *a, struct shard *b)
{
	const struct config_object *object = config_account_object;
	const size_t at = offsetof(struct config_account, settings);
	const size_t end = at + sizeof(struct account_settings);
	const struct account *account = NULL;

	while ((account = shard_account_next(a, account))) {
		const struct account *other =
			shard_account_find(b, account->settings.id);
		struct config_account one = { .settings = account->settings };
		struct config_account two = { .settings = other->settings };

		assert_non_null(other);
		for (size_t i = 0; i < object->option_count; i++) {
			const struct config_option *o = &object->options[i];

			if (o->at < at || o->at >= end)
				continue;
			if (o->kind == CONFIG_TEXT || o->kind == CONFIG_URL ||
			    o->kind == CONFIG_CALLBACK)
				CHECK(ilp_bytes_equal(
					*(struct ilp_bytes *)((uint8_t *)&one +
							      o->at),
					*(struct ilp_bytes *)((uint8_t *)&two +
							      o->at)));
			else
				CHECK(config_same(o, &one, &two));
		}
		CHECK(memcmp(&one.settings.packets, &two.settings.packets,
			     3 * sizeof(struct limit_settings)) == 0);
	}
	CHECK_INT(shard_account_count(a), shard_account_count(b));
}

/* From one text to the other. */
static void check_way(const char *from, const char *to, const char *option,
		      enum config_change change)
{
	struct config *before = parse(from);
	struct config *now = parse(to);
	struct config *small = parse(to);
	struct shard *shard = make_shard(before);
	struct shard *fresh = make_shard(small);
	struct config_plan *plan = config_plan_create(before, before, now);
	struct config_error error;

	assert_non_null(plan);
	if (change == CONFIG_RESTART && !lists(&plan->restarts, option))
		fail_msg("%s: is not named as one that needs a restart", option);
	if (change == CONFIG_LIVE && !lists(&plan->changes, option))
		fail_msg("%s: its change is not named", option);
	CHECK(config_reload_fits(plan, shard, &error));
	CHECK(config_reload(plan, shard, &error));
	check_same_accounts(shard, fresh);
	if (change == CONFIG_LIVE) {
		check_same_routes(shard, fresh);
		check_same_rate(shard, fresh);
	}
	config_plan_destroy(plan);
	shard_destroy(shard);
	shard_destroy(fresh);
	config_destroy(before);
	config_destroy(now);
	config_destroy(small);
}

static void check_option(const char *object, const struct config_option *o,
			 enum config_change change)
{
	const char *dot = strchr(o->name, '.');
	bool admin = dot && strncmp(o->name, "admin", 5) == 0;
	const char *word = strcmp(o->name, "routes") == 0 ? "route" : o->name;
	char text[TEXT_MAX];

	if (o->kind == CONFIG_SAME || o->kind == CONFIG_GROUP ||
	    strcmp(o->name, "accounts") == 0 || strcmp(o->name, "id") == 0 ||
	    strcmp(o->name, "assetCode") == 0 ||
	    strcmp(o->name, "assetScale") == 0 || strcmp(o->name, "shard") == 0)
		return;
	/* How many there are, since what is in it has rows of its own. */
	if (strcmp(o->name, "listen") == 0)
		change = CONFIG_RESTART;
	write_text(text, object, o,
		   find_other(admin ? "admin" : object,
			      admin ? dot + 1 : o->name));
	check_way(BASE, text, word, change);
	check_way(text, BASE, word, change);
}

/* A new option without a word for what becomes of it when it changes, or
 * without a value above, fails here. */
static void each_option_counts_at_once_or_needs_a_restart(void)
{
	const struct config_object *node = config_objects[0];

	for (size_t i = 0; i < node->option_count; i++) {
		const struct config_option *o = &node->options[i];

		if (o->kind != CONFIG_SAME && o->change == CONFIG_UNTOLD)
			fail_msg("%s: what becomes of another value?", o->name);
		check_option(node->name, o, o->change);
		if (!o->inside || (strcmp(o->name, "accounts") != 0 &&
				   strcmp(o->name, "listen") != 0))
			continue;
		for (size_t j = 0; j < o->inside->option_count; j++) {
			const struct config_option *own =
				&o->inside->options[j];

			check_option(o->inside->name, own,
				     own->change ? own->change : o->change);
		}
	}
}

/* ---- all at once ---- */

#define PEER(id, rest)                                                         \
	"{\"id\":\"" id "\",\"relation\":\"peer\",\"assetCode\":\"USD\","      \
	"\"assetScale\":2" rest "}"
#define NODE(accounts, rest)                                                   \
	"{\"address\":\"test.us\",\"accounts\":[" accounts "]" rest "}"

static const char *const texts[] = {
	NODE(PEER("a", ",\"incomingToken\":\"1\",\"routes\":[\"g.a\",\"g.x\"]")
	     "," PEER("b", ",\"incomingToken\":\"2\",\"routes\":[\"g.b\"]"),
	     ",\"routes\":[{\"prefix\":\"\",\"account\":\"a\"}]"),
	/* Tokens and prefixes change hands. */
	NODE(PEER("b", ",\"incomingToken\":\"1\",\"routes\":[\"g.a\"]") "," PEER(
		     "a", ",\"incomingToken\":\"2\",\"routes\":[\"g.b\"]"),
	     ",\"routes\":[{\"prefix\":\"\",\"account\":\"b\"}],"
	     "\"spread\":\"0.1\",\"rates\":\"one-to-one\""),
	NODE(PEER("b", ",\"routes\":[\"g.x\"]") "," PEER(
		     "a", ",\"incomingToken\":\"3\"") "," PEER("c",
		     ",\"incomingToken\":\"2\",\"routes\":[\"g.c\"]"), ""),
};

static void a_shard_that_came_to_it_is_as_one_that_began_with_it(void)
{
	static const size_t ways[][2] = {
		{ 0, 1 }, { 1, 0 }, { 0, 2 }, { 1, 2 },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		check_way(texts[ways[i][0]], texts[ways[i][1]], "",
			  CONFIG_LIVE);
}

static void tells_each_change_in_a_line(void)
{
	static const char *const lines[] = {
		"account \"a\": incomingToken, routes",
		"account \"b\": incomingToken, routes",
		"account \"c\" is added",
		"route \"\" is removed",
		"route \"g.a\" is removed",
		"route \"g.b\" is removed",
		"route \"g.c\" leads to \"c\"",
		"route \"g.x\" leads to \"b\"",
	};
	struct config *before = parse(texts[0]);
	struct config *now = parse(texts[2]);
	struct config_plan *plan = config_plan_create(before, before, now);

	CHECK_INT(plan->changes.count, sizeof(lines) / sizeof(*lines));
	for (size_t i = 0; i < plan->changes.count; i++)
		assert_string_equal(plan->changes.at[i], lines[i]);
	CHECK_INT(plan->restarts.count, 0);
	config_plan_destroy(plan);
	config_destroy(before);
	config_destroy(now);
}

/* What does not count yet is told each time. */
static void compares_with_the_start_what_needs_a_restart(void)
{
	struct config *started = parse(NODE("", ""));
	struct config *before = parse(NODE("", ",\"maxHoldTime\":20000"));
	struct config_plan *plan =
		config_plan_create(started, before, before);

	CHECK_INT(plan->changes.count, 0);
	CHECK_INT(plan->restarts.count, 1);
	assert_string_equal(plan->restarts.at[0], "maxHoldTime");
	config_plan_destroy(plan);
	plan = config_plan_create(started, before, started);
	CHECK_INT(plan->restarts.count, 0);
	config_plan_destroy(plan);
	config_destroy(started);
	config_destroy(before);
}

static void keeps_so_many_lines_and_counts_the_rest(void)
{
	static char text[CONFIG_PLAN_LINES_MAX * 128];
	struct config *before = parse(NODE("", ""));
	size_t len = 0;

	len += (size_t)sprintf(text, "{\"address\":\"test.us\",\"accounts\":[");
	for (int i = 0; i < CONFIG_PLAN_LINES_MAX + 5; i++)
		len += (size_t)sprintf(text + len,
				       "%s{\"id\":\"a%d\",\"relation\":\"peer\","
				       "\"assetCode\":\"USD\",\"assetScale\":2}",
				       i ? "," : "", i);
	sprintf(text + len, "]}");
	struct config *now = parse(text);
	struct config_plan *plan = config_plan_create(before, before, now);

	CHECK_INT(plan->changes.count, CONFIG_PLAN_LINES_MAX);
	CHECK_INT(plan->changes.left_off, 5);
	CHECK_INT(plan->account_count, CONFIG_PLAN_LINES_MAX + 5);
	config_plan_destroy(plan);
	config_destroy(before);
	config_destroy(now);
}

/* ---- what does not fit ---- */

static void check_refused(struct shard *shard, const struct config *before,
			  const char *text, const char *problem)
{
	struct config *now = parse(text);
	struct config_plan *plan = config_plan_create(before, before, now);
	struct config_error error;

	CHECK(!config_reload_fits(plan, shard, &error));
	if (!strstr(error.text, problem))
		fail_msg("%s", error.text);
	config_plan_destroy(plan);
	config_destroy(now);
}

static void what_was_made_elsewhere_is_in_the_way(void)
{
	struct config *before = parse(NODE(PEER("a", ""), ""));
	struct config *made = parse(
		NODE(PEER("m", ",\"incomingToken\":\"1\",\"routes\":[\"g.m\"]"),
		     ""));
	struct shard *shard = make_shard(before);
	struct config_error error;

	CHECK(config_add_account(made->accounts, shard, &error));
	check_refused(shard, before, NODE(PEER("a", "") "," PEER("m", ""), ""),
		      "account \"m\": it was made through the admin API");
	check_refused(shard, before,
		      NODE(PEER("a", ",\"incomingToken\":\"1\""), ""),
		      "account \"a\": an account that was made through");
	check_refused(shard, before,
		      NODE(PEER("a", ",\"routes\":[\"g.m\"]"), ""),
		      "route \"g.m\": it was made through the admin API");
	check_refused(shard, before,
		      "{\"address\":\"test.more\",\"accounts\":[" PEER("a",
		      ",\"routes\":[\"test.us\"]") "]}",
		      "route \"test.us\": it is the node's own address");
	check_refused(shard, before,
		      "{\"address\":\"test.us\",\"accounts\":[{\"id\":\"a\","
		      "\"relation\":\"peer\",\"assetCode\":\"EUR\","
		      "\"assetScale\":2}]}",
		      "account \"a\": an account keeps its asset");
	shard_account_remove(shard, shard_account_find(shard, ilp_text("a")));
	check_refused(shard, made, NODE(PEER("a", ""), ""),
		      "account \"a\": it was removed, and is still on its way");
	shard_destroy(shard);
	config_destroy(before);
	config_destroy(made);
}

#define CHILD(id_, segment)                                                    \
	"{\"id\":\"" id_ "\",\"relation\":\"child\",\"assetCode\":\"USD\","  \
	"\"assetScale\":2,\"ilpAddressSegment\":\"" segment "\"}"

static void reload(struct shard *shard, const struct config *before,
		   const struct config *now)
{
	struct config_plan *plan = config_plan_create(before, before, now);
	struct config_error error;

	if (!config_reload_fits(plan, shard, &error) ||
	    !config_reload(plan, shard, &error))
		fail_msg("%s", error.text);
	config_plan_destroy(plan);
}

static void check_address(struct shard *shard, const char *segment,
			  const char *id)
{
	struct account_settings settings = account_defaults();
	const struct account *owner;

	settings.relation = ACCOUNT_CHILD;
	settings.segment = ilp_text(segment);
	owner = shard_account_by_address(shard, &settings);
	CHECK(!owner == !id);
	if (owner)
		CHECK_TEXT(owner->settings.id, id);
}

static void children_may_swap_their_addresses(void)
{
	struct config *before =
		parse(NODE(CHILD("a", "x") "," CHILD("b", "y"), ""));
	struct config *now =
		parse(NODE(CHILD("a", "y") "," CHILD("b", "x"), ""));
	struct shard *shard = make_shard(before);

	check_address(shard, "x", "a");
	reload(shard, before, now);
	check_address(shard, "x", "b");
	check_address(shard, "y", "a");
	check_address(shard, "z", NULL);
	shard_destroy(shard);
	config_destroy(before);
	config_destroy(now);
}

static void an_address_of_a_child_made_elsewhere_is_in_the_way(void)
{
	struct config *before = parse(NODE(PEER("a", ""), ""));
	struct config *made = parse(NODE(CHILD("m", "x"), ""));
	struct shard *shard = make_shard(before);
	struct config_error error;

	CHECK(config_add_account(made->accounts, shard, &error));
	check_refused(shard, before, NODE(PEER("a", "") "," CHILD("b", "x"), ""),
		      "account \"b\": a child that was made through the admin "
		      "API has its address");
	shard_destroy(shard);
	config_destroy(before);
	config_destroy(made);
}

/* As after a reload that came to half of it only. */
static void what_was_left_out_before_is_made_up_for(void)
{
	struct config *none = parse(NODE("", ""));
	struct config *before =
		parse(NODE(PEER("a", ",\"routes\":[\"g.a\"]"), ""));
	struct config *now =
		parse(NODE(PEER("a", ",\"routes\":[\"g.b\"]"), ""));
	struct shard *shard = make_shard(none);
	const struct account *to;

	reload(shard, before, now);
	CHECK(shard_route_get(shard, ilp_text("g.b"), &to));
	CHECK_TEXT(to->settings.id, "a");
	reload(shard, now, none);
	reload(shard, now, none);
	shard_destroy(shard);
	config_destroy(none);
	config_destroy(before);
	config_destroy(now);
}

TESTS(TEST(children_may_swap_their_addresses),
      TEST(an_address_of_a_child_made_elsewhere_is_in_the_way),
      TEST(what_was_left_out_before_is_made_up_for),
      TEST(each_option_counts_at_once_or_needs_a_restart),
      TEST(a_shard_that_came_to_it_is_as_one_that_began_with_it),
      TEST(tells_each_change_in_a_line),
      TEST(compares_with_the_start_what_needs_a_restart),
      TEST(keeps_so_many_lines_and_counts_the_rest),
      TEST(what_was_made_elsewhere_is_in_the_way))
