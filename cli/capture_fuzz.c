/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is read, there is an end to it; each piece has bytes, and stands on
 * a line that is there, none before the last; raw bytes are all given. */
#include "cli/capture.h"

#include "test/fuzz.h"

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t line_count(const uint8_t *data, size_t size)
{
	size_t count = 1;

	for (size_t i = 0; i < size; i++)
		count += data[i] == '\n';
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct kinds kinds = { .only = KIND_NONE };
	struct capture c = capture(&kinds, (struct ilp_bytes){ data, size });
	struct capture_piece piece;
	size_t line = 0;
	size_t raw = 0;

	if (size > INPUT_MAX)
		return 0;
	while (capture_next(&c, &piece)) {
		require(piece.bytes.len > 0);
		require(piece.line >= line);
		require(piece.line <= line_count(data, size));
		line = piece.line;
		raw += piece.line == 0 ? piece.bytes.len : 0;
	}
	require(!capture_next(&c, &piece));
	require(raw == 0 || raw == size);
	capture_drop(&c);
	return 0;
}
