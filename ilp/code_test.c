/* SPDX-License-Identifier: Apache-2.0 */
/* The error codes are those of RFC 27; one that is not among them still says
 * by its first letter what may be done about it. */
#include "ilp/code.h"

#include "test/check.h"

static const struct {
	enum ilp_code code;
	const char *letters;
	const char *name;
} rfc[] = {
	{ ILP_F00_BAD_REQUEST, "F00", "Bad Request" },
	{ ILP_F01_INVALID_PACKET, "F01", "Invalid Packet" },
	{ ILP_F02_UNREACHABLE, "F02", "Unreachable" },
	{ ILP_F03_INVALID_AMOUNT, "F03", "Invalid Amount" },
	{ ILP_F04_INSUFFICIENT_DESTINATION_AMOUNT, "F04",
	  "Insufficient Destination Amount" },
	{ ILP_F05_WRONG_CONDITION, "F05", "Wrong Condition" },
	{ ILP_F06_UNEXPECTED_PAYMENT, "F06", "Unexpected Payment" },
	{ ILP_F07_CANNOT_RECEIVE, "F07", "Cannot Receive" },
	{ ILP_F08_AMOUNT_TOO_LARGE, "F08", "Amount Too Large" },
	{ ILP_F99_APPLICATION_ERROR, "F99", "Application Error" },
	{ ILP_T00_INTERNAL_ERROR, "T00", "Internal Error" },
	{ ILP_T01_PEER_UNREACHABLE, "T01", "Peer Unreachable" },
	{ ILP_T02_PEER_BUSY, "T02", "Peer Busy" },
	{ ILP_T03_CONNECTOR_BUSY, "T03", "Connector Busy" },
	{ ILP_T04_INSUFFICIENT_LIQUIDITY, "T04", "Insufficient Liquidity" },
	{ ILP_T05_RATE_LIMITED, "T05", "Rate Limited" },
	{ ILP_T99_APPLICATION_ERROR, "T99", "Application Error" },
	{ ILP_R00_TRANSFER_TIMED_OUT, "R00", "Transfer Timed Out" },
	{ ILP_R01_INSUFFICIENT_SOURCE_AMOUNT, "R01",
	  "Insufficient Source Amount" },
	{ ILP_R02_INSUFFICIENT_TIMEOUT, "R02", "Insufficient Timeout" },
	{ ILP_R99_APPLICATION_ERROR, "R99", "Application Error" },
};

#define COUNT (sizeof(rfc) / sizeof(*rfc))

static void has_a_row_for_every_code_of_the_rfc(void)
{
	CHECK_INT(COUNT, ILP_CODE_COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		const struct ilp_code_row *row = ilp_code_row(rfc[i].code);

		CHECK(row != NULL);
		assert_string_equal(row->code, rfc[i].letters);
		assert_string_equal(row->name, rfc[i].name);
		CHECK(row->meaning && strlen(row->meaning) > 5);
		CHECK_INT(ilp_code_class(row->code), rfc[i].letters[0]);
	}
}

static void finds_each_row_by_its_letters(void)
{
	for (size_t i = 0; i < COUNT; i++) {
		char letters[4];

		memcpy(letters, rfc[i].letters, 3);
		letters[3] = '7'; /* not text: it ends after three */
		CHECK(ilp_code_find(letters) == ilp_code_row(rfc[i].code));
	}
}

static void finds_no_other_code(void)
{
	size_t found = 0;

	for (unsigned v = 0; v < 1u << 24; v++) {
		char code[3] = { (char)(v >> 16), (char)(v >> 8), (char)v };

		/* all of the bytes nearby, and a sample of the rest */
		if ((code[0] != 'F' && code[0] != 'T' && code[0] != 'R') ||
		    code[1] < '.' || code[1] > ':')
			if (v % 61)
				continue;
		found += ilp_code_find(code) != NULL;
	}
	CHECK(found <= COUNT);
	CHECK(ilp_code_find("F09") == NULL);
	CHECK(ilp_code_find("f00") == NULL);
	CHECK(ilp_code_find("T06") == NULL);
	CHECK(ilp_code_find("\0\0") == NULL);
	CHECK(ilp_code_find("X00") == NULL);
}

static void the_first_letter_is_the_class(void)
{
	for (unsigned c = 0; c < 256; c++) {
		char code[3] = { (char)c, '4', '2' };

		CHECK_INT(ilp_code_class(code),
			  c == 'F' || c == 'T' || c == 'R' ?
				  c :
				  (unsigned)ILP_CLASS_UNKNOWN);
	}
	CHECK_INT(ILP_CLASS_FINAL, 'F');
	CHECK_INT(ILP_CLASS_TEMPORARY, 'T');
	CHECK_INT(ILP_CLASS_RELATIVE, 'R');
}

TESTS(TEST(has_a_row_for_every_code_of_the_rfc),
      TEST(finds_each_row_by_its_letters), TEST(finds_no_other_code),
      TEST(the_first_letter_is_the_class))
