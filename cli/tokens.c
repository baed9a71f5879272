/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.c - the commands about the tokens by which one comes to a node from
 * elsewhere. */
#include "base/json_writer.h"
#include "cli/node.h"
#include "cli/show.h"

#define BODY_SIZE 1024

static const struct table_column columns[] = {
	{ "TOKEN", TABLE_TEXT },
	{ "SCOPE", TABLE_TEXT },
	{ "MADE", TABLE_TEXT },
};

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		show_cell(&t, ilp_json_get(walk.value, "name"));
		show_cell(&t, ilp_json_get(walk.value, "scope"));
		show_cell(&t, ilp_json_get(walk.value, "createdAt"));
	}
	return show_table(c, &t, "There are no tokens.");
}

const struct command command_tokens = {
	.name = "tokens",
	.summary = "Lists the tokens for the admin API",
	.operands = "",
	.text = "Lists the tokens by which one comes to the admin API over "
		"TCP, without themselves: a node keeps only their hashes.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/tokens",
				  .list = true),
	.show = show_list,
	.run = node_run,
};

/* ---- making, rotating and removing one ---- */

enum { SCOPE };

static const char *const scopes[] = { "read", "operate", "admin", NULL };

static const struct command_option add_options[] = {
	[SCOPE] = {
		.name = "scope",
		.value = "SCOPE",
		.words = scopes,
		.text = "What it is good for: to read, which is the default; "
			"to operate also, that is to stop and start, and for "
			"routes and alerts; or to admin everything.",
	},
	{ .name = NULL },
};

/* Alone on its line, so that it can go to a file. */
static enum command_status show_token(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer)
{
	struct show_text token = show_text(ilp_json_get(answer, "token"));

	(void)a;
	fprintf(c->out, "%s\n", token.text);
	return COMMAND_OK;
}

static enum command_status add(struct context *c, const struct arguments *a)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question question = { .method = "POST",
					  .path = "/v1/tokens" };

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "name");
	ilp_json_put_string(&w, ilp_text(a->operands[0]));
	ilp_json_put_key(&w, "scope");
	ilp_json_put_string(&w, ilp_text(a->options[SCOPE] ? a->options[SCOPE] :
							     scopes[0]));
	ilp_json_end_object(&w);
	question.body = ilp_json_written(&w);
	if (!question.body.len) {
		context_complain(c, "that is too long for a name");
		return COMMAND_MISUSED;
	}
	return node_command(c, a, &question, show_token);
}

const struct command command_tokens_add = {
	.name = "tokens add",
	.summary = "Makes a token for the admin API",
	.operands = "NAME",
	.operands_min = 1,
	.operands_max = 1,
	.options = add_options,
	.text = "Makes a token and prints it. It is not told again.",
	.example = "  (umask 077; ilp tokens add prometheus --scope read "
		   ">token)\n",
	.node = true,
	.run = add,
};

const struct command command_tokens_rotate = {
	.name = "tokens rotate",
	.summary = "Replaces a token by a new one",
	.operands = "NAME",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Prints another token of the same name and scope. The old one "
		"is good for nothing any more, from now on.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/tokens/",
				  .named = true, .rest = "/rotate"),
	.show = show_token,
	.run = node_run,
};

static enum command_status show_removed(struct context *c,
					const struct arguments *a,
					const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "The token \"%s\" is good for nothing any more.\n",
		a->operands[0]);
	return COMMAND_OK;
}

const struct command command_tokens_remove = {
	.name = "tokens remove",
	.summary = "Revokes a token",
	.operands = "NAME",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Revokes a token at once.",
	.node = true,
	.question = NODE_QUESTION(.method = "DELETE", .path = "/v1/tokens/",
				  .named = true),
	.show = show_removed,
	.run = node_run,
};
