/* SPDX-License-Identifier: Apache-2.0 */
/* exposure.h - how much may be on its way to a peer before the ledger knows.
 *
 * What is on hold towards a peer is in memory only, and what the peer has just
 * earned is for a while: after a crash nobody knows how much of it he has a
 * claim to. But the ledger knows a ceiling that both together never passed,
 * raised well ahead of need, so that a packet hardly ever has to wait for that.
 * After a crash the whole ceiling is in doubt, and is held against us until
 * every packet from before must be over.
 *
 *     0 ────── easy ────── durable ─────── ceiling
 *      no question   ask for    wait for the batch
 *                    more       that has the ceiling
 *
 * Accounts have one from the first packet on that goes to them (books.h).
 */
#ifndef NODE_EXPOSURE_H
#define NODE_EXPOSURE_H

#include "node/book.h"

struct account;

/* Credits that were posted, the last of them with this batch. */
struct exposure_posts {
	ilp_u128 sum;
	uint64_t batch;
};

struct exposure {
	ilp_u128 easy;     /* half of what is durable, and not in doubt */
	ilp_u128 durable;  /* the ceiling that the ledger has for certain */
	ilp_u128 ceiling;  /* the one that it was asked for last, */
	uint64_t batch;    /* with this batch; 0: that is durable */
	ilp_u128 in_doubt; /* of an earlier run; part of what is held */
	ilp_u128 unresolved; /* was in doubt, and nobody has looked into it */
	/* What is posted and perhaps not durable: up to some batch, and since
	 * then. So a ledger that is never idle is followed, half a step late.
	 */
	struct exposure_posts earlier;
	struct exposure_posts later;

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

/* The peer has earned something, which goes to the ledger with this batch. */
void exposure_post(struct exposure *exposure, ilp_u128 earned, uint64_t batch);

/* What must fit, when so much is on hold. */
static inline ilp_u128 exposure_need(const struct exposure *exposure,
				     ilp_u128 held)
{
	return held + exposure->earlier.sum + exposure->later.sum;
}

/* A ceiling to ask for so that the need fits, with some to spare but no more
 * than `most`, unless it must; 0: nothing has to be asked. */
ilp_u128 exposure_wish(const struct exposure *exposure, ilp_u128 need,
		       ilp_u128 most);

/* One to go down to, when the need is far less than it once was; it is
 * `durable` when it should stay. */
ilp_u128 exposure_rest(const struct exposure *exposure, ilp_u128 need);

/* The ledger is asked for a ceiling with this batch. A lower one counts at
 * once. */
void exposure_ask(struct exposure *exposure, ilp_u128 ceiling, uint64_t batch);

#endif
