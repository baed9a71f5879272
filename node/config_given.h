/* SPDX-License-Identifier: Apache-2.0 */
/* config_given.h - which options were given, and where: for whoever shows a
 * configuration. What is not among them is the default.
 */
#ifndef NODE_CONFIG_GIVEN_H
#define NODE_CONFIG_GIVEN_H

#include "node/config.h"
#include "node/config_option.h"

struct config_given {
	const void *object; /* whose option it is */
	const struct config_option *option;
	size_t line;         /* of the text; 0: it is a setting, */
	const char *setting; /* and how that was called */
	size_t turn;         /* private: when it was noted */
};

/* Notes that it was given. False when there is no memory. */
bool config_given_add(struct config *config, const struct config_given *given);

/* All are noted: from now on they can be found. */
void config_given_sort(struct config *config);

/* NULL: it was not given. What stands outside of the text counts before what
 * stands in it. */
const struct config_given *config_given_find(const struct config *config,
					     const void *object,
					     const struct config_option *option);

void config_given_drop(struct config *config);

#endif
