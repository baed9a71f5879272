/* SPDX-License-Identifier: Apache-2.0 */
/* arguments.h - what ilpd was called with: the command line, and the variables of
 * the environment that are options of the configuration.
 */
#ifndef IO_ARGUMENTS_H
#define IO_ARGUMENTS_H

#include "node/config_setting.h"

enum arguments_task {
	ARGUMENTS_RUN,
	ARGUMENTS_CHECK_CONFIG,
	ARGUMENTS_CHECK, /* the books in `file` */
	ARGUMENTS_HELP,
	ARGUMENTS_HELP_CONFIG,
	ARGUMENTS_VERSION,
};

/* Each option at most once in the environment, and once in the command line. */
#define ARGUMENTS_SETTINGS_MAX 128

struct arguments {
	enum arguments_task task;
	const char *file; /* NULL: none was given */
	struct config_setting settings[ARGUMENTS_SETTINGS_MAX];
	struct config_setting_name names[ARGUMENTS_SETTINGS_MAX];
	size_t setting_count; /* those that count more come later */
};

/* False when that is no way to call it, which has been told. Everything in it
 * lies in `argv` and the environment. */
bool arguments_read(struct arguments *out, int argc, char **argv);

void arguments_print_help(void);

#endif
