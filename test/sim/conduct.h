/* SPDX-License-Identifier: Apache-2.0 */
/* conduct.h - what a node may send, by all that it was sent before: what it
 * passes on, and how it answers. The rules are those of RFC 27, and of the
 * design. What breaks one ends the simulation.
 */
#ifndef SIM_CONDUCT_H
#define SIM_CONDUCT_H

#include "test/sim/observer.h"

/* A Prepare whose parent is found, if it has one, and that should go this way.
 * It is alive unless it waited on the wire until it expired. */
void conduct_forward(struct observer *observer, unsigned node,
		     const struct transfer *transfer, unsigned way, bool alive);

/* An answer that the node on this side has sent. */
void conduct_answer(struct observer *observer, const struct cable *cable,
		    unsigned side, const struct passing *passing,
		    bool is_fulfill);

#endif
