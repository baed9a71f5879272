/* SPDX-License-Identifier: Apache-2.0 */
/* A line that is taken gives bytes or ends a dump, and one that is not changes
 * nothing. */
#include "cli/hexdump.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hexdump h = { .open = false };
	struct ilp_bytes left = { data, size };

	while (left.len && h.bytes.len < 65536) {
		const uint8_t *end = memchr(left.at, '\n', left.len);
		struct ilp_bytes line = { left.at,
					  end ? (size_t)(end - left.at) :
						left.len };
		size_t before = h.bytes.len;
		bool open = h.open;

		if (hexdump_take(&h, line))
			require(h.open && h.bytes.len >= before);
		else
			require(h.open == open && h.bytes.len == before);
		left = ilp_bytes_skip(left, line.len + (end != NULL));
	}
	hexdump_drop(&h);
	return 0;
}
