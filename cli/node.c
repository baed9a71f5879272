/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/node.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "cli/file.h"
#include "cli/place.h"
#include "cli/width.h"
#include "ilp/crypto.h"

/* Longer than the node lets anybody wait. */
#define TIMEOUT_MS 45000L
#define CONNECT_TIMEOUT_MS 10000L
#define BODY_MAX ((size_t)8 * 1024 * 1024)
#define LIST_MAX ((size_t)256 * 1024 * 1024)
#define URL_SIZE 8192
#define TOKEN_MAX 512
#define KEY_MAX 128
#define CURSOR_SIZE 32
#define UNAUTHORIZED 401
#define GOOD(status) ((status) >= 200 && (status) < 300)

struct node {
	struct context *context;
	CURL *easy;
	struct curl_slist *headers;
	const char *url;         /* NULL: by the socket */
	char socket[PLACE_SIZE]; /* its path */
	bool token;              /* is one shown? */
	node_is_over *is_over;   /* or NULL, with */
	void *who;
};

static bool complain(struct node *node, const char *text)
{
	context_complain(node->context, "%s", text);
	return false;
}

static bool no_memory(struct node *node)
{
	return complain(node, "no memory");
}

static const char *where(const struct node *node)
{
	return node->url ? node->url : node->socket;
}

/* ---- which node ---- */

static bool add_header(struct node *node, const char *header)
{
	struct curl_slist *more = curl_slist_append(node->headers, header);

	if (more)
		node->headers = more;
	return more || no_memory(node);
}

/* A line may end the file. */
static struct ilp_bytes trim(struct ilp_bytes text)
{
	while (text.len && text.at[text.len - 1] <= ' ')
		text.len--;
	return text;
}

static bool is_token(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			return false;
	return text.len > 0 && text.len <= TOKEN_MAX;
}

static bool take_token(struct node *node, const char *path,
		       struct ilp_bytes token)
{
	char header[sizeof("Authorization: Bearer ") + TOKEN_MAX];
	bool good;

	if (!is_token(token)) {
		context_complain(node->context, "%s: there is no token in it",
				 path);
		return false;
	}
	snprintf(header, sizeof(header), "Authorization: Bearer %.*s",
		 (int)token.len, (const char *)token.at);
	good = add_header(node, header);
	ilp_secret_clear(header, sizeof(header));
	node->token = true;
	return good;
}

static bool read_token(struct node *node, const char *path)
{
	struct buffer content = { NULL, 0, 0 };
	struct file_error error;
	bool good = file_read(&content, path, node->context->in, &error);

	if (good)
		good = take_token(node, path, trim(buffer_bytes(&content)));
	else
		complain(node, error.text);
	ilp_secret_clear(content.at, content.len);
	buffer_drop(&content);
	return good;
}

static enum command_status misuse(struct node *node, const char *text)
{
	complain(node, text);
	return COMMAND_MISUSED;
}

static enum command_status choose_socket(struct node *node, const char *said)
{
	if (!said)
		return place_of_socket(node->socket) ?
			       COMMAND_OK :
			       misuse(node, "nothing says where the node is; "
					    "--socket may");
	return snprintf(node->socket, sizeof(node->socket), "%s", said) <
			       PLACE_SIZE ?
		       COMMAND_OK :
		       misuse(node, "--socket: the path is too long");
}

static enum command_status choose(struct node *node, const struct arguments *a)
{
	const char *token = a->globals[COMMAND_TOKEN_FILE];

	node->url = a->globals[COMMAND_URL];
	if (node->url && a->globals[COMMAND_SOCKET])
		return misuse(node, "--socket and --url are two nodes");
	if (token && !node->url)
		return misuse(node, "--token-file is for --url only");
	if (!node->url)
		return choose_socket(node, a->globals[COMMAND_SOCKET]);
	return !token || read_token(node, token) ? COMMAND_OK : COMMAND_FAILED;
}

enum command_status node_open(struct node **out, struct context *c,
			      const struct arguments *a)
{
	struct node *node = calloc(1, sizeof(*node));

	*out = node;
	if (!node)
		return context_no_memory(c);
	node->context = c;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		node->easy = curl_easy_init();
	if (!node->easy)
		return context_no_memory(c);
	if (!add_header(node, "Content-Type: application/json") ||
	    !add_header(node, "Expect:"))
		return COMMAND_FAILED;
	return choose(node, a);
}

void node_close(struct node *node)
{
	if (!node)
		return;
	curl_slist_free_all(node->headers);
	curl_easy_cleanup(node->easy);
	curl_global_cleanup();
	free(node);
}

/* ---- asking ---- */

/* As curl wants it: what is not all taken ends the transfer. */
static size_t take_body(char *at, size_t one, size_t len, void *context)
{
	struct buffer *body = context;

	(void)one;
	if (len > BODY_MAX - body->len ||
	    !buffer_add(body, (struct ilp_bytes){ (const uint8_t *)at, len },
			BODY_MAX))
		return 0;
	return len;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

/* With percent escapes. */
static void put_part(char *url, size_t *len, const char *part)
{
	for (; part && *part && *len < URL_SIZE; part++)
		*len += (size_t)snprintf(url + *len, URL_SIZE - *len,
					 is_plain(*part) ? "%c" : "%%%02X",
					 (unsigned char)*part);
}

static void put(char *url, size_t *len, const char *text)
{
	if (text && *len < URL_SIZE)
		*len += (size_t)snprintf(url + *len, URL_SIZE - *len, "%s",
					 text);
}

static void put_query(char *url, size_t *len, const struct node_query *query)
{
	const char *mark = "?";

	for (; query && query->name; query++) {
		if (!query->value)
			continue;
		put(url, len, mark);
		put(url, len, query->name);
		put(url, len, "=");
		put_part(url, len, query->value);
		mark = "&";
	}
}

static bool make_url(struct node *node, const struct node_question *q,
		     const char *cursor, char url[URL_SIZE])
{
	const char *base = node->url ? node->url : "http://localhost";
	size_t len = 0;

	put(url, &len, base);
	while (len && len < URL_SIZE && url[len - 1] == '/')
		len--;
	put(url, &len, q->path);
	put_part(url, &len, q->part);
	put(url, &len, q->rest);
	put_query(url, &len, q->query);
	put(url, &len, cursor[0] ? "?cursor=" : "");
	put_part(url, &len, cursor);
	if (q->part && !q->part[0])
		return complain(node, "an empty word is the name of nothing");
	return len < URL_SIZE || complain(node, "a word is too long");
}

/* As curl wants it: not 0, to give up. */
static int look(void *context, curl_off_t a, curl_off_t b, curl_off_t c,
		curl_off_t d)
{
	struct node *node = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return node->is_over(node->who);
}

/* No proxy of the environment, no redirect, no other protocol. */
static bool set_options(struct node *node, const struct node_question *q,
			const char *url, struct buffer *body)
{
	CURL *easy = node->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "ilp");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
			 q->patient ? 0L : TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, node->headers);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, node->is_over ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, node);
	if (q->body.len || strcmp(q->method, "POST") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE,
				 (long)q->body.len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
				 q->body.len ? (const char *)q->body.at : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, q->method);
	return (node->url ||
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
				 node->socket) == CURLE_OK) &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;
}

static bool explain(struct node *node, CURLcode code)
{
	long number = 0;

	if (code == CURLE_ABORTED_BY_CALLBACK)
		return false;
	curl_easy_getinfo(node->easy, CURLINFO_OS_ERRNO, &number);
	if (code != CURLE_COULDNT_CONNECT) {
		context_complain(node->context, "%s: %s", where(node),
				 curl_easy_strerror(code));
		return false;
	}
	context_complain(node->context, "no node answers at %s%s%s",
			 where(node), number ? ": " : "",
			 number ? strerror((int)number) : "");
	fputs(node->url ?
		      "\"ilp help status\" tells how one elsewhere is named.\n" :
		      "ilpd starts one; --socket names another, --url one "
		      "elsewhere.\n",
	      node->context->err);
	return false;
}

/* A node is asked one such question at most. */
static bool add_key(struct node *node, const char *key)
{
	char header[sizeof("Idempotency-Key: ") + KEY_MAX];

	if (!key)
		return true;
	if (snprintf(header, sizeof(header), "Idempotency-Key: %s", key) >=
	    (int)sizeof(header))
		return complain(node, "--key: it is too long");
	return add_header(node, header);
}

static bool send_question(struct node *node, const struct node_question *q,
			  const char *cursor, struct buffer *body, int *status)
{
	char url[URL_SIZE];
	CURLcode code;
	long number = 0;

	if (!make_url(node, q, cursor, url) || !add_key(node, q->key))
		return false;
	if (!set_options(node, q, url, body))
		return no_memory(node);
	code = curl_easy_perform(node->easy);
	if (code != CURLE_OK)
		return explain(node, code);
	curl_easy_getinfo(node->easy, CURLINFO_RESPONSE_CODE, &number);
	*status = (int)number;
	return true;
}

/* ---- what is answered ---- */

static bool parse(struct node *node, struct node_answer *answer)
{
	struct ilp_bytes text = buffer_bytes(&answer->body);

	free(answer->nodes);
	answer->nodes = malloc((text.len + 1) * sizeof(*answer->nodes));
	if (!answer->nodes)
		return no_memory(node);
	if (!ilp_json_read(answer->nodes, text.len + 1, text).problem)
		return true;
	free(answer->nodes);
	answer->nodes = NULL;
	return false;
}

static bool add_text(struct buffer *out, const struct ilp_json_node *node)
{
	size_t room = node && node->type == ILP_JSON_STRING ? node->text.len :
							      0;
	uint8_t *text = malloc(room + 1);
	struct ilp_bytes plain;
	bool good = text && ilp_json_string(&plain, node, text, room) &&
		    width_add_harmless(out, plain);

	free(text);
	return good;
}

/* "There is no such account: No account has the id "x"." */
static bool tell_problem(struct node *node, int status,
			 struct node_answer *answer)
{
	const struct ilp_json_node *json =
		parse(node, answer) ? answer->nodes : NULL;
	struct buffer title = { NULL, 0, 0 };
	struct buffer detail = { NULL, 0, 0 };

	if (add_text(&title, ilp_json_get(json, "title")) &&
	    add_text(&detail, ilp_json_get(json, "detail")))
		context_complain(node->context, "%.*s: %.*s", (int)title.len,
				 (const char *)title.at, (int)detail.len,
				 (const char *)detail.at);
	else
		context_complain(node->context,
				 "%s: what answers there, with status %d, is "
				 "no node",
				 where(node), status);
	if (status == UNAUTHORIZED)
		fputs(node->token ? "The token in --token-file is not good "
				    "here, or not any more.\n" :
				    "--token-file names a file with one; \"ilp "
				    "tokens add\" makes it.\n",
		      node->context->err);
	buffer_drop(&title);
	buffer_drop(&detail);
	return false;
}

static bool ask_once(struct node *node, const struct node_question *q,
		     const char *cursor, struct node_answer *out)
{
	int status = 0;

	out->body.len = 0;
	if (!send_question(node, q, cursor, &out->body, &status))
		return false;
	if (!GOOD(status))
		return tell_problem(node, status, out);
	if (out->body.len == 0 || parse(node, out))
		return true;
	context_complain(node->context, "%s: what is answered there is no JSON",
			 where(node));
	return false;
}

/* The items of a page, and where the next one begins: empty, nowhere. */
static bool add_page(struct buffer *all, const struct ilp_json_node *page,
		     char cursor[CURSOR_SIZE])
{
	struct ilp_json_walk walk =
		ilp_json_walk(ilp_json_get(page, "items"));
	struct ilp_bytes next = { NULL, 0 };

	while (ilp_json_next(&walk)) {
		if (!buffer_add(all, ilp_text(all->len > 1 ? "," : ""),
				LIST_MAX) ||
		    !buffer_add(all, walk.value->text, LIST_MAX))
			return false;
	}
	if (!ilp_json_string(&next, ilp_json_get(page, "next"),
			     (uint8_t *)cursor, CURSOR_SIZE - 1))
		next.len = 0;
	cursor[next.len] = '\0';
	return true;
}

static bool ask_all(struct node *node, const struct node_question *q,
		    struct node_answer *out)
{
	struct buffer all = { NULL, 0, 0 };
	char cursor[CURSOR_SIZE] = "";
	bool good = buffer_add(&all, ilp_text("["), LIST_MAX);

	do {
		if (!ask_once(node, q, cursor, out)) {
			buffer_drop(&all);
			return false;
		}
		good = good && add_page(&all, out->nodes, cursor);
	} while (good && cursor[0]);
	good = good && buffer_add(&all, ilp_text("]"), LIST_MAX);
	buffer_drop(&out->body);
	out->body = all;
	return (good && parse(node, out)) || no_memory(node);
}

bool node_ask(struct node *node, const struct node_question *question,
	      struct node_answer *out)
{
	*out = (struct node_answer){ { NULL, 0, 0 }, NULL };
	return question->list ? ask_all(node, question, out) :
				ask_once(node, question, "", out);
}

void node_answer_drop(struct node_answer *answer)
{
	ilp_secret_clear(answer->body.at, answer->body.len);
	buffer_drop(&answer->body);
	free(answer->nodes);
	answer->nodes = NULL;
}

/* ---- an answer without end ---- */

/* The node says something every ten seconds. */
#define SILENCE_S 35L

struct listening {
	struct node *node;
	node_hear *hear;
	void *who;
	bool enough;
	struct node_answer problem; /* or what is answered instead */
};

static size_t take_stream(char *at, size_t one, size_t len, void *context)
{
	struct ilp_bytes bytes = { (const uint8_t *)at, len };
	struct listening *l = context;
	long status = 0;

	curl_easy_getinfo(l->node->easy, CURLINFO_RESPONSE_CODE, &status);
	if (!GOOD(status))
		return take_body(at, one, len, &l->problem.body);
	l->enough = !l->hear(l->who, bytes);
	return l->enough ? 0 : len;
}

static bool listen_to(struct listening *l, const struct node_question *q)
{
	CURL *easy = l->node->easy;
	char url[URL_SIZE];
	long status = 0;
	CURLcode code;

	if (!make_url(l->node, q, "", url))
		return false;
	if (!set_options(l->node, q, url, NULL))
		return no_memory(l->node);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 0L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_stream);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, l);
	code = curl_easy_perform(easy);
	if (l->enough)
		return true;
	if (code != CURLE_OK)
		return explain(l->node, code);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return GOOD(status) ||
	       tell_problem(l->node, (int)status, &l->problem);
}

bool node_listen(struct node *node, const struct node_question *question,
		 node_hear *hear, void *who)
{
	struct listening l = { .node = node, .hear = hear, .who = who };
	bool good = listen_to(&l, question);

	node_answer_drop(&l.problem);
	return good;
}

void node_look_at(struct node *node, node_is_over *is_over, void *who)
{
	node->is_over = is_over;
	node->who = who;
}

/* ---- most commands ---- */

void node_put_json(struct context *c, const struct node_answer *answer)
{
	context_put(c, answer->nodes ? answer->nodes->text : ilp_text("{}"));
	fputc('\n', c->out);
}

static enum command_status answer_command(struct node *node,
					  const struct arguments *a,
					  const struct node_question *question,
					  node_show *show)
{
	struct context *c = node->context;
	struct node_answer answer;
	enum command_status status = COMMAND_FAILED;

	if (node_ask(node, question, &answer)) {
		status = COMMAND_OK;
		if (c->json)
			node_put_json(c, &answer);
		else
			status = show(c, a, answer.nodes);
	}
	node_answer_drop(&answer);
	return status;
}

enum command_status node_command(struct context *c, const struct arguments *a,
				 const struct node_question *question,
				 node_show *show)
{
	struct node *node;
	enum command_status status = node_open(&node, c, a);

	if (!status)
		status = answer_command(node, a, question, show);
	node_close(node);
	return status;
}

enum command_status node_run(struct context *c, const struct arguments *a)
{
	struct node_question question = *a->command->question;

	if (question.named)
		question.part = a->operands[0];
	return node_command(c, a, &question, a->command->show);
}
