/* SPDX-License-Identifier: Apache-2.0 */
/* However small the slices, and wherever a restart or a full disk comes between
 * them, folding changes no total; and it keeps the file small. */
#include <sys/stat.h>

#include "ledger/sqlite.h"

#include "test/check.h"
#include "test/database.h"
#include "test/fault_vfs.h"
#include "test/ledger_model.h"
#include "test/random.h"

static const struct ilp_time now;

static struct ledger_sqlite_options options;

static struct ledger *create(void)
{
	database_remove();
	fault_vfs_reset();
	fault_plan.keep_synced = true;
	return database_open(&options);
}

static struct ledger *restart(struct ledger *ledger)
{
	static unsigned turn;
	unsigned crash = fault_plan.keep_synced ?
				 turn++ % (DATABASE_CRASHES + 1) :
				 DATABASE_ALL;

	fault_vfs_reset();
	if (crash < DATABASE_CRASHES)
		database_crash(crash);
	ledger_destroy(ledger);
	database_restore();
	database_check_good("");
	fault_plan.keep_synced = true;
	return database_open(&options);
}

static const struct ledger_suite suite = { .create = create,
					   .restart = restart };

static void agrees_with_a_naive_ledger_whatever_the_slices(void)
{
	static const size_t budgets[] = { 1, 40, 100, 300, 1000, 5000 };

	for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		options = (struct ledger_sqlite_options){
			.fold_bytes = budgets[i],
			.wal_bytes = i % 2 ? 1 : 50000,
		};
		for (uint64_t seed = 1; seed <= 4; seed++)
			model_walk(&suite, 100 * i + seed);
		database_check_good("");
	}
}

/* So many that hardly any is touched twice in a walk. */
#define ACCOUNTS 1000

static struct ledger *open_bank(uint64_t accounts, size_t fold_bytes)
{
	static struct ledger_opening openings[ACCOUNTS];
	const struct ledger_batch batch = { .openings = openings,
					    .opening_count = accounts };
	struct ledger *ledger;
	uint64_t sequence;

	options = (struct ledger_sqlite_options){ .fold_bytes = fold_bytes,
						  .wal_bytes = 400000 };
	ledger = create();
	fault_plan.keep_synced = false;
	for (uint64_t i = 0; i < accounts; i++)
		openings[i] = (struct ledger_opening){ i + 1, { "USD", 2 } };
	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
	return ledger;
}

static bool move_some(struct ledger *ledger, struct random_source *r)
{
	uint64_t units = random_below(r, 1000);
	const struct ledger_entry entries[] = {
		{ 1 + random_below(r, ACCOUNTS), LEDGER_DEBITS_POSTED, false,
		  units },
		{ 1 + random_below(r, ACCOUNTS), LEDGER_CREDITS_POSTED, false,
		  units },
	};
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 2 };
	uint64_t sequence;

	return ledger_submit(ledger, &batch, &sequence) == LEDGER_OK;
}

static ilp_u128 sum_of_debits(const struct ledger *ledger)
{
	struct ledger_account account = { .account = 0 };
	ilp_u128 sum = 0;

	while (ledger_account(ledger, account.account, &account))
		sum += account.totals.debits_posted;
	return sum;
}

static void the_file_stays_small(void)
{
	struct random_source r = random_start();
	struct ledger *ledger = open_bank(ACCOUNTS, 4000);
	struct ledger_sqlite_summary summary;
	struct stat file;
	ilp_u128 sum;

	for (int i = 0; i < 8000; i++) {
		CHECK(move_some(ledger, &r));
		ledger_tick(ledger, now);
	}
	sum = sum_of_debits(ledger);
	ledger_destroy(ledger);
	summary = database_check_good("");
	/* of 43 bytes each, no more than three walks' worth: 64 a row */
	CHECK(summary.deltas < 3 * 64 * ACCOUNTS / 43);
	CHECK_INT(stat(database_name(), &file), 0);
	CHECK(file.st_size < 500000);
	ledger = database_open(&options);
	CHECK(sum_of_debits(ledger) == sum);
	CHECK_INT(ledger_progress(ledger).durable, 8001);
	ledger_destroy(ledger);
}

static void pay(struct ledger *ledger, uint64_t from, uint64_t to)
{
	const struct ledger_entry entries[] = {
		{ from, LEDGER_DEBITS_POSTED, false, 1 },
		{ to, LEDGER_CREDITS_POSTED, false, 1 },
	};
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 2 };
	uint64_t sequence;

	CHECK_INT(ledger_submit(ledger, &batch, &sequence), LEDGER_OK);
	ledger_tick(ledger, now);
}

/* An account is folded somewhere in a row of payments, one of which is the
 * last for long; each place has its turn to be right behind the fold. */
static void a_change_right_behind_a_fold_is_kept(void)
{
	for (int len = 1; len < 40; len++) {
		struct ledger *ledger = open_bank(10, 1);

		for (int i = 0; i < len; i++)
			pay(ledger, 1, 2);
		for (int i = 0; i < 60; i++)
			pay(ledger, 3, 4);
		ledger = restart(ledger);
		CHECK(sum_of_debits(ledger) == (ilp_u128)len + 60);
		ledger_destroy(ledger);
	}
}

static void a_quiet_ledger_writes_nothing(void)
{
	struct random_source r = random_start();
	struct ledger *ledger = open_bank(ACCOUNTS, 4000);

	for (int i = 0; i < 20; i++) {
		CHECK(move_some(ledger, &r));
		ledger_tick(ledger, now);
	}
	fault_vfs_reset();
	for (int i = 0; i < 1000; i++)
		ledger_tick(ledger, now);
	CHECK_INT(fault_counts.bytes, 0);
	CHECK_INT(fault_counts.calls[FAULT_SYNC], 0);
	ledger_destroy(ledger);
}

static void a_ledger_without_accounts_stays_small_too(void)
{
	const struct ledger_batch nothing = { .entry_count = 0 };
	struct ledger *ledger;
	uint64_t sequence;

	options = (struct ledger_sqlite_options){ .fold_bytes = 1000 };
	ledger = create();
	for (int i = 0; i < 1000; i++) {
		CHECK_INT(ledger_submit(ledger, &nothing, &sequence),
			  LEDGER_OK);
		ledger_tick(ledger, now);
	}
	ledger_destroy(ledger);
	CHECK(database_check_good("").deltas < 3 * 1000 / 32);
}

/* Every write of many ticks fails once, and the slice that it was in happens
 * with the next tick. */
static void a_slice_that_fails_happens_later(void)
{
	struct random_source r = random_start();
	struct ledger *ledger = open_bank(ACCOUNTS, 500);
	ilp_u128 sum;

	for (int i = 0; i < 2000; i++) {
		CHECK(move_some(ledger, &r));
		if (i % 3 == 0)
			fault_plan.at[FAULT_WRITE] = (struct fault){
				.after = (int)random_below(&r, 12),
				.times = 1,
				.code = SQLITE_FULL,
			};
		ledger_tick(ledger, now);
		if (i % 100 == 99)
			ledger = restart(ledger);
	}
	fault_vfs_reset();
	ledger_tick(ledger, now);
	sum = sum_of_debits(ledger);
	ledger = restart(ledger);
	CHECK(sum_of_debits(ledger) == sum);
	ledger_destroy(ledger);
}

int main(void)
{
	static const struct check_test tests[] = {
		TEST(agrees_with_a_naive_ledger_whatever_the_slices),
		TEST(the_file_stays_small),
		TEST(a_change_right_behind_a_fold_is_kept),
		TEST(a_quiet_ledger_writes_nothing),
		TEST(a_ledger_without_accounts_stays_small_too),
		TEST(a_slice_that_fails_happens_later),
	};
	int failed;

	database_make_folder();
	failed = check_all(tests, sizeof(tests) / sizeof(tests[0]));
	database_remove_folder();
	return failed;
}
