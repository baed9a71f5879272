/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c - the commands about where packets go. */
#include "base/json_writer.h"
#include "cli/node.h"
#include "cli/show.h"

#define BODY_SIZE 4096

static const struct table_column columns[] = {
	{ "PREFIX", TABLE_TEXT },
	{ "ACCOUNT", TABLE_TEXT },
	{ "FROM", TABLE_TEXT },
};

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		struct show_text prefix =
			show_text(ilp_json_get(walk.value, "prefix"));
		struct show_text to =
			show_text(ilp_json_get(walk.value, "account"));

		show_word(&t, PAINT_STRONG,
			  prefix.text[0] ? prefix.text : "default");
		show_word(&t, to.text[0] ? PAINT_PLAIN : PAINT_FAINT,
			  to.text[0] ? to.text : "(this node)");
		show_cell(&t, ilp_json_get(walk.value, "origin"));
	}
	return show_table(c, &t, "There are no routes.");
}

const struct command command_routes = {
	.name = "routes",
	.summary = "Lists where packets go",
	.operands = "",
	.text = "Lists the prefixes of addresses, and to which account each of "
		"them leads. \"default\" is the route of all other addresses.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/routes",
				  .list = true),
	.show = show_list,
	.run = node_run,
};

/* ---- setting and removing one ---- */

static enum command_status show_set(struct context *c,
				    const struct arguments *a,
				    const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "\"%s\" leads to \"%s\".\n", a->operands[0],
		a->operands[1]);
	return COMMAND_OK;
}

static enum command_status set(struct context *c, const struct arguments *a)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question question = { .method = "PUT",
					  .path = "/v1/routes/",
					  .part = a->operands[0] };

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "account");
	ilp_json_put_string(&w, ilp_text(a->operands[1]));
	ilp_json_end_object(&w);
	question.body = ilp_json_written(&w);
	if (!question.body.len) {
		context_complain(c, "no account has so long an id");
		return COMMAND_MISUSED;
	}
	return node_command(c, a, &question, show_set);
}

const struct command command_routes_set = {
	.name = "routes set",
	.summary = "Has a prefix lead to an account",
	.operands = "PREFIX ACCOUNT",
	.operands_min = 2,
	.operands_max = 2,
	.text = "Has packets to addresses that begin with the prefix go to an "
		"account, if no longer prefix leads elsewhere. \"default\" is "
		"the route of all other addresses.",
	.example = "  ilp routes set g.bob bob\n"
		   "  ilp routes set default parent\n",
	.node = true,
	.run = set,
};

static enum command_status show_removed(struct context *c,
					const struct arguments *a,
					const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "\"%s\" leads nowhere any more.\n", a->operands[0]);
	return COMMAND_OK;
}

const struct command command_routes_remove = {
	.name = "routes remove",
	.summary = "Removes a route",
	.operands = "PREFIX",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Removes a route that was made by \"ilp routes set\".",
	.node = true,
	.question = NODE_QUESTION(.method = "DELETE", .path = "/v1/routes/",
				  .named = true),
	.show = show_removed,
	.run = node_run,
};
