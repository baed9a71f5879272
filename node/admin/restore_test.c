/* SPDX-License-Identifier: Apache-2.0 */
/* What was made through the API is there again when the node is started on the
 * same data file; and what the configuration says comes before it. */
#include "node/admin/restore.h"

#include "test/database.h"
#include "test/desk.h"

#define ACCOUNT(id, more)                                                      \
	"{\"id\":\"" id "\",\"relation\":\"peer\",\"assetCode\":\"XRP\","      \
	"\"assetScale\":9,\"maximum\":\"unlimited\","                          \
	"\"minimum\":\"unlimited\"" more "}"
#define TO(id) "{\"account\":\"" id "\"}"

static void add_with(struct shard *shard, const char *id, const char *token,
		     const char *prefix)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct account_settings settings = peer_settings(id);

	assert_non_null(crypto);
	settings.has_token = token;
	if (token)
		ilp_sha256(crypto, settings.token_hash, ilp_text(token));
	CHECK_INT(shard_account_add(shard, &settings), ACCOUNT_OK);
	if (prefix)
		CHECK(shard_route_set(shard, ilp_text(prefix),
				      shard_account_find(shard, ilp_text(id))));
	ilp_crypto_destroy(crypto);
}

/* What the configuration has in most of the runs. */
static void with_alice(struct shard *shard)
{
	add_with(shard, "alice", NULL, "test.alice");
}

static void begin(struct desk *d, void (*configure)(struct shard *shard))
{
	char error[256] = "";

	desk_begin_lasting(d, database_open(NULL), configure);
	if (!desk_restore(d, error, sizeof(error)))
		fail_msg("%s", error);
	CHECK_INT(shard_retire(scene_shard(&d->s)), 0);
}

/* The first run, on a new file. */
static void begin_anew(struct desk *d)
{
	database_remove();
	begin(d, with_alice);
	CHECK_TEXT(ilp_text(desk_told()), "");
}

static void begin_again(struct desk *d, void (*configure)(struct shard *shard))
{
	desk_take_down(d);
	begin(d, configure);
}

static void check_told(const char *text)
{
	CHECK_TEXT(ilp_text(desk_told()), text);
}

static const struct ilp_json_node *send(struct desk *d, int status,
					const char *request, const char *body)
{
	const struct reply *reply = desk_send(d, request, body);

	if (reply->status != status)
		fail_msg("%s: %d %.*s", request, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
	return reply->json;
}

static bool is_led_to(struct desk *d, const char *prefix, const char *id)
{
	struct shard *shard = scene_shard(&d->s);
	const struct account *to;

	return shard_route_get(shard, ilp_text(prefix), &to) && to &&
	       ilp_bytes_equal(to->settings.id, ilp_text(id));
}

static void everything_is_there_again(void)
{
	const struct ilp_json_node *json;
	struct ilp_bytes text;
	struct peer *alice, *bob;
	struct question *q;
	char token[128];
	struct desk d;

	begin_anew(&d);
	send(&d, 201, "POST /v1/accounts",
	     ACCOUNT("bob", ",\"routes\":[\"test.bob\"],\"owner\":\"b\""));
	send(&d, 200, "PATCH /v1/accounts/bob", "{\"maxPacketAmount\":\"9\"}");
	send(&d, 201, "POST /v1/accounts", ACCOUNT("carol", ""));
	send(&d, 200, "POST /v1/accounts/carol/stop", "");
	send(&d, 200, "POST /v1/accounts/alice/stop", "");
	send(&d, 200, "POST /v1/accounts/alice/start", "");
	send(&d, 201, "POST /v1/accounts", ACCOUNT("dora", ""));
	send(&d, 200, "DELETE /v1/accounts/dora", "");
	send(&d, 200, "PUT /v1/routes/default", TO("bob"));
	send(&d, 200, "PUT /v1/routes/test.x", TO("carol"));
	send(&d, 200, "PUT /v1/routes/test.x", TO("alice"));
	send(&d, 200, "PUT /v1/routes/test.y", TO("alice"));
	send(&d, 204, "DELETE /v1/routes/test.y", "");
	json = send(&d, 201, "POST /v1/tokens",
		    "{\"name\":\"t\",\"scope\":\"operate\"}");
	text = desk_at(json, "token")->text;
	snprintf(token, sizeof(token), "%.*s", (int)text.len,
		 (const char *)text.at);
	begin_again(&d, with_alice);
	check_told("");
	json = desk_get(&d, 200, "GET /v1/accounts/bob");
	CHECK_AT(json, "origin", "api");
	CHECK_AT(json, "owner", "b");
	CHECK_AT(json, "limits.maxPacketAmount", "9");
	CHECK_AT(json, "state", "open");
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/carol"), "state",
		 "stopped");
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/alice"), "state", "open");
	CHECK_INT(desk_call(&d, "GET /v1/accounts/dora")->status, 404);
	CHECK(is_led_to(&d, "", "bob") && is_led_to(&d, "test.bob", "bob"));
	CHECK(is_led_to(&d, "test.x", "alice"));
	CHECK(!is_led_to(&d, "test.y", "alice"));
	CHECK_INT(api_scope_of(d.api, ilp_text(token)), API_OPERATE);
	alice = peer_meet(&d.s, "alice");
	bob = peer_meet(&d.s, "bob");
	scene_play(&d.s);
	q = peer_ask(alice, "test.bob", 7);
	scene_play(&d.s);
	scene_play(&d.s);
	CHECK_PASSED(q, bob);
	peer_fulfill(q);
	scene_play(&d.s);
	scene_play(&d.s);
	CHECK_FULFILLED(q);
	desk_take_down(&d);
}

static void who_stopped_everything_has_stopped_it_for_good(void)
{
	struct desk d;

	begin_anew(&d);
	send(&d, 200, "POST /v1/stop", "");
	begin_again(&d, with_alice);
	check_told("all accounts are stopped, as the operator said in an "
		   "earlier run: no packets are let in\n");
	CHECK(shard_is_stopped(scene_shard(&d.s)));
	CHECK_AT(desk_call(&d, "GET /v1/ready")->json, "ready", "false");
	send(&d, 200, "POST /v1/start", "");
	begin_again(&d, with_alice);
	check_told("");
	CHECK(!shard_is_stopped(scene_shard(&d.s)));
	desk_take_down(&d);
}

/* ---- the configuration comes first ---- */

static void with_bob_and_his_route(struct shard *shard)
{
	with_alice(shard);
	add_with(shard, "bob", NULL, "test.x");
}

static void the_configuration_wins_and_that_is_said(void)
{
	struct desk d;

	begin_anew(&d);
	send(&d, 201, "POST /v1/accounts",
	     ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"));
	send(&d, 200, "PUT /v1/routes/test.x", TO("alice"));
	begin_again(&d, with_bob_and_his_route);
	check_told("forgotten is account/bob: the configuration has this "
		   "account\n"
		   "forgotten is route/test.x: the configuration has this "
		   "route\n");
	CHECK(is_led_to(&d, "test.x", "bob"));
	CHECK(!is_led_to(&d, "test.bob", "bob"));
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/bob"), "origin", "file");
	CHECK_INT(desk_call(&d, "DELETE /v1/accounts/bob")->status, 409);
	/* For good, once the ledger knows of it. */
	scene_play(&d.s);
	begin_again(&d, with_bob_and_his_route);
	check_told("");
	desk_take_down(&d);
}

static void with_nobody(struct shard *shard)
{
	(void)shard;
}

static void what_leads_to_nobody_is_forgotten(void)
{
	struct desk d;

	begin_anew(&d);
	send(&d, 200, "PUT /v1/routes/test.x", TO("alice"));
	send(&d, 200, "POST /v1/accounts/alice/stop", "");
	begin_again(&d, with_nobody);
	check_told("forgotten is route/test.x: there is no such account any "
		   "more\n"
		   "forgotten is stopped/alice: there is no such account any "
		   "more\n");
	scene_play(&d.s);
	begin_again(&d, with_alice);
	check_told("");
	CHECK(!is_led_to(&d, "test.x", "alice"));
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/alice"), "state", "open");
	desk_take_down(&d);
}

/* Its id is free for somebody else. */
static void what_was_said_of_a_removed_account_is_gone(void)
{
	struct desk d;

	begin_anew(&d);
	send(&d, 201, "POST /v1/accounts", ACCOUNT("bob", ""));
	send(&d, 200, "PUT /v1/routes/test.x", TO("bob"));
	send(&d, 200, "POST /v1/accounts/bob/stop", "");
	send(&d, 200, "DELETE /v1/accounts/bob", "");
	scene_wait(&d.s, 5000);
	send(&d, 201, "POST /v1/accounts", ACCOUNT("bob", ""));
	begin_again(&d, with_alice);
	check_told("");
	CHECK(!is_led_to(&d, "test.x", "bob"));
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/bob"), "state", "open");
	desk_take_down(&d);
}

/* ---- what cannot be ---- */

static void check_failure(struct desk *d,
			  void (*configure)(struct shard *shard),
			  const char *expected)
{
	char error[256] = "";

	desk_take_down(d);
	desk_begin_lasting(d, database_open(NULL), configure);
	CHECK(!desk_restore(d, error, sizeof(error)));
	CHECK_TEXT(ilp_text(error), expected);
	desk_take_down(d);
}

static void with_the_token(struct shard *shard)
{
	add_with(shard, "alice", "SECRET", NULL);
}

static void with_the_route(struct shard *shard)
{
	add_with(shard, "alice", NULL, "test.bob");
}

static void says_what_is_in_the_way_of_an_account(void)
{
	struct desk d;

	begin_anew(&d);
	send(&d, 201, "POST /v1/accounts",
	     ACCOUNT("bob", ",\"incomingToken\":\"SECRET\","
			    "\"routes\":[\"test.bob\"]"));
	check_failure(&d, with_the_token,
		      "what was made through the API, account/bob: account "
		      "\"bob\": another account has this token");
	begin(&d, with_alice);
	check_told("");
	check_failure(&d, with_the_route,
		      "what was made through the API, account/bob: route "
		      "\"test.bob\": was made elsewhere already");
	begin(&d, with_alice);
	check_told("");
	CHECK(is_led_to(&d, "test.bob", "bob"));
	desk_take_down(&d);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(everything_is_there_again),
		TEST(who_stopped_everything_has_stopped_it_for_good),
		TEST(the_configuration_wins_and_that_is_said),
		TEST(what_leads_to_nobody_is_forgotten),
		TEST(what_was_said_of_a_removed_account_is_gone),
		TEST(says_what_is_in_the_way_of_an_account),
	};
	int failed;

	database_make_folder();
	failed = check_all(tests, sizeof(tests) / sizeof(*tests));
	database_remove_folder();
	return failed;
}
