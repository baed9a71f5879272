/* SPDX-License-Identifier: Apache-2.0 */
/* Where a decoder refuses bytes there is a place, within them or at their end,
 * for the very reason that it gives; and where it does not there is none. */
#include "cli/breakage_claims.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum kind kinds[] = { KIND_PACKET, KIND_BTP, KIND_STREAM,
					   KIND_ILDCP };
	struct ilp_bytes in = { data, size };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct breakage b = breakage_find(kinds[i], in);

		require(b.error == decode_as(kinds[i], in));
		require(b.at <= size);
		require((b.field[0] == '\0') == (b.error == ILP_OK));
	}
	return 0;
}
