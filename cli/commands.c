/* SPDX-License-Identifier: Apache-2.0 */
/* commands.c - all commands, in the order in which help has them. */
#include "cli/command.h"

extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_decode;
extern const struct command command_help;
extern const struct command command_import;

const struct command *const commands[] = {
	&command_completion, &command_decode,   &command_help,
	&command_import,     &command_complete, NULL,
};
