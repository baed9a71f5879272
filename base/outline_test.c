/* SPDX-License-Identifier: Apache-2.0 */
/* The same calls give an indented text and a JSON object that say the same.
 * Whatever a stranger put into a value, the text stays on its line and the
 * JSON can be read; and what does not fit is not there at all. */
#include "base/outline.h"

#include "base/utf8.h"
#include "test/random.h"

static uint8_t out[4096];

static struct ilp_outline start(enum ilp_outline_form form)
{
	return ilp_outline(form, out, sizeof(out));
}

typedef void builder(struct ilp_outline *o);

static void same(builder *build, const char *text, const char *json)
{
	struct ilp_outline o = start(ILP_OUTLINE_TEXT);

	build(&o);
	CHECK_TEXT(ilp_outlined(&o), text);
	o = start(ILP_OUTLINE_JSON);
	build(&o);
	CHECK_TEXT(ilp_outlined(&o), json);
}

static void build_example(struct ilp_outline *o)
{
	static const uint8_t data[] = { 0x5d, 0xb3 };

	ilp_outline_group(o, NULL);
	ilp_outline_group(o, "prepare");
	ilp_outline_u64(o, "amount", 107);
	ilp_outline_hex(o, "data", ILP_BYTES(data));
	ilp_outline_end(o);
	ilp_outline_end(o);
}

static void is_what_the_header_shows(void)
{
	same(build_example,
	     "prepare:\n"
	     "  amount: 107\n"
	     "  data: 5db3 (2 bytes)\n",
	     "{\"prepare\":{\"amount\":\"107\",\"data\":\"5db3\"}}");
}

static void build_values(struct ilp_outline *o)
{
	ilp_outline_group(o, NULL);
	ilp_outline_text(o, "word", ilp_text("gr\xc3\xbc\xc3\x9f dich"));
	ilp_outline_text(o, "empty", ilp_text(""));
	ilp_outline_text(o, "null", (struct ilp_bytes){ NULL, 0 });
	ilp_outline_hex(o, "no", (struct ilp_bytes){ NULL, 0 });
	ilp_outline_hex(o, "one", ilp_text("\xff"));
	ilp_outline_hex(o, "hex", hex("00091aa9f0"));
	ilp_outline_u64(o, "u0", 0);
	ilp_outline_u64(o, "u9", 9);
	ilp_outline_u64(o, "u64", UINT64_MAX);
	ilp_outline_u32(o, "v0", 0);
	ilp_outline_u32(o, "v32", UINT32_MAX);
	ilp_outline_end(o);
}

static void every_kind_of_value_has_its_form(void)
{
	same(build_values,
	     "word: gr\xc3\xbc\xc3\x9f dich\n"
	     "empty: \n"
	     "null: \n"
	     "no: (0 bytes)\n"
	     "one: ff (1 byte)\n"
	     "hex: 00091aa9f0 (5 bytes)\n"
	     "u0: 0\n"
	     "u9: 9\n"
	     "u64: 18446744073709551615\n"
	     "v0: 0\n"
	     "v32: 4294967295\n",
	     "{\"word\":\"gr\xc3\xbc\xc3\x9f dich\",\"empty\":\"\","
	     "\"null\":\"\",\"no\":\"\",\"one\":\"ff\","
	     "\"hex\":\"00091aa9f0\",\"u0\":\"0\",\"u9\":\"9\","
	     "\"u64\":\"18446744073709551615\","
	     "\"v0\":0,\"v32\":4294967295}");
}

static void build_tree(struct ilp_outline *o)
{
	ilp_outline_group(o, NULL);
	ilp_outline_list(o, "list");
	ilp_outline_group(o, NULL);
	ilp_outline_u32(o, "a", 1);
	ilp_outline_group(o, "deep");
	ilp_outline_u32(o, "b", 2);
	ilp_outline_end(o);
	ilp_outline_u32(o, "c", 3);
	ilp_outline_end(o);
	ilp_outline_group(o, NULL);
	ilp_outline_list(o, "inner");
	ilp_outline_group(o, NULL);
	ilp_outline_u32(o, "d", 4);
	ilp_outline_end(o);
	ilp_outline_end_list(o);
	ilp_outline_end(o);
	ilp_outline_end_list(o);
	ilp_outline_list(o, "none");
	ilp_outline_end_list(o);
	ilp_outline_group(o, "nothing");
	ilp_outline_end(o);
	ilp_outline_text(o, "last", ilp_text("x"));
	ilp_outline_end(o);
}

#define TREE_JSON                                                              \
	"{\"list\":[{\"a\":1,\"deep\":{\"b\":2},\"c\":3},"                     \
	"{\"inner\":[{\"d\":4}]}],\"none\":[],\"nothing\":"                    \
	"{},\"last\":\"x\"}"
#define TREE_TEXT                                                              \
	"list:\n"                                                              \
	"  -\n"                                                                \
	"    a: 1\n"                                                           \
	"    deep:\n"                                                          \
	"      b: 2\n"                                                         \
	"    c: 3\n"                                                           \
	"  -\n"                                                                \
	"    inner:\n"                                                         \
	"      -\n"                                                            \
	"        d: 4\n"                                                       \
	"none:\n"                                                              \
	"nothing:\n"                                                           \
	"last: x\n"

static void trees_are_indented(void)
{
	same(build_tree, TREE_TEXT, TREE_JSON);
}

static void build_items(struct ilp_outline *o)
{
	ilp_outline_group(o, NULL);
	ilp_outline_list(o, "path");
	ilp_outline_text(o, NULL, ilp_text("g.a"));
	ilp_outline_text(o, NULL, ilp_text(""));
	ilp_outline_end_list(o);
	ilp_outline_end(o);
}

static void texts_are_items_too(void)
{
	same(build_items, "path:\n  - g.a\n  - \n",
	     "{\"path\":[\"g.a\",\"\"]}");
}

static struct ilp_bytes one_text(enum ilp_outline_form form,
				 struct ilp_bytes value)
{
	struct ilp_outline o = start(form);
	struct ilp_bytes copy = exact_copy(value);

	ilp_outline_group(&o, NULL);
	ilp_outline_text(&o, "t", copy);
	ilp_outline_end(&o);
	exact_free(copy);
	return ilp_outlined(&o);
}

static const struct {
	const char *value, *text, *json;
} escapes[] = {
	{ "a\nb", "t: a\\x0ab\n", "{\"t\":\"a\\nb\"}" },
	{ "a\r\n", "t: a\\x0d\\x0a\n", "{\"t\":\"a\\r\\n\"}" },
	{ "\t", "t: \\x09\n", "{\"t\":\"\\t\"}" },
	{ "\x1b[2J", "t: \\x1b[2J\n", "{\"t\":\"\\u001b[2J\"}" },
	{ "\x1b]0;title\x07", "t: \\x1b]0;title\\x07\n",
	  "{\"t\":\"\\u001b]0;title\\u0007\"}" },
	{ "\\x1b", "t: \\x5cx1b\n", "{\"t\":\"\\\\x1b\"}" },
	{ "\"q\"", "t: \"q\"\n", "{\"t\":\"\\\"q\\\"\"}" },
	{ "\x08\x7f", "t: \\x08\\x7f\n", NULL },
	{ "\xc2\x9b"
	  "2J",
	  "t: \\xc2\\x9b2J\n", NULL },
	{ "\xc2\x80\xc2\x9f\xc2\xa0", "t: \\xc2\\x80\\xc2\\x9f\xc2\xa0\n",
	  NULL },
	{ "\xc2"
	  "9b",
	  "t: \\xc29b\n",
	  "{\"t\":\"\xef\xbf\xbd"
	  "9b\"}" },
	{ "\x9b", "t: \\x9b\n", "{\"t\":\"\xef\xbf\xbd\"}" },
	{ "caf\xe9!", "t: caf\\xe9!\n", "{\"t\":\"caf\xef\xbf\xbd!\"}" },
	{ "\xed\xa0\x80", "t: \\xed\\xa0\\x80\n", NULL },
	{ "\xc0\x80", "t: \\xc0\\x80\n", NULL },
	{ "\xf0\x9f\x92", "t: \\xf0\\x9f\\x92\n", NULL },
	{ "\xf0\x9f\x92\xb8", "t: \xf0\x9f\x92\xb8\n",
	  "{\"t\":\"\xf0\x9f\x92\xb8\"}" },
	{ " ~", "t:  ~\n", "{\"t\":\" ~\"}" },
};

static void what_would_move_the_cursor_is_escaped(void)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++) {
		struct ilp_bytes value = ilp_text(escapes[i].value);

		CHECK_TEXT(one_text(ILP_OUTLINE_TEXT, value), escapes[i].text);
		if (escapes[i].json)
			CHECK_TEXT(one_text(ILP_OUTLINE_JSON, value),
				   escapes[i].json);
	}
}

static void a_zero_does_not_end_a_text(void)
{
	struct ilp_bytes value = { (const uint8_t *)"a\0b", 3 };

	CHECK_TEXT(one_text(ILP_OUTLINE_TEXT, value), "t: a\\x00b\n");
	CHECK_TEXT(one_text(ILP_OUTLINE_JSON, value), "{\"t\":\"a\\u0000b\"}");
}

/* One line of printable UTF-8 from any bytes. */
static void harmless(struct ilp_bytes text)
{
	CHECK(ilp_utf8_valid(text));
	CHECK(text.len > 0 && text.at[text.len - 1] == '\n');
	for (size_t i = 0; i + 1 < text.len; i++) {
		CHECK(text.at[i] >= 0x20 && text.at[i] != 0x7f);
		CHECK(text.at[i] != 0xc2 || text.at[i + 1] >= 0xa0);
	}
}

/* Undoes the escapes of a text. */
static size_t unescape(uint8_t *to, struct ilp_bytes line)
{
	size_t len = 0;

	for (size_t i = 0; i < line.len; i++) {
		unsigned byte = line.at[i];

		if (byte == '\\') {
			char digits[3] = { (char)line.at[i + 2],
					   (char)line.at[i + 3] };

			CHECK(line.at[i + 1] == 'x');
			byte = (unsigned)strtoul(digits, NULL, 16);
			i += 3;
		}
		to[len++] = (uint8_t)byte;
	}
	return len;
}

static void any_bytes_are_shown_harmless_and_none_are_lost(void)
{
	struct random_source r = random_start();

	for (int i = 0; i < 20000; i++) {
		static const char hostile[] =
			"\x1b["
			"\n\r\t\\x41\"\x7f\xc2\x9b\xe2\x80\xae\xf0\x9f\xc3";
		uint8_t bytes[40], back[200];
		size_t len = random_below(&r, sizeof(bytes));
		struct ilp_bytes value =
			i % 2 ? random_bytes(&r, bytes, len) :
				random_text(&r, bytes, len, hostile);
		struct ilp_json_node nodes[4];
		struct ilp_bytes text = one_text(ILP_OUTLINE_TEXT, value);

		harmless(text);
		text = ilp_bytes_skip(text, 3);
		text.len--;
		CHECK_BYTES(((struct ilp_bytes){ back, unescape(back, text) }),
			    value);
		text = one_text(ILP_OUTLINE_JSON, value);
		CHECK_INT(ilp_json_read(nodes, 4, text).problem, ILP_JSON_OK);
		CHECK(text.len && !memchr(text.at, '\n', text.len));
	}
}

static void what_does_not_fit_is_not_there(void)
{
	static const struct {
		builder *build;
		const char *text, *json;
	} cases[] = {
		{ build_tree, TREE_TEXT, TREE_JSON },
		{ build_items, "path:\n  - g.a\n  - \n",
		  "{\"path\":[\"g.a\",\"\"]}" },
		{ build_example,
		  "prepare:\n  amount: 107\n  data: 5db3 (2 bytes)\n",
		  "{\"prepare\":{\"amount\":\"107\",\"data\":\"5db3\"}}" },
	};

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		enum ilp_outline_form form =
			i % 2 ? ILP_OUTLINE_JSON : ILP_OUTLINE_TEXT;
		struct ilp_bytes whole =
			ilp_text(i % 2 ? cases[i / 2].json : cases[i / 2].text);

		for (size_t room = 0; room <= whole.len + 1; room++) {
			uint8_t *buffer = malloc(room ? room : 1);
			struct ilp_outline o;

			assert_non_null(buffer);
			o = ilp_outline(form, buffer, room);
			cases[i / 2].build(&o);
			if (room < whole.len)
				CHECK_INT(ilp_outlined(&o).len, 0);
			else
				CHECK_BYTES(ilp_outlined(&o), whole);
			free(buffer);
		}
	}
}

/* What is small enough to fit again must not be appended behind a gap. */
static void nothing_follows_what_did_not_fit(void)
{
	for (int form = ILP_OUTLINE_TEXT; form <= ILP_OUTLINE_JSON; form++) {
		uint8_t small[30];
		struct ilp_outline o = ilp_outline((enum ilp_outline_form)form,
						   small, sizeof(small));

		ilp_outline_group(&o, NULL);
		ilp_outline_hex(&o, "h", ILP_BYTES(out));
		ilp_outline_u32(&o, "n", 1);
		ilp_outline_end(&o);
		CHECK_INT(ilp_outlined(&o).len, 0);
	}
}

TESTS(TEST(is_what_the_header_shows), TEST(every_kind_of_value_has_its_form),
      TEST(trees_are_indented), TEST(texts_are_items_too),
      TEST(what_would_move_the_cursor_is_escaped),
      TEST(a_zero_does_not_end_a_text),
      TEST(any_bytes_are_shown_harmless_and_none_are_lost),
      TEST(what_does_not_fit_is_not_there),
      TEST(nothing_follows_what_did_not_fit))
