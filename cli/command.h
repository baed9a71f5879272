/* SPDX-License-Identifier: Apache-2.0 */
/* command.h - the commands of ilp: a row for each.
 *
 * How its words are read (arguments.h), its help, its page of the manual and
 * what a shell completes all come from its row. Each command has a file of its
 * own, with its row at the end; commands.c lists them.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct arguments;
struct ilp_json_node;
struct node_question;

/* What the process ends with. */
enum command_status {
	COMMAND_OK,
	COMMAND_FAILED,  /* the answer is no, or could not be had */
	COMMAND_MISUSED, /* the words make no sense */
};

struct command_option {
	const char *name;  /* without its dashes */
	char letter;       /* its short form, or 0 */
	const char *value; /* stands for it in texts; NULL: it has none */
	const char *const *words; /* the values there are, up to a NULL; or
				     NULL: there are many */
	bool file;                /* the value is the name of one */
	const char *text;
};

/* Of one command. */
#define COMMAND_OPTIONS_MAX 16

struct command {
	const char *name;    /* one word, or two as in "peers add" */
	const char *summary; /* a line, without a full stop */
	/* What follows the name: how it is shown, how many words there may be,
	 * and what they may be. */
	const char *operands;
	size_t operands_min;
	size_t operands_max;
	const char *const *words;             /* as in an option */
	bool names;                           /* they are those of commands */
	bool file;                            /* they are those of files */
	const struct command_option *options; /* up to one without a name; or
						 NULL */
	const char *text;    /* paragraphs, an empty line between them */
	const char *example; /* lines */
	bool node;           /* it talks to one */
	bool hidden;         /* it is for programs, and in no list */
	/* Of most that do: what they ask it, and how they show the answer, by
	 * node_run (node.h). */
	const struct node_question *question;
	enum command_status (*show)(struct context *context,
				    const struct arguments *arguments,
				    const struct ilp_json_node *answer);
	enum command_status (*run)(struct context *context,
				   const struct arguments *arguments);
};

/* Options that every command has, and those that talk to a node. */
enum command_global {
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_JSON,
	COMMAND_COLOR,
	COMMAND_SOCKET,
	COMMAND_URL,
	COMMAND_TOKEN_FILE,
	COMMAND_GLOBALS,
};

/* From here on they say which node is meant. */
#define COMMAND_GLOBALS_NODE COMMAND_SOCKET

extern const struct command_option command_globals[COMMAND_GLOBALS + 1];

/* All of them, up to a NULL. */
extern const struct command *const commands[];

/* The rows of the options of a command; an end when it has none. */
const struct command_option *command_options(const struct command *c);

#endif
