/* SPDX-License-Identifier: Apache-2.0 */
/* accounts.c - the commands about accounts that there are. */
#include "cli/node.h"
#include "cli/patch.h"
#include "cli/show.h"

/* As large as a node takes one. */
#define BODY_SIZE ((size_t)64 * 1024)

/* ---- all of them ---- */

static const struct table_column columns[] = {
	{ "ACCOUNT", TABLE_TEXT },   { "RELATION", TABLE_TEXT },
	{ "STATE", TABLE_TEXT },     { "CONNECTED", TABLE_TEXT },
	{ "BALANCE", TABLE_NUMBER }, { "MINIMUM", TABLE_NUMBER },
	{ "MAXIMUM", TABLE_NUMBER }, { "ASSET", TABLE_TEXT },
};

static void put_state(struct table *t, const struct ilp_json_node *account)
{
	struct show_text state = show_text(ilp_json_get(account, "state"));
	bool open = strcmp(state.text, "open") == 0;

	show_word(t, open ? PAINT_GOOD : PAINT_WARN, state.text);
}

static void put_connected(struct table *t, const struct ilp_json_node *account)
{
	const struct ilp_json_node *link = ilp_json_get(account, "link");
	bool up = false;

	ilp_json_bool(&up, ilp_json_get(link, "connected"));
	show_word(t, up ? PAINT_GOOD : PAINT_FAINT, up ? "yes" : "no");
}

static void put_coins(struct table *t, const struct ilp_json_node *account,
		      const char *name)
{
	const struct ilp_json_node *balance = ilp_json_get(account, "balance");
	struct coins coins = show_coins(ilp_json_get(balance, name), account);

	show_word(t, PAINT_PLAIN, coins.text);
}

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		struct show_text id =
			show_text(ilp_json_get(walk.value, "id"));

		show_word(&t, PAINT_STRONG, id.text);
		show_cell(&t, ilp_json_get(walk.value, "relation"));
		put_state(&t, walk.value);
		put_connected(&t, walk.value);
		put_coins(&t, walk.value, "current");
		put_coins(&t, walk.value, "minimum");
		put_coins(&t, walk.value, "maximum");
		show_cell(&t, ilp_json_get(walk.value, "assetCode"));
	}
	return show_table(c, &t,
			  "There are no accounts; \"ilp help peers add\" tells "
			  "how one is made.");
}

const struct command command_accounts = {
	.name = "accounts",
	.summary = "Lists the accounts of a node",
	.operands = "",
	.text = "Lists all accounts, with their balances and the bounds of "
		"these in whole coins. A balance is positive when the peer "
		"owes us.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/accounts",
				  .list = true),
	.show = show_list,
	.run = node_run,
};

/* ---- one ---- */

static enum command_status show_one(struct context *c,
				    const struct arguments *a,
				    const struct ilp_json_node *answer)
{
	(void)a;
	return show_all(c, answer);
}

const struct command command_account = {
	.name = "account",
	.summary = "Shows everything about an account",
	.operands = "ID",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Shows what an account is, how it is connected, its money, its "
		"limits and its packets. Amounts are units, the smallest "
		"that there are of its asset. No secret is shown.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/accounts/",
				  .named = true),
	.show = show_one,
	.run = node_run,
};

/* ---- changing one ---- */

static enum command_status show_changed(struct context *c,
					const struct arguments *a,
					const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "The account \"%s\" is changed.\n", a->operands[0]);
	return COMMAND_OK;
}

static enum command_status change(struct context *c, const struct arguments *a)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question question = { .method = "PATCH",
					  .path = "/v1/accounts/",
					  .part = a->operands[0] };
	const char *wrong;

	ilp_json_begin_object(&w);
	wrong = patch_put(&w, a->operands + 1, a->operand_count - 1);
	ilp_json_end_object(&w);
	if (wrong) {
		context_complain(c, "expected NAME=VALUE, not \"%s\"", wrong);
		return COMMAND_MISUSED;
	}
	question.body = ilp_json_written(&w);
	if (!question.body.len) {
		context_complain(c, "that is too much for one change");
		return COMMAND_MISUSED;
	}
	return node_command(c, a, &question, show_changed);
}

const struct command command_accounts_change = {
	.name = "accounts change",
	.summary = "Changes an account while packets flow",
	.operands = "ID NAME=VALUE...",
	.operands_min = 2,
	.operands_max = (size_t)-1,
	.text = "Changes options of an account that was made by \"ilp accounts "
		"add\" or \"ilp peers add\"; ilpd.yaml(5) has their names, and "
		"what is inside another has a point in its name. A value "
		"that is JSON is taken as such, and null takes the option "
		"away; any other value is a text.",
	.example = "  ilp accounts change alice maximum=5000000\n"
		   "  ilp accounts change alice rateLimit.refillCount=1000 "
		   "maxPacketAmount=null\n",
	.node = true,
	.run = change,
};

/* ---- removing, stopping and starting one ---- */

static enum command_status show_removed(struct context *c,
					const struct arguments *a,
					const struct ilp_json_node *answer)
{
	(void)answer;
	fprintf(c->out, "The account \"%s\" is removed.\n", a->operands[0]);
	return COMMAND_OK;
}

const struct command command_accounts_remove = {
	.name = "accounts remove",
	.summary = "Removes an account that is empty",
	.operands = "ID",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Removes an account in which there is no money, and nothing in "
		"doubt. It goes when nothing is in flight any more.",
	.node = true,
	.question = NODE_QUESTION(.method = "DELETE", .path = "/v1/accounts/",
				  .named = true),
	.show = show_removed,
	.run = node_run,
};

static enum command_status show_state(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer)
{
	struct show_text state = show_text(ilp_json_get(answer, "state"));

	fprintf(c->out, "The account \"%s\" is %s.\n", a->operands[0],
		state.text);
	return COMMAND_OK;
}

const struct command command_accounts_stop = {
	.name = "accounts stop",
	.summary = "Lets no packets of an account through",
	.operands = "ID",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Lets no new packets of an account in or out, also after the "
		"node has been started again. What is in flight goes on.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/accounts/",
				  .named = true, .rest = "/stop"),
	.show = show_state,
	.run = node_run,
};

const struct command command_accounts_start = {
	.name = "accounts start",
	.summary = "Lets packets of an account through again",
	.operands = "ID",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Lets packets of an account in and out again.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/accounts/",
				  .named = true, .rest = "/start"),
	.show = show_state,
	.run = node_run,
};
