/* SPDX-License-Identifier: Apache-2.0 */
/* account_add.c - the commands that make an account: out of all that its
 * operator knows, or for a peer that is to be told the rest. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/digits.h"
#include "base/json_writer.h"
#include "cli/draw.h"
#include "cli/file.h"
#include "cli/node.h"
#include "cli/patch.h"
#include "cli/show.h"
#include "ilp/crypto.h"
#include "ilp/url.h"

/* As large as a node takes one. */
#define BODY_SIZE ((size_t)64 * 1024)
#define SECRET_LEN 32
#define TOKEN_SIZE 512
#define SERVER_SIZE 2048
#define SCALE_MAX 255

static const char *const relations[] = { "peer", "parent", "child", NULL };
/* What we are to whoever is that to us. */
static const char *const inverse[] = { "peer", "child", "parent" };

/* What both have, in this order. */
enum { RELATION, ASSET, SCALE, MAXIMUM, MINIMUM, COMMON };
enum { ID = COMMON, SERVER, SERVER_TOKEN, INCOMING_TOKEN, PATH };
enum { LISTEN_URL = COMMON };

/* clang-format off */
#define COMMON_OPTIONS                                                         \
	[RELATION] = {                                                         \
		.name = "relation", .value = "RELATION", .words = relations,   \
		.text = "What it is to us: peer, parent or child. By default " \
			"peer.",                                               \
	},                                                                     \
	[ASSET] = {                                                            \
		.name = "asset", .letter = 'a', .value = "CODE",               \
		.text = "The asset, such as USD.",                             \
	},                                                                     \
	[SCALE] = {                                                            \
		.name = "scale", .letter = 's', .value = "N",                  \
		.text = "How many digits a coin of it has behind the point.",  \
	},                                                                     \
	[MAXIMUM] = {                                                          \
		.name = "maximum", .value = "UNITS",                           \
		.text = "Most that it may owe us, in units; or unlimited.",    \
	},                                                                     \
	[MINIMUM] = {                                                          \
		.name = "minimum", .value = "UNITS",                           \
		.text = "Most that we may owe it, as a negative number of "    \
			"units; or unlimited.",                                \
	}
/* clang-format on */

/* One that is being made. */
struct making {
	struct context *context;
	const struct arguments *arguments;
	uint8_t *room;
	struct ilp_json_writer body;
	char token[TOKEN_SIZE];
	char server[SERVER_SIZE];
};

static enum command_status misuse(struct making *m, const char *text)
{
	context_complain(m->context, "%s", text);
	return COMMAND_MISUSED;
}

/* ---- what it is to be ---- */

static void put(struct making *m, const char *key, const char *value)
{
	if (!value)
		return;
	ilp_json_put_key(&m->body, key);
	ilp_json_put_string(&m->body, ilp_text(value));
}

static const char *relation_of(const struct arguments *a)
{
	return a->options[RELATION] ? a->options[RELATION] : relations[0];
}

static enum command_status put_common(struct making *m, const char *id)
{
	const struct arguments *a = m->arguments;
	uint64_t scale;

	if (!id || !a->options[ASSET] || !a->options[SCALE])
		return misuse(m, "an account needs an id, an --asset and a "
				 "--scale");
	if (!ilp_decimal_read(&scale, ilp_text(a->options[SCALE])) ||
	    scale > SCALE_MAX)
		return misuse(m, "--scale is a whole number from 0 to 255");
	put(m, "id", id);
	put(m, "relation", relation_of(a));
	put(m, "assetCode", a->options[ASSET]);
	ilp_json_put_key(&m->body, "assetScale");
	ilp_json_put_u64(&m->body, scale);
	put(m, "maximum", a->options[MAXIMUM]);
	put(m, "minimum", a->options[MINIMUM]);
	return COMMAND_OK;
}

static enum command_status put_more(struct making *m, char *const *words,
				    size_t count)
{
	const char *wrong = patch_put(&m->body, words, count);

	if (!wrong)
		return COMMAND_OK;
	context_complain(m->context, "expected NAME=VALUE, not \"%s\"", wrong);
	return COMMAND_MISUSED;
}

static enum command_status finish_body(struct making *m,
				       struct ilp_bytes *out)
{
	ilp_json_end_object(&m->body);
	*out = ilp_json_written(&m->body);
	return out->len ? COMMAND_OK : misuse(m, "that is too much");
}

/* Makes it; the caller drops the answer. */
static enum command_status send(struct making *m, struct ilp_bytes body,
				struct node_answer *answer)
{
	const struct node_question question = { .method = "POST",
						.path = "/v1/accounts",
						.body = body };
	struct node *node;
	enum command_status status =
		node_open(&node, m->context, m->arguments);

	if (!status && !node_ask(node, &question, answer))
		status = COMMAND_FAILED;
	node_close(node);
	return status;
}

/* ---- secrets ---- */

/* What is in the file, without what ends its line. */
static enum command_status read_token(struct making *m, const char *path)
{
	struct buffer content = { NULL, 0, 0 };
	struct file_error error;
	bool good = file_read(&content, path, m->context->in, &error);

	while (content.len && content.at[content.len - 1] <= ' ')
		content.len--;
	if (!good)
		context_complain(m->context, "%s", error.text);
	else if (content.len == 0 || content.len >= sizeof(m->token))
		context_complain(m->context, "%s: there is no token in it",
				 path);
	good = good && content.len && content.len < sizeof(m->token);
	if (good)
		snprintf(m->token, sizeof(m->token), "%.*s", (int)content.len,
			 (const char *)content.at);
	ilp_secret_clear(content.at, content.len);
	buffer_drop(&content);
	return good ? COMMAND_OK : COMMAND_FAILED;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("-._~", c);
}

/* The token goes in front of the host, with percent escapes. */
static bool join(struct making *m, const char *url)
{
	const char *host = strstr(url, "://");
	size_t len = 0;

	if (!host || strlen(url) + 3 * strlen(m->token) + 3 > SERVER_SIZE)
		return false;
	host += strlen("://");
	len = (size_t)snprintf(m->server, SERVER_SIZE, "%.*s:",
			       (int)(host - url), url);
	for (const char *t = m->token; *t; t++)
		len += (size_t)snprintf(m->server + len, SERVER_SIZE - len,
					is_plain(*t) ? "%c" : "%%%02X",
					(unsigned char)*t);
	snprintf(m->server + len, SERVER_SIZE - len, "@%s", host);
	return true;
}

/* A URL to which a token can be added. */
static enum command_status check_url(struct making *m, const char *option,
				     const char *url)
{
	struct ilp_peer_url parts;

	if (!ilp_peer_url_parse(&parts, ilp_text(url)) && !parts.user.len &&
	    !parts.token.len && !strchr(url, '\''))
		return COMMAND_OK;
	context_complain(m->context,
			 "%s: expected a URL like btp+wss://host:port without "
			 "a token",
			 option);
	return COMMAND_MISUSED;
}

static enum command_status put_server(struct making *m)
{
	const char *server = m->arguments->options[SERVER];
	const char *path = m->arguments->options[SERVER_TOKEN];
	enum command_status status;

	if (!path) {
		put(m, "server", server);
		return COMMAND_OK;
	}
	if (!server)
		return misuse(m, "--server-token-file is for --server");
	status = check_url(m, "--server", server);
	if (!status)
		status = read_token(m, path);
	if (status)
		return status;
	if (!join(m, server))
		return misuse(m, "--server is too long");
	put(m, "server", m->server);
	return COMMAND_OK;
}

static enum command_status put_incoming(struct making *m)
{
	const char *path = m->arguments->options[INCOMING_TOKEN];
	enum command_status status = path ? read_token(m, path) : COMMAND_OK;

	if (path && !status)
		put(m, "incomingToken", m->token);
	return status;
}

static enum command_status begin(struct making *m, struct context *c,
				 const struct arguments *a)
{
	*m = (struct making){ .context = c,
			      .arguments = a,
			      .room = malloc(BODY_SIZE) };
	if (!m->room)
		return context_no_memory(c);
	m->body = ilp_json_writer(m->room, BODY_SIZE, 0);
	ilp_json_begin_object(&m->body);
	return COMMAND_OK;
}

static void end(struct making *m)
{
	if (m->room)
		ilp_secret_clear(m->room, BODY_SIZE);
	free(m->room);
	ilp_secret_clear(m->token, sizeof(m->token));
	ilp_secret_clear(m->server, sizeof(m->server));
}

/* ---- out of all that is known ---- */

static const struct command_option add_options[] = {
	COMMON_OPTIONS,
	[ID] = {
		.name = "id",
		.value = "ID",
		.text = "What the account is called.",
	},
	[SERVER] = {
		.name = "server",
		.value = "URL",
		.text = "Where we connect to: btp+wss://:TOKEN@host:port, "
			"btp+ws, https or http. Without it the peer connects "
			"to us.",
	},
	[SERVER_TOKEN] = {
		.name = "server-token-file",
		.value = "FILE",
		.file = true,
		.text = "A file with the token for --server, which then has "
			"none in it, so that it is in no list of processes.",
	},
	[INCOMING_TOKEN] = {
		.name = "incoming-token-file",
		.value = "FILE",
		.file = true,
		.text = "A file with the token that the peer logs in with.",
	},
	[PATH] = {
		.name = "file",
		.letter = 'f',
		.value = "FILE",
		.file = true,
		.text = "Reads the whole account from a file: JSON as in a "
			"configuration. Standard input is -.",
	},
	{ .name = NULL },
};

static enum command_status tell_added(struct making *m,
				      const struct node_answer *answer)
{
	struct show_text id = show_text(ilp_json_get(answer->nodes, "id"));

	if (m->context->json)
		node_put_json(m->context, answer);
	else
		fprintf(m->context->out, "The account \"%s\" is made.\n",
			id.text);
	return COMMAND_OK;
}

static enum command_status send_and_tell(struct making *m,
					 struct ilp_bytes body)
{
	struct node_answer answer = { { NULL, 0, 0 }, NULL };
	enum command_status status = send(m, body, &answer);

	if (!status)
		status = tell_added(m, &answer);
	node_answer_drop(&answer);
	return status;
}

static enum command_status add_file(struct making *m, const char *path)
{
	struct buffer body = { NULL, 0, 0 };
	struct file_error error;
	enum command_status status = COMMAND_FAILED;

	for (size_t i = 0; i < PATH; i++)
		if (m->arguments->options[i] || m->arguments->operand_count)
			return misuse(m, "--file has the whole account");
	if (file_read(&body, path, m->context->in, &error))
		status = send_and_tell(m, buffer_bytes(&body));
	else
		context_complain(m->context, "%s", error.text);
	ilp_secret_clear(body.at, body.len);
	buffer_drop(&body);
	return status;
}

static enum command_status add_settings(struct making *m)
{
	const struct arguments *a = m->arguments;
	struct ilp_bytes body;
	enum command_status status = put_common(m, a->options[ID]);

	if (!status)
		status = put_server(m);
	if (!status)
		status = put_incoming(m);
	if (!status)
		status = put_more(m, a->operands, a->operand_count);
	if (!status)
		status = finish_body(m, &body);
	return status ? status : send_and_tell(m, body);
}

static enum command_status add(struct context *c, const struct arguments *a)
{
	struct making m;
	enum command_status status = begin(&m, c, a);

	if (!status)
		status = a->options[PATH] ? add_file(&m, a->options[PATH]) :
					    add_settings(&m);
	end(&m);
	return status;
}

const struct command command_accounts_add = {
	.name = "accounts add",
	.summary = "Makes an account",
	.operands = "[NAME=VALUE...]",
	.operands_max = (size_t)-1,
	.options = add_options,
	.text = "Makes an account, which is there for good when this has "
		"ended well. Whatever is no option here is said by its name in "
		"a configuration, as in \"ilp accounts change\".",
	.example = "  ilp accounts add --id alice --asset USD --scale 6 "
		   "--server btp+wss://alice.example --server-token-file "
		   "token\n"
		   "  ilp accounts add --file account.json\n",
	.node = true,
	.run = add,
};

/* ---- for a peer that is told the rest ---- */

static const struct command_option peer_options[] = {
	COMMON_OPTIONS,
	[LISTEN_URL] = {
		.name = "listen-url",
		.value = "URL",
		.text = "Where the peer reaches us, without a token: "
			"btp+wss://host:port, btp+ws, https or http.",
	},
	{ .name = NULL },
};

static enum command_status draw_token(struct making *m)
{
	uint8_t secret[SECRET_LEN];
	struct ilp_bytes text;
	bool good = draw(secret, sizeof(secret)) &&
		    ilp_base64_encode(&text, ILP_BYTES(secret), ILP_BASE64_URL,
				      (uint8_t *)m->token, TOKEN_SIZE - 1);

	ilp_secret_clear(secret, sizeof(secret));
	if (!good) {
		context_complain(m->context,
				 "the system has no random bytes");
		return COMMAND_FAILED;
	}
	m->token[text.len] = '\0';
	return COMMAND_OK;
}

static const char *our_relation(const struct arguments *a)
{
	for (size_t i = 0; relations[i]; i++)
		if (strcmp(relation_of(a), relations[i]) == 0)
			return inverse[i];
	return inverse[0];
}

/* Of the account that the other operator makes. */
static void put_theirs(struct making *m, struct ilp_json_writer *w)
{
	const struct arguments *a = m->arguments;

	ilp_json_begin_object(w);
	ilp_json_put_key(w, "relation");
	ilp_json_put_string(w, ilp_text(our_relation(a)));
	ilp_json_put_key(w, "assetCode");
	ilp_json_put_string(w, ilp_text(a->options[ASSET]));
	ilp_json_put_key(w, "assetScale");
	ilp_json_put_number(w, ilp_text(a->options[SCALE]));
	ilp_json_put_key(w, "server");
	ilp_json_put_string(w, ilp_text(m->server));
	ilp_json_end_object(w);
}

static enum command_status tell_peer_json(struct making *m,
					  const struct node_answer *answer)
{
	size_t room = answer->body.len + BODY_SIZE;
	uint8_t *text = malloc(room);
	struct ilp_json_writer w;

	if (!text)
		return context_no_memory(m->context);
	w = ilp_json_writer(text, room, 0);
	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "account");
	ilp_json_put_node(&w, answer->nodes);
	ilp_json_put_key(&w, "peer");
	put_theirs(m, &w);
	ilp_json_end_object(&w);
	context_put(m->context, ilp_json_written(&w));
	fputc('\n', m->context->out);
	ilp_secret_clear(text, room);
	free(text);
	return COMMAND_OK;
}

static enum command_status tell_peer(struct making *m,
				     const struct node_answer *answer)
{
	const struct arguments *a = m->arguments;
	FILE *out = m->context->out;

	if (m->context->json)
		return tell_peer_json(m, answer);
	fprintf(out,
		"The account \"%s\" is made. Send this to the other operator, "
		"by a way that\nnobody else can read, since the token in it is "
		"told only now:\n\n",
		a->operands[0]);
	fprintf(out,
		"  ilp accounts add --id NAME --relation %s --asset %s "
		"--scale %s --server '%s'\n\n",
		our_relation(a), a->options[ASSET], a->options[SCALE],
		m->server);
	fputs("NAME is what they call us. In a configuration, or for a node of "
	      "another make, they\nare relation, assetCode, assetScale and "
	      "server.\n",
	      out);
	return COMMAND_OK;
}

static enum command_status prepare_peer(struct making *m,
					struct ilp_bytes *body)
{
	const struct arguments *a = m->arguments;
	const char *url = a->options[LISTEN_URL];
	enum command_status status = put_common(m, a->operands[0]);

	if (!status && !url)
		status = misuse(m, "which --listen-url reaches us?");
	if (!status)
		status = check_url(m, "--listen-url", url);
	if (!status)
		status = draw_token(m);
	if (!status && !join(m, url))
		status = misuse(m, "--listen-url is too long");
	if (status)
		return status;
	put(m, "incomingToken", m->token);
	status = put_more(m, a->operands + 1, a->operand_count - 1);
	return status ? status : finish_body(m, body);
}

static enum command_status add_peer(struct context *c,
				    const struct arguments *a)
{
	struct making m;
	struct node_answer answer = { { NULL, 0, 0 }, NULL };
	struct ilp_bytes body;
	enum command_status status = begin(&m, c, a);

	if (!status)
		status = prepare_peer(&m, &body);
	if (!status)
		status = send(&m, body, &answer);
	if (!status)
		status = tell_peer(&m, &answer);
	node_answer_drop(&answer);
	end(&m);
	return status;
}

const struct command command_peers_add = {
	.name = "peers add",
	.summary = "Makes an account for a peer, and says what to send it",
	.operands = "ID [NAME=VALUE...]",
	.operands_min = 1,
	.operands_max = (size_t)-1,
	.options = peer_options,
	.text = "Makes an account for a peer that connects to us, with a token "
		"that is drawn for it, and prints what its operator needs to "
		"make the other end. The token is not told again. Whatever is "
		"no option here is said by its name in a configuration.",
	.example = "  ilp peers add bob --asset USD --scale 6 --maximum "
		   "10000000 --listen-url btp+wss://us.example:7768\n",
	.node = true,
	.run = add_peer,
};
