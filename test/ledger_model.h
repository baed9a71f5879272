/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_model.h - a ledger so naive that it can hardly be wrong, and the
 * random walk on which a real one must agree with it, whatever comes.
 */
#ifndef TEST_LEDGER_MODEL_H
#define TEST_LEDGER_MODEL_H

#include "test/ledger_suite.h"

/* The batches of one walk. */
#define MODEL_STEPS 500

/* What became of them. */
struct model_walk {
	uint64_t accepted; /* with the one that opens the first accounts */
	int closed;        /* accounts */
};

/* Walks with a new ledger, through restarts if it can; the claim that asks for
 * it fails at the first step on which the two ledgers differ. */
struct model_walk model_walk(const struct ledger_suite *suite, uint64_t seed);

#endif
