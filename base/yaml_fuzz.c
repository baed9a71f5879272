/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is taken is JSON that our own reader takes, with a place in the text
 * for each part of it; and what is refused has a reason and a place. */
#include "base/yaml.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define NODES_MAX (8 * INPUT_MAX)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_lines(struct ilp_bytes text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return lines;
}

static void check_place(struct ilp_json_place place, struct ilp_bytes text)
{
	require(place.line >= 1 && place.line <= count_lines(text));
	require(place.column >= 1 && place.column <= text.len + 1);
}

static void check_json(const struct yaml *yaml, struct ilp_bytes text)
{
	static struct ilp_json_node nodes[NODES_MAX];
	struct ilp_bytes json = { yaml->json, yaml->len };
	struct ilp_json_error error = ilp_json_read(nodes, NODES_MAX, json);
	struct ilp_json_place last = { 1, 1 };

	require(!error.problem);
	for (size_t i = 0; i < nodes[0].span; i++) {
		size_t at = (size_t)(nodes[i].text.at - yaml->json) -
			    (nodes[i].type == ILP_JSON_STRING);
		struct ilp_json_place place = yaml_place(yaml, at);

		check_place(place, text);
		require(place.line >= last.line);
		last = place;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes text = { data, size };
	struct yaml_error error;
	struct yaml yaml;

	if (size > INPUT_MAX)
		return 0;
	memset(&error, FUZZ_FILL, sizeof(error));
	if (yaml_read(&yaml, text, &error)) {
		check_json(&yaml, text);
		yaml_drop(&yaml);
		return 0;
	}
	require(memchr(error.text, '\0', sizeof(error.text)));
	require(error.text[0]);
	require(strcmp(error.text, ilp_json_problem_text(ILP_JSON_ROOM)) != 0);
	check_place(error.place, text);
	return 0;
}
