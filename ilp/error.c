/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/error.h"

static const char *const texts[ILP_ERR_COUNT] = {
	[ILP_OK] = "no error",
	[ILP_ERR_SHORT] = "ends before the value does",
	[ILP_ERR_LENGTH] = "length is indefinite or not in its shortest form",
	[ILP_ERR_INTEGER] = "variable integer is empty or wider than 64 bits",
	[ILP_ERR_TRAILING] = "bytes are left over at the end",
	[ILP_ERR_TYPE] = "not the packet type expected here",
	[ILP_ERR_VERSION] = "protocol version is not supported",
	[ILP_ERR_TIMESTAMP] = "timestamp is not valid",
	[ILP_ERR_ADDRESS] = "ILP address is not valid",
	[ILP_ERR_TEXT] = "text has characters that its field does not allow",
	[ILP_ERR_TOO_LONG] = "value is longer than its field may be",
	[ILP_ERR_TOO_MANY] = "more items than the limit allows",
	[ILP_ERR_DUPLICATE] = "the same name appears twice",
	[ILP_ERR_FORMAT] = "text does not have the required form",
	[ILP_ERR_MISSING] = "a required field is missing",
	[ILP_ERR_ROOM] = "the buffer is too small",
	[ILP_ERR_OVERFLOW] = "the result is too large",
	[ILP_ERR_PRECISION] = "the ratio cannot be held exactly in 128 bits",
	[ILP_ERR_DECRYPT] = "cannot be decrypted with this key",
	[ILP_ERR_CONDITION] = "fulfillment does not match the condition",
	[ILP_ERR_SIGNATURE] = "signature does not verify",
	[ILP_ERR_EXPIRED] = "its time is over, or has not come",
	[ILP_ERR_ALGORITHM] = "signature algorithm is not the one agreed",
	[ILP_ERR_WEAK] = "key is too small to be safe",
};

const char *ilp_error_text(enum ilp_error error)
{
	if ((unsigned)error >= ILP_ERR_COUNT)
		return "unknown error";
	return texts[error];
}
