/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of field is written as its schema says, and numbers exactly. */
#include "node/admin/shape.h"

#include "node/book.h"
#include "test/check.h"

enum colour {
	RED,
	GREEN,
};

struct inner {
	uint64_t count;
};

struct thing {
	struct ilp_bytes bytes;
	const char *string;
	char chars[8];
	enum colour colour;
	bool flag;
	uint64_t count;
	uint32_t small;
	signed_units units;
	int64_t moment_ms;
	struct inner object;
	struct inner *list;
	size_t list_len;
	const char *const *words;
	size_t word_count;
	struct ilp_bytes no_bytes;
	const char *no_string;
	char no_chars[8];
	uint64_t no_count;
	int64_t no_moment_ms;
};

static const char *const colours[] = { "red", "green", NULL };

/* clang-format off */
static const struct shape_field inner_fields[] = {
	{ "count", SHAPE_COUNT, .at = offsetof(struct inner, count),
	  .text = "How many." },
};

static const struct shape inner_shape =
	SHAPE("Inner", struct inner, inner_fields);

static const struct shape_field fields[] = {
	{ "bytes", SHAPE_BYTES, .at = offsetof(struct thing, bytes),
	  .text = "a" },
	{ "string", SHAPE_STRING, .at = offsetof(struct thing, string),
	  .text = "b" },
	{ "chars", SHAPE_CHARS, .at = offsetof(struct thing, chars),
	  .text = "c" },
	{ "colour", SHAPE_WORD, .at = offsetof(struct thing, colour),
	  .words = colours, .text = "d" },
	{ "flag", SHAPE_FLAG, .at = offsetof(struct thing, flag),
	  .text = "e" },
	{ "count", SHAPE_COUNT, .at = offsetof(struct thing, count),
	  .text = "f" },
	{ "small", SHAPE_SMALL, .at = offsetof(struct thing, small),
	  .text = "g" },
	{ "units", SHAPE_UNITS, .at = offsetof(struct thing, units),
	  .text = "h" },
	{ "moment", SHAPE_MOMENT, .at = offsetof(struct thing, moment_ms),
	  .text = "i" },
	{ "object", SHAPE_OBJECT, .at = offsetof(struct thing, object),
	  .inside = &inner_shape, .text = "j" },
	{ "list", SHAPE_LIST, .at = offsetof(struct thing, list),
	  .count_at = offsetof(struct thing, list_len),
	  .inside = &inner_shape, .text = "k" },
	{ "words", SHAPE_WORDS, .at = offsetof(struct thing, words),
	  .count_at = offsetof(struct thing, word_count), .text = "l" },
	{ "noBytes", SHAPE_BYTES, .optional = true,
	  .at = offsetof(struct thing, no_bytes), .text = "m" },
	{ "noString", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct thing, no_string), .text = "n" },
	{ "noChars", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct thing, no_chars), .text = "o" },
	{ "noCount", SHAPE_COUNT, .optional = true,
	  .at = offsetof(struct thing, no_count), .text = "p" },
	{ "noMoment", SHAPE_MOMENT, .optional = true,
	  .at = offsetof(struct thing, no_moment_ms), .text = "q" },
};
/* clang-format on */

static const struct shape shape = SHAPE("Thing", struct thing, fields);

static struct inner inside[] = { { 1 }, { 2 }, { UINT64_MAX } };
static const char *const some_words[] = { "x", "", "\"y\"" };

static struct thing full(void)
{
	return (struct thing){
		.bytes = ilp_text("b\n\xff"),
		.string = "s",
		.chars = "1234567",
		.colour = GREEN,
		.flag = true,
		.count = UINT64_MAX,
		.small = UINT32_MAX,
		.units = -1,
		.moment_ms = INT64_C(1750000000123),
		.object = { 9007199254740993 }, /* 2^53 + 1 */
		.list = inside,
		.list_len = 3,
		.words = some_words,
		.word_count = 3,
	};
}

static uint8_t room[16384];

static struct ilp_bytes put(const struct shape *s, const void *thing)
{
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	shape_put(&w, s, thing);
	return ilp_json_written(&w);
}

static struct ilp_bytes put_schema(void)
{
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	shape_put_schema(&w, &shape);
	return ilp_json_written(&w);
}

static void writes_every_kind(void)
{
	struct thing thing = full();

	CHECK_TEXT(put(&shape, &thing),
		   "{\"bytes\":\"b\\n\xef\xbf\xbd\",\"string\":\"s\","
		   "\"chars\":\"1234567\",\"colour\":\"green\",\"flag\":true,"
		   "\"count\":18446744073709551615,\"small\":4294967295,"
		   "\"units\":\"-1\",\"moment\":\"2025-06-15T15:06:40.123Z\","
		   "\"object\":{\"count\":9007199254740993},"
		   "\"list\":[{\"count\":1},{\"count\":2},"
		   "{\"count\":18446744073709551615}],"
		   "\"words\":[\"x\",\"\",\"\\\"y\\\"\"],\"noBytes\":null,"
		   "\"noString\":null,\"noChars\":null,\"noCount\":null,"
		   "\"noMoment\":null}");
}

static void writes_what_is_optional_and_there(void)
{
	struct thing thing = full();

	thing.list_len = 0;
	thing.word_count = 0;
	thing.no_bytes = ilp_text("a");
	thing.no_string = "";
	strcpy(thing.no_chars, "b");
	thing.no_count = 5;
	thing.no_moment_ms = 1;
	thing.bytes = ilp_text("");
	thing.chars[0] = '\0';
	thing.moment_ms = 0;
	CHECK_TEXT(put(&shape, &thing),
		   "{\"bytes\":\"\",\"string\":\"s\",\"chars\":\"\","
		   "\"colour\":\"green\",\"flag\":true,"
		   "\"count\":18446744073709551615,\"small\":4294967295,"
		   "\"units\":\"-1\",\"moment\":\"1970-01-01T00:00:00.000Z\","
		   "\"object\":{\"count\":9007199254740993},\"list\":[],"
		   "\"words\":[],\"noBytes\":\"a\",\"noString\":\"\","
		   "\"noChars\":\"b\",\"noCount\":5,\"noMoment\":\"1970-01-01T00:00:00.001Z\""
		   "}");
}

struct money {
	signed_units units;
};

/* clang-format off */
static const struct shape_field money_fields[] = {
	{ "units", SHAPE_UNITS, .at = offsetof(struct money, units),
	  .text = "Money." },
};
/* clang-format on */

static const struct shape money_shape =
	SHAPE("Money", struct money, money_fields);

static void check_money(signed_units units, const char *text)
{
	const struct money money = { units };
	char json[96];

	snprintf(json, sizeof(json), "{\"units\":\"%s\"}", text);
	CHECK_TEXT(put(&money_shape, &money), json);
}

static void writes_amounts_of_128_bits_exactly(void)
{
	check_money(0, "0");
	check_money(INT64_MIN, "-9223372036854775808");
	check_money((signed_units)UINT64_MAX + 1, "18446744073709551616");
	check_money(UNITS_MAX - 1, "170141183460469231731687303715884105726");
	check_money(UNITS_MIN + 1, "-170141183460469231731687303715884105727");
	check_money(UNITS_MAX, "unlimited");
	check_money(UNITS_MIN, "unlimited");
}

/* ---- the schema ---- */

struct expectation {
	const char *name;
	const char *schema; /* but for its description */
};

static const struct expectation expectations[] = {
	{ "bytes", "\"type\":\"string\"" },
	{ "string", "\"type\":\"string\"" },
	{ "chars", "\"type\":\"string\"" },
	{ "colour", "\"type\":\"string\",\"enum\":[\"red\",\"green\"]" },
	{ "flag", "\"type\":\"boolean\"" },
	{ "count", "\"type\":\"integer\",\"minimum\":0" },
	{ "small", "\"type\":\"integer\",\"minimum\":0" },
	{ "units", "\"type\":\"string\",\"pattern\":"
		   "\"^(-?(0|[1-9][0-9]*)|unlimited)$\"" },
	{ "moment", "\"type\":\"string\",\"format\":\"date-time\"" },
	{ "object", "\"$ref\":\"#/components/schemas/Inner\"" },
	{ "list", "\"type\":\"array\",\"items\":{\"$ref\":"
		  "\"#/components/schemas/Inner\"}" },
	{ "words", "\"type\":\"array\",\"items\":{\"type\":\"string\"}" },
	{ "noBytes", "\"type\":[\"string\",\"null\"]" },
	{ "noString", "\"type\":[\"string\",\"null\"]" },
	{ "noChars", "\"type\":[\"string\",\"null\"]" },
	{ "noCount", "\"type\":[\"integer\",\"null\"],\"minimum\":0" },
	{ "noMoment", "\"type\":[\"string\",\"null\"],"
		      "\"format\":\"date-time\"" },
};

#define EXPECTED (sizeof(expectations) / sizeof(*expectations))

/* The next in the walk is what is expected there. */
static void check_property(struct ilp_json_walk *walk,
			   const struct expectation *e, const char *description)
{
	char text[256];

	snprintf(text, sizeof(text), "{%s,\"description\":\"%s\"}", e->schema,
		 description);
	CHECK(ilp_json_next(walk));
	CHECK_TEXT(walk->key->text, e->name);
	CHECK_TEXT(walk->value->text, text);
}

static void tells_what_every_kind_looks_like(void)
{
	struct ilp_json_node nodes[512];
	struct ilp_json_error error =
		ilp_json_read(nodes, 512, put_schema());
	struct ilp_json_walk walk;

	CHECK_INT(error.problem, ILP_JSON_OK);
	CHECK(ilp_json_is(ilp_json_get(nodes, "type"), "object"));
	CHECK_TEXT(ilp_json_get(nodes, "additionalProperties")->text, "false");
	walk = ilp_json_walk(ilp_json_get(nodes, "properties"));
	for (size_t i = 0; i < EXPECTED; i++)
		check_property(&walk, &expectations[i],
			       (char[]){ (char)('a' + i), '\0' });
	CHECK(!ilp_json_next(&walk));
}

/* All are required, and written in their order. */
static void writes_all_that_it_requires(void)
{
	struct ilp_json_node schema[512], nodes[128];
	static uint8_t text[sizeof(room)];
	struct ilp_bytes written = put_schema();
	struct thing thing = full();
	struct ilp_json_walk required, found;

	memcpy(text, written.at, written.len);
	written.at = text;
	CHECK(!ilp_json_read(schema, 512, written).problem);
	CHECK(!ilp_json_read(nodes, 128, put(&shape, &thing)).problem);
	required = ilp_json_walk(ilp_json_get(schema, "required"));
	found = ilp_json_walk(nodes);
	while (ilp_json_next(&required)) {
		CHECK(ilp_json_next(&found));
		CHECK_BYTES(found.key->text, required.value->text);
	}
	CHECK(!ilp_json_next(&found));
}

static void says_when_there_is_too_little_room(void)
{
	struct thing thing = full();
	size_t len = put(&shape, &thing).len;

	for (size_t i = 0; i < len; i++) {
		struct ilp_json_writer w = ilp_json_writer(room, i, 0);

		shape_put(&w, &shape, &thing);
		CHECK_INT(w.problem, ILP_JSON_ROOM);
		CHECK_INT(ilp_json_written(&w).len, 0);
	}
}

TESTS(TEST(writes_every_kind), TEST(writes_what_is_optional_and_there),
      TEST(writes_amounts_of_128_bits_exactly),
      TEST(tells_what_every_kind_looks_like), TEST(writes_all_that_it_requires),
      TEST(says_when_there_is_too_little_room))
