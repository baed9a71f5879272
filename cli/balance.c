/* SPDX-License-Identifier: Apache-2.0 */
/* balance.c - the command that shows who owes whom how much. */
#include "cli/node.h"
#include "cli/show.h"

enum { UNITS };

static const struct command_option options[] = {
	[UNITS] = {
		.name = "units",
		.text = "Shows units, the smallest that there are of an asset, "
			"instead of whole coins.",
	},
	{ .name = NULL },
};

static const struct table_column columns[] = {
	{ "ACCOUNT", TABLE_TEXT },
	{ "BALANCE", TABLE_NUMBER },
	{ "ASSET", TABLE_TEXT },
	{ "", TABLE_PROSE },
};

struct amount_text {
	char text[SHOW_TEXT_SIZE];
};

static struct amount_text amount(const struct arguments *a,
				 const struct ilp_json_node *account,
				 const char *name)
{
	const struct ilp_json_node *units =
		ilp_json_get(ilp_json_get(account, "balance"), name);
	struct show_text text = show_text(units);
	struct coins coins = show_coins(units, account);
	struct amount_text out;

	snprintf(out.text, sizeof(out.text), "%s",
		 a->options[UNITS] ? text.text : coins.text);
	return out;
}

static bool is_some(const struct ilp_json_node *account, const char *name)
{
	return show_is_some(
		ilp_json_get(ilp_json_get(account, "balance"), name));
}

/* What nobody knows yet whether it was paid. */
static void put_doubt(struct table *t, const struct arguments *a,
		      const struct ilp_json_node *account)
{
	bool doubt = is_some(account, "inDoubt");
	bool open = is_some(account, "unresolved");
	struct amount_text in_doubt = amount(a, account, "inDoubt");
	struct amount_text unresolved = amount(a, account, "unresolved");
	char text[2 * COINS_SIZE + 64];

	snprintf(text, sizeof(text), "%s%.*s%s%s%.*s", doubt ? "in doubt: " : "",
		 doubt ? COINS_SIZE : 0, in_doubt.text,
		 doubt && open ? ", " : "", open ? "unresolved: " : "",
		 open ? COINS_SIZE : 0, unresolved.text);
	show_word(t, PAINT_WARN, text);
}

static void put_account(struct table *t, const struct arguments *a,
			const struct ilp_json_node *account)
{
	struct show_text id = show_text(ilp_json_get(account, "id"));
	struct amount_text current = amount(a, account, "current");

	show_word(t, PAINT_STRONG, id.text);
	show_word(t, PAINT_PLAIN, current.text);
	show_cell(t, ilp_json_get(account, "assetCode"));
	put_doubt(t, a, account);
}

/* Of one account, or of an array of them. */
static enum command_status show(struct context *c, const struct arguments *a,
				const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk;

	if (a->operand_count) {
		put_account(&t, a, answer);
		return show_table(c, &t, NULL);
	}
	walk = ilp_json_walk(answer);
	while (ilp_json_next(&walk))
		put_account(&t, a, walk.value);
	return show_table(c, &t, "There are no accounts.");
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	const struct node_question all = { .method = "GET",
					   .path = "/v1/accounts",
					   .list = true };
	const struct node_question one = { .method = "GET",
					   .path = "/v1/accounts/",
					   .part = a->operand_count ?
							   a->operands[0] :
							   NULL };

	return node_command(c, a, a->operand_count ? &one : &all, show);
}

const struct command command_balance = {
	.name = "balance",
	.summary = "Shows who owes whom how much",
	.operands = "[ID]",
	.operands_max = 1,
	.options = options,
	.text = "Shows the balance of each account or of one, in whole coins "
		"and exactly: positive when the peer owes us. What is in doubt "
		"may have been on its way to the peer when the node ended "
		"without warning; what is unresolved was, and is to be settled "
		"with the peer.",
	.node = true,
	.run = run,
};
