/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - the command that says what is wrong with a node, and what to do.
 */
#include "base/json_writer.h"
#include "cli/diagnosis.h"
#include "cli/node.h"
#include "cli/show.h"

enum { STATUS, ACCOUNTS, ROUTES, RATES, ALERTS, QUESTIONS };

static const struct node_question questions[QUESTIONS] = {
	[STATUS] = { .method = "GET", .path = "/v1/status" },
	[ACCOUNTS] = { .method = "GET", .path = "/v1/accounts", .list = true },
	[ROUTES] = { .method = "GET", .path = "/v1/routes", .list = true },
	[RATES] = { .method = "GET", .path = "/v1/rates", .list = true },
	[ALERTS] = { .method = "GET", .path = "/v1/alerts", .list = true },
};

#define JSON_ROOM ((size_t)16 * 1024)

struct visit {
	struct context *context;
	struct node_answer answers[QUESTIONS];
	size_t told;
};

static void tell_people(void *context, const char *problem, const char *remedy)
{
	static const struct table_column columns[] = {
		{ NULL, TABLE_TEXT },
		{ NULL, TABLE_PROSE },
	};
	struct visit *v = context;
	struct table t = table(columns, 2);

	show_word(&t, PAINT_BAD, "!");
	show_word(&t, PAINT_STRONG, problem);
	show_word(&t, PAINT_PLAIN, "");
	show_word(&t, PAINT_PLAIN, remedy);
	show_table(v->context, &t, NULL);
}

static void tell_json(void *context, const char *problem, const char *remedy)
{
	struct visit *v = context;
	uint8_t room[JSON_ROOM];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "problem");
	ilp_json_put_string(&w, ilp_text(problem));
	ilp_json_put_key(&w, "remedy");
	ilp_json_put_string(&w, ilp_text(remedy));
	ilp_json_end_object(&w);
	fputs(v->told++ ? "," : "", v->context->out);
	context_put(v->context, ilp_json_written(&w));
}

static enum command_status judge(struct visit *v)
{
	const struct diagnosis_facts facts = {
		.status = v->answers[STATUS].nodes,
		.accounts = v->answers[ACCOUNTS].nodes,
		.routes = v->answers[ROUTES].nodes,
		.rates = v->answers[RATES].nodes,
		.alerts = v->answers[ALERTS].nodes,
	};
	bool json = v->context->json;
	size_t count;

	fputs(json ? "[" : "", v->context->out);
	count = diagnosis_find(&facts, json ? tell_json : tell_people, v);
	if (json)
		fputs("]\n", v->context->out);
	else if (!count)
		fputs("All is well.\n", v->context->out);
	return count ? COMMAND_FAILED : COMMAND_OK;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct visit v = { .context = c };
	struct node *node;
	enum command_status status = node_open(&node, c, a);

	for (size_t i = 0; !status && i < QUESTIONS; i++)
		if (!node_ask(node, &questions[i], &v.answers[i]))
			status = COMMAND_FAILED;
	node_close(node);
	if (!status)
		status = judge(&v);
	for (size_t i = 0; i < QUESTIONS; i++)
		node_answer_drop(&v.answers[i]);
	return status;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "Says what is wrong with a node, and what to do",
	.operands = "",
	.text = "Asks a node how it is, and tells of everything that an "
		"operator should do something about: a node or accounts that "
		"are stopped, peers that cannot be reached, money in doubt, "
		"rates that are missing or too old, alerts. It ends with 0 "
		"when all is well, else with 1.",
	.node = true,
	.run = run,
};
