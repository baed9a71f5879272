/* SPDX-License-Identifier: Apache-2.0 */
/* A document in YAML is the JSON that it looks like, with the places of the
 * YAML; nothing is guessed, and what is not understood is refused by its place.
 */
#include "base/yaml.h"

#include "test/check.h"

/* The JSON of a text, or its error; good until the next call. */
static const char *read_text(struct ilp_bytes text)
{
	static char out[4096];
	struct ilp_bytes copy = exact_copy(text);
	struct yaml_error error;
	struct yaml yaml;

	if (yaml_read(&yaml, copy, &error)) {
		CHECK(yaml.len < sizeof(out));
		snprintf(out, sizeof(out), "%.*s", (int)yaml.len,
			 (const char *)yaml.json);
		yaml_drop(&yaml);
	} else {
		snprintf(out, sizeof(out), "%zu:%zu: %s", error.place.line,
			 error.place.column, error.text);
	}
	exact_free(copy);
	return out;
}

struct row {
	const char *yaml;
	const char *json;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *json = read_text(ilp_text(rows[i].yaml));

		if (strcmp(json, rows[i].json) != 0)
			fail_msg("%s\nis         %s\ninstead of %s",
				 rows[i].yaml, json, rows[i].json);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))

static void a_document_is_the_json_that_it_looks_like(void)
{
	static const struct row rows[] = {
		{ "a: 1\nb:\n  c: x y\n  d:\n  - 1\n  - {e: f, g: [h, 2]}\n",
		  "{\"a\":1,\"b\":{\"c\":\"x y\",\"d\":[1,{\"e\":\"f\","
		  "\"g\":[\"h\",2]}]}}" },
		{ "- a: 1\n  b: 2\n-\n  - c\n- []\n- {}\n",
		  "[{\"a\":1,\"b\":2},[\"c\"],[],{}]" },
		{ "--- # a comment\na: b # another\n...\n", "{\"a\":\"b\"}" },
		{ "a: 'it''s \\n # no'\n", "{\"a\":\"it's \\\\n # no\"}" },
		{ "a: \"x\\ty\\u00e9\\x41z\"\n",
		  "{\"a\":\"x\\ty\xc3\xa9"
		  "Az\"}" },
		{ "a: |\n  one\n    two\n", "{\"a\":\"one\\n  two\\n\"}" },
		{ "a: |-\n  one\nb: >-\n  two\n  three\n",
		  "{\"a\":\"one\",\"b\":\"two three\"}" },
		{ "a: one\n  two\n", "{\"a\":\"one two\"}" },
		{ "a: \"\\N\\L\\P\"\n", "{\"a\":\"\xc2\x85\xe2\x80\xa8"
					    "\xe2\x80\xa9\"}" },
		{ "a: C:\\new\n", "{\"a\":\"C:\\\\new\"}" },
		{ "'a b': 1\n\"c\": 2\n7: 3\n",
		  "{\"a b\":1,\"c\":2,\"7\":3}" },
		{ "a: btp+wss://:t@h:7768/x#y\n",
		  "{\"a\":\"btp+wss://:t@h:7768/x#y\"}" },
		{ "{\"a\": [1, \"b\", true, null]}",
		  "{\"a\":[1,\"b\",true,null]}" },
		{ "7", "7" },
		{ "a: 'b' #c\nd: |\n  e\n#f\n",
		  "{\"a\":\"b\",\"d\":\"e\\n\"}" },
		{ "? a\n: b\n?c: d\n", "{\"a\":\"b\",\"?c\":\"d\"}" },
		{ "a: 1\r\nb: 2\r\n", "{\"a\":1,\"b\":2}" },
	};

	CHECK_ROWS(rows);
}

static void what_yaml_would_guess_arrives_as_it_was_written(void)
{
	static const struct row rows[] = {
		{ "[NO, no, yes, On, off, y, N, True, TRUE, False]",
		  "[\"NO\",\"no\",\"yes\",\"On\",\"off\",\"y\",\"N\",\"True\","
		  "\"TRUE\",\"False\"]" },
		{ "[09, 010, 0o17, 0x1F, 1_000, +5, .5, 5., 1:30, 1e, -]",
		  "[\"09\",\"010\",\"0o17\",\"0x1F\",\"1_000\",\"+5\",\".5\","
		  "\"5.\",\"1:30\",\"1e\",\"-\"]" },
		{ "[.inf, -.INF, .nan, 2001-12-14, =]",
		  "[\".inf\",\"-.INF\",\".nan\",\"2001-12-14\",\"=\"]" },
		{ "[340282366920938463463374607431768211456, 0.10, -0, 1E+5]",
		  "[340282366920938463463374607431768211456,0.10,-0,1E+5]" },
		{ "[true, false, 'true', \"7\", '', '~', 'null']",
		  "[true,false,\"true\",\"7\",\"\",\"~\",\"null\"]" },
		{ "- ~\n- null\n- Null\n- NULL\n-\n- nUll\n",
		  "[null,null,null,null,null,\"nUll\"]" },
		{ "a:\nb:\n", "{\"a\":null,\"b\":null}" },
		{ "true: false\nnull: ~\n", "{\"true\":false,\"null\":null}" },
	};

	CHECK_ROWS(rows);
}

static void what_is_not_understood_is_refused(void)
{
	static const struct row rows[] = {
		{ "a:\n   - \"b\n   - 1\"\n",
		  "2:6: a text in quotes ends on the line on which it begins: "
		  "is a quote missing?" },
		{ "a: 'b\n  c'\n",
		  "1:4: a text in quotes ends on the line on which it begins: "
		  "is a quote missing?" },
		{ "{\n?# a: [ ]\n}\n", "3:1: a key is missing" },
		{ "a: &x 1\n", "1:4: anchors (&) are not taken; a value that "
			       "begins with & needs quotes" },
		{ "a: &x {b: c}\n",
		  "1:4: anchors (&) are not taken; a value that "
		  "begins with & needs quotes" },
		{ "a: 1\nb: *x\n", "2:4: aliases (*) are not taken; a value "
				   "that begins with * needs quotes" },
		{ "*x : 1\n", "1:1: aliases (*) are not taken; a value that "
			      "begins with * needs quotes" },
		{ "a: !!str 9\n", "1:4: tags (!) are not taken; a value that "
				  "begins with ! needs quotes" },
		{ "a: !secret x\n", "1:4: tags (!) are not taken; a value that "
				    "begins with ! needs quotes" },
		{ "a: ! x\n", "1:4: tags (!) are not taken; a value that "
			      "begins with ! needs quotes" },
		{ "b: [!!set {a}]\n",
		  "1:5: tags (!) are not taken; a value that "
		  "begins with ! needs quotes" },
		{ "<<: {a: 1}\n", "1:1: merge keys (<<) are not taken: write "
				  "all out" },
		{ "a: 1\n---\nb: 2\n",
		  "2:1: there is a second document (---)" },
		{ "a: 1\n...\nb: 2\n",
		  "3:1: expected nothing after the document" },
		{ "%YAML 1.1\n---\na: 1\n",
		  "1:1: directives (%) are not taken" },
		{ "%TAG ! tag:x,2000:\n---\na: 1\n",
		  "1:1: directives (%) are not taken" },
		{ "a: 'b'#c\n", "1:7: a comment needs a space in front of it" },
		{ "a: \"b\"#c\n",
		  "1:7: a comment needs a space in front of it" },
		{ "[?a]\n", "1:2: a value or key that begins with ? needs "
			    "quotes" },
		{ "\xc3\xa9: {?a: b}\n",
		  "1:6: a value or key that begins with ? needs quotes" },
		{ "a: |\n \tb\n", "2:2: a tab cannot stand here: YAML is "
				 "indented by spaces" },
		{ "? [a]\n: b\n", "1:3: a key is a text, and nothing else" },
		{ "{a: b}: c\n", "1:1: a key is a text, and nothing else" },
		{ "", "1:1: there is nothing in it" },
		{ "# all of it\n\n# is commented out\n",
		  "1:1: there is nothing in it" },
	};

	CHECK_ROWS(rows);
}

static void what_is_no_yaml_is_told_so_that_it_can_be_found(void)
{
	static const struct row rows[] = {
		{ "a:\n\tb: 1\n", "2:1: a tab cannot stand here: YAML is "
				  "indented by spaces" },
		{ "a: @b\n", "1:4: a value that begins with @ needs quotes" },
		{ "\xc3\xa9: `b`\n",
		  "1:4: a value that begins with ` needs quotes" },
		{ "a: b: c\n",
		  "1:5: a ':' cannot stand here: this line is not as deep as "
		  "the others, the one before lacks its ': ', or a value "
		  "with ': ' in it lacks quotes" },
		{ "a: 1\n  b: 2\n",
		  "2:4: a ':' cannot stand here: this line is not as deep as "
		  "the others, the one before lacks its ': ', or a value "
		  "with ': ' in it lacks quotes" },
		{ "a:\n    b: 1\n  c: 2\n",
		  "3:3: expected a key: is the line as deep as the others of "
		  "its object?" },
		{ "a: 1\nb\nc: 2\n",
		  "2:1: expected ': ' and a value after this" },
		{ "a:\n- b\nc\n", "3:1: expected ': ' and a value after this" },
		{ "a: - b\n", "1:4: a '- ' begins an item only on a line of "
			      "its own" },
		{ "a:\n  - b\n  c: d\n",
		  "3:3: expected the '- ' of another item, as deep as those "
		  "before" },
		{ "a: [1, 2\nb: 3\n",
		  "2:2: expected ',' or ']' after an item" },
		{ "a: {b: 1\nc: 3\n",
		  "2:2: expected ',' or '}' after a member" },
		{ "a: 1\nb: 'c\nd: 1\n", "2:4: a text in quotes without an "
					 "end" },
		{ "a: \"c\n", "1:4: a text in quotes without an end" },
		{ "a: \"C:\\path\"\n",
		  "1:7: no such escape; in single quotes, or without any, a "
		  "backslash is a backslash" },
		{ "a: \"\\xg1\"\n", "1:7: expected hexadecimal digits after "
				    "\\x, \\u or \\U" },
		{ "a: \"\\ud800\"\n", "1:7: the escape is of no character" },
		{ "a: b\nc: d\xff\n", "2:5: not UTF-8" },
		{ "a: b\x01\n",
		  "1:5: a control character cannot be in a text" },
		{ "a: b\nc: \"d\xc2\x85\"\n",
		  "2:6: a line break that is not to be seen: take it out, or "
		  "write its escape in double quotes" },
		{ "a: b\xe2\x80\xa8"
		  "c\n",
		  "1:5: a line break that is not to be seen: take it out, or "
		  "write its escape in double quotes" },
		{ "a: b\rc\r\n",
		  "1:5: a line break that is not to be seen: take it out, or "
		  "write its escape in double quotes" },
		{ "a: b\xe2\x80\xa9"
		  "c\n",
		  "1:5: a line break that is not to be seen: take it out, or "
		  "write its escape in double quotes" },
		{ "\xef\xbb\xbf"
		  "a: 1\n",
		  "1:1: starts with a byte order mark" },
		{ "a: 1\n}\n", "2:1: expected a key: is the line as deep as "
			       "the others of its object?" },
		{ "{a: b:[c]}\n", "1:6: a ':' needs a space behind it, or "
				  "quotes around its value" },
		{ "a: &\n", "1:4: a value that begins with & or * needs "
			    "quotes" },
		{ "a: [1,", "1:7: expected a value; one that begins "
			   "with a sign of YAML needs quotes" },
		{ "a: | b\n", "1:6: expected the text on the next line, after "
			      "'|' or '>'" },
	};

	CHECK_ROWS(rows);
}

/* ---- places ---- */

/* Where a node of the JSON lies in the YAML. */
static struct ilp_json_place place(const struct yaml *y,
				   const struct ilp_json_node *node)
{
	return yaml_place(y, (size_t)(node->text.at - y->json) -
				     (node->type == ILP_JSON_STRING));
}

/* Every key and value in turn, as "line:column". */
static void every_place_is_that_of_the_yaml(void)
{
	static const char text[] = "# two peers\n"
				   "a: 7\n"
				   "'b': [x, {c: 'd'},\n"
				   "  []]\n"
				   "\xc3\xa9: e\n"
				   "f:\n"
				   "- g: |\n"
				   "    h\n"
				   "  i:\n";
	static const char places[] = "2:1 2:1 2:4 3:1 3:6 3:7 3:10 3:11 3:14 "
				     "4:3 5:1 5:4 6:1 7:1 7:3 7:3 7:6 9:3 "
				     "9:5 ";
	struct ilp_json_node nodes[32];
	struct yaml_error error;
	char found[256] = "";
	struct yaml yaml;

	CHECK(yaml_read(&yaml, ilp_text(text), &error));
	CHECK(!ilp_json_read(nodes, 32,
			     (struct ilp_bytes){ yaml.json, yaml.len })
		       .problem);
	for (size_t i = 0; i < nodes[0].span; i++) {
		struct ilp_json_place at = place(&yaml, &nodes[i]);

		snprintf(found + strlen(found), sizeof(found) - strlen(found),
			 "%zu:%zu ", at.line, at.column);
	}
	assert_string_equal(found, places);
	yaml_drop(&yaml);
	/* Nothing lies behind the last line. */
	CHECK(yaml_read(&yaml, ilp_text("? a"), &error));
	CHECK_INT(yaml_place(&yaml, yaml.len - 1).line, 1);
	yaml_drop(&yaml);
}

/* ---- bounds ---- */

static const char *nested(char open, size_t depth)
{
	static char text[2048];

	memset(text, open, depth);
	text[depth] = '\0';
	return text;
}

static void what_is_too_deep_is_refused(void)
{
	char text[ILP_JSON_DEPTH_MAX * 2 + 1];

	memset(text, '[', ILP_JSON_DEPTH_MAX);
	memset(text + ILP_JSON_DEPTH_MAX, ']', ILP_JSON_DEPTH_MAX);
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(read_text(ilp_text(text)), text);
	assert_string_equal(
		read_text(ilp_text(nested('[', ILP_JSON_DEPTH_MAX + 1))),
		"1:65: too many lists and objects in one another");
	assert_string_equal(read_text(ilp_text(nested('[', 2000))),
			    "1:65: too many lists and objects in one another");
	assert_string_equal(read_text(ilp_text(nested('{', 2000))),
			    "1:2: a key is a text, and nothing else");
}

static void what_is_too_long_is_refused(void)
{
	uint8_t *text = malloc(YAML_SIZE_MAX + 1);
	struct yaml_error error;
	struct yaml yaml;

	assert_non_null(text);
	memset(text, '#', YAML_SIZE_MAX + 1);
	CHECK(!yaml_read(&yaml,
			 (struct ilp_bytes){ text, YAML_SIZE_MAX + 1 },
			 &error));
	assert_string_equal(error.text, "longer than 16 MiB");
	CHECK(!yaml_read(&yaml, (struct ilp_bytes){ text, YAML_SIZE_MAX },
			 &error));
	assert_string_equal(error.text, "there is nothing in it");
	free(text);
}

/* What takes the most room for its length. */
static void there_is_room_for_what_grows_the_most(void)
{
	static const struct row pieces[] = {
		{ "a,", "\"a\":null," },
		{ "\"\\0\",", "\"\\u0000\":null," },
	};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		const size_t count = 100000;
		size_t len = strlen(pieces[i].yaml);
		char *text = malloc(count * len + 3);
		struct yaml_error error;
		struct yaml yaml;

		assert_non_null(text);
		text[0] = '{';
		for (size_t j = 0; j < count; j++)
			memcpy(text + 1 + j * len, pieces[i].yaml, len);
		strcpy(text + 1 + count * len, "}");
		CHECK(yaml_read(&yaml, ilp_text(text), &error));
		CHECK_INT(yaml.len, count * strlen(pieces[i].json) + 1);
		yaml_drop(&yaml);
		free(text);
	}
}

TESTS(TEST(a_document_is_the_json_that_it_looks_like),
      TEST(what_yaml_would_guess_arrives_as_it_was_written),
      TEST(what_is_not_understood_is_refused),
      TEST(what_is_no_yaml_is_told_so_that_it_can_be_found),
      TEST(every_place_is_that_of_the_yaml), TEST(what_is_too_deep_is_refused),
      TEST(what_is_too_long_is_refused),
      TEST(there_is_room_for_what_grows_the_most))
