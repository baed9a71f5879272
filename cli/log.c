/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - the commands about the log, and about who has changed what. */
#include "base/json_writer.h"
#include "cli/node.h"
#include "cli/show.h"

#define BODY_SIZE 256
#define CHANGES_SIZE 4096

static const char *const levels[] = { "error", "warn", "info", "debug", NULL };

static enum command_status show_level(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer)
{
	struct show_text level = show_text(ilp_json_get(answer, "level"));
	struct show_text start = show_text(ilp_json_get(answer, "startLevel"));
	struct show_text left_out = show_text(ilp_json_get(answer, "leftOut"));

	fprintf(c->out, "The log is at \"%s\"", level.text);
	if (strcmp(level.text, start.text) != 0)
		fprintf(c->out, ", until the next start: then at \"%s\"",
			start.text);
	fprintf(c->out, ".\n");
	if (!a->operand_count && strcmp(left_out.text, "0") != 0)
		fprintf(c->out,
			"%s of its records were left out, since it was not "
			"read fast enough.\n",
			left_out.text);
	return COMMAND_OK;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question question = { .method = "GET",
					  .path = "/v1/log" };

	if (a->operand_count) {
		ilp_json_begin_object(&w);
		ilp_json_put_key(&w, "level");
		ilp_json_put_string(&w, ilp_text(a->operands[0]));
		ilp_json_end_object(&w);
		question.method = "PATCH";
		question.body = ilp_json_written(&w);
		if (!question.body.len) {
			context_complain(c, "there is no such level");
			return COMMAND_MISUSED;
		}
	}
	return node_command(c, a, &question, show_level);
}

const struct command command_log = {
	.name = "log",
	.summary = "Shows or sets how much the log has",
	.operands = "[LEVEL]",
	.operands_max = 1,
	.words = levels,
	.text = "Shows how much the node's log has, or has it have more or "
		"less: \"error\" what does not work, \"warn\" and what "
		"somebody should look at, \"info\" and what one wants to "
		"find later, \"debug\" and each connection. When the node is "
		"started again it is as its configuration says.",
	.example = "  ilp log debug\n",
	.node = true,
	.run = run,
};

/* ---- who has changed what ---- */

static const struct table_column columns[] = {
	{ "NUMBER", TABLE_NUMBER }, { "AT", TABLE_TEXT },
	{ "WHO", TABLE_TEXT },	    { "ACTION", TABLE_TEXT },
	{ "OBJECT", TABLE_TEXT },   { "CHANGES", TABLE_PROSE },
};

static void put_changes(struct table *t, const struct ilp_json_node *changes)
{
	struct ilp_json_walk walk = ilp_json_walk(changes);
	char text[CHANGES_SIZE] = "";
	size_t len = 0;

	while (ilp_json_next(&walk) && len < sizeof(text)) {
		struct show_text name =
			show_text(ilp_json_get(walk.value, "name"));
		struct show_text value =
			show_text(ilp_json_get(walk.value, "value"));

		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%s=%s", len ? " " : "", name.text,
					value.text);
	}
	show_word(t, PAINT_PLAIN, text);
}

static enum command_status show_audit(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		show_cell(&t, ilp_json_get(walk.value, "number"));
		show_cell(&t, ilp_json_get(walk.value, "at"));
		show_cell(&t, ilp_json_get(walk.value, "who"));
		show_cell(&t, ilp_json_get(walk.value, "action"));
		show_cell(&t, ilp_json_get(walk.value, "object"));
		put_changes(&t, ilp_json_get(walk.value, "changes"));
	}
	return show_table(c, &t, "Nothing was changed by commands so far.");
}

const struct command command_audit = {
	.name = "audit",
	.summary = "Lists who has changed what",
	.operands = "",
	.text = "Lists the last thousand changes that were made by commands, or "
		"by other programs that use the admin API: when, by whom, what, "
		"and what was sent with it, but for secrets. The newest comes "
		"last.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/audit",
				  .list = true),
	.show = show_audit,
	.run = node_run,
};
