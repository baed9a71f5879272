/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config.h"

#include <assert.h>
#include <stdlib.h>

#include "node/config_check.h"
#include "node/config_given.h"
#include "node/config_object.h"

/* Every value but the first stands behind one of these, and so does every
 * key. */
static size_t count_nodes(struct ilp_bytes text)
{
	size_t count = 1;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '[' || text.at[i] == '{' ||
			 text.at[i] == ',' || text.at[i] == ':';
	return count;
}

static void read_json(struct config_reader *r)
{
	size_t capacity = count_nodes(r->source);
	struct ilp_json_node *nodes = calloc(capacity, sizeof(*nodes));
	struct ilp_json_error json;

	if (!nodes) {
		config_fail_memory(r);
		return;
	}
	json = ilp_json_read(nodes, capacity, r->source);
	assert(json.problem != ILP_JSON_ROOM);
	if (json.problem)
		config_fail_json(r, &json);
	else
		config_read_object(r, config_objects[0], nodes, r->config);
	if (!r->failed)
		config_check(r, nodes);
	free(nodes);
}

static bool is_json(struct ilp_bytes text)
{
	size_t i = 0;

	while (i < text.len && memchr(" \t\r\n", text.at[i], 4))
		i++;
	return i < text.len && text.at[i] == '{';
}

static void read_yaml(struct config_reader *r)
{
	struct yaml_error error;
	struct yaml yaml;

	if (!yaml_read(&yaml, r->source, &error)) {
		config_fail_yaml(r, &error);
		return;
	}
	r->source = (struct ilp_bytes){ yaml.json, yaml.len };
	r->yaml = &yaml;
	r->unquoted = true;
	read_json(r);
	ilp_secret_clear(yaml.json, yaml.len);
	yaml_drop(&yaml);
}

static void read_text(struct config_reader *r)
{
	if (is_json(r->source))
		read_json(r);
	else
		read_yaml(r);
}

struct config *config_parse(struct ilp_bytes text,
			    struct config_settings settings,
			    struct ilp_crypto *crypto,
			    struct config_error *error)
{
	struct config_reader r = {
		.source = text,
		.settings = settings,
		.config = calloc(1, sizeof(*r.config)),
		.crypto = crypto,
		.error = error,
	};

	if (r.config)
		read_text(&r);
	else
		config_fail_memory(&r);
	if (!r.failed) {
		config_given_sort(r.config);
		return r.config;
	}
	config_destroy(r.config);
	return NULL;
}
