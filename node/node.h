/* SPDX-License-Identifier: Apache-2.0 */
/* node.h - a shard and its ledger: what a round ends with.
 *
 * The shard gathers what it has posted, the ledger makes it durable, and then
 * the answers leave that stand for it.
 */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include "ledger/ledger.h"
#include "node/shard.h"

struct node;

/* Takes both over. NULL when there is no memory; then they are destroyed. */
struct node *node_create(struct shard *shard, struct ledger *ledger);
void node_destroy(struct node *node);

/* Goes on where an earlier run has left the ledger; before accounts are added.
 * False, and a line of text for people, when that makes no sense. */
bool node_restore(struct node *node, char *error, size_t error_size);

struct shard *node_shard(struct node *node);
struct ledger *node_ledger(struct node *node);

/* Hands over what was gathered, and has the ledger work. False when there was
 * nothing, or the ledger takes nothing for now. */
bool node_commit(struct node *node, struct ilp_time now);

/* Why the node must end, since its ledger has failed; NULL: it has not. */
const char *node_failure(const struct node *node);

#endif
