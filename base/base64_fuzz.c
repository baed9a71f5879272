/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes survive the way to text and back; any text that a strict form
 * takes is the one that it would write; and the lenient form takes whatever a
 * strict one does, and sees the same in it. */
#include "base/base64.h"

#include <stdlib.h>

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum ilp_base64 strict_forms[] = { ILP_BASE64, ILP_BASE64_URL };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void bytes_survive(struct ilp_bytes in, enum ilp_base64 form)
{
	static uint8_t text_buffer[2 * INPUT_MAX], buffer[INPUT_MAX];
	struct ilp_bytes text, back;
	size_t len = ilp_base64_encoded_len(in.len, form);

	require(ilp_base64_encode(&text, in, form, text_buffer, len));
	require(text.len == len);
	require(ilp_base64_decode(&back, text, form, buffer, in.len));
	require(ilp_bytes_equal(back, in));
	require(ilp_base64_decode(&back, text, ILP_BASE64_ANY, buffer, in.len));
	require(ilp_bytes_equal(back, in));
}

static void text_survives(struct ilp_bytes in, enum ilp_base64 form)
{
	static uint8_t text_buffer[2 * INPUT_MAX], buffer[INPUT_MAX];
	struct ilp_bytes bytes, text;
	size_t max = ilp_base64_decoded_max(in.len);

	if (!ilp_base64_decode(&bytes, in, form, buffer, max))
		return;
	require(bytes.len <= max);
	require(ilp_base64_encode(&text, bytes, form, text_buffer,
				  sizeof(text_buffer)));
	require(ilp_bytes_equal(text, in));
}

/* The lenient form takes more than one text for the same bytes, so here only
 * the bytes come back. */
static void lenient_text_survives(struct ilp_bytes in)
{
	static uint8_t buffer[INPUT_MAX];
	struct ilp_bytes bytes;

	if (ilp_base64_decode(&bytes, in, ILP_BASE64_ANY, buffer,
			      ilp_base64_decoded_max(in.len)))
		bytes_survive(bytes, ILP_BASE64_URL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		bytes_survive(in, strict_forms[i]);
		text_survives(in, strict_forms[i]);
	}
	lenient_text_survives(in);
	return 0;
}
