/* SPDX-License-Identifier: Apache-2.0 */
/* arguments.h - the words that ilp was started with, read by the rows of the
 * commands.
 *
 * Options may stand anywhere, as --name, --name=VALUE, --name VALUE, or in
 * their short form; behind -- there are none. Those of a command stand behind
 * its name. Of an option that is there twice the last one counts.
 */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "cli/command.h"

struct arguments {
	const struct command *command; /* NULL: none is named */
	/* By the place of their rows: NULL when it is not there; of an option
	 * without a value an empty text. */
	const char *globals[COMMAND_GLOBALS];
	const char *options[COMMAND_OPTIONS_MAX];
	char **operands;
	size_t operand_count;
};

/* What is wrong with them. */
struct arguments_problem {
	char text[256];
};

/* Reads the words behind the program's own name, and changes their order: the
 * operands are gathered at the beginning. When it is false `command` is set if
 * it was still understood. With --help or --version nothing need be
 * complete. */
bool arguments_read(struct arguments *out, const struct command *const *table,
		    char **words, size_t count,
		    struct arguments_problem *problem);

/* The command that these words begin with, and how many they are; NULL when
 * there is none. */
const struct command *arguments_command(const struct command *const *table,
					char *const *words, size_t count,
					size_t *used);

#endif
