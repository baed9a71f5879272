/* SPDX-License-Identifier: Apache-2.0 */
/* violation.h - the end of a simulation in which something is wrong: what, in
 * which seed, when, and what went before.
 */
#ifndef SIM_VIOLATION_H
#define SIM_VIOLATION_H

struct world;

/* From now on a failing assertion ends the process like a violation in this
 * world; NULL: in none. */
void violation_watch(const struct world *world);

/* Does not return. */
__attribute__((format(printf, 2, 3), noreturn)) void
violation(const struct world *world, const char *format, ...);

#endif
