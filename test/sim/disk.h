/* SPDX-License-Identifier: Apache-2.0 */
/* disk.h - a ledger in memory whose disk can stand still: batches are taken,
 * and nothing becomes durable until it moves again.
 *
 * It is lost with the node that it belongs to; ledgers that outlive a crash
 * come with the simulated disk.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "ledger/ledger.h"

struct ledger *disk_create(void);

void disk_stand_still(struct ledger *disk, bool still);

/* The debits of an account that are durable. */
ilp_u128 disk_durable_debits(const struct ledger *disk, uint64_t account);

#endif
