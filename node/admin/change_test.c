/* SPDX-License-Identifier: Apache-2.0 */
/* What is changed through the admin API: that it is so when it is answered, and
 * not before it will stay so; and what is refused changes nothing. */
#define _GNU_SOURCE /* memmem */
#include "node/admin/change.h"

#include "test/desk.h"
#include "test/slow_ledger.h"

/* As peer_settings has it. */
#define ACCOUNT(id, more)                                                      \
	"{\"id\":\"" id "\",\"relation\":\"peer\",\"assetCode\":\"XRP\","      \
	"\"assetScale\":9,\"maximum\":\"unlimited\","                          \
	"\"minimum\":\"unlimited\"" more "}"
#define TOKEN(name, scope) "{\"name\":\"" name "\",\"scope\":\"" scope "\"}"
#define TO(id) "{\"account\":\"" id "\"}"

static const struct ilp_json_node *get_sent(struct desk *d, int status,
					    const char *request,
					    const char *body)
{
	const struct reply *reply = desk_send(d, request, body);

	if (reply->status != status)
		fail_msg("%s: %d %.*s", request, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
	return reply->json;
}

static void check_sent(struct desk *d, int status, const char *type,
		       const char *request, const char *body)
{
	const struct reply *reply = desk_send(d, request, body);

	if (reply->status != status)
		fail_msg("%s %s: %d %.*s", request, body, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
	CHECK_PROBLEM(reply, status, type);
}

/* alice is of the configuration; the rest is for the API to make. */
static struct peer *begin(struct desk *d)
{
	struct peer *alice;

	desk_begin_lasting(d, NULL, NULL);
	alice = peer_join(&d->s, "alice");
	scene_play(&d->s);
	return alice;
}

/* Made through the API, and connected. */
static struct peer *make(struct desk *d, const char *body, const char *id)
{
	struct peer *peer;

	get_sent(d, 201, "POST /v1/accounts", body);
	peer = peer_meet(&d->s, id);
	scene_play(&d->s);
	return peer;
}

static struct question *ask(struct desk *d, struct peer *from, const char *to,
			    uint64_t amount)
{
	struct question *q = peer_ask(from, to, amount);

	scene_play(&d->s);
	return q;
}

static void check_led(struct desk *d, struct peer *from, const char *to,
		      struct peer *peer)
{
	struct question *q = ask(d, from, to, 0);

	CHECK_PASSED(q, peer);
	peer_fulfill(q);
	scene_play(&d->s);
	CHECK_FULFILLED(q);
}

static void check_not_led(struct desk *d, struct peer *from, const char *to)
{
	const struct question *q = ask(d, from, to, 0);

	CHECK_INT(q->answers, 1);
	CHECK_BYTES(((struct ilp_bytes){ (const uint8_t *)q->reject.code, 3 }),
		    ilp_text("F02"));
}

static const struct account *find(struct desk *d, const char *id)
{
	return shard_account_find(scene_shard(&d->s), ilp_text(id));
}

/* ---- when it is answered ---- */

static void is_answered_when_it_is_durable_and_not_before(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts", ACCOUNT("bob", ""), &d, 1);
	desk_ask_with(&d, "PUT /v1/routes/test.x", TO("alice"), &d, 2);
	desk_ask_with(&d, "POST /v1/tokens", TOKEN("t", "read"), &d, 3);
	desk_ask_with(&d, "POST /v1/stop", "", &d, 4);
	desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, 5);
	for (int i = 0; i < 20; i++)
		desk_play(&d);
	assert_non_null(find(&d, "bob"));
	CHECK(!desk_next(&d));
	CHECK_INT(api_open(d.api), 5);
	slow_ledger_stall(d.s.ledger, false);
	desk_play(&d);
	for (uint32_t i = 1; i <= 5; i++) {
		reply = desk_next(&d);
		assert_non_null(reply);
		CHECK_INT(reply->stream, i);
		CHECK(reply->status == 200 || reply->status == 201);
	}
	get_sent(&d, 200, "POST /v1/start", "");
	desk_end(&d);
}

/* Each sees what the one before has done. */
static void changes_of_one_thing_wait_for_each_other(void)
{
	static const int statuses[] = { 201, 409, 200, 200, 200, 404, 201 };
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts", ACCOUNT("bob", ""), &d, 0);
	desk_ask_with(&d, "POST /v1/accounts", ACCOUNT("bob", ""), &d, 1);
	desk_ask_with(&d, "PATCH /v1/accounts/bob",
		      "{\"maxPacketAmount\":\"7\"}", &d, 2);
	desk_ask_with(&d, "PATCH /v1/accounts/bob",
		      "{\"routes\":[\"test.bob\"]}", &d, 3);
	desk_ask_with(&d, "DELETE /v1/accounts/bob", "", &d, 4);
	desk_ask_with(&d, "PATCH /v1/accounts/bob", "{}", &d, 5);
	desk_ask_with(&d, "POST /v1/accounts", ACCOUNT("carol", ""), &d, 6);
	for (int i = 0; i < 20; i++)
		desk_play(&d);
	CHECK(!desk_next(&d));
	CHECK_INT(shard_account_count(scene_shard(&d.s)), 3);
	slow_ledger_stall(d.s.ledger, false);
	for (uint32_t i = 0, seen = 0; seen < 7; i++) {
		CHECK(i < 1000);
		desk_play(&d);
		while ((reply = desk_next(&d))) {
			CHECK_INT(reply->status, statuses[reply->stream]);
			if (reply->stream == 3)
				CHECK_AT(reply->json,
					 "limits.maxPacketAmount", "7");
			/* That of carol waits for nobody. */
			CHECK(reply->stream == 6 ||
			      reply->stream == seen - (seen > 5) ||
			      seen > reply->stream);
			seen++;
		}
	}
	assert_null(find(&d, "bob"));
	desk_end(&d);
}

static void changes_of_different_things_wait_for_nobody(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, 1);
	desk_play(&d);
	desk_ask_with(&d, "POST /v1/accounts/alice/start", "", &d, 2);
	desk_ask_with(&d, "POST /v1/accounts", ACCOUNT("bob", ""), &d, 3);
	desk_ask(&d, API_READ, "GET /v1/accounts/alice", &d, 4);
	for (int i = 0; i < 10; i++)
		desk_play(&d);
	reply = desk_next(&d);
	assert_non_null(reply);
	CHECK_INT(reply->stream, 4);
	CHECK_AT(reply->json, "state", "stopped");
	CHECK(!desk_next(&d));
	assert_non_null(find(&d, "bob"));
	slow_ledger_stall(d.s.ledger, false);
	desk_play(&d);
	CHECK_INT(desk_next(&d)->stream, 1);
	CHECK_INT(desk_next(&d)->stream, 3);
	desk_play(&d);
	CHECK_AT(desk_next(&d)->json, "state", "open");
	desk_end(&d);
}

static void happens_also_when_the_asker_has_gone(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, 1);
	desk_ask_with(&d, "POST /v1/accounts/alice/start", "", &d, 2);
	desk_play(&d);
	api_forget(d.api, &d);
	slow_ledger_stall(d.s.ledger, false);
	desk_play(&d);
	desk_play(&d);
	for (uint32_t i = 1; i <= 2; i++) {
		reply = desk_next(&d);
		assert_non_null(reply);
		CHECK(!reply->asker && reply->stream == i);
	}
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/alice"), "state", "open");
	desk_end(&d);
}

static bool next_late(struct desk *d, struct api_answer *out)
{
	return api_next_late(d->api, d->s.now, out);
}

static void who_waits_too_long_is_told_so_and_nothing_else(void)
{
	struct api_answer answer;
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, 1);
	desk_play(&d);
	d.s.now.monotonic_us += API_PATIENCE_US - 1;
	desk_ask_with(&d, "POST /v1/accounts/alice/start", "", &d, 2);
	CHECK(!next_late(&d, &answer));
	d.s.now.monotonic_us++;
	CHECK(next_late(&d, &answer));
	CHECK(answer.asker == &d && answer.stream == 1 && answer.status == 503);
	CHECK(memmem(answer.body.at, answer.body.len, "not-durable-yet", 15));
	CHECK(!next_late(&d, &answer));
	slow_ledger_stall(d.s.ledger, false);
	desk_play(&d);
	desk_play(&d);
	reply = desk_next(&d);
	CHECK(reply && !reply->asker && reply->stream == 1);
	reply = desk_next(&d);
	CHECK(reply && reply->asker == &d && reply->stream == 2);
	desk_end(&d);
}

/* ---- accounts ---- */

static void makes_an_account_that_packets_go_through(void)
{
	struct peer *alice, *bob;
	const struct ilp_json_node *json;
	struct desk d;

	alice = begin(&d);
	check_not_led(&d, alice, "test.bob");
	json = get_sent(&d, 201, "POST /v1/accounts",
			ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"));
	CHECK_AT(json, "id", "bob");
	CHECK_AT(json, "origin", "api");
	CHECK_AT(json, "state", "open");
	bob = peer_meet(&d.s, "bob");
	scene_play(&d.s);
	check_led(&d, alice, "test.bob.x", bob);
	check_led(&d, bob, "test.alice", alice);
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/alice"), "origin", "file");
	desk_end(&d);
}

static void an_account_that_cannot_be_is_none(void)
{
	static const char *const wrong[] = {
		"{}", "[]", "7", "null", ACCOUNT("", ""), ACCOUNT("b b", ""),
		ACCOUNT("bob", ",\"nonsense\":1"),
		ACCOUNT("bob", ",\"id\":\"rob\""),
		ACCOUNT("bob", ",\"i\\u0064\":\"rob\""),
		ACCOUNT("bob", ",\"routes\":[\"not a prefix\"]"),
		ACCOUNT("bob", ",\"maxPacketAmount\":\"-1\""),
		ACCOUNT("bob", ",\"incomingJwt\":{\"secret\":\"s\"}"),
	};
	const struct reply *reply;
	struct desk d;

	begin(&d);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		check_sent(&d, 400, "account-invalid", "POST /v1/accounts",
			   wrong[i]);
	check_sent(&d, 400, "bad-request", "POST /v1/accounts", "{");
	check_sent(&d, 400, "bad-request", "POST /v1/accounts", "");
	reply = desk_send(&d, "POST /v1/accounts",
			  "{\"id\":\"bob\",\n \"relation\":\"foe\"}");
	CHECK_PROBLEM(reply, 400, "account-invalid");
	CHECK(memmem(reply->body.at, reply->body.len, "line 2, column 13",
		     17));
	CHECK_INT(shard_account_count(scene_shard(&d.s)), 1);
	desk_end(&d);
}

/* Whoever has the API may not read the node's files by it. */
static void only_the_file_names_files(void)
{
	static const char *const options[] = { "tlsCa", "tlsCertificate",
					       "tlsKey" };
	char body[512];
	struct desk d;

	begin(&d);
	for (size_t i = 0; i < 3; i++) {
		snprintf(body, sizeof(body),
			 ACCOUNT("bob", ",\"url\":\"btp+wss://h/\",\"%s\":"
					"\"/etc/hostname\""),
			 options[i]);
		check_sent(&d, 400, "account-invalid", "POST /v1/accounts",
			   body);
	}
	assert_null(find(&d, "bob"));
	desk_end(&d);
}

static void an_account_does_not_take_what_others_have(void)
{
	struct peer *alice;
	struct desk d;

	alice = begin(&d);
	get_sent(&d, 201, "POST /v1/accounts",
		 ACCOUNT("bob", ",\"incomingToken\":\"t\""));
	check_sent(&d, 409, "account-exists", "POST /v1/accounts",
		   ACCOUNT("alice", ""));
	check_sent(&d, 409, "account-exists", "POST /v1/accounts",
		   ACCOUNT("bob", ""));
	check_sent(&d, 409, "account-conflict", "POST /v1/accounts",
		   ACCOUNT("carol", ",\"incomingToken\":\"t\""));
	check_sent(&d, 409, "account-conflict", "POST /v1/accounts",
		   ACCOUNT("carol", ",\"routes\":[\"test.c\",\"test.alice\"]"));
	check_sent(&d, 409, "account-conflict", "POST /v1/accounts",
		   ACCOUNT("carol", ",\"routes\":[\"test.node\"]"));
	check_sent(&d, 409, "account-conflict", "PATCH /v1/accounts/bob",
		   "{\"routes\":[\"test.b\",\"test.alice\"]}");
	assert_null(find(&d, "carol"));
	check_not_led(&d, alice, "test.c");
	check_not_led(&d, alice, "test.b");
	desk_end(&d);
}

static void changes_an_account_while_packets_flow(void)
{
	const struct ilp_json_node *json;
	struct peer *alice, *bob;
	struct question *q;
	struct desk d;

	alice = begin(&d);
	bob = make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	q = ask(&d, alice, "test.bob", 100);
	json = get_sent(&d, 200, "PATCH /v1/accounts/bob",
			"{\"routes\":[\"test.rob\"],\"maxPacketAmount\":\"50\","
			"\"owner\":\"somebody\"}");
	CHECK_AT(json, "limits.maxPacketAmount", "50");
	CHECK_AT(json, "owner", "somebody");
	CHECK_PASSED(q, bob);
	peer_fulfill(q);
	scene_play(&d.s);
	CHECK_FULFILLED(q);
	check_not_led(&d, alice, "test.bob");
	check_led(&d, alice, "test.rob", bob);
	q = ask(&d, bob, "test.alice", 51);
	CHECK_INT(q->answers, 1);
	json = get_sent(&d, 200, "PATCH /v1/accounts/bob",
			"{\"maxPacketAmount\":null}");
	CHECK_AT(json, "limits.maxPacketAmount", "unlimited");
	CHECK_AT(json, "owner", "somebody");
	check_led(&d, alice, "test.rob", bob);
	desk_end(&d);
}

static void what_an_account_is_cannot_be_changed(void)
{
	static const char *const wrong[] = {
		"[]", "null", "{\"id\":\"rob\"}", "{\"id\":null}",
		"{\"i\\u0064\":\"rob\"}", "{\"nonsense\":1}",
		"{\"assetScale\":null}", "{\"maximum\":{}}",
		"{\"tlsCa\":\"/etc/hostname\"}", "{\"nonsense\":null}",
		"{\"balance\":{\"maximal\":null}}",
		"{\"maximum\":1,\"balance\":{\"maximum\":2}}",
	};
	struct desk d;

	begin(&d);
	get_sent(&d, 201, "POST /v1/accounts", ACCOUNT("bob", ""));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		check_sent(&d, 400, "account-invalid", "PATCH /v1/accounts/bob",
			   wrong[i]);
	check_sent(&d, 409, "account-conflict", "PATCH /v1/accounts/bob",
		   "{\"assetScale\":2}");
	check_sent(&d, 409, "account-in-file", "PATCH /v1/accounts/alice",
		   "{}");
	check_sent(&d, 404, "account-unknown", "PATCH /v1/accounts/carol",
		   "{}");
	assert_null(find(&d, "rob"));
	CHECK_AT(get_sent(&d, 200, "PATCH /v1/accounts/bob", "{}"),
		 "assetScale", "9");
	desk_end(&d);
}

static void an_option_of_two_names_is_one(void)
{
	struct desk d;
	const struct ilp_json_node *json;

	begin(&d);
	get_sent(&d, 201, "POST /v1/accounts",
		 "{\"id\":\"bob\",\"relation\":\"peer\","
		 "\"assetCode\":\"XRP\",\"assetScale\":9,"
		 "\"balance\":{\"maximum\":7,\"minimum\":-7}}");
	json = get_sent(&d, 200, "PATCH /v1/accounts/bob",
			"{\"maximum\":5}");
	CHECK_AT(json, "balance.maximum", "5");
	CHECK_AT(json, "balance.minimum", "-7");
	json = get_sent(&d, 200, "PATCH /v1/accounts/bob",
			"{\"minimum\":null}");
	CHECK_AT(json, "balance.minimum", "unlimited");
	CHECK_AT(json, "balance.maximum", "5");
	json = get_sent(&d, 200, "PATCH /v1/accounts/bob",
			"{\"balance\":null,\"minimum\":-3}");
	CHECK_AT(json, "balance.minimum", "-3");
	CHECK_AT(json, "balance.maximum", "0");
	desk_end(&d);
}

/* It would be there after one of them is gone. */
static void a_route_is_not_made_twice(void)
{
	struct peer *alice, *bob;
	struct desk d;

	alice = begin(&d);
	bob = make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	get_sent(&d, 200, "PUT /v1/routes/test.b", TO("bob"));
	check_sent(&d, 409, "account-conflict", "PATCH /v1/accounts/bob",
		   "{\"routes\":[\"test.b\"]}");
	check_sent(&d, 409, "route-conflict", "PUT /v1/routes/test.bob",
		   TO("bob"));
	check_sent(&d, 409, "route-conflict", "DELETE /v1/routes/test.bob", "");
	check_led(&d, alice, "test.b.c", bob);
	check_led(&d, alice, "test.bob", bob);
	desk_end(&d);
}

static void removes_an_account_with_its_routes(void)
{
	struct peer *alice;
	struct desk d;

	alice = begin(&d);
	make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	get_sent(&d, 200, "PUT /v1/routes/test.b", TO("bob"));
	get_sent(&d, 200, "PUT /v1/routes/test.a", TO("alice"));
	CHECK_AT(get_sent(&d, 200, "DELETE /v1/accounts/bob", ""), "state",
		 "closing");
	check_not_led(&d, alice, "test.bob");
	check_not_led(&d, alice, "test.b");
	scene_wait(&d.s, 5000);
	check_sent(&d, 404, "account-unknown", "DELETE /v1/accounts/bob", "");
	/* Whoever has the id now is led to by none of them. */
	get_sent(&d, 201, "POST /v1/accounts", ACCOUNT("bob", ""));
	check_sent(&d, 404, "route-unknown", "DELETE /v1/routes/test.b", "");
	CHECK_INT(desk_call(&d, "DELETE /v1/routes/test.a")->status, 204);
	desk_end(&d);
}

static void an_account_with_money_is_not_removed(void)
{
	struct peer *alice, *bob;
	struct question *q;
	struct desk d;

	alice = begin(&d);
	bob = make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	q = ask(&d, alice, "test.bob", 100);
	check_sent(&d, 409, "account-not-empty", "DELETE /v1/accounts/bob", "");
	peer_fulfill(q);
	scene_play(&d.s);
	CHECK_FULFILLED(q);
	check_sent(&d, 409, "account-not-empty", "DELETE /v1/accounts/bob", "");
	q = ask(&d, bob, "test.alice", 100);
	check_sent(&d, 409, "account-not-empty", "DELETE /v1/accounts/bob", "");
	peer_fulfill(q);
	scene_play(&d.s);
	check_sent(&d, 409, "account-in-file", "DELETE /v1/accounts/alice", "");
	get_sent(&d, 200, "DELETE /v1/accounts/bob", "");
	scene_wait(&d.s, 5000);
	assert_null(find(&d, "bob"));
	desk_end(&d);
}

/* Nothing is said of it that would be true of who has its id next. */
static void an_account_that_leaves_is_left_alone(void)
{
	struct peer *alice;
	struct question *q;
	struct desk d;

	alice = begin(&d);
	make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	q = ask(&d, alice, "test.bob", 0);
	get_sent(&d, 200, "DELETE /v1/accounts/bob", "");
	CHECK_AT(desk_get(&d, 200, "GET /v1/accounts/bob"), "origin", "api");
	check_sent(&d, 409, "account-leaving", "PATCH /v1/accounts/bob", "{}");
	check_sent(&d, 409, "account-leaving", "DELETE /v1/accounts/bob", "");
	check_sent(&d, 409, "account-leaving", "POST /v1/accounts/bob/stop",
		   "");
	check_sent(&d, 409, "account-unknown", "PUT /v1/routes/test.b", TO("bob"));
	check_sent(&d, 409, "account-exists", "POST /v1/accounts",
		   ACCOUNT("bob", ""));
	peer_fulfill(q);
	scene_play(&d.s);
	CHECK_FULFILLED(q);
	scene_wait(&d.s, 5000);
	CHECK_AT(get_sent(&d, 201, "POST /v1/accounts", ACCOUNT("bob", "")),
		 "state", "open");
	desk_end(&d);
}

/* ---- routes ---- */

static void sets_and_removes_routes(void)
{
	struct peer *alice, *bob;
	const struct ilp_json_node *json;
	struct desk d;

	alice = begin(&d);
	bob = make(&d, ACCOUNT("bob", ""), "bob");
	json = get_sent(&d, 200, "PUT /v1/routes/test.b", TO("bob"));
	CHECK_AT(json, "prefix", "test.b");
	CHECK_AT(json, "account", "bob");
	CHECK_AT(json, "origin", "api");
	check_led(&d, alice, "test.b.c", bob);
	check_not_led(&d, alice, "test.c");
	get_sent(&d, 200, "PUT /v1/routes/default", TO("bob"));
	check_led(&d, alice, "test.c", bob);
	get_sent(&d, 200, "PUT /v1/routes/test.b", TO("alice"));
	check_led(&d, bob, "test.b.c", alice);
	CHECK_INT(desk_call(&d, "DELETE /v1/routes/default")->status, 204);
	check_not_led(&d, alice, "test.c");
	CHECK_INT(desk_call(&d, "DELETE /v1/routes/test.b")->status, 204);
	check_not_led(&d, bob, "test.b.c");
	check_sent(&d, 404, "route-unknown", "DELETE /v1/routes/test.b", "");
	desk_end(&d);
}

static void a_route_that_cannot_be_is_not_set(void)
{
	static const char *const bodies[] = {
		"{}", "[\"alice\"]", "\"alice\"", "{\"account\":\"\"}",
		"{\"account\":null}", "{\"account\":7}",
		"{\"account\":\"alice\",\"more\":1}",
		"{\"account\":\"alice\",\"account\":\"alice\"}",
	};
	static const char *const prefixes[] = { "test..x", "test.%20", "x", "test.x.",
						"Default" };
	const struct reply *reply;
	char request[64];
	struct peer *alice;
	struct desk d;

	alice = begin(&d);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		check_sent(&d, 400, "route-invalid", "PUT /v1/routes/test.x",
			   bodies[i]);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		snprintf(request, sizeof(request), "PUT /v1/routes/%s",
			 prefixes[i]);
		check_sent(&d, 400, "route-invalid", request, TO("alice"));
	}
	reply = desk_send(&d, "PUT /v1/routes/test.x", "{\"acount\":1}");
	CHECK_PROBLEM(reply, 400, "route-invalid");
	CHECK_AT(reply->json, "detail",
		 "There is no use for \\\"acount\\\"; \\\"account\\\" is near.");
	check_sent(&d, 409, "account-unknown", "PUT /v1/routes/test.x", TO("bob"));
	check_sent(&d, 409, "route-conflict", "PUT /v1/routes/test.node",
		   TO("alice"));
	check_sent(&d, 409, "route-conflict", "DELETE /v1/routes/test.node",
		   "");
	check_sent(&d, 409, "route-conflict", "PUT /v1/routes/test.alice",
		   TO("alice"));
	check_sent(&d, 409, "route-conflict", "DELETE /v1/routes/test.alice",
		   "");
	check_led(&d, alice, "test.alice", alice);
	check_not_led(&d, alice, "test.x");
	desk_end(&d);
}

/* ---- tokens ---- */

struct token {
	char text[128];
};

static struct token token_of(const struct ilp_json_node *json)
{
	const struct ilp_bytes text = desk_at(json, "token")->text;
	struct token token;

	CHECK(text.len > 40 && text.len < sizeof(token.text));
	snprintf(token.text, sizeof(token.text), "%.*s", (int)text.len,
		 (const char *)text.at);
	return token;
}

static void check_scope(struct desk *d, struct token token,
			enum api_scope scope)
{
	CHECK_INT(api_scope_of(d->api, ilp_text(token.text)), scope);
}

static void tokens_are_good_for_their_scope(void)
{
	static const char *const scopes[] = { "read", "operate", "admin" };
	struct token tokens[3], cut;
	char body[128];
	struct desk d;

	begin(&d);
	for (size_t i = 0; i < 3; i++) {
		snprintf(body, sizeof(body), TOKEN("t-%zu", "%s"), i,
			 scopes[i]);
		tokens[i] = token_of(get_sent(&d, 201, "POST /v1/tokens",
					      body));
	}
	check_scope(&d, tokens[0], API_READ);
	check_scope(&d, tokens[1], API_OPERATE);
	check_scope(&d, tokens[2], API_ADMIN);
	cut = tokens[2];
	cut.text[strlen(cut.text) - 1] = '\0';
	check_scope(&d, cut, API_ANYBODY);
	check_scope(&d, (struct token){ "" }, API_ANYBODY);
	CHECK(!memmem(desk_call(&d, "GET /v1/tokens")->body.at,
		      desk_call(&d, "GET /v1/tokens")->body.len, "ilpd_", 5));
	CHECK_AT(desk_get(&d, 200, "GET /v1/tokens"), "items.2.name", "t-0");
	desk_end(&d);
}

static void a_rotated_token_is_good_for_nothing(void)
{
	struct token first, second;
	const struct reply *reply;
	struct desk d;

	begin(&d);
	first = token_of(get_sent(&d, 201, "POST /v1/tokens",
				  TOKEN("t", "operate")));
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/tokens/t/rotate", "", &d, 1);
	desk_play(&d);
	desk_play(&d);
	check_scope(&d, first, API_OPERATE); /* nobody has the new one yet */
	slow_ledger_stall(d.s.ledger, false);
	desk_play(&d);
	reply = desk_next(&d);
	assert_non_null(reply);
	second = token_of(reply->json);
	CHECK(strcmp(first.text, second.text) != 0);
	check_scope(&d, first, API_ANYBODY);
	check_scope(&d, second, API_OPERATE);
	CHECK_INT(desk_call(&d, "DELETE /v1/tokens/t")->status, 204);
	check_scope(&d, second, API_ANYBODY);
	check_sent(&d, 404, "token-unknown", "DELETE /v1/tokens/t", "");
	check_sent(&d, 404, "token-unknown", "POST /v1/tokens/t/rotate", "");
	CHECK_AT(desk_get(&d, 200, "GET /v1/tokens"), "items", "[]");
	desk_end(&d);
}

static void a_token_that_cannot_be_is_not_made(void)
{
	static const char *const wrong[] = {
		"{}", "[]", TOKEN("", "read"), TOKEN("t", "none"),
		TOKEN("t", "Read"), TOKEN("t t", "read"), TOKEN("t/", "read"),
		TOKEN("\\u00e9", "read"), "{\"name\":\"t\"}",
		"{\"name\":\"t\",\"scope\":\"read\",\"more\":1}",
		TOKEN("01234567890123456789012345678901234567890123456789"
		      "012345678901234", "read"),
	};
	struct desk d;

	begin(&d);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		check_sent(&d, 400, "token-invalid", "POST /v1/tokens",
			   wrong[i]);
	get_sent(&d, 201, "POST /v1/tokens", TOKEN("t", "read"));
	check_sent(&d, 409, "token-exists", "POST /v1/tokens",
		   TOKEN("t", "read"));
	desk_end(&d);
}

#define TOKENS_MAX 256

/* Also when the last ones are made at once. */
static void there_is_an_end_to_tokens(void)
{
	const struct reply *reply;
	char body[128];
	int made = 0, refused = 0;
	struct desk d;

	begin(&d);
	for (int i = 0; i < TOKENS_MAX - 2; i++) {
		snprintf(body, sizeof(body), TOKEN("t%d", "read"), i);
		get_sent(&d, 201, "POST /v1/tokens", body);
	}
	for (int i = 0; i < 10; i++) {
		snprintf(body, sizeof(body), TOKEN("u%d", "read"), i);
		desk_ask_with(&d, "POST /v1/tokens", body, &d, 1);
	}
	for (int i = 0; i < 100; i++) {
		desk_play(&d);
		while ((reply = desk_next(&d))) {
			made += reply->status == 201;
			refused += reply->status == 409;
		}
	}
	CHECK(made == 2 && refused == 8);
	CHECK_INT(desk_at(desk_get(&d, 200, "GET /v1/tokens"), "items")->count,
		  TOKENS_MAX);
	desk_end(&d);
}

/* ---- everything at once ---- */

static void stops_and_starts_everything(void)
{
	struct peer *alice, *bob;
	struct question *q;
	struct desk d;

	alice = begin(&d);
	bob = make(&d, ACCOUNT("bob", ",\"routes\":[\"test.bob\"]"), "bob");
	q = ask(&d, alice, "test.bob", 7);
	CHECK_AT(get_sent(&d, 200, "POST /v1/stop", ""), "ready", "false");
	peer_fulfill(q);
	scene_play(&d.s);
	CHECK_FULFILLED(q);
	q = ask(&d, alice, "test.bob", 7);
	CHECK_INT(q->answers, 1);
	CHECK(!q->fulfilled);
	get_sent(&d, 200, "POST /v1/accounts/bob/stop", "");
	CHECK_AT(get_sent(&d, 200, "POST /v1/start", ""), "ready", "true");
	q = ask(&d, alice, "test.bob", 7);
	CHECK_INT(q->answers, 1);
	get_sent(&d, 200, "POST /v1/accounts/bob/start", "");
	check_led(&d, alice, "test.bob", bob);
	desk_end(&d);
}

/* Whoever asks for changes again and again while the disk is full can still be
 * told that it is. */
static void changes_that_wait_leave_room_for_looking(void)
{
	const struct reply *reply;
	int busy = 0;
	struct desk d;

	begin(&d);
	slow_ledger_trouble(d.s.ledger, true);
	for (uint32_t i = 0; i < 300; i++)
		desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, i);
	for (int i = 0; i < 5; i++)
		desk_play(&d);
	while ((reply = desk_next(&d))) {
		CHECK_PROBLEM(reply, 503, "too-busy");
		busy++;
	}
	CHECK(busy > 0);
	CHECK_AT(desk_get(&d, 200, "GET /v1/status"), "ledger.trouble",
		 "the disk is full");
	slow_ledger_trouble(d.s.ledger, false);
	for (int i = 0; i < 1000 && api_open(d.api); i++) {
		desk_play(&d);
		while ((reply = desk_next(&d)))
			CHECK_INT(reply->status, 200);
	}
	desk_end(&d);
}

TESTS(TEST(is_answered_when_it_is_durable_and_not_before),
      TEST(changes_of_one_thing_wait_for_each_other),
      TEST(changes_of_different_things_wait_for_nobody),
      TEST(happens_also_when_the_asker_has_gone),
      TEST(who_waits_too_long_is_told_so_and_nothing_else),
      TEST(makes_an_account_that_packets_go_through),
      TEST(an_account_that_cannot_be_is_none), TEST(only_the_file_names_files),
      TEST(an_account_does_not_take_what_others_have),
      TEST(changes_an_account_while_packets_flow),
      TEST(what_an_account_is_cannot_be_changed),
      TEST(an_option_of_two_names_is_one),
      TEST(a_route_is_not_made_twice), TEST(removes_an_account_with_its_routes),
      TEST(an_account_with_money_is_not_removed),
      TEST(an_account_that_leaves_is_left_alone), TEST(sets_and_removes_routes),
      TEST(a_route_that_cannot_be_is_not_set),
      TEST(tokens_are_good_for_their_scope),
      TEST(a_rotated_token_is_good_for_nothing),
      TEST(a_token_that_cannot_be_is_not_made), TEST(there_is_an_end_to_tokens),
      TEST(stops_and_starts_everything),
      TEST(changes_that_wait_leave_room_for_looking))
