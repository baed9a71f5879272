/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - the command that shows which nodes are on the way to an address.
 *
 * Each node takes something off the time that a packet has, and refuses one
 * that has too little left, under its own address. So packets with more and
 * more time are refused further and further away, until one arrives.
 */
#include "cli/numbers.h"
#include "cli/prober.h"
#include "cli/show.h"

#define STEP_MS 250
#define TOO_SHORT "R02"

enum { STEP };

static const struct command_option options[] = {
	[STEP] = {
		.name = "step",
		.value = "MS",
		.text = "By how much more time each packet has than the one "
			"before: 250 milliseconds if not given. Nodes that take "
			"less off than that may be missed.",
	},
	{ .name = NULL },
};

static const struct table_column columns[] = {
	{ "HOP", TABLE_NUMBER },
	{ "ADDRESS", TABLE_TEXT },
	{ "LIFETIME", TABLE_NUMBER },
	{ "ANSWERED IN", TABLE_NUMBER },
	{ "", TABLE_PROSE },
};

struct tracing {
	struct table table;
	struct buffer json;    /* the same rows, for programs */
	struct show_text last; /* the address in the last one */
	uint64_t hops;
};

static bool add_json(struct tracing *t, struct ilp_bytes text)
{
	return buffer_add(&t->json, ilp_text(t->json.len ? "," : "["),
			  SIZE_MAX) &&
	       buffer_add(&t->json, text, SIZE_MAX);
}

/* One more that has answered, to a packet with so much time. */
static void add_hop(struct tracing *t, const struct ilp_json_node *answer,
		    const char *address, uint64_t lifetime_ms)
{
	char number[24], lifetime[32];
	bool last = !prober_is_rejected(answer, TOO_SHORT);

	snprintf(number, sizeof(number), "%" PRIu64, ++t->hops);
	snprintf(lifetime, sizeof(lifetime), "%" PRIu64 " ms", lifetime_ms);
	show_word(&t->table, PAINT_FAINT, number);
	show_word(&t->table, PAINT_STRONG, address);
	show_word(&t->table, PAINT_PLAIN, lifetime);
	show_word(&t->table, PAINT_PLAIN,
		  prober_time(prober_microseconds(answer)).text);
	show_word(&t->table, PAINT_PLAIN,
		  last ? prober_outcome(answer).text : "");
}

/* Is there more to be seen further on? */
static bool take(struct tracing *t, const struct ilp_json_node *answer,
		 uint64_t lifetime_ms)
{
	struct show_text by = show_text(ilp_json_get(answer, "triggeredBy"));
	bool goes_on = prober_is_rejected(answer, TOO_SHORT);

	if (goes_on && strcmp(by.text, t->last.text) == 0)
		return true;
	t->last = by;
	if (!add_json(t, answer->text))
		t->table.failed = true;
	add_hop(t, answer, by.text[0] ? by.text : "-", lifetime_ms);
	return goes_on;
}

static enum command_status trace(struct node *node, struct tracing *t,
				 const char *destination, uint64_t step_ms)
{
	struct prober_question q = { destination, "packet", 0, step_ms };
	bool goes_on = true;

	for (; goes_on && q.lifetime_ms <= PROBER_LIFETIME_MAX_MS;
	     q.lifetime_ms += step_ms) {
		struct node_answer answer;
		bool asked = prober_ask(node, &q, &answer);

		if (asked)
			goes_on = take(t, answer.nodes, q.lifetime_ms);
		node_answer_drop(&answer);
		if (!asked)
			return COMMAND_FAILED;
	}
	return COMMAND_OK;
}

static enum command_status show_trace(struct context *c, struct tracing *t)
{
	if (!c->json)
		return show_table(c, &t->table, NULL);
	context_put(c, t->json.len ? buffer_bytes(&t->json) : ilp_text("["));
	fputs("]\n", c->out);
	return COMMAND_OK;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct tracing t = {
		.table = table(columns, sizeof(columns) / sizeof(*columns)),
	};
	uint64_t step_ms = STEP_MS;
	struct node *node;
	enum command_status status;

	if (!number_option(c, "step", a->options[STEP], 1,
			   PROBER_LIFETIME_MAX_MS, &step_ms))
		return COMMAND_MISUSED;
	status = node_open(&node, c, a);
	if (!status)
		status = trace(node, &t, a->operands[0], step_ms);
	node_close(node);
	if (!status)
		status = show_trace(c, &t);
	buffer_drop(&t.json);
	table_drop(&t.table);
	return status;
}

const struct command command_trace = {
	.name = "trace",
	.summary = "Shows which nodes are on the way to an address",
	.operands = "ADDRESS",
	.operands_min = 1,
	.operands_max = 1,
	.options = options,
	.text = "Has the node send packets that nobody can fulfill, each with a "
		"little more time than the one before. A node refuses one that "
		"has too little left to be sent on, and says its own address; "
		"so the nodes on the way show themselves, the nearest first. "
		"The last row is who got a packet that had time enough, and "
		"what it said.\n\n"
		"A node that has the address of the one before, or that looks "
		"at the time in another way, is not seen.",
	.example = "  ilp trace g.bob.shop\n",
	.node = true,
	.run = run,
};
