/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration is shown whole: each option of the table once for each object
 * that has it, with who has said so, and never a secret. */
#include "node/config_shown.h"

#include "node/config_given.h"
#include "node/config_setting.h"
#include "test/check.h"

static struct config *parse(const char *text, struct config_settings settings)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config_error error;
	struct config *config;

	config = config_parse(ilp_text(text), settings, crypto, &error);
	ilp_crypto_destroy(crypto);
	if (!config)
		fail_msg("%s", error.text);
	return config;
}

static const char yaml[] = "address: test.us\n"
			   "spread: 0.002\n"
			   "rates: {USD: 1, EUR: '1.25'}\n"
			   "accounts:\n"
			   "- id: alice\n"
			   "  relation: peer\n"
			   "  assetCode: USD\n"
			   "  assetScale: 2\n"
			   "  maximum: unlimited\n"
			   "  incomingToken: SECRET-1\n"
			   "  server: btp+ws://:SECRET-2@x\n"
			   "  routes: [g.a, g.b]\n"
			   "- {id: 'bob', relation: child, assetCode: EUR,\n"
			   "   assetScale: 3, maxPacketAmount: 7}\n"
			   "routes:\n"
			   "- {prefix: '', account: alice}\n";

struct line {
	const char *name;
	const char *value; /* NULL: none */
	size_t line;
};

static void check_lines(const struct config *config, const struct line *lines,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct config_shown s = config_shown(config);
		char value[256];
		size_t found = 0;

		while (config_shown_next(&s, value, sizeof(value))) {
			if (strcmp(s.name, lines[i].name) != 0)
				continue;
			found++;
			if (lines[i].value)
				assert_string_equal(s.value, lines[i].value);
			else
				assert_null(s.value);
			CHECK_INT(s.given ? s.given->line : 0, lines[i].line);
		}
		if (found != 1)
			fail_msg("%s: is there %zu times", lines[i].name, found);
	}
}

static void tells_values_and_lines(void)
{
	static const struct line lines[] = {
		{ "address", "test.us", 1 },
		{ "spread", "0.002", 2 },
		{ "rates", "{USD: 1, EUR: 1.25}", 3 },
		{ "durability", "strict", 0 },
		{ "dataFile", NULL, 0 },
		{ "admin.connectorPort", "false", 0 },
		{ "reflectPayments", "true", 0 },
		{ "accounts[0].id", "alice", 5 },
		{ "accounts[0].balance.maximum", "unlimited", 9 },
		{ "accounts[0].balance.minimum", "unlimited", 0 },
		{ "accounts[0].incomingToken", NULL, 10 },
		{ "accounts[0].server", NULL, 11 },
		{ "accounts[0].routes", "[g.a, g.b]", 12 },
		{ "accounts[0].rateLimit.refillCount", NULL, 0 },
		{ "accounts[1].id", "bob", 13 },
		{ "accounts[1].assetScale", "3", 14 },
		{ "accounts[1].maxPacketAmount", "7", 14 },
		{ "accounts[1].balance.maximum", "0", 0 },
		{ "accounts[1].incomingToken", NULL, 0 },
		{ "routes[0].prefix", "", 16 },
		{ "routes[0].account", "alice", 16 },
	};
	struct config *config = parse(yaml, (struct config_settings){ 0 });

	check_lines(config, lines, sizeof(lines) / sizeof(*lines));
	config_destroy(config);
}

static void tells_lines_of_json(void)
{
	static const struct line lines[] = {
		{ "spread", "0.5", 3 },
		{ "address", "test.us", 4 },
		{ "maxHoldTime", "20000", 5 },
	};
	struct config *config = parse("{\n\n\"spread\": \"0.5\",\n\"address\""
				      ": \"test.us\",\n\"maxHoldTime\":\n"
				      "20000}",
				      (struct config_settings){ 0 });

	check_lines(config, lines, sizeof(lines) / sizeof(*lines));
	config_destroy(config);
}

/* The later setting counts, and each before the text. */
static void tells_settings_by_their_names(void)
{
	struct config_error error;
	const struct config_option *o = config_setting_find(
		"--spread", CONFIG_ARGUMENT, &error);
	const struct config_setting at[] = {
		{ o, "ILPD_SPREAD", "0.5" },
		{ o, "--spread", "0.25" },
	};
	struct config *config = parse(yaml, (struct config_settings){ at, 2 });
	struct config_shown s = config_shown(config);
	char value[64];

	while (config_shown_next(&s, value, sizeof(value)) &&
	       strcmp(s.name, "spread") != 0)
		;
	assert_string_equal(s.value, "0.25");
	assert_non_null(s.given);
	assert_string_equal(s.given->setting, "--spread");
	CHECK_INT(s.given->line, 0);
	config_destroy(config);
}

/* By the table, for each object that there is. */
static void tells_every_option_once_and_no_secret(void)
{
	struct config *config = parse(yaml, (struct config_settings){ 0 });
	struct config_shown s = config_shown(config);
	size_t expected = 0, count = 0;
	char value[256];

	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];
		size_t items = o->kind == CONFIG_LIST ?
				       config_items(o, config).count : 1;
		size_t inside = 0;

		for (size_t j = 0; o->inside && j < o->inside->option_count; j++)
			inside += o->inside->options[j].kind != CONFIG_SAME &&
				  o->inside->options[j].kind != CONFIG_GROUP;
		expected += o->inside ? items * inside :
					o->kind != CONFIG_GROUP;
	}
	for (; config_shown_next(&s, value, sizeof(value)); count++) {
		CHECK(!s.option->secret || !s.value);
		CHECK(!s.value || !strstr(s.value, "SECRET"));
	}
	CHECK_INT(count, expected);
	/* From anywhere on it is the rest. */
	for (size_t from = 0; from <= count; from++) {
		size_t left = 0;

		s = config_shown(config);
		config_shown_skip(&s, from);
		while (config_shown_next(&s, value, sizeof(value)))
			left++;
		CHECK_INT(left, count - from);
	}
	config_destroy(config);
}

static void a_value_that_does_not_fit_is_cut(void)
{
	struct config *config = parse(yaml, (struct config_settings){ 0 });
	struct config_shown s = config_shown(config);
	char value[5];

	CHECK(config_shown_next(&s, value, sizeof(value)));
	assert_string_equal(s.value, "test");
	config_destroy(config);
}

TESTS(TEST(tells_values_and_lines), TEST(tells_lines_of_json),
      TEST(tells_settings_by_their_names),
      TEST(tells_every_option_once_and_no_secret),
      TEST(a_value_that_does_not_fit_is_cut))
