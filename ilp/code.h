/* SPDX-License-Identifier: Apache-2.0 */
/* code.h - the error codes that a Reject carries (RFC 27).
 *
 * The first letter says what the sender may do: F, the payment will never
 * work unchanged; T, it may work later; R, it may work with more margin.
 * Codes that are not in the table travel unchanged.
 */
#ifndef ILP_CODE_H
#define ILP_CODE_H

#include "ilp/api.h"

ILP_BEGIN_DECLS

enum ilp_code {
	ILP_F00_BAD_REQUEST,
	ILP_F01_INVALID_PACKET,
	ILP_F02_UNREACHABLE,
	ILP_F03_INVALID_AMOUNT,
	ILP_F04_INSUFFICIENT_DESTINATION_AMOUNT,
	ILP_F05_WRONG_CONDITION,
	ILP_F06_UNEXPECTED_PAYMENT,
	ILP_F07_CANNOT_RECEIVE,
	ILP_F08_AMOUNT_TOO_LARGE,
	ILP_F99_APPLICATION_ERROR,
	ILP_T00_INTERNAL_ERROR,
	ILP_T01_PEER_UNREACHABLE,
	ILP_T02_PEER_BUSY,
	ILP_T03_CONNECTOR_BUSY,
	ILP_T04_INSUFFICIENT_LIQUIDITY,
	ILP_T05_RATE_LIMITED,
	ILP_T99_APPLICATION_ERROR,
	ILP_R00_TRANSFER_TIMED_OUT,
	ILP_R01_INSUFFICIENT_SOURCE_AMOUNT,
	ILP_R02_INSUFFICIENT_TIMEOUT,
	ILP_R99_APPLICATION_ERROR,
	ILP_CODE_COUNT
};

#define ILP_CODE_LEN 3

enum ilp_code_class {
	ILP_CLASS_FINAL = 'F',     /* do not send it again unchanged */
	ILP_CLASS_TEMPORARY = 'T', /* wait, then send it again */
	ILP_CLASS_RELATIVE = 'R',  /* send it again with more margin */
	ILP_CLASS_UNKNOWN = '?',
};

struct ilp_code_row {
	char code[ILP_CODE_LEN + 1];
	const char *name;
	const char *meaning;
};

/* The row of a code that we know. */
ILP_API const struct ilp_code_row *ilp_code_row(enum ilp_code code);

/* The row of the code with these three letters, or NULL. */
ILP_API const struct ilp_code_row *ilp_code_find(const char code[ILP_CODE_LEN]);

/* What may be done about any code, known or not. */
ILP_API enum ilp_code_class ilp_code_class(const char code[ILP_CODE_LEN]);

ILP_END_DECLS

#endif
