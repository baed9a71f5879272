/* SPDX-License-Identifier: Apache-2.0 */
/* exposure.h - how much may be on its way to a peer before the ledger knows.
 *
 * What is on hold towards a peer is in memory only: after a crash nobody knows
 * which of it the peer has claimed since. But the ledger knows a ceiling that
 * it never passed, raised well ahead of need, so that a packet hardly ever has
 * to wait for that. After a crash the whole ceiling is in doubt, and is held
 * against us until every packet from before must be over.
 *
 *     0 ────── easy ────── durable ─────── ceiling
 *      on hold: no   ask for    wait for the batch
 *      question      more       that has the ceiling
 *
 * Accounts have one from the first packet on that goes to them (books.h).
 */
#ifndef NODE_EXPOSURE_H
#define NODE_EXPOSURE_H

#include "node/book.h"

struct account;

struct exposure {
	ilp_u128 easy;     /* half of what is durable, and not in doubt */
	ilp_u128 durable;  /* the ceiling that the ledger has for certain */
	ilp_u128 ceiling;  /* the one that it was asked for last, */
	uint64_t batch;    /* with this batch; 0: that is durable */
	ilp_u128 in_doubt; /* of an earlier run; part of what is held */
	ilp_u128 unresolved; /* was in doubt, and nobody has looked into it */

	/* For books.c: whose it is, and its places in the lists of those that
	 * ask with this batch, and of all. */
	struct account *account;
	bool asks;
	struct exposure *next_asking;
	struct exposure *next;
	struct exposure **back;
};

/* The ledger has this ceiling from an earlier run, and all of it is in doubt;
 * beside what was so in runs before that. */
void exposure_begin(struct exposure *exposure, ilp_u128 ceiling,
		    ilp_u128 unresolved);

/* What is in doubt is over, but unresolved. */
void exposure_lapse(struct exposure *exposure);

/* Batches up to this one are durable. */
void exposure_settle(struct exposure *exposure, uint64_t durable);

/* A ceiling to ask for so that `held` fits, with some to spare but no more
 * than `most`, unless it must; 0: nothing has to be asked. */
ilp_u128 exposure_wish(const struct exposure *exposure, ilp_u128 held,
		       ilp_u128 most);

/* One to go down to, when far less is held than once was; it is `durable` when
 * it should stay. */
ilp_u128 exposure_rest(const struct exposure *exposure, ilp_u128 held);

/* The ledger is asked for a ceiling with this batch. A lower one counts at
 * once. */
void exposure_ask(struct exposure *exposure, ilp_u128 ceiling, uint64_t batch);

#endif
