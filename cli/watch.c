/* SPDX-License-Identifier: Apache-2.0 */
/* watch.c - the command that shows what happens in a node, as it happens. */
#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/event_stream.h"
#include "cli/node.h"
#include "cli/show.h"

#define NODES_MAX 64
#define HEAD_MAX 512

enum { KINDS, ACCOUNT, SAMPLE };

static const struct command_option options[] = {
	[KINDS] = {
		.name = "kinds",
		.value = "KINDS",
		.text = "What to show, with commas between: packets, balances, "
			"links, routes, alerts, accounts. By default all but "
			"packets.",
	},
	[ACCOUNT] = {
		.name = "account",
		.value = "ID",
		.text = "Shows only what this account has to do with.",
	},
	[SAMPLE] = {
		.name = "sample",
		.value = "N",
		.text = "Of packets shows only one in so many. By default all, "
			"as far as the node tells so many.",
	},
	{ .name = NULL },
};

struct watch {
	struct context *context;
	struct event_stream stream;
	bool failed;
	bool ended;
	struct show_text reason;
};

/* What is in one message. */
struct event {
	struct context *context;
	const struct ilp_json_node *data;
};

static struct show_text text_at(const struct event *e, const char *name)
{
	return show_text(ilp_json_get(e->data, name));
}

static void say(const struct event *e, enum paint_style style, const char *text)
{
	struct context *c = e->context;

	fprintf(c->out, "%s%s%s", paint_begin(c->paint, style), text,
		paint_end(c->paint, style));
}

/* ---- for people ---- */

static void show_packet(const struct event *e)
{
	struct show_text to = text_at(e, "to");
	struct show_text in = text_at(e, "amountIn");
	struct show_text out = text_at(e, "amountOut");
	struct show_text where = text_at(e, "destination");
	struct show_text code = text_at(e, "code");
	struct show_text took = text_at(e, "tookMicroseconds");

	fprintf(e->context->out, "%s%s %s", to.text[0] ? "to " : "",
		to.text, in.text);
	if (to.text[0] && strcmp(in.text, out.text) != 0)
		fprintf(e->context->out, " (%s)", out.text);
	fprintf(e->context->out, " for %s: ", where.text);
	if (code.text[0]) {
		say(e, PAINT_BAD, "rejected");
		fprintf(e->context->out, " with %s", code.text);
	} else {
		say(e, PAINT_GOOD, "fulfilled");
	}
	if (to.text[0])
		fprintf(e->context->out, " in %s us", took.text);
}

static void show_balance(const struct event *e)
{
	struct coins coins =
		show_coins(ilp_json_get(e->data, "balance"), e->data);
	struct show_text code = text_at(e, "assetCode");

	fprintf(e->context->out, "%s %s", coins.text, code.text);
}

static void show_link(const struct event *e)
{
	struct show_text state = text_at(e, "state");
	struct show_text reason = text_at(e, "reason");

	say(e, strcmp(state.text, "down") == 0 ? PAINT_WARN : PAINT_GOOD,
	    state.text);
	if (reason.text[0])
		fprintf(e->context->out, ": %s", reason.text);
}

static void show_route(const struct event *e)
{
	struct show_text change = text_at(e, "change");
	struct show_text prefix = text_at(e, "prefix");

	fprintf(e->context->out, "%s %s", prefix.text[0] ? prefix.text : "default",
		change.text);
}

static void show_alert(const struct event *e)
{
	struct show_text change = text_at(e, "change");
	struct show_text id = text_at(e, "id");
	struct show_text message = text_at(e, "message");

	say(e, PAINT_BAD, change.text);
	fprintf(e->context->out, " (%s): %s", id.text, message.text);
}

static void show_account(const struct event *e)
{
	struct show_text change = text_at(e, "change");

	say(e, PAINT_PLAIN, change.text);
}

static void show_missed(const struct event *e)
{
	struct show_text count = text_at(e, "count");
	struct show_text kind = text_at(e, "kind");
	char text[128];

	snprintf(text, sizeof(text), "%.32s events of %.32s kind",
		 strcmp(count.text, "0") == 0 ? "some" : count.text,
		 kind.text);
	say(e, PAINT_WARN, text);
}

static const struct {
	const char *name;
	void (*show)(const struct event *e);
} rows[] = {
	{ "packet", show_packet }, { "balance", show_balance },
	{ "link", show_link },	   { "route", show_route },
	{ "alert", show_alert },   { "account", show_account },
	{ "missed", show_missed },
};

/* Of "2026-11-28T16:57:34.293Z" the time of day. */
static const char *time_of_day(const struct show_text *at)
{
	const char *t = strchr(at->text, 'T');

	return t ? t + 1 : at->text;
}

/* An event that a later node has and we do not know is left out. */
static void show(const struct event *e, struct ilp_bytes name)
{
	struct show_text at = text_at(e, "at");
	struct show_text account = text_at(e, "account");
	size_t i = 0;

	while (i < sizeof(rows) / sizeof(*rows) &&
	       !ilp_bytes_equal(name, ilp_text(rows[i].name)))
		i++;
	if (i == sizeof(rows) / sizeof(*rows))
		return;
	say(e, PAINT_FAINT, time_of_day(&at));
	fprintf(e->context->out, "  %-7s  ", rows[i].name);
	say(e, PAINT_STRONG, account.text);
	fputs(account.text[0] ? "  " : "", e->context->out);
	rows[i].show(e);
	fputc('\n', e->context->out);
}

/* ---- for programs ---- */

static void put_json(struct context *c, const struct event_message *m)
{
	uint8_t room[HEAD_MAX];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct ilp_bytes head;

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "event");
	ilp_json_put_string(&w, m->name);
	ilp_json_put_key(&w, "id");
	ilp_json_put_string(&w, m->id);
	ilp_json_end_object(&w);
	head = ilp_json_written(&w);
	if (head.len == 0)
		return;
	context_put(c, (struct ilp_bytes){ head.at, head.len - 1 });
	context_put(c, ilp_text(",\"data\":"));
	context_put(c, m->data);
	context_put(c, ilp_text("}\n"));
}

/* ---- one after the other ---- */

static void take(struct watch *w, const struct event_message *m)
{
	struct ilp_json_node nodes[NODES_MAX];
	const struct event e = { w->context, nodes };

	if (ilp_json_read(nodes, NODES_MAX, m->data).problem)
		return;
	if (ilp_bytes_equal(m->name, ilp_text("end"))) {
		w->reason = text_at(&e, "reason");
		w->ended = true;
	}
	if (w->context->json)
		put_json(w->context, m);
	else
		show(&e, m->name);
}

/* Each line is seen at once, and where nobody looks any more we end. */
static bool hear(void *who, struct ilp_bytes bytes)
{
	struct watch *w = who;
	struct event_message m;

	if (!event_stream_add(&w->stream, bytes)) {
		context_complain(w->context, "what is answered is no stream of "
					     "events, or there is no memory");
		w->failed = true;
		return false;
	}
	while (event_stream_next(&w->stream, &m))
		take(w, &m);
	return fflush(w->context->out) == 0;
}

/* It is only over when the node says so, or is no more. */
static enum command_status tell_end(struct watch *w)
{
	struct context *c = w->context;

	if (w->failed || ferror(c->out))
		return COMMAND_FAILED;
	if (w->ended)
		context_complain(c, "that was the last event: %s",
				 w->reason.text);
	else
		context_complain(c, "the node is gone, and has not said why");
	return COMMAND_FAILED;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	const struct node_query query[] = {
		{ "kinds", a->options[KINDS] },
		{ "account", a->options[ACCOUNT] },
		{ "sample", a->options[SAMPLE] },
		{ NULL, NULL },
	};
	const struct node_question question = { .method = "GET",
						.path = "/v1/events",
						.query = query };
	struct watch w = { .context = c };
	struct node *node;
	enum command_status status = node_open(&node, c, a);

	if (!status)
		status = node_listen(node, &question, hear, &w) ?
				 tell_end(&w) :
				 COMMAND_FAILED;
	event_stream_drop(&w.stream);
	node_close(node);
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.summary = "Shows what happens in a node, as it happens",
	.operands = "",
	.options = options,
	.text = "Shows a line for each thing that happens, until it is "
		"interrupted: accounts that connect or do not any more, "
		"balances, routes, alerts, and packets if these are asked for. "
		"With --json it is one object a line. Times are in UTC, amounts "
		"of packets in units.\n\n"
		"The node does not wait for who watches: whoever is too slow is "
		"told how many events were missed. When the node ends, or is "
		"gone, the command says so and fails; it does not wait for "
		"another one.",
	.example = "  ilp watch\n"
		   "  ilp watch --kinds packets --account alice\n"
		   "  ilp watch --json --kinds packets --sample 100\n",
	.node = true,
	.run = run,
};
