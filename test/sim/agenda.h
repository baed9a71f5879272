/* SPDX-License-Identifier: Apache-2.0 */
/* agenda.h - who is next, and what time it is: the whole of a simulation's
 * clock.
 *
 * Nodes, peers and faults are actors. An actor is woken for a round, does in
 * it all that there is to do, and says when it wants the next one; whoever has
 * something for it wakes it earlier. Nothing takes time but waiting.
 */
#ifndef SIM_AGENDA_H
#define SIM_AGENDA_H

#include <stdbool.h>

#include "test/sim/heap.h"

struct actor {
	void (*round)(struct actor *actor);
	int64_t next_us; /* ILP_NEVER_US: nothing is planned */
};

struct agenda {
	struct heap heap;
	int64_t now_us;
	uint64_t rounds;
};

#define ACTOR(of) ((struct actor){ .round = (of), .next_us = ILP_NEVER_US })

void agenda_finish(struct agenda *agenda);

/* The actor has a round at that time, or now if that has passed, unless it has
 * one earlier. */
void agenda_wake(struct agenda *agenda, struct actor *actor, int64_t at_us);

/* Goes on to the next round that is not after `until_us`, and has it happen;
 * false when there is none. Then it is that time. */
bool agenda_step(struct agenda *agenda, int64_t until_us);

#endif
