/* SPDX-License-Identifier: Apache-2.0 */
/* chaos.h - what goes wrong, while there is load: now and then one of the
 * faults of the plan, at a place that is drawn.
 */
#ifndef SIM_CHAOS_H
#define SIM_CHAOS_H

#include "test/sim/world.h"

struct chaos {
	struct actor actor;
	struct world *world;
	bool over;
};

void chaos_init(struct chaos *chaos, struct world *world);

/* From now on nothing goes wrong, and the clocks are set right. */
void chaos_end(struct chaos *chaos);

#endif
