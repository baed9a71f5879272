/* SPDX-License-Identifier: Apache-2.0 */
/* Options of accounts: maximum is another name for balance.maximum. */
#include "node/config_names.h"

#include "test/check.h"

#define NODES 64

static void check_put(const char *text, const char *expected)
{
	struct ilp_json_node nodes[NODES];
	uint8_t room[256];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	CHECK_INT(ilp_json_read(nodes, NODES, ilp_text(text)).problem, 0);
	config_names_put(&w, config_account_object, nodes);
	CHECK_TEXT(ilp_json_written(&w), expected);
}

static void what_has_one_name_stays_as_it_is(void)
{
	check_put("{}", "{}");
	check_put("{\"id\":\"a\",\"balance\":{\"maximum\":1}}",
		  "{\"id\":\"a\",\"balance\":{\"maximum\":1}}");
	check_put("{\"nothing\":[1, 2]}", "{\"nothing\":[1, 2]}");
	check_put("null", "null");
	check_put("[{\"maximum\":1}]", "[{\"maximum\":1}]");
}

static void another_name_goes_into_its_group(void)
{
	check_put("{\"maximum\":\"5\"}", "{\"balance\":{\"maximum\":\"5\"}}");
	check_put("{\"id\":\"a\",\"minimum\":-1,\"owner\":\"b\",\"maximum\":1}",
		  "{\"id\":\"a\",\"balance\":{\"minimum\":-1,\"maximum\":1},"
		  "\"owner\":\"b\"}");
	check_put("{\"maximum\":null}", "{\"balance\":{\"maximum\":null}}");
	check_put("{\"maximum\":1,\"balance\":{\"minimum\":2}}",
		  "{\"balance\":{\"minimum\":2,\"maximum\":1}}");
	check_put("{\"balance\":{\"minimum\":2},\"maximum\":1}",
		  "{\"balance\":{\"minimum\":2,\"maximum\":1}}");
}

static void what_is_there_under_both_stays_so(void)
{
	check_put("{\"balance\":{\"maximum\":1},\"maximum\":2}",
		  "{\"balance\":{\"maximum\":1},\"maximum\":2}");
	check_put("{\"minimum\":3,\"balance\":{\"maximum\":1},\"maximum\":2}",
		  "{\"balance\":{\"maximum\":1,\"minimum\":3},\"maximum\":2}");
}

static void a_group_that_is_none_takes_nothing_in(void)
{
	check_put("{\"balance\":null,\"maximum\":2}",
		  "{\"balance\":null,\"maximum\":2}");
	check_put("{\"balance\":7,\"maximum\":2}",
		  "{\"balance\":7,\"maximum\":2}");
}

static const char *gone(const char *text)
{
	static struct ilp_json_node nodes[NODES];
	static char out[64];
	const struct ilp_json_node *key;

	CHECK_INT(ilp_json_read(nodes, NODES, ilp_text(text)).problem, 0);
	key = config_names_gone(config_account_object, nodes);
	snprintf(out, sizeof(out), "%.*s", key ? (int)key->text.len : 1,
		 key ? (const char *)key->text.at : "-");
	return out;
}

static void what_is_taken_away_has_to_be_an_option(void)
{
	assert_string_equal(gone("{\"id\":1,\"maximum\":null,"
				 "\"balance\":{\"minimum\":null}}"),
			    "-");
	assert_string_equal(gone("{\"id\":1,\"ids\":null}"), "ids");
	assert_string_equal(gone("{\"balance\":{\"minimal\":null}}"),
			    "minimal");
	assert_string_equal(gone("{\"balance.minimum\":null}"),
			    "balance.minimum");
	assert_string_equal(gone("{\"minimal\":1}"), "-");
	assert_string_equal(gone("[{\"minimal\":null}]"), "-");
}

TESTS(TEST(what_has_one_name_stays_as_it_is),
      TEST(another_name_goes_into_its_group),
      TEST(what_is_there_under_both_stays_so),
      TEST(a_group_that_is_none_takes_nothing_in),
      TEST(what_is_taken_away_has_to_be_an_option))
