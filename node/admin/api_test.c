/* SPDX-License-Identifier: Apache-2.0 */
/* What the admin API answers, of a node on a stage with all that a node has. */
#define _GNU_SOURCE /* memmem */
#include "node/admin/api.h"

#include "node/admin/call.h"
#include "test/desk.h"
#include "test/slow_ledger.h"

#define MANY 1000

/* ---- the node ---- */

static void tells_of_the_node_at_a_glance(void)
{
	const struct ilp_json_node *json;
	struct peer *alice, *bob;
	struct question *q;
	struct desk d;

	desk_begin(&d);
	alice = peer_join(&d.s, "alice");
	bob = peer_join(&d.s, "bob");
	peer_join(&d.s, "carol");
	scene_play(&d.s);
	q = peer_ask(alice, "test.bob", 100);
	scene_play(&d.s);
	peer_fulfill(q);
	peer_ask(alice, "test.nobody", 100);
	peer_ask(alice, "test.bob", 7);
	peer_disconnect(bob);
	scene_wait(&d.s, 2500);
	json = desk_get(&d, 200, "GET /v1/status");
	CHECK_AT(json, "version", "1.2.3");
	CHECK_AT(json, "address", "test.node");
	CHECK_AT(json, "startedAt", "2025-06-15T15:06:40.123Z");
	CHECK_AT(json, "uptimeSeconds", "2");
	CHECK_AT(json, "ready", "true");
	CHECK_AT(json, "reason", "null");
	CHECK_AT(json, "accounts", "3");
	CHECK_AT(json, "accountsConnected", "2");
	CHECK_AT(json, "routes", "4");
	CHECK_AT(json, "alerts", "0");
	CHECK_AT(json, "packets.prepares", "3");
	CHECK_AT(json, "packets.fulfills", "0");
	CHECK_AT(json, "packets.refusals", "2");
	CHECK_AT(json, "packets.inFlight", "1");
	CHECK_AT(json, "ledger.kind", "slow");
	CHECK_AT(json, "ledger.file", "null");
	CHECK_AT(json, "ledger.trouble", "null");
	desk_end(&d);
}

static void check_readiness(struct desk *d, bool ready, const char *reason)
{
	const char *word = ready ? "true" : "false";
	const struct ilp_json_node *json = desk_get(d, 200, "GET /v1/health");

	CHECK_AT(json, "ready", word);
	CHECK_AT(json, "reason", reason);
	json = desk_get(d, ready ? 200 : 503, "GET /v1/ready");
	CHECK_AT(json, "ready", word);
	CHECK_AT(json, "reason", reason);
	json = desk_get(d, 200, "GET /v1/status");
	CHECK_AT(json, "ready", word);
	CHECK_AT(json, "reason", reason);
}

static void tells_why_no_packets_are_let_in(void)
{
	struct desk d;

	desk_begin(&d);
	peer_join(&d.s, "alice");
	scene_play(&d.s);
	check_readiness(&d, true, "null");
	slow_ledger_trouble(d.s.ledger, true);
	check_readiness(&d, false, "the ledger waits");
	CHECK_AT(desk_get(&d, 200, "GET /v1/status"), "ledger.trouble",
		 "the disk is full");
	slow_ledger_trouble(d.s.ledger, false);
	check_readiness(&d, true, "null");
	shard_drain(scene_shard(&d.s));
	check_readiness(&d, false, "the node is shutting down");
	desk_end(&d);
}

/* ---- accounts ---- */

static const char URL[] = "btp+wss://me:SECRET-1@[::1]:7768/p%20a/th?k=SECRET-2";

static void add(struct desk *d, const struct account_settings *settings)
{
	shard_begin(scene_shard(&d->s), d->s.now);
	CHECK_INT(shard_account_add(scene_shard(&d->s), settings), ACCOUNT_OK);
}

static void add_secretive(struct desk *d)
{
	struct account_settings settings = peer_settings("dora");

	settings.url = ilp_text(URL);
	settings.owner = ilp_text("somebody");
	settings.user = ilp_text("SECRET-3");
	settings.has_token = true;
	memset(settings.token_hash, 0xab, sizeof(settings.token_hash));
	settings.relation = ACCOUNT_CHILD;
	settings.packet_max = ilp_amount(1000);
	settings.balance.minimum = -5;
	settings.incoming = (struct limit_settings){ .refill = 7,
						     .period_us = 3000000,
						     .capacity = 9 };
	add(d, &settings);
}

static void tells_of_an_account(void)
{
	const struct ilp_json_node *json;
	struct peer *alice;
	struct question *q;
	struct desk d;

	desk_begin(&d);
	alice = peer_join(&d.s, "alice");
	peer_join(&d.s, "bob");
	add_secretive(&d);
	scene_play(&d.s);
	q = peer_ask(alice, "test.bob", 100);
	peer_ask(alice, "test.bob", UINT64_MAX);
	scene_play(&d.s);
	peer_fulfill(q);
	scene_play(&d.s);
	json = desk_get(&d, 200, "GET /v1/accounts/alice");
	CHECK_AT(json, "id", "alice");
	CHECK_AT(json, "owner", "null");
	CHECK_AT(json, "relation", "peer");
	CHECK_AT(json, "state", "open");
	CHECK_AT(json, "assetCode", "XRP");
	CHECK_AT(json, "assetScale", "9");
	CHECK_AT(json, "link.connected", "true");
	CHECK_AT(json, "link.url", "null");
	CHECK_AT(json, "balance.current", "100");
	CHECK_AT(json, "balance.heldDebits", "18446744073709551615");
	CHECK_AT(json, "balance.heldCredits", "0");
	CHECK_AT(json, "balance.maximum", "unlimited");
	CHECK_AT(json, "limits.maxPacketAmount", "unlimited");
	CHECK_AT(json, "limits.rateLimit.count", "0");
	CHECK_AT(json, "packets.inFlightIn", "1");
	CHECK_AT(json, "packets.fulfilledIn", "1");
	json = desk_get(&d, 200, "GET /v1/accounts/bob");
	CHECK_AT(json, "balance.current", "-100");
	CHECK_AT(json, "balance.heldCredits", "18446744073709551615");
	json = desk_get(&d, 200, "GET /v1/accounts/dora");
	CHECK_AT(json, "owner", "somebody");
	CHECK_AT(json, "relation", "child");
	CHECK_AT(json, "link.connected", "false");
	CHECK_AT(json, "link.url", "btp+wss://[::1]:7768/p%20a/th");
	CHECK_AT(json, "balance.minimum", "-5");
	CHECK_AT(json, "limits.maxPacketAmount", "1000");
	CHECK_AT(json, "limits.incomingThroughput.amount", "7");
	CHECK_AT(json, "limits.incomingThroughput.periodMs", "3000");
	CHECK_AT(json, "limits.outgoingThroughput.amount", "unlimited");
	desk_end(&d);
}

static void stops_and_starts_an_account(void)
{
	struct peer *alice;
	struct question *q;
	struct desk d;

	desk_begin(&d);
	alice = peer_join(&d.s, "alice");
	peer_join(&d.s, "bob");
	CHECK_AT(desk_get(&d, 200, "POST /v1/accounts/bob/stop"), "state",
		 "stopped");
	q = peer_ask(alice, "test.bob", 1);
	scene_play(&d.s);
	CHECK_INT(q->answers, 1);
	CHECK(!q->fulfilled);
	CHECK_AT(desk_get(&d, 200, "POST /v1/accounts/bob/start"), "state",
		 "open");
	q = peer_ask(alice, "test.bob", 1);
	scene_play(&d.s);
	CHECK_INT(q->answers, 0);
	CHECK_PROBLEM(desk_call(&d, "POST /v1/accounts/nobody/stop"), 404,
		      "account-unknown");
	desk_end(&d);
}

/* Which page of which list, of so many. */
static const struct ilp_json_node *get_page(struct desk *d, const char *list,
					    size_t limit, const char *cursor)
{
	char request[128];

	snprintf(request, sizeof(request), "GET /v1/%s?limit=%zu%s%s", list,
		 limit, *cursor ? "&cursor=" : "", cursor);
	return desk_get(d, 200, request);
}

/* False when there is no next page. */
static bool next_cursor(const struct ilp_json_node *page, char cursor[32])
{
	const struct ilp_json_node *next = desk_at(page, "next");

	if (ilp_json_null(next))
		return false;
	CHECK(next->text.len < 32);
	snprintf(cursor, 32, "%.*s", (int)next->text.len,
		 (const char *)next->text.at);
	return true;
}

struct crowd {
	bool there[4 * MANY]; /* accounts by their numbers; the first MANY from
				 the beginning */
	bool stays[4 * MANY];
	unsigned seen[4 * MANY];
	size_t count; /* that have ever been */
};

static void come(struct desk *d, struct crowd *c)
{
	char id[32];
	struct account_settings settings;

	snprintf(id, sizeof(id), "account-%zu", c->count);
	settings = peer_settings(id);
	add(d, &settings);
	c->there[c->count++] = true;
}

static void go(struct desk *d, struct crowd *c, size_t number)
{
	char id[32];
	struct account *account;

	snprintf(id, sizeof(id), "account-%zu", number);
	account = shard_account_find(scene_shard(&d->s), ilp_text(id));
	assert_non_null(account);
	shard_begin(scene_shard(&d->s), d->s.now);
	shard_account_remove(scene_shard(&d->s), account);
	c->there[number] = false;
	c->stays[number] = false;
}

static size_t number_of(const struct ilp_json_node *account)
{
	const struct ilp_bytes id = ilp_json_get(account, "id")->text;
	size_t number = 0;

	CHECK(id.len > 8 && memcmp(id.at, "account-", 8) == 0);
	for (size_t i = 8; i < id.len; i++)
		number = number * 10 + (id.at[i] - '0');
	return number;
}

static void take_page(struct crowd *c, const struct ilp_json_node *page)
{
	struct ilp_json_walk walk = ilp_json_walk(desk_at(page, "items"));

	while (ilp_json_next(&walk)) {
		size_t number = number_of(walk.value);

		CHECK(number < c->count);
		CHECK_INT(++c->seen[number], 1);
	}
}

static void check_seen(const struct crowd *c)
{
	for (size_t i = 0; i < c->count; i++)
		CHECK(!c->stays[i] || c->seen[i] == 1);
}

static struct crowd *begin_crowd(struct desk *d)
{
	struct crowd *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	desk_begin(d);
	while (c->count < MANY)
		come(d, c);
	for (size_t i = 0; i < MANY; i++)
		c->stays[i] = true;
	return c;
}

static void gives_a_thousand_accounts_in_pages(void)
{
	static const size_t limits[] = { 7, 16, 17, 100, 250 };
	struct desk d;
	struct crowd *c = begin_crowd(&d);

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		const struct ilp_json_node *page;
		char cursor[32] = "";
		size_t count = 0;

		memset(c->seen, 0, sizeof(c->seen));
		do {
			page = get_page(&d, "accounts", limits[i], cursor);
			take_page(c, page);
			count += desk_at(page, "items")->count;
			CHECK(count == MANY || desk_at(page, "items")->count ==
						       limits[i]);
		} while (next_cursor(page, cursor));
		CHECK_INT(count, MANY);
		check_seen(c);
	}
	free(c);
	desk_end(&d);
}

/* None that stays is missed, none is given twice. */
static void accounts_come_and_go_between_pages(void)
{
	struct random_source random = random_start();
	struct desk d;
	struct crowd *c = begin_crowd(&d);
	const struct ilp_json_node *page;
	char cursor[32] = "";

	for (;;) {
		page = get_page(&d, "accounts", 13, cursor);
		take_page(c, page);
		if (!next_cursor(page, cursor))
			break;
		for (int i = 0; i < 12; i++) {
			size_t number = random_below(&random, c->count);

			if (c->there[number])
				go(&d, c, number);
		}
		scene_play(&d.s);
		for (int i = 0; i < 15; i++)
			come(&d, c);
	}
	check_seen(c);
	free(c);
	desk_end(&d);
}

/* The page with the most that an account can have is not too long. */
static void gives_a_page_of_the_widest_accounts(void)
{
	char id[ACCOUNT_ID_MAX + 1], owner[ACCOUNT_OWNER_MAX + 1];
	char url[ACCOUNT_URL_MAX + 1];
	struct account_settings settings;
	struct desk d;

	desk_begin(&d);
	memset(owner, '"', ACCOUNT_OWNER_MAX);
	memset(url, 'p', ACCOUNT_URL_MAX);
	memcpy(url, "btp+wss://h/", 12);
	owner[ACCOUNT_OWNER_MAX] = url[ACCOUNT_URL_MAX] = '\0';
	for (int i = 0; i < 250; i++) {
		memset(id, 'i', ACCOUNT_ID_MAX);
		snprintf(id + ACCOUNT_ID_MAX - 4, 5, "%04d", i);
		settings = peer_settings(id);
		settings.owner = ilp_text(owner);
		settings.url = ilp_text(url);
		settings.balance.minimum = UNITS_MIN + 1;
		settings.balance.maximum = UNITS_MAX - 1;
		add(&d, &settings);
	}
	CHECK_INT(desk_at(get_page(&d, "accounts", 250, ""), "items")->count,
		  250);
	memcpy(url + 11, ":443/", 5);
	CHECK_INT(desk_at(desk_call(&d, "GET /v1/accounts?limit=1")->json,
			  "items.0.link.url")
			  ->text.len,
		  ACCOUNT_URL_MAX + 4);
	desk_end(&d);
}

/* ---- routes, assets, rates, alerts ---- */

static void gives_routes_in_pages(void)
{
	struct desk d;
	char cursor[32] = "", prefix[64];
	const struct ilp_json_node *page;
	size_t count = 0, own = 0;

	desk_begin(&d);
	peer_join(&d.s, "alice");
	for (int i = 0; i < 300; i++) {
		snprintf(prefix, sizeof(prefix), "test.alice.r%d", i);
		CHECK(shard_route_set(scene_shard(&d.s), ilp_text(prefix),
				      shard_account_find(scene_shard(&d.s),
							 ilp_text("alice"))));
	}
	do {
		struct ilp_json_walk walk;

		page = get_page(&d, "routes", 33, cursor);
		walk = ilp_json_walk(desk_at(page, "items"));
		while (ilp_json_next(&walk)) {
			count++;
			if (ilp_json_null(ilp_json_get(walk.value, "account")))
				own++;
			else
				CHECK_AT(walk.value, "account", "alice");
		}
	} while (next_cursor(page, cursor));
	CHECK_INT(count, shard_route_count(scene_shard(&d.s)));
	CHECK_INT(count, 302);
	CHECK_INT(own, 1);
	desk_end(&d);
}

/* The one that packets take first; and what made them. */
static void tells_all_routes_to_a_prefix(void)
{
	struct account_settings kid = peer_settings("kid");
	const struct ilp_json_node *json;
	struct desk d;

	desk_begin(&d);
	kid.relation = ACCOUNT_CHILD;
	peer_join(&d.s, "alice");
	peer_join_with(&d.s, &kid);
	CHECK(shard_route_set(scene_shard(&d.s), ilp_text("test.node.kid"),
			      shard_account_find(scene_shard(&d.s),
						 ilp_text("alice"))));
	json = desk_get(&d, 200, "GET /v1/routes/test.node.kid");
	CHECK_INT(desk_at(json, "items")->count, 2);
	CHECK_AT(json, "items.0.account", "alice");
	CHECK_AT(json, "items.0.origin", "file");
	CHECK_AT(json, "items.0.alternatives", "1");
	CHECK_AT(json, "items.1.account", "kid");
	CHECK_AT(json, "items.1.origin", "local");
	json = desk_get(&d, 200, "GET /v1/routes/test.node");
	CHECK_AT(json, "items.0.account", "null");
	CHECK_AT(json, "items.0.origin", "local");
	CHECK_AT(json, "items.0.alternatives", "0");
	CHECK_INT(desk_call(&d, "GET /v1/routes/test.x")->status, 404);
	CHECK_INT(desk_call(&d, "GET /v1/routes/default")->status, 404);
	CHECK_INT(desk_call(&d, "GET /v1/routes/test..x")->status, 400);
	desk_end(&d);
}

static void join_with_asset(struct desk *d, const char *name, const char *code,
			    uint8_t scale)
{
	struct account_settings settings = peer_settings(name);

	settings.asset = (struct ledger_asset){ .scale = scale };
	snprintf(settings.asset.code, sizeof(settings.asset.code), "%s", code);
	peer_join_with(&d->s, &settings);
}

static void begin_exchange(struct desk *d)
{
	const struct ilp_rate two = { 2, 1 }, three = { 3, 1 };
	struct exchange *exchange;

	desk_begin(d);
	exchange = shard_exchange(scene_shard(&d->s));
	join_with_asset(d, "alice", "USD", 2);
	join_with_asset(d, "bob", "EUR", 6);
	join_with_asset(d, "carol", "XYZ", 0);
	CHECK(exchange_set_price(exchange, "USD", two));
	CHECK(exchange_set_price_until(exchange, "EUR", three,
				       d->s.now.monotonic_us + 60000000));
	scene_play(&d->s);
}

static void tells_of_assets_and_rates(void)
{
	const struct ilp_json_node *json;
	struct question *q;
	struct desk d;
	char cursor[32] = "";
	size_t count = 0;

	begin_exchange(&d);
	q = peer_ask(d.s.peers->next->next, "test.bob", 300);
	scene_play(&d.s);
	peer_fulfill(q);
	scene_play(&d.s);
	json = desk_get(&d, 200, "GET /v1/assets");
	CHECK_INT(desk_at(json, "items")->count, 3);
	CHECK_AT(json, "items.0.assetCode", "USD");
	CHECK_AT(json, "items.0.exchange", "-300");
	CHECK_AT(json, "items.1.exchange", "2000000");
	CHECK_AT(json, "items.1.late", "0");
	json = desk_get(&d, 200, "GET /v1/rates");
	CHECK_INT(desk_at(json, "items")->count, 2);
	CHECK_AT(json, "next", "null");
	CHECK_AT(json, "items.0.from", "USD");
	CHECK_AT(json, "items.0.to", "EUR");
	CHECK_AT(json, "items.0.fromScale", "2");
	CHECK_AT(json, "items.0.toScale", "6");
	CHECK_AT(json, "items.0.rate.numerator", "20000");
	CHECK_AT(json, "items.0.rate.denominator", "3");
	CHECK_AT(json, "items.0.rate.decimal", "6666.66666666666");
	CHECK_AT(json, "items.0.price.numerator", "2");
	CHECK_AT(json, "items.0.price.decimal", "0.666666666666");
	CHECK_AT(json, "items.0.current", "true");
	CHECK_AT(json, "items.0.expiresAt", "2025-06-15T15:07:40.123Z");
	CHECK_AT(json, "items.1.price.decimal", "1.5");
	scene_wait(&d.s, 60000);
	json = desk_get(&d, 200, "GET /v1/rates");
	CHECK_AT(json, "items.0.current", "false");
	do {
		json = get_page(&d, "rates", 1, cursor);
		count += desk_at(json, "items")->count;
	} while (next_cursor(json, cursor));
	CHECK_INT(count, 2);
	desk_end(&d);
}

static void raise(struct desk *d, const char *text)
{
	const struct alert_account about = { 1, ilp_text("alice") };

	alerts_raise(shard_alerts(scene_shard(&d->s)), d->s.now, about, text,
		     ilp_text("test.far"));
}

static void lists_alerts_and_forgets_them(void)
{
	const struct ilp_json_node *json;
	struct desk d;

	desk_begin(&d);
	raise(&d, "first");
	scene_wait(&d.s, 1000);
	raise(&d, "second");
	raise(&d, "first");
	json = desk_get(&d, 200, "GET /v1/alerts");
	CHECK_INT(desk_at(json, "items")->count, 2);
	CHECK_AT(json, "items.0.id", "1");
	CHECK_AT(json, "items.0.account", "alice");
	CHECK_AT(json, "items.0.message", "first");
	CHECK_AT(json, "items.0.triggeredBy", "test.far");
	CHECK_AT(json, "items.0.count", "2");
	CHECK_AT(json, "items.0.createdAt", "2025-06-15T15:06:40.123Z");
	CHECK_AT(json, "items.0.updatedAt", "2025-06-15T15:06:41.123Z");
	CHECK_INT(desk_call(&d, "DELETE /v1/alerts/1")->status, 204);
	CHECK_INT(desk_call(&d, "DELETE /v1/alerts/2")->body.len, 0);
	CHECK_PROBLEM(desk_call(&d, "DELETE /v1/alerts/1"), 404,
		      "alert-unknown");
	CHECK_PROBLEM(desk_call(&d, "DELETE /v1/alerts/0"), 404,
		      "alert-unknown");
	CHECK_PROBLEM(desk_call(&d, "DELETE /v1/alerts/x"), 400, "bad-request");
	CHECK_PROBLEM(desk_call(&d, "DELETE /v1/alerts/18446744073709551616"),
		      400, "bad-request");
	CHECK_INT(desk_at(desk_get(&d, 200, "GET /v1/alerts"), "items")->count,
		  0);
	desk_end(&d);
}

/* ---- what there is not ---- */

static void refuses_paths_that_there_are_not(void)
{
	static const char *const requests[] = {
		"GET /",
		"GET /v1",
		"GET /v2/status",
		"GET /v1/statu",
		"GET /v1/statuss",
		"GET /v1/status/x",
		"GET /v1//status",
		"GET //v1/status",
		"GET /v1/accounts/alice/stop/now",
		"GET /V1/status",
		"GET /v1/%73tatus",
		"GET /v1/accounts%2Falice",
		"GET /v1/{id}",
		"GET /v1/../v1/status",
	};
	struct desk d;

	desk_begin(&d);
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		CHECK_PROBLEM(desk_call(&d, requests[i]), 404, "path-unknown");
	desk_end(&d);
}

static void check_method(struct desk *d, const char *request, const char *allow)
{
	const struct reply *reply = desk_call(d, request);

	CHECK_PROBLEM(reply, 405, "method-not-allowed");
	CHECK_TEXT(ilp_text(reply->allow), allow);
}

static void tells_which_methods_there_are(void)
{
	struct desk d;

	desk_begin(&d);
	check_method(&d, "POST /v1/status", "GET, HEAD");
	check_method(&d, "get /v1/status", "GET, HEAD");
	check_method(&d, "OPTIONS /v1/status", "GET, HEAD");
	check_method(&d, "GET /v1/accounts/alice/stop", "POST");
	check_method(&d, "HEAD /v1/alerts/1", "DELETE");
	CHECK_INT(desk_call(&d, "HEAD /v1/status")->status, 200);
	CHECK_PROBLEM(desk_call(&d, "HEAD /v1/nothing"), 404, "path-unknown");
	desk_end(&d);
}

/* doc/admin.md has a row for each, and no other. */
static size_t count_rows(const char *page, const struct endpoint_list *list,
			 bool scoped)
{
	static const char *const scopes[] = { "–", "read", "operate", "admin" };

	for (size_t i = 0; i < list->count; i++) {
		const struct endpoint *e = &list->at[i];
		char row[128];

		snprintf(row, sizeof(row), "\n| `%s %s` | %s", e->method,
			 e->path, scoped ? scopes[e->scope] : "");
		if (!strstr(page, row))
			fail_msg("doc/admin.md lacks%s", row);
	}
	return list->count;
}

static void the_page_lists_every_endpoint(void)
{
	static char page[64 * 1024];
	FILE *file = fopen(ILP_DOC "/admin.md", "r");
	size_t rows = 0, count = 0;

	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (const char *at = page; (at = strstr(at, "\n| `")); at += 4)
		rows += strchr("GPD", at[4]) != NULL;
	for (size_t i = 0; i < endpoint_list_count; i++)
		count += count_rows(page, endpoint_lists[i], true);
	count += count_rows(page, connector_lists[0], false);
	CHECK_INT(rows, count);
}

/* Each endpoint, asked by everybody. What stands for something is "x". */
static void gives_no_more_than_the_scope(void)
{
	struct desk d;

	desk_begin(&d);
	for (size_t i = 0; i < endpoint_list_count; i++) {
		for (size_t j = 0; j < endpoint_lists[i]->count; j++) {
			const struct endpoint *e = &endpoint_lists[i]->at[j];
			char request[128];

			snprintf(request, sizeof(request), "%s %s", e->method,
				 e->path);
			for (char *at = request; (at = strchr(at, '{'));) {
				size_t len = strcspn(at, "}") + 1;

				*at = 'x';
				memmove(at + 1, at + len, strlen(at + len) + 1);
			}
			for (enum api_scope s = API_ANYBODY; s < e->scope; s++)
				CHECK_PROBLEM(desk_call_as(&d, s, request),
					      s == API_ANYBODY ? 401 : 403,
					      s == API_ANYBODY ?
						      "token-missing" :
						      "scope-too-small");
			CHECK(desk_call_as(&d, e->scope, request)->status !=
				      401 &&
			      desk_call_as(&d, e->scope, request)->status !=
				      403);
		}
	}
	desk_end(&d);
}

/* ---- odd questions ---- */

static void refuses_queries_that_make_no_sense(void)
{
	static const char *const bad[] = {
		"limit=0",
		"limit=251",
		"limit=-1",
		"limit=+1",
		"limit=01",
		"limit=1e1",
		"limit=1%20",
		"limit=%zz",
		"limit=%0",
		"limit=1%00",
		"limit=abc",
		"limit=18446744073709551617",
		"cursor=-1",
		"cursor=18446744073709551616",
		"cursor=x",
		"cursor=0&limit=x",
		"limits=0",
		"limt=5",
		"limit=1&x=%zz",
	};
	static const char *const good[] = {
		"",
		"&",
		"limit",
		"limit=",
		"limit=1",
		"limit=250",
		"limit=%32%35",
		"&&limit=1&&",
		"cursor=18446744073709551615",
		"cursor=9223372036854775807",
		"limit=1?limit=2",
	};
	static const char *const lists[] = { "accounts", "routes", "rates" };
	char request[128];
	struct desk d;

	begin_exchange(&d);
	for (size_t l = 0; l < 3; l++) {
		for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
			snprintf(request, sizeof(request), "GET /v1/%s?%s",
				 lists[l], bad[i]);
			CHECK_PROBLEM(desk_call(&d, request), 400,
				      "bad-request");
		}
		for (size_t i = 0; i + 1 < sizeof(good) / sizeof(*good); i++) {
			snprintf(request, sizeof(request), "GET /v1/%s?%s",
				 lists[l], good[i]);
			desk_get(&d, 200, request);
		}
	}
	CHECK_INT(desk_at(desk_get(&d, 200, "GET /v1/accounts?limit=1&limit=2"),
			  "items")
			  ->count,
		  1);
	desk_end(&d);
}

static void undoes_escapes_in_paths(void)
{
	struct desk d;

	desk_begin(&d);
	peer_join(&d.s, "alice");
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/%61lic%65"), "id",
		 "alice");
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/alice?"), "id", "alice");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/%61lic%6"), 400,
		      "bad-request");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/alice%00"), 400,
		      "bad-request");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/%"), 400, "bad-request");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/%ff%22%0a%01"), 404,
		      "account-unknown");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/%25s%25n"), 404,
		      "account-unknown");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/alice%2Fstop"), 404,
		      "account-unknown");
	CHECK_PROBLEM(desk_call(&d, "GET /v1/accounts/ALICE"), 404,
		      "account-unknown");
	desk_end(&d);
}

static void refuses_ids_of_any_length(void)
{
	char request[9000] = "GET /v1/accounts/";
	size_t at = strlen(request);
	struct desk d;

	desk_begin(&d);
	for (size_t len = 100; len < 8000; len = len * 3 / 2) {
		memset(request + at, 'x', len);
		request[at + len] = '\0';
		CHECK_PROBLEM(desk_call(&d, request), 404, "account-unknown");
		memcpy(request + at + len - 6, "%ff%fe", 6);
		CHECK_PROBLEM(desk_call(&d, request), 404, "account-unknown");
	}
	desk_end(&d);
}

/* ---- many at once ---- */

#define CALLS_MAX 256

static void takes_no_more_calls_than_it_may(void)
{
	struct api_answer answer;
	struct desk d;

	desk_begin(&d);
	for (uint32_t i = 1; i <= CALLS_MAX + 10; i++)
		desk_ask(&d, API_ADMIN, "GET /v1/health", &d, i);
	CHECK_INT(api_open(d.api), CALLS_MAX + 10);
	for (uint32_t i = CALLS_MAX + 1; i <= CALLS_MAX + 10; i++) {
		CHECK(api_next_answer(d.api, &answer));
		CHECK_INT(answer.status, 503);
		CHECK_INT(answer.stream, i);
	}
	CHECK(!api_next_answer(d.api, &answer));
	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		desk_play(&d);
		CHECK(api_next_answer(d.api, &answer));
		CHECK_INT(answer.status, 200);
		CHECK_INT(answer.stream, i);
		CHECK(!api_next_answer(d.api, &answer));
	}
	desk_get(&d, 200, "GET /v1/health");
	desk_end(&d);
}

static void an_asker_may_go_away(void)
{
	struct api_answer answer;
	int one, other;
	struct desk d;

	desk_begin(&d);
	desk_ask(&d, API_ADMIN, "GET /v1/status", &one, 1);
	desk_ask(&d, API_ADMIN, "GET /v1/status", &other, 2);
	desk_ask(&d, API_ADMIN, "GET /v1/nothing", &one, 3);
	api_forget(d.api, &one);
	CHECK(api_next_answer(d.api, &answer));
	CHECK(!answer.asker && answer.stream == 3);
	CHECK(!api_next_answer(d.api, &answer));
	desk_play(&d);
	desk_play(&d);
	CHECK(api_next_answer(d.api, &answer));
	CHECK(!answer.asker && answer.stream == 1);
	CHECK(api_next_answer(d.api, &answer));
	CHECK(answer.asker == &other && answer.stream == 2);
	CHECK(!api_next_answer(d.api, &answer));
	desk_end(&d);
}

/* The thread may end while errands are on their way. */
static void may_be_destroyed_with_calls_on_their_way(void)
{
	struct errand *errand;
	struct desk d;

	desk_begin(&d);
	desk_ask(&d, API_ADMIN, "GET /v1/status", &d, 1);
	desk_ask(&d, API_ADMIN, "GET /v1/accounts", &d, 2);
	desk_ask(&d, API_ADMIN, "GET /v1/nothing", &d, 3);
	while ((errand = api_next_errand(d.api)))
		errands_add(&d.errands, errand);
	api_destroy(d.api);
	log_destroy(d.log);
	scene_end(&d.s);
}

/* ---- secrets ---- */

static bool contains(struct ilp_bytes text, const char *word)
{
	return memmem(text.at, text.len, word, strlen(word));
}

static void tells_no_secrets(void)
{
	static const char *const requests[] = {
		"GET /v1/status",	 "GET /v1/accounts",
		"GET /v1/accounts/dora", "POST /v1/accounts/dora/stop",
		"GET /v1/routes",	 "GET /v1/alerts",
		"GET /v1/routes/test.node.dora",
		"GET /v1/openapi.json",	 "GET /v1/health",
		"GET /v1/assets",	 "GET /v1/rates",
	};
	struct desk d;

	desk_begin(&d);
	add_secretive(&d);
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		const struct reply *reply = desk_call(&d, requests[i]);

		CHECK_INT(reply->status, 200);
		CHECK(!contains(reply->body, "SECRET"));
		CHECK(!contains(reply->body, "abababab"));
	}
	desk_end(&d);
}

/* ---- the document ---- */

static void describes_every_endpoint(void)
{
	const struct ilp_json_node *json, *operation;
	struct desk d;

	desk_begin(&d);
	json = desk_get(&d, 200, "GET /v1/openapi.json");
	CHECK_AT(json, "openapi", "3.1.0");
	CHECK_AT(json, "info.version", "1.2.3");
	CHECK_AT(json,
		 "paths./v1/ready.get.responses.503.content.application/json"
		 ".schema.$ref",
		 "#/components/schemas/Health");
	for (size_t i = 0; i < endpoint_list_count; i++) {
		for (size_t j = 0; j < endpoint_lists[i]->count; j++) {
			const struct endpoint *e = &endpoint_lists[i]->at[j];
			char method[16] = "";

			for (size_t k = 0; e->method[k]; k++)
				method[k] = (char)(e->method[k] | 0x20);
			operation = ilp_json_get(
				ilp_json_get(desk_at(json, "paths"), e->path),
				method);
			CHECK_AT(operation, "operationId", e->name);
		}
	}
	desk_end(&d);
}

TESTS(TEST(tells_of_the_node_at_a_glance),
      TEST(tells_why_no_packets_are_let_in), TEST(tells_of_an_account),
      TEST(stops_and_starts_an_account),
      TEST(gives_a_thousand_accounts_in_pages),
      TEST(accounts_come_and_go_between_pages),
      TEST(gives_a_page_of_the_widest_accounts), TEST(gives_routes_in_pages),
      TEST(tells_all_routes_to_a_prefix),
      TEST(tells_of_assets_and_rates), TEST(lists_alerts_and_forgets_them),
      TEST(refuses_paths_that_there_are_not),
      TEST(tells_which_methods_there_are), TEST(the_page_lists_every_endpoint),
      TEST(gives_no_more_than_the_scope),
      TEST(refuses_queries_that_make_no_sense), TEST(undoes_escapes_in_paths),
      TEST(refuses_ids_of_any_length), TEST(takes_no_more_calls_than_it_may),
      TEST(an_asker_may_go_away),
      TEST(may_be_destroyed_with_calls_on_their_way), TEST(tells_no_secrets),
      TEST(describes_every_endpoint))
