/* SPDX-License-Identifier: Apache-2.0 */
/* An SPSP answer is understood as RFC 9 and its older drafts wrote it, and
 * refused when anything that STREAM needs is missing or malformed; what we
 * write, we and others read. */
#include "ilp/spsp.h"

#include "base/json.h"
#include "test/check.h"

#define ADDRESS "example.ilpdemo.red.bob"
#define BASE64_SECRET "6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5Vs="
#define URL_SECRET "6jR5iNIVRvqeasJeCty6C-YB5X9FhSOUPCL_5nha5Vs"
#define HEX_SECRET                                                             \
	"ea347988d21546fa9e6ac25e0adcba0b"                                     \
	"e601e57f458523943c22ffe6785ae55b"

static enum ilp_error decode_bytes(struct ilp_spsp *out, uint8_t *buffer,
				   struct ilp_bytes body)
{
	struct ilp_bytes copy = exact_copy(body);
	enum ilp_error error = ilp_spsp_decode(out, buffer, copy);

	exact_free(copy);
	return error;
}

static enum ilp_error decode(struct ilp_spsp *out, const char *body)
{
	static uint8_t buffer[ILP_ADDRESS_MAX];

	return decode_bytes(out, buffer, ilp_text(body));
}

/* Is it this answer, about the receiver above? */
static void reads(const char *body, bool receipts)
{
	struct ilp_spsp spsp;

	memset(&spsp, 0xee, sizeof(spsp));
	if (decode(&spsp, body) != ILP_OK)
		fail_msg("refused: %s", body);
	CHECK_TEXT(spsp.destination, ADDRESS);
	CHECK_BYTES(ILP_BYTES(spsp.shared_secret), hex(HEX_SECRET));
	CHECK_INT(spsp.receipts_enabled, receipts);
}

static void refuses(const char *body, enum ilp_error expected)
{
	struct ilp_spsp spsp;
	enum ilp_error error = decode(&spsp, body);

	if (error != expected)
		fail_msg("%d for %s", (int)error, body);
}

#define DESTINATION "\"destination_account\":\"" ADDRESS "\""
#define SHARED "\"shared_secret\":\"" BASE64_SECRET "\""

static void reads_what_receivers_say(void)
{
	reads("{" DESTINATION "," SHARED "}", false);
	reads("{" SHARED "," DESTINATION "}", false);
	reads(" {\n\t" DESTINATION " ,\r\n " SHARED " } ", false);
	reads("{" DESTINATION "," SHARED ",\"receipts_enabled\":false}", false);
	reads("{" DESTINATION "," SHARED ",\"receipts_enabled\":true}", true);
}

static void a_secret_comes_in_any_base64(void)
{
	reads("{" DESTINATION ",\"shared_secret\":\"" URL_SECRET "\"}", false);
	reads("{" DESTINATION ",\"shared_secret\":\"" URL_SECRET "=\"}", false);
	reads("{" DESTINATION ",\"shared_secret\":"
	      "\"6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5Vs\"}",
	      false);
}

static void what_is_unknown_or_old_is_passed_over(void)
{
	reads("{\"ledger_info\":{\"asset_code\":\"USD\",\"asset_scale\":2},"
	      "\"asset_info\":{\"code\":\"USD\",\"scale\":2},"
	      "\"receiver_info\":{\"name\":\"Bob\"},"
	      "\"balance\":{\"maximum\":\"100\",\"current\":\"0\"}," DESTINATION
	      ",\"x\":[1,[2,{\"shared_secret\":3}],null]," SHARED "}",
	      false);
	reads("{" DESTINATION "," SHARED ",\"Shared_Secret\":1,"
	      "\"destination_accounts\":[]}",
	      false);
}

static void escapes_in_strings_are_undone(void)
{
	reads("{\"destination_account\":\"example.ilpdemo.r\\u0065d.bob\","
	      "\"shared_secret\":\"6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL\\/"
	      "5nha5Vs=\"}",
	      false);
	reads("{\"destination_\\u0061ccount\":\"" ADDRESS "\"," SHARED "}",
	      false);
	/* the longer spelling of every character */
	reads("{" DESTINATION ",\"shared_secret\":\""
	      "\\u0036jR5iNIVRvqeasJeCty6C\\u002bYB5X9FhSOUPCL\\u002f5nha5Vs"
	      "\\u003d\"}",
	      false);
	refuses("{\"destination_account\":\"" ADDRESS "\\n\"," SHARED "}",
		ILP_ERR_ADDRESS);
	refuses("{\"destination_account\":\"" ADDRESS "\\u0000\"," SHARED "}",
		ILP_ERR_ADDRESS);
	refuses("{" DESTINATION ",\"shared_secret\":\"" BASE64_SECRET
		"\\u0000\"}",
		ILP_ERR_FORMAT);
}

static void of_doubled_keys_the_last_counts(void)
{
	reads("{\"destination_account\":\"g.evil\"," DESTINATION "," SHARED "}",
	      false);
	reads("{" DESTINATION ",\"shared_secret\":\"\"," SHARED "}", false);
	refuses("{" DESTINATION ",\"destination_account\":\"\"," SHARED "}",
		ILP_ERR_ADDRESS);
}

static void what_is_missing_is_missed(void)
{
	refuses("{}", ILP_ERR_MISSING);
	refuses("{" DESTINATION "}", ILP_ERR_MISSING);
	refuses("{" SHARED "}", ILP_ERR_MISSING);
	refuses("{\"id\":\"InvalidReceiverError\",\"message\":\"no\"}",
		ILP_ERR_MISSING);
	refuses("{\"x\":{" DESTINATION "," SHARED "}}", ILP_ERR_MISSING);
}

static void bad_addresses_are_refused(void)
{
	static const char *const bad[] = {
		"",           "g",          "example",   "example.",
		".a",         "foo.bar",    "g..a",      "g.a b",
		"$a.example", "example.a*", "g.\xc3\xbc"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char body[200];

		snprintf(body, sizeof(body),
			 "{\"destination_account\":\"%s\"," SHARED "}", bad[i]);
		refuses(body, ILP_ERR_ADDRESS);
	}
}

/* The longest address, and how one more is refused; also when every
 * character of it comes in the longest spelling. */
static void an_address_just_fits_its_buffer(void)
{
	static char body[8000], address[ILP_ADDRESS_MAX + 2];

	for (size_t len = ILP_ADDRESS_MAX; len <= ILP_ADDRESS_MAX + 1; len++)
		for (int escaped = 0; escaped < 2; escaped++) {
			uint8_t *buffer = malloc(ILP_ADDRESS_MAX);
			struct ilp_spsp spsp;
			enum ilp_error error;
			size_t at = (size_t)sprintf(
				body, "{" SHARED ",\"destination_account\":\"");

			assert_non_null(buffer);
			memset(address, 'a', len);
			memcpy(address, "g.", 2);
			address[len] = '\0';
			for (size_t i = 0; i < len; i++)
				at += (size_t)sprintf(
					body + at, escaped ? "\\u%04x" : "%c",
					address[i]);
			sprintf(body + at, "\"}");
			error = decode_bytes(&spsp, buffer, ilp_text(body));
			if (len == ILP_ADDRESS_MAX) {
				CHECK_INT(error, ILP_OK);
				CHECK_TEXT(spsp.destination, address);
			} else {
				CHECK_INT(error, ILP_ERR_ADDRESS);
			}
			free(buffer);
		}
}

static void bad_secrets_are_refused(void)
{
	static const char *const bad[] = {
		"",
		"AA==",
		/* 31 and 33 bytes */
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		/* 64 bytes */
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAA==",
		"6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5Vs==",
		" 6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5Vs=",
		"6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5V*=",
		"6jR5iNIVRvqeasJeCty6C+YB5X9FhSOUPCL/5nha5Vs=\\n",
		HEX_SECRET,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char body[400];

		snprintf(body, sizeof(body),
			 "{" DESTINATION ",\"shared_secret\":\"%s\"}", bad[i]);
		refuses(body, ILP_ERR_FORMAT);
	}
}

static void other_types_are_refused(void)
{
	static const char *const bad[] = {
		"{" DESTINATION ",\"shared_secret\":1}",
		"{" DESTINATION ",\"shared_secret\":null}",
		"{" DESTINATION ",\"shared_secret\":[\"" BASE64_SECRET "\"]}",
		"{\"destination_account\":1," SHARED "}",
		"{\"destination_account\":null," SHARED "}",
		"{\"destination_account\":{}," SHARED "}",
		"[" DESTINATION "]",
		"[\"" ADDRESS "\",\"" BASE64_SECRET "\"]",
		"\"" ADDRESS "\"",
		"null",
		"1",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ilp_spsp spsp;

		if (decode(&spsp, bad[i]) == ILP_OK)
			fail_msg("not refused: %s", bad[i]);
	}
	refuses("[\"" ADDRESS "\",\"" BASE64_SECRET "\"]", ILP_ERR_FORMAT);
	refuses("\"" ADDRESS "\"", ILP_ERR_FORMAT);
	refuses("null", ILP_ERR_FORMAT);
}

static unsigned read_body(struct ilp_bytes in)
{
	struct ilp_spsp spsp;
	uint8_t buffer[ILP_ADDRESS_MAX];

	return ilp_spsp_decode(&spsp, buffer, in);
}

static void no_json_is_a_format_error(void)
{
	check_cuts(read_body, ilp_text("{" DESTINATION "," SHARED "}"),
		   ILP_ERR_FORMAT);
	refuses("{" DESTINATION "," SHARED "}}", ILP_ERR_FORMAT);
	refuses("{" DESTINATION "," SHARED ",}", ILP_ERR_FORMAT);
	refuses("\xef\xbb\xbf{" DESTINATION "," SHARED "}", ILP_ERR_FORMAT);
	refuses("{" DESTINATION "," SHARED ",\"x\":\"\xff\"}", ILP_ERR_FORMAT);
	refuses("<html></html>", ILP_ERR_FORMAT);
}

static void a_body_of_any_size_costs_no_more_than_its_length(void)
{
	static char body[200000];
	struct ilp_spsp spsp;
	enum ilp_error error;

	memset(body, '[', sizeof(body) - 1);
	refuses(body, ILP_ERR_FORMAT);
	body[0] = '\0';
	strcpy(body, "{" DESTINATION "," SHARED ",\"x\":[");
	for (size_t at = strlen(body); at < sizeof(body) - 10; at += 2)
		memcpy(body + at, "1,", 3);
	strcat(body, "1]}");
	error = decode(&spsp, body);
	CHECK_INT(error, ILP_ERR_TOO_MANY);
}

static struct ilp_spsp example(bool receipts)
{
	struct ilp_spsp spsp = { .destination = ilp_text(ADDRESS),
				 .receipts_enabled = receipts };

	memcpy(spsp.shared_secret, hex(HEX_SECRET).at, 32);
	return spsp;
}

static bool encode_receipts;

static unsigned write_body(uint8_t *buffer, size_t capacity)
{
	struct ilp_spsp spsp = example(encode_receipts);
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_spsp_encode(&w, &spsp);

	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	return error;
}

/* RFC 9 wants padded base64; the receipts are only mentioned when they are
 * enabled, or said to be off. */
static void what_we_write_is_read(void)
{
	for (int receipts = 0; receipts < 2; receipts++) {
		struct ilp_json_node nodes[16];
		uint8_t buffer[300], address[ILP_ADDRESS_MAX];
		struct ilp_spsp spsp = example(receipts), back;
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
		struct ilp_bytes body;
		bool said = false;

		CHECK_INT(ilp_spsp_encode(&w, &spsp), ILP_OK);
		body = ilp_written(&w);
		CHECK_INT(ilp_json_read(nodes, 16, body).problem, ILP_JSON_OK);
		CHECK(ilp_json_is(ilp_json_get(nodes, "destination_account"),
				  ADDRESS));
		CHECK(ilp_json_is(ilp_json_get(nodes, "shared_secret"),
				  BASE64_SECRET));
		ilp_json_bool(&said, ilp_json_get(nodes, "receipts_enabled"));
		CHECK(said == receipts);
		CHECK_INT(decode_bytes(&back, address, body), ILP_OK);
		CHECK_TEXT(back.destination, ADDRESS);
		CHECK(back.receipts_enabled == receipts);
		encode_receipts = receipts;
		check_rooms(write_body, body, ILP_ERR_ROOM);
	}
}

static void no_bad_address_is_written(void)
{
	uint8_t buffer[300];
	struct ilp_spsp spsp = example(false);
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	spsp.destination = ilp_text("g.\"evil");
	CHECK_INT(ilp_spsp_encode(&w, &spsp), ILP_ERR_ADDRESS);
	CHECK_INT(ilp_written(&w).len, 0);
}

static unsigned write_error(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_spsp_error_encode(&w, "InvalidReceiverError",
						     "Invalid receiver ID");

	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	return error;
}

static void an_error_is_as_in_the_rfc(void)
{
	uint8_t buffer[100];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	check_rooms(write_error,
		    ilp_text("{\"id\":\"InvalidReceiverError\","
			     "\"message\":\"Invalid receiver ID\"}"),
		    ILP_ERR_ROOM);
	CHECK_INT(ilp_spsp_error_encode(&w, "a\"b", "c\\\n"), ILP_OK);
	CHECK_TEXT(ilp_written(&w),
		   "{\"id\":\"a\\\"b\",\"message\":\"c\\\\\\n\"}");
}

static bool content_type(const char *value)
{
	struct ilp_bytes copy = exact_copy(ilp_text(value));
	bool valid = ilp_spsp_content_type_valid(copy);

	exact_free(copy);
	return valid;
}

static void content_types_have_parameters_and_any_case(void)
{
	CHECK(content_type("application/spsp4+json"));
	CHECK(content_type(ILP_SPSP_CONTENT_TYPE));
	CHECK(content_type("application/spsp+json"));
	CHECK(content_type("Application/SPSP4+JSON"));
	CHECK(content_type("application/spsp4+json; charset=utf-8"));
	CHECK(content_type("application/spsp4+json;charset=UTF-8"));
	CHECK(content_type("application/spsp4+json ; charset=utf-8"));
	CHECK(content_type("  application/spsp4+json\t"));
	CHECK(!content_type(""));
	CHECK(!content_type(";"));
	CHECK(!content_type("text/html"));
	CHECK(!content_type("text/html; application/spsp4+json"));
	CHECK(!content_type("application/spsp4"));
	CHECK(!content_type("application/spsp4+jsonx"));
	CHECK(!content_type("application/spsp4+jso"));
	CHECK(!content_type("xapplication/spsp4+json"));
	CHECK(!content_type("application/octet-stream"));
	CHECK(!content_type("application/spsp4+json text/html"));
	CHECK(!content_type("application/spsp5+json"));
}

static uint32_t max_age(const char *value)
{
	struct ilp_bytes copy = exact_copy(ilp_text(value));
	uint32_t seconds = ilp_spsp_max_age_s(copy);

	exact_free(copy);
	return seconds;
}

static void cache_control_says_how_long(void)
{
	CHECK_INT(max_age("max-age=60"), 60);
	CHECK_INT(max_age("max-age=1"), 1);
	CHECK_INT(max_age("Max-Age=3600"), 3600);
	CHECK_INT(max_age("public, max-age=60"), 60);
	CHECK_INT(max_age("max-age=60,public"), 60);
	CHECK_INT(max_age(" public ,\tmax-age=60\t, must-revalidate"), 60);
	CHECK_INT(max_age(",,max-age=60,"), 60);
	CHECK_INT(max_age("max-age=0060"), 60);
	CHECK_INT(max_age("max-age=4294967295"), UINT32_MAX);
}

static void cache_control_says_not_to_keep(void)
{
	CHECK_INT(max_age(""), 0);
	CHECK_INT(max_age("no-cache"), 0);
	CHECK_INT(max_age("no-store"), 0);
	CHECK_INT(max_age("max-age=0"), 0);
	CHECK_INT(max_age("no-cache, max-age=60"), 0);
	CHECK_INT(max_age("max-age=60, no-cache"), 0);
	CHECK_INT(max_age("max-age=60,No-Store"), 0);
	CHECK_INT(max_age("public"), 0);
	CHECK_INT(max_age("s-maxage=60"), 0);
	CHECK_INT(max_age("xmax-age=60"), 0);
	CHECK_INT(max_age("max-agex=60"), 0);
}

static void nonsense_in_cache_control_is_not_kept(void)
{
	CHECK_INT(max_age("max-age"), 0);
	CHECK_INT(max_age("max-age="), 0);
	CHECK_INT(max_age("max-age=-1"), 0);
	CHECK_INT(max_age("max-age=+60"), 0);
	CHECK_INT(max_age("max-age=6x"), 0);
	CHECK_INT(max_age("max-age=6 0"), 0);
	CHECK_INT(max_age("max-age=1.5"), 0);
	CHECK_INT(max_age("max-age=0x10"), 0);
	CHECK_INT(max_age("max-age:60"), 0);
	CHECK_INT(max_age("max-age=\""), 0);
}

/* RFC 9111, 1.2.2: too many seconds are kept as many as can be; it never wraps
 * to a small or a wrong number. */
static void too_many_seconds_do_not_wrap(void)
{
	static const char *const many[] = {
		"max-age=4294967296", "max-age=4294967356",
		"max-age=18446744073709551676",
		"max-age=99999999999999999999999999"
	};

	for (size_t i = 0; i < sizeof(many) / sizeof(*many); i++) {
		uint32_t seconds = max_age(many[i]);

		CHECK_INT(seconds, UINT32_MAX);
	}
}

#define NONCE_VALUE "oKGio6SlpqeoqaqrrK2urw=="

static enum ilp_error receipt_headers(const char *nonce, const char *secret)
{
	uint8_t *n = malloc(16), *s = malloc(32);
	struct ilp_bytes one = exact_copy(ilp_text(nonce));
	struct ilp_bytes two = exact_copy(ilp_text(secret));
	enum ilp_error error;

	assert_non_null(n);
	assert_non_null(s);
	error = ilp_spsp_receipt_headers(n, s, one, two);
	if (!error) {
		CHECK_BYTES(((struct ilp_bytes){ n, 16 }),
			    hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"));
		CHECK_BYTES(((struct ilp_bytes){ s, 32 }), hex(HEX_SECRET));
	}
	free(n);
	free(s);
	exact_free(one);
	exact_free(two);
	return error;
}

static void receipt_headers_come_together(void)
{
	CHECK_INT(receipt_headers(NONCE_VALUE, BASE64_SECRET), ILP_OK);
	CHECK_INT(receipt_headers("oKGio6SlpqeoqaqrrK2urw", URL_SECRET),
		  ILP_OK);
	CHECK_INT(receipt_headers("", ""), ILP_ERR_MISSING);
	CHECK_INT(receipt_headers(NONCE_VALUE, ""), ILP_ERR_FORMAT);
	CHECK_INT(receipt_headers("", BASE64_SECRET), ILP_ERR_FORMAT);
	CHECK(receipt_headers(BASE64_SECRET, NONCE_VALUE) != ILP_OK);
	CHECK(receipt_headers(NONCE_VALUE, NONCE_VALUE) != ILP_OK);
	CHECK(receipt_headers(BASE64_SECRET, BASE64_SECRET) != ILP_OK);
	CHECK(receipt_headers("oKGio6SlpqeoqaqrrK2u", BASE64_SECRET) != ILP_OK);
	CHECK(receipt_headers("oKGio6SlpqeoqaqrrK2ur6", BASE64_SECRET ",") !=
	      ILP_OK);
	CHECK(receipt_headers("oKGio6SlpqeoqaqrrK2u rw", BASE64_SECRET) !=
	      ILP_OK);
	CHECK(receipt_headers("?KGio6SlpqeoqaqrrK2urw==", BASE64_SECRET) !=
	      ILP_OK);
}

TESTS(TEST(reads_what_receivers_say), TEST(a_secret_comes_in_any_base64),
      TEST(what_is_unknown_or_old_is_passed_over),
      TEST(escapes_in_strings_are_undone),
      TEST(of_doubled_keys_the_last_counts), TEST(what_is_missing_is_missed),
      TEST(bad_addresses_are_refused), TEST(an_address_just_fits_its_buffer),
      TEST(bad_secrets_are_refused), TEST(other_types_are_refused),
      TEST(no_json_is_a_format_error),
      TEST(a_body_of_any_size_costs_no_more_than_its_length),
      TEST(what_we_write_is_read), TEST(no_bad_address_is_written),
      TEST(an_error_is_as_in_the_rfc),
      TEST(content_types_have_parameters_and_any_case),
      TEST(cache_control_says_how_long), TEST(cache_control_says_not_to_keep),
      TEST(nonsense_in_cache_control_is_not_kept),
      TEST(too_many_seconds_do_not_wrap), TEST(receipt_headers_come_together))
