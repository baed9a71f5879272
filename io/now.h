/* SPDX-License-Identifier: Apache-2.0 */
/* now.h - what machines are handed instead of reading it: the time, and
 * random bytes. */
#ifndef IO_NOW_H
#define IO_NOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

/* Both clocks. */
struct ilp_time now_read(void);

/* The moment in so many microseconds, by the monotonic clock that threads can
 * wait by: one that stands still while the machine is asleep. */
struct timespec;
void now_after(struct timespec *out, int64_t us);

/* Fills `out` with bytes that nobody can foresee. A system that has none is
 * no place for money, so then the process ends. */
void now_draw(void *out, size_t len);

#endif
