/* SPDX-License-Identifier: Apache-2.0 */
/* What RFC 7396 says becomes of a document and a change to it. */
#include "node/admin/merge.h"

#include "test/check.h"

#define NODES 64

static void check_merge(const char *target, const char *patch,
			const char *expected)
{
	struct ilp_json_node a[NODES], b[NODES];
	uint8_t room[256];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	CHECK_INT(ilp_json_read(a, NODES, ilp_text(target)).problem, 0);
	CHECK_INT(ilp_json_read(b, NODES, ilp_text(patch)).problem, 0);
	merge_patch(&w, a, b);
	CHECK_TEXT(ilp_json_written(&w), expected);
}

static void members_are_replaced_added_and_taken_away(void)
{
	check_merge("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
	check_merge("{\"a\":\"b\"}", "{\"b\":\"c\"}",
		    "{\"a\":\"b\",\"b\":\"c\"}");
	check_merge("{\"a\":\"b\"}", "{\"a\":null}", "{}");
	check_merge("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}",
		    "{\"b\":\"c\"}");
	check_merge("{\"a\":1}", "{\"x\":null}", "{\"a\":1}");
	check_merge("{}", "{}", "{}");
}

static void what_is_no_object_is_replaced_as_a_whole(void)
{
	check_merge("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
	check_merge("{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}");
	check_merge("[\"a\"]", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
	check_merge("{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}");
	check_merge("{\"a\":1}", "null", "null");
	check_merge("{\"a\":1}", "\"x\"", "\"x\"");
}

static void objects_are_merged_at_every_depth(void)
{
	check_merge("{\"a\":{\"b\":\"c\"}}",
		    "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}");
	check_merge("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}",
		    "{\"a\":{\"bb\":{}}}");
	check_merge("{\"a\":{\"b\":{\"c\":1,\"d\":2}}}",
		    "{\"a\":{\"b\":{\"c\":null,\"e\":3}}}",
		    "{\"a\":{\"b\":{\"d\":2,\"e\":3}}}");
}

static void values_stay_as_they_were_written(void)
{
	check_merge("{\"a\":1e3,\"b\":\"\\u0041\\n\"}", "{\"c\":-0.10}",
		    "{\"a\":1e3,\"b\":\"\\u0041\\n\",\"c\":-0.10}");
}

TESTS(TEST(members_are_replaced_added_and_taken_away),
      TEST(what_is_no_object_is_replaced_as_a_whole),
      TEST(objects_are_merged_at_every_depth),
      TEST(values_stay_as_they_were_written))
