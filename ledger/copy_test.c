/* SPDX-License-Identifier: Apache-2.0 */
/* A copy is made while batches flow, holds all of them, and is only there when
 * it is whole, whatever fails on the way. */
#include <unistd.h>

#include "ledger/sqlite.h"

#include "test/check.h"
#include "test/database.h"
#include "test/fault_vfs.h"

static const struct ilp_time now;

#define ACCOUNTS 20000

/* Many accounts, so that a copy takes many ticks; under the system's VFS or
 * the faulty one. */
static struct ledger *open_bank(const char *vfs)
{
	struct ledger_sqlite_options options = { .path = database_name(),
						 .vfs = vfs };
	static struct ledger_opening openings[ACCOUNTS];
	const struct ledger_batch batch = { .openings = openings,
					    .opening_count = ACCOUNTS };
	struct ledger_sqlite_error error;
	struct ledger *ledger;
	uint64_t sequence;

	database_remove();
	fault_vfs_reset();
	ledger = ledger_sqlite_open(&options, &error);
	CHECK(ledger != NULL);
	for (uint64_t i = 0; i < ACCOUNTS; i++)
		openings[i] = (struct ledger_opening){ i + 1, { "USD", 2 } };
	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
	return ledger;
}

static void move(struct ledger *ledger, uint64_t i)
{
	const struct ledger_entry entries[] = {
		{ 1 + i * 7919 % ACCOUNTS, LEDGER_DEBITS_POSTED, false, 5 },
		{ 1 + i * 7907 % ACCOUNTS, LEDGER_CREDITS_POSTED, false, 5 },
	};
	const struct ledger_record record = { ilp_text("moves"),
					      ilp_text("some") };
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 2,
					    .records = &record,
					    .record_count = 1 };
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
	CHECK_INT(ledger_progress(ledger).durable, sequence);
}

/* How many ticks a copy took, with a batch in each. */
static uint64_t copy_in_traffic(struct ledger *ledger)
{
	uint64_t ticks = 0;

	while (ledger_sqlite_copy(ledger).state == LEDGER_SQLITE_COPYING) {
		move(ledger, ticks);
		CHECK(++ticks < 10000);
	}
	return ticks;
}

static void check_copies(const char *vfs)
{
	struct ledger *ledger = open_bank(vfs);
	struct database_path path = database_beside(".copy");
	struct ledger_sqlite_copy copy;
	uint64_t ticks;

	CHECK_INT(ledger_sqlite_copy(ledger).state, LEDGER_SQLITE_NO_COPY);
	CHECK(ledger_sqlite_backup(ledger, path.text));
	CHECK(!ledger_sqlite_backup(ledger, path.text));
	ticks = copy_in_traffic(ledger);
	CHECK(ticks > 5);
	copy = ledger_sqlite_copy(ledger);
	CHECK_INT(copy.state, LEDGER_SQLITE_COPIED);
	CHECK(copy.all > 100);
	CHECK_INT(copy.done, copy.all);
	move(ledger, 0);
	CHECK_INT(database_check_good(".copy").accounts, ACCOUNTS);
	CHECK_INT(database_check_good(".copy").batches, ticks + 1);
	CHECK_INT(access(database_beside(".copy.part").text, F_OK), -1);
	ledger_destroy(ledger);
}

static void a_copy_holds_what_came_meanwhile(void)
{
	check_copies(NULL);
	check_copies(FAULT_VFS);
}

static void there_is_no_copy_before_it_is_whole(void)
{
	struct ledger *ledger = open_bank(NULL);
	struct database_path path = database_beside(".copy");

	CHECK(ledger_sqlite_backup(ledger, path.text));
	move(ledger, 1);
	CHECK_INT(ledger_sqlite_copy(ledger).state, LEDGER_SQLITE_COPYING);
	CHECK_INT(access(path.text, F_OK), -1);
	CHECK_INT(access(database_beside(".copy.part").text, F_OK), 0);
	ledger_destroy(ledger);
	CHECK_INT(access(path.text, F_OK), -1);
	CHECK_INT(access(database_beside(".copy.part").text, F_OK), -1);
}

static void a_new_copy_replaces_the_old_one(void)
{
	struct ledger *ledger = open_bank(NULL);
	struct database_path path = database_beside(".copy");
	uint64_t first;

	CHECK(ledger_sqlite_backup(ledger, path.text));
	first = copy_in_traffic(ledger);
	CHECK(ledger_sqlite_backup(ledger, path.text));
	CHECK_INT(database_check_good(".copy").batches, first + 1);
	copy_in_traffic(ledger);
	CHECK(database_check_good(".copy").batches > first + 1);
	ledger_destroy(ledger);
}

static void a_quiet_ledger_is_copied_too(void)
{
	struct ledger *ledger = open_bank(NULL);
	struct database_path path = database_beside(".copy");

	CHECK(ledger_sqlite_backup(ledger, path.text));
	for (int i = 0; i < 1000; i++)
		ledger_tick(ledger, now);
	CHECK_INT(ledger_sqlite_copy(ledger).state, LEDGER_SQLITE_COPIED);
	CHECK_INT(database_check_good(".copy").batches, 1);
	ledger_destroy(ledger);
}

/* The ledger itself goes on. */
static void a_copy_may_fail(void)
{
	struct ledger *ledger = open_bank(NULL);
	struct database_path path = database_beside(".none/copy");
	struct ledger_sqlite_copy copy;
	char long_name[2000];

	CHECK(!ledger_sqlite_backup(ledger, path.text));
	copy = ledger_sqlite_copy(ledger);
	CHECK_INT(copy.state, LEDGER_SQLITE_COPY_FAILED);
	CHECK_INT(copy.error.status, LEDGER_SQLITE_CANNOT_OPEN);
	CHECK(strstr(copy.error.text, path.text));
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	CHECK(!ledger_sqlite_backup(ledger, long_name));
	CHECK(!ledger_sqlite_backup(ledger, database_name()));
	CHECK_INT(ledger_sqlite_copy(ledger).error.status,
		  LEDGER_SQLITE_IN_USE);
	move(ledger, 1);
	CHECK(ledger_sqlite_backup(ledger, database_beside(".copy").text));
	copy_in_traffic(ledger);
	CHECK_INT(ledger_sqlite_copy(ledger).state, LEDGER_SQLITE_COPIED);
	ledger_destroy(ledger);
}

/* Idle ticks do nothing but copy, once the log is written back. */
static void a_copy_may_find_no_room(void)
{
	struct ledger *ledger = open_bank(FAULT_VFS);
	struct database_path path = database_beside(".copy");
	struct ledger_sqlite_copy copy;

	ledger_tick(ledger, now);
	CHECK(ledger_sqlite_backup(ledger, path.text));
	fault_plan.at[FAULT_WRITE] =
		(struct fault){ .after = 20, .times = 1, .code = SQLITE_FULL };
	for (int i = 0; i < 100; i++)
		ledger_tick(ledger, now);
	copy = ledger_sqlite_copy(ledger);
	CHECK_INT(copy.state, LEDGER_SQLITE_COPY_FAILED);
	CHECK_INT(copy.error.status, LEDGER_SQLITE_FULL);
	CHECK(ledger_trouble(ledger) == NULL);
	move(ledger, 2);
	ledger_destroy(ledger);
	database_check_good("");
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(a_copy_holds_what_came_meanwhile),
		TEST(there_is_no_copy_before_it_is_whole),
		TEST(a_new_copy_replaces_the_old_one),
		TEST(a_quiet_ledger_is_copied_too),
		TEST(a_copy_may_fail),
		TEST(a_copy_may_find_no_room),
	};
	int failed;

	database_make_folder();
	failed = check_all(tests, sizeof(tests) / sizeof(tests[0]));
	database_remove_folder();
	return failed;
}
