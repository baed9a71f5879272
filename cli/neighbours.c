/* SPDX-License-Identifier: Apache-2.0 */
/* neighbours.c - the command that shows how the talk about routes stands. */
#include "cli/node.h"
#include "cli/show.h"

static const struct table_column columns[] = {
	{ "ACCOUNT", TABLE_TEXT },  { "HEARS", TABLE_TEXT },
	{ "ROUTES", TABLE_NUMBER }, { "REFUSED", TABLE_NUMBER },
	{ "TELLS", TABLE_TEXT },    { "SINCE", TABLE_TEXT },
	{ "WHY", TABLE_PROSE },
};

/* Why it is not as it should be; nothing when it is, or need not be. */
static void put_reason(struct table *t, const struct ilp_json_node *neighbour)
{
	static const char *const talks[] = { "hears", "tells" };

	for (size_t i = 0; i < 2; i++) {
		const struct ilp_json_node *talk =
			ilp_json_get(neighbour, talks[i]);
		struct show_text why = show_text(ilp_json_get(talk, "reason"));

		if (ilp_json_is(ilp_json_get(talk, "state"), "established") ||
		    ilp_json_is(ilp_json_get(talk, "state"), "idle"))
			continue;
		show_word(t, PAINT_WARN, why.text);
		return;
	}
	show_word(t, PAINT_PLAIN, "");
}

static void put_state(struct table *t, const struct ilp_json_node *talk)
{
	struct show_text state = show_text(ilp_json_get(talk, "state"));

	show_word(t,
		  strcmp(state.text, "established") == 0 ? PAINT_GOOD :
							   PAINT_PLAIN,
		  state.text);
}

static enum command_status show_list(struct context *c,
				     const struct arguments *a,
				     const struct ilp_json_node *answer)
{
	struct table t = table(columns, sizeof(columns) / sizeof(*columns));
	struct ilp_json_walk walk = ilp_json_walk(answer);

	(void)a;
	while (ilp_json_next(&walk)) {
		const struct ilp_json_node *hears =
			ilp_json_get(walk.value, "hears");

		show_cell(&t, ilp_json_get(walk.value, "account"));
		put_state(&t, hears);
		show_cell(&t, ilp_json_get(walk.value, "routes"));
		show_cell(&t, ilp_json_get(walk.value, "refused"));
		put_state(&t, ilp_json_get(walk.value, "tells"));
		show_cell(&t, ilp_json_get(hears, "since"));
		put_reason(&t, walk.value);
	}
	return show_table(c, &t,
			  "Routes are talked about with nobody; the options "
			  "sendRoutes and receiveRoutes of an account say so.");
}

const struct command command_neighbours = {
	.name = "neighbours",
	.summary = "Shows how the talk about routes stands",
	.operands = "",
	.text = "Shows, for each neighbour that routes are heard from or told "
		"to, how that stands: idle, connecting, syncing, established or "
		"stale, since when, and why.",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/neighbours",
				  .list = true),
	.show = show_list,
	.run = node_run,
};
