/* SPDX-License-Identifier: Apache-2.0 */
/* corrections.c - the commands by which an operator tells a node what it cannot
 * know of money. Each has a key, so that whoever got no answer may ask again. */
#include "base/digits.h"
#include "base/json_writer.h"
#include "cli/draw.h"
#include "cli/node.h"
#include "cli/show.h"

#define BODY_SIZE 4096
#define KEY_SIZE 33

enum { NOTE, KEY, BEYOND_LIMITS, UNRESOLVED };

#define COMMON_OPTIONS                                                         \
	[NOTE] = {                                                             \
		.name = "note",                                                \
		.value = "TEXT",                                               \
		.text = "Why; it is kept with the key.",                       \
	},                                                                     \
	[KEY] = {                                                              \
		.name = "key",                                                 \
		.value = "KEY",                                                \
		.text = "By which it is done once, however often it is asked " \
			"for. Without one, a new one is drawn, and told when "  \
			"there is no answer.",                                 \
	},                                                                     \
	[BEYOND_LIMITS] = {                                                    \
		.name = "beyond-limits",                                       \
		.text = "Does it even if the balance is beyond a limit of the " \
			"account by it.",                                      \
	}

static const struct command_option adjust_options[] = {
	COMMON_OPTIONS,
	{ .name = NULL },
};

static const struct command_option resolve_options[] = {
	COMMON_OPTIONS,
	[UNRESOLVED] = {
		.name = "unresolved",
		.value = "AMOUNT",
		.text = "What you have looked at: nothing is done if another "
			"amount is unresolved by now.",
	},
	{ .name = NULL },
};

static bool draw_key(char out[KEY_SIZE])
{
	uint8_t random[(KEY_SIZE - 1) / 2];

	if (!draw(random, sizeof(random)))
		return false;
	for (size_t i = 0; i < sizeof(random); i++)
		ilp_hex((uint8_t *)out + 2 * i, random[i]);
	out[KEY_SIZE - 1] = '\0';
	return true;
}

static void put_text(struct ilp_json_writer *w, const char *name,
		     const char *text)
{
	if (!text)
		return;
	ilp_json_put_key(w, name);
	ilp_json_put_string(w, ilp_text(text));
}

static struct ilp_bytes write_body(uint8_t room[BODY_SIZE],
				   const struct arguments *a, bool resolves)
{
	struct ilp_json_writer w = ilp_json_writer(room, BODY_SIZE, 0);

	ilp_json_begin_object(&w);
	put_text(&w, "amount", a->operands[1]);
	put_text(&w, "note", a->options[NOTE]);
	if (resolves)
		put_text(&w, "unresolved", a->options[UNRESOLVED]);
	if (a->options[BEYOND_LIMITS]) {
		ilp_json_put_key(&w, "beyondLimits");
		ilp_json_put_bool(&w, true);
	}
	ilp_json_end_object(&w);
	return ilp_json_written(&w);
}

/* In coins, where a zero too many is seen. */
static void tell_balance(struct context *c, const struct ilp_json_node *account)
{
	const struct ilp_json_node *balance = ilp_json_get(account, "balance");
	struct show_text id = show_text(ilp_json_get(account, "id"));
	struct show_text asset = show_text(ilp_json_get(account, "assetCode"));
	struct coins now = show_coins(ilp_json_get(balance, "current"), account);

	fprintf(c->out, "The balance of \"%s\" is %s %s now.\n", id.text,
		now.text, asset.text);
}

static enum command_status show_account(struct context *c, struct node *node,
					const struct arguments *a)
{
	const struct node_question question = { .method = "GET",
						.path = "/v1/accounts/",
						.part = a->operands[0] };
	struct node_answer answer;
	bool good = node_ask(node, &question, &answer);

	if (good)
		tell_balance(c, answer.nodes);
	node_answer_drop(&answer);
	return good ? COMMAND_OK : COMMAND_FAILED;
}

static enum command_status correct(struct context *c, struct node *node,
				   const struct arguments *a,
				   const struct node_question *question)
{
	struct node_answer answer;
	bool good = node_ask(node, question, &answer);

	if (good && c->json)
		node_put_json(c, &answer);
	node_answer_drop(&answer);
	if (good)
		return c->json ? COMMAND_OK : show_account(c, node, a);
	if (!a->options[KEY])
		fprintf(c->err,
			"If that leaves open whether it was done, ask the same "
			"again with --key %s\n",
			question->key);
	return COMMAND_FAILED;
}

static enum command_status run(struct context *c, const struct arguments *a,
			       const char *rest, bool resolves)
{
	uint8_t room[BODY_SIZE];
	char drawn[KEY_SIZE];
	const struct node_question question = {
		.method = "POST",
		.path = "/v1/accounts/",
		.part = a->operands[0],
		.rest = rest,
		.body = write_body(room, a, resolves),
		.key = a->options[KEY] ? a->options[KEY] : drawn,
	};
	enum command_status status;
	struct node *node;

	if (!draw_key(drawn)) {
		context_complain(c, "the system gives no random bytes");
		return COMMAND_FAILED;
	}
	if (!question.body.len) {
		context_complain(c, "that is too long for a note");
		return COMMAND_MISUSED;
	}
	status = node_open(&node, c, a);
	if (!status)
		status = correct(c, node, a, &question);
	node_close(node);
	return status;
}

static enum command_status adjust(struct context *c, const struct arguments *a)
{
	return run(c, a, "/adjustments", false);
}

static enum command_status resolve(struct context *c, const struct arguments *a)
{
	return run(c, a, "/unresolved", true);
}

const struct command command_adjust = {
	.name = "adjust",
	.summary = "Changes a balance, as money has moved outside of the node",
	.operands = "ID AMOUNT",
	.operands_min = 2,
	.operands_max = 2,
	.options = adjust_options,
	.text = "Changes the balance of an account by an amount in units, the "
		"smallest that there are of its asset: more than 0 when the "
		"peer owes us more by it, and less when it owes us less, since "
		"it has paid us. It is in the ledger when this is answered.",
	.example = "  ilp adjust carol -5000000 --note 'their transfer of "
		   "Monday'\n",
	.node = true,
	.run = adjust,
};

const struct command command_resolve = {
	.name = "resolve",
	.summary = "Says what has become of what is unresolved since a crash",
	.operands = "ID AMOUNT",
	.operands_min = 2,
	.operands_max = 2,
	.options = resolve_options,
	.text = "What may have reached a peer when the node ended without "
		"warning is unresolved in the peer's account. Compare with the "
		"peer's books, and give the units that they have and ours do "
		"not, from 0 to all that is unresolved. We owe the peer so much "
		"more, and nothing is unresolved any more.",
	.example = "  ilp resolve carol 0 --unresolved 4000000\n",
	.node = true,
	.run = resolve,
};
