/* SPDX-License-Identifier: Apache-2.0 */
/* What the operator says of money is so once, whatever fails between; each asset
 * still sums to zero, which the stage looks after. */
#include "node/admin/once.h"

#include "test/desk.h"
#include "test/slow_ledger.h"

#define ADJUST "POST /v1/accounts/bob/adjustments"
#define RESOLVE "POST /v1/accounts/bob/unresolved"
/* All packets of an earlier run must be over by then. */
#define LAPSE_MS 60000
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

struct stage {
	struct desk d;
	struct peer *alice;
	struct peer *bob;
};

static void configure_two(struct shard *shard)
{
	struct account_settings alice = peer_settings("alice");
	struct account_settings bob = peer_settings("bob");

	bob.balance = (struct book_limits){ -1000000, 500 };
	CHECK_INT(shard_account_add(shard, &alice), ACCOUNT_OK);
	CHECK_INT(shard_account_add(shard, &bob), ACCOUNT_OK);
	CHECK(shard_route_set(shard, ilp_text("test.bob"),
			      shard_account_find(shard, ilp_text("bob"))));
}

static void begin_on(struct stage *s, struct ledger *ledger)
{
	char error[256];

	desk_begin_lasting(&s->d, ledger, configure_two);
	if (!desk_restore(&s->d, error, sizeof(error)))
		fail_msg("%s", error);
	s->alice = peer_meet(&s->d.s, "alice");
	s->bob = peer_meet(&s->d.s, "bob");
	scene_play(&s->d.s);
}

static void begin(struct stage *s)
{
	begin_on(s, NULL);
}

static void end(struct stage *s)
{
	s->alice->limits_changed = s->bob->limits_changed = true;
	desk_end(&s->d);
}

/* The node dies without warning, and another one goes on. */
static void crash(struct stage *s)
{
	signed_units alice = s->alice->charged, bob = s->bob->charged;
	struct ledger *ledger;

	api_destroy(s->d.api);
	log_destroy(s->d.log);
	ledger = scene_crash(&s->d.s);
	desk_begin_lasting(&s->d, ledger, configure_two);
	desk_restore(&s->d, (char[256]){ 0 }, 256);
	s->alice = peer_meet(&s->d.s, "alice");
	s->bob = peer_meet(&s->d.s, "bob");
	s->alice->charged = alice;
	s->bob->charged = bob;
	scene_play(&s->d.s);
}

static signed_units balance(const struct stage *s)
{
	return peer_account(s->bob)->book.balance;
}

/* The stage is told of it before it looks. */
static const struct reply *say(struct stage *s, const char *request,
			       const char *body, const char *key,
			       signed_units change)
{
	s->bob->charged += change;
	s->bob->limits_changed |= change != 0;
	return desk_send_once(&s->d, request, body, key);
}

static void check_said(struct stage *s, const char *request, const char *body,
		       const char *key, signed_units change)
{
	const struct reply *reply = say(s, request, body, key, change);

	if (reply->status != 201)
		fail_msg("%s: %d %.*s", body, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
}

static void check_refused(struct stage *s, int status, const char *type,
			  const char *request, const char *body,
			  const char *key)
{
	signed_units before = balance(s);
	const struct reply *reply = say(s, request, body, key, 0);

	if (reply->status != status)
		fail_msg("%s: %d %.*s", body, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
	CHECK_PROBLEM(reply, status, type);
	CHECK(balance(s) == before);
}

/* ---- adjusting ---- */

static void an_adjustment_has_another_side(void)
{
	const struct reply *reply;
	struct stage s;

	begin(&s);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "0");
	reply = say(&s, ADJUST, "{\"amount\":\"-700\",\"note\":\"wire 17\"}",
		    "a", -700);
	CHECK_INT(reply->status, 201);
	CHECK_AT(reply->json, "account", "bob");
	CHECK_AT(reply->json, "amount", "-700");
	CHECK_AT(reply->json, "note", "wire 17");
	CHECK(balance(&s) == -700);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "700");
	check_said(&s, ADJUST, "{\"amount\":\"1000\"}", "b", 1000);
	CHECK(balance(&s) == 300);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "-300");
	crash(&s);
	CHECK(balance(&s) == 300);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "-300");
	check_said(&s, ADJUST, "{\"amount\":\"-300\"}", "c", -300);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "0");
	end(&s);
}

static void the_largest_amount_fits(void)
{
	struct stage s;

	begin(&s);
	check_said(&s, ADJUST,
		   "{\"amount\":\"18446744073709551615\","
		   "\"beyondLimits\":true}",
		   "a", (signed_units)UINT64_MAX);
	check_said(&s, ADJUST,
		   "{\"amount\":\"-18446744073709551615\"}", "b",
		   -(signed_units)UINT64_MAX);
	CHECK(balance(&s) == 0);
	end(&s);
}

static void what_makes_no_sense_is_refused(void)
{
	static const char *const bodies[] = {
		"{}",
		"{\"amount\":\"0\"}",
		"{\"amount\":\"-0\"}",
		"{\"amount\":\"\"}",
		"{\"amount\":\"-\"}",
		"{\"amount\":\"+5\"}",
		"{\"amount\":\"5.0\"}",
		"{\"amount\":\"05\"}",
		"{\"amount\":5}",
		"{\"amount\":\"18446744073709551616\"}",
		"{\"amount\":\"5\",\"unresolved\":\"5\"}",
		"{\"amount\":\"5\",\"beyondLimit\":true}",
		"{\"amount\":\"5\",\"beyondLimits\":1}",
		"{\"amount\":\"5\",\"note\":7}",
		"[\"5\"]",
	};
	char body[400] = "{\"amount\":\"5\",\"note\":\"";
	struct stage s;

	begin(&s);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		check_refused(&s, 400, "correction-invalid", ADJUST, bodies[i],
			      "k");
	memset(body + strlen(body), 'x', 257);
	strcat(body, "\"}");
	check_refused(&s, 400, "correction-invalid", ADJUST, body, "k");
	check_refused(&s, 400, "bad-request", ADJUST, "{", "k");
	CHECK_PROBLEM(say(&s, "POST /v1/accounts/eve/adjustments",
			  "{\"amount\":\"5\"}", "k", 0),
		      404, "account-unknown");
	/* Nothing was done, so the key is free. */
	check_said(&s, ADJUST, "{\"amount\":\"5\"}", "k", 5);
	end(&s);
}

static void limits_are_told_and_not_passed_by_mistake(void)
{
	struct stage s;

	begin(&s);
	check_said(&s, ADJUST, "{\"amount\":\"500\"}", "a", 500);
	check_refused(&s, 409, "beyond-limits", ADJUST, "{\"amount\":\"1\"}",
		      "b");
	check_said(&s, ADJUST, "{\"amount\":\"1\",\"beyondLimits\":true}", "c",
		   1);
	CHECK(balance(&s) == 501);
	/* Back towards the limit is always allowed. */
	check_said(&s, ADJUST, "{\"amount\":\"-1\"}", "d", -1);
	check_said(&s, ADJUST, "{\"amount\":\"-1000500\"}", "e", -1000500);
	check_refused(&s, 409, "beyond-limits", ADJUST, "{\"amount\":\"-1\"}",
		      "f");
	end(&s);
}

static void what_is_on_hold_counts_against_the_limit(void)
{
	struct question *q;
	struct stage s;

	begin(&s);
	q = peer_ask(s.alice, "test.bob", 400000);
	scene_play(&s.d.s);
	CHECK_PASSED(q, s.bob);
	check_refused(&s, 409, "beyond-limits", ADJUST,
		      "{\"amount\":\"-600001\"}", "a");
	check_said(&s, ADJUST, "{\"amount\":\"-600000\"}", "b", -600000);
	end(&s);
}

/* ---- once ---- */

static void is_done_once_and_answered_each_time(void)
{
	static const char body[] = "{\"amount\":\"7\",\"note\":\"\\u00fc\"}";
	struct ilp_bytes first;
	struct stage s;

	begin(&s);
	first = exact_copy(say(&s, ADJUST, body, "k", 7)->body);
	for (int i = 0; i < 3; i++) {
		const struct reply *again = say(&s, ADJUST, body, "k", 0);

		CHECK_INT(again->status, 201);
		CHECK_BYTES(again->body, first);
		CHECK(balance(&s) == 7);
		if (i == 1)
			crash(&s);
	}
	CHECK_BYTES(say(&s, ADJUST, body, "\"k\"", 0)->body, first);
	CHECK(balance(&s) == 7);
	exact_free(first);
	end(&s);
}

static void a_key_is_for_one_question(void)
{
	struct stage s;

	begin(&s);
	check_said(&s, ADJUST, "{\"amount\":\"7\"}", "k", 7);
	check_refused(&s, 422, "idempotency-key-reused", ADJUST,
		      "{\"amount\":\"8\"}", "k");
	check_refused(&s, 422, "idempotency-key-reused",
		      "POST /v1/accounts/alice/adjustments",
		      "{\"amount\":\"7\"}", "k");
	check_refused(&s, 422, "idempotency-key-reused", RESOLVE,
		      "{\"amount\":\"7\"}", "k");
	end(&s);
}

static void there_is_nothing_without_a_key(void)
{
	static const char *const keys[] = { "", "\"\"", "a b", "a\"b", "\x7f",
					    "\xc3\xbc" };
	char longest[ONCE_KEY_MAX + 2] = "";
	struct stage s;

	begin(&s);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		check_refused(&s, 400, "idempotency-key-missing", ADJUST,
			      "{\"amount\":\"7\"}", keys[i]);
	memset(longest, 'x', ONCE_KEY_MAX + 1);
	check_refused(&s, 400, "idempotency-key-missing", ADJUST,
		      "{\"amount\":\"7\"}", longest);
	longest[ONCE_KEY_MAX] = '\0';
	check_said(&s, ADJUST, "{\"amount\":\"7\"}", longest, 7);
	crash(&s);
	check_said(&s, ADJUST, "{\"amount\":\"7\"}", longest, 0);
	end(&s);
}

/* Not before it is durable, and those who ask meanwhile wait for that. */
static void those_who_ask_at_once_are_one(void)
{
	const struct reply *reply;
	struct stage s;

	begin(&s);
	slow_ledger_stall(s.d.s.ledger, true);
	s.bob->charged += 7;
	for (uint32_t i = 1; i <= 3; i++)
		desk_ask_once(&s.d, ADJUST, "{\"amount\":\"7\"}", "k", &s, i);
	desk_ask_once(&s.d, ADJUST, "{\"amount\":\"8\"}", "k", &s, 4);
	for (int i = 0; i < 10; i++)
		desk_play(&s.d);
	CHECK(balance(&s) == 7);
	CHECK(!desk_next(&s.d));
	slow_ledger_stall(s.d.s.ledger, false);
	desk_play(&s.d);
	for (uint32_t i = 1; i <= 4; i++) {
		reply = desk_next(&s.d);
		assert_non_null(reply);
		CHECK_INT(reply->stream, i);
		CHECK_INT(reply->status, i == 4 ? 422 : 201);
	}
	CHECK(!desk_next(&s.d));
	CHECK(balance(&s) == 7);
	end(&s);
}

static size_t keys_kept(const struct stage *s)
{
	struct ledger_record record = { .key = ilp_text("made/once/") };
	size_t count = 0;

	while (ledger_next_record(s->d.s.ledger, record.key, &record) &&
	       memcmp(record.key.at, "made/once/", 10) == 0)
		count++;
	return count;
}

static void adjust_by(struct stage *s, size_t key)
{
	char text[24];

	snprintf(text, sizeof(text), "key-%zu", key);
	check_said(s, ADJUST, "{\"amount\":\"-1\"}", text, -1);
}

static void the_oldest_keys_are_forgotten(void)
{
	struct stage s;

	begin(&s);
	for (size_t i = 0; i < ONCE_COUNT_MAX + 5; i++) {
		adjust_by(&s, i);
		scene_freeze(&s.d.s, 1000);
	}
	CHECK_INT(keys_kept(&s), ONCE_COUNT_MAX);
	/* The sixth is the oldest that is still known. */
	check_said(&s, ADJUST, "{\"amount\":\"-1\"}", "key-5", 0);
	scene_freeze(&s.d.s, ONCE_AGE_MS);
	adjust_by(&s, 2 * (size_t)ONCE_COUNT_MAX);
	adjust_by(&s, 2 * (size_t)ONCE_COUNT_MAX + 1);
	CHECK_INT(keys_kept(&s), ONCE_COUNT_MAX);
	scene_freeze(&s.d.s, DAY_MS);
	crash(&s);
	CHECK_INT(keys_kept(&s), ONCE_COUNT_MAX);
	end(&s);
}

/* ---- resolving ---- */

/* A crash while 100 are on their way: four times as much is in doubt. */
static void crash_in_flight(struct stage *s)
{
	struct question *q = peer_ask(s->alice, "test.bob", 100);

	scene_play(&s->d.s);
	CHECK_PASSED(q, s->bob);
	crash(s);
}

static void begin_unresolved(struct stage *s)
{
	begin(s);
	crash_in_flight(s);
	scene_wait(&s->d.s, LAPSE_MS);
	CHECK_AT(desk_get(&s->d, 200, "GET /v1/accounts/bob"),
		 "balance.unresolved", "400");
}

static void what_had_reached_the_peer_is_owed(void)
{
	struct stage s;

	begin_unresolved(&s);
	check_said(&s, RESOLVE,
		   "{\"amount\":\"100\",\"unresolved\":\"400\"}", "r", -100);
	CHECK(balance(&s) == -100);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/accounts/bob"),
		 "balance.unresolved", "0");
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/assets"), "items.0.adjusted",
		 "100");
	crash(&s);
	CHECK(balance(&s) == -100);
	CHECK_AT(desk_get(&s.d, 200, "GET /v1/accounts/bob"),
		 "balance.unresolved", "0");
	check_said(&s, RESOLVE,
		   "{\"amount\":\"100\",\"unresolved\":\"400\"}", "r", 0);
	CHECK(balance(&s) == -100);
	check_refused(&s, 409, "nothing-unresolved", RESOLVE,
		      "{\"amount\":\"0\"}", "s");
	end(&s);
}

static void nothing_may_have_reached_the_peer(void)
{
	struct ilp_bytes value;
	struct stage s;

	begin_unresolved(&s);
	CHECK(ledger_record(s.d.s.ledger, ilp_text("doubt/bob"), &value));
	check_said(&s, RESOLVE, "{\"amount\":\"0\"}", "r", 0);
	CHECK(!ledger_record(s.d.s.ledger, ilp_text("doubt/bob"), &value));
	CHECK(balance(&s) == 0);
	end(&s);
}

static void only_what_is_unresolved_is_resolved(void)
{
	struct stage s;

	begin(&s);
	check_refused(&s, 409, "nothing-unresolved", RESOLVE,
		      "{\"amount\":\"1\"}", "a");
	crash_in_flight(&s);
	check_refused(&s, 409, "nothing-unresolved", RESOLVE,
		      "{\"amount\":\"1\"}", "a");
	scene_wait(&s.d.s, LAPSE_MS);
	check_refused(&s, 409, "more-than-unresolved", RESOLVE,
		      "{\"amount\":\"401\"}", "a");
	check_refused(&s, 409, "unresolved-changed", RESOLVE,
		      "{\"amount\":\"100\",\"unresolved\":\"399\"}", "a");
	check_refused(&s, 400, "correction-invalid", RESOLVE,
		      "{\"amount\":\"-1\"}", "a");
	check_refused(&s, 400, "correction-invalid", RESOLVE,
		      "{\"unresolved\":\"400\"}", "a");
	check_said(&s, RESOLVE, "{\"amount\":\"400\"}", "a", -400);
	end(&s);
}

TESTS(TEST(an_adjustment_has_another_side), TEST(the_largest_amount_fits),
      TEST(what_makes_no_sense_is_refused),
      TEST(limits_are_told_and_not_passed_by_mistake),
      TEST(what_is_on_hold_counts_against_the_limit),
      TEST(is_done_once_and_answered_each_time),
      TEST(a_key_is_for_one_question), TEST(there_is_nothing_without_a_key),
      TEST(those_who_ask_at_once_are_one),
      TEST(the_oldest_keys_are_forgotten),
      TEST(what_had_reached_the_peer_is_owed),
      TEST(nothing_may_have_reached_the_peer),
      TEST(only_what_is_unresolved_is_resolved))
