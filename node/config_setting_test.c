/* SPDX-License-Identifier: Apache-2.0 */
/* What is said outside of the text has a name that follows from the option's,
 * counts before the text, and is checked as the text is. */
#include "node/config_setting.h"

#include "test/check.h"

static struct config_setting argument(const char *name, const char *value)
{
	struct config_error error;
	const struct config_option *o =
		config_setting_find(name, CONFIG_ARGUMENT, &error);

	if (!o)
		fail_msg("%s", error.text);
	return (struct config_setting){ o, name, value };
}

/* What comes of a text with up to two settings. */
static struct config *parse(const char *text, struct config_setting a,
			    struct config_setting b,
			    struct config_error *error)
{
	const struct config_setting both[] = { a, b };
	const struct config_settings settings = {
		.at = both,
		.count = (size_t)(a.option != NULL) + (b.option != NULL),
	};
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config *config;

	assert_non_null(crypto);
	config = config_parse(ilp_text(text), settings, crypto, error);
	ilp_crypto_destroy(crypto);
	return config;
}

static const struct config_setting none;

static void check_name(const char *option, const char *variable,
		       const char *argument_name)
{
	const struct config_option *o =
		&config_objects[0]->options[config_option_index(
			config_objects[0], ilp_text(option))];
	struct config_error error;

	assert_string_equal(config_setting_name(o, CONFIG_VARIABLE).text,
			    variable);
	assert_string_equal(config_setting_name(o, CONFIG_ARGUMENT).text,
			    argument_name);
	CHECK(config_setting_find(variable, CONFIG_VARIABLE, &error) == o);
	CHECK(config_setting_find(argument_name, CONFIG_ARGUMENT, &error) == o);
}

static void names_follow_from_those_of_the_options(void)
{
	check_name("address", "ILPD_ADDRESS", "--address");
	check_name("dataFile", "ILPD_DATA_FILE", "--data-file");
	check_name("maxPacketsInFlight", "ILPD_MAX_PACKETS_IN_FLIGHT",
		   "--max-packets-in-flight");
}

static void check_unknown(const char *name, enum config_form form,
			  const char *words)
{
	struct config_error error;

	assert_null(config_setting_find(name, form, &error));
	assert_string_equal(error.text, words);
	CHECK(error.outside);
}

static void an_unknown_name_is_told_with_the_nearest(void)
{
	check_unknown("ILPD_ADRESS", CONFIG_VARIABLE,
		      "there is no option ILPD_ADRESS; did you mean "
		      "ILPD_ADDRESS?");
	check_unknown("ILPD_MAXHOLDTIME", CONFIG_VARIABLE,
		      "there is no option ILPD_MAXHOLDTIME; did you mean "
		      "ILPD_MAX_HOLD_TIME?");
	check_unknown("--dataFile", CONFIG_ARGUMENT,
		      "there is no option --dataFile; did you mean "
		      "--data-file?");
	check_unknown("ILPD_SOMETHING_ELSE", CONFIG_VARIABLE,
		      "there is no option ILPD_SOMETHING_ELSE");
	/* Neither lists nor objects are one value. */
	check_unknown("--accounts", CONFIG_ARGUMENT,
		      "there is no option --accounts");
	check_unknown("--rates", CONFIG_ARGUMENT,
		      "there is no option --rates");
}

static void a_setting_counts_before_the_text(void)
{
	struct config_error error;
	struct config *c = parse("address: g.us\nmaxHoldTime: 5000\n",
				 argument("--max-hold-time", "7000"),
				 argument("--reflect-payments", "false"),
				 &error);

	assert_non_null(c);
	CHECK_TEXT(c->connector.address, "g.us");
	CHECK_INT(c->connector.hold_max_ms, 7000);
	CHECK(!c->connector.reflect);
	config_destroy(c);
}

static void of_two_settings_the_later_counts(void)
{
	struct config_error error;
	struct config *c = parse("{}", argument("--address", "g.them"),
				 argument("--address", "g.us"), &error);

	assert_non_null(c);
	CHECK_TEXT(c->connector.address, "g.us");
	config_destroy(c);
}

/* In a text in JSON as well. */
static void a_setting_needs_no_quotes(void)
{
	struct config_error error;
	struct config *c = parse("{}", argument("--rate-measure", "100"),
				 argument("--data-file", "C:\\\"a\".db"),
				 &error);

	/* There are no sources, but 100 was a code. */
	assert_null(c);
	assert_string_equal(error.text, "line 1, column 1: rateMeasure: needs "
					"\"rateSources\"");
	c = parse("{}", argument("--data-file", "C:\\\"a\".db"), none, &error);
	assert_non_null(c);
	assert_string_equal(c->data_file, "C:\\\"a\".db");
	config_destroy(c);
}

static void check_wrong(const char *text, struct config_setting setting,
			const char *words, bool outside)
{
	struct config_error error;

	assert_null(parse(text, setting, none, &error));
	assert_string_equal(error.text, words);
	CHECK_INT(error.outside, outside);
}

static void what_is_wrong_with_a_setting_is_told_by_its_name(void)
{
	check_wrong("{}", argument("--max-hold-time", "30s"),
		    "--max-hold-time: expected a whole number from 1 to "
		    "3600000 ms, found \"30s\"; write digits only",
		    true);
	check_wrong("{}", argument("--data-file", ""),
		    "--data-file: expected a text of 1 to 4095 bytes, found "
		    "nothing",
		    true);
	check_wrong("{}", argument("--address", "us"),
		    "--address: expected an ILP address like g.example.node, "
		    "found \"us\"",
		    true);
	check_wrong("{}", argument("--data-file", "a\xff"),
		    "--data-file: is not UTF-8", true);
	/* What the text says is wrong all the same. */
	check_wrong("maxHoldTime: 30s\n", argument("--max-hold-time", "30"),
		    "line 1, column 14: maxHoldTime: expected a whole number "
		    "from 1 to 3600000 ms, found \"30s\"; write digits only",
		    false);
}

static void an_address_may_be_a_setting(void)
{
	static const char text[] = "accounts:\n- id: a\n  relation: peer\n"
				   "  assetCode: A\n  assetScale: 0\n";
	struct config_error error;
	struct config *c = parse(text, argument("--address", "g.us"), none,
				 &error);

	assert_non_null(c);
	config_destroy(c);
	check_wrong(text, argument("--ledger", "memory"),
		    "line 1, column 1: the option \"address\" is missing",
		    false);
}

TESTS(TEST(names_follow_from_those_of_the_options),
      TEST(an_unknown_name_is_told_with_the_nearest),
      TEST(a_setting_counts_before_the_text),
      TEST(of_two_settings_the_later_counts), TEST(a_setting_needs_no_quotes),
      TEST(what_is_wrong_with_a_setting_is_told_by_its_name),
      TEST(an_address_may_be_a_setting))
