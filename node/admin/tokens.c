/* SPDX-License-Identifier: Apache-2.0 */
/* In the catalog a token lies under its hash, and what is said there of it is
 * its name, its scope and when it was made. */
#include "node/admin/tokens.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/digits.h"
#include "ilp/text.h"
#include "node/admin/call.h"

#define KIND "token"
#define NAME_MAX_LEN (TOKENS_NAME_SIZE - 1)
#define TOKENS_MAX 256
#define SECRET_LEN 32
#define PREFIX "ilpd_"
#define TOKEN_SIZE 64 /* the prefix, 43 characters, and a zero */
#define TEXT_MAX 256
#define NODES_MAX 16
#define HASH_DIGITS (2 * ILP_HASH_LEN)

static const struct call_problem invalid = { 400, "token-invalid",
					     "That is no token" };
static const struct call_problem exists = { 409, "token-exists",
					    "There is such a token" };
static const struct call_problem unknown = { 404, "token-unknown",
					     "There is no such token" };
static const struct call_problem too_many = { 409, "too-many-tokens",
					      "There are too many tokens" };

static const char *const scopes[] = {
	[API_ANYBODY] = "none",
	[API_READ] = "read",
	[API_OPERATE] = "operate",
	[API_ADMIN] = "admin",
	NULL,
};

struct token {
	char name[NAME_MAX_LEN + 1];
	enum api_scope scope;
	int64_t created_ms;
};

/* ---- what is kept ---- */

static void write_token(struct ilp_json_writer *w, const struct token *token)
{
	ilp_json_begin_object(w);
	ilp_json_put_key(w, "name");
	ilp_json_put_string(w, ilp_text(token->name));
	ilp_json_put_key(w, "scope");
	ilp_json_put_string(w, ilp_text(scopes[token->scope]));
	ilp_json_put_key(w, "createdAt");
	ilp_json_put_i64(w, token->created_ms);
	ilp_json_end_object(w);
}

static bool read_scope(const struct ilp_json_node *node, enum api_scope *scope)
{
	for (int i = API_READ; i <= API_ADMIN; i++) {
		*scope = (enum api_scope)i;
		if (ilp_json_is(node, scopes[i]))
			return true;
	}
	return false;
}

static bool is_name(struct ilp_bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i] | 0x20;

		if (!(c >= 'a' && c <= 'z') &&
		    !(name.at[i] >= '0' && name.at[i] <= '9') &&
		    !memchr("-_.", name.at[i], 3))
			return false;
	}
	return name.len > 0;
}

static bool read_name(const struct ilp_json_node *node,
		      char name[NAME_MAX_LEN + 1])
{
	struct ilp_bytes text;

	if (!ilp_json_string(&text, node, (uint8_t *)name, NAME_MAX_LEN) ||
	    !is_name(text))
		return false;
	name[text.len] = '\0';
	return true;
}

static bool parse(struct ilp_bytes text, struct token *out)
{
	struct ilp_json_node nodes[NODES_MAX];

	return !ilp_json_read(nodes, NODES_MAX, text).problem &&
	       read_name(ilp_json_get(nodes, "name"), out->name) &&
	       read_scope(ilp_json_get(nodes, "scope"), &out->scope) &&
	       ilp_json_i64(&out->created_ms,
			    ilp_json_get(nodes, "createdAt"));
}

void tokens_hash(struct ilp_crypto *crypto, struct ilp_bytes token,
		 uint8_t hash[ILP_HASH_LEN])
{
	ilp_sha256(crypto, hash, token);
}

static void put_digits(uint8_t digits[HASH_DIGITS],
		       const uint8_t hash[ILP_HASH_LEN])
{
	for (size_t i = 0; i < ILP_HASH_LEN; i++)
		ilp_hex(digits + 2 * i, hash[i]);
}

static void hash_of(struct ilp_crypto *crypto, struct ilp_bytes token,
		    uint8_t digits[HASH_DIGITS])
{
	uint8_t hash[ILP_HASH_LEN];

	tokens_hash(crypto, token, hash);
	put_digits(digits, hash);
}

static bool find_hash(const struct catalog *catalog,
		      const uint8_t hash[ILP_HASH_LEN], struct token *out)
{
	uint8_t item[sizeof(KIND) + HASH_DIGITS] = KIND "/";

	put_digits(item + sizeof(KIND), hash);
	return parse(catalog_find(catalog, ILP_BYTES(item)), out);
}

enum api_scope tokens_scope_of(const struct catalog *catalog,
			       const uint8_t hash[ILP_HASH_LEN])
{
	struct token found;

	return find_hash(catalog, hash, &found) ? found.scope : API_ANYBODY;
}

enum api_scope tokens_find(const struct catalog *catalog,
			   struct ilp_crypto *crypto, struct ilp_bytes token,
			   char name[TOKENS_NAME_SIZE])
{
	uint8_t hash[ILP_HASH_LEN];
	struct token found;

	tokens_hash(crypto, token, hash);
	if (!find_hash(catalog, hash, &found))
		return API_ANYBODY;
	memcpy(name, found.name, sizeof(found.name));
	return found.scope;
}

/* ---- looking for them ---- */

struct token_list {
	struct token *items;
	size_t count;
};

/* Is that a token? Then the rest of its name in the catalog is its hash. */
static bool is_token(const struct catalog_item *item, struct token *out,
		     struct ilp_bytes *hash)
{
	struct ilp_bytes name = catalog_name(item);

	if (name.len != sizeof(KIND) + HASH_DIGITS ||
	    memcmp(name.at, KIND "/", sizeof(KIND)) != 0)
		return false;
	*hash = ilp_bytes_skip(name, sizeof(KIND));
	return parse(catalog_text(item), out);
}

/* The one with that name. */
static bool find(struct api_call *call, struct ilp_bytes name,
		 struct token *out, struct ilp_bytes *hash)
{
	const struct catalog_item *item = NULL;

	while ((item = catalog_next(call_catalog(call), item)))
		if (is_token(item, out, hash) &&
		    ilp_bytes_equal(ilp_text(out->name), name))
			return true;
	return false;
}

static size_t count(struct api_call *call)
{
	const struct catalog_item *item = NULL;
	struct ilp_bytes hash;
	struct token token;
	size_t sum = 0;

	while ((item = catalog_next(call_catalog(call), item)))
		sum += is_token(item, &token, &hash);
	return sum;
}

/* ---- all of them ---- */

/* clang-format off */
static const struct shape_field token_fields[] = {
	{ "name", SHAPE_CHARS, .at = offsetof(struct token, name),
	  .text = "What it is called." },
	{ "scope", SHAPE_WORD, .at = offsetof(struct token, scope),
	  .words = scopes, .text = "What it is good for." },
	{ "createdAt", SHAPE_MOMENT, .at = offsetof(struct token, created_ms),
	  .text = "When it was made, or rotated." },
};

static const struct shape token_shape =
	SHAPE("Token", struct token, token_fields);

static const struct shape_field list_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct token_list, items),
	  .count_at = offsetof(struct token_list, count),
	  .inside = &token_shape, .text = "All tokens, in no order." },
};
/* clang-format on */

static const struct shape list_shape =
	SHAPE("TokenList", struct token_list, list_fields);

static void finish_list(struct api_call *call)
{
	struct token_list *list = call->state;
	const struct catalog_item *item = NULL;
	struct ilp_bytes hash;

	list->items = call_take(call, TOKENS_MAX * sizeof(*list->items));
	if (!list->items) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return;
	}
	while (list->count < TOKENS_MAX &&
	       (item = catalog_next(call_catalog(call), item)))
		list->count +=
			is_token(item, &list->items[list->count], &hash);
	call_answer(call, 200, &list_shape, list);
}

/* ---- making one ---- */

struct new_token {
	struct ilp_bytes name; /* as it was asked for */
	struct token token;
	char secret[TOKEN_SIZE];
	bool failed;
};

/* clang-format off */
static const struct shape_field new_fields[] = {
	{ "name", SHAPE_CHARS, .at = offsetof(struct new_token, token.name),
	  .text = "What it is called." },
	{ "scope", SHAPE_WORD, .at = offsetof(struct new_token, token.scope),
	  .words = scopes, .text = "What it is good for." },
	{ "createdAt", SHAPE_MOMENT,
	  .at = offsetof(struct new_token, token.created_ms),
	  .text = "When it was made." },
	{ "token", SHAPE_CHARS, .at = offsetof(struct new_token, secret),
	  .text = "The token itself, which is not told again: only its hash is "
		  "kept." },
};
/* clang-format on */

static const struct shape new_shape =
	SHAPE("NewToken", struct new_token, new_fields);

static void draw(struct api_call *call, char secret[TOKEN_SIZE])
{
	uint8_t random[SECRET_LEN];
	struct ilp_writer w = ilp_writer((uint8_t *)secret, TOKEN_SIZE - 1);

	call_draw(call, random);
	ilp_write_fixed(&w, ilp_text(PREFIX));
	ilp_write_base64(&w, ILP_BYTES(random), ILP_BASE64_URL);
	secret[ilp_written(&w).len] = '\0';
	ilp_secret_clear(random, sizeof(random));
}

static void begin_new(struct api_call *call)
{
	struct new_token *new = call->state;
	struct ilp_json_writer w;
	uint8_t text[TEXT_MAX];
	uint8_t hash[HASH_DIGITS];

	new->token.created_ms = call->now.wall_ms;
	draw(call, new->secret);
	hash_of(call_crypto(call), ilp_text(new->secret), hash);
	w = ilp_json_writer(text, sizeof(text), 0);
	write_token(&w, &new->token);
	change_add(call, KIND, ILP_BYTES(hash), ilp_json_written(&w));
}

/* Two at once would both be the last that there is room for. */
static bool claim_room(struct api_call *call)
{
	return change_claim(call, "token-room", ilp_text("one"));
}

/* Two of one name would be made under two hashes. */
static bool claim_name(struct api_call *call)
{
	const struct new_token *new = call->state;

	return change_claim(call, "token-name", ilp_text(new->token.name));
}

static const struct form_field add_fields[] = {
	{ "name", FORM_TEXT, .at = offsetof(struct new_token, name),
	  .max = NAME_MAX_LEN, .signs = "_.-",
	  .text = "What it is to be called." },
	{ "scope", FORM_WORD, .at = offsetof(struct new_token, token.scope),
	  .words = &scopes[API_READ], .first = API_READ,
	  .text = "What it is to be good for." },
};

static const struct form add_form = FORM("TokenSettings", add_fields);

static void begin_add(struct api_call *call)
{
	struct new_token *new = call->state;
	struct ilp_bytes hash;
	struct token other;

	if (!form_read(call, &add_form, &invalid, new))
		return;
	memcpy(new->token.name, new->name.at, new->name.len);
	if (find(call, new->name, &other, &hash))
		call_refuse(call, &exists, "Rotate or remove it.");
	else if (count(call) >= TOKENS_MAX)
		call_refuse(call, &too_many, "Remove those that are not used.");
	else if (claim_room(call) && claim_name(call))
		begin_new(call);
}

static enum errand_step note(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct new_token *new = call->state;

	new->failed = !change_note(call, node_shard(node));
	return new->failed ? ERRAND_DONE : ERRAND_WAITS;
}

static void answer_new(struct api_call *call, int status)
{
	const struct new_token *new = call->state;

	if (new->failed) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return;
	}
	change_keep(call);
	call_answer(call, status, &new_shape, new);
}

static void finish_add(struct api_call *call)
{
	answer_new(call, 201);
}

/* ---- rotating and removing one ---- */

/* What is known of it; and the old one goes. */
static bool begin_end(struct api_call *call)
{
	struct new_token *new = call->state;
	struct ilp_bytes hash;

	if (find(call, call->parts[0], &new->token, &hash))
		return claim_name(call) &&
		       change_add(call, KIND, hash,
				  (struct ilp_bytes){ NULL, 0 });
	call_refuse(call, &unknown, "No token has this name.");
	return false;
}

static void begin_rotate(struct api_call *call)
{
	if (begin_end(call))
		begin_new(call);
}

static void finish_rotate(struct api_call *call)
{
	answer_new(call, 200);
}

static void begin_remove(struct api_call *call)
{
	begin_end(call);
}

static void finish_remove(struct api_call *call)
{
	const struct new_token *new = call->state;

	if (new->failed) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return;
	}
	change_keep(call);
	call_answer_done(call);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/tokens", API_ADMIN, "listTokens",
	  "The tokens by which one comes in over TCP, without themselves.",
	  .answer = &list_shape, .status = 200,
	  .state_size = sizeof(struct token_list), .finish = finish_list },
	{ "POST", "/v1/tokens", API_ADMIN, "addToken",
	  "Makes a token: {\"name\": \"prometheus\", \"scope\": \"read\"}.",
	  .body = &add_form, .answer = &new_shape, .status = 201,
	  .state_size = sizeof(struct new_token),
	  .begin = begin_add, .work = note, .finish = finish_add },
	{ "POST", "/v1/tokens/{name}/rotate", API_ADMIN, "rotateToken",
	  "Gives another token of the same name and scope. The old one is good "
	  "for nothing any more.",
	  .answer = &new_shape, .status = 200,
	  .state_size = sizeof(struct new_token),
	  .begin = begin_rotate, .work = note, .finish = finish_rotate },
	{ "DELETE", "/v1/tokens/{name}", API_ADMIN, "removeToken",
	  "Revokes a token at once.",
	  .status = 204, .state_size = sizeof(struct new_token),
	  .begin = begin_remove, .work = note, .finish = finish_remove },
};
/* clang-format on */

const struct endpoint_list token_endpoints = ENDPOINTS("Tokens", endpoints);
