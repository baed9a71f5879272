/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

static const char *const colors[] = { "auto", "always", "never", NULL };

const struct command_option command_globals[COMMAND_GLOBALS + 1] = {
	[COMMAND_HELP] = {
		.name = "help",
		.letter = 'h',
		.text = "Tells how a command is used, and does nothing else.",
	},
	[COMMAND_VERSION] = {
		.name = "version",
		.text = "Tells the version, and does nothing else.",
	},
	[COMMAND_JSON] = {
		.name = "json",
		.text = "Writes JSON, for programs: one value a line. Amounts "
			"and other integers of 64 bits are strings.",
	},
	[COMMAND_COLOR] = {
		.name = "color",
		.value = "WHEN",
		.words = colors,
		.text = "Whether there are colours: auto, always or never. With "
			"auto there are on a terminal, unless the environment "
			"has NO_COLOR.",
	},
	[COMMAND_SOCKET] = {
		.name = "socket",
		.value = "PATH",
		.file = true,
		.text = "The Unix socket of the node's admin API.",
	},
	[COMMAND_URL] = {
		.name = "url",
		.value = "URL",
		.text = "The admin API of a node elsewhere, by HTTP.",
	},
	[COMMAND_TOKEN_FILE] = {
		.name = "token-file",
		.value = "FILE",
		.file = true,
		.text = "A file with the token for --url.",
	},
};

const struct command_option *command_options(const struct command *c)
{
	static const struct command_option none[1];

	return c && c->options ? c->options : none;
}
