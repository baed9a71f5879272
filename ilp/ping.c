/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/ping.h"

#include "ilp/address.h"

/* clang-format off */
const uint8_t ilp_ping_fulfillment[32] = {
	'p', 'i', 'n', 'g', 'p', 'i', 'n', 'g', 'p', 'i', 'n', 'g',
	'p', 'i', 'n', 'g', 'p', 'i', 'n', 'g', 'p', 'i', 'n', 'g',
	'p', 'i', 'n', 'g', 'p', 'i', 'n', 'g',
};

const uint8_t ilp_ping_condition[32] = {
	0x8c, 0x00, 0xbc, 0x0c, 0x61, 0x4f, 0x64, 0xf7,
	0xe1, 0xe0, 0x0b, 0x59, 0xa5, 0x7b, 0xaf, 0x5c,
	0x57, 0xb6, 0xa1, 0x19, 0xa9, 0x0d, 0x54, 0xaf,
	0x48, 0x98, 0x36, 0xa1, 0x3f, 0x9b, 0xc7, 0x7e,
};
/* clang-format on */

static const uint8_t magic[16] = { 'E', 'C', 'H', 'O', 'E', 'C', 'H', 'O',
				   'E', 'C', 'H', 'O', 'E', 'C', 'H', 'O' };

enum ilp_error ilp_echo_decode(struct ilp_echo *out, struct ilp_bytes data)
{
	struct ilp_reader r = ilp_reader(data);
	struct ilp_bytes start = ilp_read_fixed(&r, sizeof(magic));
	struct ilp_echo echo = { 0 };

	if (!ilp_bytes_equal(start, ILP_BYTES(magic)))
		return ILP_ERR_FORMAT;
	switch (ilp_read_u8(&r)) {
	case ILP_ECHO_REQUEST:
		echo.type = ILP_ECHO_REQUEST;
		echo.return_address = ilp_read_address(&r);
		break;
	case ILP_ECHO_RESPONSE:
		echo.type = ILP_ECHO_RESPONSE;
		break;
	default:
		ilp_reader_fail(&r, ILP_ERR_TYPE);
	}
	if (!r.error)
		*out = echo;
	return r.error;
}

enum ilp_error ilp_echo_encode(struct ilp_writer *w,
			       const struct ilp_echo *echo)
{
	ilp_write_fixed(w, ILP_BYTES(magic));
	ilp_write_u8(w, (uint8_t)echo->type);
	if (echo->type == ILP_ECHO_REQUEST) {
		if (!ilp_address_valid(echo->return_address))
			ilp_writer_fail(w, ILP_ERR_ADDRESS);
		ilp_write_var(w, echo->return_address);
	}
	return w->error;
}
