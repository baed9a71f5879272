/* SPDX-License-Identifier: Apache-2.0 */
/* ping.c - the command that asks a node anywhere for a sign of life. */
#include "cli/numbers.h"
#include "cli/prober.h"
#include "cli/show.h"

#define COUNT 4
#define COUNT_MAX 1000000

enum { COUNT_OPTION, AMOUNT, ONE_WAY, LIFETIME };

static const struct command_option options[] = {
	[COUNT_OPTION] = {
		.name = "count",
		.letter = 'c',
		.value = "N",
		.text = "How many are sent, one behind the other: 4 if not "
			"given.",
	},
	[AMOUNT] = {
		.name = "amount",
		.value = "UNITS",
		.text = "What each carries, in units of the account that it "
			"goes to first: 0 if not given. It is spent, but for "
			"what comes back.",
	},
	[ONE_WAY] = {
		.name = "one-way",
		.text = "Sends what everybody can fulfill, instead of what is "
			"to come back.",
	},
	[LIFETIME] = {
		.name = "lifetime",
		.value = "MS",
		.text = "How long to wait for each, in milliseconds.",
	},
	{ .name = NULL },
};

struct pinging {
	struct prober_question question;
	uint64_t count;
	uint64_t sent;
	uint64_t answered;
	uint64_t least_us, most_us, sum_us;
};

static bool read_options(struct context *c, const struct arguments *a,
			 struct pinging *p)
{
	*p = (struct pinging){
		.question = { a->operands[0],
			      a->options[ONE_WAY] ? "ping" : "echo", 0,
			      PROBER_LIFETIME_MS },
		.count = COUNT,
	};
	return number_option(c, "count", a->options[COUNT_OPTION], 1,
			     COUNT_MAX, &p->count) &&
	       number_option(c, "amount", a->options[AMOUNT], 0, UINT64_MAX,
			     &p->question.amount) &&
	       number_option(c, "lifetime", a->options[LIFETIME], 1,
			     PROBER_LIFETIME_MAX_MS,
			     &p->question.lifetime_ms);
}

static void take_time(struct pinging *p, uint64_t us)
{
	p->answered++;
	p->sum_us += us;
	if (p->answered == 1 || us < p->least_us)
		p->least_us = us;
	if (us > p->most_us)
		p->most_us = us;
}

/* "3: 12.345 ms, of 100 came back 98" */
static void show(struct context *c, const struct pinging *p,
		 const struct ilp_json_node *answer)
{
	struct show_text returned = show_text(ilp_json_get(answer, "returned"));
	bool good = prober_is_fulfilled(answer);
	enum paint_style style = good ? PAINT_GOOD : PAINT_BAD;

	fprintf(c->out, "%" PRIu64 ": %s%s%s", p->sent,
		paint_begin(c->paint, style),
		good ? prober_time(prober_microseconds(answer)).text :
		       prober_outcome(answer).text,
		paint_end(c->paint, style));
	if (good && returned.text[0] && p->question.amount)
		fprintf(c->out, ", of %" PRIu64 " came back %s",
			p->question.amount, returned.text);
	fputc('\n', c->out);
	fflush(c->out);
}

static void sum_up(struct context *c, const struct pinging *p)
{
	fprintf(c->out, "%" PRIu64 " of %" PRIu64 " answered", p->answered,
		p->sent);
	if (p->answered)
		fprintf(c->out, "; least %s, mean %s, most %s",
			prober_time(p->least_us).text,
			prober_time(p->sum_us / p->answered).text,
			prober_time(p->most_us).text);
	fputs(".\n", c->out);
}

static bool ping(struct context *c, struct node *node, struct pinging *p)
{
	struct node_answer answer;
	bool asked = prober_ask(node, &p->question, &answer);

	if (asked) {
		p->sent++;
		if (prober_is_fulfilled(answer.nodes))
			take_time(p, prober_microseconds(answer.nodes));
		if (c->json)
			node_put_json(c, &answer);
		else
			show(c, p, answer.nodes);
	}
	node_answer_drop(&answer);
	return asked;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct pinging p;
	struct node *node;
	enum command_status status;
	bool asked = true;

	if (!read_options(c, a, &p))
		return COMMAND_MISUSED;
	status = node_open(&node, c, a);
	while (!status && asked && p.sent < p.count)
		asked = ping(c, node, &p);
	node_close(node);
	if (status || !asked)
		return status ? status : COMMAND_FAILED;
	if (!c->json)
		sum_up(c, &p);
	return p.answered ? COMMAND_OK : COMMAND_FAILED;
}

const struct command command_ping = {
	.name = "ping",
	.summary = "Asks a node anywhere for a sign of life",
	.operands = "ADDRESS",
	.operands_min = 1,
	.operands_max = 1,
	.options = options,
	.text = "Has the node send packets to an ILP address, of which the node "
		"with exactly this address says that they have come: by an "
		"echo, which it sends back, or if it is to be one way by "
		"fulfilling what everybody can fulfill. With --json each "
		"answer is an object on a line of its own. It fails when none "
		"is answered.",
	.example = "  ilp ping g.bob\n"
		   "  ilp ping g.bob --count 1 --amount 1000\n",
	.node = true,
	.run = run,
};
