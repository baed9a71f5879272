/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the settings are, what is made of them is JSON; or it is said why
 * there is none. */
#include "cli/settings.h"

#include "cli/environment.h"
#include "test/fuzz.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_json(struct ilp_json_node *nodes, struct ilp_bytes text)
{
	return !ilp_json_read(nodes, text.len + 1, text).problem;
}

static void convert(struct ilp_bytes json,
		    bool (*with)(struct settings *,
				 const struct ilp_json_node *))
{
	struct settings s = { .address = "test.me" };
	struct ilp_json_node *nodes = calloc(json.len + 1, sizeof(*nodes));
	struct ilp_json_node *found;

	if (is_json(nodes, json) && with(&s, nodes)) {
		found = calloc(s.out.len + 1, sizeof(*found));
		require(is_json(found, buffer_bytes(&s.out)));
		require(!s.error[0]);
		free(found);
	} else {
		require(!is_json(nodes, json) || s.error[0]);
	}
	free(nodes);
	buffer_drop(&s.out);
	buffer_drop(&s.notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct buffer json = { NULL, 0, 0 };
	size_t line;

	if (size > INPUT_MAX)
		return 0;
	convert(in, settings_convert);
	convert(in, settings_convert_moneyd);
	if (environment_read(&json, in, &line))
		convert(buffer_bytes(&json), settings_convert);
	buffer_drop(&json);
	return 0;
}
