/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - ilp, the command: reads its words and runs what they name. */
#include <errno.h>
#include <stdlib.h>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/terminal.h"

static struct context make_context(const struct arguments *a)
{
	const char *color = a->globals[COMMAND_COLOR];
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool seen = terminal_is(stdout);

	return (struct context){
		.in = stdin,
		.out = stdout,
		.err = stderr,
		.json = a->globals[COMMAND_JSON],
		.paint = paint(color, seen, no_color, term),
		.err_paint = paint(color, terminal_is(stderr), no_color, term),
		.width = seen ? terminal_width(stdout) : 0,
	};
}

static enum command_status show_version(struct context *c)
{
	fprintf(c->out, c->json ? "{\"version\":\"%s\"}\n" : "ilp %s\n",
		ILP_VERSION);
	return COMMAND_OK;
}

static enum command_status misused(struct context *c, const struct arguments *a,
				   const struct arguments_problem *problem)
{
	context_complain(c, "%s", problem->text);
	fprintf(c->err, "\"ilp help%s%s\" tells %s.\n", a->command ? " " : "",
		a->command ? a->command->name : "",
		a->command ? "how it is used" : "what there is");
	return COMMAND_MISUSED;
}

/* What was not written was not done: a disk may be full. */
static enum command_status finish(struct context *c, enum command_status status)
{
	errno = 0;
	if (fflush(c->out) == 0 && !ferror(c->out))
		return status;
	context_complain(c, "cannot write all of it: %s", strerror(errno));
	return COMMAND_FAILED;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	if (a->globals[COMMAND_VERSION])
		return show_version(c);
	if (a->globals[COMMAND_HELP])
		return help_show(c, a->command);
	return a->command->run(c, a);
}

int main(int argc, char **argv)
{
	struct arguments a;
	struct arguments_problem problem;
	bool good = arguments_read(&a, commands, argv + 1,
				   argc > 0 ? (size_t)argc - 1 : 0, &problem);
	struct context c = make_context(&a);

	return good ? (int)finish(&c, run(&c, &a)) :
		      (int)misused(&c, &a, &problem);
}
