/* SPDX-License-Identifier: Apache-2.0 */
/* backlog.h - copies of batches that wait for a ledger, one behind the other.
 *
 * They lie in one piece of memory, which grows and is used again, so that to
 * add a batch takes no more than to copy it. It has no bound of its own:
 * whoever adds asks backlog_size first.
 */
#ifndef LEDGER_BACKLOG_H
#define LEDGER_BACKLOG_H

#include "ledger/ledger.h"

struct backlog {
	uint8_t *bytes;
	size_t len;
	size_t capacity;
	size_t read; /* of those bytes */
};

/* How many bytes a batch takes here. */
size_t backlog_size(const struct ledger_batch *batch);

/* False when there is no memory; then all is as it was. */
bool backlog_add(struct backlog *backlog, const struct ledger_batch *batch);

/* The batch that waits longest, until the next call that changes the backlog;
 * false when there is none. */
bool backlog_first(struct backlog *backlog, struct ledger_batch *out);

/* It waits no more. */
void backlog_drop(struct backlog *backlog);

/* Nothing waits any more. The memory is kept, unless it is much. */
void backlog_clear(struct backlog *backlog);
void backlog_finish(struct backlog *backlog);

#endif
