/* SPDX-License-Identifier: Apache-2.0 */
/* test_commands.h - rows of commands that tests use: one of each kind. */
#ifndef CLI_TEST_COMMANDS_H
#define CLI_TEST_COMMANDS_H

#include "cli/command.h"

static const char *const test_kinds[] = { "plain", "gilded", NULL };
static const char *const test_shells[] = { "bash", "fish", "zsh", NULL };

enum { TEST_OUTPUT, TEST_KIND, TEST_QUIET };

static const struct command_option test_options[] = {
	[TEST_OUTPUT] = { .name = "output",
			  .letter = 'o',
			  .value = "FILE",
			  .file = true,
			  .text = "Where it goes. By default nowhere." },
	[TEST_KIND] = { .name = "kind",
			.value = "KIND",
			.words = test_kinds,
			.text = "What it is like." },
	[TEST_QUIET] = { .name = "quiet",
			 .letter = 'q',
			 .text = "Says \"nothing\"." },
	{ .name = NULL },
};

static const struct command test_show = {
	.name = "show",
	.summary = "Shows things",
	.operands = "[THING...]",
	.operands_max = 3,
	.options = test_options,
	.text = "Shows them.\n\nAll of them.",
	.example = "  ilp show\n",
};

static const struct command test_shell = {
	.name = "shell",
	.summary = "Tells of a shell",
	.operands = "SHELL",
	.operands_min = 1,
	.operands_max = 1,
	.words = test_shells,
	.text = "Tells of it.",
};

static const struct command test_peers = {
	.name = "peers",
	.summary = "Lists peers",
	.operands = "",
	.node = true,
	.text = "Lists them.",
};

static const struct command test_peers_add = {
	.name = "peers add",
	.summary = "Adds a peer",
	.operands = "NAME",
	.operands_min = 1,
	.operands_max = 1,
	.node = true,
	.text = "Adds it.",
};

static const struct command test_route_add = {
	.name = "route add",
	.summary = "Adds a route",
	.operands = "",
	.text = "Adds it.",
};

static const struct command test_how = {
	.name = "how",
	.summary = "Tells how",
	.operands = "[COMMAND]",
	.operands_max = 2,
	.names = true,
	.text = "Tells it.",
};

static const struct command test_secret = {
	.name = "secret",
	.summary = "For programs",
	.operands = "",
	.hidden = true,
	.text = "Not for people.",
};

static const struct command *const test_commands[] = {
	&test_show,      &test_shell, &test_peers,  &test_peers_add,
	&test_route_add, &test_how,   &test_secret, NULL,
};

#endif
