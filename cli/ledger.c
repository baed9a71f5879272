/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c - the commands about the file in which a node keeps its books. */
#include "base/json_writer.h"
#include "cli/node.h"
#include "cli/show.h"

#define BODY_SIZE 1024

/* ---- checking it ---- */

static bool is_whole(const struct ilp_json_node *answer)
{
	uint64_t differences = 1;

	ilp_json_u64(&differences, ilp_json_get(answer, "differences"));
	return differences == 0;
}

static void tell_found(struct context *c, const struct ilp_json_node *answer)
{
	struct ilp_json_walk walk =
		ilp_json_walk(ilp_json_get(answer, "found"));

	while (ilp_json_next(&walk)) {
		struct show_text text = show_text(walk.value);

		fprintf(c->out, "%s\n", text.text);
	}
}

static void tell_check(struct context *c, const struct ilp_json_node *answer)
{
	struct show_text differences =
		show_text(ilp_json_get(answer, "differences"));
	struct show_text accounts = show_text(ilp_json_get(answer, "accounts"));
	struct show_text records = show_text(ilp_json_get(answer, "records"));
	struct show_text sequence = show_text(ilp_json_get(answer, "sequence"));

	tell_found(c, answer);
	fprintf(c->out,
		"%s differences; %s accounts and %s records up to batch %s\n",
		differences.text, accounts.text, records.text, sequence.text);
}

static enum command_status answer_check(struct context *c, struct node *node)
{
	const struct node_question question = { .method = "POST",
						.path = "/v1/ledger/check",
						.patient = true };
	struct node_answer answer;
	enum command_status status = COMMAND_FAILED;

	if (node_ask(node, &question, &answer)) {
		if (is_whole(answer.nodes))
			status = COMMAND_OK;
		if (c->json)
			node_put_json(c, &answer);
		else
			tell_check(c, answer.nodes);
	}
	node_answer_drop(&answer);
	return status;
}

static enum command_status check(struct context *c, const struct arguments *a)
{
	struct node *node;
	enum command_status status = node_open(&node, c, a);

	if (!status)
		status = answer_check(c, node);
	node_close(node);
	return status;
}

const struct command command_check = {
	.name = "check",
	.summary = "Says whether the ledger of a node is whole",
	.operands = "",
	.text = "Has a node copy its ledger, while packets flow, add up every "
		"sum in the copy again, and compare every row with its check "
		"value. What is not as it should be is told, a line each. It "
		"ends with 0 when all is well, else with 1. A ledger that no "
		"node uses is checked by \"ilpd --check\".",
	.node = true,
	.run = check,
};

/* ---- copying it ---- */

enum { WITH_KEY };

static const struct command_option backup_options[] = {
	[WITH_KEY] = {
		.name = "with-key",
		.text = "Lays a copy of the key beside it, by which what is "
			"sealed in it opens; take it to another place.",
	},
	{ .name = NULL },
};

static enum command_status show_backup(struct context *c,
				       const struct arguments *a,
				       const struct ilp_json_node *answer)
{
	struct show_text file = show_text(ilp_json_get(answer, "file"));
	struct show_text key = show_text(ilp_json_get(answer, "key"));
	struct show_text size = show_text(ilp_json_get(answer, "size"));
	struct show_text sha256 = show_text(ilp_json_get(answer, "sha256"));
	struct show_text sequence = show_text(ilp_json_get(answer, "sequence"));

	(void)a;
	fprintf(c->out, "%s\n", file.text);
	if (key.text[0])
		fprintf(c->out, "%s\n", key.text);
	fprintf(c->out, "It is whole up to batch %s; %s bytes, SHA-256 %s\n",
		sequence.text, size.text, sha256.text);
	return COMMAND_OK;
}

static enum command_status backup(struct context *c, const struct arguments *a)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question question = { .method = "POST",
					  .path = "/v1/ledger/backup",
					  .patient = true };

	ilp_json_begin_object(&w);
	if (a->operand_count) {
		ilp_json_put_key(&w, "file");
		ilp_json_put_string(&w, ilp_text(a->operands[0]));
	}
	ilp_json_put_key(&w, "withKey");
	ilp_json_put_bool(&w, a->options[WITH_KEY]);
	ilp_json_end_object(&w);
	question.body = ilp_json_written(&w);
	if (!question.body.len) {
		context_complain(c, "that is too long for a name");
		return COMMAND_MISUSED;
	}
	return node_command(c, a, &question, show_backup);
}

const struct command command_backup = {
	.name = "backup",
	.summary = "Copies the ledger of a node while packets flow",
	.operands = "[NAME]",
	.operands_max = 1,
	.options = backup_options,
	.text = "Has a node copy its ledger, check the copy, and give it its "
		"name when it is whole and on the disk. It lies on the machine "
		"of the node, beside the data file or in "
		"\"admin.backupDirectory\". A NAME ends in .backup; without "
		"one it is made of the time. \"ilp restore\" is the way back.",
	.example = "  ilp backup\n"
		   "  ilp backup monday.backup --with-key\n",
	.node = true,
	.run = backup,
};
