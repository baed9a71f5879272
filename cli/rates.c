/* SPDX-License-Identifier: Apache-2.0 */
/* rates.c - the commands about what assets are worth in one another. */
#include "cli/node.h"
#include "cli/show.h"

static const struct table_column columns[] = {
	{ "FROM", TABLE_TEXT },    { "TO", TABLE_TEXT },
	{ "PRICE", TABLE_NUMBER }, { "CURRENT", TABLE_TEXT },
	{ "UNTIL", TABLE_TEXT },
};

/* "USD" with its scale, since there may be another one. */
static void put_asset(struct table *t, const struct ilp_json_node *rate,
		      const char *code, const char *scale)
{
	struct show_text name = show_text(ilp_json_get(rate, code));
	struct show_text digits = show_text(ilp_json_get(rate, scale));
	char text[64];

	snprintf(text, sizeof(text), "%.40s/%.8s", name.text, digits.text);
	show_word(t, PAINT_STRONG, text);
}

static enum command_status show(struct context *c, const struct arguments *a,
				const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		const struct ilp_json_node *price =
			ilp_json_get(walk.value, "price");
		bool current = false;

		ilp_json_bool(&current, ilp_json_get(walk.value, "current"));
		put_asset(&t, walk.value, "from", "fromScale");
		put_asset(&t, walk.value, "to", "toScale");
		show_cell(&t, ilp_json_get(price, "decimal"));
		show_word(&t, current ? PAINT_GOOD : PAINT_BAD,
			  current ? "yes" : "too old");
		show_cell(&t, ilp_json_get(walk.value, "expiresAt"));
	}
	return show_table(c, &t, "There are no rates: packets go only between "
				 "accounts of one asset and scale.");
}

const struct command command_rates = {
	.name = "rates",
	.summary = "Lists what assets are worth in one another",
	.operands = "",
	.text = "Lists, for each pair of assets that has a rate, how many coins "
		"go out for one that comes in, with the spread taken off. The "
		"digits are cut off; --json has the exact fraction. No packet "
		"goes by a rate that is too old.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/rates",
				  .list = true),
	.show = show,
	.run = node_run,
};

/* ---- believing a price ---- */

static enum command_status show_confirmed(struct context *c,
					  const struct arguments *a,
					  const struct ilp_json_node *answer)
{
	struct show_text price = show_text(ilp_json_get(answer, "price"));

	(void)a;
	fprintf(c->out, "Packets go by it from now on. %s\n", price.text);
	return COMMAND_OK;
}

const struct command command_rates_confirm = {
	.name = "rates confirm",
	.summary = "Believes a price that is held back",
	.operands = "ASSET",
	.operands_min = 1,
	.operands_max = 1,
	.text = "A price that is far from the one before is held back, since "
		"it is more often a mistake than news; an alert of the node "
		"tells. This takes the one that is held back now, and packets "
		"go by it at once. Look at it first.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/rates/",
				  .named = true, .rest = "/confirm"),
	.show = show_confirmed,
	.run = node_run,
};
