/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - the commands about the node as a whole: how it is, and whether it
 * lets packets in. */
#include "cli/node.h"
#include "cli/show.h"

static enum command_status show(struct context *c, const struct arguments *a,
				const struct ilp_json_node *answer)
{
	(void)a;
	return show_all(c, answer);
}

const struct command command_status = {
	.name = "status",
	.summary = "Shows how a node is",
	.operands = "",
	.text = "Shows the node at a glance: whether it lets packets in, how "
		"many accounts and routes it has, its packets since it was "
		"started, and its ledger.\n\n"
		"The node is the one on this machine, at the socket that "
		"--socket or ILP_SOCKET names, or that is "
		"beside the books. One elsewhere is named by --url, and asked "
		"with the token that is in --token-file.",
	.example = "  ilp status\n"
		   "  ilp status --url http://127.0.0.1:7770 --token-file "
		   "token\n",
	.node = true,
	.question = NODE_QUESTION(.method = "GET", .path = "/v1/status"),
	.show = show,
	.run = node_run,
};

/* ---- stopping everything ---- */

static enum command_status show_ready(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer)
{
	struct show_text why = show_text(ilp_json_get(answer, "reason"));

	(void)a;
	if (why.text[0])
		fprintf(c->out, "No packets are let in: %s.\n", why.text);
	else
		fputs("Packets are let in.\n", c->out);
	return COMMAND_OK;
}

const struct command command_stop = {
	.name = "stop",
	.summary = "Has a node let no packets in",
	.operands = "",
	.text = "Lets no new packets in from anybody, also after the node has "
		"been started again. What is in flight goes on, and the node "
		"itself runs on.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/stop"),
	.show = show_ready,
	.run = node_run,
};

const struct command command_start = {
	.name = "start",
	.summary = "Has a node let packets in again",
	.operands = "",
	.text = "Lets packets in again after \"ilp stop\", but for accounts "
		"that are stopped themselves.",
	.node = true,
	.question = NODE_QUESTION(.method = "POST", .path = "/v1/start"),
	.show = show_ready,
	.run = node_run,
};
