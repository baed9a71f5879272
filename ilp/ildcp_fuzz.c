/* SPDX-License-Identifier: Apache-2.0 */
/* What is read has an address and an asset code that are valid, both of them
 * borrowed, and is written just as it came, unless bytes were ignored. */
#include "ilp/ildcp.h"

#include "base/utf8.h"
#include "ilp/address.h"
#include "test/fuzz.h"

#define INPUT_MAX 32768

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buffer[INPUT_MAX];
	struct ilp_bytes in = { data, size };
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_ildcp found, again;

	if (size > INPUT_MAX || ilp_ildcp_decode(&found, in))
		return 0;
	require(lies_in(found.address, in) && lies_in(found.asset_code, in));
	require(ilp_address_valid(found.address));
	require(ilp_utf8_valid(found.asset_code));

	require(ilp_ildcp_encode(&w, &found) == ILP_OK);
	struct ilp_bytes out = ilp_written(&w);
	require(out.len <= size && memcmp(out.at, data, out.len) == 0);
	require(ilp_ildcp_decode(&again, out) == ILP_OK);
	require(again.asset_scale == found.asset_scale);
	require(ilp_bytes_equal(again.address, found.address));
	require(ilp_bytes_equal(again.asset_code, found.asset_code));
	return 0;
}
