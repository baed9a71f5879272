/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manual.h"

#include <stdio.h>

#include "base/roff.h"

#define PAGE_MAX ((size_t)16 * 1024 * 1024)

static void put_option(struct roff *r, const struct command_option *o)
{
	char letter[] = { '-', o->letter, '\0' };
	char name[80];

	snprintf(name, sizeof(name), "--%s", o->name);
	roff_tag(r);
	if (o->letter) {
		roff_bold(r, letter);
		roff_text(r, ", ");
	}
	roff_bold(r, name);
	if (o->value) {
		roff_text(r, " ");
		roff_italic(r, o->value);
	}
	roff_tagged(r);
	roff_text(r, o->text);
}

static void put_prose(struct roff *r, const char *text)
{
	char paragraph[4096];

	for (;;) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		snprintf(paragraph, sizeof(paragraph), "%.*s", (int)len, text);
		roff_text(r, paragraph);
		if (!end)
			return;
		roff_paragraph(r);
		text = end + 2;
	}
}

static void put_command(struct roff *r, const struct command *c)
{
	const struct command_option *options = command_options(c);

	roff_subsection(r, c->name);
	roff_bold(r, "ilp");
	roff_text(r, " ");
	roff_bold(r, c->name);
	roff_text(r, " [");
	roff_italic(r, "OPTION...");
	roff_text(r, "] ");
	roff_italic(r, c->operands);
	roff_paragraph(r);
	put_prose(r, c->text);
	for (; options->name; options++)
		put_option(r, options);
	if (c->example)
		roff_example(r, c->example);
}

static void put_commands(struct roff *r, const struct command *const *table)
{
	roff_section(r, "COMMANDS");
	for (; *table; table++)
		if (!(*table)->hidden)
			put_command(r, *table);
}

static void put_beginning(struct roff *r)
{
	roff_section(r, "NAME");
	roff_text(r, "ilp - everything a person does with an Interledger node");
	roff_section(r, "SYNOPSIS");
	roff_bold(r, "ilp");
	roff_text(r, " ");
	roff_italic(r, "COMMAND");
	roff_text(r, " [");
	roff_italic(r, "OPTION...");
	roff_text(r, "] [");
	roff_italic(r, "WORD...");
	roff_text(r, "]");
	roff_section(r, "DESCRIPTION");
	roff_text(r,
		  "Shows what a node does and tells it what to do, and reads "
		  "what Interledger sends. Options may stand anywhere; behind "
		  "-- there are none.");
	roff_section(r, "OPTIONS OF EVERY COMMAND");
	for (size_t i = 0; i < COMMAND_GLOBALS_NODE; i++)
		put_option(r, &command_globals[i]);
	roff_section(r, "OPTIONS OF COMMANDS THAT TALK TO A NODE");
	for (size_t i = COMMAND_GLOBALS_NODE; i < COMMAND_GLOBALS; i++)
		put_option(r, &command_globals[i]);
}

static void put_end(struct roff *r)
{
	static const char *const statuses[] = {
		[COMMAND_OK] = "It is done.",
		[COMMAND_FAILED] = "It failed, or the answer is no.",
		[COMMAND_MISUSED] = "The words make no sense.",
	};

	roff_section(r, "EXIT STATUS");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		char digit[2] = { (char)('0' + i), '\0' };

		roff_tag(r);
		roff_text(r, digit);
		roff_tagged(r);
		roff_text(r, statuses[i]);
	}
	roff_section(r, "ENVIRONMENT");
	roff_tag(r);
	roff_bold(r, "NO_COLOR");
	roff_tagged(r);
	roff_text(r, "Without --color there are no colours when this is set.");
	roff_tag(r);
	roff_bold(r, "COLUMNS");
	roff_tagged(r);
	roff_text(r, "How wide a terminal is that does not say so itself.");
	roff_section(r, "SEE ALSO");
	roff_bold(r, "ilpd");
	roff_text(r, "(8)");
}

bool manual_write(struct buffer *out, const struct command *const *table,
		  const char *version, const char *date)
{
	char source[64];
	struct roff r;
	bool good;

	snprintf(source, sizeof(source), "ilpd %s", version);
	r = roff("ILP", 1, date, source, "Interledger");
	put_beginning(&r);
	put_commands(&r, table);
	put_end(&r);
	roff_text(&r, "\n");
	good = !r.failed && buffer_add(out, buffer_bytes(&r.out), PAGE_MAX);
	buffer_drop(&r.out);
	return good;
}
