/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses are what the regular expression of RFC 15 says, and match by whole
 * segments. */
#include "ilp/address.h"

#include <regex.h>

#include "test/check.h"
#include "test/random.h"

static unsigned reads(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	ilp_read_address(&r);
	return r.error;
}

static bool valid(struct ilp_bytes in, bool (*judge)(struct ilp_bytes))
{
	struct ilp_bytes copy = exact_copy(in);
	bool good = judge(copy);

	exact_free(copy);
	return good;
}

static void takes_the_addresses_of_the_rfc(void)
{
	static const char *const good[] = {
		"g.A",
		"private.A",
		"example.A",
		"peer.A",
		"self.A",
		"test.A",
		"test1.A",
		"test2.A",
		"test3.A",
		"local.A",
		"g.acme.bob",
		"test1.us.usd",
		"g.a.b.c.d",
		"g.-",
		"g._",
		"g.~",
		"g.0",
		"g.g",
		"example.us.bob.~1",
		"peer.config",
		"test.alice.XYZ.1234.-_~",
		"g.us-fed.ach.0.acmebank.swx0a0.acmecorp.sales.199.~ipr."
		"cdfa5e16-e759-4ba3-88f6-8b9dc83c1868.2",
		"g.0123456789abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ_~.-",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		CHECK(valid(ilp_text(good[i]), ilp_address_valid));
		CHECK(valid(ilp_text(good[i]), ilp_prefix_valid));
	}
}

static void refuses_what_is_no_address(void)
{
	static const char *const bad[] = {
		"",
		"  ",
		".",
		"..",
		"test.",
		"test..",
		"g.",
		".g",
		".test.alice",
		"test..alice",
		"test.alice.",
		"what.alice",
		"test4.alice",
		"test0.alice",
		"test11.alice",
		"tes.alice",
		"tests.alice",
		"G.alice",
		"Test.alice",
		"g alice",
		"g.al ice",
		"g.alice ",
		" g.alice",
		"g.alice\n",
		"\ng.alice",
		"g.a..b",
		"g,alice",
		"g.alice/1",
		"g.alice!",
		"g.a+b",
		"g.a=b",
		"g.a:b",
		"g.caf\xc3\xa9",
		"g.alic\xf0",
		"gg.alice",
		"pee.alice",
		"peers.alice",
		"privat.a",
		"selfx.a",
		"localhost.a",
		"test1.us.usd.bob space",
		"g.@",
		"g.[",
		"g.`",
		"g.{",
		"g./",
		"g.%41",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (valid(ilp_text(bad[i]), ilp_address_valid))
			fail_msg("takes '%s'", bad[i]);
		if (valid(ilp_text(bad[i]), ilp_prefix_valid))
			fail_msg("takes prefix '%s'", bad[i]);
	}
	CHECK(!ilp_address_valid((struct ilp_bytes){ NULL, 0 }));
	CHECK(!ilp_prefix_valid((struct ilp_bytes){ NULL, 0 }));
}

static void a_scheme_alone_is_a_prefix_but_no_address(void)
{
	static const char *const schemes[] = { "g",     "private", "example",
					       "peer",  "self",    "test",
					       "test1", "test2",   "test3",
					       "local" };
	static const char *const others[] = { "h", "test4", "gg", "G", "te" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		CHECK(!valid(ilp_text(schemes[i]), ilp_address_valid));
		CHECK(valid(ilp_text(schemes[i]), ilp_prefix_valid));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK(!valid(ilp_text(others[i]), ilp_prefix_valid));
}

static void segments_are_of_65_characters_and_no_others(void)
{
	int good = 0;

	for (unsigned c = 0; c < 256; c++) {
		uint8_t middle[] = { 'g', '.', 'a', (uint8_t)c, 'b' };
		uint8_t end[] = { 'g', '.', 'a', (uint8_t)c };
		uint8_t only[] = { 'g', '.', (uint8_t)c };
		bool named = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '_' || c == '~' ||
			     c == '-';

		good += named;
		CHECK(valid(ILP_BYTES(end), ilp_address_valid) == named);
		CHECK(valid(ILP_BYTES(only), ilp_address_valid) == named);
		CHECK(valid(ILP_BYTES(middle), ilp_address_valid) ==
		      (named || c == '.'));
		CHECK(valid(ILP_BYTES(middle), ilp_prefix_valid) ==
		      (named || c == '.'));
	}
	CHECK_INT(good, 65);
}

static void an_address_has_up_to_1023_characters(void)
{
	uint8_t text[1100];

	memset(text, '_', sizeof(text));
	memcpy(text, "test.", 5);
	for (size_t len = 1000; len < 1100; len++) {
		struct ilp_bytes address = { text, len };

		CHECK(valid(address, ilp_address_valid) ==
		      (len <= ILP_ADDRESS_MAX));
		CHECK(valid(address, ilp_prefix_valid) ==
		      (len <= ILP_ADDRESS_MAX));
	}
	CHECK_INT(ILP_ADDRESS_MAX, 1023);
}

static void agrees_with_the_regular_expression_of_the_rfc(void)
{
	static const char *const starts[] = { "g",    "test", "test1", "test4",
					      "peer", "self", "gx",    "" };
	struct random_source random = random_start();
	regex_t expression;
	int good = 0;

	CHECK(regcomp(&expression,
		      "^(g|private|example|peer|self|test[1-3]?|local)"
		      "([.][a-zA-Z0-9_~-]+)+$",
		      REG_EXTENDED | REG_NOSUB) == 0);
	for (int i = 0; i < 20000; i++) {
		char text[64] = "";
		size_t start = (size_t)random_below(&random, 8);
		size_t len = (size_t)random_below(&random, 8);
		size_t head = strlen(starts[start]);
		bool expected, got;

		strcpy(text, starts[start]);
		if (i % 2)
			strcpy(text + head++, ".");
		random_text(&random, (uint8_t *)text + head, len,
			    i % 5 ? "aZ0_~-..xyz" : "aZ0_~-. !/@\x80");
		text[head + len] = 0;
		expected = regexec(&expression, text, 0, NULL, 0) == 0;
		got = valid(ilp_text(text), ilp_address_valid);
		if (expected != got)
			fail_msg("differs on '%s'", text);
		good += got;
	}
	CHECK(good > 1000);
	regfree(&expression);
}

/* The definition, a byte at a time. */
static bool plain_valid(struct ilp_bytes text)
{
	uint8_t before = '.';

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '.' ? before == '.' :
			       c == 0 || !strchr("abcdefghijklmnopqrstuvwxyz"
						 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						 "0123456789-_~",
						 c))
			return false;
		before = c;
	}
	return text.len > 2 && before != '.';
}

/* At every place, since long addresses may be checked by the piece. */
static void one_wrong_byte_spoils_an_address_of_any_length(void)
{
	for (size_t len = 3; len <= 70; len++)
		for (size_t at = 2; at < len; at++)
			for (unsigned c = 0; c < 256; c++) {
				uint8_t text[70];
				struct ilp_bytes address = { text, len };

				if (len > 40 && c % 7 && c != '.')
					continue;
				memset(text, 'x', sizeof(text));
				text[0] = 'g';
				text[1] = '.';
				text[at] = (uint8_t)c;
				if (ilp_address_valid(address) !=
				    plain_valid(address))
					fail_msg("%02x at %zu of %zu", c, at,
						 len);
			}
}

static void dots_stand_alone_in_addresses_of_any_length(void)
{
	struct random_source random = random_start();
	int good = 0;

	for (int i = 0; i < 40000; i++) {
		uint8_t text[200] = "g.";
		size_t len = 1 + (size_t)random_below(&random, 190);
		struct ilp_bytes address = { text, len + 2 };

		random_text(&random, text + 2, len, "abcXYZ019_~-");
		for (uint64_t n = random_below(&random, 5); n; n--)
			text[2 + random_below(&random, len)] = '.';
		if (valid(address, ilp_address_valid) != plain_valid(address))
			fail_msg("%.*s", (int)address.len, (char *)text);
		good += plain_valid(address);
	}
	CHECK(good > 10000 && good < 39000);
}

static void knows_the_scheme(void)
{
	static const struct {
		const char *address;
		enum ilp_scheme scheme;
	} rows[] = {
		{ "g.a", ILP_SCHEME_G },
		{ "g", ILP_SCHEME_G },
		{ "private.a.b", ILP_SCHEME_PRIVATE },
		{ "example.a", ILP_SCHEME_EXAMPLE },
		{ "peer.config", ILP_SCHEME_PEER },
		{ "peer", ILP_SCHEME_PEER },
		{ "self.a", ILP_SCHEME_SELF },
		{ "test.a", ILP_SCHEME_TEST },
		{ "test1.a", ILP_SCHEME_TEST },
		{ "test2.a", ILP_SCHEME_TEST },
		{ "test3", ILP_SCHEME_TEST },
		{ "local.a", ILP_SCHEME_LOCAL },
		{ "", ILP_SCHEME_NONE },
		{ ".", ILP_SCHEME_NONE },
		{ ".g", ILP_SCHEME_NONE },
		{ "gx.a", ILP_SCHEME_NONE },
		{ "G.a", ILP_SCHEME_NONE },
		{ "test0.a", ILP_SCHEME_NONE },
		{ "test4.a", ILP_SCHEME_NONE },
		{ "test12.a", ILP_SCHEME_NONE },
		{ "tes", ILP_SCHEME_NONE },
		{ "peers.a", ILP_SCHEME_NONE },
		{ "pee", ILP_SCHEME_NONE },
		{ "privat", ILP_SCHEME_NONE },
		{ "selfish.a", ILP_SCHEME_NONE },
		{ "localhost.a", ILP_SCHEME_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ilp_bytes copy = exact_copy(ilp_text(rows[i].address));

		if (ilp_address_scheme(copy) != rows[i].scheme)
			fail_msg("scheme of '%s'", rows[i].address);
		exact_free(copy);
	}
	CHECK_INT(ilp_address_scheme((struct ilp_bytes){ NULL, 0 }),
		  ILP_SCHEME_NONE);
}

static bool has_prefix(const char *address, const char *prefix)
{
	struct ilp_bytes a = exact_copy(ilp_text(address));
	struct ilp_bytes p = exact_copy(ilp_text(prefix));
	bool has = ilp_address_has_prefix(a, p);

	exact_free(a);
	exact_free(p);
	return has;
}

static void prefixes_match_whole_segments(void)
{
	CHECK(has_prefix("g.foo.bob", "g"));
	CHECK(has_prefix("g.foo.bob", "g.foo"));
	CHECK(has_prefix("g.foo.bob", "g.foo.bob"));
	CHECK(has_prefix("g.foo.bar", "g.foo"));
	CHECK(has_prefix("g", "g"));
	CHECK(!has_prefix("g.foobar", "g.foo"));
	CHECK(!has_prefix("g.foo.bob", "g.foo.bob.bar"));
	CHECK(!has_prefix("g.foo.bob", "g.foo.bobbar"));
	CHECK(!has_prefix("g.foo.bob", "g.foo.bo"));
	CHECK(!has_prefix("g.foo.bob", "test.foo"));
	CHECK(!has_prefix("g.foo.bob", "g.foo.bar"));
	CHECK(!has_prefix("test1.foo", "test"));
	CHECK(!has_prefix("test.foo", "test1"));
	CHECK(!has_prefix("g", "g.foo"));
	CHECK(!has_prefix("g.Foo", "g.foo"));
	CHECK(!has_prefix("", "g"));
}

static void a_prefix_is_a_prefix_of_whatever_is_longer_by_segments(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 5000; i++) {
		uint8_t text[40] = "g.";
		struct ilp_bytes address = { text, 2 + (size_t)random_below(
							       &random, 30) };

		random_text(&random, text + 2, 38, "ab.");
		for (size_t len = 1; len <= address.len; len++) {
			struct ilp_bytes prefix = { text, len };

			if (!ilp_prefix_valid(prefix) ||
			    !ilp_prefix_valid(address))
				continue;
			CHECK(ilp_address_has_prefix(address, prefix) ==
			      (len == address.len || text[len] == '.'));
		}
	}
}

static void segments_come_off_one_by_one(void)
{
	struct ilp_bytes rest = ilp_text("g.us-fed.x.~y"), segment;
	struct ilp_bytes one = ilp_text("g");

	CHECK(ilp_address_next_segment(&rest, &segment));
	CHECK_TEXT(segment, "g");
	CHECK(ilp_address_next_segment(&rest, &segment));
	CHECK_TEXT(segment, "us-fed");
	CHECK(ilp_address_next_segment(&rest, &segment));
	CHECK_TEXT(segment, "x");
	CHECK(ilp_address_next_segment(&rest, &segment));
	CHECK_TEXT(segment, "~y");
	CHECK(!ilp_address_next_segment(&rest, &segment));
	CHECK(!ilp_address_next_segment(&rest, &segment));
	CHECK(ilp_address_next_segment(&one, &segment));
	CHECK_TEXT(segment, "g");
	CHECK(!ilp_address_next_segment(&one, &segment));
	rest = (struct ilp_bytes){ NULL, 0 };
	CHECK(!ilp_address_next_segment(&rest, &segment));
}

static void segments_joined_are_the_address(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 3000; i++) {
		uint8_t text[40] = "g.", joined[41];
		size_t len = 3 + (size_t)random_below(&random, 30), n = 0;
		struct ilp_bytes rest = { text, len }, copy, segment;

		random_text(&random, text + 2, 38, "abcd.");
		if (!ilp_address_valid(rest))
			continue;
		copy = exact_copy(rest);
		rest = copy;
		while (ilp_address_next_segment(&rest, &segment)) {
			CHECK(segment.len > 0);
			if (n)
				joined[n++] = '.';
			memcpy(joined + n, segment.at, segment.len);
			n += segment.len;
		}
		CHECK_BYTES(((struct ilp_bytes){ joined, n }), copy);
		exact_free(copy);
	}
}

static void reads_an_address_from_an_octet_string(void)
{
	struct ilp_bytes in = hex("0d6578616d706c652e616c696365ff");
	struct ilp_reader r = ilp_reader(in);
	struct ilp_bytes address = ilp_read_address(&r);

	CHECK_TEXT(address, "example.alice");
	CHECK(address.at == in.at + 1);
	CHECK(r.error == ILP_OK && ilp_reader_left(&r) == 1);
	check_cuts(reads, hex("0d6578616d706c652e616c696365"), ILP_ERR_SHORT);
	CHECK_INT(check_read(reads, hex("00")), ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads, hex("0167")), ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads, hex("0467002e61")), ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads, hex("04672e6100")), ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads, hex("8103672e61")), ILP_ERR_LENGTH);
}

static void a_read_address_has_up_to_1023_characters(void)
{
	uint8_t b[3 + 1024];

	memset(b, 'a', sizeof(b));
	memcpy(b, "\x82\x03\xfftest.", 8);
	CHECK_INT(check_read(reads, (struct ilp_bytes){ b, 3 + 1023 }), ILP_OK);
	b[1] = 4;
	b[2] = 0;
	CHECK(check_read(reads, ILP_BYTES(b)) != ILP_OK);
}

TESTS(TEST(takes_the_addresses_of_the_rfc), TEST(refuses_what_is_no_address),
      TEST(a_scheme_alone_is_a_prefix_but_no_address),
      TEST(segments_are_of_65_characters_and_no_others),
      TEST(an_address_has_up_to_1023_characters),
      TEST(agrees_with_the_regular_expression_of_the_rfc),
      TEST(one_wrong_byte_spoils_an_address_of_any_length),
      TEST(dots_stand_alone_in_addresses_of_any_length), TEST(knows_the_scheme),
      TEST(prefixes_match_whole_segments),
      TEST(a_prefix_is_a_prefix_of_whatever_is_longer_by_segments),
      TEST(segments_come_off_one_by_one), TEST(segments_joined_are_the_address),
      TEST(reads_an_address_from_an_octet_string),
      TEST(a_read_address_has_up_to_1023_characters))
