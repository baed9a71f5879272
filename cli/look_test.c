/* SPDX-License-Identifier: Apache-2.0 */
/* Rates are what lies between two looks, account by account. */
#include "cli/look.h"

#include "test/check.h"

#define NODES_MAX 512

static void take(struct look *look, int64_t at_ms, const char *status,
		 const char *accounts)
{
	static struct ilp_json_node of_status[NODES_MAX], of_all[NODES_MAX];

	CHECK(!ilp_json_read(of_status, NODES_MAX, ilp_text(status)).problem);
	CHECK(!ilp_json_read(of_all, NODES_MAX, ilp_text(accounts)).problem);
	CHECK(look_take(look, at_ms, of_status, of_all));
}

#define ACCOUNT(id, number, balance, in, out, value)                           \
	"{\"id\":\"" id "\",\"state\":\"open\",\"assetCode\":\"XRP\","         \
	"\"assetScale\":9,\"number\":" number ","                              \
	"\"link\":{\"connected\":true},"                                       \
	"\"balance\":{\"current\":\"" balance "\"},"                           \
	"\"packets\":{\"fulfilledIn\":" in ",\"fulfilledOut\":" out ","        \
	"\"rejectedIn\":1,\"refusedIn\":2,\"rejectedOut\":3,\"expiredOut\":4," \
	"\"valueIn\":\"" value "\",\"valueOut\":\"7\"}}"

#define STATUS(prepares, fulfills)                                             \
	"{\"packets\":{\"prepares\":" prepares ",\"fulfills\":" fulfills ","   \
	"\"rejects\":1,\"refusals\":2,\"inFlight\":5}}"

static void takes_what_was_answered(void)
{
	struct look look;

	take(&look, 5, STATUS("10", "6"),
	     "[" ACCOUNT("b", "9", "-12", "1", "2", "100000000000000000000000")
	     "," ACCOUNT("a", "4", "0", "0", "0", "0") "]");
	CHECK_INT(look.count, 2);
	CHECK_INT(look.prepares, 10);
	CHECK_INT(look.fulfills, 6);
	CHECK_INT(look.rejects, 3);
	CHECK_INT(look.in_flight, 5);
	CHECK_TEXT(ilp_text(look.accounts[0].id), "a");
	CHECK_TEXT(ilp_text(look.accounts[1].id), "b");
	CHECK_TEXT(ilp_text(look.accounts[1].asset), "XRP");
	CHECK_TEXT(ilp_text(look.accounts[1].balance), "-12");
	CHECK(look.accounts[1].connected);
	CHECK_INT(look.accounts[1].fulfilled, 3);
	CHECK_INT(look.accounts[1].rejected, 10);
	CHECK_TEXT(ilp_text(look_units(look.accounts[1].in).text),
		   "100000000000000000000000");
	look_drop(&look);
}

static void what_is_not_there_is_zero(void)
{
	struct look look;

	take(&look, 5, "null", "[{}]");
	CHECK_INT(look.count, 1);
	CHECK_INT(look.prepares, 0);
	CHECK_TEXT(ilp_text(look.accounts[0].id), "");
	CHECK(!look.accounts[0].connected);
	look_drop(&look);
	CHECK(look_take(&look, 5, NULL, NULL));
	CHECK_INT(look.count, 0);
	look_drop(&look);
}

static void rates_are_of_a_second(void)
{
	struct look before, now;
	struct look_rate rates[2];
	struct look_rate total;

	take(&before, 1000, STATUS("10", "6"),
	     "[" ACCOUNT("a", "1", "0", "5", "5", "50") ","
	     ACCOUNT("b", "2", "0", "0", "0", "0") "]");
	take(&now, 3000, STATUS("17", "12"),
	     "[" ACCOUNT("a", "1", "0", "6", "5", "1050") ","
	     ACCOUNT("b", "2", "0", "0", "9", "0") "]");
	look_rates(rates, &before, &now, LOOK_BY_PACKETS);
	CHECK_TEXT(ilp_text(rates[0].account->id), "b");
	CHECK(rates[0].known);
	CHECK_INT(rates[0].packets, 45);
	CHECK_INT(rates[0].fulfilled, 45);
	CHECK_INT(rates[0].rejected, 0);
	CHECK_INT(rates[1].fulfilled, 5);
	CHECK(rates[1].in == 500 && rates[1].out == 0);
	total = look_total(&before, &now);
	CHECK_INT(total.packets, 35);
	CHECK_INT(total.fulfilled, 30);
	look_drop(&before);
	look_drop(&now);
}

static void who_was_not_there_has_no_rate(void)
{
	struct look before, now;
	struct look_rate rates[1];

	take(&before, 1000, STATUS("0", "0"),
	     "[" ACCOUNT("a", "1", "0", "5", "5", "50") "]");
	take(&now, 2000, STATUS("0", "0"),
	     "[" ACCOUNT("a", "3", "0", "900", "5", "50") "]");
	look_rates(rates, &before, &now, LOOK_BY_PACKETS);
	CHECK(!rates[0].known);
	CHECK_INT(rates[0].packets, 0);
	look_rates(rates, NULL, &now, LOOK_BY_PACKETS);
	CHECK(!rates[0].known);
	CHECK(!look_total(NULL, &now).known);
	look_drop(&before);
	look_drop(&now);
}

static void a_node_that_began_anew_has_no_huge_rates(void)
{
	struct look before, now;
	struct look_rate rates[1];

	take(&before, 1000, STATUS("100", "0"),
	     "[" ACCOUNT("a", "1", "0", "500", "5", "50") "]");
	take(&now, 2000, STATUS("1", "0"),
	     "[" ACCOUNT("a", "1", "0", "1", "5", "5") "]");
	look_rates(rates, &before, &now, LOOK_BY_PACKETS);
	CHECK_INT(rates[0].packets, 0);
	CHECK(rates[0].in == 0);
	CHECK_INT(look_total(&before, &now).packets, 0);
	look_drop(&before);
	look_drop(&now);
}

static void the_largest_balance_is_first(void)
{
	struct look now;
	struct look_rate rates[4];

	take(&now, 2000, STATUS("0", "0"),
	     "[" ACCOUNT("a", "1", "9", "0", "0", "0") ","
	     ACCOUNT("b", "2", "-120", "0", "0", "0") ","
	     ACCOUNT("c", "3", "0", "0", "0", "0") ","
	     ACCOUNT("d", "4", "119", "0", "0", "0") "]");
	look_rates(rates, NULL, &now, LOOK_BY_BALANCE);
	CHECK_TEXT(ilp_text(rates[0].account->id), "b");
	CHECK_TEXT(ilp_text(rates[1].account->id), "d");
	CHECK_TEXT(ilp_text(rates[2].account->id), "a");
	CHECK_TEXT(ilp_text(rates[3].account->id), "c");
	look_drop(&now);
}

static void figures_are_written_exactly(void)
{
	CHECK_TEXT(ilp_text(look_tenths(0).text), "0.0");
	CHECK_TEXT(ilp_text(look_tenths(1234).text), "123.4");
	CHECK_TEXT(ilp_text(look_units(0).text), "0");
	CHECK_TEXT(ilp_text(look_units((ilp_u128)UINT64_MAX + 1).text),
		   "18446744073709551616");
}

TESTS(TEST(takes_what_was_answered), TEST(what_is_not_there_is_zero),
      TEST(rates_are_of_a_second), TEST(who_was_not_there_has_no_rate),
      TEST(a_node_that_began_anew_has_no_huge_rates),
      TEST(the_largest_balance_is_first), TEST(figures_are_written_exactly))
