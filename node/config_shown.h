/* SPDX-License-Identifier: Apache-2.0 */
/* config_shown.h - a configuration for people to look at: each option that
 * there is, with its value as it would stand in YAML, and who has said so.
 *
 *	struct config_shown shown = config_shown(config);
 *	while (config_shown_next(&shown, value, sizeof(value)))
 *		... shown.name, shown.value, shown.given ...
 */
#ifndef NODE_CONFIG_SHOWN_H
#define NODE_CONFIG_SHOWN_H

#include "node/config.h"
#include "node/config_option.h"

struct config_shown {
	char name[96]; /* "accounts[0].balance.maximum" */
	const struct config_option *option;
	/* With zeros at its end; NULL: there is none, or it is a secret. Cut
	 * off when it does not fit. */
	const char *value;
	const struct config_given *given; /* NULL: it is the default */
	/* Private: where it goes on. */
	const struct config *config;
	size_t outer;
	size_t item;
	size_t inner;
};

struct config_shown config_shown(const struct config *config);

/* False behind the last. The value is written to the buffer. */
bool config_shown_next(struct config_shown *shown, char *buffer, size_t size);

/* The same for the next `count`, which are passed over. */
void config_shown_skip(struct config_shown *shown, uint64_t count);

#endif
