/* SPDX-License-Identifier: Apache-2.0 */
/* Each text that Interledger writes is told from the others, and no secret is
 * shown. */
#include "cli/words.h"

#include "test/check.h"

#define SECRET "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

static void shows(const char *text, const char *expected)
{
	uint8_t room[2000];
	struct ilp_writer w = ilp_writer(room, sizeof(room));

	CHECK_INT(words_describe(&w, ILP_DESCRIBE_JSON, ilp_text(text)),
		  expected ? ILP_OK : ILP_ERR_FORMAT);
	CHECK_TEXT(ilp_written(&w), expected ? expected : "");
}

static void each_text_is_known(void)
{
	shows("$example.com/bob", "{\"type\":\"payment pointer\","
				  "\"url\":\"https://example.com/bob\"}");
	shows("test.bob", "{\"type\":\"address\",\"address\":\"test.bob\","
			  "\"scheme\":\"test\"}");
	shows("btp+wss://bob:secret@host/path",
	      "{\"type\":\"peer\",\"protocol\":\"BTP\",\"tls\":\"yes\","
	      "\"host\":\"host\",\"port\":443,\"path\":\"/path\","
	      "\"user\":\"bob\",\"token\":\"there is one\"}");
	shows("{\"destination_account\":\"test.bob\",\"shared_secret\":"
	      "\"" SECRET "\"}",
	      "{\"type\":\"SPSP answer\",\"destination\":\"test.bob\","
	      "\"receipts\":\"no\"}");
}

static void other_texts_are_none(void)
{
	shows("bob", NULL);
	shows("nowhere.bob", NULL);
	shows("{}", NULL);
	shows("", NULL);
	shows("$", NULL);
}

static void a_room_that_is_too_small_stays_as_it_is(void)
{
	uint8_t room[20];
	struct ilp_writer w = ilp_writer(room, sizeof(room));

	CHECK_INT(words_describe(&w, ILP_DESCRIBE_TEXT, ilp_text("test.bob")),
		  ILP_ERR_ROOM);
	CHECK_INT(ilp_written(&w).len, 0);
}

TESTS(TEST(each_text_is_known), TEST(other_texts_are_none),
      TEST(a_room_that_is_too_small_stays_as_it_is))
