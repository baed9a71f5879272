/* SPDX-License-Identifier: Apache-2.0 */
/* Who has changed what through the admin API: one entry for each change that is
 * kept, none for any other, in this run and in the next, and no secret. */
#define _GNU_SOURCE /* memmem */
#include "node/admin/audit.h"

#include "node/connector.h"
#include "test/database.h"
#include "test/desk.h"
#include "test/slow_ledger.h"

#define BOB                                                                    \
	"{\"id\":\"bob\",\"relation\":\"peer\",\"assetCode\":\"XRP\","         \
	"\"assetScale\":9,\"incomingToken\":\"SECRET-1\","                     \
	"\"balance\":{\"maximum\":\"5\"}}"

static void begin(struct desk *d)
{
	desk_begin_lasting(d, NULL, NULL);
	peer_join(&d->s, "alice");
	scene_play(&d->s);
}

static void send(struct desk *d, int status, const char *request,
		 const char *body)
{
	const struct reply *reply = desk_send(d, request, body);

	if (reply->status != status)
		fail_msg("%s: %d %.*s", request, reply->status,
			 (int)reply->body.len, (const char *)reply->body.at);
}

static const struct ilp_json_node *audit(struct desk *d)
{
	return desk_get(d, 200, "GET /v1/audit?limit=250");
}

static size_t count(struct desk *d)
{
	return desk_at(audit(d), "items")->count;
}

/* What the log was told last. */
static struct log_record last_told(struct desk *d)
{
	struct log_record r = { .event = "nothing" };

	while (log_take(d->log, &r))
		;
	return r;
}

/* ---- entries ---- */

static void each_change_has_an_entry(void)
{
	static const struct {
		int status;
		const char *request;
		const char *body;
		const char *action;
		const char *object; /* as it lies in JSON */
	} rows[] = {
		{ 201, "POST /v1/accounts", BOB, "addAccount", "bob" },
		{ 200, "PATCH /v1/accounts/bob", "{\"maximum\":null}",
		  "changeAccount", "bob" },
		{ 200, "POST /v1/accounts/bob/stop", "", "stopAccount", "bob" },
		{ 200, "POST /v1/accounts/alice/start", "", "startAccount",
		  "alice" },
		{ 200, "PUT /v1/routes/test.x", "{\"account\":\"alice\"}",
		  "setRoute", "test.x" },
		{ 204, "DELETE /v1/routes/test.x", "", "removeRoute", "test.x" },
		{ 201, "POST /v1/tokens", "{\"name\":\"t\",\"scope\":\"read\"}",
		  "addToken", "t" },
		{ 200, "POST /v1/tokens/t/rotate", "", "rotateToken", "t" },
		{ 204, "DELETE /v1/tokens/t", "", "removeToken", "t" },
		{ 200, "POST /v1/stop", "", "stopAll", "null" },
		{ 200, "POST /v1/start", "", "startAll", "null" },
		{ 200, "PATCH /v1/log", "{\"level\":\"debug\"}", "setLog",
		  "null" },
		{ 204, "DELETE /v1/alerts/1", "", "dismissAlert", "1" },
		{ 200, "DELETE /v1/accounts/bob", "", "removeAccount", "bob" },
	};
	const size_t rows_count = sizeof(rows) / sizeof(*rows);
	const struct ilp_json_node *json;
	struct desk d;
	char path[32], number[8];

	begin(&d);
	shard_begin(scene_shard(&d.s), d.s.now);
	alerts_raise(shard_alerts(scene_shard(&d.s)), d.s.now,
		     (struct alert_account){ 1, ilp_text("alice") }, "oh",
		     (struct ilp_bytes){ NULL, 0 });
	for (size_t i = 0; i < rows_count; i++) {
		send(&d, rows[i].status, rows[i].request, rows[i].body);
		json = audit(&d);
		CHECK_INT(desk_at(json, "items")->count, i + 1);
		snprintf(path, sizeof(path), "items.%zu", i);
		json = desk_at(json, path);
		snprintf(number, sizeof(number), "%zu", i + 1);
		CHECK_AT(json, "number", number);
		CHECK_AT(json, "at", "2025-06-15T15:06:40.123Z");
		CHECK_AT(json, "who", "somebody");
		CHECK_AT(json, "action", rows[i].action);
		CHECK_AT(json, "object", rows[i].object);
	}
	desk_take_down(&d);
}

static void what_changes_nothing_has_none(void)
{
	struct desk d;

	begin(&d);
	send(&d, 404, "POST /v1/accounts/nobody/stop", "");
	send(&d, 409, "PATCH /v1/accounts/alice", "{\"maximum\":\"1\"}");
	send(&d, 400, "POST /v1/accounts", "{\"id\":\"x\"}");
	send(&d, 400, "POST /v1/accounts", "{");
	send(&d, 404, "DELETE /v1/alerts/7", "");
	send(&d, 404, "DELETE /v1/routes/test.y", "");
	send(&d, 400, "PATCH /v1/log", "{\"level\":\"loud\"}");
	CHECK_INT(desk_call_as(&d, API_READ, "POST /v1/stop")->status, 403);
	CHECK_INT(desk_call_as(&d, API_ANYBODY, "POST /v1/stop")->status, 401);
	desk_get(&d, 200, "GET /v1/accounts");
	CHECK_INT(count(&d), 0);
	desk_end(&d);
}

/* The next one has the next number, and waits for nothing. */
static void there_is_none_before_the_change_is_durable(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d);
	slow_ledger_stall(d.s.ledger, true);
	desk_ask_with(&d, "POST /v1/accounts", BOB, &d, 1);
	desk_ask_with(&d, "POST /v1/accounts/alice/stop", "", &d, 2);
	for (int i = 0; i < 5; i++)
		desk_play(&d);
	CHECK_INT(count(&d), 0);
	slow_ledger_stall(d.s.ledger, false);
	for (int i = 0; i < 5; i++)
		desk_play(&d);
	for (uint32_t i = 1; i <= 2; i++) {
		reply = desk_next(&d);
		assert_non_null(reply);
		CHECK_INT(reply->stream, i);
	}
	CHECK(!desk_next(&d));
	CHECK_INT(count(&d), 2);
	CHECK_AT(audit(&d), "items.0.action", "addAccount");
	CHECK_AT(audit(&d), "items.1.action", "stopAccount");
	CHECK_AT(audit(&d), "items.1.number", "2");
	desk_take_down(&d);
}

/* ---- what is told ---- */

static bool has(struct ilp_bytes text, const char *what)
{
	return text.len && memmem(text.at, text.len, what, strlen(what));
}

static bool log_has(const struct log_record *r, const char *what)
{
	return has((struct ilp_bytes){ (const uint8_t *)r->room, r->used },
		   what);
}

static void secrets_are_only_named(void)
{
	static const char change[] =
		"{\"server\":\"btp+wss://u:SECRET-2@host/SECRET-3\","
		"\"incomingToken\":\"SECRET-4\",\"maxPacketAmount\":\"77\","
		"\"owner\":null}";
	struct log_record told;
	struct desk d;

	begin(&d);
	send(&d, 201, "POST /v1/accounts", BOB);
	send(&d, 200, "PATCH /v1/accounts/bob", change);
	told = last_told(&d);
	CHECK(!log_has(&told, "SECRET") && log_has(&told, "server=(not told)"));
	CHECK(log_has(&told, "maxPacketAmount=77"));
	/* They are in there as they were sent, also where all is refused. */
	send(&d, 409, "PATCH /v1/accounts/alice", change);
	told = last_told(&d);
	CHECK(strcmp(told.event, "change-refused") == 0);
	CHECK(!log_has(&told, "SECRET"));
	CHECK(!has(desk_call(&d, "GET /v1/audit")->body, "SECRET"));
	CHECK_AT(audit(&d), "items.0.changes.4.name", "incomingToken");
	CHECK_AT(audit(&d), "items.0.changes.4.value", "(not told)");
	CHECK_AT(audit(&d), "items.0.changes.5.name", "balance.maximum");
	CHECK_AT(audit(&d), "items.0.changes.5.value", "5");
	CHECK_AT(audit(&d), "items.1.changes.0.value", "(not told)");
	CHECK_AT(audit(&d), "items.1.changes.2.value", "77");
	CHECK_AT(audit(&d), "items.1.changes.3.value", "null");
	desk_take_down(&d);
}

/* Whatever is sent where nothing is wanted. */
static void a_body_that_makes_no_sense_does_no_harm(void)
{
	static const char *const bodies[] = { "[1]", "\"x\"", "null", "7",
					      "[{\"a\":[{}]}]", "{\"\":{}}" };
	struct desk d;

	desk_begin(&d);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		CHECK_INT(desk_send(&d, "POST /v1/stop", bodies[i])->status,
			  200);
	desk_take_down(&d);
}

static void the_log_is_told_who_may_not(void)
{
	struct log_record told;
	struct desk d;

	begin(&d);
	desk_call_as(&d, API_READ, "POST /v1/stop");
	told = last_told(&d);
	CHECK(strcmp(told.event, "access-refused") == 0);
	CHECK(log_has(&told, "stopAll"));
	for (int i = 0; i < 100; i++)
		desk_call_as(&d, API_READ, "POST /v1/stop");
	for (int i = 0; i < 19; i++)
		CHECK(log_take(d.log, &told));
	CHECK(!log_take(d.log, &told));
	CHECK_INT(log_dropped(d.log), 0);
	desk_end(&d);
}

static void a_token_that_is_none_is_counted(void)
{
	char who[API_WHO_SIZE];
	struct log_record told;
	struct desk d;

	begin(&d);
	for (int i = 0; i < 30; i++)
		CHECK_INT(api_login(d.api, ilp_text("SECRET"), d.s.now, who),
			  API_ANYBODY);
	CHECK_INT(api_logins_refused(d.api), 30);
	CHECK(strcmp(who, "nobody") == 0);
	for (int i = 0; i < 20; i++) {
		CHECK(log_take(d.log, &told));
		CHECK(strcmp(told.event, "operator-refused") == 0);
		CHECK(!log_has(&told, "SECRET"));
	}
	CHECK(!log_take(d.log, &told));
	desk_end(&d);
}

/* ---- the next run ---- */

static void begin_again(struct desk *d)
{
	desk_take_down(d);
	desk_begin_lasting(d, database_open(NULL), NULL);
}

static size_t count_records(const struct ledger *ledger)
{
	struct ledger_record record = { .key = ilp_text(AUDIT_PREFIX) };
	size_t sum = 0;

	while (ledger_next_record(ledger, record.key, &record) &&
	       memcmp(record.key.at, AUDIT_PREFIX, strlen(AUDIT_PREFIX)) == 0)
		sum++;
	return sum;
}

static void entries_are_there_in_the_next_run(void)
{
	struct desk d;

	database_remove();
	desk_begin_lasting(&d, database_open(NULL), NULL);
	send(&d, 200, "POST /v1/stop", "");
	send(&d, 201, "POST /v1/tokens", "{\"name\":\"t\",\"scope\":\"read\"}");
	begin_again(&d);
	CHECK_INT(count(&d), 2);
	CHECK_AT(audit(&d), "items.1.action", "addToken");
	CHECK_AT(audit(&d), "items.1.changes.1.value", "read");
	send(&d, 200, "POST /v1/start", "");
	begin_again(&d);
	CHECK_INT(count(&d), 3);
	CHECK_AT(audit(&d), "items.2.number", "3");
	CHECK_AT(audit(&d), "items.2.action", "startAll");
	desk_take_down(&d);
}

static void the_oldest_go(void)
{
	const struct ilp_json_node *json;
	struct desk d;

	database_remove();
	desk_begin_lasting(&d, database_open(NULL), NULL);
	for (int i = 0; i < AUDIT_MAX + 5; i++)
		send(&d, 200, i % 2 ? "POST /v1/start" : "POST /v1/stop", "");
	CHECK_INT(count_records(d.s.ledger), AUDIT_MAX);
	for (int run = 0; run < 2; run++) {
		json = desk_get(&d, 200, "GET /v1/audit?limit=2");
		CHECK_AT(json, "items.0.number", "6");
		CHECK_AT(json, "next", "8");
		json = desk_get(&d, 200, "GET /v1/audit?limit=2&cursor=8");
		CHECK_AT(json, "items.0.number", "8");
		json = desk_get(&d, 200, "GET /v1/audit?limit=2&cursor=1004");
		CHECK_AT(json, "items.1.number", "1005");
		CHECK_AT(json, "next", "null");
		json = desk_get(&d, 200, "GET /v1/audit?cursor=1006");
		CHECK_INT(desk_at(json, "items")->count, 0);
		begin_again(&d);
	}
	desk_take_down(&d);
}

/* It is not worth a node that does not start. */
static void an_entry_that_makes_no_sense_is_shown_empty(void)
{
	struct audit *a = audit_create();
	struct ledger *ledger = slow_ledger_create();
	struct ilp_bytes key = ilp_text(AUDIT_PREFIX "0000000000000007");
	const struct ledger_record records[] = {
		{ key, ilp_text("no JSON") },
		{ ilp_text(AUDIT_PREFIX "x"), ilp_text("{}") },
	};
	const struct ledger_batch batch = { .records = records,
					    .record_count = 2 };
	uint64_t sequence;

	assert_non_null(a);
	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	CHECK(audit_restore(a, ledger));
	CHECK_INT(audit_number(audit_from(a, 0)), 7);
	CHECK(!audit_from(a, 8));
	audit_destroy(a);
	ledger_destroy(ledger);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(each_change_has_an_entry),
		TEST(what_changes_nothing_has_none),
		TEST(there_is_none_before_the_change_is_durable),
		TEST(secrets_are_only_named),
		TEST(a_body_that_makes_no_sense_does_no_harm),
		TEST(the_log_is_told_who_may_not),
		TEST(a_token_that_is_none_is_counted),
		TEST(entries_are_there_in_the_next_run),
		TEST(the_oldest_go),
		TEST(an_entry_that_makes_no_sense_is_shown_empty),
	};
	int failed;

	database_make_folder();
	failed = check_all(tests, sizeof(tests) / sizeof(*tests));
	database_remove_folder();
	return failed;
}
