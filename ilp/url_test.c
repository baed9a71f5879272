/* SPDX-License-Identifier: Apache-2.0 */
/* Payment pointers become exactly the URLs of RFC 26, and BTP URLs fall into
 * exactly their parts; everything else is refused. */
#include "ilp/url.h"

#include "test/check.h"

static struct ilp_bytes input;

static unsigned write_pointer(uint8_t *buffer, size_t capacity)
{
	struct ilp_bytes copy = exact_copy(input);
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_pointer_to_url(&w, copy);

	exact_free(copy);
	return error;
}

static void a_pointer_stands_for_its_url(void)
{
	static const char *const cases[][2] = {
		{ "$example.com", "https://example.com/.well-known/pay" },
		{ "$example.com/", "https://example.com/.well-known/pay" },
		{ "$example.com/invoices/12345",
		  "https://example.com/invoices/12345" },
		{ "$bob.example.com",
		  "https://bob.example.com/.well-known/pay" },
		{ "$example.com/bob", "https://example.com/bob" },
		{ "$example.com/foo/bar/baz",
		  "https://example.com/foo/bar/baz" },
		{ "$david.example.com/foo", "https://david.example.com/foo" },
		{ "$rafiki.money/p/test@example.com",
		  "https://rafiki.money/p/test@example.com" },
		{ "$localhost", "https://localhost/.well-known/pay" },
		{ "$cool.wallet.co", "https://cool.wallet.co/.well-known/pay" },
		/* a path is kept as it is, with what RFC 3986 lets into it */
		{ "$example.com/bob/", "https://example.com/bob/" },
		{ "$example.com/a%20b", "https://example.com/a%20b" },
		{ "$example.com/~-._", "https://example.com/~-._" },
		{ "$example.com/!$&'()*+,;=:@",
		  "https://example.com/!$&'()*+,;=:@" },
		{ "$xn--bcher-kva.example", "https://xn--bcher-kva.example"
					    "/.well-known/pay" },
		{ "$a", "https://a/.well-known/pay" },
		{ "$EXAMPLE.com/Bob", "https://EXAMPLE.com/Bob" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		input = ilp_text(cases[i][0]);
		check_rooms(write_pointer, ilp_text(cases[i][1]), ILP_ERR_ROOM);
	}
}

static const char *const no_pointers[] = {
	"",
	"foo",
	"example.com",
	"$",
	"$/",
	"$/bob",
	"$https://dev.foo.example.com/someone",
	"https://example.com",
	"$user:pass@example.com",
	"$user@example.com",
	"$localhost:3000",
	"$localhost:3000/bob",
	"$localhost:",
	"$example.com?foo=bar",
	"$example.com/bob?foo=bar",
	"$example.com#hash",
	"$example.com/bob#hash",
	"$ZA\xcc\xa1\xcd\x8a\xcd\xa0LG\xce\x8c IS",
	"$b\xc3\xbc.example",
	"$example.com/b\xc3\xbc/",
	"$example.com/\xff",
	" $example.com",
	"$example.com ",
	"$exam ple.com",
	"$example.com/a b",
	"$example.com\n",
	"$example.com/\r\nHost: evil",
	"$example.com\\bob",
	"$example.com/\\bob",
	"$example.com/<b>",
	"$example.com/\"b\"",
	"$example.com/{b}",
	"$example.com/a^b",
	"$example.com/a`b",
	"$example.com/a|b",
	"$example.com/a\x7f",
};

static void what_is_no_pointer_is_refused(void)
{
	for (size_t i = 0; i < sizeof(no_pointers) / sizeof(*no_pointers);
	     i++) {
		uint8_t buffer[200];
		struct ilp_bytes copy = exact_copy(ilp_text(no_pointers[i]));
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		if (ilp_pointer_to_url(&w, copy) != ILP_ERR_FORMAT)
			fail_msg("not refused: %s", no_pointers[i]);
		CHECK_INT(ilp_written(&w).len, 0);
		exact_free(copy);
	}
}

static void each_byte_is_judged_alike_anywhere(void)
{
	static const char host[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	static const char path[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "-._~!$&'()*+,;=:@/";

	for (int c = 0; c < 256; c++) {
		uint8_t in_host[] = { '$', 'a', (uint8_t)c, 'b' };
		uint8_t in_path[] = { '$', 'a', '/', 'b', (uint8_t)c, 'b' };
		uint8_t buffer[64];
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
		bool good =
			ilp_pointer_to_url(&w, ILP_BYTES(in_host)) == ILP_OK;

		if (c && strchr(host, c))
			CHECK(good);
		if (c <= 0x20 || c >= 0x7f || strchr("\"#:<>?@[\\]^`{|}", c))
			CHECK(!good);
		w = ilp_writer(buffer, sizeof(buffer));
		good = ilp_pointer_to_url(&w, ILP_BYTES(in_path)) == ILP_OK;
		if (good != (c && strchr(path, c)))
			fail_msg("byte %02x in a path", (unsigned)c);
	}
}

static void a_zero_is_in_no_url(void)
{
	uint8_t buffer[64];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_peer_url url;

	CHECK_INT(
		ilp_pointer_to_url(
			&w, (struct ilp_bytes){ (const uint8_t *)"$a\0b", 4 }),
		ILP_ERR_FORMAT);
	CHECK_INT(ilp_peer_url_parse(
			  &url,
			  (struct ilp_bytes){ (const uint8_t *)"btp+ws://a\0b",
					      12 }),
		  ILP_ERR_FORMAT);
}

static const struct {
	const char *text;
	bool tls;
	const char *user, *token, *host;
	uint16_t port;
	const char *path;
} urls[] = {
	{ "btp+ws://alice:secret@example.com:7768/accounts/alice/ilp/btp",
	  false, "alice", "secret", "example.com", 7768,
	  "/accounts/alice/ilp/btp" },
	{ "btp+wss://alice:secret@example.com:7768/btp", true, "alice",
	  "secret", "example.com", 7768, "/btp" },
	{ "btp+ws://example.com", false, "", "", "example.com", 80, "" },
	{ "btp+wss://example.com", true, "", "", "example.com", 443, "" },
	{ "btp+wss://example.com/", true, "", "", "example.com", 443, "/" },
	{ "btp+wss://alice@example.com", true, "alice", "", "example.com", 443,
	  "" },
	{ "btp+wss://:secret@example.com", true, "", "secret", "example.com",
	  443, "" },
	{ "btp+wss://alice:@example.com", true, "alice", "", "example.com", 443,
	  "" },
	{ "btp+wss://@example.com", true, "", "", "example.com", 443, "" },
	{ "btp+ws://localhost:1", false, "", "", "localhost", 1, "" },
	{ "btp+ws://localhost:65535/x", false, "", "", "localhost", 65535,
	  "/x" },
	{ "btp+ws://localhost:00080", false, "", "", "localhost", 80, "" },
	{ "btp+ws://[::1]", false, "", "", "::1", 80, "" },
	{ "btp+ws://[2001:db8::1]:7768/btp", false, "", "", "2001:db8::1", 7768,
	  "/btp" },
	{ "btp+wss://u:t@[::ffff:192.0.2.1]:443/", true, "u", "t",
	  "::ffff:192.0.2.1", 443, "/" },
	{ "btp+ws://192.0.2.1:3000", false, "", "", "192.0.2.1", 3000, "" },
	{ "btp+ws://a/b?c=d&e", false, "", "", "a", 80, "/b?c=d&e" },
	{ "btp+ws://a/b?c=d/e@f:g?", false, "", "", "a", 80, "/b?c=d/e@f:g?" },
	{ "btp+ws://a?b=c", false, "", "", "a", 80, "?b=c" },
	{ "btp+ws://a?@b", false, "", "", "a", 80, "?@b" },
	{ "btp+ws://a:9/@b:c", false, "", "", "a", 9, "/@b:c" },
	{ "btp+ws://al%40ice:s%3Ae%2fc@a", false, "al%40ice", "s%3Ae%2fc", "a",
	  80, "" },
	{ "btp+ws://u:t!$&'()*+,;=-._~@a", false, "u", "t!$&'()*+,;=-._~", "a",
	  80, "" },
	/* RFC 3986, 3.1: the case of a scheme does not matter */
	{ "BTP+WSS://Example.com/A", true, "", "", "Example.com", 443, "/A" },
	{ "Btp+Ws://a", false, "", "", "a", 80, "" },
	{ "http://example.com", false, "", "", "example.com", 80, "" },
	{ "HTTPS://:secret@example.com/accounts/alice/ilp", true, "", "secret",
	  "example.com", 443, "/accounts/alice/ilp" },
	{ "https://[::1]:7770/ilp?x=y", true, "", "", "::1", 7770, "/ilp?x=y" },
};

static void a_peer_url_falls_into_its_parts(void)
{
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct ilp_bytes copy = exact_copy(ilp_text(urls[i].text));
		struct ilp_peer_url url;

		memset(&url, 0xee, sizeof(url));
		if (ilp_peer_url_parse(&url, copy) != ILP_OK)
			fail_msg("refused: %s", urls[i].text);
		CHECK(url.tls == urls[i].tls);
		CHECK(url.http == ((urls[i].text[0] | 0x20) == 'h'));
		CHECK_TEXT(url.user, urls[i].user);
		CHECK_TEXT(url.token, urls[i].token);
		CHECK_TEXT(url.host, urls[i].host);
		CHECK_INT(url.port, urls[i].port);
		CHECK_TEXT(url.path, urls[i].path);
		CHECK(url.host.at > copy.at &&
		      url.host.at < copy.at + copy.len);
		exact_free(copy);
	}
}

static const char *const no_peer_urls[] = {
	"",
	"btp+ws",
	"btp+ws:",
	"btp+ws:/",
	"btp+ws://",
	"btp+ws:example.com",
	"btp+ws:/example.com",
	"btp+ws:///path",
	"btp+ws://:80",
	"btp+ws://:80/path",
	"btp+ws://[evil.example]",
	"btp+ws://[%41::1]",
	"btp+ws://[abcd]",
	"btp+ws://user@",
	"btp+ws://user:token@",
	"btp+ws://user:token@/path",
	"btp+ws://user:token@:80",
	"btp+http://example.com",
	"btp+wsss://example.com",
	"btp://example.com",
	"ws://example.com",
	"wss://example.com",
	"https:/example.com",
	"https://user@example.com",
	"https://:a%0d%0aX:%20y@example.com",
	"http://:to%20ken@example.com",
	"http://:%7f@example.com",
	"http://:%c3%bc@example.com",
	"https://user:token@example.com",
	"http2://example.com",
	"xbtp+ws://example.com",
	" btp+ws://example.com",
	"btp+ws://example.com ",
	"btp+ws://exam ple.com",
	"btp+ws://example.com/a b",
	"btp+ws://example.com\n",
	"btp+ws://example.com/\r\nHost: evil",
	"btp+ws://example.com\\path",
	"btp+ws://example.com/b\xc3\xbc/",
	"btp+ws://example.com:0",
	"btp+ws://example.com:65536",
	"btp+ws://example.com:65616", /* 80 modulo 2^16 */
	"btp+ws://example.com:4294967376",
	"btp+ws://example.com:18446744073709551696",
	"btp+ws://example.com:-1",
	"btp+ws://example.com:+80",
	"btp+ws://example.com: 80",
	"btp+ws://example.com:80a",
	"btp+ws://example.com:0x50",
	"btp+ws://example.com:80:80",
	"btp+ws://example.com#fragment",
	"btp+ws://example.com/#fragment",
	"btp+ws://example.com/a?b#",
	"btp+ws://us#er:token@example.com",
	"btp+ws://[::1",
	"btp+ws://[]",
	"btp+ws://[::1]x",
	"btp+ws://[::1]80",
	"btp+ws://::1",
	"btp+ws://::1]:80",
	"btp+ws://a[::1]",
	"btp+ws://[::1]]",
	"btp+ws://[::1]:65536",
};

static void what_is_no_peer_url_is_refused(void)
{
	for (size_t i = 0; i < sizeof(no_peer_urls) / sizeof(*no_peer_urls);
	     i++) {
		struct ilp_bytes copy = exact_copy(ilp_text(no_peer_urls[i]));
		struct ilp_peer_url url;

		if (ilp_peer_url_parse(&url, copy) != ILP_ERR_FORMAT)
			fail_msg("not refused: %s", no_peer_urls[i]);
		exact_free(copy);
	}
}

/* To whom it goes must not depend on who reads it. */
static void what_looks_like_two_hosts_is_refused(void)
{
	static const char *const bad[] = {
		"btp+ws://good.example\\@evil.example",
		"btp+ws://a@b@evil.example",
		"btp+ws://u:t@good.example@evil.example",
		"btp+ws://good.example:80@evil.example:80:1",
		"btp+ws://good.example#@evil.example",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ilp_peer_url url;

		if (ilp_peer_url_parse(&url, ilp_text(bad[i])) == ILP_OK)
			fail_msg("not refused: %s", bad[i]);
	}
}

static unsigned write_decoded(uint8_t *buffer, size_t capacity)
{
	struct ilp_bytes copy = exact_copy(input);
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_percent_decode(&w, copy);

	exact_free(copy);
	return error;
}

static void percent_escapes_are_undone_once(void)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "plain-._~", "plain-._~" },
		{ "a%40b", "a@b" },
		{ "%3a%3A%2f%2F", "::/"
				  "/" },
		{ "%2541", "%41" },
		{ "a+b", "a+b" },
		{ "%c3%bc", "\xc3\xbc" },
		{ "%ff", "\xff" },
		{ "%41%42%43", "ABC" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		input = ilp_text(cases[i][0]);
		check_rooms(write_decoded, ilp_text(cases[i][1]), ILP_ERR_ROOM);
	}
	for (unsigned byte = 1; byte < 256; byte++) {
		char escape[4], expected[2] = { (char)byte };

		snprintf(escape, sizeof(escape), byte % 2 ? "%%%02x" : "%%%02X",
			 byte);
		input = ilp_text(escape);
		check_rooms(write_decoded, ilp_text(expected), ILP_ERR_ROOM);
	}
}

static void half_an_escape_is_refused(void)
{
	static const char *const bad[] = { "%",   "a%",   "%4",   "%4g",
					   "%g4", "%%41", "% 41", "%+4",
					   "%-1", "%0x",  "%4\n", "%\xc3\xbc" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint8_t buffer[64];
		struct ilp_bytes copy = exact_copy(ilp_text(bad[i]));
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		if (ilp_percent_decode(&w, copy) != ILP_ERR_FORMAT)
			fail_msg("not refused: %s", bad[i]);
		exact_free(copy);
	}
}

TESTS(TEST(a_pointer_stands_for_its_url), TEST(what_is_no_pointer_is_refused),
      TEST(each_byte_is_judged_alike_anywhere), TEST(a_zero_is_in_no_url),
      TEST(a_peer_url_falls_into_its_parts), TEST(what_is_no_peer_url_is_refused),
      TEST(what_looks_like_two_hosts_is_refused),
      TEST(percent_escapes_are_undone_once), TEST(half_an_escape_is_refused))
