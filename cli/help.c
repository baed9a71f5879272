/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/arguments.h"
#include "cli/manual.h"
#include "cli/table.h"
#include "cli/width.h"

/* Prose is not read well in longer lines. */
#define WIDTH_MAX 90
#define WIDTH_PIPED 80
#define JSON_MAX (256 * 1024)

static size_t width(const struct context *c)
{
	if (c->width == 0)
		return WIDTH_PIPED;
	return c->width < WIDTH_MAX ? c->width : WIDTH_MAX;
}

static void put_strong(struct context *c, const char *text)
{
	fprintf(c->out, "%s%s%s", paint_begin(c->paint, PAINT_STRONG), text,
		paint_end(c->paint, PAINT_STRONG));
}

/* Paragraphs, broken into lines. */
static void put_prose(struct context *c, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);
		struct ilp_bytes left = { (const uint8_t *)text, len };
		struct ilp_bytes line;

		while (width_next_line(&left, width(c), &line)) {
			context_put(c, line);
			fputc('\n', c->out);
		}
		text = end ? end + 2 : text + len;
		if (*text)
			fputc('\n', c->out);
	}
}

/* ---- lists of names, each with what it is ---- */

static const struct table_column columns[] = {
	{ NULL, TABLE_TEXT }, /* indents the rest */
	{ NULL, TABLE_TEXT },
	{ NULL, TABLE_PROSE },
};

static struct table list(void)
{
	return table(columns, sizeof(columns) / sizeof(*columns));
}

static void put_item(struct table *t, const char *name, const char *text)
{
	table_put(t, PAINT_PLAIN, ilp_text(""));
	table_put(t, PAINT_STRONG, ilp_text(name));
	table_put(t, PAINT_PLAIN, ilp_text(text));
}

static enum command_status put_list(struct context *c, struct table *t)
{
	struct buffer out = { NULL, 0, 0 };
	bool good = table_write(t, c->paint, width(c), &out);

	if (good)
		context_put(c, buffer_bytes(&out));
	buffer_drop(&out);
	table_drop(t);
	return good ? COMMAND_OK : context_no_memory(c);
}

static void put_option(struct table *t, const struct command_option *o)
{
	char name[80];
	char letter[8] = "    ";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(name, sizeof(name), "%s--%s%s%s", letter, o->name,
		 o->value ? " " : "", o->value ? o->value : "");
	put_item(t, name, o->text);
}

static enum command_status put_options(struct context *c, const char *title,
				       const struct command_option *rows,
				       size_t count)
{
	struct table t = list();

	if (count == 0 || !rows[0].name) {
		table_drop(&t);
		return COMMAND_OK;
	}
	fputc('\n', c->out);
	put_strong(c, title);
	fputc('\n', c->out);
	for (size_t i = 0; i < count && rows[i].name; i++)
		put_option(&t, &rows[i]);
	return put_list(c, &t);
}

/* ---- for people ---- */

static enum command_status show_command(struct context *c,
					const struct command *command)
{
	enum command_status status;

	put_strong(c, "usage: ");
	fprintf(c->out, "ilp %s [OPTION...]%s%s\n\n", command->name,
		command->operands[0] ? " " : "", command->operands);
	put_prose(c, command->text);
	status = put_options(c, "Options:", command_options(command),
			     COMMAND_OPTIONS_MAX);
	if (status)
		return status;
	status = put_options(c, "Options of every command:", command_globals,
			     command->node ? COMMAND_GLOBALS :
					     COMMAND_GLOBALS_NODE);
	if (!status && command->example) {
		fputc('\n', c->out);
		put_strong(c, "Examples:");
		fprintf(c->out, "\n%s", command->example);
	}
	return status;
}

static enum command_status show_all(struct context *c)
{
	struct table t = list();
	enum command_status status;

	put_strong(c, "usage: ");
	fputs("ilp COMMAND [OPTION...] [WORD...]\n\n", c->out);
	put_strong(c, "Commands:");
	fputc('\n', c->out);
	for (const struct command *const *row = commands; *row; row++)
		if (!(*row)->hidden)
			put_item(&t, (*row)->name, (*row)->summary);
	status = put_list(c, &t);
	if (!status)
		status = put_options(c, "Options of every command:",
				     command_globals, COMMAND_GLOBALS_NODE);
	fputs("\n\"ilp help COMMAND\" tells more of one.\n", c->out);
	return status;
}

/* ---- for programs ---- */

static void json_string(struct ilp_json_writer *w, const char *key,
			const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void json_options(struct ilp_json_writer *w,
			 const struct command_option *o)
{
	ilp_json_put_key(w, "options");
	ilp_json_begin_array(w);
	for (; o->name; o++) {
		ilp_json_begin_object(w);
		json_string(w, "name", o->name);
		if (o->value)
			json_string(w, "value", o->value);
		json_string(w, "text", o->text);
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
}

static void json_command(struct ilp_json_writer *w, const struct command *c)
{
	ilp_json_begin_object(w);
	json_string(w, "name", c->name);
	json_string(w, "summary", c->summary);
	json_string(w, "operands", c->operands);
	json_string(w, "text", c->text);
	json_options(w, command_options(c));
	ilp_json_end_object(w);
}

static void json_all(struct ilp_json_writer *w)
{
	ilp_json_begin_object(w);
	ilp_json_put_key(w, "commands");
	ilp_json_begin_array(w);
	for (const struct command *const *row = commands; *row; row++)
		if (!(*row)->hidden)
			json_command(w, *row);
	ilp_json_end_array(w);
	json_options(w, command_globals);
	ilp_json_end_object(w);
}

static enum command_status show_json(struct context *c,
				     const struct command *command)
{
	uint8_t *room = malloc(JSON_MAX);
	struct ilp_json_writer w;

	if (!room)
		return context_no_memory(c);
	w = ilp_json_writer(room, JSON_MAX, 0);
	if (command)
		json_command(&w, command);
	else
		json_all(&w);
	context_put(c, ilp_json_written(&w));
	fputc('\n', c->out);
	free(room);
	return COMMAND_OK;
}

enum command_status help_show(struct context *c, const struct command *command)
{
	if (c->json)
		return show_json(c, command);
	return command ? show_command(c, command) : show_all(c);
}

/* ---- the command ---- */

enum { MAN };

static const struct command_option options[] = {
	[MAN] = {
		.name = "man",
		.text = "Writes the page of the manual, ilp(1), in roff.",
	},
	{ .name = NULL },
};

static enum command_status show_manual(struct context *c)
{
	struct buffer page = { NULL, 0, 0 };
	bool good = manual_write(&page, commands, ILP_VERSION, ILP_DATE);

	if (good)
		context_put(c, buffer_bytes(&page));
	buffer_drop(&page);
	return good ? COMMAND_OK : context_no_memory(c);
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	const struct command *command;
	size_t used;

	if (a->options[MAN])
		return show_manual(c);
	if (a->operand_count == 0)
		return help_show(c, NULL);
	command = arguments_command(commands, a->operands, a->operand_count,
				    &used);
	if (command && used == a->operand_count)
		return help_show(c, command);
	context_complain(c, "there is no command \"%s%s%s\"", a->operands[0],
			 a->operand_count > 1 ? " " : "",
			 a->operand_count > 1 ? a->operands[1] : "");
	return COMMAND_MISUSED;
}

const struct command command_help = {
	.name = "help",
	.summary = "Tells how a command is used",
	.operands = "[COMMAND]",
	.operands_max = 2,
	.names = true,
	.options = options,
	.text = "Tells what commands there are, or how one of them is used. "
		"The same is said by ilp COMMAND --help.",
	.example = "  ilp help decode\n"
		   "  ilp help --man | man -l -\n",
	.run = run,
};
