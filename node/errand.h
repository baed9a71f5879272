/* SPDX-License-Identifier: Apache-2.0 */
/* errand.h - what somebody else wants of a node: to look at its accounts, or
 * to change them.
 *
 * A shard belongs to one thread, so whoever is not on it sends an errand, which
 * is run in the shard's rounds, a step at a time and one behind the other: each
 * step is so short that no packet notices. One that has changed something may
 * wait until that is durable, and one that has asked something until that is
 * answered; others go before it meanwhile.
 *
 *     errands_add    ──►┌─────────┐
 *     errands_run    ──►│ errands │──► errands_next_done
 *     errands_settle ──►└─────────┘
 */
#ifndef NODE_ERRAND_H
#define NODE_ERRAND_H

#include "node/node.h"

enum errand_step {
	ERRAND_DONE,
	ERRAND_GOES_ON, /* in the next round */
	ERRAND_WAITS,   /* until what the shard has gathered is durable */
	ERRAND_LISTENS, /* until what it has asked (own.h) is answered */
};

struct errand {
	enum errand_step (*work)(struct errand *errand, struct node *node);
	uint64_t batch; /* that it waits for */
	/* In the step that is run for it: what it was answered, or else NULL. */
	const struct own_answer *heard;
	struct errand *next;
};

/* In the order in which they came. */
struct errand_list {
	struct errand *first;
	struct errand **end; /* NULL as long as it has never had one */
};

void errand_list_add(struct errand_list *list, struct errand *errand);

/* NULL when it is empty. */
struct errand *errand_list_take(struct errand_list *list);

/* One that is there. */
void errand_list_remove(struct errand_list *list, struct errand *errand);

/* All zeros: none. An errand is lent until it is done. */
struct errands {
	struct errand_list to_run;
	struct errand_list waiting; /* by their batches */
	struct errand_list listening;
	struct errand_list done;
};

void errands_add(struct errands *errands, struct errand *errand);

/* A step, in a round of the shard's, and one for each answer. */
void errands_run(struct errands *errands, struct node *node);

/* Those are done whose batch is durable by now: when the round has committed,
 * since no other may follow soon. */
void errands_settle(struct errands *errands, struct node *node);

/* Is there another step to be run, and no need to wait for anything? */
bool errands_want_run(const struct errands *errands);

/* The next that is done, and its owner's again; NULL: none. */
struct errand *errands_next_done(struct errands *errands);

#endif
