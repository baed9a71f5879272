/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the reader takes comes out of the writer as a text with the same
 * values in the same places, which the writer then repeats byte by byte; and
 * any bytes that are written as a string are read as the text they were. */
#include "base/json_writer.h"
#include "base/utf8.h"

#include <stdlib.h>

#include "test/json_copy.h"

#define INPUT_MAX 4096
#define OUTPUT_MAX (1 << 20) /* each of 64 levels may indent every line */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_json_node first[INPUT_MAX], second[INPUT_MAX];
static uint8_t first_text[OUTPUT_MAX], second_text[OUTPUT_MAX];

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct ilp_bytes copy(const struct ilp_json_node *node, uint8_t *buffer,
			     unsigned indent)
{
	struct ilp_json_writer w = ilp_json_writer(buffer, OUTPUT_MAX, indent);

	json_copy(&w, node);
	require(!w.problem);
	return ilp_json_written(&w);
}

/* The shape, and of what has no inside also the text. */
static void require_equal(const struct ilp_json_node *a,
			  const struct ilp_json_node *b)
{
	static uint8_t text[INPUT_MAX];
	struct ilp_bytes string, other;

	require(a->type == b->type && a->count == b->count &&
		a->span == b->span);
	if (a->type == ILP_JSON_STRING) {
		require(ilp_json_string(&string, a, text, a->text.len));
		require(ilp_utf8_valid(string));
		other = json_copy_string(b);
		require(ilp_bytes_equal(string, other));
	} else if (a->span == 1 && a->type < ILP_JSON_ARRAY) {
		require(ilp_bytes_equal(a->text, b->text));
	}
}

static void survives(const struct ilp_json_node *root, unsigned indent)
{
	struct ilp_bytes text = copy(root, first_text, indent);

	require(!ilp_json_read(second, root->span, text).problem);
	for (size_t i = 0; i < root->span; i++)
		require_equal(&root[i], &second[i]);
	require(ilp_bytes_equal(copy(second, second_text, indent), text));
}

/* One node too few is noticed, and the integers agree with each other. */
static void keeps_its_promises(const struct ilp_json_node *root,
			       struct ilp_bytes text)
{
	require(ilp_json_read(second, root->span - 1, text).problem ==
		ILP_JSON_ROOM);
	for (size_t i = 0; i < root->span; i++) {
		uint64_t u64;
		int64_t i64;

		if (ilp_json_u64(&u64, &root[i]))
			require(ilp_json_i64(&i64, &root[i]) ==
				(u64 <= INT64_MAX));
		ilp_json_u64_string(&u64, &root[i]);
	}
}

static void string_survives(struct ilp_bytes in)
{
	struct ilp_json_writer w = ilp_json_writer(first_text, OUTPUT_MAX, 0);
	struct ilp_bytes text, back;

	ilp_json_put_string(&w, in);
	text = ilp_json_written(&w);
	require(!ilp_json_read(first, 1, text).problem);
	require(ilp_json_string(&back, first, second_text, text.len));
	if (ilp_utf8_valid(in))
		require(ilp_bytes_equal(back, in));
	else
		require(ilp_utf8_valid(back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	struct ilp_json_error error = ilp_json_read(first, INPUT_MAX, in);
	require(error.offset <= size);
	if (error.problem) {
		ilp_json_place(in, error.offset);
		require(error.problem != ILP_JSON_ROOM);
	} else {
		survives(first, 0);
		survives(first, 3);
		keeps_its_promises(first, in);
	}
	string_survives(in);
	return 0;
}
