/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/nearest.h"
#include "node/config_option.h"
#include "price/rates.h"

/* ---- where ---- */

#define NONE SIZE_MAX

/* "list[index].option[item]", each but the first only if it is there. */
struct where {
	const char *list;
	size_t index;
	const char *option;
	size_t item;
};

static struct where at_option(const char *list, size_t index,
			      const char *option)
{
	return (struct where){ list, index, option, NONE };
}

static const struct ilp_json_node *item_at(const struct ilp_json_node *array,
					   size_t index)
{
	struct ilp_json_walk walk = ilp_json_walk(array);

	for (size_t i = 0; ilp_json_next(&walk); i++)
		if (i == index)
			return walk.value;
	return NULL;
}

struct looking {
	struct config_step steps[4];
	const struct config_step *last;
	const struct ilp_json_node *node; /* the innermost that there is */
};

static void step(struct looking *at, size_t number, struct config_step to,
		 const struct ilp_json_node *node)
{
	at->steps[number] = to;
	at->steps[number].up = at->last;
	at->last = &at->steps[number];
	if (node)
		at->node = node;
}

/* Looked for only when something is wrong there. */
static void fail_at(struct config_reader *r, const struct ilp_json_node *root,
		    const struct where *where, const char *text)
{
	struct looking at = { .node = root };

	step(&at, 0, (struct config_step){ .name = ilp_text(where->list) },
	     ilp_json_get(root, where->list));
	if (where->index != NONE)
		step(&at, 1, (struct config_step){ .index = where->index },
		     item_at(at.node, where->index));
	if (where->option)
		step(&at, 2,
		     (struct config_step){ .name = ilp_text(where->option) },
		     ilp_json_get(at.node, where->option));
	if (where->item != NONE)
		step(&at, 3, (struct config_step){ .index = where->item },
		     item_at(at.node, where->item));
	r->path = at.last;
	config_fail(r, at.node, "%s", text);
	r->path = NULL;
}

/* ---- one thing at a time ---- */

static bool starts_with(struct ilp_bytes text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && memcmp(text.at, start, len) == 0;
}

static void check_admin(struct config_reader *r,
			const struct ilp_json_node *root)
{
	const char *host = r->config->admin_host;
	struct where where = at_option("admin", NONE, "tcpHost");

	if (host && !starts_with(ilp_text(host), "127.") &&
	    strcmp(host, "::1") != 0)
		fail_at(r, root, &where,
			"only this machine's own addresses, such as "
			"\"127.0.0.1\": what is said there is not encrypted");
}

static void check_times(struct config_reader *r,
			const struct ilp_json_node *root)
{
	const struct connector_options *o = &r->config->connector;
	struct where where = at_option("minMessageWindow", NONE, NULL);

	if (o->window_ms > o->hold_max_ms)
		fail_at(r, root, &where,
			"must not be longer than \"maxHoldTime\", or no "
			"packet would have time enough");
}

static bool is_set(const struct config_reader *r, const char *option)
{
	for (size_t i = 0; i < r->settings.count; i++)
		if (strcmp(r->settings.at[i].option->name, option) == 0)
			return true;
	return false;
}

/* Its peers would not find a node that goes by the default. */
static void check_address(struct config_reader *r,
			  const struct ilp_json_node *root)
{
	if (r->config->account_count && !ilp_json_get(root, "address") &&
	    !is_set(r, "address"))
		config_fail(r, root, "the option \"address\" is missing");
}

static void check_ledger(struct config_reader *r,
			 const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct where file = at_option("dataFile", NONE, NULL);
	struct where durability = at_option("durability", NONE, NULL);

	if (c->ledger != CONFIG_LEDGER_MEMORY)
		return;
	if (c->data_file)
		fail_at(r, root, &file, "the ledger in memory has no file");
	else if (c->connector.durability == CONNECTOR_AUDIT)
		fail_at(r, root, &durability,
			"the ledger in memory keeps no rows of packets");
}

static void check_listener(struct config_reader *r,
			   const struct ilp_json_node *root, size_t index)
{
	const struct config_listener *l = &r->config->listeners[index];
	struct where where = at_option("listen", index, NULL);

	if (l->certificate && !l->key)
		fail_at(r, root, &where, "a \"certificate\" needs its \"key\"");
	else if (l->key && !l->certificate)
		fail_at(r, root, &where, "a \"key\" needs its \"certificate\"");
	else if (l->client_certificates && !l->certificate)
		fail_at(r, root, &where,
			"\"clientCertificates\" need a \"certificate\" of our "
			"own");
	else if (l->client_certificate_required && !l->client_certificates)
		fail_at(r, root, &where,
			"\"requireClientCertificate\" needs "
			"\"clientCertificates\" to check them by");
}


/* What is wrong with such tokens; NULL: nothing. */
static const char *jwt_problem(const struct config_jwt *jwt, bool given,
			       const char *neither, const char *both)
{
	bool keyed = jwt->key != NULL;

	if (jwt->secret.len && keyed)
		return both;
	return given && !jwt->secret.len && !keyed ? neither : NULL;
}

static bool says(const struct config_jwt *jwt)
{
	return jwt->issuer.len || jwt->subject.len || jwt->audience.len;
}

static const char *tokens_problem(const struct config_account *a)
{
	const char *problem = jwt_problem(
		&a->incoming_jwt, says(&a->incoming_jwt),
		"\"incomingJwt\" needs a \"secret\" or a \"publicKey\"",
		"\"incomingJwt\" cannot have both \"secret\" and "
		"\"publicKey\"");

	if (!problem)
		problem = jwt_problem(
			&a->outgoing_jwt, says(&a->outgoing_jwt),
			"\"outgoingJwt\" needs a \"secret\" or a "
			"\"privateKey\"",
			"\"outgoingJwt\" cannot have both \"secret\" and "
			"\"privateKey\"");
	if (!problem && (a->outgoing_jwt.secret.len || a->outgoing_jwt.key) &&
	    !account_asks_over_http(&a->settings))
		problem = "\"outgoingJwt\" needs a \"server\" with http or "
			  "https";
	if (!problem && a->incoming_jwt.key && !a->incoming_jwt.subject.len)
		problem = "\"incomingJwt\" with a \"publicKey\" needs a "
			  "\"subject\"";
	return problem;
}

static const char *callback_problem(const struct config_account *a)
{
	if (!a->settings.callback.len)
		return NULL;
	if (!account_asks_over_http(&a->settings))
		return "\"httpCallbackUrl\" needs a \"server\" with http or "
		       "https";
	if (!a->settings.has_token && !a->incoming_jwt.secret.len &&
	    !a->incoming_jwt.key)
		return "\"httpCallbackUrl\" needs an \"incomingToken\" or "
		       "\"incomingJwt\", with which answers come in";
	return NULL;
}

static bool asks_by_tls(const struct account_settings *s)
{
	return starts_with(s->url, "btp+wss:") || starts_with(s->url, "https:");
}

/* What is wrong with an account by itself; NULL: nothing. */
static const char *account_problem(const struct config_account *a)
{
	const struct account_settings *s = &a->settings;

	if (s->balance.minimum > s->balance.maximum)
		return "the balance cannot be at least \"minimum\" and at "
		       "most \"maximum\"";
	if (s->user.len && !s->has_token)
		return "\"incomingUser\" needs an \"incomingToken\"";
	if (s->http != ACCOUNT_HTTP_AGREED && !account_asks_over_http(s))
		return "\"httpVersion\" needs a \"server\" with http or "
		       "https";
	if (!a->tls_certificate != !a->tls_key)
		return "\"tlsCertificate\" and \"tlsKey\" need each other";
	if (a->tls_ca && !asks_by_tls(s))
		return "\"tlsCa\" needs a \"server\" with btp+wss or https";
	if (a->tls_key && !asks_by_tls(s))
		return "\"tlsCertificate\" needs a \"server\" with btp+wss or "
		       "https";
	if (callback_problem(a))
		return callback_problem(a);
	return tokens_problem(a);
}

static void check_account(struct config_reader *r,
			  const struct ilp_json_node *root, size_t index)
{
	const char *problem = account_problem(&r->config->accounts[index]);
	struct where where = at_option("accounts", index, NULL);

	if (problem)
		fail_at(r, root, &where, problem);
}

/* What the limits of an account come to. */
static void make_limits(struct config_account *a)
{
	const struct config_rate_limit *rate = &a->rate_limit;
	const struct config_throughput *money = &a->throughput;
	struct account_settings *s = &a->settings;

	if (rate->count)
		s->packets = (struct limit_settings){
			.refill = rate->count,
			.period_us = 1000 * rate->period_ms,
			.capacity =
				rate->capacity ? rate->capacity : rate->count,
		};
	if (money->incoming)
		s->incoming = (struct limit_settings){
			.refill = money->incoming,
			.period_us = 1000 * money->period_ms,
			.capacity = money->incoming,
		};
	if (money->outgoing)
		s->outgoing = (struct limit_settings){
			.refill = money->outgoing,
			.period_us = 1000 * money->period_ms,
			.capacity = money->outgoing,
		};
}

/* ---- sources of prices ---- */

static const char *words_of(enum config_source_kind kind)
{
	switch (kind) {
	case CONFIG_SOURCE_ECB:
		return "ecb";
	case CONFIG_SOURCE_RAFIKI:
		return "rafiki";
	case CONFIG_SOURCE_COINGECKO:
		return "coingecko";
	case CONFIG_SOURCE_COINCAP:
		return "coincap";
	case CONFIG_SOURCE_FILE:
		return "file";
	case CONFIG_SOURCE_TABLE:
		return "table";
	case CONFIG_SOURCE_ONE_TO_ONE:
		break;
	}
	return "one-to-one";
}

static bool has_price(const struct config_rates *prices, const char *code)
{
	for (size_t i = 0; i < prices->count; i++)
		if (strcmp(prices->prices[i].code, code) == 0)
			return true;
	return false;
}

/* What is wrong with a table; NULL: nothing. */
static const char *table_problem(const struct config *c,
				 const struct config_source *s)
{
	if (s->url || s->file)
		return "a table is in \"prices\", and not elsewhere";
	if (s->prices.count > PRICES_MAX)
		return "has more than 512 \"prices\"";
	if (!has_price(&s->prices, c->measure))
		return "the \"prices\" lack that of the measure";
	return NULL;
}

static bool has_code(const struct config_codes *codes, const char *code)
{
	for (size_t i = 0; i < codes->count; i++)
		if (strcmp(codes->at[i], code) == 0)
			return true;
	return false;
}

/* What is wrong with what goes one to one; NULL: nothing. */
static const char *one_to_one_problem(const struct config *c,
				      const struct config_source *s)
{
	if (s->url || s->file || s->header_name || s->header_value ||
	    s->prices.count || s->names.count || s->age_max_ms)
		return "one-to-one has \"assets\", and nothing else";
	if (s->assets.count == 0)
		return "needs \"assets\"";
	if (s->assets.count > PRICES_MAX)
		return "has more than 512 \"assets\"";
	if (has_code(&s->assets, c->measure))
		return "the measure is worth money, so it cannot go "
		       "one-to-one; what is worth as much belongs in a table";
	return NULL;
}

static bool needs_names(enum config_source_kind kind)
{
	return kind == CONFIG_SOURCE_COINGECKO || kind == CONFIG_SOURCE_COINCAP;
}

static bool is_header_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] ==
	       '\0';
}

/* What is wrong with the header, and with the place that it goes to. */
static const char *place_problem(const struct config_source *s)
{
	if (s->kind == CONFIG_SOURCE_FILE && !s->file)
		return "a file needs its \"file\"";
	if (!s->url == !s->file)
		return "needs either a \"url\" or a \"file\"";
	if (!s->header_name != !s->header_value)
		return "\"headerName\" and \"headerValue\" need each other";
	if (s->header_name && !s->url)
		return "a header needs a \"url\"";
	if (s->header_name && !is_header_name(s->header_name))
		return "\"headerName\" is no name of a header";
	return NULL;
}

static bool is_secure(const char *url)
{
	return url && starts_with(ilp_text(url), "https:");
}

static const char *fetched_problem(const struct config_source *s)
{
	if (s->prices.count)
		return "only a table has \"prices\"";
	if (s->age_max_ms == 0)
		return "needs a \"maxAge\"";
	if (s->age_max_ms < s->refresh_ms)
		return "\"maxAge\" must not be shorter than \"refresh\"";
	if (needs_names(s->kind) && s->names.count == 0)
		return "needs \"names\"";
	if (s->names.count > PRICES_MAX)
		return "has more than 512 \"names\"";
	if (s->names.count && s->kind == CONFIG_SOURCE_ECB)
		return "the European Central Bank has codes, and no \"names\"";
	return place_problem(s);
}

static const char *problem_of(const struct config *c,
			      const struct config_source *s)
{
	if (s->kind == CONFIG_SOURCE_TABLE)
		return table_problem(c, s);
	if (s->kind == CONFIG_SOURCE_ONE_TO_ONE)
		return one_to_one_problem(c, s);
	return fetched_problem(s);
}

static void check_source(struct config_reader *r,
			 const struct ilp_json_node *root, size_t index)
{
	struct config_source *s = &r->config->sources[index];
	struct where where = at_option("rateSources", index, NULL);
	const char *problem = problem_of(r->config, s);

	if (!problem && s->kind != CONFIG_SOURCE_ONE_TO_ONE && s->assets.count)
		problem = "only one-to-one has \"assets\"";
	if (!problem && s->tls_ca && !is_secure(s->url))
		problem = "\"tlsCa\" needs a \"url\" with https";
	if (problem)
		fail_at(r, root, &where, problem);
	if (!s->name)
		s->name = words_of(s->kind);
}

static void check_sources(struct config_reader *r,
			  const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct where sources = at_option("rateSources", NONE, NULL);
	struct where measure = at_option("rateMeasure", NONE, NULL);

	if (c->source_count && ilp_json_get(root, "rates"))
		fail_at(r, root, &sources, "there are \"rates\" already");
	else if (c->source_count > RATES_SOURCES_MAX)
		fail_at(r, root, &sources, "has more than 16 sources");
	else if (c->source_count && !c->measure[0])
		fail_at(r, root, &sources, "needs a \"rateMeasure\"");
	else if (c->measure[0] && !c->source_count)
		fail_at(r, root, &measure, "needs \"rateSources\"");
	for (size_t i = 0; i < c->source_count && !r->failed; i++)
		check_source(r, root, i);
}

/* ---- what there may be once only ---- */

struct claim {
	struct ilp_bytes key;
	struct where where;
	size_t order; /* the first to claim it has it */
};

struct claims {
	struct claim *at;
	size_t count;
};

/* Room for so many; a list without any has none. */
static bool open_claims(struct config_reader *r, struct claims *claims,
			size_t most)
{
	claims->count = 0;
	claims->at = calloc(most + 1, sizeof(*claims->at));
	if (!claims->at)
		config_fail_memory(r);
	return claims->at;
}

static void claim(struct claims *claims, struct ilp_bytes key,
		  struct where where)
{
	claims->at[claims->count] = (struct claim){ key, where, claims->count };
	claims->count++;
}

static int compare_bytes(struct ilp_bytes a, struct ilp_bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int difference = len ? memcmp(a.at, b.at, len) : 0;

	return difference ? difference : (a.len > b.len) - (a.len < b.len);
}

static int compare_keys(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;

	return compare_bytes(x->key, y->key);
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	int difference = compare_keys(a, b);

	return difference ? difference :
			    (x->order > y->order) - (x->order < y->order);
}

/* Sorts them, so that has_claim can look, and complains of the first that
 * claims what another one has. */
static void check_claims(struct config_reader *r,
			 const struct ilp_json_node *root,
			 struct claims *claims, const char *text)
{
	const struct claim *twice = NULL;

	qsort(claims->at, claims->count, sizeof(*claims->at), compare_claims);
	for (size_t i = 1; i < claims->count; i++) {
		const struct claim *this = &claims->at[i];

		if (compare_keys(this - 1, this) == 0 &&
		    (!twice || this->order < twice->order))
			twice = this;
	}
	if (twice)
		fail_at(r, root, &twice->where, text);
}

static bool has_claim(const struct claims *claims, struct ilp_bytes key)
{
	const struct claim wanted = { .key = key };

	return bsearch(&wanted, claims->at, claims->count, sizeof(wanted),
		       compare_keys);
}

static void check_tokens(struct config_reader *r,
			 const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims tokens;

	if (!open_claims(r, &tokens, c->account_count))
		return;
	for (size_t i = 0; i < c->account_count; i++)
		if (c->accounts[i].settings.has_token)
			claim(&tokens,
			      ILP_BYTES(c->accounts[i].settings.token_hash),
			      at_option("accounts", i, "incomingToken"));
	check_claims(r, root, &tokens, "another account has this token");
	free(tokens.at);
}

static void refuse_route(struct config_reader *r,
			 const struct ilp_json_node *root, size_t index)
{
	struct where where = at_option("routes", index, "account");
	struct nearest n = nearest(r->config->routes[index].account);
	char text[64 + ACCOUNT_ID_MAX];

	for (size_t i = 0; i < r->config->account_count; i++)
		nearest_try(&n, r->config->accounts[i].settings.id);
	snprintf(text, sizeof(text),
		 "there is no account with this id%s%.*s%s",
		 n.best.len ? "; did you mean \"" : "", (int)n.best.len,
		 (const char *)n.best.at, n.best.len ? "\"?" : "");
	fail_at(r, root, &where, text);
}

/* Every account's id is its own, and the routes lead to accounts. */
static void check_ids(struct config_reader *r, const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims ids;

	if (!open_claims(r, &ids, c->account_count))
		return;
	for (size_t i = 0; i < c->account_count; i++)
		claim(&ids, c->accounts[i].settings.id,
		      at_option("accounts", i, "id"));
	check_claims(r, root, &ids, "another account has this id");
	for (size_t i = 0; i < c->route_count && !r->failed; i++)
		if (!has_claim(&ids, c->routes[i].account))
			refuse_route(r, root, i);
	free(ids.at);
}

static void claim_prefixes(struct claims *claims, const struct config *c)
{
	for (size_t i = 0; i < c->route_count; i++)
		claim(claims, c->routes[i].prefix,
		      at_option("routes", i, "prefix"));
	for (size_t i = 0; i < c->account_count; i++) {
		const struct config_prefixes *routes = &c->accounts[i].routes;

		for (size_t j = 0; j < routes->count; j++)
			claim(claims, routes->at[j],
			      (struct where){ "accounts", i, "routes", j });
	}
}

/* Each leads to one account, and none is our own address. */
static void check_prefixes(struct config_reader *r,
			   const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	size_t most = c->route_count;
	struct claims claims;

	for (size_t i = 0; i < c->account_count; i++)
		most += c->accounts[i].routes.count;
	if (!open_claims(r, &claims, most))
		return;
	claim_prefixes(&claims, c);
	for (size_t i = 0; i < claims.count && !r->failed; i++)
		if (ilp_bytes_equal(claims.at[i].key, c->connector.address))
			fail_at(r, root, &claims.at[i].where,
				"is the node's own address");
	check_claims(r, root, &claims,
		     "there is another route for this prefix");
	free(claims.at);
}

/* What stands behind our address in that of an account, if it is a child. */
static struct ilp_bytes segment_of(const struct config_account *a)
{
	const struct account_settings *s = &a->settings;

	if (s->relation != ACCOUNT_CHILD)
		return (struct ilp_bytes){ NULL, 0 };
	return s->segment.len ? s->segment : s->id;
}

static struct where segment_at(const struct config *c, size_t index)
{
	return at_option("accounts", index,
			 c->accounts[index].settings.segment.len ?
				 "ilpAddressSegment" :
				 "id");
}

static bool fits_behind(struct ilp_bytes address, struct ilp_bytes segment)
{
	uint8_t room[ILP_ADDRESS_MAX + 1 + ACCOUNT_ID_MAX];
	struct ilp_bytes whole = { room, address.len + 1 + segment.len };

	memcpy(room, address.at, address.len);
	room[address.len] = '.';
	memcpy(room + address.len + 1, segment.at, segment.len);
	return ilp_address_valid(whole) && route_prefix_fits(whole);
}

/* A child's address is one, and nobody else's. */
static void check_children(struct config_reader *r,
			   const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims claims;

	if (r->failed || !open_claims(r, &claims, c->account_count))
		return;
	for (size_t i = 0; i < c->account_count && !r->failed; i++) {
		struct ilp_bytes segment = segment_of(&c->accounts[i]);
		struct where where = segment_at(c, i);

		if (segment.len == 0)
			continue;
		claim(&claims, segment, where);
		if (!fits_behind(c->connector.address, segment))
			fail_at(r, root, &where,
				"behind the node's address it makes no address "
				"of a child");
	}
	check_claims(r, root, &claims, "another child has this address");
	free(claims.at);
}

/* Codes are filled up with zeros, so the two of a pair are one text. */
static void check_spreads(struct config_reader *r,
			  const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims pairs;

	if (!open_claims(r, &pairs, c->spread_count))
		return;
	for (size_t i = 0; i < c->spread_count; i++)
		claim(&pairs,
		      (struct ilp_bytes){ (const uint8_t *)c->spreads[i].from,
					  offsetof(struct config_spread, ppm) },
		      at_option("spreads", i, NULL));
	check_claims(r, root, &pairs, "there is another spread for this pair");
	free(pairs.at);
}

static void check_prices(struct config_reader *r,
			 const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims codes;

	if (!open_claims(r, &codes, c->rates.count))
		return;
	for (size_t i = 0; i < c->rates.count; i++)
		claim(&codes, ilp_text(c->rates.prices[i].code),
		      at_option("rates", NONE, c->rates.prices[i].code));
	check_claims(r, root, &codes, "was given before");
	free(codes.at);
}

/* Nothing of a source is given twice. */
static void check_source_names(struct config_reader *r,
			       const struct ilp_json_node *root, size_t index)
{
	const struct config_names *names = &r->config->sources[index].names;
	struct claims claims;

	if (!open_claims(r, &claims, names->count))
		return;
	for (size_t i = 0; i < names->count; i++)
		claim(&claims, ilp_text(names->at[i].name),
		      at_option("rateSources", index, "names"));
	check_claims(r, root, &claims, "there is a name twice in it");
	free(claims.at);
}

static void check_source_codes(struct config_reader *r,
			       const struct ilp_json_node *root, size_t index)
{
	const struct config_source *s = &r->config->sources[index];
	struct claims codes;

	if (!open_claims(r, &codes, s->prices.count + s->names.count))
		return;
	for (size_t i = 0; i < s->prices.count; i++)
		claim(&codes, ilp_text(s->prices.prices[i].code),
		      at_option("rateSources", index, "prices"));
	for (size_t i = 0; i < s->names.count; i++)
		claim(&codes, ilp_text(s->names.at[i].code),
		      at_option("rateSources", index, "names"));
	check_claims(r, root, &codes, "there is a code twice in it");
	free(codes.at);
}

/* None of what the source is known to have is among those. */
static void check_priced(struct config_reader *r,
			 const struct ilp_json_node *root, size_t index,
			 const struct claims *codes)
{
	const struct config_source *s = &r->config->sources[index];
	struct where prices = at_option("rateSources", index, "prices");
	struct where names = at_option("rateSources", index, "names");

	for (size_t i = 0; i < s->prices.count && !r->failed; i++)
		if (has_claim(codes, ilp_text(s->prices.prices[i].code)))
			fail_at(r, root, &prices,
				"has what goes one-to-one elsewhere");
	for (size_t i = 0; i < s->names.count && !r->failed; i++)
		if (has_claim(codes, ilp_text(s->names.at[i].code)))
			fail_at(r, root, &names,
				"has what goes one-to-one elsewhere");
}

/* What goes one to one does so with one list, and has no price. */
static void check_one_to_one(struct config_reader *r,
			     const struct ilp_json_node *root)
{
	const struct config *c = r->config;
	struct claims codes;
	size_t most = 0;

	for (size_t i = 0; i < c->source_count; i++)
		most += c->sources[i].assets.count;
	if (!open_claims(r, &codes, most))
		return;
	for (size_t i = 0; i < c->source_count; i++)
		for (size_t j = 0; j < c->sources[i].assets.count; j++)
			claim(&codes, ilp_text(c->sources[i].assets.at[j]),
			      (struct where){ "rateSources", i, "assets", j });
	check_claims(r, root, &codes, "is one-to-one already");
	for (size_t i = 0; i < c->source_count; i++)
		check_priced(r, root, i, &codes);
	free(codes.at);
}

void config_check(struct config_reader *r, const struct ilp_json_node *root)
{
	struct config *c = r->config;

	check_address(r, root);
	check_times(r, root);
	check_ledger(r, root);
	check_admin(r, root);
	for (size_t i = 0; i < c->listener_count; i++)
		check_listener(r, root, i);
	for (size_t i = 0; i < c->account_count; i++) {
		check_account(r, root, i);
		make_limits(&c->accounts[i]);
	}
	check_ids(r, root);
	check_tokens(r, root);
	check_prefixes(r, root);
	check_children(r, root);
	check_spreads(r, root);
	check_prices(r, root);
	check_sources(r, root);
	for (size_t i = 0; i < c->source_count; i++) {
		check_source_names(r, root, i);
		check_source_codes(r, root, i);
	}
	check_one_to_one(r, root);
}

void config_check_account(struct config_reader *r,
			  const struct ilp_json_node *node)
{
	struct config_account *account = r->config->accounts;
	const char *problem = account_problem(account);

	if (problem)
		config_fail(r, node, "%s", problem);
	make_limits(account);
}
