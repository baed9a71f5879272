/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_suite.h - what every ledger must do: ledger/ledger.h, as tests.
 *
 * The test of a back end says how a ledger of its kind is made, and runs the
 * suite on it beside whatever is special about that kind.
 */
#ifndef TEST_LEDGER_SUITE_H
#define TEST_LEDGER_SUITE_H

#include "ledger/ledger.h"

struct ledger_suite {
	/* A new and empty ledger, the only one of its kind just now. */
	struct ledger *(*create)(void);
	/* Takes a ledger and gives what is left of it after a restart of the
	 * process. NULL if that is nothing. */
	struct ledger *(*restart)(struct ledger *ledger);
	/* Spoils what the ledger writes to, so that the next tick with
	 * something to write fails; the restart mends it. NULL if nothing of
	 * the kind can happen. */
	void (*spoil)(struct ledger *ledger);
};

/* How many claims failed. */
int ledger_suite_run(const struct ledger_suite *suite);

/* For tests of one back end: a ledger with accounts 1 and 2, both in the same
 * asset, and a batch that moves units from 1 to 2. */
struct ledger *ledger_suite_bank(const struct ledger_suite *suite);
enum ledger_status ledger_suite_move(struct ledger *ledger, ilp_u128 units,
				     uint64_t *sequence);

#endif
