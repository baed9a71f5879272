/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node.h"

#include <assert.h>
#include <stdlib.h>

struct node {
	struct shard *shard;
	struct ledger *ledger;
	/* Batches that the ledger had before the shard's: it alone submits. */
	uint64_t earlier;
	uint64_t taken; /* the shard's, so far */
	bool full; /* the ledger takes nothing more for now */
	const char *failure;
};

struct node *node_create(struct shard *shard, struct ledger *ledger)
{
	struct node *node = calloc(1, sizeof(*node));

	if (!node || !shard || !ledger) {
		shard_destroy(shard);
		ledger_destroy(ledger);
		free(node);
		return NULL;
	}
	node->shard = shard;
	node->ledger = ledger;
	node->earlier = ledger_progress(ledger).submitted;
	return node;
}

void node_destroy(struct node *node)
{
	if (!node)
		return;
	shard_destroy(node->shard);
	ledger_destroy(node->ledger);
	free(node);
}

bool node_restore(struct node *node, char *error, size_t error_size)
{
	return shard_restore(node->shard, node->ledger, error, error_size);
}

struct shard *node_shard(struct node *node)
{
	return node->shard;
}

struct ledger *node_ledger(struct node *node)
{
	return node->ledger;
}

/* What is refused for good would be a mistake of ours. */
static bool submit(struct node *node)
{
	const struct ledger_batch *batch = shard_batch(node->shard);
	enum ledger_status status;
	uint64_t sequence;

	node->full = false;
	if (!batch)
		return false;
	status = ledger_submit(node->ledger, batch, &sequence);
	if (status == LEDGER_OK) {
		shard_taken(node->shard);
		assert(sequence == node->earlier + ++node->taken);
	}
	assert(status == LEDGER_OK || status == LEDGER_BUSY ||
	       status == LEDGER_NO_MEMORY || status == LEDGER_DEAD);
	node->full = status != LEDGER_OK;
	return !node->full;
}

/* While the disk is full, or cannot be written to for another cause that may
 * pass, what is in flight comes to its end, and nothing new comes in: its
 * Fulfills would wait until they have to leave without being durable. If no
 * batch waits, only the next one can tell whether the cause has passed. */
static bool takes_nothing_new(const struct node *node)
{
	const struct ledger_progress progress = ledger_progress(node->ledger);

	return node->full || (progress.durable < progress.submitted &&
			      ledger_trouble(node->ledger));
}

bool node_commit(struct node *node, struct ilp_time now)
{
	bool submitted = submit(node);
	struct ledger_event event;

	ledger_tick(node->ledger, now);
	while (ledger_next(node->ledger, &event)) {
		if (event.sequence > node->earlier)
			shard_durable(node->shard,
				      event.sequence - node->earlier);
		if (event.type == LEDGER_FAILED)
			node->failure = event.reason;
	}
	shard_ledger_busy(node->shard, takes_nothing_new(node));
	return submitted;
}

const char *node_failure(const struct node *node)
{
	return node->failure;
}
