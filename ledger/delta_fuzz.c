/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a delta: what is read of them is written the same again, and
 * what is refused is left where it was. */
#include "ledger/delta.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes left = { data, size };
	struct ilp_bytes before = left;
	struct delta_entry entry;

	while (delta_read(&left, &entry)) {
		uint8_t again[DELTA_ENTRY_MAX];
		size_t len = (size_t)(delta_write(again, &entry) - again);

		require(entry.account != 0);
		require(lies_in(left, before));
		require(before.len - left.len == len);
		require(memcmp(before.at, again, len) == 0);
		before = left;
	}
	require(left.at == before.at && left.len == before.len);
	return 0;
}
