/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - a ledger that keeps everything in memory and loses it at exit:
 * for tests, and for whoever needs no money that lasts.
 *
 * It keeps to the contract all the same: batches become durable at a tick,
 * and no more than LEDGER_MEMORY_WAITING_MAX wait for one. It never fails.
 */
#ifndef LEDGER_MEMORY_H
#define LEDGER_MEMORY_H

#include "ledger/ledger.h"

#define LEDGER_MEMORY_WAITING_MAX 4096

/* NULL when there is no memory. */
struct ledger *ledger_memory_create(void);

#endif
