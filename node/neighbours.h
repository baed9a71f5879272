/* SPDX-License-Identifier: Apache-2.0 */
/* neighbours.h - what neighbours ask of each other without money, by Prepares
 * that go no further: a child its address (ILDCP), and routes (CCP).
 *
 * What they ask is answered at once. What we ask of them goes out as packets of
 * the node's own (own.h); route/routing.h says what and when.
 */
#ifndef NODE_NEIGHBOURS_H
#define NODE_NEIGHBOURS_H

#include "node/connector.h"

/* How much we say at once, at most. */
#define NEIGHBOURS_ANSWER_MAX (2 * ILP_ADDRESS_MAX + 512)

/* Is it one of these? Then its answer, which is written into the room: a
 * Fulfill, or a Reject. */
bool neighbours_answer(struct connector *c, const struct account *from,
		       const struct ilp_prepare *prepare, uint8_t *room,
		       struct ilp_bytes *answer);

/* A connection of the account is up, the first one or another; or none is. */
void neighbours_up(struct connector *c, const struct account *account);
void neighbours_down(struct connector *c, const struct account *account);

/* Hears what was answered, and asks what there is to be asked. */
void neighbours_go_on(struct connector *c);

/* When to do so again; now, when something is left to do. */
int64_t neighbours_deadline_us(const struct connector *c);

#endif
