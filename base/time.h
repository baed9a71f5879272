/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - the time, as a value that the caller passes in.
 *
 * No machine of ours reads a clock. Whoever drives it (the loop, a test, the
 * simulator) reads both clocks once a round and hands them over together:
 * durations and deadlines are measured on the monotonic one, which never
 * jumps; the wall clock only translates the timestamps of packets.
 */
#ifndef ILP_BASE_TIME_H
#define ILP_BASE_TIME_H

#include <stdint.h>

struct ilp_time {
	int64_t monotonic_us; /* since some fixed moment; never steps */
	int64_t wall_ms;      /* since 1970-01-01T00:00:00Z; may step */
};

/* A deadline that never comes. */
#define ILP_NEVER_US INT64_MAX

#endif
