/* SPDX-License-Identifier: Apache-2.0 */
/* answers.h - the way of an answer back to whoever asked, the second half of
 * connector.h.
 *
 *     Fulfill ─► held for the ledger ─┐
 *     Reject  ────────────────────────┴► the link of the account
 *                                        (or `ready`, while it is crowded;
 *                                         or parked, while there is none)
 *
 * An answer goes to the account's connection of the moment, which need not be
 * the one that asked; so we rely on request ids that are not used again soon,
 * as RFC 23 wants them. Only who asked on a line, as with HTTP, is answered
 * there or not at all.
 */
#ifndef NODE_ANSWERS_H
#define NODE_ANSWERS_H

#include "node/connector.h"

/* False when there is no memory. */
bool answers_init(struct connector *c);
void answers_finish(struct connector *c);

/* A session that is a line has its number from now on, or no longer: by that
 * number answers find it. */
void answers_line_begins(struct connector *c, struct session *session);
void answers_line_ends(struct connector *c, struct session *session);

/* The session of that number; NULL: it is no more. */
struct session *answers_find_line(const struct connector *c, uint32_t number);

/* Gives an answer that nothing is charged for, or that was charged before. */
void answers_give(struct connector *c, struct account *account,
		  struct way_back back, struct ilp_bytes packet);

/* Gives a Fulfill behind the ledger's commit of its charge, which has just
 * been posted (or at once, when durability is relaxed); and remembers it for
 * who asks again. Whoever is not connected stays charged: he asked, and the
 * money is gone. */
void answers_fulfill(struct connector *c, struct account *account,
		     const struct inflight_entry *entry,
		     struct ilp_bytes packet);

/* All batches up to this one of books.h are durable: their answers leave. */
void answers_durable(struct connector *c, uint64_t batch);

/* Goes on with what waits only for output to be written. Did anything leave? */
bool answers_release(struct connector *c);

/* An account is connected again: it gets the answers that wait for it. */
void answers_resume(struct connector *c, struct account *account);

/* What the time demands; and when it does so next. */
void answers_tick(struct connector *c);
int64_t answers_deadline_us(const struct connector *c);

#endif
