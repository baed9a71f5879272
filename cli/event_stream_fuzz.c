/* SPDX-License-Identifier: Apache-2.0 */
/* Wherever the bytes are cut, the messages are the same. */
#include "cli/event_stream.h"

#include "test/fuzz.h"

/* A sum of all that came. */
struct sum {
	uint64_t messages;
	uint64_t mixed;
};

static void mix(struct sum *sum, struct ilp_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		sum->mixed = (sum->mixed ^ bytes.at[i]) * UINT64_C(0x100000001b3);
	sum->mixed += bytes.len + 1;
}

static void add_up(struct event_stream *s, struct sum *sum)
{
	struct event_message m;

	while (event_stream_next(s, &m)) {
		sum->messages++;
		mix(sum, m.id);
		mix(sum, m.name);
		mix(sum, m.data);
	}
}

static struct sum read_in_steps(struct ilp_bytes left, size_t step)
{
	struct event_stream s = { .read = 0 };
	struct sum sum = { 0, 0 };

	while (left.len) {
		size_t len = left.len < step ? left.len : step;

		require(event_stream_add(&s,
					 (struct ilp_bytes){ left.at, len }));
		add_up(&s, &sum);
		left = ilp_bytes_skip(left, len);
	}
	event_stream_drop(&s);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes all = { data, size };
	struct sum whole, cut;

	if (size == 0 || size > EVENT_STREAM_MAX)
		return 0;
	whole = read_in_steps(all, size);
	cut = read_in_steps(all, 1 + data[0] % 7);
	require(whole.messages == cut.messages && whole.mixed == cut.mixed);
	return 0;
}
