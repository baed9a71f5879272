/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked about the file of the ledger, and about prices, comes to whoever
 * sees to it as it was meant; and what came of it is told. */
#include "node/admin/task.h"

#include "test/desk.h"

#define BACKUP "POST /v1/ledger/backup"
#define CHECK_LEDGER "POST /v1/ledger/check"
#define CONFIRM "POST /v1/rates/EUR/confirm"

/* What has come of each task, by what the test says; and the last of them. */
static struct task outcome, seen;
static int count;

static void see_to(struct task *task)
{
	struct task asked = *task;

	count++;
	seen = asked;
	*task = outcome;
	task->kind = asked.kind;
	memcpy(task->name, asked.name, sizeof(task->name));
	task->with_key = asked.with_key;
}

static void begin(struct desk *d, enum task_result result)
{
	desk_begin(d);
	d->outside = see_to;
	outcome = (struct task){ .result = result };
	snprintf(outcome.reason, sizeof(outcome.reason), "the reason");
	count = 0;
}

static void a_name_is_one_in_the_folder_and_nothing_else(void)
{
	static const char *const bad[] = {
		"\"\"",
		"\".backup\"",
		"\"a\"",
		"\"a.backup.key\"",
		"\"a.BACKUP\"",
		"\"../a.backup\"",
		"\"/tmp/a.backup\"",
		"\"a/b.backup\"",
		"\"..backup\"",
		"\"-a.backup\"",
		"\"a b.backup\"",
		"\"a\\u0000.backup\"",
		"\"\\u00e4.backup\"",
		"7",
		"null",
	};
	char body[512];
	struct desk d;

	begin(&d, TASK_DONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(body, sizeof(body), "{\"file\":%s}", bad[i]);
		CHECK_PROBLEM(desk_send(&d, BACKUP, body), 400,
			      "backup-invalid");
	}
	snprintf(body, sizeof(body), "{\"file\":\"%0*d.backup\"}",
		 TASK_NAME_SIZE - 7, 1);
	CHECK_PROBLEM(desk_send(&d, BACKUP, body), 400, "backup-invalid");
	CHECK_PROBLEM(desk_send(&d, BACKUP, "{\"files\":\"a.backup\"}"), 400,
		      "backup-invalid");
	CHECK_PROBLEM(desk_send(&d, BACKUP, "{\"withKey\":1}"), 400,
		      "backup-invalid");
	CHECK_PROBLEM(desk_send(&d, BACKUP, "[]"), 400, "backup-invalid");
	CHECK_INT(count, 0);
	snprintf(body, sizeof(body), "{\"file\":\"%0*d.backup\"}",
		 TASK_NAME_SIZE - 8, 1);
	CHECK_INT(desk_send(&d, BACKUP, body)->status, 201);
	CHECK_INT(strlen(seen.name), TASK_NAME_SIZE - 1);
	CHECK_INT(desk_send(&d, BACKUP, "{\"file\":\"a-B_1.x.backup\"}")->status,
		  201);
	assert_string_equal(seen.name, "a-B_1.x.backup");
	desk_end(&d);
}

static void without_a_name_it_is_the_time(void)
{
	struct desk d;

	begin(&d, TASK_DONE);
	d.s.now.wall_ms = 1795888414123;
	CHECK_INT(desk_call(&d, BACKUP)->status, 201);
	assert_string_equal(seen.name, "ledger-20261128T175334Z.backup");
	CHECK_INT(desk_send(&d, BACKUP, "{}")->status, 201);
	assert_string_equal(seen.name, "ledger-20261128T175334Z.backup");
	desk_end(&d);
}

static void the_key_is_for_administrators(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d, TASK_DONE);
	strcpy(outcome.file, "/x/a.backup");
	CHECK_PROBLEM(desk_send_as(&d, API_OPERATE, BACKUP,
				   "{\"withKey\":true}"),
		      403, "scope-too-small");
	CHECK_INT(count, 0);
	reply = desk_send_as(&d, API_OPERATE, BACKUP, "{\"withKey\":false}");
	CHECK_INT(reply->status, 201);
	CHECK(!seen.with_key);
	CHECK_AT(reply->json, "key", "null");
	reply = desk_send(&d, BACKUP, "{\"withKey\":true}");
	CHECK(seen.with_key);
	CHECK_AT(reply->json, "key", "/x/a.backup.key");
	desk_end(&d);
}

static void tells_of_a_copy(void)
{
	const struct ilp_json_node *json;
	struct desk d;

	begin(&d, TASK_DONE);
	strcpy(outcome.file, "/x/a.backup");
	strcpy(outcome.sha256, "abcd");
	outcome.size = 8192;
	outcome.summary.sequence = 17;
	outcome.summary.accounts = 4;
	json = desk_send(&d, BACKUP, "{\"file\":\"a.backup\"}")->json;
	CHECK_INT(seen.kind, TASK_BACKUP);
	CHECK_AT(json, "file", "/x/a.backup");
	CHECK_AT(json, "size", "8192");
	CHECK_AT(json, "sha256", "abcd");
	CHECK_AT(json, "sequence", "17");
	CHECK_AT(json, "accounts", "4");
	desk_end(&d);
}

static void tells_what_a_check_has_found(void)
{
	const struct ilp_json_node *json;
	struct desk d;

	begin(&d, TASK_DONE);
	json = desk_get(&d, 200, CHECK_LEDGER);
	CHECK_INT(seen.kind, TASK_CHECK);
	CHECK_AT(json, "differences", "0");
	CHECK_INT(desk_at(json, "found")->count, 0);
	outcome.summary.differences = 2;
	strcpy(outcome.summary.lines[1], "a row");
	json = desk_get(&d, 200, CHECK_LEDGER);
	CHECK_INT(desk_at(json, "found")->count, 2);
	CHECK_AT(json, "found.1", "a row");
	outcome.summary.differences = 1000;
	json = desk_get(&d, 200, CHECK_LEDGER);
	CHECK_AT(json, "differences", "1000");
	CHECK_INT(desk_at(json, "found")->count, TASK_LINES_MAX);
	desk_end(&d);
}

static void what_cannot_be_is_told_from_what_went_wrong(void)
{
	static const struct {
		enum task_result result;
		int status;
		const char *type;
	} rows[] = {
		{ TASK_NOT_HERE, 409, "ledger-in-memory" },
		{ TASK_BUSY, 409, "ledger-busy" },
		{ TASK_EXISTS, 409, "backup-exists" },
		{ TASK_DAMAGED, 500, "ledger-damaged" },
		{ TASK_FAILED, 500, "keeping-failed" },
	};
	struct desk d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		begin(&d, rows[i].result);
		CHECK_PROBLEM(desk_call(&d, BACKUP), rows[i].status,
			      rows[i].type);
		CHECK_PROBLEM(desk_call(&d, CHECK_LEDGER), rows[i].status,
			      rows[i].type);
		desk_end(&d);
	}
}

static void a_price_is_confirmed_by_its_asset(void)
{
	const struct reply *reply;
	struct desk d;

	begin(&d, TASK_DONE);
	reply = desk_call(&d, CONFIRM);
	CHECK_INT(reply->status, 200);
	CHECK_INT(seen.kind, TASK_CONFIRM);
	assert_string_equal(seen.name, "EUR");
	CHECK_AT(reply->json, "assetCode", "EUR");
	CHECK_AT(reply->json, "price", "the reason");
	CHECK_PROBLEM(desk_call(&d, "POST /v1/rates/"
				    "ABCDEFGHIJKLMNOPQRSTUVWX/confirm"),
		      404, "not-found");
	outcome.result = TASK_NOTHING;
	CHECK_PROBLEM(desk_call(&d, CONFIRM), 409, "price-not-held-back");
	outcome.result = TASK_BUSY;
	CHECK_PROBLEM(desk_call(&d, CONFIRM), 409, "rates-busy");
	outcome.result = TASK_NOT_HERE;
	CHECK_PROBLEM(desk_call(&d, CONFIRM), 409, "rates-fixed");
	desk_end(&d);
}

/* It takes as long as it takes; and whoever has asked may go. */
static void those_who_ask_are_patient(void)
{
	struct api_answer answer;
	struct errand *errand;
	struct desk d;

	begin(&d, TASK_DONE);
	desk_ask_with(&d, CHECK_LEDGER, "", &d, 1);
	desk_ask_with(&d, BACKUP, "", &answer, 2);
	scene_freeze(&d.s, 10 * API_PATIENCE_US / 1000);
	CHECK(!api_next_late(d.api, d.s.now, &answer));
	api_forget(d.api, &d);
	while ((errand = api_next_outside(d.api))) {
		see_to(api_task(errand));
		api_returned(d.api, errand);
	}
	CHECK(api_next_answer(d.api, &answer));
	CHECK(!answer.asker);
	CHECK(api_next_answer(d.api, &answer));
	CHECK(answer.asker == &answer && answer.stream == 2);
	CHECK_INT(answer.status, 201);
	desk_end(&d);
}

TESTS(TEST(a_name_is_one_in_the_folder_and_nothing_else),
      TEST(without_a_name_it_is_the_time), TEST(the_key_is_for_administrators),
      TEST(tells_of_a_copy), TEST(tells_what_a_check_has_found),
      TEST(what_cannot_be_is_told_from_what_went_wrong),
      TEST(a_price_is_confirmed_by_its_asset),
      TEST(those_who_ask_are_patient))
