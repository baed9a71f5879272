/* SPDX-License-Identifier: Apache-2.0 */
/* slow_ledger.h - a ledger in memory, on a disk that is as slow, as full or
 * as broken as a test wants it.
 */
#ifndef TEST_SLOW_LEDGER_H
#define TEST_SLOW_LEDGER_H

#include "ledger/ledger.h"

/* NULL when there is no memory. */
struct ledger *slow_ledger_create(void);

/* It says of itself that it outlives the process. */
void slow_ledger_last(struct ledger *ledger);

/* The next time that it is destroyed, it stays: for another run of the node. */
void slow_ledger_keep(struct ledger *ledger);

/* All of these also while another thread uses the ledger. */

/* The disk takes no end of time: nothing becomes durable. */
void slow_ledger_stall(struct ledger *ledger, bool stalled);

/* Likewise, and it says why. */
void slow_ledger_trouble(struct ledger *ledger, bool yes);

/* Too much waits already: no batch is taken. */
void slow_ledger_fill(struct ledger *ledger, bool full);

/* The disk has lost what it was told to keep. */
void slow_ledger_break(struct ledger *ledger);

#endif
