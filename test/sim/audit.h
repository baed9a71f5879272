/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - compares the books of a node with what the observer has seen, at
 * the end of each of its rounds.
 */
#ifndef SIM_AUDIT_H
#define SIM_AUDIT_H

#include "test/sim/observer.h"

struct host;

/* What is wrong ends the simulation. */
void audit(struct observer *observer, const struct host *host);

/* The same when all is quiet: every Fulfill has left, or never will. */
void audit_quiet(struct observer *observer, const struct host *host);

#endif
