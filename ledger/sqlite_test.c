/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in a file keeps the contract of ledger.h, through restarts after
 * which there is only what a crash leaves, and with a disk that fails. */
#include "ledger/sqlite.h"

#include <unistd.h>

#include "test/check.h"
#include "test/database.h"
#include "test/fault_vfs.h"
#include "test/ledger_suite.h"

/* ---- the suite ---- */

static struct ledger *create(void)
{
	database_remove();
	fault_vfs_reset();
	return database_open(NULL);
}

/* Every other time it is a crash: what is left are the files as they were. */
static struct ledger *restart(struct ledger *ledger)
{
	static unsigned turn;

	fault_vfs_reset();
	if (turn++ % 2)
		database_crash();
	ledger_destroy(ledger);
	database_restore();
	database_check_good("");
	return database_open(NULL);
}

static void spoil(struct ledger *ledger)
{
	(void)ledger;
	fault_plan.at[FAULT_SYNC].times = -1;
	fault_plan.at[FAULT_SYNC].code = SQLITE_IOERR_FSYNC;
}

static const struct ledger_suite suite = { .create = create,
					   .restart = restart,
					   .spoil = spoil };

int main(void)
{
	int failed;

	database_make_folder();
	failed = ledger_suite_run(&suite);
	database_remove_folder();
	return failed;
}
