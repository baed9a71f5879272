/* SPDX-License-Identifier: Apache-2.0 */
/* config_setting.h - how options of the node are called outside of its text.
 *
 * Those that are a single value and no secret may be given as variables of the
 * environment and on the command line as well: maxHoldTime is
 * ILPD_MAX_HOLD_TIME there, and --max-hold-time here.
 */
#ifndef NODE_CONFIG_SETTING_H
#define NODE_CONFIG_SETTING_H

#include "node/config.h"
#include "node/config_option.h"

enum config_form {
	CONFIG_VARIABLE,
	CONFIG_ARGUMENT,
};

/* Can it be given so? Of the options of the node. */
bool config_setting_is(const struct config_option *option);

struct config_setting_name {
	char text[64];
};

struct config_setting_name config_setting_name(const struct config_option *o,
					       enum config_form form);

/* The option that is called so; NULL and an error when there is none. */
const struct config_option *config_setting_find(const char *name,
						enum config_form form,
						struct config_error *error);

#endif
