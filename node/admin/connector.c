/* SPDX-License-Identifier: Apache-2.0 */
/* connector.c - the endpoints of ilp-connector's admin API, with its paths,
 * members and types, for moneyd-gui and for scripts that were written for it.
 *
 * It answers in one piece, so there is a bound on what can be asked for here;
 * /v1 has none.
 */
#include <stdio.h>

#include "base/digits.h"
#include "ilp/timestamp.h"
#include "node/admin/accounts.h"
#include "node/admin/connector_account.h"
#include "node/admin/fraction.h"
#include "node/admin/metric.h"
#include "node/admin/view.h"
#include "node/config.h"

#define ACCOUNTS_MAX 1000
#define ROUTES_MAX 2000
#define STEP 32
#define PLUGIN_BTP "ilp-plugin-btp"
#define PLUGIN_HTTP "ilp-plugin-http"

static const struct call_problem too_many = { 500, "too-many",
					      "There are too many" };
static const struct call_problem refused = { 500, "refused",
					     "That cannot be done" };
static const struct call_problem not_done = { 501, "not-implemented",
					      "That is not to be had here" };

/* ---- gathering ---- */

struct route_view {
	char prefix[ILP_ADDRESS_MAX + 1];
	char account[ACCOUNT_ID_MAX + 1]; /* empty: it ends here */
};

/* Rates between the assets that accounts have, by the numbers of those. */
struct rate {
	uint16_t from;
	uint16_t to;
	struct fraction rate;
};

struct gathered {
	struct view *accounts;
	uint16_t *assets; /* of each account */
	size_t account_count;
	uint64_t slot;
	struct route_view *routes;
	size_t route_count;
	size_t cursor;
	bool too_many;
	uint8_t id[ILP_HASH_LEN]; /* of the table of routes */
};

static void begin_accounts(struct api_call *call)
{
	struct gathered *g = call->state;

	g->accounts = call_take(call, ACCOUNTS_MAX * sizeof(*g->accounts));
	g->assets = call_take(call, ACCOUNTS_MAX * sizeof(*g->assets));
	if (!g->accounts || !g->assets)
		call_refuse(call, &call_no_memory, "no memory");
}

static void begin_routes(struct api_call *call)
{
	struct gathered *g = call->state;

	g->routes = call_take(call, ROUTES_MAX * sizeof(*g->routes));
	if (!g->routes)
		call_refuse(call, &call_no_memory, "no memory");
}

static void begin_both(struct api_call *call)
{
	begin_accounts(call);
	if (!call->status)
		begin_routes(call);
}

/* Those that leave are gone for it. Are all of them there? */
static bool gather_accounts(struct gathered *g, struct shard *shard)
{
	for (int i = 0; i < STEP; i++) {
		struct account *account = shard_account_from(shard, g->slot);

		if (!account)
			return true;
		g->slot = (uint64_t)account->slot + 1;
		if (account->state == ACCOUNT_CLOSING)
			continue;
		g->too_many = g->account_count == ACCOUNTS_MAX;
		if (g->too_many)
			return true;
		g->assets[g->account_count] = account->asset;
		view_take(&g->accounts[g->account_count++], account);
	}
	return false;
}

static bool gather_routes(struct gathered *g, struct shard *shard)
{
	for (int i = 0; i < STEP; i++) {
		struct route_view *view = &g->routes[g->route_count];
		struct shard_route route;
		size_t others;

		if (!shard_route_next(shard, &g->cursor, &route, &others))
			return true;
		g->too_many = g->route_count == ROUTES_MAX;
		if (g->too_many)
			return true;
		snprintf(view->prefix, sizeof(view->prefix), "%.*s",
			 (int)route.prefix.len, (const char *)route.prefix.at);
		if (route.account)
			snprintf(view->account, sizeof(view->account), "%.*s",
				 (int)route.account->settings.id.len,
				 (const char *)route.account->settings.id.at);
		g->route_count++;
	}
	return false;
}

static enum errand_step look_at_accounts(struct errand *errand,
					 struct node *node)
{
	return gather_accounts(call_of(errand)->state, node_shard(node)) ?
		       ERRAND_DONE :
		       ERRAND_GOES_ON;
}

static enum errand_step look_at_routes(struct errand *errand,
				       struct node *node)
{
	return gather_routes(call_of(errand)->state, node_shard(node)) ?
		       ERRAND_DONE :
		       ERRAND_GOES_ON;
}

static enum errand_step look_at_both(struct errand *errand, struct node *node)
{
	struct gathered *g = call_of(errand)->state;
	struct shard *shard = node_shard(node);

	return gather_accounts(g, shard) && gather_routes(g, shard) ?
		       ERRAND_DONE :
		       ERRAND_GOES_ON;
}

static void answer(struct api_call *call, call_writer *write)
{
	const struct gathered *g = call->state;

	if (g->too_many)
		call_refuse(call, &too_many,
			    "there are too many accounts or routes to be told "
			    "here; ask the admin API under /v1");
	else
		call_answer_json(call, 200, write, call);
}

/* ---- writing ---- */

static void begin_object(struct ilp_json_writer *w, const char *key)
{
	ilp_json_put_key(w, key);
	ilp_json_begin_object(w);
}

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void put_flag(struct ilp_json_writer *w, const char *key, bool value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_bool(w, value);
}

static void put_count(struct ilp_json_writer *w, const char *key,
		      uint64_t value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_u64(w, value);
}

static void put_units(struct ilp_json_writer *w, const char *key,
		      signed_units units)
{
	uint8_t room[BOOK_UNITS_TEXT_MAX];

	ilp_json_put_key(w, key);
	if (units == UNITS_MAX)
		ilp_json_put_string(w, ilp_text("Infinity"));
	else if (units == UNITS_MIN)
		ilp_json_put_string(w, ilp_text("-Infinity"));
	else
		ilp_json_put_string(w, book_units_text(room, units));
}

/* What leads to us has no next hop, and no path; nor has a path what leads to
 * a neighbour of ours and was not told by it. */
static void put_routes(struct ilp_json_writer *w, const struct gathered *g)
{
	begin_object(w, "localRoutingTable");
	for (size_t i = 0; i < g->route_count; i++) {
		begin_object(w, g->routes[i].prefix);
		put_pair(w, "nextHop", g->routes[i].account);
		put_pair(w, "path", "");
		ilp_json_end_object(w);
	}
	ilp_json_end_object(w);
}

/* ---- GET /status ---- */

static void write_status(struct ilp_json_writer *w, const void *thing)
{
	const struct gathered *g = ((const struct api_call *)thing)->state;

	ilp_json_begin_object(w);
	begin_object(w, "balances");
	for (size_t i = 0; i < g->account_count; i++)
		put_units(w, g->accounts[i].id, g->accounts[i].balance.current);
	ilp_json_end_object(w);
	begin_object(w, "connected");
	for (size_t i = 0; i < g->account_count; i++)
		put_flag(w, g->accounts[i].id, g->accounts[i].link.up);
	ilp_json_end_object(w);
	put_routes(w, g);
	ilp_json_end_object(w);
}

static void finish_status(struct api_call *call)
{
	answer(call, write_status);
}

/* ---- GET /routing ---- */

/* A UUID, which stays as long as the node runs. */
static void put_table_id(struct ilp_json_writer *w, const uint8_t id[16])
{
	char text[37];
	size_t len = 0;

	for (size_t i = 0; i < 16; i++) {
		uint8_t byte = i == 6 ? (id[i] & 0x0f) | 0x40 :
			       i == 8 ? (id[i] & 0x3f) | 0x80 :
					id[i];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[len++] = '-';
		ilp_hex((uint8_t *)text + len, byte);
		len += 2;
	}
	text[len] = '\0';
	put_pair(w, "routingTableId", text);
}

/* Routes are not exchanged with peers, so there is nobody who has any of ours,
 * and nothing that was said to them. */
static void write_routing(struct ilp_json_writer *w, const void *thing)
{
	const struct gathered *g = ((const struct api_call *)thing)->state;

	ilp_json_begin_object(w);
	put_table_id(w, g->id);
	put_count(w, "currentEpoch", 0);
	put_routes(w, g);
	begin_object(w, "forwardingRoutingTable");
	ilp_json_end_object(w);
	ilp_json_put_key(w, "routingLog");
	ilp_json_begin_array(w);
	ilp_json_end_array(w);
	begin_object(w, "peers");
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void finish_routing(struct api_call *call)
{
	const struct api_facts *facts = call_facts(call);
	struct gathered *g = call->state;
	uint8_t start[sizeof(uint64_t)];

	ilp_store_u64(start, (uint64_t)facts->started_ms);
	ilp_hmac_sha256(call_crypto(call), g->id, facts->address,
			ILP_BYTES(start));
	answer(call, write_routing);
}

/* ---- GET /accounts ---- */

static const char *relation_of(const struct view *v)
{
	static const char *const words[] = {
		[ACCOUNT_PEER] = "peer",
		[ACCOUNT_PARENT] = "parent",
		[ACCOUNT_CHILD] = "child",
	};

	return words[v->relation];
}

static void put_rate_limit(struct ilp_json_writer *w,
			   const struct view_limit *limit)
{
	if (!limit->count)
		return;
	begin_object(w, "rateLimit");
	put_count(w, "refillPeriod", limit->period_ms);
	put_count(w, "refillCount", limit->count);
	put_count(w, "capacity", limit->capacity);
	ilp_json_end_object(w);
}

static void put_throughput(struct ilp_json_writer *w,
			   const struct view_limits *limits)
{
	bool in = limits->incoming.amount != UNITS_MAX;
	bool out = limits->outgoing.amount != UNITS_MAX;

	if (!in && !out)
		return;
	begin_object(w, "throughput");
	put_count(w, "refillPeriod",
		  in ? limits->incoming.period_ms : limits->outgoing.period_ms);
	if (in)
		put_units(w, "incomingAmount", limits->incoming.amount);
	if (out)
		put_units(w, "outgoingAmount", limits->outgoing.amount);
	ilp_json_end_object(w);
}

static void put_info(struct ilp_json_writer *w, const struct view *v)
{
	begin_object(w, "info");
	put_pair(w, "relation", relation_of(v));
	put_pair(w, "plugin",
		 v->link.kind == VIEW_LINK_HTTP ? PLUGIN_HTTP : PLUGIN_BTP);
	put_pair(w, "assetCode", v->asset.code);
	put_count(w, "assetScale", v->asset.scale);
	put_flag(w, "sendRoutes", false);
	put_flag(w, "receiveRoutes", false);
	begin_object(w, "balance");
	put_units(w, "maximum", v->balance.maximum);
	put_units(w, "minimum", v->balance.minimum);
	ilp_json_end_object(w);
	put_rate_limit(w, &v->limits.packets);
	if (v->limits.packet_max != UNITS_MAX)
		put_units(w, "maxPacketAmount", v->limits.packet_max);
	put_throughput(w, &v->limits);
	ilp_json_end_object(w);
}

static void write_accounts(struct ilp_json_writer *w, const void *thing)
{
	const struct api_call *call = thing;
	const struct gathered *g = call->state;

	ilp_json_begin_object(w);
	ilp_json_put_key(w, "address");
	ilp_json_put_string(w, call_facts(call)->address);
	begin_object(w, "accounts");
	for (size_t i = 0; i < g->account_count; i++) {
		begin_object(w, g->accounts[i].id);
		put_info(w, &g->accounts[i]);
		put_flag(w, "connected", g->accounts[i].link.up);
		put_flag(w, "adminInfo", false);
		ilp_json_end_object(w);
	}
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void finish_accounts(struct api_call *call)
{
	answer(call, write_accounts);
}

/* ---- GET and POST /accounts/{id}: there are no plugins ---- */

struct plugin {
	bool found;
};

static enum errand_step find(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct plugin *plugin = call->state;

	plugin->found = shard_account_find(node_shard(node), call->parts[0]);
	return ERRAND_DONE;
}

/* In the words that it has there. */
static void refuse_plugin(struct api_call *call, const char *why)
{
	const struct plugin *plugin = call->state;

	call_refuse(call, &refused, "%s=%.*s",
		    plugin->found ? why : "unknown account id. accountId",
		    (int)call->parts[0].len, (const char *)call->parts[0].at);
}

static void finish_info(struct api_call *call)
{
	refuse_plugin(call, "plugin has no admin info. account");
}

static void finish_send_info(struct api_call *call)
{
	refuse_plugin(call,
		      "plugin does not support sending admin info. account");
}

/* ---- GET and POST /balance ---- */

static void write_balances(struct ilp_json_writer *w, const void *thing)
{
	const struct gathered *g = ((const struct api_call *)thing)->state;

	ilp_json_begin_object(w);
	begin_object(w, "accounts");
	for (size_t i = 0; i < g->account_count; i++) {
		const struct view_balance *b = &g->accounts[i].balance;

		begin_object(w, g->accounts[i].id);
		put_units(w, "balance", b->current);
		put_units(w, "minimum", b->minimum);
		put_units(w, "maximum", b->maximum);
		ilp_json_end_object(w);
	}
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void finish_balances(struct api_call *call)
{
	answer(call, write_balances);
}

static void begin_adjust(struct api_call *call)
{
	call_refuse(call, &not_done,
		    "balances are not changed here, since each change of money "
		    "has two sides and a reason; nothing was changed");
}

/* ---- GET /rates ---- */

struct rates {
	struct gathered gathered; /* the first, so that it is one */
	struct rate *at;
	size_t count;
	size_t next; /* of pairs of accounts */
	bool listed;
};

static bool has_rate(const struct rates *r, uint16_t from, uint16_t to)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->at[i].from == from && r->at[i].to == to)
			return true;
	return false;
}

#define RATES_MAX 1024

static void begin_rates(struct api_call *call)
{
	struct rates *r = call->state;

	r->at = call_take(call, RATES_MAX * sizeof(*r->at));
	if (r->at)
		begin_accounts(call);
	else
		call_refuse(call, &call_no_memory, "no memory");
}

/* The same for each pair of accounts with these assets. One that is too old is
 * none. */
static void look_at_rate(struct rates *r, struct shard *shard, int64_t now_us,
			 uint16_t from, uint16_t to)
{
	const struct ilp_rate *rate =
		exchange_rate(shard_exchange(shard), from, to, now_us);

	if (!rate || has_rate(r, from, to))
		return;
	r->gathered.too_many |= r->count == RATES_MAX;
	if (r->count < RATES_MAX)
		r->at[r->count++] = (struct rate){ from, to,
						   fraction_of(rate) };
}

static enum errand_step look_at_rates(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct rates *r = call->state;
	const struct gathered *g = &r->gathered;

	if (!r->listed) {
		r->listed = gather_accounts(&r->gathered, node_shard(node));
		return ERRAND_GOES_ON;
	}
	for (int i = 0; i < STEP; i++, r->next++) {
		size_t from = g->account_count ? r->next / g->account_count : 0;

		if (g->too_many || from == g->account_count)
			return ERRAND_DONE;
		look_at_rate(r, node_shard(node), call->now.monotonic_us,
			     g->assets[from],
			     g->assets[r->next % g->account_count]);
	}
	return ERRAND_GOES_ON;
}

static const struct rate *find_rate(const struct rates *r, uint16_t from,
				    uint16_t to)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->at[i].from == from && r->at[i].to == to)
			return &r->at[i];
	return NULL;
}

static void put_rates_from(struct ilp_json_writer *w, const struct rates *r,
			   size_t from)
{
	const struct gathered *g = &r->gathered;

	for (size_t to = 0; to < g->account_count; to++) {
		const struct rate *rate =
			find_rate(r, g->assets[from], g->assets[to]);

		if (to == from || !rate)
			continue;
		ilp_json_put_key(w, g->accounts[to].id);
		ilp_json_put_number(w, ilp_text(rate->rate.decimal));
	}
}

static void write_rates(struct ilp_json_writer *w, const void *thing)
{
	const struct rates *r = ((const struct api_call *)thing)->state;
	const struct gathered *g = &r->gathered;

	ilp_json_begin_object(w);
	for (size_t from = 0; from < g->account_count && !w->problem; from++) {
		begin_object(w, g->accounts[from].id);
		put_rates_from(w, r, from);
		ilp_json_end_object(w);
	}
	ilp_json_end_object(w);
}

static void finish_rates(struct api_call *call)
{
	answer(call, write_rates);
}

/* ---- GET /stats ---- */

/* What has no counterpart here has no values. */
static const struct {
	const char *name;
	const char *type;
	const char *text;
} without[] = {
	{ "ilp_connector_incoming_money", "gauge", "Money that came in." },
	{ "ilp_connector_outgoing_money", "gauge", "Money that went out." },
	{ "ilp_connector_rate_limited_money", "counter",
	  "Money that the rate limit refused." },
};

static void begin_stats(struct api_call *call)
{
	struct scrape *scrape = call->state;

	scrape->now = call->now;
}

static enum errand_step look_at_stats(struct errand *errand, struct node *node)
{
	return scrape_step(call_of(errand)->state, node) ? ERRAND_DONE :
							   ERRAND_GOES_ON;
}

static void write_stats(struct ilp_json_writer *w, const void *thing)
{
	ilp_json_begin_array(w);
	metric_put_connector(w, ((const struct api_call *)thing)->state);
	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++) {
		ilp_json_begin_object(w);
		put_pair(w, "help", without[i].text);
		put_pair(w, "name", without[i].name);
		put_pair(w, "type", without[i].type);
		ilp_json_put_key(w, "values");
		ilp_json_begin_array(w);
		ilp_json_end_array(w);
		put_pair(w, "aggregator", "sum");
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
}

static void finish_stats(struct api_call *call)
{
	call_answer_json(call, 200, write_stats, call);
}

/* ---- GET /alerts, DELETE /alerts/{id} ---- */

struct alert_list {
	struct alert *at;
	size_t count;
};

static void begin_alerts(struct api_call *call)
{
	struct alert_list *list = call->state;

	list->at = call_take(call, ALERTS_MAX * sizeof(*list->at));
	if (!list->at)
		call_refuse(call, &call_no_memory, "no memory");
}

static enum errand_step look_at_alerts(struct errand *errand,
				       struct node *node)
{
	struct alert_list *list = call_of(errand)->state;
	const struct alerts *from = shard_alerts(node_shard(node));
	const struct alert *alert = NULL;

	while ((alert = alerts_next(from, alert ? alert->id : 0)))
		list->at[list->count++] = *alert;
	return ERRAND_DONE;
}

static void put_moment(struct ilp_json_writer *w, const char *key, int64_t ms)
{
	char text[ILP_ISO_TIME_SIZE];

	ilp_timestamp_iso(text, ms);
	put_pair(w, key, text);
}

static void write_alerts(struct ilp_json_writer *w, const void *thing)
{
	const struct api_call *call = thing;
	const struct alert_list *list = call->state;

	ilp_json_begin_object(w);
	ilp_json_put_key(w, "alerts");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < list->count; i++) {
		const struct alert *a = &list->at[i];

		ilp_json_begin_object(w);
		put_count(w, "id", a->id);
		put_pair(w, "accountId", a->account_id);
		ilp_json_put_key(w, "triggeredBy");
		ilp_json_put_string(w, a->triggered_by[0] ?
					       ilp_text(a->triggered_by) :
					       call_facts(call)->address);
		put_pair(w, "message", a->message);
		put_count(w, "count", a->count);
		put_moment(w, "createdAt", a->created_ms);
		put_moment(w, "updatedAt", a->updated_ms);
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
	ilp_json_end_object(w);
}

static void finish_alerts(struct api_call *call)
{
	call_answer_json(call, 200, write_alerts, call);
}

static void begin_dismiss(struct api_call *call)
{
	if (!ilp_decimal_read(call->state, call->parts[0]))
		call_refuse(call, &refused, "invalid alert id");
}

/* One that is not there is dismissed, too. */
static enum errand_step dismiss(struct errand *errand, struct node *node)
{
	const uint64_t *id = call_of(errand)->state;

	shard_alert_dismiss(node_shard(node), *id);
	return ERRAND_DONE;
}

/* ---- POST /addAccount ---- */

static void begin_add(struct api_call *call)
{
	const struct ilp_json_node *body = call_json(call);
	struct connector_account_error error;
	size_t size = call->body.len * 6 + CONNECTOR_ACCOUNT_ROOM;
	uint8_t *room = call_take(call, size);
	struct ilp_bytes text;

	if (!body)
		return;
	if (!room) {
		call_refuse(call, &call_no_memory, "no memory");
		return;
	}
	text = connector_account(room, size, body,
				 &error);
	if (text.len)
		accounts_begin_add(call, text);
	else
		call_refuse(call, &call_bad_request, "%s", error.text);
}

static void write_added(struct ilp_json_writer *w, const void *thing)
{
	const struct api_call *call = thing;

	ilp_json_begin_object(w);
	ilp_json_put_key(w, "plugin");
	ilp_json_put_string(w, call->configs[1]->accounts->settings.id);
	put_flag(w, "connected", false);
	ilp_json_end_object(w);
}

static void finish_add(struct api_call *call)
{
	if (accounts_finish_add(call))
		call_answer_json(call, 200, write_added, call);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/status", API_READ, "status",
	  "Balances, connections and routes.", .status = 200,
	  .state_size = sizeof(struct gathered),
	  .begin = begin_both, .work = look_at_both, .finish = finish_status },
	{ "GET", "/routing", API_READ, "routing",
	  "Routes, and what peers were told of them.", .status = 200,
	  .state_size = sizeof(struct gathered), .begin = begin_routes,
	  .work = look_at_routes, .finish = finish_routing },
	{ "GET", "/accounts", API_READ, "accounts",
	  "The settings of accounts.", .status = 200,
	  .state_size = sizeof(struct gathered), .begin = begin_accounts,
	  .work = look_at_accounts, .finish = finish_accounts },
	{ "GET", "/accounts/{id}", API_READ, "pluginInfo",
	  "What a plugin tells of itself: there are none.", .status = 200,
	  .state_size = sizeof(struct plugin),
	  .work = find, .finish = finish_info },
	{ "POST", "/accounts/{id}", API_ADMIN, "sendPluginInfo",
	  "Likewise.", .status = 200, .state_size = sizeof(struct plugin),
	  .work = find, .finish = finish_send_info },
	{ "GET", "/balance", API_READ, "balances",
	  "Balances and their bounds.", .status = 200,
	  .state_size = sizeof(struct gathered), .begin = begin_accounts,
	  .work = look_at_accounts, .finish = finish_balances },
	{ "POST", "/balance", API_ADMIN, "adjustBalance",
	  "Changes a balance: not to be had.", .status = 204,
	  .begin = begin_adjust },
	{ "GET", "/rates", API_READ, "rates",
	  "Rates from each account to each other.", .status = 200,
	  .state_size = sizeof(struct rates), .begin = begin_rates,
	  .work = look_at_rates, .finish = finish_rates },
	{ "GET", "/stats", API_READ, "stats",
	  "Metrics, in JSON.", .status = 200,
	  .state_size = sizeof(struct scrape), .begin = begin_stats,
	  .work = look_at_stats, .finish = finish_stats },
	{ "GET", "/alerts", API_READ, "alerts",
	  "Alerts.", .status = 200, .state_size = sizeof(struct alert_list),
	  .begin = begin_alerts, .work = look_at_alerts,
	  .finish = finish_alerts },
	{ "DELETE", "/alerts/{id}", API_OPERATE, "dismissAlert",
	  "Forgets an alert.", .status = 204, .state_size = sizeof(uint64_t),
	  .begin = begin_dismiss, .work = dismiss,
	  .finish = call_answer_done },
	{ "POST", "/addAccount", API_ADMIN, "addAccount",
	  "Makes an account.", .status = 200,
	  .begin = begin_add, .work = accounts_work_add, .finish = finish_add },
};
/* clang-format on */

const struct endpoint_list connector_endpoints =
	ENDPOINTS("ilp-connector", endpoints);
