/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/ildcp.h"

#include "base/utf8.h"
#include "ilp/address.h"

enum ilp_error ilp_ildcp_decode(struct ilp_ildcp *out, struct ilp_bytes data)
{
	struct ilp_reader r = ilp_reader(data);
	struct ilp_bytes address = ilp_read_address(&r);
	uint8_t asset_scale = ilp_read_u8(&r);
	struct ilp_bytes asset_code = ilp_read_var(&r);

	if (!ilp_utf8_valid(asset_code))
		ilp_reader_fail(&r, ILP_ERR_TEXT);
	if (r.error)
		return r.error;
	*out = (struct ilp_ildcp){ address, asset_scale, asset_code };
	return ILP_OK;
}

enum ilp_error ilp_ildcp_encode(struct ilp_writer *w,
				const struct ilp_ildcp *ildcp)
{
	if (!ilp_address_valid(ildcp->address))
		ilp_writer_fail(w, ILP_ERR_ADDRESS);
	if (!ilp_utf8_valid(ildcp->asset_code))
		ilp_writer_fail(w, ILP_ERR_TEXT);
	ilp_write_var(w, ildcp->address);
	ilp_write_u8(w, ildcp->asset_scale);
	ilp_write_var(w, ildcp->asset_code);
	return w->error;
}
