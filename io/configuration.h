/* SPDX-License-Identifier: Apache-2.0 */
/* configuration.h - the configuration that counts: from the file that was named
 * or found, or without one; and what is to be said of it before a node runs.
 */
#ifndef IO_CONFIGURATION_H
#define IO_CONFIGURATION_H

#include "io/arguments.h"
#include "io/listener.h"
#include "io/places.h"

struct configuration {
	struct config *config;
	char path[PLACE_SIZE]; /* of its file, or where there could be one */
	bool from_file;
};

/* On failure false, and `error` says why. */
bool configuration_read(struct configuration *out, const struct arguments *a,
			char *error, size_t error_size);

struct listener_settings
configuration_listener(const struct config_listener *from);

/* Reads what the configuration names, and opens nothing else. False when some
 * of it cannot be used, and `error` says which. */
bool configuration_check(const struct config *config, char *error,
			 size_t error_size);

/* One line: what is in it. */
void configuration_print(const struct configuration *c);

#endif
