/* SPDX-License-Identifier: Apache-2.0 */
/* keeper.h - what takes long with the file of the ledger, in a thread of its
 * own: to check it, and to have a copy that is known to be whole.
 *
 * The ledger's thread copies the file in slices beside its batches (backup.h);
 * all else, reading the copy from end to end most of all, is done here, so that
 * no commit waits for it. A copy gets its name when it is checked and on the
 * disk, and never takes the place of anything.
 *
 *     keeper_take ──►┌────────┐──► woken
 *     keeper_news ──►│ thread │──► keeper_next_done
 *                    └────────┘
 */
#ifndef IO_KEEPER_H
#define IO_KEEPER_H

#include "ledger/ledger.h"
#include "node/admin/task.h"
#include "node/errand.h"

struct keeper;

/* Called by the thread when something is done. */
typedef void keeper_woken(void *context);

struct keeper_options {
	struct ledger *scribe;
	const char *data_file;
	const char *folder; /* of copies; NULL: that of the data file */
	keeper_woken *woken;
	void *context;
};

/* NULL when there is no memory. */
struct keeper *keeper_create(const struct keeper_options *options);

/* False when the system has no more threads. */
bool keeper_start(struct keeper *keeper);

/* The task of the errand is copied. False when it is busy: one at a time. By
 * any thread. */
bool keeper_take(struct keeper *keeper, struct errand *errand,
		 const struct task *task);

/* The ledger's thread has news. */
void keeper_news(struct keeper *keeper);

/* What is done: the errand, and its task; NULL: nothing. */
struct errand *keeper_next_done(struct keeper *keeper, struct task *out);

/* Ends the thread, and gives up what it has in hand; before the ledger's
 * thread ends. What is taken afterwards is never done. */
void keeper_end(struct keeper *keeper);

/* When the ledger's thread has ended. NULL is fine. */
void keeper_destroy(struct keeper *keeper);

#endif
