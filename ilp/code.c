/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/code.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct ilp_code_row rows[ILP_CODE_COUNT] = {
	[ILP_F00_BAD_REQUEST] = { "F00", "Bad Request",
		"something is wrong with the packet or the request" },
	[ILP_F01_INVALID_PACKET] = { "F01", "Invalid Packet",
		"the packet, or the data in it, could not be read" },
	[ILP_F02_UNREACHABLE] = { "F02", "Unreachable",
		"there is no way to the destination" },
	[ILP_F03_INVALID_AMOUNT] = { "F03", "Invalid Amount",
		"the amount is not one that can be paid here" },
	[ILP_F04_INSUFFICIENT_DESTINATION_AMOUNT] = { "F04",
		"Insufficient Destination Amount",
		"less arrived than the receiver expects" },
	[ILP_F05_WRONG_CONDITION] = { "F05", "Wrong Condition",
		"the receiver cannot fulfill this condition" },
	[ILP_F06_UNEXPECTED_PAYMENT] = { "F06", "Unexpected Payment",
		"the receiver did not expect this payment" },
	[ILP_F07_CANNOT_RECEIVE] = { "F07", "Cannot Receive",
		"the receiver may not or cannot take this payment" },
	[ILP_F08_AMOUNT_TOO_LARGE] = { "F08", "Amount Too Large",
		"the packet is larger than a hop allows; its data says how large" },
	[ILP_F99_APPLICATION_ERROR] = { "F99", "Application Error",
		"the application at the receiver refused; see the data" },
	[ILP_T00_INTERNAL_ERROR] = { "T00", "Internal Error",
		"a node failed for a reason of its own" },
	[ILP_T01_PEER_UNREACHABLE] = { "T01", "Peer Unreachable",
		"the next node does not answer" },
	[ILP_T02_PEER_BUSY] = { "T02", "Peer Busy",
		"the next node has too much to do" },
	[ILP_T03_CONNECTOR_BUSY] = { "T03", "Connector Busy",
		"a connector has too much to do" },
	[ILP_T04_INSUFFICIENT_LIQUIDITY] = { "T04", "Insufficient Liquidity",
		"an account on the way has not enough credit left" },
	[ILP_T05_RATE_LIMITED] = { "T05", "Rate Limited",
		"too many packets or too much money in too short a time" },
	[ILP_T99_APPLICATION_ERROR] = { "T99", "Application Error",
		"the application at the receiver refused for now; see the data" },
	[ILP_R00_TRANSFER_TIMED_OUT] = { "R00", "Transfer Timed Out",
		"no answer came before the packet expired" },
	[ILP_R01_INSUFFICIENT_SOURCE_AMOUNT] = { "R01",
		"Insufficient Source Amount",
		"nothing would be left of the amount at the next hop" },
	[ILP_R02_INSUFFICIENT_TIMEOUT] = { "R02", "Insufficient Timeout",
		"the packet expires too soon to be forwarded" },
	[ILP_R99_APPLICATION_ERROR] = { "R99", "Application Error",
		"the application at the receiver wants more margin; see the data" },
};
/* clang-format on */

const struct ilp_code_row *ilp_code_row(enum ilp_code code)
{
	assert((unsigned)code < ILP_CODE_COUNT);
	return &rows[code];
}

const struct ilp_code_row *ilp_code_find(const char code[ILP_CODE_LEN])
{
	for (size_t i = 0; i < ILP_CODE_COUNT; i++)
		if (memcmp(rows[i].code, code, ILP_CODE_LEN) == 0)
			return &rows[i];
	return NULL;
}

enum ilp_code_class ilp_code_class(const char code[ILP_CODE_LEN])
{
	switch (code[0]) {
	case ILP_CLASS_FINAL:
		return ILP_CLASS_FINAL;
	case ILP_CLASS_TEMPORARY:
		return ILP_CLASS_TEMPORARY;
	case ILP_CLASS_RELATIVE:
		return ILP_CLASS_RELATIVE;
	}
	return ILP_CLASS_UNKNOWN;
}
