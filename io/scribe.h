/* SPDX-License-Identifier: Apache-2.0 */
/* scribe.h - a ledger that nobody waits for: another one, in a thread of its
 * own.
 *
 * To its owner it is a ledger like any other, but for this: a batch is taken
 * at once, whatever the disk does, and what cannot be said of it at once comes
 * as an event. So a batch that the other ledger refuses is a failure: those who
 * submit see to it that there is none. The thread takes all that has gathered,
 * writes it down, and takes what has gathered meanwhile; the slower the disk,
 * the more it writes at once. A ledger_tick does nothing.
 *
 *     ledger_submit ──► gathering ──►┌────────┐
 *                                    │ thread │──► the other ledger
 *     ledger_next   ◄──── report ◄───└────────┘
 *           woken   ◄─────────┘
 *
 * While the other ledger has trouble the thread tries again now and then, and
 * batches gather. Once they are too many a submit is LEDGER_BUSY.
 */
#ifndef IO_SCRIBE_H
#define IO_SCRIBE_H

#include "ledger/ledger.h"

/* What waits at most, that which the thread has in hand included; a batch that
 * is larger than that is taken when nothing else waits. */
#define SCRIBE_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* How long destroying waits for a ledger in which nothing gets on any more. */
#define SCRIBE_END_US 2000000

/* Called by the thread when there is news for the owner, and not again before
 * the owner has looked (ledger_next, ledger_progress, ledger_trouble). */
typedef void scribe_woken(void *context);

/* Takes the other ledger over. NULL when there is no memory; then that is
 * destroyed. Accounts and records may be looked at until the thread starts. */
struct ledger *scribe_create(struct ledger *inner, scribe_woken *woken,
			     void *context);

/* The thread starts with the first submit, or now. False when the system has
 * no more threads. */
bool scribe_start(struct ledger *ledger);

/* Finishes what was submitted, and ends the thread; nothing is taken any more,
 * and nobody is woken. It gives up when nothing becomes durable any more and
 * this time is over. Is all of it durable? */
bool scribe_end(struct ledger *ledger, int64_t at_most_us);

/* How often something has become durable. */
uint64_t scribe_commits(const struct ledger *ledger);

/* Has the thread do something with the other ledger: beside the batches and
 * between its ticks, again and again for as long as it gives true. The context
 * is the thread's until scribe_is_asked is false for it, of which the owner is
 * told like of any news; after a failure, or the end, that is at once. False
 * when the thread was asked for something already, or cannot start. Once it has
 * started, and until it is to end, any thread may call both; but to have looked
 * is the owner's affair. */
typedef bool scribe_work(struct ledger *inner, void *context);

bool scribe_ask(struct ledger *ledger, scribe_work *work, void *context);
bool scribe_is_asked(const struct ledger *ledger, const void *context);

#endif
