/* SPDX-License-Identifier: Apache-2.0 */
/* quiet.h - what must be true once nothing is on its way any more: everything
 * is answered, and paid where it was charged, but for what a fault explains.
 */
#ifndef SIM_QUIET_H
#define SIM_QUIET_H

#include "test/sim/observer.h"

void quiet_judge(struct observer *observer);

#endif
