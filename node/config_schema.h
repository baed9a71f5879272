/* SPDX-License-Identifier: Apache-2.0 */
/* config_schema.h - what options may be, as JSON Schema: for programs that
 * write a configuration, or a part of it. */
#ifndef NODE_CONFIG_SCHEMA_H
#define NODE_CONFIG_SCHEMA_H

#include "base/json_writer.h"
#include "node/config_option.h"

enum config_schema_use {
	CONFIG_SCHEMA_WHOLE,
	/* A merge patch (RFC 7396): nothing need be there, and null takes
	 * away. */
	CONFIG_SCHEMA_PATCH,
};

void config_schema_put(struct ilp_json_writer *w,
		       const struct config_object *object,
		       enum config_schema_use use);

#endif
