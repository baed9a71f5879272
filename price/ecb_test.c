/* SPDX-License-Identifier: Apache-2.0 */
#include "price/ecb.h"

#include "test/check.h"

#define HEAD                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                         \
	"<gesmes:Envelope "                                                    \
	"xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" "               \
	"xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\n"
#define TITLES                                                                 \
	"\t<gesmes:subject>Reference rates</gesmes:subject>\n"                 \
	"\t<gesmes:Sender>\n"                                                  \
	"\t\t<gesmes:name>European Central Bank</gesmes:name>\n"               \
	"\t</gesmes:Sender>\n"
#define DAY "\t<Cube>\n\t\t<Cube time='2024-04-05'>\n"
#define TAIL "\t\t</Cube>\n\t</Cube>\n</gesmes:Envelope>"
#define USD "\t\t\t<Cube currency='USD' rate='1.0841'/>\n"
#define JPY "\t\t\t<Cube currency='JPY' rate='164.10'/>\n"

/* Its head, and what is shown of it, as of 2024-04-05. */
static const char good[] = HEAD TITLES DAY USD JPY TAIL;

#define DAY_MS INT64_C(1712275200000)

static struct prices prices;

static bool read(struct ilp_bytes xml, struct price_words *problem)
{
	struct ilp_bytes copy = exact_copy(xml);
	bool good_one = ecb_read(&prices, copy, 1, problem);

	exact_free(copy);
	return good_one;
}

static void check_price(const char *code, uint64_t numerator,
			uint64_t denominator, int64_t as_of_ms)
{
	const struct price *price = prices_find(&prices, code);

	assert_non_null(price);
	CHECK(price->worth.numerator == numerator);
	CHECK(price->worth.denominator == denominator);
	CHECK_INT(price->as_of_ms, as_of_ms);
}

static void worths_are_in_euros_as_of_the_day(void)
{
	struct price_words problem;

	CHECK(read(ilp_text(good), &problem));
	CHECK_INT(prices.count, 3);
	check_price("EUR", 1, 1, PRICE_UNTOLD);
	check_price("USD", 10000, 10841, DAY_MS);
	check_price("JPY", 10, 1641, DAY_MS);
	CHECK(!prices_find(&prices, "GBP"));
}

static void titles_comments_and_cdata_do_not_matter(void)
{
	struct price_words problem;

	CHECK(read(ilp_text(HEAD DAY USD TAIL), &problem));
	CHECK(read(ilp_text("<!-- a --><?b c?>" /* no declaration */
			    "<e:Envelope xmlns:e='http://www.gesmes.org/xml/"
			    "2002-08-01'><Cube xmlns='http://www.ecb.int/"
			    "vocabulary/2002-08-01/eurofxref'>"
			    "<Cube time=\"2024-04-05\"><!-- d -->"
			    "<Cube rate=\"1.&#48;841\" currency=\"USD\">"
			    "<![CDATA[ ]]></Cube>"
			    "</Cube></Cube></e:Envelope>\n"),
		   &problem));
	check_price("USD", 10000, 10841, DAY_MS);
}

#define RATE(currency, rate)                                                   \
	HEAD DAY USD "<Cube currency='" currency "' rate='" rate "'/>" TAIL
#define TIME(time) HEAD "<Cube><Cube time='" time "'>" USD TAIL

static void what_is_wrong_is_told_with_its_place(void)
{
	static const struct {
		const char *xml, *problem;
	} table[] = {
		{ "", "line 1, column 1: no element found" },
		{ "{}", "line 1, column 1: not well-formed (invalid token)" },
		{ "<html></html>",
		  "line 1, column 1: an element where it should not be: html" },
		{ "<Envelope></Envelope>", "line 1, column 1: an element where "
					   "it should not be: Envelope" },
		{ RATE("USD", "1.1"), "line 6, column 1: USD has two prices" },
		{ RATE("EUR", "1"), "line 6, column 1: EUR has two prices" },
		{ RATE("GBP", "0"),
		  "line 6, column 1: the rate of GBP is zero" },
		{ RATE("GBP", "0.000"),
		  "line 6, column 1: the rate of GBP is zero" },
		{ RATE("GBP", "-1"),
		  "line 6, column 1: the rate of GBP is negative" },
		{ RATE("GBP", "N/A"), "line 6, column 1: the rate of GBP is "
				      "not a decimal number" },
		{ RATE("GBP", ""), "line 6, column 1: the rate of GBP is not "
				   "a decimal number" },
		{ RATE("GBP", "1e39"), "line 6, column 1: the rate of GBP "
				       "takes more than 128 bits" },
		{ RATE("gbp", "1"), "line 6, column 1: expected three capital "
				    "letters, found gbp" },
		{ RATE("GB", "1"), "line 6, column 1: expected three capital "
				   "letters, found GB" },
		{ RATE("GBPP", "1"), "line 6, column 1: expected three capital "
				     "letters, found GBPP" },
		{ RATE("GBP", "1' multiplier='100"),
		  "line 6, column 1: an attribute that is not known: "
		  "multiplier" },
		{ RATE("GBP", "1' rate='1"),
		  "line 6, column 31: duplicate attribute" },
		{ HEAD DAY "<Cube currency='USD'/>" TAIL,
		  "line 5, column 1: expected the attribute rate" },
		{ HEAD DAY "<Cube rate='1'/>" TAIL,
		  "line 5, column 1: expected the attribute currency" },
		{ HEAD DAY TAIL, "line 7, column 19: there is no rate in it" },
		{ HEAD "</gesmes:Envelope>",
		  "line 3, column 19: there is no rate in it" },
		{ HEAD DAY USD "</Cube><Cube time='2024-04-04'>" JPY TAIL,
		  "line 6, column 8: one too many of the element Cube" },
		{ HEAD DAY USD "text" TAIL,
		  "line 6, column 1: text where there should be none" },
		{ HEAD DAY "<Cube currency='USD' rate='1'><Cube/></Cube>" TAIL,
		  "line 5, column 31: an element where it should not be: "
		  "Cube" },
		{ HEAD "<Cube time='2024-04-05'><Cube>" USD TAIL,
		  "line 3, column 1: an attribute that is not known: time" },
		{ TIME("2024-02-30"), "line 3, column 7: expected a day as "
				      "YYYY-MM-DD, found 2024-02-30" },
		{ TIME("2024/04/05"), "line 3, column 7: expected a day as "
				      "YYYY-MM-DD, found 2024/04/05" },
		{ TIME("2024-04/05"), "line 3, column 7: expected a day as "
				      "YYYY-MM-DD, found 2024-04/05" },
		{ TIME("2024-4-05"), "line 3, column 7: expected a day as "
				     "YYYY-MM-DD, found 2024-4-05" },
		{ TIME("2024-04-0x"), "line 3, column 7: expected a day as "
				      "YYYY-MM-DD, found 2024-04-0x" },
		{ HEAD DAY "<Cube currency='USD' rate='&one;'/>" TAIL,
		  "line 5, column 1: undefined entity" },
	};
	struct price_words problem;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		CHECK(!read(ilp_text(table[i].xml), &problem));
		assert_string_equal(problem.text, table[i].problem);
	}
}

/* What a document type could do to us: fill the memory, read files, call
 * servers. */
static void no_document_type_is_accepted(void)
{
	static const char *const types[] = {
		"<!DOCTYPE x>",
		"<!DOCTYPE x SYSTEM \"file:///etc/passwd\">",
		"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
		"<!DOCTYPE x [<!ENTITY % e SYSTEM \"http://a/b\"> %e;]>",
		"<!DOCTYPE x [<!ENTITY a \"lol\">"
		"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
		"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
	};
	struct price_words problem;
	char xml[2048];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(xml, sizeof(xml), "%s%s", types[i],
			 strchr(good, '\n'));
		CHECK(!read(ilp_text(xml), &problem));
		assert_non_null(strstr(problem.text,
				       "a document type is not accepted"));
	}
}

static void no_part_of_it_is_taken_for_the_whole(void)
{
	struct price_words problem;

	for (size_t len = 0; len < sizeof(good) - 1; len++) {
		problem.text[0] = '\0';
		CHECK(!read((struct ilp_bytes){ (const uint8_t *)good, len },
			    &problem));
		CHECK(problem.text[0]);
	}
}

static void there_is_a_bound_on_rates(void)
{
	static char xml[64 * (PRICES_MAX + 1) + sizeof(good)];
	struct price_words problem;

	for (int count = PRICES_MAX - 1; count <= PRICES_MAX; count++) {
		size_t len = (size_t)snprintf(xml, sizeof(xml), HEAD DAY);

		for (int i = 0; i < count; i++)
			len += (size_t)snprintf(
				xml + len, sizeof(xml) - len,
				"<Cube currency='%c%c%c' rate='1'/>\n",
				'A' + i / 676, 'A' + i / 26 % 26,
				'A' + i % 26);
		snprintf(xml + len, sizeof(xml) - len, TAIL);
		/* EUR is one of them */
		CHECK(read(ilp_text(xml), &problem) ==
		      (count < PRICES_MAX));
	}
	assert_non_null(strstr(problem.text, "more than 512 prices"));
}

TESTS(TEST(worths_are_in_euros_as_of_the_day),
      TEST(titles_comments_and_cdata_do_not_matter),
      TEST(what_is_wrong_is_told_with_its_place),
      TEST(no_document_type_is_accepted),
      TEST(no_part_of_it_is_taken_for_the_whole),
      TEST(there_is_a_bound_on_rates))
