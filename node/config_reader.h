/* SPDX-License-Identifier: Apache-2.0 */
/* config_reader.h - a configuration on its way out of its text: where the
 * reading stands, and the first thing that is wrong.
 *
 * Whatever reads on after that changes nothing about the error, so it need
 * not look. Used by config_*.c only.
 */
#ifndef NODE_CONFIG_READER_H
#define NODE_CONFIG_READER_H

#include "base/json.h"
#include "base/yaml.h"
#include "node/config.h"

/* A step on the way from the whole to a value: ".name", or "[index]" when
 * there is no name. */
struct config_step {
	const struct config_step *up; /* NULL: the whole */
	struct ilp_bytes name;
	size_t index;
};

struct config_reader {
	struct ilp_bytes source; /* in JSON */
	const struct yaml *yaml; /* what it was made of; NULL: nothing */
	struct config_settings settings;
	bool unquoted; /* numbers, true and false may be meant as texts */
	struct config *config; /* what is being made */
	struct ilp_crypto *crypto;
	const struct config_step *path; /* to what is being read */
	struct config_error *error;
	bool failed;
	/* The last place that was asked for: its offset in the source, and its
	 * line. */
	size_t line_offset;
	size_t line;
};

/* The line in which this is, which is not before what was asked for last; 0
 * when it is nowhere. */
size_t config_line(struct config_reader *r, const struct ilp_json_node *node);

/* Notes what is wrong with the value under `path`, which lies at `node`; NULL,
 * and what lies outside the source, is nowhere. Only the first time. */
__attribute__((format(printf, 3, 4))) void
config_fail(struct config_reader *r, const struct ilp_json_node *node,
	    const char *format, ...);

void config_fail_memory(struct config_reader *r);

/* The text itself is not JSON, or not YAML. */
void config_fail_json(struct config_reader *r,
		      const struct ilp_json_error *json);
void config_fail_yaml(struct config_reader *r, const struct yaml_error *yaml);

/* Zeros that live as long as the configuration, fit for anything; NULL and an
 * error when there are none. */
void *config_take(struct config_reader *r, size_t size);

/* What there is instead of what was expected: "\"six\"". Of a secret only what
 * kind of thing it is, and of a long text, which may be a secret in the wrong
 * place, only how long. */
struct config_found {
	char text[64];
};

struct config_found config_found(const struct ilp_json_node *node, bool secret);

#endif
