/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - the command that finds out how much money would get to an address,
 * by packets that nobody can fulfill: so it costs nothing. */
#include <inttypes.h>

#include "base/json_writer.h"
#include "cli/prober.h"
#include "cli/show.h"

#define TEN_TO_19 UINT64_C(10000000000000000000)
#define ECHO_AMOUNT UINT64_C(1000000)
/* How often what is not known exactly is halved. */
#define HALVINGS 12
/* Who says how much is too much may say so again and again. */
#define TRIES_MAX 64

struct finding {
	struct node *node;
	const char *destination;
	/* What a packet without money comes to: others that come to the same
	 * have got as far. */
	struct show_text code, by;
	struct prober_outcome outcome;
	struct show_text next, asset, scale;
	uint64_t passes; /* the most that got there, and */
	uint64_t fails;  /* the least that did not; 0: all did */
	struct prober_outcome limit; /* and why not */
	bool exact;
	uint64_t echoed; /* what was sent there and */
	struct show_text returned; /* back; empty: nothing was */
};

static bool ask(struct finding *f, const char *kind, uint64_t amount,
		struct node_answer *out)
{
	const struct prober_question q = { f->destination, kind, amount,
					   PROBER_LIFETIME_MS };

	return prober_ask(f->node, &q, out);
}

/* ---- how far packets get ---- */

static bool reach(struct finding *f)
{
	struct node_answer answer;
	bool asked = ask(f, "packet", 0, &answer);

	if (asked) {
		f->code = show_text(ilp_json_get(answer.nodes, "code"));
		f->by = show_text(ilp_json_get(answer.nodes, "triggeredBy"));
		f->next = show_text(ilp_json_get(answer.nodes, "nextHop"));
		f->asset = show_text(ilp_json_get(answer.nodes, "assetCode"));
		f->scale = show_text(ilp_json_get(answer.nodes, "assetScale"));
		f->outcome = prober_outcome(answer.nodes);
	}
	node_answer_drop(&answer);
	return asked;
}

/* ---- how much ---- */

static uint64_t units(const struct ilp_json_node *answer, const char *name)
{
	uint64_t value = 0;

	ilp_json_u64_string(&value, ilp_json_get(answer, name));
	return value;
}

/* The most that would be let through, by who says that an amount is too
 * large; 0: nobody does. */
static uint64_t most_of(const struct ilp_json_node *answer, uint64_t amount)
{
	__extension__ unsigned __int128 most = amount;
	uint64_t received = units(answer, "received");

	if (received == 0)
		return 0;
	most = most * units(answer, "maximum") / received;
	return most < amount ? (uint64_t)most : 0;
}

static bool gets_there(const struct finding *f,
		       const struct ilp_json_node *answer)
{
	struct show_text code = show_text(ilp_json_get(answer, "code"));
	struct show_text by = show_text(ilp_json_get(answer, "triggeredBy"));

	return strcmp(code.text, f->code.text) == 0 &&
	       strcmp(by.text, f->by.text) == 0;
}

/* Tries an amount; `*most` is what somebody says of it, or 0. */
static bool try(struct finding *f, uint64_t amount, uint64_t *most)
{
	struct node_answer answer;
	bool asked = ask(f, "packet", amount, &answer);

	*most = 0;
	if (asked && gets_there(f, answer.nodes)) {
		f->passes = amount;
	} else if (asked) {
		f->fails = amount;
		f->limit = prober_outcome(answer.nodes);
		*most = most_of(answer.nodes, amount);
	}
	node_answer_drop(&answer);
	return asked;
}

/* From the largest amount down to one that gets there: by what those on the way
 * say, or else by tens. */
static bool come_down(struct finding *f)
{
	uint64_t amount = UINT64_MAX, tens = TEN_TO_19, most;

	for (int i = 0; i < TRIES_MAX && amount; i++) {
		if (!try(f, amount, &most))
			return false;
		if (f->passes == amount)
			return true;
		f->exact = most;
		while (!most && tens >= amount)
			tens /= 10;
		amount = most ? most : tens;
	}
	return true;
}

static bool halve(struct finding *f)
{
	uint64_t most;

	for (int i = 0; i < HALVINGS && f->fails - f->passes > 1; i++)
		if (!try(f, f->passes + (f->fails - f->passes) / 2, &most))
			return false;
	return true;
}

/* ---- what it is worth there and back ---- */

static bool echo(struct finding *f)
{
	struct node_answer answer;
	bool asked;

	f->echoed = f->passes < ECHO_AMOUNT ? f->passes : ECHO_AMOUNT;
	asked = ask(f, "echo-unpaid", f->echoed, &answer);
	if (asked)
		f->returned = show_text(ilp_json_get(answer.nodes, "returned"));
	node_answer_drop(&answer);
	return asked;
}

static bool find(struct finding *f)
{
	if (!reach(f) || !come_down(f))
		return false;
	if (f->fails && f->passes && !f->exact && !halve(f))
		return false;
	return echo(f);
}

/* ---- showing it ---- */

static void show_row(struct table *t, const char *name, const char *text)
{
	show_word(t, PAINT_STRONG, name);
	show_word(t, PAINT_PLAIN, text);
}

static enum command_status show_finding(struct context *c,
					const struct finding *f)
{
	static const struct table_column columns[] = {
		{ NULL, TABLE_TEXT },
		{ NULL, TABLE_PROSE },
	};
	struct table t = table(columns, 2);
	char text[4200];

	snprintf(text, sizeof(text), "%.512s, in %.64s with scale %.8s",
		 f->next.text, f->asset.text, f->scale.text);
	show_row(&t, "next hop", f->next.text[0] ? text : "none");
	show_row(&t, "answer", f->outcome.text);
	snprintf(text, sizeof(text), "%s%" PRIu64 " units",
		 f->fails && !f->exact ? "about " : "", f->passes);
	show_row(&t, "largest packet", text);
	if (f->fails)
		show_row(&t, "above that", f->limit.text);
	snprintf(text, sizeof(text), "of %" PRIu64 " units %.64s come back",
		 f->echoed, f->returned.text);
	show_row(&t, "there and back",
		 f->returned.text[0] ? text : "nothing comes back");
	return show_table(c, &t, NULL);
}

static void put(struct ilp_json_writer *w, const char *key, const char *text)
{
	ilp_json_put_key(w, key);
	if (text[0])
		ilp_json_put_string(w, ilp_text(text));
	else
		ilp_json_put_null(w);
}

static enum command_status put_finding(struct context *c,
				       const struct finding *f)
{
	uint8_t room[8 * SHOW_TEXT_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	ilp_json_begin_object(&w);
	put(&w, "nextHop", f->next.text);
	put(&w, "code", f->code.text);
	put(&w, "triggeredBy", f->by.text);
	ilp_json_put_key(&w, "largest");
	ilp_json_put_u64_string(&w, f->passes);
	ilp_json_put_key(&w, "exact");
	ilp_json_put_bool(&w, f->exact || !f->fails);
	put(&w, "limit", f->fails ? f->limit.text : "");
	ilp_json_put_key(&w, "echoed");
	ilp_json_put_u64_string(&w, f->echoed);
	put(&w, "returned", f->returned.text);
	ilp_json_end_object(&w);
	context_put(c, ilp_json_written(&w));
	fputc('\n', c->out);
	return COMMAND_OK;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct finding f = { .destination = a->operands[0] };
	enum command_status status = node_open(&f.node, c, a);

	if (!status && !find(&f))
		status = COMMAND_FAILED;
	node_close(f.node);
	if (status)
		return status;
	return c->json ? put_finding(c, &f) : show_finding(c, &f);
}

const struct command command_probe = {
	.name = "probe",
	.summary = "Finds out how much money gets to an address",
	.operands = "ADDRESS",
	.operands_min = 1,
	.operands_max = 1,
	.text = "Has the node send packets that nobody can fulfill, so that they "
		"cost nothing, and shows how far they get, the largest amount "
		"that gets as far, and what stops more than that: the largest "
		"packet that somebody on the way takes, or the money that there "
		"is. What of an amount comes back is to be known only of the "
		"addresses of nodes; it has been exchanged there and back.\n\n"
		"For a moment each packet holds money on its way.",
	.example = "  ilp probe g.bob.shop\n",
	.node = true,
	.run = run,
};
