/* SPDX-License-Identifier: Apache-2.0 */
/* disk.h - the ledger of a simulated node: in memory, and lost with the node;
 * or in a file on a platter, which outlives it.
 *
 * Its disk can stand still: batches are taken, and nothing becomes durable
 * until it moves again.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "ledger/ledger.h"
#include "test/sim/platter.h"

struct ledger *disk_create(void);

/* A file on this platter, that is begun, or goes on. A violation when it is
 * not as the ledger left it. */
struct world;

struct ledger *disk_open(struct world *world, const struct platter *platter,
			 size_t fold_bytes);

/* Reads all of it again, and compares, while nobody uses it. */
void disk_check(struct world *world, const struct platter *platter);

void disk_stand_still(struct ledger *disk, bool still);

/* Does it have something to write? */
bool disk_has_work(const struct ledger *disk);

/* What is durable of an account; zeros when it is not there. */
struct disk_account {
	struct ledger_totals totals;
	ilp_u128 ceiling;
};

struct disk_account disk_durable(const struct ledger *disk, uint64_t account);

#endif
