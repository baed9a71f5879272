/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is JSON, and reads the same again; what is not has a place. */
#include "cli/javascript.h"

#include "base/json.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers are taken as they stand, so JSON may refuse one. */
static bool is_json(struct ilp_bytes text)
{
	struct ilp_json_node *nodes = calloc(text.len + 1, sizeof(*nodes));
	struct ilp_json_error error = ilp_json_read(nodes, text.len + 1, text);

	free(nodes);
	require(error.problem == ILP_JSON_OK ||
		error.problem == ILP_JSON_LEADING_ZERO ||
		error.problem == ILP_JSON_DIGIT ||
		error.problem == ILP_JSON_VALUE ||
		error.problem == ILP_JSON_ITEM_END ||
		error.problem == ILP_JSON_MEMBER_END ||
		error.problem == ILP_JSON_TEXT_END);
	return error.problem == ILP_JSON_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer once = { NULL, 0, 0 };
	struct buffer twice = { NULL, 0, 0 };
	struct javascript_error error = { 0 };

	if (size > INPUT_MAX)
		return 0;
	if (!javascript_read(&once, (struct ilp_bytes){ data, size }, &error)) {
		require(error.offset <= size && error.text[0]);
	} else if (is_json(buffer_bytes(&once)) && once.at[0] == '{' &&
		   once.len <= JAVASCRIPT_MAX) {
		require(javascript_read(&twice, buffer_bytes(&once), &error));
		require(ilp_bytes_equal(buffer_bytes(&once),
					buffer_bytes(&twice)));
	}
	buffer_drop(&once);
	buffer_drop(&twice);
	return 0;
}
