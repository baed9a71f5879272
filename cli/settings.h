/* SPDX-License-Identifier: Apache-2.0 */
/* settings.h - the settings of an ilp-connector, as a configuration of ilpd.
 *
 * ilp-connector has them in variables of the environment, CONNECTOR_..., with
 * JSON in those that are objects. What both have keeps its meaning, also where
 * it was not set and the defaults differ. What cannot be carried over gets a
 * note that says why: nothing is left out in silence.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/buffer.h"
#include "base/json.h"

struct settings {
	const char *address; /* ours, when they do not say; or NULL */
	struct buffer out;   /* the configuration, in JSON */
	struct buffer notes; /* lines */
	char error[400];     /* why there is none */
};

/* From an object of the variables, each a text or a value. Neither tokens nor
 * URLs are in the notes or in the error. The caller drops both buffers in any
 * case, which have secrets in them. */
bool settings_convert(struct settings *s,
		      const struct ilp_json_node *variables);

/* Those of moneyd, which has an account for each of its uplinks. */
bool settings_convert_moneyd(struct settings *s,
			     const struct ilp_json_node *file);

#endif
