/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - the commands about the configuration that a node runs by. */
#include "cli/node.h"
#include "cli/show.h"

enum { ALL };

static const struct command_option options[] = {
	[ALL] = { .name = "all",
		  .letter = 'a',
		  .text = "Options that nobody has given as well, with their "
			  "defaults." },
	{ .name = NULL },
};

static const struct table_column columns[] = {
	{ "OPTION", TABLE_TEXT },
	{ "VALUE", TABLE_PROSE },
	{ "FROM", TABLE_TEXT },
};

/* "line 12", or the variable, or the word of the command line. */
static void show_origin(struct table *t, const struct ilp_json_node *option)
{
	struct show_text line = show_text(ilp_json_get(option, "line"));
	struct show_text origin = show_text(ilp_json_get(option, "origin"));
	struct show_text setting = show_text(ilp_json_get(option, "setting"));
	char text[64];

	if (line.text[0])
		snprintf(text, sizeof(text), "line %.20s", line.text);
	else
		snprintf(text, sizeof(text), "%.50s",
			 setting.text[0] ? setting.text : origin.text);
	show_word(t, PAINT_PLAIN, text);
}

static void show_value(struct table *t, const struct ilp_json_node *option)
{
	bool secret = false;

	if (ilp_json_bool(&secret, ilp_json_get(option, "secret")) && secret &&
	    !ilp_json_is(ilp_json_get(option, "origin"), "default"))
		show_word(t, PAINT_FAINT, "(secret)");
	else
		show_cell(t, ilp_json_get(option, "value"));
}

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	while (ilp_json_next(&walk)) {
		if (!a->options[ALL] &&
		    ilp_json_is(ilp_json_get(walk.value, "origin"), "default"))
			continue;
		show_cell(&t, ilp_json_get(walk.value, "option"));
		show_value(&t, walk.value);
		show_origin(&t, walk.value);
	}
	return show_table(c, &t, "Nothing is configured; all is as by default.");
}

const struct command command_config = {
	.name = "config",
	.summary = "Shows by what configuration a node runs",
	.operands = "",
	.options = options,
	.text = "Shows the options that a node runs by, with their values and "
		"who has given them: a line of the file, a variable of the "
		"environment, or a word of the command line. Secrets are not "
		"shown.\n\n"
		"What was made through the node's admin API is not among "
		"them; see \"ilp accounts\" and \"ilp routes\".",
	.example = "  ilp config\n"
		   "  ilp config --all\n",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/configuration",
				  .list = true),
	.show = show_list,
	.run = node_run,
};

/* ---- reading it again ---- */

static void show_lines(struct context *c, const char *before,
		       const struct ilp_json_node *lines)
{
	struct ilp_json_walk walk = ilp_json_walk(lines);

	while (ilp_json_next(&walk))
		fprintf(c->out, "%s%s\n", before, show_text(walk.value).text);
}

static enum command_status show_reload(struct context *c,
				       const struct arguments *a,
				       const struct ilp_json_node *answer)
{
	const struct ilp_json_node *changes = ilp_json_get(answer, "changes");
	const struct ilp_json_node *restarts =
		ilp_json_get(answer, "needRestart");
	struct show_text left_off =
		show_text(ilp_json_get(answer, "leftOff"));

	(void)a;
	fputs(changes && changes->count ? "From now on it is different:\n" :
					  "Nothing changes.\n",
	      c->out);
	show_lines(c, "  ", changes);
	if (strcmp(left_off.text, "0") != 0)
		fprintf(c->out, "  and %s more\n", left_off.text);
	if (restarts && restarts->count)
		fputs("Not before the node is started again:\n", c->out);
	show_lines(c, "  ", restarts);
	return COMMAND_OK;
}

const struct command command_reload = {
	.name = "reload",
	.summary = "Has a node read its configuration again",
	.operands = "",
	.text = "Has a node read its configuration again, as \"kill -HUP\" "
		"does, and waits for what becomes of it. Accounts, limits, "
		"routes, prices and certificates change while packets flow; "
		"what needs a restart is named. If anything in it is wrong "
		"nothing changes, and the place is told.",
	.example = "  ilp reload\n",
	.node = true,
	.question = NODE_QUESTION(.method = "POST",
				  .path = "/v1/configuration/reload"),
	.show = show_reload,
	.run = node_run,
};
