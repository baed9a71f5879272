/* SPDX-License-Identifier: Apache-2.0 */
/* alerts.c - the commands about what an operator should look at. */
#include "cli/node.h"
#include "cli/show.h"

static const struct table_column columns[] = {
	{ "ALERT", TABLE_NUMBER }, { "ACCOUNT", TABLE_TEXT },
	{ "TIMES", TABLE_NUMBER }, { "LAST", TABLE_TEXT },
	{ "MESSAGE", TABLE_PROSE },
};

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		show_cell(&t, ilp_json_get(walk.value, "id"));
		show_cell(&t, ilp_json_get(walk.value, "account"));
		show_cell(&t, ilp_json_get(walk.value, "count"));
		show_cell(&t, ilp_json_get(walk.value, "updatedAt"));
		show_cell(&t, ilp_json_get(walk.value, "message"));
	}
	return show_table(c, &t, "There are no alerts.");
}

const struct command command_alerts = {
	.name = "alerts",
	.summary = "Lists what an operator should look at",
	.operands = "",
	.text = "Lists what has happened that an operator should look at, the "
		"oldest first.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/alerts",
				  .list = true),
	.show = show_list,
	.run = node_run,
};

static enum command_status show_dismissed(struct context *c,
					  const struct arguments *a,
					  const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "Alert %s is dismissed.\n", a->operands[0]);
	return COMMAND_OK;
}

const struct command command_alerts_dismiss = {
	.name = "alerts dismiss",
	.summary = "Forgets an alert",
	.operands = "ALERT",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Forgets an alert, by its number. If it happens again it is a "
		"new one.",
	.node = true,
	.question = NODE_QUESTION(.method = "DELETE", .path = "/v1/alerts/",
				  .named = true),
	.show = show_dismissed,
	.run = node_run,
};
