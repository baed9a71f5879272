/* SPDX-License-Identifier: Apache-2.0 */
/* What listeners hear of a node on a stage, and what they do not. */
#include "node/admin/feed.h"

#include "ilp/text.h"
#include "test/desk.h"

#define HEARD_MAX ((size_t)4 * 1024 * 1024)

/* Somebody who listens, and what he has heard. */
struct ear {
	const void *door;
	char *heard;
	size_t len;
	uint64_t last; /* the number of the last event */
};

static void ear_begin(struct ear *ear, const void *door)
{
	*ear = (struct ear){ .door = door, .heard = calloc(1, HEARD_MAX) };
	assert_non_null(ear->heard);
}

static void ear_end(struct ear *ear)
{
	free(ear->heard);
}

static void ask(struct desk *d, struct ear *ear, const char *target,
		const char *token, const char *last)
{
	const struct api_question question = {
		.method = ilp_text("GET"),
		.target = ilp_text(target),
		.scope = API_READ,
		.token = ilp_text(token),
		.last_event = ilp_text(last),
		.asker = ear,
		.door = ear->door,
		.stream = 1,
	};

	CHECK(api_ask(d->api, &question, d->s.now));
}

/* The status of the answer. */
static int answer(struct desk *d, const struct ear *ear)
{
	struct api_answer out;

	while (!api_next_answer(d->api, &out))
		desk_play(d);
	CHECK(out.asker == ear);
	CHECK(out.streams == (out.status == 200));
	if (out.streams)
		CHECK_TEXT(ilp_text(out.content_type), "text/event-stream");
	CHECK(!api_next_answer(d->api, &out));
	return out.status;
}

static void listen_to(struct desk *d, struct ear *ear, const char *query)
{
	char target[512];

	snprintf(target, sizeof(target), "/v1/events%s", query);
	ask(d, ear, target, "", "");
	CHECK_INT(answer(d, ear), 200);
}

static void take(struct desk *d, struct ear *ear)
{
	struct ilp_bytes text = api_stream_text(d->api, ear);

	CHECK(ear->len + text.len < HEARD_MAX);
	if (!text.len)
		return;
	memcpy(ear->heard + ear->len, text.at, text.len);
	ear->len += text.len;
	api_stream_given(d->api, ear);
}

/* Time passes, and errands go there and back. */
static void pass(struct desk *d, int64_t ms)
{
	for (; ms > 0; ms -= 50) {
		scene_wait(&d->s, 50);
		api_tick(d->api, d->s.now);
		for (int i = 0; i < 40; i++)
			desk_play(d);
	}
}

static void hear(struct desk *d, struct ear *ear)
{
	ear->heard[0] = '\0';
	ear->len = 0;
	pass(d, 600);
	take(d, ear);
	ear->heard[ear->len] = '\0';
}

static size_t count(const struct ear *ear, const char *what)
{
	size_t found = 0;

	for (const char *at = ear->heard; (at = strstr(at, what)); at++)
		found++;
	return found;
}

#define CHECK_HEARD(ear, what) check_heard(ear, what, __LINE__)
static void check_heard(const struct ear *ear, const char *what, int line)
{
	if (count(ear, what) == 1)
		return;
	fprintf(stderr, "%s: %zu times in\n%s\n", what, count(ear, what),
		ear->heard);
	_fail(__FILE__, line);
}

/* ---- what happens ---- */

static void nothing_is_recorded_while_nobody_listens(void)
{
	struct peer *alice;
	struct question *q;
	struct desk d;

	desk_begin(&d);
	alice = peer_join(&d.s, "alice");
	peer_join(&d.s, "bob");
	scene_play(&d.s);
	q = peer_ask(alice, "test.bob", 5);
	scene_play(&d.s);
	scene_play(&d.s); /* the ceiling is durable (exposure.h) */
	peer_fulfill(q);
	scene_play(&d.s);
	api_tick(d.api, d.s.now);
	CHECK(api_next_errand(d.api) == NULL);
	CHECK(api_deadline_us(d.api) == ILP_NEVER_US);
	CHECK_INT(shard_events(scene_shard(&d.s))->wanted, 0);
	CHECK(shard_events(scene_shard(&d.s))->ring == NULL);
	desk_end(&d);
}

static void hears_of_accounts_connections_routes_and_alerts(void)
{
	struct shard *shard;
	struct peer *alice;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	listen_to(&d, &ear, "");
	shard = scene_shard(&d.s);
	alice = peer_join(&d.s, "alice");
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: account\ndata: {\"at\":\"2025-06-15T");
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"change\":\"made\"}\n\n");
	CHECK_HEARD(&ear, "event: route\n");
	CHECK_HEARD(&ear, "\"change\":\"set\",\"prefix\":\"test.alice\"}");
	CHECK_HEARD(&ear, "event: link\n");
	CHECK_HEARD(&ear, "\"state\":\"up\",\"reason\":null}");
	peer_connect(alice);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"state\":\"replaced\",\"reason\":null}");
	CHECK_INT(count(&ear, "\"down\""), 0);
	peer_disconnect(alice);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"state\":\"down\",\"reason\":\"");
	shard_account_stop(shard, peer_account(alice), true);
	shard_account_stop(shard, peer_account(alice), true);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"change\":\"stopped\"");
	shard_account_stop(shard, peer_account(alice), false);
	shard_stop_all(shard, true);
	shard_stop_all(shard, false);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"change\":\"started\"");
	CHECK_HEARD(&ear, "\"account\":null,\"change\":\"stopped\"");
	CHECK_HEARD(&ear, "\"account\":null,\"change\":\"started\"");
	peer_change(alice, &alice->settings);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"change\":\"changed\"");
	CHECK(shard_route_remove(shard, ilp_text("test.alice")));
	CHECK(!shard_route_remove(shard, ilp_text("test.alice")));
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"change\":\"removed\",\"prefix\":\"test.alice\"");
	peer_remove(alice);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"change\":\"leaving\"");
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"change\":\"removed\"");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void hears_of_an_alert_once(void)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	struct question *q, *other;
	struct peer *alice, *bob;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	bob = peer_join(&d.s, "bob");
	scene_play(&d.s);
	listen_to(&d, &ear, "?kinds=alerts");
	other = peer_ask(alice, "test.bob", 6);
	for (int i = 0; i < 3; i++) {
		q = peer_ask(alice, "test.bob", 5);
		scene_play(&d.s);
		peer_answer(q, peer_fulfill_packet(other, nothing));
		scene_play(&d.s);
	}
	peer_reject(other, "F99");
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: alert\n");
	CHECK_HEARD(&ear, "\"account\":\"bob\",\"change\":\"raised\",\"id\":1,");
	CHECK_INT(scene_alerts(&d.s, bob,
			       "fulfillment did not match expected value."),
		  3);
	desk_call(&d, "DELETE /v1/alerts/1");
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"change\":\"dismissed\",\"id\":1,");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void many_packets_are_one_change_of_a_balance(void)
{
	struct question *q[40];
	struct peer *alice;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	peer_join(&d.s, "bob");
	listen_to(&d, &ear, "?kinds=balances&account=alice");
	for (int i = 0; i < 40; i++)
		q[i] = peer_ask(alice, "test.bob", 5);
	scene_play(&d.s);
	for (int i = 0; i < 40; i++) {
		peer_fulfill(q[i]);
		scene_play(&d.s);
	}
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: balance\n");
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"assetCode\":\"XRP\","
			  "\"assetScale\":9,\"balance\":\"200\"}");
	hear(&d, &ear);
	CHECK_INT(ear.len, 0);
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void an_account_whose_change_is_not_told_yet_may_go(void)
{
	struct peer *alice, *bob;
	struct question *there, *back;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	bob = peer_join(&d.s, "bob");
	listen_to(&d, &ear, "?kinds=balances");
	there = peer_ask(alice, "test.bob", 5);
	back = peer_ask(bob, "test.alice", 5);
	scene_play(&d.s);
	peer_fulfill(there);
	peer_fulfill(back);
	scene_play(&d.s);
	peer_remove(alice);
	scene_play(&d.s);
	hear(&d, &ear);
	CHECK(shard_account_find(scene_shard(&d.s), ilp_text("alice")) == NULL);
	CHECK_HEARD(&ear, "\"account\":\"bob\"");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void hears_what_came_of_packets(void)
{
	struct peer *alice;
	struct question *q;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	peer_join(&d.s, "bob");
	listen_to(&d, &ear, "?kinds=packets");
	q = peer_ask(alice, "test.bob.x", 5);
	scene_play(&d.s);
	scene_wait(&d.s, 20);
	peer_fulfill(q);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: packet\n");
	CHECK_HEARD(&ear, "\"account\":\"alice\",\"to\":\"bob\","
			  "\"destination\":\"test.bob.x\",\"amountIn\":\"5\","
			  "\"amountOut\":\"5\",\"outcome\":\"fulfilled\","
			  "\"code\":null,\"tookMicroseconds\":");
	q = peer_ask(alice, "test.bob", 6);
	scene_play(&d.s);
	peer_reject(q, "F99");
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"outcome\":\"rejected\",\"code\":\"F99\"");
	peer_ask(alice, "test.nobody", 7);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"to\":null,\"destination\":\"test.nobody\","
			  "\"amountIn\":\"7\",\"amountOut\":\"0\","
			  "\"outcome\":\"rejected\",\"code\":\"F02\"");
	peer_ask(alice, "test.bob", 8);
	scene_play(&d.s);
	scene_wait(&d.s, 11000);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "\"to\":\"bob\"");
	CHECK_HEARD(&ear, "\"code\":\"R00\"");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void a_sample_is_one_in_so_many_for_each_who_wants_one(void)
{
	struct ear all, some;
	struct peer *alice;
	struct desk d;

	desk_begin(&d);
	ear_begin(&all, NULL);
	ear_begin(&some, NULL);
	alice = peer_join(&d.s, "alice");
	scene_play(&d.s);
	listen_to(&d, &all, "?kinds=packets");
	listen_to(&d, &some, "?kinds=packets&sample=10");
	for (int i = 0; i < 100; i++)
		peer_ask(alice, "test.nobody", 7);
	hear(&d, &all);
	take(&d, &some);
	CHECK_INT(count(&all, "event: packet"), 100);
	CHECK_INT(count(&some, "event: packet"), 10);
	api_forget(d.api, &all);
	api_forget(d.api, &some);
	ear_end(&all);
	ear_end(&some);
	desk_end(&d);
}

static void hears_only_of_the_account_that_was_asked_for(void)
{
	struct peer *alice, *carol;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	carol = peer_join(&d.s, "carol");
	scene_play(&d.s);
	listen_to(&d, &ear, "?kinds=packets,links&account=alice");
	peer_ask(alice, "test.nobody", 1);
	peer_ask(carol, "test.nobody", 2);
	peer_ask(carol, "test.alice", 3);
	scene_play(&d.s);
	peer_disconnect(carol);
	peer_disconnect(alice);
	scene_wait(&d.s, 11000);
	hear(&d, &ear);
	CHECK_INT(count(&ear, "event: packet"), 2);
	CHECK_HEARD(&ear, "\"amountIn\":\"1\"");
	CHECK_HEARD(&ear, "\"amountIn\":\"3\"");
	CHECK_HEARD(&ear, "event: link\n");
	ask(&d, &ear, "/v1/events?account=nobody", "", "");
	CHECK_INT(answer(&d, &ear), 404);
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void what_makes_no_sense_is_refused(void)
{
	static const char *const targets[] = {
		"/v1/events?kinds=links,x", "/v1/events?kinds=link",
		"/v1/events?sample=0",	    "/v1/events?sample=1000001",
		"/v1/events?sample=x",	    "/v1/events?other=1",
		"/v1/events?kinds=%2",
	};
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		ask(&d, &ear, targets[i], "", "");
		CHECK_INT(answer(&d, &ear), 400);
	}
	CHECK_INT(desk_call_as(&d, API_ANYBODY, "GET /v1/events")->status, 401);
	ear_end(&ear);
	desk_end(&d);
}

/* ---- who misses something ---- */

static void set_routes(struct desk *d, const struct peer *to, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char prefix[64];

		snprintf(prefix, sizeof(prefix), "test.route-%d", i);
		CHECK(shard_route_set(scene_shard(&d->s), ilp_text(prefix),
				      peer_account(to)));
	}
}

static uint64_t last_id(const struct ear *ear)
{
	uint64_t id = 0;

	for (const char *at = ear->heard; (at = strstr(at, "id: ")); at++)
		id = strtoull(at + 4, NULL, 10);
	return id;
}

static void listen_again(struct desk *d, struct ear *ear, uint64_t last)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)last);
	api_forget(d->api, ear);
	ask(d, ear, "/v1/events", "", text);
	CHECK_INT(answer(d, ear), 200);
}

static void who_comes_back_goes_on_where_he_was(void)
{
	struct peer *alice;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	scene_play(&d.s);
	listen_to(&d, &ear, "");
	set_routes(&d, alice, 0, 1);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "test.route-0\"");
	api_forget(d.api, &ear);
	set_routes(&d, alice, 1, 300);
	pass(&d, 5000);
	listen_again(&d, &ear, last_id(&ear));
	hear(&d, &ear);
	CHECK_INT(count(&ear, "event: route"), 300);
	CHECK_HEARD(&ear, "test.route-1\"");
	CHECK_HEARD(&ear, "test.route-300\"");
	CHECK_INT(count(&ear, "missed"), 0);
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void who_comes_back_too_late_is_told_so(void)
{
	struct peer *alice;
	struct ear ear;
	struct desk d;
	uint64_t last;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	scene_play(&d.s);
	listen_to(&d, &ear, "");
	set_routes(&d, alice, 0, 1);
	hear(&d, &ear);
	last = last_id(&ear);
	api_forget(d.api, &ear);
	pass(&d, 31000); /* and nobody else listens */
	set_routes(&d, alice, 1, 1);
	listen_again(&d, &ear, last);
	set_routes(&d, alice, 2, 1);
	hear(&d, &ear);
	CHECK(strncmp(ear.heard, "event: missed\n", 14) == 0);
	CHECK_HEARD(&ear, "\"kind\":\"any\",\"count\":0}");
	CHECK_INT(count(&ear, "test.route-1\""), 0);
	CHECK_HEARD(&ear, "test.route-2\"");
	listen_again(&d, &ear, UINT64_MAX);
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: missed\n");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

/* With what is in his messages of those that were missed. */
static uint64_t missed(const struct ear *ear)
{
	uint64_t sum = 0;

	for (const char *at = ear->heard;
	     (at = strstr(at, "\"kind\":\"any\",\"count\":")); at++)
		sum += strtoull(at + 21, NULL, 10);
	return sum;
}

static void who_reads_slowly_misses_some_and_nobody_else_does(void)
{
	struct ear slow, quick;
	struct peer *alice;
	struct desk d;
	size_t heard = 0;

	desk_begin(&d);
	ear_begin(&slow, NULL);
	ear_begin(&quick, NULL);
	alice = peer_join(&d.s, "alice");
	scene_play(&d.s);
	listen_to(&d, &slow, "?kinds=routes");
	listen_to(&d, &quick, "?kinds=routes");
	for (int i = 0; i < 20; i++) {
		set_routes(&d, alice, 100 * i, 100);
		hear(&d, &quick);
		heard += count(&quick, "event: route");
		CHECK_INT(count(&quick, "missed"), 0);
		CHECK(api_stream_text(d.api, &slow).len <= FEED_ROOM);
	}
	CHECK_INT(heard, 2000);
	take(&d, &slow);
	CHECK(slow.len > FEED_ROOM / 2);
	set_routes(&d, alice, 3000, 1);
	pass(&d, 600);
	take(&d, &slow);
	CHECK_HEARD(&slow, "event: missed\n");
	CHECK(count(&slow, "event: route") < 2000);
	CHECK_INT(count(&slow, "event: route") + missed(&slow), 2001);
	CHECK_HEARD(&slow, "test.route-3000\"");
	api_forget(d.api, &slow);
	api_forget(d.api, &quick);
	ear_end(&slow);
	ear_end(&quick);
	desk_end(&d);
}

/* The control thread gets no time while the shard goes on. */
static void what_the_ring_has_lost_is_missed_by_all(void)
{
	struct peer *alice;
	struct ear ear;
	struct desk d;
	int64_t ms = 0;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	alice = peer_join(&d.s, "alice");
	scene_play(&d.s);
	listen_to(&d, &ear, "?kinds=routes");
	for (int i = 0; i < 25; i++, ms += 300) {
		set_routes(&d, alice, 100 * i, 100);
		scene_wait(&d.s, 300);
	}
	for (int i = 0; i < 10; i++) {
		pass(&d, 300);
		take(&d, &ear);
	}
	CHECK_INT(missed(&ear) + count(&ear, "event: route"), 2500);
	CHECK(missed(&ear) >= 2500 - EVENTS_MAX);
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

/* ---- who may listen ---- */

static void so_many_may_listen_by_each_door(void)
{
	struct ear ears[FEED_LISTENERS_MAX + 1], other;
	struct desk d;
	int here, there;

	desk_begin(&d);
	ear_begin(&other, &there);
	for (int i = 0; i <= FEED_LISTENERS_MAX; i++) {
		ear_begin(&ears[i], &here);
		ask(&d, &ears[i], "/v1/events", "", "");
		CHECK_INT(answer(&d, &ears[i]),
			  i < FEED_LISTENERS_MAX ? 200 : 503);
	}
	listen_to(&d, &other, "");
	api_forget(d.api, &ears[3]);
	listen_to(&d, &ears[FEED_LISTENERS_MAX], "");
	api_forget(d.api, &other);
	ear_end(&other);
	for (int i = 0; i <= FEED_LISTENERS_MAX; i++) {
		api_forget(d.api, &ears[i]);
		ear_end(&ears[i]);
	}
	CHECK(api_deadline_us(d.api) == ILP_NEVER_US);
	desk_end(&d);
}

static void a_stream_ends_with_the_token_that_opened_it(void)
{
	const struct ilp_json_node *json;
	const struct reply *reply;
	struct ear ear, local;
	char token[128];
	struct desk d;

	desk_begin_lasting(&d, NULL, NULL);
	ear_begin(&ear, NULL);
	ear_begin(&local, NULL);
	reply = desk_send(&d, "POST /v1/tokens",
			  "{\"name\":\"watch\",\"scope\":\"read\"}");
	CHECK_INT(reply->status, 201);
	json = desk_at(reply->json, "token");
	snprintf(token, sizeof(token), "%.*s", (int)json->text.len,
		 (const char *)json->text.at);
	ask(&d, &ear, "/v1/events", token, "");
	CHECK_INT(answer(&d, &ear), 200);
	listen_to(&d, &local, "");
	hear(&d, &ear);
	CHECK(!api_stream_is_over(d.api, &ear));
	desk_call(&d, "DELETE /v1/tokens/watch");
	hear(&d, &ear);
	CHECK_HEARD(&ear, "event: end\ndata: {\"reason\":\"the token is not "
			  "good any more\"}\n\n");
	CHECK(api_stream_is_over(d.api, &ear));
	CHECK(!api_stream_is_over(d.api, &local));
	hear(&d, &ear);
	CHECK_INT(ear.len, 0);
	api_end_streams(d.api, "that is all");
	hear(&d, &local);
	CHECK_HEARD(&local, "{\"reason\":\"that is all\"}");
	CHECK(api_stream_is_over(d.api, &local));
	api_forget(d.api, &ear);
	api_forget(d.api, &local);
	ear_end(&ear);
	ear_end(&local);
	desk_end(&d);
}

static void who_hears_nothing_hears_that_we_are_there(void)
{
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	listen_to(&d, &ear, "");
	pass(&d, 9000);
	CHECK_INT(api_stream_text(d.api, &ear).len, 0);
	pass(&d, 2000);
	take(&d, &ear);
	CHECK_TEXT(ilp_text(ear.heard), ":\n\n");
	api_forget(d.api, &ear);
	ear_end(&ear);
	desk_end(&d);
}

static void who_has_gone_before_the_answer_does_not_listen(void)
{
	struct api_answer out;
	struct ear ear;
	struct desk d;

	desk_begin(&d);
	ear_begin(&ear, NULL);
	ask(&d, &ear, "/v1/events", "", "");
	api_forget(d.api, &ear);
	while (!api_next_answer(d.api, &out))
		desk_play(&d);
	CHECK(out.asker == NULL);
	CHECK(!api_next_answer(d.api, &out));
	CHECK(api_deadline_us(d.api) == ILP_NEVER_US);
	ear_end(&ear);
	desk_end(&d);
}

TESTS(TEST(nothing_is_recorded_while_nobody_listens),
      TEST(hears_of_accounts_connections_routes_and_alerts),
      TEST(hears_of_an_alert_once),
      TEST(many_packets_are_one_change_of_a_balance),
      TEST(an_account_whose_change_is_not_told_yet_may_go),
      TEST(hears_what_came_of_packets),
      TEST(a_sample_is_one_in_so_many_for_each_who_wants_one),
      TEST(hears_only_of_the_account_that_was_asked_for),
      TEST(what_makes_no_sense_is_refused),
      TEST(who_comes_back_goes_on_where_he_was),
      TEST(who_comes_back_too_late_is_told_so),
      TEST(who_reads_slowly_misses_some_and_nobody_else_does),
      TEST(what_the_ring_has_lost_is_missed_by_all),
      TEST(so_many_may_listen_by_each_door),
      TEST(a_stream_ends_with_the_token_that_opened_it),
      TEST(who_hears_nothing_hears_that_we_are_there),
      TEST(who_has_gone_before_the_answer_does_not_listen))
